"""From the cells of a row to its figure: a value, one made of a numerator and denominator, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from actionplans.models import Measure, Reading
from actionplans.numbers import (
    MOST_DIGITS,
    NumberError,
    Unit,
    mark_in,
    parse_figure,
    parse_value,
    ratio_faults,
)
from actionplans.reading_file.mapping import MOST_DECIMALS, ReadingMapping
from actionplans.rollups import Amount, RollUpError, kept_ratio, pooled
from actionplans.sheets.figures_in_cells import A_DATE, is_day
from priorities.wording import quoted

NO_FIGURE = frozenset({"", "-", "–", "—", "*", "c", "[c]", "x", "[x]", "z", "[z]", "[u]", "[low]", ":", ".."})
"""What publishers write where there is no figure. None of it is ever zero."""

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,14}(?:\.[0-9]{1,20})?")
# Wide enough that nothing is rounded before we say so.
WIDE = Context(prec=60, rounding=ROUND_HALF_UP)

# Which of several symbols in one row says most.
_BY_WEIGHT = tuple(Reading.Symbol.values)

CellOf = Callable[[str], str]


class CellError(ValueError):
    """What stands in a column cannot be read; `heading` is "" for the row as a whole."""

    def __init__(self, heading: str, message: str) -> None:
        self.heading = heading
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a row; `symbol` says why there is no value.

    `has_half_a_ratio` says that a numerator came without its denominator, or the reverse. `published` is the value
    that stood beside a numerator and denominator when, to its own decimals, they do not make it.
    """

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    symbol: str = ""
    has_half_a_ratio: bool = False
    published: Decimal | None = None


class NumberReader:
    """Reads the numbers of rows as a mapping says."""

    def __init__(self, mapping: ReadingMapping) -> None:
        self.mapping = mapping
        self.symbols = {text.lower(): symbol for text, symbol in mapping.symbols.items()}
        self.no_figure = (NO_FIGURE - self.symbols.keys()) | {text.lower() for text in mapping.no_figure}
        self.has_ratio = mapping.numerator is not None

    def read(self, cell: CellOf, measure_of: Callable[[], Measure | None]) -> Numbers | None:
        """The numbers of a row, or None where there is no figure.

        `cell` gives the text under a heading; `measure_of` gives the row's measure, None where it cannot be told.
        Raises CellError.
        """
        if self.symbols and (symbol := self._symbol(cell)):
            return Numbers(None, symbol=symbol)
        numerator = denominator = None
        is_half = False
        if self.has_ratio:
            numerator = self._number(cell, self.mapping.numerator)
            denominator = self._number(cell, self.mapping.denominator)
            is_half = (numerator is None) != (denominator is None)
        value = self._published(cell, measure_of)
        if is_half or numerator is None or denominator is None:
            return None if value is None else Numbers(value, has_half_a_ratio=is_half)
        measure = measure_of()
        if measure is not None and measure.is_ratio:
            published = None if value is None else self._as_published(cell)
            return self._worked_out(measure, numerator, denominator, published)
        if self.mapping.value.column is None:
            value = self._pooled(numerator, denominator)
        return None if value is None else Numbers(value, numerator, denominator)

    def _symbol(self, cell: CellOf) -> str:
        """What the row says instead of a figure. Behind a published value a hidden count says nothing."""
        said = self.mapping
        headings = (
            [said.value.column] if said.value.column is not None else [said.numerator, said.denominator]
        )
        found = {self.symbols.get(cell(heading).lower(), "") for heading in headings if heading is not None}
        return next((symbol for symbol in _BY_WEIGHT if symbol in found), "")

    def _published(self, cell: CellOf, measure_of: Callable[[], Measure | None]) -> Decimal | None:
        said = self.mapping.value
        return self._number(cell, said.column, measure_of, scale=said.scale, round_to=said.round_to)

    def _as_published(self, cell: CellOf) -> Decimal | None:
        """The value as its publisher rounded it: 0.203, scaled by 100, has one decimal."""
        said = self.mapping.value
        written = self._number(cell, said.column)
        if written is None or said.scale is None:
            return written
        exponent = int(written.as_tuple().exponent) + said.scale.adjusted()
        return WIDE.multiply(written, said.scale).quantize(Decimal(1).scaleb(exponent), context=WIDE)

    def _worked_out(
        self, measure: Measure, numerator: Decimal, denominator: Decimal, published: Decimal | None
    ) -> Numbers:
        """The figure of a measure that is worked out. Over nothing it does not apply."""
        is_share = measure.unit == Unit.PERCENT and measure.is_bounded
        for fault in ratio_faults(numerator, denominator, is_share=is_share):
            if not fault.is_question and not (fault.field == "denominator" and denominator == 0):
                raise CellError(getattr(self.mapping, fault.field) or "", fault.message)
        made = kept_ratio(numerator, denominator, per=measure.ratio_per)
        if made is None:
            if published is not None:
                message = "Over a denominator of zero there is no value, and here is one."
                raise CellError(self.mapping.denominator or "", message)
            return Numbers(None, numerator, denominator, Reading.Symbol.NOT_APPLICABLE)
        differs = published is not None and made.quantize(published, context=WIDE) != published
        value = _fitting(made, None, self.mapping.denominator or "")
        return Numbers(value, numerator, denominator, published=published if differs else None)

    def _pooled(self, numerator: Decimal, denominator: Decimal) -> Decimal | None:
        """A published percentage made of its counts, as the mapping scales it; None over nothing."""
        said, heading = self.mapping.value, self.mapping.denominator or ""
        if said.scale is None:
            message = "Write in the mapping the “scale” of a value made of these: 100 for a percentage."
            raise CellError(heading, message)
        try:
            whole = pooled([Amount.ratio(numerator, denominator)], per=said.scale)
        except RollUpError as error:
            raise CellError(heading, str(error)) from None
        if whole.value is None:
            return None
        return _fitting(whole.value, MOST_DECIMALS if said.round_to is None else said.round_to, heading)

    def _number(
        self,
        cell: CellOf,
        heading: str | None,
        measure_of: Callable[[], Measure | None] | None = None,
        *,
        scale: Decimal | None = None,
        round_to: int | None = None,
    ) -> Decimal | None:
        """The number in a column, or None where there is no such column or no figure in it.

        With `measure_of` it is that measure's own figure, in its unit.
        """
        if heading is None:
            return None
        text = cell(heading)
        if _PLAIN_NUMBER.fullmatch(text):
            number = Decimal(text)
        elif text.lower() in self.no_figure or text.lower() in self.symbols:
            return None
        else:
            measure = measure_of() if measure_of else None
            number = _typed_number(text, heading, Unit(measure.unit) if measure else None)
        if scale is not None:
            number = WIDE.multiply(number, scale)
        return _fitting(number, round_to, heading)


