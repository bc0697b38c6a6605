"""Cost of a training, from a trial of two seconds in a process of its own."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from explorer.checks import line_or_none, number_or_none
from explorer.jobs.job import JobError
from explorer.jobs.launching import process_environment
from explorer.jobs.queue_entry import check_device_name
from explorer.training.settings import TrainConfig

PATIENCE = 120  # seconds; on a busy machine torch alone takes many
FIGURES = ("img_per_s", "minutes", "memory_mb")


def estimate(config: TrainConfig, device: str) -> dict[str, Any]:
    """Measure `img_per_s`, `minutes` for the whole budget and `memory_mb` on the `device`.

    Takes two seconds beside the time in which torch loads. Raises JobError, for instance where memory does not suffice.
    """
    device = check_device_name(device)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "config.json")
        try:
            path.write_text(config.to_json(), "utf-8")
            command = [sys.executable, "-m", "explorer.training.trial", str(path), device]
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, **process_environment()
            )
        except subprocess.TimeoutExpired as error:
            raise JobError(
                f"The trial took longer than {PATIENCE} seconds: try it when less else is running."
            ) from error
        except OSError as error:
            raise JobError(f"The trial could not be started ({error.strerror or error}).") from error
    answer = _last_line(done.stdout)
    if isinstance(answer.get("error"), str):
        raise JobError(line_or_none(answer["error"], 600) or "The trial failed.")
    figures = {name: number_or_none(answer.get(name), 1e12) for name in FIGURES}
    if None in figures.values():
        last = line_or_none(done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2], 300)
        raise JobError(f"The trial ended without an answer ({last or f'status {done.returncode}'}).")
    return figures | {"device": device}


def _last_line(output: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(output.decode("utf-8", "replace").strip().rpartition("\n")[2])
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
