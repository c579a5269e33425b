"""Runs that end early, and meshes that do not fit their film: what a user is told and keeps."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from mpi4py import MPI

import fem_kna as kna
from fem_kna.materials import electrolyte
from fem_kna.system.build import model_of
from fem_kna.system.groups import limiting_current, sand_time
from fem_kna.verify.cells import flat_line

CrackPatch = kna.shape("crack_patch")


def cell(current: str, duration: str) -> kna.Case:
    """Return a K//K cell in 1-D with bare electrodes."""
    return flat_line("cell", current, duration, resistance="0 ohm*m^2")


def test_depletion_ends_a_run_with_sands_time_and_its_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twice the limiting current: Sand's time (semi-infinite) passes, then no step succeeds."""
    case = cell("20.4 mA/cm^2", "10 min").resolved()
    assert case.drive.current == pytest.approx(2 * limiting_current(case), rel=0.01)
    kna.simulate(case, folder=str(tmp_path))
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["status"] == "event: depletion"
    analytic = sand_time(case, case.drive.current)
    assert summary["sand_time [s]"] == pytest.approx(analytic, rel=0.02)
    assert summary["analytic_sand_time [s]"] == pytest.approx(analytic, rel=1e-9)
    assert json.loads((tmp_path / "manifest.json").read_text())["status"] == summary["status"]
    log = (tmp_path / "run.log").read_text().splitlines()
    assert "solver: direct, MUMPS" in log[0]
    assert "no K+ is left at the working electrode; Sand's time" in log[-2]
    assert "no K+ is left at the working electrode" in capsys.readouterr().err
    last_frame = (tmp_path / "fields.pvd").read_text().rpartition('timestep="')[2]
    assert float(last_frame.partition('"')[0]) == pytest.approx(summary["time [s]"])
    with (tmp_path / "history.csv").open(newline="") as file:
        assert float(list(csv.DictReader(file))[-1]["time [s]"]) == summary["time [s]"]


@pytest.mark.parametrize(("sign", "side"), [(1, "working"), (-1, "counter")])
def test_depletion_names_the_electrode_and_the_ion_that_run_out(
    sign: int, side: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Plating empties the working electrode, stripping the counter electrode of K+.

    Na+ is used up long before, and not the reason.
    """
    case = cell(f"{sign * 25} mA/cm^2", "10 min")
    case = case.model_copy(update={"electrolyte": electrolyte("0.4 M KFSI-NaPF6/DME")})
    assert kna.simulate(case).summary["status"] == "event: depletion"
    assert f"depletion: no K+ is left at the {side} electrode" in capsys.readouterr().err


class Coarse(CrackPatch):  # type: ignore[misc, valid-type]
    """A crack patch whose mesh forgets the patch."""

    def size_fields(self, gmsh: Any) -> list[int]:
        """Grade to the front alone."""
        return super(CrackPatch, self).size_fields(gmsh)  # type: ignore[no-any-return]


def test_a_mesh_too_coarse_for_the_film_patch_is_refused() -> None:
    film = kna.CrackedFilm(resistance="30 ohm*cm^2", cracked_resistance="3 ohm*cm^2")
    case = cell("4 mA/cm^2", "1 s")
    electrode = case.working.model_copy(update={"film": film})
    coarse = Coarse(half_width="1 um", edge_width="0.4 um", front_size="2 um")
    case = case.model_copy(update={"mesh": coarse, "working": electrode})
    with pytest.raises(
        kna.InputError, match=r"too coarse for the film patch: .* accepted: at most"
    ):
        model_of(case.resolved(), MPI.COMM_SELF)
