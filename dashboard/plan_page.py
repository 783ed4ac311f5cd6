"""The published plan on a page: what it wants for the area, its priorities, and where they came from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from actionplans.models import Action, StretchOutcome
from dashboard.scorecard import measures_shown_under, shared_by_priority
from priorities.models import EmergingIssue, Plan, Priority
from priorities.wording import day_in_words


@dataclass(frozen=True)
class OutcomeOnPlan:
    """A stretch outcome, with its aims by plan year: ("Year 1", "Every family …")."""

    statement: str
    achieve_by: str
    long_term_aim: str
    yearly_aims: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ActionOnPlan:
    """One action; `foot` says who leads it and by when, `support` what communities are offered."""

    title: str
    foot: str
    support: str


@dataclass(frozen=True)
class PriorityOnPlan:
    """One priority, or one enabling action, as the plan tells it."""

    slug: str
    name: str
    theme: str
    description: str
    inequality: str
    lead_officer: str
    lead_group: str
    groups: tuple[str, ...]
    strategies: tuple[str, ...]
    national_outcomes: tuple[str, ...]
    outcomes: tuple[OutcomeOnPlan, ...]
    for_partners: tuple[ActionOnPlan, ...]
    for_communities: tuple[ActionOnPlan, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class ThemeOnPlan:
    """A theme and its priorities, of which there may be none."""

    name: str
    priorities: tuple[PriorityOnPlan, ...]


@dataclass(frozen=True)
class IssueOnPlan:
    """An issue that rose to the fore, what became of it, and the priorities that take it up: (name, slug)."""

    name: str
    what_became_of_it: str
    priorities: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PlanPage:
    """One plan. `status` is empty once it is published."""

    title: str
    kind: str
    period: str
    status: str
    vision: str
    needs: str
    source: str
    themes: tuple[ThemeOnPlan, ...]
    enabling: tuple[PriorityOnPlan, ...]
    issues: tuple[IssueOnPlan, ...]

    @property
    def priorities(self) -> tuple[PriorityOnPlan, ...]:
        return tuple(priority for theme in self.themes for priority in theme.priorities)


def plan_page(plan: Plan, *, on: dt.date) -> PlanPage:
    """A whole plan as on a day, in a fixed number of queries whatever its size."""
    priorities = _priorities(plan)
    strategic = [row for row in priorities if row.kind == Priority.Kind.STRATEGIC]
    work = _Work(priorities, on)
    rows = {row.pk: work.on_plan(row) for row in priorities}
    themes = [
        ThemeOnPlan(theme.name, tuple(rows[row.pk] for row in strategic if row.theme_id == theme.pk))
        for theme in plan.themes.all()
    ]
    if without := tuple(rows[row.pk] for row in strategic if row.theme_id is None):
        themes.append(ThemeOnPlan("", without))
    return PlanPage(
        title=plan.title,
        kind=plan.get_kind_display(),
        period=f"{day_in_words(plan.starts_on)} to {day_in_words(plan.ends_on)}",
        status="" if plan.status == Plan.Status.PUBLISHED else plan.get_status_display(),
        vision=plan.vision,
        needs=plan.needs,
        source=plan.source,
        themes=tuple(themes),
        enabling=tuple(rows[row.pk] for row in priorities if row.kind == Priority.Kind.ENABLING),
        issues=_issues(plan),
    )


def _priorities(plan: Plan) -> list[Priority]:
    return list(
        plan.priorities.select_related("theme", "lead_group")
        .prefetch_related("groups", "national_outcomes")
        .order_by("position", "name")
    )


def _issues(plan: Plan) -> tuple[IssueOnPlan, ...]:
    issues = EmergingIssue.objects.filter(plan=plan).prefetch_related("priorities")
    return tuple(
        IssueOnPlan(
            issue.name, issue.what_became_of_it, tuple((row.name, row.slug) for row in issue.priorities.all())
        )
        for issue in issues
    )


class _Work:
    """What the work holds for each priority, fetched for all of them at once."""

    def __init__(self, priorities: Iterable[Priority], on: dt.date) -> None:
        ids = [priority.pk for priority in priorities]
        self._outcomes: dict[int, list[StretchOutcome]] = defaultdict(list)
        self._actions: dict[int, list[Action]] = defaultdict(list)
        self._measures: dict[int, list[str]] = defaultdict(list)
        outcomes = StretchOutcome.objects.filter(priority__in=ids).prefetch_related("yearly_aims")
        for outcome in outcomes.order_by("achieve_by", "code"):
            self._outcomes[outcome.priority_id].append(outcome)
        for action in (
            Action.objects.filter(priority__in=ids).select_related("lead_organisation").order_by("code")
        ):
            self._actions[action.priority_id].append(action)
        measures = [row for row in measures_shown_under(ids) if row.is_in_use(on)]
        shared = shared_by_priority(ids, measures)
        for measure in measures:
            self._measures[measure.priority_id].append(measure.name)
        for priority_id, rows in shared.items():
            self._measures[priority_id] += [f"{row.name} (reported under {row.priority})" for row in rows]

    def on_plan(self, priority: Priority) -> PriorityOnPlan:
        groups = [group.name for group in priority.groups.all() if group.pk != priority.lead_group_id]
        return PriorityOnPlan(
            slug=priority.slug,
            name=priority.name,
            theme=priority.theme.name if priority.theme else "",
            description=priority.description,
            inequality=priority.inequality,
            lead_officer=priority.lead_officer_title,
            lead_group=priority.lead_group.name if priority.lead_group else "",
            groups=tuple(groups),
            strategies=tuple(priority.related_strategies),
            national_outcomes=tuple(outcome.name for outcome in priority.national_outcomes.all()),
            outcomes=tuple(_outcome(row) for row in self._outcomes[priority.pk]),
            for_partners=self._done_by(priority, Action.DoneBy.PARTNERS),
            for_communities=self._done_by(priority, Action.DoneBy.COMMUNITIES),
            measures=tuple(self._measures[priority.pk]),
        )

    def _done_by(self, priority: Priority, done_by: str) -> tuple[ActionOnPlan, ...]:
        return tuple(_action(row) for row in self._actions[priority.pk] if row.done_by == done_by)


def _outcome(row: StretchOutcome) -> OutcomeOnPlan:
    return OutcomeOnPlan(
        statement=row.statement,
        achieve_by=day_in_words(row.achieve_by),
        long_term_aim=row.long_term_aim,
        yearly_aims=tuple((f"Year {aim.plan_year}", aim.aim) for aim in row.yearly_aims.all()),
    )


def _action(row: Action) -> ActionOnPlan:
    lead = row.lead_organisation.name if row.lead_organisation else row.owner_title
    due = f"by {day_in_words(row.due_on)}" if row.due_on else ""
    return ActionOnPlan(row.title, ", ".join(part for part in (lead, due) if part), row.support_offered)
