"""The commands that draw and list, from the command line's arguments to files and exit status."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tiny_checkpoint import LABELS, publish_tiny

from explorer.cli import main
from explorer.explore import Mixed, Seeded, Spec, Studio, spec_from_png, specs_from_png


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return publish_tiny(tmp_path_factory.mktemp("home") / "checkpoints" / "tiny")


@pytest.fixture(autouse=True)
def own_home(tiny, tmp_path, monkeypatch):
    """The tiny checkpoint goes by its name, and relative files land in an empty folder."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tiny.parent.parent))
    monkeypatch.chdir(tmp_path)


def sample(*arguments):
    return main(["sample", "--checkpoint", "tiny", *arguments])


def test_a_word_becomes_a_png_that_can_be_drawn_again(capsys):
    assert sample("red boots", "-n", "64", "--seed", "7", "--psi", "0.8", "-o", "grid.png") == 0
    assert "boots" in capsys.readouterr().out
    spec = Spec(checkpoint="tiny", condition="red boots", latents=Seeded(7, 64), psi=0.8)
    assert spec_from_png("grid.png") == spec
    with Image.open("grid.png") as image:
        assert image.size == (224, 224)
        assert np.array_equal(np.asarray(image), Studio(device="cpu").render(spec).composite[:, :, 0])
    assert main(["sample", "--from-png", "grid.png", "-o", "again.png"]) == 0
    assert Path("again.png").read_bytes() == Path("grid.png").read_bytes()


def test_options_change_one_thing_of_a_png():
    sample("dress", "-n", "9", "--jitter", "0.5", "--blend", "0.25", "--psi-mode", "resample", "-o", "a.png")
    assert main(["sample", "--from-png", "a.png", "-o", "b.png", "--psi", "0.5", "--seed", "3"]) == 0
    assert spec_from_png("b.png") == spec_from_png("a.png").replace(psi=0.5, latents=Seeded(3, 9))
    assert spec_from_png("a.png").psi_mode == "resample"


def test_a_png_of_kept_tiles_keeps_them(capsys):
    spec = Spec(checkpoint="tiny", condition="bag", latents=Mixed((((1.0, 5, 9),),)))
    Studio(device="cpu").render(spec).save("kept.png")
    assert main(["sample", "--from-png", "kept.png", "-o", "again.png", "--psi", "0.5"]) == 0
    assert spec_from_png("again.png") == spec.replace(psi=0.5)
    assert main(["sample", "--from-png", "kept.png", "-o", "again.png", "-n", "4"]) == 2
    assert "-n" in capsys.readouterr().err


STRANGE = ["/etc/secret", "../tiny", "hf:owner/name", "~/tiny", "..", "x; rm -rf ~", "\u200bhidden", "C:tiny"]


