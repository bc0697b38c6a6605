"""What the discriminator knows of its pictures: its features, read by a linear classifier that never saw a label in D.

After the DCGAN paper (Radford, Metz, Chintala 2015, section 5.1): the activations of all layers, max-pooled to 4 x 4,
flattened, an L2-SVM on top. Beside it the raw pixels, and a discriminator of the same shape with random weights, which
says how much is the network's shape and how much was learned. The paper's 82.8 % on CIFAR-10 were read off features
that D had learned on ImageNet.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.checkpoint import Checkpoint
from explorer.data import ImageSet
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.measure.discriminator.linear_probe import Score, equalised, linear_probe
from explorer.measure.discriminator.load import discriminator_of, untrained
from explorer.models.activations import discriminator_layers, record_activations
from explorer.models.pixels import from_bytes
from explorer.stopping import Stop, check

KEY = "probe"  # in metrics.json
PICTURES, LEAST = 10_000, 100
GRID = 4
MOST_NUMBERS = 300_000_000  # of the pictures that are fitted, all together: 1.2 GB, and half as much while C is chosen
MOST_CLASSES = 20  # a fit takes seconds for each
ROWS, SEED = 64, 6


@dataclass(frozen=True)
class Probe:
    """Accuracies on the same test pictures.

    source: whose pictures. pictures, test: how many were fitted, and asked. classes: how many there are to tell apart.
    layers: what the features of the two discriminators are taken from, in words, before they are pooled.
    """

    source: str
    pictures: int
    test: int
    classes: int
    discriminator: Score
    random: Score
    pixels: Score
    layers: tuple[str, ...] = ()

    def as_fields(self) -> dict[str, Any]:
        """Plain values, as metrics.json keeps them under "probe"."""
        fields = asdict(self)
        for one in ("discriminator", "random", "pixels"):
            fields[one]["accuracy"] = round(fields[one]["accuracy"], 4)
        return fields


def probe(
    checkpoint: Checkpoint,
    train: ImageSet,
    test: ImageSet,
    pictures: int = PICTURES,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> Probe:
    """Fit on that many training pictures (drawn at random, always the same), ask all test pictures.

    Where there are more than 20 classes, the 20 with most training pictures take part; of very wide networks fewer
    pictures are fitted than asked for (of 6,000 features, 50,000). Takes minutes. The same checkpoint gives the same
    figures. Raises ExplorerError where there is no discriminator, or pictures and checkpoint do not fit, and Stopped.
    """
    discriminator = discriminator_of(checkpoint)
    if train.words != test.words or not train.image_shape == test.image_shape == checkpoint.image_shape:
        raise ExplorerError(f"{checkpoint.name} looks at other pictures than {train.name} has; choose its own.")
    layers = discriminator_layers(discriminator, checkpoint.image_shape)
    sizes = [layer.width * min(layer.side, GRID) ** 2 for layer in layers]
    classes = np.sort(np.argsort(-np.bincount(train.labels, minlength=len(train.words)), kind="stable")[:MOST_CLASSES])
    mine, asked = (np.flatnonzero(np.isin(one.labels, classes)) for one in (train, test))
    most = min(len(mine), MOST_NUMBERS // sum(sizes))
    if pictures < LEAST:
        raise ExplorerError(f"A probe is fitted on {LEAST} pictures or more, not {pictures}.")
    if most < LEAST:
        raise ExplorerError(f"A probe is fitted on {LEAST} pictures or more, and {train.name} can give {most:,}.")
    mine = np.sort(np.random.default_rng(SEED).permutation(mine)[: min(pictures, most)])
    images, others = (torch.from_numpy(one.images[rows]) for one, rows in ((train, mine), (test, asked)))
    labels, other_labels = train.labels[mine], test.labels[asked]
    scores = {}
    networks = {"discriminator": discriminator, "random": untrained(discriminator), "pixels": None}
    for number, (name, network) in enumerate(networks.items()):
        report("probing", 2 * number, 2 * len(networks))
        if network is None:
            features, spans = [part.flatten(1).float().numpy() for part in (images, others)], [slice(None)]
        else:
            names = [layer.name for layer in layers]
            features = [pooled_features(network, names, part, stop).numpy() for part in (images, others)]
            ends = np.cumsum(sizes)
            spans = [slice(end - size, end) for end, size in zip(ends.tolist(), sizes, strict=True)]
        report("probing", 2 * number + 1, 2 * len(networks))
        ready = equalised(*features, spans)
        del features
        scores[name] = linear_probe(ready[0], labels, ready[1], other_labels, stop)
    report("probing", 2 * len(networks), 2 * len(networks))
    named = tuple(f"{layer.name} ({layer.width} of {layer.side} x {layer.side})" for layer in layers)
    return Probe(train.name, len(mine), len(asked), len(classes), **scores, layers=named)


@torch.no_grad()
def pooled_features(network: nn.Module, names: list[str], images: Tensor, stop: Stop = lambda: False) -> Tensor:
    """What the layers of these names hold on pictures uint8 [N, C, H, W], pooled, one after another: float32 [N, F]."""
    look = getattr(network, "features", network)
    device = next(network.parameters()).device
    found = None
    with record_activations(network, names) as maps:
        for start in range(0, len(images), ROWS):
            check(stop)
            look(from_bytes(images[start : start + ROWS].to(device)))
            seen = torch.cat([pooled(maps[name]) for name in names], dim=1)
            if found is None:  # in one piece from the start: there may be gigabytes of it
                found = torch.empty((len(images), seen.shape[1]))
            found[start : start + ROWS] = seen
    return found


def pooled(maps: Tensor, grid: int = GRID) -> Tensor:
    """Maps [N, C, H, W], the largest value in each cell of a grid over them: [N, C * grid * grid], or less of smaller
    maps."""
    return F.adaptive_max_pool2d(maps, min(grid, maps.shape[-1])).flatten(1)
