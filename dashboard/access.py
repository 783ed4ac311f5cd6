"""What of the Board's pages a person may open: 404 for what is not theirs to know of."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from actionplans.models import Measure
from dashboard import rounds
from priorities import clock
from priorities.access import partnership_for, quarter_for, require_to_see
from priorities.models import Partnership, Quarter


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
