"""Plots of a comparison as plotly figures, without background, in colours for light and dark pages."""

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from explorer.compare.columns import COLUMNS
from explorer.compare.comparison import Comparison, Entry
from explorer.lazy import imported
from explorer.many_labels import spread

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

INK, LINE = "#85817a", "rgba(128, 128, 128, 0.22)"
COLOURS = ("#5b86eb", "#d9822b", "#2fa084", "#c4588c", "#8d79d6", "#b0952b", "#3fa3c8", "#cf5b4d", "#7d8a96", "#67a548")
DASHES = ("solid", "dash", "dot", "dashdot")
REAL = "real pictures"
VARIATION = (
    "Variation: how far two pictures of a class lie apart, over how far two real ones do. Far below 1, a class is "
    "drawn nearly the same way each time; far above, other things are drawn for it. The short lines are those of real "
    "pictures."
)
HOW_TO_READ = (
    (
        "Losses",
        "of D (solid) and G (dotted). Look at their shape, not at their height: they cannot be compared between "
        "families. A classic loss judges each picture alone, a relativistic one a real picture against a drawn one, "
        "and AC-GAN and InfoGAN add what labels and codes cost. Nor does a falling loss mean better pictures: G may "
        "just be winning.",
    ),
    (
        "D's logits",
        "its mean logit of real pictures (solid) and of drawn ones (dotted): the higher, the surer. "
        "Far apart, D tells them easily; close together, hardly. Of a relativistic D only the gap means anything.",
    ),
    (
        "Coverage",
        "the share of a class's real pictures that have a drawn one near, by a few of each during training; thick, the "
        "mean. Higher is better, whatever the family; a class whose line falls to the ground is no longer drawn.",
    ),
)
WILD = 0.01  # the share of a curve's values at either end that may lie outside of its plot
OVER = {"kimg": "kimg (thousand real images seen)", "seconds": "minutes of work"}
HEIGHT = 250  # pixels
TICKS = [float(f"{digit}e{power}") for power in range(-4, 5) for digit in (1, 2, 5)]  # of a logarithmic axis


def colour_of(place: int) -> str:
    """The colour of an entry by its place, the same in every plot."""
    return COLOURS[place % len(COLOURS)]


def curve_figure(comparison: Comparison, group: int, figure: str, over: str = "kimg") -> "Figure":
    """One figure of a group's runs during training; dotted, that of real pictures.

    figure: the key of a column. over: "kimg", or "seconds" of training, shown in minutes.
    """
    column = next(one for one in COLUMNS if one.key == figure)
    drawn = _figure(column.named(html.escape(comparison.groups[group].judge)), OVER[over])
    for place in comparison.of(group):
        entry = comparison.entries[place]
        points = [(getattr(one, over), one.evaluation["figures"][figure]) for one in entry.moments]
        points = [(x / 60 if over == "seconds" else x, y) for x, y in points if x is not None and y is not None]
        if points:
            drawn.add_scatter(
                x=[x for x, _ in points],
                y=[y for _, y in points],
                name=html.escape(entry.name),
                mode="lines+markers",
                line=_line(place),
                marker={"size": 5},
                hovertemplate="%{y:.4~g}",
            )
    real = comparison.groups[group].moments_real
    if real and real[figure] is not None and figure != "kid":  # whose real value is 0
        drawn.add_hline(real[figure], line={"color": INK, "width": 1.2, "dash": "dot"})
    if column.logarithmic:
        drawn.update_yaxes(type="log", tickvals=TICKS, ticktext=[f"{tick:g}" for tick in TICKS])
    drawn.update_xaxes(rangemode="tozero")
    return drawn


def losses_figure(entry: Entry, place: int = 0) -> "Figure":
    """Losses of D and G over kimg. Those of two families are not on one scale."""
    return _two_lines(entry, place, "losses", ("loss_d", "D"), ("loss_g", "G"))


def logits_figure(entry: Entry, place: int = 0) -> "Figure":
    """D's mean logits on real and on generated pictures over kimg, where they were recorded."""
    return _two_lines(entry, place, "D's logits", ("d_real", "real"), ("d_fake", "fake"))


def _two_lines(entry: Entry, place: int, title: str, *lines: tuple[str, str]) -> "Figure":
    """Curves of `entry.losses`, by key and name: the first solid, the second dotted."""
    drawn = _figure(title, OVER["kimg"])
    known = []
    for (key, name), dash in zip(lines, ("solid", "dot"), strict=True):
        values = list(entry.losses.get(key, ()))
        known += [value for value in values if value is not None]
        drawn.add_scatter(
            x=list(entry.losses.get("kimg", ())),
            y=values,
            name=name,
            mode="lines",
            line={"color": colour_of(place), "width": 1.6, "dash": dash},
            hovertemplate=f"{name} %{{y:.3~g}}",
        )
    if known:  # a few wild steps, such as the first ones, must not flatten all the others
        known.sort()
        low, high = known[int(WILD * len(known))], known[int((1 - WILD) * (len(known) - 1))]
        room = 0.06 * (high - low) or 0.5
        drawn.update_yaxes(range=[low - room, high + room])
    _end_at(drawn, entry.losses.get("kimg", ()))
    return drawn


