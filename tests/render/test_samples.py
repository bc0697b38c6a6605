"""Many samples: the same tiles as few, in parts, to files that are whole or not there."""

import zipfile

import numpy as np
import pytest
from tiny_checkpoint import publish_tiny

from explorer import Explorer, ExplorerError, Seeded, Spec
from explorer.cli import main
from explorer.data import load
from explorer.explore import Studio, spec_from_png
from explorer.explore.render.samples import draw_samples, save_samples
from explorer.stopping import Stopped


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_tiny(home / "checkpoints" / "tiny")
    return home


@pytest.fixture(autouse=True)
def own_home(home, tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(home))
    monkeypatch.chdir(tmp_path)


SPEC = Spec(checkpoint="tiny", condition="dress", latents=Seeded(7, 1), psi=0.7, jitter=0.5)


def test_the_first_of_many_are_the_tiles_of_few_and_parts_fit_together():
    studio = Studio(device="cpu")
    few = studio.render(SPEC.replace(latents=Seeded(7, 256))).tiles
    pictures = list(draw_samples(studio, SPEC, 520))
    many = np.concatenate([picture.tiles for picture in pictures])
    assert [len(picture.tiles) for picture in pictures] == [256, 256, 8]
    assert many.shape == (520, 28, 28, 1) and (many[:256] == few).all()
    assert len({tile.tobytes() for tile in many}) == 520


def test_an_npz_of_many_holds_every_tile_and_what_draws_it_again():
    save_samples("many.npz", Studio(device="cpu"), [SPEC, SPEC.replace(condition="boots")], 300)
    with np.load("many.npz") as kept:
        assert kept["images"].shape == (600, 28, 28, 1)
        assert list(kept["conditions"][[0, 299, 300]]) == ["dress", "dress", "boots"]
        again = np.concatenate([Studio(device="cpu").render(Spec.from_json(str(one))).tiles for one in kept["specs"]])
        assert (again == kept["images"]).all()


def test_a_zip_of_pngs_is_a_data_set_and_each_picture_has_its_spec():
    assert main(["sample", "dress", "boots - leather + summer", "--checkpoint", "tiny", "-n", "3", "-o", "a.zip"]) == 0
    found = load("a.zip", size=28, progress=False)
    assert found.counts() == {"boots leather summer": 3, "dress": 3}  # a folder's name is never a sum
    expected = Explorer("tiny").sample("dress", 3)
    with zipfile.ZipFile("a.zip") as archive:
        one = archive.read("dress/000002.png")
    assert (found.images[found.labels == 1] == expected.transpose(0, 3, 1, 2)).all()
    assert (Studio(device="cpu").render(spec_from_png(one)).tiles == expected[2:]).all()


def test_the_command_and_the_notebook_draw_more_than_a_picture_holds(capsys):
    assert main(["sample", "dress", "--checkpoint", "tiny", "-n", "300", "--seed", "7", "-o", "c.npz"]) == 0
    assert Explorer("tiny").save_samples("n.npz", "dress", 300, seed=7).is_file()
    with np.load("c.npz") as by_command, np.load("n.npz") as noted:
        assert (by_command["images"] == noted["images"]).all() and len(by_command["images"]) == 300


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-n", "300", "-o", "a.png"], "at most 256 tiles; 300 go into an .npz or a .zip"),
        (["-n", "100001", "-o", "a.npz"], "between 1 and 100,000, not 100,001"),
        (["-n", "0", "-o", "a.zip"], "between 1 and"),
        (["-n", "300", "-o", "nowhere/a.npz"], "there is no folder nowhere"),
    ],
)
def test_what_cannot_be_is_reported(arguments, message, capsys, tmp_path):
    assert main(["sample", "dress", "--checkpoint", "tiny", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_notebook_learns_how_to_draw_more():
    with pytest.raises(ExplorerError, match=r"ex\.sample\(word, n=257\)"):
        Explorer("tiny")("dress", n=257)


def test_what_is_stopped_leaves_the_file_that_was_there(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"before")
    with pytest.raises(Stopped):
        save_samples("a.npz", Studio(device="cpu"), [SPEC], 600, stop=iter([False, True]).__next__)
    assert [path.name for path in tmp_path.iterdir()] == ["a.npz"] and (tmp_path / "a.npz").read_bytes() == b"before"
