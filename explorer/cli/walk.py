"""`gan-explorer walk` interpolates from word to word, or from picture to picture, as an animation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.cli.sample import check_names
from explorer.cli.spec_options import WordTruncation
from explorer.errors import ExplorerError, shown

if TYPE_CHECKING:
    from explorer.explore import Spec, Studio, Walk
    from explorer.explore.walk.reading import FilmReading


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("walk")(walk)


def walk(
    stops: Annotated[
        list[str] | None,
        typer.Argument(
            help="2 to 9 words or picture files; one word walks past nine seeds. A .png that carries its spec is drawn "
            "from it, any other picture is inverted first."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("-o", "--out", help="A .gif, .webp, .mp4 or filmstrip .png; it carries the walk."),
    ] = None,
    count: Annotated[int | None, typer.Option("-n", "--count", help="Tiles a frame, 1 to 256 (default 16).")] = None,
    seed: Annotated[int | None, typer.Option(help="Which tiles: the same seed, the same tiles (default 0).")] = None,
    psi: Annotated[float | None, typer.Option(help="Spread of z that is kept, 0 to 1.5 (default 1).")] = None,
    style: Annotated[
        list[str] | None,
        typer.Option(help="The style of all stops; given again, that of the next stop, or of one word's next stop."),
    ] = None,
    word_truncation: WordTruncation = None,
    frames: Annotated[int | None, typer.Option(help="Pictures on the way, up to 240 (default 24).")] = None,
    over: Annotated[
        str | None, typer.Option(help="What is interpolated: words, z or both (default: words; between pictures both).")
    ] = None,
    z: Annotated[str | None, typer.Option(help="Latent path: linear or spherical (default spherical).")] = None,
    loop: Annotated[bool, typer.Option("--loop", help="Go on from the last stop to the first.")] = False,
    ping_pong: Annotated[bool, typer.Option("--ping-pong", help="Play it forwards, then backwards.")] = False,
    fps: Annotated[float, typer.Option(help="Frames a second, 1 to 60.")] = 12.0,
    scale: Annotated[int | None, typer.Option(help="Pixels a pixel (default: about 448 wide).")] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help="A name, a folder, or hf:owner/name@revision (default fashion-words).")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Draw the walk in this file again, with --frames, --z or --loop if given."),
    ] = None,
) -> None:
    """Walk from word to word, or between pictures, as an animation that carries its recipe.

    Example: gan-explorer walk sneakers boots --ping-pong -o walk.gif

    From style to style, where the checkpoint has some: walk kitten --style noto --style flat -o walk.gif

    Between two pictures of your own: walk shoe.jpg boot.png -o walk.gif
    """
    if not stops and source is None:
        raise ExplorerError("Say where to walk, for instance: gan-explorer walk sneakers boots -o walk.gif")
    if out is None:
        raise ExplorerError("Say where the animation goes: -o walk.gif, or .webp, .mp4, or .png for a filmstrip.")
    from explorer.explore.render.files import check_target
    from explorer.explore.render.studio import Studio
    from explorer.explore.walk.film import draw_walk
    from explorer.explore.walk.film_files import KINDS, walk_from
    from explorer.explore.walk.walk import walk_of

    check_target(out, KINDS)
    studio = Studio()
    given = {"frames": frames, "z": z, "loop": loop or None}
    given = {name: value for name, value in given.items() if value is not None}
    if source is None:
        read = [_stop(stop, studio, checkpoint) for stop in stops or ()]
        base = _base(checkpoint, count, seed, psi, word_truncation)
        planned = walk_of(read, base, over=over, styles=style or (), **given)
    elif stops or style or any(option is not None for option in (count, seed, psi, over, word_truncation)):
        raise ExplorerError(
            "With --from the file says where to walk; leave out words, -n, --seed, --psi, --over, --style and "
            "--word-truncation."
        )
    else:
        planned = walk_from(source).replace(**given)
        planned = planned.replace(stops=tuple(_opened(stop, checkpoint) for stop in planned.stops))
    film = draw_walk(studio, planned)
    film.save(out, fps, ping_pong, scale)
    _print_walk(planned, film.reading)
    print(f"Drawn to {out}.")


def _base(
    checkpoint: str | None, count: int | None, seed: int | None, psi: float | None, word_truncation: float | None
) -> "Spec":
    from explorer.checkpoint import default_word_truncation
    from explorer.explore.spec.spec import Seeded, Spec

    given = {"checkpoint": checkpoint, "psi": psi}
    latents = Seeded(**{name: value for name, value in (("seed", seed), ("count", count)) if value is not None})
    base = Spec(latents=latents, **{name: value for name, value in given.items() if value is not None})
    usual = default_word_truncation(base.checkpoint) if word_truncation is None else word_truncation
    return base.replace(word_truncation=usual)


def _stop(text: str, studio: "Studio", checkpoint: str | None) -> "str | Spec":
    """The spec of a picture if the text is the name of its file, else the word."""
    from explorer.data.decode import picture_suffixes
    from explorer.explore.render.png import carries_text, spec_from_png

    if Path(text).suffix.lower() not in picture_suffixes():
        return text
    if carries_text(text):
        return _opened(spec_from_png(text), checkpoint)
    return _inverted(text, studio, checkpoint)


def _inverted(file: str, studio: "Studio", checkpoint: str | None) -> "Spec":
    """The spec from which the picture in a file is drawn most nearly."""
    from explorer.data.progress import reporting
    from explorer.explore.inside.inversion import invert

    given = {} if checkpoint is None else {"checkpoint": checkpoint}
    try:
        with reporting(True) as report:
            found = invert(
                studio, file, watch=lambda done, tile: report("searching", round(1000 * done), 1000), **given
            )
    except ExplorerError as error:
        sentence = str(error)
        raise ExplorerError(sentence if file in sentence else f"{shown(file)}: {sentence}") from None
    for note in found.notes:
        print(f"{shown(file)}: {note}")
    print(f"{shown(file)} was found in {found.space} to {found.psnr:.1f} dB.")
    return found.spec


def _opened(spec: "Spec", checkpoint: str | None) -> "Spec":
    """The spec with the checkpoint that was asked for, or its own if it is no more than a name."""
    if checkpoint is not None:
        return spec.replace(checkpoint=checkpoint)
    check_names([spec])
    return spec


def _print_walk(walk: "Walk", course: "FilmReading") -> None:
    print(f"{walk.frames} frames of {walk.count} {'tile' if walk.count == 1 else 'tiles'}.")
    if course.labels:
        seen = (f"{shown(label) or 'a mixture'} in {_frames(first, last)}" for label, first, last in course.segments)
        print(f"A judge mostly sees {', '.join(seen)}.")
    most = int(course.moved.argmax())
    print(f"The pictures move most before frame {most + 1} ({course.distance}).")


def _frames(first: int, last: int) -> str:
    return f"frame {first + 1}" if first == last else f"frames {first + 1} to {last + 1}"
