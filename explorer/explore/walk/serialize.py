"""Walks as JSON: their stops, not their frames, which follow from them and would fill a file with word vectors."""

import json

from explorer.explore.spec.serialize import MAX_JSON, check_version, line, only, parsed, spec_of
from explorer.explore.spec.serialize import dumps as spec_dumps
from explorer.explore.spec.spec import VERSION, SpecError
from explorer.explore.walk.walk import MAX_STOPS, Walk

_KEYS = ("stops", "frames", "z", "loop")


def dumps(walk: Walk) -> str:
    """One line of ASCII: `{"v":1,"walk":{"stops":[...],"frames":24,"z":"spherical","loop":false}}`."""
    stops = [json.loads(spec_dumps(stop)) for stop in walk.stops]
    text = line({"v": VERSION, "walk": {"stops": stops, "frames": walk.frames, "z": walk.z, "loop": walk.loop}})
    if len(text) > MAX_JSON:
        raise SpecError("The stops of this walk hold too many numbers for one file; take fewer tiles or stops.")
    return text


def loads(text: str) -> Walk:
    """The walk that a text describes; raises `SpecError` with one sentence for anything else."""
    fields = parsed(text)
    if not isinstance(fields, dict) or "walk" not in fields:
        raise SpecError("This describes no walk; a single picture is drawn again with: gan-explorer sample --from-png.")
    check_version(fields)
    only(fields, ("v", "walk"), "A walk's JSON")
    walk = fields["walk"]
    if not isinstance(walk, dict) or not isinstance(walk.get("stops"), list) or len(walk["stops"]) > MAX_STOPS:
        raise SpecError(f"A walk's JSON holds an object with a list of 2 to {MAX_STOPS} `stops`.")
    only(walk, _KEYS, "A walk")
    return Walk(**{**walk, "stops": tuple(map(spec_of, walk["stops"]))})
