"""Whose work a checkpoint rests on: the pictures, the words, this program. For pages, the hub and citations."""

from dataclasses import dataclass

from explorer.checkpoint import Checkpoint
from explorer.data import SEPARATOR
from explorer.errors import shown
from explorer.words import WordSpace


@dataclass(frozen=True)
class Source:
    """A data set. licence: as its makers state it, "" where they state none. spdx: the hub's name of that licence.
    entry: its BibTeX, without the key's braces; "" for what is no publication."""

    title: str
    makers: str
    licence: str
    spdx: str = "other"
    hub: str = ""
    kind: str = "misc"
    fields: tuple[tuple[str, str], ...] = ()


_MNIST = (
    ("author", "LeCun, Yann and Bottou, L{\\'e}on and Bengio, Yoshua and Haffner, Patrick"),
    ("title", "Gradient-Based Learning Applied to Document Recognition"),
    ("journal", "Proceedings of the IEEE"),
    ("volume", "86"),
    ("number", "11"),
    ("pages", "2278--2324"),
    ("year", "1998"),
)
SOURCES = {
    "fashion-mnist": Source(
        "Fashion-MNIST",
        "Han Xiao, Kashif Rasul and Roland Vollgraf (Zalando)",
        "MIT",
        "mit",
        "zalando-datasets/fashion_mnist",
        "misc",
        (
            ("author", "Xiao, Han and Rasul, Kashif and Vollgraf, Roland"),
            ("title", "{Fashion-MNIST}: a Novel Image Dataset for Benchmarking Machine Learning Algorithms"),
            ("year", "2017"),
            ("eprint", "1708.07747"),
            ("archiveprefix", "arXiv"),
        ),
    ),
    "mnist": Source(
        "MNIST",
        "Yann LeCun, Corinna Cortes and Christopher J. C. Burges",
        "CC BY-SA 3.0 as commonly stated",
        "cc-by-sa-3.0",
        "ylecun/mnist",
        "article",
        _MNIST,
    ),
    "cifar10": Source(
        "CIFAR-10",
        "Alex Krizhevsky",
        "",
        "other",
        "uoft-cs/cifar10",
        "techreport",
        (
            ("author", "Krizhevsky, Alex"),
            ("title", "Learning Multiple Layers of Features from Tiny Images"),
            ("institution", "University of Toronto"),
            ("year", "2009"),
        ),
    ),
    "digits": Source(
        "Optical Recognition of Handwritten Digits",
        "Ethem Alpaydin and Cenk Kaynak (UCI Machine Learning Repository)",
        "CC BY 4.0",
        "cc-by-4.0",
        "",
        "misc",
        (
            ("author", "Alpaydin, Ethem and Kaynak, Cenk"),
            ("title", "Optical Recognition of Handwritten Digits"),
            ("howpublished", "UCI Machine Learning Repository"),
            ("year", "1998"),
        ),
    ),
    "emoji-styles": Source(
        "emoji of eight artists",
        "Noto Emoji (Google), FxEmoji (Mozilla), Twemoji (Twitter), EmojiOne 2 (Ranks.com), Streamline Emojis "
        "(Streamline) and Fluent Emoji (Microsoft)",
        "Apache-2.0 (Noto, FxEmoji), CC BY 4.0 (Twemoji, EmojiOne 2, Streamline), MIT (Fluent)",
    ),
}
"""Data sets by the name that a checkpoint's config gives."""


def sources_of(checkpoint: Checkpoint) -> list[tuple[str, Source | None]]:
    """(name, what is known of it) of each set of pictures that a checkpoint learned from."""
    data = checkpoint.summary.get("data")
    if not isinstance(data, str) or not data:
        return []
    return [(shown(name, 100), SOURCES.get(_plain(name))) for name in data.split(SEPARATOR)]


def _plain(name: str) -> str:
    """The name of a set without the folder and the ending of its file."""
    return name.replace("\\", "/").rsplit("/", 1)[-1].removesuffix(".zip")


def credits(checkpoint: Checkpoint, space: WordSpace) -> list[str]:
    """Sentences on whose pictures, words and program these are."""
    sentences = []
    for name, source in sources_of(checkpoint):
        if source is None:
            sentences.append(f"Pictures it learned from: {name}.")
            continue
        licence = f"licence: {source.licence}" if source.licence else "no licence given; made for research"
        sentences.append(f"Pictures it learned from: {source.title}, by {source.makers}; {licence}.")
    card = {key: shown(space.card.get(key, ""), 500) for key in ("source", "licence")}
    facts = [text for text in (card["source"], card["licence"] and f"licence: {card['licence']}") if text]
    sentences.append(f"Word vectors: {'; '.join([space.name, *facts])}.")
    sentences.append("Drawn by GAN Explorer, MIT licence, after an idea of creative-gan (stebett).")
    return sentences
