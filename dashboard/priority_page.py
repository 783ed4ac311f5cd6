"""One priority in one quarter, in full."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dashboard.risk_profile import RiskRow, risk_rows_of
from dashboard.rows import PriorityRow
from dashboard.scorecard import last_reported, priority_rows
from priorities.models import Priority, Quarter


@dataclass(frozen=True)
class PriorityPage:
    """A priority's row of the dashboard with what only its own page has room for."""

    row: PriorityRow
    inequality: str
    groups: tuple[str, ...]
    related_strategies: tuple[str, ...]
    national_outcomes: tuple[str, ...]
    risks: tuple[RiskRow, ...]
    since: str


def priority_page(priority: Priority, quarter: Quarter, *, known_at: dt.datetime) -> PriorityPage:
    """Everything about one priority as known at a moment, in a fixed number of queries."""
    before = last_reported(quarter)
    (row,) = priority_rows([priority], quarter, before, known_at=known_at)
    return PriorityPage(
        row=row,
        inequality=priority.inequality,
        groups=tuple(group.name for group in priority.groups.all()),
        related_strategies=tuple(str(name) for name in priority.related_strategies),
        national_outcomes=tuple(outcome.name for outcome in priority.national_outcomes.all()),
        risks=risk_rows_of(priority, quarter, known_at=known_at),
        since=before.label if before else "",
    )
