"""Splits: folders of training, validation and test pictures, by their names and by what lies in them and beside."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from explorer.data.folders.listing import Listing, Parts, readable
from explorer.data.imageset import DataError
from explorer.errors import listed

SPLITS = ("train", "val", "test")

SPLIT_NAMES = {
    "train": "train",
    "training": "train",
    "trainval": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
    "testing": "test",
}
"""Names of split folders -> the split."""

_FILLERS = ("set", "data", "dataset", "split", "images", "image", "imgs", "img", "pictures", "photos", "folder")
"""Words beside a split's name that mean nothing: `training_set`, `test images`, `TrainData`."""

_SPELLED = SPLIT_NAMES | {name + filler: split for name, split in SPLIT_NAMES.items() for filler in _FILLERS}
_AMBIGUOUS = ("train", "training", "valid")
"""Names of splits that may be classes, too: a train beside a bus, valid beside invalid."""


class Tree:
    """A listing as a tree of folders. children: folder -> folders right in it. direct, below: folder -> number of
    pictures right in it, and anywhere below it."""

    def __init__(self, listing: Listing, pictures: Iterable[Parts]):
        self.listing = listing
        self.children: dict[Parts, list[Parts]] = defaultdict(list)
        self.direct: Counter[Parts] = Counter()
        self.below: Counter[Parts] = Counter()
        for folder in listing.folders:
            self.children[folder[:-1]].append(folder)
        for parts in pictures:
            self.direct[parts[:-1]] += 1
            self.below.update(parts[:depth] for depth in range(len(parts)))

    def filled(self, folder: Parts) -> list[Parts]:
        """The folders right in it that have pictures somewhere below."""
        return [child for child in self.children[folder] if self.below[child]]

    def describe(self, folders: Iterable[Parts], most: int = 6) -> str:
        """Folders with their numbers of pictures, as a sentence lists them."""
        folders = list(folders)
        some = [
            f"{readable(folder[-1])} ({self.below[folder] or 'no'} picture{'s' * (self.below[folder] != 1)})"
            for folder in folders[:most]
        ]
        return listed([*some, f"{len(folders) - most} more"] if len(folders) > most else some)


def find_splits(tree: Tree, root: Parts) -> dict[str, Parts]:
    """split -> folder, for the splits among the folders right in `root`, `train` among them; empty if there are none.

    A folder called like a split beside another such is one, whatever lies beside them. Raises DataError, naming what
    was found, where a class could be meant as well.
    """
    folders = tree.children[root]
    found: dict[str, dict[str, list[Parts]]] = defaultdict(lambda: defaultdict(list))
    for folder in folders:
        if named := split_name(folder[-1]):
            found[named[1]][named[0]].append(folder)
    pairs = [named for named in found.values() if len(named) > 1]
    if len(pairs) > 1:
        raise _ambiguous(tree, root, "several sets of splits", _flat(pairs), "give the folder of one of them")
    if pairs:
        return _of_pair(tree, root, pairs[0])
    return _of_single(tree, root, _flat([found[""]])) if "" in found else {}


def split_name(name: str) -> tuple[str, str] | None:
    """(split, the rest) of a folder's name that says `train`, `val` or `test`, in small letters; None for any other.

    Two belong together if their rest is the same: `seg_train` and `seg_test`, but not `steam_train` and `driving_test`.
    """
    tokens = [token.lower() for token in re.findall(r"[A-Z]?[a-z]+|[A-Z]+|[^\W\d_A-Za-z]+", name)]
    found = [token for token in tokens if token in _SPELLED]
    if len(found) != 1:
        return None
    return _SPELLED[found[0]], " ".join(token for token in tokens if token not in _FILLERS and token != found[0])


def refuse_splits_among(tree: Tree, classes: list[Parts]) -> None:
    """Raise DataError where what would be taken for classes are splits, or have splits in them."""
    for folders in (classes, *(tree.children[folder] for folder in classes)):
        named = [(name, folder) for folder in folders if (name := split_name(folder[-1]))]
        rests = defaultdict(set)
        for (split, rest), _ in named:
            rests[rest].add(split)
        if any(len(splits) > 1 for splits in rests.values()):
            root = folders[0][:-1]
            advice = "put the classes inside the splits, as in train/cat and test/cat"
            raise _ambiguous(tree, root, "splits where classes are expected", [folder for _, folder in named], advice)


def _of_pair(tree: Tree, root: Parts, named: dict[str, list[Parts]]) -> dict[str, Parts]:
    """The splits of folders among which at least two different ones lie side by side."""
    folders = _flat([named])
    twice = next((same for same in named.values() if len(same) > 1), None)
    if twice:
        raise _ambiguous(
            tree, root, "more than one folder for a split", twice, "keep one, or put their classes together"
        )
    if "train" not in named:
        raise _ambiguous(tree, root, "splits", folders, "call the folder of the training pictures train")
    splits = {split: _descend(tree, same[0]) for split, same in named.items()}
    others = [folder for folder in tree.filled(root) if folder not in folders]
    if others and not tree.filled(splits["train"]):
        raise _ambiguous(
            tree,
            root,
            "folders called like splits, in which there are no classes, beside others",
            [*folders, *others],
            "if they are classes, give them other names; if they are splits, put classes into them or take the others "
            "away",
        )
    return splits


def _of_single(tree: Tree, root: Parts, folders: list[Parts]) -> dict[str, Parts]:
    """The splits, if any, of folders that are named like one split with no other beside them."""
    for folder in folders:
        others = [other for other in tree.filled(root) if other != folder]
        if not others:
            is_training = split_name(folder[-1])[0] == "train" and not find_splits(tree, folder)
            return {"train": _descend(tree, folder)} if is_training else {}
        is_bare = tree.direct[folder] or not tree.below[folder]
        if not is_bare or folder[-1].lower() not in _AMBIGUOUS:
            raise _ambiguous(
                tree,
                root,
                "a folder called like a split beside what could be classes",
                [folder, *others],
                f"if {readable(folder[-1])!r} is a class, give it another name; if it is a split, put the classes of "
                "the training pictures into a folder train beside it",
            )
    return {}


def _descend(tree: Tree, folder: Parts) -> Parts:
    """A split's folder, or the one folder in it that holds everything: seg_train/seg_train, train/images."""
    while not tree.direct[folder] and len(inner := tree.filled(folder)) == 1:
        named, mine = split_name(inner[0][-1]), split_name(folder[-1])
        if (named is None or named[0] != mine[0]) and inner[0][-1].lower() not in _FILLERS:
            break
        folder = inner[0]
        if named is None:
            break
    return folder


def _flat(named: Iterable[dict[str, list[Parts]]]) -> list[Parts]:
    return sorted(folder for one in named for same in one.values() for folder in same)


def _ambiguous(tree: Tree, root: Parts, what: str, folders: list[Parts], advice: str) -> DataError:
    return DataError(f"{tree.listing.where(root)} has {what}: {tree.describe(folders)}. So {advice}.")
