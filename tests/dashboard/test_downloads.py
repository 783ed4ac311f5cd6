"""The tables of the Board's pages as files: the same rows as the page, for the same people, in every format."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from actionplans.models import Measure, Reading, RiskAssessment, StretchOutcome, YearlyAim
from actionplans.models.risks import RiskControl
from priorities.models import EmergingIssue, Locality, Plan, Priority
from tests.actionplans.factories import (
    ActionFactory,
    ActionUpdateFactory,
    ClearanceFactory,
    MeasureCommentaryFactory,
    MeasureFactory,
    RiskAssessmentFactory,
    RiskFactory,
    SeriesBreakFactory,
)
from tests.dashboard.conftest import Q1, Q2, Q3, Board, signed_in
from tests.factories import NOW, OrganisationFactory, PriorityFactory, QuarterFactory
from tests.priorities.workbook_reading import csv_rows, ods_rows, parts, xlsx_book, xlsx_rows

SCORECARD = "/strathmuir/dashboard/2021-22/q3/"
PRIORITY = f"{SCORECARD}priorities/poverty/"
LIBRARY = "/strathmuir/measures/"
MEASURE = "/strathmuir/measures/POV-01/"
PROFILE = "/strathmuir/risks/2021-22/q3/"
RISK = "/strathmuir/risks/POV-R1/"
PLAN = "/strathmuir/"
PAGES = (SCORECARD, PRIORITY, LIBRARY, MEASURE, PROFILE, RISK, PLAN)
FORMULA = '=1+1&"@x"'


@dataclass(frozen=True)
class Reader:
    """A browser of somebody who may read the Board's pages."""

    client: Client

    def file(self, page: str, extension: str = "xlsx", **asked: str) -> bytes:
        response = self.client.get(f"{page}download.{extension}", asked)
        assert response.status_code == 200
        return response.content

    def csv(self, page: str, table: str = "", **asked: str) -> list[list[str]]:
        return csv_rows(self.file(page, "csv", **asked, **({"table": table} if table else {})))

    def cover(self, page: str, **asked: str) -> list[str]:
        return [str(row[0]) for row in xlsx_rows(self.file(page, **asked), "Cover") if row]


@pytest.fixture
def reader(member: Client) -> Reader:
    return Reader(member)


@pytest.fixture
def full(board: Board) -> Board:
    """Something in every table: measures off and on target, one shared; an action, an outcome and a risk that moved."""
    poverty, skills = board.cast.poverty, board.cast.skills
    off = board.measure("54", "48", "45", code="POV-01", name=FORMULA, unit_name="grants", source="Benefits")
    off.shared_with.add(skills)
    SeriesBreakFactory(measure=off, on=Q2.starts_on)
    board.measure("60", target=None, code="SKI-01", name="Places taken up", priority=skills, polarity="none")
    MeasureFactory(priority=skills, code="SKI-02", name="Nothing yet")
    said = board.accept(
        assessment="serious_concern", assessment_reason="Two partners are short.", progress="Some.",
        good_practice="One phone line.", exceptional_issues="The reserve is spent.",
    )  # fmt: skip
    MeasureCommentaryFactory(
        quarterly_return=said, measure=off, cause="Two posts\nare vacant.", response="Both are advertised.",
        back_on_track_on=dt.date(2022, 3, 31),
    )  # fmt: skip
    action = ActionFactory(priority=poverty, code="A1", title="+Open hubs", due_on=dt.date(2021, 12, 1))
    ActionUpdateFactory(quarterly_return=said, action=action, status="late", line="Two have opened.")
    outcome = StretchOutcome.objects.create(
        priority=poverty, code="S1", statement="Fewer are poor.", achieve_by=dt.date(2024, 3, 31)
    )
    YearlyAim.objects.create(stretch_outcome=outcome, plan_year=1, aim="A check for all.")
    risk = RiskFactory(
        priority=poverty, code="POV-R1", title="@Services close", target_likelihood=2, target_impact=3,
        appetite="medium",
    )  # fmt: skip
    for quarter, likelihood in ((board.cast.before, 3), (board.cast.quarter, 4)):
        RiskAssessmentFactory(
            risk=risk, quarter=quarter, matrix=board.matrix, likelihood=likelihood, impact=4
        )
    RiskAssessment.objects.update(inherent_likelihood=5, inherent_impact=4)
    RiskControl.objects.create(risk=risk, code="C1", kind="existing", text="Weekly count", owner_title="Lead")
    RiskControl.objects.create(
        risk=risk, code="C2", kind="planned", text="Lend advisers", due_on=dt.date(2022, 3, 31)
    )
    RiskFactory(
        priority=skills, code="SKI-R1", title="Gone", closed_on=dt.date(2021, 11, 1), closed_reason="Over."
    )
    return board


