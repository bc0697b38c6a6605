"""What words are drawn as, what samples teach a classifier, and how both stand in files and cards."""

import json
from pathlib import Path

import pytest
import torch
from digits_home import TEST, TRAIN, copying, unconditional

from explorer.cli import main
from explorer.data import load
from explorer.errors import ExplorerError
from explorer.explore.card.measured import measured_sections
from explorer.measure.grounding.words import entropy, report_words
from explorer.measure.judge.judge import open_judge
from explorer.measure.metrics import classifier_accuracy as classifier
from explorer.measure.metrics.classifier_accuracy import classifier_accuracy
from explorer.words import open_space

pytestmark = pytest.mark.slow


def test_entropy_in_bits():
    shares = torch.tensor([[1.0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.5, 0, 0]])
    assert entropy(shares).tolist() == pytest.approx([0, 2, 1])


def test_a_generator_that_draws_the_nearest_label(tiny, judge):
    words = ["seven", "triple", "ninth", "two + ten"]
    report = report_words(copying(tiny, 1000), judge, TEST, words)
    space = open_space(tiny.space_name)
    assert [one.word for one in report.words] == words and report.judge_hash == judge.hash and not report.unknown
    for one in report.words:
        cosines = dict(zip(tiny.labels, tiny.label_vectors @ space.resolve(one.word).vector, strict=True))
        nearest = max(cosines, key=cosines.get)
        assert next(iter(one.expected)) == nearest and one.same_first
        assert one.seen[nearest] > 0.7 and sum(one.seen.values()) == pytest.approx(1) == sum(one.expected.values())
        for label, other in (("one", "six"), ("two", "nine")) if one.word != "seven" else ():
            ratio = torch.tensor(float(cosines[label] - cosines[other]) / report.temperature).exp()
            assert one.expected[label] / one.expected[other] == pytest.approx(float(ratio), rel=1e-3)
        common = sum(min(one.seen[label], one.expected[label]) for label in tiny.labels)
        assert one.agreement == pytest.approx(common) and 0 <= one.picture_entropy <= one.entropy + 1e-9
        assert one.diversity == pytest.approx(1, abs=0.3)
    assert report.words[0].expected["seven"] == 1 and report.words[0].agreement > 0.7, "a label is itself"
    assert report.words[1].entropy < 1 < report.words[1].expected_entropy, "numbers are much alike as words"


def test_one_that_repeats_itself_has_no_diversity(tiny, judge):
    (found,) = report_words(copying(tiny, 1), judge, TEST, ["seven"]).words
    assert found.diversity < 1e-3 and found.entropy == pytest.approx(found.picture_entropy, abs=1e-6)


def test_unknown_words_are_listed_beside_the_others(tiny, judge):
    report = report_words(tiny, judge, TEST, ["seven", "qzxwv", "two +"])
    assert [one.word for one in report.words] == ["seven"] and set(report.unknown) == {"qzxwv", "two +"}
    assert "qzxwv" in report.unknown["qzxwv"]
    for words, expected in ((["qzxwv"], "qzxwv"), ([], "at least one word")):
        with pytest.raises(ExplorerError, match=expected):
            report_words(tiny, judge, TEST, words)
    with pytest.raises(ExplorerError, match="other pictures"):
        report_words(tiny, judge, load("digits", "test", size=32), ["seven"])
    with pytest.raises(ExplorerError, match="unconditional"):
        report_words(unconditional(tiny), judge, TEST, ["seven"])


def test_samples_that_are_real_teach_as_well_and_few_teach_little(tiny, judge, monkeypatch):
    monkeypatch.setattr(classifier, "SEEN", 3000)
    monkeypatch.setattr(classifier, "MOST", 512)
    good, poor = (classifier_accuracy(copying(tiny, kept), TRAIN, TEST) for kept in (1000, 1))
    assert good.real == poor.real > 0.6, "the same training, so the same network"
    assert good.score > good.real - 0.15 and poor.score < good.score - 0.15
    assert (good.samples, good.test, good.epochs) == (512, len(TEST), 6)
    with pytest.raises(ExplorerError, match="unconditional"):
        classifier_accuracy(unconditional(tiny), TRAIN, TEST)


def test_the_commands_print_store_and_publish(home, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(classifier, "SEEN", 500)
    monkeypatch.setattr(classifier, "MOST", 250)
    path = home / "checkpoints/tiny/metrics.json"
    assert main(["evaluate", "tiny", "--words", " seven, triple,qzxwv ", "--no-store"]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "agreement" in output and "“qzxwv” is not among the words" in output and json.loads(path.read_text()) == {}
    assert main(["evaluate", "tiny", "--words", "seven,triple"]) == 0
    assert main(["evaluate", "tiny", "--cas", "--samples", "100"]) == 0
    assert "classifier taught by it" in capsys.readouterr().out
    stored = json.loads(path.read_text())
    assert set(stored) == {"words", "classifier", "evaluation"} and len(stored["words"]["words"]) == 2
    assert stored["words"]["judge_hash"] == open_judge("digits").hash and stored["words"]["pictures"] == 64
    assert main(["publish", "tiny", str(tmp_path / "shown")]) == 0
    card = (tmp_path / "shown/README.md").read_text()
    evaluation = stored["evaluation"]["figures"]
    assert f"| KID[digits] | {evaluation['kid']:.5f} ± {evaluation['kid_spread']:.5f} |" in card
    assert f"**{stored['classifier']['score']:.3f}** of 297 test pictures" in card
    assert "| triple |" in card and "## Words against their likeness" in card
    assert main(["evaluate", "tiny", "--words", "seven", "--cas"]) == 2
    assert "leave out --cas" in capsys.readouterr().err


def test_figures_of_earlier_versions_are_still_shown():
    old = {
        "evaluation": {
            "judge": "fashion-mnist",
            "judge_hash": "3b6f58ff5034",
            "samples": 10000,
            "neighbours": 5,
            "fd_over_floor": 5.1434,
            "figures": {
                "fd": 0.0757,
                "precision": 0.9488,
                "recall": 0.7633,
                "density": 1.0925,
                "coverage": 0.9107,
                "label_accuracy": 0.9061,
            },
            "floor": {
                "fd": 0.0147,
                "precision": 0.9387,
                "recall": 0.9326,
                "density": 1.0109,
                "coverage": 0.9707,
                "label_accuracy": 0.9286,
            },
            "grounding": {
                "tune": {
                    "score": 0.7101,
                    "nearest_label": 0.7368,
                    "times_accuracy": 0.6677,
                    "words": {"slipper": 0.6406},
                    "unknown": [],
                }
            },
        }
    }
    card = "\n".join(measured_sections("fashion-words", old))
    for row in (
        "| FD[fashion-mnist] | 0.076 | 0.015 |",
        "| × real-vs-real FD | 5.1 | 1 |",
        "| precision | 0.949 | 0.939 |",
    ):
        assert row in card
    assert "| labels judged right | 0.906 | 0.929 |" in card and "| tune | 1 | 0.710 | 0.737 | 0.668 |" in card
    assert "KID" not in card and "nearest one" not in card and measured_sections("x", {}) == []


def test_a_shipped_checkpoint_has_figures_to_show():
    folder = Path(__file__).parents[2] / "checkpoints/fashion-words"
    metrics = json.loads((folder / "metrics.json").read_text())
    card = "\n".join(measured_sections("fashion-words", metrics))
    assert f"| FD[fashion-mnist] | {metrics['evaluation']['figures']['fd']:.3f} |" in card
    assert card.startswith("## Measured")
