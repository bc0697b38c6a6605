"""Generators side by side: the same bytes every time, judges kept apart, failures shown, nothing run or fetched."""

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest
import torch
from digits_home import TEST, TRAIN
from PIL import Image
from run_folder import GONE, write_run

from explorer import checkpoint
from explorer.cli import main
from explorer.compare import compare, curve_figure, diagram, last_third, measure, over_seeds, page_of, write_report
from explorer.compare.columns import COLUMNS, best, columns_of
from explorer.compare.family import formula
from explorer.compare.report import files_of
from explorer.data import load
from explorer.errors import ExplorerError
from explorer.explore.spec.latents import z
from explorer.measure.judge.training import train_judge
from explorer.measure.metrics import classifier_accuracy
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator
from explorer.models.families import FAMILIES
from explorer.models.generator import Generator
from explorer.stopping import Stopped
from explorer.training import TrainConfig, train
from explorer.training.settings import condition_dim
from explorer.words import open_space

pytestmark = pytest.mark.slow

HOSTILE = "<img src=x onerror=window.hacked=1>"
FEW = {"samples": 250, "moments": 100}  # enough for figures of a class
SMALL = {"data": "digits", "size": 4, "z_dim": 8, "batch": 32, "sheet_kimg": 0.25, "ema_kimg": 0.1, "threads": 1}


def train_run(folder, family, **settings):
    """Some steps of a training of digits."""
    settings = FAMILIES[family].settings | SMALL | {"kimg": 0.032} | settings
    config = TrainConfig(**settings, family=family, c_dim=condition_dim(family, 100, 10))
    train(folder, config, TRAIN, open_space("glove-minilm-100d"))


def publish(folder, dead=False, resolution=28):
    """A generator conditioned on words, untrained; a dead one draws one picture over and over."""
    space = open_space("glove-minilm-100d")
    config = NetworkConfig(resolution, z_dim=8, c_dim=space.dim, size=4)
    torch.manual_seed(0)
    generator = Generator(config)
    if dead:
        for weight in generator.parameters():
            torch.nn.init.zeros_(weight)
    vectors = np.stack([space.vector(label) for label in TRAIN.words])
    words = {"labels": TRAIN.words, "label_vectors": vectors, "space_name": space.name, "space_hash": space.hash}
    pictures = {"preview.png": Image.new("L", (28, 28))}
    checkpoint.save(folder, generator, Discriminator(config), made={"data": "digits"}, pictures=pictures, **words)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two judges, two runs that differ by their seed, and one of each conditioning."""
    home = tmp_path_factory.mktemp("made")
    for name, size in (("digits", 28), ("digits32", 32)):
        pictures = (load("digits", split, size=size) for split in ("train", "test"))
        train_judge(home / "judges" / name, *pictures, source="digits", epochs=1)
    (home / "checkpoints").mkdir()
    publish(home / "checkpoints/tiny")
    publish(home / "checkpoints/dead", dead=True)
    publish(home / "checkpoints/large", resolution=32)
    train_run(home / "runs/acgan-0", "acgan", kimg=0.32, snapshot_kimg=0.08)
    train_run(home / "runs/acgan-1", "acgan", kimg=0.32, seed=1)
    for family in ("dcgan", "infogan"):
        train_run(home / f"runs/{family}", family)
    return home


@pytest.fixture
def home(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path / "home")
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def found(made):
    """All of them compared; tests that change nothing share it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(made))
        return compare(["acgan-0", "acgan-1", "dcgan", "infogan", "tiny", "dead", "large"], **FEW)


def entry_of(found, name):
    return next(entry for entry in found.entries if entry.name == name)


def test_the_same_files_give_the_same_bytes(home, monkeypatch):
    names = ["acgan-0", "dcgan", "dead"]
    first = files_of(compare(names, **FEW))
    assert files_of(compare(names, **FEW)) == first, "from what was kept"
    for kept in (*home.glob("runs/*/measured"), home / "compared"):
        shutil.rmtree(kept)
    assert files_of(compare(names, **FEW)) == first, "measured again"
    assert set(first) == {"index.html", "metrics.json", "table.md", "table-digits.csv"}


