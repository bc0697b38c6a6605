"""A small real checkpoint, untrained, on the shipped word space: for tests of everything that draws."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from explorer import checkpoint
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.families import FAMILIES
from explorer.models.generator import Generator
from explorer.words import open_space

LABELS = ("dress", "coat", "boots", "bag")


def publish_tiny(
    folder: Path,
    channels: int = 1,
    resolution: int = 28,
    seed: int = 0,
    space_hash: str | None = None,
    alter: Callable[[Generator], None] = lambda generator: None,
    data: object = "nothing",
    family: str = "word",
    codes: tuple[int, ...] = (3, 1, 1),
    styles: tuple[str, ...] = (),
    labels: tuple[str, ...] = LABELS,
    network: str = "residual",
    word_truncation: float = 0.0,
    scale_condition: bool = True,
) -> Path:
    """Write the checkpoint; its pictures vary with its condition, z and `seed`, unless `alter` changes that.

    codes: of an InfoGAN. styles: that a word may be asked for in. network: dcgan takes a uniform z.
    """
    space, row = open_space("glove-minilm-100d"), FAMILIES[family]
    codes = codes if row.conditioning == "codes" else ()
    c_dim = {"word": space.dim + len(styles), "label": len(labels), "nothing": 0, "codes": sum(codes)}[row.conditioning]
    shapes = {"size": 8, "norm": row.norm, "head": row.head, "codes": codes, "styles": len(styles)}
    shapes["scale_condition"] = scale_condition
    shapes |= {"network": network, "z": "uniform" if network == "dcgan" else "normal"}
    config = NetworkConfig(resolution, channels, 16, c_dim, **shapes)
    torch.manual_seed(seed)
    generator = Generator(config)
    alter(generator)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return checkpoint.save(
        folder,
        generator,
        Discriminator(config),
        labels=labels,
        label_vectors=np.stack([space.vector(label) for label in labels]),
        space_name=space.name,
        space_hash=space_hash or space.hash,
        family=family,
        made={"kimg": 0, "data": data},
        pictures={"preview.png": Image.new("L", (28, 28))},
        styles=styles,
        word_truncation=word_truncation,
    )
