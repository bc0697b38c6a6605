"""Several sources as one set."""

import json

import numpy as np
import pytest
from picture_files import png, write_files

from explorer.data import DataError, load, sources_of


@pytest.fixture
def sources(tmp_path):
    """Grey class folders, and coloured pictures of a table."""
    photos = write_files(
        tmp_path / "My Photos", {f"{word}/{at}.png": png(at) for word in ("cat", "fig") for at in (1, 2)}
    )
    rows = [{"file_name": f"{at}.png", "word": "fig", "text": "ripe fig", "style": f"s{at}"} for at in range(2)]
    table = "\n".join(map(json.dumps, rows)).encode()
    files = {"metadata.jsonl": table, "0.png": png("red", 40), "1.png": png("blue", 40)}
    return photos, write_files(tmp_path / "drawn", files)


def test_labels_are_joined_by_word_and_styles_stand_side_by_side(sources):
    found = load(sources)
    assert found.name == "My Photos + drawn" and found.words == ("cat", "fig")
    assert found.counts() == {"cat": 2, "fig": 4} and found.image_shape == (3, 28, 28)
    assert found.styles == ("my-photos", "s0", "s1") and found.style_ids.tolist() == [0, 0, 0, 0, 1, 2]
    assert (found.images[0] == 1).all()  # grey has three equal channels
    assert found.images[4, :, 0, 0].tolist() == [255, 0, 0]
    assert [found.texts[at] for at in found.subjects] == [(), (), (), (), ("ripe fig",), ("ripe fig",)]
    assert len(set(found.subjects[:4].tolist())) == 2  # each label of the photos is a subject


def test_the_first_source_decides_the_size_and_the_order(sources):
    assert load(sources[::-1]).image_shape == (3, 32, 32)
    assert load(sources[::-1]).styles == ("s0", "s1", "my-photos")
    assert load(sources, mode="L", size=64).image_shape == (1, 64, 64)


def test_one_text_names_several(sources, monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_EXPLORER_DATA", str(tmp_path))
    one, other = load("My Photos + drawn"), load(sources)
    assert one.name == other.name and np.array_equal(one.images, other.images)
    (tmp_path / "My Photos + drawn").mkdir()  # a folder of that name is that folder
    assert sources_of("My Photos + drawn") == ("My Photos + drawn",)


def test_sets_of_one_name_are_two_styles(tmp_path):
    paths = [write_files(tmp_path / which / "set", {"cat/1.png": png(), "dog/1.png": png()}) for which in "ab"]
    assert load(paths).styles == ("set", "set-2")
    again = load([paths[0], "digits"])
    assert again.styles == ("set", "digits") and "seven" in again.words


def test_names_may_be_of_one_source_alone(sources):
    assert load(sources, names={"cat": "tiger"}).words == ("fig", "tiger")
    with pytest.raises(DataError, match="names that were given are of other"):
        load(sources, names={"bus": "coach"})


def test_what_cannot_be_one_set_is_said(sources):
    with pytest.raises(DataError, match="given twice"):
        load([sources[0], sources[0]])
    with pytest.raises(DataError, match="1 to 16 sources, not 0"):
        load([])
    with pytest.raises(DataError, match="has no test"):
        load(sources, split="test")
    with pytest.raises(DataError, match="no data set 'nowhere'"):
        load([sources[0], "nowhere"])
