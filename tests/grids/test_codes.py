"""An InfoGAN's codes on one latent: the grid, its PNG, the command and the notebook method."""

import numpy as np
import pytest
from PIL import Image
from tiny_checkpoint import LABELS, publish_tiny

from explorer import Explorer, ExplorerError, Mixed, Seeded, Spec, Studio
from explorer.cli import main
from explorer.explore import Stored, code_grid, specs_from_png
from explorer.explore.grids.codes import code_rows

STEPS = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return publish_tiny(tmp_path_factory.mktemp("home") / "checkpoints" / "coded", family="infogan")


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture
def spec(folder) -> Spec:
    return Spec(str(folder), "boots", Seeded(7, 4))


def test_each_tile_is_what_its_spec_alone_draws(studio, spec):
    grid = code_grid(studio, spec)
    assert (grid.across.name, grid.down.name, grid.columns) == ("c2", "c1", 9)
    assert [value.codes for value in grid.specs[9:11]] == [(1, -2, 0), (1, -1.5, 0)]
    assert {value.latents for value in grid.specs} == {Mixed((((1.0, 7, 0),),))}
    alone = [studio.render(value, read=False).tiles[0] for value in grid.specs]
    assert np.array_equal(grid.tiles, alone) and len({tile.tobytes() for tile in alone}) == 27
    assert not grid.tiles.flags.writeable


def test_which_codes_grow_and_where_the_others_stay(studio, spec):
    grid = code_grid(studio, spec.replace(codes=(2, 0.5, 1)), across=1, down=3)
    assert (grid.across.values, list(grid.down.values)) == ((0, 1, 2), STEPS)
    assert [value.codes for value in grid.specs[:4]] == [(0, 0.5, -2), (1, 0.5, -2), (2, 0.5, -2), (0, 0.5, -1.5)]
    usual = {(one.across.number, one.down.number) for one in (code_grid(studio, spec, down=n) for n in (1, 2, 3))}
    assert usual == {(2, 1), (3, 2), (2, 3)} and code_grid(studio, spec, across=1).down.number == 2


def test_a_kept_latent_is_taken_as_it_is(studio, spec):
    z = tuple(np.linspace(-1, 1, 16).tolist())
    grid = code_grid(studio, spec.replace(latents=Stored((z, z)), psi=0.5), across=3, down=2)
    assert len(grid.tiles) == 81 and np.array_equal(grid.tiles[40], studio.render(grid.specs[40], read=False).tiles[0])


def test_of_one_code_there_is_a_row_and_of_many_kinds_the_first(studio, tmp_path):
    one = code_grid(studio, Spec(str(publish_tiny(tmp_path / "one", family="infogan", codes=(1,))), "boots"))
    assert (one.down, one.columns, len(one.tiles)) == (None, 9, 9) and one.image().height < 80
    many = code_grid(studio, Spec(str(publish_tiny(tmp_path / "many", family="infogan", codes=(40, 30))), "boots"))
    assert (many.across.number, many.columns, len(many.tiles)) == (1, 16, 256)


def test_what_cannot_be_drawn_is_reported(studio, spec, tmp_path):
    words = publish_tiny(tmp_path / "words")
    for wrong, ways, message in (
        (Spec(str(words), "boots"), {}, "words takes no codes"),
        (spec, {"across": 4}, "between 1 and 3"),
        (spec, {"across": 1, "down": 1}, "choose two codes"),
        (spec.replace(codes=(1, 0)), {}, "has 2 codes"),
        (spec.replace(codes=(3, 0, 0)), {"across": 2, "down": 3}, "0 to 2"),
        (spec.replace(condition="zqxzqx"), {}, "zqxzqx"),
    ):
        with pytest.raises(ExplorerError, match=message):
            code_grid(studio, wrong, **ways)


def test_rows_for_a_card(studio, spec):
    rows, labels = code_rows(studio, spec)
    assert labels == ["c1 = 0", "c1 = 1", "c1 = 2", "c2 from -2 to 2", "c3 from -2 to 2"]
    assert [row.shape for row in rows] == [(4, 28, 28, 1)] * 3 + [(16, 28, 28, 1)] * 2
    second = studio.render(spec.replace(codes=(1, 0, 0)), read=False).tiles
    assert np.array_equal(rows[1], second)
    assert np.array_equal(rows[3][0], studio.render(spec.replace(codes=(0, -2, 0)), read=False).tiles[0])


def test_the_command_draws_the_same_as_a_notebook(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(folder.parent.parent))
    monkeypatch.chdir(tmp_path)
    asked = ["--seed", "3", "--code", "2", "--code", "0", "--code", "-1", "--psi", "0.5"]
    assert main(["codes", "--checkpoint", "coded", *asked, "-o", "a.png"]) == 0
    assert "27 tiles of one latent: c2 along the x axis, c1 along the y axis." in capsys.readouterr().out
    grid = Explorer("coded", Studio(device="cpu")).code_grid(seed=3, codes=(2, 0, -1), psi=0.5)
    grid.save("b.png", scale=2)
    assert specs_from_png("a.png") == specs_from_png("b.png") == grid.specs
    with Image.open("a.png") as one, Image.open("b.png") as other:
        assert np.array_equal(np.asarray(one), np.asarray(other)) and one.width > 9 * 56 and one.height > 3 * 56
        tile = np.asarray(one)[-56:, -56:, 0]
        assert np.array_equal(tile[::2, ::2], grid.tiles[-1][:, :, 0])
    assert specs_from_png(grid.bare_png()) == grid.specs and "c1 x c2" in repr(grid)
    assert grid._repr_png_()[:4] == b"\x89PNG" and grid.specs[0].condition == LABELS[0]
    assert main(["sample", "--from-png", "a.png", "-o", "c.png"]) == 0, "a row a tile"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (["--checkpoint", "coded"], "-o codes.png"),
        (["-o", "a.png"], "--checkpoint"),
        (["--checkpoint", "coded", "-o", "a.npz"], ".png"),
        (["--checkpoint", "coded", "-o", "a.png", "--across", "9"], "between 1 and 3"),
        (["--checkpoint", "coded", "-o", "a.png", "--scale", "0"], "--scale"),
        (["--checkpoint", "fashion-words", "-o", "a.png"], "takes no codes"),
    ],
)
def test_misuse_of_the_command_is_one_sentence(folder, tmp_path, monkeypatch, capsys, wrong, message):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(folder.parent.parent))
    monkeypatch.chdir(tmp_path)
    assert main(["codes", *wrong]) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1 and not list(tmp_path.iterdir())
