"""One measure in full: where it stands, every period, every vintage."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from actionplans.models import Clearance, Measure
from actionplans.numbers import decimals_in, format_digits, format_value
from actionplans.places import AREA, Place
from actionplans.rollups import DerivedPart
from actionplans.series import MeasureSeries, SeriesValue, Unshown, series_by_place, series_of
from actionplans.status import Polarity, Status
from actionplans.targets import TargetVersion, target_versions
from dashboard.charts.measure import MeasureChart
from dashboard.charts.sentence import describe_all
from dashboard.charts.series import ChartPoint
from dashboard.measure_chart import measure_chart_of
from dashboard.measure_rows import LastReport, chart_of, flag_word, measure_row
from dashboard.measure_sheet import Fact, Use, definition_sheet, uses_of
from dashboard.measure_vintages import PeriodVintages, SeriesReplaced, series_replaced, vintages_of
from dashboard.places import ComparatorsSection, PlacesSection, comparators_section, places_section
from dashboard.prospects import OutlookRow, PatternRow, outlook_row, pattern_row
from dashboard.rows import MeasureRow
from dashboard.scorecard import commentary_on, last_reported
from priorities.clock import EDINBURGH
from priorities.models import Quarter
from priorities.periods import PeriodKind

# How many periods a page shows before it folds the rest away.
RECENT = 8


@dataclass(frozen=True)
class PeriodValue:
    """The value of one period as the chart draws it; a period without one says so.

    `made_of` is "50 of 246" for a ratio, `own` "21 in Q3" for a total since 1 April; "" for other measures.
    """

    period: str
    shown: str
    flag: str
    target_shown: str
    status: Status | None
    released_on: dt.date | None
    note: str
    break_reason: str
    made_of: str = ""
    own: str = ""


@dataclass(frozen=True)
class TargetRow:
    """What the measure should be in a period still to come."""

    period: str
    shown: str


@dataclass(frozen=True)
class YearRow:
    """A financial year made of its quarters or months; `note` says how far it goes ("to Q2 only")."""

    period: str
    shown: str
    note: str


@dataclass(frozen=True)
class MeasurePage:
    """A measure's row of the dashboard with what only its own page has room for.

    `age` says in words how long ago the period of the figure ended. `since` is the quarter of the last report, ""
    before the first. `years` are quarters or months made into financial years, newest first. `rule` says how the
    newest figure is judged and who set that, where a decision is recorded. `next_due` is "" where nobody can say.
    `values` are newest first. `outlook` is None without a
    target, `pattern` without figures.
    """

    row: MeasureRow
    chart: MeasureChart
    chart_sentence: str
    outlook: OutlookRow | None
    pattern: PatternRow | None
    quarter: str
    since: str
    priority: str
    priority_slug: str
    uses: tuple[Use, ...]
    supplier: str
    age: str
    rule: str
    sheet: tuple[Fact, ...]
    next_period: str
    next_due: str
    comparators: ComparatorsSection | None
    places: PlacesSection | None
    values: tuple[PeriodValue, ...]
    years: tuple[YearRow, ...]
    targets_to_come: tuple[TargetRow, ...]
    published: tuple[PeriodVintages, ...]
    series_replaced: tuple[SeriesReplaced, ...]
    target_versions: tuple[TargetVersion, ...]

    @property
    def recent(self) -> tuple[PeriodValue, ...]:
        return self.values[:RECENT]

    @property
    def older(self) -> tuple[PeriodValue, ...]:
        """Periods that a page folds away."""
        return self.values[RECENT:]

    @property
    def own(self) -> str:
        """What the newest quarter or month adds to a total since 1 April: "The total since 1 April; 209 in the quarter"."""
        newest = self.values[0].own if self.values else ""
        return f"The total since 1 April; {newest}" if newest else ""

    @property
    def vintage_count(self) -> int:
        return sum(len(period.vintages) for period in self.published)

    @property
    def revised_count(self) -> int:
        """How many periods have been published more than once."""
        return sum(1 for period in self.published if len(period.vintages) > 1)


@dataclass(frozen=True)
class MeasureSeen:
    """A measure's page with the series in every place that it is made from, which its files tell in full."""

    measure: Measure
    page: MeasurePage
    by_place: Mapping[Place, MeasureSeries]


