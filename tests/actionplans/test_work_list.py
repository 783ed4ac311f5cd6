"""My work: where a lead officer lands."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from actionplans import operations
from tests.actionplans.conftest import Round
from tests.actionplans.factories import (
    ActionFactory,
    ActionUpdateFactory,
    DataRequestFactory,
    MeasureFactory,
    RiskFactory,
    accepted_return,
)
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, OrganisationFactory, PriorityFactory

MY_WORK = "/strathmuir/my-work/"


@pytest.fixture
def lead(client: Client, poverty_round: Round) -> Client:
    """Poverty's lead officer, whose Q2 is accepted."""
    people = poverty_round.cast
    accepted_return(people.poverty, people.before, by=people.manager, at=NOW)
    client.force_login(people.lead, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_what_waits_says_what_it_asks_and_by_when(lead: Client, poverty_round: Round) -> None:
    poverty = poverty_round.cast.poverty
    MeasureFactory.create_batch(4, priority=poverty)
    MeasureFactory(priority=poverty, discontinued_on=dt.date(2021, 6, 30))
    ActionFactory.create_batch(3, priority=poverty)
    RiskFactory(priority=poverty)

    response = lead.get(MY_WORK)

    shown = text_of(response)
    assert (
        "Q3 2021/22 update for Poverty, due 21 January 2022 5 figures, 4 actions, 2 risks, your words "
        "Not started Start your update"
    ) in shown
    assert f'href="{poverty_round.url()}"' in response.content.decode()
    assert "Updates you have sent Q2 2021/22 update for Poverty Accepted 10 January 2022" in shown
    assert "Late" not in shown


@pytest.mark.parametrize(
    ("last_day", "contents"),
    [
        (dt.date(2021, 12, 31), "0 figures"),
        (dt.date(2022, 1, 1), "1 figure"),
        (dt.date(2030, 1, 1), "1 figure"),
    ],
)
def test_a_measure_counts_until_the_quarter_in_which_it_is_discontinued(
    lead: Client, poverty_round: Round, last_day: dt.date, contents: str
) -> None:
    measure = poverty_round.measure
    measure.discontinued_on = last_day
    measure.save()

    assert f"{contents}, 1 action, 1 risk, your words" in text_of(lead.get(MY_WORK))
    assert len(poverty_round.sheet.figures) == int(contents[0])


def test_a_return_sent_late_at_night_was_sent_that_day(lead: Client, poverty_round: Round) -> None:
    sent = poverty_round.cast.poverty.returns.get()
    sent.accepted_at = dt.datetime(2021, 7, 14, 23, 30, tzinfo=dt.UTC)
    sent.save()

    assert "Accepted 15 July 2021" in text_of(lead.get(MY_WORK))


def test_an_action_finished_before_is_not_counted_again(lead: Client, poverty_round: Round) -> None:
    before = poverty_round.cast.poverty.returns.get()
    ActionUpdateFactory(quarterly_return=before, action=poverty_round.action, status="completed")

    assert "1 figure, 0 actions, 1 risk, your words" in text_of(lead.get(MY_WORK))
    assert len(poverty_round.sheet.actions) == 0


def test_a_late_return_is_marked(lead: Client, poverty_round: Round) -> None:
    quarter = poverty_round.cast.quarter
    quarter.due_on = dt.date(2022, 1, 9)
    quarter.save()

    assert "Late: it was due 9 January 2022" in text_of(lead.get(MY_WORK))


def test_on_its_last_day_a_return_is_not_late(lead: Client, poverty_round: Round) -> None:
    quarter = poverty_round.cast.quarter
    quarter.due_on = dt.date(2022, 1, 10)
    quarter.save()

    assert "Late" not in text_of(lead.get(MY_WORK))


def test_a_return_sent_back_says_by_whom_and_why(lead: Client, poverty_round: Round) -> None:
    people = poverty_round.cast
    sent = operations.submit_return(poverty_round.fill(), by=people.lead, at=NOW)
    operations.send_back(sent, reason="Name the hubs & <where>.", by=people.manager, at=NOW)

    shown = text_of(lead.get(MY_WORK))

    assert "Returned Returned by CP manager: Name the hubs & <where>. Change your update" in shown


def test_a_submitted_return_waits_no_longer(lead: Client, poverty_round: Round) -> None:
    operations.submit_return(poverty_round.fill(), by=poverty_round.cast.lead, at=NOW)

    shown = text_of(lead.get(MY_WORK))

    assert "Nothing waits for you" in shown
    assert "Q3 2021/22 update for Poverty Submitted 10 January 2022" in shown


def test_a_lead_officer_without_a_priority_is_told_what_to_do(lead: Client, poverty_round: Round) -> None:
    poverty = poverty_round.cast.poverty
    poverty.lead_officer = poverty_round.cast.other_lead
    poverty.save()

    assert "You do not lead a priority yet" in text_of(lead.get(MY_WORK))


@pytest.mark.parametrize("who", ["manager", "officer", "board", "chair", "viewer", "stranger"])
def test_only_lead_officers_have_work(client: Client, poverty_round: Round, who: str) -> None:
    client.force_login(getattr(poverty_round.cast, who), backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(MY_WORK).status_code == 404


def test_what_others_owe_is_told_in_one_short_section(lead: Client, poverty_round: Round) -> None:
    assert "Figures due from others" not in text_of(lead.get(MY_WORK))
    measure = poverty_round.measure
    measure.supplier = OrganisationFactory(
        partnership=poverty_round.cast.partnership, name="Strathmuir <Council>"
    )
    measure.save()
    asked = DataRequestFactory(quarter=poverty_round.cast.quarter)
    asked.measures.add(measure)

    assert (
        "Figures due from others Grants decided in a day, Q3 2021/22 Due Strathmuir <Council>, expected "
        "31 December 2021. Asked on 3 January 2022; the answer is due 10 January 2022 Send a link to fill in or see "
        "the links you sent. Your community planning manager asks for them too. If one has reached you, enter it in "
        "your update."
    ) in text_of(lead.get(MY_WORK))


@pytest.mark.parametrize("count", [1, 3])
def test_my_work_asks_the_database_as_often_whatever_its_size(
    lead: Client, poverty_round: Round, django_assert_num_queries, count: int
) -> None:
    people = poverty_round.cast
    for _ in range(count - 1):
        extra = PriorityFactory(plan=people.plan, lead_officer=people.lead)
        MeasureFactory(priority=extra)
        ActionFactory(priority=extra)

    with django_assert_num_queries(21):
        response = lead.get(MY_WORK)

    # Each extra priority waits with two rounds; Poverty's Q2 is accepted.
    assert text_of(response).count("Start your update") == 2 * count - 1
