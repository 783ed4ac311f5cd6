"""The plan on a page, for everyone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from dashboard.plan_page import plan_page
from priorities import clock
from priorities.access import partnership_for
from priorities.models import Plan


@require_safe
def plan_detail(request: HttpRequest, partnership: str) -> HttpResponse:
    """The published plan; to those who may read it before, the newest version while none is published."""
    found = partnership_for(request, partnership)
    plans = Plan.objects.visible_to(request.user).filter(partnership=found, kind=Plan.Kind.LOIP)
    plan = plans.published().first() or plans.first()
    context = {"plan": plan_page(plan, on=clock.today()) if plan else None}
    return TemplateResponse(request, "dashboard/plan_detail.html", context)
