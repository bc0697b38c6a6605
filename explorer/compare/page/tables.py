"""The tables of the page: the figures, what went wrong, and how steady they are."""

from html import escape

from explorer.checks import is_number
from explorer.compare.columns import FLOOR, best, columns_of
from explorer.compare.comparison import Comparison
from explorer.compare.page.names import named
from explorer.compare.stability import Spread, last_third, over_seeds
from explorer.compare.tables import REAL, measured_with, said_of, title_of


def table_section(comparison: Comparison, group: int) -> str:
    """The figures of a group, the real pictures first; the best of each column is set apart."""
    about, places = comparison.groups[group], comparison.of(group)
    figures = [comparison.entries[place].evaluation["figures"] for place in places]
    columns = columns_of(about.real, *figures)
    heads = [f"<th scope='col' title='{escape(one.about)}'>{escape(one.named(about.judge))}</th>" for one in columns]
    heads.insert(1, f"<th scope='col'>{FLOOR}</th>")
    rows = [_row(f"<th scope='row'>{REAL}</th><td></td><td></td>", [one.written(about.real) for one in columns], "1")]
    winners = [best(column, figures) for column in columns]
    for number, place in enumerate(places):
        entry = comparison.entries[place]
        lost, every = len(entry.evaluation["collapsed"]), len(figures[number]["classes"])
        lost = f"<span class='c-lost'>collapsed: {lost} of {every} classes</span>" if lost else ""
        name = f"<th scope='row'>{named(entry, place)}<span class='c-soft'>{escape(title_of(entry))}</span>{lost}</th>"
        made = f"<td>{thousands(entry.made.get('kimg'))}</td><td>{minutes(entry.made.get('seconds'))}</td>"
        cells = [
            f"<b>{one.written(figures[number])}</b>" if number in won else one.written(figures[number])
            for one, won in zip(columns, winners, strict=True)
        ]
        rows.append(_row(name + made, cells, f"{entry.evaluation['fd_over_floor']:.1f}"))
    return (
        f"<section><h2>Judged by {escape(about.judge)}</h2>"
        "<div class='c-scroll' tabindex='0'><table class='c-figures'>"
        f"<thead><tr><th></th><th scope='col'>kimg</th><th scope='col'>minutes</th>{''.join(heads)}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
        f"<p class='c-soft c-read'>{escape(measured_with(about, columns))}</p></section>"
    )


def trouble_section(comparison: Comparison) -> str:
    """What went wrong, before anything else is shown."""
    said = [
        f"<li>{named(entry, place)}<span>{escape(one)}</span></li>"
        for place, entry in enumerate(comparison.entries)
        for one in said_of(entry)
    ]
    return f"<section class='c-trouble'><h2>What went wrong</h2><ul>{''.join(said)}</ul></section>" if said else ""


def stability_section(comparison: Comparison) -> str:
    """The spread over the last third of a training, and over random seeds; nothing where there is neither."""
    ends = [
        f"<tr><th scope='row'>{named(entry, place)}</th>{_spread(found)}</tr>"
        for place, entry in enumerate(comparison.entries)
        if (found := last_third(entry))
    ]
    seeds = [
        "<tr><th scope='row'>"
        + "".join(named(comparison.entries[place], place) for place in one.entries)
        + f"</th>{_spread(one.fd)}<td>{_short(one.coverage)}</td><td>{_short(one.in_class_variation)}</td></tr>"
        for one in over_seeds(comparison)
    ]
    if not ends and not seeds:
        return ""
    heads = "<th scope='col'>FD, mean ± deviation</th><th scope='col'>least</th><th scope='col'>most</th>"
    parts = ["<section><h2>How steady</h2>"]
    if ends:
        counts = sorted({comparison.groups[entry.group].moments for entry in comparison.entries if entry.moments})
        parts.append(
            f"<h3>Over the last third of a training</h3>{_table(f'<th>snapshots</th>{heads}', ends)}"
            f"<p class='c-soft'>{' and '.join(f'{one:,}' for one in counts)} samples of each snapshot.</p>"
        )
    if seeds:
        more = "<th scope='col'>coverage</th><th scope='col'>in-class variation</th>"
        parts.append(f"<h3>Over random seeds</h3>{_table(f'<th>runs</th>{heads}{more}', seeds)}")
    return "".join([*parts, "</section>"])


def thousands(value: object) -> str:
    """A count in thousands of pictures."""
    return f"{value:,.0f}" if is_number(value) else "–"


def minutes(seconds: object) -> str:
    """Seconds as minutes."""
    return f"{seconds / 60:,.0f}" if is_number(seconds) else "–"


def _row(head: str, cells: list[str], over: str) -> str:
    cells = [f"<td>{cell}</td>" for cell in cells]
    cells.insert(1, f"<td>{over}</td>")
    return f"<tr>{head}{''.join(cells)}</tr>"


def _table(heads: str, rows: list[str]) -> str:
    head = f"<thead><tr><th></th>{heads}</tr></thead>"
    return f"<div class='c-scroll' tabindex='0'><table>{head}<tbody>{''.join(rows)}</tbody></table></div>"


def _spread(one: Spread) -> str:
    return f"<td>{one.count}</td><td>{_short(one)}</td><td>{one.least:.3f}</td><td>{one.most:.3f}</td>"


def _short(one: Spread | None) -> str:
    return "–" if one is None else f"{one.mean:.3f} ± {one.deviation:.3f}"
