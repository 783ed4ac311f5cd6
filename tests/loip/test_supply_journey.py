"""The figures of one round, come in by every way there is with a mistake in each, in a real browser.

Three links, two sheets filled in LibreOffice, a file of a supplier's own and a pasted column: what is wrong is caught
before it is saved, and at the end nothing is asked for any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.core import mail
from playwright.sync_api import BrowserContext, Page, expect

from actionplans.models import DataRequest, Delivery, Measure, Reading
from actionplans.operations import accept_return, save_words, submit_return
from actionplans.return_sheet import WordsLine, return_of, return_sheet
from actionplans.sheets.asking import measures_of, rows_asked
from actionplans.sheets.cells import letters_of
from actionplans.sheets.outgoing import COLUMNS
from actionplans.sheets.reading import read_workbook
from priorities.models import Priority, User
from tests.actionplans.factories import (
    DataContactFactory,
    MeasureFactory,
    ReadingFactory,
    RiskMatrixFactory,
)
from tests.factories import NOW, Cast, OrganisationFactory, cast
from tests.libreoffice import LibreOffice

pytestmark = [
    pytest.mark.browser,
    pytest.mark.office,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(300),
]

HOME = "/strathmuir"
ROUND = f"{HOME}/quarters/2021-22/q3/"
SHEETS = f"{ROUND}sheets/"
OUT = "Figures to fill"

# Code: name, unit, the last figure and who has the next one.
MEASURES = {
    "POV-1": ("People seen in six weeks", "percent", "81.0", "Health Board"),
    "POV-2": ("People given advice", "number", "1310", "Advice Shop"),
    "POV-3": ("Households in temporary homes", "number", "80", "Council"),
    "POV-4": ("Pupils given a clothing grant", "percent", "20.0", "Council"),
    "POV-5": ("Food parcels given out", "number", "4150", ""),
    "POV-6": ("Hardship grants paid", "number", "310", ""),
    "SKI-1": ("Adults who gained a skill", "number", "188", "College"),
    "SKI-2": ("Homes made warm", "number", "44", "Housing Association"),
    "SKI-3": ("Young people in work", "percent", "93.6", "Housing Association"),
    "SKI-4": ("Apprentices started", "number", "57", "Fire and Rescue"),
    "SKI-5": ("Home safety visits", "number", "230", "Fire and Rescue"),
}

CONTACTS = {"Ann Bell": "Health Board", "Ben Cole": "College", "Cat Dunn": "Advice Shop"}

WHAT_BECAME = {
    "POV-1": "81.5", "POV-2": "1402", "POV-3": "76", "POV-4": "21", "POV-5": "3980", "POV-6": "295",
    "SKI-1": "195", "SKI-2": "52", "SKI-3": "94.1", "SKI-4": "61", "SKI-5": "305",
}  # fmt: skip


OUTCOMES = [
    ("By link", "1 figure was saved: 1 new."),
    ("By link", "1 figure was saved: 1 new."),
    ("By link", "1 figure was saved: 1 new."),
    ("council.xlsx", "2 figures were saved: 2 new."),
    ("housing.ods", "1 figure was saved: 1 new. 1 was left out: 1 refused."),
    ("housing.ods", "1 figure was saved: 1 new. 1 was there already."),
    ("fire.csv", "2 figures were saved: 2 new."),
    ("Pasted figures", "2 figures were saved: 2 new."),
]


@dataclass(frozen=True)
class Walk:
    """The way through the pages: those that matter are tried by axe, wide in light and narrow in dark."""

    page: Page
    context: BrowserContext
    axe: Callable[[Page], None]
    sign_in: Callable[..., None]

    def meet(self) -> None:
        for scheme, width in (("dark", 375), ("light", 1280)):
            self.page.emulate_media(color_scheme=scheme)
            self.page.set_viewport_size({"width": width, "height": 800})
            self.axe(self.page)

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).click()

    def come_as(self, somebody: object) -> None:
        self.context.clear_cookies()
        if somebody:
            self.sign_in(somebody)

    def says(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)


@pytest.fixture
def supply(db: None) -> Cast:
    """Eleven measures of two priorities, each with its last figure; the next is asked for in Q3 2021/22."""
    people = cast()
    RiskMatrixFactory(partnership=people.partnership)
    bodies = {
        name: OrganisationFactory(partnership=people.partnership, name=name)
        for *_, name in MEASURES.values()
        if name
    }
    for code, (name, unit, last, body) in MEASURES.items():
        ratio = {"is_ratio": True, "numerator_name": "Pupils given one", "denominator_name": "Pupils"}
        measure = MeasureFactory(
            priority=people.poverty if code.startswith("POV") else people.skills,
            code=code,
            name=name,
            unit=unit,
            decimals=1 if unit == "percent" else 0,
            supplier=bodies.get(body),
            **(ratio if code == "POV-4" else {}),
        )
        parts = {"numerator": 400, "denominator": 2000} if code == "POV-4" else {}
        ReadingFactory(measure=measure, value=Decimal(last), **parts)
    for name, body in CONTACTS.items():
        contact = DataContactFactory(
            partnership=people.partnership, organisation=bodies[body], name=name,
            email=f"{name.split()[0].lower()}@example.org",
        )  # fmt: skip
        contact.measures.set(Measure.objects.filter(supplier=bodies[body]))
    return people


def send_links(walk: Walk) -> dict[str, str]:
    """Send each contact a link; returns the addresses out of the letters, by first name."""
    for name, body in CONTACTS.items():
        walk.page.goto(f"{HOME}/supply/links/new/")
        walk.page.get_by_label("To whom?").select_option(label=f"{name}, {body}")
        walk.press("Continue")
        if name == "Ann Bell":
            walk.meet()
        walk.press("Send the link")
        walk.says("The link is sent")
    assert [letter.to for letter in mail.outbox] == [
        ["ann@example.org"],
        ["ben@example.org"],
        ["cat@example.org"],
    ]
    return {
        letter.to[0].split("@")[0]: re.search(r"http\S+/send/\S+/", letter.body)[0] for letter in mail.outbox
    }


def by_link(walk: Walk, address: str, *, wrong: str, says: str, right: str) -> None:
    """Fill in a link's one figure: first wrong, which is caught, then right."""
    drafts = Reading.objects.filter(state=Reading.State.DRAFT).count()
    walk.come_as(None)
    walk.page.goto(address)
    figure = walk.page.get_by_label("Figure for Q3 2021/22")
    figure.fill(wrong)
    walk.press("Check what I typed")
    walk.says(says)
    assert Reading.objects.filter(state=Reading.State.DRAFT).count() == drafts
    if walk.page.get_by_role("button", name="Go back and change").is_visible():
        walk.press("Go back and change")
    walk.page.get_by_label("Figure for Q3 2021/22").fill(right)
    walk.press("Check what I typed")
    walk.press(re.compile("^Send"))
    walk.says("Thank you")


