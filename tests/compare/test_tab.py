"""The Compare tab: requests as a stranger may send them, what it measures and keeps, and its page in real Chromium."""

import asyncio
import base64
import io
import json
import math

import numpy as np
import orjson
import pytest
import torch
from app_in_chromium import pages
from app_requests import TAB, answering_for, refused_in_a_sentence
from digits_home import TEST, TRAIN
from hostile_home import HOSTILE
from PIL import Image
from run_folder import write_run
from tiny_checkpoint import LABELS, publish_tiny
from tiny_judge import publish_tiny_judge

from explorer import Studio, checkpoint
from explorer.app.compare.request import read_compare_request, read_grid_request, read_sheet_request
from explorer.app.compare.tab import CompareTab
from explorer.bench.browser import running_app
from explorer.explore import Seeded, Spec, specs_from_png
from explorer.measure.judge.training import train_judge
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.generator import Generator
from explorer.words import open_space

pytest_plugins = ["app_in_chromium"]
SOURCES = {"mine": "/home/somebody/run", "other": "other"}


def read(reader, **fields):
    return reader({"tab": TAB, **fields}, SOURCES.get, "mine")


def test_a_request_becomes_sources_and_a_plan():
    assert read(read_compare_request, of=["other", "mine", "other"]).sources == {
        "other": "other",
        "mine": "/home/somebody/run",
    }
    assert read(read_compare_request, of=["mine"], samples=5000).samples == 5000
    assert (read(read_sheet_request, c="other", s="7").source, read(read_sheet_request).name) == ("other", "mine")
    grid = read(
        read_grid_request, w="coat", s="7", psi=0.5, x="checkpoint", xv=["mine", "other"], y="seed", yv=["3", "0-1"]
    )
    assert [spec.latents.seed for spec in grid.plan.specs] == [3, 3, 0, 0, 1, 1]
    assert grid.plan.specs[1] == Spec("other", "coat", Seeded(3, 1), psi=0.5)
    assert grid.names == {"/home/somebody/run": "mine", "other": "other"} and not grid.save


@pytest.mark.parametrize(
    ("reader", "fields"),
    [
        (read_compare_request, {"of": []}),
        (read_compare_request, {"of": "mine"}),
        (read_compare_request, {"of": ["mine"] * 13}),
        (read_compare_request, {"of": [["mine"]]}),
        (read_compare_request, {"of": ["/home/somebody/run"]}),
        (read_compare_request, {"of": ["mine"], "samples": 999}),
        (read_compare_request, {"of": ["mine"], "samples": True}),
        (read_compare_request, {"of": ["mine"], "samples": [1000]}),
        (read_compare_request, {"of": ["mine"], "data_dir": "/"}),
        (read_compare_request, {"of": ["mine"], "tab": "x"}),
        (read_sheet_request, {"c": "../mine"}),
        (read_sheet_request, {"s": 7}),
        (read_sheet_request, {"w": "coat"}),
        (read_grid_request, {}),
        (read_grid_request, {"x": "psi"}),
        (read_grid_request, {"x": "psi", "xv": "0"}),
        (read_grid_request, {"x": "psi", "xv": [0]}),
        (read_grid_request, {"x": "psi", "xv": ["nan"]}),
        (read_grid_request, {"x": "psi", "xv": [str(one / 1000) for one in range(257)]}),
        (read_grid_request, {"x": "seed", "xv": ["0-128"], "y": "psi", "yv": ["0", "1"]}),
        (read_grid_request, {"x": "checkpoint", "xv": ["/home/somebody/run"]}),
        (read_grid_request, {"x": "checkpoint", "xv": [["mine"]]}),
        (read_grid_request, {"x": "epoch", "xv": ["25"], "c": "nobody"}),
        (read_grid_request, {"x": ["psi"], "xv": ["1"]}),
        (read_grid_request, {"x": "psi", "xv": ["1"], "w": 7}),
        (read_grid_request, {"x": "seed", "xv": ["1"], "psi": math.nan}),
        (read_grid_request, {"x": "seed", "xv": ["1"], "s": "-1"}),
        (read_grid_request, {"x": "psi", "xv": ["1"], "y": "psi", "yv": ["1"]}),
    ],
)
def test_no_other_request_is_read(reader, fields):
    refused_in_a_sentence(read, reader, **fields)


