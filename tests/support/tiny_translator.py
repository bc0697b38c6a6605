"""A small real translator, untrained, with examples: for tests of everything that translates."""

import os
import signal
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from explorer import checkpoint
from explorer.checkpoint.example_pictures import EXAMPLES, FILE, examples_sheet
from explorer.data import ImageSet
from explorer.models.config import TranslatorConfig
from explorer.models.translator import PatchDiscriminators, Translator
from explorer.training import TrainConfig, train
from explorer.training.run import Run
from explorer.words import open_space

DOMAINS = ("dark", "light")


def shapes(count: int, channels: int = 1, side: int = 28, seed: int = 0) -> np.ndarray:
    """Bright rectangles on black, each at another place: uint8 [N, H, W, C]."""
    rng = np.random.default_rng(seed)
    pictures = np.zeros((count, side, side, channels), np.uint8)
    for picture in pictures:
        top, left = rng.integers(3, side // 3, 2)
        picture[top : top + side // 2, left : left + side // 2] = rng.integers(120, 256, channels)
    return pictures


def publish_tiny_translator(
    folder: Path,
    channels: int = 1,
    resolution: int = 28,
    seed: int = 0,
    domains: tuple[str, str] = DOMAINS,
    measured: bool = True,
    data: str = "nothing",
    strong: bool = True,
    half: bool = False,
) -> Path:
    """Write the checkpoint. strong: it changes pictures clearly, as a fresh one does not. measured: whether it carries
    its worst pictures too."""
    config = TranslatorConfig(resolution, channels, 4, 4)
    torch.manual_seed(seed)
    translator = Translator(config)
    if strong:
        for generator in (translator.there, translator.back):
            generator.to_image.weight.data.mul_(8)
    rows = [shapes(EXAMPLES, channels, resolution, number) for number in range(4 if measured else 2)]
    folder.parent.mkdir(parents=True, exist_ok=True)
    return checkpoint.save(
        folder,
        translator,
        PatchDiscriminators(config),
        labels=domains,
        family="cyclegan",
        made={"kimg": 0, "data": data, "settings": {}},
        pictures={"preview.png": Image.new("L", (28, 28)), FILE: examples_sheet(*rows)},
        half=half,
    )


def train_until_killed(folder: Path, config: TrainConfig, pictures: ImageSet, saves: int) -> None:
    """Train, in a process of one's own, which dies by itself after so many saves."""
    save, left = Run.save_state, iter(range(saves))

    def save_or_die(run: Run, state: dict) -> None:
        save(run, state)
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    Run.save_state = save_or_die
    train(folder, config, pictures, open_space("glove-minilm-100d"), device="cpu")
