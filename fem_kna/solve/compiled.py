"""Compiled forms on disk, shared between processes: those that start together compile each once.

A process that needs a form which another one is compiling waits for it. FFCx by itself gives up
after 10 s, less than a large form takes; and what a killed process has left half compiled it would
wait for at every later start.
"""

import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dolfinx import jit

from ..inputs.errors import RunError

WAIT = 300  # [s] for a form that another process is compiling: large ones take half a minute
ABANDONED = 2 * WAIT  # [s] after which nobody is still compiling it
# To DOLFINx's own -O2: sums may be taken in any order, as the compiler needs for vectors of them
# and for factors that they share. NaN stay what they are. Of four ions in tetrahedra a Jacobian's
# kernel takes 1.2 us instead of 2.2; AVX2 saves no more, and -O3 compiles for twice as long.
ORDER_FREE = ("-fassociative-math", "-fno-signed-zeros", "-fno-trapping-math")


def share_forms() -> None:
    """Have every form of this process compiled alike, wait for others, and clear what none ends."""
    _by_default("timeout", WAIT)
    plain = jit.DOLFINX_DEFAULT_JIT_OPTIONS["cffi_extra_compile_args"][0]
    _by_default("cffi_extra_compile_args", [*plain, *ORDER_FREE])
    clear_abandoned(Path(jit.get_options()["cache_dir"]))


def _by_default(option: str, value: Any) -> None:
    """Set a default of DOLFINx's, which a user's own files of options go before."""
    told = jit.DOLFINX_DEFAULT_JIT_OPTIONS[option][1]
    jit.DOLFINX_DEFAULT_JIT_OPTIONS[option] = (value, told)


def clear_abandoned(cache: Path) -> None:
    """Remove the sources in `cache` whose compilation was begun long ago and never ended."""
    oldest = time.time() - ABANDONED
    for source in cache.glob("*.c"):
        try:
            if not source.with_suffix(".c.cached").exists() and source.stat().st_mtime < oldest:
                source.unlink()
        except FileNotFoundError:  # another process was faster
            continue


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
