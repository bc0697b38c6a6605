"""Fashion-MNIST, MNIST and digits: where they are looked for, what they hold, the errors when they are broken."""

import gzip
import hashlib
import struct
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import explorer.data.sources.mnist as mnist
from explorer.data import DataError, ImageSet, load
from explorer.data.sources.idx import read_idx

FASHION_WORDS = ("shirts", "trousers", "pullover", "dress", "coat", "sandals", "shirt", "sneakers", "bag", "boots")
FILES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def idx(array: np.ndarray, kind: int = 8) -> bytes:
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, kind, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def put(folder: Path, split: str = "train", brightness: int = 200, count: int = 20, gz: bool = True, side: int = 28):
    """A small set in MNIST's form: every picture has one bright top row."""
    folder.mkdir(parents=True, exist_ok=True)
    images = np.zeros((count, side, side), dtype=np.uint8)
    images[:, 0] = brightness
    for stem, array in zip(FILES[split], (images, np.arange(count) % 10), strict=True):
        (folder / (f"{stem}.gz" if gz else stem)).write_bytes(gzip.compress(idx(array)) if gz else idx(array))
    return folder


@pytest.fixture(autouse=True)
def places_of_our_own(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GAN_EXPLORER_DATA", raising=False)
    monkeypatch.setattr(mnist, "DEBIAN", tmp_path / "debian")


def quiet(source, **options) -> ImageSet:
    return load(source, download=False, progress=False, **options)


def test_real_fashion_mnist(monkeypatch):
    monkeypatch.setattr(mnist, "DEBIAN", Path("/usr/share/datasets"))
    if not Path("/usr/share/datasets/fashion-mnist").is_dir():
        pytest.skip("Debian's package dataset-fashion-mnist is not installed")
    train, test = quiet("fashion-mnist"), quiet("fashion-mnist", split="test")
    assert train.words == test.words == FASHION_WORDS
    assert train.counts() == dict.fromkeys(FASHION_WORDS, 6000)
    assert test.counts() == dict.fromkeys(FASHION_WORDS, 1000)
    assert train.image_shape == (1, 28, 28) and train.images.dtype == np.uint8 and train.labels.dtype == np.int64
    assert train.images.min() == 0 and train.images.max() == 255
    assert train.images[:, :, :2, :2].mean() < 5, "the background is black"
    # Trousers are taller than wide and sneakers wider than tall: the pictures are upright and the words are right.
    lit = train.images[:, 0] > 60
    rows, columns = lit.any(axis=2).sum(axis=1), lit.any(axis=1).sum(axis=1)
    ratio = {word: (rows / columns)[train.labels == i].mean() for i, word in enumerate(train.words)}
    assert max(ratio, key=ratio.get) == "trousers" and min(ratio, key=ratio.get) == "sneakers"


def test_digits_are_framed_like_mnist():
    train, test = quiet("digits"), quiet("digits", split="test")
    assert (len(train), len(test)) == (1500, 297)
    assert train.words[:3] == ("zero", "one", "two") and len(train.words) == 10
    assert train.image_shape == (1, 28, 28) and train.images.max() == 255
    assert not train.images[:, :, :2].any() and not train.images[:, :, -2:].any(), "two pixels of margin"
    middle = train.images[:, 0, 12:16, 12:16].mean(axis=(1, 2))
    assert middle[train.labels == 0].mean() < 60 < 120 < middle[train.labels == 8].mean(), "a zero has a hole"
    assert quiet("digits", size=32).image_shape == (1, 32, 32)
    assert quiet("digits", size=64).image_shape == (1, 64, 64)


@pytest.mark.parametrize("gz", [True, False])
def test_mnist_zipped_or_not(tmp_path, gz):
    put(tmp_path / "mnist", gz=gz, count=30)
    pictures = quiet("mnist", data_dir=tmp_path)
    assert pictures.name == "mnist" and pictures.words[9] == "nine"
    assert pictures.images.shape == (30, 1, 28, 28) and (pictures.images[:, 0, 0] == 200).all()
    assert pictures.labels.tolist() == [i % 10 for i in range(30)]
    assert pictures.counts()["four"] == 3


def test_places_in_their_order(tmp_path, monkeypatch):
    def brightness(**options):
        return int(quiet("mnist", **options).images.max())

    put(tmp_path / "debian" / "mnist", brightness=40)
    assert brightness() == 40
    put(tmp_path / "home" / "data" / "mnist", brightness=30)
    assert brightness() == 30
    put(tmp_path / "env" / "mnist", brightness=20)
    monkeypatch.setenv("GAN_EXPLORER_DATA", str(tmp_path / "env"))
    assert brightness() == 20
    put(tmp_path / "given", brightness=10)
    assert brightness(data_dir=tmp_path / "given") == 10, "the folder itself may hold the files"
    (tmp_path / "empty").mkdir()
    assert brightness(data_dir=tmp_path / "empty") == 30, "an empty folder is passed over"


def test_sizes_and_modes(tmp_path):
    put(tmp_path / "mnist")
    native = quiet("mnist", data_dir=tmp_path).images
    wide = quiet("mnist", data_dir=tmp_path, size=32).images
    assert wide.shape == (20, 1, 32, 32) and (wide[:, :, 2:-2, 2:-2] == native).all() and wide[:, :, :2].max() == 0
    assert quiet("mnist", data_dir=tmp_path, size=64).image_shape == (1, 64, 64)
    colour = quiet("mnist", data_dir=tmp_path, mode="RGB").images
    assert colour.shape == (20, 3, 28, 28) and (colour == native).all()


def test_known_sets_are_not_confused(tmp_path, monkeypatch):
    """MNIST and Fashion-MNIST share their file names; the labels tell which is which."""
    labels = np.arange(20) % 10
    digest = hashlib.sha256(labels.astype(np.uint8).tobytes()).hexdigest()
    fashion = replace(mnist.SOURCES["fashion-mnist"], label_sha256={"train": digest, "test": ""})
    monkeypatch.setitem(mnist.SOURCES, "fashion-mnist", fashion)
    put(tmp_path / "here")
    assert len(quiet("fashion-mnist", data_dir=tmp_path / "here")) == 20
    with pytest.raises(DataError, match="belongs to fashion-mnist, not to mnist"):
        quiet("mnist", data_dir=tmp_path / "here")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda data: b"\x89PNG" + data[4:], "does not begin with IDX's magic number"),
        (lambda data: data[:2] + b"\x0d" + data[3:], "type 0x0d"),
        (lambda data: data[:3] + b"\x01" + data[4:], "1 dimensions, but 3 were expected"),
        (lambda data: data[:10], "ends inside its header"),
        (lambda data: data[:-1], "ends early"),
        (lambda data: data + b"\0", "longer than its header says"),
        (lambda data: data[:4] + b"\xff" * 12 + data[16:], "more than any known set"),
        (lambda data: b"", "is not an IDX file"),
    ],
)
@pytest.mark.parametrize("gz", [True, False])
def test_broken_idx_files(tmp_path, spoil, says, gz):
    path = tmp_path / "pictures"
    data = spoil(idx(np.zeros((3, 28, 28))))
    path.write_bytes(gzip.compress(data) if gz else data)
    with pytest.raises(DataError, match=says) as error:
        read_idx(path, 3)
    assert str(path) in str(error.value)


