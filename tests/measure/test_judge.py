"""Judges: trained on real pictures, kept on disk, read back by anyone without trust."""

import hashlib
import json
import pickle
import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from explorer import places
from explorer.cli import main
from explorer.data import DataError, ImageSet, load
from explorer.measure.judge.fitting import augmented
from explorer.measure.judge.format import JudgeError, write_judge
from explorer.measure.judge.judge import find_judge, list_judges, open_judge
from explorer.measure.judge.layout import large, small
from explorer.measure.judge.network import JudgeNetwork
from explorer.measure.judge.training import train_judge
from explorer.stopping import Stopped

pytestmark = pytest.mark.slow

DIGITS = load("digits"), load("digits", split="test")
FEW = ImageSet("few", DIGITS[0].images[:256], DIGITS[0].labels[:256], DIGITS[0].words), DIGITS[1]


@pytest.fixture
def folder(digits_home, tmp_path, monkeypatch):
    """A copy of the trained judge among the user's own."""
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    shutil.copytree(digits_home / "judges/digits", tmp_path / "judges/digits")
    return tmp_path / "judges/digits"


def pictures(count=40):
    return torch.from_numpy(DIGITS[1].images[:count])


def test_what_was_trained_is_what_is_opened(digits_home, folder):
    judge, accuracy = open_judge("digits"), float((digits_home / "accuracy").read_text())
    test = DIGITS[1]
    right = (judge.logits(torch.from_numpy(test.images)).argmax(dim=1) == torch.from_numpy(test.labels)).double().mean()
    assert accuracy > 0.9 and judge.accuracy == accuracy == pytest.approx(float(right), abs=1e-9)
    assert judge.words == test.words and judge.name == "digits" and judge.description.source == "digits"
    weights = folder / "judge.safetensors"
    assert judge.hash == hashlib.sha256(weights.read_bytes()).hexdigest() and weights.stat().st_size < 1_000_000
    card = (folder / "README.md").read_text()
    assert judge.hash in card and f"{accuracy:.2%}" in card
    assert "gan-explorer judge train digits --epochs 4 --seed 0" in card
    assert sorted(path.name for path in folder.parent.iterdir()) == ["digits"]


def test_a_reading_does_not_depend_on_what_else_is_read(folder):
    judge = open_judge("digits")
    features, logits = judge.features_and_logits(pictures(40))
    assert features.shape == (40, 128) and features.dtype == torch.float32 and features.min() >= 0
    for rows in (slice(0, 1), slice(7, 9), slice(3, 36)):
        assert torch.equal(judge.features(pictures()[rows]), features[rows])
        assert torch.equal(judge.logits(pictures()[rows]), logits[rows])
    predicted = logits.argmax(dim=1).tolist()
    assert judge.shares(pictures()).tolist() == pytest.approx([predicted.count(number) / 40 for number in range(10)])


@pytest.mark.parametrize("odd", [torch.zeros(2, 28, 28), torch.zeros(2, 3, 28, 28, dtype=torch.uint8)])
def test_it_reads_bytes_of_its_own_shape_only(folder, odd):
    with pytest.raises(ValueError, match="uint8"):
        open_judge("digits").features(odd)


def test_found_by_its_classes(folder):
    words, shape = DIGITS[0].words, (1, 28, 28)
    assert find_judge(words[::-1], shape, "digits") is find_judge(words, shape, "digits") is open_judge("digits")
    assert find_judge(words, shape, "mnist") is open_judge("mnist"), "whose classes have the same words"
    assert find_judge(words[:-1], shape, "digits") is None
    assert find_judge(words, (3, 28, 28), "digits") is None
    shutil.copytree(folder, folder.with_name(".digits.new"))  # what a killed training leaves
    (folder / "config.json").write_text("{}")
    assert folder not in list_judges(), "a broken one is passed over"
    assert find_judge(words, shape, "digits") is open_judge("mnist")


def test_another_training_in_its_place_is_opened_anew(folder):
    before = open_judge("digits")
    train_judge(folder, *FEW, source="digits", epochs=1)
    assert open_judge("digits").hash != before.hash


