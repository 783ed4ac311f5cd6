"""Data supply in a browser: by axe, on narrow screens, on paper, by keyboard and without script."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from actionplans.models import DataContact, DataRequest
from tests.actionplans.conftest import Round
from tests.actionplans.factories import (
    CalendarFeedFactory,
    DataContactFactory,
    DataRequestFactory,
    MeasureFactory,
    ReadingFactory,
)
from tests.factories import NOW, OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGE = "/strathmuir/supply/"
LOG = f"{PAGE}requests/2021-22/q3/"


@pytest.fixture
def manager(sign_in, poverty_round: Round) -> Round:
    """One figure overdue, one due, one to come; a contact with a long name, and a late and an answered request."""
    people = poverty_round.cast
    body = OrganisationFactory(partnership=people.partnership, name="Strathmuir Health and Social Care")
    poverty_round.measure.supplier = body
    poverty_round.measure.grace_days = 5
    poverty_round.measure.save()
    for name, lag in (("Homes made warm", 0), ("Places taken up", 60)):
        ReadingFactory(
            measure=MeasureFactory(
                priority=people.poverty, name=name, supplier=body, publication_lag_days=lag, source="A survey"
            )
        )
    ann = DataContactFactory(
        partnership=people.partnership,
        organisation=body,
        name="Ann Smith",
        email="a-long-name-for-a-data-officer@strathmuir-health.example.org",
    )
    ann.measures.add(poverty_round.measure)
    asked = {"quarter": people.quarter, "contact": ann, "asked_by": people.manager}
    DataRequestFactory(**asked, due_on=dt.date(2022, 1, 7)).measures.add(poverty_round.measure)
    DataRequestFactory(
        **asked, answered_at=NOW, answered_how="not_provided", answered_by="Ann", answer="It is down."
    )
    CalendarFeedFactory(partnership=people.partnership, user=people.manager)
    sign_in(people.manager)
    return poverty_round


def pages() -> tuple[str, ...]:
    contact, asked = DataContact.objects.get().pk, DataRequest.objects.earliest("pk").pk
    return (
        PAGE,
        f"{PAGE}?state=in_hand",
        f"{PAGE}contacts/",
        f"{PAGE}contacts/{contact}/",
        LOG,
        f"{LOG}new/",
        f"{LOG}new/?supplier=contact-{contact}",
        f"{PAGE}requests/{asked}/",
    )


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing(page, axe, manager, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)

    for address in pages():
        page.goto(address)
        axe(page)
    page.goto(f"{PAGE}contacts/new/")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").wait_for()
    axe(page)


def test_axe_finds_nothing_under_my_work(page, axe, sign_in, manager):
    sign_in(manager.cast.lead)
    page.goto("/strathmuir/my-work/")

    expect(page.get_by_role("heading", name="Figures due from others")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("width", [320, 375, 768])
def test_nothing_runs_off_the_side(page, manager, width):
    page.set_viewport_size({"width": width, "height": 800})

    for address in pages():
        page.goto(address)

        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_on_paper_the_calendar_has_no_buttons_and_no_address(page, manager):
    page.goto(PAGE)
    page.emulate_media(media="print")

    expect(page.get_by_role("heading", name="Months ahead")).to_be_visible()
    expect(page.get_by_text("Places taken up")).to_be_visible()
    for words in ("Send reminders", "Show", "Make a new address, and stop this one"):
        expect(page.get_by_role("button", name=words, exact=True)).to_be_hidden()
    expect(page.locator(".supply-address")).to_be_hidden()


def test_figures_are_asked_for_by_keyboard_and_the_answer_recorded(page, manager):
    page.goto(PAGE)
    page.get_by_role("link", name="Requests for information").press("Enter")
    page.get_by_role("link", name="Ask for figures").press("Enter")
    page.get_by_label("Whom do you ask?").select_option("Ann Smith, Strathmuir Health and Social Care")
    page.get_by_role("button", name="Continue").press("Enter")
    expect(page.get_by_label("Grants decided in a day")).to_be_checked()
    page.get_by_label("Homes made warm").press("Space")
    page.get_by_label("Telephone").press("Space")
    page.get_by_role("button", name="Ask", exact=True).press("Enter")

    page.get_by_text("The request to Ann Smith is in the log.").wait_for()
    made = DataRequest.objects.latest("pk")
    assert made.asked_how == "phone"
    assert made.what.endswith(f"\n\n- Grants decided in a day ({manager.measure.code}), for Q3 2021/22")

    page.goto(f"{PAGE}requests/{made.pk}/")
    page.get_by_label("Not provided").press("Space")
    page.get_by_role("button", name="Save the answer").press("Enter")
    page.get_by_role("link", name="Say why nothing was provided, in their words.").press("Enter")
    expect(page.get_by_label("What did they say?")).to_be_focused()
    page.keyboard.type("The system is down.")
    page.get_by_role("button", name="Save the answer").press("Enter")

    page.get_by_text("is in the log.").wait_for()
    made.refresh_from_db()
    assert (made.answered_how, made.answer) == ("not_provided", "The system is down.")


def test_without_script_the_calendar_is_filtered_and_reminders_are_sent(
    browser, live_server, context, manager, mailoutbox
):
    plain = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto(PAGE)
    page.get_by_label("State").select_option("Overdue")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_text("1 of 3 figures, overdue.")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Homes made warm")).to_have_count(0)
    page.get_by_role("button", name="Send reminders").click()

    expect(page.get_by_text("Reminders sent to Ann Smith.")).to_be_visible()
    plain.close()
    assert [letter.to for letter in mailoutbox] == [
        ["a-long-name-for-a-data-officer@strathmuir-health.example.org"]
    ]
