"""Word vectors as people publish them: packed, as CSV, with odd rows, with ConceptNet's keys, by the alphabet ..."""

import bz2
import gzip
import lzma
import random
import string
import zipfile
from functools import partial

import numpy as np
import pytest

from explorer.words import UnknownWord, WordSpaceError, open_space
from explorer.words.importing import import_space as import_new_space

WORDS = ("boots", "coat", "dress")
ROWS = np.array([[1.5, -0.25, 0.125], [0.5, 2.0, -1.0], [-3.0, 0.75, 1e-3]], np.float32)


import_space = partial(import_new_space, replace=True)  # several of one name in a test


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))


def text(words=WORDS, rows=ROWS, separator=" ", first="") -> bytes:
    numbers = ([repr(float(number)) for number in row] for row in rows)
    return (first + "".join(f"{separator.join([w, *row])}\n" for w, row in zip(words, numbers, strict=True))).encode()


def binary(first: str) -> bytes:
    return first.encode() + b"".join(w.encode() + b" " + r.tobytes() + b"\n" for w, r in zip(WORDS, ROWS, strict=True))


def quoted() -> bytes:
    lines = (line.split(b",") for line in text(separator=",").splitlines())
    return b"".join(b",".join(b'"%s"' % part for part in line) + b"\n" for line in lines)


def imported(tmp_path, content: bytes, name: str = "v.txt", **options):
    """What an import made of it, and the space."""
    (tmp_path / name).write_bytes(content)
    made = import_space(tmp_path / name, "v", **options)
    return made, open_space("v")


def assert_whole(space, words=WORDS, rows=ROWS) -> None:
    assert space.words == tuple(words)
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    assert np.abs(unit - space.matrix).max() < 0.01  # int8


def zipped(tmp_path, members: dict[str, bytes], name: str = "v.zip"):
    with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return tmp_path / name


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, bz2.compress, lzma.compress], ids=["as it is", "gz", "bz2", "xz"]
)
@pytest.mark.parametrize(
    "content",
    [
        text(),
        text(first="3 3\n"),
        b"\xef\xbb\xbf" + text(),
        b"\xef\xbb\xbf" + text(first="3 3\n"),
        text(first="3 3\r\n").replace(b"\n", b"\r\n"),
        text(separator="\t"),
        text(separator="\t", first="word\t0\t1\t2\n"),
        text(separator="\t", first="word\tone\ttwo\tthree\n"),
        text(separator=","),
        text(separator=",", first="word,0,1,2\n"),
        text(separator=",", first=",1,2,3\n"),
        text(separator=",", first="Word,dim 0,dim 1,dim 2\n"),
        text(separator=";"),
        quoted(),
        text(first="word a b c\n"),
    ],
    ids=lambda content: repr(content[:14]),
)
def test_every_layout_in_every_packing(tmp_path, content, pack):
    made, space = imported(tmp_path, pack(content))
    assert_whole(space)
    headings = any(mark in content.splitlines()[0] for mark in (b"ord", b",1,2,3"))
    assert made.notes == (("Its first row names the columns and is no word.",) if headings else ())


def test_words_with_commas_quotes_and_blanks(tmp_path):
    content = b'word,x,y\n"boots, red",1,2\n"six ""inches""",2,1\nnew york,1,1\n,3,3\n" ",3,3\n'
    made, space = imported(tmp_path, content, "v.csv")
    assert space.words == ("boots, red", 'six "inches"', "new york")
    assert "2 words with nothing but a blank for a word were left out." in made.notes


def test_a_name_without_its_endings(tmp_path):
    for name in ("mine.vec.xz", "mine.csv.bz2", "mine.tsv"):
        (tmp_path / name).write_bytes(text())
        assert import_space(tmp_path / name).name == "mine"
    assert import_space(zipped(tmp_path, {"wiki.vec": text()}, "mine.vec.zip")).name == "mine"


