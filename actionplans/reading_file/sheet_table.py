"""One sheet of a workbook (XLSX or ODS) as a table, its cells the text that the same cells of a CSV file would hold."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import BinaryIO

from actionplans.numbers import MOST_DIGITS
from actionplans.plan_file.entries import closest
from actionplans.plan_file.faults import Fault, FaultsFoundError
from actionplans.reading_file.mapping import ReadingMapping
from actionplans.reading_file.table import (
    ALL_READABLE,
    ROWS_LOOKED_THROUGH,
    RowsRefusedError,
    TableRow,
    headings_in,
    place_of_headings,
)
from actionplans.sheets.cells import Cell, Row, Sheet, Workbook, letters_of
from actionplans.sheets.figures_in_cells import as_typed, why_no_number
from actionplans.sheets.limits import MOST_BYTES
from actionplans.sheets.reading import SheetRefused, read_workbook
from priorities.wording import listed, quoted, tidied

# A packed file, an empty one too, and what old or locked ones of Excel are wrapped in.
_BEGINS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")

# A month alone, as "Oct-21", "October 2021" or "10/2021": Excel keeps its first day.
_MONTH_SHOWN = re.compile(
    r"[a-z]{3,9}[-/ ][0-9]{2,4}|[0-9]{1,2}[-/][0-9]{4}|[0-9]{4}[-/][0-9]{1,2}", re.IGNORECASE
)


@dataclass(frozen=True)
class SheetTable:
    """The table that a mapping means in a sheet."""

    headings: tuple[str, ...]
    notes: tuple[str, ...]
    _rows: Sequence[Row]
    _merged: Mapping[int, Mapping[int, str]]
    counted: str = "row"
    is_guarded: bool = False

    def rows(self) -> Iterator[TableRow]:
        """Each row with something in it; it may be longer than the headings, and is never shorter."""
        width = len(self.headings)
        for row in self._rows:
            cells = [""] * max(width, row.cells[-1].column)
            unreadable = dict(self._merged.get(row.number, ALL_READABLE))
            for cell in row.cells:
                cells[cell.column - 1] = _text(cell)
                if why := why_no_number(cell):
                    unreadable[cell.column - 1] = why
            yield TableRow(row.number, cells, unreadable)


def is_workbook(source: BinaryIO) -> bool:
    """Whether a file is for `open_sheet`, by how it begins."""
    source.seek(0)
    beginning = source.read(8)
    source.seek(0)
    return beginning.startswith(_BEGINS)


def open_sheet(source: BinaryIO, mapping: ReadingMapping, name: str) -> SheetTable:
    """The table in the sheet that a mapping means.

    Raises RowsRefusedError for a file that is not read, and FaultsFoundError where the mapping does not say which sheet
    or names another.
    """
    try:
        # What is larger is refused, however much there is of it.
        book = read_workbook(source.read(MOST_BYTES + 1), name)
    except SheetRefused as error:
        raise RowsRefusedError([Fault(None, (), str(error))]) from None
    sheet = _sheet(book, mapping)
    place = _header_place(sheet, mapping)
    header, rows = sheet.rows[place], sheet.rows[place + 1 :]
    headings = [""] * header.cells[-1].column
    for cell in header.cells:
        headings[cell.column - 1] = tidied(cell.text)
    return SheetTable(
        tuple(headings), (*book.notes, *_notes(sheet, header, rows)), rows, _merged(sheet, header.number)
    )


def _sheet(book: Workbook, mapping: ReadingMapping) -> Sheet:
    if mapping.sheet is None:
        filled = [sheet for sheet in book.shown if sheet.rows]
        if len(filled) == 1:
            return filled[0]
        what = (
            f"The workbook has {_names(filled)}."
            if filled
            else "Every sheet of the workbook is hidden or empty."
        )
        message = f"{what} Say which one to read in “sheet”."
        raise FaultsFoundError([mapping.fault("", message)])
    found = next((sheet for sheet in book.sheets if tidied(sheet.name) == mapping.sheet), None)
    if found is None:
        message = f"The workbook has no sheet {quoted(mapping.sheet)}.{_hint(mapping.sheet, book)}"
        raise FaultsFoundError([mapping.fault("sheet", message)])
    if not found.rows:
        raise RowsRefusedError([Fault(None, (), f"The sheet {quoted(found.name)} is empty.")])
    return found


def _hint(name: str, book: Workbook) -> str:
    close = closest(name, [sheet.name for sheet in book.sheets])
    return f" Did you mean {quoted(close)}?" if close else f" It has {_names(book.sheets)}."


def _names(sheets: Sequence[Sheet]) -> str:
    names = listed([quoted(sheet.name) for sheet in sheets[:20]])
    return f"the sheet {names}" if len(sheets) == 1 else f"{len(sheets)} sheets: {names}"


def _header_place(sheet: Sheet, mapping: ReadingMapping) -> int:
    """Where among the rows of a sheet its headings stand: where the mapping says, or where most that it names do."""
    if mapping.header_row is None:
        rows = [headings_in(cell.text for cell in row.cells) for row in sheet.rows[:ROWS_LOOKED_THROUGH]]
        return place_of_headings(rows, mapping.headings)
    for place, row in enumerate(sheet.rows):
        if row.number == mapping.header_row:
            return place
    message = f"Row {mapping.header_row} of the sheet {quoted(sheet.name)} is empty."
    raise FaultsFoundError([mapping.fault("header_row", message)])


def _notes(sheet: Sheet, header: Row, rows: Sequence[Row]) -> Iterator[str]:
    yield f"sheet: {sheet.name}, its headings in row {header.number}"
    if hidden := sum(row.is_hidden for row in rows):
        yield f"rows that the workbook hides, read like the others: {hidden:,}"


def _merged(sheet: Sheet, header_row: int) -> Mapping[int, Mapping[int, str]]:
    """What to say of cells below the headings that are merged with others, by their rows and places."""
    numbers = [row.number for row in sheet.rows if row.number > header_row]
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for merge in sheet.merges:
        first, last = f"{letters_of(merge.first_column)}{merge.first_row}", merge.last_column
        words = (
            f"Cells {first} to {letters_of(last)}{merge.last_row} are merged. "
            "Take them apart and write in each what it holds."
        )
        for number in numbers[bisect_left(numbers, merge.first_row) : bisect_right(numbers, merge.last_row)]:
            found[number].update(dict.fromkeys(range(merge.first_column - 1, last), words))
    return found


# Cells


def _text(cell: Cell) -> str:
    """What a CSV file would hold for a cell; text keeps its line ends."""
    match cell.value:
        case Decimal():
            # With as many decimals as are ever read: that there are too many is for the mapping to mend.
            return as_typed(cell, cell.value, decimals=MOST_DIGITS - 1)
        case dt.date():
            return _day(cell.value, cell.text)
        case str():
            return cell.value
        case _:
            return cell.text


def _day(day: dt.date, shown: str) -> str:
    is_month = day.day == 1 and _MONTH_SHOWN.fullmatch(shown)
    return f"{day:%Y-%m}" if is_month else day.isoformat()
