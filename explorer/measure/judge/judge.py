"""The judge: a small classifier trained on real pictures, frozen, on whose features and predictions we measure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from explorer import places
from explorer.checkpoint import Checkpoint, is_name
from explorer.errors import shown
from explorer.files import is_regular
from explorer.measure.features.names import ABOUT
from explorer.measure.judge.format import CONFIG, WEIGHTS, JudgeDescription, JudgeError, describe_judge, read_weights
from explorer.measure.judge.network import JudgeNetwork
from explorer.models.pixels import from_bytes

# Kernels choose their blocking by shape, and round accordingly. Every forward pass has this many rows, the last padded,
# so a picture's features are the same to the bit whatever is beside it. The smallest grid is one pass.
ROWS = 16


@dataclass(frozen=True, eq=False)
class Judge:
    """An open judge. Its input is pictures uint8 [N, C, H, W], on any device. Nothing in it changes."""

    name: str
    description: JudgeDescription
    network: JudgeNetwork  # eval mode, no gradients, channels_last

    @property
    def words(self) -> tuple[str, ...]:
        """Its classes, in order."""
        return self.description.words

    @property
    def accuracy(self) -> float:
        """Share of the real test pictures that it puts in their own class, 0 to 1."""
        return self.description.accuracy

    @property
    def hash(self) -> str:
        """SHA-256 of its weights file."""
        return self.description.hash

    @property
    def device(self) -> torch.device:
        return self.network.head.weight.device

    def features(self, images: Tensor) -> Tensor:
        """Features of the last layer, float32 [N, F], none negative."""
        return self.features_and_logits(images)[0]

    def logits(self, images: Tensor) -> Tensor:
        """Logits by class, float32 [N, K]."""
        return self.features_and_logits(images)[1]

    def shares(self, images: Tensor) -> Tensor:
        """Share of the pictures that it puts in each class, float64 [K], sum 1."""
        counts = self.logits(images).argmax(dim=1).bincount(minlength=len(self.words))
        return counts.double().cpu() / max(1, len(images))

    @torch.no_grad()
    def features_and_logits(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Both in one pass. Raises ValueError for other dtypes and shapes."""
        if images.dtype != torch.uint8 or images.ndim != 4 or tuple(images.shape[1:]) != self.description.shape:
            raise ValueError(
                f"the judge {self.name} reads uint8 [N, {', '.join(map(str, self.description.shape))}], "
                f"not {images.dtype} {list(images.shape)}"
            )
        features = torch.empty((len(images), self.description.layout.features), device=self.device)
        logits = torch.empty((len(images), len(self.words)), device=self.device)
        for start in range(0, len(images), ROWS):
            rows = images[start : start + ROWS].to(self.device)
            padded = torch.cat([rows, rows.new_zeros((ROWS - len(rows), *rows.shape[1:]))])
            found = self.network.features(from_bytes(padded))
            features[start : start + ROWS] = found[: len(rows)]
            logits[start : start + ROWS] = self.network.head(found)[: len(rows)]
        return features, logits


def open_judge(name: str, device: str | torch.device = "cpu") -> Judge:
    """Open the judge of that name (shipped, then the user's own); it stays open while its files do not change.

    Raises JudgeError when there is none, or it cannot be used.
    """
    for folder in places.search_folders("judges") if is_name(name) and name not in ABOUT else ():
        if is_regular(folder / name / CONFIG):
            return _opened(folder / name, device)
    known = ", ".join(folder.name for folder in list_judges()) or "none yet"
    raise JudgeError(
        f"There is no judge {shown(name, 100)!r} (there is: {known}); train one: gan-explorer judge train SOURCE."
    )


def find_judge(
    labels: Sequence[str], shape: tuple[int, int, int], source: str = "", device: str | torch.device = "cpu"
) -> Judge | None:
    """Find a judge whose classes are these labels, in any order, for pictures of shape [C, H, W]; or None.

    source: the data set; a judge trained on it is preferred (MNIST and digits share their words).
    """
    fitting = [
        (description.source != source, folder)
        for folder, description in list_judges().items()
        if set(description.words) == set(labels) and description.shape == tuple(shape)
    ]
    return _opened(min(fitting, key=lambda one: one[0])[1], device) if fitting else None


def judge_of(checkpoint: Checkpoint, device: str | torch.device = "cpu") -> Judge | None:
    """Find a judge of exactly a checkpoint's labels, preferably trained on its data set; or None.

    For a checkpoint with styles, the one that knows most of its labels in some of its styles (see `knows_styles`). To
    measure a checkpoint, take `matching.judge_for`: it insists on the data set."""
    source = str(checkpoint.summary.get("data", ""))
    if checkpoint.styles:
        fitting = {folder: one for folder, one in list_judges().items() if knows_styles(checkpoint, one)}
        labels = set(checkpoint.labels)
        known = {folder: len(labels & set(one.words)) for folder, one in fitting.items()}
        return _opened(max(known, key=known.get), device) if known else None
    return find_judge(checkpoint.labels, checkpoint.image_shape, source, device)


def knows_styles(checkpoint: Checkpoint, judge: JudgeDescription) -> bool:
    """Whether a judge of words reads pictures of a checkpoint with styles: of its shape, in one of its styles at least,
    and knows half of its own words or more among the checkpoint's labels, of which it may lack others."""
    own = set(judge.styles) & set(checkpoint.styles)
    known = set(judge.words) & set(checkpoint.labels)
    fits = bool(own) and not judge.of_styles and judge.shape == checkpoint.image_shape
    return fits and 2 * len(known) >= len(judge.words)


def style_judge_of(checkpoint: Checkpoint, device: str | torch.device = "cpu") -> Judge | None:
    """Find a judge of styles that knows all or most of a checkpoint's, two or more; or None."""
    shape, own = checkpoint.image_shape, set(checkpoint.styles)
    fitting = {folder: one for folder, one in list_judges().items() if one.of_styles and one.shape == shape}
    known = {folder: len(own & set(one.words)) for folder, one in fitting.items()}
    best = max(known, key=known.get, default=None)
    return _opened(best, device) if best is not None and known[best] > 1 else None


def list_judges() -> dict[Path, JudgeDescription]:
    """Judges by folder: the shipped ones, then the user's own; broken ones are skipped."""
    found: dict[str, tuple[Path, JudgeDescription]] = {}
    for parent in places.search_folders("judges"):
        for folder in sorted(parent.iterdir()) if parent.is_dir() else []:
            taken = folder.name in found or folder.name in ABOUT or not folder.name.isprintable()
            if folder.name.startswith(".") or taken or not is_regular(folder / CONFIG):
                continue
            try:
                found[folder.name] = folder, describe_judge(folder)
            except JudgeError:
                continue
    return dict(found.values())


def _opened(folder: Path, device: str | torch.device) -> Judge:
    stamp = []
    for name in (CONFIG, WEIGHTS):
        try:
            status = (folder / name).stat()
        except OSError:
            stamp.append(0)  # reading the file will raise a sentence
        else:
            stamp += [status.st_mtime_ns, status.st_size, status.st_ino]
    return _loaded(folder, torch.device(device), tuple(stamp))


@lru_cache(maxsize=8)
def _loaded(folder: Path, device: torch.device, stamp: tuple[int, ...]) -> Judge:
    description = describe_judge(folder)
    channels, side, _ = description.shape
    network = JudgeNetwork(channels, side, len(description.words), layout=description.layout)
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    network.load_state_dict(read_weights(folder, description.hash, wanted))
    network.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)
    return Judge(folder.name, description, network)
