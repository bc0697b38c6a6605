"""The training loop."""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import torch

from explorer import checkpoint, parent
from explorer.checkpoint import CheckpointError
from explorer.data import ImageSet
from explorer.machine import CpuShare, memory_mb
from explorer.models.families import family
from explorer.models.spectral import folded
from explorer.stopping import interruptible
from explorer.training.coverage import Coverage
from explorer.training.distributed import Distributed
from explorer.training.events import Events
from explorer.training.fine_tuning import Start
from explorer.training.game import TrainState, move
from explorer.training.moved import lesson_of
from explorer.training.resuming import resumed_config
from explorer.training.run import Run
from explorer.training.setbacks import Diverged, out_of_memory
from explorer.training.settings import TrainConfig, TrainingError
from explorer.training.sheets import save_sheet, sheet
from explorer.training.training_data import TrainingData
from explorer.words import WordSpace

LOG_EVERY = 16  # batches between lines of stats.jsonl: only then are losses fetched from the device
PACE = 32  # such lines over which the speed is told
PREVIEW = 5.0  # seconds between previews, more where they would cost a hundredth of the time

Report = Callable[[dict], None]


def train(
    folder: Path,
    config: TrainConfig,
    pictures: ImageSet,
    space: WordSpace,
    report: Report = lambda line: None,
    device: str | None = None,
) -> Path:
    """Train until the budget is spent, resuming what the folder holds; returns the published checkpoint folder.

    `report` is called with every line of stats.jsonl, `eta_s`, the seconds left, and `budget_kimg`. Ctrl-C, SIGTERM or
    SIGHUP saves and raises Interrupted. Where memory runs out, or numbers stop being finite, the run goes back to what
    was saved and on from there, in smaller pieces or more slowly (see Setbacks). Errors: those of TrainingData;
    TrainingError for a folder that another process trains, other settings or pictures than the run began with, a full
    disk, or when nothing is left to try.
    """
    team = Distributed.gather(device)
    config = resumed_config(folder, config)
    lesson = lesson_of(folder, config, pictures, space, team)  # before anything is made on disk
    with Run(folder, config, team.leads) as run:
        return play(run, lesson, report)


def play(run: Run, lesson: TrainingData, report: Report = lambda line: None) -> Path:
    """`train`, in a run folder that is held and on pictures and words that are ready."""
    config, team = run.config, lesson.team
    parent.watch()
    torch.set_num_threads(config.threads)
    coverage = Coverage.of(lesson) if team.leads else None
    team.wait()  # until the leader has made the folder
    with interruptible() as interrupted, writing_in(run.folder):
        while True:
            state = run.load_state()
            start = Start.of(config, lesson.pictures.words) if state is None else None
            game = TrainState.new(config, team.device, torch.from_numpy(lesson.words), start)
            if state is None:
                run.save_state(game.state() | {"data": lesson.fingerprint})
            elif state.get("data") != lesson.fingerprint:
                raise TrainingError(
                    f"The pictures of {lesson.pictures.name} or the vectors of its words are not those that "
                    f"{run.folder} was started with: bring those back, or train in another folder."
                )
            else:
                game.restore(state)
            try:
                spend(run, game, lesson, coverage, report, interrupted)
                return run.folder / "checkpoint"
            except (Diverged, RuntimeError, MemoryError) as fault:
                if not isinstance(fault, Diverged) and (team.world > 1 or not out_of_memory(fault)):
                    raise
                setbacks = game.setbacks.after(fault, config.batch, game.images / 1000)
            # Out of `except`, whose error holds on to the memory that ran out.
            state = run.load_state()
            run.save_state(state | {"setbacks": setbacks.to_state()})
            team.wait()
            del game, state
            if team.device.type == "cuda":
                torch.cuda.empty_cache()


