"""Spec in, Picture out: the same tiles whatever is drawn beside them, and a registry that keeps what it should."""

import dataclasses
import shutil
import threading

import numpy as np
import pytest
from tiny_checkpoint import LABELS, publish_tiny

from explorer.errors import ExplorerError
from explorer.explore import Mixed, Seeded, Spec, SpecError, Stored, Studio
from explorer.explore.spec.latents import jitter_of, z, z_of
from explorer.words import UnknownWord, open_space

DIALS = {"psi": 0.8, "jitter": 0.4, "blend": 0.3}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "checkpoints"
    for number in range(4):
        publish_tiny(folder / f"tiny{number}", seed=number)
    return folder


@pytest.fixture(scope="module")
def studio(home):
    return Studio(device="cpu")


@pytest.fixture
def spec(home):
    return Spec(checkpoint=str(home / "tiny0"), condition="red dress", latents=Seeded(7, 16))


@pytest.mark.parametrize("settings", [{}, DIALS, {**DIALS, "psi_mode": "resample"}])
def test_a_tile_does_not_depend_on_the_batch(studio, spec, settings):
    full = studio.render(spec.replace(latents=Seeded(7, 64), **settings))
    assert len({tile.tobytes() for tile in full.tiles}) == 64
    for count in (1, 3, 4, 16, 17):
        few = studio.render(spec.replace(latents=Seeded(7, count), **settings))
        assert np.array_equal(few.tiles, full.tiles[:count]), count
    kept = studio.render(spec.replace(latents=Mixed((((1.0, 7, 41),), ((1.0, 7, 2),))), **settings))
    assert np.array_equal(kept.tiles, full.tiles[[41, 2]])


def test_a_picture_holds_its_fields(studio, spec):
    picture = studio.render(spec.replace(latents=Seeded(3, 7)))
    assert picture.tiles.shape == (7, 28, 28, 1) and picture.tiles.dtype == np.uint8
    assert picture.columns == 3 and picture.composite.shape == (84, 84, 1)
    assert np.array_equal(picture.composite[28:56, 56:84], picture.tiles[5])
    assert not picture.composite[56:, 28:].any()
    assert {label for label, _ in picture.table} == set(LABELS) and picture.table[0][0] == "dress"
    cosines = [cosine for _, cosine in picture.table]
    assert cosines == sorted(cosines, reverse=True)
    words = [word for word, _ in picture.nearest]
    assert len(words) == 10 and not {"red", "dress"} & set(words)
    assert picture.familiarity.best == pytest.approx(cosines[0])
    assert set(picture.timings) == {"words", "draw", "judge", "compose", "total"} and picture.timings["total"] > 0
    with pytest.raises(ValueError):
        picture.tiles[0] = 0
    assert studio.render(spec.replace(latents=Seeded(0, 16))).columns == 4
    assert studio.render(spec.replace(latents=Seeded(0, 64))).columns == 8


def test_colour(studio, tmp_path, spec):
    publish_tiny(tmp_path / "colour", channels=3, resolution=32)
    picture = studio.render(spec.replace(checkpoint=str(tmp_path / "colour")))
    assert picture.tiles.shape == (16, 32, 32, 3) and picture.image().mode == "RGB"
    assert picture.image(2).size == (256, 256)


def test_settings_change_the_picture(studio, spec):
    def tiles(**changes):
        return studio.render(spec.replace(**changes)).tiles.astype(int)

    plain = tiles()
    assert np.array_equal(plain, tiles(psi=1.0, jitter=0.0, blend=0.0))
    assert len({tile.tobytes() for tile in tiles(psi=0.0)}) == 1, "psi 0 leaves one picture"
    spread = [tiles(psi=psi).std(axis=0).mean() for psi in (0.2, 0.6, 1.0, 1.4)]
    assert spread == sorted(spread)
    assert len({tile.tobytes() for tile in tiles(psi=0.0, jitter=0.5)}) == 16, "jitter moves each tile on its own"
    assert np.array_equal(tiles(blend=1.0), tiles(condition="dress")), "blended all the way, it is its label"
    halfway = np.abs(tiles(blend=0.5) - plain).mean()
    assert 0 < halfway < np.abs(tiles(blend=1.0) - plain).mean()
    assert np.abs(tiles(psi=0.8) - tiles(psi=0.801)).mean() < 1
    assert not np.array_equal(plain, tiles(latents=Seeded(8, 16)))


def test_the_table_is_that_of_the_word_as_typed(studio, spec):
    assert studio.render(spec.replace(blend=1.0, jitter=1.0)).table == studio.render(spec).table


def test_latents_of_every_kind(spec):
    row = z_of(spec, 24)
    assert row.dtype == np.float32 and row.shape == (16, 24)
    assert np.array_equal(row[9], z(7, 9, 24).astype(np.float32))
    mixed = spec.replace(latents=Mixed((((0.6, 7, 9), (-0.8, 5, 0)),)))
    assert np.allclose(z_of(mixed, 24), 0.6 * z(7, 9, 24) - 0.8 * z(5, 0, 24), atol=1e-6)
    stored = spec.replace(latents=Stored((tuple(range(24)),)))
    assert np.array_equal(z_of(stored, 24)[0], np.arange(24))
    assert jitter_of(stored, 100).shape == (1, 100)
    assert not np.allclose(jitter_of(spec, 24), row), "jitter has a stream of its own"
    # psi acts on each seeded latent, then the weights do: a walk stays between the pictures seen at its ends
    halves = (((0.5, 7, 1), (0.5, 7, 2)),)
    cut = z_of(spec.replace(psi=0.5), 24)
    assert np.allclose(z_of(spec.replace(psi=0.5, latents=Mixed(halves)), 24), (cut[1] + cut[2]) / 2, atol=1e-6)


