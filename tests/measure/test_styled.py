"""Figures of generators with styles, of held-out words and pairs, on generators whose figures are known."""

import dataclasses
import shutil

import numpy as np
import pytest
import torch
from styled_home import (
    SHAPES,
    SIZES,
    STYLES,
    WORDS,
    PicturesByChance,
    PicturesByPair,
    drawing,
    make_styled_home,
    publish,
)

from explorer import checkpoint as checkpoints
from explorer.cli import main
from explorer.compare.measure import Evaluators, measure
from explorer.data import DataError
from explorer.data.held_out import held_out_pairs, is_held_out_pair
from explorer.errors import ExplorerError
from explorer.explore.card.card import card
from explorer.explore.card.measured_styles import style_sections
from explorer.explore.card.nearest import nearest_sheet
from explorer.measure import summaries, training_pictures
from explorer.measure.grounding import Grounding, score
from explorer.measure.judge.judge import judge_of, open_judge, style_judge_of
from explorer.measure.judge.matching import judge_for
from explorer.measure.judge.splits import choose_unseen, split_by_style, styles_as_classes
from explorer.measure.memorising.index import RealPictures
from explorer.measure.memorising.near_copies import near_copies
from explorer.measure.metrics.bootstrap import interval_of
from explorer.measure.metrics.evaluation import evaluate
from explorer.measure.metrics.metrics_file import as_fields, read_metrics
from explorer.measure.metrics.spread import of_how_many, spread_rows
from explorer.measure.training_pictures import measured_pictures, rows_of_labels, rows_of_unseen_pairs, some_pictures
from explorer.measure.unseen.pairs import unseen_pairs
from explorer.measure.unseen.words import unseen_words

pytestmark = pytest.mark.slow

HELD_OUT = ("moon", "square", "star")


@pytest.fixture(scope="module")
def styled_home(tmp_path_factory):
    """A home with both judges, a checkpoint of all words and one that held out three words and pairs."""
    home = make_styled_home(tmp_path_factory.mktemp("styled"))
    (home / "checkpoints").mkdir()
    publish(home / "checkpoints/whole")
    publish(home / "checkpoints/twin", HELD_OUT, 0.3)
    return home


@pytest.fixture
def home(styled_home, tmp_path, monkeypatch):
    shutil.copytree(styled_home, tmp_path / "home")
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(training_pictures, "load", only_training_pictures)
    return tmp_path / "home"


def only_training_pictures(source, split="train", *args, **options):
    if split != "train":
        raise DataError("nothing is held out")
    return SHAPES


@pytest.fixture
def whole(home):
    return checkpoints.load("whole")


@pytest.fixture
def twin(home):
    return checkpoints.load("twin")


@pytest.fixture
def judge(home):
    return open_judge("shapes")


def split(judge):
    return split_by_style(SHAPES, judge.description.unseen_styles)


# Which pictures.


def test_a_judge_is_fitted_on_some_styles_and_asked_others(judge, home):
    description = judge.description
    assert description.unseen_styles == choose_unseen(STYLES) == ("faint", "solid") and set(description.styles) == set(
        STYLES
    )
    fitted, asked = split(judge)
    assert {STYLES[i] for i in asked.style_ids} == {"faint", "solid"} and len(fitted) + len(asked) == len(SHAPES)
    right = judge.logits(torch.from_numpy(asked.images)).argmax(dim=1) == torch.from_numpy(asked.labels)
    assert description.accuracy == pytest.approx(float(right.double().mean())) and description.accuracy > 0.7
    assert description.top_5 >= description.accuracy and not description.of_styles
    card = (home / "judges/shapes/README.md").read_text()
    assert "styles that it was not fitted on (faint, solid)" in card
    assert "--size 28 --unseen-style faint --unseen-style solid" in card
    styles = open_judge("shapes-styles")
    assert styles.words == STYLES and styles.description.of_styles and styles.accuracy > 0.7
    fitted, asked = styles_as_classes(SHAPES)
    assert not set(fitted.subjects) & set(asked.subjects), "a thing is fitted on in every style, or in none"


def test_a_word_of_unseen_styles_alone_is_fitted_on():
    kept = (SHAPES.labels != WORDS.index("star")) | np.isin(SHAPES.style_ids, [STYLES.index("faint")])
    fitted, asked = split_by_style(some_pictures(SHAPES, kept), ("faint", "solid"))
    assert WORDS.index("star") in fitted.labels and WORDS.index("star") not in asked.labels


