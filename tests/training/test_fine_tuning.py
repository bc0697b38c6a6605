"""Fine-tuning from a checkpoint: what fits is taken, what does not is reported, and the card tells of it."""

import dataclasses
import json
import shutil
import time

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_checkpoint import LABELS, publish_tiny
from tiny_training import assert_same

from explorer import checkpoint
from explorer.cli import main
from explorer.data import load
from explorer.errors import ExplorerError
from explorer.explore.card.publish import publish
from explorer.jobs import Jobs
from explorer.models.discriminator import Discriminator
from explorer.models.generator import Generator
from explorer.places import runs
from explorer.training import TrainConfig, train
from explorer.training.fine_tuning import Start, checkpoint_settings
from explorer.training.loop import train_folder
from explorer.training.resolve import resolve
from explorer.training.settings import TrainingError, condition_dim
from explorer.words import open_space

SMALL = ["--set", "batch=32", "--threads", "1", "--device", "cpu"]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def forty(tmp_path):
    """A person's own forty pictures, in two classes."""
    noise = np.random.default_rng(0)
    for number in range(40):
        place = tmp_path / "mine" / ("kimono", "coat")[number % 2] / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(noise.integers(0, 256, (28, 28), dtype=np.uint8)).save(place)
    return tmp_path / "mine"


def begun(name, labels, **changes):
    """G and D of a training that begins so, those of the checkpoint, and the sentence."""
    settings = checkpoint_settings(str(name)) | changes
    settings["c_dim"] = condition_dim(settings["family"], 100, len(labels), settings.get("codes", TrainConfig.codes))
    config = TrainConfig(**settings, start_from=str(name))
    G, D = Generator(config.shapes), Discriminator(config.shapes)
    sentence = Start.of(config, labels).fill(G, D)
    source = checkpoint.load(name)
    return G, D, source.generator, source.discriminator(), sentence


def same(one, other):
    """The tensors of two networks that are equal."""
    mine, theirs = one.state_dict(), other.state_dict()
    return {name for name in mine if name in theirs and torch.equal(mine[name], theirs[name])}


@pytest.mark.parametrize("family", ["word", "dcgan", "infogan"])
def test_where_all_fits_all_is_taken(tmp_path, family):
    publish_tiny(tmp_path / "source", family=family)
    G, D, old_G, old_D, sentence = begun(tmp_path / "source", ("kimono", "robe"))
    assert same(G, old_G) == set(G.state_dict()) and same(D, old_D) == set(D.state_dict())
    assert sentence.startswith("Begun with the weights of source at 0 kimg (") and "new are" not in sentence


