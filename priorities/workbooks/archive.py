"""The zip archive that a workbook is, the same bytes from the same content."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from priorities.clock import EDINBURGH

OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip archive can write down."""


def with_fixed_dates(archive: bytes, at: dt.datetime) -> bytes:
    """The same files in the same order, each dated `at` instead of when the library happened to write it."""
    moment = max(at.astimezone(EDINBURGH).timetuple()[:6], OLDEST)
    fixed = BytesIO()
    with ZipFile(BytesIO(archive)) as source, ZipFile(fixed, "w") as target:
        for entry in source.infolist():
            info = ZipInfo(entry.filename, moment)
            info.compress_type, info.external_attr = entry.compress_type, entry.external_attr
            target.writestr(info, source.read(entry))
    return fixed.getvalue()
