"""Files of word vectors that are made to harm: each gets one sentence, in little time and little memory."""

import gzip
import io
import os
import pickle
import struct
import sys
import zipfile

import numpy as np
import pytest
from bounded import error_text_of
from gensim.models import FastText, KeyedVectors
from gensim.test.utils import common_texts

from explorer.pickles import reader as pickle_reader
from explorer.words import WordSpaceError, open_space
from explorer.words.format import MAGIC
from explorer.words.importing import import_space

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bounds memory as Linux does")
FINITE = KeyedVectors(2)
FINITE.add_vectors(["boots", "coat"], np.eye(2, dtype=np.float32))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))


def text(word: str) -> bytes:
    return b"X" + struct.pack("<I", len(word)) + word.encode()


def shared(levels: int) -> bytes:
    """A tuple of a tuple of a tuple ..., each twice in the next: 2^levels hashes."""
    return b"N" + b"2\x86" * levels


def integer(value: int) -> bytes:
    size = (value.bit_length() // 8) + 1
    return b"\x8a" + bytes([size]) + value.to_bytes(size, "little", signed=True)


def named(module: str, name: str) -> bytes:
    return f"c{module}\n{name}\n".encode()


def large(opcode: bytes, size: int) -> bytes:
    return opcode + struct.pack("<Q", size)


SAME_HASH = (1 << 61) - 1  # integers that differ by this hash alike
DICTIONARY = named("collections", "OrderedDict")
PROGRAMS = {
    "shared tuples as a key": b"}" + shared(40) + b"Ns.",
    "shared tuples as keys": b"}(" + shared(40) + b"Nu.",
    "shared tuples in a dictionary of old": b"(" + shared(40) + b"Nd.",
    "shared tuples in a set": b"\x8f(" + shared(40) + b"\x90.",
    "shared tuples in a frozen set": b"(" + shared(40) + b"\x91.",
    "shared tuples in a set that is called for": named("builtins", "set") + b"]" + shared(40) + b"a\x85R.",
    "shared tuples compared": b"(" + shared(40) + shared(40) + b"l.",
    "tuples nested endlessly, as a key": b"}N" + b"\x85" * 200_000 + b"Ns.",
    "lists nested endlessly": b"]" * 200_000 + b"a" * 199_999 + b".",
    "integers that hash alike, as keys": b"}(" + b"".join(integer(n * SAME_HASH) + b"N" for n in range(60_000)) + b"u.",
    "integers that hash alike, in the memo": b"N" + b"".join(b"p%d\n" % (n * SAME_HASH) for n in range(60_000)),
    "a place in the memo beyond any": b"Nr\xff\xff\xff\x7f.",
    "text of 3 GB": large(b"\x8d", 3 << 30) + b"abc",
    "bytes of 3 GB": large(b"\x8e", 3 << 30) + b"abc",
    "a byte array of 3 GB": large(b"\x96", 3 << 30) + b"abc",
    "a frame of 3 GB": large(b"\x95", 3 << 30) + b"abc",
    "text of 2 GB, in 4 bytes": b"X\xff\xff\xff\x7fabc",
    "text of Python 2 of 2 GB": b"T\xff\xff\xff\x7fabc",
    "a length beyond 64 bits": large(b"\x8d", (1 << 64) - 1),
    "an integer of 2 GB": b"\x8b\xff\xff\xff\x7f",
    "an integer of a million digits": b"L" + b"9" * 1_000_000 + b"L\n.",
    "calls that each copy a long tuple": named("builtins", "int")
    + b"q\x00(" + b"N" * 1_000_000 + b"tq\x01" + b"h\x00h\x01R0" * 100_000 + b".",
    "calls that each copy a long list": b"](" + b"N" * 1_000_000 + b"eq\x00" + named("builtins", "set")
    + b"q\x01" + b"h\x01h\x00\x85R" * 1_000 + b".",
    "calls that each copy a long text": text("a" * 1_000_000) + b"q\x00" + text("latin1") + b"q\x01"
    + named("_codecs", "encode") + b"q\x02" + b"h\x02h\x00h\x01\x86R" * 2_000 + b".",
    "keys of a million letters, compared": text("a" * 1_000_000) + b"q\x00" + text("a" * 1_000_000) + b"q\x01}"
    + b"h\x00Nsh\x01Ns" * 100_000 + b".",
    "marks in marks": b"(" * 2_000_000,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "pack"),
    [*((name, bytes) for name in PROGRAMS), *((name, gzip.compress) for name in PROGRAMS if "GB" in name)],
)
def test_a_pickle_takes_no_more_than_it_brings(tmp_path, name, pack):
    (tmp_path / "v.kv").write_bytes(pack(b"\x80\x04" + PROGRAMS[name]))
    sentence = error_text_of(import_space, tmp_path / "v.kv")
    assert sentence.startswith("WordSpaceError: ") and "\n" not in sentence and len(sentence) < 600
    assert "memory" not in sentence  # it was not even asked for


