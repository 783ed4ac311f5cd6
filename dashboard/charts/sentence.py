"""The sentence that says what a chart shows, for those who cannot see it and those in a hurry."""

import re
from decimal import localcontext

from actionplans.numbers import format_digits
from dashboard.charts.scale import DIGITS
from dashboard.charts.series import ChartPoint, ChartSeries

A_DAY = re.compile(r"\d{1,2} [A-Z]")


def describe(series: ChartSeries) -> str:
    """Say the newest figure, the change from the one before, the target and which way is better.

    Never compares across a break in the series; says so instead. A comparison that skips periods without
    a figure names the gap. Changes are taken from unrounded figures and rounded half up.
    """
    newest = series.last_valued
    if newest is None:
        parts = [f"{series.name}: no figures yet"]
    else:
        point = series.points[newest]
        parts = [f"{series.name}: {point.shown} {_when(point)}{_change(series, newest)}{_target(point)}"]
        parts += _missing_since(series, newest)
    parts += _breaks(series)
    if series.better:
        parts.append(series.better)
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)


def _when(point: ChartPoint) -> str:
    word = "on" if A_DAY.match(point.label) else "in"
    return f"{word} {point.label}{' (provisional)' if point.is_provisional else ''}"


def _change(series: ChartSeries, newest: int) -> str:
    earlier = [place for place in series.valued if place < newest]
    if not earlier:
        return ", the only figure so far"
    before = earlier[-1]
    if any(before < place <= newest for place in series.breaks):
        return ""
    base = series.points[before]
    gap = _gap(series, before + 1, newest - 1)
    return f", {_movement(series, base, series.points[newest])} {_since(base)}{gap}"


def _movement(series: ChartSeries, base: ChartPoint, point: ChartPoint) -> str:
    assert base.value is not None
    assert point.value is not None
    with localcontext(prec=DIGITS):
        change = point.value - base.value
    if not change:
        return "no change from"
    amount = format_digits(change.copy_abs(), series.decimals)
    if not amount.strip("0."):
        return "almost no change from"
    return f"{'up' if change > 0 else 'down'} {_amount(series, amount)} from"


def _amount(series: ChartSeries, written: str) -> str:
    if series.is_percentage:
        return f"{written} percentage point{'' if written == '1' else 's'}"
    return f"£{written}" if series.is_money else written


def _since(base: ChartPoint) -> str:
    return f"{base.label}{' (provisional)' if base.is_provisional else ''}"


def _gap(series: ChartSeries, first: int, last: int) -> str:
    if first > last:
        return ""
    return f" (no figure for {_span(series, first, last)})"


def _span(series: ChartSeries, first: int, last: int) -> str:
    if first == last:
        return series.points[first].label
    joined = " or " if last == first + 1 else " to "
    return f"{series.points[first].label}{joined}{series.points[last].label}"


def _target(point: ChartPoint) -> str:
    return "; there was no target" if point.target is None else f"; the target was {point.target_shown}"


def _missing_since(series: ChartSeries, newest: int) -> list[str]:
    last = len(series.points) - 1
    if newest == last:
        return []
    return [f"There is no figure yet for {_span(series, newest + 1, last)}"]


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
