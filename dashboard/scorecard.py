"""The Performance Dashboard of one quarter: frozen rows that page, report and chart all read.

Everything here is words, numbers and dates, so that a report can freeze it and print it years later.
Nothing after this module runs a query.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from actionplans.models import (
    Action,
    ActionUpdate,
    Measure,
    MeasureCommentary,
    QuarterlyReturn,
    StretchOutcome,
)
from actionplans.models.returns import ActionStatus
from actionplans.numbers import Unit
from actionplans.series import MeasureSeries, series_of
from actionplans.status import Status, StatusCounts
from actionplans.trends import Direction, Trend, change_in_words
from dashboard.charts.sentence import describe
from dashboard.charts.series import ChartPoint, ChartSeries
from dashboard.dates import day, month
from priorities.models import Priority, Quarter
from priorities.periods import FinancialQuarter, Period

Row = TypeVar("Row", Measure, Action, StretchOutcome)

UNIT_SIGNS = {Unit.PERCENT: "%", Unit.MONEY: "£"}


@dataclass(frozen=True)
class TrendRow:
    """Better or worse, by how much and compared with what, in words."""

    direction: Direction
    change: str
    compared_with: str


@dataclass(frozen=True)
class Commentary:
    """Why a measure is off target, what is being done, and by when it will be back; as said in `quarter`."""

    cause: str
    response: str
    back_on_track: str
    quarter: str


@dataclass(frozen=True)
class MeasureRow:
    """One measure as a board member reads it.

    `value` and `target` are unrounded, for the attached data; `shown` and `target_shown` are what is printed.
    `period` is the data period, "" when there is no value. `freshness` says how old the value is and when the
    next is due.
    """

    code: str
    name: str
    definition: str
    unit: str
    unit_name: str
    better: str
    source: str
    source_url: str
    period: str
    value: Decimal | None
    shown: str
    flag: str
    released_on: dt.date | None
    previous_period: str
    previous_shown: str
    target: Decimal | None
    target_shown: str
    status: Status
    rule: str
    short: TrendRow
    long: TrendRow
    is_new: bool
    freshness: str
    is_illustrative: bool
    commentary: Commentary | None
    chart: ChartSeries
    sentence: str


@dataclass(frozen=True)
class ActionRow:
    """One action and how it stands; `status` is None until a return says."""

    code: str
    title: str
    done_by: str
    lead: str
    due_on: dt.date | None
    status: ActionStatus | None
    line: str
    quarter: str
    is_past_due: bool


@dataclass(frozen=True)
class OutcomeRow:
    """A stretch outcome with its aims for plan years 1, 2 and 3."""

    statement: str
    achieve_by: dt.date
    yearly_aims: tuple[str, ...]


@dataclass(frozen=True)
class Judgement:
    """The lead officer's own assessment, a field of its own beside the counts: value, words and reason."""

    value: str
    label: str
    reason: str


@dataclass(frozen=True)
class PriorityRow:
    """One strategic priority in one quarter.

    `has_reported` says that the quarter's return is accepted; until then the words are empty and the figures are
    those known.
    """

    code: str
    slug: str
    name: str
    theme: str
    description: str
    lead_officer: str
    lead_group: str
    has_reported: bool
    judgement: Judgement | None
    progress: str
    exceptional_issues: str
    good_practice: str
    counts: StatusCounts
    improving: int
    worsening: int
    outcomes: tuple[OutcomeRow, ...]
    measures: tuple[MeasureRow, ...]
    actions: tuple[ActionRow, ...]

    @property
    def actions_in_words(self) -> str:
        """How many actions stand where: "3 on track, 1 late"."""
        counts = [
            (sum(1 for row in self.actions if row.status is status), status.label.lower())
            for status in ActionStatus
        ]
        silent = sum(1 for row in self.actions if row.status is None)
        parts = [f"{count} {words}" for count, words in [*counts, (silent, "not yet reported")] if count]
        return ", ".join(parts) or "No actions"