def coverage_figure(entry: Entry, place: int = 0) -> "Figure":
    """Coverage of each class during training, a thin line a class, or a spread of many; thick, the mean of all."""
    shares = entry.coverage.get("shares", {})
    labels = list(shares)
    places = spread(labels)
    drawn = _figure(_of_many("coverage, class by class", places, labels), OVER["kimg"])
    times = list(entry.coverage.get("kimg", ()))
    for label in (labels[place] for place in places):
        values = shares[label]
        drawn.add_scatter(
            x=times,
            y=list(values),
            name=html.escape(label),
            mode="lines",
            line={"color": INK, "width": 0.8},
            opacity=0.6,
            showlegend=False,
            hovertemplate="%{y:.2f} " + html.escape(label).replace("%", "&#37;"),
        )
    means = [[value for value in one if value is not None] for one in zip(*shares.values(), strict=True)]
    drawn.add_scatter(
        x=times,
        y=[sum(one) / len(one) if one else None for one in means],
        name="mean",
        mode="lines",
        line={"color": colour_of(place), "width": 2.4},
        hovertemplate="%{y:.2f} <b>mean</b>",
    )
    drawn.update_yaxes(range=[0, 1.02])
    _end_at(drawn, times)
    return drawn


def class_figure(comparison: Comparison, group: int, figure: str = "variation") -> "Figure":
    """A figure of each class ("variation", "coverage" or "precision"), or of a spread of many: a dot for each entry, a
    line for real pictures."""
    titles = {"variation": "in-class variation", "coverage": "coverage", "precision": "precision"}
    about = comparison.groups[group]
    every = list(about.real["classes"])
    places = spread(every)
    labels = [every[place] for place in places][::-1]
    drawn = _figure(
        _of_many(titles[figure], places, every), "1 is as varied as real pictures" if figure == "variation" else "share"
    )
    drawn.add_scatter(
        x=[about.real["classes"][label][figure] for label in labels],
        y=[html.escape(label) for label in labels],
        name=REAL,
        mode="markers",
        marker={"symbol": "line-ns", "size": 15, "line": {"width": 1.6, "color": INK}},
        hovertemplate="%{x:.2f} real",
    )
    for place in comparison.of(group):
        entry = comparison.entries[place]
        classes = entry.evaluation["figures"]["classes"]
        drawn.add_scatter(
            x=[classes[label][figure] if label in classes else None for label in labels],
            y=[html.escape(label) for label in labels],
            name=html.escape(entry.name),
            mode="markers",
            marker={"color": colour_of(place), "size": 9, "opacity": 0.85, "symbol": _symbol(place)},
            hovertemplate="%{x:.2f}",
        )
    drawn.update_layout(height=90 + 27 * len(labels), hovermode="closest")
    drawn.update_xaxes(rangemode="tozero")
    drawn.update_yaxes(automargin=True)
    return drawn


def _end_at(drawn: "Figure", times: Sequence[float]) -> None:
    """Let a plot end a little after the last of its times, for whose tick there is room so."""
    drawn.update_xaxes(range=[0, 1.03 * max(times, default=1)])


def _of_many(title: str, places: list[int], labels: list[str]) -> str:
    return f"{title}: {len(places)} of {len(labels):,} classes" if len(places) < len(labels) else title


def _symbol(place: int) -> str:
    return ("circle", "diamond", "square", "triangle-up")[place // len(COLOURS) % 4]


def _line(place: int) -> dict:
    return {"color": colour_of(place), "width": 2, "dash": DASHES[place // len(COLOURS) % len(DASHES)]}


def _figure(title: str, x_title: str) -> "Figure":
    imported("plotly.graph_objs._figure")  # which plotly would import later
    from plotly import graph_objects as go

    figure = go.Figure(layout={"template": go.layout.Template()})  # not a notebook's default
    axis = {"gridcolor": LINE, "zeroline": False, "linecolor": LINE, "automargin": True}
    figure.update_layout(
        title={"text": title, "x": 0, "xref": "container", "xanchor": "left", "font": {"size": 13}, "y": 0.97},
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        font={"color": INK, "size": 12, "family": "system-ui, sans-serif"},
        hoverlabel={"font": {"size": 12}, "namelength": 40},
        hovermode="x",
        legend={"orientation": "h", "y": 1.12, "x": 1, "xanchor": "right"},
        height=HEIGHT,
        margin={"l": 6, "r": 10, "t": 34, "b": 6},
    )
    figure.update_xaxes(title={"text": x_title, "font": {"size": 11}, "standoff": 6}, **axis)
    figure.update_yaxes(**axis)
    return figure
