"""The chart a reader opens to explore: a plotly figure as JSON, built when it is asked for.

Colours here are those of print; measure-chart.js puts the page's own in place, by the `meta.role`
of each trace, and makes a checkbox of every trace that has a `meta.switch`.
"""

import json
import textwrap
from typing import Any

import plotly.graph_objects as go
from django.utils.html import escape

from dashboard.charts import palette
from dashboard.charts.measure import ComparisonLine, ComparisonPoint, MeasureChart, MedianLine, SignalMarks
from dashboard.charts.scale import Scale
from dashboard.charts.series import ChartPoint, ChartSeries

Settings = dict[str, Any]

# Our own, because plotly's adds 8 kB to every chart.
TEMPLATE: Settings = {
    "layout": {
        "font": {"family": palette.FONT, "size": 15, "color": palette.TEXT},
        "paper_bgcolor": palette.SURFACE,
        "plot_bgcolor": palette.SURFACE,
        "hoverlabel": {"align": "left", "font": {"family": palette.FONT, "size": 15}},
        "xaxis": {
            "showgrid": False,
            "linecolor": palette.AXIS,
            "ticks": "outside",
            "tickcolor": palette.AXIS,
        },
        "yaxis": {"gridcolor": palette.GRID, "zerolinecolor": palette.AXIS, "zeroline": True},
    }
}
# An upright axis title longer than this would run off the chart.
UNIT_CHARACTERS = 30
# A sentence in the box beside a point is broken into lines of this length.
LINE_CHARACTERS = 44
# Lines to compare with are told apart by dashes and marks as well as by colours.
COMPARE_DASHES = ("dash", "dot", "dashdot", "longdash")
COMPARE_SYMBOLS = ("square", "triangle-up", "x", "cross", "triangle-down", "pentagon", "star")
COMPARE_COLOURS = 5
# From this many periods on, markers stand too close together to be large.
CROWD = 40


def chart_json(chart: MeasureChart) -> str:
    """Everything measure-chart.js fetches: `{"figure": …, "config": …}`."""
    return f'{{"figure": {figure_json(chart)}, "config": {json.dumps(config())}}}'


def figure_json(chart: MeasureChart) -> str:
    """A measure with its targets, breaks, forecast, median and signals, as plotly.js reads it.

    Figures are plain numbers, rounded only as far as binary fractions are. Text from people is escaped,
    because plotly reads a kind of HTML.
    """
    figure = go.Figure(data=_traces(chart), layout=_layout(chart))
    written: str = figure.to_json()
    return written


def config() -> Settings:
    """How the chart behaves in the browser. The data stays there: nothing is shared with plotly's makers."""
    return {
        "showSendToCloud": False,
        "showEditInChartStudio": False,
        "plotlyServerURL": "",
        "displaylogo": False,
        "displayModeBar": True,
        # Saving an image writes inline styles, which the policy of the site refuses.
        "modeBarButtonsToRemove": ["toImage", "lasso2d", "select2d", "autoScale2d"],
        "showTips": False,
        "responsive": True,
        "scrollZoom": False,
        "typesetMath": False,
        "locale": "en-GB",
    }


def _traces(chart: MeasureChart) -> list[Settings]:
    """What is drawn, the lowest layer first; nothing that has no points. What it is compared with waits to be asked for."""
    series = chart.drawn
    traces = [
        *(_comparison_trace(chart, line, place) for place, line in enumerate(chart.others)),
        _range_trace(chart),
        _median_trace(chart),
        _target_trace(series),
        _baseline_trace(chart),
        _forecast_trace(chart),
        _value_trace(series),
        _provisional_trace(series),
        _signal_trace(chart),
    ]
    return [trace for trace in traces if any(y is not None for y in trace["y"])]


