"""Cells copied from a spreadsheet and pasted into a return: which line is which figure, and what each says (pure).

A column alone goes line by line into the figures that the return asks for, in their order; a column of codes, names
or row ids says itself which figure each line is. Where counts do not fit, nothing is taken.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from actionplans.models import Delivery, Measure
from actionplans.numbers import Unit
from actionplans.places import PlaceKind
from actionplans.sheets.cells import Cell
from actionplans.sheets.columns import ROUND
from actionplans.sheets.figures_in_cells import FigureInCell, figure_in
from actionplans.sheets.matching import Catalogue, NotMatched, no_measure
from actionplans.sheets.permits import Permit
from actionplans.sheets.preview import SentRow
from actionplans.sheets.row_ids import NotARowId, RowId, parse_row_id
from actionplans.sheets.sent_rows import Sent
from priorities.wording import quoted

MOST_LINES = 1_000
MOST_CHARACTERS = 100_000
MOST_COLUMNS = 20

COPY_WHAT = (
    "Copy the column with the figures alone, or with the column that has the codes or names of the measures."
)


class PasteRefused(ValueError):
    """What was pasted cannot be taken as it is; the message says why and what to do."""


@dataclass(frozen=True)
class AskedRow:
    """A figure that a return asks for, in the order of its page. `is_ratio`: it is made of two numbers."""

    id: str
    name: str
    is_ratio: bool


@dataclass(frozen=True)
class PastePlan:
    """Which line of what was pasted is which figure, settled when it came: the order of a page may change later.

    Lines and columns count from 1. `ids` are the rows' ids by line; `faults` say of a line why it is none. `second` is
    the column of denominators, 0 for none. `heading` is the line passed over as headings, 0 for none.
    """

    figure: int
    second: int
    ids: Mapping[int, str]
    faults: Mapping[int, str] = field(default_factory=dict)
    heading: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "figure": self.figure,
            "second": self.second,
            "ids": {str(line): id_ for line, id_ in self.ids.items()},
            "faults": {str(line): fault for line, fault in self.faults.items()},
            "heading": self.heading,
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> PastePlan:
        return cls(
            figure=int(said["figure"]),
            second=int(said["second"]),
            ids={int(line): str(id_) for line, id_ in said["ids"].items()},
            faults={int(line): str(fault) for line, fault in said["faults"].items()},
            heading=int(said["heading"]),
        )


# The lines


Line = tuple[str, ...]


def lines_in(text: str) -> list[Line]:
    """The cells of each line. A line end after the last line, as spreadsheets write one, is none.

    Raises PasteRefused for nothing and for too much.
    """
    if len(text) > MOST_CHARACTERS:
        raise PasteRefused(
            f"This is {len(text):,} characters; at most {MOST_CHARACTERS:,} can be pasted. Send the sheet as a file."
        )
    plain = re.sub("\r\n?", "\n", text)
    rows = csv.reader(io.StringIO(plain, newline=""), delimiter="\t")
    try:
        lines = [tuple(" ".join(cell.split()) for cell in row) for row in rows]
    except csv.Error:
        raise PasteRefused(f"What was pasted cannot be read as lines and columns. {COPY_WHAT}") from None
    if not any(any(line) for line in lines):
        raise PasteRefused("Paste the figures here first: copy them in your spreadsheet.")
    if len(lines) > MOST_LINES:
        raise PasteRefused(
            f"There are {len(lines):,} lines; at most {MOST_LINES:,} can be pasted. Send the sheet as a file."
        )
    width = max(len(line) for line in lines)
    if width > MOST_COLUMNS:
        raise PasteRefused(f"There are {width} columns. {COPY_WHAT}")
    return [(*line, *[""] * (width - len(line))) for line in lines]


def plan_of(text: str, asked: Sequence[AskedRow], catalogue: Catalogue, *, first: str = "") -> PastePlan:
    """Which line is which figure. `first` is the id of the row the first line is for; "" for the first one asked.

    Raises PasteRefused where nobody could tell without guessing.
    """
    lines = lines_in(text)
    filled = [column for column in range(len(lines[0])) if any(line[column] for line in lines)]
    naming = _naming_column(lines, catalogue)
    if naming is None:
        return _in_order(lines, filled, asked, first)
    figures = [column for column in filled if column != naming]
    if not figures:
        raise PasteRefused(f"There are names and no figures beside them. {COPY_WHAT}")
    if len(figures) > 2:
        raise PasteRefused(
            f"There are {len(figures)} columns beside the one with the names, so nobody can tell which holds the "
            f"figures. {COPY_WHAT}"
        )
    return _by_name(lines, naming, figures, _Namer(catalogue, asked))


# In the order of the page


def _in_order(lines: list[Line], filled: list[int], asked: Sequence[AskedRow], first: str) -> PastePlan:
    if len(filled) > 2:
        raise PasteRefused(
            f"There are {len(filled)} columns and none of them names the measures. {COPY_WHAT}"
        )
    begins = next((place for place, row in enumerate(asked) if row.id == first), 0)
    wanted = asked[begins:]
    if not wanted:
        raise PasteRefused("This return asks for no figures, so there is no order to put a column in.")
    while len(lines) > len(wanted) and not any(lines[-1]):
        lines = lines[:-1]
    if len(lines) != len(wanted):
        raise PasteRefused(_counts(len(lines), wanted, is_from=begins > 0))
    if len(filled) == 1 and (ratio := _ratio_met(lines, filled[0], wanted)):
        raise PasteRefused(
            f"{quoted(ratio)} is worked out from two numbers: copy two columns, the numerators and the denominators. "
            "Figures that are no ratio stand in the first."
        )
    ids = {number: row.id for number, row in enumerate(wanted, start=1)}
    return PastePlan(filled[0] + 1, filled[1] + 1 if len(filled) == 2 else 0, ids)


def _counts(pasted: int, wanted: Sequence[AskedRow], *, is_from: bool) -> str:
    lines = "1 line" if pasted == 1 else f"{pasted} lines"
    begins = f" from {quoted(wanted[0].name)} on" if is_from else ""
    figures = "1 figure is" if len(wanted) == 1 else f"{len(wanted)} figures are"
    return (
        f"You pasted {lines}, and{begins} {figures} asked for. Nothing is guessed: paste a line for each, an empty one "
        "where there is no figure, without a heading. Or copy the column with the codes or names too."
    )


def _ratio_met(lines: list[Line], column: int, wanted: Sequence[AskedRow]) -> str:
    """The first ratio that one number alone was pasted for."""
    pairs = zip(lines, wanted, strict=True)
    return next((row.name for line, row in pairs if row.is_ratio and line[column]), "")


# By their names


@dataclass(frozen=True)
class _Namer:
    """Says which figure a name is of: the one asked for, or else that of the round."""

    catalogue: Catalogue
    asked: Sequence[AskedRow]

    def id_of(self, words: str) -> str:
        """Raises NotMatched."""
        try:
            return str(parse_row_id(words))
        except NotARowId:
            pass
        measure = self.catalogue.measure(words)
        if measure is None:
            raise NotMatched(no_measure(words))
        own = f"{measure.code}@"
        return next((row.id for row in self.asked if row.id.startswith(own)), "") or self._of_the_round(
            measure
        )

    def _of_the_round(self, measure: Measure) -> str:
        period = self.catalogue.period_in(ROUND, measure)
        return str(RowId(measure.code, PlaceKind.AREA, "", period.starts_on, period.ends_on))


def _naming_column(lines: list[Line], catalogue: Catalogue) -> int | None:
    """The column in which the most cells name a measure or a row; None where there is none."""
    named = [sum(_is_name(line[column], catalogue) for line in lines) for column in range(len(lines[0]))]
    best = max(named)
    return named.index(best) if best else None


def _is_name(words: str, catalogue: Catalogue) -> bool:
    if not words:
        return False
    try:
        parse_row_id(words)
    except NotARowId:
        return catalogue.measure(words) is not None
    return True


def _by_name(lines: list[Line], naming: int, figures: list[int], namer: _Namer) -> PastePlan:
    ids: dict[int, str] = {}
    faults: dict[int, str] = {}
    heading = 0
    for number, line in enumerate(lines, start=1):
        words = line[naming]
        if not any(line):
            continue
        try:
            ids[number] = namer.id_of(words) if words else ""
        except NotMatched as error:
            if number == 1 and not any(_has_digit(line[column]) for column in figures):
                heading = number
                continue
            faults[number] = str(error)
        else:
            if not words:
                del ids[number]
                faults[number] = "This line does not say which figure it is."
    return PastePlan(figures[0] + 1, figures[1] + 1 if len(figures) == 2 else 0, ids, faults, heading)


def _has_digit(words: str) -> bool:
    return any(letter.isdigit() for letter in words)


# What the lines say


def read_paste(content: bytes, delivery: Delivery, permit: Permit) -> Sent:
    """The figures of a delivery that was pasted."""
    return pasted_rows(content.decode(), PastePlan.from_json(delivery.plan), permit.catalogue)


def pasted_rows(text: str, plan: PastePlan, catalogue: Catalogue) -> Sent:
    """The figures of what was pasted, by a plan made of it."""
    rows = tuple(_row(number, line, plan, catalogue) for number, line in _numbered(text, plan))
    return Sent(rows, tuple(_notes(plan)))


def _notes(plan: PastePlan) -> Iterator[str]:
    if plan.heading:
        yield f"Line {plan.heading} was taken for headings."


def _numbered(text: str, plan: PastePlan) -> Iterator[tuple[int, Line]]:
    for number, line in enumerate(lines_in(text), start=1):
        if number in plan.ids or number in plan.faults:
            yield number, line


def _row(number: int, line: Line, plan: PastePlan, catalogue: Catalogue) -> SentRow:
    where = f"Line {number}"
    words = line[plan.figure - 1]
    second = line[plan.second - 1] if plan.second else ""
    read = " and ".join(one for one in (words, second) if one)
    if number in plan.faults:
        return SentRow(where, None, read, fault=plan.faults[number])
    id_ = parse_row_id(plan.ids[number])
    measure = catalogue.measures.get(id_.measure_code)
    if measure is None:
        return SentRow(where, id_, read)
    if measure.is_ratio and plan.second:
        return SentRow(
            where,
            id_,
            read,
            numerator=_figure(number, words, Unit.NUMBER, ", first column"),
            denominator=_figure(number, second, Unit.NUMBER, ", second column"),
        )
    fault = f"{where} has two numbers, and this measure takes one figure." if second else ""
    return SentRow(where, id_, read, figure=_figure(number, words, Unit(measure.unit)), fault=fault)


def _figure(number: int, words: str, unit: Unit, which: str = "") -> FigureInCell:
    """The words of a cell as a figure; what is wrong with them names the line."""
    if not words:
        return FigureInCell()
    cell = Cell(number, 1, words, words)
    found = figure_in(cell, unit)
    fault = found.fault.replace(f"Cell {cell.ref}", f"Line {number}{which}", 1)
    return FigureInCell(found.value, found.symbol, found.flag, fault)
