"""Word truncation, measured: its curve on a tiny generator, and the choice that is made from a curve."""

import dataclasses

import numpy as np
import pytest
import torch
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer import checkpoint as checkpoints
from explorer.explore.card.measured_styles import style_sections
from explorer.measure import summaries
from explorer.measure.grounding import Grounding, score
from explorer.measure.grounding.truncation import SHARES, choose, stored_choice, truncation_curve
from explorer.measure.judge.judge import open_judge
from explorer.measure.metrics.metrics_file import rounded

LISTS = Grounding({"slipper": ("boots",), "jacket": ("coat", "dress")}, {"gown": ("dress",)})


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A function that measures a tiny generator of some labels by a list of words."""
    home = tmp_path_factory.mktemp("home")
    publish_tiny_judge(home / "judges/tiny", LABELS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        judge = open_judge("tiny")

    def measure(lists: Grounding, labels=LABELS, styles=()):
        opened = checkpoints.load(publish_tiny(home / "-".join(labels + styles), labels=labels, styles=styles))
        real = judge.features(torch.randint(0, 256, (64, 1, 28, 28), generator=torch.Generator().manual_seed(0)).byte())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(score, "load", lambda data, known: lists)
            curve = truncation_curve(opened, judge, real)
            return curve, score.grounding_scores(opened, judge, 1.0)

    return measure


def test_it_begins_at_the_word_as_it_is_and_ends_at_trained_words(measured):
    curve, grounding = measured(LISTS)
    assert [point.share for point in curve.points] == list(SHARES) and curve.words == 2
    assert curve.points[0].score == pytest.approx(grounding["tune"].score)
    assert curve.test.share == curve.chosen in SHARES
    assert all(0 <= point.precision <= 1 and point.variety > 0 for point in (*curve.points, curve.labels))
    one = dataclasses.replace(LISTS, tune={"jacket": ("coat",)}, test={})
    alone, _ = measured(one, labels=("coat",))
    assert dataclasses.replace(alone.points[-1], share=0.0) == alone.labels and alone.test is None


def test_styles_come_by_turns_and_variety_is_within_one(measured):
    plain, styled = measured(LISTS)[0], measured(LISTS, styles=("noto", "flat"))[0]
    assert styled.points[0] != plain.points[0] and len(styled.points) == len(SHARES)


def test_the_smallest_that_is_nearly_best_is_chosen_if_it_is_clearly_better():
    rng = np.random.default_rng(0)
    words = rng.uniform(0, 0.4, 40)
    better = np.stack([words, words + 0.1, words + 0.195, words + 0.2, words + 0.2])
    assert choose(better) == 0.5
    assert choose(better[::-1]) == 0
    noise = words + rng.normal(0, 0.2, (5, 40)) * [[0], [1], [1], [1], [1]]
    assert choose(noise - noise.mean(axis=1, keepdims=True) + [[0.0], [0], [0], [0], [0.02]]) == 0
    assert choose(np.zeros((5, 3))) == 0


@pytest.mark.parametrize("wrong", [{}, {"evaluation": []}, {"evaluation": {"truncation": {"chosen": 2}}}])
def test_a_choice_is_read_only_where_there_is_one(wrong):
    assert stored_choice(wrong) is None
    assert stored_choice({"evaluation": {"truncation": {"chosen": 0.75}}}) == 0.75


def test_a_card_and_a_terminal_show_the_curve(measured):
    fields = rounded(dataclasses.asdict(measured(LISTS)[0]))
    (table,) = summaries.truncation_tables(fields)
    assert [row[0] for row in table.rows] == ["0", "0.25", "0.5", "0.75", "1", "trained words"]
    assert table.rows[0][1] == f"{fields['points'][0]['score']:.3f}" and "The test half at" in table.sentences[-1]
    sections = style_sections("tiny", {"evaluation": {"truncation": fields}})
    assert sections[0] == "## Word truncation" and sections[1].count("\n") == 7