@dataclass(frozen=True)
class Attention:
    """Something the Board should look at first, by rule or because a lead officer says so (domain rules 5.9)."""

    kind: str
    priority: str
    priority_slug: str
    title: str
    measure_code: str
    status: Status | None
    facts: str
    why: str
    response: str
    back_on_track: str


@dataclass(frozen=True)
class GoodPractice:
    """What a lead officer offers for others to learn from."""

    priority: str
    priority_slug: str
    text: str


@dataclass(frozen=True)
class Scorecard:
    """The whole dashboard of a quarter as known at a cut-off."""

    partnership: str
    board: str
    quarter: str
    months: str
    ends_on: dt.date
    cut_off: dt.datetime
    counts: StatusCounts
    sentence: str
    improving: int
    worsening: int
    new_figures: int
    attention: tuple[Attention, ...]
    good_practice: tuple[GoodPractice, ...]
    priorities: tuple[PriorityRow, ...]

    @property
    def reported(self) -> int:
        """How many priorities' returns are accepted."""
        return sum(1 for row in self.priorities if row.has_reported)

    @property
    def is_complete(self) -> bool:
        return self.reported == len(self.priorities)


def scorecard(quarter: Quarter, *, known_at: dt.datetime) -> Scorecard:
    """The dashboard of a quarter, in a fixed number of queries whatever its size.

    Only what was released and accepted by `known_at` counts. It shows one partnership's data to whoever may see
    that partnership's dashboard; asking who may is the view's work.
    """
    priorities = list(
        Priority.objects.strategic()
        .current()
        .filter(plan__partnership=quarter.partnership)
        .select_related("theme", "lead_group")
        .order_by("position", "name")
    )
    rows = _PriorityRows(priorities, quarter, known_at)
    table = tuple(rows.row(priority) for priority in priorities)
    measures = [measure for row in table for measure in row.measures]
    counts = StatusCounts.of(measure.status for measure in measures)
    return Scorecard(
        partnership=quarter.partnership.name,
        board=quarter.partnership.board_name,
        quarter=quarter.label,
        months=quarter.financial_quarter.months_label,
        ends_on=quarter.ends_on,
        cut_off=known_at,
        counts=counts,
        sentence=counts.sentence(),
        improving=sum(row.improving for row in table),
        worsening=sum(row.worsening for row in table),
        new_figures=sum(1 for measure in measures if measure.is_new),
        attention=attention_in(table, ends_on=quarter.ends_on),
        good_practice=tuple(
            GoodPractice(row.name, row.slug, row.good_practice) for row in table if row.good_practice
        ),
        priorities=table,
    )


class _PriorityRows:
    """What all priorities of a quarter need, fetched once; then each row is plain assembly."""

    def __init__(self, priorities: Sequence[Priority], quarter: Quarter, known_at: dt.datetime) -> None:
        self.quarter = quarter
        keys = [priority.pk for priority in priorities]
        measures = list(Measure.objects.filter(priority__in=keys).order_by("priority", "position", "code"))
        since = _last_cut_off(quarter)
        self.series = series_of(measures, ends_by=quarter.ends_on, known_at=known_at, since=since)
        self.measures = _by_priority(measures)
        self.returns = _accepted_returns(keys, quarter, known_at)
        self.commentaries = _commentaries(measures, quarter, known_at)
        self.actions = _by_priority(
            Action.objects.filter(priority__in=keys).select_related("lead_organisation").order_by("code")
        )
        self.updates = _updates(keys, quarter, known_at)
        self.outcomes = _by_priority(
            StretchOutcome.objects.filter(priority__in=keys).prefetch_related("yearly_aims").order_by("code")
        )

    def row(self, priority: Priority) -> PriorityRow:
        said = self.returns.get(priority.pk)
        measures = tuple(
            measure_row(self.series[measure.pk], self.quarter, self.commentaries.get(measure.pk))
            for measure in self.measures[priority.pk]
        )
        return PriorityRow(
            code=priority.code,
            slug=priority.slug,
            name=priority.name,
            theme=priority.theme.name if priority.theme else "",
            description=priority.description,
            lead_officer=priority.lead_officer_title or "No lead officer named",
            lead_group=priority.lead_group.name if priority.lead_group else "",
            has_reported=said is not None,
            judgement=_judgement(said),
            progress=said.progress if said else "",
            exceptional_issues=said.exceptional_issues if said else "",
            good_practice=said.good_practice if said else "",
            counts=StatusCounts.of(row.status for row in measures),
            improving=sum(1 for row in measures if row.short.direction is Direction.BETTER),
            worsening=sum(1 for row in measures if row.short.direction is Direction.WORSE),
            outcomes=tuple(_outcome(outcome) for outcome in self.outcomes[priority.pk]),
            measures=measures,
            actions=tuple(
                _action(action, self.updates.get(action.pk), self.quarter)
                for action in self.actions[priority.pk]
            ),
        )


