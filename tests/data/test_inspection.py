"""Inspection of pictures before a training: counts, sheet, notes and errors, by function and by command."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from picture_files import png, write_files
from PIL import Image

from explorer.cli import main
from explorer.data import DataError, load
from explorer.data.inspection import COLUMNS, Inspection, inspect
from explorer.words import WordSpaceError


@pytest.fixture
def pets(tmp_path) -> Path:
    many = {f"dog/{i:02d}.png": png(10 * i) for i in range(20)}
    return write_files(tmp_path / "pets", {"cat/1.png": png(7), "cat/2.png": png(8), "cat/notes.txt": b"x", **many})


def test_a_source_is_counted_as_a_training_reads_it():
    found = inspect("digits")
    pictures = load("digits", progress=False)
    assert (found.name, found.pictures, found.side, found.channels) == ("digits", 1500, 28, 1)
    assert found.counts == pictures.counts() and list(found.counts) == list(pictures.words)
    assert found.notes == () and found.unknown_words == {}


def test_the_sheet_has_a_row_a_class_with_pictures_from_all_over_it(pets):
    found = inspect(pets)
    sheet = np.asarray(Image.open(io.BytesIO(found.sheet)))
    assert sheet.shape == (2 * 28, COLUMNS * 28)
    levels = sheet.reshape(2, 28, COLUMNS, 28)[:, 0, :, 0]
    assert levels[0].tolist() == [7, 8] + [255] * (COLUMNS - 2), "the class of two, then paper"
    assert levels[1, 0] == 0 and levels[1, -1] == 190 and (np.diff(levels[1].astype(int)) > 0).all()
    assert found.notes == (f"One file was left out: {pets / 'cat' / 'notes.txt'}.",)


def test_colour_and_size_are_what_they_will_be(tmp_path):
    found = inspect(write_files(tmp_path / "x", {"cat/1.png": png(size=70), "dog/1.png": png("red", size=60)}))
    assert (found.side, found.channels) == (64, 3)
    assert np.asarray(Image.open(io.BytesIO(found.sheet)))[64, 0].tolist() == [255, 0, 0]


def test_words_that_the_space_lacks_come_with_others(tmp_path):
    names = ("cat", "red_slippper", "qwrtzpsdfg", "<img src=x onerror=window.hacked=1>", "(dog", "x" * 201, "t-shirt")
    found = inspect(write_files(tmp_path / "x", {f"{name}/1.png": png() for name in names}))
    assert set(found.counts) - set(found.unknown_words) == {"cat", "t-shirt", "dog"}, "a name is never a sum"
    assert "red slipper" in found.unknown_words["red slippper"], "the whole name, with the mended word in its place"
    assert found.unknown_words["x" * 201] == ()


def test_of_many_classes_the_sheet_shows_a_spread(tmp_path):
    names = [f"{first}{second}" for first in "abcdefghijk" for second in "xyz"]
    found = inspect(write_files(tmp_path / "x", {f"{name}/1.png": png() for name in names}))
    assert Image.open(io.BytesIO(found.sheet)).height == 32 * 28 and len(found.counts) == 33
    assert found.notes == ("The sheet shows 32 of 33 classes, evenly from the alphabet.",)


def test_no_end_of_unknown_words_is_not_gone_through(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.data.inspection.MAX_UNKNOWN", 2)
    found = inspect(write_files(tmp_path / "x", {f"{name}/1.png": png() for name in ("cat", "qqa", "qqb", "qqc")}))
    assert list(found.unknown_words) == ["qqa", "qqb"]


def test_it_survives_being_sent(pets):
    found = inspect(pets)
    line = found.to_json()
    assert "\n" not in line and Inspection.from_json(line) == found


@pytest.mark.parametrize(
    "change",
    [
        {"side": 29},
        {"side": "28"},
        {"channels": 2},
        {"counts": {}},
        {"counts": {"cat": "many"}},
        {"counts": ["cat"]},
        {"notes": [5]},
        {"pictures": True},
        {"unknown_words": {"cat": [None]}},
        {"broken": [["cat/1.png"]]},
        {"sheet": "not base64!"},
        {"name": None},
    ],
)
def test_what_is_no_inspection_is_not_taken_for_one(pets, change):
    with pytest.raises(ValueError):
        Inspection.from_json(json.dumps(json.loads(inspect(pets).to_json()) | change))


@pytest.mark.parametrize("line", ["", "{", "[]", "null", "{}", '{"name": "x"}', "[" * 100_000])
def test_what_is_no_json_at_all_neither(line):
    with pytest.raises(ValueError):
        Inspection.from_json(line)


def test_what_cannot_be_trained_on_is_refused_in_a_sentence(pets, tmp_path):
    with pytest.raises(DataError, match="has no sub-folders with pictures"):
        inspect(write_files(tmp_path / "none", {"notes.txt": b"x"}))
    with pytest.raises(WordSpaceError, match="no word space 'nobody'"):
        inspect(pets, "nobody")


def test_the_command_prints_counts_and_what_to_rename(tmp_path, capsys):
    root = write_files(tmp_path / "pets", {"[cat]/1.png": png(), "slippper/1.png": png(), "slippper/2.png": png()})
    assert main(["data", str(root), "--sheet", str(tmp_path / "sheet.png")]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "pets: 3 pictures of 2 classes, 28 x 28 grey" in out and "slipper" in out and "[cat]" in out
    assert "lacks [cat], slippper: rename" in out
    assert Image.open(tmp_path / "sheet.png").size == (COLUMNS * 28, 2 * 28)


def test_the_command_gives_one_line_of_json_and_tells_its_progress_apart(pets, tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as file:
        for path in sorted(pets.rglob("*.png")):
            file.write(path, path.relative_to(pets.parent))
    assert main(["data", str(tmp_path / "pets.zip"), "--json"]) == 0
    output = capsys.readouterr()
    assert output.out.count("\n") == 1
    assert Inspection.from_json(output.out).counts == {"cat": 2, "dog": 20}
    steps = [json.loads(line) for line in output.err.splitlines()]
    assert steps[-1]["done"] == steps[-1]["total"] == 22


def test_a_sheet_that_cannot_be_written_is_said(pets, tmp_path, capsys):
    assert main(["data", str(pets), "--sheet", str(tmp_path / "nowhere" / "x.png")]) == 2
    assert "cannot be written" in capsys.readouterr().err
