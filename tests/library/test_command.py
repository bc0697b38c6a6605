"""`gan-explorer library`, and the same library from a notebook."""

import io
import json
import zipfile

import pytest
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer import Explorer
from explorer.cli import main
from explorer.explore import Library, Seeded, Spec
from explorer.explore.render.png import encode


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def png(path, word="boots", seed=0):
    path.write_bytes(encode(Image.new("L", (8, 8), seed), [Spec(condition=word, latents=Seeded(seed))]))
    return str(path)


def run(capsys, *words) -> str:
    assert main(["library", *words]) == 0
    return capsys.readouterr().out


def test_a_png_is_added_seen_changed_deleted_and_brought_back(home, capsys):
    number = run(capsys, "add", png(home / "a.png"), "--tag", "nice").split()[0]
    (entry,) = json.loads(run(capsys, "list", "--json"))
    assert (entry["id"], entry["word"], entry["tags"]) == (number, "boots", ["nice"])
    run(capsys, "tag", number[-6:], "--tag", "odd", "--remove", "NICE")
    run(capsys, "note", number, "the best heel")
    assert "the best heel" in run(capsys)
    assert json.loads(run(capsys, "list", "heel", "--tag", "odd", "--json"))
    assert "Nothing of that kind" in run(capsys, "list", "sandals")
    shown = run(capsys, "show", number)
    assert "?w=boots&s=0&n=16&wt=0&c=fashion-words" in shown
    assert run(capsys, "open", number, "--no-browser").startswith("http://127.0.0.1:7860/?w=boots&s=0")
    run(capsys, "delete", number)
    assert json.loads(run(capsys, "list", "--json")) == []
    assert number in run(capsys, "list", "--trash")
    run(capsys, "restore", number[-6:])
    assert len(Library()) == 1


def test_an_export_is_what_the_list_shows(home, capsys):
    run(capsys, "add", png(home / "a.png"), png(home / "b.png", "coat", 1))
    run(capsys, "export", "coat", "-o", str(home / "coats.zip"))
    with zipfile.ZipFile(home / "coats.zip") as packed:
        assert sorted(name.rpartition("-")[2] for name in packed.namelist()) == ["coat.png", "library.csv"]


@pytest.mark.parametrize(
    "line",
    [
        "add nowhere.png",
        "add plain.png",
        "show 123456",
        "show ..",
        "tag ffffff",
        "delete x",
        "export",
        "export -o there.zip",
        "export -o there.png",
        "list --kind nonsense",
        "open x --app javascript:alert(1)",
    ],
)
def test_misuse_is_one_sentence(home, line, capsys, monkeypatch):
    monkeypatch.chdir(home)
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, "PNG")
    (home / "plain.png").write_bytes(file.getvalue())
    assert main(["library", *line.split()]) == 2
    error = capsys.readouterr().err
    assert error.startswith("gan-explorer: ")
    assert error.count("\n") == 1
    assert not (home / "there.zip").exists()


def test_a_notebook_keeps_what_it_drew(home):
    publish_tiny(home / "checkpoints" / "tiny")
    ex = Explorer("tiny")
    drawing = ex("dress", n=4)
    kept = ex.keep(drawing, tags=["mine"], note="first")
    assert (kept.kind, kept.word, kept.tags) == ("picture", "dress", ("mine",))
    assert ex.library().contents(kept.id).specs == (drawing.spec,)
    assert ex.keep(ex.walk("dress", "coat", n=1, frames=6)).kind == "walk"
    assert ex.keep(ex.arithmetic("dress + coat", n=2)).kind == "sheet"
    assert ex.keep(ex.grid(("psi", [0, 1]), condition="coat")).word == "coat"
    assert [entry.word for entry in ex.library().entries("mine")] == ["dress"]
