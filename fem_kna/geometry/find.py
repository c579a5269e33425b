"""Finding a shape by its name in `meshes/`, or by the path of a user's own file."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from zlib import crc32

from ..inputs.errors import InputError
from ..inputs.messages import unknown
from ..places import shipped
from .shape import Shape


def shape_names() -> list[str]:
    """Return the names of the shapes that come with the package."""
    return sorted(_files())


def shape_named(name: str) -> type[Shape]:
    """Return the shape class called `name`, or the one in the Python file at the path `name`.

    Raises:
        InputError: no such shape or file, or the file does not define exactly one shape.
    """
    if name.endswith(".py"):
        if not Path(name).is_file():
            raise InputError(f"shape: no file '{name}'")
        return _shape_in(Path(name))
    files = _files()
    if name not in files:
        raise InputError(f"shape: {unknown('shape', name, sorted(files))}")
    return _shape_in(files[name])


def _files() -> dict[str, Path]:
    return {path.stem: path for path in shipped("meshes").glob("[!_]*.py")}


def _shape_in(path: Path) -> type[Shape]:
    module = _loaded(path.resolve())
    found = [
        entry
        for entry in vars(module).values()
        if isinstance(entry, type)
        and issubclass(entry, Shape)
        and entry.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise InputError(f"shape: '{path}' defines {len(found)} shapes; accepted: exactly one")
    return found[0]


def _loaded(path: Path) -> ModuleType:
    """Import the file once: the same file always gives the same class."""
    name = f"fem_kna_shape_{path.stem}_{crc32(str(path).encode()):x}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None  # a .py file always has a loader
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise InputError(f"shape: '{path}' cannot be loaded: {error}") from error
    return module
