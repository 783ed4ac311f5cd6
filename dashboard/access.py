"""What of the Board's pages a person may open: 404 for what is not theirs to know of."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from actionplans.models import Measure, Risk
from dashboard import rounds
from dashboard.risk_profile import with_their_people
from priorities import clock
from priorities.access import partnership_for, quarter_for, require_to_see
from priorities.models import Partnership, Priority, Quarter


def dashboard_for(request: HttpRequest, slug: str) -> Partnership:
    """A partnership whose dashboard the person may read."""
    partnership = partnership_for(request, slug)
    require_to_see(request, "priorities.read_dashboard", partnership)
    return partnership


def round_for(request: HttpRequest, slug: str, year: str, quarter: str) -> Quarter:
    """A quarter, by the words of its address, of a dashboard the person may read."""
    found = quarter_for(request, slug, year, quarter)
    require_to_see(request, "priorities.read_dashboard", found.partnership)
    return found


def quarter_in_hand(request: HttpRequest, partnership: Partnership) -> Quarter:
    """The quarter whose dashboard the person is shown first."""
    today = clock.today()
    quarters = rounds.begun(partnership, request.user, on=today)
    return rounds.quarter_in_hand(partnership, quarters, on=today)


def measure_for(request: HttpRequest, partnership: Partnership, code: str) -> Measure:
    """A measure with what its own page tells of it."""
    return get_object_or_404(
        Measure.objects.visible_to(request.user)
        .select_related("partnership", "priority", "supplier")
        .prefetch_related("shared_with"),
        partnership=partnership,
        code=code,
    )


def priority_for(request: HttpRequest, quarter: Quarter, slug: str) -> Priority:
    """A strategic priority of a quarter's partnership, with what its own page tells of it."""
    return get_object_or_404(
        Priority.objects.strategic()
        .current()
        .visible_to(request.user)
        .filter(plan__partnership=quarter.partnership)
        .select_related("theme", "lead_group")
        .prefetch_related("groups", "national_outcomes"),
        slug=slug,
    )


def risk_for(request: HttpRequest, partnership: Partnership, code: str) -> Risk:
    """A risk with what its own page tells of it."""
    return get_object_or_404(
        with_their_people(Risk.objects.visible_to(request.user)), partnership=partnership, code=code
    )
