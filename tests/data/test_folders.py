"""Folders and zips with one sub-folder per class: layouts, words, and everything that may be wrong with them."""

import io
import os
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from picture_files import png
from PIL import Image, features

from explorer.data import DataError, ImageSet, load
from explorer.data.folders import zip as zip_listing
from explorer.data.folders.classes import word_of

PETS = {
    "cat/1.png": png(10),
    "cat/2.png": png(20),
    "dog/1.png": png(30),
    "dog/2.png": png(40),
    "dog/3.png": png(50),
}


def tarred(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as file:
        for where, data in files.items():
            info = tarfile.TarInfo(where)
            info.size, info.type = len(data), tarfile.DIRTYPE if where.endswith("/") else tarfile.REGTYPE
            file.addfile(info, io.BytesIO(data))
    return path


@pytest.fixture(params=["folder", "zip", "tar.gz"])
def pack(request, tmp_path):
    """Writes {path: bytes} (a path that ends in / is an empty folder) as a folder, zip or tar, and gives its path."""

    def write(files: dict[str, bytes], name: str = "pets") -> Path:
        if request.param == "zip":
            path = tmp_path / f"{name}.zip"
            with zipfile.ZipFile(path, "w") as file:
                for where, data in files.items():
                    file.writestr(where, data)
            return path
        if request.param == "tar.gz":
            return tarred(tmp_path / f"{name}.tar.gz", files)
        for where, data in files.items():
            path = tmp_path / name / where
            if where.endswith("/"):
                path.mkdir(parents=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
        return tmp_path / name

    return write


def under(top: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{top}/{where}": data for where, data in files.items()}


def read(path: Path, **options) -> ImageSet:
    return load(str(path), progress=False, **options)


def test_sub_folders_are_classes(pack):
    pets = read(pack(PETS))
    assert pets.name == "pets" and pets.words == ("cat", "dog") and pets.notes == ()
    assert pets.counts() == {"cat": 2, "dog": 3}
    assert pets.images.shape == (5, 1, 28, 28) and pets.labels.tolist() == [0, 0, 1, 1, 1]
    assert pets.images[:, 0, 0, 0].tolist() == [10, 20, 30, 40, 50]


def test_the_order_is_that_of_the_names(pack):
    pets = read(pack(dict(reversed(PETS.items()))))
    assert pets.images[:, 0, 0, 0].tolist() == [10, 20, 30, 40, 50]


def test_a_path_may_lie_in_the_data_folder(pack, tmp_path, monkeypatch):
    path = pack(PETS)
    assert len(read(Path(path.name), data_dir=tmp_path)) == 5
    monkeypatch.setenv("GAN_EXPLORER_DATA", str(tmp_path))
    assert len(read(Path(path.name))) == 5


@pytest.mark.parametrize("held_out", ["val", "test", "Validation"])
def test_split_folders(pack, held_out):
    more = {"dog/9.png": png(90), "cat/9.png": png(80)}
    path = pack(under("train", PETS) | under(held_out, more) | {"words.txt": b"cat, dog"})
    assert read(path).counts() == {"cat": 2, "dog": 3}
    for split in ("val", "test"):
        pets = read(path, split=split)
        assert pets.words == ("cat", "dog") and pets.images[:, 0, 0, 0].tolist() == [80, 90]


def test_a_held_out_class_may_be_missing_but_not_new(pack):
    path = pack(under("train", PETS) | {"val/dog/9.png": png()})
    assert read(path, split="val").counts() == {"cat": 0, "dog": 1}
    path = pack(under("train", PETS) | {"val/wolf/9.png": png()}, name="wolves")
    with pytest.raises(DataError, match=r"wolf.* is not among the training classes"):
        read(path, split="val")


def test_without_split_folders_nothing_is_held_out(pack):
    path = pack(PETS)
    with pytest.raises(DataError, match="has no test folder beside its classes"):
        read(path, split="test")
    with pytest.raises(DataError, match="splits train, val and test, but no 'dev'"):
        read(path, split="dev")


def test_train_can_be_a_word(pack):
    path = pack({"train/1.png": png(), "boat/1.png": png(), "bus/1.png": png()})
    assert read(path).words == ("boat", "bus", "train")


@pytest.mark.parametrize("top", ["pets-v2", "data/pets"])
def test_a_folder_around_it_all(pack, top):
    assert read(pack(under(top, PETS))).words == ("cat", "dog")
    assert read(pack(under(top, under("train", PETS)), name="split")).words == ("cat", "dog")


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"cat/1.png": png(10), "cat/2.png": png(20)}, "cat"),
        ({"cat/1.png": png(10), "cat/young/2.png": png(20), "cat/a.txt": b"x"}, "cat"),
        ({"pets/cat/1.png": png(10), "pets/cat/2.png": png(20)}, "cat"),
        ({"1.png": png(10), "2.png": png(20)}, "pictures"),
        ({"1.png": png(10), "2.png": png(20), "list/a.csv": b"x", "a.txt": b"x"}, "pictures"),
        ({"train/1.png": png(10), "train/2.png": png(20), "test/1.png": png(30)}, "pictures"),
        ({"train/train/1.png": png(10), "train/train/2.png": png(20), "list/a.csv": b"x"}, "pictures"),
    ],
)
def test_one_class_and_pictures_of_none(pack, files, word):
    pets = read(pack(files))
    assert pets.words == (word,) and pets.images[:, 0, 0, 0].tolist() == [10, 20]


