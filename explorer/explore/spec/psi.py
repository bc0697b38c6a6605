"""psi, the setting between typical and varied: the standard deviation of z that is kept.

For psi < 1 the normal z is carried into the normal truncated to [-t, t] whose standard deviation is psi. `smooth` moves
every coordinate by its quantile, so that a slider moves every picture without a jump; `resample` leaves the coordinates
within t alone and draws the others again, which is the truncation trick of BigGAN (Brock, Donahue, Simonyan 2018).
psi = 1 gives z bit for bit, psi > 1 multiplies z, psi = 0 is z = 0.
"""

import math
from functools import lru_cache

import numpy as np

_SQRT2 = math.sqrt(2.0)
_SQRT_HALF = math.sqrt(0.5)


def ndtr(x: np.ndarray) -> np.ndarray:
    """Phi(x), the normal's distribution function, float64; keeps its relative accuracy far into the lower tail."""
    import torch  # here, not above: a spec or a density plot needs no torch

    # Not torch.special.ndtr: it adds 1 to an erf, and has no digit left below -8.
    return 0.5 * torch.special.erfc(torch.from_numpy(np.ascontiguousarray(x, dtype=np.float64)) * -_SQRT_HALF).numpy()


def ndtri(p: np.ndarray) -> np.ndarray:
    """The x whose Phi(x) is p, float64, for p in (0, 1); exact in the lower tail, so callers use p <= 1/2."""
    import torch

    return torch.special.ndtri(torch.from_numpy(np.ascontiguousarray(p, dtype=np.float64))).numpy()


def mass(t: float) -> float:
    """The share of a normal's draws that lie within [-t, t], 0 .. 1."""
    return math.erf(t / _SQRT2)


@lru_cache(maxsize=4096)
def bound(psi: float) -> float:
    """The t >= 0 whose truncated normal has standard deviation psi; infinite from psi = 1 on.

    Solves 1 - 2 t phi(t) / (2 Phi(t) - 1) = psi^2 by bisection down to neighbouring floats. Relative accuracy about
    1e-14 for psi from 1e-6, and up to 1 - 1e-12.
    """
    if not psi >= 0:
        raise ValueError(f"psi must be 0 or more, not {psi!r}")
    if psi == 0:
        return 0.0
    if psi >= 1:
        return math.inf
    # Compared by whichever of variance and 1 - variance is small: each has a form in which nothing cancels.
    missing = (1.0 - psi) * (1.0 + psi)
    low, high = psi, 9.0 + 2.0 * psi  # sd(t) < t; at t = 9 the missing variance is below the spacing of floats
    while True:
        middle = math.sqrt(low * high)
        if not low < middle < high:
            return low
        too_wide = _variance(middle) > psi * psi if psi < 0.7 else _missing_variance(middle) < missing
        low, high = (low, middle) if too_wide else (middle, high)


def _missing_variance(t: float) -> float:
    """1 minus the truncated normal's variance, accurate when that is small (t large)."""
    return 2.0 * t * math.exp(-0.5 * t * t) / math.sqrt(2.0 * math.pi) / mass(t)


def _variance(t: float) -> float:
    """The truncated normal's variance, accurate when it is small (t small).

    It is the ratio of two incomplete gamma functions, P(3/2, x) / P(1/2, x) with x = t^2 / 2, each a series of positive
    terms: gamma(a, x) = x^a e^-x sum x^n / (a (a+1) ... (a+n)).
    """
    x = 0.5 * t * t
    return 2.0 * x * _series(1.5, x) / _series(0.5, x)


def _series(a: float, x: float) -> float:
    term = total = 1.0 / a
    while term > total * 1e-17:
        a += 1.0
        term *= x / a
        total += term
    return total


def density(x: np.ndarray, psi: float) -> np.ndarray:
    """The density of z's coordinates at psi, float64 like x: a truncated normal, or a wider one for psi > 1.

    Raises ValueError for psi = 0, which has no density: everything lies at 0.
    """
    if psi == 0:
        raise ValueError("psi = 0 puts everything at 0: there is no density to draw")
    x = np.asarray(x, dtype=np.float64)
    wide = max(psi, 1.0)
    curve = np.exp(-0.5 * (x / wide) ** 2) / (wide * math.sqrt(2.0 * math.pi))
    t = bound(psi)
    return np.where(np.abs(x) <= t, curve / (mass(t) if t < math.inf else 1.0), 0.0)


def smooth(z: np.ndarray, psi: float) -> np.ndarray:
    """z with its spread cut to psi, every coordinate by its quantile; float64, the shape of z.

    Phi^-1(Phi(-t) + Phi(z) (Phi(t) - Phi(-t))), odd in z, increasing in z and, for z > 0, in psi.
    """
    if psi == 1:
        return z
    if psi > 1:
        return psi * z
    if psi == 0:
        return np.zeros_like(z)
    return _squeeze(z, bound(psi))


def resample(z: np.ndarray, fresh: np.ndarray, psi: float) -> np.ndarray:
    """z with every coordinate beyond t drawn again; float64, the shape of z.

    fresh: standard normal noise of z's shape, from each tile's own `Purpose.RESAMPLE` stream. A coordinate that is
    drawn again takes `smooth(fresh)`: that has the law of "draw until it fits" and needs one draw, however small t is.
    """
    if psi >= 1:
        return z
    t = bound(psi)
    beyond = np.abs(z) > t
    result = z.copy()
    result[beyond] = _squeeze(fresh[beyond], t)
    return result


def _squeeze(z: np.ndarray, t: float) -> np.ndarray:
    """The quantile map onto [-t, t]; works on the lower half, where Phi keeps its relative accuracy."""
    tail = ndtr(np.array(-t)).item()
    inner = ndtri(tail + ndtr(-np.abs(z)) * mass(t))
    return np.where(z < 0, np.maximum(inner, -t), -np.maximum(inner, -t))
