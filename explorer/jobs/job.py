"""A job: what one sees of a run."""

from dataclasses import dataclass
from pathlib import Path

from explorer.errors import ExplorerError
from explorer.training.settings import TrainConfig

BEFORE_THE_END = ("queued", "starting", "running")


class JobError(ExplorerError):
    """Something that cannot be done with a job, in one sentence."""


@dataclass(frozen=True)
class Job:
    """A run as its folder shows it; the texts are a stranger's, and are shown as text.

    state: queued (waits for its device), starting, running, paused, finished (its budget spent, or stopped and kept),
        failed (see `reason`), or lost (its process died without a word).
    config: None where it cannot be read, and `reason` says why.
    kimg, budget_kimg: thousands of pictures seen, and to be seen. seconds: of work. eta_s: seconds left, while
        it is trained.
    losses: the last of loss_d, loss_g, d_real and d_fake. changed: a sentence for each thing that a fault changed.
    place: its place in the queue of its device, from 1. explorable: whether there is a checkpoint to draw from.
    leaving: told to pause or to stop, and still saving. waits_for_cpu: other programs leave it hardly any CPU time.
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
        """Whether no process trains it, and none will unless somebody resumes it."""
        return self.state not in BEFORE_THE_END
