"""The package against a plain DOLFINx script on the same problem, in one call.

    python benchmarks/against_plain.py [DIVISIONS [DIMENSION]]

A cube of `cells.py` with 36 divisions, 2e5 unknowns, unless told otherwise; in two dimensions 112
divisions are 1e5. The package chooses its solver. Both take one backward Euler step of 1 s from
rest under 150 mV, without a film, in processes of their own.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cells import HEIGHT, REACH, cube, four_ions
from dolfinx import fem

import fem_kna as kna
from fem_kna.system.build import model_on

PLAIN = Path(__file__).with_name("plain_dolfinx.py")
VOLTAGE, STEP = "-150 mV", 1.0  # of the working electrode, which plates; [s]


def case() -> kna.Case:
    """Return the cell under a voltage, without a film."""
    drive = kna.Potentiostatic(voltage=VOLTAGE, duration="1 h")
    return four_ions(film="0 ohm*m^2", solver="auto").model_copy(update={"drive": drive})


def numbers(divisions: int, dim: int) -> dict[str, Any]:
    """Return the cell's numbers as the plain script takes them, scaled as the package does."""
    from fem_kna.system.scales import scales_of

    own = case()
    scales = scales_of(own)
    scaled = scales.scaled(own)
    ions, pores, law = (
        scaled.electrolyte.ions,
        scaled.separator,
        scaled.reactions[0].kinetics,
    )
    return {
        "divisions": divisions,
        "dimension": dim,
        "height": HEIGHT,
        "reach": REACH,
        "voltage": scaled.drive.voltage,
        "step": STEP / scales.of("s"),
        "charges": [ion.charge for ion in ions],
        "concentrations": [ion.concentration for ion in ions],
        "diffusivities": [pores.porosity**pores.bruggeman_exponent * i.diffusivity for i in ions],
        "porosity": pores.porosity,
        "exchange": law.exchange_current_density,
        "reference": law.reference_concentration,
        "standard": scaled.reactions[0].standard_potential,
    }


def ours(divisions: int, dim: int) -> dict[str, float]:
    """Take the step with the package; return the currents and the cost of a Newton step."""
    model = model_on(cube(divisions, dim=dim), case())
    newton, fields = model.newton, model.fields
    fields.values("phi")[:] = model.scales.scaled(case()).drive.voltage / 2
    fields.now[2].x.array[:] = 2 * fields.values("phi")[0]
    model.march.start()
    counts = newton.iterations, newton.linear_iterations
    begun = time.process_time(), time.perf_counter()
    assert model.march.try_step(STEP / model.scales.of("s"))
    spent = time.process_time() - begun[0], time.perf_counter() - begun[1]
    steps = newton.iterations - counts[0]
    memory = 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    dofs = sum(
        u.function_space.dofmap.index_map.size_global * u.function_space.dofmap.index_map_bs
        for u in fields.unknowns
    )
    currents = {
        f"{side}_current [-]": fem.assemble_scalar(
            fem.form(fields.now[1] * model.domain.ds(side)(4), entity_maps=fields.entity_maps)
        )
        for side in ("front", "counter")
    }
    found = {
        "dofs [-]": dofs,
        "newton [-]": steps,
        "krylov_per_newton [-]": (newton.linear_iterations - counts[1]) / steps,
        "newton_step_processor_time [s]": spent[0] / steps,
        "newton_step_time [s]": spent[1] / steps,
        "peak_memory [B]": memory,
        **currents,
    }
    model.close()
    return found


def compared(divisions: int, dim: int = 3) -> dict[str, Any]:
    """Run both and return what each found, with the ratios."""
    here = _process([__file__, "--ours", str(divisions), str(dim)])
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "numbers.json"
        given.write_text(json.dumps(numbers(divisions, dim)))
        plain = _process([str(PLAIN), str(given)])
    pairs = [(here[key], plain[key]) for key in ("front_current [-]", "counter_current [-]")]
    return {
        "fem_kna": here,
        "plain DOLFINx": plain,
        "speed-up of a Newton step, processor time [-]": plain["newton_step_processor_time [s]"]
        / here["newton_step_processor_time [s]"],
        "plain over own memory [-]": plain["peak_memory [B]"] / here["peak_memory [B]"],
        "relative difference of currents [-]": max(abs(a / b - 1) for a, b in pairs),
    }


def _process(arguments: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    if sys.argv[1:2] == ["--ours"]:
        print(json.dumps(ours(*(int(word) for word in sys.argv[2:]))))
    else:
        given = [int(word) for word in sys.argv[1:]] or [36]
        print(json.dumps(compared(*given), indent=2))
