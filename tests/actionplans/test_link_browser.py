"""The page of a link in a browser: by axe, on a phone, by keyboard and without script."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from actionplans.models import Reading, SupplyLink
from tests.actionplans.conftest import Round
from tests.actionplans.factories import (
    DataContactFactory,
    MeasureFactory,
    ReadingFactory,
    SupplyLinkFactory,
    SupplyLinkUseFactory,
)
from tests.factories import LocalityFactory, OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TOKEN = "a-token-as-long-as-tokens-are-in-real-life-4"
PAGE = f"/strathmuir/send/{TOKEN}/"
LINKS = "/strathmuir/supply/links/"


@pytest.fixture
def link(poverty_round: Round) -> SupplyLink:
    """For a figure of the area and of a ward, a ratio, and a Yes or No."""
    people = poverty_round.cast
    ward = LocalityFactory(partnership=people.partnership, name="Strathmuir North and the Glens")
    ReadingFactory(measure=poverty_round.measure, place=ward, value=40)
    body = OrganisationFactory(partnership=people.partnership, name="Strathmuir Health and Social Care")
    ann = DataContactFactory(
        partnership=people.partnership,
        organisation=body,
        name="Ann Bell",
        email="a-long-name-for-a-data-officer@strathmuir-health.example.org",
    )
    made = SupplyLinkFactory(
        quarter=people.quarter,
        contact=ann,
        sent_by=people.manager,
        token_sha256=hashlib.sha256(TOKEN.encode()).hexdigest(),
    )
    ratio = MeasureFactory(
        priority=people.poverty, name="Homes made warm", is_ratio=True, numerator_name="Homes finished",
        denominator_name="Homes visited", code="POV-08",
    )  # fmt: skip
    answer = MeasureFactory(
        priority=people.poverty, name="The fund is open", unit="yes_no", decimals=0, code="POV-09"
    )
    made.measures.set([poverty_round.measure, ratio, answer])
    ann.measures.set(made.measures.all())
    return made


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_from_the_link_to_the_thanks(page, axe, link, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)

    def looks_right() -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    page.goto(PAGE)
    looks_right()
    page.get_by_role("button", name="Check what I typed").click()
    page.get_by_role("link", name="Type at least one figure, or say why there is none.").click()
    expect(page.get_by_label("Figure for Q3 2021/22").first).to_be_focused()
    page.keyboard.type("many")
    page.get_by_role("button", name="Check what I typed").click()
    expect(page.get_by_role("alert")).to_contain_text("“many” is not a number.")
    looks_right()
    page.get_by_label("Figure for Q3 2021/22").first.fill("51%")
    page.get_by_label("Figure for Q3 2021/22").nth(1).fill("0.4")
    page.get_by_label("Homes finished").fill("30")
    page.get_by_label("Homes visited").fill("1,200")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Check what I typed").click()
    expect(page.get_by_role("heading", name="Check before you send")).to_be_visible()
    looks_right()
    page.get_by_role("button", name="Send 3 figures and those I ticked").click()
    expect(page.get_by_role("heading", name="Thank you: your figures have been sent")).to_be_visible()
    looks_right()
    assert Reading.objects.filter(state="draft").count() == 3


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_where_links_are_sent(page, axe, sign_in, link, poverty_round, width, scheme):
    sign_in(poverty_round.cast.manager)
    SupplyLinkUseFactory(link=link)
    SupplyLinkUseFactory(link=link, what="refused", words="It was tried after it had expired.")
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)

    new = f"{LINKS}new/?contact={link.contact_id}"
    for address in (LINKS, f"{LINKS}{link.pk}/", new):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="The link is sent")).to_be_visible()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_script_a_figure_is_sent_and_changed(browser, live_server, link):
    plain = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = plain.new_page()
    for typed in ("51", "52"):
        page.goto(PAGE)
        page.get_by_label("Figure for Q3 2021/22").first.fill(typed)
        page.get_by_role("button", name="Check what I typed").click()
        page.get_by_role("button", name="Go back and change").click()
        expect(page.get_by_label("Figure for Q3 2021/22").first).to_have_value(typed)
        page.get_by_role("button", name="Check what I typed").click()
        page.get_by_role("button", name="Send 1 figure").click()
        expect(page.get_by_text(f"{typed}.0%")).to_be_visible()
    plain.close()

    assert Reading.objects.get(state="draft").value == Decimal(52)


def test_by_the_keyboard_alone(page, link):
    page.goto(PAGE)
    page.get_by_label("Figure for Q3 2021/22").first.focus()
    page.keyboard.type("51")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send 1 figure").press("Enter")

    expect(page.get_by_role("heading", name="Thank you: your figures have been sent")).to_be_visible()
