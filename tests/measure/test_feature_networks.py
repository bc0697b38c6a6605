"""Networks trained on other pictures in a judge's place: their figures, and how these are named."""

import dataclasses
import hashlib
import json
import sys
import types
import urllib.error
import urllib.request

import numpy as np
import pytest
import torch
from digits_home import TEST, TRAIN, copying, publish, unconditional
from sklearn.datasets import load_sample_image
from torch import nn

from explorer import checkpoint as checkpoints
from explorer.cli import main
from explorer.compare import build
from explorer.compare.report import files_of
from explorer.errors import ExplorerError
from explorer.explore.card.measured import measured_sections
from explorer.measure.features import inception, lite0
from explorer.measure.features import open as feature_networks
from explorer.measure.features.names import figure_name
from explorer.measure.features.network import FeatureNetwork
from explorer.measure.features.open import open_network
from explorer.measure.judge.format import JudgeError
from explorer.measure.judge.judge import list_judges, open_judge
from explorer.measure.judge.training import train_judge
from explorer.measure.metrics import real_stats
from explorer.measure.metrics.evaluation import evaluate


class Small(nn.Module):
    """Eight features of a picture in colour, and five classes that mean nothing."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.conv, self.head = nn.Conv2d(3, 8, 7, stride=7), nn.Linear(8, 5)

    def forward(self, pictures):
        features = torch.relu(self.conv(pictures.float() / 127.5 - 1)).mean(dim=(2, 3))
        return features, self.head(features)


@pytest.fixture
def network():
    return FeatureNetwork("lite0", "f" * 64, Small().eval().requires_grad_(False), 8, 5, torch.device("cpu"))


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    publish(tmp_path / "checkpoints/tiny")
    return tmp_path


@pytest.fixture
def tiny(home):
    return checkpoints.load("tiny")


def test_only_the_fields_own_network_gives_the_fields_own_names():
    assert [figure_name(one, "inception") for one in ("FD", "KID", "IS")] == ["FID", "KID", "IS"]
    assert figure_name("FD", "lite0") == "FD[lite0]" and figure_name("IS", "my judge") == "IS[my judge]"


def test_grey_is_read_as_colour_and_no_picture_depends_on_those_beside_it(network):
    features, logits = network.features_and_logits(torch.from_numpy(TEST.images[:40]))
    assert features.shape == (40, 8) and logits.shape == (40, 5)
    colour = np.broadcast_to(TEST.images[:40], (40, 3, 28, 28)).copy()
    assert torch.equal(network.features_and_logits(torch.from_numpy(colour))[0], features)
    assert torch.equal(network.features_and_logits(torch.from_numpy(TEST.images[17:18]))[0], features[17:18])
    with pytest.raises(ValueError, match="uint8"):
        network.features_and_logits(torch.zeros(2, 3, 28, 28))


def test_lite0_knows_a_temple_and_a_flower():
    found = open_network("lite0")
    for name, classes in (("china.jpg", {663, 698, 832}), ("flower.jpg", {985})):  # monastery, palace, stupa; daisy
        picture = torch.from_numpy(load_sample_image(name).copy()).permute(2, 0, 1)[None, :, :, 106:533]
        features, logits = found.features_and_logits(picture)
        assert features.shape == (1, 1280) and features.min() >= 0 and int(logits.argmax()) in classes
    assert found.hash.startswith("57934424"), "as the name of its file says"


def test_lite0_is_what_is_known_by_its_hash_or_nothing(monkeypatch, home):
    lite0.open_lite0.cache_clear()
    monkeypatch.setattr(lite0, "HASH", "0" * 64)
    with pytest.raises(ExplorerError, match="another hash"):
        open_network("lite0")
    monkeypatch.setattr(lite0, "find_spec", lambda name: None)
    with pytest.raises(ExplorerError, match=r"pip install 'gan-explorer\[lite0\]'"):
        open_network("lite0")


def test_figures_that_need_no_label_are_measured(tiny, network):
    found = evaluate(copying(tiny, 1000), network, TRAIN, TEST)
    assert (found.judge, found.judge_hash, found.samples) == ("lite0", "f" * 64, len(TEST))
    assert 0.3 < found.fd_over_floor < 3 and found.figures.manifolds.coverage > 0.7
    assert found.figures.label_accuracy is found.floor.label_accuracy is found.grounding is None
    assert found.figures.in_class_variation == pytest.approx(1, abs=0.15) and found.collapsed == ()
    assert set(found.figures.classes) == set(TRAIN.words) == set(found.floor.classes)
    kept = [1000] * 10
    kept[3] = 1
    worse = evaluate(copying(tiny, kept), network, TRAIN, TEST)
    assert worse.collapsed == ("three",), "by labels: there are no predicted classes"
    assert worse.figures.in_class_variation < found.figures.in_class_variation - 0.05


def test_an_unconditional_generator_has_no_classes(tiny, network):
    found = evaluate(unconditional(tiny), network, TRAIN, TEST)
    assert found.fd_over_floor < 3 and found.figures.manifolds.coverage > 0.6
    assert found.figures.in_class_variation is None and found.figures.classes == {} == found.floor.classes


def test_real_pictures_are_read_once_for_each_network_and_their_labels(home, tiny, network, monkeypatch):
    first = evaluate(tiny, network, TRAIN, TEST, 150)
    (kept,) = (home / "measured").iterdir()
    read = real_stats.features_of
    monkeypatch.setattr(real_stats, "features_of", lambda *_: pytest.fail("read again"))
    assert evaluate(tiny, network, TRAIN, TEST, 150) == first
    monkeypatch.setattr(real_stats, "features_of", read)
    other = evaluate(tiny, dataclasses.replace(network, hash="e" * 64), TRAIN, TEST, 150)
    assert other.figures == first.figures and other.judge_hash != first.judge_hash, "only its name is another"
    turned = [dataclasses.replace(one, labels=one.labels[::-1].copy()) for one in (TRAIN, TEST)]
    evaluate(tiny, network, *turned, 150)
    assert len(list((home / "measured").iterdir())) == 3 and kept.is_file()
    monkeypatch.setattr(real_stats, "MOST_BYTES", 1)
    evaluate(tiny, network, TRAIN, TEST, 151)
    assert len(list((home / "measured").iterdir())) == 1


def test_pictures_that_are_not_its_own_are_refused(tiny, network):
    with pytest.raises(ExplorerError, match="choose its own"):
        evaluate(tiny, network, *(dataclasses.replace(one, words=tuple("abcdefghij")) for one in (TRAIN, TEST)))


@pytest.mark.parametrize(("name", "title"), [("lite0", "FD[lite0]"), ("inception", "FID")])
def test_the_command_names_and_stores_them_apart(home, network, monkeypatch, capsys, name, title):
    path = home / "checkpoints/tiny/metrics.json"
    path.write_text('{"evaluation": {"judge": "digits"}}')
    opened = dataclasses.replace(network, name=name)
    monkeypatch.setattr(feature_networks, "open_network", lambda *_: opened)
    assert main(["evaluate", "tiny", "--features", name, "--samples", "290"]) == 0, "without any judge of the digits"
    output = " ".join(capsys.readouterr().out.split())
    assert output.count(f"{title} ") >= 2 and "labels judged right" not in output
    assert ("never with published FID" in output) == (name == "lite0")
    stored = json.loads(path.read_text())
    assert stored["evaluation"] == {"judge": "digits"}
    sections = measured_sections("tiny", {key: value for key, value in stored.items() if key != "evaluation"})
    card = "\n".join(sections)
    assert f"| {title} | " in card and f"evaluate tiny --features {name}`" in card and "judged right" not in card
    assert stored[f"evaluation_{name}"]["judge_hash"] == "f" * 64 and stored[f"evaluation_{name}"]["samples"] == 290


@pytest.mark.slow
def test_a_comparison_by_a_network_stands_apart_and_needs_no_judge(home, network, monkeypatch):
    monkeypatch.setattr(build, "open_network", lambda *_: network)
    publish(home / "checkpoints/other", TRAIN.words[::-1])
    found = build.compare(["tiny", "other"], samples=250, features="lite0")
    (group,) = found.groups
    assert (group.judge, group.judge_hash, group.accuracy) == ("lite0", "f" * 64, None) and group.source == "digits"
    assert build.compare(["tiny", "other"], samples=250, features="lite0") == found, "as it was kept"
    page, table = (files_of(found)[name] for name in ("index.html", "table.md"))
    for text in (page, table):
        assert "EfficientNet-Lite0, trained on ImageNet, sha256 ffff" in text and "labels right" not in text
    assert "FD<wbr>[lite0]" in page and "it knows nothing of these classes" in page
    itself = dataclasses.replace(network, name="inception")
    monkeypatch.setattr(build, "open_network", lambda *_: itself)
    page = files_of(build.compare(["tiny"], samples=260, features="inception"))["index.html"]
    assert ">FID<" in page and "FD[" not in page and "mostly 50,000" in page


@pytest.mark.parametrize(
    ("line", "expected"),
    [("--features vgg", "lite0 or inception"), ("--features lite0 --judge digits", "leave out the rest")],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(home, line, expected, capsys):
    assert main(["evaluate", "tiny", *line.split()]) == 2
    sentence = capsys.readouterr().err
    assert expected in sentence and sentence.count("\n") == 1


@pytest.mark.slow
def test_no_judge_takes_a_networks_name(home):
    with pytest.raises(JudgeError, match="another network"):
        train_judge(home / "judges/lite0", TRAIN, TEST, source="digits", epochs=1)
    train_judge(home / "judges/mine", TRAIN, TEST, source="digits", epochs=1)
    (home / "judges/mine").rename(home / "judges/inception")
    assert "inception" not in {folder.name for folder in list_judges()}
    with pytest.raises(JudgeError, match="no judge 'inception'"):
        open_judge("inception")


@pytest.fixture
def extra(tmp_path, monkeypatch):
    """torch-fidelity, or what we use of it, and an empty cache of weights."""

    class Extractor(Small):
        def __init__(self, name, outputs, feature_extractor_weights_path):
            super().__init__()
            assert (name, outputs) == ("inception-v3-compat", ["2048", "logits_unbiased"])
            self.load_state_dict(torch.load(feature_extractor_weights_path))

    inception._opened.cache_clear()
    module = types.ModuleType("torch_fidelity.feature_extractor_inceptionv3")
    module.FeatureExtractorInceptionV3 = Extractor
    package = types.ModuleType("torch_fidelity")
    monkeypatch.setitem(sys.modules, "torch_fidelity", package)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(inception, "find_spec", lambda name: package)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setattr(inception, "FEATURES", 8)
    monkeypatch.setattr(inception, "CLASSES", 5)
    yield tmp_path / "hub/checkpoints" / inception.FILE
    inception._opened.cache_clear()


def test_inception_says_what_it_needs(monkeypatch):
    monkeypatch.setattr(inception, "find_spec", lambda name: None)
    with pytest.raises(ExplorerError, match=r"pip install 'gan-explorer\[inception\]'"):
        open_network("inception")


def test_without_a_connection_one_sentence_says_where_its_weights_belong(extra, monkeypatch):
    def unplugged(*_, **__):
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr(urllib.request, "urlopen", unplugged)
    with pytest.raises(ExplorerError) as error:
        open_network("inception")
    output = str(error.value)
    assert (
        "96 MB" in output
        and inception.URL in output
        and f"put the file at {extra}" in output
        and "data-dir" not in output
    )
    assert not extra.exists()


def test_inception_is_opened_from_the_weights_that_are_there(extra, monkeypatch):
    extra.parent.mkdir(parents=True)
    weights = Small()
    torch.save(weights.state_dict(), extra)
    with pytest.raises(ExplorerError, match="another hash"):
        open_network("inception")
    monkeypatch.setattr(inception, "HASH", hashlib.sha256(extra.read_bytes()).hexdigest())
    found = open_network("inception")
    pictures = torch.from_numpy(TEST.images[:16])
    with torch.no_grad():
        logits = found.features_and_logits(pictures)[1]
        assert torch.allclose(logits, weights(pictures.expand(-1, 3, -1, -1))[1], atol=1e-5)
    assert found.name == "inception" and found.hash == inception.HASH
