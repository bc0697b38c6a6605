"""Loading modules and attributes when they are first used, so that importing stays light."""

import importlib
import sys
import threading
from collections.abc import Callable, Mapping
from types import ModuleType

_IMPORTING = threading.Lock()


def imported(module: str) -> ModuleType:
    """Import a module, one thread at a time.

    Plotly and scikit-learn both need narwhals, whose modules need one another: of two threads that import the two at
    once, each holds what the other waits for, and Python ends one with an error.
    """
    with _IMPORTING:
        return importlib.import_module(module)


def attributes(package: str, home: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package (PEP 562) that loads names when they are used; home: which module has each."""

    def load(name: str) -> object:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)  # found directly the next time
        return value

    return load
