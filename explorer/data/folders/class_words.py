"""The words of class folders: from a names file, from WordNet's numbers, or from the name itself where that is certain.

A note says what was done to a name. A name that is not certain stays as it is, for a names file to translate.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from explorer.data.folders.classes import Classes, word_of
from explorer.data.folders.listing import Listing
from explorer.data.folders.names_file import find_names_file, first_word, parse_names
from explorer.data.imageset import DataError
from explorer.data.options import ReadOptions
from explorer.errors import shown
from explorer.words.expressions.parse import plain_name

_MAX_LISTED = 5  # names of each kind in a note

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_NUMBERED = re.compile(r"(\d+)[._\- ]+(?=[^\W\d_])(.+)", re.DOTALL)
_WORDNET = re.compile(r"n(\d{8})")
_WORDNET_PREFIX = re.compile(r"n\d{8}[-_ ]")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_BY_FILE = "Read by {file}"
_BY_WORDNET = "Read by WordNet's numbers"
_BY_DIGIT = "Digits were read as words"
_BY_NUMBER = "Numbers in front were left out"
_BY_CAPITALS = "Capitals were read as beginnings of words"
_BY_SIGN = "A name is never a sum"


class OtherNames(DataError):
    """Names were given that no class has."""


def translate_folder_names(classes: Classes, listing: Listing, options: ReadOptions) -> Classes:
    """The classes with the words that their folders' names stand for, in the same order, and notes about them.

    Raises DataError for names of `options` that no folder has, for a names file that cannot be read, and for two
    folders of one word in it.
    """
    if not options.translate_names or not classes.folders:
        return classes
    given, file = dict(options.names), "the names that were given"
    notes: list[str] = []
    if not given:
        found = find_names_file(listing, classes)
        if found is not None:
            file = found[-1]
            given = parse_names(listing.read(found), listing.where(found))
    chosen = _by_names_file(classes, given)
    if given and not chosen:
        if options.names:
            raise OtherNames(
                f"The names that were given are of other folders than those of {listing.root}: they begin with "
                f"{shown(next(iter(given)), 60)!r}, and the folders with {shown(classes.folders[0], 60)!r}."
            )
        notes.append(f"{file} names none of these folders, and was passed by.")
    words, how = list(classes.words), [""] * len(classes.words)
    for label, word in chosen.items():
        words[label], how[label] = word, _BY_FILE.format(file=file)
    left = [label for label in range(len(words)) if label not in chosen]
    for label, (word, rule) in zip(left, _by_rules([classes.folders[label] for label in left]), strict=True):
        words[label], how[label] = word, rule
    notes += _restore_shared(classes, words, how, chosen)
    _check_distinct(classes, words, file)
    return replace(classes, words=tuple(words), notes=(*classes.notes, *notes, *_notes(classes, words, how)))


def _by_names_file(classes: Classes, names: Mapping[str, str]) -> dict[int, str]:
    """label -> word of the folders that a names file knows, whatever capitals and underscores it writes them with."""
    by_word = {word_of(folder): first_word(word) for folder, word in names.items()}
    return {label: by_word[word] for label, word in enumerate(classes.words) if word in by_word}


def _check_distinct(classes: Classes, words: Sequence[str], file: str) -> None:
    seen: dict[str, int] = {}
    for label, word in enumerate(words):
        other = seen.setdefault(word, label)
        if other != label:
            one, two = (shown(classes.folders[at], 60) for at in (other, label))
            raise DataError(
                f"{one!r} and {two!r} have the same word ({shown(word, 60)!r}) by {file}: give each its own, or put "
                "their pictures into one folder."
            )


def _by_rules(folders: Sequence[str]) -> list[tuple[str, str]]:
    """For each folder its word, and by which rule ("" for a plain name)."""
    numbered = [_NUMBERED.fullmatch(folder) for folder in folders]
    # A list of classes was numbered where all of them are, and where nothing is lost by leaving the numbers out.
    is_list = len(folders) > 1 and all(numbered)
    is_list = is_list and all(len({word_of(one[part]) for one in numbered}) == len(folders) for part in (1, 2))
    # 0 to 9 are digits; up to 42 they are the numbers of somebody's list.
    digits = not any(folder.isdecimal() and len(folder) > 1 for folder in folders)
    return [
        _by_rule(one[2] if is_list else folder, is_list, digits) for folder, one in zip(folders, numbered, strict=True)
    ]


def _by_rule(folder: str, numbered: bool, digits: bool) -> tuple[str, str]:
    rule = _BY_NUMBER if numbered else ""
    word = word_of(folder)
    if digits and re.fullmatch("[0-9]", folder):
        return _DIGITS[int(folder)], _BY_DIGIT
    if match := _WORDNET.fullmatch(folder):
        from explorer.data.folders.wordnet_nouns import noun_at

        noun = noun_at(match[1])
        return (word_of(noun), _BY_WORDNET) if noun else (word, "")
    parted = _by_capitals(_WORDNET_PREFIX.sub("", folder))
    if parted:
        return parted, rule or _BY_CAPITALS
    plain = plain_name(word)
    return (plain, rule or _BY_SIGN) if plain and plain != word else (word, rule)


def _by_capitals(folder: str) -> str | None:
    """`HerbaceousVegetation` as two words; None unless the dictionary knows them, and not the whole (`YouTube`)."""
    parts = _HUMP.split(folder)
    if len(parts) < 2 or not all(part.isalpha() and len(part) > 1 for part in parts):
        return None
    from explorer.words import DEFAULT_SPACE, WordSpaceError, open_space
    from explorer.words.expressions.inflect import other_numbers

    try:
        space = open_space(DEFAULT_SPACE)  # whatever space is trained with: a judge of the set must read the same words
    except WordSpaceError:
        return None

    def known(word: str) -> bool:
        return word in space or any(other in space for other in other_numbers(word))

    parts = [part.lower() for part in parts]
    return " ".join(parts) if all(map(known, parts)) and not known("".join(parts)) else None


def _restore_shared(classes: Classes, words: list[str], how: list[str], chosen: Iterable[int]) -> list[str]:
    """Give folders that would share a word their plain names again (in place), except those of a names file; returns a
    note."""
    shared = {word for word, count in Counter(words).items() if count > 1}
    again = [label for label, word in enumerate(words) if word in shared and label not in chosen]
    restored = [(classes.folders[label], words[label]) for label in again if words[label] != classes.words[label]]
    for label in again:
        words[label], how[label] = classes.words[label], ""
    if not restored:
        return []
    return [
        f"Left as they are, since another folder has that word too: {_listed(restored)}; a names file can name them."
    ]


def _notes(classes: Classes, words: Sequence[str], how: Sequence[str]) -> list[str]:
    notes = []
    for rule in dict.fromkeys(filter(None, how)):
        changed = [(folder, word) for folder, word, one in zip(classes.folders, words, how, strict=True) if one == rule]
        notes.append(f"{rule}: {_listed(changed)}.")
    return notes


def _listed(pairs: Sequence[tuple[str, str]]) -> str:
    listed = ", ".join(f"{shown(folder, 60)} as {shown(word, 60)}" for folder, word in pairs[:_MAX_LISTED])
    more = len(pairs) - _MAX_LISTED
    return f"{listed} and {more:,} more" if more > 0 else listed
