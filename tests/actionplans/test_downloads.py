"""The tables of the pages of returns, measures and data supply as files: what is in them, and what never leaves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actionplans.downloads.returns import return_tables
from actionplans.models import Measure, Reading
from actionplans.return_access import OpenedReturn
from actionplans.return_pages import ReturnPage
from priorities.models import Locality, Quarter
from tests.actionplans.conftest import Round
from tests.actionplans.factories import (
    ActionFactory,
    ClearanceFactory,
    DataContactFactory,
    DataRequestFactory,
    DeliveryFactory,
    DisclosurePolicyFactory,
    MeasureCommentaryFactory,
    MeasureFactory,
    QuarterlyReturnFactory,
    ReadingFactory,
    RiskFactory,
    SeriesBreakFactory,
    SeriesVersionFactory,
    TargetFactory,
    accepted_return,
)
from tests.factories import NOW, Cast, LocalityFactory, OrganisationFactory, QuarterFactory
from tests.priorities.workbook_reading import csv_rows, ods_rows, parts, xlsx_book, xlsx_rows

pytestmark = pytest.mark.django_db

BACKEND = "django.contrib.auth.backends.ModelBackend"
Q3 = {"starts_on": dt.date(2021, 10, 1), "ends_on": dt.date(2021, 12, 31)}
FORMULA = "=HYPERLINK(1)"
FROM_LEAD = "From Poverty lead, by sheet on 6 January 2022"
CHANGES = "Next update: the page goes on changing, so download it again when you need it"

SUPPLY = "/strathmuir/supply/"
CONTACTS = "/strathmuir/supply/contacts/"
LOG = "/strathmuir/supply/requests/2021-22/q3/"
ROOM = "/strathmuir/quarters/2021-22/q3/"
RETURN = "/strathmuir/returns/2021-22/q3/poverty/"
WORK = "/strathmuir/my-work/"
DISCLOSURE = "/strathmuir/disclosure/"
TARGETS = "/strathmuir/measures/POV-01/targets/"
SERIES = "/strathmuir/measures/POV-01/series/"
BREAKS = "/strathmuir/measures/POV-01/breaks/"
CLEARING = "/strathmuir/disclosure/POV-01/"

Take = Callable[[str], bytes]


@pytest.fixture
def people(poverty_round: Round) -> Cast:
    """The cast of a round; the measure of the round has a supplier and a code of its own."""
    found = poverty_round.cast
    council = OrganisationFactory(partnership=found.partnership, code="COUNCIL", name="Strathmuir Council")
    Measure.objects.update(code="POV-01", supplier=council, source="Benefits", unit_name="grants")
    found.partnership.contact = "CPP team, team@example.org"
    found.partnership.save()
    return found


@pytest.fixture
def measure(people: Cast) -> Measure:
    return Measure.objects.get()


def signed_in(user: object) -> Take:
    client = Client()
    client.force_login(user, backend=BACKEND)

    def take(address: str) -> bytes:
        response = client.get(address)
        assert response.status_code == 200, address
        return response.content

    return take


@pytest.fixture
def manager(people: Cast) -> Take:
    return signed_in(people.manager)


@pytest.fixture
def lead(people: Cast) -> Take:
    return signed_in(people.lead)


def sheet(content: bytes, name: str) -> list[list[object]]:
    """The headings of a table and its rows."""
    rows = xlsx_rows(content, name)
    assert rows[1] == ["This worksheet contains one table."]
    return rows[2:]


def row_of(content: bytes, name: str, number: int = 0) -> dict[object, object]:
    head, *rows = sheet(content, name)
    return dict(zip(head, rows[number], strict=True))


def cover(content: bytes) -> list[object]:
    return [row[0] for row in xlsx_rows(content, "Cover")]


# The data supply calendar


def test_the_calendar_has_every_figure_with_whom_it_comes_from_and_when(manager, people, measure):
    ann = DataContactFactory(
        partnership=people.partnership,
        organisation=measure.supplier,
        name="Ann Smith",
        email="ann@example.org",
    )
    ann.measures.add(measure)
    asked = DataRequestFactory(quarter=people.quarter, contact=ann, asked_by=people.manager)
    asked.measures.add(measure)

    book = manager(f"{SUPPLY}download.xlsx")

    assert xlsx_book(book).sheetnames == ["Cover", "Notes", "Figures", "By supplier"]
    assert row_of(book, "Figures") == {
        "Figure": "Grants decided in a day",
        "Code": "POV-01",
        "Period": "Q3 2021/22",
        "Priority": "Poverty",
        "State": "Due",
        "Days overdue": "[z]",
        "Expected on": dt.date(2021, 12, 31),
        "Usual lag": "The day its period ends",
        "Supplier": "Strathmuir Council",
        "Person": "Ann Smith",
        "E-mail": "ann@example.org",
        "Source": "Benefits",
        "Publisher": "[x]",
        "Last figure": Decimal(48),
        "Unit": "% of grants",
        "Last period": "Q2 2021/22",
        "Came on": dt.date(2021, 10, 15),
        "How late": "15 days late",
        "Last late": "[z]",
        "Asked": "Asked on 3 January 2022; the answer is due 10 January 2022",
    }
    assert sheet(book, "By supplier") == [
        ["Supplier", "Overdue", "Due", "Sent, waiting for approval", "In hand", "Awaiting", "Not due"],
        ["Strathmuir Council", 0, 1, 0, 0, 0, 0],
    ]
    assert cover(book)[:8] == [
        "Data supply calendar",
        "This worksheet contains one table.",
        "Contact: CPP team, team@example.org",
        "Made on: 10 January 2022",
        CHANGES,
        "Strathmuir Community Planning Partnership. The next figure of each measure of the published plan.",
        "A gap between two places is worked out, so nobody is asked for it.",
        "A figure that was sent waits in a return. One in hand has come otherwise and is not out yet.",
    ]


def test_the_calendar_is_filtered_as_its_page_is_and_says_so(manager, people, measure):
    MeasureFactory(priority=people.poverty, name="Nobody sends it", period_kind="point_in_time")

    page = manager(f"{SUPPLY}?supplier=COUNCIL&state=").decode()
    (address,) = re.findall(r'href="([^"]+download\.xlsx[^"]*)"', page)
    book = manager(address)

    assert address == f"{SUPPLY}download.xlsx?supplier=COUNCIL"
    assert [row[0] for row in sheet(book, "Figures")] == ["Figure", "Grants decided in a day"]
    assert "By supplier" not in xlsx_book(book).sheetnames
    assert cover(book)[0] == "Data supply calendar, from Strathmuir Council"
    assert cover(book)[6] == (
        "Only what was looked for: 1 of 2 figures, from Strathmuir Council. The table by supplier is in the file of "
        "the whole calendar."
    )
    found = csv_rows(manager(f"{SUPPLY}download.csv?state=not_due"))
    assert [row[0] for row in found] == ["Figure", "Nobody sends it"]
    assert csv_rows(manager(f"{SUPPLY}download.csv?state=in_hand"))[1:] == []


def test_a_page_on_which_nothing_fits_has_no_files(manager, measure):
    assert "download." not in manager(f"{SUPPLY}?state=in_hand").decode()
    book = manager(f"{SUPPLY}download.xlsx?state=in_hand")
    assert xlsx_book(book).sheetnames == ["Cover"]


def test_a_hidden_figure_stands_in_the_calendar_as_its_symbol(manager, measure):
    Measure.objects.update(is_disclosure_controlled=True)

    assert row_of(manager(f"{SUPPLY}download.xlsx"), "Figures")["Last figure"] == "[c]"


# Contacts and requests


def test_contacts_with_what_they_send(manager, people, measure):
    ann = DataContactFactory(
        partnership=people.partnership,
        organisation=measure.supplier,
        name="Ann Smith",
        email="ann@example.org",
    )
    ann.measures.set([measure, MeasureFactory(priority=people.poverty, name="Families helped")])
    DataRequestFactory(quarter=people.quarter, contact=ann)
    DataContactFactory(
        partnership=people.partnership, organisation=measure.supplier, name="=Bob", email="bob@example.org",
        left_on=dt.date(2021, 12, 1),
    )  # fmt: skip

    rows = csv_rows(manager(f"{CONTACTS}download.csv"))

    assert rows == [
        ["Name", "Organisation", "E-mail", "Figures they send", "Open requests", "Has left", "Left on"],
        ["Ann Smith", "Strathmuir Council", "ann@example.org", "Families helped\nGrants decided in a day", "1",
         "No", "[z]"],
        ["'=Bob", "Strathmuir Council", "bob@example.org", "None named", "0", "Yes", "2021-12-01"],
    ]  # fmt: skip


def test_the_log_of_a_round_says_what_was_asked_and_how_it_was_answered(manager, people, measure):
    ann = DataContactFactory(
        partnership=people.partnership,
        organisation=measure.supplier,
        name="Ann Smith",
        email="ann@example.org",
    )
    first = DataRequestFactory(
        quarter=people.quarter, contact=ann, asked_by=people.manager, what="Please send Q3.",
        answered_how="sheet", answered_at=NOW, answered_by="Ann Smith", answer=FORMULA,
    )  # fmt: skip
    first.measures.add(measure)
    DataRequestFactory(
        quarter=people.quarter, contact=None, organisation=measure.supplier, asked_by=people.manager,
        asked_how="phone", due_on=dt.date(2022, 1, 7),
    )  # fmt: skip

    book = manager(f"{LOG}download.xlsx")

    late, answered = row_of(book, "Requests"), row_of(book, "Requests", 1)
    assert late == {
        "Asked of": "Strathmuir Council",
        "Person": "Nobody by name",
        "E-mail": "[z]",
        "Has left": "No",
        "State": "Late",
        "How late": "3 days late",
        "What was asked": "Please send the figures for Q3 2021/22.",
        "Figures": "Other information",
        "Asked on": dt.date(2022, 1, 3),
        "Asked how": "Telephone",
        "Asked by": "CP manager",
        "Due on": dt.date(2022, 1, 7),
        "Reminded": "[z]",
        "Answered on": "Not yet",
        "Answered how": "Not yet",
        "Answered by": "Not yet",
        "Answer": "Not yet",
    }
    assert list(answered.values())[4:] == [
        "Answered", "[z]", "Please send Q3.", "Grants decided in a day", dt.date(2022, 1, 3), "E-mail",
        "CP manager", dt.date(2022, 1, 10), "[z]", dt.date(2022, 1, 10), "Figures in a sheet", "Ann Smith", FORMULA,
    ]  # fmt: skip
    assert cover(book)[5:7] == [
        (
            "Strathmuir Community Planning Partnership. Requests of Q3 2021/22: 1 late, 0 open, 1 answered, "
            "0 not provided."
        ),
        (
            "Partners provide the information the partnership asks for: section 14(4) of the Community Empowerment "
            "(Scotland) Act 2015."
        ),
    ]


# The round


def test_the_control_room_has_every_return_and_every_round(manager, people):
    accepted_return(people.poverty, people.quarter, by=people.manager, at=NOW)

    book = manager(f"{ROOM}download.xlsx")

    assert sheet(book, "Returns") == [
        ["Priority", "Lead officer", "Who reports", "Where it stands", "Late", "Last change"],
        ["Poverty", "Head of Communities", "Poverty lead", "Accepted", "No",
         "Accepted on 10 January 2022 by CP manager"],
        ["Skills", "Head of Communities", "Skills lead", "Not started", "No", "Nothing saved yet"],
    ]  # fmt: skip
    assert sheet(book, "Quarters") == [
        ["Quarter", "Where it stands"], ["Q3 2021/22", "Open"], ["Q2 2021/22", "Open"],
    ]  # fmt: skip
    assert cover(book)[5:7] == [
        "Strathmuir Community Planning Partnership. Q3 2021/22: October to December 2021.",
        "0 of 2 submitted, 1 accepted, 1 to come; due 21 January 2022, in 11 days",
    ]


def test_my_work_has_my_updates_and_what_others_owe(lead, people, measure):
    QuarterlyReturnFactory(
        priority=people.poverty, quarter=people.before, state="returned", return_reason="Say why.",
        submitted_at=NOW, submitted_by=people.lead, returned_at=NOW, returned_by=people.manager,
    )  # fmt: skip

    book = lead(f"{WORK}download.xlsx")

    assert sheet(book, "Updates") == [
        ["Update", "What it asks", "Where it stands", "Due", "Late", "Last step", "Returned by",
         "Why it was returned"],
        ["Q2 2021/22 update for Poverty", "1 figure, 1 action, 1 risk, your words", "Returned", "21 October 2021",
         "Yes", "Returned 10 January 2022", "CP manager", "Say why."],
        ["Q3 2021/22 update for Poverty", "1 figure, 1 action, 1 risk, your words", "Not started",
         "21 January 2022", "No", "Not started", "[z]", "[z]"],
    ]  # fmt: skip
    assert sheet(book, "Figures due from others") == [
        ["Figure", "Code", "Period", "State", "From", "Expected on", "Asked"],
        ["Grants decided in a day", "POV-01", "Q3 2021/22", "Due", "Strathmuir Council", dt.date(2021, 12, 31),
         "Not asked"],
    ]  # fmt: skip


# A return


def test_a_return_has_its_figures(lead, poverty_round, people):
    poverty_round.fill("45.5")
    MeasureCommentaryFactory(
        quarterly_return=poverty_round.quarterly_return,
        measure=poverty_round.measure,
        cause="Two left.",
        response="=Hire",
        back_on_track_on=dt.date(2022, 9, 30),
    )

    assert row_of(lead(f"{RETURN}download.xlsx"), "Figures") == {
        "Measure": "Grants decided in a day",
        "Code": "POV-01",
        "Unit": "% of grants",
        "Which way is better": "Higher is better",
        "What is asked": "A figure for the period",
        "Period": "Q3 2021/22",
        "Figure": Decimal("45.5"),
        "In words": "[z]",
        "Numerator": "[z]",
        "What the numerator counts": "[z]",
        "Denominator": "[z]",
        "What the denominator counts": "[z]",
        "How firm": "Final",
        "Where it is from": "[z]",
        "Target": Decimal(50),
        "Target is for": "Q3 2021/22",
        "Status": "Off target",
        "Why there is no figure": "[z]",
        "Last figure": Decimal(48),
        "Last period": "Q2 2021/22",
        "Last released on": dt.date(2021, 10, 15),
        "Newer, not shown": "[z]",
        "Why it is off target": "Two left.",
        "What is being done": "=Hire",
        "Back on track": "By the end of Q2 2022/23",
        "Note": "[z]",
    }


def test_a_ratio_has_its_two_numbers_and_a_total_says_what_the_quarter_adds(lead, people, poverty_round):
    held = poverty_round.fill()
    share = MeasureFactory(
        priority=people.poverty,
        name="Share",
        is_ratio=True,
        numerator_name="Helped",
        denominator_name="Asked",
    )
    total = MeasureFactory(
        priority=people.poverty, name="Total", unit="number", decimals=0, is_cumulative=True, roll_up="sum"
    )
    none = MeasureFactory(priority=people.poverty, name="None", is_ratio=True)
    draft = {"state": "draft", "quarterly_return": held, **Q3}
    ReadingFactory(measure=share, value=50, numerator=Decimal("1200.5"), denominator=2401, **draft)
    ReadingFactory(measure=total, value=42)
    ReadingFactory(measure=total, value=63, flag="provisional", **draft)
    ReadingFactory(measure=none, value=None, numerator=0, denominator=0, **draft)

    book = lead(f"{RETURN}download.xlsx")

    of_share, of_total, of_none = (row_of(book, "Figures", number) for number in (1, 2, 3))
    assert list(of_share.values())[6:12] == [
        Decimal(50), "[z]", Decimal("1200.5"), "Helped", Decimal(2401), "Asked",
    ]  # fmt: skip
    assert (of_total["Figure"], of_total["In words"], of_total["How firm"]) == (
        Decimal(63),
        "63 since 1 April; 21 in Q3",
        "[p]",
    )
    assert (of_none["Figure"], of_none["Numerator"]) == ("[z]", Decimal(0))


def test_what_was_sent_for_a_return_says_from_whom(lead, people, poverty_round):
    held = poverty_round.fill()
    north = LocalityFactory(partnership=people.partnership, name="North")
    sheet_sent = DeliveryFactory(quarter=people.quarter, sent_by=people.lead, name="north.xlsx")
    draft = {"state": "draft", "quarterly_return": held, "delivery": sheet_sent, "entered_at": NOW, **Q3}
    ReadingFactory(measure=poverty_round.measure, place=north, value=61, note="=Early", **draft)
    Reading.objects.filter(place=None, state="draft").update(value=None, symbol="x", delivery=sheet_sent)

    book = lead(f"{RETURN}download.xlsx")

    figure = row_of(book, "Figures")
    assert (figure["Figure"], figure["Where it is from"]) == ("[x]", FROM_LEAD)
    assert sheet(book, "Places and other periods") == [
        ["Measure", "Code", "Place", "Period", "Figure, with its unit", "Made of", "How firm",
         "For the partnership only", "Left out for a newer figure", "Where it is from", "Note"],
        ["Grants decided in a day", "POV-01", "North", "Q3 2021/22", "61.0%", "[z]", "Final", "No", "No",
         FROM_LEAD, "=Early"],
    ]  # fmt: skip


def test_a_return_has_its_actions_risks_and_words(lead, poverty_round):
    poverty_round.action.title = FORMULA
    poverty_round.action.save()
    poverty_round.fill(exceptional_issues="Two floods.", assessment_reason="Demand rises.")

    book = lead(f"{RETURN}download.xlsx")

    assert xlsx_book(book).sheetnames == ["Cover", "Notes", "Figures", "Actions", "Risks", "Words"]
    code, risk = poverty_round.action.code, poverty_round.risk
    assert sheet(book, "Actions") == [
        ["Action", "Code", "Done by", "Lead", "Due on", "Status", "What is said of it", "Last status",
         "What was last said of it"],
        [FORMULA, code, "Action for partners", "Welfare Rights Manager", "No date", "On track", "[z]", "[z]", "[z]"],
    ]  # fmt: skip
    assert sheet(book, "Risks") == [
        ["Risk", "Code", "Event", "Likelihood", "Impact", "Score", "Band", "Reason", "Last likelihood",
         "Last impact", "Last score", "Last band", "Last reason"],
        ["Advice services close", risk.code, "Advice services close.", 2, 4, 8, "Medium", "Two advisers started.",
         "[x]", "[x]", "[x]", "Not scored before", "[z]"],
    ]  # fmt: skip
    assert sheet(book, "Words") == [
        ["About", "What is said"],
        ["Progress", "Two hubs opened."],
        ["Exceptional issues", "Two floods."],
        ["Good practice", "None"],
        ["Lead officer’s assessment", "On track"],
        ["Reason for the assessment", "Demand rises."],
    ]
    assert cover(book)[5:7] == [
        "Strathmuir Community Planning Partnership. Poverty, Q3 2021/22.",
        "In progress. Due 21 January 2022.",
    ]


def test_a_title_that_looks_like_a_formula_is_text_in_every_kind(lead, poverty_round):
    poverty_round.action.title = FORMULA
    poverty_round.action.save()

    cell = xlsx_book(lead(f"{RETURN}download.xlsx"))["Actions"]["A4"]
    rows = csv_rows(lead(f"{RETURN}download.csv?table=actions"))

    assert (cell.value, cell.data_type, cell.quotePrefix) == (FORMULA, "s", True)
    assert ods_rows(lead(f"{RETURN}download.ods"), "Actions")[3][0] == FORMULA
    assert b"table:formula" not in parts(lead(f"{RETURN}download.ods"))["content.xml"]
    assert rows[1][0] == f"'{FORMULA}"


def test_a_return_that_came_back_says_why_on_the_cover(lead, people):
    QuarterlyReturnFactory(
        priority=people.poverty, quarter=people.quarter, state="returned", return_reason="Say why.",
        submitted_at=NOW, submitted_by=people.lead, returned_at=NOW, returned_by=people.manager,
    )  # fmt: skip

    assert "Returned by CP manager: Say why." in cover(lead(f"{RETURN}download.xlsx"))


@pytest.mark.parametrize("page", ["", "check/", "review/"])
def test_the_pages_of_a_return_lead_to_its_files(lead, page):
    found = re.findall(r'href="([^"]+download\.[^"]+)"', lead(RETURN + page).decode())

    assert found == [
        f"{RETURN}download.xlsx",
        f"{RETURN}download.ods",
        *(f"{RETURN}download.csv?table={name}" for name in ("figures", "actions", "risks", "words")),
    ]
    for address in found:
        lead(address)


# Measures


def test_every_target_with_who_set_it_and_why(manager, people, measure):
    TargetFactory(
        measure=measure, version=2, value=55, set_at=NOW, set_by=people.manager, reason="=Faster",
        set_on=dt.date(2022, 1, 10), basis="A straight line.",
    )  # fmt: skip

    assert csv_rows(manager(f"{TARGETS}download.csv")) == [
        ["Period", "Target (% of grants)", "Version", "In use", "Set on", "Set by", "Reason",
         "How it was worked out", "Decision", "Note"],
        ["Q3 2021/22", "55.0", "2", "Yes", "2022-01-10", "CP manager", "'=Faster", "A straight line.",
         "None recorded", "[z]"],
        ["Q3 2021/22", "50.0", "1", "No", "2020-04-01", "The plan", "None given", "[z]",
         "None recorded", "[z]"],
    ]  # fmt: skip


def test_every_break_with_what_changed(manager, measure):
    SeriesBreakFactory(measure=measure, reason=FORMULA)
    SeriesBreakFactory(measure=measure, on=dt.date(2021, 10, 1))

    (address,) = re.findall(r'href="([^"]+download\.csv)"', manager(BREAKS).decode())

    assert address == f"{BREAKS}download.csv"
    assert csv_rows(manager(address)) == [
        ["From", "What changed"],
        ["2021-10-01", "The way of counting changed."],
        ["2021-04-01", f"'{FORMULA}"],
    ]


def test_every_series_with_its_figures(manager, measure):
    SeriesVersionFactory(
        measure=measure, released_at=dt.datetime(2022, 1, 5, 9, 30, tzinfo=dt.UTC), reason="Rebased."
    )
    ReadingFactory(measure=measure, series=2, value=46, flag="revised", released_at=NOW)

    book = manager(f"{SERIES}download.xlsx")

    assert sheet(book, "Figures") == [
        ["Series", "Period", "Figure (% of grants)", "How firm", "Released on"],
        [2, "Q2 2021/22", Decimal(46), "Revised", dt.date(2022, 1, 10)],
        [1, "Q2 2021/22", Decimal(48), "Final", dt.date(2021, 10, 15)],
    ]
    assert sheet(book, "Versions") == [
        ["Series", "Use", "Released on", "Released at", "Figures", "Other places", "Reason"],
        [2, "In use", dt.date(2022, 1, 5), "09:30", "1 period, Q2 2021/22", 0, "Rebased."],
        [1, "Replaced", "Figure by figure", "[z]", "1 period, Q2 2021/22", 0, "[z]"],
    ]


# Disclosure control


def test_the_policy_and_every_measure_under_control(manager, people, measure):
    Measure.objects.update(is_disclosure_controlled=True, is_sensitive=True)
    MeasureFactory(priority=people.poverty, code="POV-02", name="Never", is_disclosure_controlled=True)
    DisclosurePolicyFactory(partnership=people.partnership, reason="Agreed.", set_by=people.manager)
    ClearanceFactory(measure=measure, cleared_by=people.manager, shown=4, hidden=3)

    book = manager(f"{DISCLOSURE}download.xlsx")

    assert sheet(book, "Measures") == [
        ["Measure", "Code", "Priority", "Sensitive", "Where it stands", "Last cleared on", "Cleared by", "Policy",
         "Figures shown", "Figures not shown", "Out already"],
        ["Grants decided in a day", "POV-01", "Poverty", "Yes", "1 figure waits", dt.date(2021, 10, 16),
         "CP manager", "Default disclosure policy, version 1", 4, 3, 0],
        ["Never", "POV-02", "Poverty", "No", "No figures yet", "Never", "[z]", "[z]", "[z]", "[z]", "[z]"],
    ]  # fmt: skip
    assert sheet(book, "Versions of the policy") == [
        ["Version", "Policy", "Largest count not shown", "Smallest group", "Set on", "Set by", "Reason",
         "In force"],
        [1, "Disclosure policy of the partnership", 4, 30, dt.date(2021, 4, 1), "CP manager", "Agreed.", "Yes"],
    ]  # fmt: skip


def test_the_rulings_on_a_measure_without_what_they_hide(manager, people, measure):
    Measure.objects.update(is_disclosure_controlled=True)
    clearance = ClearanceFactory(measure=measure, cleared_by=people.manager, outcome="One is not shown.")
    Reading.objects.update(clearance=clearance)
    ReadingFactory(
        measure=measure,
        value=77,
        clearance=clearance,
        is_suppressed=True,
        suppressed_because="small_count",
        **Q3,
    )

    book = manager(f"{CLEARING}download.xlsx")

    assert sheet(book, "Figures") == [
        ["Period", "Place", "Figure (% of grants)", "Made of", "Released on", "Embargo", "Ruling", "Why"],
        [
            "Q3 2021/22",
            "Whole area",
            "[c]",
            "[c]",
            dt.date(2021, 10, 15),
            "None",
            "Not shown",
            "A small count",
        ],
        ["Q2 2021/22", "Whole area", Decimal(48), "[z]", dt.date(2021, 10, 15), "None", "Shown", "[z]"],
    ]
    assert sheet(book, "Clearances") == [
        ["Cleared on", "Time", "Cleared by", "Policy", "What the policy says", "Figures shown",
         "Figures not shown", "Out already", "What came of it"],
        [dt.date(2021, 10, 16), "09:30", "CP manager", "Default disclosure policy, version 1",
         "Counts from 1 to 4 are not shown.", 1, 0, 0, "One is not shown."],
    ]  # fmt: skip


# What never leaves, whoever asks

SECRETS = [f"7770{number}" for number in range(1, 10)]


@pytest.fixture
def guarded(people: Cast, measure: Measure) -> Cast:
    """Every kind of figure that may not leave, each with a number of its own."""
    Measure.objects.update(
        unit="number", decimals=0, unit_name="", is_disclosure_controlled=True, is_ratio=False
    )
    clearance = ClearanceFactory(measure=measure)
    hidden = {"clearance": clearance, "is_suppressed": True, "suppressed_because": "small_count"}
    Reading.objects.update(clearance=clearance)
    north = Locality.objects.create(partnership=people.partnership, code="NORTH", name="North", kind="ward")
    before = {"starts_on": dt.date(2021, 4, 1), "ends_on": dt.date(2021, 6, 30)}
    ReadingFactory(measure=measure, value=SECRETS[0], note=f"Was {SECRETS[1]}.", **before, **hidden)
    ReadingFactory(measure=measure, value=SECRETS[2], place=north, **hidden)
    ReadingFactory(measure=measure, value=SECRETS[3], released_at=NOW - dt.timedelta(days=1))
    SeriesVersionFactory(measure=measure, released_at=NOW + dt.timedelta(days=9))
    to_come = {"series": 2, "released_at": NOW + dt.timedelta(days=9), "clearance": clearance}
    ReadingFactory(measure=measure, value=SECRETS[4], **to_come)
    held = QuarterlyReturnFactory(priority=people.poverty, quarter=people.quarter, state="in_progress")
    draft = {"state": "draft", "quarterly_return": held, **Q3}
    ReadingFactory(measure=measure, value=SECRETS[5], answered_doubt=f"Is {SECRETS[5]} right?", **draft)
    share = MeasureFactory(
        priority=people.poverty, code="POV-02", is_ratio=True, is_disclosure_controlled=True
    )
    parts_of = {"numerator": Decimal(SECRETS[6]), "denominator": Decimal(SECRETS[7])}
    ReadingFactory(measure=share, value=Decimal(99), **parts_of, **draft)
    ReadingFactory(measure=measure, value=SECRETS[8], place=north, note=f"Was {SECRETS[8]}.", **draft)
    return people


PAGES = (SUPPLY, CONTACTS, LOG, ROOM, RETURN, DISCLOSURE, CLEARING, TARGETS, SERIES)


@pytest.mark.parametrize("who", ["manager", "lead"])
def test_what_may_not_be_shown_leaves_in_no_file(guarded, who):
    take = signed_in(getattr(guarded, who))
    pages = PAGES if who == "manager" else (WORK, RETURN)
    found = [
        secret for page in pages for name, text in _files(take, page) for secret in SECRETS if secret in text
    ]

    assert found == []
    shown = take(CLEARING if who == "manager" else RETURN + "figures/").decode().replace(",", "")
    assert SECRETS[2 if who == "manager" else 5] in shown


def _files(take: Take, page: str) -> list[tuple[str, str]]:
    """All that the files of a page say."""
    found = []
    for extension in ("xlsx", "ods"):
        whole = b" ".join(parts(take(f"{page}download.{extension}")).values()).decode()
        found.append((extension, re.sub(r"[,\s]", "", whole)))
    links = re.findall(r'href="([^"]+download\.csv[^"]*)"', take(page).decode())
    return [*found, *((link, re.sub(r"[,\s]", "", take(link).decode())) for link in links)]


def test_a_page_that_shows_small_numbers_makes_no_file(guarded, poverty_round):
    opened = OpenedReturn(poverty_round.quarterly_return, is_theirs=True, sees_small_numbers=True)

    with pytest.raises(ValueError, match="no small numbers"):
        return_tables(ReturnPage.of(opened, at=NOW), at=NOW)


def test_a_series_under_embargo_has_no_figures_in_a_file(guarded, manager):
    rows = sheet(manager(f"{SERIES}download.xlsx"), "Figures")[1:]

    assert [row[:3] for row in rows] == [
        [2, "Q2 2021/22", "Under embargo"],
        [1, "Q1 2021/22", "[c]"],
        [1, "Q2 2021/22", "[c]"],
    ]


# How much it takes, and what it is called


@pytest.mark.parametrize(
    ("page", "who", "queries"),
    [
        (SUPPLY, "manager", 13),
        (CONTACTS, "manager", 6),
        (LOG, "manager", 7),
        (ROOM, "manager", 8),
        (RETURN, "lead", 18),
        (WORK, "lead", 20),
        (DISCLOSURE, "manager", 9),
        (CLEARING, "manager", 9),
        (TARGETS, "manager", 7),
        (SERIES, "manager", 7),
        (BREAKS, "manager", 6),
    ],
)
def test_three_rows_take_as_many_queries_as_one(people, measure, page, who, queries):
    Measure.objects.update(is_disclosure_controlled=True)
    take = signed_in(getattr(people, who))
    take(f"{page}download.csv")

    counts = []
    for more in ((1,), (2, 3)):
        for number in more:
            _add_one_of_each(people, measure, number)
        with CaptureQueriesContext(connection) as asked:
            take(f"{page}download.xlsx")
        counts.append(len(asked))

    assert counts == [queries, queries]


def _add_one_of_each(people: Cast, measure: Measure, number: int) -> None:
    """Another row for every table."""
    ann = DataContactFactory(partnership=people.partnership, organisation=measure.supplier)
    ann.measures.add(measure)
    DataRequestFactory(quarter=people.quarter, contact=ann).measures.add(measure)
    QuarterFactory(partnership=people.partnership, year=2019, number=number)
    TargetFactory(measure=measure, version=1 + number, set_at=NOW, set_by=people.manager)
    ReadingFactory(measure=measure, value=40 + number, released_at=NOW - dt.timedelta(days=number))
    ClearanceFactory(measure=measure)
    DisclosurePolicyFactory(partnership=people.partnership, version=number)
    MeasureFactory(priority=people.poverty, supplier=measure.supplier, is_disclosure_controlled=True)
    SeriesBreakFactory(measure=measure, on=dt.date(2021, number, 1))
    ActionFactory(priority=people.poverty)
    RiskFactory(priority=people.poverty)


@pytest.mark.parametrize(
    ("page", "name"),
    [
        (SUPPLY, "strathmuir-data-supply-calendar-2022-01-10"),
        (
            f"{SUPPLY}download.csv?supplier=COUNCIL",
            "strathmuir-data-supply-calendar-from-strathmuir-council-2022-01-10",
        ),
        (LOG, "strathmuir-requests-for-information-q3-2021-22-2022-01-10"),
        (RETURN, "strathmuir-q3-2021-22-update-for-poverty-2022-01-10"),
        (TARGETS, "strathmuir-targets-pov-01-grants-decided-in-a-day-2022-01-10"),
    ],
)
def test_a_file_has_a_name_that_says_what_it_is(client, people, measure, page, name):
    client.force_login(people.manager, backend=BACKEND)

    response = client.get(page if "download" in page else f"{page}download.csv")

    assert response["Content-Disposition"] == f'attachment; filename="{name}.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("rest", ["download.pdf", "download.csv?table=nothing"])
def test_another_kind_of_file_or_table_is_not_found(client, guarded, page, rest):
    client.force_login(guarded.manager, backend=BACKEND)

    assert client.get(page + rest).status_code == 404


def test_a_return_of_a_quarter_that_has_not_opened_has_no_file(client, people):
    Quarter.objects.filter(pk=people.quarter.pk).update(opens_on=dt.date(2022, 1, 12))
    client.force_login(people.lead, backend=BACKEND)

    assert client.get(f"{RETURN}download.xlsx").status_code == 404
