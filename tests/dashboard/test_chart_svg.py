"""The pictures: what stands where, and that nothing ever stands outside."""

import re
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.charts.scale import scale_for
from dashboard.charts.sentence import describe
from dashboard.charts.series import ChartPoint, ChartSeries
from dashboard.charts.svg import line_chart, page_chart, sparkline
from tests.dashboard.chart_cast import HOSTILE, POVERTY, series


def read(svg):
    # Our own markup, just written.
    return ElementTree.fromstring(svg)  # noqa: S314


def having(svg, class_):
    return [part for part in read(svg).iter() if class_ in part.get("class", "").split()]


def words(svg):
    return [part.text for part in read(svg).iter("text")]


def marks(chart, **kwargs):
    scale = scale_for(chart, **kwargs)
    return [scale.label(mark) for mark in scale.marks]


# Scale


def test_counts_start_at_zero():
    chart = series([("2020", "41"), ("2021", "148", "140")], unit="people", decimals=0)

    assert marks(chart) == ["0", "50", "100", "150"]
    assert scale_for(chart).zero_note == ""


def test_figures_far_from_zero_are_cut_off_and_it_is_said():
    assert marks(POVERTY) == ["14%", "16%", "18%", "20%"]
    assert scale_for(POVERTY).zero_note == ", axis from 14%"


def test_percentages_stop_at_a_hundred():
    chart = series([("2020", "96"), ("2021", "100")], decimals=0)

    assert marks(chart) == ["85%", "90%", "95%", "100%"]


def test_a_small_change_does_not_fill_the_axis():
    scale = scale_for(series([("2020", "92.0"), ("2021", "92.1")]))

    assert scale.high - scale.low >= Decimal("13.8")


def test_growth_over_a_hundred_per_cent_is_drawn():
    assert marks(series([("2020", "100"), ("2021", "130")], decimals=0)) == [
        "90%",
        "100%",
        "110%",
        "120%",
        "130%",
        "140%",
    ]


def test_negative_and_mixed_figures_keep_zero():
    assert marks(series([("2020", "-120"), ("2021", "65")], unit="people", decimals=0)) == [
        "−150",
        "−100",
        "−50",
        "0",
        "50",
        "100",
    ]
    assert marks(series([("2020", "-8"), ("2021", "-2")], unit="people", decimals=0)) == [
        "−8",
        "−6",
        "−4",
        "−2",
        "0",
    ]


def test_counts_have_no_marks_between_whole_numbers():
    assert marks(series([("2020", "1"), ("2021", "2")], unit="people", decimals=0)) == ["0", "1", "2"]


@pytest.mark.parametrize("value", ["0", "0.00"])
def test_nothing_but_zero_has_an_axis(value):
    assert marks(series([("2020", value)], decimals=0)) == ["0%", "1%"]


def test_large_figures_are_marked_briefly():
    assert marks(series([("2020", "2812000000"), ("2021", "900000000")], unit="£", decimals=0)) == [
        "£0",
        "£1bn",
        "£2bn",
        "£3bn",
    ]
    assert marks(series([("2020", "0"), ("2021", "1500000")], unit="£", decimals=0)) == [
        "£0",
        "£500,000",
        "£1m",
        "£1.5m",
    ]
    assert marks(series([("2020", "0"), ("2021", "4e30")], unit="people", decimals=0))[-1] == "4.00e+30"


# Line chart


def test_line_target_and_labels_stand_where_they_should():
    svg = line_chart(series([("2020", "10", "20"), ("2021", "30", "20")], unit="people", decimals=0))

    # 0 to 30 between y = 230 and y = 36; the periods begin and end 20 inside the frame.
    (line,) = having(svg, "chart-line")
    (target,) = having(svg, "chart-target")
    points = having(svg, "chart-point")
    assert [(p.get("cy"), p.get("r")) for p in points] == [("165.3", "4"), ("36", "5")]
    assert line.get("d") == f"M{points[0].get('cx')} 165.3L{points[1].get('cx')} 36"
    assert re.fullmatch(r"M[\d.]+ 100\.7H[\d.]+", target.get("d"))
    assert target.get("stroke-dasharray") == "6 4"
    assert words(svg) == ["0", "10", "20", "30", "2020", "2021", "Target 20", "30", "People"]


def test_the_axis_says_its_unit_and_that_it_does_not_start_at_zero():
    assert words(line_chart(POVERTY))[-1] == "Per cent, axis from 15%"


