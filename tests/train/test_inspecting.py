"""Pictures that a visitor brought, inspected in a process of its own."""

import io
import os
import struct
import time
import zipfile
import zlib
from pathlib import Path

import psutil
import pytest
from PIL import Image

from explorer.app.train import inspecting
from explorer.app.train.inspecting import inspect
from explorer.errors import ExplorerError
from explorer.places import DEFAULT_SPACE
from explorer.stopping import Stopped


def png(level: int = 200, side: int = 28) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (side, side), level).save(buffer, "PNG")
    return buffer.getvalue()


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for where, content in files.items():
            file.writestr(where, content)
    return path


@pytest.fixture
def left():
    """What this process has started since, and still runs; a browser of other tests may run beside."""
    before = set(psutil.Process().children(recursive=True))

    def running() -> list[psutil.Process]:
        since = set(psutil.Process().children(recursive=True)) - before
        return [one for one in since if one.status() != psutil.STATUS_ZOMBIE]

    return running


PETS = {"cat/1.png": png(1), "cat/2.png": png(2), "dog/1.png": png(3), "dog/x.txt": b"x"}


def test_it_finds_what_the_command_finds_without_the_place(tmp_path, monkeypatch, left):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "numpy.py").write_text("raise SystemExit('a stranger was run')")
    steps = []
    found = inspect(packed(tmp_path / "pets.zip", PETS), DEFAULT_SPACE, report=lambda *step: steps.append(step))
    assert (found.name, found.counts, found.side, found.channels) == ("pets", {"cat": 2, "dog": 1}, 28, 1)
    assert found.notes == ("One file was left out: dog/x.txt in pets.zip.",)
    assert all(what == "Reading pets.zip" and 0 < done <= total == 3 for what, done, total in steps)
    assert left() == []


def bomb(width: int, height: int) -> bytes:
    """A whole PNG of white pixels, some thousandth of its size unpacked."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    row = bytes(1 + width)
    press = zlib.compressobj(1)
    rows = b"".join(press.compress(row) for _ in range(height)) + press.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_bad_pictures_are_a_sentence(tmp_path):
    with pytest.raises(ExplorerError, match=r"^dog/2\.png in pets\.zip has more than 64 million pixels"):
        inspect(packed(tmp_path / "pets.zip", PETS | {"dog/2.png": bomb(9000, 9000)}), DEFAULT_SPACE)


def test_what_takes_too_long_or_is_cancelled_ends_with_all_it_started(tmp_path, monkeypatch, left):
    os.mkfifo(tmp_path / "endless")  # a reader waits here for ever
    monkeypatch.setattr(inspecting, "MODULE", ["sh", "-c", f"cat {tmp_path / 'endless'} | cat", "sh"])
    began = time.monotonic()
    with pytest.raises(ExplorerError, match=r"Looking at pets\.zip took more than 1 s"):
        inspect(tmp_path / "pets.zip", DEFAULT_SPACE, seconds=1)
    with pytest.raises(Stopped):
        inspect(tmp_path / "pets.zip", DEFAULT_SPACE, stop=lambda: True)
    assert time.monotonic() - began < 20
    assert left() == []


@pytest.mark.parametrize("script", ["kill -9 $$", "echo '{}'", "echo hello; exit 3", "yes | head -c 2000; exit 0"])
def test_a_process_that_breaks_down_is_a_sentence(tmp_path, monkeypatch, script):
    monkeypatch.setattr(inspecting, "MODULE", ["sh", "-c", script, "sh"])
    with pytest.raises(ExplorerError, match=r"pets\.zip could not be looked at"):
        inspect(tmp_path / "pets.zip", DEFAULT_SPACE)


def test_memory_is_bounded_and_the_password_stays_here(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_AUTH", "me:secret")
    script = (
        'env >&2; ulimit -v >&2; echo "gan-explorer: $* auth=$GAN_EXPLORER_AUTH threads=$OMP_NUM_THREADS" >&2; exit 2'
    )
    monkeypatch.setattr(inspecting, "MODULE", ["sh", "-c", script, "sh"])
    with pytest.raises(ExplorerError, match=r"--memory-mb=4096 .* -- pets\.zip auth= threads=1"):
        inspect(tmp_path / "pets.zip", DEFAULT_SPACE)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no bound of memory on this system")
def test_a_picture_larger_than_the_memory_it_may_take_is_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(inspecting, "MEMORY_MB", 640)
    files = {"cat/1.tif": tiff(7900), "dog/1.png": png()}
    with pytest.raises(ExplorerError, match=r"1\.tif.*there is not enough memory for it"):
        inspect(packed(tmp_path / "pets.zip", files), DEFAULT_SPACE)


def tiff(side: int) -> bytes:
    """32-bit grey, which takes several times its size to bring to eight."""
    buffer = io.BytesIO()
    Image.new("I", (side, side)).save(buffer, "TIFF", compression="tiff_deflate")
    return buffer.getvalue()


def test_what_is_broken_is_named_in_the_words_of_the_page_or_left_out(tmp_path):
    brought = packed(tmp_path / "pets.zip", PETS | {"dog/2.png": b"", "dog/3.png": b"x"})
    with pytest.raises(ExplorerError, match=r"pets\.zip: 2 of 5 files cannot be read: dog/2\.png .* leave them out\.$"):
        inspect(brought, DEFAULT_SPACE)
    found = inspect(brought, DEFAULT_SPACE, fit="pad", skip_broken=True)
    assert found.counts == {"cat": 2, "dog": 1} and [file for file, _ in found.broken] == ["dog/2.png", "dog/3.png"]
    assert found.notes[-1].startswith("2 of 5 files cannot be read and were left out: dog/2.png (")
