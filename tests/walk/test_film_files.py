"""Films as files, as one sheet, and their reading: exact pixels, the walk inside, and what a judge sees on the way."""

import builtins
import io
import json

import av
import numpy as np
import pytest
from PIL import Image
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer.errors import ExplorerError
from explorer.explore import Seeded, Spec, SpecError, Stored, Studio, spec_from_png
from explorer.explore.render.png import MAX_BYTES
from explorer.explore.walk.film import draw_walk, read_film
from explorer.explore.walk.film_files import walk_from
from explorer.explore.walk.reading import FilmReading, read_frames, walk_figure
from explorer.explore.walk.walk import walk_of
from explorer.measure.judge.judge import open_judge


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    publish_tiny(folder / "checkpoints" / "tiny")
    publish_tiny(folder / "checkpoints" / "colour", channels=3, resolution=32)
    return folder


@pytest.fixture(autouse=True)
def own_home(home, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(home))


def film_of(name="tiny", count=5, stops=("dress", "boots"), **options):
    options = {"frames": 7, "over": "both", **options}
    return draw_walk(Studio(device="cpu"), walk_of(stops, Spec(name, latents=Seeded(3, count)), **options), read=False)


def frames_in(path) -> list[np.ndarray]:
    """The pictures of an animated file; one that stands still for longer is counted as often as it is shown."""
    shown, step = [], None
    with Image.open(path) as image:
        for number in range(image.n_frames):
            image.seek(number)
            image.load()
            step = step or image.info["duration"]
            shown += [np.asarray(image.convert("RGB"))] * round(image.info["duration"] / step)
    return shown


def as_rgb(film, frame, scale=1):
    pixels = film.composites[frame].repeat(scale, 0).repeat(scale, 1)
    return np.broadcast_to(pixels, (*pixels.shape[:2], 3))


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_an_animation_holds_every_frame_as_drawn_and_the_walk(tmp_path, suffix):
    film = film_of(loop=True)
    path = film.save(tmp_path / f"walk.{suffix}", fps=10, scale=2)
    assert walk_from(path) == walk_from(path.read_bytes()) == film.walk
    shown = frames_in(path)
    assert len(shown) == 7
    for frame, pixels in enumerate(shown):
        assert np.array_equal(pixels, as_rgb(film, frame, 2))
    with Image.open(path) as image:
        image.load()
        assert image.info["loop"] == 0 and image.info["duration"] == 100
    there = frames_in(film.save(tmp_path / f"there.{suffix}", ping_pong=True, scale=1))
    assert len(there) == 12
    for shown, frame in zip(there, [0, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1], strict=True):
        assert np.array_equal(shown, as_rgb(film, frame))


@pytest.mark.parametrize(("fps", "milliseconds"), [(60, 20), (40, 20), (30, 30), (12, 80), (1, 1000)])
def test_no_frame_of_a_gif_is_so_short_that_browsers_slow_it_down(tmp_path, fps, milliseconds):
    with Image.open(film_of(count=1, frames=4).save(tmp_path / "fast.gif", fps=fps, scale=1)) as image:
        image.load()
        assert image.info["duration"] == milliseconds


def test_colour_is_exact_in_webp_and_close_in_gif(tmp_path):
    film = film_of("colour")
    exact = frames_in(film.save(tmp_path / "a.webp", scale=1))
    close = frames_in(film.save(tmp_path / "a.gif", scale=1))
    for frame in range(7):
        assert np.array_equal(exact[frame], as_rgb(film, frame))
        assert np.abs(close[frame].astype(int) - as_rgb(film, frame)).mean() < 12
    assert walk_from(tmp_path / "a.gif") == walk_from(tmp_path / "a.webp") == film.walk


def test_a_filmstrip_has_a_row_a_tile_and_a_column_a_frame(tmp_path):
    film = film_of()
    path = film.save(tmp_path / "strip.png")
    assert walk_from(path) == film.walk and walk_from(film._repr_png_()) == film.walk
    with Image.open(path) as image:
        pixels = np.asarray(image)
    assert pixels.shape == (5 * 28, 7 * 28)
    assert np.array_equal(pixels[3 * 28 : 4 * 28, 6 * 28 :], film.tiles[6, 3, :, :, 0])
    with pytest.raises(SpecError, match="walk"):
        spec_from_png(path)


