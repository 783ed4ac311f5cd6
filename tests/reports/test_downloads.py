"""The tables of reports as files: what is in them, that they never move, and who gets them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actionplans.models import Action, Measure, Reading
from reports import operations, rendering
from tests.actionplans.factories import ReadingFactory, RiskFactory
from tests.factories import NOW
from tests.priorities.workbook_reading import csv_rows, ods_rows, parts, xlsx_book, xlsx_rows
from tests.reports.report_cast import FORMULA, LATER, BoardQuarter, board_quarter

pytestmark = pytest.mark.django_db

LIST = "/strathmuir/reports/"
DASHBOARD = f"{LIST}2021-22-q3-performance-dashboard/"
RISKS = f"{LIST}2021-22-q3-risk-profile/"
CHANGES = "Next update: the page goes on changing, so download it again when you need it"
KINDS = ("xlsx", "ods", "csv")


@pytest.fixture
def quarter() -> BoardQuarter:
    return board_quarter()


@pytest.fixture(autouse=True)
def _quick_paper(monkeypatch):
    """Printing is tested elsewhere, and takes seconds."""
    monkeypatch.setattr(rendering, "pdf_file", lambda edition: b"%PDF")


@pytest.fixture(autouse=True)
def _files_at_once(monkeypatch):
    """The tests' own transaction never ends, so what waits for its end is done at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda function: function())


def as_(person) -> Client:
    client = Client()
    if person:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def taken(person, address: str) -> bytes:
    response = as_(person).get(address)
    assert response.status_code == 200, address
    return response.content


def sheet(content: bytes, name: str) -> list[list[object]]:
    """The headings of a table and its rows."""
    rows = xlsx_rows(content, name)
    assert rows[1] == ["This worksheet contains one table."]
    return rows[2:]


def row_of(content: bytes, name: str) -> dict[object, object]:
    head, first, *_ = sheet(content, name)
    return dict(zip(head, first, strict=True))


# A Performance Dashboard


def test_the_cover_says_which_report_it_is_and_what_it_is_made_from(quarter):
    report = quarter.sign(quarter.issue(quarter.make()))

    cover = [row[0] for row in xlsx_rows(taken(quarter.chair, f"{DASHBOARD}download.xlsx"), "Cover")]

    assert cover[:15] == [
        "Performance Dashboard report, Q3 2021/22",
        "This worksheet contains one table.",
        "Contact: Strathmuir Community Planning Partnership",
        "Made on: 10 January 2022",
        "Next update: never, because a report that has been issued does not change",
        "Strathmuir Community Planning Partnership. Q3 2021/22: October to December 2021.",
        "For: CPP Board, meeting of 4 March 2022.",
        "Report number: CPP/22/1.",
        "By: CP manager, Strathmuir Council.",
        "Signed off: meeting of 4 March 2022, paragraph 5.2 of the minutes.",
        "Figures as known at 10:00 on 10 January 2022.",
        "There are 2 measures. 2 can be assessed: 1 on target, 0 slightly off target, 1 off target.",
        "Numbers are rounded as the page shows them: page and file say the same.",
        f"Made from the report’s data, whose SHA-256 is {report.snapshot_sha256}.",
        "Worksheet",
    ]
    assert cover[15:] == [
        "Cover", "Notes", "Measures", "Needs attention", "Priorities", "Words", "Actions", "Good practice",
        "Status counts", "Chart figures", "Recommendations",
    ]  # fmt: skip


def test_a_dashboard_has_its_measures_as_it_prints_them(quarter):
    quarter.make()

    row = row_of(taken(quarter.manager, f"{DASHBOARD}download.xlsx"), "Measures")

    assert [row[name] for name in ("Priority", "Code", "Measure", "Period", "Figure", "Unit", "Target", "Status")] == [
        "Poverty", "POV-1", "Families helped 1", "Q3 2021/22", Decimal("41.3"), "%", Decimal(50), "Off target",
    ]  # fmt: skip
    assert (row["Why"], row["What is being done"], row["Said in"]) == (
        "Staff left.",
        "Two were hired.",
        "Q3 2021/22",
    )


