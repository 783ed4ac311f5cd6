"""The Performance Dashboard of one quarter, gathered in a fixed number of queries.

Page, report and chart all read the rows it gives (`dashboard.rows`); nothing after this module runs a query.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from actionplans.models import (
    Action,
    ActionUpdate,
    Measure,
    MeasureCommentary,
    QuarterlyReturn,
    StretchOutcome,
)
from actionplans.models.returns import ActionStatus
from actionplans.places import AREA
from actionplans.series import series_by_place, series_of
from actionplans.status import StatusCounts
from actionplans.trends import Direction
from dashboard.exceptions import attention_in
from dashboard.measure_rows import LastReport, measure_row
from dashboard.places import management_behind, places_note
from dashboard.rows import (
    ActionRow,
    Attention,
    Commentary,
    GoodPractice,
    Judgement,
    MeasureRow,
    OutcomeRow,
    PriorityRow,
    Scorecard,
    TrendRow,
    counted_under,
)
from priorities.clock import EDINBURGH
from priorities.models import Priority, Quarter

__all__ = [
    "ActionRow",
    "Attention",
    "Commentary",
    "GoodPractice",
    "Judgement",
    "MeasureRow",
    "OutcomeRow",
    "PriorityRow",
    "Scorecard",
    "TrendRow",
    "last_reported",
    "priority_rows",
    "scorecard",
]

Row = TypeVar("Row", Measure, Action, StretchOutcome)


def scorecard(quarter: Quarter, *, known_at: dt.datetime, for_public: bool = False) -> Scorecard:
    """The dashboard of a quarter, in a fixed number of queries whatever its size.

    Only what was released and accepted by `known_at` counts. It shows one partnership's data to whoever may see
    that partnership's dashboard; asking who may is the view's work. `for_public` leaves out management information.
    """
    priorities = (
        Priority.objects.strategic()
        .current()
        .filter(plan__partnership=quarter.partnership)
        .select_related("theme", "lead_group")
        .order_by("position", "name")
    )
    before = last_reported(quarter)
    table = priority_rows(list(priorities), quarter, before, known_at=known_at, for_public=for_public)
    measures = [measure for _, measure in counted_under(table)]
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
        improving=_going(measures, Direction.BETTER),
        worsening=_going(measures, Direction.WORSE),
        new_figures=sum(1 for measure in measures if measure.is_new),
        attention=attention_in(table, ends_on=quarter.ends_on),
        good_practice=tuple(
            GoodPractice(row.name, row.slug, row.good_practice) for row in table if row.good_practice
        ),
        priorities=table,
        since=before.label if before else "",
    )


def last_reported(quarter: Quarter) -> Quarter | None:
    """The quarter before, if it was locked and so reported; what is released after its lock is new."""
    before = quarter.financial_quarter.previous()
    return Quarter.objects.filter(
        partnership=quarter.partnership,
        year=before.year.start_year,
        number=before.number,
        locked_at__isnull=False,
    ).first()


def priority_rows(
    priorities: Sequence[Priority],
    quarter: Quarter,
    before: Quarter | None,
    *,
    known_at: dt.datetime,
    for_public: bool = False,
) -> tuple[PriorityRow, ...]:
    """Some priorities of one partnership in a quarter; `before` is the quarter last reported."""
    rows = _PriorityRows(priorities, quarter, before, known_at, for_public=for_public)
    return tuple(rows.row(priority) for priority in priorities)


class _PriorityRows:
    """What some priorities of a quarter need, fetched once; then each row is plain assembly."""

    def __init__(
        self,
        priorities: Sequence[Priority],
        quarter: Quarter,
        before: Quarter | None,
        known_at: dt.datetime,
        *,
        for_public: bool,
    ) -> None:
        self.quarter = quarter
        self.known_on = known_at.astimezone(EDINBURGH).date()
        keys = [priority.pk for priority in priorities]
        measures = measures_shown_under(keys)
        since = before.locked_at if before else None
        self.by_place = series_by_place(
            measures,
            ends_by=quarter.ends_on,
            known_at=known_at,
            since=since,
            for_public=for_public,
            is_of_localities=True,
        )
        self.last = _last_reports(measures, before, for_public=for_public)
        self.measures = _by_priority(measures)
        self.shared = shared_by_priority(keys, measures)
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
        said, earlier = self._said_of(priority)
        measures = tuple(self._measure_row(measure) for measure in self.measures[priority.pk])
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
            improving=_going(measures, Direction.BETTER),
            worsening=_going(measures, Direction.WORSE),
            outcomes=tuple(_outcome(outcome) for outcome in self.outcomes[priority.pk]),
            measures=measures,
            actions=tuple(
                _action(action, self.updates.get(action.pk), self.quarter)
                for action in self.actions[priority.pk]
            ),
            earlier_judgement=_judgement(earlier),
            shared=tuple(
                replace(self._measure_row(measure), reported_under=measure.priority.name)
                for measure in self.shared[priority.pk]
            ),
        )

    def _said_of(self, priority: Priority) -> tuple[QuarterlyReturn | None, QuarterlyReturn | None]:
        """The accepted return of this quarter, and the last of an earlier one."""
        rows = self.returns[priority.pk]
        said = next((row for row in rows if row.quarter_id == self.quarter.pk), None)
        earlier = [row for row in rows if row.quarter_id != self.quarter.pk and row.assessment]
        return said, earlier[-1] if earlier else None

    def _measure_row(self, measure: Measure) -> MeasureRow:
        by_place = self.by_place[measure.pk]
        row = measure_row(
            by_place[AREA],
            on=self.known_on,
            last=self.last.get(measure.pk),
            said=self.commentaries.get(measure.pk),
        )
        note = places_note(by_place)
        told = management_behind(by_place) if note else ()
        return replace(row, places_note=note, management_periods=(*row.management_periods, *told))


def measures_shown_under(keys: Sequence[int]) -> list[Measure]:
    """The measures of some priorities and those shared with them, each once, with their own priorities."""
    own_or_shared = Q(priority__in=keys) | Q(pk__in=_shares(keys).values("measure"))
    rows = Measure.objects.filter(own_or_shared).select_related("priority")
    return list(rows.order_by("priority", "position", "code"))


def shared_by_priority(keys: Sequence[int], measures: Sequence[Measure]) -> dict[int, list[Measure]]:
    """Of some measures those shared with each of some priorities, in the order given."""
    pairs = set(_shares(keys).values_list("priority", "measure"))
    return {key: [measure for measure in measures if (key, measure.pk) in pairs] for key in keys}


def _shares(keys: Sequence[int]) -> QuerySet[Model]:
    return Measure.shared_with.through.objects.filter(priority__in=keys)


def _going(measures: Iterable[MeasureRow], direction: Direction) -> int:
    """How many go one way since the period before."""
    return sum(1 for measure in measures if measure.short.direction is direction)


def _by_priority(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.priority_id].append(row)
    return grouped


def _last_reports(
    measures: Sequence[Measure], before: Quarter | None, *, for_public: bool
) -> dict[int, LastReport]:
    """How each measure stood when the quarter before was locked."""
    if before is None or before.locked_at is None:
        return {}
    series = series_of(measures, ends_by=before.ends_on, known_at=before.locked_at, for_public=for_public)
    return {measure.pk: LastReport(before.label, series[measure.pk]) for measure in measures}


def _accepted_returns(
    keys: list[int], quarter: Quarter, known_at: dt.datetime
) -> dict[int, list[QuarterlyReturn]]:
    """The accepted returns of each priority up to this quarter's, oldest first."""
    rows = (
        QuarterlyReturn.objects.accepted()
        .filter(priority__in=keys, accepted_at__lte=known_at, quarter__opens_on__lte=quarter.opens_on)
        .select_related("quarter")
        .order_by("quarter__opens_on")
    )
    grouped: dict[int, list[QuarterlyReturn]] = defaultdict(list)
    for row in rows:
        grouped[row.priority_id].append(row)
    return grouped


