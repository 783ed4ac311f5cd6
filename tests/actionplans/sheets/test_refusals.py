"""Files that are not read: other kinds, locked, damaged, too large, or made to do harm. All are made here."""

import base64
import io
import struct
import time
import tracemalloc
import zipfile

import openpyxl
import pytest

from actionplans.sheets import archive as archives
from actionplans.sheets import limits
from actionplans.sheets.reading import SheetRefused, read_workbook
from tests.actionplans.sheets.made_files import (
    cells,
    ods,
    ods_parts,
    ods_row,
    ods_sheet,
    ods_text,
    packed,
    relations,
    xlsx,
    xlsx_parts,
)

ONE = '<c r="A1"><v>1</v></c>'
BOMB_OF_ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">'
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
EXTERNAL_ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
A_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def refusal_of(content, name="figures.xlsx"):
    """Why a file is refused. That takes little time of the processor."""
    started = time.process_time()
    with pytest.raises(SheetRefused) as refused:
        read_workbook(content, name)
    assert time.process_time() - started < 20
    return str(refused.value)


def with_part(name, content, parts=None):
    return packed((parts or xlsx_parts(cells(ONE))) | {name: content})


# Size and kind


def test_an_empty_file():
    assert refusal_of(b"") == "The file is empty. Check that it was saved, and send it again."


@pytest.mark.parametrize("content", [xlsx(cells("")), xlsx(), ods(ods_sheet("")), ods(), b"\n\n", b" "])
def test_a_file_with_nothing_in_it(content):
    assert refusal_of(content) == "The file has nothing in it. Check that it was saved, and send it again."


