"""Which way a measure is going (pure, decimals, on unrounded values).

A trend says better or worse, not up or down, and says nothing of the target (`status`). It never crosses a
break in the series, never compares averages whose years overlap, and never compares a running total with the
quarter before.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from actionplans.numbers import Unit, decimals_to_tell_apart, format_value
from actionplans.status import Polarity
from priorities.periods import Period, PeriodKind
from priorities.wording import listed

FEWEST_FOR_SHORT_TREND = 2
# Earlier values, besides the newest.
FEWEST_FOR_LONG_TREND = 3


class Direction(enum.StrEnum):
    """Which way a measure is going: three answers where one way is better, three where neither is."""

    BETTER = "better"
    WORSE = "worse"
    NO_CHANGE = "no_change"
    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"
    NOT_ENOUGH_DATA = "not_enough_data"

    @property
    def label(self) -> str:
        return _DIRECTION_LABELS[self]


_DIRECTION_LABELS = {
    Direction.BETTER: "Improving",
    Direction.WORSE: "Worsening",
    Direction.NO_CHANGE: "No change",
    Direction.HIGHER: "Higher",
    Direction.LOWER: "Lower",
    Direction.SAME: "Same",
    Direction.NOT_ENOUGH_DATA: "Not enough data",
}


class Comparison(enum.StrEnum):
    """What a value is compared with: the period before or, for seasonal series, the same one last year."""

    ONGOING = "ongoing"
    YEAR_TO_YEAR = "year_to_year"

    @property
    def label(self) -> str:
        return "With the period before" if self is Comparison.ONGOING else "With the same period last year"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a form or model field."""
        return [(comparison.value, comparison.label) for comparison in cls]


@dataclass(frozen=True)
class Point:
    """One value of a measure, the period it is about, and the target for that period if there was one."""

    period: Period
    value: Decimal
    target: Decimal | None = None


@dataclass(frozen=True)
class Trend:
    """Which way a measure went, by how much, and since when.

    `change` is this value less the one it is compared with, in the measure's unit. `compared_with` is a
    period, or for a long trend the words for several ("the average of Q1 2020/21 to Q4 2020/21"). `is_gap`
    says that periods are missing in between, which a page must say. Not enough data has none of these.
    """

    direction: Direction
    change: Decimal | None = None
    compared_with: Period | str | None = None
    is_gap: bool = False


NOT_ENOUGH_DATA = Trend(Direction.NOT_ENOUGH_DATA)


def short_trend(
    points: Iterable[Point],
    polarity: Polarity | str,
    *,
    comparison: Comparison | str = Comparison.ONGOING,
    dead_band: Decimal | int = 0,
    breaks: Iterable[date] = (),
    is_cumulative: bool = False,
) -> Trend:
    """The newest value against one earlier value.

    `breaks` are the first days of new series. A change no larger than `dead_band` is no change. Year-to-date
    figures (`is_cumulative`) are compared with the same period last year whatever `comparison` says.
    """
    comparison = Comparison.YEAR_TO_YEAR if is_cumulative else Comparison(comparison)
    chain = comparable_points(points, comparison, breaks)[:2]
    if len(chain) < FEWEST_FOR_SHORT_TREND:
        return NOT_ENOUGH_DATA
    return _trend(chain, comparison, Polarity(polarity), dead_band, chain[1].period)


def long_trend(
    points: Iterable[Point],
    polarity: Polarity | str,
    *,
    comparison: Comparison | str = Comparison.ONGOING,
    dead_band: Decimal | int = 0,
    breaks: Iterable[date] = (),
    is_cumulative: bool = False,
    n: int = 4,
) -> Trend:
    """The newest value against the mean of the last `n` earlier ones; at least three of them are needed."""
    if n < FEWEST_FOR_LONG_TREND:
        raise ValueError(f"A long trend needs at least {FEWEST_FOR_LONG_TREND} earlier values.")
    comparison = Comparison.YEAR_TO_YEAR if is_cumulative else Comparison(comparison)
    chain = comparable_points(points, comparison, breaks)[: n + 1]
    if len(chain) < FEWEST_FOR_LONG_TREND + 1:
        return NOT_ENOUGH_DATA
    words = _average_in_words([point.period for point in reversed(chain[1:])], comparison)
    return _trend(chain, comparison, Polarity(polarity), dead_band, words)


def comparable_points(points: Iterable[Point], comparison: Comparison, breaks: Iterable[date]) -> list[Point]:
    """The newest point, then the earlier ones it may be compared with, newest first.

    `breaks` are the first days of new series: nothing from before the last of them is kept. Raises ValueError
    for two values of one period.
    """
    newest_first = sorted(points, key=lambda point: point.period, reverse=True)
    if len({point.period for point in newest_first}) < len(newest_first):
        raise ValueError("Two values for one period: give the newest vintage of each.")
    days = tuple(breaks)
    chain = newest_first[:1]
    for point in newest_first[1:]:
        is_whole = not is_broken(point.period, chain[0].period, days)
        if is_whole and _may_follow(point.period, chain[-1].period, comparison):
            chain.append(point)
    return chain


