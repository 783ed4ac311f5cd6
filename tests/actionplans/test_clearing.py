"""Disclosure control on the record: who cleared what, by which policy, and what came of it."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection

from actionplans.clearing import clear_controlled, clear_measure, figures_to_clear, policy_in_force
from actionplans.disclosure import Policy
from actionplans.models import Clearance, Measure, Reading
from actionplans.operations import accept_return
from actionplans.reading_file import import_readings, read_mapping
from actionplans.recording import PublishedFigure, record_reading
from actionplans.series import series_by_place, series_of
from actionplans.series_versions import SeriesRow, replace_series
from actionplans.targets import TargetRefused, plan_targets, target_versions
from actionplans.trajectories import PathPoint, TargetPath
from priorities.models import Comparator, Locality, Partnership, User
from priorities.periods import FinancialQuarter, FinancialYear, Period, PeriodKind
from tests.actionplans.factories import (
    DisclosurePolicyFactory,
    GapFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    TargetFactory,
    accepted_return,
    period_of,
)
from tests.factories import NOW, Cast, ComparatorFactory, cast

pytestmark = pytest.mark.django_db

BY = dt.date(2021, 12, 31)
LATER = NOW + dt.timedelta(days=7)

Q1, Q2 = (FinancialQuarter(FinancialYear(2021), number) for number in (1, 2))


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def measure(people: Cast) -> Measure:
    return fresh(
        MeasureFactory(
            priority=people.poverty, code="HOMELESS", unit="number", decimals=0, is_disclosure_controlled=True
        )
    )


def fresh(measure: Measure) -> Measure:
    return Measure.objects.get(pk=measure.pk)


def localities(partnership: Partnership, *names: str) -> list[Locality]:
    return [
        Locality.objects.create(partnership=partnership, code=name.upper(), name=name, kind="ward")
        for name in names
    ]


@pytest.fixture
def places(measure: Measure) -> list[Locality]:
    """East 12, West 3 and North 20 of an area of 35, in Q2 2021/22."""
    found = localities(measure.partnership, "East", "West", "North")
    for place, value in zip(found, (12, 3, 20), strict=True):
        ReadingFactory(measure=measure, place=place, value=value)
    ReadingFactory(measure=measure, value=35)
    return found


def rulings(measure: Measure) -> dict[str, tuple[bool, str]]:
    rows = Reading.objects.filter(measure=measure).select_related("place")
    return {
        str(row.place or "area"): (row.is_suppressed, row.suppressed_because)
        for row in rows
        if row.clearance_id is not None
    }


def shown(measure: Measure) -> dict[str, list[str]]:
    found = series_by_place([measure], ends_by=BY, known_at=LATER)[measure.pk]
    return {place.name: [value.shown for value in series.values] for place, series in found.items()}


def test_nothing_is_shown_until_it_is_cleared(measure, places):
    assert shown(measure) == {"Whole area": [], "East": [], "West": [], "North": []}


def test_a_clearance_says_who_when_by_what_and_what_came_of_it(measure, places, people):
    clearance = clear_measure(measure, by=people.manager, at=NOW)

    assert rulings(measure) == {
        "East": (True, "protects_others"),
        "West": (True, "small_count"),
        "North": (False, ""),
        "area": (False, ""),
    }
    assert shown(measure) == {"Whole area": ["35"], "East": [], "West": [], "North": ["20"]}
    assert (clearance.cleared_by, clearance.cleared_at) == (people.manager, NOW)
    assert (clearance.policy_name, clearance.policy_version) == ("Default disclosure policy", "1")
    assert clearance.policy_in_words == Policy().in_words
    assert (clearance.shown, clearance.hidden, clearance.exposed) == (2, 2, 0)
    assert clearance.outcome == "2 of 4 figures are not shown."


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([12], "The one figure is shown."),
        ([3], "The one figure is not shown."),
        ([12, 30], "All 2 figures are shown."),
        ([3, 2], "None of the 2 figures is shown."),
        ([3, 12], "1 of 2 figures is not shown."),
    ],
)
def test_the_outcome_in_words(measure, values, outcome):
    for quarter, value in zip((Q1, Q2), values, strict=False):
        ReadingFactory(measure=measure, value=value, **period_of(quarter))

    assert clear_measure(measure, by=None, at=NOW).outcome == outcome


def test_clearing_again_with_nothing_new_changes_nothing(measure, places, people):
    first = clear_measure(measure, by=people.manager, at=NOW)

    assert clear_measure(measure, by=people.officer, at=LATER) == first
    assert Clearance.objects.count() == 1


def test_a_new_figure_is_cleared_with_all_the_others(measure, places, people):
    first = clear_measure(measure, by=people.manager, at=NOW)
    ReadingFactory(measure=measure, value=40, **period_of(Q1))

    second = clear_measure(measure, by=people.manager, at=LATER)

    assert second != first
    assert second.outcome == "2 of 5 figures are not shown."
    assert set(Reading.objects.values_list("clearance", flat=True)) == {second.pk}
    assert shown(measure)["Whole area"] == ["40", "35"]


def test_a_locality_that_comes_later_is_hidden_where_the_rest_is_out(measure, people):
    east, west, north = localities(measure.partnership, "East", "West", "North")
    for place, value in ((east, 12), (west, 60), (None, 108)):
        ReadingFactory(measure=measure, place=place, value=value)
    clear_measure(measure, by=people.manager, at=NOW)
    assert shown(measure) == {"Whole area": ["108"], "East": ["12"], "West": ["60"]}

    # 36 were of no locality; of these 33 turn out to be of North, and 3 of nowhere.
    ReadingFactory(measure=measure, place=north, value=33)
    clearance = clear_measure(measure, by=people.manager, at=LATER)

    assert clearance.outcome == "1 of 4 figures is not shown."
    assert shown(measure)["North"] == []


def test_what_was_shown_and_should_not_have_been_is_told_and_hidden_from_now_on(measure, places, people):
    Reading.objects.update(clearance=Clearance.objects.create(
        measure=measure, policy_name="Old", policy_version="1", policy_in_words="Everything is shown.",
        cleared_at=NOW, shown=4, hidden=0, outcome="All 4 figures are shown.",
    ))  # fmt: skip

    clearance = clear_measure(measure, by=people.manager, at=LATER)

    assert clearance.exposed == 1
    assert clearance.outcome == (
        "2 of 4 figures are not shown. Can be worked out from what has been shown before: West in Q2 2021/22. "
        "From now on these are not shown, but whoever kept the earlier figures can still tell them."
    )
    assert shown(measure) == {"Whole area": ["35"], "East": [], "West": [], "North": ["20"]}


def test_figures_under_embargo_are_judged_before_they_are_released(measure, places, people):
    Reading.objects.filter(place__name="West").update(released_at=LATER + dt.timedelta(days=30))

    clear_measure(measure, by=people.manager, at=NOW)

    assert rulings(measure)["West"] == (True, "small_count")
    assert shown(measure)["East"] == []


def test_a_figure_under_embargo_is_not_out_yet(measure, places, people):
    Reading.objects.update(released_at=LATER)
    clear_measure(measure, by=people.manager, at=NOW)
    DisclosurePolicyFactory(partnership=measure.partnership, threshold=15, set_at=NOW)

    clearance = clear_measure(measure, by=people.manager, at=NOW + dt.timedelta(days=1))

    assert clearance.exposed == 0


def test_a_draft_is_never_cleared(measure, places, people):
    ReadingFactory(
        measure=measure,
        state="draft",
        value=2,
        quarterly_return=accepted_return(people.poverty, people.quarter, by=people.lead, at=NOW),
        **period_of(Q1),
    )

    clear_measure(measure, by=people.manager, at=NOW)

    assert figures_to_clear(measure).count() == 4
    assert Reading.objects.get(state="draft").clearance is None


def test_a_figure_that_is_not_there_needs_no_clearance(measure):
    ReadingFactory(measure=measure, value=None, symbol="x")

    assert clear_measure(measure, by=None, at=NOW) is None
    assert not Clearance.objects.exists()


def test_other_areas_are_published_by_somebody_else(measure, places, people):
    scotland = ComparatorFactory(partnership=measure.partnership)
    ReadingFactory(measure=measure, comparator=scotland, value=2)

    assert clear_measure(measure, by=people.manager, at=NOW).outcome == "2 of 4 figures are not shown."
    assert shown(measure)["Scotland"] == ["2"]


def test_a_part_of_the_population_is_a_breakdown_of_the_area(measure, people):
    women, men = (
        ComparatorFactory(partnership=measure.partnership, name=name, kind=Comparator.Kind.POPULATION)
        for name in ("Women", "Men")
    )
    for comparator, value in ((women, 32), (men, 3), (None, 35)):
        ReadingFactory(measure=measure, comparator=comparator, value=value)

    clear_measure(measure, by=people.manager, at=NOW)

    assert shown(measure) == {"Whole area": ["35"], "Women": [], "Men": []}


def test_a_ratio_is_hidden_whole(people):
    measure = MeasureFactory(priority=people.poverty, is_ratio=True, is_disclosure_controlled=True)
    ReadingFactory(measure=measure, value=Decimal("1.5"), numerator=3, denominator=200)
    ReadingFactory(measure=measure, value=Decimal(20), numerator=40, denominator=200, **period_of(Q1))

    clear_measure(measure, by=people.manager, at=NOW)

    series = series_of([fresh(measure)], ends_by=BY, known_at=LATER)[measure.pk]
    assert [(value.shown, value.numerator) for value in series.values] == [("20.0%", 40)]
    assert [one.symbol for one in series.unshown] == ["[c]"]
    assert Reading.objects.get(numerator=3).suppressed_because == "numerator"


def test_a_percentage_without_its_numbers_is_not_shown(people):
    measure = MeasureFactory(priority=people.poverty, is_disclosure_controlled=True)
    ReadingFactory(measure=measure, value=48)

    clear_measure(measure, by=people.manager, at=NOW)

    assert Reading.objects.get().suppressed_because == "unknown_group"


def test_a_gap_goes_with_either_side(measure, places, people):
    gap = GapFactory(
        of=measure,
        measure=MeasureFactory(priority=people.poverty, unit="number"),
        first_locality=places[2],
        second_locality=places[1],
        second_comparator=None,
    )
    clear_measure(measure, by=people.manager, at=NOW)

    series = series_of([fresh(gap.measure)], ends_by=BY, known_at=LATER)[gap.measure_id]

    assert series.values == ()
    assert [one.symbol for one in series.unshown] == ["[c]"]


def test_only_measures_under_control_are_cleared(measure, places, people):
    other = ReadingFactory(measure__priority=people.poverty, value=3)

    done = clear_controlled([measure.pk, other.measure_id], by=people.manager, at=NOW)

    assert [clearance.measure for clearance in done] == [measure]
    other.refresh_from_db()
    assert other.clearance is None


def test_the_policy_in_force_is_the_newest_that_was_set_by_then(people):
    assert policy_in_force(people.partnership, at=NOW) == Policy()
    DisclosurePolicyFactory(partnership=people.partnership, threshold=4, set_at=NOW)
    DisclosurePolicyFactory(partnership=people.partnership, version=2, threshold=9, set_at=LATER)

    assert policy_in_force(people.partnership, at=NOW).threshold == 4
    assert policy_in_force(people.partnership, at=LATER).threshold == 9


def test_a_year_of_quarters_and_places_takes_as_many_questions_as_one(
    measure, places, people, django_assert_max_num_queries
):
    for year in range(2000, 2021):
        for place in [*places, None]:
            quarter = FinancialQuarter(FinancialYear(year), 1)
            ReadingFactory(
                measure=measure, place=place, value=90 if place is None else 30, **period_of(quarter)
            )

    with django_assert_max_num_queries(12):
        clearance = clear_measure(measure, by=people.manager, at=NOW)

    assert clearance.outcome == "2 of 88 figures are not shown."


# What targets tell of their baseline


@pytest.fixture
def aimed(measure, people):
    """Q1 2021/22 is 3, from which a target of 12 for Q3 was drawn."""
    ReadingFactory(measure=measure, value=3, **period_of(Q1))
    TargetFactory(
        measure=measure,
        value=12,
        basis="In a straight line from 3 in Q1 2021/22 to 12 in Q3 2021/22",
        baseline_value=3,
        baseline_starts_on=Q1.starts_on,
        baseline_ends_on=Q1.ends_on,
    )
    return measure


def test_a_target_does_not_tell_a_baseline_that_is_not_shown(aimed):
    clear_measure(aimed, by=None, at=NOW)

    series = series_of([aimed], ends_by=BY, known_at=LATER)[aimed.pk]
    (version,) = target_versions(aimed, known_at=LATER)

    assert series.baseline is None
    assert version.basis == "From a figure that is not shown"


def test_a_target_tells_a_baseline_that_is_shown(aimed):
    Reading.objects.update(value=30)
    clear_measure(aimed, by=None, at=NOW)

    assert series_of([aimed], ends_by=BY, known_at=LATER)[aimed.pk].baseline is not None
    assert target_versions(aimed, known_at=LATER)[0].basis.startswith("In a straight line from 3")


def test_no_path_is_drawn_from_a_figure_that_is_not_shown(aimed):
    clear_measure(aimed, by=None, at=NOW)
    kind = PeriodKind(aimed.period_kind)
    path = TargetPath.straight_line(
        PathPoint(Period.for_quarter(Q1), Decimal(3)),
        PathPoint(Period(kind, dt.date(2022, 1, 1), dt.date(2022, 3, 31)), Decimal(12)),
    )

    with pytest.raises(TargetRefused, match="The figure for Q1 2021/22 is not shown") as refused:
        plan_targets(aimed, path, at=LATER)

    assert refused.value.field == "baseline_period"


# Whoever brings figures in clears them


def outcomes(measure: Measure) -> list[tuple[str, User | None]]:
    return [(row.outcome, row.cleared_by) for row in Clearance.objects.filter(measure=measure).order_by("pk")]


def test_an_accepted_return_is_cleared_by_who_accepts_it(measure, places, people):
    held = QuarterlyReturnFactory(
        priority=people.poverty,
        quarter=people.quarter,
        state="submitted",
        submitted_at=NOW,
        submitted_by=people.lead,
    )
    ReadingFactory(
        measure=measure,
        state="draft",
        value=3,
        quarterly_return=held,
        **period_of(FinancialQuarter(FinancialYear(2021), 3)),
    )

    accept_return(held, by=people.manager, at=LATER)

    assert outcomes(measure) == [("3 of 5 figures are not shown.", people.manager)]
    assert shown(measure)["Whole area"] == ["35"]


def test_a_recorded_figure_is_cleared_by_who_records_it(measure, places, people):
    clear_measure(measure, by=None, at=NOW)
    figure = PublishedFigure(Period.for_quarter(Q1), Decimal(2), "final", NOW, "The council's own count.")

    record_reading(measure, figure, by=people.manager, at=LATER)

    assert outcomes(measure)[-1] == ("3 of 5 figures are not shown.", people.manager)
    assert Reading.objects.get(value=2).is_suppressed


def test_a_replaced_series_is_cleared_by_who_replaces_it(measure, places, people):
    rows = [SeriesRow(Period.for_quarter(Q2), Decimal(40)), SeriesRow(Period.for_quarter(Q1), Decimal(1))]

    replace_series(measure, rows, released_at=NOW, reason="Counted anew.", by=people.manager, at=LATER)

    assert outcomes(measure) == [("3 of 6 figures are not shown.", people.manager)]
    assert Reading.objects.get(value=1).suppressed_because == "small_count"


def test_loaded_figures_are_cleared_with_nobody_named(measure, places):
    mapping = read_mapping(
        b"format: 1\npartnership: strathmuir\nmeasure: {code: HOMELESS}\nperiod: {column: quarter}\n"
        b"value: {column: value}\nreleased: {on: 2021-07-20}\n"
    )

    import_readings(BytesIO(b"quarter,value\nQ1 2021/22,4\n"), mapping, at=NOW)

    assert outcomes(measure) == [("3 of 5 figures are not shown.", None)]


def test_what_a_rehearsal_loads_is_not_cleared(measure, places):
    mapping = read_mapping(
        b"format: 1\npartnership: strathmuir\nmeasure: {code: HOMELESS}\nperiod: {column: quarter}\n"
        b"value: {column: value}\nreleased: {on: 2021-07-20}\n"
    )

    import_readings(BytesIO(b"quarter,value\nQ1 2021/22,4\n"), mapping, at=NOW, is_rehearsal=True)

    assert outcomes(measure) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_bring_figures_in_at_once_wait_for_each_other(measure, places, people):
    """Each is cleared with the other's figure in view; SQLite lets one writer in at a time."""
    later = {Q1: Decimal(41), FinancialQuarter(FinancialYear(2020), 4): Decimal(2)}

    def record(quarter: FinancialQuarter) -> None:
        figure = PublishedFigure(Period.for_quarter(quarter), later[quarter], "final", NOW, "A count.")
        try:
            record_reading(measure, figure, by=people.manager, at=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(record, later))

    last = Clearance.objects.filter(measure=measure).order_by("pk").last()
    assert last is not None
    assert last.outcome == "3 of 6 figures are not shown."
    assert set(Reading.objects.values_list("clearance", flat=True)) == {last.pk}
