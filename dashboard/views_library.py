"""The library of measures."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from dashboard.access import dashboard_for, quarter_in_hand
from dashboard.library import library
from dashboard.tables.library import library_tables
from priorities import clock
from priorities.downloads import downloads_of


@login_required
@require_safe
def measure_list(request: HttpRequest, partnership: str) -> HttpResponse:
    """Every measure of the partnership, found by words, priority, source or status."""
    readable = dashboard_for(request, partnership)
    quarter, now = quarter_in_hand(request, readable), clock.now()
    found = library(readable, quarter, known_at=now, data=request.GET)
    tables = library_tables(found, readable, quarter=quarter.label, known_at=now)
    context = {
        "library": found,
        "downloads": downloads_of(
            tables, "dashboard:measure-list-download", readable.slug, query=request.GET.urlencode()
        ),
        "quarter": quarter,
        "may_define": request.user.has_perm("priorities.define_measures", readable),
    }
    return TemplateResponse(request, "dashboard/measure_list.html", context)
