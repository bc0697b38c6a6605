"""Open a file of vectors: unpacked if it is packed; of a zip, one member."""

import io
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast

from explorer.errors import shown
from explorer.words.errors import WordSpaceError
from explorer.words.importing.layout import detect_layout
from explorer.words.unpacking import limited, read_errors, unpacked, unpacking

MAX_MEMBERS = 1000
_HEAD = 1 << 20  # bytes
_NAMED_DIM = re.compile(r"(?<![0-9A-Za-z])(\d{1,4})d(?![0-9A-Za-z])")


@dataclass(frozen=True)
class Opened:
    """label: its name in errors. name: of the file or, if a zip has several, of the member. member: whether it is one
    of a zip. notes: sentences to show."""

    stream: io.BufferedReader
    label: str
    name: str
    member: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Member:
    info: zipfile.ZipInfo
    dim: int  # numbers in a vector, by its name or else by its first row

    @property
    def path(self) -> PurePosixPath:
        return PurePosixPath(self.info.filename)


@contextmanager
def open_vectors(source: Path, dim: int | None) -> Iterator[Opened]:
    """`source` open for reading; dim: which of the files in a zip, by the numbers in a vector. Raises WordSpaceError,
    also for what goes wrong inside the block because the file is broken."""
    if source.is_dir():
        raise WordSpaceError(f"{source} is a folder; name the file of vectors in it.")
    with read_errors(source), unpacked(source) as (stream, raw):
        if not stream.peek(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield Opened(stream, str(source), source.name)
            return
        raw.seek(0)
        try:
            with zipfile.ZipFile(raw) as archive:
                member, notes, alone = _choose(source, _members(archive), dim)
                label = f"{shown(member.info.filename)} in {source}"
                with _open(archive, member.info) as file:
                    yield Opened(file, label, source.name if alone else member.path.name, True, notes)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # RuntimeError: it wants a password
            raise WordSpaceError(
                f"{source} cannot be read as a zip ({shown(error)}); unpack it, and import the file in it."
            ) from None


def _open(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> io.BufferedReader:
    size = min(info.compress_size, os.fstat(archive.fp.fileno()).st_size)
    return unpacking(limited(cast(io.BufferedReader, archive.open(info)), size), size)


def _members(archive: zipfile.ZipFile) -> list[_Member]:
    """Files of vectors in a zip, detected by their beginnings."""
    found = []
    for info in archive.infolist()[:MAX_MEMBERS]:
        path = PurePosixPath(info.filename)
        if info.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts:
            continue
        with _open(archive, info) as file:
            layout = detect_layout(file.peek(_HEAD), info.filename)
        if layout is not None:
            named = _NAMED_DIM.search(path.name)
            found.append(_Member(info, int(named[1]) if named else layout.dim))
    return found


def _choose(source: Path, members: list[_Member], dim: int | None) -> tuple[_Member, tuple[str, ...], bool]:
    """The member to read, notes about it, and whether it is the only one."""
    if not members:
        raise WordSpaceError(
            f"{source} holds no file of vectors that is read from a zip; unpack it, and import the file itself."
        )
    fitting = [member for member in members if dim is None or member.dim == dim]
    listed = ", ".join(f"{shown(member.info.filename, 60)} ({member.dim})" for member in members[:12])
    if not fitting:
        raise WordSpaceError(f"{source} holds no vectors of {dim} numbers, but these: {listed}; choose by --dim.")
    if len({(member.path.parent, member.path.stem, member.dim) for member in fitting}) > 1:
        if len({member.dim for member in fitting}) > 1:
            raise WordSpaceError(
                f"{source} holds several files of vectors: {listed}; choose one by how many numbers its vectors have, "
                f"for instance with --dim {fitting[-1].dim}."
            )
        raise WordSpaceError(f"{source} holds several files of vectors: {listed}; unpack it, and import one of them.")
    # One name, as text and as binary: the same vectors twice.
    notes = () if len(members) == 1 else (f"Read {shown(fitting[0].info.filename)} of the {len(members)} in it.",)
    return fitting[0], notes, len(members) == 1
