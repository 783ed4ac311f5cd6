"""The files of a report: asked for, made in the background, kept by the hash of what they were made from."""

from __future__ import annotations

import logging
from functools import partial

from django.db import IntegrityError, transaction
from django_tasks import task

from reports.editions import Edition, edition_of
from reports.models import Report, ReportFile
from reports.papers import html_page, pdf_file
from reports.snapshots import sha256

_log = logging.getLogger(__name__)


def render(edition: Edition, file_format: str) -> bytes:
    """The bytes of an edition in a format: the same bytes every time."""
    return pdf_file(edition) if file_format == ReportFile.Format.PDF else html_page(edition)


def request_files(report: Report) -> list[ReportFile]:
    """Every file of a report as it stands now, in the order of the formats; those missing are asked for.

    Making them begins once the present transaction is truly in the record.
    """
    return [
        request_file(report, file_format) for file_format in (ReportFile.Format.HTML, ReportFile.Format.PDF)
    ]


def request_file(report: Report, file_format: str) -> ReportFile:
    """One file of a report as it stands now, asked for if nobody has yet."""
    edition = edition_of(report)
    kept = kept_file(report, edition, file_format)
    if kept is not None:
        return kept
    try:
        with transaction.atomic():
            file = ReportFile.objects.create(
                report=report, format=file_format, made_from_sha256=edition.made_from_sha256
            )
    except IntegrityError:
        return ReportFile.objects.get(
            report=report, format=file_format, made_from_sha256=edition.made_from_sha256
        )
    transaction.on_commit(partial(_begin, file.pk))
    return file


def kept_file(report: Report, edition: Edition, file_format: str) -> ReportFile | None:
    """The file there is. Once issued, the first that was made stays, whatever templates came later."""
    hashes = [edition.made_from_sha256] if edition.is_draft else list(edition.made_with_any_templates)
    files = ReportFile.objects.defer("content").filter(
        report=report, format=file_format, made_from_sha256__in=hashes
    )
    return min(files, key=lambda file: (file.state != ReportFile.State.READY, file.pk), default=None)


def try_again(report: Report) -> None:
    """Ask once more for the files that could not be made, or that nobody finished."""
    for file in request_files(report):
        if file.state != ReportFile.State.READY:
            ReportFile.objects.filter(pk=file.pk).update(state=ReportFile.State.QUEUED)
            transaction.on_commit(partial(_begin, file.pk))


def _begin(pk: int) -> None:
    make_file.enqueue(pk)


@task()
def make_file(pk: int) -> None:
    """Make one file. A file whose report has moved on since it was asked for is dropped."""
    file = ReportFile.objects.select_related("report__sign_off").filter(pk=pk).first()
    if file is None or file.state == ReportFile.State.READY:
        return
    edition = edition_of(file.report)
    if edition.made_from_sha256 != file.made_from_sha256:
        file.delete()
        return
    _set_state(file, ReportFile.State.RENDERING)
    try:
        file.content = render(edition, file.format)
    except Exception:
        _log.exception("The %s of %s could not be made.", file.get_format_display(), file.report)
        _set_state(file, ReportFile.State.FAILED)
        raise
    file.sha256 = sha256(file.content)
    file.state = ReportFile.State.READY
    file.save(update_fields=["content", "sha256", "state"])


def _set_state(file: ReportFile, state: ReportFile.State) -> None:
    file.state = state
    file.save(update_fields=["state"])
