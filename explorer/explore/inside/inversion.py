"""Inversion: the latent and the vector from which a generator draws a given picture, and the words nearest to it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.errors import ExplorerError, shown
from explorer.explore.inside.prepare import PictureFormat, Source, format_of, prepare_picture
from explorer.explore.inside.search import search
from explorer.explore.render.judging import judge_of
from explorer.explore.render.picture import Picture, to_image
from explorer.explore.render.studio import Studio
from explorer.explore.spec.checks import whole
from explorer.explore.spec.latents import codes_of
from explorer.explore.spec.spec import Seeded, Spec, Stored
from explorer.measure.sampling import draw
from explorer.models.pixels import from_bytes, to_bytes
from explorer.stopping import Stop
from explorer.words import WordSpace

if TYPE_CHECKING:
    from PIL import Image

SAMPLES, SEED = 64, 8  # pictures from which a generator's format is read
FREQUENT, NEAREST = 30_000, 100  # words that c stays near: the nearest to the labels among the most frequent
MAX_SEED = 2**63 - 1
Watch = Callable[[float, np.ndarray], None]
"""Called between steps with the share done, 0 to 1, and the best tile so far, uint8 [H, W, C]."""


@dataclass(frozen=True, eq=False)
class Inversion:
    """picture: one tile, drawn from `spec`; its `nearest` are the words nearest to the vector, its `table` the labels.

    space: where it was found, `z` (the latent and the words alone) or `w+` (a w for each layer as well).
    target: uint8 [H, W, C], the prepared picture. error: root mean square difference of the two, 0 to 255 grey levels.
    loss: the search's last one, 1 for a random picture. notes: changes made to the picture before, a sentence each.
    """

    picture: Picture
    space: str
    target: np.ndarray
    error: float
    loss: float
    notes: tuple[str, ...]

    @property
    def spec(self) -> Spec:
        """The spec of the tile: a stored latent with its w, if any, and a vector as the condition; an InfoGAN's codes
        are all 0."""
        return self.picture.spec

    @property
    def psnr(self) -> float:
        """The peak signal-to-noise ratio of the tile found, in dB: 20 log10(255 / error); infinite for an exact one."""
        return 20 * math.log10(255 / self.error) if self.error else math.inf

    def image(self, scale: int = 8) -> "Image.Image":
        """The target, and beside it the tile found."""
        gap = np.full((len(self.target), 1, self.target.shape[2]), 128, np.uint8)
        return to_image(np.concatenate([self.target, gap, self.picture.tiles[0]], axis=1), scale)

    def _repr_png_(self) -> bytes:
        return self.image()._repr_png_()


def invert(
    studio: Studio,
    source: Source,
    checkpoint: str = "fashion-words",
    seed: int = 0,
    swap: bool | None = None,
    centre: bool = True,
    space: str | None = None,
    watch: Watch = lambda done, tile: None,
    stop: Stop = lambda: False,
) -> Inversion:
    """Search for a picture: a file, its bytes, a Pillow image or an array.

    swap, centre: see `prepare_picture`. space: `z`, whose pictures the generator draws by itself, or `w+`, which comes
    much nearer to real pictures and needs a mapping network; by default w+ where there is one.

    Takes some 10 seconds for 28 x 28 pixels on one core. The same seed finds the same, on one machine. Raises
    ExplorerError for a picture that cannot be read, a checkpoint or a word space that is missing; and Stopped.
    """
    seed = whole(seed, "seed", 0, MAX_SEED)
    opened = studio.checkpoint(checkpoint)
    space = _space(opened, space)
    fitted = prepare_picture(source, checkpoint_format(opened), swap, centre)
    device = next(opened.generator.parameters()).device
    target = from_bytes(torch.from_numpy(fitted.pixels.copy()).permute(2, 0, 1)[None].to(device))[0]
    codes = (0.0,) * len(opened.description.codes)  # the same for every picture, so that those found may walk
    fixed = codes_of(Spec(latents=Seeded(count=1), codes=codes), opened.description.codes) if codes else None

    def draw_at(z: torch.Tensor, c: torch.Tensor, w: torch.Tensor | None = None) -> torch.Tensor:
        condition = opened.condition(c) if fixed is None else torch.from_numpy(fixed).to(device).expand(len(z), -1)
        return opened.generator(z, condition, *(() if w is None else (None, w)))

    found = search(
        draw_at,
        opened.z_dim,
        target,
        *(
            torch.from_numpy(np.array(rows)).to(device)
            for rows in (opened.label_vectors, words_near_labels(studio, opened))
        ),
        w_shape=(opened.generator.modulated, opened.generator.config.mapping) if space == "w+" else None,
        features=_features(opened, str(device)),
        seed=seed,
        watch=lambda done, picture: watch(done, to_bytes(picture[None])[0].cpu().numpy()),
        stop=stop,
    )
    w = () if found.w is None else (tuple(round(x, 2) for x in found.w.flatten().tolist()),)
    latents = Stored((tuple(found.z.cpu().tolist()),), w)
    spec = Spec(checkpoint=checkpoint, condition=tuple(found.c.cpu().tolist()), latents=latents, codes=codes)
    picture = studio.render(spec)
    difference = picture.tiles[0].astype(np.float64) - fitted.pixels
    error = float(np.sqrt(np.square(difference).mean()))
    return Inversion(picture, space, fitted.pixels, error, found.loss, fitted.notes)


def _space(checkpoint: Checkpoint, wanted: str | None) -> str:
    """The space to search in; raises ExplorerError for one that is not known or that the generator does not have."""
    if wanted not in (None, "z", "w+"):
        raise ExplorerError(f"A picture is searched for in z or in w+, not in {shown(wanted)!r}.")
    has_mapping = checkpoint.generator.modulated > 0
    if wanted == "w+" and not has_mapping:
        raise ExplorerError(f"{checkpoint.name} has no mapping network, so no w+; search in z.")
    return wanted or ("w+" if has_mapping else "z")


def checkpoint_format(checkpoint: Checkpoint) -> PictureFormat:
    """The format of a checkpoint's pictures of its labels."""
    rows = np.arange(SAMPLES) % len(checkpoint.labels)
    tiles = draw(checkpoint, checkpoint.label_vectors[rows], SEED).permute(0, 2, 3, 1)
    return format_of(tiles.cpu().numpy())


def words_near_labels(studio: Studio, checkpoint: Checkpoint) -> np.ndarray:
    """Vectors of the words nearest to the labels, float32 [V, D], unit."""
    space: WordSpace = studio.space(checkpoint)
    frequent = space.matrix[:FREQUENT]
    cosines = (frequent @ checkpoint.label_vectors.T).max(axis=1)
    return frequent[np.argsort(-cosines, kind="stable")[:NEAREST]]


def _features(checkpoint: Checkpoint, device: str) -> Callable[[torch.Tensor], torch.Tensor] | None:
    judge = judge_of(checkpoint, device)
    return None if judge is None else judge.network.features
