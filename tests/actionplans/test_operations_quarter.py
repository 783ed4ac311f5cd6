"""What may be done with a submitted return and a whole quarter, and in what words it is refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from actionplans import operations
from actionplans.models import QuarterlyReturn, Reading
from actionplans.operations import Refused, ReturnClosed
from actionplans.return_sheet import return_sheet
from actionplans.series import series_of
from priorities.models import Priority
from priorities.periods import FinancialQuarter, Period, PeriodKind
from tests.actionplans.conftest import Round
from tests.actionplans.factories import QuarterlyReturnFactory, ReadingFactory, accepted_return
from tests.factories import NOW, Cast, PlanFactory, PriorityFactory, QuarterFactory, cast

LATER = NOW + dt.timedelta(minutes=5)
Q3_ENDS = dt.date(2021, 12, 31)
Q2 = Period.for_quarter(FinancialQuarter.parse("Q2 2021/22"))


@pytest.fixture
def submitted(poverty_round: Round) -> QuarterlyReturn:
    return operations.submit_return(poverty_round.fill(), by=poverty_round.cast.lead, at=NOW)


def now_of(quarterly_return: QuarterlyReturn) -> QuarterlyReturn:
    return QuarterlyReturn.objects.get(pk=quarterly_return.pk)


# Accepting


def test_an_accepted_return_says_by_whom_and_when_and_its_figures_are_known_from_then(
    poverty_round: Round, submitted: QuarterlyReturn
) -> None:
    operations.accept_return(submitted, by=poverty_round.cast.manager, at=LATER)

    accepted = now_of(submitted)
    assert (accepted.state, accepted.accepted_by, accepted.accepted_at) == (
        "accepted",
        poverty_round.cast.manager,
        LATER,
    )
    reading = accepted.readings.get()
    assert (reading.state, reading.value, reading.released_at) == ("confirmed", Decimal(51), LATER)
    assert (reading.entered_by, reading.entered_at) == (poverty_round.cast.lead, NOW)


@pytest.mark.parametrize("who", ["lead", "deputy", "other_lead"])
def test_nobody_checks_their_own_return(poverty_round: Round, submitted: QuarterlyReturn, who: str) -> None:
    """Not the lead officer, not a deputy, not whoever sent it, whatever else they are."""
    person = getattr(poverty_round.cast, who)
    QuarterlyReturn.objects.filter(pk=submitted.pk).update(submitted_by=poverty_round.cast.other_lead)

    with pytest.raises(PermissionDenied, match=r"^Nobody checks their own return\.$"):
        operations.accept_return(submitted, by=person, at=LATER)
    with pytest.raises(PermissionDenied, match=r"^Nobody checks their own return\.$"):
        operations.send_back(submitted, reason="Say more.", by=person, at=LATER)

    assert now_of(submitted).state == "submitted"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("not_started", "This return is not started, not submitted."),
        ("in_progress", "This return is in progress, not submitted."),
        ("returned", "This return is returned, not submitted."),
    ],
)
def test_only_what_is_submitted_can_be_judged(db: None, state: str, words: str) -> None:
    people = cast()
    reason = "Say more." if state == "returned" else ""
    unsent = QuarterlyReturnFactory(
        priority=people.poverty, quarter=people.quarter, state=state, return_reason=reason
    )
    for judge in (
        lambda: operations.accept_return(unsent, by=people.manager, at=NOW),
        lambda: operations.send_back(unsent, reason="Say more.", by=people.manager, at=NOW),
    ):
        with pytest.raises(Refused) as refused:
            judge()
        assert str(refused.value) == words
    assert now_of(unsent).state == state


def test_a_return_is_accepted_once(poverty_round: Round, submitted: QuarterlyReturn) -> None:
    first = poverty_round.cast.manager
    operations.accept_return(submitted, by=first, at=LATER)

    with pytest.raises(Refused) as refused:
        operations.accept_return(submitted, by=poverty_round.cast.officer, at=LATER + dt.timedelta(1))

    assert str(refused.value) == "This return is accepted, not submitted."
    assert (now_of(submitted).accepted_by, now_of(submitted).accepted_at) == (first, LATER)
    assert submitted.readings.get().released_at == LATER


def test_acceptance_is_whole_or_not_at_all(
    poverty_round: Round, submitted: QuarterlyReturn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(Reading, "save", fail)
    with pytest.raises(IntegrityError), transaction.atomic():
        operations.accept_return(submitted, by=poverty_round.cast.manager, at=LATER)

    assert now_of(submitted).state == "submitted"
    assert submitted.readings.get().state == "draft"


@pytest.mark.parametrize(
    ("released_at", "entered_at"),
    [
        (NOW + dt.timedelta(minutes=1), NOW + dt.timedelta(minutes=1)),
        # Released before the officer wrote, and recorded only after.
        (NOW - dt.timedelta(days=1), NOW + dt.timedelta(minutes=1)),
        (LATER, LATER),
    ],
)
def test_a_figure_published_after_the_draft_was_entered_stands(
    poverty_round: Round, submitted: QuarterlyReturn, released_at: dt.datetime, entered_at: dt.datetime
) -> None:
    draft = submitted.readings.get()
    same_period = {"starts_on": draft.starts_on, "ends_on": draft.ends_on}
    ReadingFactory(
        measure=draft.measure, value=53, released_at=released_at, entered_at=entered_at, **same_period
    )

    operations.accept_return(submitted, by=poverty_round.cast.manager, at=LATER)

    assert (now_of(submitted).state, submitted.readings.get().state) == ("accepted", "draft")
    known = series_of([draft.measure], ends_by=Q3_ENDS, known_at=LATER + dt.timedelta(days=1))
    assert known[draft.measure.pk].current.shown == "53.0%"
    assert next(line.value for line in return_sheet(now_of(submitted), at=LATER).figures) == 51


def test_a_figure_published_before_the_draft_was_entered_gives_way(
    poverty_round: Round, submitted: QuarterlyReturn
) -> None:
    draft = submitted.readings.get()
    same_period = {"starts_on": draft.starts_on, "ends_on": draft.ends_on}
    ReadingFactory(measure=draft.measure, value=53, released_at=NOW - dt.timedelta(minutes=1), **same_period)
    another = ReadingFactory(measure=draft.measure, value=54, released_at=LATER, **other_period(draft))

    operations.accept_return(submitted, by=poverty_round.cast.manager, at=LATER)

    known = series_of([draft.measure], ends_by=Q3_ENDS, known_at=LATER)[draft.measure.pk]
    assert [value.value for value in known.values][-2:] == [another.value, 51]


def other_period(draft: Reading) -> dict[str, dt.date]:
    before = Period(PeriodKind.FINANCIAL_QUARTER, draft.starts_on, draft.ends_on).previous()
    return {"starts_on": before.starts_on, "ends_on": before.ends_on}


# Sending back


def test_a_return_sent_back_keeps_its_figures_as_drafts_and_its_sender_gets_a_letter(
    poverty_round: Round, submitted: QuarterlyReturn, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        operations.send_back(
            submitted, reason="Say <why> it fell & by how much.", by=poverty_round.cast.manager, at=LATER
        )

    back = now_of(submitted)
    assert (back.state, back.returned_by, back.returned_at) == ("returned", poverty_round.cast.manager, LATER)
    assert back.return_reason == "Say <why> it fell & by how much."
    assert back.is_open_to_changes
    assert back.readings.get().state == "draft"
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["poverty@example.org"], "Poverty, Q3 2021/22 needs a change")
    assert letter.body.rstrip() == (
        "Dear Poverty lead,\n"
        "\n"
        "The Q3 2021/22 return for Poverty needs a change before it can be accepted:\n"
        "\n"
        "Say <why> it fell & by how much.\n"
        "\n"
        "It is due on 21 January 2022."
    )


@pytest.mark.parametrize("reason", ["", " \n\t "])
def test_sending_back_needs_a_reason(
    poverty_round: Round, submitted: QuarterlyReturn, reason: str, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as letters, pytest.raises(Refused) as refused:
        operations.send_back(submitted, reason=reason, by=poverty_round.cast.manager, at=LATER)
    assert str(refused.value) == "Say what needs to change."
    assert now_of(submitted).state == "submitted"
    assert letters == []


def test_a_return_is_sent_back_once(
    poverty_round: Round, submitted: QuarterlyReturn, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        operations.send_back(submitted, reason="First.", by=poverty_round.cast.manager, at=LATER)
    with django_capture_on_commit_callbacks(execute=True) as letters, pytest.raises(Refused) as refused:
        operations.send_back(submitted, reason="Second.", by=poverty_round.cast.manager, at=LATER)
    assert str(refused.value) == "This return is returned, not submitted."
    assert now_of(submitted).return_reason == "First."
    assert (len(mail.outbox), letters) == (1, [])


def test_no_letter_tells_of_what_was_undone(
    poverty_round: Round, submitted: QuarterlyReturn, django_capture_on_commit_callbacks
) -> None:
    @transaction.atomic
    def send_back_and_fail() -> None:
        operations.send_back(submitted, reason="Say more.", by=poverty_round.cast.manager, at=LATER)
        raise IntegrityError

    with django_capture_on_commit_callbacks(execute=True) as letters, pytest.raises(IntegrityError):
        send_back_and_fail()
    assert (letters, mail.outbox, now_of(submitted).state) == ([], [], "submitted")


def test_nobody_writes_to_a_closed_account(
    poverty_round: Round, submitted: QuarterlyReturn, django_capture_on_commit_callbacks
) -> None:
    lead = poverty_round.cast.lead
    lead.is_active = False
    lead.save()
    with django_capture_on_commit_callbacks(execute=True):
        operations.send_back(submitted, reason="Say more.", by=poverty_round.cast.manager, at=LATER)
    assert mail.outbox == []


# Locking


def accept_both(people: Cast) -> None:
    for priority in (people.poverty, people.skills):
        accepted_return(priority, people.quarter, by=people.manager, at=NOW)


def test_a_quarter_is_locked_once_every_return_is_accepted(db: None) -> None:
    people = cast()
    accept_both(people)

    operations.lock_quarter(people.quarter, by=people.manager, at=LATER)

    people.quarter.refresh_from_db()
    assert (people.quarter.is_locked, people.quarter.locked_by, people.quarter.locked_at) == (
        True,
        people.manager,
        LATER,
    )


def test_a_quarter_with_returns_not_accepted_says_how_many(db: None) -> None:
    people = cast()
    with pytest.raises(Refused) as none_begun:
        operations.lock_quarter(people.quarter, by=people.manager, at=LATER)
    accepted_return(people.skills, people.quarter, by=people.manager, at=NOW)
    with pytest.raises(Refused) as one_missing:
        operations.lock_quarter(people.quarter, by=people.manager, at=LATER)
    QuarterlyReturnFactory(
        priority=people.poverty,
        quarter=people.quarter,
        state="submitted",
        submitted_at=NOW,
        submitted_by=people.lead,
    )
    with pytest.raises(Refused) as one_submitted:
        operations.lock_quarter(people.quarter, by=people.manager, at=LATER)

    assert str(none_begun.value) == "Q3 2021/22 cannot be locked yet: 2 returns are not accepted."
    assert str(one_missing.value) == "Q3 2021/22 cannot be locked yet: 1 return is not accepted."
    assert str(one_submitted.value) == "Q3 2021/22 cannot be locked yet: 1 return is not accepted."
    people.quarter.refresh_from_db()
    assert not people.quarter.is_locked


def test_a_quarter_is_locked_once(db: None) -> None:
    people = cast()
    accept_both(people)
    operations.lock_quarter(people.quarter, by=people.manager, at=NOW)

    with pytest.raises(ReturnClosed) as refused:
        operations.lock_quarter(people.quarter, by=people.officer, at=LATER)

    assert str(refused.value) == "Q3 2021/22 is locked, so it can no longer be changed."
    people.quarter.refresh_from_db()
    assert (people.quarter.locked_by, people.quarter.locked_at) == (people.manager, NOW)


def test_only_those_who_report_are_waited_for(db: None) -> None:
    """Not enabling actions, other kinds of plan, drafts of the next one, nor another partnership."""
    people = cast()
    accept_both(people)
    PriorityFactory(plan=people.plan, kind=Priority.Kind.ENABLING)
    PriorityFactory(plan=PlanFactory(partnership=people.partnership, kind="locality"))
    PriorityFactory(plan=PlanFactory(partnership=people.partnership, status="draft"))
    PriorityFactory(plan=PlanFactory(), lead_officer=people.stranger)
    assert operations.lock_quarter(people.quarter, by=people.manager, at=LATER).locked_at == LATER


def test_a_return_of_another_quarter_does_not_stand_in(db: None) -> None:
    people = cast()
    for priority in (people.poverty, people.skills):
        accepted_return(priority, people.before, by=people.manager, at=NOW)
    with pytest.raises(Refused):
        operations.lock_quarter(people.quarter, by=people.manager, at=LATER)


def test_a_quarter_before_the_plan_began_waits_for_nobody(db: None) -> None:
    people = cast()
    long_ago = QuarterFactory(partnership=people.partnership, year=2019, number=4)
    assert operations.lock_quarter(long_ago, by=people.manager, at=LATER).locked_at == LATER


def test_a_locked_quarter_refuses_to_judge_returns(poverty_round: Round, submitted: QuarterlyReturn) -> None:
    people = poverty_round.cast
    people.quarter.locked_at, people.quarter.locked_by = NOW, people.manager
    people.quarter.save()
    for judge in (
        lambda: operations.accept_return(submitted, by=people.manager, at=LATER),
        lambda: operations.send_back(submitted, reason="Say more.", by=people.manager, at=LATER),
    ):
        with pytest.raises(ReturnClosed) as refused:
            judge()
        assert str(refused.value) == "Q3 2021/22 is locked, so it can no longer be changed."
