"""Beginning with a checkpoint's weights in place of fresh ones: fine-tuning.

The networks are by default those of the checkpoint, so that all of it fits. What does not (a label that it did not
know, pictures in colour) is drawn anew, and said.
"""

import hashlib
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer import checkpoint
from explorer.checkpoint import Checkpoint
from explorer.checks import is_number
from explorer.errors import shown
from explorer.files import open_regular, reason
from explorer.models.config import NetworkConfig
from explorer.models.families import family
from explorer.places import expand
from explorer.training.settings import TrainConfig, TrainingError

if TYPE_CHECKING:
    from torch import Tensor, nn

LEAST = 0.5  # of the generator's weights: with fewer, it begins with hardly more than a name
MOST_NAMES = 12  # of tensors that are new

Pairs = list[tuple[int, int]]
"""Places along one side of a tensor that mean the same: where in the new one, where in the old one."""

Place = tuple[int, Pairs]
"""Which side of a tensor it is, and they."""


def checkpoint_settings(name: str) -> dict[str, Any]:
    """The settings of a training whose networks are those of a checkpoint: its family, every width, and its word space
    where that is here. Raises CheckpointError where there is no such checkpoint.
    """
    from explorer.words import WordSpaceError, open_named_space

    about = checkpoint.describe(checkpoint.find(name))
    network, rules = about.network, family(about.family)
    told = about.made.get("settings")
    told = told if isinstance(told, dict) else {}
    found = {name: network[name] for name in ("resolution", "size", "z_dim", "z") if name in network}
    found |= {"family": about.family, "network": network.get("network", "residual")}
    if network.get("channels") == 3:
        found["channels"] = 3  # grey pictures are coloured ones, too
    if network.get("norm", rules.norm) != rules.norm:
        found["norm"] = network["norm"]
    if told.get("penalty") in ("none", "r1r2", "gp"):
        found["penalty"] = told["penalty"]
    if about.codes:
        found["codes"] = tuple(about.codes)
    if about.conditioning == "word":
        outside = told.get("outside")
        usual = outside if isinstance(outside, float) and 0 <= outside < 1 else TrainConfig.outside
        found["outside"] = usual if network.get("ear") else 1.0
    try:
        if open_named_space(about.space_name).hash == about.space_hash:
            found["space"] = about.space_name
    except WordSpaceError:
        pass
    return found


def in_full(name: str) -> str:
    """A checkpoint's name such that whoever goes on with the run finds it from anywhere: a path is made absolute."""
    run, moment = re.fullmatch(r"(.*?)(@[0-9]+)?", name, re.DOTALL).groups("")
    path = os.path.abspath(expand(run))
    if name.startswith("hf:") or (os.path.basename(run) == run and not _lies_in(checkpoint.find(name), path)):
        return name
    return path + moment


def record_start(config: TrainConfig) -> TrainConfig:
    """The config of a new run, such that it begins with the same weights wherever and whenever that is."""
    if not config.start_from or config.start_hash:
        return config
    return replace(config, start_from=in_full(config.start_from), start_hash=weights_hash(config.start_from))


def weights_hash(name: str) -> str:
    """A digest of a checkpoint's weights. Raises CheckpointError where there is none, TrainingError for unreadable
    files."""
    folder, digest = checkpoint.find(name), hashlib.blake2b(digest_size=16)
    for part in ("generator", "discriminator"):
        try:
            with open_regular(folder / f"{part}.safetensors") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        except OSError as error:
            raise TrainingError(f"The {part} of {shown(name)} cannot be read ({reason(error)}).") from error
    return digest.hexdigest()


def describe_start(config: TrainConfig, labels: Sequence[str]) -> str:
    """What a training with these labels will begin with, in a sentence; raises as `Start`."""
    import torch

    from explorer.models.discriminator import Discriminator
    from explorer.models.generator import Generator

    with torch.random.fork_rng(devices=[]):
        return Start.of(config, labels).fill(Generator(config.shapes), Discriminator(config.shapes))


