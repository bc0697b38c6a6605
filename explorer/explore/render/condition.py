"""Resolved conditions: the vector a checkpoint is given, the labels and words near it, how familiar it is."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.checkpoint import Checkpoint
from explorer.explore.spec.spec import SpecError
from explorer.words import ExpressionError, Familiarity, ResolvedExpression, WordSpace, familiarity, label_table

NEAREST = 10
SAME = 1 - 1e-4  # cosine from which a label's vector is the one that its words give


@dataclass(frozen=True, eq=False)
class ConditionInfo:
    """A resolved condition. What lies near it is looked up when it is first asked for: drawing needs the vector alone.

    vector: float32 [D], unit. hints: sentences about how the text was read. typed: the words in it.
    """

    vector: np.ndarray
    hints: tuple[str, ...]
    typed: frozenset[str]
    space: WordSpace
    checkpoint: Checkpoint

    @cached_property
    def table(self) -> tuple[tuple[str, float], ...]:
        """(label, cosine), best first."""
        return tuple(label_table(self.vector, self.checkpoint.labels, self.checkpoint.label_vectors))

    @cached_property
    def nearest(self) -> tuple[tuple[str, float], ...]:
        """(word, cosine) of the ten nearest words, best first, without typed ones."""
        return tuple(self.space.nearest(self.vector, NEAREST, exclude=self.typed))

    @cached_property
    def familiarity(self) -> Familiarity:
        """How near it lies to the labels."""
        return familiarity(self.space, self.vector, self.checkpoint.label_vectors)

    def blended(self, checkpoint: Checkpoint, amount: float) -> np.ndarray:
        """The vector drawn towards the nearest label's, float32 [D]."""
        return blended(self.vector, checkpoint, amount)


def blended(vector: np.ndarray, checkpoint: Checkpoint, amount: float) -> np.ndarray:
    """A unit vector c drawn towards its nearest label's l: normalise((1 - b) c + b l), float32 [D]."""
    if amount == 0:
        return vector
    nearest = label_table(vector, checkpoint.labels, checkpoint.label_vectors)[0][0]
    label = checkpoint.label_vectors[checkpoint.labels.index(nearest)]
    mixed = (1.0 - amount) * vector.astype(np.float64) + amount * label
    length = float(np.linalg.norm(mixed))
    return (mixed / length if length > 1e-6 else label).astype(np.float32)


def resolve_condition(space: WordSpace, checkpoint: Checkpoint, condition: str | tuple[float, ...]) -> ConditionInfo:
    """Resolve a condition for a checkpoint; raises the word space's errors for text it cannot read."""
    vector, reading = _read(space, checkpoint, condition)
    typed = frozenset(word for term in reading.terms for word in term.words) if reading else frozenset()
    return ConditionInfo(vector, reading.hints if reading else (), typed, space, checkpoint)


def condition_vector(space: WordSpace, checkpoint: Checkpoint, condition: str | tuple[float, ...]) -> np.ndarray:
    """The vector alone, float32 [D], unit, in microseconds: no label table, no nearest words."""
    return _read(space, checkpoint, condition)[0]


def _read(
    space: WordSpace, checkpoint: Checkpoint, condition: str | tuple[float, ...]
) -> tuple[np.ndarray, ResolvedExpression | None]:
    """The vector, and how the text was read, if it was: a label may have a vector that its words do not give."""
    if not isinstance(condition, str):
        return _unit_vector(condition, checkpoint), None
    name = " ".join(condition.split())
    if not name and not checkpoint.conditional:  # nothing needs to be typed for it: any vector draws the same
        return _unit_vector(tuple(checkpoint.label_vectors[0].tolist()), checkpoint), None
    label = name if name in checkpoint.labels else name.lower()
    if label not in checkpoint.labels:
        reading = space.resolve(condition)
        return reading.vector, reading
    own = checkpoint.label_vectors[checkpoint.labels.index(label)]
    if not checkpoint.conditional:  # its name may be one that no space knows
        return _unit_vector(tuple(own.tolist()), checkpoint), None
    try:
        reading = space.resolve(condition)
    except ExpressionError:
        return own, None
    # Read from the text where that makes no difference, so that a spec draws what it always drew.
    return (reading.vector, reading) if float(own @ reading.vector) > SAME else (own, None)


def _unit_vector(condition: tuple[float, ...], checkpoint: Checkpoint) -> np.ndarray:
    dim = checkpoint.label_vectors.shape[1]
    if len(condition) != dim:
        raise SpecError(
            f"This spec's condition has {len(condition)} numbers, and {checkpoint.name} takes {dim}; "
            "draw it with the checkpoint it was made for."
        )
    vector = np.array(condition)
    return (vector / np.linalg.norm(vector)).astype(np.float32)
