"""Fidelity against diversity: precision and recall over psi, under a judge, measured, stored and plotted.

Precision is the share of drawn pictures that look real, recall the share of real ones that can be drawn (Kynkaanniemi
2019); over psi they give the curve by which the truncation trick (Brock, Donahue, Simonyan 2018) is judged. A curve is
measured once for a checkpoint and a judge and stored beside the user's data.
"""

import contextlib
import html
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from explorer import data, places
from explorer.atomic import write_atomic
from explorer.checkpoint import Checkpoint
from explorer.checks import is_number
from explorer.data.progress import Report
from explorer.errors import ExplorerError
from explorer.explore.inside.identity import generator_hash
from explorer.explore.render.forward import draw_tiles
from explorer.explore.render.judging import judge_of
from explorer.explore.spec.spec import MAX_TILES, Seeded, Spec
from explorer.files import read_json
from explorer.measure.judge.judge import Judge
from explorer.measure.judge.matching import judge_command
from explorer.measure.metrics.metrics import NEIGHBOURS, manifolds
from explorer.measure.training_pictures import measured_pictures, read_options_of, rows_of_labels, some_pictures
from explorer.stopping import Stop, check

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PSIS = (0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5)
SAMPLES = 2000  # at each psi, against as many real pictures
SAMPLES_STYLED = 500  # where each of hundreds of words has a few pictures
STEP = "drawing at every psi"
FORMAT, VERSION, MAX_BYTES = "gan-explorer tradeoff", 1, 100_000
INK, LINE = "#808080", "rgba(128, 128, 128, 0.25)"  # legible on a light and on a dark page
CURVES = {"precision": ("fidelity (precision)", "#5b86eb"), "recall": ("diversity (recall)", "#d9822b")}


@dataclass(frozen=True)
class Point:
    """Precision and recall at one psi, 0 .. 1 each."""

    psi: float
    precision: float
    recall: float


@dataclass(frozen=True)
class Tradeoff:
    """The curve of a checkpoint under a judge. Only curves of one judge and one number of samples can be compared.

    points: by rising psi. real: the same of other real pictures in place of samples; its psi means nothing.
    """

    checkpoint: str
    checkpoint_hash: str
    judge: str
    judge_hash: str
    samples: int
    points: tuple[Point, ...]
    real: Point

    def at(self, psi: float) -> Point:
        """The point at a psi, interpolated linearly; beyond the measured points, the last."""
        psis, precisions, recalls = zip(*((one.psi, one.precision, one.recall) for one in self.points), strict=True)
        return Point(psi, float(np.interp(psi, psis, precisions)), float(np.interp(psi, psis, recalls)))


def tradeoff_of(
    checkpoint: Checkpoint,
    device: str = "cpu",
    data_dir: Path | None = None,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
    keep: bool = True,
) -> Tradeoff:
    """The stored curve, or else a new one, which takes about a minute and is stored unless `keep` is False.

    Nothing is downloaded. Raises ExplorerError where no judge knows the checkpoint's labels or its pictures are not on
    this machine, and Stopped.
    """
    judge = judge_of(checkpoint, device)
    if judge is None:
        raise ExplorerError(
            f"No judge knows the labels of {checkpoint.name}, so nothing can say how real its pictures look; train "
            f"one on its pictures: {judge_command(checkpoint)}."
        )
    stored = stored_tradeoff(checkpoint, judge)
    if stored is not None:
        return stored
    pictures = _test_pictures(checkpoint, judge, data_dir)
    samples = SAMPLES_STYLED if checkpoint.styles else SAMPLES
    found = measure_tradeoff(checkpoint, judge, pictures, samples, report, stop)
    if not keep:
        return found
    with contextlib.suppress(OSError):  # where it cannot be stored, it is measured again another time
        path = _path(found.checkpoint_hash, judge)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, (json.dumps({"format": FORMAT, "version": VERSION, **asdict(found)}) + "\n").encode())
    return found


def stored_tradeoff(checkpoint: Checkpoint, judge: Judge) -> Tradeoff | None:
    """The curve measured before; None if there is none, or none that can be read."""
    digest = generator_hash(checkpoint)
    path = _path(digest, judge)
    try:
        fields = read_json(path, MAX_BYTES)
        if fields["format"] != FORMAT or fields["version"] != VERSION:
            return None
        real, *points = (
            Point(*(_share(one[key], 2.0 if key == "psi" else 1.0) for key in ("psi", "precision", "recall")))
            for one in (fields["real"], *fields["points"])
        )
        if [point.psi for point in points] != list(PSIS) or not isinstance(fields["samples"], int):
            return None
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return Tradeoff(checkpoint.name, digest, judge.name, judge.hash, fields["samples"], tuple(points), real)


