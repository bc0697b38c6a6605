"""`gan-explorer words retrofit`: a word space drawn towards what WordNet says of its words."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.errors import ExplorerError
from explorer.terminal import waiting


def retrofit(
    space: Annotated[str, typer.Argument(help="A word space: a name, or the path of its file.")],
    out: Annotated[
        str, typer.Option("-o", "--out", help="What to call the new one among your own, or a path to write it to.")
    ],
    rounds: Annotated[int, typer.Option(min=1, help="Each halves what is left to go.")] = 10,
    wordnet: Annotated[
        Path | None, typer.Option(help="The folder of WordNet 3.0's data files; Debian's wordnet-base by default.")
    ] = None,
) -> None:
    """Draw words towards their synonyms and next wider and narrower words (Faruqui 2015).

    The words that grounding is measured on are left where they are, so that it stays a measure.

    Example: gan-explorer words retrofit wiki-word2vec -o wiki-wordnet
    """
    import numpy as np

    from explorer.measure import grounding
    from explorer.words import open_space
    from explorer.words.format import write_space
    from explorer.words.retrofitting import related
    from explorer.words.retrofitting import retrofit as drawn_together
    from explorer.words.wordnet import DEBIAN, read_wordnet

    opened = open_space(space)
    name, path = _target(out)
    lists = [lists for data in grounding.names() if (lists := grounding.load(data))]
    held_out = frozenset().union(*(one.held_out() for one in lists))
    with waiting("Reading WordNet ..."):
        pairs = related(opened.words, read_wordnet(wordnet or DEBIAN), held_out)
        rows = np.unique(pairs)
        for one in lists:
            one.refuse(opened.words[row].replace("_", " ") for row in rows)
        if not len(pairs):
            raise ExplorerError(
                f"WordNet relates no two words of {opened.name}, so nothing would move; give an English space."
            )
        matrix = drawn_together(opened.matrix, pairs, rounds)
    card = {
        **opened.card,
        "title": f"{opened.card.get('title', opened.name)}, retrofitted to WordNet",
        "source": f"{opened.card.get('source', opened.name)}; WordNet 3.0 (Princeton University)",
        "licence": f"{opened.card.get('licence', 'that of the first vectors')}; WordNet licence",
        "made": f"{opened.card.get('made', 'as it was')}; then retrofitted (Faruqui 2015; rounds: {rounds}) over "
        f"{len(pairs):,} pairs of synonyms and hypernyms, without the words that grounding is measured on",
    }
    try:
        write_space(path, name, opened.words, matrix, card)
    except OSError as error:
        raise ExplorerError(f"Cannot write {path}: {error.strerror or error}.") from error
    print(f"{name}: {len(opened):,} words, {len(rows):,} of them moved by {len(pairs):,} pairs, in {path}")


def _target(out: str) -> tuple[str, Path]:
    """The new space's name and file, for a bare name or for a path."""
    from explorer.words.format import FILE_NAME
    from explorer.words.naming import name_for, own_file

    path = Path(out)
    if path.name == out and path.suffix != Path(FILE_NAME).suffix:
        return name_for(path, out), own_file(out)
    if path.is_dir():
        raise ExplorerError(f"{path} is a folder; name the file to write with --out.")
    return name_for(Path(path.parent.name if path.name == FILE_NAME else path.stem), None, "retrofitted"), path
