"""Random discs that keep their distance."""

import numpy as np

from ..inputs.errors import InputError

# Discs dropped at random jam when they cover 0.547 of the plane; close to that it takes for ever.
DENSEST = 0.5
TRIES = 2000


def coverage(box: tuple[float, float], number: int, diameter: float, clearance: float) -> float:
    """Return the share of a box covered by discs that carry half of their clearance around them."""
    room = max(box[0] - clearance, 0) * max(box[1] - clearance, 0)
    return number * np.pi / 4 * (diameter + clearance) ** 2 / room if room > 0 else np.inf


def packed(
    box: tuple[float, float], number: int, diameter: float, clearance: float, seed: int
) -> np.ndarray:
    """Return the centres (number, 2) of random discs in a box with one corner at the origin.

    Discs keep `clearance` from each other and from the box. The same `seed` gives the same discs
    on every machine, in any unit of length.

    Raises:
        InputError: they do not fit.
    """
    # In units of the box width, so that rounding cannot change which disc is accepted.
    random, tall = np.random.RandomState(seed), box[1] / box[0]
    apart, margin = (diameter + clearance) / box[0], (diameter / 2 + clearance) / box[0]
    centres = np.empty((number, 2))
    placed = 0
    for _ in range(TRIES * number):
        if placed == number or 2 * margin > min(1, tall):
            break
        new = margin + random.random_sample(2) * (1 - 2 * margin, tall - 2 * margin)
        if ((centres[:placed] - new) ** 2).sum(axis=1).min(initial=np.inf) >= apart**2:
            centres[placed] = new
            placed += 1
    if placed < number:
        raise InputError(f"packing: only {placed} of {number} discs find room; accepted: fewer")
    return centres * box[0]
