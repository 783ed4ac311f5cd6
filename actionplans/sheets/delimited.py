"""Text with a table in it (.csv, .txt): in any of the letters and with any of the separators that Excel writes."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice
from pathlib import PureWindowsPath

from actionplans.sheets.cells import Workbook
from actionplans.sheets.gathering import SheetGatherer
from actionplans.sheets.limits import MOST_ROWS, SheetRefused, Tally, too_many_rows
from priorities.workbooks import unguarded

SEPARATORS = (",", ";", "\t", "|")
LONGEST_LINE = 250_000
SAMPLE = 64 * 1024
SAMPLE_ROWS = 100

BEGINS_LIKE_A_FORMULA = (
    "begins with = like a formula, which a file of text cannot work out. Write what it gives."
)
NO_TABLE = "The file is not a spreadsheet. Send an Excel workbook (.xlsx), an OpenDocument one (.ods) or a .csv file."

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SEPARATOR_SAID = re.compile(r'"?sep=([,;\t|])"?(?:\r\n|\r|\n)', re.IGNORECASE)


def read_delimited(content: bytes, name: str) -> Workbook:
    """Read a table of text as one sheet, named for its file. Raises SheetRefused for what is no text."""
    text, note = _decoded(content)
    if _NO_TEXT.search(text):
        raise SheetRefused(NO_TABLE)
    if any(len(line) > LONGEST_LINE for line in re.split("[\r\n]", text)):
        raise SheetRefused(
            f"The file has a line of more than {LONGEST_LINE:,} characters. "
            "Open it in Excel or LibreOffice, check its rows and save it again as a workbook."
        )
    said = _SEPARATOR_SAID.match(text)
    if said:
        text = text[said.end() :]
    separator = said[1] if said else _separator(text)
    gatherer = SheetGatherer(PureWindowsPath(name).stem, Tally())
    for number, record in enumerate(_records(text, separator), start=1):
        if not any(record):
            continue
        if number > MOST_ROWS:
            raise too_many_rows(gatherer.name)
        gatherer.start_row(number, is_hidden=False)
        for column, raw in enumerate(record, start=1):
            if raw:
                _take(gatherer, column, raw)
    return Workbook((gatherer.sheet(),), (note,) if note else ())


def _take(gatherer: SheetGatherer, column: int, raw: str) -> None:
    if raw.lstrip().startswith("="):
        words = " ".join(raw.split())[:100]
        gatherer.add(column, words, None, is_formula=True, error=BEGINS_LIKE_A_FORMULA)
    else:
        gatherer.add_words(column, unguarded(raw))


# Letters


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and what to tell its sender when its letters had to be guessed."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _as_text(content[len(mark) :], encoding), ""
    if encoding := _two_bytes(content):
        return _as_text(content, encoding), ""
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        return _as_text(content, "cp1252"), (
            "The file does not say how its letters are written. It was read as Windows does: check names with accents."
        )


def _as_text(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise SheetRefused(NO_TABLE) from None


def _two_bytes(content: bytes) -> str:
    """The kind of UTF-16 that text without a mark is in: half its bytes are zero, always the same half."""
    sample = content[:4096]
    half = len(sample) // 2
    low, high = sample[0::2].count(0), sample[1::2].count(0)
    if len(content) % 2 or half < 2 or (low and high):
        return ""
    if high > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if low > half * 0.6 else ""


# Rows


def _records(text: str, separator: str) -> Iterator[list[str]]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise SheetRefused(
            f"Line {reader.line_num:,} of the file cannot be read, or one before it: a quotation mark is missing or "
            "stands in an odd place. Open it in Excel or LibreOffice and save it again as a workbook."
        ) from None


def _separator(text: str) -> str:
    """The separator that makes most rows equally wide, of these the one that makes them widest; a comma if none."""
    sample = text[:SAMPLE]
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        widths = _widths(sample, separator)
        if not widths:
            continue
        width, count = max(Counter(widths).items(), key=lambda found: (found[0] > 1, found[1], found[0]))
        score = (count / len(widths), width) if width > 1 else (0.0, 0)
        if score > best_score:
            best, best_score = separator, score
    return best


def _widths(sample: str, separator: str) -> list[int]:
    """How many cells the first rows would have."""
    try:
        reader = csv.reader(StringIO(sample, newline=""), delimiter=separator)
        return [len(record) for record in islice(reader, SAMPLE_ROWS) if record]
    except csv.Error:
        return []
