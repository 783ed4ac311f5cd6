"""Which quarters a reader can turn to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from priorities.models import Partnership, Quarter, User
from priorities.periods import FinancialQuarter


@dataclass(frozen=True)
class QuarterLink:
    """A quarter by its name and the words of its address."""

    label: str
    year: str
    quarter: str


@dataclass(frozen=True)
class Rounds:
    """A quarter among those whose round has begun. `complete` is the newest one before it that is locked."""

    earlier: QuarterLink | None
    later: QuarterLink | None
    complete: QuarterLink | None
    newest: QuarterLink | None


def begun(partnership: Partnership, user: User | AnonymousUser, *, on: dt.date) -> list[Quarter]:
    """The quarters a person may read whose round has begun, newest first."""
    quarters = list(Quarter.objects.visible_to(user).filter(partnership=partnership).opened_by(on))
    for quarter in quarters:
        quarter.partnership = partnership
    return quarters


def around(quarter: Quarter, quarters: list[Quarter]) -> Rounds:
    """The neighbours of a quarter among those begun, which are newest first."""
    before = [row for row in quarters if row.starts_on < quarter.starts_on]
    after = [row for row in quarters if row.starts_on > quarter.starts_on]
    locked = [row for row in before if row.is_locked]
    return Rounds(
        earlier=_link(before[0]) if before else None,
        later=_link(after[-1]) if after else None,
        complete=_link(locked[0]) if locked else None,
        newest=_link(quarters[0]) if quarters else None,
    )


def quarter_in_hand(partnership: Partnership, quarters: list[Quarter], *, on: dt.date) -> Quarter:
    """The newest quarter begun; before the first round, the quarter that has just ended, which is no row yet."""
    if quarters:
        return quarters[0]
    ended = FinancialQuarter.containing(on).previous()
    return Quarter(
        partnership=partnership, year=ended.year.start_year, number=ended.number, opens_on=on, due_on=on
    )


def _link(quarter: Quarter) -> QuarterLink:
    return QuarterLink(quarter.label, quarter.year_slug, quarter.slug)
