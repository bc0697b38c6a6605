"""Where things are: what is shipped, what is the user's own, where data sets were put."""

import os
from pathlib import Path
from typing import Literal

import platformdirs

DEFAULT_SPACE = "glove-minilm-100d"  # said here, where the command line can read it without NumPy

_PACKAGE = Path(__file__).resolve().parent
Kind = Literal["words", "checkpoints", "judges"]
_CHECKOUT: dict[Kind, str] = {"words": "assets/words", "checkpoints": "checkpoints", "judges": "assets/judges"}


def shipped(kind: Kind) -> Path:
    """The folder of shipped word spaces, checkpoints or judges: inside an installed wheel, else in the source tree."""
    inside = _PACKAGE / "_shipped" / kind
    return inside if inside.is_dir() else _PACKAGE.parent / _CHECKOUT[kind]


def shelves(kind: Kind) -> tuple[Path, Path]:
    """Where things of a kind are looked for by name: among the shipped ones, then among the user's own."""
    return shipped(kind), user_data() / kind


def user_data() -> Path:
    """The user's own folder (imported word spaces, downloaded data, caches); `GAN_EXPLORER_HOME` moves it."""
    home = os.environ.get("GAN_EXPLORER_HOME")
    return Path(home).expanduser() if home else Path(platformdirs.user_data_dir("gan-explorer", appauthor=False))


def runs() -> Path:
    """Where trainings are kept that were given a name instead of a folder."""
    return user_data() / "runs"


def run_folder(run: str) -> Path:
    """The folder of a run that is given by a bare name, among the user's own, or by a path."""
    path = Path(run).expanduser()
    return runs() / run if run and path.name == run and not path.exists() else path


def data_dir() -> Path | None:
    """The folder of data sets named by the environment variable `GAN_EXPLORER_DATA`, if it is set."""
    folder = os.environ.get("GAN_EXPLORER_DATA")
    return Path(folder).expanduser() if folder else None
