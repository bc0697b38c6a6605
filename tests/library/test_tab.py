"""Hearts, the Library tab, and files that are dropped or pasted, in Chromium."""

import base64
import io

import pytest
from app_in_chromium import pages, unharmed
from PIL import Image

from explorer.bench.browser import running_app
from explorer.explore import Library, Mixed, Seeded, Spec, Studio, draw_walk, walk_of
from explorer.explore.library.recipes import read_contents
from explorer.explore.render.png import encode

pytest_plugins = ["app_in_chromium"]
pytestmark = pytest.mark.slow

SEND = """([name, type, text, kind]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name, { type }));
  const options = { bubbles: true, cancelable: true };
  const events = kind === "paste"
    ? [new ClipboardEvent("paste", { clipboardData: data, ...options })]
    : ["dragenter", "dragover", "drop"].map((name) => new DragEvent(name, { dataTransfer: data, ...options }));
  return events.map((event) => !document.body.dispatchEvent(event)); // whether the browser leaves it to the page
}"""
PRESSED = "(heart) => document.querySelector(heart).ariaPressed === 'true'"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def spec() -> Spec:
    """One that no control can say: a vector, and sums of latents."""
    vector = Studio(device="cpu").vector(Spec(checkpoint="second", condition="boots + coat"))
    latents = Mixed((((0.8, 1, 2), (0.6, 3, 4)), ((1.0, 5, 6),)))
    return Spec("second", tuple(vector.tolist()), latents, psi=0.7)


@pytest.fixture(autouse=True, scope="module")
def at_home(home):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        yield


@pytest.fixture
def library(home):
    library = Library(home / "library")
    yield library
    library.delete([entry.id for entry in library])


@pytest.fixture
def open_page(browser, url):
    with pages(browser, "[data-state=drawn], .gl-card, .gl-empty:not([hidden])") as open_one:
        yield lambda query="": open_one(f"{url}/{query}")


def send(page, name: str, data: bytes, kind: str = "drop", mime: str = "image/png") -> None:
    assert all(page.evaluate(SEND, [name, mime, base64.b64encode(data).decode(), kind]))


def picture(**fields) -> bytes:
    return Studio(device="cpu").render(Spec("second", **fields)).png()


def test_hearts_keep_what_each_tab_draws_and_the_library_opens_it_there(open_page, library, home):
    page = open_page("?c=second&w=coat&s=7")
    page.click(".gx-bar .gx-heart")
    page.wait_for_function(PRESSED, arg=".gx-bar .gx-heart")
    page.click(".gx-tiles button >> nth=3")
    page.click(".gx-dialog[open] .gx-heart")
    page.wait_for_function(PRESSED, arg=".gx-dialog .gx-heart")
    page.keyboard.press("Escape")
    page.click("[data-tab=walk]")
    page.wait_for_selector(".gx-walk[data-state=drawn]")
    page.click(".gx-keep .gx-heart")
    page.wait_for_function(PRESSED, arg=".gx-keep .gx-heart")
    page.click("[data-tab=arithmetic]")
    page.wait_for_selector(".gx-arithmetic[data-state=drawn]")
    page.click("[data-of=words] .gx-heart")
    page.wait_for_function(PRESSED, arg="[data-of=words] .gx-heart")
    kept = {entry.kind: entry for entry in library}
    assert set(kept) == {"picture", "tile", "walk", "sum"}
    assert library.contents(kept["tile"].id).specs[0].latents == Mixed((((1.0, 7, 3),),))
    assert read_contents(library.picture(kept["sum"].id)).recipes[0].tab == "arithmetic"
    for kind, tab in (("walk", "walk"), ("sum", "arithmetic"), ("picture", "explore")):
        page = open_page("?tab=library")
        page.click(f"[data-id='{kept[kind].id}'] .gl-open-card")
        page.click(".gl-open")
        page.wait_for_url(lambda address: "tab=library" not in address)
        page.wait_for_selector(f".gx{'' if tab == 'explore' else f'-{tab}'}[data-state=drawn]")
        assert ("tab=" + tab in page.url) or tab == "explore"
        assert "c=second" in page.url


def test_a_heart_that_is_pressed_again_lets_go_and_undo_brings_back(open_page, library):
    page = open_page("?c=second&w=dress")
    heart = ".gx-bar .gx-heart"
    page.focus(heart)
    page.keyboard.press("Enter")
    page.wait_for_function(PRESSED, arg=heart)
    assert len(library) == 1
    page.keyboard.press("Enter")
    page.wait_for_function("(heart) => document.querySelector(heart).ariaPressed === 'false'", arg=heart)
    assert len(library) == 0
    page.click(".gr-act")
    page.wait_for_selector("text=Back in the library")
    assert len(library) == 1


