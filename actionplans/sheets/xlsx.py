"""Excel workbooks (.xlsx, also the strict kind), read without running or following anything in them."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from posixpath import dirname, join, normpath

from openpyxl.styles.numbers import BUILTIN_FORMATS

from actionplans.sheets.archive import Archive
from actionplans.sheets.cells import Merge, Sheet, Workbook, column_of, place_of
from actionplans.sheets.gathering import NO_SUCH_DAY, NOT_WORKED_OUT, SheetGatherer, in_one_line, kept
from actionplans.sheets.limits import (
    MOST_CELL_TEXT,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_MERGES,
    MOST_SHEETS,
    MOST_TEXT,
    TAKE_APART,
    SheetRefused,
    Tally,
    damaged,
    too_many_sheets,
)
from actionplans.sheets.number_formats import (
    BRITISH_DATES,
    GENERAL,
    NumberFormat,
    day_of_serial,
    number_format,
    plain,
)
from actionplans.sheets.xml_parts import in_spaces, read_xml

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
RELATIONS = ("http://schemas.openxmlformats.org/package/2006/relationships",)
CONTENT_TYPES = ("http://schemas.openxmlformats.org/package/2006/content-types",)

FIGURES_OF_EXCEL = 15
"""Excel keeps 15 significant figures; what a file has beyond them is noise."""

_SHORT = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,13})?")
_WRITTEN = re.compile(r"[-+]?[0-9]*\.?[0-9]*(?:[eE][-+]?[0-9]{1,5})?(?<=[0-9.])")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

MACROS = (
    "The file holds macros, which are programs. In Excel choose “Save as” and “Excel workbook (.xlsx)”, "
    "and send that file."
)
EXTERNAL_LINKS = (
    "The file takes figures from other files. In Excel choose “Data”, “Edit links” and “Break link”, "
    "save it and send it again."
)


def is_xlsx(archive: Archive) -> bool:
    return "[Content_Types].xml" in archive and any(name.startswith("xl/") for name in archive.names)


def read_xlsx(archive: Archive) -> Workbook:
    """Read every sheet of a workbook. Raises SheetRefused."""
    _refuse_what_runs(archive)
    book = _Book(archive)
    tally = Tally()
    sheets = []
    for name, is_hidden, part in book.sheets:
        sheets.append(_SheetPart(book, SheetGatherer(name, tally, is_hidden=is_hidden)).read(part))
    return Workbook(tuple(sheets), tuple(book.notes), is_1904=book.is_1904)


def _refuse_what_runs(archive: Archive) -> None:
    names = archive.names
    types: list[str] = []

    def note(attributes: dict[str, str]) -> None:
        types.append(attributes.get("ContentType", "").lower())

    opens = {"Default": note, "Override": note}
    read_xml(archive.blocks("[Content_Types].xml"), in_spaces(CONTENT_TYPES, opens))
    if any(name.endswith(("vbaproject.bin", ".xlm")) or "/macrosheets/" in name for name in names) or any(
        "macro" in one or "vbaproject" in one for one in types
    ):
        raise SheetRefused(MACROS)
    if any("sheet.binary" in one for one in types):
        raise SheetRefused("The file is a binary Excel workbook. Save it as .xlsx and send that file.")
    if any(name.startswith("xl/externallinks/") for name in names):
        raise SheetRefused(EXTERNAL_LINKS)
    if any(name.startswith("xl/embeddings/") for name in names):
        raise SheetRefused(
            "The file has another file packed inside it. Take it out and send the sheet alone."
        )


class _Book:
    """What the sheets of a workbook share: their names and parts, texts, number formats and how days are counted."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.notes: list[str] = []
        self.is_1904 = False
        self._named: list[tuple[str, bool, str]] = []
        part = next(
            (path for kind, path in _relations(archive, "").values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        opens = {"workbookPr": self._take_settings, "sheet": self._take_sheet}
        read_xml(archive.blocks(part), in_spaces(MAIN, opens))
        relations = _relations(archive, part)
        kinds = dict(relations.values())
        if "externalLink" in kinds:
            raise SheetRefused(EXTERNAL_LINKS)
        self.sheets = [
            (name, is_hidden, relations[key][1])
            for name, is_hidden, key in self._named
            if relations.get(key, ("", ""))[0] == "worksheet"
        ]
        if len(self.sheets) < len(self._named):
            self.notes.append(
                "The file also has charts or other pages that are not sheets. They were left out."
            )
        if "connections" in kinds:
            self.notes.append(
                "The file gets figures from a database or another place. Those it held when it was saved were read."
            )
        self.texts = _texts(archive, kinds.get("sharedStrings", ""))
        self.formats = _formats(archive, kinds.get("styles", ""))

    def format_of(self, style: str) -> NumberFormat:
        number = int(style or 0)
        return self.formats[number] if number < len(self.formats) else number_format(GENERAL)

    def _take_settings(self, attributes: dict[str, str]) -> None:
        self.is_1904 = attributes.get("date1904", "") in ("1", "true")

    def _take_sheet(self, attributes: dict[str, str]) -> None:
        key = next((value for name, value in attributes.items() if name.endswith(" id")), "")
        self._named.append((attributes.get("name", ""), attributes.get("state", "visible") != "visible", key))
        if len(self._named) > MOST_SHEETS:
            raise too_many_sheets()


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """What a part says belongs to it: kind (the last word of its type) and path, by key."""
    folder = dirname(part)
    file = join(folder, "_rels", f"{part[len(folder) :].lstrip('/')}.rels")
    found: dict[str, tuple[str, str]] = {}

    def note(attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "")
        path = normpath(join("/", folder, target)).lstrip("/")
        found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], path)

    if file in archive:
        read_xml(archive.blocks(file), in_spaces(RELATIONS, {"Relationship": note}))
    return found


