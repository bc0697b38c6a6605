"""Take the README's screenshots of the app, with the shipped generator: `python assets/screenshots/take.py`."""

from pathlib import Path

from explorer.bench.browser import chromium, running_app

HERE = Path(__file__).parent
SHOTS = {
    "wide-light": ("?w=handbag&s=4", {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"}),
    "wide-dark": ("?w=dress&s=3&psi=0.9&n=64", {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"}),
    "narrow": ("?w=sandals&s=7", {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}),
}


def main() -> None:
    with running_app() as url, chromium() as browser:
        for name, (query, options) in SHOTS.items():
            page = browser.new_page(**options)
            page.goto(url + "/" + query)
            page.wait_for_selector(".gx[data-state=drawn]", timeout=60_000)
            page.wait_for_function("document.querySelector('.gx-checkpoint').options.length > 0")
            page.evaluate(
                "document.activeElement.setSelectionRange(99, 99)"
            )  # the word is not marked as if to be replaced
            page.wait_for_timeout(500)
            page.screenshot(path=HERE / f"{name}.png")
            page.close()


if __name__ == "__main__":
    main()
