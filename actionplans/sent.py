"""Figures that somebody sent, kept in a return as drafts until it is accepted.

Those of the whole area that the return asks for stand on its figures page, where they may be typed over. Those of
places and of other periods are only looked through there: left in, or taken out.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count

from actionplans import operations
from actionplans.figure_drafts import write_changed
from actionplans.figure_kinds import as_kept
from actionplans.figure_lines import is_not_applicable, ratio_of
from actionplans.models import Delivery, MeasureCommentary, QuarterlyReturn, Reading
from actionplans.places import AREA, PlaceIds, ids_in, ids_of
from actionplans.return_sheet import return_of
from actionplans.senders import WITH_SENDERS, answered_how, person_of, sender_of, sent_how
from actionplans.series import period_of_round
from actionplans.sheets.preview import SentFigure
from actionplans.supply.requests import close_answered
from priorities.models import Priority, Quarter, User

# What of a draft is its own: measure, whom about, and which days.
DraftKey = tuple[int, PlaceIds, dt.date, dt.date]


@transaction.atomic
def take_in_sent(
    priority: Priority,
    quarter: Quarter,
    figures: Sequence[SentFigure],
    *,
    delivery: Delivery,
    by: User | None,
    at: dt.datetime,
) -> None:
    """Keep figures of a priority's own measures as drafts of its return for a round, which begins if need be.

    `by` is None where nobody is signed in: then whoever last saved the return stays so. What is there already, the
    same, is not written again. Requests whose figures have all come by then are answered. Raises
    operations.ReturnClosed; then nothing is kept.
    """
    held = operations.hold_open(return_of(priority, quarter))
    drafts = _SentDrafts(held, delivery, by, at)
    for figure in figures:
        drafts.keep(figure)
    operations.mark_begun(held, by=by, at=at)
    close_answered(
        quarter,
        {figure.measure for figure in figures},
        how=answered_how(delivery),
        by_words=person_of(delivery),
        at=at,
    )


@dataclass
class _SentDrafts:
    """The drafts of one return, held for change: fetched once, written row by row for the audit record."""

    held: QuarterlyReturn
    delivery: Delivery
    by: User | None
    at: dt.datetime
    readings: dict[DraftKey, Reading] = field(init=False)
    commentaries: dict[int, MeasureCommentary] = field(init=False)

    def __post_init__(self) -> None:
        drafts = self.held.readings.filter(state=Reading.State.DRAFT)
        self.readings = {
            (row.measure_id, ids_in(row), row.starts_on, row.ends_on): row
            for row in drafts.select_related("measure", "place", "comparator", "entered_by", "delivery")
        }
        commentaries = self.held.commentaries.select_related("measure")
        self.commentaries = {row.measure_id: row for row in commentaries}

    def keep(self, figure: SentFigure) -> None:
        if figure.measure.priority_id != self.held.priority_id:
            raise ValueError(f"{figure.measure.code} is not a measure of {self.held.priority}.")
        if figure.no_figure_reason:
            self._keep_reason(figure)
        else:
            self._keep_figure(figure)

    def _is_asked(self, figure: SentFigure) -> bool:
        quarter = self.held.quarter
        asked = period_of_round(figure.measure, quarter)
        return ids_of(figure.place) == ids_of(AREA) and figure.period == asked

    def _keep_reason(self, figure: SentFigure) -> None:
        """Why there is no figure yet; only the return's own question has room for it."""
        if not self._is_asked(figure):
            return
        if draft := self.readings.pop(_key(figure), None):
            draft.delete()
        self._say(figure, figure.no_figure_reason)

    def _say(self, figure: SentFigure, reason: str) -> None:
        row = self.commentaries.get(figure.measure.pk)
        if row is not None:
            write_changed(row, {"no_figure_reason": reason})
        elif reason:
            self.commentaries[figure.measure.pk] = self.held.commentaries.create(
                measure=figure.measure, no_figure_reason=reason
            )

    def _keep_figure(self, figure: SentFigure) -> None:
        if self._is_asked(figure):
            # What was said of there being none yet has had its day.
            self._say(figure, "")
        wanted = _wanted(figure)
        known = {
            "released_at": self.at,
            "entered_at": self.at,
            "entered_by": self.by,
            "delivery": self.delivery,
        }
        row = self.readings.get(_key(figure))
        if row is None:
            self.readings[_key(figure)] = self._created(figure, wanted | known)
        elif any(getattr(row, name) != value for name, value in wanted.items()):
            write_changed(row, wanted | known)

    def _created(self, figure: SentFigure, values: dict[str, Any]) -> Reading:
        place, comparator = ids_of(figure.place)
        return Reading.objects.create(
            quarterly_return=self.held,
            measure=figure.measure,
            place_id=place,
            comparator_id=comparator,
            starts_on=figure.period.starts_on,
            ends_on=figure.period.ends_on,
            state=Reading.State.DRAFT,
            release_class=figure.measure.release_class,
            **values,
        )


def _key(figure: SentFigure) -> DraftKey:
    return figure.measure.pk, ids_of(figure.place), figure.period.starts_on, figure.period.ends_on


def _wanted(figure: SentFigure) -> dict[str, Any]:
    given = figure.given
    has_nothing_to_divide_by = is_not_applicable(given, ratio_of(figure.measure))
    return {
        "value": None if given.value is None else as_kept(given.value),
        "numerator": given.numerator,
        "denominator": given.denominator,
        "symbol": Reading.Symbol.NOT_APPLICABLE.value if has_nothing_to_divide_by else figure.symbol,
        "flag": figure.flag,
        "note": figure.note,
        "answered_doubt": figure.answered_doubt,
    }


def sent_by_others(returns: Iterable[QuarterlyReturn], *, reader: User) -> dict[int, tuple[str, ...]]:
    """What others sent for some returns and is in them still, the oldest first: a sentence each, by return.

    In one query, or two where there is any. What the reader put in is no news to them.
    """
    rows = Reading.objects.filter(
        state=Reading.State.DRAFT, quarterly_return__in=[row.pk for row in returns], delivery__isnull=False
    )
    counts = {
        (found, delivery): count
        for found, delivery, count in rows.order_by()
        .values_list("quarterly_return", "delivery")
        .annotate(count=Count("pk"))
    }
    senders = Delivery.objects.select_related(*WITH_SENDERS).in_bulk({key for _, key in counts})
    said: dict[int, list[tuple[dt.datetime, str]]] = defaultdict(list)
    for (found, key), count in counts.items():
        delivery = senders[key]
        if delivery.sent_by_id != reader.pk:
            said[found].append((delivery.sent_at, _came_in_words(delivery, count)))
    return {found: tuple(words for _, words in sorted(all_said)) for found, all_said in said.items()}


def _came_in_words(delivery: Delivery, count: int) -> str:
    figures = "1 figure was" if count == 1 else f"{count} figures were"
    return f"{figures} sent by {sender_of(delivery)} {sent_how(delivery)}"
