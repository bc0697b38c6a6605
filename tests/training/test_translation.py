"""Training a translator: its losses and its pool by hand, its step, its run folder, and what it learns."""

import json
import signal

import numpy as np
import pytest
import torch
from forked import Forked
from PIL import Image
from safetensors.torch import load_file
from tiny_translator import train_until_killed

from explorer import checkpoint
from explorer.checkpoint.example_pictures import EXAMPLES, read_examples
from explorer.cli import main
from explorer.data import DataError, ImageSet, load
from explorer.data.domains import domains
from explorer.data.several import join
from explorer.models.pixels import from_bytes
from explorer.models.translator import translate
from explorer.training import TrainConfig, train
from explorer.training.distributed import Distributed
from explorer.training.losses import cycle_loss, least_squares_d, least_squares_g
from explorer.training.resolve import PictureFacts, config_for, resolve
from explorer.training.settings import TrainingError
from explorer.training.state import Setbacks, TrainState
from explorer.training.step import train_step
from explorer.training.translation_data import TranslationData
from explorer.training.translation_step import draw_from_pool
from explorer.training.trial import trial
from explorer.words import open_space

CPU = torch.device("cpu")


def inverted_digits(count: int = 400, split: str = "train") -> ImageSet:
    """Digits in two styles: bright on black, and dark on white. No digit is in both."""
    digits = load("digits", split)
    images = digits.images[:count].copy()
    style = np.arange(count) % 2
    images[style == 1] = 255 - images[style == 1]
    return ImageSet(
        "digits-twice", images, digits.labels[:count], digits.words, styles=("bright", "dark"), style_ids=style
    )


@pytest.fixture(scope="module")
def pictures():
    return inverted_digits()


@pytest.fixture(scope="module")
def space():
    return open_space("glove-minilm-100d")


def config_of(**settings: object) -> TrainConfig:
    given = {"family": "cyclegan", "data": "digits-twice", "size": 4, "size_d": 4, "sheet_kimg": 0.1} | settings
    return TrainConfig(**resolve({"channels": 1, "c_dim": 0, "threads": 1, "kimg": 0.16} | given))


# Losses and pool, by hand.


def test_losses_by_hand():
    on_real, on_fake = torch.tensor([[1.0, 0.5], [0.0, 2.0]]), torch.tensor([[0.0, 1.0], [0.5, -1.0]])
    assert least_squares_d(on_real, on_fake).item() == pytest.approx((2.25 / 4 + 2.25 / 4) / 2)
    assert least_squares_g(on_fake, on_fake).item() == pytest.approx((1 + 0 + 0.25 + 4) / 4 / 2)
    wanted = torch.tensor([[[[1.0, -1.0], [0.0, 0.5]]]])
    assert cycle_loss(torch.zeros(1, 1, 2, 2), wanted).item() == pytest.approx(2.5 / 4)
    assert cycle_loss(wanted.bfloat16(), wanted).dtype == torch.float32


def test_the_pool_by_hand():
    def fakes(*values):
        return torch.tensor(values, dtype=torch.uint8).reshape(-1, 1, 1, 1)

    def by_hand(tensor):
        return tensor.flatten().tolist()

    empty = fakes()[:0]
    shown, pool = draw_from_pool(empty, fakes(1, 2, 3), 2, torch.tensor([[0.1, 0.0], [0.1, 0.0], [0.9, 0.0]]))
    assert (by_hand(shown), by_hand(pool)) == ([1, 2, 3], [1, 2])  # it fills; the third is shown itself
    shown, new = draw_from_pool(pool, fakes(4, 5, 6), 2, torch.tensor([[0.4, 0.6], [0.5, 0.0], [0.0, 0.6]]))
    assert (by_hand(shown), by_hand(new)) == ([2, 5, 4], [1, 6])  # an old one is shown, and the new takes its place
    assert by_hand(pool) == [1, 2]  # as it was
    shown, none = draw_from_pool(empty, fakes(7, 8), 0, torch.zeros(2, 2))
    assert (by_hand(shown), len(none)) == ([7, 8], 0)


# Domains.


def test_domains_of_a_set(pictures):
    found = domains(pictures)
    assert found.names == ("bright", "dark") and [len(rows) for rows in found.rows] == [200, 200]
    by_word = domains(pictures, "seven", "one")
    assert all(
        (pictures.labels[rows] == pictures.words.index(name)).all()
        for name, rows in zip(("seven", "one"), by_word.rows, strict=True)
    )
    two = join([ImageSet(name, pictures.images, pictures.labels, pictures.words) for name in ("cats", "dogs")])
    assert domains(two).names == ("cats", "dogs") and not set(domains(two).rows[0]) & set(domains(two).rows[1])


