"""A film's reading: for every frame what a judge sees in it and how far its pictures moved, as numbers and as a figure.

The figure is the heatmap of a walk: where on the way one label becomes another, and where the picture moves most.
"""

import html
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import torch

from explorer.checkpoint import Checkpoint
from explorer.errors import ExplorerError
from explorer.explore.render.judging import MAJORITY, judge_of
from explorer.explore.render.sheets import name_of, words_of
from explorer.explore.spec.style import OPEN
from explorer.explore.walk.walk import Walk
from explorer.many_labels import ROWS

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

INK, LINE = "#808080", "rgba(128, 128, 128, 0.25)"  # legible on a light and on a dark page
ACCENT = (91, 134, 235)


@dataclass(frozen=True, eq=False)
class FilmReading:
    """labels: the checkpoint's, in its order; none where no judge knows them. shares: float64 [F, K], the share of a
    frame's tiles in which the judge sees each label. moved: float64 [F], mean distance of a frame's tiles from those of
    the frame before; for frame 0 from the last one in a loop, else 0. distance: the measure of `moved`, in words.
    """

    labels: tuple[str, ...]
    shares: np.ndarray
    moved: np.ndarray
    distance: str

    @property
    def segments(self) -> tuple[tuple[str, int, int], ...]:
        """(label, first frame, last frame) of each run of frames in which the judge sees that label most; the label is
        "" where it sees none in half of a frame's tiles."""
        if not self.labels:
            return ()
        seen = zip(self.shares.argmax(axis=1), self.shares.max(axis=1), strict=True)
        most = ["" if share < MAJORITY else self.labels[column] for column, share in seen]
        runs, start = [], 0
        for label, run in groupby(most):
            length = len(list(run))
            runs.append((label, start, start + length - 1))
            start += length
        return tuple(runs)

    def most_seen(self, most: int = ROWS) -> list[int]:
        """Columns of `shares`, in their order: of more than `most`, those of the largest shares in any frame."""
        best = np.argsort(-self.shares.max(axis=0, initial=0), kind="stable")
        return sorted(best[:most].tolist())


def read_frames(tiles: np.ndarray, checkpoint: Checkpoint, device: str = "cpu", loop: bool = False) -> FilmReading:
    """The reading of a film's tiles, uint8 [F, N, H, W, C].

    With a judge the distance is that between its features, which ignore what does not matter to its classes; without
    one the root mean square difference of the grey levels, 0 .. 255.
    """
    frames, count = tiles.shape[:2]
    judge = judge_of(checkpoint, device)
    if judge is None:
        return FilmReading(
            (), np.empty((frames, 0)), _moved(tiles, loop, _grey_levels), "grey levels (root mean square)"
        )
    images = torch.from_numpy(tiles.reshape(-1, *tiles.shape[2:]).copy()).permute(0, 3, 1, 2)
    features, logits = judge.features_and_logits(images)
    seen = logits.argmax(dim=1).cpu().numpy().reshape(frames, count)
    return FilmReading(
        labels=(labels := tuple(label for label in checkpoint.labels if label in judge.words)),
        shares=_shares(seen, [judge.words.index(label) for label in labels]),
        moved=_moved(features.cpu().double().numpy().reshape(frames, count, -1), loop, _euclidean),
        distance="distance in the judge's features",
    )


def _shares(seen: np.ndarray, columns: Sequence[int]) -> np.ndarray:
    """Share of each class in each row of seen [F, N], float64 [F, K]."""
    return np.stack([(seen == column).mean(axis=1) for column in columns], axis=1)


def _moved(frames: np.ndarray, loop: bool, distance: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """Mean distance of each frame's tiles [N, ...] from those of the frame before, float64 [F]."""
    moved = np.array([distance(frames[frame], frames[frame - 1]).mean() for frame in range(len(frames))])
    if not loop:
        moved[0] = 0.0
    return moved


def _euclidean(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.linalg.norm(a - b, axis=1)


def _grey_levels(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.sqrt(((a.astype(np.float64) - b) ** 2).mean(axis=(1, 2, 3)))


def walk_figure(walk: Walk, reading: FilmReading | None) -> "Figure":
    """A plotly figure on no background: a row a label, of many the ROWS most seen, a column a frame, under it how far
    the pictures moved.

    Labels are strangers' text, and plotly would read markup in them: they are escaped. Raises ExplorerError for a walk
    that was drawn without its reading.
    """
    if reading is None:
        raise ExplorerError("This walk was drawn without being read; draw it with read=True to see its reading.")
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    rows, seen = 2 if reading.labels else 1, reading.most_seen()
    figure = make_subplots(rows, 1, shared_xaxes=True, vertical_spacing=0.06, row_heights=[0.7, 0.3][-rows:])
    numbers = list(range(1, walk.frames + 1))
    if reading.labels:
        colour = ", ".join(map(str, ACCENT))
        figure.add_heatmap(
            x=numbers,
            y=[html.escape(reading.labels[column]) for column in seen],
            z=reading.shares.T[seen].tolist(),
            zmin=0,
            zmax=1,
            colorscale=[[0, f"rgba({colour}, 0)"], [1, f"rgba({colour}, 1)"]],
            showscale=False,
            hovertemplate="frame %{x}: %{y} in %{z:.0%}<extra></extra>",
            row=1,
            col=1,
        )
    figure.add_trace(
        go.Bar(
            x=numbers,
            y=reading.moved.tolist(),
            marker_color=f"rgb{ACCENT}",
            hovertemplate="frame %{x}: moved by %{y:.3g}<extra></extra>",
        ),
        row=rows,
        col=1,
    )
    figure.update_xaxes(gridcolor=LINE, zeroline=False, tickvals=[frame + 1 for frame in walk.stop_frames])
    figure.update_yaxes(gridcolor=LINE, zerolinecolor=LINE)
    if reading.labels:
        figure.update_yaxes(autorange="reversed", showgrid=False, row=1, col=1)
    figure.update_yaxes(title_text="moved", rangemode="tozero", row=rows, col=1)
    figure.update_xaxes(
        title_text=f"frame; moved: {reading.distance}",
        ticktext=[f"{frame + 1}<br>{name}" for frame, name in zip(walk.stop_frames, _names(walk), strict=True)],
        row=rows,
        col=1,
    )
    figure.update_layout(
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        font_color=INK,
        showlegend=False,
        bargap=0.15,
        height=90 + 120 + 26 * len(seen),
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
    )
    return figure


def _names(walk: Walk) -> list[str]:
    """Name of each stop under the figure: its word, style or both, whatever changes; its number if neither does."""
    words, styles = (len({getattr(stop, name) for stop in walk.stops}) > 1 for name in ("condition", "style"))
    if not words and not styles:
        return [f"stop {number}" for number in range(1, len(walk.stops) + 1)]
    name = name_of if words and styles else words_of if words else lambda stop: stop.style.strip() or OPEN
    return [html.escape(textwrap.shorten(name(stop), 24, placeholder="…")) for stop in walk.stops]