# What is in them

MEASURES = [
    "Priority", "Code", "Measure", "Which way is better", "Period", "Figure", "Unit", "Flag", "Release", "Target",
    "Status", "Localities", "Trend", "Change", "New since Q2 2021/22", "How old it is", "Why", "What is being done",
    "Back on track", "Said in", "Reported under", "Note",
]  # fmt: skip
NEW = "New figure, published 5 January 2022; next due March 2022"
OFF = [
    "POV-01", FORMULA, "Higher is better", "Q3 2021/22", Decimal(45), "% of grants", "Final", "Published",
    Decimal(50), "Off target", "[z]", "Worsening", "down 3.0 percentage points from Q2 2021/22", "Yes", NEW,
    "Two posts\nare vacant.", "Both are advertised.", "By the end of Q4 2021/22", "Q3 2021/22", "Poverty", "[z]",
]  # fmt: skip
TAKEN_UP = [
    "Skills", "SKI-01", "Places taken up", "No better direction", "Q3 2021/22", Decimal(60), "%", "Final",
    "Published", "[z]", "Data only", "[z]", "Not enough data", "[z]", "Yes", NEW, *["[z]"] * 4, "Skills", "[z]",
]  # fmt: skip
NOTHING = [
    "Skills", "SKI-02", "Nothing yet", "Higher is better", "[x]", "[x]", "%", "[x]", "[x]", "[z]", "Awaiting data",
    "[z]", "Not enough data", "[z]", "No", "Next due March 2022", *["[z]"] * 4, "Skills", "[z]",
]  # fmt: skip
CHARTED = [
    "Code",
    "Measure",
    "Period",
    "Figure",
    "Unit",
    "Target",
    "Provisional",
    "Break in series",
    "Release",
]
DRAWN = [
    ["POV-01", FORMULA, "Q1 2021/22", Decimal(54), "% of grants", Decimal(50), "No", "No", "Published"],
    ["POV-01", FORMULA, "Q2 2021/22", Decimal(48), "% of grants", Decimal(50), "No", "[b]", "Published"],
    ["POV-01", FORMULA, "Q3 2021/22", Decimal(45), "% of grants", Decimal(50), "No", "No", "Published"],
]


def tables_in(book: bytes, *names: str) -> list[list[list[object]]]:
    """The rows of some sheets from the headings on."""
    return [xlsx_rows(book, name)[2:] for name in names]


def test_the_dashboard_has_every_measure_as_its_tables_do(full, reader):
    """Own measures first, the exceptions before the others, then those that are shown here and reported elsewhere."""
    rows = [["Poverty", *OFF], TAKEN_UP, NOTHING, ["Skills", *OFF]]

    assert tables_in(reader.file(SCORECARD), "Measures") == [[MEASURES, *rows]]
    assert ods_rows(reader.file(SCORECARD, "ods"), "Measures")[2:] == [MEASURES, *rows]


def test_csv_has_the_same_rows_in_plain_text(full, reader):
    head, first, *others = reader.csv(SCORECARD)

    assert head == MEASURES
    assert first[:8] == [
        "Poverty", "POV-01", f"'{FORMULA}", "Higher is better", "Q3 2021/22", "45.0", "% of grants", "Final",
    ]  # fmt: skip
    assert [row[1] for row in others] == ["SKI-01", "SKI-02", "POV-01"]


