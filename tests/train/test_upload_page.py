"""A folder or a zip brought to a page of the app, in real Chromium: picked, dropped, sent, cancelled."""

from pathlib import Path

import pytest

from explorer.app.server import scripts

pytest_plugins = ["app_in_chromium"]

DROP = """() => {
  const inputs = "<input id=own type=file multiple><input id=folder type=file webkitdirectory>";
  document.body.insertAdjacentHTML("beforeend", inputs);
  const sheet = Object.assign(document.createElement("div"), { id: "drop" });
  sheet.style = "position: fixed; inset: 0; z-index: 999";
  sheet.addEventListener("dragover", (event) => event.preventDefault());
  sheet.addEventListener("drop", async (event) => {
    event.preventDefault();
    window.dropped = filesOfDrop(event.dataTransfer);
  });
  document.body.append(sheet);
}"""
SEND = """async (files) => {
  const shares = [];
  const reply = await upload(await files, (share) => shares.push(share)).done;
  return { ...reply, shares };
}"""


@pytest.fixture
def page(visit):
    page = visit()
    script = f"new URL('{scripts.address('train/upload.js')}', document.baseURI).href"
    page.evaluate(f"import({script}).then((upload) => {{ Object.assign(window, upload); }})")
    page.evaluate(DROP)
    return page


@pytest.fixture
def pets(tmp_path) -> Path:
    for name, content in {
        "cat/1.png": b"1",
        "cat/.DS_Store": b"x",
        "dog/deep/2 (a).png": b"2" * 300_000,
        "dog/Thumbs.db": b"x",
        ".git/config": b"x",
        "<img src=x onerror=window.hacked=3>/é.png": b"",
    }.items():
        path = tmp_path / "pets" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "pets"


ARRIVED = {
    "cat/1.png": b"1",
    "dog/deep/2 (a).png": b"2" * 300_000,
    "<img src=x onerror=window.hacked=3>/é.png": b"",
}


def kept(home: Path) -> list[Path]:
    return sorted((home / "uploads").iterdir()) if (home / "uploads").exists() else []


def arrived(home: Path, number: str) -> dict[str, bytes]:
    root = home / "uploads" / number / "pets"
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_a_picked_folder_arrives_without_what_file_managers_leave(page, home, pets):
    page.set_input_files("#folder", pets)
    reply = page.evaluate(f"({SEND})(filesOfInput(document.querySelector('#folder')))")
    assert reply["ok"] and reply["name"] == "pets" and reply["shares"][-1] == 1
    assert arrived(home, reply["id"]) == ARRIVED
    assert page.evaluate("window.hacked") is None


def test_a_dropped_folder_arrives_too(page, home, pets):
    client = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        data = {"items": [], "files": [str(pets)], "dragOperationsMask": 1}
        client.send("Input.dispatchDragEvent", {"type": kind, "x": 100, "y": 100, "data": data})
    page.wait_for_function("window.dropped")
    reply = page.evaluate(f"({SEND})(window.dropped)")
    assert reply["ok"] and reply["name"] == "pets"
    assert arrived(home, reply["id"]) == ARRIVED


def test_what_cannot_be_sent_is_explained(page, home, tmp_path):
    before = kept(home)
    (tmp_path / "1.png").write_bytes(b"x")
    page.set_input_files("#own", tmp_path / "1.png")
    reply = page.evaluate(f"({SEND})(filesOfInput(document.querySelector('#own')))")
    assert not reply["ok"] and "one folder with a sub-folder" in reply["message"]
    assert "no file in this" in page.evaluate(f"({SEND})([])")["message"]
    large = "[{ path: 'pets/cat/1.png', file: { size: 2 ** 29, name: '1.png' } }]"
    assert "larger than 256 MB" in page.evaluate(f"({SEND})({large})")["message"]
    assert kept(home) == before


def test_sending_can_be_cancelled(page, home):
    before = kept(home)
    reply = page.evaluate("""() => {
      const sending = upload([{ path: "pets.zip", file: new File([new Uint8Array(30e6)], "pets.zip") }]);
      sending.cancel();
      return sending.done;
    }""")
    assert reply == {"ok": False, "message": "Stopped; nothing was kept."}
    page.wait_for_timeout(300)
    assert kept(home) == before
