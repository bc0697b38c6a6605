"""How much a linear classifier can read off features: an L2-SVM, one class against the rest, as scikit-learn's is."""

from dataclasses import dataclass

import numpy as np
import torch

from explorer.errors import ExplorerError
from explorer.stopping import Stop, check

STRENGTHS = (0.1, 1.0, 10.0, 100.0)
STEPS, TOLERANCE = 300, 1e-6  # of L-BFGS, at most; the share of the loss that a step must gain for there to be another
LOOKED_BACK = 20  # steps that it looks back on
SEED = 5


@dataclass(frozen=True)
class Score:
    """accuracy: share of the test pictures put in their class, 0 to 1. strength: the C that was chosen. features: how
    many numbers a picture is."""

    accuracy: float
    strength: float
    features: int


def equalised(train: np.ndarray, test: np.ndarray, layers: list[slice]) -> tuple[np.ndarray, np.ndarray]:
    """Features [N, F] and [M, F] such that the training mean is 0, every layer (a slice of F) weighs the same, and a
    picture's squared length is 1 on average; float32. One C then means the same for all kinds of features.

    Both are changed where they lie: they may be gigabytes.
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
) -> Score:
    """Fit on float32 [N, F] features of labels [N], test on others, both as `equalised` gives them.

    C is the best of .1, 1, 10, 100 when a quarter of the training pictures is fitted and another quarter asked; from
    small to large, until it gets worse, since large ones take longest. Ends after a bounded number of steps, settled
    or not. Raises ExplorerError for fewer than two classes, and Stopped.
    """
    classes = np.unique(labels)
    if len(classes) < 2:
        raise ExplorerError("A probe tells classes apart, and these pictures are all of one; take other pictures.")
    order = np.random.default_rng(SEED).permutation(len(train))
    fitted, asked = order[: len(order) // 4], order[len(order) // 4 : len(order) // 2]
    some, others = train[fitted], train[asked]
    best, chosen, weights = -1.0, STRENGTHS[0], None
    for strength in STRENGTHS:
        found = l2_svm(some, labels[fitted] == classes[:, None], strength, weights, stop)
        right = _accuracy(found, classes, others, labels[asked])
        if right < best:
            break
        if right > best:
            best, chosen, weights = right, strength, found
    del some, others
    weights = l2_svm(train, labels == classes[:, None], chosen, weights, stop)
    return Score(_accuracy(weights, classes, test, test_labels), chosen, train.shape[1])


def l2_svm(
    features: np.ndarray,
    of_class: np.ndarray,
    strength: float,
    start: np.ndarray | None = None,
    stop: Stop = lambda: False,
) -> np.ndarray:
    """The least of |w|^2 / 2 + C sum max(0, 1 - y s)^2 for each of K classes against the rest: float64 [K, F + 1].

    features: float32 [N, F]. of_class: bool [K, N]. strength: C. start: where to begin, by default at 0. The last
    column is the bias, which counts in |w|, as in scikit-learn's LinearSVC. That one copies all features, at six times
    their size; this looks at them where they lie, at all classes together.
    """
    from scipy.optimize import minimize

    points = torch.from_numpy(features)
    signs = torch.from_numpy(of_class.astype(np.float32) * 2 - 1)
    shape = (len(signs), points.shape[1] + 1)

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        check(stop)
        weights = torch.from_numpy(flat).view(shape)
        near = weights.float()
        said = near[:, :-1] @ points.T + near[:, -1:]  # in this order, a product of three times the speed
        missing = (1 - signs * said).clamp_min_(0)
        value = weights.square().sum() / 2 + strength * missing.double().square().sum()
        pull = missing * signs * (-2 * strength)
        slope = weights.clone()
        slope[:, :-1] += pull @ points
        slope[:, -1] += pull.sum(dim=1)
        return float(value), slope.flatten().numpy()

    first = np.zeros(shape) if start is None else start
    bounds = {"maxiter": STEPS, "maxcor": LOOKED_BACK, "ftol": TOLERANCE, "gtol": 0.0}
    return minimize(loss, first.ravel(), jac=True, method="L-BFGS-B", options=bounds).x.reshape(shape)


def _accuracy(weights: np.ndarray, classes: np.ndarray, features: np.ndarray, labels: np.ndarray) -> float:
    near = weights.astype(np.float32)
    return float((classes[(features @ near[:, :-1].T + near[:, -1]).argmax(axis=1)] == labels).mean())
