"""Disclosure control as files, for whoever clears figures: the policy, the rulings and the record.

Their page shows the figures as they are held. A file does not: it says of each what the ruling is.
"""

from __future__ import annotations

import datetime as dt

from actionplans.disclosure_pages import (
    ClearancePage,
    ClearanceRow,
    ControlledMeasure,
    DisclosurePage,
    HeldFigure,
    PolicyRow,
)
from actionplans.downloads.cells import CHANGES, unit_of, where_it_applies, yes_or_no
from actionplans.models import Measure
from actionplans.series_versions import EMBARGOED
from priorities.downloads import PageTables
from priorities.models import Partnership
from priorities.workbooks import Cell, Column, Symbol, figure_shown, sheet_of

A_FILE = "A file that was loaded"


def disclosure_tables(partnership: Partnership, page: DisclosurePage, *, at: dt.datetime) -> PageTables:
    measures = sheet_of(
        "Measures",
        "Measures under disclosure control, those that need clearing first",
        "Where each measure under disclosure control stands",
        _MEASURE,
        page.measures,
    )
    newest = max((row.version for row in page.versions), default=0)
    versions = sheet_of(
        "Versions of the policy",
        "Every version of the policy, the newest first",
        "What each version of the policy says, and who set it",
        (*_POLICY, ("In force", lambda row: yes_or_no(row.version == newest))),
        page.versions,
    )
    notes = (
        f"{partnership.name}. {page.policy.in_words}",
        "“Out already” counts small figures that could be worked out from what had been shown before a clearance.",
    )
    return PageTables(partnership, "Disclosure control", at, CHANGES, notes, (measures, versions))


_MEASURE: tuple[Column[ControlledMeasure], ...] = (
    ("Measure", lambda row: row.name),
    ("Code", lambda row: row.code),
    ("Priority", lambda row: row.priority),
    ("Sensitive", lambda row: yes_or_no(row.is_sensitive)),
    ("Where it stands", lambda row: row.standing),
    ("Last cleared on", lambda row: row.last.cleared_at.date() if row.last else "Never"),
    ("Cleared by", lambda row: (row.last.cleared_by or A_FILE) if row.last else Symbol.NOT_APPLICABLE),
    ("Policy", lambda row: row.last.policy if row.last else Symbol.NOT_APPLICABLE),
    ("Figures shown", lambda row: row.last.shown if row.last else Symbol.NOT_APPLICABLE),
    ("Figures not shown", lambda row: row.last.hidden if row.last else Symbol.NOT_APPLICABLE),
    ("Out already", lambda row: row.last.exposed if row.last else Symbol.NOT_APPLICABLE),
)

_POLICY: tuple[Column[PolicyRow], ...] = (
    ("Version", lambda row: row.version),
    ("Policy", lambda row: row.name),
    ("Largest count not shown", lambda row: row.threshold),
    ("Smallest group", lambda row: row.smallest_denominator),
    ("Set on", lambda row: row.set_at.date()),
    ("Set by", lambda row: row.set_by),
    ("Reason", lambda row: row.reason or "None given"),
)


# One measure


def clearance_tables(measure: Measure, page: ClearancePage, *, at: dt.datetime) -> PageTables:
    """The rulings on a measure's figures and every clearance; no figure that is not shown to everybody."""
    columns: tuple[Column[HeldFigure], ...] = (
        ("Period", lambda one: one.period),
        ("Place", lambda one: one.place),
        (f"Figure ({unit_of(measure)})", lambda one: _may_leave(one, figure_shown(one.shown))),
        ("Made of", lambda one: _may_leave(one, where_it_applies(one.made_of))),
        ("Released on", lambda one: one.released_at.date()),
        ("Embargo", lambda one: EMBARGOED if one.is_to_come else "None"),
        ("Ruling", lambda one: one.ruling),
        ("Why", lambda one: where_it_applies(one.reason)),
    )
    figures = sheet_of(
        "Figures",
        f"Figures and their rulings: {page.measure.name}",
        "Every version of every figure with its ruling, those not shown first",
        columns,
        (*page.held, *page.shown),
    )
    record = sheet_of(
        "Clearances",
        f"Every clearance: {page.measure.name}",
        "Who cleared the figures, when, by which policy, and what came of it, the newest first",
        _CLEARANCE,
        page.record,
    )
    notes = (
        f"{measure.partnership.name}. {measure.code}: {measure.name}. {page.measure.standing}.",
        (
            "A figure that is not shown, or is under embargo, is on the page for whoever clears figures and in no file; "
            "neither are words that may give one away."
        ),
        page.policy.in_words,
    )
    title = f"Disclosure control: {measure.code}, {measure.name}"
    return PageTables(measure.partnership, title, at, CHANGES, notes, (figures, record))


def _may_leave(figure: HeldFigure, cell: Cell) -> Cell:
    if figure.is_hidden or figure.waits:
        return Symbol.CONFIDENTIAL
    return EMBARGOED if figure.is_to_come else cell


_CLEARANCE: tuple[Column[ClearanceRow], ...] = (
    ("Cleared on", lambda row: row.cleared_at.date()),
    ("Time", lambda row: f"{row.cleared_at:%H:%M}"),
    ("Cleared by", lambda row: row.cleared_by or A_FILE),
    ("Policy", lambda row: row.policy),
    ("What the policy says", lambda row: row.policy_in_words),
    ("Figures shown", lambda row: row.shown),
    ("Figures not shown", lambda row: row.hidden),
    ("Out already", lambda row: row.exposed),
    ("What came of it", lambda row: row.outcome),
)
