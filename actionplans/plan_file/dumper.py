"""A partnership and one of its plans as a plan file: what `load` reads back as the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from ruamel.yaml.comments import CommentedMap

from actionplans.models import Action, Risk, RiskAssessment, RiskMatrix, StretchOutcome
from actionplans.plan_file import schema
from actionplans.plan_file.fields import known_from
from actionplans.plan_file.measure_dumper import measures_told
from actionplans.plan_file.writer import told, written
from priorities.models import NationalOutcome, Plan, Priority, Quarter


def dump(plan: Plan) -> str:
    """The plan file of a plan, its partnership and its risks.

    What came with quarterly returns is theirs and not in it, nor are accounts.
    """
    partnership = plan.partnership
    groups = partnership.groups.select_related("parent").order_by("pk")
    matrix = partnership.risk_matrices.order_by("version").last()
    document = told(
        schema.PlanFile,
        None,
        format=schema.FORMAT,
        partnership=told(schema.PartnershipEntry, partnership),
        organisations=[
            told(schema.OrganisationEntry, one) for one in partnership.organisations.order_by("pk")
        ],
        groups=[told(schema.GroupEntry, one, parent=_code(one.parent)) for one in groups],
        localities=[told(schema.LocalityEntry, one) for one in partnership.localities.order_by("pk")],
        comparators=[told(schema.ComparatorEntry, one) for one in partnership.comparators.all()],
        disclosure_policies=[
            told(schema.DisclosurePolicyEntry, one) for one in partnership.disclosure_policies.all()
        ],
        meetings=[_meeting(one) for one in partnership.meetings.select_related("group").order_by("held_on")],
        national_outcomes=_outcomes(plan),
        plan=_plan(plan),
        risk_matrix=told(schema.RiskMatrixEntry, matrix) if matrix else None,
        quarters=_quarters(partnership.quarters.select_related("meeting__group").order_by("year", "number")),
        risks=_risks(plan, matrix),
    )
    document.fa.set_block_style()
    return written(document)


def _code(row: Any) -> str | None:
    return row.code if row else None


def _meeting(row: Any) -> CommentedMap | None:
    return told(schema.MeetingEntry, row, group=row.group.code) if row else None


def _outcomes(plan: Plan) -> list[CommentedMap]:
    """Those of every framework that the plan names one of."""
    frameworks = NationalOutcome.objects.filter(priorities__plan=plan).values("framework_version")
    rows = NationalOutcome.objects.filter(framework_version__in=frameworks).order_by("pk")
    return [told(schema.NationalOutcomeEntry, one, framework=one.framework_version) for one in rows]


def _quarters(rows: Iterable[Quarter]) -> list[CommentedMap]:
    return [told(schema.QuarterEntry, one, quarter=one.label, meeting=_meeting(one.meeting)) for one in rows]


# The plan


def _plan(plan: Plan) -> CommentedMap:
    priorities = plan.priorities.select_related("theme", "lead_group").prefetch_related(
        "groups", "national_outcomes"
    )
    issues = plan.emerging_issues.prefetch_related("priorities").order_by("position")
    work = _Work(plan)
    return told(
        schema.PlanEntry,
        plan,
        themes=[told(schema.ThemeEntry, one) for one in plan.themes.order_by("position")],
        priorities=[_priority(one, work) for one in priorities.order_by("position")],
        emerging_issues=[
            told(
                schema.EmergingIssueEntry, one, priorities=sorted(each.code for each in one.priorities.all())
            )
            for one in issues
        ],
    )


class _Work:
    """What lies under the priorities of a plan, by priority."""

    def __init__(self, plan: Plan) -> None:
        self.measures = measures_told(plan)
        self.outcomes: Mapping[int, list[CommentedMap]] = defaultdict(list)
        self.actions: Mapping[int, list[CommentedMap]] = defaultdict(list)
        for outcome in (
            StretchOutcome.objects.filter(priority__plan=plan).prefetch_related("yearly_aims").order_by("pk")
        ):
            aims = {aim.plan_year: aim.aim for aim in outcome.yearly_aims.all()}
            entry = told(
                schema.StretchOutcomeEntry, outcome, yearly_aims=aims, illustrative=outcome.is_illustrative
            )
            self.outcomes[outcome.priority_id].append(entry)
        for action in (
            Action.objects.filter(priority__plan=plan).select_related("lead_organisation").order_by("pk")
        ):
            entry = told(
                schema.ActionEntry,
                action,
                lead_organisation=_code(action.lead_organisation),
                illustrative=action.is_illustrative,
            )
            self.actions[action.priority_id].append(entry)


def _priority(priority: Priority, work: _Work) -> CommentedMap:
    outcomes = priority.national_outcomes.all()
    return told(
        schema.PriorityEntry,
        priority,
        slug_or_none=None if priority.slug == priority.code.lower() else priority.slug,
        theme=_code(priority.theme),
        lead_group=_code(priority.lead_group),
        groups=sorted(one.code for one in priority.groups.all()),
        national_outcomes=sorted(f"{one.framework_version}/{one.code}" for one in outcomes),
        stretch_outcomes=work.outcomes[priority.pk],
        actions=work.actions[priority.pk],
        measures=work.measures[priority.pk],
    )


# Risks


def _risks(plan: Plan, matrix: RiskMatrix | None) -> list[CommentedMap]:
    """With their assessments by the newest matrix, but for those that came with returns."""
    assessments: dict[int, list[CommentedMap]] = defaultdict(list)
    rows = RiskAssessment.objects.filter(
        risk__priority__plan=plan, matrix=matrix, quarterly_return__isnull=True
    )
    for row in rows.select_related("quarter").order_by("quarter__year", "quarter__number"):
        assessments[row.risk_id].append(_assessment(row))
    risks = Risk.objects.filter(priority__plan=plan).select_related("priority", "owner_organisation")
    return [
        told(
            schema.RiskEntry,
            risk,
            priority=risk.priority.code,
            owner_organisation=_code(risk.owner_organisation),
            target=_score(risk.target_likelihood, risk.target_impact),
            illustrative=risk.is_illustrative,
            controls=[told(schema.ControlEntry, one) for one in risk.controls.order_by("pk")],
            assessments=assessments[risk.pk],
        )
        for risk in risks.prefetch_related("controls").order_by("pk")
    ]


def _assessment(row: RiskAssessment) -> CommentedMap:
    usual = known_from(row.quarter.ends_on)
    return told(
        schema.AssessmentEntry,
        row,
        quarter=row.quarter.label,
        inherent=_score(row.inherent_likelihood, row.inherent_impact),
        assessed_on=None if row.assessed_at == usual else row.assessed_at.date(),
    )


def _score(likelihood: int | None, impact: int | None) -> CommentedMap | None:
    return told(schema.ScoreEntry, None, likelihood=likelihood, impact=impact) if likelihood else None
