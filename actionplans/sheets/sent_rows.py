"""The rows of a sheet as figures that were sent: each with its cell, what was read there and what is odd about it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from actionplans.models import Measure
from actionplans.numbers import Unit
from actionplans.places import PlaceKind
from actionplans.sheets.cells import Cell, Row, Sheet, letters_of
from actionplans.sheets.columns import LEFT_OUT, ColumnPlan, FigureColumn, Part, folded
from actionplans.sheets.figures_in_cells import FigureInCell, figure_in
from actionplans.sheets.matching import AREA_KEY, Catalogue, NotMatched, PlaceKey, no_measure, no_place
from actionplans.sheets.preview import SentRow
from actionplans.sheets.row_cells import (
    CONSTANTS,
    RowCells,
    counted,
    given_in,
    listed_briefly,
    merged_labels,
    said_in,
)
from actionplans.sheets.row_ids import NotARowId, RowId, parse_row_id
from priorities.wording import listed, quoted

_TOTAL = re.compile(
    r"(grand |overall |sub)?totals?( .*)?|all|sum|all (places|wards|localities|areas|measures)|overall"
)
_FIGURES = (Part.FIGURE, Part.NUMERATOR, Part.DENOMINATOR)
_LABELS = (Part.MEASURE, Part.PLACE, Part.PERIOD)
_BLANK = FigureInCell()


@dataclass(frozen=True)
class Sent:
    """All the figures of something that was sent, with notes about the whole; or why it is not taken at all."""

    rows: tuple[SentRow, ...]
    notes: tuple[str, ...] = ()
    refusal: str = ""


@dataclass(frozen=True)
class Untold:
    """Words in the columns of measures and places that mean nothing known: somebody has to say what they are."""

    measures: tuple[str, ...]
    places: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.measures or self.places)


class LeftOut(Exception):
    """A row that holds no figure to take, as is meant."""


def rows_of(sheet: Sheet, plan: ColumnPlan, catalogue: Catalogue, *, is_1904: bool = False) -> Sent:
    """The figures of a sheet by a plan that says enough."""
    taker = _Taker(sheet, plan, catalogue, is_1904=is_1904)
    rows = tuple(taker.taken())
    return Sent(rows, tuple(taker.notes()))


def untold_in(sheet: Sheet, plan: ColumnPlan, catalogue: Catalogue) -> Untold:
    """Which words of a sheet nobody has said the meaning of."""
    taker = _Taker(sheet, plan, catalogue, is_1904=False)
    measures: dict[str, None] = {}
    places: dict[str, None] = {}
    for row in taker.below:
        if not taker.has_figure(row):
            continue
        words = taker.label(row, Part.MEASURE)
        if words and words not in plan.measure_words and catalogue.measure(words) is None:
            measures[words] = None
        words = taker.label(row, Part.PLACE)
        if words and words not in plan.place_words and catalogue.place(words) is None:
            places[words] = None
    measures = {words: None for words in measures if not is_total(words)}
    return Untold(tuple(measures), tuple(places))


def is_total(words: str) -> bool:
    """Whether a label is that of a row that adds the others up."""
    return _TOTAL.fullmatch(folded(words)) is not None


@dataclass
class _Taker:
    """What is found on the way through one sheet."""

    sheet: Sheet
    plan: ColumnPlan
    catalogue: Catalogue
    is_1904: bool
    totals: list[str] = field(default_factory=list)
    hidden_rows: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.below = [row for row in self.sheet.rows if row.number > self.plan.header_row]
        self.columns = self.plan.columns
        self.figure_columns = self.plan.wide or (FigureColumn(self.columns.get(Part.FIGURE, 0), ""),)
        self.numbers = [
            *(one.column for one in self.plan.wide),
            *(self.columns[part] for part in _FIGURES if part in self.columns),
        ]
        self.merges = {(one.first_row, one.first_column): one.last_row for one in self.sheet.merges}
        self.merged_labels = merged_labels(self.sheet, {self.columns.get(part, 0) for part in _LABELS})
        self.last_number = max((row.number for row in self.below if self.has_figure(row)), default=0)
        has_measure = Part.MEASURE in self.columns or self.plan.measure
        # Whether measure and period can be told without an id.
        self.can_be_named = bool(
            has_measure and (Part.PERIOD in self.columns or self.plan.wide or self.plan.period)
        )

    # Cells

    def cell(self, row: Row, part: Part) -> Cell | None:
        column = self.columns.get(part)
        return row.at(column) if column else None

    def label_cell(self, row: Row, part: Part) -> Cell | None:
        """A cell that names something; what is merged over several rows names it for them all."""
        column = self.columns.get(part)
        if not column:
            return None
        return row.at(column) or self.merged_labels.get((row.number, column))

    def label(self, row: Row, part: Part) -> str:
        cell = self.label_cell(row, part)
        return cell.text if cell else ""

    def has_figure(self, row: Row) -> bool:
        return any(
            (cell := row.at(column)) is not None and cell.text not in CONSTANTS for column in self.numbers
        )

    # Rows

    def taken(self) -> Iterator[SentRow]:
        for row in self.below:
            if self._is_total(row):
                self.totals.append(self._total_in_words(row))
                continue
            if row.is_hidden and self.has_figure(row):
                self.hidden_rows.append(str(row.number))
            for one in self.figure_columns:
                try:
                    yield self._taken(row, one)
                except LeftOut:
                    continue

    def _is_total(self, row: Row) -> bool:
        """A row that adds up the others, by its words, or by standing last without a name."""
        if self.cell(row, Part.ID) or not self.has_figure(row):
            return False
        named = [words for part in _LABELS if (words := self.label(row, part))]
        said = named or [cell.text for cell in row.cells if cell.column not in self.numbers]
        told = {*self.plan.measure_words, *self.plan.place_words}
        if any(is_total(one) and one not in told and self._is_unknown(one) for one in said):
            return True
        return not named and row.number == self.last_number and self._is_sum(row)

    def _is_sum(self, row: Row) -> bool:
        """Whether each figure of a row is what those above it come to."""
        above = [one for one in self.below if one.number < row.number]
        for column in self.numbers:
            numbers = [cell.value for one in above if (cell := one.at(column))]
            found = [value for value in numbers if isinstance(value, Decimal)]
            cell = row.at(column)
            if cell is not None and (len(found) < 2 or cell.value != sum(found)):
                return False
        return True

    def _is_unknown(self, words: str) -> bool:
        return self.catalogue.measure(words) is None and self.catalogue.place(words) is None

    def _total_in_words(self, row: Row) -> str:
        figures = [cell.text for column in self.numbers if (cell := row.at(column))]
        return f"{row.number} ({listed([quoted(one) for one in figures[:3]])})"

    def _taken(self, row: Row, one: FigureColumn) -> SentRow:
        """One figure of a row. Raises LeftOut where there is nothing to take."""
        cells = self._cells(row, one)
        try:
            id_, question = self._id(row, one)
        except NotMatched as error:
            if cells.is_blank:
                raise LeftOut from None
            return SentRow(self._where(row, one, cells), None, cells.read, fault=str(error))
        if cells.is_blank:
            if self.plan.wide:
                raise LeftOut
            return SentRow(self._where(row, one, cells), id_, "", note=said_in(cells.note))
        return self._sent(row, one, cells, id_, question)

    def _cells(self, row: Row, one: FigureColumn) -> RowCells:
        is_wide = bool(self.plan.wide)
        return RowCells(
            given_in(row.at(one.column)) if one.column else None,
            None if is_wide else given_in(self.cell(row, Part.NUMERATOR)),
            None if is_wide else given_in(self.cell(row, Part.DENOMINATOR)),
            self.cell(row, Part.WHY_NONE),
            self.cell(row, Part.NOTE),
        )

    def _where(self, row: Row, one: FigureColumn, cells: RowCells) -> str:
        """Where the figure stands or should stand: "Cell G7", "Cells H7 and I7"."""
        if cells.figure is None and cells.has_two:
            refs = [
                f"{letters_of(self.columns[part])}{row.number}"
                for part in (Part.NUMERATOR, Part.DENOMINATOR)
                if part in self.columns
            ]
            return f"{'Cell' if len(refs) == 1 else 'Cells'} {listed(refs)}"
        if cells.figure is None and cells.why_none is not None:
            return f"Cell {cells.why_none.ref}"
        column = one.column or self.columns.get(Part.NUMERATOR, 1)
        return f"Cell {letters_of(column)}{row.number}"

    def _sent(self, row: Row, one: FigureColumn, cells: RowCells, id_: RowId, question: str) -> SentRow:
        measure = self.catalogue.measures.get(id_.measure_code)
        figure = numerator = denominator = _BLANK
        if measure is not None:
            figure = figure_in(cells.figure, measure.unit)
            if cells.has_two:
                numerator = figure_in(cells.numerator, Unit.NUMBER)
                denominator = figure_in(cells.denominator, Unit.NUMBER)
        asked = [one for one in (question, *cells.hidden_questions()) if one]
        return SentRow(
            where=self._where(row, one, cells),
            id=id_,
            read=cells.read,
            figure=figure,
            numerator=numerator,
            denominator=denominator,
            why_none=said_in(cells.why_none),
            note=said_in(cells.note),
            fault=self._mismatch(row, id_) or cells.merged_over_rows(self.merges),
            question=" ".join(asked),
        )

    # Which figure a row is

    def _id(self, row: Row, one: FigureColumn) -> tuple[RowId, str]:
        """The id of a row and a question about it. Raises NotMatched, and LeftOut for what nobody wants."""
        cell = self.cell(row, Part.ID)
        if cell is not None:
            try:
                return parse_row_id(cell.text), ""
            except NotARowId:
                if not self.can_be_named:
                    raise NotMatched(
                        f"Cell {cell.ref} says {quoted(cell.text)}, which is not the name of a row. "
                        "Copy it from the sheet that was sent to you."
                    ) from None
        elif not self.can_be_named:
            raise NotMatched(f"Row {row.number} does not say which figure it is: its last column is empty.")
        return self._named(row, one)

    def _named(self, row: Row, one: FigureColumn) -> tuple[RowId, str]:
        measure = self._measure(row)
        kind, code = self._place(row)
        if one.period:
            period, question = self.catalogue.period_in(one.period, measure), ""
        elif Part.PERIOD in self.columns:
            cell = self.label_cell(row, Part.PERIOD)
            if cell is None:
                raise NotMatched(
                    f"Cell {letters_of(self.columns[Part.PERIOD])}{row.number}, the period, is empty."
                )
            period, question = self.catalogue.period(cell, measure, is_1904=self.is_1904)
        else:
            period, question = self.catalogue.period_in(self.plan.period, measure), ""
        return RowId(measure.code, kind, code, period.starts_on, period.ends_on), question

    def _measure(self, row: Row) -> Measure:
        if Part.MEASURE not in self.columns:
            found = self.catalogue.measures.get(self.plan.measure)
            if found is None:
                raise NotMatched(no_measure(self.plan.measure))
            return found
        cell = self.label_cell(row, Part.MEASURE)
        if cell is None:
            raise NotMatched(
                f"Cell {letters_of(self.columns[Part.MEASURE])}{row.number}, the measure, is empty."
            )
        told = self.plan.measure_words.get(cell.text)
        # Left out by somebody who may not send figures for it, it is still one's own.
        if told == LEFT_OUT and self.catalogue.measure(cell.text) is None:
            self.passed_over.append(cell.text)
            raise LeftOut
        found = self.catalogue.measures.get(told) if told else self.catalogue.measure(cell.text)
        if found is None:
            raise NotMatched(f"Cell {cell.ref}: {no_measure(told or cell.text)}")
        return found

    def _place(self, row: Row) -> PlaceKey:
        if Part.PLACE not in self.columns:
            return place_key(self.plan.place) if self.plan.place else AREA_KEY
        cell = self.label_cell(row, Part.PLACE)
        if cell is None:
            raise NotMatched(f"Cell {letters_of(self.columns[Part.PLACE])}{row.number}, the place, is empty.")
        told = self.plan.place_words.get(cell.text)
        if told == LEFT_OUT and self.catalogue.place(cell.text) is None:
            self.passed_over.append(cell.text)
            raise LeftOut
        if told:
            return place_key(told)
        found = self.catalogue.place(cell.text)
        if found is None:
            raise NotMatched(f"Cell {cell.ref}: {no_place(cell.text)}")
        return found.place.kind, found.place.code

    def _mismatch(self, row: Row, id_: RowId) -> str:
        """What of a row says something else than its id: somebody moved or sorted a part of it."""
        if self.cell(row, Part.ID) is None:
            return ""
        cell = self.label_cell(row, Part.MEASURE)
        if cell and (measure := self.catalogue.measure(cell.text)) and measure.code != id_.measure_code:
            return _moved(row, cell, f"the measure {id_.measure_code}")
        cell = self.label_cell(row, Part.PLACE)
        if cell and (known := self.catalogue.place(cell.text)):
            where = id_.place_kind, id_.place_code
            named = self.catalogue.places.get(where)
            if (known.place.kind, known.place.code) != where and named is not None:
                return _moved(row, cell, named.names[0])
        cell, measure = self.label_cell(row, Part.PERIOD), self.catalogue.measures.get(id_.measure_code)
        if cell and measure and not self._is_of(cell, measure, id_):
            return _moved(row, cell, "another period")
        return ""

    def _is_of(self, cell: Cell, measure: Measure, id_: RowId) -> bool:
        """Whether a cell names the period of an id, as far as it can be read."""
        try:
            period, _ = self.catalogue.period(cell, measure, is_1904=self.is_1904)
        except NotMatched:
            return True
        return (period.starts_on, period.ends_on) == (id_.starts_on, id_.ends_on)

    # What is said of the whole

    def notes(self) -> Iterator[str]:
        if self.totals:
            looks = "looks like a total and was" if len(self.totals) == 1 else "look like totals and were"
            yield f"{counted('Row', self.totals)} {looks} left out."
        if self.hidden_rows:
            is_hidden = "is" if len(self.hidden_rows) == 1 else "are"
            yield (
                f"{counted('Row', self.hidden_rows)} {is_hidden} hidden in the sheet. "
                "A hidden figure is saved only if you say that it is right."
            )
        if columns := self._hidden_columns():
            yield f"{counted('Column', columns)} {'is' if len(columns) == 1 else 'are'} hidden in the sheet."
        if cells := list(dict.fromkeys(cell.ref for cell in self.merged_labels.values())):
            is_merged = "is merged" if len(cells) == 1 else "are merged"
            yield f"{counted('Cell', cells)} {is_merged} over several rows, and was read for each of them."
        if words := [quoted(one) for one in dict.fromkeys(self.passed_over)]:
            yield f"Left out, as was told of sheets like this: {listed_briefly(words)}."
        yield from self._not_read()

    def _not_read(self) -> Iterator[str]:
        """Numbers that stand where no figure is looked for: above the headings, or in a column without one."""
        above = [
            str(row.number)
            for row in self.sheet.rows
            if row.number < self.plan.header_row
            and any((cell := row.at(column)) is not None and _is_number(cell) for column in self.numbers)
        ]
        if above:
            stands = "stands" if len(above) == 1 else "stand"
            was = "was" if len(above) == 1 else "were"
            yield f"{counted('Row', above)} {stands} above the headings and {was} not read."
        header = next((row for row in self.sheet.rows if row.number == self.plan.header_row), None)
        headed = (cell.column for cell in header.cells) if header else ()
        known = {*self.columns.values(), *self.numbers, *headed}
        bare = {
            cell.column
            for row in self.below
            for cell in row.cells
            if cell.column not in known and _is_number(cell)
        }
        if columns := [letters_of(column) for column in sorted(bare)]:
            has, was = ("has", "was") if len(columns) == 1 else ("have", "were")
            yield f"{counted('Column', columns)} {has} no heading and {was} not read."

    def _hidden_columns(self) -> list[str]:
        wanted = {*self.columns.values(), *self.numbers}
        hidden = {
            cell.column
            for row in self.below
            for cell in row.cells
            if cell.is_hidden_column and cell.column in wanted
        }
        return [letters_of(column) for column in sorted(hidden)]


_NUMBER = re.compile(r"[-+£<]? ?[0-9][0-9,. ]*%?")


def _is_number(cell: Cell) -> bool:
    return isinstance(cell.value, Decimal) or _NUMBER.fullmatch(cell.text) is not None


def _moved(row: Row, cell: Cell, named: str) -> str:
    return (
        f"Cell {cell.ref} says {quoted(cell.text)}, but row {row.number} is named as one of {named}. A part of the row "
        "may have been moved. Put it back in its place, or ask for a new sheet."
    )


def place_key(text: str) -> PlaceKey:
    """The place that a plan names: "area", "place:WARD-2", "group:SCO". Raises NotMatched."""
    kind = _KINDS.get(text.partition(":")[0])
    if kind is None:
        raise NotMatched(no_place(text))
    return kind, text.partition(":")[2]


_KINDS = {"area": PlaceKind.AREA, "place": PlaceKind.LOCALITY, "group": PlaceKind.COMPARATOR}
