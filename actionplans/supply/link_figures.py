"""What a link asks for, what its contact has sent already, and what is kept as evidence of what they sent."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from io import StringIO

from actionplans.models import Delivery, MeasureCommentary, Reading, SupplyLink
from actionplans.places import ids_in, ids_of
from actionplans.sheets.asking import FillRow, rows_asked
from actionplans.sheets.preview import Preview, SentRow, Verdict
from actionplans.supply.links import Opening
from priorities.workbooks import guarded, unguarded

NAME = "By link"
"""What the evidence of figures that came by link is called."""


# What is asked


def rows_of(opening: Opening, *, at: dt.datetime) -> tuple[FillRow, ...]:
    """The rows for which a link still takes figures, those of one measure together."""
    link = opening.link
    assert link is not None
    return rows_asked(link.quarter, opening.measures, at=at)


def rows_asked_when_sent(opening: Opening) -> tuple[FillRow, ...]:
    """The rows as they were asked for when the link was sent: some may be known since."""
    link = opening.link
    assert link is not None
    return rows_asked(link.quarter, list(link.measures.all()), at=link.sent_at)


# What its contact sent before


@dataclass(frozen=True)
class SentBefore:
    """What a contact sent for one row, as it stands in the return: still their own, changed by nobody."""

    reading: Reading | None = None
    why_none: str = ""


def sent_before(
    link: SupplyLink, rows: Sequence[FillRow], delivery: Delivery | None
) -> Mapping[str, SentBefore]:
    """What stands in the returns of the round as the contact sent it, by row; in two queries.

    Nothing that anybody else entered or changed is among it. `delivery` is what they sent last.
    """
    keys = {
        (row.measure.pk, ids_of(row.place), row.period.starts_on, row.period.ends_on): row for row in rows
    }
    drafts = Reading.objects.filter(
        state=Reading.State.DRAFT,
        quarterly_return__quarter=link.quarter_id,
        measure__in={row.measure.pk for row in rows},
        delivery__way=Delivery.Way.LINK,
        delivery__contact=link.contact_id,
    )
    found: dict[str, SentBefore] = {}
    for draft in drafts:
        if row := keys.get((draft.measure_id, ids_in(draft), draft.starts_on, draft.ends_on)):
            found[row.id] = SentBefore(draft)
    said = {line.id: line.why_none for line in lines_of(delivery) if line.why_none} if delivery else {}
    if said:
        found |= _reasons(link, [row for row in rows if row.id in said and row.id not in found], said)
    return found


def _reasons(link: SupplyLink, rows: Iterable[FillRow], said: Mapping[str, str]) -> dict[str, SentBefore]:
    """Those of the words they sent for want of a figure that stand in the returns."""
    words = MeasureCommentary.objects.filter(
        quarterly_return__quarter=link.quarter_id, measure__in=[row.measure.pk for row in rows]
    )
    kept = dict(words.values_list("measure", "no_figure_reason"))
    return {
        row.id: SentBefore(why_none=said[row.id]) for row in rows if kept.get(row.measure.pk) == said[row.id]
    }


def last_delivery(link: SupplyLink) -> Delivery | None:
    """What the contact last sent by this link, with its file."""
    return link.deliveries.saved().select_related("file").order_by("-sent_at", "-pk").first()


# The evidence


@dataclass(frozen=True)
class EvidenceLine:
    """One row as it was sent and what became of it. `shown` is the figure as pages print it."""

    id: str
    measure: str
    place: str
    period: str
    typed: str
    why_none: str
    note: str
    shown: str
    outcome: str

    @property
    def sent(self) -> tuple[str, str, str, str]:
        """What was sent, whatever became of it."""
        return self.id, self.typed, self.why_none, self.note

    @property
    def code(self) -> str:
        """That of the measure."""
        return self.measure.partition(": ")[0]

    @property
    def name(self) -> str:
        """The measure without its code."""
        return self.measure.partition(": ")[2]

    @property
    def is_left_empty(self) -> bool:
        return self.outcome == Verdict.EMPTY.label

    @property
    def is_the_same(self) -> bool:
        return self.outcome == Verdict.SAME.label

    @property
    def is_saved(self) -> bool:
        return self.outcome == SAVED


HEADINGS = (
    "Row",
    "Measure",
    "Place",
    "Period",
    "Sent",
    "Not available because",
    "Note",
    "Read as",
    "Outcome",
)

SAVED = "Saved"
NOT_CONFIRMED = "Left out: its question was not answered with yes"


def evidence(
    rows: Mapping[str, FillRow], sent: Sequence[SentRow], preview: Preview, answered: frozenset[str]
) -> tuple[EvidenceLine, ...]:
    """Each row that was sent with what becomes of it, in their order. `rows` are by id."""
    saved = {row.key for row in preview.to_save(answered)}
    lines = []
    for one, became in zip(sent, preview.rows, strict=True):
        row = rows[str(one.id)]
        lines.append(
            EvidenceLine(
                id=row.id,
                measure=f"{row.measure.code}: {row.measure.name}",
                place=row.place_name,
                period=row.period.label,
                typed=one.read,
                why_none=one.why_none,
                note=one.note,
                shown=became.shown,
                outcome=_outcome(became.verdict, became.reason, is_saved=became.key in saved),
            )
        )
    return tuple(lines)


def _outcome(verdict: Verdict, reason: str, *, is_saved: bool) -> str:
    if is_saved:
        return SAVED
    if verdict.is_saved:
        return NOT_CONFIRMED
    # What is the same stands where it stood: there is nothing to be done about it.
    return f"{verdict.label}: {reason}" if reason and verdict is not Verdict.SAME else verdict.label


def evidence_file(lines: Iterable[EvidenceLine]) -> bytes:
    """Evidence as it is kept: CSV with a byte order mark, whose cells no spreadsheet takes for formulas."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for line in lines:
        writer.writerow([guarded(cell) for cell in astuple(line)])
    return text.getvalue().encode("utf-8-sig")


def lines_of(delivery: Delivery) -> tuple[EvidenceLine, ...]:
    """The evidence of a delivery by link, read back."""
    table = csv.reader(StringIO(bytes(delivery.file.content).decode("utf-8-sig"), newline=""))
    next(table)
    width = len(fields(EvidenceLine))
    return tuple(EvidenceLine(*(unguarded(cell) for cell in row)) for row in table if len(row) == width)


def is_sent_already(lines: Collection[EvidenceLine], delivery: Delivery | None) -> bool:
    """Whether just this was the last that came, as when a button is pressed twice."""
    if delivery is None:
        return False
    return {line.sent for line in lines} == {line.sent for line in lines_of(delivery)}
