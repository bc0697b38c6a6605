"""What a discriminator has learned, read off its features: cases whose right answer is known."""

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from sklearn.svm import LinearSVC
from tiny_checkpoint import publish_tiny
from torch import nn

from explorer import checkpoint as checkpoints
from explorer.cli import main
from explorer.data import ImageSet, load
from explorer.errors import ExplorerError
from explorer.measure.discriminator.linear_probe import equalised, l2_svm, linear_probe
from explorer.measure.discriminator.load import discriminator_of, untrained
from explorer.measure.discriminator.probe import pooled, pooled_features, probe
from explorer.models.activations import discriminator_layers, record_activations
from explorer.models.pixels import from_bytes
from explorer.stopping import Stopped

TRAIN, TEST = load("digits"), load("digits", split="test")


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints/tiny", data="digits")
    return tmp_path


def test_the_layers_of_a_discriminator_are_what_it_hands_on(home):
    tiny = checkpoints.load("tiny")
    network = discriminator_of(tiny)
    layers = discriminator_layers(network, tiny.image_shape)
    assert [(one.name, one.side, one.width) for one in layers] == [
        ("look", 28, 8),
        ("blocks.0", 14, 16),
        ("blocks.1", 7, 32),
        ("blocks.2", 7, 32),
        ("sum_up", 1, 32),
    ]
    pictures = from_bytes(torch.from_numpy(TRAIN.images[:3]))
    with record_activations(network, ["look", "blocks.1", "sum_up"]) as maps:
        seen = network.features(pictures)
    assert torch.equal(maps["sum_up"].flatten(1), seen) and torch.equal(maps["look"], network.from_image(pictures))
    kept = dict(maps)
    network.features(pictures + 1)
    assert torch.equal(maps["look"], kept["look"]), "outside, nothing is caught"


def test_pooling_takes_the_largest_of_each_cell():
    maps = torch.arange(64.0).reshape(1, 1, 8, 8)
    assert pooled(maps, 2).tolist() == [[27, 31, 59, 63]]
    assert pooled(maps).shape == (1, 16) and pooled(maps[..., :1, :1]).tolist() == [[0]]


