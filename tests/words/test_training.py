"""`gan-explorer words train`: small corpora, killed, stopped, damaged, and what comes of them."""

import bz2
import errno
import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from inspect import signature

import numpy as np
import pytest
import typer

from explorer import cli
from explorer.cli import words
from explorer.cli.words_train import train
from explorer.words import WordSpaceError, open_space
from explorer.words.training import Config, Progress, train_words, write_trained
from explorer.words.training import corpus as corpora
from explorer.words.training import vocabulary as vocabularies
from explorer.words.training.corpus import words_of
from explorer.words.training.writing import listed_words

CONFIG = Config(dim=16, epochs=3)
GROUPS = (
    ["boots", "sandals", "sneakers", "slippers", "clogs", "loafers"],
    ["river", "lake", "stream", "pond", "brook", "sea"],
    ["bread", "cheese", "soup", "apple", "honey", "rice"],
)


def write_corpus(path, lines=1500):
    """Sentences of one group each, with some words that stand in all of them."""
    draw = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(lines):
            group = draw.choice(GROUPS)
            words = [draw.choice(group) for _ in range(6)] + [draw.choice(["the", "a", "my", "some"]) for _ in range(3)]
            draw.shuffle(words)
            file.write(" ".join(words).capitalize() + ".\n")
    return path


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path / "small.txt")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs `gan-explorer words` in an empty folder; gives (status, stdout, stderr)."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.callback()(lambda: None)
    words.register(app)
    monkeypatch.setattr(cli, "app", app)

    def command(*arguments):
        status = cli.main(["words", *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


def started(corpus, home, *options):
    """The command in a process of its own, in the corpus's folder."""
    call = f"import sys; from explorer.cli import main; sys.exit(main({['words', 'train', corpus.name, *options]!r}))"
    environment = {**os.environ, "GAN_EXPLORER_HOME": str(home), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-c", call], cwd=corpus.parent, env=environment, stderr=subprocess.PIPE, text=True
    )


def wait_for(path, process):
    while not path.exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)


def test_a_small_corpus_gives_a_space_that_tells_shoes_from_lakes(run, corpus):
    status, out, err = run("train", corpus, "--dim", 16, "--epochs", 20, "--about", "Shoes and lakes, public domain")
    assert status == 0
    assert out.startswith("small: 22 words of 16 numbers, in ")
    assert "epoch 20 of 20" in err
    space = open_space("small")
    for group in GROUPS:
        others = [word for other in GROUPS if other is not group for word in other]
        for word in group:
            inside = min(float(space.vector(word) @ space.vector(other)) for other in group)
            assert inside > max(float(space.vector(word) @ space.vector(other)) for other in others)
    assert space.card["source"] == "Shoes and lakes, public domain"
    assert space.card["corpus"] == {"name": "small.txt", "bytes": corpus.stat().st_size} | {
        "sha256": corpora.hashlib.sha256(corpus.read_bytes()).hexdigest()
    }
    assert "20 epochs" in space.card["made"]
    status, out, _ = run("neighbours", "clogs", "-n", 5, "--space", "small")
    assert {line.split()[0] for line in out.splitlines()} == set(GROUPS[0]) - {"clogs"}
    assert run("eval", "small")[0] == 0


def test_words_stand_in_order_of_their_counts(corpus, tmp_path):
    trained = train_words(corpus, tmp_path / "run", CONFIG, threads=1)
    text = corpus.read_text().lower()
    counts = [text.count(word) for word in trained.words if len(word) > 3]
    assert counts == sorted(counts, reverse=True)
    assert trained.running == len(text.split())
    assert trained.vectors.shape == (22, 16)


@pytest.mark.slow
def test_killed_and_resumed_gives_the_very_same_space(corpus, tmp_path, run):
    write_corpus(corpus, lines=20_000)
    options = ("--dim", "16", "--epochs", "3", "--threads", "1")
    process = started(corpus, tmp_path / "home", *options)
    wait_for(tmp_path / "runs" / "small" / "state" / "0001", process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = [path.name for path in (tmp_path / "runs" / "small" / "state").iterdir() if path.name.isdigit()]
    assert left == ["0001"]
    assert not (tmp_path / "home").exists()
    assert run("train", corpus, *options)[0] == 0
    resumed = open_space("small")
    assert run("train", corpus, *options, "--run", "whole", "--name", "whole")[0] == 0
    assert open_space("whole").hash == resumed.hash


def test_the_command_has_the_defaults_of_the_recipe():
    """Written twice, so that the command line starts without waiting for NumPy."""
    options = signature(train).parameters
    for setting, default in asdict(Config()).items():
        if setting in options:
            assert options[setting].default == default
    assert {"dim", "min_count", "window", "negative", "epochs"} < set(options)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_stopping_says_how_to_go_on(corpus, tmp_path, kind):
    write_corpus(corpus, lines=20_000)
    process = started(corpus, tmp_path / "home", "--dim", "16", "--epochs", "50")
    wait_for(tmp_path / "runs" / "small" / "state" / "0001", process)
    process.send_signal(kind)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 128 + kind
    assert err.strip().splitlines()[-1].startswith("gan-explorer: Stopped ")
    assert "the same command" in err
    assert "Traceback" not in err
    assert [path for path in (tmp_path / "runs" / "small" / "state").iterdir() if not path.name.isdigit()] == []


def test_the_learning_rate_falls_over_all_epochs_also_of_a_resumed_run(corpus, tmp_path, monkeypatch):
    from gensim.models import Word2Vec

    rates, train = [], Word2Vec.train

    def noted(self, *args, **kwargs):
        rates.append((kwargs["start_alpha"], kwargs["end_alpha"]))
        if len(rates) == 2:
            raise WordSpaceError("Broken off.")
        return train(self, *args, **kwargs)

    monkeypatch.setattr(Word2Vec, "train", noted)
    with pytest.raises(WordSpaceError, match="Broken off"):
        train_words(corpus, tmp_path / "run", CONFIG, threads=1)
    train_words(corpus, tmp_path / "run", CONFIG, threads=1)
    del rates[1]
    thirds = np.linspace(0.025, 0.0001, 4)
    np.testing.assert_allclose(rates, np.stack([thirds[:-1], thirds[1:]], axis=1))


def test_a_finished_run_only_writes_its_space_again(run, corpus):
    assert run("train", corpus, "--dim", 8, "--epochs", 1)[0] == 0
    before = open_space("small").hash
    status, _, err = run("train", corpus, "--dim", 8, "--epochs", 1, "--keep", 3, "--out", "few.words")
    assert (status, "epoch" in err) == (0, False)
    few = open_space("few.words")
    assert open_space("small").hash == before
    assert few.words[:3] == open_space("small").words[:3]
    assert set(GROUPS[0]) - {"clogs"} < set(few.words)  # the lists know shoes, however rare


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_compressed_text_is_known_by_its_bytes(corpus, tmp_path, pack):
    packed = tmp_path / "packed"
    packed.write_bytes(pack(corpus.read_bytes()))
    plain = train_words(corpus, tmp_path / "run", CONFIG, threads=1)
    assert np.array_equal(train_words(packed, tmp_path / "other", CONFIG, threads=1).vectors, plain.vectors)


def test_more_threads_learn_the_same_kind_of_thing(corpus, tmp_path):
    trained = train_words(corpus, tmp_path / "run", replace(CONFIG, epochs=20), threads=3)
    write_trained(trained, tmp_path / "three.words", "three", keep=100)
    assert {word for word, _ in open_space(tmp_path / "three.words").nearest(trained.vectors[5], 1)} == {
        trained.words[5]
    }
    assert np.isfinite(trained.vectors).all()


def test_a_run_folder_holds_nothing_that_could_run(corpus, tmp_path):
    train_words(corpus, tmp_path / "run", CONFIG, threads=1)
    names = sorted(str(path.relative_to(tmp_path / "run")) for path in (tmp_path / "run").rglob("*") if path.is_file())
    assert names == ["config.json", "state/0003/outputs.npy", "state/0003/vectors.npy", "vocabulary.json"]
    for name in ("vectors", "outputs"):
        array = np.load(tmp_path / "run" / "state" / "0003" / f"{name}.npy", allow_pickle=False)
        assert (array.shape, array.dtype) == ((22, 16), np.float32)


def first_pages(count):
    """The beginning of gensim's own shortened dump: whole pages, closed by hand, compressed again."""
    from gensim.test.utils import datapath

    with bz2.open(datapath("enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2")) as dump:
        pages = dump.read(3_000_000).split(b"</page>")[:count]
    return bz2.compress(b"</page>".join(pages) + b"</page></mediawiki>")


@pytest.mark.slow
def test_a_real_dump_is_read_as_wikicorpus_reads_it(tmp_path, run):
    """Against gensim's own WikiCorpus."""
    from gensim.corpora import WikiCorpus

    dump = tmp_path / "dump.xml.bz2"
    dump.write_bytes(first_pages(12))
    status, _, err = run("train", dump, "--dim", 8, "--epochs", 1, "--threads", 2)
    assert status == 0, err
    theirs = {word for text in WikiCorpus(str(dump), processes=1, dictionary={}).get_texts() for word in text}
    ours = set(json.loads((tmp_path / "runs" / "dump" / "vocabulary.json").read_text())["counts"])
    known = {word for word in ours if word.isalpha() and 2 <= len(word) <= 15}
    assert len(known) > 1500
    assert len(known & theirs) > 0.98 * len(known)
    assert {"anarchism", "philosophy", "anarcho-syndicalism"} < ours
    assert not {"redirect", "infobox", "ref", "nbsp"} & ours


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.02, 0.5])
def test_a_dump_cut_short_is_refused_and_its_run_begins_with_the_whole_one(tmp_path, share):
    content = first_pages(4)
    dump = tmp_path / "dump.xml.bz2"
    dump.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(WordSpaceError, match="cut short or damaged") as error:
        train_words(dump, tmp_path / "run", replace(CONFIG, epochs=1), threads=1)
    assert str(error.value).count("\n") == 0
    assert not list((tmp_path / "run").glob("*text*"))
    dump.write_bytes(content)
    assert len(train_words(dump, tmp_path / "run", replace(CONFIG, epochs=1), threads=1).words) > 1000


