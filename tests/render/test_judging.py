"""What a judge sees in a picture: in the core, in a notebook and on the command line."""

import json
from dataclasses import replace

import pytest
import torch
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer import Explorer
from explorer.cli import main
from explorer.explore import Seeded, Spec, Studio
from explorer.explore.render.judging import agreement, seen_sentence
from explorer.measure.judge.judge import open_judge

SPEC = Spec(checkpoint="tiny", condition="dress", latents=Seeded(7, 20))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "tiny")
    return tmp_path


@pytest.fixture
def judged(home):
    """A judge of the same labels in another order, undecided about these pictures."""
    tiles = as_images(Studio(device="cpu").render(SPEC).tiles)
    publish_tiny_judge(home / "judges" / "mine", LABELS[::-1], torn_over=tiles)
    return home


def as_images(tiles) -> torch.Tensor:
    return torch.from_numpy(tiles.copy()).permute(0, 3, 1, 2)


def test_a_reading_is_the_judges_shares_of_the_tiles(judged):
    picture = Studio(device="cpu").render(SPEC)
    judge = open_judge("mine")
    counts = dict.fromkeys(LABELS, 0)
    for tile in as_images(picture.tiles):  # one by one, as a person would count
        counts[judge.words[int(judge.logits(tile[None]).argmax())]] += 1
    assert dict(picture.reading) == pytest.approx({label: count / 20 for label, count in counts.items()})
    shares = [share for _, share in picture.reading]
    assert shares == sorted(shares, reverse=True) and 0.5 / 20 < shares[1] <= shares[0] < 1
    assert picture.timings["judge"] > 0


def test_a_picture_can_be_read_later(judged):
    studio = Studio(device="cpu")
    unread = studio.render(SPEC, read=False)
    assert unread.reading == () and "judge" not in unread.timings
    picture = studio.read(unread)
    assert picture.reading == studio.render(SPEC).reading != ()
    assert picture.timings["total"] == pytest.approx(unread.timings["total"] + picture.timings["judge"])
    assert picture.tiles is unread.tiles and not picture.tiles.flags.writeable


def test_it_reads_the_pictures_and_not_the_word(judged):
    studio = Studio(device="cpu")
    plain, typical = studio.render(SPEC.replace(condition="bag")), studio.render(SPEC.replace(condition="bag", psi=0.0))
    assert plain.table == typical.table
    assert len(plain.reading) == len(typical.reading) == 4 and plain.reading != typical.reading
    assert sorted(dict(typical.reading).values()) == [0, 0, 0, 1], "psi 0 draws one picture twenty times"


def test_a_judge_of_other_labels_is_not_asked(home):
    studio = Studio(device="cpu")
    assert studio.render(SPEC).reading == ()
    publish_tiny_judge(home / "judges" / "fewer", LABELS[:3])
    publish_tiny_judge(home / "judges" / "others", (*LABELS[:3], "hat"))
    publish_tiny_judge(home / "judges" / "colour", LABELS, shape=(3, 28, 28))
    assert studio.render(SPEC).reading == ()
    publish_tiny_judge(home / "judges" / "right", LABELS, sees="boots")
    assert studio.render(SPEC).reading == (("boots", 1.0), ("dress", 0.0), ("coat", 0.0), ("bag", 0.0))


def test_a_broken_judge_does_not_stop_drawing(judged):
    weights = judged / "judges" / "mine" / "judge.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    picture = Studio(device="cpu").render(SPEC)
    assert picture.reading == () and len(picture.tiles) == 20


def test_a_notebook_has_it_as_a_frame(judged):
    shown = Explorer("tiny", Studio(device="cpu"))("dress", n=20, seed=7)
    assert list(shown.reading.columns) == ["label", "share"]
    assert set(shown.reading["label"]) == set(LABELS) and shown.reading["share"].sum() == pytest.approx(1)
    publish_tiny(judged / "checkpoints" / "colour", channels=3)
    unread = Explorer("colour", Studio(device="cpu"))("dress", n=4)
    assert list(unread.reading.columns) == ["label", "share"] and len(unread.reading) == 0


def test_the_command_line_says_it(home, tmp_path, capsys):
    line = ["sample", "dress", "--checkpoint", "tiny", "-n", "4"]
    assert main([*line, "-o", str(tmp_path / "a.png")]) == 0
    assert "judge" not in capsys.readouterr().out
    publish_tiny_judge(home / "judges" / "mine", LABELS, sees="bag")
    assert main([*line, "-o", str(tmp_path / "a.png")]) == 0
    assert "A judge sees bag in 4 of 4 pictures." in capsys.readouterr().out
    assert main([*line, "--json"]) == 0
    reading = json.loads(capsys.readouterr().out)["reading"]
    assert reading[0] == {"label": "bag", "share": 1.0} and len(reading) == 4


def test_what_is_said_of_pictures_follows_the_numbers(home):
    picture = Studio(device="cpu").render(SPEC.replace(latents=Seeded(0, 16)))

    def says(*reading: tuple[str, int], conditional: bool = True) -> str:
        shares = tuple((label, count / 16) for label, count in reading)
        return agreement(replace(picture, reading=shares, display_names={"bag": "Purse"}), conditional)

    assert says() == "" == seen_sentence(picture)
    assert says(("dress", 14), ("coat", 2)) == "Nearest and judged as dress (14 of 16)."
    assert says(("bag", 9), ("coat", 7)) == "Nearest to dress, judged as Purse (9 of 16)."
    assert says(("dress", 8), ("bag", 8)) == "Nearest to dress, judged as dress and Purse alike (8 of 16 each)."
    assert says(("dress", 7), ("bag", 5), ("coat", 3), ("boots", 1)) == (
        "Nearest to dress. Mixed: 7 dress, 5 Purse, 3 coat and 1 other."
    )
    assert says(("bag", 7), ("coat", 5), ("dress", 4), conditional=False) == "Mixed: 7 Purse, 5 coat and 4 dress."
    assert says(("coat", 16), conditional=False) == "Judged mostly as coat (16 of 16)."
    few = replace(picture, reading=(("bag", 5 / 16), ("coat", 5 / 16), ("dress", 4 / 16), ("boots", 2 / 16)))
    assert seen_sentence(few) == "Mixed: a judge sees 5 bag, 5 coat, 4 dress and 2 others in 16 pictures."
