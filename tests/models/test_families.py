"""The classic families: their losses against cases worked out by hand, and each of them trained, resumed and drawn."""

import dataclasses
import json
import math

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tiny_training import leave, leave_at, load_digits

from explorer import checkpoint
from explorer.checkpoint import CheckpointError
from explorer.data import load
from explorer.errors import ExplorerError
from explorer.explore import Seeded, Spec, Studio
from explorer.explore.card.publish import publish
from explorer.measure.sampling import draw
from explorer.models.conditioning import label_weights, rescale, transform_latent
from explorer.models.config import NetworkConfig
from explorer.models.discriminator import Discriminator, DiscriminatorOutput
from explorer.models.families import FAMILIES
from explorer.models.generator import Generator
from explorer.models.pixels import to_bytes
from explorer.training import TrainConfig, losses, train
from explorer.training.distributed import Distributed
from explorer.training.losses import one_centred_penalty
from explorer.training.rng import codes
from explorer.training.settings import APPLIES, condition_dim
from explorer.training.state import ema_copy, measure_batch_statistics
from explorer.training.training_data import TrainingData

CLASSIC = [name for name in FAMILIES if not name.startswith("word")]


def cross(logits, label):
    """-log softmax, by hand."""
    return math.log(sum(math.exp(x) for x in logits)) - logits[label]


def test_acgan_adds_the_classes_of_real_and_fake_from_raw_logits():
    real = DiscriminatorOutput(torch.tensor([2.0]), torch.tensor([[1.0, 3.0]]))
    fake = DiscriminatorOutput(torch.tensor([-1.0]), torch.tensor([[0.5, 0.0]]))
    c = torch.tensor([[0.0, 1.0]])  # label 1
    adversarial = math.log1p(math.exp(-2)) + math.log1p(math.exp(-1))
    assert losses.acgan_d(real, fake, c).item() == pytest.approx(adversarial + cross([1, 3], 1) + cross([0.5, 0], 1))
    assert losses.acgan_g(real, fake, c).item() == pytest.approx(math.log1p(math.exp(1)) + cross([0.5, 0], 1))


def test_reacgan_holds_a_picture_against_those_of_other_classes():
    points = torch.tensor([[1.0, 0.0], [0.6, 0.8], [0.0, -1.0]])  # cosines .6, 0 and -.8
    cosines = torch.tensor([[0.99, 0.1], [0.2, 0.5], [0.3, 0.4]])
    c = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    real = DiscriminatorOutput(torch.zeros(3), cosines, embedding=points)
    fake = DiscriminatorOutput(torch.zeros(3), torch.full((3, 2), torch.nan), embedding=points)
    # The first is nearer to its class than .98; of the others' pictures only a cosine above .02 counts.
    first = math.log(1 + math.exp((0.6 - 0.02) / 0.5) + 1)
    second = math.log(1 + math.exp((0.6 - 0.02) / 0.5) / math.exp((0.5 - 0.98) / 0.5))
    third = math.log(1 + 1 / math.exp((0.4 - 0.98) / 0.5))
    expected = 2 * math.log(2) + (first + second + third) / 3
    assert losses.reacgan_d(real, fake, c).item() == pytest.approx(expected, rel=1e-5), (
        "labels of fakes teach D nothing"
    )
    assert losses.reacgan_g(fake, real, c).item() == pytest.approx(expected - math.log(2), rel=1e-5)


def test_reacgan_places_pictures_and_classes_on_a_sphere():
    D = Discriminator(NetworkConfig(28, size=4, z_dim=8, c_dim=3, norm="batch", head="angles", network="dcgan")).eval()
    output = D(torch.rand(5, 1, 28, 28), torch.eye(3)[[0, 1, 2, 0, 1]])
    assert torch.allclose(output.embedding.norm(dim=1), torch.ones(5)) and output.classes.shape == (5, 3)
    assert output.classes.abs().max() <= 1


def test_twongan_has_a_class_for_each_label_real_and_fake():
    real = DiscriminatorOutput(torch.zeros(1), torch.tensor([[1.0, 0.0, 2.0, -1.0]]))
    fake = DiscriminatorOutput(torch.zeros(1), torch.tensor([[0.0, 3.0, 1.0, 0.5]]))
    c = torch.tensor([[1.0, 0.0]])  # label 0: class 0 if real, class 2 if fake
    expected = (cross([1, 0, 2, -1], 0) + cross([0, 3, 1, 0.5], 2)) / 2
    assert losses.twongan_d(real, fake, c).item() == pytest.approx(expected)
    assert losses.twongan_g(real, fake, c).item() == pytest.approx(cross([0, 3, 1, 0.5], 0))


