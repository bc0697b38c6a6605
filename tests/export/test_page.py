"""A page in one file, opened from the disk without a network: the app's pictures, words and files."""

import base64
import io
import json
import os
import re
from pathlib import Path

import numpy as np
import psutil
import pytest
from firefox import find_firefox, firefox
from tiny_checkpoint import publish_tiny

from explorer import checkpoint as checkpoints
from explorer.bench.browser import chromium, find_chromium
from explorer.cli import main
from explorer.explore import Seeded, Spec, Studio, spec_from_png
from explorer.explore.library.recipes import read_contents
from explorer.explore.spec.latents import normals
from explorer.export.page.page import page_of
from explorer.words import WordSpace, open_space
from explorer.words.format import RawSpace

GARMENTS = (
    *(
        "boots",
        "slipper",
        "Kimono",
        "jeans",
        "handbags",
        "red boots",
        "boots - leather + summer",
        "0.7*coat + 0.3*dress",
    ),
    *(
        "man",
        "woman",
        "loafer",
        "hat",
        "2*(coat + dress) - hat",
        "tee-shirt",
        "shirt",
        "shirts",
        "king",
        "-summer + coat",
    ),
    *("water bottle", "leather-jacket"),
)
THINGS = (
    *("rocket", "kitten", "volcano", "pizza", "dragon", "spaceship", "lion + crown", "0.5*cat + 0.5*bird", "guitar"),
    *(
        "violin",
        "umbrella",
        "hare",
        "cello",
        "castle",
        "apple",
        "apples",
        "fire engine",
        "sofa",
        "snowman",
        "moon - night",
    ),
)
# Sets fields of the page's state, and waits until it has drawn them; gives the tiles' pixels as base64.
DRAWN = """(fields) => new Promise((done, failed) => {
  const root = document.querySelector(".gx");
  setTimeout(() => failed(new Error("nothing was drawn: " + root.querySelector(".gx-sentence").textContent)), 30000);
  root.addEventListener("drawn", function listen({ detail }) {
    if (Object.entries(fields).some(([name, value]) => detail.state[name] !== value)) return;
    root.removeEventListener("drawn", listen);
    let letters = "";
    for (const byte of detail.bytes) letters += String.fromCharCode(byte);
    done(btoa(letters));
  });
  explorer.set(fields);
})"""
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
LIVE = ".gx[data-state=drawn]"


