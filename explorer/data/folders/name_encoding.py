"""Names of files as text, where an archive or a disk keeps bytes and does not say in which encoding."""

import os
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Sequence
from zipfile import ZipInfo

from explorer.errors import shown

_ENCODINGS = {"cp437": "cp437 (DOS)", "cp1252": "cp1252 (Windows)", "cp932": "Shift-JIS (cp932)"}
"""Encodings tried where names are no UTF-8, the likeliest first: Python's name -> its name for people."""

_UTF8_FLAG, _UNICODE_PATH = 0x800, 0x7075
_MAX_WEIGHED, _LONGEST = 2000, 500  # names by which an encoding is chosen, and the bytes of each
_VOWELS = frozenset("aeiouyäöü")


def guess_decoder(names: Sequence[bytes]) -> tuple[Callable[[bytes], str], str]:
    """A decoder for names that one program wrote, and the name of its encoding.

    UTF-8 if all of them are; else whichever of cp437, cp1252 and Shift-JIS makes the likeliest words of them, which is
    a guess. The decoder never fails.
    """
    try:
        for name in names:
            name.decode("utf-8")
        return lambda name: name.decode("utf-8", "replace"), "UTF-8"
    except UnicodeDecodeError:
        some = [name for name in names if not name.isascii() and len(name) <= _LONGEST][:_MAX_WEIGHED]
        likelihoods = {encoding: _likelihood(some, encoding) for encoding in _ENCODINGS}
        best = max(_ENCODINGS, key=likelihoods.get)  # the first of equals
        unsure = "" if likelihoods[best] > 0.5 else ", for want of a likelier encoding"
        return lambda name: name.decode(best, "replace"), _ENCODINGS[best] + unsure


def decode_zip_names(infos: Sequence[ZipInfo]) -> tuple[list[str], str]:
    """The name of each entry of a zip, and the end of a sentence about guessed ones ("" if there are none).

    By its UTF-8 flag; by the Unicode path that Info-ZIP writes beside it (field 0x7075), if that belongs to this name;
    else `guess_decoder` decides for all the others together.
    """
    names = [_declared(info) for info in infos]
    if None not in names:
        return names, ""
    raw = [b"" if name is not None else _raw(info) for name, info in zip(names, infos, strict=True)]
    decode, encoding = guess_decoder(raw)
    names = [decode(bytes_) if name is None else name for name, bytes_ in zip(names, raw, strict=True)]
    return names, _example(zip(names, raw, strict=True), encoding)


def decode_disk_names(names: Iterable[str]) -> tuple[list[str], str]:
    """Names as Python gives them for a disk or a tar, in which bytes that are no UTF-8 are halves of surrogate pairs,
    as text; and the end of a sentence as `decode_zip_names` has it."""
    names = list(names)
    raw = [b"" if is_text(name) else _bytes(name) for name in names]
    if not any(raw):
        return names, ""
    decode, encoding = guess_decoder(list(filter(None, raw)))
    names = [decode(bytes_) if bytes_ else name for name, bytes_ in zip(names, raw, strict=True)]
    return names, _example(zip(names, raw, strict=True), encoding)


def is_text(name: str | os.PathLike) -> bool:
    """Whether a name can be written down in UTF-8."""
    try:
        os.fspath(name).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _bytes(name: str) -> bytes:
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # halves that stand for no byte, as Windows allows them
        return name.encode("utf-8", "replace")


def _declared(info: ZipInfo) -> str | None:
    """The name where the zip says its encoding; None where it must be guessed. `orig_filename` is what zipfile decoded,
    before it interpreted zeros and slashes."""
    if info.flag_bits & _UTF8_FLAG or info.orig_filename.isascii():
        return info.orig_filename
    return _unicode_path(info.extra, zlib.crc32(_raw(info)))


def _raw(info: ZipInfo) -> bytes:
    return info.orig_filename.encode("cp437")  # zipfile's way to decode what has no flag, which loses nothing


def _unicode_path(extra: bytes, crc: int) -> str | None:
    """What field 0x7075 says, if it was written for a name of this checksum: a program may have renamed it since."""
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) == size > 5 and struct.unpack("<BL", field[:5]) == (1, crc):
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def _example(pairs: Iterable[tuple[str, bytes]], encoding: str) -> str:
    name = next((name for name, raw in pairs if raw and not raw.isascii()), None)
    return f"{encoding}, as in {shown(name, 80)!r}" if name is not None else ""


def _likelihood(names: list[bytes], encoding: str) -> float:
    """Share (0 to 1) of the names' letters outside of ASCII that are plausible in an encoding; -1 if it lacks some of
    their bytes."""
    points = count = 0
    try:
        for name in names:
            text = f" {name.decode(encoding)} "
            for before, letter, after in zip(text, text[1:], text[2:], strict=False):
                if not letter.isascii():
                    points += _is_likely(before, letter, after)
                    count += 1
    except UnicodeDecodeError:
        return -1.0
    return points / max(count, 1)


def _is_likely(before: str, letter: str, after: str) -> bool:
    """Whether a letter could stand between these two in a name.

    A European one beside a plain letter, and not small before a capital; `ß` after a vowel; a Chinese character or a
    kana not beside plain small letters. Line drawing, Greek for an accent, half-width kana stand in hardly any.
    """
    kind = unicodedata.name(letter, "")
    plain = [one.isascii() and one.isalpha() for one in (before, after)]
    if kind.startswith("LATIN"):
        if letter == "ß" and before.lower() not in _VOWELS:
            return False
        return any(plain) and not (letter.islower() and after.isupper()) and not (letter.isupper() and before.islower())
    if kind.startswith(("CJK UNIFIED", "HIRAGANA", "KATAKANA")):
        return not any(one.isascii() and one.islower() for one in (before, after))
    return False
