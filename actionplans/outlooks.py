"""Now and at the end: whether a measure will reach its final target at its pace so far (pure, decimals).

An outlook is not a status: a measure on target today may not reach its final target, and one off target may.
The two are never one word or one colour. The pace is taken over comparable values only: of one series, never
across a break, with no year counted twice in rolling averages.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from actionplans.numbers import Unit, decimals_to_tell_apart, format_digits, format_value
from actionplans.status import Polarity, better_in_words
from actionplans.trajectories import PathPoint, TrajectoryError, as_decimal, is_worse, periods_between
from actionplans.trends import (
    Comparison,
    Point,
    amount_in_words,
    are_alike,
    change_in_words,
    comparable_points,
    is_broken,
    runs_on,
)
from priorities.periods import Period, PeriodKind

PERIODS_LOOKED_BACK = 3
# Values, the newest among them.
FEWEST_FOR_PACE = 3
# With fewer, how much the changes differ is a guess: from four values a range is half as wide again as from six.
FEWEST_FOR_RANGE = 6

# Student's t for 19 times in 20, by degrees of freedom; for more of them the last, which is a little wide.
_T = {
    4: "2.776", 5: "2.571", 6: "2.447", 7: "2.365", 8: "2.306", 9: "2.262",
    10: "2.228", 11: "2.201", 12: "2.179", 13: "2.160", 14: "2.145", 15: "2.131", 16: "2.120",
    17: "2.110", 18: "2.101", 19: "2.093", 20: "2.086",
}  # fmt: skip

# The least and the most a measure can be; None for no limit.
Limits = tuple[Decimal | None, Decimal | None]

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


class WillReach(enum.StrEnum):
    """Whether the final target is reached, or will be if the pace holds. Not a status."""

    REACHED = "reached"
    ON_PACE = "on_pace"
    NOT_ON_PACE = "not_on_pace"
    NOT_REACHED = "not_reached"
    CANNOT_SAY = "cannot_say"

    @property
    def label(self) -> str:
        return _WILL_REACH_LABELS[self]


_WILL_REACH_LABELS = {
    WillReach.REACHED: "Reached already",
    WillReach.ON_PACE: "On pace",
    WillReach.NOT_ON_PACE: "Not on pace",
    WillReach.NOT_REACHED: "Not reached in time",
    WillReach.CANNOT_SAY: "Cannot say",
}


@dataclass(frozen=True)
class Pace:
    """How fast a measure has gone: the change per period over the last few comparable values.

    `change` has the sign of the figures, not of better or worse. `per` is "year", "quarter" or "month";
    `periods` is how many of these the values span and `values` how many there are. `is_gap` says that some are
    missing in between.
    """

    change: Decimal
    per: str
    since: Period
    until: Period
    periods: Fraction
    values: int
    is_gap: bool = False

    @property
    def label(self) -> str:
        """The time it was taken over, as a sentence names it: "the last three years"."""
        if self.periods.denominator != 1:
            return f"the time since {self.since}"
        count = int(self.periods)
        number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
        return f"the last {self.per}" if count == 1 else f"the last {number} {self.per}s"


@dataclass(frozen=True)
class LikelyRange:
    """Where the value should be 19 times in 20, if it goes on varying as it has."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class ForecastStep:
    """The forecast for one period on the way to the target's, with its range if there is one."""

    period: Period
    value: Decimal
    likely: LikelyRange | None


