"""Pages about the whole installation, and the way from the front door to one's own first page."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from priorities.access import SignedInRequest
from priorities.directory import partnerships_joined, published_plans
from priorities.models import Partnership, User

# Where people land, by the first right they hold.
FIRST_PAGES = (
    ("priorities.run_quarter", "actionplans:quarter-current"),
    ("priorities.have_work", "actionplans:work-list"),
    ("priorities.read_dashboard", "dashboard:scorecard-current"),
)


@dataclass(frozen=True)
class Door:
    """A partnership someone belongs to, and the page they begin with there."""

    name: str
    url: str


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """The front page; whoever belongs to just one partnership begins there instead."""
    doors = [
        Door(joined.name, _first_page(request.user, joined)) for joined in partnerships_joined(request.user)
    ]
    if len(doors) == 1:
        return redirect(doors[0].url)
    return TemplateResponse(request, "home.html", {"doors": doors, "plans": published_plans()})


def _first_page(user: User, partnership: Partnership) -> str:
    for permission, name in FIRST_PAGES:
        if user.has_perm(permission, partnership):
            return reverse(name, args=[partnership.slug])
    return reverse("dashboard:plan-detail", args=[partnership.slug])


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "accessibility.html", {"plans": published_plans()})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "privacy.html", {"plans": published_plans()})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For what cannot be read at all. Unlike Django's own, it does not try to read it once more."""
    is_too_much = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent))
    return HttpResponseBadRequest(render_to_string("400.html", {"is_too_much": is_too_much}))
