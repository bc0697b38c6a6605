"""`gan-explorer translate`: a picture, or all pictures of a folder or zip, to the other domain of a translator."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from explorer.errors import ExplorerError
from explorer.terminal import command


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("translate")(translate)


def translate(
    checkpoint: Annotated[str, typer.Argument(help="A translator: a name, a folder, a run, or hf:owner/name.")],
    source: Annotated[
        Path | None,
        typer.Argument(metavar="IN", help="A picture of any size, or a folder, zip or tar of pictures."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="A .png; of several pictures a .zip or a new folder."),
    ] = None,
    back: Annotated[bool, typer.Option("--back", help="The other way, from its second domain to its first.")] = False,
    strength: Annotated[float, typer.Option(min=0.0, max=1.0, help="Share of the change that is made, 0 to 1.")] = 1.0,
    three: Annotated[
        bool, typer.Option("--three", help="Of one picture: it, its translation and what comes back, side by side.")
    ] = False,
    sheet: Annotated[
        Literal["pairs", "failures"] | None,
        typer.Option(help="Instead of IN: a sheet of pictures it carries, by chance, or those it brings back worst."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Which pictures of --sheet pairs.")] = 0,
    scale: Annotated[int, typer.Option(min=1, max=32, help="Pixels a pixel in what is written.")] = 1,
    from_png: Annotated[Path | None, typer.Option(help="Translate again what this PNG holds.")] = None,
) -> None:
    """Translate pictures with a translator (see gan-explorer train --from A --to B).

    Example: gan-explorer translate fashion-shoes sneaker.jpg -o boot.png
    Example: gan-explorer translate fashion-shoes boots/ -o sneakers.zip --back
    Example: gan-explorer translate fashion-shoes --sheet failures -o failures.png
    """
    import torch

    from explorer.explore import Studio
    from explorer.explore.render.files import check_target, write
    from explorer.machine import working_threads

    given = [name for name, one in (("IN", source), ("--sheet", sheet), ("--from-png", from_png)) if one is not None]
    if len(given) != 1:
        raise ExplorerError(
            f"Say what to translate: a picture, a folder or a zip, or --sheet, or --from-png"
            f"{'; not ' + ' and '.join(given) if given else ''}."
        )
    if out is None:
        raise ExplorerError("Say where to write, as in -o out.png.")
    torch.set_num_threads(working_threads())
    studio, way = Studio(), "back" if back else "there"
    if sheet is not None:
        import io

        from explorer.explore.translate.sheets import translator_sheet

        path, buffer = check_target(out, {".png": "a picture"}), io.BytesIO()
        translator_sheet(studio.translator(checkpoint), sheet, seed, scale=max(2, scale)).save(buffer, "PNG")
        print(f"Drawn to {write(path, buffer.getvalue())}.")
        return
    if source is not None and source.suffix.lower() != ".png" and _holds_many(source):
        from explorer.data.progress import reporting
        from explorer.explore.translate.files import translate_files

        with reporting(True) as report:
            count = translate_files(
                studio.translator(checkpoint),
                source,
                out,
                way,
                strength,
                scale,
                lambda done, total: report("translating", done, total),
            )
        print(f"Translated {count:,} picture{'s' * (count > 1)} to {out}.")
        return
    from explorer.explore.render.png import text_in
    from explorer.explore.translate.translate import translate as translate_picture
    from explorer.explore.translate.translation import Translation

    path = check_target(out, {".png": "a picture"})
    if from_png is not None:
        found = translate_picture(studio, Translation.from_json(text_in(from_png)).of(checkpoint))
    else:
        found = translate_picture(studio, source, checkpoint, way, strength)
    found.save(path, scale, whole=three)
    for note in found.notes:
        print(note)
    start, end = found.domains
    print(f"From {start} to {end}; what comes back differs by {found.cycle_error:.1f} of 255 grey levels a pixel.")
    again = command("translate", checkpoint, "--from-png", path, "-o", "again.png")
    print(f"Drawn to {path}; {again} does it again.")


def _holds_many(source: Path) -> bool:
    """Whether it is a folder, zip or tar."""
    import zipfile

    from explorer.data.folders.tar import is_tar

    return source.is_dir() or (source.is_file() and (zipfile.is_zipfile(source) or is_tar(source)))
