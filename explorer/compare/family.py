"""A family explained from its row: a diagram of G and D with their inputs and outputs, and the objective as HTML."""

import re
from html import escape

from explorer.models.families import Family

# G's condition beside z, as a letter and in words.
CONDITIONS = {
    "word": ("c", "a word's vector"),
    "label": ("y", "a label"),
    "nothing": None,
    "codes": ("c", "random codes"),
}
# D's outputs, an arrow each, and whether D is given G's condition.
OUTPUTS = {
    "projection": (("real,\nfor this word?",), True),
    "maps": (("real,\nwith this label?",), True),
    "plain": (("real?",), False),
    "classes": (("real?", "which label?"), False),
    "angles": (("real?", "how near which label?"), False),
    "both": (("which label, real,\nor which, fake?",), False),
    "codes": (("real?", "which codes?"), False),
}
PENALTIES = {"r1r2": "slopes kept gentle", "gp": "slopes kept near 1", "none": ""}
WIDTH, HIGH, LOW = 466, 190, 164  # low, where no condition passes below to D
SYMBOLS = {"gamma": "γ", "s": "σ"}
_TOKEN = re.compile(r"([A-Za-z]+)|\^(\d+)|(-)|(\*)")


def diagram(row: Family) -> str:
    """The diagram as an SVG element: lines in `currentColor`, fills by its classes."""
    condition, (outputs, d_conditional) = CONDITIONS[row.conditioning], OUTPUTS[row.head]
    if row.loss == "relativistic":
        outputs = tuple(f"more {output}" for output in outputs)
    if row.loss == "wasserstein":
        outputs = tuple(f"how {output}" for output in outputs)
    parts = [
        _node(30, 52, "z", "noise"),
        _arrow(46, 52, 96, 52),
        _box(98, 30, 56, 100 if condition else 44, "G", "cg-g"),
        _arrow(154, 52, 194, 52),
        _picture(196, 34, drawn=True),
        _text(214, 84, "drawn"),
        _arrow(232, 52, 276, 52),
        _picture(196, 104, drawn=False),
        _text(214, 154, "real"),
        _arrow(232, 122, 276, 122),
        _box(278, 30, 56, 114, "D", "cg-d"),
    ]
    if condition:
        parts += [_node(30, 106, *condition), _arrow(46, 106, 96, 106)]
    if condition and d_conditional:
        parts.append('<path class="cg-line cg-condition" d="M30 146 V178 H306 V148" marker-end="url(#cg-tip)"/>')
    penalty = "spectral norm" if row.spectral else PENALTIES[row.penalty]
    if penalty:
        parts.append(_text(306, 20, penalty))
    middle = 87 - 20 * (len(outputs) - 1)
    for number, output in enumerate(outputs):
        y = middle + 40 * number
        lines = output.split("\n")
        parts.append(_arrow(334, y, 356, y))
        for line, text in enumerate(lines):
            parts.append(_text(362, y + 12 - 8 * len(lines) + 16 * line, text, "start", "cg-output"))
    about = f"{row.title}: " + _in_words(condition, outputs, d_conditional)
    height = HIGH if condition and d_conditional else LOW
    return (
        f'<svg class="cg" viewBox="0 0 {WIDTH} {height}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(about)}</title>"
        '<defs><marker id="cg-tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto">'
        '<path d="M0 0 6 3 0 6z" fill="currentColor"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def formula(text: str) -> str:
    """One line of `Family.objective` as HTML: variables in italics, a real minus, exponents raised."""
    return " ".join(f"<span>{_term(term)}</span>" for term in text.replace("grad ", "∇").split())


def _term(text: str) -> str:
    """The part between two spaces, at which alone a line may break."""
    parts, end = [], 0
    for found in _TOKEN.finditer(text):
        parts += [escape(text[end : found.start()]), _symbol(*found.groups())]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def _symbol(name: str | None, exponent: str | None, minus: str | None, times: str | None) -> str:
    if exponent:
        return f"<sup>{exponent}</sup>"
    if name is None:
        return "−" if minus else "·"
    if name in SYMBOLS:
        return SYMBOLS[name]
    return f"<i>{name}</i>" if len(name) == 1 else name


def _in_words(condition: tuple[str, str] | None, outputs: tuple[str, ...], d_conditional: bool) -> str:
    inputs = f"a latent and {condition[1]}" if condition else "a latent alone"
    also = ", and D the same" if condition and d_conditional else ""
    return f"G is given {inputs}{also}; D answers: {' '.join(outputs)}".replace("\n", " ")


def _text(x: int, y: int, text: str, anchor: str = "middle", kind: str = "cg-note") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _node(x: int, y: int, letter: str, text: str) -> str:
    circle = f'<circle class="cg-node" cx="{x}" cy="{y}" r="15"/>'
    return circle + _text(x, y + 5, letter, kind="cg-letter") + _text(max(x, 3 * len(text)), y + 30, text)


def _box(x: int, y: int, width: int, height: int, letter: str, kind: str) -> str:
    box = f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="9"/>'
    return box + _text(x + width // 2, y + height // 2 + 6, letter, kind="cg-name")


def _arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<path class="cg-line" d="M{x1} {y1} L{x2} {y2}" marker-end="url(#cg-tip)"/>'


def _picture(x: int, y: int, drawn: bool) -> str:
    """A small picture of a shirt; the generated one is a little crooked."""
    frame = f'<rect class="cg-frame" x="{x}" y="{y}" width="36" height="36" rx="4"/>'
    shirt = "M8 10 L14 7 Q18 11 22 7 L28 10 L31 17 L26 19 V29 H10 V19 L5 17 Z"
    crooked = "M8 12 L13 7 Q18 9 23 8 L28 9 L31 19 L25 18 L26 28 H11 L9 20 L5 16 Z"
    kind = "cg-drawn" if drawn else "cg-real"
    return f'{frame}<path class="{kind}" transform="translate({x} {y})" d="{crooked if drawn else shirt}"/>'