def test_what_a_pickle_makes_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(pickle_reader, "MOST_MADE", 1000)
    for opcode in (b"]", b"}", b"\x8f", b")\x85", b"N\x94"):
        (tmp_path / "v.kv").write_bytes(b"\x80\x04" + opcode * 1001 + b".")
        with pytest.raises(WordSpaceError, match="makes more objects"):
            import_space(tmp_path / "v.kv")


def saved(**attributes: object) -> bytes:
    """Vectors of gensim with attributes changed, as gensim pickles them."""
    keyed = KeyedVectors(2)
    keyed.__dict__.update(FINITE.__dict__ | attributes)
    return pickle.dumps(keyed, 4)


def array(shape: tuple, kind: str = "<f4", data: bytes = b"", version: int = 1) -> bytes:
    """A .npy file with a header of our choice."""
    header = f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': {shape!r}}}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(header)) + header + data


ARRAYS = {
    "claims terabytes": array((1 << 20, 1 << 20)),
    "claims no end": array((1 << 62, 1 << 62)),
    "claims less than nothing": array((-2, 2)),
    "is longer than it claims": array((2, 2), data=bytes(100)),
    "holds objects": array((2, 2), "|O", bytes(16)),
    "holds records": array((2, 2), "<f4,<f4", bytes(32)),
    "holds arrays in an array": array((2,), "(1000000000,)<f4", bytes(16)),
    "has a header in a header": b"\x93NUMPY\x01\x00" + struct.pack("<H", 60_000) + b"(" * 60_000,
    "has an endless header": b"\x93NUMPY\x02\x00" + struct.pack("<I", 3 << 30) + b"{",
    "has a version to come": array((2, 2), data=bytes(16), version=9),
    "is empty": b"",
}


@pytest.mark.parametrize("content", ARRAYS.values(), ids=ARRAYS)
def test_an_array_beside_is_not_believed(tmp_path, content):
    (tmp_path / "v.kv").write_bytes(saved(vectors=None, __numpys=["vectors"]))
    (tmp_path / "v.kv.vectors.npy").write_bytes(content)
    assert "is not a plain NumPy array" in error_text_of(import_space, tmp_path / "v.kv")
    (tmp_path / "v.kv.gz").write_bytes(gzip.compress((tmp_path / "v.kv").read_bytes()))
    with zipfile.ZipFile(tmp_path / "v.kv.gz.vectors.npz", "w") as archive:
        archive.writestr("val.npy", content)
    assert "is not a plain NumPy array" in error_text_of(import_space, tmp_path / "v.kv.gz")


def test_an_array_of_holes_takes_no_memory(tmp_path):
    (tmp_path / "v.kv").write_bytes(saved(vectors=None, __numpys=["vectors"]))
    for shape in ((2, 1 << 36), (1 << 36, 2)):
        with (tmp_path / "v.kv.vectors.npy").open("wb") as file:
            file.write(array(shape))
            file.truncate(file.tell() + 4 * shape[0] * shape[1])
        assert error_text_of(import_space, tmp_path / "v.kv").startswith("WordSpaceError: ")


