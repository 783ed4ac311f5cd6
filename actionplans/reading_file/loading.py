"""The figures of a file on their way into the vintages of measures, and the account of what became of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from actionplans.models import Reading, ReleaseClass
from actionplans.plan_file.faults import Fault
from actionplans.plan_file.fields import known_from
from actionplans.reading_file.rows import FaultyRowError, Figure, LeftOut, RowReader
from actionplans.reading_file.series import SeriesOfFigures
from actionplans.reading_file.table import MOST_FAULTS_TOLD, RowsRefusedError, Table, TableRow
from priorities.wording import day_in_words, listed, quoted

if TYPE_CHECKING:
    from priorities.models import User

ROWS_AT_ONCE = 2_000
MOST_DIFFERENCES_TOLD = 10

T = TypeVar("T")

# Measure, series, place, comparator, first and last day of the period, moment of release.
Vintage = tuple[int, int, int | None, int | None, dt.date, dt.date, dt.datetime]
_VINTAGE = (
    "measure_id",
    "series",
    "place_id",
    "comparator_id",
    "starts_on",
    "ends_on",
    "released_at",
)
_FIGURE = ("value", "numerator", "denominator", "symbol", "flag", "release_class")


@dataclass(frozen=True)
class ImportReport:
    """What became of the rows of a file. `is_rehearsal` says that all of it was then undone.

    `halves` counts figures that came with a numerator or a denominator alone, which was then left out. `differing`
    are the first published values that their numerators and denominators do not make, `differing_count` is how many
    there are. `made` are comparators that were missing, `replaced` the measures whose whole series was replaced.
    `notes` say how the file was read.
    """

    rows: int
    added: int
    same: int
    repeated: int
    halves: int
    left_out: Counter[LeftOut]
    differing: tuple[str, ...] = ()
    differing_count: int = 0
    made: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_rehearsal: bool = False

    @property
    def is_unchanged(self) -> bool:
        return not (self.added or self.made)

    def lines(self) -> list[str]:
        """The report in words."""
        lines = []
        if self.is_unchanged:
            lines.append("Nothing would change." if self.is_rehearsal else "Nothing changed.")
        if self.made:
            lines.append(f"comparators added: {listed(self.made)}")
        if self.replaced:
            lines.append(f"whole series replaced: {listed(self.replaced)}")
        counts = [(self.added, "added"), (self.same, "as before")]
        lines.append(f"readings: {_counted(counts)}")
        why = [(self.left_out[reason], reason.value) for reason in LeftOut]
        others = _counted([*why, (self.repeated, "written twice")])
        lines.append(f"rows: {self.rows:,} read{f', of which {others}' if others else ''}")
        if self.halves:
            lines.append(
                f"figures whose numerator or denominator is not known, kept without it: {self.halves:,}"
            )
        if self.differing_count:
            lines.append(
                "published values that their numerators and denominators do not make, which are kept instead: "
                f"{self.differing_count:,}"
            )
            lines += [f"  {difference}" for difference in self.differing]
        lines += self.notes
        if self.is_rehearsal:
            lines.append("Nothing was loaded: this was only a check.")
        return lines


def _counted(counts: Iterable[tuple[int, str]]) -> str:
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


class _Known(NamedTuple):
    """The figure of a vintage; `line` is where the file gave it first, None when it was there before."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    symbol: str
    flag: str
    release_class: str
    line: int | None

    def is_same(self, other: _Known) -> bool:
        """Whether a file says again what is known. Beside a symbol the counts are not always told."""
        if other.symbol and other.numerator is None and other.denominator is None:
            return (self.symbol, *self[4:6]) == (other.symbol, *other[4:6])
        return self[:6] == other[:6]

    @property
    def in_words(self) -> str:
        """The value with what else tells it apart."""
        ratio = "" if self.numerator is None else f" ({_plain(self.numerator)} of {_plain(self.denominator)})"
        what = f"[{self.symbol}]" if self.value is None else _plain(self.value)
        held = ", for the partnership only" if self.release_class == ReleaseClass.MANAGEMENT else ""
        return f"{what}{ratio}, {self.flag}{held}"


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"


