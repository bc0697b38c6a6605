"""The generator's forward pass: latents and a condition in, uint8 tiles out."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.explore.spec.checks import SpecError, shown
from explorer.explore.spec.edits import Edits
from explorer.explore.spec.noise import codes_of, jitter_of, z_of
from explorer.explore.spec.spec import Spec
from explorer.models.conditioning import jitter
from explorer.models.generator import Layer, LayerHook
from explorer.models.pixels import to_bytes

# Kernels choose their blocking by the shape they get, and round accordingly. Every forward pass has this many rows, the
# last padded, so a tile is the same to the bit whatever is drawn beside it. Also the fastest on two cores: 64 tiles in
# four passes stay in the cache (35 ms, against 48 ms in one).
ROWS = 16
MAX_HELD = 2**27  # numbers of one layer's maps: 512 MB
Told = Callable[[slice], Tensor]  # what the generator hears for some of the tiles, [ROWS, c_dim]


@torch.inference_mode()
def draw_tiles(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> np.ndarray:
    """The tiles of a spec, uint8 [N, H, W, C]; `vector` float32 [D] is the condition as heard, already blended.

    Raises SpecError for edits that do not fit this checkpoint.
    """
    return _drawn(checkpoint, spec, _pushed(checkpoint, spec), _told(checkpoint, spec, vector))


@torch.inference_mode()
def draw_codes(checkpoint: Checkpoint, spec: Spec, codes: Sequence[Sequence[float]]) -> np.ndarray:
    """A spec's only tile once for each row of codes (see `Spec.codes`), uint8 [N, H, W, C]: an InfoGAN's.

    Raises SpecError for codes or edits that do not fit this checkpoint.
    """
    z = np.repeat(_pushed(checkpoint, spec), len(codes), axis=0)
    kinds = checkpoint.generator.config.codes
    told = np.concatenate([codes_of(spec.replace(codes=row), kinds) for row in codes])
    return _drawn(checkpoint, spec, z, _rows_of(checkpoint, told))


@torch.inference_mode()
def draw_each(checkpoint: Checkpoint, specs: Sequence[Spec], vectors: Sequence[np.ndarray]) -> np.ndarray:
    """The only tile of each of some specs that differ in what is heard, z or psi alone, uint8 [N, H, W, C].

    vectors: float32 [D] a spec, its condition as heard, already blended. Each tile is that of its spec drawn alone, bit
    for bit. Raises SpecError for codes or edits that do not fit this checkpoint.
    """
    z = np.concatenate([_pushed(checkpoint, spec) for spec in specs])
    if checkpoint.description.conditioning == "codes":
        kinds = checkpoint.generator.config.codes
        told = _rows_of(checkpoint, np.concatenate([codes_of(spec, kinds) for spec in specs]))
        return _drawn(checkpoint, specs[0], z, told)
    heard = _padded(np.stack(vectors).astype(np.float32)).to(_device(checkpoint))
    for place, spec in enumerate(specs):
        if spec.jitter:
            noise = torch.from_numpy(jitter_of(spec, heard.shape[1])).to(heard)
            heard[place : place + 1] = jitter(heard[place : place + 1], noise, spec.jitter)
    return _drawn(checkpoint, specs[0], z, lambda rows: checkpoint.condition(heard[rows], specs[0].temperature))


def _drawn(checkpoint: Checkpoint, spec: Spec, z: np.ndarray, told: Told) -> np.ndarray:
    at = _switches(checkpoint, spec.edits)
    channels, height, width = checkpoint.image_shape
    tiles = torch.empty((len(z), height, width, channels), dtype=torch.uint8, device=_device(checkpoint))
    for start, rows, c in _passes(checkpoint, z, told):
        drawn = checkpoint.generator(rows, c) if at is None else checkpoint.generator(rows, c, at)
        tiles[start : start + ROWS] = to_bytes(drawn)[: len(z) - start]
    return tiles.cpu().numpy()


@torch.inference_mode()
def look_into(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray, layer: str) -> tuple[np.ndarray, np.ndarray]:
    """The tiles as `draw_tiles` gives them, and what a layer's units hold meanwhile: float32 [N, units, side, side].

    Those switched off hold 0. Raises SpecError for a layer or edits that do not fit this checkpoint, for more than
    memory should hold, and for numbers that overflow.
    """
    place, at = known_layers(checkpoint, [layer])[0], _switches(checkpoint, spec.edits)
    if spec.count * place.width * place.side**2 > MAX_HELD:
        raise SpecError(f"The maps of {spec.count} tiles in {layer} are too many to hold at once; draw fewer tiles.")
    channels, height, width = checkpoint.image_shape
    tiles = torch.empty((spec.count, height, width, channels), dtype=torch.uint8)
    maps = torch.empty((spec.count, place.width, place.side, place.side))
    for start, z, c in _passes(checkpoint, _pushed(checkpoint, spec), _told(checkpoint, spec, vector)):
        held = []

        def keep(name: str, x: Tensor, held: list[Tensor] = held) -> Tensor:
            x = x if at is None else at(name, x)
            if name == layer:
                held.append(x)
            return x

        tiles[start : start + ROWS] = to_bytes(checkpoint.generator(z, c, keep))[: spec.count - start]
        maps[start : start + ROWS] = held[0][: spec.count - start]
    if not maps.isfinite().all():
        raise SpecError(f"The numbers in {layer} overflow, so far out are this spec's latents; push them less far.")
    return tiles.numpy(), maps.numpy()


def _passes(checkpoint: Checkpoint, z: np.ndarray, told: Told) -> Iterator[tuple[int, Tensor, Tensor]]:
    """(first tile, z [ROWS, Z], condition [ROWS, c_dim]) of each forward pass, where the generator is."""
    z = _padded(z).to(_device(checkpoint))
    for start in range(0, len(z), ROWS):
        rows = slice(start, start + ROWS)
        yield start, z[rows], told(rows)


def _told(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> Told:
    """What the generator hears for a spec's tiles."""
    if checkpoint.description.conditioning == "codes":
        return _rows_of(checkpoint, codes_of(spec, checkpoint.generator.config.codes))
    device = _device(checkpoint)
    c = torch.from_numpy(np.array(vector, dtype=np.float32)).to(device).expand(ROWS, -1).contiguous()
    noise = _padded(jitter_of(spec, c.shape[1])).to(device) if spec.jitter else None

    def said(rows: slice) -> Tensor:
        near = c if noise is None else jitter(c, noise[rows], spec.jitter)
        return checkpoint.condition(near, spec.temperature)

    return said