@dataclass(frozen=True)
class Start:
    """A checkpoint to begin with. config, labels: of the training that does; hash: of the weights."""

    source: Checkpoint
    config: TrainConfig
    labels: tuple[str, ...]
    hash: str

    @classmethod
    def of(cls, config: TrainConfig, labels: Sequence[str]) -> "Start | None":
        """What a training begins with; None where it begins anew. Raises TrainingError for a checkpoint that has
        changed since the run was made, CheckpointError for one that is gone."""
        if not config.start_from:
            return None
        found = weights_hash(config.start_from)
        if config.start_hash not in ("", found):
            raise TrainingError(
                f"The weights of {shown(config.start_from)} have changed since this run was made, and it has not begun "
                f"yet: make another run from it."
            )
        return cls(checkpoint.load(config.start_from), config, tuple(labels), found)

    def fill(self, generator: "nn.Module", discriminator: "nn.Module") -> str:
        """Fill fresh networks with all of the checkpoint that fits; returns a sentence that says what did not.

        What is heard of a label goes by the label's word. Raises TrainingError where next to nothing of G fits.
        """
        old, new, heard = self.source.generator.config, generator.config, self._heard()
        share_g, new_g = _carry(self.source.generator, generator, _of_generator(old, new, heard))
        if share_g < LEAST:
            raise TrainingError(
                f"Only {_share(share_g)} of the generator of {self.source.name} fits: its size is {old.size} and it "
                f"draws {old.resolution} pixels, where this one has size {new.size} and {new.resolution} pixels. Leave "
                f"size and resolution to it, or begin anew."
            )
        if old.c_dim and old.c_dim != new.c_dim and heard:  # labels are made the louder the more there are of them
            _scale(generator, [new.z_dim + place for place, _ in heard], math.sqrt(old.c_dim / new.c_dim))
        share_d, new_d = _carry(self.source.discriminator(), discriminator, _of_discriminator(old, new, heard))
        kimg = self.source.summary.get("kimg")
        at = f" at {kimg:g} kimg" if is_number(kimg) else ""
        told = f"Begun with the weights of {shown(self.source.name, 100)}{at} ({self.hash[:12]})"
        fresh = [*(f"{name} of G" for name in new_g), *(f"{name} of D" for name in new_d)]
        if fresh:
            more = f" and {len(fresh) - MOST_NAMES} more" if len(fresh) > MOST_NAMES else ""
            told += (
                f"; of the generator's {_share(share_g)} and of the discriminator's {_share(share_d)} fit, and new are "
                f"{', '.join(fresh[:MOST_NAMES])}{more}"
            )
        before = self.source.summary.get("began")
        return f"{told}." + (f" Before that: {shown(before)}" if isinstance(before, str) and before else "")

    def _heard(self) -> Pairs:
        """Which numbers of the condition mean the same to both."""
        old, new = self.source.description, self.config
        if old.conditioning == new.conditioning == "label":
            known = {word: place for place, word in enumerate(old.labels)}
            return [(place, known[word]) for place, word in enumerate(self.labels) if word in known]
        alike = (
            old.conditioning == new.conditioning
            and old.codes == new.shapes.codes
            and old.network.get("c_dim") == new.c_dim
        )
        return [(place, place) for place in range(new.c_dim)] if alike else []


def _of_generator(old: NetworkConfig, new: NetworkConfig, heard: Pairs) -> dict[str, Place]:
    """Where z and c enter."""
    same = [(place, place) for place in range(new.z_dim)] if old.z_dim == new.z_dim else []
    same += [(new.z_dim + place, old.z_dim + before) for place, before in heard]
    return {"start.weight": (1, same), "style.0.weight": (1, same)}


def _of_discriminator(old: NetworkConfig, new: NetworkConfig, heard: Pairs) -> dict[str, Place]:
    """Where c enters, or is guessed back; by the head, see `models.discriminator`."""
    alike = heard if old.head == new.head else []
    seen = [(place, place) for place in range(new.channels)] if old.channels == new.channels else []
    if new.head == "maps":
        seen += [(new.channels + place, old.channels + before) for place, before in alike]
    rows = [(0, 0)]  # real or not
    if new.head in ("classes", "codes"):
        rows += [(1 + place, 1 + before) for place, before in alike]
    if "both" in (old.head, new.head):
        rows = [*alike, *((new.c_dim + place, old.c_dim + before) for place, before in alike)]
    return {"look.weight": (1, seen), "say.weight": (0, rows), "say.bias": (0, rows), "word.weight": (1, alike)}


def _carry(old: "nn.Module", new: "nn.Module", places: dict[str, Place]) -> tuple[float, list[str]]:
    """Copy what fits from one network into another; returns its share of all numbers, and the tensors that are new.

    What the ear attends to follows from the labels, and is neither.
    """
    import torch

    was, count, taken, fresh = old.state_dict(), 0, 0.0, []
    with torch.no_grad():
        for name, tensor in new.state_dict().items():
            if name.startswith("ear."):
                continue
            share = _copy(was[name], tensor, places.get(name)) if name in was else 0.0
            count += tensor.numel()
            taken += share * tensor.numel()
            if share < 1:
                fresh.append(f"{name} (in part)" if share else name)
    return taken / count, fresh


def _copy(old: "Tensor", new: "Tensor", place: Place | None) -> float:
    """Copy one tensor, or those of its places that mean the same; returns the share of it."""
    import torch

    if place is None:
        if old.shape != new.shape:
            return 0.0
        new.copy_(old)
        return 1.0
    dim, pairs = place
    others = [[side for at, side in enumerate(one.shape) if at != dim] for one in (old, new)]
    if not pairs or others[0] != others[1]:
        return 0.0
    here, there = (torch.tensor(one) for one in zip(*pairs, strict=True))
    new.index_copy_(dim, here, old.index_select(dim, there))
    return len(pairs) / new.shape[dim]


def _scale(generator: "nn.Module", places: list[int], by: float) -> None:
    """What the first layers of G make of some of the numbers that it hears, so many times as strong."""
    for name, tensor in generator.state_dict().items():
        if name in ("start.weight", "style.0.weight"):
            tensor[:, places] *= by


def _share(share: float) -> str:
    return f"{min(99, round(100 * share))} %" if share < 1 else "all"


def _lies_in(folder: Path, path: str) -> bool:
    return Path(path) in (folder.absolute(), *folder.absolute().parents)
