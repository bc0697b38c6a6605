"""The game, as pure functions of logits."""

import torch.nn.functional as F
from torch import Tensor


def relativistic_d(real: Tensor, fake: Tensor) -> Tensor:
    """D wants every real picture to look more real than its fake partner. Logits [N] -> scalar.

    mean softplus(-(D(real) - D(fake))): the relativistic pairing loss (Jolicoeur-Martineau 2018; R3GAN, Huang 2024).
    """
    return F.softplus(fake - real).mean()


def relativistic_g(real: Tensor, fake: Tensor) -> Tensor:
    """G wants the opposite. Logits [N] -> scalar."""
    return F.softplus(real - fake).mean()
