"""The targets of a measure: every version, and setting new ones in two steps (see first, then save)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from actionplans import targets
from actionplans.downloads.measures import target_tables
from actionplans.forms.targets import TargetForm
from actionplans.models import Measure
from actionplans.series import series_of
from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for, require
from priorities.downloads import downloads_of


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def target_edit(request: SignedInRequest, partnership: str, code: str) -> HttpResponse:
    """Asks for a path, shows what it would change, and saves it when that was seen and is wanted."""
    found = partnership_for(request, partnership)
    measure = get_object_or_404(
        Measure.objects.visible_to(request.user).select_related("priority__plan", "partnership"),
        partnership=found,
        code=code,
    )
    require(request, "priorities.correct_figures", found)
    form = _form(request, measure)
    step = request.POST.get("step", "check") if request.method == "POST" else ""
    plan = _plan(measure, form) if step else None
    if plan and step == "save" and _is_saved(request, measure, form):
        return redirect(request.path)
    now = clock.now()
    versions = targets.target_versions(measure, known_at=now)
    tables = target_tables(measure, versions, at=now)
    context = {
        "measure": measure,
        "form": form,
        # A question not answered, or a way back, keeps the step; anything to mend goes back to the form.
        "plan": plan if step != "change" and not form.errors else None,
        "is_unanswered": bool(plan and plan.question) and step == "save",
        "is_held": form.is_bound and request.method != "POST",
        "versions": versions,
        "downloads": downloads_of(tables, "actionplans:target-download", found.slug, code),
        "writer": str(request.user.pk),
    }
    return TemplateResponse(request, "actionplans/target_edit.html", context)


def _form(request: SignedInRequest, measure: Measure) -> TargetForm:
    now = clock.now()
    series = series_of([measure], ends_by=now.date(), known_at=now)[measure.pk]
    data: Any = request.POST if request.method == "POST" else held_words.take(request)
    return TargetForm(measure, series, at=now, data=data)


def _plan(measure: Measure, form: TargetForm) -> targets.TargetPlan | None:
    """What the answers would change; None when something is to be mended first, which the form then says."""
    if not form.is_valid() or form.path is None:
        return None
    try:
        return targets.check_target_path(
            measure, path=form.path, reason=form.cleaned_data["reason"], decision=form.decision(), at=form.at
        )
    except targets.TargetRefused as refusal:
        form.refuse(refusal.field, str(refusal))
        return None


def _is_saved(request: SignedInRequest, measure: Measure, form: TargetForm) -> bool:
    assert form.path is not None
    try:
        made = targets.set_target_path(
            measure,
            path=form.path,
            reason=form.cleaned_data["reason"],
            decision=form.decision(),
            by=request.user,
            at=form.at,
            answered=request.POST.get("is_sure", ""),
        )
    except targets.TargetInDoubt:
        return False
    except targets.TargetRefused as refusal:
        form.refuse(refusal.field, str(refusal))
        return False
    count = "1 target is" if len(made) == 1 else f"{len(made)} targets are"
    messages.success(request, f"{count} set. Reports already made do not change.")
    return True
