"""Opening, drawing and measuring what is to be compared."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer import checkpoint as checkpoints
from explorer.checkpoint import Checkpoint, CheckpointError
from explorer.checks import is_number
from explorer.compare.comparison import Comparison, Entry, Fields, Group, Moment
from explorer.compare.finding import Found, find_all
from explorer.compare.learning import coverage_of, losses_of, notes_of, warnings_of
from explorer.compare.measuring import Bench, Benches, measured
from explorer.compare.sheets import SEED, drawn_sheet, real_sheet
from explorer.data import DataError
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure.features.network import open_network
from explorer.measure.judge.judge import Judge
from explorer.measure.training_pictures import own_pictures, read_options_of, source_of
from explorer.stopping import Stop, Stopped, check

SAMPLES, MOMENTS = 5000, 2000  # of each generator, and of each moment of a run
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

    samples: of each, where there are as many real pictures. moments: as many of each snapshot that a run kept (see the
    dial `snapshot_kimg`), and of what it came to. cas: whether classifiers are taught, which takes minutes each; see
    `classifier_accuracy`. features: the feature network that measures in the judges' place. The same files give the
    same comparison. One that cannot be opened or measured is there too, with the reason. Raises ExplorerError for one
    that is nowhere, and Stopped; figures found up to then are kept.
    """
    *_, whole = comparing(entries, samples, moments, data_dir, device, report, stop, cas=cas, features=features)
    return whole


