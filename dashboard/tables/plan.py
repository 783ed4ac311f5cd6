"""The plan on a page as tables."""

from __future__ import annotations

import datetime as dt

from actionplans.downloads.cells import where_it_applies
from dashboard.plan_page import ActionOnPlan, IssueOnPlan, OutcomeOnPlan, PlanPage, PriorityOnPlan
from priorities.downloads import PageTables
from priorities.models import Partnership
from priorities.workbooks import Column, Sheet, sheet_of


def plan_tables(plan: PlanPage, partnership: Partnership, *, made_at: dt.datetime) -> PageTables:
    """The priorities of a plan with their aims, actions and measures, and where they came from."""
    not_public = (
        f"This plan is not published: {plan.status.lower()}. Only people of the partnership can see it."
    )
    return PageTables(
        partnership=partnership,
        title=plan.title,
        made_at=made_at,
        next_update="when the plan is revised",
        notes=(
            f"{plan.kind} of the {partnership.name}, {plan.period}.",
            *((not_public,) if plan.status else ()),
            *(text for text in (plan.vision, plan.needs, plan.source) if text),
        ),
        sheets=(
            _priorities(plan),
            _outcomes(plan),
            _aims(plan),
            _actions(plan),
            _measures(plan),
            _enabling(plan),
            _issues(plan),
        ),
    )


def _priorities(plan: PlanPage) -> Sheet:
    columns: list[Column[PriorityOnPlan]] = [
        ("Theme", lambda one: where_it_applies(one.theme)),
        ("Priority", lambda one: one.name),
        ("What it is", lambda one: where_it_applies(one.description)),
        ("Inequality it addresses", lambda one: where_it_applies(one.inequality)),
        ("Lead group", lambda one: where_it_applies(one.lead_group)),
        ("Lead officer", lambda one: where_it_applies(one.lead_officer)),
        ("Works with", lambda one: where_it_applies("; ".join(one.groups))),
        ("Related strategies", lambda one: where_it_applies("; ".join(one.strategies))),
        ("National outcomes", lambda one: where_it_applies("; ".join(one.national_outcomes))),
    ]
    return sheet_of(
        "Priorities", f"Priorities: {plan.title}", "Every priority of the plan", columns, plan.priorities
    )


def _outcomes(plan: PlanPage) -> Sheet:
    found = [(one.name, outcome) for one in plan.priorities for outcome in one.outcomes]
    columns: list[Column[tuple[str, OutcomeOnPlan]]] = [
        ("Priority", lambda one: one[0]),
        ("Stretch outcome", lambda one: one[1].statement),
        ("To achieve by", lambda one: one[1].achieve_by),
        ("Long term", lambda one: where_it_applies(one[1].long_term_aim)),
    ]
    about = "What will be different, and by when"
    return sheet_of("Stretch outcomes", f"Stretch outcomes: {plan.title}", about, columns, found)


def _aims(plan: PlanPage) -> Sheet:
    found = [
        (one.name, outcome.statement, year, aim)
        for one in plan.priorities
        for outcome in one.outcomes
        for year, aim in outcome.yearly_aims
    ]
    columns: list[Column[tuple[str, str, str, str]]] = [
        ("Priority", lambda one: one[0]),
        ("Stretch outcome", lambda one: one[1]),
        ("Year of the plan", lambda one: one[2]),
        ("Aim", lambda one: one[3]),
    ]
    about = "What each stretch outcome aims at in each year of the plan"
    return sheet_of("Yearly aims", f"Yearly aims: {plan.title}", about, columns, found)


def _actions(plan: PlanPage) -> Sheet:
    found = [
        (one.name, done_by, action)
        for one in plan.priorities
        for done_by, actions in (("Partners", one.for_partners), ("Communities", one.for_communities))
        for action in actions
    ]
    columns: list[Column[tuple[str, str, ActionOnPlan]]] = [
        ("Priority", lambda one: one[0]),
        ("For", lambda one: one[1]),
        ("Action", lambda one: one[2].title),
        ("Who leads it, and by when", lambda one: where_it_applies(one[2].foot)),
        ("Support offered", lambda one: where_it_applies(one[2].support)),
    ]
    about = "What partners and communities do under each priority"
    return sheet_of("Actions", f"Actions: {plan.title}", about, columns, found)


def _measures(plan: PlanPage) -> Sheet:
    found = [(one.name, measure) for one in plan.priorities for measure in one.measures]
    columns: list[Column[tuple[str, str]]] = [
        ("Priority", lambda one: one[0]),
        ("Measure", lambda one: one[1]),
    ]
    return sheet_of("Measures", f"Measures: {plan.title}", "How we will know", columns, found)


def _enabling(plan: PlanPage) -> Sheet:
    columns: list[Column[PriorityOnPlan]] = [
        ("Enabling action", lambda one: one.name),
        ("What it is", lambda one: where_it_applies(one.description)),
        ("Who leads it", lambda one: where_it_applies(one.lead_group or one.lead_officer)),
    ]
    about = "What the partners do differently together, whatever the priority"
    return sheet_of("Enabling actions", f"Enabling actions: {plan.title}", about, columns, plan.enabling)


def _issues(plan: PlanPage) -> Sheet:
    columns: list[Column[IssueOnPlan]] = [
        ("Issue", lambda one: one.name),
        ("What became of it", lambda one: where_it_applies(one.what_became_of_it)),
        ("Taken up in", lambda one: "; ".join(name for name, _ in one.priorities) or "No priority"),
    ]
    about = "Issues that rose to the fore, and what became of each"
    return sheet_of("Issues", f"Where the priorities came from: {plan.title}", about, columns, plan.issues)
