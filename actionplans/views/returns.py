"""A lead officer's return: a task list, its four parts, and check and submit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from actionplans import operations
from actionplans.return_access import open_return
from actionplans.return_pages import (
    SECTIONS,
    ReturnPage,
    Section,
    SectionPage,
    new_gaps,
    page_after,
    taken_out,
)
from actionplans.return_sheet import return_of
from priorities import clock, held_words
from priorities.access import SignedInRequest
from priorities.wording import day_in_words


@require_safe
@login_required
def return_detail(request: SignedInRequest, **address: str) -> HttpResponse:
    page = ReturnPage.of(open_return(request, **address), at=clock.now())
    return TemplateResponse(
        request, "actionplans/return_detail.html", {"page": page, "crumbs": _crumbs(page)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def return_section(request: SignedInRequest, section: str, **address: str) -> HttpResponse:
    opened = open_return(request, **address)
    if request.method == "POST" and not opened.is_theirs:
        raise PermissionDenied
    page, part = ReturnPage.of(opened, at=clock.now()), SECTIONS[section]
    if request.method == "POST":
        return _save(request, page, part)
    held = held_words.take(request)
    if held is None:
        return _show(request, _section_page(request, page, part))
    if not page.may_change:
        return _show(request, _refused(request, page, part, held, page.why_closed))
    return _show(request, replace(_section_page(request, page, part, held), is_held=True))


def _save(request: SignedInRequest, page: ReturnPage, section: Section) -> HttpResponse:
    """Keep a draft; or show again what was typed, with what is in the way."""
    if not page.may_change:
        return _show(request, _refused(request, page, section, request.POST, page.why_closed), status=409)
    shown = _section_page(request, page, section, request.POST)
    if not all(form.is_valid() for form in shown.forms):
        return _show(request, shown, status=422 if request.htmx else 200)
    entries = [form.entry() for form in shown.forms]
    try:
        section.save(page.quarterly_return, entries, seen=shown.seen, by=request.user, at=clock.now())
    except operations.PageOutOfDate as found:
        meanwhile = _out_of_date(request, page, section, found)
        if meanwhile.differences:
            return _show(request, meanwhile, status=409)
        # Both saved the same: one press that arrived twice, or a save as one types just before it.
    except operations.Refused as refusal:
        return _show(request, _refused(request, page, section, request.POST, str(refusal)), status=409)
    return _saved(request, page, section)


def _saved(request: SignedInRequest, before: ReturnPage, section: Section) -> HttpResponse:
    kept = return_of(before.sheet.priority, before.sheet.quarter)
    after = ReturnPage.of(replace(before.opened, quarterly_return=kept), at=clock.now())
    if request.htmx:
        shown = _section_page(request, after, section)
        return TemplateResponse(request, "actionplans/_saved.html", {"shown": shown})
    if out := taken_out(before.sheet, after.sheet):
        messages.success(request, f"Taken out: {'; '.join(out)}.")
    if "later" in request.POST:
        due_on = day_in_words(after.sheet.quarter.due_on)
        messages.success(request, f"Your {after.title} is saved. Finish and submit it by {due_on}.")
        return redirect("actionplans:work-list", after.partnership.slug)
    if asks := new_gaps(section, before.sheet, after.sheet):
        messages.warning(request, "Saved. Before you go on: " + " ".join(gap.message for gap in asks))
        return redirect(after.links_to(asks)[0].url)
    return redirect(after.url(page_after(section)))


def _section_page(
    request: SignedInRequest, page: ReturnPage, section: Section, data: Mapping[str, Any] | None = None
) -> SectionPage:
    """A part of a return with what is saved, or with what was typed."""
    seen = page.sheet.fingerprint(section.name) if data is None else data.get("seen", "")
    forms = section.forms(page.sheet, data)
    return SectionPage(page=page, section=section, forms=forms, seen=seen, reader=request.user)


def _out_of_date(
    request: SignedInRequest, page: ReturnPage, section: Section, found: operations.PageOutOfDate
) -> SectionPage:
    """Both versions. What was typed stays in the form; where nothing was typed, what was saved goes in."""
    fresh = replace(page, sheet=found.saved)
    typed = request.POST.copy()
    for form in _valid_forms(section, fresh, typed):
        typed.update(form.untouched())
    forms = _valid_forms(section, fresh, typed)
    return SectionPage(
        page=fresh,
        section=section,
        forms=forms,
        seen=found.saved.fingerprint(section.name),
        reader=request.user,
        differences=tuple(difference for form in forms for difference in form.differences()),
    )


def _refused(
    request: SignedInRequest, page: ReturnPage, section: Section, data: Mapping[str, Any], refusal: str
) -> SectionPage:
    """Why nothing was saved, and what had been typed."""
    forms = _valid_forms(section, page, data)
    shown = _section_page(request, page, section, data)
    differences = tuple(difference for form in forms for difference in form.differences())
    return replace(shown, differences=differences, refusal=refusal)


def _valid_forms(section: Section, page: ReturnPage, data: Mapping[str, Any]) -> tuple[Any, ...]:
    forms = section.forms(page.sheet, data)
    for form in forms:
        form.full_clean()
    return forms


def _show(request: SignedInRequest, shown: SectionPage, status: int = 200) -> HttpResponse:
    if request.htmx:
        return TemplateResponse(request, "actionplans/_not_saved.html", {"shown": shown}, status=status)
    name = shown.section.name
    template = (
        f"actionplans/return_{name}.html" if shown.page.may_change else "actionplans/return_section_read.html"
    )
    context = {
        "shown": shown,
        "page": shown.page,
        "crumbs": _crumbs(shown.page, shown.section.title),
    }
    return TemplateResponse(request, template, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def return_check(request: SignedInRequest, **address: str) -> HttpResponse:
    opened = open_return(request, **address)
    if request.method == "POST" and not opened.is_theirs:
        raise PermissionDenied
    page = ReturnPage.of(opened, at=clock.now())
    if request.method == "POST":
        return _submit(request, page)
    held_words.drop(request)
    return _show_check(request, page)


def _submit(request: SignedInRequest, page: ReturnPage) -> HttpResponse:
    if not page.quarterly_return.pk:
        return _show_check(request, page, refusal="The return is not complete.")
    try:
        operations.submit_return(page.quarterly_return, by=request.user, at=clock.now())
    except operations.ReturnHasGaps as refusal:
        return _show_check(request, page, refusal=str(refusal))
    except operations.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(page.return_url)
    messages.success(request, f"You have submitted the {page.title}.")
    return redirect(page.return_url)


def _show_check(request: SignedInRequest, page: ReturnPage, refusal: str = "") -> HttpResponse:
    context = {"page": page, "refusal": refusal, "crumbs": _crumbs(page, page.check_title)}
    return TemplateResponse(request, "actionplans/return_check.html", context)


def _crumbs(page: ReturnPage, here: str = "") -> list[dict[str, str]]:
    crumbs = []
    if page.opened.is_theirs:
        crumbs.append(
            {"label": "My work", "url": reverse("actionplans:work-list", args=[page.partnership.slug])}
        )
    crumbs.append({"label": page.title, "url": page.return_url if here else ""})
    return [*crumbs, {"label": here, "url": ""}] if here else crumbs
