"""What went wrong in a training, and what was changed so that it could go on."""

from dataclasses import asdict, dataclass, replace

import torch

from explorer.training.distributed import GROUP
from explorer.training.settings import TrainingError


class Diverged(Exception):
    """Numbers that are not finite any more; says which."""


@dataclass(frozen=True)
class Setbacks:
    """Part of a run's state, so that a resumed training goes on with what was changed.

    pieces: how many parts a batch is computed in, one after the other, for want of memory. The sum of their gradients
    is that of the whole, but for batch norm, which norms each part by itself. lr_scale: what the learning rate is
    multiplied by. told: a sentence for every change.
    """

    pieces: int = 1
    lr_scale: float = 1.0
    told: tuple[str, ...] = ()

    @classmethod
    def of(cls, state: dict) -> "Setbacks":
        """As `to_state` wrote them; none in a state from before there were any."""
        stored = state.get("setbacks", {})
        return cls(**{**stored, "told": tuple(stored.get("told", ()))})

    def to_state(self) -> dict:
        return {**asdict(self), "told": list(self.told)}

    def after(self, fault: Exception, batch: int, kimg: float) -> "Setbacks":
        """What to go on with after `fault`. Raises TrainingError when nothing is left to try."""
        if isinstance(fault, Diverged):
            if self.lr_scale < 1:
                raise TrainingError(
                    f"The training diverged again at {kimg:.1f} kimg ({fault}), at half the learning rate: try a "
                    f"smaller lr or another seed in a new folder; what this one keeps is from before."
                )
            return self._with(f"The learning rate was halved: {fault} at {kimg:.1f} kimg.", lr_scale=0.5)
        pieces = self.pieces * 2
        if batch % GROUP or batch // GROUP < pieces:
            raise TrainingError(
                f"There is not enough memory for this training, even with its batch of {batch} cut into {self.pieces}: "
                f"close other programs, or start a smaller one (size, batch, resolution)."
            )
        told = f"The batch is computed in {pieces} pieces: memory ran out at {kimg:.1f} kimg."
        return self._with(told, pieces=pieces)

    def _with(self, told: str, **changed: float) -> "Setbacks":
        return replace(self, **changed, told=(*self.told, told))


def out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch's says that memory ran out; the CPU's has no class of its own."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)
