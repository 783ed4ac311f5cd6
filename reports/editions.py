"""An edition: all that a file of a report is made from, frozen, and the hash of it.

A report's snapshot never moves; what stands around it does, twice: when it is issued and when it is signed off.
Publishing changes nothing, so the file the public reads is the one the Chair signed off.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from pydantic import TypeAdapter

from priorities.clock import EDINBURGH
from priorities.wording import day_in_words
from reports.models import Report, SignOff
from reports.snapshots import Snapshot, read, sha256

# Raise it when the templates or the stylesheet of a report change what a paper says or how it looks. Files
# made with an earlier one stay as they are; only drafts are made anew.
TEMPLATE_VERSION = 2


@dataclass(frozen=True)
class SignOffSheet:
    """The sign-off as it is printed: names and words as they were on the day."""

    signed_by: str
    role: str
    organisation: str
    signed_at: dt.datetime
    verb: str
    text: str
    group: str
    met_on: dt.date
    minute_paragraph: str
    report_number: str
    snapshot_sha256: str


_SHEET = TypeAdapter(SignOffSheet)


def write_sheet(sheet: SignOffSheet) -> str:
    """A sign-off sheet as canonical JSON."""
    return json.dumps(
        _SHEET.dump_python(sheet, mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


@dataclass(frozen=True)
class Edition:
    """A report as one of its files shows it. `status` is where it stands, in words for its first page."""

    snapshot: Snapshot
    snapshot_text: str
    snapshot_sha256: str
    status: str
    is_draft: bool
    sheet: SignOffSheet | None
    slug: str

    @property
    def title(self) -> str:
        head = self.snapshot.head
        return f"{head.title}, {head.quarter}"

    @property
    def file_name(self) -> str:
        """What the file is called when it is kept, without its ending: lower case and dashes."""
        return f"{self.snapshot.head.partnership_slug}-{self.slug}"

    @property
    def made_from_sha256(self) -> str:
        """The hash of everything this edition is made from."""
        return self.made_with(TEMPLATE_VERSION)

    def made_with(self, version: int) -> str:
        """The hash of everything this edition was made from with the templates of a version."""
        sheet = write_sheet(self.sheet) if self.sheet else ""
        return sha256("\n".join([self.snapshot_sha256, self.status, sheet, f"templates {version}"]))

    @property
    def made_with_any_templates(self) -> tuple[str, ...]:
        """The hashes under which a file of this edition may have been kept, the oldest templates first."""
        return tuple(self.made_with(version) for version in range(1, TEMPLATE_VERSION + 1))


def edition_of(report: Report) -> Edition:
    """The edition a report stands at now. Its sign-off should be fetched with it."""
    sheet = sheet_of(report)
    return Edition(
        snapshot=read(report.snapshot),
        snapshot_text=report.snapshot,
        snapshot_sha256=report.snapshot_sha256,
        status=_status(report, sheet),
        is_draft=report.state == Report.State.ASSEMBLING,
        sheet=sheet,
        slug=report.slug,
    )


def sheet_of(report: Report) -> SignOffSheet | None:
    """The sign-off sheet of a report, or None until it is signed off."""
    try:
        return _SHEET.validate_json(report.sign_off.sheet)
    except SignOff.DoesNotExist:
        return None


def _status(report: Report, sheet: SignOffSheet | None) -> str:
    if sheet is not None:
        minutes = f", paragraph {sheet.minute_paragraph} of the minutes" if sheet.minute_paragraph else ""
        return f"Signed off: meeting of {day_in_words(sheet.met_on)}{minutes}"
    if report.issued_at is not None:
        return f"Issued to the Board on {day_in_words(report.issued_at.astimezone(EDINBURGH).date())}"
    return "Draft, not yet issued to the Board"
