"""Building a comparison: open, draw and measure generators, in steps."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer import checkpoint as checkpoints
from explorer.checkpoint import Checkpoint, CheckpointError, Curves
from explorer.checks import is_number
from explorer.compare.comparison import Comparison, Entry, Fields, Group, Moment
from explorer.compare.find import Found, find_all
from explorer.compare.measure import Evaluator, Evaluators, measure
from explorer.compare.sheets import SEED, drawn_sheet, real_sheet
from explorer.compare.snapshots import with_carried_snapshots
from explorer.compare.training_record import curves_of, notes_of, warnings_of
from explorer.data import DataError
from explorer.data.progress import Report
from explorer.errors import ExplorerError, listed
from explorer.measure.features.open import open_network
from explorer.measure.judge.judge import Judge
from explorer.measure.training_pictures import measured_pictures, read_options_of, source_of
from explorer.stopping import Stop, Stopped, check

SAMPLES, MOMENTS = 5000, 2000  # of each generator, and of each moment of a run
STYLES = 12  # of a generator, that are named
MADE = ("data", "kimg", "budget_kimg", "seconds", "device", "threads", "recipe", "settings")


def compare(
    entries: Sequence[str | Path],
    samples: int = SAMPLES,
    moments: int = MOMENTS,
    data_dir: Path | None = None,
    device: str = "cpu",
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
    cas: bool = False,
    features: str | None = None,
) -> Comparison:
    """Measure and draw runs and checkpoints, given by name or folder; what was measured before is not measured again.

    samples: of each, where there are as many real pictures. moments: samples of each snapshot of a run (see the setting
    `snapshot_kimg`), and of its last checkpoint. cas: whether classifiers are trained, which takes minutes each; see
    `classifier_accuracy`. features: a feature network in the judges' place. The same files give the same comparison.
    Generators that cannot be opened or measured are in it too, with the reason. Raises ExplorerError for one that does
    not exist, and Stopped; figures measured up to then are kept.
    """
    *_, last = compare_in_steps(entries, samples, moments, data_dir, device, report, stop, cas=cas, features=features)
    return last


def compare_in_steps(
    entries: Sequence[str | Path],
    samples: int = SAMPLES,
    moments: int = MOMENTS,
    data_dir: Path | None = None,
    device: str = "cpu",
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
    words: bool = True,
    keep: bool = True,
    download: bool = True,
    cas: bool = False,
    features: str | None = None,
) -> Iterator[Comparison]:
    """Yield the comparison as it grows: all that needs no measuring, then the figures of each generator, then those of
    each run's moments. The last one is complete.

    words, cas, features: see `evaluate` and `compare`. keep: whether figures are written to this machine's disk.
    download: whether real pictures may be fetched.
    """
    found = find_all(entries)
    network = open_network(features, device, report) if features else None
    evaluators, groups = Evaluators(data_dir, device, network, download), _Groups(samples, moments)
    opened = [_open(one, device) for one in found]
    curves = [_curves(one) for one in found]
    entries = [_entry(*of_one) for of_one in zip(found, opened, curves, strict=True)]
    yield Comparison(tuple(entries), (), SEED)
    options = {"words": words, "keep": keep, "report": report, "stop": stop}
    measurable = [place for place, one in enumerate(opened) if isinstance(one, Checkpoint)]
    for number, place in enumerate(measurable):
        check(stop)
        report("comparing", number, len(measurable))
        entries[place] = _with_figures(
            entries[place], found[place], opened[place], evaluators, groups, options | {"cas": cas}
        )
        yield Comparison(tuple(entries), tuple(groups.all), SEED)
    for place in measurable:
        if entries[place].evaluation is not None and found[place].snapshots:
            entries[place] = _with_moments(
                entries[place], found[place], opened[place], evaluators, groups, device, options
            )
            yield Comparison(tuple(entries), tuple(groups.all), SEED)
    for place in measurable:  # last, since as many samples as here are drawn with them
        snapshots = curves[place].snapshots if isinstance(curves[place], Curves) else None
        if snapshots and entries[place].evaluation is not None:
            entries[place], groups.all[:] = with_carried_snapshots(entries[place], snapshots, groups.all)
            known = entries[place].evaluation, entries[place].moments
            entries[place] = replace(entries[place], warnings=warnings_of(found[place], *known))
            yield Comparison(tuple(entries), tuple(groups.all), SEED)
    report("comparing", len(measurable), len(measurable))


def unmeasured_entry(checkpoint: Checkpoint, seed: int = SEED) -> Entry:
    """An entry with everything that needs no measuring."""
    made = {key: checkpoint.summary[key] for key in MADE if key in checkpoint.summary}
    family = checkpoint.description.family
    return Entry(
        checkpoint.name, family, made=made, sheet=drawn_sheet(checkpoint, seed), notes=_styles_note(checkpoint)
    )


def _styles_note(checkpoint: Checkpoint) -> tuple[str, ...]:
    if not checkpoint.styles:
        return ()
    more = len(checkpoint.styles) - STYLES
    named = [*checkpoint.styles[:STYLES], *([f"{more} more"] if more > 0 else [])]
    return (f"Drawn in an open style, so that each latent has its own; it knows {listed(named)}.",)


class _Groups:
    """The groups of a comparison, made as figures come in."""

    def __init__(self, samples: int, moments: int):
        self.samples, self.moments, self.all = samples, moments, []
        self._keys: list[tuple] = []
        self._by_label: set[tuple] = set()

    def place(self, checkpoint: Checkpoint, evaluator: Evaluator, fields: Fields) -> int:
        """The place of the group to which these figures belong."""
        words = evaluator.test.words
        labels = tuple(word for word in words if not checkpoint.labels or word in checkpoint.labels)
        key = (evaluator.judge.hash, evaluator.source, labels, fields["samples"])
        if key not in self._keys:
            judge = evaluator.judge
            accuracy = judge.accuracy if isinstance(judge, Judge) else None
            fixed = (judge.name, judge.hash, accuracy, evaluator.source, labels)
            self._keys.append(key)
            self.all.append(Group(*fixed, fields["samples"], fields["seeds"], fields["floor"], self.moments))
        place = self._keys.index(key)
        if checkpoint.conditional and key not in self._by_label:
            self._by_label.add(key)  # real pictures by their labels; for unconditional ones, by predicted classes
            self.all[place] = replace(self.all[place], real=fields["floor"])
        return place

    def note_moments(self, place: int, fields: Fields) -> None:
        """Set the figures of as many real pictures as a moment has samples."""
        if self.all[place].moments_real is None:
            known = {"moments": fields["samples"], "moments_real": fields["floor"]}
            self.all[place] = replace(self.all[place], **known)


def _open(found: Found, device: str) -> Checkpoint | str:
    """The checkpoint, or a sentence on why there is none."""
    if found.checkpoint is None:
        return "It has saved no generator yet."
    try:
        return replace(checkpoints.load(found.checkpoint, device=device), name=found.name)
    except CheckpointError as error:
        return str(error)


def _curves(found: Found) -> Curves | str:
    """Its curves, or a sentence on why they cannot be used."""
    try:
        return curves_of(found)
    except CheckpointError as error:
        return str(error)


def _entry(found: Found, opened: Checkpoint | str, curves: Curves | str) -> Entry:
    """An entry with everything that needs no measuring, of whatever was found."""
    family = found.run.files.config.family if found.run else None
    entry = Entry(found.name, family, trouble=opened) if isinstance(opened, str) else unmeasured_entry(opened)
    notes = entry.notes + notes_of(found)
    if isinstance(curves, str):
        return replace(entry, warnings=warnings_of(found), notes=(*notes, curves))
    known = {"losses": curves.losses, "coverage": curves.coverage, "notes": notes}
    return replace(entry, warnings=warnings_of(found), **known)


def _with_figures(
    entry: Entry, found: Found, opened: Checkpoint, evaluators: Evaluators, groups: _Groups, options: dict[str, Any]
) -> Entry:
    """The entry with its figures and real pictures, or with the reason why it has none."""
    rows = entry.sheet.height
    try:
        evaluator = evaluators.of(opened)
        fields = measure(opened, evaluator, groups.samples, found.run.folder if found.run else None, **options)
        place = groups.place(opened, evaluator, fields)
    except Stopped:
        raise
    except ExplorerError as error:
        return replace(entry, trouble=str(error), real=_real_of_its_source(opened, rows))
    real = real_sheet(opened, evaluator.test, rows)
    return replace(entry, real=real, group=place, evaluation=fields, warnings=warnings_of(found, fields))


def _with_moments(
    entry: Entry,
    found: Found,
    last: Checkpoint,
    evaluators: Evaluators,
    groups: _Groups,
    device: str,
    options: dict[str, Any],
) -> Entry:
    """The entry with its moments: its snapshots, then its last checkpoint, each measured."""
    past, paths, evaluator = [], found.snapshots, evaluators.of(last)

    def report(what: str, done: int, total: int) -> None:
        options["report"](f"snapshots of {found.name}", len(past) * total + done, (len(paths) + 1) * total)

    now = options | {"words": False, "report": report}
    try:
        for path in paths:
            check(options["stop"])
            try:
                snapshot = replace(checkpoints.load(path, device=device), name=found.name)
            except CheckpointError:
                continue  # a damaged one; the others can be measured
            past.append((snapshot, measure(snapshot, evaluator, groups.moments, found.run.folder, **now)))
        if past and _kimg(last) > _kimg(past[-1][0]):
            past.append((last, measure(last, evaluator, groups.moments, found.run.folder, **now)))
    except Stopped:
        raise
    except ExplorerError as error:
        return replace(entry, trouble=str(error))
    if not past:
        return entry
    groups.note_moments(entry.group, past[-1][1])
    moments = tuple(Moment(_kimg(one), _number(one.summary.get("seconds")), fields) for one, fields in past)
    return replace(entry, moments=moments, warnings=warnings_of(found, entry.evaluation, moments))


def _real_of_its_source(checkpoint: Checkpoint, rows: int):
    try:
        source = source_of(checkpoint)
        _, pictures = measured_pictures(source, checkpoint.image_shape, options=read_options_of(checkpoint))
        return real_sheet(checkpoint, pictures, rows)
    except DataError:
        return None


def _kimg(checkpoint: Checkpoint) -> float:
    return _number(checkpoint.summary.get("kimg")) or 0.0


def _number(value: object) -> float | None:
    return float(value) if is_number(value) else None
