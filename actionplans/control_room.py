"""The control room of a quarter: whose return has come, whose has not, and what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from actionplans.models import QuarterlyReturn
from actionplans.models.returns import ReturnState
from actionplans.review import events_of
from priorities.clock import EDINBURGH
from priorities.models import Partnership, Priority, Quarter
from priorities.wording import day_in_words, listed


@dataclass(frozen=True)
class Mark:
    """A value that picks a shape and a colour, and the word that goes with them."""

    value: str
    label: str


# The lock of a quarter closes its returns; it is no state of theirs.
LOCKED = Mark("locked", "Locked")


@dataclass(frozen=True)
class ReturnRow:
    """One priority's return. `is_to_come` says that the lead officer has still to submit it."""

    name: str
    slug: str
    lead_title: str
    lead_person: str
    state: ReturnState
    what_happened: str
    is_to_come: bool
    is_late: bool


@dataclass(frozen=True)
class QuarterLink:
    """Another round of reporting, and where it stands."""

    label: str
    year_slug: str
    slug: str
    standing: str
    is_shown: bool


@dataclass(frozen=True)
class Step:
    """Something to do next; `slug` is that of the return it is about, or empty."""

    text: str
    slug: str = ""


@dataclass(frozen=True)
class ControlRoom:
    """One round of reporting at a glance.

    `before_the_plan` says why a quarter asks for no returns, if it does not, and `awaited` how many requests for
    figures are open; both are "" where there is nothing to say.
    """

    quarter: Quarter
    months: str
    glance: str
    reports_to: str
    before_the_plan: str
    awaited: str
    rows: tuple[ReturnRow, ...]
    steps: tuple[Step, ...]
    not_accepted: tuple[ReturnRow, ...]
    locked: str
    quarters: tuple[QuarterLink, ...]
    has_opened: bool

    @property
    def names(self) -> str:
        return listed([row.name for row in self.rows])

    @property
    def locked_state(self) -> Mark:
        return LOCKED

    @property
    def may_be_locked(self) -> bool:
        """Whether every return the quarter asks for has been accepted and it is still open."""
        return bool(self.rows) and not self.not_accepted and not self.locked

    @property
    def what_is_missing(self) -> str:
        """Why the quarter cannot be locked yet."""
        names = listed([row.name for row in self.not_accepted])
        so_far = (
            f"Not accepted yet: {names}."
            if len(self.not_accepted) < len(self.rows)
            else "None is accepted yet."
        )
        return f"The quarter can be locked when every return is accepted. {so_far}"


def quarter_in_progress(partnership: Partnership, *, on: dt.date) -> Quarter | None:
    """The newest round that has begun and is not locked; if all are locked the newest, if none has begun the next."""
    opened = list(Quarter.objects.filter(partnership=partnership).opened_by(on))
    in_progress = [quarter for quarter in opened if not quarter.is_locked]
    if opened:
        return (in_progress or opened)[0]
    return Quarter.objects.filter(partnership=partnership).order_by("year", "number").first()


def control_room(quarter: Quarter, *, on: dt.date) -> ControlRoom:
    """A quarter of a partnership, in three queries however many priorities it has."""
    priorities = list(
        Priority.objects.strategic()
        .current()
        .filter(plan__partnership_id=quarter.partnership_id)
        .select_related("plan", "lead_officer")
        .order_by("position", "name")
    )
    asked = [priority for priority in priorities if priority.plan.starts_on <= quarter.ends_on]
    returns = {
        row.priority_id: row
        for row in QuarterlyReturn.objects.filter(quarter=quarter).select_related(
            "saved_by", "submitted_by", "returned_by", "accepted_by"
        )
    }
    rows = tuple(_row(priority, returns.get(priority.pk), quarter, on) for priority in asked)
    is_open = Q(data_requests__isnull=False, data_requests__answered_at__isnull=True)
    quarters = list(
        Quarter.objects.filter(partnership_id=quarter.partnership_id)
        .select_related("meeting__group", "locked_by")
        .annotate(
            open_requests=Count("data_requests", filter=is_open),
            late_requests=Count("data_requests", filter=is_open & Q(data_requests__due_on__lt=on)),
        )
        .order_by("-year", "-number")
    )
    shown = next(row for row in quarters if row.pk == quarter.pk)
    return ControlRoom(
        quarter=quarter,
        months=quarter.financial_quarter.months_label,
        glance=_glance(quarter, rows, on),
        reports_to=_meeting(shown),
        before_the_plan=_before_the_plan(quarter, priorities) if not asked else "",
        awaited=_awaited(shown.open_requests, shown.late_requests),  # type: ignore[attr-defined]
        rows=rows,
        steps=tuple(_steps(quarter, rows, on)),
        not_accepted=tuple(row for row in rows if row.state is not ReturnState.ACCEPTED),
        locked=_locked(shown),
        quarters=tuple(_link(row, on, is_shown=row.pk == quarter.pk) for row in quarters),
        has_opened=quarter.opens_on <= on,
    )


