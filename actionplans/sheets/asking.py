"""Which figures a round still asks for: a row for each measure, period and place, with what is known beside it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from actionplans.figure_kinds import Ratio
from actionplans.figure_lines import ratio_of
from actionplans.measure_series import MeasureSeries, SeriesValue
from actionplans.models import Measure, ReleaseClass
from actionplans.numbers import unit_in_words
from actionplans.places import AREA, Place
from actionplans.series import period_of_round, series_by_place
from actionplans.sheets.row_ids import row_id
from priorities.models import Priority, Quarter
from priorities.periods import Period

MOST_PERIODS = 4
"""How many periods of one measure are asked for at once, the newest ones: a year of quarters."""


@dataclass(frozen=True)
class FillRow:
    """One figure that is asked for. `last` and `target` are in words, as pages print them; "" where there is none.

    `last` is "[c]" where the newest figure may not be shown. `is_managed` says that it is for the partnership only.
    """

    id: str
    measure: Measure
    place: Place
    place_name: str
    period: Period
    unit: str
    better: str
    last: str
    is_managed: bool
    target: str
    ratio: Ratio | None

    @property
    def gives(self) -> str:
        """What is to be given, in words: "% of children. Lower is better." and of what a ratio is made."""
        said = f"{self.unit[:1].upper()}{self.unit[1:]}. {self.better}."
        if self.ratio:
            per = "" if self.ratio.is_share else f", per {self.ratio.per:,}"
            return (
                f"{said} Worked out{per}. Numerator: {self.ratio.numerator_name}. "
                f"Denominator: {self.ratio.denominator_name}."
            )
        if self.measure.is_cumulative:
            return f"{said} Give the total since 1 April."
        return said


def rows_asked(quarter: Quarter, measures: Sequence[Measure], *, at: dt.datetime) -> tuple[FillRow, ...]:
    """What a round still asks for of some measures, as far as it is known; in six queries however many there are.

    Of every place that belongs to the area and has figures. What is known already is not asked for again, and neither
    is what is worked out from other measures or has no period that one could foretell.
    """
    measures = [measure for measure in measures if measure.is_in_use(quarter.ends_on)]
    known = series_by_place(measures, ends_by=quarter.ends_on, known_at=at)
    found: list[FillRow] = []
    for measure in measures:
        newest = period_of_round(measure, quarter)
        if newest is None or known[measure.pk][AREA].worked_out_from:
            continue
        for place, series in known[measure.pk].items():
            if place.is_of_the_area:
                found += (_row(series, place, period, quarter) for period in _periods(series, newest))
    return tuple(found)


def _periods(series: MeasureSeries, newest: Period) -> tuple[Period, ...]:
    """Those without a figure since the last one, oldest first; of a measure never read the newest alone."""
    known = {value.period for value in series.values} | {one.period for one in series.unshown}
    if not known:
        return (newest,)
    missing: list[Period] = []
    period, last = newest, max(known)
    while period > last and len(missing) < MOST_PERIODS:
        missing.insert(0, period)
        period = period.previous()
    return tuple(missing)


def _row(series: MeasureSeries, place: Place, period: Period, quarter: Quarter) -> FillRow:
    measure, value = series.measure, series.current
    return FillRow(
        id=row_id(measure, place, period),
        measure=measure,
        place=place,
        place_name=quarter.partnership.area_name if place is AREA else place.name,
        period=period,
        unit=unit_in_words(measure.unit, measure.unit_name),
        better=series.better,
        last=_last(series, value),
        is_managed=value is not None and value.release_class == ReleaseClass.MANAGEMENT,
        target=_target(series, period),
        ratio=ratio_of(measure),
    )


def _last(series: MeasureSeries, value: SeriesValue | None) -> str:
    hidden = series.latest_unshown
    if hidden is not None:
        return f"{hidden.symbol} in {hidden.period.label}"
    if value is None:
        return ""
    return f"{value.shown} in {value.period.label}"


def _target(series: MeasureSeries, period: Period) -> str:
    key = (period.starts_on, period.ends_on)
    found = (one.shown for one in series.targets if (one.period_starts_on, one.period_ends_on) == key)
    return next(found, "")


# Which rows go on one sheet


class ScopeKind(enum.StrEnum):
    """What a sheet is of."""

    SUPPLIER = "supplier"
    PRIORITY = "priority"
    MEASURE = "measure"


@dataclass(frozen=True)
class Scope:
    """The figures on one sheet: those of one supplier, priority or measure. `key` is its code or slug."""

    kind: ScopeKind
    key: str
    name: str
    rows: tuple[FillRow, ...]


def measures_of(quarter: Quarter, priorities: Iterable[Priority] | None = None) -> list[Measure]:
    """The measures of a partnership in use in a quarter, or of some priorities alone; in one query."""
    measures = Measure.objects.in_use(quarter.ends_on).filter(
        partnership_id=quarter.partnership_id, priority__in=Priority.objects.strategic().current()
    )
    if priorities is not None:
        measures = measures.filter(priority__in=priorities)
    in_order = measures.select_related("priority", "supplier")
    return list(in_order.order_by("priority__position", "priority__name", "position", "code"))


def scopes_of(rows: Sequence[FillRow]) -> Iterator[Scope]:
    """Every sheet that can be made of some rows: suppliers by name, priorities and measures in their own order."""
    suppliers = {row.measure.supplier for row in rows if row.measure.supplier}
    for supplier in sorted(suppliers, key=lambda one: (one.name, one.code)):
        own = tuple(row for row in rows if row.measure.supplier_id == supplier.pk)
        yield Scope(ScopeKind.SUPPLIER, supplier.code, supplier.name, own)
    for priority in dict.fromkeys(row.measure.priority for row in rows):
        own = tuple(row for row in rows if row.measure.priority_id == priority.pk)
        yield Scope(ScopeKind.PRIORITY, priority.slug, priority.name, own)
    for measure in dict.fromkeys(row.measure for row in rows):
        own = tuple(row for row in rows if row.measure.pk == measure.pk)
        yield Scope(ScopeKind.MEASURE, measure.code, measure.name, own)