def test_infogan_asks_for_the_codes_of_g():
    guesses = (torch.tensor([[1.0, 0.0, 0.0]]), torch.tensor([[0.5]]), torch.tensor([[-1.0]]))
    c = torch.tensor([[0.0, 1.0, 0.0, 1.0, -1.0]])  # category 1, then 1.0 and -1.0
    expected = cross([1, 0, 0], 1) + 0.5**2 / 2 + 0
    assert losses.code_loss(guesses, c).item() == pytest.approx(expected)
    output = DiscriminatorOutput(torch.tensor([0.0]), codes=guesses)
    assert losses.infogan_g(output, output, c).item() == pytest.approx(math.log(2) + expected)
    assert losses.infogan_d(output, output, c).item() == pytest.approx(2 * math.log(2) + expected)


def test_gradients_towards_one():
    x = torch.randn(3, 1, 2, 2).requires_grad_(True)
    assert one_centred_penalty(1.5 * x.flatten(1).sum(dim=1), x).item() == pytest.approx((3 - 1) ** 2)


def test_codes_are_drawn_as_they_are_described():
    drawn = codes(4000, (3, 1), seed=0, images=0)
    assert drawn.shape == (4000, 4) and torch.equal(drawn, codes(4000, (3, 1), seed=0, images=0))
    assert torch.equal(drawn[:, :3].sum(dim=1), torch.ones(4000)) and set(drawn[:, :3].unique().tolist()) == {0.0, 1.0}
    assert (drawn[:, :3].mean(dim=0) - 1 / 3).abs().max() < 0.05
    assert -1 <= drawn[:, 3].min() < -0.99 and 0.99 < drawn[:, 3].max() < 1


def test_codes_have_the_mean_square_of_the_latent():
    condition = rescale(codes(20_000, (10, 1, 3), seed=1, images=0), (10, 1, 3))
    for part in condition.split([10, 1, 3], dim=1):
        assert part.square().mean().item() == pytest.approx(1, rel=0.02)


def test_a_latent_is_spread_evenly_by_the_normals_own_distribution():
    z = torch.randn(20_000, generator=torch.Generator().manual_seed(0))
    assert torch.equal(transform_latent(z, "normal"), z)
    even = transform_latent(z, "uniform01")
    assert even.min() >= 0 and even.max() <= 1
    assert all(abs((even < q).float().mean().item() - q) < 0.02 for q in (0.1, 0.5, 0.9))
    assert torch.allclose(transform_latent(z, "uniform"), 2 * even - 1)


def test_no_picture_depends_on_its_batch_once_batch_norm_is_measured():
    config = NetworkConfig(28, size=4, z_dim=8, c_dim=0, norm="batch", head="plain")
    torch.manual_seed(0)
    G = Generator(config)
    z = torch.randn(256, 8)
    average = ema_copy(G)
    measure_batch_statistics(average, ((part, part[:, :0]) for part in z.split(64)))
    assert torch.allclose(average(z[:1], z[:1, :0]), average(z, z[:, :0])[:1], atol=1e-5)
    with torch.no_grad():
        in_training = G(z, z[:, :0])
    assert (average(z, z[:, :0]) - in_training).abs().mean() < 0.05  # its statistics are those of the latents
    before = ema_copy(G)
    assert (before(z, z[:, :0]) - in_training).abs().mean() > 0.05  # those it began with are not


def test_two_n_real_is_the_odds_of_all_real_classes_together():
    config = NetworkConfig(28, size=4, z_dim=8, c_dim=3, norm="batch", head="both")
    D = Discriminator(config).eval()
    output = D(torch.rand(5, 1, 28, 28), torch.eye(3)[[0, 1, 2, 0, 1]])
    shares = output.classes.softmax(dim=1)
    odds = shares[:, :3].sum(dim=1) / shares[:, 3:].sum(dim=1)
    assert output.classes.shape == (5, 6) and torch.allclose(output.real.exp(), odds, rtol=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"norm": "layer"},
        {"head": "nose"},
        {"z": "cauchy"},
        {"codes": (10,)},
        {"codes": "ab"},
        {"head": "codes", "codes": (0, 100)},
        {"head": "plain"},
        {"c_dim": 0},
    ],
)
def test_networks_that_fit_no_family_are_refused(wrong):
    with pytest.raises(ExplorerError, match=r"\.$"):
        NetworkConfig(**wrong)