def test_the_dashboard_has_what_else_it_shows(full, reader):
    attention, priorities, counts, charts, risks, practice = tables_in(
        reader.file(SCORECARD),
        "Needs attention", "Priorities", "Status counts", "Chart figures", "Risks", "Good practice",
    )  # fmt: skip

    assert attention == [
        ["Priority", "Why it is here", "What", "Measure", "Status", "Trend", "Facts", "Why", "What is being done",
         "Back on track", "Said in"],
        ["Poverty", "Off target and worsening", FORMULA, "POV-01", "Off target", "Worsening",
         "45.0% in Q3 2021/22 against a target of 50.0%; down 3.0 percentage points from Q2 2021/22.",
         "Two posts\nare vacant.", "Both are advertised.", "By the end of Q4 2021/22", "Q3 2021/22"],
        ["Poverty", "Raised by the lead officer", "Exceptional issue: Poverty", *["[z]"] * 4,
         "The reserve is spent.", *["[z]"] * 3],
    ]  # fmt: skip
    none = [Decimal(0)] * 8
    assert priorities == [
        ["Priority", "Theme", "Lead officer", "Return accepted", "Assessment", "Reason", "Assessed in",
         "Measures: on target", "Measures: slightly off target", "Measures: off target", "Measures: data only",
         "Measures: awaiting data", "Measures: overdue", "Measures: suppressed", "Measures: discontinued",
         "Trend of measures", "Actions"],
        ["Poverty", "[z]", "Head of Communities", "Yes", "Serious concern", "Two partners are short.", "Q3 2021/22",
         *none[:2], Decimal(1), *none[3:], "1 worsening", "1 late"],
        ["Skills", "[z]", "Head of Communities", "No", "[z]", "[z]", "[z]", *none[:3], Decimal(1), Decimal(1),
         *none[5:], "2 without enough data to compare", "No actions"],
    ]  # fmt: skip
    assert counts == [
        ["Status", "Measures"],
        ["Off target", Decimal(1)],
        ["Data only", Decimal(1)],
        ["Awaiting data", Decimal(1)],
    ]
    taken_up = ["SKI-01", "Places taken up", "Q3 2021/22", Decimal(60), "%", "[z]", "No", "No", "Published"]
    assert charts == [CHARTED, *DRAWN, taken_up]
    assert risks == [
        ["Code", "Risk", "Why it needs attention"],
        ["POV-R1", "@Services close", "Above appetite and increased since Q2 2021/22"],
    ]
    assert practice == [["Priority", "Good practice"], ["Poverty", "One phone line."]]


def test_the_cover_says_how_far_the_round_has_come(full, reader):
    assert reader.cover(SCORECARD)[:13] == [
        "Performance Dashboard: Q3 2021/22",
        "This worksheet contains one table.",
        "Contact: Strathmuir Community Planning Partnership",
        "Made on: 10 January 2022",
        "Next update: as returns are accepted and figures come",
        ("Strathmuir Community Planning Partnership. Q3 2021/22: October to December 2021. Figures as known on 10 "
        "January 2022."),
        "1 of 2 returns accepted; figures are those accepted so far.",
        "Still to come: Skills.",
        ("There are 3 measures. 1 can be assessed: 0 on target, 0 slightly off target, 1 off target. Not assessed: 1 "
        "data only, 1 awaiting data."),
        "Trend of all measures: 1 worsening, 2 without enough data to compare.",
        "There is 1 risk: 1 high.",
        "Since Q2 2021/22: 1 increased.",
        "Numbers are rounded as the page shows them: page and file say the same.",
    ]  # fmt: skip


def test_a_priority_has_its_measures_actions_outcomes_and_risks(full, reader):
    measures, charts, actions, outcomes, aims, risks = tables_in(
        reader.file(PRIORITY),
        "Measures", "Chart figures", "Actions", "Stretch outcomes", "Yearly aims", "Risks",
    )  # fmt: skip

    assert measures == [MEASURES, ["Poverty", *OFF]]
    assert charts == [CHARTED, *DRAWN]
    assert actions == [
        ["Code", "Action", "Done by", "Led by", "Status", "Due on", "Past its due date", "What was said", "Said in",
         "Support offered"],
        ["A1", "+Open hubs", "Action for partners", "Welfare Rights Manager", "Late", dt.date(2021, 12, 1), "Yes",
         "Two have opened.", "Q3 2021/22", "[z]"],
    ]  # fmt: skip
    assert outcomes == [
        ["Stretch outcome", "To achieve by", "In the long term"],
        ["Fewer are poor.", dt.date(2024, 3, 31), "[z]"],
    ]
    assert aims == [
        ["Stretch outcome", "Aim of a year of the plan"],
        ["Fewer are poor.", "Year 1: A check for all."],
    ]
    assert risks == [RISKS, SCORED]


