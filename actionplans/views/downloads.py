"""The tables of a page as files, for whoever may read the page: at its own address with `download.` and the kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from actionplans import series_versions, targets
from actionplans.control_room import control_room
from actionplans.disclosure_pages import clearance_page, disclosure_page
from actionplans.downloads.disclosure import clearance_tables, disclosure_tables
from actionplans.downloads.measures import break_tables, series_tables, target_tables
from actionplans.downloads.returns import return_tables
from actionplans.downloads.rounds import room_tables, work_tables
from actionplans.downloads.supply import contact_tables, request_tables, supply_tables
from actionplans.forms.supply import CalendarFilter
from actionplans.models import Measure
from actionplans.return_access import open_return
from actionplans.return_pages import ReturnPage
from actionplans.supply.calendar import due_from_others, supply_calendar
from actionplans.supply.contacts import contact_rows
from actionplans.supply.requests import request_log
from actionplans.work_list import work_list
from priorities import clock
from priorities.access import SignedInRequest, partnership_for, quarter_for, require, require_to_see
from priorities.downloads import kind_asked, tables_response

READS_RETURNS = "priorities.read_every_return"


@require_safe
@login_required
def supply_download(request: SignedInRequest, partnership: str, extension: str) -> HttpResponse:
    """The calendar, or what of it is looked for."""
    kind, found = kind_asked(extension), partnership_for(request, partnership)
    require_to_see(request, READS_RETURNS, found)
    now = clock.now()
    whole = supply_calendar(found, at=now)
    form = CalendarFilter(whole, request.GET or None)
    tables = supply_tables(found, whole, whole.only(**form.asked), looked_for=form.in_words, at=now)
    return tables_response(request, tables, kind)


@require_safe
@login_required
def contact_download(request: SignedInRequest, partnership: str, extension: str) -> HttpResponse:
    kind, found = kind_asked(extension), partnership_for(request, partnership)
    require_to_see(request, READS_RETURNS, found)
    rows = contact_rows(found, on=clock.today())
    return tables_response(request, contact_tables(found, rows, at=clock.now()), kind)


@require_safe
@login_required
def request_download(
    request: SignedInRequest, partnership: str, year: str, quarter: str, extension: str
) -> HttpResponse:
    kind, found = kind_asked(extension), quarter_for(request, partnership, year, quarter)
    require_to_see(request, READS_RETURNS, found.partnership)
    log = request_log(found, on=clock.today())
    return tables_response(request, request_tables(found, log, at=clock.now()), kind)


@require_safe
@login_required
def quarter_download(
    request: SignedInRequest, partnership: str, year: str, quarter: str, extension: str
) -> HttpResponse:
    kind, found = kind_asked(extension), quarter_for(request, partnership, year, quarter)
    require_to_see(request, READS_RETURNS, found.partnership)
    room = control_room(found, on=clock.today())
    return tables_response(request, room_tables(room, at=clock.now()), kind)


@require_safe
@login_required
def work_download(request: SignedInRequest, partnership: str, extension: str) -> HttpResponse:
    kind, found = kind_asked(extension), partnership_for(request, partnership)
    require_to_see(request, "priorities.have_work", found)
    now = clock.now()
    work = work_list(request.user, found, on=clock.today())
    others = due_from_others(request.user, found, at=now)
    return tables_response(request, work_tables(found, work, others, at=now), kind)


@require_safe
@login_required
def return_download(request: SignedInRequest, extension: str, **address: str) -> HttpResponse:
    """The whole return. Whoever asks, it is as those read it who do not see small numbers."""
    kind, now = kind_asked(extension), clock.now()
    opened = replace(open_return(request, **address), sees_small_numbers=False)
    return tables_response(request, return_tables(ReturnPage.of(opened, at=now), at=now), kind)


@require_safe
@login_required
def disclosure_download(request: SignedInRequest, partnership: str, extension: str) -> HttpResponse:
    kind, found = kind_asked(extension), partnership_for(request, partnership)
    require_to_see(request, "priorities.read_dashboard", found)
    require(request, "priorities.clear_figures", found)
    now = clock.now()
    return tables_response(request, disclosure_tables(found, disclosure_page(found, at=now), at=now), kind)


@require_safe
@login_required
def clearance_download(request: SignedInRequest, partnership: str, code: str, extension: str) -> HttpResponse:
    kind, found = kind_asked(extension), partnership_for(request, partnership)
    require_to_see(request, "priorities.read_dashboard", found)
    require(request, "priorities.clear_figures", found)
    measure = _measure(request, found, code, is_disclosure_controlled=True, gap__isnull=True)
    now = clock.now()
    tables = clearance_tables(measure, clearance_page(measure, at=now), at=now)
    return tables_response(request, tables, kind)


@require_safe
@login_required
def target_download(request: SignedInRequest, partnership: str, code: str, extension: str) -> HttpResponse:
    kind, found = kind_asked(extension), partnership_for(request, partnership)
    measure = _measure(request, found, code)
    require(request, "priorities.correct_figures", found)
    now = clock.now()
    tables = target_tables(measure, targets.target_versions(measure, known_at=now), at=now)
    return tables_response(request, tables, kind)


@require_safe
@login_required
def break_download(request: SignedInRequest, partnership: str, code: str, extension: str) -> HttpResponse:
    kind, found = kind_asked(extension), partnership_for(request, partnership)
    measure = _measure(request, found, code)
    require(request, "priorities.define_measures", found)
    tables = break_tables(measure, list(measure.breaks.order_by("-on")), at=clock.now())
    return tables_response(request, tables, kind)


@require_safe
@login_required
def series_download(request: SignedInRequest, partnership: str, code: str, extension: str) -> HttpResponse:
    kind, found = kind_asked(extension), partnership_for(request, partnership)
    measure = _measure(request, found, code)
    require(request, "priorities.correct_figures", found)
    now = clock.now()
    tables = series_tables(measure, series_versions.series_listings(measure, at=now), at=now)
    return tables_response(request, tables, kind)


def _measure(request: SignedInRequest, partnership: Any, code: str, **kind: Any) -> Measure:
    rows = Measure.objects.visible_to(request.user).select_related("priority", "partnership", "gap__of")
    return get_object_or_404(rows, partnership=partnership, code=code, **kind)
