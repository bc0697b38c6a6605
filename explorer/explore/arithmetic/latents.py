"""Arithmetic with latents, as Radford, Metz and Chintala 2015 did it (DCGAN, fig. 7): means of pictures."""

import re
from collections.abc import Sequence

import numpy as np

from explorer.explore.arithmetic.words import MAX_OPERANDS, Operand, Sum
from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import items, number, whole
from explorer.explore.spec.latent_sums import Terms, added, mean_of, stored, tile_key
from explorer.explore.spec.latents import Purpose, normals, z_of
from explorer.explore.spec.psi import ndtr
from explorer.explore.spec.spec import MAX_SEED, Mixed, Spec, SpecError

MIN_TILES, MAX_TILES = 3, 15  # of a term; with their mean, the longest row of a sheet
NEIGHBOURS = 8  # of the result: with it in the middle, a square of nine
NOISE = 0.25
MAX_SUM_TEXT = 2000  # characters
LatentTerm = tuple[float, Sequence[tuple[int, int]]]  # weight, tiles as (seed, index)


def latent_terms(terms: Sequence[LatentTerm]) -> Terms:
    """The sum of the terms' mean latents, each mean times its weight; raises SpecError."""
    return added(*((weight, mean_of(tiles)) for weight, tiles in _checked(terms)))


def latent_sum(studio: Studio, spec: Spec, terms: Sequence[LatentTerm], noise: float = NOISE, seed: int = 0) -> Sum:
    """The arithmetic of hand-picked pictures of one word: mean of these, minus mean of those, plus mean of others.

    spec: the word and the settings; its latents are not used. terms: (weight, tiles), three or more tiles (seed, index)
    that share what the term means, for one picture's z holds all its accidents. psi is applied to every tile before the
    mean. Each operand's picture shows its tiles and, last, their mean. The result has nine tiles, the
    sum itself in the middle, and around it the sum with noise, uniform in +-`noise` (0 .. 2) in every coordinate of z,
    which shows that the sum is no lucky point. seed: that of the noise. Raises ExplorerError.
    """
    terms = _checked(terms)
    noise, seed = number(noise, "noise", 0, 2), whole(seed, "seed", 0, MAX_SEED)
    operands = tuple(
        Operand(
            weight,
            " ".join(f"{tile_seed}.{index}" for tile_seed, index in tiles),
            studio.render(_operand_spec(spec, tiles)),
        )
        for weight, tiles in terms
    )
    centre = z_of(spec.replace(latents=Mixed((latent_terms(terms),))), studio.checkpoint(spec.checkpoint).z_dim)[0]
    keys = [(seed, index) for index in range(NEIGHBOURS)]
    steps = noise * (2 * ndtr(normals(keys, len(centre), Purpose.JITTER)) - 1)
    tiles = np.insert(centre + steps, NEIGHBOURS // 2, centre, axis=0)
    return Sum(operands, studio.render(spec.replace(latents=stored(tiles), psi=1.0)), columns=3)


_TILE = r"[0-9]{1,19}\.[0-9]{1,10}"
_WEIGHT = r"[0-9]{1,4}(?:\.[0-9]{1,9})?"
_TERM = re.compile(rf"(?P<sign>[+-]?)\s*(?:(?P<weight>{_WEIGHT})\s*\*\s*)?(?P<tiles>{_TILE}(?:\s*,\s*{_TILE})*)\s*")


def read_latent_terms(text: str) -> tuple[LatentTerm, ...]:
    """`7.0,7.3,7.5 - 7.1,7.2,7.9 + 2*1.4,1.6,1.8`: tiles as seed.index, joined by commas; raises SpecError."""
    if len(text) > MAX_SUM_TEXT:
        raise SpecError(f"That is {len(text)} characters long; {MAX_SUM_TEXT} are enough for a sum of pictures.")
    terms, rest = [], text.strip()
    while rest:
        match = _TERM.match(rest)
        if match is None or (terms and not match["sign"]):
            raise SpecError(
                f"Pictures are written seed.index, as in 7.0,7.3,7.5 - 7.1,7.2,7.9; “{rest[:40]}” cannot be read."
            )
        tiles = [tuple(map(int, tile.split("."))) for tile in match["tiles"].split(",")]
        terms.append(((-1.0 if match["sign"] == "-" else 1.0) * float(match["weight"] or 1), tiles))
        rest = rest[match.end() :]
    return _checked(terms)


def _checked(terms: Sequence[LatentTerm]) -> tuple[tuple[float, tuple[tuple[int, int], ...]], ...]:
    return tuple(map(_term, items(terms, "a sum of pictures", 1, MAX_OPERANDS)))


def _term(term: object) -> tuple[float, tuple[tuple[int, int], ...]]:
    weight, tiles = items(term, "a term (weight, tiles)", 2, 2)
    tiles = tuple(dict.fromkeys(map(tile_key, items(tiles, "the tiles of a term", 0, 1000))))
    if not MIN_TILES <= len(tiles) <= MAX_TILES:
        raise SpecError(
            f"Each term of a sum of pictures needs {MIN_TILES} to {MAX_TILES} different ones, not {len(tiles)}: what "
            "counts is what they have in common."
        )
    return number(weight, "a weight", -1000, 1000), tiles


def _operand_spec(spec: Spec, tiles: Sequence[tuple[int, int]]) -> Spec:
    """The spec of an operand: its tiles, and their mean."""
    return spec.replace(latents=Mixed((*(((1.0, *tile),) for tile in tiles), mean_of(tiles))))
