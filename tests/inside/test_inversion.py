"""Finding the latent and the words of a picture: exactly for a linear generator, and as a person would ask for it."""

import threading

import numpy as np
import pytest
import torch
from linear_studio import c_seen, linear_studio, z_seen
from PIL import Image
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer.cli import main
from explorer.data import DataError, load
from explorer.errors import ExplorerError
from explorer.explore import Seeded, Spec, SpecError, Stored, Studio, spec_from_png
from explorer.explore.inside.inversion import invert, words_near_labels
from explorer.explore.inside.search import NEAR, STAGES, search
from explorer.explore.spec.latents import z_of
from explorer.stopping import Stopped

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints/tiny")
    return tmp_path


@pytest.mark.parametrize("word", ["coat", "jacket"])
def test_a_linear_generator_is_inverted_exactly(tmp_path, monkeypatch, word):
    studio = linear_studio(tmp_path / "linear", monkeypatch)
    name = str(tmp_path / "linear")
    sought = Spec(checkpoint=name, condition=word, latents=Seeded(3, 1), psi=0.8)
    tile = studio.render(sought).tiles[0]
    found = invert(studio, tile, name)
    (z,) = found.spec.latents.tiles
    assert np.abs(np.array(z) - z_of(sought, 16)[0]).max() < 0.06
    assert np.array(found.spec.condition) @ studio.space(name).vector(word) > 0.999
    assert found.picture.nearest[0][0] == word and found.error < 1 and found.loss < 0.01 and found.space == "z"
    assert np.abs(z_seen(found.picture.tiles)[0] - z_seen(tile[None])[0]).max() < 0.1
    assert np.abs(c_seen(found.picture.tiles)[0] - c_seen(tile[None])[0]).max() < 0.02


def test_what_was_found_draws_itself_again_and_can_be_written_down(home):
    studio = Studio(device="cpu")
    tile = studio.render(Spec(checkpoint="tiny", condition="boots", latents=Seeded(5, 1))).tiles[0]
    found = invert(studio, tile, "tiny")
    assert np.array_equal(found.target, tile) and found.notes == ()
    assert isinstance(found.spec.latents, Stored) and found.spec.count == 1 and found.spec.psi == 1
    generator = studio.checkpoint("tiny").generator
    assert found.space == "w+" and len(found.spec.latents.w[0]) == 6 * 128 == generator.modulated * 128
    assert np.linalg.norm(found.spec.condition) == pytest.approx(1, abs=1e-5)
    again = Studio(device="cpu").render(Spec.from_json(found.spec.to_json()))
    assert np.array_equal(again.tiles, found.picture.tiles)
    others = studio.render(Spec(checkpoint="tiny", condition="boots", latents=Seeded(6, 64))).tiles
    drawn_at_random = np.sqrt(np.square(others.astype(float) - tile).mean(axis=(1, 2, 3)))
    assert found.error < drawn_at_random.min() / 3 and found.loss < 0.2
    assert found.error == pytest.approx(np.sqrt(np.square(found.picture.tiles[0].astype(float) - tile).mean()))
    assert found.image(2).size == (57 * 2, 56) and found._repr_png_().startswith(b"\x89PNG")
    assert {label for label, _ in found.picture.table} == set(LABELS) and len(found.picture.nearest) == 10


def test_z_stays_plausible(home):
    studio = Studio(device="cpu")
    noise = np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)  # nothing that it could draw
    found = invert(studio, noise, "tiny", seed=1, space="z")
    (z,) = found.spec.latents.tiles
    assert np.square(z).mean() < 2.5 and np.abs(z).max() < 4
    assert found.picture.nearest[0][1] > NEAR - 0.05, "c stays near a word"
    assert found.space == "z" and not found.spec.latents.w
    nearer = invert(studio, noise, "tiny", seed=1)
    assert nearer.error < found.error and np.abs(nearer.spec.latents.w).max() <= 1.27, "w+ comes nearer"


@pytest.fixture
def short_searches(monkeypatch):
    stages = {space: tuple((one[0], 5, *one[2:]) for one in each) for space, each in STAGES.items()}
    monkeypatch.setattr("explorer.explore.inside.search.STAGES", stages)


@pytest.mark.parametrize("space", ["z", "w+"])
def test_the_seed_decides(home, short_searches, space):
    studio, noise = Studio(device="cpu"), np.random.default_rng(0).integers(0, 256, (28, 28), dtype=np.uint8)
    first, again, other = (invert(studio, noise, "tiny", seed=seed, space=space).spec for seed in (1, 1, 2))
    assert first == again != other


def test_a_space_that_is_not_there_is_one_sentence(home, short_searches):
    publish_tiny(home / "checkpoints/plain", family="cdcgan")
    studio, grey = Studio(device="cpu"), np.full((28, 28), 99, np.uint8)
    for name, space, message in (("plain", "w+", "no mapping network"), ("tiny", "w", "in z or in w")):
        with pytest.raises(ExplorerError, match=message):
            invert(studio, grey, name, space=space)
    found = invert(studio, studio.render(Spec(checkpoint="tiny", latents=Seeded(5, 1))).tiles[0], "tiny")
    with pytest.raises(SpecError, match="w of 768 numbers, and plain takes none"):
        studio.render(found.spec.replace(checkpoint="plain"))


