"""The draw of a word, a style and a picture for each place of a batch, where pictures have several words or styles.

A label is drawn by how many pictures it has, then one of its subjects, then one of that subject's words; then a style;
and last a picture that this word and style fit. So a thousand faces do not crowd out one volcano.

With a term towards the true picture (`reconstruction`), G must be able to know which of several fitting pictures is
meant: z decides, by the distribution function of its first numbers. The pictures of a word and style lie along their
first principal component, so that latents near each other mean pictures like each other.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from explorer.data import ImageSet
from explorer.data.held_out import held_out_pairs
from explorer.training import rng
from explorer.training.settings import TrainConfig
from explorer.training.word_sampler import Vocabulary, WordSampler

PICTURE, STYLE, RIGHT, DOWN, MIRROR = range(5)
"""The numbers of z that decide: which picture, which style (if it is left open), how far right and down it is moved,
and whether it is mirrored."""

TARGETS = 4  # pictures of a word and style up to which the term towards the true picture has its full weight
THUMBNAIL = 8  # side, in pixels, at which pictures are laid along their principal component


class Draw(NamedTuple):
    """index: int64 [N], of pictures. c: float32 [N, D + S], word vectors and weights of styles. paired: float32 [N],
    the weight of the term towards the true picture: 1, or less where many pictures fit the same word and style."""

    index: Tensor
    c: Tensor
    paired: Tensor


class PictureSampler:
    """vocabulary: words of each subject, or of each label where pictures have no subjects. plain: subjects that the
    word of their label names (`plain_subjects`)."""

    def __init__(self, pictures: ImageSet, vocabulary: Vocabulary, config: TrainConfig, plain: set[int]):
        self.config, self.words = config, WordSampler(vocabulary)
        self.styles = len(pictures.styles)
        is_kept = ~held_out_pairs(pictures, config.hold_out_pairs, config.seed)
        labels = torch.from_numpy(pictures.labels[is_kept])
        subjects = torch.from_numpy(pictures.subjects[is_kept]) if len(pictures.subjects) else labels
        counts = torch.bincount(labels, minlength=len(pictures.words)).double()
        chance = torch.where(counts > 0, counts**config.count_power, 0.0)
        self._label_bounds = (chance / chance.sum()).cumsum(0)
        pairs = torch.unique(torch.stack([labels, subjects], dim=1), dim=0)  # sorted by label
        self._subjects = pairs[:, 1]
        self._subject_counts = torch.bincount(pairs[:, 0], minlength=len(counts))
        self._subject_first = self._subject_counts.cumsum(0) - self._subject_counts
        label_of = dict(pairs.flip(1).tolist())
        keys: dict[tuple[str, int | str], int] = {}  # of the sets of pictures that a word may be paired with
        group_of_place = []
        ends = [*vocabulary.start[1:].tolist(), len(vocabulary.words)]
        for subject, (first, end) in enumerate(zip(vocabulary.start.tolist(), ends, strict=True)):
            texts = pictures.texts[subject] if pictures.texts else ()
            for word in vocabulary.words[first:end]:
                key = ("text", word) if word in texts else ("label", label_of.get(subject, -1))
                group_of_place.append(keys.setdefault(key, len(keys)))
        self._group_of_place = torch.tensor(group_of_place)
        self._order, self._segments = _segments(pictures, list(keys), plain, is_kept)

    def draw(self, images: int, batch: int) -> Draw:
        """The batch that follows the first `images` pictures. z of the generator's step is that of `draw_noise`."""
        seed = self.config.seed

        def uniform(purpose: str) -> Tensor:
            return rng.uniform((batch,), seed, images, purpose).double()

        label = torch.searchsorted(self._label_bounds, uniform("label"), right=True).clamp(
            max=len(self._label_bounds) - 1
        )
        place = _share(uniform("subject"), self._subject_counts[label])
        subject = self._subjects[self._subject_first[label] + place]
        place = self.words.places(subject, uniform("word"))
        group = self._group_of_place[place]
        if self.config.reconstruction > 0:
            by_z = quantiles(self.config, images, batch)
            picture, style = by_z[:, PICTURE], by_z[:, STYLE]
        else:
            picture, style = uniform("picture"), uniform("style by chance")
        is_open = uniform("open style") < self.config.style_open
        style = torch.where(is_open, style, uniform("style"))
        first, count = self._segments.of_group[group].unbind(1)
        segment = first + _share(style, count)
        begin, length, kind = self._segments.parts[segment].unbind(1)
        index = self._order[begin + _share(picture, length)]
        c = self.words.vectors[place]
        if self.styles:
            weights = torch.nn.functional.one_hot(kind, self.styles).float()
            c = torch.cat([c, torch.where(is_open[:, None], 0.0, weights)], dim=1)
        return Draw(index, c, (TARGETS / length).clamp(max=1).float())


