"""Edits draw what they say: z pushed after psi, units silent, and not a bit changed where there are none."""

import copy
import dataclasses
import threading

import numpy as np
import pytest
import torch
from tiny_checkpoint import publish_tiny

from explorer.errors import ExplorerError
from explorer.explore import Edits, Push, Seeded, Spec, SpecError, Stored, Studio
from explorer.explore.render.forward import look_into
from explorer.explore.spec.noise import z_of
from explorer.models.config import NetworkConfig
from explorer.models.generator import Generator

UNITS = tuple(("blocks.1", unit) for unit in range(0, 16, 2))


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    folder = publish_tiny(tmp_path_factory.mktemp("home") / "tiny")
    return Spec(checkpoint=str(folder), condition="red dress", latents=Seeded(7, 20), psi=0.8)


def _axis(*ones: int) -> tuple[float, ...]:
    return tuple(float(i in ones) for i in range(16))


def test_the_layers_are_those_that_the_picture_passes(studio, spec):
    checkpoint = studio.checkpoint(spec.checkpoint)
    seen = []
    checkpoint.generator(torch.zeros(2, 16), torch.zeros(2, 100), lambda name, x: seen.append((name, x.shape)) or x)
    assert seen == [(one.name, (2, one.width, one.side, one.side)) for one in checkpoint.generator.layers]
    assert [name for name, _ in seen] == ["start", "blocks.0", "blocks.1", "blocks.2"]


@pytest.mark.parametrize("resolution", [28, 32, 64])
def test_layers_of_every_resolution(resolution):
    generator = Generator(NetworkConfig(resolution, 3, z_dim=4, c_dim=5, size=4))
    seen = []
    generator(torch.zeros(1, 4), torch.ones(1, 5), lambda name, x: seen.append((name, *x.shape[1:])) or x)
    assert seen == [(one.name, one.width, one.side, one.side) for one in generator.layers]
    assert seen[-1][2] == resolution


def test_a_push_moves_z_after_psi(studio, spec):
    pushed = spec.replace(edits=Edits((Push(_axis(2), 1.5), Push(_axis(2, 9), -0.5))))
    moved = z_of(spec, 16)
    moved[:, 2] += 1.0
    moved[:, 9] -= 0.5
    stored = spec.replace(latents=Stored(moved.tolist()), psi=1.0)
    assert np.array_equal(studio.render(pushed).tiles, studio.render(stored).tiles)
    assert not np.array_equal(studio.render(pushed).tiles, studio.render(spec).tiles)
    there_and_back = spec.replace(edits=Edits((Push(_axis(2), 2), Push(_axis(2), -2))))
    assert np.abs(studio.render(there_and_back).tiles.astype(int) - studio.render(spec).tiles).max() <= 1


def test_a_unit_that_is_off_is_silent_and_the_layers_before_it_do_not_know(studio, spec):
    off = spec.replace(edits=Edits(off=UNITS))
    checkpoint = studio.checkpoint(spec.checkpoint)
    vector = studio.hear(spec).vector
    before, after = (look_into(checkpoint, one, vector, "blocks.1")[1] for one in (spec, off))
    assert before.shape == (20, 16, 14, 14) and before.dtype == np.float32 and before.all(axis=(0, 2, 3)).any()
    assert not after[:, ::2].any() and np.array_equal(after[:, 1::2], before[:, 1::2])
    earlier = [look_into(checkpoint, one, vector, "blocks.0")[1] for one in (spec, off)]
    assert np.array_equal(*earlier)
    assert not np.array_equal(studio.render(off).tiles, studio.render(spec).tiles)
    assert np.array_equal(look_into(checkpoint, off, vector, "start")[0], studio.render(off).tiles)


def test_what_is_off_is_drawn_as_if_it_had_no_wire(studio, spec):
    """Cutting every wire from a unit of the last block to the paint is the same as switching the unit off."""
    checkpoint = studio.checkpoint(spec.checkpoint)
    paint = checkpoint.generator.to_image
    off = studio.render(spec.replace(edits=Edits(off=(("blocks.2", 3),)))).tiles
    kept = paint.weight[:, 3].clone()
    try:
        paint.weight[:, 3] = 0
        assert np.array_equal(studio.render(spec).tiles, off)
    finally:
        paint.weight[:, 3] = kept
    assert not np.array_equal(studio.render(spec).tiles, off)


def test_an_edited_tile_does_not_depend_on_the_batch_or_on_other_threads(studio, spec):
    edited = spec.replace(edits=Edits((Push(_axis(0), 2),), UNITS), jitter=0.3)
    plain, full = studio.render(spec).tiles, studio.render(edited).tiles
    for count in (1, 4, 17):
        assert np.array_equal(studio.render(edited.replace(latents=Seeded(7, count))).tiles, full[:count]), count
    wrong = []

    def draw(what: Spec, expected: np.ndarray) -> None:
        wrong.extend(i for i in range(8) if not np.array_equal(studio.render(what, read=False).tiles, expected))

    threads = [threading.Thread(target=draw, args=pair) for pair in ((spec, plain), (edited, full)) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@pytest.mark.parametrize(
    "edits, said",
    [
        (Edits((Push((1.0, 2.0)),)), "16"),
        (Edits(off=(("blocks.9", 0),)), "start, blocks.0, blocks.1, blocks.2"),
        (Edits(off=(("blocks.1", 15), ("blocks.1", 16))), "0 to 15"),
    ],
)
def test_edits_that_do_not_fit_get_a_sentence(studio, spec, edits, said):
    with pytest.raises(SpecError, match=said) as caught:
        studio.render(spec.replace(edits=edits))
    assert str(caught.value).endswith(".") and isinstance(caught.value, ExplorerError)


def test_maps_that_overflow_get_a_sentence(studio, spec):
    far = spec.replace(latents=Stored((tuple([1000.0] * 16),)), edits=Edits((Push([10.0] * 16, 100.0),) * 16))
    checkpoint = studio.checkpoint(spec.checkpoint)
    assert studio.render(far).tiles.shape == (1, 28, 28, 1)
    with pytest.raises(SpecError, match="overflow"):
        look_into(_louder(checkpoint), far, studio.vector(spec), "blocks.2")


def _louder(checkpoint):
    """The same generator with a style so loud that it multiplies to infinity."""
    generator = copy.deepcopy(checkpoint.generator)
    for block in generator.blocks:
        block.film1.affine.weight.mul_(1e9)
    return dataclasses.replace(checkpoint, generator=generator)


def test_edits_of_other_kinds_are_refused():
    for wrong in (None, {}, ((), ())):
        with pytest.raises(SpecError, match="Edits"):
            Spec(edits=wrong)
    with pytest.raises(SpecError, match="Push"):
        Edits(directions=((1.0, 2.0),))
