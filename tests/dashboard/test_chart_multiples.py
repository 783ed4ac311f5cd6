"""Small multiples: one scale for all, what each of them draws, their order, their sentence and their table."""

import re
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from actionplans.status import Polarity, Status
from dashboard.charts.multiples import (
    Multiples,
    PlaceChart,
    TableCell,
    describe_place,
    describe_places,
    off_target_note,
)
from dashboard.charts.multiples_picture import multiples_key, small_chart
from tests.dashboard.chart_cast import HOSTILE, series

ON, SLIGHT, OFF = Status.ON_TARGET, Status.SLIGHTLY_OFF, Status.OFF_TARGET
YEARS = ("2018/19", "2019/20", "2020/21")


def place(name, *values, status=ON, is_part=False, marks=(), targets=()):
    """A place whose figures are of the last years; None is no figure and "c" one that may not be shown."""
    years = YEARS[-len(values) :]
    rows = [
        (year, None if value in (None, "c") else value, target, mark)
        for year, value, target, mark in zip(
            years,
            values,
            (*targets, *[None] * len(values)),
            (*marks, *[""] * len(values)),
            strict=False,
        )
    ]
    points = tuple(
        replace(point, shown="[c]") if value == "c" else point
        for point, value in zip(series(rows).points, values, strict=True)
    )
    valued = [point for point in points if point.value is not None]
    newest = points[-1] if values[-1] == "c" else valued[-1] if valued else None
    return PlaceChart(
        name,
        points,
        newest.label if newest else "",
        newest.shown if newest else "No figure",
        "",
        status,
        is_part,
    )


def multiples(*places, polarity=Polarity.MINIMISE, area=None, **fields):
    area = area or place("Perth and Kinross", "17.0", "16.5", "16.0")
    return Multiples("Child poverty", "%", "Lower is better", polarity, 1, area, places, **fields)


STRATHMORE = place("Strathmore", "26.0", "25.0", "27.1", status=OFF)
HIGHLAND = place("Highland", "19.0", "21.0", "22.0", status=OFF)
CARSE = place("Carse", "15.0", "16.0", "17.2", status=SLIGHT)
CITY = place("Perth City", "15.2", "14.6", "14.0")
KINROSS = place("Kinross", "15.0", "14.8", "14.9")
FIVE = multiples(CITY, HIGHLAND, STRATHMORE, KINROSS, CARSE)


def names(places):
    return [one.name for one in places]


def read(svg):
    # Our own markup, just written.
    return ElementTree.fromstring(svg)  # noqa: S314


def having(svg, class_):
    return [part for part in read(svg).iter() if class_ in part.get("class", "").split()]


def words(svg):
    return [part.text for part in read(svg).iter("text")]


# Order


@pytest.mark.parametrize(
    ("polarity", "order"),
    [
        (Polarity.MINIMISE, ["Strathmore", "Highland", "Carse", "Kinross", "Perth City"]),
        (Polarity.MAXIMISE, ["Perth City", "Kinross", "Carse", "Highland", "Strathmore"]),
        (Polarity.NONE, ["Carse", "Highland", "Kinross", "Perth City", "Strathmore"]),
    ],
)
def test_the_worst_comes_first_or_the_names_decide(polarity, order):
    found = replace(FIVE, polarity=polarity)

    assert names(found.localities) == order
    assert found.order_words == (
        "Places stand in the order of their names."
        if polarity is Polarity.NONE
        else "The worst newest figure comes first."
    )


def test_the_furthest_from_the_target_comes_first_where_closer_is_better():
    low, high = (place(name, value, targets=("20",)) for name, value in (("Low", "12.0"), ("High", "25.0")))
    found = multiples(high, low, polarity=Polarity.GOLDILOCKS, area=place("All", "20.0", targets=("20",)))

    assert names(found.localities) == ["Low", "High"]


def test_a_hidden_newest_figure_has_no_place_in_the_order():
    shy = place("Aberfeldy", "99.0", "c", status=Status.SUPPRESSED)

    assert names(multiples(CITY, shy, STRATHMORE).localities) == ["Strathmore", "Perth City", "Aberfeldy"]


def test_parts_of_the_population_stand_apart_and_more_than_twelve_are_folded():
    many = [place(f"Place {n:02}", "20.0") for n in range(30)]
    part = place("Most deprived fifth", "33.0", is_part=True)
    groups = multiples(*many, part, area=place("All", "20.0")).groups

    assert [(group.heading, len(group.shown), len(group.folded)) for group in groups] == [
        ("Localities", 12, 18),
        ("Parts of the population", 1, 0),
    ]


# The sentence


