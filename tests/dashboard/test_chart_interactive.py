"""The chart to explore: what plotly is told."""

import json
from dataclasses import replace
from decimal import Decimal

from dashboard.charts.interactive import chart_json, config, figure_json
from dashboard.charts.measure import ComparisonLine, ComparisonPoint, MeasureChart, SignalMarks
from tests.dashboard.chart_cast import HOSTILE, POVERTY, POVERTY_AHEAD, forecast, series


def written(chart):
    """The figure of a measure's chart, or of a series with nothing to come."""
    return figure_json(chart if isinstance(chart, MeasureChart) else MeasureChart(chart))


def figure(chart):
    return json.loads(written(chart))


def trace(chart, role):
    found = [trace for trace in figure(chart)["data"] if trace["meta"]["role"] == role]
    assert len(found) <= 1
    return found[0] if found else None


def test_figures_and_targets_are_plain_numbers():
    value, target = trace(POVERTY, "value"), trace(POVERTY, "target")

    assert value["x"] == ["2017/18", "2018/19", "2019/20", "2020/21"]
    assert value["y"] == [18.4, 18.0, 19.1, 17.9]
    assert target["y"] == [None, 17.5, 17.0, 16.0]
    assert (target["line"]["dash"], target["line"]["shape"]) == ("dash", "hvh")
    assert "bdata" not in written(POVERTY)


def test_hovering_tells_figure_and_target():
    value = trace(POVERTY, "value")

    assert value["customdata"][0] == ["18.4%", "No target", ""]
    assert value["customdata"][3] == ["17.9%", "Target 16.0%", ""]
    assert value["hovertemplate"] == (
        "%{x}<br>%{customdata[0]}%{customdata[2]}<br>%{customdata[1]}<extra></extra>"
    )


def test_provisional_figures_are_hollow_and_told():
    chart = series([("2020", "1"), ("2021", "2", None, "p")])

    assert trace(chart, "provisional")["x"] == ["2021"]
    assert trace(chart, "provisional")["marker"]["color"] == "#ffffff"
    assert trace(chart, "value")["customdata"][1] == ["2.0%", "No target", " (provisional)"]
    assert trace(POVERTY, "provisional") is None


def test_a_break_lifts_the_line_and_is_drawn_and_named():
    chart = series([("2018", "1"), ("2019", "2"), ("2020", "3", None, "b")])
    layout = figure(chart)["layout"]

    assert trace(chart, "value")["x"] == ["2018", "2019", None, "2020"]
    assert trace(chart, "value")["y"] == [1.0, 2.0, None, 3.0]
    assert [(shape["x0"], shape["x1"], shape["line"]["dash"]) for shape in layout["shapes"]] == [
        (1.5, 1.5, "dot")
    ]
    assert [(words["x"], words["text"]) for words in layout["annotations"]] == [(1.5, "Break in series")]


def test_a_missing_figure_is_a_gap():
    chart = series([("2018", "1"), ("2019", None), ("2020", "3")])

    assert trace(chart, "value")["y"] == [1.0, None, 3.0]
    assert trace(chart, "value")["connectgaps"] is False
    assert figure(chart)["layout"]["xaxis"]["categoryarray"] == ["2018", "2019", "2020"]


def test_axes_and_polarity_are_in_words():
    layout = figure(POVERTY)["layout"]

    assert layout["xaxis"]["type"] == "category"
    assert layout["xaxis"]["title"]["text"] == "Period"
    assert layout["yaxis"]["title"]["text"] == "Per cent, axis from 15%"
    assert layout["yaxis"]["range"] == [15.0, 20.0]
    assert layout["yaxis"]["ticksuffix"] == "%"
    assert layout["title"]["text"] == "Lower is better"


def test_without_figures_there_is_still_a_chart():
    assert figure(series([]))["data"] == []
    assert [trace["meta"]["role"] for trace in figure(series([("2021", None, "5")]))["data"]] == ["target"]


def test_text_from_people_is_escaped():
    chart = series([(HOSTILE, "1", "2", "p")], name=HOSTILE, unit=HOSTILE, better=HOSTILE)

    assert "<script" not in written(chart)
    assert figure(chart)["layout"]["title"]["text"] == (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot; &#x27;too&#x27;"
    )


def test_nothing_is_shared_and_little_is_sent():
    settings = config()

    assert settings["showSendToCloud"] is False
    assert settings["displaylogo"] is False
    assert settings["plotlyServerURL"] == ""
    assert "toImage" in settings["modeBarButtonsToRemove"]
    assert len(written(POVERTY)) < 4000


def test_answer_holds_figure_and_config():
    assert json.loads(chart_json(MeasureChart(POVERTY))) == {"figure": figure(POVERTY), "config": config()}


def test_the_same_series_is_written_the_same():
    assert written(POVERTY) == written(POVERTY)


def test_three_hundred_points():
    chart = series([(str(n), str(n % 7)) for n in range(300)])

    assert len(trace(chart, "value")["y"]) == 300
    assert trace(chart, "value")["marker"]["size"] == 4


# What is to come, and the pattern


def test_the_target_goes_on_beyond_the_figures():
    target = trace(POVERTY_AHEAD, "target")

    assert target["x"][-2:] == ["2021/22", "2022/23"]
    assert target["y"] == [None, 17.5, 17.0, 16.0, None, 14.0]
    assert figure(POVERTY_AHEAD)["layout"]["xaxis"]["categoryarray"][-1] == "2022/23"
    assert trace(POVERTY_AHEAD, "value")["y"][-2:] == [None, None]