@dataclass(frozen=True)
class Forecast:
    """What the value will be in the target's period if the pace holds, and how far off that may be.

    The range is from how much the changes differed since `spread_since`, further back than the pace is taken.
    Without a range `why_no_range` says why. `is_limited` says that the pace leads past what the measure can
    be, and the forecast stops there. `steps` are the periods the pace goes through, the target's the last of
    them: for a chart, which must not draw a range straight that is not.
    """

    period: Period
    value: Decimal
    likely: LikelyRange | None
    why_no_range: str
    is_limited: bool
    pace: Pace
    spread_since: Period
    steps: tuple[ForecastStep, ...]

    def made_how(self) -> str:
        """How it was made, in a sentence."""
        pace = self.pace
        count = _NUMBERS[pace.values] if pace.values < len(_NUMBERS) else str(pace.values)
        how = (
            f"Made by going on from {pace.until} at the average pace of the last {count} values "
            f"that can be compared, {pace.since} to {pace.until}."
        )
        if pace.is_gap:
            how += " Some are missing in between."
        if self.is_limited:
            how += " It stops at the furthest the measure can go."
        if self.likely is None:
            return f"{how} No range is given: {self.why_no_range}."
        return f"{how} The range is from how much the changes since {self.spread_since} differed from each other."


@dataclass(frozen=True)
class Outlook:
    """Whether a measure will reach its final target, with what was used to say so.

    `needed` is the change per period (`per`) from the newest value to the final target, with the sign of the
    figures: zero where it is reached, None where its time is over or nothing can be said. `reason` is why it
    cannot be said. `may_slip_back` says that a target reached already is lost again if the pace holds.
    `is_target_of_older_series` says that the series has changed since the target was set.
    """

    will_reach: WillReach
    target: PathPoint
    polarity: Polarity
    newest: Point | None = None
    pace: Pace | None = None
    needed: Decimal | None = None
    per: str = "year"
    forecast: Forecast | None = None
    reason: str = ""
    may_slip_back: bool = False
    is_target_of_older_series: bool = False


@dataclass(frozen=True)
class _Goal:
    """What counts as reaching the final target."""

    target: PathPoint
    polarity: Polarity
    within: Decimal

    def is_met_by(self, value: Decimal | Fraction) -> bool:
        gap = Fraction(value) - Fraction(self.target.value)
        if self.polarity is Polarity.GOLDILOCKS:
            return abs(gap) <= self.within
        return gap >= 0 if self.polarity is Polarity.MAXIMISE else gap <= 0


@dataclass(frozen=True)
class _Past:
    """What an outlook goes on from, newest first: the values that give the pace, and all that can be compared."""

    chain: Sequence[Point]
    history: Sequence[Point]
    comparison: Comparison

    @property
    def newest(self) -> Point:
        return self.chain[0]

    def apart(self, earlier: Period, later: Period) -> Fraction:
        """How far apart two periods are, in those the pace is counted in."""
        if self.comparison is Comparison.YEAR_TO_YEAR and earlier.kind is not PeriodKind.POINT_IN_TIME:
            return Fraction(later.starts_on.year - earlier.starts_on.year)
        return periods_between(earlier, later)

    @property
    def span(self) -> Fraction:
        """How many periods the pace is taken over."""
        return self.apart(self.chain[-1].period, self.newest.period)

    @property
    def rate(self) -> Fraction:
        """The pace: the change per period."""
        return (Fraction(self.newest.value) - Fraction(self.chain[-1].value)) / self.span

    def expected(self, period: Period) -> Fraction:
        """The value of a later period if the pace holds."""
        return Fraction(self.newest.value) + self.rate * self.apart(self.newest.period, period)

    @cached_property
    def spread(self) -> Fraction:
        """How much changes differed from each other: their variance per period; zero when all were alike."""
        steps = [
            (Fraction(newer.value) - Fraction(older.value), self.apart(older.period, newer.period))
            for newer, older in pairwise(self.history)
        ]
        rate = sum((change for change, _ in steps), Fraction(0)) / sum(
            (length for _, length in steps), Fraction(0)
        )
        squares = ((change - rate * length) ** 2 / length for change, length in steps)
        return sum(squares, Fraction(0)) / (len(steps) - 1)

    def margin(self, ahead: Fraction) -> Decimal:
        """Half the width of the likely range so far ahead.

        For a series that drifts: each change is the pace and a chance part, whose spread grows with the time it
        took. The pace itself is known only from a few changes, so the range widens faster than the chance parts.
        """
        freedom = len(self.history) - 2
        variance = self.spread * ahead * (1 + ahead / self.span)
        return Decimal(_T[min(freedom, max(_T))]) * as_decimal(variance).sqrt()


