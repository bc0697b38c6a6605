"""The published format: a folder that a generator can be drawn from, and that nobody need trust to open.

    config.json                 what it is: family, network, labels, word space, how it was made
    generator.safetensors       the averaged generator, and `label_vectors`: what it heard for each label
    discriminator.safetensors   its opponent
    metrics.json                measurements, each with how it was taken
    preview.png                 a row for each label (words.png, where there is one: words it never heard)
    README.md                   the model card

Loading never unpickles and never runs anything from the folder. The config is checked first, then the names and
shapes in the weight files against the networks that it describes, and only then is a network filled.
"""

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer import places
from explorer.errors import ExplorerError
from explorer.models.config import NetworkConfig

if TYPE_CHECKING:  # Listing checkpoints must not wait for torch.
    from PIL import Image
    from torch import nn

FORMAT, VERSION = "gan-explorer checkpoint", 1
MAX_LABELS, MAX_TEXT, MAX_CONFIG_BYTES = 4096, 100, 1_000_000
FILES = (
    "config.json",
    "generator.safetensors",
    "discriminator.safetensors",
    "metrics.json",
    "preview.png",
    "words.png",
    "README.md",
)


class CheckpointError(ExplorerError):
    """A folder that is no checkpoint, or one that cannot be trusted; the sentence names it and says why."""


@dataclass(frozen=True)
class Description:
    """What config.json says, checked: enough to list a checkpoint without reading its weights."""

    family: str
    network: dict[str, int]
    labels: tuple[str, ...]
    space_name: str
    space_hash: str
    made: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Checkpoint:
    """A loaded generator and what belongs to it. Nothing in it changes."""

    name: str
    path: Path
    description: Description
    generator: "nn.Module"  # (z [N, Z], c [N, D]) -> [N, C, H, W] in [-1, 1]; eval mode, no gradients, channels_last
    label_vectors: np.ndarray  # float32 [K, D], unit rows
    z_dim: int
    image_shape: tuple[int, int, int]  # C, H, W

    @property
    def labels(self) -> tuple[str, ...]:
        return self.description.labels

    @property
    def space_name(self) -> str:
        return self.description.space_name

    @property
    def space_hash(self) -> str:
        return self.description.space_hash

    @property
    def summary(self) -> "MappingProxyType[str, Any]":
        """How it was made: data, kimg, recipe, settings ..."""
        return MappingProxyType(self.description.made)

    def discriminator(self) -> "nn.Module":
        """Its opponent, read from disk: (x [N, C, H, W], c [N, D]) -> Verdict."""
        from explorer.models.discriminator import Discriminator

        network = Discriminator(_network(self.description, self.path))
        _fill(network, self.path / "discriminator.safetensors")
        return _still(network).to(next(self.generator.parameters()).device)


@dataclass(frozen=True)
class Listing:
    """One line of the checkpoint menu. A broken one has an `error` and nothing else."""

    name: str
    path: Path
    description: Description | None
    error: str | None = None


def list_checkpoints() -> list[Listing]:
    """The shipped checkpoints, then the user's own; sorted by name, the first of two of one name wins."""
    found: dict[str, Listing] = {}
    for shelf in (places.shipped("checkpoints"), places.user_data() / "checkpoints"):
        for folder in sorted(shelf.iterdir()) if shelf.is_dir() else []:
            if folder.name in found or not (folder / "config.json").is_file():
                continue
            try:
                found[folder.name] = Listing(folder.name, folder, describe(folder))
            except CheckpointError as error:
                found[folder.name] = Listing(folder.name, folder, None, str(error))
    return list(found.values())


def find(name: str | Path) -> Path:
    """The folder of a checkpoint: a shipped or own name, a folder, or `hf:owner/name@revision` from the hub."""
    text = str(name)
    if text.startswith("hf:"):
        return _from_hub(text)
    if re.fullmatch(r"[\w.-]+", text) and text not in (".", ".."):
        for shelf in (places.shipped("checkpoints"), places.user_data() / "checkpoints"):
            if (shelf / text / "config.json").is_file():
                return shelf / text
    folder = Path(text).expanduser()
    for place in (folder / "checkpoint", folder):  # of a run folder, what it published
        if (place / "config.json").is_file():
            return place
    known = ", ".join(listing.name for listing in list_checkpoints()) or "none yet"
    raise CheckpointError(f"There is no checkpoint {text!r}: give a name ({known}), a folder, or hf:owner/name.")


def _from_hub(text: str) -> Path:
    match = re.fullmatch(r"hf:([\w-][\w.-]*/[\w-][\w.-]*)(?:@([\w][\w./-]*))?", text)
    if not match:
        raise CheckpointError(f"{text!r} is not of the form hf:owner/name or hf:owner/name@revision.")
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(match[1], revision=match[2], allow_patterns=list(FILES)))
    except Exception as error:  # the hub's own exceptions are many; each means that there is nothing to open
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CheckpointError(
            f"The checkpoint {text} could not be fetched from the Hugging Face hub: {reason}"
        ) from error


def describe(folder: Path) -> Description:
    """Read and check config.json alone."""

    def wrong(what: str) -> CheckpointError:
        return CheckpointError(f"The checkpoint {folder} cannot be opened: {what}.")

    path = folder / "config.json"
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise wrong("its config.json is absurdly long")
        config = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise wrong(f"its config.json cannot be read ({error})") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise wrong("its config.json is not one of ours")
    if config.get("version") != VERSION:
        raise wrong(f"it has format version {config.get('version')!r}, and this program reads {VERSION}")
    network, labels, words, made = (config.get(key) for key in ("network", "labels", "words", "made"))
    if config.get("family") != "word":
        raise wrong(f"its family {config.get('family')!r} is not known here")
    if not isinstance(network, dict) or not isinstance(words, dict) or not isinstance(made, dict):
        raise wrong("its config.json lacks network, words or made")
    if not isinstance(labels, list) or not 1 <= len(labels) <= MAX_LABELS:
        raise wrong(f"it must have between 1 and {MAX_LABELS} labels")
    for text in (*labels, words.get("space"), words.get("hash")):
        if not isinstance(text, str) or not 1 <= len(text) <= MAX_TEXT:
            raise wrong(f"a label or the word space's name is not a text of at most {MAX_TEXT} characters")
    description = Description("word", network, tuple(labels), words["space"], words["hash"], made)
    _network(description, folder)
    return description


