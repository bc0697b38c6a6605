"""A headless Firefox, spoken to over WebDriver BiDi, which it understands by itself: no driver is needed."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any

NAMES = ("firefox-esr", "firefox")
# Whatever it would fetch goes to a proxy that is not there.
PREFERENCES = {
    "network.proxy.type": 1,
    **{f"network.proxy.{kind}": "127.0.0.1" for kind in ("http", "ssl", "socks")},
    **{f"network.proxy.{kind}_port": 9 for kind in ("http", "ssl", "socks")},
    "network.proxy.no_proxies_on": "",
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}


def find_firefox() -> str | None:
    """Its path: the environment variable FIREFOX, else the first on the PATH."""
    named = os.environ.get("FIREFOX")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    """One tab of it."""

    def __init__(self, socket: Any):
        self._socket, self._number = socket, 0
        self._ask("session.new", capabilities={})
        (context,) = self._ask("browsingContext.getTree")["contexts"]
        self._context = context["context"]

    def open(self, address: str) -> None:
        self._ask("browsingContext.navigate", context=self._context, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """What an expression gives, or the promise that it gives; it crosses as JSON."""
        text = f"Promise.resolve({expression}).then((value) => JSON.stringify(value))"
        target = {"context": self._context}
        found = self._ask("script.evaluate", expression=text, target=target, awaitPromise=True)
        if found["type"] != "success":
            raise AssertionError(found["exceptionDetails"]["text"])
        return json.loads(found["result"]["value"])

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            reply = json.loads(self._socket.recv(timeout=60))
            if reply.get("id") == self._number:
                assert reply["type"] == "success", reply
                return reply["result"]


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    """Start one with an empty profile in that folder, and end it."""
    from websockets.sync.client import connect

    profile.mkdir()
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines))
    command = [str(find_firefox()), "--headless", "--no-remote", "--profile", str(profile)]
    command += ["--remote-debugging-port", "0"]
    environment = {**os.environ, "HOME": str(profile), "MOZ_HEADLESS": "1"}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    said: Queue[str] = Queue()
    Thread(target=lambda: [said.put(line) for line in process.stderr or ()], daemon=True).start()
    try:
        with connect(f"{_address(said)}/session", max_size=None) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        process.wait(20)


def _address(said: Queue) -> str:
    try:
        while True:
            _, marker, address = said.get(timeout=60).partition("WebDriver BiDi listening on ")
            if marker:
                return address.strip()
    except Empty:
        raise AssertionError("Firefox did not open for remote control") from None
