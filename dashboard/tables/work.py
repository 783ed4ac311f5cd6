"""Actions and stretch outcomes as tables."""

from __future__ import annotations

from collections.abc import Iterable

from actionplans.downloads.cells import where_it_applies, yes_or_no
from dashboard.rows import ActionRow, OutcomeRow
from priorities.workbooks import Column, Sheet, Symbol, sheet_of


def actions_sheet(rows: Iterable[ActionRow], *, title: str) -> Sheet:
    """A row for each action, with the last word on it."""
    columns: list[Column[ActionRow]] = [
        ("Code", lambda row: row.code),
        ("Action", lambda row: row.title),
        ("Done by", lambda row: row.done_by),
        ("Led by", lambda row: where_it_applies(row.lead)),
        ("Status", lambda row: row.status.label if row.status else "Not yet reported"),
        ("Due on", lambda row: row.due_on or Symbol.NOT_APPLICABLE),
        ("Past its due date", lambda row: yes_or_no(row.is_past_due)),
        ("What was said", lambda row: where_it_applies(row.line)),
        ("Said in", lambda row: where_it_applies(row.quarter)),
        ("Support offered", lambda row: where_it_applies(row.support)),
    ]
    return sheet_of("Actions", title, "Every action, how it stands and what was said of it", columns, rows)


def outcomes_sheet(rows: Iterable[OutcomeRow], *, title: str) -> Sheet:
    columns: list[Column[OutcomeRow]] = [
        ("Stretch outcome", lambda row: row.statement),
        ("To achieve by", lambda row: row.achieve_by),
        ("In the long term", lambda row: where_it_applies(row.long_term_aim)),
    ]
    return sheet_of("Stretch outcomes", title, "What will be different, and by when", columns, rows)


def aims_sheet(rows: Iterable[OutcomeRow], *, title: str) -> Sheet:
    aims = [(row.statement, aim) for row in rows for aim in row.yearly_aims]
    columns: list[Column[tuple[str, str]]] = [
        ("Stretch outcome", lambda one: one[0]),
        ("Aim of a year of the plan", lambda one: one[1]),
    ]
    return sheet_of("Yearly aims", title, "What each stretch outcome aims at in each year", columns, aims)
