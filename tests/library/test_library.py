"""The library: keeping, listing, tagging, the trash, an index that is never trusted, and exports."""

import csv
import io
import json
import multiprocessing
import os
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from explorer.errors import ExplorerError
from explorer.explore import Library, Seeded, Spec, walk_of
from explorer.explore.library.entry import LibraryError
from explorer.explore.library.export import TABLE, export
from explorer.explore.library.index import ABOUT, FILE
from explorer.explore.library.library import PICTURE, THUMBNAIL
from explorer.explore.render.png import encode, encode_text, spec_from_png


def png(word: str = "boots", seed: int = 0, size=(112, 112), **fields) -> bytes:
    shade = (hash((word, seed)) % 200) + 20
    return encode(Image.new("L", size, shade), [Spec(condition=word, latents=Seeded(seed, 16), **fields)])


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "library")


def test_a_picture_is_kept_with_all_that_is_known_of_it_and_seen_by_others(library):
    kept = library.keep(png("red boots", 7, psi=0.5), tags=["Nice", "nice", "shoes"], note="look\nhere")
    assert (kept.word, kept.kind, kept.seed, kept.psi) == ("red boots", "picture", 7, 0.5)
    assert kept.tags == ("Nice", "shoes")
    other = Library(library.folder)
    assert other.entries() == (kept,)
    assert other.entry(kept.id) == kept
    assert spec_from_png(other.picture(kept.id)) == Spec(condition="red boots", latents=Seeded(7), psi=0.5)
    assert library.entries(search="BOOTS 7") == (kept,)
    assert library.entries(search="sandals") == ()
    assert library.entries(tags=["NICE"], kind="picture") == (kept,)
    assert library.entries(kind="walk") == ()


def test_the_same_picture_is_kept_once(library):
    assert library.keep(png()).id == library.keep(png()).id
    assert library.keep(png(seed=1)).id != library.keep(png()).id
    assert len(library) == 2


def test_a_walk_and_a_tile_are_told_apart_and_a_thumbnail_shows_the_walk_of_one_tile(library):
    walk = walk_of(["boots", "coat"], Spec(latents=Seeded(0, 2)), frames=12)
    strip = Image.fromarray(np.zeros((2 * 28, 12 * 28), np.uint8))
    kept = library.keep(encode_text(strip, walk.to_json()))
    assert (kept.kind, kept.word) == ("walk", "boots to coat")
    with Image.open(io.BytesIO(library.thumbnail(kept.id))) as thumbnail:
        assert thumbnail.size == (112, 84)
    assert library.keep(encode(Image.new("L", (28, 28)), [Spec(latents=Seeded(0, 1))])).kind == "tile"


def test_nothing_but_pixels_and_recipe_is_kept(library):
    text = PngInfo()
    text.add_text("gan-explorer", Spec().to_json())
    text.add_text("secret", "who took this, and where")
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (1, 2, 3, 4)).save(file, "PNG", pnginfo=text)
    kept = library.keep(file.getvalue() + b"<script>")
    data = library.picture(kept.id)
    assert b"secret" not in data
    assert b"<script>" not in data
    assert library.contents(kept.id).specs == (Spec(),)


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        png()[:-60],
        encode_text(Image.new("L", (8, 8)), "{}"),
        encode_text(Image.new("L", (8, 8)), '{"v":1,"walk":{}}'),
        encode_text(Image.new("L", (8, 8)), "[" * 90_000),
    ],
    ids=["empty", "no PNG", "cut short", "no spec", "no walk", "deep"],
)
def test_what_is_no_picture_of_ours_is_refused_in_a_sentence(library, source):
    with pytest.raises(ExplorerError, match=r"^[A-Z].*[.)]$"):
        library.keep(source)
    assert len(library) == 0


def test_tags_and_notes_change_and_their_limits_are_told(library):
    kept = library.keep(png())
    assert library.change(kept.id, tags=["one", " two "]).tags == ("one", "two")
    assert library.change(kept.id, note="why").tags == ("one", "two")
    assert Library(library.folder).entries(search="why two") == (library.entry(kept.id),)
    for wrong in ({"tags": ["a,b"]}, {"tags": [""]}, {"tags": [f"t{i}" for i in range(21)]}, {"note": "x" * 2001}):
        with pytest.raises(LibraryError):
            library.change(kept.id, **wrong)


def test_the_trash_gives_back_what_was_deleted(library):
    kept = [library.keep(png(seed=seed)) for seed in range(3)]
    assert library.delete([kept[0].id, kept[2].id]) == [kept[0].id, kept[2].id]
    assert [entry.seed for entry in library] == [1]
    assert {entry.seed for entry in library.trash()} == {0, 2}
    assert library.delete([kept[0].id]) == []
    assert library.restore([kept[0].id]) == [kept[0].id]
    assert {entry.seed for entry in library} == {0, 1}
    with pytest.raises(LibraryError):
        library.entry(kept[2].id)


def test_the_trash_is_emptied_of_what_is_older_than_thirty_days(library, monkeypatch):
    old, new = library.keep(png(seed=0)), library.keep(png(seed=1))
    library.delete([old.id])
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 31 * 86_400)
    library.delete([new.id])
    assert [entry.seed for entry in library.trash()] == [1]


