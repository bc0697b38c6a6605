"""Tables that `gan-explorer evaluate` prints, and sentences on what they were measured with."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import printable, shown
from explorer.measure.features.names import ABOUT, INCEPTION, figure_name
from explorer.measure.metrics.spread import of_how_many, spread_rows
from explorer.measure.summaries import first_few, novel_tables, styled_tables, truncation_tables

if TYPE_CHECKING:
    from explorer.measure.features.network import FeatureNetwork
    from explorer.measure.grounding.words import WordsReport
    from explorer.measure.judge.judge import Judge
    from explorer.measure.metrics.classifier_accuracy import ClassifierAccuracy
    from explorer.measure.metrics.codes import CodeMeaning
    from explorer.measure.metrics.evaluation import Evaluation
    from explorer.measure.metrics.metrics import Estimate
    from explorer.measure.summaries import Table


def print_evaluation(
    name: str,
    judge: "Judge | FeatureNetwork",
    found: "Evaluation",
    trained: "ClassifierAccuracy | None" = None,
    called: Mapping[str, str] | None = None,
) -> None:
    """Print the figures beside those of real pictures, all together and class by class.

    called: what a label is called where that is not its word.
    """
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from explorer.measure.metrics.metrics_file import as_fields

    both = samples, floor = found.figures, found.floor
    table = Table(escape(shown(name)), "samples", "real", box=None, pad_edge=False)
    table.add_row(escape(figure_name("FD", judge.name)), f"{samples.fd:.3f}", f"{floor.fd:.3f}")
    table.add_row("  × real-vs-real FD", f"{found.fd_over_floor:.1f}", "1")
    table.add_row(escape(figure_name("KID", judge.name)), *(_spread(one.kid, 5) for one in both))
    table.add_row(escape(figure_name("IS", judge.name)), *(_spread(one.inception_score, 2) for one in both))
    for figure in ("precision", "recall", "density", "coverage"):
        table.add_row(figure, *(f"{getattr(one.manifolds, figure):.3f}" for one in both))
    table.add_row("nearest one tells", *(f"{one.two_sample.score:.3f}" for one in both))
    table.add_row("  of real ones", *(f"{one.two_sample.of_real:.3f}" for one in both))
    table.add_row("  of samples", *(f"{one.two_sample.of_samples:.3f}" for one in both))
    table.add_row("in-class variation", *(_figure(one.in_class_variation) for one in both))
    if judge.name not in ABOUT:
        table.add_row("labels judged right", *(_figure(one.label_accuracy) for one in both))
    if trained:
        table.add_row("classifier taught by it", f"{trained.score:.3f}", f"{trained.real:.3f}")
    console = Console()
    console.print(table)
    _print_classes(console, judge, found, called or {})

    def print_sentence(sentence: str) -> None:
        console.print(sentence, markup=False, highlight=False)

    if found.collapsed:
        print_sentence(f"Collapsed, hardly anything of them is drawn: {printable(first_few(found.collapsed))}.")
    for code in found.codes:
        print_sentence(f"c{code.number} tells {code.information:.2f} of the class. {printable(_main_labels(code))}.")
    if found.styled is not None:
        fields = as_fields(found)
        _print_tables(console, [*styled_tables(fields["styled"]), *novel_tables(fields.get("grounding") or {})])
    for half, words in (found.grounding or {}).items() if found.styled is None else ():
        unknown = f"; unknown: {', '.join(words.unknown)}" if words.unknown else ""
        print_sentence(
            f"grounding, {half} half: {words.score:.3f} of {len(words.words)} words (nearest label "
            f"{words.nearest_label:.3f}, times label accuracy {words.times_accuracy:.3f}{unknown})"
        )
    if found.truncation is not None:
        _print_tables(console, truncation_tables(as_fields(found)["truncation"]))
    if trained:
        print_sentence(
            f"classifier: a network as the judge's, {trained.epochs} times over {trained.samples:,} samples (real: "
            f"over as many training pictures), asked {trained.test:,} test pictures."
        )
    print_sentence(
        f"{found.samples:,} samples against as many test pictures; real: as many training pictures in their place. "
        + _measured_by(judge)
    )


def _measured_by(judge: "Judge | FeatureNetwork") -> str:
    if judge.name == INCEPTION:
        return (
            f"By {ABOUT[INCEPTION]} ({judge.hash[:8]}): FID, KID and IS as they are published, where as many pictures "
            "were taken; most take 50,000, and fewer make FID larger."
        )
    known = judge.name in ABOUT
    about = ABOUT[judge.name] if known else f"{judge.accuracy:.1%} right"
    return (
        f"By {'' if known else 'the judge '}{judge.name} ({about}, {judge.hash[:8]}): compare such figures with each "
        "other only, never with published FID or Inception Scores."
    )


def _main_labels(code: "CodeMeaning") -> str:
    """The label that is mostly seen under each kind."""
    tops = (max(one.items(), key=lambda pair: pair[1]) for one in code.classes)
    return ", ".join(f"{kind}: {label} {share:.2f}" for kind, (label, share) in enumerate(tops))


def print_collapses(checkpoint: Path) -> None:
    """Print a sentence for each class that collapsed in the run that a checkpoint belongs to."""
    from explorer.jobs.record import read_stats
    from explorer.measure.metrics.collapse import collapses

    if checkpoint.name == "checkpoint":
        for one in collapses(read_stats(checkpoint.parent)):
            print(f"In training: {shown(one.label)} {one.sentence}.")


def print_words(name: str, judge: "Judge", report: "WordsReport") -> None:
    """Print what the judge sees in the pictures of each word, and what was to be expected."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    columns = ("seen", "expected", "agreement", "bits", "diversity")
    table = Table(escape(shown(name)), *columns, box=None, pad_edge=False)
    for word in report.words:
        figures = (word.agreement, word.entropy, word.diversity)
        first = (escape(shown(word.word)), _first(word.seen, 2), _first(word.expected, 1))
        table.add_row(*first, *(f"{figure:.2f}" for figure in figures))
    console = Console()
    console.print(table)
    first = sum(word.same_first for word in report.words)
    agreement = sum(word.agreement for word in report.words) / len(report.words)
    for sentence in (
        *map(printable, report.unknown.values()),
        f"What is seen most is what was expected most for {first} of {len(report.words)}; mean agreement "
        f"{agreement:.2f}.",
        f"seen: the judge {judge.name} ({judge.hash[:8]}) on {report.pictures} pictures of each word (psi 1, random "
        f"seed {report.seed}). expected: the softmax of its likeness to the labels, temperature "
        f"{report.temperature:g}. agreement: what both have in common. bits: the entropy of what is "
        "seen. diversity: 1 is as varied as the real pictures of a class.",
    ):
        console.print(sentence, markup=False, highlight=False)


