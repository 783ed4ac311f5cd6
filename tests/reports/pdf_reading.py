"""Reading a PDF back: what is on its pages, and under which marks and tags."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pikepdf


class Words(NamedTuple):
    """A run of text, and the innermost mark it stands in: ("Artifact", "/Footer") or ("Span", "")."""

    text: str
    mark: str
    subtype: str


def words_of(page: pikepdf.Page) -> list[Words]:
    """The text a page draws, in the order it is drawn."""
    alphabets = {name: _alphabet(font) for name, font in page.Resources.Font.items()}
    marks: list[tuple[str, str]] = []
    found: list[Words] = []
    alphabet: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BMC":
                marks.append((str(operands[0])[1:], ""))
            case "BDC":
                marks.append((str(operands[0])[1:], str(operands[1].get("/Subtype", ""))))
            case "EMC":
                marks.pop()
            case "Tf":
                alphabet = alphabets[str(operands[0])]
            case "TJ":
                found.append(Words(_decode(operands[0], alphabet), *marks[-1]))
    return found


def _alphabet(font: pikepdf.Object) -> dict[int, str]:
    pairs = re.findall(rb"<(\w{4})> <(\w+)>", font.ToUnicode.read_bytes().split(b"beginbfchar", 1)[1])
    return {int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in pairs}


def _decode(pieces: pikepdf.Object, alphabet: dict[int, str]) -> str:
    glyphs = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
    return "".join(alphabet[int.from_bytes(glyphs[i : i + 2], "big")] for i in range(0, len(glyphs), 2))


def tags_of(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """Every tag of the file, in reading order."""
    return list(_below(pdf.Root.StructTreeRoot.K[0]))


def _below(tag: pikepdf.Object) -> Iterator[pikepdf.Object]:
    yield tag
    kids = tag.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield from _below(kid)


def bookmarks_of(pdf: pikepdf.Pdf) -> list[tuple[int, str]]:
    """Every bookmark with its depth, from 1."""

    def under(items: list[pikepdf.OutlineItem], depth: int) -> Iterator[tuple[int, str]]:
        for item in items:
            yield depth, str(item.title)
            yield from under(item.children, depth + 1)

    with pdf.open_outline() as outline:
        return list(under(outline.root, 1))
