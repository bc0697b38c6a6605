"""How good a translator is: what comes back, how near translations come to the other domain, and the true counterparts.

Pure functions of pictures and features, and `measure_translator`, which puts them together for a checkpoint. Figures
are taken on pictures that the training never saw, where there are such.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from explorer.checkpoint import TranslatorCheckpoint
from explorer.checkpoint.example_pictures import EXAMPLES
from explorer.data import NAMES, DataError, ImageSet
from explorer.data.domains import domains
from explorer.data.progress import Report
from explorer.measure.features.extract import features_of
from explorer.measure.features.network import FeatureNetwork
from explorer.measure.judge.judge import Judge, list_judges, open_judge
from explorer.measure.metrics.metrics import frechet_distance, kernel_distance
from explorer.measure.training_pictures import (
    own_pictures,
    read_options_of,
    some_pictures,
    source_of,
    words_held_out_by,
)
from explorer.models.config import WAYS, Way
from explorer.models.pixels import from_bytes, to_bytes
from explorer.models.translator import translate

KEY = "translation"  # in metrics.json
BATCH = 32
SEED = 9  # of the examples
LEAST = 20  # pictures of a domain that can be measured


class MeasuredPictures(NamedTuple):
    """unseen: pictures that the training never saw, where there are such; trained: those that it saw. is_unseen:
    whether the first are any others than the second."""

    unseen: ImageSet
    trained: ImageSet
    is_unseen: bool


@dataclass(frozen=True)
class Counterparts:
    """Where a picture of one domain shows the same subject as one of the other: mean absolute difference from that true
    counterpart, 0 to 255 grey levels.

    pictures: how many have one. translated: of the translation. identity: of the picture itself. nearest: of the
    training picture of the other domain that is nearest to the picture itself, by pixels.
    """

    pictures: int
    translated: float
    identity: float
    nearest: float


@dataclass(frozen=True)
class WayFigures:
    """Figures of one way. start, end: names of the domains. pictures: measured. cycle: mean absolute difference of what
    comes back, 0 to 255 grey levels. change: the same of the translation from its picture.

    fd, kid: distance of the translations from real pictures of the other domain, of the untranslated pictures
    (`_before`), and of as many real training pictures of that domain (`_floor`); kid_spread: see `kernel_distance`. fd
    is None where there are no more pictures than features: Gaussians fitted to so few say little.
    """

    start: str
    end: str
    pictures: int
    cycle: float
    change: float
    fd: float | None
    fd_before: float | None
    fd_floor: float | None
    kid: float
    kid_before: float
    kid_floor: float
    kid_spread: float
    counterparts: Counterparts | None = None


@dataclass(frozen=True, eq=False)
class MeasuredTranslator:
    """network: whose features were taken, and its hash. unseen: whether the training never saw the pictures. examples,
    worst: for each way, EXAMPLES pictures uint8 [N, H, W, C] by chance, and those with the largest cycle errors."""

    network: str
    network_hash: str
    unseen: bool
    ways: tuple[WayFigures, WayFigures]
    examples: tuple[np.ndarray, np.ndarray]
    worst: tuple[np.ndarray, np.ndarray]

    def as_fields(self) -> dict[str, Any]:
        """Plain values, as metrics.json holds them under KEY."""
        ways = [asdict(way) for way in self.ways]
        return {"judge": self.network, "judge_hash": self.network_hash, "unseen": self.unseen, "ways": ways}


def pixel_error(pictures: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Mean absolute difference of each picture, uint8 [N, C, H, W] both, from the wanted one: float64 [N], 0 to 255."""
    return (pictures.double() - wanted.double()).abs().mean(dim=(1, 2, 3))


def nearest_rows(pictures: torch.Tensor, among: torch.Tensor) -> torch.Tensor:
    """For each picture uint8 [N, C, H, W] the row of the one nearest to it among [M, C, H, W], by pixels: int64 [N]."""
    flat, others = (part.flatten(1).float() for part in (pictures, among))
    return torch.cdist(flat, others).argmin(dim=1)


def counterpart_rows(start: ImageSet, end: ImageSet) -> tuple[np.ndarray, np.ndarray]:
    """Rows of pictures of two domains that show the same subject, int64 [P] both; empty where pictures have no
    subjects. A subject that has several pictures in a domain gives its first."""
    if not len(start.subjects) or not len(end.subjects):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    _, rows, others = np.intersect1d(start.subjects, end.subjects, return_indices=True)
    return rows, others


def measured_pictures_of(opened: TranslatorCheckpoint, data_dir: Path | None = None) -> MeasuredPictures:
    """The pictures to measure a translator on: of the classes that its training held out; else the test pictures of a
    data set known by name; else those that it was trained on. Raises DataError where they are not on this machine."""
    source, shape, options = source_of(opened), opened.image_shape, read_options_of(opened)
    every = own_pictures(source, shape, "train", data_dir, False, options)
    held_out = [label for label, word in enumerate(every.words) if word in words_held_out_by(opened)]
    if held_out:
        rows = np.isin(every.labels, held_out)
        return MeasuredPictures(some_pictures(every, rows), some_pictures(every, ~rows), True)
    if source in NAMES:
        return MeasuredPictures(own_pictures(source, shape, "test", data_dir, False, options), every, True)
    return MeasuredPictures(every, every, False)


