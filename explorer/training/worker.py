"""Going on with a run by its folder alone, as a process of its own does that was started for it."""

from pathlib import Path

from explorer.training.distributed import Distributed
from explorer.training.loop import Report, play
from explorer.training.moved import load_pictures
from explorer.training.run import Run
from explorer.training.settings import TrainConfig, TrainingError
from explorer.training.training_data import TrainingData
from explorer.words import open_space


def go_on(
    folder: Path, device: str | None = None, data_dir: Path | None = None, report: Report = lambda line: None
) -> Path:
    """Train the run in `folder`, begun or only described by a config.json; returns its checkpoint folder.

    Pictures and words are looked for by the names that the config gives them. What goes wrong is told in status.json
    too. Errors as for `train`; DataError when the pictures are not there any more.
    """
    if not (folder / "config.json").is_file():
        raise TrainingError(f"There is no run in {folder}: say which pictures to train on, and it is begun.")
    config, team = TrainConfig.from_file(folder / "config.json"), Distributed.gather(device)
    with Run(folder, config, team.leads) as run:
        space = open_space(config.space)
        pictures = load_pictures(folder, config, data_dir)
        return play(run, TrainingData(config, pictures, space, team), report)
