"""Figures that come back in sheets: sent, previewed, saved or dropped; and what came so far."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actionplans import operations
from actionplans.delivery_access import round_theirs
from actionplans.delivery_pages import (
    REST,
    PreviewPage,
    SavedPage,
    answered_by,
    deliveries_of,
    evidence_name,
)
from actionplans.downloads.deliveries import came_tables, preview_tables
from actionplans.forms.deliveries import SendForm
from actionplans.models import Delivery
from actionplans.return_access import return_url
from actionplans.senders import WITH_SENDERS
from actionplans.sheets.committing import PreviewOutOfDate, discard, receive, save_delivery
from actionplans.sheets.limits import SheetRefused
from actionplans.sheets.outlines import Unmapped
from actionplans.sheets.permits import Permit, permit_for
from actionplans.sheets.previewing import file_of, preview_delivery
from priorities import clock, held_words
from priorities.access import SignedInRequest
from priorities.downloads import downloads_of, kind_asked, tables_response
from priorities.models import Organisation, Quarter

# What came


@require_safe
@login_required
def delivery_list(request: SignedInRequest, **address: str) -> HttpResponse:
    quarter, _ = round_theirs(request, **address)
    came = deliveries_of(quarter, request.user)
    tables = came_tables(quarter, came, at=clock.now())
    context = {
        "quarter": quarter,
        "came": came,
        "downloads": downloads_of(tables, "actionplans:delivery-list-download", *address.values()),
        "checks_all": _checks_all(request, quarter),
        "crumbs": _crumbs(request, quarter, "What came"),
    }
    return TemplateResponse(request, "actionplans/delivery_list.html", context)


@require_safe
@login_required
def delivery_list_download(request: SignedInRequest, extension: str, **address: str) -> HttpResponse:
    kind = kind_asked(extension)
    quarter, _ = round_theirs(request, **address)
    tables = came_tables(quarter, deliveries_of(quarter, request.user), at=clock.now())
    return tables_response(request, tables, kind)


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def delivery_new(request: SignedInRequest, **address: str) -> HttpResponse:
    quarter, _ = round_theirs(request, **address)
    held = held_words.take(request) if request.method != "POST" else None
    form = send_form(request, quarter, held)
    if request.method == "POST" and form.is_valid() and (delivery := _received(request, quarter, form)):
        return redirect(delivery_url("delivery-detail", delivery))
    context = {
        "quarter": quarter,
        "form": form,
        "is_held": held is not None,
        "writer": str(request.user.pk),
        "crumbs": _crumbs(request, quarter, "Send figures in"),
    }
    return TemplateResponse(request, "actionplans/delivery_new.html", context)


def send_form(request: SignedInRequest, quarter: Quarter, held: Any = None) -> SendForm:
    """The form to send a sheet of a round, with what was sent by it."""
    is_sent = request.method == "POST"
    form = SendForm(
        _organisations(quarter),
        may_record=_checks_all(request, quarter),
        data=request.POST if is_sent else None,
        files=request.FILES if is_sent else None,
        said=held,
    )
    if is_sent and getattr(request, "has_large_file", False):
        form.refuse_as_too_large()
    return form


def _received(request: SignedInRequest, quarter: Quarter, form: SendForm) -> Delivery | None:
    """The delivery, or None with the refusal beside the file."""
    try:
        return receive(
            quarter, way=Delivery.Way.SHEET, priority=None, by=request.user, at=clock.now(), **form.sent
        )
    except (SheetRefused, operations.Refused) as refusal:
        form.refuse("file", str(refusal))
        return None


def _organisations(quarter: Quarter) -> dict[str, Organisation]:
    """Those that are there, by their keys."""
    on = clock.today()
    rows = Organisation.objects.filter(partnership=quarter.partnership)
    return {str(row.pk): row for row in rows if row.left_on is None or row.left_on > on}


# One delivery


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def delivery_detail(request: SignedInRequest, **address: Any) -> HttpResponse:
    """What would become of a delivery, to be decided by who sent it; or what became of it."""
    delivery = delivery_theirs(request, **address)
    if not delivery.is_waiting:
        return (
            _saved_already(request, delivery) if request.method == "POST" else _show_saved(request, delivery)
        )
    if request.method == "POST":
        return _save(request, delivery)
    held = held_words.take(request)
    found = preview_delivery(delivery, permit_of(request, delivery), at=clock.now())
    if isinstance(found, Unmapped):
        return redirect(delivery_url("delivery-columns", delivery))
    shown = PreviewPage(found)
    if held is not None:
        shown = replace(shown, ticked=answered_by(held.getlist("answered"), found))
    return _show_preview(request, delivery, shown, is_held=held is not None)


@require_safe
@login_required
def delivery_preview(request: SignedInRequest, extension: str, **address: Any) -> HttpResponse:
    """The whole preview as a file. What is known and held back is not in it: files go from hand to hand."""
    kind = kind_asked(extension)
    delivery = delivery_theirs(request, **address)
    if not delivery.is_waiting:
        return redirect(delivery_url("delivery-detail", delivery))
    permit = replace(permit_of(request, delivery), as_held=False)
    found = preview_delivery(delivery, permit, at=clock.now())
    if isinstance(found, Unmapped):
        return redirect(delivery_url("delivery-detail", delivery))
    return tables_response(request, preview_tables(delivery, found, at=clock.now()), kind)


@require_POST
@login_required
def delivery_drop(request: SignedInRequest, **address: Any) -> HttpResponse:
    delivery = delivery_theirs(request, **address)
    name = delivery.name
    try:
        discard(delivery, by=request.user)
    except operations.Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(delivery_url("delivery-detail", delivery))
    messages.success(request, f"{name} is dropped. Nothing was saved.")
    return redirect(_paste_url(delivery) or _round_url("delivery-list", delivery.quarter))


@require_safe
@login_required
def delivery_file(request: SignedInRequest, **address: Any) -> HttpResponse:
    """What came, byte for byte: to keep and never to open here, for it is somebody else's file."""
    delivery = delivery_theirs(request, **address)
    response = HttpResponse(file_of(delivery), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=evidence_name(delivery)
    )
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response


