"""Measuring class by class, generators that are told nothing, labels held out, and real sides that are kept."""

import dataclasses
import json
import shutil

import numpy as np
import pytest
import torch
from digits_home import TEST, TRAIN, PicturesByCondition, copying, make_home, publish, unconditional

from explorer import checkpoint as checkpoints
from explorer.cli import main
from explorer.cli.evaluate_shown import show
from explorer.errors import ExplorerError
from explorer.explore.card.measured import measured_sections
from explorer.measure.evaluation import evaluate
from explorer.measure.judge.judge import open_judge
from explorer.measure.judge.matching import check_fit, knowing_judge
from explorer.measure.metrics import real_stats as real_side
from explorer.measure.metrics.by_class import LEAST, by_class
from explorer.measure.metrics.codes import code_meanings
from explorer.measure.metrics.features import Cloud, counts, unasked
from explorer.measure.results_file import as_fields
from explorer.training import TrainConfig
from explorer.training.coverage import Coverage
from explorer.training.distributed import Distributed
from explorer.training.game import TrainState
from explorer.training.training_data import TrainingData
from explorer.words import open_space

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    return make_home(tmp_path_factory.mktemp("trained"))


@pytest.fixture
def home(trained, tmp_path, monkeypatch):
    shutil.copytree(trained, tmp_path / "home")
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def judge(home):
    return open_judge("digits")


@pytest.fixture
def tiny(home):
    return checkpoints.load("tiny")


def clouds(count=200, seed=0, asked=True):
    """Three classes in the plane, far apart, that the logits tell apart: so many of each."""
    labels = torch.arange(3).repeat_interleave(count)
    noise = torch.randn(3 * count, 2, generator=torch.Generator().manual_seed(seed))
    logits = torch.eye(3)[labels]
    return Cloud(100 * torch.stack([labels, -labels], 1) + noise, logits, labels if asked else None)


def changed(cloud, label, features):
    rows = cloud.classes == label
    return dataclasses.replace(cloud, features=cloud.features.masked_scatter(rows[:, None], features))


def test_one_class_that_is_worse_shows_in_its_own_row_alone():
    real, samples = clouds(), clouds(seed=1)
    poor = changed(samples, 1, samples.features[samples.classes == 1][:3].repeat(67, 1)[:200])
    good, found = (by_class(real, one, counts(real, 3)) for one in (samples, poor))
    assert found[0] == good[0] and found[2] == good[2]
    assert good[1].coverage > 0.9 and good[1].variation == pytest.approx(1, abs=0.1) and good[1].fd < 0.1
    assert found[1].coverage < 0.15 and found[1].variation < 0.9 and found[1].fd > 5 * good[1].fd
    assert {one.pictures for one in found.values()} == {200}


def test_the_classes_of_one_that_is_told_nothing_are_what_is_seen():
    real, samples = clouds(), unasked(clouds(seed=1))
    assert by_class(real, samples, counts(real, 3)) == by_class(real, clouds(seed=1), counts(real, 3))
    none = dataclasses.replace(samples, logits=torch.eye(3)[samples.seen.clamp(max=1)])
    none = changed(none, 1, real.features[real.classes == 1].repeat(2, 1))
    found = by_class(real, none, torch.tensor([200, 200, 0]))
    assert found[2].fd is None and (found[2].precision, found[2].coverage, found[2].variation) == (0, 0, 0)


def test_classes_with_few_real_pictures_are_left_out():
    real = clouds(LEAST)
    some = Cloud(real.features[1:], real.logits[1:], real.asked[1:])
    assert set(by_class(some, clouds(), counts(some, 3))) == {1, 2}


def test_a_collapsed_class_is_named(tiny, judge):
    healthy = evaluate(copying(tiny, 1000), judge, TRAIN, TEST)
    assert healthy.collapsed == () and healthy.figures.in_class_variation == pytest.approx(1, abs=0.15)
    kept = [1000] * 10
    kept[3] = kept[7] = 1
    found = evaluate(copying(tiny, kept), judge, TRAIN, TEST)
    assert found.collapsed == ("three", "seven")
    for label, one in found.figures.classes.items():
        if label in found.collapsed:
            assert one.coverage < 0.3 and one.fd > 1.5 * found.floor.classes[label].fd and one.variation < 1e-3
        else:
            assert one == healthy.figures.classes[label]
    all_of_them = evaluate(copying(tiny, 1), judge, TRAIN, TEST)
    assert set(all_of_them.collapsed) == set(TRAIN.words)
    assert all_of_them.figures.in_class_variation < 0.4 and all_of_them.figures.two_sample.of_samples > 0.99


