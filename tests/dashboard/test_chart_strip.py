"""The ranked strip: ranks, the sentence, the table, and what stands where in the picture."""

import re
from decimal import Decimal
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from actionplans.status import Polarity
from dashboard.charts.elements import width_of
from dashboard.charts.strip import (
    LOCALITIES,
    Strip,
    StripKind,
    StripMark,
    describe_spread,
    describe_standing,
    ordinal,
)
from dashboard.charts.strip_picture import page_strip, strip_key, strip_picture
from tests.dashboard.chart_cast import HOSTILE

AREA, COUNTRY, FAMILY = StripKind.AREA, StripKind.COUNTRY, StripKind.FAMILY
SIMILAR, COUNCIL, LOCALITY, PART = (
    StripKind.SIMILAR,
    StripKind.COUNCIL,
    StripKind.LOCALITY,
    StripKind.POPULATION,
)


def mark(name, kind, value, **fields):
    shown = "[c]" if value is None else f"{value}%"
    return StripMark(name, kind, None if value is None else Decimal(value), shown, **fields)


def strip(*marks, polarity=Polarity.MINIMISE, area="20.3", **fields):
    own = mark("Perth and Kinross", AREA, area)
    settled = {"measure": "Child poverty", "period": "2020/21", "unit_label": "%", "decimals": 1}
    return Strip(**(settled | {"polarity": polarity, "marks": (own, *marks)} | fields))


COUNCILS = (
    mark("Moray", SIMILAR, "18.0"),
    mark("Stirling", SIMILAR, "22.0"),
    mark("Glasgow City", COUNCIL, "32.1"),
    mark("Fife", COUNCIL, "24.4"),
)
BESIDE = (mark("Scotland", COUNTRY, "24.0"), mark("Family group", FAMILY, "21.1"))
STANDING = strip(*BESIDE, *COUNCILS)


def localities(*values, names=("Perth City", "Strathmore", "Highland", "Kinross", "Almond"), **fields):
    marks = [mark(name, LOCALITY, value) for name, value in zip(names, values, strict=False)]
    return strip(*marks, ranked=LOCALITIES, noun="localities", **fields)


# Ranks


def ranks(found):
    return [(row.rank, row.name) for row in found.rows()]


def test_the_lowest_is_first_where_lower_is_better_and_scotland_is_not_ranked():
    assert ranks(STANDING) == [
        ("1", "Moray"),
        ("2", "Perth and Kinross"),
        ("", "Family group"),
        ("3", "Stirling"),
        ("", "Scotland"),
        ("4", "Fife"),
        ("5", "Glasgow City"),
    ]


def test_the_highest_is_first_where_higher_is_better():
    assert ranks(strip(*COUNCILS, polarity=Polarity.MAXIMISE))[0] == ("1", "Glasgow City")


def test_the_nearest_to_the_target_is_first_where_closer_is_better():
    found = strip(*COUNCILS, polarity=Polarity.GOLDILOCKS, target=Decimal(23), target_shown="23.0%")

    assert [name for _, name in ranks(found)] == [
        "Stirling",
        "Fife",
        "Perth and Kinross",
        "Moray",
        "Glasgow City",
    ]


@pytest.mark.parametrize("polarity", [Polarity.NONE, Polarity.GOLDILOCKS])
def test_without_a_better_end_the_highest_is_first_and_it_is_said(polarity):
    found = strip(*COUNCILS, polarity=polarity)

    assert ranks(found)[0] == ("1", "Glasgow City")
    assert describe_standing(found) == (
        "Perth and Kinross (20.3% in 2020/21) is 4th highest of 5 councils; neither end is better."
    )


def test_equal_figures_share_a_rank_and_the_next_is_as_far_on():
    found = strip(mark("Fife", COUNCIL, "20.30"), mark("Moray", COUNCIL, "18"), mark("Angus", COUNCIL, "25"))

    assert ranks(found) == [
        ("1", "Moray"),
        ("joint 2", "Fife"),
        ("joint 2", "Perth and Kinross"),
        ("4", "Angus"),
    ]
    assert describe_standing(found).startswith(
        "Perth and Kinross (20.3% in 2020/21) is joint 2nd of 4 councils; 1st is best."
    )


