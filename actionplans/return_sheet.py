"""One priority's return for one quarter, as a page shows it: what is asked, what was last said, what is said now."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from actionplans import rules
from actionplans.models import (
    Action,
    ActionUpdate,
    Measure,
    MeasureCommentary,
    QuarterlyReturn,
    Reading,
    Risk,
    RiskAssessment,
)
from actionplans.models.returns import ActionStatus
from actionplans.numbers import doubts, format_value, unit_in_words
from actionplans.risk_bands import Band
from actionplans.series import MeasureSeries, SeriesValue, period_asked, series_of
from actionplans.status import Polarity, Status, status_where_it_can_be_judged
from priorities.models import Priority, Quarter
from priorities.periods import Period, by_in_words

SECTIONS = ("figures", "actions", "risks", "words")


@dataclass(frozen=True)
class FigureLine:
    """One measure in a return. `period` is what is asked for; None when nothing new can be expected.

    `is_judged` says that one direction is better, so that a value can be off target.
    """

    measure_id: int
    code: str
    name: str
    definition: str
    unit: str
    unit_word: str
    better: str
    decimals: int
    is_bounded: bool
    is_judged: bool
    period: Period | None
    is_asked: bool
    next_due_on: dt.date | None
    last: SeriesValue | None
    target: Decimal | None
    target_shown: str
    value: Decimal | None
    value_shown: str
    status: Status
    answered_doubt: str
    no_figure_reason: str
    cause: str
    response: str
    back_on_track_on: dt.date | None
    said_before: str

    @property
    def prefix(self) -> str:
        return f"measure-{self.measure_id}"

    def doubts_about(self, value: Decimal | None) -> tuple[str, ...]:
        """The questions a figure would raise here."""
        if value is None:
            return ()
        last = self.last.value if self.last else None
        return tuple(doubts(value, last=last, unit=self.unit, is_bounded=self.is_bounded))

    @property
    def doubts(self) -> tuple[str, ...]:
        """The questions raised by the figure that is saved."""
        return self.doubts_about(self.value)

    @property
    def saved_shown(self) -> str:
        """The figure that is saved as readers see it, with the decimals it has; empty when there is none."""
        if self.value is None:
            return ""
        exponent = self.value.normalize().as_tuple().exponent
        return format_value(self.value, unit=self.unit, decimals=max(self.decimals, -int(exponent)))

    @property
    def open_doubts(self) -> tuple[str, ...]:
        """Questions about the figure that nobody has answered with yes."""
        return self.doubts if " ".join(self.doubts) != self.answered_doubt else ()

    @property
    def may_need_commentary(self) -> bool:
        """Whether it is off target, or a figure still to come could be."""
        return self.needs_commentary or (self.is_asked and self.target is not None and self.is_judged)

    @property
    def target_in_words(self) -> str:
        """The target of the period asked for, or else of the last value: "14.5% for 2019/20".

        Empty when there is no period it could be for.
        """
        if not self.is_judged:
            return "Not judged against a target"
        if self.period:
            period, shown = self.period, self.target_shown
        elif self.last:
            period, shown = self.last.period, self.last.target_shown
        else:
            return ""
        return f"{shown} for {period.label}" if shown else f"None set for {period.label}"

    @property
    def back_on_track(self) -> str:
        """When it is said to be back on track: "By the end of Q2 2022/23"; empty when nobody said."""
        return by_in_words(self.back_on_track_on) if self.back_on_track_on else ""

    @property
    def needs_commentary(self) -> bool:
        return rules.needs_commentary(self.status)


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

    `before` is the last accepted return of the priority, of any earlier quarter.
    """

    quarterly_return: QuarterlyReturn
    priority: Priority
    quarter: Quarter
    figures: tuple[FigureLine, ...]
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
                    f.value is not None or f.no_figure_reason or f.cause or f.response for f in self.figures
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
                    (f.measure_id, f.is_asked, f.value and f.value.normalize(), f.answered_doubt, f.no_figure_reason,
                     f.cause, f.response, f.back_on_track_on)
                    for f in self.figures
                ]  # fmt: skip
            case "actions":
                return [(a.action_id, a.status, a.line) for a in self.actions]
            case "risks":
                return [(r.risk_id, r.likelihood, r.impact, r.rationale) for r in self.risks]
            case _:
                return [vars(self.words)]


def return_of(priority: Priority, quarter: Quarter) -> QuarterlyReturn:
    """The return as saved, or one not yet started, which is not in the database."""
    try:
        saved = QuarterlyReturn.objects.get(priority=priority, quarter=quarter)
    except QuarterlyReturn.DoesNotExist:
        return QuarterlyReturn(priority=priority, quarter=quarter)
    # The same objects, so that nothing is fetched twice.
    saved.priority, saved.quarter = priority, quarter
    return saved


