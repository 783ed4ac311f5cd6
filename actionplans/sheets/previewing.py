"""A preview of what somebody sent: what is new, changed, the same, left empty and refused. It saves nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from actionplans.models import Delivery, DeliveryFile, SheetMapping
from actionplans.sheets.cells import Sheet, Workbook
from actionplans.sheets.columns import BadPlan, ColumnPlan, OwnSheet, Part, find_own
from actionplans.sheets.contents import Unfit
from actionplans.sheets.judging import Judge
from actionplans.sheets.known import Known, known_of
from actionplans.sheets.limits import SheetRefused
from actionplans.sheets.outlines import SheetOutline, Unmapped, headings_sha256, outlines_of
from actionplans.sheets.pasting import PastePlan, pasted_rows
from actionplans.sheets.permits import Permit, permit_for, permit_for_link
from actionplans.sheets.preview import Preview, SentRow
from actionplans.sheets.reading import read_workbook
from actionplans.sheets.row_cells import listed_briefly
from actionplans.sheets.sent_rows import Sent, Untold, rows_of, untold_in
from actionplans.sheets.subjects import Subject, subject_of
from priorities.clock import EDINBURGH
from priorities.models import Organisation, Partnership
from priorities.wording import day_in_words, listed, quoted

__all__ = [
    "Permit",
    "Sent",
    "Unmapped",
    "permit_for",
    "permit_for_link",
    "preview_delivery",
    "preview_rows",
    "read_delivery",
    "untold_words",
]


def preview_delivery(delivery: Delivery, permit: Permit, *, at: dt.datetime) -> Preview | Unmapped:
    """What would become of a delivery that waits; or its sheets, when nobody has said which column holds what."""
    sent = read_delivery(delivery, permit)
    if isinstance(sent, Unmapped):
        return sent
    notes = (*_saved_before(delivery), *sent.notes)
    if refusal := sent.refusal or _closed(permit) or _not_on_record(delivery, permit):
        return Preview((), notes, refusal)
    preview = preview_rows(sent.rows, permit, at=at)
    if not preview.rows:
        return Preview((), notes, "There are no figures in it. Check that it is the right one.")
    return replace(preview, notes=(*notes, *preview.notes))


def _closed(permit: Permit) -> str:
    if permit.quarter.is_locked and not permit.goes_on_record:
        return f"{permit.quarter} is locked, so its figures can no longer be changed."
    return ""


def _not_on_record(delivery: Delivery, permit: Permit) -> str:
    """That whoever sent it may not put figures on record any more."""
    if delivery.destination == Delivery.Destination.RECORD and not permit.goes_on_record:
        return "Only a CP manager puts figures on record at once. Send them again, as drafts in the returns."
    return ""


def preview_rows(rows: Iterable[SentRow], permit: Permit, *, at: dt.datetime) -> Preview:
    """What would become of some rows, in their order; in as many queries for many as for one."""
    sent = list(rows)
    subjects = [_subject(row, permit) for row in sent]
    return Preview(Judge(permit, _known(subjects, permit, at=at), at=at).rows(sent, subjects))


def _subject(row: SentRow, permit: Permit) -> Subject | str:
    try:
        return subject_of(row, permit)
    except Unfit as fault:
        return str(fault)


def _known(subjects: list[Subject | str], permit: Permit, *, at: dt.datetime) -> Known:
    found = [one for one in subjects if isinstance(one, Subject)]
    measures = list(dict.fromkeys(one.measure for one in found))
    since = min((one.period.starts_on for one in found), default=at.date())
    return known_of(measures, permit, since=since, at=at)


def _saved_before(delivery: Delivery) -> Iterator[str]:
    """That the same file was saved already: then it changes nothing."""
    same = Delivery.objects.saved().filter(
        partnership=delivery.partnership_id, sha256=delivery.sha256, way=delivery.way
    )
    earlier = same.exclude(pk=delivery.pk).order_by("saved_at").last()
    if earlier is not None and earlier.saved_at is not None:
        day = day_in_words(earlier.saved_at.astimezone(EDINBURGH).date())
        same_was = "The same lines were" if delivery.way == Delivery.Way.PASTE else "This same file was"
        yield f"{same_was} saved before, on {day}. What has not changed since is not saved again."


# Reading what came


def read_delivery(delivery: Delivery, permit: Permit) -> Sent | Unmapped:
    """The figures of a delivery, or its sheets when nobody has said which column holds what.

    Raises SheetRefused for a file that could not be read, which is never kept.
    """
    content = file_of(delivery)
    if delivery.way == Delivery.Way.PASTE:
        return pasted_rows(content.decode(), PastePlan.from_json(delivery.plan), permit.catalogue)
    book = read_workbook(content, delivery.name)
    return read_book(book, delivery, permit)


def file_of(delivery: Delivery) -> bytes:
    return bytes(DeliveryFile.objects.values_list("content", flat=True).get(pk=delivery.pk))


def read_book(book: Workbook, delivery: Delivery, permit: Permit) -> Sent | Unmapped:
    """The figures of a workbook: by our own headings, by what was told of it, or by what was told of one like it."""
    told = _plan_of(delivery)
    if told is None:
        try:
            if own := find_own(book):
                return _read_own(book, own, permit)
        except SheetRefused as refusal:
            return Sent((), (), str(refusal))
        told = remembered_plan(book, delivery.partnership, delivery.organisation)
    sheet = next((one for one in book.shown if told and one.name == told.sheet), None)
    if told is None or sheet is None or told.missing:
        return Unmapped(outlines_of(book), tuple(_of_the_book(book, "")), told)
    sent = rows_of(sheet, told, permit.catalogue, is_1904=book.is_1904)
    return replace(
        sent, notes=(*_of_the_book(book, sheet.name), *_told_earlier(sheet, told, delivery), *sent.notes)
    )


def _plan_of(delivery: Delivery) -> ColumnPlan | None:
    """What was told of the columns of this delivery."""
    try:
        return ColumnPlan.from_json(delivery.plan) if delivery.plan else None
    except BadPlan:
        return None


def _read_own(book: Workbook, own: OwnSheet, permit: Permit) -> Sent:
    quarter, mark = permit.quarter, own.mark
    notes = [*_of_the_book(book, own.sheet.name)]
    if mark is not None and mark.partnership != quarter.partnership.slug:
        return Sent(
            (),
            tuple(notes),
            "This sheet was made for another partnership, so none of it is taken. "
            f"Send the sheet that {quarter.partnership.name} made.",
        )
    if mark is not None and (mark.year, mark.quarter) != (quarter.year_slug, quarter.slug):
        made_for = f"{mark.quarter.upper()} {mark.year.replace('-', '/')}"
        notes.append(
            f"This sheet was made for {made_for}, not for {quarter}. Each figure is of the period that its row names."
        )
    if Part.ID not in own.plan.columns:
        notes.append(
            "The column that names the rows is missing, so they are read by their measure, place and period."
        )
    if own.extra:
        columns = listed_briefly([f"{quoted(cell.text)} ({cell.ref})" for cell in own.extra])
        notes.append(f"Columns that are not ours are passed over: {columns}.")
    sent = rows_of(own.sheet, own.plan, permit.catalogue, is_1904=book.is_1904)
    return replace(sent, notes=(*notes, *sent.notes))


_OWN_SHEETS = frozenset({"Cover", "Notes"})


def _of_the_book(book: Workbook, read: str) -> Iterator[str]:
    """What is said of the file itself, its hidden sheets and those that were not read."""
    yield from book.notes
    hidden = [quoted(sheet.name) for sheet in book.sheets if sheet.is_hidden]
    if hidden:
        sheets, are = ("sheet", "is") if len(hidden) == 1 else ("sheets", "are")
        yield f"The hidden {sheets} {listed(hidden)} {are} not read."
    others = [
        quoted(sheet.name)
        for sheet in book.shown
        if sheet.rows and sheet.name != read and sheet.name not in _OWN_SHEETS
    ]
    if read and others:
        yield f"Only the sheet {quoted(read)} is read, and not {listed_briefly(others)}."


# What was told of sheets like it


def remembered_plan(
    book: Workbook, partnership: Partnership, organisation: Organisation | None
) -> ColumnPlan | None:
    """What was told of an earlier sheet of the same sender with the same headings; None where nothing was."""
    outlines = outlines_of(book)
    known = mappings_for(partnership, organisation, [one.headings_sha256 for one in outlines])
    plans = (_plan_in(known.get(one.headings_sha256), one) for one in outlines)
    return next((plan for plan in plans if plan), None)


def _plan_in(mapping: SheetMapping | None, outline: SheetOutline) -> ColumnPlan | None:
    if mapping is None:
        return None
    try:
        return ColumnPlan.from_json(mapping.plan).for_sheet(outline.name, outline.header_row)
    except BadPlan:
        return None


def _told_earlier(sheet: Sheet, told: ColumnPlan, delivery: Delivery) -> Iterator[str]:
    """That a sheet is read as was told of an earlier one."""
    digest = headings_sha256(sheet, told.header_row)
    mapping = mappings_for(delivery.partnership, delivery.organisation, [digest]).get(digest)
    if mapping is None or mapping.saved_at > delivery.sent_at:
        return
    outline = SheetOutline(sheet.name, told.header_row, (), digest)
    if _plan_in(mapping, outline) == told:
        day = day_in_words(mapping.saved_at.astimezone(EDINBURGH).date())
        yield f"Read with the columns told on {day} by {mapping.saved_by}."


def mappings_for(
    partnership: Partnership, organisation: Organisation | None, digests: list[str]
) -> dict[str, SheetMapping]:
    """What was told of an organisation's sheets, or of the partnership's own, by their headings."""
    rows = SheetMapping.objects.filter(
        partnership=partnership, organisation=organisation, headings_sha256__in=digests
    )
    return {row.headings_sha256: row for row in rows.select_related("saved_by")}


def untold_words(delivery: Delivery, permit: Permit) -> Untold:
    """Words in the columns of measures and places of which nobody has said what they mean."""
    told = _plan_of(delivery)
    book = read_workbook(file_of(delivery), delivery.name)
    sheet = next((one for one in book.shown if told and one.name == told.sheet), None)
    return untold_in(sheet, told, permit.catalogue) if told and sheet else Untold((), ())


def digest_of(book: Workbook, plan: ColumnPlan) -> str:
    """By what the sheet of a plan is known again."""
    sheet: Sheet = next(one for one in book.shown if one.name == plan.sheet)
    return headings_sha256(sheet, plan.header_row)
