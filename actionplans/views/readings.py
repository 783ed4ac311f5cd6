"""A figure recorded, or put right, by the CP manager."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from actionplans import recording
from actionplans.forms.readings import ReadingForm
from actionplans.models import Measure, Reading, ReleaseClass
from actionplans.operations import Refused
from actionplans.series import series_by_place
from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for, require

VALUES_SHOWN = 8


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def reading_new(request: SignedInRequest, partnership: str, code: str) -> HttpResponse:
    found = partnership_for(request, partnership)
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related("priority", "gap__of"),
        partnership=found,
        code=code,
    )
    require(request, "priorities.correct_figures", found)
    now = clock.now()
    why_not = recording.why_not_recorded(measure)
    if request.method == "POST" and "take_back" in request.POST:
        _take_back(request, measure, now)
        return redirect(request.path)
    form = None if why_not else _form(request, measure, now)
    if form and request.method == "POST" and form.is_valid() and _is_recorded(request, measure, form):
        return redirect(request.path)
    context = {
        "measure": measure,
        "form": form,
        "why_not": why_not,
        "is_held": form is not None and form.is_bound and request.method != "POST",
        "values": form.known.values[: -VALUES_SHOWN - 1 : -1] if form and form.known else (),
        "embargoed": recording.under_embargo(measure, now),
        "writer": str(request.user.pk),
    }
    return TemplateResponse(request, "actionplans/reading_new.html", context)


def _take_back(request: SignedInRequest, measure: Measure, now: dt.datetime) -> None:
    key = request.POST["take_back"]
    try:
        kept = recording.take_back(measure, int(key) if key.isdecimal() else 0, at=now)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            f"The figure for {kept.period}, {kept.place}, is taken back. Nobody had been told of it.",
        )


def _form(request: SignedInRequest, measure: Measure, now: dt.datetime) -> ReadingForm:
    # As held: who puts figures right works with those that pages do not show.
    series = series_by_place([measure], ends_by=now.date(), known_at=now, as_held=True)[measure.pk]
    data: Any = request.POST if request.method == "POST" else held_words.take(request)
    return ReadingForm(measure, series, at=now, data=data)


def _is_recorded(request: SignedInRequest, measure: Measure, form: ReadingForm) -> bool:
    try:
        made = recording.record_reading(measure, form.figure(), by=request.user, at=form.at)
    except recording.FigureRefused as refusal:
        form.refuse(refusal)
        return False
    messages.success(request, " ".join(_told(measure, made, form)))
    return True


def _told(measure: Measure, made: Reading, form: ReadingForm) -> list[str]:
    """What becomes of the figure, in sentences."""
    period, where = recording.period_of(measure, made), made.place or made.comparator
    about = f"{period.label}, {where}" if where else period.label
    if form.is_embargoed:
        until = recording.moment_in_words(made.released_at)
        return [
            f"The figure for {about} is kept under embargo until {until}. Nobody else is told of it before."
        ]
    told = [f"{recording.words_of(measure, made)} is recorded for {about}."]
    if made.series < measure.series_at(form.at):
        told.append(f"It is listed under series {made.series}, which has been replaced, and is not drawn.")
    if made.release_class == ReleaseClass.MANAGEMENT:
        told.append("It is for the partnership only.")
    return [*told, "Reports already made do not change."]
