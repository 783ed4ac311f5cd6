"""One priority's return for one quarter, as a page shows it: what is asked, what was last said, what is said now."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from actionplans import rules
from actionplans.figure_kinds import Given, plain
from actionplans.figure_lines import FigureLine, figure_lines, readings_of
from actionplans.models import Action, ActionUpdate, QuarterlyReturn, Risk, RiskAssessment
from actionplans.models.returns import ActionStatus
from actionplans.risk_bands import Band
from actionplans.sent_lines import SentLine, sent_lines
from priorities.models import Priority, Quarter

SECTIONS = ("figures", "actions", "risks", "words")


@dataclass(frozen=True)
class ActionLine:
    """One action in a return."""

    action_id: int
    code: str
    title: str
    done_by_label: str
    lead: str
    due_on: dt.date | None
    last_status: str
    last_status_label: str
    last_line: str
    status: str
    status_label: str
    line: str

    @property
    def prefix(self) -> str:
        return f"action-{self.action_id}"

    @property
    def status_mark(self) -> ActionStatus:
        return ActionStatus(self.status)

    @property
    def last_status_mark(self) -> ActionStatus:
        return ActionStatus(self.last_status)

    @property
    def needs_a_line(self) -> bool:
        return self.status in ActionUpdate.Status.needs_a_line


@dataclass(frozen=True)
class RiskLine:
    """One risk in a return; `last_*` is how it was judged before this quarter.

    Bands are those of the matrix in force when the judgement was made; None until both scores are given.
    """

    risk_id: int
    code: str
    title: str
    event: str
    last_likelihood: int | None
    last_impact: int | None
    last_band: Band | None
    last_rationale: str
    likelihood: int | None
    impact: int | None
    band: Band | None
    rationale: str

    @property
    def prefix(self) -> str:
        return f"risk-{self.risk_id}"

    @property
    def last_score(self) -> int | None:
        return _score(self.last_likelihood, self.last_impact)

    @property
    def score(self) -> int | None:
        return _score(self.likelihood, self.impact)


def _score(likelihood: int | None, impact: int | None) -> int | None:
    return None if likelihood is None or impact is None else likelihood * impact


@dataclass(frozen=True)
class WordsLine:
    """The lead officer's own words."""

    progress: str
    exceptional_issues: str
    good_practice: str
    assessment: str
    assessment_reason: str

    @property
    def assessment_label(self) -> str:
        return str(QuarterlyReturn.Assessment(self.assessment).label) if self.assessment else ""


