"""Requests of the Train tab as a stranger may send them, and what it shows of run folders that a stranger wrote."""

import asyncio
import base64
import json
import math
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from app_requests import TAB, answering_for, refused_in_a_sentence
from hostile_home import HOSTILE
from run_folder import GONE, queue_entry, write_run
from tiny_checkpoint import publish_tiny

from explorer.app.explore.tab import ExploreTab
from explorer.app.shared.catalog import Catalog
from explorer.app.train import replies as train_replies
from explorer.app.train import settings as train_settings
from explorer.app.train.request import WatchRequest, read_action, read_name, read_pictures, read_training, read_watch
from explorer.app.train.tab import TrainTab
from explorer.errors import ExplorerError
from explorer.machine import process_started
from explorer.places import DEFAULT_SPACE
from explorer.words import UnknownWord

DIGITS = {"tab": TAB, "source": "digits", "space": DEFAULT_SPACE, "preset": "tiny"}
FINISHED = {"state": "finished", "kimg": 2.016, "pid": 1, "device": "cpu"}


def training(**fields):
    return read_training({**DIGITS, **fields}, [DEFAULT_SPACE], ["cpu"])


def test_a_training_is_read():
    read = training(
        name="mine.1", device="cpu", settings={"kimg": 3, "batch": 8, "synonyms": False}, preview=["cat", "cat"]
    )
    assert (read.pictures.data, read.pictures.space, read.name, read.preset) == (
        "digits",
        DEFAULT_SPACE,
        "mine.1",
        "tiny",
    )
    assert read.settings == {"kimg": 3.0, "batch": 8, "synonyms": False} and isinstance(read.settings["kimg"], float)
    assert read.preview == ("cat",)


