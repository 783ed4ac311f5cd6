"""Links by which somebody without an account sends figures: sending one, withdrawing it, opening it.

The token in its address is the only key. It is shown and sent once, and not kept: a link is found by its SHA-256.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from actionplans.models import DataContact, DataRequest, Measure, QuarterlyReturn, SupplyLink, SupplyLinkUse
from actionplans.sheets.asking import FillRow, rows_asked
from actionplans.supply import letters
from actionplans.supply.requests import Asked, RequestRefused, ask, usual_due_day
from priorities.clock import EDINBURGH
from priorities.models import Partnership, Priority, Quarter, User
from priorities.wording import day_in_words, listed

log = logging.getLogger(__name__)

LONGEST_DAYS = 90
"""For how many days a link may work."""

MOST_USES_A_DAY = 200
"""How many uses of a link are taken within a day; more is no person at work."""


class LinkRefused(Exception):
    """A link may not be sent so; `field` is what is wrong, "" for the whole."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


# Sending


@dataclass(frozen=True)
class SentLink:
    """A link just sent, with its whole address, which nobody can tell again.

    `has_failed` says that the letter could not be sent: the address has to be given by other means.
    """

    link: SupplyLink
    address: str
    has_failed: bool = False


def send_link(
    quarter: Quarter,
    contact: DataContact,
    measures: Sequence[Measure],
    *,
    expires_on: dt.date,
    make_address: Callable[[str], str],
    by: User,
    at: dt.datetime,
    request: DataRequest | None = None,
    replaces: Collection[SupplyLink] = (),
    newest: int | None = None,
) -> SentLink:
    """Give a contact a link for the figures of some measures in a round, and send it by e-mail.

    What is asked goes into the log of requests, unless `request` is there already. `make_address` makes the whole
    address of a token. Those it `replaces` are withdrawn. `newest` is the key of the newest link of the contact in
    the round that `by` knew of: when there is another, one was sent meanwhile. Raises LinkRefused; then nothing has
    changed.
    """
    token = secrets.token_urlsafe(32)
    failed: list[bool] = []
    address = make_address(token)

    def send() -> None:
        failed.append(not _is_mailed(link, address, asked))

    with transaction.atomic():
        # One at a time for a contact: the second of two presses finds the link of the first.
        contact = (
            DataContact.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .get(pk=contact.pk)
        )
        _check_link(quarter, contact, measures, expires_on, by=by, at=at)
        asked = rows_asked(quarter, measures, at=at)
        _check_asked(quarter, measures, asked)
        _check_newest(quarter, contact, newest)
        link = _made(
            quarter, contact, measures, request, asked, token=token, expires_on=expires_on, by=by, at=at
        )
        for old in replaces:
            withdraw_link(old, by=by, at=at)
        transaction.on_commit(send)
    return SentLink(link, address, has_failed=any(failed))


def _made(
    quarter: Quarter,
    contact: DataContact,
    measures: Sequence[Measure],
    request: DataRequest | None,
    asked: Sequence[FillRow],
    *,
    token: str,
    expires_on: dt.date,
    by: User,
    at: dt.datetime,
) -> SupplyLink:
    link = SupplyLink.objects.create(
        partnership_id=quarter.partnership_id,
        quarter=quarter,
        contact=contact,
        request=request or _request(quarter, contact, measures, asked, expires_on, by=by, at=at),
        token_sha256=sha256_of(token),
        sent_at=at,
        sent_by=by,
        expires_at=dt.datetime.combine(expires_on, dt.time(23, 59, 59), EDINBURGH),
    )
    link.measures.set(measures)
    return link


def _request(
    quarter: Quarter,
    contact: DataContact,
    measures: Sequence[Measure],
    asked: Sequence[FillRow],
    expires_on: dt.date,
    *,
    by: User,
    at: dt.datetime,
) -> DataRequest:
    """The open request by link for these very measures, or a new one."""
    wanted = {measure.pk for measure in measures}
    open_ones = DataRequest.objects.open().filter(
        quarter=quarter, contact=contact, asked_how=DataRequest.Asked.LINK
    )
    for found in open_ones.prefetch_related("measures"):
        if {measure.pk for measure in found.measures.all()} == wanted:
            return found
    asks = Asked(
        organisation=contact.organisation,
        contact=contact,
        measures=measures,
        wanted=wanted_in_words(asked),
        words=(
            f"Please send us the figures below for our {quarter} report to the "
            f"{quarter.partnership.board_name}. If one is not ready, please tell us when it will be."
        ),
        how=DataRequest.Asked.LINK,
        due_on=min(expires_on, usual_due_day(quarter, on=_day(at))),
    )
    try:
        return ask(quarter, asks, by=by, at=at)
    except RequestRefused as refusal:
        raise LinkRefused("", str(refusal)) from refusal


def wanted_in_words(rows: Iterable[FillRow]) -> list[str]:
    """Each measure with the periods and how many places it is asked for: "Grants (POV-01), for Q3 2021/22"."""
    found: dict[Measure, list[FillRow]] = {}
    for row in rows:
        found.setdefault(row.measure, []).append(row)
    return [_wanted(measure, own) for measure, own in found.items()]


