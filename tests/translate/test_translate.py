"""Translating: any picture is converted, a recipe does it again, files and folders, the library, the notebook."""

import io
import zipfile

import numpy as np
import pytest
from PIL import Image
from tiny_translator import DOMAINS, publish_tiny_translator, shapes

from explorer.bench.render import measure_translator
from explorer.cli import main
from explorer.errors import ExplorerError
from explorer.explore import Library, Studio, Translation, Translator
from explorer.explore.library.recipes import contents_of, read_contents, translation_fields
from explorer.explore.render.formats import KINDS
from explorer.explore.render.png import text_in
from explorer.explore.spec.spec import SpecError
from explorer.explore.translate.formats import file_of
from explorer.explore.translate.sheets import pictures_for, translator_sheet
from explorer.explore.translate.translate import translate


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_tiny_translator(home / "checkpoints/grey")
    publish_tiny_translator(home / "checkpoints/colour", channels=3, resolution=32, measured=False)
    return home


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture(autouse=True)
def at_home(home, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(home))


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


SOURCES = {
    "grey": Image.fromarray(shapes(1)[0, :, :, 0]),
    "tall": Image.new("RGB", (60, 200), "navy"),
    "one pixel": Image.new("L", (1, 1), 90),
    "palette": Image.new("P", (40, 40), 3),
    "bits": Image.new("1", (33, 20), 1),
    "deep": Image.fromarray(np.arange(64 * 64, dtype=np.uint16).reshape(64, 64) * 16),
    "cmyk": Image.new("CMYK", (50, 50), (10, 200, 30, 0)),
    "see-through": Image.fromarray(np.dstack([np.full((48, 48, 3), 200, np.uint8), np.eye(48, dtype=np.uint8) * 255])),
}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize("name", ["grey", "colour"])
def test_any_picture_is_converted_not_refused(studio, name, kind):
    source = SOURCES[kind]
    if kind == "cmyk":  # which no PNG holds
        buffer = io.BytesIO()
        source.save(buffer, "JPEG")
        source = buffer.getvalue()
    found = translate(studio, source if isinstance(source, bytes) else png(source), name)
    side, channels = {"grey": (28, 1), "colour": (32, 3)}[name]
    assert all(one.shape == (side, side, channels) for one in (found.source, found.picture, found.back))
    assert found.domains == DOMAINS and found.cycle_error >= 0


def test_what_is_no_picture_is_one_sentence(studio):
    with pytest.raises(ExplorerError, match=r"\.$"):
        translate(studio, b"no picture", "grey")


def test_strength_blends_the_picture_and_its_translation(studio):
    source = shapes(1)[0]
    none, half, whole = (translate(studio, source, "grey", strength=strength) for strength in (0, 0.5, 1))
    assert np.array_equal(none.picture, source) and not np.array_equal(whole.picture, source)
    middle = (source.astype(float) + whole.picture) / 2
    assert np.abs(half.picture - middle).max() <= 1
    assert np.array_equal(none.back, whole.back)  # of the whole translation
    assert translate(studio, source, "grey", way="back").domains == DOMAINS[::-1]


def test_a_saved_png_is_translated_again(studio, tmp_path):
    found = translate(studio, SOURCES["tall"], "colour", "back", 0.75)
    for whole in (True, False):
        path = found.save(tmp_path / "out.png", 4, whole)
        again = translate(studio, Translation.from_json(text_in(path)))
        assert again.translation == found.translation and np.array_equal(again.picture, found.picture)
    assert Image.open(path).size == (128, 128)


