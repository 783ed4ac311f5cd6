"""OpenDocument spreadsheets (.ods), read without running or following anything in them."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from actionplans.sheets.archive import Archive, password_protected
from actionplans.sheets.cells import CellValue, Merge, Sheet, Workbook
from actionplans.sheets.gathering import (
    NO_SUCH_DAY,
    NOT_WORKED_OUT,
    SheetGatherer,
    error_in,
    in_one_line,
    kept,
)
from actionplans.sheets.limits import (
    MOST_COLUMNS,
    MOST_MERGES,
    MOST_ROWS,
    MOST_SHEETS,
    TAKE_APART,
    SheetRefused,
    Tally,
    damaged,
    too_many_columns,
    too_many_rows,
    too_many_sheets,
)
from actionplans.sheets.number_formats import plain
from actionplans.sheets.xlsx import exact
from actionplans.sheets.xml_parts import Closer, Opener, read_xml

_SPACE = "urn:oasis:names:tc:opendocument:xmlns"
OFFICE, TABLE, TEXT, STYLE, DRAW, MANIFEST = (
    f"{_SPACE}:{name}:1.0" for name in ("office", "table", "text", "style", "drawing", "manifest")
)
MIMETYPE = b"application/vnd.oasis.opendocument.spreadsheet"

MACROS = (
    "The file holds macros, which are programs. In LibreOffice choose “Tools”, “Macros” and “Organise macros”, "
    "delete them, save the file and send it again."
)
EXTERNAL_LINKS = (
    "The file takes figures from other files. In LibreOffice choose “Edit”, “Links to external files” and "
    "“Break link”, save it and send it again."
)

# What may lie in or over a cell and has text of its own, which is no part of it.
_SHAPES = (
    "frame g rect line polyline polygon regular-polygon path circle ellipse connector caption measure control "
    "custom-shape"
)
_ASIDES = {
    OFFICE: ("annotation",),
    TABLE: ("shapes", "sub-table", "tracked-changes"),
    DRAW: tuple(_SHAPES.split()),
}
_LINK_TAGS = ("table-source", "cell-range-source", "dde-link", "dde-links")


def is_ods(archive: Archive) -> bool:
    if "content.xml" not in archive:
        return False
    return archive.beginning("mimetype", 200).startswith(MIMETYPE) or "mimetype" not in archive


def read_ods(archive: Archive) -> Workbook:
    """Read every sheet of a spreadsheet. Raises SheetRefused."""
    if any(name.startswith(("basic/", "scripts/")) and not name.endswith("/") for name in archive.names):
        raise SheetRefused(MACROS)
    _refuse_locked(archive)
    return Workbook(tuple(_Content().read(archive)))


def _refuse_locked(archive: Archive) -> None:
    def refuse(_attributes: dict[str, str]) -> None:
        raise password_protected()

    if "META-INF/manifest.xml" in archive:
        read_xml(archive.blocks("META-INF/manifest.xml"), {f"{MANIFEST} encryption-data": refuse})
    if "encrypted-package" in archive:
        raise password_protected()


Attributes = dict[str, str]


class _Found(NamedTuple):
    """What one cell holds."""

    text: str
    value: CellValue
    number_format: str = ""
    error: str = ""


class _Content:
    """The one part that holds every sheet, while it is read."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._sheets: list[Sheet] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._gatherer: SheetGatherer | None = None
        self._asides = 0
        self._pieces: list[str] = []
        self._paragraphs: list[str] = []
        self._merges: list[Merge] = []
        self._cells: list[tuple[int, _Found, bool]] = []
        self._row = self._next_row = self._column = 1
        self._column_style = 1
        self._row_attributes: Attributes = {}
        self._attributes: Attributes = {}

    def read(self, archive: Archive) -> list[Sheet]:
        read_xml(archive.blocks("content.xml"), *self._calls(), self._pieces.append)
        return self._sheets

    def _calls(self) -> tuple[dict[str, Opener], dict[str, Closer]]:
        """What to call when a tag opens, and when it closes."""
        opens: dict[str, Opener] = {
            f"{STYLE} style": self._start_style,
            f"{STYLE} table-properties": self._take_table_style,
            f"{TABLE} table": self._start_sheet,
            f"{TABLE} table-column": self._take_column,
            f"{TABLE} table-row": self._start_row,
            f"{TABLE} table-cell": self._start_cell,
            f"{TABLE} covered-table-cell": self._start_cell,
            f"{TEXT} p": self._start_paragraph,
            f"{TEXT} s": self._take_space,
            f"{TEXT} tab": self._take_space,
            f"{TEXT} line-break": self._take_line_break,
            f"{OFFICE} dde-source": self._refuse_link,
        }
        closes: dict[str, Closer] = {
            f"{TABLE} table": self._end_sheet,
            f"{TABLE} table-row": self._end_row,
            f"{TABLE} table-cell": self._end_cell,
            f"{TABLE} covered-table-cell": self._end_cell,
            f"{TEXT} p": self._end_paragraph,
        }
        for tag in _LINK_TAGS:
            opens[f"{TABLE} {tag}"] = self._refuse_link
        for space, tags in _ASIDES.items():
            for tag in tags:
                opens[f"{space} {tag}"] = self._start_aside
                closes[f"{space} {tag}"] = self._end_aside
        return opens, closes

    # Styles, and what is passed over

    def _start_style(self, attributes: Attributes) -> None:
        self._style = attributes.get(f"{STYLE} name", "")

    def _take_table_style(self, attributes: Attributes) -> None:
        if attributes.get(f"{TABLE} display") == "false":
            self._hidden_styles.add(self._style)

    def _start_aside(self, _attributes: Attributes) -> None:
        self._asides += 1

    def _end_aside(self) -> None:
        self._asides -= 1

    def _refuse_link(self, _attributes: Attributes) -> None:
        raise SheetRefused(EXTERNAL_LINKS)

    # Sheets and columns

    def _start_sheet(self, attributes: Attributes) -> None:
        if self._asides or self._gatherer is not None:
            self._asides += 1
            return
        if len(self._sheets) == MOST_SHEETS:
            raise too_many_sheets()
        is_hidden = attributes.get(f"{TABLE} style-name", "") in self._hidden_styles
        name = attributes.get(f"{TABLE} name", "")
        self._gatherer = SheetGatherer(name, self._tally, is_hidden=is_hidden)
        self._next_row = self._column_style = 1
        self._merges = []

    def _end_sheet(self) -> None:
        if self._asides:
            self._asides -= 1
        elif self._gatherer is not None:
            self._sheets.append(self._gatherer.sheet(self._merges))
            self._gatherer = None

    def _take_column(self, attributes: Attributes) -> None:
        if self._asides or self._gatherer is None:
            return
        first = self._column_style
        self._column_style = first + _count(attributes, "number-columns-repeated")
        if attributes.get(f"{TABLE} visibility", "visible") != "visible":
            last = min(self._column_style, MOST_COLUMNS + 1)
            self._gatherer.hidden_columns.update(range(first, last))

    # Rows

    def _start_row(self, attributes: Attributes) -> None:
        if self._asides or self._gatherer is None:
            return
        self._row, self._column = self._next_row, 1
        self._row_attributes = attributes
        self._cells = []
        self._pieces.clear()

    def _end_row(self) -> None:
        if self._asides or self._gatherer is None:
            return
        count = _count(self._row_attributes, "number-rows-repeated")
        self._next_row = self._row + count
        if not self._cells:
            return
        if self._next_row - 1 > MOST_ROWS:
            raise too_many_rows(self._gatherer.name)
        is_hidden = self._row_attributes.get(f"{TABLE} visibility", "visible") != "visible"
        for number in range(self._row, self._next_row):
            self._gatherer.start_row(number, is_hidden=is_hidden)
            for column, found, is_formula in self._cells:
                self._gatherer.add(
                    column,
                    found.text,
                    found.value,
                    found.number_format,
                    is_formula=is_formula,
                    error=found.error,
                )

    # Cells

    def _start_cell(self, attributes: Attributes) -> None:
        if self._asides:
            return
        self._attributes = attributes
        self._paragraphs = []

    def _start_paragraph(self, _attributes: Attributes) -> None:
        if not self._asides:
            self._pieces.clear()

    def _end_paragraph(self) -> None:
        if not self._asides:
            self._paragraphs.append("".join(self._pieces))
        self._pieces.clear()

    def _take_space(self, _attributes: Attributes) -> None:
        # However many there are: they are shown as one.
        self._pieces.append(" ")

    def _take_line_break(self, _attributes: Attributes) -> None:
        self._pieces.append("\n")

    def _end_cell(self) -> None:
        if self._asides or self._gatherer is None:
            return
        first = self._column
        count = _count(self._attributes, "number-columns-repeated")
        self._column = first + count
        self._take_merge(first)
        found = self._found()
        if found is None:
            return
        if self._column - 1 > MOST_COLUMNS:
            raise too_many_columns(self._gatherer.name)
        is_formula = f"{TABLE} formula" in self._attributes
        self._cells.extend((column, found, is_formula) for column in range(first, self._column))

    def _take_merge(self, column: int) -> None:
        rows = _count(self._attributes, "number-rows-spanned")
        columns = _count(self._attributes, "number-columns-spanned")
        if rows > 1 or columns > 1:
            self._merges.append(Merge(self._row, column, self._row + rows - 1, column + columns - 1))
            if len(self._merges) > MOST_MERGES:
                raise SheetRefused(
                    f"The file has more than {MOST_MERGES:,} merged cells in one sheet. {TAKE_APART}"
                )

    def _found(self) -> _Found | None:
        """What the cell at hand holds; None for nothing."""
        attributes = self._attributes
        kind = attributes.get(f"{OFFICE} value-type", "")
        words = kept("\n".join(self._paragraphs) or attributes.get(f"{OFFICE} string-value", ""))
        line = in_one_line(words)
        if error := error_in(words):
            return _Found(words, None, error=error)
        # LibreOffice writes a truth that a formula made as a number, shown as one.
        match "string" if line in ("TRUE", "FALSE") else kind:
            case "float" | "percentage" | "currency":
                number = exact(attributes.get(f"{OFFICE} value", ""))
                return _Found(line or plain(number), number, "0%" if kind == "percentage" else "")
            case "date":
                return _day(line, attributes.get(f"{OFFICE} date-value", ""))
            case "boolean":
                said = "TRUE" if attributes.get(f"{OFFICE} boolean-value") == "true" else "FALSE"
                return _Found(said, said)
            case "" if f"{TABLE} formula" in attributes and not words:
                return _Found("", None, error=NOT_WORKED_OUT)
            case _:
                return _Found(line, words) if words else None


def _day(line: str, raw: str) -> _Found:
    try:
        day = dt.date.fromisoformat(raw[:10])
    except ValueError:
        return _Found(line, None, error=NO_SUCH_DAY)
    return _Found(line or f"{day:%d/%m/%Y}", day)


def _count(attributes: Attributes, name: str) -> int:
    """How often something is repeated or how far it reaches; 1 unless said. Raises SheetRefused."""
    raw = attributes.get(f"{TABLE} {name}", "1")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 7:
        raise damaged("a number in it cannot be read")
    return max(int(raw), 1)
