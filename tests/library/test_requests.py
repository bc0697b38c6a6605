"""The Library tab and the hearts, as a stranger may ask them; read-only apps keep nothing."""

import asyncio
import base64
import io
import zipfile

import pytest
from app_requests import TAB, answering_for
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer.app.library.tab import LibraryTab
from explorer.app.recipes.recipes import Recipes
from explorer.app.shared.kept import KeptPictures
from explorer.explore import Library, Seeded, Spec
from explorer.explore.library.library import PICTURE
from explorer.explore.render.png import encode


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_tiny(home / "checkpoints" / "tiny")
    return home


@pytest.fixture
def app(published, tmp_path, monkeypatch):
    """(the tab, the hearts) of an app with a library of its own."""
    (tmp_path / "checkpoints").symlink_to(published / "checkpoints")
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    answering = answering_for("tiny")
    kept = KeptPictures(answering)
    return LibraryTab(answering, kept), Recipes(answering, kept)


def png(word="boots", seed=0, checkpoint="tiny", **fields) -> str:
    spec = Spec(checkpoint, word, Seeded(seed), **fields)
    return base64.b64encode(encode(Image.new("L", (8, 8), seed), [spec])).decode()


def ask(function, **fields) -> dict:
    return asyncio.run(function({"tab": TAB, **fields}))


def refused_in_a_sentence(reply: dict) -> None:
    assert reply["ok"] is False
    assert reply["kind"] == "wrong"
    assert 10 < len(reply["message"]) < 300


def test_a_heart_keeps_and_takes_back(app):
    tab, hearts = app
    number = ask(hearts.keep, picture=png())["id"]
    listed = ask(tab.list)
    assert [entry["id"] for entry in listed["entries"]] == [number]
    assert base64.b64decode(listed["entries"][0]["thumbnail"]).startswith(b"\x89PNG")
    assert ask(hearts.forget, ids=[number])["ids"] == [number]
    assert ask(tab.list)["total"] == 0
    assert ask(tab.list, trash=True)["total"] == 1
    assert ask(hearts.restore, ids=[number])["ids"] == [number]
    assert ask(tab.list, search="boots", kind="picture", tags=[])["count"] == 1


def test_an_entry_opens_where_its_generator_is_known(app, published):
    tab, hearts = app
    here = ask(hearts.keep, picture=png())["id"]
    by_path = ask(hearts.keep, picture=png(seed=1, checkpoint=str(published / "elsewhere")))["id"]
    (recipe,) = ask(tab.entry, id=here)["recipes"]
    assert recipe["address"] == "w=boots&s=0&n=16&wt=0&c=tiny"
    (recipe,) = ask(tab.entry, id=by_path)["recipes"]
    assert recipe["address"] is None
    assert str(published) not in recipe["generator"]


def test_tags_and_notes_are_changed_and_exported(app):
    tab, hearts = app
    number = ask(hearts.keep, picture=png(), title="mine")["id"]
    assert ask(tab.change, id=number, tags=["a", "b"], note="n")["tags"] == ["a", "b"]
    assert ask(tab.list)["tags"] == ["a", "b"]
    with zipfile.ZipFile(io.BytesIO(base64.b64decode(ask(tab.zip, ids=[number])["file"]))) as packed:
        assert packed.namelist() == [f"{number}-mine.png", "library.csv"]


def test_pages_of_a_long_list_follow_each_other(app):
    tab, hearts = app
    for seed in range(3):
        ask(hearts.keep, picture=png(seed=seed))
    assert len(ask(tab.list, start=2)["entries"]) == 1
    assert ask(tab.list, start=200)["entries"] == []


def test_a_dropped_file_is_read_or_known_as_anothers(app):
    _, hearts = app
    read = ask(hearts.read, picture=png("coat", 7, psi=0.5))
    assert read["recipes"][0]["address"] == "w=coat&s=7&n=16&psi=0.5&wt=0&c=tiny"
    assert ask(hearts.read, picture=base64.b64encode(b"GIF89a, or so").decode())["other"] is True


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("keep", {}),
        ("keep", {"picture": "!"}),
        ("keep", {"picture": "aGVsbG8="}),
        ("keep", {"picture": png(), "where": "/etc"}),
        ("keep", {"picture": ["x"]}),
        ("forget", {"ids": []}),
        ("forget", {"ids": ["../.."]}),
        ("forget", {"ids": [7]}),
        ("restore", {"ids": ["x"] * 1001}),
        ("read", {"picture": ""}),
        ("read", {"picture": base64.b64encode(b"\0\0\0\x20ftypisom").decode()}),
        ("list", {"search": 7}),
        ("list", {"kind": "nonsense"}),
        ("list", {"kind": []}),
        ("list", {"start": -1}),
        ("list", {"tags": "a"}),
        ("entry", {"id": "../x"}),
        ("entry", {"id": None}),
        ("entry", {"id": "20260101-000000-000000"}),
        ("change", {"id": "20260101-000000-000000", "tags": [""]}),
        ("change", {"id": "20260101-000000-000000", "note": 7}),
        ("zip", {"ids": ["20260101-000000-000000"]}),
    ],
)
def test_what_no_page_sends_is_refused_in_a_sentence(app, name, fields):
    function = next(getattr(one, name) for one in app if hasattr(one, name))
    refused_in_a_sentence(ask(function, **fields))
    refused_in_a_sentence(asyncio.run(function(None)))


def test_a_broken_entry_neither_breaks_the_list_nor_shows_a_path(app, tmp_path):
    tab, hearts = app
    good, bad = (ask(hearts.keep, picture=png(seed=seed))["id"] for seed in range(2))
    (Library().folder / bad / "entry.json").write_text("{")
    (Library().folder / good / PICTURE).unlink()
    listed = ask(tab.list)
    assert [entry["id"] for entry in listed["entries"]] == [good]
    assert bad in listed["left_out"][0]
    opened = ask(tab.entry, id=good)
    refused_in_a_sentence(opened)
    assert str(tmp_path) not in opened["message"] + listed["left_out"][0]


def test_an_app_that_is_opened_to_be_looked_at_keeps_nothing(app, tmp_path):
    answering = answering_for("tiny", read_only=True)
    kept = KeptPictures(answering)
    tab, hearts = LibraryTab(answering, kept), Recipes(answering, kept)
    Library().keep(base64.b64decode(png()))
    for reply in (ask(tab.list), ask(hearts.keep, picture=png(seed=1)), ask(hearts.forget, ids=["x"])):
        assert "read-only" in reply["message"]
    assert len(Library()) == 1
    assert ask(hearts.read, picture=png())["recipes"]  # it only looks
