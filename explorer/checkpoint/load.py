"""Loading a checkpoint: names and shapes are compared with its config before a network is filled."""

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
    from collections.abc import Mapping

    from torch import Tensor, nn


@dataclass(frozen=True)
class Checkpoint:
    """A loaded generator and its description. Nothing in it changes."""

    name: str
    path: Path
    description: Description
    generator: "nn.Module"  # (z [N, Z], c [N, c_dim]) -> [N, C, H, W] in [-1, 1]; eval, no gradients, channels_last
    label_vectors: np.ndarray  # float32 [K, D], unit rows
    z_dim: int
    image_shape: tuple[int, int, int]  # C, H, W

    @property
    def labels(self) -> tuple[str, ...]:
        return self.description.labels

    @property
    def styles(self) -> tuple[str, ...]:
        """Names of the styles it was trained on, none for most checkpoints."""
        return self.description.styles

    @property
    def display_names(self) -> "Mapping[str, str]":
        """What a label is called where that is not its word, by label."""
        return self.description.display_names

    @property
    def conditional(self) -> bool:
        """Whether its generator is conditioned on words or labels."""
        return self.description.conditional

    @property
    def word_truncation(self) -> float:
        """What a word is drawn with where nobody says another, 0 .. 1."""
        return self.description.word_truncation

    def condition(
        self, vectors: "Tensor", temperature: float | None = None, styles: "Tensor | None" = None
    ) -> "Tensor":
        """The generator's condition for unit word vectors [N, D]: float32 [N, c_dim], on their device.

        The vectors themselves, then weights of its styles [N, S] where it has some, all zero if None; or, conditioned
        on labels, a blend of labels by similarity (conditioning.label_weights); or nothing. Conditioned on codes: the
        middle of each number, and equal parts of every category.
        """
        import torch

        from explorer.models.conditioning import TEMPERATURE, label_weights

        if self.description.conditioning == "word":
            if not self.styles:
                return vectors
            styles = vectors.new_zeros((len(vectors), len(self.styles))) if styles is None else styles
            return torch.cat([vectors, styles], dim=1)
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
        """How it was trained: data, kimg, recipe, settings ..."""
        return MappingProxyType(self.description.made)

    def discriminator(self) -> "nn.Module":
        """Load its discriminator: (x [N, C, H, W], c [N, D]) -> DiscriminatorOutput."""
        from explorer.models.discriminator import Discriminator

        network = Discriminator(network_of(self.description, self.path))
        _fill(network, self.path / "discriminator.safetensors")
        return _frozen(network).to(next(self.generator.parameters()).device)


def load(name: str | Path, device: str = "cpu") -> Checkpoint:
    """Load a checkpoint by name, folder or hub address, checked, its generator on `device`. Raises CheckpointError."""
    from explorer.models.generator import Generator

    path = find(name)
    description = describe(path)
    config = network_of(description, path)
    generator = Generator(config)
    # As wide as a word vector; only the file says how wide, unless the network is conditioned on them.
    width = config.word_dim if description.conditioning == "word" else None
    extra = {"label_vectors": (len(description.labels), width)}
    label_vectors = _fill(generator, path / "generator.safetensors", extra)["label_vectors"].numpy()
    if np.abs(np.linalg.norm(label_vectors, axis=1) - 1).max() > 1e-3:
        raise CheckpointError(f"The checkpoint {path} cannot be opened: its label vectors are not of unit length.")
    label_vectors.setflags(write=False)
    hub = re.match(r"hf:[^/]+/([^@]+)", str(name))
    short = hub[1] if hub else path.parent.name if path.name == "checkpoint" else path.name
    shape = (config.channels, config.resolution, config.resolution)
    generator = _frozen(generator.fold()).to(device)
    return Checkpoint(short, path, description, generator, label_vectors, config.z_dim, shape)


def _frozen(network: "nn.Module") -> "nn.Module":
    import torch

    return network.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def _fill(network: "nn.Module", path: Path, extra: dict[str, tuple[int | None, ...]] | None = None) -> dict:
    """Fill a network from a safetensors file with exactly its names and shapes, plus `extra`; return the extra.

    A side that is None may be 1 to 1024. Raises CheckpointError.
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
                fits = all(1 <= side <= 1024 if exact is None else side == exact for side, exact in sides)
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
    # Copies: a tensor mapped to its file would keep the file open.
    rest = {name: tensors.pop(name).clone() for name in extra or {}}
    network.load_state_dict(tensors)
    return rest
