"""The start of a pressed cell: its separator is compressed, and bears on the electrodes."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import dolfinx.mesh as dmesh
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.la import InsertMode
from mpi4py import MPI
from scipy.optimize import brentq
from ufl import as_matrix

from ..inputs.case import Case
from ..inputs.errors import InputError, RunError
from ..inputs.units import mapped
from ..motion.nodes import nodes_of, planes
from ..motion.travel import Travel
from ..physics.frame import Moved, Surface
from ..physics.skeleton import Deformed, balance
from ..solve.newton import Newton
from ..solve.options import direct_options
from .fronts import hoop
from .state import Fields

FLATTEST = 0.2  # present over stress-free thickness that is looked for
STIFF = 1e8  # stack pressures per gap: what holds a skeleton's face to a front
FLAT = 1e-9  # of the gap: a front whose nodes differ less in height is flat


def press(case: Case, scaled: Case, fields: Fields) -> None:
    """Compress the separator's skeleton to the stack's pressure, evenly.

    `case` is in SI, so that a refusal speaks of the user's numbers; the fields are scaled.
    """
    if case.stack is None or scaled.stack is None:
        return
    ratio = thickness_ratio(case.stack.skeleton, case.stack.pressure)
    dim = fields.domain.mesh.geometry.dim
    stretch = np.array([1.0] * (dim - 1) + [1 / ratio])[:, None]
    fields.reference_map.interpolate(lambda x: x[:dim] * stretch)
    fields.front_rows[:, dim + 1] = scaled.stack.pressure


def slide(scaled: Case, fields: Fields, travel: Travel) -> None:
    """Let an evenly compressed skeleton slide along fronts that are not flat. Collective.

    Raises:
        RunError: it does not come to rest.
    """
    if scaled.stack is not None and not all(_flat(fields, name) for name in fields.moving):
        rest(scaled, fields, travel)


def rest(scaled: Case, fields: Fields, travel: Travel) -> None:
    """Let the skeleton slide along the fronts until its forces balance. Collective.

    The mesh stays, it is the reference map X that changes, to a balance in which nothing but a
    pressure acts on the fronts:

        int sigma(F_s(X)) : grad w dv + int beta (X - X_0) . N  w . nu da = 0,

    with the given map X_0, a stiff beta, and the normals nu of the front and N of the face that
    lies on it, when it was free of stress: along that face points slide, and it stays what it was.
    By nodes, for between facets that differ in direction nothing could slide. Where the skeleton
    is lifted off, nothing acts. Along the sides X stays in their planes.

    Raises:
        RunError: no such balance was found.
    """
    domain, X = fields.domain, fields.reference_map
    mesh, given, here = domain.mesh, X.copy(), fields.layer.nodes[nodes_of(fields.front)]
    law = mapped(scaled.stack.skeleton, lambda value, unit: fem.Constant(mesh, float(value)))
    beta = fem.Constant(mesh, STIFF * float(scaled.stack.pressure))
    (w,) = ufl.TestFunctions(ufl.MixedFunctionSpace(X.function_space))
    still = Moved(fem.Constant(mesh, np.zeros(mesh.geometry.dim)), hoop(domain))
    skeleton, nu = Deformed(X, ufl.SpatialCoordinate(mesh), still), travel.normals
    travel.find_normals()
    N = _normals_of_the_face(float(scaled.stack.pressure), fields, travel)
    form = balance(law, skeleton, w, domain.dx(*fields.bodies)(2))
    nodes = replace(domain.ds(*fields.moving), weight=1.0)(1, "vertex")
    form += beta * ufl.dot(X - given, N) * ufl.dot(w, nu) * nodes
    newton = Newton(
        form,
        (X,),
        ufl.TrialFunctions(ufl.MixedFunctionSpace(X.function_space)),
        fields.entity_maps,
        direct_options(),
        "slide_",
        list(_in_planes(fields)),
    )
    found, reason = newton.solve(), newton.reason
    newton.close()
    if not found:
        raise RunError(f"stack: the separator does not come to rest on the fronts: {reason}")
    shift = _at_nodes(mesh, X, domain.liquid.nodes) - _at_nodes(mesh, given, domain.liquid.nodes)
    pressure = -float(beta.value) * (shift * _at_nodes(mesh, N)).sum(axis=1)
    fields.front_rows[:, mesh.geometry.dim + 1] = np.maximum(pressure[here], 0.0)


def _normals_of_the_face(pressure: float, fields: Fields, travel: Travel) -> fem.Function:
    """Return the normals N, by nodes, out of the metal; zero where the skeleton is lifted off.

    There the film of liquid weighs more than the contact pressure, with the `pressure` of the stack
    per smallest element.
    """
    domain, N = fields.domain, fem.Function(fields.place)
    before = Moved(fields.reference_map - ufl.SpatialCoordinate(domain.mesh), hoop(domain))
    face, m = Surface(before, ufl.FacetNormal(domain.mesh)), ufl.TestFunction(fields.place)
    weighted = ufl.inner(face.n, m) * face.area * domain.ds(*fields.moving)(4)
    travel.average(fem.form(weighted, entity_maps=fields.entity_maps), N)
    lift = pressure / domain.front_sizes()[0] * fields.contact_gap()
    apart, dim = fem.Function(fields.place), domain.mesh.geometry.dim
    apart.x.array.reshape(-1, dim)[(lift > fields.contact_pressure())[nodes_of(fields.place)]] = 1.0
    apart.x.scatter_reverse(InsertMode.add)  # a rank may have a node of the fronts without a cell
    apart.x.scatter_forward()
    N.x.array[apart.x.array > 0] = 0.0
    return N


def _at_nodes(mesh: Any, field: fem.Function, nodes: np.ndarray | None = None) -> np.ndarray:
    """Return a linear vector field at the geometry's nodes, 0 where it is not."""
    found = np.zeros((len(mesh.geometry.x), mesh.geometry.dim))
    own = nodes_of(field.function_space)
    found[own if nodes is None else nodes[own]] = field.x.array.reshape(len(own), found.shape[1])
    return found


