"""Reads the text of a plan file, or of another file of ours, into a tree that remembers its lines.

Only the events of the YAML parser are used, and no value is interpreted: nothing in a file can make an object,
run code or grow (anchors, aliases and tags are faults), numbers keep every digit, and `no` stays a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from actionplans.plan_file.faults import Fault, FaultsFoundError
from priorities.wording import quoted

LARGEST_FILE = 2_000_000
DEEPEST = 20

_BLANKS = frozenset({"", "~", "null", "Null", "NULL"})
_UNPRINTABLE = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Scalar:
    """Words, a number, a day: one thing as it was written. Blank when nothing, `null` or `~` was."""

    line: int
    text: str
    is_blank: bool = False


@dataclass(frozen=True)
class Sequence:
    line: int
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Table:
    """Names and what stands under them; `repeats` are names written again, with their lines."""

    line: int
    entries: dict[str, Node] = field(default_factory=dict)
    key_lines: dict[str, int] = field(default_factory=dict)
    repeats: list[tuple[str, int]] = field(default_factory=list)


Node = Scalar | Sequence | Table


def read_document(content: bytes, noun: str = "plan file") -> Table:
    """The tree of a file; `noun` is what messages call it.

    Raises FaultsFoundError when the bytes are no text, the text is no YAML or its outermost layer is not
    names with values.
    """
    text = _decoded(content, noun)
    try:
        root = _Grower(YAML(typ="safe", pure=True).parse(text), noun).grow()
    except MarkedYAMLError as error:
        raise FaultsFoundError([_plain_words_for(error)]) from None
    if root is None or (isinstance(root, Scalar) and root.is_blank):
        raise FaultsFoundError([Fault(None, (), "The file is empty.")])
    if not isinstance(root, Table):
        message = (
            "The file must start with names and values, like “partnership:”, not with a list or plain text."
        )
        raise FaultsFoundError([Fault(root.line, (), message)])
    return root


def _decoded(content: bytes, noun: str) -> str:
    if len(content) > LARGEST_FILE:
        message = f"The file is too large: {len(content):,} bytes. A {noun} has at most {LARGEST_FILE:,}."
        raise FaultsFoundError([Fault(None, (), message)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "This is not text in UTF-8. Save the file as plain text in UTF-8."
        raise FaultsFoundError([Fault(line, (), message)]) from None
    if stray := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, stray.start()) + 1
        message = "There is a character here that cannot be printed. Is this a plain text file?"
        raise FaultsFoundError([Fault(line, (), message)])
    return text


class _Grower:
    """Grows the tree from the parser's events, without recursion."""

    def __init__(self, events: Iterator[Event], noun: str) -> None:
        self.events = events
        self.noun = noun
        self.root: Node | None = None
        self.open: list[Table | Sequence] = []
        # For each open table the name that waits for its value.
        self.names: list[Scalar | None] = []
        self.documents = 0
        self.faults: list[Fault] = []

    def grow(self) -> Node | None:
        for event in self.events:
            self._take(event)
        if self.faults:
            raise FaultsFoundError(self.faults)
        return self.root

    def _take(self, event: Event) -> None:
        line = event.start_mark.line + 1
        match event:
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self._give_up(line, f"A second document starts here (“---”). A {self.noun} holds one.")
            case MappingEndEvent() | SequenceEndEvent():
                self.open.pop()
                self.names.pop()
            case AliasEvent():
                self.faults.append(
                    Fault(line, (), f"“*{event.anchor}” is an alias; write the entry out instead.")
                )
                self._place(Scalar(line, "", is_blank=True))
            case NodeEvent():
                self._refuse_extras(event, line)
                self._place(self._node_of(event, line))

    def _node_of(self, event: NodeEvent, line: int) -> Node:
        if isinstance(event, MappingStartEvent):
            return Table(line)
        if isinstance(event, SequenceStartEvent):
            return Sequence(line)
        assert isinstance(event, ScalarEvent)
        is_bare = event.implicit[0]
        return Scalar(line, event.value, is_blank=is_bare and event.value in _BLANKS)

    def _refuse_extras(self, event: NodeEvent, line: int) -> None:
        if event.anchor:
            message = f"“&{event.anchor}” is an anchor; put text that starts with & in quotation marks."
            self.faults.append(Fault(line, (), message))
        if getattr(event, "tag", None):
            message = "Text that starts with an exclamation mark goes in quotation marks; tags are not used."
            self.faults.append(Fault(line, (), message))

    def _place(self, node: Node) -> None:
        if not self.open:
            self.root = node
        elif isinstance(parent := self.open[-1], Sequence):
            parent.items.append(node)
        else:
            self._place_in_table(parent, node)
        if not isinstance(node, Scalar):
            if len(self.open) >= DEEPEST:
                self._give_up(node.line, "Brackets or lists are nested too deeply here.")
            self.open.append(node)
            self.names.append(None)

    def _place_in_table(self, table: Table, node: Node) -> None:
        name = self.names[-1]
        if name is not None:
            self.names[-1] = None
            if name.text in table.entries:
                table.repeats.append((name.text, name.line))
            else:
                table.entries[name.text] = node
                table.key_lines[name.text] = name.line
        elif isinstance(node, Scalar):
            self.names[-1] = node
        else:
            self._give_up(node.line, "A list or a group of names cannot itself be a name.")

    def _give_up(self, line: int, message: str) -> None:
        raise FaultsFoundError([*self.faults, Fault(line, (), message)])


# What the parser complains of (a part of its problem or of its context), in words for someone who has never
# heard of YAML, and whether the fault lies where it started to read or where it stopped. The first that fits.
_COMPLAINTS = (
    ("'\\t'", "There is a tab here. Indent with spaces, never with tabs.", "stopped"),
    ("quoted scalar", "The quotation mark opened here is never closed.", "started"),
    (
        "mapping values are not allowed",
        "There is a colon too many, or the indentation is wrong. Put text with “: ” in it in quotation marks.",
        "stopped",
    ),
    ("flow", "The bracket opened here is not closed, or a comma is missing in it.", "started"),
    (
        "could not find expected ':'",
        "This line is neither “name: value” nor an entry that starts with “- ”.",
        "started",
    ),
    (
        "expected <block end>",
        "This line does not fit with the lines above it. Check its indentation and its quotation marks.",
        "stopped",
    ),
)
_UNREADABLE = "This cannot be read as YAML. Check the indentation, the colons and the quotation marks."


def _plain_words_for(error: MarkedYAMLError) -> Fault:
    complaint = f"{error.problem or ''} {error.context or ''}"
    stopped = error.problem_mark.line + 1 if error.problem_mark else None
    started = error.context_mark.line + 1 if error.context_mark else stopped
    for part, message, place in _COMPLAINTS:
        if part in complaint:
            return Fault(started if place == "started" else stopped, (), message)
    if character := re.search(r"found character '(.+)' that cannot start", complaint):
        return Fault(stopped, (), f"Text that starts with {quoted(character[1])} goes in quotation marks.")
    return Fault(stopped, (), _UNREADABLE)
