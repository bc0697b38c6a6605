"""The table of a set's classes: all of them, or of hundreds the largest, the smallest and what needs attention."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

MOST_ROWS = 40  # that are printed whole
ENDS = 10  # of the largest and of the smallest
MOST_NEEDY = 20


def print_classes(
    console: "Console", counts: Mapping[str, int], unknown: Mapping[str, Sequence[str]], everything: bool = False
) -> None:
    """Print how many pictures each class has, and words that may be meant in place of those that are unknown.

    counts: word -> pictures, in label order. unknown: words that the word space lacks -> others. everything: print a
    row for each, however many.
    """
    from rich.markup import escape
    from rich.table import Table

    table = Table("class", "pictures", *(["did you mean"] if unknown else []))

    def rows(words: Sequence[str]) -> None:
        for word in words:
            others = [escape(", ".join(unknown.get(word, ())))] if unknown else []
            table.add_row(escape(word), f"{counts[word]:,}", *others)
        table.add_section()

    if everything or len(counts) <= MOST_ROWS:
        rows(list(counts))
        console.print(table)
        return
    ranked = sorted(counts, key=lambda word: -counts[word])
    largest, smallest = ranked[:ENDS], ranked[-ENDS:]
    needy = [word for word in unknown if word not in {*largest, *smallest}][:MOST_NEEDY]
    rows(largest)
    table.add_row("...", "")
    rows(smallest)
    rows(needy)
    console.print(table)
    told = f"The {ENDS} largest and the {ENDS} smallest of {len(counts):,} classes"
    told += f", and {len(needy)} more whose words are unknown" if needy else ""
    console.print(f"{told}; --all prints every one.", markup=False)
