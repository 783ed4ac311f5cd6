"""Sending a link, withdrawing it, opening it, and what is kept of each use."""

from __future__ import annotations

import datetime as dt
import hashlib
import smtplib

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from actionplans.models import DataContact, DataRequest, Measure, QuarterlyReturn, SupplyLink, SupplyLinkUse
from actionplans.supply import links
from actionplans.supply.link_rows import link_rows, use_rows
from actionplans.supply.links import LinkRefused, SentLink, WhyNot, open_link, send_link, withdraw_link
from actionplans.supply.states import LinkState, link_state
from priorities.clock import EDINBURGH
from priorities.models import Membership
from tests.actionplans.factories import (
    DataContactFactory,
    DataRequestFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    SupplyLinkFactory,
    SupplyLinkUseFactory,
)
from tests.factories import NOW, TODAY, Cast, OrganisationFactory, PartnershipFactory, cast

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def measure(people: Cast) -> Measure:
    """The figure of Q3 2021/22 is missing."""
    made = MeasureFactory(priority=people.poverty, code="POV-01", name="Grants decided in a day")
    ReadingFactory(measure=made)
    made.refresh_from_db()
    return made


@pytest.fixture
def other(people: Cast) -> Measure:
    """Of the other priority; never read."""
    made = MeasureFactory(priority=people.skills, code="SKI-01", name="Places taken up")
    made.refresh_from_db()
    return made


@pytest.fixture
def ann(people: Cast, measure: Measure) -> DataContact:
    body = OrganisationFactory(partnership=people.partnership, name="NHS Tayside")
    made = DataContactFactory(
        partnership=people.partnership, organisation=body, name="Ann Bell", email="ann@example.org"
    )
    made.measures.add(measure)
    return made


def address_of(token: str) -> str:
    return f"https://plan.example.org/strathmuir/send/{token}/"


def send(people: Cast, contact: DataContact, *measures: Measure, **options: object) -> SentLink:
    said = {"expires_on": dt.date(2022, 1, 17), "by": people.manager, "at": NOW, "make_address": address_of}
    return send_link(people.quarter, contact, measures, **(said | options))


def token_of(sent: SentLink) -> str:
    return sent.address.removeprefix("https://plan.example.org/strathmuir/send/").removesuffix("/")


# Sending


@pytest.mark.parametrize("state", ["submitted", "accepted"])
def test_no_link_goes_out_for_figures_that_it_would_not_take(people, ann, measure, other, state):
    who = {
        "submitted_at": NOW,
        "submitted_by": people.lead,
        "accepted_at": NOW,
        "accepted_by": people.manager,
    }
    QuarterlyReturnFactory(priority=people.poverty, quarter=people.quarter, state=state, **who)

    with pytest.raises(LinkRefused) as refused:
        send(people, ann, measure, other)

    assert refused.value.field == "measures"
    assert str(refused.value) == (
        "The update for Poverty has been submitted, so a link takes no figures for it until it is returned to its "
        "lead officer."
    )
    assert not SupplyLink.objects.exists()
    assert not DataRequest.objects.exists()
    assert links.why_closed([people.poverty, people.skills]) == (
        f"The updates for Poverty and {people.skills.name} have been submitted, so a link takes no figures for them "
        "until they are returned to their lead officers."
    )


def test_links_are_listed_with_the_newest_first(people, ann):
    days = [NOW - DAY, NOW, NOW - 3 * DAY]
    first, second, third = [
        SupplyLinkFactory(quarter=people.quarter, contact=ann, sent_at=at, sent_by=people.manager)
        for at in days
    ]
    SupplyLinkUseFactory(link=third)

    assert [row.id for row in link_rows(SupplyLink.objects.all(), at=NOW)] == [second.pk, first.pk, third.pk]


def test_a_link_is_kept_by_the_hash_of_its_token_alone(people, ann, measure):
    sent = send(people, ann, measure)

    token, link = token_of(sent), sent.link
    assert len(token) == 43
    assert link.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert (link.partnership, link.quarter, link.contact) == (people.partnership, people.quarter, ann)
    assert list(link.measures.all()) == [measure]
    assert (link.sent_at, link.sent_by) == (NOW, people.manager)
    assert link.expires_at == dt.datetime(2022, 1, 17, 23, 59, 59, tzinfo=EDINBURGH)
    for entry in LogEntry.objects.get_for_object(link):
        assert token not in str(entry.changes)
        assert link.token_sha256 not in str(entry.changes)


