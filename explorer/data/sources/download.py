"""One file from the net, whole or not at all: resumed where it stopped, checked, and only then given its name."""

import errno
import hashlib
import http.client
import os
import re
import urllib.error
import urllib.request
from pathlib import Path

from explorer.data.imageset import DataError
from explorer.data.progress import Report

MAX_BYTES = 256 << 20
"""The largest file of a known set, CIFAR-10's, has 170 MB."""

_TRIES = 3
_TIMEOUT = 30.0  # seconds without a byte
_BLOCK = 1 << 16


class _Interrupted(Exception):
    """The connection ended before the file did; what came so far is kept."""


def download(url: str, target: Path, digest: str, report: Report) -> None:
    """Fetch `url` to `target`, whose MD5 or SHA-256 (told by its length) must come out as `digest`.

    What arrives is kept beside the target as `<name>.part`; a later try, in this call or in another run, asks for
    the rest only (HTTP Range). MD5 is what most publishers give; it is enough to notice a damaged or replaced
    file, and what arrives is read by a strict parser in any case.
    Raises DataError: no connection, wrong bytes, no room on the disk.
    """
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, _TRIES + 1):
            try:
                _fetch_rest(url, part, report)
                break
            except (_Interrupted, urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as e:
                refused = isinstance(e, urllib.error.HTTPError)
                if attempt == _TRIES or refused:
                    raise DataError(_lost(url, part, e)) from e
        kind = {32: "md5", 64: "sha256"}[len(digest)]
        if _digest(part, kind) != digest:
            part.unlink()
            raise DataError(
                f"What came from {url} is not the official file (its {kind.upper()} differs) and was thrown away: "
                f"try again, or put a copy of the file into {target.parent}."
            )
        os.replace(part, target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DataError(f"The disk is full: {part} could not be written; make room and run this again.") from error
        raise DataError(f"{target} cannot be written ({error.strerror or error}).") from error


def _fetch_rest(url: str, part: Path, report: Report) -> None:
    """Append to `part` what it still lacks."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "gan-explorer", "Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    try:
        response = urllib.request.urlopen(request, timeout=_TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            return  # nothing beyond what is here: the hash will say whether it is right
        raise
    with response:
        start, total = _extent(response, have)
        what = f"Downloading {url.rsplit('/', 1)[-1]}"
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            done = start
            report(what, done, total)
            while block := _read(response):
                done += len(block)
                if done > MAX_BYTES:
                    raise DataError(f"{url} is larger than any file expected there: it was not kept.")
                file.write(block)
                report(what, done, total)
    if done < total:
        raise _Interrupted


def _extent(response: http.client.HTTPResponse, have: int) -> tuple[int, int]:
    """Where in the file this answer begins, and how long the file is (0: unknown)."""
    if response.status == http.HTTPStatus.PARTIAL_CONTENT:
        match = re.match(r"bytes (\d+)-\d+/(\d+|\*)$", response.headers.get("Content-Range", ""))
        if match and int(match[1]) == have:
            return have, 0 if match[2] == "*" else int(match[2])
        raise http.client.HTTPException("the server sent another part of the file than the one asked for")
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else 0


def _read(response: http.client.HTTPResponse) -> bytes:
    """The next block; a broken connection is told apart from a broken disk here, since both are OSError."""
    try:
        return response.read(_BLOCK)
    except (OSError, http.client.IncompleteRead) as error:
        raise _Interrupted(str(error)) from error


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()


def _lost(url: str, part: Path, error: Exception) -> str:
    if isinstance(error, urllib.error.HTTPError):
        return f"{url} answers {error.code} {error.reason}: try again later, or fetch the files yourself."
    if part.exists() and part.stat().st_size:
        return f"The download of {url} broke off after {part.stat().st_size:,} bytes: run this again and it goes on."
    reason = getattr(error, "reason", None) or error or "no answer"
    return f"{url} cannot be reached ({reason}): connect to the net, or name a folder that has the files by --data-dir."
