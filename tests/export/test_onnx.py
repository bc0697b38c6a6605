"""ONNX files, run by onnxruntime, against the networks they were made of; and the program in the card."""

import base64
import json
import subprocess
import sys

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_checkpoint import publish_tiny

from explorer import checkpoint as checkpoints
from explorer.cli import main
from explorer.explore.card.onnx_example import onnx_example
from explorer.export.onnx_file import discriminator_file, generator_file

onnxruntime = pytest.importorskip("onnxruntime")
KINDS = (
    {"family": "word", "styles": ("noto", "flat"), "channels": 3, "resolution": 32},
    {"family": "acgan"},
    {"family": "twongan", "network": "dcgan", "resolution": 32},
    {"family": "reacgan", "scale_condition": False},
    {"family": "cdcgan"},
    {"family": "infogan"},
    {"family": "dcgan", "network": "dcgan"},
)


def inputs_for(opened, first, value, session):
    """Random conditions for so many rows, and all of the inputs that the file has."""
    generator = np.random.default_rng(1)
    config = opened.generator.config
    known = {first: value, "c": generator.standard_normal((len(value), config.word_dim), dtype=np.float32)}
    known["style"] = generator.random((len(value), config.styles), dtype=np.float32)
    c = torch.from_numpy(np.concatenate([known["c"], known["style"]], axis=1))
    return c, {one.name: known[one.name] for one in session.get_inputs()}


@pytest.mark.parametrize("made", KINDS, ids=lambda made: "-".join((made["family"], made.get("network", "residual"))))
def test_networks_give_the_same_numbers_for_any_batch(made, tmp_path):
    opened = checkpoints.load(publish_tiny(tmp_path / "mine", **made))
    generator = onnxruntime.InferenceSession(generator_file(opened))
    judge = onnxruntime.InferenceSession(discriminator_file(opened))
    for count in (1, 5):
        z = np.random.default_rng(count).standard_normal((count, opened.z_dim), dtype=np.float32)
        c, inputs = inputs_for(opened, "z", z, generator)
        (images,) = generator.run(["images"], inputs)
        with torch.inference_mode():
            expected = opened.generator(torch.from_numpy(z), c)
            logits = opened.discriminator()(expected, c)
        assert np.abs(images - expected.numpy()).max() < 1e-4
        _, inputs = inputs_for(opened, "images", expected.numpy(), judge)
        names = [one.name for one in judge.get_outputs()]
        given = dict(zip(names, judge.run(None, inputs), strict=True))
        wanted = {"real": logits.real, "classes": logits.classes}
        wanted |= {f"codes_{place}": code for place, code in enumerate(logits.codes)}
        for name, value in wanted.items():
            assert (value is None) == (name not in given)
            assert value is None or np.abs(given[name] - value.numpy()).max() < 1e-4


def test_shipped_generators_and_what_their_files_tell():
    opened = checkpoints.load("fashion-words")
    session = onnxruntime.InferenceSession(generator_file(opened))
    z = np.random.default_rng(0).standard_normal((16, 64), dtype=np.float32)
    c = opened.label_vectors[np.arange(16) % 10]
    with torch.inference_mode():
        expected = opened.generator(torch.from_numpy(z), torch.from_numpy(c.copy())).numpy()
    assert np.abs(session.run(["images"], {"z": z, "c": c})[0] - expected).max() < 1e-4
    facts = session.get_modelmeta().custom_metadata_map
    assert json.loads(facts["labels"]) == list(opened.labels) and facts["words"] == opened.space_name
    vectors = np.frombuffer(base64.b64decode(facts["label_vectors"]), "<f4").reshape(10, -1)
    assert np.array_equal(vectors, opened.label_vectors)
    assert [one.shape for one in session.get_inputs()] == [["n", 64], ["n", 100]]


@pytest.mark.parametrize("made", KINDS[:2] + KINDS[5:], ids=lambda made: made["family"])
def test_the_cards_program_draws_without_this_package(made, tmp_path, monkeypatch, capsys):
    where = publish_tiny(tmp_path / "mine", **made)
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(where), "--onnx", "mine.onnx", "--discriminator", "judge.onnx"]) == 0
    assert capsys.readouterr().out.count("opset 17") == 2 and (tmp_path / "judge.onnx").exists()
    program = onnx_example("mine", checkpoints.load(where))
    assert len(program.splitlines()) <= 22
    without = "import sys\nsys.modules['explorer'] = sys.modules['torch'] = None\n"
    done = subprocess.run([sys.executable, "-c", without + program], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    side = 4 * made.get("resolution", 28)
    assert Image.open(tmp_path / "sixteen.png").size == (side, side)


@pytest.mark.parametrize("name", ["fashion-words", "emoji-words", "mnist-acgan", "mnist-infogan"])
def test_shipped_cards_hold_the_program(name):
    opened = checkpoints.load(name)
    assert onnx_example(name, opened) in (opened.path / "README.md").read_text("utf-8")


def test_what_cannot_be_written_is_said_at_once(tmp_path, capsys):
    assert main(["export", "fashion-words", "--onnx", str(tmp_path / "x.txt")]) == 2
    assert "use .onnx" in capsys.readouterr().err
