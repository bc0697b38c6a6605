"""The generator's forward pass: latents and conditions in, uint8 tiles out."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from explorer.checkpoint import Checkpoint
from explorer.explore.render.ablation import ablation, find_layers
from explorer.explore.render.word_truncation import truncated
from explorer.explore.spec.checks import SpecError
from explorer.explore.spec.edits import Edits
from explorer.explore.spec.latents import codes_of, jitter_of, z_of
from explorer.explore.spec.spec import Spec, Stored
from explorer.explore.spec.style import style_rows
from explorer.models.conditioning import jitter
from explorer.models.generator import LayerHook
from explorer.models.pixels import to_bytes

# Kernels choose their blocking by the shape they get, and round accordingly. Every forward pass has this many rows, the
# last padded, so a tile is the same to the bit whatever is drawn beside it. Also the fastest on two cores: 64 tiles in
# four passes stay in the cache (35 ms, against 48 ms in one).
ROWS = 16
MAX_MAP_NUMBERS = 2**27  # of one layer's maps: 512 MB
Conditions = Callable[[slice], Tensor]  # the generator's condition for some of the tiles, [ROWS, c_dim]


@torch.inference_mode()
def draw_tiles(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> np.ndarray:
    """The tiles of a spec, uint8 [N, H, W, C]; `vector` float32 [D] is the resolved condition, already blended.

    Raises SpecError for edits or a style that do not fit this checkpoint.
    """
    z, conditions = _latents(checkpoint, spec), _conditions(checkpoint, spec, vector)
    return _draw(checkpoint, spec.edits, z, conditions, _offsets(checkpoint, [spec]))


@torch.inference_mode()
def draw_each(checkpoint: Checkpoint, specs: Sequence[Spec], vectors: Sequence[np.ndarray] = ()) -> np.ndarray:
    """The only tile of each of some specs that share edits and temperature, uint8 [N, H, W, C].

    vectors: float32 [D] a spec, its resolved condition, already blended; an InfoGAN needs none. Each tile is that of
    its spec drawn alone, bit for bit. Raises SpecError for codes, edits or a style that do not fit this checkpoint.
    """
    first = specs[0]
    sources = [(spec.latents, spec.psi, spec.psi_mode) for spec in specs]
    latents = {source: _latents(checkpoint, spec) for source, spec in dict(zip(sources, specs, strict=True)).items()}
    z = np.concatenate([latents[source] for source in sources])
    styles, offsets = _styles(checkpoint, specs), _offsets(checkpoint, specs)
    if checkpoint.description.conditioning == "codes":
        codes = [codes_of(spec, checkpoint.generator.config.codes) for spec in specs]
        return _draw(checkpoint, first.edits, z, _rows_of(checkpoint, codes), offsets)
    rows_of = [truncated(checkpoint, spec, vector) for spec, vector in zip(specs, vectors, strict=True)]
    c = _padded(np.concatenate(rows_of)).to(_device(checkpoint))
    for place, spec in enumerate(specs):
        if spec.jitter:
            noise = torch.from_numpy(jitter_of(spec, c.shape[1])).to(c)
            c[place : place + 1] = jitter(c[place : place + 1], noise, spec.jitter)

    def conditions(rows: slice) -> Tensor:
        return checkpoint.condition(c[rows], first.temperature, styles[rows])

    return _draw(checkpoint, first.edits, z, conditions, offsets)


@torch.inference_mode()
def draw_with_maps(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray, layer: str) -> tuple[np.ndarray, np.ndarray]:
    """The tiles as `draw_tiles` gives them, and the maps of a layer's units: float32 [N, units, side, side].

    Those of units switched off are what these are set to. Raises SpecError for a layer or edits that do not fit this
    checkpoint, for more than memory should hold, and for numbers that overflow.
    """
    place, ablate = find_layers(checkpoint, [layer])[0], ablation(checkpoint, spec.edits)
    if spec.count * place.width * place.side**2 > MAX_MAP_NUMBERS:
        raise SpecError(f"The maps of {spec.count} tiles in {layer} are too many to hold at once; draw fewer tiles.")
    channels, height, width = checkpoint.image_shape
    tiles = torch.empty((spec.count, height, width, channels), dtype=torch.uint8)
    maps = torch.empty((spec.count, place.width, place.side, place.side))
    conditions, offsets = _conditions(checkpoint, spec, vector), _offsets(checkpoint, [spec])
    for start, z, c, own in _passes(checkpoint, _latents(checkpoint, spec), conditions, offsets):
        kept = []

        def keep(name: str, x: Tensor, kept: list[Tensor] = kept) -> Tensor:
            x = x if ablate is None else ablate(name, x)
            if name == layer:
                kept.append(x)
            return x

        tiles[start : start + ROWS] = to_bytes(checkpoint.generator(z, c, *_given(keep, own)))[: spec.count - start]
        maps[start : start + ROWS] = kept[0][: spec.count - start]
    if not maps.isfinite().all():
        raise SpecError(f"The numbers in {layer} overflow, so far out are this spec's latents; push them less far.")
    return tiles.numpy(), maps.numpy()


def _draw(
    checkpoint: Checkpoint, edits: Edits, z: np.ndarray, conditions: Conditions, offsets: Tensor | None
) -> np.ndarray:
    ablate = ablation(checkpoint, edits)
    channels, height, width = checkpoint.image_shape
    tiles = torch.empty((len(z), height, width, channels), dtype=torch.uint8, device=_device(checkpoint))
    for start, rows, c, own in _passes(checkpoint, z, conditions, offsets):
        tiles[start : start + ROWS] = to_bytes(checkpoint.generator(rows, c, *_given(ablate, own)))[: len(z) - start]
    return tiles.cpu().numpy()


def _given(hook: LayerHook | None, offsets: Tensor | None) -> tuple:
    """The generator's arguments beside z and c, as many as are needed."""
    return (hook, offsets) if offsets is not None else () if hook is None else (hook,)


