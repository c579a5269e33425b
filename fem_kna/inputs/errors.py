"""What can go wrong, in two kinds: the user's input, and a run that failed.

And a run that was stopped, which is no mistake.
"""


class InputError(Exception):
    """A mistake in what the user gave. One line: the field, the value, what is accepted.

    The command line prints it without a traceback and leaves with exit code 2.
    """


class RunError(Exception):
    """A run that could not go on. One line: which step, which field, why. Exit code 1."""


class Stopped(Exception):
    """A run that the system asked to end, and that left a checkpoint. One line. Exit code 3."""
