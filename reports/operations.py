"""What people do with reports: make, make again, issue, sign off, publish. One verb each, atomic.

Time and people are arguments. Each refuses with an exception whose message can be shown to the person:
PermissionDenied when it is not theirs to do, Refused when it may not be done now.
"""

from __future__ import annotations

import datetime as dt
import itertools

from django.db import IntegrityError, transaction

from actionplans.operations import Refused
from priorities.clock import EDINBURGH
from priorities.models import Decision, Meeting, Partnership, Quarter, User
from priorities.roles import Role
from reports import rendering
from reports.editions import SignOffSheet, write_sheet
from reports.models import Report, SignOff
from reports.snapshots import membership_of, read, sha256, take, write
from reports.withheld import held_back_since

__all__ = [
    "SIGNING_VERBS",
    "AnswerRefused",
    "Refused",
    "issue_report",
    "make_again",
    "make_report",
    "publish_report",
    "sign_off",
    "slug_of",
    "suggested_number",
    "why_not_issued",
    "why_not_published",
]

# With the others of its verbs the Board sends a report back or on, and does not sign it off.
SIGNING_VERBS = (
    Decision.Verb.NOTED,
    Decision.Verb.DISCUSSED,
    Decision.Verb.APPROVED,
    Decision.Verb.AGREED,
    Decision.Verb.ENDORSED,
    Decision.Verb.HOMOLOGATED,
)

_LONGEST_NUMBER = 40
_LONGEST_PARAGRAPH = 20


class AnswerRefused(Refused):
    """What someone gave will not do; `field` says which of their answers."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def slug_of(kind: str, quarter: Quarter) -> str:
    """The name of a report in addresses and files: "2021-22-q3-performance-dashboard"."""
    return f"{quarter.year_slug}-{quarter.slug}-{Report.Kind(kind).value.replace('_', '-')}"


@transaction.atomic
def make_report(
    *,
    kind: str,
    quarter: Quarter,
    meeting: Meeting,
    number: str,
    by: User,
    at: dt.datetime,
    is_for_public: bool = False,
) -> Report:
    """Freeze a quarter's figures into a draft for a meeting, and have its files made.

    `is_for_public` leaves out management information, so that the report can be published. Refuses a second report of
    the kind for the quarter, a number already used and a meeting of another partnership.
    """
    membership_of(by, quarter.partnership, Role.CP_MANAGER, _day(at))
    number = number.strip()
    _check_it_can_be_made(kind, quarter, meeting, number, on=_day(at))
    report = Report(
        partnership=quarter.partnership,
        kind=kind,
        quarter=quarter,
        meeting=meeting,
        number=number,
        slug=slug_of(kind, quarter),
        title=Report.Kind(kind).label,
    )
    _freeze(report, by=by, at=at, is_for_public=is_for_public)
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError:
        # Somebody else was quicker, by the same button in another window or by another hand.
        raise AnswerRefused("kind", _already_made(kind, quarter)) from None
    rendering.request_files(report)
    return report


def suggested_number(partnership: Partnership, on: dt.date) -> str:
    """The next free number in the year's row of reports: "CPP/22/3"."""
    row = f"CPP/{on:%y}/"
    taken = set(Report.objects.filter(partnership=partnership).values_list("number", flat=True))
    return next(f"{row}{count}" for count in itertools.count(1) if f"{row}{count}" not in taken)


def _check_it_can_be_made(kind: str, quarter: Quarter, meeting: Meeting, number: str, *, on: dt.date) -> None:
    if quarter.opens_on > on:
        raise AnswerRefused(
            "quarter", f"Reporting for {quarter} has not begun, so there is nothing to report yet."
        )
    if meeting.partnership_id != quarter.partnership_id:
        raise AnswerRefused("meeting", "Choose a meeting of this partnership.")
    if not number:
        raise AnswerRefused("number", "Give the report a number.")
    if len(number) > _LONGEST_NUMBER:
        raise AnswerRefused(
            "number", f"The report number is too long. Use at most {_LONGEST_NUMBER} characters."
        )
    reports = Report.objects.filter(partnership_id=quarter.partnership_id)
    if reports.filter(kind=kind, quarter=quarter).exists():
        raise AnswerRefused("kind", _already_made(kind, quarter))
    if reports.filter(number=number).exists():
        raise AnswerRefused("number", f"There is already a report with the number {number}.")


def _already_made(kind: str, quarter: Quarter) -> str:
    return f"There is already a {Report.Kind(kind).label} for {quarter}."


def _freeze(report: Report, *, by: User, at: dt.datetime, is_for_public: bool) -> None:
    snapshot = take(
        report.kind,
        report.quarter,
        report.meeting,
        number=report.number,
        by=by,
        at=at,
        is_for_public=is_for_public,
    )
    report.snapshot = write(snapshot)
    report.snapshot_sha256 = sha256(report.snapshot)
    report.data_cut_off = at
    report.made_at, report.made_by = at, by


@transaction.atomic
def make_again(report: Report, *, by: User, at: dt.datetime, is_for_public: bool | None = None) -> Report:
    """Freeze the figures known now in place of those of the draft. Only a draft may be made again.

    Management information is left out where `is_for_public` says so; None leaves that as it was.
    """
    held = _held(report)
    membership_of(by, held.partnership, Role.CP_MANAGER, _day(at))
    if held.state != Report.State.ASSEMBLING:
        raise Refused(f"This report was {_done(held)}, so its figures can no longer be changed.")
    if is_for_public is None:
        is_for_public = read(held.snapshot).is_for_public
    _freeze(held, by=by, at=at, is_for_public=is_for_public)
    held.save(update_fields=["snapshot", "snapshot_sha256", "data_cut_off", "made_at", "made_by"])
    # Nobody but its maker has seen a draft: its files are no part of the record.
    held.files.all().delete()
    rendering.request_files(held)
    return held


