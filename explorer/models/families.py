"""The families: what makes one conditional GAN another, as rows of one table over the same two trunks.

Free of torch, so that listing checkpoints need not wait for it.
"""

from dataclasses import dataclass
from typing import Literal

from explorer.errors import ExplorerError


@dataclass(frozen=True)
class Family:
    """One game. G hears a word vector, and D judges picture and word by projection.

    loss: the pair of losses, see `training.losses`. penalties: R1 and R2, lazily. spectral: spectral norm on every
    layer of D (Miyato 2018), folded into the weights that are published. recipe: the row in words, for model cards.
    """

    loss: Literal["relativistic", "hinge", "bce"]
    penalties: bool
    spectral: bool
    recipe: str


FAMILIES = {
    "word": Family("relativistic", penalties=True, spectral=False, recipe="relativistic loss, lazy R1 + R2"),
    "word-hinge": Family("hinge", penalties=False, spectral=True, recipe="hinge loss, spectral norm in D"),
    "word-bce": Family("bce", penalties=False, spectral=False, recipe="non-saturating binary cross-entropy"),
}


def family(name: str) -> Family:
    """The row of this name; raises ExplorerError for another."""
    if name not in FAMILIES:
        raise ExplorerError(f"The family {name!r} is not known; choose one of {', '.join(FAMILIES)}.")
    return FAMILIES[name]
