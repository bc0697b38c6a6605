"""The families: how one conditional GAN differs from another, as rows of one table over the same two trunks.

Free of torch, so that listing checkpoints need not wait for it.
"""

from dataclasses import dataclass, field
from typing import Literal

from explorer.errors import ExplorerError, shown

Conditioning = Literal["word", "label", "nothing", "codes"]
Head = Literal["projection", "maps", "plain", "classes", "angles", "both", "codes"]


@dataclass(frozen=True)
class Family:
    """One kind of GAN.

    title, paper: its name and its authors. objective: what D and G each minimise; x is a real picture of label y, z
    the noise, s(.) the logistic function; conditioned on words, D's has a little more, see `mismatch` in the config.
    good, bad: what to expect of it.
    conditioning: what G is conditioned on: a word vector, a label as one-hot, nothing, or codes that nobody chose
    (InfoGAN). head: D's outputs, see `models.discriminator`. loss: the pair of losses, a key of
    `training.losses.LOSSES`; loss_name: the same in words. penalty: on D's gradient: `r1r2` lazily, `gp` towards 1
    between real and fake, or none. norm: batch norm in both trunks, or none. spectral: spectral norm on every layer of
    D (Miyato 2018), folded into the weights that are published. settings: defaults of its trainings that differ from
    TrainConfig's.
    """

    title: str
    paper: str
    objective: tuple[str, str]
    good: str
    bad: str
    conditioning: Conditioning
    head: Head
    loss: str
    penalty: Literal["none", "r1r2", "gp"]
    norm: Literal["none", "batch", "generator"]
    loss_name: str
    spectral: bool = False
    settings: dict = field(default_factory=dict)

    def recipe(self, norm: str | None = None, penalty: str | None = None) -> str:
        """The row in words, for model cards. norm, penalty: a training's own, in place of the row's."""
        names = {"batch": "batch norm", "generator": "batch norm in G", "r1r2": "lazy R1 + R2"}
        names |= {"gp": "gradient penalty"}
        spectral = "spectral norm in D" if self.spectral else ""
        parts = (self.loss_name, spectral, names.get(norm or self.norm), names.get(penalty or self.penalty))
        return ", ".join(filter(None, parts))


# As Radford, Metz and Chintala trained (2015), and most after them; they had no average, which is ours.
_DCGAN = {"network": "dcgan", "z_dim": 100, "z": "uniform", "lr": 2e-4, "lr_end": 1.0, "beta1": 0.5, "beta2": 0.999}
_DCGAN |= {"scale_condition": False, "warmup_kimg": 0.0, "ema_kimg": 5.0, "size": 64}