def take_out(walk: Walk, body: str, kind: str) -> bytes:
    """The sheet to fill of a supplier, as it is downloaded."""
    walk.page.goto(SHEETS)
    with walk.page.expect_download() as download:
        walk.page.get_by_role("link", name=f"{kind} sheet of {body}").click()
    return download.value.path().read_bytes()


def cells_to_fill(content: bytes) -> dict[tuple[str, str], str]:
    """Where each figure of a sheet goes, by measure code and heading."""
    sheet = next(one for one in read_workbook(content, "").sheets if one.name == OUT)
    header = next(row for row in sheet.rows if any(cell.text == COLUMNS.id for cell in row.cells))
    column = {cell.text: cell.column for cell in header.cells}
    found = {}
    for row in sheet.rows:
        if row.number > header.number and (name := row.at(column[COLUMNS.measure])):
            code = name.text.split(":")[0]
            found |= {(code, heading): f"{letters_of(at)}{row.number}" for heading, at in column.items()}
    return found


def send_in(walk: Walk, name: str, content: bytes, *, whose: str) -> None:
    walk.page.goto(f"{SHEETS}in/new/")
    walk.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    walk.page.get_by_label("Whose figures are they?").select_option(label=whose)
    walk.press("Look at what is in it")


def by_excel(walk: Walk, sheet: bytes, libreoffice: LibreOffice) -> None:
    """Two mistakes of two: nothing is saved, and the sheet comes again."""
    at = cells_to_fill(sheet)
    parts = at["POV-4", COLUMNS.numerator], at["POV-4", COLUMNS.denominator]
    wrong = {at["POV-3", COLUMNS.figure]: "n/a", parts[0]: "4200", parts[1]: "2000"}
    right = {at["POV-3", COLUMNS.figure]: "76", parts[0]: "420", parts[1]: "2000"}
    for typed in (wrong, right):
        filled = libreoffice.edit(sheet, "xlsx", sheet=OUT, typed=typed, save_as=["xlsx"]).files["xlsx"]
        send_in(walk, "council.xlsx", filled, whose="Council")
        if typed is wrong:
            walk.says("2 are refused", "n/a")
            walk.meet()
            walk.press("Drop this file")
    walk.press(re.compile("^Save all 2 figures"))
    walk.says("2 figures were saved")


def by_opendocument(walk: Walk, sheet: bytes, libreoffice: LibreOffice) -> None:
    """One mistake of two: the right one is saved; the sheet that comes again changes just the other."""
    at = cells_to_fill(sheet)
    warm, young = at["SKI-2", COLUMNS.figure], at["SKI-3", COLUMNS.figure]
    for typed in ({warm: "=1/0", young: "94.1"}, {warm: "52", young: "94.1"}):
        filled = libreoffice.edit(sheet, "ods", sheet=OUT, typed=typed, save_as=["ods"]).files["ods"]
        send_in(walk, "housing.ods", filled, whose="Housing Association")
        if "=1/0" in typed.values():
            walk.says("1 is refused", "#DIV/0!")
            walk.press(re.compile("^Save 1 figure and leave 1 out"))
        else:
            walk.says("1 is the same as before")
            walk.press(re.compile("^Save 1 figure"))
        walk.says("1 figure was saved")


