"""Many pictures as a judge sees them."""

from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.measure.judge import Judge


@dataclass(frozen=True, eq=False)
class Cloud:
    """features: float32 [N, F]. logits: float32 [N, K]. asked: int64 [N], the class of a real picture, or the one that
    a sample was asked for; None where the generator hears of no class."""

    features: Tensor
    logits: Tensor
    asked: Tensor | None = None

    @property
    def seen(self) -> Tensor:
        """The class that the judge puts each picture in, int64 [N]."""
        return self.logits.argmax(dim=1)

    @property
    def classes(self) -> Tensor:
        """What each picture was asked for, else what is seen in it, int64 [N]."""
        return self.seen if self.asked is None else self.asked


def cloud_of(judge: Judge, pictures: Tensor, asked: Tensor | None = None) -> Cloud:
    """Read pictures, uint8 [N, C, H, W]."""
    features, logits = judge.read(pictures)
    return Cloud(features, logits, None if asked is None else asked.to(features.device))


def unasked(cloud: Cloud) -> Cloud:
    """The same without the classes that were asked for."""
    return Cloud(cloud.features, cloud.logits)


def counts(cloud: Cloud) -> Tensor:
    """How many pictures each class has, int64 [K]."""
    return torch.bincount(cloud.classes, minlength=cloud.logits.shape[1])