@pytest.mark.parametrize("number", ["", "..", "../x", "20261128-225410-3fa1c2/..", None, 7, ".trash"])
def test_an_id_leads_nowhere_else(library, number):
    library.keep(png())
    for ask in (library.entry, library.picture, library.thumbnail, lambda one: library.delete([one])):
        with pytest.raises(LibraryError):
            ask(number)
    assert len(library) == 1


def break_text(path: Path) -> None:
    path.write_text("{")


def break_kind(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def break_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def break_fields(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"seed": "<b>", "tags": [["x"]]}))


def break_size(path: Path) -> None:
    path.write_bytes(b" " * 100_000)


@pytest.mark.parametrize("damage", [break_text, break_kind, break_link, break_fields, break_size, Path.unlink])
def test_a_broken_entry_is_left_out_with_a_sentence_and_breaks_nothing(library, damage):
    good, bad = library.keep(png(seed=0)), library.keep(png(seed=1))
    damage(library.folder / bad.id / ABOUT)
    for one in (library, Library(library.folder)):
        assert one.entries() == (good,)
        (said,) = one.left_out
        assert bad.id in said
        assert said.endswith(".")
    assert library.delete([bad.id]) == [bad.id]
    assert library.entries() == (good,)
    assert library.left_out == ()


def test_a_broken_picture_is_told_where_it_is_opened(library):
    kept = library.keep(png())
    (library.folder / kept.id / THUMBNAIL).write_bytes(b"<html>")
    assert library.thumbnail(kept.id).startswith(b"\x89PNG")
    (library.folder / kept.id / PICTURE).unlink()
    (library.folder / kept.id / PICTURE).symlink_to("/etc/hostname")
    with pytest.raises(LibraryError):
        library.picture(kept.id)
    assert library.entries() == (kept,)


@pytest.mark.parametrize("index", [b"", b"[]", b'{"version":1,"entries":{"x":[]}}', b'{"version":1,"entries":[1]}'])
def test_the_index_is_never_trusted(library, index):
    kept = library.keep(png())
    library.entries()
    (library.folder / FILE).write_bytes(index)
    assert Library(library.folder).entries() == (kept,)


def test_the_index_of_others_is_followed(library):
    kept = library.keep(png())
    library.entries()
    other = Library(library.folder)
    other.change(kept.id, note="changed elsewhere")
    more = other.keep(png(seed=5))
    assert {entry.note for entry in library} == {"changed elsewhere", ""}
    other.delete([kept.id])
    assert library.entries() == (more,)


def add_many(folder: Path, first: int) -> None:
    library = Library(folder)
    for seed in range(first, first + 8):
        kept = library.keep(png("coat", seed % 12))
        library.change(kept.id, tags=[*library.entry(kept.id).tags, f"t{first}"][:20])


def test_several_processes_keep_and_change_at_once(tmp_path):
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=add_many, args=(tmp_path / "library", first)) for first in (0, 4, 6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    library = Library(tmp_path / "library")
    assert sorted(entry.seed for entry in library) == list(range(12))
    assert library.left_out == ()
    assert not list(library.folder.glob(".new-*"))


@pytest.mark.slow
def test_ten_thousand_entries_are_listed_from_the_index_without_reading_them(library, monkeypatch):
    kept = library.keep(png())
    fields = json.dumps(kept.fields())
    for number in range(10_000):
        folder = library.folder / f"20260101-{number // 3600:02}{number // 60 % 60:02}{number % 60:02}-000000"
        folder.mkdir()
        (folder / ABOUT).write_text(fields)
    assert len(library) == 10_001
    monkeypatch.setattr("explorer.explore.library.index.read_json", None)  # no entry is read any more
    taken = []
    for search in ("", "", "", "boots"):  # the quickest of some: others share the cores, and the caches
        again = Library(library.folder)
        clock = time.process_time()
        assert len(again.entries(search=search)) == 10_001
        taken.append(time.process_time() - clock)
    assert min(taken) < 0.5


def test_an_export_has_every_png_and_a_table_of_their_recipes(library, tmp_path):
    formula = library.keep(png(seed=1), word="=SUM(A1)", note="two\nlines", tags=["a", "b"])
    broken = library.keep(png("coat", 2))
    (library.folder / broken.id / PICTURE).unlink()
    said = export(library, library.entries(), tmp_path / "all.zip")
    assert len(said) == 1
    with zipfile.ZipFile(tmp_path / "all.zip") as packed:
        names = packed.namelist()
        (row,) = csv.DictReader(io.StringIO(packed.read(TABLE).decode()))
        assert names == [row["file"], TABLE]
        assert spec_from_png(packed.read(row["file"])) == Spec.from_json(row["recipe"])
    assert (row["word"], row["note"], row["tags"]) == ("'=SUM(A1)", "two\nlines", "a, b")
    assert row["date"].startswith(formula.day)
    with pytest.raises(LibraryError, match="command"):
        export(library, [formula], io.BytesIO(), most=10)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "library").write_text("a file")
    with pytest.raises(LibraryError, match="cannot be written"):
        Library(tmp_path / "library").keep(png())
    assert Library(tmp_path / "library").entries() == ()
    assert Library(tmp_path / "nowhere").entries() == ()
    assert not (tmp_path / "nowhere").exists()
