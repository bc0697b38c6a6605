"""The sections of a model card with what was measured, from its metrics.json."""

import html
from collections.abc import Mapping
from typing import Any

from explorer.many_labels import names, sentence, spread
from explorer.measure.discriminator import probe
from explorer.measure.features.names import ABOUT, INCEPTION, figure_name
from explorer.measure.grounding import words as word_report
from explorer.measure.memorising import memorising
from explorer.measure.metrics import classifier_accuracy
from explorer.measure.metrics.metrics_file import KEY, key_of

# Files of earlier versions have fewer of these.
SINGLE = {
    "precision": "precision",
    "recall": "recall",
    "density": "density",
    "coverage": "coverage",
    "nearest_tells": "nearest one tells (0.5 is ideal)",
    "in_class_variation": "in-class variation",
    "label_accuracy": "labels judged right",
}
MAX_WORDS = 100


def measured_sections(name: str, metrics: dict[str, Any], names: Mapping[str, str] | None = None) -> list[str]:
    """Markdown for what `gan-explorer evaluate`, `memorising` and `probe` stored; nothing for what they did not.

    names: what a label is called where that is not its word, by label.
    """
    called = dict(names or {})
    sections = []
    if metrics.get(KEY):
        sections += ["## Measured", *_figures(name, metrics[KEY]), *_classes(metrics[KEY], called)]
        sections += [*_codes(metrics[KEY], called), *_grounding(metrics[KEY])]
    for network, about in ABOUT.items():
        if metrics.get(key_of(network)):
            own = metrics[key_of(network)] | {"judge": network}
            sections += [f"## Measured by {about}", *_figures(name, own), *_classes(own, called)]
    if classifier_accuracy.KEY in metrics:
        sections += _classifier(name, metrics[classifier_accuracy.KEY])
    if word_report.KEY in metrics:
        sections += _words(name, metrics[word_report.KEY], called)
    if memorising.KEY in metrics:
        sections += _memorising(name, metrics[memorising.KEY])
    if probe.KEY in metrics:
        sections += _probe(name, metrics[probe.KEY])
    return sections


def _figures(name: str, fields: dict[str, Any]) -> list[str]:
    both, judge = (fields["figures"], fields["floor"]), plain(fields["judge"])
    rows = [(figure_name("FD", judge), *(f"{one['fd']:.3f}" for one in both))]
    rows += [("× real-vs-real FD", f"{fields['fd_over_floor']:.1f}", "1")]
    for key, title, digits in (("kid", "KID", 5), ("inception_score", "IS", 2)):
        if key in both[0]:
            texts = (f"{one[key]:.{digits}f} ± {one[f'{key}_spread']:.{digits}f}" for one in both)
            rows.append((figure_name(title, judge), *texts))
    single = {key: title for key, title in SINGLE.items() if key in both[0]}
    if judge in ABOUT:  # nothing is known of labels, and without labels nothing of classes
        single = {key: title for key, title in single.items() if both[0][key] is not None}
    rows += [(title, *(_three_digits(one[key]) for one in both)) for key, title in single.items()]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    seeds = fields.get("seeds")
    drawn = f", latents of random seed {seeds['latents']}" if seeds else ""
    option, by = (f" --features {judge}", judge) if judge in ABOUT else ("", f"the judge {judge}")
    beside = "Such figures can be compared with each other, and never with published FID or Inception Scores."
    if judge == INCEPTION:
        beside = "Published figures are of more pictures mostly, 50,000; fewer make FID larger."
    return [
        f"`gan-explorer evaluate {name}{option}`: {fields['samples']:,} samples (psi 1{drawn}) against as many test "
        f"pictures, by {by} ({plain(fields['judge_hash'])[:8]}); *real* is as many training pictures in their place. "
        + beside,
        f"| | samples | real |\n|---|---|---|\n{table}",
    ]


def _classes(fields: dict[str, Any], called: dict[str, str]) -> list[str]:
    samples, floor = (fields[side].get("classes") or {} for side in ("figures", "floor"))
    if not samples:
        return []
    lines = []
    labels = list(samples)
    shown = [labels[place] for place in spread(labels)]
    for label, one in ((label, samples[label]) for label in shown):
        figures = (one["fd"], floor[label]["fd"], one["precision"], one["coverage"], one["variation"])
        row = (plain(called.get(label, label)), *map(_three_digits, figures), f"{one['pictures']:,}")
        lines.append(f"| {' | '.join(row)} |")
    head = f"| | {figure_name('FD', plain(fields['judge']))} | real | precision | coverage | variation | pictures |"
    parts = [
        "Class by class; few pictures make a distance large, so that it says something only beside the real one. "
        + sentence(len(shown), len(labels), "classes"),
        head + "\n|---|---|---|---|---|---|---|\n" + "\n".join(lines),
    ]
    if collapsed := [called.get(label, label) for label in fields.get("collapsed") or ()]:
        parts.append(f"**Collapsed**, hardly anything of them is drawn: {plain(names(collapsed))}.")
    return parts