def in_full(number: Decimal) -> str:
    """A number with just the digits it has."""
    return f"{number.normalize(WIDE):f}"


def _typed_number(text: str, heading: str, unit: Unit | None) -> Decimal:
    if mark := mark_in(text):
        message = f"{quoted(text)} has a mark after the figure, ({mark}). Marks go in a column of their own."
        raise CellError(heading, message)
    if is_day(text):
        raise CellError(heading, f"{quoted(text)} is a date, where a figure should be. {A_DATE}")
    try:
        number = parse_figure(text, unit) if unit is Unit.YES_NO else parse_value(text)
    except NumberError:
        what = "neither yes nor no" if unit is Unit.YES_NO else "not a number"
        message = f"{quoted(text)} is {what}. If it means that there is no figure, add it to “no_figure”."
        raise CellError(heading, message) from None
    if unit is not None:
        _check_sign(text, heading, unit)
    return number


def _check_sign(text: str, heading: str, unit: Unit) -> None:
    try:
        parse_figure(text, unit)
    except NumberError as error:
        raise CellError(heading, str(error)) from None


def _fitting(number: Decimal, round_to: int | None, heading: str) -> Decimal:
    """A number as the database can hold it: without a loss, or rounded because the mapping says so."""
    if round_to is not None:
        number = number.quantize(Decimal(1).scaleb(-round_to), context=WIDE)
    _, digits, exponent = number.as_tuple()
    if (
        isinstance(exponent, int)
        and exponent >= -MOST_DECIMALS
        and len(digits) + max(exponent, 0) <= MOST_DIGITS
    ):
        return number
    exact = number.normalize(WIDE)
    _, digits, exponent = exact.as_tuple()
    decimals, size = max(0, -int(exponent)), len(digits) + max(0, int(exponent))
    if decimals > MOST_DECIMALS:
        message = (
            f"{quoted(f'{exact:f}')} has {decimals} decimals, and {MOST_DECIMALS} are kept. "
            "Say in “round_to” how many you want."
        )
        raise CellError(heading, message)
    if size > MOST_DIGITS:
        raise CellError(heading, f"{quoted(f'{exact:f}')} has {size} digits, and {MOST_DIGITS} are kept.")
    return exact
