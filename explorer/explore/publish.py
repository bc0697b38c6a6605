"""From a run to a checkpoint worth showing: its weights, a sheet, and a model card that tells the truth."""

from datetime import date
from pathlib import Path

from explorer import checkpoint
from explorer.explore.sheets import sheet
from explorer.explore.spec import Seeded, Spec
from explorer.explore.studio import Studio

TILES, SCALE = 16, 2


def publish(run: Path, folder: Path, title: str = "", words: tuple[str, ...] = ()) -> Path:
    """Write `folder`: the checkpoint of a run (or any other) with sheets of its labels and of unheard `words`.

    Every picture in the card is what anyone gets from the same word with seed 0 and psi 1. Errors: CheckpointError,
    or UnknownWord if the word space does not know one of `words`.
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
        made=dict(source.summary),
        pictures={name: sheet(rows, scale=SCALE) for name, rows in rows_of.items() if rows},
        card=_card(folder.name, title, source, unheard),
    )
    return folder


def _card(name: str, title: str, source: checkpoint.Checkpoint, unheard: list) -> str:
    made, (channels, side, _) = source.summary, source.image_shape
    settings = "\n".join(f"| {key} | {value} |" for key, value in made.get("settings", {}).items())
    heard = "\n".join(
        f"| {picture.spec.condition} | {', '.join(f'{label} {cosine:.2f}' for label, cosine in picture.table[:3])} "
        f"| {picture.familiarity.best:.2f}, {picture.familiarity.level} |"
        for picture in unheard
    )
    sections = [
        f"# {title or name}",
        f"A word-conditional GAN: a latent z of {source.z_dim} numbers and the vector of a word in the space "
        f"`{source.space_name}` give {side} x {side} pixels {'in grey' if channels == 1 else 'in colour'}.",
        f"Draw from it: `gan-explorer sample slipper --checkpoint {name} -o grid.png`.",
        "## Its labels",
        "![A row for each label](preview.png)",
        "Seed 0, psi 1, the first sixteen latents of each row the same. Labels: " + ", ".join(source.labels) + ".",
    ]
    if unheard:
        sections += [
            "## Words it never heard in training",
            "![A row for each word](words.png)",
            "Not chosen: the first sixteen latents of seed 0. What each word is nearest to among the labels (cosine):",
            f"| word | nearest labels | best, and how far from training |\n|---|---|---|\n{heard}",
        ]
    return "\n\n".join([*sections, _made(made, settings)]) + "\n"


def _made(made: dict, settings: str) -> str:
    minutes = made.get("seconds", 0) / 60
    return (
        f"## How it was made\n\nData: {made.get('data')}, {made.get('pictures'):,} pictures. Budget: "
        f"{made.get('kimg'):,.0f} kimg in {minutes:.0f} minutes on {made.get('device', 'the CPU')} with "
        f"{made.get('threads', 1)} thread(s). Recipe: {made.get('recipe')}. Published {date.today().isoformat()}.\n\n"
        f"| setting | value |\n|---|---|\n{settings}"
    )
