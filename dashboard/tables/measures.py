"""Measures as tables: where each stands, what was said of it, and the numbers of its chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from actionplans.downloads.cells import where_it_applies, yes_or_no
from dashboard.charts.series import ChartPoint
from dashboard.rows import Commentary, MeasureRow, StatusCount
from dashboard.tables.words import figure_cell, flag_cell, note_on, release_of, released, unit_of
from priorities.workbooks import Cell, Column, Sheet, Symbol, sheet_of

CHART_FIGURES = "Chart figures"


@dataclass(frozen=True)
class Placed:
    """A measure under the priority whose part of a page it stands in."""

    priority: str
    row: MeasureRow


def measures_sheet(placed: Iterable[Placed], *, title: str, since: str) -> Sheet:
    """A row for each measure as the page has them. `since` is the quarter of the last report, "" before the first."""
    new: list[Column[Placed]] = (
        [(f"New since {since}", lambda one: yes_or_no(one.row.is_new))] if since else []
    )
    columns: list[Column[Placed]] = [
        ("Priority", lambda one: one.priority),
        ("Code", lambda one: one.row.code),
        ("Measure", lambda one: one.row.name),
        ("Which way is better", lambda one: one.row.better),
        ("Period", lambda one: one.row.period),
        ("Figure", lambda one: figure_cell(one.row.shown)),
        ("Unit", lambda one: unit_of(one.row)),
        ("Flag", lambda one: flag_cell(one.row.shown, one.row.flag)),
        ("Release", lambda one: release_of(one.row)),
        ("Target", lambda one: figure_cell(one.row.target_shown)),
        ("Status", lambda one: one.row.status.label),
        ("Localities", lambda one: where_it_applies(one.row.places_note)),
        ("Trend", lambda one: one.row.short.direction.label),
        ("Change", lambda one: where_it_applies(one.row.short.in_words)),
        *new,
        ("How old it is", lambda one: where_it_applies(one.row.freshness)),
        ("Why", _why),
        ("What is being done", lambda one: where_it_applies(_words(one).response)),
        ("Back on track", lambda one: where_it_applies(_words(one).back_on_track)),
        ("Said in", lambda one: where_it_applies(_words(one).quarter)),
        ("Reported under", lambda one: one.row.reported_under or one.priority),
        ("Note", lambda one: note_on(one.row)),
    ]
    about = "Every measure of the page: its newest figure, its target, and how it stands"
    return sheet_of("Measures", title, about, columns, placed)


def _words(one: Placed) -> Commentary:
    """What was said of a measure; empty where nothing was."""
    return one.row.commentary or Commentary("", "", "", "")


def _why(one: Placed) -> Cell:
    """Why it is off target, and why a figure that was due has not come."""
    words = _words(one)
    return where_it_applies("\n".join(text for text in (words.cause, words.no_figure_reason) if text))


# Charts


def charts_sheet(rows: Iterable[MeasureRow], *, title: str) -> Sheet:
    """The numbers that the charts of some measures are drawn from, the oldest first, each measure once."""
    once = {row.code: row for row in rows}
    points = [(row, point) for row in once.values() for point in row.chart.points]
    columns: list[Column[tuple[MeasureRow, ChartPoint]]] = [
        ("Code", lambda one: one[0].code),
        ("Measure", lambda one: one[0].name),
        ("Period", lambda one: one[1].label),
        ("Figure", lambda one: figure_cell(one[1].shown)),
        ("Unit", lambda one: unit_of(one[0])),
        ("Target", lambda one: figure_cell(one[1].target_shown)),
        ("Provisional", lambda one: provisional(one[1])),
        ("Break in series", lambda one: Symbol.BREAK if one[1].starts_new_series else "No"),
        ("Release", _release),
    ]
    about = "The numbers of the charts: every period of every measure"
    return sheet_of(CHART_FIGURES, title, about, columns, points)


def provisional(point: ChartPoint) -> Cell:
    if point.value is None:
        return figure_cell(point.shown)
    return Symbol.PROVISIONAL if point.is_provisional else "No"


def _release(one: tuple[MeasureRow, ChartPoint]) -> Cell:
    row, point = one
    if point.value is None:
        return figure_cell(point.shown)
    return released(is_managed=point.label in row.management_periods)


def counts_sheet(counts: Iterable[StatusCount], *, title: str) -> Sheet:
    """The numbers of the bar that says how many measures have each status."""
    columns: list[Column[StatusCount]] = [
        ("Status", lambda one: one.status.label),
        ("Measures", lambda one: one.number),
    ]
    return sheet_of("Status counts", title, "How many measures have each status", columns, counts)
