"""Training of a judge's network, step by step, so that it can be stopped and resumed."""

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from explorer.atomic import write_atomic
from explorer.data.progress import Report
from explorer.files import reason
from explorer.measure.judge.format import JudgeError
from explorer.measure.judge.layout import Layout, large, slim, small, wide
from explorer.measure.judge.network import JudgeNetwork
from explorer.models.pixels import from_bytes
from explorer.state_file import DamagedState, pack_state, read_state
from explorer.stopping import Stop, Stopped

BATCH = 128
SAVED_EVERY = 60.0  # seconds of training


@dataclass(frozen=True)
class Recipe:
    """Hyperparameters for pictures of a kind: AdamW, its rate up to `lr` and down again in one cycle.

    layout: the network for a side in pixels. seen: pictures seen in all, unless the number of epochs is given. augment:
    what is done to pictures, a key of AUGMENTATIONS, or nothing. half: whether the convolutions are computed in
    bfloat16 where that is faster.
    """

    layout: Callable[[int], Layout]
    seen: int
    lr: float
    weight_decay: float
    smoothing: float
    augment: str
    half: bool

    def __str__(self) -> str:
        augmented = f", {self.augment}" if self.augment else ""
        return f"AdamW, one cycle up to {self.lr:g}, label smoothing {self.smoothing:g}{augmented}"


GREY = Recipe(small, seen=480_000, lr=6e-3, weight_decay=0.02, smoothing=0.02, augment="", half=False)
MIRRORED, WARPED, FLIPPED = "shifted and mirrored", "shifted, scaled, turned, coloured", ", mirrored"
COLOUR = Recipe(large, seen=1_500_000, lr=6e-3, weight_decay=0.05, smoothing=0.05, augment=MIRRORED, half=True)
WORDS = Recipe(wide, seen=300_000, lr=4e-3, weight_decay=0.02, smoothing=0.1, augment=WARPED, half=True)
"""For the words of pictures in several styles: few pictures of each of hundreds, and other styles in the test."""
STYLES = Recipe(slim, seen=300_000, lr=6e-3, weight_decay=0.02, smoothing=0.05, augment="shifted", half=True)
"""For the styles themselves, which keep their colours."""
MANY = 100  # words, above which the wide layout pays


def recipe_for(channels: int) -> Recipe:
    """The recipe for grey (1) or coloured (3) pictures."""
    return GREY if channels == 1 else COLOUR


def word_recipe(classes: int, flips: bool = False) -> Recipe:
    """The recipe for so many words in several styles. flips: whether pictures are mirrored too."""
    return replace(WORDS, layout=wide if classes > MANY else small, augment=WARPED + FLIPPED * flips)


def default_epochs(pictures: int, recipe: Recipe = GREY) -> int:
    """Epochs for so many pictures: fewer for more, so that training takes about the same time."""
    return min(60, max(2, round(recipe.seen / pictures)))


