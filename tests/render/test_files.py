"""Pictures on disk: a PNG says how to draw itself, hostile ones are refused, and nothing is ever half written."""

import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from tiny_checkpoint import publish_tiny

from explorer.errors import ExplorerError
from explorer.explore import Seeded, Spec, SpecError, Stored, Studio, sheet, spec_from_png, specs_from_png
from explorer.explore.render.png import MAX_BYTES


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    folder = publish_tiny(tmp_path_factory.mktemp("home") / "tiny")
    return Spec(checkpoint=str(folder), condition="coat - red + 0.5*boots")


def _png(text=None, key="gan-explorer", after=False):
    """A one-pixel PNG with a text chunk, before or after the pixels."""
    buffer = io.BytesIO()
    info = PngInfo()
    if text is not None and not after:
        info.add_text(key, text)
    Image.new("L", (1, 1)).save(buffer, "PNG", pnginfo=info)
    data = buffer.getvalue()
    if text is not None and after:
        data = data[:-12] + _chunk(b"tEXt", key.encode() + b"\0" + text.encode()) + data[-12:]
    return data


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize("scale", [1, 3])
def test_a_png_draws_itself_again(studio, spec, tmp_path, scale):
    picture = studio.render(spec.replace(latents=Seeded(7, 10), psi=0.7, jitter=0.2))
    path = picture.save(tmp_path / "grid.png", scale)
    assert spec_from_png(path) == picture.spec == spec_from_png(path.read_bytes())
    again = studio.render(spec_from_png(path))
    assert again.png(scale) == path.read_bytes()
    with Image.open(path) as image:
        pixels = np.asarray(image)
    assert np.array_equal(pixels, picture.composite[:, :, 0].repeat(scale, 0).repeat(scale, 1))


def test_text_behind_the_pixels_is_found_too(spec):
    assert spec_from_png(_png(spec.to_json(), after=True)) == spec


def test_the_largest_spec_survives_a_png():
    stored = Stored(tuple((-1.2345678901234567e-100,) * 128 for _ in range(256)))
    spec = Spec(latents=stored)
    assert spec_from_png(_png(spec.to_json())) == spec


BOMB = _png()[:8] + _chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0)) + _png()[33:]
ZIPPED = b"gan-explorer\0\0" + zlib.compress(b" " * 200_000_000, 9)
HOSTILE = {
    "empty": b"",
    "no png": b"GIF89a" + bytes(100),
    "a jpeg": b"\xff\xd8\xff\xe0" + bytes(100),
    "cut short": _png('{"v":1}')[:40],
    "no spec": _png(),
    "another key": _png("{}", key="parameters"),
    "broken json": _png("{"),
    "code": _png('{"__import__":"os"}'),
    "bomb": BOMB,
    "bomb with a spec behind": BOMB[:-12] + _chunk(b"tEXt", b"gan-explorer\0{}") + BOMB[-12:],
    "text bomb": _png()[:33] + _chunk(b"zTXt", ZIPPED) + _png()[33:],
    "too large": b"\x89PNG\r\n\x1a\n" + bytes(MAX_BYTES),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_png_gets_one_sentence(data, tmp_path):
    (tmp_path / "x.png").write_bytes(data)
    for source in (data, tmp_path / "x.png"):
        with pytest.raises(SpecError) as caught:
            spec_from_png(source)
        assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


@pytest.mark.parametrize("path", ["missing.png", ".", "a\0b.png"])
def test_a_path_that_cannot_be_read_gets_one_sentence(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpecError):
        spec_from_png(path)


def test_npz_holds_the_raw_tiles_without_pickle(studio, spec, tmp_path):
    picture = studio.render(spec.replace(latents=Seeded(0, 5)))
    with np.load(picture.save(tmp_path / "x.npz"), allow_pickle=False) as file:
        assert np.array_equal(file["images"], picture.tiles) and file["images"].shape == (5, 28, 28, 1)
        assert file["conditions"].tolist() == [spec.condition] * 5
        assert Spec.from_json(str(file["specs"][0])) == picture.spec


def test_a_sheet_has_a_row_an_expression_and_knows_them_all(studio, spec, tmp_path):
    from explorer.explore.render.files import save_pictures

    rows = [studio.render(spec.replace(condition=text)) for text in ("boots", "coat - red", "a b c " * 20)]
    image = sheet(rows)
    assert image.mode == "RGB"
    strip = rows[0].tiles[0][:, :, 0]
    left = image.width - 16 * 28
    assert left > 20 and np.array_equal(np.asarray(image)[:28, left : left + 28, 0], strip)
    assert np.asarray(image)[:28, :left].min() < 100, "no words at the left of the first row"
    assert np.asarray(sheet(rows, ["", "", ""]))[:28, :8].min() == 255
    assert sheet(rows, scale=2).width - left == 2 * 16 * 28
    path = save_pictures(tmp_path / "sheet.png", rows)
    assert specs_from_png(path) == tuple(row.spec for row in rows)
    with pytest.raises(SpecError, match="sheet"):
        spec_from_png(path)


def test_a_sheet_of_different_sizes_is_refused(studio, spec, tmp_path):
    other = publish_tiny(tmp_path / "other", resolution=32)
    pictures = [studio.render(spec), studio.render(spec.replace(checkpoint=str(other)))]
    with pytest.raises(ExplorerError, match="one size"):
        sheet(pictures)
    with pytest.raises(ExplorerError, match="one size"):
        from explorer.explore.render.files import save_pictures

        save_pictures(tmp_path / "x.npz", pictures)
    with pytest.raises(ExplorerError):
        sheet([])


def test_a_file_is_written_whole_or_not_at_all(studio, spec, tmp_path, monkeypatch):
    picture = studio.render(spec)
    path = tmp_path / "grid.png"
    path.write_bytes(b"what was there")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(ExplorerError, match="No space left"):
        picture.save(path)
    assert path.read_bytes() == b"what was there" and os.listdir(tmp_path) == ["grid.png"]


def test_a_link_stays_a_link_and_a_device_a_device(studio, spec, tmp_path):
    (tmp_path / "real.png").write_bytes(b"")
    (tmp_path / "link.png").symlink_to("real.png")
    studio.render(spec).save(tmp_path / "link.png")
    assert (tmp_path / "link.png").is_symlink() and spec_from_png(tmp_path / "real.png") == spec
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ExplorerError, match="no plain file"):
        studio.render(spec).save(tmp_path / "pipe.png")


def test_a_scale_beyond_reason_is_refused(studio, spec, tmp_path):
    with pytest.raises(ExplorerError, match="scale"):
        studio.render(spec).save(tmp_path / "x.png", scale=1000)
    assert os.listdir(tmp_path) == []
