"""Training: one loop, and the pure functions it is made of. A config can be read without waiting for torch."""

from explorer import lazy

_HOME = {"TrainConfig": "settings", "train": "loop"}
__all__ = list(_HOME)
__getattr__ = lazy.attributes(__name__, _HOME)
