"""The picture of a measure's own page: what is to come, in its place, in words, and never outside."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from dashboard.charts.key import chart_key
from dashboard.charts.measure import MeasureChart
from dashboard.charts.sentence import describe, describe_all
from dashboard.charts.svg import line_chart, measure_lines, page_chart_of_measure
from tests.dashboard.chart_cast import HOSTILE, POVERTY, POVERTY_AHEAD, forecast, series
from tests.dashboard.test_chart_svg import having, read, words

WIDE = replace(
    POVERTY_AHEAD, forecast=forecast((3, "17.9", "17.9", "17.9"), (4, "16", "2", "70"), (5, "15", "0", "80"))
)


def stops(path):
    """The (x, y) of every stop of a path."""
    return [tuple(map(float, pair)) for pair in re.findall(r"([-\d.]+) ([-\d.]+)", path)]


def test_the_forecast_runs_from_the_newest_figure_to_the_targets_period():
    drawn = measure_lines(POVERTY_AHEAD)
    (line,), (newest,) = (
        having(drawn, "chart-forecast"),
        [point for point in having(drawn, "chart-point") if point.get("r") == "5"],
    )
    start, *_, end = stops(line.get("d"))

    assert start == (float(newest.get("cx")), float(newest.get("cy")))
    assert end[0] > start[0]
    assert end[1] > start[1]
    assert line.get("stroke-dasharray") == "2 4"
    assert {"Forecast 15.0%", "Target 14.0%", "17.9%"} <= set(words(drawn))


def test_periods_to_come_are_not_shaded_as_missing():
    assert having(measure_lines(POVERTY_AHEAD), "chart-band") == []


def test_the_range_widens_from_the_newest_figure():
    (band,) = having(measure_lines(POVERTY_AHEAD), "chart-range")
    outline = stops(band.get("d"))

    at = {x: [y for found, y in outline if found == x] for x, _ in outline}
    first, *_, last = sorted(at)
    assert len(set(at[first])) == 1
    assert max(at[last]) - min(at[last]) > 10
    assert band.get("fill-opacity") == "0.14"


def test_a_range_too_wide_leaves_the_figures_readable_and_is_said_to_go_on():
    (band,) = having(measure_lines(WIDE), "chart-range")
    heights = [y for _, y in stops(band.get("d"))]

    assert WIDE.scale(intervals=5).high <= 25
    assert min(heights) >= 47
    assert max(heights) <= 251
    assert "Where it should be 19 times in 20; this goes beyond the chart" in chart_key(WIDE)
    assert "goes beyond" not in chart_key(POVERTY_AHEAD)


def test_without_a_range_only_the_line_is_drawn():
    bare = replace(
        POVERTY_AHEAD, forecast=forecast((3, "17.9", "17.9", "17.9"), (5, "15", "15", "15"), within="")
    )

    assert having(measure_lines(bare), "chart-range") == []
    assert len(having(measure_lines(bare), "chart-forecast")) == 1
    assert "19 times in 20" not in chart_key(bare) + describe_all(bare)


@pytest.mark.parametrize("width", [640, 320])
def test_labels_stand_apart_and_inside(width):
    close = replace(POVERTY_AHEAD, forecast=forecast((3, "17.9", "17.9", "17.9"), (5, "14.1", "13", "15")))
    texts = list(read(measure_lines(close, width=width, height=240)).iter("text"))
    at = {part.text: part for part in texts}
    forecast_label = next(part for part in texts if part.text in ("Forecast 15.0%", "14.1%"))

    assert abs(float(at["Target 14.0%"].get("y")) - float(forecast_label.get("y"))) >= 17
    assert all(0 <= float(part.get("x")) <= width for part in texts)


def test_after_a_fall_the_newest_figure_is_named_under_the_line():
    rose = replace(POVERTY_AHEAD, known=series([("2019/20", "15"), ("2020/21", "17.9")]))
    rose = replace(rose, forecast=None)

    def label_under_point(chart):
        drawn = measure_lines(chart)
        point = next(point for point in having(drawn, "chart-point") if point.get("r") == "5")
        label = having(drawn, "chart-text--over-lines")[0]
        return float(label.get("y")) > float(point.get("cy"))

    assert label_under_point(POVERTY_AHEAD)
    assert not label_under_point(rose)


def test_targets_are_drawn_before_there_is_any_figure():
    drawn = measure_lines(MeasureChart(series([]), POVERTY_AHEAD.to_come))

    assert len(having(drawn, "chart-target")) == 1
    assert "No figures yet" in words(drawn)


def test_it_is_said_in_a_sentence():
    assert describe_all(POVERTY_AHEAD) == (
        f"{describe(POVERTY)} The target for 2022/23 is 14.0%. The forecast for 2022/23, if the last three years’ "
        "pace holds, is 15.0%, 19 times in 20 between 12.0% and 18.0%."
    )
    assert read(measure_lines(POVERTY_AHEAD))[0].text == describe_all(POVERTY_AHEAD)


def test_the_key_names_every_line():
    assert re.findall(r"<span>([^<]+)</span>", chart_key(POVERTY_AHEAD)) == [
        "Figures",
        "Target",
        "Forecast, if the last three years’ pace holds",
        "Where it should be 19 times in 20",
    ]
    assert chart_key(MeasureChart(POVERTY)) == ""


def test_with_nothing_to_come_it_is_the_picture_of_every_page():
    assert measure_lines(MeasureChart(POVERTY), height=260) == line_chart(POVERTY)


def test_the_same_chart_is_drawn_the_same_and_obeys_the_policy():
    drawn = page_chart_of_measure(POVERTY_AHEAD)

    assert drawn == page_chart_of_measure(POVERTY_AHEAD)
    assert not re.search(r"style|<script|\sid=|\son", drawn + chart_key(POVERTY_AHEAD))
    assert drawn.count("<svg") == 2


def test_text_from_people_is_escaped():
    hostile = replace(POVERTY_AHEAD, known=series([("2020/21", "1")], name=HOSTILE, unit=HOSTILE))

    assert "<script>" not in measure_lines(replace(hostile, forecast=None)) + chart_key(hostile)


def test_the_axis_holds_the_forecast():
    far = replace(
        POVERTY_AHEAD, forecast=forecast((3, "17.9", "17.9", "17.9"), (5, "40", "40", "40"), within="")
    )

    assert far.scale(intervals=5).high >= Decimal(40)
