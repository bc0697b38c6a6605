"""Sets with broken or deep files: reported in one pass, left out on request, read on one scale."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from picture_files import png, write_files
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from explorer.cli import main
from explorer.data import DataError, load
from explorer.data.folders.broken_files import MAX_KEPT, BrokenFiles
from explorer.data.inspection import Inspection


def deep(level: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((28, 28), level, np.uint16)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def broken(tmp_path) -> Path:
    """Eight pictures, three of them broken, one too large; and files that nobody takes for pictures."""
    good = {f"{word}/{i}.png": png(i) for word in ("cat", "dog") for i in range(2)}
    bad = {
        "cat/5.png": png()[:50],
        "cat/a.jpg": b"<html>",
        "dog/0.png": b"",
        "dog/large.ppm": b"P5 9000 9000 255\n",
        "dog/Thumbs.db": b"x",
        "dog/notes.txt": b"x",
    }
    return write_files(tmp_path / "pets", good | bad)


def test_all_bad_files_are_reported_at_once(broken):
    with pytest.raises(BrokenFiles) as error:
        load(broken, progress=False)
    sentence = str(error.value)
    assert "4 of 7 files cannot be read: cat/5.png (" in sentence and "cat/a.jpg (no known image format)" in sentence
    assert "dog/large.ppm (more than 64 million pixels)" in sentence and "Thumbs" not in sentence
    assert sentence.endswith("repair or remove them, or leave them out (--skip-broken).")
    assert [file for file, _ in error.value.files] == ["cat/5.png", "cat/a.jpg", "dog/0.png", "dog/large.ppm"]


def test_they_are_left_out_and_counted(broken):
    found = load(broken, progress=False, skip_broken=True)
    assert found.counts() == {"cat": 2, "dog": 1} and found.images[:, 0, 0, 0].tolist() == [0, 1, 1]
    (note,) = found.recorded
    assert note.startswith("4 of 7 files cannot be read and were left out: cat/5.png (") and note in found.notes
    assert str(broken.parent) not in note and len(found.broken) == 4
    assert load(broken / "..", progress=False, skip_broken=True).counts() == found.counts(), "with a folder around it"


def test_of_many_the_first_ten_are_named_and_a_thousand_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.data.folders.broken_files.MAX_KEPT", 15)
    bad = {f"cat/{i:03d}.png": b"" for i in range(20)}
    root = write_files(tmp_path / "x", {"cat/x.png": png(), "dog/x.png": png()} | bad)
    with pytest.raises(BrokenFiles, match=r"20 of 22 .* cat/009\.png \([^)]*\), and 10 more") as error:
        load(root, progress=False)
    assert len(error.value.files) == 15 and error.value.count == 20 and MAX_KEPT == 1000


def test_nothing_left_of_a_class_is_said(tmp_path):
    root = write_files(tmp_path / "x", {"cat/1.png": b"", "dog/1.png": png(), "dog/2.png": png()})
    with pytest.raises(DataError, match=r"No picture of the class 'cat' in .* can be read"):
        load(root, progress=False, skip_broken=True)
    (root / "dog" / "1.png").write_bytes(b"")
    (root / "dog" / "2.png").write_bytes(b"")
    with pytest.raises(DataError, match=r"No picture of .* can be read"):
        load(root, progress=False, skip_broken=True)


def test_the_size_does_not_depend_on_what_is_broken(tmp_path):
    root = write_files(tmp_path / "x", {"cat/1.png": b"", "cat/2.png": png(size=64), "dog/1.png": png(size=64)})
    assert load(root, progress=False, skip_broken=True).image_shape == (1, 64, 64)


def test_long_texts_are_no_reason_to_refuse(tmp_path):
    texts = PngInfo()
    texts.add_text("workflow", "a" * (2 << 20))
    root = write_files(tmp_path / "x", {"cat/1.png": png(7, pnginfo=texts), "dog/1.png": png(8)})
    assert load(root, progress=False).images[:, 0, 0, 0].tolist() == [7, 8]


def test_the_command_lists_them_and_skips_them(broken, capsys):
    assert main(["data", str(broken), "--json"]) == 2
    output = capsys.readouterr()
    listed = json.loads(output.out)
    assert listed["count"] == 4 and ["cat/a.jpg", "no known image format"] in listed["broken"]
    assert "4 of 7 files" in output.err.splitlines()[-1]
    assert main(["data", str(broken), "--json", "--skip-broken"]) == 0
    found = Inspection.from_json(capsys.readouterr().out)
    assert found.pictures == 3 and len(found.broken) == 4 and any("were left out" in note for note in found.notes)
    assert main(["data", str(broken), "--skip-broken"]) == 0
    assert "4 of 7 files cannot be read and were left out" in " ".join(capsys.readouterr().out.split())


# --- 16 bits of which fewer are used --------------------------------------------------------------------------------


def test_a_set_of_twelve_bits_is_read_on_its_own_scale(tmp_path):
    root = write_files(
        tmp_path / "scans", {"heart/1.png": deep(4095), "heart/2.png": deep(2048), "lung/1.png": deep(16)}
    )
    found = load(root, progress=False)
    assert found.images[:, 0, 0, 0].tolist() == [255, 128, 1]
    assert found.recorded == ("3 of 3 pictures have 16 bits, of which this set uses 12: 4,095 was read as white.",)


def test_the_scale_depends_neither_on_order_nor_on_the_split(tmp_path):
    levels = {"train/heart/1.png": 100, "train/heart/2.png": 900, "train/lung/1.png": 300}
    root = write_files(tmp_path / "scans", {where: deep(level) for where, level in levels.items()})
    write_files(root, {"test/heart/1.png": deep(3000), "test/lung/1.png": deep(40)})
    train, test = (load(root, split, progress=False).images[:, 0, 0, 0].tolist() for split in ("train", "test"))
    assert (train, test) == ([6, 56, 18], [187, 2]), "all by 4,095"
    (root / "test" / "heart" / "1.png").unlink()
    (root / "test" / "heart" / "1.png").write_bytes(deep(1000))
    assert load(root, progress=False).images[:, 0, 0, 0].tolist() == [25, 225, 75], "all by 1,023"


def test_sixteen_bits_and_eight_stay_as_they_were(tmp_path):
    root = write_files(tmp_path / "scans", {"heart/1.png": deep(65535), "heart/2.png": deep(512), "lung/1.png": png(9)})
    found = load(root, progress=False)
    assert found.images[:, 0, 0, 0].tolist() == [255, 2, 9] and found.recorded == ()
    (root / "heart" / "1.png").write_bytes(deep(1023))
    found = load(root, progress=False)
    assert found.images[:, 0, 0, 0].tolist() == [255, 128, 9] and "2 of 3 pictures have 16 bits" in found.recorded[0]
