"""The words of class folders: by a names file, by WordNet's numbers, by what is certain of a name; never a sum."""

import csv
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from picture_files import png

from explorer.cli import main
from explorer.data import DataError, load
from explorer.data.folders.names_file import parse_names, read_names
from explorer.data.inspection import inspect
from explorer.words import ExpressionError, open_space
from explorer.words.expressions.parse import parse, plain_name


def classes(root: Path, *names: str, **files: str) -> Path:
    for level, name in enumerate(names):
        (root / name).mkdir(parents=True)
        (root / name / "1.png").write_bytes(png(level))
    for name, text in files.items():
        (root / name.replace("_", ".")).write_text(text, "utf-8")
    return root


def words(root: Path, **options) -> tuple[str, ...]:
    return load(root, progress=False, **options).words


@pytest.mark.parametrize(
    ("folders", "found"),
    [
        (("n02085620", "n02085782"), ("chihuahua", "japanese spaniel")),
        (("n02085620-Chihuahua", "n02099601-golden_retriever"), ("chihuahua", "golden retriever")),
        (("n00000000", "cat"), ("cat", "n00000000")),  # which WordNet does not have
        (tuple("0123456789"), ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")),
        (("7", "a"), ("seven", "a")),
        (("7", "12"), ("12", "7")),  # somebody's list
        (("001.ak47", "002.American_flag"), ("ak47", "american flag")),
        (("1-cats", "2 dogs"), ("cats", "dogs")),
        (("1-cats", "dogs"), ("1-cats", "dogs")),
        (("7-up", "cola"), ("7-up", "cola")),
        (("1950_car", "1960_car"), ("1950 car", "1960 car")),
        (("HerbaceousVegetation", "SeaLake", "forest"), ("forest", "herbaceous vegetation", "sea lake")),
        (("001.RedShoes", "002.blue"), ("red shoes", "blue")),
        (("YouTube", "McDonald", "iPhone"), ("iphone", "mcdonald", "youtube")),
        (("QwrtzPsdfg", "cat"), ("cat", "qwrtzpsdfg")),
        (("boots - leather", "0.5*coat", "a+b", "(dog", "-cat"), ("dog", "cat", "0.5 coat", "a b", "boots leather")),
        (("t-shirt", "c", "c++"), ("c", "c++", "t-shirt")),  # as it is, where another folder has the word
        (("seven", "7"), ("7", "seven")),
    ],
)
def test_what_is_certain_of_a_name(tmp_path, folders, found):
    assert words(classes(tmp_path / "x", *folders)) == found


def test_what_was_done_is_said_and_recorded(tmp_path):
    found = load(classes(tmp_path / "x", "n02085620", "SeaLake", "cat", "red+blue"), progress=False)
    assert found.recorded == (
        "Read by WordNet's numbers: n02085620 as chihuahua.",
        "A name is never a sum: red+blue as red blue.",
        "Capitals were read as beginnings of words: SeaLake as sea lake.",
    )
    assert set(found.recorded) <= set(found.notes)


def test_two_numbers_of_one_word_keep_their_numbers(tmp_path):
    found = load(classes(tmp_path / "x", "n02012849", "n03126707", "n02085620"), progress=False)
    assert found.words == ("n02012849", "chihuahua", "n03126707")
    assert "another folder has that word too: n02012849 as crane, n03126707 as crane" in " ".join(found.notes)


def test_names_may_be_taken_as_they_are(tmp_path):
    root = classes(tmp_path / "x", "7", "boots - leather", names_csv="7,cat\n")
    assert words(root, translate_names=False) == ("7", "boots - leather")


# --- a names file -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "folder,word\nalpha,Cat\nbeta,dog\n",
        "alpha;cat\r\nbeta;dog\r\n",
        "\ufeffalpha\tcat\nbeta\tdog, hound\n",
        'alpha,"cat, Felis catus",x\nBETA,dog\ngamma,\nomega,fish\n',
        '{"alpha": "cat", "beta": "dog"}',
        '{"0": ["alpha", "cat"], "1": ["beta", "dog"]}',
        '[["alpha", "cat"], ["beta", "dog"]]',
    ],
)
def test_a_names_file_of_many_kinds(tmp_path, text):
    root = classes(tmp_path / "x", "alpha", "beta")
    (tmp_path / "names").write_text(text, "utf-8")
    assert words(root, names=tmp_path / "names") == ("cat", "dog")


@pytest.mark.parametrize("inside", ["", "set/", "set/train/"])
@pytest.mark.parametrize("kind", ["names.csv", "Names.json"])
def test_one_beside_the_folders_is_found_in_every_split(tmp_path, inside, kind):
    text = "alpha,cat\n" if kind.endswith("csv") else '{"alpha": "cat"}'
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as file:
        for split in ("train", "test"):
            for name in ("alpha", "dog"):
                file.writestr(f"set/{split}/{name}/1.png", png())
        file.writestr(inside + kind, text)
    for split in ("train", "test"):
        found = load(tmp_path / "x.zip", split, progress=False)
        assert found.words == ("cat", "dog")
    assert any(note.startswith(f"Read by {kind}: alpha as cat") for note in found.notes)


