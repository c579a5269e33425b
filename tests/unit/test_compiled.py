"""Forms on disk: waited for while another process compiles them, and not for ever."""

import os
import time

from dolfinx import jit

from fem_kna.solve.compiled import ABANDONED, WAIT, clear_abandoned


def test_every_form_waits_for_another_process():
    assert jit.get_options()["timeout"] == WAIT > 60


def test_what_a_killed_process_left_is_compiled_again(tmp_path):
    """Begun long ago: done, never done, and begun just now."""
    for name in ("done.c", "done.c.cached", "killed.c", "running.c"):
        (tmp_path / name).touch()
    begun = time.time() - ABANDONED - 1
    for name in ("done.c", "killed.c"):
        os.utime(tmp_path / name, (begun, begun))
    clear_abandoned(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"done.c", "done.c.cached", "running.c"}


def test_a_cache_that_is_not_there_yet_is_empty(tmp_path):
    clear_abandoned(tmp_path / "none")
