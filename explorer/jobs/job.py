"""A job: a run as a list of trainings shows it."""

from dataclasses import dataclass
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.training.settings import TrainConfig

NOT_ENDED = ("queued", "starting", "running")


class JobError(ExplorerError):
    """An action that a job does not allow, in one sentence."""


@dataclass(frozen=True)
class Job:
    """State and progress of a run, read from its folder; a stranger may have written the texts.

    state: queued (waits for its device), starting, running, paused, finished (its budget spent, or stopped and kept),
        failed (see `reason`), or lost (its process ended without a reason).
    config: None where it cannot be read, and `reason` says why.
    kimg, budget_kimg: thousands of pictures seen, and to be seen. seconds: spent training. eta_s: seconds left, while
        it is trained.
    losses: the last of loss_d, loss_g, d_real and d_fake. changed: a sentence for each change that a fault caused.
    place: position in its device's queue, from 1. explorable: whether there is a checkpoint to draw from.
    leaving: asked to pause or to stop, and still saving. waits_for_cpu: other programs leave it hardly any CPU time.
    """

    name: str
    folder: Path
    state: str
    config: TrainConfig | None
    device: str | None
    kimg: float
    budget_kimg: float
    img_per_s: float | None
    eta_s: int | None
    seconds: float | None
    losses: dict[str, float]
    memory_mb: float | None
    reason: str | None
    changed: tuple[str, ...]
    place: int | None
    explorable: bool
    leaving: bool = False
    waits_for_cpu: bool = False

    @property
    def ended(self) -> bool:
        """Whether no process trains it, and none will until it is resumed."""
        return self.state not in NOT_ENDED
