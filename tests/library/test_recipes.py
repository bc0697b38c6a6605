"""Recipes: the page that shows what a file of ours says."""

import io
import json
from urllib.parse import parse_qs

import numpy as np
import pytest
from PIL import Image

from explorer.explore import Edits, Mixed, Push, Seeded, Spec, SpecError, Stored, Walk, tile_of, walk_of
from explorer.explore.library.recipes import contents_of, read_contents, with_own_parts
from explorer.explore.render.png import NoRecipe, encode, encode_text


def address(spec: Spec | Walk) -> dict[str, list[str]]:
    (recipe,) = contents_of(spec.to_json()).recipes
    return parse_qs(recipe.address(), keep_blank_values=True)


def test_a_picture_of_the_explore_tab_has_its_address():
    spec = Spec("mine", "red boots", Seeded(2**60, 64), 0.5, "resample", 0.25, style="noto", word_truncation=0.5)
    assert address(spec) == {
        **{"w": ["red boots"], "s": [str(2**60)], "n": ["64"], "psi": ["0.5"], "mode": ["resample"], "j": ["0.25"]},
        **{"style": ["noto"], "wt": ["0.5"], "c": ["mine"]},
    }
    assert address(Spec(temperature=0.5, codes=(3, -0.5), blend=0.1)) | {} == {
        **{"w": ["slipper"], "s": ["0"], "n": ["16"], "t": ["0.5"], "k": ["3.0,-0.5"], "b": ["0.1"]},
        **{"c": ["fashion-words"]},
    }


def test_tiles_are_named_one_by_one():
    assert address(tile_of(Spec(latents=Seeded(7, 16)), 3))["z"] == ["7.3"]
    assert address(Spec(latents=Seeded(7, 3)))["z"] == ["7.0,7.1,7.2"]


OWN = [
    Spec(condition=(0.5, -0.25, 1 / 3)),
    Spec(latents=Mixed((((0.6, 1, 2), (0.8, 3, 4)),))),
    Spec(latents=Stored(((0.1, 0.2), (1 / 3, 4.0)))),
    Spec(latents=Seeded(5, 200)),
    Spec(latents=Mixed((((1.0, 5, 1000),),))),
    Spec(latents=Mixed((((1.0, 5, 1),), ((1.0, 5, 1),)))),
    Spec(edits=Edits(directions=(Push((1.0, 2.0), 0.5),), off=(("blocks.1", 3),))),
    Spec(condition=(1.0, 2.0), psi=0.5, edits=Edits(off=(("blocks.1", 3),))),
]


@pytest.mark.parametrize("spec", OWN, ids=str)
def test_what_no_control_says_goes_along(spec):
    fields = address(spec)
    plain = Spec(condition=fields["w"][0], psi=float(fields.get("psi", ["1"])[0]))
    assert with_own_parts(plain, fields["r"][0]) == spec


def test_a_plain_grid_without_some_units_is_one_of_the_inside_tab():
    fields = address(Spec(edits=Edits(off=(("blocks.1", 3), ("blocks.1", 17), ("blocks.0", 2)))))
    assert (fields["tab"], fields["part"]) == (["inside"], ["units"])
    assert sorted(fields["off"]) == ["blocks.0:2", "blocks.1:3.17"] and "mean" not in fields
    assert address(Spec(edits=Edits(off=(("blocks.1", 3),), off_to="mean")))["mean"] == ["1"]
    assert fields["wt"] == ["0"]  # and not what the generator has by default


WALKS = [
    (
        walk_of(["boots", "coat + bag"], Spec(latents=Seeded(3, 4), psi=0.5), frames=17, z="linear", loop=True),
        {"stop": ["boots", "coat + bag"], "s": ["3"], "n": ["4"], "over": ["words"], "psi": ["0.5"]}
        | {"frames": ["17"], "way": ["linear"], "loop": ["1"]},
    ),
    (walk_of(["boots", "coat"], over="both"), {"stop": ["boots", "coat"], "over": ["both"], "way": ["spherical"]}),
    (walk_of(["boots"]), {"stop": ["boots"], "over": ["both"], "frames": ["24"]}),
    (
        walk_of([tile_of(Spec(condition="boots", latents=Seeded(7)), 3), tile_of(Spec(), 5)]),
        {"stop": ["boots@7.3", "slipper@0.5"], "n": ["1"]},
    ),
    (walk_of(["boots"], styles=["noto", ""]), {"stop": ["boots", "boots"], "stopstyle": ["noto", "any"]}),
    (walk_of(["boots", "coat"], Spec(style="each")), {"style": ["each"]}),
]


