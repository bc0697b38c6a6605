"""A family's game as a small drawing, made from its row: what G hears, what D is shown, and what D says."""

from html import escape

from explorer.models.families import Family

# What G is told beside z, in a letter and in words.
HEARS = {
    "word": ("c", "a word's vector"),
    "label": ("y", "a label"),
    "nothing": None,
    "codes": ("c", "codes, by chance"),
}
# What D says, an arrow each, and whether it hears what G was told.
SAYS = {
    "projection": (("real,\nfor this word?",), True),
    "maps": (("real,\nwith this label?",), True),
    "plain": (("real?",), False),
    "classes": (("real?", "which label?"), False),
    "both": (("which label, real,\nor which, fake?",), False),
    "codes": (("real?", "which codes?"), False),
}
HELD = {"r1r2": "slopes kept gentle", "gp": "slopes kept near 1", "none": ""}
WIDE, HIGH, LOW = 466, 190, 164  # low, where nothing passes below to D


def diagram(row: Family) -> str:
    """An SVG element in the colours of whatever it stands in: lines in `currentColor`, fills by its classes."""
    told, (says, d_hears) = HEARS[row.conditioning], SAYS[row.head]
    if row.loss == "relativistic":
        says = tuple(f"more {said}" for said in says)
    if row.loss == "wasserstein":
        says = tuple(f"how {said}" for said in says)
    parts = [
        _node(30, 52, "z", "noise"),
        _arrow(46, 52, 96, 52),
        _box(98, 30, 56, 100 if told else 44, "G", "cg-g"),
        _arrow(154, 52, 194, 52),
        _picture(196, 34, drawn=True),
        _text(214, 84, "drawn"),
        _arrow(232, 52, 276, 52),
        _picture(196, 104, drawn=False),
        _text(214, 154, "real"),
        _arrow(232, 122, 276, 122),
        _box(278, 30, 56, 114, "D", "cg-d"),
    ]
    if told:
        parts += [_node(30, 106, told[0], told[1]), _arrow(46, 106, 96, 106)]
    if told and d_hears:
        parts.append('<path class="cg-line cg-told" d="M30 146 V178 H306 V148" marker-end="url(#cg-tip)"/>')
    held = "spectral norm" if row.spectral else HELD[row.penalty]
    if held:
        parts.append(_text(306, 20, held))
    middle = 87 - 20 * (len(says) - 1)
    for number, said in enumerate(says):
        y = middle + 40 * number
        lines = said.split("\n")
        parts.append(_arrow(334, y, 356, y))
        for line, text in enumerate(lines):
            parts.append(_text(362, y + 12 - 8 * len(lines) + 16 * line, text, "start", "cg-said"))
    about = f"{row.title}: " + _in_words(told, says, d_hears)
    high = HIGH if told and d_hears else LOW
    return (
        f'<svg class="cg" viewBox="0 0 {WIDE} {high}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(about)}</title>"
        '<defs><marker id="cg-tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto">'
        '<path d="M0 0 6 3 0 6z" fill="currentColor"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def _in_words(told: tuple[str, str] | None, says: tuple[str, ...], d_hears: bool) -> str:
    heard = f"noise and {told[1]}" if told else "noise alone"
    also = ", which D hears too" if told and d_hears else ""
    return f"G hears {heard}{also}; D says: {' '.join(says)}".replace("\n", " ")


def _text(x: int, y: int, said: str, anchor: str = "middle", kind: str = "cg-note") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'


def _node(x: int, y: int, letter: str, said: str) -> str:
    circle = f'<circle class="cg-node" cx="{x}" cy="{y}" r="15"/>'
    return circle + _text(x, y + 5, letter, kind="cg-letter") + _text(max(x, 3 * len(said)), y + 30, said)


def _box(x: int, y: int, wide: int, high: int, letter: str, kind: str) -> str:
    box = f'<rect class="{kind}" x="{x}" y="{y}" width="{wide}" height="{high}" rx="9"/>'
    return box + _text(x + wide // 2, y + high // 2 + 6, letter, kind="cg-name")


def _arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<path class="cg-line" d="M{x1} {y1} L{x2} {y2}" marker-end="url(#cg-tip)"/>'


def _picture(x: int, y: int, drawn: bool) -> str:
    """A little picture of a shirt; the drawn one is not quite right yet."""
    frame = f'<rect class="cg-frame" x="{x}" y="{y}" width="36" height="36" rx="4"/>'
    shirt = "M8 10 L14 7 Q18 11 22 7 L28 10 L31 17 L26 19 V29 H10 V19 L5 17 Z"
    crooked = "M8 12 L13 7 Q18 9 23 8 L28 9 L31 19 L25 18 L26 28 H11 L9 20 L5 16 Z"
    kind = "cg-drawn" if drawn else "cg-real"
    return f'{frame}<path class="{kind}" transform="translate({x} {y})" d="{crooked if drawn else shirt}"/>'
