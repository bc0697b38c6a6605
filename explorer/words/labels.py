"""How a vector stands to the labels a generator was trained on."""

from collections.abc import Sequence

import numpy as np


def label_table(vector: np.ndarray, labels: Sequence[str], label_vectors: np.ndarray) -> list[tuple[str, float]]:
    """(label, cosine) for a vector [dim] against label_vectors [K, dim], best first; equals keep their order."""
    vector = np.asarray(vector, dtype=np.float32)
    rows = np.asarray(label_vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
    cosines = np.clip(rows @ vector / np.maximum(lengths, 1e-12), -1, 1)
    return [(labels[i], float(cosines[i])) for i in np.argsort(-cosines, kind="stable")]
