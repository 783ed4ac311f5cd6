"""The list of reports, by quarter, for whoever looks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from priorities.models import Partnership, User
from priorities.wording import day_in_words
from reports.models import Report
from reports.report_page import Mark, state_mark


@dataclass(frozen=True)
class ReportRow:
    """One report in the list."""

    title: str
    url: str
    number: str
    meeting: str
    mark: Mark
    html_url: str
    pdf_url: str


@dataclass(frozen=True)
class QuarterReports:
    """The reports of one quarter."""

    quarter: str
    months: str
    rows: tuple[ReportRow, ...]


def report_list(partnership: Partnership, user: User | AnonymousUser) -> tuple[QuarterReports, ...]:
    """The reports of a partnership that a person may see, the newest quarter first; one query."""
    reports = (
        Report.objects.visible_to(user)
        .filter(partnership=partnership)
        .select_related("quarter", "meeting__group")
        .defer("snapshot")
    )
    return tuple(
        QuarterReports(
            quarter.label,
            quarter.financial_quarter.months_label,
            tuple(_row(partnership, report) for report in found),
        )
        for quarter, found in groupby(reports, key=lambda report: report.quarter)
    )


def _row(partnership: Partnership, report: Report) -> ReportRow:
    address = [partnership.slug, report.slug]
    return ReportRow(
        title=report.title,
        url=reverse("reports:report-detail", args=address),
        number=report.number,
        meeting=f"{report.meeting.group.name}, {day_in_words(report.meeting.held_on)}",
        mark=state_mark(report),
        html_url=reverse("reports:report-html", args=address),
        pdf_url=reverse("reports:report-pdf", args=address),
    )
