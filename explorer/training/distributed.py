"""One process, or several that share every batch and hold the same weights."""

import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import Tensor, nn

from explorer.machine import check_device, devices
from explorer.training.settings import TrainingError

TIMEOUT = timedelta(minutes=10)  # for which the others wait for one, for instance while it saves
GROUP = 8  # pictures that stay together wherever a batch is cut


@dataclass(frozen=True)
class Distributed:
    """This process among `world` of them, and its device. The main one, rank 0, alone writes to the disk.

    The networks are not wrapped in DistributedDataParallel, which promises neither double backward nor several passes:
    gradients are summed in one flat tensor per network after backward, as StyleGAN3 does.
    """

    device: torch.device
    rank: int = 0
    world: int = 1

    @classmethod
    def start(cls, device: str | None = None) -> "Distributed":
        """As `accelerate launch` or `torchrun` started this process; by default on the best device there is.

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

        state = PartialState(cpu=device == "cpu", timeout=TIMEOUT)
        return cls(state.device, state.process_index, state.num_processes)

    @property
    def is_main(self) -> bool:
        return self.rank == 0

    def shard(self, batch: int) -> slice:
        """This process's pictures of a batch."""
        return split_batch(batch, self.world)[self.rank]

    def sum_gradients(self, network: nn.Module) -> None:
        """Replace every gradient by its sum over the processes."""
        if self.world == 1:
            return
        gradients = [p.grad for p in network.parameters() if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        self._all_reduce(flat)
        for gradient, total in zip(gradients, flat.split([one.numel() for one in gradients]), strict=True):
            gradient.copy_(total.view_as(gradient))

    def sum_scalars(self, values: Mapping[str, Tensor | float]) -> dict[str, float]:
        """Scalars, summed over the processes: fetched from the device in one go."""
        stacked = torch.stack([torch.as_tensor(value, device=self.device).float() for value in values.values()])
        if self.world > 1:
            self._all_reduce(stacked)
        return dict(zip(values, stacked.tolist(), strict=True))

    def barrier(self) -> None:
        """Wait until all processes are here."""
        if self.world > 1:
            self._all_reduce(torch.zeros(1, device=self.device))

    def _all_reduce(self, tensor: Tensor) -> None:
        try:
            torch.distributed.all_reduce(tensor)
        except RuntimeError as error:  # gloo's and NCCL's words for a closed connection are many
            raise TrainingError(
                f"Another process of this training is gone, so this one ({self.rank + 1} of {self.world}) stops; start "
                f"them all again to go on from what was saved."
            ) from error


def split_batch(batch: int, parts: int) -> list[slice]:
    """A batch in `parts` slices, alike to within a group of pictures.

    Raises TrainingError for a batch that cannot be split so.
    """
    if parts == 1:
        return [slice(0, batch)]
    groups = batch // GROUP
    if batch % GROUP or groups < parts:
        raise TrainingError(f"A batch of {batch} cannot be cut into {parts}: take a multiple of {GROUP * parts}.")
    bounds = [GROUP * (groups * part // parts) for part in range(parts + 1)]
    return [slice(start, end) for start, end in itertools.pairwise(bounds)]


def to_device(tensor: Tensor, device: torch.device) -> Tensor:
    """A CPU tensor on the device, sent without waiting for what the device is doing."""
    if device.type == "cuda":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)
