"""The one exception a person is meant to read."""


class ExplorerError(Exception):
    """One sentence: what is wrong, with what, and what to do about it.

    Every room raises this (or a subclass) for bad input; the command prints it and leaves with status 2,
    the app shows it beside the pictures. Anything else that escapes is a bug.
    """
