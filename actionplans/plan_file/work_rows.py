"""From a plan file's entries to the rows of the work, the numbers and the risks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actionplans.models import (
    Action,
    Measure,
    Reading,
    Risk,
    RiskAssessment,
    RiskControl,
    RiskMatrix,
    StretchOutcome,
    Target,
    YearlyAim,
)
from actionplans.plan_file.checks import entries_within
from actionplans.plan_file.fields import known_from
from actionplans.plan_file.ledger import Key, Ledger, Noun, Row, code_of, columns
from actionplans.plan_file.measure_rows import load_measure_rows
from actionplans.plan_file.plan_rows import PARTNERSHIP, LoadedPlan
from actionplans.plan_file.schema import (
    AssessmentEntry,
    PlanFile,
    RiskEntry,
    ScoreEntry,
)
from actionplans.risk_bands import default_cells
from priorities.models import Partnership

STRETCH_OUTCOME = Noun("stretch outcome", "stretch outcomes", ("priority_id", "code"))
YEARLY_AIM = Noun("yearly aim", "yearly aims", ("stretch_outcome_id", "plan_year"))
ACTION = Noun("action", "actions", ("priority_id", "code"))
MATRIX = Noun("risk matrix", "risk matrix", ("version",))
RISK = Noun("risk", "risks", ("code",))
CONTROL = Noun("risk control", "risk controls", ("risk_id", "code"))
ASSESSMENT = Noun("risk assessment", "risk assessments", ("risk_id", "quarter_id"))


def load_work_rows(plan_file: PlanFile, plan: LoadedPlan, ledger: Ledger) -> None:
    _load_stretch_outcomes(plan_file, plan, ledger)
    _load_actions(plan_file, plan, ledger)
    load_measure_rows(plan_file, plan, ledger)
    risks = _load_risks(plan_file, plan, ledger)
    _load_assessments(plan_file, plan, risks, ledger)


# Stretch outcomes and actions


def _load_stretch_outcomes(plan_file: PlanFile, plan: LoadedPlan, ledger: Ledger) -> None:
    entries = [
        (plan.priorities[priority.code,].pk, one)
        for priority in plan_file.plan.priorities
        for one in priority.stretch_outcomes
    ]
    names = "code statement achieve_by long_term_aim"
    rows = [
        Row(one, columns(one, names, priority_id=priority_id, is_illustrative=one.illustrative))
        for priority_id, one in entries
    ]
    scope = StretchOutcome.objects.filter(priority__in=plan.priorities.values())
    outcomes = ledger.write(STRETCH_OUTCOME, scope, rows, named=code_of)
    aims = [
        Row(one, {"stretch_outcome_id": outcomes[priority_id, one.code].pk, "plan_year": year, "aim": aim})
        for priority_id, one in entries
        for year, aim in one.yearly_aims.items()
    ]
    ledger.write(
        YEARLY_AIM,
        YearlyAim.objects.filter(stretch_outcome__in=outcomes.values()).select_related("stretch_outcome"),
        aims,
        named=lambda aim: f"for year {aim.plan_year} of {aim.stretch_outcome.code}",
    )


def _load_actions(plan_file: PlanFile, plan: LoadedPlan, ledger: Ledger) -> None:
    rows = [
        Row(
            one,
            columns(
                one,
                "code title done_by owner_title support_offered starts_on due_on",
                priority_id=plan.priorities[priority.code,].pk,
                lead_organisation_id=plan.bodies.organisation_id(one.lead_organisation),
                is_illustrative=one.illustrative,
            ),
        )
        for priority in plan_file.plan.priorities
        for one in priority.actions
    ]
    ledger.write(ACTION, Action.objects.filter(priority__in=plan.priorities.values()), rows, named=code_of)


# Risks


def _load_risks(plan_file: PlanFile, plan: LoadedPlan, ledger: Ledger) -> dict[Key, Risk]:
    rows = [Row(one, _risk_values(one, plan)) for one in plan_file.risks]
    risks = ledger.write(RISK, plan.partnership.risks.all(), rows, named=code_of)
    controls = [
        Row(one, columns(one, "code kind text owner_title due_on", risk_id=risks[risk.code,].pk))
        for risk in plan_file.risks
        for one in risk.controls
    ]
    scope = RiskControl.objects.filter(risk__in=risks.values()).select_related("risk")
    ledger.write(CONTROL, scope, controls, named=lambda one: f"{one.code} of {one.risk.code}")
    return risks


def _risk_values(entry: RiskEntry, plan: LoadedPlan) -> dict[str, Any]:
    return columns(
        entry,
        "code title cause event consequence owner_title response appetite opened_on closed_on closed_reason",
        partnership_id=plan.partnership.pk,
        priority_id=plan.priorities[entry.priority,].pk,
        owner_organisation_id=plan.bodies.organisation_id(entry.owner_organisation),
        is_illustrative=entry.illustrative,
        **_scores("target", entry.target),
    )


def _load_assessments(
    plan_file: PlanFile, plan: LoadedPlan, risks: Mapping[Key, Risk], ledger: Ledger
) -> None:
    matrix = _load_matrix(plan_file, plan, ledger)
    rows = [
        Row(one, _assessment_values(one, plan) | {"risk_id": risks[risk.code,].pk, "matrix_id": matrix.pk})
        for risk in plan_file.risks
        for one in risk.assessments
    ]
    locked = {quarter.pk for quarter in plan.quarters.values() if quarter.is_locked}

    def refuse_what_is_on_record(assessment: RiskAssessment, values: Mapping[str, Any]) -> str:
        if assessment.quarterly_return_id:
            return "A quarterly return has assessed this risk in this quarter; the file cannot change it."
        if values["quarter_id"] in locked:
            return "This quarter is locked; its assessments cannot change."
        return ""

    scope = RiskAssessment.objects.filter(risk__in=risks.values())
    ledger.write(ASSESSMENT, scope, rows, guard=refuse_what_is_on_record)


def _load_matrix(plan_file: PlanFile, plan: LoadedPlan, ledger: Ledger) -> RiskMatrix:
    entry = plan_file.risk_matrix
    version = entry.version if entry else 1
    values = {
        "partnership_id": plan.partnership.pk,
        "version": version,
        "effective_on": (entry and entry.effective_on) or plan_file.plan.starts_on,
        "cells": entry.cells if entry else default_cells(),
    }
    scope = RiskMatrix.objects.filter(partnership=plan.partnership, version=version)
    return ledger.write(MATRIX, scope, [Row(entry or plan_file, values)])[version,]


def _assessment_values(entry: AssessmentEntry, plan: LoadedPlan) -> dict[str, Any]:
    quarter = plan.quarters[entry.quarter.year.start_year, entry.quarter.number]
    return columns(
        entry,
        "likelihood impact rationale",
        quarter_id=quarter.pk,
        assessed_at=known_from(entry.assessed_on or quarter.ends_on),
        **_scores("inherent", entry.inherent),
    )


def _scores(prefix: str, entry: ScoreEntry | None) -> dict[str, int | None]:
    return {
        f"{prefix}_likelihood": entry.likelihood if entry else None,
        f"{prefix}_impact": entry.impact if entry else None,
    }


# The footer's notice


def note_illustrative_entries(plan_file: PlanFile, partnership: Partnership, ledger: Ledger) -> None:
    """Let the partnership say whether any of its entries, in the file or not, is made up."""
    has_any = any(
        getattr(entry, "illustrative", False) for entry in entries_within(plan_file)
    ) or _has_illustrative_rows(partnership)
    if partnership.has_illustrative_entries != has_any:
        partnership.has_illustrative_entries = has_any
        partnership.save(update_fields=["has_illustrative_entries"])
        ledger.note_changed(PARTNERSHIP, (partnership.slug,))


def _has_illustrative_rows(partnership: Partnership) -> bool:
    own = {"partnership": partnership, "is_illustrative": True}
    of_priorities = {"priority__plan__partnership": partnership, "is_illustrative": True}
    of_measures = {"measure__partnership": partnership, "is_illustrative": True}
    return (
        StretchOutcome.objects.filter(**of_priorities).exists()
        or Action.objects.filter(**of_priorities).exists()
        or Measure.objects.filter(**own).exists()
        or Target.objects.filter(**of_measures).exists()
        or Reading.objects.filter(**of_measures).exists()
        or Risk.objects.filter(**own).exists()
    )
