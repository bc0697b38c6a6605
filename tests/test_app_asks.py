"""Asks as a stranger may send them, and the names under which checkpoints are offered."""

import math

import pytest
from tiny_checkpoint import publish_tiny

from explorer.app.asks import AskError, read_ask
from explorer.app.explore_tab import dial
from explorer.app.offers import Offers, examples
from explorer.errors import ExplorerError
from explorer.explore import Mixed, Seeded, Spec

TAB = "0123456789abcdef" * 2
SOURCES = {"fashion-words": "fashion-words", "mine": "/home/somebody/run"}


def ask(**fields):
    return read_ask({"tab": TAB, "w": "coat", **fields}, SOURCES, "fashion-words")


def test_an_ask_becomes_a_spec():
    assert ask().spec == Spec(condition="coat", latents=Seeded(0, 16))
    whole = ask(s="9223372036854775807", n=64, psi=0.5, mode="resample", j=0.25, b=1, c="mine", save=True)
    assert whole.spec == Spec("/home/somebody/run", "coat", Seeded(2**63 - 1, 64), 0.5, "resample", 0.25, 1.0)
    assert (whole.tab, whole.name, whole.save) == (TAB, "mine", True)
    assert ask(z=["7.3", "0.255"]).spec.latents == Mixed((((1.0, 7, 3),), ((1.0, 0, 255),)))


@pytest.mark.parametrize(
    "fields",
    [
        {"tab": None},
        {"tab": "../x"},
        {"tab": TAB + "\n"},
        {"w": None},
        {"w": ["coat"]},
        {"w": "x" * 201},
        {"w": "\ud800"},
        {"w": "coat\0"},
        {"s": 7},
        {"s": "-1"},
        {"s": "٣"},
        {"s": "9" * 19},
        {"s": "1e5"},
        {"n": 256},
        {"n": True},
        {"n": "16"},
        {"n": [16]},
        {"psi": "1"},
        {"psi": math.nan},
        {"psi": math.inf},
        {"psi": -0.1},
        {"psi": 1.51},
        {"psi": 10**400},
        {"psi": True},
        {"psi": 0.01, "mode": "resample"},
        {"mode": "quick"},
        {"mode": {}},
        {"j": 1.01},
        {"b": -1},
        {"c": "/home/somebody/run"},
        {"c": "../checkpoints/fashion-words"},
        {"c": "hf:owner/name"},
        {"c": ["mine"]},
        {"z": []},
        {"z": "7.3"},
        {"z": ["7"]},
        {"z": ["7.-3"]},
        {"z": [[7, 3]]},
        {"z": ["99999999999999999999.1"]},
        {"z": ["7.3"] * 65},
        {"condition": [1.0] * 100},
    ],
)
def test_what_no_page_of_ours_sends_is_refused_in_a_sentence(fields):
    with pytest.raises(ExplorerError) as refusal:
        ask(**fields)
    assert 10 < len(str(refusal.value)) < 200


@pytest.mark.parametrize("raw", [None, [], "coat", 7, {"w": "coat"}, [["tab", TAB]]])
def test_what_is_no_ask_at_all_is_refused(raw):
    with pytest.raises(AskError):
        read_ask(raw, SOURCES, "fashion-words")


def test_a_checkpoint_given_by_its_folder_is_offered_by_name_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny(tmp_path / "checkpoints" / "other")
    folder = publish_tiny(tmp_path / "runs" / "mine" / "checkpoint")
    offers = Offers(str(folder.parent))
    assert offers.default == "mine"
    assert offers.sources()["mine"] == str(folder.parent)
    assert "other" in offers.sources()
    assert next(iter(offers.all())) == "mine"
    assert str(tmp_path) not in str([offer.line() for offer in offers.all().values()])


def test_a_broken_checkpoint_is_listed_with_its_sentence_and_not_offered(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    (tmp_path / "checkpoints" / "broken").mkdir(parents=True)
    (tmp_path / "checkpoints" / "broken" / "config.json").write_text("{}")
    offers = Offers("fashion-words")
    assert "broken" not in offers.sources()
    line = offers.all()["broken"].line()
    assert line["error"] and str(tmp_path) not in line["error"]


def test_a_checkpoint_that_is_not_there_is_refused_at_once():
    with pytest.raises(ExplorerError, match="no checkpoint"):
        Offers("nowhere-to-be-found")


def test_examples_suit_the_labels():
    assert "slipper" in examples(("boots", "coat"))
    assert examples(("zero", "one")) == ["zero", "one", "0.5*zero + 0.5*one"]
    assert examples(("cat",)) == ["cat"]
    assert examples(()) == []


def test_the_dial_has_a_row_for_each_step_of_the_slider():
    rows = dial()
    assert len(rows) == 151
    assert rows[0] == [0.0, 0.0]
    t, mass = rows[50]  # the truncated normal's variance: 1 - 2 t phi(t) / mass
    assert 1 - 2 * t * math.exp(-t * t / 2) / math.sqrt(2 * math.pi) / mass == pytest.approx(0.25, abs=1e-4)
    bounds = [row[0] for row in rows[:100]]
    assert bounds == sorted(bounds)
    assert rows[100:] == [[None, 1.0]] * 51
