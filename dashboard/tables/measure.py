"""One measure as a file: its figures in every place, its targets and every version that was published.

All of it is what the measure's own page shows, taken from the series and the page and from nothing else: what they
do not show cannot leave by a file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from actionplans.downloads.cells import flag_cell, number_cell, yes_or_no
from actionplans.downloads.measures import targets_sheet
from actionplans.measure_series import MeasureSeries, SeriesValue, Unshown, shown_of
from actionplans.models import Measure, ReleaseClass
from actionplans.numbers import unit_in_words
from actionplans.places import AREA, Place
from dashboard.measure_page import MeasurePage, MeasureSeen
from dashboard.measure_rows import chart_of
from dashboard.measure_vintages import PeriodVintages, Vintage
from dashboard.tables.measure_besides import sheets_besides
from dashboard.tables.words import ILLUSTRATIVE, MANAGED, ROUNDED
from priorities.clock import EDINBURGH
from priorities.downloads import PageTables
from priorities.periods import Period
from priorities.wording import day_in_words
from priorities.workbooks import Cell, Row, Sheet, Symbol, figure_shown, one_line

NO_FIGURES = "There are no figures yet."
NO_TARGETS = "No targets have been set."


def measure_tables(seen: MeasureSeen, *, known_at: dt.datetime) -> PageTables:
    """A measure as its page has it: the figures of every place first, then all else the page shows."""
    page, figures = seen.page, _Figures(seen.measure, seen.by_place)
    return PageTables(
        partnership=seen.measure.partnership,
        title=f"{seen.measure.code}: {seen.measure.name}",
        made_at=known_at,
        next_update=page.next_due or "nobody can say when",
        notes=tuple(_notes(figures, page, known_at)),
        sheets=(
            figures.sheet(),
            targets_sheet(figures.measure, page.target_versions),
            _vintages(figures, page.published),
            *sheets_besides(page, seen.measure, figures.unit),
        ),
    )


def _notes(figures: _Figures, page: MeasurePage, known_at: dt.datetime) -> Iterator[str]:
    """What stands on the cover: where the figures are from, the measure's definition, and how to read the file."""
    measure = figures.measure
    known_on = day_in_words(known_at.astimezone(EDINBURGH).date())
    yield f"{measure.partnership.name}. What was known on {known_on} of periods up to {page.quarter}."
    for fact in page.sheet:
        yield f"{fact.label}: {fact.text}{f' ({fact.url})' if fact.url else ''}"
    if page.outlook:
        yield f"Will it reach its target? {page.outlook.sentence}"
    if page.pattern:
        yield f"What the pattern says: {page.pattern.verdict}."
    yield ROUNDED
    if not any(series.values or series.unshown for series in figures.by_place.values()):
        yield NO_FIGURES
    if not page.target_versions:
        yield NO_TARGETS
    if any(value.release_class == ReleaseClass.MANAGEMENT for value in figures.values):
        yield MANAGED
    if measure.is_illustrative or any(value.is_illustrative for value in figures.values):
        yield ILLUSTRATIVE


# Figures


