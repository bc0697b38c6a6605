"""Features of many pictures, by a judge or by a feature network."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from explorer.data.progress import Report
from explorer.measure.features.network import FeatureNetwork
from explorer.measure.judge.judge import Judge


@dataclass(frozen=True, eq=False)
class Features:
    """values: float32 [N, F]. logits: float32 [N, K]. labels: int64 [N], the class of each real picture, or the one
    that a sample was conditioned on; None for samples of an unconditional generator. own_classes: whether the logits
    are of the pictures' own classes, as a judge's are; a feature network's are of ImageNet's."""

    values: Tensor
    logits: Tensor
    labels: Tensor | None = None
    own_classes: bool = True

    @property
    def predicted(self) -> Tensor | None:
        """The class that the judge puts each picture in, int64 [N]; None by a feature network."""
        return self.logits.argmax(dim=1) if self.own_classes else None

    @property
    def classes(self) -> Tensor | None:
        """The labels, else the predicted classes, int64 [N]; None where there is neither."""
        return self.predicted if self.labels is None else self.labels


def features_of(
    judge: Judge | FeatureNetwork,
    pictures: Tensor,
    labels: Tensor | None = None,
    report: Report = lambda what, done, total: None,
) -> Features:
    """Features of pictures uint8 [N, C, H, W]. report: for a feature network alone, which takes minutes."""
    own_classes = isinstance(judge, Judge)
    values, logits = judge.features_and_logits(pictures, *(() if own_classes else (report,)))
    return Features(values, logits, None if labels is None else labels.to(values.device), own_classes)


def without_labels(features: Features) -> Features:
    """The same features, with predicted classes in place of labels."""
    return replace(features, labels=None)


def class_counts(features: Features, classes: int) -> Tensor:
    """The number of pictures in each of so many classes, int64 [K]; 0 where neither labels nor predictions exist."""
    if features.classes is None:
        return torch.zeros(classes, dtype=torch.long)
    return torch.bincount(features.classes, minlength=classes).cpu()
