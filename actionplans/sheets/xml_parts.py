"""XML that somebody sent, read as it comes, in memory and time that its size alone decides.

Nothing in it can name another document or stand for more than it says: a document type declaration, where entities
are declared, is refused (neither Excel nor LibreOffice writes one).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import TypeVar
from xml.parsers import expat

from actionplans.sheets.limits import SheetRefused, damaged

DEEPEST = 200
LONGEST_TAG = 1024 * 1024
"""Bytes of one tag or comment. The parser begins again with each block until it has met the end of one."""

Opener = Callable[[dict[str, str]], None]
Closer = Callable[[], None]


def read_xml(
    blocks: Iterable[bytes],
    opens: Mapping[str, Opener],
    closes: Mapping[str, Closer] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Call what stands in `opens` and `closes` for some tags, and `text` with all text, a piece at a time.

    Tags are named "space name", and so are attributes with a namespace. Raises SheetRefused for what is no XML, is
    cut short, declares anything or is nested too deep.
    """
    closes = closes or {}
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise damaged("its tags are nested too deep")
        call = opens.get(name)
        if call is not None:
            call(attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        call = closes.get(name)
        if call is not None:
            call()

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.EntityDeclHandler = _refuse_declaration
    _feed(parser, blocks)


def _feed(parser: expat.XMLParserType, blocks: Iterable[bytes]) -> None:
    fed = 0
    try:
        for block in blocks:
            parser.Parse(block, False)  # noqa: FBT003 - expat takes no name for it
            fed += len(block)
            if 0 <= parser.CurrentByteIndex < fed - LONGEST_TAG:
                raise damaged("a tag is too long")
        parser.Parse(b"", True)  # noqa: FBT003
    except SheetRefused:
        raise
    except (expat.ExpatError, LookupError, ValueError, ArithmeticError) as error:
        # No XML, in an encoding that nobody knows, or with a number where there is none.
        raise damaged() from error


def _refuse_declaration(*_declared: object) -> None:
    raise SheetRefused(
        "The file declares XML entities, which no spreadsheet needs and which can do harm. "
        "Open it in Excel or LibreOffice, save it as a new workbook and send that file."
    )


T = TypeVar("T")


def in_spaces(spaces: Iterable[str], calls: Mapping[str, T]) -> dict[str, T]:
    """The same calls for tags of any of some namespaces, which are versions of one another."""
    return {f"{space} {tag}": call for space, (tag, call) in product(tuple(spaces), calls.items())}
