"""The paper's two full cells: KNA-3.5 against PBA and sodium rhodizonate, and what it measured."""

from ..geometry.find import shape_named
from ..inputs.case import Case, Electrode
from ..inputs.porous import PorousElectrode
from ..inputs.units import given
from ..materials import film
from ..physics.composition import WellMixed
from ..physics.film import UniformFilm
from ..protocols.protocol import Protocol
from .rates import Cathode

COATING = (
    "20 um"  # with half of it active some 2 mg/cm2, as laboratory coatings have; none is named
)
RATES = (0.1, 0.2, 0.5, 1.0)


def full_cell(material: str, label: str, cut_off: str, top: str, metal: str = "KNA-3.5") -> Case:
    """Return a full cell, one discharge and charge at 0.2 C: the rate of the paper's long cycling.

    Args:
        material: of the cathode.
        label: what the paper means by 1 C, per mass.
        cut_off: voltage at which a discharge ends.
        top: voltage at which a charge ends.
        metal: of the anode.
    """
    cathode = PorousElectrode(material=material)
    anode = Electrode(
        metal=metal,
        film=UniformFilm(resistance=film("SEI on K").resistance),
        composition=WellMixed(depth=given("300 um", "thinnest of discs usual in coin cells")),
    )
    steps = (f"Discharge at 0.2C until {cut_off}", f"Charge at 0.2C until {top}")
    return Case(
        name="full_cell",
        mesh=shape_named("full_cell")(
            dimension="1d", cathode=given(COATING, "some 2 mg/cm2 of active mass; none is named")
        ),
        electrolyte="0.4 M KFSI-NaPF6/DME",
        separator="GF/D",
        working=cathode,
        counter=anode,
        drive=Protocol(capacity=cathode.capacity(COATING, label), steps=steps),
    )


PBA = Cathode(
    name="PBA",
    case=lambda: full_cell("PBA", "180 mA*h/g", "3.2 V", "4.3 V"),
    label=180.0,
    rates=RATES,
    capacities=(126.0, 98.0, 65.0, 32.0),
    cut_off=3.2,
)
SR = Cathode(
    name="SR",
    case=lambda: full_cell("SR", "250 mA*h/g", "0.8 V", "2.8 V"),
    label=250.0,
    rates=RATES,
    capacities=(166.0, 150.0, 119.0, 70.0),
    cut_off=0.8,
)
CATHODES = (PBA, SR)