@pytest.mark.parametrize(("styles", "named"), [(("a",), ()), (("a", "b"), ("a", "b")), (("a", "b"), ("c",))])
def test_styles_that_cannot_be_split_are_refused(styles, named):
    with pytest.raises(ExplorerError, match=r"two or more|no style 'c'"):
        choose_unseen(styles, named)


def test_variants_of_one_drawing_are_unseen_together():
    styles = ("fluent-3d", "fluent-flat", "fx", "noto", "noto-v1")
    assert choose_unseen(styles) == ("fx",) and choose_unseen((*styles, "twemoji")) == ("fx",)
    assert choose_unseen(("bold", "noto", "noto-v1")) == ("noto", "noto-v1")
    assert choose_unseen(("my-a", "my-b")) == ("my-b",), "one family alone is split by its styles"


def test_judges_are_found_by_styles_and_most_of_the_words(whole, twin, judge):
    assert judge_for(whole) is judge_for(twin) is judge_of(twin) is judge
    assert style_judge_of(twin).name == "shapes-styles"
    few = dataclasses.replace(whole.description, labels=WORDS[:3])
    assert judge_for(dataclasses.replace(whole, description=few)) is None, "it knows three of eight words"
    other = dataclasses.replace(whole.description, styles=("noto", *STYLES[:0]))
    assert judge_for(dataclasses.replace(whole, description=other)) is None


def test_pairs_are_held_out_by_a_hash(twin):
    assert is_held_out_pair("apple", "noto", 1, 0) and not is_held_out_pair("apple", "noto", 0, 0)
    many = [is_held_out_pair(f"word {i}", "noto", 0.2, 7) for i in range(2000)]
    assert 0.17 < np.mean(many) < 0.23 and many != [is_held_out_pair(f"word {i}", "noto", 0.2, 8) for i in range(2000)]
    out = held_out_pairs(SHAPES, 0.3, 0)
    seen, unseen = rows_of_labels(twin, SHAPES), rows_of_unseen_pairs(twin, SHAPES)
    words = ~np.isin(SHAPES.labels, [WORDS.index(word) for word in HELD_OUT])
    assert set(unseen) == set(np.flatnonzero(out & words)) and set(seen) == set(np.flatnonzero(~out & words))
    assert len(unseen) % len(SIZES) == 0 < len(unseen)


def test_halves_of_pictures_with_styles(home):
    halves = measured_pictures("shapes", (1, 28, 28))
    assert [len(half) for half in halves] == [120, 120]
    rows = [{image.tobytes() for image in half.images} for half in halves]
    assert len(rows[0] | rows[1]) == len({image.tobytes() for image in SHAPES.images})
    assert all(set(half.style_ids) == set(range(5)) for half in halves)


# Figures.


def test_one_that_draws_real_pictures_is_as_good_as_these(whole, judge):
    train, test = measured_pictures("shapes", (1, 28, 28))
    found = evaluate(drawing(whole, PicturesByPair()), judge, train, test, words=False)
    one = found.styled
    assert found.samples == one.samples.pictures == 120 and found.fd_over_floor < 2
    assert one.unseen.top_1 == pytest.approx(one.real.top_1, abs=0.15) and one.unseen.pictures == one.real.pictures > 30
    assert one.recognised > 0.8 and one.real_recognised == style_judge_of(whole).accuracy
    assert set(one.styles) == set(STYLES) and one.styles["paper"].top_1 > 0.8 and one.words["circle"].seen == "circle"
    assert one.over_z.grey < one.over_styles.grey and one.over_z.distance < one.over_words.distance
    assert one.over_z.distance == pytest.approx(one.real_in_word.distance, rel=0.3)
    assert one.over_z_open.grey == pytest.approx(one.over_styles.grey, rel=0.4), "an open style is any, by z"
    assert one.over_words.distance == pytest.approx(one.real_over_words.distance, rel=0.2)


def test_one_that_ignores_the_word_scores_chance_and_one_that_ignores_z_varies_over_words_alone(whole, judge):
    train, test = measured_pictures("shapes", (1, 28, 28))
    unconditional, still = (
        evaluate(drawing(whole, one), judge, train, test, words=False).styled
        for one in (PicturesByChance(), PicturesByPair(kept=1))
    )
    assert unconditional.samples.top_1 < 0.3 and unconditional.recognised > 0.8
    assert unconditional.over_z.distance == pytest.approx(unconditional.over_words.distance, rel=0.35)
    assert (
        still.over_z.grey == 0
        and still.over_z.distance < 1e-3 < still.over_words.distance
        and still.samples.top_1 > 0.7
    )