def test_what_was_measured_is_not_measured_again(home, monkeypatch):
    found = compare(["acgan-0", "tiny"], **FEW)
    compare(["dcgan"], **FEW)
    measured = measure.evaluate
    monkeypatch.setattr(measure, "evaluate", lambda *_: pytest.fail("measured again"))
    assert compare(["tiny", "acgan-0"], **FEW).entries == found.entries[::-1]
    assert compare(["dcgan", "tiny"], **FEW).groups[0].real == compare(["tiny", "dcgan"], **FEW).groups[0].real
    monkeypatch.setattr(measure, "evaluate", measured)
    (kept,) = (home / "compared").iterdir()
    whole = kept.read_bytes()
    for spoilt in (
        b"",
        whole[:-9],
        b"[]",
        whole.replace(b'"fd":', b'"no":'),
        re.sub(rb'"kid": [^,]+', b'"kid": NaN', whole),
        re.sub(rb'"collapsed": \[[^]]*\]', b'"collapsed": ["nobody"]', whole),
    ):
        kept.write_bytes(spoilt)
        assert compare(["tiny"], **FEW).entries == found.entries[1:] and kept.read_bytes() == whole


def test_the_pictures_of_a_folder_may_be_others_tomorrow(home, tmp_path, monkeypatch):
    def lay(shift):
        for split, pictures in (("train", TRAIN), ("test", TEST)):
            for label, word in enumerate(pictures.words):
                folder = tmp_path / "mine" / split / word
                folder.mkdir(parents=True, exist_ok=True)
                some = pictures.images[pictures.labels == (label + shift) % 10][:30]
                for place, picture in enumerate(some):
                    Image.fromarray(picture[0]).save(folder / f"{place}.png")

    def label_accuracy():
        (entry,) = compare(["tiny"], **FEW, data_dir=tmp_path).entries
        return entry.evaluation["figures"]["label_accuracy"], entry.evaluation["floor"]["label_accuracy"]

    lay(0)
    pictures = (load("mine", split, tmp_path) for split in ("train", "test"))
    train_judge(home / "judges/mine", *pictures, source="mine", epochs=1)
    file = home / "checkpoints/tiny/config.json"
    config = json.loads(file.read_text())
    file.write_text(json.dumps(config | {"made": config["made"] | {"data": "mine"}}))
    first = label_accuracy()
    with monkeypatch.context() as patch:
        patch.setattr(measure, "evaluate", lambda *_: pytest.fail("measured again"))
        assert label_accuracy() == first
    lay(1)
    assert label_accuracy() != first, "every picture lies under another word"


def test_every_judge_has_tables_of_its_own(found):
    assert [group.judge for group in found.groups] == ["digits", "digits32"]
    assert [entry.group for entry in found.entries] == [0, 0, 0, 0, 0, 0, 1]
    files = files_of(found)
    for judge, other in (("digits", "digits32"), ("digits32", "digits")):
        rows = files[f"table-{judge}.csv"].splitlines()
        assert all(f",{judge}," in row and f",{other}," not in row for row in rows[1:])
    assert [len(files[f"table-{judge}.csv"].splitlines()) for judge in ("digits", "digits32")] == [8, 3]
    assert files["table.md"].count("| real pictures |") == files["index.html"].count("<table class='c-figures'>") == 2
    for group in found.groups:
        assert group.judge_hash[:16] in files["index.html"] and f"{group.samples:,} samples" in files["index.html"]
        assert group.seeds == {"latents": 1, "real": 1, "subsets": 8}


def test_held_out_labels_are_another_table(home):
    words = TRAIN.words[:8]
    space = open_space("glove-minilm-100d")
    config = NetworkConfig(z_dim=8, c_dim=space.dim, size=4)
    fields = {"labels": words, "label_vectors": np.stack([space.vector(one) for one in words])}
    fields |= {"space_name": space.name, "space_hash": space.hash, "made": {"data": "digits"}, "pictures": {}}
    checkpoint.save(home / "checkpoints/eight", Generator(config), Discriminator(config), **fields)
    found = compare(["tiny", "eight"], **FEW)
    assert [len(group.labels) for group in found.groups] == [10, 8]
    assert {"table-digits.csv", "table-digits-2.csv"} < set(files_of(found))


def test_one_that_collapsed_is_flagged(found):
    dead = entry_of(found, "dead")
    assert set(dead.evaluation["collapsed"]) == set(TRAIN.words)
    assert dead.warnings == ("Collapsed: it draws every class the same way over and over, or not at all.",)
    page = page_of(found)
    trouble = page[page.index("Warnings") : page.index("Judged by")]
    assert "dead" in trouble and dead.warnings[0] in trouble and "collapsed: 10 of 10 classes" in page
    assert f"- dead: {dead.warnings[0]}" in files_of(found)["table.md"]


