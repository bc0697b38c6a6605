"""What a claim can be measured by: each a function of a `Tree` and the claim's own arguments, that gives its figures.

A new one is a function here and its name in MEASUREMENTS; the types of its arguments are checked before it is called.
"""

import inspect
import math
from collections.abc import Callable
from dataclasses import asdict
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.claims.claims import Claim, ClaimError, Measured
from explorer.claims.stored import stored_value
from explorer.errors import shown
from explorer.explore.render.judging import judge_of
from explorer.explore.render.samples import draw_samples
from explorer.explore.render.studio import Studio
from explorer.explore.spec.spec import Seeded, Spec
from explorer.measure.grounding.nearest_label import nearest_label
from explorer.measure.grounding.score import grounding_scores
from explorer.measure.judge.judge import Judge, open_judge
from explorer.measure.judge.matching import judge_for
from explorer.measure.metrics.evaluation import evaluate
from explorer.measure.metrics.metrics_file import as_fields
from explorer.measure.training_pictures import measured_pictures, own_pictures, source_of
from explorer.words import label_table, open_space
from explorer.words.evaluation import evaluate as evaluate_space

DEVIATIONS = 3.0  # of a share's binomial spread


class Tree:
    """The checkout that a claims file lies in, and what is opened of it, each once.

    root: the claims file's folder. data_dir: where data sets lie, if not in the usual places; nothing is downloaded.
    """

    def __init__(self, root: Path, data_dir: Path | None = None):
        self.root, self.data_dir = root, data_dir
        self.space = cache(open_space)
        self.scores = cache(lambda name, analogies: evaluate_space(self.space(name), analogies))
        self.evaluation = cache(self._evaluation)

    @cached_property
    def studio(self) -> Studio:
        return Studio(device="cpu")

    def path(self, checkpoint: str) -> str:
        """A checkpoint of this tree, else one by the name that it has elsewhere."""
        own = self.root / "checkpoints" / checkpoint
        return str(own) if own.is_dir() else checkpoint

    def checkpoint(self, name: str) -> Checkpoint:
        return self.studio.checkpoint(self.path(name))

    def judge(self, checkpoint: Checkpoint) -> Judge:
        found = judge_of(checkpoint, "cpu")
        if found is None:
            raise ClaimError(f"No judge knows the labels of {checkpoint.name}, so its pictures cannot be measured.")
        return found

    def _evaluation(self, name: str) -> dict[str, Any]:
        opened = self.checkpoint(name)
        judge = judge_for(opened)
        if judge is None:
            raise ClaimError(f"No judge knows the pictures and labels of {opened.name}.")
        train, test = measured_pictures(source_of(opened), opened.image_shape, self.data_dir)
        return as_fields(evaluate(opened, judge, train, test, words=False))


def share(tree: Tree, checkpoint: str, words: list, labels: list, pictures: int = 1024, seed: int = 0) -> Measured:
    """Of each word, the share of its pictures that the judge puts in one of the labels."""
    opened = tree.checkpoint(checkpoint)
    judge = tree.judge(opened)
    if missing := [label for label in labels if label not in judge.words]:
        raise ClaimError(f"The judge {judge.name} knows no {shown(missing[0], 60)!r}.")
    places = [judge.words.index(label) for label in labels]
    values = []
    for word in words:
        spec = Spec(tree.path(checkpoint), word, latents=Seeded(seed, min(pictures, 16)))
        tiles = np.concatenate([picture.tiles for picture in draw_samples(tree.studio, spec, pictures)])
        shares = judge.shares(torch.from_numpy(tiles).permute(0, 3, 1, 2))
        values.append(float(shares[places].sum()))
    return Measured(tuple(values), tuple(DEVIATIONS * _binomial(value, pictures) for value in values))


def grounding(tree: Tree, checkpoint: str, halves: list) -> Measured:
    """The score of each half of the judge's list of words that no training uses: see `gan-explorer evaluate`."""
    opened = tree.checkpoint(checkpoint)
    found = grounding_scores(opened, tree.judge(opened), 1.0) or {}
    if missing := [half for half in halves if half not in found]:
        raise ClaimError(f"{opened.name} has no words to ask it for in the half {shown(missing[0], 60)!r}.")
    return Measured.exact(found[half].score for half in halves)


def evaluated(tree: Tree, checkpoint: str, keys: list) -> Measured:
    """Values of a new evaluation, by their keys in metrics.json within "evaluation" or its "figures"."""
    fields = tree.evaluation(checkpoint)
    found = []
    for key in keys:
        value = fields.get(key, fields["figures"].get(key))
        if not isinstance(value, int | float):
            raise ClaimError(f"An evaluation of {shown(checkpoint, 60)} gives no number {shown(key, 60)!r}.")
        found.append(value)
    return Measured.exact(found)


def judge_accuracy(tree: Tree, judge: str) -> Measured:
    """The share of the real test pictures of its data set that a judge puts in their class."""
    opened = open_judge(judge)
    shape = opened.description.shape
    test = own_pictures(opened.description.source, shape, "test", tree.data_dir)
    names = torch.tensor([opened.words.index(word) for word in test.words])
    right = opened.logits(torch.from_numpy(test.images)).argmax(dim=1) == names[torch.from_numpy(test.labels)]
    return Measured.exact([float(right.double().mean())])


