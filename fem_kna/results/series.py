"""A ParaView series whose frames are there as a whole or not at all.

Every frame has a folder of its own, written aside and renamed; the ``.pvd`` files that list them
are replaced as a whole.
"""

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from mpi4py import MPI

from .writing import ASIDE, alone, put

FOLDER = "frames"
END = b"</VTKFile>"


class Series:
    """The frames of one run, of which each has the same files. All of it is collective."""

    def __init__(self, folder: Path, comm: MPI.Comm, times: Sequence[float] = ()) -> None:
        """Go on behind the frames that there are at `times` [s]."""
        self.folder, self.comm, self.times = folder, comm, list(times)

    def add(self, time: float, names: Sequence[str], write: Callable[[Path], None]) -> None:
        """Add a frame: ``write(folder)`` on all ranks writes its files ``NAME.pvd``.

        Raises:
            CannotWrite: the disk is full, or the folder gone.
        """
        frame = self.folder / FOLDER / f"{len(self.times):04d}"
        aside = frame.with_name(frame.name + ASIDE)
        alone(self.comm, self.folder, lambda: _made_anew(aside))
        write(aside)
        self.comm.barrier()
        alone(self.comm, self.folder, lambda: _named(aside, frame))
        self.times.append(time)
        self.list(names)

    def list(self, names: Sequence[str]) -> None:
        """Write the ``NAME.pvd`` of the frames there are."""
        for name in names:
            file = self.folder / f"{name}.pvd"
            alone(self.comm, self.folder, partial(put, file, self._listed(name)))

    def _listed(self, name: str) -> bytes:
        sets = "".join(
            f'    <DataSet timestep="{time!r}" part="0" '
            f'file="{FOLDER}/{number:04d}/{name}000000.pvtu"/>\n'
            for number, time in enumerate(self.times)
        )
        return (
            '<?xml version="1.0"?>\n<VTKFile type="Collection" version="0.1">\n'
            f"  <Collection>\n{sets}  </Collection>\n</VTKFile>\n"
        ).encode()


def _made_anew(aside: Path) -> None:
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()


def _named(aside: Path, frame: Path) -> None:
    """Give a frame that is whole its name."""
    for file in aside.iterdir():
        if file.suffix == ".pvd":  # of this frame alone, as DOLFINx writes it
            file.unlink()
        elif not _ends(file):
            shutil.rmtree(aside, ignore_errors=True)
            raise OSError(errno.ENOSPC, "not all of a frame could be written", str(file))
    shutil.rmtree(frame, ignore_errors=True)
    os.replace(aside, frame)


def _ends(file: Path) -> bool:
    """Whether a file of VTK has its end: DOLFINx does not tell when the disk is full."""
    with file.open("rb") as content:
        content.seek(max(file.stat().st_size - 64, 0))
        return content.read().rstrip().endswith(END)
