"""How a sheet looks, in every format alike: type that is easy to read, columns as wide as their words."""

from __future__ import annotations

import math

from priorities.workbooks.cells import FillIn, Written, in_words
from priorities.workbooks.description import Sheet

LANGUAGE = "en-GB"
FONT = "Arial"
POINTS = 12
TITLE_POINTS = 16
NARROWEST = 12
WIDEST = 60
MANY = 8
WIDEST_AMONG_MANY = 36
"""In a table of more columns than this, so that several can be seen at once."""
WIDEST_IN_FORM = 24
"""What is filled in must be seen beside what it is, and print on a page."""
# Columns are measured in figures of the usual eleven points; ours are larger, and some letters wider.
ROOM = 1.25
# Running text has narrow letters too.
ROOM_IN_LINES = 1.1


def widths(sheet: Sheet) -> list[float]:
    """The width of each column in characters; longer text wraps."""
    longest = [_room_for_heading(heading) for heading in sheet.headings]
    for row in sheet.table:
        for column, cell in enumerate(row):
            longest[column] = max(longest[column], _length_of(cell))
    widest = WIDEST_AMONG_MANY if len(sheet.headings) > MANY else WIDEST
    if sheet.is_form:
        widest = WIDEST_IN_FORM
    found: list[float] = [min(widest, max(NARROWEST, math.ceil(length * ROOM))) for length in longest]
    return [WIDEST, *found[1:]] if sheet.is_prose else found


def _length_of(cell: Written) -> int:
    """The longest line of a cell, or what is left free for somebody to fill in."""
    if isinstance(cell, FillIn):
        return cell.room
    return max(len(line) for line in in_words(cell).split("\n"))


def _room_for_heading(heading: str) -> int:
    """The longest word with the arrow beside it that opens a table's filter: the rest may wrap."""
    return max(len(word) for word in heading.split()) + 3


def lines_of(cell: Written, width: float) -> int:
    """How many lines the words of a cell take in a column of a width."""
    return sum(_lines_in(line, width) for line in in_words(cell).split("\n"))


def _lines_in(line: str, width: float) -> int:
    """A word that does not fit, such as a web address, begins a line of its own."""
    is_broken = any(len(word) > width for word in line.split())
    return max(1, math.ceil(len(line) * ROOM_IN_LINES / width)) + is_broken
