"""Memory that assembly asks for again and again stays with the process. Knows malloc alone."""

import ctypes
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

LARGE = 32 * 2**20  # [B] beyond which glibc gives back at once what is freed
TRIM_THRESHOLD, MMAP_MAX = -1, -4  # the names of mallopt(3) without their M_
NEVER, NONE = -1, 0


def keeping[Packed: Mapping[Any, np.ndarray]](packed: Packed) -> Packed:
    """Return coefficients that DOLFINx has packed; if large, have malloc keep what is freed.

    DOLFINx packs them into new arrays in every assembly, and the system clears large ones page by
    page each time: half of a residual at 8.7e5 unknowns. Smaller ones malloc keeps by itself, and
    to keep all would cost memory where a mesh is made anew now and then.
    """
    if any(array.nbytes > LARGE for array in packed.values()):
        _keep()
    return packed


@cache
def _keep() -> None:
    """Have malloc give nothing back, where it is glibc's."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(TRIM_THRESHOLD, NEVER)
        mallopt(MMAP_MAX, NONE)
