"""Folders called like splits beside others: which are splits, which are classes, and where nobody can be sure."""

from pathlib import Path

import pytest
from picture_files import png

from explorer.data import DataError, load


def made(root: Path, layout: str) -> Path:
    """A folder with these files and folders in it. `*` stands for two pictures, `@` for two of a cat and of a dog."""
    for path in layout.split():
        for animal in ("cat/*", "dog/*") if path.endswith("@") else ("",):
            for number in "12":
                file = root / path.replace("@", animal).replace("*", f"{number}.png")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(png()) if file.suffix else file.mkdir(exist_ok=True)
    return root


def words(root: Path, split: str = "train") -> dict[str, int]:
    return load(root, split, progress=False).counts()


PETS = {"cat": 2, "dog": 2}


@pytest.mark.parametrize(
    "layout",
    [
        "train/@ test/@ annotations/a.xml",
        "train/@ validation/@ more/*",
        "train/@ valid/@ fox/red/* fox/grey/*",
        "Train/@ Test/@",
        "training_set/@ test_set/@",
        "trainset/@ testset/@",
        "train_images/@ val_images/@ list.csv",
        "PetsTrain/@ PetsTest/@",
        "train2017/@ val2017/@ annotations/a.json",
        "training_set/training_set/@ test_set/test_set/@",
        "seg_train/seg_train/@ seg_test/seg_test/@ seg_pred/seg_pred/*",
        "train/train/@ test/@",
        "images/train/@ images/val/@ labels/train/cat/1.txt",
        "train/images/@ train/labels/a.txt test/images/@",
        "pets/v2/train/@ pets/v2/test/@",
    ],
)
def test_folders_called_like_splits_beside_each_other_are_splits(tmp_path, layout):
    root = made(tmp_path / "train", layout)  # whatever the folder around it all is called
    assert words(root) == words(root, "test") == words(root, "val") == PETS


def test_what_lies_beside_the_splits_is_told(tmp_path):
    root = made(tmp_path / "x", "training_set/training_set/@ test_set/cat/* annotations/a.xml more/*")
    assert load(root, progress=False).notes == (
        f"The folders of {root} are read as splits: test_set as test, training_set/training_set as train.",
        f"Beside the splits in {root} were left out: annotations (no pictures) and more (2 pictures).",
    )


def test_splits_called_plainly_need_no_words(tmp_path):
    assert load(made(tmp_path, "train/@ test/cat/*"), progress=False).notes == ()


def test_test_pictures_in_no_class_are_no_split(tmp_path):
    """As Kaggle hands them out."""
    root = made(tmp_path / "x", "train/@ test/*")
    found = load(root, progress=False)
    assert found.counts() == PETS
    assert found.notes == (
        f"The 2 pictures in {root / 'test'} lie in no class folder, so nobody can say what they show: they are no test "
        "split.",
    )
    with pytest.raises(DataError, match=r"no test folder beside its classes: .* The 2 pictures in .*test lie in no"):
        words(root, "test")
    assert words(made(root, "val/dog/*"), "test") == {"cat": 0, "dog": 2}, "there is another one"


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("train/* bus/* car/*", {"bus": 2, "car": 2, "train": 2}),
        ("valid/* invalid/*", {"invalid": 2, "valid": 2}),
        ("training/* race/heats/*", {"race": 2, "training": 2}),
        ("steam_train/* driving_test/*", {"driving test": 2, "steam train": 2}),
        ("train/@", PETS),
        ("train/@ annotations/a.xml", PETS),
        ("test/@", PETS),
    ],
)
def test_one_alone_is_whatever_it_can_be(tmp_path, layout, expected):
    assert words(made(tmp_path / "x", layout)) == expected


@pytest.mark.parametrize(
    ("layout", "says"),
    [
        (
            "train/* test/* bus/*",
            r"no classes, beside others: test \(2 pictures\), train \(2 pictures\) and bus \(2 pictures\)\. So if they",
        ),
        ("train/* test bus/*", "beside others"),
        ("train/@ more/*", r"what could be classes: train \(4 pictures\) and more \(2 pic"),
        ("@ test/*", r"what could be classes: test \(2 pictures\), cat .* and dog"),
        ("@ test/cat/*", "what could be classes: test"),
        ("@ val/* test/*", r"has splits: test .* and val .* call the folder of the training"),
        ("train/cat/* Training/cat/* test/cat/*", r"more than one folder for a split: Training .* and train"),
        ("trainA/* trainB/* testA/* testB/*", "several sets of splits: testA .* trainB"),
        ("cat_train/* cat_test/* dog_train/* dog_test/*", "several sets of splits"),
        (
            "cat/train/* cat/test/* dog/train/* dog/test/*",
            r"cat has splits where classes .*: test .* and tra",
        ),
        ("train/train/cat/* train/test/cat/* test/cat/*", r"train has splits where classes are expected"),
    ],
)
def test_where_nobody_can_be_sure_what_was_found_is_named(tmp_path, layout, says):
    with pytest.raises(DataError, match=says) as caught:
        words(made(tmp_path / "x", layout))
    assert str(tmp_path / "x") in str(caught.value) and "\n" not in str(caught.value)
