"""Pictures as files hold them (bytes) and as networks do (numbers from -1 to 1)."""

import torch
from torch import Tensor


def from_bytes(pictures: Tensor) -> Tensor:
    """uint8 [N, C, H, W] to float32 [-1, 1], channels_last: 0 is -1, 255 is 1."""
    return (pictures.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def to_bytes(pictures: Tensor) -> Tensor:
    """[-1, 1] float [N, C, H, W] to uint8 [N, H, W, C]."""
    return pictures.float().add(1.0).mul_(127.5).round_().clamp_(0, 255).to(torch.uint8).permute(0, 2, 3, 1)
