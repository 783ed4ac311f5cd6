"""Sheets to fill: who finds which, in how many queries, and what is not theirs is not there."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.actionplans.factories import MeasureFactory, ReadingFactory, accepted_return
from tests.factories import NOW, OrganisationFactory, cast
from tests.priorities.workbook_reading import ods_rows, xlsx_rows

URL = "/strathmuir/quarters/2021-22/q3/sheets/"


@pytest.fixture
def people(db):
    found = cast()
    nhs = OrganisationFactory(partnership=found.partnership, code="NHS", name="NHS Strathmuir")
    police = OrganisationFactory(partnership=found.partnership, code="POL", name="Police")
    MeasureFactory(priority=found.poverty, code="POV-01", name="Families helped", supplier=nhs)
    MeasureFactory(priority=found.skills, code="SKI-01", name="Apprentices", supplier=nhs)
    MeasureFactory(priority=found.skills, code="SKI-02", name="Places", supplier=police)
    return found


@pytest.fixture
def as_(client):
    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in


def links(response):
    return sorted(
        part.split('"')[0].removeprefix(URL)
        for part in response.content.decode().split('href="')
        if part.startswith(URL) and part.split('"')[0].endswith(".xlsx")
    )


def test_the_cp_manager_finds_every_sheet_in_both_formats(as_, people):
    response = as_(people.manager).get(URL)
    assert response.status_code == 200
    assert links(response) == [
        "measure/POV-01.xlsx", "measure/SKI-01.xlsx", "measure/SKI-02.xlsx", "priority/poverty.xlsx",
        "priority/skills.xlsx", "supplier/NHS.xlsx", "supplier/POL.xlsx",
    ]  # fmt: skip
    assert response.content.decode().count('.ods"') == 7
    assert "21 January 2022" in response.content.decode()


@pytest.mark.parametrize("who", ["lead", "deputy"])
def test_a_lead_officer_finds_those_of_their_own_priorities(as_, people, who):
    response = as_(getattr(people, who)).get(URL)
    assert links(response) == ["measure/POV-01.xlsx", "priority/poverty.xlsx", "supplier/NHS.xlsx"]


def test_a_lead_officers_sheet_of_a_supplier_has_their_own_measures_alone(as_, people):
    for who, codes in ((people.lead, {"POV-01"}), (people.manager, {"POV-01", "SKI-01"})):
        content = as_(who).get(f"{URL}supplier/NHS.xlsx").content
        rows = xlsx_rows(content, "Figures to fill")[4:]
        assert {row[-1].split("@")[0] for row in rows} == codes


@pytest.mark.parametrize("page", ["", "measure/POV-01.xlsx"])
@pytest.mark.parametrize("who", ["officer", "board", "chair", "viewer", "stranger"])
def test_it_is_not_there_for_anybody_else(as_, people, who, page):
    assert as_(getattr(people, who)).get(URL + page).status_code == 404


@pytest.mark.parametrize(
    ("who", "above"),
    [
        (
            "manager",
            '<a class="govuk-breadcrumbs__link" href="/strathmuir/quarters/2021-22/q3/">Q3 2021/22</a>',
        ),
        ("lead", '<a class="govuk-breadcrumbs__link" href="/strathmuir/my-work/">My work</a>'),
    ],
)
@pytest.mark.parametrize("page", ["", "in/", "in/new/"])
def test_each_finds_the_way_back_to_where_they_work_and_the_way_to_a_link(as_, people, who, above, page):
    content = as_(getattr(people, who)).get(URL + page).content.decode()

    assert content.count('class="govuk-breadcrumbs__link"') == (1 if page == "" else 2)
    assert above in content
    assert ('href="/strathmuir/supply/links/new/"' in content) == (page == "")


@pytest.mark.parametrize(
    "page",
    ["measure/SKI-01.xlsx", "priority/skills.ods", "supplier/POL.xlsx", "measure/NONE.xlsx", "place/POV-01.xlsx",
     "measure/POV-01.csv", "measure/POV-01.xlsm"],
)  # fmt: skip
def test_what_is_not_theirs_or_is_none_is_not_there(as_, people, page):
    assert as_(people.lead).get(URL + page).status_code == 404


def test_one_not_signed_in_is_asked_to(client, people):
    assert client.get(URL).status_code == 302
    assert client.get(f"{URL}measure/POV-01.xlsx").status_code == 302


def test_a_sheet_comes_as_a_file_that_says_to_whom_it_goes_back(as_, people):
    response = as_(people.lead).get(f"{URL}priority/poverty.ods")
    assert response["Content-Type"] == "application/vnd.oasis.opendocument.spreadsheet"
    assert (
        response["Content-Disposition"] == 'attachment; filename="strathmuir-q3-2021-22-poverty-figures.ods"'
    )
    assert response["Cache-Control"] == "private, no-cache"
    cover = [row[0] for row in ods_rows(response.content, "Cover")]
    assert "Send it back to: Poverty lead, poverty@example.org." in cover


def test_a_locked_round_asks_for_nothing(as_, people):
    accepted_return(people.poverty, people.quarter, by=people.manager, at=NOW)
    people.quarter.locked_at, people.quarter.locked_by = NOW, people.manager
    people.quarter.save()
    page = as_(people.manager).get(URL)
    assert "Q3 2021/22 is locked, so it asks for no figures." in page.content.decode()
    assert as_(people.manager).get(f"{URL}measure/POV-01.xlsx").status_code == 404


def test_a_round_with_every_figure_says_so(as_, people):
    for measure in people.poverty.measures.all():
        ReadingFactory(measure=measure, starts_on=dt.date(2021, 10, 1), ends_on=dt.date(2021, 12, 31))
    page = as_(people.lead).get(URL)
    assert "Every figure that this round asks for is known." in page.content.decode()


@pytest.mark.parametrize("page", ["", "supplier/NHS.xlsx"])
def test_many_measures_take_as_many_queries_as_few(as_, people, page):
    client = as_(people.manager)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(URL + page).status_code == 200
        return len(caught)

    queries()
    few = queries()
    nhs = people.poverty.measures.get().supplier
    for _ in range(6):
        ReadingFactory(measure=MeasureFactory(priority=people.skills, supplier=nhs))
    assert queries() == few


def test_the_control_room_and_the_return_lead_there(as_, people):
    link = f'href="{URL}"'
    assert link in as_(people.manager).get("/strathmuir/quarters/2021-22/q3/").content.decode()
    assert link not in as_(people.officer).get("/strathmuir/quarters/2021-22/q3/").content.decode()
    figures = "/strathmuir/returns/2021-22/q3/poverty/figures/"
    assert (
        f"{link}>Send a sheet to somebody who has the figures</a>"
        in as_(people.lead).get(figures).content.decode()
    )