def outlook(
    points: Iterable[Point],
    target: PathPoint,
    polarity: Polarity | str,
    *,
    unit: Unit | str = Unit.NUMBER,
    target_set_on: date | None = None,
    comparison: Comparison | str = Comparison.ONGOING,
    breaks: Iterable[date] = (),
    is_cumulative: bool = False,
    within: Decimal | int = 0,
    limits: Limits = (None, None),
    n: int = PERIODS_LOOKED_BACK,
) -> Outlook:
    """Whether a measure whose known values are `points` will reach its final target.

    The pace is that since the last `n` earlier comparable values: not since the baseline, which may be of an older
    series and long ago. A yes or no has no pace. `breaks` are the first days of new series. Year-to-date figures
    (`is_cumulative`) are compared year to year whatever `comparison` says: then only values for the target's time
    of year count. `within` is how near counts as reached where closer is better. `limits` are the least and the
    most the measure can be. Raises TrajectoryError for values of another kind of period than the target's,
    ValueError for two values of one period.
    """
    if n < FEWEST_FOR_PACE - 1:
        raise ValueError(f"A pace needs at least {FEWEST_FOR_PACE - 1} earlier values.")
    comparison = Comparison.YEAR_TO_YEAR if is_cumulative else Comparison(comparison)
    known, days = list(points), tuple(breaks)
    if any(not are_alike(point.period, target.period) for point in known):
        raise TrajectoryError("The values and the target must be for the same kind of period.")
    goal = _Goal(target, Polarity(polarity), Decimal(within))
    leading = _at_its_time_of_year(known, target.period, comparison)
    history = comparable_points(leading, comparison, days)
    chain = history[: n + 1]
    unknown = Outlook(
        WillReach.CANNOT_SAY,
        target,
        goal.polarity,
        newest=chain[0] if chain else None,
        per=_per(target.period.kind, comparison),
        is_target_of_older_series=bool(chain) and _is_since(target_set_on, chain[0].period, days),
    )
    if why_not := _nothing_to_go_on(goal, chain, comparison):
        return replace(unknown, reason=why_not)
    if chain[0].period >= target.period:
        return _looking_back(unknown, goal, known)
    if is_broken(chain[0].period, target.period, days):
        return replace(unknown, reason=_no_way_across(chain[0].period, target.period, days))
    if Unit(unit) is Unit.YES_NO:
        return _without_a_pace(unknown, goal, chain[0])
    return _looking_ahead(unknown, goal, _Past(chain, history, comparison), limits)


def _nothing_to_go_on(goal: _Goal, chain: Sequence[Point], comparison: Comparison) -> str:
    """Why nothing at all can be said, or ""."""
    if goal.polarity is Polarity.NONE:
        return "neither way is better for this measure"
    return "" if chain else _no_value(comparison)


def _no_way_across(newest: Period, target: Period, breaks: Sequence[date]) -> str:
    """Why nothing leads from the newest value to the target: a break to come, or one inside the newest value."""
    if is_broken(newest, newest, breaks):
        return f"part of {newest} was counted in the old way"
    return f"the way of counting changes by {target}"


def _is_since(day: date | None, newest: Period, breaks: Iterable[date]) -> bool:
    """Whether a new series began after a day, and the newest value is of it."""
    return day is not None and any(day < began <= newest.ends_on for began in breaks)


def _without_a_pace(unknown: Outlook, goal: _Goal, newest: Point) -> Outlook:
    if goal.is_met_by(newest.value):
        return replace(unknown, will_reach=WillReach.REACHED, needed=Decimal(0))
    return replace(unknown, reason="a yes or no has no pace to go on at")