def test_the_same_seed_gives_the_same_judge(tmp_path):
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        train_judge(tmp_path / name, *FEW, source="digits", epochs=1, seed=seed)
    one, same, other = ((tmp_path / name / "judge.safetensors").read_bytes() for name in ("one", "same", "other"))
    assert one == same != other


def in_colour(pictures):
    """The digits in 3 x 28 x 28: white on the colour of their class."""
    paper = np.random.default_rng(0).integers(0, 200, (len(pictures.words), 3, 1, 1), dtype=np.uint8)
    images, left = np.maximum(pictures.images, paper[pictures.labels]), "Two were left out."
    return ImageSet("colour", images, pictures.labels, pictures.words, ("The first in /some/where.", left), (left,))


COLOUR = in_colour(FEW[0]), in_colour(FEW[1])


def test_pictures_in_colour_have_a_larger_network_in_half_the_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    accuracy = train_judge(tmp_path / "judges/colour", *COLOUR, source="digits", epochs=12)
    judge = open_judge("colour")
    right = judge.logits(torch.from_numpy(COLOUR[1].images)).argmax(dim=1) == torch.from_numpy(COLOUR[1].labels)
    assert accuracy == judge.accuracy == pytest.approx(float(right.double().mean()), abs=1e-9)
    assert accuracy > 0.5, accuracy
    assert judge.description.layout == large(28) and judge.features(torch.zeros(2, 3, 28, 28).byte()).shape == (2, 192)
    assert 1_000_000 < (tmp_path / "judges/colour/judge.safetensors").stat().st_size < 2_000_000
    card = (tmp_path / "judges/colour/README.md").read_text()
    assert "shifted and mirrored" in card and "Two were left out." in card and "/some/where" not in card


def test_judges_of_earlier_times_are_read_as_they_were(tmp_path):
    torch.manual_seed(0)
    network = JudgeNetwork(1, 28, 2).eval()
    write_judge(
        tmp_path / "judges/old",
        network.state_dict(),
        words=("a", "b"),
        shape=(1, 28, 28),
        source="",
        accuracy=0,
        made={},
    )
    path = tmp_path / "judges/old/config.json"
    config = json.loads(path.read_text())
    assert config.pop("layout") == {"widths": list(small(28).widths), "halved": list(small(28).halved)}
    path.write_text(json.dumps(config))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
        opened = open_judge("old").network.state_dict()
    assert all(torch.equal(tensor, opened[name]) for name, tensor in network.state_dict().items())


def test_a_stopped_training_goes_on_and_comes_to_the_same_weights(tmp_path):
    steps = 0

    def in_the_second_epoch():
        nonlocal steps
        steps += 1
        return steps == 3

    straight, paused = tmp_path / "straight", tmp_path / "paused"
    train_judge(straight, *COLOUR, source="digits", epochs=3)
    with pytest.raises(Stopped, match=r"after 1\.5 of 3 epochs; the same command"):
        train_judge(paused, *COLOUR, source="digits", epochs=3, stop=in_the_second_epoch)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [".paused.part", "straight"]
    done = []
    train_judge(paused, *COLOUR, source="digits", epochs=3, report=lambda what, now, total: done.append(now))
    assert done == [128 * 4, 128 * 5, 128 * 6], "only what was left"
    same = [(folder / "judge.safetensors").read_bytes() for folder in (straight, paused)]
    assert same[0] == same[1] and [path.name for path in sorted(tmp_path.iterdir())] == ["paused", "straight"]


@pytest.mark.parametrize("left", ["of other settings", "damaged"])
def test_what_another_training_left_is_not_gone_on_from(tmp_path, left):
    part = tmp_path / ".mine.part"
    with pytest.raises(Stopped):
        train_judge(tmp_path / "mine", *FEW, source="digits", epochs=2, stop=lambda: True)
    done = []
    if left == "damaged":
        part.write_bytes(part.read_bytes()[:1000])
        with pytest.raises(JudgeError, match="delete it"):
            train_judge(tmp_path / "mine", *FEW, source="digits", epochs=2)
        return
    train_judge(tmp_path / "mine", *FEW, source="digits", epochs=1, report=lambda what, now, total: done.append(now))
    assert done == [128, 256] and not part.exists()


