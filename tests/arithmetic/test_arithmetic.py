"""Sums of words and of latents, pads, turns and axes, compared with a linear generator that shows its inputs."""

import numpy as np
import pytest
from linear_studio import C_STEP, Z_STEP, c_seen, linear_studio, z_seen
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer.errors import ExplorerError
from explorer.explore import Mixed, Seeded, Spec, SpecError, Stored, Studio, specs_from_png
from explorer.explore.arithmetic.latents import latent_sum, latent_terms, read_latent_terms
from explorer.explore.arithmetic.words import word_sum
from explorer.explore.spec.latents import z, z_of
from explorer.explore.walk.axes import latent_pad, random_axes, semantic, turn_axis, turned, word_pad

LEFT, RIGHT = [(1, 0), (1, 3), (2, 5)], [(1, 1), (4, 4)]


@pytest.fixture(scope="module")
def linear(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "linear"
    with pytest.MonkeyPatch.context() as patch:
        yield linear_studio(folder, patch), Spec(str(folder), "dress", Seeded(7, 3))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return str(publish_tiny(tmp_path_factory.mktemp("home") / "tiny"))


def unit(vector):
    return vector / np.linalg.norm(vector)


def mean(tiles):
    return np.mean([z(seed, index, 16) for seed, index in tiles], axis=0)


def of(studio, spec, *words):
    return [studio.space(spec.checkpoint).vector(word).astype(float) for word in words]


# Words


def test_a_sum_of_words_shows_its_operands_and_its_neighbours(linear):
    studio, spec = linear
    total = word_sum(studio, spec.replace(condition="boots - leather + 0.5*summer"))
    boots, leather, summer = of(studio, spec, "boots", "leather", "summer")
    assert np.abs(c_seen(total.result.tiles) - unit(boots - leather + 0.5 * summer)).max() <= C_STEP
    assert [operand.label for operand in total.operands] == ["+ boots", "- leather", "+ 0.5 summer"]
    for operand, vector in zip(total.operands, (boots, leather, summer), strict=True):
        assert np.abs(c_seen(operand.picture.tiles) - vector).max() <= C_STEP
        assert np.abs(z_seen(operand.picture.tiles) - z_of(spec, 16)).max() <= Z_STEP
    assert total.nearest == studio.render(spec.replace(condition="boots - leather + 0.5*summer")).nearest
    assert not {"boots", "leather", "summer"} & {word for word, _ in total.nearest}


def test_a_phrase_is_one_operand_and_parentheses_are_opened(linear):
    studio, spec = linear
    total = word_sum(studio, spec.replace(condition="coat - (red boots - bag)"))
    assert [operand.label for operand in total.operands] == ["+ coat", "- red boots", "+ bag"]
    red, boots = of(studio, spec, "red", "boots")
    assert np.abs(c_seen(total.operands[1].picture.tiles) - unit(red + boots)).max() <= C_STEP


def test_a_sheet_carries_every_picture(tiny, tmp_path):
    studio = Studio(device="cpu")
    total = word_sum(studio, Spec(tiny, "boots - leather", Seeded(2, 5), psi=0.7))
    path = total.save(tmp_path / "sheet.png", scale=2)
    specs = specs_from_png(path)
    assert [spec.condition for spec in specs] == ["boots", "leather", "boots - leather"]
    for spec, picture in zip(specs, total.pictures, strict=True):
        assert np.array_equal(studio.render(spec).tiles, picture.tiles)
    with Image.open(path) as image:
        assert image.height == 3 * 56 + 2 * 4 and image.width > 5 * 56
    with np.load(total.save(tmp_path / "sheet.npz"), allow_pickle=False) as file:
        assert file["images"].shape == (15, 28, 28, 1)
    with pytest.raises(ExplorerError, match="bmp"):
        total.save(tmp_path / "sheet.bmp")


@pytest.mark.parametrize(
    "condition, message", [((1.0,) * 100, "expression"), (" + ".join("abcdefghi"), "9 terms"), ("slipprr", "slipper")]
)
def test_what_is_no_sum_of_words_gets_a_sentence(linear, condition, message):
    studio, spec = linear
    with pytest.raises(ExplorerError, match=message):
        word_sum(studio, spec.replace(condition=condition))


def test_a_semantic_axis_moves_the_word_by_as_much_for_any_pair(linear):
    studio, spec = linear
    dress, small, big = of(studio, spec, "dress", "small", "big")
    for amount in (-2.0, 0.5, 1.0):
        seen = c_seen(studio.render(semantic(studio, spec, "small", "big", amount)).tiles)
        assert np.abs(seen - unit(dress + amount * unit(small - big))).max() <= C_STEP
    assert semantic(studio, spec, "small", "big", 0.0) == spec
    back = semantic(studio, spec, "big", "small", -1.0)
    assert back.condition == pytest.approx(semantic(studio, spec, "small", "big", 1.0).condition)
    with pytest.raises(SpecError, match="same"):
        semantic(studio, spec, "small", "small", 1.0)
    with pytest.raises(SpecError, match="amount"):
        semantic(studio, spec, "small", "big", 5.0)
    with pytest.raises(ExplorerError, match="slipper"):
        semantic(studio, spec, "small", "slipprr", 1.0)


CORNERS = ("dress", "red boots", "bag", "coat")


def test_a_pad_of_words_is_bilinear(linear):
    studio, spec = linear
    a, b, c, d = (studio.vector(spec.replace(condition=corner)).astype(float) for corner in CORNERS)
    for x, y in ((0.5, 0.5), (0.25, 0.9), (0.0, 0.3), (0.7, 1.0)):
        expected = unit((1 - x) * (1 - y) * a + x * (1 - y) * b + (1 - x) * y * c + x * y * d)
        seen = studio.render(word_pad(studio, spec, CORNERS, x, y)).tiles
        assert np.abs(c_seen(seen) - expected).max() <= C_STEP and np.abs(z_seen(seen) - z_of(spec, 16)).max() <= Z_STEP
    corners = [word_pad(studio, spec, CORNERS, x, y).condition for y in (0, 1) for x in (0, 1)]
    assert corners == list(CORNERS)


@pytest.mark.parametrize(
    "corners, x, y, message",
    [
        (CORNERS, 1.1, 0, "x"),
        (CORNERS, 0, float("nan"), "y"),
        (CORNERS[:3], 0, 0, "4"),
        (("dress", "slipprr", "bag", "coat"), 0.5, 0.5, "slipper"),
        (((1.0,) * 100, (-1.0,) * 100, "bag", "coat"), 0.5, 0, "cancel"),
    ],
)
def test_what_is_no_point_of_a_pad_gets_a_sentence(linear, corners, x, y, message):
    studio, spec = linear
    with pytest.raises(ExplorerError, match=message):
        word_pad(studio, spec, corners, x, y)


# Latents


def test_a_turn_is_the_difference_of_two_means(linear):
    studio, spec = linear
    axis = turn_axis(LEFT, RIGHT)
    for amount in (-1.5, 0.5, 2.0):
        seen = z_seen(studio.render(turned(spec, axis, amount)).tiles)
        assert np.abs(seen - (z_of(spec, 16) + amount * (mean(LEFT) - mean(RIGHT)))).max() <= Z_STEP
    assert turned(spec, axis, 0.0) == spec
    assert isinstance(turned(spec, axis, 1.0).latents, Mixed)


def test_a_turn_goes_from_any_latents(linear):
    studio, spec = linear
    axis, step = turn_axis(LEFT, RIGHT), mean(LEFT) - mean(RIGHT)
    mixed = spec.replace(latents=Mixed((((0.6, 7, 1), (0.8, 1, 3)), ((1.0, 1, 1),))))
    found = spec.replace(latents=Stored((tuple(np.linspace(-1, 1, 16)), (0.5,) * 16)))
    for start in (mixed, found, turned(mixed, axis, -1.0)):
        seen = z_seen(studio.render(turned(start, axis, 1.0)).tiles)
        assert np.abs(seen - (z_of(start, 16) + step)).max() <= Z_STEP
    assert turned(found, axis, 1.0).psi == 1.0
    # psi is spent on every part before it is added
    cut = spec.replace(psi=0.5)
    parts = [z_of(cut.replace(latents=Mixed(tuple(((1.0, *tile),) for tile in group))), 16) for group in (LEFT, RIGHT)]
    expected = z_of(cut, 16) + parts[0].mean(axis=0) - parts[1].mean(axis=0)
    assert np.allclose(z_of(turned(cut, axis, 1.0), 16), expected, atol=1e-5)
    half = found.replace(psi=0.5)
    expected = z_of(half, 16) + parts[0].mean(axis=0) - parts[1].mean(axis=0)
    assert np.allclose(z_of(turned(half, axis, 1.0), 16), expected, atol=1e-5)


def test_a_tile_marked_twice_counts_once_and_equal_groups_give_no_axis():
    assert turn_axis([*LEFT, LEFT[0]], RIGHT) == turn_axis(LEFT, RIGHT)
    for groups in ((LEFT, LEFT[::-1]), ([], RIGHT), (LEFT, [(1, 2, 3)]), (LEFT, [(-1, 0)]), ([(1, 0)] * 33, RIGHT)):
        with pytest.raises(SpecError):
            turn_axis(*groups)


def test_a_latent_pad_turns_around_the_present_z_and_keeps_its_spread(linear):
    studio, spec = linear
    assert latent_pad(spec, 0.5, 0.5) == spec
    (_, seed, first), (_, _, second) = (axis[0] for axis in random_axes())
    u, v = z(seed, first, 16), z(seed, second, 16)
    for x, y in ((1.0, 0.5), (0.5, 0.0), (0.25, 0.9)):
        a, b = 2 * x - 1, 2 * y - 1
        expected = (z_of(spec, 16) + a * u + b * v) / np.sqrt(1 + a * a + b * b)
        assert np.abs(z_seen(studio.render(latent_pad(spec, x, y)).tiles) - expected).max() <= Z_STEP
    many = z_of(latent_pad(spec.replace(latents=Seeded(0, 256)), 0.9, 0.2), 400)
    assert (many - many.mean(axis=0)).std() < many.std() == pytest.approx(1, abs=0.02)


def test_a_latent_pad_of_found_pictures_and_of_marked_axes(linear):
    studio, spec = linear
    axes = turn_axis(LEFT, RIGHT), turn_axis([(9, 9)], [(8, 8)])
    found = spec.replace(latents=Stored((tuple(np.linspace(-1, 1, 16)),)))
    moved = z_seen(studio.render(latent_pad(found, 1.0, 0.25, axes, reach=0.5)).tiles)[0]
    straight = z_of(found, 16)[0] + 0.5 * (mean(LEFT) - mean(RIGHT)) - 0.25 * (z(9, 9, 16) - z(8, 8, 16))
    assert np.abs(moved - straight * np.linalg.norm(z_of(found, 16)) / np.linalg.norm(straight)).max() <= Z_STEP
    with pytest.raises(SpecError, match="x"):
        latent_pad(spec, 2, 0)


TERMS = ((1.0, ((1, 0), (1, 3), (2, 5))), (-1.0, ((1, 1), (4, 4), (4, 5))), (1.0, ((6, 0), (6, 1), (6, 2), (6, 3))))


def test_latent_arithmetic_adds_and_takes_away_means(linear):
    studio, spec = linear
    total = latent_sum(studio, spec, TERMS, noise=0.25, seed=3)
    means = [mean(tiles) for _, tiles in TERMS]
    centre = means[0] - means[1] + means[2]
    seen = z_seen(total.result.tiles)
    assert seen.shape == (9, 16) and total.result.columns == 3
    assert np.abs(seen[4] - centre).max() <= Z_STEP, "the sum itself is in the middle"
    steps = np.delete(z_of(total.result.spec, 16) - centre, 4, axis=0)
    assert np.abs(steps).max() <= 0.25 + 1e-6 and np.abs(steps).max() > 0.24
    assert steps.std() == pytest.approx(0.25 / np.sqrt(3), rel=0.15), "uniform, as in the paper"
    assert np.abs(c_seen(total.result.tiles) - studio.vector(spec)).max() <= C_STEP
    for (weight, tiles), operand, own in zip(TERMS, total.operands, means, strict=True):
        shown = z_seen(operand.picture.tiles)
        assert operand.weight == weight and len(shown) == len(tiles) + 1
        assert np.abs(shown[-1] - own).max() <= Z_STEP, "the mean comes last"
        assert np.abs(shown[:-1] - [z(*tile, 16) for tile in tiles]).max() <= Z_STEP
    assert total.operands[1].label == "- 1.1 4.4 4.5"


def test_latent_arithmetic_is_redrawn_from_its_specs(tiny, tmp_path):
    studio = Studio(device="cpu")
    spec = Spec(tiny, "dress", psi=0.6)
    total = latent_sum(studio, spec, TERMS)
    specs = specs_from_png(total.save(tmp_path / "sum.png"))
    for one, picture in zip(specs, total.pictures, strict=True):
        again = studio.render(one)
        assert np.array_equal(again.tiles, picture.tiles) and np.array_equal(again.composite, picture.composite)
    alone = studio.render(spec.replace(latents=Mixed((latent_terms(TERMS),))))
    assert np.array_equal(alone.tiles[0], total.result.tiles[4])
    assert np.array_equal(latent_sum(studio, spec, TERMS, seed=0).result.tiles, total.result.tiles)
    assert not np.array_equal(latent_sum(studio, spec, TERMS, seed=1).result.tiles[0], total.result.tiles[0])
    still = latent_sum(studio, spec, TERMS, noise=0.0).result.tiles
    assert len({tile.tobytes() for tile in still}) == 1


def test_terms_as_they_are_written():
    assert read_latent_terms("1.0, 1.3,2.5-1.1,4.4,4.5 +6.0,6.1,6.2,6.3") == TERMS
    assert read_latent_terms("-0.5*1.0,1.3,2.5 + 2 * 9.9,9.8,9.7") == (
        (-0.5, ((1, 0), (1, 3), (2, 5))),
        (2.0, ((9, 9), (9, 8), (9, 7))),
    )


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "1 to 8"),
        ("boots", "seed.index"),
        ("1.0,1.1,1.2 1.3,1.4,1.5", "cannot be read"),
        ("1.0,1.1", "3 to 15 different"),
        ("1.0,1.1,1.1", "different"),
        ("1.0,1.1,1.2 -", "cannot be read"),
        ("1.0,1.1,9999999999999999999.2", "seed"),
        ("1.0,1.1,1.9999999999", "index"),
        (" + ".join(["1.0,1.1,1.2"] * 9), "1 to 8"),
        ("9" * 2001, "2001"),
        ("1" * 2000, "cannot be read"),
        ("1.0," * 500, "different|read"),
    ],
)
def test_what_is_no_sum_of_pictures_gets_a_sentence(text, message):
    with pytest.raises(SpecError, match=message) as caught:
        read_latent_terms(text)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


def test_in_a_notebook(linear):
    from explorer import Explorer

    studio, spec = linear
    ex = Explorer(spec.checkpoint, studio)
    total = ex.arithmetic("boots - leather", n=3, seed=7)
    assert np.array_equal(total.result.tiles, word_sum(studio, spec.replace(condition="boots - leather")).result.tiles)
    assert specs_from_png(total._repr_png_())[-1] == total.result.spec and "boots - leather" in repr(total)
    written = ex.arithmetic("dress", latents="1.0,1.3,2.5 - 1.1,4.4,4.5 + 6.0,6.1,6.2,6.3")
    assert np.array_equal(written.result.tiles, latent_sum(ex.studio, spec, TERMS).result.tiles)
    assert np.array_equal(ex.arithmetic("dress", latents=TERMS).result.tiles, written.result.tiles)
