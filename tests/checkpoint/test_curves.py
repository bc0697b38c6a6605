"""curves.json: what is written is read again; a stranger's is read within bounds, or refused in a sentence."""

import json
import shutil

import pytest
from tiny_checkpoint import publish_tiny

from explorer.checkpoint import CheckpointError, Curves, read_curves
from explorer.checkpoint.curves import FIGURES, LOSSES, MAX_POINTS, Snapshots
from explorer.explore.card.publish import publish

CURVES = Curves(
    {"kimg": (1.0, 2.0), "seconds": (3.0, None)} | dict.fromkeys(LOSSES[2:], (0.5, -1.5)),
    {"kimg": (0.0, 1.0, 2.0), "shares": {"coat": (0.0, 0.5, 1.0), "bag": (None, 0.25, 0.5)}},
    Snapshots("mine", "ab" * 32, 100, (1.0, 2.0), (9.0, None), dict.fromkeys(FIGURES, (0.5, 0.6)), {"fd": 0.1}),
)
FIELDS = json.loads(json.dumps(CURVES.as_fields()))


def spoil(part, **changes):
    return FIELDS | {part: FIELDS[part] | changes}


@pytest.fixture
def folder(tmp_path):
    return publish_tiny(tmp_path / "tiny")


def test_what_is_published_is_read_and_published_again(folder, tmp_path):
    assert read_curves(folder) is None
    once = publish(folder, tmp_path / "once", curves=CURVES)
    again = publish(once, tmp_path / "again")
    whole = {key: CURVES.snapshots.real.get(key) for key in FIGURES}
    found = read_curves(again)
    assert (found.losses, found.coverage) == (CURVES.losses, CURVES.coverage)
    assert found.snapshots.real == whole and found.snapshots.figures == CURVES.snapshots.figures
    assert "`curves.json`" in (again / "README.md").read_text()
    shutil.copytree(publish(folder, tmp_path / "none", curves=Curves()), tmp_path / "copied")
    assert not (tmp_path / "copied/curves.json").exists()
    assert "curves" not in (tmp_path / "copied/README.md").read_text()


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ([], "not one of ours"),
        ({"format": "gan-explorer checkpoint"}, "not one of ours"),
        (FIELDS | {"version": 2}, "format version '2'"),
        (FIELDS | {"losses": [1, 2]}, "its losses are no object"),
        (spoil("losses", kimg=[2.0, 1.0]), "times do not rise"),
        (spoil("losses", kimg=[1.0, None]), "times do not rise"),
        (spoil("losses", loss_d=[1.0]), "not as long as its times"),
        (spoil("losses", d_real=[1.0, float("nan")]), "something else than numbers"),
        (spoil("losses", d_fake=["<b>", 1]), "something else than numbers"),
        (spoil("losses", kimg=[0.0] * (MAX_POINTS + 1)), "list of 1 to 1,000 numbers"),
        (spoil("losses", seconds=None), "list of 1 to 1,000 numbers"),
        (spoil("coverage", shares={"coat": [0.0, 0.5, 1.5]}), "from 0 to 1"),
        (spoil("coverage", shares={}), "between 1 and 4096 labels"),
        (spoil("coverage", shares={"co\x00at": [0, 0, 0]}), "can be shown"),
        (spoil("coverage", shares={f"label {n}": [0, 0, 0] for n in range(33)}), "not of 1 to 32 classes"),
        (spoil("snapshots", judge="a\nb"), "name no judge"),
        (spoil("snapshots", samples=True), "of how many samples"),
        (spoil("snapshots", figures={"fd": [-1, 0]}), "numbers from 0"),
        (spoil("snapshots", real=None), "lack figures"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(folder, fields, why):
    (folder / "curves.json").write_text(json.dumps(fields))
    with pytest.raises(CheckpointError, match=why) as refused:
        read_curves(folder)
    assert "remove that file" in str(refused.value) and len(str(refused.value)) < 400


def test_parts_may_be_missing(folder):
    for part in ("losses", "coverage", "snapshots"):
        kept = {key: value for key, value in FIELDS.items() if key in ("format", "version", part)}
        (folder / "curves.json").write_text(json.dumps(kept))
        found = read_curves(folder)
        assert [bool(found.losses), bool(found.coverage), bool(found.snapshots)].count(True) == 1
