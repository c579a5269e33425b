"""Numbers of the paper that no continuum model of a cell can give; said, so that none is missed."""

from .item import OUT_OF_REACH, Experiment, Found, Item
from .keeping import Store

LINES = (
    (
        "text",
        "cycle life in cycles",
        "60 to 220 on Cu, 4000 symmetric",
        "size and number of flaws in the film are not known; see the rankings",
    ),
    (
        "figure 3",
        "Coulombic efficiency from first principles",
        "51 to 89 %",
        "no reaction of the solvent is modelled: losses are calibrated",
    ),
    (
        "figure 1g-i",
        "intensities of diffraction peaks",
        "K's vanish in KNA-5.0",
        "texture and grain size are not modelled",
    ),
    (
        "figure 2",
        "amount of KNa2 while plating",
        "six peaks",
        "peaks are no measure of an amount; its rate constants are guesses",
    ),
    (
        "figure S6",
        "density of nuclei",
        "higher with Na+",
        "deposits are well mixed; no nucleation",
    ),
)


def beyond(store: Store) -> Found:
    """Return what is out of reach, and why."""
    return Found(
        [Item(place, item, paper, "-", OUT_OF_REACH, on=why) for place, item, paper, why in LINES]
    )


BEYOND = Experiment("beyond", "numbers out of reach of the model, and why", beyond)
