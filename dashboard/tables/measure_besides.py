"""What a measure's page shows besides its figures, as sheets: its chart's other lines, its years, and other places."""

from __future__ import annotations

from collections.abc import Iterator

from actionplans.downloads.cells import where_it_applies
from actionplans.measure_series import shown_of
from actionplans.models import Measure
from dashboard.charts.measure import ForecastPlace, MeasureChart, MedianLine
from dashboard.charts.strip import StripRow
from dashboard.measure_page import MeasurePage, YearRow
from dashboard.measure_vintages import SeriesReplaced
from dashboard.places import ComparatorsSection, NewestRow, PlacesSection
from dashboard.tables.words import figure_cell, flag_cell
from priorities.workbooks import Column, Sheet, one_line, sheet_of

OTHERS = "Compared with others"


def sheets_besides(page: MeasurePage, measure: Measure, unit: str) -> Iterator[Sheet]:
    """The sheets after the figures; one without rows stands for what the page does not have."""
    yield _years(page.years, measure, unit)
    yield from _chart(page.chart, measure, unit)
    yield _others(page.comparators, measure, unit)
    yield _places(page.places, measure, unit)
    yield _replaced(page.series_replaced, measure)


def _years(years: tuple[YearRow, ...], measure: Measure, unit: str) -> Sheet:
    columns: list[Column[YearRow]] = [
        ("Financial year", lambda year: year.period),
        (f"Figure ({unit})", lambda year: figure_cell(year.shown)),
        ("Note", lambda year: where_it_applies(year.note)),
    ]
    about = "Quarters or months made into financial years, the newest first"
    return sheet_of("By financial year", f"By financial year: {measure.name}", about, columns, years)


# The chart


def _chart(chart: MeasureChart, measure: Measure, unit: str) -> tuple[Sheet, Sheet]:
    """Where the pace leads, and the medians of the run chart; figures and targets stand in sheets of their own."""
    periods = [point.label for point in chart.drawn.points]
    forecast, places = chart.forecast, chart.forecast.places if chart.forecast else ()
    to_come: list[Column[ForecastPlace]] = [
        ("Period", lambda one: periods[one.place]),
        (f"Forecast ({unit})", lambda one: figure_cell(one.shown)),
        (f"Lowest likely ({unit})", lambda one: figure_cell(shown_of(measure, one.low))),
        (f"Highest likely ({unit})", lambda one: figure_cell(shown_of(measure, one.high))),
    ]
    medians: list[Column[MedianLine]] = [
        ("From", lambda one: periods[one.first]),
        ("To", lambda one: periods[one.last]),
        (f"Median ({unit})", lambda one: figure_cell(one.shown)),
        ("Signals", lambda one: where_it_applies(" ".join(f"{signal.sentence}." for signal in one.signals))),
    ]
    words = (forecast.condition, forecast.within) if forecast else ()
    return (
        sheet_of(
            "Forecast",
            f"Forecast: {measure.name}",
            "Where the pace so far leads, from the newest figure on",
            to_come,
            places,
            lines=tuple(f"{text[:1].upper()}{text[1:]}." for text in words if text),
        ),
        sheet_of(
            "Medians",
            f"Medians: {measure.name}",
            "The medians of the run chart and the signals beside them",
            medians,
            chart.medians,
        ),
    )


# Other places


def _others(section: ComparatorsSection | None, measure: Measure, unit: str) -> Sheet:
    if section and not section.strip:
        return _newest(section, measure, unit)
    period = section.strip.period if section and section.strip else ""
    rows = section.rows if section else ()
    area = section.area if section else ""
    about = f"Ranks and figures for {period}, the best first" if period else "Ranks and figures"
    lines = (section.sentence,) if section else ()
    return _ranks(OTHERS, f"{OTHERS}: {measure.name}", about, rows, unit=unit, area=area, lines=lines)


def _newest(section: ComparatorsSection, measure: Measure, unit: str) -> Sheet:
    columns: list[Column[NewestRow]] = [
        ("Where", lambda row: row.name),
        ("What it is", lambda row: row.kind.label),
        ("Period", lambda row: row.period),
        (f"Figure ({unit})", lambda row: figure_cell(row.shown)),
        ("Flag", lambda row: flag_cell(row.shown, row.flag)),
    ]
    title, about = f"{OTHERS}: {measure.name}", "The newest figure of each"
    return sheet_of(OTHERS, title, about, columns, section.newest, lines=(section.sentence,))


def _places(section: PlacesSection | None, measure: Measure, unit: str) -> Sheet:
    name = "Places ranked"
    rows, area = (section.rows, section.area) if section else ((), "")
    period = section.strip.period if section and section.strip else ""
    about = f"Ranks and figures of places for {period}, the best first" if period else "Ranks of places"
    words = (section.sentence, section.judged_by, section.spread) if section else ()
    lines = tuple(text for text in words if text)
    return _ranks(name, f"{name}: {measure.name}", about, rows, unit=unit, area=area, lines=lines)


def _ranks(
    name: str,
    title: str,
    about: str,
    rows: tuple[StripRow, ...],
    *,
    unit: str,
    area: str,
    lines: tuple[str, ...],
) -> Sheet:
    columns: list[Column[StripRow]] = [
        ("Where", lambda row: row.name),
        ("What it is", lambda row: row.kind.label),
        ("Rank", lambda row: row.rank or "Not ranked"),
        (f"Figure ({unit})", lambda row: figure_cell(row.shown)),
        (f"Against {one_line(area)}" if area else "Difference", lambda row: where_it_applies(row.difference)),
        ("Note", lambda row: where_it_applies(f"{row.note[:1].upper()}{row.note[1:]}")),
    ]
    return sheet_of(name, title, about, columns, rows, lines=lines)


def _replaced(series: tuple[SeriesReplaced, ...], measure: Measure) -> Sheet:
    columns: list[Column[SeriesReplaced]] = [
        ("Series", lambda one: one.number),
        ("Published on", lambda one: one.released_on),
        ("Why", lambda one: one.reason),
    ]
    about = "When the whole series was replaced, and why, the newest first"
    return sheet_of("Series replaced", f"Series replaced: {measure.name}", about, columns, series)
