"""What keeps D's slopes gentle."""

import torch
from torch import Tensor


def zero_centred(logits: Tensor, pictures: Tensor) -> Tensor:
    """Half the mean squared norm of D's gradient with respect to the pictures: scalar, to be weighted by gamma.

    logits [N] must have been computed from pictures [N, C, H, W] that require gradients. On real pictures this is
    R1, on generated ones R2 (Mescheder 2018, "Which training methods for GANs do actually converge?").
    """
    (slope,) = torch.autograd.grad(logits.sum(), pictures, create_graph=True)
    return slope.square().flatten(1).sum(dim=1).mean() / 2


def one_centred(logits: Tensor, pictures: Tensor) -> Tensor:
    """How far D's slope is from 1: mean of (norm - 1)^2 over the batch, scalar (Gulrajani 2017, WGAN-GP)."""
    (slope,) = torch.autograd.grad(logits.sum(), pictures, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()
