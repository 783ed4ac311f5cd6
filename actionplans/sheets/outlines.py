"""A sheet that is not ours, laid out so that somebody can say which column holds what (pure)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from actionplans.sheets.cells import Cell, Row, Sheet, Workbook, letters_of
from actionplans.sheets.columns import ColumnPlan, FigureColumn, Part, folded, same_headings
from priorities.periods import MONTHS, Period, PeriodError, PeriodKind

SAMPLES = 3

_ROWS_LOOKED_AT = 30


@dataclass(frozen=True)
class Heading:
    """One column: its heading, what stands first below it, and what it probably holds; None for nothing known.

    `period` is the one that a column of figures is of, where its heading says so.
    """

    column: int
    text: str
    samples: tuple[str, ...]
    guess: Part | None
    period: str = ""

    @property
    def letters(self) -> str:
        return letters_of(self.column)


@dataclass(frozen=True)
class SheetOutline:
    """One sheet: its columns, and by what it is known again."""

    name: str
    header_row: int
    headings: tuple[Heading, ...]
    headings_sha256: str

    @property
    def guess(self) -> ColumnPlan:
        """A plan to begin with."""
        wide = tuple(FigureColumn(one.column, one.period) for one in self.headings if one.period)
        columns = {one.guess: one.column for one in self.headings if one.guess and not one.period}
        return ColumnPlan(self.name, self.header_row, columns, wide=wide)


@dataclass(frozen=True)
class Unmapped:
    """A file of which nobody has said yet which column holds what. `plan` is what is known of it so far."""

    sheets: tuple[SheetOutline, ...]
    notes: tuple[str, ...] = ()
    plan: ColumnPlan | None = None


def outlines_of(book: Workbook) -> tuple[SheetOutline, ...]:
    """The sheets that are shown and have something in them."""
    return tuple(outline_of(sheet) for sheet in book.shown if sheet.rows)


def outline_of(sheet: Sheet, header_row: int | None = None) -> SheetOutline:
    """A sheet by its headings, in the row that looks most like them unless it is told."""
    rows = sheet.rows
    told = next((row for row in rows if row.number == header_row), None)
    header = told or _header_of(rows)
    below = [row for row in rows if row.number > header.number][:SAMPLES]
    columns = sorted({cell.column for row in (header, *below) for cell in row.cells})
    headings = tuple(_guessed(_heading(column, header, below) for column in columns))
    return SheetOutline(sheet.name, header.number, headings, headings_sha256(sheet, header.number))


def headings_sha256(sheet: Sheet, header_row: int) -> str:
    said = "\x1f".join(f"{column}\x1e{words}" for column, words in same_headings(sheet, header_row))
    return hashlib.sha256(said.encode()).hexdigest()


def _header_of(rows: Sequence[Row]) -> Row:
    """The first row with the most headings in it: words that are no figures, best known ones."""
    return max(rows[:_ROWS_LOOKED_AT], key=lambda row: (_likeness(row), -row.number))


def _likeness(row: Row) -> int:
    words = [cell for cell in row.cells if isinstance(cell.value, str) and not _is_number(cell.text)]
    known = sum(1 for cell in row.cells if _part_of(cell.text) or _period_in(cell))
    return (len(words) + 2 * known) if len(row.cells) > 1 else known


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[-+£]?[0-9][0-9,. ]*%?", text) is not None


def _heading(column: int, header: Row, below: Sequence[Row]) -> Heading:
    cell = header.at(column)
    samples = tuple(found.text for row in below if (found := row.at(column)))
    return Heading(
        column, cell.text if cell else "", samples, _part_of(cell.text) if cell else None, _period_in(cell)
    )


def _guessed(headings: Iterator[Heading]) -> Iterator[Heading]:
    """Each part guessed for one column at most; periods in headings only where figures stand below."""
    taken: set[Part] = set()
    for one in headings:
        is_wide = bool(one.period) and any(_is_number(text) for text in one.samples)
        guess = Part.FIGURE if is_wide else None if one.period or one.guess in taken else one.guess
        if guess and not is_wide:
            taken.add(guess)
        yield Heading(one.column, one.text, one.samples, guess, one.period if is_wide else "")


# What headings say, in the words people use, the surest first.
_SAID = (
    (Part.ID, r"row (id|leave as it is)|id"),
    (Part.WHY_NONE, r".*\b(not available because|reason|why)\b.*"),
    (Part.NOTE, r".*\b(notes?|comments?|remarks?|commentary)\b.*"),
    (Part.NUMERATOR, r".*\bnumerators?\b.*|number (achieving|with|of cases)"),
    (Part.DENOMINATOR, r".*\b(denominators?|cohort|base|out of)\b.*"),
    (
        Part.MEASURE,
        r"(.*\b(measures?|indicators?|kpis?|pis?)\b.*)|(measure |indicator |kpi |pi )?(code|ref|reference|name)",
    ),
    (Part.PLACE, r".*\b(places?|wards?|locality|localities|areas?|neighbourhoods?|datazone)\b.*"),
    (Part.PERIOD, r".*\b(periods?|quarters?|dates?|months?|years?|qtr|time)\b.*"),
    (
        Part.FIGURE,
        r".*\b(figures?|values?|actuals?|results?|numbers?|nos?|counts?|totals?|performance|rates?|percentage|data)\b.*|.*[%£].*",
    ),
)


def _part_of(text: str) -> Part | None:
    words = folded(text)
    if not words or len(words) > 80:
        return None
    return next((part for part, said in _SAID if re.fullmatch(said, words)), None)


_KINDS_IN_HEADINGS = (
    PeriodKind.FINANCIAL_QUARTER,
    PeriodKind.CALENDAR_MONTH,
    PeriodKind.FINANCIAL_YEAR,
    PeriodKind.ROLLING_YEARS,
    PeriodKind.CALENDAR_YEAR,
)


def _period_in(cell: Cell | None) -> str:
    """The period that a heading is, as it is written again; "" where it is none."""
    if cell is None:
        return ""
    if isinstance(cell.value, dt.date):
        return f"{MONTHS[cell.value.month - 1]} {cell.value.year}" if cell.value.day == 1 else ""
    if isinstance(cell.value, Decimal) and not 1990 <= cell.value <= 2100:
        return ""
    for kind in _KINDS_IN_HEADINGS:
        try:
            Period.parse(kind, cell.text)
        except PeriodError:
            continue
        return cell.text
    return ""
