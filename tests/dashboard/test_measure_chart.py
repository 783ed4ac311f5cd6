"""A measure's series as the chart of its own page: which periods are to come, and what stands where."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from actionplans.models import Measure
from actionplans.series import series_of
from dashboard.charts.interactive import figure_json
from dashboard.charts.key import chart_key
from dashboard.charts.measure import BaselineMark, MeasureChart
from dashboard.charts.svg import measure_lines
from dashboard.measure_chart import MOST_TO_COME, measure_chart_of
from priorities.clock import EDINBURGH
from priorities.periods import Period
from tests.actionplans.factories import MeasureFactory, ReadingFactory, SeriesBreakFactory, TargetFactory
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def chart(values, targets, *, kind="financial_quarter", years=None, breaks=(), **fields) -> MeasureChart:
    """The chart of a measure whose values and targets are given by period."""
    measure = MeasureFactory(period_kind=kind, years_covered=years, **fields)
    for text, value in values.items():
        ReadingFactory(
            measure=measure,
            value=Decimal(value),
            released_at=dt.datetime(2021, 12, 1, tzinfo=EDINBURGH),
            **dates(kind, text),
        )
    for text, value in targets.items():
        TargetFactory(measure=measure, value=Decimal(value), **dates(kind, text))
    for on in breaks:
        SeriesBreakFactory(measure=measure, on=on)
    known = Measure.objects.filter(pk=measure.pk)
    return measure_chart_of(series_of(known, ends_by=dt.date(2021, 12, 31), known_at=NOW)[measure.pk])


def dates(kind, text):
    period = Period.parse(kind, text)
    return {"starts_on": period.starts_on, "ends_on": period.ends_on}


def to_come(found):
    return [(point.label, point.target_shown) for point in found.to_come]


QUARTERS = {"Q4 2020/21": "40", "Q1 2021/22": "45", "Q2 2021/22": "48", "Q3 2021/22": "50"}


def test_every_period_up_to_the_final_target_is_to_come():
    found = chart(QUARTERS, {"Q3 2021/22": 50, "Q4 2021/22": 55, "Q2 2022/23": 60})

    assert to_come(found) == [("Q4 2021/22", "55.0%"), ("Q1 2022/23", ""), ("Q2 2022/23", "60.0%")]
    assert [(at.place, at.shown) for at in found.forecast.places] == [
        (3, "50.0%"),
        (4, "53.3%"),
        (5, "56.7%"),
        (6, "60.0%"),
    ]
    assert (found.forecast.period, found.forecast.shown) == ("Q2 2022/23", "60.0%")
    assert found.forecast.condition == "if the last three quarters’ pace holds"
    assert found.forecast.places[0].low == found.forecast.places[0].high == 50


def test_nothing_is_to_come_once_the_final_target_is_past():
    found = chart(QUARTERS, {"Q3 2021/22": 50})

    assert (found.to_come, found.forecast, found.drawn) == ((), None, found.known)


def test_before_the_first_figure_the_targets_are_to_come():
    found = chart({}, {"Q4 2021/22": 55, "Q1 2022/23": 60})

    assert to_come(found) == [("Q4 2021/22", "55.0%"), ("Q1 2022/23", "60.0%")]
    assert found.forecast is None


def test_dates_have_no_period_between_them():
    counts = {"1 April 2019": "10", "1 April 2020": "14", "1 April 2021": "15"}
    found = chart(counts, {"1 April 2022": 18, "1 April 2024": 20}, kind="point_in_time", unit="number")

    assert [point.label for point in found.to_come] == ["1 April 2022", "1 April 2024"]
    assert [at.place for at in found.forecast.places] == [2, 4]


def test_averages_that_overlap_go_on_year_by_year():
    values = {"2013-2015": "30", "2016-2018": "25", "2018-2020": "21"}
    found = chart(values, {"2021-2023": 18}, kind="rolling_years", years=3)

    assert [point.label for point in found.to_come] == ["2019-2021", "2020-2022", "2021-2023"]
    assert found.known.points[-1].label == "2018-2020"


def test_seasons_are_forecast_by_season():
    values = {
        "Q2 2018/19": "10",
        "Q2 2019/20": "12",
        "Q2 2020/21": "15",
        "Q2 2021/22": "16",
        "Q3 2021/22": "90",
    }
    found = chart(values, {"Q2 2022/23": 30}, comparison="year_to_year")

    labels = [found.drawn.points[at.place].label for at in found.forecast.places]
    assert labels == ["Q2 2021/22", "Q2 2022/23"]


def test_a_target_too_far_ahead_is_left_to_the_words():
    far = Period.parse("calendar_month", "November 2021")
    for _ in range(MOST_TO_COME + 1):
        far = far.next()
    months = {"September 2021": "1", "October 2021": "2", "November 2021": "4"}

    found = chart(months, {far.label: 9}, kind="calendar_month")

    assert (found.to_come, found.forecast) == ((), None)


def test_a_value_for_another_length_of_time_takes_no_forecast_down_with_it():
    found = chart(
        {"2013-2015": "30", "2016-2018": "25", "2019-2020": "21"},
        {"2021-2023": 18},
        kind="rolling_years",
        years=3,
    )

    assert [point.label for point in found.to_come] == ["2021-2023"]


def test_each_stretch_that_is_long_enough_has_its_median_and_signals():
    period, values = Period.parse("financial_quarter", "Q1 2016/17"), {}
    for value in ["10"] * 2 + ["50", "52"] * 5 + ["54"] * 6:
        values[period.label] = value
        period = period.next()
    found = chart(values, {}, breaks=[dt.date(2016, 10, 1)])

    (line,) = found.medians
    assert (line.first, line.last, line.value, line.shown) == (2, 17, Decimal(52), "52.0%")
    assert [(signal.places, signal.sentence) for signal in line.signals] == [
        (
            (12, 13, 14, 15, 16, 17),
            "Six quarters in a row are above the median (a shift), Q1 2019/20 to Q2 2020/21: improving",
        )
    ]


# Where the path starts


def test_the_baseline_stands_where_it_was_known_to_be_though_the_figure_has_moved():
    found = with_baseline("Q4 2020/21", "38")

    assert found.baseline == BaselineMark(0, Decimal(38), "38.0%")
    assert found.scale(intervals=5).low <= 38
    drawn = measure_lines(found)
    assert drawn.count('class="chart-baseline"') == 1
    assert "Baseline of the targets, 38.0%" in chart_key(found)
    (mark,) = [one for one in json.loads(figure_json(found))["data"] if one["name"] == "Baseline"]
    assert (mark["y"], mark["customdata"]) == ([38.0], ["38.0%"])


def test_a_baseline_before_the_first_figure_is_left_to_the_words():
    found = with_baseline("Q1 2019/20", "38")
    assert found.baseline is None
    assert "chart-baseline" not in measure_lines(found)


def with_baseline(label, value):
    measure = MeasureFactory()
    for text, figure in QUARTERS.items():
        ReadingFactory(measure=measure, value=Decimal(figure), **dates("financial_quarter", text))
    start = Period.parse("financial_quarter", label)
    TargetFactory(
        measure=measure,
        value=Decimal(60),
        baseline_value=Decimal(value),
        baseline_starts_on=start.starts_on,
        baseline_ends_on=start.ends_on,
        **dates("financial_quarter", "Q2 2022/23"),
    )
    known = Measure.objects.filter(pk=measure.pk)
    return measure_chart_of(series_of(known, ends_by=dt.date(2021, 12, 31), known_at=NOW)[measure.pk])