def test_it_reports_and_stops(home):
    studio, seen, stop = Studio(device="cpu"), [], threading.Event()
    tile = studio.render(Spec(checkpoint="tiny", condition="boots", latents=Seeded(5, 1))).tiles[0]
    invert(studio, tile, "tiny", watch=lambda done, best: seen.append((done, best)))
    shares = [done for done, _ in seen]
    assert shares == sorted(shares) and shares[-1] == 1 and len(shares) > 100
    assert all(best.shape == (28, 28, 1) and best.dtype == np.uint8 for _, best in seen)
    errors = [np.square(best.astype(float) - tile).mean() for _, best in seen]
    assert errors[-1] < errors[0] / 2

    def after_ten(done, best):
        seen.append(done)
        if len(seen) == 10:
            stop.set()

    seen.clear()
    with pytest.raises(Stopped):
        invert(studio, tile, "tiny", watch=after_ten, stop=stop.is_set)
    assert len(seen) == 10


class OfOneSign(torch.nn.Module):
    """Draws z into the first of two pixels where it is positive, else -z into the second, whatever the word."""

    def forward(self, z, c):
        return torch.cat([z, -z], dim=1).relu()[:, None, None]


def test_features_choose_the_starts_where_pixels_cannot():
    words = torch.eye(3)
    target = torch.tensor([[[1.0, 1.0]]])  # as far from what a positive z draws as from what a negative one does
    right = search(OfOneSign(), 1, target, words[:2], words[2:], features=lambda pictures: pictures[:, 0, 0, :1])
    left = search(OfOneSign(), 1, target, words[:2], words[2:], features=lambda pictures: pictures[:, 0, 0, 1:])
    assert (right.z.item(), left.z.item()) == pytest.approx((1, -1), abs=0.01)


def test_words_near_labels_are_the_nearest(home):
    studio = Studio(device="cpu")
    rows = words_near_labels(studio, studio.checkpoint("tiny"))
    space = studio.space("tiny")
    names = {space.nearest(row, 1)[0][0] for row in rows}
    assert set(LABELS) <= names and {"jacket", "shoes", "gown", "bags"} <= names and "parliament" not in names


def test_a_drawing_is_prepared_and_reported(home):
    publish_tiny_judge(home / "judges/mine", LABELS)
    paper = Image.new("L", (120, 200), 255)
    paper.paste(20, (30, 20, 70, 60))
    found = invert(Studio(device="cpu"), paper, "tiny")
    assert found.target.shape == (28, 28, 1) and found.notes
    assert len(found.picture.reading) == 4
    with pytest.raises(ExplorerError, match=r"missing\.png cannot be read"):
        invert(Studio(device="cpu"), "missing.png", "tiny")
    with pytest.raises(SpecError, match="seed"):
        invert(Studio(device="cpu"), paper, "tiny", seed=-1)


def test_the_command_writes_a_png_that_can_be_drawn_again(home, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sample", "dress", "-n", "1", "--seed", "4", "--checkpoint", "tiny", "-o", "sought.png"]) == 0
    assert main(["invert", "sought.png", "-o", "found.png", "--checkpoint", "tiny", "--scale", "3"]) == 0
    message = capsys.readouterr().out
    assert "grey levels" in message and "Nearest words: " in message and "Nearest labels: " in message
    spec = spec_from_png("found.png")
    assert spec.checkpoint == "tiny" and Image.open("found.png").size == (84, 84)
    assert main(["sample", "--from-png", "found.png", "--scale", "3", "-o", "again.png"]) == 0
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "found.png").read_bytes()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("missing.png -o found.png", "missing.png cannot be read"),
        ("sought.txt -o found.png", "not a picture"),
        ("sought.txt -o found.gif", ".png (a picture)"),
        ("sought.txt -o found.png --seed -1", "seed"),
        ("sought.txt -o found.png --checkpoint nobody", "no checkpoint"),
    ],
)
def test_misuse_is_one_sentence(home, tmp_path, monkeypatch, line, message, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sought.txt").write_text("no picture")
    arguments = line.split() if "--checkpoint" in line else [*line.split(), "--checkpoint", "tiny"]
    assert main(["invert", *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1 and not (tmp_path / "found.png").exists()


def test_real_pictures_are_found_by_the_shipped_generator():
    """The first six test pictures of Fashion-MNIST, boots, a pullover, trousers and a shirt: 33.8 dB in the median."""
    try:
        pictures = load("fashion-mnist", split="test").images[:6].transpose(0, 2, 3, 1)
    except DataError:
        pytest.skip("Fashion-MNIST is not here: install Debian's package dataset-fashion-mnist")
    studio = Studio(device="cpu")
    found = [invert(studio, picture, "fashion-words") for picture in pictures]
    assert np.median([one.psnr for one in found]) > 30
    assert min(one.picture.nearest[0][1] for one in found) > NEAR - 0.05, "c stays near a word"
