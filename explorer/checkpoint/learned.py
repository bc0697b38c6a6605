"""One line on what a generator learned, from the facts in its config alone."""

from explorer.checkpoint.description import Description
from explorer.data.known import KINDS, STYLES
from explorer.errors import shown

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_OTHER_WORDS = {
    "word": "any other word is a guess from its vector",
    "label": "any other word is drawn as a blend of these",
    "nothing": "it takes no words, and draws any picture from its latent alone",
    "codes": "it takes no words, only codes that it learned without labels",
}


def learned(about: Description) -> str:
    """What it was trained on, and what it does with other words: "60,000 pictures of ten kinds of clothing; any other
    word is a guess from its vector." A fact that the config lacks is left out."""
    data, pictures = about.made.get("data"), about.made.get("pictures")
    is_count = isinstance(pictures, int) and not isinstance(pictures, bool) and pictures > 0
    kinds = KINDS.get(data, "words") if isinstance(data, str) else "words"
    what = f"“{shown(about.labels[0], 40)}”" if len(about.labels) == 1 else f"{_number(len(about.labels))} {kinds}"
    if is_count:
        what = f"{pictures:,} picture{'s' * (pictures > 1)} of {what}"
    return f"{what[0].upper()}{what[1:]}{_in_styles(about)}; {_OTHER_WORDS[about.conditioning]}."


def _in_styles(about: Description) -> str:
    count, data = len(about.styles), about.made.get("data")
    if count < 2:
        return f" in the style {about.styles[0]}" if count else ""
    whose = STYLES.get(data) if isinstance(data, str) else None
    return f" in the styles of {_number(count)} {whose}" if whose else f" in {_number(count)} styles"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
