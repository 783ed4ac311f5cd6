"""Series of every kind: places, gaps, ratios, running totals, replaced series, and what is not shown."""

import datetime as dt
from decimal import Decimal

import pytest

from actionplans.models import Measure
from actionplans.places import AREA, PlaceKind
from actionplans.rollups import Outcome
from actionplans.series import series_by_place, series_of
from actionplans.status import Status
from actionplans.trends import Direction
from priorities.clock import EDINBURGH
from priorities.models import Locality
from priorities.periods import FinancialQuarter
from tests.actionplans.factories import (
    ClearanceFactory,
    GapFactory,
    MeasureFactory,
    ReadingFactory,
    SeriesBreakFactory,
    SeriesVersionFactory,
    TargetFactory,
    period_of,
)
from tests.factories import NOW, ComparatorFactory

Q3_ENDS = dt.date(2021, 12, 31)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=EDINBURGH)


def reading(measure, label, value, released="2021-10-15T09:30", **fields):
    return ReadingFactory(
        measure=measure,
        value=None if value is None else Decimal(value),
        released_at=at(released),
        **period_of(FinancialQuarter.parse(label)),
        **fields,
    )


def target(measure, label, value):
    return TargetFactory(measure=measure, value=Decimal(value), **period_of(FinancialQuarter.parse(label)))


def series(measure, **more):
    fresh = Measure.objects.get(pk=measure.pk)
    return series_of([fresh], **{"ends_by": Q3_ENDS, "known_at": NOW} | more)[measure.pk]


def by_place(*measures, **more):
    fresh = Measure.objects.filter(pk__in=[measure.pk for measure in measures])
    return series_by_place(fresh, **{"ends_by": Q3_ENDS, "known_at": NOW} | more)


def shown(found):
    return [(value.period.label, value.shown) for value in found.values]


def unshown(found):
    return [(one.period.label, one.symbol) for one in found.unshown]


def a_locality(measure, name="East"):
    return Locality.objects.create(
        partnership=measure.partnership, code=name.upper(), name=name, kind=Locality.Kind.WARD
    )


@pytest.fixture
def measure(db):
    return MeasureFactory()


# Places


def test_each_place_has_a_series_of_its_own(measure):
    east, west = a_locality(measure), a_locality(measure, "West")
    scotland = ComparatorFactory(partnership=measure.partnership, code="SCOTLAND")
    reading(measure, "Q2 2021/22", "48")
    reading(measure, "Q2 2021/22", "30", place=west)
    reading(measure, "Q2 2021/22", "60", place=east)
    reading(measure, "Q2 2021/22", "50", comparator=scotland)

    found = by_place(measure)[measure.pk]

    assert [(place.kind, place.name) for place in found] == [
        (PlaceKind.AREA, "Whole area"),
        (PlaceKind.LOCALITY, "East"),
        (PlaceKind.LOCALITY, "West"),
        (PlaceKind.COMPARATOR, "Scotland"),
    ]
    assert [shown(one) for one in found.values()] == [
        [("Q2 2021/22", "48.0%")],
        [("Q2 2021/22", "60.0%")],
        [("Q2 2021/22", "30.0%")],
        [("Q2 2021/22", "50.0%")],
    ]
    assert shown(series(measure)) == [("Q2 2021/22", "48.0%")]


def test_our_own_places_are_judged_by_the_area_s_target_and_others_by_none(measure):
    target(measure, "Q2 2021/22", "50")
    reading(measure, "Q2 2021/22", "52")
    reading(measure, "Q2 2021/22", "30", place=a_locality(measure))
    poorest = ComparatorFactory(partnership=measure.partnership, name="Poorest fifth", kind="population")
    reading(measure, "Q2 2021/22", "49", comparator=poorest)
    reading(measure, "Q2 2021/22", "20", comparator=ComparatorFactory(partnership=measure.partnership))

    found = by_place(measure)[measure.pk]

    assert {place.name: one.status for place, one in found.items()} == {
        "Whole area": Status.ON_TARGET,
        "East": Status.OFF_TARGET,
        "Poorest fifth": Status.SLIGHTLY_OFF,
        "Scotland": Status.DATA_ONLY,
    }


def test_a_place_without_a_newer_figure_is_not_overdue(measure):
    for place in (None, a_locality(measure)):
        reading(measure, "Q4 2020/21", "30", place=place)
    found = by_place(measure)[measure.pk]
    assert [one.status for one in found.values()] == [Status.OVERDUE, Status.DATA_ONLY]


