"""The targets of a measure, the breaks in its series and every version of it, as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from actionplans.downloads.cells import CHANGES, unit_of, where_it_applies, yes_or_no
from actionplans.models import Measure, SeriesBreak
from actionplans.series_versions import SeriesFigure, SeriesListing
from actionplans.targets import TargetVersion
from priorities.clock import EDINBURGH
from priorities.downloads import PageTables
from priorities.workbooks import Column, Sheet, Symbol, figure_shown, sheet_of


def target_tables(measure: Measure, versions: Sequence[TargetVersion], *, at: dt.datetime) -> PageTables:
    notes = (f"{measure.partnership.name}. {measure.code}: {measure.name}.",)
    title = f"Targets: {measure.code}, {measure.name}"
    return PageTables(measure.partnership, title, at, CHANGES, notes, (targets_sheet(measure, versions),))


def targets_sheet(measure: Measure, versions: Sequence[TargetVersion]) -> Sheet:
    """Every target that has been set, with who set it and why."""
    columns: tuple[Column[TargetVersion], ...] = (
        ("Period", lambda one: one.period),
        (f"Target ({unit_of(measure)})", lambda one: figure_shown(one.shown)),
        ("Version", lambda one: one.version),
        ("In use", lambda one: yes_or_no(one.is_in_use)),
        ("Set on", lambda one: one.set_on),
        ("Set by", lambda one: one.set_by or "The plan"),
        ("Reason", lambda one: one.reason or "None given"),
        ("How it was worked out", lambda one: where_it_applies(one.basis)),
        ("Decision", lambda one: one.decided or "None recorded"),
        ("Note", lambda one: where_it_applies("Illustrative." if one.is_illustrative else "")),
    )
    about = "Every target that has been set, the newest period first"
    return sheet_of("Targets", f"Targets: {measure.name}", about, columns, versions)


def break_tables(measure: Measure, breaks: Sequence[SeriesBreak], *, at: dt.datetime) -> PageTables:
    columns: tuple[Column[SeriesBreak], ...] = (
        ("From", lambda row: row.on),
        ("What changed", lambda row: row.reason),
    )
    about = "Where the way of counting changed, the newest first"
    sheet = sheet_of("Breaks", f"Breaks in the series: {measure.name}", about, columns, breaks)
    notes = (
        f"{measure.partnership.name}. {measure.code}: {measure.name}.",
        "The figures before and after a break are not compared.",
    )
    title = f"Breaks in the series: {measure.code}, {measure.name}"
    return PageTables(measure.partnership, title, at, CHANGES, notes, (sheet,))


def series_tables(measure: Measure, listings: Sequence[SeriesListing], *, at: dt.datetime) -> PageTables:
    notes = (
        f"{measure.partnership.name}. {measure.code}: {measure.name}. Figures of the whole area.",
        (
            "A figure that disclosure control holds back, or that is under embargo, is not in a file, also where you "
            "see it on the page."
        ),
    )
    title = f"Whole series: {measure.code}, {measure.name}"
    sheets = (_series_figures(measure, listings), _series_versions(measure, listings))
    return PageTables(measure.partnership, title, at, CHANGES, notes, sheets)


def _series_figures(measure: Measure, listings: Sequence[SeriesListing]) -> Sheet:
    columns: tuple[Column[tuple[SeriesListing, SeriesFigure]], ...] = (
        ("Series", lambda pair: pair[0].number),
        ("Period", lambda pair: pair[1].period),
        (f"Figure ({unit_of(measure)})", lambda pair: figure_shown(pair[1].shown_to_all)),
        ("How firm", lambda pair: pair[1].flag.capitalize() or "Final"),
        ("Released on", lambda pair: pair[1].released_on),
    )
    pairs = [(listing, figure) for listing in listings for figure in listing.figures]
    about = "The newest figure of each period in each series, the oldest period first"
    return sheet_of("Figures", f"Figures of every series: {measure.name}", about, columns, pairs)


def _series_versions(measure: Measure, listings: Sequence[SeriesListing]) -> Sheet:
    about = "Each series with when and why it came, the newest first"
    return sheet_of("Versions", f"Every series: {measure.name}", about, _LISTING, listings)


_LISTING: tuple[Column[SeriesListing], ...] = (
    ("Series", lambda one: one.number),
    ("Use", lambda one: "In use" if one.is_in_use else "Under embargo" if one.is_to_come else "Replaced"),
    ("Released on", lambda one: _released(one, "day") or "Figure by figure"),
    ("Released at", lambda one: _released(one, "time") or Symbol.NOT_APPLICABLE),
    ("Figures", lambda one: one.span),
    ("Other places", lambda one: one.other_places),
    ("Reason", lambda one: where_it_applies(one.reason)),
)


def _released(listing: SeriesListing, part: str) -> dt.date | str:
    if listing.released_at is None:
        return ""
    moment = listing.released_at.astimezone(EDINBURGH)
    return moment.date() if part == "day" else f"{moment:%H:%M}"
