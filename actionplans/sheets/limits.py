"""How much of a file that somebody sends is read, and the refusal of one that is more or other than that."""

from __future__ import annotations

from dataclasses import dataclass

from priorities.wording import quoted

MEGABYTE = 1024 * 1024

MOST_BYTES = 5 * MEGABYTE
"""Of a file as it is sent."""

MOST_UNPACKED = 64 * MEGABYTE
"""Of all that is packed in a workbook, by what it says of itself and by what comes out."""

MOST_TIMES_UNPACKED = 400
"""How many times larger one packed part may become, when it is large. Sheets of figures stay below 100."""

MOST_ENTRIES = 1_000
"""Parts packed in a workbook. Every sheet has a few."""

MOST_SHEETS = 50
MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CELLS = 400_000
"""Cells with something in them, in all sheets."""

MOST_MERGES = 5_000
MOST_CELL_TEXT = 5_000
MOST_TEXT = 10_000_000
"""Characters in all cells, however often a file repeats one text."""

TAKE_APART = "Send the sheets you need in a smaller file."


class SheetRefused(ValueError):
    """A file that is not read at all; the message says why and what to do, to the person who sent it."""


def damaged(detail: str = "") -> SheetRefused:
    """The refusal of a file that its own program could not open without repairing it."""
    said = f" ({detail})" if detail else ""
    return SheetRefused(
        f"The file is damaged or was cut short on its way{said}. "
        "Open it in Excel or LibreOffice, save it again and send that file."
    )


@dataclass
class Tally:
    """What has been read of one file so far."""

    cells: int = 0
    characters: int = 0

    def add(self, characters: int) -> None:
        """Count one more cell. Raises SheetRefused."""
        self.cells += 1
        self.characters += characters
        if self.cells > MOST_CELLS:
            raise SheetRefused(
                f"The file has more than {MOST_CELLS:,} cells with something in them. {TAKE_APART}"
            )
        if self.characters > MOST_TEXT:
            raise SheetRefused(f"The file has more than {MOST_TEXT:,} characters of text. {TAKE_APART}")


def too_many_rows(sheet: str) -> SheetRefused:
    return SheetRefused(f"The sheet {quoted(sheet)} has more than {MOST_ROWS:,} rows. {TAKE_APART}")


def too_many_columns(sheet: str) -> SheetRefused:
    return SheetRefused(f"The sheet {quoted(sheet)} has more than {MOST_COLUMNS} columns. {TAKE_APART}")


def too_many_sheets() -> SheetRefused:
    return SheetRefused(f"The file has more than {MOST_SHEETS} sheets. {TAKE_APART}")
