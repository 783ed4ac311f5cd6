"""Asking partners for information, their answers, and the reminders: by whom, when and in which words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from actionplans.models import DataContact, DataRequest, Measure, QuarterlyReturn, Reading
from actionplans.supply import contacts, letters, reminders, requests
from actionplans.supply.reminders import Reminders, send_reminders
from actionplans.supply.requests import (
    Answered,
    Asked,
    RequestRefused,
    ask,
    close_answered,
    record_answer,
    request_log,
)
from priorities.clock import EDINBURGH
from priorities.models import Organisation
from tests.actionplans.factories import (
    DataContactFactory,
    DataRequestFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
)
from tests.audit_record import changes_of, during_a_request_of
from tests.factories import NOW, TODAY, Cast, LocalityFactory, OrganisationFactory, PartnershipFactory, cast

pytestmark = pytest.mark.django_db

WEDNESDAY = NOW + dt.timedelta(days=2)
DAY = dt.timedelta(days=1)
Q3 = {"starts_on": dt.date(2021, 10, 1), "ends_on": dt.date(2021, 12, 31)}


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def council(people: Cast) -> Organisation:
    return OrganisationFactory(partnership=people.partnership, name="Strathmuir Council")


@pytest.fixture
def ann(people: Cast, council: Organisation) -> DataContact:
    return DataContactFactory(
        partnership=people.partnership, organisation=council, name="Ann Smith", email="ann@example.org"
    )


@pytest.fixture
def measure(people: Cast) -> Measure:
    return MeasureFactory(priority=people.poverty, code="POV-01", name="Grants")


def question(ann: DataContact, measure: Measure | None = None, **changes: object) -> Asked:
    said: dict[str, object] = {
        "organisation": ann.organisation,
        "contact": ann,
        "measures": [measure] if measure else [],
        "wanted": ["Grants (POV-01), for Q3 2021/22"] if measure else [],
        "words": "Please send us these.",
        "how": "email",
        "due_on": dt.date(2022, 1, 17),
    }
    return Asked(**(said | changes))  # type: ignore[arg-type]


# Asking


def test_a_request_by_email_is_kept_and_sent_once_it_is_there(
    people, ann, measure, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as letters_to_send:
        made = ask(people.quarter, question(ann, measure), by=people.manager, at=NOW)
        assert mail.outbox == []
    letters_to_send[0]()

    made.refresh_from_db()
    assert (made.partnership, made.organisation, made.contact) == (people.partnership, ann.organisation, ann)
    assert (made.asked_at, made.asked_by, made.asked_how, made.due_on) == (
        NOW,
        people.manager,
        "email",
        dt.date(2022, 1, 17),
    )
    assert list(made.measures.all()) == [measure]
    assert made.what == "Please send us these.\n\n- Grants (POV-01), for Q3 2021/22"
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == (["ann@example.org"], ["manager@example.org"])
    assert letter.subject == "Figures for Q3 2021/22: Strathmuir Community Planning Partnership"
    assert letter.body == (
        "Dear Ann Smith,\n\n"
        "Please send us these.\n\n- Grants (POV-01), for Q3 2021/22\n\n"
        "Please answer by 17 January 2022. Reply to this letter, or write to CP manager, manager@example.org.\n\n"
        "If you cannot provide something, please say so and why. Strathmuir Community Planning Partnership asks "
        "under section 14 of the Community Empowerment (Scotland) Act 2015: community planning partners provide the "
        "information that the partnership asks them for.\n\n"
        "CP manager\nfor Strathmuir Community Planning Partnership\n"
    )


def test_a_body_that_is_no_statutory_partner_is_not_told_of_a_duty(people, ann):
    ann.organisation.kind = "third_sector"
    ann.organisation.save()

    letters.data_requested(DataRequestFactory(quarter=people.quarter, contact=ann, asked_by=people.manager))

    assert "section 14" not in mail.outbox[0].body


@pytest.mark.parametrize("how", ["phone", "meeting", "link", "sheet"])
def test_a_request_in_another_way_sends_nothing(people, ann, how, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask(people.quarter, question(ann, how=how), by=people.manager, at=NOW)

    assert mail.outbox == []


def test_a_body_may_be_asked_without_a_person(people, council):
    asked = Asked(council, None, [], [], "Please tell us.", "phone", TODAY)

    assert ask(people.quarter, asked, by=people.manager, at=NOW).contact is None


def test_people_words_are_sent_as_they_are_and_never_as_headers(people, ann):
    people.partnership.name = "Strath\r\nBcc: all@example.org"
    ann.name = "<b>Ann</b> {{ person }}"
    made = DataRequestFactory(
        quarter=people.quarter, contact=ann, asked_by=people.manager, what="A & B <i>{% x %}</i>"
    )
    made.partnership, made.contact = people.partnership, ann
    ann.partnership = people.partnership

    letters.data_requested(made)

    (letter,) = mail.outbox
    assert letter.subject == "Figures for Q3 2021/22: Strath Bcc: all@example.org"
    assert letter.message().get("Bcc") is None
    assert letter.recipients() == ["ann@example.org"]
    assert letter.body.startswith("Dear <b>Ann</b> {{ person }},\n\nA & B <i>{% x %}</i>\n")


def elsewhere() -> DataContact:
    return DataContactFactory(partnership=PartnershipFactory())


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        (lambda: {"words": " "}, "words", "Say what is asked for."),
        (lambda: {"words": "w" * 5001}, "words", "Use 5,000 characters or fewer."),
        (lambda: {"how": "pigeon"}, "asked_how", "Say how it is asked."),
        (lambda: {"contact": None}, "asked_how", "There is no address to send an e-mail to."),
        (lambda: {"due_on": dt.date(2022, 1, 9)}, "due_on", "Enter a day that is still to come."),
        (lambda: {"measures": [MeasureFactory()]}, "", "Ask those of your own partnership"),
        (lambda: {"organisation": elsewhere().organisation}, "", "Ask those of your own partnership"),
        (lambda: {"contact": elsewhere()}, "", "Ask those of your own partnership"),
    ],
)
def test_a_request_that_cannot_be_is_refused(people, ann, changes, field, says):
    with pytest.raises(RequestRefused, match=says) as refusal:
        ask(people.quarter, question(ann, **changes()), by=people.manager, at=NOW)

    assert refusal.value.field == field
    assert not DataRequest.objects.exists()


def test_somebody_of_another_body_or_who_has_left_is_not_asked(people, ann):
    other = OrganisationFactory(partnership=people.partnership)
    with pytest.raises(RequestRefused, match="Ann Smith is of another organisation"):
        ask(people.quarter, question(ann, organisation=other), by=people.manager, at=NOW)

    ann.left_on = TODAY
    with pytest.raises(RequestRefused, match=r"Ann Smith has left\. Choose somebody else\."):
        ask(people.quarter, question(ann), by=people.manager, at=NOW)


def test_the_same_request_twice_is_one(people, ann, measure):
    ask(people.quarter, question(ann, measure), by=people.manager, at=NOW)

    with pytest.raises(RequestRefused, match="This has been asked already"):
        ask(people.quarter, question(ann, measure), by=people.manager, at=NOW)

    assert DataRequest.objects.count() == 1
    ask(people.quarter, question(ann, measure, due_on=dt.date(2022, 1, 18)), by=people.manager, at=NOW)


def test_nothing_is_asked_in_a_locked_quarter(people, ann):
    people.quarter.locked_at, people.quarter.locked_by = NOW, people.manager
    people.quarter.save()

    with pytest.raises(RequestRefused, match="Q3 2021/22 is locked"):
        ask(people.quarter, question(ann), by=people.manager, at=NOW)


@pytest.mark.parametrize(
    ("returns_due", "on", "day"),
    [
        (dt.date(2022, 1, 31), TODAY, dt.date(2022, 1, 24)),
        (dt.date(2022, 1, 21), TODAY, dt.date(2022, 1, 17)),
        (dt.date(2021, 12, 1), TODAY, dt.date(2022, 1, 17)),
    ],
)
def test_an_answer_is_due_a_week_before_returns_or_in_a_week(people, returns_due, on, day):
    people.quarter.due_on = returns_due

    assert requests.usual_due_day(people.quarter, on=on) == day


# The answer


@pytest.fixture
def asked(people, ann) -> DataRequest:
    """Asked on 3 January, due on 10 January."""
    return DataRequestFactory(quarter=people.quarter, contact=ann, asked_by=people.manager)


def said(how: str = "email", on: dt.date = TODAY, by: str = "Ann  Smith", words: str = "") -> Answered:
    return Answered(how, on, by, words)


@pytest.mark.parametrize(
    ("on", "at", "answered_at", "standing"),
    [
        (TODAY, NOW, NOW, ""),
        (
            dt.date(2022, 1, 11),
            WEDNESDAY,
            dt.datetime(2022, 1, 11, 12, tzinfo=EDINBURGH),
            "Answered 1 day late",
        ),
        (WEDNESDAY.date(), WEDNESDAY, WEDNESDAY, "Answered 2 days late"),
        (dt.date(2022, 1, 3), NOW, dt.datetime(2022, 1, 3, 12, tzinfo=EDINBURGH), ""),
    ],
)
def test_an_answer_is_kept_with_its_day_and_how_late_it_was(asked, on, at, answered_at, standing):
    record_answer(asked, said(on=on), at=at)

    asked.refresh_from_db()
    assert (asked.answered_at, asked.answered_how, asked.answered_by) == (answered_at, "email", "Ann Smith")
    (row,) = request_log(asked.quarter, on=at.date()).rows
    assert (row.state.label, row.standing, row.answered_on) == ("Answered", standing, on)


def test_an_answer_on_the_day_it_was_asked_is_not_before_it(asked):
    asked.asked_at = dt.datetime(2022, 1, 3, 16, tzinfo=EDINBURGH)
    asked.save()

    record_answer(asked, said(on=dt.date(2022, 1, 3)), at=NOW)

    asked.refresh_from_db()
    assert asked.answered_at == asked.asked_at


@pytest.mark.parametrize(
    ("answer", "field", "says"),
    [
        (said(how=""), "answered_how", "Say how it was answered."),
        (said(on=dt.date(2022, 1, 2)), "answered_on", "Enter a day from 3 January 2022, when it was asked"),
        (said(on=dt.date(2022, 1, 11)), "answered_on", "Enter a day from 3 January 2022, when it was asked"),
        (said(by=" "), "answered_by", "Say who answered."),
        (said(how="not_provided", words=" \n"), "answer", "Say why nothing was provided"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(asked, answer, field, says):
    with pytest.raises(RequestRefused, match=says) as refusal:
        record_answer(asked, answer, at=NOW)

    assert refusal.value.field == field
    asked.refresh_from_db()
    assert asked.is_open


def test_what_is_not_provided_says_why(asked):
    record_answer(asked, said(how="not_provided", words="The system is down."), at=NOW)

    (row,) = request_log(asked.quarter, on=TODAY).rows
    assert (row.state.label, row.answer, row.answered_how) == (
        "Not provided",
        "The system is down.",
        "Not provided",
    )


def test_an_answer_put_right_leaves_the_old_one_on_record(asked, people):
    record_answer(asked, said(), at=NOW)

    during_a_request_of(people.manager, lambda: record_answer(asked, said(how="phone"), at=NOW))

    assert changes_of(asked)[-1] == {"answered_how": ("email", "phone")}


@pytest.mark.parametrize(
    ("due_on", "state", "standing"),
    [
        (TODAY, "Open", ""),
        (TODAY - DAY, "Late", "1 day late"),
        (TODAY - 12 * DAY, "Late", "12 days late"),
    ],
)
def test_a_request_is_late_after_its_last_day(asked, due_on, state, standing):
    asked.due_on = due_on
    asked.save()

    (row,) = request_log(asked.quarter, on=TODAY).rows
    assert (row.state.label, row.standing, row.is_open) == (state, standing, True)


@pytest.mark.parametrize("count", [1, 3])
def test_two_queries_however_many_requests(people, ann, measure, django_assert_num_queries, count):
    for _ in range(count):
        DataRequestFactory(quarter=people.quarter, contact=ann, asked_by=people.manager).measures.add(measure)

    with django_assert_num_queries(2):
        log = request_log(people.quarter, on=TODAY)
        assert [(row.measures, row.asked_by) for row in log.rows] == [(("Grants",), "CP manager")] * count


# Reminders


def remind(people: Cast, at: dt.datetime = NOW, **options: object) -> Reminders:
    return send_reminders(people.partnership, **({"by": people.manager, "at": at} | options))  # type: ignore[arg-type]


def test_a_contact_gets_one_letter_about_all_that_is_due(people, ann, asked):
    DataRequestFactory(
        quarter=people.quarter,
        contact=ann,
        asked_by=people.officer,
        due_on=TODAY - DAY,
        what="And the grants.",
    )
    DataRequestFactory(quarter=people.quarter, contact=ann, due_on=TODAY + DAY, what="Not yet.")

    found = remind(people)

    assert found == Reminders(("Ann Smith",), (), (), ())
    assert found.in_words == "Reminders sent to Ann Smith."
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == (["ann@example.org"], ["manager@example.org"])
    assert letter.subject == "Reminder: figures for Strathmuir Community Planning Partnership"
    assert letter.body == (
        "Dear Ann Smith,\n\n"
        "We asked you for the following and have no answer yet.\n\n"
        "Asked on 3 January 2022; the answer was due on 9 January 2022.\n\nAnd the grants.\n\n"
        "Asked on 3 January 2022; the answer is due today.\n\nPlease send the figures for Q3 2021/22.\n\n"
        "Please reply to this letter, or write to CP manager, manager@example.org. If you have sent it already, or "
        "cannot provide it, please say so.\n\n"
        "CP manager\nfor Strathmuir Community Planning Partnership\n"
    )
    asked.refresh_from_db()
    assert (asked.reminded_at, asked.reminded_by) == (NOW, people.manager)


def test_a_second_press_on_the_same_day_says_so_and_sends_nothing(people, asked):
    remind(people)

    again = remind(people, NOW + dt.timedelta(hours=13))

    assert again.in_words == "Ann Smith was written to today already."
    assert len(mail.outbox) == 1
    assert remind(people, NOW + DAY).sent == ("Ann Smith",)
    assert len(mail.outbox) == 2


def test_whoever_was_asked_by_email_today_is_not_reminded_today(people, asked):
    asked.asked_at = NOW
    asked.save()
    assert remind(people).already == ("Ann Smith",)

    asked.asked_how = "phone"
    asked.save()
    assert remind(people).sent == ("Ann Smith",)


@pytest.mark.parametrize(
    "change",
    [
        {"due_on": TODAY + DAY},
        {"answered_at": NOW, "answered_how": "email"},
    ],
)
def test_what_is_not_due_or_is_answered_is_not_reminded_of(people, asked, change):
    DataRequest.objects.update(**change)

    assert remind(people).in_words == "Nobody needs a reminder: no open request is due."
    assert mail.outbox == []


def test_a_request_whose_figure_waits_in_a_return_is_left_alone(people, ann, asked, measure):
    asked.measures.add(measure)
    held = QuarterlyReturnFactory(priority=people.poverty, quarter=people.quarter)
    ReadingFactory(measure=measure, quarterly_return=held, state="draft", entered_at=NOW, **Q3)

    assert remind(people).in_words == "Nobody needs a reminder: no open request is due."
    asked.refresh_from_db()
    assert (mail.outbox, asked.is_open) == ([], True)


def test_where_nobody_can_be_written_to_is_told(people, asked, ann, council):
    ann.left_on = TODAY
    ann.save()
    health = OrganisationFactory(partnership=people.partnership, name="NHS Strathmuir")
    DataRequestFactory(quarter=people.quarter, contact=None, organisation=health)

    found = remind(people)

    assert found.unreachable == ("NHS Strathmuir", "Strathmuir Council")
    assert found.in_words == (
        "There is nobody to write to at NHS Strathmuir and Strathmuir Council: add a contact."
    )
    assert mail.outbox == []


def test_another_partnership_is_not_written_for(people, asked):
    assert send_reminders(PartnershipFactory(), by=None, at=NOW) == Reminders((), (), (), ())


@pytest.fixture
def broken_mail(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """A mail server that does not answer, until it is mended."""

    def refuse(*_args: object, **_options: object) -> None:
        raise ConnectionRefusedError("no answer")

    mended = letters.EmailMessage.send
    monkeypatch.setattr(letters.EmailMessage, "send", refuse)
    return lambda: monkeypatch.setattr(letters.EmailMessage, "send", mended)


def test_a_letter_that_cannot_be_sent_leaves_the_request_to_be_reminded_of(people, asked, broken_mail):
    DataRequest.objects.update(reminded_at=NOW - DAY, reminded_by=people.officer)

    found = remind(people)

    assert found.in_words == "The letter to Ann Smith could not be sent. Try again later."
    asked.refresh_from_db()
    assert (asked.reminded_at, asked.reminded_by) == (NOW - DAY, people.officer)

    broken_mail()
    assert remind(people).sent == ("Ann Smith",)


def test_two_presses_at_once_send_one_letter(people, asked):
    """The second has read the requests before the first has marked them."""
    read_before = {asked.contact: [DataRequest.objects.get()]}
    remind(people)

    assert reminders._remind(asked.contact, read_before[asked.contact], by=people.officer, at=NOW)

    assert len(mail.outbox) == 1
    asked.refresh_from_db()
    assert asked.reminded_by == people.manager


# The command


def command(capsys, *arguments: str) -> str:
    call_command("send_data_reminders", *arguments)
    return capsys.readouterr().out.strip()


def test_the_command_writes_in_the_name_of_whoever_asked(people, asked, capsys):
    said = command(capsys, "--partnership=strathmuir")

    assert said == "Strathmuir Community Planning Partnership: Reminders sent to Ann Smith."
    assert mail.outbox[0].reply_to == ["manager@example.org"]
    asked.refresh_from_db()
    assert (asked.reminded_at, asked.reminded_by) == (NOW, None)


def test_a_dry_run_says_to_whom_and_changes_nothing(people, asked, capsys):
    said = command(capsys, "--dry-run")

    assert said.splitlines() == [
        "Glenbeg Community Planning Partnership: Nobody needs a reminder: no open request is due.",
        "Strathmuir Community Planning Partnership: Would write to Ann Smith.",
    ]
    assert mail.outbox == []
    asked.refresh_from_db()
    assert asked.reminded_at is None


def test_the_command_fails_when_a_letter_could_not_be_sent(people, asked, broken_mail):
    with pytest.raises(CommandError, match=r"^1 letter could not be sent\.$"):
        call_command("send_data_reminders")


def test_the_command_knows_its_partnerships(people):
    with pytest.raises(CommandError, match="There is no partnership nowhere"):
        call_command("send_data_reminders", "--partnership=nowhere")


# Contacts


def keep(contact: DataContact, people: Cast, **changes: object) -> DataContact:
    said: dict[str, object] = {
        "organisation": contact.organisation,
        "name": "Ann Smith",
        "email": "Ann@Example.org",
        "measures": [],
        "left_on": None,
    }
    return contacts.save_contact(contact, **(said | changes), by=people.manager, on=TODAY)  # type: ignore[arg-type]


def test_a_contact_is_kept_with_their_measures(people, council, measure):
    made = keep(DataContact(partnership=people.partnership, organisation=council), people, measures=[measure])

    assert (made.name, made.email) == ("Ann Smith", "ann@example.org")
    (row,) = contacts.contact_rows(people.partnership, on=TODAY)
    assert (row.organisation, row.measures, row.has_left) == ("Strathmuir Council", ("Grants",), False)


def test_contacts_are_listed_by_organisation_and_name(people):
    zoo, bank = (OrganisationFactory(partnership=people.partnership, name=name) for name in ("Zoo", "Bank"))
    for body, name in ((zoo, "Zoe"), (zoo, "Adam"), (bank, "Bob")):
        DataContactFactory(partnership=people.partnership, organisation=body, name=name)

    rows = contacts.contact_rows(people.partnership, on=TODAY)

    assert [row.name for row in rows] == ["Bob", "Adam", "Zoe"]


def test_who_left_comes_last_and_has_left_from_that_day_on(people, ann):
    keep(ann, people, name="Aaron", left_on=TODAY)
    DataContactFactory(partnership=people.partnership, organisation__name="Zoo", name="Zoe")

    rows = contacts.contact_rows(people.partnership, on=TODAY)

    assert [(row.name, row.has_left) for row in rows] == [("Zoe", False), ("Aaron", True)]
    assert not contacts.contact_rows(people.partnership, on=TODAY - DAY)[1].has_left


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        (lambda: {"name": "  "}, "name", "Enter the person’s name."),
        (lambda: {"email": "ann"}, "email", "Enter an e-mail address in full"),
        (
            lambda: {"email": "ann@example.org\nBcc: b@example.org"},
            "email",
            "Enter an e-mail address in full",
        ),
        (lambda: {"email": "BOB@example.org"}, "email", "Bob of .* has this address already"),
        (lambda: {"organisation": OrganisationFactory()}, "organisation", "of your own partnership"),
        (lambda: {"measures": [MeasureFactory()]}, "measures", "of your own partnership"),
        (lambda: {"left_on": TODAY + DAY}, "left_on", "Enter the day when the person has left"),
    ],
)
def test_a_contact_that_cannot_be_is_refused(people, ann, changes, field, says):
    DataContactFactory(partnership=people.partnership, name="Bob", email="bob@example.org")

    with pytest.raises(contacts.ContactRefused, match=says) as refusal:
        keep(ann, people, **changes())

    assert refusal.value.field == field
    ann.refresh_from_db()
    assert (ann.name, ann.email, ann.left_on) == ("Ann Smith", "ann@example.org", None)


def test_the_same_address_in_another_partnership_is_theirs(people, ann):
    DataContactFactory(email="ann@example.org")

    assert keep(ann, people, name="Ann Jones").name == "Ann Jones"


@pytest.mark.parametrize("count", [1, 3])
def test_two_queries_however_many_contacts(people, council, measure, django_assert_num_queries, count):
    for _ in range(count):
        DataContactFactory(partnership=people.partnership, organisation=council).measures.add(measure)

    with django_assert_num_queries(2):
        rows = contacts.contact_rows(people.partnership, on=TODAY)
        assert [(row.organisation, row.measures) for row in rows] == [
            ("Strathmuir Council", ("Grants",))
        ] * count


# Answered by themselves


def close(people: Cast, *measures: Measure, at: dt.datetime = NOW) -> list[DataRequest]:
    return list(close_answered(people.quarter, measures, how="link", by_words="Ann Smith", at=at))


def draft(people: Cast, measure: Measure, **changes: object) -> Reading:
    held, _ = QuarterlyReturn.objects.get_or_create(priority=people.poverty, quarter=people.quarter)
    return ReadingFactory(
        **{"measure": measure, "quarterly_return": held, "state": "draft", "entered_at": NOW} | Q3 | changes
    )


def test_a_request_is_answered_when_the_last_of_its_figures_has_come(people, asked, measure):
    other = MeasureFactory(priority=people.poverty)
    asked.measures.set([measure, other])
    draft(people, measure)
    assert close(people, measure) == []

    draft(people, other, value=None, symbol="x")

    assert close(people, other, at=NOW + DAY) == [asked]
    asked.refresh_from_db()
    assert (asked.answered_how, asked.answered_by, asked.answered_at, asked.answer) == (
        "link",
        "Ann Smith",
        NOW + DAY,
        "Every figure that was asked for has come.",
    )
    assert close(people, measure, other) == []


def test_a_figure_put_on_record_after_it_was_asked_for_answers_it(people, asked, measure):
    asked.measures.set([measure])
    ReadingFactory(measure=measure, released_at=NOW - 30 * DAY, entered_at=NOW, **Q3)

    assert close(people, measure) == [asked]


@pytest.mark.parametrize(
    "changes",
    [
        {"value": None},
        {"starts_on": dt.date(2021, 7, 1), "ends_on": dt.date(2021, 9, 30)},
        {"state": "confirmed", "entered_at": dt.datetime(2022, 1, 2, tzinfo=EDINBURGH)},
        {"state": "confirmed", "entered_at": NOW + DAY},
    ],
    ids=["half given", "another period", "known before it was asked for", "not entered yet"],
)
def test_what_was_not_asked_for_answers_nothing(people, asked, measure, changes):
    asked.measures.set([measure])
    draft(people, measure, **changes)

    assert close(people, measure) == []


def test_a_figure_of_a_place_answers_nothing_by_itself(people, asked, measure):
    asked.measures.set([measure])
    draft(people, measure, place=LocalityFactory(partnership=people.partnership))

    assert close(people, measure) == []


@pytest.mark.parametrize("how", ["link", "sheet"])
def test_what_was_asked_row_by_row_is_answered_when_every_row_has_come(people, asked, measure, how):
    asked.asked_how = how
    asked.save()
    asked.measures.set([measure])
    ward = LocalityFactory(partnership=people.partnership)
    ReadingFactory(measure=measure, place=ward)
    ReadingFactory(measure=measure)
    draft(people, measure)
    assert close(people, measure) == []

    draft(people, measure, place=ward)

    assert close(people, measure) == [asked]


@pytest.mark.parametrize("kind", ["no measure", "a point in time", "another round", "another measure"])
def test_what_nobody_can_tell_by_the_figures_stays_open(people, asked, measure, kind):
    if kind == "a point in time":
        measure.period_kind = "point_in_time"
        measure.save()
    if kind == "another round":
        asked.quarter = people.before
        asked.save()
    if kind != "no measure":
        asked.measures.set(
            [MeasureFactory(priority=people.poverty) if kind == "another measure" else measure]
        )
    draft(people, measure)

    assert close(people, measure) == []


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_however_many_requests_and_figures(people, ann, django_assert_num_queries, count):
    measures = [MeasureFactory(priority=people.poverty) for _ in range(3)]
    for _ in range(count):
        DataRequestFactory(quarter=people.quarter, contact=ann).measures.set(measures)
    for measure in measures[:2]:
        draft(people, measure)

    with django_assert_num_queries(11):
        assert close(people, *measures) == []
