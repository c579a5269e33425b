"""The domain on two ranks: the numbers of one rank, and mistakes that reach every rank."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from fem_kna import shape as shape_named
from fem_kna.geometry.build import build, mesh_drawing
from fem_kna.inputs.errors import InputError

MPIRUN = Path(sys.executable).parent / "mpirun"


def check_interface(dimension):
    """A value on the metal times one on the front, integrated over the front from the metal."""
    shape = shape_named("planar_cell")(
        dimension=dimension, gap="500 um", metal_depth="20 um", width="50 um", growth=0.3
    )
    alone, mesh = build(shape, MPI.COMM_SELF), build(shape, MPI.COMM_WORLD)
    electrodes = mesh.front_mesh
    metal = fem.Function(fem.functionspace(mesh.mesh, ("DG", 0)))
    metal.x.array[mesh.cells_of("metal")] = 7
    front = fem.Function(fem.functionspace(electrodes.mesh, ("DG", 0)))
    front.x.array[electrodes.tags.find(mesh.boundaries["front"])] = 2

    def total(form):
        here = fem.assemble_scalar(fem.form(form, entity_maps=[electrodes.entity_map]))
        return mesh.comm.allreduce(here, op=MPI.SUM)

    area = alone.measure_of("front")
    assert total(metal * front * mesh.ds("front", side="metal")) == pytest.approx(14 * area)
    assert total(metal("+") * front("+") * mesh.dS()) == pytest.approx(14 * area)
    assert total(front * mesh.ds("front")) == pytest.approx(2 * area)
    for name in (*mesh.regions, *mesh.boundaries):
        assert mesh.measure_of(name) == pytest.approx(alone.measure_of(name))
    assert np.allclose(mesh.front_sizes(), alone.front_sizes(), rtol=1e-12)
    assert mesh.statistics == alone.statistics


def check_mistakes():
    """Whatever goes wrong on rank 0 is raised on both, and nobody waits."""
    too_wide = shape_named("bump")(gap="500 um", radius="60 um")
    for attempt in (
        lambda: mesh_drawing(lambda gmsh: 1 / 0, "2d", MPI.COMM_WORLD),
        lambda: mesh_drawing(lambda gmsh: 2, "2d", MPI.COMM_WORLD),
        lambda: build(too_wide, MPI.COMM_WORLD),
    ):
        with pytest.raises(InputError) as caught:
            attempt()
        lines = MPI.COMM_WORLD.allgather(str(caught.value))
        assert lines[0] == lines[1]


def test_two_ranks_agree_with_one_and_fail_together():
    # fem_kna first: it finds MPI before this file imports DOLFINx.
    program = f"import fem_kna, runpy; runpy.run_path({__file__!r}, run_name='__main__')"
    launcher = str(MPIRUN) if MPIRUN.exists() else "mpirun"
    command = [launcher, "-n", "2", sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    for dimension in ("1d", "2d", "3d"):
        check_interface(dimension)
    check_mistakes()
