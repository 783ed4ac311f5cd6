"""What every page shows around its content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from priorities import clock
from priorities.models import Partnership

ILLUSTRATIVE = (
    "Some entries are illustrative: targets, narrative, risk scores and quarterly operational figures are made up "
    "where no published source gives them. Published figures name their source."
)

# Which addresses each place in the navigation stands for, after the partnership's own part.
PLACES = {
    "actionplans:work-list": ("my-work", "returns"),
    "actionplans:quarter-current": ("quarters",),
    "actionplans:supply-detail": ("supply",),
    "actionplans:disclosure-detail": ("disclosure",),
    "dashboard:scorecard-current": ("dashboard",),
    "dashboard:measure-list": ("measures",),
    "dashboard:risk-list": ("risks",),
    "dashboard:plan-detail": ("",),
    "reports:report-list": ("reports",),
}


@dataclass(frozen=True)
class Entry:
    """One place in the navigation."""

    label: str
    url: str
    is_current: bool


def page_furniture(request: HttpRequest) -> dict[str, Any]:
    """The partnership, the navigation by role, the demonstration's banner and the footer's note."""
    partnership: Partnership | None = getattr(request, "partnership", None)
    return {
        "partnership": partnership,
        "navigation": list(_navigation(request, partnership)) if partnership else [],
        "home_url": reverse("dashboard:plan-detail", args=[partnership.slug]) if partnership else "/",
        "demonstration_banner": _banner(),
        "footer_note": ILLUSTRATIVE if partnership and partnership.has_illustrative_entries else "",
        "version": settings.VERSION,
    }


def _banner() -> str:
    if not settings.LOIP_DEMONSTRATION:
        return ""
    today = clock.today()
    return (
        f"This is a demonstration. Today is taken to be {today:%A} {today.day} {today:%B %Y}, "
        "and the people and their words are made up."
    )


def _navigation(request: HttpRequest, partnership: Partnership) -> Iterator[Entry]:
    user = request.user
    place = request.path.removeprefix(f"/{partnership.slug}/").split("/")[0]

    def entry(label: str, name: str) -> Entry:
        return Entry(label, reverse(name, args=[partnership.slug]), place in PLACES[name])

    if user.has_perm("priorities.have_work", partnership):
        yield entry("My work", "actionplans:work-list")
    if user.has_perm("priorities.read_every_return", partnership):
        yield entry("Quarter", "actionplans:quarter-current")
        yield entry("Data supply", "actionplans:supply-detail")
    if user.has_perm("priorities.read_dashboard", partnership):
        yield entry("Dashboard", "dashboard:scorecard-current")
        yield entry("Measures", "dashboard:measure-list")
        yield entry("Risks", "dashboard:risk-list")
    yield entry("Plan", "dashboard:plan-detail")
    yield entry("Reports", "reports:report-list")
    if user.has_perm("priorities.clear_figures", partnership):
        yield entry("Disclosure", "actionplans:disclosure-detail")
