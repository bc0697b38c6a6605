"""Names that a package offers but loads only when they are first asked for, so that importing it stays light."""

import importlib
import sys
from collections.abc import Callable, Mapping


def attributes(package: str, home: Mapping[str, str]) -> Callable[[str], object]:
    """The `__getattr__` of a package (PEP 562); `home` says in which of its modules each name is defined."""

    def load(name: str) -> object:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{package}.{home[name]}"), name)
        setattr(sys.modules[package], name, value)  # the next time it is simply there
        return value

    return load
