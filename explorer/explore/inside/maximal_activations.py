"""Which pictures excite a unit most, and where: one pass of all pictures answers it for every unit of every layer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from explorer.data.progress import Report
from explorer.models.activations import record_activations
from explorer.models.generator import Layer
from explorer.models.pixels import from_bytes
from explorer.stopping import Stop, check

ROWS = 64


@dataclass(frozen=True, eq=False)
class Excited:
    """The k pictures that excite each unit of a layer most, best first; a picture counts once, where it excites most.

    rows: int64 [units, k], which pictures. values: float32 [units, k], how strongly. places: int64 [units, k, 2], row
    and column in the unit's map.
    """

    layer: Layer
    rows: np.ndarray
    values: np.ndarray
    places: np.ndarray


@torch.no_grad()
def maximal_activations(
    network: nn.Module,
    layers: Sequence[Layer],
    images: Tensor,
    k: int,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> tuple[Excited, ...]:
    """For each layer of a discriminator that is one's own; images uint8 [N, C, H, W], N at least k. Raises Stopped."""
    look = getattr(network, "features", network)  # what it sees before it hears a word
    device = next(network.parameters()).device
    best: dict[str, tuple[Tensor, ...]] = {}
    with record_activations(network, [layer.name for layer in layers]) as maps:
        for start in range(0, len(images), ROWS):
            check(stop)
            some = images[start : start + ROWS]
            look(from_bytes(some.to(device)))
            for layer in layers:
                values, cells = maps[layer.name].flatten(2).max(dim=2)
                rows = torch.arange(start, start + len(some), device=device)[:, None].expand_as(cells)
                new = values, rows, cells
                both = (
                    [torch.cat(pair) for pair in zip(best[layer.name], new, strict=True)]
                    if best.get(layer.name)
                    else new
                )
                # Stable: of pictures that excite equally, the first stays the first.
                order = both[0].sort(dim=0, descending=True, stable=True).indices[:k]
                best[layer.name] = tuple(part.gather(0, order) for part in both)
            report("showing it real pictures", start + len(some), len(images))
    return tuple(_excited(layer, *(part.T.cpu().numpy() for part in best[layer.name])) for layer in layers)


def _excited(layer: Layer, values: np.ndarray, rows: np.ndarray, cells: np.ndarray) -> Excited:
    return Excited(layer, rows, values, np.stack(np.divmod(cells, layer.side), axis=2))
