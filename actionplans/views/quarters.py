"""The CP manager's round of reporting: the control room, the check of a return, the lock."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from actionplans import operations
from actionplans.control_room import control_room, quarter_in_progress
from actionplans.downloads.rounds import room_tables
from actionplans.forms.review import SendBackForm
from actionplans.models import QuarterlyReturn
from actionplans.return_access import OpenedReturn, open_return
from actionplans.return_pages import SECTIONS, ReturnPage
from actionplans.review import history_of, submission_of, why_not_judged_by
from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for, quarter_for, require, require_to_see
from priorities.downloads import downloads_of
from priorities.models import Quarter


@require_safe
@login_required
def quarter_current(request: SignedInRequest, partnership: str) -> HttpResponse:
    found = partnership_for(request, partnership)
    require_to_see(request, "priorities.read_every_return", found)
    quarter = quarter_in_progress(found, on=clock.today())
    if quarter is None:
        return TemplateResponse(request, "actionplans/quarter_none.html")
    quarter.partnership = found
    return redirect(_quarter_url("quarter-detail", quarter))


@require_safe
@login_required
def quarter_detail(request: SignedInRequest, partnership: str, year: str, quarter: str) -> HttpResponse:
    found = quarter_for(request, partnership, year, quarter)
    require_to_see(request, "priorities.read_every_return", found.partnership)
    room = control_room(found, on=clock.today())
    address = (found.partnership.slug, found.year_slug, found.slug)
    context = {
        "room": room,
        "downloads": downloads_of(
            room_tables(room, at=clock.now()), "actionplans:quarter-download", *address
        ),
        "runs_it": request.user.has_perm("priorities.run_quarter", found.partnership),
    }
    return TemplateResponse(request, "actionplans/quarter_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def quarter_lock(request: SignedInRequest, partnership: str, year: str, quarter: str) -> HttpResponse:
    found = quarter_for(request, partnership, year, quarter)
    require_to_see(request, "priorities.read_every_return", found.partnership)
    require(request, "priorities.run_quarter", found.partnership)
    if request.method == "POST":
        return _lock(request, found)
    crumbs = [*_crumbs(found), {"label": "Lock the quarter", "url": ""}]
    context = {"room": control_room(found, on=clock.today()), "crumbs": crumbs}
    return TemplateResponse(request, "actionplans/quarter_lock.html", context)


def _lock(request: SignedInRequest, quarter: Quarter) -> HttpResponse:
    # A second press of the same button finds it done.
    if quarter.locked_by_id != request.user.pk:
        try:
            operations.lock_quarter(quarter, by=request.user, at=clock.now())
        except operations.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(_quarter_url("quarter-detail", quarter))
    messages.success(
        request, f"{quarter} is locked. Its figures and words are ready for the Board’s reports."
    )
    return redirect(_quarter_url("quarter-detail", quarter))


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def return_review(request: SignedInRequest, **address: str) -> HttpResponse:
    opened = open_return(request, **address)
    quarter = opened.quarterly_return.quarter
    if request.method != "POST":
        held = held_words.take(request)
        return _show_review(request, opened, SendBackForm(held), is_held=held is not None)
    require(request, "priorities.run_quarter", quarter.partnership)
    form = SendBackForm(request.POST)
    if request.POST.get("seen", "") != submission_of(opened.quarterly_return):
        messages.error(
            request, "This return was submitted again while you were reading. Please read it as it is now."
        )
        return redirect(request.path) if "accept" in request.POST else _show_review(request, opened, form)
    if "accept" in request.POST:
        return _accept(request, opened)
    if not form.is_valid():
        return _show_review(request, opened, form)
    return _send_back(request, opened, form)


def _accept(request: SignedInRequest, opened: OpenedReturn) -> HttpResponse:
    found = opened.quarterly_return
    if found.accepted_by_id != request.user.pk:
        try:
            operations.accept_return(found, by=request.user, at=clock.now())
        except operations.Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)
    messages.success(request, f"You accepted the {found.quarter} return for {found.priority}.")
    return redirect(_quarter_url("quarter-detail", found.quarter))


def _send_back(request: SignedInRequest, opened: OpenedReturn, form: SendBackForm) -> HttpResponse:
    found, reason = opened.quarterly_return, form.cleaned_data["reason"]
    is_done = found.state == QuarterlyReturn.State.RETURNED and found.return_reason == reason
    if not is_done:
        try:
            operations.send_back(found, reason=reason, by=request.user, at=clock.now())
        except operations.Refused as refusal:
            messages.error(request, str(refusal))
            return _show_review(request, opened, form)
    messages.success(
        request, f"You returned the {found.quarter} return for {found.priority}, with your reason."
    )
    return redirect(_quarter_url("quarter-detail", found.quarter))


def _show_review(
    request: SignedInRequest, opened: OpenedReturn, form: SendBackForm, *, is_held: bool = False
) -> HttpResponse:
    found = opened.quarterly_return
    page = ReturnPage.of(opened, at=clock.now())
    runs_it = request.user.has_perm("priorities.run_quarter", found.quarter.partnership)
    why_not = why_not_judged_by(found, request.user)
    context = {
        "page": page,
        "sections": [(section.name, section.title) for section in SECTIONS.values()],
        "history": history_of(found),
        "why_not": why_not,
        "may_judge": runs_it and not why_not,
        "unsent": (form["reason"].value() or "") if why_not else "",
        "form": form,
        "is_held": is_held,
        "seen": submission_of(found),
        "writer": str(request.user.pk),
        "crumbs": [*_crumbs(found.quarter), {"label": found.priority.name, "url": ""}],
    }
    return TemplateResponse(request, "actionplans/return_review.html", context)


def _quarter_url(name: str, quarter: Quarter) -> str:
    return reverse(f"actionplans:{name}", args=[quarter.partnership.slug, quarter.year_slug, quarter.slug])


def _crumbs(quarter: Quarter) -> list[dict[str, str]]:
    return [{"label": str(quarter), "url": _quarter_url("quarter-detail", quarter)}]
