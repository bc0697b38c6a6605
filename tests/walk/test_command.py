"""`gan-explorer walk` and `arithmetic`: from the command line's arguments to files that draw themselves again."""

import dataclasses
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer.cli import main
from explorer.explore import Mixed, Seeded, Spec, Studio, draw_walk, specs_from_png, walk_from, walk_of


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return publish_tiny(tmp_path_factory.mktemp("home") / "checkpoints" / "tiny")


@pytest.fixture(autouse=True)
def own_home(tiny, tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tiny.parent.parent))
    monkeypatch.chdir(tmp_path)


def walk(*arguments):
    return main(["walk", "--checkpoint", "tiny", *arguments])


def arithmetic(*arguments):
    return main(["arithmetic", "--checkpoint", "tiny", *arguments])


def test_words_become_a_film_that_can_be_drawn_again(capsys):
    options = ["-n", "4", "--seed", "7", "--psi", "0.8", "--frames", "6", "--over", "both", "--z", "linear", "--loop"]
    assert walk("dress", "red boots", *options, "-o", "walk.gif") == 0
    out = capsys.readouterr().out
    assert "6 frames of 4 tiles." in out and "move most" in out and "judge" not in out
    base = Spec("tiny", latents=Seeded(7, 4), psi=0.8)
    expected = walk_of(["dress", "red boots"], base, frames=6, over="both", z="linear", loop=True)
    assert walk_from("walk.gif") == expected
    assert main(["walk", "--from", "walk.gif", "-o", "again.gif"]) == 0
    assert Path("again.gif").read_bytes() == Path("walk.gif").read_bytes()
    assert main(["walk", "--from", "again.gif", "--frames", "9", "-o", "strip.png"]) == 0
    assert walk_from("strip.png") == expected.replace(frames=9)
    with Image.open("strip.png") as image:
        assert image.size == (9 * 28, 4 * 28)


def test_one_word_is_a_row_of_nine_and_the_suffix_decides():
    for name in ("row.gif", "row.webp", "row.mp4", "row.png"):
        assert walk("coat", "-n", "1", "--frames", "9", "--ping-pong", "--fps", "6", "--scale", "1", "-o", name) == 0
        assert walk_from(name) == walk_of(["coat"], Spec("tiny", latents=Seeded(0, 1)), frames=9)
    with Image.open("row.webp") as image:
        assert image.n_frames == 16 and image.size == (28, 28)


def test_pictures_are_stops(capsys):
    studio = Studio(device="cpu")
    first = Spec("tiny", "dress", Mixed((((1.0, 5, 9),),)), psi=0.6)
    studio.render(first).save("a.png")
    studio.render(first.replace(condition="bag", latents=Seeded(1, 1), psi=1.0)).save("b.png")
    assert main(["walk", "a.png", "coat", "b.png", "--frames", "5", "-o", "walk.webp"]) == 0
    assert [stop.condition for stop in walk_from("walk.webp").stops] == ["dress", "coat", "bag"]
    assert walk_from("walk.webp").stops[0] == first and walk_from("walk.webp").stops[1].latents == first.latents
    studio.render(first.replace(latents=Seeded(1, 4))).save("grid.png")
    assert main(["walk", "a.png", "grid.png", "-o", "no.gif"]) == 2
    assert "1 and 4" in capsys.readouterr().err and not Path("no.gif").exists()


@pytest.mark.parametrize("name", ["/etc/secret", "../tiny", "hf:owner/name"])
def test_a_foreign_file_does_not_choose_what_is_opened(name, capsys):
    studio = Studio(device="cpu")
    film = draw_walk(studio, walk_of(["dress", "bag"], Spec("tiny", latents=Seeded(0, 1)), frames=2))
    stops = tuple(stop.replace(checkpoint=name) for stop in film.walk.stops)
    dataclasses.replace(film, walk=film.walk.replace(stops=stops)).save("theirs.gif")
    picture = studio.render(Spec("tiny", latents=Seeded(0, 1)))
    dataclasses.replace(picture, spec=picture.spec.replace(checkpoint=name)).save("theirs.png")
    for line in (["--from", "theirs.gif"], ["theirs.png", "theirs.png"]):
        assert main(["walk", *line, "-o", "mine.gif"]) == 2
        assert "--checkpoint" in capsys.readouterr().err and not Path("mine.gif").exists()
        assert walk(*line, "-o", "mine.gif") == 0
        assert {stop.checkpoint for stop in walk_from("mine.gif").stops} == {"tiny"}
        Path("mine.gif").unlink()


