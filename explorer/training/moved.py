"""Pictures and word spaces that lie elsewhere than when a run began: told where they were, and known again."""

from pathlib import Path

from explorer import places
from explorer.data import NAMES, DataError, ImageSet, load
from explorer.errors import ExplorerError, shown
from explorer.terminal import command
from explorer.training.distributed import Distributed
from explorer.training.resuming import CHECKED
from explorer.training.run import Run
from explorer.training.settings import TrainConfig, TrainingError
from explorer.training.training_data import TrainingData
from explorer.words import WordSpace


def load_pictures(folder: Path, config: TrainConfig, data_dir: Path | None = None, progress: bool = False) -> ImageSet:
    """The pictures of the run in `folder`, as its config has them. Raises DataError; TrainingError, saying how to give
    their new place, where they are gone."""
    try:
        mode = "L" if config.channels == 1 else "RGB"
        options = config.read_options.keywords
        return load(config.data, data_dir=data_dir, size=config.resolution, mode=mode, progress=progress, **options)
    except DataError as error:
        own = data_dir or places.data_dir()
        path = places.expand(config.data)
        tried = dict.fromkeys([path.absolute(), *([(own / path).absolute()] if own else [])])
        is_new = config.data != TrainConfig.from_file(folder / "config.json").data  # a place given just now
        if is_new or config.data in NAMES or any(place.exists() for place in tried):
            raise
        raise TrainingError(
            f"There is no data set {' or '.join(map(str, tried))} any more, where the run {folder.name} has its "
            f"pictures from: if they lie elsewhere now, say where, as in: "
            f"{command('train', 'NEW_PLACE', '--run', _as_typed(folder))}"
        ) from error


def lesson_of(
    folder: Path, config: TrainConfig, pictures: ImageSet, space: WordSpace, team: Distributed
) -> TrainingData:
    """What a run is to learn from: to the bit what it was started with, wherever that lies now and however it is read.

    Changes nothing on disk. Raises TrainingError where it is something else, and as TrainingData and Run.load_state do.
    """
    path = folder / "config.json"
    before = TrainConfig.from_file(path) if path.is_file() else config
    changed = [name for name in CHECKED if getattr(before, name) != getattr(config, name)]
    state = Run(folder, config).load_state()
    if state is None:
        return TrainingData(config, pictures, space, team)
    try:
        lesson, why = TrainingData(config, pictures, space, team), "they differ"
    except ExplorerError as error:  # of another size, with other classes
        lesson, why = None, str(error).rstrip(".")
    if lesson is None or lesson.fingerprint != state.get("data"):
        if changed and not {"data", "space"} & set(changed):
            told = ", ".join(f"{name} {getattr(before, name)!r} -> {getattr(config, name)!r}" for name in changed)
            raise TrainingError(
                f"The run {folder} was started with pictures that were read otherwise ({shown(told, 200)}): leave that "
                "out to resume it, or begin another run."
            )
        if not changed:
            raise TrainingError(
                f"The pictures of {pictures.name} or the vectors of its words are not those that {folder} was started "
                "with: bring those back, or train in another folder."
            )
        raise TrainingError(
            f"The pictures in {config.data}, or the vectors of their words, are not those that the run {folder} was "
            f"started with ({why}): give the place where those lie now, or begin another run."
        )
    return lesson


def _as_typed(folder: Path) -> str:
    """What a person gives as --run."""
    return folder.name if folder.absolute().parent == places.runs().absolute() else str(folder)