@dataclass(frozen=True)
class _Figures:
    """The newest figure of every period of every place, a row each."""

    measure: Measure
    by_place: Mapping[Place, MeasureSeries]

    @property
    def values(self) -> list[SeriesValue]:
        return [value for series in self.by_place.values() for value in series.values]

    @property
    def unit(self) -> str:
        """What its figures are in, for a heading: one line."""
        return one_line(unit_in_words(self.measure.unit, self.measure.unit_name))

    @property
    def is_made_of_two(self) -> bool:
        return self.measure.is_ratio or any(value.numerator is not None for value in self.values)

    @property
    def headings(self) -> tuple[str, ...]:
        return (
            "Period",
            "Place",
            "Place code",
            f"Figure ({self.unit})",
            *((f"In the period itself ({self.unit})",) if self.measure.is_cumulative else ()),
            *(("Numerator", "Denominator") if self.is_made_of_two else ()),
            f"Target ({self.unit})",
            "Status",
            "Flag",
            "Break in series",
            "Released on",
            "Release",
            "Note",
        )

    def sheet(self) -> Sheet:
        return Sheet(
            "Figures",
            f"Figures: {self.measure.name}",
            "The newest figure of every period and place",
            self.headings,
            tuple(self.rows()),
            self._lines,
        )

    def rows(self) -> Iterator[Row]:
        """Place by place, the oldest period first; a period without a figure has a row that says so."""
        for place, series in self.by_place.items():
            everything: list[SeriesValue | Unshown] = [*series.values, *series.unshown]
            known = {one.period.label: one for one in everything}
            own = {part.period: part.value for part in series.own_parts}
            for point in chart_of(series).points:
                yield self._row(place, series, point.label, known.get(point.label), own)

    def _row(
        self,
        place: Place,
        series: MeasureSeries,
        label: str,
        one: SeriesValue | Unshown | None,
        own: Mapping[Period, Decimal | None],
    ) -> Row:
        partnership = self.measure.partnership
        where = (partnership.area_name, partnership.area_code) if place is AREA else (place.name, place.code)
        if isinstance(one, SeriesValue):
            return (label, *where, *self._known(one, place, own.get(one.period)))
        symbol = figure_shown(one.symbol) if one else Symbol.NOT_AVAILABLE
        blanks = [symbol] * (1 + self.measure.is_cumulative + 2 * self.is_made_of_two)
        target = figure_shown(_target_of(series, one.period)) if one else Symbol.NOT_APPLICABLE
        released_on = one.released_at.astimezone(EDINBURGH).date() if one else symbol
        note = _sentence(one.words) if one else "No figure."
        return (label, *where, *blanks, target, symbol, symbol, symbol, released_on, symbol, note)

    def _known(self, value: SeriesValue, place: Place, own: Decimal | None) -> Row:
        own_shown = shown_of(self.measure, own) if own is not None else Symbol.NOT_AVAILABLE.value
        return (
            figure_shown(value.shown),
            *((figure_shown(own_shown),) if self.measure.is_cumulative else ()),
            *((number_cell(value.numerator), number_cell(value.denominator)) if self.is_made_of_two else ()),
            figure_shown(value.target_shown),
            value.status.label if place.is_of_the_area else Symbol.NOT_APPLICABLE,
            flag_cell(value.flag),
            Symbol.BREAK if value.starts_new_series else "No",
            value.released_on,
            ReleaseClass(value.release_class).label,
            _note(value.note, is_illustrative=value.is_illustrative),
        )

    @property
    def _lines(self) -> tuple[str, ...]:
        names = (("Numerator", self.measure.numerator_name), ("Denominator", self.measure.denominator_name))
        return tuple(f"{label}: {name}." for label, name in names if name and self.is_made_of_two)


def _target_of(series: MeasureSeries, period: Period) -> str:
    """The target of a period as pages print it; "" where none is set."""
    key = (period.starts_on, period.ends_on)
    return next(
        (one.shown for one in series.targets if (one.period_starts_on, one.period_ends_on) == key), ""
    )


def _note(note: str, *, is_illustrative: bool) -> Cell:
    words = " ".join(part for part in (note, "Illustrative." if is_illustrative else "") if part)
    return words or Symbol.NOT_APPLICABLE


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


# Vintages


def _vintages(figures: _Figures, published: tuple[PeriodVintages, ...]) -> Sheet:
    headings = (
        "Period", f"Figure ({figures.unit})", "Flag", "Series", "In use", "Published on", "Entered on", "Release", "Note",
    )  # fmt: skip
    rows = tuple(_vintage(period.period, vintage) for period in published for vintage in period.vintages)
    about = "Every version of the area's figures that was published, the newest first"
    return Sheet("Every vintage", f"Every vintage: {figures.measure.name}", about, headings, rows)


def _vintage(period: str, vintage: Vintage) -> Row:
    figure = figure_shown(vintage.shown)
    return (
        period,
        figure,
        figure if isinstance(figure, Symbol) else flag_cell(vintage.firmness),
        _sentence(vintage.series or "series 1").rstrip("."),
        yes_or_no(vintage.is_newest),
        vintage.released_on,
        vintage.entered_on,
        ReleaseClass(vintage.release_class).label,
        _note(vintage.note, is_illustrative=vintage.is_illustrative),
    )
