"""How a figure of each kind is given in a return, and what it makes (pure, decimals).

A percentage or a rate is never typed: its numerator and denominator are, and it is worked out. What runs through
the year is typed as the total since 1 April, and what one quarter or month adds to it is worked out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from actionplans.numbers import RatioFault, Unit, doubts, ratio_faults
from actionplans.rollups import Amount, DerivedPart, Whole, parts_from_year_to_date, pooled
from priorities.periods import FinancialQuarter, FinancialYear, Period, PeriodKind

KEPT_DECIMALS = 6
"""As many decimals of a figure as the database keeps."""

# Wide enough for every digit of a figure that may be kept.
_KEPT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Given:
    """What was given of a figure so far: its value, or the numbers it is worked out from. Each may be missing."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        return self == Given()


def plain(value: Decimal) -> str:
    """A number with just the decimals it has, thousands set off by commas."""
    return f"{value.normalize(_KEPT):,f}"


def rounded(value: Decimal, decimals: int) -> Decimal:
    """A figure with so many decimals, rounded half up."""
    return value.quantize(Decimal(1).scaleb(-decimals), context=_KEPT)


def as_kept(value: Decimal) -> Decimal:
    """A figure as the database keeps it, rounded half up."""
    return rounded(value, KEPT_DECIMALS)


@dataclass(frozen=True)
class Ratio:
    """A figure worked out from two numbers, `per` 100 for a percentage.

    `is_share` says that the numerator is a part of the denominator, so that the figure cannot pass 100%.
    """

    numerator_name: str
    denominator_name: str
    per: int
    is_share: bool

    def made_of(self, given: Given) -> Whole | None:
        """What the two numbers make; None until both are given and can make something."""
        if given.numerator is None or given.denominator is None or self.faults(given):
            return None
        return pooled([Amount.ratio(given.numerator, given.denominator)], per=self.per)

    def parts_in_words(self, numerator: Decimal | None, denominator: Decimal | None) -> str:
        """What it is worked out from: "412 out of 2,031", "412 over 132,000"; "" until both are known."""
        if numerator is None or denominator is None:
            return ""
        return f"{plain(numerator)} {'out of' if self.is_share else 'over'} {plain(denominator)}"

    def missing(self, given: Given) -> str:
        """Which of the two numbers is missing beside the other: "numerator", "denominator" or ""."""
        if (given.numerator is None) == (given.denominator is None):
            return ""
        return "numerator" if given.numerator is None else "denominator"

    def faults(self, given: Given) -> list[RatioFault]:
        """What cannot be, once both numbers are given. Of none out of none nothing is wrong: it does not apply."""
        return [fault for fault in self._found(given) if not fault.is_question]

    def questions(self, given: Given) -> Iterator[str]:
        """What a careful colleague would ask about the two numbers."""
        yield from (fault.message for fault in self._found(given) if fault.is_question)
        for name, number in (
            (self.numerator_name, given.numerator),
            (self.denominator_name, given.denominator),
        ):
            if number is not None and number != number.to_integral_value():
                yield f"{name}: {plain(number)} is not a whole number. Is this right?"

    def _found(self, given: Given) -> list[RatioFault]:
        is_none_of_none = given.numerator == given.denominator == 0
        if self.missing(given) or is_none_of_none:
            return []
        return ratio_faults(given.numerator, given.denominator, is_share=self.is_share)


@dataclass(frozen=True)
class YearSoFar:
    """A figure given as the total since 1 April. `totals` are those of the earlier periods of the same year."""

    period: Period
    totals: Mapping[Period, Decimal]

    @classmethod
    def of(cls, period: Period, known: Mapping[Period, Decimal]) -> YearSoFar:
        """The year that a period is in, out of every total that is known."""
        year = FinancialYear.containing(period.starts_on)
        earlier = [one for one in sorted(known) if one < period]
        return cls(
            period,
            {one: known[one] for one in earlier if FinancialYear.containing(one.starts_on) == year},
        )

    @property
    def last_total(self) -> Decimal | None:
        """The newest total of the year; None where there is none yet."""
        return list(self.totals.values())[-1] if self.totals else None

    def part_of(self, total: Decimal, note: str = "") -> DerivedPart:
        """What the period itself adds, and the question a total that fell brings up unless a note explains it."""
        totals = {one: known.normalize(_KEPT) for one, known in [*self.totals.items(), (self.period, total)]}
        return parts_from_year_to_date(totals, notes={self.period: note})[-1]

    @property
    def name(self) -> str:
        """The period as its year names it: "Q3", "December 2021"."""
        return _short(self.period)

    @property
    def name_before(self) -> str:
        return _short(self.period.previous())


def _short(period: Period) -> str:
    if period.kind is PeriodKind.FINANCIAL_QUARTER:
        return f"Q{FinancialQuarter.containing(period.starts_on).number}"
    return period.label


# Doubting


def questions_about(
    given: Given,
    value: Decimal | None,
    *,
    ratio: Ratio | None,
    before: Sequence[Decimal],
    unit: Unit | str,
    decimals: int,
    is_bounded: bool,
) -> tuple[str, ...]:
    """The questions that something given, and the figure it makes, would raise.

    `before` are the figures it is compared with, oldest first: of what runs through the year the totals of that year.
    """
    asked = list(ratio.questions(given)) if ratio else []
    if value is not None:
        if ratio:
            value, *before = (rounded(one, decimals) for one in (value, *before))
        last = before[-1] if before else None
        asked += doubts(value, last=last, unit=unit, is_bounded=is_bounded, earlier=before)
    return tuple(asked)
