"""A training from several sources: how a config keeps them, and what happens when they move."""

import json
import shutil

import numpy as np
import pytest
from picture_files import png, write_files

from explorer.cli.train import _sources
from explorer.training.resolve import resolve
from explorer.training.resuming import changed_config, write_config
from explorer.training.settings import BEFORE, TrainConfig, TrainingError
from explorer.training.training_data import load_pictures


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run's folder whose config names two sources, relative to where the person stood."""
    for name, words in (("photos", ("cat", "dog")), ("icons", ("dog", "fig"))):
        write_files(tmp_path / name, {f"{word}/{at}.png": png(at) for word in words for at in range(3)})
    monkeypatch.chdir(tmp_path)
    config = TrainConfig(**resolve({"data": "photos", "more_data": ["icons"]}))
    (tmp_path / "run").mkdir()
    write_config(tmp_path / "run", config)
    return tmp_path / "run"


def test_paths_are_absolute_and_survive_the_file(run, monkeypatch):
    config = TrainConfig.from_file(run / "config.json")
    assert config.sources == (str(run.parent / "photos"), str(run.parent / "icons"))
    monkeypatch.chdir("/")
    pictures = load_pictures(run, config)
    assert pictures.words == ("cat", "dog", "fig") and pictures.styles == ("photos", "icons")


def test_a_run_of_before_has_one_source_and_reads_no_table(run):
    stored = json.loads((run / "config.json").read_text())
    stored = {name: value for name, value in stored.items() if name not in {*BEFORE, "more_data", "variants"}}
    (run / "config.json").write_text(json.dumps(stored))
    config = TrainConfig.from_file(run / "config.json")
    assert config.sources == (str(run.parent / "photos"),) and not config.read_options.metadata
    table = {"metadata.jsonl": b'{"file_name": "cat/0.png", "word": "lion"}'}
    write_files(run.parent / "photos", table)
    assert load_pictures(run, config).words == ("cat", "dog")


def test_sources_that_are_gone_are_asked_for_and_found_where_they_are_now(run):
    config = TrainConfig.from_file(run / "config.json")
    before = load_pictures(run, config)
    shutil.move(run.parent / "icons", run.parent / "moved")
    with pytest.raises(TrainingError, match=r"icons any more.*train \S*/photos NEW_PLACE --run"):
        load_pictures(run, config)
    given = resolve(_sources(["photos", "moved"]), before=config)
    _, config = changed_config(run, given)
    assert config.more_data == (str(run.parent / "moved"),)
    assert np.array_equal(load_pictures(run, config).images, before.images)


def test_one_source_leaves_the_further_ones_as_they_are():
    assert _sources(None) == _sources([]) == {}
    assert _sources(["a"]) == {"data": "a"}
    assert _sources(["a", "b", "c"]) == {"data": "a", "more_data": ("b", "c")}


def test_further_sources_are_texts():
    with pytest.raises(TrainingError, match="must be texts"):
        TrainConfig(more_data=(3,))
    with pytest.raises(TrainingError, match="more_data"):
        TrainConfig(more_data="icons.zip")
