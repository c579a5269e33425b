"""Checkpoints as files: whole or not there, the last two, with a checksum. No code in them.

A file is a ``.npz`` of plain arrays, one of which is a text in JSON; its name tells the step and
the beginning of the SHA-256 of what is in it.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..results.writing import put

FOLDER = "checkpoint"
KEPT = 2
DIGITS = 16  # of the checksum, in a file's name
TEXT = "text"


@dataclass(frozen=True)
class Content:
    """What is in a checkpoint: arrays by name, and what goes into JSON."""

    arrays: Mapping[str, np.ndarray]
    facts: Mapping[str, Any]


def write(folder: Path, step: int, content: Content) -> None:
    """Write a checkpoint into `folder`, then remove all but the last two."""
    text = np.frombuffer(json.dumps(content.facts).encode(), dtype=np.uint8)
    data = io.BytesIO()
    np.savez(data, allow_pickle=False, **{TEXT: text}, **content.arrays)
    raw = data.getvalue()
    folder.mkdir(exist_ok=True)
    put(folder / f"{step:08d}-{_checksum(raw)}.npz", raw)
    for old in _newest_first(folder)[KEPT:]:
        old.unlink(missing_ok=True)


def sound(folder: Path) -> Iterator[tuple[Path, Content | None]]:
    """Yield the checkpoints of `folder`, the newest first, each with its content; None: damaged."""
    for path in _newest_first(folder):
        yield path, _read(path)


def _read(path: Path) -> Content | None:
    try:
        raw = path.read_bytes()
        if _checksum(raw) != path.stem.rpartition("-")[2]:
            return None
        with np.load(io.BytesIO(raw), allow_pickle=False) as file:
            arrays = dict(file)
        return Content(arrays, json.loads(arrays.pop(TEXT).tobytes()))
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]*-*.npz"), reverse=True)


def _checksum(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:DIGITS]
