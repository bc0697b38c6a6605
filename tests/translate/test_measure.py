"""What is measured of a translator, by hand where it can be, and where that is stored and shown."""

import dataclasses
import json

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_judge import publish_tiny_judge
from tiny_translator import publish_tiny_translator, shapes

from explorer import checkpoint
from explorer.checkpoint.example_pictures import read_examples
from explorer.cli import main
from explorer.data import DataError, ImageSet
from explorer.measure.judge.judge import open_judge
from explorer.measure.metrics.metrics_file import read_metrics
from explorer.measure.summaries import translation_tables
from explorer.measure.translation import (
    KEY,
    MeasuredPictures,
    counterpart_rows,
    measure_translator,
    nearest_rows,
    pixel_error,
)

WORDS = ("square", "other")


def both_styles(count: int, first: int = 0) -> ImageSet:
    """Bright squares on black, and the same squares dark on white: each subject in both styles."""
    bright = shapes(count, seed=1).transpose(0, 3, 1, 2)
    subjects = np.arange(first, first + count)
    return ImageSet(
        "squares",
        np.concatenate([bright, 255 - bright[::-1]]),
        np.zeros(2 * count, np.int64),
        WORDS,
        styles=("dark", "light"),
        style_ids=np.repeat([0, 1], count),
        subjects=np.concatenate([subjects, subjects[::-1]]),
        texts=tuple((f"square {number}",) for number in range(first + count)),
    )


def test_errors_and_neighbours_by_hand():
    pictures = torch.tensor([[0, 10], [255, 5]], dtype=torch.uint8).reshape(2, 1, 1, 2)
    wanted = torch.tensor([[0, 30], [0, 5]], dtype=torch.uint8).reshape(2, 1, 1, 2)
    assert pixel_error(pictures, wanted).tolist() == [10, 127.5]
    among = torch.tensor([[250, 0], [0, 0], [9, 9]], dtype=torch.uint8).reshape(3, 1, 1, 2)
    assert nearest_rows(pictures, among).tolist() == [2, 0]


def test_counterparts_are_of_the_same_subject():
    pictures = both_styles(5)
    dark, light = (
        dataclasses.replace(
            pictures,
            **{
                name: getattr(pictures, name)[pictures.style_ids == style] for name in ("images", "labels", "style_ids")
            },
            subjects=pictures.subjects[pictures.style_ids == style],
        )
        for style in (0, 1)
    )
    rows, others = counterpart_rows(dark, light)
    assert len(rows) == 5 and np.array_equal(dark.images[rows], 255 - light.images[others])
    plain = dataclasses.replace(dark, subjects=np.empty(0, np.int64), texts=())
    assert [len(one) for one in counterpart_rows(plain, light)] == [0, 0]


@pytest.fixture
def measured(tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    publish_tiny_judge(tmp_path / "judges/squares", WORDS)
    return checkpoint.load_translator(publish_tiny_translator(tmp_path / "checkpoints/mine"))


def test_a_translator_is_measured_both_ways(measured):
    unseen, trained = both_styles(40), both_styles(60, 40)
    found = measure_translator(measured, open_judge("squares"), MeasuredPictures(unseen, trained, True))
    there, back = found.ways
    assert (there.start, there.end, there.pictures) == ("dark", "light", 40) and back.start == "light"
    for way in found.ways:
        assert way.cycle > 0 and way.change > 0 and way.counterparts.pictures == 40
        assert way.fd is None  # of fewer pictures than features
        # The inverse of a picture is as far from it as can be computed without any network.
        pictures = unseen.images[unseen.style_ids == 0].astype(float)
        assert way.counterparts.identity == pytest.approx(np.abs(255 - 2 * pictures).mean())
    assert found.examples[0].shape == found.worst[1].shape == (24, 28, 28, 1)
    fields = found.as_fields()
    assert json.loads(json.dumps(fields))["ways"][0]["counterparts"]["pictures"] == 40
    tables = translation_tables(fields)
    assert not any(row[0].startswith("FD") for row in tables[0].rows) and any("KID" in row[0] for row in tables[0].rows)
    many = MeasuredPictures(both_styles(140), trained, True)
    assert measure_translator(measured, open_judge("squares"), many).ways[0].fd > 0
    assert tables[0].head == ("", "dark to light", "light to dark") and len(tables) == 2
    with pytest.raises(DataError, match="only 5"):
        measure_translator(measured, open_judge("squares"), MeasuredPictures(both_styles(5), trained, True))


def test_the_command_stores_figures_and_the_worst_and_publish_shows_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GAN_EXPLORER_DATA", str(tmp_path))
    for style, picture in (("dark", 0), ("light", 255)):
        folder = tmp_path / "squares" / style
        folder.mkdir(parents=True)
        for number, tile in enumerate(shapes(30, seed=2)[:, :, :, 0]):
            Image.fromarray(np.abs(picture - tile.astype(int)).astype(np.uint8)).save(folder / f"{number}.png")
    publish_tiny_judge(tmp_path / "home/judges/squares", ("dark", "light"), source="squares")
    folder = publish_tiny_translator(tmp_path / "home/checkpoints/mine", data="squares", measured=False)
    assert main(["publish", "mine", str(tmp_path / "before")]) == 0
    assert main(["evaluate", "mine", "--samples", "10"]) == 2
    assert main(["evaluate", "mine"]) == 0
    assert "that it was trained on" in " ".join(capsys.readouterr().out.split())
    assert read_metrics(folder)[KEY]["unseen"] is False and len(read_examples(folder, (1, 28, 28)).worst_a) == 24
    assert main(["publish", "mine", str(tmp_path / "shown"), "--about", "They turn white.", "--half"]) == 0
    card = (tmp_path / "shown/README.md").read_text("utf-8")
    assert all(text in card for text in ("## Measured", "## Failures", "failures.png", "They turn white.", "CycleGAN"))
    assert (tmp_path / "shown/failures.png").is_file() and not (tmp_path / "shown/discriminator.safetensors").exists()
    assert "## Measured" not in (tmp_path / "before/README.md").read_text("utf-8")
    assert checkpoint.load_translator(tmp_path / "shown").domains == ("dark", "light")
    assert main(["publish", "mine", str(tmp_path / "other"), "--word", "slipper"]) == 2
