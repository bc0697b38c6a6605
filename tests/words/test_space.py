"""Word spaces: the file format and its hostile copies, opening by name, neighbours, label tables, familiarity."""

import json
import os
import shutil
import struct
import subprocess
import sys

import numpy as np
import pytest

from explorer.errors import ExplorerError
from explorer.places import DEFAULT_SPACE
from explorer.words import UnknownWord, WordSpace, WordSpaceError, familiarity, label_table, list_spaces, open_space
from explorer.words.format import FILE_NAME, MAGIC, read_space, write_space

FASHION = ("shirts", "trousers", "pullover", "dress", "coat", "sandals", "shirt", "sneakers", "bag", "boots")
WORDS = ["the", "coat", "dress", "naïve", "t-shirt"]


@pytest.fixture(scope="module")
def glove():
    return open_space()


@pytest.fixture
def vectors():
    return np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32)


@pytest.fixture
def file(tmp_path, vectors):
    path = tmp_path / "small" / FILE_NAME
    write_space(path, "small", WORDS, vectors, {"source": "test"})
    return path


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def with_header(path, **changes):
    """Rewrite the file's header, keeping its body."""
    content = path.read_bytes()
    (length,) = struct.unpack("<I", content[len(MAGIC) : len(MAGIC) + 4])
    start = len(MAGIC) + 4
    header = {**json.loads(content[start : start + length]), **changes}
    head = json.dumps({key: value for key, value in header.items() if value is not ...}).encode()
    path.write_bytes(MAGIC + struct.pack("<I", len(head)) + head + content[start + length :])


@pytest.mark.parametrize(("encoding", "closeness"), [("int8", 0.9999), ("float16", 0.999999)])
def test_a_space_written_is_the_space_read(tmp_path, vectors, encoding, closeness):
    path = tmp_path / FILE_NAME
    digest = write_space(path, "small", WORDS, vectors * 37, {"licence": "none"}, encoding)
    space = WordSpace.open(path)
    assert (space.name, space.words, space.dim, len(space), space.hash) == ("small", tuple(WORDS), 8, 5, digest)
    assert space.card == {"licence": "none"}
    np.testing.assert_allclose(np.linalg.norm(space.matrix, axis=1), 1, atol=1e-6)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert (unit * space.matrix).sum(axis=1).min() > closeness
    assert not space.matrix.flags.writeable
    assert space.matrix.dtype == np.float32
    assert "naïve" in space
    assert "naive" not in space
    assert os.listdir(tmp_path) == [FILE_NAME]  # nothing half-written beside it


def test_the_hash_is_of_the_content_not_of_name_or_card(tmp_path, vectors):
    first = write_space(tmp_path / "a", "a", WORDS, vectors, {})
    assert write_space(tmp_path / "b", "b", WORDS, vectors, {"title": "other"}) == first
    assert write_space(tmp_path / "c", "a", [*WORDS[:4], "t-shirts"], vectors, {}) != first
    assert write_space(tmp_path / "d", "a", WORDS, -vectors, {}) != first
    assert write_space(tmp_path / "e", "a", WORDS, vectors, {}, "float16") != first


@pytest.mark.parametrize(
    ("words", "change", "says"),
    [
        (["a", "b", "c", "d", "a"], None, "twice"),
        (["a", "b", "c", "d", ""], None, "empty word"),
        (["a", "b", "c", "d", "x" * 101], None, "100 characters"),
        (["a", "b", "c", "d", "new\nline"], None, "cannot be shown"),
        (["a"], None, "as many vectors"),
        (WORDS, np.nan, "not finite"),
        (WORDS, np.inf, "not finite"),
        (WORDS, 0.0, "length zero"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(tmp_path, vectors, words, change, says):
    if change is not None:
        vectors[2] = change
    with pytest.raises(WordSpaceError, match=says):
        write_space(tmp_path / FILE_NAME, "small", words, vectors, {})
    assert not (tmp_path / FILE_NAME).exists()


def test_huge_and_tiny_vectors_keep_their_direction(tmp_path, vectors):
    vectors[0] *= 1e30
    vectors[1] *= 1e-30
    write_space(tmp_path / FILE_NAME, "small", WORDS, vectors, {})
    space = WordSpace.open(tmp_path / FILE_NAME)
    for row in (0, 1):
        wide = vectors[row].astype(float)
        assert space.matrix[row] @ (wide / np.linalg.norm(wide)) > 0.9999


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"count": 4}, "longer than its header says"),
        ({"count": 6}, "cut short"),
        ({"count": 10**12}, "1 to 5000000"),
        ({"count": -1}, "1 to 5000000"),
        ({"count": True}, "wrong kind"),
        ({"dim": 0}, "1 to 4096"),
        ({"dim": 10**9}, "1 to 4096"),
        ({"dim": 8.0}, "wrong kind"),
        ({"dim": 7}, "longer than"),
        ({"words_bytes": 10**15}, "impossible length"),
        ({"words_bytes": 1}, "impossible length"),
        ({"encoding": "pickle"}, "only int8 and float16"),
        ({"encoding": "float16"}, "cut short"),
        ({"sha256": "0" * 64}, "damaged"),
        ({"name": ""}, "name"),
        ({"name": "x\x1b[31m"}, "name"),
        ({"card": []}, "wrong kind"),
        ({"card": ...}, "exactly the fields"),
        ({"extra": 1}, "exactly the fields"),
    ],
)
def test_a_header_that_lies_is_refused(file, changes, says):
    with_header(file, **changes)
    with pytest.raises(WordSpaceError, match=says) as caught:
        WordSpace.open(file)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [0, 5, len(MAGIC), len(MAGIC) + 3, len(MAGIC) + 40, -1, -30])
