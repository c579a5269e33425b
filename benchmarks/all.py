"""All programs of this folder; what they find is kept in `results.json`, with the machine.

    python benchmarks/all.py [NAME...]

runs those named, or all, and keeps what the file has of the others. The longest, metal behind a
bump at 2.3e6 unknowns, takes 70 minutes and 13 GB beside other work.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from fem_kna.scaling.machine import machine

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
# Ranks and arguments.
RUNS: dict[str, tuple[int, list[str]]] = {
    "counts, 7.2e3": (1, ["counts.py", "steps", "11"]),
    "counts, 5.6e4": (1, ["counts.py", "steps", "23"]),
    "counts, 5.6e4, 2 ranks": (2, ["counts.py", "steps", "23"]),
    "counts, 2.1e5": (1, ["counts.py", "steps", "36"]),
    "counts, 2.1e5, 2 ranks": (2, ["counts.py", "steps", "36"]),
    "counts, 1.0e6": (1, ["counts.py", "steps", "62"]),
    "counts, 1.0e6, 2 ranks": (2, ["counts.py", "steps", "62"]),
    "counts, 2.5e6": (1, ["counts.py", "steps", "84"]),
    "counts, 2.5e6, 2 ranks": (2, ["counts.py", "steps", "84"]),
    "counts to a steady state, 5.6e4": (1, ["counts.py", "steady", "23"]),
    "counts to a steady state, 2.1e5": (1, ["counts.py", "steady", "36"]),
    "counts to 0.9 of the limiting current, 7.2e3": (1, ["counts.py", "limit", "11"]),
    "counts to 0.9 of the limiting current, 5.6e4": (1, ["counts.py", "limit", "23"]),
    "counts to 0.9 of the limiting current, 2.1e5": (1, ["counts.py", "limit", "36"]),
    "counts to 0.9 of the limiting current, 1.0e6": (1, ["counts.py", "limit", "62"]),
    "counts to 0.9 of the limiting current, 2.5e6": (1, ["counts.py", "limit", "84"]),
    "counts, P2, 9.9e4": (1, ["counts.py", "square", "14"]),
    "counts, P2, 5.4e5": (1, ["counts.py", "square", "25"]),
    "counts, P2, 2.0e6": (1, ["counts.py", "square", "39"]),
    "moving fronts, 7.2e3": (1, ["moving.py", "11"]),
    "moving fronts, 5.6e4": (1, ["moving.py", "23"]),
    "moving fronts, 2.1e5": (1, ["moving.py", "36"]),
    "moving fronts, 1.0e6": (1, ["moving.py", "62"]),
    "metal behind a flat front, 3.4e3": (1, ["metal.py", "flat", "2"]),
    "metal behind a flat front, 1.1e5": (1, ["metal.py", "flat", "0.5"]),
    "metal behind a flat front, 2.9e5": (1, ["metal.py", "flat", "0.35"]),
    "metal behind a flat front, 7.4e5": (1, ["metal.py", "flat", "0.25"]),
    "metal behind a flat front, 1.9e6": (1, ["metal.py", "flat", "0.18"]),
    "metal behind a bump, 3.8e3": (1, ["metal.py", "bump", "2"]),
    "metal behind a bump, 1.9e4": (1, ["metal.py", "bump", "1"]),
    "metal behind a bump, 4.7e4": (1, ["metal.py", "bump", "0.7"]),
    "metal behind a bump, 1.1e5": (1, ["metal.py", "bump", "0.5"]),
    "metal behind a bump, 2.1e5": (1, ["metal.py", "bump", "0.4"]),
    "metal behind a bump, 4.7e5": (1, ["metal.py", "bump", "0.3", "2"]),
    "metal behind a bump, 2.3e6": (1, ["metal.py", "bump", "0.17", "2"]),
    "warm step, 8.7e5": (1, ["warm.py"]),
    "plain DOLFINx, 5.6e4": (1, ["against_plain.py", "23"]),
    "plain DOLFINx, 2.1e5": (1, ["against_plain.py", "36"]),
    "plain DOLFINx, 2-D, 1.0e5": (1, ["against_plain.py", "112", "2"]),
    "growing bump in 3-D, 2 ranks": (2, ["growing3d.py", "bump"]),
    "growing rough front in 3-D, 2 ranks": (2, ["growing3d.py", "rough"]),
    "growing over a crack in 3-D, 2 ranks": (2, ["growing3d.py", "crack"]),
    "growing small bump in 3-D, 2 ranks": (2, ["growing3d.py", "small_bump"]),
    "growing rough front in 3-D, coarse, 2 ranks": (2, ["growing3d.py", "coarse_rough"]),
    "growing over a weak crack in 3-D, 2 ranks": (2, ["growing3d.py", "weak_crack"]),
    "scaling, bump": (1, ["scaling.py"]),
    "EchemFEM, P1, N = 57": (1, ["echemfem.py", "57"]),
    "EchemFEM, P1, N = 182": (1, ["echemfem.py", "182"]),
    "EchemFEM, P1, N = 364": (1, ["echemfem.py", "364"]),
    "EchemFEM, P2, triangles, N = 91": (1, ["echemfem.py", "91", "2", "triangle"]),
    "EchemFEM, P2, N = 91": (1, ["echemfem.py", "91", "2"]),
}


def found(ranks: int, arguments: list[str]) -> Any:
    """Run one program and return the JSON that it prints."""
    command = [sys.executable, str(HERE / arguments[0]), *arguments[1:]]
    if ranks > 1:
        command = [str(Path(sys.executable).parent / "mpirun"), "-n", str(ranks), *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    return json.loads(done.stdout)


def main(names: list[str]) -> None:
    """Run what is named, or all."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in names or RUNS:
        known[name] = {"found": found(*RUNS[name]), "machine": machine()}
        RESULTS.write_text(json.dumps(known, indent=2) + "\n")
        print(name, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
