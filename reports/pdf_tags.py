"""What WeasyPrint leaves out of a PDF's tags, added while it draws.

Running headers and page numbers are artifacts, so that a screen reader does not say them on every page
(WeasyPrint issue 1836 tags them, but hangs them nowhere). Header cells say whether they head a column or a
row. Words in another language say which. A list of facts is a list. A picture says where on its page it is.

This reaches inside WeasyPrint, so it insists on the version it was written for.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pydyf
import weasyprint
from weasyprint.formatting_structure.boxes import MarginBox
from weasyprint.pdf import tags
from weasyprint.pdf.stream import Stream

_KNOWN_VERSION = "70."
_POINTS_PER_PIXEL = 0.75
_SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}

_build_box_tree = tags._build_box_tree
_marked = Stream.marked


class UnknownWeasyPrint(RuntimeError):
    """The installed WeasyPrint is not the one this module was written for."""


def require_known_weasyprint(version: str) -> None:
    """Raise UnknownWeasyPrint unless `version` is one whose insides are known here."""
    if not version.startswith(_KNOWN_VERSION):
        raise UnknownWeasyPrint(
            f"Reports are printed with WeasyPrint {_KNOWN_VERSION}x, and {version} is installed. Its tagging "
            "is extended from inside, in reports/pdf_tags.py: install the pinned version, or check that "
            "module against the new one and run its tests."
        )


def set_pagination_apart(document: weasyprint.Document) -> None:
    """Note on every box of a running header or footer which of the two it belongs to."""
    for page in document.pages:
        for margin_box in page._page_box.children:
            if isinstance(margin_box, MarginBox):
                subtype = "/Header" if margin_box.at_keyword.startswith("@top") else "/Footer"
                for box in margin_box.descendants():
                    box.pagination = subtype


def _marked_or_artifact(stream: Stream, box: Any, tag: str) -> AbstractContextManager[None]:
    subtype = getattr(box, "pagination", None)
    if subtype is None or stream._tags is None:
        return _marked(stream, box, tag)
    return _pagination_artifact(stream, subtype)


@contextmanager
def _pagination_artifact(stream: Stream, subtype: str) -> Iterator[None]:
    stream.begin_marked_content("Artifact", pydyf.Dictionary({"Type": "/Pagination", "Subtype": subtype}))
    try:
        yield
    finally:
        stream.end_marked_content()


def _build_fuller_tree(box: Any, parent: Any, pdf: Any, page_number: int, *rest: Any) -> Iterator[Any]:
    if getattr(box, "pagination", None):
        return
    # An absolutely positioned box comes wrapped in a placeholder.
    shown = getattr(box, "_box", box)
    for element in _build_box_tree(box, parent, pdf, page_number, *rest):
        if shown.element is not None and shown.element_tag not in ("html", "body"):
            _describe(element, shown, pdf, page_number)
        yield _as_list_part(element, shown, parent, pdf)


def _as_list_part(element: Any, box: Any, parent: Any, pdf: pydyf.PDF) -> Any:
    """A `<div>` of terms and descriptions as one item of the list; every other tag as it is.

    WeasyPrint makes an item of each term and each description, and lets the `<div>` stand between them and
    their list, which PDF/UA-1 does not allow.
    """
    if box.element_tag == "div" and parent["S"] == "/L":
        element["S"] = "/LI"
    if box.element_tag not in ("dt", "dd") or parent["S"] != "/Div" or element["S"] != "/LI":
        return element
    part = pdf.objects[int(element["K"][0].split()[0])]
    part["S"] = "/Lbl" if box.element_tag == "dt" else "/LBody"
    part["P"] = parent.reference
    return part


def _describe(element: pydyf.Dictionary, box: Any, pdf: pydyf.PDF, page_number: int) -> None:
    """Add to a tag what its HTML says and WeasyPrint does not pass on."""
    if language := box.element.get("lang"):
        element["Lang"] = pydyf.String(language)
    if element["S"] == "/TH":
        element["A"]["Scope"] = _SCOPES[box.element.get("scope", "col")]
    if element["S"] == "/Figure":
        element["A"]["BBox"] = _place_on_page(element["A"]["BBox"], pdf, page_number)


def _place_on_page(pixels: pydyf.Array, pdf: pydyf.PDF, page_number: int) -> pydyf.Array:
    """CSS pixels from the top left, as PDF points from the bottom left."""
    page = pdf.objects[int(pdf.page_references[page_number].split()[0])]
    height = page["MediaBox"][3]
    left, top, right, bottom = (_POINTS_PER_PIXEL * pixel for pixel in pixels)
    return pydyf.Array((left, height - bottom, right, height - top))


require_known_weasyprint(weasyprint.__version__)
tags._build_box_tree = _build_fuller_tree
Stream.marked = _marked_or_artifact
