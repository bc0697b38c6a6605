"""A training of the digits that takes seconds, interruptions of it, and the comparison of two of its run folders."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import torch
from forked import Forked
from safetensors.torch import load_file

from explorer.data import ImageSet, load
from explorer.errors import ExplorerError
from explorer.training import TrainConfig, train
from explorer.training.run import Run
from explorer.words import WordSpace, open_space

BUDGET = 0.64  # kimg: 20 steps, each saved
TINY = {"data": "digits", "size": 4, "z_dim": 8, "batch": 32, "save_seconds": 1e-3, "sheet_kimg": 0.5, "ema_kimg": 0.5}


def load_digits() -> tuple[ImageSet, WordSpace]:
    """The pictures and the word space that it is trained on."""
    return load("digits"), open_space("glove-minilm-100d")


def leave(line: dict) -> None:
    """A report that interrupts the training at its first line."""
    signal.raise_signal(signal.SIGTERM)


def leave_at(images: int, kind: signal.Signals = signal.SIGTERM) -> Callable[[dict], None]:
    """A report that interrupts the training when it has seen so many images."""
    return lambda line: signal.raise_signal(kind) if line["images"] == images else None


def status(folder: Path) -> dict:
    return json.loads((folder / "status.json").read_text("utf-8"))


def weights(folder: Path) -> dict[str, torch.Tensor]:
    parts = ("generator", "discriminator")
    return {f"{p}.{k}": v for p in parts for k, v in load_file(folder / f"checkpoint/{p}.safetensors").items()}


def assert_same(folder: Path, other: Path) -> None:
    mine, theirs = weights(folder), weights(other)
    assert mine.keys() == theirs.keys()
    assert [name for name in mine if not torch.equal(mine[name], theirs[name])] == []


def start(folder: Path, kimg: float = BUDGET, point: str = "never", times: int = 0, **settings: object) -> Forked:
    """The training in a process of its own, so that it can be killed for good. Its output has a line for each log.

    point, times: it kills itself at this point of this save ("before", "during", "after" or "swap").
    """
    config = TrainConfig(**{**TINY, "kimg": kimg, **settings})
    return Forked(_train, folder, config, point, times, output=folder.with_name("output.txt"))


def start_with_little_room(folder: Path, room: int) -> Forked:
    """The same where no file may grow beyond `room` bytes, as on a full disk; its error is all that it prints."""
    outputs = {"output": folder.with_name("output.txt"), "errors": folder.with_name("errors.txt")}
    return Forked(_train_with_little_room, folder, room, **outputs)


def _train(folder: Path, config: TrainConfig, point: str, times: int) -> None:
    if point == "before":  # nothing of the new state is on disk
        Run.save_state = _dies(times, Run.save_state, True)
    elif point == "during":  # it is written, but not yet in its place
        os.rename = _dies(times, os.rename, True, lambda old, new: Path(new).parent.name == "state")
    elif point == "after":  # it is in its place, the one before it is not yet removed
        os.rename = _dies(times, os.rename, False, lambda old, new: Path(new).parent.name == "state")
    elif point == "swap":  # the old checkpoint has been moved away, the new one is not yet in its place
        os.rename = _dies(times, os.rename, False, lambda old, new: Path(new).name == ".checkpoint.old")
    train(folder, config, load("digits"), open_space("glove-minilm-100d"), report=lambda _: print(flush=True))


def _dies(times: int, function: Callable, before: bool, counts: Callable = lambda *_: True) -> Callable:
    """`function`, but that its call number `times` of those that count is the end of this process."""
    left = times

    def wrapped(*args: object) -> object:
        nonlocal left
        left -= counts(*args)
        if left == 0 and before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args)
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped


def _train_with_little_room(folder: Path, room: int) -> None:
    import resource  # POSIX has it

    pictures, space = load("digits"), open_space("glove-minilm-100d")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    try:
        train(folder, TrainConfig(**TINY, kimg=BUDGET), pictures, space)
    except ExplorerError as error:
        print(error)
