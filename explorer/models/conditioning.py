"""Conditions, as networks take them: word vectors, label weights, codes; jitter, rescaling, and the latent's range."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

TEMPERATURE = 0.05  # of the softmax in `label_weights`, unless another is given


def jitter(c: Tensor, noise: Tensor, amount: float | Tensor) -> Tensor:
    """Unit vectors near `c`: normalise(c + amount * noise / sqrt(D)).

    c: [N, D] unit vectors. noise: [N, D] standard normal. amount: a number, or [N, 1]; it is about the length of
    the step, so 1 turns a vector by some 45 degrees. In D dimensions a random step hardly moves along any one
    direction (by amount / sqrt(D)), so a generator trained with a generous amount learns to follow the few
    directions in which its labels differ and to ignore the rest, which is where a new word differs from them.
    """
    moved = c + amount * noise / math.sqrt(c.shape[1])
    # A zero amount must give the vector back bit for bit, which renormalising does not promise.
    untouched = torch.as_tensor(amount, dtype=c.dtype, device=c.device) == 0
    return torch.where(untouched, c, nn.functional.normalize(moved, dim=1))


class WordProjection(nn.Module):
    """A fixed linear map of unit vectors, and back to unit length: c [N, D] -> [N, D].

    What tells the labels apart lies in the span of their vectors: K directions of D. A new word differs from them
    mostly in the other D - K, about which ten points can teach nothing, so there it is scaled down.
    """

    def __init__(self, dim: int):
        super().__init__()
        self.register_buffer("map", torch.eye(dim))

    @torch.no_grad()
    def fit(self, labels: Tensor, outside: float) -> None:
        """Keep all of what lies in the span of labels [K, D], and `outside` (0..1) of what lies outside it."""
        _, strength, directions = torch.linalg.svd(labels.double(), full_matrices=False)
        span = directions[strength > 1e-6 * strength.max()]  # labels may be linearly dependent
        inside = span.T @ span
        self.map.copy_(inside + outside * (torch.eye(len(inside), device=inside.device) - inside))

    def forward(self, c: Tensor) -> Tensor:
        """c [N, D] and any further numbers, which stay as they are."""
        word, rest = c.split([len(self.map), c.shape[1] - len(self.map)], dim=1)
        return torch.cat([nn.functional.normalize(word @ self.map, dim=1), rest], dim=1)


def rescale(c: Tensor, codes: Sequence[int] = (), styles: int = 0) -> Tensor:
    """Unit vectors [N, D], or codes [N, sum of codes], scaled to a mean square of one, as z has.

    Components of a unit vector are about 1 / sqrt(D): beside a standard normal z they would hardly count. Nor would
    those of a category, and numbers spread over [-1, 1] are a little small too. styles: how many of the last numbers
    are weights of styles; they are scaled as a category is.
    """
    if styles:
        word, style = c.split([c.shape[1] - styles, styles], dim=1)
        return torch.cat([rescale(word), style * math.sqrt(styles)], dim=1)
    if not codes:
        return c * math.sqrt(c.shape[1])
    parts = zip(c.split(list(codes), dim=1), codes, strict=True)
    return torch.cat([part * math.sqrt(kinds if kinds > 1 else 3) for part, kinds in parts], dim=1)


def label_weights(c: Tensor, labels: Tensor, temperature: float) -> Tensor:
    """The condition of a network that only knows labels, for any word: how much of each label, [N, K], sums 1.

    c: unit word vectors [N, D]. labels: the labels' [K, D]. The cosines go through a softmax; the lower the
    temperature (above 0), the more of it goes to the nearest label. The word of a label is that label alone.
    """
    cosines = c @ labels.T
    own = cosines > 1 - 1e-5
    return torch.where(own.any(1, True), own.to(cosines), torch.softmax(cosines / temperature, dim=1))


def codes_from(uniform: Tensor, kinds: Sequence[int]) -> Tensor:
    """InfoGAN's codes [N, sum of kinds] from uniform numbers [N, as many as kinds] in [0, 1).

    One-hot for one of n > 1 categories, a number in [-1, 1) for 1.
    """
    parts = [
        nn.functional.one_hot((uniform[:, place] * kind).long(), kind).to(uniform)
        if kind > 1
        else 2 * uniform[:, place, None] - 1
        for place, kind in enumerate(kinds)
    ]
    return torch.cat([uniform[:, :0], *parts], dim=1)


def transform_latent(z: Tensor, kind: str) -> Tensor:
    """Standard normal latents as they are (`normal`), or evenly over [-1, 1] (`uniform`) or [0, 1] (`uniform01`)."""
    if kind == "normal":
        return z
    even = torch.special.ndtr(z)
    return even if kind == "uniform01" else 2 * even - 1
