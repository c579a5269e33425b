"""What a metal, an electrolyte, a separator, a film and a charge transfer are: their numbers.

Every number is kept in SI with its source, plausible range and trust (see `inputs.units`).
"""

from typing import Annotated

from pydantic import Field, model_validator

from ..inputs.errors import InputError
from ..inputs.messages import unknown
from ..inputs.units import (
    ArealMass,
    AreaResistance,
    Concentration,
    Conductivity,
    Density,
    Diffusivity,
    ExchangeCurrentDensity,
    Fraction,
    Length,
    MolarEnergy,
    MolarVolume,
    Parameters,
    PoissonNumber,
    PositiveNumber,
    Potential,
    Pressure,
    ReferenceConcentration,
    StrainRate,
    SurfaceEnergy,
    Temperature,
    Viscosity,
)


class Creep(Parameters):
    """Power-law creep of the solid metal.

    rate = reference_strain_rate (stress / reference_stress)**stress_exponent
           exp[-activation_energy / R (1/T - 1/298.15 K)],

    with the uniaxial (von Mises) stress and strain rate. At rates well below `rest_strain_rate`
    the metal flows as a Newtonian liquid (diffusion creep).
    """

    reference_strain_rate: StrainRate
    reference_stress: Pressure
    stress_exponent: PositiveNumber
    activation_energy: MolarEnergy
    rest_strain_rate: StrainRate


class Mush(Parameters):
    """Solid grains and liquid between them: how the liquid weakens the metal.

    `weakening` is alpha in rate ~ exp(alpha phi) at the same stress, phi being the liquid volume
    fraction, up to `critical_liquid_fraction`, from which on the grains no longer hold together.
    Their suspension yields at the shear stress

        yield_stress [(s / yield_onset - 1) / (1 - s / s_m)]**yield_exponent

    above the solid fraction s = 1 - phi = `yield_onset`; s_m = 1 - critical_liquid_fraction.
    """

    weakening: PositiveNumber
    critical_liquid_fraction: Fraction
    yield_stress: Pressure
    yield_onset: Fraction
    yield_exponent: PositiveNumber


class Metal(Parameters):
    """Potassium, sodium or an alloy of the two, in equilibrium at one temperature.

    Molar volumes are those of the element as it is shared between the phases, so that
    x V_Na + (1 - x) V_K is the alloy's molar volume. Activities refer to the pure bcc metals.
    `sodium_mole_fraction_at_solidus` and `..._at_liquidus` bound the field in which
    potassium-rich bcc and liquid coexist at this temperature. `creep` belongs to the solid,
    `liquid_viscosity` to the liquid, `mush` to both, whether or not a phase is present.
    """

    name: str
    phases: tuple[str, ...]
    temperature: Temperature
    sodium_mass_fraction: Fraction
    sodium_mole_fraction: Fraction
    liquid_mole_fraction: Fraction
    liquid_mass_fraction: Fraction
    liquid_volume_fraction: Fraction
    activity_of_potassium: Fraction
    activity_of_sodium: Fraction
    sodium_mole_fraction_at_solidus: Fraction
    sodium_mole_fraction_at_liquidus: Fraction
    solidus_temperature: Temperature
    liquidus_temperature: Temperature
    molar_volume_of_potassium: MolarVolume
    molar_volume_of_sodium: MolarVolume
    density: Density
    surface_energy: SurfaceEnergy
    liquid_viscosity: Viscosity
    creep: Creep
    mush: Mush
    note: str = ""

    def activity(self, element: str) -> float:
        """Activity of 'K' or 'Na', pure bcc metal = 1."""
        return _of_element(element, self.activity_of_potassium, self.activity_of_sodium)

    def molar_volume(self, element: str) -> float:
        """Molar volume [m3 mol-1] of 'K' or 'Na' in this metal."""
        return _of_element(element, self.molar_volume_of_potassium, self.molar_volume_of_sodium)


