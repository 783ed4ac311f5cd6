"""The sentence that says what a chart shows, for those who cannot see it and those in a hurry."""

import re

from actionplans.trends import compared_in_words
from dashboard.charts.measure import MeasureChart
from dashboard.charts.series import ChartPoint, ChartSeries

A_DAY = re.compile(r"\d{1,2} [A-Z]")


def describe(series: ChartSeries) -> str:
    """Say the newest figure, its change as the short trend has it, the target and which way is better.

    A comparison that skips periods without a figure names the gap. Where the newest figure may not be
    compared nothing is said of a change; a break in the series is always told.
    """
    newest = series.last_valued
    if newest is None:
        parts = [f"{series.name}: {_nothing(series)}"]
    else:
        point = series.points[newest]
        parts = [f"{series.name}: {point.shown} {_when(point)}{_change(series, newest)}{_target(point)}"]
        parts += _missing_since(series, newest)
    parts += _breaks(series)
    if series.better:
        parts.append(series.better)
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)


def describe_all(chart: MeasureChart) -> str:
    """As `describe`, and what the chart shows of the periods to come: the final target, the forecast, its range."""
    parts = [describe(chart.known)]
    aims = [point for point in chart.to_come if point.target is not None]
    if aims:
        parts.append(f"The target for {aims[-1].label} is {aims[-1].target_shown}.")
    if forecast := chart.forecast:
        within = f", {forecast.within}" if forecast.within else ""
        parts.append(
            f"The forecast for {forecast.period}, {forecast.condition}, is {forecast.shown}{within}."
        )
    return " ".join(parts)


def describe_briefly(series: ChartSeries) -> str:
    """What a word-sized picture shows, where the figure, its change and its target stand beside it in words."""
    valued = [series.points[place] for place in series.valued]
    if not valued:
        return f"{series.name}: {_nothing(series)}"
    first, last = valued[0], valued[-1]
    if len(valued) == 1:
        return f"{series.name}: one figure, {last.shown} {_when(last)}"
    return f"{series.name}: {len(valued)} figures, {first.shown} {_when(first)} to {last.shown} {_when(last)}"


def when(period: str) -> str:
    """A period as a sentence takes it: "in 2020/21", "on 31 March 2021"."""
    return f"{'on' if A_DAY.match(period) else 'in'} {period}"


def _when(point: ChartPoint) -> str:
    return f"{when(point.label)}{' (provisional)' if point.is_provisional else ''}"


def _change(series: ChartSeries, newest: int) -> str:
    if len(series.valued) == 1:
        return ", the only figure so far"
    if not series.compared_with:
        return ""
    return f", {compared_in_words(series.change, series.compared_with)}{_about_base(series, newest)}"


def _about_base(series: ChartSeries, newest: int) -> str:
    """What must be known of the period compared with: that it is provisional, or that the next ones have no figure."""
    places = [place for place in range(newest) if series.points[place].label == series.compared_with]
    if not places:
        return ""
    base = places[0]
    provisional = " (provisional)" if series.points[base].is_provisional else ""
    between = range(base + 1, newest)
    is_gap = bool(between) and all(series.points[place].value is None for place in between)
    return provisional + (_gap(series, base + 1, newest - 1) if is_gap else "")


def _gap(series: ChartSeries, first: int, last: int) -> str:
    return f" (no figure for {_span(series, first, last)})"


def _span(series: ChartSeries, first: int, last: int) -> str:
    if first == last:
        return series.points[first].label
    joined = " or " if last == first + 1 else " to "
    return f"{series.points[first].label}{joined}{series.points[last].label}"


def _target(point: ChartPoint) -> str:
    return "; there was no target" if point.target is None else f"; the target was {point.target_shown}"


def _nothing(series: ChartSeries) -> str:
    words = series.nothing_in_words
    return f"{words[0].lower()}{words[1:]}"


def _missing_since(series: ChartSeries, newest: int) -> list[str]:
    last = len(series.points) - 1
    if newest == last:
        return []
    span = _span(series, newest + 1, last)
    if all(point.is_held_back for point in series.points[newest + 1 :]):
        symbols = dict.fromkeys(point.shown for point in series.points[newest + 1 :])
        return [f"No figure is shown for {span}: {', '.join(symbols)}"]
    return [f"There is no figure yet for {span}"]


def _breaks(series: ChartSeries) -> list[str]:
    """Breaks that have figures on both sides; others part nothing from nothing."""
    valued = series.valued
    places = [place for place in series.breaks if valued and valued[0] < place <= valued[-1]]
    if not places:
        return []
    if len(places) == 1:
        where = series.points[places[0]].label
        return [f"There is a break in the series at {where}: figures before and after it cannot be compared"]
    latest = series.points[places[-1]].label
    breaks = f"{len(places)} breaks in the series, the latest at {latest}"
    return [f"There are {breaks}: figures before and after a break cannot be compared"]
