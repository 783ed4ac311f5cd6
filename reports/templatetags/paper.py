"""What the papers' templates ask of the frozen rows: pictures and small selections, no figures of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.utils.safestring import SafeString

from actionplans.status import Status, StatusCounts
from dashboard.charts.series import ChartPoint, ChartSeries
from dashboard.charts.svg import line_chart
from dashboard.scorecard import MeasureRow

register = template.Library()

# As many columns as half a sheet has room for; the attached data has them all.
PERIODS_SHOWN = 4


@dataclass(frozen=True)
class Count:
    """How many measures stand somewhere."""

    number: int
    status: Status


@register.filter
def standing(counts: StatusCounts) -> list[Count]:
    """The statuses that occur, with how many measures have each."""
    rows = [Count(getattr(counts, status.value), status) for status in Status]
    return [row for row in rows if row.number]


@register.simple_tag
def chart_on_paper(series: ChartSeries) -> SafeString:
    """A chart half a sheet wide, whose words are as large as those of the table below it."""
    return line_chart(series, width=310, height=132)


@register.simple_tag
def chart_on_screen(series: ChartSeries) -> SafeString:
    """A chart that can be read on a telephone too."""
    return line_chart(series, width=480, height=240)


@register.filter
def pairs(rows: Sequence[MeasureRow]) -> list[Sequence[MeasureRow]]:
    """Rows two by two, as charts stand side by side; the last may stand alone."""
    return [rows[place : place + 2] for place in range(0, len(rows), 2)]


@register.filter
def newest(series: ChartSeries) -> tuple[ChartPoint, ...]:
    """The last few periods of a series."""
    return series.points[-PERIODS_SHOWN:]
