"""Writing a checkpoint, atomically."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.atomic import write_atomic
from explorer.checkpoint.curves import FILE as CURVES
from explorer.checkpoint.curves import Curves
from explorer.checkpoint.description import (
    FILES,
    FORMAT,
    MAX_CONFIG_BYTES,
    VERSION,
    CheckpointError,
    Description,
    check_display_names,
    describe,
)
from explorer.files import read_json, reason
from explorer.many_labels import names

if TYPE_CHECKING:
    from PIL import Image
    from torch import nn


def save(
    folder: Path,
    generator: "nn.Module",
    discriminator: "nn.Module | None",
    *,
    labels: Sequence[str],
    label_vectors: np.ndarray | None = None,
    space_name: str = "",
    space_hash: str = "",
    family: str = "word",
    made: dict[str, Any],
    pictures: "dict[str, Image.Image]",
    card: str | None = None,
    metrics: dict[str, Any] | None = None,
    half: bool = False,
    styles: Sequence[str] = (),
    curves: Curves | None = None,
    word_truncation: float = 0.0,
    display_names: Mapping[str, str] | None = None,
) -> Path:
    """Write the folder beside its place, then swap it in, so that a reader never meets half of one.

    An older checkpoint in `folder` is replaced; any other content is left alone, with a CheckpointError.
    discriminator: None leaves it out, as of a translator, whose discriminators nothing asks. labels: of a translator,
    its two domains, which have neither vectors nor a space. label_vectors: [K, D] unit rows. family: a row of
    `models.families`. made: plain values for the card. pictures: preview.png and words.png by name. card: Markdown; a
    short one is written if None. half: weights in float16, with no visible difference. styles: names of the styles, as
    many as the networks have. curves: of its training. word_truncation: what a word is drawn with where nobody says
    another, 0 .. 1. display_names: see `Description`; a label that is called by its word is left out.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    folder = folder.absolute()
    if folder.exists() and not _is_ours(folder):
        raise CheckpointError(f"{folder} holds other things than a checkpoint: choose a new folder to publish to.")

    def plain(network: "nn.Module") -> dict:
        tensors = {name: tensor.detach().cpu() for name, tensor in network.state_dict().items()}
        if half:
            tensors = {name: t.half() if t.is_floating_point() else t for name, t in tensors.items()}
        return {name: tensor.contiguous() for name, tensor in tensors.items()}

    config = {
        "format": FORMAT,
        "version": VERSION,
        "family": family,
        "network": asdict(generator.config),
        "labels": list(labels),
        **_display_names(display_names or {}),
        **({"styles": list(styles)} if styles else {}),
        **({"words": {"space": space_name, "hash": space_hash}} if space_name else {}),
        **({"word_truncation": word_truncation} if word_truncation else {}),
        "made": made,
    }
    fresh, old = (folder.with_name(f".{folder.name}.{kind}") for kind in ("new", "old"))
    if old.exists() and not folder.exists():
        old.rename(folder)  # a save was killed between its two renames
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        more = {}
        if label_vectors is not None:
            more["label_vectors"] = torch.tensor(np.asarray(label_vectors), dtype=torch.float32)
        save_file(plain(generator) | more, fresh / "generator.safetensors")
        if discriminator is not None:
            save_file(plain(discriminator), fresh / "discriminator.safetensors")
        (fresh / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
        (fresh / "metrics.json").write_text(json.dumps(metrics or {}, indent=2) + "\n", "utf-8")
        if curves and (fields := curves.as_fields()):
            (fresh / CURVES).write_text(json.dumps(fields, separators=(",", ":")) + "\n", "utf-8")
        for name, picture in pictures.items():
            picture.save(fresh / name, optimize=True)
        (fresh / "README.md").write_text(card or _short_card(folder.name, config), "utf-8")
        for file in fresh.iterdir():
            file.chmod(0o644)  # safetensors makes its files readable by their owner alone
        describe(fresh)  # so that nothing is published that could not be loaded
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except (OSError, SafetensorError) as error:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise CheckpointError(
            f"The checkpoint {folder} could not be written ({reason(error)}); what was there is whole."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return folder


def set_display_names(folder: Path, names: Mapping[str, str]) -> Description:
    """Call labels of the checkpoint in `folder` by these names, by label; a name that is the word itself is left out.

    Nothing but its config.json changes. Returns what it says now; raises CheckpointError, which leaves it untouched.
    """
    before = describe(folder)
    names = {**before.display_names, **names}
    check_display_names(names, before.labels)
    path = folder / "config.json"
    try:
        config = read_json(path, MAX_CONFIG_BYTES)
        config.pop("display_names", None)
        content = {}
        for key, value in config.items():
            content[key] = value
            if key == "labels":
                content |= _display_names(names)
        write_atomic(path, (json.dumps(content, indent=2) + "\n").encode())
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} could not be written ({reason(error)}); it is as it was.") from error
    return describe(folder)


def _display_names(names: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The field of the config; none where every label is called by its word."""
    own = {label: name for label, name in names.items() if name != label}
    return {"display_names": own} if own else {}


def _is_ours(folder: Path) -> bool:
    """Whether a folder holds a checkpoint of ours and nothing else, or is empty."""
    names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else {"a file"}
    if not names:
        return True
    try:
        config = read_json(folder / "config.json", MAX_CONFIG_BYTES)
        return names <= set(FILES) and config["format"] == FORMAT
    except (OSError, ValueError, TypeError, KeyError):
        return False


def _short_card(name: str, config: dict) -> str:
    made = "\n".join(f"- {key}: {value}" for key, value in config["made"].items())
    styles = f"Styles: {names(config['styles'])}.\n" if config.get("styles") else ""
    words = f"Labels: {names(config['labels'])}.\n{styles}"
    words += f"Word space: {config['words']['space']}." if "words" in config else "A translator between the two."
    return f"# {name}\n\n{words}\n\n{made}\n"
