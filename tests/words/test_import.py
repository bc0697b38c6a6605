"""Importing word vectors: every kind of file gives the rows gensim gives; no file gets to run anything."""

import gzip
import io
import os
import pickle
import struct

import numpy as np
import pytest
from gensim.models import FastText, KeyedVectors, Word2Vec
from gensim.test.utils import common_texts, datapath

from explorer.words import WordSpaceError, open_space
from explorer.words.importing import import_space


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def word2vec():
    return Word2Vec(common_texts, vector_size=12, min_count=1, epochs=2, seed=1, workers=1)


@pytest.fixture(scope="module")
def fasttext():
    return FastText(common_texts, vector_size=12, min_count=1, epochs=2, bucket=50, seed=1, workers=1)


def assert_same(space, keyed):
    assert list(space.words) == keyed.index_to_key
    unit = keyed.vectors / np.linalg.norm(keyed.vectors, axis=1, keepdims=True)
    assert (unit * space.matrix).sum(axis=1).min() > 0.9998  # int8


@pytest.mark.parametrize("end", ["", ".gz"])
@pytest.mark.parametrize("binary", [False, True])
def test_word2vec_text_and_binary(tmp_path, word2vec, binary, end):
    path = tmp_path / f"vectors.{'bin' if binary else 'txt'}{end}"
    word2vec.wv.save_word2vec_format(str(path), binary=binary)
    made = import_space(path)
    assert (made.name, made.words, made.dim, made.notes) == ("vectors", 12, 12, ())
    assert_same(open_space("vectors"), word2vec.wv)


def test_gzip_is_known_by_its_bytes_not_its_name(tmp_path, word2vec):
    word2vec.wv.save_word2vec_format(str(tmp_path / "v.txt"))
    (tmp_path / "odd.name").write_bytes(gzip.compress((tmp_path / "v.txt").read_bytes()))
    assert_same(open_space(import_space(tmp_path / "odd.name").name), word2vec.wv)


def test_glove_text_without_a_first_line(tmp_path, word2vec):
    word2vec.wv.save_word2vec_format(str(tmp_path / "v.txt"), write_header=False)
    assert_same(open_space(import_space(tmp_path / "v.txt").name), word2vec.wv)


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("whole", [False, True])
def test_kv_and_full_models_in_every_pickle_protocol(tmp_path, word2vec, protocol, whole):
    path = tmp_path / "saved.model"
    (word2vec if whole else word2vec.wv).save(str(path), pickle_protocol=protocol)
    assert_same(open_space(import_space(path).name), word2vec.wv)


@pytest.mark.parametrize("name", ["v.kv", "v.model", "v.kv.gz"])
def test_arrays_beside_the_model(tmp_path, word2vec, fasttext, name):
    for model in (word2vec, fasttext):
        path = tmp_path / type(model).__name__ / name
        path.parent.mkdir()
        (model if name == "v.model" else model.wv).save(str(path), sep_limit=10)
        assert len(os.listdir(path.parent)) > 1
        assert_same(open_space(import_space(path, type(model).__name__).name), model.wv)


def test_a_missing_side_file_is_named(tmp_path, word2vec):
    word2vec.wv.save(str(tmp_path / "v.kv"), sep_limit=10)
    (tmp_path / "v.kv.vectors.npy").unlink()
    with pytest.raises(WordSpaceError, match=r"v\.kv\.vectors\.npy; put that file beside it"):
        import_space(tmp_path / "v.kv")


@pytest.mark.parametrize("whole", [False, True])
def test_fasttext_words_are_composed_of_their_ngrams(tmp_path, fasttext, whole):
    path = tmp_path / "ft.model"
    (fasttext if whole else fasttext.wv).save(str(path))
    assert_same(open_space(import_space(path).name), fasttext.wv)


