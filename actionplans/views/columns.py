"""Telling which column of a sheet holds what, once for every sheet of its kind."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from actionplans import operations
from actionplans.forms.columns import ColumnsForm
from actionplans.models import Delivery
from actionplans.sheets.cells import Sheet, Workbook
from actionplans.sheets.columns import BadPlan, ColumnPlan
from actionplans.sheets.committing import tell_columns
from actionplans.sheets.outlines import SheetOutline, outline_of
from actionplans.sheets.permits import Permit
from actionplans.sheets.previewing import file_of
from actionplans.sheets.reading import read_workbook
from actionplans.sheets.sent_rows import untold_in
from actionplans.views.deliveries import crumbs_to, delivery_theirs, delivery_url, permit_of
from priorities import clock, held_words
from priorities.access import SignedInRequest

WORDS_SHOWN = "words_shown"
"""Says that the page sent asked what unknown words mean."""


@require_http_methods(["GET", "HEAD", "POST"])
@held_words.keeps_words
def delivery_columns(request: SignedInRequest, **address: Any) -> HttpResponse:
    """First which column holds what, then what the words in them mean that nobody knows here."""
    delivery = delivery_theirs(request, **address)
    if not delivery.is_waiting or delivery.way != Delivery.Way.SHEET:
        return redirect(delivery_url("delivery-detail", delivery))
    data = request.POST if request.method == "POST" else held_words.take(request)
    book = read_workbook(file_of(delivery), delivery.name)
    sheet, outline = _sheet_asked(book, data or request.GET, _known(delivery))
    permit = permit_of(request, delivery)
    form = _form(delivery, outline, permit, data)
    if request.method == "POST" and form.is_valid():
        untold = untold_in(sheet, form.plan_with_words, permit.catalogue)
        if untold:
            form.ask_about(untold)
        if (
            (not untold or WORDS_SHOWN in request.POST)
            and form.is_valid()
            and _is_told(request, delivery, form)
        ):
            return redirect(delivery_url("delivery-detail", delivery))
    context = {
        "delivery": delivery,
        "quarter": delivery.quarter,
        "sheets": [(str(place), one.name) for place, one in enumerate(book.shown) if one.rows],
        "chosen": str(list(book.shown).index(sheet)),
        "form": form,
        "is_held": data is not None and request.method != "POST",
        "writer": str(request.user.pk),
        "crumbs": crumbs_to(request, delivery, "Which column holds what"),
    }
    return TemplateResponse(request, "actionplans/delivery_columns.html", context)


def _form(delivery: Delivery, outline: SheetOutline, permit: Permit, data: Any) -> ColumnsForm:
    _, *others = permit.places.values()
    places = [("area", f"The whole area: {delivery.partnership.area_name}")]
    words = {"locality": "place", "comparator": "group"}
    places += [(f"{words[one.place.kind]}:{one.place.code}", one.place.name) for one in others]
    return ColumnsForm(
        outline,
        _known(delivery),
        list(permit.measures.values()),
        places,
        whose=delivery.organisation.name if delivery.organisation else "sheets of our own",
        data=data,
    )


def _known(delivery: Delivery) -> ColumnPlan | None:
    """What was told of the sheet before."""
    try:
        return ColumnPlan.from_json(delivery.plan) if delivery.plan else None
    except BadPlan:
        return None


def _sheet_asked(book: Workbook, said: Any, known: ColumnPlan | None) -> tuple[Sheet, SheetOutline]:
    """The sheet and the row of headings that were chosen, or those that were told, or what looks most like them."""
    sheets = [sheet for sheet in book.shown if sheet.rows]
    first = next((sheet for sheet in sheets if known and sheet.name == known.sheet), sheets[0])
    sheet = next((one for place, one in enumerate(book.shown) if str(place) == said.get("sheet")), first)
    row = said.get("row", "")
    if row.isascii() and row.isdigit() and len(row) < 8:
        return sheet, outline_of(sheet, int(row))
    if known and known.sheet == sheet.name:
        return sheet, outline_of(sheet, known.header_row)
    return sheet, outline_of(sheet)


def _is_told(request: SignedInRequest, delivery: Delivery, form: ColumnsForm) -> bool:
    try:
        tell_columns(
            delivery,
            form.plan_with_words,
            remember=form.cleaned_data["remember"],
            by=request.user,
            at=clock.now(),
        )
    except (BadPlan, operations.Refused) as refusal:
        form.refuse("", str(refusal))
        return False
    messages.success(request, "The columns are read as you said.")
    return True