def publish(folder, seed=0, dead=False):
    """A generator of digits, untrained; a dead one draws one picture over and over."""
    space = open_space("glove-minilm-100d")
    config = NetworkConfig(28, z_dim=8, c_dim=space.dim, size=4)
    torch.manual_seed(seed)
    generator = Generator(config)
    if dead:
        for weight in generator.parameters():
            torch.nn.init.zeros_(weight)
    vectors = np.stack([space.vector(label) for label in TRAIN.words])
    words = {"labels": TRAIN.words, "label_vectors": vectors, "space_name": space.name, "space_hash": space.hash}
    made = {"data": "digits", "kimg": seed, "seconds": 60.0 * seed}
    pictures = {"preview.png": Image.new("L", (28, 28))}
    folder.parent.mkdir(parents=True, exist_ok=True)
    checkpoint.save(folder, generator, Discriminator(config), made=made, pictures=pictures, **words)


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """A home with a judge of digits, a generator, a dead one, one that no judge knows, and a run with two snapshots."""
    home = tmp_path_factory.mktemp("secret-place")
    train_judge(home / "judges/digits", TRAIN, TEST, source="digits", epochs=1)
    publish(home / "checkpoints/tiny")
    publish(home / "checkpoints/dead", dead=True)
    publish_tiny(home / "checkpoints" / "unjudged", family="acgan", channels=3)
    run = write_run(home / "runs" / "learner", {"state": "finished", "kimg": 3.0, "reason": HOSTILE})
    lines = ({"images": 1000 * at, "kimg": at, "seconds": at, "loss_d": 1.0, "loss_g": math.nan} for at in (1, 2, 3))
    (run / "stats.jsonl").write_text("".join(json.dumps(line).replace("NaN", "0.5") + "\n" for line in lines))
    for seed, place in ((1, "snapshots/000000001000"), (2, "snapshots/000000002000"), (3, "checkpoint")):
        publish(run / place, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        yield home


def tab_of(home, **options) -> CompareTab:
    return CompareTab(answering_for("tiny", **options))


def measured(tab: CompareTab, *names: str, samples: int = 1000) -> dict:
    """What the page gets at the end, as it travels."""

    async def whole() -> dict:
        begun = await tab.begin({"tab": TAB, "of": list(names), "samples": samples})
        for _ in range(2000):
            reply = tab.status({"tab": TAB, "work": begun["work"]}) if begun["ok"] else begun
            if reply["kind"] != "working":
                break
            await asyncio.sleep(0.01)
        return await tab.found({"tab": TAB, "plots": True}) if reply["ok"] else reply

    return orjson.loads(orjson.dumps(asyncio.run(whole())))  # which Gradio sends by


@pytest.mark.slow
def test_what_is_found_is_shown_without_a_place_or_markup_from_outside(digits):
    tab = tab_of(digits)
    found = measured(tab, "tiny", "dead", "learner", "unjudged")
    assert [entry["name"] for entry in found["entries"]] == ["tiny", "dead", "learner", "unjudged"]
    (table,) = found["tables"]
    assert [row["name"] for row in table["rows"]] == ["real pictures", "tiny", "dead", "learner"]
    assert all(len(row["cells"]) == len(table["heads"]) for row in table["rows"])
    assert table["rows"][2]["lost"] == "collapsed: 10 of 10 classes" and found["entries"][1]["problems"][0].startswith(
        "Coll"
    )
    assert "No judge knows the labels" in found["entries"][3]["problems"][0]
    assert found["reals"][0]["rows"] == list(TEST.words) and found["entries"][0]["real"] == 0
    (group,), learned = found["plots"]["groups"], found["plots"]["learned"]
    assert (
        list(learned) == ["2"]
        and len(learned["2"]) == 2
        and (group["of"], group["learners"]) == ([0, 1, 2], [2])
        and group["moments"] <= 1000
    )
    assert group["curves"]["kimg"][0]["data"][0]["x"] == [1, 2, 3]
    assert "secret" not in json.dumps(found)
    page = base64.b64decode(asyncio.run(tab.report({"tab": TAB}))["file"]).decode()
    assert page.startswith("<!doctype html>") and "learner" in page and "secret" not in page
    assert list((digits / "runs/learner/measured").iterdir()) and list((digits / "compared").iterdir())


def test_a_public_app_measures_little_and_keeps_nothing(digits):
    before = sorted(digits.glob("compared/*"))
    publish(digits / "checkpoints/fresh", seed=9)
    tab = tab_of(digits, read_only=True)
    assert measured(tab, "fresh")["tables"][0]["rows"][1]["name"] == "fresh"
    assert sorted(digits.glob("compared/*")) == before
    assert measured(tab, "fresh", samples=5000)["message"].startswith("This app was opened to be looked at")
    assert asyncio.run(tab.families({}))["samples"] == (1000,)


def test_no_page_makes_this_machine_fetch_pictures(digits, monkeypatch):
    judge = publish_tiny_judge(digits / "judges/absent", LABELS) / "config.json"
    judge.write_text(judge.read_text().replace('"nothing"', '"mnist"'))
    publish_tiny(digits / "checkpoints/absent", data="mnist")
    fetched = []
    monkeypatch.setattr("urllib.request.urlopen", lambda request, **_: fetched.append(request) or 1 / 0)
    monkeypatch.setattr("explorer.data.sources.mnist._find", lambda *_: None)  # it is nowhere here
    (sentence,) = measured(tab_of(digits), "absent")["entries"][0]["problems"]
    assert "mnist" in sentence and fetched == []


def test_what_was_cancelled_leaves_what_was_found_and_nothing_is_known_of_others(digits):
    tab = tab_of(digits)
    assert "Nothing is known" in asyncio.run(tab.found({"tab": TAB}))["message"]
    measured(tab, "tiny")
    assert tab.cancel({"tab": TAB})["ok"] and asyncio.run(tab.found({"tab": TAB}))["ok"]
    assert not asyncio.run(tab.found({"tab": "f" * 32}))["ok"] and not asyncio.run(tab.report({"tab": 7}))["ok"]
    assert not asyncio.run(tab.begin({"tab": TAB, "of": ["nobody"]}))["ok"]


def test_sheets_share_their_latents(digits):
    tab = tab_of(digits)
    one, other = (asyncio.run(tab.sheet({"tab": TAB, "c": "learner", "s": seed})) for seed in ("0", "1"))
    assert (one["sheet"]["columns"], one["sheet"]["height"], one["tile"]) == (8, 10, [28, 28])
    assert one["sheet"]["png"] != other["sheet"]["png"] and one["family"] == "word" and "3 kimg" in one["facts"]


def test_a_grid_is_planned_then_drawn_then_kept_under_names(digits):
    tab = tab_of(digits)
    fields = {"tab": TAB, "c": "learner", "w": "three", "x": "epoch", "xv": ["1", "2"], "y": "psi", "yv": ["0", "1"]}
    grids = tab._grids
    plan = asyncio.run(grids.plan(fields))
    assert (plan["size"], plan["count"], plan["seconds"]) == ("2 x 2 = 4 pictures of 2 generators", 4, None)
    drawn = asyncio.run(grids.draw(fields))
    assert (drawn["across"], drawn["down"]) == (["kimg", ["1", "2"]], ["psi", ["0", "1"]])
    assert asyncio.run(grids.plan(fields))["seconds"] > 0
    specs = specs_from_png(base64.b64decode(asyncio.run(grids.draw(fields | {"save": True}))["png"]))
    assert [(spec.checkpoint, spec.psi) for spec in specs[:3]] == [
        ("learner@1000", 0),
        ("learner@2000", 0),
        ("learner@1000", 1),
    ]
    tile = Studio(device="cpu").render(specs[2], read=False).tiles[0]
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(drawn["png"]))))
    assert (sheet[28:, :28] == tile[..., 0]).all()
    for wrong in ({"w": "xqzzy"}, {"xv": ["9"]}, {"c": "unjudged", "xv": ["1"]}):
        refused = asyncio.run(grids.draw(fields | wrong))
        assert not refused["ok"] and 10 < len(refused["message"]) < 200 and "secret" not in refused["message"]


