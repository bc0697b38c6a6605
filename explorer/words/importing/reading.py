"""What a reader of some kind of file gives: vectors one after the other, and what the file says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Vectors:
    """kind: of file, in words. dim: numbers in a vector. rows: words and their float32 [dim], read as they are asked
    for; raises WordSpaceError. A blank word is one that the file has no letters for. announced: how many words the file
    says that it has, where it says so. notes: sentences to show.
    """

    kind: str
    dim: int
    rows: Iterator[tuple[str, np.ndarray]]
    announced: int | None = None
    notes: tuple[str, ...] = ()