def test_xml_that_is_no_dump(tmp_path):
    (tmp_path / "x.xml").write_bytes(b"<mediawiki><page></page></mediawiki>")
    (tmp_path / "y.xml").write_bytes(b'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.10/"><page>')
    for name in ("x.xml", "y.xml"):
        with pytest.raises(WordSpaceError, match="is not a whole MediaWiki dump"):
            train_words(tmp_path / name, tmp_path / "run", CONFIG, threads=1)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"One line of text is not enough.\n", "too small to learn from: one line of text, 7 words, 0 different"),
        (b"word " * 3000, "too small to learn from: one line"),
        (b"a b c d e\n" * 30, "too small to learn from: 30 lines"),
        (b"the same two words\n" * 3000, "too small to learn from: 3000 lines"),
        (b"1 2 3\n" * 3000, "too small to learn from: 0 lines"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 50, "is not a text"),
        (b"MZ\x00\x00\n" * 500, "is not a text"),
        ("Schön wäre es\n".encode("latin-1") * 500, "is not a text in UTF-8"),
        ("a text of two bytes a letter\n".encode("utf-16") * 500, "is not a text"),
        (bz2.compress(random.Random(0).randbytes(5000)), "is not a text"),
        (bz2.compress(b"a text that is cut\n" * 5000)[:-10], "cut short or damaged"),
        (gzip.compress(b"a text that is cut\n" * 5000)[:-10], "cut short or damaged"),
        (b"BZh91AY&SY" + bytes(500), "is damaged"),
        (b"\x1f\x8b\x08\x00" + b"nothing like it" * 20, "damaged"),
    ],
)
def test_what_is_no_corpus_is_refused_in_one_sentence(run, tmp_path, content, says):
    (tmp_path / "odd").write_bytes(content)
    status, out, err = run("train", "odd", "--dim", 8)
    last = err.strip().splitlines()[-1]
    assert (status, out) == (2, "")
    assert last.startswith("gan-explorer: odd ") and says in last
    assert "Traceback" not in err
    assert not (tmp_path / "home").exists()