def delivery_theirs(request: SignedInRequest, delivery: int, **address: str) -> Delivery:
    """A delivery of a round that the person may see. Raises Http404."""
    quarter, _ = round_theirs(request, **address)
    rows = Delivery.objects.visible_to(request.user)
    rows = rows.select_related(*WITH_SENDERS, "priority__plan", "saved_by")
    found = get_object_or_404(rows, quarter=quarter, pk=delivery)
    found.quarter, found.partnership = quarter, quarter.partnership
    return found


def permit_of(request: SignedInRequest, delivery: Delivery) -> Permit:
    return permit_for(request.user, delivery.quarter, delivery.destination, delivery.priority)


def _show_preview(
    request: SignedInRequest, delivery: Delivery, shown: PreviewPage, *, is_held: bool = False
) -> HttpResponse:
    tables = preview_tables(delivery, shown.preview, at=clock.now())
    address = _address(delivery)
    context = {
        "delivery": delivery,
        "quarter": delivery.quarter,
        "shown": shown,
        "downloads": downloads_of(tables, "actionplans:delivery-preview", *address)
        if tables.filled
        else None,
        "drop_url": delivery_url("delivery-drop", delivery),
        "columns_url": delivery_url("delivery-columns", delivery) if _was_told(delivery) else "",
        "paste_url": _paste_url(delivery),
        "is_held": is_held,
        "writer": str(request.user.pk),
        "crumbs": crumbs_to(request, delivery),
    }
    status = 409 if shown.is_new else 200
    return TemplateResponse(request, "actionplans/delivery_preview.html", context, status=status)


def _save(request: SignedInRequest, delivery: Delivery) -> HttpResponse:
    """Save what is right and was said yes to, if the preview still stands as it was seen."""
    try:
        said_yes = _said_yes(request, delivery)
        saved = save_delivery(
            delivery, seen=request.POST.get("seen", ""), answered=said_yes, by=request.user, at=clock.now()
        )
    except PreviewOutOfDate as newer:
        return _show_preview(request, delivery, PreviewPage(newer.preview, said_yes, is_new=True))
    except operations.Refused as refusal:
        if _is_saved(delivery):
            return _saved_already(request, delivery)
        messages.error(request, str(refusal))
        return redirect(delivery_url("delivery-detail", delivery))
    messages.success(request, f"{saved.name} is saved.")
    return redirect(delivery_url("delivery-detail", delivery))


