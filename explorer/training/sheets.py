"""Sample sheets: the same latents at every age, a row for each label and each preview word."""

import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from explorer.atomic import write_atomic
from explorer.models.generator import Generator
from explorer.models.pixels import to_bytes
from explorer.training import draws

COLUMNS = 12


@torch.inference_mode()
def sheet(G: Generator, conditions: Tensor, seed: int) -> Image.Image:
    """A picture of G now: conditions [R, c_dim] down, the same COLUMNS latents along every row; where G hears nothing,
    other latents in each."""
    rows = []
    for number, c in enumerate(conditions):
        purpose = f"sheet, row {number}" if number and not G.config.c_dim else "sheet"
        z = draws.normal((COLUMNS, G.config.z_dim), seed, 0, purpose).to(conditions.device)
        rows.append(to_bytes(G(z, c.expand(COLUMNS, -1))).cpu().numpy())  # [COLUMNS, H, W, C]
    return Image.fromarray(np.concatenate([np.concatenate(list(row), axis=1) for row in rows]).squeeze())


def save_sheet(picture: Image.Image, path: Path) -> None:
    """As a JPEG twice its size, whole or not at all."""
    content = io.BytesIO()
    picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.NEAREST).save(content, "JPEG", quality=90)
    write_atomic(path, content.getvalue())
