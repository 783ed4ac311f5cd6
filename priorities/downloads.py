"""The tables of a page to take away: the files, and the links that lead to them.

A page builds its `PageTables` from the rows it shows and hands them to `downloads_of` for its links; the address
behind the links builds them in the same way and answers with `tables_response`. So page and file cannot differ.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header, urlencode
from django.utils.text import slugify

from priorities.clock import EDINBURGH
from priorities.models import Partnership
from priorities.workbooks import (
    FileKind,
    Sheet,
    Workbook,
    csv_bytes,
    file_name,
    ods_bytes,
    one_line,
    xlsx_bytes,
)

TABLE = "table"
"""The word of an address that says which table is wanted as CSV."""


@dataclass(frozen=True)
class PageTables:
    """What a page shows, a table a sheet: the first is its main one.

    `title` is that of the page; `notes` are sentences for the cover, such as which filter it is a part by. A table
    without rows is left out of a workbook, and as CSV has its headings alone.
    """

    partnership: Partnership
    title: str
    made_at: dt.datetime
    next_update: str
    notes: tuple[str, ...]
    sheets: tuple[Sheet, ...]

    @property
    def filled(self) -> tuple[Sheet, ...]:
        """The tables that have rows."""
        return tuple(sheet for sheet in self.sheets if sheet.rows)

    @cached_property
    def workbook(self) -> Workbook:
        return Workbook(
            title=self.title,
            contact=self.partnership.contact or self.partnership.name,
            next_update=self.next_update,
            made_at=self.made_at,
            notes=self.notes,
            sheets=self.filled,
        )

    def named(self, key: str) -> Sheet | None:
        """A table by the word its address has for it; the main one for ""."""
        if not key:
            return self.sheets[0]
        return next((sheet for sheet in self.sheets if slugify(sheet.name) == key), None)


@dataclass(frozen=True)
class DownloadLink:
    """A link to a file: `words` in sight, `more` for who hears the link without its surroundings."""

    words: str
    more: str
    address: str


@dataclass(frozen=True)
class Downloads:
    """The links to the files of one page. `tables` are the CSV files, one for each table that has rows."""

    workbooks: tuple[DownloadLink, ...]
    tables: tuple[DownloadLink, ...]


def downloads_of(tables: PageTables, view: str, *args: object, query: str = "") -> Downloads:
    """The links to a page's files, for `components/downloads.html`.

    `view` is the name of the address of the files and `args` its words but for the last, the kind of file. `query` is
    the page's own query string, so that a filtered page leads to files of just what it shows.
    """

    def link(words: str, more: str, kind: FileKind, table: str = "") -> DownloadLink:
        asked = "&".join(part for part in (query, urlencode({TABLE: table}) if table else "") if part)
        address = reverse(view, args=[*args, kind.value])
        return DownloadLink(words, more, f"{address}?{asked}" if asked else address)

    title = one_line(tables.title)
    filled = tables.filled
    only = filled[0] if len(filled) == 1 else None
    return Downloads(
        workbooks=(
            link("Excel", f"workbook: {title}", FileKind.XLSX),
            link("OpenDocument", f"spreadsheet: {title}", FileKind.ODS),
        ),
        tables=(
            (link("CSV", f"file: {title}", FileKind.CSV, _key(tables, only)),)
            if only
            else tuple(link(sheet.name, "as CSV", FileKind.CSV, _key(tables, sheet)) for sheet in filled)
        ),
    )


def _key(tables: PageTables, sheet: Sheet) -> str:
    """What the address calls a table; the main one needs no word."""
    return "" if sheet is tables.sheets[0] else slugify(sheet.name)


def kind_asked(extension: str) -> FileKind:
    """The kind of file an address ends with. Raises Http404 for one that is not given."""
    try:
        return FileKind(extension)
    except ValueError:
        raise Http404 from None


def tables_response(request: HttpRequest, tables: PageTables, kind: FileKind) -> HttpResponse:
    """The tables as a file: a workbook has them all, a CSV file the one asked for, or the main one.

    Raises Http404 for a table that the page does not have.
    """
    whose = tables.partnership.slug
    named = [tables.title] if slugify(tables.title).startswith(whose) else [whose, tables.title]
    on = tables.made_at.astimezone(EDINBURGH).date().isoformat()
    if kind is not FileKind.CSV:
        content = xlsx_bytes(tables.workbook) if kind is FileKind.XLSX else ods_bytes(tables.workbook)
        return file_response(content, kind, file_name(*named, on, extension=kind))
    sheet = tables.named(request.GET.get(TABLE, ""))
    if sheet is None:
        raise Http404
    named += [] if sheet is tables.sheets[0] else [sheet.name]
    return file_response(csv_bytes(sheet.headings, sheet.rows), kind, file_name(*named, on, extension=kind))


def file_response(content: bytes, kind: FileKind, name: str) -> HttpResponse:
    """A file to keep, which nobody between us and its reader may."""
    response = HttpResponse(content, content_type=kind.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    patch_cache_control(response, private=True, no_cache=True)
    return response
