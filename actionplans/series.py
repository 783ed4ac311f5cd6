"""Everything known about a measure as at a cut-off, computed once.

Page, PDF, spreadsheet and chart all read `MeasureSeries`; nothing after this module computes a status or a trend.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from actionplans.figures import (
    Figure,
    KnownFigures,
    PeriodKey,
    Vintages,
    gaps_of,
    known_figures,
    places_in,
    sides_of,
)
from actionplans.measure_series import (
    MeasureSeries,
    SeriesValue,
    TargetPoint,
    Unshown,
    YearFigure,
    latest_unshown_of,
    shown_of,
)
from actionplans.models import Gap, Measure, QuarterlyReturn, SeriesBreak, Target
from actionplans.numbers import Unit
from actionplans.places import (
    AREA,
    Place,
    PlaceIds,
    ids_of,
    place_of_comparator,
    place_of_locality,
)
from actionplans.status import Polarity, Status, Tolerance, rule_in_words, status_where_it_can_be_judged
from actionplans.trajectories import PathPoint
from actionplans.trends import (
    NOT_ENOUGH_DATA,
    Comparison,
    Point,
    Trend,
    long_trend,
    short_trend,
)
from priorities.clock import EDINBURGH
from priorities.models import Comparator, Locality, Quarter
from priorities.periods import FinancialYear, Period, PeriodKind
from priorities.wording import day_in_words

__all__ = [
    "MeasureSeries",
    "SeriesValue",
    "TargetPoint",
    "Unshown",
    "YearFigure",
    "period_asked",
    "series_by_place",
    "series_of",
    "tolerance_word",
]


def series_of(
    measures: Iterable[Measure],
    *,
    ends_by: dt.date,
    known_at: dt.datetime,
    since: dt.datetime | None = None,
    drafts_of: QuarterlyReturn | None = None,
    as_held: bool = False,
    for_public: bool = False,
) -> dict[int, MeasureSeries]:
    """The series of each measure for the whole area by its key, in four queries however many there are.

    Values count whose period ended by `ends_by` and which were released by `known_at`; targets as they had been
    set by then. `since` is the last report's cut-off. `drafts_of` adds what one return holds and has not sent.
    Nothing is in it that disclosure control holds back, but `as_held`: that is for those who enter figures, put
    them right or clear them. `for_public` leaves out management information.
    """
    measures = list(measures)
    gaps = gaps_of(measures)
    figures = known_figures(
        measures,
        gaps,
        places_in(gaps),
        ends_by=ends_by,
        known_at=known_at,
        drafts_of=drafts_of,
        as_held=as_held,
        for_public=for_public,
    )
    builder = _Builder(measures, figures, ends_by=ends_by, known_at=known_at, since=since)
    return {measure.pk: builder.series(measure, AREA) for measure in measures}


def series_by_place(
    measures: Iterable[Measure],
    *,
    ends_by: dt.date,
    known_at: dt.datetime,
    since: dt.datetime | None = None,
    as_held: bool = False,
    for_public: bool = False,
    is_of_localities: bool = False,
) -> dict[int, dict[Place, MeasureSeries]]:
    """The series of each measure in each place it has figures for, in six queries however many there are.

    The whole area comes first, then localities and comparators in their order. A locality, or a part of the
    population, is judged by the area's targets, unless these are amounts; others are not judged.
    `is_of_localities` leaves comparators out, and their query. Otherwise as `series_of`.
    """
    measures = list(measures)
    gaps = gaps_of(measures)
    places = _places(measures, is_of_localities=is_of_localities) | places_in(gaps)
    figures = known_figures(
        measures,
        gaps,
        places,
        ends_by=ends_by,
        known_at=known_at,
        as_held=as_held,
        for_public=for_public,
        everywhere=not is_of_localities,
        in_localities=is_of_localities,
    )
    builder = _Builder(measures, figures, ends_by=ends_by, known_at=known_at, since=since)
    found = {}
    for measure in measures:
        read = figures.places_of(measure)
        here = [AREA, *(place for ids, place in places.items() if ids in read)]
        found[measure.pk] = {place: builder.series(measure, place) for place in here}
    return found


def _places(measures: Sequence[Measure], *, is_of_localities: bool) -> dict[PlaceIds, Place]:
    """Every locality and comparator of the measures' partnerships, in their order, in a query each."""
    partnerships = {measure.partnership_id for measure in measures}
    localities = Locality.objects.filter(partnership__in=partnerships)
    places = [place_of_locality(locality) for locality in localities]
    if not is_of_localities:
        comparators = Comparator.objects.filter(partnership__in=partnerships)
        places += [place_of_comparator(comparator) for comparator in comparators]
    return {ids_of(place): place for place in places}


