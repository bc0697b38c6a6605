"""Figures of styles, of novel words and of what was held out, as tables and sentences for a terminal and for a card.

All are made from plain values as metrics.json stores them; what a card is made of may come from a stranger, so whoever
shows it escapes every cell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from explorer.measure.grounding import WITHIN
from explorer.measure.metrics.spread import of_how_many, spread_rows

SCORES = {
    "forced_choice": "nearer its word",
    "top_5": "in first 5",
    "top_20": "in first 20",
    "similarity": "similarity",
}
VARIETY = {
    "over_z": "over z: a word in a style",
    "over_z_open": "over z, style open",
    "over_styles": "over styles",
    "over_words": "over words",
    "real_in_word": "real, a word in a style",
    "real_over_words": "real, over words",
}


@dataclass(frozen=True)
class Table:
    """head: of its columns. rows: of as many cells each. sentences: what to say below it."""

    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    sentences: tuple[str, ...] = ()


def styled_tables(fields: Mapping[str, Any]) -> list[Table]:
    """Tables of `Styled`: accuracy, variety, each style, and words from the best to the worst."""
    shares = [("all samples", fields["samples"])]
    if fields["unseen"]:
        shares += [("samples in its unseen styles", fields["unseen"]), ("real pictures in these", fields["real"])]
    rows = [(what, *_accuracy(one), f"{one['pictures']:,}") for what, one in shares]
    recognised = ()
    if fields["recognised"] is not None:
        recognised = (
            f"The judge of styles {fields['style_judge']} puts {fields['recognised']:.3f} of the samples in the style "
            f"asked for, and {fields['real_recognised']:.3f} of real pictures that it was not fitted on.",
        )
    varieties = [
        (title, f"{fields[key]['distance']:.2f}", f"{fields[key]['grey']:.1f}")
        for key, title in VARIETY.items()
        if fields[key] is not None
    ]
    styles = [(style, *_accuracy(one), three(one["recognised"])) for style, one in fields["styles"].items()]
    words = fields["words"]
    chosen = spread_rows({word: one["top_1"] + one["top_5"] / 10 for word, one in words.items()})
    return [
        Table(("word is the judge's", "first", "in first 5", "pictures"), rows, recognised),
        Table(("variety", "distance", "grey levels"), varieties),
        Table(("style", "first", "in first 5", "recognised"), styles),
        Table(
            ("word", "first", "in first 5", "seen most", "pictures"),
            [(word, *_accuracy(words[word]), words[word]["seen"], f"{words[word]['pictures']:,}") for word in chosen],
            tuple(filter(None, [of_how_many(len(chosen), len(words))])),
        ),
    ]


def novel_tables(halves: Mapping[str, Any]) -> list[Table]:
    """A table of the halves of a list of novel words, of a generator with styles; empty for one without."""
    if not halves or not all("nearest_drawn" in half for half in halves.values()):
        return []
    rows, sentences = [], []
    for half, one in halves.items():
        rule = one["nearest_drawn"]
        rows.append((f"{half} half, {len(one['words'])} words", f"{one['score']:.3f}", f"{one['top_5']:.3f}"))
        rows.append(("  nearest label drawn instead", f"{rule[0]:.3f}", f"{rule[1]:.3f}"))
        rows.append(("  nearest label by text alone", f"{one['nearest_label']:.3f}", "-"))
        sentences.append(f"{half} half: {comparison(one['ahead'])}")
    return [Table(("novel words, accepted", "first", "in first 5"), rows, tuple(sentences))]


def truncation_tables(fields: Mapping[str, Any]) -> list[Table]:
    """A table of `TruncationCurve`."""
    rows = [(f"{one['share']:g}", *_truncation_cells(one)) for one in fields["points"]]
    rows.append(("trained words", *_truncation_cells(fields["labels"])))
    chosen = fields["chosen"]
    sentences = [
        f"{fields['words']} words of the tune half that were in no training, {fields['pictures']} pictures each. "
        "accepted: the judge's first, or one of its first five, is what a person would accept. precision: of all "
        "pictures, the share that looks real. variety: the mean distance of two pictures of a word.",
        f"Chosen: {chosen:g}, "
        + (
            f"the smallest that comes within {WITHIN} of the best."
            if chosen
            else "since no other is better by more than the choice of words explains."
        ),
    ]
    if fields.get("test"):
        first, five, precision, variety = _truncation_cells(fields["test"])
        figures = f"accepted {first}, in first 5 {five}, precision {precision}, variety {variety}"
        sentences.append(f"The test half at {chosen:g}: {figures}.")
    return [Table(("word truncation", "accepted", "in first 5", "precision", "variety"), rows, tuple(sentences))]


def _truncation_cells(fields: Mapping[str, Any]) -> tuple[str, ...]:
    return (*(f"{fields[key]:.3f}" for key in ("score", "top_5", "precision")), f"{fields['variety']:.2f}")


def unseen_word_tables(fields: Mapping[str, Any]) -> list[Table]:
    """Tables of `UnseenWords`: all together, and words from the best to the worst."""
    ways = ("drawn", "nearest", "nearest_real", "real")
    rows = [
        (title, *(interval(fields[way].get(score)) for way in ways), f"{fields['chance'][score]:.3f}")
        for score, title in SCORES.items()
    ]
    words = fields["words"]
    chosen = spread_rows({word: one["drawn"]["forced_choice"] for word, one in words.items()})
    each = [
        (
            word,
            f"{words[word]['drawn']['forced_choice']:.2f}",
            f"{words[word]['nearest']['forced_choice']:.2f}",
            f"{words[word]['drawn']['top_5']:.2f}",
            f"{words[word]['drawn']['similarity']:.2f}",
            words[word]["nearest_label"],
            ", ".join(f"{seen} {share:.0%}" for seen, share in words[word]["seen"].items()),
        )
        for word in chosen
    ]
    left_out = fields["left_out"]
    return [
        Table(
            ("held-out words", "drawn", "rule", "rule, real", "real", "chance"),
            rows,
            (
                f"{len(words)} of {fields['held_out']} words that it was never trained on, {fields['pictures']} "
                "pictures each, its styles by turns; means over words ± half of a 95 % bootstrap interval.",
                "rule: the same generator's pictures of the nearest label that it knows, or real pictures of that.",
                "nearer its word: than to another held-out one, in the judge's features. in first 5: of the judge. "
                "similarity: of the word and the one that the judge sees first.",
                *(f"{title}: {comparison(fields['ahead'][score])}" for score, title in SCORES.items()),
                *([f"{len(left_out)} could not be measured: {first_few(left_out)}."] if left_out else []),
            ),
        ),
        Table(
            ("word", "nearer", "rule", "first 5", "similar", "nearest label", "seen most"),
            each,
            tuple(filter(None, [of_how_many(len(chosen), len(words))])),
        ),
    ]


def unseen_pair_tables(fields: Mapping[str, Any], judge: str) -> list[Table]:
    """A table of `UnseenPairs`. judge: the name for its Frechet distance."""
    both = fields["unseen"], fields["seen"]
    rows = [
        ("word is the judge's first", *(interval(one["top_1"]) for one in both)),
        ("in its first 5", *(interval(one["top_5"]) for one in both)),
        ("style recognised", *(interval(one["recognised"]) for one in both)),
        (f"FD[{judge}]", *(f"{one['fd']:.3f}" for one in both)),
    ]
    about = (
        f"Samples of {fields['pictures']:,} real pictures' words and styles, {fields['pairs']:,} pairs of which it was "
        "never trained on, beside as many pictures of pairs that it was."
    )
    return [Table(("pairs of word and style", "held out", "trained on"), rows, (about,))]


def near_copy_tables(fields: Mapping[str, Any]) -> list[Table]:
    """A table of `NearCopies`."""
    columns = [(part, space) for part in ("trained", "novel") for space in fields[part]]
    every = [fields[part][space] for part, space in columns]
    rows = [
        ("nearer than 99 %", *(three(one["copies"]) for one in every), "0.010"),
        ("nearer than 95 %", *(three(one["close"]) for one in every), "0.050"),
        ("median distance", *(f"{one['median_ratio']:.2f}" for one in every), "1"),
        ("the pair asked for", *(three(one["own_pair"]) for one in every), "-"),
    ]
    head = ("near-copies", *(f"{part}, {space}" for part, space in columns), "no sign")
    about = (
        f"{fields['samples']:,} samples of trained words, and of novel ones where there is a list, looked up among "
        f"{fields['pictures']:,} training pictures; none was held out. Nearer: than so many training "
        "pictures lie to the nearest one of another thing, of which the distance is the median's too."
    )
    return [Table(head, rows, (about,))]


def comparison(ahead: Mapping[str, float]) -> str:
    """Whether the rule is beaten, in a sentence. ahead: by how much, `mean`, `low` and `high`."""
    mean, low, high = ahead["mean"], ahead["low"], ahead["high"]
    if low > 0:
        start = "better than drawing the nearest label"
    elif high < 0:
        start = "worse than drawing the nearest label"
    else:
        start = "no clear difference from drawing the nearest label"
    return f"{start}, by {mean:+.3f} ({low:+.3f} to {high:+.3f})."


def interval(fields: Mapping[str, float] | None) -> str:
    """A mean and half of its interval; a dash where there is none."""
    return "-" if not fields else f"{fields['mean']:.3f} ± {(fields['high'] - fields['low']) / 2:.3f}"


def first_few(names: Sequence[str] | Mapping[str, Any], most: int = 12) -> str:
    """The first names of a list and how many more there are."""
    some = list(names)
    return ", ".join(some[:most]) + (f" and {len(some) - most:,} more" if len(some) > most else "")


def three(value: float | None) -> str:
    """Three digits after the point; a dash for nothing."""
    return "-" if value is None else f"{value:.3f}"


def _accuracy(fields: Mapping[str, Any]) -> tuple[str, str]:
    return three(fields["top_1"]), three(fields["top_5"])
