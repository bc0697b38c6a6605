"""What D and G minimise: each family's pair of losses, and the penalties on D's gradient.

A loss is a pure function of what D says of real pictures and of fakes (logits [N], or a DiscriminatorOutput for heads
with more) and gives a scalar; some need only one of them.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.models.discriminator import DiscriminatorOutput

NEAR = 0.5  # of the range [-1, 1]


def relativistic_d(real: Tensor, fake: Tensor) -> Tensor:
    """D wants every real picture to look more real than its fake partner: mean softplus(-(D(real) - D(fake))).

    The relativistic pairing loss (Jolicoeur-Martineau 2018; R3GAN, Huang 2024).
    """
    return F.softplus(fake - real).mean()


def relativistic_g(real: Tensor, fake: Tensor) -> Tensor:
    """G wants the opposite: mean softplus(-(D(fake) - D(real)))."""
    return F.softplus(real - fake).mean()


def hinge_d(real: Tensor, fake: Tensor) -> Tensor:
    """D wants real logits above 1 and fake ones below -1, and no more than that (Lim and Ye 2017, "Geometric GAN")."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def hinge_g(real: Tensor, fake: Tensor) -> Tensor:
    """G wants its logits high, without bound."""
    return -fake.mean()


def bce_d(real: Tensor, fake: Tensor) -> Tensor:
    """D tells real from fake by binary cross-entropy (Goodfellow 2014)."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def bce_g(real: Tensor, fake: Tensor) -> Tensor:
    """G wants to be called real: the non-saturating form, whose gradient does not vanish while D is winning."""
    return F.softplus(-fake).mean()


def least_squares_d(real: Tensor, fake: Tensor) -> Tensor:
    """D wants real logits at 1 and fake ones at 0, no farther (LSGAN, Mao 2017)."""
    return ((real - 1).square().mean() + fake.square().mean()) / 2


def least_squares_g(real: Tensor, fake: Tensor) -> Tensor:
    """G wants its logits at 1."""
    return (fake - 1).square().mean() / 2


def wasserstein_d(real: Tensor, fake: Tensor) -> Tensor:
    """D wants its means far apart; its gradient must be held near 1 by a penalty (Arjovsky 2017; Gulrajani 2017)."""
    return fake.mean() - real.mean()


def wasserstein_g(real: Tensor, fake: Tensor) -> Tensor:
    """G wants its mean high."""
    return -fake.mean()


# Families with more than one logit: their losses take D's whole outputs, and the condition c [N, K], one-hot or codes.


def acgan_d(real: DiscriminatorOutput, fake: DiscriminatorOutput, c: Tensor) -> Tensor:
    """Real from fake, and every picture's class, by cross-entropy on raw logits (AC-GAN, Odena 2016)."""
    label = c.argmax(dim=1)
    return bce_d(real.real, fake.real) + F.cross_entropy(real.classes, label) + F.cross_entropy(fake.classes, label)


def acgan_g(real: DiscriminatorOutput, fake: DiscriminatorOutput, c: Tensor) -> Tensor:
    """G wants to be called real, and of the class that was asked for."""
    return bce_g(real.real, fake.real) + F.cross_entropy(fake.classes, c.argmax(dim=1))


MARGIN = 0.98  # the cosine from which a picture is near enough to its class
TEMPERATURE = 0.5


def reacgan_d(real: DiscriminatorOutput, fake: DiscriminatorOutput, c: Tensor) -> Tensor:
    """Real from fake, and the class of real pictures alone, by data_to_data (ReACGAN, Kang 2021)."""
    return bce_d(real.real, fake.real) + data_to_data(real, c)


def reacgan_g(real: DiscriminatorOutput, fake: DiscriminatorOutput, c: Tensor) -> Tensor:
    """G wants to be called real, and near the class that was asked for."""
    return bce_g(real.real, fake.real) + data_to_data(fake, c)


def data_to_data(output: DiscriminatorOutput, c: Tensor) -> Tensor:
    """Data-to-data cross-entropy of pictures on a sphere: scalar.

    Each picture should be nearer to its class than to the pictures of other classes in its batch: cross-entropy of the
    first over them all. Cosines beyond MARGIN of the one, or below 1 - MARGIN of the others, pull no more.
    """
    label = c.argmax(dim=1)
    own = output.classes.gather(1, label[:, None])
    own = -F.relu(MARGIN - own) / TEMPERATURE
    others = F.relu(output.embedding @ output.embedding.T - (1 - MARGIN)) / TEMPERATURE
    others = others.masked_fill(label[:, None] == label, -torch.inf)
    return (torch.cat([own, others], dim=1).logsumexp(dim=1) - own[:, 0]).mean()