def test_how_ones_own_pictures_are_read(monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    (tmp_path / "uploads" / ("a" * 32) / "pets").mkdir(parents=True)
    mine = {"source": None, "upload": "a" * 32}
    plain, chosen = training(**mine).pictures, training(**mine, fit="pad", skip_broken=True).pictures
    assert (plain.fit, plain.skip_broken, chosen.fit, chosen.skip_broken) == ("crop", False, "pad", True)
    for wrong in ({"fit": "squeeze"}, {"fit": ["pad"]}, {"fit": None}, {"skip_broken": 1}, {"skip_broken": "yes"}):
        with pytest.raises(ExplorerError, match="can be made so by crop, pad, stretch"):
            training(**mine, **wrong)
    found = SimpleNamespace(name="pets", side=28, channels=1, counts={"cat": 2, "dog": 2}, styles={}, subjects=0)
    made = train_settings.config_of("tiny", {}, (), chosen.data, DEFAULT_SPACE, found, chosen.fit, chosen.skip_broken)
    assert (made.fit, made.skip_broken, made.translate_names) == ("pad", True, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"tab": "x"},
        {"tab": TAB + "\n"},
        {"source": "/etc"},
        {"source": ["digits"]},
        {"source": None},
        {"upload": "../../etc"},
        {"upload": "0" * 32},
        {"upload": 5},
        {"upload": ["0"] * 32},
        {"space": "../words"},
        {"space": ["x"]},
        {"space": None},
        {"preset": "huge"},
        {"preset": ["tiny"]},
        {"device": "cuda:7"},
        {"device": ["cpu"]},
        {"name": "../mine"},
        {"name": ".mine"},
        {"name": "mi ne"},
        {"name": "é"},
        {"name": "x" * 65},
        {"name": "mine\n"},
        {"name": 5},
        {"settings": []},
        {"settings": {"data": "/etc/passwd"}},
        {"settings": {"space": "x"}},
        {"settings": {"c_dim": 3}},
        {"settings": {"preview": ["x"]}},
        {"settings": {"__init__": 1}},
        {"settings": {"kimg": "3"}},
        {"settings": {"kimg": True}},
        {"settings": {"kimg": math.nan}},
        {"settings": {"kimg": math.inf}},
        {"settings": {"kimg": 10**400}},
        {"settings": {"kimg": -1}},
        {"settings": {"batch": 8.5}},
        {"settings": {"batch": 10**6}},
        {"settings": {"size": 257}},
        {"settings": {"threads": 10**4}},
        {"settings": {"synonyms": 1}},
        {"settings": {"family": "stylegan"}},
        {"settings": {"family": ["word"]}},
        {"settings": {"codes": [10**9]}},
        {"settings": {"norm": "layer"}},
        {"settings": {"resolution": 256}},
        {"settings": {"resolution": True}},
        {"settings": {"sheet_kimg": 1e-9}},
        {"settings": {"save_seconds": 0.001}},
        {"preview": "cat"},
        {"preview": ["cat"] * 9},
        {"preview": ["x" * 61]},
        {"preview": ["a\nb"]},
        {"preview": [""]},
        {"preview": [["cat"]]},
        {"data": "/etc"},
        {"more": 1},
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_a_sentence(fields, monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    refused_in_a_sentence(training, most=250, **fields)


@pytest.mark.parametrize("raw", [None, [], "digits", 7, {}, {"tab": None}])
def test_what_is_no_request_at_all_is_refused(raw):
    for read in (
        lambda raw: read_pictures(raw, [DEFAULT_SPACE]),
        lambda raw: read_training(raw, [], []),
        read_name,
        read_action,
    ):
        with pytest.raises(ExplorerError):
            read(raw)


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a\\b", "a\0b", "x" * 256, "\ud800", 5, None, ["x"]])
def test_an_action_names_one_folder_and_nothing_else(name):
    with pytest.raises(ExplorerError):
        read_action({"name": name, "what": "delete"})
    with pytest.raises(ExplorerError):
        read_action({"name": "mine", "what": name})


def test_what_is_watched_is_read():
    assert read_watch({}) == WatchRequest(None, -1, "", "")
    assert read_watch({"name": HOSTILE, "after": 64, "seen": "a-1", "record": "b"}) == WatchRequest(
        HOSTILE, 64, "a-1", "b"
    )
    for fields in (
        {"after": True},
        {"after": 1.5},
        {"after": -2},
        {"seen": 5},
        {"seen": "x" * 65},
        {"record": []},
        {"x": 1},
    ):
        with pytest.raises(ExplorerError):
            read_watch(fields)


def test_a_config_is_the_preset_the_family_over_it_and_what_was_turned_over_both():
    found = SimpleNamespace(
        name="letters", side=32, channels=3, counts=dict.fromkeys("abcde", 7), styles={}, subjects=0
    )

    def config(settings: dict, preview: tuple = (), preset: str = "tiny"):
        return train_settings.config_of(preset, settings, preview, "digits", DEFAULT_SPACE, found)

    made = config({"batch": 16}, ("cat",))
    assert (made.kimg, made.size, made.batch, made.resolution, made.channels) == (30.0, 16, 16, 32, 3)
    assert (made.data, made.space, made.c_dim, made.preview) == ("digits", DEFAULT_SPACE, 100, ("cat",))
    assert config({"resolution": 64}).resolution == 64
    classic = config({"family": "acgan"}, preset="standard")
    assert (classic.c_dim, classic.beta1, classic.lr, classic.kimg) == (5, 0.5, 2e-4, 400.0)
    assert config({"family": "acgan"}).lr == 2e-4 and config({}).lr == 1.2e-3  # a family knows its own pace
    made = config({"family": "infogan", "codes": (4, 1)}), config({"family": "cdcgan", "hold_out": ("b",)})
    assert [one.c_dim for one in made] == [5, 4] and made[0].codes == (4, 1) and made[1].hold_out == ("b",)
    original = config({}, preset="original")
    assert (original.family, original.batch, original.images, original.lr) == ("cdcgan", 32, 70_000 * 32, 2e-4)
    with pytest.raises(ExplorerError, match="no class 'z' to hold out"):
        config({"hold_out": ("z",)})
    with pytest.raises(UnknownWord):
        config({}, ("zqxzqx",))
    for settings in ({"kimg": 90_000.0}, {"snapshot_kimg": 0.1}):
        with pytest.raises(ExplorerError, match="keeps at most"):
            config(settings)


def test_every_setting_has_its_help_its_bounds_and_a_default_within_them():
    settings = {row["name"]: row for row in train_settings.page_settings()}
    assert all(row["help"] for row in settings.values()) and len(settings) > 20
    for row in settings.values():
        read = train_settings.read_settings({row["name"]: row["value"]})[row["name"]]
        assert (list(read) if row["kind"] == "list" else read) == row["value"]
    for family in train_settings.families().values():
        assert train_settings.read_settings(family["settings"]) == family["settings"] and family["about"]
    for preset in train_settings.presets():
        assert train_settings.read_settings(preset["settings"]) == preset["settings"] and preset["about"]


def test_a_record_is_thinned_and_what_is_no_number_left_out():
    lines = [{"images": 64 * i, "loss_d": 0.5, "loss_g": math.nan, "d_real": 10**400} for i in range(1, 5000)]
    points = train_replies.points([*lines, {"images": "x", "loss_d": 1}, {"loss_d": 1}, "torn"])
    assert 300 < len(points) <= train_replies.POINTS
    assert points[-1] == [64 * 4999, 0.5, None, None, None]
    lines = [{"images": i, "coverage": {HOSTILE: 0.8 / i, "b": 0.9}} for i in range(1, 4)]
    assert train_replies.collapsed(lines) == [] == train_replies.collapsed([{"images": 1, "coverage": {"a": math.nan}}])
    lines += [{"images": 4, "coverage": {HOSTILE: 0.1, "b": 0.9}}]
    (sentence,) = train_replies.collapsed(lines)
    assert sentence.startswith(HOSTILE) and "collapsed at" in sentence
    seen = train_replies.coverage([{"images": 8, "coverage": {"a": 0.5, "b": "x"}}, {"images": 9, "coverage": 5}])
    assert seen == [[8, {"a": 0.5, "b": None}]]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "secret-home"))
    publish_tiny(tmp_path / "secret-home" / "checkpoints" / "second")
    return tmp_path / "secret-home"


