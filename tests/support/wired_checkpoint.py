"""A checkpoint whose every unit is wired by hand, so that what each of them draws is known."""

from pathlib import Path

import torch
from tiny_checkpoint import publish_tiny

from explorer.models.generator import Generator

# Unit of every layer: the places of the coarsest 7 x 7 grid where it draws, and how brightly. A place is 4 x 4 pixels.
WIRED = {2: (slice(0, 2), slice(0, 3), 3.0), 5: (slice(4, 7), slice(2, 6), 2.0)}


def publish_wired(folder: Path) -> Path:
    """Write the checkpoint: z_dim 16; z alone makes what the wired units draw brighter or darker, whatever c is."""
    return publish_tiny(folder, alter=_wire)


@torch.no_grad()
def _wire(generator: Generator) -> None:
    noise = torch.randn(8, 49, 16, generator=torch.Generator().manual_seed(1))
    for tensor in generator.parameters():
        tensor.zero_()
    weight, bias = generator.start.weight.view(16, 49, -1), generator.start.bias.view(16, 7, 7)
    weight[:8, :, :16] = 0.02 * noise
    for unit, (rows, columns, brightness) in WIRED.items():
        bias[unit, rows, columns] = brightness
        generator.to_image.weight[0, unit, 1, 1] = 1.0
    generator.to_image.bias.fill_(-1.0)
    for block in generator.blocks:  # every block hands unit n on as unit n, and adds nothing of its own
        torch.nn.init.dirac_(block.skip.weight)