def nearest_labels(tree: Tree, checkpoint: str, word: str, labels: list) -> Measured:
    """Cosines of a word with the labels nearest to it, which are these in this order; NaN where another one is."""
    opened = tree.checkpoint(checkpoint)
    table = label_table(tree.studio.space(opened).vector(word), opened.labels, opened.label_vectors)
    found = table[: len(labels)]
    return Measured.exact(
        cosine if label == own else math.nan for label, (own, cosine) in zip(labels, found, strict=True)
    )


def cosines(tree: Tree, space: str, word: str, others: list) -> Measured:
    """Cosines of a word with others."""
    opened = tree.space(space)
    return Measured.exact(float(opened.vector(word) @ opened.vector(other)) for other in others)


def nearer(tree: Tree, space: str, word: str, to: str, than: list) -> Measured:
    """By how much a word's cosine with `to` is larger than with the nearest of `than`."""
    one, *others = cosines(tree, space, word, [to, *than]).values
    return Measured.exact([one - max(others)])


def nearest_words(tree: Tree, space: str, word: str, nearest: list) -> Measured:
    """How many of the words nearest to one are these, in this order, as a share."""
    opened = tree.space(space)
    found = [other for other, _ in opened.nearest(opened.vector(word), len(nearest), exclude={word})]
    return Measured.exact([sum(map(str.__eq__, found, nearest)) / max(1, len(nearest))])


def space_scores(tree: Tree, space: str, of: list) -> Measured:
    """Columns of `gan-explorer words eval`: words, wordsim, simlex, analogies (a minute), tune, test, megabytes.

    A score ending in `_known` is the share of that test's questions whose words are known.
    """
    opened = tree.space(space)
    rows: dict[str, Any] = {"words": len(opened), "megabytes": opened.path.stat().st_size / 1e6}
    if {"tune", "test"} & set(of):
        rows |= {half: found.share for half, found in (nearest_label(opened) or {}).items()}
    if set(of) - set(rows):
        rows |= asdict(tree.scores(space, bool({"analogies", "analogies_known"} & set(of))))
    if missing := [name for name in of if not isinstance(rows.get(name), int | float)]:
        raise ClaimError(f"The space {opened.name} has no score {shown(missing[0], 60)!r}.")
    return Measured.exact(rows[name] for name in of)


def ratio(tree: Tree, of: list) -> Measured:
    """The first stored value over the second; see `stored.py` for their names."""
    values = [stored_value(tree.root, reference) for reference in of]
    if len(values) != 2 or None in values or not values[1]:
        raise ClaimError(f"A ratio is of two stored values, neither null: {shown(of)}.")
    return Measured.exact([values[0] / values[1]])


MEASUREMENTS: dict[str, Callable[..., Measured]] = {
    function.__name__: function
    for function in (
        share,
        grounding,
        evaluated,
        judge_accuracy,
        nearest_labels,
        cosines,
        nearer,
        nearest_words,
        space_scores,
        ratio,
    )
}


def check_arguments(claim: Claim) -> None:
    """Raise ClaimError where a claim names no measurement, or arguments that it does not take."""
    function = MEASUREMENTS.get(claim.measure)
    where = f"The claim {shown(claim.says, 60)!r}"
    if function is None:
        raise ClaimError(f"{where}: there is no measurement {shown(claim.measure, 60)!r}: {', '.join(MEASUREMENTS)}.")
    takes = dict(list(inspect.signature(function).parameters.items())[1:])
    for name, value in claim.arguments.items():
        kind = takes[name].annotation if name in takes else None
        if kind is None or not isinstance(value, kind) or isinstance(value, bool):
            raise ClaimError(f"{where}: {claim.measure} takes {_listed(takes)}, and not {shown(name, 50)} as it is.")
        if kind is list and (not value or not all(isinstance(one, str) for one in value)):
            raise ClaimError(f"{where}: {name} is a list of texts.")
    if missing := [name for name, one in takes.items() if one.default is one.empty and name not in claim.arguments]:
        raise ClaimError(f"{where}: {claim.measure} wants {_listed(takes)}, and {missing[0]} is not given.")


def takes_seed(claim: Claim) -> bool:
    """Whether a claim's measurement draws by a random seed, so that other seeds show its spread."""
    return claim.measure in MEASUREMENTS and "seed" in inspect.signature(MEASUREMENTS[claim.measure]).parameters


def _listed(takes: dict[str, inspect.Parameter]) -> str:
    return ", ".join(f"{name} ({one.annotation.__name__})" for name, one in takes.items())


def _binomial(value: float, pictures: int) -> float:
    """Standard deviation of a share of so many pictures; at 0 and 1 that of one picture more or less."""
    smoothed = (value * pictures + 1) / (pictures + 2)
    return math.sqrt(smoothed * (1 - smoothed) / pictures)