def test_the_cover_of_a_priority_has_its_lead_officer_s_words(full, reader):
    assert reader.cover(PRIORITY)[5:15] == [
        "Strathmuir Community Planning Partnership. Figures as known on 10 January 2022.",
        "Lead officer: Head of Communities",
        "Lead officer’s assessment: Serious concern. Two partners are short.",
        "Exceptional issues: The reserve is spent.",
        "Progress: Some.",
        "Good practice: One phone line.",
        "There is 1 measure. 1 can be assessed: 0 on target, 0 slightly off target, 1 off target.",
        "Trend: 1 worsening.",
        "Actions: 1 late.",
        "Numbers are rounded as the page shows them: page and file say the same.",
    ]


def test_words_of_a_return_that_is_not_accepted_stay_out(full, reader):
    full.accept(full.cast.skills, before=True, assessment="on_track", assessment_reason="All is well.")

    cover = reader.cover(f"{SCORECARD}priorities/skills/")
    (priorities,) = tables_in(reader.file(SCORECARD), "Priorities")

    assert "Return of Q3 2021/22: Not accepted yet. Figures are those accepted so far." in cover
    assert "Assessment in Q2 2021/22: On track. All is well." in cover
    assert priorities[2][3:7] == ["No", "On track", "All is well.", "Q2 2021/22"]


# Risks

RISKS = [
    "Code", "Risk", "Priority", "Owner", "Organisation", "Inherent likelihood", "Inherent impact", "Inherent score",
    "Inherent band", "Current likelihood", "Current impact", "Current score", "Current band", "Target likelihood",
    "Target impact", "Target score", "Target band", "Scored in", "Movement", "Compared with", "Score before",
    "Response", "Highest acceptable band", "Within appetite", "Needs attention", "Note",
]  # fmt: skip
SCORED = [
    "POV-R1", "@Services close", "Poverty", "Head of Communities", "[z]", Decimal(5), Decimal(4), Decimal(20),
    "Very high", Decimal(4), Decimal(4), Decimal(16), "High", Decimal(2), Decimal(3), Decimal(6), "Medium",
    "Q3 2021/22", "Increased", "Q2 2021/22", Decimal(12), "Treat", "Medium", "No",
    "Above appetite and increased since Q2 2021/22", "[z]",
]  # fmt: skip


def test_the_risk_profile_has_its_risks_and_its_heat_map(full, reader):
    RiskFactory(priority=full.cast.skills, code="SKI-R2", title="Unscored", is_illustrative=True)

    risks, heat, above, closed = tables_in(
        reader.file(PROFILE), "Risks", "Heat map", "Above appetite", "Closed"
    )

    unscored = [
        "SKI-R2", "Unscored", "Skills", "Head of Communities", "[z]", *["Not yet scored"] * 8, *["Not yet set"] * 4,
        "[z]", "New", "[z]", "[z]", "Treat", "Medium", "Not yet scored", "[z]", "Illustrative.",
    ]  # fmt: skip
    assert risks == [RISKS, SCORED, unscored]
    assert len(heat) == 26
    assert [heat[0], *(row for row in heat if row[-1] != "[z]")] == [
        ["Likelihood", "Likelihood in words", "Impact", "Impact in words", "Score", "Band", "Number of risks",
         "Risks"],
        ["Likelihood", "Likelihood in words", "Impact", "Impact in words", "Score", "Band", "Number of risks",
         "Risks"],
        [Decimal(4), "Likely", Decimal(4), "Major", Decimal(16), "High", Decimal(1), "POV-R1 (increased)"],
    ]  # fmt: skip
    assert above == [
        ["Code", "Risk", "Current score", "Current band", "Highest acceptable band", "Movement", "Moved",
         "Why this score", "Planned"],
        ["POV-R1", "@Services close", Decimal(16), "High", "Medium", "Increased", "from 12 to 16 since Q2 2021/22",
         "As before.", "Lend advisers (due 31 March 2022)"],
    ]  # fmt: skip
    assert closed == [
        ["Code", "Risk", "Closed on", "Reason"],
        ["SKI-R1", "Gone", dt.date(2021, 11, 1), "Over."],
    ]
    assert reader.cover(PROFILE)[6:12] == [
        "1 of 2 returns accepted; other scores are the last ones accepted.",
        "There are 2 risks: 1 high, 1 not yet scored.",
        "Response: 2 treat.",
        "Since Q2 2021/22: 1 increased, 1 new.",
        "Likelihood and impact are each scored 1 to 5; the score is one times the other. Matrix version 1.",
        "Some risks and their scores are illustrative, as their notes say.",
    ]