def _comparison_trace(chart: MeasureChart, line: ComparisonLine, place: int) -> Settings:
    """Another place's figures, not drawn until a reader switches them on.

    `meta.axis` is the axis it needs beside everything else; plotly would cut it off at that of the rest.
    """
    symbol, colour = COMPARE_SYMBOLS[place % len(COMPARE_SYMBOLS)], place % COMPARE_COLOURS
    stops = _with_breaks(line)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": escape(line.name),
        "visible": False,
        "legendrank": 20 + place,
        "meta": {
            "role": "compare",
            "switch": f"compare-{line.key}",
            "label": line.name,
            "group": line.group,
            "colour": colour + 1,
            "axis": _axis_with(chart, line),
        },
        "x": [_place(chart.drawn.points[at.place]) if at else None for at in stops],
        "y": [float(at.value) if at else None for at in stops],
        "customdata": [[_told_of(at)] for at in stops],
        "connectgaps": False,
        "cliponaxis": False,
        "line": {
            "color": palette.COMPARE[colour],
            "width": 2,
            "dash": COMPARE_DASHES[place % len(COMPARE_DASHES)],
        },
        "marker": {
            "color": palette.COMPARE[colour],
            "symbol": [f"{symbol}-open" if at and at.is_provisional else symbol for at in stops],
            "size": 8 if len(chart.drawn.points) < CROWD else 5,
        },
        "hovertemplate": f"{_in_template(line.name)}<br>%{{x}}<br>%{{customdata[0]}}<extra></extra>",
    }


def _with_breaks(line: ComparisonLine) -> list[ComparisonPoint | None]:
    """Its points, with None wherever the line is lifted: at missing periods and at breaks."""
    stops: list[ComparisonPoint | None] = []
    last: int | None = None
    for at in line.points:
        if last is not None and (at.place != last + 1 or at.starts_new_series):
            stops.append(None)
        stops.append(at)
        last = at.place
    return stops


def _told_of(at: ComparisonPoint | None) -> str:
    return "" if at is None else f"{escape(at.shown)}{' (provisional)' if at.is_provisional else ''}"


def _axis_with(chart: MeasureChart, line: ComparisonLine) -> Settings:
    scale = chart.scale_with(line, intervals=5)
    return {"range": [float(scale.low), float(scale.high)], "title": _axis_title(chart.drawn, scale)}


def _in_template(name: str) -> str:
    """A name in a hover template, where plotly would take `%{…}` for a figure."""
    return escape(name).replace("%", "&#37;")


def _switch(key: str, label: str) -> Settings:
    """What makes a checkbox of a trace; traces of one key go on and off together."""
    return {"role": key, "switch": key, "label": label}


def _value_trace(series: ChartSeries) -> Settings:
    """The figures. A point without a place is slipped in wherever the line is lifted."""
    x: list[str | None] = []
    y: list[float | None] = []
    told: list[list[str]] = []
    for place, point in enumerate(series.points):
        if place and point.lifts_the_line:
            x.append(None)
            y.append(None)
            told.append(["", "", ""])
        x.append(_place(point))
        y.append(None if point.value is None else float(point.value))
        told.append(_told(point))
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "Figure",
        "meta": {"role": "value"},
        "x": x,
        "y": y,
        "customdata": told,
        "connectgaps": False,
        "cliponaxis": False,
        "line": {"color": palette.LINE, "width": 3},
        "marker": {"color": palette.LINE, "size": 8 if len(series.points) < CROWD else 4},
        "legendrank": 1,
        # No <b>: plotly would write a style attribute, which the policy of the site refuses.
        "hovertemplate": "%{x}<br>%{customdata[0]}%{customdata[2]}<br>%{customdata[1]}<extra></extra>",
    }


def _provisional_trace(series: ChartSeries) -> Settings:
    """Hollow markers laid over the figures that may still be revised."""
    points = [point for point in series.points if point.is_provisional and point.value is not None]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Provisional",
        "legendrank": 3,
        "meta": {"role": "provisional"},
        "x": [_place(point) for point in points],
        "y": [float(point.value) for point in points if point.value is not None],
        "cliponaxis": False,
        "hoverinfo": "skip",
        "marker": {
            "color": palette.SURFACE,
            "size": 10,
            "line": {"color": palette.LINE, "width": 2.5},
        },
    }


