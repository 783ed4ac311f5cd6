"""One quarter, end to end, in a real browser on the demonstration: the product in one test.

A lead officer reports, the CP manager sends back, accepts and locks, a board member reads, reports are made, issued,
signed off and sealed. axe is asked on every page met, light and dark, wide and narrow.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as project
from playwright.sync_api import BrowserContext, Page, expect

from actionplans import operations
from actionplans.models import Delivery, Measure, QuarterlyReturn
from actionplans.return_sheet import WordsLine, return_of, return_sheet
from actionplans.supply.requests import request_log
from priorities.clock import EDINBURGH
from priorities.models import Partnership, Priority, Quarter, User
from reports.demonstration import load_demonstration
from reports.models import Report
from tests.factories import NOW, PartnershipFactory, PlanFactory, person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

FIXTURES = Path(project.BASE_DIR) / "fixtures"
PASSWORD = "correct-horse-battery"
HOME = "/perth-and-kinross"
POVERTY = f"{HOME}/returns/2021-22/q3/poverty/"
REPORTS = {
    "Performance Dashboard report": f"{HOME}/reports/2021-22-q3-performance-dashboard/",
    "Risk Profile report": f"{HOME}/reports/2021-22-q3-risk-profile/",
}


class Walk:
    """A person's way through the pages: each page met is tried by axe in every look."""

    def __init__(self, page: Page, context: BrowserContext, axe: Callable[[Page], None]) -> None:
        self.page, self.context, self.axe = page, context, axe

    def sign_in(self, account: str) -> None:
        self.context.clear_cookies()
        self.page.goto("/accounts/login/")
        self.page.get_by_label("Email").fill(f"{account}@demo.example")
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"**{HOME}/**")

    def meet(self, address: str | None = None) -> Page:
        """Go there, or stay; then look at the page in light and dark at 1280 and 375 px."""
        if address:
            self.page.goto(address)
        for scheme in ("dark", "light"):
            for width in (375, 1280):
                self.page.emulate_media(color_scheme=scheme)
                self.page.set_viewport_size({"width": width, "height": 800})
                self.axe(self.page)
        return self.page

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()


@pytest.fixture
def demonstration(transactional_db: None) -> Partnership:
    load_demonstration(
        FIXTURES / "perth-and-kinross-2021.yaml", FIXTURES / "demonstration-year.yaml", password=PASSWORD
    )
    return Partnership.objects.get(slug="perth-and-kinross")


def complete(priority: Priority, quarter: Quarter) -> None:
    """Fill in and submit a return as its lead officer would, without the browser."""
    who = {"by": priority.lead_officer, "at": NOW}
    held = return_of(priority, quarter)
    sheet = return_sheet(held, at=NOW)
    said = {"cause": "Too few staff.", "response": "Two posts are filled.", "back_on_track_on": "2022-06-30"}
    held = operations.save_figures(
        held,
        [
            operations.FigureEntry(
                line.measure_id,
                line.last.value,
                numerator=line.last.numerator,
                denominator=line.last.denominator,
                **said,
            )
            if line.is_asked and line.last
            else operations.FigureEntry(line.measure_id, no_figure_reason="Not counted yet.", **said)
            for line in sheet.figures
        ],
        seen=None,
        **who,
    )
    held = operations.save_actions(
        held,
        [operations.ActionEntry(a.action_id, "on_track", "Going well.") for a in sheet.actions],
        seen=None,
        **who,
    )
    held = operations.save_risks(
        held, [operations.RiskEntry(r.risk_id, 2, 3, "Calmer now.") for r in sheet.risks], seen=None, **who
    )
    words = WordsLine("Steady.", "", "", "on_track", "")
    operations.submit_return(operations.save_words(held, words, seen=None, **who), **who)


def test_one_quarter_end_to_end(
    page: Page,
    context: BrowserContext,
    axe: Callable[[Page], None],
    demonstration: Partnership,
    settings: Any,
) -> None:
    walk = Walk(page, context, axe)
    quarter = Quarter.objects.get(partnership=demonstration, year=2021, number=3)

    its_figures_were_asked_for(demonstration, quarter)
    the_lead_officer_reports(walk)
    the_manager_sends_back_accepts_and_locks(walk, demonstration, quarter)
    a_board_member_reads(walk)
    settings.LOIP_TODAY = dt.datetime(2022, 2, 25, 15, 0, tzinfo=EDINBURGH)
    reports_are_made_issued_signed_off_and_sealed(walk)
    settings.LOIP_TODAY = dt.datetime(2022, 3, 1, 9, 0, tzinfo=EDINBURGH)
    a_later_figure_changes_the_dashboard_and_not_the_report(walk)
    outsiders_see_what_is_published_and_nothing_else(walk)