def test_the_letter_says_for_whom_what_until_when_and_whom_to_ask(
    people, ann, measure, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        sent = send(people, ann, measure, expires_on=dt.date(2022, 1, 31))

    [letter] = mail.outbox
    assert (letter.to, letter.reply_to) == (["ann@example.org"], ["manager@example.org"])
    assert letter.subject == "Figures for Q3 2021/22: Strathmuir Community Planning Partnership"
    assert letter.body == (
        "Dear Ann Bell,\n\n"
        "Please send Strathmuir Community Planning Partnership the figures below for Q3 2021/22 by 17 January 2022. "
        "It takes about five minutes, on a computer or a phone, and you need no account:\n\n"
        f"{sent.address}\n\n"
        "- Grants decided in a day (POV-01), for Q3 2021/22\n\n"
        "The link is for you, Ann Bell of NHS Tayside. Whoever has it can send these figures in your name, so please "
        "do not pass it on. It works until the end of 31 January 2022.\n\n"
        "If you have a question, or one of these is not yours to send, reply to this letter, or write to CP manager, "
        "manager@example.org.\n\n"
        "CP manager\nfor Strathmuir Community Planning Partnership\n"
    )


def test_what_is_asked_by_link_is_in_the_log_of_requests(people, ann, measure):
    sent = send(people, ann, measure)

    asked = sent.link.request
    assert (asked.asked_how, asked.asked_by, asked.due_on) == ("link", people.manager, dt.date(2022, 1, 17))
    assert (asked.organisation, asked.contact) == (ann.organisation, ann)
    assert list(asked.measures.all()) == [measure]
    assert asked.what.endswith("\n\n- Grants decided in a day (POV-01), for Q3 2021/22")


def test_the_answer_is_due_no_later_than_usual_though_the_link_works_longer(people, ann, measure):
    sent = send(people, ann, measure, expires_on=dt.date(2022, 4, 10))

    assert sent.link.request.due_on == dt.date(2022, 1, 17)


def test_a_link_sent_again_answers_the_same_request(people, ann, measure):
    first = send(people, ann, measure).link
    second = send(people, ann, measure, newest=first.pk).link

    assert second.request == first.request
    assert DataRequest.objects.count() == 1
    assert second.token_sha256 != first.token_sha256


def test_a_request_that_was_made_otherwise_may_be_named(people, ann, measure):
    asked = DataRequestFactory(quarter=people.quarter, contact=ann)

    sent = send(people, ann, measure, request=asked)

    assert sent.link.request == asked
    assert DataRequest.objects.count() == 1


def test_the_old_link_is_withdrawn_with_the_new(people, ann, measure):
    first = send(people, ann, measure).link

    send(people, ann, measure, newest=first.pk, replaces=[first], at=NOW + DAY)

    first.refresh_from_db()
    assert (first.withdrawn_at, first.withdrawn_by) == (NOW + DAY, people.manager)


def test_of_two_presses_only_the_first_sends_a_link(people, ann, measure):
    send(people, ann, measure)

    with pytest.raises(LinkRefused) as refused:
        send(people, ann, measure)

    assert str(refused.value) == (
        "CP manager sent Ann Bell a link on 10 January 2022 at 10:00, after you opened this page. "
        "Press again to send another one."
    )
    assert SupplyLink.objects.count() == 1


def test_a_letter_that_cannot_be_sent_leaves_the_link_and_says_so(
    people, ann, measure, monkeypatch, django_capture_on_commit_callbacks, caplog
):
    def broken(self: EmailBackend, letters: object) -> int:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", broken)
    with django_capture_on_commit_callbacks(execute=True):
        sent = send(people, ann, measure)

    assert mail.outbox == []
    assert SupplyLink.objects.get() == sent.link
    assert "The letter with link" in caplog.text
    assert token_of(sent) not in caplog.text


def lead_of_both(people: Cast) -> None:
    people.skills.deputies.add(people.lead)


def test_a_lead_officer_asks_for_the_figures_of_their_own_priorities_only(people, ann, measure, other):
    with pytest.raises(LinkRefused) as refused:
        send(people, ann, measure, other, by=people.lead)

    assert (refused.value.field, str(refused.value)) == (
        "measures",
        "You may ask for the figures of your own priorities only.",
    )
    assert send(people, ann, measure, by=people.deputy).link.sent_by == people.deputy
    lead_of_both(people)
    newest = SupplyLink.objects.get().pk
    assert send(people, ann, measure, other, by=people.lead, newest=newest).link.measures.count() == 2


def locked(people: Cast, ann: DataContact) -> None:
    people.quarter.locked_at, people.quarter.locked_by = NOW, people.manager


def has_left(people: Cast, ann: DataContact) -> None:
    ann.left_on = TODAY
    ann.save()


def without_address(people: Cast, ann: DataContact) -> None:
    ann.email = ""
    ann.save()


def elsewhere(people: Cast, ann: DataContact) -> None:
    ann.partnership = PartnershipFactory()
    ann.save()


@pytest.mark.parametrize(
    ("spoil", "field", "says"),
    [
        (locked, "", "Q3 2021/22 is locked, so no more figures are asked for in it."),
        (has_left, "contact", "Ann Bell has left. Choose somebody else."),
        (without_address, "contact", "Ann Bell has no e-mail address. Add one first."),
        (elsewhere, "contact", "Choose somebody of your own partnership."),
    ],
)
def test_why_no_link_is_sent(people, ann, measure, spoil, field, says):
    spoil(people, ann)

    with pytest.raises(LinkRefused) as refused:
        send(people, ann, measure)

    assert (refused.value.field, str(refused.value)) == (field, says)
    assert not SupplyLink.objects.exists()
    assert not DataRequest.objects.exists()


@pytest.mark.parametrize("expires_on", [TODAY - DAY, TODAY, dt.date(2022, 4, 11)])
def test_a_link_works_from_a_day_to_ninety_days(people, ann, measure, expires_on):
    with pytest.raises(LinkRefused) as refused:
        send(people, ann, measure, expires_on=expires_on)

    assert (refused.value.field, str(refused.value)) == (
        "expires_on",
        "Enter a day from tomorrow to 10 April 2022: 90 days at most.",
    )


@pytest.mark.parametrize("expires_on", [TODAY + DAY, dt.date(2022, 4, 10)])
def test_the_first_and_the_last_day_are_taken(people, ann, measure, expires_on):
    assert send(people, ann, measure, expires_on=expires_on).link.pk


def test_a_link_needs_figures_that_are_asked_for(people, ann, measure):
    known = MeasureFactory(priority=people.poverty, name="Homes made warm")
    ReadingFactory(
        measure=known, starts_on=dt.date(2021, 10, 1), ends_on=dt.date(2021, 12, 31), released_at=NOW - DAY
    )
    foreign = MeasureFactory(priority__plan__partnership=PartnershipFactory())
    known.refresh_from_db()
    for measures, says in (
        ((), "Choose at least one figure."),
        ((measure, known), "Q3 2021/22 asks for no figure of Homes made warm."),
        ((measure, foreign), "Choose measures of your own partnership."),
    ):
        with pytest.raises(LinkRefused) as refused:
            send(people, ann, *measures)
        assert (refused.value.field, str(refused.value)) == ("measures", says)


# Opening


@pytest.fixture
def sent(people: Cast, ann: DataContact, measure: Measure) -> SentLink:
    return send(people, ann, measure)


def opened(sent: SentLink, people: Cast, at: dt.datetime = NOW) -> links.Opening:
    return open_link(token_of(sent), partnership=people.partnership, at=at)


def test_a_link_opens_its_own_measures(sent, people, measure, django_assert_num_queries):
    # The link, its measures, how often it was used today, and the returns.
    with django_assert_num_queries(4):
        opening = opened(sent, people)
        assert (opening.link, opening.why_not, opening.measures) == (sent.link, None, [measure])


def test_a_token_that_is_no_links_opens_nothing(sent, people):
    for token in ("", "token", sent.link.token_sha256, token_of(sent)[:-1], "\x00", "é" * 5000):
        opening = open_link(token, partnership=people.partnership, at=NOW)
        assert (opening.link, opening.why_not, opening.words) == (None, WhyNot.UNKNOWN, "")


def withdrawn(link: SupplyLink, people: Cast) -> None:
    withdraw_link(link, by=people.manager, at=NOW)


def expired(link: SupplyLink, people: Cast) -> None:
    link.expires_at = NOW
    link.sent_at = NOW - DAY
    link.save()


def left(link: SupplyLink, people: Cast) -> None:
    link.contact.left_on = TODAY
    link.contact.save()


def lock(link: SupplyLink, people: Cast) -> None:
    people.quarter.locked_at, people.quarter.locked_by = NOW, people.manager
    people.quarter.save()


def submitted(link: SupplyLink, people: Cast) -> None:
    QuarterlyReturnFactory(
        priority=people.poverty,
        quarter=people.quarter,
        state=QuarterlyReturn.State.SUBMITTED,
        submitted_at=NOW,
        submitted_by=people.lead,
    )


@pytest.mark.parametrize(
    ("spoil", "why_not", "status", "words"),
    [
        (withdrawn, WhyNot.WITHDRAWN, 410, "It was tried after it had been withdrawn. Nothing was shown."),
        (expired, WhyNot.EXPIRED, 410, "It was tried after it had expired. Nothing was shown."),
        (left, WhyNot.LEFT, 410, "It was tried after Ann Bell had left. Nothing was shown."),
        (lock, WhyNot.LOCKED, 410, "It was tried after Q3 2021/22 had been locked. Nothing was shown."),
        (
            submitted,
            WhyNot.HANDED_IN,
            403,
            "It was tried after the figures of Poverty had been submitted. Nothing was shown.",
        ),
    ],
)
def test_why_a_link_opens_nothing(sent, people, spoil, why_not, status, words):
    spoil(sent.link, people)

    opening = opened(sent, people)

    assert (opening.why_not, opening.why_not.status, opening.words) == (why_not, status, words)


def test_a_link_works_to_its_last_second(sent, people):
    last = sent.link.expires_at
    assert opened(sent, people, last - dt.timedelta(seconds=1)).why_not is None
    assert opened(sent, people, last).why_not is WhyNot.EXPIRED


def test_under_another_partnerships_address_a_link_opens_nothing(sent, people):
    glenbeg = people.stranger.memberships.get().partnership
    for partnership, where in (
        (glenbeg, "of Glenbeg Community Planning Partnership"),
        (None, "that is no partnership’s"),
    ):
        opening = open_link(token_of(sent), partnership=partnership, at=NOW)
        assert (opening.why_not, opening.why_not.status) == (WhyNot.ELSEWHERE, 404)
        assert opening.words == f"It was tried under an address {where}. Nothing was shown."


def test_a_link_for_two_priorities_still_takes_the_figures_of_the_one_that_is_open(
    people, ann, measure, other
):
    sent = send(people, ann, measure, other)
    submitted(sent.link, people)

    opening = opened(sent, people)

    assert opening.why_not is None
    assert (opening.closed, opening.measures) == ((people.poverty,), [other])


def test_a_return_that_was_sent_back_takes_figures_again(sent, people):
    QuarterlyReturnFactory(
        priority=people.poverty,
        quarter=people.quarter,
        state=QuarterlyReturn.State.RETURNED,
        returned_at=NOW,
        returned_by=people.manager,
        return_reason="Check the figure.",
        submitted_at=NOW,
        submitted_by=people.lead,
    )

    assert opened(sent, people).why_not is None


def test_a_link_used_two_hundred_times_in_a_day_rests(sent, people):
    uses = [
        SupplyLinkUse(link=sent.link, used_at=NOW - dt.timedelta(hours=23), what="opened") for _ in range(200)
    ]
    SupplyLinkUse.objects.bulk_create(uses[:199])
    assert opened(sent, people).why_not is None
    uses[199].save()

    opening = opened(sent, people)

    assert (opening.why_not, opening.why_not.status, opening.words) == (WhyNot.TOO_OFTEN, 429, "")
    assert opened(sent, people, NOW + dt.timedelta(hours=2)).why_not is None


def test_withdrawn_twice_a_link_keeps_who_did_it_first(sent, people):
    withdraw_link(sent.link, by=people.lead, at=NOW)
    held = withdraw_link(sent.link, by=people.manager, at=NOW + DAY)

    assert (held.withdrawn_by, held.withdrawn_at) == (people.lead, NOW)


# Uses


def refuse(sent: SentLink, at: dt.datetime) -> None:
    links.record_use(sent.link, SupplyLinkUse.What.REFUSED, "It was tried after it had expired.", at=at)


def test_whoever_sent_it_is_told_once_a_day_that_a_use_was_refused(
    sent, people, django_capture_on_commit_callbacks
):
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        for at in (NOW, NOW + dt.timedelta(hours=13), NOW + DAY):
            refuse(sent, at)

    first, second = mail.outbox
    assert (first.to, second.to) == (["manager@example.org"], ["manager@example.org"])
    assert first.subject == "A link you sent was refused: Ann Bell, Q3 2021/22"
    assert first.body == (
        "Dear CP manager,\n\n"
        "A use of the link that you sent to Ann Bell, NHS Tayside, for Q3 2021/22 was refused on 10 January 2022 at "
        "10:00.\n\n"
        "It was tried after it had expired.\n\n"
        "If Ann Bell still has figures to send, send a new link. Every use of this one is on its page, under Data "
        "supply. You get one such letter a day for each link.\n\n"
        "Strathmuir Community Planning Partnership\n"
    )
    assert "11 January 2022" in second.body
    assert SupplyLinkUse.objects.filter(what="refused").count() == 3


def test_whoever_is_there_no_more_is_told_nothing(sent, people, django_capture_on_commit_callbacks):
    mail.outbox.clear()
    Membership.objects.filter(user=people.manager).update(ends_on=TODAY - DAY)

    with django_capture_on_commit_callbacks(execute=True):
        refuse(sent, NOW)

    assert mail.outbox == []


def test_every_use_is_on_record_and_names_the_link(sent):
    use = links.record_use(sent.link, SupplyLinkUse.What.OPENED, at=NOW)

    entry = LogEntry.objects.get_for_object(use).get()
    assert entry.object_repr == "Link for Ann Bell, Q3 2021/22: Opened"
    assert entry.changes["link"] == ["None", str(sent.link.pk)]
    assert entry.actor is None


# As those see them who sent them


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ("", LinkState.NOT_OPENED),
        ("opened", LinkState.OPENED),
        ("opened saved", LinkState.SAVED),
        ("expired", LinkState.EXPIRED),
        ("opened expired", LinkState.EXPIRED),
        ("opened saved expired", LinkState.SAVED),
        ("withdrawn", LinkState.WITHDRAWN),
        ("opened saved expired withdrawn", LinkState.WITHDRAWN),
    ],
)
def test_where_a_link_stands(facts, state):
    names = ("withdrawn", "expired", "opened", "saved")
    assert link_state(**{f"is_{name}": name in facts.split() for name in names}) is state


