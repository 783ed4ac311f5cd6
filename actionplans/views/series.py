"""Every version of a measure's whole series, and a new one taken in two steps (see first, then keep)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from actionplans import series_versions
from actionplans.downloads.measures import series_tables
from actionplans.forms.series import SeriesForm
from actionplans.models import Measure
from actionplans.recording import moment_in_words
from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for, require
from priorities.downloads import downloads_of


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def series_list(request: SignedInRequest, partnership: str, code: str) -> HttpResponse:
    """Lists the versions; reads a pasted series, shows what it would change, and keeps it when that was seen."""
    found = partnership_for(request, partnership)
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related("gap__of", "partnership"),
        partnership=found,
        code=code,
    )
    require(request, "priorities.correct_figures", found)
    now = clock.now()
    why_not = series_versions.why_not_replaced(measure)
    form = None if why_not else _form(request, measure, now)
    step = request.POST.get("step", "check") if request.method == "POST" else ""
    is_ready = bool(form and step and form.is_valid())
    if form and is_ready and step == "save" and _is_kept(request, measure, form):
        return redirect(request.path)
    listings = series_versions.series_listings(measure, at=now)
    tables = series_tables(measure, listings, at=now)
    context = {
        "measure": measure,
        "form": form,
        "why_not": why_not,
        "plan": form.plan if form and step != "change" and not form.errors else None,
        "is_held": form is not None and form.is_bound and request.method != "POST",
        "listings": listings,
        "downloads": downloads_of(tables, "actionplans:series-download", found.slug, code),
        "has_replacement": len(listings) > 1,
        "has_targets": measure.targets.exists(),
        "writer": str(request.user.pk),
    }
    return TemplateResponse(request, "actionplans/series_list.html", context)


def _form(request: SignedInRequest, measure: Measure, now: dt.datetime) -> SeriesForm:
    data: Any = request.POST if request.method == "POST" else held_words.take(request)
    return SeriesForm(measure, at=now, data=data)


def _is_kept(request: SignedInRequest, measure: Measure, form: SeriesForm) -> bool:
    assert form.released_at is not None
    try:
        version = series_versions.replace_series(
            measure,
            form.rows,
            released_at=form.released_at,
            reason=form.cleaned_data["reason"],
            release_class=form.release_class,
            by=request.user,
            at=form.at,
        )
    except series_versions.SeriesRefused as refusal:
        form.refuse(refusal)
        return False
    if form.is_embargoed:
        told = f"Series {version.number} is kept under embargo until {moment_in_words(version.released_at)}."
    else:
        told = f"Series {version.number} is in use from now on. Reports already made do not change."
    messages.success(request, told)
    return True
