"""Generators of 904 labels: what has a row a label stays small enough to be seen and sent."""

import json
import random
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_checkpoint import publish_tiny
from tiny_judge import publish_tiny_judge

from explorer import checkpoint
from explorer.app.shared.replies import about_reply
from explorer.app.train.inspections import Inspections
from explorer.app.train.request import WatchRequest
from explorer.app.train.updates import update_reply
from explorer.app.walk.replies import film_reply
from explorer.checkpoint.examples import examples
from explorer.cli import main
from explorer.compare import class_figure, coverage_figure
from explorer.compare.comparison import Comparison, Entry, Group
from explorer.compare.sheets import drawn_sheet
from explorer.data import ImageSet
from explorer.explore import Seeded, Spec, Studio
from explorer.explore.card.publish import publish
from explorer.explore.spec.latents import z_of
from explorer.explore.walk.film import draw_walk
from explorer.explore.walk.walk import walk_of
from explorer.jobs import Jobs
from explorer.many_labels import fit_preview, names, sheet_rows, spread
from explorer.models.config import NetworkConfig
from explorer.models.generator import Generator
from explorer.models.pixels import to_bytes
from explorer.training import TrainConfig, rng, train
from explorer.training.coverage import PICTURES, Coverage
from explorer.training.distributed import Distributed
from explorer.training.publish import sample_sheet
from explorer.training.training_data import TrainingData
from explorer.words import open_space

SPACE = open_space("glove-minilm-100d")
MANY = tuple(sorted(word for word in SPACE.words[2000:8000] if word.isalpha())[:904])
TINY = {"size": 4, "z_dim": 8, "batch": 32, "sheet_kimg": 0.5, "neighbours": 2, "synonyms": False}


def pictures(words, each=1, side=28):
    images = np.random.default_rng(0).integers(256, size=(len(words) * each, 1, side, side), dtype=np.uint8)
    return ImageSet("many", images, np.repeat(np.arange(len(words)), each), tuple(words))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with `many`, conditioned on 904 words, and a judge that sees the last of them in everything."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("home")
        patch.setenv("GAN_EXPLORER_HOME", str(home))
        publish_tiny(home / "checkpoints" / "many", labels=MANY)
        publish_tiny_judge(home / "judges" / "many", MANY, sees=MANY[-1])
        yield home


def test_up_to_32_labels_all_are_shown_in_their_order():
    few = [str(number) for number in range(32, 0, -1)]
    assert spread(few) == sheet_rows(few) == sheet_rows(few, below=8) == list(range(32))
    assert spread(few, 10) == list(range(10)) and spread([]) == sheet_rows([]) == [] and names(few) == ", ".join(few)


def test_of_more_labels_a_spread_stands_for_all_whatever_their_order():
    chosen = [MANY[place] for place in spread(MANY)]
    assert len(set(chosen)) == 32 and chosen[0] == MANY[0] and chosen[-1] == MANY[-1]
    gaps = np.diff(spread(MANY))
    assert gaps.min() >= 29 and gaps.max() <= 30
    mixed = random.Random(0).sample(MANY, len(MANY))
    places = spread(mixed)
    assert {mixed[place] for place in places} == set(chosen) and places == sorted(places)
    assert len(spread(MANY[:33])) == 32 and len(spread(MANY, 1)) == 1
    for below, rows in ((0, 32), (8, 24), (60, 16)):
        shown = sheet_rows(mixed, below)
        assert len(set(shown)) == rows and set(shown) <= set(places), "those of the other tables"
    assert names(MANY).endswith(f", {MANY[-1]} and 872 more")


def test_a_preview_has_the_columns_that_fit():
    noise = np.random.default_rng(0).integers(256, size=(1024, 1024, 3), dtype=np.uint8)
    drawn = []

    def draw(columns):
        drawn.append(columns)
        return Image.fromarray(noise[:, : 64 * columns])

    assert fit_preview(draw, 2).width == 128 and drawn == [2]
    assert fit_preview(draw, 16).width == 64 * 5, "some 3 MB are cut to less than one"
    assert len(drawn) <= 5


@pytest.fixture(scope="module")
def run(home):
    """A step of a training of 100 classes, whose preview words are `kitten` and a label."""
    config = TrainConfig(**TINY, data="many", kimg=0.032, preview=("kitten", MANY[5]), c_dim=SPACE.dim)
    train(home / "runs" / "mine", config, pictures(MANY[:100]), SPACE)
    return home / "runs" / "mine"


