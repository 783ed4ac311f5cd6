"""A file that somebody sent, read as sheets of cells: in bounded time and memory, without running anything in it.

What it is, its content decides and never its name. Nothing is guessed about what its cells mean.
"""

from __future__ import annotations

import re

from actionplans.sheets.archive import Archive, password_protected
from actionplans.sheets.cells import Cell, Merge, Row, Sheet, Workbook
from actionplans.sheets.delimited import NO_TABLE, read_delimited
from actionplans.sheets.limits import MEGABYTE, MOST_BYTES, TAKE_APART, SheetRefused, damaged
from actionplans.sheets.ods import is_ods, read_ods
from actionplans.sheets.xlsx import is_xlsx, read_xlsx

__all__ = ["Cell", "Merge", "Row", "Sheet", "SheetRefused", "Workbook", "read_workbook"]

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEND_A_SPREADSHEET = "Send an Excel workbook (.xlsx), an OpenDocument one (.ods) or a .csv file."

# What other files begin with, and what they are.
_OTHERS = (
    (re.compile(rb"\s{0,9}%PDF-"), "a PDF"),
    (
        re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|II\*\0|MM\0\*|RIFF.{4}WEBP", re.DOTALL),
        "a picture",
    ),
    (re.compile(rb"\{\\rtf"), "a text document"),
    (re.compile(rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh[0-9]|\xfd7zXZ"), "a packed file"),
    (re.compile(rb"MZ.{58}|\x7fELF|#!/", re.DOTALL), "a program"),
    (
        re.compile(rb"(\xef\xbb\xbf)?\s{0,99}<(!doctype html|html|head|body|table|meta)", re.IGNORECASE),
        "a web page",
    ),
    (re.compile(rb"(\xef\xbb\xbf)?\s{0,99}<\?xml"), "an XML file"),
)


def read_workbook(content: bytes, name: str) -> Workbook:
    """Read a spreadsheet that somebody sent under some name: XLSX, ODS or CSV.

    Raises SheetRefused, with words for who sent it, for whatever is not read: another kind of file, one that is
    locked, damaged, too large, or could do harm. Never anything else.
    """
    if not content:
        raise SheetRefused("The file is empty. Check that it was saved, and send it again.")
    if len(content) > MOST_BYTES:
        raise SheetRefused(f"The file is larger than {MOST_BYTES // MEGABYTE} MB. {TAKE_APART}")
    if content.startswith(_OLD_OFFICE):
        raise _old_office(content)
    if content.startswith(b"PK"):
        return _read_packed(content, name)
    for begins, what in _OTHERS:
        if begins.match(content):
            raise SheetRefused(f"The file is {what}, not a spreadsheet. {_SEND_A_SPREADSHEET}")
    book = read_delimited(content, name)
    if not book.sheets[0].rows:
        raise SheetRefused("The file has nothing in it. Check that it was saved, and send it again.")
    return _named(book, name, (".csv", ".txt", ".tsv", ".tab"), "a table of text (.csv)")


def _read_packed(content: bytes, name: str) -> Workbook:
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise SheetRefused(NO_TABLE) if len(content) > 4 else damaged()
    archive = Archive(content)
    if is_xlsx(archive):
        book = _named(read_xlsx(archive), name, (".xlsx",), "an Excel workbook (.xlsx)")
    elif is_ods(archive):
        book = _named(read_ods(archive), name, (".ods",), "an OpenDocument spreadsheet (.ods)")
    else:
        raise SheetRefused(f"The file is {_packed_kind(archive)}, not a spreadsheet. {_SEND_A_SPREADSHEET}")
    if not any(sheet.rows for sheet in book.sheets):
        raise SheetRefused("The file has nothing in it. Check that it was saved, and send it again.")
    return book


def _packed_kind(archive: Archive) -> str:
    if any(name.startswith("word/") for name in archive.names):
        return "a Word document"
    if any(name.startswith("ppt/") for name in archive.names):
        return "a presentation"
    return "an OpenDocument text or drawing" if "content.xml" in archive else "a packed file"


def _old_office(content: bytes) -> SheetRefused:
    """Excel locks a workbook with a password inside the wrapping of its old files."""
    if "EncryptedPackage".encode("utf-16-le") in content or "EncryptionInfo".encode("utf-16-le") in content:
        return password_protected()
    return SheetRefused(
        "The file is of a kind that Excel wrote before 2007 (.xls), or another old Office file. "
        "Open it, save it as .xlsx and send that file."
    )


def _named(book: Workbook, name: str, endings: tuple[str, ...], what: str) -> Workbook:
    """The same, with a note when the name says something else than the content."""
    ending = re.search(r"\.[a-z0-9]{1,5}$", name.strip().lower())
    if ending is None or ending[0] in endings:
        return book
    note = f"The file is named {ending[0]}, but it is {what} and was read as one."
    return Workbook(book.sheets, (note, *book.notes), book.is_1904)