THEIR_OWN = """Fire and Rescue quarterly return
Measure;Period;Value
Apprentices started;Q3 2021/22;61
Visits to homes\xa0– safety;Q3 2021/22;{}
Total;;{}
""".replace("\n", "\r\n")


def by_their_own_file(walk: Walk) -> None:
    """A file of their own, in the letters of an old Windows: its columns and words are told once."""
    for figure, total in (("1-Mar", "61"), ("305", "366")):
        send_in(walk, "fire.csv", THEIR_OWN.format(figure, total).encode("cp1252"), whose="Fire and Rescue")
        if figure == "1-Mar":
            tell_columns(walk)
            walk.says("1 is refused", "holds a date")
            walk.press("Save nothing: drop this file")
        else:
            walk.says("Read with the columns told on 10 January 2022 by CP manager.", "61")
            walk.press(re.compile("^Save all 2 figures"))
            walk.says("2 figures were saved")


def tell_columns(walk: Walk) -> None:
    walk.says("Which column holds what?")
    walk.meet()
    walk.press("Read the figures")
    walk.page.get_by_label("“Visits to homes – safety” is").select_option(label="Home safety visits (SKI-5)")
    walk.page.get_by_label("Remember this for Fire and Rescue").check()
    walk.press("Read the figures")


def by_pasting(walk: Walk) -> None:
    """A column that is too long, then one with a letter for a nought, then the right one."""
    page = walk.page
    for pasted, says in (
        ("3980\n295\n12", "3 lines"),
        ("398O\n295", "398O"),
        ("3980\n295", "2 figures can be saved"),
    ):
        page.goto(f"{HOME}/returns/2021-22/q3/poverty/figures/")
        page.get_by_role("link", name="Paste").click()
        page.get_by_label("Paste the cells here").fill(pasted)
        page.get_by_label("The first line is for").select_option("POV-5@area@2021-10-01@2021-12-31")
        walk.press("Look at what is in it")
        walk.says(says)
        if "O" in pasted:
            walk.press("Save nothing: drop what was pasted")
    walk.press("Save all 2 figures")
    walk.says("2 figures were saved")


def drafted() -> dict[str, str]:
    """The figures that wait in the returns, by measure code."""
    rows = Reading.objects.filter(state=Reading.State.DRAFT).select_related("measure")
    return {row.measure.code: f"{row.value.normalize():f}" for row in rows}


def outcomes() -> list[tuple[str, str]]:
    """What came, in the order in which it was saved, and what became of it: what was dropped left nothing."""
    return list(Delivery.objects.order_by("pk").values_list("name", "outcome"))


def hand_in(priority: Priority, lead: User, people: Cast) -> None:
    """Submit a return as its lead officer would, and accept it: its figures are those that came."""
    held = return_of(priority, people.quarter)
    words = WordsLine("Two hubs opened.", "", "", "on_track", "")
    held = save_words(held, words, seen=None, by=lead, at=NOW)
    assert return_sheet(held, at=NOW).gaps == ()
    submit_return(held, by=lead, at=NOW)
    accept_return(held, by=people.manager, at=NOW)


def test_a_round_comes_in(
    page: Page,
    context: BrowserContext,
    axe: Callable[[Page], None],
    sign_in: Callable[..., None],
    supply: Cast,
    libreoffice: LibreOffice,
) -> None:
    walk = Walk(page, context, axe, sign_in)
    walk.come_as(supply.manager)
    addresses = send_links(walk)
    council = take_out(walk, "Council", "Excel")
    housing = take_out(walk, "Housing Association", "OpenDocument")

    by_link(walk, addresses["ann"], wrong="815", says="over 100", right="81.5")
    by_link(walk, addresses["ben"], wrong="-195", says="below zero", right="195")
    by_link(walk, addresses["cat"], wrong="14020", says="Is this right?", right="1402")

    walk.come_as(supply.manager)
    by_excel(walk, council, libreoffice)
    by_opendocument(walk, housing, libreoffice)
    by_their_own_file(walk)
    walk.come_as(supply.lead)
    by_pasting(walk)

    assert drafted() == WHAT_BECAME
    assert outcomes() == OUTCOMES
    answers = DataRequest.objects.values_list("organisation__name", "answered_how", "answered_by")
    assert sorted(answers) == [
        ("Advice Shop", "link", "Cat Dunn"),
        ("College", "link", "Ben Cole"),
        ("Health Board", "link", "Ann Bell"),
    ]
    for priority, lead in ((supply.poverty, supply.lead), (supply.skills, supply.other_lead)):
        hand_in(priority, lead, supply)

    walk.come_as(supply.manager)
    page.goto(f"{SHEETS}in/")
    walk.meet()
    page.goto(SHEETS)
    walk.says("Nothing to ask for. Every figure that this round asks for is known.")
    assert rows_asked(supply.quarter, measures_of(supply.quarter), at=NOW) == ()
    page.goto(f"{HOME}/dashboard/2021-22/q3/")
    walk.says("81.5%", "1,402", "76", "21.0%", "3,980", "295", "195", "52", "94.1%", "61", "305")
