"""Files that commands write: whether they can be, told before anything is computed."""

from pathlib import Path

from ..inputs.errors import InputError

FORMATS = (".png", ".pdf", ".svg")


def checked_figure(path: Path) -> Path:
    """Return `path` if a figure can be written there.

    Raises:
        InputError: another format than PNG, PDF or SVG, or no such folder.
    """
    if path.suffix.lower() not in FORMATS or not path.parent.is_dir():
        raise InputError(
            f"--figure '{path}': accepted: {', '.join(FORMATS)} in a folder that exists"
        )
    return path