def config_of(family, **settings):
    """A short training of digits."""
    small = {
        "data": "digits",
        "size": 4,
        "z_dim": 8,
        "batch": 32,
        "kimg": 0.64,
        "save_seconds": 1e-3,
        "sheet_kimg": 0.5,
    }
    return TrainConfig(
        **(FAMILIES[family].settings | small | settings),
        family=family,
        c_dim=condition_dim(
            family, 100, 10 - len(settings.get("hold_out", ())), settings.get("codes", TrainConfig.codes)
        ),
    )


@pytest.fixture(scope="module")
def digits():
    return load_digits()


@pytest.fixture(scope="module", params=CLASSIC)
def trained(request, tmp_path_factory, digits):
    folder = tmp_path_factory.mktemp(request.param) / "run"
    train(folder, config_of(request.param), *digits)
    return request.param, folder


@pytest.mark.slow
@pytest.mark.parametrize("trained", ["cdcgan", "wgan-gp", "infogan"], indirect=True)
def test_a_card_lists_the_settings_that_its_family_uses(trained, tmp_path):
    family, folder = trained
    card = (publish(folder, tmp_path / "card", applies=APPLIES) / "README.md").read_text()
    assert "| jitter |" not in card and ("| codes |" in card) == (family == "infogan")
    assert ("| penalty | gp |" in card) == (family == "wgan-gp") and "| gamma |" not in card
    assert ("| norm | batch |" in card) == (family != "wgan-gp")


@pytest.mark.slow
@pytest.mark.parametrize("trained", ["cdcgan", "wgan-gp", "infogan"], indirect=True)
def test_a_classic_family_resumes_to_the_bit(trained, tmp_path, digits):
    family, whole = trained
    folder = tmp_path / "run"

    with pytest.raises(KeyboardInterrupt):
        train(folder, config_of(family), *digits, report=leave_at(512))
    train(folder, config_of(family), *digits)
    for part in ("generator", "discriminator"):
        one, other = (load_file(run / f"checkpoint/{part}.safetensors") for run in (whole, folder))
        assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.slow
def test_a_classic_family_is_drawn_from_by_word(trained):
    family, folder = trained
    loaded = checkpoint.load(folder)
    assert loaded.description.family == family and loaded.conditional == (FAMILIES[family].conditioning == "label")
    studio = Studio()
    one, other = (studio.render(Spec(checkpoint=str(folder), condition=word)).tiles for word in ("seven", "eleven"))
    assert one.shape == (16, 28, 28, 1)
    assert np.array_equal(one, other) != loaded.conditional
    drawn = draw(loaded, loaded.label_vectors[:1].repeat(64, axis=0), seed=0)
    assert drawn.shape == (64, 1, 28, 28) and torch.equal(
        drawn, draw(loaded, loaded.label_vectors[:1].repeat(64, 0), 0)
    )
    if family == "infogan":  # with codes of all kinds, not their middle
        c = loaded.condition(torch.zeros(64, 100))
        z = torch.randn((64, 8), generator=torch.Generator().manual_seed(0))
        middle = to_bytes(loaded.generator(z, c)).permute(0, 3, 1, 2)
        assert (drawn.float() - middle).abs().mean() > 1
    D = loaded.discriminator()
    c = loaded.condition(torch.from_numpy(loaded.label_vectors.copy()))
    assert D(torch.zeros(10, 1, 28, 28), c).real.shape == (10,)


@pytest.mark.slow
@pytest.mark.parametrize("trained", [name for name in CLASSIC if FAMILIES[name].conditioning == "label"], indirect=True)
def test_a_label_is_its_own_condition_and_another_word_a_mixture(trained):
    _, folder = trained
    loaded = checkpoint.load(folder)
    labels = torch.from_numpy(loaded.label_vectors.copy())
    assert torch.equal(loaded.condition(labels), torch.eye(10))
    word = torch.nn.functional.normalize(labels[:1] + labels[1:2], dim=1)
    condition = loaded.condition(word)
    assert condition.sum().item() == pytest.approx(1) and sorted(condition[0].topk(2).indices.tolist()) == [0, 1]
    assert torch.equal(condition, label_weights(word, labels, 0.05))
    sharper = loaded.condition(word, temperature=0.01)
    assert sharper.max() > condition.max()


