"""Styles as people type them: `noto`, `noto + 0.5*doodle`, `any`, `each`; as weights, and mixed between two stops.

A style means something only for a checkpoint, so every function here is given the names of that checkpoint's styles.
"""

import re
from collections.abc import Sequence

import numpy as np
from rapidfuzz import fuzz, process

from explorer.errors import listed
from explorer.explore.spec.checks import SpecError, shown
from explorer.explore.spec.latents import indices_of
from explorer.explore.spec.spec import Spec

OPEN = "any"  # the style is open: z chooses it, as it does where no style is asked for
EACH = "each"  # every tile has its own, in the order of the checkpoint's styles
ALL = "all"  # along a side of a grid alone: every style of the checkpoint
MAX_TERMS = 32
MAX_WEIGHT = 1000.0
NAMED = 12  # styles that a sentence lists
SUGGESTED, ALIKE = 3, 60  # near misses, and how alike they must be, 0 .. 100
_PLAIN = str.maketrans({"×": "*", "·": "*", "∗": "*", "−": "-", "–": "-", "—": "-"})
_TERM = re.compile(r"(?:([0-9]{1,9}\.?[0-9]{0,9}|\.[0-9]{1,9})\s*\*\s*)?([^\s*](?:[^*]*[^\s*])?)")
_MINUS = re.compile(r"(?:^|\s)-|\*\s*-")


class StyleError(SpecError):
    """A style as typed that cannot be read, or that the checkpoint does not have."""


class UnknownStyle(StyleError):
    """A style that the checkpoint does not have; `name` is how it was typed, and `suggestions` holds up to three that
    the checkpoint has, best first."""

    def __init__(self, sentence: str, name: str, suggestions: Sequence[str]):
        super().__init__(sentence)
        self.name = name
        self.suggestions = tuple(suggestions)


def read_style(text: str, styles: Sequence[str], owner: str) -> np.ndarray:
    """The weights of a typed mixture, float64 [S], at least 0.

    Those of the terms are divided by their sum, so that they sum to 1; `any` counts as a term without a style, and
    alone, or "", it leaves all weights 0. Case does not matter, and a blank may stand for a hyphen in a name. owner:
    the checkpoint, for messages. Raises StyleError with a sentence, such as for a style that is taken away (a generator
    has never seen less than none of a style), and UnknownStyle for a name that is not among the styles.
    """
    weights = np.zeros(len(styles))
    plain = text.translate(_PLAIN).strip()
    if plain.casefold() in ("", OPEN):
        return weights
    _check_styles(plain, styles, owner)
    if _MINUS.search(plain):
        raise StyleError("Styles are mixed, and none can be taken away; write such as noto + 0.5*doodle.")
    parts = plain.split("+")
    if len(parts) > MAX_TERMS:
        raise StyleError(f"A style mixes at most {MAX_TERMS} styles, and this one {len(parts)}; mix fewer.")
    total = 0.0
    for part in parts:
        term = _TERM.fullmatch(part.strip())
        if term is None:
            raise StyleError(f"The style {shown(text)} cannot be read; write such as noto, or noto + 0.5*doodle.")
        weight = float(term[1] or 1)
        if weight > MAX_WEIGHT:
            raise StyleError(f"The weight of a style is at most {MAX_WEIGHT:g}, not {term[1]}.")
        total += weight
        if term[2].casefold() != OPEN:
            weights[_place(term[2], styles, owner)] += weight
    if not total:
        raise StyleError("The weights of these styles are all 0; give one of them a weight.")
    return weights / total


def style_rows(spec: Spec, styles: Sequence[str], owner: str) -> np.ndarray:
    """The weights of each tile's style, float32 [spec.count, S], all 0 where it is open. Raises SpecError.

    `each`: the tile with index i has style i mod S, whatever the count; a sum of latents, that of its heaviest part.
    """
    if is_each(spec.style):
        return np.eye(len(styles), dtype=np.float32)[_places(spec, styles, owner)]
    return np.tile(read_style(spec.style, styles, owner).astype(np.float32), (spec.count, 1))


def style_names(spec: Spec, styles: Sequence[str], owner: str) -> tuple[str, ...]:
    """What each tile's style is called: its own for `each`, else what was typed; () where it is open. Raises
    SpecError."""
    if is_each(spec.style):
        return tuple(styles[place] for place in _places(spec, styles, owner))
    return (spec.style.strip(),) * spec.count if read_style(spec.style, styles, owner).any() else ()


def is_each(style: str) -> bool:
    """Whether every tile has a style of its own."""
    return style.strip().casefold() == EACH


def style_between(a: np.ndarray, b: np.ndarray, share: float, styles: Sequence[str]) -> str:
    """A mixture, as it could be typed, at a share of the way from weights `a` to `b`, float64 [S] each.

    What is missing from a sum of 1 stays open, so that a walk may begin with no style.
    """
    mixed = (1.0 - share) * a + share * b
    names = [*styles, OPEN]
    terms = [(weight, name) for weight, name in zip([*mixed, 1.0 - mixed.sum()], names, strict=True) if weight >= 5e-6]
    return " + ".join(f"{weight:.5f}*{name}" for weight, name in terms)


def _places(spec: Spec, styles: Sequence[str], owner: str) -> list[int]:
    _check_styles(EACH, styles, owner)
    return [index % len(styles) for index in indices_of(spec.latents)]


def _check_styles(text: str, styles: Sequence[str], owner: str) -> None:
    if not styles:
        raise StyleError(f"{owner} has no styles to choose from, so {shown(text)} cannot be one; leave the style out.")


def _place(name: str, styles: Sequence[str], owner: str) -> int:
    """The place of a style among those of the checkpoint."""
    for typed in (name.casefold(), re.sub(r"[\s_-]+", "-", name.casefold())):
        if typed in styles:
            return styles.index(typed)
    if name.casefold() == EACH:
        raise StyleError(f"{EACH} stands alone: every picture has one style then, and it cannot be mixed.")
    if name.casefold() == ALL:
        raise StyleError(f"{ALL} is a side of a grid; write {EACH} for pictures that have each a style of their own.")
    found = process.extract(name.casefold()[:100], styles, scorer=fuzz.WRatio, score_cutoff=ALIKE, limit=SUGGESTED)
    suggestions = [style for style, _, _ in found]
    known = [*styles[:NAMED], *([f"{len(styles) - NAMED} more"] if len(styles) > NAMED else [])]
    advice = f"did you mean {listed(suggestions, 'or')}?" if suggestions else f"it has {listed(known)}."
    raise UnknownStyle(f"{owner} has no style {shown(name)}; {advice}", name, suggestions)
