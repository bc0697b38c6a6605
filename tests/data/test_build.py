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
from explorer.data.build.icons import is_test_set, shown_word
from explorer.data.build.packages import Drawing
from explorer.data.build.raster import draw_svg

MIT = {"title": "MIT", "spdx": "MIT", "url": "https://example.org/mit"}
SHARE_ALIKE = {"title": "CC BY-SA 4.0", "spdx": "CC-BY-SA-4.0"}
HALF = '<path fill="red" d="M0 0h8v16H0z"/>'  # the left half


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
    collections |= {
        "mono": collection(MIT, palette=False, category="UI 24px"),
        "gg": collection(MIT, palette=False, category="UI 24px"),
        "brands": collection(MIT, category="Logos"),
    }
    shades = {
        f"{manner}{thing}{end}": {"body": f'<path d="M0 0h{2 + at}v{2 + size}H0z"/>'}
        for size, thing in enumerate(("cat", "cup"))
        for at, (manner, end) in enumerate(
            (m, e) for m in ("", "black-", "white-") for e in ("", "-fill", "-2", "-off")
        )
    }
    shades |= {"house": {"body": HALF}, "cat-hidden": {"body": HALF, "hidden": True}, "cat-x": {"body": ""}}
    files = {
        "iconify/collections.json": collections,
        "iconify/json/chars.json": by_char,
        "iconify/json/names.json": by_name,
        "iconify/json/sharealike.json": other,
        "iconify/json/mono.json": {"icons": shades},
        "iconify/json/gg.json": {"icons": {"cat": {"body": HALF}, "dog": {"body": HALF}}},
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


def test_icons_become_class_folders_of_words_with_enough_of_them(packages, tmp_path):
    pytest.importorskip("resvg_py")
    out = tmp_path / "icons.zip"
    assert main(["data", "build-icons", str(packages), str(out)]) == 0
    found = load(out)
    assert found.counts() == {"cat": 12, "cup": 12} and found.image_shape == (1, 28, 28)
    assert np.isin([0, 255], found.images).all()
    with zipfile.ZipFile(out) as file:
        assert set(json.loads(file.read("LICENSES.json"))) == {"mono", "gg"}
        assert [name for name in file.namelist() if name.startswith("test/")] == ["test/cat/gg--cat.png"]


def test_an_icon_set_is_kept_for_testing_with_its_family():
    families = {}
    for prefix in ("fluent", "fluent-mdl2", "fa6-solid", "fa6-regular", "mdi", "gg", "ph", "bi"):
        families.setdefault(prefix.split("-")[0], set()).add(is_test_set(prefix))
    assert all(len(found) == 1 for found in families.values()) and set.union(*families.values()) == {True, False}


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