def _at_its_time_of_year(points: Iterable[Point], target: Period, comparison: Comparison) -> Iterable[Point]:
    """The points that may lead to the target: year to year, only those at the same time of year."""
    if comparison is Comparison.ONGOING:
        return points
    return [point for point in points if point.period.starts_on.month == target.starts_on.month]


def _no_value(comparison: Comparison) -> str:
    return (
        "there is no value yet"
        if comparison is Comparison.ONGOING
        else "there is no value yet for the same time of year"
    )


def _per(kind: PeriodKind, comparison: Comparison) -> str:
    words = {PeriodKind.FINANCIAL_QUARTER: "quarter", PeriodKind.CALENDAR_MONTH: "month"}
    return "year" if comparison is Comparison.YEAR_TO_YEAR else words.get(kind, "year")


def _looking_back(unknown: Outlook, goal: _Goal, known: Iterable[Point]) -> Outlook:
    """When the target's time is over: judged by the value of its own period."""
    own = next((point for point in known if point.period == goal.target.period), None)
    if own is None:
        return replace(unknown, reason=f"there is no value for {goal.target.period}")
    will_reach = WillReach.REACHED if goal.is_met_by(own.value) else WillReach.NOT_REACHED
    return replace(unknown, will_reach=will_reach, newest=own)


def _looking_ahead(unknown: Outlook, goal: _Goal, past: _Past, limits: Limits) -> Outlook:
    newest, target = past.newest, goal.target
    is_reached = goal.is_met_by(newest.value)
    gap = Fraction(target.value) - Fraction(newest.value)
    ahead = past.apart(newest.period, target.period)
    found = replace(unknown, needed=Decimal(0) if is_reached else as_decimal(gap / ahead))
    if is_reached:
        found = replace(found, will_reach=WillReach.REACHED)
    if len(past.chain) < FEWEST_FOR_PACE:
        return replace(found, reason=_too_few(FEWEST_FOR_PACE, len(past.chain)))
    pace = _pace(past, found.per)
    found = replace(found, pace=pace, forecast=_forecast(target.period, pace, past, limits))
    will_meet = goal.is_met_by(past.expected(target.period))
    if is_reached:
        return replace(found, may_slip_back=not will_meet)
    return replace(found, will_reach=WillReach.ON_PACE if will_meet else WillReach.NOT_ON_PACE)


def _pace(past: _Past, per: str) -> Pace:
    chain = past.chain
    return Pace(
        change=as_decimal(past.rate),
        per=per,
        since=chain[-1].period,
        until=chain[0].period,
        periods=past.span,
        values=len(chain),
        is_gap=not runs_on([point.period for point in chain], past.comparison),
    )


def _too_few(needed: int, count: int) -> str:
    known = "there is one" if count == 1 else f"there are {_NUMBERS[count]}"
    return f"it takes {_NUMBERS[needed]} values that can be compared, and {known}"


# Forecast


def _forecast(period: Period, pace: Pace, past: _Past, limits: Limits) -> Forecast:
    steps = tuple(
        _step(on_the_way, past, limits)
        for on_the_way in _periods_to(period, past.newest.period, past.comparison)
    )
    likely = steps[-1].likely
    return Forecast(
        period=period,
        value=steps[-1].value,
        likely=likely,
        why_no_range="" if likely else _why_no_range(past),
        is_limited=steps[-1].value != as_decimal(past.expected(period)),
        pace=pace,
        spread_since=past.history[-1].period,
        steps=steps,
    )


def _periods_to(target: Period, newest: Period, comparison: Comparison) -> list[Period]:
    """The periods a forecast passes through, the target's last; for points in time only that."""
    periods = [target]
    if newest.kind is not PeriodKind.POINT_IN_TIME:
        while (before := periods[-1].previous()) > newest:
            periods.append(before)
    return [
        period
        for period in reversed(periods)
        if comparison is Comparison.ONGOING or period.starts_on.month == target.starts_on.month
    ]