def test_a_large_file_is_not_even_looked_at():
    assert refusal_of(b"a,b\n" * (50 * 1024 * 1024 // 4)) == (
        "The file is larger than 5 MB. Send the sheets you need in a smaller file."
    )
    edge = (b"x" * 4_095 + b"\n") * (limits.MOST_BYTES // 4_096)
    assert len(read_workbook(edge, "a.csv").sheets[0].rows) == 1_280
    assert refusal_of(edge + b"\n").startswith("The file is larger")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (A_PIXEL, "a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
        (b"GIF89a\1\0\1\0", "a picture"),
        (b"{\\rtf1 hello}", "a text document"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "a packed file"),
        (b"7z\xbc\xaf\x27\x1c", "a packed file"),
        (b"#!/bin/sh\nrm\n", "a program"),
        (b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table>", "a web page"),
        (b"\xef\xbb\xbf <HTML>", "a web page"),
        (b'<?xml version="1.0"?><office:document/>', "an XML file"),
        (packed({"word/document.xml": "<w/>", "[Content_Types].xml": "<Types/>"}), "a Word document"),
        (packed({"ppt/presentation.xml": "<p/>"}), "a presentation"),
        (packed({"figures.csv": "a,b"}), "a packed file"),
        (
            packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
            "an OpenDocument text or drawing",
        ),
    ],
)
def test_other_files(content, what):
    assert refusal_of(content) == (
        f"The file is {what}, not a spreadsheet. "
        "Send an Excel workbook (.xlsx), an OpenDocument one (.ods) or a .csv file."
    )


@pytest.mark.parametrize("content", [b"PK", b"PK\x07\x08" + bytes(90), b"\0\1\2\3" * 9, b"\0" * 100])
def test_bytes_that_are_nothing(content):
    assert refusal_of(content).startswith(("The file is not a spreadsheet.", "The file is damaged"))


def test_old_excel_and_passwords():
    assert refusal_of(OLD_OFFICE + "Workbook".encode("utf-16-le")) == (
        "The file is of a kind that Excel wrote before 2007 (.xls), or another old Office file. "
        "Open it, save it as .xlsx and send that file."
    )
    locked = "The file is protected by a password. Take the password off, save it and send it again."
    assert refusal_of(OLD_OFFICE + "EncryptedPackage".encode("utf-16-le")) == locked
    entry = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
    assert refusal_of(ods(ods_sheet(ods_row(ods_text("x"))), manifest=entry)) == locked
    assert refusal_of(with_part("encrypted-package", b"\1\2\3", ods_parts(ods_sheet("")))) == locked
    content = bytearray(xlsx(cells(ONE)))
    # The flag of an encrypted entry, in the directory at the end.
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    assert refusal_of(bytes(content)) == locked


# What runs, and what leads elsewhere


@pytest.mark.parametrize(
    "content",
    [
        with_part("xl/vbaProject.bin", b"\xd0\xcf"),
        with_part("xl/macrosheets/sheet1.xml", "<x/>"),
        with_part(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
            'PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>',
        ),
        with_part("Basic/Standard/Module1.xml", "<x/>", ods_parts(ods_sheet(""))),
        with_part("Scripts/python/run.py", "print()", ods_parts(ods_sheet(""))),
    ],
)
def test_macros(content):
    assert refusal_of(content).startswith("The file holds macros, which are programs. In ")


def test_a_binary_workbook():
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override '
        'PartName="/xl/workbook.bin" ContentType="application/vnd.ms-excel.sheet.binary.main"/></Types>'
    )
    assert refusal_of(with_part("[Content_Types].xml", types)) == (
        "The file is a binary Excel workbook. Save it as .xlsx and send that file."
    )


@pytest.mark.parametrize(
    "content",
    [
        with_part("xl/externalLinks/externalLink1.xml", "<x/>"),
        with_part(
            "xl/_rels/workbook.xml.rels",
            relations(("s1", "worksheet", "worksheets/sheet1.xml"), ("x", "externalLink", "elsewhere.xml")),
        ),
        ods(ods_sheet('<table:table-source table:mode="copy-all"/>' + ods_row(ods_text("x")))),
        ods(
            ods_sheet(
                ods_row('<table:table-cell><table:cell-range-source table:name="x"/></table:table-cell>')
            )
        ),
        ods(ods_sheet("") + "<table:dde-links/>"),
    ],
)
def test_external_links(content):
    assert refusal_of(content).startswith("The file takes figures from other files. In ")


@pytest.mark.parametrize(
    "declared", [BOMB_OF_ENTITIES, EXTERNAL_ENTITY, "<!DOCTYPE x SYSTEM 'http://x.example/y'>"]
)
@pytest.mark.parametrize(
    "part",
    [
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
        "[Content_Types].xml",
        "_rels/.rels",
        "content.xml",
        "META-INF/manifest.xml",
    ],
)
def test_entities(declared, part):
    is_ods = part in ("content.xml", "META-INF/manifest.xml")
    parts = ods_parts(ods_sheet("")) if is_ods else xlsx_parts(cells(ONE), texts="<si/>", styles="<x/>")
    assert refusal_of(
        packed(parts | {part: f"{declared}{parts[part]}".replace("<v>1", "<v>&i;")})
    ).startswith("The file declares XML entities")


def test_an_entity_that_nobody_declared():
    assert refusal_of(xlsx(cells('<c r="A1"><v>&a;</v></c>'))).startswith("The file is damaged")


# Zip bombs

TOO_LARGE = "The file unpacks to more than a spreadsheet of its size should, or to more than 64 MB."


def test_one_part_that_unpacks_a_thousandfold():
    content = xlsx(" " * 20_000_000 + cells(ONE))
    assert len(content) < 30_000
    assert refusal_of(content).startswith(TOO_LARGE)


def test_many_parts_that_unpack_to_more_than_a_sheet_should():
    block = "".join(f"<x>{number}</x>" for number in range(1_500)) * 40
    parts = xlsx_parts(cells(ONE)) | {f"xl/more{number}.xml": block for number in range(120)}
    assert refusal_of(packed(parts)).startswith(TOO_LARGE)


def test_a_bomb_that_lies_about_its_size():
    """The directory says 100 bytes, and what comes out is counted all the same."""
    parts = xlsx_parts(cells(ONE))
    honest = packed(parts | {"xl/worksheets/sheet1.xml": "x" * 900_000})
    lying = honest.replace(struct.pack("<I", 900_000), struct.pack("<I", 100))
    assert lying != honest
    assert refusal_of(lying).startswith("The file is damaged")


def test_what_comes_out_is_counted_whatever_the_directory_says(monkeypatch):
    content = xlsx(cells(ONE) + "".join(f"<x>{number}</x>" for number in range(100_000)))
    found = archives.Archive(content)
    monkeypatch.setattr(archives, "MOST_UNPACKED", 1_000_000)
    with pytest.raises(SheetRefused, match="unpacks to more"):
        list(found.blocks("xl/worksheets/sheet1.xml"))


def test_thousands_of_parts():
    parts = xlsx_parts(cells(ONE)) | {f"xl/{number}": "" for number in range(1_000)}
    assert refusal_of(packed(parts)).startswith("The file has more than 1,000 parts packed in it.")
    fewer = xlsx_parts(cells(ONE)) | {f"xl/{number}": "" for number in range(900)}
    assert read_workbook(packed(fewer), "a.xlsx").sheets[0].at("A1").text == "1"


def test_the_same_part_twice():
    file = io.BytesIO(xlsx(cells(ONE)))
    with zipfile.ZipFile(file, "a") as found, pytest.warns(UserWarning, match="Duplicate name"):
        found.writestr("xl/workbook.xml", "<x/>")
    assert "a part of it is there twice" in refusal_of(file.getvalue())


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "xl/../../x", "..\\x", "C:\\x", "c:x"])
def test_names_that_lead_outside(name):
    assert "a part of it has a name that leads outside it" in refusal_of(with_part(name, "x"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("xl/media/inner.zip", b"anything"),
        ("xl/media/image1.png", packed({"x": "y"})),
        ("xl/embeddings/oleObject1.bin", b"\xd0\xcf"),
        ("xl/embeddings/book.xlsx", xlsx(cells(ONE))),
    ],
)
def test_files_packed_inside(name, content):
    assert refusal_of(with_part(name, content)) == (
        "The file has another file packed inside it. Take it out and send the sheet alone."
    )


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing(compression):
    content = packed(xlsx_parts(cells(ONE)), compression=compression)
    assert "packed in a way that spreadsheets are not" in refusal_of(content)