def twongan_d(real: DiscriminatorOutput, fake: DiscriminatorOutput, c: Tensor) -> Tensor:
    """One softmax over 2K classes: a real picture is of class k, a fake one of class K + k."""
    label, count = c.argmax(dim=1), c.shape[1]
    return (F.cross_entropy(real.classes, label) + F.cross_entropy(fake.classes, count + label)) / 2


def twongan_g(real: DiscriminatorOutput, fake: DiscriminatorOutput, c: Tensor) -> Tensor:
    """G wants its pictures called real ones of the class that was asked for."""
    return F.cross_entropy(fake.classes, c.argmax(dim=1))


def infogan_d(real: DiscriminatorOutput, fake: DiscriminatorOutput, c: Tensor) -> Tensor:
    """Real from fake; and the codes of the fakes are predicted from D's features (InfoGAN, Chen 2016)."""
    return bce_d(real.real, fake.real) + code_loss(fake.codes, c)


def infogan_g(real: DiscriminatorOutput, fake: DiscriminatorOutput, c: Tensor) -> Tensor:
    """G wants to be called real, and its codes to be recoverable: a bound on their information about the picture."""
    return bce_g(real.real, fake.real) + code_loss(fake.codes, c)


def code_loss(guesses: Sequence[Tensor], codes: Tensor) -> Tensor:
    """How badly codes [N, S] are guessed, each by [N, n]: cross-entropy, or half the squared error.

    That is the negative log-likelihood of a Gaussian of unit width, up to a constant.
    """
    targets = codes.split([guess.shape[1] for guess in guesses], dim=1)
    return sum(
        F.cross_entropy(guess, target) if guess.shape[1] > 1 else (guess - target).square().mean() / 2
        for guess, target in zip(guesses, targets, strict=True)
    )


Loss = Callable[[DiscriminatorOutput, DiscriminatorOutput, Tensor], Tensor]
"""A scalar of D's outputs on real pictures and on fakes, and of the condition."""


class GANLoss(NamedTuple):
    """A family's pair of losses. g_needs_real: whether G's loss uses D's output on real pictures."""

    d: Loss
    g: Loss
    g_needs_real: bool = False


def on_logits(loss: Callable[[Tensor, Tensor], Tensor]) -> Loss:
    """A loss of the real-or-fake logits alone."""
    return lambda real, fake, c: loss(real.real, fake.real)


LOSSES = {
    "relativistic": GANLoss(on_logits(relativistic_d), on_logits(relativistic_g), g_needs_real=True),
    "hinge": GANLoss(on_logits(hinge_d), on_logits(hinge_g)),
    "bce": GANLoss(on_logits(bce_d), on_logits(bce_g)),
    "least-squares": GANLoss(on_logits(least_squares_d), on_logits(least_squares_g)),
    "wasserstein": GANLoss(on_logits(wasserstein_d), on_logits(wasserstein_g)),
    "acgan": GANLoss(acgan_d, acgan_g),
    "reacgan": GANLoss(reacgan_d, reacgan_g),
    "twongan": GANLoss(twongan_d, twongan_g),
    "infogan": GANLoss(infogan_d, infogan_g),
}


def reconstruction(drawn: Tensor, true: Tensor, weight: Tensor) -> Tensor:
    """Mean distance of pictures [N, C, H, W] from the true ones, at full size and at a quarter of it: scalar.

    The L1 of pix2pix (Isola 2017), but squared below NEAR: of things on white paper the median of nearly every pixel is
    white, and L1, which seeks the median, drove all of a fresh generator there, where tanh has no gradient. The small
    pictures hold colour and place against a drawing that is a pixel off. weight: [N], of each picture.
    """
    full = F.smooth_l1_loss(drawn, true, reduction="none", beta=NEAR)
    small = F.smooth_l1_loss(F.avg_pool2d(drawn, 4), F.avg_pool2d(true, 4), reduction="none", beta=NEAR)
    return ((full.mean(dim=(1, 2, 3)) + small.mean(dim=(1, 2, 3))) * weight).mean()


# Penalties on D's gradient with respect to pictures: logits [N] must have been computed from pictures [N, C, H, W]
# that require gradients.


def zero_centred_penalty(logits: Tensor, pictures: Tensor) -> Tensor:
    """Half the mean squared norm of D's gradient: scalar, to be weighted by gamma.

    On real pictures this is R1, on fakes R2 (Mescheder 2018, "Which training methods for GANs do actually converge?").
    """
    (gradient,) = torch.autograd.grad(logits.sum(), pictures, create_graph=True)
    return gradient.square().flatten(1).sum(dim=1).mean() / 2


def one_centred_penalty(logits: Tensor, pictures: Tensor) -> Tensor:
    """Mean squared distance of the norm of D's gradient from 1: scalar (Gulrajani 2017, WGAN-GP)."""
    (gradient,) = torch.autograd.grad(logits.sum(), pictures, create_graph=True)
    return (gradient.flatten(1).norm(dim=1) - 1).square().mean()