def _target_trace(series: ChartSeries) -> Settings:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "Target",
        "legendrank": 2,
        "meta": _switch("target", "Target"),
        "x": [_place(point) for point in series.points],
        "y": [None if point.target is None else float(point.target) for point in series.points],
        "connectgaps": False,
        "hoverinfo": "skip",
        "line": {"color": palette.TARGET, "width": 2, "dash": "dash", "shape": "hvh"},
    }


def _baseline_trace(chart: MeasureChart) -> Settings:
    """An open square where the path of the targets starts."""
    marks = [chart.baseline] if chart.baseline else []
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Baseline",
        "legendrank": 2.5,
        "meta": _switch("baseline", "Baseline of the targets"),
        "x": [_place(chart.drawn.points[mark.place]) for mark in marks],
        "y": [float(mark.value) for mark in marks],
        "customdata": [escape(mark.shown) for mark in marks],
        "cliponaxis": False,
        "marker": {"color": palette.TARGET, "symbol": "square-open", "size": 12, "line": {"width": 2}},
        "hovertemplate": "%{x}<br>Baseline %{customdata}<extra></extra>",
    }


def _forecast_trace(chart: MeasureChart) -> Settings:
    """From the newest figure on; only the last of its points, which is the one spoken of, is marked."""
    forecast, points = chart.forecast, chart.drawn.points
    places = forecast.places if forecast else ()
    told = [[f"Forecast {at.shown}"] for at in places]
    if forecast:
        told[0] = [places[0].shown]
        told[-1] += [forecast.within, forecast.condition]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "Forecast",
        "legendrank": 4,
        "meta": _switch("forecast", "Forecast"),
        "x": [_place(points[at.place]) for at in places],
        "y": [float(at.value) for at in places],
        "customdata": [[_in_lines(*words)] for words in told],
        "cliponaxis": False,
        "line": {"color": palette.LINE, "width": 2, "dash": "dot"},
        "marker": {
            "color": palette.LINE,
            "symbol": "diamond",
            "size": [0] * (len(places) - 1) + [10],
            "opacity": 1,
            "line": {"width": 0},
        },
        "hovertemplate": "%{x}<br>%{customdata[0]}<extra></extra>",
    }


def _range_trace(chart: MeasureChart) -> Settings:
    """The outline of the forecast's range: its upper ends forward, its lower ends back."""
    forecast, points = chart.forecast, chart.drawn.points
    places = forecast.places if forecast and forecast.within else ()
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "19 times in 20",
        "legendrank": 5,
        "meta": {"role": "range", "switch": "forecast", "label": ""},
        "x": [_place(points[at.place]) for at in (*places, *reversed(places))],
        "y": [float(at.high) for at in places] + [float(at.low) for at in reversed(places)],
        "fill": "toself",
        "fillcolor": palette.LINE,
        "opacity": 0.16,
        "hoverinfo": "skip",
        "line": {"width": 0, "color": palette.LINE},
    }


def _median_trace(chart: MeasureChart) -> Settings:
    """A level line for each stretch between breaks, lifted between two of them."""
    x: list[str | None] = []
    y: list[float | None] = []
    for line in chart.medians:
        x += [_place(point) for point in chart.drawn.points[line.first : line.last + 1]] + [None]
        y += [float(line.value)] * (line.last - line.first + 1) + [None]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": _median_name(chart.medians),
        "legendrank": 6,
        "meta": _switch("median", "Median"),
        "x": x,
        "y": y,
        "connectgaps": False,
        "hoverinfo": "skip",
        "line": {"color": palette.QUIET_TEXT, "width": 1.5, "dash": "longdash"},
    }


def _median_name(medians: tuple[MedianLine, ...]) -> str:
    return f"Median {escape(medians[0].shown)}" if len(medians) == 1 else "Median"


