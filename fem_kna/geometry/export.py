"""A domain as a file for ParaView or Gmsh: cells with their region, facets with their boundary."""

from pathlib import Path

import meshio
import numpy as np
from dolfinx.io import XDMFFile
from dolfinx.mesh import entities_to_geometry

from ..inputs.errors import InputError
from .domain import Domain

FORMATS = {".vtu": "vtu", ".vtk": "vtk", ".xdmf": "xdmf", ".msh": "gmsh22"}
SIMPLEX = ("vertex", "line", "triangle", "tetra")


def checked_format(path: Path) -> str:
    """Return the format that the ending of `path` stands for.

    Raises:
        InputError: no format has this ending, or the folder does not exist.
    """
    if path.suffix not in FORMATS:
        raise InputError(f"output: '{path.name}'; accepted endings: {', '.join(FORMATS)}")
    if not path.parent.is_dir():
        raise InputError(f"output: '{path}'; accepted: a file in a folder that exists")
    return FORMATS[path.suffix]


def write(domain: Domain, path: Path) -> None:
    """Write the mesh of one rank, its cells with their region and its facets with their boundary.

    The numbers are those of `Domain.regions` and `Domain.boundaries`. In ``.vtu`` and ``.vtk``
    files the facets are cells of lower dimension, and 0 stands for none; a ``.msh`` file holds
    the names as well; an ``.xdmf`` file has a grid for each.

    Raises:
        InputError: the format is unknown, or the folder does not exist.
    """
    kind = checked_format(path)
    if kind == "xdmf":
        _write_xdmf(domain, path)
    elif kind == "gmsh22":
        meshio.write(path, to_meshio(domain, kind), file_format=kind, binary=False)
    else:
        meshio.write(path, to_meshio(domain, kind), file_format=kind)


def _write_xdmf(domain: Domain, path: Path) -> None:
    # DOLFINx has HDF5 built in; meshio would need h5py.
    dim = domain.mesh.topology.dim
    domain.mesh.topology.create_connectivity(dim - 1, dim)
    with XDMFFile(domain.comm, path, "w") as file:
        file.write_mesh(domain.mesh)
        file.write_meshtags(domain.cell_tags, domain.mesh.geometry)
        file.write_meshtags(domain.facet_tags, domain.mesh.geometry)


def to_meshio(domain: Domain, kind: str) -> meshio.Mesh:
    """Return the mesh as meshio takes it, with what the file format `kind` names its data."""
    dim = domain.mesh.topology.dim
    facets = entities_to_geometry(domain.mesh, dim - 1, domain.facet_tags.indices)
    cells = domain.mesh.geometry.dofmaps[0][domain.cell_tags.indices]
    blocks = [(SIMPLEX[dim], cells), (SIMPLEX[dim - 1], facets.reshape(-1, dim))]
    regions, boundaries = domain.cell_tags.values, domain.facet_tags.values
    if kind != "gmsh22":
        data = {
            "region": [regions, np.zeros_like(boundaries)],
            "boundary": [np.zeros_like(regions), boundaries],
        }
        return meshio.Mesh(domain.mesh.geometry.x, blocks, cell_data=data)
    names = {name: np.array([tag, dim]) for name, tag in domain.regions.items()}
    names |= {name: np.array([tag, dim - 1]) for name, tag in domain.boundaries.items()}
    tags = [regions, boundaries]
    data = {"gmsh:physical": tags, "gmsh:geometrical": tags}
    return meshio.Mesh(domain.mesh.geometry.x, blocks, cell_data=data, field_data=names)
