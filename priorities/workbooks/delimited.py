"""One table as CSV.

It begins with a byte order mark: without one Excel reads UTF-8 as Windows-1252, and Bòrd becomes BÃ²rd.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import StringIO

from priorities.workbooks.cells import Cell, Row, guarded, text_of, written

BLOCK = 64 * 1024
"""How many characters are gathered before they are sent."""


def csv_blocks(headings: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The bytes of the file, a block at a time: the headings at once, the rest as the rows come."""
    gathered = StringIO()
    writer = csv.writer(gathered, lineterminator="\r\n")
    writer.writerow([guarded(heading) for heading in headings])
    yield gathered.getvalue().encode("utf-8-sig")
    gathered.seek(0)
    gathered.truncate()
    for row in rows:
        writer.writerow([_text(cell) for cell in row])
        if gathered.tell() >= BLOCK:
            yield gathered.getvalue().encode()
            gathered.seek(0)
            gathered.truncate()
    if gathered.tell():
        yield gathered.getvalue().encode()


def csv_bytes(headings: Sequence[str], rows: Iterable[Row]) -> bytes:
    return b"".join(csv_blocks(headings, rows))


def _text(cell: Cell) -> str:
    """Numbers without commas between thousands, days as 2021-10-15, shorthand as it stands."""
    value = written(cell)
    match value:
        case Decimal():
            return format(value or abs(value), "f")
        case dt.date():
            return f"{value:%Y-%m-%d}"
        case str():
            return guarded(value)
        case _:
            return text_of(value)
