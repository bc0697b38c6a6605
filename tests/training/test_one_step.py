"""One step of D and one of G, setting by setting, against gradients worked out from the formulas."""

import dataclasses

import pytest
import torch
from one_step import BATCH, WARM, QuadraticDiscriminator, Z, fresh, networks, settings, step_on, take
from torch import Tensor

from explorer.models.families import FAMILIES
from explorer.training.settings import TrainConfig

DRAWS = torch.Generator().manual_seed(3)
REAL = torch.randn(BATCH, 1, 2, 2, generator=DRAWS)


def conditions(config, count: int = BATCH) -> Tensor:
    """Conditions of this family: unit vectors, one-hot labels, codes of (3, 1), or nothing."""
    draws = torch.Generator().manual_seed(4)
    if config.conditioning == "word":
        return torch.nn.functional.normalize(torch.randn(count, config.c_dim, generator=draws))
    kinds = torch.eye(3)[torch.arange(count) % 3]
    numbers = torch.rand(count, 1, generator=draws) * 2 - 1
    return {"label": kinds, "codes": torch.cat([kinds, numbers], dim=1), "nothing": kinds[:, :0]}[config.conditioning]


def descended(network, loss: Tensor, rate: float) -> dict[str, Tensor]:
    """The network's weights after one step of gradient descent on the loss."""
    gradients = torch.autograd.grad(loss, list(network.parameters()), allow_unused=True)
    named = zip(network.named_parameters(), gradients, strict=True)
    return {name: weight - rate * (0 if gradient is None else gradient) for (name, weight), gradient in named}


def assert_weights(network, expected: dict[str, Tensor]) -> None:
    for name, weight in network.named_parameters():
        assert torch.allclose(weight, expected[name], rtol=1e-4, atol=1e-6), name


def fakes(step, z: Tensor | None = None, c: Tensor | None = None, G=None) -> Tensor:
    G, z, c = G or step.G, step.z_d if z is None else z, step.c if c is None else c
    return (z @ G.A + c @ G.B).unflatten(1, (1, 2, 2))


# Each family's two losses, written from its paper: D's outputs on real pictures and on fakes, and the condition.


def softplus(x: Tensor) -> Tensor:
    return torch.log1p(torch.exp(x))


def cross_entropy(logits: Tensor, kinds: Tensor) -> Tensor:
    """Cross-entropy against one-hot classes."""
    return -(kinds * logits.log_softmax(dim=1)).sum(dim=1).mean()


def bce_d(r, f, c):
    return softplus(-r.real).mean() + softplus(f.real).mean()


def bce_g(r, f, c):
    return softplus(-f.real).mean()


def code_loss(f, c):
    return cross_entropy(f.codes[0], c[:, :3]) + (f.codes[1] - c[:, 3:]).square().mean() / 2


def data_to_data(output, c):
    """Picture by picture: how near its class is, against how near the pictures of other classes are."""
    total = 0.0
    for point, cosines, kind in zip(output.embedding, output.classes, c, strict=True):
        own = torch.exp(((cosines * kind).sum() - 0.98).clamp(max=0) / 0.5)
        unlike = (c * kind).sum(dim=1) == 0
        others = torch.exp((output.embedding[unlike] @ point - 0.02).clamp(min=0) / 0.5).sum()
        total = total - torch.log(own / (own + others))
    return total / len(c)


LOSSES = {
    "word": (
        lambda r, f, c: softplus(-(r.real - f.real)).mean(),
        lambda r, f, c: softplus(-(f.real - r.real)).mean(),
    ),
    "word-hinge": (
        lambda r, f, c: (1 - r.real).clamp(min=0).mean() + (1 + f.real).clamp(min=0).mean(),
        lambda r, f, c: -f.real.mean(),
    ),
    "word-bce": (bce_d, bce_g),
    "dcgan": (bce_d, bce_g),
    "cdcgan": (bce_d, bce_g),
    "lsgan": (
        lambda r, f, c: ((r.real - 1) ** 2).mean() / 2 + (f.real**2).mean() / 2,
        lambda r, f, c: ((f.real - 1) ** 2).mean() / 2,
    ),
    "wgan-gp": (lambda r, f, c: f.real.mean() - r.real.mean(), lambda r, f, c: -f.real.mean()),
    "acgan": (
        lambda r, f, c: bce_d(r, f, c) + cross_entropy(r.classes, c) + cross_entropy(f.classes, c),
        lambda r, f, c: bce_g(r, f, c) + cross_entropy(f.classes, c),
    ),
    "reacgan": (
        lambda r, f, c: bce_d(r, f, c) + data_to_data(r, c),
        lambda r, f, c: bce_g(r, f, c) + data_to_data(f, c),
    ),
    "twongan": (
        lambda r, f, c: (cross_entropy(r.classes, pad(c, 0, 3)) + cross_entropy(f.classes, pad(c, 3, 0))) / 2,
        lambda r, f, c: cross_entropy(f.classes, pad(c, 0, 3)),
    ),
    "infogan": (lambda r, f, c: bce_d(r, f, c) + code_loss(f, c), lambda r, f, c: bce_g(r, f, c) + code_loss(f, c)),
}