class Fitting:
    """The training of one network; its randomness depends on the seed and the step alone.

    recipe: by default the one for the channels of the pictures.
    """

    def __init__(
        self,
        images: Tensor,
        labels: Tensor,
        classes: int,
        epochs: int,
        seed: int,
        device: torch.device,
        recipe: Recipe | None = None,
    ):
        channels, side = images.shape[1:3]
        self.recipe = recipe or recipe_for(channels)
        self.images, self.labels, self.seed, self.device = images, labels, seed, device
        self.classes, self.epochs, self.step = classes, epochs, 0
        self.seconds = self.cpu_seconds = 0.0  # of training so far; very different on a busy machine
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.network = JudgeNetwork(channels, side, classes, True, self.recipe.layout(side))
        self.network.to(device, memory_format=torch.channels_last).train()
        self.steps = len(images) // BATCH  # of an epoch, without its last, short batch: batch norm needs whole ones
        self.adam = torch.optim.AdamW(self.network.parameters(), self.recipe.lr, weight_decay=self.recipe.weight_decay)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(self.adam, self.recipe.lr, total_steps=epochs * self.steps)
        half = self.recipe.half and _bfloat16_is_faster(device)
        self.precision = "bfloat16" if half else "float32"
        self._cast = torch.autocast(device.type, torch.bfloat16, enabled=half)
        self._draw, self._order, self._orders = torch.Generator().manual_seed(seed), torch.empty(0), 0

    @property
    def done(self) -> bool:
        return self.step == self.epochs * self.steps

    def advance(self) -> None:
        """Train on one batch."""
        epoch, step = divmod(self.step, self.steps)
        while self._orders <= epoch:  # the orders of epochs before a resume are drawn again
            self._order = torch.randperm(len(self.images), generator=self._draw).to(self.images.device)
            self._orders += 1
        rows = self._order[step * BATCH : (step + 1) * BATCH]
        images, labels = self.images[rows], self.labels[rows]
        if self.recipe.augment:
            draw = torch.Generator().manual_seed((self.seed * 1_000_003 + self.step) % 2**63)
            images = AUGMENTATIONS[self.recipe.augment](images, draw)
        with self._cast:
            logits = self.network(from_bytes(images))
        loss = F.cross_entropy(logits.float(), labels, label_smoothing=self.recipe.smoothing)
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        self.schedule.step()
        self.step += 1

    def folded(self) -> JudgeNetwork:
        """The network with batch norm folded into its convolutions, in eval mode on the same device."""
        channels, side = self.images.shape[1:3]
        folded = JudgeNetwork(channels, side, self.classes, layout=self.network.layout)
        folded.load_state_dict(self.network.folded())
        return folded.to(self.device, memory_format=torch.channels_last).eval()

    def save(self, path: Path) -> None:
        """Write the state of the training, atomically."""
        parts = {name: getattr(self, name).state_dict() for name in ("network", "adam", "schedule")}
        numbers = {name: getattr(self, name) for name in ("step", "seconds", "cpu_seconds")}
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, pack_state({"of": self._identity, **numbers, **parts}))

    def restore(self, path: Path) -> None:
        """Load a state that `save` wrote, if there is one and it is of this very training.

        Raises JudgeError where the file cannot be read."""
        if not os.path.lexists(path):
            return
        try:
            state = read_state(path)
            if state["of"] != self._identity:
                return
            for name in ("network", "adam", "schedule"):
                getattr(self, name).load_state_dict(state[name])
            self.step = int(state["step"])
            self.seconds, self.cpu_seconds = float(state["seconds"]), float(state["cpu_seconds"])
        except Exception as error:  # torch raises many kinds of errors for a foreign file
            why = reason(error) if isinstance(error, OSError | DamagedState) else "it does not fit"
            raise JudgeError(
                f"The half-trained judge {path} cannot be read ({why}): delete it to start anew."
            ) from error

    @cached_property
    def _identity(self) -> dict[str, str | int]:
        """Everything on which the trained weights depend."""
        digest = hashlib.sha256(str(tuple(self.images.shape)).encode())
        for tensor in (self.images, self.labels):
            digest.update(tensor.cpu().contiguous().numpy())
        fixed = {"pictures": digest.hexdigest(), "classes": self.classes, "epochs": self.epochs, "seed": self.seed}
        return {**fixed, "recipe": f"{self.recipe}, {self.network.layout}", "device": self.device.type}


def fit(
    images: Tensor,
    labels: Tensor,
    classes: int,
    epochs: int,
    seed: int = 0,
    device: str | torch.device = "cpu",
    report: Report = lambda what, done, total: None,
) -> JudgeNetwork:
    """Train a network on pictures uint8 [N, C, H, W] of labels int64 [N]; N at least 128. It is returned folded, in
    eval mode on `device`."""
    device = torch.device(device)
    return resume(Fitting(images.to(device), labels.to(device), classes, epochs, seed, device), report=report)


