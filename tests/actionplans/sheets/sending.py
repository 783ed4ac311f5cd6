"""A round with something to send, and sheets such as come back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import openpyxl

from actionplans.models import Delivery
from actionplans.sheets.asking import measures_of, rows_asked, scopes_of
from actionplans.sheets.committing import receive, save_delivery
from actionplans.sheets.outgoing import COLUMNS, SHEET_NAME, SheetMark, fill_file
from actionplans.sheets.outlines import Unmapped
from actionplans.sheets.permits import Permit, permit_for
from actionplans.sheets.preview import Preview, PreviewRow
from actionplans.sheets.previewing import preview_delivery
from priorities.models import User
from priorities.periods import FinancialQuarter, FinancialYear, Period
from priorities.workbooks import FileKind
from tests.actionplans.factories import MeasureFactory, ReadingFactory
from tests.factories import NOW, ComparatorFactory, LocalityFactory, OrganisationFactory, cast

WHO = "CP manager, manager@example.org"

Cells = Mapping[str, Any]


def quarter(number: int, year: int = 2021) -> Period:
    return Period.for_quarter(FinancialQuarter(FinancialYear(year), number))


def days(period: Period) -> dict[str, dt.date]:
    return {"starts_on": period.starts_on, "ends_on": period.ends_on}


def a_round() -> SimpleNamespace:
    """Of Poverty a percentage (48% in Q2), a share made of two numbers (12 of 25) and a count (31 in the area, 7 in
    Letham); of Skills a percentage (40%). All by quarter, and asked for Q3 2021/22."""
    people = cast()
    partnership = people.partnership
    partnership.area_name, partnership.area_code = "Strathmuir", "S12000099"
    partnership.save()
    nhs = OrganisationFactory(partnership=partnership, code="NHS", name="NHS Strathmuir")
    grants = MeasureFactory(
        priority=people.poverty, code="POV-01", name="Grants decided in a day", supplier=nhs
    )
    share = MeasureFactory(
        priority=people.poverty, code="POV-02", name="Families helped", is_ratio=True, unit_name="families",
        numerator_name="Families helped", denominator_name="All families", supplier=nhs,
    )  # fmt: skip
    count = MeasureFactory(
        priority=people.poverty, code="POV-03", name="People advised", unit="number", decimals=0,
        unit_name="people", supplier=nhs,
    )  # fmt: skip
    skills = MeasureFactory(priority=people.skills, code="SKI-01", name="Awards", supplier=None)
    letham = LocalityFactory(partnership=partnership, code="WARD-2", name="Letham")
    scotland = ComparatorFactory(partnership=partnership, code="SCO", name="Scotland")
    ReadingFactory(measure=grants, value=48)
    ReadingFactory(measure=share, value=48, numerator=12, denominator=25)
    ReadingFactory(measure=count, value=31)
    ReadingFactory(measure=count, value=7, place=letham)
    ReadingFactory(measure=skills, value=40)
    return SimpleNamespace(
        people=people, quarter=people.quarter, partnership=partnership, nhs=nhs, manager=people.manager,
        lead=people.lead, grants=grants, share=share, count=count, skills=skills, letham=letham, scotland=scotland,
    )  # fmt: skip


# Our own sheets

HEADINGS = COLUMNS.headings
MARK = str(SheetMark(1, "strathmuir", "2021-22", "q3"))


def fill_sheet(world: SimpleNamespace, key: str = "poverty", kind: FileKind = FileKind.XLSX) -> bytes:
    """The sheet to fill of a scope, empty."""
    rows = rows_asked(world.quarter, measures_of(world.quarter), at=NOW)
    scope = next(one for one in scopes_of(rows) if one.key == key)
    return fill_file(scope, world.quarter, kind, return_to=WHO, at=NOW).content


def filled(content: bytes, cells: Cells, *, sheet: str = SHEET_NAME) -> bytes:
    """A workbook with some cells typed over."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for ref, value in cells.items():
        book[sheet][ref] = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def id_of(measure: Any, period: Period | None = None, place: str = "area") -> str:
    """The id of a row: of the whole area in Q3 2021/22 unless said otherwise."""
    period = period or quarter(3)
    return f"{measure.code}@{place}@{period.starts_on}@{period.ends_on}"


def own_sheet(
    rows: Sequence[Mapping[str, Any]],
    *,
    headings: Sequence[str] = HEADINGS,
    mark: str = MARK,
    name: str = SHEET_NAME,
) -> openpyxl.Workbook:
    """A sheet to fill as it came back, from row 5 on; each row by its headings."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = name
    sheet.append(["Figures for Q3 2021/22"])
    sheet.append(["This worksheet contains one table."])
    sheet.append([mark])
    sheet.append(list(headings))
    for row in rows:
        sheet.append([row.get(heading) for heading in headings])
    return book


def figure_row(id_: str, figure: Any = None, **others: Any) -> dict[str, Any]:
    """A row of our own sheet: `numerator`, `denominator`, `why_none`, `note`, `measure`, `place`, `period`."""
    named = {getattr(COLUMNS, name): value for name, value in others.items()}
    return {COLUMNS.id: id_, COLUMNS.figure: figure, **named}


def table(*rows: Sequence[Any], name: str = "Sheet1") -> openpyxl.Workbook:
    """Somebody else's sheet."""
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(list(row))
    return book


def csv_of(*rows: Sequence[Any], encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(encoding)


# Sending


def sent(
    world: SimpleNamespace,
    content: bytes | openpyxl.Workbook,
    *,
    by: User | None = None,
    name: str = "figures.xlsx",
    destination: str = "drafts",
    organisation: Any = None,
    at: dt.datetime = NOW,
) -> Delivery:
    if isinstance(content, openpyxl.Workbook):
        content = saved(content)
    return receive(
        world.quarter, way="sheet", name=name, content=content, destination=destination, priority=None,
        organisation=organisation, by=by or world.manager, at=at,
    )  # fmt: skip


def permit(delivery: Delivery) -> Permit:
    assert delivery.sent_by is not None
    return permit_for(delivery.sent_by, delivery.quarter, delivery.destination, delivery.priority)


def preview(delivery: Delivery, *, at: dt.datetime = NOW) -> Preview:
    found = preview_delivery(delivery, permit(delivery), at=at)
    assert not isinstance(found, Unmapped)
    return found


def previewed(world: SimpleNamespace, content: bytes | openpyxl.Workbook, **how: Any) -> Preview:
    return preview(sent(world, content, **how))


def the_row(world: SimpleNamespace, row: Mapping[str, Any], **how: Any) -> PreviewRow:
    """What becomes of one row of our own sheet."""
    (found,) = previewed(world, own_sheet([row]), **how).rows
    return found


def save(delivery: Delivery, *answered: str, at: dt.datetime = NOW) -> Delivery:
    """Save it as it was seen; with "all", every question is answered with yes."""
    found = preview(delivery, at=at)
    yes = {row.key for row in found.asked_about} if answered == ("all",) else set(answered)
    assert delivery.sent_by is not None
    return save_delivery(
        delivery, seen=found.fingerprint, answered=frozenset(yes), by=delivery.sent_by, at=at
    )


def said(found: Preview) -> list[tuple[str, ...]]:
    """Each row as (where, verdict, read, shown)."""
    return [(row.where, row.verdict.value, row.read, row.shown) for row in found.rows]