# Damage


def test_a_file_cut_short_anywhere():
    for content in (xlsx(cells(ONE), texts="<si/>"), ods(ods_sheet(ods_row(ods_text("x"))))):
        for size in range(4, len(content) - 1, 97):
            assert refusal_of(content[:size]).startswith(
                ("The file is damaged or was cut short", "The file is not")
            )


@pytest.mark.parametrize(
    "inside",
    [
        '<c r="A1"><v>1</v></c><c r="A1"><v>2</v></c>',
        '<c r="B1"><v>1</v></c><c r="A1"><v>2</v></c>',
        '<c r="1A"><v>1</v></c>',
        '<c r="AAAA1"><v>1</v></c>',
        '<c r="é1"><v>1</v></c>',
        '<c r="A1" t="s"><v>0</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="A1" s="x"><v>1</v></c>',
        '<c r="A1"><v>1</c>',
        "<x" * 3,
        "<x>" * 300 + "</x>" * 300,
    ],
)
def test_damaged_sheets(inside):
    assert refusal_of(xlsx(cells(inside))).startswith("The file is damaged or was cut short on its way")


@pytest.mark.parametrize(
    "sheet",
    [
        '<sheetData><row r="2"/><row r="2"/></sheetData>',
        '<sheetData><row r="2"/><row r="1"/></sheetData>',
        '<sheetData><row r="0"/></sheetData>',
        '<sheetData><row r="x"/></sheetData>',
        '<cols><col min="a" max="3" hidden="1"/></cols>',
        '<mergeCells><mergeCell ref="x"/></mergeCells>',
        "<mergeCells><mergeCell/></mergeCells>",
    ],
)
def test_damaged_rows_columns_and_merges(sheet):
    assert refusal_of(xlsx(sheet)).startswith("The file is damaged or was cut short on its way")


def test_parts_that_are_missing():
    for name in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        parts = xlsx_parts(cells(ONE))
        del parts[name]
        assert "a part of it is missing" in refusal_of(packed(parts))


def test_a_tag_of_megabytes_is_left_off_early():
    """The parser reads such a tag again with each block, so it is not let go on to its end."""
    parts = xlsx_parts(f'<x y="{"z" * 4_000_000}"/>')
    assert "a tag is too long" in refusal_of(packed(parts, compression=zipfile.ZIP_STORED))


def test_letters_in_an_unknown_way():
    parts = xlsx_parts(cells(ONE))
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = f'<?xml version="1.0" encoding="klingon"?>{sheet}'
    assert refusal_of(packed(parts)).startswith("The file is damaged")


# More than is read


def test_too_many_sheets():
    assert refusal_of(xlsx(*[cells(ONE)] * 51)).startswith("The file has more than 50 sheets.")
    assert refusal_of(ods(*[ods_sheet(ods_row(ods_text("x")))] * 51)).startswith(
        "The file has more than 50 sheets."
    )
    assert len(read_workbook(xlsx(*[cells(ONE)] * 50), "a.xlsx").sheets) == 50


def test_too_many_rows():
    def sheet(last):
        return f'<sheetData><row r="{last}"><c r="A{last}"><v>1</v></c></row></sheetData>'

    assert refusal_of(xlsx(sheet(20_001))) == (
        "The sheet “Sheet 1” has more than 20,000 rows. Send the sheets you need in a smaller file."
    )
    assert read_workbook(xlsx(sheet(20_000)), "a.xlsx").sheets[0].at("A20000").text == "1"
    assert "more than 20,000 rows" in refusal_of(
        ods(ods_sheet(ods_row(ods_text("x"), 'table:number-rows-repeated="1048576"')))
    )


