"""Pictures of one class, or of none: families that take no words learn from them, all others say what to do."""

import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from picture_files import png
from PIL import Image

from explorer import Studio, checkpoint
from explorer.app.server.upload_list import read_list
from explorer.app.shared.catalog import Catalog
from explorer.app.train import replies as train_replies
from explorer.app.train import settings as train_settings
from explorer.app.train.inspecting import inspect as inspect_apart
from explorer.cli import main
from explorer.data import load
from explorer.data.inspection import inspect
from explorer.errors import ExplorerError
from explorer.explore import Seeded, Spec
from explorer.models.families import FAMILIES, ONE_CLASS, check_classes
from explorer.places import DEFAULT_SPACE
from explorer.training import TrainConfig, train
from explorer.words import open_space

UNCONDITIONAL = ("dcgan", "lsgan", "wgan-gp", "infogan")
TINY = ["--kimg", "0.03", "--size", "4", "--threads", "1", "--device", "cpu", "--set", "batch=16"]


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def folder(root: Path, *classes: str) -> Path:
    for name in classes:
        (root / name).mkdir(parents=True, exist_ok=True)
        for number in range(20):
            (root / name / f"{number}.png").write_bytes(png(10 * number))
    return root


def packed(path: Path) -> Path:
    with zipfile.ZipFile(path.with_suffix(".zip"), "w") as file:
        for one in path.rglob("*.png"):
            file.write(one, one.relative_to(path))
    return path.with_suffix(".zip")


@pytest.mark.parametrize("name", FAMILIES)
def test_which_families_can_learn_from_one_class(name):
    check_classes(name, 2)
    if name in UNCONDITIONAL:
        return check_classes(name, 1)
    with pytest.raises(ExplorerError, match=f"The family {name} wants classes to tell apart.*--family dcgan"):
        check_classes(name, 1)
    assert all(f"{one}," in f"{ONE_CLASS}," or f"{one} " in ONE_CLASS for one in UNCONDITIONAL)


@pytest.mark.parametrize(
    ("family", "make", "label"),
    [
        ("dcgan", lambda root: folder(root, ""), "pictures"),
        ("wgan-gp", lambda root: packed(folder(root, "cat")), "cat"),
        ("infogan", lambda root: packed(folder(root, "qwrtz_img")), "qwrtz img"),  # which no space knows
    ],
)
def test_from_a_folder_to_pictures(tmp_path, capsys, family, make, label):
    source = make(tmp_path / "mine")
    assert main(["train", str(source), "--run", "run", "--family", family, *TINY]) == 0
    assert main(["train", "--run", "run"]) == 0, "which finds its pictures again"
    made = checkpoint.load("run")
    assert made.labels == (label,) and not made.conditional and made.summary["pictures"] == 20
    assert Image.open(made.path / "preview.png").size == (12 * 28, 10 * 28), "one row would show little"
    out = tmp_path / "x.png"
    assert main(["sample", label, "--checkpoint", "run", "-n", "4", "-o", str(out)]) == 0 and out.is_file()
    picture = Studio(device="cpu").render(Spec("run", label, Seeded(0, 4)))
    other = Studio(device="cpu").render(Spec("run", "shoe", Seeded(0, 4)))
    assert np.array_equal(picture.tiles, other.tiles)
    offer = Catalog("fashion-dcgan").entries()["run"]
    assert not offer.error and offer.about.labels == (label,)
    assert main(["publish", "run", str(tmp_path / "published")]) == 0
    assert "had labels" not in (tmp_path / "published/README.md").read_text()


def test_a_family_that_hears_words_refuses_before_anything_is_made(tmp_path, home, capsys):
    source = str(folder(tmp_path / "cats", "cat"))
    for more in ([], ["--background"], ["--estimate"]):
        assert main(["train", source, "--run", "run", *TINY, *more]) == 2
    refused = capsys.readouterr().err
    assert refused.count("The family word wants classes to tell apart. All these pictures are of one class: train") == 3
    assert not (home / "runs/run").exists()
    config = TrainConfig(family="acgan", c_dim=1, data=source, size=4)
    with pytest.raises(ExplorerError, match="The family acgan wants classes"):
        train(tmp_path / "run", config, load(source, progress=False), open_space(DEFAULT_SPACE))


def test_names_that_the_space_lacks_are_no_matter_where_no_word_is_heard(tmp_path):
    source = folder(tmp_path / "many", "qwrtz", "cat")
    assert main(["train", str(source), "--run", "run", "--family", "dcgan", *TINY]) == 0
    assert checkpoint.load("run").labels == ("cat", "qwrtz")
    assert main(["train", str(source), "--run", "other", "--family", "cdcgan", *TINY]) == 2


def test_the_command_says_what_can_be_trained(tmp_path, capsys):
    source = folder(tmp_path / "qwrtz_img", "")
    assert inspect(packed(folder(tmp_path / "x", "qwrtz"))).unknown_words == {}
    assert main(["data", str(source)]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "20 pictures of 1 class, 28 x 28 grey" in output and ONE_CLASS in output
    assert main(["data", str(folder(tmp_path / "two", "cat", "dog"))]) == 0
    assert ONE_CLASS not in " ".join(capsys.readouterr().out.split())


def test_the_app_takes_them_and_begins_with_a_family_that_can(tmp_path):
    lines = "\n".join(json.dumps([f"cats/{number}.png", 1]) for number in range(3))
    assert read_list(lines.encode()).name == "cats"
    found = inspect_apart(folder(tmp_path / "cats", ""), DEFAULT_SPACE)
    shown = train_replies.inspection_reply(found, str)
    assert shown["family"] == "dcgan" and shown["notes"] == [ONE_CLASS] and shown["classes"] == 1
    for preset in ("tiny", "original"):  # of which the second has a family of its own
        config = train_settings.config_of(preset, {}, (), "cats", DEFAULT_SPACE, found)
        assert config.family == "dcgan" and config.c_dim == 0
    assert train_settings.config_of("tiny", {"family": "infogan"}, (), "x", DEFAULT_SPACE, found).family == "infogan"
    with pytest.raises(ExplorerError, match="The family word wants classes"):
        train_settings.config_of("tiny", {"family": "word"}, (), "cats", DEFAULT_SPACE, found)
    assert train_settings.family_for(SimpleNamespace(counts={"cat": 1, "dog": 1})) is None
