"""The control room of a quarter and a person's own work, as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from actionplans.control_room import ControlRoom, ReturnRow
from actionplans.downloads.cells import CHANGES, where_it_applies, yes_or_no
from actionplans.supply.calendar import SupplyRow
from actionplans.work_list import WorkCard, WorkList
from priorities.downloads import PageTables
from priorities.models import Partnership
from priorities.workbooks import Column, sheet_of


def room_tables(room: ControlRoom, *, at: dt.datetime) -> PageTables:
    """Whose return has come in a round and whose has not, and where every other round stands."""
    quarter = room.quarter
    returns = sheet_of(
        "Returns", f"Returns of {quarter}", "Where the return of each priority stands", _RETURN, room.rows
    )
    rounds = sheet_of(
        "Quarters",
        "Every round of reporting, the newest first",
        "Where each round stands",
        (("Quarter", lambda row: row.label), ("Where it stands", lambda row: row.standing)),
        room.quarters,
    )
    said = (room.locked or room.glance, room.before_the_plan, room.reports_to and f"To: {room.reports_to}")
    notes = (f"{quarter.partnership.name}. {quarter}: {room.months}.", *(words for words in said if words))
    title = f"Returns of {quarter}"
    return PageTables(quarter.partnership, title, at, CHANGES, notes, (returns, rounds))


_RETURN: tuple[Column[ReturnRow], ...] = (
    ("Priority", lambda row: row.name),
    ("Lead officer", lambda row: row.lead_title or "No lead officer named"),
    ("Who reports", lambda row: row.lead_person or "Nobody has an account to report on it"),
    ("Where it stands", lambda row: str(row.state.label)),
    ("Late", lambda row: yes_or_no(row.is_late)),
    ("Last change", lambda row: row.what_happened or "Nothing saved yet"),
)


def work_tables(
    partnership: Partnership, work: WorkList, due_from_others: Sequence[SupplyRow], *, at: dt.datetime
) -> PageTables:
    """The updates a person has still to send, those they sent, and what others owe them."""
    updates = sheet_of(
        "Updates",
        "Your updates, those to send first",
        "The updates still to send, and those sent",
        _UPDATE,
        (*work.waiting, *work.sent),
    )
    due = sheet_of(
        "Figures due from others",
        "Figures due from others",
        "Figures of your priorities that others have still to send",
        _DUE,
        due_from_others,
    )
    return PageTables(partnership, "My work", at, CHANGES, (f"{partnership.name}.",), (updates, due))


_UPDATE: tuple[Column[WorkCard], ...] = (
    ("Update", lambda card: card.title),
    ("What it asks", lambda card: card.contents),
    ("Where it stands", lambda card: card.state.label),
    ("Due", lambda card: card.due),
    ("Late", lambda card: yes_or_no(card.is_late)),
    ("Last step", lambda card: card.sent),
    ("Returned by", lambda card: where_it_applies(card.returned_by)),
    ("Why it was returned", lambda card: where_it_applies(card.return_reason)),
)

_DUE: tuple[Column[SupplyRow], ...] = (
    ("Figure", lambda row: row.name),
    ("Code", lambda row: row.measure.code),
    ("Period", lambda row: where_it_applies(row.period_label)),
    ("State", lambda row: row.state.label),
    ("From", lambda row: row.who),
    ("Expected on", lambda row: row.expected_on),
    ("Asked", lambda row: row.asked or "Not asked"),
)
