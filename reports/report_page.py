"""What the page of a report shows: where it stands, its files, and what the person looking may do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models.functions import Length
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from priorities.clock import EDINBURGH
from priorities.models import User
from priorities.wording import day_in_words
from reports.editions import SignOffSheet, sheet_of
from reports.models import Report, ReportFile
from reports.operations import why_not_issued, why_not_published
from reports.rendering import request_files
from reports.snapshots import ManagementFigures, read


@dataclass(frozen=True)
class Mark:
    """A state as the component of return states shows it: its shape by value, its word by label."""

    value: str
    label: str


DONE = Mark("completed", "Done")
NEXT = Mark("in_progress", "Next")
TO_COME = Mark("not_started", "To come")

STATE_MARKS = {
    Report.State.ASSEMBLING: "in_progress",
    Report.State.ISSUED: "submitted",
    Report.State.AGREED: "accepted",
    Report.State.PUBLISHED: "completed",
}


FILE_LABELS = {ReportFile.Format.HTML: "Web page", ReportFile.Format.PDF: "PDF with its data attached"}

WAITING = {
    "Make": "",
    "Issue to the Board": "By the CP manager, once the quarter is locked",
    "Sign off": "By the Chair, when the Board has decided",
    "Publish": "By the CP manager, after sign-off: then everyone can read it",
}


def report_address(report: Report) -> str:
    """Where the page of a report is."""
    return reverse("reports:report-detail", args=[report.partnership.slug, report.slug])


def state_mark(report: Report) -> Mark:
    """Where a report stands, as a mark."""
    return Mark(STATE_MARKS[Report.State(report.state)], report.get_state_display())


@dataclass(frozen=True)
class Step:
    """One of the four steps from figures to the public; `note` says when it was taken, or what it waits for."""

    name: str
    mark: Mark
    note: str


@dataclass(frozen=True)
class FileRow:
    """One file: `url` and what follows are empty until it is ready."""

    label: str
    state: str
    url: str
    size: str
    sha256: str

    @property
    def is_ready(self) -> bool:
        return self.state == ReportFile.State.READY

    @property
    def has_failed(self) -> bool:
        return self.state == ReportFile.State.FAILED

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        return ReportFile.State(self.state).label


@dataclass(frozen=True)
class Files:
    """The files of a report as it stands now."""

    rows: tuple[FileRow, ...]

    @property
    def are_coming(self) -> bool:
        return any(not row.is_ready and not row.has_failed for row in self.rows)

    @property
    def have_failed(self) -> bool:
        return any(row.has_failed for row in self.rows)


@dataclass(frozen=True)
class ReportPage:
    """Everything the page of a report shows.

    `why_not_issued` is empty when the draft can be issued, `why_not_published` when what was signed off can be
    published. `management` is what in it is for the partnership only, for its maker; `has_measures` says that it has
    figures of which some may be.
    """

    report: Report
    mark: Mark
    steps: tuple[Step, ...]
    files: Files
    sheet: SignOffSheet | None
    why_not_issued: str
    why_not_published: str
    management: tuple[ManagementFigures, ...]
    is_for_public: bool
    has_measures: bool
    may_make_again: bool
    may_issue: bool
    may_sign_off: bool
    may_publish: bool
    may_try_again: bool

    @classmethod
    def of(cls, report: Report, user: User | AnonymousUser) -> ReportPage:
        makes = user.has_perm("priorities.make_reports", report.partnership)
        signs = user.has_perm("priorities.sign_off_reports", report.partnership)
        is_draft = report.state == Report.State.ASSEMBLING
        why_not = why_not_issued(report)
        files = files_of(report)
        is_agreed = report.state == Report.State.AGREED
        why_unpublished = why_not_published(report) if makes and is_agreed else ""
        snapshot = read(report.snapshot)
        return cls(
            report=report,
            mark=state_mark(report),
            steps=_steps(report),
            files=files,
            sheet=sheet_of(report),
            why_not_issued=why_not if makes and is_draft else "",
            why_not_published=why_unpublished,
            management=snapshot.management if makes else (),
            is_for_public=snapshot.is_for_public,
            has_measures=report.kind == Report.Kind.PERFORMANCE_DASHBOARD,
            may_make_again=makes and is_draft,
            may_issue=makes and is_draft and not why_not,
            may_sign_off=signs and report.state == Report.State.ISSUED,
            may_publish=makes and is_agreed and not why_unpublished,
            may_try_again=makes and any(not row.is_ready for row in files.rows),
        )


def files_of(report: Report) -> Files:
    """The files of a report as it stands now; those nobody asked for yet are asked for."""
    keys = [file.pk for file in request_files(report)]
    # Asking may have made them at once, so they are read again; their bytes are not.
    files = ReportFile.objects.filter(pk__in=keys).defer("content").annotate(size=Length("content"))
    return Files(tuple(_file(report, file, file.size) for file in files))


def _file(report: Report, file: ReportFile, size: int) -> FileRow:
    name = f"reports:report-{file.format}"
    is_ready = file.state == ReportFile.State.READY
    return FileRow(
        label=FILE_LABELS[ReportFile.Format(file.format)],
        state=file.state,
        url=reverse(name, args=[report.partnership.slug, report.slug]) if is_ready else "",
        size=filesizeformat(size) if is_ready else "",
        sha256=file.sha256,
    )


def _steps(report: Report) -> tuple[Step, ...]:
    taken = [
        ("Make", f"With the figures as known {_when(report.data_cut_off)}"),
        ("Issue to the Board", f"Issued {_when(report.issued_at)}" if report.issued_at else ""),
        ("Sign off", f"Signed off {_when(report.sign_off.signed_at)}" if report.is_sealed else ""),
        ("Publish", f"Published {_when(report.published_at)}" if report.published_at else ""),
    ]
    first_to_come = next((place for place, (_, note) in enumerate(taken) if not note), len(taken))
    return tuple(
        Step(name, DONE if note else NEXT if place == first_to_come else TO_COME, note or WAITING[name])
        for place, (name, note) in enumerate(taken)
    )


def _when(moment: dt.datetime) -> str:
    local = moment.astimezone(EDINBURGH)
    return f"at {local:%H:%M} on {day_in_words(local.date())}"
