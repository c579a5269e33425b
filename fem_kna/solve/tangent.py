"""What a Jacobian may have besides the derivative. No physics."""

from collections.abc import Sequence
from typing import Any, Protocol

import ufl


class Tangent(Protocol):
    """How a Jacobian differs from the derivative, by what it remembers of the iterates."""

    added: Any

    def follow(self, first: bool) -> None:
        """Go on to the unknowns' present iterate, or begin with it, the `first` one. Collective."""

    def forget(self) -> None:
        """Forget the iterates so far: they led nowhere."""


def add(form: Any, jacobian: Sequence[list[Any]], trials: Sequence[Any]) -> None:
    """Add a bilinear form to the blocks of a Jacobian."""
    for row, blocks in zip(jacobian, ufl.extract_blocks(form), strict=False):
        for place, block in enumerate(blocks):
            if block is not None:
                row[place] += ufl.replace(block, {block.arguments()[1]: trials[place]})
