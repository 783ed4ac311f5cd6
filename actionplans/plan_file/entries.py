"""How a file of ours declares its entries: fields with their readers, and every fault in what was written.

A kind of file is a family of `Entry` classes; `read_entry` reads one, and all within it, from a document.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, ClassVar, TypeVar

from actionplans.plan_file import fields as read
from actionplans.plan_file.document import Node, Scalar, Sequence, Table
from actionplans.plan_file.faults import Fault
from priorities.wording import quoted


def required(reader: read.Reader, *, refers_to: str = "", name: str = "") -> Any:
    """A field that must be written; `refers_to` is the noun whose code it holds, `name` what it is called in files."""
    told = {"name": name} if name else {}
    return field(default=None, metadata={"read": reader, "is_required": True, "refers_to": refers_to} | told)


def optional(reader: read.Reader, default: Any = "", *, refers_to: str = "") -> Any:
    return field(default=default, metadata={"read": reader, "refers_to": refers_to})


def one(entry: Callable[[], type[Entry]], *, is_required: bool = False) -> Any:
    """One entry within this one; None when it is left out."""
    return field(default=None, metadata={"entry": entry, "is_required": is_required})


def many(entry: Callable[[], type[Entry]]) -> Any:
    """A list of entries within this one."""
    return field(default=(), metadata={"entries": entry})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry as it was read.

    A field that could not be read is None whatever its type says, and then `is_sound` is false: checks that
    look at several fields ask that first, so that one mistake is reported once.
    """

    noun: ClassVar[str] = "entry"
    # Pairs of days of which the second does not come before the first.
    in_order: ClassVar[tuple[tuple[str, str], ...]] = ()

    line: int
    place: tuple[str, ...]
    lines: Mapping[str, int]
    unread: frozenset[str]
    is_sound: bool

    def has_read(self, name: str) -> bool:
        """Whether nothing is wrong with what the field holds; one that is left out is read."""
        return name not in self.unread

    def fault(self, name: str, message: str) -> Fault:
        """A fault in the field of that name, or in the entry itself when the name is empty."""
        return Fault(self.lines.get(name, self.line), (*self.place, name) if name else self.place, message)


# Reading an entry

E = TypeVar("E", bound=Entry)
OUR_OWN = frozenset({"line", "place", "lines", "unread", "is_sound"})


def read_entry(entry: type[E], table: Table, place: tuple[str, ...], faults: list[Fault]) -> E:
    """Read an entry and all within it, adding to `faults` whatever is wrong with its shape."""
    names = _names_in_file(entry)
    own_faults = [*_misplaced_names(table, place, list(names))]
    values: dict[str, Any] = {}
    for name, declared in names.items():
        node = table.entries.get(name)
        is_required = declared.metadata.get("is_required", False)
        if node is None or _is_blank(node, empty_text_too=is_required):
            if is_required:
                line = table.key_lines.get(name, table.line)
                own_faults.append(Fault(line, place, f"{quoted(name)} is missing."))
                values[declared.name] = None
            continue
        values[declared.name] = _read_field(declared, node, (*place, name), own_faults, faults)
    faults.extend(own_faults)
    unread = frozenset(fault.place[-1] for fault in own_faults if len(fault.place) > len(place))
    lines = {name: node.line for name, node in table.entries.items()}
    return entry(line=table.line, place=place, lines=lines, unread=unread, is_sound=not own_faults, **values)


def closest(name: str, known: list[str]) -> str | None:
    """What somebody who wrote `name` may have meant; None when nothing comes near."""
    by_small_letters = {one.lower(): one for one in known}
    found = get_close_matches(name.lower(), by_small_letters, n=1)
    return by_small_letters[found[0]] if found else None


def _is_blank(node: Node, *, empty_text_too: bool) -> bool:
    return isinstance(node, Scalar) and (node.is_blank or (empty_text_too and not node.text.strip()))


def _names_in_file(entry: type[Entry]) -> dict[str, dataclasses.Field[Any]]:
    return {
        declared.metadata.get("name", declared.name): declared
        for declared in dataclasses.fields(entry)
        if declared.name not in OUR_OWN
    }


def _misplaced_names(table: Table, place: tuple[str, ...], known: list[str]) -> list[Fault]:
    """Names written twice, and names we do not know."""
    faults = [
        Fault(
            line,
            place,
            f"{quoted(name)} is written twice; it stands already on line {table.key_lines[name]}.",
        )
        for name, line in table.repeats
    ]
    for name in table.entries.keys() - known:
        close = closest(name, known)
        hint = f"Did you mean {quoted(close)}?" if close else f"Known here: {', '.join(known)}."
        faults.append(Fault(table.key_lines[name], place, f"{quoted(name)} is not known here. {hint}"))
    return faults


def _read_field(
    declared: dataclasses.Field[Any],
    node: Node,
    place: tuple[str, ...],
    own_faults: list[Fault],
    faults: list[Fault],
) -> Any:
    """The value of a field; None when it cannot be read (an empty list for a list of entries)."""
    if "entries" in declared.metadata:
        if isinstance(node, Sequence):
            return tuple(_read_entries(declared.metadata["entries"](), node, place, faults))
        own_faults.append(Fault(node.line, place, "Write a list here, each entry after “- ”."))
        return ()
    if "entry" in declared.metadata:
        if isinstance(node, Table):
            return read_entry(declared.metadata["entry"](), node, place, faults)
        own_faults.append(Fault(node.line, place, "Write names with values here, further in or in braces."))
        return None
    try:
        return declared.metadata["read"](node)
    except read.WrongError as error:
        own_faults.append(Fault(node.line, place, str(error)))
        return None


def _read_entries(
    entry: type[Entry], sequence: Sequence, place: tuple[str, ...], faults: list[Fault]
) -> list[Entry]:
    # What lies in the plan is found without being told so.
    within = place[1:] if place[0] == "plan" else place
    entries = []
    for number, item in enumerate(sequence.items, start=1):
        if isinstance(item, Table):
            entries.append(read_entry(entry, item, (*within, _known_as(item, number)), faults))
        else:
            message = f"Write names with values for each {entry.noun}, further in or in braces."
            faults.append(Fault(item.line, (*within, str(number)), message))
    return entries


def _known_as(table: Table, number: int) -> str:
    """What people find an entry by: its code, or its number in the list."""
    node = table.entries.get("code")
    try:
        return read.code(node) if node is not None else str(number)
    except read.WrongError:
        return str(number)