def return_sheet(quarterly_return: QuarterlyReturn, *, at: dt.datetime) -> ReturnSheet:
    """Everything a return asks and holds, in a fixed number of queries whatever its size."""
    return ReturnSheet(
        quarterly_return=quarterly_return,
        priority=quarterly_return.priority,
        quarter=quarterly_return.quarter,
        figures=_figures(quarterly_return, at),
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


def _figures(quarterly_return: QuarterlyReturn, at: dt.datetime) -> tuple[FigureLine, ...]:
    quarter = quarterly_return.quarter
    measures = list(
        Measure.objects.in_use(quarter.ends_on)
        .filter(priority=quarterly_return.priority)
        .order_by("position", "code")
    )
    known_at = quarterly_return.accepted_at or at
    series = series_of(measures, ends_by=quarter.ends_on, known_at=known_at)
    entered = _rows_of(quarterly_return, Reading.objects.all(), lambda row: row.measure_id)
    commentaries = _rows_of(quarterly_return, MeasureCommentary.objects.all(), lambda row: row.measure_id)
    said_before = _earlier(
        MeasureCommentary.objects.filter(
            measure__in=measures,
            quarterly_return__state=QuarterlyReturn.State.ACCEPTED,
            quarterly_return__quarter__opens_on__lt=quarter.opens_on,
        ).order_by("quarterly_return__quarter__opens_on"),
        lambda row: row.measure_id,
    )
    lines = [
        _figure(
            series[m.pk],
            quarter,
            entered.get(m.pk),
            commentaries.get(m.pk) or MeasureCommentary(),
            said_before.get(m.pk),
        )
        for m in measures
    ]
    # What is to be filled in comes before what is only shown.
    return tuple(sorted(lines, key=lambda line: not line.is_asked))


def _figure(
    series: MeasureSeries,
    quarter: Quarter,
    entered: Reading | None,
    commentary: MeasureCommentary,
    before: MeasureCommentary | None,
) -> FigureLine:
    measure = series.measure
    period = period_asked(measure, ends_by=quarter.ends_on, due_on=quarter.due_on)
    published = series.value_for(period) if period else None
    is_asked = period is not None and (published is None or entered is not None)
    last = _last_before(series, period if is_asked else None)
    target = _target_for(series, period) if is_asked else None
    value = entered.value if entered else None
    return FigureLine(
        measure_id=measure.pk,
        code=measure.code,
        name=measure.name,
        definition=measure.definition,
        unit=measure.unit,
        unit_word=unit_in_words(measure.unit, measure.unit_name),
        better=Polarity(measure.polarity).label,
        decimals=measure.decimals,
        is_bounded=measure.is_bounded,
        is_judged=measure.polarity != Polarity.NONE,
        period=period if is_asked else None,
        is_asked=is_asked,
        next_due_on=series.next_due_on,
        last=last,
        target=target,
        target_shown=format_value(target, unit=measure.unit, decimals=measure.decimals)
        if target is not None
        else "",
        value=value,
        value_shown="" if value is None else f"{value.normalize():,f}",
        status=_status_now(series, value, target, last, is_asked=is_asked),
        answered_doubt=entered.answered_doubt if entered else "",
        no_figure_reason=commentary.no_figure_reason,
        cause=commentary.cause,
        response=commentary.response,
        back_on_track_on=commentary.back_on_track_on,
        said_before=" ".join(text for text in (before.cause, before.response) if text) if before else "",
    )


def _last_before(series: MeasureSeries, period: Period | None) -> SeriesValue | None:
    """The newest value; when a period is asked for, the newest before it."""
    earlier = [v for v in series.values if period is None or v.period.ends_on < period.ends_on]
    return earlier[-1] if earlier else None


def _target_for(series: MeasureSeries, period: Period | None) -> Decimal | None:
    if period is None:
        return None
    return next((t.value for t in series.targets if t.period_ends_on == period.ends_on), None)


def _status_now(
    series: MeasureSeries,
    value: Decimal | None,
    target: Decimal | None,
    last: SeriesValue | None,
    *,
    is_asked: bool,
) -> Status:
    """The status of the figure given; of the one that still stands when none is asked for."""
    if not is_asked:
        return last.status if last else Status.AWAITING
    measure = series.measure
    return status_where_it_can_be_judged(value, target, measure.polarity, measure.tolerance)


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
