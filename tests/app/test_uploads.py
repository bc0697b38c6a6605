"""Pictures dropped on the page: what is taken in, what is refused, and that nothing half done stays."""

import asyncio
import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.app.server import upload_folder, upload_list, uploads
from explorer.app.server.upload_folder import delete_old, upload_path
from explorer.app.server.upload_list import UploadError, read_list
from explorer.app.server.uploads import Uploads
from explorer.app.server.visitor import VISITOR
from explorer.app.shared.component import asset
from explorer.training.settings import TrainConfig

OURS = {"x-gan-explorer": "upload"}
PETS = {"pets/cat/1.png": b"one", "pets/cat/empty.png": b"", "pets/dog/2.png": b"two" * 50_000}


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    return tmp_path


def lines(files: list[tuple[object, object]]) -> bytes:
    return "\n".join(json.dumps([path, size]) for path, size in files).encode()


def body(files: dict[str, bytes]) -> bytes:
    names = lines([(path, len(content)) for path, content in files.items()])
    return len(names).to_bytes(4, "big") + names + b"".join(files.values())


def send(content, headers=OURS, read_only: bool = False):
    client = TestClient(Starlette(routes=[Uploads(read_only).route()]))
    return client.post("/uploads", content=content, headers=headers)


def left(home: Path) -> list[str]:
    root = home / "uploads"
    return [one.name for one in root.iterdir()] if root.exists() else []


def visit(app: Uploads, messages: list[dict], pause: float = 0) -> list[dict]:
    """What an app sends to a client that sends these messages, one after the other, and then nothing."""
    return asyncio.run(asyncio.wait_for(through(Starlette(routes=[app.route()]), messages, pause), 20))


async def through(app: Starlette, messages: list[dict], pause: float = 0) -> list[dict]:
    sent = []

    async def receive():
        await asyncio.sleep(pause)
        if messages:
            return messages.pop(0)
        await asyncio.sleep(60)

    async def respond(message):
        sent.append(message)

    headers = [(b"x-gan-explorer", b"upload")]
    scope = {"type": "http", "method": "POST", "path": "/uploads", "headers": headers, "query_string": b""}
    await app(scope, receive, respond)
    return sent


def in_pieces(whole: bytes, size: int) -> dict:
    """The reply to a request that comes in pieces of so many bytes."""
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    return json.loads(visit(Uploads(), [*messages, {"type": "http.request"}])[1]["body"])


