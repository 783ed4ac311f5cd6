"""What the words in a cell mean: which measure, whom about and which period (pure)."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TypeVar

from actionplans.models import Measure
from actionplans.places import AREA, Place, PlaceKind
from actionplans.series import period_of_round
from actionplans.sheets.cells import Cell
from actionplans.sheets.columns import ROUND, folded
from priorities.models import Comparator, Locality, Quarter
from priorities.periods import Period, PeriodError, PeriodKind
from priorities.wording import day_in_words, quoted

T = TypeVar("T")

PlaceKey = tuple[PlaceKind, str]
"""A place by its kind and code; that of the area has none."""

AREA_KEY: PlaceKey = (PlaceKind.AREA, "")


@dataclass(frozen=True)
class KnownPlace:
    """A place, and its locality where it is one: it opens and closes."""

    place: Place
    locality: Locality | None = None
    comparator: Comparator | None = None
    names: tuple[str, ...] = ()


class NotMatched(ValueError):
    """The words in a cell mean nothing that is known, or more than one thing; the message says so."""


@dataclass(frozen=True)
class Catalogue:
    """What the words in a sheet may name: some measures by their codes, and every place of the partnership."""

    measures: Mapping[str, Measure]
    places: Mapping[PlaceKey, KnownPlace]
    quarter: Quarter

    # Measures

    def measure(self, words: str) -> Measure | None:
        """The measure that words name: by its code, its name, or both as our sheets write them."""
        code = self._measures_by_words.get(folded(words))
        if code is None and (found := re.match(r"([A-Za-z0-9][A-Za-z0-9_-]*)\s*:", words)):
            code = found[1] if found[1] in self.measures else None
        return self.measures[code] if code is not None else None

    @cached_property
    def _measures_by_words(self) -> dict[str, str]:
        """Codes by the words for them; words for two measures are for neither, but a code always is."""
        names = [(folded(measure.name), code) for code, measure in self.measures.items()]
        both = [(folded(f"{code}: {measure.name}"), code) for code, measure in self.measures.items()]
        return _only(names) | _only(both) | _only((folded(code), code) for code in self.measures)

    # Places

    def place(self, words: str) -> KnownPlace | None:
        key = self._places_by_words.get(folded(words))
        return self.places[key] if key is not None else None

    @cached_property
    def _places_by_words(self) -> dict[str, PlaceKey]:
        names = [(folded(name), key) for key, known in self.places.items() for name in known.names]
        codes = [(folded(code), (kind, code)) for kind, code in self.places if code]
        area = {folded(words): AREA_KEY for words in (AREA.name, *self.places[AREA_KEY].names)}
        return _only(names) | _only(codes) | area

    # Periods

    def period(self, cell: Cell | None, measure: Measure, *, is_1904: bool = False) -> tuple[Period, str]:
        """The period in a cell, and a question about it, or "". Raises NotMatched.

        `is_1904` says how the file numbers its days.
        """
        if cell is None:
            raise NotMatched("The period is missing.")
        if cell.error:
            raise NotMatched(f"Cell {cell.ref} {cell.error}")
        if isinstance(cell.value, dt.date):
            return self._period_of_day(cell, cell.value, measure), ""
        if isinstance(cell.value, Decimal) and (day := _day_of_serial(cell.value, is_1904=is_1904)):
            period = self._period_of_day(cell, day, measure)
            return period, (
                f"Cell {cell.ref} holds {cell.text}, which is {day_in_words(day)} as a spreadsheet counts days. "
                f"Is this the figure for {period.label}?"
            )
        if cell.text == ROUND:
            # Our own word for a period, in a sheet, is a word like any other.
            raise NotMatched(f"Cell {cell.ref}: {quoted(cell.text)} is not a period.")
        try:
            return self.period_in(cell.text, measure), ""
        except NotMatched as error:
            raise NotMatched(f"Cell {cell.ref}: {error}") from None

    def period_in(self, words: str, measure: Measure) -> Period:
        """The period that words name, of the measure's own kind. Raises NotMatched."""
        if words == ROUND:
            return self._asked(measure)
        key = measure.pk, words
        if key not in self._periods:
            try:
                self._periods[key] = Period.parse(
                    PeriodKind(measure.period_kind),
                    words,
                    years=measure.years_covered,
                    by_financial_year=measure.years_start_in_april,
                )
            except PeriodError as error:
                raise NotMatched(str(error)) from None
        return self._periods[key]

    @cached_property
    def _periods(self) -> dict[tuple[int, str], Period]:
        return {}

    def _asked(self, measure: Measure) -> Period:
        asked = period_of_round(measure, self.quarter)
        if asked is None:
            raise NotMatched("The round cannot say which day a figure of this measure is of. Write the day.")
        return asked

    def _period_of_day(self, cell: Cell, day: dt.date, measure: Measure) -> Period:
        """The period that begins or ends with a day. A day in its midst may have been meant otherwise."""
        try:
            period = measure.period_containing(day)
        except PeriodError as error:
            raise NotMatched(f"Cell {cell.ref}: {error}") from None
        if day in (period.starts_on, period.ends_on):
            return period
        kind = PeriodKind(measure.period_kind)
        raise NotMatched(
            f"Cell {cell.ref} holds a date, {day_in_words(day)}, where {kind.name_in_words} should be. "
            f"Write it like {kind.example}."
        )


def _only(pairs: Iterable[tuple[str, T]]) -> dict[str, T]:
    """By words, what they alone stand for; those that stand for two things are left out."""
    unique = dict.fromkeys(pairs)
    count = Counter(words for words, _ in unique)
    return {words: one for words, one in unique if words and count[words] == 1}


# Days as a spreadsheet counts them, from 2000 to 2099.
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050
_DAY_ZERO = dt.date(1899, 12, 30)
_DAYS_TO_1904 = 1_462


def _day_of_serial(value: Decimal, *, is_1904: bool) -> dt.date | None:
    value += _DAYS_TO_1904 if is_1904 else 0
    if value != value.to_integral_value() or not _FIRST_SERIAL <= value <= _LAST_SERIAL:
        return None
    return _DAY_ZERO + dt.timedelta(days=int(value))


def no_measure(words: str) -> str:
    """The same whether there is such a measure elsewhere or not."""
    return f"There is no measure {quoted(words)} among those you may send figures for."


def no_place(words: str) -> str:
    return f"There is no place {quoted(words)} among those you may send figures for."
