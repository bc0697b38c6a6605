"""Time of a picture from its vector to PNG bytes, a judge's look included, beside the bare forward pass; and of a
picture that is translated."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from explorer.explore import Studio

COUNTS = (1, 16, 64)


@dataclass(frozen=True)
class Timing:
    """Median milliseconds for `count` tiles: `picture` from a word's vector to PNG bytes, `bare` the forward pass.

    judge: the part of `picture` that a judge takes; next to nothing where none knows the labels.
    """

    count: int
    picture: float
    judge: float
    bare: float


def measure(
    studio: "Studio", checkpoint: str = "fashion-words", counts: Sequence[int] = COUNTS, repeats: int = 30
) -> list[Timing]:
    """Time each count `repeats` times after a warm-up, a new seed each time; the word is read beforehand."""
    import torch

    from explorer.explore.spec.spec import Seeded, Spec

    opened = studio.checkpoint(checkpoint)
    generator = opened.generator
    first = next(generator.parameters())
    spec = Spec(checkpoint=checkpoint, condition=tuple(opened.label_vectors[0].tolist()), psi=0.8)
    seeds = iter(range(10**9))

    def draw(count: int, judging: list[float]) -> None:
        picture = studio.render(spec.replace(latents=Seeded(next(seeds), count)))
        picture.png()
        judging.append(picture.timings["judge"])

    def forward(z: torch.Tensor, c: torch.Tensor) -> None:
        with torch.inference_mode():
            generator(z, c)
            if first.device.type != "cpu":
                torch.accelerator.synchronize()

    timings = []
    for count in counts:
        z = torch.randn((count, opened.z_dim), device=first.device)
        word = torch.from_numpy(opened.label_vectors[:1].copy()).to(first.device)
        c = opened.condition(word).expand(count, -1).contiguous()
        judging: list[float] = []
        picture = _median_ms(partial(draw, count, judging), repeats)
        timings.append(Timing(count, picture, median(judging), _median_ms(partial(forward, z, c), repeats)))
    return timings


@dataclass(frozen=True)
class TranslationTiming:
    """Median milliseconds for `count` pictures. translated: one way. picture: from a PNG to a PNG of the picture, its
    translation and what comes back; None for more than one."""

    count: int
    translated: float
    picture: float | None


def measure_translator(studio: "Studio", checkpoint: str, repeats: int = 30) -> list[TranslationTiming]:
    """Time 1 and 16 pictures `repeats` times after a warm-up."""
    import torch

    from explorer.explore.translate.translate import fit_picture, translate

    opened = studio.translator(checkpoint)
    device = next(opened.translator.parameters()).device
    channels, side, _ = opened.image_shape
    noise = torch.randint(256, (side, side, channels), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    png, _ = fit_picture(opened, noise.numpy())

    def forward(x: torch.Tensor) -> None:
        with torch.inference_mode():
            opened.translator(x)
            if device.type != "cpu":
                torch.accelerator.synchronize()

    timings = []
    for count in COUNTS[:2]:
        x = torch.rand((count, channels, side, side), device=device) * 2 - 1
        whole = _median_ms(lambda: translate(studio, png, checkpoint).png(), repeats) if count == 1 else None
        timings.append(TranslationTiming(count, _median_ms(partial(forward, x), repeats), whole))
    return timings


def _median_ms(work: Callable[[], None], repeats: int) -> float:
    for _ in range(3):
        work()
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(1000 * (perf_counter() - start))
    return median(times)


def register(app: typer.Typer) -> None:
    """Add the command to `gan-explorer bench`."""
    app.command("render")(render)


def render(
    checkpoint: Annotated[str, typer.Option(help="A name, a folder, or hf:owner/name@revision.")] = "fashion-words",
    repeats: Annotated[int, typer.Option(min=1, help="Times each picture is drawn.")] = 30,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; by default as torch finds them.")] = None,
    device: Annotated[str | None, typer.Option(help="cpu or cuda; by default the accelerator if there is one.")] = None,
) -> None:
    """Time 1, 16 and 64 tiles; of a translator 1 and 16 pictures.

    Example: gan-explorer bench render --threads 2
    Example: gan-explorer bench render --checkpoint emoji-3d --threads 2
    """
    import torch

    from explorer.checkpoint import describe, find
    from explorer.explore import Studio

    if threads is not None:
        torch.set_num_threads(threads)
    studio = Studio(device=device)
    translates = describe(find(checkpoint)).translates
    opened = studio.translator(checkpoint) if translates else studio.checkpoint(checkpoint)
    channels, height, width = opened.image_shape
    print(
        f"{opened.name}: {height} x {width} x {channels}, on {studio.device}, {torch.get_num_threads()} CPU threads, "
        f"torch {torch.__version__}, median of {repeats}"
    )
    if translates:
        print("pictures   translated   PNG to PNG, and back")
        for timing in measure_translator(studio, checkpoint, repeats):
            whole = "" if timing.picture is None else f"{timing.picture:17.1f} ms"
            print(f"{timing.count:8d}   {timing.translated:7.1f} ms   {whole}")
        return
    print("tiles   vector to PNG   of it judging   bare forward pass")
    for timing in measure(studio, checkpoint, repeats=repeats):
        print(f"{timing.count:5d}   {timing.picture:10.1f} ms   {timing.judge:10.1f} ms   {timing.bare:14.1f} ms")
