"""BibTeX of the program, of checkpoints and of what they rest on."""

import re

from tiny_checkpoint import publish_tiny

from explorer import checkpoint as checkpoints
from explorer.checkpoint.space import space_of
from explorer.cli import main
from explorer.export.citing import bibtex


def entries_of(text):
    """{key: (kind, fields)}; fails on what BibTeX could not read: unbalanced braces, a key twice."""
    found = {}
    for kind, key, body in re.findall(r"^@(\w+)\{([A-Za-z0-9-]+),\n((?:  .*\n)*)\}$", text, re.MULTILINE):
        assert key not in found and body.replace("\\{", "").count("{") == body.replace("\\}", "").count("}")
        found[key] = (kind, dict(re.findall(r"^  (\w+) = \{(.*)\},$", body, re.MULTILINE)))
    assert len(found) == text.count("\n@") + 1
    return found


def test_shipped_checkpoints_cite_their_data(capsys):
    assert main(["cite"]) == 0
    assert list(entries_of(capsys.readouterr().out)) == ["gan-explorer"]
    assert main(["cite", "fashion-words"]) == 0
    found = entries_of(capsys.readouterr().out)
    assert list(found) == ["gan-explorer", "fashion-words", "fashion-mnist", "glove", "minilm"]
    assert found["fashion-mnist"][1]["author"] == "Xiao, Han and Rasul, Kashif and Vollgraf, Roland"
    assert "ten kinds of clothing" in found["fashion-words"][1]["note"]
    assert main(["cite", "fashion-word2vec"]) == 0
    assert "glove" not in entries_of(capsys.readouterr().out)
    assert main(["cite", "emoji-words"]) == 0
    assert entries_of(capsys.readouterr().out)["emoji-styles"][1]["author"].startswith("{Noto Emoji (Google), FxEmoji")


def test_text_of_others_is_no_command(tmp_path):
    opened = checkpoints.load(publish_tiny(tmp_path / "mine", data="50%_of} \\input{/etc/passwd} & $x$ + digits"))
    text = bibtex(opened, space_of(opened))
    assert "\\input" not in text and "Alpaydin, Ethem" in text and "50\\%\\_of\\} input\\{" in text
    assert entries_of(text)["digits"]


def test_what_is_not_there_is_said(capsys):
    assert main(["cite", "nothing-there"]) == 2
    assert "There is no checkpoint" in capsys.readouterr().err
