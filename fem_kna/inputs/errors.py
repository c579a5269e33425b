"""What can go wrong, in two kinds: the user's input, and a run that failed."""


class InputError(Exception):
    """A mistake in what the user gave. One line: the field, the value, what is accepted.

    The command line prints it without a traceback and leaves with exit code 2.
    """


class RunError(Exception):
    """A run that could not go on. One line: which step, which field, why. Exit code 1."""
