"""What one row of a sheet holds of one figure, and what is odd about the cells (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from actionplans.sheets.cells import Cell, Sheet, letters_of
from actionplans.sheets.outgoing import NOT_NEEDED, WORKED_OUT
from priorities.wording import listed

MOST_TOLD = 8

LONGEST_READ = 100
"""Of what stood in a cell, as it is told again."""

CONSTANTS = frozenset({WORKED_OUT, NOT_NEEDED})
"""What our own sheets say where nothing is to be typed."""


@dataclass(frozen=True)
class RowCells:
    """What one row holds of one figure."""

    figure: Cell | None
    numerator: Cell | None
    denominator: Cell | None
    why_none: Cell | None
    note: Cell | None

    @property
    def is_blank(self) -> bool:
        """Whether there is neither a figure nor a word of why there is none."""
        return self.figure is None and not self.has_two and self.why_none is None

    @property
    def has_two(self) -> bool:
        """Whether it is given as two numbers, or one of them."""
        return self.numerator is not None or self.denominator is not None

    @property
    def numbers(self) -> Iterator[Cell]:
        return (cell for cell in (self.figure, self.numerator, self.denominator) if cell is not None)

    @property
    def read(self) -> str:
        if self.figure is None and self.has_two:
            return f"{_text(self.numerator)} out of {_text(self.denominator)}"
        return _cut(said_in(self.figure or self.why_none))

    def hidden_questions(self) -> Iterator[str]:
        hidden = list(self.numbers)
        if any(cell.is_hidden_row for cell in hidden):
            yield f"Row {hidden[0].row} is hidden in the sheet. Is this figure right?"
        columns = [letters_of(cell.column) for cell in hidden if cell.is_hidden_column]
        if columns:
            is_hidden = "is" if len(columns) == 1 else "are"
            yield f"{counted('Column', columns)} {is_hidden} hidden in the sheet. Is this figure right?"

    def merged_over_rows(self, merges: Mapping[tuple[int, int], int]) -> str:
        """Why nobody can tell which row a figure is of; "" where one can. `merges` are the last rows by first cell."""
        for cell in self.numbers:
            last = merges.get((cell.row, cell.column), cell.row) if cell.is_merged else cell.row
            if last > cell.row:
                return (
                    f"Cell {cell.ref} is merged with those below it, down to row {last}, so nobody can tell which row "
                    "the figure is of. Unmerge them, and write each figure in its own row."
                )
        return ""


def given_in(cell: Cell | None) -> Cell | None:
    """A cell of figures; None for one in which our own sheets say that nothing is to be typed."""
    return None if cell is None or cell.text in CONSTANTS else cell


def _text(cell: Cell | None) -> str:
    return _cut(cell.text) if cell else "nothing"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_READ else f"{text[: LONGEST_READ - 1]}…"


def said_in(cell: Cell | None) -> str:
    return cell.text if cell else ""


# Merged cells


def merged_labels(sheet: Sheet, columns: set[int]) -> dict[tuple[int, int], Cell]:
    """What stands in the first cell of each merge over several rows, for the places below it."""
    found = {}
    for merge in sheet.merges:
        if merge.last_row > merge.first_row and merge.first_column in columns:
            first = sheet.at(f"{letters_of(merge.first_column)}{merge.first_row}")
            if first is not None:
                last = min(merge.last_row, sheet.rows[-1].number)
                for number in range(merge.first_row + 1, last + 1):
                    found[number, merge.first_column] = first
    return found


# Words


def counted(noun: str, names: Sequence[str]) -> str:
    """ "Row 9", "Rows 9, 12 and 13"."""
    return f"{noun}{'' if len(names) == 1 else 's'} {listed_briefly(names)}"


def listed_briefly(names: Sequence[str]) -> str:
    if len(names) > MOST_TOLD:
        names = [*names[:MOST_TOLD], f"{len(names) - MOST_TOLD} more"]
    return listed(names)
