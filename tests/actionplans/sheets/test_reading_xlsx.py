"""Excel workbooks as people send them."""

import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.comments import Comment

from actionplans.sheets.cells import Merge
from actionplans.sheets.reading import SheetRefused, read_workbook
from tests.actionplans.sheets.made_files import (
    STRICT,
    cells,
    packed,
    relations,
    styles_of,
    xlsx,
    xlsx_parts,
)


def read_row(inside: str, **others):
    """What the cells of one row are read as."""
    return read_workbook(xlsx(cells(inside), **others), "a.xlsx").sheets[0].rows[0].cells


def read_cell(inside: str, **others):
    (cell,) = read_row(inside, **others)
    return cell


def test_a_workbook_that_openpyxl_wrote():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Figures"
    sheet.append(["Measure", "Value", "Released"])
    sheet.append(["POV-01", 20.3, dt.date(2022, 3, 1)])
    sheet["B2"].comment = Comment("Not a part of the cell", "Ann")
    sheet["C2"].number_format = "d mmmm yyyy"
    file = io.BytesIO()
    book.save(file)

    read = read_workbook(file.getvalue(), "figures.xlsx")

    (found,) = read.sheets
    assert (found.name, found.is_hidden, read.notes) == ("Figures", False, ())
    assert [[cell.text for cell in row.cells] for row in found.rows] == [
        ["Measure", "Value", "Released"],
        ["POV-01", "20.3", "1 March 2022"],
    ]
    value, day = found.at("B2"), found.at("C2")
    assert (value.ref, value.value, day.value) == ("B2", Decimal("20.3"), dt.date(2022, 3, 1))
    assert found.at("D2") is None
    assert found.at("A9") is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12", "12"),
        ("0.1", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("20.299999999999997", "20.3"),
        ("1.2E-2", "0.012"),
        ("1234567890123456", "1.23456789012346E+15"),
        ("-5", "-5"),
    ],
)
def test_numbers_have_no_noise(raw, value):
    assert read_cell(f'<c r="A1"><v>{raw}</v></c>').value == Decimal(value)


@pytest.mark.parametrize(
    "raw", ["1_000", "nan", "inf", "1e999", "12 people", "1e999999999", "-", ".", "0x10"]
)
def test_a_number_that_is_none_is_damage(raw):
    with pytest.raises(SheetRefused, match="damaged"):
        read_cell(f'<c r="A1"><v>{raw}</v></c>')


@pytest.mark.parametrize(
    ("code", "raw", "text"),
    [
        ("0%", "0.12", "12%"),
        ("0.0%", "0.1234", "12.3%"),
        ("#,##0", "1234567", "1,234,567"),
        ("#,##0.00", "-1234.5", "-1,234.50"),
        ("£#,##0.00", "1200000", "£1,200,000.00"),
        ("[$£-809]#,##0;[Red]-[$£-809]#,##0", "-5", "-£5"),
        ('£0.0,,"m"', "1200000", "£1.2m"),
        ('0.0" (p)"', "12", "12.0 (p)"),
        ("0.##", "1.5", "1.5"),
        ("0.##", "2", "2"),
        ("0", "2.5", "3"),
        ("0.00E+00", "1234", "1234"),
        ("# ?/?", "0.5", "0.5"),
        ("0", "-0.2", "0"),
        ('_-£* #,##0_-;-£* #,##0_-;_-£* "-"_-;_-@_-', "1234", "£1,234"),
    ],
)
def test_a_number_keeps_its_format_and_shows_as_it_is_seen(code, raw, text):
    cell = read_cell(f'<c r="A1" s="1"><v>{raw}</v></c>', styles=styles_of(code))
    assert (cell.text, cell.value, cell.number_format) == (text, Decimal(raw), code)
    assert cell.is_percent == ("%" in code)