@pytest.mark.parametrize(
    ("family", "new"),
    [
        ("cdcgan", "from_image"),
        ("acgan", "head"),
        ("reacgan", "class_points"),
        ("twongan", "head"),
    ],
)
def test_labels_are_taken_by_their_words(tmp_path, family, new):
    publish_tiny(tmp_path / "source", family=family)
    labels = ("kimono", "bag", "dress")  # one is new; the others were the last and the first
    G, D, old_G, old_D, sentence = begun(tmp_path / "source", labels)
    assert sentence.endswith(f"new are start (in part) of G and {new} (in part) of D.")
    z = torch.randn(5, 16, generator=torch.Generator().manual_seed(0))
    pictures = torch.randn(5, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    for word in ("bag", "dress"):
        here, there = (torch.eye(len(names))[[names.index(word)] * 5] for names in (labels, LABELS))
        with torch.no_grad():
            assert torch.allclose(G.eval()(z, here), old_G(z, there), atol=1e-5)
            mine, theirs = D.eval()(pictures, here), old_D(pictures, there)
        if family != "twongan":  # whose one softmax is over other classes now
            assert torch.allclose(mine.real, theirs.real, atol=1e-5)
        if family != "cdcgan":
            assert torch.allclose(mine.classes[:, labels.index(word)], theirs.classes[:, LABELS.index(word)], atol=1e-5)


def test_another_game_and_pictures_in_colour_take_what_they_share(tmp_path):
    publish_tiny(tmp_path / "source", family="acgan")
    G, D, old_G, old_D, sentence = begun(tmp_path / "source", LABELS, family="cdcgan", channels=3)
    assert "to_image of G" in sentence and "from_image of D" in sentence and "head (in part) of D" not in sentence
    assert set(G.state_dict()) - same(G, old_G) == {"paint.weight", "paint.bias"} - same(G, old_G)
    assert {name for name in D.state_dict() if name.startswith("blocks")} <= same(D, old_D)


def test_pictures_twice_as_large_keep_the_layers_of_their_maps(tmp_path):
    publish_tiny(tmp_path / "small", resolution=16)
    start = checkpoint_settings(str(tmp_path / "small"))
    larger = resolve({"resolution": 32}, start=start)
    assert larger["size"] == start["size"] // 2 == 4
    G, D, old_G, old_D, sentence = begun(tmp_path / "small", LABELS, resolution=32, size=4)
    for new, old in zip(G.blocks, old_G.blocks, strict=False):  # coarse maps come first
        assert all(torch.equal(a, b) for a, b in zip(new.parameters(), old.parameters(), strict=True))
    for new, old in zip(list(D.blocks)[1:], old_D.blocks, strict=True):  # and here last
        assert all(torch.equal(a, b) for a, b in zip(new.parameters(), old.parameters(), strict=True))
    assert torch.equal(G.start.weight, old_G.start.weight) and torch.equal(D.pool.weight, old_D.pool.weight)
    assert "blocks.2 of G" in sentence and "from_image of D" in sentence


def test_styles_are_taken_by_their_names(tmp_path):
    publish_tiny(tmp_path / "old", styles=("noto", "flat"))
    settings = checkpoint_settings(str(tmp_path / "old")) | {"c_dim": 103, "styles": 3}
    config = TrainConfig(**settings, start_from=str(tmp_path / "old"))
    G = Generator(config.shapes)
    Start.of(config, LABELS, ("round", "flat", "noto")).fill(G, Discriminator(config.shapes))
    source, z = checkpoint.load(tmp_path / "old"), torch.randn(4, 16)
    words = torch.from_numpy(np.array(source.label_vectors))
    old = source.generator(z, torch.cat([words, torch.tensor([[0.25, 0.75]]).expand(4, -1)], dim=1))
    new = G(z, torch.cat([words, torch.tensor([[0.0, 0.75, 0.25]]).expand(4, -1)], dim=1))
    assert torch.allclose(old, new, atol=1e-5)


def test_too_little_that_fits_is_refused(tmp_path):
    publish_tiny(tmp_path / "source")
    with pytest.raises(TrainingError, match=r"Only \d+ % of the generator of source fits: its size is 8 and"):
        begun(tmp_path / "source", LABELS, size=32)


def test_forty_pictures_of_ones_own(home, forty, tmp_path, capsys, monkeypatch):
    publish_tiny(home / "checkpoints/source")
    monkeypatch.chdir(tmp_path)
    command = ["train", "mine", "--run", "tuned", "--from", "source", "--preset", "tiny", "--kimg", "0.096", *SMALL]
    assert main(command) == 0
    assert "Begun with the weights of source at 0 kimg (" in capsys.readouterr().out
    config = json.loads((runs() / "tuned/config.json").read_text())
    asked = {"start_from": "source", "size": 8, "z_dim": 16, "space": "glove-minilm-100d", "outside": 1.0, "lr": 1.2e-3}
    assert {name: config[name] for name in asked} == asked  # the networks are the checkpoint's, the rest the preset's
    tuned = checkpoint.load("tuned")
    assert tuned.labels == ("coat", "kimono") and tuned.summary["began"].startswith("Begun with the weights of source")
    assert "Begun with the weights of source" in (publish("tuned", tmp_path / "published") / "README.md").read_text()
    (sentence,) = json.loads((runs() / "tuned/status.json").read_text())["changed"]
    assert sentence == tuned.summary["began"]

    shutil.rmtree(home / "checkpoints/source")  # it has begun, and needs it no more
    assert main(command) == 0 and main(["train", "--run", "tuned", "--kimg", "0.128"]) == 0
    assert checkpoint.load("tuned").summary["began"] == sentence and checkpoint.load("tuned").summary["kimg"] == 0.128
    assert main([*command[:5], "tuned", *command[6:]]) == 2
    assert "other settings (start_from 'source' -> 'tuned')" in capsys.readouterr().err

    place = str(runs() / "tuned")  # and on from there, named by its place
    assert main(["train", "mine", "--run", "again", "--from", "home/runs/tuned", "--kimg", "0.032", *SMALL]) == 0
    assert json.loads((runs() / "again/config.json").read_text())["start_from"] == place
    began = checkpoint.load("again").summary["began"]
    assert began.startswith("Begun with the weights of tuned at 0.128 kimg") and began.endswith(
        f"Before that: {sentence}"
    )
    assert str(home) not in (runs() / "again/checkpoint/config.json").read_text()


def test_a_wrong_name_is_one_sentence_and_nothing_is_made(forty, capsys):
    assert main(["train", str(forty), "--run", "tuned", "--from", "nowhere"]) == 2
    assert "There is no checkpoint 'nowhere'" in capsys.readouterr().err
    assert not (runs() / "tuned").exists()


def test_begun_later_or_killed_before_its_first_save_it_is_the_same(home, forty):
    """As a background training is: its config is written, and who trains it comes later."""
    publish_tiny(home / "checkpoints/source")
    pictures, space = load(forty, size=28), open_space("glove-minilm-100d")
    settings = checkpoint_settings("source") | {
        "batch": 32,
        "kimg": 0.064,
        "threads": 1,
        "data": str(forty),
        "z_dim": 16,
    }
    train(runs() / "whole", TrainConfig(**settings, start_from="source"), pictures, space)
    noted = json.loads((runs() / "whole/config.json").read_text())
    assert len(noted["start_hash"]) == 32
    for name in ("late", "never"):
        (runs() / name).mkdir()
        (runs() / name / "config.json").write_text(json.dumps(noted))
    train_folder(runs() / "late")
    assert_same(runs() / "late", runs() / "whole")
    fresh = dataclasses.replace(TrainConfig(**settings), seed=0)
    train(runs() / "fresh", fresh, pictures, space)
    with pytest.raises(AssertionError):
        assert_same(runs() / "fresh", runs() / "whole")  # it did begin elsewhere

    shutil.rmtree(home / "checkpoints/source")
    publish_tiny(home / "checkpoints/source", seed=1)
    with pytest.raises(TrainingError, match="weights of source have changed since this run was made"):
        train_folder(runs() / "never")
    assert not list((runs() / "never/state").iterdir())
    shutil.rmtree(home / "checkpoints/source")
    with pytest.raises(ExplorerError, match="no checkpoint 'source'"):
        train_folder(runs() / "never")


@pytest.mark.slow
def test_in_the_background(home, forty):
    publish_tiny(home / "checkpoints/source")
    command = ["train", str(forty), "--run", "tuned", "--from", "source", "--kimg", "0.064", *SMALL, "--background"]
    assert main(command) == 0
    until = time.monotonic() + 120
    while not Jobs().get("tuned").ended and time.monotonic() < until:
        time.sleep(0.1)
    job = Jobs().get("tuned")
    assert job.state == "finished" and job.changed[0].startswith("Begun with the weights of source")
    Jobs().resume("tuned", kimg=0.096)
    while not Jobs().get("tuned").ended and time.monotonic() < until:
        time.sleep(0.1)
    assert Jobs().get("tuned").kimg == Jobs().get("tuned").budget_kimg == 0.096
    assert "then on to 0.096" in Jobs().get("tuned").changed[1]
