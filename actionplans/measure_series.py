"""What a series of a measure is: everything known about it in one place as at a cut-off.

Made by `series` alone; nothing after that computes a status or a trend.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from actionplans import rollups
from actionplans.disclosure import SYMBOL
from actionplans.models import Measure, Reading
from actionplans.numbers import Unit, format_against
from actionplans.outlooks import Limits, Outlook, WillReach, outlook
from actionplans.places import Place
from actionplans.rollups import DerivedPart, RollUp, Whole
from actionplans.run_charts import RunChart, run_charts
from actionplans.status import Polarity, Status, ToleranceError, better_in_words
from actionplans.trajectories import PathPoint
from actionplans.trends import Point, Trend, are_alike, change_in_words
from priorities.clock import EDINBURGH
from priorities.periods import Period, PeriodKind

# All of what a percentage is a share of.
WHOLE = Decimal(100)


@dataclass(frozen=True)
class SeriesValue:
    """The newest vintage of one period, judged against the target of that same period.

    `starts_again` says that a total since 1 April has begun anew since the value before.

    `value` and `target` are unrounded; `shown` and `target_shown` are as every page prints them, both with the
    decimals it takes for two different figures not to look the same.
    """

    period: Period
    value: Decimal
    shown: str
    target: Decimal | None
    target_shown: str
    status: Status
    numerator: Decimal | None
    denominator: Decimal | None
    flag: str
    flag_label: str
    release_class: str
    released_at: dt.datetime
    note: str
    is_draft: bool
    is_illustrative: bool
    starts_new_series: bool
    starts_again: bool = False

    @property
    def released_on(self) -> dt.date:
        return self.released_at.astimezone(EDINBURGH).date()

    @property
    def lifts_the_line(self) -> bool:
        """Whether a line from the value before would mislead: a new series, or a total that starts again."""
        return self.starts_new_series or self.starts_again

    @property
    def is_provisional(self) -> bool:
        """Not yet the publisher's last word: drawn hollow and marked."""
        return self.flag in {Reading.Flag.PROVISIONAL, Reading.Flag.ESTIMATED, Reading.Flag.PROJECTED}


@dataclass(frozen=True)
class Unshown:
    """A period whose figure is not shown: `symbol` says why in shorthand ("[c]", "[x]", "[z]"), `words` in words."""

    period: Period
    symbol: str
    words: str
    released_at: dt.datetime

    @property
    def released_on(self) -> dt.date:
        return self.released_at.astimezone(EDINBURGH).date()

    @property
    def is_confidential(self) -> bool:
        return self.symbol == SYMBOL


@dataclass(frozen=True)
class YearFigure:
    """A financial year made of quarters or months by the measure's own rule; `shown` as pages print it."""

    period: Period
    whole: Whole
    shown: str


@dataclass(frozen=True)
class TargetPoint:
    """What a measure should be in a period, whether or not a value is known.

    `decided` is "set by the CPP Board 13 October 2020", or "" where no decision is recorded.
    """

    period_starts_on: dt.date
    period_ends_on: dt.date
    value: Decimal
    shown: str
    set_on: dt.date
    reason: str
    decided: str
    baseline: PathPoint | None = None


