"""A measure in other places: what its page is given, from the figures of localities and comparators."""

import datetime as dt
from decimal import Decimal

import pytest

from actionplans.models import Measure
from actionplans.series import series_by_place
from dashboard.charts.multiples_picture import multiples_key, small_chart
from dashboard.charts.strip import StripKind
from dashboard.measure_chart import measure_chart_of
from dashboard.places import comparators_section, places_note, places_section
from priorities.clock import EDINBURGH
from priorities.models import Locality
from priorities.periods import FinancialQuarter
from tests.actionplans.factories import (
    MeasureFactory,
    ReadingFactory,
    SeriesBreakFactory,
    TargetFactory,
    period_of,
)
from tests.factories import NOW, ComparatorFactory

pytestmark = pytest.mark.django_db

Q1, Q2, Q3 = (FinancialQuarter.parse(f"{quarter} 2021/22") for quarter in ("Q1", "Q2", "Q3"))
RELEASED = dt.datetime(2022, 1, 5, 9, 30, tzinfo=EDINBURGH)


@pytest.fixture
def measure():
    """Higher is better; the area is on its target of 50."""
    found = MeasureFactory(name="Grants decided in a day", tolerance_amber=Decimal(2))
    for quarter, value in ((Q1, "51"), (Q2, "52"), (Q3, "53")):
        add(found, value, quarter)
        TargetFactory(measure=found, value=50, **period_of(quarter))
    return found


def add(measure, value, quarter=Q3, **fields):
    if value == "c":
        fields |= {"symbol": "c"}
    shown = None if value == "c" else Decimal(value)
    return ReadingFactory(measure=measure, value=shown, released_at=RELEASED, **(period_of(quarter) | fields))


def locality(measure, name, *values):
    """A locality whose last figure is that of Q3."""
    place = Locality.objects.create(
        partnership=measure.partnership, code=name.replace(" ", "-"), name=name, kind="ward"
    )
    for quarter, value in zip((Q3, Q2, Q1), reversed(values), strict=False):
        if value:
            add(measure, value, quarter, place=place)
    return place


def comparator(measure, name, kind, *values):
    other = ComparatorFactory(partnership=measure.partnership, name=name, kind=kind)
    for quarter, value in zip((Q3, Q2, Q1), reversed(values), strict=False):
        if value:
            add(measure, value, quarter, comparator=other)
    return other


def by_place(measure):
    known = Measure.objects.filter(pk=measure.pk)
    return series_by_place(known, ends_by=Q3.ends_on, known_at=NOW)[measure.pk]


def beside(measure):
    return comparators_section(by_place(measure), area_name="Strathmuir")


def inside(measure):
    return places_section(by_place(measure), area_name="Strathmuir")


# Nobody else


def test_without_others_there_is_nothing_to_show(measure):
    assert (beside(measure), inside(measure), places_note(by_place(measure))) == (None, None, "")


def test_parts_of_the_population_are_places_and_no_comparators(measure):
    comparator(measure, "Most deprived fifth", "population", "44")

    assert beside(measure) is None
    assert [place.name for place in inside(measure).multiples.parts] == ["Most deprived fifth"]


# Comparators


def test_the_area_stands_among_councils(measure):
    comparator(measure, "Scotland", "country", "51.5")
    comparator(measure, "Glenbeg", "similar", "55")
    comparator(measure, "Fintrack", "council", "40")

    found = beside(measure)

    assert found.sentence == (
        "Strathmuir (53.0% in Q3 2021/22) is 2nd of 3 councils; 1st is best. Better than Scotland (51.5%)."
    )
    assert [(row.rank, row.name, row.shown, row.difference) for row in found.rows] == [
        ("1", "Glenbeg", "55.0%", "2.0 percentage points higher"),
        ("2", "Strathmuir", "53.0%", ""),
        ("", "Scotland", "51.5%", "1.5 percentage points lower"),
        ("3", "Fintrack", "40.0%", "13.0 percentage points lower"),
    ]
    assert (found.newest, found.not_shown) == ((), ())
    assert found.strip.target is None


