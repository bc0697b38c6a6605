"""Event files for TensorBoard, beside the JSON lines that are always written."""

from pathlib import Path

from explorer.training.settings import TrainingError


class Events:
    """The numbers of a run over the pictures seen; those of steps after `images`, to be done again, are struck out."""

    def __init__(self, folder: Path, images: int):
        try:
            from tensorboardX import SummaryWriter
        except ImportError as error:
            raise TrainingError(
                "Event files need a package more: pip install 'gan-explorer[tensorboard]', or train without them."
            ) from error
        self._writer = SummaryWriter(str(folder / "tensorboard"), purge_step=images + 1)

    def add(self, line: dict) -> None:
        """One line of stats.jsonl."""
        for name, value in line.items():
            if name not in ("images", "kimg"):
                values = value.items() if isinstance(value, dict) else [("", value)]
                for part, number in values:
                    self._writer.add_scalar(f"{name}/{part}" if part else name, number, line["images"])
        self._writer.flush()
