"""The Train tab in real Chromium: from choosing pictures to exploring what was learned from them."""

import io
import json
import shutil
import subprocess
import sys
import time
import zipfile

import psutil
import pytest
from app_in_chromium import pages, unharmed
from hostile_home import HOSTILE
from PIL import Image
from run_folder import queue_entry, write_run
from tiny_checkpoint import publish_tiny

from explorer.app.train.job_queue import FRESH
from explorer.jobs import Jobs
from explorer.machine import process_started

pytest_plugins = ["app_in_chromium"]
ASKS = """window.asks = [];
const send = window.fetch;
window.fetch = (...given) => {
  asks.push(String(given[1]?.body));
  return send(...given);
};"""


@pytest.fixture
def runs(home):
    """The folder of the app's runs; whatever trains there is stopped in the end."""
    folder = home / "runs"
    yield folder
    jobs = Jobs(folder)
    for job in jobs.all():
        if not job.ended:
            (jobs.cancel if job.state == "queued" else jobs.stop)(job.name)
    for _ in range(600):
        if all(job.ended for job in jobs.all()):
            break
        time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)
    time.sleep(FRESH)  # until no page lists them any more


@pytest.fixture
def train(browser, url, runs):
    """`train(query, **options of new_page)` opens the tab there, and waits until it shows what there is."""
    with pages(browser, ".gt[data-state=drawn]", ASKS) as open_page:
        yield lambda query="", **options: open_page(f"{url}/?tab=train&{query}", **options)


def sheet(page) -> str:
    return page.evaluate("document.querySelector('.gt-canvas').toDataURL()")


def says(page, selector: str, text: str, timeout: int = 60_000) -> None:
    page.wait_for_function(
        "([selector, text]) => document.querySelector(selector)?.textContent.includes(text)",
        arg=[selector, text],
        timeout=timeout,
    )


def test_from_choosing_digits_to_exploring_what_was_learned(train):
    page = train()
    assert page.inner_text(".gt-none") == "No training yet."
    assert page.is_disabled(".gt-start")
    page.click(".gt-card:has([value=digits])")
    page.wait_for_selector(".gt-found")
    assert page.inner_text(".gt-found-say") == "1,500 pictures of 10 classes, 28 × 28 pixels, grey."
    assert page.locator(".gt-counts li").count() == 10 and page.inner_text(".gt-counts li >> nth=0").split() == [
        "zero",
        "151",
    ]
    assert page.input_value(".gt-name") == "digits-1"
    page.fill("[data-setting=kimg]", "1")
    page.fill("[data-setting=size]", "4")
    page.click(".gt-more summary")
    page.fill("[data-setting=save_seconds]", "5")
    assert page.inner_text(".gt-changed-count") == "1 changed"
    page.fill(".gt-preview", "house, zqxzqx")
    says(page, ".gt-estimate-say", "About")
    assert "pictures a second" in page.inner_text(".gt-estimate-say") and "MB" in page.inner_text(".gt-estimate-say")
    page.click(".gt-start")
    says(page, ".gt-start-trouble .gx-sentence", "zqxzqx")
    page.fill(".gt-preview", "house")
    page.click(".gt-start")
    page.wait_for_selector(".gt-panel[data-of=job]")
    assert page.inner_text(".gt-title") == "digits-1"
    page.wait_for_url("**job=digits-1**")
    page.wait_for_selector(".gt-sheet", timeout=60_000)
    assert page.locator(".gt-rows li").all_inner_texts()[-2:] == ["nine", "house"]
    address = page.url.partition("?tab=train&")[2]
    page.close()  # in the middle

    page = train(address)
    page.wait_for_selector(".gt-job[data-state=running], .gt-job[data-state=finished]")
    assert page.get_attribute(".gt-job-open", "aria-current") == "true"
    page.wait_for_selector(".gt-job[data-state=finished]", timeout=120_000)
    says(page, ".gt-at", "after 1,0")
    assert "of 1,0" in page.inner_text(".gt-facts") and "CPU" in page.inner_text(".gt-facts")
    assert page.locator(".gt-curve svg .gi-line").count() >= 4
    last = sheet(page)
    page.locator(".gt-scrub").focus()
    page.keyboard.press("Home")
    page.wait_for_function("(last) => document.querySelector('.gt-canvas').toDataURL() !== last", arg=last)
    assert page.inner_text(".gt-at") == "after 0"
    page.keyboard.press("End")
    page.wait_for_function("(last) => document.querySelector('.gt-canvas').toDataURL() === last", arg=last)
    page.get_by_role("button", name="Open in Explore").click()
    page.wait_for_selector(".gx[data-state=drawn]")
    assert page.input_value(".gx-word") == "zero" and "c=digits-1" in page.url
    assert page.locator(".gx-checkpoint option:checked").inner_text().startswith("digits-1 · after 1,0")
    assert page.locator(".gx-tile").count() == 16


