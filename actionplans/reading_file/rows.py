"""From a row of cells to a figure, or to all that is wrong with it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from actionplans.models import Measure, Reading, ReleaseClass
from actionplans.numbers import YES_OR_NO, Unit
from actionplans.plan_file.entries import closest
from actionplans.reading_file.mapping import LEFT_OUT, NamedBy, ReadingMapping
from actionplans.reading_file.numbers import CellError, NumberReader, Numbers, in_full
from actionplans.reading_file.table import ALL_READABLE, Table
from priorities.clock import EDINBURGH
from priorities.periods import FinancialYear, Period, PeriodError, PeriodKind
from priorities.wording import day_in_words, quoted, tidied
from priorities.workbooks import unguarded

T = TypeVar("T")

NO_NOTE = frozenset({"[x]", "[z]"})


class LeftOut(enum.Enum):
    """Why a row gives no figure though nothing is wrong with it."""

    NOT_ASKED_FOR = "not asked for"
    BY_FLAG = "left out by their flag"
    NO_FIGURE = "without a figure"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as one row gives it; of the whole area when it is neither of a place nor of a comparator.

    `released_at` is None where only the day is known, `release_class` "" where the row does not say.
    """

    measure: Measure
    place_id: int | None
    comparator_id: int | None
    period: Period
    released_on: dt.date
    numbers: Numbers
    flag: str
    note: str
    released_at: dt.datetime | None = None
    release_class: str = ""


class FaultyRowError(ValueError):
    """A row that cannot be loaded; `faults` are all that is wrong with it, each with the column it stands in."""

    def __init__(self, faults: Sequence[CellError]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(str(fault) for fault in faults))


class _Faults:
    """Goes on past what cannot be read, and keeps it."""

    def __init__(self) -> None:
        self.found: list[CellError] = []

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, CellError):
            return False
        self.found.append(error)
        return True


@dataclass(frozen=True)
class Catalogue:
    """What the partnership has: its measures, and the keys of its localities, by code.

    `comparator_ids` are by code, by name and by official area code; `own_area` is what the area itself is called.
    `gap_ids` are the measures that are gaps, worked out from others.
    """

    measures: Mapping[str, Measure]
    place_ids: Mapping[str, int]
    comparator_ids: Mapping[str, int]
    own_area: frozenset[str]
    gap_ids: frozenset[int]


