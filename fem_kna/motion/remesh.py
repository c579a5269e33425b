"""A new mesh for a domain whose mesh has tired: same body, same names, better cells.

Mmg works on rank 0 on the whole mesh; everything here is collective.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..geometry.domain import Domain
from ..geometry.ranks import first_rank_alone, said
from ..inputs.errors import RunError
from .labels import Labels, labelled, snapped
from .mend import GOOD, mended
from .mmg import Accuracy, refined
from .quality import gammas, signed_sizes
from .volumes import Volumes, overlapping, region_volumes, restored
from .whole import INTERFACE, Whole, distributed, gathered

Size = Callable[[np.ndarray], np.ndarray]

CELLS = ("triangle", "tetrahedron")
NO_METAL = -1
KEPT = 1e-9  # of a region's volume, which is kept to round-off unless something is wrong
GRID = 2.0**-27  # of the mesh's extent
ENOUGH = 0.3  # gamma of the worst cell that ends the passes
NUDGES = (0.7, 1.4, 0.5, 2.0)  # on the sizes at poor cells, else Mmg would leave them again


def remeshed(
    domain: Domain,
    size: Size,
    *,
    moving: tuple[str, ...] = ("front",),
    frozen: bool = False,
    accuracy: Accuracy | None = None,
) -> Domain:
    """Return `domain` with a new mesh, where its nodes are now; collective.

    ``size(points)`` is asked on rank 0 for the edge lengths (n,) wanted at points (n, gdim), in the
    mesh's unit. Regions, boundaries and electrodes keep their names and tags. Planes stay exactly
    plane; what is curved and not in `moving` keeps its facets. The boundaries in `moving` are
    approximated anew and then shifted along their normals until the volume under each of them is
    the old one to round-off; with ``frozen=True`` they keep their facets to the last bit instead
    (but for a node that lay off its plane by round-off).
    The mesh is the same however many ranks share it.

    Raises:
        InputError: the mesh has no boundary of a name in `moving`.
        RunError: the same one line on all ranks, when there is no good mesh.
    """
    for name in moving:
        domain.facets_of(name)
    kind = domain.mesh.topology.cell_type.name
    if kind not in CELLS:
        raise RunError(f"remeshing: cells '{kind}'; accepted: {', '.join(CELLS)}")
    whole = gathered(domain)
    tags = tuple(domain.boundaries[name] for name in moving)
    how = accuracy or Accuracy()

    def work() -> Whole:
        assert whole is not None  # on rank 0
        return _renewed(whole, domain, size, tags, frozen, how)

    return distributed(first_rank_alone(domain.comm, work, _told), domain)


def _renewed(
    old: Whole, domain: Domain, size: Size, moving: tuple[int, ...], frozen: bool, how: Accuracy
) -> Whole:
    if overlapping(old):
        raise RunError("a cell of the old mesh has turned inside out")  # Mmg may not come back
    labels = labelled(old, moving, frozen)
    # A plane as drawn is plane to round-off only; from here on it is plane.
    old = replace(old, points=snapped(old.points, old.facets, labels))
    new, of = _refined(_coarsened(old, labels), labels, size, how)
    metal, round_ = domain.regions.get("metal", NO_METAL), domain.dimension == "axisymmetric"
    if not frozen:
        volumes = Volumes(moving, metal, round_, _level(labels, old.points.shape[1]))
        new = replace(new, points=restored(new, of, old, volumes))
    if not (signed_sizes(new.points[new.cells]) > 0).all():
        raise RunError("a cell turned inside out when the volume was given back")
    before, after = region_volumes(old, round_), region_volumes(new, round_)
    if any(abs(after.get(tag, 0.0) - was) > KEPT * was for tag, was in before.items()):
        raise RunError("the volume of a region is not kept")
    return new


def _coarsened(old: Whole, labels: Labels) -> Whole:
    """Return the mesh with its nodes on a grid far finer than any element.

    Mmg decides by comparing lengths, and the places it is given carry the solver's rounding, which
    differs from one number of ranks to another. On the grid they hardly ever do. What bounds a
    region and gets no volume back afterwards stays where it is: held parts, and interfaces of two
    regions without a name. Planes stay planes.
    """
    # To the nearest power of two: lengths are scaled by the gap, so an extent of about 1 is common,
    # and rounding must not choose the grid.
    grid = GRID * 2.0 ** np.round(np.log2(np.ptp(old.points, axis=0).max()))
    points = np.round(old.points / grid) * grid
    still = np.unique(old.facets[labels.held() | (old.tags == INTERFACE)])
    points[still] = old.points[still]
    return replace(old, points=snapped(points, old.facets, labels))


def _refined(old: Whole, labels: Labels, size: Size, how: Accuracy) -> tuple[Whole, Labels]:
    """Return the mesh after all passes; of some more while the worst cell is poor, the best."""
    best, of = old, labels
    for _ in range(how.passes):
        best, of = refined(best, of, _asked(size, best.points), how)
    best = mended(best, of)
    for factor in NUDGES:
        if best.worst > ENOUGH:
            break
        sizes = _asked(size, best.points).copy()
        least = float(sizes.min())
        sizes[np.unique(best.cells[gammas(best.points[best.cells]) < GOOD])] *= factor
        try:
            new, its = refined(best, of, sizes, how, least)
        except (RunError, RuntimeError):
            continue  # there is a mesh already, if a poorer one
        new = mended(new, its)
        if new.worst > best.worst:
            best, of = new, its
    return best, of


def _asked(size: Size, points: np.ndarray) -> np.ndarray:
    sizes = np.asarray(size(points), dtype=float)
    if sizes.shape != (len(points),) or not (np.isfinite(sizes) & (sizes > 0)).all():
        raise RunError("the size field must give one positive length per point")
    return sizes


def _level(labels: Labels, gdim: int) -> float:
    """Return the height of a plane between two liquids, 0 where there is none."""
    heights = [p.place for p in labels.parts if p.tag == INTERFACE and p.axis == gdim - 1]
    return heights[0] if heights else 0.0


def _told(error: Exception) -> RunError:
    return RunError(f"remeshing: {said(error)}")
