"""Does a quantity grow without end?

The rule has to stay quiet on noise, on steps (a cache that fills, an allocator that keeps what it once
had) and on saw teeth (a log that is emptied now and then), and to fire on what goes on and on. So:

1. Samples are grouped into WINDOWS_MAX windows of equal length at most; each window counts with its
   median, which takes single peaks out.
2. Theil-Sen: the slope is the median of the slopes of all pairs of windows. Up to 29 % of them may
   lie anywhere without moving it much.
3. The rise is the slope times the span. It is a trend when it is more than `allowance` over the whole
   span, and when each half by itself says so too: more than half the allowance, and more than a third
   of the whole rise. And most pairs of windows must grow (Kendall's tau of at least TAU_MIN). What
   leaks, leaks from beginning to end; a cache that fills, a step and a saw tooth do not.

The noise of window medians should stay below a sixth of the allowance (tests/test_soak_rule.py).

`x` is time, or requests answered: a leak is per request. What rises by less than the allowance in the
whole run is not seen, what rises by SURELY times the allowance surely is: surely_seen() says how little that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

WINDOWS_MAX = 40
WINDOWS_MIN = 8  # fewer say nothing
SURELY = 2.25  # what rises by so many allowances is not missed
HALF_SHARE_MIN = 1 / 3
TAU_MIN = 0.5


@dataclass(frozen=True)
class Trend:
    slope: float  # per unit of x
    rise: float  # over the whole span
    half_rises: tuple[float, float]  # over each half of it
    span: float
    grows: bool


def windows(xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, float]]:
    """Medians of equal stretches of x."""
    if not xs:
        return []
    first, length = xs[0], (xs[-1] - xs[0]) / WINDOWS_MAX
    if length <= 0:
        return [(first, median(ys))]
    groups: dict[int, list[tuple[float, float]]] = {}
    for x, y in zip(xs, ys, strict=True):
        groups.setdefault(min(int((x - first) / length), WINDOWS_MAX - 1), []).append((x, y))
    return [
        (median(x for x, _ in group), median(y for _, y in group))
        for _, group in sorted(groups.items())
    ]


def theil_sen(points: Sequence[tuple[float, float]]) -> float:
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x2 > x1]
    return median(slopes) if slopes else 0.0


def kendall(points: Sequence[tuple[float, float]]) -> float:
    """-1 … 1: of all pairs, the share that grows less the share that falls."""
    signs = [(y2 > y1) - (y2 < y1) for (_, y1), (_, y2) in combinations(points, 2)]
    return sum(signs) / len(signs) if signs else 0.0


def find_trend(xs: Sequence[float], ys: Sequence[float], allowance: float) -> Trend | None:
    """`xs` must not fall. None when there is too little to say anything."""
    points = windows(xs, ys)
    if len(points) < WINDOWS_MIN:
        return None
    middle = len(points) // 2
    rise, *half_rises = (rise_of(part) for part in (points, points[: middle + 1], points[middle:]))
    enough = max(allowance / 2, rise * HALF_SHARE_MIN)
    grows = rise > allowance and min(half_rises) > enough and kendall(points) >= TAU_MIN
    return Trend(theil_sen(points), rise, tuple(half_rises), points[-1][0] - points[0][0], grows)


def rise_of(points: Sequence[tuple[float, float]]) -> float:
    return theil_sen(points) * (points[-1][0] - points[0][0])


def surely_seen(span: float, allowance: float) -> float:
    """The steady growth per unit of x that a run of this span does not miss."""
    return SURELY * allowance / span if span > 0 else float("inf")
