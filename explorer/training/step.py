"""One training step: update D, then G, by gradient descent; with `d_steps`, G in every so many steps alone.

However a batch is shared among processes and cut into pieces, the gradients are those of the whole (but with batch
norm, which norms each piece by itself): noise is drawn for the whole batch, and each piece's loss counts by its share.
"""

import torch
from torch import Tensor

from explorer.models.conditioning import jitter
from explorer.models.families import family
from explorer.training import rng
from explorer.training.distributed import GROUP, Distributed, to_device
from explorer.training.losses import LOSSES, one_centred_penalty, reconstruction, zero_centred_penalty
from explorer.training.pieces import Batch, add_to, augmented, autocast, draw_noise, pieces
from explorer.training.schedules import ema_decay, lr_factor
from explorer.training.settings import TrainConfig
from explorer.training.state import TrainState, update_ema
from explorer.training.translation_step import translation_step

GP_WEIGHT = 10  # of the one-centred penalty (Gulrajani 2017)


def train_step(state: TrainState, config: TrainConfig, batch: Batch, distributed: Distributed) -> dict[str, Tensor]:
    """One step of D, then of G, on this process's share of a batch.

    Returns detached scalars for the log, of this process's share (the caller sums over the processes): losses, mean
    logits and, in steps that have them, penalties.
    """
    set_learning_rates(state, config)
    if config.conditioning == "word":
        word, style = batch.c.split([config.shapes.word_dim, config.styles], dim=1)
        amount = config.jitter * rng.uniform((config.batch, 1), config.seed, state.images, "jitter amount")
        amount = to_device(amount[distributed.shard(config.batch)], word.device)
        noise = draw_noise(state, config, "jitter", word.shape[1], distributed, word.device)
        batch = batch._replace(c=torch.cat([jitter(word, noise, amount), style], dim=1))
    if batch.other is not None:
        log = translation_step(state, config, batch, distributed)
    elif state.images < 1000 * config.pretrain_kimg:
        log = pretrain_step(state, config, batch, distributed)
    else:
        log = discriminator_step(state, config, batch.real, batch.c, distributed)
        if (state.images // config.batch + 1) % config.d_steps == 0:
            log |= generator_step(state, config, batch, distributed)
    state.images += config.batch
    update_ema(state.ema, state.G, ema_decay(state.images, config.batch, 1000 * config.ema_kimg))
    return log


def discriminator_step(
    state: TrainState, config: TrainConfig, real: Tensor, c: Tensor, distributed: Distributed
) -> dict[str, Tensor]:
    """One step of D. Real pictures and fakes share their conditions, and pass D separately.

    With `config.mismatch`, real pictures under another picture's condition count as fakes, too, with that weight
    (Reed 2016); of K equally frequent classes, one such pair in K fits all the same.
    """
    loss, log = LOSSES[family(config.family).loss], {}
    z = draw_noise(state, config, "z for D", config.z_dim, distributed, real.device)
    state.adam_d.zero_grad(set_to_none=True)
    for piece, share in pieces(state, config, real):
        x, z_, c_ = real[piece], z[piece], c[piece]
        with autocast(config, x.device):
            with torch.no_grad():
                fake = state.forward.generator(z_, c_)
            x, fake = augmented(state, config, "D", piece, distributed, x, fake)
            features = state.forward.features(x, c_)
            on_real = state.forward.logits(features, c_).to(c.dtype)
            on_fake = state.forward.logits(state.forward.features(fake, c_), c_).to(c.dtype)
            loss_d = loss.d(on_real, on_fake, c_)
            if config.mismatch > 0 and config.conditioning == "word":
                # The same conditions with others' pictures, not the other way round: what fits two words stays right
                # for both. A batch's order is random, and c enters D last, so this costs next to nothing.
                on_mismatched = state.forward.logits(mismatched(features), c_).to(c.dtype)
                loss_d = loss_d + config.mismatch * loss.d(on_real, on_mismatched, c_)
        (loss_d * share).backward()
        add_to(log, share, loss_d=loss_d, d_real=on_real.real.mean(), d_fake=on_fake.real.mean())

        # Penalties are in float32 whatever the precision. R1 and R2 are lazy, as in StyleGAN2: taken every
        # `penalty_every` steps, multiplied by that number.
        if config.gradient_penalty == "r1r2" and (state.images // config.batch) % config.penalty_every == 0:
            for name, pictures in (("r1", x), ("r2", fake.to(c.dtype))):
                pictures = pictures.detach().requires_grad_(True)
                penalty = zero_centred_penalty(state.D(pictures, c_).real, pictures)
                (penalty * config.gamma * config.penalty_every * share).backward()
                add_to(log, share, **{name: penalty})
        if config.gradient_penalty == "gp":
            between = rng.uniform((config.batch, 1, 1, 1), config.seed, state.images, "between")
            between = to_device(between[distributed.shard(config.batch)], x.device)[piece]
            pictures = torch.lerp(fake.to(c.dtype), x, between).requires_grad_(True)
            penalty = one_centred_penalty(state.D(pictures, c_).real, pictures)
            (GP_WEIGHT * penalty * share).backward()
            add_to(log, share, gp=penalty)
    distributed.sum_gradients(state.D)
    state.adam_d.step()
    return log


def generator_step(state: TrainState, config: TrainConfig, batch: Batch, distributed: Distributed) -> dict[str, Tensor]:
    """One step of G, or `config.g_steps` of them, each on fresh latents; D only passes the gradient on.

    The latents of the first are those by which paired pictures were chosen, see `picture_sampler`.
    """
    real, c, paired = batch.real, batch.c, batch.paired
    loss, log = LOSSES[family(config.family).loss], {}
    state.D.requires_grad_(False)
    for step in range(config.g_steps):
        purpose = f"z for G, step {step}" if step else "z for G"
        z = draw_noise(state, config, purpose, config.z_dim, distributed, real.device)
        state.adam_g.zero_grad(set_to_none=True)
        for piece, share in pieces(state, config, real):
            x, z_, c_ = real[piece], z[piece], c[piece]
            with autocast(config, x.device):
                fake = state.forward.generator(z_, c_)
                seen_x, seen_fake = augmented(state, config, purpose, piece, distributed, x, fake)
                if loss.g_needs_real:
                    with torch.no_grad():
                        on_real = state.forward.logits(state.forward.features(seen_x, c_), c_).to(c.dtype)
                on_fake = state.forward.logits(state.forward.features(seen_fake, c_), c_).to(c.dtype)
                loss_g = loss.g(on_real if loss.g_needs_real else on_fake, on_fake, c_)
            pull = 0.0
            if paired is not None and step == 0:
                distance = reconstruction(fake.to(c.dtype), x, paired[piece])
                pull = config.reconstruction * distance
                add_to(log, share, loss_r=distance)
            ((loss_g + pull) * share).backward()
            add_to(log, share / config.g_steps, loss_g=loss_g)
        distributed.sum_gradients(state.G)
        state.adam_g.step()
    state.D.requires_grad_(True)
    return log


def pretrain_step(state: TrainState, config: TrainConfig, batch: Batch, distributed: Distributed) -> dict[str, Tensor]:
    """One step of G towards the true pictures alone, as SRGAN begins (Ledig 2017): D would only tell it apart."""
    log: dict[str, Tensor] = {}
    z = draw_noise(state, config, "z for G", config.z_dim, distributed, batch.real.device)
    state.adam_g.zero_grad(set_to_none=True)
    for piece, share in pieces(state, config, batch.real):
        with autocast(config, z.device):
            drawn = state.forward.generator(z[piece], batch.c[piece])
        loss = reconstruction(drawn.to(z.dtype), batch.real[piece], batch.paired[piece])
        (loss * share).backward()
        add_to(log, share, loss_r=loss)
    distributed.sum_gradients(state.G)
    state.adam_g.step()
    return log


def mismatched(features: Tensor) -> Tensor:
    """Features [N, F], rolled by one within groups of GROUP pictures: splitting a batch does not change the pairs."""
    group = GROUP if len(features) % GROUP == 0 else len(features)
    return features.unflatten(0, (-1, group)).roll(1, 1).flatten(0, 1)


def set_learning_rates(state: TrainState, config: TrainConfig) -> None:
    """Set both optimisers' rates for the images seen so far."""
    factor = lr_factor(state.images, config.images, config.lr_end, 1000 * config.warmup_kimg)
    rate = config.lr * state.setbacks.lr_scale * factor
    for adam, lr in ((state.adam_g, rate * config.lr_g), (state.adam_d, rate)):
        for group in adam.param_groups:
            group["lr"] = lr
