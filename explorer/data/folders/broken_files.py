"""The files of a set that cannot be read as pictures: found in one pass, and reported together."""

from collections.abc import Sequence

from explorer.data.decode import BrokenPicture
from explorer.data.folders.listing import Listing, Parts
from explorer.data.imageset import DataError
from explorer.errors import shown

MAX_NAMED = 10  # in a sentence
MAX_KEPT = 1000  # for a list
SKIP_HINT = "(--skip-broken)"
"""The option of the command line that leaves them out; the app's page has a tick box for it."""


class BrokenFiles(DataError):
    """Some files of a set cannot be read. files: the path of each below the set's folder, and why, MAX_KEPT at most.
    count: how many there are."""

    def __init__(self, sentence: str, files: tuple[tuple[str, str], ...], count: int):
        super().__init__(sentence)
        self.files, self.count = files, count


class BrokenFileLog:
    """The broken ones found so far among `total` files of a listing."""

    def __init__(self, listing: Listing, total: int):
        self._listing, self._total = listing, total
        self._kept: list[tuple[str, str]] = []
        self._count = 0
        self._first: DataError | None = None

    def add(self, parts: Parts, error: DataError) -> None:
        """Record a file that gave an error."""
        self._count += 1
        self._first = self._first or error
        if len(self._kept) < MAX_KEPT:
            self._kept.append((shown("/".join(parts)), _reason(error, self._listing.where(parts))))

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """The path of each below the set's folder, and why it cannot be read; MAX_KEPT at most."""
        return tuple(self._kept)

    def check(self, skip: bool) -> None:
        """Raise BrokenFiles if there is one and they are not to be skipped."""
        if not self._count or skip:
            return
        own = str(self._first)
        if self._count == 1:
            sentence = f"{own.removesuffix('.')}, or leave it out {SKIP_HINT}."
        elif self._count == self._total and not isinstance(self._first, BrokenPicture):
            sentence = own  # such as an encrypted zip: what is wrong is no single file's fault
        else:
            found = f"{self._listing.root}: {_cannot(self._count, self._total)}{_named(self._kept, self._count)}"
            sentence = f"{found}; repair or remove them, or leave them out {SKIP_HINT}."
        raise BrokenFiles(sentence, self.files, self._count) from self._first


def left_out_note(files: Sequence[tuple[str, str]], count: int, total: int) -> str:
    """The sentence about `count` files of `total` that were left out, which names no place on this machine."""
    return f"{_cannot(count, total)} and were left out{_named(files, count)}."


def _cannot(count: int, total: int) -> str:
    return f"{count:,} of {total:,} files cannot be read"


def _named(files: Sequence[tuple[str, str]], count: int) -> str:
    named = ", ".join(f"{shown(file, 100)} ({shown(reason, 100)})" for file, reason in files[:MAX_NAMED])
    more = count - MAX_NAMED
    return f": {named}, and {more:,} more" if more > 0 else f": {named}"


def _reason(error: DataError, where: str) -> str:
    """Why, in a few words: without the place before and the advice after it, which a listing's sentence has."""
    if isinstance(error, BrokenPicture):
        return shown(error.reason)
    sentence = str(error).removeprefix(where).strip()
    return shown(sentence.rpartition(": ")[0] or sentence)
