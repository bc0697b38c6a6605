"""A network trained on other pictures, whose features stand in a judge's place."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.data.progress import Report

ROWS = 4  # of every forward pass, the last padded: rounding follows the shape; of more, no layer stays in the cache


@dataclass(frozen=True, eq=False)
class FeatureNetwork:
    """An open network. Its features tell how alike two pictures are; its classes are not those of the pictures.

    hash: SHA-256 of its weights file. network: uint8 [N, 3, H, W] -> features [N, features] and logits [N, classes],
    in eval mode, without gradients; it resizes pictures itself.
    """

    name: str
    hash: str
    network: nn.Module
    features: int
    classes: int
    device: torch.device

    @torch.no_grad()
    def features_and_logits(
        self, pictures: Tensor, report: Report = lambda what, done, total: None
    ) -> tuple[Tensor, Tensor]:
        """float32 [N, features] and [N, classes] of pictures uint8 [N, 1 or 3, H, W]; grey ones are repeated to 3
        channels."""
        if pictures.dtype != torch.uint8 or pictures.ndim != 4 or pictures.shape[1] not in (1, 3):
            raise ValueError(f"{self.name} reads uint8 [N, 1 or 3, H, W], not {pictures.dtype} {list(pictures.shape)}")
        found = [torch.empty((len(pictures), wide), device=self.device) for wide in (self.features, self.classes)]
        for start in range(0, len(pictures), ROWS):
            report(f"features by {self.name}", start, len(pictures))
            rows = pictures[start : start + ROWS].to(self.device)
            padded = torch.cat([rows, rows.new_zeros((ROWS - len(rows), *rows.shape[1:]))])
            for part, output in zip(found, self.network(padded.expand(-1, 3, -1, -1)), strict=True):
                part[start : start + ROWS] = output[: len(rows)]
        report(f"features by {self.name}", len(pictures), len(pictures))
        return found[0], found[1]
