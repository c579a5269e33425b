"""The narrowest place on the widest way through a mat of parallel fibres, seen in section."""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components


def throat(centres: np.ndarray, diameter: float, width: float) -> float:
    """Return the gap [m] that whoever crosses the mat has to pass, on the way where it is widest.

    A way from below to above is blocked by a chain of fibres from the left side to the right one.
    The widest way is as wide as the widest gap in that chain whose widest gap is least. The sides
    are mirrors: a fibre's neighbour there is its own image.

    Args:
        centres: of the fibres [m], an array (n, 2).
        diameter: of the fibres [m].
        width: of the section, from 0 [m].
    """
    gaps = _gaps(centres, diameter, width)
    levels = np.unique(gaps)
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high) // 2
        if _blocked(gaps <= levels[middle]):
            high = middle
        else:
            low = middle + 1
    return float(levels[low])


def _gaps(centres: np.ndarray, diameter: float, width: float) -> np.ndarray:
    """Return the gaps between fibres, and of fibres from their images: left and right come last."""
    n = len(centres)
    gaps = np.full((n + 2, n + 2), np.inf)
    gaps[:n, :n] = np.linalg.norm(centres[:, None] - centres, axis=2) - diameter
    for side, off in enumerate((centres[:, 0], width - centres[:, 0])):
        gaps[n + side, :n] = gaps[:n, n + side] = 2 * off - diameter
    return gaps


def _blocked(linked: np.ndarray) -> bool:
    """Whether the left side and the right one hang together."""
    _, group = connected_components(csr_array(linked), directed=False)
    return bool(group[-1] == group[-2])
