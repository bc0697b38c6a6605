"""`gan-explorer check-claims`: whether the figures of the README and the cards still hold."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.errors import shown
from explorer.machine import working_threads

if TYPE_CHECKING:
    from explorer.claims.check import Result


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("check-claims")(check_claims)


def check_claims(
    claims: Annotated[Path, typer.Argument(help="A claims file; pages are found beside it.")] = Path("claims.toml"),
    stored: Annotated[
        bool, typer.Option("--stored", help="Measure nothing: find the sentences, compare with stored figures.")
    ] = False,
    seeds: Annotated[
        int, typer.Option(min=1, max=100, help="Random seeds to repeat with what takes one; the mean counts.")
    ] = 1,
    data_dir: Annotated[Path | None, typer.Option(help="Where the data sets lie, if not in the usual places.")] = None,
    unclaimed: Annotated[
        bool, typer.Option("--unclaimed", help="Also list figures of the README that no claim covers.")
    ] = False,
) -> None:
    """Measure the README's figures again, and end with status 1 where one is off by more than its spread.

    Run it where the project's claims.toml lies. Each claim quotes its page, so a sentence that was changed fails until
    the claim is. Minutes on one core; nothing is downloaded.

    Example: gan-explorer check-claims
    Example: gan-explorer check-claims --stored
    """
    import torch

    from explorer.claims import check

    torch.set_num_threads(working_threads())
    outcomes: Counter[str] = Counter()
    for result in check.check_claims(claims, stored, data_dir, seeds):
        _print(result)
        outcomes[result.outcome] += 1
    print(
        f"{outcomes['holds']} hold, {outcomes['fails']} fail, {outcomes['no data']} want pictures that are not here, "
        f"{outcomes['not asked']} were not measured. (Stated / measured ± how far it may be off.)"
    )
    for text in check.unclaimed(claims) if unclaimed else ():
        print(f"no claim: ... {shown(text, 100)} ...")
    if outcomes["fails"]:
        raise typer.Exit(1)


def _print(one: "Result") -> None:
    figures = ", ".join(f"{said:g} / {value:.5g} ± {within:.2g}" for said, value, within in one.figures)
    if one.deviations:
        figures += f" (over seeds ± {', '.join(f'{each:.2g}' for each in one.deviations)})"
    print(f"{one.outcome:9}  {one.page}: {shown(' '.join(one.says.split()), 90)}")
    if figures or one.detail:
        print(f"           {'; '.join(filter(None, [shown(one.detail, 400), figures]))}", flush=True)