def pad(kinds: Tensor, before: int, after: int) -> Tensor:
    return torch.nn.functional.pad(kinds, (before, after))


def test_every_family_has_its_formula():
    assert LOSSES.keys() == FAMILIES.keys()


@pytest.mark.parametrize("family", LOSSES)
def test_d_goes_down_its_familys_loss(family):
    config = settings(family)
    step = take(config, REAL, conditions(config))
    loss = LOSSES[family][0](step.D(REAL, step.c), step.D(fakes(step).detach(), step.c), step.c)
    assert_weights(step.new_D, descended(step.D, loss, 0.1))
    assert step.log["loss_d"] == pytest.approx(loss.item(), rel=1e-5)


@pytest.mark.parametrize("family", LOSSES)
def test_g_goes_down_its_own_against_the_new_d(family):
    config = settings(family)
    step = take(config, REAL, conditions(config))
    (z,), D = step.z_g, step.new_D
    loss = LOSSES[family][1](D(REAL, step.c), D(fakes(step, z), step.c), step.c)
    assert_weights(step.new_G, descended(step.G, loss, 0.1))
    assert step.log["loss_g"] == pytest.approx(loss.item(), rel=1e-5)


def test_latents_are_new_for_every_step_of_either():
    config = settings(g_steps=3)
    step = take(config, REAL, conditions(config))
    drawn = [step.z_d, *step.z_g, take(config, REAL, conditions(config), images=WARM + BATCH).z_d]
    assert all(z.shape == (BATCH, Z) and 0.5 < z.std() < 1.5 for z in drawn)
    assert not any(torch.equal(a, b) for i, a in enumerate(drawn) for b in drawn[:i])


def test_g_takes_as_many_steps_as_g_steps_and_d_one():
    config = settings(g_steps=3)
    step = take(config, REAL, conditions(config))
    assert len(step.z_g) == 3
    once = take(settings(), REAL, conditions(config))
    assert_weights(step.new_D, dict(once.new_D.named_parameters()))
    G, losses = networks(config)[0], []
    for z in step.z_g:
        D = step.new_D
        losses.append(softplus(D(REAL, step.c).real - D(fakes(step, z, G=G), step.c).real).mean())
        weights = descended(G, losses[-1], 0.1)
        G.load_state_dict(weights)
    assert_weights(step.new_G, weights)
    assert step.log["loss_g"] == pytest.approx(sum(losses).item() / 3, rel=1e-5)


def test_g_waits_for_its_turn_where_d_takes_several_steps():
    config = settings(d_steps=3)
    turns = [take(config, REAL, conditions(config), images=number * BATCH) for number in range(6)]
    assert [len(step.z_g) for step in turns] == [0, 0, 1, 0, 0, 1]
    for number, step in enumerate(turns):
        always = take(settings(), REAL, conditions(config), images=number * BATCH)
        assert_weights(step.new_D, dict(always.new_D.named_parameters()))
        assert_weights(step.new_G, dict((always.new_G if step.z_g else step.G).named_parameters()))


def test_both_networks_get_the_same_conditions_and_no_others_without_jitter():
    config = settings(penalty="r1r2", gamma=1.0)
    c = conditions(config)
    assert all(torch.equal(given, c) for given in take(config, REAL, c).conditions)


def test_jitter_turns_each_word_a_little_and_for_both_networks_alike():
    config, c = settings(jitter=1.5, penalty="r1r2", gamma=1.0), conditions(settings())
    step = take(config, REAL, c)
    assert all(torch.equal(given, step.c) for given in step.conditions)
    assert torch.allclose(step.c.norm(dim=1), torch.ones(BATCH)) and not torch.isclose(step.c, c).all(dim=1).any()
    near = take(dataclasses.replace(config, jitter=0.15), REAL, c).c
    assert ((near * c).sum(dim=1) > (step.c * c).sum(dim=1)).all() and (near * c).sum(dim=1).min() > 0.9


