"""Several sets as one: labels by their words, styles side by side."""

from collections.abc import Sequence

import numpy as np

from explorer.data import cache
from explorer.data.imageset import ImageSet
from explorer.data.styles import check_count, style_name


def join(sets: Sequence[ImageSet]) -> ImageSet:
    """All pictures of sets of one size, one set after the other; grey ones become RGB beside coloured ones.

    Classes of one word are one class. A set without styles of its own is one style, named after the set; styles of one
    name that sets bring along are one style. Where any set tells subjects apart, each label of the others is a subject.
    Many pictures are mapped into memory (`cache`).
    """
    name = " + ".join(one.name for one in sets)
    words = tuple(sorted({word for one in sets for word in one.words}))
    label_of = {word: label for label, word in enumerate(words)}
    labels = [np.array([label_of[word] for word in one.words], dtype=np.int64)[one.labels] for one in sets]
    styles, style_ids = _styles(sets)
    check_count(len(styles), name)
    subjects, texts = _subjects(sets)
    images, note = _images(sets)
    return ImageSet(
        name=name,
        images=images,
        labels=np.concatenate(labels),
        words=words,
        notes=(*(f"{one.name}: {sentence}" for one in sets for sentence in one.notes), *filter(None, [note])),
        recorded=tuple(f"{one.name}: {sentence}" for one in sets for sentence in one.recorded),
        broken=tuple((f"{one.name}/{path}", why) for one in sets for path, why in one.broken),
        styles=styles,
        style_ids=style_ids,
        subjects=subjects,
        texts=texts,
    )


def _styles(sets: Sequence[ImageSet]) -> tuple[tuple[str, ...], np.ndarray]:
    taken = {style for one in sets for style in one.styles}
    own: list[tuple[str, ...]] = []
    for one in sets:
        plain = style_name(one.name)
        tries = (plain, *(f"{plain[:36]}-{number}" for number in range(2, len(sets) + 2)))
        own.append(one.styles or (next(style for style in tries if style not in taken),))
        taken.update(own[-1])
    styles = list(dict.fromkeys(style for several in own for style in several))
    ids = []
    for one, several in zip(sets, own, strict=True):
        places = np.array([styles.index(style) for style in several], dtype=np.int64)
        ids.append(places[one.style_ids if one.styles else np.zeros(len(one), dtype=np.int64)])
    return tuple(styles), np.concatenate(ids)


def _subjects(sets: Sequence[ImageSet]) -> tuple[np.ndarray, tuple[tuple[str, ...], ...]]:
    if not any(one.texts for one in sets):
        return np.empty(0, np.int64), ()
    subjects, texts = [], []
    for one in sets:
        subjects.append((one.subjects if one.texts else one.labels) + len(texts))
        texts += one.texts or [()] * len(one.words)
    return np.concatenate(subjects), tuple(texts)


def _images(sets: Sequence[ImageSet]) -> tuple[np.ndarray, str]:
    _, side, _ = sets[0].image_shape
    channels = max(one.image_shape[0] for one in sets)
    shape = (sum(map(len, sets)), channels, side, side)

    def build(allocate: cache.Allocate) -> tuple[np.ndarray, dict]:
        images, at = allocate(shape), 0
        for one in sets:
            images[at : at + len(one)] = one.images
            at += len(one)
            cache.release(images)
        return images, {}

    if np.prod(shape) < cache.MIN_BYTES:
        return build(cache.in_memory)[0], ""
    key = cache.cache_key("several", [(one.images.shape, cache.digest_of([one.images])) for one in sets])
    images, _, note = cache.cached(key, build)
    return images, note
