"""A training's pictures and conditions: pictures whose brightness tells their label."""

import numpy as np
import pytest
import torch

from explorer import checkpoint
from explorer.data import ImageSet
from explorer.training import TrainConfig, train
from explorer.training.distributed import Distributed
from explorer.training.training_data import TrainingData
from explorer.words import open_space

WORDS = ("cat", "dog", "boots", "cup")
SHADES = (0, 80, 160, 240)
TINY = {"size": 4, "z_dim": 8, "batch": 16, "kimg": 0.016, "data": "shades"}


@pytest.fixture(scope="module")
def space():
    return open_space("glove-minilm-100d")


@pytest.fixture(scope="module")
def pictures():
    labels = np.arange(64) * 7 % 4
    images = np.array(SHADES, np.uint8)[labels][:, None, None, None] * np.ones((1, 1, 28, 28), np.uint8)
    return ImageSet("shades", images, labels, WORDS)


def epoch(config, pictures, space):
    """All pictures of an epoch by label, each with its condition."""
    data = TrainingData(config, pictures, space, Distributed(torch.device("cpu")))
    batches = [data.batch(images) for images in range(0, len(data.pictures.labels), config.batch)]
    real, c = (torch.cat(parts) for parts in list(zip(*batches, strict=True))[:2])
    shade = ((real.mean(dim=(1, 2, 3)) + 1) * 127.5).round().int().tolist()
    return data, [WORDS[SHADES.index(one)] for one in shade], c


def test_each_picture_has_the_vector_of_its_own_word(pictures, space):
    _, shown, c = epoch(TrainConfig(**TINY), pictures, space)
    assert sorted(shown) == sorted(WORDS * 16)
    assert torch.allclose(c, torch.from_numpy(np.stack([space.vector(word) for word in shown])), atol=1e-6)


def test_each_picture_has_its_own_label(pictures, space):
    _, shown, c = epoch(TrainConfig(**TINY, family="cdcgan", c_dim=4), pictures, space)
    assert c.argmax(dim=1).tolist() == [WORDS.index(word) for word in shown] and torch.equal(
        c.sum(dim=1), torch.ones(64)
    )


@pytest.mark.parametrize(("family", "c_dim"), [("word", 100), ("cdcgan", 3), ("dcgan", 0)])
def test_a_class_that_is_held_out_is_in_no_picture_and_no_condition(pictures, space, family, c_dim):
    data, shown, c = epoch(TrainConfig(**TINY, family=family, c_dim=c_dim, hold_out=("dog",)), pictures, space)
    assert set(shown) == {"cat", "boots", "cup"} and data.pictures.words == ("cat", "boots", "cup")
    if family == "word":
        assert (c.numpy() @ space.vector("dog")).max() < 0.95


def test_about_every_other_picture_is_mirrored_where_that_was_set(space):
    images = np.arange(28, dtype=np.uint8) * np.ones((64, 1, 28, 1), np.uint8)  # brighter to the right
    pictures = ImageSet("slopes", images, np.arange(64) % 4, WORDS)

    def mirrored(config):
        data = TrainingData(config, pictures, space, Distributed(torch.device("cpu")))
        real = torch.cat([data.batch(images)[0] for images in range(0, 64, 16)])
        assert torch.equal(real.sort(dim=-1).values, torch.from_numpy(images / 127.5 - 1).float().expand_as(real))
        return (real[..., 0] > real[..., -1]).all(dim=-1).flatten().tolist()

    assert not any(mirrored(TrainConfig(**TINY)))
    found = mirrored(TrainConfig(**TINY, mirror=True))
    assert 16 < sum(found) < 48 and found == mirrored(TrainConfig(**TINY, mirror=True))


@pytest.mark.parametrize("outside", [0.0, 1.0])
def test_a_trained_generator_keeps_as_much_outside_its_labels_span_as_was_set(pictures, space, tmp_path, outside):
    train(tmp_path / "run", TrainConfig(**TINY, outside=outside, jitter=0.0, mismatch=0.0), pictures, space)
    generator = checkpoint.load(tmp_path / "run").generator
    labels = torch.from_numpy(np.stack([space.vector(word) for word in WORDS]))
    other = torch.from_numpy(space.vector("summer").copy())
    beyond = other - torch.linalg.lstsq(labels.T, other[:, None]).solution[:, 0] @ labels  # outside the span alone
    pair = torch.nn.functional.normalize(torch.stack([labels[0] + beyond, labels[0] - beyond]))
    first, second = generator(torch.ones(2, 8), pair)
    assert torch.allclose(first, second, atol=1e-4) is (outside == 0)