@pytest.mark.parametrize(
    ("code", "raw", "text", "day"),
    [
        ("dd/mm/yyyy", "44287", "01/04/2021", dt.date(2021, 4, 1)),
        ("mmm-yy", "44287", "Apr-21", dt.date(2021, 4, 1)),
        ("d-mmm", "44621", "1-Mar", dt.date(2022, 3, 1)),
        ("[$-809]dddd d mmmm yyyy", "44287", "Thursday 1 April 2021", dt.date(2021, 4, 1)),
        ("dd/mm/yyyy hh:mm:ss", "44287.5", "01/04/2021 12:00:00", dt.date(2021, 4, 1)),
        ("d/m/yy h:mm am/pm", "44287.75", "1/4/21 6:00 PM", dt.date(2021, 4, 1)),
        ("yyyy", "59", "1900", dt.date(1900, 2, 28)),
        ("yyyy", "61", "1900", dt.date(1900, 3, 1)),
        ("yyyy", "2958465", "9999", dt.date(9999, 12, 31)),
    ],
)
def test_a_serial_shown_as_a_day_is_one(code, raw, text, day):
    cell = read_cell(f'<c r="A1" s="1"><v>{raw}</v></c>', styles=styles_of(code))
    assert (cell.text, cell.value) == (text, day)


def test_a_workbook_that_counts_from_1904():
    book = read_workbook(
        xlsx(
            cells('<c r="A1" s="1"><v>42825</v></c>'), settings='date1904="1"', styles=styles_of("d/m/yyyy")
        ),
        "",
    )
    assert book.is_1904
    assert book.sheets[0].at("A1").value == dt.date(2021, 4, 1)


@pytest.mark.parametrize("raw", ["0", "60", "-1", "2958466", "9e15"])
def test_a_day_that_does_not_exist(raw):
    cell = read_cell(f'<c r="A1" s="1"><v>{raw}</v></c>', styles=styles_of("dd/mm/yyyy"))
    assert (cell.value, cell.error) == (None, "is shown as a date that does not exist.")


def test_the_formats_that_excel_leaves_to_the_country_are_british():
    styles = '<cellXfs><xf numFmtId="14"/></cellXfs>'
    assert read_cell('<c r="A1" s="0"><v>44287</v></c>', styles=styles).text == "01/04/2021"


def test_hours_are_a_number():
    cell = read_cell('<c r="A1" s="1"><v>1.5</v></c>', styles=styles_of("[h]:mm"))
    assert (cell.text, cell.value) == ("36:00", Decimal("1.5"))


def test_texts_are_told_as_they_are_seen():
    texts = (
        "<si><t>Plain</t></si>"
        '<si><r><t xml:space="preserve">Rich </t></r><r><t>text</t></r><rPh><t>guide</t></rPh></si>'
        "<si><t>no\u00a0break\u2009space\u200b</t></si>"
        "<si><t>two\n  lines</t></si>"
        "<si><t>  </t></si>"
        "<si><t>carriage_x000D_\nreturn _x005F_</t></si>"
    )
    inside = "".join(f'<c r="{letter}1" t="s"><v>{number}</v></c>' for number, letter in enumerate("ABCDEF"))
    read = read_row(inside, texts=texts)
    assert [(cell.ref, cell.text, cell.value) for cell in read] == [
        ("A1", "Plain", "Plain"),
        ("B1", "Rich text", "Rich text"),
        ("C1", "no break space", "no break space"),
        ("D1", "two lines", "two\n lines"),
        ("F1", "carriage return _", "carriage\nreturn _"),
    ]


def test_text_inside_its_cell_truths_and_errors():
    read = read_row(
        '<c r="A1" t="inlineStr"><is><t>&lt;5</t></is></c><c r="B1" t="b"><v>1</v></c>'
        '<c r="C1" t="b"><v>0</v></c><c r="D1" t="e"><v>#REF!</v></c><c r="E1" t="inlineStr"><is><t>\'12</t></is></c>'
    )
    assert [(cell.text, cell.value) for cell in read] == [
        ("<5", "<5"),
        ("TRUE", "TRUE"),
        ("FALSE", "FALSE"),
        ("#REF!", None),
        ("'12", "'12"),
    ]
    assert read[3].error == "shows the error #REF! and not a figure."


def test_a_formula_gives_what_was_worked_out_and_is_refused_when_nothing_was():
    read = read_row(
        '<c r="A1"><f>B1*2</f><v>24</v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v></v></c>'
        '<c r="D1" t="str"><f>A1&amp;"x"</f><v>24x</v></c><c r="E1" t="str"><f>""</f><v></v></c>'
        '<c r="F1"><f t="shared" si="0"/><v>3</v></c>'
    )
    assert [(cell.ref, cell.value, cell.is_formula) for cell in read] == [
        ("A1", Decimal(24), True),
        ("B1", None, True),
        ("C1", None, True),
        ("D1", "24x", True),
        ("F1", Decimal(3), True),
    ]
    assert (
        read[1].error
        == read[2].error
        == (
            "has a formula that has not been worked out. "
            "Open the file in Excel or LibreOffice, save it and send it again."
        )
    )


