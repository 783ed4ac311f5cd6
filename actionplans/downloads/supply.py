"""The data supply calendar, the data contacts and the log of requests, as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from actionplans.downloads.cells import CHANGES, newest_shown, unit_of, where_it_applies, yes_or_no
from actionplans.supply.calendar import SupplierSummary, SupplyCalendar, SupplyRow
from actionplans.supply.contacts import ContactRow
from actionplans.supply.requests import RequestLog, RequestRow
from actionplans.supply.states import SupplyState
from priorities.downloads import PageTables
from priorities.models import Partnership, Quarter
from priorities.workbooks import Cell, Column, Sheet, Symbol, sheet_of


def supply_tables(
    partnership: Partnership,
    whole: SupplyCalendar,
    calendar: SupplyCalendar,
    *,
    looked_for: str,
    at: dt.datetime,
) -> PageTables:
    """The calendar, or what of it is looked for: `looked_for` says so in words and is "" for all of it."""
    title = f"Data supply calendar, {looked_for}" if looked_for else "Data supply calendar"
    sheets = (_calendar(calendar),) if looked_for else (_calendar(calendar), _suppliers(whole))
    notes = tuple(_supply_notes(partnership, whole, calendar, looked_for))
    return PageTables(partnership, title, at, CHANGES, notes, sheets)


def _supply_notes(
    partnership: Partnership, whole: SupplyCalendar, calendar: SupplyCalendar, looked_for: str
) -> Iterator[str]:
    yield f"{partnership.name}. The next figure of each measure of the published plan."
    if looked_for:
        yield (
            f"Only what was looked for: {len(calendar.rows)} of {len(whole.rows)} figures, {looked_for}. "
            "The table by supplier is in the file of the whole calendar."
        )
    yield "A gap between two places is worked out, so nobody is asked for it."
    yield "A figure that was sent waits in a return. One in hand has come otherwise and is not out yet."


def _calendar(calendar: SupplyCalendar) -> Sheet:
    return sheet_of(
        "Figures",
        "Figures to come, the most pressing first",
        "What comes next of each measure, from whom and when, and how the last figure came",
        _FIGURE,
        calendar.rows,
    )


def _late_before(row: SupplyRow) -> Cell:
    """The newest figure that came late, where the last one did not."""
    late = row.late_before
    return f"{late.period.label}, by {late.days}" if late else Symbol.NOT_APPLICABLE


_FIGURE: tuple[Column[SupplyRow], ...] = (
    ("Figure", lambda row: row.name),
    ("Code", lambda row: row.measure.code),
    ("Period", lambda row: where_it_applies(row.period_label)),
    ("Priority", lambda row: row.measure.priority.name),
    ("State", lambda row: row.state.label),
    ("Days overdue", lambda row: row.days_overdue or Symbol.NOT_APPLICABLE),
    ("Expected on", lambda row: row.expected_on),
    ("Usual lag", lambda row: row.lag),
    ("Supplier", lambda row: row.supplier or "No supplier named"),
    ("Person", lambda row: "; ".join(one.name for one in row.people) or row.person_named),
    ("E-mail", lambda row: "; ".join(one.email for one in row.people)),
    ("Source", lambda row: row.source),
    ("Publisher", lambda row: row.publisher),
    ("Last figure", lambda row: newest_shown(row.last_shown)),
    ("Unit", lambda row: unit_of(row.measure)),
    ("Last period", lambda row: row.last.period.label if row.last else None),
    ("Came on", lambda row: row.last.arrived_on if row.last else None),
    ("How late", lambda row: row.last.lateness if row.last else None),
    ("Last late", _late_before),
    ("Asked", lambda row: row.asked or "Not asked"),
)


def _suppliers(whole: SupplyCalendar) -> Sheet:
    return sheet_of(
        "By supplier",
        "How many figures of each supplier stand where",
        "How many figures of each supplier stand where, those with the most overdue first",
        (("Supplier", lambda row: row.name), *(_how_many(state) for state in SupplyState)),
        whole.suppliers,
    )


def _how_many(state: SupplyState) -> Column[SupplierSummary]:
    return state.label, lambda row: dict(row.numbers)[state]


# Who sends figures


def contact_tables(
    partnership: Partnership, contacts: Iterable[ContactRow], *, at: dt.datetime
) -> PageTables:
    title, about = "Data contacts", "Who sends figures, for which organisation"
    sheet = sheet_of(
        "Data contacts", "Data contacts by organisation, those who have left last", about, _CONTACT, contacts
    )
    return PageTables(partnership, title, at, CHANGES, (f"{partnership.name}. {about}.",), (sheet,))


_CONTACT: tuple[Column[ContactRow], ...] = (
    ("Name", lambda row: row.name),
    ("Organisation", lambda row: row.organisation),
    ("E-mail", lambda row: row.email),
    ("Figures they send", lambda row: "\n".join(row.measures) or "None named"),
    ("Open requests", lambda row: row.open_requests),
    ("Has left", lambda row: yes_or_no(row.has_left)),
    ("Left on", lambda row: row.left_on or Symbol.NOT_APPLICABLE),
)


# What was asked


def request_tables(quarter: Quarter, log: RequestLog, *, at: dt.datetime) -> PageTables:
    """The log of a round, with the words of each request and of its answer."""
    sheet = sheet_of(
        "Requests",
        f"Requests for information, {quarter}, the late first",
        "What partners were asked for, by when, and how they answered",
        _REQUEST,
        log.rows,
    )
    counts = ", ".join(f"{count} {state.label.lower()}" for state, count in log.counts)
    notes = (
        f"{quarter.partnership.name}. Requests of {quarter}: {counts}.",
        (
            "Partners provide the information the partnership asks for: section 14(4) of the Community Empowerment "
            "(Scotland) Act 2015."
        ),
    )
    title = f"Requests for information, {quarter}"
    return PageTables(quarter.partnership, title, at, CHANGES, notes, (sheet,))


_NOT_YET = "Not yet"

_REQUEST: tuple[Column[RequestRow], ...] = (
    ("Asked of", lambda row: row.organisation),
    ("Person", lambda row: row.person or "Nobody by name"),
    ("E-mail", lambda row: where_it_applies(row.email)),
    ("Has left", lambda row: yes_or_no(row.has_left)),
    ("State", lambda row: row.state.label),
    ("How late", lambda row: where_it_applies(row.standing)),
    ("What was asked", lambda row: row.what),
    ("Figures", lambda row: "\n".join(row.measures) or "Other information"),
    ("Asked on", lambda row: row.asked_on),
    ("Asked how", lambda row: row.asked_how),
    ("Asked by", lambda row: row.asked_by),
    ("Due on", lambda row: row.due_on),
    ("Reminded", lambda row: where_it_applies(row.reminded)),
    ("Answered on", lambda row: row.answered_on or _NOT_YET),
    ("Answered how", lambda row: row.answered_how or _NOT_YET),
    ("Answered by", lambda row: row.answered_by or _NOT_YET),
    ("Answer", lambda row: row.answer or ("" if row.answered_on else _NOT_YET)),
)