def test_ranks_go_by_the_unrounded_figures():
    found = strip(StripMark("Fife", COUNCIL, Decimal("20.29"), "20.3%"))

    assert ranks(found) == [("1", "Fife"), ("2", "Perth and Kinross")]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (22, "22nd"),
        (101, "101st"),
        (112, "112th"),
    ],
)
def test_ordinals(number, words):
    assert ordinal(number) == words


# The sentence


def test_the_sentence_says_rank_and_both_neighbours():
    assert describe_standing(STANDING) == (
        "Perth and Kinross (20.3% in 2020/21) is 2nd of 5 councils; 1st is best. "
        "Better than Scotland (24.0%) and than the family group (21.1%)."
    )


@pytest.mark.parametrize(
    ("polarity", "scotland", "family", "words"),
    [
        (
            Polarity.MINIMISE,
            "24.0",
            "19.0",
            "better than Scotland (24.0%) but worse than the family group (19.0%).",
        ),
        (
            Polarity.MINIMISE,
            "20.3",
            "20.3",
            "the same as Scotland (20.3%) and as the family group (20.3%).",
        ),
        (
            Polarity.MAXIMISE,
            "24.0",
            "20.3",
            "the same as the family group (20.3%) but worse than Scotland (24.0%).",
        ),
        (
            Polarity.NONE,
            "24.0",
            "19.0",
            "higher than the family group (19.0%) but lower than Scotland (24.0%).",
        ),
    ],
)
def test_without_councils_only_the_neighbours_are_told(polarity, scotland, family, words):
    found = strip(
        mark("Scotland", COUNTRY, scotland), mark("Family group", FAMILY, family), polarity=polarity
    )

    assert describe_standing(found) == f"Perth and Kinross (20.3% in 2020/21) is {words}"
    assert {row.rank for row in found.rows()} == {""}


def test_closer_to_the_target_is_told_as_such():
    found = strip(*BESIDE, *COUNCILS, polarity=Polarity.GOLDILOCKS, target=Decimal(21), target_shown="21.0%")

    assert describe_standing(found) == (
        "Perth and Kinross (20.3% in 2020/21) is 1st of 5 councils; 1st is closest to the target. "
        "Closer to the target than Scotland (24.0%) but further from the target than the family group (21.1%)."
    )


def test_a_provisional_figure_and_a_day_are_told():
    own = mark("Moray", AREA, "20.3", is_provisional=True)
    found = Strip("x", "31 March 2021", "%", 1, Polarity.MINIMISE, (own, mark("Fife", COUNCIL, "21")))

    assert describe_standing(found) == (
        "Moray (20.3% on 31 March 2021, provisional) is 1st of 2 councils; 1st is best."
    )


def test_the_spread_of_localities_names_both_ends_and_counts_the_worse():
    assert describe_spread(localities("15.2", "27.1", "22.0", "15.2", "16.4")) == (
        "Of 5 localities in 2020/21, Kinross and Perth City (15.2%) are best and Strathmore (27.1%) is worst. "
        "2 are worse than Perth and Kinross as a whole (20.3%)."
    )


def test_the_spread_where_neither_end_is_better():
    assert describe_spread(localities("15.2", "27.1", "22.0", polarity=Polarity.NONE)) == (
        "Of 3 localities in 2020/21, Strathmore (27.1%) is highest and Perth City (15.2%) is lowest. "
        "1 is lower than Perth and Kinross as a whole (20.3%)."
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["27.1"], "Perth City (27.1% in 2020/21) is worse than Perth and Kinross (20.3%)."),
        (["15.2"], "Perth City (15.2% in 2020/21) is better than Perth and Kinross (20.3%)."),
        (["20.3"], "Perth City (20.3% in 2020/21) is the same as Perth and Kinross (20.3%)."),
        (["21.0", "21.0"], "Both localities stand at 21.0% in 2020/21."),
        (
            [None],
            "Perth and Kinross is 20.3% in 2020/21; no localities have a figure to show.",
        ),
        (
            ["15.2", "18.0", None],
            (
                "Of the 2 localities with a figure in 2020/21, Perth City (15.2%) is best and Strathmore "
                "(18.0%) is worst. None are worse than Perth and Kinross as a whole (20.3%)."
            ),
        ),
    ],
)
def test_the_spread_of_few(values, sentence):
    assert describe_spread(localities(*values)) == sentence