def test_a_target_that_changes_is_drawn_in_steps():
    (target,) = having(line_chart(POVERTY), "chart-target")

    assert re.fullmatch(r"M[\d.]+ [\d.]+H[\d.]+V[\d.]+H[\d.]+V[\d.]+H[\d.]+", target.get("d"))


def test_a_missing_period_lifts_the_line_and_is_shaded():
    chart = series([("2017", "1"), ("2018", "2"), ("2019", None), ("2020", "3"), ("2021", "4")])
    svg = line_chart(chart)

    assert having(svg, "chart-line")[0].get("d").count("M") == 2
    assert len(having(svg, "chart-band")) == 1
    assert "No figure" in words(svg)
    assert having(line_chart(series([("2020", "1"), ("2021", "2")])), "chart-band") == []


def test_a_break_lifts_the_line_and_is_named():
    svg = line_chart(series([("2017", "1"), ("2018", "2"), ("2019", "3", None, "b"), ("2020", "4")]))

    assert having(svg, "chart-line")[0].get("d").count("M") == 2
    (upright,) = having(svg, "chart-break")
    xs = [float(point.get("cx")) for point in having(svg, "chart-point")]
    assert float(re.match(r"M([\d.]+)", upright.get("d"))[1]) == pytest.approx((xs[1] + xs[2]) / 2, abs=0.1)
    assert words(svg).count("Break in series") == 1


def test_a_figure_alone_between_gaps_has_a_marker():
    chart = series([(str(n), "5" if n == 150 or n > 200 else None) for n in range(300)])

    lone, newest = having(line_chart(chart), "chart-point")
    assert (lone.get("r"), newest.get("r")) == ("2.5", "5")
    assert float(lone.get("cx")) < float(newest.get("cx"))


def test_provisional_figures_are_hollow_and_explained():
    svg = line_chart(series([("2020", "1"), ("2021", "2", None, "p")]))

    hollow = having(svg, "chart-point--provisional")
    assert [(p.get("fill"), p.get("stroke")) for p in hollow] == [("#ffffff", "#0d6468")] * 2
    assert words(svg).count("Provisional") == 1
    assert "Provisional" not in words(line_chart(POVERTY))


def test_labels_of_line_and_target_never_overlap():
    svg = line_chart(series([("2020", "94.0", "94"), ("2021", "94.1", "94.2")]))

    (value,) = having(svg, "chart-text--value")
    (target,) = having(svg, "chart-text--target")
    assert abs(float(value.get("y")) - float(target.get("y"))) >= 18


def test_empty_chart_says_so():
    assert words(line_chart(series([]))) == ["Per cent", "No figures yet"]
    assert "No figures yet" in words(line_chart(series([("2021", None, "5")])))


def test_labels_of_periods_do_not_overlap():
    chart = series([(f"Q{n % 4 + 1} {2000 + n // 4}/{n // 4 + 1:02}", str(n)) for n in range(300)])
    periods = [
        part for part in read(line_chart(chart)).iter("text") if part.text and part.text.startswith("Q")
    ]

    assert periods[-1].text == "Q4 2074/75"
    xs = [float(part.get("x")) for part in periods]
    assert len(xs) == 6
    assert min(after - before for before, after in pairwise(xs)) > 75


def test_a_long_series_stays_small():
    chart = series([(str(n), str(n % 17)) for n in range(300)])

    assert len(line_chart(chart)) < 7000
    assert len(sparkline(chart, title="x")) < 4000


def test_a_figure_too_long_for_the_margin_is_written_briefly():
    chart = series([("2020", "1"), ("2021", "123456789012345678901")], unit="people", decimals=0)

    assert [part.text for part in having(line_chart(chart, width=320), "chart-text--value")] == ["1.23e+20"]


# Sparkline


def test_sparkline_marks_the_newest_figure_and_the_target():
    svg = sparkline(POVERTY, title="Children in low-income families, 2017/18 to 2020/21")

    assert read(svg).find("title").text == "Children in low-income families, 2017/18 to 2020/21"
    (point,) = having(svg, "chart-point")
    assert (point.get("cx"), point.get("r")) == ("133", "3")
    assert having(svg, "chart-line")[0].get("d").endswith(f"133 {point.get('cy')}")
    assert len(having(svg, "chart-target")) == 1


def test_sparkline_without_figures_is_words():
    assert words(sparkline(series([("2021", None, "5")]), title="Nothing")) == ["No figures yet"]


# Both

DRAWINGS = [line_chart, lambda chart: line_chart(chart, width=320, height=220)]
DRAWINGS.append(lambda chart: sparkline(chart, title=chart.name))