def test_pictures_of_no_class_can_be_held_out(pack):
    path = pack({"train/1.png": png(10), "test/1.png": png(30), "val/cat/1.png": png(40)})
    assert read(path, split="test").images[:, 0, 0, 0].tolist() == [30]
    with pytest.raises(
        DataError, match=r"val.* has class folders \(cat \(1 picture\)\), but the training pictures lie"
    ):
        read(path, split="val")


def test_pictures_deeper_in_a_class(pack):
    path = pack(PETS | {"cat/siamese/1.png": png(), "cat/siamese/kittens/1.png": png()})
    assert read(path).counts() == {"cat": 4, "dog": 3}


def test_what_file_managers_leave_behind(pack):
    litter = {
        "__MACOSX/cat/._1.png": b"x",
        ".DS_Store": b"x",
        "cat/.DS_Store": b"x",
        "cat/._1.png": b"x",
        "dog/Thumbs.db": b"x",
        ".git/config": b"x",
        "LICENSES.json": b"{}",
        "README.md": b"# Pets",
    }
    pets = read(pack(PETS | litter))
    assert len(pets) == 5 and pets.words == ("cat", "dog") and pets.notes == ()


def test_other_files_are_left_out_and_counted(pack):
    pets = read(pack(PETS | {"cat/notes.txt": b"purrs", "dog/labels.csv": b"1", "preview.png": png()}))
    assert len(pets) == 5
    assert len(pets.notes) == 1 and pets.notes[0].startswith("3 files were left out, the first ")


@pytest.mark.parametrize(
    ("folder", "word"),
    [
        ("cat", "cat"),
        ("Cat", "cat"),
        ("golden_retriever", "golden retriever"),
        ("__golden__retriever ", "golden retriever"),
        ("t-shirt", "t-shirt"),
        ("n02085620-Chihuahua", "chihuahua"),
        ("cafe\u0301", "caf\u00e9"),
        ("ice\u00a0cream", "ice cream"),
        ("a\u202eb\u0007", "a b"),
    ],
)
def test_words_out_of_folder_names(folder, word):
    assert word_of(folder) == word


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (PETS | {"fox/": b""}, r"fox.* has no picture in it, nothing: fill it or remove it"),
        (PETS | {"fox/a.txt": b"text"}, r"fox.* has no picture in it, only files such as 'a.txt'"),
        ({"a.txt": b"", "b.txt": b""}, "has no sub-folders with pictures"),
        ({"cat/a.txt": b"", "dog/b.txt": b""}, r"cat.* has no picture in it, only files such as 'a.txt'"),
        ({"1.png": png(), "cat/2.png": png()}, r"1 pictures right in it, beside the folder cat \(1 picture\): put all"),
        (PETS | {"Dog_/1.png": png()}, r"'Dog_' and 'dog' .* same word \('dog'\): merge or rename"),
        (PETS | {"_/1.png": png()}, "no word in its name: rename it"),
        (
            PETS | {"cat/x.png": b"not a picture"},
            r"cat.x\.png.* can be read \(no known image format",
        ),
        (PETS | {"cat/x.jpg": b""}, r"cat.x\.jpg.* not a picture that can be read"),
        (PETS | {"cat/x.png": png(size=(90, 90))[:60]}, r"cat.x\.png.* not a picture that can be read"),
    ],
)
def test_one_sentence_for_each_bad_set(pack, files, says):
    path = pack(files)
    with pytest.raises(DataError, match=says) as error:
        read(path)
    assert str(path) in str(error.value) and str(error.value).count("\n") == 0