def test_the_newest_period_that_half_of_the_others_have_is_taken(measure):
    comparator(measure, "Scotland", "country", "50", "50", "50")
    comparator(measure, "Glenbeg", "similar", "55", "55", "")
    comparator(measure, "Fintrack", "council", "40", "40", "")

    found = beside(measure)

    assert found.strip.period == "Q2 2021/22"
    assert found.sentence.startswith("Strathmuir (52.0% in Q2 2021/22) is 2nd of 3 councils")


def test_one_half_is_enough_and_the_rest_is_listed(measure):
    comparator(measure, "Scotland", "country", "50", "50", "50")
    comparator(measure, "Glenbeg", "similar", "55", "55", "")

    found = beside(measure)

    assert found.strip.period == "Q3 2021/22"
    assert [(mark.name, mark.shown) for mark in found.not_shown] == [("Glenbeg", "No figure")]


def test_without_a_common_period_the_newest_figures_are_listed(measure):
    comparator(measure, "Scotland", "country")
    other = comparator(measure, "Glenbeg", "similar")
    add(measure, "44", FinancialQuarter.parse("Q1 2019/20"), comparator=other)

    found = beside(measure)

    assert found.strip is None
    assert found.sentence == (
        "There is no period for which Strathmuir and at least half of the others have a figure."
    )
    assert [(row.name, row.kind, row.period, row.shown) for row in found.newest] == [
        ("Strathmuir", StripKind.AREA, "Q3 2021/22", "53.0%"),
        ("Glenbeg", StripKind.SIMILAR, "Q1 2019/20", "44.0%"),
    ]


def test_a_yes_or_no_has_no_strip():
    measure = MeasureFactory(unit="yes_no", decimals=0)
    add(measure, "1")
    comparator(measure, "Glenbeg", "council", "0")

    found = beside(measure)

    assert found.strip is None
    assert [row.shown for row in found.newest] == ["Yes", "No"]


def test_a_difference_too_small_for_the_decimals_is_shown_with_more(measure):
    comparator(measure, "Glenbeg", "similar", "53.04")
    comparator(measure, "Fintrack", "council", "53")

    assert [row.difference for row in beside(measure).rows] == [
        "0.04 percentage points higher",
        "the same",
        "",
    ]


# Places


def five(measure):
    for name, values in {
        "Muirtown": ("51", "55", "58"),
        "Highland": ("44", "43", "42"),
        "Strathmore": ("39", "38", "37"),
        "Carse": ("50", "50", "49"),
        "Glen Orrin": ("50", "51", "52"),
    }.items():
        locality(measure, name, *values)


def test_strong_places_do_not_hide_weak_ones(measure):
    five(measure)

    found = inside(measure)

    assert found.sentence == (
        "2 of 5 localities are off target while Strathmuir is on target: Strathmore, Highland. "
        "1 is slightly off target: Carse."
    )
    assert found.spread == (
        "Of 5 localities in Q3 2021/22, Muirtown (58.0%) is best and Strathmore (37.0%) is worst. "
        "4 are worse than Strathmuir as a whole (53.0%)."
    )
    assert (found.strip.target, found.strip.target_shown) == (Decimal(50), "50.0%")
    assert [place.name for place in found.multiples.localities][:2] == ["Strathmore", "Highland"]
    assert [row.name for row in found.rows][-1] == "Strathmore"


def test_it_is_said_whose_target_the_places_are_judged_by(measure):
    five(measure)

    assert inside(measure).judged_by == (
        "Each is judged by its newest figure against the target of Strathmuir as a whole for the same period."
    )


def test_the_note_for_the_dashboard(measure):
    five(measure)

    assert places_note(by_place(measure)) == "2 of 5 localities are off target, 1 slightly off target"


def test_every_place_has_a_point_for_every_period(measure):
    locality(measure, "Muirtown", "", "", "58")
    locality(measure, "Highland", "44", "", "42")

    found = inside(measure).multiples
    muirtown, highland = (
        next(place for place in found.places if place.name == name) for name in ("Muirtown", "Highland")
    )

    assert found.periods == ("Q1 2021/22", "Q2 2021/22", "Q3 2021/22")
    assert [point.shown for point in muirtown.points] == ["No figure", "No figure", "58.0%"]
    assert [point.value for point in highland.points] == [44, None, 42]
    assert [point.target for point in found.area.points] == [50, 50, 50]


