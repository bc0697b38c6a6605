"""The training loop."""

import hashlib
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator

from explorer import checkpoint
from explorer.data import ImageSet
from explorer.measure import grounding
from explorer.models.families import family
from explorer.models.pixels import from_bytes
from explorer.models.spectral import folded
from explorer.stopping import interruptible
from explorer.training import draws
from explorer.training.config import TrainConfig, TrainingError
from explorer.training.game import Game, move
from explorer.training.run import Run
from explorer.training.sheets import save_sheet, sheet
from explorer.training.vocabulary import Listener, synonyms, vocabulary
from explorer.words import WordSpace

LOG_EVERY = 16  # batches between lines of stats.jsonl: only then are losses fetched from the device

Report = Callable[[dict], None]


def train(
    folder: Path, config: TrainConfig, pictures: ImageSet, space: WordSpace, report: Report = lambda line: None
) -> Path:
    """Train until the budget is spent, resuming what the folder holds; returns the published checkpoint folder.

    `report` is called with every line of stats.jsonl, and `eta_s`, the seconds left. Ctrl-C or SIGTERM saves and
    raises KeyboardInterrupt. Errors: TrainingError for settings that do not fit the pictures or the space, other
    pictures than the run began with, a full disk, or numbers that are not finite; CheckpointError for labels that no
    checkpoint can hold; UnknownWord for a class or a preview word that the space does not know.
    """
    if pictures.image_shape != (config.channels, config.resolution, config.resolution) or space.dim != config.c_dim:
        raise TrainingError(
            f"The config describes pictures of {config.resolution} px with {config.channels} channels and words of "
            f"{config.c_dim} numbers, but {pictures.name} has {pictures.image_shape} and {space.name} {space.dim}."
        )
    checkpoint.check_labels(pictures.words)
    words = np.stack([space.read(word).vector for word in pictures.words])
    preview = [space.read(word).vector for word in config.preview]
    torch.set_num_threads(config.threads)
    run = Run(folder, config)
    try:
        accelerator = Accelerator(mixed_precision=config.precision)
    except ValueError as error:  # accelerate allows one precision a process
        raise TrainingError("This process trains in another precision already; train this run in a new one.") from error
    device = accelerator.device
    game = Game.new(config, device, torch.from_numpy(words))
    state = run.load_state()
    measured = grounding.load(pictures.name)
    held_out = measured.held_out() if measured else frozenset()
    others = synonyms(pictures.name) if config.synonyms else {}
    spoken = vocabulary(space, pictures.words, config.neighbours, config.own, others, held_out)
    if measured:
        measured.refuse(spoken.words)
    heard_and_seen = fingerprint(pictures, spoken.vectors)
    if state is not None:
        if state.get("data") != heard_and_seen:
            raise TrainingError(
                f"The pictures of {pictures.name} or the vectors of its words are not those that {folder} was started "
                f"with: bring those back, or train in another folder."
            )
        game.restore(state)

    images = torch.from_numpy(pictures.images).to(device)  # all of them, uint8: there is no loader
    labels = torch.from_numpy(pictures.labels).to(device)
    listener = Listener(spoken, device)
    rows = torch.from_numpy(np.stack([*words, *preview])).to(device)
    order = draws.Order(len(images), config.seed)

    def save() -> None:
        if not game.is_finite():
            raise diverged("a weight")
        run.save_state(game.state() | {"data": heard_and_seen})
        publish(run.folder / "checkpoint", game, config, pictures, space, words)

    def draw() -> None:
        save_sheet(sheet(game.ema, rows, config.seed), folder / "samples" / f"{game.images:012d}.jpg")

    def diverged(what: str) -> TrainingError:
        run.status(state="failed", kimg=game.images / 1000, reason=f"{what} is not finite")
        return TrainingError(
            f"The training diverged at {game.images / 1000:.1f} kimg ({what} is not finite): try a smaller lr or "
            f"another seed in a new folder; what {folder} keeps is from before."
        )

    started = saved = time.monotonic()
    seen_before, seconds_before, sums, counts = game.images, game.seconds, {}, {}
    with interruptible() as interrupted, writing_in(folder):
        run.cut_stats(game.images)
        run.status(state="running", pid=os.getpid(), device=str(device), kimg=game.images / 1000)
        if state is None:
            draw()
        while game.images < config.images:
            index = order.batch(game.images, config.batch).to(device)
            real, label = from_bytes(images[index]), labels[index]
            chance = draws.uniform((config.batch,), config.seed, game.images, "word").to(device)
            for name, value in move(game, config, real, listener.draw(label, chance), accelerator).items():
                sums[name] = sums.get(name, 0) + value
                counts[name] = counts.get(name, 0) + 1

            now = time.monotonic()
            if (game.images // config.batch) % LOG_EVERY == 0 or game.images >= config.images:
                line = {"images": game.images, "kimg": game.images / 1000}
                line |= {name: float(total) / counts[name] for name, total in sums.items()}
                sums, counts = {}, {}
                broken = [name for name, value in line.items() if not math.isfinite(value)]
                if broken:
                    raise diverged(broken[0])
                speed = (game.images - seen_before) / (now - started)
                left = (config.images - game.images) / speed
                line |= {"seconds": round(seconds_before + now - started, 2), "img_per_s": round(speed, 1)}
                run.stats(line)
                line["eta_s"] = round(left)
                run.status(state="running", pid=os.getpid(), device=str(device), **line)
                report(line)
            if crossed(game.images, config.batch, config.sheet_kimg * 1000):
                draw()
            game.seconds = seconds_before + now - started
            if interrupted.is_set() or now - saved > config.save_seconds:
                save()
                saved = time.monotonic()
            if interrupted.is_set():
                run.status(state="stopped", kimg=game.images / 1000)
                raise KeyboardInterrupt
        # Also when there was nothing left to do: the run may have been killed between its last step and this line.
        save()
        draw()
        run.status(state="finished", kimg=game.images / 1000)
    return run.folder / "checkpoint"


def fingerprint(pictures: ImageSet, words: np.ndarray) -> str:
    """A digest of everything that is learned from: pictures, labels, and the vectors of their words."""
    digest = hashlib.blake2b(digest_size=16)
    for array in (pictures.images, pictures.labels, words):
        digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def crossed(images: int, batch: int, every: float) -> bool:
    """Did the last batch step over a multiple of `every` images?"""
    return images // every > (images - batch) // every


def publish(
    folder: Path, game: Game, config: TrainConfig, pictures: ImageSet, space: WordSpace, words: np.ndarray
) -> None:
    """Write the averaged generator and D as a checkpoint that anything can draw from."""
    device = next(game.G.parameters()).device
    checkpoint.save(
        folder,
        game.ema,
        folded(game.D),
        labels=pictures.words,
        label_vectors=words,
        space_name=space.name,
        space_hash=space.hash,
        made={
            "data": pictures.name,
            "pictures": len(pictures.labels),
            "kimg": game.images / 1000,
            "budget_kimg": config.images / 1000,
            "seconds": round(game.seconds),
            "device": device.type,
            "threads": config.threads,
            "recipe": f"{family(config.family).recipe}, Adam, EMA, word jitter",
            "settings": config.recipe(),
        },
        pictures={"preview.png": sheet(game.ema, torch.from_numpy(words).to(device), config.seed)},
    )


@contextmanager
def writing_in(folder: Path) -> Iterator[None]:
    """Say in a sentence when the disk is full or gone. Every file is replaced whole, so what was saved stays good."""
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"The run folder {folder} cannot be written ({error.strerror}); what was saved before is whole, "
            f"so make room and run the same command again."
        ) from error
