"""How a case is computed: element, tolerances, new meshes, solver."""

from typing import Self

from pydantic import Field, InstanceOf

from .units import Fraction, Parameters, PositiveNumber, Time, Viscosity, given


class Remeshing(Parameters):
    """When a moving mesh has tired, and what the new one shall be like.

    A new mesh is made when the worst cell's `quality` (Gmsh's gamma, 1 for an equilateral cell)
    falls below the one given, or an edge of the front grows `longest` times what is wanted there:
    the size it had at the start, or less where the front turns by more than `angle` per element,
    but not below `finest` times the smallest at the start. A new mesh that is no better itself,
    as in 3-D by a `quality` above 0.35, serves until it has lost a twentieth. Away from the front
    edges grow by `growth` per distance.
    """

    quality: Fraction = given(0.3, "a mesh that fell to it still gives second order")
    longest: PositiveNumber = given(1.8, "before the edges' midpoints are missed")
    angle: PositiveNumber = given(0.35, "18 elements around a circle")
    finest: PositiveNumber = given(0.7, "a kink must not ask for ever smaller elements")
    growth: PositiveNumber = given(0.25, "coarser than a first mesh: fields are smooth off a front")


IN_SPACE = 0.02  # with 0.01 no needle was seen to grow on fronts in 3-D


class Numerics(Parameters):
    """Settings of the discretisation: another reader may change them and expect the same answer.

    `front_smoothing` s is a numerical surface diffusion s |v| h^3 of fronts with elements h and the
    speed v, see `fem_kna.physics.front.smoothing`. None: 0.02 in 3-D, where one node makes a
    needle, and none elsewhere.
    """

    degree: int = Field(default=1, ge=1, le=2)
    time_tolerance: PositiveNumber = given(
        1e-3, "error per step of any concentration, over the electrolyte's salt concentration"
    )
    front_tolerance: PositiveNumber = given(
        1e-2, "error per step of a moving front's place, over its smallest element"
    )
    front_smoothing: Fraction | None = None
    remeshing: InstanceOf[Remeshing] = Field(default_factory=Remeshing)
    first_step: Time = given("1 ms", "well below the charge-transfer response of a filter cell")
    longest_step: Time | None = None
    least_viscosity: Viscosity = given(
        "1 kPa*s",
        "added to metal that flows: liquid levels 10 um in 30 ms, not in 20 ns",
    )
    frames: int = Field(default=20, ge=1)
    solver: str = "auto"

    def on(self, dimension: str) -> Self:
        """Return the settings with what the mesh's `dimension` decides."""
        if self.front_smoothing is not None:
            return self
        smoothing = IN_SPACE if dimension == "3d" else 0.0
        return self.model_copy(update={"front_smoothing": smoothing})
