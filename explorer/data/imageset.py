"""`ImageSet`: all pictures of a data set, in memory or mapped into it, each with the word of its class."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from rapidfuzz import process

from explorer.errors import ExplorerError, listed, shown
from explorer.many_labels import names

SIZES = (16, 28, 32, 64, 128)
"""Heights (= widths) in pixels that the networks are built for: 128 for translators alone."""

_ALIKE = 75  # how alike a class and what was typed must be to be meant, 0 .. 100

USUAL_SIZES = SIZES[1:4]
"""Those that pictures come in unless another is asked for: 16 is the first stage of a training at 32."""


class DataError(ExplorerError):
    """A data set that is missing, damaged, or not what it should be."""


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Pictures, labels and words, checked when made and not written to afterwards.

    name: what people call the set, for titles and model cards.
    images: uint8 [N, C, H, W], 0 (black) .. 255 (white), C = 1 (grey) or 3 (RGB), H = W.
    labels: int64 [N], indices into `words`.
    words: the word of each class, in label order, no word twice.
    notes: sentences about what was done on the way in (cropped, laid on white, ignored), to print beside the counts.
    recorded: notes that belong into the record of whatever is made from the set; they name no place on this machine.
    broken: files that were left out because they cannot be read: the path below the set's folder, and why.
    styles: names of the styles (an emoji artist, outline icons, doodles), in order; none where there is but one kind.
    style_ids: int64 [N], indices into `styles`; empty without styles.
    subjects: int64 [N], which thing a picture shows, from 0: pictures of one subject in several styles share it. Empty
        where nobody said; each label is then a subject.
    texts: for each subject, what it is called beside its label's word, the best first: its name (`red apple`), then
        keywords that few subjects share. Lower case; a word space need not know them.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    words: tuple[str, ...]
    notes: tuple[str, ...] = ()
    recorded: tuple[str, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    styles: tuple[str, ...] = ()
    style_ids: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    subjects: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    texts: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        images, labels, words = self.images, self.labels, tuple(self.words)
        if images.dtype != np.uint8 or images.ndim != 4:
            raise DataError(f"{self.name}: pictures must be uint8 [N, C, H, W], not {images.dtype} {images.shape}.")
        count, channels, height, width = images.shape
        if channels not in (1, 3):
            raise DataError(f"{self.name}: pictures must have 1 channel (grey) or 3 (RGB), not {channels}.")
        if height != width:
            raise DataError(f"{self.name}: pictures must be square, not {height} x {width}.")
        if count == 0:
            raise DataError(f"{self.name}: there is no picture in it.")
        if labels.dtype != np.int64 or labels.shape != (count,):
            raise DataError(
                f"{self.name}: labels must be int64 [{count}], one a picture, not {labels.dtype} {labels.shape}."
            )
        if not words or any(not word.strip() for word in words) or len(set(words)) != len(words):
            raise DataError(f"{self.name}: every class needs a word of its own, but the words are: {names(words)}.")
        if labels.min() < 0 or labels.max() >= len(words):
            raise DataError(
                f"{self.name}: labels run from {labels.min()} to {labels.max()}, but there are {len(words)} words."
            )
        for name, ids, kinds in (("styles", self.style_ids, self.styles), ("subjects", self.subjects, self.texts)):
            if ids.dtype != np.int64 or ids.shape != ((count,) if kinds else (0,)):
                raise DataError(
                    f"{self.name}: the {name} of {count} pictures must be int64 [{count}], not {ids.shape}."
                )
            if kinds and not 0 <= ids.min() <= ids.max() < len(kinds):
                raise DataError(f"{self.name}: {name} run from {ids.min()} to {ids.max()}; there are {len(kinds)}.")
        if len(set(self.styles)) < len(self.styles):
            raise DataError(f"{self.name}: every style needs a name of its own, but they are {', '.join(self.styles)}.")
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "notes", tuple(self.notes))

    def __len__(self) -> int:
        return len(self.images)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W) of every picture."""
        channels, height, width = self.images.shape[1:]
        return channels, height, width

    def without(self, held_out: Sequence[str]) -> "ImageSet":
        """The pictures of all other classes; raises as `classes_left`. Subjects keep their numbers."""
        left = classes_left(self.words, held_out, self.name)
        if left == self.words:
            return self
        kept = [label for label, word in enumerate(self.words) if word in left]
        rows = np.isin(self.labels, kept)
        labels = np.searchsorted(kept, self.labels[rows])
        ids = {name: getattr(self, name)[rows] for name in ("style_ids", "subjects") if len(getattr(self, name))}
        return replace(self, images=self.images[rows], labels=labels, words=left, **ids)

    def counts(self) -> dict[str, int]:
        """How many pictures each word has, in label order."""
        numbers = np.bincount(self.labels, minlength=len(self.words))
        return {word: int(number) for word, number in zip(self.words, numbers, strict=True)}


def classes_left(words: Sequence[str], held_out: Sequence[str], name: str) -> tuple[str, ...]:
    """The classes of the set called `name` that are not held out; raises DataError for one that it does not have, with
    those that may be meant, or if none is left."""
    known = set(words)
    if (missing := next((word for word in held_out if word not in known), None)) is not None:
        near = [other for other, *_ in process.extract(missing[:100], words, score_cutoff=_ALIKE, limit=3)]
        advice = f"did you mean {listed(near, 'or')}?" if near else f"it has {names(words)}."
        raise DataError(f"{name} has no class {shown(missing, 60)!r} to hold out; {advice}")
    left = tuple(word for word in words if word not in set(held_out))
    if not left:
        raise DataError(f"Every class of {name} is held out; leave some to learn from.")
    return left
