"""The library of measures as a table: just the measures that were found."""

from __future__ import annotations

import datetime as dt

from actionplans.downloads.cells import where_it_applies
from dashboard.library import Library, LibraryRow
from dashboard.tables.words import AS_THEY_COME, figure_cell, flag_cell, note_on, release_of, warnings_of
from priorities.clock import EDINBURGH
from priorities.downloads import PageTables
from priorities.models import Partnership
from priorities.wording import day_in_words
from priorities.workbooks import Column, Sheet, one_line, sheet_of


def library_tables(
    library: Library, partnership: Partnership, *, quarter: str, known_at: dt.datetime
) -> PageTables:
    """The measures that fit what was asked; the cover says what that was."""
    known_on = day_in_words(known_at.astimezone(EDINBURGH).date())
    asked = library.form.in_words
    found = f"{library.count_in_words}." if asked else f"All {library.count_in_words}."
    return PageTables(
        partnership=partnership,
        title="Library of measures",
        made_at=known_at,
        next_update=AS_THEY_COME,
        notes=(
            f"{partnership.name}. As known in {quarter}, on {known_on}.",
            f"Filter: {found}" if asked else found,
            *warnings_of(one.row for one in library.rows),
        ),
        sheets=(_measures(library),),
    )


def _measures(library: Library) -> Sheet:
    columns: list[Column[LibraryRow]] = [
        ("Code", lambda one: one.row.code),
        ("Measure", lambda one: one.row.name),
        ("Definition", lambda one: where_it_applies(one.row.definition)),
        ("Counted in", lambda one: one_line(one.counted_in)),
        ("Which way is better", lambda one: one.row.better),
        ("One figure covers", lambda one: one.covers),
        ("Reported under", lambda one: one.reported_under),
        ("Also shown under", lambda one: where_it_applies("; ".join(one.also_under))),
        ("Source", lambda one: where_it_applies(one.row.source)),
        ("Address of the source", lambda one: where_it_applies(one.row.source_url)),
        ("Supplied by", lambda one: where_it_applies(one.supplier)),
        ("Answers for it", lambda one: where_it_applies(one.owner)),
        ("Status", lambda one: one.row.status.label),
        ("Period", lambda one: one.row.period),
        ("Figure", lambda one: figure_cell(one.row.shown)),
        ("Flag", lambda one: flag_cell(one.row.shown, one.row.flag)),
        ("Release", lambda one: release_of(one.row)),
        ("How old it is", lambda one: where_it_applies(one.row.freshness)),
        ("Note", lambda one: note_on(one.row)),
    ]
    about = "Every measure found: what it is, where it is used, where it comes from, and its newest figure"
    title = f"Library of measures: {library.count_in_words}"
    return sheet_of("Measures", title, about, columns, library.rows)
