"""The data supply calendar as calendar programs read it (RFC 5545), and each person's own address of it."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator

from django.core import signing
from django.db import transaction
from icalendar import Calendar, Event

from actionplans.models import CalendarFeed, DataRequest
from actionplans.supply.calendar import SupplyRow, expected_ahead, supply_calendar
from priorities.clock import EDINBURGH
from priorities.models import Membership, Partnership, User
from priorities.periods import Period
from priorities.roles import RETURN_READERS
from priorities.wording import day_in_words, tidied

CONTENT_TYPE = "text/calendar; charset=utf-8"

# How far ahead figures are foretold.
AHEAD = dt.timedelta(days=365)

_signer = signing.Signer(salt="actionplans.supply.feed")


# The calendar


def calendar_file(partnership: Partnership, *, at: dt.datetime, page_url: str) -> bytes:
    """Each figure expected within a year, and each open request, as a whole-day event.

    `page_url` is the whole address of the calendar's page. No figure is in it.
    """
    on = at.astimezone(EDINBURGH).date()
    found = Calendar()
    found.add("version", "2.0")
    found.add("prodid", "-//LOIP//Data supply calendar//EN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", _printable(f"Data supply: {tidied(partnership.name)}"))
    found.add("refresh-interval", dt.timedelta(days=1), parameters={"VALUE": "DURATION"})
    rows = supply_calendar(partnership, at=at).rows
    for row, period, expected_on in expected_ahead(rows, until=on + AHEAD):
        found.add_component(_figure(partnership, row, period, expected_on, at, page_url))
    for event in _requests(partnership, at, page_url):
        found.add_component(event)
    return found.to_ical()


def _figure(
    partnership: Partnership,
    row: SupplyRow,
    period: Period,
    expected_on: dt.date,
    at: dt.datetime,
    page_url: str,
) -> Event:
    said = [f"{row.name} ({row.measure.code}), for {period.label}."]
    if row.who:
        said.append(f"From {row.who}.")
    if row.source:
        said.append(f"Source: {row.source}.")
    if period == row.period:
        said.append(f"{row.state.label}.")
    if period == row.period and row.overdue_after:
        said.append(f"Overdue after {day_in_words(row.overdue_after)}.")
    return _event(
        f"figure-{row.measure.pk}-{period.starts_on:%Y%m%d}-{period.ends_on:%Y%m%d}",
        f"Figure expected: {row.name}, {period.label}",
        said,
        expected_on,
        partnership=partnership,
        at=at,
        page_url=page_url,
    )


def _requests(partnership: Partnership, at: dt.datetime, page_url: str) -> Iterator[Event]:
    requests = DataRequest.objects.open().filter(partnership=partnership)
    for request in requests.select_related("organisation", "contact"):
        who = f"{request.contact}, {request.organisation}" if request.contact else str(request.organisation)
        asked_on = request.asked_at.astimezone(EDINBURGH).date()
        yield _event(
            f"request-{request.pk}",
            f"Answer due: {request.organisation}",
            [f"Asked of {who} on {day_in_words(asked_on)}.", request.what],
            request.due_on,
            partnership=partnership,
            at=at,
            page_url=page_url,
        )


def _event(
    key: str,
    summary: str,
    said: list[str],
    day: dt.date,
    *,
    partnership: Partnership,
    at: dt.datetime,
    page_url: str,
) -> Event:
    event = Event()
    event.add("uid", f"{key}.{partnership.slug}@loip")
    event.add("dtstamp", at.astimezone(dt.UTC))
    event.add("dtstart", day)
    event.add("summary", _printable(tidied(summary)))
    event.add("description", _printable("\n".join(said)))
    event.add("url", page_url)
    event.add("transp", "TRANSPARENT")
    return event


def _printable(text: str) -> str:
    """Text without control characters, which no line of a calendar may have."""
    return "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter) != "Cc")


# A person's own address


def address_of(feed: CalendarFeed) -> str:
    """The signed part of a person's own address."""
    return _signer.sign_object([feed.partnership_id, feed.user_id, feed.number])


def feed_of(partnership: Partnership, user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(partnership=partnership, user=user).first()


def opened_by(address: str, partnership: Partnership, *, on: dt.date) -> CalendarFeed | None:
    """The feed that an address opens on a day; None for any other, and where its person may no longer read it."""
    try:
        partnership_id, user_id, number = _signer.unsign_object(address)
    except (signing.BadSignature, ValueError):
        return None
    if partnership_id != partnership.pk:
        return None
    may_read = Membership.objects.current(on).filter(
        partnership=partnership, user=user_id, user__is_active=True, role__in=RETURN_READERS
    )
    if not may_read.exists():
        return None
    return CalendarFeed.objects.filter(partnership=partnership, user=user_id, number=number).first()


@transaction.atomic
def renew_address(partnership: Partnership, *, by: User) -> CalendarFeed:
    """Give a person an address of their own, or a new one: the old one stops working."""
    feed, is_made = CalendarFeed.objects.select_for_update().get_or_create(partnership=partnership, user=by)
    if not is_made:
        feed.number += 1
        feed.save(update_fields=["number"])
    return feed
