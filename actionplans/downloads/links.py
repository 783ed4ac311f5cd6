"""The links by which figures come, and the uses of one, as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from actionplans.downloads.cells import CHANGES
from actionplans.supply.link_rows import LinkRow, UseRow
from priorities.clock import EDINBURGH
from priorities.downloads import PageTables
from priorities.models import Partnership
from priorities.workbooks import Column, sheet_of


def link_tables(partnership: Partnership, links: Iterable[LinkRow], *, at: dt.datetime) -> PageTables:
    title, about = "Links to send figures", "Who was sent a link, for which figures, and where it stands"
    sheet = sheet_of("Links", "Links, the newest first", about, _LINK, links)
    return PageTables(partnership, title, at, CHANGES, (f"{partnership.name}. {about}.",), (sheet,))


def use_tables(
    partnership: Partnership, link: LinkRow, uses: Iterable[UseRow], *, at: dt.datetime
) -> PageTables:
    title = f"Link for {link.contact}, {link.quarter}"
    about = f"Sent on {_day(link.sent_at):%-d %B %Y} by {link.sent_by} to {link.contact}, {link.organisation}"
    sheet = sheet_of(
        "Uses", "Uses of the link, the newest first", "When it was used, and what came of it", _USE, uses
    )
    return PageTables(partnership, title, at, CHANGES, (f"{partnership.name}. {about}.",), (sheet,))


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(EDINBURGH).date()


_LINK: tuple[Column[LinkRow], ...] = (
    ("For", lambda row: row.contact),
    ("Organisation", lambda row: row.organisation),
    ("E-mail", lambda row: row.email),
    ("State", lambda row: row.state.label),
    ("Since", lambda row: row.since or "Not opened yet"),
    ("Uses refused", lambda row: row.refused),
    ("Round", lambda row: row.quarter),
    ("Figures", lambda row: "\n".join(row.measures)),
    ("Sent on", lambda row: _day(row.sent_at)),
    ("Sent by", lambda row: row.sent_by),
    ("Works until", lambda row: _day(row.expires_at)),
)

_USE: tuple[Column[UseRow], ...] = (
    ("Day", lambda row: _day(row.at)),
    ("Time", lambda row: f"{row.at.astimezone(EDINBURGH):%H:%M}"),
    ("What", lambda row: row.label),
    ("What came of it", lambda row: row.words or "The page was shown."),
)
