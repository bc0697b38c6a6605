"""Training: settings, data, state, the steps of both networks, the loop, the run folder. Settings need no torch."""

from explorer import lazy

_HOME = {"TrainConfig": "settings", "train": "loop"}
__all__ = list(_HOME)
__getattr__ = lazy.attributes(__name__, _HOME)