def test_sheets_show_the_same_latents(found):
    tiny, unconditional, codes = (entry_of(found, name).sheet for name in ("tiny", "dcgan", "infogan"))
    assert tiny.rows == TRAIN.words and unconditional.rows == () and codes.rows[3] == "c1 = 3"
    assert {(one.columns, one.height) for one in (tiny, unconditional, codes)} == {(8, 10)}
    assert z(0, 5, 100)[:8].tolist() == z(0, 5, 8).tolist(), "a longer latent begins as a shorter one"
    assert all(entry.real.rows == TEST.words for entry in found.entries)
    page = page_of(found)
    for entry in found.entries:
        assert entry.sheet.png in page
    assert page.count(tiny.rows[0]) and page.count(entry_of(found, "tiny").real.png) == 1, "real ones are there once"


def test_every_family_is_explained(found):
    page = page_of(found)
    for family in {entry.family for entry in found.entries}:
        row = FAMILIES[family]
        assert row.title in page and row.good in page and row.bad in page and row.paper in page
        assert all(formula(one) in page for one in row.objective) and diagram(row) in page
    assert formula("|grad D(x)|^2 - s(G(z))") == (
        "<span>|∇<i>D</i>(<i>x</i>)|<sup>2</sup></span> <span>−</span> <span>σ(<i>G</i>(<i>z</i>))</span>"
    )
    assert formula("<b>") == "<span>&lt;<i>b</i>&gt;</span>"


def test_every_row_has_a_drawing_of_its_conditioning():
    drawn = {name: diagram(row) for name, row in FAMILIES.items()}
    assert "a label" in drawn["cdcgan"] and "latent alone" in drawn["dcgan"] and "which codes?" in drawn["infogan"]
    assert "cg-condition" in drawn["cdcgan"] and "cg-condition" not in drawn["acgan"], (
        "D of an AC-GAN is not given the label"
    )
    assert "slopes kept near 1" in drawn["wgan-gp"] and "spectral norm" in drawn["word-hinge"]


def test_curves_over_pictures_and_over_time(found):
    one = entry_of(found, "acgan-0")
    assert [moment.kimg for moment in one.moments] == [0.096, 0.16, 0.256, 0.32]
    assert found.groups[0].moments == 100 and found.groups[0].moments_real["fd"] > found.groups[0].real["fd"]
    over_kimg, over_time = (curve_figure(found, 0, "coverage", over) for over in ("kimg", "seconds"))
    assert [line.name for line in over_kimg.data] == ["acgan-0"]
    assert list(over_kimg.data[0].x) == [0.096, 0.16, 0.256, 0.32] and len(over_time.data[0].x) == 4
    assert list(over_kimg.data[0].y) == [moment.evaluation["figures"]["coverage"] for moment in one.moments]
    assert set(one.losses) == {"kimg", "seconds", "loss_d", "loss_g", "d_real", "d_fake"}
    assert len(one.losses["loss_d"]) > 0 and None not in one.losses["d_fake"]


def test_steadiness_over_the_last_third_and_over_seeds(found):
    one = entry_of(found, "acgan-0")
    assert last_third(one) is None, "two moments are too few"
    moments = tuple(
        dataclasses.replace(one.moments[0], kimg=kimg, evaluation={"figures": {"fd": fd}})
        for kimg, fd in ((10, 99.0), (20, 3.0), (25, 1.0), (30, 2.0))
    )
    end = last_third(dataclasses.replace(one, moments=moments))
    assert (end.count, end.mean, end.deviation, end.least, end.most) == (3, 2.0, 1.0, 1.0, 3.0)
    (seeds,) = over_seeds(found)
    assert seeds.entries == (0, 1) and seeds.seeds == (0, 1) and seeds.fd.count == 2
    values = [entry.evaluation["figures"]["fd"] for entry in found.entries[:2]]
    assert seeds.fd.mean == pytest.approx(sum(values) / 2) and seeds.fd.deviation > 0
    assert "Over random seeds" in page_of(found)
    first = dict(found.entries[0].made)
    first["settings"] = {name: float(one) if type(one) is int else one for name, one in first["settings"].items()}
    del first["settings"]["lr_g"]
    again = dataclasses.replace(found.entries[0], made=first | {"recipe": "said in other words"})
    (same,) = over_seeds(dataclasses.replace(found, entries=(again, *found.entries[1:], found.entries[1])))
    assert same == seeds, (
        "600 is 600.0, a setting is younger, and a run beside what was published of it is no other seed"
    )


def test_the_best_of_a_column_is_what_lies_nearest_to_the_ideal():
    of = {column.key: column for column in COLUMNS}
    tells = [{"nearest_tells": 0.2}, {"nearest_tells": 0.6}, {"nearest_tells": None}, {"nearest_tells": 0.6001}]
    assert best(of["nearest_tells"], tells) == {1, 3} and best(of["fd"], [{"fd": 2.0}, {"fd": 1.0}]) == {1}
    assert best(of["in_class_variation"], [{"in_class_variation": one} for one in (1.3, 0.9, 0.5)]) == {1}
    assert best(of["fd"], [{"fd": 1.0}]) == frozenset(), "the only one is not the best"


