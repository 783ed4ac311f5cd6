"""What a chart says in words."""

from decimal import Decimal

import pytest

from dashboard.charts.sentence import describe, describe_briefly
from dashboard.charts.series import ChartPoint, ChartSeries
from tests.dashboard.chart_cast import POVERTY, series


def test_value_change_target_and_polarity():
    assert describe(POVERTY) == (
        "Children in low-income families: 17.9% in 2020/21, down 1.2 percentage points from 2019/20; "
        "the target was 16.0%. Lower is better."
    )


def test_no_periods_and_no_figures_say_the_same():
    without = "Children in poverty: no figures yet. Lower is better."

    assert describe(series([])) == without
    assert describe(series([("2020", None), ("2021", None, "5")])) == without


def test_one_figure_is_compared_with_nothing():
    assert describe(series([("2021", "9.4", "8.0")])) == (
        "Children in poverty: 9.4% in 2021, the only figure so far; the target was 8.0%. Lower is better."
    )


def test_no_target_is_said():
    chart = series(
        [("2020", "8"), ("2021", "9")], decimals=0, change="up 1 percentage point", compared_with="2020"
    )

    assert describe(chart) == (
        "Children in poverty: 9% in 2021, up 1 percentage point from 2020; there was no target. "
        "Lower is better."
    )


def test_the_change_is_the_one_the_trend_found_and_no_other():
    """Year to year, say: the figure before is not the one compared with."""
    rows = [("Q3 2020/21", "48"), ("Q4 2020/21", "60"), ("Q3 2021/22", "51")]

    text = describe(series(rows, decimals=0, change="up 3 percentage points", compared_with="Q3 2020/21"))

    assert "51% in Q3 2021/22, up 3 percentage points from Q3 2020/21; there" in text


def test_figures_that_may_not_be_compared_are_not():
    """Averages whose years overlap, say."""
    assert describe(series([("2016-2018", "25.1"), ("2017-2019", "24.7", "24.0")])) == (
        "Children in poverty: 24.7% in 2017-2019; the target was 24.0%. Lower is better."
    )


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (["2019"], "from 2018 (no figure for 2019); there"),
        (["2019", "2020"], "from 2018 (no figure for 2019 or 2020); there"),
        (["2019", "2020", "2021"], "from 2018 (no figure for 2019 to 2021); there"),
    ],
)
def test_comparison_over_a_gap_names_the_gap(missing, words):
    rows = [("2018", "5"), *((year, None) for year in missing), ("2022", "7")]

    assert words in describe(series(rows, decimals=0, change="up 2", compared_with="2018"))


def test_periods_after_the_newest_figure_are_said_to_be_missing():
    assert describe(series([("Q1 2021/22", "4"), ("Q2 2021/22", None, "5")], unit="people", decimals=0)) == (
        "Children in poverty: 4 in Q1 2021/22, the only figure so far; there was no target. "
        "There is no figure yet for Q2 2021/22. Lower is better."
    )


def test_figures_either_side_of_a_break_are_not_compared():
    text = describe(series([("2018", "5.0"), ("2019", "9.0", "8", "b")]))

    assert text == (
        "Children in poverty: 9.0% in 2019; the target was 8.0%. There is a break in the series at 2019: "
        "figures before and after it cannot be compared. Lower is better."
    )


def test_a_break_in_a_period_without_a_figure_still_parts_its_neighbours():
    text = describe(series([("2018", "5.0"), ("2019", None, None, "b"), ("2020", "6.0")]))

    assert "from" not in text
    assert "There is a break in the series at 2019" in text


def test_an_earlier_break_is_said_and_later_figures_are_compared():
    rows = [("2017", "5.0"), ("2018", "9.0", None, "b"), ("2019", "9.5")]
    text = describe(series(rows, change="up 0.5 percentage points", compared_with="2018"))

    assert "9.5% in 2019, up 0.5 percentage points from 2018;" in text
    assert "There is a break in the series at 2018" in text


def test_several_breaks_are_counted():
    text = describe(series([("2017", "5"), ("2018", "9", None, "b"), ("2019", "9", None, "b")]))

    assert (
        "There are 2 breaks in the series, the latest at 2019: figures before and after a break "
        "cannot be compared." in text
    )


def test_a_break_before_the_first_figure_parts_nothing():
    assert "break" not in describe(series([("2018", "5.0", None, "b"), ("2019", "6.0")]))


def test_provisional_is_said_of_both_figures():
    rows = [("2018", "5.0", None, "p"), ("2019", "6.0", None, "p")]
    text = describe(series(rows, change="up 1.0 percentage points", compared_with="2018"))

    assert "6.0% in 2019 (provisional), up 1.0 percentage points from 2018 (provisional);" in text


def test_a_word_sized_picture_says_where_it_begins_and_ends():
    assert describe_briefly(POVERTY) == (
        "Children in low-income families: 4 figures, 18.4% in 2017/18 to 17.9% in 2020/21"
    )
    assert describe_briefly(series([("2020", None), ("31 March 2021", "5")])) == (
        "Children in poverty: one figure, 5.0% on 31 March 2021"
    )
    assert describe_briefly(series([])) == "Children in poverty: no figures yet"


def test_a_day_is_on_and_a_period_is_in():
    assert "5.0% on 31 March 2021," in describe(series([("31 March 2021", "5")]))
    assert "5.0% in 2017-2019," in describe(series([("2017-2019", "5")]))


def test_polarity_may_be_left_out_and_stops_are_not_doubled():
    assert describe(series([], better="")) == "Children in poverty: no figures yet."
    assert describe(series([], better="For context.")).endswith("yet. For context.")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_refused(number):
    with pytest.raises(ValueError, match="cannot be drawn"):
        ChartPoint("2021", Decimal(number), "", None, "")
    with pytest.raises(ValueError, match="cannot be drawn"):
        ChartPoint("2021", None, "", Decimal(number), "")


def test_a_newest_figure_that_is_not_shown_is_not_said_to_be_awaited():
    shown = ChartPoint("2019/20", Decimal(69), "69", None, "")
    hidden = ChartPoint("2020/21", None, "[c]", None, "")
    told = describe(ChartSeries("Households", "households", "Lower is better", (shown, hidden), 0))
    assert told == (
        "Households: 69 in 2019/20, the only figure so far; there was no target. "
        "No figure is shown for 2020/21: [c]. Lower is better."
    )

    told = describe(ChartSeries("Households", "households", "Lower is better", (hidden,), 0))
    assert told == "Households: no figures are shown. Lower is better."
