"""What an InfoGAN's categories came to mean: the classes that a judge sees under each of their kinds.

The paper (Chen and others 2016, 4.2) names each kind after the digit that it mostly draws, and counts how often it is
wrong. Mutual information needs no such naming: two kinds may share a class, and a kind may hold two.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class CodeMeaning:
    """One category. number: 1 for c1. tells: the mutual information of its kind and the class that is seen, as a share
    of what there is to tell of the class (its entropy): 0 nothing .. 1 all. seen: for each kind, the share of its
    pictures in which each class is seen."""

    number: int
    tells: float
    seen: tuple[dict[str, float], ...]


def code_meanings(codes: Tensor, kinds: tuple[int, ...], seen: Tensor, words: tuple[str, ...]) -> list[CodeMeaning]:
    """One for each category. codes: what pictures were drawn from, [N, sum of kinds]; kinds: see NetworkConfig.codes.
    seen: the class that a judge put each in, int64 [N], of `words`."""
    found = []
    for number, (part, count) in enumerate(zip(codes.split(list(kinds), dim=1), kinds, strict=True), 1):
        if count > 1:
            cells = part.argmax(dim=1) * len(words) + seen
            table = torch.bincount(cells, minlength=count * len(words)).view(count, -1).double()
            shares = table / table.sum(dim=1, keepdim=True).clamp(min=1)
            named = (dict(zip(words, row, strict=True)) for row in shares.tolist())
            found.append(CodeMeaning(number, _told(table / table.sum()), tuple(named)))
    return found


def _told(joint: Tensor) -> float:
    """Mutual information over the entropy of the columns; 0 where only one is ever seen."""
    rows, columns = joint.sum(dim=1), joint.sum(dim=0)
    there = _entropy(columns)
    return max(0.0, (_entropy(rows) + there - _entropy(joint)) / there) if there > 0 else 0.0


def _entropy(shares: Tensor) -> float:
    return torch.special.entr(shares).sum().item()
