"""What the page of a link says to its contact: before the figures are sent, and afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from actionplans.models import Delivery
from actionplans.sheets.preview import Preview, PreviewRow, Verdict
from actionplans.supply.link_figures import EvidenceLine


@dataclass(frozen=True)
class LinkGroup:
    """Figures of which the same becomes, under a heading."""

    key: str
    title: str
    rows: tuple[PreviewRow, ...]


@dataclass(frozen=True)
class LinkPreview:
    """What would become of the figures that a contact typed.

    `ticked` are the keys of the rows whose questions are answered with yes. `is_new` says that a preview seen before
    no longer holds.
    """

    preview: Preview
    ticked: frozenset[str]
    is_new: bool = False

    @property
    def refused(self) -> tuple[PreviewRow, ...]:
        return self.preview.of(Verdict.REFUSED)

    @property
    def asked(self) -> tuple[PreviewRow, ...]:
        """Those that are sent only if their question is answered with yes."""
        return self.preview.asked_about

    @property
    def right(self) -> tuple[PreviewRow, ...]:
        """Those that are sent as they are."""
        return tuple(row for row in self.preview.of(Verdict.NEW, Verdict.CHANGED) if not row.questions)

    @property
    def groups(self) -> tuple[LinkGroup, ...]:
        """All the rows that something is said of, what is to be put right first; no group is empty.

        Not kept is a reason for want of a figure where there is no room for one.
        """
        not_kept = tuple(row for row in self.preview.of(Verdict.EMPTY) if row.reason)
        groups = (
            LinkGroup("refused", "Not right yet", self.refused),
            LinkGroup("asked", "Please check", self.asked),
            LinkGroup("right", "To be sent", self.right),
            LinkGroup("same", "The same as before", self.preview.of(Verdict.SAME)),
            LinkGroup("not-kept", "Not kept", not_kept),
        )
        return tuple(group for group in groups if group.rows)

    @property
    def left_empty(self) -> int:
        return sum(not row.reason for row in self.preview.of(Verdict.EMPTY))

    @property
    def may_be_sent(self) -> bool:
        return bool(self.right or self.asked)

    @property
    def send_label(self) -> str:
        """What the button does, whatever is ticked."""
        if self.asked and not self.right:
            return "Send those I ticked"
        if self.asked:
            return f"Send {figures(len(self.right))} and those I ticked"
        return f"Send {figures(len(self.right))}"

    @property
    def left_out(self) -> str:
        """What is not sent by the button, in a sentence; "" where everything is."""
        if self.refused and self.asked:
            return "What is not right yet, and every question you do not tick, is left out."
        if self.refused:
            return "What is not right yet is left out. You can send it later."
        return "A figure whose question you do not tick is left out." if self.asked else ""


@dataclass(frozen=True)
class SentPage:
    """What a contact sent last, and what became of each row."""

    sent_at: dt.datetime
    saved: tuple[EvidenceLine, ...]
    left_out: tuple[EvidenceLine, ...]
    same: int
    left_empty: int

    @property
    def codes(self) -> frozenset[str]:
        """Those of the measures of which figures were saved."""
        return frozenset(line.code for line in self.saved)

    @classmethod
    def of(cls, delivery: Delivery, lines: Sequence[EvidenceLine]) -> SentPage:
        saved = tuple(line for line in lines if line.is_saved)
        empty = sum(line.is_left_empty for line in lines)
        same = sum(line.is_the_same for line in lines)
        rest = tuple(line for line in lines if not (line.is_saved or line.is_left_empty or line.is_the_same))
        return cls(delivery.sent_at, saved, rest, same, empty)


def figures(number: int) -> str:
    """ "1 figure", "12 figures"."""
    return "1 figure" if number == 1 else f"{number:,} figures"