def _wanted(measure: Measure, rows: Sequence[FillRow]) -> str:
    periods = listed([period.label for period in dict.fromkeys(row.period for row in rows)])
    places = len({row.place for row in rows})
    of_places = f", of {places} places" if places > 1 else ""
    return f"{measure.name} ({measure.code}), for {periods}{of_places}"


def _is_mailed(link: SupplyLink, address: str, asked: Sequence[FillRow]) -> bool:
    """Whether the letter could be sent. A mail server that does not answer undoes nothing."""
    try:
        letters.link_sent(link, address=address, wanted=wanted_in_words(asked))
    except OSError:
        log.exception("The letter with link %s could not be sent", link.pk)
        return False
    return True


def _check_link(
    quarter: Quarter,
    contact: DataContact,
    measures: Sequence[Measure],
    expires_on: dt.date,
    *,
    by: User,
    at: dt.datetime,
) -> None:
    on = _day(at)
    if quarter.is_locked:
        raise LinkRefused("", f"{quarter} is locked, so no more figures are asked for in it.")
    if contact.partnership_id != quarter.partnership_id:
        raise LinkRefused("contact", "Choose somebody of your own partnership.")
    if not contact.is_there(on):
        raise LinkRefused("contact", f"{contact} has left. Choose somebody else.")
    if not contact.email:
        raise LinkRefused("contact", f"{contact} has no e-mail address. Add one first.")
    if not measures:
        raise LinkRefused("measures", "Choose at least one figure.")
    if any(measure.partnership_id != quarter.partnership_id for measure in measures):
        raise LinkRefused("measures", "Choose measures of your own partnership.")
    _check_they_are_theirs(quarter, measures, by)
    _check_open(quarter, measures)
    if not on + dt.timedelta(days=1) <= expires_on <= last_day(on):
        raise LinkRefused(
            "expires_on",
            f"Enter a day from tomorrow to {day_in_words(last_day(on))}: {LONGEST_DAYS} days at most.",
        )


def last_day(on: dt.date) -> dt.date:
    """The last day up to which a link sent on a day may work."""
    return on + dt.timedelta(days=LONGEST_DAYS)


def _check_they_are_theirs(quarter: Quarter, measures: Sequence[Measure], by: User) -> None:
    if by.has_perm("priorities.manage_supply", quarter.partnership):
        return
    led = set(Priority.objects.led_by(by).strategic().current().values_list("pk", flat=True))
    if any(measure.priority_id not in led for measure in measures):
        raise LinkRefused("measures", "You may ask for the figures of your own priorities only.")


def _check_open(quarter: Quarter, measures: Sequence[Measure]) -> None:
    if closed := closed_priorities(quarter, [measure.priority for measure in measures]):
        raise LinkRefused("measures", why_closed(closed))


def why_closed(closed: Collection[Priority]) -> str:
    """Why no link is sent for the figures of some priorities, and what would open them again."""
    names = listed([priority.name for priority in closed])
    if len(closed) == 1:
        return (
            f"The update for {names} has been submitted, so a link takes no figures for it "
            "until it is returned to its lead officer."
        )
    return (
        f"The updates for {names} have been submitted, so a link takes no figures for them "
        "until they are returned to their lead officers."
    )


def _check_asked(quarter: Quarter, measures: Sequence[Measure], asked: Sequence[FillRow]) -> None:
    there = {row.measure.pk for row in asked}
    missing = [measure.name for measure in measures if measure.pk not in there]
    if missing:
        raise LinkRefused("measures", f"{quarter} asks for no figure of {listed(missing)}.")


def _check_newest(quarter: Quarter, contact: DataContact, newest: int | None) -> None:
    last = links_of(quarter, contact).select_related("sent_by").first()
    if last is not None and last.pk != newest:
        when = last.sent_at.astimezone(EDINBURGH)
        raise LinkRefused(
            "",
            f"{last.sent_by} sent {contact} a link on {day_in_words(when.date())} at {when:%H:%M}, after you opened "
            "this page. Press again to send another one.",
        )


def links_of(quarter: Quarter, contact: DataContact) -> QuerySet[SupplyLink]:
    """The links of a contact in a round, the newest first."""
    return SupplyLink.objects.filter(quarter=quarter, contact=contact).order_by("-pk")


@transaction.atomic
def withdraw_link(link: SupplyLink, *, by: User, at: dt.datetime) -> SupplyLink:
    """Stop a link. What came by it stays. One that was withdrawn before is left as it is."""
    held = SupplyLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by = at, by
        held.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return held


# Opening


class WhyNot(enum.StrEnum):
    """Why an address opens nothing."""

    UNKNOWN = "unknown"
    ELSEWHERE = "elsewhere"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    LEFT = "left"
    LOCKED = "locked"
    HANDED_IN = "handed_in"
    NOT_ASKED = "not_asked"
    TOO_OFTEN = "too_often"

    @property
    def status(self) -> int:
        """Of the answer, as HTTP counts them: unknown, gone, refused, too many."""
        return _STATUS.get(self, 410)


