"""Cells of tables to take away: what pages print, as numbers, days, shorthand and words (pure)."""

from __future__ import annotations

from collections.abc import Iterable

from actionplans.downloads.cells import where_it_applies
from actionplans.models.measures import ReleaseClass
from actionplans.models.readings import ReadingFlag
from actionplans.numbers import unit_in_words
from dashboard.rows import MeasureRow
from priorities.workbooks import Cell, Symbol, figure_shown, one_line

ROUNDED = "Numbers are rounded as the page shows them: page and file say the same."
MANAGED = "Some figures are management information, for the partnership only: do not publish them."
ILLUSTRATIVE = "What is made up for illustration says so in its note."
AS_THEY_COME = "as returns are accepted and figures come"

_FLAGS: dict[str, Cell] = {
    ReadingFlag.PROVISIONAL.label.lower(): Symbol.PROVISIONAL,
    ReadingFlag.REVISED.label.lower(): Symbol.REVISED,
    ReadingFlag.ESTIMATED.label.lower(): Symbol.ESTIMATED,
    ReadingFlag.PROJECTED.label.lower(): Symbol.FORECAST,
}
_MANAGEMENT = "management information"


def figure_cell(shown: str) -> Cell:
    """What a page prints for a figure, as a number, an answer or shorthand; "No figure" is not available."""
    return Symbol.NOT_AVAILABLE if shown.startswith("No figure") else figure_shown(shown)


def flag_cell(shown: str, marks: str) -> Cell:
    """How firm a figure is, by the words a page has beside it; for one that is not shown, its shorthand."""
    found = figure_cell(shown)
    if isinstance(found, Symbol):
        return found
    words = ", ".join(word for word in marks.split(", ") if word and word != _MANAGEMENT)
    return _FLAGS.get(words, words[:1].upper() + words[1:]) or ReadingFlag.FINAL.label


def unit_of(row: MeasureRow) -> str:
    return one_line(unit_in_words(row.unit, row.unit_name))


def note_on(row: MeasureRow) -> Cell:
    """What is to be known of a measure's figure: why it is not shown, and whether it is made up."""
    why = row.flag if isinstance(figure_shown(row.shown), Symbol) else ""
    parts = (f"{why[:1].upper()}{why[1:]}." if why else "", "Illustrative." if row.is_illustrative else "")
    return where_it_applies(" ".join(part for part in parts if part))


def release_of(row: MeasureRow) -> Cell:
    """Who a measure's figure is for; shorthand for one that is not shown."""
    found = figure_cell(row.shown)
    if isinstance(found, Symbol):
        return found
    return released(is_managed=row.release_class == ReleaseClass.MANAGEMENT)


def released(*, is_managed: bool) -> str:
    """ "Published", or that a figure is for the partnership only."""
    return _MANAGEMENT.capitalize() if is_managed else str(ReleaseClass.PUBLISHED.label)


def warnings_of(rows: Iterable[MeasureRow]) -> tuple[str, ...]:
    """Sentences for the cover of a file that holds some measures."""
    everything = list(rows)
    is_managed = any(
        row.management_periods or row.release_class == ReleaseClass.MANAGEMENT for row in everything
    )
    is_illustrative = any(row.is_illustrative for row in everything)
    return (ROUNDED, *((MANAGED,) if is_managed else ()), *((ILLUSTRATIVE,) if is_illustrative else ()))
