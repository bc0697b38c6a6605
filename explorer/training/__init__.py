"""Training: one loop, and the pure functions it is made of."""

from explorer.training.config import TrainConfig
from explorer.training.loop import train

__all__ = ["TrainConfig", "train"]