def test_a_break_is_in_every_chart(measure):
    SeriesBreakFactory(measure=measure, on=dt.date(2021, 8, 1))
    locality(measure, "Highland", "44", "43", "42")

    found = inside(measure).multiples

    assert [point.starts_new_series for point in found.places[0].points] == [False, True, False]
    assert [point.starts_new_series for point in found.area.points] == [False, True, False]


# What is not shown


def test_a_confidential_figure_is_in_no_rank_no_order_and_no_picture(measure):
    locality(measure, "Aberfeldy", "44", "c")
    locality(measure, "Highland", "43", "42")
    locality(measure, "Strathmore", "38", "37")

    found = inside(measure)
    hidden = found.multiples.localities[-1]

    assert (hidden.name, hidden.shown, hidden.newest) == ("Aberfeldy", "[c]", None)
    assert found.sentence == (
        "Both localities that can be judged are off target while Strathmuir is on target: "
        "Strathmore, Highland. Not judged: Aberfeldy (suppressed)."
    )
    assert [(row.rank, row.name, row.shown) for row in found.rows][-1] == ("", "Aberfeldy", "[c]")
    assert [mark.name for mark in found.strip.without_figure] == ["Aberfeldy"]
    assert places_note(by_place(measure)) == "2 of 2 localities are off target"


def test_figures_that_no_clearance_has_covered_are_not_shown(measure):
    measure.is_disclosure_controlled = True
    measure.save(update_fields=["is_disclosure_controlled"])
    five(measure)
    comparator(measure, "Scotland", "country", "51.5")

    found = inside(measure)

    assert found.strip is None
    assert {cell.shown for row in found.table for cell in row.cells} == {"[c]"}
    assert {place.newest for place in found.multiples.places} == {None}
    assert places_note(by_place(measure)) == ""
    assert beside(measure).strip is None


# The chart to explore


def test_the_chart_takes_every_other_place_in_the_order_a_reader_looks_for_them(measure):
    comparator(measure, "Fintrack", "council", "40")
    comparator(measure, "Glenbeg", "similar", "55")
    comparator(measure, "Most deprived fifth", "population", "44")
    comparator(measure, "Scotland", "country", "51.5", "51")
    locality(measure, "Highland", "43", "c")
    series = by_place(measure)

    lines = measure_chart_of(next(iter(series.values())), series).others

    assert [(line.name, line.group) for line in lines] == [
        ("Scotland", ""),
        ("Highland", "Localities"),
        ("Most deprived fifth", "Parts of the population"),
        ("Glenbeg", "Similar councils"),
        ("Fintrack", "Other councils"),
    ]
    assert [(point.place, point.shown) for point in lines[0].points] == [(1, "51.5%"), (2, "51.0%")]
    assert [point.place for point in lines[1].points] == [1]
    assert len({line.key for line in lines}) == 5


def test_without_places_the_chart_has_no_others(measure):
    assert measure_chart_of(next(iter(by_place(measure).values()))).others == ()


# Numbers of people: places that differ in size


def test_numbers_of_people_are_listed_and_neither_ranked_nor_judged(measure):
    Measure.objects.filter(pk=measure.pk).update(unit="number", decimals=0)
    locality(measure, "West", "4")
    locality(measure, "East", "9")
    comparator(measure, "Glenbeg", "similar", "900")

    found = inside(measure)

    assert (found.strip, found.judged_by) == (None, "")
    assert found.sentence == "Places differ in size, so their numbers are shown side by side and not judged."
    assert [(place.name, place.status.value) for place in found.multiples.localities] == [
        ("East", "data_only"),
        ("West", "data_only"),
    ]
    assert found.multiples.scale.high < 50
    assert "chart-area" not in small_chart(found.multiples, found.multiples.localities[0])
    assert "as a whole" not in multiples_key(found.multiples)
    assert places_note(by_place(measure)) == ""
    assert beside(measure).strip is None
    assert beside(measure).sentence == (
        "Figures are numbers, and the others differ from Strathmuir in size, so they are not ranked."
    )
