"""The check of a claims file: each sentence found in its page, each figure held against what is stored or measured."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from explorer.checkpoint import default_word_truncation
from explorer.claims.claims import Claim, ClaimError, ClaimsFile, numbers, read_claims
from explorer.claims.measurements import MEASUREMENTS, Measured, Tree, check_arguments, takes_seed
from explorer.claims.stored import stored_values, wrong_card_rows, wrong_rows
from explorer.data import DataError
from explorer.errors import ExplorerError, shown
from explorer.explore.card.publish import TILES, draw_row
from explorer.measure.metrics.metrics_file import FILE

MAX_PAGE = 4 << 20  # bytes
WORD_ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| (?:near|between|far) \| ([^|]+) \|$", re.MULTILINE)
Outcome = Literal["holds", "fails", "no data", "not asked"]


@dataclass(frozen=True)
class Result:
    """page, says: what was checked. detail: what is wrong or lacking. figures: (stated, measured, how far it may be
    off) of each; deviations: of the measured ones over random seeds, where that was asked for."""

    page: str
    says: str
    outcome: Outcome
    detail: str = ""
    figures: tuple[tuple[float, float, float], ...] = ()
    deviations: tuple[float, ...] = ()


def check_claims(
    path: Path,
    stored_only: bool = False,
    data_dir: Path | None = None,
    seeds: int = 1,
) -> Iterator[Result]:
    """Check all that a claims file says, and the tables of the cards in `checkpoints/` beside it, one by one.

    stored_only: find every sentence and hold figures against stored values, and measure nothing (a second).
    data_dir: where data sets lie; nothing is downloaded, and what wants a missing one has the outcome "no data".
    seeds: how many random seeds a measurement that takes one is repeated with, from its own on; the mean counts.
    Raises ClaimError for a claims file or page that cannot be read and for a measurement that does not exist, before
    anything is measured.
    """
    file = read_claims(path)
    root = path.resolve().parent
    pages = _pages(root, file)
    for claim in file.claims:
        if claim.measure:
            check_arguments(claim)
    return _results(Tree(root, data_dir), file, pages, stored_only, seeds)


def _results(tree: Tree, file: ClaimsFile, pages: dict[str, str], stored_only: bool, seeds: int) -> Iterator[Result]:
    for claim in file.claims:
        yield _check(tree, claim, pages[claim.page], stored_only, seeds)
    for table in file.tables:
        rows = list(wrong_rows(tree.root, pages[table.page], table))
        yield from (Result(table.page, f"the row of {name}", _outcome(fault), fault) for name, fault in rows)
        if not rows:
            yield Result(table.page, "its table", "fails", "no row begins with a link to a checkpoint's card")
    for one in file.unmeasured:
        found = _holds(pages[one.page], one.says)
        yield Result(one.page, one.says, "not asked" if found else "fails", one.why if found else _absent())
    for metrics in sorted((tree.root / "checkpoints").glob(f"*/{FILE}")):
        yield from _check_card(tree, metrics.parent, stored_only)


def unclaimed(path: Path, page: str = "README.md") -> list[str]:
    """The lines of a page that state a decimal or a percentage which no claim covers, code left out."""
    file = read_claims(path)
    text = re.sub(r"```.*?```", "", (path.parent / page).read_text(encoding="utf-8"), flags=re.DOTALL)
    covered = [one.says for one in (*file.claims, *file.unmeasured) if one.page == page]
    flat = " ".join(text.split())
    for says in covered:
        flat = flat.replace(" ".join(says.split()), "")
    figure = r"[^.|]{0,40}(?<![\w.])\d*\.\d+(?!\w|\.\d)[^.|]{0,20}|[^.|]{0,40}\b\d+ ?%"
    tables = {" ".join(line.split()) for line in text.splitlines() if file.tables and "](checkpoints/" in line}
    for line in tables:
        flat = flat.replace(line, "")
    return [match.strip() for match in re.findall(figure, flat)]


def _check(tree: Tree, claim: Claim, page: str, stored_only: bool, seeds: int) -> Result:
    if not _holds(page, claim.says):
        return Result(claim.page, claim.says, "fails", _absent())
    if claim.measure and stored_only:
        return Result(claim.page, claim.says, "not asked", "to be measured")
    try:
        if claim.stored:
            return _held(claim, stored_values(tree.root, claim))
        found = [MEASUREMENTS[claim.measure](tree, **claim.arguments)]
        if seeds > 1 and takes_seed(claim):
            first = claim.arguments.get("seed", 0)
            others = (claim.arguments | {"seed": seed} for seed in range(first + 1, first + seeds))
            found += [MEASUREMENTS[claim.measure](tree, **arguments) for arguments in others]
        values = np.array([one.values for one in found])
        result = _held(claim, replace(found[0], values=tuple(values.mean(axis=0).tolist())))
        return replace(result, deviations=tuple(values.std(axis=0, ddof=1).tolist())) if len(found) > 1 else result
    except DataError as error:
        return Result(claim.page, claim.says, "no data", str(error))
    except ExplorerError as error:  # a word that the space lacks, a checkpoint that is gone, an entry that does not fit
        return Result(claim.page, claim.says, "fails", str(error))


def _held(claim: Claim, found: Measured) -> Result:
    """The result of figures, stated and measured."""
    if claim.at_least is not None or claim.at_most is not None:
        value = found.values[0]
        good = (claim.at_least is None or value >= claim.at_least) and (claim.at_most is None or value <= claim.at_most)
        bound = claim.at_least if claim.at_least is not None else claim.at_most
        side = "at least" if claim.at_least is not None else "at most"
        detail = f"measured {value:.5g}, {side} {bound:g} by the page"
        return Result(claim.page, claim.says, "holds" if good else "fails", detail)
    if len(claim.figures) != len(found.values):
        raise ClaimError(
            f"it states {len(claim.figures)} numbers, and {len(found.values)} were measured: quote less of the "
            "sentence, or give them as `figure`"
        )
    figures, faults = [], []
    for stated, value, spread in zip(claim.figures, found.values, found.spread, strict=True):
        within = stated.rounding + (claim.within or spread)
        figures.append((stated.value, value, within))
        good = abs(value - stated.value) <= within + 1e-6  # of NaN it is not
        if not good:
            faults.append(f"the page says {stated.value:g}, measured {value:.4g}, may be off by {within:.2g}")
    return Result(claim.page, claim.says, _outcome(faults), "; ".join(faults), tuple(figures))


def _check_card(tree: Tree, folder: Path, stored_only: bool) -> Iterator[Result]:
    """The tables of a card: those of metrics.json, and what the words of words.png come out as."""
    page = f"checkpoints/{folder.name}/README.md"
    try:
        wrong = wrong_card_rows(folder)
        card = (folder / "README.md").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        yield Result(page, "its card", "fails", f"it cannot be read: {error}")
        return
    detail = f"metrics.json gives {shown(wrong[0], 150)!r}, and {len(wrong) - 1} more rows" if wrong else ""
    yield Result(page, f"the tables of {FILE}", _outcome(detail), detail)
    for word, labels, seen in WORD_ROW.findall(card):
        if stored_only:
            yield Result(page, word, "not asked", "to be measured")
            continue
        try:
            usual = default_word_truncation(folder)
            picture = draw_row(tree.studio, tree.studio.checkpoint(str(folder)), word, word_truncation=usual)
        except ExplorerError as error:
            yield Result(page, word, "fails", str(error))
            continue
        faults = []
        for said, found, off in ((labels, picture.table, 0.0), (seen, picture.reading, 1 / TILES)):
            known = dict(found) | {picture.name_of(label): figure for label, figure in found}  # a card says either
            for part in said.split(", "):
                label, _, figure = part.rpartition(" ")
                stated = numbers(figure)
                if not stated or abs(known.get(label, np.nan) - stated[0].value) > off + stated[0].rounding + 1e-6:
                    faults.append(f"the page says {shown(part, 60)}, measured {known.get(label, float('nan')):.4g}")
        yield Result(page, word, _outcome(faults), "; ".join(faults))


def _pages(root: Path, file: ClaimsFile) -> dict[str, str]:
    pages = {}
    for page in {one.page for one in (*file.claims, *file.tables, *file.unmeasured)}:
        path = root / page
        try:
            if path.stat().st_size > MAX_PAGE:
                raise ClaimError(f"The page {shown(page)} is too large ({MAX_PAGE:,} bytes at most).")
            pages[page] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ClaimError(f"The claims file names the page {shown(page)}, which cannot be read: {error}.") from None
    return pages


def _holds(page: str, says: str) -> bool:
    return " ".join(says.split()) in " ".join(page.split())


def _absent() -> str:
    return "the page does not say this"


def _outcome(fault: object) -> Outcome:
    return "fails" if fault else "holds"
