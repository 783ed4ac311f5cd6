"""A workbook as an OpenDocument spreadsheet.

Every text cell says that it is text, and none has a formula, so nothing anybody typed can run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO

from odf import dc, meta, number, style, table, teletype
from odf.element import Element
from odf.namespaces import nsdict
from odf.opendocument import OpenDocument, OpenDocumentSpreadsheet
from odf.text import A, P

from priorities.clock import EDINBURGH
from priorities.workbooks.archive import with_fixed_dates
from priorities.workbooks.cells import SheetLink, Written, decimals_of, in_words
from priorities.workbooks.description import Sheet, Workbook
from priorities.workbooks.layout import FONT, LANGUAGE, POINTS, TITLE_POINTS, widths

CHARACTER = 0.22
"""The width of one figure with some room, in centimetres."""

# The library declares each kind of element from when it has first met one, and remembers across files: all at once,
# so that the first file is not other than the second.
for _space in nsdict:
    P().get_nsprefix(_space)


def ods_bytes(workbook: Workbook) -> bytes:
    """The bytes of the file, the same for the same workbook."""
    book = OpenDocumentSpreadsheet()
    moment = f"{workbook.made_at.astimezone(EDINBURGH):%Y-%m-%dT%H:%M:%S}"
    for element in (dc.Title(text=workbook.title), dc.Language(text=LANGUAGE), dc.Date(text=moment)):
        book.meta.addElement(element)
    book.meta.addElement(meta.CreationDate(text=moment))
    _add_styles(book, workbook.every_sheet)
    ranges = table.DatabaseRanges()
    for sheet in workbook.every_sheet:
        book.spreadsheet.addElement(_page(sheet))
        ranges.addElement(_marked_up(sheet))
    book.spreadsheet.addElement(ranges)
    file = BytesIO()
    book.write(file)
    return with_fixed_dates(file.getvalue(), workbook.made_at)


# Styles


def _add_styles(book: OpenDocument, sheets: Iterable[Sheet]) -> None:
    language, country = LANGUAGE.split("-")
    usual = style.DefaultStyle(family="table-cell")
    usual.addElement(
        style.TextProperties(fontfamily=FONT, fontsize=f"{POINTS}pt", language=language, country=country)
    )
    book.styles.addElement(usual)
    book.styles.addElement(_cell_style("Default"))
    heading = style.Style(name="Heading_20_1", displayname="Heading 1", family="table-cell")
    heading.addElement(style.TextProperties(fontsize=f"{TITLE_POINTS}pt", fontweight="bold"))
    book.styles.addElement(heading)
    for name, is_bold in (("Text", False), ("TableHeading", True)):
        book.styles.addElement(_cell_style(name, wraps=True, is_bold=is_bold))
    book.automaticstyles.addElement(_long_date())
    day = _cell_style("Day", wraps=True, shown_as="LongDate")
    day.addElement(style.ParagraphProperties(textalign="start"))
    book.automaticstyles.addElement(day)
    for decimals in sorted(_decimals_used(sheets)):
        book.automaticstyles.addElement(_number_format(decimals))
        shown = _cell_style(f"Figure{decimals}", wraps=True, shown_as=f"Number{decimals}")
        book.automaticstyles.addElement(shown)
    for width in sorted({width for sheet in sheets for width in widths(sheet)}):
        column = style.Style(name=_column_style(width), family="table-column")
        column.addElement(style.TableColumnProperties(columnwidth=f"{width * CHARACTER:.2f}cm"))
        book.automaticstyles.addElement(column)
    _print_lengthwise(book)


def _print_lengthwise(book: OpenDocument) -> None:
    """Every sheet on landscape pages, as narrow as it takes for no column to be cut off."""
    layout = style.PageLayout(name="Lengthwise")
    layout.addElement(
        style.PageLayoutProperties(
            pagewidth="29.7cm", pageheight="21cm", printorientation="landscape", scaletox=1, scaletoy=0
        )
    )
    book.automaticstyles.addElement(layout)
    book.masterstyles.addElement(style.MasterPage(name="Default", pagelayoutname=layout))
    page = style.Style(name="Page", family="table", masterpagename="Default")
    page.addElement(style.TableProperties(display="true"))
    book.automaticstyles.addElement(page)


def _cell_style(name: str, *, wraps: bool = False, is_bold: bool = False, shown_as: str = "") -> Element:
    data = {"datastylename": shown_as} if shown_as else {}
    made = style.Style(name=name, family="table-cell", **data)
    if wraps:
        made.addElement(style.TableCellProperties(wrapoption="wrap", verticalalign="top", padding="0.08cm"))
    if is_bold:
        made.addElement(style.TextProperties(fontweight="bold"))
    return made


def _long_date() -> Element:
    """ "15 October 2021"."""
    made = number.DateStyle(name="LongDate", language="en", country="GB")
    made.addElement(number.Day())
    made.addElement(number.Text(text=" "))
    made.addElement(number.Month(style="long", textual="true"))
    made.addElement(number.Text(text=" "))
    made.addElement(number.Year(style="long"))
    return made


def _number_format(decimals: int) -> Element:
    made = number.NumberStyle(name=f"Number{decimals}")
    made.addElement(number.Number(decimalplaces=decimals, minintegerdigits=1, grouping="true"))
    return made


def _decimals_used(sheets: Iterable[Sheet]) -> set[int]:
    cells = (cell for sheet in sheets for row in sheet.table for cell in row)
    return {decimals_of(cell) for cell in cells if isinstance(cell, Decimal)}


def _column_style(width: float) -> str:
    return f"Column{width:.0f}"


# Content


def _page(sheet: Sheet) -> Element:
    page = table.Table(name=sheet.name, stylename="Page")
    for width in widths(sheet):
        page.addElement(table.TableColumn(stylename=_column_style(width)))
    for place, line in enumerate(sheet.above):
        page.addElement(_row([_text(line, "Heading_20_1" if place == 0 else _style_of_lines(sheet))]))
    heads = table.TableHeaderRows()
    heads.addElement(_row([_text(heading, "TableHeading") for heading in sheet.headings]))
    page.addElement(heads)
    for row in sheet.table:
        page.addElement(_row([_cell(value) for value in row]))
    return page


def _style_of_lines(sheet: Sheet) -> str:
    return "Text" if sheet.is_prose else "Default"


def _row(cells: Sequence[Element]) -> Element:
    row = table.TableRow()
    for cell in cells:
        row.addElement(cell)
    return row


def _cell(value: Written) -> Element:
    shown = in_words(value)
    match value:
        case Decimal():
            kind = {"valuetype": "float", "value": format(value, "f")}
            return _filled(shown, stylename=f"Figure{decimals_of(value)}", **kind)
        case dt.date():
            return _filled(shown, stylename="Day", valuetype="date", datevalue=value.isoformat())
        case SheetLink():
            cell = table.TableCell(valuetype="string", stylename="Text")
            words = P()
            words.addElement(A(href=f"#{value.sheet}", type="simple", text=shown))
            cell.addElement(words)
            return cell
        case _:
            return _text(shown, "Text")


def _text(words: str, stylename: str) -> Element:
    return _filled(words, stylename=stylename, valuetype="string")


def _filled(words: str, **facts: str) -> Element:
    """A cell with a paragraph for each line of its words."""
    cell = table.TableCell(**facts)
    for line in words.split("\n"):
        paragraph = P()
        teletype.addTextToElement(paragraph, line)
        cell.addElement(paragraph)
    return cell


def _marked_up(sheet: Sheet) -> Element:
    """The range of the table by its name, its first row the headings: what OpenDocument has for a marked-up table."""
    first = len(sheet.above) + 1
    last = first + len(sheet.table)
    column = _letter(len(sheet.headings))
    name = f"'{sheet.name}'"
    return table.DatabaseRange(
        name=sheet.table_name,
        targetrangeaddress=f"{name}.A{first}:{name}.{column}{last}",
        containsheader="true",
        displayfilterbuttons="true",
    )


def _letter(column: int) -> str:
    """The letters of a column counted from 1: A, B, … Z, AA."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = f"{chr(ord('A') + place)}{letters}"
    return letters
