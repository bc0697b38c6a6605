"""The word-walk heatmap: where on the way one label becomes another, and where the picture moves most."""

import html
import textwrap
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError
from explorer.explore.render.sheets import name_of
from explorer.explore.walk.reading import FilmReading
from explorer.explore.walk.walk import Walk

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

INK, LINE = "#808080", "rgba(128, 128, 128, 0.25)"  # read on paper and on a dark page alike
ACCENT = (91, 134, 235)


def walk_figure(walk: Walk, reading: FilmReading | None) -> "Figure":
    """A plotly figure on no background: a row a label, a column a frame, under it how far the pictures moved.

    Labels are strangers' text, and plotly would read markup in them: they are escaped. Raises ExplorerError for a walk
    that was drawn without its reading.
    """
    if reading is None:
        raise ExplorerError("This walk was drawn without being read; draw it with read=True to see its reading.")
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    rows = 2 if reading.labels else 1
    figure = make_subplots(rows, 1, shared_xaxes=True, vertical_spacing=0.06, row_heights=[0.7, 0.3][-rows:])
    numbers = list(range(1, walk.frames + 1))
    if reading.labels:
        colour = ", ".join(map(str, ACCENT))
        figure.add_heatmap(
            x=numbers,
            y=[html.escape(label) for label in reading.labels],
            z=reading.shares.T.tolist(),
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
        height=90 + 120 + 26 * len(reading.labels),
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
    )
    return figure


def _names(walk: Walk) -> list[str]:
    """What each stop is called under the figure: its word, or its number where all have the same one."""
    if len({stop.condition for stop in walk.stops}) == 1:
        return [f"stop {number}" for number in range(1, len(walk.stops) + 1)]
    return [html.escape(textwrap.shorten(name_of(stop), 24, placeholder="…")) for stop in walk.stops]
