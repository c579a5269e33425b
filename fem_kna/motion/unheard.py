"""Signals wait while a library that would answer them by ending the process has the word."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


@contextmanager
def unheard() -> Iterator[None]:
    """Hold signals that ask for an end, then give them back the meaning they have in Python.

    Mmg puts its own answers in their place, which end the process at once, and leaves them there.
    Threads that are started meanwhile never hear these signals; others may, and then that happens.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # elsewhere Python may not say what signals mean
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        for number in ENDING:
            handler = signal.getsignal(number)
            if handler is not None:
                signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
