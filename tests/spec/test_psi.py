"""psi is the standard deviation kept: bounds, densities and draws against scipy's truncated normal."""

import math

import numpy as np
import pytest
from scipy import stats

from explorer.explore.spec import latents, psi

FIRST_WORDS = [8893702929424106994, 13357943582879616415]
FIRST_Z = [-0.7028831033450302, 0.35293713190296805, -1.9577952801426584, 1.0024488221428234]
Z = latents.normals([(11, index) for index in range(64)], 1024)
LEVELS = [0.001, 0.02, 0.1, 0.3, 0.5, 0.6999, 0.7, 0.9, 0.99, 0.9999]


@pytest.mark.parametrize("level", [0.01, *LEVELS[2:], 1 - 1e-9])
def test_bound_is_the_one_whose_truncated_normal_has_that_deviation(level):
    t = psi.bound(level)
    assert stats.truncnorm.std(-t, t) == pytest.approx(level, rel=1e-11)


def test_bound_keeps_its_accuracy_where_the_formula_cancels():
    for level in (1e-6, 1e-3):  # sd = t/sqrt(3) * (1 - t^2/15 + ...), from the series of the variance
        t = psi.bound(level)
        assert t / math.sqrt(3) * (1 - t * t / 15) == pytest.approx(level, rel=1e-12)
    for missing in (1e-9, 1e-12):  # 1 - psi^2 is t sqrt(2/pi) exp(-t^2/2) there
        t = psi.bound(1 - missing)
        psi_exact = 1 - missing
        assert t * math.sqrt(2 / math.pi) * math.exp(-t * t / 2) == pytest.approx(
            (1 - psi_exact) * (1 + psi_exact), rel=1e-7
        )
    assert psi.bound(0) == 0 and psi.bound(1) == math.inf and psi.bound(1.4) == math.inf
    ladder = [psi.bound(x) for x in np.linspace(0, 1 - 1e-12, 2001)]
    assert np.all(np.diff(ladder) > 0)


@pytest.mark.parametrize("level", LEVELS)
def test_smooth_is_the_quantile_map_of_scipy(level):
    t = psi.bound(level)
    z = Z[:4]
    expected = stats.truncnorm.ppf(stats.norm.cdf(z), -t, t)
    assert np.allclose(psi.smooth(z, level), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mode", ["smooth", "resample"])
def test_both_modes_have_the_law_of_the_truncated_normal(mode, level):
    fresh = latents.normals([(11, index) for index in range(64)], 1024, latents.Purpose.RESAMPLE)
    drawn = psi.smooth(Z, level) if mode == "smooth" else psi.resample(Z, fresh, level)
    t = psi.bound(level)
    assert np.abs(drawn).max() <= t
    assert drawn.std() == pytest.approx(level, rel=0.01)
    assert stats.kstest(drawn.ravel(), stats.truncnorm(-t, t).cdf).pvalue > 1e-3


def test_one_is_the_identity_bit_for_bit_more_multiplies_zero_is_zero():
    assert np.array_equal(psi.smooth(Z, 1.0), Z)
    assert np.array_equal(psi.resample(Z, Z, 1.0), Z)
    assert np.array_equal(psi.smooth(Z, 1.5), 1.5 * Z)
    assert not psi.smooth(Z, 0.0).any()


def test_smooth_has_no_jump_anywhere_and_none_at_its_ends():
    z = np.linspace(-5, 5, 401)
    steps = np.linspace(0, 1, 501)
    rows = np.stack([psi.smooth(z, step) for step in steps])
    positive = rows[:, z > 0.02]
    assert np.all(np.diff(positive, axis=0) > 0), "not increasing in psi"
    assert np.all(np.diff(rows[1:], axis=1) > 0), "not increasing in z"
    assert np.array_equal(psi.smooth(-z, 0.7), -psi.smooth(z, 0.7)), "not odd in z"
    ordinary = rows[:, np.abs(z) < 3]
    assert np.abs(np.diff(ordinary, axis=0)).max() < 0.05
    assert np.abs(psi.smooth(z, 1 - 1e-12) - z).max() < 1e-6
    assert np.abs(psi.smooth(z, 1e-9)).max() < 2e-9
    assert np.abs(psi.smooth(z, 1 + 1e-9) - z).max() < 1e-8


def test_numbers_from_anywhere_stay_inside_the_bound():
    wild = np.array([-1000.0, -40.0, -8.9, 8.9, 40.0, 1000.0])
    for level in (1e-3, 0.5, 0.99, 1 - 1e-15):
        out = psi.smooth(wild, level)
        assert np.isfinite(out).all() and np.abs(out).max() <= psi.bound(level)


def test_resample_leaves_what_lies_within_the_bound_alone():
    level = 0.6
    fresh = latents.normals([(11, index) for index in range(64)], 1024, latents.Purpose.RESAMPLE)
    drawn = psi.resample(Z, fresh, level)
    inside = np.abs(Z) <= psi.bound(level)
    assert np.array_equal(drawn[inside], Z[inside])
    assert not np.any(drawn[~inside] == Z[~inside])
    one = psi.resample(Z[5:6], fresh[5:6], level)
    assert np.array_equal(one[0], drawn[5]), "depends on the batch"


@pytest.mark.parametrize("level", [0.05, 0.5, 0.95])
def test_density_and_mass_are_scipys(level):
    t = psi.bound(level)
    x = np.linspace(-4, 4, 801)
    assert np.allclose(psi.density(x, level), stats.truncnorm.pdf(x, -t, t), rtol=1e-9, atol=1e-12)
    assert psi.mass(t) == pytest.approx(stats.norm.cdf(t) - stats.norm.cdf(-t), rel=1e-12)
    assert np.allclose(psi.density(x, 1.3), stats.norm.pdf(x, scale=1.3))
    assert np.allclose(psi.density(x, 1.0), stats.norm.pdf(x))


def test_z_is_the_same_in_every_version_and_every_batch():
    # Frozen on first release: a change here redraws every picture anyone has kept.
    assert latents.words(7, 3, latents.Purpose.Z, 2).tolist() == FIRST_WORDS
    assert np.allclose(latents.z(7, 3, 4), FIRST_Z, rtol=1e-14)
    keys = [(7, index) for index in range(256)]
    batch = latents.normals(keys, 100)
    assert np.array_equal(batch[:4], latents.normals(keys[:4], 100))
    assert np.array_equal(batch[200], latents.z(7, 200, 100))
    assert np.array_equal(latents.z(7, 200, 64), batch[200, :64])


def test_streams_are_normal_and_do_not_repeat_each_other():
    assert stats.kstest(Z.ravel(), "norm").pvalue > 1e-3
    assert np.abs(np.corrcoef(Z[:32])[~np.eye(32, dtype=bool)]).max() < 0.2
    names = [(0, 0), (0, 1), (1, 0), (2**63 - 1, 2**31 - 1), (2**62, 0)]
    streams = [latents.normals([name], 64, purpose)[0] for name in names for purpose in latents.Purpose]
    assert len({stream.tobytes() for stream in streams}) == len(streams)


def test_extreme_words_give_finite_noise():
    raw = np.array([0, 1, 2**64 - 1, 2**64 - 2, 2**63], dtype=np.uint64)
    p = latents.tail_probability(raw)
    assert p.min() > 0 and p.max() <= 0.5
