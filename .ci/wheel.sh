#!/bin/sh
# Builds the source archive and from it the wheel, installs that into a fresh environment and uses
# it from an empty folder: sh .ci/wheel.sh PYTHON. Shapes, materials and cases must have come along.
# The libraries it needs are lent by PYTHON's environment, so that the try takes seconds.
set -eu
python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$python" -m build --outdir "$scratch" . >"$scratch/build.log" 2>&1 || { cat "$scratch/build.log"; exit 1; }
"$python" -m venv --without-pip "$scratch/fresh"
"$python" -m pip --python "$scratch/fresh/bin/python" install -qq --no-deps "$scratch"/*.whl
# A .pth line adds the folder but does not read the .pth files in it: the editable fem_kna stays out.
lent=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo "$lent" >"$("$scratch/fresh/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/lent.pth"

mkdir "$scratch/elsewhere"
cd "$scratch/elsewhere"
"$scratch/fresh/bin/python" -c 'import fem_kna, sys; assert fem_kna.__file__.startswith(sys.prefix), fem_kna.__file__'
for command in "--help" "materials" "mesh crack_patch -o x.vtu"; do
    # shellcheck disable=SC2086 # words are meant to be split
    "$scratch/fresh/bin/fem-kna" $command >log 2>&1 || { echo "wheel: fem-kna $command failed:"; cat log; exit 1; }
    echo "wheel: fem-kna $command works"
done
[ -s x.vtu ] || { echo "wheel: fem-kna mesh wrote no x.vtu"; exit 1; }
