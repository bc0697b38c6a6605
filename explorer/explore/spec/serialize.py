"""Specs as JSON: canonical when written, treated as hostile when read."""

import json

from explorer.explore.spec.checks import items
from explorer.explore.spec.edits import MAX_OFF, MAX_PUSHES, Edits, Push
from explorer.explore.spec.spec import VERSION, Latents, Mixed, Seeded, Spec, SpecError, Stored

MAX_JSON = 1_000_000  # characters; a PNG reader refuses text chunks beyond 1 MiB
_KEYS = ("checkpoint", "condition", "latents", "psi", "psi_mode", "jitter", "blend")
_ALL_KEYS = (*_KEYS, "temperature", "codes", "style", "word_truncation", "edits")
_LATENTS = {"seeded": Seeded, "mixed": Mixed, "stored": Stored}


def dumps(spec: Spec) -> str:
    """One line of ASCII, keys in a fixed order, every field written: `{"v":1,"checkpoint":...}`.

    Temperature, codes, style, word truncation, edits and a stored w are left out where there are none: such a spec has
    the JSON of earlier versions.
    """
    fields = {"v": VERSION, **{key: getattr(spec, key) for key in _KEYS}, "latents": _latents_fields(spec.latents)}
    if spec.temperature is not None:
        fields["temperature"] = spec.temperature
    if spec.codes:
        fields["codes"] = spec.codes
    if spec.style:
        fields["style"] = spec.style
    if spec.word_truncation:
        fields["word_truncation"] = spec.word_truncation
    return line({**fields, "edits": _edits_fields(spec.edits)} if spec.edits else fields)


def dumps_sheet(specs: tuple[Spec, ...]) -> str:
    """The specs of a sheet, row by row, as one line of JSON: `{"v":1,"sheet":[...]}`."""
    text = line({"v": VERSION, "sheet": [json.loads(dumps(spec)) for spec in specs]})
    if len(text) > MAX_JSON:
        raise SpecError("These rows' specs are too long for one sheet; draw fewer rows a sheet.")
    return text


def loads(text: str) -> Spec:
    """The spec that a text describes; raises `SpecError` with one sentence for anything else."""
    fields = parsed(text)
    if isinstance(fields, dict) and "sheet" in fields:
        raise SpecError("This describes a sheet of several pictures, not one picture; read it with specs_from_png.")
    return spec_of(fields)


def loads_all(text: str) -> tuple[Spec, ...]:
    """The specs of a picture (one) or a sheet (one a row)."""
    fields = parsed(text)
    if not (isinstance(fields, dict) and "sheet" in fields):
        return (spec_of(fields),)
    check_version(fields)
    rows = fields["sheet"]
    if set(fields) - {"v", "sheet"} or not isinstance(rows, list) or not 1 <= len(rows) <= 256:
        raise SpecError("A sheet's JSON holds `v` and `sheet`, a list of 1 to 256 specs, and nothing else.")
    return tuple(spec_of(row) for row in rows)


def line(fields: dict) -> str:
    """One line of ASCII JSON."""
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _latents_fields(latents: Latents) -> dict:
    if isinstance(latents, Seeded):
        return {"kind": "seeded", "seed": latents.seed, "count": latents.count}
    if isinstance(latents, Mixed):
        return {"kind": "mixed", "tiles": latents.tiles}
    return {"kind": "stored", "tiles": latents.tiles} | ({"w": latents.w} if latents.w else {})


def _edits_fields(edits: Edits) -> dict:
    fields: dict = {}
    if edits.directions:
        fields["directions"] = [{"axis": push.axis, "amount": push.amount} for push in edits.directions]
    if edits.off:
        fields["off"] = {}
        for layer, unit in edits.off:
            fields["off"].setdefault(layer, []).append(unit)
    if edits.off_to != "zero":
        fields["off_to"] = edits.off_to
    return fields


