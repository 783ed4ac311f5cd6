"""The record: reports as the Board saw them, who signed them off, and the bytes."""

from __future__ import annotations

from enum import nonmember
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from priorities import permissions
from priorities.models import Decision, Meeting, Organisation, Partnership, Quarter
from priorities.models.constraints import both_or_neither, one_of
from priorities.roles import READERS, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from priorities.models import User


class ReportQuerySet(models.QuerySet["Report"]):
    def published(self) -> ReportQuerySet:
        return self.filter(state=Report.State.PUBLISHED)

    def visible_to(self, user: User | AnonymousUser) -> ReportQuerySet:
        """Published ones to all; issued ones to members who read; drafts to the CP manager."""
        issued = Q(
            state__in=Report.State.after_issue,
            partnership__in=permissions.partnerships_of(user, READERS),
        )
        making = Q(partnership__in=permissions.partnerships_of(user, [Role.CP_MANAGER]))
        return self.filter(Q(state=Report.State.PUBLISHED) | issued | making)


class ReportState(models.TextChoices):
    ASSEMBLING = "assembling", "Being prepared"
    ISSUED = "issued", "Issued to the Board"
    AGREED = "agreed", "Signed off"
    PUBLISHED = "published", "Published"

    after_issue = nonmember(frozenset({"issued", "agreed", "published"}))
    sealed = nonmember(frozenset({"agreed", "published"}))


class Report(models.Model):
    """A paper for the Board, frozen when it is made.

    `snapshot` is our own dataclasses as canonical JSON; everything shown of the report is rendered from it alone,
    so later changes of readings, targets or names cannot alter it. Issued, it may not be made again; agreed, it
    is sealed.
    """

    class Kind(models.TextChoices):
        PERFORMANCE_DASHBOARD = "performance_dashboard", "Performance Dashboard report"
        RISK_PROFILE = "risk_profile", "Risk Profile report"

    State = ReportState

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=24, choices=Kind)
    quarter = models.ForeignKey(Quarter, on_delete=models.PROTECT, related_name="reports")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="reports")
    number = models.CharField("report number", max_length=40)
    slug = models.SlugField(max_length=60)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=State, default=State.ASSEMBLING)
    data_cut_off = models.DateTimeField("what was known by")
    snapshot = models.TextField()
    snapshot_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-quarter__year", "-quarter__number", "kind")
        constraints = [
            models.UniqueConstraint(fields=["partnership", "slug"], name="one_report_per_slug"),
            models.UniqueConstraint(fields=["partnership", "number"], name="one_report_per_number"),
            models.UniqueConstraint(fields=["quarter", "kind"], name="one_report_of_a_kind_per_quarter"),
            one_of("state", ReportState.values, name="report_has_a_known_state"),
            both_or_neither("issued_at", "issued_by", name="report_is_issued_by_someone_at_a_moment"),
            both_or_neither(
                "published_at", "published_by", name="report_is_published_by_someone_at_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(state="assembling") | Q(issued_at__isnull=False),
                name="report_past_assembling_was_issued",
            ),
            models.CheckConstraint(
                condition=~Q(snapshot_sha256=""), name="report_has_the_hash_of_its_snapshot"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.quarter}"

    @property
    def is_sealed(self) -> bool:
        return self.state in self.State.sealed


class SignOff(models.Model):
    """Who signed a report off, as what and for whom, and what the Board decided.

    `sheet` is the same as canonical JSON, in the names and words of the day: the report prints it, so renaming
    a person or an organisation later changes no sealed file.
    """

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="sign_off")
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=100)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="sign_off")
    sheet = models.TextField()

    def __str__(self) -> str:
        return f"{self.report}, signed off by {self.signed_by}"


class ReportFile(models.Model):
    """The bytes of a report, kept by the hash of what they were made from."""

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        HTML = "html", "HTML"

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RENDERING = "rendering", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=4, choices=Format)
    made_from_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    content = models.BinaryField(default=bytes)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("report", "format", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "format", "made_from_sha256"], name="one_file_per_report_format_and_source"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | ~Q(sha256=""), name="ready_file_has_its_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} ({self.get_format_display()})"
