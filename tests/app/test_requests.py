"""Requests as a stranger may send them, and the names under which checkpoints are offered."""

import asyncio
import base64
import dataclasses
import json
import math
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from app_requests import TAB, answering_for, refused_in_a_sentence
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer.app import OPENING
from explorer.app.explore.tab import ExploreTab
from explorer.app.header.header import Header, psi_bounds
from explorer.app.shared.answering import Answering, LazyStudio
from explorer.app.shared.catalog import Catalog
from explorer.app.shared.replies import about_reply
from explorer.app.shared.request import RequestError, read_request
from explorer.app.shared.worker import RenderWorker
from explorer.checkpoint import CheckpointError, describe, find
from explorer.checkpoint.examples import examples
from explorer.errors import ExplorerError
from explorer.explore import Mixed, Seeded, Spec, Studio
from explorer.explore.render import studio
from explorer.explore.render.png import spec_from_png
from explorer.words import open_space

SOURCES = {"fashion-words": "fashion-words", "mine": "/home/somebody/run"}


def read(**fields):
    return read_request({"tab": TAB, "w": "coat", **fields}, SOURCES.get, "fashion-words")


def test_a_request_becomes_a_spec():
    assert read().spec == Spec(condition="coat", latents=Seeded(0, 16))
    whole = read(s="9223372036854775807", n=64, psi=0.5, mode="resample", j=0.25, b=1, c="mine", save=True)
    assert whole.spec == Spec("/home/somebody/run", "coat", Seeded(2**63 - 1, 64), 0.5, "resample", 0.25, 1.0)
    assert (whole.tab, whole.name, whole.save) == (TAB, "mine", "sheet")
    assert read(z=["7.3", "0.255"]).spec.latents == Mixed((((1.0, 7, 3),), ((1.0, 0, 255),)))


