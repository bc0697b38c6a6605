"""Two networks and their optimisers: what a training moves along, and one move of it."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

from explorer.models.conditioning import jitter
from explorer.models.discriminator import Discriminator
from explorer.models.families import family
from explorer.models.generator import Generator
from explorer.models.spectral import normed
from explorer.training import draws
from explorer.training.config import TrainConfig
from explorer.training.ema import averaged, follow
from explorer.training.losses import LOSSES
from explorer.training.passes import Passes, passes, ready, staged
from explorer.training.penalties import zero_centred
from explorer.training.schedules import ema_decay, lr_factor
from explorer.training.setbacks import Setbacks
from explorer.training.team import GROUP, Team, cut


@dataclass
class Game:
    """All that changes while a training goes on. `images` is the clock: real pictures seen so far."""

    G: Generator
    D: Discriminator
    ema: Generator
    adam_g: torch.optim.Adam
    adam_d: torch.optim.Adam
    passes: Passes
    images: int = 0
    seconds: float = 0.0  # of work, over all the times it was resumed
    setbacks: Setbacks = field(default_factory=Setbacks)

    @classmethod
    def new(cls, config: TrainConfig, device: torch.device, labels: Tensor | None = None) -> "Game":
        """Fresh networks: their first weights depend on the seed alone.

        labels: the unit vectors [K, D] that an ear, if the config has one, is to attend to; without them it hears all.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(draws.stream(config.seed, 0, "weights").initial_seed())
            networks = Generator(config.network), Discriminator(config.network)
            if config.network.ear and labels is not None:
                for network in networks:
                    network.ear.attend(labels.cpu(), config.outside)
            if family(config.family).spectral:
                normed(networks[1])
        G, D = (network.to(device, memory_format=torch.channels_last) for network in networks)
        adam_g, adam_d = (
            torch.optim.Adam(
                n.parameters(), config.lr, betas=(config.beta1, config.beta2), fused=device.type == "cuda" or None
            )
            for n in (G, D)
        )
        return cls(G, D, averaged(G), adam_g, adam_d, passes(G, D, ready(device)))

    def state(self) -> dict:
        """Everything needed to go on, as tensors and plain values."""
        parts = {name: getattr(self, name).state_dict() for name in ("G", "D", "ema", "adam_g", "adam_d")}
        return {**parts, "images": self.images, "seconds": self.seconds, "setbacks": self.setbacks.to_state()}

    def is_finite(self) -> bool:
        """Whether all weights and averages are finite numbers."""
        tensors = [*self.G.parameters(), *self.D.parameters(), *self.ema.parameters()]
        return bool(torch.stack([torch.isfinite(tensor).all() for tensor in tensors]).all())

    def restore(self, state: dict) -> None:
        """Go on from what `state` returned."""
        for name in ("G", "D", "ema", "adam_g", "adam_d"):
            getattr(self, name).load_state_dict(state[name])
        self.images, self.seconds = int(state["images"]), float(state["seconds"])
        self.setbacks = Setbacks.of(state)


def move(game: Game, config: TrainConfig, real: Tensor, c: Tensor, team: Team) -> dict[str, Tensor]:
    """One step of D, then one of G, on this process's share of a batch: real pictures [N, C, H, W] in [-1, 1] and their
    words c [N, D].

    However the batch is shared out and cut into pieces, the gradients are those of the whole: all noise is drawn for
    the whole batch, and every part's loss counts by its share of it. With `config.mismatch` D learns, that many times
    as much as of fakes, that another's picture is wrong for a word (Reed 2016). Returns detached scalars to be logged
    (losses, mean logits and, when it was their turn, the penalties), to be summed over the team.
    """
    images, batch, device = game.images, config.batch, real.device
    rules = family(config.family)
    loss = LOSSES[rules.loss]
    mine = team.share(batch)
    parts = [(slice_, (slice_.stop - slice_.start) / batch) for slice_ in cut(len(real), game.setbacks.pieces)]

    def drawn(purpose: str, width: int) -> Tensor:
        return staged(draws.normal((batch, width), config.seed, images, purpose)[mine], device)

    amount = staged(config.jitter * draws.uniform((batch, 1), config.seed, images, "jitter amount")[mine], device)
    c = jitter(c, drawn("jitter", c.shape[1]), amount)
    rate = config.lr * game.setbacks.lr_scale * lr_factor(images, config.images, config.lr_end)
    for adam in (game.adam_g, game.adam_d):
        for group in adam.param_groups:
            group["lr"] = rate
    draw, look, judge = game.passes
    half = torch.autocast(device.type, torch.bfloat16, enabled=config.precision == "bf16")
    log: dict[str, Tensor] = {}

    def note(name: str, value: Tensor, weight: float) -> None:
        log[name] = log.get(name, 0) + value.detach() * weight

    # D: real and fake share their words and pass separately.
    game.adam_d.zero_grad(set_to_none=True)
    z = drawn("z for D", config.z_dim)
    for part, weight in parts:
        with half:
            with torch.no_grad():
                fake = draw(z[part], c[part])
            seen = look(real[part])
            real_logits = judge(seen, c[part]).real.to(c.dtype)
            fake_logits = judge(look(fake), c[part]).real.to(c.dtype)
            loss_d = loss.d(real_logits, fake_logits)
            if config.mismatch > 0:
                # The same words with others' pictures, not the other way round: what fits two words stays right for
                # both. A batch's order is random, and the word enters D last, so this costs next to nothing.
                loss_d = loss_d + config.mismatch * loss.d(real_logits, judge(swapped(seen), c[part]).real.to(c.dtype))
        (loss_d * weight).backward()
        for name, value in (("loss_d", loss_d), ("d_real", real_logits.mean()), ("d_fake", fake_logits.mean())):
            note(name, value, weight)
        if rules.penalties and (images // batch) % config.penalty_every == 0:
            # Lazy, as in StyleGAN2: every few steps and as many times as strong; in float32 whatever the precision.
            for name, pictures in (("r1", real[part]), ("r2", fake.to(c.dtype))):
                pictures = pictures.detach().requires_grad_(True)
                penalty = zero_centred(game.D(pictures, c[part]).real, pictures)
                (penalty * config.gamma * config.penalty_every * weight).backward()
                note(name, penalty, weight)
    team.add_up(game.D)
    game.adam_d.step()

    # G: fresh latents; D only passes the gradient on.
    game.D.requires_grad_(False)
    game.adam_g.zero_grad(set_to_none=True)
    z = drawn("z for G", config.z_dim)
    for part, weight in parts:
        with half:
            if loss.g_needs_real:
                with torch.no_grad():
                    real_logits = judge(look(real[part]), c[part]).real.to(c.dtype)
            loss_g = loss.g(real_logits, judge(look(draw(z[part], c[part])), c[part]).real.to(c.dtype))
        (loss_g * weight).backward()
        note("loss_g", loss_g, weight)
    team.add_up(game.G)
    game.adam_g.step()
    game.D.requires_grad_(True)

    game.images += batch
    follow(game.ema, game.G, ema_decay(game.images, batch, config.ema_kimg * 1000))
    return log


def swapped(seen: Tensor) -> Tensor:
    """Features [N, F], each with that of another picture in its place: its neighbour in a group that is never cut."""
    group = GROUP if len(seen) % GROUP == 0 else len(seen)
    return seen.unflatten(0, (-1, group)).roll(1, 1).flatten(0, 1)
