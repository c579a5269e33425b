"""Potassium and sodium: what melts when, how heavy, how large."""

from typing import Annotated

from ..inputs.units import (
    Density,
    MolarEnergy,
    MolarMass,
    MolarVolume,
    Parameters,
    Temperature,
    Unit,
    given,
)

_ATOMIC_WEIGHTS = "standard atomic weights, IUPAC"
_FUSION = "tables of CODATA and Hultgren, to 0.5 %"
_FOUST = "Foust, Sodium-NaK Engineering Handbook (1972), as coded in MOOSE's NaK properties"


class Element(Parameters):
    """A pure metal, bcc below its melting point.

    The heat capacity of fusion is neglected. The liquid's density is
    `liquid_density` + `liquid_density_slope` (T - 273.15 K), also below the melting point.
    `molar_volume` is the solid's at 25 degC; its thermal expansion (1 % from -12.6 to 63.7 degC)
    is left out.
    """

    molar_mass: MolarMass
    melting_point: Temperature
    enthalpy_of_fusion: MolarEnergy
    molar_volume: MolarVolume
    liquid_density: Density
    liquid_density_slope: Annotated[float, Unit("kg/m^3/K")]

    def melting_energy(self, temperature: float) -> float:
        """Gibbs energy of the liquid minus bcc [J mol-1], H_fus (1 - T/T_m)."""
        return float(self.enthalpy_of_fusion * (1 - temperature / self.melting_point))

    def liquid_molar_volume(self, temperature: float) -> float:
        """Molar volume of the (perhaps supercooled) liquid [m3 mol-1]."""
        density = self.liquid_density + self.liquid_density_slope * (temperature - 273.15)
        return float(self.molar_mass / density)


POTASSIUM = Element(
    molar_mass=given(
        "39.0983 g/mol", _ATOMIC_WEIGHTS, trust="recalled", range=("39.0982 g/mol", "39.0984 g/mol")
    ),
    melting_point=given(
        "336.86 K",
        "63.7 degC, Addison, Creffield and Pulham, J. Chem. Soc. A (1971) 2685",
        trust="measured",
        range=("336.7 K", "336.9 K"),
    ),
    enthalpy_of_fusion=given(
        "2335 J/mol", _FUSION, trust="recalled", range=("2323 J/mol", "2347 J/mol")
    ),
    molar_volume=given(
        "45.53 cm^3/mol",
        "bcc lattice parameter 0.5328 nm: 858.7 kg/m3",
        trust="derived",
        range=("45.3 cm^3/mol", "45.7 cm^3/mol"),
    ),
    liquid_density=given(
        "841.5 kg/m^3", _FOUST, trust="measured", range=("837 kg/m^3", "846 kg/m^3")
    ),
    liquid_density_slope=given(
        "-0.2172 kg/m^3/K",
        _FOUST + "; its terms of higher order, 0.01 % at 64 degC, are left out",
        trust="measured",
        range=("-0.23 kg/m^3/K", "-0.21 kg/m^3/K"),
    ),
)

SODIUM = Element(
    molar_mass=given(
        "22.98977 g/mol",
        _ATOMIC_WEIGHTS,
        trust="recalled",
        range=("22.98976 g/mol", "22.98978 g/mol"),
    ),
    melting_point=given("370.95 K", _FUSION, trust="recalled", range=("370.8 K", "371.0 K")),
    enthalpy_of_fusion=given(
        "2600 J/mol", _FUSION, trust="recalled", range=("2587 J/mol", "2613 J/mol")
    ),
    molar_volume=given(
        "23.75 cm^3/mol",
        "density 968 kg/m3 at 25 degC",
        trust="derived",
        range=("23.6 cm^3/mol", "23.9 cm^3/mol"),
    ),
    liquid_density=given(
        "945.3 kg/m^3", _FOUST, trust="measured", range=("940 kg/m^3", "950 kg/m^3")
    ),
    liquid_density_slope=given(
        "-0.22473 kg/m^3/K", _FOUST, trust="measured", range=("-0.24 kg/m^3/K", "-0.21 kg/m^3/K")
    ),
)