class Loading:
    """One loading of a file, within the caller's transaction."""

    def __init__(self, table: Table, reader: RowReader, *, at: dt.datetime, by: User | None) -> None:
        self.table = table
        self.reader = reader
        self.at = at
        self.by_id = by.pk if by else None
        blank = Reading(entered_at=at, entered_by_id=self.by_id)
        columns = Reading._meta.concrete_fields  # noqa: SLF001 (Django documents it)
        self.blank = {column.attname: getattr(blank, column.attname) for column in columns}
        self.known: dict[Vintage, _Known] = {}
        self.measures_looked_up: set[int] = set()
        self.series = SeriesOfFigures(reader.mapping.replaces_series)
        self.moments: dict[dt.date, dt.datetime] = {}
        self.faults: list[Fault] = []
        self.fault_count = 0
        self.rows = self.added = self.same = self.repeated = self.halves = 0
        self.left_out: Counter[LeftOut] = Counter()
        self.differing: list[str] = []
        self.differing_count = 0

    def run(self, *, made: tuple[str, ...] = (), is_rehearsal: bool) -> ImportReport:
        """Load all rows. Raises RowsRefusedError with the first faults once every row has been looked at."""
        for rows in _in_batches(self._rows(), ROWS_AT_ONCE):
            self._load([figure for row in rows if (figure := self._figure(row))])
        if not self.fault_count and self.left_out[LeftOut.NOT_ASKED_FOR] == self.rows:
            what = "no rows" if not self.rows else "no row that “rows” in the mapping asks for"
            self._refuse(Fault(None, (), f"The file has {what}."))
        if self.fault_count:
            raise RowsRefusedError(self.faults, self.fault_count)
        replaced = self.series.write(at=self.at, by_id=self.by_id)
        return ImportReport(
            rows=self.rows,
            added=self.added,
            same=self.same,
            repeated=self.repeated,
            halves=self.halves,
            left_out=self.left_out,
            differing=tuple(self.differing),
            differing_count=self.differing_count,
            made=made,
            replaced=replaced,
            notes=self.table.notes,
            is_rehearsal=is_rehearsal,
        )

    def _rows(self) -> Iterator[TableRow]:
        try:
            for row in self.table.rows():
                self.rows += 1
                yield row
        except RowsRefusedError as error:
            for fault in error.faults:
                self._refuse(fault)

    def _figure(self, row: TableRow) -> tuple[int, Figure] | None:
        try:
            figure = self.reader.read(row.cells, row.unreadable)
        except FaultyRowError as error:
            for fault in error.faults:
                self._refuse_row(row.number, str(fault), fault.heading)
            return None
        if isinstance(figure, LeftOut):
            self.left_out[figure] += 1
            return None
        return row.number, figure

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
        self.series.learn(missing)
        rows = Reading.objects.confirmed().filter(measure__in=missing).order_by()
        for row in rows.values_list(*_VINTAGE, *_FIGURE).iterator():
            value, numerator, denominator, symbol, flag, release_class = row[7:]
            self.known[row[:7]] = _Known(value, numerator, denominator, symbol, flag, release_class, None)

    def _reading(self, line: int, figure: Figure) -> Reading | None:
        """The row to add, or None when the vintage is there already."""
        numbers, measure = figure.numbers, figure.measure
        release_class = figure.release_class or self.reader.mapping.release_class or measure.release_class
        vintage = self._vintage(figure)
        if vintage is None:
            message = "It was released before the series that “replaces_series” gives."
            self._refuse_row(line, message)
            return None
        new = _Known(
            numbers.value,
            numbers.numerator,
            numbers.denominator,
            numbers.symbol,
            figure.flag,
            release_class,
            line,
        )
        old = self.known.setdefault(vintage, new)
        if old is new:
            self.halves += numbers.has_half_a_ratio
            self._compare(line, figure)
            self.series.note(measure)
            return self._row(figure, vintage, release_class)
        if not old.is_same(new):
            self._refuse_row(line, self._conflict(figure, new, old))
        elif old.line is None:
            self.same += 1
        else:
            self.repeated += 1
        return None

    def _compare(self, line: int, figure: Figure) -> None:
        """Note a published value that its numerator and denominator do not make."""
        published, made = figure.numbers.published, figure.numbers.value
        if published is None or made is None:
            return
        self.differing_count += 1
        if len(self.differing) < MOST_DIFFERENCES_TOLD:
            shown = made.quantize(published, rounding=ROUND_HALF_UP)
            what = f"{quoted(figure.measure.code)} for {figure.period.label}"
            self.differing.append(
                f"{self.table.counted} {line}: {what} is published as {published:f}; they make {shown:f}"
            )

    def _vintage(self, figure: Figure) -> Vintage | None:
        """What its vintage is known by; None when it comes before the series it should belong to."""
        moment = figure.released_at or self.moments.get(figure.released_on)
        if moment is None:
            moment = self.moments[figure.released_on] = known_from(figure.released_on)
        series = self.series.of(figure.measure.pk, moment)
        if series is None:
            return None
        period = figure.period
        return (
            figure.measure.pk,
            series,
            figure.place_id,
            figure.comparator_id,
            period.starts_on,
            period.ends_on,
            moment,
        )

    def _row(self, figure: Figure, vintage: Vintage, release_class: str) -> Reading:
        measure_id, series, place_id, comparator_id, starts_on, ends_on, released_at = vintage
        values = self.blank | {
            "measure_id": measure_id,
            "series": series,
            "place_id": place_id,
            "comparator_id": comparator_id,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "value": figure.numbers.value,
            "symbol": figure.numbers.symbol,
            "numerator": figure.numbers.numerator,
            "denominator": figure.numbers.denominator,
            "flag": figure.flag,
            "release_class": release_class,
            "released_at": released_at,
            "note": figure.note,
            "is_illustrative": figure.measure.is_illustrative,
        }
        # In the order of the columns: by name takes twice as long, and there are many.
        return Reading(*values.values())

    def _refuse_row(self, number: int, message: str, heading: str = "") -> None:
        self._refuse(Fault(number, (heading,) if heading else (), message, self.table.counted))

    def _refuse(self, fault: Fault) -> None:
        self.faults.append(fault)
        self.fault_count += 1

    def _conflict(self, figure: Figure, new: _Known, old: _Known) -> str:
        released = day_in_words(figure.released_on)
        what = f"{quoted(figure.measure.code)} for {figure.period.label}, released {released}"
        where = "was loaded before as" if old.line is None else f"is on {self.table.counted} {old.line} as"
        advice = "" if old.line is not None else " A revision has a release date of its own."
        return f"{what}, {where} {old.in_words}; here it is {new.in_words}.{advice}"


def _in_batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
