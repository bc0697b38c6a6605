"""Evaluation of a word space on three tests that come with gensim: two of similarity, one of analogies."""

import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.words.space import WordSpace

if TYPE_CHECKING:
    from gensim.models import KeyedVectors


@dataclass(frozen=True)
class Evaluation:
    """Spearman's rho (-1..1) on WordSim-353 and SimLex-999, accuracy (0..1) on Google's analogies; None where the
    space knows too few of the words. `*_known` is the share (0..1) of a test's questions whose words it knows."""

    space: str
    words: int
    dim: int
    wordsim: float | None
    wordsim_known: float
    simlex: float | None
    simlex_known: float
    analogies: float | None
    analogies_known: float


def evaluate(space: WordSpace, analogies: bool = True) -> Evaluation:
    """Run the three tests on all words of a space (about a minute for 100,000 words, nearly all of it analogies).

    analogies: whether that one is run; else its score is None and its share 0.

    WordSim-353 (Finkelstein 2002) asks what belongs together, SimLex-999 (Hill 2015) what is alike, and the analogies
    (Mikolov 2013) what is to Rome as France is to Paris. Questions with unknown words are not counted.
    """
    from gensim.test.utils import datapath

    keyed = space.keyed_vectors()
    wordsim, wordsim_known = _spearman(keyed, datapath("wordsim353.tsv"), len(space))
    simlex, simlex_known = _spearman(keyed, datapath("simlex999.txt"), len(space))
    right = wrong = asked = 0
    if analogies:
        questions = datapath("questions-words.txt")
        _, sections = keyed.evaluate_word_analogies(questions, restrict_vocab=len(space))
        right, wrong = len(sections[-1]["correct"]), len(sections[-1]["incorrect"])
        with open(questions, encoding="utf-8") as file:
            asked = sum(not line.startswith(":") for line in file if line.strip())
    return Evaluation(
        space=space.name,
        words=len(space),
        dim=space.dim,
        wordsim=wordsim,
        wordsim_known=wordsim_known,
        simlex=simlex,
        simlex_known=simlex_known,
        analogies=right / (right + wrong) if right + wrong else None,
        analogies_known=(right + wrong) / max(1, asked),
    )


def _spearman(keyed: "KeyedVectors", path: str, words: int) -> tuple[float | None, float]:
    """rho and the share of known pairs; gensim raises or gives nan where it finds next to none."""
    log = logging.getLogger("gensim.models.keyedvectors")
    level = log.level
    log.setLevel(logging.CRITICAL)  # it prints an error where we say "-"
    try:
        _, spearman, unknown = keyed.evaluate_word_pairs(path, restrict_vocab=words)
    except ValueError:
        return None, 0.0
    finally:
        log.setLevel(level)
    rho = float(spearman[0])
    return (None if math.isnan(rho) else rho), 1 - float(unknown) / 100
