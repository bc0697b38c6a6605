"""A judge on disk: config.json, judge.safetensors and a card, read as files of unknown origin."""

import hashlib
import json
import math
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.checkpoint import CheckpointError, check_labels
from explorer.checks import is_number
from explorer.data import SIZES, ReadOptions
from explorer.errors import ExplorerError, shown
from explorer.files import read_bytes, read_json, reason
from explorer.many_labels import names
from explorer.measure.features.names import ABOUT
from explorer.measure.judge.layout import Layout, read_layout, small

if TYPE_CHECKING:
    from torch import Tensor

FITTED, UNSEEN = "fitted_styles", "unseen_styles"  # keys in `made`, of a judge of pictures with styles
FORMAT, VERSION = "gan-explorer judge", 1
CONFIG, WEIGHTS, CARD = "config.json", "judge.safetensors", "README.md"
MAX_CONFIG_BYTES, MAX_WEIGHTS_BYTES = 1_000_000, 16_000_000
READ = "read"  # the key in `made` of its read options
OF, FIVE = "of", "top_5"  # what it is a judge of, unless of words; the share whose class is among its first 5
WORDS, STYLES = "words", "styles"


class JudgeError(ExplorerError):
    """A judge that is missing or cannot be trusted; the sentence names it and says why."""


@dataclass(frozen=True)
class JudgeDescription:
    """The checked content of a judge's config.json: enough to list a judge without reading its weights.

    words: its classes, in order. shape: (C, H, W) of its pictures. source: of its training pictures, as `load` takes
    it. accuracy: on the source's test pictures. hash: SHA-256 of its weights file. layout: of its network. made: how it
    was trained.
    """

    words: tuple[str, ...]
    shape: tuple[int, int, int]
    source: str
    accuracy: float
    hash: str
    layout: Layout
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def of_styles(self) -> bool:
        """Whether its classes are the styles of pictures, and not their words."""
        return self.made.get(OF) == STYLES

    @property
    def unseen_styles(self) -> tuple[str, ...]:
        """The styles that it was asked and not fitted on; none for a judge of pictures without styles."""
        return self._styles(UNSEEN)

    @property
    def styles(self) -> tuple[str, ...]:
        """All styles that it knows: its classes, or those that its pictures were in."""
        return self.words if self.of_styles else (*self._styles(FITTED), *self.unseen_styles)

    @property
    def top_5(self) -> float | None:
        """Share of the source's test pictures whose word is among its first five, 0 to 1, where it was measured."""
        found = self.made.get(FIVE)
        return float(found) if is_number(found, 0, 1) else None

    def _styles(self, key: str) -> tuple[str, ...]:
        found = self.made.get(key)
        return tuple(style for style in found if isinstance(style, str)) if isinstance(found, list) else ()

    @property
    def read_options(self) -> ReadOptions:
        """How its pictures were read, where its source is a folder. Judges older than these options took names as they
        are."""
        read = self.made.get(READ)
        return ReadOptions.from_fields(read if isinstance(read, dict) else {"translate_names": False})


def describe_judge(folder: Path) -> JudgeDescription:
    """Read and check config.json alone."""

    def wrong(what: str) -> JudgeError:
        return JudgeError(f"The judge {folder} cannot be opened: {what}.")

    path = folder / CONFIG
    try:
        config = read_json(path, MAX_CONFIG_BYTES)
    except (OSError, ValueError) as error:
        raise wrong(f"its config.json cannot be read ({reason(error)})") from error
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise wrong("its config.json is not one of ours")
    if config.get("version") != VERSION:
        raise wrong(f"it has format version {shown(config.get('version'), 40)!r}, and this program reads {VERSION}")
    words, shape, source, accuracy, digest, made = (
        config.get(key) for key in ("words", "shape", "source", "accuracy", "hash", "made")
    )
    if not isinstance(words, list):
        raise wrong("its words are no list")
    try:
        check_labels(words)
    except CheckpointError as error:
        raise wrong(str(error).rstrip(".")) from error
    if not 2 <= len(words) == len(set(words)):
        raise wrong("it needs two or more classes, no word twice")
    known = [[channels, side, side] for channels in (1, 3) for side in SIZES]
    if shape not in known or any(type(number) is not int for number in shape):  # 1.0 and true are equal to 1
        raise wrong(f"pictures of shape {shown(shape, 40)} are not supported")
    if not isinstance(source, str) or not isinstance(digest, str) or not isinstance(made, dict):
        raise wrong("its config.json lacks source, hash or made")
    if isinstance(accuracy, bool) or not isinstance(accuracy, int | float) or not 0 <= accuracy <= 1:
        raise wrong("its accuracy is not a number from 0 to 1")
    try:
        layout = read_layout(config.get("layout"), shape[1])
    except ValueError as error:
        raise wrong(str(error)) from error
    return JudgeDescription(tuple(words), tuple(shape), source, float(accuracy), digest, layout, made)


