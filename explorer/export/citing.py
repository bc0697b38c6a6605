"""BibTeX of this program, of a checkpoint and of the data it rests on."""

import re
from collections.abc import Sequence
from importlib.metadata import version

from explorer.checkpoint import Checkpoint, learned
from explorer.errors import shown
from explorer.export.credits import sources_of
from explorer.models.families import FAMILIES
from explorer.words import WordSpace

GLOVE = (
    ("author", "Pennington, Jeffrey and Socher, Richard and Manning, Christopher D."),
    ("title", "{GloVe}: Global Vectors for Word Representation"),
    ("booktitle", "Proceedings of EMNLP"),
    ("pages", "1532--1543"),
    ("year", "2014"),
)
MINILM = (
    ("author", "Wang, Wenhui and Wei, Furu and Dong, Li and Bao, Hangbo and Yang, Nan and Zhou, Ming"),
    ("title", "{MiniLM}: Deep Self-Attention Distillation for Task-Agnostic Compression of Pre-Trained Transformers"),
    ("booktitle", "Advances in Neural Information Processing Systems"),
    ("volume", "33"),
    ("year", "2020"),
)
VECTORS = {"glove": ("inproceedings", GLOVE), "minilm": ("inproceedings", MINILM)}
"""Word vectors that a space may be made of, by a word in its card."""
_SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "&%$#_{}"} | {"\\": "", "~": " ", "^": ""})


def bibtex(checkpoint: Checkpoint | None = None, space: WordSpace | None = None) -> str:
    """Entries, one behind the other: the program's, and with a checkpoint its own, those of the data sets that it
    learned from and of its word vectors, as far as they are known."""
    number = version("gan-explorer")
    software = (("author", "{The GAN Explorer authors}"), ("title", "{GAN Explorer}"), ("version", number))
    entries = [_entry("software", "gan-explorer", (*software, ("license", "MIT")))]
    if checkpoint is None:
        return "\n".join(entries)
    about, made = checkpoint.description, checkpoint.summary
    key, published = _key(checkpoint.name), str(made.get("published", ""))
    note = f"{learned(about)} {FAMILIES[about.family].title}. Word space {about.space_name}, {about.space_hash[:16]}"
    fields = [("title", _plain(f"{checkpoint.name}: a generator of GAN Explorer")), ("note", _plain(note))]
    fields += [("year", published[:4])] if re.fullmatch(r"[0-9]{4}-.*", published) else []
    entries.append(_entry("misc", key, fields))
    for name, source in sources_of(checkpoint):
        if source is not None and source.fields:
            entries.append(_entry(source.kind, _key(name), source.fields))
        elif source is not None:
            entries.append(
                _entry(
                    "misc", _key(name), (("title", _plain(source.title)), ("author", f"{{{_plain(source.makers)}}}"))
                )
            )
        else:
            entries.append(_entry("misc", _key(name), (("title", _plain(name)),)))
    card = f"{space.name} {shown(space.card.get('source', ''), 1000)}".lower() if space else ""
    entries += [_entry(kind, word, fields) for word, (kind, fields) in VECTORS.items() if word in card]
    return "\n".join(entries)


def _entry(kind: str, key: str, fields: Sequence[tuple[str, str]]) -> str:
    """One entry; fields are BibTeX already."""
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields)
    return f"@{kind}{{{key},\n{lines}}}\n"


def _key(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-") or "checkpoint"


def _plain(text: str) -> str:
    """Text of others, which must not be taken for commands."""
    return shown(text, 500).translate(_SPECIAL)
