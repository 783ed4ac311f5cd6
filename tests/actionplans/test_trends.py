"""Trends: the checked vector of the rules, what may not be compared, and what must hold for all numbers."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.status import Polarity
from actionplans.trends import (
    Comparison,
    Direction,
    Point,
    Trend,
    change_in_words,
    compared_in_words,
    long_trend,
    short_trend,
)
from priorities.periods import Period, PeriodKind

QUARTER, YEAR, ROLLING, DAY = (
    PeriodKind.FINANCIAL_QUARTER,
    PeriodKind.FINANCIAL_YEAR,
    PeriodKind.ROLLING_YEARS,
    PeriodKind.POINT_IN_TIME,
)
BETTER, WORSE, NO_CHANGE = Direction.BETTER, Direction.WORSE, Direction.NO_CHANGE
NOT_ENOUGH = Trend(Direction.NOT_ENOUGH_DATA, None, None, is_gap=False)


def points(kind, values, targets=None):
    return [
        Point(
            Period.parse(kind, text),
            Decimal(value),
            Decimal((targets or {})[text]) if text in (targets or {}) else None,
        )
        for text, value in values.items()
    ]


def period(kind, text):
    return Period.parse(kind, text)


FIVE_QUARTERS = points(
    QUARTER,
    {"Q1 2020/21": "52", "Q2 2020/21": "48", "Q3 2020/21": "50", "Q4 2020/21": "54", "Q1 2021/22": "51"},
)


@pytest.mark.parametrize(
    ("polarity", "ongoing", "year_to_year", "long"),
    [
        ("maximise", WORSE, WORSE, NO_CHANGE),
        ("minimise", BETTER, BETTER, NO_CHANGE),
        ("none", Direction.LOWER, Direction.LOWER, Direction.SAME),
    ],
)
def test_the_checked_series(polarity, ongoing, year_to_year, long):
    assert short_trend(FIVE_QUARTERS, polarity) == Trend(
        ongoing, Decimal(-3), period(QUARTER, "Q4 2020/21"), is_gap=False
    )
    assert short_trend(FIVE_QUARTERS, polarity, comparison=Comparison.YEAR_TO_YEAR) == Trend(
        year_to_year, Decimal(-1), period(QUARTER, "Q1 2020/21"), is_gap=False
    )
    assert long_trend(FIVE_QUARTERS, polarity) == Trend(
        long, Decimal(0), "the average of Q1 2020/21 to Q4 2020/21", is_gap=False
    )


def test_the_order_in_which_values_come_does_not_matter():
    assert short_trend(reversed(FIVE_QUARTERS), "maximise") == short_trend(FIVE_QUARTERS, "maximise")
    assert long_trend(reversed(FIVE_QUARTERS), "maximise") == long_trend(FIVE_QUARTERS, "maximise")


def test_two_values_for_one_period_are_a_fault():
    with pytest.raises(ValueError, match="newest vintage"):
        short_trend([*FIVE_QUARTERS, FIVE_QUARTERS[0]], "maximise")


# Enough data


def test_a_short_trend_needs_two_values():
    assert short_trend([], "maximise") == NOT_ENOUGH
    assert short_trend(FIVE_QUARTERS[:1], "maximise") == NOT_ENOUGH
    assert short_trend(FIVE_QUARTERS[:2], "maximise").direction is WORSE


def test_a_long_trend_needs_three_earlier_values():
    assert long_trend([], "maximise") == NOT_ENOUGH
    assert long_trend(FIVE_QUARTERS[:3], "maximise") == NOT_ENOUGH
    assert long_trend(FIVE_QUARTERS[:4], "maximise") == Trend(
        BETTER, Decimal(4), "the average of Q1 2020/21 to Q3 2020/21", is_gap=False
    )


def test_a_long_trend_looks_back_n_values_only():
    assert long_trend(FIVE_QUARTERS, "maximise", n=3) == Trend(
        BETTER, Decimal(51) - Decimal(152) / 3, "the average of Q2 2020/21 to Q4 2020/21", is_gap=False
    )
    with pytest.raises(ValueError, match="at least 3"):
        long_trend(FIVE_QUARTERS, "maximise", n=2)


def test_year_to_year_without_last_year_is_not_enough():
    without_q1 = FIVE_QUARTERS[1:]

    assert short_trend(without_q1, "maximise", comparison="year_to_year") == NOT_ENOUGH
    assert short_trend(without_q1, "maximise").direction is WORSE


def test_long_year_to_year_takes_the_same_quarter_of_earlier_years():
    values = {
        f"Q1 {year}": str(value)
        for year, value in zip(
            ("2017/18", "2018/19", "2019/20", "2020/21", "2021/22"), (40, 42, 44, 46, 45), strict=True
        )
    }
    others = {"Q2 2020/21": "99", "Q4 2020/21": "1"}

    trend = long_trend(points(QUARTER, values | others), "maximise", comparison="year_to_year")

    words = "the average of Q1 2017/18, Q1 2018/19, Q1 2019/20 and Q1 2020/21"
    assert trend == Trend(BETTER, Decimal(2), words, is_gap=False)


# Gaps


def test_a_gap_is_compared_across_and_disclosed():
    trend = short_trend(points(YEAR, {"2018/19": "10", "2021/22": "12"}), "maximise")

    assert trend == Trend(BETTER, Decimal(2), period(YEAR, "2018/19"), is_gap=True)


def test_a_gap_of_years_is_disclosed_year_to_year():
    values = {"Q1 2018/19": "10", "Q4 2020/21": "11", "Q1 2021/22": "12"}

    trend = short_trend(points(QUARTER, values), "maximise", comparison="year_to_year")

    assert trend == Trend(BETTER, Decimal(2), period(QUARTER, "Q1 2018/19"), is_gap=True)


def test_a_long_trend_names_its_periods_when_one_is_missing():
    values = {"2016/17": "1", "2017/18": "2", "2019/20": "3", "2020/21": "6"}

    trend = long_trend(points(YEAR, values), "minimise")

    assert trend == Trend(WORSE, Decimal(4), "the average of 2016/17, 2017/18 and 2019/20", is_gap=True)


def test_a_gap_before_the_newest_value_is_disclosed_in_a_long_trend():
    values = {"2016/17": "1", "2017/18": "2", "2018/19": "3", "2020/21": "6"}

    trend = long_trend(points(YEAR, values), "minimise")

    assert trend == Trend(WORSE, Decimal(4), "the average of 2016/17 to 2018/19", is_gap=True)


def test_points_in_time_are_compared_with_the_one_before():
    values = {"26 September 2024": "5", "30 September 2024": "6", "30 September 2025": "9"}

    assert short_trend(points(DAY, values), "maximise") == Trend(
        BETTER, Decimal(3), period(DAY, "30 September 2024"), is_gap=False
    )
    assert short_trend(points(DAY, values), "maximise", comparison="year_to_year") == Trend(
        BETTER, Decimal(3), period(DAY, "30 September 2024"), is_gap=False
    )
    two_years = points(DAY, {"30 September 2023": "5", "31 March 2025": "7", "30 September 2025": "9"})
    assert short_trend(two_years, "maximise", comparison="year_to_year") == Trend(
        BETTER, Decimal(4), period(DAY, "30 September 2023"), is_gap=True
    )


def test_points_in_time_of_one_year_are_not_compared_year_to_year():
    one_year = points(DAY, {"26 September 2025": "5", "30 September 2025": "6"})

    assert short_trend(one_year, "maximise", comparison="year_to_year") == NOT_ENOUGH
    assert short_trend(one_year, "maximise").direction is BETTER


# Breaks


def test_a_trend_never_crosses_a_break():
    new_series = period(QUARTER, "Q1 2021/22").starts_on

    assert short_trend(FIVE_QUARTERS, "maximise", breaks=[new_series]) == NOT_ENOUGH
    assert long_trend(FIVE_QUARTERS, "maximise", breaks=[new_series]) == NOT_ENOUGH


def test_a_trend_starts_at_a_break():
    breaks = [period(QUARTER, "Q3 2020/21").starts_on]

    assert short_trend(FIVE_QUARTERS, "maximise", breaks=breaks).compared_with == period(
        QUARTER, "Q4 2020/21"
    )
    assert short_trend(FIVE_QUARTERS, "maximise", breaks=breaks, comparison="year_to_year") == NOT_ENOUGH
    assert long_trend(FIVE_QUARTERS, "maximise", breaks=breaks) == NOT_ENOUGH


def test_a_break_inside_a_period_keeps_it_from_both_sides():
    middle = date(2021, 2, 15)

    assert short_trend(FIVE_QUARTERS, "maximise", breaks=[middle]) == NOT_ENOUGH
    assert short_trend(FIVE_QUARTERS[:4], "maximise", breaks=[middle]) == NOT_ENOUGH
    assert short_trend(FIVE_QUARTERS[:3], "maximise", breaks=[middle]).direction is BETTER


def test_a_break_before_or_after_the_series_changes_nothing():
    breaks = [date(2020, 4, 1), date(2021, 7, 1)]

    assert long_trend(FIVE_QUARTERS, "maximise", breaks=breaks) == long_trend(FIVE_QUARTERS, "maximise")


# Rolling averages and running totals


def test_rolling_averages_are_compared_with_years_they_do_not_share():
    values = {"2014-2016": "20", "2015-2017": "30", "2016-2018": "40", "2017-2019": "22"}

    for comparison in Comparison:
        assert short_trend(points(ROLLING, values), "maximise", comparison=comparison) == Trend(
            BETTER, Decimal(2), period(ROLLING, "2014-2016"), is_gap=False
        )


def test_rolling_averages_that_all_overlap_are_not_compared():
    values = {"2015-2017": "30", "2016-2018": "40", "2017-2019": "22"}

    assert short_trend(points(ROLLING, values), "maximise") == NOT_ENOUGH


def test_a_long_trend_of_rolling_averages_steps_back_whole_runs():
    values = {"2008-2010": "10", "2011-2013": "12", "2014-2016": "14", "2016-2018": "99", "2017-2019": "15"}

    trend = long_trend(points(ROLLING, values), "maximise")

    assert trend == Trend(
        BETTER, Decimal(3), "the average of 2008-2010, 2011-2013 and 2014-2016", is_gap=False
    )


def test_a_missing_run_of_years_is_a_gap():
    values = {"2013-2015": "20", "2017-2019": "22"}

    assert short_trend(points(ROLLING, values), "maximise") == Trend(
        BETTER, Decimal(2), period(ROLLING, "2013-2015"), is_gap=True
    )


def test_runs_of_different_lengths_or_kinds_are_not_compared():
    assert short_trend(points(ROLLING, {"2013-2014": "20", "2017-2019": "22"}), "maximise") == NOT_ENOUGH
    by_april = points(ROLLING, {"2013/14 to 2015/16": "20", "2017-2019": "22"})
    assert short_trend(by_april, "maximise") == NOT_ENOUGH
    kinds = points(YEAR, {"2019/20": "20"}) + points(PeriodKind.CALENDAR_YEAR, {"2021": "22"})
    assert short_trend(kinds, "maximise") == NOT_ENOUGH


def test_running_totals_are_compared_with_the_same_quarter_last_year():
    values = {"Q1 2020/21": "12", "Q2 2020/21": "27", "Q4 2020/21": "60", "Q1 2021/22": "14"}

    assert short_trend(points(QUARTER, values), "maximise", is_cumulative=True) == Trend(
        BETTER, Decimal(2), period(QUARTER, "Q1 2020/21"), is_gap=False
    )
    assert short_trend(points(QUARTER, values), "maximise").direction is WORSE
    assert long_trend(points(QUARTER, values), "maximise").direction is WORSE
    assert long_trend(points(QUARTER, values), "maximise", is_cumulative=True) == NOT_ENOUGH


# Closer to target


def test_closer_to_its_own_target_is_better():
    targets = {"2020/21": "100", "2021/22": "110"}

    closer = short_trend(points(YEAR, {"2020/21": "104", "2021/22": "107"}, targets), "goldilocks")
    further = short_trend(points(YEAR, {"2020/21": "104", "2021/22": "116"}, targets), "goldilocks")
    equal = short_trend(points(YEAR, {"2020/21": "104", "2021/22": "106"}, targets), "goldilocks")

    assert (closer.direction, closer.change) == (BETTER, Decimal(3))
    assert (further.direction, further.change) == (WORSE, Decimal(12))
    assert (equal.direction, equal.change) == (NO_CHANGE, Decimal(2))


def test_closer_needs_a_target_for_each_value():
    values = {"2020/21": "104", "2021/22": "107"}

    assert short_trend(points(YEAR, values, {"2021/22": "110"}), "goldilocks") == NOT_ENOUGH
    assert short_trend(points(YEAR, values, {"2020/21": "100"}), "goldilocks") == NOT_ENOUGH


def test_values_on_both_sides_of_the_target_do_not_cancel_out():
    values = {"2018/19": "90", "2019/20": "110", "2020/21": "100", "2021/22": "102"}
    targets = dict.fromkeys(values, "100")

    trend = long_trend(points(YEAR, values, targets), "goldilocks")

    assert trend == Trend(BETTER, Decimal(2), "the average of 2018/19 to 2020/21", is_gap=False)


# Dead band


@pytest.mark.parametrize(
    ("band", "expected"), [("0", BETTER), ("1.9", BETTER), ("2", NO_CHANGE), ("3", NO_CHANGE)]
)
def test_a_change_within_the_dead_band_is_no_change(band, expected):
    two_more = points(YEAR, {"2020/21": "10", "2021/22": "12"})

    trend = short_trend(two_more, "maximise", dead_band=Decimal(band))

    assert (trend.direction, trend.change) == (expected, Decimal(2))


def test_a_dead_band_below_zero_is_a_fault():
    with pytest.raises(ValueError, match="dead band"):
        short_trend(FIVE_QUARTERS, "maximise", dead_band=Decimal(-1))


# Words


def test_labels():
    assert [direction.label for direction in Direction] == [
        "Improving",
        "Worsening",
        "No change",
        "Higher",
        "Lower",
        "Same",
        "Not enough data",
    ]
    assert Comparison.choices() == [
        ("ongoing", "With the period before"),
        ("year_to_year", "With the same period last year"),
    ]


@pytest.mark.parametrize(
    ("change", "unit", "decimals", "words"),
    [
        ("2", "percent", None, "up 2.0 percentage points"),
        ("-0.25", "percent", None, "down 0.3 percentage points"),
        ("1", "percent", 0, "up 1 percentage point"),
        ("0.04", "percent", 1, "up 0.04 percentage points"),
        ("-12", "number", None, "down 12"),
        ("1234", "number", 0, "up 1,234"),
        ("-1200", "money", None, "down £1,200"),
        ("1", "days", 0, "up 1 day"),
        ("-3", "days", 0, "down 3 days"),
        ("0.125", "score", None, "up 0.13"),
        ("0", "percent", 1, "no change"),
        (None, "percent", 1, "no comparison"),
        ("1", "yes_no", 0, "from No to Yes"),
        ("-1", "yes_no", 0, "from Yes to No"),
        ("0", "yes_no", 0, "no change"),
        ("0.75", "yes_no", 0, "towards Yes"),
        ("-0.25", "yes_no", 0, "towards No"),
        ("3.4", "points", 1, "up 3.4 percentage points"),
        ("-1", "points", 0, "down 1 percentage point"),
    ],
)
def test_a_change_in_words(change, unit, decimals, words):
    assert change_in_words(None if change is None else Decimal(change), unit, decimals) == words


def test_a_change_and_what_it_is_against():
    assert compared_in_words("up 12", "2019/20") == "up 12 from 2019/20"
    assert compared_in_words("from No to Yes", "2019/20") == "from No to Yes since 2019/20"
    assert compared_in_words("no change", "2019/20") == "no change from 2019/20"
    assert compared_in_words("towards No", "the average of 2015/16 to 2018/19") == (
        "towards No against the average of 2015/16 to 2018/19"
    )


# Properties

FIGURES = st.decimals(min_value=-(10**9), max_value=10**9, places=3)
BANDS = st.decimals(min_value=0, max_value=100, places=1)
MIRROR = {"maximise": "minimise", "minimise": "maximise", "goldilocks": "goldilocks", "none": "none"}
OPPOSITE = {Direction.HIGHER: Direction.LOWER, Direction.LOWER: Direction.HIGHER}


@st.composite
def quarters(draw, least=0):
    """Some of twelve quarters with values and targets."""
    period = Period.parse(QUARTER, "Q1 2019/20")
    chosen = draw(st.lists(st.integers(0, 11), unique=True, min_size=least))
    found = []
    for place in range(12):
        if place in chosen:
            found.append(Point(period, draw(FIGURES), draw(FIGURES)))
        period = period.next()
    return found


@pytest.mark.parametrize("trend", [short_trend, long_trend])
@given(quarters(), st.sampled_from(Polarity), st.sampled_from(Comparison), BANDS)
def test_a_mirrored_series_gives_the_mirrored_answer(trend, found, polarity, comparison, band):
    mirrored = [Point(point.period, -point.value, -point.target) for point in found]

    straight = trend(found, polarity, comparison=comparison, dead_band=band)
    reflected = trend(mirrored, MIRROR[polarity], comparison=comparison, dead_band=band)

    assert reflected.direction is OPPOSITE.get(straight.direction, straight.direction)
    assert reflected.change == (None if straight.change is None else -straight.change)
    assert (reflected.compared_with, reflected.is_gap) == (straight.compared_with, straight.is_gap)


@given(quarters(least=2), st.sampled_from(Polarity))
def test_judgement_words_only_where_one_way_is_better(found, polarity):
    direction = short_trend(found, polarity).direction

    unjudged = {Direction.HIGHER, Direction.LOWER, Direction.SAME}
    assert (direction in unjudged) is (polarity is Polarity.NONE)


@given(quarters(least=2))
def test_an_ongoing_short_trend_looks_at_the_value_before(found):
    trend = short_trend(found, "maximise")
    before, latest = found[-2:]

    assert trend.change == latest.value - before.value
    assert trend.compared_with == before.period
    assert trend.is_gap is (before.period.next() != latest.period)


@given(quarters(), st.sampled_from(Comparison), st.integers(0, 11))
def test_nothing_before_a_break_is_ever_looked_at(found, comparison, place):
    period = Period.parse(QUARTER, "Q1 2019/20")
    for _ in range(place):
        period = period.next()
    breaks = [period.starts_on]
    latest = found[-1].period if found else None
    kept = [point for point in found if latest and (latest < period or point.period >= period)]

    for trend in (short_trend, long_trend):
        assert trend(found, "maximise", comparison=comparison, breaks=breaks) == trend(
            kept, "maximise", comparison=comparison
        )


@pytest.mark.parametrize("trend", [short_trend, long_trend])
@given(
    quarters(),
    st.sampled_from(Polarity),
    st.sampled_from(Comparison),
    BANDS,
    st.randoms(use_true_random=False),
)
def test_values_in_any_order_give_the_same_trend(trend, found, polarity, comparison, band, chance):
    shuffled = list(found)
    chance.shuffle(shuffled)

    told = {"comparison": comparison, "dead_band": band}
    assert trend(shuffled, polarity, **told) == trend(found, polarity, **told)


@pytest.mark.parametrize("trend", [short_trend, long_trend])
@given(quarters(least=1), st.sampled_from(Polarity), st.data())
def test_a_value_revised_and_revised_back_leaves_the_trend_as_it_was(trend, found, polarity, data):
    place = data.draw(st.integers(0, len(found) - 1))
    own = found[place]
    revised = [*found[:place], Point(own.period, data.draw(FIGURES), own.target), *found[place + 1 :]]
    back = [*revised[:place], own, *revised[place + 1 :]]

    assert trend(back, polarity) == trend(found, polarity)


@pytest.mark.parametrize("trend", [short_trend, long_trend])
@given(quarters(), st.sampled_from(Polarity), BANDS, BANDS)
def test_a_wider_dead_band_never_finds_a_change_that_a_narrower_one_does_not(
    trend, found, polarity, one, other
):
    narrow, wide = (trend(found, polarity, dead_band=band) for band in sorted([one, other]))
    still = {Direction.NO_CHANGE, Direction.SAME, Direction.NOT_ENOUGH_DATA}

    assert wide.direction is narrow.direction or wide.direction in still
    assert wide.change == narrow.change