def test_a_video_plays_and_holds_the_walk(tmp_path):
    film = film_of(count=1, frames=9)
    path = film.save(tmp_path / "walk.mp4", fps=7.5, ping_pong=True, scale=3)
    assert walk_from(path) == walk_from(path.read_bytes()) == film.walk
    with av.open(str(path)) as video:
        assert video.streams.video[0].average_rate == 7.5
        shown = [frame.to_ndarray(format="rgb24") for frame in video.decode(video=0)]
    assert len(shown) == 16 and shown[0].shape == (84, 84, 3)
    for pixels, frame in zip(shown, [*range(9), *range(7, 0, -1)], strict=True):
        assert np.abs(pixels.astype(int) - as_rgb(film, frame, 3)).mean() < 4


def test_a_video_has_even_sides(tmp_path):
    odd = film_of(count=1, frames=2)
    odd.composites  # noqa: B018 - computed once, then replaced by pictures of odd sides
    vars(odd)["composites"] = odd.composites[:, :27, :25]
    with av.open(str(odd.save(tmp_path / "odd.mp4", scale=1))) as video:
        assert next(video.decode(video=0)).to_ndarray(format="rgb24").shape == (28, 26, 3)


def test_without_pyav_there_is_a_sentence_and_no_file(tmp_path, monkeypatch):
    real = builtins.__import__

    def without_av(name, *rest):
        if name == "av":
            raise ImportError(name)
        return real(name, *rest)

    film = film_of()
    monkeypatch.setattr(builtins, "__import__", without_av)
    with pytest.raises(ExplorerError, match=r"gan-explorer\[video\]"):
        film.save(tmp_path / "walk.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_long_walk_fits_in_every_kind_of_file(tmp_path):
    rng = np.random.default_rng(0)
    stops = [
        Spec("tiny", tuple(rng.normal(size=100)), Stored(tuple(map(tuple, rng.normal(size=(64, 16))))))
        for _ in "123456789"
    ]
    film = draw_walk(Studio(device="cpu"), walk_of(stops, frames=9), read=False)
    assert len(film.walk.to_json()) > 150_000
    for suffix in ("gif", "webp", "mp4", "png"):
        assert walk_from(film.save(tmp_path / f"long.{suffix}", scale=1)) == film.walk


@pytest.mark.parametrize(
    "name, options, message",
    [
        ("walk.bmp", {}, r"\.bmp.*\.gif .*\.webp .*\.mp4 .*\.png"),
        ("walk", {}, "without an extension"),
        ("nowhere/walk.gif", {}, "nowhere"),
        ("walk.gif", {"fps": 0}, "fps"),
        ("walk.gif", {"fps": float("nan")}, "fps"),
        ("walk.gif", {"scale": 65}, "scale"),
        ("walk.webp", {"scale": 64}, "scale"),
    ],
)
def test_what_cannot_be_written_gets_a_sentence(tmp_path, name, options, message):
    with pytest.raises(ExplorerError, match=message):
        film_of().save(tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_foreign_file_is_refused_in_a_sentence(tmp_path):
    plain = Image.new("L", (8, 8))
    files = {
        "text.gif": b"GIF89a nothing",
        "empty": b"",
        "half.mp4": b"\0\0\0\x20ftypisom",
        "webp": b"RIFF\1\0\0\0WEBPVP8X",
    }
    for kind in ("GIF", "WEBP", "PNG", "JPEG"):
        buffer = io.BytesIO()
        plain.save(buffer, kind)
        files[f"plain.{kind}"] = buffer.getvalue()
    whole = film_of().save(tmp_path / "whole.gif", scale=1).read_bytes()
    files["cut.gif"] = whole[:100]
    files["other.gif"] = whole.replace(b'"frames":7', b'"frames":1')
    files["large"] = b"GIF8" + bytes(MAX_BYTES)
    for data in files.values():
        with pytest.raises(SpecError) as caught:
            walk_from(data)
        assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
    with pytest.raises(SpecError, match="missing"):
        walk_from(tmp_path / "missing.gif")
    picture = Studio(device="cpu").render(Spec("tiny")).png()
    with pytest.raises(SpecError, match="no walk"):
        walk_from(picture)


@pytest.mark.parametrize("frames, columns", [(24, 5), (25, 5), (2, 2), (7, 3)])
def test_one_sheet_holds_every_frame_at_its_place(frames, columns):
    film = film_of(frames=frames)
    sprite = film.sprite()
    assert (sprite.columns, sprite.frames, sprite.width, sprite.height) == (columns, frames, 3 * 28, 2 * 28)
    for frame in range(frames):
        x, y = frame % columns * sprite.width, frame // columns * sprite.height
        assert np.array_equal(sprite.pixels[y : y + sprite.height, x : x + sprite.width], film.composites[frame])
    assert walk_from(film.sprite_png()) == film.walk
    with Image.open(io.BytesIO(film.sprite_png())) as image:
        assert np.array_equal(np.asarray(image), sprite.pixels[:, :, 0])


def test_the_reading_is_counted_by_the_judge(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "tiny")
    film = film_of(count=12)
    import torch

    images = torch.from_numpy(film.tiles.copy()).permute(0, 1, 4, 2, 3)
    publish_tiny_judge(tmp_path / "judges" / "mine", LABELS[::-1], torn_over=images.flatten(0, 1))
    film = read_film(Studio(device="cpu"), film)
    judge, reading = open_judge("mine"), film.reading
    assert reading.labels == LABELS and reading.shares.shape == (7, 4) and "judge" in reading.distance
    for frame in range(7):
        seen = [judge.words[int(judge.logits(tile[None]).argmax())] for tile in images[frame]]
        assert reading.shares[frame].tolist() == pytest.approx([seen.count(label) / 12 for label in LABELS])
    assert len(np.unique(reading.shares)) > 2
    features = judge.features(images.flatten(0, 1)).reshape(7, 12, -1)
    expected = (features[1:] - features[:-1]).norm(dim=2).mean(dim=1)
    assert reading.moved[0] == 0 and np.allclose(reading.moved[1:], expected, rtol=1e-5)
    assert draw_walk(Studio(device="cpu"), film.walk).reading.shares.tolist() == reading.shares.tolist()


def test_without_a_judge_the_grey_levels_are_compared():
    tiles = np.zeros((3, 2, 28, 28, 1), np.uint8)
    tiles[1] = 10  # both tiles move by 10
    tiles[2, 0], tiles[2, 1] = 10, 40  # one stands still, the other moves by 30
    checkpoint = Studio(device="cpu").checkpoint("tiny")
    reading = read_frames(tiles, checkpoint)
    assert reading.labels == () and reading.shares.shape == (3, 0) and reading.segments == ()
    assert reading.moved.tolist() == [0, 10, 15] and "grey" in reading.distance
    assert read_frames(tiles, checkpoint, loop=True).moved.tolist() == [25, 10, 15]


def test_segments_say_where_one_label_becomes_another():
    shares = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.0, 1.0], [0.7, 0.3]])
    reading = FilmReading(("sneakers", "boots"), shares, np.zeros(5), "")
    assert reading.segments == (("sneakers", 0, 1), ("boots", 2, 3), ("sneakers", 4, 4))


