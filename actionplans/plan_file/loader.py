"""Loads a checked plan file: all of it or nothing, and only what differs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from actionplans.clearing import clear_controlled
from actionplans.plan_file.ledger import Ledger, Tally
from actionplans.plan_file.plan_rows import load_plan_rows
from actionplans.plan_file.schema import PlanFile
from actionplans.plan_file.work_rows import load_work_rows, note_illustrative_entries
from priorities import clock
from priorities.wording import listed


@dataclass(frozen=True)
class LoadReport:
    """What a plan file changed, noun by noun. `is_rehearsal` says that all of it was then undone."""

    tallies: tuple[Tally, ...]
    is_rehearsal: bool = False

    @property
    def is_unchanged(self) -> bool:
        return not any(tally.created or tally.changed for tally in self.tallies)

    @property
    def left(self) -> tuple[str, ...]:
        """Entries in the service and not in the file."""
        return tuple(name for tally in self.tallies for name in tally.left)

    def lines(self) -> list[str]:
        """The report in words."""
        lines = []
        if self.is_unchanged:
            lines.append("Nothing would change." if self.is_rehearsal else "Nothing changed.")
        for tally in self.tallies:
            counts = ((tally.created, "added"), (tally.changed, "changed"), (tally.same, "as before"))
            if tally.created or tally.changed:
                lines.append(
                    f"{tally.noun}: {', '.join(f'{count} {word}' for count, word in counts if count)}"
                )
        if self.left:
            lines.append(f"Not in the file, left as before: {listed(self.left)}.")
        if self.is_rehearsal:
            lines.append("Nothing was loaded: this was only a check.")
        return lines


def load(plan_file: PlanFile, *, is_rehearsal: bool = False, at: dt.datetime | None = None) -> LoadReport:
    """Bring the database to what a checked plan file says, in one transaction.

    Raises FaultsFoundError, with nothing loaded, when what is loaded already forbids it. A rehearsal does
    everything and undoes it. `at` is the moment of the disclosure clearance; now, unless said otherwise.
    """
    ledger = Ledger()
    with transaction.atomic():
        plan = load_plan_rows(plan_file, ledger)
        load_work_rows(plan_file, plan, ledger)
        note_illustrative_entries(plan_file, plan.partnership, ledger)
        controlled = plan.partnership.measures.filter(is_disclosure_controlled=True)
        clear_controlled(controlled.values_list("pk", flat=True), by=None, at=at or clock.now())
        if is_rehearsal:
            transaction.set_rollback(True)
    return LoadReport(ledger.tallies(), is_rehearsal)
