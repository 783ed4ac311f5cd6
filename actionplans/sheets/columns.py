"""Which column of a sheet holds what: known of our own sheets, told once of any other (pure)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from actionplans.sheets.cells import Cell, Row, Sheet, Workbook, letters_of
from actionplans.sheets.limits import SheetRefused
from actionplans.sheets.outgoing import COLUMNS, VERSION, SheetMark, mark_in
from priorities.wording import listed, quoted, tidied

ROUND = "round"
"""In place of a period: the one that the round asks for, whatever the measure's kind."""

LEFT_OUT = ""
"""What words of a measure or place are told to be: nothing that is wanted."""

_ROWS_LOOKED_AT = 30


class Part(enum.StrEnum):
    """What a column may hold."""

    ID = "id"
    MEASURE = "measure"
    PLACE = "place"
    PERIOD = "period"
    FIGURE = "figure"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    WHY_NONE = "why_none"
    NOTE = "note"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Part.ID: "Row of a sheet to fill",
    Part.MEASURE: "Measure",
    Part.PLACE: "Place",
    Part.PERIOD: "Period",
    Part.FIGURE: "Figure",
    Part.NUMERATOR: "Numerator",
    Part.DENOMINATOR: "Denominator",
    Part.WHY_NONE: "Why there is no figure",
    Part.NOTE: "Note",
}


class BadPlan(ValueError):
    """What is kept of a plan cannot be read, or does not say enough; the message says so."""


@dataclass(frozen=True)
class FigureColumn:
    """One of several columns of figures, each of a period of its own: "Q3 2021/22", or `ROUND`."""

    column: int
    period: str


