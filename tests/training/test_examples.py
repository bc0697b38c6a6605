"""Sheets of our own runs beside an estimate: they are there, small, and the most like one is chosen."""

import dataclasses

from PIL import Image

from explorer.training.examples import Example, ages_of, examples, nearest_example
from explorer.training.resolve import PictureFacts


def test_every_sheet_is_there_and_small():
    assert examples()
    for example in examples():
        assert example.path.stat().st_size < 80_000
        with Image.open(example.path) as sheet:
            assert sheet.width % example.side == sheet.height % example.side == 0
        assert example.sentence.endswith(f"after {example.kimg:g} kimg.")


def test_the_most_like_training_is_chosen():
    chosen = examples()[0]
    counts = {f"word{number}": round(chosen.each) for number in range(chosen.words)}
    facts = PictureFacts(counts, chosen.side, chosen.channels)
    assert nearest_example(facts, chosen.kimg).about == chosen.about
    assert chosen in ages_of(chosen)
    few = PictureFacts({"cat": 9000, "dog": 9000}, 64, 3)
    assert nearest_example(few, 1.0) is None and ages_of(None) == ()
    other = Example("x.jpg", "others", 10, 6000, 28, 1, 400.0)
    ten = PictureFacts({f"word{number}": 6000 for number in range(10)}, 28, 1)
    assert other.distance(ten, 400.0) == 0 < other.distance(ten, 100.0)
    assert other.distance(ten, 400.0) < dataclasses.replace(other, channels=3).distance(ten, 400.0)
    assert other.distance(facts, 400.0) > chosen.distance(facts, 400.0)