@pytest.mark.parametrize("count", [1, 3])
def test_six_queries_whatever_the_places_and_measures(db, django_assert_num_queries, count):
    measures = [MeasureFactory() for _ in range(count)]
    for measure in measures:
        reading(measure, "Q2 2021/22", "48")
        for name in ("East", "West", "North")[:count]:
            reading(measure, "Q2 2021/22", "48", place=a_locality(measure, name))
            reading(
                measure, "Q2 2021/22", "48", comparator=ComparatorFactory(partnership=measure.partnership)
            )

    fresh = list(Measure.objects.all())
    with django_assert_num_queries(6):
        found = series_by_place(fresh, ends_by=Q3_ENDS, known_at=NOW)

    assert [len(places) for places in found.values()] == [1 + 2 * count] * count


@pytest.mark.parametrize("count", [1, 3])
def test_localities_alone_take_a_query_less(db, django_assert_num_queries, count):
    measures = [MeasureFactory() for _ in range(count)]
    for measure in measures:
        scotland = ComparatorFactory(partnership=measure.partnership)
        reading(measure, "Q2 2021/22", "48", comparator=scotland)
        reading(measure, "Q2 2021/22", "48", place=a_locality(measure))

    fresh = list(Measure.objects.all())
    with django_assert_num_queries(5):
        found = series_by_place(fresh, ends_by=Q3_ENDS, known_at=NOW, is_of_localities=True)

    names = [[place.name for place in places] for places in found.values()]
    assert names == [["Whole area", "East"]] * count


# Gaps


def gap_between(measure, first, second, **fields):
    gap = GapFactory(of=measure, first_comparator=first, second_comparator=second)
    Measure.objects.filter(pk=gap.measure_id).update(polarity="minimise", decimals=1, **fields)
    return gap.measure


@pytest.fixture
def fifths(measure):
    """The richest and the poorest fifth of the area."""
    return [
        ComparatorFactory(partnership=measure.partnership, name=name, kind="population")
        for name in ("Richest fifth", "Poorest fifth")
    ]


def test_a_gap_is_the_first_side_less_the_second_with_its_own_status_and_trend(measure, fifths):
    richest, poorest = fifths
    gap = gap_between(measure, richest, poorest)
    for label, high, low in [("Q1 2021/22", "80", "50"), ("Q2 2021/22", "81", "54")]:
        reading(measure, label, high, comparator=richest)
        reading(measure, label, low, comparator=poorest, flag="provisional", released="2021-11-01T09:30")
    reading(measure, "Q3 2021/22", "82", comparator=richest)
    target(gap, "Q2 2021/22", "26")

    found = series(gap)

    assert shown(found) == [
        ("Q1 2021/22", "30.0 percentage points"),
        ("Q2 2021/22", "27.0 percentage points"),
    ]
    assert found.status is Status.SLIGHTLY_OFF
    assert found.short.direction is Direction.BETTER
    assert found.change_shown == "down 3.0 percentage points"
    assert found.worked_out_from == f"{measure.name}: Richest fifth less Poorest fifth"
    assert found.current.is_provisional
    assert found.current.released_on == dt.date(2021, 11, 1)


def test_a_gap_may_be_with_the_whole_area_and_breaks_where_what_it_is_of_breaks(measure):
    scotland = ComparatorFactory(partnership=measure.partnership)
    gap = GapFactory(of=measure, second_comparator=scotland).measure
    SeriesBreakFactory(measure=measure, on=dt.date(2021, 7, 1))
    for label, ours, theirs in [("Q1 2021/22", "40", "50"), ("Q2 2021/22", "48", "50")]:
        reading(measure, label, ours)
        reading(measure, label, theirs, comparator=scotland)

    found = series(gap)

    assert [value.value for value in found.values] == [Decimal(-10), Decimal(-2)]
    assert found.current.starts_new_series
    assert found.short.direction is Direction.NOT_ENOUGH_DATA
    assert found.worked_out_from == f"{measure.name}: the whole area less Scotland"


def test_a_gap_is_hidden_when_a_side_of_it_is(measure, fifths):
    Measure.objects.filter(pk=measure.pk).update(is_disclosure_controlled=True)
    gap = gap_between(measure, *fifths)
    clearance = ClearanceFactory(measure=measure)
    reading(measure, "Q2 2021/22", "80", comparator=fifths[0], clearance=clearance)
    hidden = {"clearance": clearance, "is_suppressed": True, "suppressed_because": "small_group"}
    reading(measure, "Q2 2021/22", "54", comparator=fifths[1], **hidden)

    found = series(gap)

    assert (shown(found), unshown(found)) == ([], [("Q2 2021/22", "[c]")])
    assert found.status is Status.SUPPRESSED


