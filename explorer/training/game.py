"""Two networks and their optimisers: what a training moves along, and one move of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from explorer.models.conditioning import jitter
from explorer.models.discriminator import Discriminator
from explorer.models.families import family
from explorer.models.generator import Generator
from explorer.models.spectral import normed
from explorer.training import draws
from explorer.training.distributed import GROUP, Distributed, cut
from explorer.training.ema import averaged, follow, settle
from explorer.training.fine_tuning import Start
from explorer.training.forward import Forward, passes, ready, staged
from explorer.training.losses import LOSSES
from explorer.training.penalties import one_centred, zero_centred
from explorer.training.schedules import ema_decay, lr_factor
from explorer.training.setbacks import Setbacks
from explorer.training.settings import TrainConfig, TrainingError

SETTLING = 8  # batches of 64 on which batch statistics are measured


@dataclass
class TrainState:
    """All that changes while a training goes on. `images` is the clock: real pictures seen so far."""

    G: Generator
    D: Discriminator
    ema: Generator
    adam_g: torch.optim.Adam
    adam_d: torch.optim.Adam
    passes: Forward
    labels: Tensor | None = None  # the unit vectors [K, D] of a family that hears words, where it is to be shown
    images: int = 0
    seconds: float = 0.0  # of work, over all the times it was resumed
    cpu_seconds: float | None = 0.0  # of this process alone; None where it was not counted from the beginning
    setbacks: Setbacks = field(default_factory=Setbacks)
    began: str = ""  # with which weights, in a sentence; empty where they were fresh

    @classmethod
    def new(
        cls, config: TrainConfig, device: torch.device, labels: Tensor | None = None, start: Start | None = None
    ) -> "TrainState":
        """Fresh networks: their first weights depend on the seed alone, or on the checkpoint of `start`.

        labels: the unit vectors [K, D] that an ear, if the config has one, is to attend to; without them it hears all,
        and a family that hears words cannot be `shown` where it has batch norm.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(draws.stream(config.seed, 0, "weights").initial_seed())
            networks = Generator(config.shapes), Discriminator(config.shapes)
            if config.shapes.ear and labels is not None:
                for network in networks:
                    network.ear.fit(labels.cpu(), config.outside)
            began = start.fill(*networks) if start else ""
            if family(config.family).spectral:
                normed(networks[1])
        G, D = (network.to(device, memory_format=torch.channels_last) for network in networks)
        adam_g, adam_d = (
            torch.optim.Adam(
                n.parameters(), config.lr, betas=(config.beta1, config.beta2), fused=device.type == "cuda" or None
            )
            for n in (G, D)
        )
        return cls(G, D, averaged(G), adam_g, adam_d, passes(G, D, ready(device)), labels, began=began)

    def state(self) -> dict:
        """Everything needed to go on, as tensors and plain values."""
        parts = {name: getattr(self, name).state_dict() for name in ("G", "D", "ema", "adam_g", "adam_d")}
        told = {"images": self.images, "seconds": self.seconds, "cpu_seconds": self.cpu_seconds}
        return {**parts, **told, "setbacks": self.setbacks.to_state(), "began": self.began}

    def shown(self, config: TrainConfig) -> Generator:
        """The averaged generator, ready to draw: its batch statistics, if it has any, measured on latents of their own.

        The next move copies those of G over them again, so that looking changes nothing.
        """
        device = next(self.G.parameters()).device

        def batches() -> Iterator[tuple[Tensor, Tensor]]:
            for number in range(SETTLING):
                z = draws.normal((64, config.z_dim), config.seed, number, "statistics")
                yield z.to(device), sample_conditions(config, 64, number, self.labels).to(device)

        settle(self.ema, batches())
        return self.ema

    def is_finite(self) -> bool:
        """Whether all weights and averages are finite numbers."""
        tensors = [*self.G.parameters(), *self.D.parameters(), *self.ema.parameters()]
        return bool(torch.stack([torch.isfinite(tensor).all() for tensor in tensors]).all())

    def restore(self, state: dict) -> None:
        """Go on from what `state` returned. Raises TrainingError for a state of other networks."""
        try:
            for name in ("G", "D", "ema", "adam_g", "adam_d"):
                getattr(self, name).load_state_dict(state[name])
            for adam in (self.adam_g, self.adam_d):
                for weight, kept in adam.state.items():
                    if any(kept[name].shape != weight.shape for name in ("exp_avg", "exp_avg_sq")):
                        raise ValueError("averages of another shape")
            self.setbacks = Setbacks.of(state)
        except Exception as error:  # torch fails in many ways over what does not fit
            raise TrainingError(
                "The saved state does not fit the networks of this run; it is damaged or of another version: delete "
                "the newest folder in the run's `state` to go on from the one before, or train in another folder."
            ) from error
        self.images, self.seconds = int(state["images"]), float(state["seconds"])
        self.cpu_seconds = state.get("cpu_seconds")
        self.began = str(state.get("began", ""))


