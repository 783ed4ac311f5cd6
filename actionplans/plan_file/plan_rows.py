"""From a plan file's entries to the rows of the plan and its people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from actionplans.plan_file.ledger import Key, Ledger, Links, Noun, Row, code_of, columns
from actionplans.plan_file.schema import PlanEntry, PlanFile, PriorityEntry, QuarterEntry
from priorities.models import (
    Comparator,
    EmergingIssue,
    Group,
    Locality,
    Meeting,
    NationalOutcome,
    Organisation,
    Partnership,
    Plan,
    Priority,
    Quarter,
    Theme,
)
from priorities.wording import quoted

PARTNERSHIP = Noun("partnership", "partnership", ("slug",))
ORGANISATION = Noun("organisation", "organisations", ("code",))
GROUP = Noun("group", "groups", ("code",))
LOCALITY = Noun("locality", "localities", ("code",))
COMPARATOR = Noun("comparator", "comparators", ("code",))
MEETING = Noun("meeting", "meetings", ("group_id", "held_on"))
QUARTER = Noun("quarter", "quarters", ("year", "number"))
OUTCOME = Noun("national outcome", "national outcomes", ("framework_version", "code"))
PLAN = Noun("plan", "plan", ("code",))
THEME = Noun("theme", "themes", ("code",))
PRIORITY = Noun("priority", "priorities", ("code",))
ISSUE = Noun("emerging issue", "emerging issues", ("code",))


@dataclass(frozen=True)
class Bodies:
    """A partnership and those in it, by code."""

    partnership: Partnership
    organisations: Mapping[Key, Organisation]
    groups: Mapping[Key, Group]
    localities: Mapping[Key, Locality]
    comparators: Mapping[Key, Comparator]

    def organisation_id(self, code: str | None) -> int | None:
        return self.organisations[code,].pk if code else None

    def group_id(self, code: str | None) -> int | None:
        return self.groups[code,].pk if code else None

    def locality_id(self, code: str | None) -> int | None:
        return self.localities[code,].pk if code else None

    def comparator_id(self, code: str | None) -> int | None:
        return self.comparators[code,].pk if code else None


@dataclass(frozen=True)
class LoadedPlan:
    """What the work hangs on."""

    partnership: Partnership
    bodies: Bodies
    plan: Plan
    priorities: Mapping[Key, Priority]
    quarters: Mapping[Key, Quarter]


def load_plan_rows(plan_file: PlanFile, ledger: Ledger) -> LoadedPlan:
    bodies = _load_bodies(plan_file, _load_partnership(plan_file, ledger), ledger)
    quarters = _load_quarters(plan_file, bodies, ledger)
    outcomes = _load_outcomes(plan_file, ledger)
    plan = _load_plan(plan_file.plan, bodies.partnership, ledger)
    priorities = _load_priorities(plan_file.plan, plan, bodies, ledger)
    _link_outcomes(plan_file.plan, priorities, outcomes, ledger)
    _load_issues(plan_file.plan, plan, priorities, ledger)
    return LoadedPlan(bodies.partnership, bodies, plan, priorities, quarters)


# The partnership and its bodies


def _load_partnership(plan_file: PlanFile, ledger: Ledger) -> Partnership:
    entry = plan_file.partnership
    values = columns(
        entry,
        "slug name area_name area_code board_name officers_group_name contact brand_colour priority_warning_above",
    )
    scope = Partnership.objects.filter(slug=entry.slug)
    return ledger.write(PARTNERSHIP, scope, [Row(entry, values)])[entry.slug,]


def _load_bodies(plan_file: PlanFile, partnership: Partnership, ledger: Ledger) -> Bodies:
    owner = {"partnership_id": partnership.pk}
    names = "code name kind is_facilitator represents_inequality joined_on left_on"
    rows = [Row(one, columns(one, names, **owner)) for one in plan_file.organisations]
    organisations = ledger.write(ORGANISATION, partnership.organisations.all(), rows, named=code_of)

    names = "code name kind population status opened_on closed_on has_poorer_outcomes evidence"
    rows = [Row(one, columns(one, names, **owner)) for one in plan_file.localities]
    localities = ledger.write(LOCALITY, partnership.localities.all(), rows, named=code_of)

    rows = [
        Row(one, columns(one, "code name kind area_code", position=position, **owner))
        for position, one in enumerate(plan_file.comparators, start=1)
    ]
    comparators = ledger.write(COMPARATOR, partnership.comparators.all(), rows, named=code_of)

    rows = [Row(one, columns(one, "code name kind", **owner)) for one in plan_file.groups]
    groups = ledger.write(GROUP, partnership.groups.all(), rows, named=code_of)
    bodies = Bodies(partnership, organisations, groups, localities, comparators)
    parents = {(one.code,): bodies.group_id(one.parent) for one in plan_file.groups}
    ledger.point(GROUP, partnership.groups.all(), groups, "parent_id", parents)
    return bodies


# Meetings and quarters


def _load_quarters(plan_file: PlanFile, bodies: Bodies, ledger: Ledger) -> dict[Key, Quarter]:
    owner = {"partnership_id": bodies.partnership.pk}
    rows = [
        Row(one, columns(one, "held_on", group_id=bodies.group_id(one.group), **owner))
        for one in plan_file.meetings
    ]
    scope = bodies.partnership.meetings.select_related("group")
    meetings = ledger.write(MEETING, scope, rows, named=lambda one: f"of the {one}")
    rows = [
        Row(one, columns(one, "opens_on due_on", **owner, **_quarter_values(one, bodies, meetings)))
        for one in plan_file.quarters
    ]
    return ledger.write(
        QUARTER, bodies.partnership.quarters.all(), rows, guard=_refuse_locked_quarter, named=str
    )


def _quarter_values(entry: QuarterEntry, bodies: Bodies, meetings: Mapping[Key, Meeting]) -> dict[str, Any]:
    meeting = entry.meeting
    return {
        "year": entry.quarter.year.start_year,
        "number": entry.quarter.number,
        "meeting_id": meetings[bodies.group_id(meeting.group), meeting.held_on].pk if meeting else None,
    }


def _refuse_locked_quarter(quarter: Quarter, _values: Mapping[str, Any]) -> str:
    if quarter.pk and quarter.is_locked:
        return f"{quarter.label} is locked; its dates and meeting cannot change."
    return ""


# The plan


def _load_plan(entry: PlanEntry, partnership: Partnership, ledger: Ledger) -> Plan:
    names = "code title kind version starts_on ends_on status vision needs source"
    row = Row(entry, columns(entry, names, partnership_id=partnership.pk))
    scope = partnership.plans.filter(code=entry.code)
    return ledger.write(PLAN, scope, [row], guard=_refuse_second_published)[entry.code,]


def _refuse_second_published(_plan: Plan, values: Mapping[str, Any]) -> str:
    if values["kind"] != Plan.Kind.LOIP or values["status"] != Plan.Status.PUBLISHED:
        return ""
    published = Plan.objects.published().filter(kind=Plan.Kind.LOIP, partnership=values["partnership_id"])
    if other := published.exclude(code=values["code"]).first():
        return f"The plan {quoted(other.title)} is published already. Mark it as superseded first."
    return ""


def _load_outcomes(plan_file: PlanFile, ledger: Ledger) -> dict[str, int]:
    """The primary key of each national outcome by each name the file may use for it."""
    rows = [
        Row(one, columns(one, "code name", framework_version=one.framework))
        for one in plan_file.national_outcomes
    ]
    outcomes = ledger.write(OUTCOME, NationalOutcome.objects.all(), rows)
    by_code = {code: outcome.pk for (_, code), outcome in outcomes.items()}
    return by_code | {f"{version}/{code}": one.pk for (version, code), one in outcomes.items()}


def _load_priorities(entry: PlanEntry, plan: Plan, bodies: Bodies, ledger: Ledger) -> dict[Key, Priority]:
    rows = [
        Row(one, columns(one, "code name", plan_id=plan.pk, position=position))
        for position, one in enumerate(entry.themes, start=1)
    ]
    themes = ledger.write(THEME, plan.themes.all(), rows, named=code_of)
    rows = [
        Row(one, _priority_values(one, bodies, themes) | {"plan_id": plan.pk, "position": position})
        for position, one in enumerate(entry.priorities, start=1)
    ]
    slugs = dict(plan.priorities.values_list("slug", "code"))
    guard = partial(_refuse_taken_slug, slugs)
    priorities = ledger.write(PRIORITY, plan.priorities.all(), rows, guard=guard, named=code_of)
    wanted = {(one.code,): {bodies.groups[code,].pk for code in one.groups} for one in entry.priorities}
    links = Links(Priority.groups.through.objects.all(), "priority_id", "group_id")
    ledger.link(PRIORITY, priorities, links, wanted)
    return priorities


def _priority_values(entry: PriorityEntry, bodies: Bodies, themes: Mapping[Key, Theme]) -> dict[str, Any]:
    return columns(
        entry,
        "code slug name kind description inequality lead_officer_title",
        theme_id=themes[entry.theme,].pk if entry.theme else None,
        lead_group_id=bodies.group_id(entry.lead_group),
        related_strategies=list(entry.related_strategies),
    )


def _refuse_taken_slug(holders: Mapping[str, str], _priority: Priority, values: Mapping[str, Any]) -> str:
    """Also refuses two priorities that would swap their addresses: people's bookmarks would lie."""
    holder = holders.get(values["slug"], values["code"])
    if holder != values["code"]:
        return f"The priority {quoted(holder)} has the address {quoted(values['slug'])} already."
    return ""


def _link_outcomes(
    entry: PlanEntry, priorities: Mapping[Key, Priority], outcomes: Mapping[str, int], ledger: Ledger
) -> None:
    wanted = {(one.code,): {outcomes[name] for name in one.national_outcomes} for one in entry.priorities}
    links = Links(Priority.national_outcomes.through.objects.all(), "priority_id", "nationaloutcome_id")
    ledger.link(PRIORITY, priorities, links, wanted)


def _load_issues(entry: PlanEntry, plan: Plan, priorities: Mapping[Key, Priority], ledger: Ledger) -> None:
    rows = [
        Row(one, columns(one, "code name what_became_of_it", plan_id=plan.pk, position=position))
        for position, one in enumerate(entry.emerging_issues, start=1)
    ]
    issues: dict[Key, EmergingIssue] = ledger.write(ISSUE, plan.emerging_issues.all(), rows, named=code_of)
    wanted = {(one.code,): {priorities[code,].pk for code in one.priorities} for one in entry.emerging_issues}
    links = Links(EmergingIssue.priorities.through.objects.all(), "emergingissue_id", "priority_id")
    ledger.link(ISSUE, issues, links, wanted)