def test_a_model_with_a_random_generator_of_its_own(tmp_path, word2vec):
    model = Word2Vec(common_texts, vector_size=4, min_count=1, seed=1)
    model.random = np.random.default_rng(1)
    for protocol in (2, 4):
        model.save(str(tmp_path / "v.model"), pickle_protocol=protocol)
        assert_same(open_space(import_space(tmp_path / "v.model", replace=True).name), model.wv)


@pytest.mark.parametrize(
    ("name", "words", "dim"),
    [
        *((f"old_w2v_models/w2v_{version}.mdl", 3, 4) for version in ("0.12.0", "1.0.1", "2.3.0", "3.4.0")),
        ("word2vec_3.3", 4, 100),
        ("word2vec_old_sep", 12, 100),
        ("word2vec_pre_kv_sep_py2", 9, 2),
        ("word2vec_pre_kv_py3_4", 9, 2),
        ("w2v-lee-v0.12.0", 806, 100),
        ("ft_kv_3.6.0.model.gz", 12, 3),
        ("fasttext_old_sep", 12, 100),
        ("compatible-hash-true.model", 22, 5),
        ("model-from-gensim-3.8.0.w2v", 3, 300),
        ("old_keyedvectors_320.dat", 12, 100),
        ("euclidean_vectors.bin", 2747, 10),
        ("crime-and-punishment.vec", 291, 5),
        ("test_glove.txt", 76, 50),
    ],
)
def test_files_of_gensims_own_past(name, words, dim):
    made = import_space(datapath(name), "old")
    assert (made.words, made.dim) == (words, dim)
    assert len(open_space("old")) == words


@pytest.mark.parametrize("name", ["old_w2v_models/w2v_3.4.0.mdl", "word2vec_3.3", "model-from-gensim-3.8.0.w2v"])
def test_old_models_give_what_gensim_reads_in_them(name):
    import_space(datapath(name), "old")
    assert_same(open_space("old"), Word2Vec.load(datapath(name)).wv)


def test_limit_name_and_output(tmp_path, home, word2vec):
    path = tmp_path / "my vectors (1).bin"
    word2vec.wv.save_word2vec_format(str(path), binary=True)
    made = import_space(path, limit=5)
    assert (made.name, made.words) == ("my-vectors-1", 5)
    assert made.path == home / "words" / "my-vectors-1" / "space.words"
    assert any("--limit" in note for note in made.notes)
    assert list(open_space("my-vectors-1").words) == word2vec.wv.index_to_key[:5]
    elsewhere = tmp_path / "out" / "x.words"
    assert import_space(path, "mine", output=elsewhere).path == elsewhere
    assert open_space(elsewhere).name == "mine"
    for name in ("../up", "", "a/b", ".hidden", "x" * 65, "glove-minilm-100d", "a\0b"):
        with pytest.raises(WordSpaceError):
            import_space(path, name)
    for limit in (0, -1, 10**9):
        with pytest.raises(WordSpaceError, match="limit"):
            import_space(path, limit=limit)


