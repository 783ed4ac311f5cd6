"""Links by which figures come: who was sent one, sending one, what was made of it, and withdrawing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods, require_safe

from actionplans.control_room import quarter_in_progress
from actionplans.downloads.links import link_tables, use_tables
from actionplans.forms.links import SendLinkForm
from actionplans.models import DataContact, Measure, SupplyLink
from actionplans.sheets.asking import measures_of, rows_asked
from actionplans.supply.link_rows import LinkRow, UseRow, link_rows, use_rows
from actionplans.supply.links import (
    LinkRefused,
    SentLink,
    closed_priorities,
    links_of,
    send_link,
    withdraw_link,
)
from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for
from priorities.downloads import downloads_of, kind_asked, tables_response
from priorities.models import Partnership, Priority, Quarter

LONGEST_KEY = 19
"""Digits of a row's key, at the very most."""


@require_safe
@login_required
def link_list(request: SignedInRequest, partnership: str) -> HttpResponse:
    found, rows = _listed(request, partnership)
    tables = link_tables(found, rows, at=clock.now())
    context = {
        "links": rows,
        "downloads": downloads_of(tables, "actionplans:link-list-download", found.slug),
        **_crumbs(request, found),
    }
    return TemplateResponse(request, "actionplans/link_list.html", context)


@require_safe
@login_required
def link_list_download(request: SignedInRequest, partnership: str, extension: str) -> HttpResponse:
    kind = kind_asked(extension)
    found, rows = _listed(request, partnership)
    return tables_response(request, link_tables(found, rows, at=clock.now()), kind)


