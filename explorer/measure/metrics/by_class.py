"""How near samples come to real pictures class by class: a good mean can hide a class that is lost."""

from dataclasses import dataclass

from torch import Tensor

from explorer.measure.features.extract import Features
from explorer.measure.metrics.metrics import NEIGHBOURS, frechet_distance, manifolds, mean_distance

LEAST = 20  # real pictures of a class that is measured, and samples for its Frechet distance


@dataclass(frozen=True)
class ClassFigures:
    """One class of samples against the real ones of it.

    pictures: on each side of `fd`; the figures of two clouds can be compared where these are equal.
    fd: between the Gaussians of the two. Few pictures make it large, whatever they show: by the shipped
        Fashion-MNIST judge, real against real comes to .04 to .13 with 1,000 of a class, to .07 to .18 with 500 and to
        .4 to .7 with 100, where all classes together have .015 with 10,000. So it says nothing alone, only beside a
        floor of as many pictures. None with fewer than 20.
    precision: share of its samples in a ball of the real ones (see `Manifolds`). 0 to 1.
    coverage: share of its real pictures whose ball holds one of its samples; of all samples, where none was asked for
        a class. 0 to 1.
    variation: mean distance of two of its samples over that of two real pictures of it. From 0; 1 is as varied as the
        real ones.
    """

    pictures: int
    fd: float | None
    precision: float
    coverage: float
    variation: float


def by_class(real: Features, samples: Features, most: Tensor) -> dict[int, ClassFigures]:
    """The figures of every class of which there are 20 real pictures, by its number.

    A sample is of the class that it was asked for, or else of the one that is seen in it; then so are the real ones.
    Where nobody knows these classes, and none was asked for, there are no figures.
    most: int64 [K], how many pictures of a class to take on either side for `fd`, the first ones.
    """
    classes, found = real.classes if samples.asked is not None else real.seen, {}
    if classes is None:
        return found
    for label, count in enumerate(most.tolist()):
        theirs, own = real.features[classes == label], samples.features[samples.classes == label]
        if len(theirs) < LEAST:
            continue
        near = manifolds(theirs, own) if len(own) > NEIGHBOURS else None
        reached = near if samples.asked is not None else manifolds(theirs, samples.features)
        found[label] = ClassFigures(
            pictures=count,
            fd=frechet_distance(theirs[:count], own[:count]) if count >= LEAST else None,
            precision=near.precision if near else 0.0,
            coverage=reached.coverage if reached else 0.0,
            variation=mean_distance(own) / max(mean_distance(theirs), 1e-12),
        )
    return found


def in_class_variation(real: Features, samples: Features) -> float | None:
    """Mean distance of two samples over that of two real pictures, among those that the judge sees one class in, on
    either side; the mean over the classes that have two real ones. From 0; 1 is as varied as the real ones.

    What was asked for does not count: so a wrong label is not taken for variety, and generators that are told nothing
    can stand beside others. A class that is never drawn has no variation. Only where nobody knows these classes, what
    was asked for has to do; None where nothing was.
    """
    classes = [one.seen if one.knows else one.asked for one in (real, samples)]
    if any(one is None for one in classes):
        return None
    found = []
    for label in classes[0].unique().tolist():
        theirs, own = (
            mean_distance(one.features[known == label]) for one, known in zip((real, samples), classes, strict=True)
        )
        if theirs > 0:
            found.append(own / theirs)
    return sum(found) / max(1, len(found))
