"""Remeshing on two ranks: the mesh and the fields of one rank, and mistakes that reach every rank.

Run as a program it is what both ranks do.
"""

import sys

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from fem_kna import shape as shape_named
from fem_kna.geometry.build import build
from fem_kna.inputs.errors import RunError
from fem_kna.inputs.units import mapped
from fem_kna.motion.outline import outline
from fem_kna.motion.quality import worst_quality
from fem_kna.motion.remesh import remeshed
from fem_kna.motion.sizes import SizeField
from fem_kna.motion.tiring import edge_lengths
from fem_kna.motion.transfer import Transfer
from fem_kna.motion.whole import gathered
from fem_kna.verify.parallel import launched

SAME = 1e-12
WORLD = MPI.COMM_WORLD


def moved(dimension, comm):
    """A bump, lifted and sheared."""
    lengths = {"gap": "100 um", "width": "20 um", "electrolyte_gap": "30 um", "growth": 0.3}
    shape = shape_named("bump")(dimension=dimension, **lengths)
    domain = build(mapped(shape, lambda v, unit: v * 1e4 if unit.symbol else v), comm)
    x, up = domain.mesh.geometry.x, domain.mesh.geometry.dim - 1
    lift = np.exp(-((np.linalg.norm(x[:, :up], axis=1) / 0.06) ** 2)) * np.exp(-5 * x[:, up])
    x[:, up] += np.where(x[:, up] < 0.29, 0.4 * x[:, up] * lift, 0.0)
    return domain


def anew(dimension, comm):
    """Return the old and the new domain, and integrals of fields carried over."""
    old = moved(dimension, comm)
    front = outline(old, "front")
    wanted = 1.3 * edge_lengths(front)
    size = SizeField(front.points, wanted, 0.3, 0.08) if comm.rank == 0 else None
    new = remeshed(old, size, moving=("front", "counter"))
    transfer, up = Transfer(old, new), old.mesh.geometry.dim - 1
    numbers = [new.measure_of(name) for name in (*new.regions, *new.boundaries)]
    meshes = [(old.mesh, new.mesh, transfer.bulk, new.dx())]
    meshes += [(old.front_mesh.mesh, new.front_mesh.mesh, transfer.surface, new.front_dx("front"))]
    for before, after, carry, measure in meshes:
        for degree in (1, 2):
            source, target = (
                fem.Function(fem.functionspace(mesh, ("Lagrange", degree)))
                for mesh in (before, after)
            )
            source.interpolate(lambda x: np.exp(-3 * x[up]) * np.cos(9 * x[0]))
            target.x.array[:] = np.nan  # every node, ghosts too, must get a value
            carry(source, target)
            assert np.isfinite(target.x.array).all()
            here = fem.assemble_scalar(fem.form(target * measure))
            numbers.append(comm.allreduce(here, op=MPI.SUM))
    return new, np.array([*numbers, worst_quality(new.mesh), transfer.distance])


def check_same(dimension):
    """The mesh of two ranks is that of one to the last bit, its fields to round-off."""
    alone, one = anew(dimension, MPI.COMM_SELF)
    together, two = anew(dimension, WORLD)
    assert np.allclose(one[:-1], two[:-1], rtol=SAME, atol=0), one - two
    assert two[-1] == pytest.approx(one[-1], abs=SAME)
    assert alone.statistics == together.statistics
    theirs, mine = gathered(together), gathered(alone)
    if WORLD.rank == 0:
        for name in ("points", "cells", "regions", "facets", "tags"):
            assert np.array_equal(getattr(theirs, name), getattr(mine, name)), name


def check_mistakes():
    """What goes wrong on rank 0 is raised on both, in one line."""
    domain = moved("2d", WORLD)
    with pytest.raises(RunError) as caught:
        remeshed(domain, lambda points: 1 / 0)
    lines = WORLD.allgather(str(caught.value))
    assert lines == ["remeshing: division by zero"] * 2


def test_two_ranks_make_the_mesh_of_one_and_fail_together():
    # fem_kna first: it finds MPI before this file imports DOLFINx.
    program = f"import fem_kna, runpy; runpy.run_path({__file__!r}, run_name='__main__')"
    launched([sys.executable, "-c", program], 2, limit=100)


if __name__ == "__main__":
    assert WORLD.size == 2
    for dimension in ("2d", "axisymmetric", "3d"):
        check_same(dimension)
    check_mistakes()
