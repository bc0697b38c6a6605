"""Anybody's picture in the form that a generator draws: its changes, and a sentence for each."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from explorer.data import load
from explorer.errors import ExplorerError
from explorer.explore.inside.prepare import PictureFormat, format_of, prepare_picture

ON_BLACK = PictureFormat(side=28, channels=1, background=0, extent=24 / 28)


def drawing(size=(200, 300), paper=255, ink=20, box=(30, 200, 90, 280)) -> np.ndarray:
    """uint8 [H, W]: a filled box (left, top, right, bottom) on paper."""
    image = Image.new("L", size, paper)
    ImageDraw.Draw(image).rectangle(box, fill=ink)
    return np.asarray(image)


def test_the_format_is_read_off_the_tiles():
    digits = load("digits").images[:64].transpose(0, 2, 3, 1)
    form = format_of(digits)
    assert (form.side, form.channels, form.background) == (28, 1, 0) and 0.7 < form.extent < 0.95
    assert format_of(255 - digits).background == 255
    noise = np.random.default_rng(0).integers(0, 256, (8, 32, 32, 3), dtype=np.uint8)
    assert format_of(noise) == PictureFormat(32, 3, None, 1.0)
    assert format_of(np.zeros((4, 28, 28, 1), np.uint8)) == PictureFormat(28, 1, 0, 1.0)


def test_a_dark_drawing_on_white_becomes_a_light_one_on_black_in_the_middle():
    prepared = prepare_picture(drawing(), ON_BLACK)
    assert prepared.pixels.shape == (28, 28, 1) and prepared.pixels.dtype == np.uint8
    lit = prepared.pixels[:, :, 0] > 128
    assert lit.any(axis=1).sum() == 24 and abs(lit.any(axis=0).sum() - 24 * 61 / 81) <= 1
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    assert abs(rows[0] + rows[-1] - 27) <= 1 and abs(columns[0] + columns[-1] - 27) <= 1
    assert prepared.pixels[0].max() == 0 and prepared.pixels[14, 14, 0] == 235
    assert len(prepared.notes) == 2 and "changed places" in prepared.notes[0] and "middle" in prepared.notes[1]


def test_a_drawing_on_the_right_background_is_not_inverted_and_grey_becomes_black():
    prepared = prepare_picture(drawing(paper=40, ink=240), ON_BLACK)
    assert not any("changed places" in note for note in prepared.notes)
    assert prepared.pixels[0, 0, 0] == 0 and prepared.pixels[14, 14, 0] == 200


def test_options_decide():
    assert prepare_picture(drawing(), ON_BLACK, swap=False, centre=False).pixels[0, 0, 0] == 255
    assert prepare_picture(drawing(paper=0, ink=255), ON_BLACK, swap=True).pixels[14, 14, 0] == 0
    square = prepare_picture(drawing(box=(0, 50, 199, 99)), ON_BLACK, centre=False)
    lit = square.pixels[:, :, 0] > 128
    assert lit[:6].all() and not lit[8:].any() and "middle square" in square.notes[-1]


@pytest.mark.parametrize("scale", [2, 32, 64])
def test_a_picture_that_was_saved_enlarged_is_taken_as_it_was(scale):
    digit = load("digits").images[5, 0]
    large = np.kron(digit, np.ones((scale, scale), np.uint8))
    prepared = prepare_picture(large, ON_BLACK)
    assert np.array_equal(prepared.pixels[:, :, 0], digit) and prepared.notes == ()
    large[0, 0] ^= 1
    assert prepare_picture(large, ON_BLACK).notes  # now it is a picture like any other
    with pytest.raises(ExplorerError, match="nothing in this picture"):
        prepare_picture(np.full((28 * scale, 28 * scale), 7, np.uint8), ON_BLACK)


def test_a_picture_of_the_right_size_is_taken_as_it_is():
    digit = load("digits").images[5, 0]
    assert (
        np.array_equal(prepare_picture(digit, ON_BLACK).pixels[:, :, 0], digit)
        and prepare_picture(digit, ON_BLACK).notes == ()
    )
    assert np.array_equal(prepare_picture(255 - digit, ON_BLACK).pixels[:, :, 0], digit)


def test_a_canvas_is_laid_on_the_paper_that_shows_its_strokes():
    for ink, shown in ((0, "white"), (255, "black")):
        canvas = np.zeros((100, 100, 4), np.uint8)
        canvas[20:80, 40:60] = (ink, ink, ink, 255)
        prepared = prepare_picture(canvas, ON_BLACK)
        assert (
            f"laid on {shown}" in prepared.notes[0]
            and prepared.pixels[14, 14, 0] == 255
            and prepared.pixels[0, 0, 0] == 0
        )


def test_colour_is_kept_or_turned_to_grey():
    red = np.zeros((60, 60, 3), np.uint8)
    red[20:40, 20:40] = (255, 0, 0)
    prepared = prepare_picture(red, ON_BLACK)
    assert "grey" in prepared.notes[0] and prepared.pixels[14, 14, 0] == 76
    colour = prepare_picture(red, PictureFormat(32, 3, 0, 0.5))
    assert colour.pixels.shape == (32, 32, 3) and colour.pixels[16, 16].tolist() == [255, 0, 0]
    assert prepare_picture(red[:, :, 0], PictureFormat(32, 3, 0, 0.5)).pixels[16, 16].tolist() == [255] * 3


def test_a_photograph_is_cut_to_its_middle():
    noise = np.random.default_rng(0).integers(0, 256, (50, 90, 3), dtype=np.uint8)
    prepared = prepare_picture(noise, PictureFormat(32, 3, None, 1.0))
    assert prepared.pixels.shape == (32, 32, 3) and "middle square" in prepared.notes[0]
    assert "middle square" in prepare_picture(noise, ON_BLACK).notes[-1]


def test_every_kind_of_source_gives_the_same(tmp_path):
    image = Image.fromarray(drawing())
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    (tmp_path / "a.png").write_bytes(buffer.getvalue())
    wanted = prepare_picture(drawing(), ON_BLACK).pixels
    for source in (image, buffer.getvalue(), tmp_path / "a.png", str(tmp_path / "a.png"), drawing()[:, :, None]):
        assert np.array_equal(prepare_picture(source, ON_BLACK).pixels, wanted)
    large = prepare_picture(np.asarray(image.resize((2000, 3000), Image.Resampling.NEAREST)), ON_BLACK).pixels
    assert np.abs(large.astype(int) - wanted).mean() < 3
    grey_alpha = image.convert("LA")
    grey_alpha.putalpha(255)
    assert np.array_equal(prepare_picture(grey_alpha, ON_BLACK).pixels, wanted)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (np.zeros((5, 5)), "uint8"),
        (np.zeros((5, 5, 2), np.uint8), "uint8"),
        (np.zeros((0, 5), np.uint8), "uint8"),
        (np.broadcast_to(np.uint8(0), (9000, 9000)), "million pixels"),
        (np.full((50, 50), 255, np.uint8), "nothing in this picture"),
        (np.zeros((50, 50, 4), np.uint8), "transparent all over"),
        (b"no picture", "This picture is not a picture that can be read"),
        ("missing.png", "missing.png cannot be read"),
        ("a\0b", "cannot be read"),
    ],
    ids=str,
)
def test_what_cannot_be_prepared_is_reported(source, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ExplorerError, match=message):
        prepare_picture(source, ON_BLACK)