def _by_priority(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.priority_id].append(row)
    return grouped


def _last_cut_off(quarter: Quarter) -> dt.datetime | None:
    """When the quarter before was locked: what is released later is new. None when nothing was reported before."""
    before = quarter.financial_quarter.previous()
    row = Quarter.objects.filter(
        partnership=quarter.partnership, year=before.year.start_year, number=before.number
    ).first()
    return row.locked_at if row else None


def _accepted_returns(keys: list[int], quarter: Quarter, known_at: dt.datetime) -> dict[int, QuarterlyReturn]:
    rows = QuarterlyReturn.objects.accepted().filter(
        priority__in=keys, quarter=quarter, accepted_at__lte=known_at
    )
    return {row.priority_id: row for row in rows}


def _commentaries(
    measures: list[Measure], quarter: Quarter, known_at: dt.datetime
) -> dict[int, MeasureCommentary]:
    """The last thing said about each measure by the end of this quarter's round."""
    rows = (
        MeasureCommentary.objects.filter(
            measure__in=measures,
            quarterly_return__state=QuarterlyReturn.State.ACCEPTED,
            quarterly_return__accepted_at__lte=known_at,
            quarterly_return__quarter__opens_on__lte=quarter.opens_on,
        )
        .exclude(cause="", response="")
        .select_related("quarterly_return__quarter")
        .order_by("quarterly_return__quarter__opens_on")
    )
    return {row.measure_id: row for row in rows}


def _updates(keys: list[int], quarter: Quarter, known_at: dt.datetime) -> dict[int, ActionUpdate]:
    """The last word on each action by the end of this quarter's round."""
    rows = (
        ActionUpdate.objects.official()
        .filter(
            action__priority__in=keys,
            quarterly_return__accepted_at__lte=known_at,
            quarterly_return__quarter__opens_on__lte=quarter.opens_on,
        )
        .select_related("quarterly_return__quarter")
        .order_by("quarterly_return__quarter__opens_on")
    )
    return {row.action_id: row for row in rows}


# Rows


def measure_row(series: MeasureSeries, quarter: Quarter, said: MeasureCommentary | None = None) -> MeasureRow:
    """One measure's series in words and numbers for a page. Commentary is kept only while it applies."""
    measure, current, previous = series.measure, series.current, series.previous
    chart = chart_of(series)
    applies = said is not None and series.status in {Status.OFF_TARGET, Status.SLIGHTLY_OFF, Status.OVERDUE}
    return MeasureRow(
        code=measure.code,
        name=measure.name,
        definition=measure.definition,
        unit=measure.unit,
        unit_name=measure.unit_name,
        better=series.better,
        source=measure.source,
        source_url=measure.source_url,
        period=current.period.label if current else "",
        value=current.value if current else None,
        shown=current.shown if current else "No figure yet",
        flag="" if current is None or current.flag == "final" else current.flag_label.lower(),
        released_on=current.released_on if current else None,
        previous_period=previous.period.label if previous else "",
        previous_shown=previous.shown if previous else "",
        target=current.target if current else None,
        target_shown=current.target_shown if current else "",
        status=series.status,
        rule=series.rule,
        short=_trend(series.short, series),
        long=_trend(series.long, series),
        is_new=series.is_new,
        freshness=_freshness(series, quarter),
        is_illustrative=measure.is_illustrative or bool(current and current.is_illustrative),
        commentary=_commentary(said) if applies and said else None,
        chart=chart,
        sentence=describe(chart),
    )


