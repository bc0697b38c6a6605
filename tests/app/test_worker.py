"""The render worker: one job at a time, the newest of each mailbox, mailboxes in turn."""

import threading

import pytest

from explorer.app.shared.worker import Busy, RenderWorker, Stale, worker_for


class HoldingJob:
    """A job that holds the worker until it is released."""

    def __init__(self, worker: RenderWorker):
        self.released = threading.Event()
        started = threading.Event()
        self.future = worker.submit("holding", lambda: (started.set(), self.released.wait(10)))
        assert started.wait(10)


def test_the_newest_of_a_mailbox_wins_and_keeps_its_turn():
    worker, order = RenderWorker(), []
    holding = HoldingJob(worker)
    first = worker.submit("a", lambda: order.append("a1"))
    other = worker.submit("b", lambda: order.append("b1"))
    newest = worker.submit("a", lambda: order.append("a2"))
    with pytest.raises(Stale):
        first.result(10)
    holding.released.set()
    newest.result(10), other.result(10)
    assert order == ["a2", "b1"]
    assert len(worker) == 0


def test_a_mailbox_tells_whether_something_waits_in_it():
    worker = RenderWorker()
    holding = HoldingJob(worker)
    assert not worker.waits("a") and not worker.waits("holding")  # its job is under way
    job = worker.submit("a", lambda: worker.waits("a"))
    assert worker.waits("a") and not worker.waits("b")
    holding.released.set()
    assert job.result(10) is False


def test_what_can_wait_comes_after_what_somebody_waits_for():
    worker, order = RenderWorker(yields=1000), []
    holding = HoldingJob(worker)
    last = worker.submit("a", lambda: order.append("reading"), "one", can_wait=True)
    for number in range(3):
        worker.submit(f"m{number}", lambda number=number: order.append(number), "two")
    assert len(worker) == 4 and not worker.waits("a")  # what is drawn there is not about to be replaced
    holding.released.set()
    last.result(10)
    assert order == [0, 1, 2, "reading"]


def test_what_can_wait_has_its_turn_among_many_pictures():
    worker, order = RenderWorker(yields=0), []
    holding = HoldingJob(worker)
    worker.submit("picture", lambda: order.append("picture"))
    first = worker.submit("reading", lambda: order.append("reading"), can_wait=True)
    holding.released.set()
    first.result(10)
    assert order[0] == "reading"


def test_one_job_at_a_time():
    worker, running, most = RenderWorker(), [], []

    def job():
        running.append(1)
        most.append(len(running))
        running.pop()

    for future in [worker.submit(str(i), job) for i in range(50)]:
        future.result(10)
    assert max(most) == 1 and len(most) == 50


def test_mailboxes_are_bounded():
    worker = RenderWorker(mailboxes=3)
    holding = HoldingJob(worker)
    futures = [worker.submit(str(i), lambda: None) for i in range(3)]
    with pytest.raises(Busy):
        worker.submit("one too many", lambda: None)
    replaced = worker.submit("1", lambda: "newer")  # its own mailbox is always open
    holding.released.set()
    assert replaced.result(10) == "newer"
    futures[2].result(10)
    assert worker.submit("one too many", lambda: 4).result(10) == 4


def test_what_waited_too_long_fails():
    worker = RenderWorker(patience=-1.0)
    with pytest.raises(Stale):
        worker.submit("a", lambda: pytest.fail("was run")).result(10)


def test_an_exception_reaches_its_visitor_and_the_worker_goes_on():
    worker = RenderWorker()
    with pytest.raises(ZeroDivisionError):
        worker.submit("a", lambda: 1 // 0).result(10)
    with pytest.raises(SystemExit):
        worker.submit("a", lambda: exit()).result(10)
    assert worker.submit("a", lambda: 5).result(10) == 5


def test_a_visitor_who_left_is_skipped():
    worker = RenderWorker()
    holding = HoldingJob(worker)
    left = worker.submit("a", lambda: pytest.fail("was run"))
    assert left.cancel()
    worker.submit("a", lambda: None)  # replacing a job whose visitor has gone is no error
    holding.released.set()
    assert worker.submit("b", lambda: 6).result(10) == 6


def test_a_device_has_one_worker():
    assert worker_for("cpu") is worker_for("cpu")
    assert worker_for("cpu") is not worker_for("cuda")


def test_a_visitor_with_many_tabs_waits_as_one():
    """Three hundred made-up tabs of one visitor, of which 64 may wait, and another who comes last is drawn second."""
    worker, order = RenderWorker(), []
    holding = HoldingJob(worker)
    for number in range(64):
        worker.submit(f"made-up {number}", lambda: order.append("many"), "10.0.0.9")
    for number in range(64, 300):
        with pytest.raises(Busy):
            worker.submit(f"made-up {number}", lambda: order.append("many"), "10.0.0.9")
    honest = [worker.submit(f"tab {number}", lambda: order.append("one"), "10.0.0.1") for number in range(2)]
    assert len(worker) == 66 and worker.waits("made-up 63") and not worker.waits("made-up 64")
    holding.released.set()
    for future in honest:
        future.result(10)
    assert order[:4] == ["many", "one", "many", "one"]
