"""Take the README's screenshots of the app, with shipped generators: `python assets/screenshots/take.py`.

The Train tab shows a run of your own, so first: `gan-explorer train digits --run my-digits --preset tiny`.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image

from explorer import checkpoint
from explorer.bench.browser import chromium, running_app
from explorer.export.page.page import page_of

HERE = Path(__file__).parent
LIGHT, DARK = ({"viewport": {"width": 1280, "height": 860}, "color_scheme": scheme} for scheme in ("light", "dark"))
SHOTS = {
    "wide-light": ("?w=burger&style=each", LIGHT),
    "wide-dark": ("?w=guitar&w2=violin&style=each", DARK),
    "narrow": ("?w=volcano", {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}),
    "walk": ("?tab=walk&stop=cat&stop=guitar&stop=volcano&s=1", LIGHT),
    "walk-turn": (
        "?tab=walk&view=turn&w=boots&from=0.1,0.6,0.7&to=0.0,0.4,0.5&amount=0.8&c=fashion-words",
        {"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"},
    ),
    "arithmetic": ("?tab=arithmetic&w=boots+-+leather+%2B+summer&s=3&c=fashion-words", LIGHT),
    "map": ("?tab=map&w=kitten", DARK),
    "inside": ("?tab=inside&w=trousers&s=3&c=fashion-words", DARK),
    "codes": ("?tab=walk&view=codes&c=fashion-infogan", LIGHT),
    "compare": (
        "?tab=compare" + "".join(f"&of=fashion-{f}" for f in ("twongan", "cdcgan", "acgan", "infogan", "dcgan")),
        DARK,
    ),
    "train": ("?tab=train&job=my-digits", LIGHT),
}


def main() -> None:
    with running_app() as url, chromium() as browser:
        for name, (query, options) in SHOTS.items():
            page = browser.new_page(**options)
            page.goto(url + "/" + query)
            page.wait_for_selector("[data-state=drawn], .gt-job:not([hidden])", timeout=60_000)
            page.wait_for_function("document.querySelector('.gx-checkpoint').options.length > 0")
            page.evaluate("document.activeElement.setSelectionRange?.(99, 99)")  # or the word stands marked
            page.wait_for_timeout(2000)  # until the judge, or the units of a layer, have come after the pictures
            page.wait_for_selector(".gc-work", state="hidden", timeout=180_000)  # until the comparison has measured
            save(page, name)


def one_file() -> None:
    """The page that `gan-explorer export` makes."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder, "emoji-words.html")
        file.write_text(page_of(checkpoint.load("emoji-words")), "utf-8")
        page = browser.new_page(**LIGHT)
        page.goto(f"{file.as_uri()}#w=dragon&style=each")
        page.wait_for_selector("[data-state=drawn]", timeout=60_000)
        page.wait_for_timeout(3000)  # until the thumbnails have come
        save(page, "page")


def save(page, name: str) -> None:
    shot = Image.open(io.BytesIO(page.screenshot()))
    shot.convert("RGB").quantize(256, kmeans=3, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)
    page.close()


if __name__ == "__main__":
    main()
    one_file()
