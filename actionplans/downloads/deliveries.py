"""What would become of figures that somebody sent, as a file: the whole preview, however long it is."""

from __future__ import annotations

import datetime as dt

from actionplans.downloads.cells import where_it_applies
from actionplans.models import Delivery
from actionplans.sheets.preview import Preview, PreviewRow
from priorities.downloads import PageTables
from priorities.workbooks import Column, one_line, sheet_of

NOT_YET = "when figures are saved or sent again: nothing in this file is saved yet"

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
    )
    return PageTables(delivery.partnership, f"Preview of {name}", at, NOT_YET, notes, (sheet,))
