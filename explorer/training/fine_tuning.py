"""Fine-tuning: a training that begins with a checkpoint's weights in place of fresh ones.

The networks have by default the shapes of the checkpoint's, so that all weights fit. What does not (a label that it did
not know, pictures in colour) is drawn anew, and reported.
"""

import hashlib
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer import checkpoint
from explorer.checkpoint import Checkpoint
from explorer.checks import is_number
from explorer.errors import listed, shown
from explorer.files import open_regular, reason
from explorer.models.config import EMBEDDING, NetworkConfig
from explorer.models.families import family
from explorer.places import expand
from explorer.training.settings import TrainConfig, TrainingError

if TYPE_CHECKING:
    from torch import Tensor, nn

LEAST = 0.5  # of the generator's weights must fit
MOST_PARTS = 8  # of the networks, in a sentence on what is new

Pairs = list[tuple[int, int]]
"""Indices along a dimension of a tensor that mean the same: in the new one, in the old one."""

Match = tuple[int, Pairs]
"""A dimension of a tensor, and its pairs."""


def checkpoint_settings(name: str) -> dict[str, Any]:
    """Settings of a training whose networks have a checkpoint's shapes: family, widths, and the word space where it is
    here. Raises CheckpointError where there is no checkpoint.
    """
    from explorer.words import WordSpaceError, open_named_space

    about = checkpoint.describe(checkpoint.find(name))
    network, rules = about.network, family(about.family)
    made = about.made.get("settings")
    made = made if isinstance(made, dict) else {}
    found = {
        name: network[name]
        for name in ("resolution", "size", "size_d", "mapping", "z_dim", "z", "scale_condition")
        if name in network
    }
    found |= {"family": about.family, "network": network.get("network", "residual")}
    if network.get("channels") == 3:
        found["channels"] = 3  # which grey pictures are converted to
    if network.get("norm", rules.norm) != rules.norm:
        found["norm"] = network["norm"]
    if made.get("penalty") in ("none", "r1r2", "gp"):
        found["penalty"] = made["penalty"]
    if about.codes:
        found["codes"] = tuple(about.codes)
    if about.conditioning == "word":
        outside = made.get("outside")
        usual = outside if isinstance(outside, float) and 0 <= outside < 1 else TrainConfig.outside
        found["outside"] = usual if network.get("ear") else 1.0
    try:
        if open_named_space(about.space_name).hash == about.space_hash:
            found["space"] = about.space_name
    except WordSpaceError:
        pass
    return found


def absolute_name(name: str) -> str:
    """A checkpoint's name that holds in any working directory: a path is made absolute."""
    run, moment = re.fullmatch(r"(.*?)(@[0-9]+)?", name, re.DOTALL).groups("")
    path = os.path.abspath(expand(run))
    if name.startswith("hf:") or (os.path.basename(run) == run and not _lies_in(checkpoint.find(name), path)):
        return name
    return path + moment


def record_start(config: TrainConfig) -> TrainConfig:
    """The config of a new run, with the full name and the hash of the weights that it begins with."""
    if not config.start_from or config.start_hash:
        return config
    return replace(config, start_from=absolute_name(config.start_from), start_hash=weights_hash(config.start_from))


