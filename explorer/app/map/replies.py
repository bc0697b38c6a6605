"""Maps and thumbnails as the Map tab's page needs them."""

import dataclasses
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from explorer.app.shared.replies import png_reply

if TYPE_CHECKING:
    import numpy as np

    from explorer.explore import Spec
    from explorer.explore.map.word_map import WordMap


def map_reply(found: "WordMap", typed: str) -> dict[str, Any]:
    """A map: each word as [text, kind, x, y, level], its level None where no zoom gives it a thumbnail; which of them
    was typed, if one was; and how to read it."""
    own = found.find(typed) if typed.strip() else None
    rows = [
        [*dataclasses.astuple(word)[:4], round(word.level, 3) if math.isfinite(word.level) else None]
        for word in found.words
    ]
    return {
        "words": rows,
        "typed": None if own is None else found.words.index(own),
        "labels": found.arrangement.labels,
        "about": found.about,
    }


def thumbnails_reply(specs: "Sequence[Spec]", tiles: "np.ndarray") -> dict[str, Any]:
    """Thumbnails in a row, as a PNG that carries the spec of each."""
    from explorer.explore.render.picture import compose, to_image
    from explorer.explore.render.png import encode

    return png_reply(encode(to_image(compose(tiles, len(tiles))), specs), tiles, len(tiles))
