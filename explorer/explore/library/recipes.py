"""Recipes: what a file of ours says of how it was drawn, and the address of the page that shows it again.

Pictures that were saved on a page carry its address. All others (older ones, those of the command and of notebooks)
carry the spec, the walk or the specs of a sheet alone; here each is led to the tab that can show it. What a tab's own
controls cannot say of a spec (a vector, sums of latents, edits) goes along in the field `r`, see `own_parts`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from explorer.errors import shown
from explorer.explore.render.png import MAX_PAGE, NoRecipe, texts_in
from explorer.explore.spec.serialize import check_keys, dumps, line, loads_all, parsed, spec_of
from explorer.explore.spec.spec import MAX_SEED, Mixed, Seeded, Spec, SpecError
from explorer.explore.walk.walk import POINTS, Walk

MAX_RECIPE = 48_000  # letters of `r`: a request of a page may have 64 KB
MOST_KEPT, MOST_INDEX = 64, 255  # latents that Explore's address can name one by one
GRIDS, COUNTS = (16, 64), (1, 4, 16)  # tiles of Explore and Walk
OWN = ("condition", "latents", "edits")  # what `r` may hold
MAX_FIELDS = 400  # of an address


@dataclass(frozen=True)
class Recipe:
    """title: what it draws. checkpoint: what draws it, as its file has it. fields: of the address, without it."""

    title: str
    checkpoint: str
    fields: tuple[tuple[str, str], ...]

    @property
    def tab(self) -> str:
        """The tab that shows it: explore, walk, arithmetic ..."""
        return dict(self.fields).get("tab", "explore")

    def address(self, checkpoint: str | None = None) -> str:
        """What follows the `?` of the page; checkpoint: its name there, where it has another."""
        return urlencode([*self.fields, ("c", checkpoint or self.checkpoint)])


@dataclass(frozen=True)
class Contents:
    """All that one file of ours says. text: its JSON. specs: of a picture, of each row of a sheet, of each stop of a
    walk. page: what follows the `?` of the page that it was saved on; "" for none."""

    text: str
    specs: tuple[Spec, ...]
    walk: Walk | None
    page: str = ""

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """The page that shows it; several where no page can show all of it at once: one for each row, or stop. Raises
        SpecError for more numbers than an address can hold."""
        if page := self.page_fields:
            return (Recipe(self.title, self.checkpoint, tuple(pair for pair in page if pair[0] != "c")),)
        if self.walk is not None and (fields := _walk_fields(self.walk)) is not None:
            return (Recipe(self.title, self.specs[0].checkpoint, tuple(fields)),)
        return tuple(Recipe(_name_of(spec), spec.checkpoint, tuple(_spec_fields(spec))) for spec in self.specs)

    @property
    def page_fields(self) -> list[tuple[str, str]]:
        """The fields of its page's address, which somebody may have made up: each tab reads its own as hostile."""
        if not self.page or len(self.page) > MAX_PAGE:
            return []
        try:
            fields = parse_qsl(self.page, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
        except ValueError:
            return []
        return [(name, value) for name, value in fields if not name.startswith("_")]

    @property
    def checkpoint(self) -> str:
        """What draws it: a generator's name, or whatever its file says."""
        return dict(self.page_fields).get("c") or self.specs[0].checkpoint

    @property
    def title(self) -> str:
        """Its words: `boots`, `boots to coat`, `boots, coat, dress`."""
        names = list(dict.fromkeys(map(_name_of, self.specs)))
        return shown((" to " if self.walk else ", ").join(names), 200)


def read_contents(source: bytes) -> Contents:
    """What a PNG, GIF, WebP or MP4 of ours says, read as hostile. Raises SpecError; NoRecipe for any other file."""
    if not source.startswith(b"\x89PNG"):
        from explorer.explore.walk.film_files import walk_from

        walk = walk_from(source)
        return Contents(walk.to_json(), walk.stops, walk)
    return contents_of(*texts_in(source))


def contents_of(text: str, page: str = "") -> Contents:
    """The same of the texts of a PNG."""
    fields = parsed(text)
    if fields == {}:  # of a preview, which is of no spec
        raise NoRecipe("This picture holds no spec: only one that GAN Explorer saved can be drawn again.")
    if isinstance(fields, dict) and "walk" in fields:
        walk = Walk.from_json(text)
        return Contents(text, walk.stops, walk, page)
    return Contents(text, loads_all(text), None, page)


def with_own_parts(spec: Spec, text: str) -> Spec:
    """The spec with what the field `r` of an address holds in place of its own; raises SpecError."""
    if isinstance(text, str) and len(text) > MAX_RECIPE:
        raise SpecError(f"This recipe has {len(text):,} letters; a page takes at most {MAX_RECIPE:,}.")
    fields = parsed(text)
    if not isinstance(fields, dict):
        raise SpecError('A recipe\'s own parts are an object, such as {"condition": [...]}.')
    check_keys(fields, OWN, "A recipe")
    return spec_of(json.loads(dumps(spec)) | fields)


def _name_of(spec: Spec) -> str:
    return (spec.condition or "no word") if isinstance(spec.condition, str) else "a vector"


def _word_fields(condition: object) -> list[tuple[str, str]]:
    """The word, unless there is none, as for a generator that takes none: an address says "" by leaving it out."""
    return [("w", condition)] if isinstance(condition, str) and condition else []


def _drawn_with(spec: Spec) -> list[tuple[str, str]]:
    """psi and style where they are not the usual ones, and wt: an address without it leaves that to the generator."""
    fields = [("psi", f"{spec.psi}")] if spec.psi != Spec().psi else []
    fields += [("style", spec.style)] if spec.style else []
    return fields if spec.blend else [*fields, ("wt", f"{spec.word_truncation:g}")]


def _spec_fields(spec: Spec) -> list[tuple[str, str]]:
    """The address of one picture: the Explore tab's, or the Inside tab's for a plain grid without some units."""
    if _is_without_units(spec):
        return _inside_fields(spec)
    own: dict = {}
    fields = _word_fields(spec.condition) if isinstance(spec.condition, str) else [("w", "")]
    if not isinstance(spec.condition, str):
        own["condition"] = spec.condition
    latents = spec.latents
    kept = _kept(latents)
    if isinstance(latents, Seeded):
        fields.append(("s", str(latents.seed)))
    if isinstance(latents, Seeded) and latents.count in GRIDS:
        fields.append(("n", str(latents.count)))
    elif kept:
        fields.append(("z", ",".join(f"{seed}.{index}" for seed, index in kept)))
    else:
        own["latents"] = json.loads(dumps(spec))["latents"]
    fields += _drawn_with(spec)
    if spec.psi_mode != "smooth":
        fields.append(("mode", spec.psi_mode))
    fields += [(name, str(value)) for name, value in (("j", spec.jitter), ("b", spec.blend)) if value]
    if spec.temperature is not None:
        fields.append(("t", str(spec.temperature)))
    if spec.codes:
        fields.append(("k", ",".join(map(str, spec.codes))))
    if spec.edits:
        own["edits"] = json.loads(dumps(spec))["edits"]
    if not own:
        return fields
    text = line(own)
    if len(text) > MAX_RECIPE:
        raise SpecError(
            "This picture holds more numbers than a page can take along; draw it with: gan-explorer sample --from-png."
        )
    return [*fields, ("r", text)]


def _kept(latents: object) -> list[tuple[int, int]]:
    """(seed, index) of each tile, where each is one seeded latent and Explore can name it; else none."""
    if isinstance(latents, Seeded):
        return [(latents.seed, index) for index in range(latents.count)] if latents.count <= MOST_KEPT else []
    if not isinstance(latents, Mixed) or len(latents.tiles) > MOST_KEPT:
        return []
    plain = all(len(tile) == 1 and tile[0][0] == 1.0 and tile[0][2] <= MOST_INDEX for tile in latents.tiles)
    kept = [(tile[0][1], tile[0][2]) for tile in latents.tiles] if plain else []
    return kept if len(set(kept)) == len(kept) else []


def _is_without_units(spec: Spec) -> bool:
    usual = Spec()
    same = ("psi_mode", "jitter", "blend", "temperature", "codes")
    return (
        bool(spec.edits.off)
        and not spec.edits.directions
        and isinstance(spec.condition, str)
        and isinstance(spec.latents, Seeded)
        and spec.latents.count == GRIDS[0]
        and all(getattr(spec, name) == getattr(usual, name) for name in same)
    )


def _inside_fields(spec: Spec) -> list[tuple[str, str]]:
    layers: dict[str, list[int]] = {}
    for layer, unit in spec.edits.off:
        layers.setdefault(layer, []).append(unit)
    off = [("off", f"{layer}:{'.'.join(map(str, units))}") for layer, units in layers.items()]
    mean = [("mean", "1")] if spec.edits.off_to == "mean" else []
    fields = [("tab", "inside"), *_word_fields(spec.condition), ("s", str(spec.latents.seed)), *_drawn_with(spec)]
    return [*fields, ("part", "units"), ("layer", next(iter(layers))), *off, *mean]


def _walk_fields(walk: Walk) -> list[tuple[str, str]] | None:
    """The Walk tab's address of a walk; None where its controls cannot say all of it."""
    stops, first = walk.stops, walk.stops[0]
    same = ("psi", "jitter", "blend", "word_truncation")
    plain = (
        all(isinstance(stop.condition, str) for stop in stops)
        and all(getattr(stop, name) == getattr(first, name) for stop in stops for name in same)
        and (first.jitter, first.blend, first.psi_mode, first.temperature, first.codes) == (0, 0, "smooth", None, ())
        and not first.edits
    )
    fields_of_stops = _stops(stops) if plain else None
    if fields_of_stops is None:
        return None
    fields = [("tab", "walk"), *fields_of_stops, *[pair for pair in _drawn_with(first) if pair[0] != "style"]]
    styles = [stop.style for stop in stops]
    if len(set(styles)) == 1:
        fields += [("style", first.style)] if first.style else []
    elif len([name for name, _ in fields_of_stops if name == "stop"]) == len(stops):
        fields += [("stopstyle", style or "any") for style in styles]
    else:
        return None
    fields.append(("frames", str(walk.frames)))
    fields.append(("way", walk.z))
    return [*fields, ("loop", "1")] if walk.loop else fields


def _stops(stops: Sequence[Spec]) -> list[tuple[str, str]] | None:
    """The stops, seed, number of tiles and what changes on the way, as the Walk tab's address has them."""
    words = [str(stop.condition) for stop in stops]
    latents = [stop.latents for stop in stops]
    if all(isinstance(one, Seeded) for one in latents) and latents[0].count in COUNTS:
        seed, count = latents[0].seed, latents[0].count
        fields = [("s", str(seed)), ("n", str(count))]
        if all(one == latents[0] for one in latents):
            return [*[("stop", word) for word in words], *fields, ("over", "words")]
        own = [Seeded((seed + number) % (MAX_SEED + 1), count) for number in range(len(stops))]
        if latents == own:
            alone = len(set(words)) == 1 and len(stops) == POINTS
            stops = [("stop", word) for word in (words[:1] if alone else words)]
            return [*([] if alone and not words[0] else stops), *fields, ("over", "both")]
        return None
    kept = [_kept(one) for one in latents]
    if not all(len(one) == 1 for one in kept):
        return None
    tiles = [("stop", f"{word}@{seed}.{index}") for word, ((seed, index),) in zip(words, kept, strict=True)]
    return [*tiles, ("n", "1"), ("over", "both")]