@pytest.mark.parametrize(
    "fields",
    [
        {"tab": None},
        {"tab": "../x"},
        {"tab": TAB + "\n"},
        {"w": None},
        {"w": ["coat"]},
        {"w": "x" * 201},
        {"w": "\ud800"},
        {"w": "coat\0"},
        {"s": 7},
        {"save": "exe"},
        {"save": {}},
        {"save": 8},
        {"s": "-1"},
        {"s": "٣"},
        {"s": "9" * 19},
        {"s": "1e5"},
        {"n": 256},
        {"n": True},
        {"n": "16"},
        {"n": [16]},
        {"psi": "1"},
        {"psi": math.nan},
        {"psi": math.inf},
        {"psi": -0.1},
        {"psi": 1.51},
        {"psi": 10**400},
        {"psi": True},
        {"psi": 0.01, "mode": "resample"},
        {"mode": "quick"},
        {"mode": {}},
        {"j": 1.01},
        {"b": -1},
        {"c": "/home/somebody/run"},
        {"c": "../checkpoints/fashion-words"},
        {"c": "hf:owner/name"},
        {"c": ["mine"]},
        {"z": []},
        {"z": "7.3"},
        {"z": ["7"]},
        {"z": ["7.-3"]},
        {"z": [[7, 3]]},
        {"z": ["99999999999999999999.1"]},
        {"z": ["7.3"] * 65},
        {"condition": [1.0] * 100},
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_a_sentence(fields):
    refused_in_a_sentence(read, **fields)


@pytest.mark.parametrize("raw", [None, [], "coat", 7, {"w": "coat"}, [["tab", TAB]]])
def test_what_is_no_request_at_all_is_refused(raw):
    with pytest.raises(RequestError):
        read_request(raw, SOURCES.get, "fashion-words")


def test_a_checkpoint_given_by_its_folder_is_offered_by_name_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "other")
    folder = publish_tiny(tmp_path / "runs" / "mine" / "checkpoint")
    catalog = Catalog(str(folder.parent))
    assert catalog.default == "mine"
    assert catalog.source("mine") == str(folder)
    assert catalog.source("other") == "other"
    assert next(iter(catalog.entries())) == "mine"
    assert str(tmp_path) not in str([entry.reply() for entry in catalog.entries().values()])


def test_a_checkpoint_made_after_the_app_started_is_found_on_request(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    monkeypatch.setattr("explorer.app.shared.catalog.FRESH", 0.0)
    catalog = Catalog("fashion-words")
    assert catalog.source("fashion-words") == "fashion-words" and catalog.source("new") is None
    publish_tiny(tmp_path / "checkpoints" / "new")
    request = read_request({"tab": TAB, "w": "coat", "c": "new"}, catalog.source, catalog.default)
    assert (request.name, request.spec.checkpoint) == ("new", "new")


def test_a_broken_checkpoint_says_what_is_wrong_with_it(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    broken = publish_tiny(tmp_path / "checkpoints" / "broken")
    (broken / "config.json").write_text("{}")
    assert "broken cannot be opened" in answer(Catalog("fashion-words"), c="broken")
    with pytest.raises(CheckpointError, match="not one of ours"):
        Catalog("broken")


def test_names_asked_for_in_vain_do_not_keep_the_disk_busy(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    catalog, listings = Catalog("fashion-words"), []
    monkeypatch.setattr("explorer.checkpoint.list_checkpoints", lambda: listings.append(1) or [])
    monkeypatch.setattr("explorer.app.shared.catalog.FRESH", 3600.0)
    assert [catalog.source(f"nothing{number}") for number in range(50)] == [None] * 50
    assert len(listings) == 1


def answer(catalog: Catalog, **fields) -> str:
    """What a page is answered, as text."""
    tab = ExploreTab(Answering(catalog, RenderWorker(), LazyStudio("cpu")))
    return str(asyncio.run(tab.draw({"tab": TAB, "w": "coat", **fields}))) + str(Header(catalog).menu())


def test_what_is_wrong_with_a_place_is_explained_without_it(tmp_path, monkeypatch):
    """A relative start, truncated weights, a broken word space, a checkpoint that goes away."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    folder = publish_tiny(tmp_path / "work" / "runs" / ("a-name-that-is-long-" * 5) / "checkpoint")
    name = folder.parent.name
    catalog = Catalog(f"runs/{name}")
    assert "'ok': True" in answer(catalog)

    space = tmp_path / "home" / "words" / "mine" / "space.words"
    space.parent.mkdir(parents=True)
    space.write_bytes(open_space("glove-minilm-100d").path.read_bytes()[:5000])
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"words": {"space": "mine", "hash": "0" * 64}}))
    replies = [answer(catalog)]
    assert "mine/space.words is cut short" in replies[-1]

    weights = folder / "generator.safetensors"
    weights.write_bytes(weights.read_bytes()[:2000])
    replies.append(answer(catalog))
    assert f"The weights {name}/generator.safetensors cannot be used" in replies[-1]

    shutil.rmtree(folder)
    replies.append(answer(catalog))
    assert "There is no checkpoint" in replies[-1]
    assert all("'ok': False" in text for text in replies)
    assert not any(part in text for text in replies for part in (str(tmp_path), "runs/", "work/"))


def test_a_sentence_that_speaks_of_no_place_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    sentence = "“a/home/b” and /etc/passwd are read as words; write hf:owner/name, or boots - leather."
    assert Catalog("fashion-words").without_paths(sentence) == sentence


def test_a_broken_checkpoint_is_listed_with_its_sentence_and_not_offered(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    (tmp_path / "checkpoints" / "broken").mkdir(parents=True)
    (tmp_path / "checkpoints" / "broken" / "config.json").write_text("{}")
    catalog = Catalog("fashion-words")
    with pytest.raises(ExplorerError, match="not one of ours"):
        catalog.source("broken")
    entry = catalog.entries()["broken"].reply()
    assert entry["error"] and str(tmp_path) not in entry["error"]


def test_a_checkpoint_that_is_not_there_is_refused_at_once():
    with pytest.raises(ExplorerError, match="no checkpoint"):
        Catalog("nowhere-to-be-found")


def test_examples_suit_the_labels():
    assert "slipper" in examples(("boots", "coat"))
    opening = describe(find(OPENING)).labels  # what the app opens with
    assert examples(opening)[0] in opening and examples(opening)[1] not in opening
    assert examples(("zero", "one")) == ["zero", "0.5*zero + 0.5*one", "one"]
    assert examples(("cat",)) == ["cat"]
    emoji = ("cat", "volcano", "pizza", "rocket", "dragon", "guitar", "boots", "coat", "tree", "house")
    assert examples(emoji)[0] == "rocket" and "slipper" not in examples(emoji)
    assert examples(()) == []


def test_psi_bounds_have_a_row_for_each_step_of_the_slider():
    rows = psi_bounds()
    assert len(rows) == 151
    assert rows[0] == [0.0, 0.0]
    t, mass = rows[50]  # the truncated normal's variance: 1 - 2 t phi(t) / mass
    assert 1 - 2 * t * math.exp(-t * t / 2) / math.sqrt(2 * math.pi) / mass == pytest.approx(0.25, abs=1e-4)
    bounds = [row[0] for row in rows[:100]]
    assert bounds == sorted(bounds)
    assert rows[100:] == [[None, 1.0]] * 51


def test_what_a_judge_sees_is_shown_though_it_be_far_down_the_table(tmp_path, monkeypatch):
    """Of a generator with more labels than a page shows, the judge's first three are shown too."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    drawn = Studio(device="cpu").render(Spec(checkpoint=str(publish_tiny(tmp_path / "tiny")), condition="coat"))
    assert [row[0] for row in about_reply(drawn)["table"]] == [label for label, _ in drawn.table]
    assert {row[2] for row in about_reply(drawn)["table"]} == {None} and about_reply(drawn)["seen"] == []
    table = tuple((f"label{number}", 1 - number / 40) for number in range(40))
    reading = (("label30", 0.5), ("label2", 0.25), ("label39", 0.25), *((label, 0.0) for label, _ in table[3:30]))
    condition = dataclasses.replace(drawn.condition)
    vars(condition)["table"] = table
    shown = about_reply(dataclasses.replace(drawn, condition=condition, reading=reading))
    assert [row[0] for row in shown["table"]] == [f"label{number}" for number in (*range(12), 30, 39)]
    assert shown["table"][2][2] == 0.25 and shown["table"][-2][2] == 0.5 and shown["labels"] == 40
    assert [label for label, _ in shown["seen"]] == ["label30", "label2", "label39"]


def test_a_picture_comes_as_its_pixels_and_what_is_said_of_it_after_them(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "tiny")
    publish_tiny_judge(tmp_path / "judges" / "tiny", LABELS, sees="bag")
    drawn, looks = studio.draw_tiles, []
    monkeypatch.setattr(studio, "draw_tiles", lambda *args: looks.append(1) or drawn(*args))
    tab = ExploreTab(Answering(Catalog("tiny"), RenderWorker(), LazyStudio("cpu")))
    request = {"tab": TAB, "w": "coat", "c": "tiny"}
    reply = asyncio.run(tab.draw(request))
    picture = Studio(device="cpu").render(Spec("tiny", "coat"))
    assert base64.b64decode(reply["pixels"]) == picture.composite.tobytes() and reply["channels"] == 1
    assert not {"png", "table", "seen"} & set(reply)
    looks.clear()
    about = asyncio.run(tab.about(request | {"tab": f"{TAB}.about"}))
    assert about["seen"][0] == ["bag", 1.0] and about["table"][0][0] == "coat" and about["nearest"]
    assert not looks, "it is of the picture that was drawn"
    other = request | {"tab": f"{TAB}.about", "w": "boots"}
    assert asyncio.run(tab.about(other)) == {"ok": False, "kind": "stale"} and not looks, "it shows the coat"
    fresh = asyncio.run(tab.about(other | {"tab": f"{TAB[::-1]}.about"}))
    assert fresh["table"][0][0] == "boots" and looks, "of a page whose picture is no longer remembered"
    saved = asyncio.run(tab.draw(request | {"tab": f"{TAB}.save", "save": True}))
    assert spec_from_png(base64.b64decode(saved["png"])) == picture.spec and "pixels" not in saved


def test_an_answer_is_of_one_checkpoint_though_a_training_publishes_in_between(tmp_path, monkeypatch):
    """The folder is replaced at the moment at which it was first looked up; all that follows is of what was there."""
    folder = publish_tiny(tmp_path / "mine")
    answering = answering_for(folder)
    find, looked_up = studio.checkpoints.find, []

    def found(name):
        looked_up.append(name)
        return find(name)

    def draw():
        return asyncio.run(ExploreTab(answering).draw({"tab": TAB, "w": "boots"}))

    before = draw()
    monkeypatch.setattr(studio.checkpoints, "find", found)
    tiles, draw_tiles = [], studio.draw_tiles

    def drawn_while_another_is_published(*args):
        tiles.append(draw_tiles(*args))
        publish_tiny(folder, seed=1, family="acgan")
        return tiles[-1]

    monkeypatch.setattr(studio, "draw_tiles", drawn_while_another_is_published)
    during = draw()
    assert (during["pixels"], during["conditioning"], looked_up) == (before["pixels"], "word", [str(folder)])
    monkeypatch.setattr(studio, "draw_tiles", draw_tiles)
    assert draw()["conditioning"] == "label" and len(looked_up) == 2


def test_a_pinned_name_keeps_its_meaning_in_one_thread_alone(tmp_path):
    folder, here = publish_tiny(tmp_path / "mine"), Studio(device="cpu")
    with here.pinned():
        first = here.checkpoint(folder)
        publish_tiny(folder, seed=1)
        with here.pinned():
            assert here.checkpoint(str(folder)) is first
        assert here.checkpoint(folder) is first
        with ThreadPoolExecutor(1) as other:
            assert other.submit(here.checkpoint, folder).result() is not first
    assert here.checkpoint(folder) is not first