def test_what_was_refused_can_be_mended(run, tmp_path):
    (tmp_path / "small.txt").write_text("One line.\n")
    assert run("train", "small.txt", "--dim", 8, "--epochs", 1)[0] == 2
    write_corpus(tmp_path / "small.txt")
    assert run("train", "small.txt", "--dim", 8, "--epochs", 1)[0] == 0


def test_other_settings_or_another_corpus_leave_the_run_alone(run, corpus, tmp_path):
    options = ("--epochs", 1, "--threads", 1)
    assert run("train", corpus, "--dim", 8, *options)[0] == 0
    before = {path: path.read_bytes() for path in (tmp_path / "runs").rglob("*") if path.is_file()}
    status, out, err = run("train", corpus, "--dim", 9, *options)
    assert (status, out) == (2, "") and "other settings (dim 8 -> 9)" in err.splitlines()[-1]
    whole = corpus.read_bytes()
    corpus.write_bytes(whole + b"And one line more.\n")
    status, out, err = run("train", corpus, "--dim", 8, *options)
    assert (status, out) == (2, "") and "was started with another corpus" in err.splitlines()[-1]
    assert {path: path.read_bytes() for path in (tmp_path / "runs").rglob("*") if path.is_file()} == before
    shutil.move(corpus, tmp_path / "renamed.txt")
    (tmp_path / "renamed.txt").write_bytes(whole)
    assert run("train", "renamed.txt", "--run", "runs/small", "--dim", 8, *options)[0] == 0


