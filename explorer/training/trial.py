"""The cost of a training, from two seconds of it: its time, and its memory.

`python -m explorer.training.trial CONFIG.json DEVICE` prints one line of JSON: `img_per_s`, `minutes`, `memory_mb` and
`device`, or `error`, a sentence.
"""

import dataclasses
import json
import sys
import time
from pathlib import Path

import torch

from explorer.errors import ExplorerError
from explorer.machine import memory_mb
from explorer.models.pixels import from_bytes
from explorer.training.distributed import Distributed
from explorer.training.settings import TrainConfig, TrainingError
from explorer.training.state import TrainState, out_of_memory
from explorer.training.step import Batch, train_step

SECONDS = 2.0


@dataclasses.dataclass(frozen=True)
class Estimate:
    """img_per_s: pictures a second. minutes: for the whole budget, sheets and saves not counted. memory_mb: of the
    process, without the pictures. device: where it was tried."""

    img_per_s: float
    minutes: float
    memory_mb: float
    device: str

    def __str__(self) -> str:
        return (
            f"About {self.minutes:.0f} minutes at {self.img_per_s:.0f} pictures a second, and {self.memory_mb:,.0f} MB "
            f"of memory, on {self.device}."
        )


def trial(config: TrainConfig, device: str | None = None, seconds: float = SECONDS) -> Estimate:
    """Train on noise, which takes as long as pictures, for about `seconds`, penalties in their due share.

    Raises TrainingError when there is not enough memory even for that.
    """
    torch.set_num_threads(config.threads)
    distributed = Distributed.start(device)
    shape = (config.batch, config.channels, config.resolution, config.resolution)
    noise = torch.Generator().manual_seed(0)
    real = from_bytes(torch.randint(256, shape, dtype=torch.uint8, generator=noise).to(distributed.device))
    c = torch.nn.functional.normalize(torch.randn(config.batch, config.c_dim, generator=noise), dim=1)
    try:
        state = TrainState.new(config, distributed.device)
        other = real.flip(0) if config.conditioning == "picture" else None
        batch = Batch(real, c.to(distributed.device), torch.ones(config.batch, device=distributed.device), other)
        pretraining = min(config.images, int(1000 * config.pretrain_kimg))
        first = _seconds_a_step(state, config, batch, distributed, 0, seconds / 2) if pretraining else 0.0
        step = _seconds_a_step(state, config, batch, distributed, pretraining, seconds / 2 if pretraining else seconds)
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise TrainingError(
            f"There is not enough memory on {distributed.device} for a batch of {config.batch} at size {config.size}: "
            f"take smaller ones."
        ) from error
    taken = (first * pretraining + step * (config.images - pretraining)) / config.batch
    memory = memory_mb(distributed.device.type)
    return Estimate(round(config.images / taken, 1), round(taken / 60, 1), memory, str(distributed.device))


def _seconds_a_step(
    state: TrainState, config: TrainConfig, batch: Batch, distributed: Distributed, images: int, seconds: float
) -> float:
    """Seconds of a step after so many images, tried for `seconds`."""
    start = -(-images // config.batch) * config.batch
    state.images = start
    times: dict[bool, list[float]] = {True: [], False: []}
    train_step(state, config, batch, distributed)  # a warm-up
    state.images = start
    began = time.monotonic()
    while not all(times.values()) or time.monotonic() - began < seconds:
        penalised = (state.images // config.batch) % config.penalty_every == 0
        before = time.perf_counter()
        distributed.sum_scalars(train_step(state, config, batch, distributed))  # fetched, so the work is done
        times[penalised].append(time.perf_counter() - before)
        if config.penalty_every == 1:
            times[False] = times[True]
    median = {penalised: sorted(taken)[len(taken) // 2] for penalised, taken in times.items()}
    return (median[True] + (config.penalty_every - 1) * median[False]) / config.penalty_every


if __name__ == "__main__":
    try:
        answer = dataclasses.asdict(trial(TrainConfig.from_file(Path(sys.argv[1])), sys.argv[2]))
    except ExplorerError as error:
        answer = {"error": str(error)}
    print(json.dumps(answer))
