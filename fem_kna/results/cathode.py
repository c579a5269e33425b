"""A porous cathode in numbers; and which of a run's numbers mean nothing, or another thing."""

from typing import Any

from .fronts import Row

# Of metal that is plated: a cathode's collector has none, and a cell's voltage is no polarisation.
OF_METAL = ("polarisation [V]", "deposited_volume [m3/m2]", "sodium_share [-]", "current_focus [-]")
WORDS = (
    ("plated_charge [", "discharged_charge ["),
    ("stripped_charge [", "charged_charge ["),
    ("_plating_polarisation", "_discharge_voltage"),
    ("_stripping_polarisation", "_charge_voltage"),
)


def row(values: Row, electrode: Any) -> Row:
    """Return the mean filling of the particles, where the working `electrode` has some.

    `values` are the observer's integrals.
    """
    return {"filling [-]": values["inserted"] / values["cathode"]} if electrode.porous else {}


def defined(row: Row, electrode: Any) -> Row:
    """Return those columns of a `row` that mean something for the working `electrode`."""
    return {key: row[key] for key in row if not (electrode.porous and key in OF_METAL)}


def cycled(row: Row, electrode: Any) -> Row:
    """Return the row of a cycle in the words of a cell that is discharged and charged.

    Its energy is what the terminals have put in: of a cell that gave more than it took, negative.
    """
    if not electrode.porous:
        return row
    return {_worded(key): value for key, value in row.items()}


def _worded(key: str) -> str:
    for metal, cathode in WORDS:
        key = key.replace(metal, cathode)
    return key