def _may_follow(older: Period, newer: Period, comparison: Comparison) -> bool:
    """Whether a value of the older period may be compared with one of the newer.

    They are of one kind and length, share no day and, year to year, are at the same time of year.
    """
    if not are_alike(older, newer) or older.overlaps(newer):
        return False
    if comparison is Comparison.ONGOING:
        return True
    return older.starts_on.month == newer.starts_on.month and older.starts_on.year < newer.starts_on.year


def are_alike(period: Period, other: Period) -> bool:
    """Whether two periods are of one kind and length: a run of years by the same sort of year."""
    return (period.kind, period.years, period.is_by_financial_year) == (
        other.kind,
        other.years,
        other.is_by_financial_year,
    )


def is_broken(older: Period, latest: Period, breaks: Sequence[date]) -> bool:
    """Whether a new series began after the older period started: any part of it may be of the old series."""
    return any(older.starts_on < day <= latest.ends_on for day in breaks)


def _is_next_to(older: Period, newer: Period, comparison: Comparison) -> bool:
    """Whether nothing is missing between two periods that are compared.

    Runs of years step back as many years as they hold. Nobody knows how often a point in time is taken, so
    between two of them nothing is known to be missing, except a whole year when they are compared year to
    year.
    """
    if newer.kind is PeriodKind.POINT_IN_TIME:
        return comparison is Comparison.ONGOING or newer.starts_on.year - older.starts_on.year == 1
    if comparison is Comparison.YEAR_TO_YEAR:
        return newer.starts_on.year - older.starts_on.year == max(1, newer.years)
    return older.ends_on.toordinal() + 1 == newer.starts_on.toordinal()


def _trend(
    chain: Sequence[Point],
    comparison: Comparison,
    polarity: Polarity,
    dead_band: Decimal | int,
    compared_with: Period | str,
) -> Trend:
    """The first of a chain against the mean of the others."""
    if dead_band < 0:
        raise ValueError("A dead band cannot be below zero.")
    latest, before = chain[0], chain[1:]
    change = latest.value - _mean([point.value for point in before])
    if polarity is Polarity.GOLDILOCKS:
        distances = [abs(point.value - point.target) for point in chain if point.target is not None]
        if len(distances) < len(chain):
            return NOT_ENOUGH_DATA
        gain = _mean(distances[1:]) - distances[0]
    else:
        gain = -change if polarity is Polarity.MINIMISE else change
    is_gap = not runs_on([point.period for point in chain], comparison)
    return Trend(_direction(gain, polarity, dead_band), change, compared_with, is_gap)


def _direction(gain: Decimal, polarity: Polarity, dead_band: Decimal | int) -> Direction:
    if polarity is Polarity.NONE:
        better, worse, neither = Direction.HIGHER, Direction.LOWER, Direction.SAME
    else:
        better, worse, neither = Direction.BETTER, Direction.WORSE, Direction.NO_CHANGE
    if abs(gain) <= dead_band:
        return neither
    return better if gain > 0 else worse


def _mean(amounts: Sequence[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0)) / len(amounts)


def runs_on(newest_first: Sequence[Period], comparison: Comparison) -> bool:
    """Whether no period is known to be missing among these."""
    return all(_is_next_to(older, newer, comparison) for newer, older in pairwise(newest_first))


def _average_in_words(periods: Sequence[Period], comparison: Comparison) -> str:
    """The mean of some periods, oldest first: "the average of Q1 2020/21 to Q4 2020/21".

    Each is named where they do not run on or where a range of them would read badly.
    """
    is_range = comparison is Comparison.ONGOING and runs_on(periods[::-1], comparison)
    if is_range and periods[0].kind not in (PeriodKind.ROLLING_YEARS, PeriodKind.POINT_IN_TIME):
        return f"the average of {periods[0].label} to {periods[-1].label}"
    return f"the average of {listed([period.label for period in periods])}"


def change_in_words(change: Decimal | None, unit_kind: Unit | str, decimals: int | None = None) -> str:
    """A change with its unit: "up 2.0 percentage points", "down 12", "up £1,200", "from No to Yes", "no change".

    A change too small for `decimals` is shown with as many as it needs. None is "no comparison".
    """
    if change is None:
        return "no comparison"
    if change == 0:
        return "no change"
    unit = Unit(unit_kind)
    if unit is Unit.YES_NO:
        return _turn_in_words(change)
    decimals = decimals_to_tell_apart(
        change, Decimal(0), unit.usual_decimals if decimals is None else decimals
    )
    return f"{'up' if change > 0 else 'down'} {amount_in_words(abs(change), unit, decimals)}"


def compared_in_words(change: str, compared_with: str) -> str:
    """A change in words and what it is against: "up 12 from 2019/20", "from No to Yes since 2019/20"."""
    joined_by = {"from": "since", "towards": "against"}.get(change.partition(" ")[0], "from")
    return f"{change} {joined_by} {compared_with}"


def _turn_in_words(change: Decimal) -> str:
    """How a yes or no turned. Against an average, which may be in between, only which way it is told."""
    before, now = ("No", "Yes") if change > 0 else ("Yes", "No")
    return f"from {before} to {now}" if abs(change) == 1 else f"towards {now}"


def amount_in_words(amount: Decimal, unit: Unit, decimals: int) -> str:
    """How large a difference is, with its unit: "2.0 percentage points", "1 day", "£1,200", "12"."""
    in_what = Unit.POINTS if unit is Unit.PERCENT else unit
    return format_value(amount, unit=in_what, decimals=decimals)