def _network(description: Description, folder: Path) -> NetworkConfig:
    try:
        return NetworkConfig(**description.network)
    except (TypeError, ExplorerError) as error:
        raise CheckpointError(f"The checkpoint {folder} cannot be opened: {error}") from error


def load(name: str | Path, device: str = "cpu") -> Checkpoint:
    """Open a checkpoint by name, folder or hub address, checked from end to end, its generator on `device`."""
    from explorer.models.generator import Generator

    path = find(name)
    description = describe(path)
    config = _network(description, path)
    generator = Generator(config)
    extra = {"label_vectors": (len(description.labels), config.c_dim)}
    label_vectors = _fill(generator, path / "generator.safetensors", extra)["label_vectors"].numpy()
    if np.abs(np.linalg.norm(label_vectors, axis=1) - 1).max() > 1e-3:
        raise CheckpointError(f"The checkpoint {path} cannot be opened: its label vectors are not of unit length.")
    label_vectors.setflags(write=False)
    shown = path.parent.name if path.name == "checkpoint" else path.name
    shape = (config.channels, config.resolution, config.resolution)
    return Checkpoint(shown, path, description, _still(generator).to(device), label_vectors, config.z_dim, shape)


def _still(network: "nn.Module") -> "nn.Module":
    import torch

    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def _fill(network: "nn.Module", path: Path, extra: dict[str, tuple[int, ...]] | None = None) -> dict:
    """Fill a network from a safetensors file with exactly its names and shapes, plus `extra`; returns the extra."""
    import torch
    from safetensors import SafetensorError, safe_open

    def wrong(what: str) -> CheckpointError:
        return CheckpointError(f"The weights {path} cannot be used: {what}.")

    own = network.state_dict()
    wanted = {name: tuple(tensor.shape) for name, tensor in own.items()} | (extra or {})
    try:
        with safe_open(path, framework="pt") as file:
            names = set(file.keys())
            if names != set(wanted):
                odd = sorted(names ^ set(wanted))[0]
                raise wrong(f"the tensor {odd[:80]!r} is {'unexpected' if odd in names else 'missing'}")
            for name, shape in wanted.items():
                view = file.get_slice(name)
                if tuple(view.get_shape()) != shape:
                    raise wrong(
                        f"the tensor {name} has shape {view.get_shape()}, and the config asks for {list(shape)}"
                    )
                if view.get_dtype() not in ("F32", "F16"):
                    raise wrong(f"the tensor {name} holds {view.get_dtype()}, not float32 or float16")
            tensors = {name: file.get_tensor(name).float() for name in wanted}
    except (SafetensorError, OSError) as error:
        raise wrong(f"the file is missing, cut short or no safetensors file ({error})") from error
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise wrong(f"the tensor {name} holds numbers that are not finite")
    rest = {name: tensors.pop(name) for name in extra or {}}
    network.load_state_dict(tensors)
    return rest


def save(
    folder: Path,
    generator: "nn.Module",
    discriminator: "nn.Module",
    *,
    labels: Sequence[str],
    label_vectors: np.ndarray,
    space_name: str,
    space_hash: str,
    made: dict[str, Any],
    pictures: "dict[str, Image.Image]",
    card: str | None = None,
    metrics: dict[str, Any] | None = None,
) -> Path:
    """Publish: write the folder beside its place, then swap it in, so that a reader never meets half of one.

    label_vectors: [K, D] unit rows. made: plain values for the card. pictures: preview.png and words.png by name.
    card: Markdown; a short one is written if None.
    """
    import torch
    from safetensors.torch import save_file

    def plain(network: "nn.Module") -> dict:
        return {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}

    config = {
        "format": FORMAT,
        "version": VERSION,
        "family": "word",
        "network": asdict(generator.config),
        "labels": list(labels),
        "words": {"space": space_name, "hash": space_hash},
        "made": made,
    }
    fresh, old = (folder.with_name(f".{folder.name}.{kind}-{os.getpid()}") for kind in ("new", "old"))
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        vectors = torch.tensor(np.asarray(label_vectors), dtype=torch.float32)
        save_file(plain(generator) | {"label_vectors": vectors}, fresh / "generator.safetensors")
        save_file(plain(discriminator), fresh / "discriminator.safetensors")
        (fresh / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
        (fresh / "metrics.json").write_text(json.dumps(metrics or {}, indent=2) + "\n", "utf-8")
        for name, picture in pictures.items():
            picture.save(fresh / name, optimize=True)
        (fresh / "README.md").write_text(card or _short_card(folder.name, config), "utf-8")
        for file in fresh.iterdir():
            file.chmod(0o644)  # safetensors makes its files readable by their owner alone
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise CheckpointError(
            f"The checkpoint could not be written to {folder} ({error.strerror}); what was there is untouched."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return folder


def _short_card(name: str, config: dict) -> str:
    made = "\n".join(f"- {key}: {value}" for key, value in config["made"].items())
    return f"# {name}\n\nLabels: {', '.join(config['labels'])}.\nWord space: {config['words']['space']}.\n\n{made}\n"