@pytest.mark.parametrize(("walk", "expected"), WALKS, ids=range(len(WALKS)))
def test_a_walk_is_set_on_the_walk_tab(walk, expected):
    fields = address(walk)
    assert fields["tab"] == ["walk"]
    assert {name: fields.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "walk",
    [
        walk_of([(1.0, 2.0), "boots"]),
        walk_of([Spec(latents=Mixed((((0.5, 1, 2),),))), "boots"]),
        walk_of([Spec(psi=0.5), Spec(psi=1.0)]),
        walk_of(["boots", "coat"], Spec(jitter=0.5)),
    ],
    ids=["vector", "sum", "psi", "jitter"],
)
def test_a_walk_that_no_control_can_say_is_opened_stop_by_stop(walk):
    recipes = contents_of(walk.to_json()).recipes
    assert [recipe.tab for recipe in recipes] == ["explore", "explore"]


def test_a_sheet_is_opened_row_by_row():
    specs = [Spec(condition="boots"), Spec(condition="coat", psi=0.5)]
    contents = read_contents(encode(Image.new("L", (8, 8)), specs))
    assert contents.specs == tuple(specs)
    assert [recipe.title for recipe in contents.recipes] == ["boots", "coat"]


def test_the_page_that_a_picture_was_saved_on_is_believed():
    page = "tab=arithmetic&view=axes&w=dress&axis=a%7Cb%7C0.5&c=mine&__theme=dark"
    png = encode_text(Image.new("L", (8, 8)), Spec(condition=(1.0, 2.0)).to_json(), page)
    (recipe,) = read_contents(png).recipes
    assert (recipe.tab, recipe.checkpoint) == ("arithmetic", "mine")
    assert recipe.address("own") == "tab=arithmetic&view=axes&w=dress&axis=a%7Cb%7C0.5&c=own"


@pytest.mark.parametrize("page", ["%ff%fe", "&".join(["a=1"] * 1000), "x" * 70_000, "é"])
def test_a_page_that_is_none_is_passed_over(page):
    (recipe,) = contents_of(Spec(condition="boots").to_json(), page).recipes
    assert recipe.tab == "explore"


def picture(kind: str, **more) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(file, kind, **more)
    return file.getvalue()


@pytest.mark.parametrize(
    "source",
    [
        *(b"", b"%PDF-1.4", picture("PNG"), picture("GIF"), picture("GIF", comment=b"Made by hand")),
        *(picture("WEBP"), picture("JPEG"), encode_text(Image.new("L", (8, 8)), "{}")),
    ],
    ids=["empty", "pdf", "png", "gif", "gif of others", "webp", "jpeg", "preview"],
)
def test_a_picture_of_others_is_told_from_a_broken_recipe(source):
    with pytest.raises(NoRecipe):
        read_contents(source)
    with pytest.raises(SpecError) as told:
        read_contents(encode_text(Image.new("L", (8, 8)), '{"v":2}'))
    assert not isinstance(told.value, NoRecipe)


@pytest.mark.parametrize("text", ["[]", "{", '{"checkpoint":"x"}', '{"psi":0}', '{"condition":[0,0]}', "1" * 50_000])
def test_own_parts_are_read_as_hostile(text):
    with pytest.raises(SpecError):
        with_own_parts(Spec(), text)


def test_a_picture_with_too_many_numbers_is_refused_in_a_sentence():
    spec = Spec(latents=Stored(tuple(tuple(np.random.default_rng(0).normal(size=64).tolist()) for _ in range(64))))
    with pytest.raises(SpecError, match="gan-explorer sample"):
        _ = contents_of(json.dumps(json.loads(spec.to_json()))).recipes