def _said_yes(request: SignedInRequest, delivery: Delivery) -> frozenset[str]:
    """The keys of the rows whose questions were ticked; the preview is asked only for those the page had no room for."""
    ticks = request.POST.getlist("answered")
    if REST not in ticks:
        return frozenset(ticks)
    found = preview_delivery(delivery, permit_of(request, delivery), at=clock.now())
    return frozenset() if isinstance(found, Unmapped) else answered_by(ticks, found)


def _is_saved(delivery: Delivery) -> bool:
    """Whether it was saved meanwhile, as by the first of two presses."""
    return Delivery.objects.saved().filter(pk=delivery.pk).exists()


def _saved_already(request: SignedInRequest, delivery: Delivery) -> HttpResponse:
    messages.info(request, "This was saved already. Nothing was saved a second time.")
    return redirect(delivery_url("delivery-detail", delivery))


def _show_saved(request: SignedInRequest, delivery: Delivery) -> HttpResponse:
    context = {
        "page": SavedPage.of(delivery, request.user),
        "quarter": delivery.quarter,
        "file_url": delivery_url("delivery-file", delivery),
        "crumbs": crumbs_to(request, delivery),
    }
    return TemplateResponse(request, "actionplans/delivery_saved.html", context)


def _was_told(delivery: Delivery) -> bool:
    """Whether somebody said which column of it holds what."""
    return delivery.way == Delivery.Way.SHEET and bool(delivery.plan)


# Addresses


def _paste_url(delivery: Delivery) -> str:
    """Where it was pasted; "" for a sheet."""
    if delivery.priority is None:
        return ""
    slug, quarter = delivery.partnership.slug, delivery.quarter
    return return_url("return-paste", slug, quarter, delivery.priority.slug)


def delivery_url(name: str, delivery: Delivery) -> str:
    return reverse(f"actionplans:{name}", args=_address(delivery))


def _address(delivery: Delivery) -> list[str | int]:
    quarter = delivery.quarter
    return [delivery.partnership.slug, quarter.year_slug, quarter.slug, delivery.pk]


def _round_url(name: str, quarter: Quarter) -> str:
    return reverse(f"actionplans:{name}", args=[quarter.partnership.slug, quarter.year_slug, quarter.slug])


def _checks_all(request: SignedInRequest, quarter: Quarter) -> bool:
    """Whether the person answers for every figure of the partnership."""
    return request.user.has_perm("priorities.manage_supply", quarter.partnership)


def _crumbs(request: SignedInRequest, quarter: Quarter, here: str) -> list[dict[str, str]]:
    return [*_crumbs_above(request, quarter), {"label": here, "url": ""}]


def crumbs_to(request: SignedInRequest, delivery: Delivery, here: str = "") -> list[dict[str, str]]:
    """The way to a delivery, or to a page of it."""
    quarter = delivery.quarter
    came = {"label": "What came", "url": _round_url("delivery-list", quarter)}
    own = {"label": delivery.name, "url": delivery_url("delivery-detail", delivery) if here else ""}
    last = [{"label": here, "url": ""}] if here else []
    return [*_crumbs_above(request, quarter), came, own, *last]


def _crumbs_above(request: SignedInRequest, quarter: Quarter) -> list[dict[str, str]]:
    out_and_in = {"label": "Figures out and in", "url": _round_url("sheet-list", quarter)}
    return [*crumbs_of_round(request, quarter), out_and_in]


def crumbs_of_round(request: SignedInRequest, quarter: Quarter) -> list[dict[str, str]]:
    """Where one comes from: the quarter for whoever runs it, one's own work for the others."""
    if request.user.has_perm("priorities.run_quarter", quarter.partnership):
        return [{"label": str(quarter), "url": _round_url("quarter-detail", quarter)}]
    if request.user.has_perm("priorities.have_work", quarter.partnership):
        return [
            {"label": "My work", "url": reverse("actionplans:work-list", args=[quarter.partnership.slug])}
        ]
    return []
