"""The command as a whole: help with an example everywhere, misuse in one sentence, status 2."""

import pytest

from explorer.cli import app, main


def commands() -> list[list[str]]:
    """Every command and sub-command, as typed."""
    from typer.main import get_command

    def walk(command, words):
        yield words
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(child, [*words, name])

    return list(walk(get_command(app), []))


def test_the_commands_of_the_readme_are_there():
    names = {" ".join(words) for words in commands()}
    assert {"app", "sample", "train", "publish", "checkpoints", "words similar", "bench render", "bench live"} <= names


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(words, capsys):
    assert main([*words, "--help"]) == 0
    help_text = capsys.readouterr().out
    assert words in (["words"], ["bench"]) or "Example: gan-explorer" in help_text


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "sample",
        "sample slipper --nope",
        "sample slipper -n many",
        "sample slipper --checkpoint nobody-made-this",
        "train",
        "train nowhere-at-all --run runs/x",
        "train digits --run runs/x --space no-such-space",
        "train digits --run runs/x --kimg 0",
        "publish nowhere-at-all somewhere",
        "words neighbours qwertyuiopx",
        "words import nowhere.kv",
        "app --port 99999",
        "app --host 0.0.0.0",
        "app --auth nobody",
        "data nowhere-at-all",
        "data digits --space no-such-space",
    ],
)
def test_misuse_is_one_sentence_and_status_2(line, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(line.split()) == 2
    error = capsys.readouterr().err
    assert error.startswith("gan-explorer: ") and error.count("\n") == 1 and "Traceback" not in error
    assert list(tmp_path.iterdir()) == []  # and nothing was made


def run(line: str) -> int:
    return main(line.split())


@pytest.mark.slow
def test_train_publish_and_draw(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    train = "train digits --run runs/tiny --kimg 0.1 --size 4 --set batch=32 --preview ten"
    assert run(train) == 0
    out = capsys.readouterr().out
    assert "seven" in out and "digits: 1,500 pictures" in out
    assert run(train) == 0  # the same command again: nothing left to do
    assert run("publish runs/tiny shelf/first --word ten --word hundred") == 0
    card = (tmp_path / "shelf/first/README.md").read_text()
    assert "| hundred |" in card and "| pictures | 1500 |" in card and str(tmp_path) not in card
    assert {p.name for p in (tmp_path / "shelf/first").iterdir()} >= {"preview.png", "words.png", "config.json"}
    assert run("sample eleven -n 4 --checkpoint shelf/first -o grid.png") == 0
    assert (tmp_path / "grid.png").is_file()
