"""Forgetting a part: all units that speak for what was brushed, at several layers, at 0 or at their means."""

import json

import numpy as np
import pytest
from tiny_checkpoint import publish_tiny
from wired_checkpoint import publish_wired

from explorer.errors import ExplorerError
from explorer.explore import Edits, Seeded, Spec, Studio
from explorer.explore.inside.forgetting import activity, as_many_at_random, fewest_units, part_units
from explorer.explore.inside.units import ablate, activations, middle_layer

PART = (slice(None), slice(0, 8), slice(0, 12))  # what unit 2 of every layer draws


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture(scope="module")
def wired(tmp_path_factory):
    folder = publish_wired(tmp_path_factory.mktemp("home") / "wired")
    return Spec(str(folder), "dress", Seeded(3, 6))


@pytest.fixture
def region():
    brushed = np.zeros((6, 28, 28), bool)
    brushed[PART] = True
    return brushed


def test_what_draws_a_part_is_found_at_every_layer_that_is_named(studio, wired, region):
    found = part_units(studio, wired, region, ["blocks.1", "start", "start"])
    assert {("blocks.1", 2), ("start", 2)} <= set(found)
    assert {name for name, _ in part_units(studio, wired, region)} == {middle_layer(studio, wired.checkpoint).name}
    assert studio.render(ablate(wired, found)).tiles[PART].max() < 60
    others = as_many_at_random(studio, wired.checkpoint, found, seed=1)
    assert sorted(name for name, _ in others) == sorted(name for name, _ in found) and set(others) != set(found)


def test_the_fewest_are_those_that_draw_the_part_and_little_else(studio, wired):
    units = [("blocks.1", unit) for unit in range(8)]
    others = [wired.replace(condition="coat", latents=Seeded(5, 3))]

    def presence(tiles):
        return float(tiles[PART].mean())

    assert fewest_units(studio, wired, units, presence, others, to="zero") == (("blocks.1", 2),)
    with pytest.raises(ExplorerError, match="further layers"):
        fewest_units(studio, wired, [one for one in units if one[1] != 2], presence, others, to="zero")


def test_equally_active_units_stand_for_the_chosen_ones(studio, wired):
    active = activity(studio, wired.checkpoint, ["blocks.1"])
    order = np.argsort(active["blocks.1"])
    chosen = tuple(("blocks.1", int(unit)) for unit in order[-2:])
    drawn = [as_many_at_random(studio, wired.checkpoint, chosen, seed, active) for seed in range(8)]
    assert all(len(set(some)) == 2 and not set(some) & set(chosen) for some in drawn) and len(set(drawn)) > 1
    nearest = {("blocks.1", int(unit)) for unit in order[-10:-2]}
    assert {unit for some in drawn for unit in some} <= nearest


def test_nothing_that_speaks_for_it_gets_a_sentence(studio, wired):
    dark = np.zeros((6, 28, 28), bool)
    dark[:, 0:4, 20:24] = True
    with pytest.raises(ExplorerError, match="another layer"):
        part_units(studio, wired.replace(psi=0.0), dark, ["start"])


@pytest.mark.parametrize(
    "made",
    [
        {},
        {"network": "dcgan", "family": "cdcgan"},
        {"network": "dcgan", "family": "dcgan"},
        {"network": "dcgan", "family": "infogan"},
        {"styles": ("noto", "doodle")},
    ],
)
def test_both_networks_forget_and_hold_units_at_their_means(studio, tmp_path, made, region):
    folder = publish_tiny(tmp_path / "tiny", seed=2, **made)
    spec = Spec(str(folder), "coat", Seeded(1, 6))
    layer = middle_layer(studio, spec.checkpoint)
    units = part_units(studio, spec, region, [layer.name])
    held = ablate(spec, units, to="mean")
    maps = activations(studio, held, layer.name)[1][:, [unit for _, unit in units]]
    assert np.ptp(maps, axis=(0, 2, 3)).max() == 0 and np.abs(maps).max() > 0
    assert not np.array_equal(studio.render(held).tiles, studio.render(ablate(spec, units)).tiles)
    again = Studio(device="cpu").render(Spec.from_json(held.to_json())).tiles
    assert np.array_equal(again, studio.render(held).tiles)


def test_a_mean_is_that_of_pictures_of_the_labels(studio, tmp_path):
    folder = publish_tiny(tmp_path / "tiny")
    words = studio.checkpoint(str(folder)).labels
    shown = [activations(studio, Spec(str(folder), word, Seeded(0, 16)), "blocks.1")[1][:, 3] for word in words]
    held = ablate(Spec(str(folder), "coat", Seeded(5, 2)), [("blocks.1", 3)], to="mean")
    assert activations(studio, held, "blocks.1")[1][:, 3] == pytest.approx(np.mean(shown), rel=1e-4)


def test_a_spec_says_the_mean_only_where_units_are_held_there():
    units = (("blocks.1", 3),)
    assert Edits(off_to="mean") == Edits() and "off_to" not in Spec(edits=Edits(off=units)).to_json()
    spec = Spec(edits=Edits(off=units, off_to="mean"))
    assert json.loads(spec.to_json())["edits"] == {"off": {"blocks.1": [3]}, "off_to": "mean"}
    assert Spec.from_json(spec.to_json()) == spec
    assert ablate(spec, [("start", 1)]).edits.off_to == "mean" and ablate(spec, (), to="zero").edits.off_to == "zero"
    for wrong in ("median", 0, None, ["mean"]):
        with pytest.raises(ExplorerError, match=r"zero or mean, not .*\.$"):
            Spec.from_json(json.dumps({"edits": {"off": {"a": [1]}, "off_to": wrong}}))