def test_a_corpus_that_changes_meanwhile_is_noticed_and_the_last_epoch_kept(corpus, tmp_path):
    whole = corpus.read_bytes()
    expected = train_words(corpus, tmp_path / "whole", CONFIG, threads=1).vectors

    def change(progress: Progress) -> None:
        if progress == Progress("epoch 1 of 3", progress.total, progress.total, "words"):
            corpus.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(WordSpaceError, match=r"small\.txt has changed since its words were counted"):
        train_words(corpus, tmp_path / "run", CONFIG, threads=1, report=change)
    assert [path.name for path in (tmp_path / "run" / "state").iterdir()] == ["0001"]
    corpus.write_bytes(whole)
    assert np.array_equal(train_words(corpus, tmp_path / "run", CONFIG, threads=1).vectors, expected)


def test_a_full_disk_costs_one_epoch_and_says_so(corpus, tmp_path, monkeypatch):
    expected = train_words(corpus, tmp_path / "whole", CONFIG, threads=1).vectors
    fsync = os.fsync

    def full(descriptor):
        if os.path.exists(tmp_path / "run" / "state" / "0001"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(WordSpaceError, match=r"cannot be written \(No space left on device\); what was saved"):
            train_words(corpus, tmp_path / "run", CONFIG, threads=1)
    assert [path.name for path in (tmp_path / "run" / "state").iterdir()] == ["0001"]
    assert np.array_equal(train_words(corpus, tmp_path / "run", CONFIG, threads=1).vectors, expected)


def test_a_disk_that_could_not_hold_the_state_is_noticed_first(corpus, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=5000))
    with pytest.raises(WordSpaceError, match="has room for 0 MB and the run needs 0 MB: make room"):
        train_words(corpus, tmp_path / "run", CONFIG, threads=1)