def _newest_targets(measures: Sequence[Measure], known_at: dt.datetime) -> dict[int, dict[PeriodKey, Target]]:
    rows = Target.objects.known_at(known_at).filter(measure__in=measures)
    newest: dict[int, dict[PeriodKey, Target]] = defaultdict(dict)
    for row in rows.select_related("decision__meeting__group").order_by("starts_on", "ends_on", "version"):
        newest[row.measure_id][row.starts_on, row.ends_on] = row
    return newest


def _breaks(measures: Iterable[Measure]) -> dict[int, list[SeriesBreak]]:
    found: dict[int, list[SeriesBreak]] = defaultdict(list)
    for row in SeriesBreak.objects.filter(measure__in=list(measures)).order_by("on"):
        found[row.measure_id].append(row)
    return found


class _Builder:
    """What the series of some measures share, fetched once; each series is then plain assembly."""

    def __init__(
        self,
        measures: Sequence[Measure],
        figures: KnownFigures,
        *,
        ends_by: dt.date,
        known_at: dt.datetime,
        since: dt.datetime | None,
    ) -> None:
        self.figures = figures
        self.targets = _newest_targets(measures, known_at)
        self.all_breaks = _breaks([*measures, *(gap.of for gap in figures.gaps.values())])
        self.aims: dict[int, tuple[TargetPoint, ...]] = {}
        self.rules: dict[tuple[int, bool], str] = {}
        self.ends_by = ends_by
        self.known_at = known_at
        self.known_on = known_at.astimezone(EDINBURGH).date()
        self.since = since

    def series(self, measure: Measure, place: Place) -> MeasureSeries:
        targets = self._targets(measure, place)
        breaks = self._breaks_of(measure)
        days = [row.on for row in breaks]
        figures = self.figures.of(measure, place)
        values = _values(measure, figures, targets, days)
        unshown = _unshown(measure, figures)
        next_period = _next_period(measure, values, unshown, targets, self.known_on)
        is_overdue = place is AREA and self._is_overdue(measure, next_period)
        hidden = latest_unshown_of(values, unshown)
        newest_at = hidden.released_at if hidden else values[-1].released_at if values else None
        short, long = _trends(measure, values, hidden, days)
        return MeasureSeries(
            measure=measure,
            place=place,
            worked_out_from=_worked_out_from(self.figures.gaps.get(measure.pk)),
            values=values,
            unshown=unshown,
            targets=self._aims(measure) if targets else (),
            breaks=tuple((row.on, row.reason) for row in breaks),
            status=_status(measure, values, hidden, self.known_on, is_overdue=is_overdue),
            short=short,
            long=long,
            rule=self._rule(measure, is_judged=bool(targets)),
            next_period=next_period,
            next_due_on=measure.expected_on(next_period) if next_period else None,
            is_overdue=is_overdue,
            is_new=newest_at is not None and (self.since is None or newest_at > self.since),
        )

    def _targets(self, measure: Measure, place: Place) -> dict[PeriodKey, Target]:
        """A part of the area is judged by the area's targets, but a number of people by its own alone."""
        is_judged = place is AREA or (place.is_of_the_area and not Unit(measure.unit).is_amount)
        return self.targets[measure.pk] if is_judged else {}

    def _breaks_of(self, measure: Measure) -> list[SeriesBreak]:
        """Its own and, for a gap, those of what it is a gap of."""
        breaks = self.all_breaks[measure.pk]
        gap = self.figures.gaps.get(measure.pk)
        if gap is None:
            return breaks
        days = {row.on for row in breaks}
        return sorted(
            [*breaks, *(row for row in self.all_breaks[gap.of_id] if row.on not in days)],
            key=lambda row: row.on,
        )

    def _is_overdue(self, measure: Measure, next_period: Period | None) -> bool:
        return (
            next_period is not None
            and next_period.ends_on <= self.ends_by
            and self.known_on > measure.overdue_after(next_period)
        )

    def _aims(self, measure: Measure) -> tuple[TargetPoint, ...]:
        """Its targets, put into words once for all places."""
        if measure.pk not in self.aims:
            rows = self.targets[measure.pk].values()
            figures = self.figures.of(measure)
            self.aims[measure.pk] = tuple(_target_point(measure, row, figures) for row in rows)
        return self.aims[measure.pk]

    def _rule(self, measure: Measure, *, is_judged: bool) -> str:
        key = (measure.pk, is_judged)
        if key not in self.rules:
            rows = self.targets[measure.pk].values() if is_judged else ()
            self.rules[key] = rule_in_words(
                Polarity(measure.polarity),
                measure.tolerance,
                tolerance_word(measure),
                targets=[row.value for row in rows],
                unit=measure.unit,
            )
        return self.rules[key]


