"""What several tables to take away say in the same way."""

from __future__ import annotations

from decimal import Decimal

from actionplans.models import Measure, Reading
from actionplans.numbers import unit_in_words
from priorities.workbooks import Cell, Symbol, figure_shown, one_line

CHANGES = "the page goes on changing, so download it again when you need it"
"""When there will be a newer file of a page that anybody can open again."""

_FLAGS: dict[str, Cell] = {
    Reading.Flag.PROVISIONAL: Symbol.PROVISIONAL,
    Reading.Flag.REVISED: Symbol.REVISED,
    Reading.Flag.ESTIMATED: Symbol.ESTIMATED,
    Reading.Flag.PROJECTED: Symbol.FORECAST,
}


def flag_cell(flag: str) -> Cell:
    """How firm a figure is: shorthand where there is some for it, otherwise in words."""
    return _FLAGS.get(flag, Reading.Flag(flag).label)


def yes_or_no(truth: bool) -> str:  # noqa: FBT001 - a cell's worth of truth
    return "Yes" if truth else "No"


def where_it_applies(words: str) -> Cell:
    """What is said only now and then; "" is not applicable."""
    return words or Symbol.NOT_APPLICABLE


def newest_shown(words: str) -> Cell:
    """A figure that pages print, or the shorthand that begins what they say instead: "[c] confidential: …"."""
    symbol = figure_shown(words.partition(" ")[0])
    if isinstance(symbol, Symbol):
        return symbol if words else Symbol.NOT_AVAILABLE
    return figure_shown(words)


def number_cell(number: Decimal | None) -> Cell:
    """A count with just the decimals it has."""
    if number is None:
        return Symbol.NOT_AVAILABLE
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def unit_of(measure: Measure) -> str:
    """What the figures of a measure are in, for a heading: one line."""
    return one_line(unit_in_words(measure.unit, measure.unit_name))
