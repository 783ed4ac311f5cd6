"""What a workbook holds, whatever the format: sheets of one table each, a cover and the notes to its symbols.

It follows what the Government Statistical Service asks of accessible spreadsheets (domain rules A7 and A8); what
would break them is refused here, once for every format.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.utils.text import slugify

from priorities.clock import EDINBURGH
from priorities.wording import day_in_words
from priorities.workbooks.cells import FillIn, Row, SheetLink, Symbol, Written, cleaned, one_line, written

ONE_TABLE = "This worksheet contains one table."
COVER = "Cover"
NOTES = "Notes"
LONGEST_NAME = 30
LONGEST_FILE_NAME = 80


class WorkbookError(ValueError):
    """A workbook that would break the rules of accessible spreadsheets: the caller's slip, never the reader's."""


@dataclass(frozen=True)
class Sheet:
    """One table with its title above it.

    `name` is on its tab and names the table; `about` is what the contents say of it. `lines` stand between the
    title and the table; `is_prose` says that they are long and wrap.
    """

    name: str
    title: str
    about: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    lines: tuple[str, ...] = ()
    is_prose: bool = False

    def __post_init__(self) -> None:
        _check_name(self.name)
        _check_headings(self.headings)
        if any(len(row) != len(self.headings) for row in self.rows):
            raise WorkbookError(f"A row of {self.name} is not as long as its headings.")

    @cached_property
    def table(self) -> tuple[tuple[Written, ...], ...]:
        """The rows as they are written, no cell blank."""
        return tuple(tuple(written(cell) for cell in row) for row in self.rows)

    @property
    def table_name(self) -> str:
        """What the table is called in formulas: "every_vintage_table", which no cell's address looks like."""
        return f"{slugify(self.name).replace('-', '_')}_table"

    @property
    def above(self) -> tuple[str, ...]:
        """The lines above the table, its title first."""
        return (one_line(self.title), ONE_TABLE, *(one_line(line) for line in self.lines))

    @property
    def is_form(self) -> bool:
        """Whether it has cells to fill; all others are then protected."""
        return any(isinstance(cell, FillIn) for row in self.rows for cell in row)

    @property
    def symbols(self) -> set[Symbol]:
        """The shorthand that its table uses."""
        return {cell for row in self.table for cell in row if isinstance(cell, Symbol)}


@dataclass(frozen=True)
class Workbook:
    """Sheets with what a reader needs to trust them. `notes` are sentences for the cover.

    A workbook to fill has `instructions` there instead of who made it, when, and when there will be a newer one.
    """

    title: str
    contact: str
    next_update: str
    made_at: dt.datetime
    notes: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    instructions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [COVER, NOTES, *(sheet.name for sheet in self.sheets)]
        if len({slugify(name) for name in names}) < len(names):
            raise WorkbookError(f"Two sheets have the same name: {', '.join(names)}.")
        if empty := [sheet.name for sheet in self.sheets if not sheet.rows]:
            raise WorkbookError(f"A table without rows is no table: leave out {', '.join(empty)}.")

    @cached_property
    def every_sheet(self) -> tuple[Sheet, ...]:
        """The cover, the notes where there is something to explain, and the sheets."""
        notes = self._notes_sheet
        contents = (notes, *self.sheets) if notes else self.sheets
        return (self._cover(contents), *contents)

    def _cover(self, contents: Iterable[Sheet]) -> Sheet:
        made_on = day_in_words(self.made_at.astimezone(EDINBURGH).date())
        usual = (f"Contact: {self.contact}", f"Made on: {made_on}", f"Next update: {self.next_update}")
        lines = (*(self.instructions or usual), *self.notes)
        about = "What this workbook is, and what its sheets hold"
        headings = ("Worksheet", "What it holds")
        rows = ((SheetLink(COVER), about), *((SheetLink(sheet.name), sheet.about) for sheet in contents))
        return Sheet(COVER, self.title, about, headings, rows, lines, is_prose=True)

    @property
    def _notes_sheet(self) -> Sheet | None:
        used = set[Symbol]().union(*(sheet.symbols for sheet in self.sheets))
        if not used:
            return None
        rows = tuple((symbol, symbol.meaning) for symbol in Symbol if symbol in used)
        about = "What the shorthand in square brackets means"
        return Sheet(NOTES, "Notes", about, ("Shorthand", "What it means"), rows)


def file_name(*words: str, extension: str) -> str:
    """A name for a file made of plain words: "pov-01-children-in-poverty-2020-21.xlsx"."""
    name = slugify(re.sub(r"[/._]", " ", " ".join(words)))
    if len(name) > LONGEST_FILE_NAME:
        name = name[: LONGEST_FILE_NAME + 1].rpartition("-")[0] or name[:LONGEST_FILE_NAME]
    return f"{name or 'table'}.{extension}"


def _check_name(name: str) -> None:
    """What Excel and LibreOffice take for the name of a sheet, and what can name a table."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9 _-]*[A-Za-z0-9]", name) or len(name) > LONGEST_NAME:
        raise WorkbookError(
            f"“{name}” cannot name a sheet: use at most {LONGEST_NAME} letters, digits and spaces."
        )


def _check_headings(headings: tuple[str, ...]) -> None:
    if not headings or any(not heading.strip() or cleaned(heading) != heading for heading in headings):
        raise WorkbookError("Every column needs a heading in words.")
    if any("\n" in heading for heading in headings):
        raise WorkbookError("A heading is one line.")
    if len({heading.casefold() for heading in headings}) < len(headings):
        raise WorkbookError(f"Two columns have the same heading: {', '.join(headings)}.")
