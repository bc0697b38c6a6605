"""Generators side by side: measured alike, drawn from the same latents, in one page that opens offline.

    from explorer.compare import compare, page_of
    found = compare(["fashion-dcgan", "fashion-acgan"])
    Path("report.html").write_text(page_of(found))

`compare` measures and draws, and keeps the figures on disk; everything else is a pure function of its result. Names are
imported at first use.
"""

from explorer import lazy

_HOME = {
    "Comparison": "comparison",
    "Entry": "comparison",
    "Group": "comparison",
    "class_figure": "figures",
    "compare": "build",
    "coverage_figure": "figures",
    "curve_figure": "figures",
    "diagram": "family",
    "last_third": "stability",
    "logits_figure": "figures",
    "losses_figure": "figures",
    "over_seeds": "stability",
    "page_of": "page.page",
    "write_report": "report",
}
__all__ = list(_HOME)
__getattr__ = lazy.attributes(__name__, _HOME)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
