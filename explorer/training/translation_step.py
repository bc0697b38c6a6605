"""One training step of a translator: both generators at once, then both discriminators (CycleGAN, Zhu 2017).

Gradients are those of the whole batch however it is shared or cut, as in `step`: no layer mixes pictures. Each of
several processes keeps an image pool of its own fakes; a run that goes on gives them all the main one's.
"""

import torch
from torch import Tensor

from explorer.models.pixels import from_bytes, to_bytes
from explorer.training import rng
from explorer.training.distributed import Distributed
from explorer.training.losses import cycle_loss, least_squares_d, least_squares_g
from explorer.training.pieces import Batch, add_to, augmented, autocast, pieces
from explorer.training.settings import TrainConfig
from explorer.training.state import TrainState


def translation_step(
    state: TrainState, config: TrainConfig, batch: Batch, distributed: Distributed
) -> dict[str, Tensor]:
    """Update both generators, then both discriminators, on what the generators drew before that.

    Returns detached scalars of this process's share for the log: losses, of which `loss_cycle` and `loss_identity` are
    mean absolute errors of pixels in [-1, 1], and D's mean outputs, each the mean of both ways.
    """
    fakes, log = _generators(state, config, batch, distributed)
    shown = []
    for name, fake in zip("ab", fakes, strict=True):
        uniform = rng.uniform((config.batch, 2), config.seed, state.images, f"pool {name}")
        uniform = uniform[distributed.shard(config.batch)]
        pool = state.pools.get(name, fake[:0])
        drawn, state.pools[name] = draw_from_pool(pool, fake, config.pool, uniform)
        shown.append(from_bytes(drawn))
    return log | _discriminators(state, config, (batch.real, batch.other), shown, distributed)


def _generators(
    state: TrainState, config: TrainConfig, batch: Batch, distributed: Distributed
) -> tuple[tuple[Tensor, Tensor], dict[str, Tensor]]:
    """One step of the generators. Returns the fakes of domains a and b as bytes [N, C, H, W], and the log."""
    G, D, log = state.G, state.D, {}
    drawn: dict[str, list[Tensor]] = {"a": [], "b": []}
    D.requires_grad_(False)
    state.adam_g.zero_grad(set_to_none=True)
    for piece, share in pieces(state, config, batch.real):
        a, b = batch.real[piece], batch.other[piece]
        with autocast(config, a.device):
            fake_b, fake_a = G.there(a), G.back(b)
            seen_a, seen_b = augmented(state, config, "G", piece, distributed, fake_a, fake_b)
            on_fakes = D.a(seen_a).float(), D.b(seen_b).float()
            loss_g = sum(least_squares_g(on_fake, on_fake) for on_fake in on_fakes) / 2
            cycle = (cycle_loss(G.back(fake_b), a) + cycle_loss(G.there(fake_a), b)) / 2
            total = loss_g + config.cycle * cycle
            if config.identity:
                identity = (cycle_loss(G.back(a), a) + cycle_loss(G.there(b), b)) / 2
                total = total + config.identity * identity
                add_to(log, share, loss_identity=identity)
        (total * share).backward()
        add_to(log, share, loss_g=loss_g, loss_cycle=cycle)
        for name, fake in (("a", fake_a), ("b", fake_b)):
            drawn[name].append(to_bytes(fake.detach()).permute(0, 3, 1, 2))
    D.requires_grad_(True)
    distributed.sum_gradients(G)
    state.adam_g.step()
    return (torch.cat(drawn["a"]), torch.cat(drawn["b"])), log


def _discriminators(
    state: TrainState,
    config: TrainConfig,
    real: tuple[Tensor, Tensor],
    fakes: list[Tensor],
    distributed: Distributed,
) -> dict[str, Tensor]:
    """One step of the discriminators on real pictures and fakes of domains a and b."""
    log: dict[str, Tensor] = {}
    state.adam_d.zero_grad(set_to_none=True)
    for name, D, x, fake in zip("ab", (state.D.a, state.D.b), real, fakes, strict=True):
        for piece, share in pieces(state, config, x):
            with autocast(config, x.device):
                seen = augmented(state, config, f"D of {name}", piece, distributed, x[piece], fake[piece])
                on_real, on_fake = (D(pictures).float() for pictures in seen)
                loss_d = least_squares_d(on_real, on_fake)
            (loss_d * share).backward()
            add_to(log, share / 2, loss_d=loss_d, d_real=on_real.mean(), d_fake=on_fake.mean())
    distributed.sum_gradients(state.D)
    state.adam_d.step()
    return log


def draw_from_pool(pool: Tensor, fakes: Tensor, size: int, uniform: Tensor) -> tuple[Tensor, Tensor]:
    """What D is shown in place of new fakes, and the pool after that, which is a new tensor.

    Until the pool holds `size` fakes each new one enters it and is shown. Then each is shown itself, or by a chance of
    one half takes the place of an old one, which is shown (Shrivastava 2017; Zhu 2017): so D does not forget what G
    drew before. pool: uint8 [P, C, H, W]. fakes: uint8 [N, C, H, W]. uniform: [N, 2] in [0, 1): below one half for an
    old one, and which.
    """
    shown, kept = fakes.clone(), list(pool)
    for place, (is_old, which) in enumerate(uniform.tolist()):
        if len(kept) < size:
            kept.append(fakes[place])
        elif is_old < 0.5 and size:
            old = int(which * size)
            shown[place], kept[old] = kept[old], fakes[place]
    return shown, torch.stack(kept) if kept else pool
