"""What a training is: every dial, with its default, in one frozen value written beside the weights."""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.errors import ExplorerError, shown
from explorer.files import read_json, reason
from explorer.models.config import NetworkConfig
from explorer.models.families import Conditioning, family
from explorer.places import DEFAULT_SPACE

if TYPE_CHECKING:
    from explorer.data.options import ReadOptions

# What a run was trained with whose config was written before there was such a dial.
BEFORE = {"outside": 1.0, "synonyms": False, "mismatch": 0.0, "translate_names": False}
BEFORE |= {"network": "residual", "d_steps": 1, "warmup_kimg": 2.0}

_KINDS = {bool: bool, int: int, float: int | float, str: str, tuple: tuple}  # what a dial of each type may hold

MAX_BYTES = 1 << 20  # of a config.json

LISTS = ("codes", "hold_out", "preview", "names", "changes")  # the dials that are several values
NOTED = ("start_hash", "changes")  # what a run notes by itself; nobody sets it

# A line of help for every dial that a person may set, for the command line and the app.
HELP = {
    "family": "The game that the two networks play.",
    "data": "fashion-mnist, mnist, cifar10, digits, or a folder, zip or tar with one sub-folder per class.",
    "fit": "Pictures that are not square: crop (to their centre), pad (in the colour of their edges) or stretch.",
    "skip_broken": "Leave out files that cannot be read as pictures, and count them.",
    "names": "A names file for class folders, CSV or JSON: folder, word.",
    "translate_names": "Read digits, WordNet ids and CapitalisedWords in folder names by their words.",
    "space": "The word space that the generator hears.",
    "start_from": "A checkpoint whose weights it begins with: a name, a folder, a run, RUN@25024, hf:owner/name.",
    "hold_out": "Classes that it is not shown, to see what it makes of their words.",
    "resolution": "28, 32 or 64 pixels; by default as the pictures are.",
    "z": "The latent as the generator feels it: normal, uniform on [-1, 1], or uniform01.",
    "codes": "InfoGAN's codes: n for one of n categories, 1 for a number.",
    "network": "What both networks are made of: residual blocks, or dcgan's strided convolutions.",
    "norm": "none, batch norm in both networks, or in the generator alone; by default as the family's paper has it.",
    "penalty": "On the discriminator's slopes: none, r1r2 or gp; by default as the family's paper has it.",
    "g_steps": "Steps of the generator for each of the discriminator.",
    "d_steps": "Steps of the discriminator, each on a batch of its own, for each of the generator.",
    "z_dim": "How many numbers of noise a picture is drawn from: what the word leaves open.",
    "size": "The width of the networks: twice the size draws finer, takes about four times as long.",
    "kimg": "The budget in thousands of real pictures seen.",
    "batch": "Pictures a step.",
    "lr": "Adam's learning rate: smaller is slower and steadier.",
    "lr_g": "How many times as fast the generator learns as the discriminator.",
    "warmup_kimg": "Thousands of pictures over which the learning rate rises to its full height at first.",
    "lr_end": "The share of the learning rate that is left at the end.",
    "beta1": "Adam's momentum; GANs do best with none.",
    "beta2": "Adam's memory of how steep it was.",
    "gamma": "Weight of the R1 and R2 penalties, which keep the discriminator's slopes gentle.",
    "penalty_every": "Steps between penalties; each counts for as many.",
    "ema_kimg": "Half-life, in thousands of pictures, of the averaged generator that is shown and published.",
    "jitter": "The largest step of the word jitter, which lets the generator hear what lies around a word.",
    "outside": "How much is heard of what lies outside the span of the labels' vectors; 1 is all.",
    "neighbours": "Words of the space around each label that its pictures are said with too.",
    "own": "How often a picture is said with its label's own word, when there are others.",
    "synonyms": "Say pictures with other words for their class too, where the house has a list.",
    "mismatch": "Weight of other real pictures for the same word, as fakes for the discriminator.",
    "seed": "Seed of everything that is drawn.",
    "threads": "CPU threads, fixed for the run; by default all cores but one, up to 8.",
    "precision": "no (float32) or bf16, which is faster where the processor or GPU has it.",
    "sheet_kimg": "Thousands of pictures between two sample sheets.",
    "snapshot_kimg": "Thousands of pictures between two checkpoints that are kept; 0 keeps the newest alone.",
    "save_seconds": "Seconds of work between two saves.",
    "preview": "Words drawn on the sheets below the labels.",
    "tensorboard": "Write event files for TensorBoard too.",
}


