"""What a mapping file may hold: which rows of a table are figures, and which column says what of them."""

# Our field specifiers, `required`, `optional` and `one`, are calls by design, each to `dataclasses.field`.
# ruff: noqa: RUF009

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from actionplans.models import Reading
from actionplans.models.measures import ReleaseClass
from actionplans.numbers import NumberError, parse_value
from actionplans.plan_file import fields as read
from actionplans.plan_file.document import Node, Scalar, Sequence, Table, read_document
from actionplans.plan_file.entries import Entry, one, optional, read_entry, required
from actionplans.plan_file.faults import Fault, FaultsFoundError
from priorities.models import Comparator
from priorities.wording import quoted, tidied

FORMAT = 1
LEFT_OUT = "skip"
MOST_DECIMALS = 6
LAST_HEADER_ROW = 1_000


class NamedBy(enum.StrEnum):
    """Which of its years a label of one year names, where a period takes several or is shown as another kind."""

    FIRST_YEAR = "first_year"
    LAST_YEAR = "last_year"


# Readers


def cell(node: Node) -> str:
    """What a cell, or a heading, holds: its spaces do not matter, and "" is an empty one."""
    if not isinstance(node, Scalar) or node.is_blank:
        raise read.WrongError('Write what the cell holds; an empty one is "".')
    return tidied(node.text)


def column(node: Node) -> str:
    """The heading of a column."""
    heading = cell(node)
    if not heading:
        raise read.WrongError("Write the heading of a column.")
    return heading


def sheet_name(node: Node) -> str:
    name = cell(node)
    if not name:
        raise read.WrongError("Write the name of a sheet.")
    return name


def cells(node: Node) -> tuple[str, ...]:
    """One cell, or a list of them."""
    return read.list_of(cell)(node) if isinstance(node, Sequence) else (cell(node),)


def by_cell(reader: read.Reader) -> read.Reader:
    """What each cell stands for."""

    def read_table(node: Node) -> dict[str, Any]:
        if not isinstance(node, Table):
            raise read.WrongError(
                "Write each cell and what it stands for, like {north: NORTH, south: SOUTH}."
            )
        found: dict[str, Any] = {}
        repeats = [name for name, _ in node.repeats]
        for name, value in node.entries.items():
            if tidied(name) in found:
                repeats.append(name)
            found[tidied(name)] = reader(value)
        if repeats:
            raise read.WrongError(f"{quoted(repeats[0])} is written twice.")
        return found

    return read_table


def _optional_table(reader: read.Reader) -> Any:
    return field(default_factory=dict, metadata={"read": by_cell(reader), "refers_to": ""})


# Entries


@dataclass(frozen=True, kw_only=True)
class MeasureColumn(Entry):
    noun = "measure"

    code: str | None = optional(read.name_of, None)
    column: str | None = optional(column, None)
    codes: Mapping[str, str] = _optional_table(read.name_of)


@dataclass(frozen=True, kw_only=True)
class PeriodColumn(Entry):
    noun = "period"

    column: str = required(column)
    named_by: str | None = optional(read.one_of(NamedBy), None)


@dataclass(frozen=True, kw_only=True)
class ValueColumn(Entry):
    noun = "value"

    column: str | None = optional(column, None)
    scale: Decimal | None = optional(read.number, None)
    round_to: int | None = optional(read.whole_number(0, MOST_DECIMALS), None)


@dataclass(frozen=True, kw_only=True)
class ReleaseColumn(Entry):
    noun = "release"

    on: dt.date | None = optional(read.day_or_month, None)
    column: str | None = optional(column, None)
    values: Mapping[str, dt.date] = _optional_table(read.day_or_month)
    embargoed: bool = optional(read.truth, default=False)


@dataclass(frozen=True, kw_only=True)
class FlagColumn(Entry):
    noun = "flag"

    always: str | None = optional(read.one_of(Reading.Flag.values), None)
    column: str | None = optional(column, None)
    values: Mapping[str, str] = _optional_table(read.one_of([*Reading.Flag.values, LEFT_OUT]))


@dataclass(frozen=True, kw_only=True)
class ReleaseClassColumn(Entry):
    """Says row by row who a figure is for."""

    noun = "release class"

    column: str = required(column)
    values: Mapping[str, str] = _optional_table(read.one_of(ReleaseClass.values))