@pytest.mark.slow
def test_the_sheets_of_a_training_have_32_rows(run):
    for sheet in [*run.glob("samples/*.jpg"), run / "preview.jpg"]:
        with Image.open(sheet) as image:
            assert image.size == (12 * 56, 32 * 56)
        assert sheet.stat().st_size < 800_000
    with Image.open(run / "checkpoint/preview.png") as image:
        assert image.size == (12 * 28, 32 * 28)


@pytest.mark.slow
def test_the_page_of_a_training_names_the_rows_and_says_how_many_there_are(home, run):
    reply = update_reply(Jobs(), WatchRequest("mine", -1, "", ""), Inspections(), lambda text, folder: text, False)
    assert reply["rows"] == [*(MANY[place] for place in sheet_rows(MANY[:100], 2)), "kitten", MANY[5]]
    assert reply["sheet"] == "30 of 100 words, evenly from the alphabet." and reply["classes"] == 100
    assert len(json.dumps(reply | {"jpeg": ""})) < 10_000 and len(reply["jpeg"]) < 1_100_000


@pytest.mark.slow
def test_a_published_checkpoint_has_a_small_preview_and_a_short_card(home, tmp_path, monkeypatch):
    monkeypatch.setattr("explorer.many_labels.PREVIEW_BYTES", 400_000)
    folder = publish(home / "checkpoints/many", tmp_path / "made")
    with Image.open(folder / "preview.png") as image:
        assert image.height == 32 * 56 + 31 * 4 and 4 * 56 < image.width < 16 * 56, "columns go, and no row"
    assert 200_000 < (folder / "preview.png").stat().st_size < 400_000
    card = (folder / "README.md").read_text()
    assert "32 of 904 labels, evenly from the alphabet." in card and " and 872 more." in card and len(card) < 3000
    assert checkpoint.load(folder).labels == MANY, "none is lost"


def test_a_sheet_shows_styles_side_by_side():
    config = NetworkConfig(28, 1, 8, SPACE.dim + 2, size=4, styles=2)
    torch.manual_seed(0)
    G = Generator(config).eval()
    conditions = torch.zeros(2, config.c_dim)
    conditions[:, : SPACE.dim] = 10 * torch.from_numpy(np.stack([SPACE.vector(word) for word in ("cat", "boat")]))
    sheet = np.asarray(sample_sheet(G, conditions, seed=3)).reshape(2, 28, 12, 28).swapaxes(1, 2)
    z = rng.normal((12, 8), 3, 0, "sheet")
    for row, c in enumerate(conditions):
        for column, (latent, style) in enumerate([(0, 0), (0, 1), *((index, None) for index in range(2, 12))]):
            c = c.clone()
            c[SPACE.dim :] = torch.tensor([style == 0, style == 1]).float()
            drawn = to_bytes(G(z[latent : latent + 1], c[None]))[0, :, :, 0].numpy()
            assert np.abs(drawn.astype(int) - sheet[row, column]).mean() < 0.1, "but for rounding"
        assert (sheet[row, 0] != sheet[row, 1]).any()


def test_a_published_checkpoint_keeps_its_styles_and_its_card_explains_them(tmp_path):
    source = publish_tiny(tmp_path / "source", styles=("noto", "flat"))
    plain = publish(publish_tiny(tmp_path / "plain"), tmp_path / "made-plain")
    folder = publish(source, tmp_path / "made")
    assert checkpoint.load(folder).styles == ("noto", "flat")
    card = (folder / "README.md").read_text()
    assert "The first 2 columns are one latent in the styles noto and flat; in the others the style is open." in card
    assert "style" not in (plain / "README.md").read_text()
    with Image.open(plain / "preview.png") as before, Image.open(folder / "preview.png") as image:
        assert image.height > before.height, "their names stand above"
        left, top = image.width - 16 * 56, image.height - 4 * 56 - 3 * 4  # where the four rows begin
        tiles = np.asarray(image.convert("RGB"))[top : top + 56 : 2, left::2, 0].reshape(28, 16, 28).swapaxes(0, 1)
    opened, latents = checkpoint.load(folder), torch.from_numpy(z_of(Spec(latents=Seeded(0, 3)), 16))
    vectors = torch.from_numpy(np.array(opened.label_vectors[:1]))
    for column, latent, style in ((0, 0, [1, 0]), (1, 0, [0, 1]), (2, 2, [0, 0])):
        c = opened.condition(vectors, styles=torch.tensor([style]).float())
        drawn = to_bytes(opened.generator(latents[latent : latent + 1], c))[0, :, :, 0].numpy()
        assert np.abs(drawn.astype(int) - tiles[column]).mean() < 1.5, "but for rounding, and 64 greys"
    assert (tiles[0] != tiles[1]).any()