def packed(start: bytes, piece: bytes, times: int) -> bytes:
    """`start` and so many times `piece`, packed by gzip without being in memory at once."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", compresslevel=1) as file:
        file.write(start)
        for _ in range(times):
            file.write(piece)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("start", "piece", "says"),
    [
        (b"", bytes(1 << 20), "neither"),
        (b"boots 1 2\n", bytes(1 << 20), "Word 2"),
        (b"5000000 4096\nboots ", bytes(1 << 20), "ends in the middle of word 2"),
        (b"\x80\x04" + large(b"\x8d", 1 << 33), bytes(1 << 20), "unpacks to more than 100 times its size"),
        (b"boots 1 2\n", b" \n" * (1 << 19), "blank lines"),
        (b"boots 1 2\n", b"boots 1 2\n" * 100_000, "repeats itself"),
    ],
    ids=["zeros", "text", "binary", "pickle", "blank lines", "one word"],
)
def test_a_gzip_bomb(tmp_path, start, piece, says):
    (tmp_path / "v.gz").write_bytes(packed(start, piece, 256))
    assert says in error_text_of(import_space, tmp_path / "v.gz")


def test_an_npz_bomb(tmp_path):
    (tmp_path / "v.kv.gz").write_bytes(gzip.compress(saved(vectors=None, __numpys=["vectors"])))
    with (
        zipfile.ZipFile(tmp_path / "v.kv.gz.vectors.npz", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("val.npy", "w") as file,
    ):
        file.write(array((2, 1 << 25)))
        for _ in range(1 << 8):
            file.write(bytes(1 << 20))
    assert "more than it could hold" in error_text_of(import_space, tmp_path / "v.kv.gz")


def test_a_zip_bomb(tmp_path):
    with (
        zipfile.ZipFile(tmp_path / "v.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("vectors.bin", "w") as file,
    ):
        file.write(b"5000000 4096\n")
        for _ in range(1 << 8):
            file.write(bytes(1 << 20))
    assert error_text_of(import_space, tmp_path / "v.zip").startswith("WordSpaceError: ")


@pytest.mark.parametrize("place", ["v.kv", "v.kv.vectors.npy", "v.kv.gz.vectors.npz", "space.words"])
def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(tmp_path, place):
    (tmp_path / "v.kv").write_bytes(saved(vectors=None, __numpys=["vectors"]))
    (tmp_path / "v.kv.gz").write_bytes(gzip.compress((tmp_path / "v.kv").read_bytes()))
    (tmp_path / place).unlink(missing_ok=True)
    os.mkfifo(tmp_path / place)
    if place == "space.words":
        sentence = error_text_of(open_space, tmp_path)
    else:
        sentence = error_text_of(import_space, tmp_path / ("v.kv.gz" if "gz" in place else "v.kv"))
    assert sentence.startswith("WordSpaceError: ")


def test_a_device_is_no_file():
    assert "a pipe, a device or a socket" in error_text_of(import_space, "/dev/zero", "zero")


def test_halves_of_surrogate_pairs_are_left_out_and_never_printed(tmp_path):
    words = ["bo\ud800ots", "coat"]
    for keyed in (saved(index_to_key=words), saved(index_to_key=words, **{"a\udfff": 1})):
        (tmp_path / "v.kv").write_bytes(keyed)
        made = import_space(tmp_path / "v.kv")
        assert made.words == 1 and "1 word that cannot be shown was left out." in made.notes
    (tmp_path / "v.kv").write_bytes(b"\x80\x04c\xed\xa0\x80\nsys\x1b[31mtem\n.")
    with pytest.raises(WordSpaceError) as caught:
        import_space(tmp_path / "v.kv")
    str(caught.value).encode()
    (tmp_path / "v.kv").write_bytes(b"\x80\x04" + b"X\x03\x00\x00\x00\xed\xa0\x80" + b"\x8c\x01a\x93.")
    with pytest.raises(WordSpaceError) as caught:
        import_space(tmp_path / "v.kv")
    assert str(caught.value).isprintable()


ABSURD = [
    {"max_n": 1 << 40},
    {"min_n": 1 << 70},
    {"min_n": -1},
    {"min_n": 6, "max_n": 3},
    {"bucket": 1 << 70},
    {"bucket": -5},
    {"bucket": True},
    {"vector_size": 1 << 70, "vectors_vocab": np.zeros((0, 10), np.float32)},
    {"vectors_vocab": np.zeros((12, 0), np.float32)},
    {"index_to_key": ["\ud800" * 50] * 12},
    {"index_to_key": [(1,) * 10] * 12},
]


@pytest.mark.parametrize("change", ABSURD, ids=lambda change: ", ".join(change))
def test_fasttext_with_absurd_sizes(tmp_path, change):
    model = FastText(common_texts, vector_size=4, min_count=1, epochs=1, bucket=50, seed=1, workers=1)
    model.wv.__dict__.update(vectors=None, **change)
    model.wv.__dict__.pop("key_to_index")
    (tmp_path / "v.kv").write_bytes(pickle.dumps(model.wv, 4))
    assert error_text_of(import_space, tmp_path / "v.kv").startswith("WordSpaceError: ")


def test_ngrams_of_endless_words_are_not_asked_for(tmp_path):
    model = FastText(common_texts, vector_size=4, min_count=1, epochs=1, bucket=50, max_n=20, seed=1, workers=1)
    words = model.wv.index_to_key
    model.wv.__dict__.update(vectors=None, index_to_key=["x" * 20_000_000, *words[1:]])
    model.wv.__dict__.pop("key_to_index")
    (tmp_path / "v.kv").write_bytes(pickle.dumps(model.wv, 4))
    assert error_text_of(import_space, tmp_path / "v.kv") == "nothing"


def test_a_space_of_ours_made_of_holes(tmp_path):
    header = b'{"name":"a","dim":4096,"count":4000000,"encoding":"int8","words_bytes":8000000,"sha256":"","card":{}}'
    with (tmp_path / "space.words").open("wb") as file:
        file.write(MAGIC + struct.pack("<I", len(header)) + header)
        file.truncate(file.tell() + 8_000_000 + 4_000_000 * 4)  # the rest of the 16 GB would only take time
    assert "cut short" in error_text_of(open_space, tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"1 2\n" + b"a" * 100 + b" 1" * 2_000_000,
        b"word" + b",1" * 2_000_000,
        b'"' * 3_000_000,
        b"\n" * 3_000_000,
        b" " * 3_000_000,
        b"boots " + b"9" * 3_000_000 + b" 1\n",
        b"PK\x03\x04" + b"\0" * 1000,
        b"PK\x05\x06" + b"\0" * 18,
        b"\xfd7zXZ\x00broken",
        b"BZh9broken",
    ],
    ids=lambda content: repr(content[:12]),
)
def test_odd_text_and_odd_archives(tmp_path, content):
    (tmp_path / "v").write_bytes(content)
    sentence = error_text_of(import_space, tmp_path / "v")
    assert sentence.startswith("WordSpaceError: ") and "\n" not in sentence
