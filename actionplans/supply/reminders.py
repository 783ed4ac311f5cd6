"""Reminding those who were asked for figures, once a day at most. The lead officer is not written to."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from actionplans.models import DataContact, DataRequest
from actionplans.supply import letters
from actionplans.supply.answered import met_requests
from priorities.clock import EDINBURGH
from priorities.models import Partnership, User
from priorities.wording import listed

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reminders:
    """What came of sending reminders: the names of those written to, and of those who could not be.

    `already` were reminded, or asked, today; `unreachable` are bodies with an open request and nobody to write to.
    """

    sent: tuple[str, ...]
    already: tuple[str, ...]
    failed: tuple[str, ...]
    unreachable: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """What came of it, in a few sentences."""
        parts = []
        if self.sent:
            parts.append(f"Reminders sent to {listed(self.sent)}.")
        if self.already:
            was = "was" if len(self.already) == 1 else "were"
            parts.append(f"{listed(self.already)} {was} written to today already.")
        if self.failed:
            parts.append(f"The letter to {listed(self.failed)} could not be sent. Try again later.")
        if self.unreachable:
            parts.append(f"There is nobody to write to at {listed(self.unreachable)}: add a contact.")
        return " ".join(parts) or "Nobody needs a reminder: no open request is due."


def send_reminders(
    partnership: Partnership, *, by: User | None, at: dt.datetime, is_rehearsal: bool = False
) -> Reminders:
    """Write to each contact with open requests that are due, once a day at most.

    A request whose figures have all come is left alone, also where nobody has recorded it as answered.

    `by` is None where a timetable sends them; replies then go to whoever asked. A rehearsal says who would be
    written to, and changes nothing. A letter that cannot be sent leaves its requests as they were.
    """
    on = _day(at)
    sent, already, failed = [], [], []
    by_contact, unreachable = _due(partnership, on, at)
    for contact, requests in by_contact.items():
        fresh = [request for request in requests if not _is_written_to(request, on)]
        if not fresh:
            already.append(contact.name)
        elif is_rehearsal or _remind(contact, fresh, by=by, at=at):
            sent.append(contact.name)
        else:
            failed.append(contact.name)
    return Reminders(tuple(sent), tuple(already), tuple(failed), unreachable)


def _due(
    partnership: Partnership, on: dt.date, at: dt.datetime
) -> tuple[Mapping[DataContact, Sequence[DataRequest]], tuple[str, ...]]:
    """The open requests that are due by contact, and the bodies where nobody can be written to."""
    found: dict[DataContact, list[DataRequest]] = defaultdict(list)
    unreachable: dict[str, None] = {}
    requests = (
        DataRequest.objects.open()
        .filter(partnership=partnership, due_on__lte=on)
        .select_related("contact__partnership", "organisation", "quarter__partnership", "asked_by")
        .prefetch_related("measures")
        .order_by("organisation__name", "due_on", "pk")
    )
    met = met_requests(requests, at=at)
    for request in requests:
        if request.pk in met:
            continue
        if request.contact is not None and request.contact.is_there(on):
            found[request.contact].append(request)
        else:
            unreachable[request.organisation.name] = None
    return found, tuple(unreachable)


def _is_written_to(request: DataRequest, on: dt.date) -> bool:
    """Whether a letter about a request went out on a day."""
    moments = [request.reminded_at]
    if request.asked_how == DataRequest.Asked.EMAIL:
        moments.append(request.asked_at)
    return any(moment is not None and _day(moment) == on for moment in moments)


def _remind(
    contact: DataContact, requests: Sequence[DataRequest], *, by: User | None, at: dt.datetime
) -> bool:
    """Send one letter. The requests are marked first, so that two at once do not both send it."""
    before = {request.pk: (request.reminded_at, request.reminded_by_id) for request in requests}
    marked = _mark(before, by=by, at=at)
    if not marked:
        return True
    try:
        letters.data_reminder(contact, marked, from_person=by or marked[0].asked_by, on=_day(at))
    except OSError:
        log.exception("A reminder to data contact %s could not be sent", contact.pk)
        _unmark(marked, before)
        return False
    return True


@transaction.atomic
def _mark(
    before: Mapping[int, tuple[dt.datetime | None, int | None]], *, by: User | None, at: dt.datetime
) -> list[DataRequest]:
    """Mark requests as reminded of; those that someone else marked or closed meanwhile are left out."""
    held = (
        DataRequest.objects.open()
        .select_for_update(of=("self",))
        .select_related("quarter", "asked_by")
        .filter(pk__in=before)
        .order_by("due_on", "pk")
    )
    marked = [
        request for request in held if (request.reminded_at, request.reminded_by_id) == before[request.pk]
    ]
    for request in marked:
        request.reminded_at, request.reminded_by = at, by
        request.save(update_fields=["reminded_at", "reminded_by"])
    return marked


@transaction.atomic
def _unmark(
    marked: Sequence[DataRequest], before: Mapping[int, tuple[dt.datetime | None, int | None]]
) -> None:
    for request in marked:
        request.reminded_at, request.reminded_by_id = before[request.pk]
        request.save(update_fields=["reminded_at", "reminded_by"])


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(EDINBURGH).date()