def _trend(trend: Trend, series: MeasureSeries) -> TrendRow:
    with_what = trend.compared_with
    return TrendRow(
        direction=trend.direction,
        change=change_in_words(trend.change, series.measure.unit, series.measure.decimals)
        if with_what
        else "",
        compared_with=with_what.label if isinstance(with_what, Period) else with_what or "",
    )


def _freshness(series: MeasureSeries, quarter: Quarter) -> str:
    due = f"next due {month(series.next_due_on)}" if series.next_due_on else ""
    if series.is_overdue and series.next_period and series.next_due_on:
        return (
            f"The figure for {series.next_period.label} was due in {month(series.next_due_on)} and is overdue"
        )
    if series.current is None:
        return due.capitalize()
    if series.is_new:
        return f"New figure, published {day(series.current.released_on)}"
    before = quarter.financial_quarter.previous().label
    return f"No new data since {before}" + (f"; {due}" if due else "")


def chart_of(series: MeasureSeries) -> ChartSeries:
    """A series as charts draw it: a point for every period between the first and the last, missing ones too."""
    measure = series.measure
    points: list[ChartPoint] = []
    last: Period | None = None
    for value in series.values:
        points += [
            ChartPoint(period.label, None, "No figure", None, "") for period in _between(last, value.period)
        ]
        points.append(
            ChartPoint(
                label=value.period.label,
                value=value.value,
                shown=value.shown,
                target=value.target,
                target_shown=value.target_shown,
                is_provisional=value.is_provisional,
                starts_new_series=value.starts_new_series,
            )
        )
        last = value.period
    unit = UNIT_SIGNS.get(Unit(measure.unit)) or measure.unit_name or Unit(measure.unit).label
    return ChartSeries(measure.name, unit, series.better, tuple(points), measure.decimals)


def _between(earlier: Period | None, later: Period) -> list[Period]:
    """The periods missing between two values."""
    if earlier is None or earlier.kind == "point_in_time":
        return []
    missing, period = [], earlier.next()
    while period.ends_on < later.ends_on:
        missing.append(period)
        period = period.next()
    return missing


def _commentary(said: MeasureCommentary) -> Commentary:
    return Commentary(
        cause=said.cause,
        response=said.response,
        back_on_track=end_of_quarter_in_words(said.back_on_track_on),
        quarter=said.quarterly_return.quarter.label,
    )


def end_of_quarter_in_words(ends_on: dt.date | None) -> str:
    """ "By the end of Q2 2022/23", or "" when nobody said."""
    return f"By the end of {FinancialQuarter.containing(ends_on).label}" if ends_on else ""


def _judgement(said: QuarterlyReturn | None) -> Judgement | None:
    if said is None or not said.assessment:
        return None
    return Judgement(said.assessment, said.get_assessment_display(), said.assessment_reason)


def _outcome(outcome: StretchOutcome) -> OutcomeRow:
    aims = sorted(outcome.yearly_aims.all(), key=lambda aim: aim.plan_year)
    return OutcomeRow(outcome.statement, outcome.achieve_by, tuple(str(aim) for aim in aims))


