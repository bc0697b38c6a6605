"""Units of the generator: their maps, what each draws, and pictures without them."""

import numpy as np
import pytest
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge
from wired_checkpoint import publish_wired

from explorer.errors import ExplorerError
from explorer.explore import Edits, Seeded, Spec, Studio
from explorer.explore.inside.unit_ranking import rank_by_label, rank_by_region
from explorer.explore.inside.units import ablate, activations, change, layers, random_units, unit_maps

LAYERS = ("start", "blocks.0", "blocks.1", "blocks.2")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    publish_wired(folder / "wired")
    publish_tiny(folder / "tiny")
    return folder


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture
def wired(home):
    return Spec(str(home / "wired"), "dress", Seeded(3, 6))


def _mask(count: int, rows: slice, columns: slice) -> np.ndarray:
    mask = np.zeros((count, 28, 28), dtype=bool)
    mask[:, rows, columns] = True
    return mask


TOP, BOTTOM = (slice(0, 8), slice(0, 12)), (slice(16, 28), slice(8, 24))


def test_layers_say_their_size(studio, home):
    found = layers(studio, str(home / "tiny"))
    assert [(one.name, one.side, one.width) for one in found] == [
        ("start", 7, 16),
        ("blocks.0", 7, 32),
        ("blocks.1", 14, 16),
        ("blocks.2", 28, 8),
    ]


def test_maps_show_where_a_unit_draws(studio, wired):
    shown = unit_maps(studio, wired, "blocks.1")
    assert shown.maps.shape == (6, 16, 14, 14) and shown.maps.dtype == np.uint8
    assert shown.layer.name == "blocks.1" and shown.strongest.shape == (16,)
    assert shown.maps[:, 2, :4, :6].min() > 200 and np.abs(shown.maps[:, 2, 8:].astype(int) - 128).max() < 20
    assert (shown.maps[:, 15] == 128).all() and shown.strongest[15] == 0, "a silent unit is plain grey"
    held = activations(studio, wired, "blocks.1")[1]
    back = (shown.maps.astype(float) - 128) / 127 * shown.strongest[:, None, None]
    assert np.abs(back - held).max() <= shown.strongest.max() / 254 + 1e-6


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("place, unit", [(TOP, 2), (BOTTOM, 5)])
def test_the_unit_that_draws_a_region_is_found_and_without_it_nothing_is_drawn_there(studio, wired, layer, place, unit):
    region = _mask(6, *place)
    region[3:] = False  # brushed on three tiles; the others are as if not there
    ranking = rank_by_region(studio, wired, layer, region)
    assert ranking.layer == layer and ranking.units[0][0] == unit
    assert ranking.units[0][1] > 10 * max([0, *(evidence for _, evidence in ranking.units[1:])])
    evidences = [evidence for _, evidence in ranking.units]
    assert evidences == sorted(evidences, reverse=True) and min(evidences) > 0
    before, after = studio.render(wired), studio.render(ablate(wired, ranking.top(1)))
    assert before.tiles[:, place[0], place[1]].min() > 128 and after.tiles[:, place[0], place[1]].max() < 60
    inside, outside = change(before, after, region)
    assert inside > 100 and outside < 5
    assert rank_by_region(studio, wired, layer, region) == ranking


def test_units_that_are_off_are_kept_off_and_hold_zero(studio, wired):
    spec = ablate(ablate(wired, [("start", 2)]), [("blocks.1", 5), ("start", 2)])
    assert spec.edits == Edits(off=(("blocks.1", 5), ("start", 2)))
    assert 2 not in dict(rank_by_region(studio, spec, "start", _mask(6, *TOP)).units)
    assert studio.render(spec).tiles.max() < 60


def test_random_units_are_a_layers_own_and_the_same_again(studio, home):
    layer = layers(studio, str(home / "tiny"))[1]
    units = random_units(layer, 5, seed=3)
    assert len(set(units)) == 5 and {name for name, _ in units} == {"blocks.0"}
    assert max(unit for _, unit in units) < 32 and units == random_units(layer, 5, seed=3)
    assert units != random_units(layer, 5, seed=4)


def test_a_label_is_seen_by_a_judge_or_taken_from_the_word(home, tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    studio, name = Studio(device="cpu"), str(home / "tiny")
    ranking = rank_by_label(studio, name, "blocks.1", "boots")
    spec = Spec(name, "boots", Seeded(0, 48))
    drawn = {word: activations(studio, spec.replace(condition=word), "blocks.1")[1] for word in LABELS}
    best = ranking.units[0][0]
    means = {word: np.where(maps > 0, maps, 0.2 * maps)[:, best].mean() for word, maps in drawn.items()}
    assert means["boots"] > np.mean([mean for word, mean in means.items() if word != "boots"])
    publish_tiny_judge(tmp_path / "judges" / "tiny", LABELS, sees="coat")
    with pytest.raises(ExplorerError, match="none"):
        rank_by_label(studio, name, "blocks.1", "boots")
    with pytest.raises(ExplorerError, match="all"):
        rank_by_label(studio, name, "blocks.1", "coat")


@pytest.mark.parametrize(
    "region, message",
    [
        (np.zeros((6, 28, 28), bool), "Brush"),
        (np.ones((6, 28, 28), bool), "unbrushed"),
        (np.ones((5, 28, 28), bool), "6 tiles"),
        (np.ones((28, 28), bool), "6 tiles"),
        (np.arange(6 * 28 * 28).reshape(6, 28, 28) % 4 == 0, "later layer"),
    ],
)
def test_a_region_that_is_empty_or_all_gets_a_sentence(studio, wired, region, message):
    with pytest.raises(ExplorerError, match=message):
        rank_by_region(studio, wired, "start", region)


def test_unknown_layers_and_labels_get_a_sentence(studio, wired):
    with pytest.raises(ExplorerError, match=r"blocks\.2"):
        unit_maps(studio, wired, "blocks.3")
    with pytest.raises(ExplorerError, match="dress, coat, boots, bag"):
        rank_by_label(studio, wired.checkpoint, "start", "hat")
