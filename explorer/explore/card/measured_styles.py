"""The sections of a model card on words and styles, on word truncation, on what a training held out, and on
near-copies."""

from collections.abc import Sequence
from typing import Any

from explorer.explore.card.measured import plain
from explorer.measure import summaries
from explorer.measure.memorising import near_copies
from explorer.measure.metrics.metrics_file import KEY
from explorer.measure.unseen import pairs, words


def style_sections(name: str, metrics: dict[str, Any]) -> list[str]:
    """Markdown for what `gan-explorer evaluate` and `memorising` stored of a generator with styles; nothing for what
    they did not. Of many words 32 are shown; metrics.json has all."""
    evaluation, sections = metrics.get(KEY) or {}, []
    if "styled" in evaluation:
        sections += [
            "## Words and styles",
            "Samples have the words and styles of real pictures. The judge was fitted on some styles and never saw the "
            "others. Variety: the mean distance of two pictures in the judge's features, and their standard deviation "
            "in grey levels of 255.",
            *_tables(summaries.styled_tables(evaluation["styled"])),
            *_tables(summaries.novel_tables(evaluation.get("grounding") or {})),
        ]
    if "truncation" in evaluation:
        sections += ["## Word truncation", *_tables(summaries.truncation_tables(evaluation["truncation"]))]
    if words.KEY in metrics or pairs.KEY in metrics:
        sections += ["## What its training held out", f"`gan-explorer evaluate {name} --unseen`:"]
    if words.KEY in metrics:
        sections += _tables(summaries.unseen_word_tables(metrics[words.KEY]))
    if pairs.KEY in metrics:
        sections += _tables(summaries.unseen_pair_tables(metrics[pairs.KEY], metrics[pairs.KEY]["judge"]))
    if near_copies.KEY in metrics:
        sections += ["## Nearest training images", f"`gan-explorer memorising {name}`:"]
        sections += _tables(summaries.near_copy_tables(metrics[near_copies.KEY]))
    return sections


def _tables(tables: Sequence[summaries.Table]) -> list[str]:
    """Markdown of tables, their sentences below as a list."""
    found = []
    for one in tables:
        lines = [one.head, ("---",) * len(one.head), *one.rows]
        found.append("\n".join(f"| {' | '.join(map(plain, line))} |" for line in lines))
        if one.sentences:
            found.append("\n".join(f"- {plain(sentence)}" for sentence in one.sentences))
    return found
