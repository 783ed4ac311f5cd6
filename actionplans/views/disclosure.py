"""Disclosure control: the policy, and the clearing of figures. For whoever clears figures, and nobody else."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from actionplans.clearing import clear_measure, policy_in_force
from actionplans.disclosure_pages import clearance_page, disclosure_page
from actionplans.disclosure_policies import PolicyRefused, set_policy
from actionplans.downloads.disclosure import clearance_tables, disclosure_tables
from actionplans.forms.disclosure import PolicyForm
from actionplans.models import Clearance, Measure
from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for, require, require_to_see
from priorities.downloads import downloads_of
from priorities.models import Partnership


def _partnership(request: SignedInRequest, slug: str) -> Partnership:
    found = partnership_for(request, slug)
    require_to_see(request, "priorities.read_dashboard", found)
    require(request, "priorities.clear_figures", found)
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def disclosure_detail(request: SignedInRequest, partnership: str) -> HttpResponse:
    """The policy in force, a form for a new version, and every measure under control."""
    found = _partnership(request, partnership)
    now = clock.now()
    data: Any = request.POST if request.method == "POST" else held_words.take(request)
    form = PolicyForm(policy_in_force(found, at=now), data)
    if request.method == "POST" and form.is_valid() and _is_set(request, found, form):
        return redirect(request.path)
    page = disclosure_page(found, at=now)
    tables = disclosure_tables(found, page, at=now)
    context = {
        "page": page,
        "downloads": downloads_of(tables, "actionplans:disclosure-download", found.slug),
        "form": form,
        "is_held": form.is_bound and request.method != "POST",
        "writer": str(request.user.pk),
    }
    return TemplateResponse(request, "actionplans/disclosure_detail.html", context)


def _is_set(request: SignedInRequest, partnership: Partnership, form: PolicyForm) -> bool:
    try:
        policy = set_policy(partnership, **form.cleaned_data, by=request.user, at=clock.now())
    except PolicyRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    messages.success(request, f"{policy} is in force, and every measure under control was cleared by it.")
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def disclosure_measure(request: SignedInRequest, partnership: str, code: str) -> HttpResponse:
    """One measure's figures as they are held, with their rulings, and the button that clears them."""
    found = _partnership(request, partnership)
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related("priority", "partnership"),
        partnership=found,
        code=code,
        is_disclosure_controlled=True,
        gap__isnull=True,
    )
    if request.method == "POST":
        return _clear(request, measure)
    now = clock.now()
    page = clearance_page(measure, at=now)
    tables = clearance_tables(measure, page, at=now)
    links = downloads_of(tables, "actionplans:clearance-download", found.slug, measure.code)
    context = {"page": page, "downloads": links}
    return TemplateResponse(request, "actionplans/disclosure_measure.html", context)


def _clear(request: SignedInRequest, measure: Measure) -> HttpResponse:
    before = Clearance.objects.filter(measure=measure).order_by("pk").last()
    clearance = clear_measure(measure, by=request.user, at=clock.now())
    if clearance is None:
        messages.info(request, "There are no figures to clear yet.")
    elif clearance == before:
        messages.info(request, "Nothing has changed since the last clearance, so it stands.")
    elif clearance.exposed:
        messages.warning(request, clearance.outcome)
    else:
        messages.success(request, f"The figures are cleared. {clearance.outcome}")
    return redirect(request.path)