def test_a_folder_arrives_as_it_was(home):
    reply = send(body(PETS)).json()
    assert reply["ok"] and reply["name"] == "pets" and re.fullmatch("[0-9a-f]{32}", reply["id"])
    folder = upload_path(reply["id"])
    assert folder == home / "uploads" / reply["id"] / "pets"
    found = {f"pets/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in folder.rglob("*.png")}
    assert found == PETS
    assert left(home) == [reply["id"]]
    if os.name == "posix":
        assert folder.parent.stat().st_mode & 0o077 == 0, "nobody else's to read"


def test_it_may_come_in_pieces_of_any_size():
    for files, size in ((PETS, 1000), ({"pets/cat/1.png": b"one", "pets/dog/x": b"", "pets/dog/2.png": b"2"}, 1)):
        reply = in_pieces(body(files), size)
        assert {path: (upload_path(reply["id"]).parent / path).read_bytes() for path in files} == files


def test_a_zip_or_tar_stays_one_and_loose_classes_get_a_folder():
    reply = send(body({"My pets.ZIP": b"PK"})).json()
    assert reply["name"] == "My pets.ZIP" and upload_path(reply["id"]).read_bytes() == b"PK"
    for name in ("pets.tar", "My pets.TAR.GZ", "pets.tgz", "pets.tar.xz", "pets.tbz2"):
        reply = send(body({name: b"\x1f\x8b"})).json()
        assert reply["name"] == name and upload_path(reply["id"]).read_bytes() == b"\x1f\x8b"
    reply = send(body({"cat/1.png": b"1", "dog/1.png": b"2", "readme.txt": b""})).json()
    assert reply["name"] == "pictures"
    assert sorted(one.name for one in upload_path(reply["id"]).iterdir()) == ["cat", "dog", "readme.txt"]


@pytest.mark.parametrize(
    "path",
    [
        "../x.png",
        "pets/../../x.png",
        "/etc/x.png",
        "pets//x.png",
        "pets/./x.png",
        "pets/",
        "",
        ".",
        "pets\\..\\..\\x.png",
        "C:/x.png",
        "pets/c:x.png",
        "pets/x\0.png",
        "pets/x\n.png",
        "pets/\x7f.png",
        "pets/\ud800.png",
        "pets/con",
        "pets/NUL.png",
        "pets/Com1 .txt",
        "pets/lpt¹.png",
        "pets/x.png.",
        "pets/cat /x.png",
        "pets/" + "é" * 128,
        "a/" * 17 + "x.png",
        "a/" * 5000 + "x.png",
        5,
        None,
        ["pets"],
    ],
)
def test_paths_that_could_lead_elsewhere_are_refused(home, path):
    data = lines([("pets/cat/1.png", 1), (path, 1)])
    with pytest.raises(UploadError):
        read_list(data)
    reply = send(len(data).to_bytes(4, "big") + data + b"12")
    assert reply.status_code == 400 and not reply.json()["ok"] and reply.json()["message"].count("\n") == 0
    assert left(home) == [] and not (home.parent / "x.png").exists()


@pytest.mark.parametrize(
    "path", ["pets/猫/1.png", "pets/👩‍🚀/Bild (1).png", "pets/a b/Screenshot at 10.00.00 AM.png", "p/-rf/$(x)"]
)
def test_names_that_people_give_are_taken(path):
    assert read_list(lines([(path, 1)])).files == ((tuple(path.split("/")), 1),)


@pytest.mark.parametrize("size", [-1, 1.5, True, "1", None, 10**30])
def test_sizes_are_whole_numbers_within_bounds(size):
    with pytest.raises(UploadError):
        read_list(lines([("pets/cat/1.png", size)]))


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{", b"[]", b"[" * 9000, b'["x"]', b"null", b"\xff", b"[1,2,3]", b'"ab"']
)
def test_what_is_no_list_is_refused(data):
    with pytest.raises(UploadError, match="reload the page"):
        read_list(data)


def test_too_much_is_refused_before_anything_is_kept(home, monkeypatch):
    with pytest.raises(UploadError, match="100,000 files"):
        read_list(b"\n" * 100_000)
    with pytest.raises(UploadError, match="4 GB"):
        read_list(lines([("pets.zip", (4 << 30) + 1)]))
    with pytest.raises(UploadError, match=r"1\.png is larger than 256 MB"):
        read_list(lines([("pets/cat/1.png", (256 << 20) + 1)]))
    assert read_list(lines([("pets.zip", 300 << 20)])).bytes == 300 << 20
    reply = send((1 << 30).to_bytes(4, "big") + b"x")
    assert (reply.status_code, left(home)) == (413, [])
    monkeypatch.setattr(upload_folder, "SPARE", 1 << 60)
    reply = send(body(PETS))
    assert (reply.status_code, left(home)) == (507, []) and "not enough room" in reply.json()["message"]


@pytest.mark.parametrize("names", [["1.png"], ["1.png", "2.png"], ["a.zip", "b.tar"], ["1.gz"]])
def test_loose_files_are_no_set(names):
    with pytest.raises(UploadError, match="one folder with a sub-folder"):
        read_list(lines([(name, 1) for name in names]))


def test_what_comes_short_or_in_excess_leaves_nothing(home):
    whole = body(PETS)
    for data in (b"", whole[:3], whole[:40], whole[:-1], whole + b"x"):
        reply = send(data)
        assert reply.status_code == 400 and not reply.json()["ok"]
    assert left(home) == []


@pytest.mark.parametrize("files", [[("a/b", 1), ("a/b", 1)], [("a/b", 1), ("a/b/c", 1)], [("a/b/c", 1), ("a/b", 1)]])
def test_two_things_of_one_name_leave_nothing(home, files):
    data = lines(files)
    reply = send(len(data).to_bytes(4, "big") + data + b"12")
    assert reply.status_code in (400, 507) and not reply.json()["ok"]
    assert left(home) == []


def test_whoever_hangs_up_or_falls_silent_leaves_nothing(home, monkeypatch):
    half = {"type": "http.request", "body": body(PETS)[:1000], "more_body": True}
    app = Uploads()
    visit(app, [half, {"type": "http.disconnect"}])
    assert left(home) == []
    monkeypatch.setattr(uploads, "PATIENCE", 0.2)
    start, content = visit(app, [half])
    assert start["status"] == 400 and b"broke off" in content["body"] and left(home) == []
    monkeypatch.setattr(uploads, "AT_ONCE", 1)  # and both have given their turn back
    assert visit(app, [{"type": "http.request", "body": body(PETS)}])[0]["status"] == 200


def test_whoever_sends_a_byte_now_and_then_loses_the_upload_path(home, monkeypatch):
    """One that sends enough may take as long as it likes."""
    monkeypatch.setattr(uploads, "PATIENCE", 0.3)
    monkeypatch.setattr(uploads, "LEAST", 100)
    data = body({"pets/cat/1.png": b"x" * 2000})

    def sent(size: int) -> list[dict]:
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        return [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]

    clock = time.monotonic()
    start, content = visit(Uploads(), sent(1), pause=0.02)
    assert start["status"] == 400 and b"broke off" in content["body"] and left(home) == []
    assert time.monotonic() - clock < 2
    assert visit(Uploads(), [*sent(100), {"type": "http.request"}], pause=0.02)[0]["status"] == 200


def test_a_visitor_sends_two_sets_at_once_and_leaves_a_place_to_others(monkeypatch):
    async def three_of_one_visitor_and_one_of_another() -> list[int]:
        app = Starlette(routes=[Uploads().route()])
        half = {"type": "http.request", "body": body(PETS)[:1000], "more_body": True}

        async def send_half(visitor: str) -> None:
            VISITOR.set(visitor)
            await through(app, [dict(half)])

        def status(visitor: str):
            async def send_all() -> int:
                VISITOR.set(visitor)
                return (await through(app, [{"type": "http.request", "body": body(PETS)}]))[0]["status"]

            return asyncio.create_task(send_all())

        begun = [asyncio.create_task(send_half("10.0.0.9")) for _ in range(2)]
        await asyncio.sleep(0.1)
        found = [await status("10.0.0.9"), await status("10.0.0.1")]
        for task in begun:
            task.cancel()
        await asyncio.gather(*begun, return_exceptions=True)
        return [*found, await status("10.0.0.9")]

    assert asyncio.run(three_of_one_visitor_and_one_of_another()) == [503, 200, 200]


def test_each_visitor_keeps_so_much_and_what_is_gone_counts_no_more(home, monkeypatch):
    monkeypatch.setattr(uploads, "VISITOR_NODES", 12)  # PETS are three files in three folders
    app = Uploads()
    whole = {"type": "http.request", "body": body(PETS)}
    assert [visit(app, [dict(whole)])[0]["status"] for _ in range(3)] == [200, 200, 413]
    assert len(left(home)) == 2, "what was refused is not there"
    reply = json.loads(visit(app, [dict(whole)])[1]["body"])
    assert "thrown away after a day" in reply["message"]
    VISITOR.set("10.0.0.1")
    assert visit(app, [dict(whole)])[0]["status"] == 200
    VISITOR.set("")
    shutil.rmtree(home / "uploads" / left(home)[0])
    shutil.rmtree(home / "uploads" / left(home)[0])
    assert visit(app, [dict(whole)])[0]["status"] == 200
    monkeypatch.setattr(uploads, "VISITOR_NODES", 10**9)
    monkeypatch.setattr(uploads, "VISITOR_BYTES", 200_000)
    assert visit(app, [dict(whole)])[0]["status"] == 413


def test_folders_are_counted_as_files_are(monkeypatch):
    sent = read_list(lines([("pets/cat/a/1.png", 1), ("pets/cat/a/2.png", 1), ("pets/cat/3.png", 1)]))
    assert sent.nodes == 6  # three files; pets, cat and a
    assert read_list(lines([("cat/1.png", 1), ("dog/1.png", 1)])).nodes == 5, "one folder around them"
    assert read_list(lines([("pets.zip", 1)])).nodes == 1
    with pytest.raises(UploadError, match="20,000 folders"):
        read_list(lines([(f"pets/{number}/1.png", 1) for number in range(20_000)]))
    monkeypatch.setattr(upload_folder, "SPARE_NODES", 1 << 60)
    if os.name == "posix" and os.statvfs("/").f_files and os.statvfs(os.environ["GAN_EXPLORER_HOME"]).f_files:
        assert send(body(PETS)).status_code == 507


def test_only_so_many_send_at_once(monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 0)
    reply = send(body(PETS))
    assert reply.status_code == 503 and "try again" in reply.json()["message"]


def test_nothing_is_visible_before_all_is_there(home, monkeypatch):
    seen = []
    write = upload_folder.UploadWriter.write

    def watched(self, data):
        write(self, data)
        seen.append(left(home))

    monkeypatch.setattr(upload_folder.UploadWriter, "write", watched)
    number = in_pieces(body(PETS), 10_000)["id"]
    assert len(seen) > 10 and all(names == [f".{number}"] for names in seen)
    for name in (number[:-1], f".{number}", "../uploads/" + number, None, 5, "0" * 32):
        with pytest.raises(UploadError, match="send them again"):
            upload_path(name)


def test_other_sites_and_public_demos_send_nothing(home):
    for reply in (send(body(PETS), {}), send(body(PETS), {"x-gan-explorer": "x"}), send(body(PETS), read_only=True)):
        assert reply.status_code == 403 and not reply.json()["ok"]
    assert "--read-only" in send(body(PETS), read_only=True).json()["message"]
    assert left(home) == []
    client = TestClient(Starlette(routes=[Uploads().route()]))
    assert client.get("/uploads").status_code == client.put("/uploads", content=body(PETS)).status_code == 405


def test_an_upload_stays_for_as_long_as_a_run_names_it(home):
    ids = [send(body(PETS)).json()["id"] for _ in range(4)]
    for folder, number in (("runs/pets", ids[0]), ("runs/.trash/old", ids[1])):
        (home / folder).mkdir(parents=True)
        config = TrainConfig(data=str(upload_path(number)))
        (home / folder / "config.json").write_text(config.to_json())
    (home / "uploads" / ".stray-file").write_bytes(b"not ours")
    (home / "uploads" / f".{'0' * 32}").mkdir()  # half an upload, of an app that was killed
    delete_old()
    assert len(left(home)) == 6, "none is old"
    for folder in (home / "uploads").iterdir():
        if folder.name != ids[3]:
            os.utime(folder, (time.time(), time.time() - 2 * upload_folder.KEPT))
    delete_old()
    assert sorted(left(home)) == sorted([ids[0], ids[1], ids[3], ".stray-file"])


def test_a_link_among_the_uploads_is_not_followed(home):
    (home / "private").mkdir()
    (home / "uploads" / ("1" * 32)).mkdir(parents=True)
    (home / "uploads" / ("1" * 32) / "pets").symlink_to(home / "private")
    with pytest.raises(UploadError):
        upload_path("1" * 32)
    (home / "uploads" / ("2" * 32)).symlink_to(home / "private")
    os.utime(home / "private", (0, 0))
    delete_old()
    assert (home / "private").exists()


def test_the_page_knows_the_same_limits():
    files, whole, file = re.search(r"files: (\d+), bytes: (.*?), file: (.*?) }", asset("train/upload.js")).groups()
    assert (int(files), eval(whole), eval(file)) == (
        upload_list.MAX_FILES,
        upload_list.MAX_BYTES,
        upload_list.MAX_FILE_BYTES,
    )
    packed = re.compile(re.search("UPLOAD_PACKED = /(.*)/i;", asset("train/upload.js"))[1], re.IGNORECASE)
    assert all(packed.fullmatch(ending) for ending in upload_list.ARCHIVES)
    assert not any(packed.search(name) for name in ("pets.gz", "tar", "pets.tar.lz", "zip/1.png"))