class TrainingError(ExplorerError):
    """A training that cannot start or go on, in one sentence."""


@dataclass(frozen=True)
class TrainConfig:
    """The house recipe is relativistic loss with lazy R1 + R2 (R3GAN, Huang 2024), Adam, EMA, and words heard widely:
    jittered, through synonyms, less of what lies outside the labels' span, and other real pictures as fakes.

    Everything that decides the weights is here, the number of threads included: the same config on the same
    machine gives the same weights bit for bit, stopped and resumed or not.
    """

    family: str = "word"  # the game, a row of models.families
    data: str = "fashion-mnist"  # a source's name, or a folder, zip or tar with a sub-folder a class
    fit: str = "crop"  # what becomes of pictures that are not square: see `explorer.data.load`
    skip_broken: bool = False  # leave out what cannot be read as a picture
    names: tuple[tuple[str, str], ...] = ()  # (folder, word) of a names file that does not lie beside the folders
    translate_names: bool = True  # read folder names by their words, where that is certain
    space: str = DEFAULT_SPACE  # the word space the generator hears
    hold_out: tuple[str, ...] = ()  # classes that it is not shown, nor told of
    resolution: int = 28  # pixels
    channels: int = 1
    c_dim: int = 100  # what G hears: see `condition_dim`
    z_dim: int = 64
    z: str = "normal"  # or uniform on [-1, 1], or uniform01
    codes: tuple[int, ...] = (10, 1, 1)  # InfoGAN's: n of a category, 1 of a number
    network: str = "residual"  # or dcgan: what both networks are made of
    norm: str = ""  # none, batch, or generator (batch norm in G alone); by default the family's own
    penalty: str = ""  # none, r1r2 or gp; by default the family's own
    size: int = 32  # the width dial, see NetworkConfig
    kimg: float = 400.0  # the budget: thousands of real pictures seen
    batch: int = 64
    g_steps: int = 1  # steps of G for each of D
    d_steps: int = 1  # steps of D, a batch each, for each of G
    lr: float = 6e-4  # Adam's step for D, and for G too unless lr_g says otherwise
    lr_g: float = 1.0  # G's step, in times D's (two time scales: Heusel 2017)
    warmup_kimg: float = 2.0  # without it, seeds 2 and 3 at lr 1.2e-3 drew black from the first fifty steps on
    lr_end: float = 0.1  # the share of lr left at the end of the budget
    beta1: float = 0.0  # Adam's betas
    beta2: float = 0.99
    gamma: float = 0.5  # weight of R1 and of R2
    penalty_every: int = 8  # batches between penalties, each weighted by as much
    ema_kimg: float = 20.0  # half-life of the averaged generator
    jitter: float = 1.5  # the largest step of the word jitter; each picture draws its own from [0, jitter]
    outside: float = 0.1  # how much is heard of what lies outside the span of the labels' vectors; 1 is all
    neighbours: int = 0  # words around each label that its pictures are said with too
    own: float = 0.5  # how often a picture is said with its label's own word, when there are others
    synonyms: bool = True  # hear the house's list of other words for the classes of this data set, if it has one
    mismatch: float = 0.1  # weight of other real pictures for the same word, as fakes for D
    seed: int = 0
    threads: int = 1  # CPU threads: part of the run, since another count rounds differently
    precision: str = "no"  # "no" (float32) or "bf16"
    sheet_kimg: float = 10.0  # a sample sheet every so often
    snapshot_kimg: float = 0.0  # a checkpoint is kept every so often; 0 keeps the newest alone
    save_seconds: float = 60.0  # by the clock, so that a kill loses a minute at most
    preview: tuple[str, ...] = ()  # words drawn on the sheets below the labels
    tensorboard: bool = False  # write event files beside stats.jsonl
    start_from: str = ""  # the checkpoint whose weights it begins with, see `starting`; by default it begins anew
    start_hash: str = ""  # of those weights
    changes: tuple[tuple[int, str, float | str], ...] = ()  # made on the way: images seen then, setting, value before

    def __post_init__(self) -> None:
        for one in fields(self):
            value, kind = getattr(self, one.name), _KINDS[type(one.default)]
            if not isinstance(value, kind) or isinstance(value, bool) is not isinstance(one.default, bool):
                raise TrainingError(f"{one.name} is {shown(value, 50)!r}; it must be like {one.default!r}.")
        if not all(isinstance(word, str) for word in (*self.preview, *self.hold_out)):
            raise TrainingError("Preview words and held-out classes must be texts.")
        if not all(map(_is_change, self.changes)):
            raise TrainingError("changes must be triples: the images seen, the setting, and what it was before.")
        if len(set(self.hold_out)) < len(self.hold_out):
            raise TrainingError("A class is held out twice; name each once.")
        if not all(isinstance(pair, tuple) and [type(text) for text in pair] == [str, str] for pair in self.names):
            raise TrainingError("names must be pairs of a folder and its word; --names reads a file of them.")
        self.read_options  # noqa: B018 - checked where they are described
        family(self.family)
        self.shapes  # noqa: B018 - its shapes are checked where they are described
        positive = (
            "kimg",
            "batch",
            "lr",
            "lr_g",
            "penalty_every",
            "ema_kimg",
            "threads",
            "sheet_kimg",
            "save_seconds",
            "g_steps",
            "d_steps",
        )
        for name in positive:
            if not 0 < getattr(self, name) < 1e9:
                raise TrainingError(f"{name} is {getattr(self, name)}; it must be a positive number.")
        for name, high in (
            ("gamma", 1e6),
            ("snapshot_kimg", 1e9),
            ("jitter", 10),
            ("lr_end", 1),
            ("warmup_kimg", 1e6),
            ("neighbours", 10_000),
            ("own", 1),
            ("outside", 1),
            ("mismatch", 1),
        ):
            if not 0 <= getattr(self, name) <= high:
                raise TrainingError(f"{name} is {getattr(self, name)}; it must lie between 0 and {high}.")
        if self.d_steps > 16:
            raise TrainingError(f"d_steps is {self.d_steps}; it must be from 1 to 16.")
        for name in ("beta1", "beta2"):
            if not 0 <= getattr(self, name) < 1:
                raise TrainingError(f"{name} is {getattr(self, name)}; it must lie in [0, 1).")
        if not 0 <= self.seed < 2**63:
            raise TrainingError(f"The seed is {self.seed}; it must be a whole number from 0 to 2^63 - 1.")
        for name, known in (("norm", ("none", "batch", "generator")), ("penalty", ("none", "r1r2", "gp"))):
            if getattr(self, name) not in ("", *known):
                raise TrainingError(
                    f"{name} is {shown(getattr(self, name), 50)!r}; it must be one of {', '.join(known)}."
                )
        if self.precision not in ("no", "bf16"):
            raise TrainingError(f"Precision {shown(self.precision, 50)!r} is not known: choose no (float32) or bf16.")

    @property
    def shapes(self) -> NetworkConfig:
        """The shapes of both networks."""
        rules = family(self.family)
        return NetworkConfig(
            self.resolution,
            self.channels,
            self.z_dim,
            self.c_dim,
            self.size,
            ear=self.conditioning == "word" and self.outside < 1,
            norm=self.norm or rules.norm,
            head=rules.head,
            z=self.z,
            codes=self.codes if self.conditioning == "codes" else (),
            network=self.network,
        )

    @property
    def read_options(self) -> "ReadOptions":
        """How its pictures are read."""
        from explorer.data.options import ReadOptions

        return ReadOptions(self.fit, self.skip_broken, self.names, self.translate_names)

    @property
    def conditioning(self) -> Conditioning:
        """What G is told."""
        return family(self.family).conditioning

    @property
    def slopes(self) -> str:
        """The penalty on D's slopes."""
        return self.penalty or family(self.family).penalty

    @property
    def images(self) -> int:
        """The budget in images, rounded up to whole batches."""
        return -(-int(self.kimg * 1000) // self.batch) * self.batch

    @property
    def change_history(self) -> tuple[str, ...]:
        """A sentence for everything that was changed on the way and decides the weights."""
        raised = [(images, before) for images, name, before in self.changes if name == "kimg"]
        told = []
        for (images, before), budget in zip(raised, [*(later for _, later in raised[1:]), self.kimg], strict=False):
            at = f"{images / 1000:g}"
            onward = f"Trained to {at} kimg" if images >= 1000 * before else f"With {at} of {before:g} kimg done"
            told.append(f"{onward}, then on to {budget:g} (learning rate schedule restarted at {at}).")
        others = [
            f"The {name} had been {before} until {images / 1000:g} kimg, which rounds differently."
            for images, name, before in self.changes
            if name != "kimg"
        ]
        return (*told, *others)

    def recipe(self) -> dict:
        """The dials that a model card should tell: all but where the pictures lay and how the run was kept."""
        kept_quiet = (
            "start_from",
            *(name for name in NOTED if not getattr(self, name)),
            "data",
            "space",
            "threads",
            "sheet_kimg",
            "snapshot_kimg",
            "save_seconds",
            "preview",
            "tensorboard",
        )
        return {name: value for name, value in asdict(self).items() if name not in kept_quiet}

    def to_json(self) -> str:
        """Indented JSON, one dial a line."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_file(cls, path: Path) -> "TrainConfig":
        """Read a run's config.json; a dial it lacks takes what was before it, one it should not have is named."""
        try:
            stored = read_json(path, MAX_BYTES)
            unknown = sorted(set(stored) - {field.name for field in fields(cls)})
            if unknown:
                raise TrainingError(f"{path} has a dial that this version does not know: {shown(unknown[0], 80)}.")
            before = BEFORE
            if "network" not in stored and stored.get("family") == "wgan-gp":
                before = BEFORE | {"norm": "none"}  # the family had no batch norm
                stored = {name: value for name, value in stored.items() if (name, value) != ("norm", "")}
            return cls(**{**before, **stored, **tuples(stored)})
        except (OSError, ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            raise TrainingError(
                f"{path} is not a training config ({reason(error)}); start the run in another folder."
            ) from error


def condition_dim(game: str, space: int, labels: int, codes: tuple[int, ...] = TrainConfig.codes) -> int:
    """The `c_dim` of a family: of a word as many numbers as the space has, of a label as many as there are labels."""
    return {"word": space, "label": labels, "nothing": 0, "codes": sum(codes)}[family(game).conditioning]


def tuples(dials: dict) -> dict:
    """Those of the dials that are several values, as tuples: JSON has only lists."""
    lists = {name: dials[name] for name in LISTS if isinstance(dials.get(name), list | tuple)}
    return {
        name: tuple(tuple(one) if isinstance(one, list) else one for one in several) for name, several in lists.items()
    }


def _is_change(one: object) -> bool:
    """Whether it is the images seen, the name of a setting, and a value."""
    if not isinstance(one, tuple) or len(one) != 3 or type(one[0]) is not int or not 0 <= one[0] < 1e12:
        return False
    name, before = one[1:]
    return (name == "precision" and isinstance(before, str)) or (
        name in ("kimg", "threads") and type(before) in (int, float) and 0 < before < 1e9
    )
