"""One cell of a sheet read as a figure of a measure, or what is wrong with it in plain words (pure).

Nothing that is not a number becomes one: "<5" is confidential, a date is refused, and a blank cell is no zero.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from actionplans.figure_kinds import KEPT_DECIMALS, as_kept, rounded
from actionplans.models import Reading
from actionplans.numbers import MOST_DIGITS, NumberError, Unit, mark_in, parse_figure, symbol_in
from actionplans.sheets.cells import Cell
from actionplans.sheets.number_formats import number_format
from priorities.wording import day_in_words, quoted

FLAGS = {"p": Reading.Flag.PROVISIONAL, "r": Reading.Flag.REVISED, "e": Reading.Flag.ESTIMATED}
"""What a mark behind a figure says of it."""

NO_FIGURE = (
    "Leave the cell empty, or write [c] where the figure may not be shown, [x] where it is not available "
    "or [z] where it does not apply."
)

_NO_REASON = re.compile(r"-+|–|—|\.|n/a|na|n\.a\.?|tbc|none|null", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_DAY_IN_TEXT = re.compile(
    rf"[0-9]{{1,2}}[-/ ]{_MONTH}(?:[-/ ][0-9]{{2,4}})?|{_MONTH}[-/ ][0-9]{{2,4}}"
    r"|[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{2,4})?|[0-9]{4}-[0-9]{2}-[0-9]{2}",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FigureInCell:
    """What a cell says: a `value`, or a `symbol` in its place (c, x or z), or a `fault`, a sentence that names the cell.

    A percentage is as it is seen, 12 for 12%. `flag` is one of `Reading.Flag`. All empty for a blank cell.
    """

    value: Decimal | None = None
    symbol: str = ""
    flag: str = Reading.Flag.FINAL.value
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        return self.value is None and not self.symbol and not self.fault


def figure_in(cell: Cell | None, unit: Unit | str) -> FigureInCell:
    """Read a cell as a figure of a measure counted in `unit`. A number keeps as many decimals as the database does."""
    if cell is None:
        return FigureInCell()
    if why := why_no_number(cell):
        return FigureInCell(fault=why)
    if isinstance(cell.value, dt.date):
        return _fault(cell, f"holds a date, {day_in_words(cell.value)}, where a figure should be. {A_DATE}")
    if isinstance(cell.value, Decimal):
        return _read(cell, as_typed(cell, cell.value), unit)
    return _read(cell, cell.text, unit)


A_DATE = "Excel makes a date of what looks like one, such as 1-3. Format the cell as text and type the figure again."


def is_day(words: str) -> bool:
    """Whether text is a day or a month, such as a spreadsheet makes of "1-3"."""
    return _DAY_IN_TEXT.fullmatch(words) is not None


def why_no_number(cell: Cell) -> str:
    """Why what a cell holds as a number is none, in a sentence; "" where it is one."""
    if cell.error:
        return f"Cell {cell.ref} {cell.error}"
    if isinstance(cell.value, Decimal) and number_format(cell.number_format).is_date:
        return f"Cell {cell.ref} is shown as a time, {quoted(cell.text)}. Show it as a number and check it."
    return ""


def as_typed(cell: Cell, value: Decimal, *, decimals: int = KEPT_DECIMALS) -> str:
    """What a person would have typed for the number in a cell: "12%", "£1200", "0.5 (p)"."""
    if abs(value) >= 10**MOST_DIGITS:
        return f"{value:f}"
    sign = "£" if "£" in cell.text else ""
    figure = rounded(value * 100 if cell.is_percent else value, decimals)
    mark = mark_in(cell.text)
    return f"{sign}{figure.normalize():f}{'%' if cell.is_percent else ''}{f' ({mark})' if mark else ''}"


def _read(cell: Cell, words: str, unit: Unit | str) -> FigureInCell:
    try:
        value = parse_figure(words, unit)
    except NumberError as error:
        if symbol := symbol_in(words):
            return FigureInCell(symbol=symbol)
        if _NO_REASON.fullmatch(words):
            return _fault(cell, f"says {quoted(words)}, which may mean more than one thing. {NO_FIGURE}")
        if is_day(words):
            return _fault(cell, f"holds a date, {quoted(words)}, where a figure should be. {A_DATE}")
        return FigureInCell(fault=f"Cell {cell.ref}: {error.alone}")
    if -int(value.as_tuple().exponent) > KEPT_DECIMALS:
        value = as_kept(value)
    return FigureInCell(value, flag=FLAGS.get(mark_in(cell.text), Reading.Flag.FINAL).value)


def _fault(cell: Cell, words: str) -> FigureInCell:
    return FigureInCell(fault=f"Cell {cell.ref} {words}")
