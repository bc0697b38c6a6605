"""What is known of data sets by name that neither their pictures nor their words tell."""

from collections.abc import Sequence

KINDS = {
    "fashion-mnist": "kinds of clothing",
    "mnist": "digits in handwriting",
    "digits": "digits in handwriting",
    "cifar10": "kinds of animals and vehicles",
}
"""What the classes of a set are, after their number."""

STYLES = {"emoji-styles": "emoji artists"}
"""Whose the styles of a set are, after their number."""

CLASS_NAMES = {"fashion-mnist": {"shirts": "T-shirt/top"}}
"""The set's own name of a class, by its word, where the word alone would be taken for another class. The other names of
Fashion-MNIST (Trouser, Ankle boot ...) say what their words say."""


def class_names(data: object, words: Sequence[str]) -> dict[str, str]:
    """What the data set calls the classes of these words, where it is not the word."""
    known = CLASS_NAMES.get(data, {}) if isinstance(data, str) else {}
    return {word: name for word, name in known.items() if word in words}
