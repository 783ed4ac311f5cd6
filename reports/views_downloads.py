"""The tables of reports as files, for whoever may read the reports."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from priorities import clock
from priorities.access import partnership_for
from priorities.downloads import kind_asked, tables_response
from reports.downloads.lists import list_tables, since_tables
from reports.downloads.report import report_tables
from reports.editions import edition_of
from reports.models import Report
from reports.report_list import report_list
from reports.since import since_report
from reports.views import opens_report


@require_safe
def list_download(request: HttpRequest, partnership: str, extension: str) -> HttpResponse:
    kind, found = kind_asked(extension), partnership_for(request, partnership)
    tables = list_tables(found, report_list(found, request.user), at=clock.now())
    return tables_response(request, tables, kind)


@require_safe
@opens_report()
def report_download(request: HttpRequest, report: Report, extension: str) -> HttpResponse:
    kind = kind_asked(extension)
    return tables_response(request, report_tables(edition_of(report)), kind)


@require_safe
@opens_report()
def since_download(request: HttpRequest, report: Report, extension: str) -> HttpResponse:
    kind, now = kind_asked(extension), clock.now()
    tables = since_tables(report, since_report(report, known_at=now), at=now)
    return tables_response(request, tables, kind)