# --- in Chromium ---


@pytest.fixture(scope="module")
def address(digits):
    with running_app("--checkpoint", "tiny", env={"GAN_EXPLORER_HOME": str(digits)}) as url:
        yield url


@pytest.fixture
def compare(browser, address):
    """`compare(query)` opens the tab there, and waits until it has drawn."""
    with pages(browser, ".gc[data-state=drawn]") as open_page:
        yield lambda query="", **options: open_page(f"{address}/?tab=compare&{query}", **options)


def test_side_by_side(compare):
    page = compare(f"of=tiny&of=learner&of={HOSTILE}")
    names = page.locator(".gc-main .gc-name")
    assert names.all_inner_texts() == ["tiny", "learner", HOSTILE] and page.locator(".gc-is-missing").count() == 1
    page.wait_for_selector(".gc-curves", timeout=60_000)
    page.wait_for_selector(".gc-work", state="hidden")
    assert page.locator(".gc-sheets b").all_inner_texts() == ["tiny", "learner", "real pictures"]
    assert page.locator(".gc-figures tbody th .gc-title").all_inner_texts() == ["real pictures", "tiny", "learner"]
    assert "There is no generator of that name here." in page.inner_text(".gc-wrong")
    assert page.locator(".gc-family-card").count() == 1 and page.locator(".gc-diagram svg").count() == 1
    page.set_viewport_size({"width": 1200, "height": 900})
    assert page.evaluate(
        "[...document.querySelectorAll('.gc-scroll')].every((box) => box.scrollWidth <= box.clientWidth)"
    )
    page.wait_for_selector(".gc-learners section")
    assert page.locator(".gc-learners h3").all_inner_texts() == ["learner\nWord GAN, relativistic"]
    assert page.locator(".gc-learners .gc-plot").count() == 2 and page.locator(".gc-terms dt").count() == 3
    page.locator(".gc-curves").scroll_into_view_if_needed()
    page.wait_for_selector(".gc-curves .gc-plot[data-drawn] .main-svg")
    page.click(".gc-curves [data-value=seconds]")
    page.wait_for_function("document.querySelector('.gc-curves').textContent.includes('minutes of work')")
    with page.expect_download() as saved:
        page.click(".gc-report")
    assert saved.value.path().read_text().startswith("<!doctype html>")
    before = page.evaluate("document.querySelector('.gc-sheet canvas').toDataURL()")
    page.click(".gc-shuffle")
    page.wait_for_function("(old) => document.querySelector('.gc-sheet canvas').toDataURL() !== old", arg=before)
    page.click(".gc-away[data-name='tiny']")
    page.wait_for_function("document.querySelectorAll('.gc-figures tbody tr').length === 2", timeout=30_000)
    page.wait_for_function("!location.search.includes('of=tiny') && location.search.includes('of=learner')")
    page.select_option(".gc-main .gc-add", "dead")
    page.wait_for_selector(".gc-figures .gc-lost", timeout=30_000)
    assert names.all_inner_texts() == ["learner", HOSTILE, "dead"]
    assert page.evaluate("window.hacked") is None and page.locator(".gc img").count() == 0
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_no_generator_stands_over_the_pictures_of_another(compare, digits):
    page = compare("of=tiny")
    page.wait_for_function("document.querySelectorAll('.gc-sheets b').length === 2", timeout=60_000)
    shown = """(place) => new Set(Object.values(
      document.querySelectorAll('.gc-sheets canvas')[place].getContext('2d').getImageData(0, 0, 84, 84).data)).size"""
    assert page.locator(".gc-sheets b").all_inner_texts() == ["tiny", "real pictures"] and page.evaluate(shown, 1) > 9
    weights = digits / "checkpoints/dead/generator.safetensors"
    kept = weights.read_bytes()
    weights.write_bytes(kept[:-4])
    try:
        page.select_option(".gc-main .gc-add", "dead")
        page.wait_for_function("document.querySelectorAll('.gc-sheets b')[1].textContent === 'dead'")
        page.wait_for_function("document.querySelectorAll('.gc-sheets .gc-warned')[1].textContent !== ''")
        assert page.evaluate(shown, 1) == 1, "nothing is drawn there"
    finally:
        weights.write_bytes(kept)