def read_weights(folder: Path, digest: str, wanted: dict[str, tuple[int, ...]]) -> "dict[str, Tensor]":
    """Tensors of the weights file, float32, with exactly these names and shapes; nothing in it is ever run.

    digest: the SHA-256 that config.json gives.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    path = folder / WEIGHTS

    def wrong(what: str) -> JudgeError:
        return JudgeError(f"The weights {path} cannot be used: {what}.")

    try:
        data = read_bytes(path, MAX_WEIGHTS_BYTES)
    except OSError as error:
        raise wrong(f"the file cannot be read ({reason(error)})") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise wrong("the file is not the one that config.json names (another hash)")
    try:
        tensors = load(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise wrong(f"it is no safetensors file ({reason(error)})") from error
    if tensors.keys() != wanted.keys():
        raise wrong(f"the tensor {shown(sorted(tensors.keys() ^ wanted.keys())[0], 80)!r} is unexpected or missing")
    for name, shape in wanted.items():
        if tuple(tensors[name].shape) != shape or tensors[name].dtype not in (torch.float16, torch.float32):
            raise wrong(f"the tensor {name} is not float16 or float32 of shape {list(shape)}")
        tensors[name] = tensors[name].float()
        if not math.isfinite(float(tensors[name].abs().sum(dtype=torch.float64))):
            raise wrong(f"the tensor {name} holds numbers that are not finite")
    return tensors


def write_judge(
    folder: Path,
    tensors: "dict[str, Tensor]",
    *,
    words: tuple[str, ...],
    shape: tuple[int, int, int],
    source: str,
    accuracy: float,
    made: dict[str, Any],
    layout: Layout | None = None,
) -> None:
    """Write the folder beside its place, then swap it in. An older judge there is replaced, anything else refused.

    layout: of the network, by default the small one. Raises JudgeError."""
    from safetensors.torch import save

    check_target(folder)
    data = save(tensors)
    digest = hashlib.sha256(data).hexdigest()
    config = {
        "format": FORMAT,
        "version": VERSION,
        "words": list(words),
        "shape": list(shape),
        "source": source,
        "accuracy": accuracy,
        "hash": digest,
        "layout": asdict(layout or small(shape[1])),
        "made": made,
    }
    fresh, old = (folder.with_name(f".{folder.name}.{kind}") for kind in ("new", "old"))
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        (fresh / WEIGHTS).write_bytes(data)
        (fresh / CONFIG).write_text(json.dumps(config, indent=2) + "\n", "utf-8")
        (fresh / CARD).write_text(_card(folder.name, config, len(data)), "utf-8")
        describe_judge(fresh)  # nothing is written that could not be opened
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)
            folder.rename(old)
        fresh.rename(folder)
    except OSError as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise JudgeError(
            f"The judge {folder} could not be written ({error.strerror}); what was there is whole."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def check_target(folder: Path) -> None:
    """Raise JudgeError for a folder that holds other things than a judge, or has a feature network's name."""
    if folder.name in ABOUT:
        raise JudgeError(f"No judge can be called {folder.name}, which is another network; choose another name.")
    names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else {"a file"} if folder.exists() else set()
    if names and (WEIGHTS not in names or names - {CONFIG, WEIGHTS, CARD}):
        raise JudgeError(f"{folder} holds other things than a judge: choose a new folder for it.")


def _card(name: str, config: dict[str, Any], size: int) -> str:
    channels, side, _ = config["shape"]
    facts = {key: ", ".join(value) if isinstance(value, list) else value for key, value in config["made"].items()}
    made = "\n".join(f"| {key} | {value} |" for key, value in facts.items() if key != READ)
    unseen = config["made"].get(UNSEEN)
    asked = f"those in styles that it was not fitted on ({', '.join(unseen)})" if unseen else "the test pictures"
    five = config["made"].get(FIVE)
    first = f", among its first five **{five:.2%}**" if five is not None else ""
    return f"""# The judge {name}

A small classifier of real pictures ({side} x {side} pixels, {"grey" if channels == 1 else "colour"}), on whose features
samples are measured. It tells apart: {names(config["words"])}.

- Accuracy on {asked} of {config["source"]}: **{config["accuracy"]:.2%}**{first}
- Weights: {size:,} bytes, SHA-256 `{config["hash"]}`

A figure that says FD[{name}], precision, recall, density or coverage was measured on this network's features. Such
figures compare samples with real pictures under this one judge; they are no FID or Inception Score, and stand beside
none.

## How it was made

| fact | |
|---|---|
{made}
"""
