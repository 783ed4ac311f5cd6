"""One description written as Excel, OpenDocument and CSV, read back as a spreadsheet program would."""

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from odf import table

from actionplans.numbers import Unit, format_value
from priorities.workbooks import (
    Sheet,
    SheetLink,
    Symbol,
    Workbook,
    WorkbookError,
    csv_blocks,
    csv_bytes,
    figure_shown,
    file_name,
    guarded,
    ods_bytes,
    unguarded,
    xlsx_bytes,
)
from priorities.workbooks.cells import cleaned
from priorities.workbooks.xlsx import CUT, LONGEST_TEXT
from tests.factories import NOW
from tests.priorities.workbook_reading import (
    csv_rows,
    ods_book,
    ods_cells,
    ods_rows,
    ods_words,
    parts,
    xlsx_book,
    xlsx_rows,
)

HEADINGS = ("Period", "Figure (%)", "Released on", "Flags", "Note")
ROWS = (
    (
        "2020/21",
        Decimal("1234.50"),
        dt.date(2021, 10, 15),
        Symbol.PROVISIONAL,
        "Bòrd\nPheairt",
    ),
    ("2021/22", Symbol.CONFIDENTIAL, Symbol.CONFIDENTIAL, Symbol.CONFIDENTIAL, "Fewer than five."),
    ("2022/23", Decimal("-0.3"), dt.date(2022, 1, 5), "Final", ""),
)
FIGURES = Sheet(
    "Figures", "Families helped", "Every period", HEADINGS, ROWS, ("Shorthand is explained in Notes.",)
)
BOOK = Workbook(
    title="POV-1: Families helped",
    contact="CPP team, team@example.org",
    next_update="July 2022",
    made_at=NOW,
    notes=("Counted by <household> & year.",),
    sheets=(
        FIGURES,
        Sheet("Every vintage", "Vintages", "What was published", ("Period", "Figure"), (("Q1", 7),)),
    ),
)
DATA = [
    ["2020/21", Decimal("1234.5"), dt.date(2021, 10, 15), "[p]", "Bòrd\nPheairt"],
    ["2021/22", "[c]", "[c]", "[c]", "Fewer than five."],
    ["2022/23", Decimal("-0.3"), dt.date(2022, 1, 5), "Final", "[x]"],
]
FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1", "\r=1", "\n=1", "=HYPERLINK(\"https://example.org\")",
    "＝1+1", "'=1", "#N/A", "=cmd|' /C calc'!A0",
)  # fmt: skip

BOTH = pytest.mark.parametrize(
    ("write", "read"), [(xlsx_bytes, xlsx_rows), (ods_bytes, ods_rows)], ids=["xlsx", "ods"]
)


def book_of(*rows, headings=("Text",)):
    return replace(BOOK, sheets=(Sheet("Figures", "Figures", "Figures", headings, rows),))


# What is in it


@BOTH
def test_a_sheet_has_its_title_in_a1_says_that_it_holds_one_table_and_has_it(write, read):
    assert read(write(BOOK), "Figures") == [
        ["Families helped"],
        ["This worksheet contains one table."],
        ["Shorthand is explained in Notes."],
        list(HEADINGS),
        *DATA,
    ]


@BOTH
def test_the_cover_says_what_the_workbook_is_and_what_is_in_it(write, read):
    assert read(write(BOOK), "Cover") == [
        ["POV-1: Families helped"],
        ["This worksheet contains one table."],
        ["Contact: CPP team, team@example.org"],
        ["Made on: 10 January 2022"],
        ["Next update: July 2022"],
        ["Counted by <household> & year."],
        ["Worksheet", "What it holds"],
        ["Cover", "What this workbook is, and what its sheets hold"],
        ["Notes", "What the shorthand in square brackets means"],
        ["Figures", "Every period"],
        ["Every vintage", "What was published"],
    ]


@BOTH
def test_the_notes_explain_the_shorthand_that_is_used_and_no_other(write, read):
    assert read(write(BOOK), "Notes") == [
        ["Notes"],
        ["This worksheet contains one table."],
        ["Shorthand", "What it means"],
        ["[c]", "Confidential: not shown, because it could say something about a person."],
        ["[x]", "Not available."],
        ["[p]", "Provisional: the publisher may still change it."],
    ]


def test_every_symbol_can_be_explained():
    rows = tuple((symbol,) for symbol in Symbol)

    notes = xlsx_rows(xlsx_bytes(book_of(*rows)), "Notes")[3:]

    assert [row[0] for row in notes] == ["[c]", "[x]", "[z]", "[p]", "[r]", "[e]", "[f]", "[b]"]
    assert all(meaning.endswith(".") for _, meaning in notes)


