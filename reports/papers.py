"""A report as a page to read and as a file to print, from the same templates and the same frozen rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from reports.characters import characters_of, printable
from reports.editions import Edition
from reports.pdf import Attachment, PdfDocument, render_pdf
from reports.snapshots import DashboardSnapshot
from reports.tables import figures_csv, measures_csv, risks_csv

__all__ = ["html_page", "pdf_file"]

STYLESHEET = Path(settings.BASE_DIR) / "static/reports/report.css"
_FONT = "static-built/fonts/atkinson-hyperlegible-next-{subset}-{weight}-normal.woff2"
# The styles that report.css loads; what one of them lacks, some heading would lack.
_WEIGHTS = {"latin": (400, 600, 700), "latin-ext": (400, 700)}


def html_page(edition: Edition) -> bytes:
    """The whole report as a page of its own, for reading on a screen."""
    return _written(edition, is_print=False).encode()


def pdf_file(edition: Edition) -> bytes:
    """The whole report as a PDF that carries its data. Takes seconds. Raises PdfFault."""
    head = edition.snapshot.head
    document = PdfDocument(
        html=printable(_written(edition, is_print=True), alphabet()),
        title=edition.title,
        author=head.partnership,
        subject=f"{head.title} for {head.months}, to the {head.board}",
        created_at=head.data_cut_off,
        identifier=edition.made_from_sha256,
        attachments=_attachments(edition),
    )
    return render_pdf(document, stylesheet=STYLESHEET, asset_roots=settings.STATICFILES_DIRS)


def alphabet() -> frozenset[str]:
    """Every character of the typeface reports are printed in."""
    subsets = (
        characters_of(
            tuple(Path(settings.BASE_DIR) / _FONT.format(subset=subset, weight=weight) for weight in weights)
        )
        for subset, weights in _WEIGHTS.items()
    )
    return frozenset().union(*subsets)


def _written(edition: Edition, *, is_print: bool) -> str:
    context: dict[str, Any] = {
        "edition": edition,
        "report": edition.snapshot,
        "head": edition.snapshot.head,
        "sheet": edition.sheet,
        "is_print": is_print,
    }
    return render_to_string(f"reports/paper/{edition.snapshot.kind}.html", context)


def _attachments(edition: Edition) -> tuple[Attachment, ...]:
    snapshot = edition.snapshot
    whole = Attachment(
        "snapshot.json",
        "application/json",
        edition.snapshot_text.encode(),
        "Everything this report was made from",
        "Source",
    )
    if isinstance(snapshot, DashboardSnapshot):
        return (
            whole,
            Attachment("measures.csv", "text/csv", measures_csv(snapshot.scorecard), "Every measure"),
            Attachment(
                "figures.csv", "text/csv", figures_csv(snapshot.scorecard), "The figures behind every chart"
            ),
        )
    return whole, Attachment("risks.csv", "text/csv", risks_csv(snapshot.profile), "Every risk")
