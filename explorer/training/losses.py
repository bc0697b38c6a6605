"""The games, as pure functions of logits: what D wants (`d`) and what G wants (`g`), each [N], [N] -> scalar.

Both are told the logits of real pictures and of fakes; some need only one of them.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch.nn.functional as F
from torch import Tensor


def relativistic_d(real: Tensor, fake: Tensor) -> Tensor:
    """D wants every real picture to look more real than its fake partner: mean softplus(-(D(real) - D(fake))).

    The relativistic pairing loss (Jolicoeur-Martineau 2018; R3GAN, Huang 2024).
    """
    return F.softplus(fake - real).mean()


def relativistic_g(real: Tensor, fake: Tensor) -> Tensor:
    """G wants the opposite."""
    return F.softplus(real - fake).mean()


def hinge_d(real: Tensor, fake: Tensor) -> Tensor:
    """D wants real logits above 1 and fake ones below -1, and no more than that (Lim and Ye 2017, "Geometric GAN")."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def hinge_g(real: Tensor, fake: Tensor) -> Tensor:
    """G wants its logits high, without bound."""
    return -fake.mean()


def bce_d(real: Tensor, fake: Tensor) -> Tensor:
    """D tells real from fake by binary cross-entropy (Goodfellow 2014)."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def bce_g(real: Tensor, fake: Tensor) -> Tensor:
    """G wants to be called real: the non-saturating form, whose slope does not vanish while D is winning."""
    return F.softplus(-fake).mean()


class Pair(NamedTuple):
    """The two sides of a game; g_needs_real: whether G's side looks at the real logits at all."""

    d: Callable[[Tensor, Tensor], Tensor]
    g: Callable[[Tensor, Tensor], Tensor]
    g_needs_real: bool


LOSSES = {
    "relativistic": Pair(relativistic_d, relativistic_g, g_needs_real=True),
    "hinge": Pair(hinge_d, hinge_g, g_needs_real=False),
    "bce": Pair(bce_d, bce_g, g_needs_real=False),
}
