"""The state of a training: both networks, their optimisers, the averaged generator, and what went wrong so far."""

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from explorer.models.discriminator import Discriminator, DiscriminatorOutput
from explorer.models.families import family
from explorer.models.generator import Generator
from explorer.models.layers import add_spectral_norm
from explorer.models.translator import PatchDiscriminators, Translator
from explorer.training import rng
from explorer.training.distributed import GROUP
from explorer.training.fine_tuning import Start
from explorer.training.settings import TrainConfig, TrainingError

STATISTICS = 8  # batches of 64 on which batch statistics are measured
PALE = 0.1  # of a fresh generator's last weights, where it is pulled towards pictures


@dataclass
class TrainState:
    """All that changes while a training goes on. images: real pictures seen so far, which every schedule follows."""

    G: Generator | Translator
    D: Discriminator | PatchDiscriminators
    ema: Generator | Translator  # the averaged generator
    adam_g: torch.optim.Adam
    adam_d: torch.optim.Adam
    forward: "Forward | None"  # None of a translator
    labels: Tensor | None = None  # unit vectors [K, D] of the labels; `averaged_generator` needs them in word families
    images: int = 0
    seconds: float = 0.0  # of work, over all resumes
    cpu_seconds: float | None = 0.0  # of this process alone; None where it was not counted from the beginning
    setbacks: "Setbacks" = field(default_factory=lambda: Setbacks())
    began: str = ""  # a sentence on the weights of the checkpoint it began with, if any
    pools: dict[str, Tensor] = field(default_factory=dict)  # of a translator: fakes of each domain, uint8 [P, C, H, W]

    @classmethod
    def new(
        cls, config: TrainConfig, device: torch.device, labels: Tensor | None = None, start: Start | None = None
    ) -> "TrainState":
        """Fresh networks: their first weights depend on the seed alone, or on the checkpoint of `start`.

        labels: unit vectors [K, D], to which the word projection, if the config has one, is fitted.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(rng.stream(config.seed, 0, "weights").initial_seed())
            is_translator = config.conditioning == "picture"
            parts = (Translator, PatchDiscriminators) if is_translator else (Generator, Discriminator)
            networks = tuple(part(config.shapes) for part in parts)
            if config.conditioning == "word" and config.shapes.ear and labels is not None:
                for network in networks:
                    network.word_projection.fit(labels.cpu(), config.outside)
            if config.reconstruction:  # it begins with grey: from colours far out tanh lets no gradient back
                networks[0].to_image.weight.data.mul_(PALE)
            began = start.fill(*networks) if start else ""
            if family(config.family).spectral:
                add_spectral_norm(networks[1])
        # Instance norm, which a translator has after every layer, is faster on a processor without channels_last.
        memory = torch.contiguous_format if is_translator else torch.channels_last
        G, D = (network.to(device, memory_format=memory) for network in networks)
        adam_g, adam_d = (
            torch.optim.Adam(
                n.parameters(), config.lr, betas=(config.beta1, config.beta2), fused=device.type == "cuda" or None
            )
            for n in (G, D)
        )
        backend = configure_torch(device)
        forward = None if is_translator else Forward.of(G, D, backend)
        return cls(G, D, ema_copy(G), adam_g, adam_d, forward, labels, began=began)

    @property
    def kimg(self) -> float:
        """Thousands of real pictures seen."""
        return self.images / 1000

    @property
    def progress(self) -> dict[str, float]:
        """Images and kimg, as every line of a run's log and status has them."""
        return {"images": self.images, "kimg": self.kimg}

    def averaged_generator(self, config: TrainConfig) -> Generator:
        """The averaged generator, ready to draw: its batch statistics, if it has any, measured on latents of their own.

        The next step copies those of G over them again, so that drawing changes nothing.
        """
        device = next(self.G.parameters()).device

        def batches() -> Iterator[tuple[Tensor, Tensor]]:
            for number in range(STATISTICS):
                z = rng.normal((64, config.z_dim), config.seed, number, "statistics")
                yield z.to(device), sample_conditions(config, 64, number, self.labels).to(device)

        measure_batch_statistics(self.ema, batches())
        return self.ema

    def is_finite(self) -> bool:
        """Whether all weights and averages are finite numbers."""
        tensors = [*self.G.parameters(), *self.D.parameters(), *self.ema.parameters()]
        return bool(torch.stack([torch.isfinite(tensor).all() for tensor in tensors]).all())

    def state_dict(self) -> dict:
        """Everything needed to go on, as tensors and plain values."""
        parts = {name: getattr(self, name).state_dict() for name in ("G", "D", "ema", "adam_g", "adam_d")}
        if self.pools:
            parts["pools"] = dict(self.pools)
        counters = {"images": self.images, "seconds": self.seconds, "cpu_seconds": self.cpu_seconds}
        return {**parts, **counters, "setbacks": self.setbacks.to_state(), "began": self.began}

    def load_state_dict(self, state: dict) -> None:
        """Go on from what `state_dict` returned. Raises TrainingError for a state of other networks."""
        try:
            for name in ("G", "D", "ema", "adam_g", "adam_d"):
                getattr(self, name).load_state_dict(state[name])
            for adam in (self.adam_g, self.adam_d):
                for weight, averages in adam.state.items():
                    if any(averages[name].shape != weight.shape for name in ("exp_avg", "exp_avg_sq")):
                        raise ValueError("averages of another shape")
            self.pools = self._checked_pools(state)
            self.setbacks = Setbacks.from_state(state)
        except Exception as error:  # torch fails in many ways over what does not fit
            raise TrainingError(
                "The saved state does not fit the networks of this run; it is damaged or of another version: delete "
                "the newest folder in the run's `state` to go on from the one before, or train in another folder."
            ) from error
        self.images, self.seconds = int(state["images"]), float(state["seconds"])
        self.cpu_seconds = state.get("cpu_seconds")
        self.began = str(state.get("began", ""))

    def _checked_pools(self, state: dict) -> dict[str, Tensor]:
        """The pools in a saved state. Raises ValueError for what no training saves."""
        pools = dict(state.get("pools", {}))
        shape = (self.G.config.channels, self.G.config.resolution, self.G.config.resolution)
        for name, pool in pools.items():
            if name not in ("a", "b") or pool.dtype != torch.uint8 or pool.shape[1:] != shape:
                raise ValueError("a pool of something else")
        device = next(self.G.parameters()).device
        return {name: pool.to(device) for name, pool in pools.items()}


