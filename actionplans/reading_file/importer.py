"""Brings the figures of a CSV file into the vintages of measures: all of them or none."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TypeVar

from django.db import transaction

from actionplans.models import Measure, Reading
from actionplans.plan_file.entries import Entry, closest
from actionplans.plan_file.faults import Fault, FaultsFoundError
from actionplans.plan_file.work_rows import known_from
from actionplans.reading_file.mapping import ReadingMapping
from actionplans.reading_file.rows import Catalogue, FaultyRowError, Figure, LeftOut, RowReader
from actionplans.reading_file.table import MOST_FAULTS_TOLD, CsvTable, RowsRefusedError, open_table
from priorities.clock import EDINBURGH
from priorities.models import Locality, Partnership
from priorities.wording import day_in_words, listed, quoted

if TYPE_CHECKING:
    from priorities.models import User

ROWS_AT_ONCE = 2_000

T = TypeVar("T")
# Measure, place, first and last day of the period, moment of release: what a vintage is known by.
Vintage = tuple[int, int | None, dt.date, dt.date, dt.datetime]


@dataclass(frozen=True)
class ImportReport:
    """What became of the rows of a file. `is_rehearsal` says that all of it was then undone.

    `halves` counts figures that came with a numerator or a denominator alone, which was then left out.
    """

    rows: int
    added: int
    same: int
    repeated: int
    halves: int
    left_out: Counter[LeftOut]
    is_rehearsal: bool = False

    @property
    def is_unchanged(self) -> bool:
        return not self.added

    def lines(self) -> list[str]:
        """The report in words."""
        lines = []
        if self.is_unchanged:
            lines.append("Nothing would change." if self.is_rehearsal else "Nothing changed.")
        counts = [(self.added, "added"), (self.same, "as before")]
        lines.append(f"readings: {_counted(counts)}")
        why = [(self.left_out[reason], reason.value) for reason in LeftOut]
        others = _counted([*why, (self.repeated, "written twice")])
        lines.append(f"rows: {self.rows:,} read{f', of which {others}' if others else ''}")
        if self.halves:
            lines.append(
                f"figures whose numerator or denominator is not known, kept without it: {self.halves:,}"
            )
        if self.is_rehearsal:
            lines.append("Nothing was loaded: this was only a check.")
        return lines


def _counted(counts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def import_readings(
    source: BinaryIO,
    mapping: ReadingMapping,
    *,
    at: dt.datetime,
    by: User | None = None,
    is_rehearsal: bool = False,
) -> ImportReport:
    """Load the figures of a CSV file (open for bytes, and read twice) as a checked mapping says.

    Raises FaultsFoundError for a mapping that does not fit the partnership or the file, and RowsRefusedError
    for rows; nothing is loaded then. A rehearsal does everything and undoes it.
    """
    partnership = _partnership(mapping)
    catalogue = _catalogue(mapping, partnership)
    today = at.astimezone(EDINBURGH).date()
    if mapping.released.on is not None and mapping.released.on > today:
        message = f"{day_in_words(mapping.released.on)} is still to come."
        raise FaultsFoundError([mapping.released.fault("on", message)])
    table = open_table(source)
    _check_columns(mapping, table.headings)
    reader = RowReader(mapping, table.headings, catalogue, on=today)
    with transaction.atomic():
        # Two imports at once take turns.
        Partnership.objects.select_for_update().get(pk=partnership.pk)
        report = _Loading(table, reader, at=at, by=by).run(is_rehearsal=is_rehearsal)
        if is_rehearsal:
            transaction.set_rollback(True)
    return report


# The mapping against the partnership and the file


def _partnership(mapping: ReadingMapping) -> Partnership:
    found = Partnership.objects.filter(slug=mapping.partnership).first()
    if found is None:
        slugs = Partnership.objects.values_list("slug", flat=True)
        message = f"There is no partnership {quoted(mapping.partnership)}.{_hint(mapping.partnership, slugs)}"
        raise FaultsFoundError([mapping.fault("partnership", message)])
    return found


def _catalogue(mapping: ReadingMapping, partnership: Partnership) -> Catalogue:
    measures = {measure.code: measure for measure in Measure.objects.filter(partnership=partnership)}
    place_ids = dict(Locality.objects.filter(partnership=partnership).values_list("code", "pk"))
    faults: list[Fault] = []
    if mapping.measure.code is not None:
        faults += _unknown(mapping.measure, "code", [mapping.measure.code], "measure", measures)
    faults += _unknown(mapping.measure, "codes", mapping.measure.codes.values(), "measure", measures)
    if mapping.place_column:
        faults += _unknown(
            mapping.place_column, "codes", mapping.place_column.codes.values(), "locality", place_ids
        )
    if faults:
        raise FaultsFoundError(faults)
    return Catalogue(measures, place_ids)


def _unknown(
    entry: Entry, name: str, codes: Iterable[str], noun: str, known: Iterable[str]
) -> Iterator[Fault]:
    known = set(known)
    for code in dict.fromkeys(codes):
        if code not in known:
            message = f"There is no {noun} {quoted(code)} in the partnership.{_hint(code, known)}"
            yield entry.fault(name, message)


def _hint(code: str, known: Iterable[str]) -> str:
    close = closest(code, sorted(known))
    return f" Did you mean {quoted(close)}?" if close else ""


def _check_columns(mapping: ReadingMapping, headings: Sequence[str]) -> None:
    faults = []
    for entry, name, heading in mapping.columns():
        count = headings.count(heading)
        if count == 0:
            hint = _hint(heading, headings) or f" It has {listed([quoted(one) for one in headings[:20]])}."
            faults.append(entry.fault(name, f"The file has no column {quoted(heading)}.{hint}"))
        elif count > 1:
            faults.append(entry.fault(name, f"The file has {count} columns {quoted(heading)}."))
    if faults:
        raise FaultsFoundError(faults)


# Loading


class _Known(NamedTuple):
    """The figure of a vintage; `line` is where the file gave it first, None when it was there before."""

    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    flag: str
    line: int | None

    def is_same(self, other: _Known) -> bool:
        return self[:4] == other[:4]

    @property
    def in_words(self) -> str:
        """The value with what else tells it apart."""
        ratio = "" if self.numerator is None else f" ({_plain(self.numerator)} of {_plain(self.denominator)})"
        return f"{_plain(self.value)}{ratio}, {self.flag}"


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


class _Loading:
    """One loading of a file, within the caller's transaction."""

    def __init__(self, table: CsvTable, reader: RowReader, *, at: dt.datetime, by: User | None) -> None:
        self.table = table
        self.reader = reader
        self.at = at
        self.by_id = by.pk if by else None
        self.known: dict[Vintage, _Known] = {}
        self.measures_looked_up: set[int] = set()
        self.moments: dict[dt.date, dt.datetime] = {}
        self.faults: list[Fault] = []
        self.fault_count = 0
        self.rows = self.added = self.same = self.repeated = self.halves = 0
        self.left_out: Counter[LeftOut] = Counter()

    def run(self, *, is_rehearsal: bool) -> ImportReport:
        """Load all rows. Raises RowsRefusedError with the first faults once every row has been looked at."""
        for rows in _in_batches(self._rows(), ROWS_AT_ONCE):
            self._load([figure for line, row in rows if (figure := self._figure(line, row))])
        if not self.fault_count and self.left_out[LeftOut.NOT_ASKED_FOR] == self.rows:
            what = "no rows" if not self.rows else "no row that “rows” in the mapping asks for"
            self._refuse(Fault(None, (), f"The file has {what}."))
        if self.fault_count:
            raise RowsRefusedError(self.faults, self.fault_count)
        return ImportReport(
            rows=self.rows,
            added=self.added,
            same=self.same,
            repeated=self.repeated,
            halves=self.halves,
            left_out=self.left_out,
            is_rehearsal=is_rehearsal,
        )

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        try:
            for line, row in self.table.rows():
                self.rows += 1
                yield line, row
        except RowsRefusedError as error:
            for fault in error.faults:
                self._refuse(fault)

    def _figure(self, line: int, row: list[str]) -> tuple[int, Figure] | None:
        try:
            figure = self.reader.read(row)
        except FaultyRowError as error:
            for fault in error.faults:
                self._refuse(Fault(line, (fault.heading,) if fault.heading else (), str(fault)))
            return None
        if isinstance(figure, LeftOut):
            self.left_out[figure] += 1
            return None
        return line, figure

    def _load(self, figures: Sequence[tuple[int, Figure]]) -> None:
        self._look_up({figure.measure.pk for _, figure in figures})
        fresh = [reading for line, figure in figures if (reading := self._reading(line, figure))]
        self.added += len(fresh)
        if not self.fault_count:
            Reading.objects.bulk_create(fresh)
        self.faults = sorted(self.faults, key=lambda fault: fault.line or 0)[:MOST_FAULTS_TOLD]

    def _look_up(self, measures: set[int]) -> None:
        """Learn every vintage there is of measures met for the first time."""
        missing = measures - self.measures_looked_up
        if not missing:
            return
        self.measures_looked_up |= missing
        rows = Reading.objects.confirmed().filter(measure__in=missing).order_by()
        columns = ("measure_id", "place_id", "starts_on", "ends_on", "released_at")
        figures = ("value", "numerator", "denominator", "flag")
        for row in rows.values_list(*columns, *figures).iterator():
            value, numerator, denominator, flag = row[5:]
            self.known[row[:5]] = _Known(value, numerator, denominator, flag, None)

    def _reading(self, line: int, figure: Figure) -> Reading | None:
        """The row to add, or None when the vintage is there already."""
        numbers = figure.numbers
        vintage = self._vintage(figure)
        new = _Known(numbers.value, numbers.numerator, numbers.denominator, figure.flag, line)
        old = self.known.setdefault(vintage, new)
        if old is new:
            self.halves += numbers.has_half_a_ratio
            return self._row(figure, vintage)
        if not old.is_same(new):
            self._refuse(Fault(line, (), _conflict(figure, new, old)))
        elif old.line is None:
            self.same += 1
        else:
            self.repeated += 1
        return None

    def _vintage(self, figure: Figure) -> Vintage:
        moment = self.moments.get(figure.released_on)
        if moment is None:
            moment = self.moments[figure.released_on] = known_from(figure.released_on)
        period = figure.period
        return figure.measure.pk, figure.place_id, period.starts_on, period.ends_on, moment

    def _row(self, figure: Figure, vintage: Vintage) -> Reading:
        measure_id, place_id, starts_on, ends_on, released_at = vintage
        return Reading(
            measure_id=measure_id,
            place_id=place_id,
            starts_on=starts_on,
            ends_on=ends_on,
            value=figure.numbers.value,
            numerator=figure.numbers.numerator,
            denominator=figure.numbers.denominator,
            flag=figure.flag,
            released_at=released_at,
            entered_at=self.at,
            entered_by_id=self.by_id,
            note=figure.note,
            is_illustrative=figure.measure.is_illustrative,
        )

    def _refuse(self, fault: Fault) -> None:
        self.faults.append(fault)
        self.fault_count += 1


def _conflict(figure: Figure, new: _Known, old: _Known) -> str:
    what = f"{quoted(figure.measure.code)} for {figure.period.label}, released {day_in_words(figure.released_on)}"
    where = "was loaded before as" if old.line is None else f"is on line {old.line} as"
    advice = "" if old.line is not None else " A revision has a release date of its own."
    return f"{what}, {where} {old.in_words}; here it is {new.in_words}.{advice}"


def _in_batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
