"""Charts of figures that are no plain numbers: a yes or no, and percentage points."""

import json
from dataclasses import replace

import pytest

from actionplans.numbers import Unit, format_value
from dashboard.charts.interactive import figure_json
from dashboard.charts.measure import MeasureChart
from dashboard.charts.scale import scale_for, snug_scale_for
from dashboard.charts.sentence import describe
from dashboard.charts.svg import line_chart
from tests.dashboard.chart_cast import series
from tests.dashboard.test_chart_svg import words


def yes_or_no(*values, change="", compared_with=""):
    rows = [(f"{2015 + place}", value, "1") for place, value in enumerate(values)]
    chart = series(
        rows,
        unit="Yes or no",
        decimals=0,
        name="An agreed plan",
        better="Yes is better",
        change=change,
        compared_with=compared_with,
    )
    points = tuple(
        replace(
            point,
            shown=format_value(point.value, unit=Unit.YES_NO, decimals=0),
            target_shown=format_value(point.target, unit=Unit.YES_NO, decimals=0),
        )
        for point in chart.points
    )
    return replace(chart, points=points)


@pytest.mark.parametrize("values", [("0", "1"), ("1", "1"), ("0", "0"), ("1",)])
def test_the_axis_of_a_yes_or_no_has_these_two_marks(values):
    chart = yes_or_no(*values)
    scale = scale_for(chart)

    assert [scale.label(mark) for mark in scale.marks] == ["No", "Yes"]
    assert scale.zero_note == ""
    assert (snug_scale_for(chart).low, snug_scale_for(chart).high) == (0, 1)


def test_a_picture_of_a_yes_or_no_says_yes_and_no():
    said = words(line_chart(yes_or_no("0", "1")))

    assert [word for word in said if word in ("Yes", "No", "0", "1", "Yes or no")] == [
        "No",
        "Yes",
        "Yes",
        "Yes or no",
    ]


def test_the_interactive_axis_says_yes_and_no():
    axis = json.loads(figure_json(MeasureChart(yes_or_no("0", "1"))))["layout"]["yaxis"]

    assert (axis["tickvals"], axis["ticktext"]) == ([0.0, 1.0], ["No", "Yes"])
    plain = json.loads(figure_json(MeasureChart(series([("2020", "1")]))))["layout"]["yaxis"]
    assert "tickvals" not in plain


def test_a_turn_from_no_to_yes_in_a_sentence():
    turned = yes_or_no("0", "1", change="from No to Yes", compared_with="2015")
    stayed = yes_or_no("1", "1", change="no change", compared_with="2015")

    assert describe(turned) == (
        "An agreed plan: Yes in 2016, from No to Yes since 2015; the target was Yes. Yes is better."
    )
    assert describe(stayed) == (
        "An agreed plan: Yes in 2016, no change from 2015; the target was Yes. Yes is better."
    )


def test_percentage_points_are_no_percentage():
    chart = series([("2020", "41"), ("2021", "140")], unit="Percentage points", decimals=0)

    assert not chart.is_percentage
    assert [scale_for(chart).label(mark) for mark in scale_for(chart).marks] == ["0", "50", "100", "150"]
    assert chart.unit_words == "Percentage points"
