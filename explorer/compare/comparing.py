"""Opening, drawing and measuring what is to be compared."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from explorer import checkpoint as checkpoints
from explorer.checkpoint import Checkpoint, CheckpointError
from explorer.compare.comparison import Comparison, Entry, Fields, Group, Moment
from explorer.compare.finding import Found, find_all
from explorer.compare.learning import coverage_of, losses_of, notes_of, warnings_of
from explorer.compare.measuring import Bench, Benches, measured
from explorer.compare.sheets import SEED, drawn_sheet, real_sheet
from explorer.data import DataError
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure.own_pictures import own_pictures, source_of
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
) -> Comparison:
    """Measure and draw runs and checkpoints, given by name or folder; what was measured before is not measured again.

    samples: of each, where there are as many real pictures. moments: as many of each snapshot that a run kept (see the
    dial `snapshot_kimg`), and of what it came to. The same files give the same comparison. One that cannot be opened or
    measured is there too, with the reason. Raises ExplorerError for one that is nowhere, and Stopped; figures found up
    to then are kept.
    """
    found = find_all(entries)
    benches, groups = Benches(data_dir, device), _Groups(samples, moments)
    shown = []
    for number, one in enumerate(found):
        check(stop)
        report("comparing", number, len(found))
        shown.append(_entry(one, benches, groups, device, report, stop))
    report("comparing", len(found), len(found))
    return Comparison(tuple(shown), tuple(groups.all), SEED)


class _Groups:
    """Groups as they come up."""

    def __init__(self, samples: int, moments: int):
        self.samples, self.moments, self.all = samples, moments, []
        self._keys: list[tuple] = []
        self._asked: set[tuple] = set()

    def place(self, checkpoint: Checkpoint, bench: Bench, fields: Fields) -> int:
        """The place of the group that these figures belong to."""
        words = bench.judge.words
        labels = tuple(word for word in words if not checkpoint.labels or word in checkpoint.labels)
        key = (bench.judge.hash, labels, fields["samples"])
        if key not in self._keys:
            judge = bench.judge
            fixed = (judge.name, judge.hash, judge.accuracy, judge.description.source, labels)
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


def _entry(found: Found, benches: Benches, groups: _Groups, device: str, report: Report, stop: Stop) -> Entry:
    losses, coverage = losses_of(found), coverage_of(found)
    known: dict[str, Any] = {"losses": losses, "coverage": coverage, "notes": notes_of(found)}
    family = found.run.notes.config.family if found.run else None
    if found.checkpoint is None:
        trouble = "It has saved no generator yet."
        return Entry(found.name, family, trouble=trouble, warnings=warnings_of(found), **known)
    try:
        opened = replace(checkpoints.load(found.checkpoint, device=device), name=found.name)
    except CheckpointError as error:
        return Entry(found.name, family, trouble=str(error), warnings=warnings_of(found), **known)
    known |= {
        "family": opened.description.family,
        "made": {key: opened.summary[key] for key in MADE if key in opened.summary},
        "sheet": drawn_sheet(opened),
    }
    rows = known["sheet"].height
    try:
        bench = benches.of(opened)
        run = found.run.folder if found.run else None
        fields = measured(opened, bench, groups.samples, run, True, report, stop)
        place = groups.place(opened, bench, fields)
        past = _moments(found, opened, bench, groups, place, device, report, stop)
    except Stopped:
        raise
    except ExplorerError as error:
        real = _real_by_its_own_word(opened, rows)
        return Entry(found.name, trouble=str(error), real=real, warnings=warnings_of(found), **known)
    return Entry(
        found.name,
        real=real_sheet(opened, bench.test, rows),
        group=place,
        evaluation=fields,
        moments=past,
        warnings=warnings_of(found, fields, past),
        **known,
    )


def _moments(
    found: Found,
    last: Checkpoint,
    bench: Bench,
    groups: _Groups,
    place: int,
    device: str,
    report: Report,
    stop: Stop,
) -> tuple[Moment, ...]:
    """A run's snapshots, then what it came to, each measured; nothing for one that kept none."""
    past = []
    kept = found.snapshots
    for number, path in enumerate(kept):
        check(stop)
        report(f"looking back at {found.name}", number, len(kept))
        try:
            snapshot = replace(checkpoints.load(path, device=device), name=found.name)
        except CheckpointError:
            continue  # one that was spoilt is no reason not to look at the others
        past.append((snapshot, measured(snapshot, bench, groups.moments, found.run.folder, False, report, stop)))
    if not past:
        return ()
    if _kimg(last) > _kimg(past[-1][0]):
        past.append((last, measured(last, bench, groups.moments, found.run.folder, False, report, stop)))
    groups.note_moments(place, past[-1][1])
    return tuple(Moment(_kimg(one), _number(one.summary.get("seconds")), fields) for one, fields in past)


def _real_by_its_own_word(checkpoint: Checkpoint, rows: int):
    try:
        source = source_of(checkpoint)
        return real_sheet(checkpoint, own_pictures(source, checkpoint.image_shape, "test"), rows)
    except DataError:
        return None


def _kimg(checkpoint: Checkpoint) -> float:
    return _number(checkpoint.summary.get("kimg")) or 0.0


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
