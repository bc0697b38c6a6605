"""The line on what a generator learned, from the facts of its config; and what its labels are called."""

import json

import pytest
from tiny_checkpoint import LABELS, publish_tiny

from explorer.checkpoint import CheckpointError, Description, describe, learned, set_display_names
from explorer.cli import main
from explorer.explore import Seeded, Spec, Studio


def about(labels=LABELS, family="word", styles=(), **made) -> str:
    return learned(Description(family, {}, labels, "space", "hash", made, styles=styles))


def test_the_line_says_pictures_kinds_and_styles():
    styles = tuple("abcdefgh")
    assert about(data="fashion-mnist", pictures=60000) == (
        "60,000 pictures of four kinds of clothing; any other word is a guess from its vector."
    )
    assert about(tuple(map(str, range(758))), styles=styles, data="emoji-styles", pictures=7421).startswith(
        "7,421 pictures of 758 words in the styles of eight emoji artists; any other word"
    )
    assert about(styles=styles[:2], data="mine", pictures=1).startswith("1 picture of four words in two styles;")
    assert "blend of these" in about(family="acgan") and "latent alone" in about(family="dcgan")


def test_a_fact_that_is_missing_or_wrong_is_left_out():
    for made in ({}, {"pictures": 0}, {"pictures": True}, {"pictures": "many", "data": ["x"]}, {"data": 7}):
        assert about(**made) == "Four words; any other word is a guess from its vector."
    assert about(("cat",)) == "“cat”; any other word is a guess from its vector."


def test_a_label_is_called_by_its_name_in_what_is_said_and_by_its_word_in_specs(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    folder = publish_tiny(tmp_path / "checkpoints" / "tiny")
    studio, spec = Studio(device="cpu"), Spec("tiny", "dress", Seeded(0, 1))
    before = studio.render(spec)
    assert "display_names" not in json.loads((folder / "config.json").read_text())
    assert main(["name-labels", "tiny", "dress=Frock", "coat=coat"]) == 0
    assert capsys.readouterr().out == "dress: Frock\n"
    assert json.loads((folder / "config.json").read_text())["display_names"] == {"dress": "Frock"}
    after = studio.render(spec)
    assert (after.tiles == before.tiles).all() and after.table == before.table and after.spec == before.spec
    assert after.name_of("dress") == "Frock" and after.name_of("coat") == "coat"
    assert main(["sample", "dress", "--checkpoint", "tiny", "-n", "1", "-o", str(tmp_path / "a.png")]) == 0
    assert "nearest label Frock (1.00)" in capsys.readouterr().out
    set_display_names(folder, {"dress": "dress"})
    assert "display_names" not in json.loads((folder / "config.json").read_text())


@pytest.mark.parametrize(
    "names", [{"hat": "Hat"}, {"dress": ""}, {"dress": "a\x1bb"}, {"dress": "x" * 101}, {"dress": "coat"}, {"dress": 7}]
)
def test_names_that_no_label_can_have_are_refused(tmp_path, names):
    folder = publish_tiny(tmp_path / "tiny")
    before = (folder / "config.json").read_bytes()
    with pytest.raises(CheckpointError):
        set_display_names(folder, names)
    assert (folder / "config.json").read_bytes() == before
    (folder / "config.json").write_text(json.dumps(json.loads(before) | {"display_names": names}))
    with pytest.raises(CheckpointError, match="cannot be opened"):
        describe(folder)
    (folder / "config.json").write_text(json.dumps(json.loads(before) | {"display_names": ["dress"]}))
    with pytest.raises(CheckpointError, match="no table"):
        describe(folder)


def test_the_command_refuses_what_is_no_name(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "tiny")
    assert main(["name-labels", "tiny", "dress"]) == 2 and "LABEL=NAME" in capsys.readouterr().err
    assert main(["name-labels", "tiny", "hat=Hat"]) == 2 and "no label 'hat'" in capsys.readouterr().err
    assert main(["name-labels", "hf:a/b", "hat=Hat"]) == 2
    assert main(["name-labels", "tiny"]) == 0
