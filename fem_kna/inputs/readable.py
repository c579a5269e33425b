"""Numbers in the units that electrochemists read."""

from .units import registry

# The unit electrochemists read, for each SI unit that they do not.
READABLE = {
    "m": "um",
    "K": "degC",
    "Pa": "MPa",
    "Pa*s": "mPa*s",
    "S/m": "mS/cm",
    "A/m^2": "mA/cm^2",
    "ohm*m^2": "ohm*cm^2",
    "m^3/mol": "cm^3/mol",
    "kg/m^2": "g/m^2",
    "J/mol": "kJ/mol",
    "V/K": "mV/K",
    "J/m^2/K": "mJ/m^2/K",
}


def unit_shown(unit: str) -> str:
    """Return the unit in which a number in the SI unit `unit` is shown."""
    return READABLE.get(unit, unit)


def number(value: float, unit: str) -> str:
    """Return `value`, in the SI unit `unit`, in the unit it is shown in; four digits."""
    return f"{registry.Quantity(float(value), unit).to(unit_shown(unit)).magnitude:.4g}"
