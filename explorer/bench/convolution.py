"""This machine's 3 x 3 convolution, forward plus backward: the reference for a training's speed."""

from dataclasses import dataclass, field
from statistics import median

import torch
from torch import nn

from explorer.bench.work import flops_of, seconds_of

SHAPES = ((64, 28), (128, 14), (256, 7))  # channels and side in pixels, as much work each
BATCH = 64


@dataclass
class Convolution:
    """One layer of `channels` to as many on `side` x `side` pixels, timed whenever `run` is called."""

    channels: int
    side: int
    dtype: torch.dtype
    device: torch.device
    times: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        place = {"device": self.device, "dtype": self.dtype}
        shape = (BATCH, self.channels, self.side, self.side)
        self._layer = nn.Conv2d(self.channels, self.channels, 3, padding=1, bias=False, **place)
        self._layer.to(memory_format=torch.channels_last)
        x, gradient = (torch.randn(shape, **place).contiguous(memory_format=torch.channels_last) for _ in range(2))
        self._x, self._gradient = x.requires_grad_(True), gradient
        self.flops = flops_of(self._forward_and_backward)  # a warm-up too

    def run(self) -> None:
        """Run it once and record the time."""
        self.times.append(seconds_of(self._forward_and_backward, self.device))

    @property
    def speed(self) -> float:
        """FLOP a second, by the median of its runs."""
        return self.flops / median(self.times)

    def _forward_and_backward(self) -> None:
        torch.autograd.grad(self._layer(self._x), (self._x, self._layer.weight), self._gradient)
