"""What was given of one figure: its value, a symbol or a reason for want of one, or why it cannot be taken (pure)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from actionplans.figure_kinds import Given, Ratio, as_kept, plain
from actionplans.figure_lines import is_not_applicable, value_of
from actionplans.models import Measure, Reading
from actionplans.numbers import Unit, format_value, symbol_in
from actionplans.sheets.columns import folded
from actionplans.sheets.figures_in_cells import FigureInCell
from actionplans.sheets.outgoing import COLUMNS, WHY_NONE
from actionplans.sheets.preview import SentRow
from priorities.wording import listed

MOST = Decimal(10) ** 14
"""A figure has to be smaller: so many digits stand before the point where figures are kept."""

LONGEST_REASON = 500

SYMBOL_WORDS = {"c": "confidential", "x": "not available", "z": "does not apply"}

# What our own sheets offer in place of a figure.
_SYMBOLS = {folded(WHY_NONE[1]): "c", folded(WHY_NONE[2]): "z"}


class Unfit(ValueError):
    """What was sent is no figure of its measure; the message says why, and what to do."""


@dataclass(frozen=True)
class Content:
    """What was given of one figure. Its `value` is as it is kept; `reason` is why there is none yet, in words."""

    given: Given
    value: Decimal | None
    symbol: str
    flag: str
    reason: str = ""


def is_blank(row: SentRow) -> bool:
    """Whether nothing was given: neither a figure nor a word of why there is none."""
    figures = (row.figure, row.numerator, row.denominator)
    return not row.why_none.strip() and all(figure.is_blank for figure in figures)


def content_of(row: SentRow, measure: Measure, ratio: Ratio | None) -> Content:
    """What a row that is not blank gives. Raises Unfit."""
    figures = [one for one in (row.figure, row.numerator, row.denominator) if not one.is_blank]
    if faults := [one.fault for one in figures if one.fault]:
        raise Unfit(" ".join(faults))
    why = row.why_none.strip()
    symbol = next((one.symbol for one in figures if one.symbol), "")
    if not figures or symbol:
        return _none(symbol, why)
    if why:
        raise Unfit("There is a figure, and a reason why there is none. Clear the one that is not meant.")
    content = _ratio(row, measure, ratio) if ratio else _typed(row, measure)
    numbers = (content.value, content.given.numerator, content.given.denominator)
    if any(number is not None and abs(number) >= MOST for number in numbers):
        raise Unfit(f"{row.read} has too many digits. Check the figure.")
    return content


def _none(symbol: str, why: str) -> Content:
    symbol = symbol or _SYMBOLS.get(folded(why), "") or symbol_in(why)
    if symbol:
        return Content(Given(), None, symbol, Reading.Flag.FINAL.value)
    if len(why) > LONGEST_REASON:
        raise Unfit(f"The reason why there is no figure takes {LONGEST_REASON} characters. Shorten it.")
    return Content(Given(), None, "", Reading.Flag.FINAL.value, why)


def _typed(row: SentRow, measure: Measure) -> Content:
    value = row.figure.value
    if value is None:
        raise Unfit(
            f"This figure is typed, not worked out from two numbers. Give it under “{COLUMNS.figure}”."
        )
    if measure.unit == Unit.NUMBER and measure.is_bounded and value < 0:
        raise Unfit(f"{_shown(value, measure)} is below zero, and this measure is a count. Check the figure.")
    return Content(Given(value), as_kept(value), "", row.figure.flag)


def _ratio(row: SentRow, measure: Measure, ratio: Ratio) -> Content:
    numerator, denominator = row.numerator.value, row.denominator.value
    names = (ratio.numerator_name, ratio.denominator_name)
    if numerator is None and denominator is None:
        raise Unfit(f"Give the two numbers that it is worked out from: {listed([*names])}.")
    given = Given(None, numerator, denominator)
    if missing := ratio.missing(given):
        raise Unfit(f"Still to give: {names[0] if missing == 'numerator' else names[1]}.")
    if faults := ratio.faults(given):
        raise Unfit(" ".join(fault.message for fault in faults))
    flag = next((one.flag for one in (row.numerator, row.denominator) if one.flag != Reading.Flag.FINAL), "")
    if is_not_applicable(given, ratio):
        return Content(given, None, "z", flag or Reading.Flag.FINAL.value)
    value = value_of(given, ratio)
    assert value is not None
    _check_typed_too(row.figure, value, measure)
    return Content(
        Given(as_kept(value), numerator, denominator), as_kept(value), "", flag or Reading.Flag.FINAL.value
    )


def _check_typed_too(typed: FigureInCell, value: Decimal, measure: Measure) -> None:
    """What was typed beside the two numbers has to be what they make, as far as it was written."""
    if typed.value is None:
        return
    decimals = len(plain(typed.value).partition(".")[2])
    if format_value(value, unit=measure.unit, decimals=decimals) != format_value(
        typed.value, unit=measure.unit, decimals=decimals
    ):
        made = format_value(value, unit=measure.unit, decimals=max(measure.decimals, decimals))
        raise Unfit(f"The two numbers make {made}, and {_shown(typed.value, measure)} is typed. Check them.")


def shown_of(content: Content, measure: Measure) -> str:
    """The figure as pages would print it: "12.0%", "12.0% (provisional)", "[c] confidential", "No figure: …"."""
    if content.reason:
        return f"No figure: {content.reason}"
    flag = "" if content.flag == Reading.Flag.FINAL else f" ({Reading.Flag(content.flag).label.lower()})"
    if content.value is None:
        return f"[{content.symbol}] {SYMBOL_WORDS[content.symbol]}{flag}"
    if content.given.numerator is not None:
        return f"{format_value(content.value, unit=measure.unit, decimals=measure.decimals)}{flag}"
    return f"{_shown(content.value, measure)}{flag}"


def _shown(value: Decimal, measure: Measure) -> str:
    """What was typed, with the decimals it has."""
    decimals = len(plain(value).partition(".")[2])
    return format_value(value, unit=measure.unit, decimals=max(measure.decimals, decimals))
