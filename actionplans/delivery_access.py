"""Whose figures of a round one may ask for and send in."""

from __future__ import annotations

from django.http import Http404

from priorities.access import SignedInRequest, quarter_for
from priorities.models import Priority, Quarter


def round_theirs(
    request: SignedInRequest, partnership: str, year: str, quarter: str
) -> tuple[Quarter, list[Priority] | None]:
    """A round and the priorities whose figures are one's own: None, for all of them, for the CP manager.

    Raises Http404 for whoever has none.
    """
    found = quarter_for(request, partnership, year, quarter)
    if request.user.has_perm("priorities.manage_supply", found.partnership):
        return found, None
    led = Priority.objects.led_by(request.user).strategic().current()
    theirs = list(led.filter(plan__partnership=found.partnership))
    if not theirs:
        raise Http404
    return found, theirs
