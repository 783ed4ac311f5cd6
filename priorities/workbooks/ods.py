"""A workbook as an OpenDocument spreadsheet.

Every text cell says that it is text, and none has a formula, so nothing anybody typed can run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from io import BytesIO

from odf import config, dc, meta, number, style, table, teletype
from odf.element import Element
from odf.namespaces import nsdict
from odf.opendocument import OpenDocument, OpenDocumentSpreadsheet
from odf.text import A, P

from priorities.clock import EDINBURGH
from priorities.workbooks.archive import with_fixed_dates
from priorities.workbooks.cells import FillIn, SheetLink, Takes, Written, decimals_of, in_words
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
    rules = _rules(workbook.every_sheet)
    if rules:
        _add_rules(book, rules)
    for sheet in workbook.every_sheet:
        book.spreadsheet.addElement(_page(sheet, rules))
        ranges.addElement(_marked_up(sheet))
    book.spreadsheet.addElement(ranges)
    if rules:
        _keep_headings_in_sight(book, workbook.every_sheet)
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
    if any(sheet.is_form for sheet in sheets):
        book.styles.addElement(_style_to_fill())
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


def _style_to_fill() -> Element:
    made = style.Style(name="ToFill", family="table-cell", parentstylename="Default")
    made.addElement(
        style.TableCellProperties(
            wrapoption="wrap",
            verticalalign="top",
            padding="0.08cm",
            cellprotect="none",
            border="0.5pt solid #000000",
        )
    )
    made.addElement(style.ParagraphProperties(textalign="start"))
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


def _page(sheet: Sheet, rules: Mapping[FillIn, str]) -> Element:
    page = table.Table(name=sheet.name, stylename="Page", **({"protected": "true"} if sheet.is_form else {}))
    for width in widths(sheet):
        page.addElement(table.TableColumn(stylename=_column_style(width)))
    for place, line in enumerate(sheet.above):
        page.addElement(_row([_text(line, "Heading_20_1" if place == 0 else _style_of_lines(sheet))]))
    heads = table.TableHeaderRows()
    heads.addElement(_row([_text(heading, "TableHeading") for heading in sheet.headings]))
    page.addElement(heads)
    for row in sheet.table:
        page.addElement(_row([_cell(value, rules) for value in row]))
    return page


def _style_of_lines(sheet: Sheet) -> str:
    return "Text" if sheet.is_prose else "Default"


def _row(cells: Sequence[Element]) -> Element:
    row = table.TableRow()
    for cell in cells:
        row.addElement(cell)
    return row


def _cell(value: Written, rules: Mapping[FillIn, str]) -> Element:
    shown = in_words(value)
    match value:
        case FillIn():
            return table.TableCell(stylename="ToFill", contentvalidationname=rules[value])
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


# Sheets to fill


def _rules(sheets: Iterable[Sheet]) -> dict[FillIn, str]:
    """What the cells to fill take, each rule with a name."""
    cells = [cell for sheet in sheets for row in sheet.table for cell in row if isinstance(cell, FillIn)]
    return {cell: f"rule{number}" for number, cell in enumerate(dict.fromkeys(cells), start=1)}


def _add_rules(book: OpenDocument, rules: Mapping[FillIn, str]) -> None:
    found = table.ContentValidations()
    for cell, name in rules.items():
        rule = table.ContentValidation(name=name, condition=f"of:{_condition(cell)}", allowemptycell="true")
        for made, words in (
            (table.HelpMessage(title=cell.title, display="true"), cell.prompt),
            (
                table.ErrorMessage(
                    title=cell.title, display="true" if cell.refusal else "false", messagetype="stop"
                ),
                cell.refusal,
            ),
        ):
            made.addElement(P(text=words))
            rule.addElement(made)
        found.addElement(rule)
    book.spreadsheet.addElement(found)


_KINDS = {
    Takes.NUMBER: "cell-content-is-decimal-number()",
    Takes.WHOLE_NUMBER: "cell-content-is-whole-number()",
}


def _condition(cell: FillIn) -> str:
    if cell.takes is Takes.CHOICE:
        return f"cell-content-is-in-list({';'.join(f'{chr(34)}{one}{chr(34)}' for one in cell.choices)})"
    if cell.takes is Takes.TEXT:
        return f"cell-content-text-length()<={cell.most}"
    least = "-1E+15" if cell.least is None else cell.least
    most = "1E+15" if cell.most is None else cell.most
    bounds = f"cell-content()>{least}" if cell.is_above else f"cell-content-is-between({least},{most})"
    return f"{_KINDS[cell.takes]} and {bounds}"


def _keep_headings_in_sight(book: OpenDocument, sheets: Iterable[Sheet]) -> None:
    """Everything down to the headings stays where it is when one scrolls."""
    tables = config.ConfigItemMapNamed(name="Tables")
    for sheet in sheets:
        if sheet.is_form:
            tables.addElement(_frozen(sheet.name, len(sheet.above) + 1))
    view = config.ConfigItemMapEntry()
    view.addElement(config.ConfigItem(name="ViewId", type="string", text="view1"))
    view.addElement(tables)
    views = config.ConfigItemMapIndexed(name="Views")
    views.addElement(view)
    settings = config.ConfigItemSet(name="ooo:view-settings")
    settings.addElement(views)
    book.settings.addElement(settings)


def _frozen(name: str, rows: int) -> Element:
    made = config.ConfigItemMapEntry(name=name)
    for item, kind, value in (
        ("CursorPositionX", "int", 0),
        ("CursorPositionY", "int", rows),
        ("HorizontalSplitMode", "short", 0),
        ("VerticalSplitMode", "short", 2),
        ("HorizontalSplitPosition", "int", 0),
        ("VerticalSplitPosition", "int", rows),
        ("ActiveSplitRange", "short", 2),
        ("PositionLeft", "int", 0),
        ("PositionRight", "int", 0),
        ("PositionTop", "int", 0),
        ("PositionBottom", "int", rows),
    ):
        made.addElement(config.ConfigItem(name=item, type=kind, text=str(value)))
    return made
