"""A corpus on disk: its fingerprint, its lines, its words, one pass over it. It is never in memory as a whole."""

import codecs
import hashlib
import io
import re
import stat
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from explorer.files import open_regular
from explorer.words.errors import WordSpaceError
from explorer.words.unpacking import read_errors, unpacked

MAX_LINE = 1 << 16  # characters read at once: a text may stand on one endless line
_BLOCK = 1 << 20  # bytes
_HEAD = 4096  # bytes that show what a file is
_REPORT_EVERY = 1000  # sentences
MAX_LETTERS = 40  # longer runs of letters are addresses and formulas

_PLAIN = (("’", "'"), ("‘", "'"), ("‐", "-"), ("‑", "-"), ("\u00ad", ""))  # the last: soft hyphens are no letters
# Letters and digits with at least one letter among them: years and sums say little and would fill the windows.
_WORD = re.compile(r"(?=[\d'-]*[^\W\d_])[^\W_]+(?:[-'][^\W_]+)*")

ReportBytes = Callable[[int], None]  # called with the number of bytes of the file read so far


@dataclass(frozen=True)
class Fingerprint:
    """Identity of a corpus: the file's name, bytes and sha256."""

    name: str
    bytes: int
    sha256: str


def size(path: Path) -> int:
    """Size of the file in bytes; raises WordSpaceError for what is no file, or can be read only once."""
    with read_errors(path):
        found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise WordSpaceError(f"{path} is a folder; name a text in it.")
    if not stat.S_ISREG(found.st_mode):
        raise WordSpaceError(f"{path} is a stream, which can be read only once; write it to a file first.")
    if found.st_size == 0:
        raise WordSpaceError(f"{path} is empty; give a text with some thousand lines.")
    return found.st_size


def fingerprint(path: Path, stop: threading.Event, report: ReportBytes = lambda read: None) -> Fingerprint:
    """The fingerprint, from reading the whole file (about a second a gigabyte); raises WordSpaceError, and
    KeyboardInterrupt once `stop` is set."""
    digest, read = hashlib.sha256(), 0
    with read_errors(path), open_regular(path) as file:
        while block := file.read(_BLOCK):
            if stop.is_set():
                raise KeyboardInterrupt("Stopped before anything was done.")
            digest.update(block)
            read += len(block)
            report(read)
    return Fingerprint(path.name, read, digest.hexdigest())


def is_dump(path: Path) -> bool:
    """Whether the file is a MediaWiki dump, compressed or not; raises WordSpaceError when it cannot be read at all."""
    with read_errors(path), unpacked(path) as (stream, _):
        head = stream.read(_HEAD).removeprefix(codecs.BOM_UTF8).lstrip()
        return head.startswith(b"<") and b"<mediawiki" in head


def lines(path: Path, report: ReportBytes = lambda read: None) -> Iterator[str]:
    """The lines of a text, plain or packed; endless ones in pieces. Raises WordSpaceError with the line."""
    number = 0
    with read_errors(path), unpacked(path) as (stream, raw):
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="\n")
        try:
            while line := text.readline(MAX_LINE):
                number += 1
                if "\0" in line:
                    raise WordSpaceError(f"{path} is not a text (line {number} holds zero bytes): give a plain text.")
                if number % 1000 == 0:
                    report(raw.tell())
                yield line
        except UnicodeDecodeError:
            raise WordSpaceError(
                f"{path} is not a text in UTF-8 (after line {number}): give a plain text, or convert it to UTF-8."
            ) from None


def words_of(text: str) -> list[str]:
    """The words of a text in order, as people type them: NFC, lower case, hyphens and apostrophes inside words kept, a
    possessive 's dropped.

    "The T-shirt’s price in 2014" gives the, t-shirt, price, in.
    """
    text = unicodedata.normalize("NFC", text).lower()
    if not text.isascii():
        for odd, plain in _PLAIN:
            text = text.replace(odd, plain)
    return [word.removesuffix("'s") for word in _WORD.findall(text) if len(word) <= MAX_LETTERS]


class CorpusPass:
    """The sentences of a text as lists of words, once through; `sentences` and `running` (words) count them.

    gensim reads them in a thread of its own, where an exception would be lost and training wait for ever. So an error
    or a stop ends the pass, and `check` raises it afterwards. report_bytes, report_words: called with the bytes read
    and the words counted so far.
    """

    def __init__(
        self,
        text: Path,
        stop: threading.Event,
        report_bytes: ReportBytes = lambda count: None,
        report_words: Callable[[int], None] = lambda count: None,
    ):
        self.sentences = self.running = 0
        self._text, self._stop = text, stop
        self._report_bytes, self._report_words = report_bytes, report_words
        self._error: Exception | None = None
        self._stopped = False

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for line in lines(self._text, self._report_bytes):
                if self._stop.is_set():
                    self._stopped = True
                    return
                words = words_of(line)
                if words:
                    self.sentences += 1
                    self.running += len(words)
                    if self.sentences % _REPORT_EVERY == 0:
                        self._report_words(self.running)
                    yield words
        except Exception as error:
            self._error = error

    def check(self, doing: str) -> None:
        """Raise the error that ended the pass, or KeyboardInterrupt if it was stopped before its end."""
        if self._error is not None:
            raise self._error
        if self._stopped:
            raise KeyboardInterrupt(
                f"Stopped in {doing}; the same command begins that again and keeps what was before."
            )
