"""`Translator`: the notebook API of translators."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.checkpoint import TranslatorCheckpoint
from explorer.errors import ExplorerError
from explorer.explore.render.studio import Studio
from explorer.explore.translate.sheets import PAIRS, translator_sheet
from explorer.explore.translate.translate import Translated, translate, translate_tiles
from explorer.explore.translate.translation import Translation
from explorer.models.config import Way

if TYPE_CHECKING:
    import pandas
    from PIL import Image

    from explorer.explore.inside.prepare import Source


class Translator:
    """One translator, ready for any picture: `Translator("fashion-shoes")("sneaker.jpg")` shows it, its translation and
    what comes back.

    checkpoint: a shipped or own name, a folder, or `hf:owner/name@revision`. Raises CheckpointError.
    """

    def __init__(self, checkpoint: str | Path, studio: Studio | None = None):
        self._name = str(checkpoint)
        self.studio = studio or Studio()
        self.studio.translator(self._name)

    @property
    def checkpoint(self) -> TranslatorCheckpoint:
        """The open translator."""
        return self.studio.translator(self._name)

    @property
    def domains(self) -> tuple[str, str]:
        """Names of the two sets of pictures."""
        return self.checkpoint.domains

    def __call__(self, source: "Source | Translation", way: Way = "there", strength: float = 1.0) -> Translated:
        """Translate a file, its bytes, a Pillow image or an array of any size; see `translate`."""
        return translate(self.studio, source, self._name, way, strength)

    def tiles(self, pictures: np.ndarray, way: Way = "there", strength: float = 1.0) -> np.ndarray:
        """Pictures uint8 [N, H, W, C] of the translator's size and colours, translated: the same shape."""
        channels, side, _ = self.checkpoint.image_shape
        if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[1:] != (side, side, channels):
            raise ExplorerError(
                f"{self._name} takes uint8 [N, {side}, {side}, {channels}], not {pictures.dtype} "
                f"{list(pictures.shape)[:5]}; one picture of any size is translated by calling it."
            )
        return translate_tiles(self.checkpoint, pictures, way, strength)[0]

    def pairs(self, seed: int = 0, count: int = PAIRS, scale: int = 2) -> "Image.Image":
        """A sheet of random pictures that it carries, both ways."""
        return translator_sheet(self.checkpoint, "pairs", seed, count, scale)

    def failures(self, count: int = PAIRS, scale: int = 2) -> "Image.Image":
        """A sheet of the pictures that it brings back worst, both ways. Raises ExplorerError if it was not measured."""
        return translator_sheet(self.checkpoint, "failures", 0, count, scale)

    @property
    def figures(self) -> "pandas.DataFrame":
        """What was measured of it, a row a way; empty where nothing was."""
        import pandas

        from explorer.measure.metrics.metrics_file import read_metrics
        from explorer.measure.translation import KEY

        found = read_metrics(self.checkpoint.path).get(KEY)
        return pandas.json_normalize(found["ways"] if isinstance(found, dict) else [])

    def __repr__(self) -> str:
        return f"<Translator {self._name} between {' and '.join(self.domains)}>"
