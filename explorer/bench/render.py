"""Time of a picture from its vector to PNG bytes, a judge's look included, beside the bare forward pass."""

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
    """Time 1, 16 and 64 tiles.

    Example: gan-explorer bench render --threads 2
    """
    import torch

    from explorer.explore import Studio

    if threads is not None:
        torch.set_num_threads(threads)
    studio = Studio(device=device)
    opened = studio.checkpoint(checkpoint)
    channels, height, width = opened.image_shape
    print(
        f"{opened.name}: {height} x {width} x {channels}, on {studio.device}, {torch.get_num_threads()} CPU threads, "
        f"torch {torch.__version__}, median of {repeats}"
    )
    print("tiles   vector to PNG   of it judging   bare forward pass")
    for timing in measure(studio, checkpoint, repeats=repeats):
        print(f"{timing.count:5d}   {timing.picture:10.1f} ms   {timing.judge:10.1f} ms   {timing.bare:14.1f} ms")