def test_the_forecast_is_dotted_and_its_range_lies_under_it():
    line, within = trace(POVERTY_AHEAD, "forecast"), trace(POVERTY_AHEAD, "range")

    assert (line["x"], line["y"]) == (["2020/21", "2021/22", "2022/23"], [17.9, 16.5, 15.0])
    assert line["line"]["dash"] == "dot"
    assert line["customdata"] == [
        ["17.9%"],
        ["Forecast 16.5%"],
        ["Forecast 15.0%<br>19 times in 20 between 12.0% and 18.0%<br>if the last three years’ pace holds"],
    ]
    assert within["y"] == [17.9, 18.5, 18.0, 12.0, 14.5, 17.9]
    assert within["x"] == ["2020/21", "2021/22", "2022/23", "2022/23", "2021/22", "2020/21"]
    assert (within["fill"], within["hoverinfo"]) == ("toself", "skip")
    roles = [found["meta"]["role"] for found in figure(POVERTY_AHEAD)["data"]]
    assert roles == ["range", "median", "target", "forecast", "value", "signal"]


def test_a_forecast_without_a_range_has_no_band():
    chart = MeasureChart(
        POVERTY,
        POVERTY_AHEAD.to_come,
        forecast((3, "17.9", "17.9", "17.9"), (5, "15", "15", "15"), within=""),
    )

    assert trace(chart, "range") is None
    assert trace(chart, "forecast")["customdata"][-1] == [
        "Forecast 15.0%<br>if the last three years’ pace holds"
    ]


def test_median_and_signals_are_drawn_and_told():
    median, signal = trace(POVERTY_AHEAD, "median"), trace(POVERTY_AHEAD, "signal")

    assert (median["name"], median["y"]) == ("Median 18.2%", [18.2, 18.2, 18.2, 18.2, None])
    assert median["x"] == ["2017/18", "2018/19", "2019/20", "2020/21", None]
    assert (signal["x"], signal["y"]) == (["2018/19", "2019/20", "2020/21"], [18.0, 19.1, 17.9])
    assert signal["marker"]["symbol"] == "circle-open"
    assert signal["customdata"][0] == ["18.0%", "Three in a row: worsening"]


def test_a_reader_may_put_each_line_away_by_a_checkbox_and_not_by_the_mouse_alone():
    legend = figure(POVERTY_AHEAD)["layout"]["legend"]

    assert (legend["itemclick"], legend["itemdoubleclick"]) == (False, False)
    assert [
        (found["name"], found["meta"].get("switch"), found["meta"].get("label"))
        for found in figure(POVERTY_AHEAD)["data"]
    ] == [
        ("19 times in 20", "forecast", ""),
        ("Median 18.2%", "median", "Median"),
        ("Target", "target", "Target"),
        ("Forecast", "forecast", "Forecast"),
        ("Figure", None, None),
        ("Signal", "signal", "Signals: shifts and trends"),
    ]


# What it may be compared with


def line(*points, name="Scotland", group=""):
    """A comparison by (place, value, marks)."""
    return ComparisonLine(
        f"comparator-{name}",
        name,
        group,
        tuple(
            ComparisonPoint(place, Decimal(value), f"{value}%", "p" in marks, "b" in marks)
            for place, value, marks in points
        ),
    )


SCOTLAND = line((0, "24.0", ""), (1, "25.0", ""), (3, "26.0", "p"))


def compared(*others):
    return MeasureChart(POVERTY, others=others)


def test_what_it_may_be_compared_with_waits_to_be_asked_for():
    found = trace(compared(SCOTLAND), "compare")

    assert found["visible"] is False
    assert found["x"] == ["2017/18", "2018/19", None, "2020/21"]
    assert found["y"] == [24.0, 25.0, None, 26.0]
    assert found["customdata"] == [["24.0%"], ["25.0%"], [""], ["26.0% (provisional)"]]
    assert found["marker"]["symbol"] == ["square", "square", "square", "square-open"]
    assert (found["meta"]["switch"], found["meta"]["label"]) == ("compare-comparator-Scotland", "Scotland")


def test_a_comparison_brings_the_axis_that_it_needs():
    axis = trace(compared(SCOTLAND), "compare")["meta"]["axis"]

    assert figure(compared(SCOTLAND))["layout"]["yaxis"]["range"] == [15.0, 20.0]
    assert axis == {"range": [10.0, 30.0], "title": "Per cent, axis from 10%"}


def test_a_break_lifts_a_comparison_too():
    found = trace(compared(line((0, "24", ""), (1, "25", "b"), (2, "26", ""))), "compare")

    assert found["y"] == [24.0, None, 25.0, 26.0]


def test_comparisons_are_told_apart_by_more_than_colour():
    lines = [line((0, "20", ""), (1, "21", ""), name=f"Council {n}") for n in range(32)]
    found = [one for one in figure(compared(*lines))["data"] if one["meta"]["role"] == "compare"]

    assert (
        len({(one["line"]["dash"], one["marker"]["symbol"][0], one["line"]["color"]) for one in found}) == 32
    )
    assert [one["meta"]["colour"] for one in found[:6]] == [1, 2, 3, 4, 5, 1]


def test_the_name_of_a_place_is_escaped_and_no_template():
    found = trace(compared(line((0, "20", ""), name=f"%{{x}} {HOSTILE}")), "compare")

    assert "<script" not in found["name"] + found["hovertemplate"]
    assert found["hovertemplate"].startswith("&#37;{x} &lt;script&gt;")
    assert found["meta"]["label"] == f"%{{x}} {HOSTILE}"


def test_a_long_sentence_is_broken_into_lines_and_escaped():
    told = replace(POVERTY_AHEAD.medians[0], signals=(SignalMarks((1,), f"{'word ' * 12}{HOSTILE}"),))

    (shown,) = trace(replace(POVERTY_AHEAD, medians=(told,)), "signal")["customdata"]

    assert shown[1].count("<br>") >= 2
    assert "<script" not in shown[1]