def sample_conditions(config: TrainConfig, count: int, images: int, labels: Tensor | None = None) -> Tensor:
    """Conditions [count, c_dim], each as likely: labels, as one-hot or as the vectors [K, D] of their words, the style
    open; or codes, or nothing."""
    if config.conditioning in ("codes", "nothing"):
        return rng.codes(count, config.shapes.codes, config.seed, images)
    every = torch.eye(config.c_dim) if config.conditioning == "label" else F.pad(labels, (0, config.styles))
    uniform = rng.uniform((count,), config.seed, images, "any label")
    return every[(uniform * len(every)).long()]


class Forward(NamedTuple):
    """The passes of a step: G, and the two halves of D. Penalties use D itself: compiled code has no second
    derivative."""

    generator: Callable[[Tensor, Tensor], Tensor]
    features: Callable[[Tensor, Tensor], Tensor]
    logits: Callable[[Tensor, Tensor], DiscriminatorOutput]

    @classmethod
    def of(cls, G: Generator, D: Discriminator, backend: str | None = None) -> "Forward":
        """Of these networks, compiled by torch with a backend (`inductor`), or plain; their weights stay their own.

        Where the backend fails, for want of a compiler for instance, torch goes on with the plain pass and warns.
        """
        plain = cls(G, D.features, D.logits)
        if backend is None:
            return plain
        torch._dynamo.config.suppress_errors = True
        return cls(*(torch.compile(one, backend=backend) for one in plain))