def test_a_workbook_without_shorthand_has_no_notes():
    assert xlsx_book(xlsx_bytes(book_of(("Final",)))).sheetnames == ["Cover", "Figures"]


def test_csv_is_the_table_alone():
    assert csv_rows(csv_bytes(HEADINGS, ROWS)) == [
        list(HEADINGS),
        ["2020/21", "1234.50", "2021-10-15", "[p]", "Bòrd\nPheairt"],
        ["2021/22", "[c]", "[c]", "[c]", "Fewer than five."],
        ["2022/23", "-0.3", "2022-01-05", "Final", "[x]"],
    ]


def test_csv_says_that_it_is_utf_8():
    content = csv_bytes(("Place",), [("Bòrd",)])

    assert content == b"\xef\xbb\xbfPlace\r\nB\xc3\xb2rd\r\n"


def test_csv_begins_before_its_rows_are_there():
    asked = []

    def rows():
        for number in range(20_000):
            asked.append(number)
            yield ("A period", number)

    blocks = csv_blocks(("Period", "Figure"), rows())

    assert next(blocks) == b"\xef\xbb\xbfPeriod,Figure\r\n"
    assert asked == []
    second = next(blocks)
    assert len(asked) < 5_000
    assert csv_rows(second + b"".join(blocks)) == [["A period", str(number)] for number in range(20_000)]


# How it is marked up


def test_excel_knows_each_table_by_its_name():
    book = xlsx_book(xlsx_bytes(BOOK))

    assert {sheet.title: dict(sheet.tables.items()) for sheet in book} == {
        "Cover": {"cover_table": "A7:B11"},
        "Notes": {"notes_table": "A3:B6"},
        "Figures": {"figures_table": "A4:E7"},
        "Every vintage": {"every_vintage_table": "A3:B4"},
    }
    assert book["Figures"].tables["figures_table"].column_names == list(HEADINGS)


def test_opendocument_knows_each_table_by_its_name():
    found = ods_book(ods_bytes(BOOK)).spreadsheet.getElementsByType(table.DatabaseRange)

    assert [
        (one.getAttribute("name"), one.getAttribute("targetrangeaddress"), one.getAttribute("containsheader"))
        for one in found
    ] == [
        ("cover_table", "'Cover'.A7:'Cover'.B11", "true"),
        ("notes_table", "'Notes'.A3:'Notes'.B6", "true"),
        ("figures_table", "'Figures'.A4:'Figures'.E7", "true"),
        ("every_vintage_table", "'Every vintage'.A3:'Every vintage'.B4", "true"),
    ]


def test_opendocument_knows_which_row_heads_a_table():
    book = ods_book(ods_bytes(BOOK))

    heads = [
        [ods_words(cell) for cell in head.getElementsByType(table.TableCell)]
        for head in book.spreadsheet.getElementsByType(table.TableHeaderRows)
    ]

    assert heads[2] == list(HEADINGS)


def test_a_table_may_be_wider_than_the_alphabet():
    headings = tuple(f"Column {number}" for number in range(1, 29))
    book = book_of(tuple(range(28)), headings=headings)

    assert dict(xlsx_book(xlsx_bytes(book))["Figures"].tables.items()) == {"figures_table": "A3:AB4"}
    (_, ranged) = ods_book(ods_bytes(book)).spreadsheet.getElementsByType(table.DatabaseRange)
    assert ranged.getAttribute("targetrangeaddress") == "'Figures'.A3:'Figures'.AB4"


def test_nothing_is_merged_and_no_cell_of_a_table_is_blank():
    book = xlsx_book(xlsx_bytes(BOOK))

    for sheet in book:
        assert not sheet.merged_cells.ranges
        (area,) = dict(sheet.tables.items()).values()
        assert all(cell.value is not None for row in sheet[area] for cell in row)
        assert all(cell.alignment.wrap_text for row in sheet[area] for cell in row)


def test_numbers_and_days_are_what_they_are_and_shown_as_on_the_page():
    sheet = xlsx_book(xlsx_bytes(BOOK))["Figures"]

    assert [(cell.data_type, cell.number_format) for cell in sheet[5]] == [
        ("s", "General"), ("n", "#,##0.00_)"), ("d", "[$-809]d mmmm yyyy"), ("s", "General"), ("s", "General"),
    ]  # fmt: skip
    number, day = ods_cells(ods_bytes(BOOK), "Figures")[4][1:3]
    assert (number.getAttribute("valuetype"), number.getAttribute("value")) == ("float", "1234.50")
    assert ods_words(number) == "1,234.50"
    assert (day.getAttribute("valuetype"), day.getAttribute("datevalue")) == ("date", "2021-10-15")
    assert ods_words(day) == "15 October 2021"


