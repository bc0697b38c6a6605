"""The commands and notebook methods that look inside a generator: ablate, directions, and the curve over psi."""

from pathlib import Path

import numpy as np
import pytest
from tiny_checkpoint import publish_tiny
from wired_checkpoint import publish_wired

from explorer import Explorer, ExplorerError
from explorer.cli import main
from explorer.explore import Edits, specs_from_png
from explorer.explore.inside.directions import sefa
from explorer.explore.inside.saved_directions import list_directions


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "checkpoints"
    publish_tiny(folder / "tiny")
    publish_wired(folder / "wired")
    return folder


@pytest.fixture(autouse=True)
def own_home(shelf, tmp_path, monkeypatch):
    """A fresh home with these checkpoints; relative files land in an empty folder."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "checkpoints").symlink_to(shelf)
    (tmp_path / "out").mkdir()
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "out")


def ablate(*arguments):
    return main(["ablate", "dress", "--checkpoint", "wired", "-n", "4", *arguments])


def test_ablate_finds_what_draws_a_box_and_switches_it_off(capsys):
    assert ablate("--layer", "blocks.0", "--box", "0,0,12,8", "--top", "1", "-o", "a.png") == 0
    message = capsys.readouterr().out
    assert "Switched off 1 of the 32 units of blocks.0: 2." in message
    assert "change by 219 in the box and 2 around it" in message
    before, after, chance = specs_from_png("a.png")
    assert before.edits == Edits() and after.edits == Edits(off=(("blocks.0", 2),)) and len(chance.edits.off) == 1
    assert main(["sample", "--from-png", "a.png", "-o", "again.png"]) == 0
    assert specs_from_png("again.png") == (before, after, chance)


def test_ablate_takes_units_or_a_label(capsys):
    assert ablate("--units", "5,2,5", "--layer", "start", "-o", "a.npz") == 0
    with np.load("a.npz") as kept:
        assert kept["images"].shape == (12, 28, 28, 1) and kept["images"][4:8].max() < 60
    assert main(["ablate", "bag", "--checkpoint", "tiny", "--label", "bag", "--top", "3", "-o", "b.png"]) == 0
    assert len(specs_from_png("b.png")[1].edits.off) == 3


def test_ablate_takes_all_units_of_several_layers_to_their_means(capsys):
    box = ("--box", "0,0,12,8", "--layer", "start", "--layer", "blocks.0")
    assert ablate(*box, "--all", "--mean", "-o", "a.png") == 0
    message = capsys.readouterr().out
    assert "units of start" in message and "units of blocks.0" in message
    after, chance = (spec.edits for spec in specs_from_png("a.png")[1:])
    assert {("start", 2), ("blocks.0", 2)} <= set(after.off) and after.off_to == chance.off_to == "mean"
    assert [name for name, _ in after.off] == [name for name, _ in chance.off]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--units", "1", "--layer", "start", "--layer", "blocks.0"], "one --layer"),
        (["--label", "bag", "--all", "--top", "3"], "in place of --top"),
        ([], "--box, --label and --units"),
        (["--units", "1", "--label", "bag"], "one of"),
        (["--units", "1;2"], "3,17,40"),
        (["--units", "999"], "0 to 15"),
        (["--box", "1,2,3"], "13,12,2,15"),
        (["--box", "-1,2,3,4"], "13,12,2,15"),
        (["--box", "50,2,3,4"], "28 x 28"),
        (["--label", "hat"], "dress, coat, boots, bag"),
        (["--layer", "blocks.9", "--units", "1"], "start, blocks.0"),
        (["--psi", "0", "--layer", "start", "--box", "18,0,3,3"], "try another layer"),
    ],
)
def test_ablate_says_what_is_wrong(arguments, message, capsys):
    assert ablate(*arguments, "-o", "a.png") == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1 and not Path("a.png").exists()


def test_directions_are_shown_as_strips_that_can_be_drawn_again(capsys):
    assert main(["directions", "show", "bag", "--checkpoint", "tiny", "-n", "3", "-o", "a.png"]) == 0
    assert "pca 1 (" in capsys.readouterr().out
    specs = specs_from_png("a.png")
    assert [spec.count for spec in specs] == [7, 7, 7] and {spec.condition for spec in specs} == {"bag"}
    middles = {spec.latents.tiles[3] for spec in specs}
    assert len(middles) == 1, "in the middle of every row stands the picture itself"
    assert main(["sample", "--from-png", "a.png", "-o", "b.npz"]) == 0
    axis = np.subtract(specs[0].latents.tiles[6], specs[0].latents.tiles[3])
    assert np.linalg.norm(axis) == pytest.approx(3, abs=1e-4)


def test_directions_are_kept_listed_shown_renamed_and_deleted(capsys):
    assert main(["directions", "list"]) == 0 and "None is kept" in capsys.readouterr().out
    assert main(["directions", "save", "longer handle", "-n", "2", "--method", "sefa", "--checkpoint", "tiny"]) == 0
    (saved,) = list_directions()
    assert np.allclose(saved.axis, sefa(Explorer("tiny").checkpoint).axes[1], atol=1e-6) and saved.about == "sefa 2"
    assert main(["directions", "rename", "longer handle", "tote"]) == 0
    capsys.readouterr()
    assert main(["directions", "list"]) == 0 and "tote" in capsys.readouterr().out
    show = ["directions", "show", "bag", "--saved", "tote", "-o", "a.png", "--checkpoint"]
    assert main([*show, "tiny"]) == 0
    assert main([*show, "wired"]) == 2 and "another generator" in capsys.readouterr().err
    assert main(["directions", "delete", "tote"]) == 0 and list_directions() == []
    assert main(["directions", "delete", "tote"]) == 2 and "tote" in capsys.readouterr().err
    assert main(["directions", "save", "x", "-n", "17", "--checkpoint", "tiny"]) == 2
    assert "16 directions" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["ablate"], ["directions"], ["directions", "show"], ["directions", "save"]])
def test_help_has_an_example(command, capsys):
    assert main([*command, "--help"]) == 0
    assert f"Example: gan-explorer {' '.join(command)}" in " ".join(capsys.readouterr().out.split())


def test_a_notebook_can_do_the_same():
    ex = Explorer("wired")
    shown = ex("dress", n=4)
    region = np.zeros((4, 28, 28), bool)
    region[:, :8, :12] = True
    ranking = ex.units("blocks.1", of=shown, region=region)
    assert ranking.top(1) == (("blocks.1", 2),)
    assert ex.ablate(shown, ranking.top(1)).tiles[:, :8, :12].max() < 60
    forgotten = ex.ablate(shown, ex.part_units(shown, region, ["start", "blocks.1"]), to="mean")
    assert {name for name, _ in forgotten.spec.edits.off} == {"start", "blocks.1"}
    assert Explorer("tiny").units(label="bag").layer == "blocks.1"
    axis = ex.directions("sefa", count=2).axes[0]
    pushed = ex.steer(shown, axis, 2.0)
    assert pushed.spec.edits.directions[0].amount == 2.0 and not np.array_equal(pushed.tiles, shown.tiles)
    assert ex.directions(layer="start", count=3).axes.shape == (3, 16)
    for wrong in (lambda: ex.units(), lambda: ex.units(label="bag", of=shown, region=region)):
        with pytest.raises(ExplorerError, match="label="):
            wrong()
    with pytest.raises(ExplorerError, match="sefa"):
        ex.directions("ica")
    with pytest.raises(ExplorerError, match="no direction"):
        ex.steer(shown, "nothing", 1)
    with pytest.raises(ExplorerError, match="judge"):
        ex.tradeoff()
