"""A sheet that goes out to be filled: what is asked for, what is known beside it, and cells that say what they take.

Nothing on it is more than pages show: a figure that disclosure control holds back stands there as its symbol.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from actionplans.numbers import YES_OR_NO, Unit
from actionplans.sheets.asking import FillRow, Scope, ScopeKind
from actionplans.sheets.row_ids import NotARowId, RowId, parse_row_id, row_id
from priorities.clock import EDINBURGH
from priorities.models import Quarter
from priorities.wording import day_in_words
from priorities.workbooks import (
    Cell,
    FileKind,
    FillIn,
    Row,
    Sheet,
    Takes,
    Workbook,
    file_name,
    ods_bytes,
    one_line,
    xlsx_bytes,
)

__all__ = [
    "COLUMNS",
    "FORMATS",
    "SHEET_NAME",
    "VERSION",
    "NotARowId",
    "RowId",
    "SheetMark",
    "fill_file",
    "mark_in",
    "parse_row_id",
    "row_id",
]

VERSION = 1
"""Of the columns below. A sheet of another version is an old template, or a newer one."""

SHEET_NAME = "Figures to fill"

FORMATS = (FileKind.XLSX, FileKind.ODS)


@dataclass(frozen=True)
class Columns:
    """The headings of a sheet to fill, by what stands under them."""

    measure: str = "Measure"
    place: str = "Place"
    period: str = "Period"
    gives: str = "What to give"
    last: str = "Last figure"
    target: str = "Target"
    figure: str = "New figure"
    numerator: str = "Numerator"
    denominator: str = "Denominator"
    why_none: str = "Not available because"
    note: str = "Note"
    id: str = "Row (leave as it is)"

    @property
    def headings(self) -> tuple[str, ...]:
        """From left to right."""
        return (
            self.measure, self.place, self.period, self.gives, self.last, self.target,
            self.figure, self.numerator, self.denominator, self.why_none, self.note, self.id,
        )  # fmt: skip


COLUMNS = Columns()

WORKED_OUT = "Worked out from the next two"
NOT_NEEDED = "Not needed"
NO_TARGET = "None set"
NO_FIGURE_YET = "None yet"

WHY_NONE = ("Not published yet", "Confidential", "Does not apply")

_LONGEST_NOTE = 1_000


# The mark by which a sheet is known again


@dataclass(frozen=True)
class SheetMark:
    """Which round a sheet was made for, and in which version."""

    version: int
    partnership: str
    year: str
    quarter: str

    def __str__(self) -> str:
        return f"Sheet version {self.version} for {self.partnership} {self.year} {self.quarter}. Leave this line as it is."


_MARK = re.compile(r"Sheet version ([0-9]{1,4}) for ([a-z0-9-]+) ([0-9]{4}-[0-9]{2}) (q[1-4])\b.*")


def mark_in(text: str) -> SheetMark | None:
    """The mark of a sheet, which stands in A3 of its table; None where the text is none."""
    found = _MARK.fullmatch(text.strip())
    return SheetMark(int(found[1]), *found.groups()[1:]) if found else None


# The file


@dataclass(frozen=True)
class SheetFile:
    name: str
    content: bytes


def fill_file(
    scope: Scope, quarter: Quarter, kind: FileKind, *, return_to: str, at: dt.datetime
) -> SheetFile:
    """The sheet of a scope that has rows. `return_to` is whom to send it to: "Ann Bell, ann@example.org"."""
    book = fill_book(scope, quarter, return_to=return_to, at=at)
    name = file_name(quarter.partnership.slug, quarter.label, scope.name, "figures", extension=kind)
    return SheetFile(name, xlsx_bytes(book) if kind is FileKind.XLSX else ods_bytes(book))


def fill_book(scope: Scope, quarter: Quarter, *, return_to: str, at: dt.datetime) -> Workbook:
    partnership = quarter.partnership
    mark = SheetMark(VERSION, partnership.slug, quarter.year_slug, quarter.slug)
    title = f"Figures for {quarter}: {scope.name}"
    sheet = Sheet(
        SHEET_NAME,
        title,
        "Where to type the figures",
        COLUMNS.headings,
        tuple(_row(row) for row in scope.rows),
        (str(mark),),
    )
    return Workbook(
        title=f"{partnership.name}: {title}",
        contact=return_to,
        next_update="",
        made_at=at,
        notes=tuple(_notes(scope, at)),
        sheets=(sheet,),
        instructions=tuple(_instructions(scope, quarter, return_to)),
    )


def _instructions(scope: Scope, quarter: Quarter, return_to: str) -> Iterator[str]:
    count = len(scope.rows)
    figures = "1 figure is" if count == 1 else f"{count} figures are"
    asked_of = f" of {scope.name}" if scope.kind is ScopeKind.SUPPLIER else ""
    yield one_line(f"{figures} asked for{asked_of}, for {quarter}.")
    yield f"What to do: open the sheet “{SHEET_NAME}” and type each figure under “{COLUMNS.figure}”."
    if any(row.ratio for row in scope.rows):
        yield (
            f"Where it says “{WORKED_OUT}”, type the two numbers under “{COLUMNS.numerator}” and "
            f"“{COLUMNS.denominator}”."
        )
    yield f"If there is no figure, leave it empty and say why under “{COLUMNS.why_none}”."
    yield "You need not fill every row. Only the cells with a border can be changed."
    yield f"By when: {day_in_words(quarter.due_on)}."
    yield one_line(f"Send it back to: {return_to}.")


def _notes(scope: Scope, at: dt.datetime) -> Iterator[str]:
    yield f"What was known on {day_in_words(at.astimezone(EDINBURGH).date())} stands beside the cells to fill."
    if any(row.is_managed for row in scope.rows):
        yield "Some of the last figures are management information, for the partnership only: do not publish them."


# Rows


def _row(row: FillRow) -> Row:
    measure = row.measure
    return (
        f"{measure.code}: {measure.name}",
        row.place_name,
        row.period.label,
        row.gives,
        row.last or NO_FIGURE_YET,
        row.target or NO_TARGET,
        *_figures(row),
        _WHY_NONE,
        _NOTE,
        row.id,
    )


_WHY_NONE = FillIn(
    Takes.CHOICE,
    choices=WHY_NONE,
    title=COLUMNS.why_none,
    prompt="If there is no figure, choose why, or type why in your own words.",
    room=15,
)

_NOTE = FillIn(
    Takes.TEXT,
    most=Decimal(_LONGEST_NOTE),
    title=COLUMNS.note,
    prompt="Anything a reader should know: provisional, revised, where it is from.",
    refusal=f"A note takes {_LONGEST_NOTE:,} characters. Please shorten it.",
    room=20,
)


def _figures(row: FillRow) -> tuple[Cell, Cell, Cell]:
    """The cells for the figure and for the two numbers it is worked out from."""
    if row.ratio is None:
        return _figure(row), NOT_NEEDED, NOT_NEEDED
    numerator = _number(
        row.ratio.numerator_name,
        least=Decimal(0) if row.ratio.is_share else None,
        what="the denominator" if row.ratio.is_share else "",
    )
    return WORKED_OUT, numerator, _number(row.ratio.denominator_name, least=Decimal(0), is_above=True)


def _number(name: str, *, least: Decimal | None, is_above: bool = False, what: str = "") -> FillIn:
    bound = "" if least is None else f" above {least}" if is_above else f" from {least}"
    up_to = f" up to {what}" if what else ""
    return FillIn(
        Takes.NUMBER,
        least=least,
        is_above=is_above,
        title=_cut(name, 32),
        prompt=_cut(f"Type a number{bound}{up_to}: {name}.", 255),
        refusal=f"Type a number{bound}. If there is none, leave it empty and say why.",
    )


def _figure(row: FillRow) -> FillIn:
    """A cell that takes what the measure's figures can be; odd ones that can be are asked about later."""
    unit, measure = Unit(row.measure.unit), row.measure
    if unit is Unit.YES_NO:
        choices = tuple(YES_OR_NO.values())
        return FillIn(
            Takes.CHOICE,
            choices=choices,
            title=COLUMNS.figure,
            prompt="Choose Yes or No.",
            refusal="Choose Yes or No. If neither is known, leave it empty and say why.",
        )
    is_count = unit is Unit.NUMBER and measure.decimals == 0
    least = Decimal(0) if measure.is_bounded and unit is not Unit.POINTS else None
    most = Decimal(100) if measure.is_bounded and unit is Unit.PERCENT else None
    bounds = "" if least is None else f" of {least} or more" if most is None else f" from {least} to {most}"
    example = " Type 20.3 for 20.3%." if unit is Unit.PERCENT else ""
    what = f"Type a {'whole ' if is_count else ''}number{bounds}."
    return FillIn(
        Takes.WHOLE_NUMBER if is_count else Takes.NUMBER,
        least=least,
        most=most,
        title=COLUMNS.figure,
        prompt=_cut(f"{what}{example} In: {row.unit}.", 255),
        refusal=f"{what} If there is none, leave it empty and say why.",
    )


def _cut(text: str, length: int) -> str:
    """Text as long as a spreadsheet's prompt may be."""
    text = one_line(text)
    return text if len(text) <= length else f"{text[: length - 1]}…"