@pytest.mark.parametrize("draw", DRAWINGS)
def test_text_from_people_is_escaped(draw):
    chart = series(
        [(HOSTILE[:20], "1", "2"), (HOSTILE, "2", "2", "p")], name=HOSTILE, unit=HOSTILE, better=HOSTILE
    )
    svg = draw(chart)

    assert isinstance(svg, SafeString)
    assert "<script" not in svg
    assert HOSTILE in read(svg).find("title").text
    assert {part.tag for part in read(svg).iter()} <= {"svg", "title", "path", "rect", "circle", "text"}


@pytest.mark.parametrize("draw", DRAWINGS)
def test_picture_obeys_the_policy_and_has_a_name(draw):
    svg = draw(POVERTY)
    root = read(svg)

    assert root.get("role") == "img"
    assert root[0].tag == "title"
    assert POVERTY.name in root[0].text
    assert root.get("font-family") == (
        "Atkinson Hyperlegible Next, Atkinson Hyperlegible Next Extended, sans-serif"
    )
    attributes = {name for part in root.iter() for name in part.attrib}
    assert not attributes & {"style", "id"}


def test_line_chart_is_named_by_its_sentence():
    assert read(line_chart(POVERTY)).find("title").text == describe(POVERTY)


def test_the_same_series_is_drawn_the_same():
    assert line_chart(POVERTY) == line_chart(POVERTY)
    assert sparkline(POVERTY, title="x") == sparkline(POVERTY, title="x")


def test_page_chart_holds_one_for_wide_and_one_for_narrow_screens():
    assert page_chart(POVERTY) == (
        f'<div class="chart-view--wide">{line_chart(POVERTY)}</div>'
        f'<div class="chart-view--narrow">{line_chart(POVERTY, width=320, height=220)}</div>'
    )


# Properties

numbers = st.decimals(-(10**12), 10**12, places=4) | st.decimals(0, 100, places=1)
maybe = st.none() | numbers
points = st.builds(
    ChartPoint,
    label=st.text(max_size=30),
    value=maybe,
    shown=st.text(max_size=30),
    target=maybe,
    target_shown=st.text(max_size=30),
    is_provisional=st.booleans(),
    starts_new_series=st.booleans(),
)
any_series = st.builds(
    ChartSeries,
    name=st.text(max_size=40),
    unit_label=st.sampled_from(["%", "£", "people", "£ per week"]) | st.text(max_size=80),
    better=st.text(max_size=20),
    points=st.lists(points, max_size=40).map(tuple),
    decimals=st.integers(0, 4),
)


def coordinates(part):
    """Every x and every y an element names."""
    xs = [float(part.get(key)) for key in ("x", "cx") if part.get(key)]
    ys = [float(part.get(key)) for key in ("y", "cy") if part.get(key)]
    if part.tag == "rect":
        xs.append(xs[0] + float(part.get("width")))
        ys.append(ys[0] + float(part.get("height")))
    steps = re.findall(r"([MLHV ])(-?[\d.]+)(?: (-?[\d.]+))?", part.get("d") or "")
    for command, first, second in steps:
        (ys if command == "V" else xs).append(float(first))
        if second:
            ys.append(float(second))
    return xs, ys


@settings(deadline=None)
@given(chart=any_series, draw=st.sampled_from(DRAWINGS))
def test_everything_stands_inside_the_picture(chart, draw):
    # Characters XML cannot hold are HTML's to mend; here they would only stop the reading.
    svg = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", draw(chart))
    root = read(svg)
    _, _, width, height = (float(number) for number in root.get("viewBox").split())

    for part in root.iter():
        xs, ys = coordinates(part)
        assert all(0 <= x <= width for x in xs), ElementTree.tostring(part)
        assert all(0 <= y <= height for y in ys), ElementTree.tostring(part)
    numbers_written = "".join(value for part in root.iter() for key, value in part.items() if key != "class")
    assert "NaN" not in numbers_written
    assert "Infinity" not in numbers_written


@settings(deadline=None)
@given(chart=any_series)
def test_the_axis_holds_every_figure_in_few_round_steps(chart):
    scale = scale_for(chart)
    told = [n for point in chart.points for n in (point.value, point.target) if n is not None]

    assert scale.marks[0] == scale.low
    assert scale.marks[-1] == scale.high
    assert 2 <= len(scale.marks) <= 7
    assert all(scale.low <= number <= scale.high for number in told)
    assert len({scale.label(mark) for mark in scale.marks}) == len(scale.marks)
