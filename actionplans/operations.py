"""What people do with returns, quarters and figures: one verb each, atomic, audited.

Time and people are arguments. Each refuses with an exception whose message can be shown to the person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from actionplans import notices
from actionplans.clearing import clear_controlled
from actionplans.figure_drafts import FigureDrafts, FigureEntry, SentEntry
from actionplans.models import (
    ActionUpdate,
    QuarterlyReturn,
    Reading,
    RiskAssessment,
    RiskMatrix,
    SeriesVersion,
)
from actionplans.places import PlaceIds, ids_in
from actionplans.return_sheet import ReturnSheet, WordsLine, return_of, return_sheet
from actionplans.rules import Gap
from actionplans.senders import WITH_SENDERS, answered_how, person_of
from actionplans.supply.requests import close_answered
from priorities.models import Priority, Quarter, User


class Refused(Exception):
    """Something may not be done now; the message says why in plain words."""


class ReturnClosed(Refused):
    """The return has been submitted or accepted, or its quarter is locked."""


class ReturnHasGaps(Refused):
    """A return with gaps cannot be submitted; `gaps` lists them."""

    def __init__(self, gaps: tuple[Gap, ...]) -> None:
        super().__init__("The return is not complete.")
        self.gaps = gaps


class PageOutOfDate(Refused):
    """Someone saved this section after the page was opened; `saved` is what they saved."""

    def __init__(self, saved: ReturnSheet) -> None:
        super().__init__("Someone else saved this page while you were working on it.")
        self.saved = saved


@dataclass(frozen=True)
class ActionEntry:
    """What was entered for one action."""

    action_id: int
    status: str = ""
    line: str = ""


@dataclass(frozen=True)
class RiskEntry:
    """What was entered for one risk."""

    risk_id: int
    likelihood: int | None = None
    impact: int | None = None
    rationale: str = ""


# The return


@transaction.atomic
def save_figures(
    quarterly_return: QuarterlyReturn,
    entries: Iterable[FigureEntry | SentEntry],
    *,
    seen: str | None,
    by: User,
    at: dt.datetime,
) -> QuarterlyReturn:
    """Keep a draft of the figures and of what is said about them, and take out of what was sent what is not wanted.

    `seen` is the fingerprint of the section as the page showed it; None skips the check. The figure of a ratio is
    worked out from its two numbers: a value given for one is passed over. Raises ReturnClosed and PageOutOfDate;
    entries for measures the return does not ask about are left out.
    """
    held, sheet = _hold(quarterly_return, "figures", seen=seen, by=by, at=at)
    lines = {line.measure_id: line for line in sheet.figures}
    drafts = FigureDrafts(held, by, at)
    for entry in entries:
        if isinstance(entry, SentEntry):
            drafts.take_out(entry)
        elif line := lines.get(entry.measure_id):
            drafts.keep(line, entry)
    return held


@transaction.atomic
def save_actions(
    quarterly_return: QuarterlyReturn,
    entries: Iterable[ActionEntry],
    *,
    seen: str | None,
    by: User,
    at: dt.datetime,
) -> QuarterlyReturn:
    """Keep a draft of how each action stands. Raises as `save_figures`."""
    held, sheet = _hold(quarterly_return, "actions", seen=seen, by=by, at=at)
    asked = {line.action_id for line in sheet.actions}
    for entry in entries:
        if entry.action_id in asked:
            ActionUpdate.objects.update_or_create(
                quarterly_return=held,
                action_id=entry.action_id,
                defaults={"status": entry.status, "line": entry.line},
            )
    return held


@transaction.atomic
def save_risks(
    quarterly_return: QuarterlyReturn,
    entries: Iterable[RiskEntry],
    *,
    seen: str | None,
    by: User,
    at: dt.datetime,
) -> QuarterlyReturn:
    """Keep a draft of how each risk is scored now. Raises as `save_figures`."""
    held, sheet = _hold(quarterly_return, "risks", seen=seen, by=by, at=at)
    asked = {line.risk_id for line in sheet.risks}
    if not asked:
        return held
    matrix = _matrix_in_force(held.quarter, at.date())
    for entry in entries:
        if entry.risk_id in asked:
            RiskAssessment.objects.update_or_create(
                risk_id=entry.risk_id,
                quarter=held.quarter,
                defaults={
                    "quarterly_return": held,
                    "matrix": matrix,
                    "likelihood": entry.likelihood,
                    "impact": entry.impact,
                    "rationale": entry.rationale,
                    "assessed_at": at,
                    "assessed_by": by,
                },
            )
    return held


def _matrix_in_force(quarter: Quarter, on: dt.date) -> RiskMatrix:
    in_force = RiskMatrix.objects.filter(partnership_id=quarter.partnership_id, effective_on__lte=on)
    matrix = in_force.order_by("version").last()
    if matrix is None:
        raise Refused("Risks cannot be scored yet: the partnership has no risk matrix in force.")
    return matrix


@transaction.atomic
def save_words(
    quarterly_return: QuarterlyReturn, words: WordsLine, *, seen: str | None, by: User, at: dt.datetime
) -> QuarterlyReturn:
    """Keep a draft of the lead officer's own words. Raises as `save_figures`."""
    held, _ = _hold(quarterly_return, "words", seen=seen, by=by, at=at)
    for field, text in vars(words).items():
        setattr(held, field, text)
    held.save(update_fields=list(vars(words)))
    return held


