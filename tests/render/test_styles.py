"""Styles and word truncation as they are drawn: tile by tile, and the same whatever is drawn beside them."""

import dataclasses
import zipfile

import numpy as np
import pytest
from tiny_checkpoint import LABELS, publish_tiny

from explorer.data import load
from explorer.explore import Edits, Mixed, Seeded, Spec, SpecError, Stored, Studio
from explorer.explore.render.forward import draw_each
from explorer.explore.render.samples import save_samples
from explorer.explore.render.word_truncation import labels_taken
from explorer.words.truncation import NEAREST

STYLES = ("noto", "flat", "3d")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_tiny(home / "plain")
    publish_tiny(home / "styled", styles=STYLES)
    publish_tiny(home / "codes", family="infogan")
    publish_tiny(home / "free", family="dcgan")
    publish_tiny(home / "labels", family="acgan")
    return home


@pytest.fixture(scope="module")
def studio():
    return Studio(capacity=5, device="cpu")


@pytest.fixture
def spec(folder):
    return Spec(str(folder / "styled"), "red slipper", Seeded(5, 20))


def test_each_style_in_turn_is_that_style_alone(studio, spec):
    for more in ({}, {"jitter": 0.3}, {"word_truncation": 0.6, "jitter": 0.2}):
        each = studio.render(spec.replace(style="each", **more))
        alone = [studio.render(spec.replace(style=style, **more)).tiles for style in STYLES]
        for index, tile in enumerate(each.tiles):
            assert np.array_equal(tile, alone[index % 3][index]), index
    assert each.tile_styles[:4] == ("noto", "flat", "3d", "noto")
    assert not np.array_equal(alone[0], alone[1])


def test_an_open_style_is_no_style(studio, spec):
    plain = studio.render(spec)
    assert np.array_equal(plain.tiles, studio.render(spec.replace(style="any")).tiles)
    assert plain.tile_styles == () and not np.array_equal(plain.tiles, studio.render(spec.replace(style="flat")).tiles)


def test_mixtures_lie_between(studio, spec):
    noto, half, flat = (
        studio.render(spec.replace(style=style)).tiles.astype(int) for style in ("noto", "noto + flat", "flat")
    )
    assert np.abs(half - noto).mean() < np.abs(flat - noto).mean()
    assert np.array_equal(half, studio.render(spec.replace(style="3*Flat + 3*noto")).tiles)


def test_a_style_that_is_not_there(studio, spec, folder):
    for name, style in (("styled", "oil"), ("plain", "noto"), ("codes", "noto"), ("free", "each"), ("labels", "noto")):
        with pytest.raises(SpecError, match=f"{name} has no style"):
            studio.render(spec.replace(checkpoint=str(folder / name), style=style))


SETTINGS = [{"word_truncation": 0.7}, {"word_truncation": 1.0, "jitter": 0.3, "blend": 0.2}, {"style": "each"}]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("name", ["styled", "labels"])
def test_a_tile_does_not_depend_on_the_count(studio, spec, folder, settings, name):
    if name == "labels" and "style" in settings:
        return
    spec = spec.replace(checkpoint=str(folder / name), condition="footwear + skirt", **settings)
    full = studio.render(spec.replace(latents=Seeded(7, 40)))
    for count in (1, 5, 17):
        few = studio.render(spec.replace(latents=Seeded(7, count)))
        assert np.array_equal(few.tiles, full.tiles[:count]) and few.tile_labels == full.tile_labels[:count]
    kept = studio.render(spec.replace(latents=Mixed((((1.0, 7, 31),), ((1.0, 7, 2),)))))
    assert np.array_equal(kept.tiles, full.tiles[[31, 2]])


def test_word_truncation_is_a_mixture_of_the_nearest_labels(studio, spec):
    word = spec.replace(condition="footwear + skirt", latents=Seeded(0, 200))
    trained = studio.render(word.replace(word_truncation=1))
    assert set(trained.tile_labels) >= {"boots", "dress"} and len(trained.tile_labels) == 200
    own = {label: studio.render(word.replace(condition=label)).tiles for label in LABELS}
    for index, label in enumerate(trained.tile_labels):
        assert np.array_equal(trained.tiles[index], own[label][index]), "all the way, it is the label"
    plain = studio.render(word)
    assert np.array_equal(studio.render(word.replace(word_truncation=0.0)).tiles, plain.tiles) and not plain.tile_labels
    some = studio.render(word.replace(word_truncation=0.3))
    assert some.tile_labels == trained.tile_labels and some.table == plain.table
    moved = [np.abs(one.tiles.astype(int) - plain.tiles).mean() for one in (some, trained)]
    assert 0 < moved[0] < moved[1]


