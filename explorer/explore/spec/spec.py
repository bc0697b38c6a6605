"""Spec: what to draw, as an immutable value. The app, the address bar, a PNG's text, the command and notebooks use it.

A spec written today must load in every later version: its JSON carries a version number, a field added later gets
a default that draws what was drawn before, and a version refuses in a sentence what it does not know.
"""

import dataclasses
import math
from dataclasses import dataclass
from typing import Literal

from explorer.explore.spec.checks import SpecError, items, number, put, shown, text, whole
from explorer.explore.spec.edits import NO_EDITS, Edits

VERSION = 1
MAX_TILES = 256
MAX_CODES = 64
MAX_SEED = 2**63 - 1
MAX_INDEX = 2**31 - 1
MAX_TEXT = 200
MAX_STYLE = 1000  # letters of a style: half way between two mixtures lie the names of both, with weights
MAX_TERMS = 4096  # (weight, seed, index) terms of one Mixed, all tiles together
MAX_NUMBERS = 32768  # numbers of one Stored, all tiles together: its JSON still fits a PNG text chunk
MAX_DIM = 4096
MAX_SIZE = 1000.0  # of a weight or a stored coordinate
PSI_MODES = ("smooth", "resample")


def _term(term: object) -> tuple[float, int, int]:
    weight, seed, index = items(term, "a mixed term (weight, seed, index)", 3, 3)
    return (
        number(weight, "a weight", -MAX_SIZE, MAX_SIZE),
        whole(seed, "seed", 0, MAX_SEED),
        whole(index, "index", 0, MAX_INDEX),
    )


@dataclass(frozen=True)
class Seeded:
    """Tiles 0 .. count-1 of one seed: tile `index` has the same z whatever the count."""

    seed: int = 0
    count: int = 16

    def __post_init__(self) -> None:
        put(self, "seed", whole(self.seed, "seed", 0, MAX_SEED))
        put(self, "count", whole(self.count, "count", 1, MAX_TILES))

    def __len__(self) -> int:
        return self.count


@dataclass(frozen=True)
class Mixed:
    """Each tile a weighted sum of seeded latents: a tuple of (weight, seed, index) a tile.

    `Mixed((((1.0, 7, 3),),))` is tile 3 of seed 7 alone. Weights are used as given: for a sum that is still a
    standard normal, let their squares add up to 1.
    """

    tiles: tuple[tuple[tuple[float, int, int], ...], ...]

    def __post_init__(self) -> None:
        tiles = tuple(
            tuple(_term(term) for term in items(tile, "a mixed tile", 1, MAX_TERMS))
            for tile in items(self.tiles, "mixed latents", 1, MAX_TILES)
        )
        if sum(map(len, tiles)) > MAX_TERMS:
            raise SpecError(f"The mixed latents of one spec hold at most {MAX_TERMS} terms in all; use fewer.")
        put(self, "tiles", tiles)

    def __len__(self) -> int:
        return len(self.tiles)


@dataclass(frozen=True)
class Stored:
    """Each tile a latent given number by number: a tuple of Z floats a tile, all of one length.

    w: in the space w+ (Abdal 2019), what is added to the mapping network's output for each layer that it scales and
    shifts, layer by layer: a tuple of as many numbers a tile, or () for pictures of z alone. psi leaves it as it is.
    """

    tiles: tuple[tuple[float, ...], ...]
    w: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        tiles = tuple(
            tuple(number(x, "a stored latent", -MAX_SIZE, MAX_SIZE) for x in items(tile, "a stored tile", 1, MAX_DIM))
            for tile in items(self.tiles, "stored latents", 1, MAX_TILES)
        )
        w = tuple(
            tuple(number(x, "a stored w", -MAX_SIZE, MAX_SIZE) for x in items(tile, "a stored w", 1, MAX_NUMBERS))
            for tile in items(self.w, "the stored w", 0, MAX_TILES)
        )
        if len(set(map(len, tiles))) != 1 or len(set(map(len, w))) > 1:
            raise SpecError("Stored latents must all have the same length.")
        if w and len(w) != len(tiles):
            raise SpecError(f"Stored latents have a w for each tile or none, not {len(w)} for {len(tiles)} tiles.")
        if sum(map(len, (*tiles, *w))) > MAX_NUMBERS:
            raise SpecError(f"The stored latents of one spec hold at most {MAX_NUMBERS} numbers in all; store fewer.")
        put(self, "tiles", tiles)
        put(self, "w", w if any(map(any, w)) else ())

    def __len__(self) -> int:
        return len(self.tiles)


Latents = Seeded | Mixed | Stored


