"""The plan on a page, for everyone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from dashboard.plan_page import plan_page
from dashboard.tables.plan import plan_tables
from priorities import clock
from priorities.access import partnership_for
from priorities.downloads import downloads_of
from priorities.models import Partnership, Plan


@require_safe
def plan_detail(request: HttpRequest, partnership: str) -> HttpResponse:
    """The published plan; to those who may read it before, the newest version while none is published."""
    found = partnership_for(request, partnership)
    plan = plan_shown(request, found)
    if plan is None:
        return TemplateResponse(request, "dashboard/plan_detail.html", {"plan": None})
    page = plan_page(plan, on=clock.today())
    tables = plan_tables(page, found, made_at=clock.now())
    context = {"plan": page, "downloads": downloads_of(tables, "dashboard:plan-download", found.slug)}
    return TemplateResponse(request, "dashboard/plan_detail.html", context)


def plan_shown(request: HttpRequest, partnership: Partnership) -> Plan | None:
    """The plan whose page a person is shown."""
    plans = Plan.objects.visible_to(request.user).filter(partnership=partnership, kind=Plan.Kind.LOIP)
    return plans.published().first() or plans.first()
