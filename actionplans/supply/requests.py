"""Asking a partner for information, and keeping how it answered (2015 Act, section 14(4))."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from actionplans.models import DataContact, DataRequest, Measure
from actionplans.supply import letters
from actionplans.supply.answered import met_requests
from actionplans.supply.states import RequestState, days_in_words, request_state
from priorities.clock import EDINBURGH
from priorities.models import Organisation, Quarter, User
from priorities.wording import day_in_words, tidied

WEEK = dt.timedelta(days=7)

LONGEST_WORDS = 5000

MOST_OF_A_NAME = 150
"""Characters of who answered."""

ALL_CAME = "Every figure that was asked for has come."


class RequestRefused(Exception):
    """A request or its answer may not be kept so; `field` is what is wrong, "" for the whole."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Asked:
    """What a partner is asked for. `wanted` names each figure with its period, as the letter lists them."""

    organisation: Organisation
    contact: DataContact | None
    measures: Sequence[Measure]
    wanted: Sequence[str]
    words: str
    how: str
    due_on: dt.date

    @property
    def what(self) -> str:
        """All that is asked for, as it is kept and sent."""
        lines = "\n".join(f"- {line}" for line in self.wanted)
        return f"{self.words}\n\n{lines}" if lines else self.words


@dataclass(frozen=True)
class Answered:
    """How a partner answered. `words` say why, where nothing was provided."""

    how: str
    on: dt.date
    by: str
    words: str


@dataclass(frozen=True)
class RequestRow:
    """One request as the log and its own page show it.

    `standing` says what the state cannot: how late it is, or was answered. `measures` are their names.
    """

    id: int
    organisation: str
    person: str
    email: str
    has_left: bool
    what: str
    measures: tuple[str, ...]
    asked_on: dt.date
    asked_by: str
    asked_how: str
    due_on: dt.date
    state: RequestState
    standing: str
    reminded: str
    answered_on: dt.date | None
    answered_by: str
    answered_how: str
    answer: str

    @property
    def is_open(self) -> bool:
        return self.answered_on is None


@dataclass(frozen=True)
class RequestLog:
    """The requests of a round, those that are late first, with how many stand where."""

    rows: tuple[RequestRow, ...]

    @property
    def counts(self) -> tuple[tuple[RequestState, int], ...]:
        return tuple((state, sum(row.state is state for row in self.rows)) for state in RequestState)


def request_log(quarter: Quarter, *, on: dt.date) -> RequestLog:
    """The log of a round, in two queries however many requests it has."""
    rows = [
        request_row(request, on=on)
        for request in quarter.data_requests.select_related(
            "organisation", "contact", "asked_by", "reminded_by"
        ).prefetch_related("measures")
    ]
    order = {state: number for number, state in enumerate(RequestState)}
    return RequestLog(tuple(sorted(rows, key=lambda row: (order[row.state], row.due_on, row.id))))


def request_row(request: DataRequest, *, on: dt.date) -> RequestRow:
    """A request as a day finds it; what hangs from it is fetched already."""
    contact, state = request.contact, request_state(request.due_on, request.answered_how, on=on)
    answered_on = _day(request.answered_at) if request.answered_at else None
    return RequestRow(
        id=request.pk,
        organisation=request.organisation.name,
        person=contact.name if contact else "",
        email=contact.email if contact else "",
        has_left=contact is not None and not contact.is_there(on),
        what=request.what,
        measures=tuple(measure.name for measure in request.measures.all()),
        asked_on=_day(request.asked_at),
        asked_by=str(request.asked_by),
        asked_how=request.get_asked_how_display(),
        due_on=request.due_on,
        state=state,
        standing=_standing(request.due_on, answered_on, on),
        reminded=_reminded(request),
        answered_on=answered_on,
        answered_by=request.answered_by,
        answered_how=request.get_answered_how_display() if request.answered_how else "",
        answer=request.answer,
    )


def usual_due_day(quarter: Quarter, *, on: dt.date) -> dt.date:
    """By when to ask for an answer: a week before returns are due, and no sooner than in a week."""
    return max(quarter.due_on - WEEK, on + WEEK)


@transaction.atomic
def ask(quarter: Quarter, asked: Asked, *, by: User, at: dt.datetime) -> DataRequest:
    """Put a request on record; one by e-mail is sent once the record is there. Raises RequestRefused."""
    _check_asked(quarter, asked, _day(at))
    same = DataRequest.objects.open().filter(
        quarter=quarter, organisation=asked.organisation, contact=asked.contact, what=asked.what
    )
    if same.filter(asked_how=asked.how, due_on=asked.due_on).exists():
        raise RequestRefused("", "This has been asked already, in the same words. It is in the log.")
    made = DataRequest.objects.create(
        partnership_id=quarter.partnership_id,
        quarter=quarter,
        organisation=asked.organisation,
        contact=asked.contact,
        what=asked.what,
        asked_how=asked.how,
        asked_at=at,
        asked_by=by,
        due_on=asked.due_on,
    )
    made.measures.set(asked.measures)
    if asked.how == DataRequest.Asked.EMAIL:
        # A mail server that does not answer undoes nothing, and is told of in the log alone.
        transaction.on_commit(lambda: letters.data_requested(made), robust=True)
    return made