def _step(period: Period, past: _Past, limits: Limits) -> ForecastStep:
    value = as_decimal(past.expected(period))
    likely = None
    if len(past.history) >= FEWEST_FOR_RANGE and past.spread:
        margin = past.margin(past.apart(past.newest.period, period))
        low, high = _limited(value - margin, limits), _limited(value + margin, limits)
        likely = LikelyRange(low, high) if low < high else None
    return ForecastStep(period, _limited(value, limits), likely)


def _why_no_range(past: _Past) -> str:
    if len(past.history) < FEWEST_FOR_RANGE:
        return _too_few(FEWEST_FOR_RANGE, len(past.history))
    if not past.spread:
        return "the changes were all the same, which does not tell how far off a forecast may be"
    return "all of it would be past the furthest the measure can go"


def _limited(value: Decimal, limits: Limits) -> Decimal:
    least, most = limits
    if least is not None and value < least:
        return least
    return most if most is not None and value > most else value


# Words


def outlook_in_words(found: Outlook, unit: Unit | str, decimals: int) -> str:
    """The outlook as a page prints it: "It will reach 14.0% by 2023/24 if the last three years' pace holds: …"."""
    unit, target = Unit(unit), found.target
    goal = format_value(target.value, unit=unit, decimals=decimals)
    match found.will_reach:
        case WillReach.REACHED:
            words = _reached_in_words(found, goal, unit, decimals)
        case WillReach.NOT_REACHED:
            words = f"It did not reach {goal} by {target.period}: {_newest_in_words(found, unit, decimals)}."
        case WillReach.CANNOT_SAY:
            words = f"It cannot be said whether it will reach {goal} by {target.period}: {found.reason}."
            if found.needed is not None:
                words += f" {_capital(_needed_in_words(found, unit, decimals))}."
        case _:
            words = _pace_in_words(found, goal, unit, decimals)
    if found.polarity is not Polarity.NONE:
        words += f" {better_in_words(found.polarity, unit)}."
    if found.is_target_of_older_series:
        words += " The way of counting has changed since the target was set, so it may need to be set again."
    return words


def _reached_in_words(found: Outlook, goal: str, unit: Unit, decimals: int) -> str:
    reached = "It reached" if found.needed is None else "It has already reached"
    words = f"{reached} {goal}: {_newest_in_words(found, unit, decimals)}."
    if found.may_slip_back and found.pace:
        words += f" It will not be there in {found.target.period} {if_pace_holds(found.pace)}."
    return words


def _newest_in_words(found: Outlook, unit: Unit, decimals: int) -> str:
    assert found.newest is not None
    value, target = found.newest.value, found.target.value
    shown = format_value(value, unit=unit, decimals=decimals_to_tell_apart(value, target, decimals))
    on = "on" if found.newest.period.kind is PeriodKind.POINT_IN_TIME else "in"
    return f"it was {shown} {on} {found.newest.period}"


def _pace_in_words(found: Outlook, goal: str, unit: Unit, decimals: int) -> str:
    assert found.pace is not None
    will = "will" if found.will_reach is WillReach.ON_PACE else "will not"
    reach = "be close enough to" if found.polarity is Polarity.GOLDILOCKS else "reach"
    return (
        f"It {will} {reach} {goal} by {found.target.period} {if_pace_holds(found.pace)}: "
        f"{_needed_in_words(found, unit, decimals)}, {_gained_in_words(found, unit, decimals)}."
    )


def if_pace_holds(pace: Pace) -> str:
    """On what a forecast rests: "if the last three years’ pace holds"."""
    if pace.periods.denominator != 1:
        return f"if the pace since {pace.since} holds"
    return f"if {pace.label}{'’' if pace.label.endswith('s') else '’s'} pace holds"


def _needed_in_words(found: Outlook, unit: Unit, decimals: int) -> str:
    """The pace needed: "1.5 percentage points a year are needed"."""
    assert found.needed is not None
    amount = amount_in_words(abs(found.needed), unit, _pace_decimals(found, decimals))
    return f"{amount} a {found.per} {'is' if _is_singular(amount, unit) else 'are'} needed"


