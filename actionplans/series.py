"""Everything known about a measure as at a cut-off, computed once.

Page, PDF, spreadsheet and chart all read `MeasureSeries`; nothing after this module computes a status or a trend.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Q

from actionplans.models import Measure, Reading, SeriesBreak, Target
from actionplans.models.returns import QuarterlyReturn
from actionplans.numbers import Unit, format_against
from actionplans.outlooks import Limits, Outlook, WillReach, outlook
from actionplans.run_charts import RunChart, run_charts
from actionplans.status import Polarity, Status, ToleranceError, rule_in_words, status_where_it_can_be_judged
from actionplans.trajectories import PathPoint
from actionplans.trends import (
    Comparison,
    Point,
    Trend,
    are_alike,
    change_in_words,
    long_trend,
    short_trend,
)
from priorities.clock import EDINBURGH
from priorities.periods import Period, PeriodKind
from priorities.wording import day_in_words

# All of what a percentage is a share of.
WHOLE = Decimal(100)


@dataclass(frozen=True)
class SeriesValue:
    """The newest vintage of one period, judged against the target of that same period.

    `value` and `target` are unrounded; `shown` and `target_shown` are as every page prints them, both with the
    decimals it takes for two different figures not to look the same.
    """

    period: Period
    value: Decimal
    shown: str
    target: Decimal | None
    target_shown: str
    status: Status
    flag: str
    flag_label: str
    released_at: dt.datetime
    note: str
    is_draft: bool
    is_illustrative: bool
    starts_new_series: bool

    @property
    def released_on(self) -> dt.date:
        return self.released_at.astimezone(EDINBURGH).date()

    @property
    def is_provisional(self) -> bool:
        """Not yet the publisher's last word: drawn hollow and marked."""
        return self.flag in {Reading.Flag.PROVISIONAL, Reading.Flag.ESTIMATED, Reading.Flag.PROJECTED}


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


