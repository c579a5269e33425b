"""Solver trouble and depletion, provoked: what helps, and what a run says where nothing does."""

import json
from pathlib import Path

import numpy as np
import pytest
import ufl
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkIOXML import vtkXMLPUnstructuredGridReader

import fem_kna as kna
from fem_kna.inputs.units import ExchangeCurrentDensity, ReferenceConcentration
from fem_kna.post_mortem import FOLDER
from fem_kna.solve.march import March, StepFailed
from fem_kna.verify import travelling_salt
from fem_kna.verify.binary_salt import CONCENTRATED, DILUTE, SALT, BinarySalt, binary_cell
from fem_kna.verify.growing import bump, growing
from fem_kna.verify.transport_profiles import galvanostatic

LAWS = pytest.mark.parametrize("law", [CONCENTRATED, DILUTE], ids=lambda law: law.name)


class Brittle(kna.Parameters):
    """A law that is no number once the salt at the surface falls below nine tenths."""

    exchange_current_density: ExchangeCurrentDensity
    reference_concentration: ReferenceConcentration

    def current(self, overpotential, concentration, activity, V_T):  # type: ignore[no-untyped-def]
        share = concentration / self.reference_concentration
        # Next to nothing is added, but no number below.
        return (
            self.exchange_current_density * overpotential / V_T * (1 + 1e-9 * ufl.sqrt(share - 0.9))
        )


def brittle() -> kna.Case:
    """Return a cell that meets the end of its law after a hundredth of Sand's time."""
    law = Brittle(exchange_current_density="1e4 A/m^2", reference_concentration=f"{SALT} mol/m^3")
    current = 3 * CONCENTRATED.limiting_current
    case = binary_cell(CONCENTRATED, galvanostatic(current, CONCENTRATED.sand_time(current)))
    reaction = kna.Reaction(name="K", ion="K+", standard_potential="0 V", kinetics=law)
    return case.model_copy(update={"reactions": (reaction,)})


def fields(folder: Path, name: str) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the points and all fields of a file of the post-mortem state."""
    reader = vtkXMLPUnstructuredGridReader()
    reader.SetFileName(str(next((folder / FOLDER / "frames").glob(f"*/{name}*.pvtu"))))
    reader.Update()
    grid = reader.GetOutput()
    data = [grid.GetPointData(), grid.GetCellData()]
    found = {
        part.GetArrayName(k): vtk_to_numpy(part.GetArray(k))
        for part in data
        for k in range(part.GetNumberOfArrays())
    }
    return vtk_to_numpy(grid.GetPoints().GetData()), found


def test_where_nothing_helps_a_run_tells_which_field_where_and_leaves_it(tmp_path: Path) -> None:
    """The salt has fallen by a tenth, as 1 - sqrt(t / tau), and the law at the cathode is none."""
    case = brittle()
    tau = CONCENTRATED.sand_time(case.drive.current)
    with pytest.raises(kna.RunError) as failed:
        kna.simulate(case, folder=tmp_path)
    told = str(failed.value)
    assert "\n" not in told
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["status"] == f"failed: {told}"
    assert summary["time [s]"] == pytest.approx(0.01 * tau, rel=0.05)
    step = summary["steps [-]"] + 1
    assert told.startswith(f"step {step} at {summary['time [s]']:.6g} s: no step down to ")
    for words in (
        "tried, too: restarts from last state, continuations, escalations to direct",
        "Newton's method ended ",
        "stuck in iteration ",
        " at normal current density at (0) m: not finite",
        "residuals: concentration of FSI- ",
        f"last iterate: {tmp_path / FOLDER}",
    ):
        assert words in told, told
    points, found = fields(tmp_path, "electrodes")
    finite = found["finite [-]"]
    assert set(finite[points[:, 0] == 0.0]) == {0.0} and set(finite[points[:, 0] > 0]) == {1.0}
    _, found = fields(tmp_path, "liquid")
    assert found["concentration of FSI- [mol/m3]"].min() == pytest.approx(0.9 * SALT, rel=0.02)
    assert {"potential [V]", "residual of potential [-]"} <= set(found)
    assert all(np.isfinite(values).all() for values in found.values())


def test_a_krylov_solver_that_fails_gives_way_to_a_factorisation(tmp_path: Path) -> None:
    """One iteration without a preconditioner solves no system; the answers are the usual ones."""
    case = binary_cell(CONCENTRATED, galvanostatic(CONCENTRATED.limiting_current / 2, 0.2))
    usual = kna.simulate(case)
    poor = {"pc_type": "none", "ksp_max_it": 1, "ksp_error_if_not_converged": False}
    run = kna.simulate(case, folder=tmp_path, options=poor)
    assert run.summary["status"] == "finished"
    assert run.summary["escalations_to_direct [-]"] == 1
    assert run.history[0]["remedies [-]"] == 1  # no potentials were found without it
    assert "1 escalations to direct" in (tmp_path / "run.log").read_text()
    key = "voltage [V]"
    assert run.history[-1][key] == pytest.approx(usual.history[-1][key], rel=1e-3)
    assert "escalations_to_direct [-]" not in usual.summary


@LAWS
def test_salt_stays_positive_at_999_of_1000_parts_of_the_limiting_current(law: BinarySalt) -> None:
    """To the steady state, a line that starts from a thousandth of the salt."""
    case = binary_cell(law, galvanostatic(0.999 * law.limiting_current, 50 * law.diffusion_time))
    run = kna.simulate(case)
    assert run.summary["status"] == "finished"
    key = "min_surface_concentration [mol/m3]"
    least = [row[key] for row in run.history]
    assert min(least) > 0.5e-3 * SALT
    assert least[-1] == pytest.approx(1e-3 * SALT, rel=1e-6)


@LAWS
def test_above_the_limiting_current_a_run_ends_with_sands_time(
    law: BinarySalt, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Three times the limiting current: the counter electrode is far away; half a percent."""
    current = 3 * law.limiting_current
    tau = law.sand_time(current)
    case = binary_cell(law, galvanostatic(current, 3 * tau))
    run = kna.simulate(case, folder=tmp_path)
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["status"] == "event: depletion" == run.summary["status"]
    assert summary["analytic_sand_time [s]"] == pytest.approx(tau, rel=1e-12)
    assert summary["sand_time [s]"] == pytest.approx(tau, rel=5e-3)
    assert summary["refreshed_jacobians [-]"] > 0
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "warning: depletion: no K+ is left at the working electrode; Sand's time" in said
    assert said.removeprefix("warning: ").strip() in (tmp_path / "run.log").read_text()


