"""Spec in, Picture out. Names are loaded when first asked for: reading a spec needs no torch."""

import importlib

_HOME = {
    "Spec": "spec",
    "Seeded": "spec",
    "Mixed": "spec",
    "Stored": "spec",
    "SpecError": "spec",
    "Picture": "picture",
    "Studio": "studio",
    "sheet": "sheets",
    "spec_from_png": "png",
    "specs_from_png": "png",
}
__all__ = list(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    return value