def zipped(*classes: str, **files: bytes) -> dict:
    content, picture = io.BytesIO(), io.BytesIO()
    Image.effect_noise((28, 28), 90).save(picture, "PNG")
    with zipfile.ZipFile(content, "w") as file:
        for name, data in files.items():
            file.writestr(name.replace("_", "/", 1) + ".png", data)
        for name in classes:
            for number in range(3):
                file.writestr(f"{name}/{number}.png", picture.getvalue())
    return {"name": "my pets.zip", "mimeType": "application/zip", "buffer": content.getvalue()}


def test_ones_own_pictures_are_shown_with_the_words_that_nobody_knows(train):
    page = train()
    with unharmed(page):
        page.click(".gt-card:has([value=own])")
        page.set_input_files(".gt-zip", zipped("cat", "slippper", HOSTILE))
        page.wait_for_selector(".gt-found")
        assert page.inner_text(".gt-found-say") == "9 pictures of 3 classes, 28 × 28 pixels, grey."
        assert page.input_value(".gt-name") == "my-pets-1"
        assert "2 classes have names that" in page.inner_text(".gt-unknown .gx-sentence")
        unknown = page.locator(".gt-unknown-words li").all_inner_texts()
        assert any(line.startswith("slippper: perhaps slipper") for line in unknown)
        assert any(line.startswith(HOSTILE) for line in unknown)
        assert page.is_disabled(".gt-start")
        page.set_input_files(".gt-zip", zipped("cat", "dog"))
        says(page, ".gt-found-say", "6 pictures of 2 classes")
        assert page.is_hidden(".gt-unknown") and page.is_enabled(".gt-start")
        assert page.input_value("[data-setting=family]") == "word"
        page.set_input_files(".gt-zip", zipped("cat"))
        says(page, ".gt-found-say", "3 pictures of one class")
        page.wait_for_function("document.querySelector('[data-setting=family]').value === 'dcgan'")
        assert page.is_enabled(".gt-start")
        assert "an unconditional family" in page.inner_text(".gt-form .gt-notes")
        page.set_input_files(".gt-zip", {"name": "a.zip", "mimeType": "application/zip", "buffer": b"PK nothing"})
        page.wait_for_selector(".gx-work-trouble")
        assert page.is_disabled(".gt-start")


def test_broken_pictures_are_named_and_left_out_by_a_tick(train):
    page = train()
    page.click(".gt-card:has([value=own])")
    wide = io.BytesIO()
    Image.new("L", (40, 28)).save(wide, "PNG")
    page.set_input_files(".gt-zip", zipped("cat", "n02085620", cat_8=wide.getvalue(), cat_9=b"x", n02085620_9=b""))
    says(page, ".gt-look-work", "2 of 9 files cannot be read: cat/9.png (no known image format)")
    assert page.is_disabled(".gt-start") and "--skip-broken" not in page.inner_text(".gt-look-work")
    page.check(".gt-skip-broken")
    says(page, ".gt-found-say", "7 pictures of 2 classes")
    says(page, ".gt-notes", "2 of 9 files cannot be read and were left out")
    assert "n02085620 as chihuahua" in page.inner_text(".gt-notes")
    page.select_option(".gt-fit", "pad")
    says(page, ".gt-notes", "1 of 7 pictures were laid on a square in the colour of their own edges")
    assert page.locator(".gt-count-word").all_inner_texts() == ["cat", "chihuahua"]