def its_figures_were_asked_for(partnership: Partnership, quarter: Quarter) -> None:
    log = request_log(quarter, on=NOW.date())
    assert [(row.person, row.state.label, row.standing, row.answered_how) for row in log.rows] == [
        ("Isla Drummond", "Late", "4 days late", ""),
        ("Callum Reid", "Open", "", ""),
        ("Rory Campbell", "Open", "", ""),
        ("Fiona Stewart", "Answered", "", "E-mail"),
        ("Isla Drummond", "Answered", "", "Figures in a sheet"),
    ]
    assert [link.uses.get().what for link in partnership.supply_links.all()] == ["opened"]
    sent = Delivery.objects.get(partnership=partnership)
    assert (sent.outcome, [row.value for row in sent.readings.all()]) == (
        "1 figure was saved: 1 new.",
        [4510],
    )


def the_lead_officer_reports(walk: Walk) -> None:
    page = walk.page
    walk.meet("/accounts/login/")
    walk.sign_in("poverty")
    expect(page).to_have_url(re.compile(f"{HOME}/my-work/$"))
    walk.meet()
    expect(
        page.get_by_role("heading", name="Q3 2021/22 update for Poverty, due 21 January 2022")
    ).to_be_visible()
    expect(page.get_by_text("7 figures, 4 actions, 2 risks, your words")).to_be_visible()
    page.get_by_role("link", name=re.compile("Start your update")).click()
    walk.meet()
    the_lead_officer_gives_figures(walk)
    the_lead_officer_judges_and_submits(walk)


def the_lead_officer_gives_figures(walk: Walk) -> None:
    page = walk.page
    walk.meet(f"{POVERTY}figures/")
    advice = f"measure-{Measure.objects.get(code='POV-04').pk}"
    parcels = f"measure-{Measure.objects.get(code='POV-05').pk}"
    poverty = f"measure-{Measure.objects.get(code='POV-01').pk}"
    expect(page.get_by_text("1,310 in Q2 2021/22, published October 2021")).to_be_visible()
    page.locator(f"#{advice}-value").fill("lots")
    page.locator(f"#{parcels}-value").fill("4,310")
    walk.press("Save and continue")
    expect(page.locator(".govuk-error-summary")).to_contain_text("lots")
    page.complaints.clear()
    expect(page.locator(f"#{advice}-value")).to_have_value("lots")
    walk.meet()
    page.locator(f"#{advice}-value").fill("13100")
    walk.press("Save and continue")
    expect(
        page.get_by_text("13,100 is ten times the last figure, 1,310, or more. Is this right?").first
    ).to_be_visible()
    walk.meet()
    page.get_by_label("Yes, 13,100 is right").check()
    page.locator(f"#{poverty}-cause").fill("Rents and fuel rose faster than wages.")
    page.locator(f"#{poverty}-response").fill("Benefit checks at every first visit.")
    page.locator(f"#{poverty}-back_on_track_on").select_option("By the end of Q4 2022/23")
    walk.press("Save and continue")


def the_lead_officer_judges_and_submits(walk: Walk) -> None:
    page = walk.page
    expect(page).to_have_url(re.compile(f"{POVERTY}actions/$"))
    walk.meet()
    for group in page.get_by_role("radio", name=re.compile("^On track")).all():
        group.check()
    walk.press("Save and continue")

    expect(page).to_have_url(re.compile(f"{POVERTY}risks/$"))
    walk.meet()
    for likelihood in page.locator("input[name$=-likelihood][value='4']").all():
        likelihood.check()
    for impact in page.locator("input[name$=-impact][value='4']").all():
        impact.check()
    for reason in page.locator("textarea[name$=-rationale]").all():
        reason.fill("Winter bills are still to come.")
    walk.press("Save and continue")

    expect(page).to_have_url(re.compile(f"{POVERTY}words/$"))
    walk.meet()
    walk.meet(f"{POVERTY}check/")
    gap = page.get_by_role("link", name="Say what progress was made this quarter.")
    expect(gap).to_have_attribute("href", re.compile(r"words/#progress$"))
    expect(page.get_by_role("button", name="Submit the update")).to_have_count(0)
    gap.click()
    page.get_by_label("Progress this quarter").fill(
        "Advisers now work in nine GP practices. <script>alert(1)</script>"
    )
    page.get_by_label("Good practice").fill("One number to call for any kind of hardship.")
    page.get_by_role("radio", name=re.compile("^On track")).check()
    walk.press("Save and continue")

    expect(page).to_have_url(re.compile(f"{POVERTY}check/$"))
    walk.meet()
    walk.press("Submit the update")
    expect(page.get_by_text("Submitted").first).to_be_visible()
    walk.meet()


