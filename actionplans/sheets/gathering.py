"""Cells on their way into a sheet, counted as they come: the same for every format."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from operator import attrgetter

from actionplans.sheets.cells import Cell, CellValue, Merge, Row, Sheet, letters_of
from actionplans.sheets.limits import (
    MOST_CELL_TEXT,
    MOST_COLUMNS,
    MOST_MERGES,
    MOST_ROWS,
    TAKE_APART,
    SheetRefused,
    Tally,
    damaged,
    too_many_columns,
    too_many_rows,
)
from priorities.wording import quoted, tidied

# What says nothing, or what no document can hold. A no-break space is made plain, a zero-width one left out.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\ud800-\udfff\ufffe\uffff]")
_SPACES = re.compile("[^\\S\n]+")
_ERROR = re.compile(r"#(REF!|VALUE!|DIV/0!|NAME\?|NUM!|N/A|NULL!|SPILL!|CALC!|###*)|Err:[0-9]{3}")

NOT_WORKED_OUT = (
    "has a formula that has not been worked out. "
    "Open the file in Excel or LibreOffice, save it and send it again."
)
NO_SUCH_DAY = "is shown as a date that does not exist."
MOST_MERGED_ROWS = 100_000


def kept(raw: str) -> str:
    """Text of a cell without what nobody sees: plain spaces, one kind of line end, nothing around it."""
    if raw.isascii() and raw.isprintable():
        return raw.strip()
    words = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")
    return _SPACES.sub(" ", _UNSEEN.sub("", words)).strip()


def in_one_line(words: str) -> str:
    """Kept text as it is shown in a sentence."""
    return tidied(words) if "\n" in words or "  " in words else words


def error_in(words: str) -> str:
    """What to say of a cell that shows a program's own error; "" for any other."""
    return f"shows the error {words} and not a figure." if _ERROR.fullmatch(words) else ""


class SheetGatherer:
    """Takes the cells of one sheet from the top left to the bottom right."""

    def __init__(self, name: str, tally: Tally, *, is_hidden: bool = False) -> None:
        self.name = kept(name)[:100] or "Sheet"
        self.is_hidden = is_hidden
        self.hidden_columns: set[int] = set()
        self._tally = tally
        self._rows: list[Row] = []
        self._number = 0
        self._is_hidden_row = False
        self._cells: list[Cell] = []
        self._last_column = 0

    def start_row(self, number: int, *, is_hidden: bool) -> None:
        """Begin a row, which ends the one before. Raises SheetRefused for one that does not come after it."""
        self._end_row()
        if number <= self._number:
            raise damaged(f"row {number} of the sheet {quoted(self.name)} is out of place")
        self._number, self._is_hidden_row, self._last_column = number, is_hidden, 0

    def add(
        self,
        column: int,
        text: str,
        value: CellValue,
        number_format: str = "",
        *,
        is_formula: bool = False,
        error: str = "",
    ) -> None:
        """Take a cell of the row. Raises SheetRefused when that is more than is read of a file."""
        if column > MOST_COLUMNS:
            raise too_many_columns(self.name)
        if self._number > MOST_ROWS:
            raise too_many_rows(self.name)
        if column <= self._last_column:
            raise damaged(f"cell {letters_of(column)}{self._number} of {quoted(self.name)} is out of place")
        length = len(text)
        if length > MOST_CELL_TEXT:
            raise SheetRefused(
                f"Cell {letters_of(column)}{self._number} of the sheet {quoted(self.name)} has more than "
                f"{MOST_CELL_TEXT:,} characters. Shorten it, or check that no quotation mark is missing before it."
            )
        self._tally.add(length)
        self._last_column = column
        self._cells.append(
            Cell(
                self._number,
                column,
                text,
                value,
                number_format,
                self._is_hidden_row,
                column in self.hidden_columns,
                False,  # noqa: FBT003 - merges come after the cells
                is_formula,
                error,
            )
        )

    def add_words(self, column: int, raw: str, *, is_formula: bool = False) -> None:
        """Take a cell of text; nothing where it is blank."""
        words = kept(raw)
        if not words:
            return
        if error := error_in(words):
            self.add(column, words, None, is_formula=is_formula, error=error)
        elif len(words) > MOST_CELL_TEXT:
            self.add(column, words, words)
        else:
            self.add(column, in_one_line(words), words, is_formula=is_formula)

    def sheet(self, merges: Iterable[Merge] = ()) -> Sheet:
        """All that was taken."""
        self._end_row()
        merges = tuple(merges)
        if len(merges) > MOST_MERGES:
            raise SheetRefused(
                f"The sheet {quoted(self.name)} has more than {MOST_MERGES:,} merged cells. {TAKE_APART}"
            )
        rows = _with_merges(self._rows, merges) if merges else self._rows
        return Sheet(self.name, tuple(rows), self.is_hidden, merges)

    def _end_row(self) -> None:
        if self._cells:
            self._rows.append(Row(self._number, self._is_hidden_row, tuple(self._cells)))
            self._cells = []


def _with_merges(rows: list[Row], merges: tuple[Merge, ...]) -> list[Row]:
    """The rows with the cells of each merge marked. Merges that overlap over and over are refused."""
    marked: dict[int, list[Merge]] = {}
    met = 0
    for merge in merges:
        first = bisect_left(rows, merge.first_row, key=attrgetter("number"))
        after = bisect_left(rows, merge.last_row + 1, key=attrgetter("number"))
        met += after - first
        if met > MOST_MERGED_ROWS:
            raise damaged("its merged cells lie over one another")
        for place in range(first, after):
            marked.setdefault(place, []).append(merge)
    rows = list(rows)
    for place, here in marked.items():
        row = rows[place]
        rows[place] = row._replace(
            cells=tuple(
                cell._replace(is_merged=True)
                if any(merge.first_column <= cell.column <= merge.last_column for merge in here)
                else cell
                for cell in row.cells
            )
        )
    return rows