def test_a_grid_from_its_link(compare):
    page = compare("view=grid&c=learner&w=three&x=epoch&y=seed&yv=0-2")
    page.wait_for_function("paints.some((ask) => ask.x === 'epoch')", timeout=30_000)
    page.wait_for_function("document.querySelector('.gc-size').textContent.includes('second')")  # measured by now
    assert page.inner_text(".gc-size").startswith("2 × 3 = 6 pictures of 2 generators, ")
    assert page.locator(".gc-across span").all_inner_texts() == ["kimg 1", "2"]
    assert page.locator(".gc-down span").all_inner_texts() == ["seed 0", "seed 1", "seed 2"]
    page.click(".gc-epochs [data-value='1']")
    page.wait_for_function("document.querySelector('.gc-size').textContent.startsWith('1 × 3 = 3 pictures')")
    assert "gc-stale" in page.get_attribute(".gc-plate", "class")
    page.click(".gc-draw")
    page.wait_for_function("paints.at(-1).xv.length === 1")
    page.wait_for_function("location.search.includes('xv=2&y=seed&yv=0-2')")
    with page.expect_download() as saved:
        page.click(".gc-save")
    specs = specs_from_png(saved.value.path().read_bytes())
    assert [(spec.checkpoint, spec.latents.seed) for spec in specs] == [("learner@2000", seed) for seed in range(3)]
    assert page.is_hidden(".gc-tiles")  # no other tab draws what a training kept on the way
    page.fill("[data-side=y] .gc-text", "0-400")
    page.wait_for_selector(".gc-size.gc-warned")
    assert page.is_disabled(".gc-draw") and "256" in page.inner_text(".gc-size")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.select_option("[data-side=x] select", "psi")
    page.fill("[data-side=y] .gc-text", "5, 1000")
    page.wait_for_function("document.querySelector('.gc-size').textContent.startsWith('5 × 2 = 10 pictures')")
    page.click(".gc-draw")
    page.wait_for_selector(".gc-tiles button >> nth=7")
    page.click(".gc-tiles button >> nth=7")
    page.wait_for_selector(".gx[data-state=drawn]", timeout=30_000)
    page.wait_for_function("location.search.startsWith('?w=three&s=1000&psi=0.5&z=1000.0&c=learner')")
