"""Which pictures with styles a judge is fitted on, and which it is asked: variants of one drawing must not leak."""

from collections.abc import Sequence

import numpy as np

from explorer.data import ImageSet
from explorer.errors import ExplorerError, shown
from explorer.many_labels import names
from explorer.measure.training_pictures import some_pictures


def choose_unseen(styles: Sequence[str], named: Sequence[str] = ()) -> tuple[str, ...]:
    """The styles that a judge of words is asked and not fitted on: those `named`, else those of every third family.

    A family is what names begin with up to a hyphen: `ph-outline` and `ph-solid` are variants of the same drawings.
    Raises ExplorerError for a name that is not among them, or where none would be left to fit on.
    """
    if missing := [style for style in named if style not in styles]:
        raise ExplorerError(f"The set has no style {shown(missing[0], 60)!r}; it has {names(sorted(styles))}.")
    families = sorted({family_of(style) for style in styles})
    others = (
        [style for style in styles if family_of(style) in families[1::3]] if len(families) > 1 else sorted(styles)[1::3]
    )
    unseen = tuple(sorted(named or others))
    if not unseen or len(unseen) == len(styles):
        raise ExplorerError("A judge of words is fitted on some styles and asked others: it needs two or more of them.")
    return unseen


def family_of(style: str) -> str:
    """What the name of a style begins with, up to a hyphen."""
    return style.split("-")[0]


def split_by_style(pictures: ImageSet, unseen: Sequence[str]) -> tuple[ImageSet, ImageSet]:
    """The pictures to fit a judge of words on, and those to ask it: of the unseen styles.

    A word that only these have is fitted on them, and not asked: else nothing would know it.
    """
    numbers = [number for number, style in enumerate(pictures.styles) if style in unseen]
    asked = np.isin(pictures.style_ids, numbers)
    asked &= np.isin(pictures.labels, np.unique(pictures.labels[~asked]))
    if not asked.any():
        raise ExplorerError(f"No word of {pictures.name} is in the unseen styles and in others too; name other ones.")
    return some_pictures(pictures, ~asked), some_pictures(pictures, asked)


def styles_as_classes(pictures: ImageSet) -> tuple[ImageSet, ImageSet]:
    """The same pictures with their styles for words, to fit a judge of styles on and to ask it.

    Asked is a fifth of all things, in every style: a thing is a subject, or a label where there are no subjects.
    """
    things = pictures.subjects if len(pictures.subjects) else pictures.labels
    asked = things % 5 == 4
    classes = ImageSet(
        pictures.name, pictures.images, pictures.style_ids, pictures.styles, pictures.notes, pictures.recorded
    )
    if not asked.any() or len(pictures.styles) < 2:
        raise ExplorerError(
            f"{pictures.name} has {len(pictures.styles)} styles and {things.max() + 1:,} things; a judge of styles "
            "needs two styles or more, and five things or more: add some."
        )
    return some_pictures(classes, ~asked), some_pictures(classes, asked)
