"""The metals on the electrodes as amounts per area: how they start, and what they make up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..inputs.case import Case
from ..physics.composition import METALS, LocalMetal, concentration
from ..physics.compound import COMPOUND
from .films import SIDES, places_on
from .state import Fields, State

# Weight of the metals' balances in the residual. A thick electrode holds so much that rounding of
# its rate alone, amount/h, would hide from Newton's method that everything else is solved. These
# balances are met to round-off all the same: amounts enter them linearly.
AMOUNTS = 1e-3


def compound_of(composition: Any) -> Any:
    """Return the law by which KNa2 forms in an electrode, None where none does."""
    return getattr(composition, "compound", None)


def amounts_of(composition: Any, amounts: Mapping[str, Any]) -> dict[str, Any]:
    """Return of the `amounts` on the electrodes those that this one's `composition` knows."""
    forms = compound_of(composition) is not None
    return {name: n for name, n in amounts.items() if name != COMPOUND or forms}


def weighed_amounts(test: State) -> State:
    """Return the test functions with the weight of the metals' balances."""
    amounts = {name: AMOUNTS * one for name, one in test.amounts.items()}
    sodium, bound = (None if one is None else AMOUNTS * one for one in (test.sodium, test.bound))
    return replace(test, amounts=amounts, sodium=sodium, bound=bound)


def deposit_at_start(scaled: Case, fields: Fields) -> None:
    """Put the metals of a scaled case on the electrodes, and sodium into them where it diffuses."""
    for n in fields.plated:
        for side, boundary in zip(SIDES, scaled.boundaries, strict=True):
            electrode = getattr(scaled, side)
            if electrode.composition is not None:
                amounts = electrode.composition.initial(electrode.metal)
                rows = n.x.array.reshape(-1, fields.columns)
                places = places_on(fields, boundary)
                rows[places, : len(METALS)] = [amounts[name] for name in METALS]
    for c in fields.dissolved[:1]:
        metal: Any = scaled.working.metal
        c.x.array[:] = concentration(metal.sodium_mole_fraction, metal)


def surface_metal(model: Any, side: str) -> LocalMetal:
    """Return the metal at each place of an electrode whose composition varies; in SI."""
    electrode, fields, scales = getattr(model.case, side), model.fields, model.scales
    places = places_on(fields, electrode.boundary)
    columns = fields.plated[0].x.array.reshape(-1, fields.columns)[places].T
    amounts = dict(zip(fields.stocks, columns * scales.of("mol/m^2"), strict=False))
    skin, law = columns[len(fields.stocks) :] * scales.of("mol/m^3"), electrode.composition
    found: LocalMetal = law.surface(electrode.metal, amounts_of(law, amounts), *skin)
    return found
