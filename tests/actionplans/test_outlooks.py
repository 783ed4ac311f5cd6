"""Outlooks: pace so far and pace needed, the forecast and its range, and the words for them."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from math import gamma, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.numbers import Unit
from actionplans.outlooks import (
    _T,
    LikelyRange,
    Outlook,
    Pace,
    WillReach,
    either_way_in_words,
    forecast_in_words,
    outlook,
    outlook_in_words,
    pace_needed_in_words,
    pace_so_far_in_words,
    range_in_words,
)
from actionplans.status import Status
from actionplans.trajectories import PathPoint, TrajectoryError
from actionplans.trends import Comparison, Point
from priorities.periods import Period, PeriodKind

YEAR, QUARTER, ROLLING, DAY, MONTH = (
    PeriodKind.FINANCIAL_YEAR,
    PeriodKind.FINANCIAL_QUARTER,
    PeriodKind.ROLLING_YEARS,
    PeriodKind.POINT_IN_TIME,
    PeriodKind.CALENDAR_MONTH,
)
REACHED, ON_PACE, NOT_ON_PACE, NOT_REACHED, CANNOT_SAY = WillReach


def points(values, kind=YEAR):
    return [Point(Period.parse(kind, text), Decimal(value)) for text, value in values.items()]


def at(text, value, kind=YEAR):
    return PathPoint(Period.parse(kind, text), Decimal(value))


def year(text):
    return Period.parse(YEAR, text)


CHILD_POVERTY = points({"2017/18": "24.5", "2018/19": "23.0", "2019/20": "20.0", "2020/21": "18.5"})
FOURTEEN = at("2023/24", "14.0")
# The same from two years earlier: its changes are 2.0, 1.0, 1.5, 3.0 and 1.5.
SIX_YEARS = points({"2015/16": "27.5", "2016/17": "25.5"}) + CHILD_POVERTY


# Will it be reached


def test_a_measure_on_pace():
    found = outlook(CHILD_POVERTY, FOURTEEN, "minimise")

    assert found.will_reach is ON_PACE
    assert found.needed == Decimal("-1.5")
    assert found.pace == Pace(Decimal(-2), "year", year("2017/18"), year("2020/21"), 3, 4)
    assert (found.forecast.period, found.forecast.value) == (year("2023/24"), Decimal("12.5"))
    assert outlook_in_words(found, "percent", 1) == (
        "It will reach 14.0% by 2023/24 if the last three years’ pace holds: "
        "1.5 percentage points a year are needed, 2.0 were gained a year since 2017/18. Lower is better."
    )


def test_a_pace_of_thirds_that_just_reaches_the_target_is_on_pace():
    thirds = points({"2017/18": "24", "2018/19": "23", "2019/20": "21", "2020/21": "20"})

    exact = outlook(thirds, at("2023/24", "16"), "minimise")

    assert exact.will_reach is ON_PACE
    assert exact.needed == exact.pace.change == Decimal(-4) / 3


@pytest.mark.parametrize(
    ("target", "polarity", "expected", "words"),
    [
        (
            "11.0",
            "minimise",
            NOT_ON_PACE,
            (
                "It will not reach 11.0% by 2023/24 if the last three years’ pace holds: "
                "2.5 percentage points a year are needed, 2.0 were gained a year since 2017/18. "
                "Lower is better."
            ),
        ),
        (
            "20.0",
            "maximise",
            NOT_ON_PACE,
            (
                "It will not reach 20.0% by 2023/24 if the last three years’ pace holds: "
                "0.5 percentage points a year are needed, 2.0 were lost a year since 2017/18. "
                "Higher is better."
            ),
        ),
        (
            "12.5",
            "minimise",
            ON_PACE,
            (
                "It will reach 12.5% by 2023/24 if the last three years’ pace holds: "
                "2.0 percentage points a year are needed, 2.0 were gained a year since 2017/18. "
                "Lower is better."
            ),
        ),
        (
            "12.4",
            "minimise",
            NOT_ON_PACE,
            (
                "It will not reach 12.4% by 2023/24 if the last three years’ pace holds: "
                "2.03 percentage points a year are needed, 2.00 were gained a year since 2017/18. "
                "Lower is better."
            ),
        ),
        (
            "19.0",
            "minimise",
            REACHED,
            "It has already reached 19.0%: it was 18.5% in 2020/21. Lower is better.",
        ),
        (
            "18.0",
            "maximise",
            REACHED,
            (
                "It has already reached 18.0%: it was 18.5% in 2020/21. It will not be there in 2023/24 "
                "if the last three years’ pace holds. Higher is better."
            ),
        ),
        (
            "14.0",
            "none",
            CANNOT_SAY,
            (
                "It cannot be said whether it will reach 14.0% by 2023/24: "
                "neither way is better for this measure."
            ),
        ),
    ],
)
def test_the_answer_and_its_words(target, polarity, expected, words):
    found = outlook(CHILD_POVERTY, at("2023/24", target), polarity)

    assert found.will_reach is expected
    assert outlook_in_words(found, "percent", 1) == words


def test_a_measure_that_stood_still_gained_nothing():
    still = points({"2018/19": "20", "2019/20": "21", "2020/21": "20"})

    found = outlook(still, FOURTEEN, "minimise")

    assert found.will_reach is NOT_ON_PACE
    assert outlook_in_words(found, "number", 0) == (
        "It will not reach 14 by 2023/24 if the last two years’ pace holds: "
        "2 a year are needed, nothing was gained since 2018/19. Lower is better."
    )


def test_paces_of_whole_numbers_are_not_rounded_to_whole_numbers():
    counts = points({"2018/19": "24", "2019/20": "20", "2020/21": "18"})

    found = outlook(counts, at("2022/23", "15"), "minimise")

    assert outlook_in_words(found, "days", 0) == (
        "It will reach 15 days by 2022/23 if the last two years’ pace holds: "
        "1.5 days a year are needed, 3.0 days were gained a year since 2018/19. Lower is better."
    )


def test_a_target_reached_asks_for_no_more():
    found = outlook(CHILD_POVERTY, at("2023/24", "18.5"), "minimise")

    assert (found.will_reach, found.needed, found.may_slip_back) == (REACHED, 0, False)


@pytest.mark.parametrize(
    ("values", "expected", "newest", "words"),
    [
        (
            {"2023/24": "14.02"},
            NOT_REACHED,
            "2023/24",
            "It did not reach 14.0% by 2023/24: it was 14.02% in 2023/24. Lower is better.",
        ),
        (
            {"2023/24": "13.8", "2024/25": "15"},
            REACHED,
            "2023/24",
            "It reached 14.0%: it was 13.8% in 2023/24. Lower is better.",
        ),
        (
            {"2024/25": "15"},
            CANNOT_SAY,
            "2024/25",
            (
                "It cannot be said whether it will reach 14.0% by 2023/24: there is no value for 2023/24. "
                "Lower is better."
            ),
        ),
    ],
)
def test_once_its_time_is_over_the_value_of_its_own_period_counts(values, expected, newest, words):
    found = outlook(CHILD_POVERTY + points(values), FOURTEEN, "minimise")

    assert (found.will_reach, found.newest.period, found.needed, found.forecast) == (
        expected,
        year(newest),
        None,
        None,
    )
    assert outlook_in_words(found, "percent", 1) == words


# Enough values, and comparable ones


def test_it_takes_three_values_to_speak_of_a_pace():
    two, one = (
        outlook(CHILD_POVERTY[2:], FOURTEEN, "minimise"),
        outlook(CHILD_POVERTY[3:], FOURTEEN, "minimise"),
    )

    assert (two.will_reach, two.pace, two.forecast, two.needed) == (CANNOT_SAY, None, None, Decimal("-1.5"))
    assert outlook_in_words(two, "percent", 1) == (
        "It cannot be said whether it will reach 14.0% by 2023/24: it takes three values that can be "
        "compared, and there are two. 1.5 percentage points a year are needed. Lower is better."
    )
    assert one.reason == "it takes three values that can be compared, and there is one"
    assert outlook([], FOURTEEN, "minimise").reason == "there is no value yet"
    assert outlook(CHILD_POVERTY[1:], FOURTEEN, "minimise").will_reach is ON_PACE


def test_a_target_reached_needs_no_pace():
    assert outlook(CHILD_POVERTY[3:], at("2023/24", "19"), "minimise").will_reach is REACHED


def test_a_pace_looks_back_n_values_only():
    earlier = points({"2015/16": "90", "2016/17": "60"})

    found = outlook(earlier + CHILD_POVERTY, FOURTEEN, "minimise")
    alone = outlook(CHILD_POVERTY, FOURTEEN, "minimise")
    assert (found.pace, found.needed, found.will_reach) == (alone.pace, alone.needed, alone.will_reach)
    assert found.forecast.value == alone.forecast.value
    longer = outlook(earlier + CHILD_POVERTY, FOURTEEN, "minimise", n=5)
    assert (longer.pace.change, longer.pace.label) == (Decimal("-14.3"), "the last five years")
    with pytest.raises(ValueError, match="at least 2 earlier values"):
        outlook(CHILD_POVERTY, FOURTEEN, "minimise", n=1)


def test_a_pace_never_crosses_a_break():
    found = outlook(CHILD_POVERTY, FOURTEEN, "minimise", breaks=[date(2019, 4, 1)])

    assert (found.will_reach, found.pace) == (CANNOT_SAY, None)
    after = outlook(CHILD_POVERTY, FOURTEEN, "minimise", breaks=[date(2018, 4, 1)])
    assert (after.pace.since, after.pace.change) == (year("2018/19"), Decimal("-2.25"))


def test_nothing_is_said_across_a_break_to_come():
    found = outlook(CHILD_POVERTY, FOURTEEN, "minimise", breaks=[date(2022, 4, 1)])

    assert (found.will_reach, found.pace, found.needed) == (CANNOT_SAY, None, None)
    assert found.reason == "the way of counting changes by 2023/24"


def test_nothing_is_said_from_a_value_that_a_break_falls_into():
    def years(label, value):
        return Point(Period.parse("rolling_years", label, years=3), Decimal(value))

    values = [years("2011-2013", "35"), years("2014-2016", "31"), years("2017-2019", "24.7")]
    final = PathPoint(Period.parse("rolling_years", "2021-2023", years=3), Decimal(22))
    found = outlook(values, final, "minimise", breaks=[date(2018, 1, 1)])

    assert found.reason == "part of 2017-2019 was counted in the old way"


def test_a_target_set_before_a_break_is_said_to_be():
    began = [date(2018, 4, 1)]

    found = outlook(CHILD_POVERTY, FOURTEEN, "minimise", target_set_on=date(2018, 3, 31), breaks=began)

    assert found.is_target_of_older_series
    assert outlook_in_words(found, "percent", 1).endswith(
        " Lower is better. The way of counting has changed since the target was set, "
        "so it may need to be set again."
    )
    for set_on, breaks in [(date(2018, 3, 31), []), (date(2018, 4, 1), began), (None, began)]:
        other = outlook(CHILD_POVERTY, FOURTEEN, "minimise", target_set_on=set_on, breaks=breaks)
        assert not other.is_target_of_older_series


@pytest.mark.parametrize(
    ("values", "polarity", "expected", "words"),
    [
        (
            {"2019/20": "0", "2020/21": "1"},
            "maximise",
            REACHED,
            "It has already reached Yes: it was Yes in 2020/21. Yes is better.",
        ),
        (
            {"2018/19": "0", "2019/20": "1", "2020/21": "0"},
            "maximise",
            CANNOT_SAY,
            (
                "It cannot be said whether it will reach Yes by 2023/24: "
                "a yes or no has no pace to go on at. Yes is better."
            ),
        ),
        (
            {"2023/24": "0"},
            "maximise",
            NOT_REACHED,
            "It did not reach Yes by 2023/24: it was No in 2023/24. Yes is better.",
        ),
        ({"2023/24": "1"}, "maximise", REACHED, "It reached Yes: it was Yes in 2023/24. Yes is better."),
    ],
)
def test_a_yes_or_no_has_no_pace_and_no_forecast(values, polarity, expected, words):
    found = outlook(points(values), at("2023/24", "1"), polarity, unit="yes_no")

    assert (found.will_reach, found.pace, found.forecast) == (expected, None, None)
    assert outlook_in_words(found, "yes_no", 0) == words


def test_a_missing_year_counts_as_time_and_is_disclosed():
    found = outlook(points({"2015/16": "30", "2018/19": "27", "2020/21": "20"}), FOURTEEN, "minimise")

    assert found.pace == Pace(Decimal(-2), "year", year("2015/16"), year("2020/21"), 5, 3, is_gap=True)
    assert "Some are missing in between." in found.forecast.made_how()


def test_rolling_averages_are_taken_where_no_year_is_counted_twice():
    runs = {
        "2008-2010": "30", "2009-2011": "99", "2011-2013": "27", "2014-2016": "24",
        "2016-2018": "99", "2017-2019": "21",
    }  # fmt: skip

    found = outlook(points(runs, ROLLING), at("2020-2022", "18", ROLLING), "minimise")

    assert (found.pace.change, found.pace.periods, found.pace.is_gap) == (-1, 9, False)
    assert (found.will_reach, found.needed) == (ON_PACE, -1)
    assert outlook_in_words(found, "percent", 0) == (
        "It will reach 18% by 2020-2022 if the last nine years’ pace holds: "
        "1 percentage point a year is needed, 1 was gained a year since 2008-2010. Lower is better."
    )


def test_quarters_have_a_pace_a_quarter():
    values = {"Q1 2021/22": "10", "Q2 2021/22": "11", "Q3 2021/22": "13", "Q4 2021/22": "14"}

    found = outlook(points(values, QUARTER), at("Q4 2022/23", "18", QUARTER), "maximise")

    assert outlook_in_words(found, "money", 0) == (
        "It will reach £18 by Q4 2022/23 if the last three quarters’ pace holds: "
        "£1.00 a quarter is needed, £1.33 was gained a quarter since Q1 2021/22. Higher is better."
    )
    months = points({"May 2021": "3", "June 2021": "2", "July 2021": "1"}, MONTH)
    assert outlook(months, at("March 2022", "0", MONTH), "minimise").pace.label == "the last two months"


def test_running_totals_lead_to_the_target_from_the_same_time_of_year():
    values = {
        "Q4 2018/19": "40", "Q4 2019/20": "50", "Q1 2020/21": "14", "Q4 2020/21": "60", "Q1 2021/22": "15",
        "Q2 2021/22": "31",
    }  # fmt: skip
    target = at("Q4 2022/23", "80", QUARTER)

    found = outlook(points(values, QUARTER), target, "maximise", is_cumulative=True)

    assert found == outlook(points(values, QUARTER), target, "maximise", comparison=Comparison.YEAR_TO_YEAR)
    assert (found.newest.value, found.per, found.pace.change, found.will_reach) == (60, "year", 10, ON_PACE)
    assert found.needed == 10
    early = points({"Q1 2021/22": "15", "Q2 2021/22": "31"}, QUARTER)
    assert outlook(early, target, "maximise", is_cumulative=True).reason == (
        "there is no value yet for the same time of year"
    )


def test_points_in_time_have_a_pace_a_year():
    values = {"31 March 2019": "30", "30 September 2019": "29", "31 March 2021": "26"}

    found = outlook(points(values, DAY), at("31 March 2023", "22", DAY), "minimise")

    assert (found.pace.change, found.pace.periods, found.needed) == (-2, 2, -2)


def test_a_pace_over_no_whole_number_of_years_is_named_by_its_start():
    values = points({"31 March 2019": "30", "9 May 2020": "29", "2 May 2021": "27"}, DAY)

    found = outlook(values, at("5 May 2023", "25", DAY), "minimise")

    assert outlook_in_words(found, "number", 0) == (
        "It will reach 25 by 5 May 2023 if the pace since 31 March 2019 holds: "
        "1.0 a year are needed, 1.4 were gained a year since 31 March 2019. Lower is better."
    )


def test_values_of_another_kind_or_two_of_one_period_are_faults():
    with pytest.raises(TrajectoryError, match="same kind of period"):
        outlook(CHILD_POVERTY, at("Q4 2023/24", "14", QUARTER), "minimise")
    with pytest.raises(ValueError, match="newest vintage"):
        outlook([*CHILD_POVERTY, CHILD_POVERTY[0]], FOURTEEN, "minimise")


# Closer to target


@pytest.mark.parametrize(
    ("target", "within", "expected", "gained"),
    [
        ("104", "2", ON_PACE, "gained"),
        ("101", "2", NOT_ON_PACE, "gained"),
        ("80", "5", NOT_ON_PACE, "lost"),
        ("94", "5", REACHED, None),
    ],
)
def test_closer_is_better(target, within, expected, gained):
    values = points({"2017/18": "84", "2018/19": "86", "2019/20": "89", "2020/21": "90"})

    found = outlook(values, at("2027/28", target), "goldilocks", within=Decimal(within))

    assert found.will_reach is expected
    if gained:
        assert f"2.0 were {gained} a year since 2017/18. Closer to target is better." in outlook_in_words(
            found, "percent", 1
        )


def test_a_measure_that_would_go_past_is_not_close_enough():
    values = points({"2017/18": "84", "2018/19": "86", "2019/20": "89", "2020/21": "90"})

    assert outlook_in_words(outlook(values, at("2027/28", "101"), "goldilocks"), "number", 0) == (
        "It will not be close enough to 101 by 2027/28 if the last three years’ pace holds: "
        "1.6 a year are needed, 2.0 were gained a year since 2017/18. Closer to target is better."
    )


# The forecast and its range


def test_the_range_is_from_how_much_the_changes_differed():
    found = outlook(SIX_YEARS, FOURTEEN, "minimise")

    # Changes of 2.0, 1.0, 1.5, 3.0 and 1.5: a variance of 0.575; three years ahead of three, by 3 by (1 + 3/3).
    margin = Decimal("2.776") * Decimal("3.45").sqrt()
    assert found.pace == outlook(CHILD_POVERTY, FOURTEEN, "minimise").pace
    assert found.forecast.likely == LikelyRange(Decimal("12.5") - margin, Decimal("12.5") + margin)
    assert forecast_in_words(found, "percent", 1) == (
        "Forecast for 2023/24: 12.5%, and 19 times in 20 between 7.3% and 17.7%. "
        "The target is inside this range, so it may go either way. "
        "Made by going on from 2020/21 at the average pace of the last four values that can be compared, "
        "2017/18 to 2020/21. The range is from how much the changes since 2015/16 differed from each other."
    )


def test_a_target_outside_the_range_is_not_said_to_go_either_way():
    found = outlook(SIX_YEARS, at("2023/24", "2.0"), "minimise")

    assert forecast_in_words(found, "percent", 1).startswith(
        "Forecast for 2023/24: 12.5%, and 19 times in 20 between 7.3% and 17.7%. Made by going on"
    )


def test_a_missing_year_is_weighed_in_the_range():
    values = points(
        {"2012/13": "7", "2013/14": "8", "2014/15": "10", "2016/17": "14", "2017/18": "15", "2018/19": "17"}
    )

    found = outlook(values, at("2019/20", "20"), "maximise")

    # Changes 1, 2, 1 and 2 in one year and 4 in two: 5/3 a year, and a variance of (4/9 + 1/9 + 2/9 + 4/9 + 1/9)/4.
    variance = Decimal(4) / Decimal(9) + Decimal(1) / 9 + Decimal(2) / 9 + Decimal(4) / 9 + Decimal(1) / 9
    margin = Decimal("2.776") * (variance / 4 * Decimal("1.25")).sqrt()
    assert found.forecast.value == Decimal("18.75")
    assert found.forecast.likely.high == pytest.approx(Decimal("18.75") + margin, abs=Decimal("1e-20"))


@pytest.mark.parametrize(("count", "known"), [(3, "three"), (4, "four"), (5, "five")])
def test_from_few_values_there_is_a_forecast_without_a_range(count, known):
    found = outlook(SIX_YEARS[-count:], FOURTEEN, "minimise")

    assert (found.forecast.value is None, found.forecast.likely) == (False, None)
    assert range_in_words(found, "percent", 1) == ""
    assert forecast_in_words(found, "percent", 1).endswith(
        f" No range is given: it takes six values that can be compared, and there are {known}."
    )


def test_a_forecast_without_a_range_is_told():
    found = outlook(CHILD_POVERTY[1:], FOURTEEN, "minimise")

    assert forecast_in_words(found, "percent", 1) == (
        "Forecast for 2023/24: 11.8%. Made by going on from 2020/21 at the average pace of the last three "
        "values that can be compared, 2018/19 to 2020/21. "
        "No range is given: it takes six values that can be compared, and there are three."
    )


def test_a_range_never_reaches_across_a_break():
    found = outlook(SIX_YEARS, FOURTEEN, "minimise", breaks=[date(2016, 4, 1)])

    assert found.forecast.why_no_range == "it takes six values that can be compared, and there are five"


def test_changes_all_alike_say_nothing_of_how_far_off_a_forecast_may_be():
    alike = points({f"FYE {2016 + n}": str(28 - 2 * n) for n in range(6)})

    forecast = outlook(alike, FOURTEEN, "minimise").forecast

    assert forecast.likely is None
    assert forecast.why_no_range == (
        "the changes were all the same, which does not tell how far off a forecast may be"
    )


def test_no_forecast_has_no_words():
    assert forecast_in_words(outlook(CHILD_POVERTY[3:], FOURTEEN, "minimise"), "percent", 1) == ""


def test_a_forecast_stops_at_what_the_measure_can_be():
    values = points(
        {"2015/16": "75", "2016/17": "76", "2017/18": "80", "2018/19": "87", "2019/20": "90", "2020/21": "96"}
    )
    limits = (Decimal(0), Decimal(100))

    found = outlook(values, at("2022/23", "99"), "maximise", limits=limits)

    assert found.will_reach is ON_PACE
    assert (found.forecast.value, found.forecast.is_limited) == (100, True)
    assert found.forecast.likely.high == 100
    assert found.forecast.likely.low < 100
    assert "It stops at the furthest the measure can go." in found.forecast.made_how()
    falling = outlook([Point(p.period, 100 - p.value) for p in values], at("2040/41", "1"), "minimise")
    assert falling.forecast.value < 0


def test_a_range_wholly_past_the_limit_is_not_given():
    values = points(
        {
            "2015/16": "34",
            "2016/17": "47",
            "2017/18": "60",
            "2018/19": "73",
            "2019/20": "86",
            "2020/21": "99.1",
        }
    )

    forecast = outlook(values, at("2022/23", "100"), "maximise", limits=(Decimal(0), Decimal(100))).forecast

    assert (forecast.value, forecast.likely) == (100, None)
    assert forecast.why_no_range == "all of it would be past the furthest the measure can go"


def chance_beyond(t, freedom, steps=20_000):
    """The chance that Student's t is further from zero than `t`, by Simpson's rule."""
    scale = gamma((freedom + 1) / 2) / (sqrt(freedom * pi) * gamma(freedom / 2))

    def density(x):
        return scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2)

    width = t / steps
    inner = sum((4 if place % 2 else 2) * density(place * width) for place in range(1, steps))
    return 1 - 2 * width / 3 * (density(0) + inner + density(t))


def test_the_range_holds_nineteen_times_in_twenty():
    assert sorted(_T) == list(range(4, 21))
    for freedom, t in _T.items():
        assert chance_beyond(float(t), freedom, steps=2_000) == pytest.approx(0.05, abs=0.0001)


def test_an_outlook_has_no_status():
    assert not any(isinstance(getattr(outlook(CHILD_POVERTY, FOURTEEN, "minimise"), field.name), Status)
                   for field in fields(Outlook))  # fmt: skip
    assert [answer.label for answer in WillReach] == [
        "Reached already",
        "On pace",
        "Not on pace",
        "Not reached in time",
        "Cannot say",
    ]


# Properties

FIGURES = st.decimals(min_value=-(10**6), max_value=10**6, places=3)
POLARITIES = st.sampled_from(["maximise", "minimise", "goldilocks", "none"])
MIRROR = {"maximise": "minimise", "minimise": "maximise", "goldilocks": "goldilocks", "none": "none"}


@st.composite
def series(draw, least=0, first_target=2017):
    """Some of nine years with values, and a target after or among them."""
    chosen = sorted(draw(st.sets(st.integers(2010, 2018), min_size=least, max_size=7)))
    known = [Point(year(f"FYE {ending}"), draw(FIGURES)) for ending in chosen]
    return known, PathPoint(year(f"FYE {draw(st.integers(first_target, 2025))}"), draw(FIGURES))


def mirrored(amount):
    return None if amount is None else -amount


@given(series(), POLARITIES)
def test_a_mirrored_series_is_reached_alike(drawn, polarity):
    known, target = drawn
    reflected = [Point(point.period, -point.value) for point in known]

    one = outlook(known, target, polarity)
    other = outlook(reflected, PathPoint(target.period, -target.value), MIRROR[polarity])

    assert (other.will_reach, other.reason, other.may_slip_back) == (
        one.will_reach,
        one.reason,
        one.may_slip_back,
    )
    assert other.needed == mirrored(one.needed)
    assert (other.pace and other.pace.change) == mirrored(one.pace and one.pace.change)
    if one.forecast:
        assert other.forecast.value == -one.forecast.value
        if one.forecast.likely:
            low, high = one.forecast.likely.low, one.forecast.likely.high
            assert other.forecast.likely == LikelyRange(-high, -low)


@given(series(), POLARITIES, st.integers(-6, 6))
def test_a_scaled_series_is_reached_alike(drawn, polarity, power):
    known, target = drawn
    scaled = [Point(point.period, point.value.scaleb(power)) for point in known]

    one = outlook(known, target, polarity)
    other = outlook(scaled, PathPoint(target.period, target.value.scaleb(power)), polarity)

    assert (other.will_reach, other.reason) == (one.will_reach, one.reason)
    if one.forecast:
        assert other.forecast.value == one.forecast.value.scaleb(power)
        assert (other.forecast.likely is None) == (one.forecast.likely is None)


@given(series(least=6, first_target=2019), POLARITIES)
def test_a_range_widens_the_further_ahead_it_is(drawn, polarity):
    known, target = drawn
    forecast = outlook(known, target, polarity).forecast

    if forecast and forecast.likely:
        widths = [step.likely.high - step.likely.low for step in forecast.steps]
        assert widths == sorted(widths)


@given(series(least=3, first_target=2019), POLARITIES, st.data())
def test_a_value_revised_and_revised_back_leaves_the_outlook_as_it_was(drawn, polarity, data):
    known, target = drawn
    place = data.draw(st.integers(0, len(known) - 1))
    revised = [*known[:place], Point(known[place].period, data.draw(FIGURES)), *known[place + 1 :]]
    back = [*revised[:place], known[place], *revised[place + 1 :]]

    assert outlook(back, target, polarity) == outlook(known, target, polarity)


@given(series(), POLARITIES, st.randoms(use_true_random=False))
def test_the_order_in_which_values_come_does_not_matter(drawn, polarity, chance):
    known, target = drawn
    entered = list(known)
    chance.shuffle(entered)

    assert outlook(entered, target, polarity) == outlook(known, target, polarity)


@given(series(least=3, first_target=2019), st.sampled_from(["maximise", "minimise"]))
def test_on_pace_is_when_the_pace_so_far_is_at_least_the_pace_needed(drawn, polarity):
    known, target = drawn
    found = outlook(known, target, polarity)

    so_far, needed = found.pace.change, found.needed
    is_enough = so_far >= needed if polarity == "maximise" else so_far <= needed

    if found.will_reach is REACHED:
        assert needed == 0
    else:
        assert is_enough == (found.will_reach is ON_PACE)


@given(series(least=6, first_target=2019), st.sampled_from(["maximise", "minimise", "goldilocks"]))
def test_the_forecast_is_inside_its_range(drawn, polarity):
    known, target = drawn
    forecast = outlook(known, target, polarity).forecast

    if forecast.likely:
        assert forecast.likely.low < forecast.value < forecast.likely.high
    else:
        assert forecast.why_no_range.startswith("the changes were all the same")


@given(series(), POLARITIES, st.sampled_from(list(Unit)), st.integers(0, 2))
def test_there_are_always_words(drawn, polarity, unit, decimals):
    known, target = drawn
    found = outlook(known, target, polarity, unit=unit)

    words = outlook_in_words(found, unit, decimals) + forecast_in_words(found, unit, decimals)

    assert words.startswith("It ")
    assert "None" not in words
    assert "  " not in words


# For a chart and a page


def test_a_forecast_goes_through_every_period_to_the_targets():
    found = outlook(SIX_YEARS, FOURTEEN, "minimise").forecast

    assert [(str(step.period), step.value) for step in found.steps] == [
        ("2021/22", Decimal("16.5")),
        ("2022/23", Decimal("14.5")),
        ("2023/24", Decimal("12.5")),
    ]
    widths = [step.likely.high - step.likely.low for step in found.steps]
    assert widths == sorted(widths)
    assert (found.steps[-1].value, found.steps[-1].likely) == (found.value, found.likely)


def test_year_to_year_it_goes_through_the_same_quarter_of_each_year():
    summers = points({"Q1 2018/19": "10", "Q1 2019/20": "11", "Q1 2020/21": "13"}, QUARTER)

    found = outlook(summers, at("Q1 2022/23", "20", QUARTER), "maximise", comparison="year_to_year")

    assert [str(step.period) for step in found.forecast.steps] == ["Q1 2021/22", "Q1 2022/23"]
    assert {step.likely for step in found.forecast.steps} == {None}
    assert found.forecast.spread_since == Period.parse(QUARTER, "Q1 2018/19")


def test_between_dates_it_goes_straight_to_the_targets():
    counts = points({"31 March 2019": "10", "31 March 2020": "11", "31 March 2021": "13"}, DAY)

    found = outlook(counts, at("31 March 2023", "20", DAY), "maximise")

    assert [str(step.period) for step in found.forecast.steps] == ["31 March 2023"]


def test_paces_and_range_as_facts():
    found = outlook(SIX_YEARS, FOURTEEN, "minimise")

    assert pace_so_far_in_words(found, "percent", 1) == (
        "down 2.0 percentage points a year, 2017/18 to 2020/21"
    )
    assert pace_needed_in_words(found, "percent", 1) == "down 1.5 percentage points a year, to 2023/24"
    assert range_in_words(found, "percent", 1) == "19 times in 20 between 7.3% and 17.7%"
    assert either_way_in_words(found) == "The target is inside this range, so it may go either way."


def test_facts_that_are_not_known_are_left_out():
    found = outlook(CHILD_POVERTY[-2:], FOURTEEN, "minimise")

    assert pace_so_far_in_words(found, "percent", 1) == ""
    assert pace_needed_in_words(found, "percent", 1) == "down 1.5 percentage points a year, to 2023/24"
    assert (range_in_words(found, "percent", 1), either_way_in_words(found)) == ("", "")
    reached = outlook(CHILD_POVERTY, at("2023/24", "19"), "minimise")
    assert pace_needed_in_words(reached, "percent", 1) == ""