@pytest.mark.parametrize("count", [1, 3])
def test_links_are_listed_in_two_queries(people, measure, count, django_assert_num_queries):
    for link in SupplyLinkFactory.create_batch(count, quarter=people.quarter, sent_by=people.lead):
        link.measures.add(measure)
        SupplyLinkUseFactory(link=link)
        SupplyLinkUseFactory(link=link, what="refused", words="No.")
        SupplyLinkUseFactory(link=link, what="refused", words="No.")

    with django_assert_num_queries(2):
        rows = link_rows(SupplyLink.objects.all(), at=NOW)

    assert [(row.state, row.since, row.refused) for row in rows] == [
        (LinkState.OPENED, "6 January 2022", 2)
    ] * count
    assert [row.measures for row in rows] == [("Grants decided in a day",)] * count


def test_who_sees_which_links(people, ann, measure):
    by_lead = send(people, ann, measure, by=people.lead).link
    by_manager = send(people, ann, measure, newest=by_lead.pk).link

    def seen(user: object) -> set[SupplyLink]:
        return set(SupplyLink.objects.visible_to(user))

    assert seen(people.manager) == {by_lead, by_manager}
    assert seen(people.lead) == {by_lead}
    for user in (people.deputy, people.other_lead, people.officer, people.stranger, people.viewer):
        assert seen(user) == set()


def test_the_uses_of_a_link_are_told_newest_first(people):
    link = SupplyLinkFactory(quarter=people.quarter)
    SupplyLinkUseFactory(link=link)
    SupplyLinkUseFactory(link=link, what="refused", words="Why.", used_at=NOW)
    SupplyLinkUseFactory()

    assert [(use.value, use.label, use.words) for use in use_rows(link)] == [
        ("refused", "Refused", "Why."),
        ("opened", "Opened", ""),
    ]