def test_a_strip_needs_the_partnerships_own_figure():
    with pytest.raises(ValueError, match="own"):
        strip(area=None)


# Figures that are not shown

HIDDEN = strip(
    *COUNCILS, mark("Zetland", COUNCIL, None, why_none="confidential"), mark("Bute", COUNCIL, None)
)


def test_what_is_not_shown_is_listed_by_name_and_neither_ranked_nor_counted():
    assert ranks(HIDDEN)[-2:] == [("", "Bute"), ("", "Zetland")]
    assert HIDDEN.rows()[-1].shown == "[c]"
    assert HIDDEN.rows()[-1].note == "confidential"
    assert describe_standing(HIDDEN).startswith(
        "Perth and Kinross (20.3% in 2020/21) is 2nd of the 5 councils with a figure;"
    )


def test_what_is_not_shown_is_nowhere_in_the_picture():
    told = describe_standing(HIDDEN)

    assert strip_picture(HIDDEN, title=told) == strip_picture(strip(*COUNCILS), title=told)
    assert "Zetland" not in page_strip(HIDDEN, title=told)
    assert strip_key(HIDDEN) == strip_key(strip(*COUNCILS))


# The picture


def read(svg):
    # Our own markup, just written.
    return ElementTree.fromstring(svg)  # noqa: S314


def shapes(svg, kind):
    return [part for part in read(svg).iter() if f"chart-mark--{kind}" in part.get("class", "").split()]


def words(svg):
    return [part.text for part in read(svg).iter("text")]


def drawn(found, width=640):
    return strip_picture(found, title="A sentence", width=width)


def test_each_kind_has_a_shape_of_its_own():
    svg = drawn(strip(*BESIDE, *COUNCILS, mark("Most deprived fifth", PART, "31")))

    assert [part.tag for part in shapes(svg, "similar")] == ["circle", "circle"]
    assert [part.tag for part in shapes(svg, "council")] == ["path", "path"]
    assert shapes(svg, "council")[0].get("d").endswith("v12")
    corners = {kind: shapes(svg, kind)[0].get("d").count("L") + 1 for kind in ("area", "country", "family")}
    assert corners == {"area": 4, "country": 3, "family": 4}
    assert shapes(svg, "area")[0].get("fill") == "#0d6468"
    assert len(shapes(svg, "population")) == 1


def test_marks_stand_where_their_figures_are_on_one_axis():
    svg = drawn(strip(mark("Fife", COUNTRY, "10"), mark("Moray", FAMILY, "30"), area="20"))

    def across(kind):
        return float(re.match(r"M([\d.]+) ", shapes(svg, kind)[0].get("d"))[1])

    area, low, high = across("area"), across("country"), across("family") + 6
    assert area == pytest.approx((low + high) / 2, abs=0.2)
    assert low < area < high


def test_marks_that_would_cover_one_another_are_stacked():
    svg = drawn(strip(*(mark(f"C{n}", SIMILAR, "22") for n in range(3))))

    heights = [float(part.get("cy")) for part in shapes(svg, "similar")]
    assert sorted(heights, reverse=True) == [heights[-1], heights[-1] - 17, heights[-1] - 34]


def test_any_number_of_equal_figures_stays_on_the_paper():
    svg = drawn(strip(*(mark(f"C{n}", COUNCIL, "20.3") for n in range(60))))
    root = read(svg)

    assert float(root.get("height")) < 320
    tops = [float(re.match(r"M[\d.]+ ([\d.-]+)v12", part.get("d"))[1]) for part in shapes(svg, "council")]
    assert min(tops) > 20


@pytest.mark.parametrize(
    ("polarity", "ends"),
    [
        (Polarity.MINIMISE, ["Better", "Worse"]),
        (Polarity.MAXIMISE, ["Worse", "Better"]),
        (Polarity.NONE, ["Lower", "Higher"]),
    ],
)
def test_each_end_says_what_it_means(polarity, ends):
    assert words(drawn(strip(*COUNCILS, polarity=polarity)))[:2] == ends


def test_closer_is_better_is_said_and_the_target_drawn():
    svg = drawn(strip(*COUNCILS, polarity=Polarity.GOLDILOCKS, target=Decimal(21), target_shown="21.0%"))

    assert words(svg)[0] == "Closer to the target is better"
    assert "Target 21.0%" in words(svg)
    assert len([part for part in read(svg).iter("path") if part.get("class") == "chart-target"]) == 1


