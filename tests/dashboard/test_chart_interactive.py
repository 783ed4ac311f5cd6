"""The chart to explore: what plotly is told."""

import json

from dashboard.charts.interactive import chart_json, config, figure_json
from tests.dashboard.chart_cast import HOSTILE, POVERTY, series


def figure(chart):
    return json.loads(figure_json(chart))


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
    assert "bdata" not in figure_json(POVERTY)


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

    assert "<script" not in figure_json(chart)
    assert figure(chart)["layout"]["title"]["text"] == (
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot; &#x27;too&#x27;"
    )


def test_nothing_is_shared_and_little_is_sent():
    settings = config()

    assert settings["showSendToCloud"] is False
    assert settings["displaylogo"] is False
    assert settings["plotlyServerURL"] == ""
    assert "toImage" in settings["modeBarButtonsToRemove"]
    assert len(figure_json(POVERTY)) < 4000


def test_answer_holds_figure_and_config():
    assert json.loads(chart_json(POVERTY)) == {"figure": figure(POVERTY), "config": config()}


def test_the_same_series_is_written_the_same():
    assert figure_json(POVERTY) == figure_json(POVERTY)


def test_three_hundred_points():
    chart = series([(str(n), str(n % 7)) for n in range(300)])

    assert len(trace(chart, "value")["y"]) == 300
    assert trace(chart, "value")["marker"]["size"] == 4
