"""One image file of each kind, as pixels."""

import io
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from explorer.data import DataError
from explorer.data.decode import bits_used, decode, deep_level, open_picture, picture_formats, short_side


def saved(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def halves(mode: str, left, right, size: int = 32) -> Image.Image:
    image = Image.new(mode, (size, size), left)
    image.paste(right, (size // 2, 0, size, size))
    return image


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM", "TGA", "ICO"])
def test_kinds_without_loss(kind):
    image = halves("RGB", (255, 0, 0), (0, 0, 255))
    picture = decode(saved(image, kind, **({"lossless": True} if kind == "WEBP" else {})), 32, "x")
    assert picture.coloured and (picture.pixels == np.asarray(image)).all() and not picture.fitted


def test_jpeg_in_grey_and_colour():
    grey = decode(saved(Image.new("L", (32, 32), 77), "JPEG"), 32, "x")
    assert not grey.coloured and abs(int(grey.pixels[0, 0]) - 77) <= 1
    assert decode(saved(Image.new("RGB", (32, 32), "red"), "JPEG"), 32, "x").coloured
    assert not decode(saved(Image.new("RGB", (32, 32), (77, 77, 77)), "JPEG"), 32, "x").coloured
    cmyk = decode(saved(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG"), 32, "x").pixels
    assert cmyk[0, 0, 0] > 200 > 60 > cmyk[0, 0, 1]


def test_sixteen_bits_keep_their_upper_eight():
    ramp = (np.arange(32 * 32, dtype=np.uint16) * 64).reshape(32, 32)
    picture = decode(saved(Image.fromarray(ramp)), 32, "x")
    assert not picture.coloured and (picture.pixels == ramp >> 8).all()
    picture = decode(saved(Image.fromarray(ramp.astype(np.int32)), "TIFF"), 32, "x")
    assert (picture.pixels == ramp >> 8).all()


def test_deep_pictures_are_read_by_the_bits_that_are_used():
    ramp = np.linspace(0, 4095, 32 * 32).astype(np.uint16).reshape(32, 32)
    data = saved(Image.fromarray(ramp))
    assert (decode(data, 32, "x", bits=12).pixels == ramp >> 4).all()
    assert decode(data, 32, "x").level == 4095 == deep_level(data, "x")
    assert deep_level(saved(Image.new("L", (8, 8), 255)), "x") is None
    assert np.asarray(open_picture(data, "x")).max() == 255, "a picture by itself, by its own"
    assert [bits_used(level) for level in (0, 255, 256, 4000, 4095, 4096, 65535)] == [8, 8, 9, 12, 12, 13, 16]


def bands(width: int, height: int) -> Image.Image:
    """Paper of level 100 with a black and a white end along the longer side."""
    image = Image.new("L", (width, height), 100)
    for level, box in ((0, (0, 4, 8, height - 4)), (255, (width - 8, 4, width, height - 4))):
        image.paste(level, box)
    return image


def test_what_is_not_square_is_cropped_padded_or_stretched():
    wide = saved(bands(128, 32))
    crop, pad, stretch = (decode(wide, 32, "x", fit=fit).pixels for fit in ("crop", "pad", "stretch"))
    assert (crop == 100).all(), "the centre alone"
    assert stretch[16, 0] < 20 and stretch[16, -1] > 235
    assert (pad[:12] == 100).all() and (pad[20:] == 100).all(), "in the colour of the edges that it is laid beside"
    assert pad[16, 0] < 40 and pad[16, -1] > 215
    tall = decode(saved(bands(128, 32).transpose(Image.Transpose.ROTATE_90)), 32, "x", fit="pad").pixels
    assert (tall[:, :12] == 100).all() and tall[-1, 16] < 40
    thin = decode(saved(Image.new("RGB", (600, 2), "red")), 32, "x", fit="pad").pixels
    assert thin.shape == (32, 32, 3) and (thin == (255, 0, 0)).all()
    square = saved(Image.effect_noise((64, 64), 90))
    assert (decode(square, 32, "x", fit="pad").pixels == decode(square, 32, "x", fit="stretch").pixels).all()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("letters", "count"), [(3 << 20, 1), (1000 << 10, 66)])
def test_long_texts_in_a_png_are_ignored(letters, count, after):
    """Of a text that is too long for pillow, and of many that are together; before the pixels or behind them."""
    texts = PngInfo()
    packed = zlib.compress(b"a" * letters)
    for number in range(count):
        texts.add(b"zTXt", b"parameters%d\0\0" % number + packed, after_idat=after)
    image = halves("L", 20, 200)
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(image, pnginfo=texts, exif=exif)
    assert short_side(data, "x") == 32
    assert (decode(data, 32, "x").pixels[:16] == 20).all(), "and it is turned upright all the same"
    assert open_picture(data, "x").getpixel((0, 31)) == 200


def test_no_warning_of_pillow_is_shown(recwarn):
    palette = Image.new("P", (32, 32))
    palette.putpalette([0, 0, 0, 255, 255, 255])
    data = saved(palette, transparency=b"\x00\xff")
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(lambda _: open_picture(data, "x") and decode(data, 32, "x"), range(20)))) == 20
    icon = bytearray(saved(Image.new("RGB", (64, 64), "red"), "ICO", sizes=[(64, 64)]))
    icon[6:8] = 16, 16  # what its directory says
    decode(bytes(icon), 32, "x")
    assert [str(one.message) for one in recwarn] == []
    warnings.warn("others are still shown", stacklevel=1)
    assert len(recwarn) == 1


def test_black_and_white():
    assert set(np.unique(decode(saved(halves("1", 0, 1)), 32, "x").pixels)) == {0, 255}


def test_palettes():
    picture = decode(saved(halves("RGB", (200, 30, 30), (30, 200, 30)).quantize(4)), 32, "x")
    assert picture.coloured and picture.pixels[0, 0].tolist() == [200, 30, 30]
    assert not decode(saved(halves("L", 10, 240).quantize(4)), 32, "x").coloured


@pytest.mark.parametrize(
    "image",
    [
        halves("RGBA", (0, 0, 0, 0), (0, 0, 0, 255)),
        halves("LA", (0, 0), (0, 255)),
        halves("RGBA", (9, 9, 9, 0), (0, 0, 0, 255)).quantize(4),
    ],
)
def test_transparent_parts_lie_on_white(image):
    picture = decode(saved(image), 32, "x")
    assert picture.transparent and not picture.coloured
    assert (picture.pixels[:, :16] == 255).all() and (picture.pixels[:, 16:] == 0).all()


def test_transparency_by_colour_and_by_half():
    picture = decode(saved(halves("L", 5, 100), transparency=5), 32, "x")
    assert picture.transparent and picture.pixels[0, 0] == 255 and picture.pixels[0, 31] == 100
    half = decode(saved(Image.new("RGBA", (32, 32), (0, 0, 0, 128))), 32, "x")
    assert half.transparent and 125 <= half.pixels[0, 0] <= 129
    assert not decode(saved(Image.new("RGBA", (32, 32), (1, 2, 3, 255))), 32, "x").transparent


def test_cameras_that_were_held_sideways():
    image = halves("L", 0, 255)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise: what is at the left belongs at the top
    pixels = decode(saved(image, "PNG", exif=exif), 32, "x").pixels
    assert (pixels[:16] == 0).all() and (pixels[16:] == 255).all()


def test_the_centre_square_counts():
    wide = Image.new("L", (96, 32), 0)
    wide.paste(255, (32, 0, 64, 32))
    picture = decode(saved(wide), 32, "x")
    assert picture.fitted and (picture.pixels == 255).all()
    tall = decode(saved(wide.transpose(Image.Transpose.ROTATE_90)), 28, "x")
    assert tall.pixels.shape == (28, 28) and (tall.pixels[4:-4] == 255).all()


def test_scaling_down_averages():
    """A fine chessboard becomes even grey, not a moire."""
    board = (np.indices((256, 256)).sum(axis=0) % 2 * 255).astype(np.uint8)
    pixels = decode(saved(Image.fromarray(board)), 32, "x").pixels
    assert abs(float(pixels.mean()) - 127.5) < 2 and pixels.std() < 4


def test_the_first_frame_of_an_animation():
    frames = [Image.new("L", (32, 32), level) for level in (50, 150, 250)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert (decode(data, 32, "x").pixels == 50).all()


def test_short_side_comes_from_the_header():
    assert short_side(saved(Image.new("L", (40, 30)))[:45], "x") == 30


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no known image format"),
        (b"hello, I am a text", "no known image format"),
        (saved(Image.new("L", (200, 200)))[:50], "can be read"),
        (saved(Image.effect_noise((64, 64), 90), "JPEG")[:900], "can be read"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 32 32\n%%EndComments\n", "no known image format"),
        (saved(Image.new("F", (32, 32), 0.5), "TIFF"), "floating-point pixels"),
    ],
)
def test_what_is_no_picture(data, says):
    with pytest.raises(DataError, match=says) as error:
        decode(data, 32, "cat/7.png in pets.zip")
    assert str(error.value).startswith("cat/7.png in pets.zip ")


@pytest.mark.parametrize("kind", [kind for kind in picture_formats() if kind != "ICO"])
def test_no_format_gets_past_the_limit_of_pixels(kind, monkeypatch):
    data = saved(Image.new("RGB", (64, 64), "red"), kind)
    assert decode(data, 32, "x").coloured
    monkeypatch.setattr("explorer.data.decode.MAX_PIXELS", 64 * 64 - 1)
    for ask in (lambda: decode(data, 32, "x"), lambda: short_side(data, "x")):
        with pytest.raises(DataError, match=r"x has more than .* million pixels"):
            ask()


def test_an_icon_that_holds_a_larger_picture_than_it_says(monkeypatch):
    data = bytearray(saved(Image.new("RGB", (64, 64), "red"), "ICO", sizes=[(64, 64)]))
    data[6:8] = 16, 16  # what its directory says
    assert decode(bytes(data), 32, "x").coloured
    monkeypatch.setattr("explorer.data.decode.MAX_PIXELS", 1000)
    with pytest.raises(DataError, match=r"more than .* million pixels"):
        decode(bytes(data), 32, "x")


def test_of_many_frames_only_the_first_is_unpacked():
    frames = [Image.new("L", (32, 32), 50), *(Image.effect_noise((32, 32), 90) for _ in range(20))]
    for kind in ("GIF", "WEBP", "TIFF", "PNG"):
        data = saved(
            frames[0], kind, save_all=True, append_images=frames[1:], **({"lossless": True} if kind == "WEBP" else {})
        )
        assert (decode(data, 32, "x").pixels == 50).all()


@pytest.mark.parametrize("kind", ["PCX", "IM", "SGI", "SPIDER"])
def test_what_nobody_keeps_pictures_in_is_not_opened(kind):
    with pytest.raises(DataError, match="no known image format"):
        decode(saved(Image.new("F" if kind == "SPIDER" else "L", (32, 32)), kind), 32, "x")


def test_a_picture_that_memory_has_no_room_for_is_said(monkeypatch):
    def full(*_, **__):
        raise MemoryError

    monkeypatch.setattr("explorer.data.decode.ImageOps.fit", full)
    with pytest.raises(DataError, match="there is not enough memory for it"):
        decode(saved(Image.new("L", (64, 64))), 32, "x")
