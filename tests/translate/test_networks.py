"""The networks of a translator, and its checkpoint: near to nothing at first, and trusted only as far as it goes."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from tiny_checkpoint import publish_tiny
from tiny_translator import DOMAINS, publish_tiny_translator, shapes

from explorer import checkpoint
from explorer.checkpoint import CheckpointError
from explorer.checkpoint.example_pictures import EXAMPLES, FILE, read_examples
from explorer.errors import ExplorerError
from explorer.models.config import TranslatorConfig
from explorer.models.pixels import from_bytes
from explorer.models.translator import PatchDiscriminators, Translator, translate


def pictures(count, channels, side):
    return from_bytes(torch.from_numpy(shapes(count, channels, side)).permute(0, 3, 1, 2))


@pytest.mark.parametrize(("side", "channels"), [(28, 1), (32, 3), (64, 3), (128, 3)])
def test_a_fresh_translator_leaves_pictures_nearly_as_they_are(side, channels):
    torch.manual_seed(0)
    translator = Translator(TranslatorConfig(side, channels, 8, 8))
    x = pictures(2, channels, side)
    for one in (*translate(translator, x, "there"), *translate(translator, x, "back")):
        assert one.shape == x.shape and (one - x).abs().mean() < 0.12  # of a range of 2


def test_a_picture_does_not_depend_on_its_batch_and_the_ways_differ():
    torch.manual_seed(0)
    translator = Translator(TranslatorConfig(28, 1, 4)).eval()
    x = pictures(5, 1, 28)
    together, _ = translate(translator, x, "there")
    alone, _ = translate(translator, x[2:3], "there")
    assert torch.allclose(together[2:3], alone, atol=1e-5)
    assert not torch.allclose(together, translate(translator, x, "back")[0], atol=1e-3)


def test_a_discriminator_has_a_logit_for_each_patch():
    torch.manual_seed(0)
    D = PatchDiscriminators(TranslatorConfig(64, 3, 4, 8))
    x = pictures(2, 3, 64)
    assert D.a(x).shape == (2, 14, 14) and not torch.equal(D.a(x), D.b(x))
    changed = x.clone()
    changed[1] = -changed[1]
    assert torch.equal(D.a(changed)[0], D.a(x)[0]) and not torch.equal(D.a(changed)[1], D.a(x)[1])


@pytest.mark.parametrize(
    "fields",
    [
        *({"resolution": 16}, {"resolution": 48}, {"resolution": 256}, {"resolution": "64"}, {"channels": 2}),
        *({"size": 0}, {"size": 129}, {"size": True}, {"size": 8.0}, {"size_d": -1}),
    ],
)
def test_shapes_out_of_range(fields):
    with pytest.raises(ExplorerError, match=r"\.$"):
        TranslatorConfig(**fields)


def test_saved_and_loaded_again_it_gives_the_same_pictures(tmp_path):
    folder = publish_tiny_translator(tmp_path / "mine", channels=3, resolution=32)
    torch.manual_seed(0)
    live = Translator(TranslatorConfig(32, 3, 4, 4)).eval()
    for generator in (live.there, live.back):
        generator.to_image.weight.data.mul_(8)
    x = pictures(3, 3, 32)
    opened = checkpoint.load_translator(folder)
    for mine, theirs in zip(translate(opened.translator, x, "there"), translate(live, x, "there"), strict=True):
        assert torch.allclose(mine, theirs, atol=1e-6)
    assert opened.domains == DOMAINS and opened.image_shape == (3, 32, 32) and opened.name == "mine"
    assert opened.discriminators().b(x).shape[0] == 3
    halved = checkpoint.load_translator(publish_tiny_translator(tmp_path / "half", 3, 32, half=True))
    difference = translate(halved.translator, x, "there")[0] - translate(live, x, "there")[0]
    assert difference.abs().max() * 127.5 <= 3
    assert (tmp_path / "half/generator.safetensors").stat().st_size < 0.6 * (
        folder / "generator.safetensors"
    ).stat().st_size


def test_a_translator_draws_nothing_and_a_generator_translates_nothing(tmp_path):
    folder = publish_tiny_translator(tmp_path / "mine")
    with pytest.raises(CheckpointError, match="give it a picture"):
        checkpoint.load(folder)
    with pytest.raises(CheckpointError, match="translates none"):
        checkpoint.load_translator(publish_tiny(tmp_path / "words"))
    about = checkpoint.describe(folder)
    assert about.translates and not about.conditional and about.space_name == ""
    assert (
        checkpoint.learned(about) == "Pictures of dark and light; it translates a picture of one into one of the other."
    )


HOSTILE = {
    "domains": lambda config: config | {"labels": ["one"]},
    "same": lambda config: config | {"labels": ["one", "one"]},
    "many": lambda config: config | {"labels": ["a", "b", "c"]},
    "control": lambda config: config | {"labels": ["a", "b\x1b[2J"]},
    "styles": lambda config: config | {"styles": ["noto"]},
    "size": lambda config: config | {"network": config["network"] | {"size": 10**9}},
    "other": lambda config: config | {"network": config["network"] | {"z_dim": 4}},
    "truncation": lambda config: config | {"word_truncation": 0.5},
    "wider": lambda config: config | {"network": config["network"] | {"size": 8}},
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_config_is_refused_in_a_sentence(tmp_path, kind):
    path = publish_tiny_translator(tmp_path / "mine") / "config.json"
    path.write_text(json.dumps(HOSTILE[kind](json.loads(path.read_text("utf-8")))), "utf-8")
    with pytest.raises(CheckpointError, match=r"\.$"):
        checkpoint.load_translator(tmp_path / "mine")


@pytest.mark.parametrize("change", ["missing", "shape", "nan", "extra", "cut"])
def test_hostile_weights_are_refused_in_a_sentence(tmp_path, change):
    path = publish_tiny_translator(tmp_path / "mine") / "generator.safetensors"
    tensors, name = load_file(path), "there.to_image.weight"
    if change == "missing":
        del tensors[name]
    elif change == "shape":
        tensors[name] = tensors[name][:1].clone()
    elif change == "nan":
        tensors[name] = tensors[name] * float("nan")
    elif change == "extra":
        tensors["more"] = torch.zeros(1)
    save_file(tensors, path)
    if change == "cut":
        path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match=r"\.$"):
        checkpoint.load_translator(tmp_path / "mine")


def test_examples_are_read_as_they_were_written_and_crooked_ones_are_none(tmp_path):
    folder = publish_tiny_translator(tmp_path / "mine", channels=3, resolution=32)
    some = read_examples(folder, (3, 32, 32))
    for number, tiles in enumerate(some):
        assert np.array_equal(tiles, shapes(EXAMPLES, 3, 32, number))
    two = read_examples(publish_tiny_translator(tmp_path / "two", measured=False), (1, 28, 28))
    assert len(two.a) == len(two.b) == EXAMPLES and len(two.worst_a) == len(two.worst_b) == 0
    path = folder / FILE
    for content in (b"", b"no picture", path.read_bytes()[:500]):
        path.write_bytes(content)
        assert not any(map(len, read_examples(folder, (3, 32, 32))))
    Image.new("RGB", (EXAMPLES * 32, 3 * 32)).save(path)
    assert not any(map(len, read_examples(folder, (3, 32, 32))))
    path.unlink()
    assert not any(map(len, read_examples(folder, (3, 32, 32))))
