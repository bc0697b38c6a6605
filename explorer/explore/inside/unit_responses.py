"""What excites a discriminator's units: the pictures that do so most, and what in them does.

One pass of all pictures finds the first for every unit of every layer. The second is guided backpropagation
(Springenberg, Dosovitskiy, Brox, Riedmiller 2015, "Striving for simplicity: the all convolutional net"): the gradient
of a unit shows what would excite it more, and what would excite it less, until neither can be seen. Guided
backpropagation lets a message pass a rectifier on its way down only where the message is positive: what speaks against
the unit is dropped at every layer. For ReLU the rule is R' = [x > 0] max(R, 0). D has leaky ReLUs, of slope s below 0,
and the rule here is the same with their own slope in place of the bracket: R' = (1 if x > 0 else s) max(R, 0), which is
Springenberg's for s = 0. Messages on the shortcut around a block meet no rectifier there and pass as they are.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from explorer.data.progress import Report
from explorer.models.activations import record_activations
from explorer.models.generator import Layer
from explorer.models.pixels import from_bytes
from explorer.stopping import Stop, check

ROWS = 64  # of a forward pass


@dataclass(frozen=True, eq=False)
class TopActivations:
    """The k pictures that excite each unit of a layer most, best first; a picture counts once, where it excites most.

    rows: int64 [units, k], indices of pictures. values: float32 [units, k], activations. places: int64 [units, k, 2],
    row and column in the unit's map.
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
) -> tuple[TopActivations, ...]:
    """The top k pictures of every unit of each layer; images uint8 [N, C, H, W], N at least k. Raises Stopped.

    No other thread may use the network meanwhile.
    """
    features = getattr(network, "features", network)  # the part before the condition
    device = next(network.parameters()).device
    best: dict[str, tuple[Tensor, ...]] = {}
    with record_activations(network, [layer.name for layer in layers]) as maps:
        for start in range(0, len(images), ROWS):
            check(stop)
            some = images[start : start + ROWS]
            features(from_bytes(some.to(device)))
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
    return tuple(_top_activations(layer, *(part.T.cpu().numpy() for part in best[layer.name])) for layer in layers)


def _top_activations(layer: Layer, values: np.ndarray, rows: np.ndarray, cells: np.ndarray) -> TopActivations:
    return TopActivations(layer, rows, values, np.stack(np.divmod(cells, layer.side), axis=2))


class _Guided(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, slope: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.slope = slope
        return F.leaky_relu(x, slope)

    @staticmethod
    def backward(ctx: Any, message: Tensor) -> tuple[Tensor, None]:
        (x,) = ctx.saved_tensors
        positive = message.clamp(min=0)
        return torch.where(x > 0, positive, ctx.slope * positive), None


class _GuidedRectifiers(TorchFunctionMode):
    """Inside, in this thread alone, every ReLU and leaky ReLU passes messages back by the rule above."""

    def __torch_function__(self, function: Callable, types: Any, args: tuple = (), kwargs: dict | None = None) -> Any:
        given = kwargs or {}
        if function is F.leaky_relu:
            slope = args[1] if len(args) > 1 else given.get("negative_slope", 0.01)
            return _Guided.apply(args[0], slope)
        if function in (F.relu, torch.relu, Tensor.relu):
            return _Guided.apply(args[0], 0.0)
        return function(*args, **given)


def guided_backpropagation(network: nn.Module, pictures: Tensor, layer: str, unit: int, places: Tensor) -> Tensor:
    """What in each of some pictures excites a unit at one place of its map: float32, the shape of the pictures.

    pictures: float32 [N, C, H, W] in [-1, 1]. places: int64 [N, 2], row and column. No
    other thread may use the network meanwhile.
    """
    with _GuidedRectifiers():
        return _message(network, pictures, layer, unit, places)


def receptive_boxes(network: nn.Module, pictures: Tensor, layer: str, unit: int, places: Tensor) -> Tensor:
    """Receptive fields of a unit at a place, int64 [N, 4]: first row and column, last row and column.

    Leaky ReLUs stop no gradient, so the plain one is not 0 wherever the unit looks.
    """
    visible = (_message(network, pictures, layer, unit, places) != 0).any(dim=1)
    boxes = []
    for one in visible:
        rows, columns = (one.any(dim=axis).nonzero() for axis in (1, 0))
        whole = (0, 0, one.shape[0] - 1, one.shape[1] - 1)  # a unit without weights
        boxes.append([int(x) for x in (rows[0], columns[0], rows[-1], columns[-1])] if len(rows) else whole)
    return torch.tensor(boxes)


def _message(network: nn.Module, pictures: Tensor, layer: str, unit: int, places: Tensor) -> Tensor:
    features = getattr(network, "features", network)
    x = pictures.detach().clone().requires_grad_()
    with torch.enable_grad(), record_activations(network, [layer]) as maps:
        features(x)
        activations = maps[layer][torch.arange(len(x)), unit, places[:, 0], places[:, 1]]
        return torch.autograd.grad(activations.sum(), x)[0].detach()
