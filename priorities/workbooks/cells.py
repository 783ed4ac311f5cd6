"""What one cell of a table holds, and the words for it.

A cell is never blank: what is missing says why, in the shorthand of the Government Statistical Service.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from priorities.wording import day_in_words


class Symbol(enum.Enum):
    """Shorthand in place of a figure, or about one."""

    CONFIDENTIAL = "[c]"
    NOT_AVAILABLE = "[x]"
    NOT_APPLICABLE = "[z]"
    PROVISIONAL = "[p]"
    REVISED = "[r]"
    ESTIMATED = "[e]"
    FORECAST = "[f]"
    BREAK = "[b]"

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS = {
    Symbol.CONFIDENTIAL: "Confidential: not shown, because it could say something about a person.",
    Symbol.NOT_AVAILABLE: "Not available.",
    Symbol.NOT_APPLICABLE: "Not applicable.",
    Symbol.PROVISIONAL: "Provisional: the publisher may still change it.",
    Symbol.REVISED: "Revised: the publisher has changed it since it first came out.",
    Symbol.ESTIMATED: "Estimated.",
    Symbol.FORECAST: "Forecast: what the publisher expects, not yet what happened.",
    Symbol.BREAK: "Break in series: it may not be compared with the figures before it.",
}


@dataclass(frozen=True)
class SheetLink:
    """The name of another sheet of the same workbook, which leads there."""

    sheet: str


class Takes(enum.Enum):
    """What a cell to fill takes."""

    NUMBER = "decimal"
    WHOLE_NUMBER = "whole"
    CHOICE = "list"
    TEXT = "text"


@dataclass(frozen=True)
class FillIn:
    """A cell left empty for somebody to fill, the only kind that may be changed in its sheet.

    `least` and `most` bound a number, and `most` the length of a text; `is_above` says that the least is too little.
    `prompt` stands beside the cell as it is chosen, `refusal` when what was typed is not taken; without one anything
    is. `room` is the width of its column in characters.
    """

    takes: Takes
    least: Decimal | None = None
    most: Decimal | None = None
    is_above: bool = False
    choices: tuple[str, ...] = ()
    title: str = ""
    prompt: str = ""
    refusal: str = ""
    room: int = 12


Cell = str | Decimal | int | dt.date | Symbol | SheetLink | FillIn | None
"""Text, a number with the decimals it is shown with, a day, shorthand. None and blank text are "not available"."""

Row = Sequence[Cell]

Written = str | Decimal | dt.date | Symbol | SheetLink | FillIn
"""A cell once nothing about it is left to decide."""


def written(cell: Cell) -> Written:
    """A cell as every format writes it. Raises ValueError for a number that is none (NaN, infinity)."""
    match cell:
        case None:
            return Symbol.NOT_AVAILABLE
        case str():
            text = cleaned(cell)
            return text if text.strip() else Symbol.NOT_AVAILABLE
        case int():
            return Decimal(cell)
        case Decimal() if not cell.is_finite():
            raise ValueError(f"{cell} is no figure")
        case _:
            return cell


def in_words(cell: Written) -> str:
    """A cell as a reader sees it: "1,234.5", "15 October 2021", "[p]"."""
    match cell:
        case Decimal():
            return f"{cell or abs(cell):,f}"
        case dt.date():
            return day_in_words(cell)
        case _:
            return text_of(cell)


def text_of(cell: str | Symbol | SheetLink | FillIn) -> str:
    """The words of a cell that holds neither a number nor a day."""
    match cell:
        case FillIn():
            return ""
        case Symbol():
            return str(cell.value)
        case SheetLink():
            return cell.sheet
        case _:
            return cell


def decimals_of(value: Decimal) -> int:
    """How many decimals a number is shown with: 20.30 has two."""
    return max(0, -int(value.as_tuple().exponent))


# What pages print, read back

_PRINTED = re.compile(r"(−?)£?([0-9,]+(?:\.[0-9]+)?)(?:%| days?| percentage points?)?")
_SYMBOLS = {symbol.value: symbol for symbol in Symbol}


def figure_shown(words: str) -> Cell:
    """The number that a page's words for a figure say, "£1,200.50" or "−0.3 percentage points"; "" is not applicable.

    Words without a number ("Yes", "No figure") stay as they are. A sheet so made cannot say more than its page.
    """
    if not words:
        return Symbol.NOT_APPLICABLE
    if words in _SYMBOLS:
        return _SYMBOLS[words]
    printed = _PRINTED.fullmatch(words)
    if printed is None:
        return words
    return Decimal(f"{'-' if printed[1] else ''}{printed[2].replace(',', '')}")


# What people type, made fit for a cell

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# XML cannot hold these, or no reader would know what they are for.
_UNHELD = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# What makes a spreadsheet take text for a formula; the full-width signs do so where Japanese is written.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\n]")


def cleaned(text: str) -> str:
    """Text with one kind of line end and without characters that no document can hold."""
    return _UNHELD.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: str) -> str:
    """Cleaned text for a heading or a title."""
    return " ".join(cleaned(text).split())


def could_run(text: str) -> bool:
    """Whether a spreadsheet that is given only this text could take it for a formula."""
    return _FORMULA.match(text) is not None


def guarded(text: str) -> str:
    """Text for a format that does not say what is text: an apostrophe goes before what could run."""
    return f"'{text}" if could_run(text.lstrip("'")) else text


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if text.startswith("'") and could_run(text.lstrip("'")) else text