def _trends(
    measure: Measure, values: tuple[SeriesValue, ...], hidden: Unshown | None, breaks: Sequence[dt.date]
) -> tuple[Trend, Trend]:
    """The short and the long trend; none where the newest figure is not shown, for they would tell of it."""
    if hidden is not None and hidden.is_confidential:
        return NOT_ENOUGH_DATA, NOT_ENOUGH_DATA
    points = [Point(value.period, value.value, value.target) for value in values]
    comparison = Comparison(measure.comparison)
    short, long = (
        trend(
            points,
            measure.polarity,
            comparison=comparison,
            dead_band=measure.dead_band,
            breaks=breaks,
            is_cumulative=measure.is_cumulative,
        )
        for trend in (short_trend, long_trend)
    )
    return short, long


def _worked_out_from(gap: Gap | None) -> str:
    if gap is None:
        return ""
    first, second = (place.name if place is not AREA else "the whole area" for place in sides_of(gap))
    return f"{gap.of.name}: {first} less {second}"


def _target_point(measure: Measure, row: Target, figures: Vintages) -> TargetPoint:
    shown = shown_of(measure, row.value)
    return TargetPoint(
        row.starts_on,
        row.ends_on,
        row.value,
        shown,
        row.set_on,
        row.reason,
        _decided(row),
        _baseline(measure, row, figures),
    )


def _baseline(measure: Measure, row: Target, figures: Vintages) -> PathPoint | None:
    """What its path starts from; None where nobody said or where that figure is not shown."""
    if row.baseline_value is None or row.baseline_starts_on is None or row.baseline_ends_on is None:
        return None
    figure = figures.get((row.baseline_starts_on, row.baseline_ends_on))
    if figure is not None and figure.is_confidential:
        return None
    period = Period(PeriodKind(measure.period_kind), row.baseline_starts_on, row.baseline_ends_on)
    return PathPoint(period, row.baseline_value)


