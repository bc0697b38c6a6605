"""Pictures with subjects, texts and styles: what is drawn for a batch, and the pull towards the true picture."""

import dataclasses

import numpy as np
import pytest
import torch
from one_step import BATCH, CPU, networks, settings
from tiny_training import TINY, assert_same, leave_at, weights

from explorer import checkpoint
from explorer.data import ImageSet
from explorer.data.held_out import held_out_pairs
from explorer.errors import ExplorerError
from explorer.stopping import Interrupted
from explorer.training import TrainConfig, rng, train
from explorer.training.augment import NUMBERS, diffaugment, move
from explorer.training.distributed import Distributed
from explorer.training.losses import NEAR, reconstruction
from explorer.training.picture_sampler import PICTURE, STYLE, PictureSampler, plain_subjects
from explorer.training.resolve import PictureFacts, config_for
from explorer.training.setting import TrainingError
from explorer.training.state import Forward, TrainState, ema_copy
from explorer.training.step import Batch, train_step
from explorer.training.training_data import TrainingData
from explorer.training.trial import trial
from explorer.words import open_space

STYLES = ("flat", "old", "round")
# Subjects: (label, texts). `zzqx` no space knows.
SUBJECTS = (("apple", ("red apple",)), ("apple", ("green apple", "granny")), ("boat", ("sail", "zzqx")), ("cat", ()))


@pytest.fixture(scope="module")
def space():
    return open_space("glove-minilm-100d")


@pytest.fixture(scope="module")
def pictures():
    """Each subject in each style once, but the cat in the first alone; the shade of a picture is its number."""
    rows = [(subject, style) for subject in range(4) for style in range(3) if subject < 3 or style == 0]
    subjects, styles = (np.array(column, np.int64) for column in zip(*rows, strict=True))
    words = ("apple", "boat", "cat")
    labels = np.array([words.index(SUBJECTS[subject][0]) for subject in subjects], np.int64)
    images = np.arange(len(rows), dtype=np.uint8)[:, None, None, None] * np.full((1, 3, 16, 16), 20, np.uint8)
    texts = tuple(texts for _, texts in SUBJECTS)
    return ImageSet("things", images, labels, words, styles=STYLES, style_ids=styles, subjects=subjects, texts=texts)


def config_of(pictures, space, **changed):
    facts = PictureFacts.of(pictures)
    plain = TINY | {"data": "things", "z_dim": 8, "jitter": 0.0, "mapping": 16, "reconstruction": 1.0, "neighbours": 0}
    return config_for(plain | changed, facts, space.dim)


def drawn(pictures, space, count=4096, **changed):
    """(subjects, styles, words, open) of many places of batches; the words by their vectors."""
    config = config_of(pictures, space, batch=count, **changed)
    data = TrainingData(config, pictures, space, Distributed(CPU))
    real, c, paired, _ = data.batch(0)
    index = ((real[:, 0, 8, 8] + 1) * 127.5 / 20).round().long().numpy()
    style = c[:, space.dim :]
    return pictures.subjects[index], pictures.style_ids[index], c[:, : space.dim].numpy(), style.numpy(), paired


def test_words_and_pictures_belong_together(pictures, space):
    subjects, styles, words, weights, paired = drawn(pictures, space)
    names = {name: space.resolve_name(name).vector for name in ("apple", "red apple", "granny", "sail", "boat", "cat")}
    said = np.array([[float(word @ vector) > 1 - 1e-5 for vector in names.values()] for word in words])
    assert (said.sum(axis=1) <= 1).all()
    shown = {name: set(subjects[said[:, column]].tolist()) for column, name in enumerate(names)}
    assert shown == {"apple": {0, 1}, "red apple": {0}, "granny": {1}, "sail": {2}, "boat": {2}, "cat": {3}}
    is_open = weights.sum(axis=1) == 0
    assert 0.45 < is_open.mean() < 0.55
    assert (weights[~is_open].argmax(axis=1) == styles[~is_open]).all() and set(np.unique(weights)) == {0.0, 1.0}
    assert set(styles[subjects == 3].tolist()) == {0}  # there is but one cat
    assert torch.equal(paired, torch.ones(len(paired)))