def tabs(read_only: bool = False) -> tuple[TrainTab, ExploreTab]:
    answering = answering_for("second", read_only=read_only)
    return TrainTab(answering), ExploreTab(answering)


def called(function, **fields):
    reply = function(fields)
    reply = asyncio.run(reply) if asyncio.iscoroutine(reply) else reply
    assert "secret-home" not in json.dumps(reply, allow_nan=False)
    return reply


def test_the_tab_answers_whatever_is_sent_with_a_sentence(home):
    tab, _ = tabs()
    write_run(home / "runs" / "done", FINISHED)
    replies = [
        called(tab.watch, name=5),
        called(tab.watch, more=1),
        called(tab.sheet, name="done", images=64),
        called(tab.sheet, name="../runs/done", images=0),
        called(tab.sheet, name="nobody", images=True),
        called(tab.begin, tab=TAB, work="__init__"),
        called(tab.begin, tab=TAB, work=["look"]),
        called(tab.begin, **DIGITS, work="look"),
        called(tab.status, tab=TAB, work=1),
        called(tab.status, tab=5, work=1),
        called(tab.cancel, tab=5),
        called(tab.start, **DIGITS),
        called(tab.start, **DIGITS, name="new"),  # these pictures were not inspected yet
        called(tab.start, **DIGITS, name="..", settings={}),
        called(tab.act, name="done", what="rm -rf"),
        called(tab.act, name="done", what="__class__"),
        called(tab.act, name="done", what="pause"),
        called(tab.act, name="done", what="up"),
        called(tab.act, name="nobody", what="delete"),
        called(tab.act, name=".trash", what="delete"),
        called(tab.explore, name="done"),
        called(tab.explore, name="nobody"),
    ]
    for reply in replies:
        assert not reply["ok"] and reply["kind"] in ("wrong", "stopped", "unseen") and reply["message"], reply
    missing = called(tab.watch, name="nobody")
    assert missing["ok"] and missing["watched"] is None and "nobody" in missing["message"]


