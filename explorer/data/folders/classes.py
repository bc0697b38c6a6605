"""Class folders: which sub-folders are classes, their words, and their pictures with labels."""

import re
import unicodedata
from dataclasses import dataclass

from explorer.data.decode import HEIF_SUFFIXES, picture_suffixes
from explorer.data.folders.listing import Listing, Parts, readable
from explorer.data.folders.name_encoding import decode_disk_names
from explorer.data.folders.splits import SPLIT_NAMES, SPLITS, Tree, find_splits, refuse_splits_among
from explorer.data.imageset import DataError

NO_CLASS = "pictures"
"""The word of pictures that lie in no class folder; one that most word spaces know."""

OTHER_SPLIT = {"val": "test", "test": "val"}
"""The held-out split that stands in where one is missing."""


@dataclass(frozen=True)
class Classes:
    """The classes of one split.

    words: in alphabetical order. files: every picture with its label. notes: sentences about what was left out.
    folders: the name of each word's folder, or of its label in a table.
    styles, style_ids, subjects, texts: as in `ImageSet`, of the files; none where no table describes the pictures.
    """

    words: tuple[str, ...]
    files: tuple[tuple[Parts, int], ...]
    notes: tuple[str, ...]
    folders: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    style_ids: tuple[int, ...] = ()
    subjects: tuple[int, ...] = ()
    texts: tuple[tuple[str, ...], ...] = ()


def find_classes(listing: Listing, split: str) -> Classes:
    """The classes of one split in a folder, zip or tar.

    The top level may be the classes, or `train` / `val` / `test` folders (or what `find_splits` takes for these) with
    the classes inside, or one folder that holds either. Without split folders everything is `train`. `test` falls back
    to `val` and the other way round, where only one of them is there. Labels are those of the training classes in every
    split. Pictures that lie in no class folder are all of the class NO_CLASS; as a held-out split of a set that has
    classes they are none, since it is unknown what they show.
    """
    if split not in SPLITS:
        raise DataError(f"{listing.root} can have the splits train, val and test, but no {split!r}.")
    tree = Tree(listing, filter(is_picture, listing.files))
    top, splits = find_top(tree)
    training = splits.get("train", top)
    words, notes = _words(tree, training)
    has_classes = training not in words.values()
    bare = {name: folder for name, folder in splits.items() if has_classes and _is_bare(tree, folder)}
    held_out = {name: folder for name, folder in splits.items() if name not in bare}
    root = training if split == "train" else held_out.get(split) or held_out.get(OTHER_SPLIT[split])
    if root is None:
        why = f" {_about_bare(tree, *next(iter(bare.items())))}" if bare else ""
        raise DataError(f"{listing.root} has no {split} folder beside its classes: hold some pictures out in one.{why}")
    files, ignored = _collect(tree, root, words) if has_classes else _collect_bare(tree, root)
    if root == training:
        _refuse_empty(listing, words, {label for _, label in files}, ignored)
    if not files:
        raise DataError(f"{listing.where(root)} has no picture in it.{_unread_note(listing, ignored)}")
    notes = [*listing.notes, *_about_splits(tree, top, splits), *notes]
    notes += [_about_bare(tree, name, folder) for name, folder in bare.items()]
    notes += _ignored_notes(listing, root, ignored)
    return Classes(
        tuple(words), tuple(files), tuple(notes), _folder_names(tree, words, training) if has_classes else ()
    )


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
    return _suffix(parts) in picture_suffixes()


def _suffix(parts: Parts) -> str:
    dot = parts[-1].rfind(".")
    return parts[-1][dot:].lower() if dot > 0 else ""


# --- which folder -----------------------------------------------------------------------------------------------------


def find_top(tree: Tree) -> tuple[Parts, dict[str, Parts]]:
    """The folder that holds the classes or the splits, and the splits: the root, or further down while there is only
    one folder."""
    root: Parts = ()
    while not (splits := find_splits(tree, root)):
        filled = tree.filled(root)
        if len(filled) != 1 or tree.direct[root]:
            break
        inner = tree.filled(filled[0])
        alone = len(tree.children[root]) == 1 and (len(inner) > 1 or (inner and not tree.direct[filled[0]]))
        if not alone and not find_splits(tree, filled[0]):
            break
        root = filled[0]
    return root, splits


def _is_bare(tree: Tree, folder: Parts) -> bool:
    """Whether its pictures lie right in it, and no class folder does."""
    return bool(tree.direct[folder]) and not tree.filled(folder)


def _about_bare(tree: Tree, split: str, folder: Parts) -> str:
    return (
        f"The {tree.direct[folder]:,} pictures in {tree.listing.where(folder)} lie in no class folder, so nobody can "
        f"say what they show: they are no {split} split."
    )


def _about_splits(tree: Tree, top: Parts, splits: dict[str, Parts]) -> list[str]:
    """What was taken for a split that is not called just so, and what lies beside them."""
    notes = []
    if any(len(folder) > len(top) + 1 or folder[-1].lower() not in SPLIT_NAMES for folder in splits.values()):
        taken = ", ".join(f"{readable('/'.join(folder[len(top) :]))} as {name}" for name, folder in splits.items())
        notes.append(f"The folders of {tree.listing.where(top)} are read as splits: {taken}.")
    others = [folder for folder in tree.children[top] if folder not in {one[: len(top) + 1] for one in splits.values()}]
    if splits and others:
        notes.append(f"Beside the splits in {tree.listing.where(top)} were left out: {tree.describe(others)}.")
    return notes


# --- which class ------------------------------------------------------------------------------------------------------


