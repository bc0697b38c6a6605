"""What an InfoGAN's categories came to mean: the classes that a judge predicts for each of their values.

The paper (Chen and others 2016, 4.2) names each value after the digit that it mostly draws, and counts how often it is
wrong. Mutual information needs no such naming: two values may share a class, and one may hold two.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class CodeMeaning:
    """One category.

    number: 1 for c1. information: mutual information of its value and the predicted class, over the entropy of the
    class: 0 none .. 1 all. classes: for each value, the share of its pictures in which each class is predicted.
    """

    number: int
    information: float
    classes: tuple[dict[str, float], ...]


def code_meanings(
    codes: Tensor, kinds: tuple[int, ...], predicted: Tensor, words: tuple[str, ...]
) -> list[CodeMeaning]:
    """One meaning for each category.

    codes: those of the pictures, [N, sum of kinds]; kinds: see NetworkConfig.codes. predicted: the judge's class of
    each picture, int64 [N], of `words`.
    """
    found = []
    for number, (part, count) in enumerate(zip(codes.split(list(kinds), dim=1), kinds, strict=True), 1):
        if count > 1:
            cells = part.argmax(dim=1) * len(words) + predicted
            table = torch.bincount(cells, minlength=count * len(words)).view(count, -1).double()
            shares = table / table.sum(dim=1, keepdim=True).clamp(min=1)
            named = (dict(zip(words, row, strict=True)) for row in shares.tolist())
            found.append(CodeMeaning(number, _information(table / table.sum()), tuple(named)))
    return found


def _information(joint: Tensor) -> float:
    """Mutual information over the entropy of the columns; 0 where there is only one."""
    rows, columns = joint.sum(dim=1), joint.sum(dim=0)
    most = _entropy(columns)
    return max(0.0, (_entropy(rows) + most - _entropy(joint)) / most) if most > 0 else 0.0


def _entropy(shares: Tensor) -> float:
    return torch.special.entr(shares).sum().item()
