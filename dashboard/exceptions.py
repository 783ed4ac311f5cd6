"""What the Board should look at first (pure; domain rules 5.9).

A lead officer may add an issue and may not remove what a rule has found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum

from actionplans.models.returns import ActionStatus
from actionplans.status import Status
from actionplans.trends import Direction
from dashboard.charts.sentence import when
from dashboard.rows import ActionRow, Attention, MeasureRow, PriorityRow, counted_under
from priorities.wording import day_in_words

LATE_AFTER = dt.timedelta(days=30)
# Off target is said by the status; these are the other reasons for being here.
OVERDUE = "Figure overdue"
LATE_ACTION = "Action late"
ISSUE = "Raised by the lead officer"
PLACES = "Places off target"


class Gravity(IntEnum):
    """The order in which a reader with little time meets exceptions."""

    OFF_AND_WORSENING = 0
    RAISED = 1
    OFF = 2
    SLIPPING = 3
    PLACES = 4
    LATE_ACTION = 5
    OVERDUE = 6


def attention_in(rows: Sequence[PriorityRow], *, ends_on: dt.date) -> tuple[Attention, ...]:
    """The exceptions of a quarter that ends on a day, the gravest first, then as the priorities stand.

    A measure that several priorities show is one exception, of the priority it is counted under.
    """
    measures = counted_under(rows)
    found = [
        pair
        for row in rows
        for pair in _of_priority(row, [one for other, one in measures if other is row], ends_on)
    ]
    return tuple(item for _, item in sorted(found, key=lambda pair: pair[0]))


def _of_priority(
    row: PriorityRow, measures: Iterable[MeasureRow], ends_on: dt.date
) -> Iterator[tuple[Gravity, Attention]]:
    for measure in measures:
        yield from _of_measure(row, measure)
    for action in row.actions:
        if is_exceptionally_late(action, ends_on):
            yield Gravity.LATE_ACTION, _late_action(row, action, ends_on)
    if row.exceptional_issues:
        yield Gravity.RAISED, _issue(row)


def is_exceptionally_late(action: ActionRow, ends_on: dt.date) -> bool:
    """More than 30 days past its due date at the quarter's end, or said to be late without one."""
    if action.due_on is None:
        return action.status is ActionStatus.LATE
    return (action.is_past_due or action.status is ActionStatus.LATE) and ends_on - action.due_on > LATE_AFTER


def _of_measure(row: PriorityRow, measure: MeasureRow) -> Iterator[tuple[Gravity, Attention]]:
    is_worse = measure.short.direction is Direction.WORSE
    if measure.status is Status.OFF_TARGET:
        gravity = Gravity.OFF_AND_WORSENING if is_worse else Gravity.OFF
        kind = "Off target and worsening" if is_worse else "Off target"
        yield gravity, _about(row, measure, kind)
    elif measure.status is Status.OVERDUE:
        yield Gravity.OVERDUE, _about(row, measure, OVERDUE)
    elif measure.status is Status.SLIGHTLY_OFF and is_worse and measure.long.direction is Direction.WORSE:
        yield Gravity.SLIPPING, _about(row, measure, "Slightly off target and worsening")
    elif measure.status is Status.SLIGHTLY_OFF and measure.has_worse_status:
        yield Gravity.SLIPPING, _about(row, measure, "No longer on target")
    elif measure.places_note:
        yield Gravity.PLACES, _about_places(row, measure)


def _about(row: PriorityRow, measure: MeasureRow, kind: str) -> Attention:
    said = measure.commentary
    is_overdue = measure.status is Status.OVERDUE
    why = (said.no_figure_reason or said.cause if is_overdue else said.cause) if said else ""
    return Attention(
        kind=kind,
        priority=row.name,
        priority_slug=row.slug,
        title=measure.name,
        measure_code=measure.code,
        status=measure.status,
        facts=f"{measure.freshness}." if is_overdue else facts(measure),
        why=why,
        response=said.response if said else "",
        back_on_track=said.back_on_track if said else "",
        direction=None if is_overdue else measure.short.direction,
        said_in=said.quarter if said else "",
    )


def _about_places(row: PriorityRow, measure: MeasureRow) -> Attention:
    """Strong places do not hide weak ones: the area is on target and some of its localities are not."""
    return Attention(
        kind=PLACES,
        priority=row.name,
        priority_slug=row.slug,
        title=measure.name,
        measure_code=measure.code,
        status=None,
        facts=f"{measure.places_note}, though the area as a whole is not: {facts(measure)}",
        why="",
        response="",
        back_on_track="",
    )


def facts(measure: MeasureRow) -> str:
    """Value, period, target and change in one sentence; "No figure yet." without a value."""
    if measure.value is None:
        return f"{measure.shown}."
    target = f" against a target of {measure.target_shown}" if measure.target_shown else ""
    change = f"; {measure.short.in_words}" if measure.short.in_words else ""
    return f"{measure.shown} {when(measure.period)}{target}{change}."


def _late_action(row: PriorityRow, action: ActionRow, ends_on: dt.date) -> Attention:
    due = "No due date."
    if action.due_on:
        days = (ends_on - action.due_on).days
        due = f"Due {day_in_words(action.due_on)}: {days} days late at the end of the quarter."
    return Attention(
        kind=LATE_ACTION,
        priority=row.name,
        priority_slug=row.slug,
        title=action.title,
        measure_code="",
        status=None,
        facts=due,
        why=action.line,
        response="",
        back_on_track="",
        said_in=action.quarter if action.line else "",
    )


def _issue(row: PriorityRow) -> Attention:
    return Attention(
        kind=ISSUE,
        priority=row.name,
        priority_slug=row.slug,
        title=f"Exceptional issue: {row.name}",
        measure_code="",
        status=None,
        facts="",
        why=row.exceptional_issues,
        response="",
        back_on_track="",
    )