def test_a_hostile_run_is_text_and_deleting_asks_first(train, runs):
    folder = write_run(runs / HOSTILE, {"state": "failed", "kimg": 1.0, "reason": HOSTILE, "changed": [HOSTILE]})
    (folder / "log.txt").write_text(f"{HOSTILE}\n")
    page = train()
    with unharmed(page):
        assert page.inner_text(".gt-job-name") == page.inner_text(".gt-title") == HOSTILE
        page.wait_for_selector(".gt-log-box[open]")
        assert (
            page.inner_text(".gt-log") == page.inner_text(".gt-reason") == page.inner_text(".gt-changed li") == HOSTILE
        )
        page.wait_for_url("**job=**")
        page.reload()
        page.wait_for_selector(".gt-log-box[open]")
        assert page.inner_text(".gt-title") == HOSTILE
        page.locator(".gt-actions [data-what=delete]").click()
        assert page.inner_text("#gt-ask-title") == f"Delete {HOSTILE}?"
        page.locator(".gt-ask-dialog .gx-close").click()
        assert folder.exists()
        page.locator(".gt-actions [data-what=delete]").click()
        page.click(".gt-ask-yes")
        page.wait_for_selector(".gt-none")
        assert not folder.exists() and list((runs / ".trash").iterdir())