# Penalties. Half the mean squared gradient of D has the derivatives: by w, mean s; by V, mean c s; by q, mean <s, x>.


def pull(D: QuadraticDiscriminator, x: Tensor, c: Tensor) -> dict[str, Tensor]:
    """The gradient of mean |gradient|^2 / 2 over pictures x, by hand."""
    s = D.gradient(x, c).detach()
    return {"w": s.mean(dim=0), "V": c.T @ s / len(x), "q": (s * x.flatten(1)).sum(dim=1).mean()}


def penalised(pair=None, real: Tensor = REAL, images: int = WARM, **changed):
    """A step, and the gradient that the penalty alone added to it."""
    config = settings(**changed)
    c = conditions(config)
    plain = dataclasses.replace(config, penalty="none")
    step, without = (take(each, real, c, pair and pair(), images) for each in (config, plain))
    weights = zip(without.new_D.named_parameters(), step.new_D.parameters(), strict=True)
    return step, {name: (one - other).detach() / config.lr for (name, one), other in weights}


def assert_gradient(found: dict[str, Tensor], expected: dict[str, Tensor], weight: float) -> None:
    assert any(value.abs().max() > 0.1 for value in expected.values())
    for name, value in expected.items():
        assert torch.allclose(found[name], weight * value, rtol=1e-3, atol=1e-4), name


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_r1_is_half_gamma_times_the_squared_gradient_at_real_pictures(gamma):
    def flat_at_fakes():
        """D's gradient is zero at whatever G draws, so that of the two penalties only R1 pulls."""
        G, D = networks(settings())
        with torch.no_grad():
            G.A.zero_(), D.w.zero_()
            G.B.copy_(-D.V / D.q)
        return G, D

    step, found = penalised(flat_at_fakes, penalty="r1r2", gamma=gamma)
    assert step.D.gradient(fakes(step), step.c).abs().max() < 1e-6
    assert_gradient(found, pull(step.D, REAL, step.c), gamma)
    assert step.log["r1"] == pytest.approx(
        step.D.gradient(REAL, step.c).square().sum(dim=1).mean().item() / 2, rel=1e-5
    )
    assert step.log["r2"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("gamma", [0.5, 2.0])
def test_r2_is_half_gamma_times_the_squared_gradient_at_fakes(gamma):
    D = networks(settings())[1]
    flat = (-(D.w + conditions(settings()) @ D.V) / D.q).detach().unflatten(1, (1, 2, 2))  # where D's gradient is zero
    step, found = penalised(real=flat, penalty="r1r2", gamma=gamma)
    assert step.D.gradient(flat, step.c).abs().max() < 1e-5
    fake = fakes(step).detach()
    assert_gradient(found, pull(step.D, fake, step.c), gamma)
    assert step.log["r2"] == pytest.approx(
        step.D.gradient(fake, step.c).square().sum(dim=1).mean().item() / 2, rel=1e-5
    )
    assert step.log["r1"] == pytest.approx(0, abs=1e-6)


def test_lazy_penalties_come_every_few_steps_and_are_as_many_times_as_strong():
    for images, weight in ((2 * BATCH, 0.0), (3 * BATCH, 3.0), (4 * BATCH, 0.0), (6 * BATCH, 3.0)):
        step, found = penalised(images=images, penalty="r1r2", gamma=1.0, penalty_every=3)
        real, fake = (pull(step.D, x, step.c) for x in (REAL, fakes(step).detach()))
        assert_gradient(found, {name: one + fake[name] for name, one in real.items()}, weight)
        assert ("r1" in step.log) is ("r2" in step.log) is bool(weight)


def test_the_familys_own_penalty_holds_where_no_other_is_named():
    for family, expected in (("word", {"r1", "r2"}), ("wgan-gp", {"gp"}), ("word-hinge", set()), ("dcgan", set())):
        config = settings(family, penalty="", gamma=1.0)
        assert {"r1", "r2", "gp"} & take(config, REAL, conditions(config)).log.keys() == expected


def test_gp_is_ten_times_the_squared_distance_from_one_of_gradients_between_real_and_fake():
    step, found = penalised(family="wgan-gp", penalty="gp")
    fake = fakes(step).detach()
    (between,) = (x for x in step.pictures if lies_between(x, fake))
    gradient = step.D.gradient(between, step.c)
    penalty = (gradient.norm(dim=1) - 1).square().mean()
    assert step.log["gp"] == pytest.approx(penalty.item(), rel=1e-4)
    # d (|s| - 1)^2 = 2 (1 - 1 / |s|) <s, ds>, and ds is dw, or x dq.
    s = (2 * (1 - 1 / gradient.norm(dim=1, keepdim=True)) * gradient).detach()
    by_q = (s * between.flatten(1)).sum(dim=1).mean()
    assert_gradient(found, {"w": s.mean(dim=0), "q": by_q}, 10.0)


def lies_between(x: Tensor, fake: Tensor) -> bool:
    """Whether each picture lies between the real one and the fake, at a place of its own."""
    shares = ((x - fake) / (REAL - fake)).flatten(1)
    each = shares.mean(dim=1)
    straight = torch.allclose(shares, each[:, None].expand_as(shares), atol=1e-3)
    return straight and bool(((each > 0) & (each < 1)).all()) and each.std().item() > 0.1


# Mismatched conditions, and how a batch is cut.


@pytest.mark.parametrize("family", ["word", "word-hinge", "word-bce"])
@pytest.mark.parametrize("mismatch", [0.25, 1.0])
def test_mismatch_gives_d_another_real_picture_for_each_word_as_a_fake(family, mismatch):
    config = settings(family, mismatch=mismatch)
    c = conditions(config)
    step = take(config, REAL, c)
    (of_d, of_g), D, other = LOSSES[family], step.D, REAL[[-1, *range(BATCH - 1)]]  # for word 1 picture 0, and so on
    r, f, wrong = D(REAL, c), D(fakes(step).detach(), c), D(other, c)
    loss = of_d(r, f, c) + mismatch * of_d(r, wrong, c)
    assert_weights(step.new_D, descended(D, loss, 0.1))
    assert step.log["loss_d"] == pytest.approx(loss.item(), rel=1e-5)
    (z,), D = step.z_g, step.new_D  # G's loss has nothing of it
    assert_weights(step.new_G, descended(step.G, of_g(D(REAL, c), D(fakes(step, z), c), c), 0.1))


def test_mismatch_is_of_words_alone():
    steps = [take(settings("cdcgan", mismatch=each), REAL, conditions(settings("cdcgan"))) for each in (0.0, 1.0)]
    assert_weights(steps[0].new_D, dict(steps[1].new_D.named_parameters()))


def test_a_batch_in_pieces_takes_the_step_of_the_whole():
    config = settings(batch=16, penalty="r1r2", gamma=1.0, mismatch=0.5, g_steps=2)
    real, c = torch.cat([REAL, REAL.flip(0) / 2]), conditions(config, 16)
    whole, cut = (take(config, real, c, images=16, pieces=pieces) for pieces in (1, 2))
    assert_weights(cut.new_D, dict(whole.new_D.named_parameters()))
    assert_weights(cut.new_G, dict(whole.new_G.named_parameters()))
    assert cut.log == pytest.approx(whole.log, rel=1e-4)


# How far the networks go.


def assert_rates(step, d: float, g: float) -> None:
    """Whether both went down the losses of the family `word` at these learning rates."""
    (z,), c, (of_d, of_g) = step.z_g, step.c, LOSSES["word"]
    assert_weights(step.new_D, descended(step.D, of_d(step.D(REAL, c), step.D(fakes(step).detach(), c), c), d))
    D = step.new_D
    assert_weights(step.new_G, descended(step.G, of_g(D(REAL, c), D(fakes(step, z), c), c), g))


@pytest.mark.parametrize("lr_g", [0.5, 4.0])
def test_d_learns_at_lr_and_g_at_lr_g_times_that(lr_g):
    config = settings(lr=0.2, lr_g=lr_g)
    assert_rates(take(config, REAL, conditions(config)), 0.2, 0.2 * lr_g)


@pytest.mark.parametrize(
    ("images", "share"),
    [(0, 1 / 400), (199, 0.5), (2000, 1), (4000, 1), (6000, 0.55), (8000, 0.1)],  # a twentieth to rise, half to fall
)
def test_the_learning_rate_rises_and_falls_with_the_images_seen(images, share):
    config = settings(kimg=8.0, lr_end=0.1, lr=0.5)
    assert_rates(take(config, REAL, conditions(config), images=images), 0.5 * share, 0.5 * share)


@pytest.mark.parametrize(("warmup", "share"), [(0.0, 1), (0.1, 0.5), (1.0, 0.125)])  # at most a twentieth of 8,000
def test_the_learning_rate_takes_warmup_kimg_to_rise(warmup, share):
    config = settings(kimg=8.0, lr=0.5, warmup_kimg=warmup)
    assert_rates(take(config, REAL, conditions(config), images=49), 0.5 * share, 0.5 * share)


def test_a_training_that_diverged_goes_on_at_half_the_rate():
    config = settings(lr=0.2, lr_g=3.0)
    assert_rates(take(config, REAL, conditions(config), lr_scale=0.5), 0.1, 0.3)


def test_the_optimiser_is_adam_with_the_settings_betas():
    """Two steps of the training's own networks, held against Kingma and Ba's algorithm 1."""
    config = TrainConfig(size=4, z_dim=Z, c_dim=3, batch=BATCH, beta1=0.5, beta2=0.75, lr=0.01, lr_end=1.0, kimg=0.16)
    state, c = fresh(config, torch.eye(3)), conditions(settings())
    state.images = WARM
    real = torch.randn(BATCH, 1, 28, 28, generator=torch.Generator().manual_seed(6)).clamp(-1, 1)
    weights = [*state.D.parameters(), *state.G.parameters()]
    m, v = ([torch.zeros_like(weight) for weight in weights] for _ in range(2))
    for number in (1, 2):
        before = [weight.detach().clone() for weight in weights]
        step_on(state, config, real, c)
        for place, weight in enumerate(weights):
            gradient = weight.grad
            m[place] = 0.5 * m[place] + 0.5 * gradient
            v[place] = 0.75 * v[place] + 0.25 * gradient**2
            step = m[place] / (1 - 0.5**number) / ((v[place] / (1 - 0.75**number)).sqrt() + 1e-8)
            assert torch.allclose(weight, before[place] - 0.01 * step, atol=1e-5)


# The averaged generator.


@pytest.mark.parametrize(
    ("images", "half_life"),
    [(WARM, (WARM + BATCH) / 20), (10_000, (10_000 + BATCH) / 20), (100_000, 2000)],  # a twentieth of what was seen
)
def test_the_average_is_of_g_with_the_half_life_of_ema_kimg(images, half_life):
    config = settings(ema_kimg=2.0, g_steps=2)
    step = take(config, REAL, conditions(config), images=images, average=7.0)
    kept = 0.5 ** (BATCH / half_life)
    assert_weights(step.average, {name: 7 * kept + (1 - kept) * w for name, w in step.new_G.named_parameters()})


# The span of the labels.

LABELS = torch.nn.functional.normalize(torch.tensor([[1.0, 0, 0, 0], [1, 2, 0, 0], [0, 1, 0, 0]]))  # a plane of 4


def projected(c: Tensor, outside: float) -> Tensor:
    """Words of four numbers, less of what lies outside the plane of the first two, at unit length again."""
    return torch.nn.functional.normalize(c * torch.tensor([1, 1, outside, outside]))


@pytest.mark.parametrize("outside", [0.0, 0.1, 0.5])
def test_both_networks_keep_outside_of_what_lies_outside_the_labels_span(outside):
    config = TrainConfig(size=4, z_dim=Z, c_dim=4, batch=BATCH, outside=outside)
    partial, whole = fresh(config, LABELS), fresh(dataclasses.replace(config, outside=1.0), LABELS)
    draws = torch.Generator().manual_seed(7)
    c = torch.nn.functional.normalize(torch.randn(BATCH, 4, generator=draws))
    z, x = torch.randn(BATCH, Z, generator=draws), torch.randn(BATCH, 1, 28, 28, generator=draws)
    for words in (c, projected(c, 0.0)):  # whatever they are, and as the labels are
        assert torch.allclose(partial.G(z, words), whole.G(z, projected(words, outside)), atol=1e-5)
        assert torch.allclose(partial.D(x, words).real, whole.D(x, projected(words, outside)).real, atol=1e-4)
    assert not torch.allclose(partial.G(z, c), whole.G(z, c), atol=1e-3)


@pytest.mark.parametrize("network", ["G", "D"])
def test_what_is_dropped_outside_the_span_teaches_nothing(network):
    """After a step, too: two words that differ only outside the span are one word to either network."""
    config = TrainConfig(size=4, z_dim=Z, c_dim=4, batch=BATCH, outside=0.0, jitter=0.5, kimg=0.16)
    state = fresh(config, LABELS)
    step_on(state, config, torch.zeros(BATCH, 1, 28, 28), LABELS[torch.arange(BATCH) % 3])
    pair = torch.nn.functional.normalize(torch.tensor([[1.0, 1, 3, 0], [1, 1, 0, -2]]))
    if network == "G":
        first, second = state.G(torch.ones(2, Z), pair)
    else:
        first, second = state.D(torch.ones(2, 1, 28, 28), pair).real
    assert torch.allclose(first, second, atol=1e-4)
