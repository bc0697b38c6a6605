"""Walks from style to style, of one word or of several, as functions and as a command."""

import numpy as np
import pytest
from tiny_checkpoint import publish_tiny

from explorer.cli import main
from explorer.explore import Mixed, Seeded, Spec, SpecError, Studio, draw_walk, walk_from, walk_of
from explorer.explore.spec.style import read_style

STYLES = ("noto", "flat", "3d")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_tiny(home / "checkpoints" / "styled", styles=STYLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        yield home


@pytest.fixture(scope="module")
def studio(home):
    return Studio(device="cpu")


BASE = Spec("styled", latents=Seeded(3, 4))


def same_when_drawn_alone(studio, film):
    for frame, spec in enumerate(film.specs):
        again = Spec.from_json(spec.to_json())
        assert np.array_equal(studio.render(again, read=False).tiles, film.tiles[frame]), frame


def test_one_word_goes_from_style_to_style(studio):
    walk = walk_of(["dress"], BASE, frames=9, styles=("noto", "Flat + 3d", "any"))
    film = draw_walk(studio, walk, read=False)
    same_when_drawn_alone(studio, film)
    assert [spec.style for spec in film.specs[::4]] == ["noto", "Flat + 3d", "any"]
    assert {spec.latents for spec in film.specs} == {BASE.latents} and {spec.condition for spec in film.specs} == {
        "dress"
    }
    weights = np.array([read_style(spec.style, STYLES, "styled") for spec in film.specs])
    ends = np.array([[1, 0, 0], [0, 0.5, 0.5], [0, 0, 0]])
    expected = np.concatenate([np.linspace(ends[0], ends[1], 5), np.linspace(ends[1], ends[2], 5)[1:]])
    assert np.allclose(weights, expected, atol=1e-4)
    assert len({frame.tobytes() for frame in film.tiles}) == 9


def test_word_style_and_truncation_move_together(studio):
    base = BASE.replace(word_truncation=0.5)
    walk = walk_of(["dress", "footwear"], base, frames=5, over="both", styles=("noto", "flat"), loop=True)
    film = draw_walk(studio, walk, read=False)
    same_when_drawn_alone(studio, film)
    assert [stop.style for stop in walk.stops] == ["noto", "flat"]
    assert walk.stops[0].latents != walk.stops[1].latents
    fading = walk.replace(stops=(walk.stops[0], walk.stops[1].replace(word_truncation=0.0)), loop=False)
    shares = [spec.word_truncation for spec in draw_walk(studio, fading, read=False).specs]
    assert shares == pytest.approx([0.5, 0.375, 0.25, 0.125, 0])


def test_pictures_keep_their_style_unless_others_are_given(studio):
    stops = [
        BASE.replace(condition=word, latents=Mixed((((1.0, 1, index),),)), style=style)
        for index, (word, style) in enumerate([("dress", "flat"), ("bag", "3d")])
    ]
    film = draw_walk(studio, walk_of(stops, frames=4), read=False)
    same_when_drawn_alone(studio, film)
    assert [stop.style for stop in film.walk.stops] == ["flat", "3d"]
    assert [stop.style for stop in walk_of(stops, over="z").stops] == ["flat", "flat"]
    assert [stop.style for stop in walk_of(stops, styles=["noto"]).stops] == ["noto", "noto"]


def test_each_stays_each(studio):
    film = draw_walk(studio, walk_of(["dress", "bag"], BASE, styles=["each"], frames=3), read=False)
    same_when_drawn_alone(studio, film)
    with pytest.raises(SpecError, match="at all stops"):
        walk_of(["dress", "bag"], BASE, styles=["each", "noto"])


@pytest.mark.parametrize("styles", [["noto", "flat"], ["noto"] * 4, ["noto"] * 10, "noto", [3]])
def test_styles_that_do_not_fit_the_stops(styles):
    with pytest.raises(SpecError, match=r"\.$"):
        walk_of(["dress", "bag", "coat"], BASE, styles=styles)


def test_the_figure_names_what_changes(studio):
    def names(stops, styles):
        film = draw_walk(studio, walk_of(stops, BASE, frames=3, styles=styles))
        return [text.partition("<br>")[2] for text in film.figure().layout.xaxis.ticktext]

    assert names(["dress"], ["noto", "any"]) == ["noto", "any"]
    assert names(["dress", "bag"], ["noto"]) == ["dress", "bag"]
    assert names(["dress", "bag"], ["noto", "flat"]) == ["dress, noto", "bag, flat"]


def test_the_command_walks_through_styles(home, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    command = ["walk", "kitten", "--checkpoint", "styled", "-n", "1", "--frames", "4"]
    assert main([*command, "--style", "noto", "--style", "flat", "-o", "a.png"]) == 0
    assert walk_from("a.png") == walk_of(
        ["kitten"], Spec("styled", latents=Seeded(0, 1)), frames=4, styles=["noto", "flat"]
    )
    assert main(["walk", "--from", "a.png", "-o", "b.png"]) == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert main([*command, "bag", "coat", "--style", "noto", "--style", "flat", "-o", "c.png"]) == 2
    assert "not 2 for 3 stops" in capsys.readouterr().err
    assert main([*command, "--style", "noto", "--style", "oil", "-o", "c.png"]) == 2
    assert "no style 'oil'" in capsys.readouterr().err