@pytest.fixture(scope="module")
def browser():
    """Chromium with contexts that have no network: the one that other modules share has a single context."""
    if find_chromium() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium here: install one, or name it in CHROMIUM")
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def studio():
    return Studio(device="cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


def write_page(folder, name, **options):
    opened = checkpoints.load(name)
    path = folder / f"{opened.name}.html"
    path.write_text(page_of(opened, **options), "utf-8")
    return path


@pytest.fixture(scope="module")
def fashion(folder):
    return write_page(folder, "fashion-words", kept=["loafer", "no such-word-here"])


@pytest.fixture(scope="module")
def emoji(folder):
    return write_page(folder, "emoji-words")


class Opened:
    """A page in Chromium, what it asked for, and what went wrong in it."""

    def __init__(self, context, path, address=""):
        self.requests, self.errors = [], []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.goto(path.as_uri() + address)
        self.page.wait_for_selector(LIVE)

    def drawn(self, shape, **fields):
        bytes_ = base64.b64decode(self.page.evaluate(DRAWN, fields))
        return np.frombuffer(bytes_, np.uint8).reshape(-1, *shape)

    def assert_quiet(self, path):
        assert self.errors == []
        assert [one for one in self.requests if not one.startswith("blob:")] == [
            one for one in self.requests if path.name in one
        ]
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def opened(browser):
    contexts = []

    def open_page(path, address="", **options):
        context = browser.new_context(offline=True, **options)
        contexts.append(context)
        return Opened(context, path, address)

    yield open_page
    for context in contexts:
        context.close()


def assert_same(page, studio, spec, **fields):
    """The page's pixels and the app's differ by 3 of 255 at most."""
    expected = studio.render(spec, read=False).tiles
    drawn = page.drawn(expected.shape[1:], **fields).astype(int)
    worst = np.abs(drawn - expected).max()
    assert drawn.shape == expected.shape and worst <= 3, (spec, worst)


def test_garments_come_out_as_in_the_app(fashion, opened, studio):
    assert fashion.stat().st_size < 12e6
    page = opened(fashion, "#w=boots")
    for seed, word in enumerate(GARMENTS):
        assert_same(page, studio, Spec("fashion-words", word, Seeded(seed)), w=word, s=str(seed))
    word = "0.5*boots + kimono"
    for psi in (0, 0.01, 0.35, 0.7, 1.3):
        assert_same(page, studio, Spec("fashion-words", word, Seeded(19), psi=psi), w=word, psi=psi, s="19")
    for wt in (0.4, 1):
        assert_same(
            page,
            studio,
            Spec("fashion-words", word, Seeded(2**63 - 1, 64), word_truncation=wt),
            psi=1,
            wt=wt,
            n=64,
            s=str(2**63 - 1),
        )
    page.assert_quiet(fashion)


def test_noise_words_and_suggestions_are_the_apps(fashion, opened, studio):
    page = opened(fashion).page
    for seed in (0, 7, 12345678901234567890 % 2**63):
        for index in (0, 15, 255):
            latent = page.evaluate(f"[...explorer.latent('{seed}', {index})]")
            assert np.array_equal(np.float32(latent), normals([(seed, index)], 64).astype(np.float32)[0])
    facts = json.loads(page.locator("#facts").text_content())
    whole = open_space(facts["space"])
    rows = [whole.rank(word) for word in facts["words"]]
    assert 20_000 <= len(rows) <= 25_000 and {"loafer", "kimono", "shirts"} <= set(facts["words"])
    known = WordSpace(RawSpace(whole.name, tuple(facts["words"]), whole.matrix[rows], "", {}))
    for text in (*GARMENTS, "hand bag", "Boots’", "women", "GLASSES", "−boots + 2×coat", "café"):
        ours, pages = (
            known.resolve(text),
            page.evaluate(
                "(text) => { const { vector, words, hints } = explorer.resolve(text); "
                "return [[...vector], [...words], hints]; }",
                text,
            ),
        )
        assert np.abs(np.float32(pages[0]) - ours.vector).max() < 1e-6
        assert set(pages[1]) == {word for term in ours.terms for word in term.words} and pages[2] == list(ours.hints)
    for typo in (
        "sliper",
        "slippr",
        "bots",
        "redboots",
        "sneeker",
        "trowsers",
        "kimon",
        "Paris'",
        "summmer",
        "xqzt",
        "jaket",
    ):
        assert page.evaluate("(word) => explorer.suggest(word)", typo) == known.suggest(typo), typo
    for wrong in (
        "",
        "boots -",
        "(boots",
        "boots)",
        "2*",
        "boots * 2",
        "9999*boots",
        "boots - boots",
        "a" * 201,
        "boots (coat)",
        "xqzt",
    ):
        with pytest.raises(Exception) as ours:
            known.resolve(wrong)
        said = page.evaluate(
            "(text) => { try { return explorer.resolve(text); } catch (error) { return error.message; } }", wrong
        )
        assert said.split(" is not among")[0] == str(ours.value).split(" is not among")[0]


def test_things_come_out_in_every_style(emoji, opened, studio):
    assert emoji.stat().st_size < 16e6
    page = opened(emoji, "#w=rocket")
    usual = checkpoints.load("emoji-words").word_truncation
    styles = ("", "noto", "twemoji + 0.5*fxemoji", "each", "0.3*noto + any", "Fluent 3D")
    for seed, word in enumerate(THINGS):
        style = styles[seed % len(styles)]
        spec = Spec("emoji-words", word, Seeded(seed), style=style, word_truncation=usual)
        assert_same(page, studio, spec, w=word, s=str(seed), style=style)
    page.page.locator(".gx-style-chip", has_text="noto").first.click()
    page.page.wait_for_selector(".gx-style-chip[data-style=noto][aria-pressed=true]")
    assert page.page.input_value(".gx-style") == "noto"
    page.page.fill(".gx-style", "nonsense")
    page.page.wait_for_selector(".gx-trouble:not([hidden])")
    assert "no style nonsense" in page.page.inner_text(".gx-sentence")
    page.page.fill(".gx-style", "")
    page.page.wait_for_selector(".gx-trouble[hidden]", state="attached")
    page.assert_quiet(emoji)


@pytest.mark.parametrize(
    "made",
    [
        {"family": "acgan"},
        {"family": "dcgan", "network": "dcgan", "channels": 3, "resolution": 32},
        {"family": "reacgan", "network": "dcgan", "scale_condition": False, "labels": ("dress", "boots", "bag")},
        {"family": "cdcgan", "channels": 3, "resolution": 64},
        {"family": "word", "channels": 3, "resolution": 16, "styles": ("noto", "flat"), "word_truncation": 0.5},
    ],
    ids=lambda made: "-".join(str(value) for value in made.values() if not isinstance(value, tuple)),
)
def test_every_kind_of_generator_has_a_page(made, tmp_path, opened, studio):
    where = publish_tiny(tmp_path / "mine", **made)
    path = write_page(tmp_path, where, most_words=5000)
    page = opened(path)
    wt = made.get("word_truncation", 0.0)
    takes_words = made["family"] != "dcgan"
    for seed, word in enumerate(("dress", "red dress", "bag")):
        fields = {"w": word} if takes_words else {}
        spec = Spec(str(where), word, Seeded(seed), psi=0.8, word_truncation=wt)
        assert_same(page, studio, spec, s=str(seed), psi=0.8, **fields)
    assert page.page.locator(".gx-word").is_visible() == takes_words
    page.assert_quiet(path)


def test_what_a_page_saves_the_app_opens_again(emoji, opened, studio, tmp_path):
    page = opened(emoji, "#w=lion+%2B+crown&s=7&psi=0.6&style=noto&wt=0.25", bypass_csp=True).page

    def saved(selector):
        with page.expect_download() as found:
            page.click(selector)
        name, path = found.value.suggested_filename, tmp_path / "saved.png"
        found.value.save_as(path)
        return name, path.read_bytes()

    name, data = saved(".gx-download")
    spec = spec_from_png(data)
    assert spec == Spec("emoji-words", "lion + crown", Seeded(7), psi=0.6, style="noto", word_truncation=0.25)
    assert name == "lion-crown-noto-s7-psi0.6-896x896-emoji-words.png"
    (recipe,) = read_contents(data).recipes
    assert ("w", "lion + crown") in recipe.fields and recipe.checkpoint == "emoji-words"
    page.click(".gx-tile >> nth=5")
    name, data = saved(".gx-tile-download")
    tile = studio.render(spec, read=False).tiles[5]
    assert np.abs(studio.render(spec_from_png(data), read=False).tiles[0].astype(int) - tile).max() <= 1
    page.keyboard.press("Escape")
    page.goto(emoji.as_uri() + "#w=cat&w2=dog&at=0.5&wt=0")  # the same page: only what is behind the # changes
    page.wait_for_function("document.title.startsWith('50 % from cat to dog')")
    walked = spec_from_png(saved(".gx-download")[1])
    between = studio.vector(Spec("emoji-words", "cat + dog"))
    assert np.abs(np.array(walked.condition) - between).max() < 1e-6


def test_a_page_by_hand(fashion, opened):
    """Words, suggestions, the table, a walk, keys; on a phone's width, in the dark."""
    page = opened(fashion, bypass_csp=True, color_scheme="dark", viewport={"width": 390, "height": 844}).page
    assert page.evaluate("document.body.classList.contains('dark')")
    page.fill(".gx-word", "sliper")
    page.wait_for_selector(".gx-suggestions .gx-chip")
    assert "words of this page; did you mean" in page.inner_text(".gx-sentence")
    page.click(".gx-suggestions .gx-chip >> text=slipper")
    page.wait_for_function("document.title.startsWith('slipper')")
    page.wait_for_selector(".gx-bars .gx-row >> text=0.39")
    rows = page.locator(".gx-bars .gx-row").all_inner_texts()
    assert re.sub(r"\s+", " ", rows[0]).startswith("sandals 0.39") and "T-shirt/top" in rows[-1]
    assert "part of this picture is a guess" in page.inner_text(".gx-farsay")
    assert page.locator(".gx-nearest .gx-chip").count() == 10
    page.locator("#gx-psi").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("location.hash.includes('psi=0.99')")
    page.click("text=Walk to another word")
    page.fill(".gx-word2", "boots")
    page.wait_for_function("document.title.startsWith('50 % from slipper to boots')")
    page.click(".gx-play")
    page.wait_for_function("!document.title.startsWith('50 %') && document.title.includes('%')")
    page.click(".gx-play")
    page.click(".gx-second-close")
    page.wait_for_function("document.title.startsWith('slipper')")
    page.locator(".gx-tile").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.inner_text(".gx-which") == "Seed 0, picture 2"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.ariaLabel").startswith("slipper, picture 2 of 16")
    page.click("summary")
    card = page.inner_text(".gx-card")
    assert "Han Xiao, Kashif Rasul and Roland Vollgraf" in card and "PDDL" in card and "relativistic" in card
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if AXE.exists():
        page.evaluate(AXE.read_text("utf-8"))
        assert page.evaluate("axe.run().then(({ violations }) => violations.map(({ id }) => id))") == []


def test_sixteen_garments_take_less_than_sixty_milliseconds(fashion, opened):
    """Of a processor's time in Chromium's process of the page, its workers and its painting together: on a machine that
    does nothing else, no picture takes longer."""
    page = opened(fashion).page
    own = [one for one in psutil.Process().children(recursive=True) if "--type=renderer" in one.cmdline()]
    draw = f"(async ([from, to]) => {{ for (let s = from; s < to; s++) await ({DRAWN})({{ s: String(s) }}); }})"
    page.evaluate(draw, [50, 80])  # until all is compiled
    start = _seconds(own)
    page.evaluate(draw, [100, 130])
    assert 1000 * (_seconds(own) - start) / 30 < 60


def _seconds(processes):
    return sum(one.cpu_times().user + one.cpu_times().system for one in processes)


def test_firefox_opens_it_from_the_disk(fashion, studio, tmp_path):
    if find_firefox() is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Firefox here: install one, or name it in FIREFOX")
    with firefox(tmp_path / "profile") as tab:
        tab.open(fashion.as_uri() + "#w=coat")
        wait = f"const look = () => document.querySelector('{LIVE}') ? done(true) : setTimeout(look, 20); look();"
        assert tab.evaluate(f"new Promise((done) => {{ {wait} }})")
        for seed, word in enumerate(("slipper", "boots - leather + summer", "jeans")):
            pixels = base64.b64decode(tab.evaluate(f"({DRAWN})({json.dumps({'w': word, 's': str(seed)})})"))
            expected = studio.render(Spec("fashion-words", word, Seeded(seed)), read=False).tiles
            drawn = np.frombuffer(pixels, np.uint8).reshape(expected.shape).astype(int)
            assert np.abs(drawn - expected).max() <= 3
        assert tab.evaluate("performance.getEntriesByType('resource').length") == 0


def test_the_command(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    mine = publish_tiny(tmp_path / "mine")
    out = tmp_path / "mine.html"
    assert main(["export", str(mine), "-o", str(out), "--words", "100", "--word", "kimono - slipper"]) == 0
    assert re.search(r"mine as a page of [0-9.]+ MB", capsys.readouterr().out)
    facts = json.loads(re.search(r'id="facts">(.*?)</script>', out.read_text())[1])
    assert {"kimono", "slipper", "boots"} <= set(facts["words"]) and len(facts["words"]) < 230
    for arguments, said in (
        (["export", str(mine)], "-o page.html"),
        (["export", str(mine), "-o", str(tmp_path / "page.txt")], "use .html"),
        (["export", "fashion-infogan", "-o", str(out)], "takes codes"),
        (["export", "nothing-there", "-o", str(out)], "no checkpoint"),
    ):
        assert main(arguments) == 2
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1


def test_text_from_outside_stays_text(tmp_path, opened):
    evil = ("</script><script>document.title='evil'</script>", "<img src=x onerror=alert(1)>", "coat")
    where = publish_tiny(tmp_path / "mine", labels=("dress", "coat"))
    config = json.loads((where / "config.json").read_text())
    config["display_names"] = {"dress": evil[0][:100]}
    config["made"] = {"data": evil[1], "recipe": evil[0], "kimg": 1}
    (where / "config.json").write_text(json.dumps(config))
    path = write_page(tmp_path, where, most_words=100)
    page = opened(path)
    page.page.click("summary")
    assert evil[1] in page.page.inner_text(".gx-card") and page.page.locator("img").count() == 0
    assert evil[0][:20] in page.page.inner_text(".gx-bars") and "evil" not in page.page.title()
    page.assert_quiet(path)


def test_pages_of_one_checkpoint_are_the_same():
    opened = checkpoints.load("fashion-words")
    assert page_of(opened, 100) == page_of(opened, 100)
    assert io.StringIO(page_of(opened, 100)).getvalue().count("<script>") == 1