@dataclass(frozen=True)
class ColumnPlan:
    """Which column of a sheet holds what. Rows and columns count from 1; figures stand below `header_row`.

    `wide` are the columns of figures where there are several, in place of one `Part.FIGURE`. What no column says is
    the same for all rows: a `measure` by its code, a `place` as a row's id names it ("area", "place:WARD-2",
    "group:SCO"), a `period` as it is written, or `ROUND`. `measure_words` and `place_words` say which of them the words
    in a cell mean; `LEFT_OUT` for those that are not wanted.
    """

    sheet: str
    header_row: int
    columns: Mapping[Part, int]
    wide: tuple[FigureColumn, ...] = ()
    measure: str = ""
    place: str = ""
    period: str = ""
    measure_words: Mapping[str, str] = field(default_factory=dict)
    place_words: Mapping[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """What it does not say and must, in sentences."""
        return tuple(self._missing())

    def _missing(self) -> Iterator[str]:
        has = self.columns.keys()
        if Part.FIGURE not in has and not self.wide and not {Part.NUMERATOR, Part.DENOMINATOR} <= has:
            yield "Say which column holds the figures."
        if Part.FIGURE in has and self.wide:
            yield "Say of each column of figures which period it is of, or choose one column alone."
        if Part.ID in has:
            return
        if Part.MEASURE not in has and not self.measure:
            yield "Say which column names the measure, or which measure all the figures are of."
        if Part.PERIOD not in has and not self.wide and not self.period:
            yield "Say which column holds the period, or which period all the figures are of."

    def for_sheet(self, name: str, header_row: int) -> ColumnPlan:
        """The same for another sheet with the same headings."""
        return replace(self, sheet=name, header_row=header_row)

    @property
    def to_remember(self) -> ColumnPlan:
        """What of it holds for the next sheet of this kind: not a period that all of this one's figures are of."""
        return self if self.period == ROUND else replace(self, period="")

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "header_row": self.header_row,
            "columns": {part.value: column for part, column in self.columns.items()},
            "wide": [[one.column, one.period] for one in self.wide],
            "measure": self.measure,
            "place": self.place,
            "period": self.period,
            "measure_words": dict(self.measure_words),
            "place_words": dict(self.place_words),
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> ColumnPlan:
        """Raises BadPlan for what `as_json` does not write."""
        try:
            return cls(
                sheet=str(said["sheet"]),
                header_row=int(said["header_row"]),
                columns={Part(part): int(column) for part, column in said["columns"].items()},
                wide=tuple(FigureColumn(int(column), str(period)) for column, period in said["wide"]),
                measure=str(said["measure"]),
                place=str(said["place"]),
                period=str(said["period"]),
                measure_words={str(words): str(code) for words, code in said["measure_words"].items()},
                place_words={str(words): str(key) for words, key in said["place_words"].items()},
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadPlan("What was told of the columns cannot be read.") from error


# Words


def folded(words: str) -> str:
    """Words as they are compared: small letters, without marks, one space between them."""
    return " ".join(re.findall(r"[^\W_]+|[%£]", words.casefold()))


# Our own sheets

_OURS = {
    folded(heading): part
    for heading, part in (
        (COLUMNS.id, Part.ID),
        (COLUMNS.measure, Part.MEASURE),
        (COLUMNS.place, Part.PLACE),
        (COLUMNS.period, Part.PERIOD),
        (COLUMNS.figure, Part.FIGURE),
        (COLUMNS.numerator, Part.NUMERATOR),
        (COLUMNS.denominator, Part.DENOMINATOR),
        (COLUMNS.why_none, Part.WHY_NONE),
        (COLUMNS.note, Part.NOTE),
    )
}

# Ours too, for people to read.
_FOR_READERS = frozenset(folded(heading) for heading in (COLUMNS.gives, COLUMNS.last, COLUMNS.target))


@dataclass(frozen=True)
class OwnSheet:
    """A sheet to fill that came back. `mark` is None where its line was taken out; `extra` are headings not ours."""

    sheet: Sheet
    plan: ColumnPlan
    mark: SheetMark | None
    extra: tuple[Cell, ...]


def find_plan(book: Workbook) -> ColumnPlan | None:
    """The plan of our own sheet, whatever the order of its columns; None where there is none.

    Raises SheetRefused for one that cannot be taken.
    """
    own = find_own(book)
    return own.plan if own else None


def find_own(book: Workbook) -> OwnSheet | None:
    """Our own sheet in a workbook. Raises SheetRefused for an old or damaged one, and for two of them."""
    found = [own for sheet in book.shown if (own := _own_in(sheet))]
    if len(found) > 1:
        names = listed([quoted(own.sheet.name) for own in found])
        raise SheetRefused(
            f"There is more than one sheet to fill in the file: {names}. Send each as a file of its own."
        )
    hidden = next((one for one in book.sheets if one.is_hidden and _mark_in(one)), None)
    if not found and hidden:
        raise SheetRefused(
            f"The sheet {quoted(hidden.name)} is hidden. Show it again, look it through and send the file once more."
        )
    return found[0] if found else None


def _mark_in(sheet: Sheet) -> SheetMark | None:
    top = sheet.rows[:_ROWS_LOOKED_AT]
    return next((mark for row in top for cell in row.cells if (mark := mark_in(cell.text))), None)


def _own_in(sheet: Sheet) -> OwnSheet | None:
    top = sheet.rows[:_ROWS_LOOKED_AT]
    mark = _mark_in(sheet)
    if mark is not None and mark.version != VERSION:
        age = "an older" if mark.version < VERSION else "a newer"
        raise SheetRefused(
            f"The sheet {quoted(sheet.name)} is {age} kind of sheet to fill, which is not read any more. "
            "Ask for a new sheet, copy the figures into it and send that one."
        )
    best = max(top, key=lambda row: len(_ours_in(row)), default=None)
    parts = {part for _, part in _ours_in(best)} if best else set()
    has_figures = Part.FIGURE in parts or {Part.NUMERATOR, Part.DENOMINATOR} <= parts
    has_names = Part.ID in parts or {Part.MEASURE, Part.PERIOD} <= parts
    is_ours = len(parts) >= 4 and COLUMNS.figure in (cell.text for cell in best.cells) if best else False
    if best is not None and has_figures and has_names and (mark or is_ours):
        return _own_sheet(sheet, best, mark)
    if mark is not None:
        raise SheetRefused(
            f"The headings of the sheet {quoted(sheet.name)} have been changed, so nobody can tell which column is "
            f"which. There must be {quoted(COLUMNS.figure)} and {quoted(COLUMNS.id)} among them."
        )
    return None


def _ours_in(row: Row) -> list[tuple[Cell, Part]]:
    return [(cell, part) for cell in row.cells if (part := _OURS.get(folded(cell.text)))]


def _own_sheet(sheet: Sheet, header: Row, mark: SheetMark | None) -> OwnSheet:
    columns: dict[Part, int] = {}
    for cell, part in _ours_in(header):
        if part in columns:
            first = f"{letters_of(columns[part])}{header.number}"
            raise SheetRefused(
                f"The heading {quoted(cell.text)} stands twice in the sheet {quoted(sheet.name)}, in {first} and "
                f"{cell.ref}. Delete the column that is not meant, and send the file again."
            )
        columns[part] = cell.column
    extra = tuple(cell for cell in header.cells if folded(cell.text) not in {*_OURS, *_FOR_READERS})
    return OwnSheet(sheet, ColumnPlan(sheet.name, header.number, columns), mark, extra)


def same_headings(sheet: Sheet, header_row: int) -> Sequence[tuple[int, str]]:
    """The headings of a sheet by which it is known again: column and words."""
    row = next((row for row in sheet.rows if row.number == header_row), None)
    return [(cell.column, tidied(cell.text).casefold()) for cell in row.cells] if row else []
