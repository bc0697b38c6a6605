"""The run folder: what a training leaves on disk, such that a kill at any moment loses little and breaks nothing."""

import io
import json
import os
import shutil
from pathlib import Path

import torch

from explorer.training.config import TrainConfig, TrainingError
from explorer.whole import write_whole


class Run:
    """A folder with config.json, stats.jsonl, status.json, samples/, state/ and checkpoint/."""

    def __init__(self, folder: Path, config: TrainConfig):
        """Open the folder, or make it. The same config resumes; another one is refused, because it would not."""
        self.folder, self.config = folder, config
        self.states = folder / "state"
        path = folder / "config.json"
        if path.is_file():
            before = TrainConfig.from_file(path)
            if before != config:
                changed = ", ".join(
                    f"{name} {old!r} -> {new!r}"
                    for (name, old), new in zip(vars(before).items(), vars(config).values(), strict=True)
                    if old != new
                )
                raise TrainingError(
                    f"The run {folder} was started with other settings ({changed}): give the same ones to resume it, "
                    f"or another folder to start anew."
                )
        try:
            for part in (self.states, folder / "samples"):
                part.mkdir(parents=True, exist_ok=True)
            if not path.is_file():
                write_whole(path, (config.to_json() + "\n").encode())
        except OSError as error:
            raise TrainingError(
                f"The run folder {folder} cannot be made ({error.strerror}): choose another."
            ) from error

    # The state: written beside, then renamed, so that what is there is always whole.

    def save_state(self, state: dict) -> None:
        """Keep everything needed to go on; the one before it is dropped only when the new one is safe on disk."""
        final = self.states / f"{state['images']:012d}"
        if final.is_dir():
            return
        fresh = self.states / f"new-{os.getpid()}"
        content = io.BytesIO()
        torch.save(state, content)  # in memory first: a full disk must be an OSError, not an error of torch's
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            with open(fresh / "state.pt", "wb") as file:
                file.write(content.getbuffer())
                file.flush()
                os.fsync(file.fileno())
            os.rename(fresh, final)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        for old in self.states.iterdir():
            if old != final:
                shutil.rmtree(old, ignore_errors=True)

    def load_state(self) -> dict | None:
        """The newest whole state, or None for a new run. Never unpickles objects."""
        whole = sorted(p for p in self.states.iterdir() if p.name.isdigit() and (p / "state.pt").is_file())
        if not whole:
            return None
        try:
            return torch.load(whole[-1] / "state.pt", map_location="cpu", weights_only=True)
        except Exception as error:
            raise TrainingError(
                f"The saved state {whole[-1]} cannot be read ({error}); delete it to start anew."
            ) from error

    # The record: one JSON line a log step, cut back to the saved moment on resume.

    def cut_stats(self, images: int) -> None:
        """Drop the lines and sheets of steps that a resumed run will do again."""
        path = self.folder / "stats.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        kept = []
        for line in lines:
            try:
                if json.loads(line)["images"] <= images:
                    kept.append(line)
            except (ValueError, KeyError, TypeError):
                break  # a kill in the middle of a line: nothing after it counts
        write_whole(path, "".join(line + "\n" for line in kept).encode())
        for sheet in (self.folder / "samples").glob("*.jpg"):
            if not sheet.stem.isdigit() or int(sheet.stem) > images:
                sheet.unlink()

    def stats(self, line: dict) -> None:
        """Append one line."""
        with open(self.folder / "stats.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def status(self, **facts) -> None:
        """Replace status.json whole: what the run is doing now."""
        write_whole(self.folder / "status.json", (json.dumps(facts) + "\n").encode())
