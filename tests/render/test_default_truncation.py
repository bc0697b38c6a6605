"""A checkpoint's own word truncation: what draws with it where nobody says another, and what does not."""

import json

import numpy as np
import pytest
from app_requests import TAB
from tiny_checkpoint import publish_tiny

from explorer import Explorer
from explorer.app.compare.request import read_grid_request
from explorer.app.explore.request import read_styles_request
from explorer.app.shared.catalog import Catalog
from explorer.app.shared.request import read_request
from explorer.app.walk.request import read_walk_request
from explorer.checkpoint import CheckpointError, default_word_truncation, describe
from explorer.cli import main
from explorer.errors import ExplorerError
from explorer.explore import Spec, Studio, spec_from_png, specs_from_png, walk_from
from explorer.explore.card.publish import publish

SOURCES = {name: name for name in ("plain", "usual", "free")}


@pytest.fixture(autouse=True, scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    publish_tiny(home / "checkpoints/plain")
    publish_tiny(home / "checkpoints/usual", word_truncation=0.75)
    publish_tiny(home / "checkpoints/free", family="dcgan")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        yield home / "checkpoints"


def test_the_config_says_it_only_where_there_is_one(home):
    assert "word_truncation" not in json.loads((home / "plain/config.json").read_text())
    assert [describe(home / name).word_truncation for name in ("plain", "usual")] == [0.0, 0.75]
    assert [default_word_truncation(name) for name in ("plain", "usual", "nobody", "run@7")] == [0.0, 0.75, 0.0, 0.0]
    assert Catalog("usual").entries()["usual"].reply()["word_truncation"] == 0.75


@pytest.mark.parametrize("wrong", [-0.1, 1.1, "1", True, None, [0.5]])
def test_a_config_that_says_nonsense_is_refused(tmp_path, wrong):
    folder = publish_tiny(tmp_path / "wrong")
    config = json.loads((folder / "config.json").read_text()) | {"word_truncation": wrong}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match="word truncation"):
        describe(folder)
    assert default_word_truncation(folder) == 0


def test_a_generator_without_words_has_none(tmp_path, home):
    with pytest.raises(CheckpointError, match="takes no words"):
        publish_tiny(tmp_path / "free", family="dcgan", word_truncation=0.5)
    with pytest.raises(ExplorerError, match="unconditional"):
        publish(home / "free", tmp_path / "published", word_truncation=0.5)


def test_a_notebook_draws_with_it_and_its_spec_says_so():
    ex = Explorer("usual")
    assert [ex("slipper", 4, **more).spec.word_truncation for more in ({}, {"word_truncation": 0})] == [0.75, 0]
    assert np.array_equal(ex.sample("slipper", 20)[:4], ex("slipper", 4).tiles)
    assert np.array_equal(ex("coat", 4).tiles, ex("coat", 4, word_truncation=0).tiles), "a label stays what it is"
    assert ex.arithmetic("slipper + coat", n=2).result.spec.word_truncation == 0.75
    assert {spec.word_truncation for spec in ex.walk("slipper", "boots", n=1, frames=2).walk.stops} == {0.75}
    grid = ex.grid(("checkpoint", ["plain", "usual"]), condition="slipper")
    assert [spec.word_truncation for spec in grid.specs] == [0.0, 0.75]
    fixed = ex.grid(("checkpoint", ["plain", "usual"]), condition="slipper", word_truncation=0.5)
    assert [spec.word_truncation for spec in fixed.specs] == [0.5, 0.5]


def test_a_spec_that_does_not_say_it_still_means_the_word_as_it_is():
    old = Spec.from_json('{"v":1,"checkpoint":"usual","condition":"slipper","latents":{"kind":"seeded","count":4}}')
    studio = Studio()
    assert np.array_equal(studio.render(old).tiles, Explorer("usual")("slipper", 4, word_truncation=0).tiles)