@dataclass(frozen=True)
class Spec:
    """The description of a picture: whoever draws it gets the same tiles.

    checkpoint: a shipped or own name, a folder, or `hf:owner/name@revision`.
    condition: an expression as typed (at most 200 characters), or the numbers of a vector (made unit length); "" for a
        generator that takes no words.
    latents: where the tiles' z come from.
    psi: the standard deviation of z that is kept, 0 .. 1.5 (`resample`: 0.05 .. 1), see `explorer.explore.spec.psi`.
    jitter: how far each tile's condition is moved from the word, 0 .. 1.
    blend: how far the condition is drawn towards its nearest label, 0 .. 1. Kept for specs of earlier versions;
        word_truncation took its place.
    temperature: for a label-conditional generator, how evenly a word is spread over several labels, 0.01 .. 1, see
        `models.conditioning.label_weights`; None for the usual. Others ignore it.
    codes: for an InfoGAN, one number for each of its codes: which category, from 0, or -2 .. 2 (it was trained on
        -1 .. 1). None of them: each tile has its own, by its seed and index. Others ignore them.
    edits: directions that z is pushed along, and units of the generator that are switched off.
    style: one of the checkpoint's styles, or a mixture such as `noto + 0.5*doodle`, as typed (at most 1000 characters);
        `each` gives every tile its own; "" or `any` leaves it open. See `explorer.explore.spec.style`.
    word_truncation: how far each tile's condition is drawn towards one of the labels nearest to the word, which it
        takes by chance, 0 .. 1: 0 is the word as it is, 1 trained words alone. See
        `explorer.explore.render.word_truncation`.
    """

    checkpoint: str = "fashion-words"
    condition: str | tuple[float, ...] = "slipper"
    latents: Latents = Seeded()
    psi: float = 1.0
    psi_mode: Literal["smooth", "resample"] = "smooth"
    jitter: float = 0.0
    blend: float = 0.0
    edits: Edits = NO_EDITS
    temperature: float | None = None
    codes: tuple[float, ...] = ()
    style: str = ""
    word_truncation: float = 0.0

    def __post_init__(self) -> None:
        put(self, "checkpoint", text(self.checkpoint, "checkpoint", 1, 1000))
        if isinstance(self.condition, str):
            put(self, "condition", text(self.condition, "condition", 0, MAX_TEXT))
        else:
            numbers = items(self.condition, "a condition that is not text", 1, MAX_DIM)
            vector = tuple(number(x, "a condition vector", -MAX_SIZE, MAX_SIZE) for x in numbers)
            if math.hypot(*vector) < 1e-6:
                raise SpecError("A condition vector of zeros points nowhere; give one with a direction.")
            put(self, "condition", vector)
        if not isinstance(self.latents, Latents):
            raise SpecError(f"Latents are Seeded, Mixed or Stored, not {shown(self.latents)}.")
        if self.psi_mode not in PSI_MODES:
            raise SpecError(f"psi_mode is one of {', '.join(PSI_MODES)}, not {shown(self.psi_mode)}.")
        low, high = (0.0, 1.5) if self.psi_mode == "smooth" else (0.05, 1.0)
        put(self, "psi", number(self.psi, f"psi (mode {self.psi_mode})", low, high))
        put(self, "jitter", number(self.jitter, "jitter", 0.0, 1.0))
        put(self, "blend", number(self.blend, "blend", 0.0, 1.0))
        if self.temperature is not None:
            put(self, "temperature", number(self.temperature, "temperature", 0.01, 1.0))
        codes = items(self.codes, "the codes of a spec", 0, MAX_CODES)
        put(self, "codes", tuple(number(code, "a code", -2, 1023) for code in codes))
        put(self, "style", text(self.style, "style", 0, MAX_STYLE))
        put(self, "word_truncation", number(self.word_truncation, "word_truncation", 0.0, 1.0))
        if not isinstance(self.edits, Edits):
            raise SpecError(f"The edits of a spec are Edits(directions, off), not {shown(self.edits)}.")

    @property
    def count(self) -> int:
        """How many tiles the picture has, 1 .. 256."""
        return len(self.latents)

    def replace(self, **changes: object) -> "Spec":
        """The same spec with some fields changed, validated again."""
        return dataclasses.replace(self, **changes)

    def to_json(self) -> str:
        """One line of ASCII JSON, the same for equal specs; `from_json` gives an equal spec back."""
        from explorer.explore.spec.serialize import dumps

        return dumps(self)

    @staticmethod
    def from_json(text: str) -> "Spec":
        """Read a spec that may come from a stranger; anything amiss raises `SpecError` with a sentence."""
        from explorer.explore.spec.serialize import loads

        return loads(text)
