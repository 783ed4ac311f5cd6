"""A column copied from a spreadsheet, pasted into the figures of a return."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.figure_lines import FigureLine
from actionplans.forms.pasting import PasteForm
from actionplans.models import Delivery
from actionplans.places import PlaceKind
from actionplans.return_access import open_return
from actionplans.return_pages import ReturnPage
from actionplans.sheets.committing import receive
from actionplans.sheets.pasting import AskedRow
from actionplans.sheets.permits import permit_for
from actionplans.sheets.row_ids import RowId
from actionplans.views.deliveries import delivery_url
from priorities import clock, held_words
from priorities.access import SignedInRequest

NAME = "Pasted figures"


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def return_paste(request: SignedInRequest, **address: str) -> HttpResponse:
    """What is pasted becomes a delivery that waits; what would become of it is seen on its own page."""
    opened = open_return(request, **address)
    if not opened.is_theirs:
        raise PermissionDenied
    at = clock.now()
    page = ReturnPage.of(opened, at=at)
    data = request.POST if request.method == "POST" else held_words.take(request)
    quarter, priority = page.sheet.quarter, page.sheet.priority
    permit = permit_for(request.user, quarter, Delivery.Destination.DRAFTS, priority)
    form = PasteForm(asked_in_order(page.sheet.figures), permit.catalogue, data=data)
    if request.method == "POST" and page.may_change and form.is_valid():
        delivery = _received(request, page, form)
        if delivery is not None:
            return redirect(delivery_url("delivery-detail", delivery))
    context = {
        "page": page,
        "form": form,
        "is_held": data is not None and request.method != "POST",
        "writer": str(request.user.pk),
        "crumbs": _crumbs(page),
    }
    status = 409 if request.method == "POST" and not page.may_change else 200
    return TemplateResponse(request, "actionplans/return_paste.html", context, status=status)


def asked_in_order(figures: Iterable[FigureLine]) -> list[AskedRow]:
    """The figures that a return asks for, as its page lists them."""
    return [
        AskedRow(
            id=str(RowId(one.code, PlaceKind.AREA, "", one.period.starts_on, one.period.ends_on)),
            name=one.name,
            is_ratio=one.ratio is not None,
        )
        for one in figures
        if one.is_asked and one.period
    ]


def _received(request: SignedInRequest, page: ReturnPage, form: PasteForm) -> Delivery | None:
    said: dict[str, Any] = {
        "way": Delivery.Way.PASTE,
        "name": NAME,
        "content": form.cleaned_data["pasted"].encode(),
        "destination": Delivery.Destination.DRAFTS,
        "organisation": None,
        "priority": page.sheet.priority,
        "plan": form.plan.as_json(),
    }
    try:
        return receive(page.sheet.quarter, **said, by=request.user, at=clock.now())
    except operations.Refused as refusal:
        form.refuse("pasted", str(refusal))
        return None


def _crumbs(page: ReturnPage) -> list[dict[str, str]]:
    return [
        {"label": "My work", "url": reverse("actionplans:work-list", args=[page.partnership.slug])},
        {"label": page.title, "url": page.return_url},
        {"label": "Figures", "url": page.url("return-figures")},
        {"label": "Paste figures", "url": ""},
    ]
