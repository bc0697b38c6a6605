"""`gan-explorer words`, as typed."""

import json
import zipfile
from pathlib import Path

import pytest
import typer
from tiny_checkpoint import LABELS, publish_tiny

from explorer import cli
from explorer.cli import words
from explorer.data.sources.mnist import SOURCES
from explorer.words import open_space
from explorer.words.format import FILE_NAME, write_space


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs the command line with only `words` on it; gives (status, stdout, stderr)."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    app = typer.Typer()
    app.callback()(lambda: None)
    words.register(app)
    monkeypatch.setattr(cli, "app", app)

    def command(*arguments):
        status = cli.main(["words", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def test_neighbours(run):
    status, out, _ = run("neighbours", "jeans", "-n", "3")
    lines = out.splitlines()
    assert status == 0
    assert len(lines) == 3
    assert all("█" in line for line in lines)
    assert "jeans" not in [line.split()[0] for line in lines]


def test_neighbours_as_json(run):
    status, out, _ = run("neighbours", "hand bag", "-n", "4", "--json")
    found = json.loads(out)
    assert status == 0
    assert found["expression"] == "hand bag"
    assert len(found["table"]) == 4
    assert found["hints"] == ["“hand bag” is read as the one word handbag."]


def test_similar_to_words_is_sorted(run):
    status, out, _ = run("similar", "slipper", "--to", "war, sandals, red boots")
    assert status == 0
    assert [line.split("  ")[0] for line in out.splitlines()] == ["sandals", "red boots", "war"]


def test_similar_to_the_labels_of_the_shipped_checkpoint(run):
    status, out, _ = run("similar", "jeans", "--json")
    found = json.loads(out)
    assert status == 0
    assert len(found["table"]) == 10
    assert found["table"][0]["word"] == "trousers"
    assert found["familiarity"].startswith("Near the training words")


def test_similar_hears_with_the_checkpoints_own_word_space(run, tmp_path):
    checkpoints = tmp_path / "home" / "checkpoints"
    vectors = [open_space().vector(word) for word in (*LABELS, "jeans")]
    write_space(tmp_path / "home" / "words" / "mine" / FILE_NAME, "mine", (*LABELS, "sliper"), vectors, {})
    config = json.loads((publish_tiny(checkpoints / "own") / "config.json").read_text())
    config["words"] = {"space": "mine", "hash": open_space("mine").hash}
    (checkpoints / "own" / "config.json").write_text(json.dumps(config))
    for to in ("labels", "coat, bag"):
        status, out, _ = run("similar", "sliper", "--checkpoint", "own", "--to", to, "--json")
        found = json.loads(out)
        assert (status, found["space"]) == (0, "mine")
        assert {row["word"] for row in found["table"]} == (set(LABELS) if to == "labels" else {"coat", "bag"})
    status, _, err = run("similar", "sliper", "--checkpoint", "own", "--space", "glove-minilm-100d")
    assert status == 2 and "slipper" in err
    publish_tiny(checkpoints / "old", space_hash="f" * 64)
    status, out, err = run("similar", "jeans", "--checkpoint", "old")
    assert (status, out) == (2, "") and "another version of the word space glove-minilm-100d" in err


def test_an_import_replaces_a_space_only_where_it_is_told_to(run, tmp_path):
    file = tmp_path / "v.txt"
    file.write_text("2 2\ncoat 1 0\nbag 0 1\n")
    assert run("import", str(file), "--name", "mine")[0] == 0
    file.write_text("2 2\nhat 1 0\nsock 0 1\n")
    status, out, err = run("import", str(file), "--name", "mine")
    assert (status, out) == (2, "") and err.startswith("gan-explorer: You have a word space mine already; give the new")
    assert "coat" in open_space("mine")
    assert run("import", str(file), "--name", "mine", "--replace")[0] == 0
    assert "hat" in open_space("mine") and "coat" not in open_space("mine")


def test_import_and_ask_the_import(run, tmp_path):
    (tmp_path / "v.txt").write_text("3 2\ncoat 1 0\nbag 0 1\n[bold]x[/bold] 1 1\n")
    status, out, _ = run("import", str(tmp_path / "v.txt"), "--name", "mine")
    assert status == 0
    assert "mine: 3 words of 2 numbers" in out
    status, out, _ = run("neighbours", "coat", "--space", "mine")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["[bold]x[/bold]", "bag"]
    status, out, _ = run("import", str(tmp_path / "v.txt"), "-o", str(tmp_path / "x.words"), "--limit", "1", "--json")
    assert json.loads(out)["words"] == 1
    assert (tmp_path / "x.words").exists()


def test_import_of_what_has_to_be_chosen(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "glove.zip", "w") as archive:
        archive.writestr("glove.2d.txt", "/c/en/coat 1 0\n/c/de/mantel 0 1\n")
        archive.writestr("glove.3d.txt", "coat 1 0 0\nbag 0 1 0\n")
    status, out, err = run("import", str(tmp_path / "glove.zip"))
    assert (status, out) == (2, "") and "glove.2d.txt (2), glove.3d.txt (3)" in err and err.count("\n") == 1
    status, out, _ = run("import", str(tmp_path / "glove.zip"), "--dim", "2", "--language", "de", "--name", "mine")
    lines = out.splitlines()
    assert status == 0 and len(lines) == 3
    assert "1 of other languages was left out: en (1)" in lines[1]
    assert lines[2].startswith("mine: 1 words of 2 numbers, in ")


def test_eval_agrees_with_gensim(run, tmp_path):
    from gensim.test.utils import datapath

    glove = open_space()
    names = set()
    for name in ("wordsim353.tsv", "simlex999.txt"):
        names |= set(Path(datapath(name)).read_text().lower().split())
    names |= {"athens", "greece", "baghdad", "iraq"}
    kept = [word for word in glove.words if word in names]
    write_space(tmp_path / "few.words", "few", kept, glove.matrix[[glove.rank(word) for word in kept]], {})
    status, out, _ = run("eval", str(tmp_path / "few.words"), "--json")
    (found,) = json.loads(out)
    keyed = open_space(tmp_path / "few.words").keyed_vectors()
    assert status == 0
    assert found["wordsim"] == pytest.approx(keyed.evaluate_word_pairs(datapath("wordsim353.tsv"))[1][0])
    assert found["simlex"] == pytest.approx(keyed.evaluate_word_pairs(datapath("simlex999.txt"))[1][0])
    assert 0.68 < found["wordsim"] < 0.71
    assert 0.36 < found["simlex"] < 0.39
    assert found["simlex_known"] == pytest.approx(1, abs=0.01)
    assert 0 < found["analogies_known"] < 0.01
    assert 0 <= found["analogies"] <= 1
    status, out, _ = run("eval", str(tmp_path / "few.words"), str(tmp_path / "few.words"))
    assert out.count(f"{found['wordsim']:.3f}") == out.count(f"{found['megabytes']:.2f}") == 2
    assert found["megabytes"] == (tmp_path / "few.words").stat().st_size / 1e6


def test_eval_asks_for_the_nearest_label(run, tmp_path):
    glove = open_space("glove-minilm-100d")
    known = (*SOURCES["fashion-mnist"].words, "jeans", "handbag", "tulip")
    write_space(tmp_path / "few.words", "few", known, [glove.vector(word) for word in known], {})
    (found,) = json.loads(run("eval", str(tmp_path / "few.words"), "--json")[1])
    tune = found["nearest_label"]["tune"]
    assert tune["share"] == tune["known"] == pytest.approx(2 / 38)
    assert "jeans" not in tune["unknown"] and "blouse" in tune["unknown"]
    assert found["nearest_label"]["test"]["share"] == 0
    assert "0.053 (5%)" in run("eval", str(tmp_path / "few.words"))[1]


def test_a_space_that_knows_none_of_the_words_gets_dashes(run, tmp_path):
    (tmp_path / "v.txt").write_text("3 2\nqqx 1 0\nqqy 0 1\nqqz 1 1\n")
    run("import", str(tmp_path / "v.txt"), "-o", str(tmp_path / "x.words"))
    status, out, _ = run("eval", str(tmp_path / "x.words"), "--json")
    (found,) = json.loads(out)
    assert status == 0
    assert found["wordsim"] is found["simlex"] is found["analogies"] is found["nearest_label"] is None
    assert run("eval", str(tmp_path / "x.words"))[1].splitlines()[-2].split()[3:8] == ["-"] * 5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("neighbours", "sliper"), "slipper"),
        (("neighbours", "coat +"), "text ends"),
        (("neighbours", "coat", "-n", "0"), "-n must"),
        (("neighbours", "coat", "--space", "nothing"), "There is no word space"),
        (("similar", "coat", "--to", " , "), "--to needs words"),
        (("similar", "coat", "--to", "bag, sliper"), "slipper"),
        (("eval", "nothing"), "There is no word space"),
        (("import", "/nothing/at/all.kv"), "No such file"),
        (("import", __file__), "neither"),
    ],
)
def test_misuse_is_status_2_and_one_sentence(run, arguments, says):
    status, out, err = run(*arguments)
    assert status == 2
    assert out == ""
    assert says in err
    assert err.startswith("gan-explorer: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["neighbours", "similar", "eval", "import"])
def test_help_has_an_example(run, command):
    status, out, _ = run(command, "--help")
    assert status == 0
    assert f"Example: gan-explorer words {command}" in " ".join(out.split())
