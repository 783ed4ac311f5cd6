"""The targets of a measure: what a path would change, setting it, and every version there has been.

A path (`trajectories`) becomes one target for each period from after its baseline to its final target. A target
that changes is a new version with its day, its reason and, where there was one, its decision; the old one stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import Max

from actionplans.figures import held_back
from actionplans.models import Measure, Reading, Target
from actionplans.numbers import Unit, decimals_in, doubts, format_against, format_value
from actionplans.operations import Refused
from actionplans.status import Polarity, ToleranceKind
from actionplans.trajectories import PathPoint, TargetPath, path_doubts, target_for
from priorities.clock import EDINBURGH
from priorities.models import Decision, Meeting, Quarter, User
from priorities.periods import Period, PeriodKind
from priorities.wording import day_in_words, listed

MOST_PERIODS = 240
"""Twenty years of months: a longer path is a slip in its baseline."""

SETTING_VERBS = (
    Decision.Verb.AGREED,
    Decision.Verb.APPROVED,
    Decision.Verb.ENDORSED,
    Decision.Verb.INSTRUCTED,
    Decision.Verb.HOMOLOGATED,
)
"""What a meeting may do to set a target; noting or deferring one does not."""

LONGEST_PARAGRAPH = 20

_STORED = Decimal("0.000001")


class TargetRefused(Refused):
    """A path that may not be set. `field` names what to mend: final_period, final_value, baseline_period,
    reason or decision."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TargetInDoubt(Refused):
    """A path that raises a question; it may be set by whoever answers that very question yes."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


@dataclass(frozen=True)
class DecisionTaken:
    """What a meeting did, and where its minutes say so."""

    meeting: Meeting
    verb: str
    minute_paragraph: str = ""

    @property
    def in_words(self) -> str:
        return Decision(meeting=self.meeting, verb=self.verb, minute_paragraph=self.minute_paragraph).in_words


@dataclass(frozen=True)
class PlannedTarget:
    """What a path asks of one period. `before` is the target there is now, None where there is none.

    `reported_in` is the locked quarter that first reported the period, "" where none has.
    """

    period: Period
    value: Decimal
    shown: str
    before: Decimal | None
    shown_before: str
    reported_in: str

    @property
    def is_changed(self) -> bool:
        return self.value != self.before


@dataclass(frozen=True)
class TargetPlan:
    """What setting a path would do, oldest period first. `question` is what a careful colleague would ask, or ""."""

    basis: str
    targets: tuple[PlannedTarget, ...]
    question: str

    @property
    def changed(self) -> tuple[PlannedTarget, ...]:
        return tuple(target for target in self.targets if target.is_changed)

    @property
    def reported(self) -> tuple[PlannedTarget, ...]:
        """Those that change for a period which a locked quarter has reported: they need a decision."""
        return tuple(target for target in self.changed if target.reported_in)


# What a path would do


def plan_targets(measure: Measure, path: TargetPath, *, at: dt.datetime) -> TargetPlan:
    """What setting a path would change by what is known, in three queries.

    Raises TargetRefused when it may not be set at all.
    """
    _check_within_plan(measure, path.final.period)
    periods = _periods_of(path, measure.unit)
    now = {key: row.value for key, row in _newest_versions(measure).items()}
    readings = list(
        Reading.objects.known_at(at)
        .filter(measure=measure, place__isnull=True, comparator__isnull=True, value__isnull=False)
        .order_by("series", "released_at", "pk")
    )
    locked = list(Quarter.objects.filter(partnership_id=measure.partnership_id, locked_at__isnull=False))
    targets = tuple(
        _planned(measure, path, period, now.get((period.starts_on, period.ends_on)), readings, locked)
        for period in periods
    )
    _check_tolerance(measure, targets)
    _check_baseline(measure, path)
    return TargetPlan(basis_in_words(measure, path), targets, _question(measure, path, readings))


def basis_in_words(measure: Measure, path: TargetPath) -> str:
    """ "In a straight line from 48.0% in Q2 2021/22 to 60.0% in Q4 2022/23"."""

    def said(point: PathPoint) -> str:
        return f"{_in_full(measure, point.value)} in {point.period}"

    between = [said(point) for point in path.points[1:-1]]
    if not between and measure.unit == Unit.YES_NO:
        return f"From {said(path.baseline)} to {said(path.final)}"
    if not between:
        return f"In a straight line from {said(path.baseline)} to {said(path.final)}"
    return f"From {said(path.baseline)} by way of {listed(between)} to {said(path.final)}"


def _in_full(measure: Measure, value: Decimal) -> str:
    """A value with the measure's decimals, or as many more as it has."""
    return format_value(value, unit=measure.unit, decimals=max(measure.decimals, decimals_in(value)))


def _check_within_plan(measure: Measure, period: Period) -> None:
    plan = measure.priority.plan
    if period.starts_on > plan.ends_on or period.ends_on < plan.starts_on:
        raise TargetRefused(
            "final_period",
            f"{period} is outside the plan, which runs from {day_in_words(plan.starts_on)} "
            f"to {day_in_words(plan.ends_on)}.",
        )


