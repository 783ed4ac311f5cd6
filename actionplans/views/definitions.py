"""Defining a measure in two steps (its source, then all it is defined by), changing one and marking a break."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from actionplans import measure_definitions
from actionplans.catalogue import CatalogueEntry, catalogue_entry, sources_with
from actionplans.clearing import clear_controlled
from actionplans.definitions import MeasureDefinition
from actionplans.downloads.measures import break_tables
from actionplans.forms.definitions import BreakForm, DefinitionForm
from actionplans.measure_definitions import (
    BreakRefused,
    DefinitionInDoubt,
    DefinitionOutOfDate,
    DefinitionRefused,
)
from actionplans.models import Measure
from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for, require, require_to_see
from priorities.downloads import downloads_of
from priorities.models import Partnership
from priorities.wording import day_in_words, quoted

ANOTHER_SOURCE = "another"


# A new one


@login_required
@require_safe
def measure_new(request: HttpRequest, partnership: str) -> HttpResponse:
    """First the source: from the catalogue, found by words, or another."""
    _partnership(request, partnership)
    words = request.GET.get("words", "")[:200]
    context = {"words": words, "entries": sources_with(words), "another": ANOTHER_SOURCE}
    return TemplateResponse(request, "actionplans/measure_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def measure_define(request: SignedInRequest, partnership: str, source: str) -> HttpResponse:
    """Then all that it is defined by, begun from the source."""
    found = _partnership(request, partnership)
    form = DefinitionForm(found, entry=_entry(source), data=_data(request))
    twin = None
    if request.method == "POST" and form.is_valid():
        assert form.said is not None
        twin = measure_definitions.twin_of(Measure(partnership=found), form.said)
        if "share" in request.POST and twin is not None:
            return _share_instead(request, twin, form.said)
        if (made := _defined(request, found, form)) is not None:
            return redirect("actionplans:measure-edit", found.slug, made.code)
    context = {
        "form": form,
        "title": "Define a measure",
        "twin": twin,
        "is_held": form.is_bound and request.method != "POST",
        "writer": str(request.user.pk),
    }
    return TemplateResponse(request, "actionplans/measure_define.html", context)


def _entry(source: str) -> CatalogueEntry | None:
    if source == ANOTHER_SOURCE:
        return None
    entry = catalogue_entry(source)
    if entry is None:
        raise Http404
    return entry


def _defined(request: SignedInRequest, partnership: Partnership, form: DefinitionForm) -> Measure | None:
    assert form.said is not None
    try:
        made = measure_definitions.define_measure(
            partnership, form.said, by=request.user, answered=form.cleaned_data["is_sure"]
        )
    except DefinitionRefused as refusal:
        form.refuse(refusal.faults)
        return None
    except DefinitionInDoubt as doubt:
        form.ask(doubt.doubts, doubt.question)
        return None
    messages.success(
        request, f"{quoted(made.name)} is defined, with the code {made.code}. Set its targets next."
    )
    return made


def _share_instead(request: SignedInRequest, twin: Measure, said: MeasureDefinition) -> HttpResponse:
    """Show the measure there is under the priority a second one was meant for."""
    if said.priority != twin.priority:
        shared = [*twin.shared_with.all(), said.priority]
        measure_definitions.share_measure(twin, shared, by=request.user)
    messages.success(
        request, f"{quoted(twin.name)} is shown under {said.priority} too. Nothing was defined twice."
    )
    return redirect("actionplans:measure-edit", twin.partnership.slug, twin.code)


# One there is


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def measure_edit(request: SignedInRequest, partnership: str, code: str) -> HttpResponse:
    """Change how a measure is defined."""
    measure = _measure(request, partnership, code)
    saved = measure_definitions.definition_of(measure)
    form = DefinitionForm(measure.partnership, saved=saved, measure=measure, data=_data(request))
    if request.method == "POST" and form.is_valid():
        changed = _changed(request, measure, form)
        if changed is not None:
            return redirect("actionplans:measure-edit", changed.partnership.slug, changed.code)
    context = {
        "measure": measure,
        "form": form,
        "holds": measure_definitions.what_it_holds(measure),
        "is_held": form.is_bound and request.method != "POST",
        "writer": str(request.user.pk),
    }
    return TemplateResponse(request, "actionplans/measure_edit.html", context)


def _changed(request: SignedInRequest, measure: Measure, form: DefinitionForm) -> Measure | None:
    assert form.said is not None
    answered = form.cleaned_data["is_sure"]
    try:
        changed = measure_definitions.change_measure(
            measure, form.said, seen=form.seen, by=request.user, answered=answered
        )
    except DefinitionRefused as refusal:
        form.refuse(refusal.faults)
        return None
    except DefinitionInDoubt as doubt:
        form.ask(doubt.doubts, doubt.question)
        return None
    except DefinitionOutOfDate as late:
        form.show_both(late.saved)
        return None
    clear_controlled([changed.pk], by=request.user, at=clock.now())
    messages.success(request, "The definition is saved. Reports already made do not change.")
    return changed


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def break_list(request: SignedInRequest, partnership: str, code: str) -> HttpResponse:
    """The breaks in a measure's series, and marking another."""
    measure = _measure(request, partnership, code)
    form = BreakForm(_data(request))
    if request.method == "POST" and form.is_valid() and _is_marked(request, measure, form):
        return redirect(request.path)
    breaks = list(measure.breaks.order_by("-on"))
    tables = break_tables(measure, breaks, at=clock.now())
    context = {
        "measure": measure,
        "form": form,
        "breaks": breaks,
        "downloads": downloads_of(tables, "actionplans:break-download", measure.partnership.slug, code),
        "is_held": form.is_bound and request.method != "POST",
        "writer": str(request.user.pk),
    }
    return TemplateResponse(request, "actionplans/break_list.html", context)


def _is_marked(request: SignedInRequest, measure: Measure, form: BreakForm) -> bool:
    on = form.cleaned_data["on"]
    try:
        measure_definitions.mark_break(measure, on=on, reason=form.cleaned_data["reason"], by=request.user)
    except BreakRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return False
    messages.success(
        request, f"A break is marked on {day_in_words(on)}. Figures on its two sides are not compared."
    )
    return True


# What all of them begin with


def _partnership(request: HttpRequest, slug: str) -> Partnership:
    """A partnership for which the person may define measures."""
    found = partnership_for(request, slug)
    require_to_see(request, "priorities.read_dashboard", found)
    require(request, "priorities.define_measures", found)
    return found


def _measure(request: HttpRequest, slug: str, code: str) -> Measure:
    """A measure that the person may change."""
    found = partnership_for(request, slug)
    rows = Measure.objects.visible_to(request.user).select_related("priority__plan", "supplier")
    measure = get_object_or_404(rows, partnership=found, code=code)
    require(request, "priorities.define_measures", found)
    measure.partnership = found
    return measure


def _data(request: HttpRequest) -> Any:
    """What was sent now, or before the person had to sign in again; None when nothing was."""
    return request.POST if request.method == "POST" else held_words.take(request)
