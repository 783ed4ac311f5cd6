"""What has become of the figures in a report since it was made: revised, corrected, withdrawn or replaced.

A report never moves. Beside it, never in it, its page says which of its figures its publishers have changed since
(domain rules 5.8).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from actionplans.models import Measure, Reading, SeriesVersion
from actionplans.numbers import format_against, format_value
from actionplans.series import MeasureSeries, SeriesValue, Unshown, series_of
from dashboard.charts.series import ChartPoint
from dashboard.rows import MeasureRow
from priorities.clock import EDINBURGH
from reports.models import Report
from reports.snapshots import DashboardSnapshot, read

# As many decimals of a figure as are kept.
_KEPT, _WIDE = Decimal("0.000001"), Context(prec=60, rounding=ROUND_HALF_UP)

_HOW = {Reading.Flag.CORRECTED: "Corrected", Reading.Flag.REVISED: "Revised"}


@dataclass(frozen=True)
class SinceRow:
    """A figure of a report that is another by now. `how` says in a word what became of it, `reason` why.

    `is_main` says that it is the figure the report gives for the measure; the others its chart shows.
    """

    code: str
    measure: str
    period: str
    shown_then: str
    shown_now: str
    how: str
    released_on: dt.date
    reason: str
    is_main: bool


@dataclass(frozen=True)
class SinceReport:
    """Every figure of a report that has changed since, in the order of the report, the newest period first."""

    rows: tuple[SinceRow, ...] = ()

    @property
    def main(self) -> tuple[SinceRow, ...]:
        """The figures that the report gives for its measures."""
        return tuple(row for row in self.rows if row.is_main)

    @property
    def earlier(self) -> tuple[SinceRow, ...]:
        """The earlier figures, which its charts show."""
        return tuple(row for row in self.rows if not row.is_main)


def since_report(report: Report, *, known_at: dt.datetime) -> SinceReport:
    """What has changed since a report was issued, in a fixed number of queries; nothing for a draft.

    Beside a report that the public reads, or that was made for it, only published figures count. What disclosure
    control holds back now is not spoken of.
    """
    snapshot = read(report.snapshot)
    if not isinstance(snapshot, DashboardSnapshot) or report.state == Report.State.ASSEMBLING:
        return SinceReport()
    is_public = snapshot.is_for_public or report.state == Report.State.PUBLISHED
    rows = snapshot.scorecard.measures
    measures = {
        measure.code: measure
        for measure in Measure.objects.filter(
            partnership=report.partnership_id, code__in={row.code for row in rows}
        )
    }
    known = series_of(
        measures.values(), ends_by=report.quarter.ends_on, known_at=known_at, for_public=is_public
    )
    replaced = _replaced(measures.values(), after=report.data_cut_off, by=known_at)
    found: list[SinceRow] = []
    for row in rows:
        if measure := measures.get(row.code):
            change = _Changes(row, known[measure.pk], replaced.get(measure.pk), report.data_cut_off)
            found += change.rows()
    return SinceReport(tuple(found))


def _replaced(
    measures: Iterable[Measure], *, after: dt.datetime, by: dt.datetime
) -> dict[int, SeriesVersion]:
    """The newest replacement of each measure's whole series released in between."""
    rows = SeriesVersion.objects.filter(
        measure__in=list(measures), released_at__gt=after, released_at__lte=by
    )
    return {row.measure_id: row for row in rows.order_by("number")}


@dataclass(frozen=True)
class _Changes:
    """One measure as a report has it, beside what is known of it now."""

    row: MeasureRow
    series: MeasureSeries
    replaced: SeriesVersion | None
    cut_off: dt.datetime

    def rows(self) -> Iterator[SinceRow]:
        values = {value.period.label: value for value in self.series.values}
        unshown = {one.period.label: one for one in self.series.unshown}
        for point in reversed(self.row.chart.points):
            if point.value is None:
                continue
            if value := values.get(point.label):
                if self._has_changed(point.value, value):
                    yield self._changed(point, point.value, value)
            elif one := unshown.get(point.label):
                if not one.is_confidential:
                    yield self._withdrawn(point, one)
            elif self.replaced is not None:
                yield self._left_out(point, self.replaced)

    def _has_changed(self, then: Decimal, value: SeriesValue) -> bool:
        """Whether another figure came; the same one, worked out to more decimals, is none."""
        if _kept(then) == _kept(value.value):
            return False
        return value.released_at > self.cut_off or self._shown(then) != self._shown(value.value)

    def _changed(self, point: ChartPoint, then: Decimal, value: SeriesValue) -> SinceRow:
        measure = self.series.measure
        is_replaced = self.replaced is not None and value.released_at <= self.replaced.released_at
        now = format_against(value.value, then, unit=measure.unit, decimals=measure.decimals)
        how = "Whole series replaced" if is_replaced else _HOW.get(Reading.Flag(value.flag), "Changed")
        return self._row(point, now, how, value.released_at, value.note)

    def _withdrawn(self, point: ChartPoint, one: Unshown) -> SinceRow:
        words = f"{one.words[:1].upper()}{one.words[1:]}."
        return self._row(point, one.symbol, "Withdrawn", one.released_at, words)

    def _left_out(self, point: ChartPoint, replaced: SeriesVersion) -> SinceRow:
        return self._row(
            point, "Not in the new series", "Whole series replaced", replaced.released_at, replaced.reason
        )

    def _row(self, point: ChartPoint, now: str, how: str, released_at: dt.datetime, reason: str) -> SinceRow:
        return SinceRow(
            code=self.row.code,
            measure=self.row.name,
            period=point.label,
            shown_then=point.shown,
            shown_now=now,
            how=how,
            released_on=released_at.astimezone(EDINBURGH).date(),
            reason=reason,
            is_main=point.label == self.row.period,
        )

    def _shown(self, value: Decimal) -> str:
        measure = self.series.measure
        return format_value(value, unit=measure.unit, decimals=measure.decimals)


def _kept(value: Decimal) -> Decimal:
    return value.quantize(_KEPT, context=_WIDE)
