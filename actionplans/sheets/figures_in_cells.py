"""One cell of a sheet read as a figure of a measure, or what is wrong with it in plain words (pure).

Nothing that is not a number becomes one: "<5" is confidential, a date is refused, and a blank cell is no zero.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from actionplans.figure_kinds import KEPT_DECIMALS, as_kept
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

_TRUTHS = {"TRUE": "Yes", "FALSE": "No"}
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
    if cell.error:
        return FigureInCell(fault=f"Cell {cell.ref} {cell.error}")
    if isinstance(cell.value, dt.date):
        return _fault(cell, f"holds a date, {day_in_words(cell.value)}, where a figure should be. {_A_DATE}")
    if isinstance(cell.value, Decimal):
        if number_format(cell.number_format).is_date:
            return _fault(cell, f"is shown as a time, {quoted(cell.text)}. Show it as a number and check it.")
        return _read(cell, _as_typed(cell, cell.value), unit)
    return _read(cell, _TRUTHS.get(cell.text, cell.text) if unit == Unit.YES_NO else cell.text, unit)


_A_DATE = "Excel makes a date of what looks like one, such as 1-3. Format the cell as text and type the figure again."


def _as_typed(cell: Cell, value: Decimal) -> str:
    """What a person would have typed for the number in a cell: "12%", "£1200", "0.5"."""
    if abs(value) >= 10**MOST_DIGITS:
        return f"{value:f}"
    sign = "£" if "£" in cell.text else ""
    figure = as_kept(value * 100 if cell.is_percent else value)
    return f"{sign}{figure.normalize():f}{'%' if cell.is_percent else ''}"


def _read(cell: Cell, words: str, unit: Unit | str) -> FigureInCell:
    try:
        value = parse_figure(words, unit)
    except NumberError as error:
        if symbol := symbol_in(words):
            return FigureInCell(symbol=symbol)
        if _NO_REASON.fullmatch(words):
            return _fault(cell, f"says {quoted(words)}, which may mean more than one thing. {NO_FIGURE}")
        if _DAY_IN_TEXT.fullmatch(words):
            return _fault(cell, f"holds a date, {quoted(words)}, where a figure should be. {_A_DATE}")
        return FigureInCell(fault=f"Cell {cell.ref}: {error.alone}")
    if -int(value.as_tuple().exponent) > KEPT_DECIMALS:
        value = as_kept(value)
    return FigureInCell(value, flag=FLAGS.get(mark_in(cell.text), Reading.Flag.FINAL).value)


def _fault(cell: Cell, words: str) -> FigureInCell:
    return FigureInCell(fault=f"Cell {cell.ref} {words}")
