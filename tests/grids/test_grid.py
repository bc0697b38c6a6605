"""Grids over two dials: planned before they are drawn, each tile what its spec gives, kept in a PNG with all specs."""

import shutil

import numpy as np
import pytest
from tiny_checkpoint import publish_tiny

from explorer import Explorer
from explorer.checkpoint import CheckpointError, find, snapshots
from explorer.cli import main
from explorer.errors import ExplorerError
from explorer.explore import GridAxis, Seeded, Spec, Studio, specs_from_png, xy_grid
from explorer.explore.grids.plan import epochs, plan_grid, read_axis

AT = (25_024, 50_048, 200_000)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Four generators, and a run that kept three snapshots."""
    home = tmp_path_factory.mktemp("home")
    for name, more in {
        "words": {},
        "labelled": {"family": "acgan"},
        "coded": {"family": "infogan"},
        "large": {"resolution": 32, "channels": 3},
    }.items():
        publish_tiny(home / "checkpoints" / name, **more)
    publish_tiny(home / "runs/run/checkpoint", seed=4)
    for place, images in enumerate(AT):
        publish_tiny(home / f"runs/run/snapshots/{images:012d}", seed=place)
    shutil.copytree(home / "runs/run/snapshots" / f"{AT[0]:012d}", home / "runs/run/snapshots/.000000030000.1.new")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        yield home


@pytest.fixture(scope="module")
def studio(home):
    return Studio(device="cpu")


def test_the_commands_name_who_is_not_conditioned_on_words(home, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["sample", "boots", "--checkpoint", "coded", "-o", "a.png"]) == 0
    assert "boots: coded is not conditioned on words" in capsys.readouterr().out
    assert main(["grid", "-x", "checkpoint=coded,words", "-y", "word=boots,bag", "-o", "b.png"]) == 0
    out = capsys.readouterr().out
    assert "coded is not conditioned on words" in out and "words is not" not in out


def test_what_a_run_kept_on_the_way_has_a_name(home):
    assert snapshots("run") == snapshots(home / "runs/run") == AT and snapshots("words") == ()
    assert find("run@25024") == home / "runs/run/snapshots/000000025024"
    assert find(f"{home}/runs/run@200000").name == "000000200000"
    for nothing in ("run@1", "words@25024", "nobody@25024", "run@-1", "run@"):
        with pytest.raises(CheckpointError):
            find(nothing)


@pytest.mark.parametrize("name", ["words", "labelled", "coded"])
def test_each_tile_is_what_its_spec_gives(studio, name):
    spec = Spec(name, "boots", Seeded(3), jitter=0.3)
    grid = xy_grid(studio, spec, GridAxis("psi", (0.2, 1.0)), GridAxis("seed", tuple(range(9))))
    assert (grid.plan.columns, grid.plan.rows, grid.tiles.shape) == (2, 9, (18, 28, 28, 1))
    assert grid.plan.specs[3] == spec.replace(latents=Seeded(1, 1), psi=1.0)
    for one, tile in zip(grid.plan.specs, grid.tiles, strict=True):
        assert np.array_equal(studio.render(one, read=False).tiles[0], tile)
    shown = Explorer(name, studio).grid(("psi", [0.2, 1.0]), ("seed", range(9)), "boots")
    assert shown.plan.specs == tuple(one.replace(jitter=0.0) for one in grid.plan.specs)
    words = xy_grid(studio, spec, GridAxis("word", ("boots", "coat - dress")))
    assert words.plan.rows == 1 and [one.condition for one in words.plan.specs] == ["boots", "coat - dress"]
    assert (words.tiles[0] != words.tiles[1]).any() == (name != "coded")


def test_generators_of_different_sizes_and_epochs_stand_side_by_side(studio):
    sides = GridAxis("checkpoint", ("words", "large", "run")), GridAxis("word", ("boots", "dress"))
    grid = xy_grid(studio, Spec(latents=Seeded(1)), *sides)
    assert grid.tiles.shape == (6, 32, 32, 3) and not grid.tiles[0, :2].any() and not grid.tiles.flags.writeable
    alone = studio.render(grid.plan.specs[3], read=False).tiles[0]
    assert (grid.tiles[3, 2:30, 2:30] == alone).all()
    assert epochs("run") == (25.0, 50.0, 200.0)
    learned = xy_grid(studio, Spec("run"), GridAxis("epoch", epochs("run")))
    assert [spec.checkpoint for spec in learned.plan.specs] == [f"run@{images}" for images in AT]
    assert learned.plan.size == "3 x 1 = 3 pictures of 3 generators"
    assert len({tile.tobytes() for tile in learned.tiles}) == 3


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ([GridAxis("seed", tuple(range(129))), GridAxis("psi", (0, 1))], "at most 256"),
        ([GridAxis("psi", (0, 1)), GridAxis("psi", (0, 1))], "something else"),
        ([GridAxis("epoch", (25, 100))], "no snapshot at about 100 kimg; there are 25.024, 50.048, 200"),
        ([GridAxis("checkpoint", ("words",)), GridAxis("epoch", (25,))], "words kept no snapshots"),
        ([GridAxis("checkpoint", ("nobody",)), GridAxis("epoch", (25,))], "no checkpoint"),
        ([GridAxis("checkpoint", tuple(f"no-{one}" for one in range(49)))], "at most 48 generators"),
    ],
)
def test_no_other_grids_are_planned(home, told, sentence):
    with pytest.raises(ExplorerError, match=sentence):
        plan_grid(Spec("run"), *told)


def test_values_as_they_are_typed():
    assert read_axis("seed", ["7", " 0-3 "]).values == (7, 0, 1, 2, 3)
    assert read_axis("psi", ["0", ".5", "", "1.50"]).names == ("0", "0.5", "1.5")
    assert read_axis("word", [" red boots "]).values == ("red boots",)
    for kind, values in [
        ("psi", ["nan"]),
        ("psi", ["1.51"]),
        ("psi", ["1e0"]),
        ("psi", [0.5]),
        ("psi", [" "]),
        ("psi", "01"),
        ("seed", ["3-1"]),
        ("seed", ["0-256"]),
        ("seed", ["-1"]),
        ("seed", ["٣"]),
        ("seed", ["1", "0-2"]),
        ("seed", ["9" * 19]),
        ("word", ["x" * 201]),
        ("word", ["a\0"]),
        ("word", ["boots"] * 257),
        ("font", ["serif"]),
        (["psi"], ["1"]),
    ]:
        with pytest.raises(ExplorerError) as refusal:
            read_axis(kind, values)
        assert 10 < len(str(refusal.value)) < 200


def test_the_command_says_its_size_first_and_keeps_every_spec(home, tmp_path, capsys):
    out = tmp_path / "grid.png"
    assert main(["grid", "-x", "epoch=all", "-y", "word=boots,dress", "--checkpoint", "run", "-o", str(out)]) == 0
    assert capsys.readouterr().out.startswith("3 x 2 = 6 pictures of 3 generators.\n")
    specs = specs_from_png(out)
    assert [(spec.checkpoint, spec.condition) for spec in specs[2:4]] == [
        ("run@200000", "boots"),
        ("run@25024", "dress"),
    ]
    assert main(["grid", "-x", "psi", "-o", str(out)]) == 2 and "such as psi=0,0.5,1" in capsys.readouterr().err
    assert main(["grid", "-x", "epoch=all", "-o", str(out)]) == 2 and "kept no snapshots" in capsys.readouterr().err
