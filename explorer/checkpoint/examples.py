"""Words to try with a generator. A page opens on the first, one of its labels that reads at once; the second is a word
that it was not trained on, or what lies between two labels."""

from collections.abc import Sequence

from explorer.many_labels import spread

MOST = 10
_GARMENTS = (
    *("boots", "slipper", "kimono", "jeans", "handbag", "red boots"),
    *("boots - leather + summer", "0.7*coat + 0.3*dress"),
)
_THINGS = ("rocket", "kitten", "volcano", "pizza", "dragon", "spaceship", "lion + crown", "0.5*cat + 0.5*bird")
_PHOTOS = ("automobile", "jet", "ship", "boat", "pony", "taxi", "frog", "0.5*horse + 0.5*deer")
_GARMENT_LABELS = {"boots", "bag", "coat", "dress", "sandals", "shirt", "trousers", "sneakers"}
_THING_LABELS = {"cat", "volcano", "pizza", "rocket", "dragon", "guitar"}
_PHOTO_LABELS = {"airplane", "automobile", "deer", "frog", "horse", "ship"}


def examples(labels: Sequence[str]) -> list[str]:
    """The words, for a generator of these labels: garments if it draws garments above all, things of all kinds if it
    draws these, animals and vehicles if these are what it draws, else some of its own labels and what lies between."""
    known = set(labels)
    if 2 * len(_GARMENT_LABELS & known) >= len(labels) > 0:
        first = "boots" if "boots" in known else next(label for label in labels if label in _GARMENT_LABELS)
        return [first, *(word for word in _GARMENTS if word not in ("boots", first))]
    if known >= _THING_LABELS:
        return list(_THINGS)
    if len(labels) <= 2 * len(_PHOTO_LABELS) and known >= _PHOTO_LABELS:
        return list(_PHOTOS)
    some = some_labels(labels)
    return [some[0], f"0.5*{some[0]} + 0.5*{some[1]}", *some[1:]] if len(some) > 1 else some


def some_labels(labels: Sequence[str]) -> list[str]:
    """Labels to try with a generator that knows labels alone: some of all of them."""
    return [labels[place] for place in spread(labels, MOST)]
