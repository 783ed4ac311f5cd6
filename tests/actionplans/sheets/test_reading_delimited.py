"""Tables of text (.csv) as people send them."""

from decimal import Decimal

import pytest

from actionplans.sheets.reading import SheetRefused, read_workbook
from priorities.workbooks import csv_bytes

WORDS = "Measure;Value\r\nBòrd – £;12\r\n"


def grid(content, name="a.csv"):
    (sheet,) = read_workbook(content, name).sheets
    return [[cell.text for cell in row.cells] for row in sheet.rows]


@pytest.mark.parametrize(
    "content",
    [
        WORDS.encode(),
        WORDS.encode("utf-8-sig"),
        b"\xff\xfe" + WORDS.encode("utf-16-le"),
        b"\xfe\xff" + WORDS.encode("utf-16-be"),
        WORDS.encode("utf-32"),
        WORDS.encode("utf-16-le"),
        WORDS.encode("utf-16-be"),
        WORDS.encode("cp1252"),
    ],
)
def test_letters_in_every_usual_way(content):
    assert grid(content) == [["Measure", "Value"], ["Bòrd – £", "12"]]


def test_guessed_letters_are_told_of():
    assert read_workbook(WORDS.encode("cp1252"), "a.csv").notes == (
        "The file does not say how its letters are written. It was read as Windows does: check names with accents.",
    )
    assert read_workbook(WORDS.encode(), "a.csv").notes == ()


@pytest.mark.parametrize(
    "text",
    [
        'a,"b,c",d\n1,2,3\n',
        'a;"b,c";d\n1;2;3\n',
        "a\tb,c\td\n1\t2\t3\n",
        'a|"b,c"|d\n1|2|3\n',
        "sep=;\r\na;b,c;d\r\n1;2;3\r\n",
        "a;b,c;d\r1;2;3\r",
        '\n\na,"b,c",d\n,,\n1,2,3',
    ],
)
def test_every_usual_separator(text):
    assert grid(text.encode()) == [["a", "b,c", "d"], ["1", "2", "3"]]


def test_decimal_commas_do_not_make_columns():
    assert grid(b"a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n") == [
        ["a", "b", "c"],
        ["1,5", "2,5", "3,5"],
        ["4,5", "5,5", "6,5"],
    ]


def test_one_column_is_one_column():
    assert grid(b"Value\n12\n13\n") == [["Value"], ["12"], ["13"]]


def test_rows_and_columns_are_counted_as_a_program_shows_them():
    (sheet,) = read_workbook(b'a,"two\nlines"\n\n,x\n', "a folder/figures.q3.csv").sheets
    assert [(cell.ref, cell.text) for row in sheet.rows for cell in row.cells] == [
        ("A1", "a"),
        ("B1", "two lines"),
        ("B3", "x"),
    ]
    assert sheet.name == "figures.q3"
    assert sheet.at("B1").value == "two\nlines"


def test_values_stay_text_and_spaces_are_plain():
    (sheet,) = read_workbook("a,b\n 1\u00a0234 ,12%\n".encode(), "a.csv").sheets
    assert [(cell.text, cell.value, cell.number_format) for cell in sheet.rows[1].cells] == [
        ("1 234", "1 234", ""),
        ("12%", "12%", ""),
    ]


def test_formulas_and_errors_are_no_figures():
    (sheet,) = read_workbook(b'a,b,c\n=1+1,#N/A,"=HYPERLINK(""x"")"\n', "a.csv").sheets
    assert [(cell.text, cell.value, cell.is_formula, bool(cell.error)) for cell in sheet.rows[1].cells] == [
        ("=1+1", None, True, True),
        ("#N/A", None, False, True),
        ('=HYPERLINK("x")', None, True, True),
    ]
    assert sheet.at("A2").error == (
        "begins with = like a formula, which a file of text cannot work out. Write what it gives."
    )


@pytest.mark.parametrize(
    ("sent", "meant"), [("'=1+1", "=1+1"), ("'-5", "-5"), ("''=x", "'=x"), ("'90s", "'90s"), ("it's", "it's")]
)
def test_the_apostrophe_that_keeps_a_formula_from_running_is_taken_off(sent, meant):
    assert grid(f"a,{sent}\n".encode()) == [["a", meant]]


def test_what_we_send_as_text_comes_back():
    headings, row = (
        ("Measure", "Value", "Note"),
        ("POV-01", Decimal("-20.30"), "=HYPERLINK() – Bòrd, “£”\nmore"),
    )
    (sheet,) = read_workbook(csv_bytes(headings, [row]), "a.csv").sheets
    assert [[cell.value for cell in row.cells] for row in sheet.rows] == [
        list(headings),
        ["POV-01", "-20.30", "=HYPERLINK() – Bòrd, “£”\nmore"],
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a,b\n1,\x002\n", "not a spreadsheet"),
        (b"a,b\n\x01\x02\x03\x04", "not a spreadsheet"),
        (b"\xff\xfea", "not a spreadsheet"),
        (b"a\x81b,c\n", "not a spreadsheet"),
        (
            b'a,b\n1,"2\n3,4\n',
            "Line 3 of the file cannot be read, or one before it: a quotation mark is missing",
        ),
        (b'a,b\n1,"2"x\n3,4\n', "a quotation mark is missing or stands in an odd place"),
        (b"x" * 250_001, "a line of more than 250,000 characters"),
        (b"a,b\n" + b"x" * 5_001, "Cell A2 of the sheet “a” has more than 5,000 characters"),
        (b'a,b\n"' + b"xx\n" * 60_000 + b'"', "a quotation mark is missing"),
        (b"," * 200 + b"1\n", "more than 200 columns"),
        (b"1\n" * 20_001, "more than 20,000 rows"),
        (b"1,1,1\n" * 3 + b" \n\n\t\n" * 10 + b"\n" * 20_000 + b"2\n", "more than 20,000 rows"),
        (b"\n\n,,,\n", "nothing in it"),
        (b"\xef\xbb\xbf", "nothing in it"),
    ],
)
def test_what_is_no_table_is_refused(content, words):
    with pytest.raises(SheetRefused, match=words.replace("(", r"\(")):
        read_workbook(content, "a.csv")


def test_as_much_as_is_read_is_read():
    assert len(grid(b"1\n" * 20_000)) == 20_000
    assert len(grid(b"1," * 199 + b"1\n")[0]) == 200
