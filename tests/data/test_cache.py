"""Decoded pictures that are kept: found again, rebuilt when damaged or changed, bounded, and no condition."""

import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest
from picture_files import png, write_files

from explorer.data import cache, load
from explorer.data.folders import pixels


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    """A home in which every set is kept, however small."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(cache, "MIN_BYTES", 0)
    return tmp_path / "home/cache/pictures"


@pytest.fixture
def pets(tmp_path) -> Path:
    return write_files(tmp_path / "pets", {f"{word}/{at}.png": png(at) for word in ("cat", "dog") for at in range(40)})


@pytest.fixture
def decoded(monkeypatch) -> list:
    """What is decoded from now on."""
    found = []
    decode = pixels.decode
    monkeypatch.setattr(pixels, "decode", lambda *given, **more: found.append(given[2]) or decode(*given, **more))
    return found


def entries(home: Path) -> list[Path]:
    return sorted(one for one in home.iterdir())


def test_a_set_is_decoded_once(home, pets, decoded):
    first = load(pets)
    assert len(decoded) == 80 and len(entries(home)) == 1
    again = load(pets)
    assert len(decoded) == 80 and np.array_equal(again.images, first.images)
    assert again.notes == first.notes and again.words == first.words
    assert isinstance(again.images.base, np.memmap)


def test_what_changes_the_pixels_is_another_entry_and_words_are_not(home, pets, decoded):
    load(pets)
    load(pets, names={"cat": "tiger", "dog": "wolf"})
    assert len(entries(home)) == 1
    for options in ({"size": 32}, {"mode": "RGB"}, {"fit": "pad"}):
        load(pets, **options)
    assert len(entries(home)) == 4
    (pets / "cat/0.png").write_bytes(png(77, 30))
    os.utime(pets / "cat/0.png", ns=(1, 1))
    assert (load(pets).images[0] == 77).all() and len(entries(home)) == 5


def test_an_archive_is_known_by_its_bytes_wherever_it_lies(home, pets, decoded, tmp_path):
    packed = Path(shutil.make_archive(str(tmp_path / "pets"), "zip", pets))
    load(packed)
    packed.rename(tmp_path / "moved.zip")
    count = len(decoded)
    assert load(tmp_path / "moved.zip").name == "moved" and len(decoded) == count


def test_colours_broken_files_and_notes_are_the_same_from_the_cache(home, pets):
    (pets / "cat/5.png").write_bytes(b"x")
    (pets / "dog/7.png").write_bytes(png("red", 40))
    first, again = load(pets, skip_broken=True), load(pets, skip_broken=True)
    assert first.image_shape == (3, 28, 28) and len(first) == 79
    assert np.array_equal(first.images, again.images) and np.array_equal(first.labels, again.labels)
    assert (first.notes, first.recorded, first.broken) == (again.notes, again.recorded, again.broken)
    assert len(first.broken) == 1 and len(first.notes) == 3


@pytest.mark.parametrize("damage", ["flip", "cut", "json", "gone", "shape"])
def test_a_damaged_entry_is_built_again(home, pets, decoded, damage):
    first = np.array(load(pets).images)
    images, about = entries(home)[0] / "images.bin", entries(home)[0] / "about.json"
    if damage == "flip":
        images.write_bytes(bytes([images.read_bytes()[0] ^ 1]) + images.read_bytes()[1:])
    elif damage == "cut":
        images.write_bytes(images.read_bytes()[:-1])
    elif damage == "json":
        about.write_text("{")
    elif damage == "gone":
        images.unlink()
    else:
        about.write_text(
            about.read_text().replace("[80, 1, 28, 28]", "[80, 28, 28, 1]").replace('"digest": "', '"digest": "0')
        )
    assert np.array_equal(load(pets).images, first) and len(decoded) == 160
    load(pets)
    assert len(decoded) == 160 and len(entries(home)) == 1


def test_entries_used_longest_ago_make_room(home, pets, monkeypatch):
    one = load(pets).images.nbytes
    monkeypatch.setattr(cache, "MAX_BYTES", 2 * one)
    first = entries(home)[0]
    os.utime(first / "about.json", (1, 1))
    load(pets, fit="pad")
    second = next(entry for entry in entries(home) if entry != first)
    os.utime(second / "about.json", (2, 2))
    mapped = load(pets)  # the first is used again
    load(pets, fit="stretch")
    assert len(entries(home)) == 2 and first in entries(home) and second not in entries(home)
    monkeypatch.setattr(cache, "MAX_BYTES", one)
    load(pets, fit="pad")
    assert first not in entries(home) and mapped.images.max() == 39  # a mapped one can still be read


def test_a_full_disk_or_a_folder_that_cannot_be_written_is_said_and_does_no_harm(home, pets, monkeypatch):
    expected = np.array(load(pets).images)
    shutil.rmtree(home)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1 << 40, 1 << 40, 0))
    found = load(pets)
    assert np.array_equal(found.images, expected) and not entries(home)
    assert "could not be kept" in found.notes[-1] and "the disk is nearly full" in found.notes[-1]
    shutil.rmtree(home)
    home.parent.rmdir()
    home.parent.write_text("a file where the folder should be")
    assert np.array_equal(load(pets).images, expected)


def test_two_at_once_both_succeed(home, pets, monkeypatch):
    begun = threading.Barrier(2)
    allocate = cache._Fresh.allocate

    def together(self, shape):
        begun.wait(10)
        return allocate(self, shape)

    monkeypatch.setattr(cache._Fresh, "allocate", together)
    found = []
    threads = [threading.Thread(target=lambda: found.append(load(pets, progress=False))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 2 and np.array_equal(found[0].images, found[1].images)
    assert len(entries(home)) == 1 and not found[0].notes and not found[1].notes


def test_an_interrupted_one_leaves_nothing(home, pets):
    def stop(what, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(pets, progress=stop)
    assert not entries(home)


def test_several_sets_are_mapped_as_one(home, pets):
    found = load([pets, "digits"])
    assert len(found) == 80 + len(load("digits")) and len(entries(home)) == 2
    assert np.array_equal(load([pets, "digits"]).images, found.images) and len(entries(home)) == 2


def test_many_pictures_in_many_classes_take_little_memory(home, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "many.zip", "w") as file:
        for at in range(3000):
            file.writestr(f"w{at % 1000}/{at}.png", png(at % 256, 8))
    found = load(tmp_path / "many.zip", size=28)
    assert len(found.words) == 1000 and isinstance(found.images.base, np.memmap)
    shade = {int(image[0, 0, 0]) for image in found.images[found.labels == found.words.index("w7")]}
    assert shade == {7, 1007 % 256, 2007 % 256}