def test_a_given_file_comes_before_one_that_lies_there(tmp_path):
    root = classes(tmp_path / "x", "alpha", "beta", names_csv="alpha,cat\nbeta,dog\n")
    assert words(root) == ("cat", "dog")
    assert words(root, names={"alpha": "bird"}) == ("bird", "beta")


def test_a_file_of_other_names_is_passed_by_and_said(tmp_path):
    found = load(classes(tmp_path / "x", "cat", "dog", names_csv="Ann,Smith\n"), progress=False)
    assert found.words == ("cat", "dog") and "names.csv names none of these folders, and was passed by." in found.notes


@pytest.mark.parametrize(
    ("names", "says"),
    [
        ({"Ann": "Smith"}, "of other folders"),
        ({"alpha": "cat", "beta": "Cat"}, "'alpha' and 'beta' have the same word \\('cat'\\)"),
        ({"alpha": "beta"}, "have the same word \\('beta'\\)"),
    ],
)
def test_names_that_do_not_fit_are_refused(tmp_path, names, says):
    with pytest.raises(DataError, match=says):
        words(classes(tmp_path / "x", "alpha", "beta"), names=names)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe\x00",
        b"{",
        b"[1, 2]",
        b"[" * 100_000,
        b'{"a": 5}',
        b'{"a": "\\ud800"}',
        b'a,"b',
        b"x" * (5 << 20),
        b"a," + b"x" * 200_000,
    ],
    ids=range(9),
)
def test_what_is_no_names_file_is_a_sentence(data):
    with pytest.raises(DataError, match=r"The names file here cannot be read \(.{3,300}\)"):
        parse_names(data, "here")


def test_a_names_file_that_is_no_file_is_a_sentence(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere.csv"):
        with pytest.raises(DataError, match=r"The names file .* cannot be read"):
            read_names(path)
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(DataError, match="no row with a folder and a word"):
        read_names(tmp_path / "empty.csv")
    with pytest.raises(DataError, match="digits has words of its own"):
        load("digits", names={"7": "cat"}, progress=False)


def test_a_template_is_written_filled_in_and_read(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = classes(tmp_path / "x", "n02085620", "cat", "slippper", "K 17")
    assert main(["data", str(root)]) == 0
    assert f"give them words by a names file: gan-explorer data {root} --write-names names.csv" in " ".join(
        capsys.readouterr().out.split()
    )
    (root / "cat" / "1.png").write_bytes(b"broken")  # no picture is looked at
    assert main(["data", str(root), "--write-names", "names.csv"]) == 0
    assert "a row for each of 4 folders, and 2 have no word yet: fill them in" in capsys.readouterr().out
    rows = list(csv.reader((tmp_path / "names.csv").open(newline="")))
    assert rows[0] == ["folder", "word", "did you mean"]
    assert [row[:2] for row in rows[1:]] == [["cat", "cat"], ["K 17", ""], ["n02085620", "chihuahua"], ["slippper", ""]]
    assert "slipper" in rows[4][2]
    assert main(["data", str(root), "--write-names", "names.csv"]) == 2
    assert "is there already" in capsys.readouterr().err
    rows[2][1], rows[4][1] = "dress", "slipper"
    with (tmp_path / "names.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    (root / "cat" / "1.png").write_bytes(png())
    assert main(["data", str(root), "--names", "names.csv", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found["counts"]) == ["cat", "dress", "chihuahua", "slipper"] and found["unknown_words"] == {}


# --- a name is never a sum --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["boots - leather", "0.5*coat", "2 * (coat + dress)", "-- boots", "a × b", "– coat +"])
def test_a_name_is_one_phrase(name):
    (phrase,) = parse(plain_name(name))
    assert phrase.weight == 1 and plain_name(plain_name(name)) == plain_name(name)


def test_the_words_of_a_name_are_read_as_a_phrase():
    space = open_space()
    assert (space.resolve_name("boots - leather").vector == space.resolve("boots leather").vector).all()
    assert (space.resolve_name("t-shirt").vector == space.resolve("t-shirt").vector).all()
    assert not np.allclose(space.resolve_name("boots - leather").vector, space.resolve("boots - leather").vector)
    with pytest.raises(ExpressionError):
        space.resolve_name("+")


def test_an_inspection_reads_them_so_too(tmp_path):
    found = inspect(classes(tmp_path / "x", "boots - leather", "qwrtz*coat"))
    assert list(found.counts) == ["boots leather", "qwrtz coat"] and list(found.unknown_words) == ["qwrtz coat"]