def test_the_partnership_scotland_and_the_family_group_are_always_named():
    many = [mark(f"Council {n}", COUNCIL, str(20 + n)) for n in range(31)]
    named = words(drawn(strip(*BESIDE, *many)))

    assert {"Perth and Kinross 20.3%", "Scotland 24.0%", "Family group 21.1%"} <= set(named)
    assert not any(name.startswith("Council") for name in named)


def test_a_few_places_are_all_named():
    named = words(drawn(localities("15.2", "27.1", "22.0")))

    assert {"Perth City 15.2%", "Strathmore 27.1%", "Highland 22.0%"} <= set(named)


def test_a_figure_too_long_is_written_briefly():
    own = StripMark("Perth and Kinross", AREA, Decimal(123456789), "£123,456,789.00 and more words")
    found = Strip("x", "2020/21", "£", 0, Polarity.NONE, (own,))

    assert "£123m" in words(drawn(found, width=320))[-2]


def test_the_title_is_the_sentence_and_wide_and_narrow_are_both_there():
    both = page_strip(STANDING, title=describe_standing(STANDING))

    assert isinstance(both, SafeString)
    assert both.count(f"<title>{describe_standing(STANDING)}</title>") == 2
    assert re.findall(r'viewBox="0 0 (\d+)', both) == ["640", "320"]
    assert "style" not in both


def test_provisional_figures_are_hollow_and_the_key_says_so():
    found = strip(mark("Moray", SIMILAR, "18.0", is_provisional=True))

    (hollow,) = shapes(drawn(found), "similar")
    assert (hollow.get("fill"), hollow.get("stroke")) == ("#ffffff", "#5b5563")
    assert "Hollow: provisional" in strip_key(found)
    assert "Hollow" not in strip_key(STANDING)


def test_the_key_names_every_shape_that_is_drawn():
    assert re.findall(r"<span>(.*?)</span>", strip_key(STANDING)) == [
        "Perth and Kinross",
        "Scotland",
        "Family group",
        "Similar council",
        "Other council",
    ]


def test_names_are_escaped():
    found = strip(mark(HOSTILE, COUNTRY, "24"), mark(HOSTILE, LOCALITY, "25"), unit_label=HOSTILE)
    for svg in (drawn(found), drawn(found, width=320)):
        assert "<script" not in svg
        read(svg)
    assert "<script" not in strip_key(found)


# Whatever the figures, no words cover others or leave the paper


def boxes(svg):
    found = []
    for part in read(svg).iter("text"):
        wide = width_of(part.text, 14) * (1.05 if part.get("font-weight") else 1)
        x, y = float(part.get("x")), float(part.get("y"))
        left = {"end": x - wide, "middle": x - wide / 2}.get(part.get("text-anchor"), x)
        found.append((part.text, left, left + wide, y - 11, y + 3))
    return found


def assert_readable(svg, width):
    height = float(read(svg).get("height"))
    found = boxes(svg)
    for words_, left, right, top, bottom in found:
        assert left >= -1, words_
        assert right <= width + 1, words_
        assert top >= 0, words_
        assert bottom <= height, words_
    for one, other in combinations(found, 2):
        is_apart = (
            one[1] >= other[2] - 1 or other[1] >= one[2] - 1 or one[3] >= other[4] or other[3] >= one[4]
        )
        assert is_apart, (one, other)


VALUES = st.decimals(min_value=0, max_value=100, places=1)
LONG_NAMES = st.sampled_from(
    [
        "Scotland",
        "Family group",
        "Highland Perthshire",
        "Ardler and St Mary’s",
        "A",
        "Stirling and District East",
    ]
)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(LONG_NAMES, st.sampled_from(list(StripKind)[1:]), VALUES), max_size=12),
    VALUES,
    st.sampled_from(list(Polarity)),
    st.one_of(st.none(), VALUES),
)
def test_words_never_overlap_nor_run_off(others, own, polarity, target):
    found = strip(
        *(mark(name, kind, str(value)) for name, kind, value in others),
        area=str(own),
        polarity=polarity,
        target=target,
        target_shown="" if target is None else f"{target}%",
    )
    for width in (640, 320):
        assert_readable(drawn(found, width=width), width)
