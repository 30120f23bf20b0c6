"""The soak's rule (soak/trend.py): quiet on noise, steps and saw teeth; fires on what goes on and on."""

from __future__ import annotations

import random

import pytest

from soak.trend import find_trend, surely_seen

SAMPLES = 450  # one each two seconds of a quarter of an hour
PER_SAMPLE = 0.12  # thousands of requests
SPAN = SAMPLES * PER_SAMPLE
ALLOWANCE = 8.0  # MiB
NOISE = 1.2  # MiB


def series(shape, seed: int = 0, noise: float = NOISE) -> tuple[list[float], list[float]]:
    """shape(share of the run) plus noise that remembers: neighbours are alike, as real ones are, with
    a peak now and then."""
    chance = random.Random(seed)
    xs, ys, drift = [], [], 0.0
    for number in range(SAMPLES):
        drift = 0.9 * drift + chance.gauss(0, noise * 0.44)
        peak = noise * 15 if chance.random() < 0.01 else 0
        xs.append(number * PER_SAMPLE)
        ys.append(40 + shape(number / SAMPLES) + drift + peak)
    return xs, ys


HARMLESS = {
    "level": lambda share: 0,
    "a cache that fills": lambda share: 40 * min(1, share / 0.3),
    "a cache that fills slowly": lambda share: 30 * (1 - 2.718 ** (-6 * share)),
    "one step late in the run": lambda share: 30 * (share > 0.8),
    "steps that come ever later": lambda share: 10 * ((share > 0.05) + (share > 0.15) + (share > 0.4)),
    "a log emptied now and then": lambda share: 60 * (share * 5 % 1),
    "it shrinks": lambda share: -30 * share,
    "a hill in the middle": lambda share: 40 * (1 - abs(2 * share - 1)),
}  # fmt: skip


@pytest.mark.parametrize("shape", HARMLESS.values(), ids=HARMLESS.keys())
def test_it_is_quiet_on_what_is_harmless(shape):
    fired = [seed for seed in range(200) if find_trend(*series(shape, seed), ALLOWANCE).grows]
    assert not fired, f"fires on noise of the seeds {fired}"


def test_it_finds_a_leak_of_340_kib_per_thousand_requests():
    leak = 340 / 1024 * SPAN  # MiB at the end: a little over twice the allowance
    missed = [s for s in range(200) if not find_trend(*series(lambda x: leak * x, s), ALLOWANCE).grows]
    assert not missed, f"misses the leak below the noise of the seeds {missed}"


def test_it_finds_a_leak_below_a_cache_that_fills_and_in_steps():
    cache = series(lambda share: 0.4 * SPAN * share + 20 * min(1, share / 0.2))
    steps = series(lambda share: 0.4 * SPAN * (share * 12 // 1) / 12)
    assert find_trend(*cache, ALLOWANCE).grows and find_trend(*steps, ALLOWANCE).grows


def test_it_measures_what_it_finds():
    trend = find_trend(*series(lambda share: 30 * share, noise=0.1), ALLOWANCE)
    assert trend.rise == pytest.approx(30, rel=0.1) and trend.slope == pytest.approx(30 / SPAN, rel=0.1)
    assert surely_seen(trend.span, ALLOWANCE) == pytest.approx(2.25 * ALLOWANCE / SPAN, rel=0.1)


def test_a_third_of_the_windows_may_be_nonsense():
    xs, ys = series(lambda share: 0, noise=0.1)
    spoiled = [y + (500 if 100 <= n < 210 else 0) for n, y in enumerate(ys)]
    assert not find_trend(xs, spoiled, ALLOWANCE).grows


def test_too_little_says_nothing():
    assert find_trend([], [], 1) is None
    assert find_trend([1, 2, 3], [1, 2, 3], 1) is None
    assert find_trend([5] * 100, list(range(100)), 1) is None
