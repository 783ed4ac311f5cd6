"""A sheet told column by column, so that a heading and what stands under it are written in one line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from priorities.workbooks.cells import Cell
from priorities.workbooks.description import Sheet

Thing = TypeVar("Thing")

Column = tuple[str, Callable[[Thing], Cell]]
"""A heading, and what a row's thing has under it."""


def sheet_of(
    name: str,
    title: str,
    about: str,
    columns: Sequence[Column[Thing]],
    things: Iterable[Thing],
    *,
    lines: tuple[str, ...] = (),
) -> Sheet:
    """A sheet with a row for each thing, in their order."""
    rows = tuple(tuple(cell(thing) for _, cell in columns) for thing in things)
    return Sheet(name, title, about, tuple(heading for heading, _ in columns), rows, lines)