def test_a_label_means_its_plain_subjects(pictures, space):
    texts = (("hot dog", "sausage"), ("guide dog",), ("doggo",), ())
    labels = (pictures.subjects == 3).astype(np.int64)
    dogs = dataclasses.replace(pictures, labels=labels, words=("dog", "cat"), texts=texts)
    assert plain_subjects(dogs) == {2, 3}
    assert plain_subjects(pictures) == {0, 1, 2, 3}  # an apple is red or green
    subjects, _, words, *_ = drawn(dogs, space)
    said = {name: words @ space.resolve_name(name).vector > 1 - 1e-5 for name in ("dog", "hot dog", "sausage")}
    assert set(subjects[said["dog"]].tolist()) == {2}
    assert set(subjects[said["hot dog"]].tolist()) == set(subjects[said["sausage"]].tolist()) == {0}


def test_a_label_is_drawn_by_the_power_of_its_count(pictures, space):
    for power, share in ((1.0, 1 / 10), (0.0, 1 / 3), (0.5, 1 / (6**0.5 + 3**0.5 + 1))):
        subjects, *_ = drawn(pictures, space, count_power=power)
        assert (subjects == 3).mean() == pytest.approx(share, abs=0.025)


def test_z_decides_which_picture_is_meant(pictures, space):
    config = config_of(pictures, space, batch=512, style_open=1.0, own=1.0)
    data = TrainingData(config, pictures, space, Distributed(CPU))
    index = ((data.batch(0).real[:, 0, 8, 8] + 1) * 127.5 / 20).round().long()
    z = torch.special.ndtr(rng.normal((512, 8), config.seed, 0, "z for G"))
    subjects, styles = torch.from_numpy(pictures.subjects)[index], torch.from_numpy(pictures.style_ids)[index]
    apples = subjects < 2
    assert torch.equal(styles[apples], (3 * z[apples, STYLE]).long())
    assert torch.equal(subjects[apples], (2 * z[apples, PICTURE]).long())  # darker ones first: the likeness of shades


def test_held_out_words_take_their_texts_along(pictures, space):
    subjects, _, words, *_ = drawn(pictures, space, hold_out=("boat",))
    assert 2 not in subjects
    for word in ("boat", "sail"):
        assert (words @ space.vector(word)).max() < 0.99


def test_pairs_that_are_held_out_are_never_drawn(pictures, space):
    gone = held_out_pairs(pictures, 0.4, seed=3)
    assert 0 < gone.sum() < len(gone)
    subjects, styles, *_ = drawn(pictures, space, hold_out_pairs=0.4, seed=3)
    shown = set(zip(subjects.tolist(), styles.tolist(), strict=True))
    assert shown == set(zip(pictures.subjects[~gone].tolist(), pictures.style_ids[~gone].tolist(), strict=True))


def test_many_fitting_pictures_pull_less(pictures, space):
    config = config_of(pictures, space)
    twenty = np.zeros(20, np.int64)
    crowd = ImageSet("crowd", pictures.images[twenty], twenty, ("apple",))
    alone = PictureSampler(crowd, data_vocabulary(space), config, plain_subjects(crowd))
    assert alone.draw(0, 4).paired.tolist() == pytest.approx([4 / 20] * 4)


def data_vocabulary(space):
    from explorer.training.word_sampler import build_vocabulary

    return build_vocabulary(space, ("apple",), 0, 0.5)


def test_labels_that_no_space_knows_are_left_out_with_a_note(pictures, space):
    odd = ImageSet(
        "odd",
        pictures.images,
        pictures.labels,
        ("apple", "zzqx", "cat"),
        styles=STYLES,
        style_ids=pictures.style_ids,
        subjects=pictures.subjects,
        texts=pictures.texts,
    )
    data = TrainingData(config_of(pictures, space), odd, space, Distributed(CPU))
    assert data.pictures.words == ("apple", "cat") and "zzqx" in data.pictures.recorded[-1]


def test_the_pull_towards_the_true_picture_by_hand():
    true = torch.zeros(3, 1, 4, 4)
    far = torch.full((3, 1, 4, 4), 0.1)
    far[1] = 1.5
    full = torch.tensor([0.1**2 / (2 * NEAR), 1.5 - NEAR / 2])
    expected = (2 * full[0] * 1.0 + 2 * full[1] * 0.5 + 0.0) / 3  # the small picture is as far off as the large one
    assert reconstruction(far, true, torch.tensor([1.0, 0.5, 0.0])).item() == pytest.approx(expected.item())