@transaction.atomic
def issue_report(report: Report, *, by: User, at: dt.datetime) -> Report:
    """Put a report before the Board. From then on its figures stay as they are.

    Refuses until the quarter is locked, and when the draft was made before that.
    """
    held = _held(report)
    membership_of(by, held.partnership, Role.CP_MANAGER, _day(at))
    if reason := why_not_issued(held):
        raise Refused(reason)
    held.state = Report.State.ISSUED
    held.issued_at, held.issued_by = at, by
    held.save(update_fields=["state", "issued_at", "issued_by"])
    rendering.request_files(held)
    return held


def why_not_issued(report: Report) -> str:
    """What stands between a draft and the Board, in words; empty when nothing does."""
    if report.state != Report.State.ASSEMBLING:
        return f"This report was {_done(report)} already."
    if report.quarter.locked_at is None:
        return f"Lock {report.quarter} first: until then its figures can still change."
    if report.data_cut_off < report.quarter.locked_at:
        return (
            f"This draft was made before {report.quarter} was locked. Make it again, check it, then issue it."
        )
    if hidden := held_back_since(report):
        return (
            f"This draft shows figures that are under disclosure control now: {'; '.join(hidden)}. "
            "Make it again, check it, then issue it."
        )
    return ""


@transaction.atomic
def sign_off(
    report: Report, *, verb: str, text: str, minute_paragraph: str, by: User, at: dt.datetime
) -> Report:
    """Record what the Board decided on a report at its meeting, and seal the report.

    Only the chair signs, in the role and for the organisation of the membership held that day.
    """
    held = _held(report)
    chair = membership_of(by, held.partnership, Role.CHAIR, _day(at))
    text, minute_paragraph = text.strip(), minute_paragraph.strip()
    _check_it_can_be_signed(held, verb, text, minute_paragraph)
    decision = Decision.objects.create(
        meeting=held.meeting,
        verb=verb,
        text=text,
        minute_paragraph=minute_paragraph,
        report_number=held.number,
    )
    signature = SignOff(
        report=held,
        signed_at=at,
        signed_by=by,
        role=chair.get_role_display(),
        organisation=chair.organisation,
        decision=decision,
    )
    signature.sheet = write_sheet(_sheet(signature, held))
    signature.save()
    held.state = Report.State.AGREED
    held.save(update_fields=["state"])
    rendering.request_files(held)
    return held


def _check_it_can_be_signed(held: Report, verb: str, text: str, minute_paragraph: str) -> None:
    if held.is_sealed:
        raise Refused("This report has been signed off already.")
    if held.state != Report.State.ISSUED:
        raise Refused("This report has not been issued to the Board yet, so it cannot be signed off.")
    if verb not in SIGNING_VERBS:
        raise AnswerRefused("verb", "Choose what the Board decided.")
    if not text:
        raise AnswerRefused("text", "Write down what the Board decided, as the minutes say it.")
    if len(minute_paragraph) > _LONGEST_PARAGRAPH:
        raise AnswerRefused(
            "minute_paragraph",
            f"The minute paragraph is too long. Use at most {_LONGEST_PARAGRAPH} characters.",
        )


def _sheet(signature: SignOff, held: Report) -> SignOffSheet:
    decision = signature.decision
    return SignOffSheet(
        signed_by=str(signature.signed_by),
        role=signature.role,
        organisation=signature.organisation.name if signature.organisation else "",
        signed_at=signature.signed_at.astimezone(EDINBURGH),
        verb=Decision.Verb(decision.verb).label,
        text=decision.text,
        group=held.meeting.group.name,
        met_on=held.meeting.held_on,
        minute_paragraph=decision.minute_paragraph,
        report_number=held.number,
        snapshot_sha256=held.snapshot_sha256,
    )


@transaction.atomic
def publish_report(report: Report, *, by: User, at: dt.datetime) -> Report:
    """Open a signed-off report to everyone. Its files stay those that were signed off."""
    held = _held(report)
    membership_of(by, held.partnership, Role.CP_MANAGER, _day(at))
    if reason := why_not_published(held):
        raise Refused(reason)
    held.state = Report.State.PUBLISHED
    held.published_at, held.published_by = at, by
    held.save(update_fields=["state", "published_at", "published_by"])
    rendering.request_files(held)
    return held


def why_not_published(report: Report) -> str:
    """What stands between a report and the public, in words; empty when nothing does."""
    if report.state == Report.State.PUBLISHED:
        return "This report is published already."
    if report.state != Report.State.AGREED:
        return "This report has not been signed off yet, so it cannot be published."
    if management := read(report.snapshot).management:
        return (
            f"This report holds management information, which is for the partnership only: "
            f"{'; '.join(map(str, management))}. It was signed off with it and does not change, so it cannot be "
            "published. To make a report that can be, leave out management information when you make it."
        )
    if hidden := held_back_since(report):
        return (
            f"This report shows figures that are under disclosure control now: {'; '.join(hidden)}. It was signed off "
            "with them and does not change, so it cannot be published."
        )
    return ""


def _held(report: Report) -> Report:
    """The report's row, locked until the transaction ends."""
    return (
        Report.objects.select_for_update(of=("self",))
        .select_related("partnership", "quarter__partnership", "meeting__group", "sign_off")
        .get(pk=report.pk)
    )


def _done(held: Report) -> str:
    return {
        Report.State.ISSUED: "issued to the Board",
        Report.State.AGREED: "signed off",
        Report.State.PUBLISHED: "published",
    }[Report.State(held.state)]


def _day(at: dt.datetime) -> dt.date:
    return at.astimezone(EDINBURGH).date()