class RowReader:
    """Reads the rows of one file by a mapping whose columns are all there.

    `on` is the day of reading: nothing can be released after it.
    """

    def __init__(self, mapping: ReadingMapping, table: Table, catalogue: Catalogue, *, on: dt.date) -> None:
        headings = table.headings
        self.mapping = mapping
        self.is_guarded = table.is_guarded
        self.catalogue = catalogue
        self.on = on
        self.index = {heading: number for number, heading in enumerate(headings)}
        self.width = len(headings)
        self.headings = headings
        self.used = {self.index[heading] for _, name, heading in mapping.columns()} - self._notes()
        self.wanted = [(self.index[name], frozenset(cells)) for name, cells in mapping.rows.items()]
        self.numbers = NumberReader(mapping)
        # What the few texts that come again and again were read as.
        self.periods: dict[tuple[int, str], Period] = {}
        self.releases: dict[str, dt.date] = {}
        self.moments: dict[str, dt.datetime] = {}

    def _notes(self) -> set[int]:
        """The column of the note: whatever stands there, it is kept as it is seen."""
        said = self.mapping.note
        return {self.index[said.column]} if said and said.column else set()

    def read(self, row: list[str], unreadable: Mapping[int, str] = ALL_READABLE) -> Figure | LeftOut:
        """The figure of a row. Raises FaultyRowError with all that is wrong with it.

        `unreadable` says why a cell cannot be read, by its place.
        """
        if unreadable and self.used & unreadable.keys():
            places = sorted(self.used & unreadable.keys())
            raise FaultyRowError([CellError(self.headings[place], unreadable[place]) for place in places])
        if len(row) != self.width and (len(row) < self.width or any(row[self.width :])):
            message = f"This row has {len(row)} cells; there are {self.width} headings."
            raise FaultyRowError([CellError("", message)])
        if any(tidied(row[number]) not in cells for number, cells in self.wanted):
            return LeftOut.NOT_ASKED_FOR
        faults, flag, numbers = _Faults(), "", None
        with faults:
            flag = self._flag(row)
        if flag == LEFT_OUT:
            return LeftOut.BY_FLAG
        with faults:
            numbers = self.numbers.read(partial(self._cell, row), partial(self._measure_or_none, row))
            if numbers is None:
                return LeftOut.NO_FIGURE
        return self._figure(row, flag, numbers, faults)

    def _figure(self, row: list[str], flag: str, numbers: Numbers | None, faults: _Faults) -> Figure:
        measure = place_id = comparator_id = released_on = period = None
        release_class = ""
        with faults:
            place_id = self._place_id(row)
        with faults:
            comparator_id = self._comparator_id(row)
        with faults:
            released_on = self._released_on(row)
        with faults:
            release_class = self._release_class(row)
        with faults:
            measure = self._measure(row)
            period = self._period(row, measure)
        if measure and period and released_on and numbers and not faults.found:
            figure = Figure(
                measure, place_id, comparator_id, period, released_on, numbers, flag, self._note(row),
                self._released_at(row), release_class,
            )  # fmt: skip
            faults.found += self._faults_together(figure)
            if not faults.found:
                return figure
        raise FaultyRowError(faults.found)

    def _cell(self, row: list[str], heading: str) -> str:
        return tidied(row[self.index[heading]])

    def _flag(self, row: list[str]) -> str:
        said = self.mapping.flag
        if said is None:
            return Reading.Flag.FINAL
        if said.column is None:
            return said.always or Reading.Flag.FINAL
        text = self._cell(row, said.column)
        if text not in said.values:
            raise CellError(said.column, f"{quoted(text)} is not among the “values” of the flag.")
        return said.values[text]

    def _measure(self, row: list[str]) -> Measure:
        said = self.mapping.measure
        if said.column is None:
            return self.catalogue.measures[said.code or ""]
        text = self._cell(row, said.column)
        if said.codes and text not in said.codes:
            raise CellError(said.column, f"{quoted(text)} is not among the “codes” of the measure.")
        return _found(self.catalogue.measures, said.codes.get(text, text), "measure", said.column)

    def _place_id(self, row: list[str]) -> int | None:
        said = self.mapping.place_column
        if said is None:
            return None
        text = self._cell(row, said.column)
        if text in said.whole_area:
            return None
        if said.codes and text not in said.codes:
            raise CellError(said.column, f"{quoted(text)} is not among the “codes” of the place.")
        return _found(self.catalogue.place_ids, said.codes.get(text, text), "locality", said.column)

    def _comparator_id(self, row: list[str]) -> int | None:
        said = self.mapping.comparator
        if said is None:
            return None
        text = self._cell(row, said.column)
        if text in said.own_area or (text in self.catalogue.own_area and text not in said.codes):
            return None
        return _found(self.catalogue.comparator_ids, said.codes.get(text, text), "comparator", said.column)

    def _released_on(self, row: list[str]) -> dt.date:
        said = self.mapping.released
        if said.on is not None:
            return said.on
        heading = said.column or ""
        text = self._cell(row, heading)
        if text not in self.releases:
            if text not in said.values and (moment := _moment_in(text)):
                self.moments[text] = moment
                day = moment.date()
            else:
                day = said.values.get(text) or _day_or_month(text, heading)
            if day > self.on and not said.embargoed:
                raise CellError(heading, f"{quoted(text)} is still to come.")
            self.releases[text] = day
        return self.releases[text]

    def _released_at(self, row: list[str]) -> dt.datetime | None:
        """The moment of a release, where the row has one and not just a day."""
        heading = self.mapping.released.column
        return None if heading is None else self.moments.get(self._cell(row, heading))

    def _release_class(self, row: list[str]) -> str:
        said = self.mapping.release_classes
        if said is None:
            return ""
        text = self._cell(row, said.column)
        found = said.values.get(text, text)
        if found not in ReleaseClass.values:
            raise CellError(said.column, f"{quoted(text)} is not among the “values” of the release class.")
        return found

    def _period(self, row: list[str], measure: Measure) -> Period:
        said = self.mapping.period
        text = self._cell(row, said.column)
        key = measure.pk, text
        if key not in self.periods:
            try:
                self.periods[key] = period_labelled(text, measure, said.named_by)
            except PeriodError as error:
                raise CellError(said.column, str(error)) from None
        return self.periods[key]

    def _note(self, row: list[str]) -> str:
        said = self.mapping.note
        if said is None:
            return ""
        if said.column is None:
            return said.text or ""
        # What our own files put before text that a spreadsheet could run, and where there is no note.
        text = row[self.index[said.column]]
        lines = (unguarded(text) if self.is_guarded else text).splitlines()
        note = "\n".join(tidied(line) for line in lines).strip()
        return "" if note in NO_NOTE else note

    def _measure_or_none(self, row: list[str]) -> Measure | None:
        """The measure of a row; None where it is not known, which is told as a fault of its own."""
        try:
            return self._measure(row)
        except CellError:
            return None

    # What only shows when the parts of a row are seen together

    def _faults_together(self, figure: Figure) -> Iterator[CellError]:
        ends_on = figure.period.ends_on
        if figure.released_on < ends_on and figure.flag != Reading.Flag.PROJECTED:
            message = (
                f"It was released on {day_in_words(figure.released_on)}, before its period ended on "
                f"{day_in_words(ends_on)}. Only a figure with the flag projected can be."
            )
            yield CellError(self.mapping.released.column or "", message)
        if figure.place_id is not None and figure.comparator_id is not None:
            message = "A figure is of a place or of a comparator, not both."
            yield CellError(self.mapping.comparator.column if self.mapping.comparator else "", message)
        measure, value = figure.measure, figure.numbers.value
        if measure.pk in self.catalogue.gap_ids:
            message = f"{quoted(measure.code)} is a gap: it is worked out and has no figures of its own."
            yield CellError(self.mapping.measure.column or "", message)
        if value is None:
            return
        if measure.unit == Unit.PERCENT and measure.is_bounded and not 0 <= value <= 100:
            message = f"{in_full(value)}% is not from 0 to 100%, as {quoted(measure.name)} must be."
            yield CellError(self.mapping.value.column or "", message)
        if measure.unit == Unit.YES_NO and value not in YES_OR_NO:
            message = f"{in_full(value)} is neither 1 (yes) nor 0 (no), as {quoted(measure.name)} must be."
            yield CellError(self.mapping.value.column or "", message)


