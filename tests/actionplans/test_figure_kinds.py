"""What a figure of each kind is made of, before any page."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.figure_kinds import Given, Ratio, YearSoFar, as_kept, plain, rounded
from actionplans.rollups import Outcome
from priorities.periods import FinancialYear, Period, PeriodKind

SHARE = Ratio("Children in low income families", "All children under 16", per=100, is_share=True)
RATE = Ratio("Fires", "Households", per=10_000, is_share=False)


def ratio(numerator: str | None, denominator: str | None) -> Given:
    numbers = (None if text is None else Decimal(text) for text in (numerator, denominator))
    return Given(None, *numbers)


def quarter(number: int, year: int = 2021) -> Period:
    return Period.parse(PeriodKind.FINANCIAL_QUARTER, f"Q{number} {FinancialYear(year).label}")


def month(name: str) -> Period:
    return Period.parse(PeriodKind.CALENDAR_MONTH, name)


@pytest.mark.parametrize(
    ("kind", "numerator", "denominator", "makes"),
    [
        (SHARE, "412", "2031", Decimal(41200) / 2031),
        (SHARE, "0", "2031", Decimal(0)),
        (SHARE, "2031", "2031", Decimal(100)),
        (SHARE, "0.5", "2", Decimal(25)),
        (RATE, "9", "400", Decimal(225)),
        (RATE, "400", "9", Decimal(4_000_000) / 9),
    ],
)
def test_a_ratio_is_worked_out_and_not_rounded(
    kind: Ratio, numerator: str, denominator: str, makes: Decimal
) -> None:
    made = kind.made_of(ratio(numerator, denominator))

    assert made is not None
    assert (made.outcome, made.value) == (Outcome.COMPLETE, makes)


@pytest.mark.parametrize(
    ("numerator", "denominator", "missing"),
    [
        (None, None, ""),
        ("412", None, "denominator"),
        ("0", None, "denominator"),
        (None, "2031", "numerator"),
        ("412", "2031", ""),
    ],
)
def test_half_a_ratio_makes_nothing_and_says_what_is_missing(
    numerator: str | None, denominator: str | None, missing: str
) -> None:
    half = ratio(numerator, denominator)

    assert SHARE.missing(half) == missing
    assert (SHARE.made_of(half) is None) == (numerator is None or denominator is None)
    assert SHARE.faults(half) == []


def test_nothing_out_of_nothing_does_not_apply() -> None:
    made = SHARE.made_of(ratio("0", "0"))

    assert made is not None
    assert (made.outcome, made.value) == (Outcome.NOT_APPLICABLE, None)


@pytest.mark.parametrize(
    ("kind", "numerator", "denominator", "field", "says"),
    [
        (SHARE, "13", "12", "numerator", "13 is more than 12, the number it is part of. Check both."),
        (SHARE, "-1", "12", "numerator", "−1 is below zero. A part of something cannot be."),
        (SHARE, "1", "-12", "denominator", "−12 is below zero. What a figure is worked out over cannot be."),
        (SHARE, "1", "0", "denominator", "Nothing can be divided by zero."),
        (RATE, "1", "0", "denominator", "Nothing can be divided by zero."),
    ],
)
def test_a_ratio_that_cannot_be_is_told_beside_its_number(
    kind: Ratio, numerator: str, denominator: str, field: str, says: str
) -> None:
    found = kind.faults(ratio(numerator, denominator))

    assert found[0].field == field
    assert found[0].message.startswith(says)
    assert kind.made_of(ratio(numerator, denominator)) is None


def test_what_is_strange_about_a_ratio_is_asked() -> None:
    assert list(RATE.questions(ratio("-3", "12"))) == ["−3 is below zero. Is this right?"]
    assert list(SHARE.questions(ratio("1.5", "12.25"))) == [
        "Children in low income families: 1.5 is not a whole number. Is this right?",
        "All children under 16: 12.25 is not a whole number. Is this right?",
    ]
    assert list(SHARE.questions(ratio("1.5", None))) == [
        "Children in low income families: 1.5 is not a whole number. Is this right?"
    ]
    assert list(SHARE.questions(ratio("412.000000", "2031"))) == []


def test_a_figure_is_kept_with_six_decimals_half_up() -> None:
    assert as_kept(Decimal(200) / 3) == Decimal("66.666667")
    assert as_kept(Decimal("0.0000005")) == Decimal("0.000001")
    assert as_kept(Decimal(10) ** 13) == Decimal(10) ** 13
    assert (rounded(Decimal("20.25"), 1), rounded(Decimal("20.5"), 0)) == (Decimal("20.3"), Decimal(21))
    assert (plain(Decimal("1234.500000")), plain(Decimal("100.000000"))) == ("1,234.5", "100")


# The vectors of domain rules 5.5: 12, 27, 36, 60 make 12, 15, 9, 24.
TOTALS = {quarter(1): Decimal(12), quarter(2): Decimal(27), quarter(3): Decimal(36)}


@pytest.mark.parametrize(("number", "total", "own"), [(1, 12, 12), (2, 27, 15), (3, 36, 9), (4, 60, 24)])
def test_a_total_since_april_says_what_the_quarter_adds(number: int, total: int, own: int) -> None:
    year = YearSoFar.of(quarter(number), TOTALS)

    assert year.part_of(Decimal(total)).value == own
    assert year.name == f"Q{number}"


def test_a_year_begins_anew_in_april() -> None:
    year = YearSoFar.of(quarter(1, 2022), TOTALS | {quarter(4): Decimal(60)})

    assert (year.totals, year.last_total) == ({}, None)
    assert year.part_of(Decimal(5)).value == 5


def test_without_the_total_before_the_quarter_alone_is_not_known() -> None:
    year = YearSoFar.of(quarter(3), {quarter(1): Decimal(12)})

    assert year.last_total == 12
    assert (year.part_of(Decimal(36)).value, year.name_before) == (None, "Q2")


def test_a_total_that_falls_needs_a_note() -> None:
    year = YearSoFar.of(quarter(2), {quarter(1): Decimal("27.000000")})

    assert year.part_of(Decimal("26.000000")).question == (
        "The total to Q2 2021/22, 26, is lower than the total to Q1, 27. "
        "Correct it, or add a note that says why."
    )
    assert year.part_of(Decimal(26), "One was counted twice.").question == ""
    assert year.part_of(Decimal(27)).question == ""


def test_months_run_through_the_year_too() -> None:
    year = YearSoFar.of(month("December 2021"), {month("November 2021"): Decimal(30)})

    assert (year.part_of(Decimal(34)).value, year.name) == (4, "December 2021")


@given(st.permutations([(1, 12), (2, 27), (3, 36)]))
def test_the_order_of_the_totals_does_not_matter(totals: list[tuple[int, int]]) -> None:
    known = {quarter(number): Decimal(total) for number, total in totals}

    year = YearSoFar.of(quarter(4), known)

    assert (year.last_total, year.part_of(Decimal(60)).value) == (36, 24)


@given(
    numerator=st.integers(0, 10**9),
    denominator=st.integers(1, 10**9),
)
def test_a_share_lies_between_none_and_all(numerator: int, denominator: int) -> None:
    made = SHARE.made_of(Given(None, Decimal(numerator), Decimal(denominator)))

    assert (made is None) == (numerator > denominator)
    if made is not None:
        assert made.value is not None
        assert 0 <= made.value <= 100
