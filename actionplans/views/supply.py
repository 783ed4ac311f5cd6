"""The data supply calendar, who sends figures, what they were asked for, and the calendar's feed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from actionplans.control_room import quarter_in_progress
from actionplans.downloads.supply import contact_tables, request_tables, supply_tables
from actionplans.forms.supply import AnswerForm, CalendarFilter, ContactForm, RequestForm
from actionplans.models import DataContact, DataRequest
from actionplans.supply import contacts, feed, reminders, requests
from actionplans.supply.calendar import SupplyRow, supply_calendar
from priorities import clock, held_words
from priorities.access import SignedInRequest, partnership_for, quarter_for, require, require_to_see
from priorities.downloads import downloads_of
from priorities.models import Organisation, Partnership, Quarter


def _partnership(request: HttpRequest, slug: str) -> Partnership:
    found = partnership_for(request, slug)
    require_to_see(request, "priorities.read_every_return", found)
    return found


def _managed(request: HttpRequest, slug: str) -> Partnership:
    found = _partnership(request, slug)
    require(request, "priorities.manage_supply", found)
    return found


def _quarter(request: HttpRequest, slug: str, year: str, quarter: str) -> Quarter:
    found = quarter_for(request, slug, year, quarter)
    require_to_see(request, "priorities.read_every_return", found.partnership)
    return found


def _data(request: HttpRequest) -> Any:
    """What was sent, now or before signing in; None for a page that is only opened."""
    return request.POST if request.method == "POST" else held_words.take(request)


# The calendar


@require_safe
@login_required
def supply_detail(request: SignedInRequest, partnership: str) -> HttpResponse:
    found = _partnership(request, partnership)
    now = clock.now()
    whole = supply_calendar(found, at=now)
    form = CalendarFilter(whole, request.GET or None)
    calendar = whole.only(**form.asked)
    tables = supply_tables(found, whole, calendar, looked_for=form.in_words, at=now)
    own = feed.feed_of(found, request.user)
    context = {
        "whole": whole,
        "calendar": calendar,
        "form": form,
        "downloads": downloads_of(
            tables, "actionplans:supply-download", found.slug, query=urlencode(form.asked)
        ),
        "may_manage": request.user.has_perm("priorities.manage_supply", found),
        "feed_url": request.build_absolute_uri(_feed_path(found, feed.address_of(own))) if own else "",
        "own_feed_url": reverse("actionplans:supply-feed", args=[found.slug]),
    }
    return TemplateResponse(request, "actionplans/supply_detail.html", context)


@require_POST
@login_required
def supply_remind(request: SignedInRequest, partnership: str) -> HttpResponse:
    """Write to each contact with open requests that are due."""
    found = _managed(request, partnership)
    sent = reminders.send_reminders(found, by=request.user, at=clock.now())
    say = messages.error if sent.failed else messages.success if sent.sent else messages.info
    say(request, sent.in_words)
    return redirect("actionplans:supply-detail", found.slug)


# The feed


@require_safe
@login_required
@never_cache
def supply_feed(request: SignedInRequest, partnership: str) -> HttpResponse:
    return _calendar_file(request, _partnership(request, partnership))


@require_safe
@never_cache
def supply_feed_by_address(request: HttpRequest, partnership: str, address: str) -> HttpResponse:
    """The feed for a calendar program, which cannot sign in: the address says whose it is."""
    found = get_object_or_404(Partnership, slug=partnership)
    if feed.opened_by(address, found, on=clock.today()) is None:
        raise Http404
    return _calendar_file(request, found)


@require_POST
@login_required
def supply_address(request: SignedInRequest, partnership: str) -> HttpResponse:
    """Give the person an address of their own, or a new one."""
    found = _partnership(request, partnership)
    made = feed.renew_address(found, by=request.user)
    messages.success(
        request,
        "You have a calendar address of your own."
        if made.number == 1
        else "You have a new calendar address. The old one no longer works.",
    )
    return redirect(reverse("actionplans:supply-detail", args=[found.slug]) + "#feed")


def _calendar_file(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    page_url = request.build_absolute_uri(reverse("actionplans:supply-detail", args=[partnership.slug]))
    content = feed.calendar_file(partnership, at=clock.now(), page_url=page_url)
    name = f"{partnership.slug}-data-supply.ics"
    return HttpResponse(
        content, feed.CONTENT_TYPE, headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def _feed_path(partnership: Partnership, address: str) -> str:
    return reverse("actionplans:supply-feed-by-address", args=[partnership.slug, address])


# Who sends figures


@require_safe
@login_required
def contact_list(request: SignedInRequest, partnership: str) -> HttpResponse:
    found = _partnership(request, partnership)
    rows = contacts.contact_rows(found, on=clock.today())
    tables = contact_tables(found, rows, at=clock.now())
    context = {
        "contacts": rows,
        "downloads": downloads_of(tables, "actionplans:contact-download", found.slug),
        "may_manage": request.user.has_perm("priorities.manage_supply", found),
    }
    return TemplateResponse(request, "actionplans/contact_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def contact_new(request: SignedInRequest, partnership: str) -> HttpResponse:
    found = _managed(request, partnership)
    return _contact_page(request, DataContact(partnership=found))


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def contact_edit(request: SignedInRequest, partnership: str, contact: int) -> HttpResponse:
    found = _managed(request, partnership)
    row = get_object_or_404(
        DataContact.objects.visible_to(request.user).select_related("partnership", "organisation"),
        partnership=found,
        pk=contact,
    )
    return _contact_page(request, row)


def _contact_page(request: SignedInRequest, contact: DataContact) -> HttpResponse:
    form = ContactForm(contact, on=clock.today(), data=_data(request))
    name = contact.name
    if request.method == "POST" and form.is_valid() and _is_kept(request, contact, form):
        return redirect("actionplans:contact-list", contact.partnership.slug)
    context = {
        "form": form,
        "title": f"Change {name}" if contact.pk else "Add a data contact",
        "is_held": form.is_bound and request.method != "POST",
        "writer": str(request.user.pk),
        "link_url": _link_url(contact),
    }
    return TemplateResponse(request, "actionplans/contact_edit.html", context)


def _link_url(contact: DataContact) -> str:
    """Where a link is sent to a contact who is there; "" for any other."""
    if not contact.pk or not contact.is_there(clock.today()):
        return ""
    return f"{reverse('actionplans:link-new', args=[contact.partnership.slug])}?contact={contact.pk}"


def _is_kept(request: SignedInRequest, contact: DataContact, form: ContactForm) -> bool:
    try:
        kept = contacts.save_contact(contact, **form.cleaned_data, by=request.user, on=clock.today())
    except contacts.ContactRefused as refusal:
        form.refuse(refusal.field, str(refusal))
        return False
    messages.success(request, f"{kept.name} of {kept.organisation} is saved.")
    return True


# What was asked


@require_safe
@login_required
def request_current(request: SignedInRequest, partnership: str) -> HttpResponse:
    found = _partnership(request, partnership)
    quarter = quarter_in_progress(found, on=clock.today())
    if quarter is None:
        return TemplateResponse(request, "actionplans/quarter_none.html")
    quarter.partnership = found
    return redirect(_round_url("request-list", quarter))


@require_safe
@login_required
def request_list(request: SignedInRequest, partnership: str, year: str, quarter: str) -> HttpResponse:
    found = _quarter(request, partnership, year, quarter)
    others = Quarter.objects.filter(partnership=found.partnership).order_by("-year", "-number")
    log = requests.request_log(found, on=clock.today())
    address = (found.partnership.slug, found.year_slug, found.slug)
    context = {
        "quarter": found,
        "log": log,
        "downloads": downloads_of(
            request_tables(found, log, at=clock.now()), "actionplans:request-download", *address
        ),
        "rounds": [(other, _round_url("request-list", other, found.partnership)) for other in others],
        "may_manage": request.user.has_perm("priorities.manage_supply", found.partnership),
    }
    return TemplateResponse(request, "actionplans/request_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def request_new(request: SignedInRequest, partnership: str, year: str, quarter: str) -> HttpResponse:
    """First of whom, then what."""
    found = _quarter(request, partnership, year, quarter)
    require(request, "priorities.manage_supply", found.partnership)
    suppliers = _suppliers(found.partnership)
    data = _data(request)
    key = (data or request.GET).get("supplier", "")
    chosen = suppliers.get(key)
    context: dict[str, Any] = {
        "quarter": found,
        "round_url": _round_url("request-list", found),
        "suppliers": [(name, _named(*supplier)) for name, supplier in suppliers.items()],
        "chosen": key if chosen else "",
        "is_unknown": bool(key) and chosen is None,
        "writer": str(request.user.pk),
    }
    if chosen is not None:
        organisation, contact = chosen
        rows = _rows_of(found.partnership, organisation, contact)
        form = RequestForm(found, organisation, contact, rows, on=clock.today(), data=data)
        if request.method == "POST" and form.is_valid() and _is_asked(request, found, form):
            return redirect(_round_url("request-list", found))
        context |= {
            "form": form,
            "supplier_name": _named(organisation, contact),
            "is_held": form.is_bound and request.method != "POST",
        }
    return TemplateResponse(request, "actionplans/request_new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def request_detail(request: SignedInRequest, partnership: str, number: int) -> HttpResponse:
    """One request with its answer; the CP manager records the answer here, or puts it right."""
    found = _partnership(request, partnership)
    asked = get_object_or_404(
        DataRequest.objects.visible_to(request.user).select_related(
            "quarter", "organisation", "contact", "asked_by", "reminded_by"
        ),
        partnership=found,
        pk=number,
    )
    asked.quarter.partnership = found
    may_manage = request.user.has_perm("priorities.manage_supply", found)
    if request.method == "POST":
        require(request, "priorities.manage_supply", found)
    on = clock.today()
    row = requests.request_row(asked, on=on)
    form = AnswerForm(asked, on=on, answered_on=row.answered_on, data=_data(request)) if may_manage else None
    if (
        form is not None
        and request.method == "POST"
        and form.is_valid()
        and _is_answered(request, asked, form)
    ):
        return redirect(request.path)
    context = {
        "row": row,
        "quarter": asked.quarter,
        "round_url": _round_url("request-list", asked.quarter),
        "form": form,
        "is_held": form is not None and form.is_bound and request.method != "POST",
        "writer": str(request.user.pk),
    }
    return TemplateResponse(request, "actionplans/request_detail.html", context)


def _is_asked(request: SignedInRequest, quarter: Quarter, form: RequestForm) -> bool:
    try:
        made = requests.ask(quarter, form.asked(), by=request.user, at=clock.now())
    except requests.RequestRefused as refusal:
        form.refuse(refusal.field, str(refusal))
        return False
    if made.asked_how == DataRequest.Asked.EMAIL and made.contact:
        messages.success(request, f"{made.contact} was asked, by e-mail to {made.contact.email}.")
    else:
        messages.success(request, f"The request to {made.contact or made.organisation} is in the log.")
    return True


def _is_answered(request: SignedInRequest, asked: DataRequest, form: AnswerForm) -> bool:
    try:
        requests.record_answer(asked, form.answered(), at=clock.now())
    except requests.RequestRefused as refusal:
        form.refuse(refusal.field, str(refusal))
        return False
    messages.success(request, f"The answer of {asked.organisation} is in the log.")
    return True


Supplier = tuple[Organisation, DataContact | None]


def _suppliers(partnership: Partnership) -> Mapping[str, Supplier]:
    """Whom one may ask: the contacts who are there, then the organisations themselves."""
    on = clock.today()
    people = DataContact.objects.there(on).filter(partnership=partnership).select_related("organisation")
    found: dict[str, Supplier] = {f"contact-{one.pk}": (one.organisation, one) for one in people}
    for body in Organisation.objects.filter(partnership=partnership):
        if body.left_on is None or body.left_on > on:
            found[f"organisation-{body.pk}"] = (body, None)
    return found


def _named(organisation: Organisation, contact: DataContact | None) -> str:
    return f"{contact}, {organisation}" if contact else f"{organisation}: nobody by name"


def _rows_of(
    partnership: Partnership, organisation: Organisation, contact: DataContact | None
) -> list[SupplyRow]:
    """The figures that a supplier sends, the most pressing first."""
    rows = supply_calendar(partnership, at=clock.now()).rows
    key = contact.pk if contact else None
    return [
        row
        for row in rows
        if row.supplier_key == organisation.code or key in [person.id for person in row.people]
    ]


def _round_url(name: str, quarter: Quarter, partnership: Partnership | None = None) -> str:
    slug = (partnership or quarter.partnership).slug
    return reverse(f"actionplans:{name}", args=[slug, quarter.year_slug, quarter.slug])
