"""The data supply calendar: where every figure to come stands, from whom, and how late the last one came."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from actionplans.catalogue import catalogue
from actionplans.models import Measure, Reading
from actionplans.supply.calendar import SupplyCalendar, SupplyRow, due_from_others, supply_calendar
from actionplans.supply.states import SupplyState, supply_state
from priorities.clock import EDINBURGH
from priorities.models import Organisation
from tests.actionplans.factories import (
    DataContactFactory,
    DataRequestFactory,
    DeliveryFactory,
    GapFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
)
from tests.factories import (
    NOW,
    Cast,
    LocalityFactory,
    OrganisationFactory,
    PlanFactory,
    PriorityFactory,
    cast,
)

Q2 = {"starts_on": dt.date(2021, 7, 1), "ends_on": dt.date(2021, 9, 30)}
Q3 = {"starts_on": dt.date(2021, 10, 1), "ends_on": dt.date(2021, 12, 31)}


def moment(year: int, month: int, day: int, hour: int = 10) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=EDINBURGH)


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def council(people: Cast) -> Organisation:
    return OrganisationFactory(partnership=people.partnership, code="COUNCIL", name="Strathmuir Council")


def measure_of(people: Cast, **fields: object) -> Measure:
    """One whose figure for Q2 came in October: its next is for Q3, which ended on 31 December."""
    made = MeasureFactory(**({"priority": people.poverty} | fields))
    ReadingFactory(measure=made)
    return made


def calendar(people: Cast, at: dt.datetime = NOW) -> SupplyCalendar:
    return supply_calendar(people.partnership, at=at)


def the_row(people: Cast, at: dt.datetime = NOW) -> SupplyRow:
    (row,) = calendar(people, at).rows
    return row


# Where a figure stands


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (dt.date(2021, 9, 30), SupplyState.NOT_DUE),
        (dt.date(2021, 10, 1), SupplyState.AWAITING),
        (dt.date(2021, 12, 30), SupplyState.AWAITING),
        (dt.date(2021, 12, 31), SupplyState.DUE),
        (dt.date(2022, 1, 30), SupplyState.DUE),
        (dt.date(2022, 1, 31), SupplyState.OVERDUE),
    ],
)
def test_where_a_figure_stands_on_each_day(on, state):
    expected, last_day = dt.date(2021, 12, 31), dt.date(2022, 1, 30)

    assert supply_state(expected, last_day, on=on) is state
    for came in (SupplyState.SENT, SupplyState.IN_HAND):
        assert supply_state(expected, last_day, came=came, on=on) is came


def test_what_nobody_can_foretell_is_not_due():
    assert supply_state(None, None, on=dt.date(2022, 1, 10)) is SupplyState.NOT_DUE


@pytest.mark.parametrize(
    ("at", "state", "days_overdue"),
    [
        (moment(2022, 1, 13, 23), SupplyState.AWAITING, 0),
        (moment(2022, 1, 14, 0), SupplyState.DUE, 0),
        (moment(2022, 2, 3, 23), SupplyState.DUE, 0),
        (moment(2022, 2, 4, 0), SupplyState.OVERDUE, 1),
    ],
)
def test_a_measure_is_due_after_its_lag_and_overdue_after_its_grace(people, at, state, days_overdue):
    measure_of(people, publication_lag_days=14, grace_days=20)

    row = the_row(people, at)

    assert (row.period_label, row.expected_on) == ("Q3 2021/22", dt.date(2022, 1, 14))
    assert (row.overdue_after, row.lag) == (dt.date(2022, 2, 3), "14 days after its period ends")
    assert (row.state, row.days_overdue) == (state, days_overdue)


def test_a_point_in_time_has_no_day(people):
    made = MeasureFactory(priority=people.poverty, period_kind="point_in_time")
    ReadingFactory(measure=made, starts_on=dt.date(2021, 9, 30), ends_on=dt.date(2021, 9, 30))

    found = calendar(people)

    (row,) = found.rows
    assert (row.state, row.period, row.expected_on) == (SupplyState.NOT_DUE, None, None)
    assert (found.wanted, found.months, found.undated) == ((), (), (row,))


def test_only_measures_in_use_of_the_published_plan_are_asked_for(people):
    kept = measure_of(people)
    measure_of(people, discontinued_on=dt.date(2022, 1, 10))
    GapFactory(of=kept)
    draft = PriorityFactory(plan=PlanFactory(partnership=people.partnership, status="draft"))
    MeasureFactory(priority=draft)
    MeasureFactory()

    assert the_row(people).measure == kept


# What has come already


def test_a_draft_is_in_hand_until_its_return_is_accepted(people):
    made = measure_of(people)
    sent = QuarterlyReturnFactory(priority=people.poverty, quarter=people.quarter)
    draft = ReadingFactory(
        measure=made, quarterly_return=sent, state=Reading.State.DRAFT, value=None, entered_at=NOW, **Q3
    )
    assert the_row(people).state is SupplyState.DUE

    draft.value = Decimal(51)
    draft.save()

    assert the_row(people).state is SupplyState.IN_HAND


def test_a_draft_that_somebody_sent_waits_for_approval_and_is_not_overdue(people):
    made = measure_of(people)
    held = QuarterlyReturnFactory(priority=people.poverty, quarter=people.quarter)
    ReadingFactory(
        measure=made,
        quarterly_return=held,
        delivery=DeliveryFactory(quarter=people.quarter),
        state=Reading.State.DRAFT,
        entered_at=NOW,
        **Q3,
    )
    late = moment(2022, 3, 1)

    row = the_row(people, late)

    assert (row.state, row.days_overdue, row.state.label) == (
        SupplyState.SENT,
        0,
        "Sent, waiting for approval",
    )
    assert calendar(people, late).wanted == (row,)
    assert due_from_others(people.lead, people.partnership, at=late) == ()


def test_a_draft_for_another_period_is_not_it(people):
    made = measure_of(people)
    sent = QuarterlyReturnFactory(priority=people.poverty, quarter=people.quarter)
    ReadingFactory(measure=made, quarterly_return=sent, state=Reading.State.DRAFT, entered_at=NOW, **Q2)

    assert the_row(people).state is SupplyState.DUE


def test_a_figure_under_embargo_is_in_hand_from_the_day_it_is_entered(people):
    made = measure_of(people)
    ReadingFactory(measure=made, released_at=moment(2022, 1, 27), entered_at=moment(2022, 1, 8), **Q3)

    assert the_row(people, moment(2022, 1, 7)).state is SupplyState.DUE
    assert the_row(people).state is SupplyState.IN_HAND
    assert the_row(people, moment(2022, 1, 27)).period_label == "Q4 2021/22"


def test_a_figure_of_a_place_is_not_that_of_the_area(people):
    made = measure_of(people)
    ReadingFactory(measure=made, place=LocalityFactory(partnership=people.partnership), **Q3)

    assert the_row(people).period_label == "Q3 2021/22"


def test_a_figure_that_may_not_be_shown_is_not_and_is_not_asked_for_again(people):
    measure_of(people, is_disclosure_controlled=True)

    row = the_row(people)

    assert (row.last_shown, row.period_label) == (
        "[c] confidential: not shown, so that nobody can be identified",
        "Q3 2021/22",
    )


# How late


@pytest.mark.parametrize(
    ("released", "entered", "days", "words"),
    [
        (moment(2021, 10, 14, 23), moment(2021, 10, 20), 0, "on time"),
        (moment(2021, 10, 20), moment(2021, 10, 15), 1, "1 day late"),
        (moment(2021, 10, 20), moment(2021, 11, 20), 6, "6 days late"),
        (moment(2021, 9, 30), moment(2021, 9, 30), 0, "on time"),
    ],
)
def test_how_late_the_last_figure_came_goes_by_its_release_or_its_entry(
    people, released, entered, days, words
):
    made = MeasureFactory(priority=people.poverty, publication_lag_days=14)
    ReadingFactory(measure=made, released_at=released, entered_at=entered)

    row = the_row(people)

    assert row.last is not None
    assert (row.last.period.label, row.last.days_late, row.last.lateness) == ("Q2 2021/22", days, words)
    assert row.late_before is None


def test_a_revision_does_not_make_a_figure_late(people):
    made = MeasureFactory(priority=people.poverty, publication_lag_days=20)
    ReadingFactory(measure=made)
    ReadingFactory(measure=made, released_at=moment(2021, 12, 20), value=49, flag="revised")

    row = the_row(people)

    assert row.last is not None
    assert (row.last_shown, row.last.arrived_on, row.last.days_late) == ("49.0%", dt.date(2021, 10, 15), 0)


def test_the_newest_late_one_is_told_where_the_last_was_on_time(people):
    made = MeasureFactory(priority=people.poverty, publication_lag_days=20)
    for first, last, day in (
        (dt.date(2021, 1, 1), dt.date(2021, 3, 31), moment(2021, 6, 1)),
        (dt.date(2021, 4, 1), dt.date(2021, 6, 30), moment(2021, 7, 25)),
        (dt.date(2021, 7, 1), dt.date(2021, 9, 30), moment(2021, 10, 1)),
    ):
        ReadingFactory(measure=made, starts_on=first, ends_on=last, released_at=day)

    row = the_row(people)

    assert row.last is not None
    assert row.late_before is not None
    assert (row.last.lateness, row.late_before.period.label, row.late_before.days) == (
        "on time",
        "Q1 2021/22",
        "5 days",
    )


def test_one_never_read_has_no_last_figure(people):
    MeasureFactory(priority=people.poverty)

    row = the_row(people)

    assert (row.last, row.late_before, row.last_shown) == (None, None, "")


# From whom


def test_the_supplier_is_named_with_those_who_are_there(people, council):
    made = measure_of(
        people, supplier=council, source="Benefits service", supplier_contact="The data team", code="POV-01"
    )
    ann = DataContactFactory(
        partnership=people.partnership, organisation=council, name="Ann Smith", email="ann@example.org"
    )
    gone = DataContactFactory(partnership=people.partnership, organisation=council, left_on=NOW.date())
    assert (the_row(people).who, the_row(people).people) == ("The data team, Strathmuir Council", ())

    for one in (ann, gone):
        one.measures.add(made)

    row = the_row(people)
    assert [(one.name, one.email) for one in row.people] == [("Ann Smith", "ann@example.org")]
    assert (row.supplier, row.supplier_key, row.who) == (
        "Strathmuir Council",
        "COUNCIL",
        "Ann Smith, Strathmuir Council",
    )


def test_without_a_supplier_it_is_the_body_of_its_contact(people, council):
    contact = DataContactFactory(partnership=people.partnership, organisation=council, name="Ann Smith")
    contact.measures.add(measure_of(people))

    assert the_row(people).who == "Ann Smith, Strathmuir Council"


def test_an_open_request_is_told_and_an_answered_one_is_not(people, council):
    made = measure_of(people)
    asked = DataRequestFactory(quarter=people.quarter, due_on=dt.date(2022, 1, 10))
    asked.measures.add(made)

    assert the_row(people).asked == "Asked on 3 January 2022; the answer is due 10 January 2022"
    assert the_row(people, moment(2022, 1, 11)).asked == (
        "Asked on 3 January 2022; the answer was due 10 January 2022"
    )

    asked.answered_at, asked.answered_how = NOW, "email"
    asked.save()

    assert the_row(people).asked == ""


def test_the_publisher_is_named_where_the_catalogue_knows_it(people):
    entry = next(entry for entry in catalogue() if entry.publisher)
    measure_of(people, catalogue_key=entry.key, source="A table")

    assert the_row(people).publisher == entry.publisher


# All together


@pytest.fixture
def several(people: Cast, council: Organisation) -> Cast:
    """Overdue from the council, due from the NHS and from nobody named, awaited from the council, not due."""
    health = OrganisationFactory(partnership=people.partnership, code="NHS", name="NHS Strathmuir")
    measure_of(people, name="Late", supplier=council, grace_days=5, code="A")
    measure_of(people, name="Grants", supplier=health, code="B")
    measure_of(people, name="Anon", code="C")
    measure_of(people, name="Soon", supplier=council, publication_lag_days=40, code="D")
    measure_of(people, name="Far", supplier=health, publication_lag_days=120, code="E")
    return people


def test_the_most_pressing_comes_first_then_by_supplier(several):
    found = calendar(several)

    assert [(row.name, row.state.label) for row in found.rows] == [
        ("Late", "Overdue"),
        ("Grants", "Due"),
        ("Anon", "Due"),
        ("Soon", "Awaiting"),
        ("Far", "Not due"),
    ]
    assert [(state.value, count) for state, count in found.counts] == [
        ("overdue", 1),
        ("due", 2),
        ("sent", 0),
        ("in_hand", 0),
        ("awaiting", 1),
        ("not_due", 1),
    ]
    assert [row.name for row in found.wanted] == ["Late", "Grants", "Anon"]
    assert [(month.label, [row.name for row in month.rows]) for month in found.months] == [
        ("February 2022", ["Soon"]),
        ("April 2022", ["Far"]),
    ]
    assert [(one.name, [count for _, count in one.numbers]) for one in found.suppliers] == [
        ("Strathmuir Council", [1, 0, 0, 0, 1, 0]),
        ("NHS Strathmuir", [0, 1, 0, 0, 0, 1]),
        ("No supplier named", [0, 1, 0, 0, 0, 0]),
    ]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Late", "Grants", "Anon", "Soon", "Far"]),
        ({"supplier": "COUNCIL"}, ["Late", "Soon"]),
        ({"supplier": "none"}, ["Anon"]),
        ({"state": "due"}, ["Grants", "Anon"]),
        ({"state": "due", "supplier": "NHS"}, ["Grants"]),
        ({"state": "in_hand"}, []),
    ],
)
def test_one_supplier_or_one_state_may_be_looked_for(several, asked, names):
    assert [row.name for row in calendar(several).only(**asked).rows] == names


def test_a_lead_officer_sees_what_others_owe_their_own_priorities(several, council):
    measure_of(several, name="Places", priority=several.skills, supplier=council)

    def owed(user):
        return [row.name for row in due_from_others(user, several.partnership, at=NOW)]

    assert owed(several.lead) == ["Late", "Grants"]
    assert owed(several.deputy) == ["Late", "Grants"]
    assert owed(several.other_lead) == ["Places"]
    assert owed(several.manager) == []


@pytest.mark.parametrize("count", [1, 3])
def test_nine_queries_however_many_measures(people, council, django_assert_num_queries, count):
    contact = DataContactFactory(partnership=people.partnership, organisation=council)
    asked = DataRequestFactory(quarter=people.quarter, contact=contact)
    for _ in range(count):
        made = measure_of(people, supplier=council)
        contact.measures.add(made)
        asked.measures.add(made)

    with django_assert_num_queries(9):
        found = calendar(people)
        assert [(row.who, row.measure.priority.name) for row in found.rows] == [
            (f"{contact.name}, Strathmuir Council", "Poverty")
        ] * count
