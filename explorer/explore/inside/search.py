"""The search behind "find this picture": Adam on z and c, from several starts at once.

After Zhu, Kraehenbuehl, Shechtman and Efros (2016, "Generative visual manipulation on the natural image manifold"), who
sought z by gradient on pixels and on features, and Abdal, Qin and Wonka (2019, "Image2StyleGAN"), who showed how much
of the result is decided by where one starts; here the best of many drawn pictures are the starts. z is held to what a
normal z may be, as Creswell and Bharath (2016, "Inverting the generator of a GAN") do by a prior, and c to words: most
directions of a word space mean nothing to a generator, and left alone c would drift along them to where no word is.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.stopping import Stop, check

ROWS = 16  # of a forward pass that draws candidates
CANDIDATES = 512
STAGES = ((12, 80), (4, 220))  # how many of the best go on, and for how many steps
RATE_Z, RATE_C = 0.1, 0.03
FEATURES, WORDS, SPREAD = 0.3, 0.1, 0.1  # weights beside the pixels'
REACH = 3.0  # standard deviations: coordinates of z beyond are implausible
Features = Callable[[Tensor], Tensor]
Watch = Callable[[float, Tensor], None]
"""Called between steps with the share that is done, 0 to 1, and the best picture so far, [C, H, W]."""


@dataclass(frozen=True, eq=False)
class Found:
    """z [Z] and c [D], unit: what the generator draws nearest to the target. loss: 1 is what the middle candidate has,
    0 a perfect picture of a word's own."""

    z: Tensor
    c: Tensor
    loss: float


@dataclass(frozen=True, eq=False)
class _Goal:
    """What is to be drawn, [1, C, H, W], its features, and how far from both the middle one of the candidates is."""

    target: Tensor
    features: Features | None
    seen: Tensor | None
    pixels: float = 1.0
    looks: float = 1.0

    def distances(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Of each of [N, C, H, W], by pixels and by features, [N] each."""
        pixels = (pictures - self.target).square().mean(dim=(1, 2, 3))
        if self.features is None:
            return pixels, torch.zeros_like(pixels)
        return pixels, (self.features(pictures) - self.seen).square().sum(dim=1)

    def loss(self, pictures: Tensor) -> Tensor:
        pixels, looks = self.distances(pictures)
        return pixels / self.pixels + FEATURES * looks / self.looks


def search(
    generator: nn.Module,
    z_dim: int,
    target: Tensor,
    labels: Tensor,
    words: Tensor,
    features: Features | None = None,
    seed: int = 0,
    watch: Watch = lambda done, picture: None,
    stop: Stop = lambda: False,
) -> Found:
    """The z and c of a target [C, H, W] in [-1, 1].

    labels [K, D] and words [V, D], unit: half the starts hear the first, half the second, and c is drawn to the nearest
    of both. features: of pictures [N, C, H, W], differentiable, or None. Deterministic by the seed, on one machine.
    Raises Stopped.
    """
    draw = torch.Generator().manual_seed(seed)
    heard = torch.cat([labels, words])
    with torch.no_grad():
        seen = features(target[None]) if features else None
    goal, z, c = _starts(generator, z_dim, _Goal(target[None], features, seen), labels, heard, draw, stop)
    steps, done = sum(count for _, count in STAGES), 0
    for number, (kept, count) in enumerate(STAGES):
        z, c = z[:kept].clone().requires_grad_(), c[:kept].clone().requires_grad_()
        adam = torch.optim.Adam([{"params": [z], "lr": RATE_Z}, {"params": [c], "lr": RATE_C}], betas=(0.9, 0.99))
        for step in range(count):
            check(stop)
            if number == len(STAGES) - 1:  # come to rest
                for group, rate in zip(adam.param_groups, (RATE_Z, RATE_C), strict=True):
                    group["lr"] = rate * (1 - step / count) ** 0.5
            unit = F.normalize(c, dim=1)
            pictures = generator(z, unit)
            losses = goal.loss(pictures) + _unlikely(z, unit, heard)
            adam.zero_grad()
            losses.sum().backward()
            adam.step()
            done += 1
            watch(done / steps, pictures[losses.argmin()].detach())
        with torch.no_grad():
            unit = F.normalize(c, dim=1)
            losses = goal.loss(generator(z, unit)) + _unlikely(z, unit, heard)
            order = losses.argsort()
            z, c = z[order].detach(), unit[order]
    return Found(z[0], c[0], float(losses[order[0]]))


@torch.no_grad()
def _starts(
    generator: nn.Module, z_dim: int, goal: _Goal, labels: Tensor, heard: Tensor, draw: torch.Generator, stop: Stop
) -> tuple[_Goal, Tensor, Tensor]:
    """The goal with its measure, and z [N, Z] and c [N, D] of the candidates, the best first."""
    half = CANDIDATES // 2
    turns = torch.randperm(len(labels), generator=draw)[torch.arange(half) % len(labels)]
    rows = torch.cat([turns, torch.randint(len(heard), (CANDIDATES - half,), generator=draw)])
    z = torch.randn((CANDIDATES, z_dim), generator=draw).to(goal.target.device)
    c = heard[rows.to(heard.device)]
    parts = []
    for start in range(0, CANDIDATES, ROWS):
        check(stop)
        parts.append(goal.distances(generator(z[start : start + ROWS], c[start : start + ROWS])))
    pixels, looks = (torch.cat(part) for part in zip(*parts, strict=True))
    middle = [max(float(part.median()), 1e-12) for part in (pixels, looks)]
    order = (pixels / middle[0] + FEATURES * looks / middle[1]).argsort()
    return dataclasses.replace(goal, pixels=middle[0], looks=middle[1]), z[order], c[order]


def _unlikely(z: Tensor, c: Tensor, heard: Tensor) -> Tensor:
    """How little z [N, Z] is like a draw, and c [N, D] like a word: 0 for what is, [N]."""
    spread = 1 + 2 * (2 / z.shape[1]) ** 0.5  # two standard deviations of the mean square of a normal z
    far = F.relu(z.square().mean(dim=1) - spread).square() + F.relu(z.abs() - REACH).square().mean(dim=1)
    return SPREAD * far + WORDS * (1 - (c @ heard.T).max(dim=1).values)
