"""The standard normal's distribution function and its inverse, in float64, on NumPy arrays."""

import math

import numpy as np

_SQRT_HALF = math.sqrt(0.5)


def ndtr(x: np.ndarray) -> np.ndarray:
    """Phi(x), float64; keeps its relative accuracy far into the lower tail."""
    import torch  # here, not above: a spec or a density plot needs no torch

    # Not torch.special.ndtr: it adds 1 to an erf, and has no digit left below -8.
    return 0.5 * torch.special.erfc(torch.from_numpy(np.ascontiguousarray(x, dtype=np.float64)) * -_SQRT_HALF).numpy()


def ndtri(p: np.ndarray) -> np.ndarray:
    """The x whose Phi(x) is p, float64, for p in (0, 1); exact in the lower tail, so callers use p <= 1/2."""
    import torch

    return torch.special.ndtri(torch.from_numpy(np.ascontiguousarray(p, dtype=np.float64))).numpy()