# Periods


def period_labelled(text: str, measure: Measure, named_by: str | None = None) -> Period:
    """The period of a measure that a publisher's label means.

    With `named_by` a label of one year stands for the run of years that starts or ends with it, and a label
    of two years, like 2021/22, for one calendar year of them. Raises PeriodError.
    """
    kind = PeriodKind(measure.period_kind)
    if named_by is not None:
        try:
            if kind is PeriodKind.ROLLING_YEARS:
                return _run_named_by(text, measure, NamedBy(named_by))
            if kind is PeriodKind.CALENDAR_YEAR:
                pair = FinancialYear.parse(text)
                day = pair.starts_on if named_by == NamedBy.FIRST_YEAR else pair.ends_on
                return measure.period_containing(day)
        except PeriodError:
            # Then it is written out in full.
            pass
    return Period.parse(
        kind, text, years=measure.years_covered, by_financial_year=measure.years_start_in_april
    )


def _run_named_by(text: str, measure: Measure, named_by: NamedBy) -> Period:
    years = PeriodKind.FINANCIAL_YEAR if measure.years_start_in_april else PeriodKind.CALENDAR_YEAR
    year = Period.parse(years, text)
    if named_by is NamedBy.FIRST_YEAR:
        for _ in range((measure.years_covered or 1) - 1):
            year = year.next()
    return measure.period_containing(year.ends_on)


def _moment_in(text: str) -> dt.datetime | None:
    """A moment with its offset, as our own files write one: "2022-01-10 10:02:00+00:00". None for anything else."""
    if ":" not in text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment.astimezone(EDINBURGH)


def _day_or_month(text: str, heading: str) -> dt.date:
    """A day; or a month when no more is known, which stands for its first day."""
    try:
        return Period.parse(PeriodKind.CALENDAR_MONTH, text).starts_on
    except PeriodError:
        pass
    try:
        return Period.parse(PeriodKind.POINT_IN_TIME, text).starts_on
    except PeriodError as error:
        if "could be" in str(error):
            raise CellError(heading, str(error)) from None
    message = f"{quoted(text)} is not a day or month. Write it like 2021-03-24, or 2021-03."
    raise CellError(heading, message)


# Codes


def _found(known: Mapping[str, T], code: str, noun: str, heading: str) -> T:
    if code in known:
        return known[code]
    close = closest(code, list(known))
    hint = f" Did you mean {quoted(close)}?" if close else ""
    raise CellError(heading, f"There is no {noun} {quoted(code)} in the partnership.{hint}")
