"""All figures of samples against real pictures: together, and class by class, as a good mean can hide a lost class."""

from dataclasses import dataclass

from torch import Tensor

from explorer.measure.features.extract import Features
from explorer.measure.metrics.metrics import (
    NEIGHBOURS,
    Estimate,
    Manifolds,
    TwoSample,
    frechet_distance,
    inception_score,
    kernel_distance,
    manifolds,
    mean_distance,
    two_sample,
)

ALIKE = 1e-3  # of the largest variety of a class
LEAST = 20  # real pictures of a class that is measured, and samples for its Frechet distance


@dataclass(frozen=True)
class ClassFigures:
    """Samples of one class against the real pictures of it.

    pictures: on each side of `fd`; figures of two generators can be compared where these are equal.
    fd: between the Gaussians of the two. Few pictures make it large, whatever they show: by the shipped
        Fashion-MNIST judge, real against real comes to .04 to .13 with 1,000 of a class, to .07 to .18 with 500 and to
        .4 to .7 with 100, where all classes together have .015 with 10,000. So it says nothing alone, only beside a
        floor of as many pictures. None with fewer than 20.
    precision: share of its samples in a ball of the real ones (see `Manifolds`). 0 to 1.
    coverage: share of its real pictures whose ball holds one of its samples; of all samples, where they have no labels.
        0 to 1.
    variation: mean distance of two of its samples over that of two real pictures of it. From 0; 1 is as varied as the
        real ones.
    """

    pictures: int
    fd: float | None
    precision: float
    coverage: float
    variation: float


@dataclass(frozen=True)
class Nearness:
    """Figures of all pictures together: FD[judge], KID[judge], IS[judge] and so on; see `metrics`.

    in_class_variation: None for an unconditional generator by a feature network.
    """

    fd: float
    kid: Estimate
    inception_score: Estimate
    manifolds: Manifolds
    two_sample: TwoSample
    in_class_variation: float | None


@dataclass(frozen=True)
class Figures(Nearness):
    """Those, and the figures that need classes.

    label_accuracy: None for an unconditional generator, and by a feature network. classes: by label.
    """

    label_accuracy: float | None
    classes: dict[str, ClassFigures]


def nearness(real: Features, samples: Features) -> Nearness:
    """Measure as many samples as there are real pictures, 20 or more; the same features give the same figures."""
    return Nearness(
        frechet_distance(real.values, samples.values),
        kernel_distance(real.values, samples.values),
        inception_score(samples.logits),
        manifolds(real.values, samples.values),
        two_sample(real.values, samples.values),
        in_class_variation(real, samples),
    )


def by_class(real: Features, samples: Features, most: Tensor) -> dict[int, ClassFigures]:
    """The figures of every class with 20 real pictures or more, by its number.

    Classes are labels; those that the judge predicts, on either side, where samples have no labels. There are no
    figures where neither exists. most: int64 [K], how many pictures of a class to take on either side for `fd`, the
    first ones.
    """
    classes, found = real.classes if samples.labels is not None else real.predicted, {}
    if classes is None:
        return found
    for label, count in enumerate(most.tolist()):
        theirs, own = real.values[classes == label], samples.values[samples.classes == label]
        if len(theirs) < LEAST:
            continue
        near = manifolds(theirs, own) if len(own) > NEIGHBOURS else None
        reached = near if samples.labels is not None else manifolds(theirs, samples.values)
        found[label] = ClassFigures(
            pictures=count,
            fd=frechet_distance(theirs[:count], own[:count]) if count >= LEAST else None,
            precision=near.precision if near else 0.0,
            coverage=reached.coverage if reached else 0.0,
            variation=mean_distance(own) / max(mean_distance(theirs), 1e-12),
        )
    return found


def in_class_variation(real: Features, samples: Features) -> float | None:
    """Mean distance of two samples over that of two real pictures within a class that the judge predicts, on either
    side; the mean over the classes with two real ones or more. From 0; 1 is as varied as the real ones.

    Predicted classes, so that a wrong label does not count as variety, and unconditional generators can be compared
    with others. A class that is never drawn has no variation. By a feature network, labels take their place; None
    where there are none.
    """
    classes = [one.predicted if one.own_classes else one.labels for one in (real, samples)]
    if any(one is None for one in classes):
        return None
    pairs = []
    for label in classes[0].unique().tolist():
        theirs, own = (
            mean_distance(one.values[known == label]) for one, known in zip((real, samples), classes, strict=True)
        )
        pairs.append((theirs, own))
    least = ALIKE * max(theirs for theirs, _ in pairs)  # less is a class of doubles, over which nothing can be said
    found = [own / theirs for theirs, own in pairs if theirs > least]
    return sum(found) / max(1, len(found))
