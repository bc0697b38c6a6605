"""A spec survives JSON unchanged, and JSON from a stranger gets a sentence, never a traceback or a bad picture."""

import json
import math

import numpy as np
import pytest

from explorer.errors import ExplorerError
from explorer.explore.spec.edits import Edits, Push
from explorer.explore.spec.spec import Mixed, Seeded, Spec, SpecError, Stored

SPECS = [
    Spec(),
    Spec(condition="0.7*coat + 0.3*dress", latents=Seeded(2**63 - 1, 256), psi=0.8, jitter=0.25, blend=1),
    Spec(condition="Überwurf <img src=x>", psi=1.5),
    Spec(condition=(0.1, -0.2, 1e-7), psi=0.05, psi_mode="resample"),
    Spec(latents=Mixed((((1.0, 7, 3),), ((0.6, 7, 3), (-0.8, 2**40, 2**31 - 1))))),
    Spec(latents=Stored(((0.1, 0.2), (1 / 3, -999.5)))),
    Spec(latents=Stored(((0.1, 0.2), (1.0, 2.0)), ((0.25, 0.0, -1.27), (0.0, 0.0, 0.0)))),
    Spec(edits=Edits((Push((0.6, 0.0, 1 / 3), -2.5), Push((1, 0, 0))), (("blocks.1", 7), ("start", 0)))),
    Spec(edits=Edits(off=[("blocks.1", 7)])),
    Spec(temperature=0.01, codes=[3, -0.5, 2]),
]


@pytest.mark.parametrize("spec", SPECS, ids=range(len(SPECS)))
def test_json_gives_an_equal_spec_back(spec):
    text = spec.to_json()
    assert text.isascii() and "\n" not in text
    again = Spec.from_json(text)
    assert again == spec and hash(again) == hash(spec) and again.to_json() == text
    assert json.loads(text)["v"] == 1


def test_a_spec_stored_by_the_first_version_still_loads():
    text = (
        '{"v":1,"checkpoint":"fashion-words","condition":"red boots","latents":{"kind":"seeded","seed":7,"count":64},'
        '"psi":0.8,"psi_mode":"smooth","jitter":0.1,"blend":0.0}'
    )
    spec = Spec(condition="red boots", latents=Seeded(7, 64), psi=0.8, jitter=0.1)
    assert Spec.from_json(text) == spec
    assert spec.to_json() == text


def test_edits_are_written_only_where_there_are_some():
    assert '"edits"' not in Spec().to_json() and Spec.from_json(_changed(edits={})) == Spec()
    spec = Spec(edits=Edits((Push((0.5, -0.5), 3),), (("start", 9), ("blocks.0", 2), ("start", 1), ("start", 9))))
    written = json.loads(spec.to_json())["edits"]
    assert written == {
        "directions": [{"axis": [0.5, -0.5], "amount": 3.0}],
        "off": {"blocks.0": [2], "start": [1, 9]},
    }
    assert list(json.loads(spec.to_json()))[:-1] == list(json.loads(Spec().to_json()))


def test_temperature_and_codes_are_written_only_where_there_are_some():
    assert not {"temperature", "codes"} & json.loads(Spec().to_json()).keys()
    written = json.loads(Spec(temperature=0.1, codes=(np.int64(3), 0.5)).to_json())
    assert written["temperature"] == 0.1 and written["codes"] == [3.0, 0.5]


@pytest.mark.parametrize("wrong", [{"temperature": 0}, {"temperature": "hot"}, {"codes": 3}, {"codes": [9**9]}])
def test_temperature_and_codes_out_of_range(wrong):
    with pytest.raises(SpecError, match=r"\.$"):
        Spec(**wrong)


def test_equal_specs_have_equal_json_however_they_were_written():
    plain = Spec(psi=1.0, jitter=0.0, latents=Seeded(3, 4))
    numpy = Spec(psi=np.float32(1), jitter=-0.0, latents=Seeded(np.int64(3), np.uint8(4)))
    assert numpy == plain and numpy.to_json() == plain.to_json()
    assert Spec(condition=np.array([1.0, 2.0])) == Spec(condition=[1, 2])