def test_the_contents_lead_to_the_sheets():
    cover = xlsx_book(xlsx_bytes(BOOK))["Cover"]

    assert [cover[f"A{row}"].hyperlink.location for row in (10, 11)] == ["'Figures'!A1", "'Every vintage'!A1"]
    assert b'xlink:href="#Every vintage"' in parts(ods_bytes(BOOK))["content.xml"]


def test_a_long_text_gets_a_row_as_high_as_it_needs():
    sheet = xlsx_book(xlsx_bytes(book_of(("Short.",), ("Long words. " * 20,))))["Figures"]

    assert sheet.row_dimensions[4].height is None
    assert sheet.row_dimensions[5].height > 60
    assert sheet.column_dimensions["A"].width == 60


def test_a_workbook_says_its_title_and_language():
    properties = xlsx_book(xlsx_bytes(BOOK)).properties
    about = parts(ods_bytes(BOOK))["meta.xml"]

    assert (properties.title, properties.language) == ("POV-1: Families helped", "en-GB")
    assert properties.created == properties.modified == dt.datetime(2022, 1, 10, 10, 0)  # noqa: DTZ001 - as Excel
    assert b"<dc:title>POV-1: Families helped</dc:title><dc:language>en-GB</dc:language>" in about


@pytest.mark.parametrize("write", [xlsx_bytes, ods_bytes])
def test_the_same_workbook_is_the_same_bytes_with_no_date_but_its_own(write):
    first = write(BOOK)

    assert write(BOOK) == first
    with ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2022, 1, 10, 10, 0, 0)}
        assert archive.testzip() is None


def test_opendocument_begins_with_its_type_uncompressed():
    with ZipFile(io.BytesIO(ods_bytes(BOOK))) as archive:
        first = archive.infolist()[0]

    assert (first.filename, first.compress_type) == ("mimetype", 0)


# What people type


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula_in_excel(text):
    content = xlsx_bytes(book_of((text,)))
    cell = xlsx_book(content)["Figures"]["A4"]

    assert (cell.data_type, cell.value) == ("s", cleaned(text))
    assert cell.quotePrefix is (text not in {"#N/A", "'=1"})
    assert all(b"<f>" not in part for part in parts(content).values())


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula_in_opendocument(text):
    content = ods_bytes(book_of((text,)))
    cell = ods_cells(content, "Figures")[3][0]

    assert (cell.getAttribute("valuetype"), ods_words(cell)) == ("string", cleaned(text))
    assert b"table:formula" not in parts(content)["content.xml"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula_in_csv(text):
    _, (cell,) = csv_rows(csv_bytes(("Text",), [(text,)]))

    assert cell == (text if text == "#N/A" else f"'{cleaned(text)}")
    assert unguarded(cell) == cleaned(text)


def test_no_heading_or_title_is_a_formula():
    sheet = Sheet("Figures", "=1+1", "=2+2", ("=3+3",), (("Final",),), ("=4+4",))
    book = replace(BOOK, title="=5+5", contact="=6", notes=("=7+7",), sheets=(sheet,))

    cells = [cell for page in xlsx_book(xlsx_bytes(book)) for row in page.iter_rows() for cell in row]

    assert [cell.value for cell in cells if cell.value and str(cell.value).startswith("=")] == [
        "=5+5", "=7+7", "=2+2", "=1+1", "=4+4", "=3+3",
    ]  # fmt: skip
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert csv_rows(csv_bytes(("=3+3",), [])) == [["'=3+3"]]


@BOTH
def test_characters_that_no_document_can_hold_are_left_out(write, read):
    text = "a\x00b\x07c\x1b\ufffe\ud800d\x0be\u2028f\r\ng"

    assert read(write(book_of((text,))), "Figures")[3] == ["abcd\ne\nf\ng"]


@BOTH
def test_text_of_such_characters_alone_is_not_available(write, read):
    assert read(write(book_of(("\x00 ",), (None,))), "Figures")[3:] == [["[x]"], ["[x]"]]


@BOTH
def test_text_that_excel_would_unfold_comes_back_as_it_was(write, read):
    assert read(write(book_of(("_x0041_ and _x000D_",))), "Figures")[3] == ["_x0041_ and _x000D_"]


def test_text_too_long_for_a_cell_of_excel_says_that_it_is_cut():
    content = xlsx_bytes(book_of(("x" * 40_000,)))

    value = xlsx_book(content)["Figures"]["A4"].value
    assert len(value) == LONGEST_TEXT
    assert value.endswith(f"xxx{CUT}")


text_of_people = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zl", "Zp")), min_size=1)


@given(st.lists(text_of_people, min_size=1, max_size=5), st.decimals(-(10**9), 10**9, places=3))
def test_what_goes_out_comes_back(texts, number):
    assume(all(text.strip() for text in texts))
    book = book_of(*((text, number) for text in texts), headings=("Text", "Figure"))
    expected = [[text, number] for text in texts]

    assert xlsx_rows(xlsx_bytes(book), "Figures")[3:] == expected
    assert ods_rows(ods_bytes(book), "Figures")[3:] == expected
    found = csv_rows(csv_bytes(("Text", "Figure"), book.sheets[0].rows))[1:]
    assert [[unguarded(text), Decimal(shown)] for text, shown in found] == expected


@given(st.text())
def test_any_text_at_all_makes_files_that_open(text):
    book = book_of((text,))

    for content in (xlsx_bytes(book), ods_bytes(book)):
        for name, part in parts(content).items():
            if name.endswith(".xml"):
                ElementTree.fromstring(part)  # noqa: S314 - our own file
    csv_rows(csv_bytes(("Text",), [(text,)]))


@given(st.text())
def test_a_guard_is_taken_off_again(text):
    assert unguarded(guarded(text)) == text


# Figures as pages print them


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ("20.30%", Decimal("20.30")),
        ("−£1,200,000", Decimal(-1200000)),
        ("1 day", Decimal(1)),
        ("−0.3 percentage points", Decimal("-0.3")),
        ("[c]", Symbol.CONFIDENTIAL),
        ("", Symbol.NOT_APPLICABLE),
        ("Yes", "Yes"),
        ("No figure yet", "No figure yet"),
    ],
)
def test_a_figure_is_read_from_the_words_of_its_page(words, figure):
    assert figure_shown(words) == figure