@pytest.mark.slow
def test_a_temperature_and_codes_change_the_picture_where_they_are_used(trained):
    family, folder = trained
    studio, spec = Studio(), Spec(checkpoint=str(folder), condition="eleven", latents=Seeded(0, 4))
    plain = studio.render(spec).tiles
    assert np.array_equal(studio.render(spec.replace(temperature=1.0)).tiles, plain) != (
        FAMILIES[family].conditioning == "label"
    )
    if FAMILIES[family].conditioning != "codes":
        assert np.array_equal(studio.render(spec.replace(codes=(1, 2, 3))).tiles, plain)
        return
    one, other = (studio.render(spec.replace(codes=(3, 0.5, slant))).tiles for slant in (-1, 1))
    assert not np.array_equal(one, other)
    for wrong, said in (
        ((3, 0.5), "has 2 codes"),
        ((10, 0, 0), "0 to 9"),
        ((0.5, 0, 0), "0 to 9"),
        ((0, 3, 0), "-2 and 2"),
    ):
        with pytest.raises(ExplorerError, match=said):
            studio.render(spec.replace(codes=wrong))


@pytest.mark.slow
def test_a_checkpoint_that_claims_another_family_is_refused(trained, tmp_path):
    family, folder = trained
    config = json.loads((folder / "checkpoint/config.json").read_text())
    other = tmp_path / "other"
    other.mkdir()
    for wrong in ("word", "acgan" if family != "acgan" else "cdcgan", "nobody", ["x"]):
        (other / "config.json").write_text(json.dumps(config | {"family": wrong}))
        with pytest.raises(CheckpointError):
            checkpoint.describe(other)


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"family": "cdcgan", "norm": "none", "penalty": "r1r2"},  # the idea with the modern recipe
        {"family": "dcgan", "penalty": "gp", "z": "uniform"},
        {"family": "word", "norm": "batch"},
        {"family": "infogan", "codes": (4, 1), "z": "uniform01"},
        {"family": "twongan", "g_steps": 2, "batch": 16, "hold_out": ("seven",)},
    ],
)
def test_settings_of_the_families(tmp_path, digits, settings):
    folder = tmp_path / "run"
    train(folder, config_of(kimg=0.1, **settings), *digits)
    loaded = checkpoint.load(folder)
    wanted = {name: settings[name] for name in ("norm", "z", "codes") if name in settings}
    assert wanted.items() <= dataclasses.asdict(loaded.generator.config).items()
    recipe, row = loaded.summary["recipe"], FAMILIES[settings["family"]]
    assert ("batch norm" in recipe) == (settings.get("norm", row.norm) == "batch")
    assert ("R1 + R2" in recipe) == (settings.get("penalty", row.penalty) == "r1r2")
    assert set(load("digits").words) - set(loaded.labels) == set(settings.get("hold_out", ()))
    if "hold_out" in settings:  # and yet it answers
        assert Studio().render(Spec(checkpoint=str(folder), condition="seven")).tiles.std() > 0


@pytest.mark.parametrize("codes", [(1, 10), (10, 10), (1, 1)])
def test_the_rows_of_a_sheet_vary_one_code_and_hold_the_others(digits, codes):
    pictures, space = digits
    distributed = Distributed(torch.device("cpu"))
    rows = TrainingData(config_of("infogan", codes=codes), pictures, space, distributed).sheet_conditions
    assert rows.shape == (len(pictures.words), sum(codes)) and len(rows.unique(dim=0)) == len(rows)
    for code in rows.split(codes, dim=1):
        assert code.shape[1] == 1 or (code.sum(dim=1) == 1).all(), "a category is always one of its kinds"
    assert sum(len(code.unique(dim=0)) > 1 for code in rows.split(codes, dim=1)) == 1


@pytest.mark.slow
def test_snapshots_are_kept_on_the_way_and_those_of_undone_steps_are_not(tmp_path, digits):
    folder = tmp_path / "run"

    config = config_of("cdcgan", snapshot_kimg=0.2)
    with pytest.raises(KeyboardInterrupt):
        train(folder, config, *digits, report=leave)  # at 0.512
    assert [int(path.name) for path in sorted((folder / "snapshots").iterdir())] == [224, 416]
    (folder / "snapshots/000000000416").rename(folder / "snapshots/000000000576")  # as of a kill after the last save
    train(folder, config, *digits)
    assert [int(path.name) for path in sorted((folder / "snapshots").iterdir())] == [224, 608]
    early = checkpoint.load(folder / "snapshots/000000000224")
    assert early.summary["kimg"] == 0.224
    weights = load_file(folder / "snapshots/000000000224/generator.safetensors")
    assert weights["paint.weight"].dtype == torch.float16 and early.generator.to_image.weight.dtype == torch.float32
