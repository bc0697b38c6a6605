"""CIFAR-10: official archives of either kind, pictures in class folders, and the errors for broken ones."""

import gzip
import io
import lzma
import os
import pickle
import shutil
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.cli import main
from explorer.data import DataError, ImageSet, load
from explorer.words import open_space

WORDS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
BATCHES = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]
COUNT = 10  # pictures of a batch, one of each class
PIXELS = np.random.default_rng(0).integers(0, 256, (6, COUNT, 3072), dtype=np.uint8)
LABELS = [[(7 * number + batch) % 10 for number in range(COUNT)] for batch in range(6)]


def of_python_2(pixels: np.ndarray, labels: list[int]) -> bytes:
    """A batch as the official archive has it: pickled by Python 2, bytes and text being the same."""
    array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
    shape = b"K" + bytes([len(pixels)]) + b"M\x00\x0c\x86"
    dtype = b"cnumpy\ndtype\nU\x02u1K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    state = b"(K\x01" + shape + dtype + b"\x89T" + struct.pack("<I", pixels.size) + pixels.tobytes() + b"tb"
    numbers = b"".join(b"K" + bytes([label]) for label in labels)
    text = b"U\x0bbatch_labelU\x15training batch 1 of 5"
    return b"\x80\x02}(" + text + b"U\x06labels](" + numbers + b"eU\x04data" + array + state + b"u."


def of_python_3(protocol: int, text: bool = True):
    def write(pixels: np.ndarray, labels: list[int]) -> bytes:
        batch = {"labels": labels, "data": pixels, "filenames": ["a.png"] * len(labels)}
        return pickle.dumps(batch if text else {key.encode(): value for key, value in batch.items()}, protocol)

    return write


def python(write=of_python_2) -> dict[str, bytes]:
    files = {name: write(*batch) for name, *batch in zip(BATCHES, PIXELS, LABELS, strict=True)}
    return {f"cifar-10-batches-py/{name}": data for name, data in {**files, "readme.html": b"<p>"}.items()}


def binary() -> dict[str, bytes]:
    records = [
        np.column_stack([np.array(labels, np.uint8), pixels]) for pixels, labels in zip(PIXELS, LABELS, strict=True)
    ]
    files = {f"{name}.bin": batch.tobytes() for name, batch in zip(BATCHES, records, strict=True)}
    return {f"cifar-10-batches-bin/{name}": data for name, data in {**files, "batches.meta.txt": b"airplane"}.items()}


def pictures() -> dict[str, bytes]:
    """The same in class folders: `train/<class>/<batch>.png`."""
    files = {}
    for batch, (pixels, labels) in enumerate(zip(PIXELS, LABELS, strict=True)):
        for row, label in zip(pixels, labels, strict=True):
            buffer = io.BytesIO()
            Image.fromarray(row.reshape(3, 32, 32).transpose(1, 2, 0)).save(buffer, "PNG")
            files[f"{'test' if batch == 5 else 'train'}/{WORDS[label]}/{batch}.png"] = buffer.getvalue()
    return files


def tarred(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def unpack(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def put(folder: Path, way: str) -> None:
    """Lay the set into a folder of data."""
    folder.mkdir(parents=True, exist_ok=True)
    if way == "python archive":
        (folder / "cifar-10-python.tar.gz").write_bytes(gzip.compress(tarred(python())))
    elif way == "binary archive":
        (folder / "cifar-10-binary.tar.gz").write_bytes(gzip.compress(tarred(binary())))
    elif way == "tar.xz":
        (folder / "cifar10.tar.xz").write_bytes(lzma.compress(tarred(pictures())))
    elif way == "zip":
        with zipfile.ZipFile(folder / "cifar10.zip", "w") as file:
            for name, data in pictures().items():
                file.writestr(name, data)
    elif way == "folder":
        unpack(folder / "cifar10", pictures())
    else:
        unpack(folder, python() if way == "python, unpacked" else binary())


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GAN_EXPLORER_DATA", raising=False)
    return tmp_path / "home"


def quiet(**options) -> ImageSet:
    return load("cifar10", download=False, progress=False, **options)


def same(found: ImageSet, first: int, last: int) -> None:
    """Whether it holds just the pictures of those batches, in any order."""
    wanted = {
        (label, row.tobytes())
        for one in range(first, last)
        for label, row in zip(LABELS[one], PIXELS[one], strict=True)
    }
    assert {(int(label), image.tobytes()) for label, image in zip(found.labels, found.images, strict=True)} == wanted
    assert found.words == WORDS and found.name == "cifar10" and len(found) == COUNT * (last - first)


@pytest.mark.parametrize(
    "way",
    ["python archive", "binary archive", "python, unpacked", "binary, unpacked", "tar.xz", "zip", "folder"],
)
def test_every_form_gives_the_same_pictures(tmp_path, way):
    put(tmp_path / "data", way)
    train, test = (quiet(split=split, data_dir=tmp_path / "data") for split in ("train", "test"))
    assert train.image_shape == test.image_shape == (3, 32, 32) and train.images.flags.c_contiguous
    same(train, 0, 5)
    same(test, 5, 6)
    lossy = [note for note in train.notes if "not from an official archive" in note]
    assert len(lossy) == (way in ("tar.xz", "zip", "folder"))


@pytest.mark.parametrize(
    "write", [of_python_3(0), of_python_3(2), of_python_3(4), of_python_3(5), of_python_3(3, False)]
)
def test_batches_pickled_again_by_python_3(tmp_path, write):
    unpack(tmp_path, python(write))
    same(quiet(data_dir=tmp_path), 0, 5)


def test_where_it_is_looked_for(tmp_path, home, monkeypatch):
    with pytest.raises(DataError, match=r"cifar10 is in none of these folders: .*allow the download"):
        quiet()
    put(tmp_path / "own/cifar10", "binary archive")
    same(quiet(data_dir=tmp_path / "own"), 0, 5)
    monkeypatch.setenv("GAN_EXPLORER_DATA", str(tmp_path / "own"))
    same(quiet(split="test"), 5, 6)
    same(quiet(data_dir=tmp_path / "own/cifar10"), 0, 5)
    monkeypatch.delenv("GAN_EXPLORER_DATA")
    put(home / "data/cifar10", "python archive")
    same(quiet(), 0, 5)
    unpack(tmp_path / "bare", {name.split("/")[1]: data for name, data in binary().items()})
    same(quiet(data_dir=tmp_path / "bare"), 0, 5)
    with pytest.raises(DataError, match="does not exist: correct --data-dir"):
        quiet(data_dir=tmp_path / "nowhere")
    with pytest.raises(DataError, match="splits train and test, but no 'val'"):
        quiet(split="val")


def test_packed_pictures_are_decoded_once(tmp_path, home, monkeypatch):
    put(tmp_path, "tar.xz")
    first = quiet(data_dir=tmp_path)
    kept = list((home / "data/cifar10").iterdir())
    assert len(kept) == 1 and kept[0].stat().st_size == 50 * 3073
    with monkeypatch.context() as patch:
        patch.setattr("explorer.data.sources.cifar10.open_listing", None)
        again = quiet(data_dir=tmp_path)
    assert np.array_equal(first.images, again.images) and first.notes == again.notes
    kept[0].write_bytes(kept[0].read_bytes()[:-1])  # not ours
    same(quiet(data_dir=tmp_path), 0, 5)
    other = {name: data for name, data in pictures().items() if not name.endswith("4.png")}
    (tmp_path / "cifar10.tar.xz").write_bytes(lzma.compress(tarred(other)))
    same(quiet(data_dir=tmp_path), 0, 4)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, home):
    put(tmp_path, "zip")
    home.write_text("a file where the folder should be")
    same(quiet(data_dir=tmp_path), 0, 5)


@pytest.mark.parametrize(("size", "mode"), [(28, "L"), (32, "L"), (64, "RGB")])
def test_other_sizes_and_grey(tmp_path, size, mode):
    put(tmp_path, "binary, unpacked")
    found = quiet(data_dir=tmp_path, size=size, mode=mode)
    assert found.image_shape == (1 if mode == "L" else 3, size, size)
    image = Image.fromarray(PIXELS[0, 0].reshape(3, 32, 32).transpose(1, 2, 0)).convert(mode)
    wanted = np.atleast_3d(np.asarray(image.resize((size, size), Image.Resampling.LANCZOS))).transpose(2, 0, 1)
    assert np.array_equal(found.images[0], wanted)


class Bomb:
    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def change(name: str, data: bytes | None):
    def spoil(files: dict[str, bytes], tmp_path: Path) -> None:
        where = next(path for path in files if path.endswith(name))
        files.pop(where) if data is None else files.update({where: data})

    return spoil


def a_program(files: dict[str, bytes], tmp_path: Path) -> None:
    files["cifar-10-batches-py/data_batch_3"] = pickle.dumps({"labels": [1], "data": Bomb(tmp_path / "ran")})


def objects(files: dict[str, bytes], tmp_path: Path) -> None:
    array = np.empty((1, 3072), object)
    files["cifar-10-batches-py/data_batch_3"] = pickle.dumps({"labels": [1], "data": array}, 2)


def too_many_labels(pixels: np.ndarray, labels: list[int]) -> bytes:
    return of_python_2(pixels, [*labels, 1])


@pytest.mark.parametrize(
    ("files", "spoil", "says"),
    [
        (python, a_program, r"data_batch_3 asks for '\w+\.mkdir', .* nothing in it was run"),
        (python, objects, "data_batch_3 is no batch of CIFAR-10"),
        (python, change("_3", b""), "data_batch_3 is no batch of CIFAR-10"),
        (python, change("_3", pickle.dumps([1, 2])), r"data_batch_3 is no batch of CIFAR-10 \(it is no dictionary"),
        (python, change("_3", pickle.dumps({"data": b"x", "labels": [1]})), "lacks data or labels"),
        (python, change("_3", of_python_3(4)(PIXELS[0].astype(float), LABELS[0])), "does not hold bytes"),
        (python, change("_3", of_python_3(4)(PIXELS[0, :, :99], LABELS[0])), "3,072 bytes and a label a picture"),
        (python, change("_3", of_python_2(PIXELS[0], LABELS[0])[:5000]), "is cut short or damaged"),
        (python, change("_3", of_python_3(4)(PIXELS[0], ["1"] * COUNT)), "a label a picture"),
        (python, change("_3", of_python_3(4)(PIXELS[0], [-1] * COUNT)), "a label a picture"),
        (python, change("_3", too_many_labels(PIXELS[0], LABELS[0])), "a label a picture"),
        (python, change("_3", of_python_2(PIXELS[0], [77] * COUNT)), "has a label 77, but CIFAR-10 has 10 classes"),
        (python, change("_3", None), "lacks data_batch_3: fetch or unpack it again"),
        (binary, change("_3.bin", None), r"lacks data_batch_3\.bin: fetch or unpack it again"),
        (binary, change("_3.bin", b""), "does not hold whole records of 3,073 bytes"),
        (binary, change("_3.bin", bytes(3072)), "does not hold whole records of 3,073 bytes"),
        (binary, change("_3.bin", b"\x0a" + bytes(3072)), "has a label 10, but CIFAR-10 has 10 classes"),
    ],
)
def test_one_sentence_for_each_bad_archive(tmp_path, files, spoil, says):
    content = files()
    spoil(content, tmp_path)
    unpack(tmp_path / "data", content)
    with pytest.raises(DataError, match=says) as caught:
        quiet(data_dir=tmp_path / "data")
    assert str(tmp_path) in str(caught.value) and "\n" not in str(caught.value) and not (tmp_path / "ran").exists()


def test_pictures_of_other_classes_are_not_taken_for_it(tmp_path):
    unpack(tmp_path / "cifar10", pictures())
    shutil.move(tmp_path / "cifar10/train/truck", tmp_path / "cifar10/train/lorry")
    with pytest.raises(DataError, match=r"lorry, ship, which are not those of CIFAR-10"):
        quiet(data_dir=tmp_path)


def test_the_command_shows_it(tmp_path, capsys):
    put(tmp_path, "binary archive")
    assert main(["data", "cifar10", "--data-dir", str(tmp_path)]) == 0
    output = capsys.readouterr().out
    assert "cifar10: 50 pictures of 10 classes, 32 x 32 RGB" in output and "lacks" not in output


@pytest.mark.parametrize("space", ["glove-minilm-100d", "glove-minilm-100d"])
def test_its_words_are_in_the_shipped_spaces(space):
    opened = open_space(space)
    for word in WORDS:
        assert opened.resolve(word)
