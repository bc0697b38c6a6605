"""WordMap: labels, recent words and the neighbours of a typed one in a plane, any place of which can be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from explorer.checkpoint import Checkpoint
from explorer.explore.map.arrangement import Arrangement, arrangement_of, typable
from explorer.explore.map.levels import thumbnail_levels
from explorer.explore.map.projection import Method, nearest_words
from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import SpecError, items, text
from explorer.explore.spec.spec import MAX_TEXT, Seeded, Spec
from explorer.many_labels import ROWS
from explorer.words import ExpressionError, UnknownWord

NEIGHBOURS = 16  # of the typed word
MOST_RECENT = 24
THUMBNAIL_PSI = 0.5  # near the middle of z, so that a thumbnail shows what is usual
Kind = Literal["typed", "recent", "label", "neighbour", "around"]


@dataclass(frozen=True)
class MapWord:
    """text: as a spec takes it. x, y: map units, see `Projection`. level: from which zoom on it has a thumbnail, see
    `thumbnail_levels`. kind: `around` is a word near to a label, of which few labels have some."""

    text: str
    kind: Kind
    x: float
    y: float
    level: float


@dataclass(frozen=True, eq=False)
class WordMap:
    """Words in a plane: those of the arrangement, in its order, then others. places: float64 [N, 2], of all of them;
    added: float64 [M, D], the unit vectors of the others."""

    arrangement: Arrangement
    words: tuple[MapWord, ...]
    places: np.ndarray
    added: np.ndarray

    @property
    def about(self) -> str:
        """How the map is to be read, in sentences."""
        return self.arrangement.projection.about

    def fits(self, checkpoint: Checkpoint) -> bool:
        """Whether the map is one of this checkpoint, which a training may have published anew."""
        return self.arrangement.words[: self.arrangement.labels] == checkpoint.labels

    def find(self, word: str) -> MapWord | None:
        """The word as it was typed, or in small letters; None if it is not on the map."""
        name = _key(word)
        return next((one for one in self.words if _key(one.text) == name), None)

    def nearest(self, x: float, y: float) -> MapWord:
        """The word nearest to a place of the map."""
        return self.words[int(nearest_words(x, y, self.places)[0][0])]

    def condition_at(self, x: float, y: float) -> str | tuple[float, ...]:
        """The condition of a place: where a word lies its text, elsewhere a unit vector; see `Projection.vector`."""
        near, weights = nearest_words(x, y, self.places)
        if len(near) == 1 and np.array_equal(self.places[near[0]], (x, y)):
            return self.words[near[0]].text
        projection = self.arrangement.projection
        first = len(projection.vectors)
        rows = [projection.vectors[word] if word < first else self.added[word - first] for word in near]
        return tuple(projection.mixed(x, y, weights, np.stack(rows)).tolist())

    def spec_at(self, spec: Spec, x: float, y: float) -> Spec:
        """`spec` with the condition of a place. Raises SpecError for a place beyond the map's reach."""
        return spec.replace(condition=self.condition_at(x, y))


def thumbnail_spec(spec: Spec, word: str) -> Spec:
    """The spec of a word's thumbnail: one tile, on the same latent for every word, in the style of `spec`."""
    seed = spec.latents.seed if isinstance(spec.latents, Seeded) else 0
    return spec.replace(condition=word, latents=Seeded(seed, 1), psi=THUMBNAIL_PSI, psi_mode="smooth", jitter=0.0)


def word_map(
    studio: Studio,
    checkpoint: str,
    typed: str = "",
    recent: Sequence[str] = (),
    method: Method = "pca",
    keep: bool = True,
) -> WordMap:
    """The map of a checkpoint's labels, with a typed word, its NEIGHBOURS nearest words, and recent ones.

    typed: an expression, "" for none; recent: up to MOST_RECENT, the latest first; those that cannot be read are left
    out. keep: see `arrangement_of`. Raises NoWords where the generator takes none, ExpressionError or UnknownWord for
    what was typed, SpecError.
    """
    opened, space = studio.checkpoint(checkpoint), studio.space(checkpoint)
    made_of = arrangement_of(opened, space, method, keep)
    known = {_key(word): place for place, word in enumerate(made_of.words)}
    kinds: list[Kind] = ["label"] * made_of.labels + ["around"] * (len(made_of.words) - made_of.labels)
    texts, added = list(made_of.words), []

    def add(word: str, kind: Kind, vector: np.ndarray) -> None:
        place = known.get(_key(word))
        if place is None:
            known[_key(word)] = len(texts)
            texts.append(word)
            kinds.append(kind)
            added.append(np.asarray(vector, np.float64))
        elif kind != "neighbour" and kinds[place] != "typed":
            kinds[place] = kind

    base = Spec(checkpoint)
    typed = " ".join(text(typed, "the word", 0, MAX_TEXT).split())
    if typed:
        info = studio.resolve_condition(base.replace(condition=typed))
        add(typed, "typed", info.vector)
        for word, _ in space.nearest(info.vector, NEIGHBOURS, exclude={typed.lower()}):
            if typable(space, word, space.vector(word)):
                add(word, "neighbour", space.vector(word))
    for word in items(recent, "recent words", 0, MOST_RECENT):
        try:
            word = " ".join(text(word, "a recent word", 1, MAX_TEXT).split())
            add(word, "recent", studio.vector(base.replace(condition=word)))
        except (ExpressionError, UnknownWord, SpecError):
            continue  # typed with another generator, or never a word
    places = made_of.projection.places
    rows = np.array(added, np.float64).reshape(len(added), space.dim)
    if added:
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        places = np.concatenate([places, made_of.projection.place(rows)])
    places = places.round(6)  # as they are written: a word's place, read again, is its own
    levels = thumbnail_levels(places, _groups(kinds, places, made_of.labels))
    words = (
        MapWord(word, kind, float(x), float(y), float(level))
        for word, kind, (x, y), level in zip(texts, kinds, places, levels, strict=True)
    )
    return WordMap(made_of, tuple(words), places, rows)


def _groups(kinds: Sequence[Kind], places: np.ndarray, labels: int) -> list[np.ndarray]:
    """The words in groups that matter more and less: what was typed lately, the labels, what is near to the typed word
    (which comes before hundreds of labels, and after a few), and what is near to labels; those in the middle first."""
    order = ("label", "neighbour", "around") if labels <= ROWS else ("neighbour", "label", "around")
    kind = np.array(kinds)
    middle = np.hypot(*(places - places[:labels].mean(0)).T)
    typed = [np.flatnonzero(kind == "typed"), np.flatnonzero(kind == "recent")]
    own = [np.flatnonzero(kind == one) for one in order]
    return typed + [
        group if one == "neighbour" else group[np.argsort(middle[group], kind="stable")]
        for one, group in zip(order, own, strict=True)
    ]


def _key(word: str) -> str:
    return " ".join(word.split()).lower()
