"""Whatever is sent, it is read or refused with words: never anything else, and soon."""

import time
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actionplans.sheets.cells import column_of, letters_of
from actionplans.sheets.number_formats import day_of_serial, number_format
from actionplans.sheets.reading import SheetRefused, Workbook, read_workbook
from tests.actionplans.sheets.made_files import (
    cells,
    ods,
    ods_parts,
    ods_row,
    ods_sheet,
    ods_text,
    packed,
    styles_of,
    xlsx,
    xlsx_parts,
)

NAMES = st.sampled_from(["a.xlsx", "a.csv", "a.ods", "a", "", "../x.xls", "\0"])
SHEET = (
    '<cols><col min="2" max="3" hidden="1"/></cols><sheetData><row r="1"><c r="A1" s="1"><v>0.12</v></c>'
    '<c r="B1" t="s"><v>0</v></c><c r="C1" s="2"><f>B1</f><v>44287</v></c><c r="D1" t="e"><v>#REF!</v></c>'
    '</row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
)
XLSX = xlsx_parts(SHEET, texts="<si><r><t>Bòrd</t></r></si>", styles=styles_of("0.0%", "d mmm yyyy"))
ODS = ods_parts(
    ods_sheet(
        ods_row(
            ods_text("Bòrd", 'table:number-columns-repeated="2"')
            + '<table:table-cell office:value-type="percentage" office:value="0.12" table:formula="of:=A1"/>'
            + '<table:table-cell office:value-type="date" office:date-value="2021-04-01"/>',
            'table:number-rows-repeated="3" table:visibility="collapse"',
        )
    )
)
CSV = 'Measure;Value\r\n"Bòrd; £";12\r\n'.encode()
WHOLE = {"xlsx": packed(XLSX), "ods": packed(ODS), "utf8": CSV, "utf16": CSV.decode().encode("utf-16")}


def is_read_or_refused(content, name="a.xlsx"):
    started = time.process_time()
    try:
        read = read_workbook(content, name)
    except SheetRefused as refused:
        words = str(refused)
        assert words.endswith(".")
        assert len(words) < 400
    else:
        assert isinstance(read, Workbook)
        for sheet in read.sheets:
            for row in sheet.rows:
                for cell in row.cells:
                    assert (cell.value is None) == bool(cell.error)
                    assert "\n" not in cell.text
    assert time.process_time() - started < 20


def changed(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """The bytes with some of them taken out and others put in."""
    for place, length, put in changes:
        start = place % (len(content) + 1)
        content = content[:start] + put + content[start + length :]
    return content


CHANGES = st.lists(
    st.tuples(st.integers(0, 10_000), st.integers(0, 40), st.binary(max_size=20)), min_size=1, max_size=4
)
# What a part of XML may have in it that was not there.
SCRAPS = st.sampled_from(
    [
        *(
            "<",
            ">",
            "&",
            '"',
            "'",
            "/",
            "&#0;",
            "&#xD800;",
            "&a;",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?x?>",
            "\0",
        ),
        *(
            "-1",
            "1e999",
            "NaN",
            "99999999999",
            "",
            " ",
            "r=",
            "é",
            "<v>",
            "</v>",
            "<c>",
            "<row>",
            "<f/>",
            "<t>x</t>",
        ),
        *(
            't="s"',
            't="d"',
            's="9"',
            's="-1"',
            "_xD800_",
            "<table:table>",
            "<text:p>",
            "<draw:frame>",
            "</table:table>",
        ),
        *(
            "<office:annotation>",
            "</text:p>",
            "<table:table-row>",
            "<table:table-cell>",
            "<text:s/>",
            "Err:501",
        ),
    ]
)


@settings(max_examples=150)
@given(st.binary(max_size=3_000), NAMES)
def test_random_bytes(content, name):
    is_read_or_refused(content, name)


@settings(max_examples=200)
@given(
    st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd0\xcf\x11\xe0", b"PK\x05\x06"]),
    st.binary(),
)
def test_random_bytes_after_a_known_beginning(begins, content):
    is_read_or_refused(begins + content)


@pytest.mark.parametrize("kind", WHOLE)
@settings(max_examples=250)
@given(changes=CHANGES)
def test_files_with_some_bytes_changed(kind, changes):
    is_read_or_refused(changed(WHOLE[kind], changes))


@settings(max_examples=250)
@given(st.data())
def test_workbooks_with_a_part_changed(data):
    parts = data.draw(st.sampled_from([XLSX, ODS]))
    name = data.draw(st.sampled_from(sorted(parts)))
    text = str(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text)))
        text = text[:place] + data.draw(SCRAPS) + text[place + data.draw(st.integers(0, 9)) :]
    is_read_or_refused(packed(parts | {name: text.encode("utf-8", "replace")}))


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8"), max_size=400), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text(text, encoding):
    is_read_or_refused(text.encode(encoding), "a.csv")


@settings(max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=60))
def test_text_reads_the_same_from_every_format(words):
    from_excel = xlsx(
        cells(f'<c r="A1" t="inlineStr"><is><t>{escape(words)}</t></is></c><c r="B1"><v>1</v></c>')
    )
    from_libreoffice = ods(
        ods_sheet(
            ods_row(
                ods_text(escape(words)) + '<table:table-cell office:value-type="float" office:value="1"/>'
            )
        )
    )
    first, second = (
        read_workbook(content, "").sheets[0].at("A1") for content in (from_excel, from_libreoffice)
    )
    if "_x" not in words:
        assert first == second


@settings(max_examples=150)
@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_a_number_is_the_one_that_was_written(digits, decimals):
    value = Decimal(digits).scaleb(-decimals)
    # A binary number, as programs write them.
    read = read_workbook(xlsx(cells(f'<c r="A1"><v>{float(value)!r}</v></c>')), "").sheets[0].at("A1")
    assert read.value == value


@settings(max_examples=150)
@given(
    st.text(st.sampled_from('0#?.,%;"\\[]$£-_*@ dmyhsapEe/+General'), max_size=30),
    st.decimals(-(10**9), 10**9, places=4),
)
def test_any_format_shows_any_number(code, value):
    shown = number_format(code)
    moment = day_of_serial(abs(value))
    assert isinstance(shown.write_number(value), str)
    assert isinstance(shown.write_hours(value), str)
    if moment is not None:
        assert isinstance(shown.write_day(moment), str)


@given(st.integers(1, 16_384))
def test_columns_have_their_letters(column):
    assert column_of(letters_of(column)) == column