def _of_element(element: str, potassium: float, sodium: float) -> float:
    values = {"K": potassium, "Na": sodium}
    if element not in values:
        raise InputError(unknown("element", element, values))
    return values[element]


class Ion(Parameters):
    """One dissolved ion: its charge number, concentration and diffusivity."""

    name: str
    charge: Annotated[int, Field(strict=True)]
    concentration: Concentration
    diffusivity: Diffusivity


class Electrolyte(Parameters):
    """A salt solution. The first ion is the host cation, the last an anion.

    Conductivity, salt diffusivity, transference number (of the host cation, against the solvent)
    and thermodynamic factor 1 + dln f/dln c describe the salt as a whole (concentrated solution);
    the ions' diffusivities describe the dilute limit.
    """

    name: str
    solvent: str
    ions: tuple[Ion, ...]
    conductivity: Conductivity
    salt_diffusivity: Diffusivity
    transference_number: Fraction
    thermodynamic_factor: PositiveNumber
    note: str = ""

    @model_validator(mode="after")
    def _electroneutral(self) -> "Electrolyte":
        charges = {ion.name: ion.charge * ion.concentration for ion in self.ions}
        net = sum(charges.values())
        if abs(net) > 1e-9 * sum(map(abs, charges.values())):
            shares = ", ".join(f"{name} {share:+g}" for name, share in charges.items())
            raise ValueError(f"net charge {net:+.4g} mol/m^3 ({shares}); accepted: zero")
        return self

    def ion(self, name: str) -> Ion:
        """Return the ion called `name`; `InputError` with the known ones if there is none."""
        ions = {ion.name: ion for ion in self.ions}
        if name not in ions:
            raise InputError(unknown("ion", name, ions))
        return ions[name]

    @property
    def anions(self) -> tuple[Ion, ...]:
        """The negative ions."""
        return tuple(ion for ion in self.ions if ion.charge < 0)

    @property
    def salt_concentration(self) -> float:
        """Equivalents of salt, the anions' total charge [mol m-3]."""
        return -sum(ion.charge * ion.concentration for ion in self.anions)


class Separator(Parameters):
    """A porous mat soaked with electrolyte. D_eff = porosity**bruggeman_exponent D.

    Its skeleton has the Young's modulus `compressive_modulus` and the `poisson_number` at small
    strain; compressed, it stiffens with its solid fraction to the power `stiffening_exponent`.
    """

    name: str
    thickness: Length
    porosity: Fraction
    bruggeman_exponent: PositiveNumber
    particle_retention: Length
    areal_mass: ArealMass
    fibre_diameter: Length
    compressive_modulus: Pressure
    poisson_number: PoissonNumber
    stiffening_exponent: PositiveNumber
    note: str = ""


class Film(Parameters):
    """A film (SEI) on the metal: intact, and where it is cracked and freshly re-formed."""

    name: str
    resistance: AreaResistance
    cracked_resistance: AreaResistance
    thickness: Length
    conductivity: Conductivity
    modulus: Pressure
    poisson_number: PoissonNumber
    crack_stress: Pressure
    note: str = ""


class Interdiffusion(Parameters):
    """Diffusion of sodium against potassium in bcc (K), liquid and bcc (Na)."""

    name: str
    in_potassium: Diffusivity
    in_liquid: Diffusivity
    in_sodium: Diffusivity
    note: str = ""


class ElectrodeKinetics(Parameters):
    """Charge transfer M -> M+ + e- of one metal.

    The exchange current density holds at the reference concentration of the ion, over the pure
    metal (activity 1); the standard potential is that of this state against K+/K.
    """

    name: str
    ion: str
    exchange_current_density: ExchangeCurrentDensity
    reference_concentration: ReferenceConcentration
    anodic_transfer_coefficient: Fraction
    cathodic_transfer_coefficient: Fraction
    standard_potential: Potential
    note: str = ""
