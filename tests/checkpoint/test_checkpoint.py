"""The published format: what goes in comes out, and what is broken or hostile is refused in a sentence."""

import json
import os
import pickle
import shutil

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from tiny_checkpoint import publish_tiny

from explorer import checkpoint
from explorer.checkpoint import CheckpointError
from explorer.errors import ExplorerError
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.generator import Generator

CONFIG = NetworkConfig(z_dim=6, c_dim=5, size=4)


def publish(folder, labels=("one", "two", "three")):
    torch.manual_seed(0)
    G, D = (network(CONFIG).to(memory_format=torch.channels_last) for network in (Generator, Discriminator))
    checkpoint.save(
        folder,
        G,
        D,
        labels=labels,
        label_vectors=np.eye(5, dtype=np.float32)[: len(labels)],
        space_name="tiny",
        space_hash="0" * 64,
        made={"kimg": 1.5, "data": "a test"},
        pictures={"preview.png": Image.new("L", (28, 28))},
    )
    return G.eval(), D.eval()


@pytest.fixture
def folder(tmp_path):
    publish(tmp_path / "tiny")
    return tmp_path / "tiny"


def test_round_trip(tmp_path):
    G, D = publish(tmp_path / "tiny")
    loaded = checkpoint.load(tmp_path / "tiny")
    z, c = torch.randn(4, 6), torch.nn.functional.normalize(torch.randn(4, 5), dim=1)
    with torch.inference_mode():
        pictures = G(z, c)
        assert torch.allclose(loaded.generator(z, c), pictures, atol=1e-6)
        assert torch.allclose(loaded.discriminator()(pictures, c).real, D(pictures, c).real, atol=1e-6)
    assert loaded.labels == ("one", "two", "three") and loaded.name == "tiny" and loaded.summary["kimg"] == 1.5
    assert loaded.z_dim == 6 and loaded.image_shape == (1, 28, 28) and loaded.space_name == "tiny"
    assert np.array_equal(loaded.label_vectors, np.eye(5, dtype=np.float32)[:3])
    assert not any(p.requires_grad for p in loaded.generator.parameters()) and not loaded.generator.training


def test_saving_again_replaces_the_folder_whole(folder):
    (folder / "words.png").write_text("of the one before")
    publish(folder, labels=("four",))
    assert checkpoint.load(folder).labels == ("four",) and not (folder / "words.png").exists()
    assert [p.name for p in folder.parent.iterdir()] == ["tiny"]


@pytest.mark.parametrize("content", ["thesis.txt", "config.json", "inner/config.json"])
def test_what_is_no_checkpoint_is_never_replaced(tmp_path, content):
    (tmp_path / "mine" / content).parent.mkdir(parents=True)
    (tmp_path / "mine" / content).write_text("{}")
    with pytest.raises(CheckpointError, match="choose a new folder"):
        publish(tmp_path / "mine")
    assert (tmp_path / "mine" / content).read_text() == "{}"
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_a_save_killed_between_its_renames_is_mended_by_the_next(folder):
    folder.rename(folder.with_name(".tiny.old"))
    publish(folder, labels=("five",))
    assert checkpoint.load(folder).labels == ("five",)
    assert [p.name for p in folder.parent.iterdir()] == ["tiny"]


@pytest.mark.parametrize("labels", [(), ("x" * 101,), ("fine", "")])
def test_what_could_not_be_loaded_is_not_published(tmp_path, labels):
    with pytest.raises(CheckpointError, match="label"):
        publish(tmp_path / "tiny", labels=labels)
    assert list(tmp_path.iterdir()) == []


def test_found_by_name_in_the_users_own_folder(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    shutil.copytree(folder, tmp_path / "home/checkpoints/mine")
    (tmp_path / "home/checkpoints/broken").mkdir()
    (tmp_path / "home/checkpoints/broken/config.json").write_text("{")
    assert checkpoint.load("mine").name == "mine"
    shutil.copytree(folder, tmp_path / "home/checkpoints/.mine.old")  # what a killed save leaves
    listed = {listing.name: listing for listing in checkpoint.list_checkpoints()}
    assert listed["mine"].error is None and listed["mine"].description.labels == ("one", "two", "three")
    assert "config.json" in listed["broken"].error and ".mine.old" not in listed


def edit_config(folder, **changes):
    config = json.loads((folder / "config.json").read_text())
    config.update(changes)
    (folder / "config.json").write_text(json.dumps(config))


NETWORK = {"resolution": 28, "channels": 1, "z_dim": 6, "c_dim": 5, "size": 4}


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "something else"},
        {"version": 99},
        {"family": "__import__('os').system('true')"},
        {"network": {**NETWORK, "size": 10**12}},
        {"network": {**NETWORK, "resolution": -28}},
        {"network": {**NETWORK, "size": "4"}},
        {"network": {**NETWORK, "extra": 1}},
        {"network": {}},  # the defaults: another network than the weights are of
        {"network": {**NETWORK, "size": 8}},
        {"network": [1, 2]},
        {"labels": []},
        {"labels": ["x" * 10_000]},
        {"labels": ["a", 7, "c"]},
        {"labels": ["one", "two"]},
        {"words": {"space": "tiny"}},
        {"words": {"space": "/etc/passwd", "hash": "0"}},
        {"words": {"space": "..", "hash": "0"}},
        {"made": None},
    ],
)
def test_a_config_that_lies_is_refused(folder, changes):
    edit_config(folder, **changes)
    with pytest.raises(CheckpointError) as caught:
        checkpoint.load(folder)
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "nonsense", '"just text"', "x" * 2_000_000, "\x00\xff"])
def test_a_config_that_is_no_config_is_refused(folder, text):
    (folder / "config.json").write_text(text, encoding="latin-1")
    with pytest.raises(CheckpointError):
        checkpoint.load(folder)


class Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.mark.parametrize("how", ["pickle", "torch"])
def test_a_pickle_in_place_of_weights_is_never_run(folder, tmp_path, how):
    trace = tmp_path / "ran"
    with open(folder / "generator.safetensors", "wb") as file:
        pickle.dump(Bomb(str(trace)), file) if how == "pickle" else torch.save(Bomb(str(trace)), file)
    with pytest.raises(CheckpointError, match=r"generator\.safetensors"):
        checkpoint.load(folder)
    assert not trace.exists()


@pytest.mark.parametrize("share", [0, 4, 0.5, 0.999])
def test_truncated_weights_are_refused(folder, share):
    path = folder / "generator.safetensors"
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content)) if share < 1 else share])
    with pytest.raises(CheckpointError, match=r"generator\.safetensors"):
        checkpoint.load(folder)


def missing(tensors):
    del tensors["paint.weight"]


def unexpected(tensors):
    tensors["../../escape"] = torch.zeros(3)


def reshaped(tensors):
    tensors["paint.weight"] = tensors["paint.weight"].flatten()


def retyped(tensors):
    tensors["paint.weight"] = tensors["paint.weight"].double()


def not_finite(tensors):
    tensors["paint.weight"][0, 0, 0, 0] = float("nan")


def not_unit(tensors):
    tensors["label_vectors"] = tensors["label_vectors"] * 3


@pytest.mark.parametrize("spoil", [missing, unexpected, reshaped, retyped, not_finite, not_unit])
def test_weights_that_do_not_fit_are_refused(folder, spoil):
    tensors = load_file(folder / "generator.safetensors")
    spoil(tensors)
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / "generator.safetensors")
    with pytest.raises(CheckpointError):
        checkpoint.load(folder)


def test_a_bad_discriminator_does_not_stop_the_drawing(folder):
    (folder / "discriminator.safetensors").unlink()
    loaded = checkpoint.load(folder)
    with pytest.raises(CheckpointError, match=r"discriminator\.safetensors"):
        loaded.discriminator()


@pytest.mark.parametrize(
    "name",
    [
        "x" * 5000,
        "~nobody/x",
        "nobody-made-this",
        "../../etc",
        "..",
        "",
        "hf:",
        "hf:a",
        "hf:../../x",
        "hf:a/b@../..",
        "hf:a/b c",
        "\x00",
    ],
)
def test_names_that_lead_nowhere(name):
    with pytest.raises(ExplorerError):
        checkpoint.load(name)


def test_a_full_disk_leaves_what_was_there(folder, monkeypatch):
    before = sorted((p.name, p.read_bytes()) for p in folder.iterdir())

    def full(*_args, **_kwargs):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(CheckpointError, match="No space left"):
        publish(folder)
    assert sorted((p.name, p.read_bytes()) for p in folder.iterdir()) == before
    assert [p.name for p in folder.parent.iterdir()] == ["tiny"]


@pytest.fixture
def hub(folder, tmp_path, monkeypatch):
    """A hub cache that holds owner/tiny at revision v1, and no network."""
    from huggingface_hub import constants

    commit = "a" * 40
    repository = tmp_path / "hub/models--owner--tiny"
    shutil.copytree(folder, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    for name in ("main", "v1"):
        (repository / "refs" / name).write_text(commit)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    return repository / "snapshots" / commit


@pytest.mark.parametrize("name", ["hf:owner/tiny", "hf:owner/tiny@v1"])
def test_from_the_hub(hub, name):
    assert checkpoint.load(name).labels == ("one", "two", "three")


def test_what_comes_from_the_hub_is_trusted_no_more(hub):
    edit_config(hub, network={**NETWORK, "size": 10**12})
    with pytest.raises(CheckpointError):
        checkpoint.load("hf:owner/tiny")


@pytest.mark.parametrize("name", ["hf:owner/other", "hf:owner/tiny@v2"])
def test_what_the_hub_does_not_have(hub, name):
    with pytest.raises(CheckpointError, match="hf:owner") as caught:
        checkpoint.load(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("styles", [("each",), ("any", "noto"), ("Noto",), ("noto", "noto"), ("a" * 41,), ("-a",)])
def test_names_that_no_style_can_have(tmp_path, styles):
    with pytest.raises(CheckpointError, match="style"):
        publish_tiny(tmp_path / "tiny", styles=styles)
