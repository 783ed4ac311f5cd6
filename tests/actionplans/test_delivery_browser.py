"""Figures that come back, in a browser: by axe, on narrow screens, by keyboard, with and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from actionplans.models import Delivery, Reading
from tests.actionplans.conftest import Round
from tests.actionplans.factories import MeasureFactory, ReadingFactory
from tests.factories import LocalityFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHEETS = "/strathmuir/quarters/2021-22/q3/sheets/"
IN = f"{SHEETS}in/"
FIGURES = "/strathmuir/returns/2021-22/q3/poverty/figures/"

OURS = (
    "Measure,Place,Period,New figure,Note\r\n"
    "GRANTS,Whole area,Q3 2021/22,480%,As typed\r\n"
    "WARM,Whole area,Q3 2021/22,35,\r\n"
    "WARM,North,Q3 2021/22,about three or four or so as far as anybody can tell today,\r\n"
    "WARM,Whole area,Q2 2021/22,30,\r\n"
    "GRANTS,North,Q3 2021/22,,\r\n"
)
THEIRS = "A return\r\nIndicator,Ward,Q3 actual\r\nHomes,North,35\r\n"


@pytest.fixture
def lead(sign_in, poverty_round: Round) -> Round:
    poverty = poverty_round.cast.poverty
    poverty_round.measure.code = "GRANTS"
    poverty_round.measure.save()
    warm = MeasureFactory(priority=poverty, code="WARM", name="Homes made warm", unit="number", decimals=0)
    ReadingFactory(measure=warm, value=30)
    LocalityFactory(partnership=poverty_round.cast.partnership, code="NORTH", name="North")
    sign_in(poverty_round.cast.lead)
    return poverty_round


def send(page: Page, text: str, name: str) -> None:
    page.goto(SHEETS)
    page.get_by_label("The sheet with the figures").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Look at what is in it").press("Enter")
    page.wait_for_url("**/sheets/in/*/**")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(page, axe, lead, width, scheme):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)

    def look() -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, page.url

    for address in (SHEETS, IN, f"{FIGURES}paste/"):
        page.goto(address)
        look()
    page.goto(f"{IN}new/")
    page.get_by_role("button", name="Look at what is in it").click()
    page.get_by_role("alert").wait_for()
    look()
    send(page, THEIRS, "theirs.csv")
    look()
    page.get_by_role("button", name="Read the figures").click()
    expect(page.get_by_role("heading", name="What are these?")).to_be_visible()
    look()
    send(page, OURS, "ours.csv")
    for fold in page.locator("summary").all():
        fold.click()
    look()
    page.get_by_role("button", name="Save 1 figure and leave 2 out").click()
    page.get_by_text("ours.csv is saved.").wait_for()
    look()
    page.goto(IN)
    look()


def test_the_button_says_what_it_saves_as_questions_are_answered(page, lead):
    send(page, OURS, "ours.csv")
    button = page.locator("[data-save]")
    expect(button).to_have_text("Save 1 figure and leave 2 out")

    page.get_by_label("Yes, 480.0% is right").press("Space")
    expect(button).to_have_text("Save 2 figures and leave 1 out")
    button.press("Enter")

    page.get_by_text("2 figures were saved: 2 new.").wait_for()
    assert Reading.objects.filter(delivery__isnull=False).count() == 2


def test_without_script_figures_are_told_previewed_and_saved(browser, live_server, context, lead):
    plain = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, storage_state=context.storage_state()
    )
    page = plain.new_page()
    send(page, THEIRS, "theirs.csv")
    expect(page.get_by_label("What does column A hold?")).to_have_value("measure")
    page.get_by_role("button", name="Read the figures").click()
    page.get_by_label("“Homes” is").select_option("Homes made warm (WARM)")
    page.get_by_role("button", name="Read the figures").click()

    expect(page.get_by_text("1 figure can be saved: 1 new. Nothing is saved yet.")).to_be_visible()
    page.get_by_role("button", name="Save 1 figure").click()

    expect(page.get_by_text("1 figure was saved: 1 new.")).to_be_visible()
    page.goto(f"{FIGURES}paste/")
    page.get_by_label("Paste the cells here").fill("Homes made warm\t36\nGRANTS\t480")
    page.get_by_role("button", name="Look at what is in it").click()
    page.get_by_role("button", name="Save 1 figure and those you ticked").click()
    expect(page.get_by_text("with its question not answered")).to_be_visible()
    plain.close()
    assert Delivery.objects.saved().count() == 2


def test_a_column_pasted_into_a_figure_fills_those_below_and_can_be_undone(page, lead):
    page.goto(FIGURES)
    boxes = page.locator("input[name$='-value']")

    def paste(text: str) -> None:
        boxes.first.evaluate(
            """(box, text) => {
                const data = new DataTransfer();
                data.setData("text/plain", text);
                box.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
            }""",
            text,
        )

    def filled() -> list[str]:
        return [box.input_value() for box in boxes.all()]

    paste("1\r\n2\r\n3\r\n")
    expect(page.locator(".paste-status")).to_have_text(
        "Nothing was filled in: you pasted 3 lines, and there are 2 figures from here on."
    )
    assert filled() == ["", ""]

    paste("51\r\n35\r\n")
    expect(page.locator("[data-paste-status]")).to_have_text(
        "2 figures filled in from 2 lines. Check them before you go on."
    )
    assert filled() == ["51", "35"]
    expect(page.locator("#save-status")).to_contain_text("Saved at")

    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("[data-paste-status]")).to_have_text("Undone: the figures are as they were.")
    assert filled() == ["", ""]
    expect(page.locator("#save-status")).to_contain_text("Saved at")


def test_on_paper_the_whole_preview_is_there_and_no_buttons(page, lead):
    send(page, OURS, "ours.csv")
    page.emulate_media(media="print")

    expect(page.get_by_text("It is on record already")).to_be_visible()
    expect(page.get_by_role("button", name="Save 1 figure")).to_be_hidden()