def _action(action: Action, update: ActionUpdate | None, quarter: Quarter) -> ActionRow:
    status = ActionStatus(update.status) if update and update.status else None
    is_done = status in {ActionStatus.COMPLETED, ActionStatus.CANCELLED}
    return ActionRow(
        code=action.code,
        title=action.title,
        done_by=action.get_done_by_display(),
        lead=action.owner_title or (action.lead_organisation.name if action.lead_organisation else ""),
        due_on=action.due_on,
        status=status,
        line=update.line if update else "",
        quarter=update.quarterly_return.quarter.label if update else "",
        is_past_due=not is_done and action.due_on is not None and action.due_on < quarter.ends_on,
    )


# What the Board should look at first


def attention_in(rows: Iterable[PriorityRow], *, ends_on: dt.date) -> tuple[Attention, ...]:
    """Exceptions by rule (domain rules 5.9), the gravest first, then as the priorities stand."""
    found: list[tuple[int, Attention]] = []
    for row in rows:
        found += [
            (grade, item) for measure in row.measures for grade, item in _measure_attention(row, measure)
        ]
        found += [
            (3, _late_action(row, action))
            for action in row.actions
            if _is_exceptionally_late(action, ends_on)
        ]
        if row.exceptional_issues:
            found.append((1, _issue(row)))
    return tuple(item for _, item in sorted(found, key=lambda pair: pair[0]))


LATE_AFTER = dt.timedelta(days=30)


def _is_exceptionally_late(action: ActionRow, ends_on: dt.date) -> bool:
    if action.status is ActionStatus.LATE:
        return True
    return action.is_past_due and action.due_on is not None and ends_on - action.due_on > LATE_AFTER


def _measure_attention(row: PriorityRow, measure: MeasureRow) -> list[tuple[int, Attention]]:
    both_worse = measure.short.direction is Direction.WORSE and measure.long.direction is Direction.WORSE
    is_worse = measure.short.direction is Direction.WORSE
    if measure.status is Status.OFF_TARGET:
        return [(0 if is_worse else 2, _about(row, measure, "Off target"))]
    if measure.status is Status.OVERDUE:
        return [(4, _about(row, measure, "Figure overdue"))]
    if measure.status is Status.SLIGHTLY_OFF and both_worse:
        return [(3, _about(row, measure, "Slightly off target and worsening"))]
    return []


def _about(row: PriorityRow, measure: MeasureRow, kind: str) -> Attention:
    said = measure.commentary
    facts = measure.freshness if measure.status is Status.OVERDUE else _facts(measure)
    return Attention(
        kind=kind,
        priority=row.name,
        priority_slug=row.slug,
        title=measure.name,
        measure_code=measure.code,
        status=measure.status,
        facts=facts,
        why=said.cause if said else "",
        response=said.response if said else "",
        back_on_track=said.back_on_track if said else "",
    )


def _facts(measure: MeasureRow) -> str:
    target = f" against a target of {measure.target_shown}" if measure.target_shown else ""
    trend = ""
    if measure.short.compared_with:
        direction, change = measure.short.direction.label.lower(), measure.short.change
        trend = f"; {direction}, {change} from {measure.short.compared_with}"
    return f"{measure.shown} in {measure.period}{target}{trend}."


def _late_action(row: PriorityRow, action: ActionRow) -> Attention:
    due = f"Due {day(action.due_on)}." if action.due_on else "No due date."
    return Attention(
        kind="Action late",
        priority=row.name,
        priority_slug=row.slug,
        title=action.title,
        measure_code="",
        status=None,
        facts=due,
        why=action.line,
        response="",
        back_on_track="",
    )


def _issue(row: PriorityRow) -> Attention:
    return Attention(
        kind="Exceptional issue",
        priority=row.name,
        priority_slug=row.slug,
        title=f"Raised by the lead officer for {row.name}",
        measure_code="",
        status=None,
        facts="",
        why=row.exceptional_issues,
        response="",
        back_on_track="",
    )
