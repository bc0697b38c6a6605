"""Walk: two to nine words or pictures, and the steps from each to the next. It says what to draw; `film` draws it.

Its JSON holds the stops, not the frames, which follow from them and would fill a file with word vectors.
"""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from explorer.explore.spec.checks import items, put, shown, whole
from explorer.explore.spec.latent_sums import tile_at
from explorer.explore.spec.serialize import MAX_JSON, check_keys, check_version, line, parsed, spec_of
from explorer.explore.spec.spec import MAX_SEED, VERSION, Seeded, Spec, SpecError
from explorer.explore.spec.style import is_each

MAX_STOPS = 9
MAX_FRAMES = 240
MAX_DRAWN = 8192  # tiles of all frames together
POINTS = 9  # stops of the walk of one word alone: the row of the DCGAN paper
# Fields that may differ from stop to stop.
VARIED = ("condition", "style", "latents", "psi", "jitter", "blend", "word_truncation")
WAYS = ("linear", "spherical")


@dataclass(frozen=True)
class Walk:
    """A list of specs, given by the stops and the number of frames that lead past them.

    stops: 2 .. 9 specs of equally many tiles; tile i of one stop walks to tile i of the next. They share all but
    condition, style, latents, psi, jitter, blend and word truncation, each of which goes evenly from its value at one
    stop to that at the next; the label that a tile takes in word truncation changes at once. A style may be open, and
    `each` at all stops or at none.
    frames: number of pictures, at least one a stop and at most 240; every stop is a frame of its own, exactly as it
    would be drawn alone, and the first is frame 0. All tiles of all frames together are at most 8192.
    z: the way between latents: straight (`linear`, as in Radford, Metz, Chintala 2015, whose z filled a
    cube), or `spherical` at an even angle, which keeps the length that a normal z has (White 2016, arXiv:1609.04468).
    loop: whether the last stop leads back to the first, which then is drawn once.

    Words always go straight, and back to unit length: half way between two words lies their sum, so every frame is an
    expression that could be typed. A great circle would pass through the same vectors at another pace.
    """

    stops: tuple[Spec, ...]
    frames: int = 24
    z: Literal["linear", "spherical"] = "spherical"
    loop: bool = False

    def __post_init__(self) -> None:
        stops = items(self.stops, "the stops of a walk", 2, MAX_STOPS)
        for stop in stops:
            if not isinstance(stop, Spec):
                raise SpecError(f"Each stop of a walk is a spec, not {shown(stop)}.")
            _check_alike(stops[0], stop)
        put(self, "stops", stops)
        put(self, "frames", whole(self.frames, "the frames of a walk", len(stops), MAX_FRAMES))
        if self.frames * self.count > MAX_DRAWN:
            raise SpecError(
                f"{self.frames} frames of {self.count} tiles are more than the {MAX_DRAWN} tiles that one walk may "
                "have; take fewer of either."
            )
        if self.z not in WAYS:
            raise SpecError(f"z walks {' or '.join(WAYS)}, not {shown(self.z)}.")
        if not isinstance(self.loop, bool):
            raise SpecError(f"A walk's loop is true or false, not {shown(self.loop)}.")

    @property
    def count(self) -> int:
        """Number of tiles of every frame."""
        return self.stops[0].count

    @property
    def stop_frames(self) -> tuple[int, ...]:
        """Frame of each stop, as evenly spread as whole frames can be."""
        legs, steps = (len(self.stops), self.frames) if self.loop else (len(self.stops) - 1, self.frames - 1)
        return tuple((2 * stop * steps + legs) // (2 * legs) for stop in range(len(self.stops)))

    @property
    def places(self) -> tuple[tuple[int, float], ...]:
        """Place of each frame: the stop it passed last, and the share of the way to the next, 0 <= share < 1."""
        legs = enumerate(pairwise((*self.stop_frames, self.frames)))
        return tuple((stop, step / (end - start)) for stop, (start, end) in legs for step in range(end - start))

    def replace(self, **changes: object) -> "Walk":
        """The same walk with some fields changed, validated again."""
        return dataclasses.replace(self, **changes)

    def to_json(self) -> str:
        """One line of ASCII, the same for equal walks; `from_json` gives an equal walk back.

        `{"v":1,"walk":{"stops":[...],"frames":24,"z":"spherical","loop":false}}`
        """
        stops = [json.loads(stop.to_json()) for stop in self.stops]
        text = line({"v": VERSION, "walk": {"stops": stops, "frames": self.frames, "z": self.z, "loop": self.loop}})
        if len(text) > MAX_JSON:
            raise SpecError("The stops of this walk hold too many numbers for one file; take fewer tiles or stops.")
        return text

    @staticmethod
    def from_json(text: str) -> "Walk":
        """Read a walk that may come from a stranger; anything amiss raises `SpecError` with a sentence."""
        fields = parsed(text)
        if not isinstance(fields, dict) or "walk" not in fields:
            raise SpecError(
                "This describes no walk; a single picture is drawn again with: gan-explorer sample --from-png."
            )
        check_version(fields)
        check_keys(fields, ("v", "walk"), "A walk's JSON")
        walk = fields["walk"]
        if not isinstance(walk, dict) or not isinstance(walk.get("stops"), list) or len(walk["stops"]) > MAX_STOPS:
            raise SpecError(f"A walk's JSON holds an object with a list of 2 to {MAX_STOPS} `stops`.")
        check_keys(walk, ("stops", "frames", "z", "loop"), "A walk")
        return Walk(**{**walk, "stops": tuple(map(spec_of, walk["stops"]))})


def walk_of(
    stops: Sequence[str | Sequence[float] | Spec],
    base: Spec | None = None,
    *,
    over: Literal["words", "z", "both"] | None = None,
    frames: int = 24,
    z: Literal["linear", "spherical"] = "spherical",
    loop: bool = False,
    styles: Sequence[str] = (),
) -> Walk:
    """The walk between words (an expression, or the numbers of a vector) and pictures (their specs), in that order.

    A picture's spec is that of the grid or of the one tile that walks: `tile_of(spec, index)`. base: the other fields
    of words' specs (checkpoint, seed and count, psi ...) where no stop is a picture; `Spec()` if left out.
    over: what changes on the way. `words`: every frame has the latents of the first picture, or of `base`. `z`: every
    frame has the first stop's words, and the pictures' latents. `both`: words and latents, where a word takes the
    latents of the picture before it (or else after it), and among words alone each stop has a seed of its own, base's
    and those that follow it. By default pictures walk over both and words over words.
    styles: one for each stop, or one for all of them; a single stop is walked through all of these, from style to
    style. Without them pictures keep theirs, and words have that of base or of their picture.
    One word alone is the DCGAN paper's row of nine random points: nine seeds, and z walks past them.
    Raises SpecError.
    """
    stops = items(stops, "the stops of a walk", 1, MAX_STOPS)
    styles = items(styles, "the styles of a walk", 0, MAX_STOPS)
    if len(styles) > 1 and len(stops) == 1:
        stops, over = stops * len(styles), over or "words"
    elif len(styles) > 1 and len(styles) != len(stops):
        raise SpecError(
            f"A walk has a style for each stop, or one for all of them, not {len(styles)} for {len(stops)} stops."
        )
    base = Spec() if base is None else base
    has_pictures = any(isinstance(stop, Spec) for stop in stops)
    if over not in ("words", "z", "both", None):
        raise SpecError(f"A walk goes over words, z or both, not {shown(over)}.")
    if len(stops) == 1 and not has_pictures and over != "words":
        stops, over = stops * POINTS, "both"
    over = over or ("both" if has_pictures else "words")
    if over == "z" and not has_pictures:
        raise SpecError("Over z alone a walk has one word, or goes between pictures; give one word, or walk over both.")
    specs = _stops_with_pictures(stops) if has_pictures else _stops_of_words(stops, base, own_seeds=over == "both")
    if over == "words":
        specs = [spec.replace(latents=specs[0].latents) for spec in specs]
    elif over == "z":
        specs = [spec.replace(condition=specs[0].condition, style=specs[0].style) for spec in specs]
    if styles:
        each = styles if len(styles) > 1 else styles * len(specs)
        specs = [spec.replace(style=style) for spec, style in zip(specs, each, strict=True)]
    return Walk(tuple(specs), frames, z, loop)


def tile_of(spec: Spec, index: int) -> Spec:
    """The spec of one tile of a grid alone, such as one that was clicked; it is drawn as in the grid.

    index: its place, from 0. Of a stored tile jitter, its style of `each` and the label of its word truncation become
    those of the first one.
    """
    return spec.replace(latents=tile_at(spec.latents, whole(index, "a tile's place", 0, spec.count - 1)))


def _stops_of_words(stops: Sequence, base: Spec, own_seeds: bool) -> list[Spec]:
    if not own_seeds:
        return [base.replace(condition=stop) for stop in stops]
    if not isinstance(base.latents, Seeded):
        raise SpecError("To walk over z from word to word, begin with the tiles of one seed.")
    seed, count = base.latents.seed, base.latents.count
    return [
        base.replace(condition=stop, latents=Seeded((seed + number) % (MAX_SEED + 1), count))
        for number, stop in enumerate(stops)
    ]


def _stops_with_pictures(stops: Sequence) -> list[Spec]:
    pictures = [stop for stop in stops if isinstance(stop, Spec)]
    specs, last = [], pictures[0]
    for stop in stops:
        last = stop if isinstance(stop, Spec) else last.replace(condition=stop)
        specs.append(last)
    return specs


def _check_alike(first: Spec, stop: Spec) -> None:
    if stop.count != first.count:
        raise SpecError(
            f"All stops of a walk have equally many tiles, and these have {first.count} and {stop.count}; "
            "walk between single tiles, or between grids of one size."
        )
    if is_each(first.style) != is_each(stop.style):
        raise SpecError("A walk goes from style to style, or every tile keeps its own at all stops: each, or none.")
    for field in dataclasses.fields(Spec):
        if field.name not in VARIED and getattr(stop, field.name) != getattr(first, field.name):
            raise SpecError(f"All stops of a walk share their {field.name}; give these the same one.")