def network_for(opened: TranslatorCheckpoint, device: str) -> Judge | None:
    """The judge that was fitted on a translator's data set and reads its pictures; None where there is none."""
    source = opened.summary.get("data")
    fitting = (
        folder.name
        for folder, one in list_judges().items()
        if one.source == source and one.shape == opened.image_shape and not one.of_styles
    )
    name = next(fitting, None)
    return None if name is None else open_judge(name, device)


def measure_translator(
    opened: TranslatorCheckpoint,
    network: Judge | FeatureNetwork,
    pictures: MeasuredPictures,
    report: Report = lambda what, done, total: None,
) -> MeasuredTranslator:
    """Measure both ways. Raises DataError where a domain is missing or has fewer than LEAST pictures."""
    unseen, trained = (
        [some_pictures(one, rows) for rows in domains(one, *opened.domains).rows]
        for one in (pictures.unseen, pictures.trained)
    )
    if (fewest := min(map(len, unseen))) < LEAST:
        raise DataError(f"{pictures.unseen.name} has only {fewest} pictures of a domain; {LEAST} are the least.")
    found, examples, worst = [], [], []
    for place, way in enumerate(WAYS):
        start, end, known = unseen[place], unseen[1 - place], trained[1 - place]
        report(f"translating {opened.domains[place]}", place, 2)
        source = torch.from_numpy(start.images)
        translated, back = _translate_all(opened, source, way)
        errors = pixel_error(back, source)
        count = min(len(end), len(start))
        sets = {
            "real": torch.from_numpy(end.images),
            "after": translated[:count],
            "before": source[:count],
            "floor": torch.from_numpy(known.images[_spread(len(known), count)]),
        }
        seen = {name: features_of(network, one, None, report).values for name, one in sets.items()}
        kids = {name: kernel_distance(seen["real"], seen[name]) for name in ("after", "before", "floor")}
        found.append(
            WayFigures(
                start=opened.domains[place],
                end=opened.domains[1 - place],
                pictures=len(start),
                cycle=float(errors.mean()),
                change=float(pixel_error(translated, source).mean()),
                fd=_frechet(seen["real"], seen["after"]),
                fd_before=_frechet(seen["real"], seen["before"]),
                fd_floor=_frechet(seen["real"], seen["floor"]),
                kid=kids["after"].value,
                kid_before=kids["before"].value,
                kid_floor=kids["floor"].value,
                kid_spread=kids["after"].spread,
                counterparts=_counterparts(start, end, known, translated),
            )
        )
        order = torch.argsort(errors, descending=True, stable=True)[:EXAMPLES].numpy()
        examples.append(_tiles(start.images, np.random.default_rng(SEED).permutation(len(start))[:EXAMPLES]))
        worst.append(_tiles(start.images, order))
    return MeasuredTranslator(
        network.name, network.hash, pictures.is_unseen, tuple(found), tuple(examples), tuple(worst)
    )


def _frechet(real: torch.Tensor, samples: torch.Tensor) -> float | None:
    return frechet_distance(real, samples) if min(len(real), len(samples)) > real.shape[1] else None


def _counterparts(start: ImageSet, end: ImageSet, trained: ImageSet, translated: torch.Tensor) -> Counterparts | None:
    rows, others = counterpart_rows(start, end)
    if not len(rows):
        return None
    source, wanted, known = (torch.from_numpy(one) for one in (start.images[rows], end.images[others], trained.images))
    errors = {
        "translated": translated[torch.from_numpy(rows)],
        "identity": source,
        "nearest": known[nearest_rows(source, known)],
    }
    return Counterparts(len(rows), **{name: float(pixel_error(one, wanted).mean()) for name, one in errors.items()})


@torch.inference_mode()
def _translate_all(opened: TranslatorCheckpoint, pictures: torch.Tensor, way: Way) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures uint8 [N, C, H, W] translated, and brought back."""
    device = next(opened.translator.parameters()).device
    parts = [translate(opened.translator, from_bytes(rows).to(device), way) for rows in pictures.split(BATCH)]
    both = (torch.cat([to_bytes(part[place]).permute(0, 3, 1, 2).cpu() for part in parts]) for place in (0, 1))
    return tuple(both)


def _spread(rows: int, count: int) -> np.ndarray:
    """`count` rows that lie evenly among so many, or all."""
    return np.unique(np.linspace(0, rows - 1, min(count, rows)).astype(np.int64))


def _tiles(images: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """EXAMPLES of these rows, from the first on again where there are fewer: uint8 [N, H, W, C]."""
    return images[np.resize(rows, EXAMPLES)].transpose(0, 2, 3, 1)