@dataclass(frozen=True, kw_only=True)
class PlaceColumn(Entry):
    noun = "place"

    column: str = required(column)
    codes: Mapping[str, str] = _optional_table(read.name_of)
    whole_area: tuple[str, ...] = optional(cells, ())


def _lists_by_kind(node: Node) -> dict[str, tuple[str, ...]]:
    """Names of comparators to make, by their kind. One that is listed under two kinds is refused."""
    found: dict[str, tuple[str, ...]] = by_cell(cells)(node)
    if strange := sorted(found.keys() - set(Comparator.Kind.values)):
        raise read.WrongError(
            f"{quoted(strange[0])} is no kind of comparator. Use {', '.join(Comparator.Kind.values)}."
        )
    names = [name for listed in found.values() for name in listed]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise read.WrongError(f"{quoted(twice)} is listed twice.")
    return found


@dataclass(frozen=True, kw_only=True)
class ComparatorColumn(Entry):
    """Whom a figure is of beside the area and its places. `make` lists by kind those made when they are missing."""

    noun = "comparator"

    column: str = required(column)
    codes: Mapping[str, str] = _optional_table(read.code)
    own_area: tuple[str, ...] = optional(cells, ())
    make: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, metadata={"read": _lists_by_kind, "refers_to": ""}
    )


@dataclass(frozen=True, kw_only=True)
class ReplacedSeries(Entry):
    """Says that the file gives the whole series of its measures anew."""

    noun = "replaced series"

    released_at: dt.datetime = required(read.moment, name="released_on")
    reason: str = required(read.words())


@dataclass(frozen=True, kw_only=True)
class NoteColumn(Entry):
    noun = "note"

    text: str | None = optional(read.words(), None)
    column: str | None = optional(column, None)


@dataclass(frozen=True, kw_only=True)
class ReadingMapping(Entry):
    """A whole mapping file. In `rows` a row's cell must be one of those given for its column.

    `sheet` says where in a workbook the table stands, `header_row` where its headings do, counted from 1.
    """

    noun = "mapping file"

    format: int = required(read.whole_number(1, 99))
    partnership: str = required(read.slug)
    sheet: str | None = optional(sheet_name, None)
    header_row: int | None = optional(read.whole_number(1, LAST_HEADER_ROW), None)
    rows: Mapping[str, tuple[str, ...]] = _optional_table(cells)
    measure: MeasureColumn = one(lambda: MeasureColumn, is_required=True)
    period: PeriodColumn = one(lambda: PeriodColumn, is_required=True)
    value: ValueColumn = one(lambda: ValueColumn, is_required=True)
    numerator: str | None = optional(column, None)
    denominator: str | None = optional(column, None)
    released: ReleaseColumn = one(lambda: ReleaseColumn, is_required=True)
    flag: FlagColumn | None = one(lambda: FlagColumn)
    place_column: PlaceColumn | None = field(
        default=None, metadata={"entry": lambda: PlaceColumn, "name": "place"}
    )
    comparator: ComparatorColumn | None = one(lambda: ComparatorColumn)
    release_class: str | None = optional(read.one_of(ReleaseClass.values), None)
    release_classes: ReleaseClassColumn | None = one(lambda: ReleaseClassColumn)
    replaces_series: ReplacedSeries | None = one(lambda: ReplacedSeries)
    note: NoteColumn | None = one(lambda: NoteColumn)
    symbols: Mapping[str, str] = _optional_table(read.one_of(Reading.Symbol.values))
    no_figure: tuple[str, ...] = optional(cells, ())

    @property
    def headings(self) -> frozenset[str]:
        """The headings of every column named."""
        return frozenset(heading for _, _, heading in self.columns())

    def columns(self) -> Iterator[tuple[Entry, str, str]]:
        """Every column named: the entry that names it, the field that does, and the heading."""
        for heading in self.rows:
            yield self, "rows", heading
        for entry in (self.measure, self.period, self.value, self.released, *self._optional_columns()):
            if entry.column is not None:
                yield entry, "column", entry.column
        for name in ("numerator", "denominator"):
            if (heading := getattr(self, name)) is not None:
                yield self, name, heading

    def _optional_columns(
        self,
    ) -> Iterator[FlagColumn | PlaceColumn | ComparatorColumn | NoteColumn | ReleaseClassColumn]:
        for entry in (self.flag, self.place_column, self.comparator, self.note, self.release_classes):
            if entry is not None:
                yield entry


