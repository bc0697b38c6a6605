"""Jobs as their folders show them: states, order, records, and folders that somebody else wrote."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from run_folder import GONE, TINY, queue_entry, us, write_run
from tiny_checkpoint import publish_tiny

from explorer.errors import ExplorerError
from explorer.jobs import JobError, Jobs
from explorer.jobs.naming import check_new
from explorer.machine import CpuShare, process_started
from explorer.training.settings import TrainConfig

MARKUP = "<img src=x onerror=window.hacked=1>"


@pytest.fixture
def jobs(tmp_path):
    return Jobs(tmp_path / "runs")


def test_jobs_import_neither_torch_nor_gradio():
    code = (
        "import sys; from explorer import jobs; from explorer.cli import jobs as _; from pathlib import Path;"
        "[getattr(jobs, name) for name in jobs.__all__]; jobs.Jobs(Path(sys.argv[1])).all();"
        "print([m for m in ('torch', 'gradio', 'gensim') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, "nowhere"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


PAUSED, RUNNING = {"state": "paused", "kimg": 1.5}, {"state": "running", "kimg": 1.5}
DIVERGED = {"state": "failed", "reason": "It diverged."}
FINISHED, STARTING = {"state": "finished", "kimg": 2.016}, {"state": "starting"}


@pytest.mark.parametrize(
    ("state", "files"),
    [
        ("queued", {"queue_entry": queue_entry()}),
        ("queued", {"queue_entry": queue_entry(), "status": PAUSED}),
        ("queued", {"queue_entry": queue_entry(), "status": DIVERGED}),
        ("finished", {"queue_entry": queue_entry(), "status": FINISHED}),  # somebody trained it to the end by hand
        ("starting", {"queue_entry": queue_entry(launched=us())}),
        ("starting", {"queue_entry": queue_entry(launched=us()), "status": STARTING}),
        ("running", {"queue_entry": queue_entry(launched=us()), "status": RUNNING}),
        ("running", {"queue_entry": queue_entry(launched=us()), "status": FINISHED}),  # its process is not gone yet
        ("running", {"owner": us(), "status": RUNNING | {"pid": os.getpid()}}),
        ("starting", {"owner": us(), "status": PAUSED | {"pid": 1}}),
        ("lost", {"queue_entry": queue_entry(launched=GONE)}),
        ("lost", {"queue_entry": queue_entry(launched=GONE), "status": STARTING}),
        ("lost", {"queue_entry": queue_entry(launched=GONE), "status": RUNNING}),
        ("lost", {"queue_entry": queue_entry("pause", GONE), "status": RUNNING}),
        ("lost", {"owner": GONE, "status": RUNNING | {"pid": os.getpid()}}),
        ("lost", {}),
        ("paused", {"queue_entry": queue_entry(launched=GONE), "status": PAUSED}),
        ("paused", {"queue_entry": queue_entry("pause", GONE), "status": STARTING}),
        ("paused", {"queue_entry": queue_entry("pause")}),
        ("paused", {"status": {"state": "stopped", "kimg": 1.5}}),  # as it was called once
        ("finished", {"queue_entry": queue_entry("finish"), "status": RUNNING}),
        ("finished", {"queue_entry": queue_entry("pause", GONE), "status": FINISHED}),
        ("finished", {"status": FINISHED}),
        ("failed", {"queue_entry": queue_entry(launched=GONE), "status": DIVERGED}),
    ],
)
def test_states(jobs, state, files):
    write_run(jobs.root / "one", **files)
    assert jobs.get("one").state == state
    assert jobs.get("one").ended == (state not in ("queued", "starting", "running"))


def test_what_is_shown(jobs):
    said = {"pid": os.getpid(), "device": "cpu", "img_per_s": 210.5, "eta_s": 90, "seconds": 7.5, "memory_mb": 400}
    losses = {"loss_d": 0.7, "loss_g": 0.8, "d_real": 0.1, "d_fake": -0.1}
    status = RUNNING | said | losses | {"changed": ["The learning rate was halved."]}
    write_run(jobs.root / "one", status, queue_entry(launched=us()))
    job = jobs.get("one")
    assert job.config == TrainConfig(**TINY, kimg=2.0)
    assert (job.kimg, job.budget_kimg, job.device, job.losses) == (1.5, 2.016, "cpu", losses)
    assert (job.img_per_s, job.eta_s, job.seconds, job.memory_mb) == (210.5, 90, 7.5, 400)
    assert (job.changed, job.reason, job.place) == (("The learning rate was halved.",), None, None)
    assert not job.explorable and not job.leaving
    publish_tiny(jobs.root / "one/checkpoint")
    write_run(jobs.root / "one", status, queue_entry("pause", us()))
    assert jobs.get("one").explorable and jobs.get("one").leaving


@pytest.mark.parametrize(
    ("status", "age", "waits"),
    [
        (RUNNING | {"cpu_share": 0.05}, 0, True),
        (RUNNING | {"cpu_share": 0.9}, 0, False),
        (RUNNING | {"cpu_share": 0.05, "device": "cuda:0"}, 0, False),  # that waits for its GPU
        (RUNNING | {"cpu_share": 0.9, "process_seconds": 0}, 1e6, True),  # it has not even come to say so
        (RUNNING | {"cpu_share": 0.05, "process_seconds": 0}, 10.5, False),  # it came to a long step instead
        (STARTING, 1e6, True),  # it is still reading torch
    ],
)
def test_a_training_that_gets_no_cpu_time_waits_for_it(jobs, status, age, waits):
    folder = write_run(jobs.root / "one", status, queue_entry(launched=us(), device=status.get("device", "cpu")))
    while time.process_time() < 2.2:  # the process that is looked at is this one: it works, and has worked so long
        pass
    os.utime(folder / "status.json", (time.time() - age,) * 2)
    assert jobs.get("one").waits_for_cpu == waits


def test_a_training_that_waits_for_a_disk_does_not_wait_for_the_cpu(jobs):
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; print(flush=True); time.sleep(60)"], stdout=-1)
    sleeper.stdout.readline()
    asleep = {"pid": sleeper.pid, "started": process_started(sleeper.pid)}
    folder = write_run(jobs.root / "one", STARTING, queue_entry(launched=asleep))
    os.utime(folder / "status.json", (time.time() - 1e6,) * 2)
    until = time.monotonic() + 10
    while jobs.get("one").waits_for_cpu and time.monotonic() < until:
        pass  # until it sleeps
    assert jobs.get("one").state == "starting" and not jobs.get("one").waits_for_cpu
    sleeper.kill()
    sleeper.communicate()


def test_the_cpu_share_is_that_of_the_recent_window():
    share = CpuShare(window=0.2)
    time.sleep(0.4)
    assert share.measure() < 0.5
    until = time.thread_time() + 0.3
    while time.thread_time() < until:
        pass
    busy = share.measure()
    time.sleep(1)
    assert 0 <= share.measure() < busy <= 1


def test_a_lost_run_gives_the_end_of_its_log(jobs):
    folder = write_run(jobs.root / "one", STARTING, queue_entry(launched=GONE))
    (folder / "log.txt").write_text("== 2031-05-01 12:00:00, on cpu\n")
    assert "killed" in jobs.get("one").reason
    with open(folder / "log.txt", "a") as log:
        log.write("Traceback ...\nMemoryError: \x1b[31mred\n")
    reason = jobs.get("one").reason
    assert "MemoryError" in reason and "\x1b" not in reason and reason.endswith(".")


def test_trained_first_then_the_queues_then_the_newest(jobs):
    for age, (name, files) in enumerate(
        {
            "old": {"status": FINISHED},
            "third": {"queue_entry": queue_entry(order=7.5)},
            "first": {"queue_entry": queue_entry(order=-1)},
            "elsewhere": {"queue_entry": queue_entry(order=3, device="cuda:1")},
            "busy": {"queue_entry": queue_entry(launched=us()), "status": RUNNING},
            "new": {"status": PAUSED},
        }.items()
    ):
        for path in write_run(jobs.root / name, **files).iterdir():
            os.utime(path, (1e9 + age, 1e9 + age))
    assert [job.name for job in jobs.all()] == ["busy", "elsewhere", "first", "third", "new", "old"]
    assert {job.name: job.place for job in jobs.all() if job.place} == {"first": 1, "third": 2, "elsewhere": 1}


def test_a_change_is_seen_at_once(jobs):
    write_run(jobs.root / "one", RUNNING, queue_entry(launched=us()))
    assert jobs.get("one").kimg == 1.5
    write_run(jobs.root / "one", RUNNING | {"kimg": 1.75}, queue_entry(launched=us()))
    assert jobs.get("one").kimg == 1.75


def test_reading_unchanged_runs_again_is_cheap(jobs):
    for i in range(50):
        write_run(jobs.root / f"run{i}", FINISHED, queue_entry(launched=GONE))
    jobs.all()
    start = time.process_time()
    for _ in range(10):
        jobs.all()
    assert time.process_time() - start < 0.4  # a listing of 50 every 2 s: under 2 % of a core, when nothing is cached


HOSTILE = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"running"',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"state": ["running"], "pid": 1e999, "kimg": "many", "losses": {}}',
    b'{"state": "running", "pid": -5, "kimg": NaN, "eta_s": Infinity, "seconds": -1, "img_per_s": 1e308}',
    b'{"state": "failed", "reason": "\\ud800 \\u202e \\u0007<b>", "changed": [1, null, {"a": 1}, "\\u001b[2J"]}',
    b'{"state": "running", "kimg": ' + b"9" * 5000 + b', "loss_d": 1' + b"0" * 400 + b"}",
    b'{"wish": "run", "device": "cpu; rm -rf /", "order": NaN, "launched": {"pid": 1e999, "started": 5}}',
    b'{"wish": "run", "device": "cpu", "order": 1, "launched": {"pid": -1, "started": ""}}',
    b'{"wish": ["run"], "device": {}, "order": "x", "launched": []}',
    b'{"pid": ' + b"9" * 400 + b', "started": "x"}',
    b'{"pid": true, "started": "x"}',
    b'{"preview": [1, {}], "data": 5}',
    b'{"data": "\\ud800"}',
    b'{"data": ["digits"], "seed": 1.5, "synonyms": 3}',
    b'{"kimg": 1e999, "batch": 0.001}',
    b'{"a": "' + b"x" * 2_000_000 + b'"}',
]


@pytest.mark.parametrize("file", ["status.json", "job.json", "owner.json", "config.json", "checkpoint/config.json"])
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_in_a_folder_breaks_the_list(jobs, file, content):
    write_run(jobs.root / "good", FINISHED)
    folder = write_run(jobs.root / "bad", PAUSED, queue_entry(launched=GONE), GONE)
    (folder / "checkpoint").mkdir()
    (folder / file).write_bytes(content)
    jobs.advance()
    found = {job.name: job for job in jobs.all()}
    assert found["good"].state == "finished" and found["bad"].ended
    for value in vars(found["bad"]).values():
        if isinstance(value, str | tuple | float):
            json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    assert found["bad"].config is not None or (found["bad"].state == "failed" and found["bad"].reason)


@pytest.mark.skipif(os.name == "nt", reason="links and pipes as on POSIX")
def test_links_and_pipes_are_not_followed(jobs, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    folder = write_run(jobs.root / "one", PAUSED, queue_entry("pause"))
    (folder / "status.json").unlink()
    os.mkfifo(folder / "status.json")  # reading it would wait for ever
    (folder / "samples").mkdir()
    for name in ("log.txt", "preview.jpg", "stats.jsonl", "samples/000000000512.jpg"):
        (folder / name).symlink_to(secret)
    assert jobs.get("one").state == "paused"
    assert (jobs.log("one"), jobs.preview("one"), jobs.stats("one")) == ("", None, [])
    with pytest.raises(JobError, match="no sheet"):
        jobs.sheet("one", 512)
    with pytest.raises(JobError, match="is a link"):
        jobs.resume("one")
    piped = write_run(jobs.root / "piped", PAUSED, queue_entry("pause"))
    os.mkfifo(piped / "log.txt")  # writing to it would wait, too
    with pytest.raises(JobError, match=r"log\.txt in its folder is no file\. Remove it\."):
        jobs.resume("piped")
    shutil.rmtree(piped)
    assert secret.read_text() == "secret"
    other = jobs.root / "other"
    other.symlink_to(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    assert [job.name for job in jobs.all()] == ["one"]
    for action in (jobs.get, jobs.delete, jobs.resume, jobs.stop, jobs.log):
        with pytest.raises(JobError, match="no run 'other'"):
            action("other")


@pytest.mark.parametrize(
    "name",
    ["..", ".", "", "/etc", "../runs", "a/b", "a\\b", "a\0b", ".trash", ".queue.lock", "x" * 300, "\ud800", 5, None],
)
def test_a_name_leads_nowhere_else(jobs, name):
    write_run(jobs.root / "one", PAUSED)
    (jobs.root / ".trash").mkdir()
    for action in (jobs.get, jobs.resume, jobs.pause, jobs.stop, jobs.cancel, jobs.delete, jobs.log, jobs.sheets):
        with pytest.raises(JobError, match="no run"):
            action(name)
    with pytest.raises(JobError, match="cannot name a run"):
        jobs.start(name, TrainConfig(**TINY), "cpu")


@pytest.mark.parametrize("name", ["con", "COM1.txt", "nul.", "run.", "-rf", "a b", MARKUP, "é", "a\n"])
def test_names_that_no_new_run_may_have(name):
    with pytest.raises(JobError, match="cannot name a run"):
        check_new(name)


def test_a_folder_of_hostile_name_is_shown_and_deleted_as_it_is(jobs):
    write_run(jobs.root / MARKUP, PAUSED)
    assert jobs.all()[0].name == MARKUP
    there = jobs.delete(MARKUP)
    assert there.parent == jobs.root / ".trash" and there.name.startswith(MARKUP)
    assert (there / "config.json").is_file() and jobs.all() == []


def test_deleting_twice_in_a_second_keeps_both(jobs):
    kept = []
    for _ in range(2):
        write_run(jobs.root / "one", FINISHED)
        kept.append(jobs.delete("one"))
    assert len(set(kept)) == 2 and all((folder / "config.json").is_file() for folder in kept)
    with pytest.raises(JobError, match="no run"):
        jobs.get("one")


def test_a_run_that_is_being_trained_is_neither_deleted_nor_resumed(jobs):
    folder = write_run(jobs.root / "one", RUNNING, queue_entry(launched=us()))
    for action, says in (
        (jobs.delete, "pause or stop it first"),
        (jobs.resume, "being trained already"),
        (jobs.cancel, "no queue"),
    ):
        with pytest.raises(JobError, match=says):
            action("one")
    assert folder.is_dir()


@pytest.mark.parametrize(
    ("action", "status", "says"),
    [
        ("pause", PAUSED, "nothing to pause"),
        ("pause", FINISHED, "nothing to pause"),
        ("stop", FINISHED, "nothing to stop"),
        ("stop", PAUSED, "no generator yet"),
        ("cancel", PAUSED, "nothing to cancel"),
        ("resume", FINISHED, "has seen all"),
    ],
)
def test_actions_that_mean_nothing_are_refused(jobs, action, status, says):
    write_run(jobs.root / "one", status)
    with pytest.raises(JobError, match=says):
        getattr(jobs, action)("one", *(["cpu"] if action == "resume" else []))


@pytest.mark.parametrize("place", [0, -1, 1.5, "1", True, None])
def test_a_place_is_a_whole_number(jobs, place):
    write_run(jobs.root / "one", queue_entry=queue_entry())
    with pytest.raises(JobError, match="whole number"):
        jobs.move("one", place)


@pytest.mark.parametrize("device", ["gpu", "cuda:x", "--help", "cpu\n", 5])
def test_a_device_is_one_of_torch(jobs, device):
    with pytest.raises(JobError, match="no device"):
        jobs.start("one", TrainConfig(**TINY), device)
    assert not jobs.root.exists()


def test_a_paused_run_with_a_checkpoint_can_be_kept_as_it_is(jobs):
    folder = write_run(jobs.root / "one", PAUSED)
    publish_tiny(folder / "checkpoint")
    assert jobs.stop("one").state == "finished"
    assert jobs.get("one").kimg == 1.5 and jobs.get("one").explorable


def test_a_name_that_is_taken(jobs):
    (jobs.root / "empty").mkdir(parents=True)
    (jobs.root / "file").write_text("mine")
    for name in ("empty", "file"):
        with pytest.raises(JobError, match="already"):
            jobs.start(name, TrainConfig(**TINY), "cpu")
    assert list((jobs.root / "empty").iterdir()) == [] and (jobs.root / "file").read_text() == "mine"


def test_where_nothing_can_be_written_a_sentence_says_so(tmp_path):
    (tmp_path / "file").write_text("")  # a folder that cannot be made, for whoever runs this
    jobs = Jobs(tmp_path / "file" / "runs")
    assert jobs.all() == []
    assert jobs.advance() == []
    with pytest.raises(JobError, match=r"cannot be written .*choose another\.$"):
        jobs.start("one", TrainConfig(**TINY), "cpu")


FULL = """
import resource, signal, sys
from pathlib import Path
from explorer.errors import ExplorerError
from explorer.jobs import Jobs
from explorer.training import TrainConfig
jobs = Jobs(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))  # no file may grow beyond this
try:
    jobs.start("one", TrainConfig(data="digits"), "cpu")
