"""The list of reports, and what has changed since one of them, as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from actionplans.downloads.cells import CHANGES, where_it_applies
from priorities.downloads import PageTables
from priorities.models import Partnership
from priorities.workbooks import Column, figure_shown, sheet_of
from reports.models import Report
from reports.report_list import QuarterReports, ReportRow
from reports.since import SinceReport, SinceRow


def list_tables(
    partnership: Partnership, quarters: Iterable[QuarterReports], *, at: dt.datetime
) -> PageTables:
    """The reports that whoever asks may see, the newest quarter first."""
    pairs = [(quarter, row) for quarter in quarters for row in quarter.rows]
    about = "The reports you may read, and where each stands"
    sheet = sheet_of("Reports", "Reports, the newest quarter first", about, _REPORT, pairs)
    notes = (f"{partnership.name}. What the Board was given each quarter.",)
    return PageTables(partnership, "Reports", at, CHANGES, notes, (sheet,))


_REPORT: tuple[Column[tuple[QuarterReports, ReportRow]], ...] = (
    ("Quarter", lambda pair: pair[0].quarter),
    ("Months", lambda pair: pair[0].months),
    ("Report", lambda pair: pair[1].title),
    ("Number", lambda pair: pair[1].number),
    ("Meeting", lambda pair: pair[1].meeting),
    ("Where it stands", lambda pair: pair[1].mark.label),
)


def since_tables(report: Report, since: SinceReport, *, at: dt.datetime) -> PageTables:
    """The figures of a report that are others by now, as its page lists them."""
    about = "Figures of the report that have changed since, those it gives for its measures first"
    name = f"{report.title}, {report.quarter}"
    sheet = sheet_of("Since the report", f"Since the {name}", about, _SINCE, (*since.main, *since.earlier))
    notes = (f"{report.partnership.name}. The report stays as it was issued.",)
    return PageTables(report.partnership, f"Since the {name}", at, CHANGES, notes, (sheet,))


_SINCE: tuple[Column[SinceRow], ...] = (
    ("Measure", lambda row: row.measure),
    ("Code", lambda row: row.code),
    ("Period", lambda row: row.period),
    ("In the report", lambda row: figure_shown(row.shown_then)),
    ("Now", lambda row: figure_shown(row.shown_now)),
    ("Released on", lambda row: row.released_on),
    ("What happened", lambda row: row.how),
    ("Why", lambda row: where_it_applies(row.reason)),
    ("Where it stands in the report", lambda row: "In its tables" if row.is_main else "In its charts"),
)
