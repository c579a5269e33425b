"""Moving single nodes to lift the few worst cells that a mesh generator leaves."""

from dataclasses import replace
from itertools import product

import numpy as np

from .labels import Labels, meeting, planes
from .quality import gammas, signed_sizes
from .whole import Whole

GOOD = 0.35  # gamma of a cell that is left alone
SWEEPS = 4
STEPS = 8  # halvings of the step of a node
FIRST = 0.2  # the first step, in units of the mean edge at the node


def mended(whole: Whole, labels: Labels) -> Whole:
    """Return the mesh with nodes of its worst cells moved to where the worst around is best.

    Cells must be of positive orientation. Nodes of planes stay in them; corners, held facets and
    moving electrodes stay as they are. No cell gets worse than the worst of its neighbours was.
    """
    points = whole.points.copy()
    ways = _ways(whole, labels)
    order = np.argsort(whole.cells.ravel(), kind="stable")
    starts = np.searchsorted(whole.cells.ravel()[order], np.arange(len(points) + 1))
    for _ in range(SWEEPS):
        worst = gammas(points[whole.cells])
        poor = np.flatnonzero(worst < GOOD)
        nodes = np.unique(whole.cells[poor[np.argsort(worst[poor])]])
        for node in nodes[ways[nodes].any(axis=1)]:
            star = order[starts[node] : starts[node + 1]] // whole.cells.shape[1]
            _move(points, int(node), whole.cells[star], ways[node])
    return replace(whole, points=points)


def _ways(whole: Whole, labels: Labels) -> np.ndarray:
    """Return 1 for each coordinate of a node that may change, 0 for the others, (n, gdim)."""
    free = np.ones_like(whole.points)
    for part, nodes in planes(whole.facets, labels):
        free[nodes, part.axis] = 0.0
    curved = np.array([part.axis is None for part in labels.parts], dtype=bool)
    free[whole.facets[curved[labels.of]]] = 0.0
    free[meeting(whole, labels)] = 0.0
    return free


def _move(points: np.ndarray, node: int, star: np.ndarray, way: np.ndarray) -> None:
    """Move one node in place, by a pattern search with shrinking steps."""
    directions = np.array([d for d in product((-1, 0, 1), repeat=len(way)) if any(d)]) * way
    directions = np.unique(directions, axis=0)
    corners = points[star]
    step = FIRST * np.linalg.norm(corners - points[node], axis=2).mean()
    best = _least(points, node, star, points[node][None])[0]
    for _ in range(STEPS):
        trials = points[node] + step * directions
        least = _least(points, node, star, trials)
        winner = int(np.argmax(least))
        if least[winner] > best:
            best, points[node] = least[winner], trials[winner]
        else:
            step /= 2


def _least(points: np.ndarray, node: int, star: np.ndarray, trials: np.ndarray) -> np.ndarray:
    """Return the least gamma around the node at each of its trial places (t, gdim), (t,)."""
    corners = np.broadcast_to(points[star], (len(trials), *star.shape, points.shape[1])).copy()
    corners[:, star == node] = trials[:, None]
    flat = corners.reshape(-1, *corners.shape[2:])
    worth = np.where(signed_sizes(flat) > 0, gammas(flat), -1.0)
    return worth.reshape(len(trials), -1).min(axis=1)