def _values(
    measure: Measure,
    figures: Vintages,
    targets: Mapping[PeriodKey, Target],
    breaks: Sequence[dt.date],
) -> tuple[SeriesValue, ...]:
    values: list[SeriesValue] = []
    kind, tolerance = PeriodKind(measure.period_kind), measure.tolerance
    for key in sorted(figures, key=lambda key: (key[1], key[0])):
        figure = figures[key]
        if figure.value is None:
            continue
        target = targets.get(key)
        before = values[-1].period.ends_on if values else None
        is_new_series = before is not None and any(before < day <= key[1] for day in breaks)
        starts_again = measure.is_cumulative and before is not None and _is_another_year(before, key[1])
        values.append(
            _value(
                measure,
                Period(kind, *key),
                figure,
                figure.value,
                target.value if target else None,
                tolerance,
                is_new_series=is_new_series,
                starts_again=starts_again,
            )
        )
    return tuple(values)


def _value(
    measure: Measure,
    period: Period,
    figure: Figure,
    value: Decimal,
    target: Decimal | None,
    tolerance: Tolerance,
    *,
    is_new_series: bool,
    starts_again: bool,
) -> SeriesValue:
    return SeriesValue(
        period=period,
        value=value,
        shown=shown_of(measure, value, target),
        target=target,
        target_shown=shown_of(measure, target, value) if target is not None else "",
        status=status_where_it_can_be_judged(value, target, measure.polarity, tolerance),
        numerator=figure.numerator,
        denominator=figure.denominator,
        flag=figure.flag,
        flag_label=figure.flag_label,
        release_class=figure.release_class,
        released_at=figure.released_at,
        note=figure.note,
        is_draft=figure.is_draft,
        is_illustrative=figure.is_illustrative,
        starts_new_series=is_new_series,
        starts_again=starts_again,
    )


def _is_another_year(day: dt.date, later: dt.date) -> bool:
    return FinancialYear.containing(day) != FinancialYear.containing(later)


def _unshown(measure: Measure, figures: Vintages) -> tuple[Unshown, ...]:
    kind = PeriodKind(measure.period_kind)
    return tuple(
        Unshown(Period(kind, *key), figure.symbol, figure.words, figure.released_at)
        for key, figure in sorted(figures.items(), key=lambda item: (item[0][1], item[0][0]))
        if figure.value is None
    )


def _decided(row: Target) -> str:
    if row.decision is None:
        return ""
    meeting = row.decision.meeting
    return f"set by the {meeting.group.name} {day_in_words(meeting.held_on)}"


def tolerance_word(measure: Measure) -> str:
    """The word after an absolute width of this measure: "percentage points", "days", "£" or nothing."""
    unit = Unit(measure.unit)
    return "£" if unit is Unit.MONEY else unit.change_word


def _status(
    measure: Measure,
    values: tuple[SeriesValue, ...],
    hidden: Unshown | None,
    known_on: dt.date,
    *,
    is_overdue: bool,
) -> Status:
    if not measure.is_in_use(known_on):
        return Status.DISCONTINUED
    if is_overdue:
        return Status.OVERDUE
    if hidden is not None and hidden.is_confidential:
        return Status.SUPPRESSED
    return values[-1].status if values else Status.AWAITING


def _next_period(
    measure: Measure,
    values: tuple[SeriesValue, ...],
    unshown: tuple[Unshown, ...],
    targets: dict[PeriodKey, Target],
    known_on: dt.date,
) -> Period | None:
    """The period whose figure comes next.

    None for a point in time, which nobody can foretell, and where the measure ends before its next period does.
    A measure never read is waited for since the first period it had a target for.
    """
    if measure.period_kind == PeriodKind.POINT_IN_TIME or not measure.is_in_use(known_on):
        return None
    known = [value.period for value in values[-1:]] + [one.period for one in unshown[-1:]]
    if known:
        period = max(known).next()
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


def period_of_round(measure: Measure, quarter: Quarter) -> Period | None:
    """The period whose figure a round asks for; None for a point in time."""
    return period_asked(measure, ends_by=quarter.ends_on, due_on=quarter.due_on)
