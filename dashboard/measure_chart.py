"""A measure's series as the chart of its own page draws it (pure: what it is given is already computed)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from actionplans.numbers import format_value
from actionplans.outlooks import ForecastStep, if_pace_holds, range_in_words
from actionplans.places import AREA, Place, PlaceKind
from actionplans.run_charts import RunChart
from actionplans.series import MeasureSeries
from actionplans.trends import are_alike
from dashboard.charts.measure import (
    BaselineMark,
    ChartForecast,
    ComparisonLine,
    ComparisonPoint,
    ForecastPlace,
    MeasureChart,
    MedianLine,
    SignalMarks,
)
from dashboard.charts.series import ChartPoint
from dashboard.measure_rows import chart_of
from priorities.models import Comparator
from priorities.periods import Period, PeriodKind

# A target so far ahead that the figures would be squeezed is left to the words.
MOST_TO_COME = 60

_COMPARATOR_GROUPS = {
    Comparator.Kind.POPULATION.value: "Parts of the population",
    Comparator.Kind.SIMILAR.value: "Similar councils",
    Comparator.Kind.COUNCIL.value: "Other councils",
}
# In the order in which a reader is offered them; countries and family groups come first, under no heading.
GROUPS = ("", "Localities", *_COMPARATOR_GROUPS.values())

# Where a period stands among all that are drawn, by its label.
Places = dict[str, int]


def measure_chart_of(
    series: MeasureSeries, by_place: Mapping[Place, MeasureSeries] | None = None
) -> MeasureChart:
    """The series with what is to come, where its pace leads and what its pattern says.

    `by_place` are the measure's series in every place, as `series_by_place` gives them: those a reader may compare.
    """
    known, to_come = chart_of(series), _to_come(series)
    places = {point.label: place for place, point in enumerate((*known.points, *to_come))}
    return MeasureChart(
        known=known,
        to_come=to_come,
        forecast=_forecast(series, places) if to_come else None,
        medians=tuple(
            _median(chart, series, places) for chart in series.run_charts if chart.has_enough_points
        ),
        others=comparison_lines(by_place or {}, places),
        baseline=_baseline(series, places),
    )


def _baseline(series: MeasureSeries, places: Places) -> BaselineMark | None:
    """Where the path of the targets starts; None where that is not recorded or not drawn."""
    start = series.baseline
    if start is None or start.period.label not in places:
        return None
    return BaselineMark(places[start.period.label], start.value, _shown(series, start.value))


def comparison_lines(by_place: Mapping[Place, MeasureSeries], places: Places) -> tuple[ComparisonLine, ...]:
    """Every other place with a figure in a period that is drawn: what a reader looks for first, then the rest."""
    lines = [
        ComparisonLine(f"{place.kind}-{place.key}", place.name, _group(place), points)
        for place, series in by_place.items()
        if place != AREA and (points := tuple(_comparison_points(series, places)))
    ]
    return tuple(sorted(lines, key=lambda line: GROUPS.index(line.group)))


def _group(place: Place) -> str:
    if place.kind is PlaceKind.LOCALITY:
        return "Localities"
    return _COMPARATOR_GROUPS.get(place.comparator_kind, "")


def _comparison_points(series: MeasureSeries, places: Places) -> Iterator[ComparisonPoint]:
    for value in series.values:
        place = places.get(value.period.label)
        if place is not None:
            yield ComparisonPoint(place, value.value, value.shown, value.is_provisional, value.lifts_the_line)


def _to_come(series: MeasureSeries) -> tuple[ChartPoint, ...]:
    """A point for every period after the newest figure, up to the final target."""
    newest = series.current.period if series.current else None
    targets = {aim.period: aim.value for aim in series.target_path if newest is None or aim.period > newest}
    if not targets:
        return ()
    periods = sorted(targets)
    if periods[0].kind is not PeriodKind.POINT_IN_TIME and (newest is None or are_alike(newest, periods[0])):
        periods = _every_period(newest.next() if newest else periods[0], periods[-1])
    if len(periods) > MOST_TO_COME:
        return ()
    return tuple(
        ChartPoint(period.label, None, "", targets.get(period), _shown(series, targets.get(period)))
        for period in periods
    )


def _every_period(first: Period, last: Period) -> list[Period]:
    periods = [first]
    while periods[-1] < last:
        periods.append(periods[-1].next())
    return periods


def _shown(series: MeasureSeries, value: Decimal | None) -> str:
    if value is None:
        return ""
    return format_value(value, unit=series.measure.unit, decimals=series.measure.decimals)


def _forecast(series: MeasureSeries, places: Places) -> ChartForecast | None:
    found = series.outlook
    if found is None or found.forecast is None or found.newest is None:
        return None
    newest, forecast = found.newest, found.forecast
    if any(step.period.label not in places for step in forecast.steps):
        return None
    start = ForecastStep(newest.period, newest.value, likely=None)
    return ChartForecast(
        places=tuple(_forecast_place(step, series, places) for step in (start, *forecast.steps)),
        period=forecast.period.label,
        shown=_shown(series, forecast.value),
        within=range_in_words(found, series.measure.unit, series.measure.decimals),
        condition=if_pace_holds(forecast.pace),
    )


def _forecast_place(step: ForecastStep, series: MeasureSeries, places: Places) -> ForecastPlace:
    low, high = (step.likely.low, step.likely.high) if step.likely else (step.value, step.value)
    return ForecastPlace(places[step.period.label], step.value, _shown(series, step.value), low, high)


def _median(chart: RunChart, series: MeasureSeries, places: Places) -> MedianLine:
    return MedianLine(
        first=places[chart.points[0].period.label],
        last=places[chart.points[-1].period.label],
        value=chart.median,
        shown=_shown(series, chart.median),
        signals=tuple(
            SignalMarks(tuple(places[point.period.label] for point in points), signal.sentence)
            for signal in chart.signals
            if (points := chart.points_of(signal))
        ),
    )