def test_a_dashboard_has_its_words_actions_and_recommendations(quarter):
    Action.objects.update(title=FORMULA)
    quarter.make()

    book = taken(quarter.manager, f"{DASHBOARD}download.xlsx")

    code = Action.objects.get().code
    assert sheet(book, "Actions") == [
        ["Priority", "Code", "Action", "Done by", "Who", "Due on", "Past its due date", "Status", "What was said",
         "Said in"],
        ["Poverty", code, FORMULA, "Action for partners", "Welfare Rights Manager", dt.date(2022, 3, 31), "No",
         "On track", "The larder is open.", "Q3 2021/22"],
    ]  # fmt: skip
    assert sheet(book, "Words") == [
        ["Priority", "Lead officer", "Lead group", "Has reported", "Progress", "Exceptional issues"],
        ["Poverty", "Head of Communities", "[z]", "Yes", "Advice reached more people.", "[z]"],
        ["Skills", "Head of Communities", "[z]", "Yes", "[z]", "[z]"],
    ]
    assert sheet(book, "Recommendations") == [
        ["The Board is asked to", "What"],
        ["Note", "how the plan stood at the end of Q3 2021/22."],
        ["Discuss", "the 1 exception in this report and what is being done."],
        ["Note", "the 1 example of good practice offered for others to learn from."],
    ]
    cell = xlsx_book(book)["Actions"]["C4"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (FORMULA, "s", True)


@pytest.mark.parametrize("extension", KINDS)
def test_a_formula_is_text_in_every_kind(quarter, extension):
    Action.objects.update(title=FORMULA)
    quarter.make()

    content = taken(quarter.manager, f"{DASHBOARD}download.{extension}?table=actions")

    if extension == "csv":
        assert csv_rows(content)[1][2] == f"'{FORMULA}"
    elif extension == "ods":
        assert ods_rows(content, "Actions")[3][2] == FORMULA
        assert b"table:formula" not in parts(content)["content.xml"]
    else:
        assert not any(b"<f>" in part for part in parts(content).values())


def test_the_numbers_behind_every_chart_are_there(quarter):
    quarter.make()

    rows = csv_rows(taken(quarter.manager, f"{DASHBOARD}download.csv?table=chart-figures"))

    assert rows[:3] == [
        [
            "Code",
            "Measure",
            "Period",
            "Figure",
            "Unit",
            "Target",
            "Provisional",
            "Break in series",
            "Release",
        ],
        ["POV-1", "Families helped 1", "Q2 2021/22", "49.0", "%", "[z]", "No", "No", "Published"],
        ["POV-1", "Families helped 1", "Q3 2021/22", "41.3", "%", "50.0", "No", "No", "Published"],
    ]


@pytest.mark.parametrize("extension", KINDS)
def test_a_report_is_the_same_file_whatever_happens_after(quarter, extension):
    quarter.issue(quarter.make())
    before = taken(quarter.chair, f"{DASHBOARD}download.{extension}")

    Reading.objects.update(value=77, is_illustrative=True)
    Measure.objects.update(name="Renamed")
    quarter.cast.partnership.contact = "Another team"
    quarter.cast.partnership.save()

    assert taken(quarter.chair, f"{DASHBOARD}download.{extension}") == before


def test_a_draft_says_that_it_may_still_change(quarter):
    quarter.make()

    cover = [row[0] for row in xlsx_rows(taken(quarter.manager, f"{DASHBOARD}download.xlsx"), "Cover")]

    assert cover[4] == "Next update: the report may be made again until it is issued"
    assert "Draft, not yet issued to the Board." in cover


@pytest.mark.parametrize(
    ("is_for_public", "says"),
    [
        (False, "It holds management information, for the partnership only: do not publish it."),
        (True, "Published figures only: management information is left out."),
    ],
)
def test_management_information_is_there_or_is_left_out_and_the_cover_says_which(
    quarter, is_for_public, says
):
    Reading.objects.filter(measure=quarter.measures[0]).update(release_class="management")
    report = quarter.make()
    operations.make_again(report, by=quarter.manager, at=NOW, is_for_public=is_for_public)

    book = taken(quarter.manager, f"{DASHBOARD}download.xlsx")

    assert says in [row[0] for row in xlsx_rows(book, "Cover")]
    assert row_of(book, "Measures")["Figure"] == ("[x]" if is_for_public else Decimal("41.3"))


# A Risk Profile


def test_a_risk_profile_has_its_risks_and_all_that_is_said_of_them(quarter):
    quarter.make("risk_profile")

    book = taken(quarter.manager, f"{RISKS}download.xlsx")

    assert xlsx_book(book).sheetnames == [
        "Cover", "Notes", "Risks", "Heat map", "Above appetite", "Each risk", "Scores so far", "Recommendations",
    ]  # fmt: skip
    risk = row_of(book, "Risks")
    assert [risk[name] for name in ("Code", "Risk", "Current score", "Current band", "Movement")] == [
        "POV-R1", "Advice runs out", Decimal(20), "Very high", "Increased",
    ]  # fmt: skip
    assert sheet(book, "Each risk") == [
        ["Code", "Risk", "Cause", "Event", "Consequence", "Reason for the score", "Scored in"],
        ["POV-R1", "Advice runs out", "Partners are short of staff.", "Advice services close.",
         "People go without help.", "Two advisers left.", "Q3 2021/22"],
    ]  # fmt: skip
    assert sheet(book, "Scores so far") == [
        ["Code", "Risk", "Quarter", "Score", "Band", "Reason"],
        ["POV-R1", "Advice runs out", "Q2 2021/22", 8, "Medium", "As before."],
        ["POV-R1", "Advice runs out", "Q3 2021/22", 20, "Very high", "Two advisers left."],
    ]
    assert len(sheet(book, "Heat map")) == 26


def test_controls_are_there_with_who_and_when(quarter):
    quarter.cast.poverty.risks.get().controls.create(
        text="Hire two", owner_title="HR", code="C1", due_on=dt.date(2022, 6, 1), kind="planned"
    )
    quarter.make("risk_profile")

    rows = csv_rows(taken(quarter.manager, f"{RISKS}download.csv?table=controls"))

    assert rows[1:] == [["POV-R1", "Advice runs out", "Planned", "Hire two", "HR", "2022-06-01"]]


# What has changed since, and the list


def revise(measure: Measure) -> None:
    ReadingFactory(
        measure=measure, value=Decimal("43.5"), flag="revised", note="Late returns.", released_at=LATER,
        starts_on=dt.date(2021, 10, 1), ends_on=dt.date(2021, 12, 31),
    )  # fmt: skip


def test_what_has_changed_since_a_report_is_a_file_of_its_own(quarter, monkeypatch):
    quarter.issue(quarter.make())
    revise(quarter.measures[0])
    monkeypatch.setattr("priorities.clock.now", lambda: LATER)

    page = taken(quarter.chair, DASHBOARD).decode()
    (address,) = re.findall(r'href="([^"]+since/download\.csv)"', page)

    assert csv_rows(taken(quarter.chair, address)) == [
        ["Measure", "Code", "Period", "In the report", "Now", "Released on", "What happened", "Why",
         "Where it stands in the report"],
        ["Families helped 1", "POV-1", "Q3 2021/22", "41.3", "43.5", "2022-01-11", "Revised", "Late returns.",
         "In its tables"],
    ]  # fmt: skip


def test_the_list_has_what_whoever_asks_may_read(quarter):
    quarter.published()
    quarter.issue(quarter.make("risk_profile", "=CPP/22/2"))
    head = ["Quarter", "Months", "Report", "Number", "Meeting", "Where it stands"]
    dashboard = [
        "Q3 2021/22", "October to December 2021", "Performance Dashboard report", "CPP/22/1",
        "Strathmuir CPP Board, 4 March 2022", "Published",
    ]  # fmt: skip
    profile = [*dashboard[:2], "Risk Profile report", "'=CPP/22/2", dashboard[4], "Issued to the Board"]

    assert csv_rows(taken(None, f"{LIST}download.csv")) == [head, dashboard]
    assert csv_rows(taken(quarter.chair, f"{LIST}download.csv")) == [head, dashboard, profile]


def test_a_list_without_reports_has_no_files(quarter):
    assert "download." not in taken(None, LIST).decode()


# Who gets it, and how


@pytest.mark.parametrize(
    ("state", "statuses"),
    [
        ("assembling", (200, 404, 404, 302)),
        ("issued", (200, 200, 404, 302)),
        ("published", (200, 200, 200, 200)),
    ],
)
@pytest.mark.parametrize("file", ["download.xlsx", "since/download.csv"])
def test_each_state_has_its_readers(quarter, state, statuses, file):
    report = quarter.make()
    for step in {"assembling": (), "issued": ("issue",), "published": ("issue", "sign", "publish")}[state]:
        getattr(quarter, step)(report)
    people = (quarter.manager, quarter.chair, quarter.cast.stranger, None)

    assert tuple(as_(one).get(DASHBOARD + file).status_code for one in people) == statuses


@pytest.mark.parametrize(
    "address", [f"{DASHBOARD}download.pdf", f"{DASHBOARD}download.csv?table=nothing", f"{LIST}download.html"]
)
def test_another_kind_of_file_or_table_is_not_found(quarter, address):
    quarter.make()

    assert as_(quarter.manager).get(address).status_code == 404


def test_the_pages_lead_to_their_files(quarter):
    quarter.make()
    page, listing = (taken(quarter.manager, address).decode() for address in (DASHBOARD, LIST))

    found = re.findall(r'href="([^"]+download\.[^"]+)"', page + listing)

    assert found[:3] == [f"{DASHBOARD}download.{kind}" for kind in KINDS]
    assert found[-3:] == [f"{LIST}download.{kind}" for kind in KINDS]
    for address in found:
        taken(quarter.manager, address)
    assert as_(quarter.manager).get(found[0])["Content-Disposition"] == (
        'attachment; filename="strathmuir-performance-dashboard-report-q3-2021-22-2022-01-10.xlsx"'
    )


@pytest.mark.parametrize(
    ("kind", "address", "queries"),
    [
        ("performance_dashboard", f"{DASHBOARD}download.xlsx", 4),
        ("risk_profile", f"{RISKS}download.xlsx", 4),
        ("performance_dashboard", f"{DASHBOARD}since/download.xlsx", 10),
        ("performance_dashboard", f"{LIST}download.xlsx", 4),
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_three_rows_take_as_many_queries_as_one(kind, address, queries, rows, monkeypatch):
    quarter = board_quarter(measures=rows)
    for _ in range(1, rows):
        RiskFactory(priority=quarter.cast.poverty)
    report = quarter.issue(quarter.make(kind))
    for measure in quarter.measures:
        revise(measure)
    monkeypatch.setattr("priorities.clock.now", lambda: LATER)
    if rows == 3:
        quarter.issue(
            quarter.make("risk_profile" if kind != "risk_profile" else "performance_dashboard", "2")
        )
        report.pk, report.slug, report.number, report.quarter = None, "another", "3", quarter.cast.before
        report.save()
    client = as_(quarter.chair)

    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200

    assert len(asked) == queries