def test_the_commands_draw_with_it(tmp_path, capsys):
    png, gif = tmp_path / "drawn.png", tmp_path / "walk.gif"
    assert main(["sample", "slipper", "-n", "4", "--checkpoint", "usual", "-o", str(png)]) == 0
    assert spec_from_png(png).word_truncation == 0.75
    assert "Word truncation draws each picture towards one of them" in capsys.readouterr().out
    assert main(["sample", "coat", "-n", "4", "--checkpoint", "usual", "-o", str(tmp_path / "coat.png")]) == 0
    assert "towards" not in capsys.readouterr().out, "as a trained word stays what it is"
    assert main(["sample", "--from-png", str(png), "--word-truncation", "0", "-o", str(png)]) == 0
    assert main(["sample", "--from-png", str(png), "-o", str(png)]) == 0
    assert spec_from_png(png).word_truncation == 0, "which the picture says itself"
    assert main(["walk", "slipper", "coat", "-n", "1", "--frames", "2", "--checkpoint", "usual", "-o", str(gif)]) == 0
    assert walk_from(gif).stops[0].word_truncation == 0.75
    sides = ["-x", "checkpoint=plain,usual", "-y", "word=slipper", "-o", str(png)]
    assert main(["grid", *sides, "--checkpoint", "plain"]) == 0
    assert [spec.word_truncation for spec in specs_from_png(png)] == [0.0, 0.75]
    capsys.readouterr()


def test_a_page_that_does_not_say_it_means_that_of_its_generator():
    def read(reader, **fields):
        return reader({"tab": TAB, **fields}, SOURCES.get, "plain")

    assert read(read_request, w="slipper").spec.word_truncation == 0
    assert read(read_request, w="slipper", c="usual").spec.word_truncation == 0.75
    assert read(read_request, w="slipper", c="usual", wt=0).spec.word_truncation == 0
    assert read(read_request, w="slipper", c="usual", b=0.5).spec.word_truncation == 0, "whose blend is older"
    assert read(read_styles_request, w="slipper", c="usual").spec.word_truncation == 0.75
    assert read(read_walk_request, stops=["slipper", "coat"], c="usual").walk.stops[0].word_truncation == 0.75
    grid = {"w": "slipper", "x": "checkpoint", "xv": ["plain", "usual"]}
    assert [spec.word_truncation for spec in read(read_grid_request, **grid).plan.specs] == [0.0, 0.75]
    assert [spec.word_truncation for spec in read(read_grid_request, **grid, wt=0).plan.specs] == [0.0, 0.0]


def test_an_unfamiliar_word_is_told_why_it_is_a_mess_and_a_label_is_not():
    studio = Studio()
    sentences = studio.why_messy(studio.render(Spec("plain", "volcano")))
    assert len(sentences) == 2 and "nearest trained words are" in sentences[0] and "%" in sentences[1]
    assert not studio.why_messy(studio.render(Spec("plain", "coat")))
    assert not studio.why_messy(studio.render(Spec("free", "volcano")))


def test_publishing_takes_what_was_measured_unless_told_otherwise(tmp_path, home):
    measured = publish_tiny(tmp_path / "measured")
    assert describe(publish(measured, tmp_path / "a")).word_truncation == 0
    assert describe(publish(home / "usual", tmp_path / "b")).word_truncation == 0.75
    (measured / "metrics.json").write_text('{"evaluation": {"truncation": {"chosen": 7}}}')
    assert describe(publish(tmp_path / "a", tmp_path / "c")).word_truncation == 0
    card = (publish(home / "usual", tmp_path / "d", words=("slipper",), word_truncation=0.5) / "README.md").read_text()
    assert describe(tmp_path / "d").word_truncation == 0.5
    assert card.count("with word truncation 0.5") == 2 and "`--word-truncation 0`" in card
    with pytest.raises(ExplorerError, match="between 0 and 1"):
        publish(home / "usual", tmp_path / "e", word_truncation=2)
