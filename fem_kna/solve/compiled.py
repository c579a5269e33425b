"""Compiled forms on disk, shared between processes: those that start together compile each once.

A process that needs a form which another one is compiling waits for it. The system's own lock tells
whether that one is still there: it falls with the process that holds it, however that ends. FFCx by
itself would wait for a killed one, too, and give up after 10 s, less than a large form takes.
"""

import fcntl
import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dolfinx import jit
from ffcx.codegeneration import jit as ffcx_jit

from ..inputs.errors import RunError

WAIT = 300  # [s] for a form that another process is compiling: large ones take half a minute
PAUSE = 0.2  # [s] between two looks whether it is done
ABANDONED = 2 * WAIT  # [s] after which, where nothing can be locked, nobody is still compiling it
# To DOLFINx's own -O2: sums may be taken in any order, as the compiler needs for vectors of them
# and for factors that they share. NaN stay what they are. Of four ions in tetrahedra a Jacobian's
# kernel takes 1.2 us instead of 2.2; AVX2 saves no more, and -O3 compiles for twice as long.
ORDER_FREE = ("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math")


def share_forms() -> None:
    """Have every form of this process compiled alike, once, and wait for others that compile it."""
    if isinstance(ffcx_jit.get_cached_module, Turns):
        return
    ffcx_jit.get_cached_module = Turns(ffcx_jit.get_cached_module)
    _by_default("timeout", WAIT)
    plain = jit.DOLFINX_DEFAULT_JIT_OPTIONS["cffi_extra_compile_args"][0]
    _by_default("cffi_extra_compile_args", [*plain, *ORDER_FREE])


def _by_default(option: str, value: Any) -> None:
    """Set a default of DOLFINx's, which a user's own files of options go before."""
    told = jit.DOLFINX_DEFAULT_JIT_OPTIONS[option][1]
    jit.DOLFINX_DEFAULT_JIT_OPTIONS[option] = (value, told)


class Turns:
    """FFCx's look-up in the cache, where one process at a time may find that a form is missing.

    That process has the form's lock. It keeps it until it needs another one's, since FFCx compiles
    after the look-up; a form that is compiled is read without.
    """

    def __init__(self, look_up: Callable[..., Any]) -> None:
        """Wrap FFCx's own function."""
        self._look_up = look_up
        self._lock: int | None = None

    def __call__(
        self, module_name: str, object_names: Sequence[str], cache_dir: str | Path, timeout: int
    ) -> tuple[Any, Any]:
        """Return a form's objects and module, or twice None: this process is to compile it.

        Raises:
            TimeoutError: after `timeout` seconds another process was still compiling it.
        """
        source, begun = Path(cache_dir, f"{module_name}.c"), time.monotonic()
        if not _ready(source).exists():
            self._await(source, begun + timeout)
        left = max(1, timeout - int(time.monotonic() - begun))
        return self._look_up(module_name, object_names, cache_dir, left)

    def _await(self, source: Path, end: float) -> None:
        """Wait until `source` is compiled, or this process's to compile, or for the time `end`."""
        self._release()
        try:
            source.parent.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(source.with_suffix(".c.lock"), os.O_WRONLY | os.O_CREAT, 0o666)
            while not _locked(self._lock):
                if _ready(source).exists() or time.monotonic() > end:
                    return
                time.sleep(PAUSE)
        except OSError:  # a folder without locks, or to read alone: who compiles is not known
            _clear(source, time.time() - ABANDONED)
        else:
            _clear(source)

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _ready(source: Path) -> Path:
    """Return the file that FFCx puts beside a `source` once it is compiled."""
    return source.with_suffix(".c.cached")


def _locked(handle: int) -> bool:
    """Lock an open file; return whether it is this process's now."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _clear(source: Path, before: float = math.inf) -> None:
    """Remove a `source` that is half compiled, if that was begun before a time [s].

    What else was left is overwritten: nothing is taken for up to date.
    """
    with suppress(OSError):  # there is none, or another process was faster
        # Listed, as NFS may remember for a minute that a file was not there.
        ready = _ready(source).name in os.listdir(source.parent)
        if not ready and source.stat().st_mtime < before:
            source.unlink()


@contextmanager
def compiler_needed() -> Iterator[None]:
    """Say in one line that forms could not be compiled. On all ranks, as DOLFINx raises it.

    Raises:
        RunError: there is no C compiler, or it fails.
    """
    try:
        yield
    except Exception as error:
        _, found, cause = str(error).partition("CompileError: ")
        if not found and not str(error).startswith("JIT compilation failed"):
            raise
        _take_apart(error)
        cause = " ".join(cause.split()) or "see the first rank"
        raise RunError(
            f"forms cannot be compiled: {cause}; a C compiler is needed: $CC, or cc on PATH"
        ) from None


def _take_apart(error: Exception) -> None:
    """Free what was half made when an error was raised; DOLFINx would complain later."""
    told, sys.unraisablehook = sys.unraisablehook, lambda unraisable: None
    traceback.clear_frames(error.__traceback__)
    sys.unraisablehook = told
