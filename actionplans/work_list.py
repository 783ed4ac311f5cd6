"""What waits for a lead officer: one card for each of their priorities and each round of reporting."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from actionplans.models import Action, ActionUpdate, Measure, QuarterlyReturn, Risk
from actionplans.return_access import return_url
from actionplans.return_pages import State, counted
from actionplans.sent import sent_by_others
from priorities.clock import EDINBURGH
from priorities.models import Partnership, Priority, Quarter, User
from priorities.wording import day_in_words

FINISHED = frozenset({ActionUpdate.Status.COMPLETED, ActionUpdate.Status.CANCELLED})
ROUNDS_SHOWN = 8


@dataclass(frozen=True)
class WorkCard:
    """One return, as its lead officer meets it.

    `came` tells of figures that others sent for it: "3 figures were sent by NHS Tayside by link on 5 January 2022".
    """

    title: str
    contents: str
    url: str
    state: State
    is_open: bool
    is_late: bool
    due: str
    returned_by: str
    return_reason: str
    sent: str
    came: tuple[str, ...]
    figures_url: str

    @property
    def invitation(self) -> str:
        """What the button says."""
        return {"not_started": "Start your update", "returned": "Change your update"}.get(
            self.state.value, "Continue your update"
        )


@dataclass(frozen=True)
class WorkList:
    """Returns still to submit, the most pressing first, and those that went before."""

    waiting: tuple[WorkCard, ...]
    sent: tuple[WorkCard, ...]
    has_priorities: bool


def work_list(user: User, partnership: Partnership, *, on: dt.date) -> WorkList:
    """The returns of the priorities a person leads, in a fixed number of queries however many there are."""
    priorities = list(
        Priority.objects.strategic().current().led_by(user).filter(plan__partnership=partnership)
    )
    quarters = list(Quarter.objects.filter(partnership=partnership).opened_by(on)[:ROUNDS_SHOWN])
    returns = {
        (row.priority_id, row.quarter_id): row
        for row in QuarterlyReturn.objects.filter(
            priority__in=priorities, quarter__in=quarters
        ).select_related("returned_by")
    }
    sizes = _Sizes(priorities)
    came = sent_by_others(returns.values(), reader=user)
    cards = []
    for quarter in quarters:
        for priority in priorities:
            found = returns.get((priority.pk, quarter.pk)) or QuarterlyReturn(
                priority=priority, quarter=quarter
            )
            found.quarter, found.priority = quarter, priority
            if found.pk or not quarter.is_locked:
                contents = sizes.in_words(priority, quarter)
                cards.append(_card(partnership, found, contents, came.get(found.pk, ()), on))
    waiting = sorted((card for card in cards if card.is_open), key=lambda card: not card.is_late)
    return WorkList(
        waiting=tuple(waiting),
        sent=tuple(card for card in cards if not card.is_open),
        has_priorities=bool(priorities),
    )


def _card(
    partnership: Partnership, found: QuarterlyReturn, contents: str, came: tuple[str, ...], on: dt.date
) -> WorkCard:
    quarter, state = found.quarter, QuarterlyReturn.State(found.state)
    is_open = found.is_open_to_changes
    sent_at = found.accepted_at or found.submitted_at
    is_returned = is_open and state is QuarterlyReturn.State.RETURNED
    return WorkCard(
        title=f"{quarter} update for {found.priority}",
        contents=contents,
        url=return_url("return-detail", partnership.slug, quarter, found.priority.slug),
        state=State(state.value, str(state.label)),
        is_open=is_open,
        is_late=is_open and quarter.is_late(on),
        due=day_in_words(quarter.due_on),
        returned_by=str(found.returned_by or "") if is_returned else "",
        return_reason=found.return_reason if is_returned else "",
        sent=f"{state.label} {day_in_words(sent_at.astimezone(EDINBURGH).date())}"
        if sent_at
        else str(state.label),
        came=came if is_open else (),
        figures_url=return_url("return-figures", partnership.slug, quarter, found.priority.slug),
    )


class _Sizes:
    """How much each return asks: counted for all priorities at once."""

    def __init__(self, priorities: Iterable[Priority]) -> None:
        priorities = list(priorities)
        self._measures = list(
            Measure.objects.filter(priority__in=priorities).only("priority", "discontinued_on")
        )
        self._risks = _per_priority(
            Risk.objects.open().filter(priority__in=priorities).values_list("priority")
        )
        self._actions = dict(Action.objects.filter(priority__in=priorities).values_list("pk", "priority"))
        updates = ActionUpdate.objects.official().filter(action__in=self._actions)
        # Oldest first: of each action the last one said before a quarter is what counts.
        self._updates = list(
            updates.order_by("quarterly_return__quarter__opens_on").values_list(
                "action", "status", "quarterly_return__quarter__opens_on"
            )
        )

    def in_words(self, priority: Priority, quarter: Quarter) -> str:
        """ "5 figures, 4 actions, 2 risks, your words"."""
        parts = (
            counted(self._figures(priority, quarter), "figure"),
            counted(self._open_actions(priority, quarter), "action"),
            counted(self._risks[priority.pk], "risk"),
            "your words",
        )
        return ", ".join(parts)

    def _figures(self, priority: Priority, quarter: Quarter) -> int:
        return sum(
            measure.priority_id == priority.pk and measure.is_in_use(quarter.ends_on)
            for measure in self._measures
        )

    def _open_actions(self, priority: Priority, quarter: Quarter) -> int:
        said = {action: status for action, status, opens_on in self._updates if opens_on < quarter.opens_on}
        return sum(
            said.get(action) not in FINISHED
            for action, owner in self._actions.items()
            if owner == priority.pk
        )


def _per_priority(rows: Iterable[tuple[int, ...]]) -> Counter[int]:
    return Counter(row[0] for row in rows)
