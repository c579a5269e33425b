"""Outlines on two ranks: the very numbers of one rank, on both."""

import sys

import numpy as np
from mpi4py import MPI

from fem_kna import shape as shape_named
from fem_kna.geometry.build import build
from fem_kna.motion.outline import Gatherer
from fem_kna.verify.parallel import launched

NAMES = ("front", "counter", "interface")


def bump(comm, dimension, metal):
    """A bump under a layer of electrolyte, or in 1-D a flat electrode, moved by a formula."""
    name = "planar_cell" if dimension == "1d" else "bump"
    lengths = {"gap": "500 um", "electrolyte_gap": "20 um", "metal_depth": metal, "growth": 0.3}
    domain = build(shape_named(name)(dimension=dimension, **lengths), comm)
    gatherers = [Gatherer(domain, name) for name in NAMES]
    domain.mesh.geometry.x[:] *= 1.25
    return domain, [gather() for gather in gatherers]


def check(dimension, metal):
    """Every rank holds what one rank alone would, to the last digit."""
    _, alone = bump(MPI.COMM_SELF, dimension, metal)
    domain, shared = bump(MPI.COMM_WORLD, dimension, metal)
    x = domain.mesh.geometry.x[:, : domain.mesh.geometry.dim]
    for one, two in zip(alone, shared, strict=True):
        assert len(one) > 0
        assert np.array_equal(one.points, two.points)
        assert np.array_equal(one.facets, two.facets)
        assert np.array_equal(one.normals, two.normals)
        assert np.array_equal(x[two.mesh_nodes], two.points[two.outline_nodes])
        places = MPI.COMM_WORLD.allgather(two.outline_nodes)
        assert len(np.unique(np.concatenate(places))) == len(two.points)


def test_outline_is_the_same_on_two_ranks():
    # fem_kna first: it finds MPI before this file imports DOLFINx.
    program = f"import fem_kna, runpy; runpy.run_path({__file__!r}, run_name='__main__')"
    launched([sys.executable, "-c", program], 2, limit=60)


if __name__ == "__main__":
    for dimension in ("1d", "2d", "axisymmetric", "3d"):
        for metal in (None, "20 um"):
            check(dimension, metal)
