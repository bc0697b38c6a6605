"""A comparison as a folder: index.html, metrics.json, and tables to copy."""

import contextlib
import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from explorer import places
from explorer.compare.comparison import Comparison
from explorer.compare.page.page import page_of
from explorer.compare.stability import last_third, over_seeds
from explorer.compare.tables import comma_separated, markdown
from explorer.errors import ExplorerError
from explorer.files import read_json

FORMAT, VERSION = "gan-explorer comparison", 1
PAGE, FIGURES, TABLE = "index.html", "metrics.json", "table.md"
MAX_BYTES = 64 << 20  # of an earlier report's figures


def write_report(folder: Path, comparison: Comparison) -> Path:
    """Write the folder atomically; returns the page. An earlier report is replaced.

    Raises ExplorerError where anything else lies there, or where it cannot be written.
    """
    folder = check_folder(folder)
    fresh, old = (folder.with_name(f".{folder.name}.{os.getpid()}.{kind}") for kind in ("new", "old"))
    try:
        fresh.mkdir(parents=True)
        for name, text in files_of(comparison).items():
            (fresh / name).write_text(text, "utf-8", newline="")
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise ExplorerError(
            f"The report {folder} could not be written ({error.strerror or error}); what was there is whole."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return folder / PAGE


def check_folder(folder: Path) -> Path:
    """The absolute folder for a report. Raises ExplorerError where it would replace anything but a report."""
    folder = Path(os.path.abspath(places.expand(folder)))
    if not os.path.lexists(folder):
        return folder
    names: set[str] = set()
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        names = set(os.listdir(folder))
        figures = read_json(folder / FIGURES, MAX_BYTES) if names else {"format": FORMAT}
        ours = all(name in (PAGE, FIGURES, TABLE) or (name[:6] == "table-" and name[-4:] == ".csv") for name in names)
        if ours and figures.get("format") == FORMAT and not folder.is_symlink():
            return folder
    raise ExplorerError(f"{folder} holds other things than a report: choose a new folder.")


def files_of(comparison: Comparison) -> dict[str, str]:
    """Texts of a report's files by name; the same comparison gives the same texts."""
    found = {PAGE: page_of(comparison), FIGURES: json.dumps(_figures(comparison), indent=2) + "\n"}
    found[TABLE] = markdown(comparison)
    for number, group in enumerate(comparison.groups):
        name = f"table-{group.judge}.csv"
        found[name if name not in found else f"table-{group.judge}-{number + 1}.csv"] = comma_separated(
            comparison, number
        )
    return found


def _figures(comparison: Comparison) -> dict[str, Any]:
    """All figures, without the pictures."""
    entries = []
    for entry in comparison.entries:
        fields = {name: value for name, value in asdict(entry).items() if name not in ("sheet", "real")}
        end = last_third(entry)
        entries.append(fields | {"last_third": end and asdict(end)})
    return {
        "format": FORMAT,
        "version": VERSION,
        "groups": [asdict(group) for group in comparison.groups],
        "entries": entries,
        "over_seeds": [asdict(one) for one in over_seeds(comparison)],
    }