@dataclass(frozen=True)
class ReturnSheet:
    """A whole return. Built for people who may see it; nothing here asks who they are.

    `sent` are figures that it does not ask for, of places and other periods. `before` is the last accepted return of
    the priority, of any earlier quarter.
    """

    quarterly_return: QuarterlyReturn
    priority: Priority
    quarter: Quarter
    figures: tuple[FigureLine, ...]
    sent: tuple[SentLine, ...]
    actions: tuple[ActionLine, ...]
    risks: tuple[RiskLine, ...]
    words: WordsLine
    before: QuarterlyReturn | None

    @property
    def gaps(self) -> tuple[rules.Gap, ...]:
        return rules.gaps_in(self)

    def gaps_in(self, section: str) -> tuple[rules.Gap, ...]:
        return tuple(gap for gap in self.gaps if gap.section == section)

    def has_begun(self, section: str) -> bool:
        """Whether anything has been saved in a section."""
        match section:
            case "figures":
                return any(
                    not f.given.is_empty or f.symbol or f.no_figure_reason or f.cause or f.response
                    for f in self.figures
                )
            case "actions":
                return any(action.status or action.line for action in self.actions)
            case "risks":
                return any(risk.likelihood or risk.rationale for risk in self.risks)
            case _:
                return any(vars(self.words).values())

    def fingerprint(self, section: str) -> str:
        """A short hash of what is saved in a section: a page that saw another one is out of date."""
        content = json.dumps(self._saved(section), default=str, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def _saved(self, section: str) -> list[Any]:
        match section:
            case "figures":
                return [
                    (f.measure_id, f.is_asked, _plain(f.given), f.symbol, f.sent, f.flag, f.note, f.answered_doubt,
                     f.no_figure_reason, f.cause, f.response, f.back_on_track_on)
                    for f in self.figures
                ]  # fmt: skip
            case "actions":
                return [(a.action_id, a.status, a.line) for a in self.actions]
            case "risks":
                return [(r.risk_id, r.likelihood, r.impact, r.rationale) for r in self.risks]
            case _:
                return [vars(self.words)]


def _plain(given: Given) -> list[str]:
    """The numbers of a figure, the same however they were written."""
    numbers = (given.value, given.numerator, given.denominator)
    return ["" if number is None else plain(number) for number in numbers]


def return_of(priority: Priority, quarter: Quarter) -> QuarterlyReturn:
    """The return as saved, or one not yet started, which is not in the database."""
    try:
        saved = QuarterlyReturn.objects.get(priority=priority, quarter=quarter)
    except QuarterlyReturn.DoesNotExist:
        return QuarterlyReturn(priority=priority, quarter=quarter)
    # The same objects, so that nothing is fetched twice.
    saved.priority, saved.quarter = priority, quarter
    return saved


def return_sheet(quarterly_return: QuarterlyReturn, *, at: dt.datetime, as_held: bool = True) -> ReturnSheet:
    """Everything a return asks and holds, in a fixed number of queries whatever its size.

    Not `as_held`, the figures are as readers see them who may not see small numbers.
    """
    rows = readings_of(quarterly_return)
    figures = figure_lines(quarterly_return, rows, at=at, as_held=as_held)
    asked = {line.reading_id for line in figures if line.reading_id}
    return ReturnSheet(
        quarterly_return=quarterly_return,
        priority=quarterly_return.priority,
        quarter=quarterly_return.quarter,
        figures=figures,
        sent=sent_lines(quarterly_return, rows, asked, as_held=as_held),
        actions=_actions(quarterly_return),
        risks=_risks(quarterly_return),
        words=WordsLine(
            progress=quarterly_return.progress,
            exceptional_issues=quarterly_return.exceptional_issues,
            good_practice=quarterly_return.good_practice,
            assessment=quarterly_return.assessment,
            assessment_reason=quarterly_return.assessment_reason,
        ),
        before=_accepted_before(quarterly_return),
    )


def _accepted_before(quarterly_return: QuarterlyReturn) -> QuarterlyReturn | None:
    return (
        QuarterlyReturn.objects.accepted()
        .filter(priority=quarterly_return.priority, quarter__opens_on__lt=quarterly_return.quarter.opens_on)
        .select_related("quarter")
        .order_by("quarter__opens_on")
        .last()
    )


AnyModel = TypeVar("AnyModel", bound=Model)


def _rows_of(
    quarterly_return: QuarterlyReturn, rows: QuerySet[AnyModel], key: Callable[[AnyModel], int]
) -> dict[int, AnyModel]:
    """The rows that belong to a return, by the key of what they are about; none for a return not yet saved."""
    if not quarterly_return.pk:
        return {}
    return {key(row): row for row in rows.filter(quarterly_return=quarterly_return)}


def _earlier(rows: Iterable[AnyModel], key: Callable[[AnyModel], int]) -> dict[int, AnyModel]:
    """The last of each, when rows come oldest first."""
    return {key(row): row for row in rows}


def _actions(quarterly_return: QuarterlyReturn) -> tuple[ActionLine, ...]:
    actions = Action.objects.filter(priority=quarterly_return.priority).select_related("lead_organisation")
    updates = _rows_of(quarterly_return, ActionUpdate.objects.all(), lambda row: row.action_id)
    before = _earlier(
        ActionUpdate.objects.official()
        .filter(
            action__priority=quarterly_return.priority,
            quarterly_return__quarter__opens_on__lt=quarterly_return.quarter.opens_on,
        )
        .order_by("quarterly_return__quarter__opens_on"),
        lambda row: row.action_id,
    )
    lines = []
    for action in actions.order_by("code"):
        update, last = updates.get(action.pk) or ActionUpdate(), before.get(action.pk) or ActionUpdate()
        if last.status in {ActionUpdate.Status.COMPLETED, ActionUpdate.Status.CANCELLED} and not update.pk:
            continue
        lines.append(
            ActionLine(
                action_id=action.pk,
                code=action.code,
                title=action.title,
                done_by_label=action.get_done_by_display(),
                lead=action.owner_title
                or (action.lead_organisation.name if action.lead_organisation else ""),
                due_on=action.due_on,
                last_status=last.status,
                last_status_label=last.get_status_display(),
                last_line=last.line,
                status=update.status,
                status_label=update.get_status_display(),
                line=update.line,
            )
        )
    return tuple(lines)


def _risks(quarterly_return: QuarterlyReturn) -> tuple[RiskLine, ...]:
    risks = Risk.objects.open().filter(priority=quarterly_return.priority).order_by("code")
    assessments = RiskAssessment.objects.select_related("matrix")
    now = _rows_of(quarterly_return, assessments, lambda row: row.risk_id)
    before = _earlier(
        assessments.official()
        .filter(
            risk__priority=quarterly_return.priority, quarter__opens_on__lt=quarterly_return.quarter.opens_on
        )
        .order_by("quarter__opens_on"),
        lambda row: row.risk_id,
    )
    lines = []
    for risk in risks:
        assessment, last = now.get(risk.pk) or RiskAssessment(), before.get(risk.pk) or RiskAssessment()
        lines.append(
            RiskLine(
                risk_id=risk.pk,
                code=risk.code,
                title=risk.title,
                event=risk.event,
                last_likelihood=last.likelihood,
                last_impact=last.impact,
                last_band=_band(last),
                last_rationale=last.rationale,
                likelihood=assessment.likelihood,
                impact=assessment.impact,
                band=_band(assessment),
                rationale=assessment.rationale,
            )
        )
    return tuple(lines)


def _band(assessment: RiskAssessment) -> Band | None:
    if assessment.likelihood is None or assessment.impact is None:
        return None
    return assessment.matrix.band_of(assessment.likelihood, assessment.impact)