def test_augmented_pictures_are_shifted_and_mirrored_ones():
    columns = torch.arange(32, dtype=torch.uint8).expand(64, 3, 32, 32)
    rows = columns.transpose(2, 3)
    seen = set()
    for picture in augmented(columns, torch.Generator().manual_seed(0)):
        assert torch.equal(picture, picture[:1, :1].expand(3, 32, 32)), "each column is of one piece"
        row = picture[0, 0].tolist()
        mirrored = row[10] > row[20]
        row = row[::-1] if mirrored else row
        shift = row[16] - 16
        assert row == [abs(31 - abs(31 - abs(place + shift))) for place in range(32)]
        seen.add((shift, mirrored))
    assert {shift for shift, _ in seen} == set(range(-4, 5)) and {way for _, way in seen} == {False, True}
    down = augmented(rows, torch.Generator().manual_seed(0))
    assert {int(picture[0, 16, 0]) - 16 for picture in down} == set(range(-4, 5))


def edit(folder, **changes):
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, **changes}))


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "gan-explorer checkpoint"},
        {"version": 2},
        {"words": []},
        {"words": ["one"]},
        {"words": ["one", "one"]},
        {"words": ["one", 2]},
        {"words": ["x" * 1000, "y"]},
        {"words": ["one", "two"]},  # another network than the weights are of
        {"shape": [1, 28]},
        {"shape": [1, 10**9, 10**9]},
        {"shape": [3, 28, 28]},
        {"shape": [True, 28, 28]},
        {"shape": [1, 28.0, 28.0]},
        {"accuracy": "high"},
        {"accuracy": 7},
        {"hash": "0" * 64},
        {"hash": None},
        {"source": ["digits"]},
        {"made": None},
        {"layout": "large"},
        {"layout": {"widths": [8], "halved": [False], "code": "x"}},
        {"layout": {"widths": [], "halved": []}},
        {"layout": {"widths": [8] * 1000, "halved": [False] * 1000}},
        {"layout": {"widths": [10**9], "halved": [False]}},
        {"layout": {"widths": [True, 8], "halved": [False, False]}},
        {"layout": {"widths": [8, 8], "halved": [False]}},
        {"layout": {"widths": [8, 8], "halved": [False, 1]}},
        {"layout": {"widths": [8] * 6, "halved": [True] * 6}},
        {"layout": {"widths": [8, 128], "halved": [False, False]}},  # another network than the weights are of
    ],
)
def test_a_config_that_lies_is_refused(folder, changes):
    edit(folder, **changes)
    with pytest.raises(JudgeError) as caught:
        open_judge("digits")
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[" * 100_000, '"text"', "x" * 2_000_000, "\x00\xff"])
def test_a_config_that_is_none_is_refused(folder, text):
    (folder / "config.json").write_text(text, encoding="latin-1")
    with pytest.raises(JudgeError):
        open_judge("digits")


def rehash(folder):
    edit(folder, hash=hashlib.sha256((folder / "judge.safetensors").read_bytes()).hexdigest())


class Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.parametrize("how", ["pickle", "torch"])
def test_a_pickle_in_place_of_weights_is_never_run(folder, tmp_path, how):
    trace = tmp_path / "ran"
    with open(folder / "judge.safetensors", "wb") as file:
        pickle.dump(Bomb(str(trace)), file) if how == "pickle" else torch.save(Bomb(str(trace)), file)
    rehash(folder)
    with pytest.raises(JudgeError, match=r"judge\.safetensors"):
        open_judge("digits")
    assert not trace.exists()


def missing(tensors):
    del tensors["head.bias"]


def unexpected(tensors):
    tensors["../../escape"] = torch.zeros(3)


def reshaped(tensors):
    tensors["head.weight"] = tensors["head.weight"].flatten()


def retyped(tensors):
    tensors["head.weight"] = tensors["head.weight"].double()


def not_finite(tensors):
    tensors["head.weight"][0, 0] = float("nan")


@pytest.mark.parametrize("spoil", [missing, unexpected, reshaped, retyped, not_finite])
def test_weights_that_do_not_fit_are_refused(folder, spoil):
    tensors = load_file(folder / "judge.safetensors")
    spoil(tensors)
    save_file(tensors, folder / "judge.safetensors")
    rehash(folder)
    with pytest.raises(JudgeError, match=r"judge\.safetensors"):
        open_judge("digits")


@pytest.mark.parametrize("change", ["cut", "swapped", "gone", "huge"])
def test_weights_that_are_not_those_of_the_config_are_refused(folder, change):
    path = folder / "judge.safetensors"
    content = path.read_bytes()
    if change == "gone":
        path.unlink()
    elif change == "huge":
        with open(path, "wb") as file:
            file.truncate(10**10)  # sparse: reading it would fill the memory
    else:
        path.write_bytes(content[:-4] if change == "cut" else content[:-4] + b"\x00\x00\x00\x00")
    with pytest.raises(JudgeError, match=r"judge\.safetensors"):
        open_judge("digits")


@pytest.mark.parametrize("name", ["nobody", "../digits", "", "/etc", "x" * 5000, "a\x00b"])
def test_a_name_that_leads_nowhere(folder, name):
    with pytest.raises(JudgeError, match="judge train"):
        open_judge(name)


def test_what_is_no_judge_is_never_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis/config.json").write_text("{}")
    with pytest.raises(JudgeError, match="choose a new folder"):
        train_judge(tmp_path / "thesis", *FEW, source="digits", epochs=1)
    assert [path.name for path in tmp_path.rglob("*")] == ["thesis", "config.json"]


def test_pictures_that_no_judge_can_be_made_of(tmp_path):
    train, test = DIGITS
    larger = load("digits", split="test", size=32)
    with pytest.raises(JudgeError, match="of the same classes"):
        train_judge(tmp_path / "mine", train, larger, source="digits")
    few = ImageSet("few", test.images[:20], test.labels[:20], test.words)
    with pytest.raises(JudgeError, match="at least"):
        train_judge(tmp_path / "mine", few, test, source="digits")
    assert not any(tmp_path.iterdir())


def test_the_command_trains_one_among_the_users_own(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    assert main(["judge", "train", "digits", "--name", "mine", "--epochs", "1", "--threads", "1"]) == 0
    assert f"{open_judge('mine').accuracy:.2%}" in capsys.readouterr().out
    assert main(["judge", "train", "digits", "--name", "../mine", "--epochs", "1"]) == 2
    assert main(["judge", "train", str(tmp_path), "--epochs", "1"]) == 2


@pytest.mark.parametrize(
    ("name", "least", "most_bytes", "exact"),
    [
        ("fashion-mnist", 0.92, 1_000_000, 2e-4),
        ("mnist", 0.99, 1_000_000, 2e-4),
        ("cifar10", 0.85, 2_000_000, 0.02),  # copies of its pictures differ
        ("emoji-styles", 0.55, 2_000_000, 1),  # asked is another split than that of the set
        ("emoji-styles-styles", 0.8, 1_000_000, 1),
    ],
)
def test_the_shipped_judges_are_as_good_as_they_say(name, least, most_bytes, exact):
    judge = open_judge(name)
    folder = places.shipped("judges") / name
    assert least <= judge.accuracy < 1 and (folder / "judge.safetensors").stat().st_size < most_bytes
    card = (folder / "README.md").read_text()
    assert judge.hash in card and f"{judge.accuracy:.2%}" in card
    try:
        test = load(name, split="test", download=False)
    except DataError as error:
        pytest.skip(str(error))
    right = judge.logits(torch.from_numpy(test.images)).argmax(dim=1) == torch.from_numpy(test.labels)
    assert float(right.double().mean()) == pytest.approx(judge.accuracy, abs=exact)
