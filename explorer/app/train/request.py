"""What the Train tab's page asks for, read as if a stranger had written it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from explorer.app.server.refuse import MISMATCH
from explorer.app.shared.request import RequestError, check_fields, read_tab, read_whole
from explorer.app.train.settings import read_preview, read_settings

ACTIONS = ("pause", "resume", "stop", "cancel", "delete", "up", "down")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_FOLDER = re.compile(r"[^/\\\0\ud800-\udfff]{1,255}")  # what a file system can hold
_PICTURES = {"tab", "source", "upload", "space", "fit", "skip_broken"}
_TRAINING = _PICTURES | {"name", "preset", "device", "settings", "preview"}


@dataclass(frozen=True)
class PicturesRequest:
    """tab: the mailbox. data: a source's name, or the path of what was uploaded, which no page sees.
    space: the name of a word space that is here. fit, skip_broken: how pictures of one's own are read."""

    tab: str
    data: str
    space: str
    fit: str = "crop"
    skip_broken: bool = False


@dataclass(frozen=True)
class TrainingRequest:
    """A training that is asked for; name and device are None where nobody said."""

    pictures: PicturesRequest
    name: str | None
    preset: str
    device: str | None
    settings: dict[str, Any]
    preview: tuple[str, ...]


@dataclass(frozen=True)
class WatchRequest:
    """name: of the job that is watched, None for the list alone. after: the pictures seen at the last point that the
    page has, -1 for none. seen, record: the marks of the newest sheet and of the record that it has."""

    name: str | None
    after: int
    seen: str
    record: str


def read_pictures(raw: object, spaces: Collection[str], more: frozenset[str] = frozenset()) -> PicturesRequest:
    """Read which pictures, and which words for them.

    Fields: tab; source (a name of `data.NAMES`) or upload (what an upload was answered with); space; with an upload
    maybe fit and skip_broken. Raises ExplorerError.
    """
    from explorer.data import FITS, NAMES

    tab, source = read_tab(check_fields(raw, _PICTURES | more)), raw.get("source")
    upload, space = raw.get("upload"), raw.get("space")
    if not isinstance(space, str) or space not in spaces:
        raise RequestError("There is no word space of that name here; choose one from the menu.")
    if upload is not None:
        fit, skip = raw.get("fit", FITS[0]), raw.get("skip_broken", False)
        if not isinstance(fit, str) or fit not in FITS or not isinstance(skip, bool):
            raise RequestError(f"Pictures that are not square can be made so by {', '.join(FITS)}.")
        return PicturesRequest(tab, str(_path_of(upload)), space, fit, skip)
    if not isinstance(source, str) or source not in NAMES:
        raise RequestError(f"Choose {', '.join(NAMES)}, or pictures of your own.")
    return PicturesRequest(tab, source, space)


def read_training(raw: object, spaces: Collection[str], devices: Collection[str]) -> TrainingRequest:
    """Read which training: beside the pictures' fields, preset, settings (by name), preview (up to 8 words), and maybe
    name and device. Raises ExplorerError."""
    from explorer.training.resolve import PRESETS

    pictures = read_pictures(raw, spaces, frozenset(_TRAINING))
    preset, device = raw.get("preset"), raw.get("device")
    if not isinstance(preset, str) or preset not in PRESETS:
        raise RequestError(f"The presets are {', '.join(PRESETS)}.")
    if device is not None and (not isinstance(device, str) or device not in devices):
        raise RequestError(f"This machine has the devices {', '.join(devices)}.")
    name = None if raw.get("name") is None else read_name(raw)
    chosen, preview = read_settings(raw.get("settings", {})), read_preview(raw.get("preview", []))
    return TrainingRequest(pictures, name, preset, device, chosen, preview)


def read_name(raw: object) -> str:
    """Read the name of a training that is to be made; raises RequestError."""
    name = raw.get("name") if isinstance(raw, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise RequestError("A training's name has up to 64 letters from a to z, digits, dots, dashes and underscores.")
    return name


def read_existing(raw: object) -> str:
    """Read the name of a training that is there, which may be anything a folder is called; raises RequestError."""
    name = raw.get("name") if isinstance(raw, dict) else None
    if not isinstance(name, str) or not _FOLDER.fullmatch(name) or name in (".", ".."):
        raise RequestError("There is no training of that name here.")
    return name


def read_action(raw: object) -> tuple[str, str, float | None]:
    """Read (name, what to do with it, to which budget): the fields name, what and, with `resume` alone, maybe kimg, to
    train for longer; raises RequestError."""
    if check_fields(raw, {"name", "what", "kimg"}).get("what") not in ACTIONS:
        raise RequestError("A training can be paused, resumed, stopped, cancelled, moved in its queue, or deleted.")
    kimg = raw.get("kimg")
    if kimg is not None and raw["what"] != "resume":
        raise RequestError("Only a training that is resumed can be given another training length.")
    return read_existing(raw), raw["what"], None if kimg is None else read_settings({"kimg": kimg})["kimg"]


def read_watch(raw: object) -> WatchRequest:
    """Read what a page watches: name, after, seen, record, each of which may be missing; raises RequestError."""
    check_fields(raw, {"name", "after", "seen", "record"})
    marks = [raw.get(field, "") for field in ("seen", "record")]
    if not all(isinstance(mark, str) and len(mark) <= 64 for mark in marks):
        raise RequestError(MISMATCH)
    name = None if raw.get("name") is None else read_existing(raw)
    after = -1 if raw.get("after", -1) == -1 else read_whole(raw, "after")
    return WatchRequest(name, after, *marks)


def _path_of(upload: object) -> Path:
    from explorer.app.server.upload_folder import upload_path

    if not isinstance(upload, str):
        raise RequestError("This upload is not known here; drop the pictures again.")
    return upload_path(upload)
