"""A home with a judge of the digits and a tiny checkpoint of them, and generators that do as one wants: for tests of
everything that measures."""

import dataclasses

import numpy as np
import torch
from PIL import Image

from explorer import checkpoint as checkpoints
from explorer.checkpoint import Checkpoint
from explorer.data import load
from explorer.measure.judge.training import train_judge
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.generator import Generator
from explorer.models.pixels import from_bytes
from explorer.words import open_space

TRAIN, TEST = load("digits"), load("digits", split="test")


def make_home(home):
    """Some seconds."""
    train_judge(home / "judges/digits", TRAIN, TEST, source="digits", epochs=4)
    (home / "checkpoints").mkdir()
    publish(home / "checkpoints/tiny")
    return home


def publish(folder, labels=TRAIN.words, space_hash=None):
    """A real checkpoint, untrained, of the digits."""
    space = open_space("glove-minilm-100d")
    config = NetworkConfig(z_dim=8, c_dim=space.dim, size=4)
    torch.manual_seed(0)
    return checkpoints.save(
        folder,
        Generator(config),
        Discriminator(config),
        labels=labels,
        label_vectors=np.stack([space.vector(label) for label in labels]),
        space_name=space.name,
        space_hash=space_hash or space.hash,
        made={"data": "digits"},
        pictures={"preview.png": Image.new("L", (28, 28))},
    )


class PicturesByCondition(torch.nn.Module):
    """A generator that draws training pictures of the label nearest to its condition: `kept` of each, chosen by z.

    kept: a number for all, or one for each label, in the data's order.
    """

    def __init__(self, label_vectors, kept):
        super().__init__()
        self.labels = torch.nn.Parameter(torch.from_numpy(label_vectors.copy()))
        each = [kept] * 10 if isinstance(kept, int) else kept
        groups = [torch.from_numpy(TRAIN.images[TRAIN.labels == label][:most]) for label, most in enumerate(each)]
        self.pictures = [from_bytes(group) for group in groups]

    def forward(self, z, c):
        chosen = (c @ self.labels.T).argmax(dim=1).tolist()
        turns = torch.special.ndtr(z[:, 0]).tolist()
        return torch.stack(
            [self.pictures[k][int(u * len(self.pictures[k]))] for k, u in zip(chosen, turns, strict=True)]
        )


def copying(tiny, kept):
    return dataclasses.replace(tiny, generator=PicturesByCondition(tiny.label_vectors, kept))


class Unconditional(Checkpoint):
    """One whose generator is unconditional."""

    conditional = False

    def condition(self, vectors, temperature=None):
        return vectors[:, :0]


class PicturesByNoise(torch.nn.Module):
    """An unconditional generator that draws training pictures of these labels, chosen by z."""

    def __init__(self, labels):
        super().__init__()
        self.device = torch.nn.Parameter(torch.zeros(()))
        self.pictures = from_bytes(torch.from_numpy(TRAIN.images[np.isin(TRAIN.labels, labels)]))

    def forward(self, z, c):
        assert c.shape[1] == 0, "its condition is empty"
        return self.pictures[(torch.special.ndtr(z[:, 0]) * len(self.pictures)).long()]


def unconditional(tiny, labels=range(10), **changes):
    return Unconditional(**vars(tiny) | {"generator": PicturesByNoise(list(labels))} | changes)
