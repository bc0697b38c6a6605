"""One step of a training on networks small enough to work out by hand.

The one place of these tests that knows how the training's code is called: the inputs and results of a step.
"""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.models.discriminator import DiscriminatorOutput
from explorer.training.distributed import Distributed
from explorer.training.settings import TrainConfig
from explorer.training.state import Forward, Setbacks, TrainState, ema_copy
from explorer.training.step import Batch, train_step

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
    """D(x, c) = <x, w + V c> + q |x|^2 / 2: its gradient w + V c + q x is known, and differs from picture to picture.

    Linear outputs x K beside it: classes, the guesses of codes, or a point on a sphere that has points P of classes.
    """

    def __init__(self, c_dim: int, classes: int = 0, codes: tuple[int, ...] = (), angles: bool = False):
        super().__init__()
        self.w, self.V = nn.Parameter(torch.randn(PIXELS)), nn.Parameter(torch.randn(c_dim, PIXELS))
        self.q, self.codes = nn.Parameter(torch.tensor(0.7)), codes
        more = classes + sum(codes)
        self.K = nn.Parameter(torch.randn(PIXELS, more)) if more else None
        self.P = nn.Parameter(torch.randn(c_dim, more)) if angles else None
        self.pictures: list[Tensor] = []  # that it was given
        self.conditions: list[Tensor] = []  # that it was given

    def features(self, x: Tensor, c: Tensor | None = None) -> Tensor:
        self.pictures.append(x.detach())
        return x.flatten(1)

    def logits(self, features: Tensor, c: Tensor) -> DiscriminatorOutput:
        self.conditions.append(c)
        real = (features * (self.w + c @ self.V)).sum(dim=1) + self.q / 2 * features.square().sum(dim=1)
        if self.codes:
            return DiscriminatorOutput(real, codes=(features @ self.K).split(self.codes, dim=1))
        if self.P is not None:
            embedding = torch.nn.functional.normalize(features @ self.K, dim=1)
            points = torch.nn.functional.normalize(self.P, dim=1)
            return DiscriminatorOutput(real, classes=embedding @ points.T, embedding=embedding)
        return DiscriminatorOutput(real, classes=None if self.K is None else features @ self.K)

    def forward(self, x: Tensor, c: Tensor) -> DiscriminatorOutput:
        return self.logits(self.features(x, c), c)

    def gradient(self, x: Tensor, c: Tensor) -> Tensor:
        """The derivative of the logits with respect to pictures, [N, pixels]."""
        return self.w + c @ self.V + self.q * x.flatten(1)


def settings(family: str = "word", **changed: object) -> TrainConfig:
    """A config in which everything beyond the family's own losses is off, at a constant learning rate."""
    c_dim = {"dcgan": 0, "lsgan": 0, "wgan-gp": 0, "infogan": 4}.get(family, 3)
    plain = {"batch": BATCH, "z_dim": Z, "c_dim": c_dim, "codes": (3, 1), "penalty": "none", "penalty_every": 1}
    plain |= {"gamma": 0.0, "jitter": 0.0, "mismatch": 0.0, "outside": 1.0, "norm": "none", "lr": 0.1, "lr_end": 1.0}
    return TrainConfig(family=family, **{**plain, "kimg": 0.16, **changed})


def networks(config: TrainConfig, seed: int = 0) -> tuple[LinearGenerator, QuadraticDiscriminator]:
    """Fresh networks with the outputs that the family needs."""
    torch.manual_seed(seed)
    head = config.shapes.head
    classes = {"classes": config.c_dim, "both": 2 * config.c_dim, "angles": 5}.get(head, 0)
    D = QuadraticDiscriminator(config.c_dim, classes, config.shapes.codes, angles=head == "angles")
    return LinearGenerator(config.c_dim), D


@dataclass
class Step:
    """The inputs and results of a step. z_d, z_g: the latents of D's step, and of each of G's."""

    G: LinearGenerator  # before it
    D: QuadraticDiscriminator
    new_G: LinearGenerator
    new_D: QuadraticDiscriminator
    average: LinearGenerator
    z_d: Tensor
    z_g: list[Tensor]
    c: Tensor  # of G in D's step
    log: dict[str, float]
    conditions: list[Tensor]  # of every pass of either network
    pictures: list[Tensor]  # of every pass of D


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
    """Take one step of D, then one (or more) of G, by plain gradient descent at the training's learning rates.

    average: value of every weight of the averaged generator before. pieces, lr_scale: see Setbacks.
    """
    G, D = pair or networks(config)
    before = copy.deepcopy(G), copy.deepcopy(D)
    mean = ema_copy(G)
    if average is not None:
        for weight in mean.parameters():
            weight.fill_(average)
    descents = (torch.optim.SGD(network.parameters(), lr=1e9) for network in (G, D))
    setbacks = Setbacks(pieces, lr_scale)
    state = TrainState(G, D, mean, *descents, Forward.of(G, D), images=images, setbacks=setbacks)
    log = {name: float(value) for name, value in train_step(state, config, Batch(real, c), Distributed(CPU)).items()}
    assert state.images == images + config.batch
    conditions = [c for _, c in G.calls] + D.conditions
    latents, given = (torch.cat(parts) for parts in zip(*G.calls, strict=True))
    z_d, *z_g = latents.split(config.batch)
    return Step(*before, G, D, state.ema, z_d, z_g, given[: config.batch], log, conditions, D.pictures)


def fresh(config: TrainConfig, labels: Tensor | None = None) -> TrainState:
    """A training's own networks and optimisers at its beginning, for labels of these vectors."""
    return TrainState.new(config, CPU, labels)


def step_on(state: TrainState, config: TrainConfig, real: Tensor, c: Tensor) -> None:
    """Take one step of what `fresh` made."""
    train_step(state, config, Batch(real, c), Distributed(CPU))
