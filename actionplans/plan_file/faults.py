"""What is wrong with a file, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing to mend. `place` is the way to it, from the outermost name inwards; `line` counts from 1.

    `counted` is what it counts: lines of a text, or rows of a sheet.
    """

    line: int | None
    place: tuple[str, ...]
    message: str
    counted: str = "line"

    def __str__(self) -> str:
        line = "" if self.line is None else f"{self.counted} {self.line}: "
        place = f"{' › '.join(self.place)}: " if self.place else ""
        return f"{line}{place}{self.message}"


class FaultsFoundError(Exception):
    """A file cannot be loaded. `faults` are all there are, in the order of the file."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line or 0))
        super().__init__("\n".join(str(fault) for fault in self.faults))