def travelling(case: kna.Case) -> kna.Case:
    """Return a case whose two electrodes travel."""
    front = kna.MovingFront(surface_energy="0.11 J/m^2")
    sides = {side: getattr(case, side) for side in ("working", "counter")}
    moving = {side: one.model_copy(update={"front": front}) for side, one in sides.items()}
    return case.model_copy(update=moving)


V_M = float(kna.metal("K").molar_volume("K"))


@pytest.mark.slow
@LAWS
def test_ahead_of_a_front_that_travels_salt_stays_positive_to_999_of_1000_parts(
    law: BinarySalt,
) -> None:
    current = 0.999 * travelling_salt.limiting_current(law, V_M)
    assert current > 1.01 * law.limiting_current
    drive = galvanostatic(current, 20 * law.diffusion_time)
    run = kna.simulate(travelling(binary_cell(law, drive)))
    assert run.summary["status"] == "finished"
    least = [row["min_surface_concentration [mol/m3]"] for row in run.history]
    expected = travelling_salt.surface_salt(law, current, V_M)
    assert least[-1] == pytest.approx(expected, abs=1e-4 * SALT)
    assert min(least) > 0.5 * expected > 0


@pytest.mark.slow
@LAWS
def test_a_front_that_travels_gathers_salt_and_is_empty_later(law: BinarySalt) -> None:
    current = 3 * law.limiting_current
    tau = travelling_salt.sand_time(law, current, V_M)
    assert tau > 1.02 * law.sand_time(current)
    run = kna.simulate(travelling(binary_cell(law, galvanostatic(current, 3 * tau))))
    assert run.summary["status"] == "event: depletion"
    assert run.summary["sand_time [s]"] == pytest.approx(tau, rel=5e-3)


def test_a_depleted_run_has_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    current = 3 * CONCENTRATED.limiting_current
    tau = CONCENTRATED.sand_time(current)
    case = binary_cell(CONCENTRATED, galvanostatic(current, 3 * tau))
    first = kna.simulate(case, folder=tmp_path)
    monkeypatch.setattr(March, "step", None)
    again = kna.simulate(case, folder=tmp_path, resume=True)
    for key in ("status", "sand_time [s]", "analytic_sand_time [s]", "steps [-]"):
        assert again.summary[key] == first.summary[key]


def test_a_run_tells_that_it_cannot_start_on_a_new_mesh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What got stuck is of the new mesh, whose model is gone: the old one's fields do not fit."""
    start, begun = March.start, []

    def once(march: March) -> None:
        if begun:
            raise StepFailed(0, march.next, "DIVERGED_LINEAR_SOLVE", march.stuck())
        begun.append(march)
        start(march)

    monkeypatch.setattr(March, "start", once)
    case = growing(bump(size=0.3), 100, 1, remeshing={"quality": 0.99})
    with pytest.raises(kna.RunError, match=r"at .* s: no potentials fit on the new mesh") as failed:
        kna.simulate(case, folder=tmp_path)
    assert str(failed.value).endswith("DIVERGED_LINEAR_SOLVE")
