"""Fidelity against diversity as a plotly figure."""

import html
from typing import TYPE_CHECKING

from explorer.explore.inside.tradeoff import Tradeoff

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

INK, LINE = "#808080", "rgba(128, 128, 128, 0.25)"  # read on paper and on a dark page alike
CURVES = {"precision": ("fidelity (precision)", "#5b86eb"), "recall": ("diversity (recall)", "#d9822b")}


def tradeoff_figure(tradeoff: Tradeoff, psi: float | None = None) -> "Figure":
    """Precision and recall over psi on no background; dotted, what other real pictures get.

    psi: the present one, marked by a line and a dot on each curve.
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
