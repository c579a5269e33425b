"""Checks of the separator's skeleton against formulas: laws, uniform strains, prestress, bars.

Lengths and stresses are of the order of one. Formulas are written anew, by principal stretches.
"""

from collections.abc import Callable, Iterator, Sequence
from math import log, pi, prod
from typing import Any

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from ..geometry.domain import Domain
from ..geometry.shape import Dimension
from ..mechanics.block import block
from ..mechanics.elastic import ElasticMat
from ..physics.flow import pressing
from ..physics.skeleton import FibreMat, NeoHookean, Skeleton, porosity
from . import elastic_orders, indentation
from .check import Check, CheckFunction

E, NU = 1.3, 0.2
MU, M = E / (2 * (1 + NU)), E * (1 - NU) / ((1 + NU) * (1 - 2 * NU))
NEO = NeoHookean(modulus=f"{E} Pa", poisson_number=NU)
MATS = {
    m: FibreMat(modulus=f"{E} Pa", poisson_number=NU, stiffening_exponent=m) for m in (3.0, 2.4)
}
LAWS: dict[str, Skeleton] = {"neo-Hookean": NEO} | {f"mat, m = {m:g}": MATS[m] for m in MATS}
SIZES: dict[Dimension, tuple[float, ...]] = {
    "2d": (0.8, 1.1),
    "axisymmetric": (0.8, 1.1),
    "3d": (0.8, 0.9, 1.1),
}
EXACT, SLOPE = 1e-10, 1e-8  # of what linear elements hold; of finite differences
STRAIN = 1e-6  # that counts as small
PRESSED = np.array([[0.9, 0.15, -0.05], [-0.1, 0.7, 0.08], [0.12, -0.03, 1.05]])
GRADIENTS = {"pressed": PRESSED, "pulled": PRESSED + 0.4 * np.eye(3)}
POROSITY = 0.92


def neo_hookean(stretches: Sequence[float]) -> list[float]:
    """Return [mu (l_i^2 - 1) + lambda ln J] / J [Pa] at the stretches l_i."""
    J = prod(stretches)
    return [(MU * (stretch**2 - 1) + (M - 2 * MU) * log(J)) / J for stretch in stretches]


def fibre_mat(m: float) -> Callable[[Sequence[float]], list[float]]:
    """Return l_i dW/dl_i / J [Pa], with A = sum_j (J/l_j)^2 and a = mu/(m 3^(m/2-1)), of

    W = a J^(1-m) [A^(m/2) - (1 + 2 J^2)^(m/2)] + M/m [J + J^(1-m)/(m-1)], at J > 1 M/2 (J-1)^2.
    """
    a = MU / (m * 3 ** (m / 2 - 1))

    def stresses(stretches: Sequence[float]) -> list[float]:
        J = prod(stretches)
        areas = [(J / stretch) ** 2 for stretch in stretches]
        A, held = sum(areas), 1 + 2 * J**2
        pressure = M / m * (J**-m - 1) if J < 1 else -M * (J - 1)
        even = (1 - m) * (A ** (m / 2) - held ** (m / 2)) / J
        even -= 2 * m * J * held ** (m / 2 - 1)
        return [
            a * J ** (1 - m) * (even + m * A ** (m / 2 - 1) * (A - area) / J) - pressure
            for area in areas
        ]

    return stresses


FORMULAS = dict(zip(LAWS, (neo_hookean, *(fibre_mat(m) for m in MATS)), strict=True))


def laws() -> Iterator[Check]:
    """The stress is the energy's derivative, P = J sigma F^-T = dW/dF, and turns with the body."""
    turn, _ = np.linalg.qr(np.array([[1.0, 0.4, -0.2], [0.3, -1.1, 0.5], [0.7, 0.2, 0.9]]))
    turn *= np.linalg.det(turn)
    for name, law in LAWS.items():
        for way, F in GRADIENTS.items():
            sigma = stress(law, F)
            miss = np.linalg.det(F) * sigma @ np.linalg.inv(F).T - slope_of_energy(law, F)
            turned = stress(law, turn @ F) - turn @ sigma @ turn.T
            what = f"{name}, {way}"
            yield Check(f"{what}: energy's slope [Pa]", 0, np.abs(miss).max(), SLOPE, "absolute")
            yield Check(f"{what}: turned body [Pa]", 0, np.abs(turned).max(), 1e-13, "absolute")


def stress(law: Skeleton, gradient: np.ndarray) -> np.ndarray:
    """Return the stress [Pa] at a deformation gradient."""
    found = law.stress(ufl.as_matrix(gradient.tolist()))
    return np.array([[float(found[i, j](())) for j in range(3)] for i in range(3)])


