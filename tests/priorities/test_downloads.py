"""The files of a page: which there are, what they are called, and the links to them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.http import Http404
from django.template.loader import render_to_string
from django.test import RequestFactory

from priorities.downloads import PageTables, downloads_of, kind_asked, tables_response
from priorities.models import Partnership
from priorities.workbooks import FileKind, Sheet
from tests.priorities.workbook_reading import csv_rows, ods_rows, xlsx_book, xlsx_rows

MADE_AT = dt.datetime(2022, 1, 10, 23, 30, tzinfo=dt.UTC)
VIEW, ARGS = "dashboard:measure-download", ("strathmuir", "POV-01")
ADDRESS = "/strathmuir/measures/POV-01/download"


def sheet(name: str, *rows: tuple) -> Sheet:
    return Sheet(name, f"{name}: everything", f"Every one of the {name.lower()}", ("What", "How many"), rows)


def tables(*sheets: Sheet, title: str = "Boats: Q3 2021/22") -> PageTables:
    strathmuir = Partnership(name="Strathmuir CPP", slug="strathmuir")
    return PageTables(strathmuir, title, MADE_AT, "when it comes", ("Only red ones.",), sheets)


BOATS = sheet("Boats", ("=1+1", Decimal("3.50")), ("Punts", 2))
CREWS = sheet("Crews of boats", ("Rowers", 8))
NOBODY = sheet("Nobody")


def asked(table: str = "") -> object:
    return RequestFactory().get("/", {"table": table} if table else {})


def test_a_workbook_has_every_table_that_has_rows():
    response = tables_response(asked(), tables(BOATS, NOBODY, CREWS), FileKind.XLSX)

    assert response["Content-Disposition"] == (
        'attachment; filename="strathmuir-boats-q3-2021-22-2022-01-10.xlsx"'
    )
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Content-Type"] == FileKind.XLSX.content_type
    assert xlsx_book(response.content).sheetnames == ["Cover", "Boats", "Crews of boats"]
    assert xlsx_rows(response.content, "Boats")[3:] == [["=1+1", Decimal("3.5")], ["Punts", Decimal(2)]]
    assert xlsx_rows(response.content, "Cover")[:6] == [
        ["Boats: Q3 2021/22"],
        ["This worksheet contains one table."],
        ["Contact: Strathmuir CPP"],
        ["Made on: 10 January 2022"],
        ["Next update: when it comes"],
        ["Only red ones."],
    ]


def test_a_title_that_begins_with_the_place_does_not_name_it_twice():
    response = tables_response(asked(), tables(BOATS, title="Strathmuir Plan 2021"), FileKind.ODS)

    assert response["Content-Disposition"] == 'attachment; filename="strathmuir-plan-2021-2022-01-10.ods"'


def test_opendocument_has_the_same():
    response = tables_response(asked(), tables(BOATS, CREWS), FileKind.ODS)

    assert response["Content-Disposition"].endswith('.ods"')
    assert ods_rows(response.content, "Crews of boats")[2:] == [["What", "How many"], ["Rowers", Decimal(8)]]


def test_csv_has_the_main_table_or_the_one_asked_for():
    whole = tables(BOATS, NOBODY, CREWS)

    main, other, nobody = (
        tables_response(asked(key), whole, FileKind.CSV) for key in ("", "crews-of-boats", "nobody")
    )

    assert csv_rows(main.content) == [["What", "How many"], ["'=1+1", "3.50"], ["Punts", "2"]]
    assert csv_rows(other.content) == [["What", "How many"], ["Rowers", "8"]]
    assert csv_rows(nobody.content) == [["What", "How many"]]
    assert other["Content-Disposition"] == (
        'attachment; filename="strathmuir-boats-q3-2021-22-crews-of-boats-2022-01-10.csv"'
    )


def test_a_table_that_is_not_there_is_not_found():
    with pytest.raises(Http404):
        tables_response(asked("sails"), tables(BOATS), FileKind.CSV)


@pytest.mark.parametrize("extension", ["pdf", "XLSX", "", "xls"])
def test_another_kind_of_file_is_not_found(extension):
    with pytest.raises(Http404):
        kind_asked(extension)


def test_one_table_has_three_links():
    found = downloads_of(tables(BOATS, NOBODY), VIEW, *ARGS, query="words=a%26b")

    assert [(link.words, link.more, link.address) for link in (*found.workbooks, *found.tables)] == [
        ("Excel", "workbook: Boats: Q3 2021/22", f"{ADDRESS}.xlsx?words=a%26b"),
        ("OpenDocument", "spreadsheet: Boats: Q3 2021/22", f"{ADDRESS}.ods?words=a%26b"),
        ("CSV", "file: Boats: Q3 2021/22", f"{ADDRESS}.csv?words=a%26b"),
    ]


def test_of_several_tables_each_is_there_as_csv():
    found = downloads_of(tables(BOATS, CREWS), VIEW, *ARGS, query="words=a")

    assert [(link.words, link.more, link.address) for link in found.tables] == [
        ("Boats", "as CSV", f"{ADDRESS}.csv?words=a"),
        ("Crews of boats", "as CSV", f"{ADDRESS}.csv?words=a&table=crews-of-boats"),
    ]


def test_the_links_stand_in_a_page_escaped_and_not_on_paper():
    found = downloads_of(tables(BOATS, CREWS, title="<b>Boats"), VIEW, *ARGS, query="words=a")

    html = render_to_string("components/downloads.html", {"downloads": found})

    assert 'class="downloads no-print"' in html
    assert "workbook: &lt;b&gt;Boats" in html
    assert f'href="{ADDRESS}.csv?words=a&amp;table=crews-of-boats"' in html