def test_those_that_wait_are_moved_and_the_page_asks_only_while_it_is_seen(train, runs):
    busy = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
    try:
        launched = {"pid": busy.pid, "started": process_started(busy.pid)}
        write_run(runs / "busy", {"state": "running", "kimg": 1.0}, queue_entry(launched=launched))
        for order, name in enumerate(("a", "b")):
            write_run(runs / name, queue_entry=queue_entry(order=order))
        page = train()
        names = page.locator(".gt-job-name")
        assert names.all_inner_texts() == ["busy", "a", "b"] and page.inner_text(".gt-title") == "busy"
        assert page.locator(".gt-job .gt-state").all_inner_texts()[1:] == ["queued, place 1", "queued, place 2"]
        page.get_by_label("Move b up in its queue").click()
        page.wait_for_function("document.querySelectorAll('.gt-job-name')[1].textContent === 'b'")
        assert page.get_by_label("Move b up in its queue").is_disabled()
        page.get_by_label("Do not train b", exact=True).click()
        says(page, ".gt-job[data-name=b] .gt-state", "paused")

        def watches(milliseconds: int = 2200) -> int:
            page.wait_for_timeout(200)  # what is on its way
            page.evaluate("asks.length = 0")
            page.wait_for_timeout(milliseconds)
            return page.evaluate("asks.filter((ask) => ask.includes('watch')).length")

        assert watches() in (1, 2)
        page.click(".gx-tabs [data-tab=walk]")
        assert watches() == 0
        page.click(".gx-tabs [data-tab=train]")
        page.wait_for_function("asks.some((ask) => ask.includes('watch'))")
        page.evaluate(
            "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        assert watches() == 0
    finally:
        busy.kill()
        busy.wait()


def test_one_that_ended_is_trained_for_longer(train, runs):
    busy = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
    try:
        launched = {"pid": busy.pid, "started": process_started(busy.pid)}
        write_run(runs / "busy", {"state": "running", "kimg": 1.0, "cpu_share": 0.01}, queue_entry(launched=launched))
        done = write_run(runs / "done", {"state": "finished", "kimg": 2.016})
        (done / "state/000000002016").mkdir(parents=True)
        publish_tiny(done / "checkpoint")
        page = train()
        says(page, ".gt-job[data-name=busy] .gt-state", "waiting for the CPU")
        assert page.is_hidden(".gt-longer")
        page.click(".gt-job[data-name=done] .gt-job-open")
        assert page.input_value(".gt-longer-kimg") == "3.02"
        page.fill(".gt-longer-kimg", "5")
        page.click(".gt-longer button")
        says(page, ".gt-job[data-name=done] .gt-state", "queued, place 1")
        assert page.is_hidden(".gt-longer")
        assert "2,016 of 5,024 pictures" in page.inner_text(".gt-job[data-name=done]")
        Jobs(runs).cancel("done")  # before its device is free
    finally:
        busy.kill()
        busy.wait()


def test_a_read_only_app_says_so(train, runs, browser, url):
    write_run(runs / "one", {"state": "paused", "kimg": 1.0})

    def public(route) -> None:
        response = route.fetch()
        reply = response.json()
        route.fulfill(response=response, json=reply | {"read_only": True} if "psi_bounds" in reply else reply)

    page = browser.new_page()
    page.route("**/component_server/", public)
    page.goto(f"{url}/?tab=train")
    page.wait_for_selector(".gt-off")
    assert "switched off" in page.inner_text(".gt-off")
    says(page, ".gt-title", "one")
    assert page.is_hidden(".gt-new")
    assert page.locator(".gt-actions button:visible").count() == 0
    page.close()


def test_a_setting_of_another_family_begins_where_that_family_does(train):
    page = train()
    page.click(".gt-card:has([value=digits])")
    page.click(".gt-presets [data-value=standard]")
    page.click(".gt-more summary")
    assert page.input_value("[data-setting=lr]") == "0.0006"
    page.select_option("[data-setting=family]", "acgan")
    assert page.input_value("[data-setting=lr]") == "0.0002" and page.inner_text(".gt-changed-count") == "1 changed"
    assert "class cross-entropy" in page.inner_text("#gt-family-about")
    page.fill("[data-setting=lr]", "0.001")
    assert page.inner_text(".gt-changed-count") == "2 changed"
    page.fill("[data-setting=lr]", "5")
    assert page.get_attribute("[data-setting=lr]", "aria-invalid") == "true"
    page.click(".gt-reset")
    assert page.input_value("[data-setting=lr]") == "0.0006" and page.inner_text(".gt-changed-count") == ""


def test_an_app_that_is_watched_with_nothing_to_do_costs_next_to_nothing(train, runs):
    write_run(runs / "done", {"state": "finished", "kimg": 2.016, "device": "cpu"})
    page = train()
    says(page, ".gt-title", "done")
    (app,) = [one for one in psutil.Process().children() if "app" in one.cmdline()]
    page.wait_for_timeout(2000)
    before = app.cpu_times()
    page.wait_for_timeout(5000)
    after = app.cpu_times()
    # .5 % of a core was measured; Gradio's queue alone would take 4, if it were left to look as often as it likes.
    assert (after.user + after.system - before.user - before.system) / 5 < 0.02


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_narrow_fits_a_phone(train, runs, scheme):
    folder = write_run(runs / ("long" * 16), {"state": "finished", "kimg": 2.016, "device": "cpu"})
    (folder / "samples").mkdir()
    Image.effect_noise((672, 560), 90).save(folder / "samples" / "000000002016.jpg")
    line = {"loss_d": 0.5, "loss_g": 0.7, "d_real": 1.0, "d_fake": -1.0}
    lines = [line | {"images": 64 * i} for i in range(1, 9)]
    lines += [{"images": 512 + i, "coverage": {"zero": share, "one": 1.0}} for i, share in enumerate([0.9, 0.1, 0.1])]
    (folder / "stats.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    page = train(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.wait_for_selector(".gt-sheet")
    page.wait_for_selector(".gt-coverage")
    assert page.inner_text(".gt-collapsed").startswith("zero collapsed at")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.click(".gt-new")
    page.wait_for_selector(".gt-card")
    page.click(".gt-more summary")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
