"""Many pictures as a judge, or a feature network, sees them."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from explorer.data.progress import Report
from explorer.measure.features.network import FeatureNetwork
from explorer.measure.judge.judge import Judge


@dataclass(frozen=True, eq=False)
class Features:
    """features: float32 [N, F]. logits: float32 [N, K]. asked: int64 [N], the class of a real picture, or the one that
    a sample was asked for; None where the generator hears of no class. knows: whether the logits are of the pictures'
    own classes, as a judge's are; a feature network's are of others, and say nothing of what was asked for."""

    features: Tensor
    logits: Tensor
    asked: Tensor | None = None
    knows: bool = True

    @property
    def seen(self) -> Tensor | None:
        """The class that the judge puts each picture in, int64 [N]; None where nobody knows these classes."""
        return self.logits.argmax(dim=1) if self.knows else None

    @property
    def classes(self) -> Tensor | None:
        """What each picture was asked for, else what is seen in it, int64 [N]; None where neither is known."""
        return self.seen if self.asked is None else self.asked


def features_of(
    judge: Judge | FeatureNetwork,
    pictures: Tensor,
    asked: Tensor | None = None,
    report: Report = lambda what, done, total: None,
) -> Features:
    """Read pictures, uint8 [N, C, H, W]. report: of a feature network alone, which takes minutes."""
    knows = isinstance(judge, Judge)
    features, logits = judge.features_and_logits(pictures) if knows else judge.features_and_logits(pictures, report)
    return Features(features, logits, None if asked is None else asked.to(features.device), knows)


def without_labels(cloud: Features) -> Features:
    """The same without the classes that were asked for."""
    return replace(cloud, asked=None)


def counts(cloud: Features, classes: int) -> Tensor:
    """How many pictures each of so many classes has, int64 [K]; none, where nobody knows these classes."""
    if cloud.classes is None:
        return torch.zeros(classes, dtype=torch.long)
    return torch.bincount(cloud.classes, minlength=classes).cpu()