def resume(
    fitting: Fitting,
    state: Path | None = None,
    report: Report = lambda what, done, total: None,
    stop: Stop = lambda: False,
) -> JudgeNetwork:
    """Train to the end, from the `state` file if there is one; it is saved now and then, and left to the caller to
    remove.

    Raises Stopped once `stop` says so."""
    if state is not None:
        fitting.restore(state)
    saved, before, cpu_before = fitting.seconds, fitting.seconds, fitting.cpu_seconds
    began, cpu_began = time.monotonic(), time.process_time()
    while not fitting.done:
        fitting.advance()
        fitting.seconds = before + time.monotonic() - began
        fitting.cpu_seconds = cpu_before + time.process_time() - cpu_began
        report("training the judge", fitting.step * BATCH, fitting.epochs * fitting.steps * BATCH)
        stopping = stop()
        if state is not None and (stopping or fitting.seconds - saved > SAVED_EVERY):
            fitting.save(state)
            saved = fitting.seconds
        if stopping:
            epoch = fitting.step / fitting.steps
            again = "the same command goes on from there" if state is not None else "nothing was kept"
            raise Stopped(f"Stopped after {epoch:.1f} of {fitting.epochs} epochs; {again}.")
    return fitting.folded()


def augmented(images: Tensor, draw: torch.Generator, flips: bool = True) -> Tensor:
    """Shift each of pictures uint8 [N, C, S, S] by up to S // 8 pixels both ways, reflected at the borders, and mirror
    a random half left to right (`flips`)."""
    count, channels, side, _ = images.shape
    device = images.device
    shifts = torch.randint(-(side // 8), side // 8 + 1, (2, count, 1), generator=draw).to(device)
    places = (shifts + torch.arange(side, device=device)).abs()
    rows, columns = (side - 1) - ((side - 1) - places).abs()
    mirrored = (torch.rand(count, 1, generator=draw) < (0.5 if flips else 0)).to(device)
    columns = torch.where(mirrored, columns.flip(1), columns)
    each = torch.arange(count, device=device)[:, None, None, None]
    channel = torch.arange(channels, device=device)[:, None, None]
    return images[each, channel, rows[:, None, :, None], columns[:, None, None, :]]


def warped(images: Tensor, draw: torch.Generator, flips: bool = False) -> Tensor:
    """Shift each of pictures uint8 [N, C, S, S] by up to a tenth both ways, scale it by up to an eighth, turn it a few
    degrees, the edges drawn out, and change its brightness and, in colour, its hue a little: what other artists do."""
    count, channels, device = len(images), images.shape[1], images.device
    scale, turn = 1 + 0.12 * (2 * torch.rand(count, generator=draw) - 1), 0.075 * torch.randn(count, generator=draw)
    mirror = torch.where(torch.rand(count, generator=draw) < (0.5 if flips else 0), -1.0, 1.0)
    shift = 0.1 * (2 * torch.rand((count, 2), generator=draw) - 1)
    cosine, sine = scale * turn.cos(), scale * turn.sin()
    rows = (torch.stack([cosine * mirror, -sine], dim=1), torch.stack([sine * mirror, cosine], dim=1))
    places = torch.cat([torch.stack(rows, dim=1), shift[:, :, None]], dim=2).to(device)
    grid = F.affine_grid(places, list(images.shape), align_corners=False)
    moved = F.grid_sample(images.float(), grid, padding_mode="border", align_corners=False)
    bright = 1 + 0.1 * torch.randn((count, 1, 1, 1), generator=draw)
    hue = 12 * torch.randn((count, channels, 1, 1), generator=draw)
    return (moved * bright.to(device) + hue.to(device)).round_().clamp_(0, 255).byte()


AUGMENTATIONS: dict[str, Callable[[Tensor, torch.Generator], Tensor]] = {
    MIRRORED: augmented,
    "shifted": partial(augmented, flips=False),
    WARPED: warped,
    WARPED + FLIPPED: partial(warped, flips=True),
}
"""What may be done to pictures in training, by its name in a judge's record."""


def _bfloat16_is_faster(device: torch.device) -> bool:
    """Whether a device computes in bfloat16 natively; every GPU of today does."""
    has = getattr(torch.cpu, "get_capabilities", dict)()
    return device.type != "cpu" or any(has.get(one, False) for one in ("avx512_bf16", "amx_bf16"))
