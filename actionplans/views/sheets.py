"""Sheets to fill: which there are for a round, each as a file, and where they come back."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from actionplans.delivery_access import round_theirs
from actionplans.sheets.asking import Scope, ScopeKind, measures_of, rows_asked, scopes_of
from actionplans.sheets.outgoing import FORMATS, fill_file
from actionplans.views.deliveries import crumbs_of_round, send_form
from priorities import clock
from priorities.access import SignedInRequest
from priorities.models import Quarter
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
    found, theirs = round_theirs(request, partnership, year, quarter)
    asked = () if found.is_locked else rows_asked(found, measures_of(found, theirs), at=clock.now())
    scopes = tuple(scopes_of(asked))
    groups = [
        ScopeGroup(kind, title, heading, tuple(one for one in scopes if one.kind is kind))
        for kind, title, heading in _GROUPS
    ]
    context = {
        "quarter": found,
        "groups": [group for group in groups if group.scopes],
        "crumbs": [*crumbs_of_round(request, found), {"label": "Figures out and in", "url": ""}],
        "form": send_form(request, found),
        "send_url": reverse("actionplans:delivery-new", args=_address(found)),
        "came_url": reverse("actionplans:delivery-list", args=_address(found)),
        "writer": str(request.user.pk),
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
    found, theirs = round_theirs(request, partnership, year, quarter)
    if found.is_locked or extension not in FORMATS:
        raise Http404
    at = clock.now()
    asked = scopes_of(rows_asked(found, measures_of(found, theirs), at=at))
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


def _address(quarter: Quarter) -> list[str]:
    return [quarter.partnership.slug, quarter.year_slug, quarter.slug]
