"""`fem-kna report`: a page with figures and tables from the files of runs; nothing is run again."""

import os
import shlex
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from ..inputs.errors import InputError

EXTRA = {"pyvista": "pyvista", "jinja2": "jinja2"}  # module: package
INSTALL = "pip install 'fem-kna[report]'"


def report(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR...",
            help="folders of runs, comparisons or sweeps; files of fem-kna stability --json",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE.html", help="the page; default: report.html in DIR"),
    ] = None,
) -> None:
    """Write a page with figures, tables and sources from files of runs; it needs nothing else.

    Figures lie beside it as PNG, with a script that draws the fields again in ParaView.
    """
    missing = [package for module, package in EXTRA.items() if find_spec(module) is None]
    if missing:
        raise InputError(f"report: {' and '.join(missing)} not found; accepted: after {INSTALL}")
    page = _checked(out if out is not None else _beside(paths))
    # These load what may be missing.
    from ..report.page import report as written
    from ..report.paraview import NAME, script
    from ..report.read import read

    study = read(paths)
    if MPI.COMM_WORLD.rank > 0:
        return
    words = ["fem-kna", "report", *map(str, paths), *(["--out", str(out)] if out else [])]
    found = written(study, shlex.join(words))
    folder = page.with_name(f"{page.stem}_figures")
    folder.mkdir(exist_ok=True)
    for name, data in found.files.items():
        (folder / name).write_bytes(data)
    if found.pictures:
        text = script(found.pictures, folder)
        (folder / NAME).write_text(text, encoding="utf-8")
    page.write_text(found.page, encoding="utf-8")
    print(f"written {page} ({page.stat().st_size / 1e6:.2f} MB) and {folder}{os.sep}")


def _beside(paths: list[Path]) -> Path:
    """Return where the page goes by default: into the folder, beside the file, else here."""
    if len(paths) > 1:
        return Path("report.html")
    return paths[0].with_suffix(".html") if paths[0].is_file() else paths[0] / "report.html"


def _checked(page: Path) -> Path:
    if page.suffix.lower() != ".html":
        raise InputError(f"--out '{page}': accepted: a file whose name ends in .html")
    if not page.parent.is_dir():
        raise InputError(f"report '{page.parent}': no such folder; accepted: one that exists")
    return page
