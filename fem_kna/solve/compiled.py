"""Compiled forms on disk, shared between processes: those that start together compile each once.

A process that needs a form which another one is compiling waits for it. FFCx by itself gives up
after 10 s, less than a large form takes; and what a killed process has left half compiled it would
wait for at every later start.
"""

import time
from pathlib import Path

from dolfinx import jit

WAIT = 300  # [s] for a form that another process is compiling: large ones take half a minute
ABANDONED = 2 * WAIT  # [s] after which nobody is still compiling it


def share_forms() -> None:
    """Have every form of this process wait for others, and clear away what nobody will finish."""
    told = jit.DOLFINX_DEFAULT_JIT_OPTIONS["timeout"][1]
    jit.DOLFINX_DEFAULT_JIT_OPTIONS["timeout"] = (WAIT, told)
    clear_abandoned(Path(jit.get_options()["cache_dir"]))


def clear_abandoned(cache: Path) -> None:
    """Remove the sources in `cache` whose compilation was begun long ago and never ended."""
    oldest = time.time() - ABANDONED
    for source in cache.glob("*.c"):
        try:
            if not source.with_suffix(".c.cached").exists() and source.stat().st_mtime < oldest:
                source.unlink()
        except FileNotFoundError:  # another process was faster
            continue