@pytest.mark.parametrize("name", STRANGE)
def test_a_foreign_png_does_not_choose_what_is_opened(name, capsys, monkeypatch):
    def refuse(wanted, *_, **__):
        pytest.fail(f"{wanted} was looked for")

    drawn = Studio(device="cpu").render(Spec(checkpoint="tiny", condition="bag", latents=Seeded(1, 4)))
    dataclasses.replace(drawn, spec=drawn.spec.replace(checkpoint=name)).save("theirs.png")
    with monkeypatch.context() as patched:
        patched.setattr("explorer.checkpoint.find", refuse)
        assert main(["sample", "--from-png", "theirs.png", "-o", "again.png"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("gan-explorer: This PNG was drawn with ") and err.count("\n") == 1 and "--checkpoint" in err
    assert "\u200b" not in err and "checkpoint x;" not in err and not Path("again.png").exists()
    assert main(["sample", "--from-png", "theirs.png", "--checkpoint", "tiny", "-o", "again.png"]) == 0
    assert spec_from_png("again.png") == drawn.spec


def test_npz_has_the_raw_tiles():
    assert sample("coat", "bag", "-n", "5", "-o", "x.npz") == 0
    with np.load("x.npz", allow_pickle=False) as file:
        assert file["images"].shape == (10, 28, 28, 1) and file["images"].dtype == np.uint8
        assert file["conditions"].tolist() == ["coat"] * 5 + ["bag"] * 5


def test_json_is_the_table_and_nothing_else(capsys):
    assert sample("kimono", "--json") == 0
    out, _ = capsys.readouterr()
    answer = json.loads(out)
    assert {row["label"] for row in answer["table"]} == set(LABELS)
    assert answer["spec"]["condition"] == "kimono" and answer["familiarity"]["level"] in ("near", "between", "far")
    assert os.listdir() == []
    assert sample("kimono", "boots-leather", "--json", "-o", "x.png") == 0
    both = json.loads(capsys.readouterr().out)
    assert [row["spec"]["condition"] for row in both] == ["kimono", "boots-leather"] and both[1]["hints"]
    assert os.listdir() == ["x.png"]


def test_many_expressions_give_a_sheet_that_can_be_drawn_again():
    assert sample("dress", "coat - red", "bag", "-n", "6", "--scale", "2", "-o", "sheet.png") == 0
    with Image.open("sheet.png") as image:
        assert image.mode == "RGB" and image.height == 3 * 56 + 2 * 4 and image.width > 6 * 56
    assert [spec.condition for spec in specs_from_png("sheet.png")] == ["dress", "coat - red", "bag"]
    assert main(["sample", "--from-png", "sheet.png", "--scale", "2", "-o", "again.png"]) == 0
    assert Path("again.png").read_bytes() == Path("sheet.png").read_bytes()


MISUSE = {
    "nothing to draw": (["-o", "a.png"], "what to draw"),
    "nowhere to put it": (["dress"], "-o"),
    "unknown word": (["slipprr", "-o", "a.png"], "slipper"),
    "one of many unknown": (["dress", "slipprr", "-o", "a.png"], "slipper"),
    "broken expression": (["boots + (", "-o", "a.png"], "."),
    "empty expression": (["", "-o", "a.png"], "."),
    "too long": (["a" * 201, "-o", "a.png"], "200"),
    "unknown extension": (["dress", "-o", "a.bmp"], ".bmp"),
    "no extension": (["dress", "-o", "a"], ".png"),
    "missing folder": (["dress", "-o", "nowhere/a.png"], "nowhere"),
    "a folder's name": (["dress", "-o", "folder.png"], "folder.png"),
    "psi": (["dress", "--psi", "1.6", "-o", "a.png"], "psi"),
    "psi nan": (["dress", "--psi", "nan", "-o", "a.png"], "psi"),
    "psi text": (["dress", "--psi", "high", "-o", "a.png"], "psi"),
    "psi mode": (["dress", "--psi-mode", "fast", "-o", "a.png"], "smooth"),
    "count": (["dress", "-n", "0", "-o", "a.png"], "count"),
    "count 257": (["dress", "-n", "257", "-o", "a.png"], "256"),
    "seed": (["dress", "--seed", "-1", "-o", "a.png"], "seed"),
    "jitter": (["dress", "--jitter", "2", "-o", "a.png"], "jitter"),
    "blend": (["dress", "--blend", "2", "-o", "a.png"], "blend"),
    "scale 0": (["dress", "--scale", "0", "-o", "a.png"], "scale"),
    "scale": (["dress", "--scale", "1000", "-o", "a.png"], "scale"),
    "large": (["dress", "-n", "256", "--scale", "64", "-o", "a.png"], "scale"),
    "checkpoint": (["dress", "--checkpoint", "nosuch", "-o", "a.png"], "nosuch"),
    "checkpoint folder": (["dress", "--checkpoint", "/", "-o", "a.png"], "checkpoint"),
    "checkpoint hub": (["dress", "--checkpoint", "hf:nosuch", "-o", "a.png"], "hf:"),
    "words and png": (["dress", "--from-png", "a.png", "-o", "b.png"], "--from-png"),
    "missing png": (["--from-png", "missing.png", "-o", "a.png"], "missing.png"),
    "plain png": (["--from-png", "plain.png", "-o", "a.png"], "plain.png"),
    "unknown option": (["dress", "--sead", "3", "-o", "a.png"], "--sead"),
}


@pytest.mark.parametrize("arguments, message", MISUSE.values(), ids=MISUSE.keys())
def test_misuse_leaves_with_two_and_one_sentence(arguments, message, capsys):
    Image.new("L", (4, 4)).save("plain.png")
    os.mkdir("folder.png")
    assert sample(*arguments) == 2
    out, err = capsys.readouterr()
    assert out == "" and message in err and "Traceback" not in err
    assert err.startswith("gan-explorer: ") and err.count("\n") == 1
    assert sorted(os.listdir()) == ["folder.png", "plain.png"]


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder that not even root may write to")
def test_an_unwritable_folder_is_reported(capsys):
    assert sample("dress", "-o", "/proc/a.png") == 2
    err = capsys.readouterr().err
    assert err.startswith("gan-explorer: Cannot write /proc/a.png") and err.count("\n") == 1


def test_checkpoints_lists_the_good_and_the_broken(tiny, capsys):
    broken = tiny.parent / "broken"
    broken.mkdir(exist_ok=True)
    (broken / "config.json").write_text('{"format": "\\u001b[31mred"}')
    assert main(["checkpoints"]) == 0
    out, _ = capsys.readouterr()
    assert "tiny" in out and "broken" in out and "\x1b[31mred" not in out


@pytest.mark.parametrize("command", [["sample"], ["checkpoints"], ["bench", "render"]])
def test_help_has_an_example(command, capsys):
    assert main([*command, "--help"]) == 0
    assert f"gan-explorer {' '.join(command)}" in capsys.readouterr().out


def test_bench_render_times_one_sixteen_and_sixty_four(capsys):
    import torch

    assert main(["bench", "render", "--checkpoint", "tiny", "--repeats", "2", "--device", "cpu"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"{torch.get_num_threads()} CPU threads" in lines[0]
    rows = [line.split() for line in lines[2:]]
    assert [row[0] for row in rows] == ["1", "16", "64"]
    assert all(float(row[1]) > float(row[3]) >= 0 and float(row[5]) > 0 for row in rows)


@pytest.mark.parametrize("device", ["banana", "cuda:99"])
def test_bench_render_on_a_device_that_is_not_here_is_one_sentence(device, capsys):
    assert main(["bench", "render", "--checkpoint", "tiny", "--device", device]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"gan-explorer: There is no device '{device}'") and err.count("\n") == 1


@pytest.mark.slow
def test_the_shipped_checkpoint_draws_in_a_process_of_its_own(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "explorer", "sample", "slipper", "-n", "4", "-o", str(tmp_path / "slipper.png")],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr
    assert spec_from_png(tmp_path / "slipper.png") == Spec(condition="slipper", latents=Seeded(0, 4))