def test_hidden_rows_columns_and_sheets_are_read_and_marked():
    first = (
        '<cols><col min="2" max="3" hidden="1"/><col min="5" max="16384" hidden="1"/></cols><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="D1"><v>3</v></c><c r="E1"><v>4</v></c></row>'
        '<row r="4" hidden="1"><c r="A4"><v>5</v></c></row></sheetData>'
    )
    second = cells('<c r="A1"><v>6</v></c>')
    book = read_workbook(xlsx(first, second, second, states={2: "hidden", 3: "veryHidden"}), "a.xlsx")
    assert [sheet.is_hidden for sheet in book.sheets] == [False, True, True]
    assert book.shown == [book.sheets[0]]
    top, below = book.sheets[0].rows
    assert [cell.is_hidden_column for cell in top.cells] == [False, True, False, True]
    assert [cell.is_hidden for cell in top.cells] == [False, True, False, True]
    assert (below.number, below.is_hidden, below.cells[0].is_hidden_row, top.is_hidden) == (
        4,
        True,
        True,
        False,
    )


def test_merged_cells_are_marked():
    sheet = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="C1"><v>2</v></c></row>'
        '<row r="2"><c r="A2"><v>3</v></c></row><row r="3"><c r="A3"><v>4</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    )
    (read,) = read_workbook(xlsx(sheet), "a.xlsx").sheets
    assert read.merges == (Merge(1, 1, 2, 2),)
    assert [cell.ref for row in read.rows for cell in row.cells if cell.is_merged] == ["A1", "A2"]


def test_cells_without_places_follow_one_another():
    sheet = "<sheetData><row><c><v>1</v></c><c/><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>"
    (read,) = read_workbook(xlsx(sheet), "a.xlsx").sheets
    assert [(cell.ref, cell.value) for row in read.rows for cell in row.cells] == [
        ("A1", Decimal(1)),
        ("C1", Decimal(2)),
        ("A2", Decimal(3)),
    ]


def test_a_strict_workbook_with_days_in_words():
    content = xlsx(
        cells('<c r="A1" t="d" s="1"><v>2021-04-01T00:00:00Z</v></c><c r="B1" t="d"><v>soon</v></c>'),
        styles=styles_of("d mmm yyyy"),
        space=STRICT,
    )
    day, words = read_workbook(content, "a.xlsx").sheets[0].rows[0].cells
    assert (day.text, day.value, words.value) == ("1 Apr 2021", dt.date(2021, 4, 1), "soon")


def test_charts_and_connections_are_told_of():
    parts = xlsx_parts(cells('<c r="A1"><v>1</v></c>'), cells(""))
    parts["xl/_rels/workbook.xml.rels"] = relations(
        ("s1", "worksheet", "worksheets/sheet1.xml"),
        ("s2", "chartsheet", "chartsheets/sheet1.xml"),
        ("c", "connections", "connections.xml"),
    )
    book = read_workbook(packed(parts), "a.xlsx")
    assert len(book.sheets) == 1
    assert book.notes == (
        "The file also has charts or other pages that are not sheets. They were left out.",
        "The file gets figures from a database or another place. Those it held when it was saved were read.",
    )


def test_a_web_address_in_a_cell_is_no_harm():
    parts = xlsx_parts(cells('<c r="A1"><v>1</v></c>'))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(
        ("r", "hyperlink", "https://example.org/"), mode="External"
    )
    assert read_workbook(packed(parts), "a.xlsx").sheets[0].at("A1").value == Decimal(1)


def test_the_name_does_not_say_what_a_file_is():
    content = xlsx(cells('<c r="A1"><v>1</v></c>'))
    assert read_workbook(content, "figures.csv").notes == (
        "The file is named .csv, but it is an Excel workbook (.xlsx) and was read as one.",
    )
    assert read_workbook(content, "figures").notes == ()
    assert read_workbook(content, "FIGURES.XLSX").notes == ()


def test_parts_named_with_backslashes_and_capitals_are_found():
    parts = xlsx_parts(cells('<c r="A1" t="s"><v>0</v></c>'), texts="<si><t>x</t></si>")
    renamed = {name.replace("/", "\\").replace("shared", "Shared"): part for name, part in parts.items()}
    assert read_workbook(packed(renamed), "a.xlsx").sheets[0].at("A1").text == "x"