def sample_conditions(config: TrainConfig, count: int, images: int, labels: Tensor | None = None) -> Tensor:
    """Conditions [count, c_dim], each as likely: labels, as one-hot or as the vectors [K, D] of their words; or codes,
    or nothing."""
    if config.conditioning in ("codes", "nothing"):
        return draws.codes(count, config.shapes.codes, config.seed, images)
    every = torch.eye(config.c_dim) if config.conditioning == "label" else labels
    chance = draws.uniform((count,), config.seed, images, "any label")
    return every[(chance * len(every)).long()]


def move(game: TrainState, config: TrainConfig, real: Tensor, c: Tensor, team: Distributed) -> dict[str, Tensor]:
    """One step of D, then one of G, on this process's share of a batch: real pictures [N, C, H, W] in [-1, 1] and their
    words c [N, D].

    However the batch is shared out and cut into pieces, the gradients are those of the whole (but with batch norm, for
    a part is normed by itself): all noise is drawn for the whole batch, and every part's loss counts by its share. With
    `config.mismatch` D learns, that many times as much as of fakes, that another's picture is wrong for a word (Reed
    2016). Returns detached scalars to be logged (losses, mean logits and, when it was their turn, the penalties), to be
    summed over the team.
    """
    images, batch, device = game.images, config.batch, real.device
    loss = LOSSES[family(config.family).loss]
    mine = team.share(batch)
    parts = [(slice_, (slice_.stop - slice_.start) / batch) for slice_ in cut(len(real), game.setbacks.pieces)]

    def drawn(purpose: str, width: int) -> Tensor:
        return staged(draws.normal((batch, width), config.seed, images, purpose)[mine], device)

    if config.conditioning == "word":
        amount = staged(config.jitter * draws.uniform((batch, 1), config.seed, images, "jitter amount")[mine], device)
        c = jitter(c, drawn("jitter", c.shape[1]), amount)
    rate = (
        config.lr * game.setbacks.lr_scale * lr_factor(images, config.images, config.lr_end, 1000 * config.warmup_kimg)
    )
    for adam, own in ((game.adam_g, rate * config.lr_g), (game.adam_d, rate)):
        for group in adam.param_groups:
            group["lr"] = own
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
            seen = look(real[part], c[part])
            of_real = judge(seen, c[part]).to(c.dtype)
            of_fake = judge(look(fake, c[part]), c[part]).to(c.dtype)
            loss_d = loss.d(of_real, of_fake, c[part])
            if config.mismatch > 0 and config.conditioning == "word":
                # The same words with others' pictures, not the other way round: what fits two words stays right for
                # both. A batch's order is random, and the word enters D last, so this costs next to nothing.
                of_other = judge(swapped(seen), c[part]).to(c.dtype)
                loss_d = loss_d + config.mismatch * loss.d(of_real, of_other, c[part])
        (loss_d * weight).backward()
        for name, value in (("loss_d", loss_d), ("d_real", of_real.real.mean()), ("d_fake", of_fake.real.mean())):
            note(name, value, weight)
        # In float32 whatever the precision.
        if config.slopes == "r1r2" and (images // batch) % config.penalty_every == 0:
            # Lazy, as in StyleGAN2: every few steps and as many times as strong.
            for name, pictures in (("r1", real[part]), ("r2", fake.to(c.dtype))):
                pictures = pictures.detach().requires_grad_(True)
                penalty = zero_centred(game.D(pictures, c[part]).real, pictures)
                (penalty * config.gamma * config.penalty_every * weight).backward()
                note(name, penalty, weight)
        if config.slopes == "gp":
            share = staged(draws.uniform((batch, 1, 1, 1), config.seed, images, "between")[mine], device)[part]
            pictures = torch.lerp(fake.to(c.dtype), real[part], share).requires_grad_(True)
            penalty = one_centred(game.D(pictures, c[part]).real, pictures)
            (10 * penalty * weight).backward()
            note("gp", penalty, weight)
    team.add_up(game.D)
    game.adam_d.step()

    # G: fresh latents; D only passes the gradient on.
    game.D.requires_grad_(False)
    its_turn = (images // batch + 1) % config.d_steps == 0
    for step in range(config.g_steps if its_turn else 0):
        game.adam_g.zero_grad(set_to_none=True)
        z = drawn("z for G" + (f", step {step}" if step else ""), config.z_dim)
        for part, weight in parts:
            with half:
                if loss.g_needs_real:
                    with torch.no_grad():
                        of_real = judge(look(real[part], c[part]), c[part]).to(c.dtype)
                fake = draw(z[part], c[part])
                loss_g = loss.g(of_real, judge(look(fake, c[part]), c[part]).to(c.dtype), c[part])
            (loss_g * weight).backward()
            note("loss_g", loss_g, weight / config.g_steps)
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
