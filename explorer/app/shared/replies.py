"""Parts of replies that several tabs share: pictures as JSON can hold them, and errors as sentences."""

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from explorer.errors import ExplorerError, shown

if TYPE_CHECKING:
    import numpy as np

    from explorer.explore import Picture, Spec

SAVED_SIDE = 896  # pixels of a picture saved as a file, about
BARS = 12  # labels shown, of generators that have hundreds
MOST_WORD = 200  # letters of a word that a sentence repeats
MOST_RAW = 200_000  # bytes of pixels that are sent as they are; a PNG of more is smaller, and takes its time


def base64_text(data: bytes) -> str:
    """Bytes as JSON can hold them."""
    return base64.b64encode(data).decode("ascii")


def png_reply(png: bytes, tiles: "np.ndarray", columns: int) -> dict[str, Any]:
    """A PNG, and where its tiles lie. tiles: uint8 [..., N, H, W, C], of which it shows N."""
    count, height, width = tiles.shape[-4:-1]
    return {"png": base64_text(png), "tile": [width, height], "count": count, "columns": columns}


def file_reply(kind: str, tiles: "np.ndarray", columns: int, specs: "Sequence[Spec]") -> dict[str, Any]:
    """A file of these tiles, of one of `explore.render.formats.KINDS`."""
    from explorer.explore.render.formats import file_of

    return {"file": base64_text(file_of(kind, tiles, columns, specs))}


def tiles_png(picture: "Picture", save: bool = False) -> bytes:
    """A picture's tiles as a PNG that carries its spec, at native size; larger to be saved."""
    scale = max(1, round(SAVED_SIDE / max(picture.composite.shape[:2]))) if save else 1
    return picture.png(scale)


def tiles_reply(picture: "Picture", save: str = "") -> dict[str, Any]:
    """A picture's tiles: to be seen at once, the bytes of its pixels, row by row, beside its spec; to be saved, see
    `read_save`, a file with its spec."""
    from explorer.explore.spec.serialize import dumps

    if save not in ("", "sheet"):
        return file_reply(save, picture.tiles, picture.columns, [picture.spec])
    if save or picture.composite.nbytes > MOST_RAW:
        return png_reply(tiles_png(picture, bool(save)), picture.tiles, picture.columns)
    count, height, width, channels = picture.tiles.shape
    pixels = {"pixels": base64_text(picture.composite.tobytes()), "channels": channels, "recipe": dumps(picture.spec)}
    return pixels | {"tile": [width, height], "count": count, "columns": picture.columns}


def rows_png(rows: "np.ndarray", spec: "Spec | None" = None) -> bytes:
    """Pictures uint8 [R, K, H, W] or [R, K, H, W, 1 or 3] as a PNG, a row of K a line; with a spec inside."""
    from explorer.explore.render.picture import compose, to_image
    from explorer.explore.render.png import encode, encode_text

    rows = rows if rows.ndim == 5 else rows[..., None]
    image = to_image(compose(rows.reshape(-1, *rows.shape[2:]), rows.shape[1]))
    return encode_text(image, "{}") if spec is None else encode(image, [spec])


def about_reply(picture: "Picture") -> dict[str, Any]:
    """All that is shown beside a picture: the table of labels, the neighbours, how familiar its words are, the hints
    about how its text was read.

    A row of the table is a label, its cosine to the word and its share of the pictures (None without a judge): the
    nearest labels, and those of the judge's first three that are not among them.
    """
    familiarity = picture.familiarity
    shares, seen = dict(picture.reading), dict(picture.reading[:3])
    some = {label for label, share in seen.items() if share > 0}
    rows = [(label, cosine) for i, (label, cosine) in enumerate(picture.table) if i < BARS or label in some]
    return {
        "table": [[label, round(float(cosine), 4), shares.get(label)] for label, cosine in rows],
        "seen": [[label, share] for label, share in seen.items()],
        "labels": len(picture.table),
        "nearest": nearest_reply(picture.nearest),
        "far": {
            "level": familiarity.level,
            "above": round(float(familiarity.above), 4),
            "sentence": familiarity.sentence,
        },
        "hints": list(picture.hints),
    }


def nearest_reply(nearest: tuple[tuple[str, float], ...]) -> list[list]:
    """(word, cosine) of the words nearest to a condition."""
    return [[word, round(float(cosine), 4)] for word, cosine in nearest]


def refusal(error: ExplorerError) -> dict[str, Any]:
    """A sentence for the page, with what it needs to suggest other words."""
    from explorer.explore.spec.style import StyleError, UnknownStyle
    from explorer.words import ExpressionError, UnknownWord

    reply: dict[str, Any] = {"ok": False, "kind": "wrong", "message": str(error)}
    if isinstance(error, UnknownWord):
        advice = "Did you mean:" if error.suggestions else "Try another one."
        reply |= {
            "kind": "unknown",
            "message": f"“{shown(error.word, MOST_WORD)}” is not among the words known here. {advice}",
            "word": error.word,
            "suggestions": list(error.suggestions),  # shown as chips, so the sentence does not repeat them
        }
    if isinstance(error, StyleError):
        reply["kind"] = "style"
    if isinstance(error, UnknownStyle) and error.suggestions:
        reply |= {
            "message": f"“{shown(error.name, MOST_WORD)}” is none of this generator's styles. Did you mean:",
            "word": error.name,
            "suggestions": list(error.suggestions),
        }
    if isinstance(error, ExpressionError):
        reply["position"] = error.position
    return reply
