"""Retrofitting: WordNet's files as they should and should not be, the rounds worked out by hand, and the command."""

import numpy as np
import pytest
import typer

from explorer import cli
from explorer.cli import words as words_command
from explorer.measure import grounding
from explorer.words import WordSpaceError, open_space, retrofitting
from explorer.words.format import FILE_NAME, write_space
from explorer.words.retrofitting import related, retrofit
from explorer.words.wordnet import Synset, read_wordnet

NOUNS = """\
  1 This software and database is being provided to you, the LICENSEE, by
  2 Princeton University under the following license.
00001740 03 n 01 thing 0 002 ~ 00001930 n 0000 ~ 00002137 n 0000 | what there is
00001930 06 n 02 footgear 0 Boot 1 003 @ 00001740 n 0000 ~ 00002300 n 0000 + 00001000 v 0201 | what is worn on feet
00002137 06 n 04 bag 0 handbag 0 pocketbook 0 sling_bag a 001 @ 00001740 n 0000 | what things are carried in
00002300 06 n 02 flip-flop 0 sandal 0 001 @ 00001930 n 0000 | a boot for the beach
00002400 18 n 01 Sargasso_Sea 0 001 @i 00001740 n 0000 | a sea
"""
VERBS = "00001000 29 v 02 boot 0 kick 0 000 02 + 08 00 + 09 01 | move with the foot\n"
ADJECTIVES = "00003000 00 a 01 loose(p) 0 000 | not tight\n00003100 00 s 02 baggy 0 loose(a) 1 000 | hanging\n"
ADVERBS = ""


