"""A sheet to fill comes back as what was typed into it, row by row, whichever program kept it."""

import datetime as dt
from decimal import Decimal
from io import BytesIO

import openpyxl
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from odf import table
from odf.namespaces import OFFICENS
from odf.text import P

from actionplans.figure_lines import ratio_of
from actionplans.models import Measure
from actionplans.places import AREA, Place, PlaceKind
from actionplans.sheets.asking import FillRow, Scope, ScopeKind
from actionplans.sheets.figures_in_cells import FigureInCell, figure_in
from actionplans.sheets.outgoing import COLUMNS, SHEET_NAME, fill_file
from actionplans.sheets.reading import read_workbook
from actionplans.sheets.row_ids import row_id
from priorities.models import Partnership, Quarter
from priorities.periods import FinancialQuarter, FinancialYear, Period
from priorities.workbooks import FileKind
from tests.factories import NOW
from tests.priorities.workbook_reading import ods_book

QUARTER = Quarter(
    partnership=Partnership(name="Strathmuir CPP", slug="strathmuir", area_name="Strathmuir"),
    year=2021,
    number=3,
    opens_on=dt.date(2022, 1, 1),
    due_on=dt.date(2022, 1, 21),
)
PERIODS = [Period.for_quarter(FinancialQuarter(FinancialYear(2021), number)) for number in (1, 2, 3)]
LETHAM = Place(PlaceKind.LOCALITY, 1, "WARD-2", "Letham")

KINDS = {
    "percent": {"decimals": 1},
    "number": {"decimals": 0},
    "rate": {"decimals": 1},
    "money": {"decimals": 2, "is_bounded": False},
    "points": {"decimals": 1, "is_bounded": False},
    "yes_no": {"decimals": 0},
}


def asked(number, unit, place, period):
    measure = Measure(code=f"POV-{number:02}", name=f"=Measure {number}", unit=unit, **KINDS[unit])
    return FillRow(
        id=row_id(measure, place, period), measure=measure, place=place, place_name=place.name, period=period,
        unit=unit, better="Higher is better", last="", is_managed=False, target="", ratio=ratio_of(measure),
    )  # fmt: skip


# What somebody types into a cell: its value, how it is shown, and what is to be read


def number(value, shown="General", read=None):
    return float(value), shown, FigureInCell(Decimal(value) if read is None else read)


def words(text, **read):
    return text, "", FigureInCell(**read)


SYMBOLS = st.sampled_from(
    [
        words("[c]", symbol="c"), words("<5", symbol="c"), words("*", symbol="c"), words("..", symbol="x"),
        words("not available", symbol="x"), words("[z]", symbol="z"),
    ]
)  # fmt: skip
WHOLE = st.integers(0, 10**12).map(Decimal)
SHARES = st.decimals(0, 100, places=6)
NUMBERS = st.decimals(-(10**8), 10**8, places=6)
PENCE = st.decimals(-(10**9), 10**9, places=2)

AS_NUMBERS = {
    "percent": SHARES.map(number) | SHARES.map(lambda value: number(value / 100, "0.00%", value)),
    "number": WHOLE.map(number) | WHOLE.map(lambda value: number(value, "#,##0")),
    "rate": NUMBERS.map(number) | NUMBERS.map(lambda value: number(value, "0.0")),
    "money": PENCE.map(number) | PENCE.map(lambda value: number(value, "£#,##0")),
    "points": NUMBERS.map(number) | SHARES.map(lambda value: number(-value / 100, "0%", -value)),
    "yes_no": st.sampled_from([("Yes", "", FigureInCell(Decimal(1))), ("No", "", FigureInCell(Decimal(0)))]),
}
AS_WORDS = {
    "percent": SHARES.map(lambda value: words(f"{value}%", value=value)),
    "number": WHOLE.map(lambda value: words(f"{value:,f} (p)", value=value, flag="provisional")),
    "rate": NUMBERS.map(lambda value: words(f"'{value:f}", value=value)),
    "money": PENCE.map(lambda value: words(f"£{value:,}".replace("£-", "-£"), value=value)),
    "points": NUMBERS.map(lambda value: words(f" {value:f}\u00a0", value=value)),
    "yes_no": st.just(words("TRUE", value=Decimal(1))),
}
BLANK = st.just((None, "", FigureInCell()))

SHEETS = st.lists(
    st.tuples(
        st.sampled_from([AREA, LETHAM]), st.sampled_from(PERIODS), st.sampled_from(list(KINDS))
    ).flatmap(lambda row: st.tuples(st.just(row), AS_NUMBERS[row[2]] | AS_WORDS[row[2]] | SYMBOLS | BLANK)),
    min_size=1,
    max_size=6,
)
FIRST_ROW, FIGURE, ID = 5, 7, 12


def sheet_of(rows, kind):
    scope = Scope(ScopeKind.PRIORITY, "poverty", "Poverty", tuple(rows))
    return fill_file(scope, QUARTER, kind, return_to="Ann Bell", at=NOW).content


def filled_by_openpyxl(content, typed):
    book = openpyxl.load_workbook(BytesIO(content))
    for row, (value, shown, _) in enumerate(typed, start=FIRST_ROW):
        cell = book[SHEET_NAME].cell(row, FIGURE)
        cell.value = value
        if shown:
            cell.number_format = shown
    return saved(book)


def filled_by_odfpy(content, typed):
    book = ods_book(content)
    sheets = book.spreadsheet.getElementsByType(table.Table)
    (sheet,) = [one for one in sheets if one.getAttribute("name") == SHEET_NAME]
    rows = sheet.getElementsByType(table.TableRow)
    for row, (value, shown, _) in zip(rows[FIRST_ROW - 1 :], typed, strict=True):
        cell = row.getElementsByType(table.TableCell)[FIGURE - 1]
        if isinstance(value, float):
            cell.setAttrNS(OFFICENS, "value-type", "percentage" if "%" in shown else "float")
            cell.setAttrNS(OFFICENS, "value", repr(value))
            cell.addElement(P(text=f"£{value}" if "£" in shown else f"{value}"))
        elif value is not None:
            cell.setAttrNS(OFFICENS, "value-type", "string")
            cell.addElement(P(text=value))
    return saved(book)


def saved(book):
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def read_back(content):
    """What each row says, by its id."""
    (sheet,) = [one for one in read_workbook(content, "back").sheets if one.name == SHEET_NAME]
    (header,) = [row for row in sheet.rows if [cell.text for cell in row.cells] == list(COLUMNS.headings)]
    return [(row.at(ID).text, row.at(FIGURE)) for row in sheet.rows if row.number > header.number]


@given(sheet=SHEETS)
@hypothesis_settings(max_examples=25)
def test_whatever_is_typed_into_a_sheet_is_what_is_read_of_it(sheet):
    rows = [asked(number, unit, place, period) for number, ((place, period, unit), _) in enumerate(sheet)]
    typed = [cell for _, cell in sheet]
    wanted = [(row.id, read) for row, (_, _, read) in zip(rows, typed, strict=True)]
    for kind, fill in ((FileKind.XLSX, filled_by_openpyxl), (FileKind.ODS, filled_by_odfpy)):
        back = read_back(fill(sheet_of(rows, kind), typed))
        found = [
            (id_, figure_in(cell, row.measure.unit)) for (id_, cell), row in zip(back, rows, strict=True)
        ]
        assert found == wanted
