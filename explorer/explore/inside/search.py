"""The search for z and c that draw a picture: Adam, from several starts at once.

After Zhu, Kraehenbuehl, Shechtman and Efros (2016, "Generative visual manipulation on the natural image manifold"), who
sought z by gradient on pixels and on features, and Abdal, Qin and Wonka (2019, "Image2StyleGAN"), who showed how much
of the result the start decides; here the best of many drawn pictures are the starts. z is held to what is likely for a
normal z, as Creswell and Bharath (2016, "Inverting the generator of a GAN") do by a prior, and c to words: most
directions of a word space mean nothing to a generator, and c would drift along them to where no word is.
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
STAGES = ((12, 80), (4, 220))  # (how many of the best go on, for how many steps)
RATE_Z, RATE_C = 0.1, 0.03
FEATURES_WEIGHT, WORDS_WEIGHT, Z_WEIGHT = 0.3, 0.1, 0.1  # beside the pixels' 1
MAX_Z = 3.0  # standard deviations: coordinates of z beyond are implausible
Features = Callable[[Tensor], Tensor]
Watch = Callable[[float, Tensor], None]
"""Called between steps with the share that is done, 0 to 1, and the best picture so far, [C, H, W]."""


@dataclass(frozen=True, eq=False)
class SearchResult:
    """z [Z] and c [D], unit, whose picture is nearest to the target. loss: 1 for the median candidate, 0 for the exact
    picture of a word."""

    z: Tensor
    c: Tensor
    loss: float


@dataclass(frozen=True, eq=False)
class _Objective:
    """The target [1, C, H, W], its features, and the median candidate's distance from both."""

    target: Tensor
    features: Features | None
    target_features: Tensor | None
    pixel_scale: float = 1.0
    feature_scale: float = 1.0

    def distances(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Distances of pictures [N, C, H, W] by pixels and by features, [N] each."""
        pixels = (pictures - self.target).square().mean(dim=(1, 2, 3))
        if self.features is None:
            return pixels, torch.zeros_like(pixels)
        return pixels, (self.features(pictures) - self.target_features).square().sum(dim=1)

    def loss(self, pictures: Tensor) -> Tensor:
        pixels, features = self.distances(pictures)
        return pixels / self.pixel_scale + FEATURES_WEIGHT * features / self.feature_scale


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
) -> SearchResult:
    """The z and c of a target [C, H, W] in [-1, 1].

    labels [K, D] and words [V, D], unit: half the starts have a label's c, half that of any of both, and c is drawn to
    the nearest. features: of pictures [N, C, H, W], differentiable, or None. Deterministic by the seed, on one machine.
    Raises Stopped.
    """
    draw = torch.Generator().manual_seed(seed)
    anchors = torch.cat([labels, words])
    with torch.no_grad():
        target_features = features(target[None]) if features else None
    objective = _Objective(target[None], features, target_features)
    objective, z, c = _starts(generator, z_dim, objective, labels, anchors, draw, stop)
    steps, done = sum(count for _, count in STAGES), 0
    for number, (kept, count) in enumerate(STAGES):
        z, c = z[:kept].clone().requires_grad_(), c[:kept].clone().requires_grad_()
        adam = torch.optim.Adam([{"params": [z], "lr": RATE_Z}, {"params": [c], "lr": RATE_C}], betas=(0.9, 0.99))
        for step in range(count):
            check(stop)
            if number == len(STAGES) - 1:  # the rate decays to 0
                for group, rate in zip(adam.param_groups, (RATE_Z, RATE_C), strict=True):
                    group["lr"] = rate * (1 - step / count) ** 0.5
            unit = F.normalize(c, dim=1)
            pictures = generator(z, unit)
            losses = objective.loss(pictures) + _implausibility(z, unit, anchors)
            adam.zero_grad()
            losses.sum().backward()
            adam.step()
            done += 1
            watch(done / steps, pictures[losses.argmin()].detach())
        with torch.no_grad():
            unit = F.normalize(c, dim=1)
            losses = objective.loss(generator(z, unit)) + _implausibility(z, unit, anchors)
            order = losses.argsort()
            z, c = z[order].detach(), unit[order]
    return SearchResult(z[0], c[0], float(losses[order[0]]))


@torch.no_grad()
def _starts(
    generator: nn.Module,
    z_dim: int,
    objective: _Objective,
    labels: Tensor,
    anchors: Tensor,
    draw: torch.Generator,
    stop: Stop,
) -> tuple[_Objective, Tensor, Tensor]:
    """The objective with its scales, and z [N, Z] and c [N, D] of the candidates, the best first."""
    half = CANDIDATES // 2
    label_rows = torch.randperm(len(labels), generator=draw)[torch.arange(half) % len(labels)]
    rows = torch.cat([label_rows, torch.randint(len(anchors), (CANDIDATES - half,), generator=draw)])
    z = torch.randn((CANDIDATES, z_dim), generator=draw).to(objective.target.device)
    c = anchors[rows.to(anchors.device)]
    parts = []
    for start in range(0, CANDIDATES, ROWS):
        check(stop)
        parts.append(objective.distances(generator(z[start : start + ROWS], c[start : start + ROWS])))
    pixels, features = (torch.cat(part) for part in zip(*parts, strict=True))
    median = [max(float(part.median()), 1e-12) for part in (pixels, features)]
    order = (pixels / median[0] + FEATURES_WEIGHT * features / median[1]).argsort()
    return dataclasses.replace(objective, pixel_scale=median[0], feature_scale=median[1]), z[order], c[order]


def _implausibility(z: Tensor, c: Tensor, anchors: Tensor) -> Tensor:
    """Penalty on z [N, Z] unlike a normal draw and c [N, D] unlike a word, [N]; 0 for what is like them."""
    spread = 1 + 2 * (2 / z.shape[1]) ** 0.5  # two standard deviations of the mean square of a normal z
    far = F.relu(z.square().mean(dim=1) - spread).square() + F.relu(z.abs() - MAX_Z).square().mean(dim=1)
    return Z_WEIGHT * far + WORDS_WEIGHT * (1 - (c @ anchors.T).max(dim=1).values)