def the_manager_sends_back_accepts_and_locks(walk: Walk, partnership: Partnership, quarter: Quarter) -> None:
    page, room = walk.page, f"{HOME}/quarters/2021-22/q3/"
    walk.sign_in("manager")
    expect(page).to_have_url(re.compile(f"{HOME}/quarters/"))
    walk.meet(room)
    expect(
        page.get_by_text("3 of 5 submitted, 0 accepted, 2 to come; due 21 January 2022, in 11 days")
    ).to_be_visible()
    walk.meet(f"{POVERTY}review/")
    expect(page.get_by_text("<script>alert(1)</script>")).to_be_visible()
    walk.press("Return it to the lead officer")
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    walk.meet()
    page.get_by_label("What needs to change?").fill("Is 13,100 the year so far?")
    walk.press("Return it to the lead officer")
    expect(page).to_have_url(re.compile(f"{room}$"))

    walk.sign_in("poverty")
    walk.meet(f"{HOME}/my-work/")
    expect(page.get_by_text("Is 13,100 the year so far?")).to_be_visible()
    page.goto(f"{POVERTY}figures/")
    page.locator(f"#measure-{Measure.objects.get(code='POV-04').pk}-value").fill("1,360")
    walk.press("Save and continue")
    page.goto(f"{POVERTY}check/")
    walk.press("Submit the update")
    expect(page.get_by_text("Submitted").first).to_be_visible()

    for slug in ("physical-and-mental-wellbeing", "digital-participation"):
        complete(Priority.objects.get(plan__partnership=partnership, slug=slug), quarter)
    walk.sign_in("manager")
    for priority in Priority.objects.strategic().filter(plan__partnership=partnership):
        page.goto(f"{HOME}/returns/2021-22/q3/{priority.slug}/review/")
        walk.press("Accept the return")
    expect(page).to_have_url(re.compile(f"{room}$"))
    assert QuarterlyReturn.objects.accepted().filter(quarter=quarter).count() == 5
    walk.meet()
    walk.meet(f"{room}lock/")
    walk.press("Lock Q3 2021/22")
    walk.meet(room)
    expect(page.get_by_text("Locked", exact=False).first).to_be_visible()

    walk.sign_in("poverty")
    walk.meet(f"{POVERTY}figures/")
    expect(page.get_by_text("Q3 2021/22 is locked, so this return can no longer be changed.")).to_be_visible()
    expect(page.get_by_role("button", name="Save and continue")).to_have_count(0)


def a_board_member_reads(walk: Walk) -> None:
    page = walk.page
    walk.sign_in("board")
    walk.meet(f"{HOME}/dashboard/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Performance Dashboard: Q3 2021/22")
    sentence = page.locator("main p", has_text="There are 27 measures.").first.inner_text()
    told = [int(number) for number in re.findall(r"\d+", sentence)]
    assert told[0] == 27
    assert told[1] == sum(told[2:5]), sentence
    assert told[0] == told[1] + sum(told[5:]), sentence
    expect(page.get_by_text("One number to call for any kind of hardship.").first).to_be_visible()
    walk.meet(f"{HOME}/dashboard/2021-22/q3/priorities/poverty/")
    expect(page.get_by_text("1,360").first).to_be_visible()
    walk.meet(f"{HOME}/measures/POV-04/")
    walk.press("Explore this chart")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.get_by_text("Share chart")).to_have_count(0)
    walk.meet()
    walk.meet(f"{HOME}/risks/")
    expect(page.get_by_text("There are 10 risks:")).to_be_visible()
    walk.meet(f"{HOME}/risks/POV-R1/")


