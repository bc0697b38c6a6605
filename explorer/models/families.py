"""The families: what makes one conditional GAN another, as rows of one table over the same two trunks.

Free of torch, so that listing checkpoints need not wait for it.
"""

from dataclasses import dataclass, field
from typing import Literal

from explorer.errors import ExplorerError

Hears = Literal["word", "label", "nothing", "codes"]
Head = Literal["projection", "maps", "plain", "classes", "both", "codes"]


@dataclass(frozen=True)
class Family:
    """One game.

    hears: what G is told: a word vector, a label as one-hot, nothing, or codes that nobody chose (InfoGAN).
    head: what D says, see `models.discriminator`. loss: the pair of losses, see `training.losses`.
    penalty: on D's slopes: `r1r2` lazily, `gp` towards 1 between real and fake, or none. norm: batch norm in both
    trunks, or none. spectral: spectral norm on every layer of D (Miyato 2018), folded into the weights that are
    published.
    recipe: the row in words, for model cards. dials: where a training of it begins, where that is not the house's way.
    """

    hears: Hears
    head: Head
    loss: str
    penalty: Literal["none", "r1r2", "gp"]
    norm: Literal["none", "batch"]
    recipe: str
    spectral: bool = False
    dials: dict = field(default_factory=dict)


# As Radford, Metz and Chintala trained (2015), and most after them; they had no average, which is ours.
_DCGAN = {"z_dim": 100, "lr": 2e-4, "lr_end": 1.0, "beta1": 0.5, "beta2": 0.999, "ema_kimg": 5.0, "size": 16}

FAMILIES = {
    "word": Family("word", "projection", "relativistic", "r1r2", "none", "relativistic loss, lazy R1 + R2"),
    "word-hinge": Family(
        "word", "projection", "hinge", "none", "none", "hinge loss, spectral norm in D", spectral=True
    ),
    "word-bce": Family("word", "projection", "bce", "none", "none", "non-saturating binary cross-entropy"),
    "dcgan": Family("nothing", "plain", "bce", "none", "batch", "binary cross-entropy, batch norm", dials=_DCGAN),
    "cdcgan": Family(
        "label", "maps", "bce", "none", "batch", "binary cross-entropy, batch norm, D sees the label", dials=_DCGAN
    ),
    "acgan": Family(
        "label", "classes", "acgan", "none", "batch", "binary and class cross-entropy, batch norm", dials=_DCGAN
    ),
    "twongan": Family(
        "label", "both", "twongan", "none", "batch", "cross-entropy over 2N classes, batch norm", dials=_DCGAN
    ),
    "infogan": Family(
        "codes", "codes", "infogan", "none", "batch", "binary cross-entropy and mutual information", dials=_DCGAN
    ),
}


def family(name: str) -> Family:
    """The row of this name; raises ExplorerError for another."""
    if name not in FAMILIES:
        raise ExplorerError(f"The family {name!r} is not known; choose one of {', '.join(FAMILIES)}.")
    return FAMILIES[name]
