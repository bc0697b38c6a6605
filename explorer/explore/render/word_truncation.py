"""Word truncation: each tile draws one of the labels nearest to the word, and its condition goes towards that label.

A word between two labels comes out as the one in some tiles and as the other in the rest. Their mean, which a blend
gives, is a condition that no picture was trained on, and is drawn as a blur of both.
"""

from collections.abc import Sequence

import numpy as np

from explorer.checkpoint import Checkpoint
from explorer.errors import listed, shown
from explorer.explore.render.judging import is_mixed
from explorer.explore.render.picture import Picture
from explorer.explore.spec.latents import uniform_of
from explorer.explore.spec.spec import Spec
from explorer.words import truncation

NAMED = 3  # labels in a sentence
RARE = 0.05  # share of the tiles below which a label is not named


def labels_taken(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> np.ndarray:
    """The place of the label that each tile takes, int64 [spec.count].

    By how often the unit `vector` [D] takes each (see `words.truncation`), and a random number of the tile's own (seed,
    index), so that no tile depends on how many are drawn. A label that was typed is taken by all.
    """
    return truncation.labels_taken(checkpoint.label_vectors, vector, uniform_of(spec))


def truncated(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> np.ndarray:
    """Each tile's vector, float32 [spec.count, D], gone towards the label that it takes; the unit `vector` [D] itself
    without word truncation, and for an unconditional generator."""
    share = spec.word_truncation
    if not share or not checkpoint.conditional:
        return np.tile(vector.astype(np.float32), (spec.count, 1))
    taken = labels_taken(checkpoint, spec, vector)
    return truncation.towards_labels(checkpoint.label_vectors, vector, share, taken)


def label_names(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> tuple[str, ...]:
    """The label that each tile takes; () without word truncation."""
    if not spec.word_truncation or not checkpoint.conditional:
        return ()
    return tuple(checkpoint.labels[place] for place in labels_taken(checkpoint, spec, vector))


def label_shares(checkpoint: Checkpoint, vector: np.ndarray) -> tuple[tuple[str, float], ...]:
    """(label, share of the tiles that take it) in word truncation, most first; () for an unconditional generator."""
    if not checkpoint.conditional:
        return ()
    places, shares = truncation.label_shares(checkpoint.label_vectors, vector)
    return tuple((checkpoint.labels[place], float(share)) for place, share in zip(places, shares, strict=True))


def is_label(picture: Picture) -> bool:
    """Whether a picture is of a label itself, which word truncation leaves as it is."""
    return picture.table[0][1] > truncation.SAME


def why_messy(picture: Picture, shares: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    """Sentences on why pictures of an unfamiliar word are a mess, and what word truncation would make of them.

    Empty for a label, for one that lies near the labels (but one that a judge sees as a mixture, without word
    truncation), and for an unconditional generator. shares: see `label_shares`.
    """
    mixed = not picture.spec.word_truncation and is_mixed(picture.reading)
    if not shares or is_label(picture) or (picture.familiarity.level == "near" and not mixed):
        return ()
    nearest = [f"{shown(picture.name_of(label))} ({cosine:.2f})" for label, cosine in picture.table[:NAMED]]
    often = [f"{shown(picture.name_of(label))} in {share:.0%}" for label, share in shares[:NAMED] if share >= RARE]
    one = "the nearest trained word is" if len(nearest) == 1 else "the nearest trained words are"
    return (
        f"No training picture was of it: {one} {listed(nearest)}, and it is drawn as a guess between them.",
        f"Word truncation draws each picture towards one of them: {', '.join(often)}.",
    )
