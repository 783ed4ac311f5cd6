"""Sheets to fill: which there are for a round, and each as a file."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from actionplans.models import Measure
from actionplans.sheets.asking import Scope, ScopeKind, measures_of, rows_asked, scopes_of
from actionplans.sheets.outgoing import FORMATS, fill_file
from priorities import clock
from priorities.access import SignedInRequest, quarter_for
from priorities.models import Priority, Quarter
from priorities.workbooks import FileKind


@dataclass(frozen=True)
class ScopeGroup:
    """The sheets of one kind, with the heading they stand under and what they are each of."""

    kind: ScopeKind
    title: str
    heading: str
    scopes: tuple[Scope, ...]


_GROUPS = (
    (ScopeKind.SUPPLIER, "By who sends the figures", "Organisation"),
    (ScopeKind.PRIORITY, "By priority", "Priority"),
    (ScopeKind.MEASURE, "By measure", "Measure"),
)


@require_safe
@login_required
def sheet_list(request: SignedInRequest, partnership: str, year: str, quarter: str) -> HttpResponse:
    found, measures = _theirs(request, partnership, year, quarter)
    scopes = () if found.is_locked else tuple(scopes_of(rows_asked(found, measures, at=clock.now())))
    groups = [
        ScopeGroup(kind, title, heading, tuple(one for one in scopes if one.kind is kind))
        for kind, title, heading in _GROUPS
    ]
    runs_it = request.user.has_perm("priorities.run_quarter", found.partnership)
    context = {
        "quarter": found,
        "groups": [group for group in groups if group.scopes],
        "crumbs": _crumbs(found) if runs_it else [],
    }
    return TemplateResponse(request, "actionplans/sheet_list.html", context)


@require_safe
@login_required
def sheet_download(
    request: SignedInRequest,
    partnership: str,
    year: str,
    quarter: str,
    scope: str,
    subject: str,
    extension: str,
) -> HttpResponse:
    found, measures = _theirs(request, partnership, year, quarter)
    if found.is_locked or extension not in FORMATS:
        raise Http404
    at = clock.now()
    asked = scopes_of(rows_asked(found, measures, at=at))
    wanted = next((one for one in asked if (one.kind, one.key) == (scope, subject)), None)
    if wanted is None:
        raise Http404
    kind, person = FileKind(extension), request.user
    return_to = f"{person.name}, {person.email}" if person.name else person.email
    file = fill_file(wanted, found, kind, return_to=return_to, at=at)
    response = HttpResponse(file.content, content_type=kind.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=file.name)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _theirs(
    request: SignedInRequest, partnership: str, year: str, quarter: str
) -> tuple[Quarter, list[Measure]]:
    """A round and the measures one may ask figures for: the CP manager all, a lead officer those they answer for.

    Raises Http404 for everyone else.
    """
    found = quarter_for(request, partnership, year, quarter)
    if request.user.has_perm("priorities.manage_supply", found.partnership):
        return found, measures_of(found)
    led = Priority.objects.led_by(request.user).strategic().current()
    keys = list(led.filter(plan__partnership=found.partnership))
    if not keys:
        raise Http404
    return found, measures_of(found, keys)


def _crumbs(quarter: Quarter) -> list[dict[str, str]]:
    address = [quarter.partnership.slug, quarter.year_slug, quarter.slug]
    return [
        {"label": str(quarter), "url": reverse("actionplans:quarter-detail", args=address)},
        {"label": "Sheets to fill", "url": ""},
    ]
