"""Words in styles: the grid, the sheet and the files that say which is which."""

import json
import zipfile

import numpy as np
import pytest
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer import Explorer, data
from explorer.cli import main
from explorer.explore import GridAxis, Seeded, Spec, SpecError, Studio, spec_from_png, specs_from_png
from explorer.explore.grids.plan import plan_grid, read_axis
from explorer.explore.render.sheets import name_of

STYLES = ("noto", "flat", "3d")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_tiny(home / "checkpoints" / "styled", styles=STYLES)
    publish_tiny(home / "checkpoints" / "plain")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        yield home


@pytest.fixture(scope="module")
def ex(home):
    return Explorer("styled", Studio(device="cpu"))


@pytest.fixture(autouse=True)
def empty_folder(home, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_every_word_in_every_style(ex):
    grid = ex.grid(("style", ["any", *ex.styles, "noto + 2*3d"]), ("word", ["boots", "red bag"]), word_truncation=0.4)
    assert grid.tiles.shape == (10, 28, 28, 1) and len({tile.tobytes() for tile in grid.tiles}) == 10
    for spec, tile in zip(grid.specs, grid.tiles, strict=True):
        assert np.array_equal(ex.draw(spec).tiles[0], tile)
    assert grid.plan.across.names[1:4] == STYLES and [spec.style for spec in grid.specs[5:7]] == ["any", "noto"]
    assert specs_from_png(grid.png()) == grid.specs


def test_the_command_draws_all_styles(capsys):
    assert main(["grid", "-x", "style=all", "-y", "word=boots,bag", "--checkpoint", "styled", "-o", "g.png"]) == 0
    assert [spec.style for spec in specs_from_png("g.png")] == [*STYLES, *STYLES]
    assert main(["grid", "-x", "word=boots,bag", "--style", "flat", "--checkpoint", "styled", "-o", "g.png"]) == 0
    assert {spec.style for spec in specs_from_png("g.png")} == {"flat"}
    for arguments, sentence in [
        (["-x", "style=all", "--checkpoint", "plain"], "plain has no styles"),
        (["-x", "style=noto,oil", "--checkpoint", "styled"], "no style 'oil'"),
        (["-x", "style=noto,each", "--checkpoint", "styled"], "single styles"),
        (["-x", "psi=0,1", "--style", "each", "--checkpoint", "styled"], "one style"),
    ]:
        assert main(["grid", *arguments, "-o", "no.png"]) == 2
        assert sentence in capsys.readouterr().err


def test_styles_as_they_are_typed():
    assert read_axis("style", [" noto ", "noto + 0.5*flat", ""]).values == ("noto", "noto + 0.5*flat")
    for values in (["x" * 1001], ["a\0"], ["noto", "noto"], ["EACH"]):
        with pytest.raises(SpecError):
            read_axis("style", values)
    assert plan_grid(Spec(style="noto"), GridAxis("psi", (0, 1))).specs[0].style == "noto"


def test_a_notebook_draws_in_a_style(ex):
    shown = ex("slipper", n=6, style="each", word_truncation=1)
    assert ex.styles == STYLES and shown.spec.style == "each" and "each" in repr(shown)
    table = shown.tile_table
    assert list(table["style"]) == [*STYLES, *STYLES] and set(table["label"]) <= set(ex.labels)
    assert len(ex("slipper", n=6).tile_table.columns) == 0
    assert ex.arithmetic("boots - dress", n=3, style="flat").operands[0].picture.spec.style == "flat"
    assert len({stop.style for stop in ex.walk("bag", style=["noto", "flat"], n=1, frames=3).walk.stops}) == 2
    with pytest.raises(SpecError, match="did you mean noto"):
        ex("slipper", style="nato")


def test_captions_say_the_style():
    assert [name_of(Spec(condition="kitten", style=style)) for style in ("", "noto", "EACH")] == [
        "kitten",
        "kitten, noto",
        "kitten, each style",
    ]


def test_a_sheet_has_the_styles_above_its_columns(ex):
    def height(scale, style, n=4, words=("boots", "bag")):
        return ex.sheet(words, n, scale, style=style).height

    assert height(2, "each") > height(2, "noto") == height(2, "") == 2 * 56 + 4
    assert height(1, "each") == height(1, "noto"), "there is no room for names above small pictures"
    assert height(2, "each", n=17) == height(2, "noto", n=17), "a row that goes on has other styles below"


def test_sample_draws_in_a_style_and_says_so(capsys):
    command = ["sample", "slipper", "--checkpoint", "styled", "-n", "6"]
    assert main([*command, "--style", "each", "--word-truncation", "1", "-o", "a.png"]) == 0
    out = capsys.readouterr().out
    assert "slipper, each style: nearest label" in out and "Drawn towards" in out
    assert spec_from_png("a.png") == Spec("styled", "slipper", Seeded(0, 6), style="each", word_truncation=1)
    assert main(["sample", "--from-png", "a.png", "--style", "noto", "-o", "b.png"]) == 0
    assert spec_from_png("b.png") == spec_from_png("a.png").replace(style="noto")
    with Image.open("b.png") as image:
        assert image.size == (84, 56)
    capsys.readouterr()
    assert main([*command, "--style", "each", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tile_styles"] == [*STYLES, *STYLES]
    assert main([*command, "--style", "oil", "-o", "no.png"]) == 2
    assert "styled has no style 'oil'; it has noto, flat and 3d." in capsys.readouterr().err


def test_files_of_many_tiles_say_the_style_of_each():
    command = ["sample", "boots", "bag", "--checkpoint", "styled", "-n", "4", "--style", "each"]
    assert main([*command, "-o", "a.npz"]) == 0
    with np.load("a.npz") as file:
        assert file["styles"].tolist() == ["noto", "flat", "3d", "noto"] * 2
        assert file["conditions"].tolist() == ["boots"] * 4 + ["bag"] * 4
    assert main([*command, "-o", "a.zip"]) == 0
    with zipfile.ZipFile("a.zip") as archive:
        *names, table = archive.namelist()
        assert table == "metadata.jsonl" and names[:2] == ["boots/000000--noto.png", "boots/000001--flat.png"]
        tiles = [np.asarray(Image.open(archive.open(name))) for name in names]
        specs = [spec_from_png(archive.read(name)) for name in names]
    with np.load("a.npz") as file:
        assert np.array_equal(np.stack(tiles), file["images"][..., 0])
    studio = Studio(device="cpu")
    assert all(
        np.array_equal(studio.render(spec).tiles[0, ..., 0], tile) for spec, tile in zip(specs, tiles, strict=True)
    )
    assert data.load("a.zip", progress=False).words == ("bag", "boots")
