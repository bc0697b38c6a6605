"""Two words on the same latents."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer.errors import ExplorerError
from explorer.explore import Seeded, Spec, Studio, spec_from_png
from explorer.explore.render.beside import Beside
from explorer.explore.render.png import specs_from_png


@pytest.fixture(scope="module")
def draw(tmp_path_factory):
    studio, source = Studio(device="cpu"), str(publish_tiny(tmp_path_factory.mktemp("home") / "tiny"))
    return lambda word, count=5: studio.render(Spec(source, word, Seeded(3, count)))


def test_the_files_show_both_and_their_difference_and_carry_both_specs(draw):
    beside = Beside(draw("coat"), draw("boots"))
    specs = (beside.first.spec, beside.second.spec)
    assert np.array_equal(beside.difference, np.abs(beside.first.tiles.astype(int) - beside.second.tiles.astype(int)))
    assert specs_from_png(beside.sheet()) == specs
    png = beside.file("png1")
    assert specs_from_png(png) == specs
    pixels = np.asarray(Image.open(io.BytesIO(png)))
    both = [beside.first.composite[..., 0], beside.second.composite[..., 0]]
    width = both[0].shape[1]
    assert np.array_equal(pixels[:, : 2 * width], np.concatenate(both, 1))
    assert np.array_equal(pixels[:, 2 * width :], np.abs(both[0].astype(int) - both[1].astype(int)))


def test_a_zip_holds_the_tiles_of_both(draw):
    with zipfile.ZipFile(io.BytesIO(Beside(draw("coat"), draw("boots")).file("zip"))) as packed:
        names = packed.namelist()
        assert names[0] == "coat-s3.0.png" and names[5] == "boots-s3.0.png" and len(names) == 11
        assert spec_from_png(packed.read("boots-s3.4.png")).condition == "boots"


def test_as_many_pictures_stand_beside_each_other(draw):
    with pytest.raises(ExplorerError, match="as many pictures of each"):
        Beside(draw("coat"), draw("boots", 4))
