"""Which sub-folder is which class: splits on top, words out of folder names, pictures apart from other files."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from explorer.data.decode import picture_suffixes
from explorer.data.imageset import DataError
from explorer.data.listing import Listing, Parts

_SPLITS = {
    "train": ("train", "training"),
    "val": ("val", "valid", "validation"),
    "test": ("test", "testing"),
}


@dataclass(frozen=True)
class Classes:
    """Words in alphabetical order, every picture with its label, sentences about what was left out, and the name of
    each word's folder."""

    words: tuple[str, ...]
    files: tuple[tuple[Parts, int], ...]
    notes: tuple[str, ...]
    folders: tuple[str, ...] = ()


def find_classes(listing: Listing, split: str) -> Classes:
    """The classes of one split in a folder or zip.

    The top level may be the classes, or `train` / `val` / `test` folders with the classes inside, or one folder
    that holds either. Without split folders everything is `train`. `test` falls back to `val` and the other way
    round, where only one of them is there. Labels are those of the training classes in every split.
    """
    top = _unwrap(listing)
    splits = _split_folders(listing, top)
    if split not in _SPLITS:
        raise DataError(f"{listing.root} can have the splits train, val and test, but no {split!r}.")
    if splits:
        root = splits.get(split) or splits.get({"val": "test", "test": "val"}.get(split, ""))
    else:
        root = top if split == "train" else None
    if root is None:
        raise DataError(f"{listing.root} has no {split} folder beside its classes: hold some pictures out in one.")
    training = splits.get("train", root)
    words = _words(listing, training)
    if len(words) < 2 and words:
        raise DataError(
            f"{listing.root} has only one class ({next(iter(words))!r}): a generator that listens to words "
            "needs at least two sub-folders."
        )
    return _collect(listing, root, words)


def word_of(folder: str) -> str:
    """The word that a folder's name stands for.

    Lower case, `_` and runs of white space as one space, ImageNet's `n02085620-` taken off. A hyphen stays: it is
    part of words such as `t-shirt`, and whoever looks the word up tries it with and without.
    """
    name = unicodedata.normalize("NFC", folder)
    name = re.sub(r"^n\d{8}[-_ ]", "", name)
    name = "".join(" " if unicodedata.category(letter)[0] in "CZ" or letter == "_" else letter for letter in name)
    return " ".join(name.split()).lower()


def is_picture(parts: Parts) -> bool:
    """Whether a file's name says that it is a picture."""
    dot = parts[-1].rfind(".")
    return dot > 0 and parts[-1][dot:].lower() in picture_suffixes()


def _children(listing: Listing, root: Parts) -> list[Parts]:
    depth = len(root)
    return [folder for folder in listing.folders if len(folder) == depth + 1 and folder[:depth] == root]


def _pictures_directly_in(listing: Listing, root: Parts) -> list[Parts]:
    depth = len(root)
    return [f for f in listing.files if len(f) == depth + 1 and f[:depth] == root and is_picture(f)]


def _unwrap(listing: Listing) -> Parts:
    """The folder that holds the classes or splits: the root, or further down while there is but one way to go."""
    root: Parts = ()
    while True:
        folders = _children(listing, root)
        if len(folders) != 1 or _pictures_directly_in(listing, root) or _split_folders(listing, root):
            return root
        if not _children(listing, folders[0]):
            return root
        root = folders[0]


def _split_folders(listing: Listing, root: Parts) -> dict[str, Parts]:
    """split -> folder; empty unless every sub-folder is a split, `train` among them and none of them bare.

    So `train` beside `bicycle` and `boat` is a class of trains.
    """
    folders = _children(listing, root)
    by_name = {name: split for split, names in _SPLITS.items() for name in names}
    found = {by_name[folder[-1].lower()]: folder for folder in folders if folder[-1].lower() in by_name}
    whole = len(found) == len(folders) and "train" in found
    return found if whole and all(_children(listing, folder) for folder in folders) else {}


def _words(listing: Listing, root: Parts) -> dict[str, Parts]:
    """word -> folder, in alphabetical order of the words."""
    words: dict[str, Parts] = {}
    for folder in _children(listing, root):
        word = word_of(folder[-1])
        if not word:
            raise DataError(f"The folder {listing.where(folder)} has no word in its name: rename it.")
        if word in words:
            raise DataError(
                f"The folders {words[word][-1]!r} and {folder[-1]!r} in {listing.root} stand for the same word "
                f"({word!r}): merge or rename them."
            )
        words[word] = folder
    if not words:
        loose = len(_pictures_directly_in(listing, root))
        what = f"{loose:,} pictures but no sub-folders" if loose else "no sub-folders with pictures"
        raise DataError(f"{listing.root} has {what}: put the pictures of each class into a folder named by its word.")
    return dict(sorted(words.items()))


def _collect(listing: Listing, root: Parts, words: dict[str, Parts]) -> Classes:
    depth = len(root)
    labels = {word: label for label, word in enumerate(words)}
    files, ignored, counts = [], [], Counter()
    for parts in listing.files:
        if parts[:depth] != root:
            continue
        if len(parts) == depth + 1 or not is_picture(parts):
            ignored.append(parts)
            continue
        word = word_of(parts[depth])
        if word not in labels:
            raise DataError(
                f"{listing.where(parts[: depth + 1])} is not among the training classes: rename or remove it."
            )
        counts[word] += 1
        files.append((parts, labels[word]))
    training_split = any(folder[:depth] == root for folder in words.values())
    for word, folder in words.items():
        if not counts[word] and training_split:
            other = next((parts for parts in ignored if parts[: len(folder)] == folder), None)
            inside = f"only files such as {other[-1]!r}" if other else "nothing"
            raise DataError(
                f"The class folder {listing.where(folder)} has no picture in it, {inside}: fill it or remove it."
            )
    if not files:
        raise DataError(f"{listing.where(root)} has no picture in it.")
    files.sort(key=lambda file: (file[1], file[0]))
    # What lies at the very top (licences, tables of words) is nobody's picture; inside classes it is worth a word.
    strays = [parts for parts in ignored if len(parts) > depth + 1 or is_picture(parts)]
    notes = (f"{len(strays):,} files were left out, the first {listing.where(strays[0])}.",) if strays else ()
    return Classes(tuple(words), tuple(files), notes, tuple(folder[-1] for folder in words.values()))