def test_a_run_folder_of_a_stranger_is_shown_as_what_it_is(home):
    folder = write_run(home / "runs" / HOSTILE, preview=(HOSTILE,))
    status = {
        "state": "failed",
        "kimg": 1.0,
        "reason": f"{HOSTILE} in {folder}",
        "changed": [HOSTILE] * 99,
        "eta_s": 1e400,
    }
    (folder / "status.json").write_text(json.dumps(status))
    coverage = {"images": 64, "kimg": 0.064, "coverage": {HOSTILE: 0.5, "x" * 9999: 7}}
    losses = {"images": 32, "kimg": 0.032, "loss_d": 1e300, "loss_g": -0.5, "d_real": math.inf, "d_fake": None}
    (folder / "stats.jsonl").write_text(f"{json.dumps(losses)}\n{json.dumps(coverage)}\n{{torn")
    (folder / "log.txt").write_bytes(
        b"\xff\x1b[31m" + HOSTILE.encode() + b"\n" * 500 + f"{folder}/x.py line 1".encode()
    )
    (folder / "samples").mkdir()
    (folder / "samples" / "000000000032.jpg").write_bytes(b"no picture")
    tab, _ = tabs()
    reply = called(tab.watch, name=HOSTILE)
    (line,), watched = reply["jobs"], reply["watched"]
    assert line["name"] == HOSTILE and line["state"] == "failed" and len(line["changed"]) <= 20
    assert line["reason"].startswith(HOSTILE) and not line["explorable"]
    assert watched["points"] == [[32, None, -0.5, None, None]] and watched["coverage"][0][1][HOSTILE] == 0.5
    assert watched["sheets"] == [32] and base64.b64decode(watched["jpeg"]) == b"no picture" and not watched["live"]
    assert "x.py line 1" in watched["log"] and "\x1b" not in watched["log"]
    assert watched["about"]["preview"] == [HOSTILE] and watched["rows"][-1] == HOSTILE
    again = called(tab.watch, name=HOSTILE, **{field: watched[field] for field in ("after", "seen", "record")})[
        "watched"
    ]
    assert (again["points"], again["coverage"], again["jpeg"]) == ([], [], None) and again["collapsed"] is None


def test_only_what_is_new_is_sent_and_the_newer_sheet(home):
    folder = write_run(home / "runs" / "one", FINISHED)
    record = folder / "stats.jsonl"
    line = {"kimg": 1, "loss_d": 1.0, "loss_g": 1.0, "d_real": 0.0, "d_fake": 0.0}
    record.write_text("".join(json.dumps(line | {"images": images}) + "\n" for images in (32, 64)))
    (folder / "preview.jpg").write_bytes(b"live")
    tab, _ = tabs()
    first = called(tab.watch, name="one")["watched"]
    assert [point[0] for point in first["points"]] == [32, 64] and first["after"] == 64 and first["live"]
    with record.open("a") as file:  # a judge judged at the same moment, then it went on
        file.write(json.dumps({"images": 64, "coverage": {"zero": 0.25}}) + "\n")
        file.write(json.dumps(line | {"images": 96}) + "\n")
    time.sleep(0.02)  # so that the clock of the file system moves
    (folder / "samples").mkdir()
    (folder / "samples" / "000000000096.jpg").write_bytes(b"kept")
    known = {field: first[field] for field in ("after", "seen", "record")}
    second = called(tab.watch, name="one", **known)["watched"]
    assert [point[0] for point in second["points"]] == [64, 96] and second["coverage"] == [[64, {"zero": 0.25}]]
    assert base64.b64decode(second["jpeg"]) == b"kept" and not second["live"]
    assert base64.b64decode(called(tab.sheet, name="one", images=96)["jpeg"]) == b"kept"
    assert not second["anew"]
    back = called(tab.watch, name="one", after=5000, record=second["record"])[
        "watched"
    ]  # it went back to what was saved
    assert back["anew"] and [point[0] for point in back["points"]] == [32, 64, 96] and back["after"] == 96


@pytest.mark.slow
def test_pictures_are_inspected_once_and_unknown_words_are_named(home):
    tab, _ = tabs()

    def inspected(**fields) -> dict:
        begun = called(tab.begin, tab=TAB, work="look", space=DEFAULT_SPACE, **fields)
        for _ in range(3000):
            reply = called(tab.status, tab=TAB, work=begun["work"])
            if reply["kind"] != "working":
                return reply
            time.sleep(0.02)
        pytest.fail("it never ended")

    found = inspected(source="digits")
    assert (found["pictures"], found["classes"], found["side"], found["channels"]) == (1500, 10, 28, 1)
    assert found["counts"][0] == ["zero", 151] and found["unknown"] == [] and found["png"]
    begun = time.monotonic()
    assert inspected(source="digits") == found and time.monotonic() - begun < 1  # remembered