def test_an_import_that_fails_leaves_the_old_space(tmp_path, word2vec):
    word2vec.wv.save_word2vec_format(str(tmp_path / "v.txt"))
    import_space(tmp_path / "v.txt")
    (tmp_path / "v.txt").write_text("2 3\na 1 2 3\nb 1 nan 3\n")
    with pytest.raises(WordSpaceError):
        import_space(tmp_path / "v.txt")
    assert_same(open_space("v"), word2vec.wv)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"2 3\na 1 2 3\nb 1 nan 3\n", "not finite"),
        (b"2 3\na 1 2 3\nb inf 2 3\n", "not finite"),
        (b"2 3\na 1 2 3\nb 1e99 2 3\n", "not finite"),
        (b"2 3\na 1 2 3\nb 1 2\n", "Word 2"),
        (b"2 3\na 1 2 3\nb 1 2 x\n", "Word 2"),
        (b"2 3\n", "cut short"),
        (b"2 3\na 1 2 3\nb 1", "damaged or cut short"),
        (b"2 300\na 1 2 3\nb 1 2 3\n", "announces 300 numbers a word, and its first word has 3"),
        (b"0 3\n", "announces 0 words"),
        (b"3 99999999\na 1 2 3\n", "announces"),
        (b"1 3\na 0 0 0\n", "no usable words"),
        (b"2 2\na " + struct.pack("<2f", 1, 2) + b"b " + struct.pack("<f", 1), "cut short"),
        (b"1 2\n" + b"x" * 5_000_000, "cut short"),
        (b"x" * 5_000_000, "neither"),
        (b"hello, this is a letter\nand not a model\n", "neither"),
        (bytes(range(256)) * 40, "neither"),
        (b"\x93NUMPY\x01\x00", "array beside a model"),
        (b"\xba\x16\x4f\x2f\x0c\x00\x00\x00", ".vec file"),
        (b"GAN-EXPLORER-WORDS 1\n", "already"),
        (b"\x1f\x8b\x08\x00broken", "gzip"),
        (gzip.compress(b"2 3\na 1 2 3\nb 1 2 3\n" * 1000, mtime=0)[:-20], "gzip"),
        (b"\x80\x04", "cut short or damaged"),
        (b"\x80\x04K\x01.", "holds no word vectors"),
        (b"\x80\x04\x8c\xff", "cut short or damaged"),
    ],
    ids=lambda value: repr(value[:24]),  # not all of five million bytes
)
def test_a_file_that_is_no_vectors_gets_one_sentence(tmp_path, home, content, says):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(WordSpaceError, match=says) as caught:
        import_space(path)
    assert "\n" not in str(caught.value)
    assert not (home / "words").exists()


def test_missing_files_and_folders_get_one_sentence(tmp_path):
    with pytest.raises(WordSpaceError, match="No such file"):
        import_space(tmp_path / "nothing.kv")
    with pytest.raises(WordSpaceError, match="folder"):
        import_space(tmp_path, "x")


def test_words_that_cannot_stand_in_a_space_are_left_out_and_counted(tmp_path):
    rows = ["a 1 2", "b 0 0", "a 3 4", "a\u200bb 1 1", "new york 5 6", "cafe\u0301 1 1", "café 2 2"]
    (tmp_path / "v.txt").write_bytes("\n".join([f"{len(rows) + 1} 2", *rows]).encode() + b"\n\xff\xfe 1 2\n")
    made = import_space(tmp_path / "v.txt")
    assert open_space("v").words == ("a", "new york", "café")
    assert made.notes == (
        "2 words that cannot be shown were left out.",
        "2 words that came twice were left out.",
        "1 word whose vectors are zero was left out.",
    )


# --- Hostile pickles. Each would write a file if anything in it ran. ---


class Call:
    """Pickles as a call of `function` with `arguments`."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def touch(marker):
    return f"touch {marker}"


def named(module, name, argument, protocol=4):
    """A pickle that calls a named function with one string."""
    length = struct.pack("<I", len(argument))
    if protocol < 4:
        return b"\x80\x02c" + f"{module}\n{name}\n".encode() + b"X" + length + argument.encode() + b"\x85R."
    text = b"".join(b"\x8c" + bytes([len(part)]) + part.encode() for part in (module, name))
    return b"\x80\x04" + text + b"\x93X" + length + argument.encode() + b"\x85R."


def inside_a_model(payload):
    """The same, hidden in an attribute of otherwise good vectors."""
    keyed = KeyedVectors(3)
    keyed.add_vectors(["a", "b"], np.eye(3)[:2])
    keyed.extra = payload
    return keyed


def saved(thing, protocol=4):
    buffer = io.BytesIO()
    pickle.dump(thing, buffer, protocol)
    return buffer.getvalue()


def reachable_payloads(marker):
    """Pickles that do run code when Python's own unpickler reads them."""
    code = f"open({str(marker)!r}, 'w')"
    for protocol in range(6):
        yield saved(Call(os.system, touch(marker)), protocol)
    yield saved(Call(eval, code))
    yield saved(Call(exec, code))
    yield saved(inside_a_model(Call(os.system, touch(marker))))
    yield saved(inside_a_model({"deep": [(Call(eval, code),)]}))
    yield saved(inside_a_model(np.array([Call(eval, code), None], dtype=object)))
    yield named("posix", "system", touch(marker), 2)
    yield named("gensim.utils", "os.system", touch(marker))  # a dotted name, through a module gensim imports
    yield named("numpy", "f2py.os.system", touch(marker)) if hasattr(np, "f2py") else named("nt", "system", "x")
    yield named("gensim.utils", "check_output", touch(marker))
    yield b"\x80\x04(cposix\nsystem\nX" + struct.pack("<I", len(touch(marker))) + touch(marker).encode() + b"o0N."