def test_a_risk_has_its_scores_and_the_numbers_of_its_chart(full, reader):
    scores, history, controls = tables_in(
        reader.file(RISK), "Scores", "Score by quarter", "Controls and actions"
    )

    assert scores == [
        ["Score", "When", "Likelihood", "Likelihood in words", "Impact", "Impact in words", "Likelihood × impact",
         "Band"],
        ["Inherent", "Before any controls", Decimal(5), "Almost certain", Decimal(4), "Major", Decimal(20),
         "Very high"],
        ["Current (residual)", "With the controls now in place", Decimal(4), "Likely", Decimal(4), "Major",
         Decimal(16), "High"],
        ["Target", "Acceptable after the planned actions", Decimal(2), "Unlikely", Decimal(3), "Moderate",
         Decimal(6), "Medium"],
    ]  # fmt: skip
    assert history == [
        ["Quarter", "Score", "Band", "Score aimed for now", "Why"],
        ["Q3 2021/22", Decimal(16), "High", Decimal(6), "As before."],
        ["Q2 2021/22", Decimal(12), "High", Decimal(6), "As before."],
    ]
    assert controls == [
        ["In place or planned", "What is done", "Who", "Due on"],
        ["In place", "Weekly count", "Lead", "[z]"],
        ["Planned", "Lend advisers", "[z]", dt.date(2022, 3, 31)],
    ]
    assert reader.cover(RISK)[5:17] == [
        "Strathmuir Community Planning Partnership. As known in Q3 2021/22.",
        "Priority: Poverty",
        "Cause: Partners are short of staff.",
        "Event: Advice services close.",
        "Consequence: People go without help.",
        "Owner: Head of Communities",
        "Response: Treat",
        "Highest acceptable band: Medium",
        "Within appetite: No",
        "Movement: Increased from 12 to 16 since Q2 2021/22",
        "Why the current score: As before.",
        "Score of risk POV-R1: 16 in Q3 2021/22, up 4 from Q2 2021/22; the target was 6. Lower is better.",
    ]


def test_a_closed_risk_says_when_and_why(full, reader):
    assert "Closed: 1 November 2021. Over." in reader.cover("/strathmuir/risks/SKI-R1/")


# The plan


def test_the_plan_has_everything_it_lists(full, reader):
    plan, poverty = full.cast.plan, full.cast.poverty
    Plan.objects.update(vision="A fairer Strathmuir.")
    PriorityFactory(plan=plan, kind=Priority.Kind.ENABLING, name="Data sharing", slug="data-sharing")
    issue = EmergingIssue.objects.create(
        plan=plan, code="I1", name="Food", what_became_of_it="Became Poverty."
    )
    issue.priorities.add(poverty)

    book = reader.file(PLAN)

    assert xlsx_book(book).sheetnames == [
        "Cover", "Notes", "Priorities", "Stretch outcomes", "Yearly aims", "Actions", "Measures",
        "Enabling actions", "Issues",
    ]  # fmt: skip
    priorities, outcomes, aims, actions, measures, enabling, issues = tables_in(
        book, *xlsx_book(book).sheetnames[2:]
    )
    assert [row[:6] for row in priorities[1:]] == [
        ["[z]", name, "[z]", "[z]", "[z]", "Head of Communities"] for name in ("Poverty", "Skills")
    ]
    assert outcomes[1:] == [["Poverty", "Fewer are poor.", "31 March 2024", "[z]"]]
    assert aims[1:] == [["Poverty", "Fewer are poor.", "Year 1", "A check for all."]]
    assert actions[1:] == [
        ["Poverty", "Partners", "+Open hubs", "Welfare Rights Manager, by 1 December 2021", "[z]"]
    ]
    assert measures[1:] == [
        ["Poverty", FORMULA],
        ["Skills", "Places taken up"],
        ["Skills", "Nothing yet"],
        ["Skills", f"{FORMULA} (reported under Poverty)"],
    ]
    assert enabling[1:] == [["Data sharing", "[z]", "Head of Communities"]]
    assert issues[1:] == [["Food", "Became Poverty.", "Poverty"]]
    assert reader.cover(PLAN)[5:7] == [
        ("Local Outcomes Improvement Plan of the Strathmuir Community Planning Partnership, 1 April 2020 to 31 March "
        "2030."),
        "A fairer Strathmuir.",
    ]  # fmt: skip