except ExplorerError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX")
@pytest.mark.parametrize("room", [0, 100])  # bytes: for nothing, for job.json but not the config
def test_a_full_disk_leaves_nothing_half_made(jobs, room):
    jobs.root.mkdir()
    said = subprocess.run([sys.executable, "-c", FULL, str(jobs.root), str(room)], capture_output=True, text=True)
    assert "cannot be changed (File too large)" in said.stdout and said.stdout.count("\n") == 1, said.stderr
    assert [path.name for path in jobs.root.iterdir() if path.name != ".queue.lock"] == []


def test_a_process_that_cannot_be_started_leaves_nothing_half_made(jobs, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(jobs.root / "no-such-python"))
    with pytest.raises(JobError, match="cannot be started"):
        jobs.start("one", TrainConfig(**TINY), "cpu")
    assert jobs.all() == [] and [path.name for path in jobs.root.iterdir()] == [".queue.lock"]
    write_run(jobs.root / "two", queue_entry=queue_entry())
    (trouble,) = jobs.advance()
    assert "two cannot be started" in str(trouble)
    assert jobs.get("two").state == "queued"  # and is tried again


def line(images: int, **more) -> str:
    return json.dumps({"images": images, "kimg": images / 1000, "loss_d": 0.5, **more})


def test_the_record_is_read_from_where_one_was(jobs):
    folder = write_run(jobs.root / "one", RUNNING)
    assert jobs.stats("one") == []
    lines = [line(512 * i) for i in range(1, 1001)]
    (folder / "stats.jsonl").write_text("\n".join(lines) + "\n" + line(10**6)[:20])  # and one that is being written
    assert [one["images"] for one in jobs.stats("one")] == [512 * i for i in range(1, 1001)]
    assert [one["images"] for one in jobs.stats("one", 512 * 998)] == [512 * 999, 512 * 1000]
    assert len(jobs.stats("one", 512 * 400)) == 600
    assert jobs.stats("one", 512 * 1000) == []