def parsed(text: str) -> object:
    """The content of JSON text that may come from a stranger: bounded, finite, no key twice; raises SpecError."""
    if not isinstance(text, str):
        raise SpecError("A spec's JSON must be text.")
    if len(text) > MAX_JSON:
        raise SpecError(f"This spec's JSON has {len(text)} characters; at most {MAX_JSON} are read.")
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_without_duplicates)
    except SpecError:
        raise
    except (ValueError, RecursionError) as error:  # ValueError: bad JSON, or an integer of absurdly many digits
        reason = f" ({error.msg}, character {error.pos})" if isinstance(error, json.JSONDecodeError) else ""
        raise SpecError(f"This is not JSON that a spec can be read from{reason}.") from None


def _refuse_constant(name: str) -> None:
    raise SpecError(f"A spec holds finite numbers only, not {name}.")


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise SpecError("A spec's JSON gives some key twice; give each once.")
    return fields


def check_version(fields: dict) -> None:
    """Raise SpecError for fields that a later version wrote."""
    version = fields.get("v", VERSION)
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise SpecError("A spec's version `v` must be a whole number from 1.")
    if version > VERSION:
        raise SpecError("This spec was written by a newer GAN Explorer; update yours to draw it.")


def spec_of(fields: object) -> Spec:
    """The spec that decoded JSON describes; raises SpecError."""
    if not isinstance(fields, dict):
        raise SpecError("A spec's JSON must be an object with keys such as `condition` and `latents`.")
    if "walk" in fields:
        raise SpecError("This describes a walk, not one picture; read it with walk_from, or: gan-explorer walk --from.")
    check_version(fields)
    rest = {key: value for key, value in fields.items() if key != "v"}
    check_keys(rest, _ALL_KEYS, "A spec")
    if "latents" in rest:
        rest["latents"] = _latents(rest["latents"])
    if "edits" in rest:
        rest["edits"] = _edits(rest["edits"])
    return Spec(**rest)


def _latents(fields: object) -> Latents:
    kind = fields.get("kind") if isinstance(fields, dict) else None
    if not isinstance(kind, str) or kind not in _LATENTS:
        raise SpecError(f"A spec's latents must be an object whose `kind` is one of {', '.join(_LATENTS)}.")
    rest = {key: value for key, value in fields.items() if key != "kind"}
    if kind == "seeded":
        check_keys(rest, ("seed", "count"), "Seeded latents")
        return Seeded(**rest)
    check_keys(rest, ("tiles", "w") if kind == "stored" else ("tiles",), f"{kind.capitalize()} latents")
    if "tiles" not in rest:
        raise SpecError(f"{kind.capitalize()} latents must have `tiles`.")
    return _LATENTS[kind](**rest)


def _edits(fields: object) -> Edits:
    if not isinstance(fields, dict):
        raise SpecError("A spec's edits must be an object with `directions`, `off` or both.")
    check_keys(fields, ("directions", "off", "off_to"), "Edits")
    off = fields.get("off", {})
    if not isinstance(off, dict):
        raise SpecError('The units switched off must be an object of lists, such as {"blocks.1": [17]}.')
    pairs = [(layer, unit) for layer, units in off.items() for unit in items(units, "a layer's units", 1, MAX_OFF)]
    pushes = items(fields.get("directions", []), "the directions of a spec", 0, MAX_PUSHES)
    return Edits(tuple(map(_push, pushes)), tuple(pairs), fields.get("off_to", "zero"))


def _push(fields: object) -> Push:
    if not isinstance(fields, dict) or set(fields) != {"axis", "amount"}:
        raise SpecError("A direction of a spec must be an object with `axis` and `amount`, and nothing else.")
    return Push(fields["axis"], fields["amount"])


def check_keys(fields: dict, known: tuple[str, ...], whose: str) -> None:
    """Raise SpecError for keys that are not among the known ones."""
    unknown = sorted(set(fields) - set(known))
    if unknown:
        name = ascii(unknown[0][:40])
        raise SpecError(f"{whose} has no key {name}; the keys are {', '.join(known)}.")
