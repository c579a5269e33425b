"""Points handed out in ever smaller batches, so that start-up is shared and all cores end together.

Guided self-scheduling (Polychronopoulos, Kuck, IEEE Trans. Comput. 36 (1987) 1425): a batch takes a
share of what is left, here half of an even share, and never more than a job is to take.
"""

from collections.abc import Iterator, Sequence

SHARE = 2  # batches that would do for each place, of what is left


def batches[T](points: Sequence[T], places: int, most: int) -> Iterator[Sequence[T]]:
    """Yield `points` in batches of at most `most`, for so many `places` that work at a time."""
    begin = 0
    while begin < len(points):
        left = len(points) - begin
        size = max(1, min(most, left // (SHARE * places)))
        yield points[begin : begin + size]
        begin += size
