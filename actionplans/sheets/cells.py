"""What a file that somebody sent holds, whatever its format: sheets, rows and the cells with something in them."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

CellValue = Decimal | dt.date | str | None


class Cell(NamedTuple):
    """One cell that is not empty.

    `text` is what a person sees in it, on one line. `value` is the number (unrounded, 0.12 where 12% is seen), the
    day or the text (with its line ends); None where `error` says in words why it could not be read. Rows and columns
    count from 1. `number_format` is Excel's code for it ("0.0%"), "" for none.
    """

    row: int
    column: int
    text: str
    value: CellValue
    number_format: str = ""
    is_hidden_row: bool = False
    is_hidden_column: bool = False
    is_merged: bool = False
    is_formula: bool = False
    error: str = ""

    @property
    def ref(self) -> str:
        """Where it stands, as people say it: "B7"."""
        return f"{letters_of(self.column)}{self.row}"

    @property
    def is_hidden(self) -> bool:
        return self.is_hidden_row or self.is_hidden_column

    @property
    def is_percent(self) -> bool:
        """Whether its number is shown as a percentage, and so is a hundredth of what is seen."""
        return "%" in self.number_format


_column = attrgetter("column")


class Row(NamedTuple):
    """One row with something in it: its cells by column, the empty ones left out."""

    number: int
    is_hidden: bool
    cells: tuple[Cell, ...]

    def at(self, column: int) -> Cell | None:
        """The cell in a column, counted from 1; None for an empty one."""
        place = bisect_left(self.cells, column, key=_column)
        return self.cells[place] if place < len(self.cells) and self.cells[place].column == column else None


class Merge(NamedTuple):
    """Cells that are seen as one. Its first row and column hold what is seen, the others are empty."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True)
class Sheet:
    """One sheet, its rows from the top; those without anything in them are left out."""

    name: str
    rows: tuple[Row, ...]
    is_hidden: bool = False
    merges: tuple[Merge, ...] = ()

    def at(self, ref: str) -> Cell | None:
        """The cell at "B7"; None for an empty one. Raises ValueError for what is no place."""
        row, column = place_of(ref)
        place = bisect_left(self.rows, row, key=attrgetter("number"))
        if place == len(self.rows) or self.rows[place].number != row:
            return None
        return self.rows[place].at(column)


@dataclass(frozen=True)
class Workbook:
    """A file as it was read. `notes` are sentences for who sent it; `is_1904` says how its days are numbered."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()
    is_1904: bool = False

    @property
    def shown(self) -> Sequence[Sheet]:
        """The sheets that are not hidden."""
        return [sheet for sheet in self.sheets if not sheet.is_hidden]


# Places


@lru_cache(maxsize=1024)
def letters_of(column: int) -> str:
    """A column's letters: 1 is "A", 28 is "AB"."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=1024)
def column_of(letters: str) -> int:
    """The number of a column: "A" is 1, "XFD" is 16,384. Raises ValueError for anything else."""
    if not re.fullmatch("[A-Z]{1,3}", letters):
        raise ValueError(f"{letters[:10]} is no column")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def place_of(ref: str) -> tuple[int, int]:
    """The row and column of "B7", or of "$B$7". Raises ValueError."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})", ref)
    if found is None:
        raise ValueError(f"{ref[:20]} is no cell")
    return int(found[2]), column_of(found[1])
