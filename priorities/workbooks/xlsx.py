"""A workbook as an Excel file.

Every text cell says that it is text, so nothing anybody typed can run; what looks like a formula is quoted too, so
that it stays text when somebody edits the cell.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
from openpyxl.cell import Cell as ExcelCell
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from priorities.clock import EDINBURGH
from priorities.workbooks.archive import with_fixed_dates
from priorities.workbooks.cells import FillIn, SheetLink, Takes, Written, could_run, decimals_of, text_of
from priorities.workbooks.description import Sheet, Workbook
from priorities.workbooks.layout import FONT, LANGUAGE, POINTS, TITLE_POINTS, lines_of, widths

MOST_DECIMALS = 6
LONGEST_TEXT = 32_767
LINE = POINTS * 1.3
TALLEST = 409
"""The most points that Excel makes a row."""
CUT = " … (cut short: a cell of Excel holds no more)"
A_DAY = "[$-809]d mmmm yyyy"

_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WRAPPED_LEFT = Alignment(wrap_text=True, vertical="top", horizontal="left")
# Excel reads _x0041_ as the letter A; the underscore before it must then be written so itself.
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def xlsx_bytes(workbook: Workbook) -> bytes:
    """The bytes of the file, the same for the same workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    moment = workbook.made_at.astimezone(EDINBURGH).replace(tzinfo=None, microsecond=0)
    book.properties = DocumentProperties(
        title=workbook.title, creator="", language=LANGUAGE, created=moment, modified=moment
    )
    for style in _styles():
        book.add_named_style(style)
    for sheet in workbook.every_sheet:
        _write(book.create_sheet(sheet.name), sheet)
    file = BytesIO()
    # The library's own way of saving dates the workbook by the clock.
    ExcelWriter(book, ZipFile(file, "w", ZIP_DEFLATED)).save()
    return with_fixed_dates(file.getvalue(), workbook.made_at)


def _styles() -> list[NamedStyle]:
    text = Font(name=FONT, size=POINTS)
    return [
        # Excel's own name and number for a heading.
        NamedStyle("Heading 1", font=Font(name=FONT, size=TITLE_POINTS, bold=True), builtinId=16),
        NamedStyle("Table heading", font=Font(name=FONT, size=POINTS, bold=True), alignment=_WRAPPED),
        NamedStyle("Line", font=text),
        NamedStyle("Text", font=text, alignment=_WRAPPED),
        NamedStyle(
            "To fill",
            font=text,
            alignment=_WRAPPED_LEFT,
            border=Border(*[Side("thin")] * 4),
            protection=Protection(locked=False),
        ),
        NamedStyle("Link", font=Font(name=FONT, size=POINTS, underline="single"), alignment=_WRAPPED),
        NamedStyle("Day", font=text, alignment=_WRAPPED_LEFT, number_format=A_DAY),
        *(
            NamedStyle(_figure_style(places), font=text, alignment=_WRAPPED, number_format=_format(places))
            for places in range(MOST_DECIMALS + 1)
        ),
    ]


def _figure_style(decimals: int) -> str:
    return f"Figure with {min(decimals, MOST_DECIMALS)} decimals"


def _format(decimals: int) -> str:
    """Commas between thousands, and as much room after the figure as a bracket takes."""
    return f"#,##0.{'0' * decimals}_)" if decimals else "#,##0_)"


def _write(page: Worksheet, sheet: Sheet) -> None:
    for number, line in enumerate(sheet.above, start=1):
        _say(page.cell(number, 1), line, _style_of_line(number, sheet))
    first = len(sheet.above) + 1
    for column, heading in enumerate(sheet.headings, start=1):
        _say(page.cell(first, column), heading, "Table heading")
    for number, row in enumerate(sheet.table, start=first + 1):
        for column, value in enumerate(row, start=1):
            _fill(page.cell(number, column), value)
    _make_room(page, sheet)
    last = f"{get_column_letter(len(sheet.headings))}{first + len(sheet.table)}"
    table = Table(displayName=sheet.table_name, ref=f"A{first}:{last}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    page.add_table(table)
    if sheet.is_form:
        _make_form(page, sheet, first)
    page.print_title_rows = f"{first}:{first}"
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _make_form(page: Worksheet, sheet: Sheet, first: int) -> None:
    """Only the cells to fill can be changed, each as its rule says; the headings stay in sight."""
    page.freeze_panes = f"A{first + 1}"
    page.protection.sheet = True
    # Columns may be made wider and rows higher, and the table may be narrowed down.
    page.protection.formatColumns = page.protection.formatRows = page.protection.autoFilter = False
    rules: dict[FillIn, DataValidation] = {}
    for number, row in enumerate(sheet.table, start=first + 1):
        for column, cell in enumerate(row, start=1):
            if isinstance(cell, FillIn):
                if cell not in rules:
                    rules[cell] = _rule(cell)
                    page.add_data_validation(rules[cell])
                rules[cell].add(page.cell(number, column))


def _rule(cell: FillIn) -> DataValidation:
    kind = "textLength" if cell.takes is Takes.TEXT else cell.takes.value
    made = DataValidation(
        type=kind, allow_blank=True, showErrorMessage=bool(cell.refusal), showInputMessage=True
    )
    made.promptTitle, made.prompt = cell.title, cell.prompt
    made.errorTitle, made.error = cell.title, cell.refusal or None
    if cell.takes is Takes.CHOICE:
        made.formula1 = f'"{",".join(cell.choices)}"'
    elif cell.least is None and cell.most is None:
        made.operator, made.formula1, made.formula2 = "between", "-1E+15", "1E+15"
    elif cell.least is None:
        made.operator, made.formula1 = "lessThanOrEqual", f"{cell.most}"
    elif cell.most is None:
        made.operator, made.formula1 = _FROM[cell.is_above], f"{cell.least}"
    else:
        made.operator, made.formula1, made.formula2 = "between", f"{cell.least}", f"{cell.most}"
    return made


_FROM = {False: "greaterThanOrEqual", True: "greaterThan"}


def _make_room(page: Worksheet, sheet: Sheet) -> None:
    """Columns wide enough for their words and rows high enough, which not every program works out by itself."""
    room = widths(sheet)
    for column, width in enumerate(room, start=1):
        page.column_dimensions[get_column_letter(column)].width = width
    rows: list[tuple[Written, ...]] = [(line,) if sheet.is_prose else () for line in sheet.above]
    for number, row in enumerate([*rows, sheet.headings, *sheet.table], start=1):
        lines = max((lines_of(cell, width) for cell, width in zip(row, room, strict=False)), default=1)
        if lines > 1:
            page.row_dimensions[number].height = min(TALLEST, lines * LINE)


def _style_of_line(number: int, sheet: Sheet) -> str:
    if number == 1:
        return "Heading 1"
    return "Text" if sheet.is_prose else "Line"


def _fill(cell: ExcelCell, value: Written) -> None:
    match value:
        case Decimal():
            cell.value = value
            cell.style = _figure_style(decimals_of(value))
        case dt.date():
            cell.value = value
            cell.style = "Day"
        case FillIn():
            cell.style = "To fill"
        case SheetLink():
            _say(cell, value.sheet, "Link")
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{value.sheet}'!A1")
            cell.style = "Link"
        case _:
            _say(cell, text_of(value), "Text")


def _say(cell: ExcelCell, text: str, style: str) -> None:
    """Text that stays text, whatever it looks like."""
    text = _ESCAPED.sub("_x005F_", text)
    cell.value = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT
    cell.data_type = "s"
    cell.style = style
    if could_run(text):
        cell.quotePrefix = True
