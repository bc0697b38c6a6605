"""Runs Python in a real pseudo-terminal, of a given width, as a person would see it."""

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from pathlib import Path

COMMANDS = """
import fcntl, json, os, struct, sys, termios
from explorer.cli import main
commands, terminals = map(json.loads, sys.argv[1:])
for columns, folder in terminals:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    os.chdir(folder)
    os.environ["GAN_EXPLORER_HOME"] = os.path.join(folder, "home")
    for arguments in commands:
        print(f"[{main(arguments)}] {' '.join(arguments)}", flush=True)
    print(f"[columns] {columns}", flush=True)
"""


class Terminal:
    """A process whose stdin, stdout and stderr are a terminal of its own; `seen` is what it has written so far."""

    def __init__(self, arguments: list[str], columns: int = 80, cwd: Path | None = None, **environment: str):
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        self.process = subprocess.Popen(
            arguments,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=cwd,
            env={**kept, "TERM": "xterm-256color", **environment},
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that closing it hangs the process up
        )
        os.close(theirs)
        self.seen = ""
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._ours, 65536)
            except OSError:  # Linux says so when the last of the other side is gone
                return
            if not data:
                return
            self.seen += data.decode("utf-8", "replace")

    def press(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def hang_up(self) -> None:
        """Close the terminal, as a dropped ssh does."""
        os.close(self._ours)

    def wait(self, seconds: float = 120) -> int:
        """The exit status."""
        status = self.process.wait(seconds)
        self._reading.join(5)
        return status

    @property
    def text(self) -> str:
        """What was written, without colours and cursor movements."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.seen).replace("\r", "\n")


def run_commands(commands: list[list[str]], folders: dict[int, Path]) -> dict[int, str]:
    """What terminals show of several commands, one after the other, by their width; each command ends with a line
    `[status] arguments`. One process for all, which begins anew in another folder and home."""
    places = json.dumps([[columns, str(folder)] for columns, folder in folders.items()])
    terminal = Terminal([sys.executable, "-c", COMMANDS, json.dumps(commands), places])
    terminal.wait(300)
    return dict(zip(folders, re.split(r"^\[columns\] \d+$", terminal.text, flags=re.MULTILINE), strict=False))
