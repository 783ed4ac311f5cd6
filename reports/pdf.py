"""Print a report: an HTML page in, the bytes of one PDF out.

The file is PDF/A-3a (to be kept) and PDF/UA-1 (to be read by everyone) at once, carries its data as
attachments, and is the same, byte for byte, whenever the same document is printed with the same assets.
Nothing here knows of the database, the clock or the network.
"""

import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pydyf
import weasyprint
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from reports.pdf_assets import ORIGIN, AssetFetcher
from reports.pdf_faults import PdfFault, no_faults_tolerated
from reports.pdf_metadata import ReportMetadata
from reports.pdf_tags import set_pagination_apart

__all__ = ["Attachment", "PdfDocument", "PdfFault", "render_pdf"]

_MIME_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")
_HEX = re.compile(r"[0-9a-f]{32,}")
_SCREEN_COLOURS = "report-srgb"
# ISO 32000-2, table 43.
_RELATIONSHIPS = {"Source", "Data", "Alternative", "Supplement", "Unspecified"}


@dataclass(frozen=True)
class Attachment:
    """A file carried inside the PDF, with what it is to the report.

    `relationship` is one of the PDF's own words: Source, Data, Alternative, Supplement or Unspecified.
    Raises ValueError when that or the media type is not one.
    """

    name: str
    mime_type: str
    content: bytes
    description: str
    relationship: str = "Data"

    def __post_init__(self) -> None:
        if not _MIME_TYPE.fullmatch(self.mime_type):
            raise ValueError(f"Not a media type: {self.mime_type!r}")
        if self.relationship not in _RELATIONSHIPS:
            raise ValueError(f"Not a relationship a PDF knows: {self.relationship!r}")


@dataclass(frozen=True, kw_only=True)
class PdfDocument:
    """A report ready to print. What it says of itself comes from here, not from the page's head.

    `created_at` is when the report was made, with its time zone; `identifier` is what tells this report from
    every other, in hexadecimal (its snapshot's SHA-256). Raises ValueError when one of them cannot serve.
    """

    html: str
    title: str
    author: str
    subject: str
    created_at: datetime
    identifier: str
    language: str = "en-GB"
    attachments: tuple[Attachment, ...] = ()

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise ValueError("A report's moment of creation needs a time zone.")
        if not _HEX.fullmatch(self.identifier):
            raise ValueError(f"Not a hexadecimal identifier of 32 digits or more: {self.identifier!r}")
        if not self.title.strip() or not self.language.strip():
            raise ValueError("A report needs a title and a language.")
        names = [attachment.name for attachment in self.attachments]
        if len(set(names)) < len(names):
            raise ValueError(f"Two attachments of a report have the same name: {sorted(names)}")


def render_pdf(document: PdfDocument, *, stylesheet: Path, asset_roots: Sequence[Path]) -> bytes:
    """The PDF of `document`, styled by `stylesheet`, which lies under one of `asset_roots`.

    Raises PdfFault, saying what is wrong, rather than leave anything out: a file that is missing or not
    ours, a style nobody understands, a link to nowhere, a picture without words, a character without a font.
    """
    with no_faults_tolerated():
        try:
            printed = _lay_out(document, stylesheet, AssetFetcher(asset_roots))
        except FatalURLFetchingError as refusal:
            raise PdfFault(str(refusal)) from refusal
        _refuse_links_to_nowhere(printed)
        set_pagination_apart(printed)
        pdf: bytes = printed.write_pdf(
            pdf_variant="pdf/a-3a",
            output_intent=_SCREEN_COLOURS,
            pdf_identifier=document.identifier.encode(),
            attachments=[_attach(attachment, document.created_at) for attachment in _by_name(document)],
            finisher=_finish,
        )
    return pdf


def _lay_out(document: PdfDocument, stylesheet: Path, fetcher: AssetFetcher) -> weasyprint.Document:
    fonts = FontConfiguration()
    style = weasyprint.CSS(
        string=stylesheet.read_text(encoding="utf-8"),
        base_url=fetcher.address_of(stylesheet),
        url_fetcher=fetcher,
        font_config=fonts,
    )
    page = weasyprint.HTML(string=document.html, base_url=ORIGIN, url_fetcher=fetcher)
    printed = page.render(
        font_config=fonts,
        stylesheets=[style],
        color_profiles={_SCREEN_COLOURS: _srgb()},
        output_intent=_SCREEN_COLOURS,
        pdf_variant="pdf/a-3a",
    )
    printed.metadata = _metadata(document)
    return printed


def _srgb() -> ColorProfile:
    """WeasyPrint's own sRGB profile, which it opens itself without closing when left to."""
    profile = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
    return ColorProfile(BytesIO(profile), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))


def _metadata(document: PdfDocument) -> ReportMetadata:
    made = f"{document.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return ReportMetadata(
        title=document.title,
        authors=[document.author],
        description=document.subject,
        created=made,
        modified=made,
        lang=document.language,
    )


def _refuse_links_to_nowhere(printed: weasyprint.Document) -> None:
    """On paper and in a file there is no site for a relative address to be relative to."""
    for page in printed.pages:
        for kind, target, *_ in page.links:
            if kind != "internal" and target.startswith(ORIGIN):
                raise PdfFault(f"A report's links need whole addresses: /{target.removeprefix(ORIGIN)}")


def _by_name(document: PdfDocument) -> list[Attachment]:
    """In the order a PDF's index of files must have."""
    return sorted(document.attachments, key=lambda attachment: attachment.name)


def _attach(attachment: Attachment, created_at: datetime) -> weasyprint.Attachment:
    moment = created_at.astimezone(UTC)
    attached = weasyprint.Attachment(
        file_obj=BytesIO(),
        name=attachment.name,
        description=attachment.description,
        created=moment,
        modified=moment,
        relationship=attachment.relationship,
    )
    # WeasyPrint guesses the media type from the name, with the help of whatever the machine has installed.
    attached.source = nullcontext((BytesIO(attachment.content), None, None, attachment.mime_type))
    return attached


def _finish(printed: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """List each attachment once (WeasyPrint lists it twice), and refuse a picture without words."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    for tag in pdf.objects:
        if isinstance(tag, dict) and tag.get("S") == "/Figure" and "Alt" not in tag:
            raise PdfFault(
                "A picture in the report has no text alternative: an <svg> needs a <title>, an <img> an alt."
            )
