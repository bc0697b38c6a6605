"""Curves of a training: a run is published with them, and a comparison draws them as it draws those of the run."""

import json
import shutil

import pytest
from digits_home import TEST, TRAIN

from explorer.checkpoint import read_curves
from explorer.cli import main
from explorer.compare import compare, curve_figure, logits_figure, losses_figure, measure, page_of, publishing
from explorer.errors import ExplorerError
from explorer.measure.judge.training import train_judge
from explorer.models.families import FAMILIES
from explorer.training import TrainConfig, train
from explorer.training.settings import condition_dim
from explorer.words import open_space

pytestmark = pytest.mark.slow

FEW = {"samples": 250, "moments": 100}
SMALL = {"data": "digits", "size": 4, "z_dim": 8, "batch": 32, "sheet_kimg": 0.25, "ema_kimg": 0.1, "threads": 1}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A run of two snapshots, published by the command with and without figures of them."""
    home = tmp_path_factory.mktemp("home")
    train_judge(home / "judges/digits", TRAIN, TEST, source="digits", epochs=1)
    settings = FAMILIES["cdcgan"].settings | SMALL | {"kimg": 0.25, "snapshot_kimg": 0.1}
    config = TrainConfig(**settings, family="cdcgan", c_dim=condition_dim("cdcgan", 100, 10))
    train(home / "runs/one", config, TRAIN, open_space("glove-minilm-100d"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        patch.setattr(publishing, "MOMENTS", 100)
        assert main(["publish", "one", str(home / "checkpoints/plain")]) == 0
        assert main(["publish", "one", str(home / "checkpoints/measured"), "--snapshots"]) == 0
        yield home


@pytest.fixture(scope="module")
def found(home):
    return compare(["one", "measured", "plain"], **FEW)


def test_a_published_one_is_drawn_as_its_run(found):
    run, measured, plain = found.entries
    assert run.losses == measured.losses == plain.losses and run.coverage == measured.coverage == plain.coverage
    assert [one.kimg for one in measured.moments] == [one.kimg for one in run.moments] and not plain.moments
    coverage = curve_figure(found, 0, "coverage").data
    assert [line.name for line in coverage] == ["one", "measured"] and coverage[0].y == coverage[1].y
    assert [line.name for line in curve_figure(found, 0, "kid").data] == ["one"], "which no checkpoint carries"
    for figure, names in ((losses_figure(run), ["D", "G"]), (logits_figure(plain), ["real", "fake"])):
        assert [line.name for line in figure.data] == names and all(None not in line.y for line in figure.data)
    page = page_of(found)
    assert page.count("Logits of D of") == page.count("Losses of") == 3 and "Training curves" in page


def test_what_compare_measured_is_not_measured_again(home, monkeypatch):
    monkeypatch.setattr(measure, "evaluate", lambda *_: pytest.fail("measured again"))
    monkeypatch.setattr(publishing, "MOMENTS", 100)
    assert publishing.published_curves("one", snapshots=True) == read_curves(home / "checkpoints/measured")


def test_figures_of_another_judge_or_of_other_samples_are_not_drawn_together(home, tmp_path):
    (alone,) = compare(["measured"], samples=250, moments=200).groups
    assert alone.moments == 100 and alone.moments_real["coverage"] is not None, "it brings its own number of samples"
    _, mixed = compare(["one", "measured"], samples=250, moments=200).entries
    assert not mixed.moments and "by 100 samples of each, and others here by 200" in mixed.notes[-1]
    other = shutil.copytree(home / "checkpoints/measured", tmp_path / "other")
    curves = json.loads((other / "curves.json").read_text())
    curves["snapshots"] |= {"judge_hash": "0" * 64, "judge": "<b>"}
    (other / "curves.json").write_text(json.dumps(curves))
    found = compare([other], **FEW)
    assert not found.entries[0].moments and "another judge (<b>, 00000000)" in found.entries[0].notes[-1]
    assert "&lt;b&gt;, 00000000" in page_of(found) and "(<b>" not in page_of(found)


def test_curves_that_cannot_be_used_are_a_note(home, tmp_path, capsys):
    broken = shutil.copytree(home / "checkpoints/measured", tmp_path / "broken")
    (broken / "curves.json").write_text("{")
    (entry,) = compare([broken], **FEW).entries
    assert entry.evaluation and not entry.losses and "remove that file" in entry.notes[-1]
    assert main(["publish", str(broken), str(tmp_path / "again")]) == 2
    assert "remove that file" in capsys.readouterr().err and not (tmp_path / "again").exists()


def test_only_a_run_with_snapshots_can_have_them_measured(home):
    with pytest.raises(ExplorerError, match="plain has no snapshots that could be measured"):
        publishing.published_curves("plain", snapshots=True)


def test_curves_are_thinned_and_end_with_the_checkpoint(home, tmp_path, monkeypatch):
    run = shutil.copytree(home / "runs/one", tmp_path / "long")
    lines = [
        {"images": 32 * at, "loss_d": at, "loss_g": 1.0, **({"coverage": {"three": at / 4000}} if at % 5 == 0 else {})}
        for at in range(1, 2001)
    ]
    (run / "stats.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    file = run / "checkpoint/config.json"
    config = json.loads(file.read_text())
    file.write_text(json.dumps(config | {"made": config["made"] | {"kimg": 48.0}}))
    curves = publishing.published_curves(run)
    assert 100 < len(curves.losses["kimg"]) <= 200 and max(curves.losses["kimg"]) <= 48
    assert curves.losses["loss_d"][0] == sum(range(1, 9)) / 8, "a point is the mean of what lies between"
    assert 100 < len(curves.coverage["kimg"]) <= 200 and curves.coverage["kimg"][-1] == 48
    assert set(curves.losses["d_real"]) == {None}
