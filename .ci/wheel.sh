#!/bin/sh
# Builds the source archive and from it the wheel, installs that into a fresh environment as a user
# would, and uses it from an empty folder: sh .ci/wheel.sh PYTHON. Shapes, materials and cases must
# have come along, and what pyproject.toml lists must be all that it needs.
set -eu
python=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$python" -m build --outdir "$scratch" . >"$scratch/build.log" 2>&1 || { cat "$scratch/build.log"; exit 1; }
sh .ci/setup.sh "$scratch/fresh" "$(echo "$scratch"/*.whl)[wheels]"

mkdir "$scratch/elsewhere"
cd "$scratch/elsewhere"
for command in "--help" "materials" "run plating_over_crack --dry-run" "mesh crack_patch -o x.vtu"; do
    # shellcheck disable=SC2086 # words are meant to be split
    "$scratch/fresh/bin/fem-kna" $command >log 2>&1 || { echo "wheel: fem-kna $command failed:"; cat log; exit 1; }
    echo "wheel: fem-kna $command works"
done
[ -s x.vtu ] || { echo "wheel: fem-kna mesh wrote no x.vtu"; exit 1; }
