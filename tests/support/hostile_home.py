"""A user's folder in which every name is markup that would run, if a page wrote it as HTML."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tiny_judge import publish_tiny_judge

from explorer import checkpoint, data
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.generator import Generator
from explorer.words.format import FILE_NAME, write_space

HOSTILE = "<img src=x onerror=window.hacked=1>"
HOSTILE_WORD = "<img/src=x/onerror=window.hacked=2>"


def make_hostile_home(home: Path) -> Path:
    """Fill `home` with a checkpoint, a word space and a judge `hostile`, and a broken checkpoint of hostile name.

    The checkpoint's labels are read from class folders, as a training reads them.
    """
    rng = np.random.default_rng(0)
    for name in (HOSTILE, "cup"):
        (home / "pictures" / name).mkdir(parents=True)
        for i in range(3):
            Image.fromarray(rng.integers(0, 255, (28, 28), np.uint8)).save(home / "pictures" / name / f"{i}.png")
    labels = data.load(str(home / "pictures")).words
    words = [*labels, HOSTILE_WORD, *(f"word{i}" for i in range(40))]
    vectors = rng.normal(size=(len(words), 8)).astype(np.float32)
    space = home / "words" / "hostile" / FILE_NAME
    space.parent.mkdir(parents=True)
    digest = write_space(space, "hostile", words, vectors, {})
    config = NetworkConfig(z_dim=8, c_dim=8, size=4)
    torch.manual_seed(0)
    publish = {
        "labels": labels,
        "label_vectors": vectors[: len(labels)] / np.linalg.norm(vectors[: len(labels)], axis=1, keepdims=True),
        "space_name": "hostile",
        "space_hash": digest,
        "made": {},
        "pictures": {"preview.png": Image.new("L", (28, 28))},
    }
    checkpoint.save(home / "checkpoints" / "hostile", Generator(config), Discriminator(config), **publish)
    publish_tiny_judge(home / "judges" / "hostile", labels, sees=HOSTILE)
    broken = home / "checkpoints" / HOSTILE
    broken.mkdir()
    (broken / "config.json").write_text("{}")
    return home
