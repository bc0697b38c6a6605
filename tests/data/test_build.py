"""Data sets made of npm packages: which drawings, which words, whose they are."""

import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from picture_files import write_files
from PIL import Image

from explorer.cli import main
from explorer.data import load
from explorer.data.build.icons import family_of, shown_word
from explorer.data.build.packages import Drawing
from explorer.data.build.raster import draw_svg

MIT = {"title": "MIT", "spdx": "MIT", "url": "https://example.org/mit"}
SHARE_ALIKE = {"title": "CC BY-SA 4.0", "spdx": "CC-BY-SA-4.0"}
HALF = '<path fill="red" d="M0 0h8v16H0z"/>'  # the left half


def path(width: int, colour: str = "#000") -> dict:
    return {"body": f'<path d="M0 0h{width}v9H0z" fill="{colour}"/>'}


def collection(licence: dict, **more: object) -> dict:
    return {"name": "x", "author": {"name": "Ada"}, "license": licence, "category": "Emoji", "palette": True} | more


@pytest.fixture
def packages(tmp_path) -> Path:
    webp = io.BytesIO()
    Image.new("RGBA", (32, 32), (0, 0, 255, 255)).crop((-16, -16, 32, 32)).save(webp, "WEBP", lossless=True)
    animals = {"slug": "dog_face", "name": "dog face", "group": "Animals & Nature"}
    emoji = {
        "🐶": animals,
        "🍎": {"slug": "red_apple", "name": "red apple", "group": "Food & Drink"},
        "🏁": {"slug": "chequered_flag", "name": "chequered flag", "group": "Flags"},
        "broken": 3,
    }
    by_char = {"icons": {"doggy": {"body": HALF}}, "chars": {"1f436": "doggy"}, "width": 16, "height": 16}
    by_name = {
        "icons": {
            "redapple": {"body": HALF, "width": 16},
            "dog": {"body": HALF},
            "bad": {"body": '<image href="/etc/passwd"/>'},
        },
        "aliases": {"dog-face": {"parent": "dog", "hFlip": True}},
    }
    other = {"icons": {"dog-face": {"body": HALF}}}
    collections = {"chars": collection(MIT), "names": collection(MIT), "sharealike": collection(SHARE_ALIKE)}
    icon_sets = ("ri", "mono", "mono-old", "pale", "hidden")
    collections |= {name: collection(MIT, palette=False, category="UI 24px") for name in icon_sets}
    collections |= {"brands": collection(MIT, category="Logos")}
    outlines = {
        "cat": path(2),
        "cat-2": path(3),
        "cat-off": path(4),
        "cat-alt": path(2),
        "cup": path(5),
        "log-in": path(6),
    }
    both = {
        f"{name}{end}": path(7 + 2 * at + bool(end)) for at, name in enumerate(("cat", "cup")) for end in ("", "-fill")
    }
    pale = {"cat": path(2, "#ccc"), "cup": path(3, "#ccc")}
    hidden = {"cat": {**path(9), "hidden": True}, "cup": {"body": ""}}
    files = {
        "iconify/collections.json": collections,
        "iconify/json/chars.json": by_char,
        "iconify/json/names.json": by_name,
        "iconify/json/sharealike.json": other,
        "iconify/json/mono.json": {"icons": outlines},
        "iconify/json/mono-old.json": {"icons": {"cat": path(10), "dog": {"body": HALF}}},
        "iconify/json/ri.json": {"icons": both},
        "iconify/json/pale.json": {"icons": pale},
        "iconify/json/hidden.json": {"icons": hidden},
        "iconify/json/brands.json": {"icons": {f"cat-{at}": {"body": HALF} for at in range(20)}},
        "unicode-emoji-json/data-by-emoji.json": emoji,
        "emojilib/emoji-en-US.json": {"🐶": ["dog_face", "puppy"], "🍎": ["mac"]},
    }
    content = {path: json.dumps(raw).encode() for path, raw in files.items()}
    return write_files(tmp_path / "npm", content | {"fluent/assets/1f436.webp": webp.getvalue()})


def test_emoji_by_several_artists_become_a_set(packages, tmp_path, capsys):
    pytest.importorskip("resvg_py")
    out = tmp_path / "emoji.zip"
    assert main(["data", "build-emoji", str(packages), str(out)]) == 0
    assert "4 pictures in 3 styles: chars 1, fluent-3d 1, names 2" in capsys.readouterr().out
    found = load(out)
    assert found.counts() == {"apple": 1, "dog": 3} and found.styles == ("chars", "fluent-3d", "names")
    assert found.texts == (("dog face", "puppy"), ("red apple", "mac"))
    red, white = [255, 0, 0], [255, 255, 255]
    chars, names = (found.images[(found.labels == 1) & (found.style_ids == at)][0] for at in (0, 2))
    assert [chars[:, 32, x].tolist() for x in (5, 60)] == [red, white]
    assert [names[:, 32, x].tolist() for x in (5, 60)] == [white, red]  # the alias is mirrored
    with zipfile.ZipFile(out) as file:
        licences = json.loads(file.read("LICENSES.json"))
        first = file.read("metadata.jsonl")
    assert set(licences) == {"chars", "fluent-3d", "names"} and licences["chars"]["author"] == "Ada"
    main(["data", "build-emoji", str(packages), str(tmp_path / "again.zip")])
    assert (tmp_path / "again.zip").read_bytes() == out.read_bytes() and b"red apple" in first


