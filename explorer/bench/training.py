"""Speed of a training: pictures a second, and how near that comes to the best convolution of this machine."""

from dataclasses import dataclass
from itertools import chain
from statistics import median
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.machine import working_threads
from explorer.models.families import FAMILIES
from explorer.training.settings import TrainConfig, condition_dim

if TYPE_CHECKING:
    from explorer.bench.convolution import Convolution

PERIODS = 3
LABELS = 10  # of a family conditioned on labels
_PRECISIONS = {"no": "float32", "bf16": "bf16"}  # by a config's names


@dataclass(frozen=True)
class Steps:
    """The steps of a period that compute the same: how many, the FLOP of one, and its median seconds."""

    count: int
    flops: int
    seconds: float

    @property
    def speed(self) -> float:
        """FLOP a second."""
        return self.flops / self.seconds


@dataclass(frozen=True)
class Speed:
    """The speed of a config on a device.

    kinds: the steps of one period of the lazy penalties, the lightest first; a single one where all steps are alike.
    best: by precision, the fastest of the convolutions that were timed in turn with the steps.
    """

    config: TrainConfig
    device: str
    kinds: tuple[Steps, ...]
    best: "dict[str, Convolution]"

    @property
    def mean(self) -> Steps:
        """An average step: every kind in its share."""
        count = sum(kind.count for kind in self.kinds)
        flops = sum(kind.count * kind.flops for kind in self.kinds)
        return Steps(count, round(flops / count), sum(kind.count * kind.seconds for kind in self.kinds) / count)

    @property
    def images_per_second(self) -> float:
        """Real pictures seen a second."""
        return self.config.batch / self.mean.seconds


def measure(config: TrainConfig, periods: int = PERIODS) -> Speed:
    """Train for whole periods on random pictures, with a pass of each convolution after every step.

    So whatever else the machine does slows both alike, and changes their ratio less than either.
    """
    import torch

    from explorer.bench.convolution import SHAPES, Convolution
    from explorer.bench.work import flops_of, seconds_of
    from explorer.models.pixels import from_bytes
    from explorer.training.distributed import Distributed
    from explorer.training.state import TrainState
    from explorer.training.step import Batch, train_step

    torch.set_num_threads(config.threads)
    distributed = Distributed.start()
    device, state = distributed.device, TrainState.new(config, distributed.device)
    noise = torch.Generator().manual_seed(config.seed)
    shape = (config.batch, config.channels, config.resolution, config.resolution)
    real = from_bytes(torch.randint(256, shape, dtype=torch.uint8, generator=noise).to(device))
    c = torch.randn(config.batch, config.c_dim, generator=noise).to(device)
    other = real.flip(0) if config.conditioning == "picture" else None
    batch = Batch(real, torch.nn.functional.normalize(c, dim=1), other=other)

    def step() -> None:
        train_step(state, config, batch, distributed)

    # Counting a whole period warms everything up, and finds which of its steps have penalties.
    flops = [flops_of(step) for _ in range(config.penalty_every)]
    types = {"no": torch.float32} | ({"bf16": torch.bfloat16} if config.precision == "bf16" else {})
    layers = {
        _PRECISIONS[name]: [Convolution(*shape, dtype, device) for shape in SHAPES] for name, dtype in types.items()
    }
    times: dict[int, list[float]] = {each: [] for each in sorted(set(flops))}
    for _ in range(periods):
        for each in flops:
            times[each].append(seconds_of(step, device))
            for layer in chain.from_iterable(layers.values()):
                layer.run()
    return Speed(
        config,
        str(device),
        tuple(Steps(flops.count(each), each, median(taken)) for each, taken in times.items()),
        {name: max(group, key=lambda layer: layer.speed) for name, group in layers.items()},
    )


def register(app: typer.Typer) -> None:
    """Add the command to `gan-explorer bench`."""
    app.command("train")(train)


def train(
    family: Annotated[str, typer.Option(help=f"One of {', '.join(FAMILIES)}.")] = TrainConfig.family,
    size: Annotated[int, typer.Option(help="The width of the networks.")] = TrainConfig.size,
    resolution: Annotated[int, typer.Option(help="16, 28, 32 or 64 pixels.")] = TrainConfig.resolution,
    batch: Annotated[int, typer.Option(help="Pictures a step.")] = TrainConfig.batch,
    threads: Annotated[
        int | None, typer.Option(min=1, help="CPU threads; by default all cores but one, up to 8.")
    ] = None,
    precision: Annotated[str, typer.Option(help="no (float32) or bf16.")] = TrainConfig.precision,
    periods: Annotated[int, typer.Option(min=1, help="Periods of the lazy penalties that are timed.")] = PERIODS,
) -> None:
    """Time one step of a training (D, then G) beside this machine's best 3 x 3 convolution.

    Example: gan-explorer bench train --threads 2
    """
    config = TrainConfig(
        family=family,
        c_dim=condition_dim(family, TrainConfig.c_dim, LABELS),
        size=size,
        resolution=resolution,
        batch=batch,
        threads=threads or working_threads(),
        precision=precision,
    )
    show(measure(config, periods), periods)


def show(speed: Speed, periods: int) -> None:
    """Print the figures, and what is counted in them."""
    import torch
    from rich.console import Console
    from rich.table import Table

    config, mean = speed.config, speed.mean
    console = Console()
    shape = f"{config.resolution} x {config.resolution} x {config.channels}"
    threads = f"{config.threads} CPU thread{'s' if config.threads > 1 else ''}"
    console.print(
        f"{config.family}: {shape}, size {config.size}, batch {config.batch}, {_PRECISIONS[config.precision]}, on "
        f"{speed.device}, {threads}, torch {torch.__version__}; medians of {periods * mean.count} steps",
        markup=False,
    )
    table = Table("steps", "ms", "GFLOP", "GFLOP/s", *(f"of best {name}" for name in speed.best))
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    plain, *penalised = speed.kinds
    rows = [(f"{plain.count} plain", plain), *((f"{kind.count} with penalties", kind) for kind in penalised)]
    for name, steps in [*rows, ("on average", mean)]:
        shares = (f"{steps.speed / best.speed:.0%}" for best in speed.best.values())
        table.add_row(
            name, f"{1000 * steps.seconds:.1f}", f"{steps.flops / 1e9:.2f}", f"{steps.speed / 1e9:.1f}", *shares
        )
    console.print(table)
    console.print(f"{speed.images_per_second:.0f} img/s", highlight=False)
    for name, best in speed.best.items():
        console.print(
            f"Best {name} convolution, 3 x 3, forward and backward: {best.speed / 1e9:.1f} GFLOP/s "
            f"({best.channels} channels, {best.side} x {best.side})",
            highlight=False,
        )
    console.print(
        "Counted: convolutions and matrix products, forward, backward and the penalties' second backward. "
        "Timed: all of a step.",
        highlight=False,
    )