def comparing(
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
    """The same as it comes up, each time with more: all that needs no measuring, then the figures of one after the
    other, then those of one run's moments after the other. The last is whole.

    words, cas, features: see `evaluate` and `compare`. keep: whether figures are written to this machine's disk.
    download: whether real pictures may be fetched.
    """
    found = find_all(entries)
    network = open_network(features, device, report) if features else None
    benches, groups = Benches(data_dir, device, network, download), _Groups(samples, moments)
    opened = [_open(one, device) for one in found]
    shown = [_entry(one, checkpoint) for one, checkpoint in zip(found, opened, strict=True)]
    yield Comparison(tuple(shown), (), SEED)
    how = {"words": words, "keep": keep, "report": report, "stop": stop}
    measurable = [place for place, one in enumerate(opened) if isinstance(one, Checkpoint)]
    for number, place in enumerate(measurable):
        check(stop)
        report("comparing", number, len(measurable))
        shown[place] = _measured(shown[place], found[place], opened[place], benches, groups, how | {"cas": cas})
        yield Comparison(tuple(shown), tuple(groups.all), SEED)
    for place in measurable:
        if shown[place].evaluation is not None and found[place].snapshots:
            shown[place] = _learned(shown[place], found[place], opened[place], benches, groups, device, how)
            yield Comparison(tuple(shown), tuple(groups.all), SEED)
    report("comparing", len(measurable), len(measurable))


def look_at(checkpoint: Checkpoint, seed: int = SEED) -> Entry:
    """What can be told of a generator at a glance."""
    made = {key: checkpoint.summary[key] for key in MADE if key in checkpoint.summary}
    family = checkpoint.description.family
    return Entry(checkpoint.name, family, made=made, sheet=drawn_sheet(checkpoint, seed))


class _Groups:
    """Groups as they come up."""

    def __init__(self, samples: int, moments: int):
        self.samples, self.moments, self.all = samples, moments, []
        self._keys: list[tuple] = []
        self._asked: set[tuple] = set()

    def place(self, checkpoint: Checkpoint, bench: Bench, fields: Fields) -> int:
        """The place of the group that these figures belong to."""
        words = bench.test.words
        labels = tuple(word for word in words if not checkpoint.labels or word in checkpoint.labels)
        key = (bench.judge.hash, bench.source, labels, fields["samples"])
        if key not in self._keys:
            judge = bench.judge
            accuracy = judge.accuracy if isinstance(judge, Judge) else None
            fixed = (judge.name, judge.hash, accuracy, bench.source, labels)
            self._keys.append(key)
            self.all.append(Group(*fixed, fields["samples"], fields["seeds"], fields["floor"], self.moments))
        place = self._keys.index(key)
        if checkpoint.conditional and key not in self._asked:
            self._asked.add(key)  # real pictures by their own labels; for one that hears none, by what is seen in them
            self.all[place] = replace(self.all[place], real=fields["floor"])
        return place

    def note_moments(self, place: int, fields: Fields) -> None:
        """Remember what real pictures get with as many samples as a moment has."""
        if self.all[place].moments_real is None:
            known = {"moments": fields["samples"], "moments_real": fields["floor"]}
            self.all[place] = replace(self.all[place], **known)


def _open(found: Found, device: str) -> Checkpoint | str:
    """The checkpoint, or why there is none."""
    if found.checkpoint is None:
        return "It has saved no generator yet."
    try:
        return replace(checkpoints.load(found.checkpoint, device=device), name=found.name)
    except CheckpointError as error:
        return str(error)


def _entry(found: Found, opened: Checkpoint | str) -> Entry:
    """All that needs no measuring."""
    family = found.run.files.config.family if found.run else None
    entry = Entry(found.name, family, trouble=opened) if isinstance(opened, str) else look_at(opened)
    known = {"losses": losses_of(found), "coverage": coverage_of(found), "notes": notes_of(found)}
    return replace(entry, warnings=warnings_of(found), **known)


def _measured(
    entry: Entry, found: Found, opened: Checkpoint, benches: Benches, groups: _Groups, how: dict[str, Any]
) -> Entry:
    """The entry with its figures and real pictures, or with what stood in the way."""
    rows = entry.sheet.height
    try:
        bench = benches.of(opened)
        fields = measured(opened, bench, groups.samples, found.run.folder if found.run else None, **how)
        place = groups.place(opened, bench, fields)
    except Stopped:
        raise
    except ExplorerError as error:
        return replace(entry, trouble=str(error), real=_real_by_its_own_word(opened, rows))
    real = real_sheet(opened, bench.test, rows)
    return replace(entry, real=real, group=place, evaluation=fields, warnings=warnings_of(found, fields))


def _learned(
    entry: Entry,
    found: Found,
    last: Checkpoint,
    benches: Benches,
    groups: _Groups,
    device: str,
    how: dict[str, Any],
) -> Entry:
    """The entry with its moments: its snapshots, then what it came to, each measured."""
    past, kept, bench = [], found.snapshots, benches.of(last)

    def told(what: str, done: int, total: int) -> None:
        how["report"](f"looking back at {found.name}", len(past) * total + done, (len(kept) + 1) * total)

    now = how | {"words": False, "report": told}
    try:
        for path in kept:
            check(how["stop"])
            try:
                snapshot = replace(checkpoints.load(path, device=device), name=found.name)
            except CheckpointError:
                continue  # one that was spoilt is no reason not to look at the others
            past.append((snapshot, measured(snapshot, bench, groups.moments, found.run.folder, **now)))
        if past and _kimg(last) > _kimg(past[-1][0]):
            past.append((last, measured(last, bench, groups.moments, found.run.folder, **now)))
    except Stopped:
        raise
    except ExplorerError as error:
        return replace(entry, trouble=str(error))
    if not past:
        return entry
    groups.note_moments(entry.group, past[-1][1])
    moments = tuple(Moment(_kimg(one), _number(one.summary.get("seconds")), fields) for one, fields in past)
    return replace(entry, moments=moments, warnings=warnings_of(found, entry.evaluation, moments))


def _real_by_its_own_word(checkpoint: Checkpoint, rows: int):
    try:
        source = source_of(checkpoint)
        pictures = own_pictures(source, checkpoint.image_shape, "test", options=read_options_of(checkpoint))
        return real_sheet(checkpoint, pictures, rows)
    except DataError:
        return None


def _kimg(checkpoint: Checkpoint) -> float:
    return _number(checkpoint.summary.get("kimg")) or 0.0


def _number(value: object) -> float | None:
    return float(value) if is_number(value) else None
