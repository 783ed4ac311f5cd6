"""One measure's series put into words and numbers for a page (pure: what it is given is already computed)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from actionplans.models import Measure, MeasureCommentary, ReleaseClass
from actionplans.models.readings import ReadingFlag
from actionplans.numbers import Unit
from actionplans.series import MeasureSeries, SeriesValue, Unshown
from actionplans.status import Status
from actionplans.trends import Trend, change_in_words
from dashboard.charts.sentence import describe
from dashboard.charts.series import ChartPoint, ChartSeries
from dashboard.rows import Commentary, MeasureRow, TrendRow
from priorities.periods import Period, by_in_words
from priorities.wording import day_in_words


@dataclass(frozen=True)
class LastReport:
    """The quarter of the last report, and how the measure stood in it."""

    quarter: str
    series: MeasureSeries


def measure_row(
    series: MeasureSeries,
    *,
    on: dt.date,
    last: LastReport | None = None,
    said: MeasureCommentary | None = None,
) -> MeasureRow:
    """One measure as a page shows it on a day. Commentary is kept only while it applies."""
    measure, current, previous = series.measure, series.current, series.previous
    hidden = series.latest_unshown if current is None else None
    chart = chart_of(series)
    return MeasureRow(
        code=measure.code,
        name=measure.name,
        definition=measure.definition,
        unit=measure.unit,
        unit_name=measure.unit_name,
        better=series.better,
        source=measure.source,
        source_url=measure.source_url,
        period=current.period.label if current else hidden.period.label if hidden else "",
        value=current.value if current else None,
        shown=current.shown if current else hidden.symbol if hidden else "No figure yet",
        flag=hidden.words if hidden else flag_word(current),
        released_on=current.released_on if current else None,
        previous_period=previous.period.label if previous else "",
        previous_shown=previous.shown if previous else "",
        target=current.target if current else None,
        target_shown=current.target_shown if current else "",
        status=series.status,
        rule=series.rule,
        short=trend_row(series.short, series),
        long=trend_row(series.long, series),
        is_new=series.is_new,
        freshness=freshness(series, last, on=on),
        is_illustrative=measure.is_illustrative or bool(current and current.is_illustrative),
        commentary=_commentary(series, said),
        chart=chart,
        sentence=describe(chart),
        status_before=last.series.status if last else None,
        release_class=current.release_class if current else ReleaseClass.PUBLISHED.value,
        management_periods=tuple(
            value.period.label for value in series.values if value.release_class == ReleaseClass.MANAGEMENT
        ),
    )


def flag_word(value: SeriesValue | None) -> str:
    """ "provisional", "revised, management information" and so on; a final, published figure needs no word."""
    return "" if value is None else marks_in_words(value.flag, value.release_class)


def marks_in_words(flag: str, release_class: str) -> str:
    """What stands beside a figure: how firm it is and whether it is for the partnership only; "" for neither."""
    words = [] if flag == ReadingFlag.FINAL else [ReadingFlag(flag).label.lower()]
    if release_class == ReleaseClass.MANAGEMENT:
        words.append("management information")
    return ", ".join(words)


def trend_row(trend: Trend, series: MeasureSeries) -> TrendRow:
    with_what = trend.compared_with
    if with_what is None:
        return TrendRow(trend.direction, "", "")
    return TrendRow(
        direction=trend.direction,
        change=change_in_words(trend.change, series.measure.unit, series.measure.decimals),
        compared_with=with_what.label if isinstance(with_what, Period) else with_what,
    )


def freshness(series: MeasureSeries, last: LastReport | None, *, on: dt.date) -> str:
    """How old the value is and when the next is due (domain rules 5.2)."""
    due = _due(series, on)
    if series.is_overdue:
        return due
    if series.current is None:
        return f"{due[:1].upper()}{due[1:]}"
    missing = series.latest_unshown
    if missing is not None:
        due = f"{missing.period.label} is {missing.words}{'; ' if due else ''}{due}"
    if last and not series.is_new:
        words = f"No new data since {last.quarter}"
    else:
        since = _known_since(series.current)
        words = f"New figure, {since}" if last else f"{since[:1].upper()}{since[1:]}"
    return f"{words}; {due}" if due else words


def _known_since(value: SeriesValue) -> str:
    """ "published 8 January 2022"; nobody has published management information."""
    word = "known since" if value.release_class == ReleaseClass.MANAGEMENT else "published"
    return f"{word} {day_in_words(value.released_on)}"


def _due(series: MeasureSeries, on: dt.date) -> str:
    """When the next figure is due, or was; "" where nobody can say."""
    if series.next_period is None or series.next_due_on is None:
        return ""
    month = f"{series.next_due_on:%B %Y}"
    if series.is_overdue:
        return f"The figure for {series.next_period.label} was due in {month} and is overdue"
    return f"next due {month}" if on <= series.next_due_on else f"the next was due in {month}"


def chart_of(series: MeasureSeries) -> ChartSeries:
    """A series as charts draw it: a point for every period between the first and the last, missing ones too."""
    measure = series.measure
    points: list[ChartPoint] = []
    last: Period | None = None
    everything: list[SeriesValue | Unshown] = [*series.values, *series.unshown]
    for one in sorted(everything, key=lambda one: one.period):
        points += [
            ChartPoint(period.label, None, "No figure", None, "") for period in _between(last, one.period)
        ]
        points.append(_chart_point(one))
        last = one.period
    short = trend_row(series.short, series)
    return ChartSeries(
        name=measure.name,
        unit_label=_unit_label(measure),
        better=series.better,
        points=tuple(points),
        decimals=measure.decimals,
        change=short.change,
        compared_with=short.compared_with,
    )


def _unit_label(measure: Measure) -> str:
    """What the axis counts: a sign, or words."""
    unit = Unit(measure.unit)
    if unit in (Unit.YES_NO, Unit.POINTS):
        return unit.label
    return unit.sign or measure.unit_name or unit.label


def _chart_point(value: SeriesValue | Unshown) -> ChartPoint:
    if isinstance(value, Unshown):
        return ChartPoint(value.period.label, None, value.symbol, None, "")
    return ChartPoint(
        label=value.period.label,
        value=value.value,
        shown=value.shown,
        target=value.target,
        target_shown=value.target_shown,
        is_provisional=value.is_provisional,
        starts_new_series=value.starts_new_series,
        starts_again=value.starts_again,
    )


def _between(earlier: Period | None, later: Period) -> list[Period]:
    """The periods missing between two values."""
    if earlier is None or earlier.kind == "point_in_time":
        return []
    missing, period = [], earlier.next()
    while period.ends_on < later.ends_on:
        missing.append(period)
        period = period.next()
    return missing


def _commentary(series: MeasureSeries, said: MeasureCommentary | None) -> Commentary | None:
    """What was said of a measure, while it still is what it was said of."""
    if said is None:
        return None
    is_off = series.status in {Status.OFF_TARGET, Status.SLIGHTLY_OFF, Status.OVERDUE}
    is_missing = series.status in {Status.OVERDUE, Status.AWAITING}
    has_words = (is_off and (said.cause or said.response)) or (is_missing and said.no_figure_reason)
    if not has_words:
        return None
    return Commentary(
        cause=said.cause if is_off else "",
        response=said.response if is_off else "",
        back_on_track=by_in_words(said.back_on_track_on) if is_off and said.back_on_track_on else "",
        quarter=said.quarterly_return.quarter.label,
        no_figure_reason=said.no_figure_reason if is_missing else "",
    )