@transaction.atomic
def submit_return(quarterly_return: QuarterlyReturn, *, by: User, at: dt.datetime) -> QuarterlyReturn:
    """Put a return before the CP manager. Raises ReturnClosed and ReturnHasGaps."""
    held = _held(quarterly_return)
    if not held.is_open_to_changes:
        raise ReturnClosed(why_closed(held))
    if gaps := return_sheet(held, at=at).gaps:
        raise ReturnHasGaps(gaps)
    held.state = QuarterlyReturn.State.SUBMITTED
    held.submitted_at, held.submitted_by = at, by
    held.save(update_fields=["state", "submitted_at", "submitted_by"])
    _announce(lambda: notices.return_submitted(held, at=at))
    return held


@transaction.atomic
def send_back(
    quarterly_return: QuarterlyReturn, *, reason: str, by: User, at: dt.datetime
) -> QuarterlyReturn:
    """Ask the lead officer to change a submitted return, saying why."""
    held = _held(quarterly_return)
    _check_it_can_be_judged(held, by)
    if not reason.strip():
        raise Refused("Say what needs to change.")
    held.state = QuarterlyReturn.State.RETURNED
    held.returned_at, held.returned_by, held.return_reason = at, by, reason
    held.save(update_fields=["state", "returned_at", "returned_by", "return_reason"])
    _announce(lambda: notices.return_sent_back(held))
    return held


@transaction.atomic
def accept_return(quarterly_return: QuarterlyReturn, *, by: User, at: dt.datetime) -> QuarterlyReturn:
    """Take a submitted return into the record: its figures become confirmed from that moment.

    Those of places and other periods that were sent do too. A figure that became known for the same place and period
    after a draft was entered stands; that draft stays a draft.
    """
    held = _held(quarterly_return)
    _check_it_can_be_judged(held, by)
    held.state = QuarterlyReturn.State.ACCEPTED
    held.accepted_at, held.accepted_by = at, by
    held.save(update_fields=["state", "accepted_at", "accepted_by"])
    senders = (f"delivery__{name}" for name in WITH_SENDERS)
    rows = held.readings.filter(state=Reading.State.DRAFT).select_related("measure", *senders)
    drafts = [draft for draft in rows if draft.is_figure]
    series, known = _series_in_use(drafts, at), _known_since(drafts, at)
    # One by one, so that each enters the audit record.
    for draft in drafts:
        if draft.entered_at >= known.get(_key(draft), draft.entered_at):
            draft.state, draft.released_at = Reading.State.CONFIRMED, at
            draft.series = series.get(draft.measure_id, draft.series)
            draft.save(update_fields=["state", "released_at", "series"])
    clear_controlled([draft.measure_id for draft in drafts], by=by, at=at)
    _close_requests(held, drafts, at)
    return held


def _close_requests(held: QuarterlyReturn, drafts: Iterable[Reading], at: dt.datetime) -> None:
    """Requests that what was sent has answered, together with what was typed; nobody sent what was typed alone."""
    sent = [draft.delivery for draft in drafts if draft.delivery is not None]
    if sent:
        newest = max(sent, key=lambda delivery: delivery.sent_at)
        measures = {draft.measure for draft in drafts}
        close_answered(held.quarter, measures, how=answered_how(newest), by_words=person_of(newest), at=at)


def _series_in_use(drafts: Iterable[Reading], at: dt.datetime) -> dict[int, int]:
    """The number of the newest whole series of each measure that had one released by a moment."""
    released = SeriesVersion.objects.filter(
        measure__in=[draft.measure_id for draft in drafts], released_at__lte=at
    )
    return dict(released.order_by("number").values_list("measure", "number"))


# Of which measure, whom about and which days a figure is.
_Key = tuple[int, PlaceIds, dt.date, dt.date]


def _key(row: Reading) -> _Key:
    return row.measure_id, ids_in(row), row.starts_on, row.ends_on


