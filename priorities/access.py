"""The first line of every view: what the person asked for, if it is theirs to see.

404 when it is not yours to see, 403 when it is not yours to change; someone not signed in is asked to sign in.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django_htmx.middleware import HtmxDetails

from priorities.models import Partnership, Quarter, User
from priorities.periods import FinancialQuarter, FinancialYear, PeriodError


class SignedInRequest(HttpRequest):
    """What a view behind a sign-in is given."""

    user: User
    htmx: HtmxDetails


def partnership_for(request: HttpRequest, slug: str) -> Partnership:
    """The partnership of a page; it is kept on the request for what every page shows around its content."""
    partnership = get_object_or_404(Partnership.objects.visible_to(request.user), slug=slug)
    request.partnership = partnership  # type: ignore[attr-defined]
    return partnership


def quarter_for(request: HttpRequest, slug: str, year: str, quarter: str) -> Quarter:
    """A quarter by the words of its address, such as `2021-22` and `q3`."""
    partnership = partnership_for(request, slug)
    wanted = financial_quarter(year, quarter)
    found = get_object_or_404(
        Quarter.objects.visible_to(request.user).select_related("meeting"),
        partnership=partnership,
        year=wanted.year.start_year,
        number=wanted.number,
    )
    found.partnership = partnership
    return found


def financial_quarter(year: str, quarter: str) -> FinancialQuarter:
    """Raises Http404 for words that are not exactly a year and a quarter."""
    try:
        found = FinancialQuarter(FinancialYear.parse(year), int(quarter.removeprefix("q")))
    except (PeriodError, ValueError):
        raise Http404 from None
    if (found.year.slug, found.slug) != (year, quarter):
        raise Http404
    return found


def require(request: HttpRequest, permission: str, partnership: Partnership) -> None:
    """Refuse with 403 unless the person holds a permission in the partnership."""
    if not request.user.has_perm(permission, partnership):
        raise PermissionDenied


def require_to_see(request: HttpRequest, permission: str, partnership: Partnership) -> None:
    """Refuse with 404 unless the person holds a permission: the page is not theirs to know of."""
    if not request.user.has_perm(permission, partnership):
        raise Http404