def test_of_a_zip_with_several_files_one_is_chosen_by_its_numbers(tmp_path):
    members = {f"glove.{dim}d.txt": text(rows=np.ones((3, dim)) + np.eye(3, dim)) for dim in (5, 10, 20)}
    path = zipped(tmp_path, {"README": b"Vectors\n", **members}, "glove.zip")
    with pytest.raises(WordSpaceError) as caught:
        import_space(path)
    assert str(caught.value).endswith(
        "glove.zip holds several files of vectors: glove.5d.txt (5), glove.10d.txt (10), glove.20d.txt (20); choose "
        "one by how many numbers its vectors have, for instance with --dim 20."
    )
    made = import_space(path, dim=10)
    assert (made.name, made.words, made.dim) == ("glove.10d", 3, 10)
    assert made.notes == ("Read glove.10d.txt of the 3 in it.",)
    with pytest.raises(WordSpaceError, match=r"no vectors of 7 numbers, but these: glove\.5d\.txt \(5\)"):
        import_space(path, dim=7)
    with pytest.raises(WordSpaceError, match="vectors of 3 numbers, not 10"):
        imported(tmp_path, text(), dim=10)


def test_a_zip_with_one_file_of_vectors_among_others(tmp_path):
    others = {"README.md": b"# Vectors\n", "__MACOSX/._v.txt": text(), "in/meta.json": b"{}"}
    import_space(zipped(tmp_path, {**others, "in/v.txt": text(first="3 3\n")}), "v")
    assert_whole(open_space("v"))
    made = import_space(zipped(tmp_path, {**others, "model.bin": binary("3 3\n"), "model.txt": text()}), "v")
    assert_whole(open_space("v"))
    assert made.notes == ("Read model.bin of the 2 in it.",)  # the same vectors twice
    with pytest.raises(WordSpaceError, match=r"one\.txt \(3\), two\.txt \(3\); unpack it"):
        import_space(zipped(tmp_path, {"one.txt": text(), "two.txt": text()}))
    with pytest.raises(WordSpaceError, match="holds no file of vectors"):
        import_space(zipped(tmp_path, others))


def test_other_things_that_people_try(tmp_path):
    for content, says in (
        ("boots 1 2\n".encode("utf-16"), "UTF-16; save it as UTF-8"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"v.txt".ljust(257, b"\0") + b"ustar\x0000" + bytes(248), "tar archive; unpack it"),
    ):
        with pytest.raises(WordSpaceError, match=says):
            imported(tmp_path, content)


@pytest.mark.parametrize("blank", ["\t", " ", "", "\N{NO-BREAK SPACE}", "\N{IDEOGRAPHIC SPACE}"], ids=repr)
def test_a_row_whose_word_is_blank_is_left_out_and_counted(tmp_path, blank):
    for first in ("4 3\n", ""):
        made, space = imported(
            tmp_path, text(("boots", blank, "coat", "dress"), np.insert(ROWS, 1, 9, axis=0), first=first)
        )
        assert_whole(space)
        assert made.notes == ("1 word with nothing but a blank for a word was left out.",)
    made, space = imported(tmp_path, text((blank, *WORDS), np.insert(ROWS, 0, 9, axis=0)))
    assert_whole(space)


@pytest.mark.parametrize(
    ("first", "says"),
    [
        ("7 3\n", ("The first line announces 7 words, and the file has 3; it may have been cut short.",)),
        ("2 3\n", ("The first line announces 2 words, and the file has 3; all of them were read.",)),
        ("3 3\n", ()),
        ("9161912 3\n", ("The first line announces 9,161,912 words, and the file has 3; it may have been cut short.",)),
    ],
)
def test_a_first_line_that_counts_wrongly_is_said_and_harms_nothing(tmp_path, first, says):
    made, space = imported(tmp_path, text(first=first))
    assert_whole(space)
    assert made.notes == says
    made, space = imported(tmp_path, binary(first))
    assert_whole(space)
    assert made.notes == says