@dataclass(frozen=True)
class MeasureSeries:
    """One measure in one place as known at a cut-off, its values oldest first.

    `values` are the figures that may be shown and `unshown` the periods whose figure may not be, or is not there.
    `status` is that of the newest value, or says why there is none; an overdue figure is overdue whatever the
    older value was (domain rules 5.2). `next_due_on` is None where no next value comes or nobody can say when.
    `is_overdue` is of a period that ended by the end of what is reported: a later one is the next report's.
    `is_new` says that the newest value was released since the last report. `worked_out_from` says what a gap is the
    difference of, "" for other measures.
    """

    measure: Measure
    place: Place
    worked_out_from: str
    unshown: tuple[Unshown, ...]
    values: tuple[SeriesValue, ...]
    targets: tuple[TargetPoint, ...]
    breaks: tuple[tuple[dt.date, str], ...]
    status: Status
    short: Trend
    long: Trend
    rule: str
    next_period: Period | None
    next_due_on: dt.date | None
    is_overdue: bool
    is_new: bool

    @property
    def current(self) -> SeriesValue | None:
        """The newest value; None where the newest figure is not shown, for an older one would pass for it."""
        if self.latest_unshown is not None and self.latest_unshown.is_confidential:
            return None
        return self.values[-1] if self.values else None

    @property
    def latest_unshown(self) -> Unshown | None:
        """The newest period, where its figure is not shown or not there."""
        return latest_unshown_of(self.values, self.unshown)

    @property
    def previous(self) -> SeriesValue | None:
        """The value before the current one."""
        return self.values[-2] if self.current is not None and len(self.values) > 1 else None

    @property
    def better(self) -> str:
        """Which way is better, in words."""
        return better_in_words(self.measure.polarity, self.measure.unit)

    @property
    def change_shown(self) -> str:
        """The change behind the short trend, with its unit."""
        return change_in_words(self.short.change, self.measure.unit, self.measure.decimals)

    @property
    def points(self) -> list[Point]:
        """The values as trends, outlook and run charts read them."""
        return [Point(value.period, value.value, value.target) for value in self.values]

    @cached_property
    def target_path(self) -> tuple[PathPoint, ...]:
        """What it should be in each period, oldest first. A target for dates that are no period of it is left out."""
        path = []
        for target in self.targets:
            period = self.measure.period_containing(target.period_ends_on)
            if (period.starts_on, period.ends_on) == (target.period_starts_on, target.period_ends_on):
                path.append(PathPoint(period, target.value))
        return tuple(path)

    @property
    def baseline(self) -> PathPoint | None:
        """What the path to the final target starts from, where it was recorded."""
        newest = max(self.targets, key=lambda target: target.period_ends_on, default=None)
        return newest.baseline if newest else None

    @cached_property
    def outlook(self) -> Outlook | None:
        """Whether it will reach its final target; None without one. Worked out when it is asked for."""
        if not self.target_path or (self.values and self.current is None):
            return None
        final = self.target_path[-1]
        found = outlook(
            [point for point in self.points if are_alike(point.period, final.period)],
            final,
            self.measure.polarity,
            unit=self.measure.unit,
            target_set_on=self._set_on(final.period),
            comparison=self.measure.comparison,
            breaks=[on for on, _ in self.breaks],
            is_cumulative=self.measure.is_cumulative,
            within=_green_width(self.measure, final.value),
            limits=self._limits,
        )
        is_to_come = found.newest is None or found.newest.period < final.period
        if self.status is Status.DISCONTINUED and is_to_come:
            return Outlook(
                WillReach.CANNOT_SAY,
                found.target,
                found.polarity,
                newest=found.newest,
                reason="the measure is discontinued",
            )
        return found

    @cached_property
    def run_charts(self) -> tuple[RunChart, ...]:
        """Its run charts, one for each stretch between breaks, oldest first. Worked out when they are asked for."""
        points = self.points
        if self.measure.is_cumulative:
            points = [Point(part.period, part.value) for part in self.own_parts if part.value is not None]
        return run_charts(
            points,
            self.measure.polarity,
            unit=self.measure.unit,
            breaks=[on for on, _ in self.breaks],
        )

    @cached_property
    def own_parts(self) -> tuple[DerivedPart, ...]:
        """What each quarter or month adds to a total since 1 April; none for other measures."""
        if not self.measure.is_cumulative:
            return ()
        notes = {value.period: value.note for value in self.values}
        return rollups.parts_from_year_to_date(self._totals, notes=notes)

    @cached_property
    def years(self) -> tuple[YearFigure, ...]:
        """Each financial year by the measure's own rule, oldest first; none for what is not rolled up."""
        is_part = self.measure.period_kind in {PeriodKind.FINANCIAL_QUARTER, PeriodKind.CALENDAR_MONTH}
        if not is_part or self.measure.roll_up == RollUp.NOT_ADDITIVE:
            return ()
        years = {
            Period.containing(PeriodKind.FINANCIAL_YEAR, period.starts_on): None for period in self._totals
        }
        return tuple(self._year(year) for year in sorted(years))

    def _year(self, year: Period) -> YearFigure:
        if self.measure.is_cumulative and not any(
            one.is_confidential and one.period.overlaps(year) for one in self.unshown
        ):
            whole = rollups.year_from_year_to_date(self._totals, year)
        else:
            rule = RollUp.LATEST if self.measure.is_cumulative else RollUp(self.measure.roll_up)
            whole = rollups.roll_up(self._amounts, rule, year, per=self.measure.ratio_per)
        shown = shown_of(self.measure, whole.value) if whole.value is not None else whole.outcome.label
        return YearFigure(year, whole, shown)

    @property
    def _totals(self) -> dict[Period, Decimal | None]:
        """Every period's value; None where it is not shown."""
        found: dict[Period, Decimal | None] = {one.period: None for one in self.unshown}
        return found | {value.period: value.value for value in self.values}

    @property
    def _amounts(self) -> dict[Period, rollups.Amount]:
        found = {one.period: rollups.Amount(is_suppressed=one.is_confidential) for one in self.unshown}
        return found | {
            value.period: rollups.Amount(value.value, value.numerator, value.denominator)
            for value in self.values
        }

    def _set_on(self, period: Period) -> dt.date:
        """The day on which the target for a period of the path was set."""
        return next(target.set_on for target in self.targets if target.period_ends_on == period.ends_on)

    @property
    def _limits(self) -> Limits:
        """The least and the most it can be, unless it has been past them."""
        # A gap in percentage points may turn: then the other side is ahead.
        if not self.measure.is_bounded or self.measure.unit == Unit.POINTS:
            return None, None
        is_share = Unit(self.measure.unit) is Unit.PERCENT
        least = None if any(value.value < 0 for value in self.values) else Decimal(0)
        has_passed = any(value.value > WHOLE for value in self.values)
        return least, WHOLE if is_share and not has_passed else None

    def value_for(self, period: Period) -> SeriesValue | None:
        return next((value for value in self.values if value.period == period), None)


def latest_unshown_of(values: Sequence[SeriesValue], unshown: Sequence[Unshown]) -> Unshown | None:
    if not unshown or (values and values[-1].period > unshown[-1].period):
        return None
    return unshown[-1]


def shown_of(measure: Measure, value: Decimal, beside: Decimal | None = None) -> str:
    return format_against(value, beside, unit=measure.unit, decimals=measure.decimals)


def _green_width(measure: Measure, target: Decimal) -> Decimal:
    """How near its final target counts as reached, where closer is better."""
    if measure.polarity != Polarity.GOLDILOCKS:
        return Decimal(0)
    try:
        return measure.tolerance.green_width(target)
    except ToleranceError:
        return Decimal(0)
