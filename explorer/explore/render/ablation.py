"""Units of the generator switched off: their maps are 0, or the unit's mean, wherever they are used."""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from explorer.checkpoint import Checkpoint
from explorer.explore.spec.checks import SpecError, shown
from explorer.explore.spec.edits import Edits
from explorer.explore.spec.latents import codes_of, z_of
from explorer.explore.spec.spec import Seeded, Spec
from explorer.many_labels import spread
from explorer.models.generator import Layer, LayerHook

TILES = 16  # of each label, whose maps are averaged
_means: "WeakKeyDictionary[nn.Module, dict[str, Tensor]]" = WeakKeyDictionary()  # they go with their generator


def find_layers(checkpoint: Checkpoint, names: Iterable[str]) -> list[Layer]:
    """The layers of these names; raises SpecError for a name that the generator does not have."""
    layers = {layer.name: layer for layer in checkpoint.generator.layers}
    for name in names:
        if name not in layers:
            raise SpecError(
                f"{checkpoint.name} has no layer {shown(name)}; those that can be looked into are {', '.join(layers)}."
            )
    return [layers[name] for name in names]


def ablation(checkpoint: Checkpoint, edits: Edits) -> LayerHook | None:
    """Sets the maps of units switched off, layer by layer; None when there are none.

    Raises SpecError for layers and units that the generator does not have.
    """
    if not edits.off:
        return None
    device = next(checkpoint.generator.parameters()).device
    to_mean = edits.off_to == "mean"
    masks: dict[str, Tensor] = {}
    for layer in find_layers(checkpoint, dict.fromkeys(name for name, _ in edits.off)):
        units = [unit for name, unit in edits.off if name == layer.name]
        if units[-1] >= layer.width:
            raise SpecError(
                f"The layer {layer.name} of {checkpoint.name} has units 0 to {layer.width - 1}, and {units[-1]} is "
                "none of them; draw this spec with the checkpoint it was made for."
            )
        masks[layer.name] = torch.zeros((1, layer.width, 1, 1), dtype=torch.bool, device=device)
        masks[layer.name][:, units] = True
    means = {name: unit_means(checkpoint)[name].view(1, -1, 1, 1).to(device) for name in masks if to_mean}

    def ablate(name: str, x: Tensor) -> Tensor:
        if name not in masks:
            return x
        off = x.masked_fill(masks[name], 0.0)
        return off.addcmul_(means[name], masks[name].to(x.dtype)) if to_mean else off

    return ablate


@torch.inference_mode()
def unit_means(checkpoint: Checkpoint) -> dict[str, Tensor]:
    """The mean of every unit of each layer over all places of 16 pictures of each label (of many, a spread of 32).

    float32 [width] by the layer's name; psi 1, seed 0, always the same pictures.
    """
    generator = checkpoint.generator
    if generator in _means:
        return _means[generator]
    sums: dict[str, Tensor] = {}

    def add(name: str, x: Tensor) -> Tensor:
        sums[name] = sums.get(name, 0) + x.double().mean(dim=(0, 2, 3)).cpu()
        return x

    device = next(generator.parameters()).device
    spec = Spec(latents=Seeded(0, TILES))
    z = torch.from_numpy(z_of(spec, checkpoint.z_dim)).to(device)
    vectors = torch.tensor(checkpoint.label_vectors[spread(checkpoint.labels)], device=device)
    if checkpoint.description.conditioning == "codes":
        conditions = [torch.from_numpy(codes_of(spec, generator.config.codes)).to(device)]
    elif checkpoint.conditional:
        conditions = [checkpoint.condition(vector.expand(TILES, -1)) for vector in vectors]
    else:
        conditions = [torch.zeros((TILES, 0), device=device)]
    for c in conditions:
        generator(z, c, add)
    _means[generator] = {name: (total / len(conditions)).float() for name, total in sums.items()}
    return _means[generator]