def test_a_classifier_that_is_trained_on_samples_is_another_column(home, monkeypatch):
    monkeypatch.setattr(classifier_accuracy, "SEEN", 600)
    monkeypatch.setattr(classifier_accuracy, "MOST", 256)
    found = compare(["tiny", "dcgan"], **FEW, cas=True)
    (group,) = found.groups
    trained, unconditional = (one.evaluation["figures"]["classifier"] for one in found.entries)
    assert unconditional is None and 0 <= trained < group.real["classifier"] <= 1
    heads = [files_of(one)["table-digits.csv"].splitlines()[0] for one in (found, compare(["tiny"], **FEW))]
    assert ["classifier" in head for head in heads] == [True, False]
    monkeypatch.setattr(classifier_accuracy, "classifier_accuracy", None)  # it is not done twice
    assert compare(["tiny", "dcgan"], **FEW, cas=True).groups == found.groups


def test_columns_without_a_value_are_left_out(found):
    assert "new words" not in page_of(found), "there is no list of words for digits"
    one = found.entries[0].evaluation["figures"]
    assert [column.key for column in columns_of(one | {"new_words": 0.5}, one)][-2:] == ["label_accuracy", "new_words"]
    assert columns_of(one)[-1].key == "label_accuracy"
    csv = files_of(found)["table-digits.csv"].splitlines()
    assert "new_words" not in csv[0] and all(row.count(",") == csv[0].count(",") for row in csv)


def test_runs_that_failed_and_pictures_that_no_judge_knows_are_there(home):
    reason = "A weight was not finite."
    write_run(home / "runs/broken", {"state": "failed", "reason": reason}, owner=GONE)
    shutil.rmtree(home / "judges/digits32")
    found = compare(["broken", "large", "tiny"], **FEW)
    broken, large, tiny = found.entries
    assert broken.trouble == "It has saved no generator yet." and reason in broken.warnings[0] and not broken.sheet
    assert large.evaluation is None and "gan-explorer judge train" in large.trouble and large.sheet and large.real
    assert tiny.group == 0 and len(found.groups) == 1
    page = page_of(found)
    assert reason in page and "It has saved no generator yet." in page and large.sheet.png in page


def test_nothing_to_compare_is_refused_at_once(home):
    with pytest.raises(ExplorerError, match="no run and no checkpoint 'nowhere'"):
        compare(["tiny", "nowhere"])
    with pytest.raises(ExplorerError, match="nothing to compare"):
        compare([])
    with pytest.raises(Stopped):
        compare(["tiny"], stop=lambda: True)
    assert len(compare(["tiny", str(home / "checkpoints/tiny")], **FEW).entries) == 1, "the same one twice"


def hostile(found):
    """What was found, with markup wherever a text may come from outside."""
    classes = {HOSTILE: {"pictures": 25, "fd": 1.0, "precision": 0.5, "coverage": 0.1, "variation": 0.9}}

    def hostile_fields(fields):
        sides = {side: fields[side] | {"classes": classes} for side in ("figures", "floor")}
        return fields | sides | {"collapsed": [HOSTILE]}

    entry = found.entries[0]
    made = entry.made | {"data": HOSTILE, "recipe": HOSTILE, "settings": {"seed": HOSTILE, "batch": HOSTILE}}
    changed = dataclasses.replace(
        entry,
        name=HOSTILE,
        made=made,
        trouble=HOSTILE,
        warnings=(HOSTILE,),
        notes=(HOSTILE,),
        sheet=dataclasses.replace(entry.sheet, rows=(HOSTILE,) * 10),
        real=dataclasses.replace(entry.real, rows=(HOSTILE,) * 10),
        evaluation=hostile_fields(entry.evaluation),
        moments=tuple(dataclasses.replace(one, evaluation=hostile_fields(one.evaluation)) for one in entry.moments),
        coverage={"kimg": (0.0, 1.0), "shares": {HOSTILE: (0.1, 0.2)}},
    )
    other = dataclasses.replace(changed, made=made | {"settings": {"seed": "</script><b>", "batch": HOSTILE}})
    real = found.groups[0].real | {"classes": classes}
    group = dataclasses.replace(found.groups[0], judge=HOSTILE, source=HOSTILE, labels=(HOSTILE,), real=real)
    return dataclasses.replace(found, entries=(changed, other), groups=(group,))