def plain_subjects(pictures: ImageSet) -> set[int]:
    """Subjects that the word of their label names: those with no text in which that word is one of several (a dog, not
    a hot dog), or with its face alone; all subjects of a label that has no such one (an apple is red or green).
    None where pictures have no subjects."""
    if not pictures.texts:
        return set()
    of_label: dict[int, set[int]] = {}
    for label, subject in np.unique(np.stack([pictures.labels, pictures.subjects], axis=1), axis=0).tolist():
        of_label.setdefault(label, set()).add(subject)
    found = set()
    for label, subjects in of_label.items():
        word = pictures.words[label]
        others = {
            subject
            for subject in subjects
            if any(word in text.split() and text not in (word, f"{word} face") for text in pictures.texts[subject])
        }
        found |= subjects - others or subjects
    return found


def quantiles(config: TrainConfig, images: int, batch: int) -> Tensor:
    """The share of each normal distribution below z of the generator's step, float64 [batch, 5] in (0, 1)."""
    z = rng.normal((batch, config.z_dim), config.seed, images, "z for G")
    return torch.special.ndtr(z[:, : MIRROR + 1].double())


@dataclass(frozen=True)
class _Segments:
    """of_group: int64 [G, 2], first part and number of parts of each group. parts: int64 [P, 3], where the pictures of
    a group in one style begin in the order, how many there are, and the style."""

    of_group: Tensor
    parts: Tensor


def _segments(
    pictures: ImageSet, keys: list[tuple[str, int | str]], plain: set[int], is_kept: np.ndarray
) -> tuple[Tensor, _Segments]:
    """Pictures that are kept, in order, those of a group and style side by side. A label's are of its plain subjects,
    or where none of these is kept, of all."""
    rows_of_label = _rows_by(pictures.labels, len(pictures.words))
    if pictures.texts:
        is_plain = np.isin(pictures.subjects, list(plain)) & is_kept
        rows_of_label = [rows[is_plain[rows]] if is_plain[rows].any() else rows for rows in rows_of_label]
    rows_of_subject = _rows_by(pictures.subjects, len(pictures.texts)) if pictures.texts else []
    subjects_of_text: dict[str, list[int]] = {}
    for subject, texts in enumerate(pictures.texts):
        for text in texts:
            subjects_of_text.setdefault(text, []).append(subject)
    order, of_group, parts, at = [], [], [], 0
    for kind, what in keys:
        if kind == "label":
            rows = rows_of_label[what] if what >= 0 else np.empty(0, np.int64)
        else:
            rows = np.concatenate([rows_of_subject[subject] for subject in subjects_of_text[what]])
        rows = rows[is_kept[rows]]
        styles = pictures.style_ids[rows] if len(pictures.styles) else np.zeros(len(rows), np.int64)
        present = np.unique(styles)
        of_group.append((len(parts), len(present)))
        for style in present:
            own = _by_likeness(rows[styles == style], pictures.images)
            parts.append((at, len(own), int(style)))
            order.append(own)
            at += len(own)
    return torch.from_numpy(np.concatenate(order)), _Segments(torch.tensor(of_group), torch.tensor(parts))


def _rows_by(ids: np.ndarray, kinds: int) -> list[np.ndarray]:
    """The rows of each kind, in order."""
    return np.split(np.argsort(ids, kind="stable"), np.cumsum(np.bincount(ids, minlength=kinds))[:-1])


def _by_likeness(rows: np.ndarray, images: np.ndarray) -> np.ndarray:
    """These rows along the first principal component of their thumbnails."""
    if len(rows) < 3:
        return rows
    side = images.shape[-1] // THUMBNAIL * THUMBNAIL
    step = side // THUMBNAIL
    cut = images[rows, :, :side, :side].astype(np.float32)
    small = cut.reshape(*cut.shape[:2], THUMBNAIL, step, THUMBNAIL, step).mean(axis=(3, 5)).reshape(len(rows), -1)
    small -= small.mean(axis=0)
    _, directions = np.linalg.eigh(small.T.astype(np.float64) @ small)
    axis = directions[:, -1]
    axis *= np.sign(axis[np.abs(axis).argmax()]) or 1.0  # an axis has no sign of its own
    return rows[np.argsort(small @ axis, kind="stable")]


def _share(uniform: Tensor, count: Tensor) -> Tensor:
    """The number 0 .. count - 1 at a share of the way."""
    return torch.minimum((uniform * count).long(), count - 1).clamp(min=0)