def test_neither_folder_nor_zip(tmp_path):
    (tmp_path / "pets.tar").write_bytes(b"x" * 2000)
    with pytest.raises(DataError, match="neither a folder nor a zip or tar: unpack it"):
        read(tmp_path / "pets.tar")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="has no sub-folders with pictures"):
        read(tmp_path / "empty")


def zipped(tmp_path: Path, files: dict[str, bytes], **options) -> Path:
    path = tmp_path / "pets.zip"
    with zipfile.ZipFile(path, "w", **options) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return path


@pytest.mark.parametrize("name", ["../cat/1.png", "cat/../../1.png", "/etc/cat/1.png", "..\\cat\\1.png", "C:/1.png"])
def test_a_zip_that_points_outside_itself(tmp_path, name):
    path = zipped(tmp_path, PETS | {name: png()})
    with pytest.raises(DataError, match="an entry that points outside itself"):
        read(path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pets.zip"], "and nothing was unpacked"


def test_a_cut_off_zip(tmp_path):
    path = zipped(tmp_path, PETS)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="is not a whole zip"):
        read(path)


def test_a_zip_with_flipped_bytes(tmp_path):
    path = zipped(tmp_path, PETS)
    data = bytearray(path.read_bytes())
    data[data.index(b"IDAT") + 6] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(DataError, match=r"cat/1\.png in .* cannot be unpacked"):
        read(path)


