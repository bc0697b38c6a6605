"""`gan-explorer sample` draws words to a file; `gan-explorer checkpoints` lists what can draw."""

import json as json_text
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from explorer.cli.spec_options import STYLE, WORD_TRUNCATION
from explorer.errors import ExplorerError, printable, shown
from explorer.terminal import print_json

if TYPE_CHECKING:
    from explorer.checkpoint import Description
    from explorer.explore import Picture, Spec, Studio


SHOWN_ROWS = 20  # of a table of labels, of which a checkpoint may have a thousand
SHOWN_TAKEN = 5


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("sample")(sample)
    app.command("checkpoints")(checkpoints)


def sample(
    words: Annotated[
        list[str] | None, typer.Argument(help="What to draw, quoted: 'slipper', 'boots - leather + summer'.")
    ] = None,
    count: Annotated[
        int | None,
        typer.Option("-n", "--count", help="Tiles of each (default 16): up to 256, or 100,000 for .npz and .zip."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Which tiles: the same seed, the same tiles (default 0).")] = None,
    psi: Annotated[
        float | None, typer.Option(help="Spread of z that is kept: 0 typical, 1 all, up to 1.5 wild (default 1).")
    ] = None,
    psi_mode: Annotated[str | None, typer.Option(help="smooth (scales all of z) or resample (default smooth).")] = None,
    jitter: Annotated[float | None, typer.Option(help="Spread of each tile's vector around the word, 0 to 1.")] = None,
    style: Annotated[str | None, typer.Option(help=STYLE)] = None,
    word_truncation: Annotated[float | None, typer.Option(help=WORD_TRUNCATION)] = None,
    blend: Annotated[float | None, typer.Option(hidden=True)] = None,  # of earlier versions
    temperature: Annotated[
        float | None,
        typer.Option(help="Of a generator that only knows labels: how evenly a word is split over several, 0.01 to 1."),
    ] = None,
    code: Annotated[
        list[float] | None, typer.Option(help="An InfoGAN's codes, one after the other: a category from 0, or -2 to 2.")
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help="A name, a folder, or hf:owner/name@revision (default fashion-words).")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", help="A .png that carries its spec, an .npz of raw tiles, or a .zip of a PNG a tile."
        ),
    ] = None,
    from_png: Annotated[
        Path | None,
        typer.Option(
            help="Draw again what this PNG holds, with the checkpoint of the name it gives; others need --checkpoint. "
            "Other options given change that one thing."
        ),
    ] = None,
    scale: Annotated[int, typer.Option(help="Pixels a pixel in a .png.")] = 1,
    json: Annotated[bool, typer.Option("--json", help="Print the similarity table as JSON.")] = False,
    all_labels: Annotated[
        bool, typer.Option("--all", help=f"With --json, every label, not only the nearest {SHOWN_ROWS}.")
    ] = False,
) -> None:
    """Draw words; several give a sheet with a row each.

    Example: gan-explorer sample "slipper" -n 64 --seed 7 --psi 0.8 -o grid.png
    """
    if not words and from_png is None:
        raise ExplorerError('Say what to draw, for instance: gan-explorer sample "slipper" -o grid.png')
    if words and from_png is not None:
        raise ExplorerError("Give words or --from-png, not both: a PNG says itself what it shows.")
    if out is None and not json:
        raise ExplorerError(
            "Say where the picture goes (-o grid.png, or .npz or .zip for many tiles), or ask for the --json table."
        )
    if not 1 <= scale <= 64:
        raise ExplorerError(f"--scale must lie between 1 and 64, not {scale}.")
    from explorer.explore.render.files import KINDS, check_target, save_pictures
    from explorer.explore.spec.spec import MAX_TILES, Spec

    many = count is not None and count > MAX_TILES
    if many and (out is None or out.suffix.lower() not in (".npz", ".zip")):
        raise ExplorerError(f"One picture holds at most {MAX_TILES} tiles; {count:,} go into an .npz or a .zip (-o).")
    in_pieces = out is not None and (many or out.suffix.lower() == ".zip")
    if out is not None:
        check_target(out, KINDS | {".zip": "a PNG a tile"})
    options = {"psi": psi, "psi_mode": psi_mode, "jitter": jitter, "blend": blend, "checkpoint": checkpoint}
    options |= {"style": style, "word_truncation": word_truncation}
    options |= {"temperature": temperature, "codes": tuple(code) if code else None}
    if from_png is None:
        from explorer.checkpoint import default_word_truncation

        specs = [Spec(condition=text) for text in words or ()]
        if word_truncation is None and blend is None:
            options["word_truncation"] = default_word_truncation(checkpoint or Spec.checkpoint)
    else:
        from explorer.explore.render.png import specs_from_png

        specs = list(specs_from_png(from_png))
        if checkpoint is None:
            check_names(specs)
    specs = [_with_options(spec, MAX_TILES if many else count, seed, options) for spec in specs]
    from explorer.explore.render.studio import Studio

    studio = Studio()
    pictures = [studio.render(spec) for spec in specs]
    if in_pieces:
        _save_many(out, studio, specs, count or specs[0].count)
    elif out is not None:
        save_pictures(out, pictures, scale)
    if json:
        rows = [_as_fields(picture, None if all_labels else SHOWN_ROWS) for picture in pictures]
        print_json(rows if len(rows) > 1 else rows[0])
    else:
        for picture in pictures:
            print_picture(picture)
            if reasons := studio.why_messy(picture):
                truncated = picture.spec.word_truncation
                more = f"It is {truncated:g} here." if truncated else "Try --word-truncation 0.75."
                print(f"  Why so messy? {' '.join(reasons)} {more}")
        print(f"Drawn to {out}.")