def measure_seen(measure: Measure, quarter: Quarter, *, known_at: dt.datetime) -> MeasureSeen:
    """Everything about one measure as the dashboard of a quarter knows it, in a fixed number of queries."""
    before = last_reported(quarter)
    by_place = _by_place(measure, quarter, known_at, since=before.locked_at if before else None)
    return MeasureSeen(measure, _page(measure, by_place, quarter, before, known_at), by_place)


def measure_page(measure: Measure, quarter: Quarter, *, known_at: dt.datetime) -> MeasurePage:
    """What the page of `measure_seen` says."""
    return measure_seen(measure, quarter, known_at=known_at).page


def _page(
    measure: Measure,
    by_place: Mapping[Place, MeasureSeries],
    quarter: Quarter,
    before: Quarter | None,
    known_at: dt.datetime,
) -> MeasurePage:
    series = by_place[AREA]
    area_name = measure.partnership.area_name
    last = None
    if before and before.locked_at:
        last = LastReport(
            before.label,
            series_of([measure], ends_by=before.ends_on, known_at=before.locked_at)[measure.pk],
        )
    said = commentary_on(measure, quarter, known_at=known_at)
    current = series.current
    known_on = known_at.astimezone(EDINBURGH).date()
    chart = measure_chart_of(series, by_place)
    return MeasurePage(
        row=measure_row(series, on=known_on, last=last, said=said),
        chart=chart,
        chart_sentence=describe_all(chart),
        outlook=outlook_row(series),
        pattern=pattern_row(series),
        quarter=quarter.label,
        since=before.label if before else "",
        priority=measure.priority.name,
        priority_slug=measure.priority.slug,
        uses=uses_of(measure),
        supplier=measure.supplier.name if measure.supplier else "",
        age=age_in_words(current.period.ends_on, known_on) if current else "",
        rule=_rule(series),
        sheet=definition_sheet(series, judged=_judged(series), clearance=_last_clearance(measure, known_at)),
        next_period=series.next_period.label if series.next_period else "",
        next_due=_next_due(series, known_on),
        comparators=comparators_section(by_place, area_name=area_name),
        places=places_section(by_place, area_name=area_name),
        values=tuple(reversed(list(_values(series)))),
        years=tuple(
            YearRow(year.period.label, year.shown, year.whole.note) for year in reversed(series.years)
        ),
        targets_to_come=_targets_to_come(series),
        published=vintages_of(measure, known_at=known_at),
        series_replaced=series_replaced(measure, known_at=known_at),
        target_versions=target_versions(measure, known_at=known_at),
    )


def measure_chart(measure: Measure, quarter: Quarter, *, known_at: dt.datetime) -> MeasureChart:
    """What the chart of a measure is drawn from."""
    by_place = _by_place(measure, quarter, known_at, since=None)
    return measure_chart_of(by_place[AREA], by_place)


def version_of(chart: MeasureChart) -> str:
    """A short name for exactly this data: a new figure, target or break gives another."""
    return hashlib.sha256(repr(chart).encode()).hexdigest()[:32]


def age_in_words(ended_on: dt.date, on: dt.date) -> str:
    """How long ago a period ended: "less than a month ago", "5 months ago", "2 years and 3 months ago"."""
    months = (on.year - ended_on.year) * 12 + on.month - ended_on.month - (on.day < ended_on.day)
    if months < 1:
        return "less than a month ago"
    years, months = divmod(months, 12)
    parts = [
        f"{count} {noun}{'' if count == 1 else 's'}"
        for count, noun in ((years, "year"), (months, "month"))
        if count
    ]
    return f"{' and '.join(parts)} ago"


def _by_place(
    measure: Measure, quarter: Quarter, known_at: dt.datetime, *, since: dt.datetime | None
) -> dict[Place, MeasureSeries]:
    return series_by_place([measure], ends_by=quarter.ends_on, known_at=known_at, since=since)[measure.pk]