def _codes(fields: dict[str, Any], called: dict[str, str]) -> list[str]:
    sections = []
    for code in fields.get("codes") or ():
        lines = "\n".join(
            f"| c{code['number']:d} = {kind} | {_first(dict(sorted(one.items(), key=lambda pair: -pair[1])), called)} |"
            for kind, one in enumerate(code["seen"])
        )
        sections += [
            f"c{code['number']:d} tells **{code['tells']:.2f}** of the class that the judge sees (their mutual "
            "information over the entropy of the class: 0 nothing, 1 all):",
            f"| | seen |\n|---|---|\n{lines}",
        ]
    return sections


def _grounding(fields: dict[str, Any]) -> list[str]:
    halves = fields.get("grounding") or {}
    if not halves or "styled" in fields:  # see measured_styles
        return []
    lines = "\n".join(
        f"| {half} | {len(one['words'])} | {one['score']:.3f} | {one['nearest_label']:.3f} "
        f"| {one['times_accuracy']:.3f} |"
        for half, one in halves.items()
    )
    return [
        "Words that were in no training: the share of 64 pictures of each that the judge puts where a person would, "
        "beside how often the nearest label is right, and that times the label accuracy.",
        f"| half | words | share | nearest label | times accuracy |\n|---|---|---|---|---|\n{lines}",
    ]


def _classifier(name: str, fields: dict[str, Any]) -> list[str]:
    return [
        "## What its samples teach",
        f"`gan-explorer evaluate {name} --cas`: a classifier that learned from {fields['samples']:,} samples alone "
        f"puts **{fields['score']:.3f}** of {fields['test']:,} test pictures of {plain(fields['source'])} in their "
        f"class; one that learned from as many training pictures, {fields['real']:.3f} (each {fields['epochs']} times "
        f"over, random seed {fields['seed']}).",
    ]


def _words(name: str, fields: dict[str, Any], called: dict[str, str]) -> list[str]:
    lines = "\n".join(
        f"| {plain(one['word'])} | {_first(one['seen'], called)} | {_first(one['expected'], called)} "
        f"| {one['agreement']:.2f} | {one['entropy']:.2f} | {one['diversity']:.2f} |"
        for one in fields["words"][:MAX_WORDS]
    )
    return [
        "## Words against their likeness",
        f"`gan-explorer evaluate {name} --words ...`: what the judge {plain(fields['judge'])} "
        f"({plain(fields['judge_hash'])[:8]}) sees in {fields['pictures']} pictures of each word, beside the "
        f"softmax of its cosines with the labels (temperature {fields['temperature']:g}). Agreement: what both have in "
        "common, 0 to 1. Bits: the entropy of what is seen. Diversity: 1 is as varied as real pictures of a class.",
        f"| word | seen | expected | agreement | bits | diversity |\n|---|---|---|---|---|---|\n{lines}",
    ]


def _memorising(name: str, fields: dict[str, Any]) -> list[str]:
    spaces = {plain(space): one for space, one in fields["spaces"].items()}
    *_, (space, last) = spaces.items()
    rows = [
        ("copied (0 to 1)", *(f"{one['copied']:.3f} ± {one['error']:.3f}" for one in spaces.values()), "0"),
        ("nearer than 95 % of held-out pictures", *(f"{one['close']:.3f}" for one in spaces.values()), "0.05"),
        ("nearer than 99 %", *(f"{one['copies']:.3f}" for one in spaces.values()), "0.01"),
    ]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return [
        "## Nearest training images",
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
        f"pictures, asked on {fields['test']:,} test pictures of {plain(fields['source'])}.",
        f"| read from | right |\n|---|---|\n{rows}",
    ]


def _first(shares: dict[str, float], called: dict[str, str]) -> str:
    return ", ".join(f"{plain(called.get(label, label))} {share:.2f}" for label, share in list(shares.items())[:3])


def _three_digits(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def plain(value: object) -> str:
    """Text that stays text in Markdown and its tables: labels and facts may come from strangers."""
    return html.escape(str(value), quote=False).replace("|", "&#124;").replace("\n", " ")