def weights_hash(name: str) -> str:
    """Digest of a checkpoint's weights. Raises CheckpointError where there is none, TrainingError for unreadable
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


def describe_start(config: TrainConfig, labels: Sequence[str], styles: Sequence[str] = ()) -> str:
    """A sentence on the weights that a training with these labels will begin with; raises as `Start`."""
    import torch

    from explorer.models.discriminator import Discriminator
    from explorer.models.generator import Generator

    with torch.random.fork_rng(devices=[]):
        return Start.of(config, labels, styles).fill(Generator(config.shapes), Discriminator(config.shapes))


@dataclass(frozen=True)
class Start:
    """A checkpoint to begin with. config, labels, styles: of the new training; hash: of the weights."""

    source: Checkpoint
    config: TrainConfig
    labels: tuple[str, ...]
    hash: str
    styles: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: TrainConfig, labels: Sequence[str], styles: Sequence[str] = ()) -> "Start | None":
        """The start of a training; None where it begins anew. Raises TrainingError for a checkpoint that has changed
        since the run was made, CheckpointError for one that is gone."""
        if not config.start_from:
            return None
        found = weights_hash(config.start_from)
        if config.start_hash not in ("", found):
            raise TrainingError(
                f"The weights of {shown(config.start_from)} have changed since this run was made, and it has not begun "
                f"yet: make another run from it."
            )
        return cls(checkpoint.load(config.start_from), config, tuple(labels), found, tuple(styles))

    def fill(self, generator: "nn.Module", discriminator: "nn.Module") -> str:
        """Fill fresh networks with all of the checkpoint that fits; returns a sentence on what did not.

        Labels are matched by their words. Raises TrainingError where next to nothing of G fits.
        """
        old, new, same = self.source.generator.config, generator.config, self._matching_conditions()
        share_g, new_g = _copy_fitting(self.source.generator, generator, _generator_matches(old, new, same))
        if share_g < LEAST:
            raise TrainingError(
                f"Only {_share(share_g)} of the generator of {self.source.name} fits: its size is {old.size} and it "
                f"draws {old.resolution} pixels, where this one has size {new.size} and {new.resolution} pixels. Leave "
                "size and resolution to it, ask for twice its resolution, or begin anew."
            )
        # Undo that `rescale` grows with the number of labels or styles; word vectors it scales by their own length.
        first = new.word_dim if self.config.conditioning == "word" else 0
        kinds = (old.c_dim - first, new.c_dim - first)
        moved = [new.z_dim + index for index, _ in same if index >= first]
        if moved and kinds[0] != kinds[1]:
            _scale_inputs(generator, moved, math.sqrt(kinds[0] / kinds[1]))
        share_d, new_d = _copy_fitting(
            self.source.discriminator(), discriminator, _discriminator_matches(old, new, same), _same_sides(old, new)
        )
        kimg = self.source.summary.get("kimg")
        at = f" at {kimg:g} kimg" if is_number(kimg) else ""
        sentence = f"Begun with the weights of {shown(self.source.name, 100)}{at} ({self.hash[:12]})"
        fresh = [*(f"{name} of G" for name in new_g), *(f"{name} of D" for name in new_d)]
        if fresh:
            sentence += (
                f"; of the generator's {_share(share_g)} and of the discriminator's {_share(share_d)} fit, and new are "
                f"{listed(_parts(fresh))}"
            )
        before = self.source.summary.get("began")
        return f"{sentence}." + (f" Before that: {shown(before)}" if isinstance(before, str) and before else "")

    def _matching_conditions(self) -> Pairs:
        """Indices of the condition that mean the same in both."""
        old, new = self.source.description, self.config
        if old.conditioning == new.conditioning == "label":
            known = {word: index for index, word in enumerate(old.labels)}
            return [(index, known[word]) for index, word in enumerate(self.labels) if word in known]
        words = old.network.get("c_dim", 0) - len(old.styles)
        if (old.conditioning, old.codes, words) != (new.conditioning, new.shapes.codes, new.shapes.word_dim):
            return []
        before = {style: words + index for index, style in enumerate(old.styles)}
        styles = enumerate(self.styles, start=words) if new.styles else ()
        return [
            *((index, index) for index in range(words)),
            *((index, before[style]) for index, style in styles if style in before),
        ]


def _parts(names: Sequence[str]) -> list[str]:
    """The parts of networks that tensors, as `blocks.0.conv1.weight of D`, belong to, each once: `blocks.0 of D`."""
    from explorer.models.layers import attribute_name

    pattern = r"^((?:blocks\.)?\w+)\S*(.*)$"
    parts = dict.fromkeys(re.sub(pattern, r"\1\2", attribute_name(name)) for name in names)
    return [*parts][:MOST_PARTS] + ([f"{len(parts) - MOST_PARTS} more"] if len(parts) > MOST_PARTS else [])


# Tensors by their stored names, see `models.layers.STORED`.


def _generator_matches(old: NetworkConfig, new: NetworkConfig, same: Pairs) -> dict[str, Match]:
    """Inputs of the tensors where z and c enter."""
    inputs = [(index, index) for index in range(new.z_dim)] if old.z_dim == new.z_dim else []
    inputs += [(new.z_dim + index, old.z_dim + before) for index, before in same]
    return {"start.weight": (1, inputs), "style.0.weight": (1, inputs)}


def _discriminator_matches(old: NetworkConfig, new: NetworkConfig, same: Pairs) -> dict[str, Match]:
    """Inputs or outputs of the tensors where c enters or is guessed back, by the head: see `models.discriminator`."""
    same = same if old.head == new.head else []
    channels = [(index, index) for index in range(new.channels)] if old.channels == new.channels else []
    if new.head == "maps":
        channels += [(new.channels + index, old.channels + before) for index, before in same]
    rows = [(0, 0)]  # real or fake
    if new.head in ("classes", "codes"):
        rows += [(1 + index, 1 + before) for index, before in same]
    if "both" in (old.head, new.head):
        rows = [*same, *((new.c_dim + index, old.c_dim + before) for index, before in same)]
    if new.head == old.head == "angles":
        rows += [(1 + index, 1 + index) for index in range(EMBEDDING)]
    points = {"class_points.weight": (0, same), "word.weight": (1, same)}
    return points | {"look.weight": (1, channels), "say.weight": (0, rows), "say.bias": (0, rows)}


def _same_sides(old: NetworkConfig, new: NetworkConfig) -> dict[str, str]:
    """D's blocks by those of the same maps in the old one: of a larger picture, the first blocks are new.

    G begins at its coarsest maps, so there the names are the same.
    """
    more = len(new.sides) - len(old.sides)
    return {f"blocks.{number + more}": f"blocks.{number}" for number in range(len(old.sides))} if more else {}


def _copy_fitting(
    old: "nn.Module", new: "nn.Module", matches: dict[str, Match], renamed: Mapping[str, str] | None = None
) -> tuple[float, list[str]]:
    """Copy what fits from one network into another; returns its share of all numbers, and the tensors that are new.

    renamed: new names of blocks -> old ones; other blocks are then new. The word projection follows from the labels,
    and is not counted.
    """
    import torch

    source, count, taken, fresh = old.state_dict(), 0, 0.0, []
    with torch.no_grad():
        for name, tensor in new.state_dict().items():
            if name.startswith("ear."):
                continue
            before = _old_name(name, renamed)
            share = _copy(source[before], tensor, matches.get(name)) if before in source else 0.0
            count += tensor.numel()
            taken += share * tensor.numel()
            if share < 1:
                fresh.append(f"{name} (in part)" if share else name)
    return taken / count, fresh


def _old_name(name: str, renamed: Mapping[str, str] | None) -> str | None:
    """The old name of a tensor, None for one of a block that is new."""
    kind, number, *rest = name.split(".")
    if not renamed or kind != "blocks":
        return name
    block = renamed.get(f"{kind}.{number}")
    return block and ".".join([block, *rest])


def _copy(old: "Tensor", new: "Tensor", match: Match | None) -> float:
    """Copy one tensor, or the slices of it that match; returns the share that was copied."""
    import torch

    if match is None:
        if old.shape != new.shape:
            return 0.0
        new.copy_(old)
        return 1.0
    dim, pairs = match
    others = [[size for axis, size in enumerate(one.shape) if axis != dim] for one in (old, new)]
    if not pairs or others[0] != others[1]:
        return 0.0
    here, there = (torch.tensor(indices) for indices in zip(*pairs, strict=True))
    new.index_copy_(dim, here, old.index_select(dim, there))
    return len(pairs) / new.shape[dim]


def _scale_inputs(generator: "nn.Module", inputs: list[int], by: float) -> None:
    """Multiply the weights of the first layers of G on some of their inputs."""
    for name, tensor in generator.state_dict().items():
        if name in ("start.weight", "style.0.weight"):
            tensor[:, inputs] *= by


def _share(share: float) -> str:
    return f"{min(99, round(100 * share))} %" if share < 1 else "all"


def _lies_in(folder: Path, path: str) -> bool:
    return Path(path) in (folder.absolute(), *folder.absolute().parents)