def test_a_gzip_bomb_is_not_unpacked(tmp_path):
    """The header promises three small pictures; a hundred megabytes follow, of which one byte is enough."""
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(idx(np.zeros((3, 28, 28))) + bytes(100 << 20), compresslevel=1))
    tracemalloc.start()
    with pytest.raises(DataError, match="longer than its header says"):
        read_idx(path, 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 << 20


def test_a_truncated_gzip(tmp_path):
    folder = put(tmp_path / "mnist", count=200)
    images = folder / "train-images-idx3-ubyte.gz"
    images.write_bytes(images.read_bytes()[:-20])
    with pytest.raises(DataError, match=r"train-images-idx3-ubyte\.gz is damaged"):
        quiet("mnist", data_dir=tmp_path)


def test_files_that_do_not_fit_together(tmp_path):
    put(tmp_path / "a" / "mnist", side=32)
    with pytest.raises(DataError, match="pictures of 32 x 32, not 28 x 28"):
        quiet("mnist", data_dir=tmp_path / "a")
    labels = put(tmp_path / "b" / "mnist", count=20) / "train-labels-idx1-ubyte.gz"
    labels.write_bytes(gzip.compress(idx(np.zeros(19))))
    with pytest.raises(DataError, match=r"20 pictures but .* 19 labels"):
        quiet("mnist", data_dir=tmp_path / "b")
    labels.write_bytes(gzip.compress(idx(np.full(20, 11))))
    with pytest.raises(DataError, match="label 11, but mnist has 10 classes"):
        quiet("mnist", data_dir=tmp_path / "b")
    put(tmp_path / "c" / "mnist", count=0)
    with pytest.raises(DataError, match="no picture"):
        quiet("mnist", data_dir=tmp_path / "c")


def test_what_a_person_may_get_wrong(tmp_path):
    with pytest.raises(DataError, match="no data set 'fashon-mnist': use fashion-mnist, mnist, cifar10, digits"):
        quiet("fashon-mnist")
    for name in ("", " ", "a" * 5000, "a\0b"):
        with pytest.raises(DataError, match="no data set"):
            quiet(name)
    with pytest.raises(DataError, match=r"none of these folders: .*allow the download"):
        quiet("mnist")
    with pytest.raises(DataError, match="nowhere does not exist"):
        quiet("mnist", data_dir=tmp_path / "nowhere")
    for source in ("mnist", "digits"):
        with pytest.raises(DataError, match="splits train and test, but no 'dev'"):
            quiet(source, split="dev")
    with pytest.raises(DataError, match="16, 28, 32, 64 or 128 pixels wide, not 30"):
        quiet("digits", size=30)
    with pytest.raises(DataError, match=r"mode L .* or RGB, not 'CMYK'"):
        quiet("digits", mode="CMYK")


def test_classes_are_held_out():
    digits = load("digits")
    without = digits.without(["zero", "eight"])
    assert without.words == (*digits.words[1:8], "nine") and without.counts()["nine"] == digits.counts()["nine"]
    nine = digits.labels == 9
    assert (without.images[without.labels == 7] == digits.images[nine]).all() and digits.without([]) is digits
    for wrong, says in ((["coat"], "no class 'coat'"), (digits.words, "Every class of digits is held out")):
        with pytest.raises(DataError, match=says):
            digits.without(wrong)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"images": np.zeros((2, 1, 28, 28), np.float32)}, "must be uint8"),
        ({"images": np.zeros((2, 28, 28), np.uint8)}, r"must be uint8 \[N, C, H, W\]"),
        ({"images": np.zeros((2, 2, 28, 28), np.uint8)}, "not 2"),
        ({"images": np.zeros((2, 1, 28, 32), np.uint8)}, "square, not 28 x 32"),
        ({"images": np.zeros((0, 1, 28, 28), np.uint8), "labels": np.zeros(0, np.int64)}, "no picture"),
        ({"labels": np.zeros(3, np.int64)}, "one a picture"),
        ({"labels": np.zeros(2, np.int32)}, "labels must be int64"),
        ({"labels": np.array([0, 2])}, "labels run from 0 to 2, but there are 2 words"),
        ({"labels": np.array([-1, 0])}, "labels run from -1"),
        ({"words": ("cat", "cat")}, "a word of its own"),
        ({"words": ("cat", " ")}, "a word of its own"),
        ({"words": ()}, "a word of its own"),
    ],
)
def test_an_image_set_checks_itself(changes, says):
    good = {"images": np.zeros((2, 1, 28, 28), np.uint8), "labels": np.array([0, 1]), "words": ("cat", "dog")}
    assert ImageSet(name="pets", **good).counts() == {"cat": 1, "dog": 1}
    with pytest.raises(DataError, match=says):
        ImageSet(name="pets", **(good | changes))
