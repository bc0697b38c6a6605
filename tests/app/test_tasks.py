"""Tasks: beside other visitors', one of each browser tab, bounded, stopped when nobody asks any more."""

import math
import threading
import time

import pytest

from explorer.app.compare.comparisons import RecentComparisons
from explorer.app.shared.tasks import YIELD, TaskRunner
from explorer.app.shared.worker import Busy, RenderWorker
from explorer.errors import ExplorerError


def error_reply(error: Exception) -> dict:
    return {"ok": False, "kind": "wrong", "message": str(error)}


def until_cancelled(progress) -> dict:
    while not progress.stop():
        time.sleep(0.005)
    raise ExplorerError("stopped")


def finished(tasks: TaskRunner, tab: str, number: int) -> dict:
    for _ in range(1000):
        reply = tasks.status(tab, number)
        if reply["kind"] != "working":
            return reply
        time.sleep(0.005)
    pytest.fail("it never ended")


def test_a_page_sees_how_far_it_is_and_then_the_reply_once():
    tasks, go = TaskRunner(error_reply), threading.Event()

    def job(progress) -> dict:
        progress.report("counting", 1, 4)
        progress.preview = {"png": "half"}
        go.wait(10)
        return {"ok": True, "kind": "done", "answer": 42}

    number = tasks.start("a", job)
    while not (reply := tasks.status("a", number))["what"]:
        time.sleep(0.005)
    while "png" not in reply:
        reply = tasks.status("a", number)
    assert reply == {"ok": True, "kind": "working", "what": "counting", "share": 0.25, "png": "half"}
    go.set()
    assert finished(tasks, "a", number)["answer"] == 42
    assert tasks.status("a", number)["kind"] == "stopped"


def test_a_newer_task_of_a_tab_stops_the_older_and_leaves_other_tabs_alone():
    tasks, started, stopped = TaskRunner(error_reply), threading.Event(), threading.Event()

    def job(progress) -> dict:
        started.set()
        try:
            return until_cancelled(progress)
        finally:
            stopped.set()

    older, other = tasks.start("a", job), tasks.start("b", until_cancelled)
    assert started.wait(10)
    newer = tasks.start("a", lambda progress: {"ok": True, "kind": "done"})
    assert finished(tasks, "a", newer)["ok"]
    assert stopped.wait(10) and tasks.status("a", older)["kind"] == "stopped"
    assert tasks.status("b", other)["kind"] == "working"
    tasks.cancel("b")
    assert tasks.status("b", other)["kind"] == "stopped"


def test_more_than_a_few_wait_for_their_turn_and_more_than_that_are_refused():
    tasks = TaskRunner(error_reply, threads=1, most=2)
    first = tasks.start("a", until_cancelled, "10.0.0.1")
    second = tasks.start("b", lambda progress: {"ok": True, "kind": "done"}, "10.0.0.2")
    with pytest.raises(Busy):
        tasks.start("c", until_cancelled)
    assert tasks.status("b", second)["what"] == "waiting for other visitors"
    tasks.cancel("a")
    assert finished(tasks, "b", second)["ok"]
    assert tasks.status("a", first)["kind"] == "stopped"


def test_what_nobody_asks_after_stops_and_makes_room():
    tasks, stopped = TaskRunner(error_reply, most=1, patience=0.05), threading.Event()

    def job(progress) -> dict:
        try:
            return until_cancelled(progress)
        finally:
            stopped.set()

    tasks.start("a", job)
    assert stopped.wait(10)
    assert finished(tasks, "b", tasks.start("b", lambda progress: {"ok": True, "kind": "done"}))["ok"]


def test_a_job_that_fails_has_an_error_reply_and_the_next_one_runs():
    tasks = TaskRunner(error_reply, threads=1)

    def job(progress) -> dict:
        raise ExplorerError("There is nothing to find.")

    assert finished(tasks, "a", tasks.start("a", job))["message"] == "There is nothing to find."
    assert finished(tasks, "a", tasks.start("a", lambda progress: {"ok": True, "kind": "done"}))["ok"]


def test_a_task_lets_those_who_draw_go_first_but_not_for_ever():
    worker, go, steps = RenderWorker(), threading.Event(), []
    tasks = TaskRunner(error_reply, idle_seconds=worker.idle_seconds)

    def job(progress) -> dict:
        for _ in range(2):
            begun = time.monotonic()
            assert not progress.stop()
            steps.append(time.monotonic() - begun)
            go.set()
        return {"ok": True, "kind": "done"}

    drawing = worker.submit("a", lambda: go.wait(10))
    assert finished(tasks, "a", tasks.start("a", job))["ok"]
    assert steps[0] >= YIELD and drawing.result(10)
    assert worker.idle_seconds() < 10 and RenderWorker().idle_seconds() == math.inf


def test_a_visitor_never_takes_all_threads_and_keeps_no_more_than_a_few_tasks():
    tasks = TaskRunner(error_reply)
    mine = [tasks.start(f"made-up {number}", until_cancelled, "10.0.0.9") for number in range(8)]
    with pytest.raises(Busy):
        tasks.start("made-up 8", until_cancelled, "10.0.0.9")
    other = tasks.start("tab", lambda progress: {"ok": True, "kind": "done"}, "10.0.0.1")
    assert finished(tasks, "tab", other)["ok"], "though eight wait before it"
    waiting = [tasks.status(f"made-up {number}", work)["what"] for number, work in enumerate(mine)]
    assert waiting.count("waiting for what you began before") == 6, "nobody else is there"
    for number in range(8):
        tasks.cancel(f"made-up {number}")


def test_comparisons_of_one_visitor_push_out_no_others():
    found = RecentComparisons()
    found.put("honest", "10.0.0.1", "mine")
    for number in range(300):
        found.put(f"made-up {number}", "10.0.0.9", number)
    assert found.get("honest") == "mine"
    assert [found.get(f"made-up {number}") for number in range(295, 300)] == [None, 296, 297, 298, 299]
    for number in range(300):
        found.put(f"tab {number}", f"10.0.1.{number}", number)
    assert found.get("honest") is None and found.get("tab 299") == 299, "so many visitors are too many to remember"
    found.forget("tab 299")
    assert found.get("tab 299") is None
