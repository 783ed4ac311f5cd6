"""Figures that somebody sent, taken in: kept as they came, then saved as drafts or on record, all of it or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from actionplans.models import (
    Delivery,
    DeliveryFile,
    Measure,
    QuarterlyReturn,
    SheetMapping,
    SupplyLink,
)
from actionplans.operations import Refused
from actionplans.recording import FigureRefused, PublishedFigure, record_sent
from actionplans.senders import WITH_SENDERS, answered_how, person_of, sent_in_words
from actionplans.sent import take_in_sent
from actionplans.sheets.cells import Workbook
from actionplans.sheets.columns import ColumnPlan, find_own
from actionplans.sheets.limits import SheetRefused
from actionplans.sheets.outlines import Unmapped
from actionplans.sheets.permits import Permit, permit_for, permit_for_link
from actionplans.sheets.preview import Preview, PreviewRow, SentFigure, SentRow, Verdict
from actionplans.sheets.previewing import digest_of, file_of, preview_delivery, preview_rows, remembered_plan
from actionplans.sheets.reading import read_workbook
from actionplans.supply.requests import close_answered
from priorities.models import Organisation, Partnership, Priority, Quarter, User
from priorities.wording import listed, quoted, tidied

__all__ = [
    "PreviewOutOfDate",
    "discard",
    "receive",
    "save_delivery",
    "save_sent",
    "sent_in_words",
    "tell_columns",
]

LONGEST_NAME = 200


class PreviewOutOfDate(Refused):
    """Something changed after the preview was made; `preview` is as it is now. Nothing was saved."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(
            "Something has changed since this was shown. Nothing was saved: look through it again."
        )
        self.preview = preview


# Taking in


@transaction.atomic
def receive(
    quarter: Quarter,
    *,
    way: str,
    name: str,
    content: bytes,
    destination: str,
    organisation: Organisation | None,
    priority: Priority | None,
    by: User,
    at: dt.datetime,
    plan: Mapping[str, Any] | None = None,
) -> Delivery:
    """Keep what somebody sent, until they say what becomes of it. A sheet is read first, so that it can be.

    `plan` says of what was pasted which line is what. Raises SheetRefused for a file that is not read, and Refused for
    somebody who may send no figures; then nothing is kept.
    """
    permit = permit_for(by, quarter, destination, priority)
    if not permit.measures:
        raise Refused("There are no figures of this round that you may send.")
    if quarter.is_locked and not permit.goes_on_record:
        raise Refused(f"{quarter} is locked, so its figures can no longer be changed.")
    if way == Delivery.Way.SHEET:
        plan = _plan_for(_book_shown(content, name), quarter.partnership, organisation)
    delivery = Delivery.objects.create(
        partnership=quarter.partnership,
        quarter=quarter,
        way=way,
        destination=permit.destination,
        priority=priority,
        organisation=organisation,
        name=_plain_name(name),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        plan=dict(plan or {}),
        sent_at=at,
        sent_by=by,
    )
    DeliveryFile.objects.create(delivery=delivery, content=content)
    return delivery


def _book_shown(content: bytes, name: str) -> Workbook:
    """What came, read. Raises SheetRefused, also where everything in it is hidden."""
    book = read_workbook(content, name)
    if not any(sheet.rows for sheet in book.shown):
        raise SheetRefused(
            "Every sheet with something in it is hidden. Show the one with the figures, and send the file again."
        )
    return book


def _plan_for(
    book: Workbook, partnership: Partnership, organisation: Organisation | None
) -> dict[str, Any] | None:
    """What was told of an earlier sheet like it; None for our own, and where nobody told anything."""
    try:
        if find_own(book):
            return None
    except SheetRefused:
        # The preview says so, and why.
        return None
    plan = remembered_plan(book, partnership, organisation)
    return plan.as_json() if plan else None


