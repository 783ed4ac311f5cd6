"""Brings the figures of a file into the vintages of measures: all of them or none."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction

from actionplans.clearing import clear_controlled
from actionplans.plan_file.faults import FaultsFoundError
from actionplans.reading_file.fitting import catalogue_of, check_columns, make_comparators, partnership_of
from actionplans.reading_file.loading import ImportReport, Loading
from actionplans.reading_file.mapping import ReadingMapping
from actionplans.reading_file.rows import RowReader
from actionplans.reading_file.sheet_table import is_workbook, open_sheet
from actionplans.reading_file.table import Table, open_table
from priorities.clock import EDINBURGH
from priorities.models import Partnership
from priorities.wording import day_in_words

if TYPE_CHECKING:
    from priorities.models import User


def import_readings(
    source: BinaryIO,
    mapping: ReadingMapping,
    *,
    at: dt.datetime,
    by: User | None = None,
    name: str = "",
    is_rehearsal: bool = False,
) -> ImportReport:
    """Load the figures of a CSV file or a workbook (open for bytes, and read twice) as a checked mapping says.

    `name` is what the file is called. A CSV file is read as a stream; a workbook is not, and so may not be large.
    Raises FaultsFoundError for a mapping that does not fit the partnership or the file, and RowsRefusedError
    for rows; nothing is loaded then. A rehearsal does everything and undoes it.
    """
    partnership = partnership_of(mapping)
    today = at.astimezone(EDINBURGH).date()
    released = mapping.released
    if released.on is not None and released.on > today and not released.embargoed:
        raise FaultsFoundError([released.fault("on", f"{day_in_words(released.on)} is still to come.")])
    with transaction.atomic():
        # Two imports at once take turns.
        Partnership.objects.select_for_update().get(pk=partnership.pk)
        made = make_comparators(mapping, partnership)
        catalogue = catalogue_of(mapping, partnership)
        table = _table_in(source, mapping, name)
        check_columns(mapping, table.headings)
        reader = RowReader(mapping, table, catalogue, on=today)
        loading = Loading(table, reader, at=at, by=by)
        report = loading.run(made=made, is_rehearsal=is_rehearsal)
        clear_controlled(loading.measures_looked_up, by=by, at=at)
        if is_rehearsal:
            transaction.set_rollback(True)
    return report


def _table_in(source: BinaryIO, mapping: ReadingMapping, name: str) -> Table:
    """What a file is, its content says and not its name."""
    if is_workbook(source):
        return open_sheet(source, mapping, name)
    return open_table(source, mapping.headings, header_row=mapping.header_row)
