"""The claims file: which sentences of which pages state a figure, and how each is measured.

    [[claim]]
    page = "README.md"                      # the default; relative to the claims file
    says = "right on 92.9 % of the real"    # found in the page word for word, whatever its line breaks
    measure = "judge_accuracy"              # one of explorer.claims.measurements, with its arguments
    judge = "fashion-mnist"
    within = 0.002                          # how far the figure may be off, besides its own rounding

The figures are the numbers in `says`, in their order, a percentage as a share; `figure = [0.667]` gives them where they
are words ("two pictures of three"). `at_least = 0.0` or `at_most` bounds the one measured value where a sentence states
no number. In place of `measure`, `stored = ["fashion-words recall"]` names values of metrics.json (see `stored.py`).
`percent = true` is for percentages without a sign.

    [[table]]                               # whose rows begin with a link to a checkpoint's card
    columns = ["fd_over_floor", "inception_score"]     # stored values, a number each

    [[unmeasured]]                          # a figure that takes too long, or that nothing shipped can give
    says = "DCGAN's by 6"
    why = "a training each"
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from explorer.errors import ExplorerError, shown

FILE = "claims.toml"
MAX_BYTES = 1 << 20
_NUMBER = re.compile(r"(?<![\w.,])(-?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?)(?![\w]|\.\d)(\s?%)?")


class ClaimError(ExplorerError):
    """A claims file that cannot be read, or a claim in it that means nothing."""


@dataclass(frozen=True)
class Stated:
    """A number as a page states it. rounding: half a unit of its last digit, of the share where it is a percentage."""

    value: float
    rounding: float


@dataclass(frozen=True)
class Measured:
    """values: in the order of a claim's figures. spread: how far each may lie from the truth by chance alone."""

    values: tuple[float, ...]
    spread: tuple[float, ...]

    @classmethod
    def exact(cls, values: Iterable[float]) -> "Measured":
        """Of values in which chance plays no part."""
        found = tuple(float(value) for value in values)
        return cls(found, (0.0,) * len(found))


@dataclass(frozen=True)
class Claim:
    """One sentence of a page and what its figures are held against: `measure` with `arguments`, or `stored` values.

    figures: those stated, in the order of the measured ones; empty where `at_least` or `at_most` bounds the value.
    within: see the module.
    """

    page: str
    says: str
    figures: tuple[Stated, ...] = ()
    measure: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    stored: tuple[str, ...] = ()
    within: float = 0.0
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class ClaimedTable:
    """A page's rows that begin with a link to a checkpoint's card; `columns` are stored values, one a number."""

    page: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Unmeasured:
    """A sentence whose figures are not measured again, and why."""

    page: str
    says: str
    why: str


@dataclass(frozen=True)
class ClaimsFile:
    claims: tuple[Claim, ...]
    tables: tuple[ClaimedTable, ...]
    unmeasured: tuple[Unmeasured, ...]


def read_claims(path: Path) -> ClaimsFile:
    """Read a claims file; raises ClaimError, which says which entry is wrong."""
    try:
        with open(path, "rb") as file:
            text = file.read(MAX_BYTES + 1)
        if len(text) > MAX_BYTES:
            raise ClaimError(f"{path} is larger than a claims file may be ({MAX_BYTES:,} bytes).")
        found = tomllib.loads(text.decode("utf-8"))
    except OSError as error:
        raise ClaimError(
            f"No claims can be read from {shown(path)} ({error.strerror or error}): give the {FILE} of a checkout of "
            "this project, beside its README.md."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ClaimError(f"{shown(path)} is not TOML: {error}.") from None
    entries = {kind: found.pop(kind, []) for kind in ("claim", "table", "unmeasured")}
    if found:
        raise ClaimError(f"{shown(path)} has {shown(next(iter(found)), 50)!r}: it may have claim, table, unmeasured.")
    for kind, listed in entries.items():
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise ClaimError(f"{shown(path)}: each {kind} begins with [[{kind}]].")
    return ClaimsFile(
        tuple(_claim(entry) for entry in entries["claim"]),
        tuple(_table(entry) for entry in entries["table"]),
        tuple(
            Unmeasured(_text(one, "page", "README.md"), _text(one, "says"), _text(one, "why"))
            for one in entries["unmeasured"]
        ),
    )


def numbers(text: str, percent: bool = False) -> tuple[Stated, ...]:
    """The numbers of a text in their order; one before a % sign, or all with `percent`, as a share.

    A number that is part of a word (2N-GAN, 64px) is none.
    """
    found = []
    for match in _NUMBER.finditer(text):
        digits = match[1].replace(",", "")
        if not any(letter.isdigit() for letter in digits):
            continue
        scale = Decimal("0.01") if match[2] or percent else Decimal(1)
        exact = Decimal(digits)
        found.append(Stated(float(exact * scale), float(Decimal("0.5").scaleb(exact.as_tuple().exponent) * scale)))
    return tuple(found)


def _claim(entry: dict[str, Any]) -> Claim:
    left = dict(entry)
    page, says = _text(left, "page", "README.md"), _text(left, "says")
    where = f"The claim {shown(says, 60)!r}"
    measure = _text(left, "measure", "")
    stored = _texts(left, "stored", where)
    if bool(measure) == bool(stored):
        raise ClaimError(f"{where} has `measure` or `stored`, one of them.")
    bounds = {name: _number(left, name, where) for name in ("within", "at_least", "at_most")}
    percent, given = left.pop("percent", False), left.pop("figure", None)
    bounded = bounds["at_least"] is not None or bounds["at_most"] is not None
    if given is not None:
        listed = given if isinstance(given, list) else [given]
        if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in listed):
            raise ClaimError(f"{where}: `figure` is a number or a list of numbers.")
        figures = tuple(Stated(float(one), 0.0) for one in listed)
    else:
        figures = () if bounded else numbers(says, bool(percent))
    if not figures and not bounded:
        raise ClaimError(f"{where} states no number: give it as `figure`, or a bound as `at_least` or `at_most`.")
    for name in ("page", "says", "measure", "stored", *bounds):
        left.pop(name, None)
    if stored and left:
        raise ClaimError(f"{where}: {shown(next(iter(left)), 50)!r} means nothing to stored values.")
    return Claim(
        page,
        says,
        figures,
        measure,
        left,
        stored,
        bounds["within"] or 0.0,
        bounds["at_least"],
        bounds["at_most"],
    )


def _table(entry: dict[str, Any]) -> ClaimedTable:
    columns = _texts(entry, "columns", "A table")
    if not columns:
        raise ClaimError("A table names its `columns`, a stored value for each number of a row.")
    return ClaimedTable(_text(entry, "page", "README.md"), columns)


def _text(entry: dict[str, Any], name: str, default: str | None = None) -> str:
    value = entry.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ClaimError(f"An entry of the claims file lacks `{name}`, a text: {shown(entry, 120)}.")
    return value


def _texts(entry: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = entry.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ClaimError(f"{where}: `{name}` is a list of texts.")
    return tuple(value)


def _number(entry: dict[str, Any], name: str, where: str) -> float | None:
    value = entry.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value != value):
        raise ClaimError(f"{where}: `{name}` is a number.")
    return value
