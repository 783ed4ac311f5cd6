"""The pages of reports in a real browser: nothing for axe to find, no page wider than its window."""

import datetime as dt
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from reports import rendering
from tests.actionplans.factories import ReadingFactory
from tests.reports.report_cast import LATER, LATEST, board_quarter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DASHBOARD = "/strathmuir/reports/2021-22-q3-performance-dashboard/"
RISKS = "/strathmuir/reports/2021-22-q3-risk-profile/"


@pytest.fixture(autouse=True)
def _quick_paper(monkeypatch):
    monkeypatch.setattr(rendering, "pdf_file", lambda edition: b"%PDF")


@pytest.fixture
def quarter():
    return board_quarter()


def assert_good_everywhere(page, axe, address):
    """As it is on a desk and on a telephone, in the light and in the dark."""
    for width, scheme in [(1280, "light"), (1280, "dark"), (375, "light"), (375, "dark")]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_reports_that_are_published(page, axe, quarter):
    quarter.published("performance_dashboard", "1")
    quarter.published("risk_profile", "2")

    for address in ("/strathmuir/reports/", DASHBOARD, f"{DASHBOARD}report.html", f"{RISKS}report.html"):
        assert_good_everywhere(page, axe, address)


def test_making_and_issuing(page, axe, sign_in, quarter):
    sign_in(quarter.manager)

    assert_good_everywhere(page, axe, "/strathmuir/reports/new/")
    page.get_by_role("button", name="Make the report").click()
    page.get_by_role("link", name="Choose which report to make.").click()
    page.keyboard.press("Space")
    axe(page)
    page.get_by_role("button", name="Make the report").click()
    page.wait_for_url(f"**{DASHBOARD}")
    assert_good_everywhere(page, axe, DASHBOARD)
    page.get_by_role("link", name="Issue to the Board").click()
    page.wait_for_url("**/issue/")
    axe(page)
    page.get_by_role("button", name="Issue to the Board").click()

    expect(page.get_by_text("The report is issued. The Board can read it")).to_be_visible()


def test_signing_off_and_publishing(page, axe, sign_in, quarter):
    report = quarter.issue(quarter.make())
    sign_in(quarter.chair)

    assert_good_everywhere(page, axe, f"{DASHBOARD}sign-off/")
    page.get_by_label("Noted").check()
    page.get_by_label("The decision in the words of the minutes").fill("The Board noted the report.")
    page.get_by_label("Minute paragraph, if it is known").fill("5.2")
    page.get_by_role("button", name="Sign off the report").click()
    expect(page.get_by_text("signed off and sealed")).to_be_visible()
    axe(page)
    sign_in(quarter.manager)
    page.goto(f"{DASHBOARD}publish/")
    axe(page)
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(f"**{DASHBOARD}")

    report.refresh_from_db()
    assert report.state == "published"


def test_the_page_shows_a_file_as_soon_as_it_is_there(page, axe, sign_in, quarter):
    report = quarter.issue(quarter.make())
    report.files.filter(format="pdf").update(state="rendering", content=b"", sha256="")
    sign_in(quarter.cast.board)

    page.goto(DASHBOARD)
    expect(page.get_by_text("The files are being made.")).to_be_visible()
    axe(page)
    rendering.try_again(report)
    page.get_by_role("link", name="Open the PDF").wait_for()

    expect(page.get_by_text("The files are being made.")).to_have_count(0)


def test_what_stands_beside_a_report(page, axe, sign_in, quarter, settings):
    quarter.issue(quarter.make())
    for first, last, flag in [((10, 1), (12, 31), "revised"), ((7, 1), (9, 30), "corrected")]:
        ReadingFactory(
            measure=quarter.measures[0],
            starts_on=dt.date(2021, *first),
            ends_on=dt.date(2021, *last),
            value=Decimal("43.5"),
            flag=flag,
            release_class="management",
            note="Counted again.",
            released_at=LATER,
        )
    settings.LOIP_TODAY = LATEST
    sign_in(quarter.manager)

    page.goto(DASHBOARD)
    row = page.get_by_role("row", name="Families helped 1 POV-1 Q3 2021/22 41.3% 43.5%")
    expect(row).to_be_visible()
    page.get_by_text("1 earlier figure in its charts has changed too").click()
    axe(page)
    assert_good_everywhere(page, axe, DASHBOARD)
