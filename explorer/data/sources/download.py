"""Download of one file, whole or not at all: resumed where it stopped, checked, and only then given its name."""

import errno
import hashlib
import os
import re
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.data.imageset import DataError
from explorer.data.progress import Report

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 256 << 20
"""The largest file of a known set, CIFAR-10's, has 170 MB."""

_TRIES = 3
_TIMEOUT = 30.0  # seconds to connect, and without a byte
_RANGE_NOT_SATISFIABLE, _PARTIAL_CONTENT = 416, 206


def download(url: str, target: Path, digest: str, report: Report) -> None:
    """Fetch `url` to `target`, whose MD5 or SHA-256 (by its length) must be `digest`.

    What arrives is kept beside the target as `<name>.part`; a later try, in this call or in another run, asks for
    the rest only (HTTP Range). Proxies are taken from the environment, certificates from the system. MD5 is what most
    publishers give; it is enough to notice a damaged or replaced file, and what arrives is read by a strict parser in
    any case.
    Raises DataError: no connection, wrong bytes, no room on the disk.
    """
    import httpx  # a tenth of a second, which data that is here already need not wait for

    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, _TRIES + 1):
            try:
                _fetch_rest(url, part, report)
                break
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                if attempt == _TRIES or not isinstance(error, httpx.TransportError):
                    raise DataError(_failure(url, part, error)) from error
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
    """Append to `part` what it still lacks; httpx.HTTPError where the connection ends before the file does."""
    import httpx

    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": "gan-explorer", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    with _client() as client, client.stream("GET", url, headers=headers) as response:
        if response.status_code == _RANGE_NOT_SATISFIABLE and have:
            return  # nothing beyond what is here: the hash will say whether it is right
        response.raise_for_status()
        start, total = _extent(response, have)
        what = f"Downloading {url.rsplit('/', 1)[-1]}"
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            done = start
            report(what, done, total)
            for block in response.iter_raw():
                done += len(block)
                if done > MAX_BYTES:
                    raise DataError(f"{url} is larger than any file expected there: it was not kept.")
                file.write(block)
                report(what, done, total)
    if done < total:
        raise httpx.RemoteProtocolError("the connection ended before the file did")


def _client() -> "httpx.Client":
    import httpx

    try:
        return httpx.Client(timeout=_TIMEOUT, follow_redirects=True, verify=ssl.create_default_context())
    except (ImportError, ValueError) as error:  # SOCKS without the package for it; a scheme that is none
        raise DataError(f"The proxy named in the environment cannot be used ({error}): correct it.") from error


def _extent(response: "httpx.Response", have: int) -> tuple[int, int]:
    """Where in the file this answer begins, and how long the file is (0: unknown)."""
    import httpx

    if response.status_code == _PARTIAL_CONTENT:
        match = re.match(r"bytes (\d+)-\d+/(\d+|\*)$", response.headers.get("Content-Range", ""))
        if match and int(match[1]) == have:
            return have, 0 if match[2] == "*" else int(match[2])
        raise httpx.RemoteProtocolError("the server sent another part of the file than the one asked for")
    length = response.headers.get("Content-Length", "")
    return 0, int(length) if length.isdecimal() else 0


def _digest(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()


def _failure(url: str, part: Path, error: Exception) -> str:
    """The sentence about a download that failed."""
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        answer = f"{error.response.status_code} {error.response.reason_phrase}".strip()
        return f"{url} answers {answer}: try again later, or fetch the files yourself."
    if part.exists() and part.stat().st_size:
        return f"The download of {url} broke off after {part.stat().st_size:,} bytes: run this again and it goes on."
    reason = str(error) or "no answer"
    return f"{url} cannot be reached ({reason}): connect to the net, or name a folder that has the files by --data-dir."