def configure_torch(device: torch.device) -> str | None:
    """Set torch up for a device. Returns the backend to compile with; None where that costs more than it saves."""
    if device.type != "cuda":
        return None
    torch.backends.cudnn.benchmark = True  # the shapes never change
    torch.set_float32_matmul_precision("high")  # TF32
    torch.backends.cudnn.allow_tf32 = True
    return "inductor"


# The averaged generator.


def ema_copy(network: nn.Module) -> nn.Module:
    """A frozen copy of a network, to be moved along by `update_ema`."""
    return copy.deepcopy(network).eval().requires_grad_(False)


@torch.no_grad()
def update_ema(average: nn.Module, network: nn.Module, decay: float) -> None:
    """Parameters: average = decay * average + (1 - decay) * network. Buffers are copied."""
    own, new = list(average.parameters()), list(network.parameters())
    torch._foreach_lerp_(own, [p.detach() for p in new], 1 - decay)
    for mine, theirs in zip(average.buffers(), network.buffers(), strict=True):
        mine.copy_(theirs)


@torch.no_grad()
def measure_batch_statistics(average: nn.Module, batches: Iterable[tuple[Tensor, ...]]) -> None:
    """Measure the statistics of batch norm anew, on these inputs: those that were copied belong to other weights."""
    norms = [module for module in average.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # a plain mean over the batches
        norm.train()
    for batch in batches if norms else ():
        average(*batch)
    average.eval()


# Setbacks: what went wrong, and what was changed so that the training could go on.


class Diverged(Exception):
    """Numbers that are not finite any more; says which."""


@dataclass(frozen=True)
class Setbacks:
    """Part of a run's state, so that a resumed training goes on with what was changed.

    pieces: how many parts a batch is computed in, one after the other, for want of memory. The sum of their gradients
    is that of the whole, but for batch norm, which norms each part by itself. lr_scale: factor of the learning rate.
    history: a sentence for every change; stored under the old key `told`.
    """

    pieces: int = 1
    lr_scale: float = 1.0
    history: tuple[str, ...] = ()

    @classmethod
    def from_state(cls, state: dict) -> "Setbacks":
        """As `to_state` wrote them; none in states that were saved before there were setbacks."""
        stored = dict(state.get("setbacks", {}))
        history = tuple(stored.pop("told", ()))
        return cls(**stored, history=history)

    def to_state(self) -> dict:
        stored = asdict(self)
        return stored | {"told": list(stored.pop("history"))}

    def after(self, fault: Exception, batch: int, kimg: float) -> "Setbacks":
        """What to go on with after `fault`. Raises TrainingError when nothing is left to try."""
        if isinstance(fault, Diverged):
            if self.lr_scale < 1:
                raise TrainingError(
                    f"The training diverged again at {kimg:.1f} kimg ({fault}), at half the learning rate: try a "
                    f"smaller lr or another seed in a new folder; what this one keeps is from before."
                )
            return self._with(f"The learning rate was halved: {fault} at {kimg:.1f} kimg.", lr_scale=0.5)
        pieces = self.pieces * 2
        if batch % GROUP or batch // GROUP < pieces:
            raise TrainingError(
                f"There is not enough memory for this training, even with its batch of {batch} cut into {self.pieces}: "
                f"close other programs, or start a smaller one (size, batch, resolution)."
            )
        return self._with(
            f"The batch is computed in {pieces} pieces: memory ran out at {kimg:.1f} kimg.", pieces=pieces
        )

    def _with(self, sentence: str, **changed: float) -> "Setbacks":
        return replace(self, **changed, history=(*self.history, sentence))


def out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch's says that memory ran out; the CPU's has no class of its own."""
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or "can't allocate memory" in str(error)
