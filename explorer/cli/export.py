"""`gan-explorer export`: a checkpoint for others, as a page in one file or as ONNX."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.errors import ExplorerError


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("export")(export)


def export(
    checkpoint: Annotated[str, typer.Argument(help="A name, a folder, a run, or hf:owner/name@revision.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The file: .html.")] = None,
    words: Annotated[
        int, typer.Option(min=0, max=200_000, help="How many words can be typed, the most frequent.")
    ] = 20_000,
    word: Annotated[
        list[str] | None, typer.Option("--word", help="A word or sum that can be typed in any case; several times.")
    ] = None,
    onnx: Annotated[Path | None, typer.Option(help="An .onnx file of the generator, too (extra: onnx).")] = None,
    discriminator: Annotated[Path | None, typer.Option(help="An .onnx file of the discriminator, too.")] = None,
    library: Annotated[bool, typer.Option(help="The words of the pictures in your library, too.")] = True,
) -> None:
    """Make a page of a generator: one HTML file that draws by itself in any current browser, without a network.

    With --onnx, also or in its place, a file for ONNX Runtime; the card shows a program that draws with it. The page
    holds the generator, its labels and the most frequent words; those of labels and examples are always there. Send
    it, or put it on any web space; nothing else is needed, and nothing is fetched.

    Example: gan-explorer export fashion-words -o fashion-words.html --onnx fashion-words.onnx
    """
    from explorer import checkpoint as checkpoints
    from explorer.explore.render.files import check_target, write
    from explorer.export.page.page import library_words, page_of

    files = {onnx: "the generator", discriminator: "the discriminator"}
    files = {check_target(path, {".onnx": "a network"}): what for path, what in files.items() if path is not None}
    if out is None and not files:
        raise ExplorerError("Say where the page goes: -o page.html, or --onnx generator.onnx")
    out = out and check_target(out, {".html": "a page"})
    opened = checkpoints.load(checkpoint)
    for path, what in files.items():
        from explorer.export.onnx_file import OPSET, discriminator_file, generator_file

        data = (generator_file if what == "the generator" else discriminator_file)(opened)
        write(path, data)
        print(f"{opened.name}: {what} as ONNX (opset {OPSET}), {len(data) / 1e6:.1f} MB: {path}.")
    if out is None:
        return
    page = page_of(opened, words, (*(word or ()), *(library_words() if library else ())))
    write(out, page.encode())
    print(f"{opened.name} as a page of {len(page.encode()) / 1e6:.1f} MB: {out}. Open it in a browser.")
