"""The Board's pages: the Performance Dashboard, the Risk Profile and what they are made of."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from dashboard import rounds
from dashboard.access import (
    dashboard_for,
    measure_for,
    priority_for,
    quarter_in_hand,
    risk_for,
    round_for,
)
from dashboard.charts.interactive import chart_json
from dashboard.measure_page import measure_chart, measure_seen, version_of
from dashboard.priority_page import priority_page
from dashboard.risk_page import risk_page
from dashboard.risk_profile import risk_profile
from dashboard.scorecard import scorecard
from dashboard.tables.measure import measure_tables
from dashboard.tables.risks import profile_tables, risk_tables
from dashboard.tables.scorecard import priority_tables, scorecard_tables
from priorities import clock
from priorities.downloads import downloads_of
from priorities.models import Quarter

A_DAY = 24 * 60 * 60


# The Performance Dashboard


@login_required
@require_safe
def scorecard_current(request: HttpRequest, partnership: str) -> HttpResponse:
    """The dashboard of the newest quarter whose round has begun."""
    readable = dashboard_for(request, partnership)
    quarters = rounds.begun(readable, request.user, on=clock.today())
    if not quarters:
        return TemplateResponse(request, "dashboard/no_quarter.html", {"page": "Performance Dashboard"})
    return _scorecard(request, quarters[0], quarters)


@login_required
@require_safe
def scorecard_detail(request: HttpRequest, partnership: str, year: str, quarter: str) -> HttpResponse:
    asked = round_for(request, partnership, year, quarter)
    quarters = rounds.begun(asked.partnership, request.user, on=clock.today())
    return _scorecard(request, asked, quarters)


def _scorecard(request: HttpRequest, quarter: Quarter, quarters: list[Quarter]) -> HttpResponse:
    if quarter.opens_on > clock.today():
        return _not_begun(request, quarter, quarters, page="Performance Dashboard")
    now = clock.now()
    card, risks = scorecard(quarter, known_at=now), risk_profile(quarter, known_at=now)
    tables = scorecard_tables(card, risks, quarter.partnership, known_at=now)
    return TemplateResponse(
        request,
        "dashboard/scorecard.html",
        {
            "card": card,
            "risks": risks,
            "downloads": downloads_of(tables, "dashboard:scorecard-download", *_address(quarter)),
            "quarter": quarter,
            "rounds": rounds.around(quarter, quarters),
        },
    )


@login_required
@require_safe
def priority_detail(
    request: HttpRequest, partnership: str, year: str, quarter: str, priority: str
) -> HttpResponse:
    asked = round_for(request, partnership, year, quarter)
    found = priority_for(request, asked, priority)
    quarters = rounds.begun(asked.partnership, request.user, on=clock.today())
    if asked.opens_on > clock.today():
        return _not_begun(request, asked, quarters, page=found.name)
    now = clock.now()
    page = priority_page(found, asked, known_at=now)
    tables = priority_tables(page, asked, known_at=now)
    return TemplateResponse(
        request,
        "dashboard/priority.html",
        {
            "page": page,
            "downloads": downloads_of(tables, "dashboard:priority-download", *_address(asked), page.row.slug),
            "quarter": asked,
            "rounds": rounds.around(asked, quarters),
        },
    )


# A measure


@login_required
@require_safe
def measure_detail(request: HttpRequest, partnership: str, code: str) -> HttpResponse:
    """A measure as the dashboard of the newest quarter has it."""
    readable = dashboard_for(request, partnership)
    measure = measure_for(request, readable, code)
    quarter, now = quarter_in_hand(request, readable), clock.now()
    seen = measure_seen(measure, quarter, known_at=now)
    tables = measure_tables(seen, known_at=now)
    return TemplateResponse(
        request,
        "dashboard/measure.html",
        {
            "page": seen.page,
            "downloads": downloads_of(tables, "dashboard:measure-download", readable.slug, measure.code),
            "quarter": quarter,
            "may_correct": request.user.has_perm("priorities.correct_figures", readable),
            "may_define": request.user.has_perm("priorities.define_measures", readable),
            "may_clear": measure.is_disclosure_controlled
            and request.user.has_perm("priorities.clear_figures", readable),
        },
    )


@login_required
@require_safe
def measure_figure(request: HttpRequest, partnership: str, code: str) -> HttpResponse:
    """The chart to explore, as JSON. It is built when somebody asks, and again only when its data change."""
    readable = dashboard_for(request, partnership)
    measure = measure_for(request, readable, code)
    chart = measure_chart(measure, quarter_in_hand(request, readable), known_at=clock.now())
    version = f"{settings.VERSION}-{version_of(chart)}"
    response = get_conditional_response(request, etag=f'"{version}"')
    if response is None:
        body = cache.get_or_set(f"measure-figure-{version}", lambda: chart_json(chart), A_DAY)
        response = HttpResponse(body, content_type="application/json")
        response["ETag"] = f'"{version}"'
    patch_cache_control(response, private=True, no_cache=True)
    return response


# Risks


@login_required
@require_safe
def risk_list(request: HttpRequest, partnership: str) -> HttpResponse:
    """The Risk Profile of the newest quarter whose round has begun."""
    readable = dashboard_for(request, partnership)
    quarters = rounds.begun(readable, request.user, on=clock.today())
    if not quarters:
        return TemplateResponse(request, "dashboard/no_quarter.html", {"page": "Risk Profile"})
    return _risk_profile(request, quarters[0], quarters)


@login_required
@require_safe
def risk_profile_detail(request: HttpRequest, partnership: str, year: str, quarter: str) -> HttpResponse:
    asked = round_for(request, partnership, year, quarter)
    quarters = rounds.begun(asked.partnership, request.user, on=clock.today())
    return _risk_profile(request, asked, quarters)


def _risk_profile(request: HttpRequest, quarter: Quarter, quarters: list[Quarter]) -> HttpResponse:
    if quarter.opens_on > clock.today():
        return _not_begun(request, quarter, quarters, page="Risk Profile")
    now = clock.now()
    profile = risk_profile(quarter, known_at=now)
    tables = profile_tables(profile, quarter.partnership, known_at=now)
    return TemplateResponse(
        request,
        "dashboard/risk_profile.html",
        {
            "profile": profile,
            "downloads": downloads_of(tables, "dashboard:risk-profile-download", *_address(quarter)),
            "quarter": quarter,
            "rounds": rounds.around(quarter, quarters),
        },
    )


@login_required
@require_safe
def risk_detail(request: HttpRequest, partnership: str, code: str) -> HttpResponse:
    """A risk as the profile of the newest quarter has it."""
    readable = dashboard_for(request, partnership)
    risk = risk_for(request, readable, code)
    quarter, now = quarter_in_hand(request, readable), clock.now()
    page = risk_page(risk, quarter, known_at=now)
    tables = risk_tables(page, readable, known_at=now)
    return TemplateResponse(
        request,
        "dashboard/risk.html",
        {
            "row": page.row,
            "chart": page.chart,
            "chart_sentence": page.chart_sentence,
            "downloads": downloads_of(tables, "dashboard:risk-download", readable.slug, page.row.code),
            "quarter": quarter,
            "closed_on": page.closed_on,
            "closed_reason": page.closed_reason,
        },
    )


def _address(quarter: Quarter) -> tuple[str, str, str]:
    """The words of a quarter's addresses."""
    return quarter.partnership.slug, quarter.year_slug, quarter.slug


def _not_begun(request: HttpRequest, quarter: Quarter, quarters: list[Quarter], *, page: str) -> HttpResponse:
    return TemplateResponse(
        request,
        "dashboard/not_begun.html",
        {"page": page, "quarter": quarter, "rounds": rounds.around(quarter, quarters)},
    )