# Texts


def unescaped(text: str) -> str:
    """Text with the characters that Excel writes as "_x000D_"."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _texts(archive: Archive, part: str) -> list[tuple[str, str]]:
    """The texts that cells share: as kept, and in one line. Phonetic guides are left out."""
    texts: list[tuple[str, str]] = []
    pieces: list[str] = []
    whole: list[str] = []
    tally = Tally()
    guides = 0

    def start_text(_attributes: dict[str, str]) -> None:
        pieces.clear()

    def end_text() -> None:
        if not guides:
            whole.extend(pieces)

    def start_guide(_attributes: dict[str, str]) -> None:
        nonlocal guides
        guides += 1

    def end_guide() -> None:
        nonlocal guides
        guides -= 1

    def end_one() -> None:
        words = kept(unescaped("".join(whole)))
        whole.clear()
        tally.characters += len(words)
        if len(texts) >= MOST_CELLS or tally.characters > MOST_TEXT:
            raise SheetRefused(f"The file has more text than is read of one file. {TAKE_APART}")
        texts.append((words, in_one_line(words)))

    if part in archive:
        opens = {"t": start_text, "rPh": start_guide}
        closes = {"t": end_text, "rPh": end_guide, "si": end_one}
        read_xml(archive.blocks(part), in_spaces(MAIN, opens), in_spaces(MAIN, closes), pieces.append)
    return texts


# Number formats


def _formats(archive: Archive, part: str) -> list[NumberFormat]:
    """The number format of each style of cells."""
    codes = BUILTIN_FORMATS | BRITISH_DATES
    numbers: list[int] = []
    is_cells = False

    def take_code(attributes: dict[str, str]) -> None:
        codes[int(attributes["numFmtId"])] = attributes.get("formatCode", GENERAL)

    def start_cells(_attributes: dict[str, str]) -> None:
        nonlocal is_cells
        is_cells = True

    def end_cells() -> None:
        nonlocal is_cells
        is_cells = False

    def take_style(attributes: dict[str, str]) -> None:
        if is_cells:
            numbers.append(int(attributes.get("numFmtId", 0)))

    if part in archive:
        opens = {"numFmt": take_code, "cellXfs": start_cells, "xf": take_style}
        read_xml(archive.blocks(part), in_spaces(MAIN, opens), in_spaces(MAIN, {"cellXfs": end_cells}))
    return [number_format(codes.get(number, GENERAL)) for number in numbers]


# Sheets


class _SheetPart:
    """One sheet while it is read: its cell at hand, and the texts inside it."""

    def __init__(self, book: _Book, gatherer: SheetGatherer) -> None:
        self._book = book
        self._gatherer = gatherer
        self._merges: list[Merge] = []
        self._pieces: list[str] = []
        self._row = 0
        self._column = 0
        self._kind = self._style = ""
        self._value: str | None = None
        self._inline: list[str] = []
        self._is_formula = False
        self._guides = 0

    def read(self, part: str) -> Sheet:
        opens = {
            "col": self._take_columns,
            "row": self._start_row,
            "c": self._start_cell,
            "v": self._start_text,
            "t": self._start_text,
            "f": self._take_formula,
            "rPh": self._start_guide,
            "mergeCell": self._take_merge,
        }
        closes = {"v": self._end_value, "t": self._end_text, "rPh": self._end_guide, "c": self._end_cell}
        blocks = self._book.archive.blocks(part)
        read_xml(blocks, in_spaces(MAIN, opens), in_spaces(MAIN, closes), self._pieces.append)
        return self._gatherer.sheet(self._merges)

    def _take_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in ("1", "true") or attributes.get("width") == "0":
            last = min(int(attributes["max"]), MOST_COLUMNS)
            self._gatherer.hidden_columns.update(range(int(attributes["min"]), last + 1))

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._row = int(attributes.get("r", self._row + 1))
        self._column = 0
        self._pieces.clear()
        is_hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") == "0"
        self._gatherer.start_row(self._row, is_hidden=is_hidden)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        ref = attributes.get("r")
        self._column = _column_in(ref) if ref else self._column + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._value = None
        self._is_formula = False
        if self._inline:
            self._inline.clear()

    def _start_text(self, _attributes: dict[str, str]) -> None:
        self._pieces.clear()

    def _end_value(self) -> None:
        self._value = "".join(self._pieces)

    def _end_text(self) -> None:
        if not self._guides:
            self._inline.extend(self._pieces)

    def _take_formula(self, _attributes: dict[str, str]) -> None:
        self._is_formula = True

    def _start_guide(self, _attributes: dict[str, str]) -> None:
        self._guides += 1

    def _end_guide(self) -> None:
        self._guides -= 1

    def _take_merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes["ref"].partition(":")
        self._merges.append(Merge(*place_of(first), *place_of(last or first)))
        if len(self._merges) > MOST_MERGES:
            raise SheetRefused(
                f"The file has more than {MOST_MERGES:,} merged cells in one sheet. {TAKE_APART}"
            )

    def _end_cell(self) -> None:
        value = self._value
        if value and self._kind == "n":
            self._take_number(value)
        elif value and self._kind == "s":
            self._take_shared(int(value))
        elif value is not None and self._kind in ("str", "n", "s", "e", "b", "d"):
            self._take_other(value)
        elif self._inline:
            self._gatherer.add_words(
                self._column, unescaped("".join(self._inline)), is_formula=self._is_formula
            )
        elif self._is_formula:
            self._take_not_worked_out()

    def _take_number(self, raw: str) -> None:
        number = exact(raw)
        shown = self._book.format_of(self._style)
        if not shown.is_date:
            self._gatherer.add(
                self._column, shown.write_number(number), number, shown.code, is_formula=self._is_formula
            )
            return
        if not shown.has_day:
            self._gatherer.add(
                self._column, shown.write_hours(number), number, shown.code, is_formula=self._is_formula
            )
            return
        moment = day_of_serial(number, is_1904=self._book.is_1904)
        if moment is None:
            self._refuse(plain(number), NO_SUCH_DAY, shown.code)
            return
        words = shown.write_day(moment)
        self._gatherer.add(self._column, words, moment.date(), shown.code, is_formula=self._is_formula)

    def _take_shared(self, place: int) -> None:
        if not 0 <= place < len(self._book.texts):
            raise damaged("a text is missing")
        words, line = self._book.texts[place]
        if not words:
            return
        if len(words) > MOST_CELL_TEXT or words.startswith("#"):
            self._gatherer.add_words(self._column, words, is_formula=self._is_formula)
        else:
            self._gatherer.add(self._column, line, words, is_formula=self._is_formula)

    def _take_other(self, value: str) -> None:
        if self._kind == "b":
            words = "FALSE" if value.strip() in ("0", "false") else "TRUE"
            self._gatherer.add(self._column, words, words, is_formula=self._is_formula)
        elif self._kind == "e":
            words = in_one_line(kept(value))[:20]
            self._refuse(words, f"shows the error {words} and not a figure.")
        elif self._kind == "str" and value:
            self._gatherer.add_words(self._column, unescaped(value), is_formula=self._is_formula)
        elif self._kind == "d" and value:
            self._take_iso_day(value)
        elif self._is_formula and self._kind != "str":
            self._take_not_worked_out()

    def _take_iso_day(self, value: str) -> None:
        """A day that the file writes as 2021-04-01, which only strict workbooks do."""
        moment = _iso_moment(value)
        if moment is None:
            self._gatherer.add_words(self._column, value, is_formula=self._is_formula)
            return
        shown = self._book.format_of(self._style)
        words = shown.write_day(moment) if shown.is_date else f"{moment:%d/%m/%Y}"
        self._gatherer.add(self._column, words, moment.date(), shown.code, is_formula=self._is_formula)

    def _take_not_worked_out(self) -> None:
        self._refuse("", NOT_WORKED_OUT)

    def _refuse(self, words: str, error: str, code: str = "") -> None:
        self._gatherer.add(self._column, words, None, code, is_formula=self._is_formula, error=error)


def exact(raw: str) -> Decimal:
    """A number as Excel has it: without what is noise beyond its 15 figures. Raises SheetRefused for what is none."""
    if _SHORT.fullmatch(raw) and len(raw) <= FIGURES_OF_EXCEL:
        return Decimal(raw)
    number = float(raw) if _WRITTEN.fullmatch(raw.strip()) else math.nan
    if not math.isfinite(number):
        raise damaged("a number in it cannot be read")
    return Decimal(f"{number:.{FIGURES_OF_EXCEL}g}")


def _iso_moment(raw: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(raw.strip()).replace(tzinfo=None)
    except ValueError:
        return None


def _column_in(ref: str) -> int:
    """The column of "B7". Raises ValueError for what is no cell, and for a column that Excel does not have."""
    return column_of(ref.rstrip("0123456789"))
