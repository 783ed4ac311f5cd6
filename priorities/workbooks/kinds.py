"""The kinds of file a table goes out as."""

from __future__ import annotations

import enum


class FileKind(enum.StrEnum):
    """A kind by how its files' names end."""

    XLSX = "xlsx"
    ODS = "ods"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self]


_CONTENT_TYPES = {
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    FileKind.CSV: "text/csv; charset=utf-8",
}