def _gained_in_words(found: Outlook, unit: Unit, decimals: int) -> str:
    """The pace so far, as gained or lost: "2.0 were gained a year since 2017/18"."""
    assert found.pace is not None
    change, since = found.pace.change, found.pace.since
    if change == 0:
        return f"nothing was gained since {since}"
    places = _pace_decimals(found, decimals)
    amount = (
        format_digits(abs(change), places)
        if unit in (Unit.PERCENT, Unit.POINTS)
        else amount_in_words(abs(change), unit, places)
    )
    was = "was" if _is_singular(amount, unit) else "were"
    return f"{amount} {was} {_gained_or_lost(found, change)} a {found.per} since {since}"


def _gained_or_lost(found: Outlook, change: Decimal) -> str:
    if found.polarity is Polarity.GOLDILOCKS:
        return "gained" if found.needed is not None and change * found.needed > 0 else "lost"
    return "lost" if is_worse(change, Decimal(0), found.polarity) else "gained"


def _pace_decimals(found: Outlook, decimals: int) -> int:
    """As many decimals as it takes to tell the pace needed from the pace so far, and either from none.

    Paces are averages, so those of whole numbers are shown with one decimal unless both are whole.
    """
    amounts = [abs(amount) for amount in (found.needed, found.pace and found.pace.change) if amount]
    if any(amount != amount.to_integral_value() for amount in amounts):
        decimals = max(decimals, 1)
    for amount in amounts:
        decimals = max(decimals, decimals_to_tell_apart(amount, Decimal(0), decimals))
    return decimals_to_tell_apart(amounts[0], amounts[-1], decimals) if amounts else decimals


def pace_so_far_in_words(found: Outlook, unit: Unit | str, decimals: int) -> str:
    """How it has gone: "up 1.0 percentage points a year, 2016/17 to 2019/20"; "" where no pace is known."""
    if found.pace is None:
        return ""
    change = change_in_words(found.pace.change, unit, _pace_decimals(found, decimals))
    return f"{change} a {found.per}, {found.pace.since} to {found.pace.until}"


def pace_needed_in_words(found: Outlook, unit: Unit | str, decimals: int) -> str:
    """How it must go: "down 1.0 percentage points a year, to 2023/24"; "" where none is, or it is too late."""
    if not found.needed:
        return ""
    change = change_in_words(found.needed, unit, _pace_decimals(found, decimals))
    return f"{change} a {found.per}, to {found.target.period}"


def range_in_words(found: Outlook, unit: Unit | str, decimals: int) -> str:
    """The range of the forecast: "19 times in 20 between 19.0% and 23.0%"; "" where there is none."""
    if found.forecast is None or found.forecast.likely is None:
        return ""
    likely = found.forecast.likely
    low, high = (format_value(end, unit=unit, decimals=decimals) for end in (likely.low, likely.high))
    return f"19 times in 20 between {low} and {high}"


def _is_singular(amount: str, unit: Unit) -> bool:
    return unit is Unit.MONEY or amount.partition(" ")[0] == "1"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def forecast_in_words(found: Outlook, unit: Unit | str, decimals: int) -> str:
    """The forecast, its range and how it was made, in sentences; "" where there is none."""
    forecast = found.forecast
    if forecast is None:
        return ""
    value = format_value(forecast.value, unit=unit, decimals=decimals)
    within = range_in_words(found, unit, decimals)
    words = f"Forecast for {forecast.period}: {value}{', and ' if within else ''}{within}."
    return " ".join(filter(None, (words, either_way_in_words(found), forecast.made_how())))


def either_way_in_words(found: Outlook) -> str:
    """The warning that a range holds the target, or ""."""
    likely = found.forecast.likely if found.forecast else None
    if likely is None or not likely.low < found.target.value < likely.high:
        return ""
    return "The target is inside this range, so it may go either way."