def test_the_shelf_is_searched_tagged_compared_exported_and_follows_others(open_page, library):
    for seed in range(3):
        library.keep(picture(condition="boots" if seed else "coat", latents=Seeded(seed)), note=HOSTILE, tags=[HOSTILE])
    page = open_page("?tab=library")
    cards = page.locator(".gl-card")
    assert cards.count() == 3
    page.fill(".gl-search", "boots")
    page.wait_for_function("document.querySelectorAll('.gl-card').length === 2")
    page.click(".gl-card:nth-child(1) .gl-open-card")
    page.wait_for_selector(".gl-dialog[open]")
    assert page.input_value(".gl-note") == HOSTILE
    page.fill(".gl-own-tags", "nice, shoes")
    page.press(".gl-own-tags", "Enter")
    page.wait_for_selector("text=Saved.")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-tag=shoes]")
    page.fill(".gl-search", "")
    page.wait_for_function("document.querySelectorAll('.gl-card').length === 3")
    for number in (1, 2):
        page.check(f".gl-card:nth-child({number}) input")
    page.click(".gl-compare")
    page.wait_for_selector(".gl-two[open]")
    assert page.locator(".gl-two[open] tr").count() > 3
    page.keyboard.press("Escape")
    with page.expect_download() as download:
        page.click(".gl-export")
    assert download.value.suggested_filename == "library.zip"
    page.click(".gl-delete")
    page.wait_for_function("document.querySelectorAll('.gl-card').length === 1")
    library.keep(picture(condition="bag"))
    page.wait_for_function("document.querySelectorAll('.gl-card').length === 2", timeout=30_000)
    page.goto(page.url.partition("?")[0] + "?tab=library&trash=1")
    page.wait_for_selector(".gl-card")
    page.check(".gl-card:nth-child(1) input")
    page.click(".gl-restore")
    page.wait_for_selector("text=Back in the library")
    assert page.evaluate("window.hacked") is None


def test_a_broken_entry_is_named_and_the_others_are_shown(open_page, library):
    good, bad = (library.keep(picture(latents=Seeded(seed))) for seed in range(2))
    (library.folder / bad.id / "entry.json").write_text("{")
    page = open_page("?tab=library")
    page.wait_for_selector(".gl-left-out:not([hidden])")
    assert bad.id in page.inner_text(".gl-left-out")
    assert page.locator(f"[data-id='{good.id}']").count() == 1


def test_a_dropped_recipe_is_drawn_pixel_for_pixel(open_page, spec):
    page = open_page("?c=second&w=dress")
    drawn = Studio(device="cpu").render(spec)
    send(page, "mine.png", drawn.png(4))
    page.click(".gr-dialog[open] .gr-open")
    page.wait_for_url("**r=%7B**")
    page.wait_for_function("paints.at(-1)?.r")
    assert "its own vector" in page.inner_text(".gx-recipe")
    side = drawn.tiles.shape[1]
    pixels = page.evaluate(
        "(side) => [...document.querySelector('.gx-canvas').getContext('2d').getImageData(0, 0, side, side).data]", side
    )
    assert pixels[::4] == drawn.tiles[0, :, :, 0].reshape(-1).tolist()
    page.fill(".gx-word", "coat")
    page.wait_for_function("!document.querySelector('.gx-recipe').textContent.includes('vector')")
    assert "latents" in page.inner_text(".gx-recipe")


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_dropped_film_is_set_on_the_walk_tab(open_page, tmp_path, kind):
    walk = walk_of(["coat", "bag"], Spec("second", latents=Seeded(3, 4), psi=0.8), frames=10, loop=True)
    path = draw_walk(Studio(device="cpu"), walk, read=False).save(tmp_path / f"film.{kind}")
    page = open_page("?c=second&w=dress")
    send(page, path.name, path.read_bytes(), "paste", f"image/{kind}")
    page.click(".gr-dialog[open] .gr-open")
    page.wait_for_selector(".gx-walk[data-state=drawn]")
    page.wait_for_function("document.querySelector('.gx-at').textContent.includes('/ 10')")
    for part in ("stop=coat&stop=bag", "s=3", "n=4", "psi=0.8", "loop=1"):
        assert part in page.url


def test_another_picture_is_looked_for_and_anything_else_is_refused_in_a_sentence(open_page):
    page = open_page("?w=dress&c=second")
    here = page.url
    for name, data, mime in (("notes.txt", b"hello", "text/plain"), ("broken.png", b"\x89PNG\r\n\x1a\n?", "image/png")):
        send(page, name, data, mime=mime)
        page.wait_for_function("(name) => document.querySelector('.gr-say').textContent.includes(name)", arg=name)
    with unharmed(page):
        send(page, HOSTILE, b"x", mime="text/html")
        page.wait_for_function("document.querySelector('.gr-say').textContent.includes('onerror')")
    assert page.url == here
    file = io.BytesIO()
    Image.new("RGB", (40, 60), (200, 30, 30)).save(file, "JPEG")
    send(page, "photo.jpg", file.getvalue(), mime="image/jpeg")
    page.wait_for_selector(".gi[data-part=find]")
    page.wait_for_selector(".gx-paper-hint", state="hidden")


def test_a_recipe_of_a_generator_that_is_not_here_says_so(open_page):
    page = open_page("?c=second&w=dress")
    png = encode(Image.new("L", (8, 8)), [Spec(HOSTILE), Spec("second")])
    send(page, "sheet.png", png)
    page.wait_for_selector(".gr-dialog[open]")
    assert HOSTILE in page.inner_text(".gr-about")
    buttons = page.locator(".gr-recipes button")
    assert [buttons.nth(number).is_disabled() for number in range(2)] == [True, False]


def test_read_only_hides_hearts_and_library_but_opens_recipes(browser, home):
    ours = {"GAN_EXPLORER_HOME": str(home)}
    with running_app("--read-only", env=ours) as address, pages(browser, ".gx[data-state=drawn]") as open_one:
        page = open_one(f"{address}/?c=second&w=dress")
        page.wait_for_function("document.querySelector('.gx-checkpoint').options.length > 0")
        assert page.locator(".gx-heart:visible").count() == 0
        assert not page.is_visible("[data-tab=library]")
        send(page, "mine.png", picture(condition="coat", latents=Seeded(5)))
        page.click(".gr-dialog[open] .gr-open")
        page.wait_for_url("**w=coat*")