@pytest.mark.parametrize("family", ["word", "dcgan"])
def test_what_a_training_covers_of_each_class(tiny, judge, family):
    """By the game's averaged generator, here one that copies; 64 pictures of a class and no more."""
    kept = [1000] * 10
    kept[4] = 1
    config = TrainConfig(data="digits", family=family, c_dim=100 if family == "word" else 0, size=4, z_dim=8)
    team = Distributed(torch.device("cpu"))
    coverage = Coverage(judge, TrainingData(config, TRAIN, open_space("glove-minilm-100d"), team))
    copies = PicturesByCondition(tiny.label_vectors, kept)
    if family == "dcgan":  # which is told nothing, so that its first number says what
        copies.forward = lambda z, c: PicturesByCondition.forward(copies, z[:, 1:], digit_of(z, copies.labels))
    game = TrainState.new(config, team.device)
    game.ema = copies
    found = coverage.of_game(game)
    assert list(found) == list(TRAIN.words) and found["four"] < 0.4
    assert min(share for word, share in found.items() if word != "four") > (0.6 if family == "word" else 0.4)


def digit_of(z, labels):
    return labels[(torch.special.ndtr(z[:, 0]) * 10).long().clamp(max=9)]


def test_one_that_is_told_nothing_is_measured_without_labels(tiny, judge):
    found = evaluate(unconditional(tiny), judge, TRAIN, TEST)
    assert found.figures.label_accuracy is None and found.grounding is None and found.collapsed == ()
    assert found.fd_over_floor < 3 and found.figures.manifolds.coverage > 0.6
    assert found.figures.inception_score.value == pytest.approx(found.floor.inception_score.value, rel=0.1)
    fields = as_fields(found)
    assert fields["figures"]["label_accuracy"] is None and json.loads(json.dumps(fields)) == fields


def test_what_a_category_tells_of_the_class_by_hand():
    one_hot = torch.eye(2)[torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])]
    codes = torch.cat([torch.zeros(8, 1), one_hot], dim=1)  # a number, which is passed over, and a category

    def meaning(*seen):
        (found,) = code_meanings(codes, (1, 2), torch.tensor(seen), ("a", "b", "c"))
        assert found.number == 2
        return found

    assert meaning(0, 0, 0, 0, 2, 2, 2, 2).tells == pytest.approx(1)
    assert meaning(0, 1, 0, 1, 0, 1, 0, 1).tells == pytest.approx(0, abs=1e-12)
    assert meaning(1, 1, 1, 1, 1, 1, 1, 1).tells == 0  # nothing to tell
    some = meaning(0, 0, 0, 0, 0, 0, 1, 1)  # a bit of .811 is left open by half of the pictures, .5 in all
    assert some.tells == pytest.approx((0.8112781 - 0.5) / 0.8112781)
    assert some.seen == ({"a": 1, "b": 0, "c": 0}, {"a": 0.5, "b": 0.5, "c": 0})


def test_what_codes_came_to_mean_is_told_with_the_figures(tiny, judge, home, capsys):
    ears = np.eye(10, 11, dtype=np.float32)
    ears[8, 9], ears[9, 9] = 1, 0  # the last kind draws eights too
    network = tiny.description.network | {"codes": [10, 1]}
    told = dataclasses.replace(tiny.description, family="infogan", network=network)
    coded = unconditional(tiny, description=told, generator=PicturesByCondition(ears, 50))
    found = evaluate(coded, judge, TRAIN, TEST)
    (category,) = found.codes
    mostly = [max(kind, key=kind.get) for kind in category.seen]
    assert category.number == 1 and mostly == [*TRAIN.words[:9], "eight"] and category.tells > 0.85
    show("coded", judge, found)
    fields = json.loads(json.dumps(as_fields(found)))
    says = "\n".join(measured_sections("coded", {"evaluation": fields}))
    assert "| c1 = 9 | eight " in says and f"c1 tells **{category.tells:.2f}**" in says
    assert f"c1 tells {category.tells:.2f} of the class. 0: zero" in capsys.readouterr().out
    assert evaluate(unconditional(tiny), judge, TRAIN, TEST).codes == ()


def test_classes_that_it_never_draws_are_collapsed(tiny, judge):
    found = evaluate(unconditional(tiny, range(8)), judge, TRAIN, TEST)
    assert found.collapsed == ("eight", "nine")
    assert found.figures.inception_score.value < found.floor.inception_score.value
    assert found.figures.in_class_variation < 0.9 * found.floor.in_class_variation
    assert found.figures.classes["nine"].fd is None and found.figures.classes["zero"].coverage > 0.8


