"""Which figure a row is about, as far as whoever sends it may send it (pure)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from actionplans.figures import PeriodKey
from actionplans.models import Measure
from actionplans.places import AREA, Place, ids_of
from actionplans.sheets.contents import Unfit
from actionplans.sheets.known import SeriesKey
from actionplans.sheets.matching import KnownPlace, no_measure, no_place
from actionplans.sheets.permits import Permit
from actionplans.sheets.preview import SentRow
from actionplans.sheets.row_ids import RowId
from priorities.periods import Period, PeriodError, PeriodKind

EARLIEST = 1950
"""The first year of which figures are sent."""


@dataclass(frozen=True)
class Subject:
    """Which figure a row is about."""

    measure: Measure
    where: KnownPlace
    period: Period
    place_name: str

    @property
    def place(self) -> Place:
        return self.where.place

    @property
    def key(self) -> PeriodKey:
        return self.period.starts_on, self.period.ends_on

    @property
    def series(self) -> SeriesKey:
        return self.measure.pk, ids_of(self.place)


def subject_of(row: SentRow, permit: Permit) -> Subject:
    """Which figure a row is about. Raises Unfit where it may not be sent, in the same words whether it exists or not."""
    if row.id is None:
        raise Unfit(row.fault or "Nobody can tell which figure this is.")
    measure = permit.measures.get(row.id.measure_code)
    if measure is None:
        raise Unfit(no_measure(row.id.measure_code))
    where = permit.places.get((row.id.place_kind, row.id.place_code))
    if where is None:
        raise Unfit(no_place(row.id.place_code))
    period = _period_of(row.id, measure)
    name = permit.quarter.partnership.area_name if where.place is AREA else where.place.name
    if permit.only_ids is not None and str(row.id) not in permit.only_ids:
        raise Unfit(
            f"{measure.name}, {name}, {period.label} is not among the figures that you were asked for."
        )
    return Subject(measure, where, period, name)


def _period_of(id_: RowId, measure: Measure) -> Period:
    period = period_or_why_not(measure.period_kind, id_.starts_on, id_.ends_on)
    kind = PeriodKind(measure.period_kind)
    if isinstance(period, str):
        raise Unfit(f"{period} This measure is read for {kind.name_in_words}, like {kind.example}.")
    if kind is PeriodKind.ROLLING_YEARS and (
        period.years != measure.years_covered or period.is_by_financial_year != measure.years_start_in_april
    ):
        right = measure.period_containing(period.ends_on)
        raise Unfit(f"{period.label} is not a run of years of this measure, like {right.label}.")
    return period


@lru_cache(maxsize=4096)
def period_or_why_not(kind: str, starts_on: dt.date, ends_on: dt.date) -> Period | str:
    """A period, or in words why it is none of its kind."""
    if starts_on.year < EARLIEST:
        return f"The year {starts_on.year} is out of range."
    try:
        return Period(PeriodKind(kind), starts_on, ends_on)
    except PeriodError as error:
        return str(error)