# --- the figures in the README, on pictures that nothing was ranked on ---

RANKED, HELD_OUT, CHOSEN_ON, SEEDS = 0, 1, 2, 5  # random seeds of pictures, and draws of random units


def _lowest(tiles: np.ndarray) -> np.ndarray:
    """The lowest row with ink in each column, -1 where there is none: tiles [N, H, W] -> [N, W]."""
    ink = tiles > 64
    return np.where(ink.any(1), tiles.shape[1] - 1 - ink[:, ::-1].argmax(1), -1)


def under_arch(tiles: np.ndarray) -> np.ndarray:
    """The gap between a boot's sole and the ground, in front of its heel: bool [N, H, W]."""
    lowest, rows = _lowest(tiles), np.arange(28)[None, :, None]
    below = (rows > lowest[:, None]) & (rows <= lowest.max(1)[:, None, None]) & (lowest[:, None] >= 0)
    return below & (np.arange(28) >= 8) & (np.arange(28) < 24)


def heels(tiles: np.ndarray) -> float:
    """The share of boots with a heel: ink worth eight pixels below the arch, behind it."""
    lowest = _lowest(tiles)[:, 9:20]
    arch = np.where(lowest < 0, 28, lowest).min(1)
    heel = (tiles > 32) & (np.arange(28)[None, :, None] > arch[:, None, None]) & (np.arange(28) >= 17)
    return float(((heel * (tiles / 255)).sum((1, 2)) >= 8).mean())


def between_legs(tiles: np.ndarray) -> np.ndarray:
    """The dark pixels with ink at their left and at their right, below the hips: bool [N, H, W]."""
    ink = tiles > 64
    left, right = np.maximum.accumulate(ink, 2), np.maximum.accumulate(ink[:, :, ::-1], 2)[:, :, ::-1]
    return (tiles < 48) & left & right & (np.arange(28)[None, :, None] >= 8)


def gap(tiles: np.ndarray) -> float:
    """How much darker than the legs the middle between them is: 1 is black, 0 as bright."""
    low = tiles[:, 16:26].astype(float)
    legs = np.maximum(low[:, :, 9:12].mean((1, 2)), low[:, :, 16:19].mean((1, 2)))
    return float(np.clip(1 - low[:, :, 13:15].mean((1, 2)) / np.maximum(legs, 16), 0, 1).mean())


def draw(studio, word: str, seed: int, count: int, units=()) -> np.ndarray:
    return studio.render(ablate(Spec("fashion-words", word, Seeded(seed, count)), units, "mean")).tiles[..., 0]


@pytest.mark.slow
def test_the_shipped_generator_forgets_the_gap_of_trousers_and_little_else(studio):
    """On other pictures half of it is left, and what lacks it changes less than by as many random units, of any kind
    or equally active ones."""
    layers, word = ["blocks.0", "blocks.1"], "trousers"
    spec = Spec("fashion-words", word, Seeded(RANKED, 64))
    others = [label for label in studio.checkpoint(spec.checkpoint).labels if label != word]
    units = fewest_units(
        studio,
        spec.replace(latents=Seeded(CHOSEN_ON, 64)),
        part_units(studio, spec, between_legs(draw(studio, word, RANKED, 64)), layers),
        lambda tiles: gap(tiles[..., 0]),
        [spec.replace(condition=label, latents=Seeded(CHOSEN_ON, 5)) for label in others],
    )
    before = gap(draw(studio, word, HELD_OUT, 64))
    assert len(units) < 32 and gap(draw(studio, word, HELD_OUT, 64, units)) < 0.5 * before
    plain = {label: draw(studio, label, HELD_OUT, 16).astype(int) for label in others}

    def changed(units) -> float:
        moved = [np.abs(draw(studio, label, HELD_OUT, 16, units) - plain[label]).mean() for label in others]
        return float(np.mean(moved))

    for active in (None, activity(studio, spec.checkpoint, layers)):
        chances = [as_many_at_random(studio, spec.checkpoint, units, seed, active) for seed in range(SEEDS)]
        assert changed(units) < np.median([changed(some) for some in chances])
        assert np.median([gap(draw(studio, word, HELD_OUT, 64, some)) for some in chances]) > 0.8 * before


@pytest.mark.slow
def test_the_shipped_generator_forgets_heels(studio):
    """Less than half of them is left in other pictures, and more without as many units at random."""
    spec = Spec("fashion-words", "boots", Seeded(RANKED, 64))
    units = part_units(studio, spec, under_arch(draw(studio, "boots", RANKED, 64)), ["blocks.1"])
    before = heels(draw(studio, "boots", HELD_OUT, 64))
    assert heels(draw(studio, "boots", HELD_OUT, 64, units)) < 0.5 * before
    chances = [as_many_at_random(studio, spec.checkpoint, units, seed) for seed in range(SEEDS)]
    assert np.median([heels(draw(studio, "boots", HELD_OUT, 64, some)) for some in chances]) > 0.6 * before
