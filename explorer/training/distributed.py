"""Who trains: one process alone, or several that share every batch and hold the same weights."""

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, nn

from explorer.machine import check_device, devices
from explorer.training.settings import TrainingError

PATIENCE = timedelta(minutes=10)  # that the others wait for one, for instance while it saves
GROUP = 8  # pictures that stay together wherever a batch is cut


@dataclass(frozen=True)
class Distributed:
    """This process among `world` of them, and what it computes on. The leader, rank 0, alone writes to the disk.

    The networks are not wrapped in DistributedDataParallel, which promises neither double backward nor several passes:
    gradients are added up in one flat tensor per network after backward, as StyleGAN3 does.
    """

    device: torch.device
    rank: int = 0
    world: int = 1

    @classmethod
    def gather(cls, device: str | None = None) -> "Distributed":
        """As `accelerate launch` or `torchrun` started us; by default on the best device there is.

        Raises ExplorerError for a device that this machine lacks.
        """
        if device is not None:
            check_device(device)
        if int(os.environ.get("WORLD_SIZE", "1")) < 2:
            chosen = torch.device(device or devices()[0])
            if chosen.type == "cuda":
                torch.cuda.set_device(chosen)
            return cls(chosen)
        from accelerate import PartialState

        state = PartialState(cpu=device == "cpu", timeout=PATIENCE)
        return cls(state.device, state.process_index, state.num_processes)

    @property
    def leads(self) -> bool:
        return self.rank == 0

    def share(self, batch: int) -> slice:
        """Which pictures of a batch are this process's own."""
        return cut(batch, self.world)[self.rank]

    def add_up(self, network: nn.Module) -> None:
        """Replace every gradient by its sum over the team."""
        if self.world == 1:
            return
        slopes = [p.grad for p in network.parameters() if p.grad is not None]
        flat = torch.cat([slope.flatten() for slope in slopes])
        self._sum(flat)
        for slope, total in zip(slopes, flat.split([slope.numel() for slope in slopes]), strict=True):
            slope.copy_(total.view_as(slope))

    def totals(self, values: Mapping[str, Tensor | float]) -> dict[str, float]:
        """Scalars, summed over the team: fetched from the device in one go."""
        stacked = torch.stack([torch.as_tensor(value, device=self.device).float() for value in values.values()])
        if self.world > 1:
            self._sum(stacked)
        return dict(zip(values, stacked.tolist(), strict=True))

    def wait(self) -> None:
        """Until all are here."""
        if self.world > 1:
            self._sum(torch.zeros(1, device=self.device))

    def _sum(self, tensor: Tensor) -> None:
        try:
            torch.distributed.all_reduce(tensor)
        except RuntimeError as error:  # gloo's and NCCL's words for a closed connection are many
            raise TrainingError(
                f"Another process of this training is gone, so this one ({self.rank + 1} of {self.world}) stops; start "
                f"them all again to go on from what was saved."
            ) from error


def cut(batch: int, parts: int) -> list[slice]:
    """A batch in `parts` slices, alike to within a group of pictures.

    Raises TrainingError for a batch that cannot be cut so.
    """
    if parts == 1:
        return [slice(0, batch)]
    groups = batch // GROUP
    if batch % GROUP or groups < parts:
        raise TrainingError(f"A batch of {batch} cannot be cut into {parts}: take a multiple of {GROUP * parts}.")
    bounds = [GROUP * (groups * part // parts) for part in range(parts + 1)]
    return [slice(start, end) for start, end in itertools.pairwise(bounds)]
