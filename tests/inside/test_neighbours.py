"""The training pictures nearest to what is drawn: in the core, in a notebook and on the command line."""

import dataclasses
import threading

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_checkpoint import publish_tiny
from tiny_judge import publish_tiny_judge

from explorer.cli import main
from explorer.data import DataError, load
from explorer.explore import Seeded, Spec, SpecError, Stored, Studio, spec_from_png
from explorer.explore.inside.neighbours import neighbours
from explorer.explore.render import studio
from explorer.stopping import Stopped

TRAIN, TEST = load("digits"), load("digits", split="test")
SPEC = Spec(checkpoint="tiny", condition="dress", latents=Seeded(7, 6))


class Copies(torch.nn.Module):
    """A generator that draws training picture number n for the latent (n, ...), and an unseen one for (-n, ...)."""

    def __init__(self):
        super().__init__()
        self.nothing = torch.nn.Parameter(torch.zeros(1))

    def forward(self, z, c, at=None):
        numbers = z[:, 0].round().int().tolist()
        images = np.stack([TRAIN.images[n] if n >= 0 else TEST.images[-n] for n in numbers])
        return torch.from_numpy(images).float() / 127.5 - 1


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints/tiny", data="digits")
    return tmp_path


@pytest.fixture
def copier(home, monkeypatch):
    """A studio whose generators copy."""
    opened = studio.checkpoints.load
    monkeypatch.setattr(
        studio.checkpoints,
        "load",
        lambda *args, **given: dataclasses.replace(opened(*args, **given), generator=Copies()),
    )
    return Studio(device="cpu")


def stored(*numbers: int) -> Spec:
    return SPEC.replace(latents=Stored(tuple((float(number), *[0.0] * 15) for number in numbers)))


def test_a_copy_is_found_and_reported(copier):
    found = neighbours(copier, stored(3, 77, 999), k=2)
    (near,) = found.spaces
    assert near.space == "pixels" and near.rows[:, 0].tolist() == [3, 77, 999]
    assert near.distances[:, 0].tolist() == [0, 0, 0] and (near.distances[:, 1] > 1).all()
    assert near.nearer.tolist() == [1, 1, 1] and near.copies.all()
    assert [words[0] for words in near.words] == [TRAIN.words[TRAIN.labels[n]] for n in (3, 77, 999)]
    assert "three 3 at 0," in near.sentence(0) and near.sentence(0).endswith("this may be a copy.")
    assert np.array_equal(found.tiles(near)[:, 0], found.picture.tiles)


def test_an_unseen_picture_is_as_near_as_unseen_pictures_are(copier):
    (near,) = neighbours(copier, stored(*range(-200, 0)), k=1).spaces
    assert near.nearer.mean() == pytest.approx(0.5, abs=0.1) and near.copies.mean() < 0.05
    assert near.distances.min() > 1
    other = torch.from_numpy(TRAIN.images[near.rows[0, 0]].astype(float) - TEST.images[200])
    assert near.distances[0, 0] == pytest.approx(other.square().mean().sqrt().item())


def test_both_spaces_are_searched_where_a_judge_knows_the_labels(home):
    publish_tiny_judge(home / "judges/mine", ("dress", "coat", "boots", "bag"))
    seen = []
    found = neighbours(Studio(device="cpu"), SPEC, k=3, report=lambda *args: seen.append(args))
    assert [near.space for near in found.spaces] == ["pixels", "mine"]
    assert all(near.rows.shape == (6, 3) for near in found.spaces)
    assert all((np.diff(near.distances) >= 0).all() for near in found.spaces)
    assert {what for what, _, _ in seen} >= {"looking at the real pictures", "comparing by mine"}
    again = neighbours(Studio(device="cpu"), SPEC, k=3)
    assert all(np.array_equal(a.rows, b.rows) for a, b in zip(found.spaces, again.spaces, strict=True))


def test_the_sheet_frames_a_copy_and_carries_the_spec(copier):
    spec = stored(3, -50)
    found = neighbours(copier, spec, k=4)
    assert found.spaces[0].copies.tolist() == [True, False]
    image = found.image()
    assert image.mode == "RGB" and image.width > 5 * 56 and image.height > 2 * 56
    red = (np.asarray(image) == (200, 30, 30)).all(axis=2).any(axis=1)
    assert red[: image.height // 2].any() and not red[-56:].any()
    assert spec_from_png(found.png()) == spec and found._repr_png_() == found.png()


def test_it_can_be_stopped(home):
    publish_tiny_judge(home / "judges/mine", ("dress", "coat", "boots", "bag"))
    stop = threading.Event()
    with pytest.raises(Stopped):
        neighbours(Studio(device="cpu"), SPEC, report=lambda *_: stop.set(), stop=stop.is_set)


def test_what_cannot_be_searched_is_reported(home):
    with pytest.raises(SpecError, match="neighbours must lie between 1 and 20"):
        neighbours(Studio(device="cpu"), SPEC, k=21)
    publish_tiny(home / "checkpoints/strange", data="cats-of-mine")
    with pytest.raises(DataError, match=r"strange was trained on are not here.*cats-of-mine"):
        neighbours(Studio(device="cpu"), SPEC.replace(checkpoint="strange"))
    assert neighbours(Studio(device="cpu"), SPEC.replace(checkpoint="strange"), data="digits").train.name == "digits"


def test_a_folder_without_held_out_pictures_gives_distances_alone(home, tmp_path):
    for number, image in enumerate(TRAIN.images[:30]):
        folder = tmp_path / "mine" / TRAIN.words[TRAIN.labels[number]]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[0]).save(folder / f"{number}.png")
    (near,) = neighbours(Studio(device="cpu"), SPEC, data=str(tmp_path / "mine")).spaces
    assert near.nearer is None and not near.copies.any() and "no picture was held out" in near.sentence(0)


def test_the_command_writes_the_sheet_and_says_what_it_shows(home, tmp_path, capsys):
    out = tmp_path / "sheet.png"
    assert main(["neighbours", "tiny", "dress", "-n", "3", "-k", "2", "--seed", "4", "-o", str(out)]) == 0
    message = capsys.readouterr().out
    assert message.count("nearest by pixels: ") == 3 and "Tile 3:" in message and str(out) in message
    assert spec_from_png(out) == Spec(checkpoint="tiny", condition="dress", latents=Seeded(4, 3))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tiny dress -o a.jpg", "use .png (a sheet)"),
        ("tiny dress -k 0 -o a.png", "number of neighbours"),
        ("tiny slipprr -o a.png", "slipper"),
        ("tiny dress --data nowhere -o a.png", "nowhere"),
    ],
)
def test_misuse_is_one_sentence(home, tmp_path, monkeypatch, line, message, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["neighbours", *line.split()]) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1 and not list(tmp_path.glob("a.*"))