def test_the_figure_shows_the_reading_on_no_background():
    walk = walk_of(["dress", "<img src=x>"], frames=3)
    shares = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    figure = walk_figure(walk, FilmReading(("dress", "<b>bag</b>"), shares, np.array([0.0, 2.0, 1.0]), "steps"))
    heat, bars = figure.data
    assert np.array_equal(heat.z, shares.T) and tuple(heat.x) == (1, 2, 3) and tuple(bars.y) == (0, 2, 1)
    assert heat.y == ("dress", "&lt;b&gt;bag&lt;/b&gt;")
    text = json.dumps(figure.to_dict(), default=str)
    assert "<img" not in text and "<b>" not in text and "&lt;img src=x&gt;" in text
    for background in (figure.layout.paper_bgcolor, figure.layout.plot_bgcolor):
        assert background.replace(" ", "") == "rgba(0,0,0,0)"
    alone = walk_figure(walk, FilmReading((), np.empty((3, 0)), np.array([0.0, 2.0, 1.0]), "grey levels"))
    assert [type(trace).__name__ for trace in alone.data] == ["Bar"]
    with pytest.raises(ExplorerError, match="read=True"):
        film_of().figure()


def test_a_frame_in_which_no_label_has_half_is_a_mixture():
    shares = np.array([[1, 0, 0], [0.5, 0.5, 0], [0.4, 0.3, 0.3], [0.4, 0.2, 0.4], [0, 0.25, 0.75]])
    reading = FilmReading(("boots", "bag", "coat"), shares, np.zeros(5), "")
    assert reading.segments == (("boots", 0, 1), ("", 2, 3), ("coat", 4, 4))
