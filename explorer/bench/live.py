"""Latency of the app in real Chromium: key press to new pixels, updates a second in a drag, twenty visitors at once.

Everything is measured on the app as it ships, in a process of its own on this machine, so browser and generator share
the cores. Visitors are HTTP clients that send what a page sends while somebody types; they do not paint.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import chain, pairwise, product
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from explorer.bench.browser import chromium, running_app
from explorer.errors import ExplorerError

if TYPE_CHECKING:
    from playwright.sync_api import Page

WORDS = ("coat", "dress", "boots", "bag", "shirt", "sandals", "trousers", "sneakers", "jeans", "kimono", "hat", "skirt")
VISITORS = 20

# Each painting is noted with its request, the time at which the browser could show it, and a sum of its pixels.
_WATCH = """() => {
  window.bench = { pressed: 0, painted: [] };
  document.addEventListener("keydown", (event) => (bench.pressed = event.timeStamp), true);
  document.addEventListener("painted", (event) => {
    const { data } = event.target.getContext("2d").getImageData(0, 0, event.target.width, event.target.height);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum = (sum * 31 + data[i]) % 2147483647;
    const { request } = event.detail;
    requestAnimationFrame(() => bench.painted.push({ w: request.w, psi: request.psi, at: performance.now(), sum }));
  });
}"""


@dataclass(frozen=True)
class Latencies:
    """Milliseconds, at least one."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def p95(self) -> float:
        return sorted(self.values)[min(len(self.values) - 1, round(0.95 * len(self.values)))]

    def __str__(self) -> str:
        return f"median {self.median:.0f} ms, p95 {self.p95:.0f} ms ({len(self.values)} times)"


@dataclass(frozen=True)
class Drag:
    """updates: paintings with new pixels; last_drawn: whether the slider's last value was the last one painted."""

    updates: int
    seconds: float
    last_drawn: bool

    def __str__(self) -> str:
        last = "the last value was drawn" if self.last_drawn else "THE LAST VALUE WAS NOT DRAWN"
        return f"{self.updates / self.seconds:.1f} updates a second, {last}"


def register(app: typer.Typer) -> None:
    """Add `live` to the benchmarks."""
    app.command("live")(live)


def live(
    url: Annotated[
        str, typer.Option(help="Measure an app that is running already, such as http://127.0.0.1:7860.")
    ] = "",
    checkpoint: Annotated[
        list[str] | None,
        typer.Option(help="Type and drag with this generator, by its name; several, for their ratio: give it again."),
    ] = None,
    visitors: Annotated[int, typer.Option(min=1, max=200, help="How many visitors at once.")] = VISITORS,
    start: Annotated[bool, typer.Option(help="Measure the cold start too.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one line of JSON.")] = False,
) -> None:
    """Measure the app in Chromium: typing, dragging, twenty visitors at once, and how fast it opens.

    Example: gan-explorer bench live
    Example: gan-explorer bench live --no-start --checkpoint fashion-words --checkpoint emoji-words
    """
    results: dict[str, object] = {}
    if start and not url:
        results |= cold_start()
    if url:
        results |= _browse(url.rstrip("/"), visitors, checkpoint or [])
    else:
        with running_app() as address:
            results |= _browse(address, visitors, checkpoint or [])
    if as_json:
        typer.echo(json.dumps(results, default=vars))
    else:
        for name, value in results.items():
            typer.echo(f"{name + ':':60} {value}")


def _browse(url: str, visitors: int, checkpoints: list[str]) -> dict[str, object]:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        results: dict[str, object] = {}
        for view, checkpoint in product((16, 64), checkpoints or [""]):
            page.goto(f"{url}/?c={quote(checkpoint)}" if checkpoint else url)
            page.wait_for_selector(".gx[data-state=drawn]", timeout=60_000)
            page.evaluate(_WATCH)
            page.click(f"button[data-view='{view}']")
            page.wait_for_timeout(600)
            name = f"{view} pictures" + (f", {checkpoint}" if checkpoint else "")
            results[f"key press to new pixels, {name}"] = typing(page)
            results[f"dragging psi, {name}"] = drag(page)
    results[f"{visitors} visitors typing 4 keys a second"] = asyncio.run(crowd(url, visitors))
    return results