_STATUS = {
    WhyNot.UNKNOWN: 404,
    WhyNot.ELSEWHERE: 404,
    WhyNot.HANDED_IN: 403,
    WhyNot.NOT_ASKED: 403,
    WhyNot.TOO_OFTEN: 429,
}


@dataclass(frozen=True)
class Opening:
    """What a token opens: a link that may be used now, or why not.

    `words` say why to whoever sent the link; "" where nothing is to be recorded. `closed` are the priorities whose
    figures have been handed in, so that nothing more is taken for them.
    """

    link: SupplyLink | None
    why_not: WhyNot | None = None
    words: str = ""
    closed: tuple[Priority, ...] = ()

    @property
    def measures(self) -> list[Measure]:
        """The measures of the link for which figures are still taken."""
        if self.link is None:
            return []
        closed = {priority.pk for priority in self.closed}
        return [measure for measure in self.link.measures.all() if measure.priority_id not in closed]


def open_link(
    token: str, *, partnership: Partnership | None, at: dt.datetime, is_locked: bool = False
) -> Opening:
    """What a token opens under the address of a partnership; None is an address of none. Records nothing.

    With `is_locked` the link's row is held until the transaction ends, so that nobody withdraws it meanwhile.
    """
    found = SupplyLink.objects.filter(token_sha256=sha256_of(token))
    if is_locked:
        found = found.select_for_update(of=("self",))
    link = (
        found.select_related(
            "partnership", "quarter", "contact__organisation", "contact__partnership", "request", "sent_by"
        )
        .prefetch_related(_IN_ORDER)
        .first()
    )
    if link is None:
        return Opening(None, WhyNot.UNKNOWN)
    # The same object, so that it is not fetched twice.
    link.quarter.partnership = link.partnership
    if link.uses.filter(used_at__gt=at - dt.timedelta(days=1)).count() >= MOST_USES_A_DAY:
        return Opening(link, WhyNot.TOO_OFTEN)
    closed = _closed(link)
    if refusal := _why_not(link, partnership, closed, at):
        return Opening(link, *refusal)
    return Opening(link, closed=closed)


_IN_ORDER = Prefetch(
    "measures",
    Measure.objects.select_related("priority", "supplier").order_by(
        "priority__position", "priority__name", "position", "code"
    ),
)


def _why_not(
    link: SupplyLink, partnership: Partnership | None, closed: Collection[Priority], at: dt.datetime
) -> tuple[WhyNot, str] | None:
    where = f"of {partnership}" if partnership else "that is no partnership’s"
    names = listed([priority.name for priority in closed])
    is_closed = len(closed) == len({measure.priority_id for measure in link.measures.all()})
    reasons = (
        (partnership != link.partnership, WhyNot.ELSEWHERE, f"under an address {where}"),
        (link.withdrawn_at is not None, WhyNot.WITHDRAWN, "after it had been withdrawn"),
        (link.expires_at <= at, WhyNot.EXPIRED, "after it had expired"),
        (not link.contact.is_there(_day(at)), WhyNot.LEFT, f"after {link.contact} had left"),
        (link.quarter.is_locked, WhyNot.LOCKED, f"after {link.quarter} had been locked"),
        (is_closed, WhyNot.HANDED_IN, f"after the figures of {names} had been submitted"),
    )
    for holds, why_not, tried in reasons:
        if holds:
            return why_not, f"It was tried {tried}. Nothing was shown."
    return None


def _closed(link: SupplyLink) -> tuple[Priority, ...]:
    """The priorities of its measures whose returns are closed."""
    return closed_priorities(link.quarter, [measure.priority for measure in link.measures.all()])


def closed_priorities(quarter: Quarter, priorities: Iterable[Priority]) -> tuple[Priority, ...]:
    """Those of some priorities whose returns for a round take no more figures, each once; in one query."""
    by_key = {priority.pk: priority for priority in priorities}
    returns = QuarterlyReturn.objects.filter(quarter=quarter, priority__in=by_key)
    closed = {row.priority_id for row in returns if row.state not in QuarterlyReturn.State.open_to_changes}
    return tuple(priority for key, priority in by_key.items() if key in closed)


@transaction.atomic
def record_use(link: SupplyLink, what: str, words: str = "", *, at: dt.datetime) -> SupplyLinkUse:
    """Keep one use of a link. Whoever sent it is told of the first refused one of a day."""
    if what == SupplyLinkUse.What.REFUSED:
        SupplyLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
        refused = link.uses.filter(what=SupplyLinkUse.What.REFUSED)
        is_first = not refused.filter(
            used_at__gte=dt.datetime.combine(_day(at), dt.time(), EDINBURGH)
        ).exists()
        if is_first and SupplyLink.objects.visible_to(link.sent_by).filter(pk=link.pk).exists():
            # A mail server that does not answer undoes nothing, and is told of in the log alone.
            transaction.on_commit(lambda: letters.link_refused(link, words=words, at=at), robust=True)
    return SupplyLinkUse.objects.create(link=link, used_at=at, what=what, words=words)


def sha256_of(token: str) -> str:
    """By what a link is found: the SHA-256 of its token in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(EDINBURGH).date()