def test_everyone_takes_a_published_plan_and_nobody_else_s_draft(client, full):
    address = f"{PLAN}download.csv"

    assert client.get(address).status_code == 200

    Plan.objects.update(status=Plan.Status.DRAFT)

    assert client.get(address).status_code == 404
    assert signed_in(client, full.cast.stranger).get(address).status_code == 404
    cover = Reader(signed_in(client, full.cast.manager)).cover(PLAN)
    assert "This plan is not published: draft. Only people of the partnership can see it." in cover


# The filter of the library


@pytest.mark.parametrize(
    ("asked", "codes", "told"),
    [
        ({}, ["POV-01", "SKI-01", "SKI-02"], "All 3 measures."),
        ({"words": "places"}, ["SKI-01"], "Filter: 1 of 3 measures with “places”."),
        (
            {"priority": "skills", "status": "off_target"},
            ["POV-01"],
            "Filter: 1 of 3 measures under Skills, with the status Off target.",
        ),
        ({"words": "no such"}, [], "Filter: 0 of 3 measures with “no such”."),
        ({"source": "none", "status": "purple"}, ["SKI-01", "SKI-02"], "Filter: 2 of 3 measures with no source named."),
    ],
)  # fmt: skip
def test_a_filtered_library_gives_just_what_it_shows(full, reader, asked, codes, told):
    page = reader.client.get(LIBRARY, asked)

    assert [one.row.code for one in page.context["library"].rows] == codes
    assert [row[0] for row in reader.csv(LIBRARY, **asked)[1:]] == codes
    assert told in reader.cover(LIBRARY, **asked)
    sheets = xlsx_book(reader.file(LIBRARY, **asked)).sheetnames
    assert sheets == (["Cover", "Notes", "Measures"] if codes else ["Cover"])


def test_the_library_says_what_each_measure_is(full, reader):
    Measure.objects.filter(code="POV-01").update(
        definition="Of all.", source_url="https://example.org/", owner_title="Head", is_illustrative=True,
        supplier=OrganisationFactory(partnership=full.cast.partnership, name="Council"),
    )  # fmt: skip

    (table,) = tables_in(reader.file(LIBRARY, words="1+1"), "Measures")

    assert table == [
        ["Code", "Measure", "Definition", "Counted in", "Which way is better", "One figure covers", "Reported under",
         "Also shown under", "Source", "Address of the source", "Supplied by", "Answers for it", "Status", "Period",
         "Figure", "Flag", "Release", "How old it is", "Note"],
        ["POV-01", FORMULA, "Of all.", "% of grants", "Higher is better", "Financial quarter", "Poverty", "Skills",
         "Benefits", "https://example.org/", "Council", "Head", "Off target", "Q3 2021/22", Decimal(45), "Final",
         "Published", "Published 5 January 2022; next due March 2022", "Illustrative."],
    ]  # fmt: skip
    assert reader.cover(LIBRARY)[8] == "What is made up for illustration says so in its note."


def links_of(page: str) -> list[tuple[str, str]]:
    return [(unescape(href), words) for href, words in re.findall(r'href="([^"]+)" download>([^<]+)<', page)]


def test_the_links_of_a_filtered_page_keep_its_filter(full, reader):
    page = reader.client.get(LIBRARY, {"words": 'a&"é'}).content.decode()
    assert links_of(page) == []

    page = reader.client.get(LIBRARY, {"words": "é&1", "status": ""}).content.decode()
    assert links_of(page) == []

    Measure.objects.filter(code="SKI-01").update(name="Cafés & 1")
    page = reader.client.get(LIBRARY, {"words": "é & 1", "status": ""}).content.decode()
    assert links_of(page) == [
        (f"{LIBRARY}download.xlsx?words=%C3%A9+%26+1&status=", "Excel"),
        (f"{LIBRARY}download.ods?words=%C3%A9+%26+1&status=", "OpenDocument"),
        (f"{LIBRARY}download.csv?words=%C3%A9+%26+1&status=", "CSV"),
    ]


