"""Tars of pictures: packed in any of the usual ways, and made to do harm in the unusual ones."""

import gzip
import io
import lzma
import os
import struct
import tarfile
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from picture_files import png

from explorer.data import DataError, ImageSet, load

PETS = {"cat/1.png": png(10), "dog/2.png": png(20), "dog/3.png": png(30)}


def entry(name: str, data: bytes = b"", **fields) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    for field, value in fields.items():
        setattr(info, field, value)
    return info, data


def tarred(entries=(), kind=tarfile.PAX_FORMAT) -> bytes:
    """PETS, then these."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=kind) as file:
        for info, data in [*(entry(*pet) for pet in PETS.items()), *entries]:
            file.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def put(tmp_path: Path, data: bytes, name: str = "pets.tar") -> Path:
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


def read(path: Path) -> ImageSet:
    return load(str(path), progress=False)


def in_two_streams(data: bytes) -> bytes:
    return lzma.compress(data[:700]) + bytes(8) + lzma.compress(data[700:])


@pytest.mark.parametrize("pack", ["", "gz", "bz2", "xz", "two streams"])
def test_a_tar_is_read_however_it_is_packed(tmp_path, pack):
    import bz2

    ways = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "two streams": in_two_streams}
    path = put(tmp_path, ways.get(pack, bytes)(tarred()), "pets.tar.xz" if pack else "pets.tar")
    pets = read(path)
    assert pets.name == "pets" and pets.counts() == {"cat": 1, "dog": 2}
    assert pets.images[:, 0, 0, 0].tolist() == [10, 20, 30]
    assert [one.name for one in tmp_path.iterdir()] == [path.name], "and nothing was unpacked beside it"


@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_names_and_what_a_mac_leaves(tmp_path, kind):
    deep = "./dog/" + "x" * 150 + "/猫/1.png"
    litter = [entry("dog/._1.png", b"x"), entry(".DS_Store", b"x"), entry("./", type=tarfile.DIRTYPE)]
    hidden = [entry(".git/link", type=tarfile.SYMTYPE, linkname="/etc")]
    pets = read(put(tmp_path, tarred([entry(deep, png(40)), *litter, *hidden], kind)))
    assert pets.images[:, 0, 0, 0].tolist() == [10, 20, 30, 40] and pets.notes == ()


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (entry("../cat/1.png", png(1)), "points outside itself"),
        (entry("cat/../../1.png", png(1)), "points outside itself"),
        (entry("/etc/cat/1.png", png(1)), "points outside itself"),
        (entry("C:/1.png", png(1)), "points outside itself"),
        (entry("cat/x.png", type=tarfile.SYMTYPE, linkname="/etc/passwd"), r"cat/x\.png in .* is a link"),
        (entry("cat/x.png", type=tarfile.LNKTYPE, linkname="cat/1.png"), r"cat/x\.png in .* is a link"),
        (entry("cat/x.png", type=tarfile.FIFOTYPE), r"cat/x\.png in .* special entry"),
        (entry("cat/x.png", type=tarfile.BLKTYPE), r"cat/x\.png in .* special entry"),
        (entry("cat/1.png", png(1)), "is there twice"),
        (entry("cat/" + "x/" * 100 + "1.png", png(1)), "more than 64 deep"),
        (entry("cat/x.png", pax_headers={"size": "-1024"}), "damaged"),
        (entry("cat/x.png", pax_headers={"size": str(10**15)}), "damaged"),
        (entry("cat/x.png", png(1), pax_headers={"comment": "x" * 100_000}), "absurd size"),
        (entry("cat/x.png", png(1), pax_headers={"GNU.sparse.size": "9", "GNU.sparse.map": "0,9"}), "special entry"),
    ],
)
def test_hostile_entries_are_refused(tmp_path, bad, says):
    path = put(tmp_path, tarred([bad]))
    with pytest.raises(DataError, match=says) as caught:
        read(path)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    assert [one.name for one in tmp_path.iterdir()] == ["pets.tar"]


def test_sizes_that_turn_the_reading_round_are_refused(tmp_path):
    """A size below zero, in a header itself: reading on from there would come by the same place for ever."""
    info, _ = entry("cat/x.png")
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" + (2**88 - 2048).to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    whole = tarred().rstrip(b"\0")
    whole += bytes(-len(whole) % 512) + bytes(header) + bytes(1024)
    with pytest.raises(DataError, match="absurd size"):
        read(put(tmp_path, whole))


@pytest.mark.parametrize("way", ["cut off", "a header", "packed and cut off", "packed and flipped"])
def test_damaged_tars(tmp_path, way):
    whole = tarred()
    if way == "cut off":
        whole = whole[:600]
    elif way == "a header":
        whole = whole[:1024] + b"x" * 300 + whole[1324:]
    else:
        whole = gzip.compress(whole)
        whole = whole[:-40] if way.endswith("off") else whole[:80] + bytes([whole[80] ^ 255]) + whole[81:]
    with pytest.raises(DataError, match=r"damaged.*: fetch or pack it again"):
        read(put(tmp_path, whole))


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_tar_bomb_is_not_unpacked(tmp_path, monkeypatch, pack):
    monkeypatch.setattr("explorer.data.folders.listing.MAX_UNPACKED_BYTES", 1 << 20)
    path = put(tmp_path, pack(tarred([entry("dog/4.png", bytes(8 << 20))])), "pets.tar.gz")
    with pytest.raises(DataError, match=r"pets\.tar\.gz unpacks to more than 1 MB, too many for its size"):
        read(path)
    assert len(read(put(tmp_path, pack(tarred())))) == 3


def test_nothing_is_unpacked_that_would_fill_the_disk(tmp_path, monkeypatch):
    left = SimpleNamespace(total=100 << 30, free=(1 << 30) - 1)
    monkeypatch.setattr("explorer.data.folders.tar.shutil.disk_usage", lambda folder: left)
    with pytest.raises(DataError, match="not enough room"):
        read(put(tmp_path, gzip.compress(tarred())))
    assert len(read(put(tmp_path, tarred()))) == 3, "this one is read where it lies"
    left.free += 1
    assert len(read(put(tmp_path, gzip.compress(tarred())))) == 3


def test_an_xz_that_claims_memory_is_not_given_it(tmp_path):
    whole = bytearray(lzma.compress(tarred()))
    assert whole[14:16] == b"\x21\x01", "LZMA2 with one byte, the size of its dictionary"
    whole[16] = 40  # 4 GB
    end = 12 + (whole[12] + 1) * 4 - 4
    whole[end : end + 4] = struct.pack("<I", zlib.crc32(whole[12:end]))
    with pytest.raises(DataError, match=r"damaged \(Memory usage limit"):
        read(put(tmp_path, bytes(whole)))


def test_what_is_packed_but_no_tar(tmp_path):
    path = put(tmp_path, gzip.compress(os.urandom(5000)), "train-images.gz")
    with pytest.raises(DataError, match="holds no tar: unpack it"):
        read(path)
    with pytest.raises(DataError, match=r"holds no tar|damaged"):
        read(put(tmp_path, b"\xfd7zXZ\x00" + bytes(100)))
