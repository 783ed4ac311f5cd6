"""What a measure should be in each period on the way to its final target (pure, decimals).

A path runs from a baseline, which is a value and its period, to a final target: in a straight line, or in
straight lines by milestones. A value is judged against the target of its own period, whenever it is reported.
How likely the final target is to be reached is not said here (`outlooks`).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Self

from actionplans.numbers import Unit, format_value
from actionplans.status import Polarity, better_in_words
from actionplans.trends import are_alike
from priorities.periods import ONE_DAY, Period, PeriodKind

# Four years of 365 days and a leap day.
DAYS_IN_A_YEAR = Fraction(1461, 4)

MONTHS_APART = {PeriodKind.FINANCIAL_QUARTER: 3, PeriodKind.CALENDAR_MONTH: 1}


class TrajectoryError(ValueError):
    """A path that cannot be drawn; the message says why, for the person who set it."""


@dataclass(frozen=True)
class PathPoint:
    """What a measure is or should be in one period: a baseline, a milestone or a final target."""

    period: Period
    value: Decimal

    def __post_init__(self) -> None:
        if not self.value.is_finite():
            raise TrajectoryError("A baseline and a target must be numbers.")


@dataclass(frozen=True)
class TargetPath:
    """A baseline, the milestones if there are any, and the final target, oldest first.

    Made by `straight_line` or `by_milestones`.
    """

    points: tuple[PathPoint, ...]

    @classmethod
    def straight_line(cls, baseline: PathPoint, target: PathPoint) -> Self:
        """The same step every period, from the baseline to the target. Raises TrajectoryError."""
        return cls.by_milestones(baseline, (), target)

    @classmethod
    def by_milestones(cls, baseline: PathPoint, milestones: Iterable[PathPoint], target: PathPoint) -> Self:
        """Straight lines through milestones, which may come in any order. Raises TrajectoryError."""
        _check_ends(baseline.period, target.period)
        between = sorted(milestones, key=lambda point: point.period)
        for milestone in between:
            _check_milestone(milestone.period, baseline.period, target.period)
        for earlier, later in pairwise(between):
            if earlier.period == later.period:
                raise TrajectoryError(f"There are two milestones for {later.period}. Keep one.")
        return cls((baseline, *between, target))

    @property
    def baseline(self) -> PathPoint:
        return self.points[0]

    @property
    def final(self) -> PathPoint:
        """The final target."""
        return self.points[-1]


def _check_ends(baseline: Period, target: Period) -> None:
    _check_alike(target, baseline, "target")
    if target == baseline:
        raise TrajectoryError(
            f"The target is for {target}, the same period as its baseline. Choose a later period."
        )
    if target < baseline:
        raise TrajectoryError(
            f"The target is for {target}, before its baseline, {baseline}. Choose a later period."
        )


def _check_milestone(milestone: Period, baseline: Period, target: Period) -> None:
    _check_alike(milestone, baseline, "milestone")
    if not baseline < milestone < target:
        raise TrajectoryError(
            f"The milestone for {milestone} must be after the baseline, {baseline}, "
            f"and before the target, {target}."
        )


def _check_alike(period: Period, baseline: Period, name: str) -> None:
    if not are_alike(period, baseline):
        raise TrajectoryError(
            f"The {name} is for {_length_in_words(period)} and the baseline for {_length_in_words(baseline)}. "
            "Both must be for the same kind of period."
        )


def _length_in_words(period: Period) -> str:
    if period.kind is not PeriodKind.ROLLING_YEARS:
        return period.kind.name_in_words
    return f"{period.years} {'financial' if period.is_by_financial_year else 'calendar'} years together"


def target_for(path: TargetPath, period: Period) -> Decimal | None:
    """The target for a period, unrounded. None before the baseline and after the final target.

    Raises TrajectoryError for a period of another kind than those of the path.
    """
    if not are_alike(period, path.baseline.period):
        raise TrajectoryError(
            f"{period} is {_length_in_words(period)}, and the targets are for "
            f"{_length_in_words(path.baseline.period)}."
        )
    for earlier, later in pairwise(path.points):
        if earlier.period <= period <= later.period:
            return _between(earlier, later, period)
    return None


def _between(earlier: PathPoint, later: PathPoint, period: Period) -> Decimal:
    whole = periods_between(earlier.period, later.period)
    gone = periods_between(earlier.period, period)
    rise = Fraction(later.value) - Fraction(earlier.value)
    return as_decimal(Fraction(earlier.value) + rise * gone / whole)


def periods_between(earlier: Period, later: Period) -> Fraction:
    """How far apart two periods of one kind are: in quarters or months for these, in years for all others.

    A fraction only for points in time, unless both fall on the same day of a month or on its last.
    """
    months = 12 * (later.starts_on.year - earlier.starts_on.year)
    months += later.starts_on.month - earlier.starts_on.month
    if later.kind is PeriodKind.POINT_IN_TIME and not _is_same_day_of_month(earlier, later):
        return (later.starts_on - earlier.starts_on).days / DAYS_IN_A_YEAR
    return Fraction(months, MONTHS_APART.get(later.kind, 12))


def _is_same_day_of_month(earlier: Period, later: Period) -> bool:
    are_last_days = (earlier.ends_on + ONE_DAY).day == (later.ends_on + ONE_DAY).day == 1
    return are_last_days or earlier.starts_on.day == later.starts_on.day


def as_decimal(fraction: Fraction) -> Decimal:
    """A fraction as a decimal: exact where it can be, otherwise to as many digits as decimals keep."""
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


# Doubting


def path_doubts(path: TargetPath, polarity: Polarity | str, unit: Unit | str, decimals: int) -> list[str]:
    """Questions a careful colleague would ask about a path before it is kept; none when it looks right.

    Each may be answered yes: these are questions, not errors.
    """
    polarity = Polarity(polarity)
    if polarity not in (Polarity.MAXIMISE, Polarity.MINIMISE):
        return []

    def shown(value: Decimal) -> str:
        return format_value(value, unit=unit, decimals=decimals)

    questions = []
    first, last = path.baseline.value, path.final.value
    if is_worse(last, first, polarity):
        questions.append(
            f"The target, {shown(last)}, is worse than the baseline, {shown(first)}: "
            f"{better_in_words(polarity, unit).lower()}. Is this right?"
        )
    if last == first:
        questions.append(
            f"The target is the same as the baseline, {shown(first)}. Is the aim to keep it there?"
        )
    questions.extend(
        f"The milestone for {milestone.period}, {shown(milestone.value)}, is better than the "
        f"final target, {shown(last)}. Is this right?"
        for milestone in path.points[1:-1]
        if is_worse(last, milestone.value, polarity)
    )
    return questions


def is_worse(value: Decimal, other: Decimal, polarity: Polarity) -> bool:
    """Whether a value is on the worse side of another, where higher or lower is better; never where neither is."""
    if polarity is Polarity.MAXIMISE:
        return value < other
    return polarity is Polarity.MINIMISE and value > other


# Targets set as a change


class ChangeKind(enum.StrEnum):
    """What the figure in "a 10% increase" is a percentage of."""

    RELATIVE = "relative"
    PERCENTAGE_POINTS = "percentage_points"

    @property
    def label(self) -> str:
        return "Per cent of the baseline" if self is ChangeKind.RELATIVE else "Percentage points"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """(value, label) pairs for a form or model field."""
        return [(kind.value, kind.label) for kind in cls]


def changed_by(
    baseline: Decimal, per_cent: Decimal, unit: Unit | str, kind: ChangeKind | str | None
) -> Decimal:
    """The target that "a 10% increase" sets (`per_cent` below zero is a decrease).

    Relative changes are of the baseline without its sign. For a percentage, and for percentage points, the kind must
    be chosen, for other units it may be left out. Raises TrajectoryError, naming what the words could mean.
    """
    unit = Unit(unit)
    if not (baseline.is_finite() and per_cent.is_finite()):
        raise TrajectoryError("A baseline and a change must be numbers.")
    relative, points = baseline + abs(baseline) * per_cent / 100, baseline + per_cent
    if unit is Unit.YES_NO:
        raise TrajectoryError("A yes or no does not change by a percentage. Give the target itself instead.")
    if unit not in (Unit.PERCENT, Unit.POINTS):
        if kind is not None and ChangeKind(kind) is ChangeKind.PERCENTAGE_POINTS:
            raise TrajectoryError("Percentage points are for percentages. Give a percentage of the baseline.")
        return _relative_of(baseline, relative)
    if kind is None:
        raise TrajectoryError(_two_meanings(baseline, per_cent, relative, points, unit))
    return points if ChangeKind(kind) is ChangeKind.PERCENTAGE_POINTS else _relative_of(baseline, relative)


def _relative_of(baseline: Decimal, target: Decimal) -> Decimal:
    if baseline == 0:
        raise TrajectoryError("A percentage of a zero baseline is zero. Give the target itself instead.")
    return target


def _two_meanings(
    baseline: Decimal, per_cent: Decimal, relative: Decimal, points: Decimal, unit: Unit
) -> str:
    more = "increase" if per_cent >= 0 else "decrease"
    sign = unit.sign
    return (
        f"A {_plain(abs(per_cent))}% {more} from {_plain(baseline)}{sign} could mean {_plain(relative)}{sign} "
        f"(per cent of the baseline) or {_plain(points)}{sign} (percentage points). Say which."
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}"
