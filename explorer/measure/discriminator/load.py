"""The discriminator that a checkpoint ships, and an untrained one of the same shape."""

import os

import torch
from torch import nn

from explorer.checkpoint import Checkpoint
from explorer.errors import ExplorerError


def load_discriminator(checkpoint: Checkpoint) -> nn.Module:
    """Load a fresh copy, frozen: (x [N, C, H, W], c [N, D]) -> DiscriminatorOutput.

    Raises ExplorerError where none is shipped.
    """
    if not os.path.lexists(checkpoint.path / "discriminator.safetensors"):
        raise ExplorerError(
            f"The checkpoint {checkpoint.name} ships no discriminator, only its generator; choose another one."
        )
    return checkpoint.discriminator()


def untrained(discriminator: nn.Module, seed: int = 0) -> nn.Module:
    """The same network with fresh random weights, frozen, on the same device."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        fresh = type(discriminator)(discriminator.config)
    device = next(discriminator.parameters()).device
    return fresh.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)