# Every page alike


@pytest.mark.parametrize("page", PAGES)
def test_every_table_of_a_page_is_a_link_away(full, reader, page):
    links = links_of(reader.client.get(page).content.decode())

    assert [words for _, words in links[:2]] == ["Excel", "OpenDocument"]
    sheets = [name for name in xlsx_book(reader.file(page)).sheetnames if name not in {"Cover", "Notes"}]
    assert [words for _, words in links[2:]] == (sheets if len(sheets) > 1 else ["CSV"])
    for (address, _), name in zip(links[2:], sheets, strict=True):
        found = csv_rows(reader.client.get(address).content)
        assert len(found) == len(tables_in(reader.file(page), name)[0])


@pytest.mark.parametrize("page", PAGES)
def test_workbooks_can_be_read_by_everyone(full, reader, page):
    """One marked-up table a sheet, no merged or empty cell in it, no formula, names that a tab can hold."""
    book = xlsx_book(reader.file(page))

    for sheet in book:
        (table,) = sheet.tables.values()
        cells = [cell for row in sheet[table.ref] for cell in row]
        assert len(sheet.title) < 31
        assert not sheet.merged_cells.ranges
        assert all(cell.value not in (None, "") for cell in cells)
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}


@pytest.mark.parametrize("page", PAGES)
def test_what_people_typed_is_never_a_formula(full, reader, page):
    texts = [
        row
        for table in ("", "measures", "chart-figures", "actions", "risks")
        for row in texts_of(reader, page, table)
    ]

    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]
    assert b"<f>" not in b"".join(parts(reader.file(page)).values())
    assert b"table:formula" not in b"".join(parts(reader.file(page, "ods")).values())


def texts_of(reader: Reader, page: str, table: str) -> list[str]:
    """The cells of one table as CSV; none where the page has no such table."""
    response = reader.client.get(f"{page}download.csv", {"table": table})
    return [cell for row in csv_rows(response.content) for cell in row] if response.status_code == 200 else []


@pytest.mark.parametrize("page", PAGES)
def test_a_file_is_named_for_its_page_and_kept_by_its_reader_alone(full, reader, page):
    response = reader.client.get(f"{page}download.ods")

    assert re.fullmatch(
        r'attachment; filename="strathmuir-[a-z0-9-]+-2022-01-10\.ods"', response["Content-Disposition"]
    )
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("page", PAGES)
def test_other_kinds_and_other_tables_are_not_found(full, reader, page):
    for address in ("download.pdf", "download.XLSX", "download.csv?table=secrets"):
        assert reader.client.get(f"{page}{address}").status_code == 404
    assert reader.client.post(f"{page}download.csv").status_code == 405


def test_a_quarter_whose_round_has_not_begun_has_no_files(full, reader):
    QuarterFactory(partnership=full.cast.partnership, number=4, opens_on=dt.date(2022, 4, 1))

    for page in ("dashboard/2021-22/q4/", "dashboard/2021-22/q4/priorities/poverty/", "risks/2021-22/q4/"):
        assert reader.client.get(f"/strathmuir/{page}").status_code == 200
        assert reader.client.get(f"/strathmuir/{page}download.csv").status_code == 404


# What never leaves

SECRETS = [f"7770{number}" for number in range(1, 6)]


@pytest.mark.parametrize("extension", ["xlsx", "ods", "csv"])
@pytest.mark.parametrize("page", PAGES)
def test_what_may_not_be_shown_does_not_leave(board, reader, page, extension):
    secret_figures(board)

    tables = ("", "chart-figures", "every-vintage", "needs-attention") if extension == "csv" else ("",)
    found = "".join(everything_in(reader, page, extension, table) for table in tables)

    assert [secret for secret in SECRETS if secret in found] == []
    assert page in {PROFILE, PLAN, RISK} or "[c]" in found