def _signal_trace(chart: MeasureChart) -> Settings:
    """Rings around the points of shifts and trends; a ring says which."""
    points = chart.drawn.points
    by_place: dict[int, list[SignalMarks]] = {}
    for signal in (signal for line in chart.medians for signal in line.signals):
        for place in signal.places:
            by_place.setdefault(place, []).append(signal)
    places = sorted(by_place)
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Signal",
        "legendrank": 7,
        "meta": _switch("signal", "Signals: shifts and trends"),
        "x": [_place(points[place]) for place in places],
        "y": [float(points[place].value or 0) for place in places],
        "customdata": [
            [_told(points[place])[0], _in_lines(*(signal.sentence for signal in by_place[place]))]
            for place in places
        ],
        "cliponaxis": False,
        "marker": {"color": palette.TEXT, "symbol": "circle-open", "size": 16, "line": {"width": 2}},
        "hovertemplate": "%{x}<br>%{customdata[0]}<br>%{customdata[1]}<extra></extra>",
    }


def _in_lines(*sentences: str) -> str:
    lines = [line for sentence in sentences for line in textwrap.wrap(sentence, LINE_CHARACTERS)]
    return "<br>".join(escape(line) for line in lines)


def _layout(chart: MeasureChart) -> Settings:
    series, scale = chart.drawn, chart.scale(intervals=5)
    return {
        "template": TEMPLATE,
        "title": _polarity(series),
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
            # The checkboxes under the chart do this, for the keyboard too.
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "showlegend": True,
        "hovermode": "closest",
        "dragmode": "pan",
        "margin": {"l": 16, "r": 16, "t": 84, "b": 110},
        "xaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [_place(point) for point in series.points],
            "range": [-0.4, max(len(series.points) - 0.6, 0.4)],
            "tickangle": 0,
            "automargin": True,
            "title": {"text": "Period", "standoff": 8},
        },
        "yaxis": _value_axis(series, scale),
        "shapes": [_break_line(place) for place in series.breaks],
        "annotations": [_break_words(place) for place in series.breaks],
    }


def _polarity(series: ChartSeries) -> Settings:
    """Which way is better, over the plot and under the bar of buttons; the page itself names the measure."""
    return {
        "text": escape(series.better),
        "font": {"size": 16},
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "pad": {"b": 28 if series.breaks else 12},
    }


def _value_axis(series: ChartSeries, scale: Scale) -> Settings:
    return {
        "range": [float(scale.low), float(scale.high)],
        "automargin": True,
        "title": {"text": _axis_title(series, scale), "standoff": 12},
        "tickformat": ",",
        "ticklabelstandoff": 6,
        **_named_ticks(scale),
        "tickprefix": "£" if series.is_money else "",
        "ticksuffix": "%" if series.is_percentage else "",
    }


def _axis_title(series: ChartSeries, scale: Scale) -> str:
    unit = series.unit_words
    unit = unit if len(unit) <= UNIT_CHARACTERS else f"{unit[: UNIT_CHARACTERS - 1].rstrip()}…"
    return f"{escape(unit)}{scale.zero_note}"


def _named_ticks(scale: Scale) -> Settings:
    """The marks by name where they are not numbers."""
    if not scale.is_yes_or_no:
        return {}
    marks = scale.marks
    return {"tickvals": [float(mark) for mark in marks], "ticktext": [scale.label(mark) for mark in marks]}


def _break_line(place: int) -> Settings:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": place - 0.5,
        "x1": place - 0.5,
        "y0": 0,
        "y1": 1,
        "line": {"color": palette.BREAK, "width": 1.5, "dash": "dot"},
    }


def _break_words(place: int) -> Settings:
    return {
        "text": "Break in series",
        "xref": "x",
        "yref": "paper",
        "x": place - 0.5,
        "y": 1,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": palette.QUIET_TEXT, "size": 14},
    }


def _place(point: ChartPoint) -> str:
    return escape(point.label)


def _told(point: ChartPoint) -> list[str]:
    """What hovering over a figure says: the figure, the target, whether it may change."""
    target = f"Target {escape(point.target_shown)}" if point.target is not None else "No target"
    return [escape(point.shown), target, " (provisional)" if point.is_provisional else ""]
