"""Who may import whom: each room of the package uses only the rooms it is meant to know."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "fem_kna"

# What a room may import: rooms of the package, and outside libraries that matter for the rule.
NUMERICS = {"dolfinx", "petsc4py", "slepc4py", "mpi4py", "gmsh"}
ROOMS: dict[str, set[str]] = {
    "inputs": {"inputs", "materials", "geometry", "physics", "protocols"},
    "protocols": {"inputs", "physics", "protocols"},
    "materials": {"inputs", "materials", "alloy"},
    "alloy": {"inputs", "alloy"},
    "geometry": {"inputs", "geometry", "places"} | NUMERICS,
    "physics": {"inputs", "physics"},
    "solve": {"inputs", "solve"} | NUMERICS - {"gmsh"},
    "motion": {"inputs", "geometry", "solve", "motion"} | NUMERICS - {"gmsh"},
    "system": {"inputs", "materials", "geometry", "physics", "solve", "motion", "system"}
    | NUMERICS - {"gmsh"},
    "mechanics": {"inputs", "geometry", "physics", "solve", "mechanics"} | NUMERICS - {"gmsh"},
    "studies": {"inputs", "physics", "mechanics", "progress", "teams", "run", "studies", "mpi4py"},
    "stability": {"inputs", "geometry", "physics", "solve", "motion", "system", "stability"}
    | NUMERICS - {"gmsh"},
    "results": {"inputs", "geometry", "system", "motion", "results"} | NUMERICS - {"gmsh"},
    "sweep": {"inputs", "places", "checkpoint", "results", "run", "report", "studies", "sweep"}
    | {"mpi4py"},
    "reproduce": {"inputs", "materials", "geometry", "physics", "protocols", "system", "cathode"}
    | {"places", "progress", "reproduce", "results", "run", "stability", "teams", "mpi4py"},
    "scaling": {"inputs", "places", "results", "solve", "system", "scaling"}
    | {"mpi4py", "petsc4py"},
    "cathode": {"inputs", "materials", "geometry", "physics", "protocols", "run", "cathode"}
    | {"mpi4py"},
    "report": {"inputs", "compare", "results", "stability", "report"},
    "checkpoint": {"inputs", "geometry", "motion", "solve", "system", "results", "checkpoint"}
    | NUMERICS - {"gmsh"},
}
# A case is composed of everything that can stand in it; the other inputs know nothing.
COMPOSED = {"inputs/case.py", "inputs/porous.py"}


def imports(path: Path) -> Iterator[str]:
    """Yield the rooms and the libraries of `NUMERICS` that a module imports."""
    here = path.relative_to(PACKAGE).parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = list(here[: len(here) - node.level])
            target = base + (node.module.split(".") if node.module else [])
            yield from (target[:1] if target else [alias.name for alias in node.names])
        else:
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            yield from (name.split(".")[0] for name in names if name.split(".")[0] in NUMERICS)


@pytest.mark.parametrize("room", ROOMS)
def test_room_knows_only_its_neighbours(room: str) -> None:
    for path in sorted((PACKAGE / room).glob("*.py")):
        allowed = ROOMS[room]
        if room == "inputs" and str(path.relative_to(PACKAGE)) not in COMPOSED:
            allowed = {"inputs"}
        strangers = set(imports(path)) - allowed
        assert not strangers, f"{path.name} imports {sorted(strangers)}"


def test_physics_is_ufl_only() -> None:
    for path in (PACKAGE / "physics").glob("*.py"):
        roots = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
        }
        assert roots <= {"ufl", "numpy", "typing", "collections", "dataclasses", "pydantic"}, (
            path.name
        )


def test_the_rule_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    room = tmp_path / "physics"
    room.mkdir()
    (room / "bad.py").write_text("from ..solve.newton import Newton\nimport dolfinx\n")
    assert set(imports(room / "bad.py")) == {"solve", "dolfinx"}