def test_a_step_of_pretraining_moves_g_towards_the_pictures_and_leaves_d_alone():
    config = settings(reconstruction=2.0, pretrain_kimg=1.0, z_dim=5)
    G, D = networks_of(config)
    state = state_of(G, D, BATCH)
    before_d = [weight.clone() for weight in D.parameters()]
    torch.manual_seed(1)
    real, c = torch.rand(BATCH, 1, 4, 4), torch.nn.functional.normalize(torch.randn(BATCH, 3), dim=1)
    z = rng.normal((BATCH, 5), config.seed, BATCH, "z for G")
    loss = reconstruction(G(z, c), real, torch.ones(BATCH))
    gradient = torch.autograd.grad(loss, [G.A, G.B])
    expected = [weight - 0.1 * slope for weight, slope in zip([G.A, G.B], gradient, strict=True)]
    log = train_step(state, config, Batch(real, c, torch.ones(BATCH)), Distributed(CPU))
    assert set(log) == {"loss_r"} and log["loss_r"].item() == pytest.approx(loss.item())
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip([G.A, G.B], expected, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(D.parameters(), before_d, strict=True))


class WideGenerator(torch.nn.Module):
    """z A + c B, as pictures of 4 x 4."""

    def __init__(self, z_dim):
        super().__init__()
        self.A = torch.nn.Parameter(torch.randn(z_dim, 16) / 4)
        self.B = torch.nn.Parameter(torch.randn(3, 16) / 4)

    def forward(self, z, c):
        return (z @ self.A + c @ self.B).unflatten(1, (1, 4, 4))


def networks_of(config):
    _, D = networks(config)
    return WideGenerator(config.z_dim), D


def state_of(G, D, images):
    descents = (torch.optim.SGD(network.parameters(), lr=0.1) for network in (G, D))
    return TrainState(G, D, ema_copy(G), *descents, Forward.of(G, D), images=images)


def test_augmented_pictures_are_moved_tinted_and_cut():
    torch.manual_seed(0)
    pictures = torch.rand(64, 3, 16, 16) * 0.2 + 0.3
    middle = torch.full((64, NUMBERS), 0.5)
    middle[:, 5:] = 0.0  # the square lies outside
    assert torch.allclose(diffaugment(pictures, middle), pictures, atol=1e-6)
    changed = diffaugment(pictures, torch.rand(64, NUMBERS))
    assert changed.shape == pictures.shape and not torch.allclose(changed, pictures)
    share = (changed == 0).all(dim=1).float().mean(dim=(1, 2))
    assert share.max() <= 0.25 and share.max() > 0.2 and share.min() == 0
    lighter = middle.clone()
    lighter[:, 0] = 1.0
    assert torch.allclose(diffaugment(pictures, lighter), pictures + 0.2, atol=1e-6)


def test_augmentation_passes_the_gradient_on():
    x = torch.rand(4, 1, 16, 16, requires_grad=True)
    diffaugment(x, torch.rand(4, NUMBERS)).sum().backward()
    assert x.grad.abs().sum() > 0


def test_moved_pictures_repeat_their_edges():
    row = torch.arange(4.0).expand(1, 1, 4, 4)
    assert move(row, torch.tensor([1]), torch.tensor([0]))[0, 0, 0].tolist() == [0, 0, 1, 2]
    assert move(row.mT, torch.tensor([0]), torch.tensor([-2]))[0, 0, :, 0].tolist() == [2, 3, 3, 3]


@pytest.mark.parametrize("shift", [0, 2])
def test_a_training_with_styles_resumes_to_the_bit(pictures, space, tmp_path, shift):
    changed = {"kimg": 0.4, "diffaugment": True, "pretrain_kimg": 0.1, "shift": shift, "mirror": True, "batch": 8}
    config = config_of(pictures, space, **changed)
    train(tmp_path / "whole", config, pictures, space)
    with pytest.raises(Interrupted):
        train(tmp_path / "halves", config, pictures, space, leave_at(128))
    train(tmp_path / "halves", config, pictures, space)
    assert_same(tmp_path / "whole", tmp_path / "halves")
    found = checkpoint.load(tmp_path / "whole/checkpoint")
    assert found.styles == STYLES and weights(tmp_path / "whole")["generator.label_vectors"].shape == (3, space.dim)


def test_settings_that_do_not_go_together_are_refused():
    for wrong in (
        {"pretrain_kimg": 1.0},
        {"reconstruction": 1.0, "z_dim": 4},
        {"reconstruction": 1.0, "family": "dcgan"},
    ):
        with pytest.raises((TrainingError, ExplorerError)):
            TrainConfig(**wrong, **({"c_dim": 0} if "family" in wrong else {}))


def test_a_trial_counts_steps_with_and_without_a_discriminator(pictures, space):
    config = config_of(pictures, space, batch=16, kimg=1.6, pretrain_kimg=0.8)
    found = trial(config, "cpu", seconds=0.2)
    assert found.img_per_s > 0 and found.minutes == pytest.approx(1600 / found.img_per_s / 60, abs=0.1)