@pytest.mark.parametrize(
    ("a", "b", "sentence"),
    [
        *(
            ("bright", "bright", "twice"),
            ("brigth", "dark", "did you mean bright"),
            ("seven", "dark", "not one of each"),
        ),
        *(("zebra", "seven", "no style or word 'zebra'"), ("", "dark", "no style or word ''")),
    ],
)
def test_other_domains_are_refused_in_a_sentence(pictures, a, b, sentence):
    with pytest.raises(DataError, match=sentence):
        domains(pictures, a, b)


def test_of_more_than_two_the_domains_must_be_said(pictures):
    plain = ImageSet("digits", pictures.images, pictures.labels, pictures.words)
    with pytest.raises(DataError, match=r"--from zero --to one: digits has the words zero, one"):
        domains(plain)


# The step.


def one_step(pictures, space, pieces: int = 1, **settings):
    config = config_of(batch=16, kimg=1, warmup_kimg=0, **settings)
    data = TranslationData(config, pictures, space, Distributed(CPU))
    state = TrainState.new(config, CPU)
    state.setbacks = Setbacks(pieces)
    log = train_step(state, config, data.batch(0), Distributed(CPU))
    return state, {name: float(value) for name, value in log.items()}


def test_a_step_moves_all_four_networks_and_logs_both_ways(pictures, space):
    config = config_of()
    before = TrainState.new(config, CPU)
    state, log = one_step(pictures, space, identity=1.0)
    assert set(log) == {"loss_g", "loss_cycle", "loss_identity", "loss_d", "d_real", "d_fake"}
    assert state.images == 16 and {name: len(pool) for name, pool in state.pools.items()} == {"a": 16, "b": 16}
    for network, old in ((state.G.there, before.G.there), (state.G.back, before.G.back), (state.D.a, before.D.a)):
        assert any(not torch.equal(new, was) for new, was in zip(network.parameters(), old.parameters(), strict=True))
    assert "loss_identity" not in one_step(pictures, space)[1]


def test_a_batch_in_pieces_has_the_same_gradients(pictures, space):
    whole, log = one_step(pictures, space)
    parts, other = one_step(pictures, space, pieces=2)
    assert log == pytest.approx(other, rel=1e-4)
    for name in ("G", "D"):
        pairs = zip(getattr(whole, name).parameters(), getattr(parts, name).parameters(), strict=True)
        assert all(torch.allclose(one.grad, two.grad, atol=1e-5) for one, two in pairs)


def test_both_domains_are_drawn_from_independently_and_each_picture_once_an_epoch(pictures, space):
    config = config_of(batch=8)
    data = TranslationData(config, pictures, space, Distributed(CPU))
    bright, dark = (torch.cat([getattr(data.batch(at), name) for at in range(0, 200, 8)]) for name in ("real", "other"))
    assert len(torch.unique(bright.flatten(1), dim=0)) == len(
        torch.unique(from_bytes(data.images[0]).flatten(1), dim=0)
    )
    assert bright.mean() < 0 < dark.mean()
    moved = TranslationData(config_of(batch=8, mirror=True, shift=2), pictures, space, Distributed(CPU))
    assert moved.batch(0).real.shape == (8, 1, 28, 28) and not torch.equal(moved.batch(0).real, data.batch(0).real)


@pytest.mark.parametrize("wrong", [{"start_from": "fashion-words"}, {"resolution": 16}, {"size": 200}, {"pool": -1}])
def test_settings_that_do_not_fit(wrong):
    with pytest.raises((TrainingError, checkpoint.CheckpointError, Exception), match=r"\.$"):
        config_of(**wrong)


# The run.


def run(folder, config, pictures, space):
    return train(folder, config, pictures, space, device="cpu")


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory, pictures, space):
    folder = tmp_path_factory.mktemp("unbroken") / "run"
    run(folder, config_of(save_seconds=1e-3), pictures, space)
    return folder


def weights(folder):
    parts = ("generator", "discriminator")
    return {f"{p}.{k}": v for p in parts for k, v in load_file(folder / f"checkpoint/{p}.safetensors").items()}


def test_the_run_folder_is_that_of_every_training(unbroken):
    status = json.loads((unbroken / "status.json").read_text("utf-8"))
    assert status["state"] == "finished" and status["kimg"] == 0.16
    lines = [json.loads(line) for line in (unbroken / "stats.jsonl").read_text("utf-8").splitlines()]
    assert [line["images"] for line in lines] == [128, 160] and {"loss_cycle", "loss_d", "loss_g"} <= set(lines[0])
    assert sorted(p.stem.lstrip("0") for p in (unbroken / "samples").glob("*.jpg")) == ["", "104", "160"]
    opened = checkpoint.load_translator(unbroken)
    assert opened.domains == ("bright", "dark") and opened.name == "run" and opened.summary["pictures"] == 400
    some = read_examples(opened.path, opened.image_shape)
    assert len(some.a) == EXAMPLES and some.a.mean() < 100 < some.b.mean()