def spend(
    run: Run, game: TrainState, lesson: TrainingData, coverage: Coverage | None, report: Report, interrupted: Event
) -> None:
    """Move until the budget is spent: log, draw and save on the way. Raises Diverged, or whatever torch does."""
    config, team = run.config, lesson.team

    def save() -> None:
        if game.is_finite():  # else the next line of the log will tell
            run.save_state(game.state() | {"data": lesson.fingerprint})
            if team.leads:
                publish(run.folder / "checkpoint", game, lesson)

    events = Events(run.folder, game.images) if config.tensorboard and team.leads else None

    def note(line: dict) -> None:
        run.stats(line)
        if events:
            events.add(line)

    def sheet_file() -> Path:
        return run.folder / f"samples/{game.images:012d}.jpg"

    def draw() -> None:
        if team.leads:
            save_sheet(sheet(game.shown(config), lesson.rows, config.seed), sheet_file())
            if coverage:
                note({"images": game.images, "kimg": game.images / 1000, "coverage": coverage.of_game(game)})

    run.cut_back(game.images)
    told = {"device": str(team.device), "changed": told_of(game, config)}
    run.status(state="running", images=game.images, kimg=game.images / 1000, **told)
    if game.images == 0:
        draw()
    started = saved = time.monotonic()
    previewed, pause = started - PREVIEW, PREVIEW
    seconds_before, cpu_before = game.seconds, game.cpu_seconds
    cpu_started = time.process_time()
    lately = deque([(started, game.images)], maxlen=PACE)
    cpu_share = CpuShare()
    sums, counts = {}, {}
    while game.images < config.images:
        for name, value in move(game, config, *lesson.batch(game.images), team).items():
            sums[name] = sums.get(name, 0) + value
            counts[name] = counts.get(name, 0) + 1
        now = time.monotonic()
        game.seconds = seconds_before + now - started
        game.cpu_seconds = None if cpu_before is None else cpu_before + time.process_time() - cpu_started
        leaving = False
        if (game.images // config.batch) % LOG_EVERY == 0 or game.images >= config.images:
            found = team.totals(sums | {"leaving": float(interrupted.is_set())})
            leaving = found.pop("leaving") > 0  # a team leaves together
            line = {"images": game.images, "kimg": game.images / 1000}
            line |= {name: total / counts[name] for name, total in found.items()}
            sums, counts = {}, {}
            broken = [name for name, value in line.items() if not math.isfinite(value)]
            if broken:
                raise Diverged(f"{broken[0]} was not finite")
            speed = (game.images - lately[0][1]) / (now - lately[0][0])
            lately.append((now, game.images))
            line |= {"seconds": round(game.seconds, 2), "img_per_s": round(speed, 1)}
            note(line)
            line["eta_s"] = round((config.images - game.images) / speed)
            share = cpu_share.measure() if team.world == 1 else None  # the others of a team are waited for, too
            run.status(memory_mb=memory_mb(team.device.type), cpu_share=share, **line)
            report(line | {"budget_kimg": config.images / 1000})
        if crossed(game.images, config.batch, config.sheet_kimg * 1000):
            draw()
        if config.snapshot_kimg and crossed(game.images, config.batch, config.snapshot_kimg * 1000) and team.leads:
            publish(run.folder / f"snapshots/{game.images:012d}", game, lesson, half=True)
        if team.leads and now - previewed > pause:
            save_sheet(sheet(game.shown(config), lesson.rows, config.seed), run.folder / "preview.jpg")
            previewed = time.monotonic()
            pause = max(PREVIEW, 100 * (previewed - now))
        if team.world == 1:
            leaving = interrupted.is_set()
        if leaving or now - saved > config.save_seconds:
            save()
            saved = time.monotonic()
        if leaving:
            run.status(state="finished" if run.is_to_finish else "paused", images=game.images, kimg=game.images / 1000)
            raise KeyboardInterrupt(f"Saved at {game.images / 1000:.1f} of {config.images / 1000:.1f} kimg.")
    if not game.is_finite():
        raise Diverged("a weight was not finite")
    # Perhaps there was nothing left to do, but for what a kill left undone. What is there stays, and with it what was
    # measured of it.
    if not is_published(run.folder / "checkpoint", game):
        save()
    if not sheet_file().exists():
        draw()
    run.status(state="finished", images=game.images, kimg=game.images / 1000, eta_s=0)


def told_of(game: TrainState, config: TrainConfig) -> list[str]:
    """What is not as one would think of a run: sentences."""
    return [*([game.began] if game.began else []), *config.change_history, *game.setbacks.told]


def crossed(images: int, batch: int, every: float) -> bool:
    """Did the last batch step over a multiple of `every` images?"""
    return images // every > (images - batch) // every


def is_published(folder: Path, game: TrainState) -> bool:
    """Whether the checkpoint there is whole and of this moment of the run."""
    try:
        return checkpoint.load(folder).summary.get("kimg") == game.images / 1000
    except CheckpointError:
        return False


def publish(folder: Path, game: TrainState, lesson: TrainingData, half: bool = False) -> None:
    """Write the averaged generator and D as a checkpoint that anything can draw from."""
    config, device = lesson.config, lesson.team.device
    checkpoint.save(
        folder,
        game.shown(config),
        folded(game.D),
        labels=lesson.pictures.words,
        label_vectors=lesson.words,
        space_name=lesson.space.name,
        space_hash=lesson.space.hash,
        family=config.family,
        made={
            "data": lesson.pictures.name,
            "pictures": len(lesson.pictures.labels),
            **({"notes": " ".join(lesson.pictures.recorded)} if lesson.pictures.recorded else {}),
            "kimg": game.images / 1000,
            "budget_kimg": config.images / 1000,
            **({"began": game.began} if game.began else {}),
            **({"changes": " ".join(config.change_history)} if config.changes else {}),
            "seconds": round(game.seconds),
            **({} if game.cpu_seconds is None else {"cpu_seconds": round(game.cpu_seconds)}),
            "device": device.type,
            "threads": config.threads,
            "recipe": f"{family(config.family).recipe(config.norm, config.penalty)}, Adam, EMA"
            + (", word jitter" if config.conditioning == "word" else ""),
            "settings": config.recipe(),
            "setbacks": list(game.setbacks.told),
        },
        pictures={"preview.png": sheet(game.ema, lesson.rows[: lesson.label_rows], config.seed)},
        half=half,
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
