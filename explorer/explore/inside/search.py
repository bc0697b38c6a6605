"""The search for z and c, and a w for each layer, that draw a picture: Adam, from several starts at once.

After Zhu, Kraehenbuehl, Shechtman and Efros (2016, "Generative visual manipulation on the natural image manifold"), who
sought z by gradient on pixels and on features, and Abdal, Qin and Wonka (2019, "Image2StyleGAN"), who showed how much
of the result the start decides; here the best of many drawn pictures, by both, are the starts, and pixels decide among
them. z is held to what is likely for a normal z, as Creswell and Bharath (2016, "Inverting the generator of a GAN") do
by a prior. c is free in a region around each word, and held to it: most directions of a word space mean nothing to a
generator, and c would drift along them to where no word is. A pull to the words all the way costs one to two dB.

Where the generator has a mapping network, the last stage also moves what each layer gets of it, the space w+ of
Image2StyleGAN, near what z and c give: 30.8 dB instead of 24.9 in the median of 20 test pictures of Fashion-MNIST.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.stopping import Stop, check

ROWS = 16  # of a forward pass that draws candidates
CANDIDATES = 512
FIRST = ((12, 80, 0.3, 0.2), (4, 150, 0.2, 0.15))
STAGES = {"z": (*FIRST, (2, 900, 0.15, 0.002)), "w+": (*FIRST, (1, 400, 0.1, 0.002))}
"""By the space: how many of the best go on, for how many steps, the first and the last learning rate of z. w moves in
the last stage alone."""
RATE_C, RATE_W = 0.3, 0.5  # of c and w, beside that of z
FEATURES_WEIGHT = 0.3  # beside the pixels' 1, as starts are chosen
NEAR = 0.8  # cosine to a word within which c is free
WORDS_WEIGHT, Z_WEIGHT, W_WEIGHT = 0.3, 0.1, 0.02  # beside the pixels' 1
MAX_Z = 3.0  # standard deviations: coordinates of z beyond are implausible
MAX_W = 1.27  # of a number of w: some five times what is usual, and in hundredths it fits a byte
Draw = Callable[..., Tensor]
"""Pictures of z [N, Z] and c [N, D], and in w+ of w [N, modulated, mapping]."""
Features = Callable[[Tensor], Tensor]
Watch = Callable[[float, Tensor], None]
"""Called between steps with the share that is done, 0 to 1, and the best picture so far, [C, H, W]."""


@dataclass(frozen=True, eq=False)
class SearchResult:
    """z [Z] and c [D], unit, whose picture is nearest to the target, and w [modulated, mapping] in w+, else None.

    loss: 1 for the median candidate, 0 for the exact picture of a word."""

    z: Tensor
    c: Tensor
    w: Tensor | None
    loss: float


def search(
    generator: Draw,
    z_dim: int,
    target: Tensor,
    labels: Tensor,
    words: Tensor,
    w_shape: tuple[int, int] | None = None,
    features: Features | None = None,
    seed: int = 0,
    watch: Watch = lambda done, picture: None,
    stop: Stop = lambda: False,
) -> SearchResult:
    """The z and c of a target [C, H, W] in [-1, 1].

    labels [K, D] and words [V, D], unit: half the starts have a label's c, half that of any of both, and c stays near
    one of them. w_shape: (modulated, mapping) to search in w+, None in z. features: of pictures [N, C, H, W], or None.
    Deterministic by the seed, on one machine. Raises Stopped.
    """
    draw = torch.Generator().manual_seed(seed)
    anchors = torch.cat([labels, words])
    scale, z, c = _starts(generator, z_dim, target, labels, anchors, features, draw, stop)

    def draw_all(z: Tensor, c: Tensor, w: Tensor | None) -> tuple[Tensor, Tensor]:
        unit = F.normalize(c, dim=1)
        pictures = generator(z, unit) if w is None else generator(z, unit, w)
        losses = _squares(pictures, target) / scale + _implausibility(z, unit, anchors)
        return pictures, losses if w is None else losses + W_WEIGHT * w.square().mean(dim=(1, 2))

    stages, done, w = STAGES["z" if w_shape is None else "w+"], 0, None
    steps = sum(stage[1] for stage in stages)
    for number, (kept, count, first, last) in enumerate(stages):
        z, c = z[:kept].clone().requires_grad_(), c[:kept].clone().requires_grad_()
        if w_shape is not None and number == len(stages) - 1:
            w = z.new_zeros((len(z), *w_shape)).requires_grad_()
        moved = [(z, 1.0), (c, RATE_C), *([] if w is None else [(w, RATE_W)])]
        adam = torch.optim.Adam([{"params": [tensor]} for tensor, _ in moved], betas=(0.9, 0.99))
        for step in range(count):
            check(stop)
            rate = last + (first - last) * (1 + math.cos(math.pi * step / count)) / 2
            for group, (_, share) in zip(adam.param_groups, moved, strict=True):
                group["lr"] = share * rate
            pictures, losses = draw_all(z, c, w)
            adam.zero_grad()
            losses.sum().backward()
            adam.step()
            if w is not None:
                w.data.clamp_(-MAX_W, MAX_W)
            done += 1
            watch(done / steps, pictures[losses.argmin()].detach())
        with torch.no_grad():
            losses = draw_all(z, c, w)[1]
            order = losses.argsort()
            z, c = z[order].detach(), F.normalize(c[order], dim=1)
    best = order[0]
    return SearchResult(z[0], c[0], None if w is None else w[best].detach(), float(losses[best]))


@torch.no_grad()
def _starts(
    generator: Draw,
    z_dim: int,
    target: Tensor,
    labels: Tensor,
    anchors: Tensor,
    features: Features | None,
    draw: torch.Generator,
    stop: Stop,
) -> tuple[float, Tensor, Tensor]:
    """The median candidate's squared error, and z [N, Z] and c [N, D] of the candidates, the best first."""
    half = CANDIDATES // 2
    label_rows = torch.randperm(len(labels), generator=draw)[torch.arange(half) % len(labels)]
    rows = torch.cat([label_rows, torch.randint(len(anchors), (CANDIDATES - half,), generator=draw)])
    z = torch.randn((CANDIDATES, z_dim), generator=draw).to(target.device)
    c = anchors[rows.to(anchors.device)]
    pixels, others = [], []
    wanted = None if features is None else features(target[None])
    for start in range(0, CANDIDATES, ROWS):
        check(stop)
        pictures = generator(z[start : start + ROWS], c[start : start + ROWS])
        pixels.append(_squares(pictures, target))
        others.append(
            torch.zeros_like(pixels[-1]) if features is None else (features(pictures) - wanted).square().sum(dim=1)
        )
    scales = [max(float(torch.cat(part).median()), 1e-12) for part in (pixels, others)]
    order = (torch.cat(pixels) / scales[0] + FEATURES_WEIGHT * torch.cat(others) / scales[1]).argsort()
    return scales[0], z[order], c[order]


def _squares(pictures: Tensor, target: Tensor) -> Tensor:
    """Mean squared differences of pictures [N, C, H, W] and a target [C, H, W], [N]."""
    return (pictures - target).square().mean(dim=(1, 2, 3))


def _implausibility(z: Tensor, c: Tensor, anchors: Tensor) -> Tensor:
    """Penalty on z [N, Z] unlike a normal draw and c [N, D] far from every word, [N]; 0 for what is like them."""
    spread = 1 + 2 * (2 / z.shape[1]) ** 0.5  # two standard deviations of the mean square of a normal z
    far = F.relu(z.square().mean(dim=1) - spread).square() + F.relu(z.abs() - MAX_Z).square().mean(dim=1)
    return Z_WEIGHT * far + WORDS_WEIGHT * F.relu(NEAR - (c @ anchors.T).max(dim=1).values)
