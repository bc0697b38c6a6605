"""The figures of one cloud of pictures against the real one."""

from dataclasses import dataclass

from explorer.measure.features.extract import Features
from explorer.measure.metrics.by_class import ClassFigures, in_class_variation
from explorer.measure.metrics.metrics import (
    Estimate,
    Manifolds,
    TwoSample,
    frechet_distance,
    inception_score,
    kernel_distance,
    manifolds,
    two_sample,
)


@dataclass(frozen=True)
class Nearness:
    """All pictures together: FD[judge], KID[judge], IS[judge] and so on; see `metrics` and `by_class`.

    in_class_variation: None for a generator that hears of no class, where a feature network knows of none either.
    """

    fd: float
    kid: Estimate
    inception_score: Estimate
    manifolds: Manifolds
    two_sample: TwoSample
    in_class_variation: float | None


@dataclass(frozen=True)
class Figures(Nearness):
    """And what needs classes: label_accuracy is None for a generator that hears of none, and by a feature network,
    which does not know them. classes: by label."""

    label_accuracy: float | None
    classes: dict[str, ClassFigures]


def nearness(real: Features, samples: Features) -> Nearness:
    """Of as many samples as there are real pictures, 20 or more; the same clouds give the same figures."""
    return Nearness(
        frechet_distance(real.features, samples.features),
        kernel_distance(real.features, samples.features),
        inception_score(samples.logits),
        manifolds(real.features, samples.features),
        two_sample(real.features, samples.features),
        in_class_variation(real, samples),
    )
