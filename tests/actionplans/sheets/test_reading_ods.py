"""OpenDocument spreadsheets as people send them."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from odf import opendocument, table, text

from actionplans.sheets.cells import Merge
from actionplans.sheets.reading import SheetRefused, read_workbook
from tests.actionplans.sheets.made_files import ods, ods_parts, ods_row, ods_sheet, ods_text, packed

FIGURE = (
    '<table:table-cell office:value-type="float" office:value="{0}"><text:p>{0}</text:p></table:table-cell>'
)


def read_sheet(rows: str, **others):
    (sheet,) = read_workbook(ods(ods_sheet(rows), **others), "a.ods").sheets
    return sheet


def read_cell(cell: str):
    ((found,),) = (row.cells for row in read_sheet(ods_row(cell)).rows)
    return found


def test_a_spreadsheet_that_another_library_wrote():
    book = opendocument.OpenDocumentSpreadsheet()
    page = table.Table(name="Figures")
    row = table.TableRow()
    words = table.TableCell(valuetype="string")
    words.addElement(text.P(text="Bòrd"))
    row.addElement(words)
    row.addElement(table.TableCell(valuetype="float", value="20.3"))
    page.addElement(row)
    book.spreadsheet.addElement(page)
    file = io.BytesIO()
    book.write(file)
    read = read_workbook(file.getvalue(), "figures.ods")
    assert [sheet.name for sheet in read.sheets] == ["Figures"]
    assert [(cell.ref, cell.text, cell.value) for cell in read.sheets[0].rows[0].cells] == [
        ("A1", "Bòrd", "Bòrd"),
        ("B1", "20.3", Decimal("20.3")),
    ]


@pytest.mark.parametrize(
    ("attributes", "shown", "value", "is_percent"),
    [
        ('office:value-type="percentage" office:value="0.12"', "12%", Decimal("0.12"), True),
        ('office:value-type="currency" office:value="1200.5"', "£1,200.50", Decimal("1200.5"), False),
        ('office:value-type="float" office:value="0.30000000000000004"', "0.3", Decimal("0.3"), False),
        ('office:value-type="date" office:date-value="2021-04-01"', "1 April", dt.date(2021, 4, 1), False),
        (
            'office:value-type="date" office:date-value="2021-04-01T12:00:00"',
            "April",
            dt.date(2021, 4, 1),
            False,
        ),
        ('office:value-type="boolean" office:boolean-value="true"', "TRUE", "TRUE", False),
        ('office:value-type="float" office:value="1" table:formula="of:=TRUE()"', "TRUE", "TRUE", False),
        ('office:value-type="string"', "&lt;5", "<5", False),
        ('office:value-type="string"', "a<text:s text:c='900000000'/>b<text:tab/>c", "a b c", False),
    ],
)
def test_what_a_cell_holds(attributes, shown, value, is_percent):
    cell = read_cell(f"<table:table-cell {attributes}><text:p>{shown}</text:p></table:table-cell>")
    assert (cell.value, cell.is_percent, cell.error) == (value, is_percent, "")
    if not isinstance(value, str):
        assert cell.text == shown


def test_a_number_without_words_is_shown_plainly():
    assert read_cell('<table:table-cell office:value-type="float" office:value="20.30"/>').text == "20.30"


def test_comments_and_pictures_are_no_part_of_a_cell():
    aside = "<office:annotation><text:p>Ann says</text:p></office:annotation>"
    inner = ods_sheet(ods_row(ods_text("inner")))
    frame = f"<draw:frame><draw:text-box><text:p>box</text:p>{inner}</draw:text-box></draw:frame>"
    cell = read_cell(
        f'<table:table-cell office:value-type="string">{aside}{frame}<text:p>one</text:p>'
        "<text:p>t<text:span>w</text:span>o</text:p></table:table-cell>"
    )
    assert (cell.text, cell.value) == ("one two", "one\ntwo")


def test_errors_and_formulas():
    sheet = read_sheet(
        ods_row(
            ods_text("#DIV/0!", 'table:formula="of:=1/0"')
            + ods_text("Err:508")
            + '<table:table-cell table:formula="of:=A1"/>'
            + '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>'
            + '<table:table-cell office:value-type="date" office:date-value="2021-02-30"/>'
        )
    )
    assert [(cell.value, cell.is_formula, cell.error[:18]) for cell in sheet.rows[0].cells] == [
        (None, True, "shows the error #D"),
        (None, False, "shows the error Er"),
        (None, True, "has a formula that"),
        (Decimal(2), True, ""),
        (None, False, "is shown as a date"),
    ]


def test_repeated_cells_and_rows_stand_where_they_are_seen():
    sheet = read_sheet(
        ods_row("<table:table-cell/>", 'table:number-rows-repeated="3"')
        + ods_row(
            '<table:table-cell table:number-columns-repeated="2"/>'
            + ods_text("x", 'table:number-columns-repeated="2"')
            + FIGURE.format(5)
            + '<table:table-cell table:number-columns-repeated="16379"/>',
            'table:number-rows-repeated="2"',
        )
        + ods_row("<table:table-cell/>", 'table:number-rows-repeated="1048571"')
    )
    assert [cell.ref for row in sheet.rows for cell in row.cells] == ["C4", "D4", "E4", "C5", "D5", "E5"]


def test_hidden_rows_columns_and_sheets_and_merged_cells_are_marked():
    styles = (
        '<style:style style:name="no" style:family="table"><style:table-properties table:display="false"/>'
        "</style:style>"
    )
    columns = '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
    rows = (
        ods_row(
            ods_text("a", 'table:number-columns-spanned="2" table:number-rows-spanned="2"')
            + ods_text("under", tag="covered-table-cell")
            + ods_text("c")
        )
        + ods_row(ods_text("d"), 'table:visibility="filter"')
        + ods_row(ods_text("e"))
    )
    first, second = read_workbook(
        ods(
            ods_sheet(columns + rows),
            ods_sheet(ods_row(ods_text("z")), "Two", 'table:style-name="no"'),
            styles=styles,
        ),
        "a.ods",
    ).sheets
    assert (first.is_hidden, second.is_hidden, second.name) == (False, True, "Two")
    assert first.merges == (Merge(1, 1, 2, 2),)
    assert [
        (cell.ref, cell.is_merged, cell.is_hidden_row, cell.is_hidden_column)
        for row in first.rows
        for cell in row.cells
    ] == [
        ("A1", True, False, False),
        ("B1", True, False, False),
        ("C1", False, False, True),
        ("A2", True, True, False),
        ("A3", False, False, False),
    ]


@pytest.mark.parametrize("count", ["-1", "1e3", "12345678", "x"])
def test_a_count_that_is_none_is_damage(count):
    with pytest.raises(SheetRefused, match="damaged"):
        read_sheet(ods_row(ods_text("x", f'table:number-columns-repeated="{count}"')))


def test_a_file_without_its_mimetype_is_read():
    parts = ods_parts(ods_sheet(ods_row(FIGURE.format(5))))
    del parts["mimetype"]
    assert read_workbook(packed(parts), "a.ods").sheets[0].at("A1").value == Decimal(5)