@dataclass(frozen=True)
class MeasureSeries:
    """One measure as known at a cut-off, its values oldest first.

    `status` is that of the newest value, or says why there is none; an overdue figure is overdue whatever the
    older value was (domain rules 5.2). `next_due_on` is None where no next value comes or nobody can say when.
    `is_overdue` is of a period that ended by the end of what is reported: a later one is the next report's.
    `is_new` says that the newest value was released since the last report.
    """

    measure: Measure
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
        return self.values[-1] if self.values else None

    @property
    def previous(self) -> SeriesValue | None:
        return self.values[-2] if len(self.values) > 1 else None

    @property
    def better(self) -> str:
        """Which way is better, in words."""
        return Polarity(self.measure.polarity).label

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

    @cached_property
    def outlook(self) -> Outlook | None:
        """Whether it will reach its final target; None without one. Worked out when it is asked for."""
        if not self.target_path:
            return None
        final = self.target_path[-1]
        found = outlook(
            [point for point in self.points if are_alike(point.period, final.period)],
            final,
            self.measure.polarity,
            comparison=self.measure.comparison,
            breaks=[on for on, _ in self.breaks],
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
        return run_charts(self.points, self.measure.polarity, breaks=[on for on, _ in self.breaks])

    @property
    def _limits(self) -> Limits:
        """The least and the most it can be, unless it has been past them."""
        if not self.measure.is_bounded:
            return None, None
        is_share = Unit(self.measure.unit) is Unit.PERCENT
        least = None if any(value.value < 0 for value in self.values) else Decimal(0)
        has_passed = any(value.value > WHOLE for value in self.values)
        return least, WHOLE if is_share and not has_passed else None

    def value_for(self, period: Period) -> SeriesValue | None:
        return next((value for value in self.values if value.period == period), None)


def series_of(
    measures: Iterable[Measure],
    *,
    ends_by: dt.date,
    known_at: dt.datetime,
    since: dt.datetime | None = None,
    drafts_of: QuarterlyReturn | None = None,
) -> dict[int, MeasureSeries]:
    """The series of each measure by its key, in three queries however many there are.

    Values count whose period ended by `ends_by` and which were released by `known_at`; targets as they had been
    set by then. `since` is the last report's cut-off. `drafts_of` adds what one return holds and has not sent.
    """
    measures = list(measures)
    readings = _newest_vintages(measures, ends_by, known_at, drafts_of)
    targets = _newest_targets(measures, known_at)
    breaks = _breaks(measures)
    return {
        measure.pk: _series(
            measure,
            readings[measure.pk],
            targets[measure.pk],
            breaks[measure.pk],
            ends_by=ends_by,
            known_at=known_at,
            since=since,
        )
        for measure in measures
    }


PeriodKey = tuple[dt.date, dt.date]


def _newest_vintages(
    measures: Sequence[Measure], ends_by: dt.date, known_at: dt.datetime, drafts_of: QuarterlyReturn | None
) -> dict[int, dict[PeriodKey, Reading]]:
    known = Q(state=Reading.State.CONFIRMED, released_at__lte=known_at)
    if drafts_of is not None and drafts_of.pk:
        known |= Q(state=Reading.State.DRAFT, quarterly_return=drafts_of)
    rows = Reading.objects.filter(known, measure__in=measures, place__isnull=True, ends_on__lte=ends_by)
    newest: dict[int, dict[PeriodKey, Reading]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (row.state == Reading.State.DRAFT, row.released_at, row.pk)):
        newest[row.measure_id][row.starts_on, row.ends_on] = row
    return newest


def _newest_targets(measures: Sequence[Measure], known_at: dt.datetime) -> dict[int, dict[PeriodKey, Target]]:
    rows = Target.objects.known_at(known_at).filter(measure__in=measures)
    newest: dict[int, dict[PeriodKey, Target]] = defaultdict(dict)
    for row in rows.select_related("decision__meeting__group").order_by("starts_on", "ends_on", "version"):
        newest[row.measure_id][row.starts_on, row.ends_on] = row
    return newest


def _breaks(measures: Sequence[Measure]) -> dict[int, list[SeriesBreak]]:
    found: dict[int, list[SeriesBreak]] = defaultdict(list)
    for row in SeriesBreak.objects.filter(measure__in=measures).order_by("on"):
        found[row.measure_id].append(row)
    return found


def _series(
    measure: Measure,
    readings: dict[PeriodKey, Reading],
    targets: dict[PeriodKey, Target],
    breaks: list[SeriesBreak],
    *,
    ends_by: dt.date,
    known_at: dt.datetime,
    since: dt.datetime | None,
) -> MeasureSeries:
    days = [row.on for row in breaks]
    values = _values(measure, readings, targets, days)
    polarity, comparison = Polarity(measure.polarity), Comparison(measure.comparison)
    points = [Point(value.period, value.value, value.target) for value in values]
    known_on = known_at.astimezone(EDINBURGH).date()
    next_period = _next_period(measure, values, targets, known_on)
    is_overdue = (
        next_period is not None
        and next_period.ends_on <= ends_by
        and known_on > measure.overdue_after(next_period)
    )
    return MeasureSeries(
        measure=measure,
        values=values,
        targets=tuple(_target_point(measure, row) for row in targets.values()),
        breaks=tuple((row.on, row.reason) for row in breaks),
        status=_status(measure, values, known_on, is_overdue=is_overdue),
        short=short_trend(points, polarity, comparison=comparison, breaks=days),
        long=long_trend(points, polarity, comparison=comparison, breaks=days),
        rule=rule_in_words(
            polarity,
            measure.tolerance,
            tolerance_word(measure),
            targets=[row.value for row in targets.values()],
        ),
        next_period=next_period,
        next_due_on=measure.expected_on(next_period) if next_period else None,
        is_overdue=is_overdue,
        is_new=bool(values) and (since is None or values[-1].released_at > since),
    )


def _target_point(measure: Measure, row: Target) -> TargetPoint:
    shown = _shown(measure, row.value)
    return TargetPoint(row.starts_on, row.ends_on, row.value, shown, row.set_on, row.reason, _decided(row))


def _values(
    measure: Measure,
    readings: dict[PeriodKey, Reading],
    targets: dict[PeriodKey, Target],
    breaks: list[dt.date],
) -> tuple[SeriesValue, ...]:
    values: list[SeriesValue] = []
    for key in sorted(readings, key=lambda key: (key[1], key[0])):
        target = targets.get(key)
        before = values[-1].period.ends_on if values else None
        is_new_series = before is not None and any(before < day <= key[1] for day in breaks)
        values.append(
            _value(measure, readings[key], target.value if target else None, is_new_series=is_new_series)
        )
    return tuple(values)


def _value(measure: Measure, row: Reading, target: Decimal | None, *, is_new_series: bool) -> SeriesValue:
    return SeriesValue(
        period=Period(PeriodKind(measure.period_kind), row.starts_on, row.ends_on),
        value=row.value,
        shown=_shown(measure, row.value, target),
        target=target,
        target_shown=_shown(measure, target, row.value) if target is not None else "",
        status=status_where_it_can_be_judged(row.value, target, measure.polarity, measure.tolerance),
        flag=row.flag,
        flag_label=row.get_flag_display(),
        released_at=row.released_at,
        note=row.note,
        is_draft=row.state == Reading.State.DRAFT,
        is_illustrative=row.is_illustrative,
        starts_new_series=is_new_series,
    )


def _decided(row: Target) -> str:
    if row.decision is None:
        return ""
    meeting = row.decision.meeting
    return f"set by the {meeting.group.name} {day_in_words(meeting.held_on)}"


def _shown(measure: Measure, value: Decimal, beside: Decimal | None = None) -> str:
    return format_against(value, beside, unit=measure.unit, decimals=measure.decimals)


def tolerance_word(measure: Measure) -> str:
    """The word after an absolute width of this measure: "percentage points", "days", "£" or nothing."""
    unit = Unit(measure.unit)
    return "£" if unit is Unit.MONEY else unit.change_word


def _green_width(measure: Measure, target: Decimal) -> Decimal:
    """How near its final target counts as reached, where closer is better."""
    if measure.polarity != Polarity.GOLDILOCKS:
        return Decimal(0)
    try:
        return measure.tolerance.green_width(target)
    except ToleranceError:
        return Decimal(0)


def _status(
    measure: Measure, values: tuple[SeriesValue, ...], known_on: dt.date, *, is_overdue: bool
) -> Status:
    if not measure.is_in_use(known_on):
        return Status.DISCONTINUED
    if is_overdue:
        return Status.OVERDUE
    return values[-1].status if values else Status.AWAITING


def _next_period(
    measure: Measure,
    values: tuple[SeriesValue, ...],
    targets: dict[PeriodKey, Target],
    known_on: dt.date,
) -> Period | None:
    """The period whose figure comes next.

    None for a point in time, which nobody can foretell, and where the measure ends before its next period does.
    A measure never read is waited for since the first period it had a target for.
    """
    if measure.period_kind == PeriodKind.POINT_IN_TIME or not measure.is_in_use(known_on):
        return None
    if values:
        period = values[-1].period.next()
    else:
        kind = PeriodKind(measure.period_kind)
        aimed_for = [Period(kind, starts_on, ends_on) for starts_on, ends_on in targets]
        period = min([measure.period_containing(known_on), *aimed_for])
    return period if measure.is_in_use(period.ends_on) else None


def period_asked(measure: Measure, *, ends_by: dt.date, due_on: dt.date) -> Period | None:
    """The newest period whose figure a return due on `due_on` can be asked for.

    It ended by `ends_by` and its figure should be published by then; None for a point in time.
    """
    if measure.period_kind == PeriodKind.POINT_IN_TIME:
        return None
    period = measure.period_containing(ends_by)
    while period.ends_on > ends_by or measure.expected_on(period) > due_on:
        period = period.previous()
    return period
