"""`fem-kna scaling` of the bump in 3-D, on one rank and two; prints what it wrote.

python benchmarks/scaling.py
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

CASE = Path(__file__).with_name("bump.py")
OPTIONS = ("--ranks", "1,2", "--finer", "1,1.7", "--steps", "2")

if __name__ == "__main__":
    program = Path(sys.executable).parent / "fem-kna"
    with tempfile.TemporaryDirectory() as folder:
        command = [str(program), "scaling", str(CASE), *OPTIONS, "--out", folder]
        subprocess.run(command, check=True, stdout=sys.stderr)
        found = json.loads((Path(folder) / "bump" / "scaling" / "scaling.json").read_text())
        # Told without the folders that they are in here.
        found |= {"case": f"benchmarks/{CASE.name}", "launcher": "mpirun -n {ranks}"}
        print(json.dumps(found))