def reports_are_made_issued_signed_off_and_sealed(walk: Walk) -> None:
    page = walk.page
    walk.sign_in("manager")
    walk.meet(f"{HOME}/reports/")
    for name, address in REPORTS.items():
        walk.meet(f"{HOME}/reports/new/")
        page.get_by_role("radio", name=name).check()
        page.get_by_label("Leave out management information").check()
        walk.press("Make the report")
        expect(page).to_have_url(re.compile(f"{address}$"))
        walk.meet()
        walk.meet(f"{address}report.html")
        walk.meet(f"{address}issue/")
        walk.press("Issue to the Board")
    walk.sign_in("chair")
    for name, address in REPORTS.items():
        walk.meet(address)
        walk.meet(f"{address}sign-off/")
        page.get_by_role("radio", name="Approved").check()
        page.get_by_label("The decision in the words of the minutes").fill(f"The Board approved the {name}.")
        page.get_by_label("Minute paragraph").fill("5.2")
        walk.press("Sign off the report")
        expect(page).to_have_url(re.compile(f"{address}$"))
        walk.meet()
        expect(page.get_by_text("paragraph 5.2")).to_be_visible()
    walk.sign_in("manager")
    walk.meet(f"{REPORTS['Performance Dashboard report']}publish/")
    walk.press("Publish")


def a_later_figure_changes_the_dashboard_and_not_the_report(walk: Walk) -> None:
    page, address = walk.page, REPORTS["Performance Dashboard report"]
    report = Report.objects.get(slug="2021-22-q3-performance-dashboard")
    before = page.request.get(f"{address}report.pdf").body()
    page.goto(address)
    expect(page.locator("main")).to_contain_text(hashlib.sha256(before).hexdigest()[:32])
    expect(page.locator("main")).to_contain_text(report.snapshot_sha256[:32])

    walk.meet(f"{HOME}/measures/POV-04/readings/new/")
    page.get_by_label("Which period is it about?").fill("Q3 2021/22")
    page.get_by_label("Figure", exact=True).fill("1,298")
    page.get_by_role("radio", name=re.compile("^Revised")).check()
    page.get_by_label("When was it released?").fill("1 March 2022")
    why = page.get_by_label("Where does it come from, or why was it put right?")
    why.fill("Twelve people had been counted twice in two offices.")
    walk.press("Record the figure")
    expect(page.locator(".govuk-error-summary")).to_have_count(0)

    page.goto(f"{HOME}/dashboard/2021-22/q3/priorities/poverty/")
    expect(page.get_by_text("1,298").first).to_be_visible()
    page.goto(f"{address}report.html")
    expect(page.get_by_text("1,360").first).to_be_visible()
    expect(page.get_by_text("1,298")).to_have_count(0)
    assert page.request.get(f"{address}report.pdf").body() == before


def outsiders_see_what_is_published_and_nothing_else(walk: Walk) -> None:
    page = walk.page
    elsewhere = PartnershipFactory(slug="strathmuir")
    PlanFactory(partnership=elsewhere)
    stranger = person(elsewhere, "cp_manager", email="stranger@demo.example")
    stranger.set_password(PASSWORD)
    stranger.save()
    digital = User.objects.get(email="digital@demo.example")

    walk.context.clear_cookies()
    walk.meet("/")
    walk.meet(f"{HOME}/")
    walk.meet(f"{HOME}/reports/")
    expect(page.get_by_role("link", name=re.compile("Performance Dashboard report")).first).to_be_visible()
    walk.meet(REPORTS["Performance Dashboard report"])
    walk.meet(f"{REPORTS['Performance Dashboard report']}report.html")
    page.goto(f"{HOME}/dashboard/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.goto(REPORTS["Risk Profile report"])
    expect(page).to_have_url(re.compile("/accounts/login/"))

    page.goto("/accounts/login/")
    for account, address in ((digital, POVERTY), (stranger, f"{HOME}/dashboard/")):
        walk.context.clear_cookies()
        page.goto(f"/accounts/login/?next={address}")
        page.get_by_label("Email").fill(account.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        walk.press("Sign in")
        expect(page.get_by_role("heading", level=1)).to_contain_text("not found")
    page.complaints.clear()
    assert Decimal(1298) == Measure.objects.get(code="POV-04").readings.latest("released_at").value