def _plain_name(name: str) -> str:
    """A file's name without folders and what nobody sees."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = tidied("".join(letter if letter.isprintable() else " " for letter in last))
    return plain[-LONGEST_NAME:] or "Figures"


@transaction.atomic
def tell_columns(
    delivery: Delivery, plan: ColumnPlan, *, remember: bool, by: User, at: dt.datetime
) -> Delivery:
    """Say which column of a sheet holds what; remembered, for every sheet of its sender with the same headings.

    Raises Refused for a plan that does not say enough, and for a sheet that is not one's own or saved already.
    """
    held = _held(delivery, by)
    if missing := plan.missing:
        raise Refused(" ".join(missing))
    book = read_workbook(file_of(held), held.name)
    if all(sheet.name != plan.sheet for sheet in book.shown):
        raise Refused(f"There is no sheet {quoted(plan.sheet)} in the file.")
    held.plan = plan.as_json()
    held.save(update_fields=["plan"])
    if remember:
        _remember(held, plan, book, by=by, at=at)
    return held


def _remember(delivery: Delivery, plan: ColumnPlan, book: Workbook, *, by: User, at: dt.datetime) -> None:
    SheetMapping.objects.update_or_create(
        partnership=delivery.partnership,
        organisation=delivery.organisation,
        headings_sha256=digest_of(book, plan),
        defaults={"plan": plan.to_remember.as_json(), "saved_at": at, "saved_by": by},
    )


@transaction.atomic
def discard(delivery: Delivery, *, by: User) -> None:
    """Drop what waits, file and all. Raises Refused for what is saved: that stays for good."""
    _held(delivery, by).delete()


def _held(delivery: Delivery, by: User) -> Delivery:
    """A delivery that waits, locked until the transaction ends. Raises Refused."""
    rows = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery.pk, sent_by=by)
    held = rows.select_related("quarter__partnership", "partnership", "priority", *WITH_SENDERS).first()
    if held is None:
        raise Refused("This was dropped already, or is not yours.")
    if not held.is_waiting:
        raise Refused("This was saved already. What was saved stays.")
    held.quarter.partnership = held.partnership
    return held


# Saving


@transaction.atomic
def save_delivery(
    delivery: Delivery, *, seen: str, answered: frozenset[str], by: User, at: dt.datetime
) -> Delivery:
    """Save what is right of a delivery that waits, and leave the rest out: all of it, or nothing at all.

    `seen` is the fingerprint of the preview as it was shown, `answered` the keys of rows whose questions were answered
    with yes. Raises PreviewOutOfDate, and Refused where there is nothing to save.
    """
    held = _held(delivery, by)
    permit = permit_for(by, held.quarter, held.destination, held.priority)
    _hold_round(permit)
    try:
        preview = preview_delivery(held, permit, at=at)
    except SheetRefused as refusal:
        raise Refused(str(refusal)) from None
    if isinstance(preview, Unmapped):
        raise Refused("Say first which column of the sheet holds what.")
    saving = _Saving.of(preview, permit, seen=seen, answered=answered)
    saving.write(held, by=by, at=at)
    held.state, held.saved_at, held.saved_by = Delivery.State.SAVED, at, by
    held.outcome, held.counts = saving.outcome, saving.counts
    held.save(update_fields=["state", "saved_at", "saved_by", "outcome", "counts"])
    return held


@transaction.atomic
def save_sent(
    link: SupplyLink,
    rows: Iterable[SentRow],
    *,
    seen: str,
    answered: frozenset[str],
    content: bytes,
    at: dt.datetime,
) -> Delivery:
    """Take in what came by link, as drafts. `content` is the evidence of it. Raises as `save_delivery`."""
    fetched = SupplyLink.objects.select_related(
        "quarter__partnership", "contact__organisation", "partnership"
    )
    held = fetched.select_for_update(of=("self",)).get(pk=link.pk)
    if not held.is_usable(at):
        raise Refused("This link can no longer be used.")
    permit = permit_for_link(held, at=at)
    if permit.quarter.is_locked:
        raise Refused(f"{permit.quarter} is locked, so its figures can no longer be changed.")
    _hold_round(permit)
    saving = _Saving.of(preview_rows(rows, permit, at=at), permit, seen=seen, answered=answered)
    delivery = Delivery.objects.create(
        partnership=held.partnership,
        quarter=held.quarter,
        way=Delivery.Way.LINK,
        organisation=held.contact.organisation,
        contact=held.contact,
        link=held,
        name="By link",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        sent_at=at,
        state=Delivery.State.SAVED,
        saved_at=at,
        outcome=saving.outcome,
        counts=saving.counts,
    )
    DeliveryFile.objects.create(delivery=delivery, content=content)
    saving.write(delivery, by=None, at=at)
    return delivery


def _hold_round(permit: Permit) -> None:
    """Lock a round and its returns until the transaction ends, so that two who save at once wait for each other.

    The round too: no return of it can begin meanwhile.
    """
    Quarter.objects.select_for_update().get(pk=permit.quarter.pk)
    priorities = {measure.priority_id for measure in permit.measures.values()}
    held = QuarterlyReturn.objects.filter(quarter=permit.quarter, priority__in=priorities)
    list(held.select_for_update(of=("self",)).order_by("pk"))


@dataclass(frozen=True)
class _Saving:
    """What of a preview is saved, and what becomes of the rest."""

    preview: Preview
    permit: Permit
    rows: tuple[PreviewRow, ...]

    @classmethod
    def of(cls, preview: Preview, permit: Permit, *, seen: str, answered: frozenset[str]) -> _Saving:
        """Raises PreviewOutOfDate, and Refused where there is nothing to save."""
        if preview.fingerprint != seen:
            raise PreviewOutOfDate(preview)
        if preview.refusal:
            raise Refused(preview.refusal)
        saving = cls(preview, permit, tuple(preview.to_save(answered)))
        if not saving.rows:
            raise Refused(saving.outcome)
        return saving

    def write(self, delivery: Delivery, *, by: User | None, at: dt.datetime) -> None:
        """Save it where it goes. Raises Refused; the transaction then keeps nothing."""
        figures = [row.sent for row in self.rows if row.sent is not None]
        if not self.permit.goes_on_record:
            self._draft(figures, delivery, by=by, at=at)
            return
        assert by is not None  # Nobody puts figures on record by link.
        try:
            record_sent([self._published(one, delivery, at) for one in figures], delivery, by=by, at=at)
        except FigureRefused as refusal:
            raise Refused(f"{refusal} Nothing was saved.") from None
        measures = {figure.measure for figure in figures}
        how, who = answered_how(delivery), person_of(delivery)
        close_answered(self.permit.quarter, measures, how=how, by_words=who, at=at)

    def _draft(
        self, figures: Sequence[SentFigure], delivery: Delivery, *, by: User | None, at: dt.datetime
    ) -> None:
        by_priority: dict[Priority, list[SentFigure]] = defaultdict(list)
        for figure in figures:
            by_priority[figure.measure.priority].append(figure)
        for priority in sorted(by_priority, key=lambda one: one.pk):
            own = by_priority[priority]
            take_in_sent(priority, self.permit.quarter, own, delivery=delivery, by=by, at=at)

    def _published(
        self, figure: SentFigure, delivery: Delivery, at: dt.datetime
    ) -> tuple[Measure, PublishedFigure]:
        where = self.permit.places[figure.place.kind, figure.place.code]
        note = f"{sent_in_words(delivery)} ({delivery.name})."
        return figure.measure, PublishedFigure(
            period=figure.period,
            value=figure.given.value,
            symbol=figure.symbol,
            numerator=figure.given.numerator,
            denominator=figure.given.denominator,
            flag=figure.flag,
            released_at=at,
            note=f"{note} {figure.note}" if figure.note else note,
            answered_doubt=figure.answered_doubt,
            place=where.locality,
            comparator=where.comparator,
            release_class=figure.measure.release_class,
        )

    # What is said of it

    @property
    def unanswered(self) -> int:
        """How many are left out for want of an answer."""
        saved = {row.key for row in self.rows}
        return sum(1 for row in self.preview.asked_about if row.key not in saved)

    @property
    def counts(self) -> dict[str, int]:
        return self.preview.counts | {"saved": len(self.rows), "unanswered": self.unanswered}

    @property
    def outcome(self) -> str:
        """ "12 figures were saved: 10 new, 2 changed. 3 were left out: 2 refused, 1 with its question not answered." """
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        told = Counter(row.verdict for row in self.rows)
        parts = [f"{told[one]:,} {one.value}" for one in (Verdict.NEW, Verdict.CHANGED) if told[one]]
        if parts:
            yield f"{_were(len(self.rows), 'figure', 'figures')} saved: {', '.join(parts)}."
        else:
            yield "Nothing was saved."
        counts = self.preview.counts
        left = []
        if refused := counts[Verdict.REFUSED.value]:
            left.append(f"{refused:,} refused")
        if self.unanswered:
            left.append(f"{self.unanswered:,} with its question not answered")
        if left:
            yield f"{_were(refused + self.unanswered)} left out: {listed(left)}."
        if same := counts[Verdict.SAME.value]:
            yield f"{_were(same)} there already."
        if empty := counts[Verdict.EMPTY.value]:
            yield f"{_were(empty)} left empty."


def _were(count: int, one: str = "", several: str = "") -> str:
    """ "1 figure was", "12 figures were", "3 were"."""
    noun = one if count == 1 else several
    return f"{count:,}{f' {noun}' if noun else ''} {'was' if count == 1 else 'were'}"