def test_conceptnet_keys_are_words_of_one_language(tmp_path):
    keys = ("/c/de/stiefel", "/c/en/boots", "/c/en/new_york", "/c/fr/bottes", "/c/de/mantel")
    content = text(keys, np.eye(5, 3) + 1)
    made, space = imported(tmp_path, content)
    assert space.words == ("boots", "new_york")
    assert made.notes == (
        "Keys of ConceptNet: words are what stands behind /c/en/; 3 of other languages were left out: de (2), fr (1). "
        "--language takes another.",
    )
    assert space.resolve("new york").terms[0].words == ("new_york",)
    assert imported(tmp_path, content, language="de")[1].words == ("stiefel", "mantel")
    with pytest.raises(
        WordSpaceError, match=r"no words of the language 'it', but of these: de \(2\), en \(2\), fr \(1\)"
    ):
        imported(tmp_path, content, language="it")
    with pytest.raises(WordSpaceError, match="--language chooses among keys such as /c/de/word"):
        imported(tmp_path, text(), language="de")


def by_frequency(count: int) -> list[str]:
    dice = random.Random(0)
    words = {"".join(dice.choices(string.ascii_lowercase, k=6)): None for _ in range(count)}
    return list(words)


def test_words_by_the_alphabet_are_no_list_of_frequent_words(tmp_path, monkeypatch):
    from explorer.words.importing import collecting

    monkeypatch.setattr(collecting, "LIMIT", 300)
    words = by_frequency(1000)
    rows = np.random.default_rng(0).normal(size=(1000, 3))
    made, space = imported(tmp_path, text(words, rows))
    assert space.words == tuple(words[:300])
    assert made.notes == ("At most 300 words are kept; --limit changes that.",)
    made, space = imported(tmp_path, text(sorted(words), rows))
    assert space.words == tuple(sorted(words))
    assert made.notes == (
        "The words come in the order of the alphabet, not by how frequent they are, so all of them were read.",
    )
    made, space = imported(tmp_path, text(sorted(words), rows), limit=300)
    assert space.words == tuple(sorted(words)[:300])
    assert made.notes == (
        "The words come in the order of the alphabet, not by how frequent they are: these are the first 300. Without "
        "--limit up to 5,000,000 are read.",
    )
    # Rare words that come equally often may be sorted in a list of frequent words.
    ties = words[:400] + sorted(words[400:600]) + sorted(words[600:])
    assert imported(tmp_path, text(ties, rows))[1].words == tuple(ties[:300])


@pytest.mark.parametrize("mark", ["|", "_"])
def test_tagged_words_are_found_without_their_tags(tmp_path, mark):
    keys = "boot NOUN, dress NOUN, dress VERB, red ADJ, London PROPN, hand NOUN, handbag NOUN"
    tagged = [key.replace(" ", mark) for key in keys.split(", ")]
    made, space = imported(tmp_path, text(tagged, np.random.default_rng(1).normal(size=(7, 8))))
    assert made.words == 7 and space.words == tuple(tagged)
    for typed, found in zip(("boot", "boots", "Boot", "dress", tagged[2], "london"), (0, 0, 0, 1, 2, 4), strict=True):
        assert space.resolve(typed).terms[0].words == (tagged[found],)
    assert space.resolve("dress").hints == (f"“dress” is read as {tagged[1]}; {tagged[2]} is there, too.",)
    assert space.resolve("boot").hints == (f"“boot” is read as {tagged[0]}.",)
    assert space.resolve("red-boots").terms[0].words == (tagged[3], tagged[0])
    assert np.array_equal(space.resolve("dress").vector, space.resolve(tagged[1]).vector)
    with pytest.raises(UnknownWord) as caught:
        space.resolve("drss")
    assert caught.value.suggestions == ("dress",)


def test_a_word_of_an_untagged_space_may_look_tagged(tmp_path):
    words = ("boots", "air_NOUN", "coat", "the_CIA")
    space = imported(tmp_path, text(words, np.eye(4)))[1]
    with pytest.raises(UnknownWord):
        space.resolve("air")