def _periods_of(path: TargetPath, unit: str) -> list[Period]:
    """The periods to set: each after the baseline; of points in time, and of yes or no, those the path names."""
    if path.final.period.kind is PeriodKind.POINT_IN_TIME or unit == Unit.YES_NO:
        return [point.period for point in path.points[1:]]
    periods, period = [], path.baseline.period.next()
    while period <= path.final.period:
        periods.append(period)
        period = period.next()
        if len(periods) > MOST_PERIODS:
            raise TargetRefused(
                "baseline_period",
                f"There are more than {MOST_PERIODS} periods from {path.baseline.period} to "
                f"{path.final.period}. Choose a later baseline.",
            )
    return periods


def _newest_versions(measure: Measure) -> dict[tuple[dt.date, dt.date], Target]:
    rows = Target.objects.filter(measure=measure).order_by("version")
    return {(row.starts_on, row.ends_on): row for row in rows}


def _planned(
    measure: Measure,
    path: TargetPath,
    period: Period,
    before: Decimal | None,
    readings: Sequence[Reading],
    locked: Iterable[Quarter],
) -> PlannedTarget:
    exact = target_for(path, period)
    assert exact is not None, "Its own path covers the period."
    value = exact.quantize(_STORED, rounding=ROUND_HALF_UP)

    def shown(one: Decimal | None, beside: Decimal | None) -> str:
        return (
            "" if one is None else format_against(one, beside, unit=measure.unit, decimals=measure.decimals)
        )

    return PlannedTarget(
        period=period,
        value=value,
        shown=shown(value, before),
        before=before,
        shown_before=shown(before, value),
        reported_in=_reported_in(period, readings, locked),
    )


def _reported_in(period: Period, readings: Iterable[Reading], locked: Iterable[Quarter]) -> str:
    """The first locked quarter whose report had a figure for the period, or ""."""
    released = [
        row.released_at
        for row in readings
        if (row.starts_on, row.ends_on) == (period.starts_on, period.ends_on)
    ]
    for quarter in locked:
        is_over = period.ends_on <= quarter.ends_on
        if is_over and quarter.locked_at and any(moment <= quarter.locked_at for moment in released):
            return quarter.label
    return ""


def _check_tolerance(measure: Measure, targets: Iterable[PlannedTarget]) -> None:
    if measure.tolerance.kind is ToleranceKind.ABSOLUTE or measure.polarity == Polarity.NONE:
        return
    for target in targets:
        if target.value == 0:
            raise TargetRefused(
                "final_value",
                f"The target for {target.period} would be zero. How far from target is still amber is given in per "
                "cent of the target, and a per cent of zero is zero. Give the measure a tolerance in its own unit "
                "first.",
            )


def _check_baseline(measure: Measure, path: TargetPath) -> None:
    """A straight line tells where it starts: from the targets between, anyone can work the baseline out."""
    period = path.baseline.period
    if (period.starts_on, period.ends_on) in held_back(measure):
        raise TargetRefused(
            "baseline_period",
            f"The figure for {period} is not shown, and the targets between would tell it. "
            "Choose a baseline whose figure is shown.",
        )


def _question(measure: Measure, path: TargetPath, readings: Iterable[Reading]) -> str:
    unit, decimals = measure.unit, measure.decimals
    questions = path_doubts(path, measure.polarity, unit, decimals)
    for point in path.points[1:]:
        questions += doubts(point.value, last=None, unit=unit, is_bounded=measure.is_bounded)
    base = path.baseline
    key = (base.period.starts_on, base.period.ends_on)
    known = [row.value for row in readings if (row.starts_on, row.ends_on) == key]
    if known and known[-1] != base.value:
        newest, given = (
            format_against(one, other, unit=unit, decimals=decimals)
            for one, other in ((known[-1], base.value), (base.value, known[-1]))
        )
        questions.append(
            f"The newest figure for {base.period} is {newest}. Is {given} the right baseline all the same?"
        )
    return " ".join(questions)


# Setting it


@transaction.atomic
def set_target_path(
    measure: Measure,
    *,
    path: TargetPath,
    reason: str,
    decision: DecisionTaken | None,
    by: User,
    at: dt.datetime,
    answered: str = "",
) -> list[Target]:
    """Set the target of every period on a path: a new version where it changes, nothing where it does not.

    `answered` is the question that was answered yes. Reports already made keep the targets they were made with.
    Raises TargetRefused and TargetInDoubt.
    """
    held = Measure.objects.select_for_update(of=("self",)).select_related("priority__plan").get(pk=measure.pk)
    plan = check_target_path(held, path=path, reason=reason, decision=decision, at=at)
    if plan.question and answered != plan.question:
        raise TargetInDoubt(plan.question)
    taken = _decision(held, plan, decision)
    versions = _last_versions(held)
    made = [
        Target(
            measure=held,
            starts_on=planned.period.starts_on,
            ends_on=planned.period.ends_on,
            value=planned.value,
            version=versions.get((planned.period.starts_on, planned.period.ends_on), 0) + 1,
            set_on=at.astimezone(EDINBURGH).date(),
            set_at=at,
            set_by=by,
            reason=reason.strip(),
            basis=plan.basis,
            baseline_value=path.baseline.value,
            baseline_starts_on=path.baseline.period.starts_on,
            baseline_ends_on=path.baseline.period.ends_on,
            decision=taken,
            is_illustrative=held.is_illustrative,
        )
        for planned in plan.changed
    ]
    # One by one, so that each enters the audit record.
    for target in made:
        target.save(force_insert=True)
    return made