def _known_since(drafts: Iterable[Reading], at: dt.datetime) -> dict[_Key, dt.datetime]:
    """When the newest figure of each place and period was released or taken in: it overtakes an older draft.

    One under embargo overtakes nothing until its release.
    """
    rows = Reading.objects.known_at(at).filter(
        measure__in={draft.measure_id for draft in drafts}, ends_on__in={draft.ends_on for draft in drafts}
    )
    found: dict[_Key, dt.datetime] = {}
    for row in rows:
        since = max(row.released_at, row.entered_at)
        found[_key(row)] = max(since, found.get(_key(row), since))
    return found


def _announce(letter: Callable[[], None]) -> None:
    """Send a letter once the record is truly there: what is rolled back must not be announced.

    A mail server that does not answer undoes nothing, and is told of in the log alone.
    """
    transaction.on_commit(letter, robust=True)


def why_closed(quarterly_return: QuarterlyReturn) -> str:
    """Why a return cannot be changed."""
    if quarterly_return.quarter.is_locked:
        return f"{quarterly_return.quarter} is locked, so this return can no longer be changed."
    if quarterly_return.state == QuarterlyReturn.State.ACCEPTED:
        return "This return has been accepted, so it can no longer be changed."
    return "This return has been submitted. To change it, ask the CP manager to return it to you."


def _held(quarterly_return: QuarterlyReturn) -> QuarterlyReturn:
    """The return's row, locked until the transaction ends."""
    return (
        QuarterlyReturn.objects.select_for_update(of=("self",))
        .select_related("quarter", "priority", "priority__plan")
        .get(pk=quarterly_return.pk)
    )


def _hold(
    quarterly_return: QuarterlyReturn, section: str, *, seen: str | None, by: User, at: dt.datetime
) -> tuple[QuarterlyReturn, ReturnSheet]:
    """Start the return if need be, lock it, and make sure the page that saves had seen what it replaces."""
    held = hold_open(quarterly_return)
    sheet = return_sheet(held, at=at)
    if seen is not None and seen != sheet.fingerprint(section):
        raise PageOutOfDate(sheet)
    mark_begun(held, by=by, at=at)
    return held, sheet


def hold_open(quarterly_return: QuarterlyReturn) -> QuarterlyReturn:
    """The return's row, made if need be, locked until the transaction ends. Raises ReturnClosed."""
    if not quarterly_return.pk:
        _refuse_if_locked(quarterly_return.quarter)
        QuarterlyReturn.objects.get_or_create(
            priority=quarterly_return.priority, quarter=quarterly_return.quarter
        )
        quarterly_return = return_of(quarterly_return.priority, quarterly_return.quarter)
    held = _held(quarterly_return)
    if not held.is_open_to_changes:
        raise ReturnClosed(why_closed(held))
    return held


def mark_begun(held: QuarterlyReturn, *, by: User | None, at: dt.datetime) -> None:
    """Note on a return held for change that it has begun and, where somebody is signed in, who saved it last."""
    if held.state == QuarterlyReturn.State.NOT_STARTED:
        held.state = QuarterlyReturn.State.IN_PROGRESS
    if by is not None:
        held.saved_at, held.saved_by = at, by
    held.save(update_fields=["state", "saved_at", "saved_by"])


def _check_it_can_be_judged(held: QuarterlyReturn, by: User) -> None:
    """Only what is submitted, in an open quarter, and by someone other than who sent it."""
    _refuse_if_locked(held.quarter)
    if held.state != QuarterlyReturn.State.SUBMITTED:
        raise Refused(f"This return is {held.get_state_display().lower()}, not submitted.")
    is_theirs = by.pk in {held.submitted_by_id, held.priority.lead_officer_id}
    if is_theirs or held.priority.deputies.filter(pk=by.pk).exists():
        raise PermissionDenied("Nobody checks their own return.")


# The quarter


@transaction.atomic
def lock_quarter(quarter: Quarter, *, by: User, at: dt.datetime) -> Quarter:
    """Close a quarter once every return in it is accepted; from then on it refuses change.

    A quarter that ended before the plan began waits for no returns.
    """
    held = Quarter.objects.select_for_update().get(pk=quarter.pk)
    _refuse_if_locked(held)
    priorities = (
        Priority.objects.strategic()
        .current()
        .filter(plan__partnership_id=held.partnership_id, plan__starts_on__lte=held.ends_on)
    )
    accepted = QuarterlyReturn.objects.accepted().filter(quarter=held, priority__in=priorities)
    if missing := priorities.count() - accepted.count():
        returns = "1 return is" if missing == 1 else f"{missing} returns are"
        raise Refused(f"{held} cannot be locked yet: {returns} not accepted.")
    held.locked_at, held.locked_by = at, by
    held.save(update_fields=["locked_at", "locked_by"])
    return held


def _refuse_if_locked(quarter: Quarter) -> None:
    if quarter.is_locked:
        raise ReturnClosed(f"{quarter} is locked, so it can no longer be changed.")
