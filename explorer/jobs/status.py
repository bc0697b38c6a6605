"""status.json: progress of a training, as its process writes it; every value is checked."""

from dataclasses import dataclass, field
from pathlib import Path

from explorer.checks import line_or_none, number_or_none
from explorer.jobs.run_files import small_json
from explorer.machine import device_name

STATUS = "status.json"
LOSSES = ("loss_d", "loss_g", "d_real", "d_fake")
MAX_KIMG, MAX_SECONDS, MAX_CHANGED, MAX_TEXT = 1e9, 1e10, 20, 600


@dataclass(frozen=True)
class Status:
    """A value that is missing, or not what it should be, is None.

    process_seconds: CPU time of the process when this was written. cpu_share: share of its main thread's recent time
    in which it had a CPU, from 0 to 1.
    """

    state: str | None = None
    pid: int | None = None
    device: str | None = None
    kimg: float | None = None
    budget_kimg: float | None = None
    img_per_s: float | None = None
    eta_s: int | None = None
    seconds: float | None = None
    memory_mb: float | None = None
    process_seconds: float | None = None
    cpu_share: float | None = None
    losses: dict[str, float] = field(default_factory=dict)
    reason: str | None = None
    changed: tuple[str, ...] = ()


def read_status(folder: Path) -> Status:
    """The status of a run; an empty one where there is none."""
    stored = small_json(folder / STATUS)
    state, pid, eta, changed = (stored.get(key) for key in ("state", "pid", "eta_s", "changed"))
    eta = number_or_none(eta, MAX_SECONDS)
    losses = {name: number_or_none(stored.get(name), 1e12, -1e12) for name in LOSSES}
    return Status(
        state="paused" if state == "stopped" else line_or_none(state, 20),  # its name in older versions
        pid=pid if isinstance(pid, int) else None,
        device=device_name(stored.get("device")),
        kimg=number_or_none(stored.get("kimg"), MAX_KIMG),
        budget_kimg=number_or_none(stored.get("budget_kimg"), MAX_KIMG),
        img_per_s=number_or_none(stored.get("img_per_s"), 1e9),
        eta_s=None if eta is None else round(eta),
        seconds=number_or_none(stored.get("seconds"), MAX_SECONDS),
        memory_mb=number_or_none(stored.get("memory_mb"), 1e9),
        process_seconds=number_or_none(stored.get("process_seconds"), MAX_SECONDS),
        cpu_share=number_or_none(stored.get("cpu_share"), 1e3),
        losses={name: value for name, value in losses.items() if value is not None},
        reason=line_or_none(stored.get("reason"), MAX_TEXT),
        changed=tuple(filter(None, (line_or_none(one, MAX_TEXT) for one in _list(changed)[:MAX_CHANGED]))),
    )


def _list(value: object) -> list:
    return value if isinstance(value, list) else []
