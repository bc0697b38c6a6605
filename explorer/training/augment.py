"""DiffAugment: what D sees, real or drawn, is moved, tinted and cut out alike (Zhao 2020).

With few pictures a word D would know them by heart, and nothing that it then asks of G helps. It never sees a picture
twice alike this way, and since G's gradient passes through the same changes, G does not learn to draw them.
"""

import torch
from torch import Tensor

COLOUR = 0.2  # largest change of brightness, in [-1, 1]; of contrast and saturation, as a factor
MOVE = 1 / 8  # of the side, the farthest that a picture is moved
CUT = 1 / 2  # of the side, the side of the square that is cut out
NUMBERS = 7  # uniform numbers that one picture needs


def diffaugment(pictures: Tensor, uniform: Tensor) -> Tensor:
    """Pictures [N, C, H, W] in [-1, 1], each changed by its own uniform numbers [N, NUMBERS] in [0, 1)."""
    side = pictures.shape[-1]
    brightness, contrast, saturation = (COLOUR * (2 * uniform[:, :3] - 1)).to(pictures.dtype).T[..., None, None, None]
    x = pictures + brightness
    if x.shape[1] > 1:
        grey = x.mean(dim=1, keepdim=True)
        x = grey + (x - grey) * (1 + saturation)
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    x = mean + (x - mean) * (1 + contrast)
    farthest = int(side * MOVE)
    right, down = ((uniform[:, 3:5] * (2 * farthest + 1)).long() - farthest).unbind(1)
    x = move(x, right, down)
    cut = int(side * CUT)
    # The square may lie across an edge, so that the middle is not cut out more often than the rest.
    left, top = ((uniform[:, 5:7] * (side + cut)).long() - cut).unbind(1)
    places = torch.arange(side, device=x.device)
    columns = (places >= left[:, None]) & (places < left[:, None] + cut)
    rows = (places >= top[:, None]) & (places < top[:, None] + cut)
    return x.masked_fill((rows[:, :, None] & columns[:, None, :])[:, None], 0.0)


def move(pictures: Tensor, right: Tensor, down: Tensor) -> Tensor:
    """Pictures [N, C, H, W], each moved by whole pixels (int64 [N]); what comes into view repeats its edge."""
    side = torch.arange(pictures.shape[-1], device=pictures.device)
    columns = (side - right[:, None]).clamp(0, len(side) - 1)[:, None, None, :]
    rows = (side - down[:, None]).clamp(0, len(side) - 1)[:, None, :, None]
    moved = pictures.gather(3, columns.expand(-1, *pictures.shape[1:3], -1))
    return moved.gather(2, rows.expand(-1, pictures.shape[1], -1, pictures.shape[3]))