def test_a_space_that_cannot_be_written_keeps_the_training(run, corpus, tmp_path):
    (tmp_path / "file").write_text("in the way")
    status, out, err = run("train", corpus, "--dim", 8, "--epochs", 1, "--out", "file/space.words")
    assert (status, out) == (2, "")
    assert "the training is kept" in err.splitlines()[-1]
    status, _, err = run("train", corpus, "--dim", 8, "--epochs", 1)
    assert (status, "epoch" in err) == (0, False)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--name", "../x"), "cannot name a word space"),
        (("--name", "glove-minilm-100d"), "is the name of a shipped word space"),
        (("--dim", 0), "dim is 0; it must lie between 1 and 4096"),
        (("--epochs", 0), "epochs is 0"),
        (("--threads", 0), "--threads"),
        (("--keep", 0), "--keep"),
        (("--out", "."), "is a folder"),
        (("--run", "."), "holds other things"),
        (("--run", "small.txt"), "cannot be written"),
    ],
)
def test_misuse(run, corpus, tmp_path, options, says):
    status, out, err = run("train", corpus, *options)
    assert (status, out) == (2, "")
    assert says in err.splitlines()[-1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.txt"]


@pytest.mark.parametrize(
    ("source", "says"), [("nothing.txt", "No such file"), (".", "is a folder"), ("/dev/zero", "stream")]
)
def test_no_file(run, source, says):
    status, out, err = run("train", source, "--name", "x")
    assert (status, out) == (2, "")
    assert says in err.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The T-shirt’s price in 2014.", "the t-shirt price in"),
        ("Don't wear flip-flops (1990s, 19th-century)!", "don't wear flip-flops 1990s 19th-century"),
        ("“Jeans” – or trousers—A‑line 1939–1945", "jeans or trousers a-line"),
        ("Cafe\u0301 ÉTÉ snake_case o’neill's", "café été snake case o'neill"),
        ("--- '' -x- 'tis 2014-15 3.5", "x tis"),
        ("着物 кимоно", "着物 кимоно"),
        ("x" * 41 + " soft\u00adly", "softly"),
    ],
)
def test_words_are_kept_as_people_type_them(text, expected):
    assert words_of(text) == expected.split()


def test_an_endless_line_is_read_in_pieces(tmp_path):
    (tmp_path / "long").write_text("boots " * 100_000)
    pieces = list(corpora.lines(tmp_path / "long"))
    assert max(map(len, pieces)) <= corpora.MAX_LINE
    assert "".join(pieces) == "boots " * 100_000


def test_counting_forgets_the_rarest_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(vocabularies, "MAX_COUNTED", 50)
    monkeypatch.setattr(vocabularies, "MAX_WORDS", 3)
    sentences = (["boots", "coat", "boots", "bag", f"rare{number}"] for number in range(500))
    counted = vocabularies.count(sentences, min_count=2)
    assert counted == vocabularies.Vocabulary(500, 2500, {"boots": 1000, "bag": 500, "coat": 500})


def test_the_shipped_space_knows_the_labels_and_every_listed_word_of_its_corpus():
    space = open_space("wiki-word2vec")
    assert space.path.stat().st_size < 2e6
    assert len(space) > 16_000 and space.dim == 100
    labels = "shirts trousers pullover dress coat sandals shirt sneakers bag boots"
    assert all(label in space for label in labels.split())
    assert len(listed_words() & set(space)) > 2500
    assert {"kimono", "jeans", "t-shirt", "slipper", "handbag", "man", "woman", "leather"} < set(space)
    assert {"denim", "pants"} < {word for word, _ in space.nearest(space.vector("jeans"), 5)}
    assert "CC BY-SA 3.0" in space.card["source"]
    assert space.hash in (space.path.parent / "README.md").read_text(encoding="utf-8")
