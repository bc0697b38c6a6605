"""Singulars of an English plural and plurals of a singular, as candidates to look up."""

_IRREGULAR = {
    "child": "children",
    "foot": "feet",
    "goose": "geese",
    "man": "men",
    "mouse": "mice",
    "ox": "oxen",
    "person": "people",
    "tooth": "teeth",
}
_SINGULAR = {plural: singular for singular, plural in _IRREGULAR.items()}
_HISSING = ("s", "x", "z", "ch", "sh")


def other_numbers(word: str) -> list[str]:
    """Spellings that may be the same noun in another number, likeliest first; some are no words at all.

    Only plain English rules: the caller looks them up. `sari` gives `saris`; `dresses`: `dress`, `dresse`.
    """
    found = _singulars(word) + _plurals(word)
    return [other for other in dict.fromkeys(found) if len(other) > 1 and other != word]


def _singulars(word: str) -> list[str]:
    found = []
    for end in ("'s", "’s", "s'", "s’"):
        if word.endswith(end):
            found.append(word[: -len(end)])
    for plural, singular in _SINGULAR.items():
        if word.endswith(plural):  # women, grandchildren, forefeet
            found.append(word[: -len(plural)] + singular)
    if word.endswith("ies"):
        found.append(word[:-3] + "y")
    if word.endswith("ves"):
        found += [word[:-3] + "f", word[:-3] + "fe"]
    if word.endswith("es") and word[:-2].endswith((*_HISSING, "o")):
        found.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss"):
        found.append(word[:-1])
    return found


def _plurals(word: str) -> list[str]:
    found = []
    for singular, plural in _IRREGULAR.items():
        if word.endswith(singular):
            found.append(word[: -len(singular)] + plural)
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        found.append(word[:-1] + "ies")
    if word.endswith("fe"):
        found.append(word[:-2] + "ves")
    elif word.endswith("f"):
        found.append(word[:-1] + "ves")
    if word.endswith((*_HISSING, "o")):
        found.append(word + "es")
    return [*found, word + "s"]