def secret_figures(board: Board) -> None:
    """A count shown for Q1, hidden for Q2 and Q3, hidden in a place, not yet cleared, and a draft beside them."""
    measure = board.measure(
        code="POV-01", unit="number", decimals=0, is_disclosure_controlled=True, roll_up="sum"
    )
    clearance = ClearanceFactory(measure=measure)
    hidden = {"clearance": clearance, "is_suppressed": True, "suppressed_because": "small_count"}
    north = Locality.objects.create(
        partnership=board.cast.partnership, code="NORTH", name="North", kind="ward"
    )
    board.reading(measure, "41", Q1, clearance=clearance)
    board.reading(measure, SECRETS[0], Q2, note=f"Was {SECRETS[1]}.", **hidden)
    board.reading(measure, SECRETS[2], Q3, **hidden)
    board.reading(measure, SECRETS[3], Q3, place=north, **hidden)
    board.reading(measure, SECRETS[4], Q3, released_at=NOW - dt.timedelta(hours=1))
    risk = RiskFactory(priority=board.cast.poverty, code="POV-R1")
    RiskAssessmentFactory(risk=risk, quarter=board.cast.quarter, matrix=board.matrix)


def everything_in(reader: Reader, page: str, extension: str, table: str) -> str:
    """All that a file says, in its own words and in what it says of itself."""
    response = reader.client.get(f"{page}download.{extension}", {"table": table} if table else {})
    if response.status_code == 404:
        return ""
    content = response.content
    whole = [content] if extension == "csv" else list(parts(content).values())
    return re.sub(r"[,\s]", "", b" ".join(whole).decode())


def test_a_hidden_figure_takes_flag_release_and_status_with_it(board, reader):
    secret_figures(board)

    (measure,), charted = (
        table[1:] for table in tables_in(reader.file(SCORECARD), "Measures", "Chart figures")
    )

    assert measure[4:15] == [
        "Q3 2021/22", "[c]", "number", "[c]", "[c]", "[z]", "Suppressed", "[z]", "Not enough data", "[z]", "Yes",
    ]  # fmt: skip
    assert measure[-1] == "Confidential: not shown, so that nobody can be identified."
    assert [row[2:] for row in charted] == [
        ["Q1 2021/22", Decimal(41), "number", "[z]", "No", "No", "Published"],
        ["Q2 2021/22", "[c]", "number", "[z]", "[c]", "No", "[c]"],
        ["Q3 2021/22", "[c]", "number", "[z]", "[c]", "No", "[c]"],
    ]


def test_management_information_is_marked_wherever_it_stands(board, reader):
    measure = board.measure("45", code="POV-01")
    Reading.objects.filter(measure=measure).update(release_class="management", flag="provisional")

    (row,), (drawn,) = (table[1:] for table in tables_in(reader.file(SCORECARD), "Measures", "Chart figures"))

    assert row[7:9] == ["[p]", "Management information"]
    assert drawn[6:] == ["[p]", "No", "Management information"]
    warning = "Some figures are management information, for the partnership only: do not publish them."
    assert all(warning in reader.cover(page) for page in (SCORECARD, PRIORITY, LIBRARY, MEASURE))


# What they cost


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("page", "queries"),
    [(SCORECARD, 29), (PRIORITY, 29), (LIBRARY, 11), (MEASURE, 22), (PROFILE, 11), (RISK, 9), (PLAN, 13)],
)
def test_queries_do_not_grow(member, board, django_assert_num_queries, page, queries, count):
    for number in range(count):
        for priority in (board.cast.poverty, board.cast.skills):
            measure = board.measure(
                "54", "48", "45", priority=priority, code=f"{priority.code}-0{number + 1}"
            )
            ActionFactory(priority=priority)
            risk = RiskFactory(priority=priority, code=f"{priority.code}-R{number + 1}")
            for quarter in (board.cast.before, board.cast.quarter):
                RiskAssessmentFactory(risk=risk, quarter=quarter, matrix=board.matrix)
            said = board.cast.quarter.returns.filter(priority=priority).first() or board.accept(priority)
            MeasureCommentaryFactory(quarterly_return=said, measure=measure, cause="Two posts are vacant.")

    with django_assert_num_queries(queries):
        content = member.get(f"{page}download.xlsx").content

    assert len(xlsx_book(content).sheetnames) >= 3