def test_the_sentence_names_those_off_target_while_the_area_is_on_it():
    assert describe_places(multiples(CITY, HIGHLAND, STRATHMORE, KINROSS, place("Almond", "16.0"))) == (
        "2 of 5 localities are off target while Perth and Kinross is on target: Strathmore, Highland."
    )


def test_those_slightly_off_have_a_sentence_of_their_own():
    assert describe_places(FIVE) == (
        "2 of 5 localities are off target while Perth and Kinross is on target: Strathmore, Highland. "
        "1 is slightly off target: Carse."
    )


def test_the_area_may_stand_no_better():
    area = place("Perth and Kinross", "17.0", "16.5", "16.0", status=OFF)

    assert describe_places(multiples(CITY, STRATHMORE, area=area)) == (
        "1 of 2 localities is off target, as Perth and Kinross is: Strathmore."
    )
    assert describe_places(multiples(CITY, KINROSS, area=area)) == (
        "Both localities are on target while Perth and Kinross is off target."
    )


def test_all_on_target():
    assert describe_places(multiples(CITY, KINROSS)) == (
        "Both localities are on target, as Perth and Kinross is."
    )


def test_one_place_alone():
    assert describe_places(multiples(STRATHMORE)) == (
        "Strathmore is off target while Perth and Kinross is on target."
    )


def test_a_suppressed_place_is_not_judged_and_it_is_said():
    shy = place("Glen Orrin", "11.0", "c", status=Status.SUPPRESSED)

    assert describe_places(multiples(CITY, KINROSS, STRATHMORE, shy)) == (
        "1 of 3 localities that can be judged is off target while Perth and Kinross is on target: Strathmore. "
        "Not judged: Glen Orrin (suppressed)."
    )


def test_without_a_target_nothing_is_judged():
    data = [place(name, "11.0", status=Status.DATA_ONLY) for name in ("A", "B")]

    assert describe_places(multiples(*data, area=place("All", "10.0", status=Status.DATA_ONLY))) == (
        "None of the 2 localities can be judged: there is no target for their periods."
    )


def test_names_with_commas_are_parted_by_semicolons():
    glens = place("Atholl, Strathardle and Glenshee", "30.0", "30.0", "30.0", status=OFF)

    assert describe_places(multiples(glens, STRATHMORE, CITY)).endswith(
        ": Atholl, Strathardle and Glenshee; Strathmore."
    )


def test_of_many_the_worst_are_named():
    many = [place(f"Place {n:02}", f"{40 - n}.0", status=OFF) for n in range(15)]

    assert describe_places(multiples(*many, CITY)) == (
        "15 of 16 localities are off target while Perth and Kinross is on target: "
        "Place 00, Place 01, Place 02, Place 03, Place 04 and 10 others."
    )


def test_localities_and_parts_of_the_population_are_told_apart():
    fifths = [
        place(f"{end} deprived fifth", "20.0", status=status, is_part=True)
        for end, status in (("Most", OFF), ("Least", ON))
    ]

    assert describe_places(multiples(CITY, *fifths, area=place("All", "16.0"))) == (
        "Perth City is on target, as All is. "
        "1 of 2 parts of the population is off target while All is on target: Most deprived fifth."
    )


@pytest.mark.parametrize(
    ("area", "statuses", "note"),
    [
        (ON, [OFF, OFF, ON, ON, ON], "2 of 5 localities are off target"),
        (ON, [OFF, SLIGHT, ON], "1 of 3 localities is off target, 1 slightly off target"),
        (ON, [SLIGHT, SLIGHT, ON], "2 of 3 localities are slightly off target"),
        (ON, [OFF], "1 of 1 locality is off target"),
        (ON, [OFF, Status.SUPPRESSED], "1 of 1 locality is off target"),
        (ON, [ON, ON], ""),
        (ON, [], ""),
        (OFF, [OFF, ON], ""),
        (Status.SUPPRESSED, [OFF, ON], ""),
    ],
)
def test_the_note_for_a_row_of_the_dashboard(area, statuses, note):
    assert off_target_note(area, statuses) == note


# The table


def test_the_table_has_the_area_first_and_the_newest_period_first():
    area, *rows = FIVE.table

    assert FIVE.table_periods == ("2020/21", "2019/20", "2018/19")
    assert (area.name, area.is_area) == ("Perth and Kinross", True)
    assert [cell.shown for cell in area.cells] == ["16.0%", "16.5%", "17.0%"]
    assert [row.name for row in rows] == names(FIVE.localities)


def test_the_table_says_what_is_provisional_and_what_is_not_shown():
    shy = place("Glen Orrin", "11.0", "11.4", "c", status=Status.SUPPRESSED, marks=("", "p"))

    assert multiples(shy).table[1].cells == (
        TableCell("[c]", ""),
        TableCell("11.4%", "provisional"),
        TableCell("11.0%", ""),
    )


