"""Publishing: from a run to a checkpoint with sheets and a model card."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from explorer import checkpoint
from explorer.checkpoint import Checkpoint, Curves, read_curves
from explorer.checks import is_number
from explorer.data.known import class_names
from explorer.errors import ExplorerError
from explorer.explore.card.card import NEAREST, card
from explorer.explore.card.nearest import nearest_sheet
from explorer.explore.grids.codes import code_rows
from explorer.explore.render.picture import Picture
from explorer.explore.render.sheets import rows_sheet, sheet
from explorer.explore.render.studio import Studio
from explorer.explore.spec.latents import z_of
from explorer.explore.spec.spec import Seeded, Spec
from explorer.explore.spec.style import EACH
from explorer.many_labels import STYLES, fit_preview, spread
from explorer.measure.grounding.truncation import stored_choice
from explorer.measure.metrics.metrics_file import read_metrics
from explorer.models.pixels import to_bytes

TILES, SCALE = 16, 2
UNCONDITIONAL_TILES = 64


def publish(
    run: str | Path,
    folder: Path,
    title: str = "",
    words: tuple[str, ...] = (),
    about: str = "",
    half: bool = False,
    applies: Mapping[str, str] | None = None,
    nearest: bool = False,
    curves: Curves | None = None,
    word_truncation: float | None = None,
) -> Path:
    """Write `folder`: the checkpoint of a run (or any other) with sheets of its labels and of other `words`.

    Of many labels the sheet shows a spread (`many_labels`), in a file of a bounded size; of styles, its first columns
    are one latent in each. An unconditional generator has one sheet of samples, an InfoGAN one of its codes.
    Measurements of the run (`gan-explorer evaluate`) are copied, and shown in the card.

    about: Markdown for the card, by someone who looked. half: weights in float16. Every picture in the card is drawn
    with seed 0 and psi 1, and each of a row in the next style where there are some. applies: see `card`. nearest:
    whether samples stand beside the training pictures nearest to them, which the folder then holds. curves: of its
    training (see `compare.publishing`); by default those that it carries already. word_truncation: what its words are
    drawn with where nobody says another, 0 .. 1; by default what its stored evaluation chose on the tune half of a list
    of novel words (see `measure.grounding.truncation`), or else what it carries already. Errors: CheckpointError,
    UnknownWord for one of `words` that the space lacks, ExplorerError for any word or word truncation if the generator
    is unconditional, or DataError where the training pictures are not on this machine.
    """
    source = checkpoint.load(run)
    if words and not source.conditional:
        raise ExplorerError(f"{source.name} is unconditional: leave out --word.")
    metrics = read_metrics(source.path)
    usual = _word_truncation(source, metrics, word_truncation)
    curves = read_curves(source.path) if curves is None else curves
    has_curves = curves is not None and bool(curves.as_fields())
    studio = Studio()
    unseen = [draw_row(studio, source, word, word_truncation=usual) for word in words]
    pictures = _sheets(studio, source, unseen) | ({NEAREST: nearest_sheet(source)} if nearest else {})
    checkpoint.save(
        folder,
        source.generator,
        source.discriminator(),
        labels=source.labels,
        label_vectors=source.label_vectors,
        space_name=source.space_name,
        space_hash=source.space_hash,
        family=source.description.family,
        styles=source.styles,
        made=dict(source.summary),
        pictures={name: of_few_colours(picture) for name, picture in pictures.items()},
        card=card(folder.name, title, source, unseen, about, applies or {}, nearest, has_curves, usual),
        metrics=metrics,
        half=half,
        curves=curves,
        word_truncation=usual,
        display_names={**class_names(source.summary.get("data"), source.labels), **source.display_names},
    )
    return folder


def _word_truncation(source: Checkpoint, metrics: Mapping[str, Any], given: float | None) -> float:
    """What is published. By default the choice of the measured curve: a rule on the tune half needs nobody to read a
    table, and where nothing was measured words stay what they were."""
    if not source.conditional:
        if given:
            raise ExplorerError(f"{source.name} is unconditional: leave out --word-truncation.")
        return 0.0
    if given is None:
        chosen = stored_choice(metrics)
        return source.word_truncation if chosen is None else chosen
    if not is_number(given, 0, 1):
        raise ExplorerError(f"The word truncation of a checkpoint lies between 0 and 1, not at {given}.")
    return float(given)


def _sheets(studio: Studio, source: Checkpoint, unseen: list[Picture]) -> dict[str, Image.Image]:
    """The pictures of the card, by the names of their files."""
    if source.conditional:
        preview = _preview(studio, source)
    else:
        preview = sheet([draw_row(studio, source, source.labels[0], UNCONDITIONAL_TILES)], [""], SCALE)
    sheets = {"preview.png": preview}
    if unseen:
        sheets["words.png"] = sheet(unseen, scale=SCALE)
    if source.description.codes:
        spec = Spec(checkpoint=str(source.path), condition=source.labels[0], latents=Seeded(0, TILES))
        sheets["codes.png"] = rows_sheet(*code_rows(studio, spec), SCALE)
    return sheets


def of_few_colours(picture: Image.Image) -> Image.Image:
    """A sheet in the 256 colours that fit it best, or the 64 greys: a third of the bytes, and a checkpoint travels."""
    red, green, blue = picture.convert("RGB").split()
    levels = 64 if red == green == blue else 256
    return picture.convert("RGB").quantize(levels, dither=Image.Dither.NONE)


def _preview(studio: Studio, source: Checkpoint) -> Image.Image:
    labels = [source.labels[place] for place in spread(source.labels)]
    if source.styles:
        rows = [_in_styles(source, label) for label in labels]
    else:
        rows = [draw_row(studio, source, label).tiles for label in labels]
    called = [source.display_names.get(label, label) for label in labels]
    heads = ["", *source.styles[:STYLES]] if source.styles else []

    def draw(columns: int) -> Image.Image:
        return rows_sheet([row[:columns] for row in rows], called, SCALE, heads=heads[: columns + 1])

    return draw(TILES) if len(labels) == len(source.labels) else fit_preview(draw, TILES)


@torch.inference_mode()
def _in_styles(source: Checkpoint, label: str) -> np.ndarray:
    """A label's tiles, uint8 [TILES, H, W, C]: one latent in each style, then other latents with the style open."""
    styles = min(len(source.styles), STYLES)
    z = torch.from_numpy(z_of(Spec(latents=Seeded(0, TILES)), source.z_dim))
    z[:styles] = z[0].clone()
    weights = torch.zeros((TILES, len(source.styles)))
    weights[:styles, :styles] = torch.eye(styles)
    vector = torch.from_numpy(np.array(source.label_vectors[source.labels.index(label)]))
    c = source.condition(vector.repeat(TILES, 1), styles=weights)
    return to_bytes(source.generator(z, c)).numpy()


def draw_row(
    studio: Studio, source: Checkpoint, word: str, tiles: int = TILES, word_truncation: float = 0.0
) -> Picture:
    """A row of a card's sheet: seed 0, psi 1, each tile in the next style where there are some."""
    style = EACH if source.styles else ""
    return studio.render(Spec(str(source.path), word, Seeded(0, tiles), style=style, word_truncation=word_truncation))