def test_too_many_columns():
    assert refusal_of(xlsx(cells('<c r="GS1"><v>1</v></c>'))) == (
        "The sheet “Sheet 1” has more than 200 columns. Send the sheets you need in a smaller file."
    )
    assert read_workbook(xlsx(cells('<c r="GR1"><v>1</v></c>')), "a.xlsx").sheets[0].at("GR1").text == "1"
    assert "more than 200 columns" in refusal_of(
        ods(ods_sheet(ods_row(ods_text("x", 'table:number-columns-repeated="16384"'))))
    )


def test_blank_cells_with_a_look_of_their_own_do_not_count():
    blank = "".join(f'<row r="{number}"><c r="A{number}" s="1"/></row>' for number in range(2, 40_000))
    sheet = f'<sheetData><row r="1">{ONE}<c r="XFD1" s="1"/></row>{blank}</sheetData>'
    assert len(read_workbook(xlsx(sheet), "a.xlsx").sheets[0].rows) == 1


def test_millions_of_cells(monkeypatch):
    repeated = ods_row(
        ods_text("x", 'table:number-columns-repeated="200"'), 'table:number-rows-repeated="20000"'
    )
    assert limits.MOST_CELLS == 400_000
    monkeypatch.setattr(limits, "MOST_CELLS", 40_000)
    assert refusal_of(ods(ods_sheet(repeated))).startswith("The file has more than 40,000 cells")
    # In all sheets together.
    monkeypatch.setattr(limits, "MOST_CELLS", 3)
    assert refusal_of(xlsx(*[cells(ONE)] * 4)).startswith("The file has more than 3 cells")


def test_cells_that_say_too_much():
    long = "y" * 5_001
    inline = cells(f'<c r="B1" t="inlineStr"><is><t>{long}</t></is></c>')
    said = "Cell B1 of the sheet “Sheet 1” has more than 5,000 characters."
    assert refusal_of(xlsx(inline)).startswith(said)
    assert refusal_of(
        xlsx(cells('<c r="B1" t="s"><v>0</v></c>'), texts=f"<si><t>{long}</t></si>")
    ).startswith(said)
    assert refusal_of(ods(ods_sheet(ods_row("<table:table-cell/>" + ods_text(long))))).startswith(said)
    assert (
        read_workbook(xlsx(inline.replace(long, long[:5_000])), "a.xlsx").sheets[0].at("B1").text
        == long[:5_000]
    )


def test_one_text_over_and_over():
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(1, 2_100)
    )
    content = xlsx(f"<sheetData>{rows}</sheetData>", texts=f"<si><t>{'ab' * 2_500}</t></si>")
    assert refusal_of(content).startswith("The file has more than 10,000,000 characters of text.")


def test_more_texts_than_cells(monkeypatch):
    monkeypatch.setattr("actionplans.sheets.xlsx.MOST_CELLS", 10)
    assert refusal_of(xlsx(cells(ONE), texts="<si/>" * 11)).startswith("The file has more text than is read")


def test_too_many_merged_cells():
    merges = '<mergeCell ref="A1:B2"/>' * 5_001
    assert "more than 5,000 merged cells" in refusal_of(
        xlsx(cells(ONE) + f"<mergeCells>{merges}</mergeCells>")
    )
    row = ods_row(ods_text("x", 'table:number-columns-spanned="2"') * 200)
    assert "more than 5,000 merged cells" in refusal_of(ods(ods_sheet(row * 26)))


def test_merged_cells_over_one_another():
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 1_001))
    merges = '<mergeCell ref="A1:XFD1048576"/>' * 101
    assert "its merged cells lie over one another" in refusal_of(
        xlsx(f"<sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells>")
    )


@pytest.mark.parametrize(
    "content",
    [
        xlsx(" " * 60_000_000),
        ods(
            ods_sheet(
                ods_row(
                    ods_text("x", 'table:number-columns-repeated="200"'),
                    'table:number-rows-repeated="9999999"',
                )
            )
        ),
        xlsx(cells(ONE) + "<!--" + "x" * 900_000 + "-->" + "<a>" * 300),
        b'a,"' + b"x" * 5_000_000,
    ],
    ids=["blank", "repeated", "deep", "one line"],
)
def test_harm_is_refused_in_little_memory(content):
    tracemalloc.start()
    try:
        refusal_of(content)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 30_000_000


def test_a_workbook_that_openpyxl_locks_for_show_is_read():
    """Protection of a sheet keeps its headings as they are; it hides nothing."""
    book = openpyxl.Workbook()
    book.active["A1"] = 5
    book.active.protection.sheet = True
    book.active.protection.password = "quarter"
    book.security.lockStructure = True
    file = io.BytesIO()
    book.save(file)
    assert read_workbook(file.getvalue(), "a.xlsx").sheets[0].at("A1").text == "5"
