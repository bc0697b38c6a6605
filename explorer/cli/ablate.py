"""`gan-explorer ablate`: switch units of the generator off, and see what it no longer draws."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.cli.sample import print_picture
from explorer.cli.spec_options import Style
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    import numpy as np

    from explorer.explore import Spec, Studio
    from explorer.models.generator import Layer

RANDOM_DRAWS = 5  # of as many random units, to compare with


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("ablate")(ablate)


def ablate(
    word: Annotated[str, typer.Argument(help="What to draw, as in sample.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A .png that carries its specs, or an .npz of raw tiles.")],
    layer: Annotated[
        list[str] | None,
        typer.Option(
            help="Where: start (the coarsest grid), blocks.0 ...; say it again for more. The middle one if not."
        ),
    ] = None,
    box: Annotated[
        str | None,
        typer.Option(help="Switch off what draws this part of the pictures: left,top,width,height in pixels."),
    ] = None,
    label: Annotated[str | None, typer.Option(help="Switch off what draws this label.")] = None,
    units: Annotated[str | None, typer.Option(help="Switch off these units: 3,17,40.")] = None,
    top: Annotated[
        int | None, typer.Option(min=1, help="How many of the best, with --box or --label (default: every fourth).")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="All that speak for it, with --box or --label, as the DCGAN paper did.")
    ] = False,
    to_mean: Annotated[
        bool, typer.Option("--mean", help="Hold them at their means over the labels, not at 0.")
    ] = False,
    count: Annotated[int, typer.Option("-n", "--count", help="Tiles, 1 to 256.")] = 16,
    seed: Annotated[int, typer.Option(help="Which tiles: the same seed, the same tiles.")] = 0,
    psi: Annotated[float, typer.Option(help="Spread of z that is kept, 0 to 1.5.")] = 1.0,
    style: Style = "",
    checkpoint: Annotated[str, typer.Option(help="A name, a folder, or hf:owner/name@revision.")] = "fashion-words",
    scale: Annotated[int, typer.Option(min=1, max=64, help="Pixels a pixel in a .png.")] = 2,
) -> None:
    """Draw a word before, after, and with as many units switched off at random, a row each.

    Example: gan-explorer ablate sandals --layer blocks.1 --box 0,18,28,10 --all --mean -o forgotten.png
    """
    if sum(choice is not None for choice in (box, label, units)) != 1:
        raise ExplorerError("Say what to switch off, by one of --box, --label and --units.")
    if whole and (top is not None or units is not None):
        raise ExplorerError("--all is for --box or --label, in place of --top.")
    from explorer.checkpoint import default_word_truncation
    from explorer.explore.inside import units as filters
    from explorer.explore.inside.forgetting import as_many_at_random
    from explorer.explore.render.files import check_target, save_pictures
    from explorer.explore.render.sheets import label_of
    from explorer.explore.render.studio import Studio
    from explorer.explore.spec.spec import Seeded, Spec

    check_target(out)
    usual = default_word_truncation(checkpoint)
    studio, spec = Studio(), Spec(checkpoint, word, Seeded(seed, count), psi, style=style, word_truncation=usual)
    places = [filters.layer_named(studio, checkpoint, name) for name in dict.fromkeys(layer or ())]
    places = places or [filters.middle_layer(studio, checkpoint)]
    region = None if box is None else _region(box, count, studio.checkpoint(checkpoint).image_shape)
    if units is not None:
        off = _given_units(units, places)
    else:
        off = [unit for place in places for unit in _best_units(studio, spec, place, region, label, top, whole)]
    to = "mean" if to_mean else "zero"
    before = studio.render(spec)
    after = studio.render(filters.ablate(spec, off, to))
    at_random = [
        studio.render(filters.ablate(spec, as_many_at_random(studio, checkpoint, off, number), to), read=False)
        for number in range(RANDOM_DRAWS if region is not None else 1)
    ]
    some = f"{len(off)} unit{'s' if len(off) > 1 else ''}"
    rows = {label_of(before): before, f"without {some}": after, f"without {some} at random": at_random[0]}
    save_pictures(out, list(rows.values()), scale, list(rows))
    for place in places:
        numbers = [str(unit) for name, unit in off if name == place.name]
        print(f"Switched off {len(numbers)} of the {place.width} units of {place.name}: {', '.join(numbers)}.")
    print_picture(after)
    if region is not None:
        import numpy as np

        inside, outside = filters.change(before, after, region)
        random = np.mean([filters.change(before, one, region) for one in at_random], axis=0)
        print(
            f"Grey levels change by {inside:.0f} in the box and {outside:.0f} around it; without as many units at "
            f"random, by {random[0]:.0f} and {random[1]:.0f}."
        )
    print(f"Drawn to {out}.")


def _best_units(
    studio: "Studio",
    spec: "Spec",
    layer: "Layer",
    region: "np.ndarray | None",
    label: str | None,
    top: int | None,
    whole: bool,
) -> tuple[tuple[str, int], ...]:
    from explorer.explore.inside.unit_ranking import rank_by_label, rank_by_region

    if region is not None:
        ranking = rank_by_region(studio, spec, layer.name, region)
    else:
        ranking = rank_by_label(studio, spec.checkpoint, layer.name, label)
    if not ranking.units:
        raise ExplorerError(f"No unit of {layer.name} stands for that; try another layer.")
    return ranking.top(layer.width if whole else top or max(1, layer.width // 4))


def _given_units(text: str, layers: "list[Layer]") -> tuple[tuple[str, int], ...]:
    if len(layers) > 1:
        raise ExplorerError("--units are numbers of one layer; name one --layer.")
    (layer,) = layers
    return tuple((layer.name, unit) for unit in sorted(set(_whole_numbers(text, "--units", "3,17,40"))))


def _region(box: str, count: int, shape: tuple[int, int, int]) -> "np.ndarray":
    """The box as a mask, bool [N, H, W]."""
    import numpy as np

    numbers = _whole_numbers(box, "--box", "13,12,2,15")
    if len(numbers) != 4 or min(numbers) < 0:
        raise ExplorerError("--box is left,top,width,height in pixels, such as 13,12,2,15.")
    left, upper, width, height = numbers
    region = np.zeros((count, *shape[1:]), dtype=bool)
    region[:, upper : upper + height, left : left + width] = True
    if not region.any():
        raise ExplorerError(f"--box {box} holds no pixel of the pictures, which are {shape[2]} x {shape[1]}; move it.")
    return region


def _whole_numbers(text: str, option: str, example: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise ExplorerError(f"{option} is whole numbers with commas between, such as {example}.") from None