def test_text_from_outside_stays_text(found):
    attacked = hostile(found)
    page = page_of(attacked)
    assert "<img src=x" not in page and "</script><b>" not in page and "&lt;img src=x" in page
    assert "<img" not in files_of(attacked)["table.md"]
    formulas = dataclasses.replace(found, entries=(dataclasses.replace(found.entries[0], name="=1+1"),))
    assert "\n'=1+1," in files_of(formulas)["table-digits.csv"]


def test_the_page_needs_nothing_else(found):
    page = page_of(found)
    for tag in re.findall(r"<(?:img|script|link|iframe|a|source|use)\b[^>]*>", page[: page.index("plotly.js")]):
        assert not re.search(r"(src|href)=(?!['\"]data:)", tag), tag
    assert page.count("<script>") == 2 and "default-src 'none'" in page and "connect-src" not in page
    ours = page[: page.index('<script type="application/json"')]
    assert set(re.findall(r"https?://[^\"' ]+", ours)) == {"http://www.w3.org/2000/svg"}, "a name, not an address"


def test_the_page_draws_its_plots_in_a_browser_and_runs_nothing_from_outside(found, tmp_path, browser):
    (tmp_path / "page.html").write_text(page_of(hostile(found)), "utf-8")
    trouble = []
    page = browser.new_page()
    page.set_default_timeout(120_000)  # a busy machine is no failure
    page.on("console", lambda one: trouble.append(one.text))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("request", lambda one: trouble.append(one.url) if one.url.startswith("http") else None)
    page.goto(f"file://{tmp_path / 'page.html'}")
    page.set_viewport_size({"width": 1200, "height": 20_000})
    # Not wait_for_function: the page's own policy forbids the eval that it polls with.
    page.locator(".c-plot .main-svg").nth(10).wait_for(state="attached")
    page.click("button[data-over=seconds]")
    page.locator("[data-over=seconds] .main-svg").nth(10).wait_for(state="attached")
    assert page.evaluate("window.hacked") is None and trouble == []
    assert page.evaluate("document.documentElement.scrollWidth <= 1200")


def test_a_table_of_all_columns_fits_a_window_of_1200_pixels(found, tmp_path, browser):
    def filled(fields):
        return dict.fromkeys((column.key for column in COLUMNS), 0.123) | {
            key: value for key, value in fields.items() if value is not None
        }

    def named(entry):
        figures = filled(entry.evaluation["figures"])
        name = "d-fashion-mnist-cdcgan-0"
        return dataclasses.replace(entry, name=name, evaluation=entry.evaluation | {"figures": figures})

    group = dataclasses.replace(found.groups[0], judge="fashion-mnist", real=filled(found.groups[0].real))
    entries = tuple(named(entry) for entry in found.entries if entry.group == 0)
    whole = dataclasses.replace(found, entries=entries, groups=(group,))
    (tmp_path / "page.html").write_text(page_of(whole), "utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(f"file://{tmp_path / 'page.html'}")
    assert page.locator(".c-figures thead th").count() == len(COLUMNS) + 4
    assert page.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth)(document.querySelector('.c-scroll'))"
    )


def test_the_command_writes_a_report_whole_or_not_at_all(home, tmp_path, capsys):
    report = tmp_path / "report"
    line = ["compare", "tiny", "dead", "-o", str(report), "--samples", "250"]
    assert main(line) == 0
    output = capsys.readouterr().out
    assert (
        "FD[digits]" in output
        and "dead: Collapsed" in output
        and str(report / "index.html") in " ".join(output.split())
    )
    before = {path.name: path.read_bytes() for path in report.iterdir()}
    assert main(line) == 0 and {path.name: path.read_bytes() for path in report.iterdir()} == before
    kept = json.loads(before["metrics.json"])
    assert [entry["name"] for entry in kept["entries"]] == ["tiny", "dead"] and kept["groups"][0]["samples"] == 250
    assert not list(tmp_path.glob(".report*"))
    (report / "mine.txt").write_text("precious")
    assert main(line) == 2 and "holds other things" in capsys.readouterr().err and (report / "mine.txt").exists()


def test_a_report_that_cannot_be_written_leaves_the_old_one(found, tmp_path, monkeypatch):
    page = write_report(tmp_path / "report", found)
    before = page.read_bytes()
    from explorer.compare import report

    monkeypatch.setattr(report, "files_of", lambda _: {"index.html": "new", "no/such/folder": "x"})
    with pytest.raises(ExplorerError, match="what was there is whole"):
        write_report(tmp_path / "report", found)
    assert page.read_bytes() == before and [path.name for path in tmp_path.iterdir()] == ["report"]