# Ratios


def test_a_percentage_is_worked_out_from_its_numerator_and_denominator(db):
    measure = MeasureFactory(is_ratio=True, roll_up="pooled", decimals=2)
    parts = [("Q1 2020/21", 9, 10), ("Q2 2020/21", 40, 400), ("Q3 2020/21", 1, 3), ("Q4 2020/21", 2, 3)]
    for label, numerator, denominator in parts:
        reading(measure, label, "0", numerator=numerator, denominator=denominator)

    found = series(measure)

    assert [value.shown for value in found.values] == ["90.00%", "10.00%", "33.33%", "66.67%"]
    # 52 of 416: pooled, not the average of the four.
    assert [(year.period.label, year.shown) for year in found.years] == [("2020/21", "12.50%")]


def test_a_rate_is_per_so_many(db):
    measure = MeasureFactory(unit="rate", per=100_000, is_ratio=True)
    reading(measure, "Q1 2021/22", "0", numerator=3, denominator=150_000)
    assert series(measure).current.value == 2


# Running totals


@pytest.fixture
def running(db):
    return MeasureFactory(unit="number", decimals=0, is_cumulative=True, roll_up="sum")


def test_a_running_total_gives_each_quarter_and_the_year(running):
    totals = [("Q1 2020/21", "12"), ("Q2 2020/21", "27"), ("Q3 2020/21", "36"), ("Q4 2020/21", "60")]
    for label, total in [*totals, ("Q1 2021/22", "14"), ("Q2 2021/22", "25")]:
        reading(running, label, total)

    found = series(running)

    assert [(part.period.label, part.value) for part in found.own_parts][-6:] == [
        ("Q1 2020/21", 12),
        ("Q2 2020/21", 15),
        ("Q3 2020/21", 9),
        ("Q4 2020/21", 24),
        ("Q1 2021/22", 14),
        ("Q2 2021/22", 11),
    ]
    assert [(year.shown, year.whole.note) for year in found.years] == [("60", ""), ("25", "to Q2 only")]
    # With the same quarter last year: 25 against 27, not against the 14 of Q1.
    assert (found.short.direction, found.short.change) == (Direction.WORSE, Decimal(-2))
    assert [point.value for chart in found.run_charts for point in chart.points] == [12, 15, 9, 24, 14, 11]


def test_a_running_total_that_is_not_shown_hides_the_quarters_on_both_sides(running):
    Measure.objects.filter(pk=running.pk).update(is_disclosure_controlled=True)
    clearance = ClearanceFactory(measure=running)
    hidden = {"is_suppressed": True, "suppressed_because": "protects_others"}
    for label, total, fields in [
        ("Q1 2020/21", "14", {}),
        ("Q2 2020/21", "16", hidden),
        ("Q3 2020/21", "30", {}),
    ]:
        reading(running, label, total, clearance=clearance, **fields)

    found = series(running)

    assert [part.value for part in found.own_parts] == [14, None, None]
    assert [year.shown for year in found.years] == ["30"]


def test_a_sum_of_quarters_with_one_not_shown_is_not_shown(db):
    measure = MeasureFactory(unit="number", decimals=0, roll_up="sum", is_disclosure_controlled=True)
    clearance = ClearanceFactory(measure=measure)
    hidden = {"is_suppressed": True, "suppressed_because": "small_count"}
    for label, value, fields in [("Q1 2020/21", "14", {}), ("Q2 2020/21", "2", hidden)]:
        reading(measure, label, value, clearance=clearance, **fields)

    (year,) = series(measure).years

    assert (year.period.label, year.shown) == ("2020/21", "Suppressed")
    assert year.whole.outcome is Outcome.SUPPRESSED


# What is not shown


@pytest.fixture
def controlled(db):
    return MeasureFactory(unit="number", decimals=0, is_disclosure_controlled=True, dead_band=1)


def test_nothing_of_a_controlled_measure_is_shown_until_it_is_cleared(controlled):
    figure = reading(controlled, "Q1 2021/22", "46")

    assert (shown(series(controlled)), unshown(series(controlled))) == ([], [("Q1 2021/22", "[c]")])
    assert shown(series(controlled, as_held=True)) == [("Q1 2021/22", "46")]

    figure.clearance = ClearanceFactory(measure=controlled)
    figure.save()
    assert shown(series(controlled)) == [("Q1 2021/22", "46")]