def _passes(
    checkpoint: Checkpoint, z: np.ndarray, conditions: Conditions, offsets: Tensor | None
) -> Iterator[tuple[int, Tensor, Tensor, Tensor | None]]:
    """(first tile, z [ROWS, Z], condition [ROWS, c_dim], offsets [ROWS, modulated, mapping] or None) of each forward
    pass, on the generator's device."""
    z = _padded(z).to(_device(checkpoint))
    for start in range(0, len(z), ROWS):
        rows = slice(start, start + ROWS)
        yield start, z[rows], conditions(rows), None if offsets is None else offsets[rows]


def _conditions(checkpoint: Checkpoint, spec: Spec, vector: np.ndarray) -> Conditions:
    """The generator's conditions for a spec's tiles: codes, or the vector, each tile's jittered."""
    styles = _styles(checkpoint, [spec])
    if checkpoint.description.conditioning == "codes":
        return _rows_of(checkpoint, [codes_of(spec, checkpoint.generator.config.codes)])
    device = _device(checkpoint)
    if spec.word_truncation:
        c = _padded(truncated(checkpoint, spec, vector)).to(device)
    else:  # the same for all tiles
        c = torch.from_numpy(np.array(vector, dtype=np.float32)).to(device).expand(ROWS, -1).contiguous()
    noise = _padded(jitter_of(spec, c.shape[1])).to(device) if spec.jitter else None

    def conditions(rows: slice) -> Tensor:
        near = c[rows] if spec.word_truncation else c
        near = near if noise is None else jitter(near, noise[rows], spec.jitter)
        return checkpoint.condition(near, spec.temperature, styles[rows])

    return conditions


def _styles(checkpoint: Checkpoint, specs: Sequence[Spec]) -> Tensor:
    """The weights of the styles of all tiles of some specs, padded, [N, S], on the generator's device."""
    rows = [style_rows(spec, checkpoint.styles, checkpoint.name) for spec in specs]
    return _padded(np.concatenate(rows)).to(_device(checkpoint))


def _rows_of(checkpoint: Checkpoint, codes: Sequence[np.ndarray]) -> Conditions:
    padded = _padded(np.concatenate(codes)).to(_device(checkpoint))
    return lambda rows: padded[rows]


def _latents(checkpoint: Checkpoint, spec: Spec) -> np.ndarray:
    """z float32 [N, Z] with the directions of a spec added."""
    z = z_of(spec, checkpoint.z_dim)
    for push in spec.edits.directions:
        if len(push.axis) != checkpoint.z_dim:
            raise SpecError(
                f"This spec's direction has {len(push.axis)} numbers, and {checkpoint.name} takes {checkpoint.z_dim}; "
                "draw it with the checkpoint it was made for."
            )
        z = z + (push.amount * np.array(push.axis)).astype(np.float32)
    return z


def _offsets(checkpoint: Checkpoint, specs: Sequence[Spec]) -> Tensor | None:
    """The w of all tiles of some specs, padded, [N, modulated, mapping]; None where no spec has one."""
    each = [spec.latents.w if isinstance(spec.latents, Stored) else () for spec in specs]
    if not any(each):
        return None
    generator = checkpoint.generator
    layers = generator.modulated
    wanted = layers * generator.config.mapping if layers else 0
    for w in filter(None, each):
        if len(w[0]) != wanted:
            raise SpecError(
                f"This spec stores a w of {len(w[0])} numbers, and {checkpoint.name} takes {wanted or 'none'}; "
                "draw it with the checkpoint it was made for."
            )
    rows = [
        np.array(w, np.float32) if w else np.zeros((spec.count, wanted), np.float32)
        for w, spec in zip(each, specs, strict=True)
    ]
    return _padded(np.concatenate(rows)).unflatten(1, (layers, -1)).to(_device(checkpoint))


def _device(checkpoint: Checkpoint) -> torch.device:
    return next(checkpoint.generator.parameters()).device


def _padded(rows: np.ndarray) -> Tensor:
    padded = torch.zeros((-(-len(rows) // ROWS) * ROWS, rows.shape[1]))
    padded[: len(rows)] = torch.from_numpy(rows)
    return padded
