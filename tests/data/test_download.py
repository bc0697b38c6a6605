"""The download of official files, against a server on this machine."""

import gzip
import hashlib
import io
import socket
import struct
import tarfile
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import explorer.data.sources.cifar10 as cifar10
import explorer.data.sources.mnist as mnist
from explorer.data import DataError, load
from explorer.data.sources.download import download

COUNT = 400
IMAGES = gzip.compress(struct.pack(">BBBB3I", 0, 0, 8, 3, COUNT, 28, 28) + bytes(range(256)) * (COUNT * 784 // 256), 0)
LABELS = gzip.compress(struct.pack(">BBBB1I", 0, 0, 8, 1, COUNT) + bytes(i % 10 for i in range(COUNT)))
FILES = {"/train-images-idx3-ubyte.gz": IMAGES, "/train-labels-idx1-ubyte.gz": LABELS}
CUT = 100_000


class Host:
    """A web server with the two files, and with the faults that a test asks for."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str | None]] = []
        self.files = dict(FILES)
        self.cuts = 0  # how many answers break off after CUT bytes
        self.ranges = True  # whether Range is honoured
        self.status: int | None = None  # answer this to everything
        self.moved = ""  # where everything is to be asked for instead
        self.silent = threading.Event()  # when set, answers stop after CUT bytes, and the connection stays
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.answer(self)

            def log_message(self, *arguments) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        wanted = to.headers.get("Range")
        self.requests.append((to.path, wanted))
        data = self.files.get(to.path)
        if self.status or data is None:
            to.send_error(self.status or 404)
            return
        if self.moved:
            to.send_response(302)
            to.send_header("Location", self.moved + to.path)
            to.end_headers()
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.ranges else 0
        if start >= len(data):
            to.send_error(416)
            return
        to.send_response(206 if start else 200)
        if start:
            to.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        to.send_header("Content-Length", str(len(data) - start))
        to.end_headers()
        cut = self.cuts > 0 or self.silent.is_set()
        self.cuts -= self.cuts > 0
        to.wfile.write(data[start : start + CUT] if cut else data[start:])
        while self.silent.is_set():
            time.sleep(0.02)

    def close(self) -> None:
        self.silent.clear()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def host():
    running = Host()
    yield running
    running.close()


@pytest.fixture
def home(tmp_path, monkeypatch, host) -> Path:
    """The user's cache, with MNIST's address pointing at `host` and no other place to find it."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GAN_EXPLORER_DATA", raising=False)
    monkeypatch.setattr(mnist, "DEBIAN", tmp_path / "debian")
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    md5 = {name[1:].removesuffix(".gz"): hashlib.md5(data).hexdigest() for name, data in FILES.items()}
    monkeypatch.setitem(mnist.SOURCES, "mnist", replace(mnist.SOURCES["mnist"], base=host.url, md5=md5))
    return tmp_path / "home" / "data" / "mnist"


def files(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir()) if home.is_dir() else []


def test_downloads_once(home, host):
    reports = []
    pictures = load("mnist", progress=lambda *step: reports.append(step))
    assert len(pictures) == COUNT and pictures.images[0, 0, 0, :5].tolist() == [0, 1, 2, 3, 4]
    assert files(home) == ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"], "and nothing half-done beside"
    assert (home / "train-images-idx3-ubyte.gz").read_bytes() == IMAGES
    assert reports[0] == ("Downloading train-images-idx3-ubyte.gz", 0, len(IMAGES))
    assert ("Downloading train-images-idx3-ubyte.gz", len(IMAGES), len(IMAGES)) in reports
    count = len(host.requests)
    load("mnist", progress=False)
    assert len(host.requests) == count == 2


def test_an_interruption_is_resumed_in_the_same_run(home, host):
    host.cuts = 2
    load("mnist", progress=False)
    assert [wanted for path, wanted in host.requests if "images" in path] == [
        None,
        f"bytes={CUT}-",
        f"bytes={2 * CUT}-",
    ]
    assert (home / "train-images-idx3-ubyte.gz").read_bytes() == IMAGES


def test_a_broken_download_goes_on_in_the_next_run(home, host):
    host.cuts = 3
    with pytest.raises(DataError, match=r"broke off after 300,000 bytes: run this again and it goes on"):
        load("mnist", progress=False)
    assert files(home) == ["train-images-idx3-ubyte.gz.part"]
    host.requests.clear()
    assert len(load("mnist", progress=False)) == COUNT
    assert host.requests[0][1] == f"bytes={3 * CUT}-"


def test_a_server_without_ranges_starts_again(home, host):
    host.cuts, host.ranges = 1, False
    load("mnist", progress=False)
    assert (home / "train-images-idx3-ubyte.gz").read_bytes() == IMAGES


def test_a_part_that_is_whole_already(home, host):
    home.mkdir(parents=True)
    (home / "train-images-idx3-ubyte.gz.part").write_bytes(IMAGES)
    load("mnist", progress=False)
    assert files(home) == ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"]


def test_wrong_bytes_are_thrown_away(home, host):
    host.files["/train-images-idx3-ubyte.gz"] = IMAGES[:-1] + b"!"
    with pytest.raises(DataError, match=r"not the official file .* was thrown away"):
        load("mnist", progress=False)
    assert files(home) == []
    host.files.update(FILES)
    assert len(load("mnist", progress=False)) == COUNT


def test_a_stale_part_does_not_stick(home, host):
    """A damaged part is noticed by the hash of the whole; the run after it starts clean."""
    home.mkdir(parents=True)
    (home / "train-images-idx3-ubyte.gz.part").write_bytes(b"x" * 1000)
    with pytest.raises(DataError, match="not the official file"):
        load("mnist", progress=False)
    assert len(load("mnist", progress=False)) == COUNT


@pytest.mark.parametrize("status", [403, 404, 503])
def test_a_server_that_refuses(home, host, status):
    host.status = status
    with pytest.raises(DataError, match=f"answers {status} .*: try again later"):
        load("mnist", progress=False)
    assert len(host.requests) == 1, "no hammering"


def test_a_server_that_falls_silent(home, host, monkeypatch):
    monkeypatch.setattr("explorer.data.sources.download._TIMEOUT", 0.2)
    host.silent.set()
    with pytest.raises(DataError, match=r"broke off after 300,000 bytes: run this again and it goes on"):
        load("mnist", progress=False)


def test_a_file_larger_than_any_is_not_kept(home, host, monkeypatch):
    monkeypatch.setattr("explorer.data.sources.download.MAX_BYTES", CUT)
    with pytest.raises(DataError, match="larger than any file expected there"):
        load("mnist", progress=False)
    assert (home / "train-images-idx3-ubyte.gz.part").stat().st_size <= CUT


def test_a_redirection_is_followed(home, host):
    other = Host()
    try:
        host.moved, host.cuts = other.url.removesuffix("/"), 0
        other.cuts = 1
        assert len(load("mnist", progress=False)) == COUNT
        assert [wanted for path, wanted in other.requests if "images" in path] == [None, f"bytes={CUT}-"]
    finally:
        other.close()


def test_a_proxy_of_the_environment_is_asked(home, host, monkeypatch, tmp_path):
    url = "http://nowhere.invalid/file.gz"
    host.files[url] = b"x" * 10
    monkeypatch.setenv("http_proxy", host.url)
    download(url, tmp_path / "file.gz", hashlib.md5(host.files[url]).hexdigest(), lambda *step: None)
    assert host.requests == [(url, None)] and (tmp_path / "file.gz").read_bytes() == host.files[url]
    monkeypatch.setenv("http_proxy", "gopher://127.0.0.1")
    with pytest.raises(DataError, match=r"The proxy named in the environment cannot be used \("):
        download(url, tmp_path / "other.gz", "0" * 32, lambda *step: None)


def test_no_connection(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/file.gz"
    with pytest.raises(DataError, match=r"cannot be reached \(.*\): connect to the net, or name a folder"):
        download(url, tmp_path / "file.gz", "0" * 32, lambda *step: None)
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a Linux device")
def test_a_full_disk(home, host):
    home.mkdir(parents=True)
    (home / "train-images-idx3-ubyte.gz.part").symlink_to("/dev/full")
    with pytest.raises(DataError, match=r"disk is full: .*make room"):
        load("mnist", progress=False)


def test_a_cache_that_cannot_be_written(home):
    home.parent.mkdir(parents=True)
    home.write_text("a file where the folder should be")
    with pytest.raises(DataError, match="cannot be written"):
        load("mnist", progress=False)


def test_a_download_is_not_begun_unasked(home, host):
    with pytest.raises(DataError, match="allow the download"):
        load("mnist", download=False, progress=False)
    assert host.requests == []


def test_cifar_10_comes_whole_and_is_what_it_says(home, host, monkeypatch):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz", compresslevel=0) as file:
        for name in (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"):
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{name}.bin")
            info.size = 10 * 3073
            file.addfile(info, io.BytesIO(bytes(range(10)) * 3073))
    archive = content.getvalue()
    host.files["/cifar-10-binary.tar.gz"], host.cuts = archive[:-1] + b"!", 1
    monkeypatch.setattr(cifar10, "ADDRESS", f"{host.url}cifar-10-binary.tar.gz")
    monkeypatch.setattr(cifar10, "SHA256", hashlib.sha256(archive).hexdigest())
    with pytest.raises(DataError, match=r"not the official file \(its SHA256 differs\) and was thrown away"):
        load("cifar10", progress=False)
    home = home.with_name("cifar10")
    assert files(home) == [] and [wanted for _, wanted in host.requests] == [None, f"bytes={CUT}-"]
    host.files["/cifar-10-binary.tar.gz"] = archive
    assert len(load("cifar10", progress=False)) == 50 and files(home) == ["cifar-10-binary.tar.gz"]
    host.status = 404
    assert len(load("cifar10", split="test", progress=False)) == 10, "from the cache"


def test_published_addresses_and_hashes():
    """Each known source names its four official files; a slip in this table would only show on the day it is needed."""
    for source in mnist.SOURCES.values():
        assert source.base.startswith("http") and source.base.endswith("/")
        assert len(set(source.md5.values())) == 4 and all(len(bytes.fromhex(md5)) == 16 for md5 in source.md5.values())
        assert set(source.label_sha256) == {"train", "test"}