def _listed(request: SignedInRequest, slug: str) -> tuple[Partnership, tuple[LinkRow, ...]]:
    found, _ = _theirs(request, slug)
    links = SupplyLink.objects.visible_to(request.user).filter(partnership=found)
    return found, link_rows(links, at=clock.now())


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def link_new(request: SignedInRequest, partnership: str) -> HttpResponse:
    """First to whom, then for which figures. The address is shown as the answer, once."""
    found, priorities = _theirs(request, partnership)
    quarter = quarter_in_progress(found, on=clock.today())
    if quarter is None:
        return TemplateResponse(request, "actionplans/quarter_none.html")
    quarter.partnership = found
    data = request.POST if request.method == "POST" else held_words.take(request)
    contacts = _contacts(found, measures_of(quarter, priorities))
    key = (data or request.GET).get("contact", "")
    contact = contacts.get(key)
    context: dict[str, Any] = {
        "quarter": quarter,
        "contacts": list(contacts.items()),
        "contact": contact,
        "is_unknown": bool(key) and contact is None,
        "writer": str(request.user.pk),
        **_crumbs(request, found),
    }
    if contact is not None:
        form = _form(request, quarter, contact, priorities, data)
        sent = _sent(request, quarter, contact, form) if request.method == "POST" else None
        if sent is not None:
            return _address_page(request, sent, context)
        context |= {"form": form, "is_held": form.is_bound and request.method != "POST"}
    return TemplateResponse(request, "actionplans/link_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def link_detail(request: SignedInRequest, partnership: str, link: int) -> HttpResponse:
    """One link with every use of it; whoever sent it, or the CP manager, may withdraw it."""
    found, held = _one(request, partnership, link)
    if request.method == "POST":
        withdraw_link(held, by=request.user, at=clock.now())
        messages.success(request, "The link is withdrawn: nobody can send figures by it any more.")
        return redirect(request.path)
    row, uses = _used(held)
    tables = use_tables(found, row, uses, at=clock.now())
    context = {
        "row": row,
        "uses": uses,
        "downloads": downloads_of(tables, "actionplans:link-download", found.slug, held.pk),
        **_crumbs(request, found),
    }
    return TemplateResponse(request, "actionplans/link_detail.html", context)


@require_safe
@login_required
def link_download(request: SignedInRequest, partnership: str, link: int, extension: str) -> HttpResponse:
    kind = kind_asked(extension)
    found, held = _one(request, partnership, link)
    return tables_response(request, use_tables(found, *_used(held), at=clock.now()), kind)


def _one(request: SignedInRequest, slug: str, number: int) -> tuple[Partnership, SupplyLink]:
    found, _ = _theirs(request, slug)
    links = SupplyLink.objects.visible_to(request.user).filter(partnership=found)
    return found, get_object_or_404(links, pk=number)


def _used(link: SupplyLink) -> tuple[LinkRow, Sequence[UseRow]]:
    return link_rows(SupplyLink.objects.filter(pk=link.pk), at=clock.now())[0], use_rows(link)


def _theirs(request: SignedInRequest, slug: str) -> tuple[Partnership, list[Priority] | None]:
    """A partnership, and the priorities whose figures one may ask for; None for all of them.

    Raises Http404 for everyone but the CP manager and whoever leads a priority.
    """
    found = partnership_for(request, slug)
    if request.user.has_perm("priorities.manage_supply", found):
        return found, None
    led = Priority.objects.led_by(request.user).strategic().current()
    priorities = list(led.filter(plan__partnership=found))
    if not priorities:
        raise Http404
    return found, priorities


def _contacts(partnership: Partnership, measures: Sequence[Measure]) -> dict[str, DataContact]:
    """Who is there and sends figures of some measures, in their own name or for the supplier."""
    suppliers = {measure.supplier_id for measure in measures if measure.supplier_id}
    rows = (
        DataContact.objects.there(clock.today())
        .filter(Q(measures__in=measures) | Q(organisation__in=suppliers), partnership=partnership)
        .select_related("organisation")
        .prefetch_related("measures")
        .distinct()
    )
    return {str(row.pk): row for row in rows}


def _form(
    request: SignedInRequest,
    quarter: Quarter,
    contact: DataContact,
    priorities: list[Priority] | None,
    data: Any,
) -> SendLinkForm:
    own = {measure.pk for measure in contact.measures.all()}
    offered = [
        measure
        for measure in measures_of(quarter, priorities)
        if measure.pk in own or measure.supplier_id == contact.organisation_id
    ]
    missing = () if quarter.is_locked else rows_asked(quarter, offered, at=clock.now())
    closed = closed_priorities(quarter, [row.measure.priority for row in missing])
    rows = [row for row in missing if row.measure.priority not in closed]
    asked = list(dict.fromkeys(row.measure for row in rows))
    links = list(links_of(quarter, contact).prefetch_related("measures"))
    theirs = set(
        SupplyLink.objects.visible_to(request.user).filter(contact=contact).values_list("pk", flat=True)
    )
    return SendLinkForm(
        quarter,
        contact,
        rows,
        ticked=[measure for measure in asked if measure.pk in own] or asked,
        usable=[link for link in links if link.is_usable(clock.now()) and link.pk in theirs],
        newest=links[0].pk if links else None,
        on=clock.today(),
        closed=closed,
        data=data,
    )


def _sent(
    request: SignedInRequest, quarter: Quarter, contact: DataContact, form: SendLinkForm
) -> SentLink | None:
    """The link, once the form is right and nothing stands against it."""
    if not form.is_valid():
        return None

    def address(token: str) -> str:
        page = reverse("actionplans:link-fill", args=[quarter.partnership.slug, token])
        return request.build_absolute_uri(page)

    newest = request.POST.get("newest", "")
    try:
        return send_link(
            quarter,
            contact,
            form.chosen,
            expires_on=form.cleaned_data["expires_on"],
            make_address=address,
            by=request.user,
            at=clock.now(),
            replaces=form.replaces,
            newest=int(newest) if newest.isdecimal() and len(newest) < LONGEST_KEY else None,
        )
    except LinkRefused as refusal:
        form.refuse(refusal.field, str(refusal))
        return None


def _address_page(request: SignedInRequest, sent: SentLink, context: dict[str, Any]) -> HttpResponse:
    """The address, this once: no page tells it again, and no cache keeps this one."""
    response = TemplateResponse(request, "actionplans/link_address.html", context | {"sent": sent})
    add_never_cache_headers(response)
    return response


def _crumbs(request: SignedInRequest, partnership: Partnership) -> dict[str, Any]:
    """Where one comes from: the calendar, or one's own work for whoever may not see it."""
    reads_calendar = request.user.has_perm("priorities.read_every_return", partnership)
    name, label = ("supply-detail", "Data supply calendar") if reads_calendar else ("work-list", "My work")
    return {
        "back": {"label": label, "url": reverse(f"actionplans:{name}", args=[partnership.slug])},
        "list_url": reverse("actionplans:link-list", args=[partnership.slug]),
    }