def test_labels_are_taken_by_their_similarity(studio, spec):
    opened = studio.checkpoint(spec.checkpoint)
    word = spec.replace(condition="footwear", latents=Seeded(1, 256), word_truncation=1)
    counts = {label: studio.render(word).tile_labels.count(label) for label in LABELS}
    order = [label for label, _ in studio.render(word).table]
    assert order[0] == "boots" and counts["boots"] > 128
    # of many labels only the nearest are taken, however many others there are
    rows = np.random.default_rng(0).normal(size=(2001, 100))
    vector, *others = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    many = dataclasses.replace(opened, label_vectors=np.stack(others))
    taken = labels_taken(many, word, vector)
    assert set(taken) <= set(np.argsort(-(many.label_vectors.astype(float) @ vector), kind="stable")[:NEAREST])


def test_a_label_that_was_typed_stays_itself(studio, spec):
    for share in (0.4, 1.0):
        picture = studio.render(spec.replace(condition="Boots", word_truncation=share))
        assert np.array_equal(picture.tiles, studio.render(spec.replace(condition="boots")).tiles)
        assert set(picture.tile_labels) == {"boots"}


def test_unconditional_generators_take_no_label(studio, spec, folder):
    for name in ("free", "codes"):
        free = spec.replace(checkpoint=str(folder / name), condition="dress")
        picture = studio.render(free.replace(word_truncation=1))
        assert np.array_equal(picture.tiles, studio.render(free).tiles) and picture.tile_labels == ()


def test_found_and_mixed_pictures_keep_their_label_from_frame_to_frame(studio, spec):
    word = spec.replace(condition="footwear + skirt", word_truncation=1)
    mixes = tuple(((0.8, 3, index), (-0.6, 4, index)) for index in range(40))
    mixed = studio.render(word.replace(latents=Mixed(mixes)))
    assert len(set(mixed.tile_labels)) > 1
    assert studio.render(word.replace(latents=Mixed(mixes[:3]))).tile_labels == mixed.tile_labels[:3]
    stored = studio.render(word.replace(latents=Stored(((0.1,) * 16,) * 40)))
    assert stored.tile_labels == studio.render(word.replace(latents=Seeded(0, 40))).tile_labels


def test_tiles_of_a_grid_are_those_of_their_specs(studio, spec):
    one = spec.replace(latents=Seeded(2, 1))
    specs = [
        one.replace(condition=word, style=style, word_truncation=share)
        for word in ("dress", "footwear + skirt")
        for style in ("", "noto", "flat + 3d")
        for share in (0.0, 0.5)
    ]
    opened = studio.checkpoint(spec.checkpoint)
    tiles = draw_each(opened, specs, [studio.resolve_condition(spec).vector for spec in specs])
    for spec, tile in zip(specs, tiles, strict=True):
        assert np.array_equal(studio.render(spec).tiles[0], tile)


def test_the_maps_of_a_style_are_those_of_its_picture(studio, spec):
    from explorer.explore.inside.units import activations

    spec = spec.replace(style="each", word_truncation=0.5, edits=Edits(off=(("blocks.0", 1),)))
    tiles, _ = activations(studio, spec, "blocks.1")
    assert np.array_equal(tiles, studio.render(spec).tiles)


def test_a_label_may_have_a_vector_that_its_words_do_not_give(studio, spec, monkeypatch):
    opened = studio.checkpoint(spec.checkpoint)
    space = studio.space(spec.checkpoint)
    labels = ("hot dog", "xyzzyq", *LABELS[2:])
    vectors = np.stack([space.vector("sausage"), space.vector("lamp"), *opened.label_vectors[2:]])
    named = dataclasses.replace(
        opened, description=dataclasses.replace(opened.description, labels=labels), label_vectors=vectors
    )
    from explorer.explore.render.condition import condition_vector, resolve_condition

    for text, word in (("Hot  dog", "sausage"), ("xyzzyq", "lamp"), ("bag", "bag")):
        assert np.allclose(condition_vector(space, named, text), space.vector(word), atol=1e-6)
        assert resolve_condition(space, named, text).familiarity.best == pytest.approx(1, abs=1e-5)


def test_a_zip_of_all_styles_is_a_data_set_that_knows_them(studio, spec, tmp_path):
    path = save_samples(tmp_path / "a.zip", studio, [spec.replace(condition=c, style="each") for c in LABELS[:2]], 6)
    found = load(path, size=28, progress=False)
    assert found.counts() == dict.fromkeys(sorted(LABELS[:2]), 6) and set(found.styles) == set(STYLES)
    tiles = studio.render(spec.replace(condition=LABELS[0], style="flat", latents=Seeded(5, 6))).tiles
    mine = (found.labels == found.words.index(LABELS[0])) & (found.style_ids == found.styles.index("flat"))
    assert np.array_equal(found.images[mine].transpose(0, 2, 3, 1), tiles[[1, 4]])
    plain = save_samples(tmp_path / "b.zip", studio, [spec], 2)
    assert "metadata.jsonl" not in zipfile.ZipFile(plain).namelist()