@transaction.atomic
def record_answer(request: DataRequest, answered: Answered, *, at: dt.datetime) -> DataRequest:
    """Keep how a partner answered; once more, to put the record right. Raises RequestRefused."""
    held = DataRequest.objects.select_for_update().get(pk=request.pk)
    _check_answered(held, answered, _day(at))
    held.answered_how, held.answer = answered.how, answered.words.strip()
    held.answered_by, held.answered_at = tidied(answered.by), _moment(answered.on, held.asked_at, at)
    held.save(update_fields=["answered_how", "answer", "answered_by", "answered_at"])
    return held


@transaction.atomic
def close_answered(
    quarter: Quarter, measures: Iterable[Measure], *, how: str, by_words: str, at: dt.datetime
) -> tuple[DataRequest, ...]:
    """Record the open requests of a round for some measures as answered whose figures have all come.

    `how` is one of `DataRequest.Answered`, `by_words` says who sent the last of them. For whoever has just brought
    figures in.
    """
    links = DataRequest.measures.through.objects.filter(measure__in=[measure.pk for measure in measures])
    held = list(
        DataRequest.objects.open()
        .filter(quarter=quarter, pk__in=links.values("datarequest"))
        .select_for_update(of=("self",))
        .select_related("quarter__partnership", "organisation")
        .prefetch_related("measures")
        .order_by("pk")
    )
    met = met_requests(held, at=at) if held else frozenset()
    closed = tuple(request for request in held if request.pk in met)
    for request in closed:
        request.answered_how, request.answer = how, ALL_CAME
        request.answered_by, request.answered_at = by_words[:MOST_OF_A_NAME], max(at, request.asked_at)
        request.save(update_fields=["answered_how", "answer", "answered_by", "answered_at"])
    return closed


def _check_asked(quarter: Quarter, asked: Asked, on: dt.date) -> None:
    if quarter.is_locked:
        raise RequestRefused("", f"{quarter} is locked, so nothing more is asked for in it.")
    contact = asked.contact
    people = [asked.organisation] + ([contact] if contact else [])
    if any(one.partnership_id != quarter.partnership_id for one in [*people, *asked.measures]):
        raise RequestRefused("", "Ask those of your own partnership, for its own measures.")
    if contact is not None and contact.organisation_id != asked.organisation.pk:
        raise RequestRefused("supplier", f"{contact} is of another organisation.")
    if contact is not None and not contact.is_there(on):
        raise RequestRefused("supplier", f"{contact} has left. Choose somebody else.")
    if asked.how not in DataRequest.Asked.values:
        raise RequestRefused("asked_how", "Say how it is asked.")
    if asked.how == DataRequest.Asked.EMAIL and contact is None:
        raise RequestRefused("asked_how", "There is no address to send an e-mail to. Add a contact first.")
    if not asked.words.strip():
        raise RequestRefused("words", "Say what is asked for.")
    if len(asked.what) > LONGEST_WORDS:
        raise RequestRefused("words", f"Use {LONGEST_WORDS:,} characters or fewer.")
    if asked.due_on < on:
        raise RequestRefused("due_on", "Enter a day that is still to come.")


def _check_answered(held: DataRequest, answered: Answered, on: dt.date) -> None:
    if answered.how not in DataRequest.Answered.values:
        raise RequestRefused("answered_how", "Say how it was answered.")
    if not _day(held.asked_at) <= answered.on <= on:
        first = day_in_words(_day(held.asked_at))
        raise RequestRefused("answered_on", f"Enter a day from {first}, when it was asked, to today.")
    if not answered.by.strip():
        raise RequestRefused("answered_by", "Say who answered.")
    if answered.how == DataRequest.Answered.NOT_PROVIDED and not answered.words.strip():
        raise RequestRefused("answer", "Say why nothing was provided, in their words.")


def _moment(day: dt.date, asked_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """The moment kept for a day: this one for today, else noon, and never before it was asked."""
    if day == _day(at):
        return at
    return max(asked_at, dt.datetime.combine(day, dt.time(12), EDINBURGH))


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(EDINBURGH).date()


def _standing(due_on: dt.date, answered_on: dt.date | None, on: dt.date) -> str:
    """ "12 days late", "answered 3 days late", or nothing."""
    late = ((answered_on or on) - due_on).days
    if late <= 0:
        return ""
    return f"Answered {days_in_words(late)} late" if answered_on else f"{days_in_words(late)} late"


def _reminded(request: DataRequest) -> str:
    if request.reminded_at is None:
        return ""
    by = f" by {request.reminded_by}" if request.reminded_by else ""
    return f"Reminded on {day_in_words(_day(request.reminded_at))}{by}"
