"""Where a figure to come, a request for one or a link to send some by stands (pure; domain rules 5.2)."""

from __future__ import annotations

import datetime as dt
import enum

from priorities.periods import FinancialQuarter


class SupplyState(enum.StrEnum):
    """Where the next figure of a measure stands, the most pressing first.

    It is due from the day it is expected, and overdue when its days of grace are over; awaited when it is due later
    in the quarter that a day falls in. One that somebody sent waits in a return until that is accepted; any other
    figure that came and is not out yet is in hand: nobody is asked for either.
    """

    OVERDUE = "overdue"
    DUE = "due"
    SENT = "sent"
    IN_HAND = "in_hand"
    AWAITING = "awaiting"
    NOT_DUE = "not_due"

    @property
    def label(self) -> str:
        return _SUPPLY_LABELS[self]

    @property
    def is_wanted(self) -> bool:
        """Whether the figure should be here by now and is not."""
        return self in (SupplyState.OVERDUE, SupplyState.DUE)

    @property
    def has_come(self) -> bool:
        """Whether the figure is here and not out yet."""
        return self in (SupplyState.SENT, SupplyState.IN_HAND)

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        return [(state.value, state.label) for state in cls]


_SUPPLY_LABELS = {
    SupplyState.OVERDUE: "Overdue",
    SupplyState.DUE: "Due",
    SupplyState.SENT: "Sent, waiting for approval",
    SupplyState.IN_HAND: "In hand",
    SupplyState.AWAITING: "Awaiting",
    SupplyState.NOT_DUE: "Not due",
}


class RequestState(enum.StrEnum):
    """Where a request to a partner stands."""

    LATE = "late"
    OPEN = "open"
    ANSWERED = "answered"
    NOT_PROVIDED = "not_provided"

    @property
    def label(self) -> str:
        return _REQUEST_LABELS[self]


_REQUEST_LABELS = {
    RequestState.LATE: "Late",
    RequestState.OPEN: "Open",
    RequestState.ANSWERED: "Answered",
    RequestState.NOT_PROVIDED: "Not provided",
}


class LinkState(enum.StrEnum):
    """Where a link stands by which somebody sends figures. Figures that came by it stand, whatever becomes of it."""

    NOT_OPENED = "not_opened"
    OPENED = "opened"
    SAVED = "saved"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return _LINK_LABELS[self]


_LINK_LABELS = {
    LinkState.NOT_OPENED: "Not opened yet",
    LinkState.OPENED: "Opened",
    LinkState.SAVED: "Figures saved",
    LinkState.EXPIRED: "Expired",
    LinkState.WITHDRAWN: "Withdrawn",
}


def link_state(*, is_withdrawn: bool, is_expired: bool, is_opened: bool, is_saved: bool) -> LinkState:
    """Where a link stands. One by which figures came says so after it has expired too."""
    if is_withdrawn:
        return LinkState.WITHDRAWN
    if is_saved:
        return LinkState.SAVED
    if is_expired:
        return LinkState.EXPIRED
    return LinkState.OPENED if is_opened else LinkState.NOT_OPENED


def supply_state(
    expected_on: dt.date | None,
    overdue_after: dt.date | None,
    *,
    came: SupplyState | None = None,
    on: dt.date,
) -> SupplyState:
    """Where a figure stands on a day. `came` is SENT or IN_HAND for one that is here and not out yet.

    One that nobody can foretell (no dates) is not due.
    """
    if expected_on is None or overdue_after is None:
        return SupplyState.NOT_DUE
    if came is not None:
        return came
    if on > overdue_after:
        return SupplyState.OVERDUE
    if on >= expected_on:
        return SupplyState.DUE
    if expected_on <= FinancialQuarter.containing(on).ends_on:
        return SupplyState.AWAITING
    return SupplyState.NOT_DUE


def request_state(due_on: dt.date, answered_how: str, *, on: dt.date) -> RequestState:
    """Where a request stands on a day; its last day is not late."""
    if answered_how:
        return RequestState.NOT_PROVIDED if answered_how == "not_provided" else RequestState.ANSWERED
    return RequestState.LATE if on > due_on else RequestState.OPEN


def days_in_words(days: int) -> str:
    """ "1 day", "12 days"."""
    return "1 day" if days == 1 else f"{days:,} days"
