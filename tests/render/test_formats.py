"""Drawn tiles as files of several kinds."""

import base64
import io
import re
import zipfile

import numpy as np
import pytest
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer.errors import ExplorerError
from explorer.explore import Seeded, Spec, Studio, spec_from_png
from explorer.explore.render.formats import KINDS, SCALES, file_of, tile_specs
from explorer.explore.spec.serialize import loads


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    studio = Studio(device="cpu")
    folder = publish_tiny(tmp_path_factory.mktemp("home") / "styled", channels=3, styles=("noto", "flat"))
    studio.source = str(folder)
    return studio


@pytest.fixture(scope="module")
def picture(studio):
    return studio.render(Spec(studio.source, "boots + coat", Seeded(3, 5), psi=0.7, style="each"))


def saved(picture, kind: str) -> bytes:
    return file_of(kind, picture.tiles, picture.columns, [picture.spec])


@pytest.mark.parametrize("kind", SCALES)
def test_a_png_repeats_pixels_and_holds_the_spec(picture, kind):
    data = saved(picture, kind)
    assert spec_from_png(data) == picture.spec
    scale = SCALES[kind]
    repeated = picture.composite.repeat(scale, axis=0).repeat(scale, axis=1)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), repeated)


def test_an_svg_holds_the_pixels_and_escapes_what_was_typed(picture):
    spec = picture.spec.replace(condition="<b>boots</b>")
    text = file_of("svg", picture.tiles, picture.columns, [spec]).decode()
    assert "<b>" not in text and "image-rendering:pixelated" in text
    png = base64.b64decode(re.search(r"base64,([^\"]+)", text)[1])
    assert spec_from_png(png) == spec
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png))), picture.composite)


def test_each_tile_of_a_zip_can_be_drawn_again_alone(studio, picture):
    with zipfile.ZipFile(io.BytesIO(saved(picture, "zip"))) as packed:
        names = packed.namelist()
        assert names[:2] == ["boots-coat-s3.0.png", "boots-coat-s3.1.png"] and len(names) == 6
        lines = packed.read("specs.jsonl").decode().splitlines()
        for place, (name, line) in enumerate(zip(names, lines, strict=False)):
            spec = spec_from_png(packed.read(name))
            assert spec == loads(line)
            assert np.array_equal(studio.render(spec).tiles[0], picture.tiles[place])


def test_numbers_load_without_pickle(picture):
    with np.load(io.BytesIO(saved(picture, "npz")), allow_pickle=False) as file:
        assert np.array_equal(file["images"], picture.tiles)
        assert list(file["conditions"]) == ["boots + coat"] * 5
        assert loads(str(file["specs"][0])) == picture.spec


def test_tiles_of_a_grid_have_names_of_their_own(studio):
    specs = [
        Spec(studio.source, "boots", tile_specs([Spec(latents=Seeded(1, 1))], 1)[0].latents, psi=psi)
        for psi in (0.5, 1)
    ]
    tiles = np.concatenate([studio.render(spec).tiles for spec in specs])
    with zipfile.ZipFile(io.BytesIO(file_of("zip", tiles, 2, specs))) as packed:
        assert packed.namelist() == ["boots-s1.0.png", "boots-s1.0-02.png", "specs.jsonl"]


def test_other_kinds_are_refused(picture):
    with pytest.raises(ExplorerError, match="png1, png4, png8, svg, zip, npz"):
        saved(picture, "exe")
    assert {kind for kind in KINDS if saved(picture, kind)} == set(KINDS)
