"""How much a linear classifier can read off features: scikit-learn's L2-SVM, one class against the rest."""

import warnings
from dataclasses import dataclass

import numpy as np

from explorer.errors import ExplorerError
from explorer.stopping import Stop, check

STRENGTHS = (0.1, 1.0, 10.0, 100.0)
PASSES, TOLERANCE = 300, 1e-2  # of liblinear over the pictures, at most; when it calls a fit good
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
    picture's squared length is 1 on average; float32. One C then means the same for all kinds of features."""
    mean = train.mean(axis=0, dtype=np.float64).astype(np.float32)
    train, test = train - mean, test - mean
    for layer in layers:
        length = np.sqrt(np.square(train[:, layer], dtype=np.float64).sum(axis=1).mean() * len(layers))
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
    small to large, until it gets worse, since large ones take longest. Ends after a bounded number of passes, settled
    or not. Raises ExplorerError for fewer than two classes, and Stopped.
    """
    if len(np.unique(labels)) < 2:
        raise ExplorerError("A probe tells classes apart, and these pictures are all of one; take other pictures.")
    order = np.random.default_rng(SEED).permutation(len(train))
    fitted, asked = order[: len(order) // 4], order[len(order) // 4 : len(order) // 2]
    best, chosen = -1.0, STRENGTHS[0]
    for strength in STRENGTHS:
        right = _accuracy(train[fitted], labels[fitted], train[asked], labels[asked], strength, stop)
        if right < best:
            break
        best, chosen = max(best, right), strength if right > best else chosen
    accuracy = _accuracy(train, labels, test, test_labels, chosen, stop)
    return Score(accuracy, chosen, train.shape[1])


def _accuracy(
    train: np.ndarray, labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray, strength: float, stop: Stop
) -> float:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    classes = np.unique(labels)
    if len(classes) < 2:
        return 0.0
    said = np.empty((len(test), len(classes)), dtype=np.float32)
    train = train.astype(np.float64)  # what liblinear works in: once, and not for every class
    for column, one in enumerate(classes):  # class by class, as LinearSVC does itself, so that one can stop between
        check(stop)
        machine = LinearSVC(C=strength, dual=True, tol=TOLERANCE, max_iter=PASSES, random_state=SEED)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            machine.fit(train, labels == one)
        said[:, column] = test @ machine.coef_[0].astype(np.float32) + machine.intercept_[0]
    return float((classes[said.argmax(axis=1)] == test_labels).mean())
