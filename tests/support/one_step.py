"""One step of a training on networks small enough to work out by hand.

The one place of these tests that knows how the training's code is called: what a step is given, and what comes of it.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.models.discriminator import DiscriminatorOutput
from explorer.training.distributed import Distributed
from explorer.training.ema import averaged
from explorer.training.forward import passes
from explorer.training.game import TrainState, move
from explorer.training.setbacks import Setbacks
from explorer.training.settings import TrainConfig

BATCH, PIXELS, Z = 8, 4, 3
WARM = BATCH  # images after which the learning rate has risen to its full height
CPU = torch.device("cpu")


class LinearGenerator(nn.Module):
    """z A + c B, as pictures of 2 x 2; it keeps what it was called with."""

    def __init__(self, c_dim: int):
        super().__init__()
        self.A, self.B = nn.Parameter(torch.randn(Z, PIXELS) / 2), nn.Parameter(torch.randn(c_dim, PIXELS) / 2)
        self.calls: list[tuple[Tensor, Tensor]] = []

    def forward(self, z: Tensor, c: Tensor) -> Tensor:
        self.calls.append((z, c))
        return (z @ self.A + c @ self.B).unflatten(1, (1, 2, 2))


class QuadraticDiscriminator(nn.Module):
    """D(x, c) = <x, w + V c> + q |x|^2 / 2: its slope w + V c + q x is known, and differs from picture to picture.

    `more` linear outputs x K beside it: classes, or the guesses of codes.
    """

    def __init__(self, c_dim: int, classes: int = 0, codes: tuple[int, ...] = ()):
        super().__init__()
        self.w, self.V = nn.Parameter(torch.randn(PIXELS)), nn.Parameter(torch.randn(c_dim, PIXELS))
        self.q, self.codes = nn.Parameter(torch.tensor(0.7)), codes
        more = classes + sum(codes)
        self.K = nn.Parameter(torch.randn(PIXELS, more)) if more else None
        self.pictures: list[Tensor] = []  # that it was shown
        self.words: list[Tensor] = []  # that it was told

    def features(self, x: Tensor, c: Tensor | None = None) -> Tensor:
        self.pictures.append(x.detach())
        return x.flatten(1)

    def judge(self, seen: Tensor, c: Tensor) -> DiscriminatorOutput:
        self.words.append(c)
        real = (seen * (self.w + c @ self.V)).sum(dim=1) + self.q / 2 * seen.square().sum(dim=1)
        if self.codes:
            return DiscriminatorOutput(real, codes=(seen @ self.K).split(self.codes, dim=1))
        return DiscriminatorOutput(real, classes=None if self.K is None else seen @ self.K)

    def forward(self, x: Tensor, c: Tensor) -> DiscriminatorOutput:
        return self.judge(self.features(x, c), c)

    def slope(self, x: Tensor, c: Tensor) -> Tensor:
        """The derivative of the logits with respect to pictures, [N, pixels]."""
        return self.w + c @ self.V + self.q * x.flatten(1)


def settings(family: str = "word", **changed: object) -> TrainConfig:
    """A config in which everything beyond the family's own losses is off, at a learning rate that stays where it is."""
    c_dim = {"dcgan": 0, "lsgan": 0, "wgan-gp": 0, "infogan": 4}.get(family, 3)
    plain = {"batch": BATCH, "z_dim": Z, "c_dim": c_dim, "codes": (3, 1), "penalty": "none", "penalty_every": 1}
    plain |= {"gamma": 0.0, "jitter": 0.0, "mismatch": 0.0, "outside": 1.0, "norm": "none", "lr": 0.1, "lr_end": 1.0}
    return TrainConfig(family=family, **{**plain, "kimg": 0.16, **changed})


def networks(config: TrainConfig, seed: int = 0) -> tuple[LinearGenerator, QuadraticDiscriminator]:
    """Fresh ones with the outputs that the family asks for."""
    torch.manual_seed(seed)
    classes = {"classes": config.c_dim, "both": 2 * config.c_dim}.get(config.shapes.head, 0)
    return LinearGenerator(config.c_dim), QuadraticDiscriminator(config.c_dim, classes, config.shapes.codes)


@dataclass
class Step:
    """What a step was given and what came of it. z_d, z_g: the latents of D's step, and of each of G's."""

    G: LinearGenerator  # before it
    D: QuadraticDiscriminator
    new_G: LinearGenerator
    new_D: QuadraticDiscriminator
    average: LinearGenerator
    z_d: Tensor
    z_g: list[Tensor]
    c: Tensor  # that G heard in D's step
    log: dict[str, float]
    words: list[Tensor]  # every condition that either network was told
    pictures: list[Tensor]  # all that D was shown


def take(
    config: TrainConfig,
    real: Tensor,
    c: Tensor,
    pair: tuple[LinearGenerator, QuadraticDiscriminator] | None = None,
    images: int = WARM,
    average: float | None = None,
    pieces: int = 1,
    lr_scale: float = 1.0,
) -> Step:
    """One step of D, then one (or more) of G, by plain gradient descent at the learning rates that the training sets.

    average: what every weight of the averaged generator is before. pieces, lr_scale: see Setbacks.
    """
    G, D = pair or networks(config)
    before = copy.deepcopy(G), copy.deepcopy(D)
    mean = averaged(G)
    if average is not None:
        for weight in mean.parameters():
            weight.fill_(average)
    descents = (torch.optim.SGD(network.parameters(), lr=1e9) for network in (G, D))
    state = TrainState(G, D, mean, *descents, passes(G, D), images=images, setbacks=Setbacks(pieces, lr_scale))
    log = {name: float(value) for name, value in move(state, config, real, c, Distributed(CPU)).items()}
    assert state.images == images + config.batch
    words = [c for _, c in G.calls] + D.words
    latents, given = (torch.cat(parts) for parts in zip(*G.calls, strict=True))
    z_d, *z_g = latents.split(config.batch)
    return Step(*before, G, D, state.ema, z_d, z_g, given[: config.batch], log, words, D.pictures)


def fresh(config: TrainConfig, labels: Tensor | None = None) -> TrainState:
    """The training's own networks and optimisers at their beginning, for labels of these vectors."""
    return TrainState.new(config, CPU, labels)


def go_on(state: TrainState, config: TrainConfig, real: Tensor, c: Tensor) -> None:
    """One step of what `fresh` made."""
    move(state, config, real, c, Distributed(CPU))