def _save_many(out: Path, studio: "Studio", specs: "list[Spec]", count: int) -> None:
    from explorer.data.progress import reporting
    from explorer.explore.render.samples import save_samples
    from explorer.stopping import interruptible

    with reporting(True) as report, interruptible() as interrupted:
        save_samples(out, studio, specs, count, report, interrupted.is_set)


def check_names(specs: "list[Spec]") -> None:
    """Raise ExplorerError where a PNG, which may be a stranger's, gives more than a checkpoint's name to open."""
    from explorer.checkpoint import is_name

    for spec in specs:
        if not is_name(spec.checkpoint):
            wanted = shown(shlex.quote(spec.checkpoint))
            raise ExplorerError(f"This PNG was drawn with {wanted}; add --checkpoint {wanted} to open it.")


def _with_options(spec: "Spec", count: int | None, seed: int | None, options: dict[str, Any]) -> "Spec":
    """The spec, changed by the options that were given."""
    from explorer.explore.spec.spec import Seeded

    given = {name: value for name, value in options.items() if value is not None}
    if count is not None or seed is not None:
        if not isinstance(spec.latents, Seeded):
            raise ExplorerError("This PNG's tiles are not those of one seed; leave out -n and --seed.")
        given["latents"] = Seeded(
            spec.latents.seed if seed is None else seed, spec.latents.count if count is None else count
        )
    return spec.replace(**given) if given else spec


def _as_fields(picture: "Picture", most: int | None) -> dict[str, Any]:
    """What is printed of a picture as JSON; most: rows of its tables of labels, None for all."""
    tiles = {"labels": picture.tile_labels, "styles": picture.tile_styles}
    return {
        "spec": json_text.loads(picture.spec.to_json()),
        "table": [{"label": label, "cosine": round(cosine, 6)} for label, cosine in picture.table[:most]],
        "reading": [{"label": label, "share": round(share, 6)} for label, share in picture.reading[:most]],
        "nearest": [{"word": word, "cosine": round(cosine, 6)} for word, cosine in picture.nearest],
        "familiarity": {
            "best": round(picture.familiarity.best, 6),
            "percentile": round(picture.familiarity.percentile, 4),
            "level": picture.familiarity.level,
            "sentence": picture.familiarity.sentence,
        },
        "hints": list(picture.hints),
        **{f"tile_{name}": list(each) for name, each in tiles.items() if each},
    }


def is_conditional(checkpoint: str) -> bool:
    """Whether the typed words make a difference to its pictures."""
    from explorer.checkpoint import describe, find

    return describe(find(checkpoint)).conditional


def print_picture(picture: "Picture") -> None:
    """Print the nearest label of a picture's words, and what a judge sees in it."""
    from explorer.explore.render.judging import seen_sentence
    from explorer.explore.render.sheets import label_of
    from explorer.explore.render.word_truncation import is_label

    name = picture.spec.checkpoint
    if not is_conditional(name):
        words = shown(label_of(picture))
        print(f"{words}: {shown(name)} is not conditioned on words, its pictures differ by their latents alone.")
        return
    label, cosine = picture.table[0]
    print(
        f"{shown(label_of(picture))}: nearest label {shown(picture.name_of(label))} ({cosine:.2f}). "
        f"{picture.familiarity.sentence}"
    )
    if picture.reading:
        print(f"  {seen_sentence(picture)}")
    if picture.tile_labels and not is_label(picture):
        taken = Counter(picture.tile_labels).most_common(SHOWN_TAKEN)
        named = (f"{shown(picture.name_of(label))} in {count}" for label, count in taken)
        print(f"  Drawn towards {', '.join(named)} of the pictures.")
    for hint in picture.hints:
        print(f"  {hint}")


def checkpoints() -> None:
    """List the checkpoints that can draw: the shipped ones, your own, and your runs.

    Example: gan-explorer checkpoints
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from explorer import places
    from explorer.checkpoint import list_checkpoints

    listings = list_checkpoints(runs=True)
    if not listings:
        print(
            f"No checkpoints yet. Yours go into {places.user_data() / 'checkpoints'}; `gan-explorer train` makes one."
        )
        return
    table = Table()
    console = Console()
    heads = ("name", "family", "data", "kimg", "pixels", "labels", *(["word space"] if console.width >= 110 else []))
    whole = max(len(listing.name) for listing in listings) <= 32  # else one long name would push all others out
    for head in heads:
        table.add_column(head, overflow="fold", no_wrap=whole and head in ("name", "family", "word space"))
    for listing in listings:
        about = listing.description
        if about is None:
            table.add_row(Text(shown(listing.name)), Text(printable(str(listing.error)), style="red"))
            continue
        kimg = about.made.get("kimg")
        cells = (
            listing.name,
            about.family,
            shown(about.made.get("data", "")),
            f"{kimg:.0f}" if isinstance(kimg, (int, float)) else "",
            str(about.network["resolution"]),
            _labels_cell(about),
            about.space_name,
        )
        table.add_row(*(Text(shown(cell)) for cell in cells[: len(heads)]))
    console.print(table)


def _labels_cell(about: "Description") -> str:
    """How many labels a checkpoint has, the first, and how many styles; or that it takes no words."""
    if not about.conditional:
        return "no words"
    styles = f", {len(about.styles)} style{'s' if len(about.styles) > 1 else ''}" if about.styles else ""
    return f"{len(about.labels)}: {about.labels[0]}" + (", …" if len(about.labels) > 1 else "") + styles