def test_what_explore_and_walk_are_sent_is_bounded(home):
    studio, spec = Studio(device="cpu"), Spec("many", "kitten", Seeded(0, 4))
    reply = about_reply(studio.render(spec))
    assert len(reply["table"]) == 13 and reply["labels"] == 904, "the twelve nearest, and the one that the judge sees"
    assert [row[0] for row in reply["table"] if row[2]] == [MANY[-1]]
    film = draw_walk(studio, walk_of(["cat", "boat"], spec, frames=12))
    reply = film_reply(film)
    assert len(reply["labels"]) == 32 and reply["others"] == 872 and MANY[-1] in reply["labels"]
    assert [max(row) for row in reply["shares"]] == [1] * 12 and len(json.dumps(reply | {"png": ""})) < 5000
    assert len(film.figure().data[0].y) == 32 and film.figure().layout.height < 1100


def test_examples_are_the_generators_own_words():
    first, between, *more = examples(MANY)
    assert [first, *more] == [MANY[place] for place in spread(MANY, 10)] and between.startswith("0.5*")
    assert "slipper" in examples(("boots", "bag", "shirt", "hat"))
    assert "slipper" not in examples((*MANY, "boots", "bag", "coat"))


def test_plots_have_a_line_or_a_dot_for_32_classes():
    classes = {label: {"variation": 1.0, "coverage": 0.5, "precision": 0.5} for label in MANY}
    fields = {"figures": {"classes": classes}}
    shares = {label: (place / 904, None) for place, label in enumerate(MANY)}
    entry = Entry("one", "word", group=0, evaluation=fields, coverage={"kimg": (0, 1), "shares": shares})
    group = Group("judge", "0", 0.9, "many", MANY, 100, {}, {"classes": classes}, 100)
    drawn = class_figure(Comparison((entry,), (group,), 0), 0)
    assert [len(trace.y) for trace in drawn.data] == [32, 32] and drawn.layout.height < 1000
    assert drawn.layout.title.text == "in-class variation: 32 of 904 classes"
    lines = coverage_figure(entry)
    assert len(lines.data) == 33 and lines.data[-1].y[0] == pytest.approx(903 / 904 / 2), "the mean is that of all"


def test_sheets_of_compare_show_a_spread(home):
    assert drawn_sheet(checkpoint.load("many")).rows == tuple(MANY[place] for place in spread(MANY, 10))


def test_the_command_prints_the_nearest_labels(home, capsys):
    assert main(["words", "similar", "kitten", "--checkpoint", "many"]) == 0
    printed = capsys.readouterr().out
    assert "The nearest 32 of 904 labels; --all prints every one." in printed and len(printed.splitlines()) < 36
    assert main(["words", "similar", "kitten", "--checkpoint", "many", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["table"]) == 904


@pytest.mark.slow
def test_coverage_is_measured_on_those_of_the_spread_that_have_pictures_enough(home, tmp_path, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path))
    words = MANY[:33]
    publish_tiny_judge(tmp_path / "judges" / "forty", words)
    config = TrainConfig(**TINY, data="many", kimg=1, c_dim=SPACE.dim)
    few = pictures(words, PICTURES)
    scarce = few.labels == spread(words)[3]  # one class of the spread keeps ten pictures
    keep = ~scarce | (np.cumsum(scarce) <= 10)
    data = ImageSet("many", few.images[keep], few.labels[keep], words)
    coverage = Coverage.of(TrainingData(config, data, SPACE, Distributed.start("cpu")))
    G = Generator(NetworkConfig(28, 1, 8, SPACE.dim, size=4))
    shares = coverage.measure(SimpleNamespace(averaged_generator=lambda config: G))
    assert list(shares) == [words[place] for place in spread(words) if place != spread(words)[3]]
    thin = pictures(words, 2)
    assert Coverage.of(TrainingData(config, thin, SPACE, Distributed.start("cpu"))) is None
