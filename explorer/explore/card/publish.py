"""From a run to a checkpoint worth showing: its weights, a sheet, and a model card that tells the truth."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from explorer import checkpoint
from explorer.checkpoint import Checkpoint
from explorer.errors import ExplorerError
from explorer.explore.card.card import card
from explorer.explore.grids.codes import code_rows
from explorer.explore.render.picture import Picture
from explorer.explore.render.sheets import rows_sheet, sheet
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import Seeded, Spec
from explorer.measure.results_file import read_metrics

TILES, SCALE = 16, 2
UNASKED = 64  # tiles of a generator that cannot be asked for anything


def publish(
    run: str | Path,
    folder: Path,
    title: str = "",
    words: tuple[str, ...] = (),
    about: str = "",
    half: bool = False,
    applies: Mapping[str, str] | None = None,
) -> Path:
    """Write `folder`: the checkpoint of a run (or any other) with sheets of its labels and of unheard `words`.

    Of a generator that hears no words there is one sheet of whatever it draws, and of an InfoGAN one of its codes. What
    was measured of the run (`gan-explorer evaluate`) goes along, and into the card.

    about: Markdown for the card, by someone who looked. half: weights in float16. Every picture in the card is what
    anyone gets from the same word with seed 0 and psi 1. Errors: CheckpointError, UnknownWord for one of `words` that
    the space lacks, or ExplorerError for any word where none is heard. applies: see `card`.
    """
    source = checkpoint.load(run)
    if words and not source.conditional:
        raise ExplorerError(f"{source.name} hears no words: leave out --word.")
    studio = Studio()
    unheard = [_drawn(studio, source, word) for word in words]
    checkpoint.save(
        folder,
        source.generator,
        source.discriminator(),
        labels=source.labels,
        label_vectors=source.label_vectors,
        space_name=source.space_name,
        space_hash=source.space_hash,
        family=source.description.family,
        made=dict(source.summary),
        pictures=_sheets(studio, source, unheard),
        card=card(folder.name, title, source, unheard, about, applies or {}),
        metrics=read_metrics(source.path),
        half=half,
    )
    return folder


def _sheets(studio: Studio, source: Checkpoint, unheard: list[Picture]) -> dict[str, Image.Image]:
    """The pictures of the card, by the names of their files."""
    if source.conditional:
        preview = sheet([_drawn(studio, source, word) for word in source.labels], scale=SCALE)
    else:
        preview = sheet([_drawn(studio, source, source.labels[0], UNASKED)], [""], SCALE)
    sheets = {"preview.png": preview}
    if unheard:
        sheets["words.png"] = sheet(unheard, scale=SCALE)
    if source.description.codes:
        asked = Spec(checkpoint=str(source.path), condition=source.labels[0], latents=Seeded(0, TILES))
        sheets["codes.png"] = rows_sheet(*code_rows(studio, asked), SCALE)
    return sheets


def _drawn(studio: Studio, source: Checkpoint, word: str, tiles: int = TILES) -> Picture:
    return studio.render(Spec(checkpoint=str(source.path), condition=word, latents=Seeded(0, tiles)))
