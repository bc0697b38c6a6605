"""The sheet of a model card on which samples stand beside the training pictures nearest to them."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image

from explorer.checkpoint import Checkpoint
from explorer.explore.render.sheets import rows_sheet
from explorer.measure.memorising.index import real_pictures
from explorer.measure.memorising.nearest import nearest
from explorer.measure.sampling import draw, one_style

ROWS, NEIGHBOURS, SEED, SCALE = 16, 6, 0, 2


def nearest_sheet(source: Checkpoint, data: str | None = None, data_dir: Path | None = None) -> Image.Image:
    """A row for each of 16 labels spread evenly: a sample (psi 1, its styles by turns), then the six training pictures
    nearest to it in the judge's features, or by pixels without a judge.

    The pictures are those of the data set: publish them where its licence allows that. Raises DataError where they are
    not on this machine.
    """
    real = real_pictures(source, data, data_dir)
    places = np.unique(np.linspace(0, len(source.labels) - 1, ROWS).round().astype(int))
    styles = None
    if source.styles:
        styles = one_style(source, [source.styles[i % len(source.styles)] for i in range(len(places))])
    samples = draw(source, source.label_vectors[places], SEED, styles)
    space = real.spaces[-1]
    bank = real.bank(space)
    rows, _ = nearest(bank, real.points(samples, space), min(NEIGHBOURS, len(bank)))
    near = torch.from_numpy(real.train.images)[rows.cpu()]
    tiles = torch.cat([samples.cpu()[:, None], near], dim=1).permute(0, 1, 3, 4, 2).numpy()
    heads = ["", "drawn", *("nearest" if n == 1 else f"{n}." for n in range(1, tiles.shape[1]))]
    return rows_sheet(list(tiles), [source.labels[place] for place in places], SCALE, heads=heads)