def _next_due(series: MeasureSeries, on: dt.date) -> str:
    """ "July 2022", or what has become of a due date that has passed; "" where nobody can say."""
    if series.next_due_on is None:
        return ""
    month = f"{series.next_due_on:%B %Y}"
    if series.is_overdue:
        return f"Overdue since {month}"
    return month if on <= series.next_due_on else f"Was due in {month}"


def _rule(series: MeasureSeries) -> str:
    """ "Amber within 2 percentage points of the target; set by the CPP Board 13 October 2020"."""
    current = series.current
    decided = [
        target.decided
        for target in series.targets
        if current
        and (target.period_starts_on, target.period_ends_on)
        == (current.period.starts_on, current.period.ends_on)
        and target.decided
    ]
    return "; ".join([series.rule, *decided])


def _judged(series: MeasureSeries) -> str:
    """The rule of its status, in the words that pages use for the colours."""
    if series.measure.polarity == Polarity.NONE:
        return f"{series.rule}."
    return f"{_rule(series)}. Amber is shown as “Slightly off target”, red as “Off target”."


def _values(series: MeasureSeries) -> Iterable[PeriodValue]:
    """A row for every point of the chart, oldest first, breaks with their reasons."""
    by_label = {value.period.label: value for value in series.values}
    hidden = {one.period.label: one for one in series.unshown}
    own = {part.period.label: _own(part, series.measure) for part in series.own_parts}
    ended_on: dt.date | None = None
    for point in chart_of(series).points:
        value = by_label.get(point.label)
        if value is None:
            yield _without_value(point, hidden.get(point.label))
            continue
        reason = _break_reason(series, ended_on, value) if value.starts_new_series else ""
        ended_on = value.period.ends_on
        yield PeriodValue(
            period=point.label,
            shown=value.shown,
            flag=flag_word(value),
            target_shown=value.target_shown,
            status=value.status,
            released_on=value.released_on,
            note=value.note,
            break_reason=reason,
            made_of=_made_of(value),
            own=own.get(point.label, ""),
        )


def _without_value(point: ChartPoint, hidden: Unshown | None) -> PeriodValue:
    if hidden is None:
        return PeriodValue(point.label, point.shown, "", "", None, None, "", "")
    status = Status.SUPPRESSED if hidden.is_confidential else None
    words = f"{hidden.words[:1].upper()}{hidden.words[1:]}."
    return PeriodValue(point.label, hidden.symbol, "", "", status, hidden.released_on, words, "")


def _made_of(value: SeriesValue) -> str:
    """ "50 of 246": what a percentage or rate is made of, where both are kept."""
    if value.numerator is None or value.denominator is None:
        return ""
    numerator, denominator = (_plain(number) for number in (value.numerator, value.denominator))
    return f"{numerator} of {denominator}"


def _plain(number: Decimal) -> str:
    return format_digits(number, decimals_in(number))


def _own(part: DerivedPart, measure: Measure) -> str:
    """ "21 in the quarter": what a period adds to the total since 1 April."""
    if part.value is None:
        return ""
    shown = format_value(part.value, unit=measure.unit, decimals=measure.decimals)
    return f"{shown} in the {'quarter' if part.period.kind is PeriodKind.FINANCIAL_QUARTER else 'month'}"


def _last_clearance(measure: Measure, known_at: dt.datetime) -> Clearance | None:
    if not measure.is_disclosure_controlled:
        return None
    return measure.clearances.filter(cleared_at__lte=known_at).order_by("cleared_at", "pk").last()


def _break_reason(series: MeasureSeries, after: dt.date | None, value: SeriesValue) -> str:
    reasons = [reason for on, reason in series.breaks if after and after < on <= value.period.ends_on]
    return reasons[-1] if reasons else ""


def _targets_to_come(series: MeasureSeries) -> tuple[TargetRow, ...]:
    after = series.current.period.ends_on if series.current else dt.date.min
    return tuple(
        TargetRow(series.measure.period_containing(target.period_ends_on).label, target.shown)
        for target in sorted(series.targets, key=lambda target: target.period_ends_on)
        if target.period_ends_on > after
    )
