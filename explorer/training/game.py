"""Two networks and their optimisers: what a training moves along, and one move of it."""

from dataclasses import dataclass

import torch
from accelerate import Accelerator
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
from explorer.training.penalties import zero_centred
from explorer.training.schedules import ema_decay, lr_factor


@dataclass
class Game:
    """All that changes while a training goes on. `images` is the clock: real pictures seen so far."""

    G: Generator
    D: Discriminator
    ema: Generator
    adam_g: torch.optim.Adam
    adam_d: torch.optim.Adam
    images: int = 0
    seconds: float = 0.0  # of work, over all the times it was resumed

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
            torch.optim.Adam(n.parameters(), config.lr, betas=(config.beta1, config.beta2)) for n in (G, D)
        )
        return cls(G, D, averaged(G), adam_g, adam_d)

    def state(self) -> dict:
        """Everything needed to go on, as tensors and plain values."""
        parts = {name: getattr(self, name).state_dict() for name in ("G", "D", "ema", "adam_g", "adam_d")}
        return {**parts, "images": self.images, "seconds": self.seconds}

    def is_finite(self) -> bool:
        """Whether all weights and averages are finite numbers."""
        tensors = [*self.G.parameters(), *self.D.parameters(), *self.ema.parameters()]
        return bool(torch.stack([torch.isfinite(tensor).all() for tensor in tensors]).all())

    def restore(self, state: dict) -> None:
        """Go on from what `state` returned."""
        for name in ("G", "D", "ema", "adam_g", "adam_d"):
            getattr(self, name).load_state_dict(state[name])
        self.images, self.seconds = int(state["images"]), float(state["seconds"])


def move(game: Game, config: TrainConfig, real: Tensor, c: Tensor, accelerator: Accelerator) -> dict[str, Tensor]:
    """One step of D, then one of G, on a batch of real pictures [N, C, H, W] in [-1, 1] and their words c [N, D].

    With `config.mismatch` D learns, that many times as much as of fakes, that the batch's real pictures are wrong for
    one another's words (Reed 2016). Returns detached scalars to be logged: losses, mean logits and, when it was their
    turn, the penalties.
    """
    images, batch, device = game.images, len(real), real.device
    rules = family(config.family)
    loss = LOSSES[rules.loss]

    def drawn(purpose: str, width: int) -> Tensor:
        return draws.normal((batch, width), config.seed, images, purpose).to(device)

    amount = config.jitter * draws.uniform((batch, 1), config.seed, images, "jitter amount").to(device)
    c = jitter(c, drawn("jitter", c.shape[1]), amount)
    for adam in (game.adam_g, game.adam_d):
        for group in adam.param_groups:
            group["lr"] = config.lr * lr_factor(images, config.images, config.lr_end)
    log: dict[str, Tensor] = {}

    # D: real and fake share their words and pass separately.
    with accelerator.autocast():
        with torch.no_grad():
            fake = game.G(drawn("z for D", config.z_dim), c)
        seen = game.D.features(real)
        real_logits = game.D.judge(seen, c).real.float()
        loss_d = loss.d(real_logits, game.D(fake, c).real.float())
        if config.mismatch > 0:
            # The same words with another's pictures, not the other way round: what fits two words stays right for both.
            # The order of a batch is random, and the word enters D last, so this costs next to nothing.
            loss_d = loss_d + config.mismatch * loss.d(real_logits, game.D.judge(seen.roll(1, 0), c).real.float())
    game.adam_d.zero_grad(set_to_none=True)
    loss_d.backward()
    if rules.penalties and (images // batch) % config.penalty_every == 0:
        # Lazy, as in StyleGAN2: every few steps and as many times as strong; in float32 whatever the precision.
        for name, pictures in (("r1", real), ("r2", fake.float())):
            pictures = pictures.detach().requires_grad_(True)
            penalty = zero_centred(game.D(pictures, c).real, pictures)
            (penalty * config.gamma * config.penalty_every).backward()
            log[name] = penalty.detach()
    game.adam_d.step()

    # G: fresh latents; D only passes the gradient on.
    game.D.requires_grad_(False)
    with accelerator.autocast():
        if loss.g_needs_real:
            with torch.no_grad():
                real_logits = game.D(real, c).real.float()
        fake_logits = game.D(game.G(drawn("z for G", config.z_dim), c), c).real.float()
        loss_g = loss.g(real_logits, fake_logits)
    game.adam_g.zero_grad(set_to_none=True)
    loss_g.backward()
    game.adam_g.step()
    game.D.requires_grad_(True)

    game.images += batch
    follow(game.ema, game.G, ema_decay(game.images, batch, config.ema_kimg * 1000))
    log |= {"loss_d": loss_d.detach(), "loss_g": loss_g.detach()}
    return log | {"d_real": real_logits.detach().mean(), "d_fake": fake_logits.detach().mean()}