def test_a_newest_figure_that_is_not_shown_leaves_no_status_trend_or_outlook(controlled):
    clearance = ClearanceFactory(measure=controlled)
    for label in ("Q2 2020/21", "Q3 2020/21", "Q4 2020/21", "Q1 2021/22"):
        reading(controlled, label, "46", clearance=clearance)
    hidden = {"is_suppressed": True, "suppressed_because": "small_count"}
    reading(controlled, "Q2 2021/22", "3", clearance=clearance, **hidden)
    for label in ("Q2 2021/22", "Q4 2021/22"):
        target(controlled, label, "40")

    found = series(controlled)

    assert found.status is Status.SUPPRESSED
    assert (found.current, found.previous, found.outlook) == (None, None, None)
    assert {found.short.direction, found.long.direction} == {Direction.NOT_ENOUGH_DATA}
    assert (found.latest_unshown.symbol, found.latest_unshown.period.label) == ("[c]", "Q2 2021/22")
    assert "3" not in {value.shown for value in found.values}
    assert found.next_period.label == "Q3 2021/22"


def test_figures_of_other_councils_were_published_by_others(controlled):
    scotland = ComparatorFactory(partnership=controlled.partnership)
    poorest = ComparatorFactory(partnership=controlled.partnership, name="Poorest fifth", kind="population")
    reading(controlled, "Q1 2021/22", "3", comparator=scotland)
    reading(controlled, "Q1 2021/22", "3", comparator=poorest)

    found = by_place(controlled)[controlled.pk]

    assert {place.name: shown(one) for place, one in found.items()} == {
        "Whole area": [],
        "Scotland": [("Q1 2021/22", "3")],
        "Poorest fifth": [],
    }


def test_a_symbol_stands_where_there_is_no_figure(measure):
    reading(measure, "Q1 2021/22", "46")
    reading(measure, "Q2 2021/22", None, symbol="x")

    found = series(measure)

    assert unshown(found) == [("Q2 2021/22", "[x]")]
    assert found.current.period.label == "Q1 2021/22"
    assert found.next_period.label == "Q3 2021/22"


def test_the_source_s_own_suppression_is_no_figure_either(measure):
    reading(measure, "Q1 2021/22", "46")
    reading(measure, "Q2 2021/22", None, symbol="c")
    assert (series(measure).status, series(measure).current) == (Status.SUPPRESSED, None)


# Whole series replaced, and whom figures are for


def test_a_new_series_replaces_the_whole_of_the_old_one_once_it_is_released(measure):
    SeriesVersionFactory(measure=measure, number=2, released_at=at("2021-12-01T09:30"))
    for label in ("Q4 2020/21", "Q1 2021/22", "Q2 2021/22"):
        reading(measure, label, "46")
    for label in ("Q1 2021/22", "Q2 2021/22"):
        reading(measure, label, "40", "2021-12-01T09:30", series=2)

    assert shown(series(measure, known_at=at("2021-12-01T09:29"))) == [
        ("Q4 2020/21", "46.0%"),
        ("Q1 2021/22", "46.0%"),
        ("Q2 2021/22", "46.0%"),
    ]
    assert shown(series(measure)) == [("Q1 2021/22", "40.0%"), ("Q2 2021/22", "40.0%")]


def test_the_public_gets_no_management_information(measure):
    reading(measure, "Q1 2021/22", "46")
    reading(measure, "Q2 2021/22", "50", release_class="management")

    assert shown(series(measure)) == [("Q1 2021/22", "46.0%"), ("Q2 2021/22", "50.0%")]
    assert shown(series(measure, for_public=True)) == [("Q1 2021/22", "46.0%")]


def test_a_change_within_the_dead_band_is_no_change(db):
    measure = MeasureFactory(dead_band=Decimal("0.5"))
    reading(measure, "Q1 2021/22", "46")
    reading(measure, "Q2 2021/22", "46.5")
    assert series(measure).short.direction is Direction.NO_CHANGE


def test_the_area_is_always_the_first_place(measure):
    assert list(by_place(measure)[measure.pk]) == [AREA]


def test_a_running_total_starts_again_each_april(running):
    for label in ("Q3 2020/21", "Q4 2020/21", "Q1 2021/22", "Q2 2021/22"):
        reading(running, label, "12")
    assert [value.starts_again for value in series(running).values] == [False, False, True, False]
