"""Run charts: worked examples, the counts at which each rule begins, and what must hold for all numbers."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actionplans.run_charts import EXPECTED_RUNS, SignalKind, run_charts
from actionplans.trends import Direction, Point
from priorities.periods import Period, PeriodKind

QUARTER, MONTH, YEAR, ROLLING = (
    PeriodKind.FINANCIAL_QUARTER,
    PeriodKind.CALENDAR_MONTH,
    PeriodKind.FINANCIAL_YEAR,
    PeriodKind.ROLLING_YEARS,
)
SHIFT, TREND = SignalKind.SHIFT, SignalKind.TREND
BETTER, WORSE = Direction.BETTER, Direction.WORSE

# Twelve values about 50, none of them on it: six runs, no shift, no trend.
STEADY = [49, 51, 52, 48, 47, 51, 53, 48, 49, 52, 51, 48]


def series(values, *, first="Q1 2017/18", kind=QUARTER, targets=None):
    period = Period.parse(kind, first)
    points = []
    for place, value in enumerate(values):
        if value is not None:
            target = None if targets is None else Decimal(targets[place])
            points.append(Point(period, Decimal(value), target))
        period = period.next()
    return points


def chart(values, polarity="maximise", **kwargs):
    baseline = {key: kwargs.pop(key) for key in ("baseline", "breaks") if key in kwargs}
    (only,) = run_charts(series(values, **kwargs), polarity, **baseline)
    return only


def signals(values, polarity="maximise", **kwargs):
    return [
        (signal.kind, signal.first.label, signal.last.label, signal.direction)
        for signal in chart(values, polarity, **kwargs).signals
    ]


def test_a_steady_series_has_a_median_and_no_signal():
    steady = chart(STEADY)
    assert steady.median == 50
    assert (steady.useful, steady.runs, steady.signals, steady.note) == (12, 7, (), "")
    assert [period.label for period in steady.baseline] == ["Q1 2017/18", "Q4 2019/20"]


# Shift


def test_six_in_a_row_on_one_side_are_a_shift_and_five_are_not():
    assert signals([*STEADY, 55, 54, 56, 53, 55]) == []
    assert signals([*STEADY, 55, 54, 56, 53, 55, 57]) == [(SHIFT, "Q1 2020/21", "Q2 2021/22", BETTER)]


def test_a_shift_in_a_sentence():
    (signal,) = chart([*STEADY, 55, 54, 56, 53, 55, 57]).signals
    assert signal.sentence == (
        "Six quarters in a row are above the median (a shift), Q1 2020/21 to Q2 2021/22: improving"
    )
    assert signal.is_current


def test_a_shift_that_is_over_is_told_apart():
    (signal,) = chart([*STEADY, 55, 54, 56, 53, 55, 57, 45]).signals
    assert not signal.is_current


def test_a_point_on_the_median_neither_counts_nor_breaks():
    (signal,) = chart([*STEADY, 55, 54, 50, 53, 55, 57, 56, 50]).signals
    assert signal.sentence == (
        "Six quarters in a row, leaving out one on the median, are above the median (a shift), "
        "Q1 2020/21 to Q3 2021/22: improving"
    )
    assert signal.is_current
    assert signals([*STEADY, 55, 54, 50, 53, 55, 57]) == []


def test_missing_quarters_are_not_said_to_be_in_the_row():
    (signal,) = chart([*STEADY, 55, 54, None, 53, 55, 57, 56]).signals
    assert signal.sentence == (
        "Six values in a row are above the median (a shift), Q1 2020/21 to Q3 2021/22: improving"
    )


# Trend


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # 48 at the end of the steady years is where each climb begins.
        ([49, 50, 51], []),
        ([49, 50, 51, 52], [(TREND, "Q4 2019/20", "Q4 2020/21", BETTER)]),
        ([47, 46, 45, 51], [(TREND, "Q2 2019/20", "Q3 2020/21", WORSE)]),
        ([49, 49, 50, 50, 51], []),
        ([48, 49, 49, 50, 51, 52, 52], [(TREND, "Q1 2020/21", "Q2 2021/22", BETTER)]),
    ],
)
def test_five_in_a_row_all_one_way_are_a_trend_and_four_are_not(values, expected):
    assert [found for found in signals([*STEADY, *values]) if found[0] is TREND] == expected


def test_a_trend_in_a_sentence():
    trends = [signal for signal in chart([*STEADY, 49, 49, 50, 51, 52, 52]).signals if signal.kind is TREND]
    assert len(trends) == 1
    assert trends[0].sentence == (
        "Five quarters in a row, leaving out one equal to the one before, rise (a trend), "
        "Q4 2019/20 to Q1 2021/22: improving"
    )
    assert trends[0].is_current


# The cases of the R package runchart (see the module), each after ten points about a median of zero that ends on the
# other side. Places count from 1; None is a missing value.


def cases_of_the_package(values, kind):
    """The places of `values` that are in a signal of a kind."""
    first = next(value for value in values if value)
    about = [9, -9] * 5 if first > 0 else [-9, 9] * 5
    if kind is TREND:
        # The point before must not be part of the trend.
        about = [about[-1], *about[:-1]]
    found = chart([*about, *values], baseline=10)
    assert found.median == 0
    places = {}
    period = Period.parse(QUARTER, "Q1 2017/18")
    for place in range(len(about) + len(values)):
        places[period] = place - len(about) + 1
        period = period.next()
    counted = {
        places[point.period]
        for signal in found.signals
        if signal.kind is kind
        for point in found.points_of(signal)
    }
    return sorted(place for place in counted if place > 0)


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([1, 2, 3, 4, 5], []),
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
        ([-1, -2, -3, -4, -5, -6, -7], [1, 2, 3, 4, 5, 6, 7]),
        ([1, 2, 3, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6, 7]),
        ([0, 1, 2, 3, 3, 2, 1], [2, 3, 4, 5, 6, 7]),
        ([1, 1, 1, 1, 1, 0, 0, 0, 0], []),
        ([1, 1, 1, 1, 1, 0, 0, 1], [1, 2, 3, 4, 5, 8]),
        ([1, 1, 1, 1, 1, None, None, 1], [1, 2, 3, 4, 5, 8]),
        ([1, 2, 3, 4, 5, None, 0, -1, -2, -3, -4, -5], []),
        ([1, None, 1, None, 1, None, 1, None, 1, None, 1], [1, 3, 5, 7, 9, 11]),
        ([1, None, 1, None, 1, None, 1, None, 1, None, -1], []),
        ([1, 2, 3, 4, 5, 6, -1, 1, 2], [1, 2, 3, 4, 5, 6]),
        ([1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        ([1, -1, 1, -1, 1, -1, 1], []),
    ],
)
def test_shifts_as_the_scottish_package_finds_them(values, places):
    assert cases_of_the_package(values, SHIFT) == places


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([1, 2, 3, 4], []),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]),
        ([-1, -2, -3, -4], []),
        ([-1, -2, -3, -4, -5], [1, 2, 3, 4, 5]),
        ([1, 2, 3, 4, 5, 4, 3, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ([1, 2, 3, 4, 3, 2, 1], []),
        ([1, 2, 3, 4, 4, 4, 4], []),
        ([1, 2, 3, 4, 4, 4, 5], [1, 2, 3, 4, 5, 6, 7]),
        ([1, 2, 3, 4, None, None, 5], [1, 2, 3, 4, 7]),
        ([1, 2, 3, 3, 3, 3, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ([1, None, 2, None, 3, None, 4, None, 5], [1, 3, 5, 7, 9]),
        ([1, None, 2, None, 3, None, 4, None, 3], []),
        ([1, 2, 3, 4, 5, 6, 0], [1, 2, 3, 4, 5, 6]),
        ([1, 2, 3, 4, 5, -1, -2, -3, -4, -5], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]),
    ],
)
def test_trends_as_the_scottish_package_finds_them(values, places):
    assert cases_of_the_package(values, TREND) == places


# Runs


def test_too_few_runs():
    values = [48, 47, 49, 48, 47, 51, 52, 53, 51, 52]
    (signal,) = chart(values).signals
    assert signal.kind is SignalKind.TOO_FEW_RUNS
    assert signal.direction is None
    assert signal.sentence == (
        "Only two runs above or below the median (too few), with 3 to 9 expected by chance, "
        "Q1 2017/18 to Q2 2019/20: values stay on one side for long"
    )


def test_too_many_runs():
    (signal,) = chart([48, 52] * 5).signals
    assert signal.sentence == (
        "10 runs above or below the median (too many), with 3 to 9 expected by chance, "
        "Q1 2017/18 to Q2 2019/20: values jump from side to side"
    )


def test_runs_at_the_limits_are_no_signal():
    assert chart([48, 49, 47, 52, 53, 51, 53, 52, 48, 47]).runs == 3
    assert signals([48, 49, 47, 52, 53, 51, 53, 52, 48, 47]) == []
    assert signals([48, 52, 48, 52, 48, 52, 48, 52, 52, 48]) == []


def _chances(above, below):
    """How likely each number of runs is when so many points lie above and so many below."""
    ways = {}
    for runs in range(2, above + below + 1):
        half = runs // 2
        if runs % 2 == 0:
            ways[runs] = 2 * comb(above - 1, half - 1) * comb(below - 1, half - 1)
        else:
            ways[runs] = comb(above - 1, half) * comb(below - 1, half - 1) + comb(above - 1, half - 1) * comb(
                below - 1, half
            )
    return {runs: many / comb(above + below, above) for runs, many in ways.items()}


@pytest.mark.parametrize("useful", EXPECTED_RUNS)
def test_the_table_of_runs_is_about_one_in_twenty(useful):
    """Worked out exactly: chance seldom passes either limit, and one run less strict would pass too often."""
    fewest, most = EXPECTED_RUNS[useful]
    chances = _chances(useful // 2, useful - useful // 2)
    too_few = sum(chance for runs, chance in chances.items() if runs < fewest)
    too_many = sum(chance for runs, chance in chances.items() if runs > most)
    assert too_few < 0.034
    assert too_many < 0.034
    assert too_few + chances[fewest] > 0.012
    assert too_many + chances[most] > 0.012


@pytest.mark.parametrize("useful", EXPECTED_RUNS)
def test_each_limit_is_within_one_run_of_the_exact_one(useful):
    """Exact: the fewest and the most runs of which chance passes by less than one time in forty."""
    chances = _chances(useful // 2, useful - useful // 2)

    def passed_below(runs):
        return sum(chance for many, chance in chances.items() if many < runs)

    def passed_above(runs):
        return sum(chance for many, chance in chances.items() if many > runs)

    fewest = max(runs for runs in chances if passed_below(runs) <= 0.025)
    most = min(runs for runs in chances if passed_above(runs) <= 0.025)
    assert abs(EXPECTED_RUNS[useful][0] - fewest) <= 1
    assert abs(EXPECTED_RUNS[useful][1] - most) <= 1


@pytest.mark.parametrize("limit", [0, 1])
def test_more_values_never_narrow_what_is_expected(limit):
    rows = [EXPECTED_RUNS[useful][limit] for useful in sorted(EXPECTED_RUNS)]

    assert rows == sorted(rows)
    assert all(later - earlier <= 1 for earlier, later in pairwise(rows))


def test_the_table_runs_from_ten_to_sixty():
    assert list(EXPECTED_RUNS) == list(range(10, 61))


# Too little, and too much


def test_nothing_is_claimed_from_nine_points():
    nine = chart([51, 52, 53, 54, 55, 56, 57, 58, 59])
    assert nine.signals == ()
    assert nine.note == "9 values: too few to tell a change from chance. A run chart needs at least 10."


def test_nine_off_the_median_are_too_few_to_count_runs():
    many = chart([50, 50, 50, 49, 51, 49, 51, 49, 51, 49, 51, 51])
    assert (many.median, many.useful, many.runs, many.signals) == (50, 9, 8, ())
    assert many.note == (
        "9 values off the median: too few to say whether the runs are too many or too few. That needs at least 10."
    )


def test_more_than_sixty_are_beyond_the_table():
    many = chart([48, 52] * 31, first="April 2015", kind=MONTH)
    assert many.signals == ()
    assert many.note == "62 values off the median: more than the table of expected runs covers, which is 60."


def test_no_points_make_no_chart():
    assert run_charts([], "maximise") == ()


def test_a_yes_or_no_has_no_run_chart():
    assert run_charts(series([0, 1] * 8), "maximise", unit="yes_no") == ()


def test_two_values_for_one_period_are_refused():
    with pytest.raises(ValueError, match="Two values for one period"):
        run_charts(series([1]) + series([2]), "maximise")


def test_a_baseline_of_no_points_is_refused():
    with pytest.raises(ValueError, match="at least one point"):
        run_charts(series([1]), "maximise", baseline=0)


# Where the median comes from, and where it stops


def test_the_median_is_of_the_baseline_alone():
    later = [*STEADY, 60, 61, 62]
    assert chart(later).median == 50
    assert chart(later, baseline=3).median == 51
    chosen = (Period.parse(QUARTER, "Q1 2020/21"), Period.parse(QUARTER, "Q3 2020/21"))
    assert chart(later, baseline=chosen).median == 61
    outside = (Period.parse(QUARTER, "Q1 2030/31"), Period.parse(QUARTER, "Q3 2030/31"))
    assert chart(later, baseline=outside).median == 50


def test_no_signal_crosses_a_break():
    values = [*STEADY[:9], 55, 54, 56, 53, 55, 57, *STEADY]
    points = series(values)
    (whole,) = run_charts(points, "maximise")
    assert [signal.kind for signal in whole.signals] == [SHIFT]
    before, after = run_charts(points, "maximise", breaks=[date(2020, 4, 1)])
    assert (len(before.points), len(after.points)) == (12, 15)
    assert before.points + after.points == tuple(points)
    assert [signal.kind for signal in before.signals + after.signals] == []
    # A quarter that changes series half way belongs to neither.
    before, after = run_charts(points, "maximise", breaks=[date(2020, 5, 1)])
    assert (len(before.points), len(after.points)) == (12, 14)


def test_averages_whose_years_overlap_are_not_counted_twice():
    points = series([Decimal(value) for value in range(20)], first="1990-1992", kind=ROLLING)
    (chart,) = run_charts(points, "maximise")
    assert [point.period.label for point in chart.points][-2:] == ["2006-2008", "2009-2011"]
    assert len(chart.points) == 7
    assert chart.signals == ()


# Which way is better


def test_a_goldilocks_shift_is_judged_by_nearness_to_the_target():
    values = [*STEADY, 55, 54, 56, 53, 55, 57]
    assert signals(values, "goldilocks", targets=[56] * 18)[0][3] is BETTER
    assert signals(values, "goldilocks", targets=[45] * 18)[0][3] is WORSE
    assert signals(values, "goldilocks")[0][3] is Direction.HIGHER
    assert signals(values, "none")[0][3] is Direction.HIGHER


def test_a_goldilocks_trend_is_judged_by_nearness_to_the_target():
    values = [*STEADY, 49, 50, 51, 52]
    assert signals(values, "goldilocks", targets=[60] * 16)[0][3] is BETTER
    assert signals(values, "goldilocks", targets=[40] * 16)[0][3] is WORSE
    assert signals(values, "goldilocks", targets=[50] * 16)[0][3] is Direction.NO_CHANGE


# What must hold

lists = st.lists(st.integers(-20, 20), min_size=1, max_size=40)


@given(lists)
def test_reversing_what_is_better_only_turns_the_direction(values):
    turned = {BETTER: WORSE, WORSE: BETTER, None: None}
    assert signals(values, "minimise") == [
        (kind, first, last, turned[direction]) for kind, first, last, direction in signals(values, "maximise")
    ]


@given(lists, st.integers(-1000, 1000))
def test_adding_a_constant_changes_nothing(values, constant):
    plain, moved = chart(values), chart([value + constant for value in values])
    assert moved.median == plain.median + constant
    assert (moved.signals, moved.useful, moved.runs, moved.note) == (
        plain.signals,
        plain.useful,
        plain.runs,
        plain.note,
    )


@given(lists)
def test_turning_the_values_over_is_reversing_what_is_better(values):
    assert signals([-value for value in values], "minimise") == signals(values, "maximise")


@given(lists, st.randoms(use_true_random=False))
def test_the_order_of_points_does_not_matter(values, random):
    points = series(values)
    shuffled = list(points)
    random.shuffle(shuffled)
    assert run_charts(shuffled, "maximise") == run_charts(points, "maximise")


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(1, 50)), min_size=6, max_size=20))
def test_noise_that_alternates_claims_no_shift_and_no_trend(pairs):
    values = [value for up, down in pairs for value in (100 + up, 100 - down)]
    # As many above 100 as below it, so the median of them all lies between.
    (found,) = signals(values, baseline=len(values))
    assert found[0] is SignalKind.TOO_MANY_RUNS


@given(lists)
def test_every_shift_and_trend_is_as_long_as_its_rule(values):
    for signal in chart(values).signals:
        held = [p for p in series(values) if signal.first <= p.period <= signal.last]
        if signal.kind is SHIFT:
            middle = chart(values).median
            sides = {p.value > middle for p in held if p.value != middle}
            assert len(sides) == 1
            assert sum(p.value != middle for p in held) >= 6
        if signal.kind is TREND:
            assert len({p.value for p in held}) >= 5
            in_order = [p.value for p in held]
            assert in_order in (sorted(in_order), sorted(in_order, reverse=True))


@given(lists, st.data())
def test_a_value_revised_and_revised_back_leaves_the_chart_as_it_was(values, data):
    place = data.draw(st.integers(0, len(values) - 1))
    revised = [*values[:place], data.draw(st.integers(-20, 20)), *values[place + 1 :]]
    back = [*revised[:place], values[place], *revised[place + 1 :]]

    assert run_charts(series(back), "maximise") == run_charts(series(values), "maximise")


# For a chart


def test_the_points_of_a_signal_are_those_it_counts():
    found = chart([*STEADY, 53, 50, 54, 55, 56, 57, 58])
    shift = next(signal for signal in found.signals if signal.kind is SHIFT)
    trend = next(signal for signal in found.signals if signal.kind is TREND)

    assert [point.value for point in found.points_of(shift)] == [53, 54, 55, 56, 57, 58]
    assert [point.value for point in found.points_of(trend)] == [50, 54, 55, 56, 57, 58]


def test_too_few_runs_are_of_no_points_more_than_others():
    found = chart([49] * 6 + [51] * 7)
    odd = next(signal for signal in found.signals if signal.kind is SignalKind.TOO_FEW_RUNS)

    assert found.points_of(odd) == ()


@pytest.mark.parametrize(("count", "may_be_read"), [(9, False), (10, True)])
def test_ten_points_may_be_read(count, may_be_read):
    assert chart(STEADY[:count]).has_enough_points is may_be_read
