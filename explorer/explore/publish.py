"""From a run to a checkpoint worth showing: its weights, a sheet, and a model card that tells the truth."""

from pathlib import Path

from explorer import checkpoint
from explorer.explore.card import card
from explorer.explore.sheets import sheet
from explorer.explore.spec import Seeded, Spec
from explorer.explore.studio import Studio
from explorer.measure.storing import read_metrics

TILES, SCALE = 16, 2


def publish(
    run: str | Path, folder: Path, title: str = "", words: tuple[str, ...] = (), about: str = "", half: bool = False
) -> Path:
    """Write `folder`: the checkpoint of a run (or any other) with sheets of its labels and of unheard `words`.

    What was measured of the run (`gan-explorer evaluate`) goes along, and into the card.

    about: Markdown for the card, by someone who looked. half: weights in float16. Every picture in the card is what
    anyone gets from the same word with seed 0 and psi 1. Errors: CheckpointError, or UnknownWord for one of `words`
    that the space lacks.
    """
    source = checkpoint.load(run)
    studio = Studio()

    def drawn(word: str):
        return studio.render(Spec(checkpoint=str(source.path), condition=word, latents=Seeded(0, TILES)))

    labels = [drawn(word) for word in source.labels]
    unheard = [drawn(word) for word in words]
    rows_of = {"preview.png": labels, "words.png": unheard}
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
        pictures={name: sheet(rows, scale=SCALE) for name, rows in rows_of.items() if rows},
        card=card(folder.name, title, source, unheard, about),
        metrics=read_metrics(source.path),
        half=half,
    )
    return folder