def _print_classes(console, judge: "Judge | FeatureNetwork", found: "Evaluation", called: Mapping[str, str]) -> None:
    from rich.markup import escape
    from rich.table import Table

    samples, floor = found.figures.classes, found.floor.classes
    listed = spread_rows({label: one.coverage for label, one in samples.items()})
    if not listed:
        return
    title = escape(figure_name("FD", judge.name))
    table = Table("", title, "real", "precision", "coverage", "variation", "pictures", box=None, pad_edge=False)
    for label in listed:
        one, real = samples[label], floor[label]
        figures = (one.fd, real.fd, one.precision, one.coverage, one.variation)
        table.add_row(escape(shown(called.get(label, label))), *map(_figure, figures), f"{one.pictures:,}")
    console.print(table)
    if left_out := of_how_many(len(listed), len(samples)):
        console.print(left_out, markup=False, highlight=False)


def print_summaries(name: str, judge: "Judge | None", tables: "list[Table]") -> None:
    """Print tables of plain cells, and by which judge they were measured, if by one."""
    from rich.console import Console

    console = Console()
    print(printable(shown(name)))
    _print_tables(console, tables)
    if judge is not None:
        console.print(_measured_by(judge), markup=False, highlight=False)


def _print_tables(console, tables: "list[Table]") -> None:
    from rich.markup import escape
    from rich.table import Table as RichTable

    for one in tables:
        table = RichTable(*map(escape, one.head), box=None, pad_edge=False)
        for row in one.rows:
            table.add_row(*(escape(shown(cell, 60)) for cell in row))
        console.print(table)
        for sentence in one.sentences:
            console.print(printable(sentence), markup=False, highlight=False)
        console.print()


def _spread(one: "Estimate", digits: int) -> str:
    return f"{one.value:.{digits}f} ± {one.spread:.{digits}f}"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _first(shares: dict[str, float], most: int) -> str:
    from rich.markup import escape

    return escape(printable(", ".join(f"{label} {share:.0%}" for label, share in list(shares.items())[:most])))