def test_a_truncated_file_is_refused(file, size):
    content = file.read_bytes()
    file.write_bytes(content[:size])
    with pytest.raises(WordSpaceError):
        WordSpace.open(file)


def test_every_damaged_byte_of_the_body_is_noticed(file):
    content = bytearray(file.read_bytes())
    for at in range(len(content) - 80, len(content), 7):
        content[at] ^= 1
        file.write_bytes(content)
        with pytest.raises(WordSpaceError, match="damaged"):
            WordSpace.open(file)
        content[at] ^= 1


@pytest.mark.parametrize(
    "head",
    [
        struct.pack("<I", 0xFFFFFFFF),
        struct.pack("<I", 4) + b"nope",
        struct.pack("<I", 4) + b"[{}]",
        struct.pack("<I", 4) + b"\xff\xfe\xff\xfe",
        struct.pack("<I", 200_000) + b"[" * 200_000,
    ],
)
def test_an_absurd_header_is_refused(tmp_path, head):
    (tmp_path / FILE_NAME).write_bytes(MAGIC + head)
    with pytest.raises(WordSpaceError):
        read_space(tmp_path / FILE_NAME)


def test_a_pickle_or_another_file_is_no_space_and_the_sentence_says_what_to_do(tmp_path):
    path = tmp_path / "vectors.kv"
    path.write_bytes(b"\x80\x04cos\nsystem\n.")
    with pytest.raises(WordSpaceError, match="words import"):
        open_space(path)


def test_spaces_open_by_name_folder_and_file(home, file, glove):
    shutil.copytree(file.parent, home / "words" / "small")
    assert open_space("small").words == tuple(WORDS)
    assert open_space("small") is open_space(home / "words" / "small")
    assert open_space(str(file)).hash == open_space("small").hash
    assert open_space(DEFAULT_SPACE) is glove
    *shipped, own = [path.parent.name for path in list_spaces()]
    assert own == "small"
    assert {"glove-minilm-100d", "wiki-word2vec"} <= set(shipped)


def test_a_users_space_does_not_hide_a_shipped_one(home, file):
    shutil.copytree(file.parent, home / "words" / "glove-minilm-100d")
    assert len(open_space("glove-minilm-100d")) > 100_000
    assert [path.parent.name for path in list_spaces()].count("glove-minilm-100d") == 1
    assert open_space("glove-minilm-100d").path == list_spaces()[0]


def test_a_replaced_file_is_opened_anew(home, file, vectors):
    before = open_space(file)
    write_space(file, "small", ["hat", *WORDS[1:]], vectors, {})
    assert "hat" in open_space(file)
    assert "hat" not in before


@pytest.mark.parametrize("name", ["", "nothing", "../small", "/", ".", "..", "a\0b", "/etc/passwd\0", "x" * 5000])
def test_a_name_that_is_no_space_gets_a_sentence(home, name):
    with pytest.raises(ExplorerError) as caught:
        open_space(name)
    assert len(str(caught.value)) < 400


def test_the_shipped_space_has_what_it_promises(glove):
    assert len(glove) >= 100_000
    assert glove.dim == 100
    assert glove.path.stat().st_size < 12_000_000
    assert glove.words[:3] == ("the", "of", "to")
    for word in (*FASHION, "zero", "nine", "kimono", "slipper", "leather", "summer", "sundress", "flip-flops", "yen"):
        assert word in glove
    assert {"source", "licence", "made"} <= set(glove.card)


def test_every_icon_word_is_in_the_shipped_space(glove):
    names = (glove.path.parent.parent / "lists" / "icons.txt").read_text().split("\n", 1)[1].split()
    assert len(names) == 904
    assert [name for name in names if name not in glove] == []


