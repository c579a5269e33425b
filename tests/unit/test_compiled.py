"""Forms on disk: each compiled once, waited for while another process does, and not for ever.

Run as a program it is such another process: it compiles one form after the other.
"""

import errno
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import basix.ufl
import dolfinx.mesh as dmesh
import numpy as np
import pytest
import ufl
from dolfinx import fem, jit
from ffcx.codegeneration import jit as ffcx_jit
from mpi4py import MPI

from fem_kna.solve.compiled import ABANDONED, ORDER_FREE, WAIT, share_forms

LONG = 60.0  # [s] a compiler takes that is not waited for
# Run this file, after fem_kna, which finds MPI for DOLFINx.
PROGRAM = "import runpy, sys, fem_kna; runpy.run_path(sys.argv.pop(1), run_name='__main__')"


def compiled(cache: Path, factor: float = 1.0, timeout: int = WAIT) -> None:
    """Compile the form of a `factor` into `cache`, or find it there."""
    mesh = ufl.Mesh(basix.ufl.element("Lagrange", "interval", 1, shape=(1,)))
    form = factor * ufl.SpatialCoordinate(mesh)[0] * ufl.dx
    jit.ffcx_jit(MPI.COMM_SELF, form, jit_options={"cache_dir": cache, "timeout": timeout})


class Compiler:
    """A C compiler that takes its time, and writes down each file that it compiles."""

    def __init__(self, folder: Path) -> None:
        self.log, self.cache = folder / "log", folder / "cache"
        self._script = folder / "cc"
        self._real = os.environ.get("CC") or shutil.which("cc")
        self._started: list[subprocess.Popen[bytes]] = []

    def slow(self, seconds: float) -> str:
        """Return the command that compiles so slowly."""
        wait = f'case "$*" in *" -c "*) echo "$*" >> {self.log}; sleep {seconds};; esac'
        self._script.write_text(f'#!/bin/sh\n{wait}\nexec {self._real} "$@"\n')
        self._script.chmod(0o755)
        return str(self._script)

    def calls(self) -> int:
        """Return how often something was compiled."""
        return len(self.log.read_text().splitlines()) if self.log.exists() else 0

    def process(self, *factors: float) -> "subprocess.Popen[bytes]":
        """Return a process of its own that compiles these forms."""
        command = [sys.executable, "-c", PROGRAM, __file__, str(self.cache), *map(str, factors)]
        environment = os.environ | {"CC": str(self._script)}
        self._started.append(subprocess.Popen(command, env=environment, start_new_session=True))
        return self._started[-1]

    def end(self) -> None:
        """End the processes, and the compilers that they have left behind."""
        for process in self._started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def compiler(tmp_path: Path) -> Iterator[Compiler]:
    found = Compiler(tmp_path)
    yield found
    found.end()


def until(met: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG / 2
    while not met():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def lockless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a file system without locks."""

    def flock(handle: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)


def test_every_form_waits_for_another_process() -> None:
    assert jit.get_options()["timeout"] == WAIT > 60


def test_forms_are_shared_once() -> None:
    before = ffcx_jit.get_cached_module, jit.get_options()
    share_forms()
    assert (ffcx_jit.get_cached_module, jit.get_options()) == before


def test_sums_are_taken_in_any_order_and_what_is_no_number_stays_none() -> None:
    given = jit.get_options()["cffi_extra_compile_args"]
    assert "-O2" in given and set(ORDER_FREE) <= set(given)
    mesh = dmesh.create_unit_interval(MPI.COMM_SELF, 1)
    u = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    form = fem.form(ufl.inner(ufl.grad(u), ufl.grad(u)) * ufl.dx)
    for value in (np.nan, np.inf):  # inf - inf, too, is none
        u.x.array[:] = value
        assert np.isnan(fem.assemble_scalar(form))


def test_what_a_killed_process_left_is_compiled_at_once(compiler: Compiler) -> None:
    """Its compiler lives on, as it does where a process alone is killed."""
    compiler.slow(LONG)
    killed = compiler.process(1.0)
    until(lambda: compiler.calls() == 1)
    (source,) = compiler.cache.glob("*.c")
    killed.kill()
    killed.wait()
    for name in (".o", EXTENSION_SUFFIXES[0]):
        source.with_suffix(name).write_text("half of it")
    begun = time.monotonic()
    compiled(compiler.cache)
    assert time.monotonic() - begun < 5
    assert list(compiler.cache.glob("*.c")) == [source]
    assert source.with_suffix(".c.cached").exists()


def test_a_process_that_compiles_is_waited_for(
    compiler: Compiler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", compiler.slow(1.5))
    other = compiler.process(1.0)
    until(lambda: compiler.calls() == 1)
    assert not list(compiler.cache.glob("*.cached"))
    compiled(compiler.cache)
    assert compiler.calls() == 1
    assert other.wait() == 0


def test_a_process_that_compiles_for_too_long_is_left_alone(compiler: Compiler) -> None:
    compiler.slow(LONG)
    other = compiler.process(1.0)
    until(lambda: compiler.calls() == 1)
    with pytest.raises(TimeoutError):
        compiled(compiler.cache, timeout=1)
    assert other.poll() is None and list(compiler.cache.glob("*.c"))


def test_processes_that_start_together_compile_each_form_once(compiler: Compiler) -> None:
    compiler.slow(0.3)
    factors = 1.0, 2.0
    together = [compiler.process(*order) for order in (factors, factors, factors[::-1])]
    assert [process.wait() for process in together] == [0, 0, 0]
    assert compiler.calls() == len(list(compiler.cache.glob("*.cached"))) == len(factors)


def test_what_is_compiled_needs_no_lock(tmp_path: Path) -> None:
    compiled(tmp_path)
    (lock,) = tmp_path.glob("*.lock")
    lock.unlink()
    compiled(tmp_path)
    assert not lock.exists()


def test_a_cache_that_cannot_be_written_is_told_as_ever(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        compiled(tmp_path / "file" / "cache")


@pytest.mark.usefixtures("lockless")
def test_without_locks_what_was_begun_long_ago_is_compiled_again(tmp_path: Path) -> None:
    compiled(tmp_path)
    (ready,) = tmp_path.glob("*.cached")
    ready.unlink()  # killed just before its end
    with pytest.raises(TimeoutError):
        compiled(tmp_path, timeout=1)
    begun = time.time() - ABANDONED - 1
    os.utime(ready.with_suffix(""), (begun, begun))
    compiled(tmp_path, timeout=1)
    assert ready.exists()


if __name__ == "__main__":
    for argument in sys.argv[2:]:
        compiled(Path(sys.argv[1]), float(argument))