def test_held_out_words_beside_the_nearest_label_and_real_pictures(twin, judge):
    known, asked = split(judge)
    found = unseen_words(drawing(twin, PicturesByPair()), judge, known, asked)
    assert set(found.words) == set(HELD_OUT) and found.held_out == 3 and not found.left_out
    assert found.drawn["forced_choice"].mean > 0.9 and found.real["forced_choice"].mean > 0.9
    assert found.drawn["similarity"].mean > 0.8 and found.drawn["top_5"].mean > 0.9
    assert found.chance.forced_choice == 0.5 and found.chance.top_5 == 5 / 8 and found.chance.top_20 == 1
    assert found.ahead["forced_choice"].low > 0
    assert "better" in summaries.comparison(dataclasses.asdict(found.ahead["forced_choice"]))
    assert all(one.nearest_label in twin.labels for one in found.words.values())
    trained = tuple(word for word in WORDS if word not in HELD_OUT)
    rule = unseen_words(drawing(twin, PicturesByPair(trained)), judge, known, asked)
    assert rule.ahead["forced_choice"].mean == 0 and rule.drawn == rule.nearest, "which draws the nearest label itself"
    assert rule.drawn["forced_choice"].mean < 0.8
    assert "no clear difference" in summaries.comparison(dataclasses.asdict(rule.ahead["top_5"]))


def test_forced_choice_by_hand(twin, judge):
    known, asked = split(judge)
    found = unseen_words(drawing(twin, PicturesByPair()), judge, known, asked).words["star"].real
    features = judge.features(torch.from_numpy(known.images)).double()
    middle = features.mean(dim=0)

    def unit(rows):
        return rows / rows.norm(dim=-1, keepdim=True)

    rows = {word: torch.from_numpy(known.labels == WORDS.index(word)) for word in HELD_OUT}
    centres = {word: unit(features - middle)[own].mean(dim=0) for word, own in rows.items()}
    wins = []
    for image in asked.images[asked.labels == WORDS.index("star")]:
        own = unit(judge.features(torch.from_numpy(image[None])).double()[0] - middle)
        near = {word: float(own @ unit(centre)) for word, centre in centres.items()}
        wins += [near["star"] > near[word] for word in HELD_OUT if word != "star"]
    assert found.forced_choice == pytest.approx(np.mean(wins))


def test_held_out_pairs_beside_pairs_of_the_training(twin, judge):
    styles = style_judge_of(twin)
    well = unseen_pairs(drawing(twin, PicturesByPair()), judge, styles, SHAPES)
    assert well.unseen.top_1.mean > 0.7 and well.seen.top_1.mean > 0.7 and well.seen.recognised.mean > 0.8
    wrong = {(word, style): "star" for word in WORDS for style in STYLES if is_held_out_pair(word, style, 0.3, 0)}
    badly = unseen_pairs(drawing(twin, PicturesByPair(mistakes=wrong)), judge, styles, SHAPES)
    assert (
        badly.unseen.top_1.mean < 0.2 and badly.seen.top_1 == well.seen.top_1 and badly.unseen.fd > 2 * well.unseen.fd
    )
    assert badly.pairs * len(SIZES) == len(rows_of_unseen_pairs(twin, SHAPES)) and max(badly.words.values()) <= 0.5


def test_novel_words_beside_the_nearest_label_drawn(twin, judge, monkeypatch):
    lists = Grounding({"sphere": ("circle",)}, {"lunar": ("moon", "circle"), "plaza": ("square",)})
    monkeypatch.setattr(score, "load", lambda data, labels: lists if data == "shapes" else None)
    generator = drawing(twin, PicturesByPair())
    halves = score.grounding_scores(generator, judge, 1.0)
    assert halves["test"].score > 0.8 and halves["test"].top_5 >= halves["test"].score
    assert halves["test"].ahead.mean == pytest.approx(halves["test"].score - halves["test"].nearest_drawn[0])
    (table,) = summaries.novel_tables({"test": dataclasses.asdict(halves["test"])})
    assert table.rows[0][1] == f"{halves['test'].score:.3f}" and "drawing the nearest label" in table.sentences[0]


def test_copies_are_called_so_and_noise_is_not(twin, judge):
    real = RealPictures(SHAPES, None, judge)
    copying = near_copies(drawing(twin, PicturesByPair()), real)
    assert copying.pictures == len(rows_of_labels(twin, SHAPES)) and not copying.novel
    for one in copying.trained.values():
        assert one.copies > 0.95 and one.own_pair > 0.95 and one.median_ratio < 0.05
    assert near_copies(twin, real).trained["pixels"].copies == 0, "which is not trained"
    with pytest.raises(ExplorerError, match="other pictures"):
        near_copies(dataclasses.replace(twin, image_shape=(3, 28, 28)), real)


