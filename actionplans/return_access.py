"""The way to a return: who may see it, who may change it, and its address."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from actionplans.models import QuarterlyReturn
from actionplans.return_sheet import return_of
from priorities import clock
from priorities.access import quarter_for
from priorities.models import Priority, Quarter


@dataclass(frozen=True)
class OpenedReturn:
    """A return someone may see. `is_theirs` says that they answer for the priority.

    `sees_small_numbers`: they answer for its figures or clear them; others see what anyone may (domain rules part 4).
    """

    quarterly_return: QuarterlyReturn
    is_theirs: bool
    sees_small_numbers: bool = False

    @property
    def may_change(self) -> bool:
        return self.is_theirs and self.quarterly_return.is_open_to_changes


def open_return(
    request: HttpRequest, partnership: str, year: str, quarter: str, priority: str
) -> OpenedReturn:
    """A return by the words of its address, for its lead officer, deputies and those who check returns.

    Raises Http404 for everyone else, and for a quarter whose returns have not opened.
    """
    asked = quarter_for(request, partnership, year, quarter)
    found = get_object_or_404(
        Priority.objects.strategic()
        .current()
        .filter(plan__partnership=asked.partnership)
        .select_related("plan"),
        slug=priority,
    )
    is_theirs = Priority.objects.led_by(request.user).filter(pk=found.pk).exists()
    may_read = is_theirs or request.user.has_perm("priorities.read_every_return", asked.partnership)
    if not may_read or asked.opens_on > clock.today():
        raise Http404
    sees_small_numbers = is_theirs or request.user.has_perm("priorities.clear_figures", asked.partnership)
    return OpenedReturn(return_of(found, asked), is_theirs, sees_small_numbers)


def return_url(name: str, slug: str, quarter: Quarter, priority_slug: str) -> str:
    """The address of a return's page: `name` is that of the page, such as "return-figures"."""
    return reverse(f"actionplans:{name}", args=[slug, quarter.year_slug, quarter.slug, priority_slug])
