"""Workbooks read back as somebody's spreadsheet program would."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
from odf import opendocument, table, teletype
from odf.text import P
from openpyxl.utils.escape import unescape


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def xlsx_rows(content: bytes, name: str) -> list[list[object]]:
    """Every row of a sheet; numbers as decimals, dates as dates."""
    return [
        [_plain(cell.value) for cell in row if cell.value is not None]
        for row in xlsx_book(content)[name].iter_rows()
    ]


def _plain(value: object) -> object:
    match value:
        case str():
            return unescape(value)
        case dt.datetime():
            return value.date()
        case int() | float():
            return Decimal(str(value))
    return value


def ods_book(content: bytes) -> opendocument.OpenDocument:
    return opendocument.load(io.BytesIO(content))


def ods_cells(content: bytes, name: str) -> list[list[object]]:
    """The cells of a sheet as the file has them."""
    (sheet,) = [
        sheet
        for sheet in ods_book(content).spreadsheet.getElementsByType(table.Table)
        if sheet.getAttribute("name") == name
    ]
    return [row.getElementsByType(table.TableCell) for row in sheet.getElementsByType(table.TableRow)]


def ods_rows(content: bytes, name: str) -> list[list[object]]:
    """Every row of a sheet; numbers as decimals, dates as dates."""
    return [[_value(cell) for cell in row] for row in ods_cells(content, name)]


def _value(cell) -> object:
    match cell.getAttribute("valuetype"):
        case "float":
            return Decimal(cell.getAttribute("value"))
        case "date":
            return dt.date.fromisoformat(cell.getAttribute("datevalue"))
    return ods_words(cell)


def ods_words(cell) -> str:
    return "\n".join(teletype.extractText(line) for line in cell.getElementsByType(P))


def parts(content: bytes) -> dict[str, bytes]:
    """The files of the archive that a workbook is."""
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