def test_a_long_record_is_thinned_and_keeps_its_end_and_its_coverage(jobs):
    folder = write_run(jobs.root / "one", RUNNING)
    with open(folder / "stats.jsonl", "w") as file:
        for i in range(1, 9001):
            file.write(line(i) + "\n" + (line(i, coverage={"boots": 0.5}) + "\n" if i % 1000 == 0 else ""))
    found = jobs.stats("one")
    assert 1000 < len(found) <= 2009 and found[-1]["images"] == 9000
    assert [one["images"] for one in found if "coverage" in one] == list(range(1000, 9001, 1000))


def test_a_hostile_record(jobs):
    folder = write_run(jobs.root / "one", RUNNING)
    good = line(64, coverage={MARKUP: 0.25, "bad": 7, "worse": "x"}, odd=[1], r1=float("nan"))
    bad = [
        b'{"images": ' + b"9" * 3000 + b"}",
        b'{"images": 1e999}',
        b"[" * 50_000,
        b"\xff\xff",
        b'{"images": true}',
        b"null",
    ]
    (folder / "stats.jsonl").write_bytes(b"\n".join([*bad, good.encode(), b""]))
    (found,) = jobs.stats("one")
    assert found == {"images": 64, "kimg": 0.064, "loss_d": 0.5, "coverage": {MARKUP: 0.25}}
    with open(folder / "stats.jsonl", "wb") as file:  # 300 MB of a single line, which takes no room on the disk
        file.seek(300 << 20)
        file.write(b"\n" + good.encode() + b"\n")
    start = time.process_time()
    assert len(jobs.stats("one")) == 1
    assert time.process_time() - start < 1