def test_features_are_the_pooled_layers_one_after_another():
    network = nn.Sequential(nn.Conv2d(1, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(2, 1, 1))
    with torch.no_grad():
        for layer, weight, bias in ((network[0], [[1.0], [-1.0]], [0.0, 0.0]), (network[2], [[0.0, 5.0]], [3.0])):
            layer.weight.copy_(torch.tensor(weight)[:, :, None, None])
            layer.bias.copy_(torch.tensor(bias))
    images = torch.zeros((100, 1, 8, 8), dtype=torch.uint8)
    images[7, 0, 0, 0] = 255
    found = pooled_features(network, ["0", "2"], images)
    assert found.shape == (100, 48)
    wanted = torch.tensor([-1.0] * 16 + [1.0] * 16 + [8.0] * 16)
    assert torch.equal(found[0], wanted)
    wanted[0] = 1  # the cell of the white pixel; three black ones keep the other two kinds as they were
    assert torch.equal(found[7], wanted)


def test_layers_weigh_the_same_whatever_their_scale():
    draws = np.random.default_rng(0).normal(5, 1, (500, 30)).astype(np.float32)
    draws[:, 20:] *= 1000
    train, test = equalised(draws, draws[:5].copy(), [slice(0, 20), slice(20, 30)])
    assert np.abs(train.mean(axis=0)).max() < 1e-3 and np.array_equal(train[:5], test)
    assert np.square(train[:, :20]).sum(axis=1).mean() == pytest.approx(0.5, rel=1e-3)
    assert np.square(train[:, 20:]).sum(axis=1).mean() == pytest.approx(0.5, rel=1e-3)
    assert np.isfinite(equalised(np.ones((9, 4), np.float32), np.ones((2, 4), np.float32), [slice(None)])[0]).all()


def blobs(count: int, seed: int, apart: float) -> tuple[np.ndarray, np.ndarray]:
    draws = np.random.default_rng(seed)
    labels = draws.integers(0, 3, count)
    return (np.eye(3, 8)[labels] * apart + draws.normal(0, 1, (count, 8))).astype(np.float32), labels


def test_separable_features_are_told_apart_and_noise_is_not():
    (train, labels), (test, others) = blobs(400, 1, 40), blobs(200, 2, 40)
    ready = equalised(train, test, [slice(None)])
    assert linear_probe(ready[0], labels, ready[1], others).accuracy == 1
    noise, test = blobs(400, 1, 0)[0], blobs(2000, 2, 0)
    ready = equalised(noise, test[0], [slice(None)])
    assert linear_probe(ready[0], labels, ready[1], test[1]).accuracy == pytest.approx(1 / 3, abs=0.05)
    with pytest.raises(ExplorerError, match="all of one"):
        linear_probe(train, np.zeros(400, int), test[0], test[1])
    with pytest.raises(Stopped):
        linear_probe(train, labels, test[0], test[1], stop=lambda: True)


@pytest.mark.parametrize("strength", [0.1, 10.0])
def test_it_is_the_machine_of_scikit_learn(strength):
    train, labels = blobs(400, 1, 1)
    (train, test) = equalised(train, blobs(300, 2, 1)[0], [slice(None)])
    found = l2_svm(train, labels == np.arange(3)[:, None], strength)
    theirs = LinearSVC(C=strength, dual=False, tol=1e-6).fit(train, labels)
    said = test @ found[:, :-1].T + found[:, -1]
    assert said == pytest.approx(theirs.decision_function(test), abs=0.02)
    assert (said.argmax(axis=1) == theirs.predict(test)).mean() > 0.99
    onwards = l2_svm(train, labels == np.arange(3)[:, None], strength, found)
    assert onwards == pytest.approx(found, abs=0.02), "it has settled"


@pytest.mark.slow
def test_a_probe_compares_three_readings_of_the_same_pictures(home):
    tiny, seen = checkpoints.load("tiny"), []
    found = probe(tiny, TRAIN, TEST, 400, report=lambda *args: seen.append(args))
    assert (found.source, found.pictures, found.test, found.classes) == ("digits", 400, 297, 10)
    assert found.pixels.features == 784 and found.discriminator.features == (8 + 16 + 32 + 32) * 16 + 32
    assert found.random.features == found.discriminator.features
    for score in (found.discriminator, found.random, found.pixels):
        assert 0.7 < score.accuracy < 1
    assert seen[0] == ("probing", 0, 6) and seen[-1] == ("probing", 6, 6)
    assert probe(tiny, TRAIN, TEST, 400) == found


def test_random_weights_are_not_the_trained_ones(home):
    """A discriminator that sees nothing at all is read at chance, and one of fresh weights beside it is not."""
    path = home / "checkpoints/tiny/discriminator.safetensors"
    save_file({name: torch.zeros_like(tensor) for name, tensor in load_file(path).items()}, path)
    found = probe(checkpoints.load("tiny"), TRAIN, TEST, 400)
    assert found.discriminator.accuracy < 0.2 and min(found.random.accuracy, found.pixels.accuracy) > 0.7


def test_pictures_in_colour(home, monkeypatch, capsys):
    """CIFAR-10 as its archive has it, two classes apart by colour and not by brightness."""
    draws = np.random.default_rng(0)
    for name, count in (*((f"data_batch_{number}", 40) for number in range(1, 6)), ("test_batch", 60)):
        labels = draws.integers(0, 2, count)
        pixels = draws.integers(0, 40, (count, 3, 32, 32), dtype=np.uint8)
        pixels[np.arange(count), labels * 2] += 200  # red or blue
        records = np.column_stack([labels.astype(np.uint8), pixels.reshape(count, -1)])
        (home / f"{name}.bin").write_bytes(records.tobytes())
    monkeypatch.setenv("GAN_EXPLORER_DATA", str(home))
    publish_tiny(home / "checkpoints/colour", channels=3, resolution=32, data="cifar10")
    assert main(["probe", "colour", "--pictures", "200"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    layers = ["look (8 of 32 x 32)", "blocks.0 (16 of 16 x 16)", "blocks.1 (32 of 8 x 8)", "blocks.2 (32 of 8 x 8)"]
    assert f"layers, max-pooled to 4 x 4: {', '.join(layers)}, " in said and "200 training pictures of cifar10" in said
    assert "82.8 % on CIFAR-10: by features learned on ImageNet" in said
    stored = json.loads((home / "checkpoints/colour/metrics.json").read_text())["probe"]
    assert stored["layers"][:4] == layers and stored["source"] == "cifar10" and stored["pixels"]["features"] == 3072
    assert stored["discriminator"]["accuracy"] == stored["pixels"]["accuracy"] == 1


def test_random_weights_are_others_of_the_same_shape(home):
    own = discriminator_of(checkpoints.load("tiny"))
    before = torch.random.get_rng_state()
    fresh = untrained(own)
    assert torch.equal(torch.random.get_rng_state(), before), "nobody else's draws are disturbed"
    assert {name: one.shape for name, one in own.state_dict().items()} == {
        name: one.shape for name, one in fresh.state_dict().items()
    }
    assert not torch.equal(own.from_image.weight, fresh.from_image.weight)
    assert torch.equal(fresh.from_image.weight, untrained(own).from_image.weight)
    assert not torch.equal(fresh.from_image.weight, untrained(own, 1).from_image.weight)


@pytest.mark.slow
def test_many_classes_are_cut_to_the_largest(home):
    draws = np.random.default_rng(0)
    counts = [30] * 20 + [5] * 10
    labels = np.repeat(np.arange(30), counts)[::-1].copy()
    words = tuple(f"word {number}" for number in range(30))
    pictures = ImageSet("many", draws.integers(0, 256, (650, 1, 28, 28), dtype=np.uint8), labels, words)
    found = probe(checkpoints.load("tiny"), pictures, pictures, 200)
    assert found.classes == 20 and found.test == 600 and found.pictures == 200


@pytest.mark.slow
def test_the_command_prints_and_stores(home, capsys):
    path = home / "checkpoints/tiny/metrics.json"
    path.write_text('{"noted": 7}')
    assert main(["probe", "tiny", "--pictures", "200", "--no-store"]) == 0
    assert json.loads(path.read_text()) == {"noted": 7}
    assert main(["probe", "tiny", "--pictures", "200"]) == 0
    stored = json.loads(path.read_text())
    assert stored["noted"] == 7 and set(stored["probe"]) >= {"discriminator", "random", "pixels", "pictures", "source"}
    assert main(["publish", "tiny", str(home / "shown")]) == 0
    assert f"| raw pixels | {stored['probe']['pixels']['accuracy']:.3f} |" in (home / "shown/README.md").read_text()
    said = " ".join(capsys.readouterr().out.split())
    assert f"raw pixels {stored['probe']['pixels']['accuracy']:.3f} 784" in said and "200 training pictures" in said


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("tiny --pictures 99", "100 pictures or more, not 99"),
        ("tiny --data nowhere", "nowhere"),
        ("bare", "ships no discriminator"),
        ("strange", "There is no data set 'cats'"),
        ("nobody", "no checkpoint"),
    ],
)
def test_what_cannot_be_probed_is_said_in_a_sentence(home, line, said, capsys):
    shutil.copytree(home / "checkpoints/tiny", home / "checkpoints/bare")
    (home / "checkpoints/bare/discriminator.safetensors").unlink()
    publish_tiny(home / "checkpoints/strange", data="cats")
    assert main(["probe", *line.split()]) == 2
    err = capsys.readouterr().err
    assert said in err and err.startswith("gan-explorer: ") and err.count("\n") == 1


def test_pictures_of_another_shape_are_refused(home):
    with pytest.raises(ExplorerError, match="other pictures"):
        probe(checkpoints.load("tiny"), load("digits", size=32), load("digits", split="test", size=32))
