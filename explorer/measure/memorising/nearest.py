"""Exact nearest neighbours among many points, by a scan in blocks."""

from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.stopping import Stop, check

BLOCK = 2048  # points a block: they stay in the cache, as floats too
TOGETHER = 256  # queries at a time: 60 MB of distances to 60,000 points
SPARE = 16  # candidates beyond the k nearest whose distances are computed again, exactly


@dataclass(frozen=True, eq=False)
class Bank:
    """Points to search.

    points: [N, F], uint8 or float32. centre: subtracted from every point first, as smaller sums are rounded less.
    squares: float32 [N], the squared length of each point after that.
    """

    points: Tensor
    centre: Tensor
    squares: Tensor

    def __len__(self) -> int:
        return len(self.points)


def bank_of(points: Tensor) -> Bank:
    """Make a bank of [N, F] points, uint8 (kept as they are) or float32."""
    points = points.flatten(1)
    whole = points.dtype == torch.uint8
    centre = torch.tensor(128.0, device=points.device) if whole else points.mean(dim=0)
    squares = torch.cat([(block.float() - centre).square().sum(dim=1) for block in points.split(BLOCK)])
    return Bank(points, centre, squares)


@torch.no_grad()
def nearest(bank: Bank, queries: Tensor, k: int = 1, stop: Stop = lambda: False) -> tuple[Tensor, Tensor]:
    """Rows int64 [M, k] of the k points nearest to each of [M, F] queries, and Euclidean distances float64 [M, k].

    Nearest first. A matrix product in float32 finds candidates, whose distances are then computed again by differences
    in float64: a copy has distance 0. Raises Stopped.
    """
    if not 1 <= k <= len(bank):
        raise ValueError(f"of {len(bank)} points there are no {k} nearest")
    queries = queries.flatten(1).to(bank.points.device)
    rows, distances = zip(*(_few(bank, few, k, stop) for few in queries.split(TOGETHER)), strict=True)
    return torch.cat(rows), torch.cat(distances)


def _few(bank: Bank, queries: Tensor, k: int, stop: Stop) -> tuple[Tensor, Tensor]:
    centred = queries.float() - bank.centre
    squared = torch.empty((len(queries), len(bank)), device=centred.device)
    for start in range(0, len(bank), BLOCK):
        check(stop)
        rows = slice(start, start + BLOCK)
        block = bank.points[rows].float() - bank.centre
        squared[:, rows] = torch.addmm(bank.squares[rows], centred, block.T, alpha=-2)
    candidates = squared.topk(min(k + SPARE, len(bank)), dim=1, largest=False).indices.sort(dim=1).values
    pairs = zip(candidates, queries.double(), strict=True)
    again = torch.stack([(bank.points[rows].double() - query).square().sum(dim=1) for rows, query in pairs])
    order = again.sort(dim=1, stable=True).indices[:, :k]  # candidates come by row: of equals, the first comes first
    return candidates.gather(1, order), again.gather(1, order).sqrt()