def test_it_says_what_a_judge_sees_on_the_way(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "tiny")
    publish_tiny_judge(tmp_path / "judges" / "mine", LABELS, sees="bag")
    assert walk("dress", "boots", "--frames", "5", "-o", "walk.png") == 0
    assert "A judge mostly sees bag in frames 1 to 5." in capsys.readouterr().out


def test_a_sum_of_words_becomes_a_sheet(capsys):
    assert arithmetic("boots - leather + summer", "-n", "5", "--seed", "3", "-o", "sheet.png") == 0
    out = capsys.readouterr().out
    assert out.startswith("boots - leather + summer: nearest label ") and "Nearest words: " in out
    words = ["boots", "leather", "summer", "boots - leather + summer"]
    assert specs_from_png("sheet.png") == tuple(Spec("tiny", word, Seeded(3, 5)) for word in words)
    assert arithmetic("boots - leather", "-n", "5", "-o", "sheet.npz") == 0
    with np.load("sheet.npz", allow_pickle=False) as file:
        assert file["images"].shape == (15, 28, 28, 1)


def test_a_sum_of_pictures_becomes_a_sheet():
    assert arithmetic("dress", "--latents", "7.0,7.3,7.5 - 7.1,7.2,7.9", "-o", "sheet.png") == 0
    *operands, result = specs_from_png("sheet.png")
    assert [spec.count for spec in operands] == [4, 4] and result.count == 9
    assert operands[1].latents.tiles[:3] == tuple(((1.0, 7, index),) for index in (1, 2, 9))
    with Image.open("sheet.png") as image:
        assert image.height == (1 + 1 + 3) * 56 + 2 * 4, "a row a term, and a square with the result in the middle"


MISUSE = {
    "nowhere to go": (["walk", "-o", "a.gif"], "where to walk"),
    "nowhere to put it": (["walk", "dress", "bag"], "-o"),
    "unknown word": (["walk", "dress", "slipprr", "-o", "a.gif"], "slipper"),
    "ten words": (["walk", *["dress"] * 10, "-o", "a.gif"], "1 to 9"),
    "unknown extension": (["walk", "dress", "bag", "-o", "a.avi"], ".avi"),
    "frames": (["walk", "dress", "bag", "--frames", "500", "-o", "a.gif"], "240"),
    "fps": (["walk", "dress", "bag", "--fps", "0", "-o", "a.gif"], "fps"),
    "z": (["walk", "dress", "bag", "--z", "round", "-o", "a.gif"], "spherical"),
    "over": (["walk", "dress", "bag", "--over", "all", "-o", "a.gif"], "both"),
    "words and a file": (["walk", "dress", "--from", "b.gif", "-o", "a.gif"], "--from"),
    "seed and a file": (["walk", "--from", "b.gif", "--seed", "3", "-o", "a.gif"], "--seed"),
    "missing file": (["walk", "--from", "b.gif", "-o", "a.gif"], "b.gif"),
    "missing picture": (["walk", "b.png", "dress", "-o", "a.gif"], "b.png"),
    "sum nowhere": (["arithmetic", "boots - leather"], "out"),
    "sum of nothing": (["arithmetic", "", "-o", "a.png"], "."),
    "sum extension": (["arithmetic", "boots - leather", "-o", "a.gif"], ".gif"),
    "sum unknown": (["arithmetic", "boots - slipprr", "-o", "a.png"], "slipper"),
    "two pictures": (["arithmetic", "dress", "--latents", "7.0,7.1", "-o", "a.png"], "3 to 15"),
    "no pictures": (["arithmetic", "dress", "--latents", "boots", "-o", "a.png"], "seed.index"),
}


@pytest.mark.parametrize("arguments, message", MISUSE.values(), ids=MISUSE.keys())
def test_misuse_leaves_with_two_and_one_sentence(arguments, message, capsys):
    assert main([arguments[0], "--checkpoint", "tiny", *arguments[1:]]) == 2
    out, err = capsys.readouterr()
    assert out == "" and message in err and "Traceback" not in err
    assert err.startswith("gan-explorer: ") and err.count("\n") == 1
    assert os.listdir() == []