def test_sheets(jobs):
    folder = write_run(jobs.root / "one", RUNNING)
    assert jobs.sheets("one") == [] and jobs.preview("one") is None
    (folder / "samples").mkdir()
    for name in (
        "000000000512.jpg",
        "000000010240.jpg",
        "000000000000.jpg",
        "note.txt",
        ".000000000512.jpg.5.new",
        "12.jpg",
    ):
        (folder / "samples" / name).write_text("jpeg")
    (folder / "preview.jpg").write_text("jpeg")
    assert jobs.sheets("one") == [0, 512, 10240]
    assert jobs.sheet("one", 10240) == folder / "samples/000000010240.jpg"
    assert jobs.preview("one") == folder / "preview.jpg"
    for images in (12, -1, True, 1.0, "512", "../../config", 10**30, None):
        with pytest.raises(JobError, match="no sheet"):
            jobs.sheet("one", images)


def test_the_log_is_its_end_without_what_a_terminal_obeys(jobs):
    folder = write_run(jobs.root / "one", RUNNING)
    assert jobs.log("one") == ""
    (folder / "log.txt").write_bytes(b"x" * 1_000_000 + b"\nnot \xff utf-8\n  File \x1b]0;title\x07\nlast\n")
    assert jobs.log("one", 3) == "not \N{REPLACEMENT CHARACTER} utf-8\n  File  ]0;title\nlast"
    assert jobs.log("one", 1) == "last"


def test_job_errors_are_explorer_errors():
    assert issubclass(JobError, ExplorerError)
