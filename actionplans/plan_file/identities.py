"""No two entries of a plan file may be known by the same name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

from actionplans.plan_file.entries import Entry
from actionplans.plan_file.faults import Fault

E = TypeVar("E", bound=Entry)


def repeated(
    entries: Iterable[E], identity: Callable[[E], Hashable], words: Callable[[E], str], name: str
) -> Iterator[Fault]:
    """A fault, in the field `name`, for each entry whose identity an earlier one has.

    An identity that is None or holds one could not be read, and is reported elsewhere.
    """
    first_lines: dict[Hashable, int] = {}
    for entry in entries:
        found = identity(entry)
        if found is None or (isinstance(found, tuple) and None in found):
            continue
        if found in first_lines:
            yield entry.fault(name, f"{words(entry)} is already used on line {first_lines[found]}.")
        first_lines.setdefault(found, entry.lines.get(name, entry.line))