HOSTILE = [
    "{}",
    "[]",
    '{"v":1}',
    '{"v":2,"translation":{}}',
    '{"v":1,"translation":[]}',
    '{"v":1,"translation":{"checkpoint":"x"}}',
    '{"v":1,"translation":{"checkpoint":7,"picture":"aGk="}}',
    '{"v":1,"translation":{"checkpoint":"x","picture":"no base64!"}}',
    '{"v":1,"translation":{"checkpoint":"x","picture":"aGk="}}',
    '{"v":1,"translation":{"checkpoint":"x","picture":"iVBORw0KGgo=","way":"up"}}',
    '{"v":1,"translation":{"checkpoint":"x","picture":"iVBORw0KGgo=","way":["there"]}}',
    '{"v":1,"translation":{"checkpoint":"x","picture":"iVBORw0KGgo=","strength":2}}',
    '{"v":1,"translation":{"checkpoint":"x","picture":"iVBORw0KGgo=","strength":NaN}}',
    '{"v":1,"translation":{"checkpoint":"x","picture":"iVBORw0KGgo=","more":1}}',
    '{"v":1,"translation":{"checkpoint":"x","picture":"' + "A" * 400_000 + '"}}',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_recipe_is_one_sentence(text):
    with pytest.raises(SpecError, match=r"\.$"):
        Translation.from_json(text)


def test_a_recipe_whose_picture_is_broken_is_one_sentence(studio):
    with pytest.raises(ExplorerError, match=r"\.$"):
        translate(studio, Translation("grey", b"\x89PNG\r\n\x1a\n" + b"x" * 50))


def test_recipes_lead_to_the_translate_tab(studio):
    found = translate(studio, shapes(1)[0], "grey", "back", 0.5)
    contents = read_contents(found.png(2))
    (recipe,) = contents.recipes
    assert recipe.tab == "translate" and recipe.checkpoint == "grey" and contents.title == "translated by grey, back"
    address = recipe.address("shown-name")
    assert "by=shown-name" in address and "c=" not in address.split("by=")[1] and "way=back" in address
    assert dict(translation_fields(found.translation))["strength"] == "0.5"
    page = f"tab=translate&by=grey&way=back&p={dict(recipe.fields)['p']}&c=fashion-words"
    (saved,) = contents_of(found.translation.to_json(), page).recipes
    assert saved.checkpoint == "grey" and "c=fashion-words" in saved.address()


def test_the_library_keeps_translations(studio, tmp_path):
    library = Library(tmp_path / "library")
    found = translate(studio, shapes(1)[0], "grey")
    entry = library.keep(found.png(2))
    assert entry.kind == "translation" and entry.generator == "grey" and entry.seed is None
    assert [one.id for one in library.entries(kind="translation")] == [entry.id]
    assert library.contents(entry.id).translation == found.translation


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file(studio, kind):
    found = translate(studio, shapes(1)[0], "grey")
    content = file_of(kind, found)
    if kind.startswith("png"):
        assert Image.open(io.BytesIO(content)).size == (28 * int(kind[3:]),) * 2
    elif kind == "zip":
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        assert names == ["source.png", "picture.png", "back.png"]
    elif kind == "npz":
        assert np.load(io.BytesIO(content))["images"].shape == (3, 28, 28, 1)
    else:
        assert content.startswith(b"<svg") and b"translation" in content


def test_sheets(studio):
    opened = studio.translator("grey")
    assert np.array_equal(pictures_for(opened, "pairs", "there", 3), pictures_for(opened, "pairs", "there", 3))
    assert not np.array_equal(pictures_for(opened, "pairs", "there", 3), pictures_for(opened, "pairs", "there", 4))
    assert np.array_equal(pictures_for(opened, "failures", "back", count=2), shapes(24, seed=3)[:2])
    assert translator_sheet(opened, scale=1).height == 6 * 28 + 5 * 4
    with pytest.raises(ExplorerError, match="not measured"):
        translator_sheet(studio.translator("colour"), "failures")


def test_the_notebook(studio):
    translator = Translator("grey", studio)
    assert translator.domains == DOMAINS and "grey" in repr(translator) and translator.figures.empty
    found = translator(shapes(1)[0], strength=0.5)
    assert found._repr_png_().startswith(b"\x89PNG") and found.translation.strength == 0.5
    tiles = shapes(20)
    assert np.array_equal(translator.tiles(tiles)[3], translator(tiles[3]).picture)
    with pytest.raises(ExplorerError, match="translated by calling it"):
        translator.tiles(tiles[:, :20])
    assert translator.pairs(2).size == translator.failures().size


def test_the_command(home, tmp_path, capsys):
    folder = tmp_path / "in"
    (folder / "more").mkdir(parents=True)
    SOURCES["tall"].save(folder / "a.jpg")
    SOURCES["grey"].save(folder / "a.png")
    SOURCES["palette"].save(folder / "more/b.gif")
    (folder / "notes.txt").write_text("no picture")
    out = tmp_path / "out"
    assert main(["translate", "grey", str(folder), "-o", str(out), "--back"]) == 0
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.png")) == ["a.png", "a.png.png", "more/b.png"]
    assert main(["translate", "grey", str(folder), "-o", str(out)]) == 2  # it is not empty
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as packed:
        packed.write(folder / "a.png", "deep/a.png")
    assert main(["translate", "grey", str(tmp_path / "in.zip"), "-o", str(tmp_path / "out.zip"), "--scale", "2"]) == 0
    png = zipfile.ZipFile(tmp_path / "out.zip").read("deep/a.png")
    assert Translation.from_json(text_in(png)).checkpoint == "grey"
    one = tmp_path / "one.png"
    assert main(["translate", "grey", str(folder / "a.jpg"), "-o", str(one), "--strength", "0.5", "--three"]) == 0
    again = tmp_path / "again.png"
    assert main(["translate", "grey", "--from-png", str(one), "-o", str(again)]) == 0
    assert Translation.from_json(text_in(again)) == Translation.from_json(text_in(one))
    assert main(["translate", "grey", "--sheet", "failures", "-o", str(tmp_path / "failures.png")]) == 0
    capsys.readouterr()
    for wrong in (
        ["translate", "grey", "-o", str(one)],
        ["translate", "grey", str(folder / "a.jpg")],
        ["translate", "grey", str(folder / "notes.txt"), "-o", str(one)],
        ["translate", "grey", str(tmp_path / "missing.png"), "-o", str(one)],
        ["translate", "grey", str(folder / "a.jpg"), "-o", str(tmp_path / "one.bmp")],
        ["translate", "grey", str(out / "more"), "-o", str(tmp_path / "no/where.zip")],
        ["translate", "nothing", str(folder / "a.jpg"), "-o", str(one)],
        ["translate", "grey", "--from-png", str(folder / "a.png"), "-o", str(one)],
        ["sample", "slipper", "--checkpoint", "grey", "-o", str(one)],
    ):
        assert main(wrong) == 2
        said = capsys.readouterr().err
        assert said.startswith("gan-explorer: ") and said.count("\n") == 1


def test_its_time_is_measured(studio, capsys):
    alone, several = measure_translator(studio, "grey", repeats=2)
    assert (alone.count, several.count) == (1, 16) and 0 < alone.translated < alone.picture and several.picture is None
    assert main(["bench", "render", "--checkpoint", "grey", "--repeats", "1"]) == 0
    assert "PNG to PNG" in capsys.readouterr().out
