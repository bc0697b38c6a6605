"""Names in zips, tars and on disks whose encoding nobody wrote down, or wrote down somewhere else."""

import io
import os
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from picture_files import png

from explorer.data import DataError, load


class Entry(zipfile.ZipInfo):
    """One whose name is written in bytes of our own, with the UTF-8 flag or without."""

    def __init__(self, raw: bytes, utf8: bool = False, extra: bytes = b""):
        super().__init__(raw.hex())
        self.raw, self.utf8, self.extra = raw, utf8, extra

    def _encodeFilenameFlags(self):
        return self.raw, self.flag_bits | (0x800 if self.utf8 else 0)


def zipped(path: Path, *entries: Entry | bytes) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for number, entry in enumerate(entries):
            file.writestr(entry if isinstance(entry, Entry) else Entry(entry), png(number))
    return path


def tarred(path: Path, *names: bytes) -> Path:
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding="utf-8") as file:
        for number, name in enumerate(names):
            info, data = tarfile.TarInfo(os.fsdecode(name)), png(number)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return path


def unicode_path(raw: bytes, name: str, version: int = 1) -> bytes:
    field = struct.pack("<BL", version, zlib.crc32(raw)) + name.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


def read(path: Path):
    return load(path, progress=False)


def test_names_with_the_flag_are_not_guessed(tmp_path):
    found = read(zipped(tmp_path / "x.zip", Entry("été/1.png".encode(), utf8=True), b"cat/1.png"))
    assert found.words == ("cat", "été") and found.notes == ()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_mac_writes_utf_8_and_does_not_say_so(tmp_path, form):
    name = unicodedata.normalize(form, "crème brûlée/1.png")
    found = read(zipped(tmp_path / "x.zip", name.encode(), b"cat/1.png"))
    assert found.words == ("cat", "crème brûlée")
    assert found.notes == (
        f"{tmp_path / 'x.zip'} does not say how its names are encoded; read as UTF-8, as in {name!r}.",
    )


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    ("encoding", "called", "words"),
    [
        ("cp437", "cp437 (DOS)", ("été",)),
        ("cp437", "cp437 (DOS)", ("straße", "garçon")),
        ("cp437", "cp437 (DOS)", ("señal", "él")),
        ("cp1252", "cp1252 (Windows)", ("été",)),
        ("cp1252", "cp1252 (Windows)", ("straße", "übung")),
        ("cp1252", "cp1252 (Windows)", ("gráfico", "são")),
        ("cp932", "Shift-JIS (cp932)", ("猫",)),
        ("cp932", "Shift-JIS (cp932)", ("ソファ", "表")),  # of which a second byte is a backslash
        ("cp932", "Shift-JIS (cp932)", ("能", "予定")),
    ],
)
def test_older_encodings_are_guessed_by_what_makes_words(tmp_path, pack, encoding, called, words):
    found = read(pack(tmp_path / "x.packed", b"cat/1.png", *(f"{word}/1.png".encode(encoding) for word in words)))
    assert set(found.words) == {"cat", *words}
    assert found.notes == (
        f"{tmp_path / 'x.packed'} does not say how its names are encoded; read as {called}, as in '{words[0]}/1.png'.",
    )


def test_names_in_no_encoding_that_is_known_are_said_to_be_guessed(tmp_path):
    found = read(zipped(tmp_path / "x.zip", "猫狗/1.png".encode("gbk"), b"cat/1.png"))
    assert "cat" in found.words and "for want of a likelier encoding" in found.notes[0]


def test_the_unicode_path_beside_a_name_counts_if_it_was_written_for_it(tmp_path):
    raw = "猫/1.png".encode("cp932")
    found = read(zipped(tmp_path / "x.zip", Entry(raw, extra=unicode_path(raw, "gato/1.png")), b"cat/1.png"))
    assert found.words == ("cat", "gato") and found.notes == ()
    broken = (unicode_path(b"other", "gato/1.png"), unicode_path(raw, "gato/1.png", version=2))
    for extra in (*broken, unicode_path(raw, "gato")[:-4] + b"\xff\xff\xff\xff"):
        found = read(zipped(tmp_path / "x.zip", Entry(raw, extra=extra), b"cat/1.png"))
        assert found.words == ("cat", "猫")


def test_a_unicode_path_leads_no_further_than_a_name(tmp_path):
    raw = "été/1.png".encode("cp437")
    path = zipped(tmp_path / "x.zip", Entry(raw, extra=unicode_path(raw, "../1.png")), b"cat/1.png")
    with pytest.raises(DataError, match="points outside itself"):
        read(path)


def test_names_without_end_are_not_weighed_for_ever(tmp_path):
    long = [b"dog/%d" % number + b"\x82" * 60_000 + b".png" for number in range(30)]
    assert read(zipped(tmp_path / "x.zip", b"caf\x82/1.png", *long)).counts() == {"café": 1, "dog": 30}


def test_a_flag_that_lies_is_said(tmp_path):
    with pytest.raises(DataError, match="is a damaged zip"):
        read(zipped(tmp_path / "x.zip", Entry(b"\xff/1.png", utf8=True)))


def test_folders_of_a_zip_made_on_windows(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        for name in (b"dog\\", b"dog\\1.png", b"cat\\1.png"):
            file.writestr(Entry(name), b"" if name.endswith(b"\\") else png())
    assert read(tmp_path / "x.zip").counts() == {"cat": 1, "dog": 1}


@pytest.mark.skipif(os.name != "posix", reason="names are text on this system")
def test_folders_on_a_disk_whose_names_are_no_utf_8(tmp_path):
    for raw in (b"caf\xe9", b"cat"):
        os.makedirs(os.fsencode(tmp_path / "pets") + b"/" + raw)
        with open(os.fsencode(tmp_path / "pets") + b"/" + raw + b"/1.png", "wb") as file:
            file.write(png())
    found = read(tmp_path / "pets")
    assert found.words == ("café", "cat")
    assert found.notes == (
        f"Names of folders in {tmp_path / 'pets'} are not in UTF-8; read as cp1252 (Windows), as in 'café'.",
    )
    with pytest.MonkeyPatch.context() as moved:
        (tmp_path / os.fsdecode(b"\xff")).mkdir()
        moved.chdir(tmp_path / os.fsdecode(b"\xff"))
        with pytest.raises(DataError, match="is not in UTF-8"):
            read(Path("."))
    odd = tmp_path / os.fsdecode(b"pets\xff")
    (tmp_path / "pets").rename(odd)
    with pytest.raises(DataError, match=r"pets\ufffd is not in UTF-8, so no run could write it down: rename it"):
        read(odd)