def test_no_pickle_gets_to_run_anything(tmp_path):
    ran = tmp_path / "ran"
    working = 0
    for number, payload in enumerate(reachable_payloads(ran)):
        path = tmp_path / f"{number}.kv"
        path.write_bytes(payload)
        with pytest.raises(WordSpaceError):
            import_space(path)
        assert not ran.exists(), number
        try:
            pickle.loads(payload)
        except Exception:
            continue
        working += ran.exists()
        ran.unlink(missing_ok=True)
    assert working >= 11  # these payloads are no blanks


@pytest.mark.parametrize("protocol", [2, 4])
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("builtins", "getattr"),
        ("builtins", "__import__"),
        ("builtins", "open"),
        ("builtins", "bytearray"),
        ("functools", "partial"),
        ("operator", "attrgetter"),
        ("importlib", "import_module"),
        ("copyreg", "add_extension"),
        ("pickle", "loads"),
        ("types", "FunctionType"),
        ("subprocess", "Popen"),
        ("numpy", "load"),
        ("numpy", "fromfile"),
        ("numpy", "memmap"),
        ("numpy", "ndarray.__setstate__"),
        ("numpy.lib.npyio", "load"),
        ("numpy.lib._npyio_impl", "load"),
        ("numpy.testing._private.utils", "runstring"),
        ("numpy.core.multiarray", "fromfile"),
        ("gensim.utils", "unpickle"),
        ("gensim.utils", "open"),
        ("gensim.utils", "SaveLoad"),
        ("gensim.utils", "SaveLoad.load"),
        ("gensim.models.keyedvectors", "KeyedVectors.load"),
        ("gensim.models.keyedvectors", "KeyedVectors.load_word2vec_format"),
        ("gensim.models.keyedvectors", "utils.unpickle"),
        ("gensim.models.word2vec", "LineSentence"),
        ("gensim.models.word2vec", "train_cbow_pair"),
        ("gensim.models", "KeyedVectors"),
        ("gensimx.models.keyedvectors", "KeyedVectors"),
        ("__main__", "KeyedVectors"),
        ("", ""),
    ],
)
def test_every_other_name_is_refused_by_name(tmp_path, module, name, protocol):
    (tmp_path / "v.kv").write_bytes(named(module, name, str(tmp_path), protocol))
    with pytest.raises(WordSpaceError, match="nothing in it was run") as caught:
        import_space(tmp_path / "v.kv")
    assert f"{module}.{name}" in str(caught.value)


def admitted(module, name):
    return b"c" + f"{module}\n{name}\n".encode()


