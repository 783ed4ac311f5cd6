"""A figure recorded, or put right, by the CP manager."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.readings import ReadingForm
from actionplans.models import Measure
from actionplans.numbers import format_value
from actionplans.series import series_of
from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for, require

VALUES_SHOWN = 8


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def reading_new(request: SignedInRequest, partnership: str, code: str) -> HttpResponse:
    found = partnership_for(request, partnership)
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related("priority"), partnership=found, code=code
    )
    require(request, "priorities.correct_figures", found)
    form = _form(request, measure)
    if request.method == "POST" and form.is_valid() and _is_recorded(request, measure, form):
        return redirect(request.path)
    context = {
        "measure": measure,
        "form": form,
        "is_held": form.is_bound and request.method != "POST",
        "values": form.series.values[: -VALUES_SHOWN - 1 : -1],
        "writer": str(request.user.pk),
    }
    return TemplateResponse(request, "actionplans/reading_new.html", context)


def _form(request: SignedInRequest, measure: Measure) -> ReadingForm:
    now = clock.now()
    series = series_of([measure], ends_by=now.date(), known_at=now)[measure.pk]
    data: Any = request.POST if request.method == "POST" else held_words.take(request)
    return ReadingForm(measure, series, at=now, data=data)


def _is_recorded(request: SignedInRequest, measure: Measure, form: ReadingForm) -> bool:
    figure = form.figure()
    try:
        operations.record_reading(measure, figure, by=request.user, at=form.at)
    except operations.Refused as refusal:
        form.add_error("value", str(refusal))
        return False
    shown = format_value(figure.value, unit=measure.unit, decimals=measure.decimals)
    messages.success(
        request, f"{shown} is recorded for {figure.period.label}. Reports already made do not change."
    )
    return True