def _rows_of(checkpoint: Checkpoint, codes: np.ndarray) -> Told:
    padded = _padded(codes).to(_device(checkpoint))
    return lambda rows: padded[rows]


def _pushed(checkpoint: Checkpoint, spec: Spec) -> np.ndarray:
    """z float32 [N, Z] with the directions of a spec added."""
    z = z_of(spec, checkpoint.z_dim)
    for push in spec.edits.directions:
        if len(push.axis) != checkpoint.z_dim:
            raise SpecError(
                f"This spec's direction has {len(push.axis)} numbers, and {checkpoint.name} hears {checkpoint.z_dim}; "
                "draw it with the checkpoint it was made for."
            )
        z = z + (push.amount * np.array(push.axis)).astype(np.float32)
    return z


def _switches(checkpoint: Checkpoint, edits: Edits) -> LayerHook | None:
    """What switches units off as the maps pass by, or None when there are none to switch off."""
    if not edits.off:
        return None
    device = _device(checkpoint)
    off: dict[str, Tensor] = {}
    for layer in known_layers(checkpoint, dict.fromkeys(name for name, _ in edits.off)):
        units = [unit for name, unit in edits.off if name == layer.name]
        if units[-1] >= layer.width:
            raise SpecError(
                f"The layer {layer.name} of {checkpoint.name} has units 0 to {layer.width - 1}, and {units[-1]} is "
                "none of them; draw this spec with the checkpoint it was made for."
            )
        off[layer.name] = torch.zeros((1, layer.width, 1, 1), dtype=torch.bool, device=device)
        off[layer.name][:, units] = True
    return lambda name, x: x.masked_fill(off[name], 0.0) if name in off else x


def known_layers(checkpoint: Checkpoint, names: Iterable[str]) -> list[Layer]:
    """The layers of these names; raises SpecError for a name that the generator does not have."""
    layers = {layer.name: layer for layer in checkpoint.generator.layers}
    for name in names:
        if name not in layers:
            raise SpecError(
                f"{checkpoint.name} has no layer {shown(name)}; those that can be looked into are {', '.join(layers)}."
            )
    return [layers[name] for name in names]


def _device(checkpoint: Checkpoint) -> torch.device:
    return next(checkpoint.generator.parameters()).device


def _padded(rows: np.ndarray) -> Tensor:
    padded = torch.zeros((-(-len(rows) // ROWS) * ROWS, rows.shape[1]))
    padded[: len(rows)] = torch.from_numpy(rows)
    return padded