def _commentaries(
    measures: Sequence[Measure], quarter: Quarter, known_at: dt.datetime
) -> dict[int, MeasureCommentary]:
    """The last thing said about each measure by the end of this quarter's round."""
    rows = (
        MeasureCommentary.objects.filter(
            measure__in=measures,
            quarterly_return__state=QuarterlyReturn.State.ACCEPTED,
            quarterly_return__accepted_at__lte=known_at,
            quarterly_return__quarter__opens_on__lte=quarter.opens_on,
        )
        .exclude(cause="", response="", no_figure_reason="")
        .select_related("quarterly_return__quarter")
        .order_by("quarterly_return__quarter__opens_on")
    )
    return {row.measure_id: row for row in rows}


def commentary_on(measure: Measure, quarter: Quarter, *, known_at: dt.datetime) -> MeasureCommentary | None:
    """The last thing said about one measure by the end of a quarter's round."""
    return _commentaries([measure], quarter, known_at).get(measure.pk)


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


def _judgement(said: QuarterlyReturn | None) -> Judgement | None:
    if said is None or not said.assessment:
        return None
    return Judgement(
        said.assessment, said.get_assessment_display(), said.assessment_reason, said.quarter.label
    )


def _outcome(outcome: StretchOutcome) -> OutcomeRow:
    aims = sorted(outcome.yearly_aims.all(), key=lambda aim: aim.plan_year)
    return OutcomeRow(
        outcome.statement, outcome.achieve_by, tuple(str(aim) for aim in aims), outcome.long_term_aim
    )


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
        support=action.support_offered,
    )
