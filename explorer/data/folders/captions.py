"""What a caption is about: the head word of a name, and which keywords say something."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

SPECIFIC = 3
"""A keyword that more subjects share says what many things have in common (`nature`, `animal`), and as a further word
for a picture of one of them it does harm: it asks for the mean of them all."""

MAX_TEXT = 100
"""Letters of what something can be called; a longer caption is a description, and no name."""

_MADE_OF = re.compile(
    r"^(?:[\w-]+\s+){0,5}?(?:photo|photograph|picture|image|drawing|painting|icon|sketch|illustration)\s+of\s+"
)
_ARTICLE = re.compile(r"^(?:an?|the|some|two|three|four|five|six)\s+")
_MEASURE = re.compile(
    r"^(?:glass|cup|bottle|bowl|ear|cut|drop|slice|piece|bunch|pair|pile|pot|bag|box|group|set|kind|type)s?\s+of\s+"
)
_AFTER = re.compile(
    r"\s+(?:with|without|of|in|on|at|for|from|to|and|or|by|under|over|near|behind|beside|into|through|is|are|that|which|"
    r"who|while|as|sitting|standing|lying|playing|wearing|holding|looking)\b.*|[,;:.(].*"
)


def head_word(caption: str) -> str:
    """The noun that a caption in English is about, by rule: `a photo of a red apple on a table` gives apple.

    What it is a picture of, or a glass or a pair of, without the article; of that, what stands before a preposition, a
    comma or a verb; of that, the last word, which in English is the noun. "" for a caption without a word.
    """
    text = _MADE_OF.sub("", " ".join(caption.lower().split()))
    text = _MEASURE.sub("", _ARTICLE.sub("", text))
    text = _AFTER.sub("", _ARTICLE.sub("", text))
    words = re.findall(r"[^\W_][^\W_'’-]*(?:['’-][^\W_]+)*", text)
    return words[-1] if words else ""


def specific_texts(names: Mapping[int, Iterable[str]], keywords: Mapping[int, Iterable[str]], words: list[str]) -> list:
    """For each subject what it is called beside its word: its names, then the keywords that few subjects share.

    names, keywords: by subject. words: of each subject. In small letters, each once, without what has no letter.
    """
    plain = {at: [text for one in keywords.get(at, ()) if (text := _plain(one))] for at in range(len(words))}
    sharing: dict[str, set[int]] = defaultdict(set)
    for at, several in plain.items():
        for text in several:
            sharing[text].add(at)
    found = []
    for at, word in enumerate(words):
        called = [text for one in names.get(at, ()) if (text := _plain(one))]
        called += [text for text in plain[at] if len(sharing[text]) <= SPECIFIC]
        found.append(tuple(text for text in dict.fromkeys(called) if text != word))
    return found


def _plain(text: str) -> str:
    """In small letters, with single spaces; "" for what cannot be a word: a smiley, one letter, a whole description."""
    plain = " ".join(text.replace("_", " ").lower().split())
    return plain if len(re.findall(r"[^\W\d_]", plain)) > 1 and len(plain) <= MAX_TEXT else ""