def test_a_training_that_saves_is_listed_under_its_name_and_never_drawn_stale(home):
    folder = write_run(home / "runs" / "digits-1", FINISHED)
    publish_tiny(folder / "checkpoint", seed=1)
    train, explore = tabs()
    explored = called(train.explore, name="digits-1")
    assert explored == {"ok": True, "generator": "digits-1", "word": "dress", "translates": False}

    def drawn() -> str:
        reply = called(explore.draw, tab=TAB, w="coat", c="digits-1")
        assert reply["ok"], reply
        return reply["pixels"]

    first = drawn()
    assert drawn() == first
    publish_tiny(folder / "checkpoint", seed=2)  # it saves anew while the pages stay open
    assert drawn() != first
    second = write_run(home / "runs" / "second", FINISHED)  # named like a generator that is here already
    publish_tiny(second / "checkpoint", seed=3)
    assert called(train.explore, name="second")["generator"] == "second (run)"
    lines = {line["name"]: line for line in (entry.reply() for entry in Catalog("second").entries().values())}
    assert lines["digits-1"]["kimg"] == 0 and lines["second"]["kimg"] is None and "second (run)" in lines


def test_a_read_only_app_shows_and_refuses(home):
    folder = write_run(home / "runs" / "lost", {"state": "running", "kimg": 1.0})
    (folder / "log.txt").write_text("what the log holds\n")
    write_run(home / "runs" / "waits", queue_entry=queue_entry())
    tab, _ = tabs(read_only=True)
    shown = called(tab.watch, name="lost")
    assert {line["state"] for line in shown["jobs"]} == {"lost", "queued"}  # and nobody launches it
    assert shown["watched"]["log"] == ""
    actions = [
        called(tab.act, name="lost", what=what) for what in ("resume", "delete", "pause", "stop", "cancel", "up")
    ]
    begun = [called(tab.begin, **DIGITS, work=work) for work in ("look", "estimate")]
    for reply in (*actions, *begun, called(tab.start, **DIGITS, name="new")):
        assert not reply["ok"] and "switched off" in reply["message"]
    assert sorted(path.name for path in (home / "runs").iterdir()) == ["lost", "waits"]


@pytest.fixture
def somebody():
    """A process that may be taken for a trainer."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
    yield {"pid": process.pid, "started": process_started(process.pid)}
    process.kill()
    process.wait()


def test_a_waiting_training_is_moved_and_cancelled(home, somebody):
    write_run(home / "runs" / "busy", {"state": "running", "kimg": 1.0}, queue_entry(launched=somebody))
    for order, name in enumerate(("a", "b", "c")):
        write_run(home / "runs" / name, queue_entry=queue_entry(order=order))
    tab, _ = tabs()

    def queue() -> list[str]:
        return [line["name"] for line in called(tab.watch)["jobs"] if line["state"] == "queued"]

    assert queue() == ["a", "b", "c"]
    assert called(tab.act, name="c", what="up")["ok"] and queue() == ["a", "c", "b"]
    assert called(tab.act, name="a", what="down")["ok"] and queue() == ["c", "a", "b"]
    assert called(tab.act, name="c", what="up")["ok"] and queue() == ["c", "a", "b"]
    assert called(tab.act, name="a", what="cancel")["ok"] and queue() == ["c", "b"]
    assert called(tab.act, name="a", what="delete")["ok"] and not (home / "runs" / "a").exists()


def test_an_ended_training_is_given_a_higher_budget(home, somebody):
    write_run(home / "runs" / "busy", {"state": "running", "kimg": 1.0}, queue_entry(launched=somebody))
    done = write_run(home / "runs" / "done", FINISHED, queue_entry(launched=GONE), kimg=2.0)
    (done / "state/000000002016").mkdir(parents=True)
    tab, _ = tabs()
    for kimg, says in ((None, "has seen all"), (1, "never lowered"), (10**9, "number from"), ("9", "number from")):
        reply = called(tab.act, name="done", what="resume", **({} if kimg is None else {"kimg": kimg}))
        assert not reply["ok"] and says in reply["message"]
    assert "at most 2,000 sheets" in called(tab.act, name="done", what="resume", kimg=90_000)["message"]
    assert not called(tab.act, name="done", what="pause", kimg=9)["ok"]
    assert called(tab.act, name="done", what="resume", kimg=3)["ok"]
    (line,) = (line for line in called(tab.watch)["jobs"] if line["name"] == "done")
    assert (line["state"], line["budget"]) == ("queued", 3.008)


def test_one_that_waits_for_the_cpu_is_shown_so(home, somebody):
    write_run(
        home / "runs" / "busy", {"state": "running", "kimg": 1.0, "cpu_share": 0.01}, queue_entry(launched=somebody)
    )
    tab, _ = tabs()
    assert [line["starved"] for line in called(tab.watch)["jobs"]] == [True]
