"""What we send in a workbook is read back as it was."""

import datetime as dt
from decimal import Decimal

import pytest

from actionplans.sheets.reading import read_workbook
from priorities.clock import EDINBURGH
from priorities.workbooks import Sheet, Symbol, Workbook, ods_bytes, xlsx_bytes

HEADINGS = ("Measure", "Value", "Released", "Flag")
ROWS = (
    ("Bòrd – £ <5", Decimal("20.30"), dt.date(2021, 10, 15), Symbol.PROVISIONAL),
    ("=HYPERLINK(1)", Decimal("-1234567.891"), dt.date(1999, 1, 1), Symbol.CONFIDENTIAL),
    ("@twice\nover", Decimal(0), dt.date(2100, 12, 31), Symbol.NOT_AVAILABLE),
)
READ = [
    ["Bòrd – £ <5", Decimal("20.3"), dt.date(2021, 10, 15), "[p]"],
    ["=HYPERLINK(1)", Decimal("-1234567.891"), dt.date(1999, 1, 1), "[c]"],
    ["@twice\nover", Decimal(0), dt.date(2100, 12, 31), "[x]"],
]


@pytest.mark.parametrize("write", [xlsx_bytes, ods_bytes])
def test_a_table_comes_back(write):
    book = Workbook(
        title="Figures",
        notes=(),
        contact="policy@example.org",
        next_update="in January 2022",
        made_at=dt.datetime(2021, 11, 1, 9, tzinfo=EDINBURGH),
        sheets=(Sheet("Figures", "Every figure", "All figures", HEADINGS, ROWS),),
    )
    (sheet,) = [one for one in read_workbook(write(book), "figures").sheets if one.name == "Figures"]
    table = [[cell.value for cell in row.cells] for row in sheet.rows if len(row.cells) == len(HEADINGS)]
    assert table == [list(HEADINGS), *READ]
    assert not any(
        cell.error or cell.is_hidden or cell.is_formula for row in sheet.rows for cell in row.cells
    )