@pytest.fixture
def wordnet(tmp_path):
    """A WordNet of eight meanings."""
    folder = tmp_path / "wordnet"
    folder.mkdir()
    for part, text in (("noun", NOUNS), ("verb", VERBS), ("adj", ADJECTIVES), ("adv", ADVERBS)):
        (folder / f"data.{part}").write_text(text)
    return folder


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs `gan-explorer words`; gives (status, stdout, stderr)."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.callback()(lambda: None)
    words_command.register(app)
    monkeypatch.setattr(cli, "app", app)

    def command(*arguments):
        status = cli.main(["words", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def mine(tmp_path):
    """A space of seven words, each on an axis of its own."""
    known = ("bag", "handbag", "pocketbook", "thing", "flip_flops", "sandal", "river")
    write_space(tmp_path / "mine.words", "mine", known, np.eye(7), {"source": "test", "licence": "none"})
    return open_space(tmp_path / "mine.words")


def test_meanings_their_words_and_the_wider_ones(wordnet):
    assert read_wordnet(wordnet) == [
        Synset(("thing",), ()),
        Synset(("footgear", "Boot"), (0,)),
        Synset(("bag", "handbag", "pocketbook", "sling bag"), (0,)),
        Synset(("flip-flop", "sandal"), (1,)),
        Synset(("Sargasso Sea",), (0,)),
        Synset(("boot", "kick"), ()),
        Synset(("loose",), ()),
        Synset(("baggy", "loose"), ()),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "boots and sandals\n",
        "\0" * 100_000,
        "00001740 03 n 02 thing 0 000 | two words promised, one there\n",
        "00001740 03 n 01 thing 0 002 ~ 00001930 n 0000 | two pointers promised, one there\n",
        "00001740 03 n 01 thing 0 001 @ 1930 n 0000 | a short pointer\n",
        "00001740 03 n 01 thing 0 000\n",
        "1740 03 n 01 thing 0 000 | a short place\n",
    ],
)
def test_a_line_that_is_not_wordnets(wordnet, line):
    (wordnet / "data.noun").write_text("  1 licence\n" + line)
    with pytest.raises(WordSpaceError, match=r"Line 2 of .*data\.noun is not one of WordNet's") as caught:
        read_wordnet(wordnet)
    assert len(str(caught.value)) < 400


def test_a_file_cut_short_at_a_line_is_noticed(wordnet):
    (wordnet / "data.noun").write_text(NOUNS[NOUNS.index("00001930 06") :])
    with pytest.raises(WordSpaceError, match="points to 00001740, which is not there"):
        read_wordnet(wordnet)


def test_a_folder_that_is_no_wordnet(tmp_path, wordnet):
    (wordnet / "data.adv").unlink()
    for folder, file in ((tmp_path, "data.noun"), (tmp_path / "nowhere", "data.noun"), (wordnet, "data.adv")):
        with pytest.raises(WordSpaceError, match=f"holds no {file}; give the folder"):
            read_wordnet(folder)
    (wordnet / "data.adv").mkdir()
    with pytest.raises(WordSpaceError, match="it is a folder, not a file"):
        read_wordnet(wordnet)


def test_synonyms_and_wider_words_are_pairs(wordnet):
    words = ["boot", "footgear", "thing", "kick", "sling-bag", "bag", "Sargasso_Sea", "loose", "river"]
    expected = {
        ("boot", "footgear"),
        ("boot", "kick"),
        ("boot", "thing"),
        ("footgear", "thing"),
        ("sling-bag", "bag"),
        ("thing", "sling-bag"),
        ("thing", "bag"),
        ("thing", "Sargasso_Sea"),
    }
    pairs = related(words, read_wordnet(wordnet))
    assert {(words[first], words[second]) for first, second in pairs} == expected
    assert len(pairs) == len(expected)
    assert (pairs[:, 0] < pairs[:, 1]).all()


def test_excluded_words_are_in_no_pair_however_they_are_spelled():
    synsets = [Synset(("Tank top", "vest", "singlet"), ()), Synset(("top",), ())]
    words = ["tank-top", "vest", "singlet", "top"]
    assert related(words, synsets, {"tank top"}).tolist() == [[1, 2]]
    assert related(words, synsets, {"tank-top", "vest"}).tolist() == []
    assert related(words, synsets, {"vest", "singlet"}).shape == (0, 2)


def test_rounds_by_hand():
    # a - b - c in a row, d alone: in each round a word is the mean of where it began and of its partners' mean.
    matrix = np.array([[1, 0], [0, 1], [-1, 0], [0.6, 0.8]], dtype=np.float32)
    pairs = np.array([[0, 1], [1, 2]])
    for rounds, expected in (
        (1, [[0.5, 0.5], [0, 0.5], [-0.5, 0.5]]),
        (2, [[0.5, 0.25], [0, 0.75], [-0.5, 0.25]]),
        (40, [[1 / 2, 1 / 3], [0, 2 / 3], [-1 / 2, 1 / 3]]),
    ):
        moved = retrofit(matrix, pairs, rounds)
        np.testing.assert_allclose(moved[:3], expected, atol=1e-6)
        assert np.array_equal(moved[3], matrix[3])
    assert np.array_equal(matrix[0], [1, 0])  # what was given stays
    assert np.array_equal(retrofit(matrix, np.empty((0, 2), dtype=int)), matrix)


def test_ten_rounds_are_nearly_the_limit():
    matrix = np.random.default_rng(0).normal(size=(30, 5))
    pairs = np.random.default_rng(1).choice(30, (60, 2))
    np.testing.assert_allclose(retrofit(matrix, pairs), retrofit(matrix, pairs, 60), atol=5e-3)


def test_the_command_moves_what_is_related_and_leaves_what_is_measured(run, mine, wordnet):
    status, out, _ = run("retrofit", "mine.words", "-o", "moved", "--rounds", 1, "--wordnet", wordnet)
    moved = open_space("moved")
    assert status == 0
    assert out.startswith("moved: 7 words, 3 of them moved by 3 pairs, in ")
    assert moved.words == mine.words
    half = np.sqrt(1 / 6), np.sqrt(4 / 6)  # (first + mean of two others) / 2 is (1/2, 1/4, 1/4), at unit length
    by_hand = {"bag": (0, 2, 3), "pocketbook": (2, 0, 3), "thing": (3, 0, 2)}
    for word, (own, *others) in by_hand.items():
        expected = np.zeros(7)
        expected[own], expected[others] = half[1], half[0]
        np.testing.assert_allclose(moved.vector(word), expected, atol=0.01)
    for word in ("handbag", "flip_flops", "sandal", "river"):
        assert np.array_equal(moved.vector(word), mine.vector(word))
    assert "WordNet 3.0" in moved.card["source"] and moved.card["source"].startswith("test")
    assert "rounds: 1) over 3 pairs" in moved.card["made"]


def test_the_command_writes_to_a_path(run, mine, wordnet, tmp_path):
    for out, name in ((tmp_path / "x.words", "x"), (tmp_path / "deep" / "er" / FILE_NAME, "er")):
        assert run("retrofit", "mine.words", "-o", out, "--wordnet", wordnet)[0] == 0
        assert open_space(out).name == name


def test_a_held_out_word_that_gets_in_all_the_same_is_refused(run, mine, wordnet, tmp_path, monkeypatch):
    monkeypatch.setattr(retrofitting, "related", lambda words, synsets, exclude: related(words, synsets))
    status, out, err = run("retrofit", "mine.words", "-o", "moved", "--wordnet", wordnet)
    assert (status, out) == (2, "")
    assert "'handbag' is a word that grounding is measured on" in err
    assert not (tmp_path / "home" / "words" / "moved").exists()


def test_every_list_is_held_out():
    assert "fashion-mnist" in grounding.names()
    assert all(grounding.load(name) for name in grounding.names())


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing", "-o", "x"), "There is no word space"),
        (("mine.words", "-o", "glove-minilm-100d"), "is the name of a shipped word space"),
        (("mine.words", "-o", "a b"), "cannot name a word space"),
        (("mine.words", "-o", ""), "cannot name a word space"),
        (("mine.words", "-o", "./wordnet"), "is a folder"),
        (("mine.words", "-o", "mine.words/x.words", "--wordnet", "wordnet"), "Cannot write"),
        (("mine.words", "-o", "x", "--wordnet", "home"), "holds no data.noun"),
        (("mine.words", "-o", "x", "--rounds", "0"), "--rounds"),
        (("mine.words",), "--out"),
        (("far.words", "-o", "x", "--wordnet", "wordnet"), "relates no two words of far"),
    ],
)
def test_misuse_is_one_sentence(run, mine, wordnet, tmp_path, arguments, says):
    write_space(tmp_path / "far.words", "far", ("eins", "zwei"), np.eye(2), {})
    status, out, err = run("retrofit", *arguments)
    assert (status, out) == (2, "")
    assert says in err
    assert err.startswith("gan-explorer: ") and err.count("\n") == 1
    assert not (tmp_path / "home" / "words").exists()
