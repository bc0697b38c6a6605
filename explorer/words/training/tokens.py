"""Text into words as people type them: small letters, hyphens and apostrophes inside words kept."""

import re
import unicodedata

MAX_LETTERS = 40  # longer runs of letters are addresses and formulas

_PLAIN = (("’", "'"), ("‘", "'"), ("‐", "-"), ("‑", "-"), ("\u00ad", ""))  # the last: soft hyphens are no letters
# Letters and digits with at least one letter among them: years and sums say little and would fill the windows.
_WORD = re.compile(r"(?=[\d'-]*[^\W\d_])[^\W_]+(?:[-'][^\W_]+)*")


def words_of(text: str) -> list[str]:
    """The words of a text in order, composed (NFC) and lower-case; a possessive 's is dropped.

    "The T-shirt’s price in 2014" gives the, t-shirt, price, in.
    """
    text = unicodedata.normalize("NFC", text).lower()
    if not text.isascii():
        for odd, plain in _PLAIN:
            text = text.replace(odd, plain)
    return [word.removesuffix("'s") for word in _WORD.findall(text) if len(word) <= MAX_LETTERS]