def test_opening_a_space_imports_neither_gensim_nor_torch():
    code = (
        "import sys; from explorer.words import open_space; s = open_space(); s.suggest('sliper'); "
        "s.resolve('red boots'); "
        "print([m for m in ('gensim', 'torch', 'gradio', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_nearest_words(glove):
    found = glove.nearest(glove.vector("jeans"), 5, exclude={"jeans"})
    assert len(found) == 5
    assert found == sorted(found, key=lambda hit: -hit[1])
    assert {"trousers", "pants"} & {word for word, _ in found}
    assert "jeans" not in dict(found)
    best, cosine = glove.nearest(3 * glove.vector("jeans"), 1)[0]
    assert best == "jeans"
    assert cosine == pytest.approx(1, abs=1e-5)
    assert len(glove.nearest(glove.vector("jeans"), 10**9)) == len(glove)
    assert glove.nearest(glove.vector("jeans"), 0) == []


def test_nearest_needs_a_vector_of_this_space(glove):
    for vector in (np.zeros(100), np.full(100, np.nan), np.ones(50)):
        with pytest.raises(WordSpaceError):
            glove.nearest(vector)


def test_the_vector_of_an_unknown_word_is_an_error_with_suggestions(glove):
    with pytest.raises(UnknownWord) as caught:
        glove.vector("sliper")
    assert caught.value.suggestions[0] == "slipper"
    assert not glove.vector("slipper").flags.writeable


def test_keyed_vectors_are_gensims(glove, file):
    keyed = WordSpace.open(file).keyed_vectors()
    assert keyed.index_to_key == WORDS
    space = WordSpace.open(file)
    assert keyed.similarity("coat", "dress") == pytest.approx(
        float(space.vector("coat") @ space.vector("dress")), abs=1e-6
    )


def test_label_table_is_sorted_and_by_cosine():
    rows = np.array([[1, 0], [0, 2], [-3, 0]])
    assert label_table(np.array([0.6, 0.8]) * 5, ["a", "b", "c"], rows) == [
        ("b", pytest.approx(0.8)),
        ("a", pytest.approx(0.6)),
        ("c", pytest.approx(-0.6)),
    ]


@pytest.mark.parametrize("name", ["glove-minilm-100d", "glove-minilm-100d"])
def test_familiarity_tells_garments_from_the_rest(name):
    space = open_space(name)
    labels = np.stack([space.vector(word) for word in FASHION])

    def level(text):
        return familiarity(space, space.resolve(text).vector, labels).level

    assert {level(word) for word in ("coat", "jeans", "red boots", "handbag", "kimono", "leather")} == {"near"}
    assert {level(word) for word in ("banana", "theorem", "democracy", "tuesday", "neutron")} == {"far"}
    assert level("slipper") == "between"


def test_familiarity_is_no_matter_of_a_direction_that_all_words_share(tmp_path, glove):
    labels = [glove.rank(word) for word in FASHION]
    chosen = [glove.rank(word) for word in ("jeans", "handbag", "leather", "theorem", "democracy", "neutron")]
    rows = sorted({*range(5000), *labels, *chosen})
    shared = glove.matrix[rows] + np.full(100, 0.1)  # of length one, as the words are: every cosine is halved, plus .5
    write_space(tmp_path / FILE_NAME, "shared", [glove.words[row] for row in rows], shared, {})
    space = open_space(tmp_path)
    vectors = np.stack([space.vector(word) for word in FASHION])
    assert float((vectors @ space.vector("theorem")).max()) > 0.45
    levels = [familiarity(space, space.vector(glove.words[row]), vectors).level for row in chosen]
    assert levels == ["near"] * 3 + ["far"] * 3


def test_familiarity_among_labels_alone(file):
    space = WordSpace.open(file)
    for word in space.words:
        assert familiarity(space, space.vector(word), space.matrix).level == "near"
    assert familiarity(space, -space.matrix.mean(axis=0), space.matrix).level == "far"


def test_familiarity_counts_the_vocabulary(glove):
    labels = np.stack([glove.vector(word) for word in FASHION])
    jeans = familiarity(glove, glove.vector("jeans"), labels)
    closeness = (glove.matrix @ labels.T).max(axis=1)
    assert jeans.best == pytest.approx(float((labels @ glove.vector("jeans")).max()), abs=1e-6)
    assert jeans.percentile == pytest.approx(100 * float((closeness < jeans.best - 1e-6).mean()), abs=0.01)
    assert "training word itself" in familiarity(glove, glove.vector("coat"), labels).sentence
    assert familiarity(glove, -glove.vector("coat"), labels[4:5]).percentile < 1
    with pytest.raises(WordSpaceError):
        familiarity(glove, glove.vector("coat"), labels[:, :50])
