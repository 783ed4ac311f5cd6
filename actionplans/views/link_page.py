"""The page of a link: where somebody without an account sends the figures they were asked for.

It shows those figures and nothing else of the product, and leads nowhere else in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal.ratelimit import consume
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from actionplans.forms.links import LinkSheet
from actionplans.models import Delivery, SupplyLink, SupplyLinkUse
from actionplans.operations import Refused
from actionplans.sheets.asking import FillRow
from actionplans.sheets.committing import PreviewOutOfDate, save_sent
from actionplans.sheets.preview import Preview
from actionplans.sheets.previewing import permit_for_link, preview_rows
from actionplans.supply import link_figures
from actionplans.supply.link_pages import LinkPreview, SentPage
from actionplans.supply.links import Opening, WhyNot, open_link, record_use
from priorities import clock
from priorities.models import Partnership
from priorities.wording import listed, quoted

# How often one network address, and one link, may ask; and one address with tokens that are no link's. The library's
# own settings are for accounts, and pass over what only reads: here reading is what there is to protect.
RATES = {"link": "120/5m/ip,60/5m/key", "unknown": "20/5m/ip"}

View = Callable[..., HttpResponse]


def keeps_to_itself(view: View) -> View:
    """Keeps a page whose address is a key out of caches and search engines, and its address out of others' logs.

    Not "no-referrer", with which browsers no longer say which site a form came from.
    """

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return kept


@keeps_to_itself
@require_http_methods(["GET", "HEAD", "POST"])
def link_fill(request: HttpRequest, partnership: str, token: str) -> HttpResponse:
    """First the figures, then what would become of them, then they are sent."""
    opening = _opened(request, partnership, token)
    if isinstance(opening, HttpResponse):
        return opening
    visit = _Visit(request, token, opening)
    if request.method != "POST":
        if request.method == "GET":
            record_use(visit.link, SupplyLinkUse.What.OPENED, _who(request), at=visit.at)
        return _fill(visit, visit.sheet())
    sheet = visit.sheet(request.POST)
    if strangers := visit.strangers(sheet):
        return _refused(request, Opening(visit.link, WhyNot.NOT_ASKED, _not_asked(strangers)))
    if not sheet.is_valid() or sheet.is_empty or request.POST.get("do") == "change":
        return _fill(visit, sheet, is_empty=request.POST.get("do") != "change" and sheet.is_valid_and_empty)
    if request.POST.get("do") == "send":
        return _send(visit, sheet)
    return _check(visit, sheet, visit.preview(sheet))


@keeps_to_itself
@require_safe
def link_sent(request: HttpRequest, partnership: str, token: str) -> HttpResponse:
    """What was sent last, and what happens next."""
    opening = _opened(request, partnership, token)
    if isinstance(opening, HttpResponse):
        return opening
    visit = _Visit(request, token, opening)
    delivery = visit.delivery
    if delivery is None:
        return redirect(visit.url())
    newest = visit.link.uses.first()
    if request.method == "GET" and (newest is None or newest.what != SupplyLinkUse.What.SAVED):
        record_use(visit.link, SupplyLinkUse.What.OPENED, _who(request), at=visit.at)
    page = SentPage.of(delivery, link_figures.lines_of(delivery))
    measures = [measure for measure in visit.link.measures.all() if measure.code in page.codes]
    priorities = list(dict.fromkeys(measure.priority.name for measure in measures))
    context = {"page": page, "priorities": priorities, "priorities_named": listed(priorities)}
    return TemplateResponse(request, "actionplans/link_sent.html", visit.context() | context)


class _Visit:
    """What one request about a link needs, fetched once."""

    def __init__(self, request: HttpRequest, token: str, opening: Opening) -> None:
        assert opening.link is not None
        self.request, self.token, self.opening = request, token, opening
        self.link: SupplyLink = opening.link
        self.at = clock.now()
        self.delivery: Delivery | None = link_figures.last_delivery(self.link)
        self._once_asked: dict[str, FillRow] | None = None

    def url(self, name: str = "link-fill") -> str:
        return reverse(f"actionplans:{name}", args=[self.link.partnership.slug, self.token])

    def context(self) -> dict[str, Any]:
        return {"link": self.link, "closed": self.opening.closed, "fill_url": self.url()}

    def sheet(self, data: QueryDict | None = None) -> LinkSheet:
        rows = link_figures.rows_of(self.opening, at=self.at)
        return LinkSheet(rows, link_figures.sent_before(self.link, rows, self.delivery), data)

    def preview(self, sheet: LinkSheet) -> Preview:
        return preview_rows(sheet.sent(), permit_for_link(self.link, at=self.at), at=self.at)

    def strangers(self, sheet: LinkSheet) -> frozenset[str]:
        """What came that the link never asked for."""
        return sheet.others - self.once_asked(sheet).keys()

    def once_asked(self, sheet: LinkSheet) -> dict[str, FillRow]:
        """What the link asked for when it was sent, where something came that it does not ask for now."""
        if self._once_asked is None:
            rows = link_figures.rows_asked_when_sent(self.opening) if sheet.others else ()
            self._once_asked = {row.id: row for row in rows}
        return self._once_asked

    def passed_over(self, sheet: LinkSheet) -> list[str]:
        """The figures that came and are not asked for any more, in words."""
        asked = self.once_asked(sheet)
        return [
            f"{row.measure.name}, {row.place_name}, {row.period.label}"
            for key, row in asked.items()
            if key in sheet.others
        ]


# The three pages


def _fill(visit: _Visit, sheet: LinkSheet, *, is_empty: bool = False) -> HttpResponse:
    context = {
        "sheet": sheet,
        "is_empty": is_empty,
        "sent_on": visit.delivery.sent_at if visit.delivery else None,
        "sent_url": visit.url("link-sent"),
        "passed_over": visit.passed_over(sheet),
    }
    return TemplateResponse(visit.request, "actionplans/link_fill.html", visit.context() | context)


def _check(visit: _Visit, sheet: LinkSheet, preview: Preview, *, is_new: bool = False) -> HttpResponse:
    answered = frozenset(visit.request.POST.getlist("yes"))
    context = {
        "sheet": sheet,
        "page": LinkPreview(preview, answered, is_new=is_new),
        "sent_url": visit.url("link-sent") if visit.delivery else "",
        "passed_over": visit.passed_over(sheet),
    }
    return TemplateResponse(visit.request, "actionplans/link_check.html", visit.context() | context)


def _send(visit: _Visit, sheet: LinkSheet) -> HttpResponse:
    """Save what was checked; once, however often the button is pressed."""
    answered = frozenset(visit.request.POST.getlist("yes"))
    preview, rows = visit.preview(sheet), sheet.sent()
    lines = link_figures.evidence(sheet.rows, rows, preview, answered)
    if not any(preview.to_save(answered)):
        # As when the button is pressed twice. What stood there and was typed over since is sent again.
        if link_figures.is_sent_already(lines, visit.delivery):
            return redirect(visit.url("link-sent"))
        return _check(visit, sheet, preview)
    try:
        with transaction.atomic():
            # Held, so that it is not withdrawn meanwhile.
            again = open_link(visit.token, partnership=visit.link.partnership, at=visit.at, is_locked=True)
            if again.why_not is not None or again.link is None:
                return _refused(visit.request, again)
            delivery = save_sent(
                again.link,
                rows,
                seen=visit.request.POST.get("seen", ""),
                answered=answered,
                content=link_figures.evidence_file(lines),
                at=visit.at,
            )
            words = " ".join(part for part in (delivery.outcome, _who(visit.request)) if part)
            record_use(again.link, SupplyLinkUse.What.SAVED, words, at=visit.at)
    except PreviewOutOfDate as stale:
        return _check(visit, sheet, stale.preview, is_new=True)
    except Refused as refusal:
        return _refused(visit.request, Opening(visit.link, WhyNot.HANDED_IN, str(refusal)))
    return redirect(visit.url("link-sent"))


# What is refused


def _opened(request: HttpRequest, slug: str, token: str) -> Opening | HttpResponse:
    """What the address opens, or the plain page that it opens nothing."""
    if not _may_ask(request, "link", token):
        return _plain(request, WhyNot.TOO_OFTEN)
    partnership = Partnership.objects.filter(slug=slug).first()
    opening = open_link(token, partnership=partnership, at=clock.now())
    if opening.why_not is None:
        return opening
    if opening.why_not is WhyNot.UNKNOWN and not _may_ask(request, "unknown"):
        return _plain(request, WhyNot.TOO_OFTEN)
    return _refused(request, opening)


def _may_ask(request: HttpRequest, action: str, token: str | None = None) -> bool:
    used = consume(request, app="actionplans", action=action, config=RATES, key=token, limit_get=True)
    return used is not None


def _refused(request: HttpRequest, opening: Opening) -> HttpResponse:
    """The plain page, with the reason on record for whoever sent the link."""
    assert opening.why_not is not None
    if opening.link is not None and opening.words and request.method != "HEAD":
        words = " ".join(part for part in (opening.words, _who(request)) if part)
        record_use(opening.link, SupplyLinkUse.What.REFUSED, words, at=clock.now())
    return _plain(request, opening.why_not)


def _plain(request: HttpRequest, why_not: WhyNot) -> HttpResponse:
    context = {"why_not": why_not.value}
    return TemplateResponse(request, "actionplans/link_refused.html", context, status=why_not.status)


def _not_asked(strangers: frozenset[str]) -> str:
    named = listed([quoted(one) for one in sorted(strangers)[:3]])
    more = f" and {len(strangers) - 3:,} more" if len(strangers) > 3 else ""
    return f"Figures came for {named}{more}, which the link is not for. Nothing was saved."


def _who(request: HttpRequest) -> str:
    """Who used the link, where it was somebody signed in: they are then on record, and not the contact."""
    return f"By {request.user}, who was signed in." if request.user.is_authenticated else ""
