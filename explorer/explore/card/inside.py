"""The part of a model card that looks inside: whether it copies its training pictures, and what D learned to see."""

import html
from typing import Any

from explorer.measure.discriminator import probe
from explorer.measure.memorising import memorising


def inside_sections(name: str, metrics: dict[str, Any]) -> list[str]:
    """Markdown for what `gan-explorer memorising` and `probe` stored in metrics.json; nothing for what they did not."""
    sections = []
    for key, section in ((memorising.KEY, _memorising), (probe.KEY, _probe)):
        if key in metrics:
            sections += section(name, metrics[key])
    return sections


def _memorising(name: str, fields: dict[str, Any]) -> list[str]:
    spaces = {html.escape(space): one for space, one in fields["spaces"].items()}
    *_, (space, last) = spaces.items()
    rows = [
        ("copied (0 to 1)", *(f"{one['copied']:.3f} ± {one['error']:.3f}" for one in spaces.values()), "0"),
        ("nearer than 95 % of held-out pictures", *(f"{one['close']:.3f}" for one in spaces.values()), "0.05"),
        ("nearer than 99 %", *(f"{one['copies']:.3f}" for one in spaces.values()), "0.01"),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return [
        "## Is it memorising?",
        f"**{last['copied']:.3f} copied** ({'by pixels' if space == 'pixels' else f'as the judge {space} sees it'}). "
        f"`gan-explorer memorising {name}`: {fields['samples']:,} samples, each looked up among {fields['train']:,} "
        f"training pictures and {fields['test']:,} held-out ones. 0: the nearest is a held-out one as often as chance "
        "has it. 1: it never is.",
        f"| | {' | '.join(spaces)} | real |\n|---|{'---|' * len(spaces)}---|\n{table}",
    ]


def _probe(name: str, fields: dict[str, Any]) -> list[str]:
    readings = {"its discriminator": "discriminator", "the same, weights random": "random", "raw pixels": "pixels"}
    rows = "\n".join(f"| {what} | {fields[key]['accuracy']:.3f} |" for what, key in readings.items())
    return [
        "## What its discriminator learned",
        f"`gan-explorer probe {name}`: classes read off by a linear L2-SVM, fitted on {fields['pictures']:,} training "
        f"pictures, asked on {fields['test']:,} test pictures of {html.escape(str(fields['source']))}.",
        f"| read from | right |\n|---|---|\n{rows}",
    ]