@pytest.mark.parametrize(
    "body",
    [
        '<image href="{}" width="16" height="16"/>',
        '<g xmlns:s="http://www.w3.org/2000/svg"><s:image href="{}" width="16" height="16"/></g>',
        '<filter id="f"><feImage href="{}"/></filter><path d="M0 0h16v16H0z" filter="url(#f)"/>',
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "{}">]>&x;',
    ],
)
def test_a_drawing_never_shows_another_file(tmp_path, body):
    pytest.importorskip("resvg_py")
    secret = tmp_path / "secret.png"
    Image.new("RGB", (16, 16), "red").save(secret)
    assert draw_svg(Drawing("x", body.format(secret), (0, 0, 16, 16)), 32, "RGB") is None
    assert draw_svg(Drawing("x", HALF, (0, 0, 16, 16)), 32, "RGB") is not None


def test_icons_become_words_in_the_styles_of_icon_sets(packages, tmp_path, capsys):
    pytest.importorskip("resvg_py")
    out = tmp_path / "icons.zip"
    assert main(["data", "build-icons", str(packages), str(out), "--families", "2", "--words", "2"]) == 0
    assert "7 pictures in 3 styles: mono 3, ri-outline 2, ri-solid 2" in " ".join(capsys.readouterr().out.split())
    with zipfile.ZipFile(out) as file:
        rows = [json.loads(line) for line in file.read("metadata.jsonl").decode().splitlines()]
        assert set(json.loads(file.read("LICENSES.json"))) == {"mono", "ri-outline", "ri-solid"}
        assert file.namelist()[:7] == [row["file_name"] for row in rows]
    mono = [row["file_name"] for row in rows if row["style"] == "mono"]
    # What is off is left out, and the same drawing under a second name.
    assert mono == ["pictures/cat/mono--cat.png", "pictures/cat/mono--cat-2.png", "pictures/cup/mono--cup.png"]
    found = load(out)
    assert found.counts() == {"cat": 4, "cup": 3} and found.image_shape == (1, 28, 28)
    assert found.styles == ("mono", "ri-outline", "ri-solid") and np.isin([0, 255], found.images).all()


def test_a_family_of_icon_sets_is_one_however_it_is_called():
    assert {family_of(prefix) for prefix in ("fa6-regular", "fa7-solid", "fa", "la")} == {"fa"}
    assert family_of("fluent-mdl2") == "fluent"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("cup-outline-24", "cup"),
        ("coffee-cup", ""),
        ("user-check", "user"),
        ("black-cat", "cat"),
        ("cat", "cat"),
        ("arrow-left", "arrow"),
        ("24-x", ""),
    ],
)
def test_what_an_icon_shows(name, word):
    assert shown_word(name) == word


def test_what_is_missing_is_said(packages, tmp_path, capsys, monkeypatch):
    pytest.importorskip("resvg_py")
    assert main(["data", "build-icons", str(tmp_path / "empty"), str(tmp_path / "x.zip")]) == 2
    assert "npm pack @iconify/json" in capsys.readouterr().err
    (packages / "emojilib/emoji-en-US.json").unlink()
    assert main(["data", "build-emoji", str(packages), str(tmp_path / "x.zip")]) == 2
    assert "emojilib" in capsys.readouterr().err
    assert main(["data", "build-icons", str(packages), str(tmp_path / "x.tar")]) == 2
    assert "not called so" in capsys.readouterr().err
    (packages / "iconify/json/mono.json").write_text("[")
    assert main(["data", "build-icons", str(packages), str(tmp_path / "x.zip")]) == 2
    assert "mono.json cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "x.zip").exists()


def test_without_resvg_the_command_says_how_to_get_it(packages, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    assert main(["data", "build-icons", str(packages), str(tmp_path / "x.zip")]) == 2
    assert "pip install 'gan-explorer[build]'" in capsys.readouterr().err


def test_help_names_the_builds(capsys):
    assert main(["data", "--help"]) == 0
    assert "build-emoji" in capsys.readouterr().out
    assert main(["data", "build-icons", "--help"]) == 0
    assert "@iconify/json" in capsys.readouterr().out
    assert main(["data", "build-icons"]) == 2
