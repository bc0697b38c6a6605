"""Drawing: a picture as a notebook shows it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.explore.render.picture import Picture
from explorer.explore.render.sheets import name_of
from explorer.explore.spec.spec import Spec

if TYPE_CHECKING:
    import pandas
    from PIL import Image


class Drawing:
    """A picture as a notebook shows it: the image itself, with `.table` and `.reading` beside it as DataFrames."""

    def __init__(self, picture: Picture):
        self.picture = picture

    @property
    def spec(self) -> Spec:
        """The spec; `ex.draw(spec)` draws it again."""
        return self.picture.spec

    @property
    def tiles(self) -> np.ndarray:
        """uint8 [N, H, W, C], read-only."""
        return self.picture.tiles

    @property
    def table(self) -> "pandas.DataFrame":
        """Similarity of each label to what was typed: columns `label` and `cosine`, best first."""
        return _frame(self.picture.table, "label", "cosine")

    @property
    def reading(self) -> "pandas.DataFrame":
        """What a judge sees in these tiles: columns `label` and `share`, best first; empty if none knows them."""
        return _frame(self.picture.reading, "label", "share")

    @property
    def nearest(self) -> "pandas.DataFrame":
        """The words nearest to what was typed: columns `word` and `cosine`, best first."""
        return _frame(self.picture.nearest, "word", "cosine")

    @property
    def tile_table(self) -> "pandas.DataFrame":
        """What each tile was drawn from: a `label` if word truncation gave it one, and a `style` unless it is open."""
        import pandas

        picture = self.picture
        columns = {"label": picture.tile_labels, "style": picture.tile_styles}
        return pandas.DataFrame(
            {name: list(column) for name, column in columns.items() if column}, index=range(self.spec.count)
        )

    @property
    def familiarity(self) -> str:
        """Distance from everything the generator was trained on, in a sentence."""
        return self.picture.familiarity.sentence

    def image(self, scale: int = 1) -> "Image.Image":
        """A Pillow image, each pixel `scale` x `scale`."""
        return self.picture.image(scale)

    def save(self, path: str | Path, scale: int = 1) -> Path:
        """Write a .png that carries the spec, or an .npz of the tiles; returns the path."""
        return self.picture.save(path, scale)

    def _repr_png_(self) -> bytes:
        return self.picture._repr_png_()

    def __repr__(self) -> str:
        return f"<Drawing of {name_of(self.spec)!r}, {self.spec.count} tiles, from {self.spec.checkpoint}>"


def _frame(rows: Sequence[tuple[str, float]], *columns: str) -> "pandas.DataFrame":
    import pandas

    return pandas.DataFrame(list(rows), columns=list(columns))