def _flat(fields: Fields, name: str) -> bool:
    """Whether all of a boundary lies at one height. Collective."""
    mesh, comm = fields.domain.mesh, fields.domain.comm
    nodes = _nodes(fields, name)
    heights = mesh.geometry.x[nodes, mesh.geometry.dim - 1]
    top = comm.allreduce(float(heights.max(initial=-np.inf)), op=MPI.MAX)
    return top - comm.allreduce(float(heights.min(initial=np.inf)), op=MPI.MIN) < FLAT


def _nodes(fields: Fields, name: str) -> np.ndarray:
    """Return the geometry's nodes on a boundary."""
    mesh = fields.domain.mesh
    return dmesh.entities_to_geometry(mesh, mesh.topology.dim - 1, fields.domain.facets_of(name))


def _in_planes(fields: Fields) -> Iterator[fem.DirichletBC]:
    """Yield what keeps X in the planes of the sides, which no even compression moves."""
    domain, space = fields.domain, fields.reference_map.function_space
    x = domain.mesh.geometry.x
    for axis, facets in planes(domain, "sides").items():
        ends = [
            domain.comm.allreduce(float(pick(x[:, axis], initial=none)), op=op)
            for pick, none, op in ((np.min, np.inf, MPI.MIN), (np.max, -np.inf, MPI.MAX))
        ]
        component, points = space.sub(axis), space.tabulate_dof_coordinates()
        dofs = fem.locate_dofs_topological(
            component, space.mesh.topology.dim - 1, domain.liquid_facets(facets)
        )
        middle = sum(ends) / 2
        high = points[dofs // space.dofmap.index_map_bs, axis] > middle
        for end, these in zip(ends, (dofs[~high], dofs[high]), strict=True):
            yield fem.dirichletbc(end, these, component)


@cache
def thickness_ratio(law: Any, pressure: float) -> float:
    """Return present over stress-free thickness of a skeleton pressed with its sides held.

    `pressure` in Pa.

    Raises:
        InputError: the skeleton does not carry so much.
    """

    def excess(ratio: float) -> float:
        stress = law.stress(as_matrix(np.diag([1.0, ratio, 1.0]).tolist()))
        return float(-stress[1, 1](())) - pressure

    if excess(FLATTEST) < 0:
        raise InputError(
            f"stack.pressure: {pressure:.3g} Pa presses the separator to less than {FLATTEST} of "
            "its thickness; accepted: less"
        )
    return float(brentq(excess, FLATTEST, 1.0, xtol=1e-14))
