"""Defining a measure in a browser: by axe, on narrow screens, by keyboard, without script."""

import re

import pytest
from playwright.sync_api import expect

from actionplans.models import Measure, SeriesBreak
from tests.actionplans.conftest import Round
from tests.actionplans.factories import MeasureFactory
from tests.factories import OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "/strathmuir/measures/new/"
DEFINE = "/strathmuir/measures/new/life-expectancy/"


@pytest.fixture
def manager(sign_in, poverty_round: Round) -> Round:
    measure = poverty_round.measure
    OrganisationFactory(partnership=poverty_round.cast.partnership)
    MeasureFactory(priority=poverty_round.cast.skills, name="Life expectancy")
    SeriesBreak.objects.create(measure=measure, on="2021-04-01", reason="Special schools count as well.")
    sign_in(poverty_round.cast.manager)
    return poverty_round


def pages(poverty_round: Round) -> tuple[str, ...]:
    here = f"/strathmuir/measures/{poverty_round.measure.code}"
    return (NEW, f"{NEW}?words=tea", DEFINE, f"{here}/edit/", f"{here}/breaks/")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing(page, axe, manager, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)

    for address in pages(manager):
        page.goto(address)
        for fold in page.locator("main details").all():
            fold.locator("summary").click()
        axe(page)
    page.goto(DEFINE)
    page.get_by_role("button", name="Define the measure").click()
    page.get_by_role("alert").wait_for()
    axe(page)


@pytest.mark.parametrize("width", [320, 375, 768])
def test_nothing_runs_off_the_side(page, manager, width):
    page.set_viewport_size({"width": width, "height": 800})

    for address in pages(manager):
        page.goto(address)
        for fold in page.locator("main details").all():
            fold.locator("summary").click()

        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address


def test_a_measure_is_defined_from_its_source_on(page, manager):
    page.goto(NEW)
    page.get_by_label("Find a source").fill("life expectancy")
    page.get_by_role("button", name="Find", exact=True).press("Enter")
    page.get_by_role("link", name="Life expectancy in Scottish areas", exact=True).press("Enter")
    page.get_by_role("textbox", name="Name", exact=True).fill("Life expectancy of women")
    page.get_by_role("button", name="Define the measure").press("Enter")

    page.get_by_role("link", name="Say what its figures are.").press("Enter")
    expect(page.get_by_label("Count: how many")).to_be_focused()
    page.get_by_label("Score", exact=True).check()
    page.get_by_label("Higher is better").check()
    page.get_by_label("Which priority is it reported under?").select_option("Poverty")
    page.get_by_role("button", name="Define the measure").press("Enter")

    page.get_by_text("“Life expectancy of women” is defined, with the code POV-01.").wait_for()
    made = Measure.objects.get(name="Life expectancy of women")
    assert (
        made.unit,
        made.period_kind,
        made.years_covered,
        made.publication_lag_days,
        made.catalogue_key,
    ) == (
        "score",
        "rolling_years",
        3,
        365,
        "life-expectancy",
    )
    assert re.search(r"/strathmuir/measures/POV-01/edit/$", page.url)


def test_without_script_nothing_is_lost(browser, live_server, context, manager):
    plain = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    page.goto(DEFINE)
    page.get_by_role("textbox", name="Name", exact=True).fill("Life expectancy")
    page.get_by_label("Gap between two places or groups").check()
    page.get_by_label("Lower is better").check()
    page.get_by_label("Which priority is it reported under?").select_option("Poverty")
    page.get_by_role("button", name="Define the measure").click()

    # The folded questions that need an answer stand open, with what is missing.
    expect(page.get_by_text("Choose the first side.").last).to_be_visible()
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("Life expectancy")
    page.get_by_label("Score", exact=True).check()
    page.get_by_role("button", name="Define the measure").click()

    page.get_by_label("Yes, save it as it is").check()
    page.get_by_role("button", name="Define the measure").click()
    page.get_by_text("“Life expectancy” is defined, with the code POV-01.").wait_for()
    plain.close()
