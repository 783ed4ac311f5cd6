"""Checking a return: what became of it so far, and whether its reader may accept it or return it."""

from __future__ import annotations

import datetime as dt

from actionplans.models import QuarterlyReturn
from actionplans.models.returns import ReturnState
from actionplans.operations import why_closed
from priorities.clock import EDINBURGH
from priorities.models import User
from priorities.wording import day_in_words


def submission_of(quarterly_return: QuarterlyReturn) -> str:
    """Which submission of a return this is: a page that showed another one is out of date."""
    at = quarterly_return.submitted_at
    return at.isoformat() if at else ""


def why_not_judged_by(quarterly_return: QuarterlyReturn, user: User) -> str:
    """Why a CP manager may neither accept nor return a return now; empty when they may."""
    if quarterly_return.quarter.is_locked:
        return why_closed(quarterly_return)
    if quarterly_return.state == ReturnState.ACCEPTED:
        return "This return has been accepted: its figures and words are on the record."
    if quarterly_return.state != ReturnState.SUBMITTED:
        return "The lead officer has still to submit this return, so what you see may change."
    if _is_of(quarterly_return, user):
        return "You submitted this return or answer for its priority, so someone else must check it."
    return ""


def _is_of(quarterly_return: QuarterlyReturn, user: User) -> bool:
    priority = quarterly_return.priority
    if user.pk in (quarterly_return.submitted_by_id, priority.lead_officer_id):
        return True
    return priority.deputies.filter(pk=user.pk).exists()


def events_of(quarterly_return: QuarterlyReturn) -> list[tuple[dt.datetime, str, str]]:
    """What happened to a return, oldest first: when (in Scotland's time), what, and by whom."""
    events = (
        (quarterly_return.saved_at, "Last saved", quarterly_return.saved_by),
        (quarterly_return.submitted_at, "Submitted", quarterly_return.submitted_by),
        (quarterly_return.returned_at, "Returned", quarterly_return.returned_by),
        (quarterly_return.accepted_at, "Accepted", quarterly_return.accepted_by),
    )
    happened = [(at.astimezone(EDINBURGH), what, str(by)) for at, what, by in events if at]
    # What happened at the same moment stays in the order of the way of a return.
    return sorted(happened, key=lambda event: event[0])


def history_of(quarterly_return: QuarterlyReturn) -> list[str]:
    """What happened to a return, oldest first, each in a line."""
    return [
        f"{what} by {by} on {day_in_words(at.date())} at {at:%H:%M}"
        for at, what, by in events_of(quarterly_return)
    ]
