"""The settings of a training: each described once, in a frozen config that is written beside the weights.

A new setting is one line of `TrainConfig`: the options of `gan-explorer train`, the fields of the Train tab, the rows
of a model card and the checks are derived from it, see `Setting`. Where their values come from: see `resolve`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.errors import shown
from explorer.files import read_json, reason
from explorer.machine import cores, working_threads
from explorer.models.config import CHOICES, RESOLUTIONS, NetworkConfig
from explorer.models.families import FAMILIES, Conditioning, family
from explorer.places import DEFAULT_SPACE
from explorer.training.setting import UNBOUNDED, Setting, TrainingError, setting

if TYPE_CHECKING:
    from explorer.data.options import ReadOptions

MAX_BYTES = 1 << 20  # of a config.json
MOST_DECIDING = 5  # numbers of z that may decide which picture is meant, see `picture_sampler`

_FOLDERS = {"page": False, "applies": "folders", "change": "checked"}  # how pictures of one's own are read


@dataclass(frozen=True)
class TrainConfig:
    """The default recipe is relativistic loss with lazy R1 + R2 (R3GAN, Huang 2024), Adam, EMA, and augmented words:
    jittered, replaced by synonyms, less of what lies outside the labels' span, and mismatched pairs as fakes.

    Everything that decides the weights is here, the number of threads included: the same config on the same
    machine gives the same weights bit for bit, stopped and resumed or not.
    """

    # fmt: off
    # The pictures and the words.
    family: str = setting("word", choices=tuple(FAMILIES), option=True, inherited=True,
        help="How the networks are conditioned, and which losses they minimise.")
    data: str = setting("fashion-mnist", page=False, public=False, change="checked",
        help="fashion-mnist, mnist, cifar10, digits, stroke drawings (.ndjson), or a folder, zip or tar with one "
        "sub-folder per class or a metadata.jsonl or .csv.")
    more_data: tuple[str, ...] = setting((), page=False, public=False, change="checked",
        help="Further sources, each of which is a style or has its own.")
    fit: str = setting("crop", option=True, **_FOLDERS,
        help="Pictures that are not square: crop (to their centre), pad (in the colour of their edges) or stretch.")
    skip_broken: bool = setting(False, option=True, **_FOLDERS,
        help="Leave out files that cannot be read as pictures, and count them.")
    names: tuple[tuple[str, str], ...] = setting((), option=True, **_FOLDERS,  # (folder, word)
        help="A names file for class folders, CSV or JSON: folder, word.")
    translate_names: bool = setting(True, before=False, **_FOLDERS,
        help="Read digits, WordNet ids and CapitalisedWords in folder names by their words.")
    metadata: bool = setting(True, before=False, **_FOLDERS,
        help="Read words, styles and texts in a metadata.jsonl or CSV beside the pictures.")
    variants: int = setting(2, low=1, high=64, **_FOLDERS,
        help="How many pictures are made of each stroke drawing, varied a little.")
    space: str = setting(DEFAULT_SPACE, page=False, option=True, public=False, change="checked", inherited=True,
        help="The word space of the words that the generator is conditioned on.")
    hold_out: tuple[str, ...] = setting((), option=True,
        help="Classes left out of the training, to see what the generator makes of their words; 10% means a tenth.")
    mirror: bool = setting(False,
        help="Mirror each picture left to right with probability one half: for what may face either way.")
    shift: int = setting(0, low=0, high=16,
        help="Move each picture by up to so many pixels, right or left and up or down.")
    count_power: float = setting(1.0, low=0, high=1,
        help="How often a word is drawn: its number of pictures to this power. 1: each picture as often; 0: each word.")

    # The networks.
    resolution: int = setting(28, choices=RESOLUTIONS, option=True, inherited=True,
        help="16, 28, 32 or 64 pixels; by default as the pictures are.")
    channels: int = setting(1, page=False, inherited=True)
    c_dim: int = setting(100, page=False)  # length of the condition: see `condition_dim`
    z_dim: int = setting(64, low=1, high=1024, inherited=True,
        help="Length of the latent z that a picture is drawn from.")
    z: str = setting("normal", choices=CHOICES["z"], inherited=True,
        help="The latent as the networks take it: normal, uniform on [-1, 1], or uniform01.")
    codes: tuple[int, ...] = setting((10, 1, 1), applies="codes", inherited=True,
        help="InfoGAN's codes: n for one of n categories, 1 for a number.")
    network: str = setting("residual", choices=CHOICES["network"], inherited=True,
        help="What both networks are made of: residual blocks, or dcgan's strided convolutions.")
    scale_condition: bool = setting(True, inherited=True,
        help="Scale what the generator is conditioned on to the size of z; off: labels and codes as they are.")
    norm: str = setting("", choices=("", *CHOICES["norm"]), inherited=True,
        help="none, batch norm in both networks, or in the generator alone; by default as the family's paper has it.")
    penalty: str = setting("", choices=("", "none", "r1r2", "gp"), inherited=True,
        help="On the discriminator's gradient: none, r1r2 or gp; by default as the family's paper has it.")
    mapping: int = setting(128, low=8, high=1024, inherited=True,
        help="Width of the layers that make z and the condition into scales and shifts: more for more words.")
    size: int = setting(32, low=4, high=256, option=True, inherited=True,
        help="The width of the networks: twice the size draws finer, takes about four times as long.")

    size_d: int = setting(0, low=0, high=256, inherited=True,
        help="The width of the discriminator, if it is to be another: most of a step's time is its.")

    # Steps.
    kimg: float = setting(400.0, above=0, page=(0.1, 100_000), option=True, change="recorded",
        help="Training length in thousands of real images seen; a run that was begun takes a longer one.")
    batch: int = setting(64, "Pictures a step.", low=1, page=(2, 1024))
    g_steps: int = setting(1, "Steps of the generator for each of the discriminator.", low=1, page=(1, 16))
    d_steps: int = setting(1, low=1, high=16,
        help="Steps of the discriminator, each on a batch of its own, for each of the generator.")
    lr: float = setting(6e-4, "Adam's learning rate: smaller is slower and steadier.", above=0, page=(1e-6, 0.1))
    lr_g: float = setting(1.0, above=0, page=(0.01, 100),  # two time scales: Heusel 2017
        help="How many times as fast the generator learns as the discriminator.")
    # Without a warm-up, seeds 2 and 3 at lr 1.2e-3 drew black from the first fifty steps on.
    warmup_kimg: float = setting(2.0, low=0, high=1_000_000, page=(0, 100_000),
        help="Thousands of images over which the learning rate rises to its full height at first.")
    lr_end: float = setting(0.1, "The share of the learning rate that is left at the end.", low=0, high=1)
    beta1: float = setting(0.0, "Adam's beta1, its momentum: 0 here, 0.5 in DCGAN.", low=0, below=1, page=(0, 0.999))
    beta2: float = setting(0.99, low=0, below=1, page=(0, 0.9999),
        help="Adam's beta2: decay of its average of squared gradients.")
    gamma: float = setting(0.5, low=0, high=1_000_000, page=(0, 1000), applies="r1r2",
        help="Weight of the R1 and R2 penalties, which keep the discriminator's gradient small.")
    penalty_every: int = setting(8, low=1, page=(1, 1024), applies="r1r2",
        help="Steps between penalties; each is multiplied by this number.")
    ema_kimg: float = setting(20.0, above=0, page=(0.1, 10_000),
        help="Half-life, in thousands of images, of the averaged generator that is shown and published.")

    # How a word becomes a condition.
    # Each picture draws its own step from [0, jitter].
    jitter: float = setting(1.5, low=0, high=10, applies="word",
        help="The largest step of the word jitter, which shows the generator what lies around a word.")
    outside: float = setting(0.1, low=0, high=1, applies="word", inherited=True, before=1.0,
        help="How much is kept of what lies outside the span of the labels' vectors; 1 is all.")
    neighbours: int = setting(0, low=0, high=10_000, page=(0, 1000), applies="word",
        help="Words of the space around each label that its pictures are labelled with too.")
    own: float = setting(0.5, low=0, high=1, applies="word",
        help="How often a picture is labelled with its label's own word, when there are others.")
    synonyms: bool = setting(True, applies="word", before=False,
        help="Label pictures with other words for their class too, where there is a list for the data set.")
    mismatch: float = setting(0.1, low=0, high=1, applies="word", before=0.0,
        help="Weight of real pictures under another picture's word, which the discriminator must call fake.")

    styles: int = setting(0, page=False)  # how many of c's numbers are weights of styles
    hold_out_pairs: float = setting(0.0, low=0, high=0.9, page=(0, 0.9), applies="styles",
        help="Share of the pairs of a word and a style that are left out, to see whether the generator joins them.")
    style_open: float = setting(0.5, low=0, high=1, applies="styles",
        help="How often the style is left open, so that z chooses it.")
    # A word and style that have few pictures: beside the discriminator's, the generator gets their own opinion.
    reconstruction: float = setting(0.0, low=0, high=1000, page=(0, 100), applies="word",
        help="Weight of a term that pulls each picture towards the true one of its word, style and latent.")
    pretrain_kimg: float = setting(0.0, low=0, high=1_000_000, page=(0, 100_000), applies="word",
        help="Thousands of images at first for which that term alone counts, without a discriminator.")
    diffaugment: bool = setting(False,
        help="Move, cut out and tint what the discriminator sees, real or drawn: for few pictures a word.")

    # How the run is kept.
    seed: int = setting(0, "Seed of everything that is drawn.", low=0, high=2**63 - 1, page=(0, 2**53), option=True)
    # Threads are part of the run, since another count rounds differently.
    threads: int = setting(1, low=1, page=(1, cores), automatic=working_threads, option=True,
        public=False, change="recorded",
        help="CPU threads, fixed for the run; by default all cores but one, up to 8.")
    precision: str = setting("no", choices=("no", "bf16"), option=True, change="recorded",
        help="no (float32) or bf16, which is faster where the processor or GPU has it.")
    sheet_kimg: float = setting(10.0, above=0, page=(0.5, 10_000), public=False, change="free",
        help="Thousands of images between two sample sheets.")
    snapshot_kimg: float = setting(0.0, low=0, high=1_000_000_000, page=(0, 100_000), public=False, change="free",
        help="Thousands of images between two checkpoints that are kept; 0 keeps the newest alone.")
    # Saved by the clock, so that a kill loses a minute at most.
    save_seconds: float = setting(60.0, above=0, page=(5, 3600), public=False, change="free",
        help="Seconds of work between two saves.")
    preview: tuple[str, ...] = setting((), page=False, option=True, public=False, change="free",
        help="Words drawn on the sheets below the labels.")
    tensorboard: bool = setting(False, "Write event files for TensorBoard too.", public=False, change="free")
    start_from: str = setting("", page=False, option="--from", public=False,
        help="Fine-tune a checkpoint, begin with its weights: a name, a folder, a run, RUN@25024, hf:owner/name.")
    start_hash: str = setting("", noted=True, page=False)  # of those weights
    # Each change: images seen then, the setting, and its value before.
    changes: tuple[tuple[int, str, float | str], ...] = setting((), noted=True, page=False, change="recorded")
    # fmt: on

    def __post_init__(self) -> None:
        for name, one in SETTINGS.items():
            one.check_type(name, value := getattr(self, name))
            if isinstance(one.default, float) and isinstance(value, int) and abs(value) <= UNBOUNDED:
                object.__setattr__(self, name, float(value))  # --set beta1=0 means 0.0
        if not all(isinstance(word, str) for word in (*self.preview, *self.hold_out, *self.more_data)):
            raise TrainingError("Preview words, held-out classes and further sources must be texts.")
        if not all(map(_is_change, self.changes)):
            raise TrainingError("changes must be triples: the images seen, the setting, and what it was before.")
        if len(set(self.hold_out)) < len(self.hold_out):
            raise TrainingError("A class is held out twice; name each once.")
        if not all(isinstance(pair, tuple) and [type(text) for text in pair] == [str, str] for pair in self.names):
            raise TrainingError("names must be pairs of a folder and its word; --names reads a file of them.")
        self.read_options  # noqa: B018 - checked where they are described
        family(self.family)
        if self.pretrain_kimg and not self.reconstruction:
            raise TrainingError(
                "pretrain_kimg needs a reconstruction weight: without it nothing would be learned then."
            )
        if self.reconstruction and (self.z_dim < MOST_DECIDING or self.conditioning != "word"):
            raise TrainingError(
                f"reconstruction is for families conditioned on words, with a z_dim of {MOST_DECIDING} or more."
            )
        self.shapes  # noqa: B018 - its shapes are checked where they are described
        for name, one in SETTINGS.items():
            one.check_value(name, getattr(self, name))

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
            styles=self.styles,
            mapping=self.mapping,
            size_d=self.size_d,
            network=self.network,
            scale_condition=self.scale_condition,
        )

    @property
    def read_options(self) -> "ReadOptions":
        """How the pictures are read."""
        from explorer.data.options import ReadOptions

        return ReadOptions(self.fit, self.skip_broken, self.names, self.translate_names, self.metadata, self.variants)

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the pictures come from, in order."""
        return (self.data, *self.more_data)

    @property
    def conditioning(self) -> Conditioning:
        """What G is conditioned on."""
        return family(self.family).conditioning

    @property
    def gradient_penalty(self) -> str:
        """Penalty on D's gradient: none, r1r2 or gp."""
        return self.penalty or family(self.family).penalty

    @property
    def images(self) -> int:
        """The budget in images, rounded up to whole batches."""
        return -(-int(self.kimg * 1000) // self.batch) * self.batch

    @property
    def change_history(self) -> tuple[str, ...]:
        """A sentence for everything that was changed on the way and decides the weights."""
        raised = [(images, before) for images, name, before in self.changes if name == "kimg"]
        sentences = []
        for (images, before), budget in zip(raised, [*(later for _, later in raised[1:]), self.kimg], strict=False):
            at = f"{images / 1000:g}"
            onward = f"Trained to {at} kimg" if images >= 1000 * before else f"With {at} of {before:g} kimg done"
            sentences.append(f"{onward}, then on to {budget:g} (learning rate schedule restarted at {at}).")
        others = [
            f"The {name} had been {before} until {images / 1000:g} kimg, which rounds differently."
            for images, name, before in self.changes
            if name != "kimg"
        ]
        return (*sentences, *others)

    def recipe(self) -> dict:
        """Settings that a model card shows: all but where the pictures lay and how the run was kept."""
        absent = {name for name, one in SETTINGS.items() if not one.public or (one.noted and not getattr(self, name))}
        return {name: value for name, value in asdict(self).items() if name not in absent}

    def to_json(self) -> str:
        """Indented JSON, one setting a line."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_file(cls, path: Path) -> "TrainConfig":
        """Read a run's config.json; a missing setting takes its value of before, an unknown one is an error."""
        try:
            stored = read_json(path, MAX_BYTES)
            unknown = sorted(set(stored) - set(SETTINGS))
            if unknown:
                raise TrainingError(f"{path} has a setting that this version does not know: {shown(unknown[0], 80)}.")
            before = BEFORE
            if "network" not in stored and stored.get("family") == "wgan-gp":
                before = BEFORE | {"norm": "none"}  # the family had no batch norm
                stored = {name: value for name, value in stored.items() if (name, value) != ("norm", "")}
            return cls(**{**before, **stored, **tuples(stored)})
        except (OSError, ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            raise TrainingError(
                f"{path} is not a training config ({reason(error)}); start the run in another folder."
            ) from error


SETTINGS: dict[str, Setting] = {one.name: one.metadata["setting"] for one in fields(TrainConfig)}
"""The description of each setting, by name."""

APPLIES = {name: one.applies for name, one in SETTINGS.items() if one.applies}
LISTS = tuple(name for name, one in SETTINGS.items() if one.kind == "list")
BEFORE = {name: one.before for name, one in SETTINGS.items() if one.before is not None}
"""`APPLIES`: what a setting is for, where not for every training. `LISTS`: settings that are tuples. `BEFORE`: the
value of a run whose config was written before there was such a setting."""


def condition_dim(
    family_name: str, space: int, labels: int, codes: tuple[int, ...] = TrainConfig.codes, styles: int = 0
) -> int:
    """The `c_dim` of a family: the length of the space's vectors and the number of styles, the number of labels, or
    that of the codes."""
    return {"word": space + styles, "label": labels, "nothing": 0, "codes": sum(codes)}[
        family(family_name).conditioning
    ]


def tuples(settings: Mapping[str, Any]) -> dict[str, tuple]:
    """Those of the settings that are several values, as tuples: JSON has only lists."""
    lists = {name: settings[name] for name in LISTS if isinstance(settings.get(name), list | tuple)}
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
