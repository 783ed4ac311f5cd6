"""The tables of the Board's pages as files: each for whoever may open its page, and with just what that shows."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard.access import (
    dashboard_for,
    measure_for,
    priority_for,
    quarter_in_hand,
    risk_for,
    round_for,
)
from dashboard.library import library
from dashboard.measure_page import measure_seen
from dashboard.plan_page import plan_page
from dashboard.priority_page import priority_page
from dashboard.risk_page import risk_page
from dashboard.risk_profile import risk_profile
from dashboard.scorecard import scorecard
from dashboard.tables.library import library_tables
from dashboard.tables.measure import measure_tables
from dashboard.tables.plan import plan_tables
from dashboard.tables.risks import profile_tables, risk_tables
from dashboard.tables.scorecard import priority_tables, scorecard_tables
from dashboard.views_plan import plan_shown
from priorities import clock
from priorities.access import partnership_for
from priorities.downloads import kind_asked, tables_response
from priorities.models import Quarter


@login_required
@require_safe
def scorecard_download(
    request: HttpRequest, partnership: str, year: str, quarter: str, extension: str
) -> HttpResponse:
    asked, now = _begun(request, partnership, year, quarter), clock.now()
    card, risks = scorecard(asked, known_at=now), risk_profile(asked, known_at=now)
    tables = scorecard_tables(card, risks, asked.partnership, known_at=now)
    return tables_response(request, tables, kind_asked(extension))


@login_required
@require_safe
def priority_download(
    request: HttpRequest, partnership: str, year: str, quarter: str, priority: str, extension: str
) -> HttpResponse:
    asked, now = _begun(request, partnership, year, quarter), clock.now()
    page = priority_page(priority_for(request, asked, priority), asked, known_at=now)
    return tables_response(request, priority_tables(page, asked, known_at=now), kind_asked(extension))


@login_required
@require_safe
def measure_list_download(request: HttpRequest, partnership: str, extension: str) -> HttpResponse:
    """The measures that the library finds for the same query string."""
    readable, now = dashboard_for(request, partnership), clock.now()
    quarter = quarter_in_hand(request, readable)
    found = library(readable, quarter, known_at=now, data=request.GET)
    tables = library_tables(found, readable, quarter=quarter.label, known_at=now)
    return tables_response(request, tables, kind_asked(extension))


@login_required
@require_safe
def measure_download(request: HttpRequest, partnership: str, code: str, extension: str) -> HttpResponse:
    readable, now = dashboard_for(request, partnership), clock.now()
    measure = measure_for(request, readable, code)
    seen = measure_seen(measure, quarter_in_hand(request, readable), known_at=now)
    return tables_response(request, measure_tables(seen, known_at=now), kind_asked(extension))


@login_required
@require_safe
def risk_profile_download(
    request: HttpRequest, partnership: str, year: str, quarter: str, extension: str
) -> HttpResponse:
    asked, now = _begun(request, partnership, year, quarter), clock.now()
    tables = profile_tables(risk_profile(asked, known_at=now), asked.partnership, known_at=now)
    return tables_response(request, tables, kind_asked(extension))


@login_required
@require_safe
def risk_download(request: HttpRequest, partnership: str, code: str, extension: str) -> HttpResponse:
    readable, now = dashboard_for(request, partnership), clock.now()
    page = risk_page(risk_for(request, readable, code), quarter_in_hand(request, readable), known_at=now)
    return tables_response(request, risk_tables(page, readable, known_at=now), kind_asked(extension))


@require_safe
def plan_download(request: HttpRequest, partnership: str, extension: str) -> HttpResponse:
    """For everyone once the plan is published, as its page is."""
    found = partnership_for(request, partnership)
    plan = plan_shown(request, found)
    if plan is None:
        raise Http404
    tables = plan_tables(plan_page(plan, on=clock.today()), found, made_at=clock.now())
    return tables_response(request, tables, kind_asked(extension))


def _begun(request: HttpRequest, partnership: str, year: str, quarter: str) -> Quarter:
    """A quarter whose round has begun: before that its pages have no tables."""
    found = round_for(request, partnership, year, quarter)
    if found.opens_on > clock.today():
        raise Http404
    return found