def _row(priority: Priority, found: QuarterlyReturn | None, quarter: Quarter, on: dt.date) -> ReturnRow:
    state = ReturnState(found.state) if found else ReturnState.NOT_STARTED
    is_to_come = state in ReturnState.open_to_changes
    return ReturnRow(
        name=priority.name,
        slug=priority.slug,
        lead_title=priority.lead_officer_title,
        lead_person=str(priority.lead_officer or ""),
        state=state,
        what_happened=_what_happened(found) if found else "",
        is_to_come=is_to_come,
        is_late=is_to_come and not quarter.is_locked and quarter.is_late(on),
    )


def _what_happened(found: QuarterlyReturn) -> str:
    """The last thing anyone did to a return: "Submitted on 7 January 2022 by Poverty lead"."""
    events = events_of(found)
    if not events:
        return ""
    at, what, by = events[-1]
    return f"{what} on {day_in_words(at.date())} by {by}"


def _glance(quarter: Quarter, rows: Sequence[ReturnRow], on: dt.date) -> str:
    """ "2 of 5 submitted, 0 accepted, 3 to come; due 21 January 2022, in 11 days"."""
    submitted = sum(row.state is ReturnState.SUBMITTED for row in rows)
    accepted = sum(row.state is ReturnState.ACCEPTED for row in rows)
    to_come = sum(row.is_to_come for row in rows)
    if not rows:
        return ""
    counts = f"{submitted} of {len(rows)} submitted, {accepted} accepted, {to_come} to come"
    when = "" if quarter.is_locked else f", {_how_far(quarter.due_on, on)}"
    return f"{counts}; due {day_in_words(quarter.due_on)}{when}"


def _how_far(day: dt.date, on: dt.date) -> str:
    """How far a day is from another: "in 11 days", "tomorrow", "today", "3 days ago"."""
    match (day - on).days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "yesterday"
        case days if days > 0:
            return f"in {days} days"
        case days:
            return f"{-days} days ago"


def _before_the_plan(quarter: Quarter, priorities: Sequence[Priority]) -> str:
    if not priorities:
        return ""
    began = day_in_words(min(priority.plan.starts_on for priority in priorities))
    return f"{quarter} ended before the plan began on {began}, so it asks for no returns."


def _awaited(requests: int, late: int) -> str:
    """ "3 requests for figures are open, 1 of them late"."""
    if not requests:
        return ""
    said = "1 request for figures is open" if requests == 1 else f"{requests} requests for figures are open"
    if not late:
        return said
    return f"{said}, late already" if requests == late == 1 else f"{said}, {late} of them late"


def _meeting(quarter: Quarter) -> str:
    return f"{quarter.meeting.group}, {day_in_words(quarter.meeting.held_on)}" if quarter.meeting else ""


def _locked(quarter: Quarter) -> str:
    if quarter.locked_at is None:
        return ""
    return f"Locked on {day_in_words(quarter.locked_at.astimezone(EDINBURGH).date())} by {quarter.locked_by}."


def _steps(quarter: Quarter, rows: Sequence[ReturnRow], on: dt.date) -> Iterable[Step]:
    if quarter.is_locked:
        yield Step(f"{quarter} is locked. Its figures and words are ready for the Board’s reports.")
        return
    if quarter.opens_on > on:
        yield Step(f"Nothing yet. Lead officers can begin on {day_in_words(quarter.opens_on)}.")
        return
    for row in rows:
        if row.state is ReturnState.SUBMITTED:
            yield Step(f"Check the return for {row.name}.", row.slug)
    if late := [row.name for row in rows if row.is_late]:
        yield Step(f"Ask for the returns that are late: {listed(late)}.")
    elif to_come := [row.name for row in rows if row.is_to_come]:
        yield Step(f"Wait until {day_in_words(quarter.due_on)} for {listed(to_come)}.")
    if rows and all(row.state is ReturnState.ACCEPTED for row in rows):
        yield Step(f"Every return is accepted. Lock {quarter}, then make the reports.")


def _link(quarter: Quarter, on: dt.date, *, is_shown: bool) -> QuarterLink:
    return QuarterLink(
        label=quarter.label,
        year_slug=quarter.year_slug,
        slug=quarter.slug,
        standing=_standing(quarter, on),
        is_shown=is_shown,
    )


def _standing(quarter: Quarter, on: dt.date) -> str:
    if quarter.is_locked:
        return "Locked"
    if quarter.opens_on > on:
        return f"Opens {day_in_words(quarter.opens_on)}"
    return "Open"