def test_one_without_labels_is_measured_by_the_judge_of_its_data(tiny, judge):
    bare = dataclasses.replace(tiny.description, labels=())
    bare = unconditional(tiny, description=bare, label_vectors=tiny.label_vectors[:0])
    assert knowing_judge(bare).name == "digits"
    assert evaluate(bare, judge, TRAIN, TEST).figures == evaluate(unconditional(tiny), judge, TRAIN, TEST).figures


def test_a_judge_of_other_pictures_of_the_same_words_is_not_taken_unasked(tiny, judge, home):
    shutil.rmtree(home / "judges/digits")  # MNIST's, which is shipped, knows the same ten words
    assert knowing_judge(tiny) is None
    check_fit(tiny, open_judge("mnist"))  # whoever names it gets it


def test_a_label_held_out_is_not_asked_for(home, judge):
    publish(home / "checkpoints/nine", TRAIN.words[:4] + TRAIN.words[5:])
    nine = checkpoints.load("nine")
    assert knowing_judge(nine).name == "digits"
    vectors = np.insert(nine.label_vectors, 4, -nine.label_vectors[0], axis=0)  # which is never nearest to a label
    found = evaluate(dataclasses.replace(nine, generator=PicturesByCondition(vectors, 1000)), judge, TRAIN, TEST)
    assert found.samples == int((TEST.labels != 4).sum()) and found.figures.label_accuracy > 0.9
    assert "four" not in found.figures.classes and "four" not in found.floor.classes
    assert 0.3 < found.fd_over_floor < 3
    publish(home / "checkpoints/others", TRAIN.words[:4])
    elsewhere = checkpoints.load("others")
    elsewhere.description.made["data"] = "some folder"
    assert knowing_judge(elsewhere) is None, "its pictures are others"
    with pytest.raises(ExplorerError, match="does not know the labels"):
        evaluate(elsewhere, judge, TRAIN, TEST)


def test_real_pictures_are_read_once(home, tiny, judge, monkeypatch):
    first = evaluate(tiny, judge, TRAIN, TEST, 150)
    (kept,) = (home / "measured").iterdir()
    read = real_side.cloud_of
    monkeypatch.setattr(real_side, "cloud_of", lambda *_: pytest.fail("read again"))
    assert evaluate(tiny, judge, TRAIN, TEST, 150) == first
    monkeypatch.setattr(real_side, "cloud_of", read)
    whole = kept.read_bytes()
    for spoilt in (
        b"",
        whole[:-1],
        whole[:20],
        b"{}" * 200,
        whole.replace(b'"fd', b'"no', 1).replace(b'\\"fd', b'\\"no'),
    ):
        kept.write_bytes(spoilt)
        assert evaluate(tiny, judge, TRAIN, TEST, 150) == first and kept.read_bytes() == whole
    evaluate(tiny, judge, TRAIN, TEST, 151)
    other = dataclasses.replace(TEST, images=255 - TEST.images)
    assert evaluate(tiny, judge, TRAIN, other, 150) != first, "the pictures count, not their name"
    assert len(list((home / "measured").iterdir())) == 3


def test_only_so_many_real_sides_are_kept(home, tiny, judge, monkeypatch):
    monkeypatch.setattr(real_side, "MOST_KEPT", 2)
    for samples in (110, 111, 112):
        evaluate(tiny, judge, TRAIN, TEST, samples)
    assert len(list((home / "measured").iterdir())) == 2


def test_a_home_that_cannot_be_written_is_no_reason_not_to_measure(home, tiny, judge):
    (home / "measured").write_text("a file in its place")
    assert evaluate(tiny, judge, TRAIN, TEST, 110).samples == 110


def test_the_command_tells_of_classes_and_of_the_record_of_a_run(home, tmp_path, capsys):
    publish(tmp_path / "run/checkpoint")
    (tmp_path / "run/config.json").write_text("{}")
    shares = [{"one": 0.8, "two": 0.9}, {"one": 0.8, "two": 0.1}, {"one": 0.8, "two": 0.1}]
    lines = [json.dumps({"images": 1000 * number, "coverage": one}) for number, one in enumerate(shares)]
    (tmp_path / "run/stats.jsonl").write_text("\n".join(lines) + "\n")
    assert main(["evaluate", str(tmp_path / "run")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for expected in ("KID[digits]", "IS[digits]", "nearest one tells", "in-class variation", "variation pictures"):
        assert expected in said
    assert "In training: two collapsed at 1 kimg: 0.10 of it is covered, and 0.90 was" in said
    stored = json.loads((tmp_path / "run/checkpoint/metrics.json").read_text())["evaluation"]
    assert set(stored["seeds"]) == {"latents", "real", "subsets"} and stored["judge_hash"]
    assert set(stored["figures"]["classes"]) == set(TRAIN.words) == set(stored["floor"]["classes"])
