"""Look up a typed word in a space: case, surrounding marks, plurals, hyphens, with hints about what was done."""

import unicodedata
from dataclasses import dataclass

from explorer.words.errors import UnknownWord
from explorer.words.expressions.inflect import other_numbers
from explorer.words.space import WordSpace, unknown_sentence, untagged

_MARKS = ".,;:!?\"'“”„«»…"


@dataclass(frozen=True)
class Found:
    """Words of the space that stand for one typed word (several for `boots-leather`), and hints to show."""

    words: tuple[str, ...]
    hints: tuple[str, ...] = ()


def find(space: WordSpace, typed: str, position: int = 0, suggest: bool = True) -> Found:
    """Words of the space for a typed one; raises UnknownWord with suggestions, never guesses.

    In this order: as typed, case folded, without the marks around it; its singular or plural; with hyphens: joined,
    then its parts as a phrase. Where words carry parts of speech (`boots|NOUN`), each is also found without, the most
    frequent one. `position` goes into the error, and suggestions
    where `suggest` is set.
    """
    whole = _spelled(space, typed)
    if whole:
        return Found((whole,), _tag_hint(space, typed, whole))
    other = _in_other_number(space, typed)
    if other:
        return Found((other,), (f"“{typed}” is read as {other}.",))
    parts = [part for part in typed.replace("_", "-").split("-") if part]
    if len(parts) > 1:
        whole = _spelled(space, "".join(parts)) or _in_other_number(space, "".join(parts))
        if whole:
            return Found((whole,), (f"“{typed}” is read as {whole}.",))
        read = [_spelled(space, part) or _in_other_number(space, part) for part in parts]
        if all(read):
            hint = f"“{typed}” is read as the phrase {' '.join(read)}; to take away, write {' - '.join(read)}."
            return Found(tuple(read), (hint,))
    elif parts and parts[0] != typed:  # a hyphen at an end: somebody is typing `boots-leather`
        return find(space, parts[0], position + typed.index(parts[0]), suggest)
    suggestions = tuple(_suggestions(space, typed, parts)) if suggest else ()
    raise UnknownWord(_sentence(space, typed, position, suggestions), typed, position, suggestions)


def hyphenated(space: WordSpace, words: tuple[str, ...]) -> str | None:
    """The one word that adjacent words spell with hyphens or underscores, if the space has it (`t shirt`: t-shirt)."""
    return _spelled(space, "-".join(words)) or _spelled(space, "_".join(words))


def joined(space: WordSpace, words: tuple[str, ...]) -> str | None:
    """The one word that adjacent words spell when written together, if the space has it (`hand bag`: handbag)."""
    return _spelled(space, "".join(words)) if min(map(len, words)) > 1 else None


def _spelled(space: WordSpace, typed: str) -> str | None:
    word = unicodedata.normalize("NFC", typed)
    for bare in dict.fromkeys((word, word.strip(_MARKS))):
        for form in (bare, bare.lower(), bare.casefold(), bare.capitalize(), bare.upper(), _unaccented(bare.lower())):
            if (known := space.known(form)) is not None:
                return known
    return None


def _tag_hint(space: WordSpace, typed: str, found: str) -> tuple[str, ...]:
    """A hint where a word was found without its tag."""
    if not space.tagged or typed == found:
        return ()
    others = [other for other in space.tagged.get(untagged(found), ()) if other != found]
    also = f"; {' and '.join(others[:3])} {'is' if len(others) == 1 else 'are'} there, too" if others else ""
    return (f"“{typed}” is read as {found}{also}.",)


def _in_other_number(space: WordSpace, typed: str) -> str | None:
    word = unicodedata.normalize("NFC", typed).strip(_MARKS.replace("'", "")).lower()
    return next((known for form in other_numbers(word) if (known := space.known(form)) is not None), None)


def _unaccented(word: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", word) if not unicodedata.combining(mark))


def _suggestions(space: WordSpace, typed: str, parts: list[str]) -> list[str]:
    """Suggestions for the whole word, and for a hyphenated one with its one unknown part replaced (`boots-leather`)."""
    whole = space.suggest(typed)
    known = [_spelled(space, part) or _in_other_number(space, part) for part in parts]
    if len(parts) < 2 or known.count(None) != 1:
        return whole
    missing = known.index(None)
    mended = ["-".join([*known[:missing], other, *known[missing + 1 :]]) for other in space.suggest(parts[missing], 2)]
    return list(dict.fromkeys(whole[:2] + mended + whole[2:]))[:5]


def _sentence(space: WordSpace, typed: str, position: int, suggestions: tuple[str, ...]) -> str:
    sentence = unknown_sentence(typed, space.name, suggestions)
    return sentence if position == 0 else sentence.replace("”", f"” (character {position + 1})", 1)
