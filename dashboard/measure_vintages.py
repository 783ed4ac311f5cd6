"""Every version in which a measure's figures were published, as its page lists them.

A version that disclosure control holds back is listed without its figure, older ones too: `actionplans.figures`
says what may be shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from actionplans.figures import figure_in, is_controlled_at
from actionplans.models import Measure, Reading
from actionplans.models.readings import ReadingFlag
from actionplans.numbers import format_value
from actionplans.places import AREA
from dashboard.measure_rows import marks_in_words
from priorities.clock import EDINBURGH
from priorities.periods import Period, PeriodKind


@dataclass(frozen=True)
class Vintage:
    """One published version of a period's value. `is_newest` is the one in use; `series` is "" for the first.

    `flag` is its marks in words, made of `firmness` (a `ReadingFlag`) and `release_class`.
    """

    shown: str
    flag: str
    firmness: str
    release_class: str
    released_on: dt.date
    entered_on: dt.date
    note: str
    is_newest: bool
    is_illustrative: bool
    series: str = ""


@dataclass(frozen=True)
class PeriodVintages:
    """Every version of one period's value, newest first."""

    period: str
    vintages: tuple[Vintage, ...]


@dataclass(frozen=True)
class SeriesReplaced:
    """A whole series that replaced the one before it, and why."""

    number: int
    released_on: dt.date
    reason: str


def vintages_of(measure: Measure, *, known_at: dt.datetime) -> tuple[PeriodVintages, ...]:
    """Every confirmed version of every period of the whole area, newest period and newest version first."""
    rows = list(
        measure.readings.known_at(known_at)
        .filter(place__isnull=True, comparator__isnull=True)
        .order_by("-ends_on", "-starts_on", "-series", "-released_at", "-pk")
    )
    series = max((row.series for row in rows), default=1)
    return tuple(_by_period(measure, rows, series))


def _by_period(measure: Measure, rows: list[Reading], series: int) -> Iterator[PeriodVintages]:
    kind = PeriodKind(measure.period_kind)
    periods: dict[Period, list[Reading]] = {}
    for row in rows:
        periods.setdefault(Period(kind, row.starts_on, row.ends_on), []).append(row)
    for period, found in periods.items():
        vintages = [
            _vintage(measure, row, is_newest=place == 0 and row.series == series)
            for place, row in enumerate(found)
        ]
        yield PeriodVintages(period.label, tuple(vintages))


def series_replaced(measure: Measure, *, known_at: dt.datetime) -> tuple[SeriesReplaced, ...]:
    """The replacements of the whole series that had been released, newest first."""
    rows = measure.series_versions.filter(released_at__lte=known_at).order_by("-number")
    return tuple(
        SeriesReplaced(row.number, row.released_at.astimezone(EDINBURGH).date(), row.reason) for row in rows
    )


def _vintage(measure: Measure, row: Reading, *, is_newest: bool) -> Vintage:
    figure = figure_in(row, measure, is_controlled=is_controlled_at(measure, AREA))
    is_hidden = figure.value is None
    flag = marks_in_words(row.flag, row.release_class)
    note = f"Corrected: {row.note}" if row.flag == ReadingFlag.CORRECTED else row.note
    return Vintage(
        shown=figure.symbol
        if is_hidden
        else format_value(figure.value, unit=measure.unit, decimals=measure.decimals),
        flag=figure.words if is_hidden else flag,
        firmness=row.flag,
        release_class=row.release_class,
        released_on=row.released_at.astimezone(EDINBURGH).date(),
        entered_on=row.entered_at.astimezone(EDINBURGH).date(),
        note="" if figure.is_confidential else note,
        is_newest=is_newest,
        is_illustrative=row.is_illustrative,
        series=f"series {row.series}" if row.series > 1 else "",
    )
