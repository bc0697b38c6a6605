"""The networks' passes as a move makes them: as they are, or compiled where that pays."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from explorer.models.discriminator import Discriminator, DiscriminatorOutput
from explorer.models.generator import Generator


class Forward(NamedTuple):
    """G's pass and the two halves of D's. Penalties do not use these: compiled code has no second derivative."""

    draw: Callable[[Tensor, Tensor], Tensor]
    look: Callable[[Tensor], Tensor]
    judge: Callable[[Tensor, Tensor], DiscriminatorOutput]


def passes(G: Generator, D: Discriminator, backend: str | None = None) -> Forward:
    """Of these networks, compiled by torch with a backend (`inductor`), or plain; their weights stay their own.

    Where the backend fails, for want of a compiler for instance, torch goes on with the plain pass and warns.
    """
    plain = Forward(G, D.features, D.judge)
    if backend is None:
        return plain
    torch._dynamo.config.suppress_errors = True
    return Forward(*(torch.compile(one, backend=backend) for one in plain))


def ready(device: torch.device) -> str | None:
    """Set torch up for a device; the backend to compile with there, None where compiling costs more than it saves."""
    if device.type != "cuda":
        return None
    torch.backends.cudnn.benchmark = True  # the shapes never change
    torch.set_float32_matmul_precision("high")  # TF32
    torch.backends.cudnn.allow_tf32 = True
    return "inductor"


def staged(tensor: Tensor, device: torch.device) -> Tensor:
    """A CPU tensor on the device, sent without waiting for what the device is doing."""
    if device.type == "cuda":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)
