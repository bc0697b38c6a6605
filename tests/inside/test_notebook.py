"""`Explorer`'s methods that look inside a generator."""

import numpy as np
import pytest
from tiny_checkpoint import publish_tiny

from explorer import Explorer, Studio

pytestmark = pytest.mark.slow


@pytest.fixture
def ex(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints/tiny", data="digits")
    return Explorer("tiny", Studio(device="cpu"))


def test_neighbours_and_memorising(ex):
    found = ex.neighbours(ex("dress", n=3), k=2)
    assert found.spaces[0].rows.shape == (3, 2) and found._repr_png_().startswith(b"\x89PNG")
    assert set(ex.memorising().spaces) == {"pixels"}


def test_a_picture_is_found(ex):
    drawn = ex("boots", n=1, seed=4)
    found = ex.invert(drawn.tiles[0])
    assert np.array_equal(ex.draw(found.spec).tiles, found.picture.tiles) and found.error < 40


def test_the_discriminator_is_looked_into(ex):
    view = ex.discriminator(200).unit("look", 2, k=3)
    assert len(view.words) == 3 and view._repr_png_().startswith(b"\x89PNG")
    assert ex.probe(200).pictures == 200
