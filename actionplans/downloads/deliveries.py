"""What somebody sent, as a file: the whole of a preview, however long it is, and the list of all that came."""

from __future__ import annotations

import datetime as dt

from actionplans.delivery_pages import Came, DeliveryLine
from actionplans.downloads.cells import CHANGES, where_it_applies
from actionplans.models import Delivery
from actionplans.sheets.preview import Preview, PreviewRow
from priorities.clock import EDINBURGH
from priorities.downloads import PageTables
from priorities.models import Quarter
from priorities.workbooks import Column, one_line, sheet_of

NOT_YET = "when figures are saved or sent again: nothing in this file is saved yet"

HELD_BACK = (
    "What disclosure control holds back is not in a file, and a figure is not compared with it: the page may say Same "
    "where the file says Changed or Refused."
)

COLUMNS: tuple[Column[PreviewRow], ...] = (
    ("Verdict", lambda row: row.verdict.label),
    ("Where", lambda row: row.where),
    ("Measure", lambda row: where_it_applies(row.measure_name)),
    ("Code", lambda row: where_it_applies(row.measure_code)),
    ("Place", lambda row: where_it_applies(row.place_name)),
    ("Period", lambda row: where_it_applies(row.period_label)),
    ("What was read", lambda row: where_it_applies(row.read)),
    ("New figure", lambda row: where_it_applies(row.shown)),
    ("Before", lambda row: where_it_applies(row.before)),
    ("Why", lambda row: where_it_applies(row.reason)),
    ("Question", lambda row: where_it_applies(row.question)),
    ("Note", lambda row: where_it_applies(row.note)),
)


def preview_tables(delivery: Delivery, preview: Preview, *, at: dt.datetime) -> PageTables:
    """The rows of a preview in the order of what was sent. Its makers see to it that nothing held back is in it."""
    name = one_line(delivery.name)
    sheet = sheet_of(
        "Preview",
        f"What would become of the figures in {name}",
        "What would become of every figure that was sent",
        COLUMNS,
        preview.rows,
    )
    notes = (
        f"{delivery.partnership.name}. Figures sent for {delivery.quarter}. Nothing is saved yet.",
        *preview.notes,
        *([HELD_BACK] if any(row.hides_before for row in preview.rows) else []),
    )
    return PageTables(delivery.partnership, f"Preview of {name}", at, NOT_YET, notes, (sheet,))


_CAME: tuple[Column[DeliveryLine], ...] = (
    ("What came", lambda line: line.delivery.name),
    ("Sent on", lambda line: line.delivery.sent_at.astimezone(EDINBURGH).date()),
    ("From whom", lambda line: line.sent),
    ("What became of it", lambda line: line.delivery.outcome),
)


def came_tables(quarter: Quarter, came: Came, *, at: dt.datetime) -> PageTables:
    """What was saved in a round, of what one may see. What waits is nobody's but its sender's, and not in it."""
    title = f"What came: {quarter}"
    about = "Figures that came in by sheet, paste or link, and what became of them"
    sheet = sheet_of("Saved", "What was saved, the newest first", about, _CAME, came.saved)
    return PageTables(quarter.partnership, title, at, CHANGES, (f"{about}.",), (sheet,))
