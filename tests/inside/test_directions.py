"""Directions: exactly those of a generator whose weights are known, and a shelf that trusts nothing."""

import json
import pickle

import numpy as np
import pytest
import torch
from safetensors.numpy import save
from tiny_checkpoint import publish_tiny
from wired_checkpoint import publish_wired

from explorer.errors import ExplorerError
from explorer.explore import Edits, Seeded, Spec, SpecError, Studio
from explorer.explore.inside.directions import pca, sefa, steer, sweep
from explorer.explore.inside.identity import generator_hash
from explorer.explore.inside.saved_directions import (
    DirectionError,
    delete_direction,
    list_directions,
    open_direction,
    rename_direction,
    save_direction,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    publish_tiny(folder / "tiny")
    publish_tiny(folder / "other", seed=1)
    publish_wired(folder / "wired")
    return folder


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def tiny(studio, home):
    return studio.checkpoint(home / "tiny")


def _components(weights: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Right singular vectors, their largest coordinate positive, and shares of the squared singular values."""
    _, strengths, axes = np.linalg.svd(weights.double().numpy(), full_matrices=False)
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    return axes * signs[:, None], strengths**2 / (strengths**2).sum()


def _is_found(found, weights):
    axes, shares = _components(weights)
    assert found.axes.shape == (10, 16) and np.allclose(found.axes, axes[:10], atol=1e-4)
    assert np.allclose(found.shares, shares[:10], atol=1e-5)


def test_pca_of_a_layer_that_is_linear_in_z_is_exact(tiny):
    _is_found(pca(tiny, layer="start"), tiny.generator.start.weight[:, :16])
    _is_found(pca(tiny, tiny.label_vectors[:1], layer="start"), tiny.generator.start.weight[:, :16])


def test_pca_of_a_generator_that_is_linear_all_the_way_is_exact(studio, home):
    """In the wired one each layer hands on the coarsest grid, 4 x 4 times as large in the end."""
    wired = studio.checkpoint(home / "wired")
    for layer in ("blocks.0", "blocks.2"):
        _is_found(pca(wired, layer=layer), wired.generator.start.weight[:, :16])


def test_sefa_is_the_closed_form_of_all_that_z_meets_first(tiny):
    weights = torch.cat([tiny.generator.start.weight[:, :16], tiny.generator.mapping[0].weight[:, :16]])
    _is_found(sefa(tiny), weights)


def test_axes_are_at_right_angles_ordered_and_the_same_again(tiny):
    found = pca(tiny, count=6)
    assert found.axes.shape == (6, 16) and np.allclose(found.axes @ found.axes.T, np.eye(6), atol=1e-9)
    assert list(found.shares) == sorted(found.shares, reverse=True) and 0 < sum(found.shares) <= 1
    assert all(axis[np.abs(axis).argmax()] > 0 for axis in found.axes)
    assert np.array_equal(pca(tiny, count=6).axes, found.axes)
    with pytest.raises(SpecError, match="blocks"):
        pca(tiny, layer="blocks.7")


def test_fewer_than_one_direction_is_refused(tiny):
    for find in (pca, sefa):
        for count in (0, -1, 2.5):
            with pytest.raises(SpecError, match="number of directions"):
                find(tiny, count=count)


def test_the_first_axis_moves_the_picture_more_than_others(studio, home, tiny):
    spec = Spec(str(home / "tiny"), "dress", Seeded(0, 16))
    before = studio.render(spec).tiles.astype(int)

    def moved(axis) -> float:
        return np.abs(studio.render(steer(spec, [(axis, 2.0)])).tiles - before).mean()

    first, *_, last = pca(tiny, count=16).axes
    assert moved(first) > 1.2 * moved(last)


def test_steering_sets_the_sliders_and_leaves_the_rest(tiny):
    spec = Spec(edits=Edits(off=(("start", 3),)))
    first, second, _ = sefa(tiny).axes[:3]
    steered = steer(spec, [(first, 1.5), (second, 0)])
    assert steered.edits.off == spec.edits.off and [push.amount for push in steered.edits.directions] == [1.5]
    assert np.allclose(steered.edits.directions[0].axis, first, atol=1e-6)
    assert len(steered.to_json()) - len(spec.to_json()) < 16 * 11 + 60, "a spec with an axis stays short"
    assert steer(steered, [(second, -3)]) == steer(spec, [(second, -3)]) and steer(steered, []) == spec
    assert Spec.from_json(steered.to_json()) == steered


def test_a_saved_direction_comes_back(tiny, own_home):
    axis = sefa(tiny).axes[0]
    save_direction("wider sleeves", 3 * axis, tiny, "sefa 1")
    saved = open_direction("wider sleeves")
    assert np.allclose(saved.axis, axis, atol=1e-6) and saved.axis.dtype == np.float32
    assert (saved.name, saved.checkpoint, saved.about) == ("wider sleeves", "tiny", "sefa 1")
    assert saved.checkpoint_hash == generator_hash(tiny)
    assert sorted(file.name for file in (own_home / "directions" / "wider sleeves").iterdir()) == [
        "axis.safetensors",
        "direction.json",
    ]


def test_the_list_is_by_name_and_by_generator(studio, home, tiny):
    other = studio.checkpoint(home / "other")
    assert list_directions() == []
    for name, checkpoint in (("tall", tiny), ("dark", tiny), ("red", other)):
        save_direction(name, np.ones(16), checkpoint)
    assert [one.name for one in list_directions()] == ["dark", "red", "tall"]
    assert [one.name for one in list_directions(tiny)] == ["dark", "tall"]
    rename_direction("dark", "light (inside)")
    delete_direction("tall")
    assert [one.name for one in list_directions(tiny)] == ["light (inside)"]
    for wrong in (
        lambda: open_direction("dark"),
        lambda: delete_direction("tall"),
        lambda: rename_direction("tall", "x"),
        lambda: rename_direction("red", "light (inside)"),
        lambda: save_direction("red", np.ones(16), tiny),
    ):
        with pytest.raises(DirectionError, match=r"already|no direction"):
            wrong()
    assert [one.name for one in list_directions()] == ["light (inside)", "red"]


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "/etc/x", ".x", "a/b", "a\\b", "a\0", "x" * 61, "a ", "a\nb", 7]
)
def test_a_name_leads_nowhere_else(name, tiny, own_home):
    for act in (open_direction, delete_direction, lambda name: save_direction(name, np.ones(16), tiny)):
        with pytest.raises(DirectionError, match="cannot be called"):
            act(name)
    assert list(own_home.iterdir()) == []


@pytest.mark.parametrize("axis", [np.zeros(16), np.ones(15), np.full(16, np.nan), np.ones((4, 4)), np.full(16, 1e300)])
def test_what_is_no_axis_is_not_kept(axis, tiny, own_home):
    with pytest.raises(DirectionError, match="16 finite numbers"):
        save_direction("x", axis, tiny)
    assert list(own_home.iterdir()) == []


GOOD = {"format": "gan-explorer direction", "version": 1, "checkpoint": "a", "checkpoint_hash": "b", "about": ""}
UNIT = np.array([0.6, 0.8], np.float32)


@pytest.mark.parametrize(
    "about, axis",
    [
        (b"{", save({"axis": UNIT})),
        (b"[" * 50_000, save({"axis": UNIT})),
        (b"[]", save({"axis": UNIT})),
        (b"\xff\xfe", save({"axis": UNIT})),
        (b" " * 200_000, save({"axis": UNIT})),
        ({**GOOD, "format": "x"}, save({"axis": UNIT})),
        ({**GOOD, "version": 2}, save({"axis": UNIT})),
        ({**GOOD, "checkpoint": 7}, save({"axis": UNIT})),
        ({**GOOD, "about": "x" * 300}, save({"axis": UNIT})),
        (GOOD, b""),
        (GOOD, pickle.dumps({"axis": UNIT})),
        (GOOD, b"\xff" * 8 + b"{}"),
        (GOOD, save({"axis": UNIT})[:-2]),
        (GOOD, save({"other": UNIT})),
        (GOOD, save({"axis": UNIT, "more": UNIT})),
        (GOOD, save({"axis": UNIT.astype(np.float64)})),
        (GOOD, save({"axis": UNIT[None]})),
        (GOOD, save({"axis": 2 * UNIT})),
        (GOOD, save({"axis": np.array([np.nan], np.float32)})),
        (GOOD, save({"axis": np.zeros(0, np.float32)})),
        (GOOD, save({"axis": np.full(4096, 1 / 64, np.float32)})),
    ],
    ids=range(21),
)
def test_a_foreign_direction_gets_a_sentence(about, axis, own_home):
    folder = own_home / "directions" / "theirs"
    folder.mkdir(parents=True)
    (folder / "direction.json").write_bytes(about if isinstance(about, bytes) else json.dumps(about).encode())
    (folder / "axis.safetensors").write_bytes(axis)
    with pytest.raises(ExplorerError, match="theirs") as caught:
        open_direction("theirs")
    assert str(caught.value).endswith(".") and len(str(caught.value)) < 300
    assert list_directions() == []


def test_directions_in_a_style(tmp_path):
    opened = Studio(device="cpu").checkpoint(publish_tiny(tmp_path / "styled", styles=("noto", "flat")))
    axes = [pca(opened, count=3, style=style).axes for style in ("", "any", "noto", "flat")]
    assert np.array_equal(axes[0], axes[1]) and not np.allclose(axes[0], axes[2]) and not np.allclose(axes[2], axes[3])
    with pytest.raises(SpecError, match="no style 'oil'"):
        pca(opened, style="oil")
    spec = Spec(str(opened.path), "dress", Seeded(0, 4), word_truncation=0.5, style="noto")
    assert sweep(spec, axes[2][0]).word_truncation == 0 and sweep(spec, axes[2][0]).style == "noto"
    with pytest.raises(SpecError, match="one style"):
        sweep(spec.replace(style="each"), axes[2][0])