def test_the_table_has_the_last_eight_periods():
    rows = [(f"{year}", "5") for year in range(2000, 2020)]
    area = PlaceChart("All", series(rows).points, "2019", "5.0%", "", ON)

    assert multiples(area=area).table_periods[0] == "2019"
    assert len(multiples(area=area).table_periods) == 8
    assert len(multiples(area=area).table[0].cells) == 8


# The pictures


def test_all_have_the_scale_of_all():
    marks = [words(small_chart(FIVE, one))[:4] for one in FIVE.places]

    assert marks == [["0%", "10%", "20%", "30%"]] * 5


def test_the_line_the_area_behind_it_and_the_target():
    aimed = place("Highland", "19.0", "21.0", "22.0", targets=("18", "17", "16"))
    svg = small_chart(multiples(aimed), aimed)

    (line,), (area,), (target,) = (having(svg, f"chart-{one}") for one in ("line", "area", "target"))
    assert (line.get("stroke-dasharray"), area.get("stroke-dasharray")) == ("none", "2 3")
    assert (area.get("stroke"), target.get("stroke")) == ("#5b5563", "#8f3d0c")
    assert line.get("d").split(" ")[0] == area.get("d").split(" ")[0]
    assert [point.get("r") for point in having(svg, "chart-point")] == ["3", "3", "4.5"]
    assert having(small_chart(FIVE, CITY), "chart-target") == []


def test_provisional_points_are_hollow_and_breaks_are_drawn():
    found = place("Highland", "19.0", "21.0", "22.0", marks=("", "b", "p"))
    svg = small_chart(multiples(found), found)

    (hollow,) = having(svg, "chart-point--provisional")
    assert (hollow.get("fill"), hollow.get("r")) == ("#ffffff", "4.5")
    assert len(having(svg, "chart-break")) == 1
    assert having(svg, "chart-line")[0].get("d").count("M") == 1


def test_a_hidden_figure_is_a_symbol_at_the_foot_and_nothing_else():
    shy = place("Glen Orrin", "11.0", "11.4", "c", status=Status.SUPPRESSED)
    svg = small_chart(multiples(shy), shy)

    (symbol,) = [part for part in read(svg).iter("text") if part.text == "[c]"]
    assert float(symbol.get("y")) == 126
    assert len(having(svg, "chart-point")) == 2
    assert describe_place(multiples(shy), shy) == (
        "Glen Orrin: 11.0% in 2018/19 to 11.4% in 2019/20; Perth and Kinross as a whole 16.0% in 2020/21"
    )


def test_the_title_says_first_and_newest_and_the_area():
    assert f"<title>{describe_place(FIVE, HIGHLAND)}</title>" in small_chart(FIVE, HIGHLAND)
    assert describe_place(FIVE, HIGHLAND) == (
        "Highland: 19.0% in 2018/19 to 22.0% in 2020/21; Perth and Kinross as a whole 16.0% in 2020/21"
    )


def test_a_place_without_figures_has_a_chart_without_a_line():
    empty = place("Nowhere", None, None, None, status=Status.AWAITING)
    svg = small_chart(multiples(empty), empty)

    assert having(svg, "chart-line") == []
    assert describe_place(multiples(empty), empty) == "Nowhere: no figures to show"


def test_both_ends_of_the_time_are_named():
    assert words(small_chart(FIVE, CITY))[-2:] == ["2018/19", "2020/21"]


def test_names_are_escaped_and_nothing_is_styled():
    hostile = place(HOSTILE, "19.0", "21.0", "22.0")
    area = place(HOSTILE, "19.0", "21.0", "22.0")
    found = multiples(hostile, area=area)
    for written in (small_chart(found, hostile), multiples_key(found)):
        assert "<script" not in written
        assert "style=" not in written
    read(small_chart(found, hostile))


def test_the_key_names_the_lines():
    assert re.findall(r"<span>(.*?)</span>", multiples_key(FIVE)) == [
        "The place",
        "Perth and Kinross as a whole",
    ]
    aimed = place("Highland", "19.0", targets=("18",))
    assert "Target of Perth and Kinross" in multiples_key(multiples(aimed))


def test_three_hundred_periods_stay_small():
    rows = [(f"Q{n % 4 + 1} {1950 + n // 4}", str(Decimal(n % 17))) for n in range(300)]
    long = PlaceChart("Long", series(rows).points, rows[-1][0], "x", "", ON)

    assert len(small_chart(multiples(long, area=long), long)) < 9000
