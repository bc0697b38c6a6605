"""What stands around a phrase in Wikipedia, as a vector among GloVe's: "a la carte" (Khodak and others 2018).

A linear map is fitted that turns the mean vector of the words around a word into GloVe's vector of that word; it then
does the same for what GloVe has no vector of.
"""

import bz2
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from explorer.words.expressions.inflect import other_numbers

WINDOW = 8  # words on each side
MOST = 300  # places looked at, of one phrase; a fifth of it of one word
FITTED = 12_000  # words that the map is fitted on, of the
COMMON = 60_000  # most frequent, each with
LEAST = 30  # places or more
FUNCTION_WORDS = 100  # the most frequent words say nothing about what they stand beside
_TOKEN = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")


def read_text(path: Path, rows: dict[str, int]) -> np.ndarray:
    """The rows of a text's words in order, int32 [T]; -1 for words without one and at the end of a paragraph."""
    parts, ids = [], []
    with bz2.open(path, "rt", encoding="utf-8", errors="replace") as file:
        for line in file:
            for word in _TOKEN.findall(line.lower()):
                if word in rows or "-" not in word:
                    ids.append(rows.get(word, -1))
                else:
                    ids += [rows.get(part, -1) for part in word.split("-")]
            ids.append(-1)
            if len(ids) > 1_000_000:
                parts.append(np.array(ids, np.int32))
                ids = []
    return np.concatenate([*parts, np.array(ids, np.int32)])


def phrase_contexts(
    text: np.ndarray, rows: dict[str, int], glove: np.ndarray, phrases: Iterable[str]
) -> dict[str, tuple[np.ndarray, int]]:
    """phrase -> its vector among GloVe's, unit, float64 [100], and how often it stands in the text, in either number.

    text: as `read_text`. glove: unit rows [V, 100]. Phrases of two or three words; those that never occur are left out.
    """
    draw = np.random.default_rng(0)
    counts = np.bincount(text[text >= 0], minlength=len(glove))
    weights = 1e-3 / (1e-3 + counts / counts.sum())  # frequent words say less (Arora 2017)
    weights[np.argsort(-counts)[:FUNCTION_WORDS]] = 0
    table = np.vstack([glove * weights[:, None], np.zeros((1, glove.shape[1]))]).astype(np.float32)  # row -1 is unknown

    def mean_contexts(places: np.ndarray, owners: np.ndarray, length: int, most: int) -> dict[int, np.ndarray]:
        shuffled = draw.permutation(len(places))
        shuffled = shuffled[np.argsort(owners[shuffled], kind="stable")]
        kinds, starts, numbers = np.unique(owners[shuffled], return_index=True, return_counts=True)
        around = np.r_[-WINDOW:0, length : length + WINDOW]
        means = {}
        for kind, start, number in zip(kinds.tolist(), starts, numbers, strict=True):
            taken = places[shuffled[start : start + min(number, most)]]
            near = table[text[np.clip(taken[:, None] + around, 0, len(text) - 1)]]
            means[kind] = near.sum(axis=1).mean(axis=0, dtype=np.float64)
        return means

    words = np.flatnonzero(counts[:COMMON] >= LEAST)
    words = np.sort(draw.choice(words, min(FITTED, len(words)), replace=False))
    places = np.flatnonzero(np.isin(text, words))
    means = np.stack(list(mean_contexts(places, text[places], 1, MOST // 5).values()))
    turn = np.linalg.solve(means.T @ means + np.eye(means.shape[1]), means.T @ glove[words])

    spellings: dict[int, dict[tuple[int, ...], str]] = {2: {}, 3: {}}
    for phrase in sorted(phrases):
        *first, last = phrase.split()
        for spelling in ([*first, form] for form in (last, *other_numbers(last))):
            if all(word in rows for word in spelling):
                spellings[len(spelling)][tuple(rows[word] for word in spelling)] = phrase
    pairs = np.where((text[:-1] >= 0) & (text[1:] >= 0), text[:-1].astype(np.int64) * len(glove) + text[1:], -1)
    sums: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(glove.shape[1]))
    seen: dict[str, int] = defaultdict(int)
    for length, known in spellings.items():
        begins = np.array(sorted({key[0] * len(glove) + key[1] for key in known}), np.int64)
        hits = [
            (at, key)
            for at in np.flatnonzero(np.isin(pairs, begins)).tolist()
            if (key := tuple(text[at : at + length].tolist())) in known
        ]
        order = {key: number for number, key in enumerate(known)}
        places, owners = np.array([at for at, _ in hits], int), np.array([order[key] for _, key in hits], int)
        found = mean_contexts(places, owners, length, MOST)
        for key, phrase in known.items():
            if order[key] in found:
                number = int((owners == order[key]).sum())
                sums[phrase] += number * found[order[key]]
                seen[phrase] += number
    turned = {phrase: total @ turn for phrase, total in sums.items()}
    return {phrase: (vector / np.linalg.norm(vector), seen[phrase]) for phrase, vector in turned.items()}