FAMILIES = {
    "word": Family(
        title="Word GAN, relativistic",
        paper="Huang, Gokaslan, Kuleshov and Tompkin 2024 (R3GAN); Miyato and Koyama 2018 (projection)",
        objective=(
            "softplus(D(G(z,c),c) - D(x,c)) + (gamma/2) (|grad D(x,c)|^2 + |grad D(G(z,c),c)|^2)",
            "softplus(D(x,c) - D(G(z,c),c))",
        ),
        good="Stable without batch norm; takes any word; every fake is held against a real picture, and a little so is "
        "the picture of another word.",
        bad="Penalties cost a second backward pass; what it draws for a new word is only as good as the word space.",
        conditioning="word",
        head="projection",
        loss="relativistic",
        penalty="r1r2",
        norm="none",
        loss_name="relativistic loss",
    ),
    "word-hinge": Family(
        title="Word GAN, hinge",
        paper="Lim and Ye 2017 (Geometric GAN); Miyato and others 2018 (spectral norm)",
        objective=("max(0, 1 - D(x,c)) + max(0, 1 + D(G(z,c),c))", "-D(G(z,c),c)"),
        good="Cheap: no penalties; D stops pushing where it is sure.",
        bad="The slower learner here, with less variety at equal cost.",
        conditioning="word",
        head="projection",
        loss="hinge",
        penalty="none",
        norm="none",
        loss_name="hinge loss",
        spectral=True,
    ),
    "word-bce": Family(
        title="Word GAN, cross-entropy",
        paper="Goodfellow and others 2014; Miyato and Koyama 2018 (projection)",
        objective=("-log s(D(x,c)) - log(1 - s(D(G(z,c),c)))", "-log s(D(G(z,c),c))"),
        good="Cheap, and good early on.",
        bad="Swings more from seed to seed here, draws new words worse, and nothing bounds D's slope for long.",
        conditioning="word",
        head="projection",
        loss="bce",
        penalty="none",
        norm="none",
        loss_name="non-saturating binary cross-entropy",
    ),
    "dcgan": Family(
        title="DCGAN",
        paper="Radford, Metz and Chintala 2015",
        objective=("-log s(D(x)) - log(1 - s(D(G(z))))", "-log s(D(G(z)))"),
        good="The simplest: needs no labels at all; its latent walks and sums made GANs famous.",
        bad="You cannot ask it for anything.",
        conditioning="nothing",
        head="plain",
        loss="bce",
        penalty="none",
        norm="batch",
        loss_name="binary cross-entropy",
        settings=_DCGAN,
    ),
    "lsgan": Family(
        title="LSGAN",
        paper="Mao and others 2017",
        objective=("((D(x) - 1)^2 + D(G(z))^2) / 2", "(D(G(z)) - 1)^2 / 2"),
        good="Fakes that D is sure of still pull: squares do not saturate.",
        bad="Squares grow fast, so one odd picture can upset the training.",
        conditioning="nothing",
        head="plain",
        loss="least-squares",
        penalty="none",
        norm="batch",
        loss_name="least squares",
        settings=_DCGAN,
    ),
    "wgan-gp": Family(
        title="WGAN-GP",
        paper="Arjovsky, Chintala and Bottou 2017; Gulrajani and others 2017",
        objective=("D(G(z)) - D(x) + 10 (|grad D(u)| - 1)^2, u between x and G(z)", "-D(G(z))"),
        good="D's loss falls as the pictures get better, so it is worth plotting.",
        bad="A penalty in every step, and the paper takes five steps of D for one of G.",
        conditioning="nothing",
        head="plain",
        loss="wasserstein",
        penalty="gp",
        norm="generator",
        loss_name="Wasserstein loss",
        settings=_DCGAN | {"z": "normal", "lr": 1e-4, "beta1": 0.0, "beta2": 0.9, "d_steps": 5},
    ),
    "cdcgan": Family(
        title="cDCGAN",
        paper="Mirza and Osindero 2014, in a DCGAN",
        objective=("-log s(D(x,y)) - log(1 - s(D(G(z,y),y)))", "-log s(D(G(z,y),y))"),
        good="Draws what is asked for, with the data's own variety: D only asks whether picture and label go together.",
        bad="D may overlook the label, and then so does G.",
        conditioning="label",
        head="maps",
        loss="bce",
        penalty="none",
        norm="batch",
        loss_name="binary cross-entropy, D sees the label",
        settings=_DCGAN,
    ),
    "acgan": Family(
        title="AC-GAN",
        paper="Odena, Olah and Shlens 2016",
        objective=(
            "-log s(D(x)) - log(1 - s(D(G(z,y)))) - log P(y|x) - log P(y|G(z,y))",
            "-log s(D(G(z,y))) - log P(y|G(z,y))",
        ),
        good="Where classes lie far apart, as digits do, a picture is plainly of one: G is paid for being recognised.",
        bad="D learns labels from the pictures of G too, so both may agree on wrong ones; what lies between classes is "
        "avoided; and long trainings on hard data collapsed here.",
        conditioning="label",
        head="classes",
        loss="acgan",
        penalty="none",
        norm="batch",
        loss_name="binary and class cross-entropy",
        settings=_DCGAN,
    ),
    "reacgan": Family(
        title="ReACGAN",
        paper="Kang, Shim, Cho and Park 2021",
        objective=(
            "-log s(D(x)) - log(1 - s(D(G(z,y)))) + D2D(x,y)",
            "-log s(D(G(z,y))) + D2D(G(z,y),y)",
        ),
        good="AC-GAN mended: D learns labels from real pictures alone, as angles on a sphere, and pulls no more where "
        "a picture lies at its label already.",
        bad="A label is learned against the others of the same batch, so many labels want a large one.",
        conditioning="label",
        head="angles",
        loss="reacgan",
        penalty="none",
        norm="batch",
        loss_name="binary cross-entropy and data-to-data cross-entropy",
        settings=_DCGAN,
    ),
    "twongan": Family(
        title="2N-GAN",
        paper="Bromley 2018",
        objective=(
            "(-log P(real y|x) - log P(fake y|G(z,y))) / 2, one softmax over 2N classes",
            "-log P(real y|G(z,y))",
        ),
        good="One question in place of two: class and reality share a softmax, so neither is won at the other's cost.",
        bad="Needs a label for every picture; of those conditioned on labels it varies least within a class here.",
        conditioning="label",
        head="both",
        loss="twongan",
        penalty="none",
        norm="batch",
        loss_name="cross-entropy over 2N classes",
        settings=_DCGAN,
    ),
    "infogan": Family(
        title="InfoGAN",
        paper="Chen and others 2016",
        objective=(
            "-log s(D(x)) - log(1 - s(D(G(z,c)))) - log Q(c|G(z,c))",
            "-log s(D(G(z,c))) - log Q(c|G(z,c))",
        ),
        good="Finds by itself, without a label, what varies: often the classes, the slant, the width.",
        bad="What a code comes to mean is luck, and differs from seed to seed.",
        conditioning="codes",
        head="codes",
        loss="infogan",
        penalty="none",
        norm="batch",
        loss_name="binary cross-entropy and mutual information",
        # As the paper has on MNIST (appendix C): 62 of noise, and G at a rate of 1e-3. At D's 2e-4, and with the codes
        # as they are, 150 kimg of Fashion-MNIST do not do for the codes to mean anything.
        settings=_DCGAN | {"z_dim": 62, "lr_g": 5.0},
    ),
}


UNCONDITIONAL = tuple(name for name, row in FAMILIES.items() if row.conditioning in ("nothing", "codes"))
"""Families conditioned on neither words nor labels, which can learn from pictures of one class; the simplest first."""

ONE_CLASS = (
    f"All these pictures are of one class: train an unconditional family on them ({', '.join(UNCONDITIONAL)}, as "
    f"in --family {UNCONDITIONAL[0]}), or put the pictures of each class into a sub-folder named by its word."
)


def family(name: str) -> Family:
    """The row of this name; raises ExplorerError for another."""
    if name not in FAMILIES:
        raise ExplorerError(f"The family {shown(name, 40)!r} is not known; choose one of {', '.join(FAMILIES)}.")
    return FAMILIES[name]


def check_classes(name: str, classes: int) -> None:
    """Raise ExplorerError where a family conditioned on words or labels is to learn from pictures of one class."""
    if classes < 2 and name not in UNCONDITIONAL:
        raise ExplorerError(f"The family {name} wants classes to tell apart. {ONE_CLASS}")