def _words(tree: Tree, root: Parts) -> tuple[dict[str, Parts], list[str]]:
    """word -> folder, in alphabetical order of the words, and sentences about them."""
    listing, folders, filled = tree.listing, tree.children[root], tree.filled(root)
    if _is_bare(tree, root):
        return {NO_CLASS: root}, []
    if tree.direct[root] and len(filled) == 1:
        raise DataError(
            f"{listing.where(root)} has {tree.direct[root]:,} pictures right in it, beside the folder "
            f"{tree.describe(filled)}: put all pictures into one folder, or those of each class into a folder of its "
            "own."
        )
    refuse_splits_among(tree, folders)
    word_of_each, notes = _word_of_each(listing, folders)
    words: dict[str, Parts] = {}
    for folder, word in word_of_each.items():
        if not word:
            raise DataError(f"The folder {listing.where(folder)} has no word in its name: rename it.")
        if word in words:
            raise DataError(
                f"The folders {words[word][-1]!r} and {folder[-1]!r} in {listing.root} stand for the same word "
                f"({word!r}): merge or rename them."
            )
        words[word] = folder
    if not words:
        raise DataError(
            f"{listing.root} has no sub-folders with pictures: put the pictures of each class into a folder named by "
            f"its word.{_unread_note(listing, listing.files)}"
        )
    return dict(sorted(words.items())), notes


def _word_of_each(listing: Listing, folders: list[Parts]) -> tuple[dict[Parts, str], list[str]]:
    """folder -> its word, and a sentence where a name had to be guessed."""
    texts, guessed = decode_disk_names(folder[-1] for folder in folders)
    notes = [readable(f"Names of folders in {listing.root} are not in UTF-8; read as {guessed}.")] if guessed else []
    return {folder: word_of(text) for folder, text in zip(folders, texts, strict=True)}, notes


def _folder_names(tree: Tree, words: dict[str, Parts], root: Parts) -> tuple[str, ...]:
    """The name of each word's folder, decoded."""
    folders = tree.children[root]
    texts, _ = decode_disk_names(folder[-1] for folder in folders)
    text = dict(zip(folders, texts, strict=True))
    return tuple(text[folder] for folder in words.values())


# --- which files ------------------------------------------------------------------------------------------------------


def _collect(tree: Tree, root: Parts, words: dict[str, Parts]) -> tuple[list[tuple[Parts, int]], list[Parts]]:
    """The pictures of the classes in `root` with their labels, class after class; and the other files below it."""
    listing, depth = tree.listing, len(root)
    labels = {word: label for label, word in enumerate(words)}
    word_of_each, _ = _word_of_each(listing, tree.children[root])
    files, ignored = [], []
    for parts in listing.files:
        if parts[:depth] != root:
            continue
        if len(parts) == depth + 1 or not is_picture(parts):
            ignored.append(parts)
            continue
        folder = parts[: depth + 1]
        if word_of_each[folder] not in labels:
            raise DataError(f"{listing.where(folder)} is not among the training classes: rename or remove it.")
        files.append((parts, labels[word_of_each[folder]]))
    return sorted(files, key=lambda file: (file[1], file[0])), ignored


def _collect_bare(tree: Tree, root: Parts) -> tuple[list[tuple[Parts, int]], list[Parts]]:
    """The same, of pictures that lie right in `root`."""
    if tree.filled(root):
        raise DataError(
            f"{tree.listing.where(root)} has class folders ({tree.describe(tree.filled(root))}), but the training "
            "pictures lie in none: sort both into classes, or neither."
        )
    inside = [parts for parts in tree.listing.files if parts[: len(root)] == root]
    return [(parts, 0) for parts in inside if is_picture(parts)], [parts for parts in inside if not is_picture(parts)]


def _refuse_empty(listing: Listing, words: dict[str, Parts], labels: set[int], ignored: list[Parts]) -> None:
    """Raise DataError for a training class that has no picture."""
    for label, folder in enumerate(words.values()):
        if label not in labels:
            mine = [parts for parts in ignored if parts[: len(folder)] == folder]
            lost = next((parts for parts in listing.links if parts[: len(folder)] == folder), None)
            inside = f"only files such as {mine[0][-1]!r}" if mine else "nothing"
            inside = f"only links that lead nowhere, such as {lost[-1]!r}" if lost and not mine else inside
            raise DataError(
                f"The class folder {listing.where(folder)} has no picture in it, {inside}: fill it or remove it."
                f"{_unread_note(listing, mine)}"
            )


def _ignored_notes(listing: Listing, root: Parts, ignored: list[Parts]) -> list[str]:
    unread = [parts for parts in ignored if _is_unread(parts)]
    # Files at the very top (licences, tables of words) belong to no class; inside classes they are worth a note.
    strays = [parts for parts in ignored if len(parts) > len(root) + 1 or is_picture(parts)]
    strays = [parts for parts in strays if not _is_unread(parts)]
    notes = [_heif_note(len(unread), listing.where(unread[0]))] if unread else []
    if len(strays) == 1:
        return [*notes, f"One file was left out: {listing.where(strays[0])}."]
    return [*notes, f"{len(strays):,} files were left out, the first {listing.where(strays[0])}."] if strays else notes


def _is_unread(parts: Parts) -> bool:
    return _suffix(parts) in HEIF_SUFFIXES and not is_picture(parts)


def _unread_note(listing: Listing, files: list[Parts]) -> str:
    """The sentence about pictures that nothing here reads, to be added to another; empty where there are none."""
    unread = [parts for parts in files if _is_unread(parts)]
    return f" {_heif_note(len(unread), listing.where(unread[0]))}" if unread else ""


def _heif_note(count: int, first: str) -> str:
    """The sentence about pictures that were left out because nothing here reads them."""
    one = count == 1
    return (
        f"{count:,} HEIC or AVIF {'picture was' if one else 'pictures were'} left out, the first {first}: "
        "pip install 'gan-explorer[heif]' reads such."
    )