def slope_of_energy(law: Any, F: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Return dW/dF [Pa] at `F` by central differences."""
    slope = np.zeros((3, 3))
    for place in np.ndindex(3, 3):
        change = np.zeros((3, 3))
        change[place] = step
        up, down = (law.energy(ufl.as_matrix((F + way * change).tolist())) for way in (1, -1))
        slope[place] = (float(up(())) - float(down(()))) / (2 * step)
    return slope


def confined_compression() -> Iterator[Check]:
    """Pressed to 0.7 of its height between walls: van Wyk's M/m [(phi/phi_0)^m - 1] for the mat."""
    for name, law in LAWS.items():
        for dimension in SIZES:
            stretches = [1.0] * (len(SIZES[dimension]) - 1) + [0.7]
            got = strained(dimension, law, stretches)[0]
            van_wyk = {f"mat, m = {m:g}": -M / m * (0.7**-m - 1) for m in MATS}
            expected = van_wyk.get(name, (MU * (0.7**2 - 1) + (M - 2 * MU) * log(0.7)) / 0.7)
            yield Check(f"{name}, confined, {dimension}: stress [Pa]", expected, got, EXACT)


def uniform_strains() -> Iterator[Check]:
    """Strained along all directions, about an axis its circles too, a body has uniform stress."""
    for name, law in LAWS.items():
        for dimension, stretches, space in (
            ("2d", [0.85, 0.75], [0.85, 0.75, 1.0]),
            ("axisymmetric", [0.85, 0.75], [0.85, 0.75, 0.85]),
            ("3d", [0.85, 1.05, 0.75], [0.85, 0.75, 1.05]),
        ):
            side, top, _ = FORMULAS[name](space)
            got = strained(dimension, law, stretches)
            for where, expected, found in (("top", top, got[0]), ("side", side, got[1])):
                what = f"{name}, strained, {dimension}: stress on the {where} [Pa]"
                yield Check(what, expected, found, EXACT)


def strained(dimension: Dimension, law: Skeleton, stretches: list[float]) -> tuple[float, float]:
    """Return the stresses on top and side of a block whose faces are moved by `stretches`."""
    mat = ElasticMat(ruffled(dimension), law, walls(dimension, stretches))
    mat.solve()
    found = stresses_on(mat, stretches)
    mat.close()
    return found


def prestress() -> Iterator[Check]:
    """A mat that was larger when it was stress-free is stressed before it is moved, and after."""
    beforehand, later = np.array([0.9, 0.8]), np.array([0.95, 0.9])
    for dimension, around in (("2d", 1.0), ("axisymmetric", 0.9 * 0.95)):
        mat = ElasticMat(ruffled(dimension), MATS[3.0], walls(dimension, [1.0, 1.0]))
        mat.reference_map.interpolate(lambda x: x[:2] / beforehand[:, None])
        for place, shift in walls(dimension, list(later)).items():
            mat.hold(place, shift)
        mat.solve()
        side, top, _ = fibre_mat(3.0)([*(beforehand * later), around])
        got = stresses_on(mat, later)
        mat.close()
        yield Check(f"prestress, {dimension}: stress on the top [Pa]", top, got[0], EXACT)
        yield Check(f"prestress, {dimension}: stress on the side [Pa]", side, got[1], EXACT)


def new_references() -> Iterator[Check]:
    """A deformed mesh, made the reference, holds the same body; what is solid keeps its volume."""
    for dimension in ("2d", "axisymmetric"):
        mat = dented(dimension)
        force, domain = mat.force("top", 1), mat.body.domain
        solid = _integral(domain.comm, solid_volume(mat))
        size = (1 - POROSITY) * domain.measure_of("metal")
        make_reference(mat)
        mat.hold(("top", None), lambda x: 0 * x[:2])
        mat.solve()
        again = mat.force("top", 1)
        moved = float(np.abs(mat.displacement.x.array).max())
        mat.close()
        yield Check(f"new reference, {dimension}: force [N]", force, again, EXACT)
        yield Check(f"new reference, {dimension}: motion [m]", 0, moved, EXACT, "absolute")
        yield Check(f"dented, {dimension}: volume of the solid [m3]", size, solid, EXACT)


def dented(dimension: Dimension) -> ElasticMat:
    """Return a mat that sticks to its bottom, with a dent in the top, which slid sideways too."""

    def dent(x: np.ndarray) -> np.ndarray:
        return np.array([0.1 * x[0], -0.3 + 0.2 * x[0] ** 2])

    held: dict[Any, Any] = {("left", 0): 0.0, ("bottom", None): lambda x: 0 * x[:2]}
    mat = ElasticMat(ruffled(dimension), MATS[2.4], held | {("top", None): dent})
    mat.solve()
    return mat


def solid_volume(mat: ElasticMat) -> Any:
    """Return the form of the solid's volume [m3]."""
    solid = 1 - porosity(mat.skeleton.J, POROSITY)
    return solid * mat.body.frame.J * mat.body.dx()


def make_reference(mat: ElasticMat) -> None:
    """Move the nodes of the mesh with the mat, and count its displacement from there."""
    mesh, d = mat.body.domain.mesh, mat.displacement
    values = d.x.array.reshape(-1, mesh.geometry.dim)[d.function_space.dofmap.list]
    mesh.geometry.x[mesh.geometry.dofmaps[0], : mesh.geometry.dim] += values
    d.x.array[:] = 0


def bars() -> Iterator[Check]:
    """A bar under a small pressure shows the moduli; in plane strain E/(1-nu^2) and nu/(1-nu)."""
    for name, law in LAWS.items():
        for dimension, modulus, ratio in (
            ("axisymmetric", E, NU),
            ("3d", E, NU),
            ("2d", E / (1 - NU**2), NU / (1 - NU)),
        ):
            axial, side = pressed_bar(dimension, law, STRAIN * E)
            bar = f"{name}, bar, {dimension}"
            yield Check(f"{bar}: modulus [Pa]", modulus, -STRAIN * E / axial, 1e-5)
            yield Check(f"{bar}: ratio of strains [-]", ratio, -side / axial, 1e-5)


def pressed_bar(dimension: Dimension, law: Skeleton, pressure: float) -> tuple[float, float]:
    """Return strains along and across a bar under `pressure` [Pa], with its sides free."""
    domain = ruffled(dimension)
    last = len(SIZES[dimension]) - 1
    held = {("left", 0): 0.0, ("bottom", last): 0.0} | ({("near", 1): 0.0} if last == 2 else {})
    mat = ElasticMat(
        domain, law, held, lambda w, body: pressing(pressure, w, body.surface, body.ds("top"))
    )
    mat.solve()
    strains = [
        _integral(domain.comm, mat.displacement[k] * domain.ds(face))
        / (domain.measure_of(face) * SIZES[dimension][k])
        for k, face in ((last, "top"), (0, "right"))
    ]
    mat.close()
    return strains[0], strains[1]


def ruffled(dimension: Dimension) -> Domain:
    """Return a block with straight faces and an irregular inside."""
    size = np.array(SIZES[dimension])

    def bent(x: np.ndarray) -> np.ndarray:
        bump = np.prod(np.sin(pi * x[:, : len(size)] / size), axis=1)
        x[:, 0] += 0.05 * bump
        x[:, len(size) - 1] -= 0.08 * bump
        return x

    return block(dimension, size, (3,) * len(size), bent)


def walls(dimension: Dimension, stretches: list[float]) -> dict[Any, float]:
    """Return displacements of all faces, along their normals, for a block's stretches."""
    ends = (("left", "right"), ("near", "far"), ("bottom", "top"))
    pairs = ends if dimension == "3d" else ends[::2]
    held = {}
    for k, (pair, size, stretch) in enumerate(zip(pairs, SIZES[dimension], stretches, strict=True)):
        held[pair[0], k], held[pair[1], k] = 0.0, (stretch - 1) * size
    return held


def stresses_on(mat: ElasticMat, stretches: Sequence[float]) -> tuple[float, float]:
    """Return the forces on the present areas of the top and the right side [Pa]."""
    dimension = mat.body.domain.dimension
    *across, height = (s * size for s, size in zip(stretches, SIZES[dimension], strict=True))
    round_ = dimension == "axisymmetric"
    top = pi * across[0] ** 2 if round_ else prod(across)
    side = height * (2 * pi * across[0] if round_ else prod(across[1:]))
    return mat.force("top", len(across)) / top, mat.force("right", 0) / side


def _integral(comm: MPI.Comm, form: ufl.Form) -> float:
    return float(comm.allreduce(fem.assemble_scalar(fem.form(form)), op=MPI.SUM))


CHECKS: tuple[CheckFunction, ...] = (
    laws,
    confined_compression,
    uniform_strains,
    prestress,
    new_references,
    bars,
    *indentation.CHECKS,
    *elastic_orders.CHECKS,
)