def typing(page: "Page") -> Latencies:
    """Press the last letter of each word and wait for pixels that were not there before."""
    times = []
    for word in WORDS:
        page.fill(".gx-word", word[:-1])
        page.wait_for_timeout(350)  # its own pictures, if it has any, are painted by now
        before = page.evaluate("bench.painted.length ? bench.painted.at(-1).sum : 0")
        page.keyboard.press(word[-1])
        page.wait_for_function("(w) => bench.painted.length && bench.painted.at(-1).w === w", arg=word, timeout=10_000)
        after = page.evaluate("({ ...bench.painted.at(-1), pressed: bench.pressed })")
        if after["sum"] == before:
            raise ExplorerError(f"Typing {word!r} painted the same pixels again: there is nothing to measure.")
        times.append(after["at"] - after["pressed"])
    return Latencies(tuple(times))


def drag(page: "Page", seconds: float = 3.0) -> Drag:
    """Drag the psi slider to and fro with the mouse and count paintings with new pixels."""
    box = page.locator(".gx-psi").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.66, middle)
    page.mouse.down()
    page.wait_for_timeout(400)
    page.evaluate("bench.painted.length = 0")
    begun = time.perf_counter()
    while (passed := time.perf_counter() - begun) < seconds:
        share = abs((passed % 2.0) - 1.0)  # a triangle wave: once to and fro in two seconds
        page.mouse.move(box["x"] + box["width"] * (0.1 + 0.8 * share), middle)
        page.wait_for_timeout(16)  # a mouse moves some sixty times a second
    taken = time.perf_counter() - begun
    painted = page.evaluate("bench.painted")
    page.mouse.up()
    page.wait_for_timeout(700)
    wanted = float(page.input_value(".gx-psi"))
    last = page.evaluate("bench.painted.at(-1).psi")
    changes = sum(a["sum"] != b["sum"] for a, b in pairwise(painted))
    return Drag(changes, taken, abs(last - wanted) < 1e-9)


async def crowd(url: str, visitors: int, seconds: float = 6.0) -> Latencies:
    """Visitors who each type four keys a second: from a key to its reply, as an HTTP client sees it."""
    import httpx

    async with httpx.AsyncClient(base_url=url, timeout=60, limits=httpx.Limits(max_connections=visitors)) as client:
        config = (await client.get("/config")).json()
        component = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "explore")

        asides: set[asyncio.Task] = set()  # what a page asks for when it has its pixels

        async def visitor(number: int) -> list[float]:
            times = []
            await asyncio.sleep(0.25 * number / visitors)
            begun = time.perf_counter()
            while time.perf_counter() - begun < seconds:
                word = WORDS[(number + len(times)) % len(WORDS)]
                request = {"tab": f"{number:032x}", "w": word, "s": str(number), "n": 16}
                body = {
                    "data": request,
                    "component_id": component,
                    "fn_name": "draw",
                    "session_hash": f"visitor{number}",
                }
                sent = time.perf_counter()
                reply = (await client.post("/gradio_api/component_server", json=body)).json()
                if not reply.get("ok"):
                    raise ExplorerError(f"A visitor got no picture of {word!r}: {reply.get('message', reply)}")
                times.append((time.perf_counter() - sent) * 1000)
                if times[-1] < 250:  # else the next key is pressed already, and the page asks for its pixels first
                    about = body | {"fn_name": "about", "data": request | {"tab": f"{number:032x}.about"}}
                    asides.add(asyncio.create_task(client.post("/gradio_api/component_server", json=about)))
                await asyncio.sleep(max(0.0, 0.25 - (time.perf_counter() - sent)))
            return times

        times = await asyncio.gather(*map(visitor, range(visitors)))
        await asyncio.gather(*asides)
        return Latencies(tuple(chain.from_iterable(times)))


def cold_start(times: int = 3) -> dict[str, str]:
    """Seconds to `import torch, gradio`, to an open page, and to its first picture: medians of alternating runs."""
    import httpx

    bare, opened, drawn = [], [], []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import torch, gradio"], check=True)
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        with running_app() as url:
            opened.append(time.perf_counter() - begun)
            config = httpx.get(f"{url}/config").json()
            component = next(c["id"] for c in config["components"] if c["props"].get("elem_id") == "explore")
            request = {"tab": "0" * 32, "w": "slipper"}
            body = {"data": request, "component_id": component, "fn_name": "draw", "session_hash": "start"}
            httpx.post(f"{url}/gradio_api/component_server", json=body, timeout=60).raise_for_status()
            drawn.append(time.perf_counter() - begun)
    base, open_, draw = map(statistics.median, (bare, opened, drawn))
    return {
        "bare import torch, gradio": f"{base:.2f} s",
        "cold start until the app is open": f"{open_:.2f} s ({open_ / base:.2f} times)",
        "cold start until the first picture": f"{draw:.2f} s ({draw / base:.2f} times)",
    }
