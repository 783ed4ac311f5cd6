"""A return in a real browser: it saves itself as one types, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from actionplans.models import QuarterlyReturn, Reading
from tests.actionplans.conftest import Round
from tests.actionplans.factories import RiskAssessmentFactory
from tests.actionplans.kinds_cast import a_measure_of_each_kind
from tests.actionplans.test_sent import figure, take_in, ward_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIGURE = "Figure for Q3 2021/22"


@pytest.fixture
def lead(page: Page, sign_in: Callable, transactional_db: None, poverty_round: Round) -> Page:
    sign_in(poverty_round.cast.lead)
    return page


def test_a_figure_saves_itself_and_brings_up_its_questions(lead: Page, poverty_round: Round) -> None:
    lead.goto(poverty_round.url("figures/"))
    commentary = lead.locator("details[data-commentary]")
    expect(commentary).not_to_have_attribute("open", "")

    lead.get_by_label(FIGURE).fill("480")
    lead.get_by_label(FIGURE).blur()

    expect(lead.locator("#save-status")).to_have_text("Saved at 10:00")
    expect(lead.get_by_text("480% is over 100%. Is this right?")).to_be_visible()
    lead.get_by_label("Yes, 480.0% is right").check()
    expect(lead.get_by_label("Yes, 480.0% is right")).to_be_checked()

    lead.get_by_label(FIGURE).fill("30")
    lead.get_by_label(FIGURE).blur()

    expect(lead.get_by_text("Say why, below.")).to_be_visible()
    expect(commentary).to_have_attribute("open", "")
    lead.get_by_label("Why is it off target?").fill("Two posts are empty.")
    lead.get_by_label("What is being done about it?").fill("Both are advertised.")
    lead.get_by_label("When will it be back on track?").select_option("By the end of Q2 2022/23")
    lead.get_by_role("button", name="Save and continue").click()

    expect(lead).to_have_url(re.compile(r"/poverty/actions/$"))
    assert Reading.objects.get(state="draft").value == Decimal(30)
    assert poverty_round.sheet.gaps_in("figures") == ()


def test_a_page_of_every_kind_of_measure_is_filled_in_on_a_phone(
    lead: Page, poverty_round: Round, axe: Callable
) -> None:
    kinds = a_measure_of_each_kind(poverty_round)
    lead.set_viewport_size({"width": 375, "height": 800})
    lead.goto(poverty_round.url("figures/"))
    for scheme in ("dark", "light"):
        lead.emulate_media(color_scheme=scheme)
        axe(lead)
    saved = lead.locator("#save-status").get_by_text("Saved at 10:00", exact=True)

    share = lead.get_by_role("region", name="Children in low income families")
    share.get_by_label("Children in low income families", exact=False).first.fill("380 (p)")
    share.get_by_label("All children under 16").focus()
    expect(share.get_by_text("Still to give: All children under 16.")).to_be_visible()
    share.get_by_label("All children under 16").fill("2000")
    share.get_by_label("All children under 16").blur()
    expect(share.get_by_text("This makes 19.0%: 380 out of 2,000.")).to_be_visible()
    expect(saved).to_be_visible()

    total = lead.get_by_role("region", name="Grants paid")
    why = total.get_by_label("Why is the total lower than before?")
    expect(why).to_be_hidden()
    total.get_by_label("Total from 1 April to 31 December 2021").fill("26")
    total.get_by_label("Total from 1 April to 31 December 2021").blur()
    expect(total.get_by_text("26 since 1 April; −1 in Q3.")).to_be_visible()
    why.fill("One grant was counted twice.")

    lead.get_by_role("region", name="Plan agreed").get_by_label("Yes").check()
    expect(
        lead.get_by_role("region", name="Plan agreed").get_by_text("On target", exact=True)
    ).to_be_visible()
    expect(total.get_by_text("is lower than the total to Q2")).to_be_hidden()
    axe(lead)
    assert lead.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    lead.get_by_role("button", name="Save and come back later").click()
    expect(lead).to_have_url(re.compile("/my-work/$"))
    kept = {row.measure_id: row for row in Reading.objects.filter(state="draft")}
    share_row, total_row = kept[kinds.share.pk], kept[kinds.total.pk]
    assert (share_row.numerator, share_row.denominator, share_row.flag) == (380, 2000, "provisional")
    assert (total_row.value, total_row.note) == (26, "One grant was counted twice.")
    assert kept[kinds.answer.pk].value == 1

    lead.goto(poverty_round.url("check/"))
    expect(lead.get_by_text("19.0% (provisional)")).to_be_visible()
    axe(lead)


def test_what_was_sent_is_checked_typed_over_and_taken_out(
    lead: Page, poverty_round: Round, axe: Callable
) -> None:
    measure, ward = poverty_round.measure, ward_of(poverty_round)
    take_in(poverty_round, figure(measure, None, symbol="c"), figure(measure, "44", place=ward))
    for width, scheme in ((375, "dark"), (1280, "light")):
        lead.set_viewport_size({"width": width, "height": 800})
        lead.emulate_media(color_scheme=scheme)
        lead.goto(poverty_round.url("figures/"))
        axe(lead)
        assert lead.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    lead.get_by_label("Take out Grants decided in a day, Almond, Q3 2021/22").check()
    lead.get_by_label(FIGURE).fill("52")
    lead.get_by_label(FIGURE).blur()
    expect(lead.locator("#save-status")).to_have_text("Saved at 10:00")
    expect(lead.get_by_text("Confidential [c]")).to_have_count(0)
    assert Reading.objects.filter(state="draft").count() == 2
    lead.get_by_role("button", name="Save and continue").click()

    expect(lead.get_by_text("Taken out: Grants decided in a day, Almond, Q3 2021/22.")).to_be_visible()
    draft = Reading.objects.get(state="draft")
    assert (draft.value, draft.symbol, draft.delivery) == (52, "", None)


def test_pressing_save_at_once_after_typing_is_one_save_and_no_conflict(
    lead: Page, poverty_round: Round
) -> None:
    lead.goto(poverty_round.url("words/"))

    lead.get_by_label("Progress this quarter").press_sequentially("Two hubs opened.")
    lead.get_by_label("Exceptional issues").press_sequentially("A flood.")
    lead.get_by_role("button", name="Save and continue").click()

    expect(lead).to_have_url(re.compile(r"/poverty/(words/#assessment|check/)$"))
    saved = QuarterlyReturn.objects.get()
    assert (saved.progress, saved.exceptional_issues) == ("Two hubs opened.", "A flood.")


def test_enter_while_a_save_is_under_way_waits_for_it(lead: Page, poverty_round: Round) -> None:
    lead.goto(poverty_round.url("figures/"))

    lead.get_by_label(FIGURE).fill("51")
    lead.get_by_label(FIGURE).press("Enter")

    expect(lead).to_have_url(re.compile(r"/poverty/actions/$"))
    assert Reading.objects.get(state="draft").value == Decimal(51)


def test_a_wrong_figure_says_so_without_leaving_the_page(lead: Page, poverty_round: Round) -> None:
    lead.goto(poverty_round.url("figures/"))

    lead.get_by_label(FIGURE).fill("lots")
    lead.get_by_label(FIGURE).blur()

    expect(lead.locator("#save-status")).to_have_text(
        "Not saved: check the figure for Grants decided in a day."
    )
    expect(lead.get_by_label(FIGURE)).to_have_value("lots")
    lead.complaints.clear()


def test_words_typed_after_the_session_ended_come_back(
    lead: Page, context: BrowserContext, poverty_round: Round, sign_in: Callable, axe: Callable
) -> None:
    lead.goto(poverty_round.url("words/"))
    context.clear_cookies(name="sessionid")

    lead.get_by_label("Good practice").fill("One number to call.")
    lead.get_by_label("Good practice").blur()
    expect(lead.locator("#save-status")).to_have_text(
        "Not saved: you have been signed out. Your words are still here: save to sign in again."
    )
    lead.get_by_role("button", name="Save and continue").click()
    expect(lead).to_have_url(re.compile(r"/accounts/login/"))
    poverty_round.cast.lead.set_password("a long pass phrase")
    poverty_round.cast.lead.save()
    lead.get_by_label("Email").fill("poverty@example.org")
    lead.get_by_label("Password", exact=True).fill("a long pass phrase")
    lead.get_by_role("button", name="Sign in").click()

    expect(lead.get_by_text("You were signed out before this was saved. Check it and save.")).to_be_visible()
    expect(lead.get_by_label("Good practice")).to_have_value("One number to call.")
    axe(lead)
    lead.complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 1280])
def test_every_page_is_accessible_and_fits(
    lead: Page, poverty_round: Round, axe: Callable, scheme: str, width: int
) -> None:
    people = poverty_round.cast
    RiskAssessmentFactory(risk=poverty_round.risk, quarter=people.before)
    poverty_round.fill("480")
    lead.emulate_media(color_scheme=scheme)
    lead.set_viewport_size({"width": width, "height": 800})

    for page in ("", "figures/", "actions/", "risks/", "words/", "check/", "../../../../my-work/"):
        lead.goto(poverty_round.url(page) if ".." not in page else "/strathmuir/my-work/")
        axe(lead)
        assert lead.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page


def test_what_a_reader_reads_is_accessible(
    page: Page, poverty_round: Round, sign_in: Callable, axe: Callable
) -> None:
    poverty_round.fill("30")
    sign_in(poverty_round.cast.officer)

    for part in ("figures/", "actions/", "risks/", "words/", "check/", "review/"):
        page.goto(poverty_round.url(part))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        axe(page)


def test_both_versions_of_a_conflict_are_accessible(lead: Page, poverty_round: Round, axe: Callable) -> None:
    lead.goto(poverty_round.url("words/"))
    poverty_round.fill(progress="Theirs.")

    lead.get_by_label("Progress this quarter").fill("Mine.")
    lead.get_by_role("button", name="Save and continue").click()

    expect(lead.get_by_role("heading", name=re.compile("This page was saved by"))).to_be_visible()
    expect(lead.get_by_label("Progress this quarter").last).to_have_value("Mine.")
    axe(lead)
    lead.complaints.clear()


def test_a_figure_that_is_wrong_is_accessible(lead: Page, poverty_round: Round, axe: Callable) -> None:
    lead.goto(poverty_round.url("figures/"))
    lead.get_by_label(FIGURE).fill("lots")

    lead.get_by_role("button", name="Save and continue").click()

    expect(lead.get_by_role("heading", name="There is a problem")).to_be_visible()
    lead.get_by_role("link", name=re.compile("“lots” is not a number")).click()
    expect(lead.get_by_label(FIGURE)).to_be_focused()
    axe(lead)
