"""Stroke drawings: what is drawn, how it varies, and lines that are none."""

import gzip
import json

import numpy as np
import pytest
from picture_files import png, write_files

from explorer.cli import main
from explorer.data import DataError, load

CROSS = [[[0, 255], [0, 255]], [[255, 0], [0, 255]]]
LINE = [[[0, 128, 255], [100, 100, 100]]]


def ndjson(*drawings: dict) -> bytes:
    return "\n".join(map(json.dumps, drawings)).encode()


SET = ndjson(
    {"word": "line", "drawing": LINE, "recognized": True},
    {"word": "The Cross", "drawing": CROSS},
    {"word": "line", "drawing": CROSS, "recognized": False},
    {"word": "line", "drawing": [[[7], [9]]], "recognized": True},
)


@pytest.fixture
def doodles(tmp_path):
    return write_files(tmp_path, {"doodles.ndjson": SET, "packed.ndjson.gz": gzip.compress(SET)}) / "doodles.ndjson"


def test_recognised_drawings_are_black_on_white(doodles):
    found = load(doodles)
    assert found.name == "doodles" and found.counts() == {"line": 4, "the cross": 2}
    assert found.image_shape == (1, 28, 28)
    assert any("1 of 4 drawings were left out" in note for note in found.recorded)
    line = found.images[0, 0].astype(int)
    assert (line[[0, -1]] == 255).all() and line.min() < 32
    assert set(np.unique(line)) - {0, 255}  # anti-aliased
    dark = np.flatnonzero(line.min(axis=1) < 128)
    assert 0 < len(dark) < 4 and 10 < dark.mean() < 18  # a level line in the middle
    cross = found.images[4, 0] < 128
    assert cross.sum() > 30 and abs(cross[:14].sum() - cross[14:].sum()) < cross.sum() / 3


def test_variants_differ_and_follow_from_number_and_variant_alone(doodles):
    two, three = load(doodles), load(doodles, variants=3)
    assert len(three) == 9 and not np.array_equal(three.images[0], three.images[1])
    assert np.array_equal(two.images[:2], three.images[:2])
    first = doodles.parent / "first.ndjson"
    first.write_bytes(SET.split(b"\n")[0])
    assert np.array_equal(load(first).images, two.images[:2])


def test_they_are_drawn_at_any_size_packed_or_in_several_files(doodles, tmp_path):
    assert load(doodles, size=64, mode="RGB").image_shape == (3, 64, 64)
    assert np.array_equal(load(tmp_path / "packed.ndjson.gz").images, load(doodles).images)
    parts = SET.split(b"\n")
    folder = write_files(tmp_path / "many", {"a.ndjson": b"\n".join(parts[:2]), "b.ndjson": b"\n".join(parts[2:])})
    assert load(folder).counts() == load(doodles).counts()
    assert np.array_equal(load(folder).images, load(doodles).images)  # numbers go on from file to file


def test_beside_pictures_they_are_no_set(tmp_path):
    folder = write_files(tmp_path / "pets", {"cat/1.png": png(), "dog/1.png": png(), "more.ndjson": SET})
    assert load(folder).words == ("cat", "dog")


def test_a_names_file_gives_other_words(doodles, tmp_path):
    assert load(doodles, names={"The Cross": "cross"}).words == ("cross", "line")
    assert main(["data", str(doodles), "--write-names", str(tmp_path / "names.csv")]) == 0
    assert "The Cross,the cross" in (tmp_path / "names.csv").read_text()


GOOD = {"word": "line", "drawing": LINE}


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[1]",
        b"\xff",
        ndjson({"drawing": LINE}),
        ndjson({"word": " ", "drawing": LINE}),
        ndjson({"word": "line"}),
        ndjson({"word": "line", "drawing": []}),
        ndjson({"word": "line", "drawing": [[[1, 2], [1]]]}),
        ndjson({"word": "line", "drawing": [[[], []]]}),
        ndjson({"word": "line", "drawing": [[[1, 2], [1, 2], [0, 16]]]}),  # raw, with times
        ndjson({"word": "line", "drawing": [[[300], [1]]]}),
        ndjson({"word": "line", "drawing": [[[-1], [1]]]}),
        ndjson({"word": "line", "drawing": [[["a"], ["b"]]]}),
        ndjson({"word": "line", "drawing": [[[float("nan")], [1]]]}),
        ndjson({"word": "line", "drawing": [[[[1]], [[1]]]]}),
        ndjson({"word": "line", "drawing": [[[1] * 30_000, [1] * 30_000]]}),
        ndjson({"word": "line", "drawing": 7}),
        b" " * (2 << 20),
    ],
)
def test_a_line_that_is_no_drawing_is_named(tmp_path, line):
    path = tmp_path / "set.ndjson"
    path.write_bytes(ndjson(GOOD) + b"\n" + line)
    with pytest.raises(DataError) as error:
        load(path)
    assert "line" in str(error.value) and str(path) in str(error.value) and str(error.value).endswith(".")


def test_a_file_without_drawings_or_damaged_is_said(tmp_path, doodles):
    path = tmp_path / "set.ndjson"
    path.write_bytes(ndjson(GOOD | {"recognized": False}))
    with pytest.raises(DataError, match="no drawing that was recognised"):
        load(path)
    packed = tmp_path / "set.ndjson.gz"
    packed.write_bytes(gzip.compress(SET)[:-12])
    with pytest.raises(DataError, match="is damaged"):
        load(packed)
    with pytest.raises(DataError, match="no test split"):
        load(doodles, split="test")
    with pytest.raises(DataError, match="drawn 1 to 64 times"):
        load(doodles, variants=65)
