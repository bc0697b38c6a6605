"""A linear classifier of features: an L2-SVM, one class against the rest, as scikit-learn's is."""

from dataclasses import dataclass

import numpy as np
import torch

from explorer.errors import ExplorerError
from explorer.stopping import Stop, check

STRENGTHS = (0.1, 1.0, 10.0, 100.0)
STEPS, TOLERANCE = 300, 1e-6  # of L-BFGS: the most steps, and the share of the loss that the last one must gain
MEMORY = 20  # steps that L-BFGS remembers
SEED = 5


@dataclass(frozen=True)
class ProbeScore:
    """accuracy: share of the test pictures put in their class, 0 to 1. strength: the chosen C. features: numbers a
    picture."""

    accuracy: float
    strength: float
    features: int


def normalised(train: np.ndarray, test: np.ndarray, layers: list[slice]) -> tuple[np.ndarray, np.ndarray]:
    """Normalise features [N, F] and [M, F], float32, in place: they may be gigabytes.

    Afterwards the training mean is 0, every layer (a slice of F) weighs the same, and a picture's squared length is 1
    on average. One C then means the same for all kinds of features.
    """
    mean = train.mean(axis=0, dtype=np.float64).astype(np.float32)
    for part in (train, test):
        part -= mean
    for layer in layers:
        squares = sum(np.square(rows[:, layer], dtype=np.float64).sum() for rows in np.array_split(train, 100))
        length = np.sqrt(squares / len(train) * len(layers))
        for part in (train, test):
            part[:, layer] /= max(length, 1e-12)
    return train, test


def linear_probe(
    train: np.ndarray,
    labels: np.ndarray,
    test: np.ndarray,
    test_labels: np.ndarray,
    stop: Stop = lambda: False,
) -> ProbeScore:
    """Fit on float32 [N, F] features of labels [N], test on others, both `normalised`.

    C is the best of .1, 1, 10, 100 when a quarter of the training pictures is fitted and another quarter tested; from
    small to large, until it gets worse, since large ones take longest. The number of steps is bounded. Raises
    ExplorerError for fewer than two classes, and Stopped.
    """
    classes = np.unique(labels)
    if len(classes) < 2:
        raise ExplorerError("A probe tells classes apart, and these pictures are all of one; take other pictures.")
    order = np.random.default_rng(SEED).permutation(len(train))
    fitted, tested = order[: len(order) // 4], order[len(order) // 4 : len(order) // 2]
    some, others = train[fitted], train[tested]
    best, chosen, weights = -1.0, STRENGTHS[0], None
    for strength in STRENGTHS:
        found = l2_svm(some, labels[fitted] == classes[:, None], strength, weights, stop)
        right = _accuracy(found, classes, others, labels[tested])
        if right < best:
            break
        if right > best:
            best, chosen, weights = right, strength, found
    del some, others
    weights = l2_svm(train, labels == classes[:, None], chosen, weights, stop)
    return ProbeScore(_accuracy(weights, classes, test, test_labels), chosen, train.shape[1])


def l2_svm(
    features: np.ndarray,
    of_class: np.ndarray,
    strength: float,
    start: np.ndarray | None = None,
    stop: Stop = lambda: False,
) -> np.ndarray:
    """Minimise |w|^2 / 2 + C sum max(0, 1 - y s)^2 for each of K classes against the rest: weights float64 [K, F + 1].

    features: float32 [N, F]. of_class: bool [K, N]. strength: C. start: the first weights, by default 0. The last
    column is the bias, which counts in |w|, as in scikit-learn's LinearSVC. That one copies all features, at six times
    their size; this one takes them in place, all classes together.
    """
    from scipy.optimize import minimize

    points = torch.from_numpy(features)
    signs = torch.from_numpy(of_class.astype(np.float32) * 2 - 1)
    shape = (len(signs), points.shape[1] + 1)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        check(stop)
        weights = torch.from_numpy(flat).view(shape)
        single = weights.float()
        scores = single[:, :-1] @ points.T + single[:, -1:]  # in this order, three times as fast
        missing = (1 - signs * scores).clamp_min_(0)
        value = weights.square().sum() / 2 + strength * missing.double().square().sum()
        slope = missing * signs * (-2 * strength)
        gradient = weights.clone()
        gradient[:, :-1] += slope @ points
        gradient[:, -1] += slope.sum(dim=1)
        return float(value), gradient.flatten().numpy()

    first = np.zeros(shape) if start is None else start
    bounds = {"maxiter": STEPS, "maxcor": MEMORY, "ftol": TOLERANCE, "gtol": 0.0}
    return minimize(loss, first.ravel(), jac=True, method="L-BFGS-B", options=bounds).x.reshape(shape)


def _accuracy(weights: np.ndarray, classes: np.ndarray, features: np.ndarray, labels: np.ndarray) -> float:
    single = weights.astype(np.float32)
    return float((classes[(features @ single[:, :-1].T + single[:, -1]).argmax(axis=1)] == labels).mean())