def test_replace_changes_a_copy_and_validates_it():
    spec = Spec(psi=0.5)
    assert spec.replace(psi=0.7).psi == 0.7 and spec.psi == 0.5
    with pytest.raises(SpecError, match="psi"):
        spec.replace(psi=2)


def _changed(**changes):
    return json.dumps({**json.loads(Spec().to_json()), **changes})


NAN_SPEC = Spec().to_json().replace('"psi":1.0', '"psi":NaN')
HOSTILE = {
    "not json": "{",
    "empty": "",
    "a list": "[]",
    "a number": "3",
    "deep": "[" * 100_000,
    "many digits": '{"psi":' + "9" * 5000 + "}",
    "big integer": _changed(psi=10**400),
    "too long": " " * 1_000_001,
    "NaN": NAN_SPEC,
    "infinity": NAN_SPEC.replace("NaN", "-Infinity"),
    "overflowing float": NAN_SPEC.replace("NaN", "1e999"),
    "key twice": '{"psi":1,"psi":0.5}',
    "unknown key": _changed(__class__="os.system"),
    "newer version": _changed(v=2),
    "version true": _changed(v=True),
    "version text": _changed(v="1"),
    "psi text": _changed(psi="1"),
    "psi true": _changed(psi=True),
    "psi null": _changed(psi=None),
    "psi high": _changed(psi=1.51),
    "psi negative": _changed(psi=-0.1),
    "psi mode": _changed(psi_mode="fast"),
    "psi mode list": _changed(psi_mode=["smooth"]),
    "resample above 1": _changed(psi_mode="resample", psi=1.2),
    "resample near 0": _changed(psi_mode="resample", psi=0.01),
    "jitter": _changed(jitter=1.01),
    "blend": _changed(blend=[0]),
    "checkpoint number": _changed(checkpoint=7),
    "checkpoint empty": _changed(checkpoint=""),
    "checkpoint zero byte": _changed(checkpoint="a\0b"),
    "long text": _changed(condition="a" * 201),
    "line break": _changed(condition="a\nb"),
    "lone surrogate": _changed(condition="a").replace('"a"', '"\\ud800"'),
    "condition null": _changed(condition=None),
    "condition object": _changed(condition={"a": 1}),
    "condition empty": _changed(condition=[]),
    "condition of text": _changed(condition=["a"]),
    "condition zero": _changed(condition=[0, 0.0]),
    "condition huge": _changed(condition=[1] * 4097),
    "latents list": _changed(latents=[7]),
    "latents kind": _changed(latents={"kind": "evil"}),
    "latents kind list": _changed(latents={"kind": []}),
    "latents key": _changed(latents={"kind": "seeded", "sead": 7}),
    "seed fraction": _changed(latents={"kind": "seeded", "seed": 1.5, "count": 4}),
    "seed whole float": _changed(latents={"kind": "seeded", "seed": 1.0, "count": 4}),
    "seed negative": _changed(latents={"kind": "seeded", "seed": -1, "count": 4}),
    "seed big": _changed(latents={"kind": "seeded", "seed": 2**63, "count": 4}),
    "count 0": _changed(latents={"kind": "seeded", "seed": 1, "count": 0}),
    "count 257": _changed(latents={"kind": "seeded", "seed": 1, "count": 257}),
    "mixed without tiles": _changed(latents={"kind": "mixed"}),
    "mixed empty": _changed(latents={"kind": "mixed", "tiles": []}),
    "mixed empty tile": _changed(latents={"kind": "mixed", "tiles": [[]]}),
    "mixed pair": _changed(latents={"kind": "mixed", "tiles": [[[1, 2]]]}),
    "mixed index": _changed(latents={"kind": "mixed", "tiles": [[[1, 2, 2**31]]]}),
    "mixed terms": _changed(latents={"kind": "mixed", "tiles": [[[1, 2, 3]] * 3000] * 2}),
    "stored ragged": _changed(latents={"kind": "stored", "tiles": [[1, 2], [1]]}),
    "stored w ragged": _changed(latents={"kind": "stored", "tiles": [[1], [2]], "w": [[1, 2], [1]]}),
    "stored w count": _changed(latents={"kind": "stored", "tiles": [[1], [2]], "w": [[1]]}),
    "stored w empty": _changed(latents={"kind": "stored", "tiles": [[1]], "w": [[]]}),
    "stored w numbers": _changed(latents={"kind": "stored", "tiles": [[1]], "w": [[0.5] * 32768]}),
    "stored w text": _changed(latents={"kind": "stored", "tiles": [[1]], "w": "AA"}),
    "mixed w": _changed(latents={"kind": "mixed", "tiles": [[[1, 2, 3]]], "w": [[1]]}),
    "stored size": _changed(latents={"kind": "stored", "tiles": [[1001]]}),
    "stored numbers": _changed(latents={"kind": "stored", "tiles": [[0] * 4000] * 9}),
    "edits list": _changed(edits=[]),
    "edits key": _changed(edits={"units": []}),
    "directions object": _changed(edits={"directions": {}}),
    "directions many": _changed(edits={"directions": [{"axis": [1], "amount": 1}] * 17}),
    "direction list": _changed(edits={"directions": [[1, 2]]}),
    "direction key": _changed(edits={"directions": [{"axis": [1], "amount": 1, "name": "x"}]}),
    "direction without amount": _changed(edits={"directions": [{"axis": [1]}]}),
    "axis text": _changed(edits={"directions": [{"axis": "smile", "amount": 1}]}),
    "axis empty": _changed(edits={"directions": [{"axis": [], "amount": 1}]}),
    "axis zero": _changed(edits={"directions": [{"axis": [0, -0.0], "amount": 1}]}),
    "axis huge": _changed(edits={"directions": [{"axis": [1] * 2049, "amount": 1}]}),
    "axes huge together": _changed(edits={"directions": [{"axis": [1] * 1025, "amount": 1}] * 2}),
    "axis coordinate": _changed(edits={"directions": [{"axis": [1, 11], "amount": 1}]}),
    "amount text": _changed(edits={"directions": [{"axis": [1], "amount": "1"}]}),
    "amount big": _changed(edits={"directions": [{"axis": [1], "amount": 101}]}),
    "off list": _changed(edits={"off": [["blocks.1", 7]]}),
    "off number": _changed(edits={"off": {"blocks.1": 7}}),
    "off empty": _changed(edits={"off": {"blocks.1": []}}),
    "off text": _changed(edits={"off": {"blocks.1": "7"}}),
    "off true": _changed(edits={"off": {"blocks.1": [True]}}),
    "off negative": _changed(edits={"off": {"blocks.1": [-1]}}),
    "off big": _changed(edits={"off": {"blocks.1": [4096]}}),
    "off many": _changed(edits={"off": {"a": list(range(1000)), "b": list(range(1000))}}),
    "off layers": _changed(edits={"off": {f"blocks.{i}": [1] for i in range(33)}}),
    "off layer long": _changed(edits={"off": {"b" * 41: [1]}}),
    "off layer line break": _changed(edits={"off": {"a\nb": [1]}}),
    "a sheet": '{"v":1,"sheet":[' + Spec().to_json() + "]}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_json_gets_one_sentence(text):
    with pytest.raises(SpecError) as caught:
        Spec.from_json(text)
    sentence = str(caught.value)
    assert sentence.endswith(".") and len(sentence) < 300 and sentence.isprintable()
    assert isinstance(caught.value, ExplorerError)


def test_a_w_of_zeros_is_none():
    spec = Spec(latents=Stored(((1.0,),), ((0.0, 0.0),)))
    assert spec == Spec(latents=Stored(((1.0,),))) and '"w"' not in spec.to_json()


def test_the_largest_spec_fits_a_png_text_chunk():
    number = -1.2345678901234567e-100  # as long as a float prints
    stored = Stored(tuple((number,) * 128 for _ in range(256)))
    edits = Edits((Push((number,) * 128, number),) * 16, tuple((f"{'layer' * 7}{i % 32}", i) for i in range(1024)))
    text = Spec(condition=(number,) * 4095 + (1.0,), latents=stored, edits=edits).to_json()
    assert len(text) < 1_000_000 and math.isclose(Spec.from_json(text).latents.tiles[255][127], number)
