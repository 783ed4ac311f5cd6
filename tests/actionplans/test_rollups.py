"""Roll-ups: the checked vectors, what is left out and said so, and what must hold for all figures."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.rollups import (
    NO_DATA,
    SUPPRESSED,
    Amount,
    DerivedPart,
    Outcome,
    RollUp,
    RollUpError,
    Whole,
    area_from_places,
    parts_from_year_to_date,
    pooled,
    roll_up,
    year_from_year_to_date,
    year_to_date,
    year_to_date_targets,
)
from priorities.periods import Period, PeriodKind

QUARTER, MONTH, CALENDAR = (
    PeriodKind.FINANCIAL_QUARTER,
    PeriodKind.CALENDAR_MONTH,
    PeriodKind.CALENDAR_YEAR,
)
YEAR = Period.parse(PeriodKind.FINANCIAL_YEAR, "2021/22")
Q1, Q2, Q3, Q4 = QUARTERS = [Period.parse(QUARTER, f"Q{number} 2021/22") for number in (1, 2, 3, 4)]


def quarters(*values):
    """Values by quarter of 2021/22; None is left out."""
    return {
        quarter: Amount(Decimal(value))
        for quarter, value in zip(QUARTERS, values, strict=False)
        if value is not None
    }


def totals(*values):
    return {
        quarter: None if value is None else Decimal(value)
        for quarter, value in zip(QUARTERS, values, strict=False)
    }


HIDDEN = Amount(Decimal(2), is_suppressed=True)


# Quarters and months to a year


@pytest.mark.parametrize(("rule", "expected"), [("sum", "60"), ("latest", "24"), ("mean", "15")])
def test_quarters_make_a_year_by_the_rule(rule, expected):
    assert roll_up(quarters(12, 15, 9, 24), rule, YEAR) == Whole(Outcome.COMPLETE, Decimal(expected))


def test_percentages_are_pooled_and_never_averaged():
    whole = pooled([Amount.ratio(9, 10), Amount.ratio(40, 400)])

    assert whole == Whole(Outcome.COMPLETE, Decimal(4900) / 410, Decimal(49), Decimal(410))
    assert round(whole.value, 2) == Decimal("11.95")


def test_a_pooled_year_keeps_its_numerator_and_denominator():
    parts = {
        Q1: Amount.ratio(9, 10),
        Q2: Amount.ratio(40, 400),
        Q3: Amount.ratio(0, 0),
        Q4: Amount.ratio(1, 90),
    }

    assert roll_up(parts, "pooled", YEAR) == Whole(Outcome.COMPLETE, Decimal(10), Decimal(50), Decimal(500))


def test_a_rate_is_pooled_per_what_it_is_counted():
    assert pooled([Amount.ratio(3, 20_000), Amount.ratio(5, 60_000)], per=100_000).value == Decimal(10)


def test_nothing_to_divide_by_is_not_applicable_and_not_zero():
    nothing = Whole(Outcome.NOT_APPLICABLE, None, Decimal(0), Decimal(0), "there is nothing to divide by")

    assert pooled([Amount.ratio(0, 0)]) == nothing
    assert pooled([]) == nothing
    assert roll_up(dict.fromkeys(QUARTERS, Amount.ratio(0, 0)), "pooled", YEAR) == nothing
    assert pooled([Amount.ratio(0, 5)]).value == 0


def test_a_percentage_without_its_numerator_cannot_be_pooled():
    with pytest.raises(RollUpError, match="every numerator and denominator"):
        pooled([Amount(Decimal(50))])
    assert roll_up(quarters(12, 15, 9, 24), "pooled", YEAR) == NO_DATA


def test_what_cannot_be_rolled_up_is_not():
    whole = roll_up(quarters(12, 15, 9, 24), "not_additive", YEAR)

    assert whole == Whole(Outcome.NOT_ADDITIVE, note="this measure cannot be rolled up")


@pytest.mark.parametrize(
    ("values", "rule", "value", "note"),
    [
        ((12,), "sum", "12", "to Q1 only"),
        ((12, 15, 9), "sum", "36", "to Q3 only"),
        ((12, None, 9, 24), "sum", "12", "to Q1 only"),
        ((12, 15, None, 24), "mean", "13.5", "to Q2 only"),
        ((12, None, 9), "latest", "9", "to Q3 only"),
    ],
)
def test_an_incomplete_year_goes_as_far_as_no_quarter_is_missing(values, rule, value, note):
    whole = roll_up(quarters(*values), rule, YEAR)

    assert whole == Whole(Outcome.INCOMPLETE, Decimal(value), note=note)


def test_a_year_without_its_first_quarter_has_no_sum():
    assert roll_up(quarters(None, 15, 9, 24), "sum", YEAR) == Whole(
        Outcome.INCOMPLETE, note="no figure for Q1"
    )


def test_the_latest_needs_only_the_last_quarter():
    assert roll_up(quarters(None, None, None, 24), "latest", YEAR) == Whole(Outcome.COMPLETE, Decimal(24))


def test_an_incomplete_pooled_year_keeps_its_parts():
    assert roll_up({Q1: Amount.ratio(9, 10)}, "pooled", YEAR) == Whole(
        Outcome.INCOMPLETE, Decimal(90), Decimal(9), Decimal(10), "to Q1 only"
    )


@pytest.mark.parametrize("rule", ["sum", "mean", "latest", "pooled"])
def test_a_year_of_nothing_is_no_data(rule):
    last_year = {Period.parse(QUARTER, "Q4 2020/21"): Amount(Decimal(9), Decimal(9), Decimal(10))}

    assert roll_up({}, rule, YEAR) == NO_DATA
    assert roll_up(last_year, rule, YEAR) == NO_DATA
    assert roll_up({Q1: Amount()}, rule, YEAR) == NO_DATA


@pytest.mark.parametrize("rule", ["sum", "mean"])
def test_a_suppressed_quarter_takes_the_year_with_it(rule):
    assert roll_up(quarters(12, 15, 9) | {Q4: HIDDEN}, rule, YEAR) == SUPPRESSED
    assert roll_up(quarters(12, None, 9) | {Q4: HIDDEN}, rule, YEAR) == SUPPRESSED


def test_the_latest_is_suppressed_only_if_the_last_quarter_is():
    assert roll_up(quarters(12, 15, 9) | {Q4: HIDDEN}, "latest", YEAR) == SUPPRESSED
    assert roll_up(quarters(None, 15, 9, 24) | {Q1: HIDDEN}, "latest", YEAR).value == 24


def test_a_suppressed_numerator_is_not_pooled():
    hidden = Amount(numerator=Decimal(2), denominator=Decimal(90), is_suppressed=True)

    assert roll_up({Q1: Amount.ratio(9, 10), Q2: hidden}, "pooled", YEAR) == SUPPRESSED


def test_months_make_a_year_and_a_quarter():
    months = {}
    month = Period.parse(MONTH, "April 2021")
    for value in range(1, 13):
        months[month] = Amount(Decimal(value))
        month = month.next()

    assert roll_up(months, "sum", YEAR).value == 78
    assert roll_up(months, "sum", Q4).value == 10 + 11 + 12
    assert roll_up(months, "sum", Period.parse(CALENDAR, "2021")) == Whole(
        Outcome.INCOMPLETE, note="no figure for January 2021"
    )
    del months[Period.parse(MONTH, "July 2021")]
    assert roll_up(months, "sum", YEAR) == Whole(Outcome.INCOMPLETE, Decimal(6), note="to June 2021 only")


def test_quarters_do_not_fit_a_school_year():
    school_year = Period.parse(PeriodKind.ACADEMIC_YEAR, "2021/22")

    with pytest.raises(RollUpError, match="2021/22 school year is not made of whole periods like Q2 2021/22"):
        roll_up(quarters(12, 15, 9, 24), "sum", school_year)


def test_parts_of_two_kinds_or_of_years_are_refused():
    with pytest.raises(RollUpError, match="same kind of period"):
        roll_up(quarters(12) | {Period.parse(MONTH, "May 2021"): Amount(Decimal(1))}, "sum", YEAR)
    with pytest.raises(RollUpError, match="Only quarters and months"):
        roll_up({YEAR: Amount(Decimal(1))}, "sum", YEAR)


def test_half_a_ratio_or_a_negative_denominator_is_refused():
    with pytest.raises(RollUpError, match="both the numerator and the denominator"):
        Amount(numerator=Decimal(1))
    with pytest.raises(RollUpError, match="below zero"):
        Amount.ratio(1, -1)


# Year to date


def derived(*values):
    return tuple(
        DerivedPart(quarter, None if value is None else Decimal(value))
        for quarter, value in zip(QUARTERS, values, strict=False)
    )


def test_the_checked_year_to_date_gives_its_quarters_and_back():
    assert parts_from_year_to_date(totals(12, 27, 36, 60)) == derived(12, 15, 9, 24)
    assert year_to_date(totals(12, 15, 9, 24)) == totals(12, 27, 36, 60)


def test_a_total_that_falls_needs_a_correction_note():
    _, second = parts_from_year_to_date(totals(27, 26))
    _, explained = parts_from_year_to_date(totals(27, 26), notes={Q2: "One counted twice in Q1."})
    _, blank = parts_from_year_to_date(totals(27, 26), notes={Q2: "  "})

    words = (
        "The total to Q2 2021/22, 26, is lower than the total to Q1, 27. "
        "Correct it, or add a note that says why."
    )
    assert second == blank == DerivedPart(Q2, Decimal(-1), words)
    assert explained == DerivedPart(Q2, Decimal(-1))


def test_a_new_year_starts_from_nothing():
    first = Period.parse(QUARTER, "Q1 2022/23")

    found = parts_from_year_to_date(totals(12, 27, 36, 60) | {first: Decimal(5)})

    assert found[-1] == DerivedPart(first, Decimal(5))


def test_after_a_missing_total_the_next_quarter_is_not_known():
    assert parts_from_year_to_date(totals(12, None, 36, 60)) == derived(12, None, None, 24)
    without = {quarter: total for quarter, total in totals(12, 27, 36, 60).items() if quarter != Q2}
    assert parts_from_year_to_date(without) == (
        DerivedPart(Q1, Decimal(12)),
        DerivedPart(Q3, None),
        DerivedPart(Q4, Decimal(24)),
    )
    assert year_to_date(totals(12, None, 9, 24)) == totals(12, None, None, None)


@pytest.mark.parametrize(
    ("known", "whole"),
    [
        ((12, 27, 36, 60), Whole(Outcome.COMPLETE, Decimal(60))),
        ((12, None, 36, 60), Whole(Outcome.INCOMPLETE, Decimal(12), note="to Q1 only")),
        ((12, 27), Whole(Outcome.INCOMPLETE, Decimal(27), note="to Q2 only")),
        ((None, 27), Whole(Outcome.INCOMPLETE, note="no figure for Q1")),
        ((None, None), NO_DATA),
        ((), NO_DATA),
    ],
)
def test_a_year_to_date_with_a_missing_middle_is_incomplete(known, whole):
    assert year_from_year_to_date(totals(*known), YEAR) == whole


def test_no_totals_give_no_quarters():
    assert parts_from_year_to_date({}) == ()
    assert year_to_date({}) == {}


def test_the_year_of_a_calendar_series_starts_in_january():
    january, february = Period.parse(MONTH, "January 2022"), Period.parse(MONTH, "February 2022")

    found = parts_from_year_to_date({january: Decimal(5), february: Decimal(8)}, year_kind=CALENDAR)

    assert [part.value for part in found] == [5, 3]


# Targets for the year to date


def test_targets_to_date_are_of_equal_quarters_unless_told():
    assert year_to_date_targets(Decimal(100), YEAR) == totals(25, 50, 75, 100)
    shares = [Decimal(share) for share in (10, 20, 30, 40)]
    assert year_to_date_targets(Decimal(100), YEAR, profile=shares) == totals(10, 30, 60, 100)
    months = year_to_date_targets(Decimal(100), YEAR, kind=MONTH)
    assert months[Period.parse(MONTH, "June 2021")] == 25
    assert list(months.values())[-1] == 100


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ((10, 20, 30, 30), "The targets add up to 90, not to the target for 2021/22, 100."),
        ((50, 50), "Give a target for each of the 4 periods of 2021/22."),
    ],
)
def test_a_profile_that_does_not_make_the_year_is_refused(shares, words):
    with pytest.raises(RollUpError) as refused:
        year_to_date_targets(Decimal(100), YEAR, profile=[Decimal(share) for share in shares])
    assert str(refused.value) == words


# Places

PLACES = ["Highland", "Kinross-shire", "Perth City"]
KNOWN = {
    "Highland": Amount(Decimal(5), Decimal(5), Decimal(50)),
    "Perth City": Amount(Decimal(20), Decimal(20), Decimal(100)),
    "Kinross-shire": Amount(Decimal(5), Decimal(5), Decimal(50)),
}


def area(parts, rule="sum", *, is_partition=True):
    return area_from_places(parts, rule, places=PLACES, is_partition=is_partition)


def test_places_that_are_the_whole_area_add_up_to_it():
    assert area(KNOWN) == Whole(Outcome.COMPLETE, Decimal(30))
    assert area(KNOWN, "pooled") == Whole(Outcome.COMPLETE, Decimal(15), Decimal(30), Decimal(200))


def test_an_area_is_not_forced_from_its_places():
    assert area(KNOWN, is_partition=False) == Whole(
        Outcome.NOT_ADDITIVE, note="the places overlap or leave some of the area out"
    )
    without = {place: amount for place, amount in KNOWN.items() if place != "Highland"}
    assert area(without) == Whole(Outcome.INCOMPLETE, note="no figure for Highland")
    assert area(without | {"Highland": Amount()}) == area(without)
    assert area(KNOWN | {"Highland": HIDDEN}) == SUPPRESSED
    assert area({}) == NO_DATA


@pytest.mark.parametrize("rule", ["latest", "mean", "not_additive"])
def test_places_are_only_added_up_or_pooled(rule):
    assert area(KNOWN, rule) == Whole(Outcome.NOT_ADDITIVE, note="places are only added up or pooled")


def test_a_place_from_elsewhere_is_refused():
    with pytest.raises(RollUpError) as refused:
        area(KNOWN | {"Fife": Amount(Decimal(1))})
    assert str(refused.value) == "Fife is not part of the area."


def test_labels():
    assert RollUp.choices() == [
        ("sum", "Add up (things counted over time)"),
        ("latest", "Take the latest (things counted on a day)"),
        ("mean", "Average"),
        ("pooled", "Numerators over denominators (percentages and rates)"),
        ("not_additive", "Cannot be rolled up"),
    ]
    assert [outcome.label for outcome in Outcome] == [
        "Complete",
        "Incomplete",
        "No data",
        "Not applicable",
        "Suppressed",
        "Cannot be rolled up",
    ]


# Properties

FIGURES = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
COUNTS = st.integers(0, 10**6)
RATIOS = st.tuples(COUNTS, COUNTS).map(lambda pair: Amount.ratio(min(pair), max(pair)))
RULES = st.sampled_from(RollUp)


@st.composite
def amounts(draw):
    value = draw(FIGURES)
    ratio = draw(RATIOS)
    return Amount(value, ratio.numerator, ratio.denominator, draw(st.integers(0, 9)) == 0)


@given(st.dictionaries(st.sampled_from(QUARTERS), amounts()), RULES, st.randoms(use_true_random=False))
def test_the_order_of_entry_does_not_matter(parts, rule, chance):
    entered = list(parts.items())
    chance.shuffle(entered)

    assert roll_up(dict(entered), rule, YEAR) == roll_up(dict(sorted(parts.items())), rule, YEAR)


@given(st.lists(FIGURES, min_size=4, max_size=4))
def test_quarters_sum_to_the_year(values):
    assert roll_up(quarters(*values), "sum", YEAR) == Whole(Outcome.COMPLETE, sum(values))
    assert year_from_year_to_date(year_to_date(totals(*values)), YEAR).value == sum(values)


@given(st.lists(st.none() | FIGURES, max_size=4))
def test_quarters_taken_from_running_totals_are_those_that_made_them(values):
    run = []
    for value in values:
        if value is None:
            break
        run.append(value)

    found = parts_from_year_to_date(year_to_date(totals(*values)))

    assert [part.value for part in found][: len(run)] == run
    assert all(part.value is None for part in found[len(run) :])


@given(st.lists(FIGURES, max_size=4), st.randoms(use_true_random=False))
def test_running_totals_made_from_their_quarters_are_the_same(values, chance):
    entered = list(totals(*values).items())
    chance.shuffle(entered)

    found = parts_from_year_to_date(dict(entered))

    assert year_to_date({part.period: part.value for part in found}) == totals(*values)


@given(st.lists(RATIOS, min_size=1, max_size=6))
def test_a_pooled_percentage_lies_between_its_parts(ratios):
    shares = [100 * ratio.numerator / ratio.denominator for ratio in ratios if ratio.denominator]
    whole = pooled(ratios)

    if shares:
        assert min(shares) - Decimal("1e-20") <= whole.value <= max(shares) + Decimal("1e-20")
    else:
        assert whole.outcome is Outcome.NOT_APPLICABLE


@given(
    st.lists(st.none() | FIGURES, min_size=4, max_size=4),
    st.integers(-6, 6),
    st.sampled_from(["sum", "latest"]),
)
def test_a_scaled_series_has_a_scaled_year(values, power, rule):
    scaled = [None if value is None else value.scaleb(power) for value in values]

    one, other = roll_up(quarters(*values), rule, YEAR), roll_up(quarters(*scaled), rule, YEAR)

    assert (one.outcome, one.note) == (other.outcome, other.note)
    assert other.value == (None if one.value is None else one.value.scaleb(power))


@given(st.dictionaries(st.sampled_from(PLACES), amounts()))
def test_an_area_has_a_value_only_when_every_place_has(parts):
    whole = area(parts)

    is_whole = set(parts) == set(PLACES) and not any(amount.is_suppressed for amount in parts.values())
    assert (whole.value is not None) == is_whole


@given(FIGURES, st.sampled_from([QUARTER, MONTH]))
def test_equal_targets_to_date_end_at_the_target(total, kind):
    assert list(year_to_date_targets(total, YEAR, kind=kind).values())[-1] == total


@given(st.dictionaries(st.sampled_from(QUARTERS), amounts(), min_size=1), RULES, st.data())
def test_a_part_revised_and_revised_back_leaves_the_year_as_it_was(parts, rule, data):
    period = data.draw(st.sampled_from(sorted(parts)))

    back = parts | {period: data.draw(amounts())} | {period: parts[period]}

    assert roll_up(back, rule, YEAR) == roll_up(parts, rule, YEAR)


@given(st.dictionaries(st.sampled_from(QUARTERS), amounts(), min_size=1), RULES, st.data())
def test_a_part_more_that_is_suppressed_never_shows_a_year_that_was_not(parts, rule, data):
    period = data.draw(st.sampled_from(sorted(parts)))
    more = parts | {period: replace(parts[period], is_suppressed=True)}

    before, after = roll_up(parts, rule, YEAR), roll_up(more, rule, YEAR)

    assert after == before or after.outcome is Outcome.SUPPRESSED
    assert after.value in (None, before.value)


@given(st.dictionaries(st.sampled_from(PLACES), amounts()), st.sampled_from(PLACES))
def test_a_place_more_that_is_suppressed_never_shows_an_area_that_was_not(parts, place):
    more = parts | {place: Amount(is_suppressed=True)}

    assert area(more).value is None


@given(st.dictionaries(st.sampled_from(PLACES), amounts()), st.randoms(use_true_random=False))
def test_the_order_of_places_does_not_matter(parts, chance):
    entered = list(parts.items())
    chance.shuffle(entered)

    assert area(dict(entered)) == area(parts)
