"""What in a picture excites a unit: guided backpropagation (Springenberg, Dosovitskiy, Brox, Riedmiller 2015, "Striving
for simplicity: the all convolutional net").

The gradient of a unit shows what would excite it more, and what would excite it less, until neither can be seen. Guided
backpropagation lets a message pass a rectifier on its way down only where the message is positive: what speaks against
the unit is dropped at every layer. For ReLU the rule is R' = [x > 0] max(R, 0). D has leaky ReLUs, of slope s below 0,
and the rule here is the same with their own slope in place of the bracket: R' = (1 if x > 0 else s) max(R, 0), which is
Springenberg's for s = 0. Messages on the shortcut around a block meet no rectifier there and pass as they are.
"""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from explorer.models.activations import record_activations


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
    """Inside, and in this thread alone, every ReLU and leaky ReLU passes messages back by the rule above."""

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

    pictures: float32 [N, C, H, W] in [-1, 1]. places: int64 [N, 2], row and column. The network is one's own.
    """
    with _GuidedRectifiers():
        return _message(network, pictures, layer, unit, places)


def receptive_boxes(network: nn.Module, pictures: Tensor, layer: str, unit: int, places: Tensor) -> Tensor:
    """The pixels that a unit can see from a place, int64 [N, 4]: first row and column, last row and column.

    Leaky ReLUs stop no gradient, so wherever the plain one is not 0 the unit looks.
    """
    seen = (_message(network, pictures, layer, unit, places) != 0).any(dim=1)
    boxes = []
    for one in seen:
        rows, columns = (one.any(dim=axis).nonzero() for axis in (1, 0))
        whole = (0, 0, one.shape[0] - 1, one.shape[1] - 1)  # a unit without weights looks nowhere in particular
        boxes.append([int(x) for x in (rows[0], columns[0], rows[-1], columns[-1])] if len(rows) else whole)
    return torch.tensor(boxes)


def _message(network: nn.Module, pictures: Tensor, layer: str, unit: int, places: Tensor) -> Tensor:
    look = getattr(network, "features", network)
    asked = pictures.detach().clone().requires_grad_()
    with torch.enable_grad(), record_activations(network, [layer]) as maps:
        look(asked)
        held = maps[layer][torch.arange(len(asked)), unit, places[:, 0], places[:, 1]]
        return torch.autograd.grad(held.sum(), asked)[0].detach()
