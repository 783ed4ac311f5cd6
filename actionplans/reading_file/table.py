"""A table as rows of cells with where they stand; a CSV file as one, read as a stream."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, NamedTuple, Protocol

from actionplans.plan_file.faults import Fault, FaultsFoundError
from priorities.wording import quoted, tidied

MOST_FAULTS_TOLD = 50
ROWS_LOOKED_THROUGH = 50
"""How far down headings are looked for: publishers write what a table is above it."""
_CHUNK = 1_000_000
_LONGEST_LINE = 1_000_000


class RowsRefusedError(FaultsFoundError):
    """The rows of a file cannot be loaded. `faults` are the first of them, `count` is how many there are."""

    def __init__(self, faults: Iterable[Fault], count: int | None = None) -> None:
        super().__init__(faults)
        self.count = len(self.faults) if count is None else count


ALL_READABLE: Mapping[int, str] = {}


class TableRow(NamedTuple):
    """One row: its `number` as the table counts, and its cells as text.

    `unreadable` says in a sentence why a cell cannot be read, by its place in `cells`.
    """

    number: int
    cells: list[str]
    unreadable: Mapping[int, str] = ALL_READABLE


class Table(Protocol):
    """Headings and, once, the rows below them, whatever the format.

    Its rows are numbered by what `counted` says. `notes` are sentences about how it was read. With `is_guarded` an
    apostrophe stands before text that a spreadsheet could run.
    """

    @property
    def headings(self) -> tuple[str, ...]: ...

    @property
    def counted(self) -> str: ...

    @property
    def notes(self) -> tuple[str, ...]: ...

    @property
    def is_guarded(self) -> bool: ...

    def rows(self) -> Iterator[TableRow]:
        """Each row that holds anything. Raises RowsRefusedError where the rest can no longer be told apart."""
        ...


@dataclass(frozen=True)
class CsvTable:
    """Headings and, once, the rows below them."""

    headings: tuple[str, ...]
    _rows: Iterator[TableRow]
    _lines: Lines
    counted: str = "line"
    notes: tuple[str, ...] = ()
    is_guarded: bool = True

    def rows(self) -> Iterator[TableRow]:
        """Each row that holds anything, with the line it starts on.

        Raises RowsRefusedError where the rest of the file can no longer be told apart, and gives rows of the
        wrong length as they are.
        """
        try:
            yield from self._rows
        except csv.Error as error:
            raise RowsRefusedError([_plain_words_for(error, self._lines.start)]) from None


class Lines:
    """The lines of a file on their way to the CSV reader, which takes several for one row."""

    def __init__(self, source: BinaryIO, encoding: str) -> None:
        self.source = source
        self.encoding = encoding
        self.read = 0
        self.start = 1

    def __iter__(self) -> Iterator[str]:
        while line := self.source.readline(_LONGEST_LINE):
            self.read += 1
            if len(line) == _LONGEST_LINE:
                raise RowsRefusedError([Fault(self.read, (), "This line is far too long for one row.")])
            yield line.decode(self.encoding if self.read == 1 else self.encoding.removesuffix("-sig"))


def _rows_of(lines: Lines, header_row: int) -> Iterator[TableRow]:
    """The rows that hold anything, from that of the number on, each with the line on which it starts."""
    reader = csv.reader(lines, strict=True)
    for number, cells in enumerate(reader, start=1):
        if number >= header_row and any(cells):
            yield TableRow(lines.start, cells)
        lines.start = lines.read + 1


def open_table(source: BinaryIO, named: frozenset[str], *, header_row: int | None = None) -> CsvTable:
    """The table in a file that can be read twice: UTF-8 with or without a mark, or Windows-1252.

    Its headings are the row of that number; without one where most of those `named` stand, in one of its first rows.
    Raises RowsRefusedError when it is no text, empty, or not separated by commas.
    """
    encoding = _encoding_of(source)
    source.seek(0)
    lines = Lines(source, encoding)
    rows = _rows_of(lines, header_row or 1)
    try:
        looked = _from_headings(rows, named if header_row is None else frozenset())
    except csv.Error as error:
        raise RowsRefusedError([_plain_words_for(error, lines.start)]) from None
    if not looked:
        where = "" if header_row is None else f" from row {header_row} on"
        raise RowsRefusedError([Fault(None, (), f"The file is empty{where}.")])
    headings = headings_in(looked[0].cells)
    _check_separator(headings, looked[0].number)
    return CsvTable(headings, chain(looked[1:], rows), lines)


def _from_headings(rows: Iterator[TableRow], named: frozenset[str]) -> list[TableRow]:
    """The row of the headings, with those that had to be looked at after it; nothing where there are no rows."""
    looked = list(islice(rows, 1))
    if looked and not named.issubset(headings_in(looked[0].cells)):
        looked += islice(rows, ROWS_LOOKED_THROUGH - 1)
    return looked[place_of_headings([headings_in(row.cells) for row in looked], named) :]


def headings_in(cells: Iterable[str]) -> tuple[str, ...]:
    return tuple(tidied(cell) for cell in cells)


def place_of_headings(rows: Sequence[Iterable[str]], named: frozenset[str]) -> int:
    """Which of the first rows of a table holds most of the headings that are named, the first of them; 0 for none."""
    met = [len(named.intersection(cells)) for cells in rows[:ROWS_LOOKED_THROUGH]]
    return met.index(max(met)) if met else 0


def _check_separator(headings: tuple[str, ...], line: int) -> None:
    for sign, name in ((";", "semicolons"), ("|", "bars")):
        if len(headings) == 1 and headings[0].count(sign):
            message = f"The cells are separated by {name}. Save the file as CSV with commas."
            raise RowsRefusedError([Fault(line, (), message)])


def _encoding_of(source: BinaryIO) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        if _is_text_in(source, encoding):
            return encoding
    message = "This is neither text in UTF-8 nor in Windows-1252. Save the file as CSV in UTF-8."
    raise RowsRefusedError([Fault(None, (), message)])


def _is_text_in(source: BinaryIO, encoding: str) -> bool:
    """Whether all of a file can be read so. A byte of nothing is no text: UTF-16 is full of them."""
    source.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := source.read(_CHUNK):
            if b"\0" in chunk:
                return False
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _plain_words_for(error: csv.Error, line: int) -> Fault:
    if "new-line" in str(error):
        return Fault(line, (), "The lines end in a way that is no longer used. Save the file as CSV anew.")
    if "field larger" in str(error) or "unexpected end" in str(error):
        return Fault(line, (), "A quotation mark opened in this row is never closed.")
    if "expected after" in str(error):
        message = "A quotation mark within a cell is not doubled, or text follows a closing one."
        return Fault(line, (), message)
    return Fault(line, (), f"This row cannot be read: {quoted(str(error))}.")