# Numbers and tables.


def test_intervals_and_rows_by_hand():
    assert interval_of([0.25] * 9) == type(interval_of([0]))(0.25, 0.25, 0.25)
    found = interval_of(np.linspace(0, 1, 101))
    assert found.mean == pytest.approx(0.5) and 0.40 < found.low < 0.47 and 0.53 < found.high < 0.60
    figures = {f"word {i}": i / 669 for i in range(670)}
    rows = spread_rows(figures)
    assert (
        len(rows) == len(set(rows)) == 32 and (rows[0], rows[-1]) == ("word 669", "word 0") and rows[16] == "word 324"
    )
    assert spread_rows({"b": 1, "a": 2}) == ["b", "a"] and "32 of 670" in of_how_many(32, 670) and not of_how_many(3, 3)


# The commands and the card.


def test_the_commands_measure_and_store_and_the_card_shows_it(home, capsys):
    assert main(["evaluate", "twin"]) == 0
    assert main(["evaluate", "twin", "--unseen"]) == 0
    assert main(["memorising", "twin"]) == 0
    output = " ".join(capsys.readouterr().out.split())
    assert "samples in its unseen styles" in output and "rule: the same generator" in output and "held out" in output
    stored = read_metrics(home / "checkpoints/twin")
    assert set(stored) == {"evaluation", "unseen_words", "unseen_pairs", "near_copies"}
    assert set(stored["unseen_words"]["words"]) == set(HELD_OUT) and "styled" in stored["evaluation"]
    shown = card("twin", "", checkpoints.load("twin"), [], "", {})
    assert "## What its training held out" in shown and "## Nearest training images" in shown
    mean = stored["unseen_words"]["drawn"]["forced_choice"]["mean"]
    assert f"| nearer its word | {mean:.3f} ±" in shown
    assert main(["evaluate", "whole", "--unseen"]) == 2 and main(["evaluate", "twin", "--unseen", "--cas"]) == 2
    errors = capsys.readouterr().err
    assert "held out nothing" in errors and "a report of its own" in errors


def test_the_command_trains_both_judges(home, capsys, monkeypatch):
    monkeypatch.setattr("explorer.data.load", only_training_pictures)
    assert (
        main(["judge", "train", "shapes", "--epochs", "1", "--name", "mine", "--unseen-style", "paper", "--flips"]) == 0
    )
    assert "of the pictures that it was not fitted on" in capsys.readouterr().out
    mine = open_judge("mine").description
    assert mine.unseen_styles == ("paper",) and mine.source == "shapes" and "mirrored" in mine.made["recipe"]
    assert main(["judge", "train", "shapes", "--epochs", "1", "--of", "styles", "--name", "other"]) == 0
    assert open_judge("other").words == STYLES
    wrong = ((["--of", "colours"], "of words or of styles"), (["--unseen-style", "noto"], "no style 'noto'"))
    for options, expected in wrong:
        assert main(["judge", "train", "shapes", *options]) == 2
        assert expected in capsys.readouterr().err


def test_samples_beside_the_nearest_training_pictures(twin):
    real = np.asarray(nearest_sheet(drawing(twin, PicturesByPair())))
    untrained = np.asarray(nearest_sheet(twin))
    width = 28 * 2  # of a picture on the sheet; the last columns are the neighbours, before them the sample
    first, second = (real[:, at : at + width] for at in _columns(real, 7, width)[:2])
    assert np.array_equal(first[-width:], second[-width:]), "a copy stands beside itself"
    first, second = (untrained[:, at : at + width] for at in _columns(untrained, 7, width)[:2])
    assert not np.array_equal(first[-width:], second[-width:])


def _columns(page, count, width):
    """Left edges of the tiles of a sheet, which end at its right edge."""
    return [page.shape[1] - (count - number) * width for number in range(count)]


def test_compare_measures_generators_with_styles(whole):
    fields = measure(whole, Evaluators(None, "cpu").of(whole), 100, words=False, keep=False)
    assert fields["samples"] == 100 and fields["figures"]["new_words"] is None


def test_words_of_strangers_stay_text_in_a_card(whole, judge):
    train, test = measured_pictures("shapes", (1, 28, 28))
    fields = as_fields(evaluate(whole, judge, train, test, 100, words=False))
    fields["styled"]["words"]["<script>|"] = fields["styled"]["words"].pop("circle")
    shown = "\n".join(style_sections("whole", {"evaluation": fields}))
    assert "<script>" not in shown and "| &lt;script&gt;&#124; |" in shown
