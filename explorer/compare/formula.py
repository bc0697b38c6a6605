"""A family's objective as HTML: variables in italics, a real minus, exponents raised."""

import html
import re

NAMES = {"gamma": "γ", "s": "σ"}
_TOKEN = re.compile(r"([A-Za-z]+)|\^(\d+)|(-)|(\*)")


def formula(text: str) -> str:
    """HTML for one line of `Family.objective`, with everything escaped."""
    return " ".join(f"<span>{_term(term)}</span>" for term in text.replace("grad ", "∇").split())


def _term(text: str) -> str:
    """What stands between two spaces, where alone a line may break."""
    parts, end = [], 0
    for found in _TOKEN.finditer(text):
        parts += [html.escape(text[end : found.start()]), _shown(*found.groups())]
        end = found.end()
    return "".join([*parts, html.escape(text[end:])])


def _shown(name: str | None, exponent: str | None, minus: str | None, times: str | None) -> str:
    if exponent:
        return f"<sup>{exponent}</sup>"
    if name is None:
        return "−" if minus else "·"
    if name in NAMES:
        return NAMES[name]
    return f"<i>{name}</i>" if len(name) == 1 else name
