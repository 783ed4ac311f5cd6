"""The pages of data supply: the calendar, who sends figures, what they were asked for, and the feed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from icalendar import Calendar

from actionplans.models import CalendarFeed, DataContact, DataRequest, Measure
from actionplans.supply import feed
from priorities.models import Membership, Organisation, Role
from tests.actionplans.factories import (
    CalendarFeedFactory,
    DataContactFactory,
    DataRequestFactory,
    MeasureFactory,
    ReadingFactory,
)
from tests.actionplans.test_return_pages import text_of
from tests.factories import NOW, TODAY, Cast, OrganisationFactory, PartnershipFactory, cast, person

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
PAGE = "/strathmuir/supply/"
CONTACTS = "/strathmuir/supply/contacts/"
LOG = "/strathmuir/supply/requests/2021-22/q3/"
NEW = f"{LOG}new/"


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def manager(client: Client, people: Cast) -> Client:
    client.force_login(people.manager, backend=BACKEND)
    return client


@pytest.fixture
def officer(people: Cast) -> Client:
    client = Client()
    client.force_login(people.officer, backend=BACKEND)
    return client


@pytest.fixture
def council(people: Cast) -> Organisation:
    return OrganisationFactory(partnership=people.partnership, code="COUNCIL", name="Strathmuir Council")


@pytest.fixture
def measure(people: Cast, council: Organisation) -> Measure:
    """Its figure for Q3 is due since 31 December; that for Q2 came 15 days late."""
    made = MeasureFactory(
        priority=people.poverty, code="POV-01", name="Grants <in a day>", supplier=council, source="Benefits"
    )
    ReadingFactory(measure=made)
    return made


@pytest.fixture
def ann(people: Cast, council: Organisation, measure: Measure) -> DataContact:
    made = DataContactFactory(
        partnership=people.partnership, organisation=council, name="Ann Smith", email="ann@example.org"
    )
    made.measures.add(measure)
    return made


# The calendar


def test_the_calendar_says_what_is_due_from_whom_and_how_late_the_last_was(manager, ann):
    shown = text_of(manager.get(PAGE))

    assert "Overdue 0 Due 1 Sent, waiting for approval 0 In hand 0 Awaiting 0 Not due 0" in shown
    assert "Strathmuir Council 0 1 0 0 0" in shown
    assert (
        "Grants <in a day> POV-01, Q3 2021/22. Poverty Record it: Grants <in a day> Due 31 December 2021 "
        "The day its period ends Strathmuir Council Ann Smith, ann@example.org Benefits 48.0% Q2 2021/22. "
        "Came 15 October 2021, 15 days late"
    ) in shown


def test_an_officer_reads_it_and_changes_nothing(officer, ann):
    for page in (PAGE, CONTACTS, LOG):
        shown = officer.get(page).content.decode()
        assert "Send reminders" not in shown
        assert "Record it" not in shown
        assert "contacts/new" not in shown
        assert "/new/" not in shown


def test_a_plan_without_measures_says_so(manager):
    assert "No figures to come Every measure of the published plan is here" in text_of(manager.get(PAGE))


def test_all_that_was_expected_is_here(manager, measure):
    ReadingFactory(
        measure=measure, starts_on=dt.date(2021, 10, 1), ends_on=dt.date(2021, 12, 31), released_at=NOW
    )

    shown = text_of(manager.get(PAGE))

    assert "Every figure that was expected is here" in shown
    assert (
        "Months ahead March 2022 31 March 2022 Grants <in a day>, Q4 2021/22 Awaiting Strathmuir Council. "
        "Last came 10 days late"
    ) in shown


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?supplier=COUNCIL", "1 of 2 figures, from Strathmuir Council."),
        ("?state=due&supplier=none", "1 of 2 figures, from No supplier named, due."),
        ("?state=overdue", "0 of 2 figures, overdue. No figure fits"),
        ("?supplier=&state=", "2 figures."),
        ("?state=broken", "2 figures."),
    ],
)
def test_one_supplier_or_state_may_be_looked_for(manager, measure, people, query, says):
    ReadingFactory(measure=MeasureFactory(priority=people.poverty))

    page = manager.get(PAGE + query)

    assert page.status_code == 200
    assert says in text_of(page)


def test_a_filter_that_is_no_choice_says_so_beside_it(manager, measure):
    page = manager.get(f"{PAGE}?supplier=nobody")

    assert page.context["form"].errors == {"supplier": ["Choose one of the answers on the page."]}


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_asks_the_database_as_often_whatever_its_size(
    manager, people, council, django_assert_num_queries, count
):
    for _ in range(count):
        ReadingFactory(measure=MeasureFactory(priority=people.poverty, supplier=council))

    with django_assert_num_queries(14):
        page = manager.get(PAGE)

    assert f"Strathmuir Council 0 {count} 0 0 0" in text_of(page)


# Contacts


def contact(**changes: object) -> dict[str, object]:
    said = {"name": "Bob", "email": "bob@example.org", "left_on": "", "writer": ""}
    return said | changes


def test_a_contact_is_added(manager, people, council, measure):
    page = manager.post(
        f"{CONTACTS}new/", contact(organisation=council.pk, measures=[measure.pk]), follow=True
    )

    assert page.redirect_chain == [(CONTACTS, 302)]
    made = DataContact.objects.get()
    assert (made.partnership, made.name, made.email, made.organisation) == (
        people.partnership,
        "Bob",
        "bob@example.org",
        council,
    )
    shown = text_of(page)
    assert "Bob of Strathmuir Council is saved." in shown
    assert "Bob Strathmuir Council bob@example.org Grants <in a day> 0" in shown


def test_a_contact_who_has_left_is_kept_and_named_so(manager, ann, measure):
    url = f"{CONTACTS}{ann.pk}/"
    assert [str(measure.pk)] == manager.get(url).context["form"]["measures"].value()

    page = manager.post(
        url,
        contact(
            name="Ann Smith",
            email="ann@example.org",
            organisation=ann.organisation_id,
            measures=[measure.pk],
            left_on="31 December 2021",
        ),
        follow=True,
    )

    ann.refresh_from_db()
    assert (ann.left_on, list(ann.measures.all())) == (dt.date(2021, 12, 31), [measure])
    assert "Ann Smith Has left, 31 December 2021" in text_of(page)
    assert 'value="31 December 2021"' in manager.get(url).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"name": ""}, "name", "Enter the person’s name."),
        ({"name": "n" * 151}, "name", "This is 151 characters. Use 150 or fewer."),
        ({"email": "bob"}, "email", "Enter an e-mail address in full, like name@example.org."),
        (
            {"email": "ANN@example.org"},
            "email",
            "Ann Smith of Strathmuir Council has this address already. Change that entry instead.",
        ),
        ({"organisation": ""}, "organisation", "Choose the organisation they send figures for."),
        ({"organisation": "999999"}, "organisation", "Choose one of the answers on the page."),
        ({"measures": ["999999"]}, "measures", "Choose from those on the page."),
        ({"left_on": "11 January 2022"}, "left_on", "Enter the day when the person has left, not before."),
    ],
)
def test_what_is_wrong_with_a_contact_is_said_beside_it_and_kept(manager, ann, changes, field, says):
    typed = contact(organisation=str(ann.organisation_id)) | changes

    page = manager.post(f"{CONTACTS}new/", typed)

    assert page.status_code == 200
    assert page.context["form"].errors == {field: [says]}
    assert page.context["form"][field].value() == typed[field]
    assert f'<a href="#{field}">' in page.content.decode()
    assert DataContact.objects.count() == 1


def test_a_day_that_is_none_is_said_so(manager, ann):
    page = manager.post(f"{CONTACTS}new/", contact(organisation=ann.organisation_id, left_on="Yule"))

    assert list(page.context["form"].errors) == ["left_on"]


def test_an_organisation_or_a_measure_of_another_partnership_is_not_offered(manager, ann):
    there = PartnershipFactory()
    body = OrganisationFactory(partnership=there, name="Elsewhere Council")
    figure = MeasureFactory(priority__plan__partnership=there, name="Elsewhere figures")

    page = manager.post(f"{CONTACTS}new/", contact(organisation=body.pk, measures=[figure.pk]))

    assert set(page.context["form"].errors) == {"organisation", "measures"}
    assert "Elsewhere" not in text_of(page)
    assert manager.get(f"{CONTACTS}{DataContactFactory().pk}/").status_code == 404


@pytest.mark.parametrize("number", ["0", "99999999999999999999999"])
def test_numbers_that_name_nothing_are_not_found(manager, ann, number):
    assert manager.get(f"{CONTACTS}{number}/").status_code == 404
    assert manager.get(f"/strathmuir/supply/requests/{number}/").status_code == 404


# Requests


def test_first_one_says_of_whom(manager, ann, council):
    shown = manager.get(NEW).content.decode()

    assert f'<option value="contact-{ann.pk}">Ann Smith, Strathmuir Council</option>' in shown
    assert f'<option value="organisation-{council.pk}">Strathmuir Council: nobody by name</option>' in shown
    assert "What do you ask for?" not in shown
    assert "Choose one of those in the list." in text_of(manager.get(f"{NEW}?supplier=contact-0"))


def test_then_what_is_due_is_ticked_and_the_words_are_there(manager, people, ann, measure, council):
    later = MeasureFactory(
        priority=people.poverty, code="POV-02", name="Homes", supplier=council, publication_lag_days=30
    )
    ReadingFactory(measure=later)
    ReadingFactory(measure=MeasureFactory(priority=people.poverty, name="Others"))

    page = manager.get(f"{NEW}?supplier=contact-{ann.pk}")

    form = page.context["form"]
    assert [label for _, label in form.fields["measures"].choices] == [
        "Grants <in a day> (POV-01), for Q3 2021/22: due",
        "Homes (POV-02), for Q3 2021/22: awaiting",
    ]
    assert form["measures"].value() == [str(measure.pk)]
    assert form["words"].value() == (
        "Please send us the figures below for our Q3 2021/22 report to the CPP Board. "
        "If one is not ready, please tell us when it will be."
    )
    assert (form["asked_how"].value(), form["due_on"].value()) == ("email", "17 January 2022")


def asking(ann: DataContact, **changes: object) -> dict[str, object]:
    said = {
        "supplier": f"contact-{ann.pk}",
        "measures": [str(measure.pk) for measure in ann.measures.all()],
        "words": "Please send this.",
        "asked_how": "email",
        "due_on": "17 January 2022",
    }
    return said | changes


def test_a_request_is_sent_and_is_in_the_log(manager, ann, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = manager.post(NEW, asking(ann), follow=True)

    assert page.redirect_chain == [(LOG, 302)]
    assert mail.outbox[0].to == ["ann@example.org"]
    assert "- Grants <in a day> (POV-01), for Q3 2021/22" in mail.outbox[0].body
    shown = text_of(page)
    assert "Ann Smith was asked, by e-mail to ann@example.org." in shown
    assert "Late 0 Open 1 Answered 0 Not provided 0" in shown
    assert (
        "Strathmuir Council Ann Smith 1 figure Open 10 January 2022 E-mail, by CP manager 17 January 2022 Not yet"
        in shown
    )


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"words": " "}, "words", "Say what is asked for."),
        ({"asked_how": ""}, "asked_how", "Say how it is asked."),
        ({"asked_how": "pigeon"}, "asked_how", "Choose one of the answers on the page."),
        ({"due_on": "9 January 2022"}, "due_on", "Enter a day that is still to come."),
        ({"measures": ["1234567"]}, "measures", "Choose from those on the page."),
    ],
)
def test_what_is_wrong_with_a_request_is_said_and_kept(manager, ann, changes, field, says):
    typed = asking(ann) | changes

    page = manager.post(NEW, typed)

    assert page.status_code == 200
    assert page.context["form"].errors == {field: [says]}
    assert page.context["form"][field].value() == typed[field]
    assert (DataRequest.objects.count(), mail.outbox) == (0, [])


def test_the_same_request_twice_is_refused_on_the_page(manager, ann):
    manager.post(NEW, asking(ann))

    page = manager.post(NEW, asking(ann))

    assert "This has been asked already, in the same words. It is in the log." in text_of(page)
    assert DataRequest.objects.count() == 1


def test_a_body_without_a_person_is_not_offered_an_email(manager, council, measure):
    page = manager.get(f"{NEW}?supplier=organisation-{council.pk}")

    assert "E-mail" not in [label for _, label in page.context["form"].fields["asked_how"].choices]
    refused = manager.post(
        NEW,
        {
            "supplier": f"organisation-{council.pk}",
            "words": "Please.",
            "asked_how": "email",
            "due_on": "17 January 2022",
        },
    )
    assert list(refused.context["form"].errors) == ["asked_how"]


def test_a_locked_round_asks_for_nothing_more(manager, people, ann):
    people.quarter.locked_at, people.quarter.locked_by = NOW, people.manager
    people.quarter.save()

    assert "Ask for figures" not in text_of(manager.get(LOG))
    assert "The quarter is locked" in text_of(manager.get(NEW))
    assert "Q3 2021/22 is locked" in str(manager.post(NEW, asking(ann)).context["form"].errors)
    assert not DataRequest.objects.exists()


def test_a_round_without_requests_says_so(manager, people):
    assert "Nothing was asked in this round" in text_of(manager.get(LOG))


def test_the_log_opens_at_the_round_in_progress(manager, people):
    assert manager.get("/strathmuir/supply/requests/").url == "/strathmuir/supply/requests/2021-22/q3/"


@pytest.fixture
def asked(people: Cast, ann: DataContact) -> DataRequest:
    return DataRequestFactory(
        quarter=people.quarter,
        contact=ann,
        asked_by=people.manager,
        due_on=dt.date(2022, 1, 7),
        what="Send <this>.\nAnd that.",
    )


def test_a_request_shows_what_was_asked_and_takes_the_answer(manager, officer, asked):
    url = f"/strathmuir/supply/requests/{asked.pk}/"
    shown = manager.get(url).content.decode()
    assert "Send &lt;this&gt;.<br>And that." in shown
    assert manager.get(url).context["form"]["answered_by"].value() == "Ann Smith"
    assert "Record the answer" not in text_of(officer.get(url))

    page = manager.post(
        url,
        {
            "answered_how": "not_provided",
            "answered_on": "9 January 2022",
            "answered_by": "Ann Smith",
            "answer": "The system <is> down.",
        },
        follow=True,
    )

    shown = text_of(page)
    assert "The answer of Strathmuir Council is in the log." in shown
    assert "Not provided Answered 2 days late" in shown
    assert "9 January 2022 by Ann Smith: Not provided The system <is> down." in shown
    assert "Put the answer right" in shown


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"answered_how": ""}, "answered_how", "Say how it was answered."),
        ({"answered_how": "not_provided"}, "answer", "Say why nothing was provided, in their words."),
        (
            {"answered_on": "11 January 2022"},
            "answered_on",
            "Enter a day from 3 January 2022, when it was asked, to today.",
        ),
        ({"answered_by": ""}, "answered_by", "Say who answered."),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_and_kept(manager, asked, changes, field, says):
    typed = {"answered_how": "email", "answered_on": "9 January 2022", "answered_by": "Ann", "answer": ""}

    page = manager.post(f"/strathmuir/supply/requests/{asked.pk}/", typed | changes)

    assert page.context["form"].errors == {field: [says]}
    asked.refresh_from_db()
    assert asked.is_open


def test_a_request_of_another_partnership_is_not_found(manager):
    assert manager.get(f"/strathmuir/supply/requests/{DataRequestFactory().pk}/").status_code == 404


def test_what_was_typed_while_signed_out_is_there_after_signing_in(people, asked):
    url = f"/strathmuir/supply/requests/{asked.pk}/"
    client = Client()
    client.post(url, {"answer": "Kept.", "answered_how": "phone", "writer": str(people.manager.pk)})
    client.force_login(people.manager, backend=BACKEND)

    shown = text_of(client.get(url))

    assert "You were signed out before this was sent." in shown
    assert "Kept." in shown


def test_reminders_are_sent_by_a_button_once_a_day(manager, asked):
    page = manager.post(f"{PAGE}reminders/", follow=True)

    assert page.redirect_chain == [(PAGE, 302)]
    assert "Reminders sent to Ann Smith." in text_of(page)
    assert [letter.to for letter in mail.outbox] == [["ann@example.org"]]
    assert "Reminded on 10 January 2022 by CP manager" in text_of(manager.get(LOG))

    again = manager.post(f"{PAGE}reminders/", follow=True)

    assert "Ann Smith was written to today already." in text_of(again)
    assert len(mail.outbox) == 1


# The feed


def events(response) -> dict[str, dict[str, str]]:
    """What a calendar program reads, by uid."""
    found = Calendar.from_ical(response.content)
    return {
        str(event["uid"]): {
            "day": event["dtstart"].dt.isoformat(),
            "summary": str(event["summary"]),
            "description": str(event["description"]),
        }
        for event in found.walk("VEVENT")
    }


def test_the_feed_has_each_figure_for_a_year_and_each_open_request(manager, asked, measure):
    response = manager.get(f"{PAGE}calendar.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    found = events(response)
    assert found[f"figure-{measure.pk}-20211001-20211231.strathmuir@loip"] == {
        "day": "2021-12-31",
        "summary": "Figure expected: Grants <in a day>, Q3 2021/22",
        "description": (
            "Grants <in a day> (POV-01), for Q3 2021/22.\nFrom Ann Smith, Strathmuir Council.\nSource: Benefits.\n"
            "Due.\nOverdue after 30 January 2022."
        ),
    }
    assert found[f"request-{asked.pk}.strathmuir@loip"] == {
        "day": "2022-01-07",
        "summary": "Answer due: Strathmuir Council",
        "description": ("Asked of Ann Smith, Strathmuir Council on 3 January 2022.\nSend <this>.\nAnd that."),
    }
    assert [event["day"] for event in found.values()] == [
        "2021-12-31",
        "2022-03-31",
        "2022-06-30",
        "2022-09-30",
        "2022-12-31",
        "2022-01-07",
    ]
    assert "48" not in response.content.decode()


def test_the_feed_is_folded_escaped_and_ends_its_lines_as_the_standard_says(manager, measure):
    measure.name = "Grants, loans; and \\ more\nBEGIN:VALARM " + "né " * 40 + "\x1b"
    measure.save()

    content = manager.get(f"{PAGE}calendar.ics").content

    lines = content.split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\x1b" not in content
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()
    whole = content.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:Figure expected: Grants\\, loans\\; and \\\\ more BEGIN:VALARM né né" in whole
    assert "\r\nBEGIN:VALARM" not in whole
    first = next(iter(events(manager.get(f"{PAGE}calendar.ics")).values()))
    assert first["summary"].startswith("Figure expected: Grants, loans; and \\ more BEGIN:VALARM né né")


def test_an_address_of_ones_own_opens_it_without_signing_in(officer, people, measure):
    shown = officer.get(PAGE).content.decode()
    assert "Make my address" in shown
    assert "/supply/calendar/" not in shown

    page = officer.post(f"{PAGE}address/", follow=True)

    address = page.context["feed_url"]
    assert address in page.content.decode()
    assert address.startswith("http://testserver/strathmuir/supply/calendar/")
    assert "Grants <in a day>" in next(iter(events(Client().get(address)).values()))["summary"]


def test_a_new_address_stops_the_old_one(officer, people):
    first = officer.post(f"{PAGE}address/", follow=True).context["feed_url"]
    page = officer.post(f"{PAGE}address/", follow=True)
    second = page.context["feed_url"]

    assert "You have a new calendar address. The old one no longer works." in text_of(page)
    assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)


def test_an_address_is_of_one_person_and_one_partnership(people):
    elsewhere = PartnershipFactory(slug="elsewhere")
    own = feed.address_of(CalendarFeedFactory(partnership=people.partnership, user=people.officer))
    other = person(elsewhere, Role.CP_MANAGER)
    theirs = feed.address_of(CalendarFeedFactory(partnership=elsewhere, user=other))

    def opens(partnership: str, address: str) -> int:
        return Client().get(f"/{partnership}/supply/calendar/{address}.ics").status_code

    assert (opens("strathmuir", own), opens("elsewhere", theirs)) == (200, 200)
    assert (opens("elsewhere", own), opens("strathmuir", theirs)) == (404, 404)
    assert (opens("strathmuir", own[:-1]), opens("strathmuir", "x"), opens("nowhere", own)) == (404, 404, 404)


def test_an_address_stops_when_the_role_or_the_account_does(people):
    made = CalendarFeedFactory(partnership=people.partnership, user=people.officer)
    address = feed.address_of(made)
    membership = Membership.objects.get(user=people.officer)
    membership.ends_on = TODAY
    membership.save()

    assert feed.opened_by(address, people.partnership, on=TODAY) == made
    assert feed.opened_by(address, people.partnership, on=TODAY + dt.timedelta(days=1)) is None

    membership.role = Role.VIEWER
    membership.save()
    assert feed.opened_by(address, people.partnership, on=TODAY) is None

    membership.role = Role.OFFICER
    membership.save()
    people.officer.is_active = False
    people.officer.save()
    assert feed.opened_by(address, people.partnership, on=TODAY) is None
    assert CalendarFeed.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_feed_asks_the_database_as_often_whatever_its_size(
    people, council, django_assert_num_queries, count
):
    address = feed.address_of(CalendarFeedFactory(partnership=people.partnership, user=people.officer))
    for _ in range(count):
        made = MeasureFactory(priority=people.poverty, supplier=council)
        ReadingFactory(measure=made)
        DataRequestFactory(quarter=people.quarter).measures.add(made)

    with django_assert_num_queries(13):
        response = Client().get(f"{PAGE}calendar/{address}.ics")

    assert len(events(response)) == 6 * count