def test_killed_and_resumed_it_has_the_same_weights_to_the_bit(unbroken, tmp_path, pictures, space):
    folder = tmp_path / "run"
    killed = Forked(
        train_until_killed, folder, config_of(save_seconds=1e-3), pictures, 8, output=tmp_path / "output.txt"
    )
    assert killed.wait() == -signal.SIGKILL
    run(folder, config_of(save_seconds=1e-3), pictures, space)
    mine, theirs = weights(folder), weights(unbroken)
    assert mine.keys() == theirs.keys() and [name for name in mine if not torch.equal(mine[name], theirs[name])] == []


def test_other_pictures_are_refused(unbroken, pictures, space):
    with pytest.raises(TrainingError, match="not those"):
        run(unbroken, config_of(save_seconds=1e-3), inverted_digits(300), space)


def test_settings_from_the_command_line_and_an_estimate(pictures):
    given = {"family": "cyclegan", "domain_a": "bright", "domain_b": "dark", "batch": 8, "size": 4}
    facts = PictureFacts.of(pictures)
    config = config_for(resolve(given, "tiny", pictures=facts), facts, 100)
    assert config.shapes.resolution == 28 and config.c_dim == 0 and config.beta1 == 0.5 and config.kimg == 30
    assert trial(config, "cpu", seconds=0.2).img_per_s > 0


def test_the_command_trains_and_says_how_to_go_on(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    settings = ["--kimg", "0.04", "--size", "4", "--set", "size_d=4", "--set", "threads=1"]
    assert main(["train", "digits", "--from", "three", "--to", "eight", "--run", "mine", *settings]) == 0
    assert "translate mine PICTURE" in " ".join(capsys.readouterr().out.split())
    assert checkpoint.load_translator("mine").domains == ("three", "eight")
    assert main(["train", "digits", "--from", "three", "--to", "eigth", "--run", "other", *settings]) == 2
    assert "did you mean" in capsys.readouterr().err


@pytest.mark.slow
def test_a_tiny_translator_learns_to_invert_digits(tmp_path, space):
    """A budget of 2,000 pictures of each domain: what it makes of bright digits is nearer to their inverse, which no
    training showed it, than to themselves, and comes back."""
    torch.set_num_threads(1)
    pictures = inverted_digits(1500)
    config = config_of(size=6, size_d=8, kimg=2, lr=2e-3, ema_kimg=0.1, sheet_kimg=10)
    opened = checkpoint.load_translator(run(tmp_path / "run", config, pictures, space))
    unseen = from_bytes(torch.from_numpy(load("digits", "test").images[:200]))
    for way, source in (("there", unseen), ("back", -unseen)):
        inverse, back = translate(opened.translator, source, way)
        assert (inverse + source).abs().mean() < 0.5 * (inverse - source).abs().mean(), way
        assert (back - source).abs().mean() < 0.3, way


def test_two_folders_are_two_domains(tmp_path, monkeypatch, pictures):
    monkeypatch.setenv("GAN_EXPLORER_HOME", str(tmp_path / "home"))
    for name, style in (("cats", 0), ("dogs", 1)):
        (tmp_path / name).mkdir()
        for number, tile in enumerate(pictures.images[pictures.style_ids == style][:12]):
            Image.fromarray(tile[0]).save(tmp_path / name / f"{number}.png")
    folders = [str(tmp_path / name) for name in ("cats", "dogs")]
    settings = ["--kimg", "0.016", "--size", "4", "--set", "size_d=4", "--set", "threads=1"]
    assert main(["train", *folders, "--family", "cyclegan", "--run", "both", *settings]) == 0
    assert checkpoint.load_translator("both").domains == ("cats", "dogs")
    assert main(["train", "--run", "both", "--kimg", "0.024"]) == 0
    assert checkpoint.load_translator("both").summary["kimg"] == 0.024


def test_pictures_of_128_pixels_are_translated_and_not_drawn(space):
    large = load("digits", size=128)
    config = config_of(resolution=128, batch=8, domain_a="one", domain_b="two")
    data = TranslationData(config, large, space, Distributed(CPU))
    assert data.batch(0).other.shape == (8, 1, 128, 128)
    state = TrainState.new(config, CPU)
    assert state.G(data.batch(0).real[:1]).shape == (1, 1, 128, 128)
    with pytest.raises(Exception, match="choose 16, 28, 32 or 64"):
        TrainConfig(resolution=128)