@given(
    st.decimals(-(10**9), 10**9, places=6),
    st.sampled_from([unit for unit in Unit if unit is not Unit.YES_NO]),
    st.integers(0, 6),
)
def test_a_figure_so_read_is_the_very_one_that_is_shown(value, unit, decimals):
    shown = format_value(value, unit=unit, decimals=decimals)

    figure = figure_shown(shown)

    assert isinstance(figure, Decimal)
    assert format_value(figure, unit=unit, decimals=decimals) == shown
    assert abs(figure - value) <= Decimal(5).scaleb(-decimals - 1)


# What is refused


@pytest.mark.parametrize(
    "slip",
    [
        {"name": "A name of thirty-one characters"},
        {"name": "What/if"},
        {"name": ""},
        {"name": "'Figures"},
        {"headings": ("Period", "period")},
        {"headings": ("Period", " ")},
        {"headings": ("Period", "Two\nlines")},
        {"rows": (("Q1",),)},
    ],
)
def test_a_sheet_that_breaks_the_rules_is_refused(slip):
    whole = {
        "name": "Figures",
        "title": "F",
        "about": "F",
        "headings": ("Period", "Figure"),
        "rows": (("Q1", 1),),
    }

    with pytest.raises(WorkbookError):
        Sheet(**(whole | slip))


@pytest.mark.parametrize("name", ["FIGURES", "Cover", "notes"])
def test_two_sheets_of_one_name_are_refused(name):
    with pytest.raises(WorkbookError, match="same name"):
        replace(BOOK, sheets=(FIGURES, replace(FIGURES, name=name)))


def test_a_table_without_rows_is_refused():
    with pytest.raises(WorkbookError, match="leave out Figures"):
        replace(BOOK, sheets=(replace(FIGURES, rows=()),))


def test_a_number_that_is_none_is_refused():
    with pytest.raises(ValueError, match="NaN is no figure"):
        csv_bytes(("Figure",), [(Decimal("NaN"),)])


def test_a_link_is_its_words_in_csv():
    assert csv_rows(csv_bytes(("Worksheet",), [(SheetLink("Figures"),)])) == [["Worksheet"], ["Figures"]]


# Names of files


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("POV-01", "Children in poverty, 2020/21"), "pov-01-children-in-poverty-2020-21.xlsx"),
        (("Bòrd Pheairt",), "bord-pheairt.xlsx"),
        (("../../etc/passwd",), "etc-passwd.xlsx"),
        (("日本",), "table.xlsx"),
        (("word " * 30,), f"{'-'.join(['word'] * 16)}.xlsx"),
        (("x" * 100,), f"{'x' * 80}.xlsx"),
    ],
)
def test_a_file_is_named_in_lower_case_with_dashes(words, name):
    assert file_name(*words, extension="xlsx") == name