def test_a_vector_draws_what_its_word_draws(studio, spec):
    vector = studio.space(spec.checkpoint).resolve("kimono").vector
    typed = studio.render(spec.replace(condition="kimono"))
    given = studio.render(spec.replace(condition=tuple((3 * vector).tolist())))
    # Scaled to unit length again, its last bit may differ: a grey level at most.
    assert np.abs(given.tiles.astype(int) - typed.tiles).max() <= 1
    assert given.nearest[0][0] == "kimono"
    assert dict(given.table) == pytest.approx(dict(typed.table))


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"condition": "slipprr"}, "slipper"),
        ({"condition": "boots -"}, "."),
        ({"condition": ""}, "."),
        ({"condition": (1.0, 2.0)}, "100"),
        ({"latents": Stored(((1.0, 2.0),))}, "16"),
        ({"checkpoint": "no-such-one"}, "no-such-one"),
        ({"checkpoint": "/etc"}, "/etc"),
        ({"checkpoint": "hf:../../etc"}, "hf:"),
    ],
)
def test_what_cannot_be_drawn_gets_a_sentence(studio, spec, changes, message):
    with pytest.raises(ExplorerError, match=message):
        studio.render(spec.replace(**changes))


def test_an_unknown_word_comes_with_suggestions(studio, spec):
    with pytest.raises(UnknownWord) as caught:
        studio.render(spec.replace(condition="slipprr"))
    assert "slipper" in caught.value.suggestions


@pytest.mark.parametrize("device", ["banana", "", "meta", "cpu:7", "cuda:99", "cuda:-1", "mps:9", "cuda:" + "9" * 30])
def test_a_device_that_is_not_here_is_refused(device):
    with pytest.raises(ExplorerError, match="There is no device"):
        Studio(device=device)


def test_a_word_space_is_looked_up_by_name_and_never_opened_from_a_path(studio, tmp_path, spec, monkeypatch):
    space = open_space("glove-minilm-100d")
    monkeypatch.chdir(tmp_path)
    shutil.copytree(space.path.parent, tmp_path / "nearby")
    for name in (str(space.path), str(space.path.parent), "nearby", "..", ""):
        loaded = studio.checkpoint(spec.checkpoint)
        elsewhere = dataclasses.replace(
            loaded, description=dataclasses.replace(loaded.description, space_name=name, space_hash=space.hash)
        )
        with pytest.raises(ExplorerError, match="There is no word space"):
            studio.space(elsewhere)
    assert studio.space(spec.checkpoint).name == "glove-minilm-100d"


def test_another_version_of_the_word_space_is_refused(studio, tmp_path, spec):
    publish_tiny(tmp_path / "other", space_hash="f" * 64)
    with pytest.raises(ExplorerError, match="another version of the word space"):
        studio.render(spec.replace(checkpoint=str(tmp_path / "other")))
    assert studio.checkpoint(tmp_path / "other").labels == LABELS


def test_the_studio_keeps_the_latest_few_open(home):
    studio = Studio(capacity=2, device="cpu")
    first = studio.checkpoint(home / "tiny0")
    studio.checkpoint(home / "tiny1")
    assert studio.checkpoint(home / "tiny0") is first
    studio.checkpoint(home / "tiny2")
    assert [path.name for path in studio.open_paths()] == ["tiny0", "tiny2"]
    assert studio.checkpoint(home / "tiny0") is first
    with pytest.raises(ExplorerError):
        studio.checkpoint(home / "missing")
    assert [path.name for path in studio.open_paths()] == ["tiny2", "tiny0"]


def test_a_checkpoint_published_anew_is_loaded_anew(tmp_path):
    studio = Studio(device="cpu")
    folder = publish_tiny(tmp_path / "mine", seed=0)
    spec = Spec(checkpoint=str(folder), condition="coat")
    before = studio.render(spec)
    publish_tiny(tmp_path / "mine", seed=1)
    after = studio.render(spec)
    assert not np.array_equal(before.tiles, after.tiles)
    assert len(studio.open_paths()) == 1
    shutil.rmtree(folder)
    with pytest.raises(ExplorerError):
        studio.render(spec)


def test_many_threads_load_a_checkpoint_once_and_draw_alike(home):
    studio = Studio(capacity=2, device="cpu")
    specs = [Spec(checkpoint=str(home / f"tiny{n}"), condition="bag", latents=Seeded(1, 5)) for n in (0, 1)]
    alone = [studio.render(spec).tiles for spec in specs]
    wrong: list[object] = []

    def draw(number: int) -> None:
        try:
            for turn in range(6):
                which = (number + turn) % 2
                if not np.array_equal(studio.render(specs[which]).tiles, alone[which]):
                    wrong.append(which)
        except Exception as error:
            wrong.append(error)

    fresh = Studio(capacity=2, device="cpu")
    seen: list[object] = []
    threads = [threading.Thread(target=draw, args=(number,)) for number in range(6)]
    threads += [threading.Thread(target=lambda: seen.append(fresh.checkpoint(home / "tiny3"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and len(set(map(id, seen))) == 1


def test_a_spec_error_is_an_explorer_error():
    assert issubclass(SpecError, ExplorerError)


def test_a_checkpoint_that_is_saved_anew_at_this_moment_is_waited_for(tmp_path):
    folder = publish_tiny(tmp_path / "run" / "checkpoint")
    away = folder.rename(tmp_path / "away")
    back = threading.Timer(0.06, lambda: away.rename(folder))
    back.start()
    picture = Studio(device="cpu").render(Spec(checkpoint=str(folder.parent), condition="dress", latents=Seeded(0, 1)))
    back.join()
    assert picture.tiles.shape == (1, 28, 28, 1)