@pytest.mark.parametrize(
    "program",
    [
        # BUILD on a class, on a function, with slots, and with a __setstate__ of the file's own.
        admitted("gensim.models.keyedvectors", "KeyedVectors") + b"}X\x01\x00\x00\x00aK\x01sb.",
        admitted("_codecs", "encode") + b"N}X\x08\x00\x00\x00__code__K\x01s\x86b.",
        admitted("gensim.models.keyedvectors", "KeyedVectors") + b")\x81N}X\x01\x00\x00\x00aK\x01s\x86b.",
        admitted("gensim.models.keyedvectors", "KeyedVectors")
        + b")\x81}X\x0c\x00\x00\x00__setstate__"
        + admitted("_codecs", "encode")
        + b"sb}b.",
        # Codecs that are no text encodings, rebuilding odd classes, persistent ids, registered extensions.
        admitted("_codecs", "encode") + b"X\x01\x00\x00\x00aX\x03\x00\x00\x00hex\x86R.",
        admitted("copyreg", "_reconstructor")
        + admitted("numpy", "dtype")
        + admitted("builtins", "object")
        + b"N\x87R.",
        b"X\x01\x00\x00\x00aQ.",
        b"\x82\x01.",
        # A call of something that is no function; a state for an array that is none; an endless memo index.
        b"X\x01\x00\x00\x00a)R.",
        admitted("numpy.core.multiarray", "_reconstruct") + b")RK\x01b.",
        b"Nr\xff\xff\xff\x7f.",
        b"N" * 100,
    ],
)
def test_programs_of_admitted_names_come_to_nothing(tmp_path, program):
    (tmp_path / "v.kv").write_bytes(b"\x80\x02" + program)
    with pytest.raises(WordSpaceError):
        import_space(tmp_path / "v.kv")


def test_object_arrays_are_no_vectors(tmp_path):
    for vectors in (np.array([[1, "x"]], dtype=object), np.array([["a", "b"]]), np.array([[1, 2]]), np.zeros(3)):
        keyed = KeyedVectors(2)
        keyed.__dict__.update(index_to_key=["a"], vectors=vectors)
        (tmp_path / "v.kv").write_bytes(saved(keyed))
        with pytest.raises(WordSpaceError):
            import_space(tmp_path / "v.kv")


def test_a_side_file_of_pickled_objects_is_refused(tmp_path, word2vec):
    ran = tmp_path / "ran"
    word2vec.wv.save(str(tmp_path / "v.kv"), sep_limit=10)
    np.save(tmp_path / "v.kv.vectors.npy", np.array([Call(os.system, touch(ran))], dtype=object), allow_pickle=True)
    with pytest.raises(WordSpaceError, match="not a plain NumPy array"):
        import_space(tmp_path / "v.kv")
    (tmp_path / "v.kv.vectors.npy").write_bytes(saved(Call(os.system, touch(ran))))
    with pytest.raises(WordSpaceError, match="not a plain NumPy array"):
        import_space(tmp_path / "v.kv")
    assert not ran.exists()


def test_a_model_cannot_name_files_to_read(tmp_path):
    np.save(tmp_path / "secret.npy", np.ones((1, 2), dtype=np.float32))
    keyed = KeyedVectors(2)
    keyed.__dict__.update(index_to_key=["a"], vectors=None, __numpys=["../secret", "x/../../secret"])
    keyed.__dict__["__recursive_saveloads"] = ["../secret"]
    (tmp_path / "v").mkdir()
    (tmp_path / "v" / "v.kv").write_bytes(saved(keyed))
    with pytest.raises(WordSpaceError, match="no vectors"):
        import_space(tmp_path / "v" / "v.kv")


def test_fasttext_with_absurd_ngrams_is_refused(tmp_path, fasttext):
    for change in ({"max_n": 10**6}, {"bucket": 10**12}, {"bucket": 7}, {"min_n": "x"}, {"vectors_ngrams": None}):
        fasttext.wv.save(str(tmp_path / "ft.kv"))
        keyed = pickle.loads((tmp_path / "ft.kv").read_bytes())
        keyed.__dict__.update(change)
        (tmp_path / "ft.kv").write_bytes(saved(keyed))
        with pytest.raises(WordSpaceError):
            import_space(tmp_path / "ft.kv")
