"""How a person's own pictures are read, from the run to its checkpoint, its judge and its evaluation."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer import checkpoint
from explorer.cli import main
from explorer.data import DataError, ReadOptions, load
from explorer.data.options import MAX_NAMES
from explorer.errors import ExplorerError
from explorer.explore.card.card import card
from explorer.measure.judge.format import describe_judge
from explorer.measure.training_pictures import own_pictures, read_options_of
from explorer.training import TrainConfig
from explorer.training.loop import train_folder
from explorer.training.settings import APPLIES, TrainingError
from explorer.words import open_space

TINY = ["--preset", "tiny", "--size", "4", "--set", "batch=16", "--set", "z_dim=4", "--threads", "1"]


def pictures(root: Path, *classes: str, each: int = 3) -> Path:
    """Of noise, twice as wide as high, one half brighter; `train` and `test`."""
    noise = np.random.default_rng(0)
    for split in ("train", "test"):
        for label, name in enumerate(classes):
            (root / split / name).mkdir(parents=True)
            for number in range(each):
                levels = noise.integers(0, 90, (28, 56), dtype=np.uint8)
                levels[:, 28 * label : 28 * (label + 1)] += 120
                Image.fromarray(levels).save(root / split / name / f"{number:03d}.png")
    return root


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_run_reads_its_pictures_alike_when_it_goes_on_and_when_it_is_measured(home, capsys):
    pets = pictures(home / "pets", "alpha", "n02085620", each=70)
    (pets / "train" / "alpha" / "bad.png").write_bytes(b"x")
    names = home / "names.csv"
    names.write_text("folder,word\nalpha,Cat\n")
    run = home / "run"
    begin = ["train", str(pets), "--run", str(run), *TINY, "--kimg", "0.016"]
    assert main(begin) == 2
    assert "leave it out (--skip-broken)" in capsys.readouterr().err and not run.exists()
    assert main([*begin, "--skip-broken", "--fit", "pad", "--names", str(names)]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert (
        "1 of 141 files cannot be read and were left out: train/alpha/bad.png" in output
        and "laid on a square" in output
    )
    names.unlink()
    assert main(["train", "--run", str(run)]) == 0, "its config has the names"

    made = checkpoint.load(run / "checkpoint")
    assert made.labels == ("cat", "chihuahua")
    assert "1 of 141 files cannot be read" in made.summary["notes"] and str(home) not in str(made.summary)
    options = read_options_of(made)
    assert options == ReadOptions("pad", True, (("alpha", "cat"),))
    written = card("pets", "", made, (), "", APPLIES)
    assert "| fit | pad |" in written and "| names | 1 by a names file |" in written
    train, test = (own_pictures(str(pets), made.image_shape, split, options=options) for split in ("train", "test"))
    assert train.words == test.words == made.labels and len(train) == len(test) == 140
    assert (train.images == load(pets, progress=False, size=28, mode="L", **options.keywords).images).all()

    names.write_text('{"alpha": "cat"}')
    judge = ["judge", "train", str(pets), "--epochs", "1", "--skip-broken", "--names", str(names), "--threads", "1"]
    assert main([*judge, "--name", "crops"]) == 0
    assert main(["evaluate", str(run), "--judge", "crops", "--no-store"]) == 2
    assert "train one on its pictures: gan-explorer judge train SOURCE --fit pad --size 28" in capsys.readouterr().err
    assert main([*judge, "--fit", "pad"]) == 0
    assert describe_judge(home / "home" / "judges" / "pets").read_options == options
    assert main(["evaluate", str(run), "--samples", "100"]) == 0, "the judge is found by itself"
    assert "By the judge pets" in " ".join(capsys.readouterr().out.split())


def test_a_run_of_before_goes_on_with_the_names_that_it_had(home):
    """`boots - leather` was read as a sum; its checkpoint keeps that label and that vector."""
    clothes = pictures(home / "clothes", "boots - leather", "red_coat")
    config = TrainConfig(data=str(clothes), size=4, batch=16, z_dim=4, kimg=0.016, translate_names=False)
    old = {
        name: value
        for name, value in json.loads(config.to_json()).items()
        if name not in ("fit", "skip_broken", "names", "translate_names")
    }
    (home / "run").mkdir()
    (home / "run" / "config.json").write_text(json.dumps(old))
    made = checkpoint.load(train_folder(home / "run"))
    assert made.labels == ("boots - leather", "red coat")
    space = open_space()
    assert (made.label_vectors[0] == space.resolve("boots - leather").vector).all()
    assert read_options_of(made).translate_names is False
    assert checkpoint.load(train_folder(home / "run")).labels == made.labels, "and once more"
    assert main(["train", str(clothes), "--run", "new", *TINY, "--kimg", "0.016"]) == 0
    made = checkpoint.load(home / "home" / "runs" / "new" / "checkpoint")
    assert made.labels == ("boots leather", "red coat")
    assert (made.label_vectors[0] == space.resolve("boots leather").vector).all()


def test_a_class_that_nobody_knows_is_answered_with_the_way_to_name_it(home, capsys):
    strange = pictures(home / "strange", "cat", "qwrtzpsdfg")
    assert main(["train", str(strange), "--run", "x", *TINY, "--kimg", "0.016"]) == 2
    assert "give it another word by a names file (gan-explorer data FOLDER --write-names names.csv)" in " ".join(
        capsys.readouterr().err.split()
    )


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (None, ReadOptions()),
        ({}, ReadOptions()),
        ({"fit": "pad", "skip_broken": True, "lr": 3}, ReadOptions("pad", True)),
        ({"fit": ["pad"], "skip_broken": "yes", "names": "x", "translate_names": 0}, ReadOptions()),
        ({"names": [["a", "b"], ["c"]]}, ReadOptions()),
        ({"names": [["a", "x" * 500_000]]}, ReadOptions()),
        ({"names": [["a", "\u732b" * 100_000]]}, ReadOptions()),
        ({"names": [["a", "b"]], "translate_names": False}, ReadOptions(names=(("a", "b"),), translate_names=False)),
    ],
)
def test_what_a_stranger_says_of_them_is_checked(raw, found):
    assert ReadOptions.from_fields(raw) == found and ReadOptions.from_fields(found.fields) == found


def test_what_cannot_be_is_refused():
    for wrong in ({"fit": "squeeze"}, {"names": (("a", "b"),) * (MAX_NAMES + 1)}):
        with pytest.raises(DataError):
            ReadOptions(**wrong)
        with pytest.raises(ExplorerError):
            TrainConfig(**wrong)
    for names in ((("a",),), ("ab",), (("a", 5),)):
        with pytest.raises(TrainingError, match="names must be pairs"):
            TrainConfig(names=names)
    with pytest.raises(DataError, match="by crop, pad, stretch, not 'squeeze'"):
        load("digits", fit="squeeze", progress=False)


# --- hundreds of classes ----------------------------------------------------------------------------------------------


def test_of_hundreds_of_classes_the_ends_and_what_needs_attention_are_listed(home, capsys, monkeypatch):
    monkeypatch.setattr("explorer.cli.data.MOST_ROWS", 6)
    monkeypatch.setattr("explorer.cli.data.ENDS", 2)
    root, image = home / "many", Image.new("L", (28, 28))
    known = ("cat", "dog", "bird", "fish", "horse", "cow")
    for count, name in enumerate((*known[:3], "qwrtzpsdfg", *known[3:]), 1):
        (root / name).mkdir(parents=True)
        for number in range(count):
            image.save(root / name / f"{number}.png")

    def listed(*command: str) -> tuple[list[str], str]:
        main([*command])
        out = capsys.readouterr().out
        rows = [line.split("│")[1].strip() for line in out.splitlines() if line.startswith("│")]
        return rows, " ".join(out.split())

    short, output = listed("data", str(root))
    assert short == ["cow", "horse", "...", "dog", "cat", "qwrtzpsdfg"]
    assert "The 2 largest and the 2 smallest of 7 classes, and 1 more whose words are unknown; --all prints" in output
    assert len(listed("data", str(root), "--all")[0]) == 7
    train = ("train", str(root), "--run", "x", *TINY)
    assert listed(*train)[0] == short and len(listed(*train, "--all")[0]) == 7
    monkeypatch.setattr("explorer.cli.data.MOST_ROWS", 7)
    assert len(listed("data", str(root))[0]) == 7