def test_an_encrypted_zip(tmp_path):
    path = zipped(tmp_path, PETS)
    data = bytearray(path.read_bytes())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:  # the flags of every entry in the directory
        data[at + 8] |= 1
        at += 4
    path.write_bytes(data)
    with pytest.raises(DataError, match="is encrypted: unpack the zip"):
        read(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    assert zip_listing.MAX_FILE_BYTES == 256 << 20
    monkeypatch.setattr(zip_listing, "MAX_FILE_BYTES", 2 << 20)
    path = zipped(tmp_path, {"cat/1.png": png(), "dog/1.png": bytes(3 << 20)}, compression=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 1 << 14
    with pytest.raises(DataError, match=r"dog/1\.png in .* unpacks to 3,145,728 bytes"):
        read(path)


def test_a_zip_whose_entries_together_are_a_bomb(tmp_path, monkeypatch):
    """None is large by itself, and entries may share their bytes: it is the sum that gives it away."""
    monkeypatch.setattr("explorer.data.folders.listing.MAX_UNPACKED_BYTES", 1 << 20)
    bomb = {f"dog/{i}.bmp": bytes(1 << 20) for i in range(8)}
    path = zipped(tmp_path, {"cat/1.png": png()} | bomb, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(DataError, match=r"pets\.zip claims to unpack to 8 MB, too many for its size: do not trust it"):
        read(path)
    assert read(zipped(tmp_path, PETS)).counts() == {"cat": 2, "dog": 3}


def test_names_that_would_steer_a_terminal_are_shown_as_marks(tmp_path):
    path = zipped(tmp_path, PETS | {"dog/\x1b[2J\n猫.txt": b""})
    assert read(path).notes == (f"One file was left out: dog/\ufffd[2J\ufffd猫.txt in {path}.",)
    with pytest.raises(DataError, match=r"cat/\ufffdx\.png in .* is not a picture"):
        read(zipped(tmp_path, PETS | {"cat/\rx.png": b"x"}))


@pytest.mark.skipif(os.name != "posix", reason="names are text on this system")
def test_names_that_are_no_text_are_shown_as_marks(tmp_path):
    for word in ("cat", "dog"):
        (tmp_path / "pets" / word).mkdir(parents=True)
        (tmp_path / "pets" / word / "1.png").write_bytes(png())
    with open(os.fsencode(tmp_path / "pets" / "cat") + b"/\xff.txt", "wb"):
        pass
    (note,) = read(tmp_path / "pets").notes
    assert note.endswith("/cat/\ufffd.txt.") and note.encode()


def test_a_zip_in_a_zip_is_not_opened(tmp_path):
    inner = zipped(tmp_path, PETS).read_bytes()
    pets = read(zipped(tmp_path, PETS | {"dog/more.zip": inner}))
    assert pets.counts() == {"cat": 2, "dog": 3} and "more.zip" in pets.notes[0]


def test_folders_without_end(tmp_path):
    path = zipped(tmp_path, PETS | {"dog/" + "x/" * 30_000 + "1.png": png()})
    with pytest.raises(DataError, match="more than 64 deep"):
        read(path)
    deep = tmp_path / "deep"
    deep.mkdir()
    for _ in range(70):
        deep /= "x"
        deep.mkdir()
    with pytest.raises(DataError, match="more than 64 folders deep"):
        read(tmp_path / "deep")


@pytest.mark.parametrize("way", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_ways_of_packing_that_take_memory_as_they_like(tmp_path, way):
    with pytest.raises(DataError, match=r"cat/1\.png in .* is packed in an unusual way"):
        read(zipped(tmp_path, PETS, compression=way))


def test_a_picture_that_claims_to_be_huge(tmp_path):
    """A PNG of a few bytes whose header says 60,000 x 60,000."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    for size in ((60_000, 60_000), (9_000, 9_000)):
        bomb = start.replace(header, struct.pack(">II", *size) + header[8:])
        bomb = bomb[:29] + struct.pack(">I", zlib.crc32(bomb[12:29])) + png()[33:]
        with pytest.raises(DataError, match=r"cat/x\.png in .* more than 64 million pixels"):
            read(zipped(tmp_path, PETS | {"cat/x.png": bomb}))


def test_the_same_name_twice_in_a_zip(tmp_path):
    path = tmp_path / "pets.zip"
    with zipfile.ZipFile(path, "w") as file, pytest.warns(UserWarning, match="Duplicate"):
        for name in [*PETS, "cat/1.png"]:
            file.writestr(name, png())
    with pytest.raises(DataError, match=r"cat/1\.png in .* is there twice"):
        read(path)


def linked(root: Path, **links: str) -> Path:
    """PETS in a folder, and in it links: name -> where to (`_` for a slash in the name)."""
    for where, data in PETS.items():
        (root / where).parent.mkdir(parents=True, exist_ok=True)
        (root / where).write_bytes(data)
    for name, target in links.items():
        (root / name.replace("_", "/")).parent.mkdir(exist_ok=True)
        (root / name.replace("_", "/")).symlink_to(target)
    return root


def test_links_may_lead_into_a_class_but_not_round_in_circles(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "1.png").write_bytes(png())
    pets = tmp_path / "pets"
    (pets / "cat").mkdir(parents=True)
    (pets / "cat" / "1.png").write_bytes(png())
    (pets / "dog").symlink_to(elsewhere)
    (pets / "cat" / "round").symlink_to(pets)
    os.mkfifo(pets / "cat" / "pipe.png")
    found = read(pets)
    assert found.counts() == {"cat": 1, "dog": 1}
    (note,) = found.notes
    assert note.startswith(
        f"1 link was left out, the first {pets / 'cat' / 'round'}: it leads nowhere, in a circle, or"
    )


def test_a_second_link_to_a_folder_counts_its_pictures_again(tmp_path):
    assert read(linked(tmp_path / "pets", kitten="cat")).counts() == {"cat": 2, "dog": 3, "kitten": 2}
    split = tmp_path / "split"
    split.mkdir()
    linked(split / "train")
    (split / "val").symlink_to("train")
    assert read(split).counts() == read(split, split="val").counts() == {"cat": 2, "dog": 3}


def test_links_that_lead_to_each_other_end(tmp_path, monkeypatch):
    pets = linked(tmp_path / "pets", cat_x="../dog", dog_x="../cat")
    assert read(pets).counts() == {"cat": 5, "dog": 5}
    for name in "abcdefghijkl":
        (pets / name).mkdir()
        for other in "abcdefghijkl":
            (pets / name / other).symlink_to(f"../{other}")
    monkeypatch.setattr("explorer.data.folders.listing.MAX_FOLDERS", 500)
    with pytest.raises(DataError, match="or 500 folders, those that links lead to among them"):
        read(pets)


def test_links_that_lead_nowhere_are_counted(tmp_path):
    pets = linked(tmp_path / "pets", **{"cat_3.png": "gone.png", "cat_4.png": "4.png", "dog_old": "/nowhere"})
    found = read(pets)
    assert found.counts() == {"cat": 2, "dog": 3}
    assert found.notes[0].startswith(f"3 links were left out, the first {pets / 'cat' / '3.png'}: they lead nowhere")
    with pytest.raises(
        DataError, match=r"fox has no picture in it, only links that lead nowhere, such as '1\.png': fill"
    ):
        read(linked(pets, **{"fox_1.png": "gone.png"}))


def test_links_in_a_zip_are_counted(tmp_path):
    path = zipped(tmp_path, PETS)
    link = zipfile.ZipInfo("dog/link.png")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(link, "1.png")
    found = read(path)
    assert found.counts() == {"cat": 2, "dog": 3} and found.notes[0].startswith(
        "1 link was left out, the first dog/link"
    )


def test_pictures_of_a_telephone_are_read_where_something_reads_them(pack):
    heif = pytest.importorskip("pillow_heif", reason="pillow-heif is not installed (extra: heif)")
    heic, avif = io.BytesIO(), io.BytesIO()
    heif.from_pillow(Image.new("RGB", (64, 64), (200, 30, 30))).save(heic)
    files = {"cat/1.HEIC": heic.getvalue(), "dog/1.png": png()}
    if features.check("avif"):
        Image.new("RGB", (64, 64), (30, 30, 200)).save(avif, "AVIF")
        files["dog/2.avif"] = avif.getvalue()
    pets = read(pack(files))
    assert pets.counts() == {"cat": 1, "dog": len(files) - 1} and pets.image_shape[0] == 3
    assert np.abs(pets.images[0].mean(axis=(1, 2)) - (200, 30, 30)).max() < 8


def test_pictures_that_nothing_here_reads_are_counted(pack, monkeypatch):
    monkeypatch.setattr("explorer.data.folders.classes.picture_suffixes", lambda: frozenset((".png",)))
    photos = {"cat/IMG_1.HEIC": b"x", "cat/IMG_2.heic": b"x", "dog/a.avif": b"x", "dog/b.txt": b"x"}
    unread, strays = read(pack(PETS | photos)).notes
    assert unread.startswith("3 HEIC or AVIF pictures were left out, the first ") and "IMG_1.HEIC" in unread
    assert unread.endswith(": pip install 'gan-explorer[heif]' reads such.") and strays.startswith(
        "One file was left out"
    )
    for files in ({"cat/1.heic": b"x", "dog/1.png": png()}, {"1.heic": b"x"}):
        with pytest.raises(DataError, match=r"1 HEIC or AVIF picture was left out, .*gan-explorer\[heif\]"):
            read(pack(files, name=f"photos{len(files)}"))


@pytest.mark.parametrize("name", ["pets", "pets.zip", "pets.tar"])
def test_a_pipe_in_place_of_a_set_is_refused_at_once(tmp_path, name):
    os.mkfifo(tmp_path / name)
    with pytest.raises(DataError, match="is a pipe, a device or a socket"):
        read(tmp_path / name)


def test_progress_is_told(pack):
    reports = []
    load(pack(PETS), progress=lambda *step: reports.append(step))
    what, done, total = reports[-1]
    assert what.startswith("Reading pets") and done == total == 5


@pytest.mark.parametrize("side", [28, 32, 64])
@pytest.mark.parametrize(("nearest", "sides"), [(28, (20, 29)), (32, (31, 44)), (64, (46, 200))])
def test_the_size_is_the_nearest_one_unless_it_is_said(pack, nearest, sides, side):
    for pixels in sides:
        files = {f"{word}/{i}.png": png(i, (pixels, pixels + 9)) for word in ("cat", "dog") for i in range(3)}
        path = pack(files, name=f"pets{pixels}")
        pets = read(path)
        assert pets.image_shape == (1, nearest, nearest)
        assert pets.notes == (f"6 of 6 pictures were cropped or scaled to {nearest} x {nearest}.",)
        assert read(path, size=side).image_shape == (1, side, side)


def test_one_picture_in_colour_makes_the_set_colour(pack):
    path = pack(PETS | {"dog/red.png": png((200, 0, 0), mode="RGB"), "dog/grey.png": png((7, 7, 7), mode="RGB")})
    pets = read(path)
    assert pets.image_shape == (3, 28, 28)
    assert (pets.images[:5].max(axis=1) == pets.images[:5].min(axis=1)).all(), "grey ones stay grey"
    assert pets.images[:, 0, 0, 0].tolist() == [10, 20, 30, 40, 50, 7, 200] and pets.images[6, 1].max() == 0
    assert pets.notes[0].startswith("1 of 7 pictures are in colour (the first ") and "red.png" in pets.notes[0]
    grey = read(path, mode="L")
    assert grey.image_shape == (1, 28, 28) and grey.notes == () and grey.images[6, 0, 0, 0] == round(200 * 0.299)
    assert read(pack(PETS, name="grey"), mode="RGB").image_shape == (3, 28, 28)


def test_a_set_too_large_for_memory_is_refused_at_once(pack, monkeypatch):
    monkeypatch.setattr("explorer.data.folders.load.MAX_BYTES", 1000)
    with pytest.raises(DataError, match="5 pictures, too many for memory at 28 pixels"):
        read(pack(PETS))