@torch.inference_mode()
def measure_tradeoff(
    checkpoint: Checkpoint,
    judge: Judge,
    pictures: data.ImageSet,
    samples: int = SAMPLES,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> Tradeoff:
    """Measure a curve against real `pictures` of the judge's classes that neither it nor the generator was trained on.

    samples: at most, at each psi; never more than half the pictures, for the other half takes their place once. At
    every psi the same latents are drawn, of each label as many as among the real ones; no jitter, no blend. The same in
    every run. Raises ExplorerError for too few pictures, and Stopped.
    """
    samples = min(samples, len(pictures) // 2)
    if samples <= NEIGHBOURS:
        raise ExplorerError(f"{pictures.name} has too few pictures to measure precision and recall; take more.")
    rows = np.random.default_rng(1).permutation(len(pictures))[: 2 * samples]
    features = judge.features(torch.from_numpy(pictures.images[rows]))
    real, others = features[:samples], features[samples:]
    counts = np.bincount(pictures.labels[rows[:samples]], minlength=len(judge.words))
    portions = _portions(checkpoint, judge, counts)
    points = []
    for number, psi in enumerate(PSIS):
        drawn = []
        for portion, (vector, latents) in enumerate(portions):
            check(stop)
            report(STEP, number * len(portions) + portion, len(PSIS) * len(portions))
            drawn.append(_features(checkpoint, judge, Spec(latents=latents, psi=psi), vector))
        points.append(_point(psi, real, torch.cat(drawn)))
    report(STEP, 1, 1)
    return Tradeoff(
        checkpoint.name,
        generator_hash(checkpoint),
        judge.name,
        judge.hash,
        samples,
        tuple(points),
        _point(1.0, real, others),
    )


def tradeoff_figure(tradeoff: Tradeoff, psi: float | None = None) -> "Figure":
    """Precision and recall over psi on no background; dotted, what other real pictures get.

    psi: marked by a line and a dot on each curve.
    """
    from plotly import graph_objects as go

    figure = go.Figure()
    here = None if psi is None else tradeoff.at(psi)
    for key, (name, colour) in CURVES.items():
        figure.add_scatter(
            x=[point.psi for point in tradeoff.points],
            y=[getattr(point, key) for point in tradeoff.points],
            name=name,
            mode="lines+markers",
            line={"color": colour},
            marker={"size": 5},
            hovertemplate="ψ %{x}: %{y:.2f}",
        )
        figure.add_hline(getattr(tradeoff.real, key), line={"color": colour, "width": 1, "dash": "dot"})
        if here is not None:
            figure.add_scatter(
                x=[here.psi],
                y=[getattr(here, key)],
                mode="markers+text",
                marker={"size": 11, "color": colour},
                text=[f"{getattr(here, key):.2f}"],
                textposition="bottom right",
                showlegend=False,
                hoverinfo="skip",
            )
    if here is not None:
        figure.add_vline(here.psi, line={"color": INK, "width": 1})
    figure.update_xaxes(
        title_text=f"ψ; {tradeoff.samples:,} pictures each, judge {html.escape(tradeoff.judge)}; dotted: real pictures",
        range=[0, 1.55],
        gridcolor=LINE,
        zeroline=False,
    )
    figure.update_yaxes(range=[0, 1.05], gridcolor=LINE, zerolinecolor=LINE)
    figure.update_layout(
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        font_color=INK,
        legend={"orientation": "h", "y": 1.12},
        height=320,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
    )
    return figure


def _portions(checkpoint: Checkpoint, judge: Judge, counts: np.ndarray) -> list[tuple[np.ndarray, Seeded]]:
    """(condition, latents) of the samples at each psi: so many of each of the judge's classes."""
    portions = []
    for word, count in zip(judge.words, counts.tolist(), strict=True):
        if not count:
            continue
        vector = checkpoint.label_vectors[checkpoint.labels.index(word)]
        portions += [(vector, min(MAX_TILES, count - start)) for start in range(0, count, MAX_TILES)]
    return [(vector, Seeded(seed, count)) for seed, (vector, count) in enumerate(portions)]


def _features(checkpoint: Checkpoint, judge: Judge, spec: Spec, vector: np.ndarray) -> Tensor:
    return judge.features(torch.from_numpy(draw_tiles(checkpoint, spec, vector)).permute(0, 3, 1, 2))


def _point(psi: float, real: Tensor, samples: Tensor) -> Point:
    found = manifolds(real, samples)
    return Point(psi, found.precision, found.recall)


def _test_pictures(checkpoint: Checkpoint, judge: Judge, data_dir: Path | None) -> data.ImageSet:
    about = judge.description
    options = read_options_of(checkpoint) if checkpoint.styles else None
    _, pictures = measured_pictures(about.source, about.shape, data_dir, options=options)
    if pictures.words != judge.words:
        raise ExplorerError(
            f"The judge {judge.name} was trained on other pictures than {pictures.name}; train it anew."
        )
    return some_pictures(pictures, rows_of_labels(checkpoint, pictures)) if checkpoint.styles else pictures


def _path(digest: str, judge: Judge) -> Path:
    return places.user_data() / "tradeoffs" / f"{digest[:16]}-{judge.hash[:16]}.json"


def _share(value: object, most: float) -> float:
    if not is_number(value, 0, most):
        raise ValueError(value)
    return float(value)