def read_mapping(content: bytes) -> ReadingMapping:
    """Read and check a mapping file without looking at what is loaded. Raises FaultsFoundError with every fault."""
    faults: list[Fault] = []
    mapping = read_entry(ReadingMapping, read_document(content, "mapping file"), (), faults)
    faults.extend(_faults_between(mapping))
    if faults:
        raise FaultsFoundError(faults)
    return mapping


def _faults_between(mapping: ReadingMapping) -> Iterator[Fault]:
    if mapping.format not in (None, FORMAT):
        yield mapping.fault("format", f"This is format {mapping.format}; only format {FORMAT} is known.")
    yield from _one_of_two(mapping.measure, "code", "codes")
    yield from _one_of_two(mapping.released, "on", "values")
    yield from _one_of_two(mapping.flag, "always", "values")
    yield from _one_of_two(mapping.note, "text", "")
    yield from _faults_in_flag(mapping.flag)
    if mapping.release_class and mapping.release_classes:
        yield mapping.fault("release_class", "Write “release_class” or “release_classes”, not both.")
    yield from _faults_in_ratio(mapping)
    yield from _faults_in_symbols(mapping)
    if (compared := mapping.comparator) and (both := sorted(set(compared.codes) & set(compared.own_area))):
        yield compared.fault("own_area", f"{quoted(both[0])} is among “codes” already.")
    if (place := mapping.place_column) and (both := sorted(set(place.codes) & set(place.whole_area))):
        yield place.fault("whole_area", f"{quoted(both[0])} is among “codes” already.")


def _one_of_two(entry: Any, fixed: str, table: str) -> Iterator[Fault]:
    """Either one thing for every row or a column, and a table only beside a column."""
    if entry is None or not entry.is_sound:
        return
    has_fixed, has_column = getattr(entry, fixed) is not None, entry.column is not None
    if has_fixed == has_column:
        said = "not both" if has_fixed else "one of the two"
        yield entry.fault("", f"Write “{fixed}”, the same for every row, or “column”: {said}.")
    elif has_fixed and table and getattr(entry, table):
        yield entry.fault(table, f"“{table}” belongs to a “column”; there is none.")


def _faults_in_flag(flag: FlagColumn | None) -> Iterator[Fault]:
    if flag and flag.is_sound and flag.column and not flag.values:
        message = (
            f"Say in “values” which flag each cell of {quoted(flag.column)} means, like {{actual: final}}."
        )
        yield flag.fault("column", message)


def _faults_in_symbols(mapping: ReadingMapping) -> Iterator[Fault]:
    """A number is never a symbol, and what is no figure at all says nothing."""
    for text in mapping.symbols or {}:
        if is_number(text):
            yield mapping.fault("symbols", f"{quoted(text)} is a number. Only what is none can be a symbol.")
    passed_over = {text.lower() for text in mapping.no_figure or ()}
    if both := sorted(text for text in mapping.symbols or {} if text.lower() in passed_over):
        yield mapping.fault("no_figure", f"{quoted(both[0])} is among “symbols” already.")


def is_number(text: str) -> bool:
    try:
        parse_value(text)
    except NumberError:
        return False
    return True


def _faults_in_ratio(mapping: ReadingMapping) -> Iterator[Fault]:
    if not (mapping.has_read("numerator") and mapping.has_read("denominator")):
        return
    if (mapping.numerator is None) != (mapping.denominator is None):
        given = "numerator" if mapping.denominator is None else "denominator"
        yield mapping.fault(given, "A numerator and its denominator come together.")
    has_ratio = mapping.numerator is not None and mapping.denominator is not None
    yield from _faults_in_value(mapping.value, has_ratio=has_ratio)


def _faults_in_value(value: ValueColumn | None, *, has_ratio: bool) -> Iterator[Fault]:
    if value is None or not value.is_sound:
        return
    if value.column is None and not has_ratio:
        message = "Write the “column” of the value, or name the numerator and denominator that make it."
        yield value.fault("", message)
    if value.scale == 0:
        yield value.fault("scale", "A scale of 0 would make every value 0.")
