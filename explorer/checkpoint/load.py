"""Opening a checkpoint: names and shapes are held against its config before a network is filled."""

import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.checkpoint.description import CheckpointError, Description, describe, network_of
from explorer.checkpoint.listing import find
from explorer.errors import shown
from explorer.files import open_tensors, reason

if TYPE_CHECKING:  # listing checkpoints must not wait for torch
    from torch import Tensor, nn


@dataclass(frozen=True)
class Checkpoint:
    """A loaded generator and what belongs to it. Nothing in it changes."""

    name: str
    path: Path
    description: Description
    generator: (
        "nn.Module"  # (z [N, Z], c [N, c_dim]) -> [N, C, H, W] in [-1, 1]; eval mode, no gradients, channels_last
    )
    label_vectors: np.ndarray  # float32 [K, D], unit rows
    z_dim: int
    image_shape: tuple[int, int, int]  # C, H, W

    @property
    def labels(self) -> tuple[str, ...]:
        return self.description.labels

    @property
    def conditional(self) -> bool:
        """Whether its generator is told what to draw."""
        return self.description.conditional

    def condition(self, vectors: "Tensor", temperature: float | None = None) -> "Tensor":
        """What the generator hears for unit word vectors [N, D]: float32 [N, c_dim], on their device.

        Those themselves; or, where it only knows labels, how much of each by similarity (`label_weights`); or nothing.
        Of a family of codes: the middle of each number, and as much of every category.
        """
        import torch

        from explorer.models.conditioning import TEMPERATURE, label_weights

        if self.description.conditioning == "word":
            return vectors
        if self.description.conditioning == "label":
            labels = torch.from_numpy(np.array(self.label_vectors)).to(vectors.device)
            return label_weights(vectors, labels, temperature or TEMPERATURE)
        codes = self.generator.config.codes
        middle = [torch.full((len(vectors), n), 1 / n if n > 1 else 0.0, device=vectors.device) for n in codes]
        return torch.cat([vectors[:, :0], *middle], dim=1)

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
        """Its opponent, read from disk: (x [N, C, H, W], c [N, D]) -> DiscriminatorOutput."""
        from explorer.models.discriminator import Discriminator

        network = Discriminator(network_of(self.description, self.path))
        _fill(network, self.path / "discriminator.safetensors")
        return _still(network).to(next(self.generator.parameters()).device)


def load(name: str | Path, device: str = "cpu") -> Checkpoint:
    """Open a checkpoint by name, folder or hub address, checked from end to end, its generator on `device`."""
    from explorer.models.generator import Generator

    path = find(name)
    description = describe(path)
    config = network_of(description, path)
    generator = Generator(config)
    # As wide as a word; where the network hears none, only the file knows.
    wide = config.c_dim if description.conditioning == "word" else None
    extra = {"label_vectors": (len(description.labels), wide)}
    label_vectors = _fill(generator, path / "generator.safetensors", extra)["label_vectors"].numpy()
    if np.abs(np.linalg.norm(label_vectors, axis=1) - 1).max() > 1e-3:
        raise CheckpointError(f"The checkpoint {path} cannot be opened: its label vectors are not of unit length.")
    label_vectors.setflags(write=False)
    hub = re.match(r"hf:[^/]+/([^@]+)", str(name))
    called = hub[1] if hub else path.parent.name if path.name == "checkpoint" else path.name
    shape = (config.channels, config.resolution, config.resolution)
    return Checkpoint(called, path, description, _still(generator).to(device), label_vectors, config.z_dim, shape)


def _still(network: "nn.Module") -> "nn.Module":
    import torch

    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def _fill(network: "nn.Module", path: Path, extra: dict[str, tuple[int | None, ...]] | None = None) -> dict:
    """Fill a network from a safetensors file with exactly its names and shapes, plus `extra`; returns the extra.

    A side that is None may be of 1 to 1024.
    """
    import torch

    def wrong(what: str) -> CheckpointError:
        return CheckpointError(f"The weights {path} cannot be used: {what}.")

    own = network.state_dict()
    counters = {name for name, tensor in own.items() if not tensor.is_floating_point()}  # batch norm counts batches
    wanted = {name: tuple(tensor.shape) for name, tensor in own.items()} | (extra or {})
    try:
        with open_tensors(path) as file:
            names = set(file.keys())
            if names != set(wanted):
                odd = sorted(names ^ set(wanted))[0]
                raise wrong(f"the tensor {shown(odd, 80)!r} is {'unexpected' if odd in names else 'missing'}")
            for name, shape in wanted.items():
                view = file.get_slice(name)
                sides = zip(view.get_shape(), shape, strict=False)
                fits = all(1 <= side <= 1024 if asked is None else side == asked for side, asked in sides)
                if len(view.get_shape()) != len(shape) or not fits:
                    raise wrong(
                        f"the tensor {name} has shape {shown(view.get_shape(), 80)}, and the config asks for "
                        f"{list(shape)}"
                    )
                if view.get_dtype() not in ("F32", "F16") and name not in counters:
                    raise wrong(f"the tensor {name} holds {view.get_dtype()}, not float32 or float16")
            tensors = {name: file.get_tensor(name) for name in wanted}
            tensors = {name: tensor if name in counters else tensor.float() for name, tensor in tensors.items()}
    except (OSError, ValueError) as error:
        raise wrong(f"the file is missing, cut short or no safetensors file ({reason(error)})") from error
    for name, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise wrong(f"the tensor {name} holds numbers that are not finite")
    # Copies: a tensor that stays mapped to its file would keep the file busy, and die with it.
    rest = {name: tensors.pop(name).clone() for name in extra or {}}
    network.load_state_dict(tensors)
    return rest