def check_target_path(
    measure: Measure, *, path: TargetPath, reason: str, decision: DecisionTaken | None, at: dt.datetime
) -> TargetPlan:
    """What `set_target_path` would do, for someone to see first. Raises TargetRefused where that would."""
    plan = plan_targets(measure, path, at=at)
    _check_it_may_be_set(measure, plan, reason, decision, on=at.astimezone(EDINBURGH).date())
    return plan


def _check_it_may_be_set(
    measure: Measure, plan: TargetPlan, reason: str, decision: DecisionTaken | None, *, on: dt.date
) -> None:
    if not plan.changed:
        raise TargetRefused("final_value", "These are the targets already, so nothing would change.")
    if not reason.strip():
        raise TargetRefused("reason", "Say why the targets are set or changed.")
    if decision is not None:
        _check_decision(measure, decision, on=on)
    elif plan.reported:
        first = plan.reported[0]
        raise TargetRefused(
            "decision",
            f"{first.period} was reported in {first.reported_in}, which is locked. Its target changes only by a "
            "decision: say which.",
        )


def _check_decision(measure: Measure, decision: DecisionTaken, *, on: dt.date) -> None:
    if decision.meeting.partnership_id != measure.partnership_id:
        raise TargetRefused("decision", "This meeting is not one of the partnership's.")
    if decision.meeting.held_on > on:
        raise TargetRefused("decision", "This meeting has not been held yet, so it has decided nothing.")
    if decision.verb not in SETTING_VERBS:
        raise TargetRefused("decision", "Choose what the meeting decided.")
    if len(decision.minute_paragraph.strip()) > LONGEST_PARAGRAPH:
        raise TargetRefused(
            "decision", f"A minute paragraph has at most {LONGEST_PARAGRAPH} letters and figures, like 5.2."
        )


def _decision(measure: Measure, plan: TargetPlan, taken: DecisionTaken | None) -> Decision | None:
    if taken is None:
        return None
    decision, _ = Decision.objects.get_or_create(
        meeting=taken.meeting,
        verb=taken.verb,
        text=f"Targets of {measure.name}. {plan.basis}.",
        minute_paragraph=taken.minute_paragraph.strip(),
    )
    return decision


def _last_versions(measure: Measure) -> dict[tuple[dt.date, dt.date], int]:
    rows = (
        Target.objects.filter(measure=measure)
        .order_by()
        .values_list("starts_on", "ends_on")
        .annotate(last=Max("version"))
    )
    return {(starts_on, ends_on): last for starts_on, ends_on, last in rows}


# Every version there has been


@dataclass(frozen=True)
class TargetVersion:
    """One target of a period as it was set. `set_by` and `decided` are "" where nobody recorded them."""

    period: str
    shown: str
    version: int
    set_on: dt.date
    set_by: str
    reason: str
    basis: str
    decided: str
    is_in_use: bool
    is_illustrative: bool


def target_versions(measure: Measure, *, known_at: dt.datetime) -> tuple[TargetVersion, ...]:
    """Every target set by a moment: the newest period first, and of a period the newest version first."""
    rows = (
        Target.objects.known_at(known_at)
        .filter(measure=measure)
        .select_related("set_by", "decision__meeting__group")
        .order_by("-ends_on", "-starts_on", "-version")
    )
    found: list[TargetVersion] = []
    hidden = held_back(measure)
    for row in rows:
        period = Period(PeriodKind(measure.period_kind), row.starts_on, row.ends_on).label
        version = _version(measure, row, period, is_in_use=not found or found[-1].period != period)
        if (row.baseline_starts_on, row.baseline_ends_on) in hidden:
            version = replace(version, basis="From a figure that is not shown")
        found.append(version)
    return tuple(found)


def _version(measure: Measure, row: Target, period: str, *, is_in_use: bool) -> TargetVersion:
    return TargetVersion(
        period=period,
        shown=format_value(row.value, unit=measure.unit, decimals=measure.decimals),
        version=row.version,
        set_on=row.set_on,
        set_by=str(row.set_by) if row.set_by else "",
        reason=row.reason,
        basis=row.basis,
        decided=row.decision.in_words if row.decision else "",
        is_in_use=is_in_use,
        is_illustrative=row.is_illustrative,
    )
