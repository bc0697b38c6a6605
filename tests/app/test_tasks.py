"""Work that takes long: beside the others', one of each browser tab, bounded, stopped when nobody asks any more."""

import math
import threading
import time

import pytest

from explorer.app.compare.found import Found
from explorer.app.shared.tasks import COURTESY, TaskRunner
from explorer.app.shared.worker import Busy, RenderWorker
from explorer.errors import ExplorerError


def told(error: Exception) -> dict:
    return {"ok": False, "kind": "wrong", "message": str(error)}


def until_stopped(progress) -> dict:
    while not progress.stop():
        time.sleep(0.005)
    raise ExplorerError("stopped")


def finished(works: TaskRunner, tab: str, number: int) -> dict:
    for _ in range(1000):
        reply = works.look(tab, number)
        if reply["kind"] != "working":
            return reply
        time.sleep(0.005)
    pytest.fail("it never ended")


def test_a_page_hears_how_far_it_is_and_then_the_reply_once():
    works, go = TaskRunner(told), threading.Event()

    def job(progress) -> dict:
        progress.report("counting", 1, 4)
        progress.seen = {"png": "half"}
        go.wait(10)
        return {"ok": True, "kind": "done", "answer": 42}

    number = works.begin("a", job)
    while not (reply := works.look("a", number))["what"]:
        time.sleep(0.005)
    while "png" not in reply:
        reply = works.look("a", number)
    assert reply == {"ok": True, "kind": "working", "what": "counting", "share": 0.25, "png": "half"}
    go.set()
    assert finished(works, "a", number)["answer"] == 42
    assert works.look("a", number)["kind"] == "stopped"


def test_a_newer_work_of_a_tab_stops_the_older_and_leaves_other_tabs_alone():
    works, started, stopped = TaskRunner(told), threading.Event(), threading.Event()

    def job(progress) -> dict:
        started.set()
        try:
            return until_stopped(progress)
        finally:
            stopped.set()

    older, other = works.begin("a", job), works.begin("b", until_stopped)
    assert started.wait(10)
    newer = works.begin("a", lambda progress: {"ok": True, "kind": "done"})
    assert finished(works, "a", newer)["ok"]
    assert stopped.wait(10) and works.look("a", older)["kind"] == "stopped"
    assert works.look("b", other)["kind"] == "working"
    works.give_up("b")
    assert works.look("b", other)["kind"] == "stopped"


def test_more_than_a_few_wait_for_their_turn_and_more_than_that_are_refused():
    works = TaskRunner(told, at_once=1, most=2)
    first, second = works.begin("a", until_stopped), works.begin("b", lambda progress: {"ok": True, "kind": "done"})
    with pytest.raises(Busy):
        works.begin("c", until_stopped)
    assert works.look("b", second)["what"] == "waiting for other visitors"
    works.give_up("a")
    assert finished(works, "b", second)["ok"]
    assert works.look("a", first)["kind"] == "stopped"


def test_what_nobody_asks_after_stops_and_makes_room():
    works, stopped = TaskRunner(told, most=1, patience=0.05), threading.Event()

    def job(progress) -> dict:
        try:
            return until_stopped(progress)
        finally:
            stopped.set()

    works.begin("a", job)
    assert stopped.wait(10)
    assert finished(works, "b", works.begin("b", lambda progress: {"ok": True, "kind": "done"}))["ok"]


def test_what_goes_wrong_is_told_and_the_next_one_runs():
    works = TaskRunner(told, at_once=1)

    def job(progress) -> dict:
        raise ExplorerError("There is nothing to find.")

    assert finished(works, "a", works.begin("a", job))["message"] == "There is nothing to find."
    assert finished(works, "a", works.begin("a", lambda progress: {"ok": True, "kind": "done"}))["ok"]


def test_a_work_lets_those_who_draw_go_first_but_not_for_ever():
    worker, go, steps = RenderWorker(), threading.Event(), []
    works = TaskRunner(told, rested=worker.rested)

    def job(progress) -> dict:
        for _ in range(2):
            begun = time.monotonic()
            assert not progress.stop()
            steps.append(time.monotonic() - begun)
            go.set()
        return {"ok": True, "kind": "done"}

    drawing = worker.submit("a", lambda: go.wait(10))
    assert finished(works, "a", works.begin("a", job))["ok"]
    assert steps[0] >= COURTESY and drawing.result(10)
    assert worker.rested() < 10 and RenderWorker().rested() == math.inf


def test_a_visitor_never_takes_all_threads_and_keeps_no_more_than_a_few_works():
    works = TaskRunner(told)
    mine = [works.begin(f"made-up {number}", until_stopped, "10.0.0.9") for number in range(8)]
    with pytest.raises(Busy):
        works.begin("made-up 8", until_stopped, "10.0.0.9")
    other = works.begin("tab", lambda progress: {"ok": True, "kind": "done"}, "10.0.0.1")
    assert finished(works, "tab", other)["ok"], "though eight wait before it"
    waiting = [works.look(f"made-up {number}", work)["what"] for number, work in enumerate(mine)]
    assert waiting.count("waiting for other visitors") == 6
    for number in range(8):
        works.give_up(f"made-up {number}")


def test_comparisons_of_one_visitor_push_out_no_others():
    found = Found()
    found.keep("honest", "10.0.0.1", "mine")
    for number in range(300):
        found.keep(f"made-up {number}", "10.0.0.9", number)
    assert found.get("honest") == "mine"
    assert [found.get(f"made-up {number}") for number in range(295, 300)] == [None, 296, 297, 298, 299]
    for number in range(300):
        found.keep(f"tab {number}", f"10.0.1.{number}", number)
    assert found.get("honest") is None and found.get("tab 299") == 299, "so many visitors are too many to remember"
    found.forget("tab 299")
    assert found.get("tab 299") is None
