"""Names of styles: what checkpoints and addresses can hold."""

import hashlib
import re
import unicodedata

from explorer.data.imageset import DataError

MAX_STYLES = 256
RESERVED = ("any", "each", "all")
"""Typed in a style's place: an open one, every tile its own, every one in a grid."""

_LONGEST = 40


def style_name(text: str) -> str:
    """1 to 40 of a-z 0-9 . _ - for any text: `Fluent 3D` gives fluent-3d; one without such letters a digest, and one of
    RESERVED, which nobody could ask for, `all-style`."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9._-]+", "-", plain).strip("-._")[:_LONGEST].rstrip("-._")
    if name in RESERVED:
        return f"{name}-style"
    return name or f"style-{hashlib.blake2b(text.encode('utf-8', 'replace'), digest_size=3).hexdigest()}"


def check_count(styles: int, where: str) -> None:
    """Raise DataError for more styles than a checkpoint can hold."""
    if styles > MAX_STYLES:
        raise DataError(f"{where} has {styles:,} styles, more than {MAX_STYLES}: leave the column out, or join some.")
