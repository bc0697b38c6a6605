"""What a training does when: schedules over the images seen, cadences, and the clock."""

import math
import time
from collections import deque

PACE = 32  # log lines over which the speed is measured


def lr_factor(images: int, budget: int, end: float, warmup: float = 2000.0) -> float:
    """The share of the learning rate at `images` of `budget`.

    It rises to 1 over the first `warmup` images (a twentieth of a budget that is small), if any, and stays there until
    the middle; then a cosine takes it down to `end`. A run whose budget is raised takes up the schedule of the new
    budget at the images it has seen: its rate jumps up, the more the longer it is to go on (a warm restart).
    """
    early = min(1.0, (images + 1) / min(warmup, budget / 20)) if warmup else 1.0
    late = min(1.0, max(0.0, 2 * images / budget - 1))
    return early * (end + (1 - end) * (1 + math.cos(math.pi * late)) / 2)


def ema_decay(images: int, batch: int, half_life: float) -> float:
    """The share of the average that is kept at one step of `batch` images; `half_life` in images.

    Early on the half-life is a twentieth of the images seen, so that the average does not remember the beginning
    (the ramp-up of StyleGAN2-ADA).
    """
    return 0.5 ** (batch / max(min(half_life, images * 0.05), 1e-8))


def is_due(images: int, batch: int, every: float) -> bool:
    """Whether the last batch reached or passed a multiple of `every` images; never where that is 0."""
    return every > 0 and images // every > (images - batch) // every


class Clock:
    """Wall and CPU time of a training over all its resumes, its speed, and the time that is left.

    seconds, cpu_seconds: what it had taken before; cpu_seconds is None where it was not counted from the beginning.
    """

    def __init__(self, images: int, seconds: float, cpu_seconds: float | None):
        self.now = self._started = time.monotonic()
        self._seconds, self._cpu_seconds, self._cpu_started = seconds, cpu_seconds, time.process_time()
        self._log_times = deque([(self.now, images)], maxlen=PACE)

    def tick(self) -> tuple[float, float | None]:
        """Look at the clock: `now`, and return all wall and CPU seconds so far."""
        self.now = time.monotonic()
        cpu = None if self._cpu_seconds is None else self._cpu_seconds + time.process_time() - self._cpu_started
        return self._seconds + self.now - self._started, cpu

    def speed_and_eta(self, images: int, budget: int) -> tuple[float, int]:
        """Images a second over the last PACE calls, and the seconds that are left at that speed."""
        then, before = self._log_times[0]
        self._log_times.append((self.now, images))
        speed = (images - before) / (self.now - then)
        return speed, round((budget - images) / speed)
