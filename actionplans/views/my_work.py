"""My work: where a lead officer lands."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from actionplans.downloads.rounds import work_tables
from actionplans.supply.calendar import due_from_others
from actionplans.work_list import work_list
from priorities import clock
from priorities.access import SignedInRequest, partnership_for, require_to_see
from priorities.downloads import downloads_of


@require_safe
@login_required
def my_work(request: SignedInRequest, partnership: str) -> HttpResponse:
    found = partnership_for(request, partnership)
    require_to_see(request, "priorities.have_work", found)
    now = clock.now()
    work = work_list(request.user, found, on=clock.today())
    others = due_from_others(request.user, found, at=now)
    tables = work_tables(found, work, others, at=now)
    context = {
        "work": work,
        "due_from_others": others,
        "downloads": downloads_of(tables, "actionplans:work-download", found.slug),
    }
    return TemplateResponse(request, "actionplans/work_list.html", context)
