"""Figures that stand in files beside the pages: values of metrics.json, the rows of tables and the tables of cards."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from explorer.checkpoint import describe
from explorer.claims.claims import Claim, ClaimedTable, ClaimError, Measured, Stated, numbers
from explorer.errors import shown
from explorer.explore.card.measured import measured_sections
from explorer.explore.card.measured_styles import style_sections
from explorer.files import read_json
from explorer.measure.metrics.metrics_file import FILE, KEY, MAX_BYTES, read_metrics

_ROW = re.compile(r"^\| \[([^]]+)\]\(checkpoints/\1/README\.md\)([^|]*)\|(.*)\|\s*$", re.MULTILINE)
_COLLAPSED = re.compile(r"\(collapsed: ([^)]*)\)")


def stored_value(root: Path, reference: str) -> float | None:
    """The value that "fashion-words recall" names: a key of checkpoints/fashion-words/metrics.json.

    A key is a dotted path, a number an item of a list: from the top of the file ("probe.pixels.accuracy"), or within
    its evaluation ("floor.fd", "grounding.test.score") or the evaluation's figures ("recall"). A path to a JSON file
    may stand in the checkpoint's place. None where the file says null. Raises ClaimError where there is no such number.
    """
    name, _, key = reference.strip().partition(" ")
    path = root / name if name.endswith(".json") else root / "checkpoints" / name / FILE
    try:
        found = read_json(path, MAX_BYTES)
    except (OSError, ValueError) as error:
        raise ClaimError(f"{shown(reference)!r}: {shown(path)} cannot be read ({error}).") from None
    found = found if isinstance(found, dict) else {}
    evaluation = found.get(KEY) or {}
    for start in (found, evaluation, evaluation.get("figures") or {}):
        value: Any = start
        for part in key.split("."):
            if isinstance(value, list) and part.isdecimal():
                value = dict(enumerate(value))
                part = int(part)
            value = value.get(part, ...) if isinstance(value, dict) else ...
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
    raise ClaimError(f"{shown(reference)!r}: {shown(path)} has no number of that name.")


def stored_values(root: Path, claim: Claim) -> Measured:
    """The values that a claim names; raises ClaimError, also for null."""
    values = [stored_value(root, reference) for reference in claim.stored]
    if None in values:
        raise ClaimError(f"{claim.stored[values.index(None)]!r} is null, of which no sentence can state a number.")
    return Measured.exact(values)


def wrong_rows(root: Path, page: str, table: ClaimedTable) -> Iterator[tuple[str, str]]:
    """(checkpoint, what is wrong or "") for each row of a page that begins with a link to a checkpoint's card.

    Each number of the row is the stored value of its column, rounded as it stands; a dash stands for null. In the first
    cell stands which of its classes collapsed, if any did: "(collapsed: sandals)".
    """
    for name, first, rest in _ROW.findall(page):
        cells = [part.strip() for cell in rest.split("|") for part in cell.split(" / ")]
        if len(cells) != len(table.columns):
            yield name, f"the row has {len(cells)} figures, and the claims file names {len(table.columns)} columns"
            continue
        faults = []
        for cell, column in zip(cells, table.columns, strict=True):
            try:
                value, stated = stored_value(root, f"{name} {column}"), numbers(cell)
            except ClaimError as error:
                faults.append(str(error))
                continue
            dash = cell in ("–", "-")
            if dash != (value is None) or (not dash and (len(stated) != 1 or not _is_rounded(value, stated[0]))):
                faults.append(f"{column}: the page says {shown(cell, 40)}, stored is {value}")
        collapsed = read_metrics(root / "checkpoints" / name).get(KEY, {}).get("collapsed") or []
        said = _COLLAPSED.search(first)
        if (said[1].split(", ") if said else []) != collapsed:
            faults.append(f"collapsed: the page says {said[1] if said else 'none'}, stored is {collapsed}")
        yield name, "; ".join(faults)


def wrong_card_rows(folder: Path) -> list[str]:
    """The rows of tables that a card should have, by the metrics.json beside it, and that do not stand in it."""
    card = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    metrics = read_metrics(folder)
    called = describe(folder).display_names
    sections = [*measured_sections(folder.name, metrics, called), *style_sections(folder.name, metrics)]
    rows = [line for section in sections for line in section.splitlines() if line.startswith("|")]
    return [row for row in rows if row not in card]


def _is_rounded(value: float, stated: Stated) -> bool:
    """Whether a stated number is a value after rounding. metrics.json is rounded to six digits itself."""
    return abs(value - stated.value) <= stated.rounding + 1e-6
